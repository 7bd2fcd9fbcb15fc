"""Regressions of the shares of topics on what is known of the articles, over draws and refits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from framing import dates, formulas, models
from framing.errors import TableError
from framing.inference import rubin
from framing.tables import refuse_absent
from framing.topics.record import Topics, places

_CELLS = 20_000_000  # numbers held at once
_LEAST = 1e-6  # a drawn share is not nearer to 0 or 1: the logit of a lone article would run away


@dataclass(frozen=True)
class Rows:
    """Articles that enter a regression, their matrix, and what was left out."""

    design: models.Design
    frame: pd.DataFrame
    place: np.ndarray
    codes: np.ndarray
    n_clusters: int
    left: tuple[int, int, int]


def rows_of(topics: Topics, articles: pd.DataFrame, formula: str, also: Sequence[str], cluster: str | None) -> Rows:
    """Join covariates to the articles of the topics, leave out what cannot enter, and say so."""
    at = places(topics, articles)
    place = np.flatnonzero((at >= 0) & ~topics.empty)
    frame = with_time(articles.iloc[at[place]].reset_index(drop=True))
    formula = formula.removeprefix("~").strip() if isinstance(formula, str) else formula
    needed = [*sorted(formulas.columns_of(formula, frame)), *also, *([cluster] if cluster else [])]
    refuse_absent(frame, needed, "articles")
    whole = frame[needed].notna().all(axis=1).to_numpy() if needed else np.ones(len(frame), dtype=bool)
    left = int(topics.empty.sum()), int(((at < 0) & ~topics.empty).sum()), int((~whole).sum())
    frame = frame[whole].reset_index(drop=True)
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.CategoricalDtype):
            frame[name] = frame[name].cat.remove_unused_categories()
    design = models.build(formula, frame)
    if len(frame) <= design.matrix.shape[1]:
        raise TableError(
            f"{len(frame)} articles cannot carry {design.matrix.shape[1]} coefficients; simplify the formula"
        )
    groups = frame[cluster] if cluster else pd.Series(np.arange(len(frame)))
    if cluster == "date" and "date_precision" in frame:  # an article whose day is not known is its own cluster
        known = dates.days(frame)
        groups = known.astype(object).where(known.notna(), pd.Series(np.arange(len(frame)), index=frame.index))
    codes, n_clusters = models.codes_of(groups, len(frame))
    return Rows(design, frame, place[whole], codes, n_clusters, left)


def with_time(articles: pd.DataFrame) -> pd.DataFrame:
    """Add ``years`` (a number), ``year`` and ``month`` (text) from ``date`` where they are not there.

    They are missing where the date is not known so precisely (:func:`framing.dates.years`, ``periods``).
    """
    if "date" not in articles.columns or not pd.api.types.is_datetime64_any_dtype(articles["date"].dtype):
        return articles
    made = {"years": dates.years(articles)}
    for freq, form in (("year", "%Y"), ("month", "%Y-%m")):
        period = dates.periods(articles, freq)
        made[freq] = period.dt.strftime(form).astype(object).where(period.notna())
    return articles.assign(**{name: values for name, values in made.items() if name not in articles.columns})


def combined(topics: Topics, refits, rows: Rows, read, replicates: int, family: str, seed: int):
    """Estimate in every fit and draw, and combine."""
    fits = [topics, *refits]
    for other in refits:
        if not other.articles.equals(topics.articles) or other.n_topics != topics.n_topics:
            raise ValueError("the refits are of other articles or another number of topics; use topics.refit")
    k, n, p = topics.n_topics, len(rows.place), rows.design.matrix.shape[1]
    batch = int(np.clip(_CELLS // (n * k * max(1, p // 4)), 1, replicates))
    seeds = np.random.SeedSequence(seed).spawn(len(fits))
    estimates, variances = [], []
    for fit, child in zip(fits, seeds, strict=True):
        rng = np.random.default_rng(child)
        parts = []
        for begin in range(0, replicates, batch):
            y = _draw(fit.concentration[rows.place], min(batch, replicates - begin), rng)
            parts.append(tuple(read(*_estimate(rows.design.matrix, y, rows, family))))
        estimates.append(np.concatenate([part[0] for part in parts]))
        variances.append(np.concatenate([part[1] for part in parts]))
    return nested(np.stack(estimates), np.stack(variances))


def nested(estimates: np.ndarray, variances: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Combine fits × draws × quantities: Rubin's rules, nested where there is more than one fit (Shen 2000)."""
    fits, replicates, _ = estimates.shape
    if fits == 1:
        return rubin(estimates[0], variances[0])
    means = estimates.mean(axis=1)
    among = (1 + 1 / fits) * means.var(axis=0, ddof=1)
    inside = (1 - 1 / replicates) * estimates.var(axis=1, ddof=1).mean(axis=0)
    total = variances.mean(axis=(0, 1)) + among + inside
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = (among / total) ** 2 / (fits - 1) + (inside / total) ** 2 / (fits * (replicates - 1))
        df = np.where(inverse > 0, 1 / inverse, np.inf)
    return means.mean(axis=0), np.sqrt(total), df


def _draw(concentration: np.ndarray, replicates: int, rng: np.random.Generator) -> np.ndarray:
    """Shares from their Dirichlet posteriors, article × (draw, topic)."""
    n, k = concentration.shape
    gamma = rng.standard_gamma(concentration, size=(replicates, n, k)) + 1e-12
    gamma /= gamma.sum(axis=2, keepdims=True)
    np.clip(gamma, _LEAST, 1 - _LEAST, out=gamma)
    return gamma.transpose(1, 0, 2).reshape(n, replicates * k)


def _estimate(x: np.ndarray, y: np.ndarray, rows: Rows, family: str) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (p × q) and sandwich covariances (q × p × p) of q outcomes at once."""
    n, p = x.shape
    kinds, kind = np.unique(x, axis=0, return_inverse=True)  # articles alike in all covariates count as one row
    kind = kind.ravel()
    size = np.bincount(kind).astype(float)
    pairs = (kinds[:, :, None] * kinds[:, None, :]).reshape(len(kinds), p * p)
    total = models.sums(y, kind, len(kinds))
    if family == "normal":
        gram = (kinds * size[:, None]).T @ kinds
        beta = np.linalg.solve(gram, kinds.T @ total)
        mu = kinds @ beta
        bread = np.broadcast_to(np.linalg.inv(gram), (y.shape[1], p, p))
    else:
        level = logit(total.sum(axis=0) / n)
        start = np.linalg.lstsq(kinds, np.repeat(level[None], len(kinds), axis=0), rcond=None)[0]
        beta = models.optimum(kinds, total, size, "logit", start.T)[0].T
        mu = expit(kinds @ beta)
        bread = np.linalg.inv((pairs.T @ (size[:, None] * mu * (1 - mu))).T.reshape(-1, p, p))
    residual = y - mu[kind]
    if rows.n_clusters == n:
        square = models.sums(residual**2, kind, len(kinds))
        meat = (pairs.T @ square).T.reshape(-1, p, p) * (n / (n - p))
    else:
        g = rows.n_clusters
        score = np.stack([models.sums(column[:, None] * residual, rows.codes, g) for column in x.T])
        meat = (score.transpose(2, 0, 1) @ score.transpose(2, 1, 0)) * (g / (g - 1))
    return beta, bread @ meat @ bread
