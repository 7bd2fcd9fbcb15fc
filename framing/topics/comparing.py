"""Who covers a topic: shares by outlet and time with the uncertainty of the topics themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm, t

from framing import designs
from framing.errors import ParamError, TableError
from framing.inference import adjust, normal_interval, refuse_level, rubin
from framing.topics.record import UNSTABLE, Topics
from framing.wording import mark, paragraph, say

FAMILIES = ("logit", "normal")
_CELLS = 20_000_000  # numbers held at once
_LEAST = 1e-6  # a drawn share is not nearer to 0 or 1: the logit of a lone article would run away
_WARNED = {  # is the topic stable, hangs it on one article or cluster
    (True, False): "",
    (False, False): mark("refits do not find this topic again"),
    (True, True): mark("one article or cluster: no interval"),
    (False, True): mark("one article or cluster: no interval; refits do not find this topic again"),
}
_LEFT = ("n_without_terms", "n_absent", "n_incomplete")


@dataclass(frozen=True)
class _Rows:
    """Articles that enter a regression, their matrix, and what was left out."""

    design: designs.Design
    frame: pd.DataFrame
    place: np.ndarray
    codes: np.ndarray
    n_clusters: int
    left: tuple[int, int, int]


def effects(
    topics: Topics,
    articles: pd.DataFrame,
    formula: str,
    *,
    draws: int = 20,
    refits: Sequence[Topics] = (),
    cluster: str | None = None,
    family: str = "logit",
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Regress the share of every topic on covariates of the articles.

    Parameters
    ----------
    topics
        Fitted topics.
    articles
        One row per article with ``article_id`` and the covariates. Where there is a ``date``, ``years`` (since the
        first of January of its first year), ``year`` and ``month`` are made from it unless they are there.
    formula
        Right-hand side, for example ``"outlet * cs(years, df=3, constraints='center')"``.
    draws
        Draws of the shares from their posterior, for the fit and for each refit.
    refits
        From :func:`framing.topics.refit`. With them the intervals hold the uncertainty of the topics too.
    cluster
        Column of articles that are not independent (``cluster_id`` for wire copy, ``date``); without it every
        article is one.
    family
        ``logit`` (fractional logit: shares stay between 0 and 1; estimates are log odds) or ``normal`` (least
        squares as in stm's estimateEffect; estimates are differences of the share).
    level
        Confidence level.
    seed
        Decides the draws.

    Returns
    -------
    DataFrame
        One row per topic and coefficient: ``topic``, ``label``, ``term``, ``estimate``, ``std_error``, ``conf_low``,
        ``conf_high``, ``df``, ``p_value``, ``q_value`` (Benjamini–Hochberg over all topics and coefficients but the
        intercepts), ``n_articles``, ``n_clusters``, and the articles left out: ``n_without_terms``, ``n_absent``
        (not in ``articles``), ``n_incomplete`` (without a value the model needs); ``note`` (an unstable topic; a
        coefficient that hangs on one article, whose uncertainty cannot be told).

    Raises
    ------
    TableError
        No article of the topics is in ``articles``, a column is absent, or terms are collinear.
    ParamError
        The formula cannot be read.
    ValueError
        Fewer than two draws, an unknown family, refits of other articles.

    Notes
    -----
    For every fit and draw the model is estimated with a sandwich covariance (CR1 over clusters, HC1 without);
    the estimates are combined by Rubin's rules [1]_, nested where there are refits [2]_: draws within a refit,
    refits among each other. t intervals with the smaller of Rubin's degrees of freedom and clusters − 1.

    References
    ----------
    .. [1] Rubin (1987). *Multiple Imputation for Nonresponse in Surveys*, ch. 3.
    .. [2] Shen (2000). *Nested multiple imputation*. PhD thesis, Harvard.
    .. [3] Papke & Wooldridge (1996). Econometric methods for fractional response variables. *J. Appl.
       Econometrics* 11, 619-632.
    """
    _refuse(draws, family, level)
    rows = _rows(topics, articles, formula, (), cluster)
    x = rows.design.matrix
    p, k = x.shape[1], topics.n_topics

    def read(beta, covariance):
        return beta.T.reshape(-1, k * p), np.diagonal(covariance, axis1=1, axis2=2).reshape(-1, k * p)

    estimate, error, df = _combined(topics, refits, rows, read, draws, family, seed)
    table = pd.DataFrame(
        {
            "topic": np.repeat(np.arange(k), p),
            "label": np.repeat(np.array(topics.names, dtype=object), p),
            "term": np.tile(np.array(rows.design.names, dtype=object), k),
            "estimate": estimate,
            "std_error": error,
        }
    )
    alone = np.tile(_clusters_of(x, rows) < 2, k)
    df = np.minimum(df, rows.n_clusters - 1)
    table.loc[alone, "std_error"] = np.nan
    table["conf_low"], table["conf_high"] = normal_interval(table["estimate"], table["std_error"], level, df)
    table["df"] = df
    table["p_value"] = 2 * t.sf(np.abs(table["estimate"] / table["std_error"]), df)
    tested = table["p_value"].where(table["term"] != "Intercept")
    table["q_value"] = adjust(tested)
    table["n_articles"], table["n_clusters"] = len(x), rows.n_clusters
    return table.assign(**dict(zip(_LEFT, rows.left, strict=True)), note=_notes(topics, table["topic"], alone))


def shares(
    topics: Topics,
    articles: pd.DataFrame,
    by: str | Sequence[str],
    *,
    formula: str | None = None,
    over: str | None = None,
    points: int = 25,
    against: Mapping[str, str] | None = None,
    draws: int = 20,
    refits: Sequence[Topics] = (),
    cluster: str | None = None,
    family: str = "logit",
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Share of every topic by outlet, and along a curve of time: the effects in numbers people can read.

    Parameters
    ----------
    by
        Columns whose levels are told apart, for example ``"outlet"`` or ``["outlet", "year"]``.
    formula
        Right-hand side of the model; without it the columns ``by`` (and ``over``) with all interactions. With other
        columns in it (``"outlet + month"``) the shares are adjusted: averaged over the articles' values of those.
    over
        A number in the formula, for example ``years``, along which a curve is read at ``points`` places; a level of
        ``by`` is read only between its first and last article.
    against
        One of the columns ``by`` and a level of it, ``{"outlet": "asahi"}``: rows are then differences of the share
        from that level.
    topics, articles, draws, refits, cluster, family, level, seed
        As in :func:`effects`.

    Returns
    -------
    DataFrame
        One row per topic and combination: ``topic``, ``label``, the columns ``by`` and ``over``, ``estimate`` (share, 0
        to 1, or difference), ``std_error``, ``conf_low``, ``conf_high`` (by the logit of the share, so inside 0 to 1),
        ``n_articles``, ``n_clusters`` (of the combination of ``by``), ``n_without_terms``, ``n_absent``,
        ``n_incomplete`` (left out, of all) and ``note`` as in :func:`effects`.

    Raises
    ------
    TableError, ParamError, ValueError
        As :func:`effects`; also a level in ``against`` that no article has.
    """
    _refuse(draws, family, level)
    by = [by] if isinstance(by, str) else list(by)
    formula = formula or " * ".join([*by, *([over] if over else [])])
    rows = _rows(topics, articles, formula, (*by, *([over] if over else [])), cluster)
    grid, weights, cells = _grid(rows, by, over, points)
    place = _reference(grid, by, over, against)
    x = rows.design.rebuild(cells)
    first = np.concatenate([[0], np.flatnonzero(np.diff(cells["_cell"].to_numpy())) + 1])
    k = topics.n_topics

    def read(beta, covariance):
        """Average prediction and its variance by the delta method, cell × outcome."""
        eta = x @ beta
        mu, slope = (expit(eta), expit(eta) * expit(-eta)) if family == "logit" else (eta, np.ones_like(eta))
        mean = np.add.reduceat(weights[:, None] * mu, first)
        lean = np.stack([np.add.reduceat(weights[:, None] * slope * column[:, None], first) for column in x.T], axis=2)
        if place is not None:
            mean, lean = mean - mean[place], lean - lean[place]
        variance = np.einsum("cqp,qpr,cqr->cq", lean, covariance, lean, optimize=True)
        if place is None and family == "logit":
            mean, variance = logit(mean), variance / (mean * (1 - mean)) ** 2
        c = len(first)
        order = (c, -1, k)
        return (values.reshape(order).swapaxes(0, 1).reshape(-1, c * k) for values in (mean, variance))

    estimate, error, df = _combined(topics, refits, rows, read, draws, family, seed)
    low, high = normal_interval(estimate, error, level, np.minimum(df, rows.n_clusters - 1))
    if place is None and family == "logit":
        estimate, low, high = expit(estimate), expit(low), expit(high)
        error = error * estimate * (1 - estimate)
    table = grid.loc[grid.index.repeat(k)].reset_index(drop=True)
    table.insert(0, "topic", np.tile(np.arange(k), len(grid)))
    table.insert(1, "label", np.tile(np.array(topics.names, dtype=object), len(grid)))
    table["estimate"], table["std_error"], table["conf_low"], table["conf_high"] = estimate, error, low, high
    alone = (table["n_clusters"] < 2).to_numpy(copy=True)
    if place is not None:
        alone |= np.repeat(grid["n_clusters"].to_numpy()[place] < 2, k)
    table.loc[alone, ["std_error", "conf_low", "conf_high"]] = np.nan
    counted = table[["n_articles", "n_clusters"]]
    table = table.drop(columns=["n_articles", "n_clusters"])
    table["n_articles"], table["n_clusters"] = counted["n_articles"], counted["n_clusters"]
    table = table.assign(**dict(zip(_LEFT, rows.left, strict=True)), note=_notes(topics, table["topic"], alone))
    if place is not None:
        table = table[np.repeat(np.arange(len(grid)) != place, k)]
    return table.sort_values(["topic", *by, *([over] if over else [])], kind="stable").reset_index(drop=True)


def first_copies(articles: pd.DataFrame) -> pd.DataFrame:
    """The articles with one of each group of copies (the first by ``cluster_id``): the comparison without wire copy."""
    if "cluster_id" not in articles.columns:
        return articles
    if "first" in articles.columns:
        return articles[articles["first"].astype(bool)]
    keep = ~articles.duplicated("cluster_id") | articles["cluster_id"].isna()
    return articles[keep]


def answer(table: pd.DataFrame, by: str = "outlet") -> dict:
    """The clearest difference of a table of :func:`shares` in a sentence, for ``present.finding``.

    Of the topics not known to be unstable the one whose largest and smallest share differ by most standard
    errors. The interval of the difference is Bonferroni's over all topics and pairs of groups.

    Returns
    -------
    dict
        ``sentence``, ``value``, ``low``, ``high`` (percentage points), ``unit``, ``caution``.
    """
    known = table[table["std_error"].notna()]
    sure = known[~known["label"].astype(str).str.endswith(UNSTABLE)]
    sure = sure if len(sure) else known
    nothing = say("No topic differs surely by {by}.", by=say(by))
    caution = say("The largest of many comparisons; a topic is a habit of words, not a subject someone chose.")
    n_groups, n_topics = sure[by].nunique(), sure["topic"].nunique()
    if n_groups < 2:
        return {"sentence": nothing, "value": None, "low": None, "high": None, "unit": "", "caution": caution}
    top = sure.loc[sure.groupby("topic")["estimate"].idxmax()].set_index("topic")
    least = sure.loc[sure.groupby("topic")["estimate"].idxmin()].set_index("topic")
    gap, error = top["estimate"] - least["estimate"], np.hypot(top["std_error"], least["std_error"])
    number = (gap / error).idxmax()
    half = norm.isf(0.025 / (n_topics * n_groups * (n_groups - 1) / 2)) * error[number]
    a, b = top.loc[number], least.loc[number]
    value, low, high = 100 * gap[number], 100 * (gap[number] - half), 100 * (gap[number] + half)
    sentence = say(
        "Topic {number} ({label}) takes {many:.1%} of an article in {one}, {few:.1%} in {other}.",
        number=number, label=a.label, many=a.estimate, few=b.estimate, one=a[by], other=b[by],
    )  # fmt: skip
    sentence, unit = sentence if low > 0 else paragraph([nothing, sentence]), say("percentage points")
    return {"sentence": sentence, "value": value, "low": low, "high": high, "unit": unit, "caution": caution}


def _refuse(draws: int, family: str, level: float) -> None:
    refuse_level(level)
    if draws < 2:
        raise ValueError(f"draws must be at least 2, not {draws}; 20 is usual")
    if family not in FAMILIES:
        raise ValueError(f"no family {family!r}; there are {list(FAMILIES)}")


def _rows(topics: Topics, articles: pd.DataFrame, formula: str, also: Sequence[str], cluster: str | None) -> _Rows:
    """Join covariates to the articles of the topics, leave out what cannot enter, and say so."""
    if "article_id" not in articles.columns:
        raise TableError(f"articles lacks the column 'article_id'; it has {list(map(str, articles.columns))}")
    known = pd.Index(articles["article_id"].astype(str))
    if not known.is_unique:
        raise TableError(f"articles repeats {int(known.duplicated().sum())} article_ids; each article has one row")
    at = known.get_indexer(topics.articles.astype(str))
    place = np.flatnonzero((at >= 0) & ~topics.empty)
    if not len(place):
        raise TableError(
            f"none of the {len(topics.articles)} articles of the topics is in articles; join by article_id"
        )
    frame = with_time(articles.iloc[at[place]].reset_index(drop=True))
    formula = formula.removeprefix("~").strip() if isinstance(formula, str) else formula
    needed = [*_variables(formula, frame), *also, *([cluster] if cluster else [])]
    absent = sorted(set(needed) - set(frame.columns))
    if absent:
        raise TableError(f"articles lacks the columns {absent}; it has {list(map(str, frame.columns))}")
    whole = frame[needed].notna().all(axis=1).to_numpy() if needed else np.ones(len(frame), dtype=bool)
    left = int(topics.empty.sum()), int(((at < 0) & ~topics.empty).sum()), int((~whole).sum())
    frame = frame[whole].reset_index(drop=True)
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.CategoricalDtype):
            frame[name] = frame[name].cat.remove_unused_categories()
    design = designs.build(formula, frame)
    if len(frame) <= design.matrix.shape[1]:
        raise TableError(
            f"{len(frame)} articles cannot carry {design.matrix.shape[1]} coefficients; simplify the formula"
        )
    groups = frame[cluster] if cluster else pd.Series(np.arange(len(frame)))
    codes, n_clusters = designs.codes_of(groups, len(frame))
    return _Rows(design, frame, place[whole], codes, n_clusters, left)


def with_time(articles: pd.DataFrame) -> pd.DataFrame:
    """Add ``years`` (a number), ``year`` and ``month`` (text) from ``date`` where they are not there."""
    if "date" not in articles.columns or not pd.api.types.is_datetime64_any_dtype(articles["date"].dtype):
        return articles
    date = articles["date"]
    start = pd.Timestamp(date.min().year, 1, 1) if date.notna().any() else pd.NaT
    made = {
        "years": (date - start).dt.days / 365.25,
        "year": date.dt.year.astype("Int64").astype("string").astype(object).where(date.notna()),
        "month": date.dt.strftime("%Y-%m").astype(object).where(date.notna()),
    }
    return articles.assign(**{name: values for name, values in made.items() if name not in articles.columns})


def _variables(formula: str, frame: pd.DataFrame) -> list[str]:
    """Columns the formula reads."""
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    if not isinstance(formula, str):
        raise ParamError(f"a formula is text such as 'outlet * years', not {type(formula).__name__}")
    try:
        return sorted(map(str, Formula(formula or "1").required_variables))
    except (FormulaicError, SyntaxError) as fault:
        raise ParamError(f"the formula {formula!r} cannot be read: {str(fault).splitlines()[0]}") from None


def _combined(topics: Topics, refits, rows: _Rows, read, draws: int, family: str, seed: int):
    """Estimate in every fit and draw, and combine."""
    fits = [topics, *refits]
    for other in refits:
        if not other.articles.equals(topics.articles) or other.n_topics != topics.n_topics:
            raise ValueError("the refits are of other articles or another number of topics; use topics.refit")
    k, n, p = topics.n_topics, len(rows.place), rows.design.matrix.shape[1]
    batch = int(np.clip(_CELLS // (n * k * max(1, p // 4)), 1, draws))
    seeds = np.random.SeedSequence(seed).spawn(len(fits))
    estimates, variances = [], []
    for fit, child in zip(fits, seeds, strict=True):
        rng = np.random.default_rng(child)
        parts = []
        for begin in range(0, draws, batch):
            y = _draw(fit.concentration[rows.place], min(batch, draws - begin), rng)
            parts.append(tuple(read(*_estimate(rows.design.matrix, y, rows, family))))
        estimates.append(np.concatenate([part[0] for part in parts]))
        variances.append(np.concatenate([part[1] for part in parts]))
    return nested(np.stack(estimates), np.stack(variances))


def nested(estimates: np.ndarray, variances: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Combine fits × draws × quantities: Rubin's rules, nested where there is more than one fit (Shen 2000)."""
    fits, draws, _ = estimates.shape
    if fits == 1:
        return rubin(estimates[0], variances[0])
    means = estimates.mean(axis=1)
    among = (1 + 1 / fits) * means.var(axis=0, ddof=1)
    inside = (1 - 1 / draws) * estimates.var(axis=1, ddof=1).mean(axis=0)
    total = variances.mean(axis=(0, 1)) + among + inside
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = (among / total) ** 2 / (fits - 1) + (inside / total) ** 2 / (fits * (draws - 1))
        df = np.where(inverse > 0, 1 / inverse, np.inf)
    return means.mean(axis=0), np.sqrt(total), df


def _draw(concentration: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Shares from their Dirichlet posteriors, article × (draw, topic)."""
    n, k = concentration.shape
    gamma = rng.standard_gamma(concentration, size=(draws, n, k)) + 1e-12
    gamma /= gamma.sum(axis=2, keepdims=True)
    np.clip(gamma, _LEAST, 1 - _LEAST, out=gamma)
    return gamma.transpose(1, 0, 2).reshape(n, draws * k)


def _estimate(x: np.ndarray, y: np.ndarray, rows: _Rows, family: str) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (p × q) and sandwich covariances (q × p × p) of q outcomes at once."""
    n, p = x.shape
    kinds, kind = np.unique(x, axis=0, return_inverse=True)  # articles alike in all covariates count as one row
    kind = kind.ravel()
    size = np.bincount(kind).astype(float)
    pairs = (kinds[:, :, None] * kinds[:, None, :]).reshape(len(kinds), p * p)
    total = designs.sums(y, kind, len(kinds))
    if family == "normal":
        gram = (kinds * size[:, None]).T @ kinds
        beta = np.linalg.solve(gram, kinds.T @ total)
        mu = kinds @ beta
        bread = np.broadcast_to(np.linalg.inv(gram), (y.shape[1], p, p))
    else:
        beta = _fractional(kinds, total, size, pairs)
        mu = expit(kinds @ beta)
        bread = np.linalg.inv((pairs.T @ (size[:, None] * mu * (1 - mu))).T.reshape(-1, p, p))
    residual = y - mu[kind]
    if rows.n_clusters == n:
        square = designs.sums(residual**2, kind, len(kinds))
        meat = (pairs.T @ square).T.reshape(-1, p, p) * (n / (n - p))
    else:
        g = rows.n_clusters
        score = np.stack([designs.sums(column[:, None] * residual, rows.codes, g) for column in x.T])
        meat = (score.transpose(2, 0, 1) @ score.transpose(2, 1, 0)) * (g / (g - 1))
    return beta, bread @ meat @ bread


def _fractional(x: np.ndarray, total: np.ndarray, size: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Quasi-likelihood logit of q outcomes in (0, 1) at once, by Newton's method with halved steps.

    One row per kind of article: ``total`` is the sum of its outcomes and ``size`` how many there are.
    """
    p, size = x.shape[1], size[:, None]
    level = logit(total.sum(axis=0) / size.sum())
    beta = np.linalg.lstsq(x, np.repeat(level[None], len(x), axis=0), rcond=None)[0]

    def height(b):
        eta = x @ b
        return (total * eta - size * np.logaddexp(0, eta)).sum(axis=0)

    value = height(beta)
    for _ in range(100):
        mu = expit(x @ beta)
        curve = (pairs.T @ (size * mu * (1 - mu))).T.reshape(-1, p, p)
        step = np.linalg.solve(curve, (x.T @ (total - size * mu)).T[:, :, None])[:, :, 0].T
        step *= np.minimum(1, 3 / np.maximum(np.abs(x @ step).max(axis=0), 1e-300))  # not off into the flat ends
        for _ in range(20):
            new = height(beta + step)
            worse = new < value - 1e-9 * np.abs(value)
            if not worse.any():
                break
            step[:, worse] /= 2
        beta, value = beta + step, new
        if np.abs(step).max() < 1e-8:
            break
    return beta


def _clusters_of(x: np.ndarray, rows: _Rows) -> np.ndarray:
    """For each column, how many clusters have a value other than its most frequent one."""
    usual = np.array([np.bincount(np.unique(column, return_inverse=True)[1]).argmax() for column in x.T])
    levels = [np.unique(column) for column in x.T]
    other = [column != level[i] for column, level, i in zip(x.T, levels, usual, strict=True)]
    return np.array([len(np.unique(rows.codes[mask])) if mask.any() else rows.n_clusters for mask in other])


def _grid(rows: _Rows, by: list[str], over: str | None, points: int):
    """The combinations asked for, and the rows of data over which each is averaged."""
    frame = rows.frame
    counted = frame[by].assign(_cluster=rows.codes).groupby(by, observed=True, sort=True)["_cluster"]
    grid = counted.agg(n_articles="size", n_clusters="nunique").reset_index()
    if over:
        if not pd.api.types.is_numeric_dtype(frame[over].dtype):
            raise TableError(f"{over!r} is not a number; a curve needs one, such as years")
        ends = frame.groupby(by, observed=True, sort=True)[over].agg(["min", "max"]).reset_index(drop=True)
        line = np.linspace(frame[over].min(), frame[over].max(), points)
        grid = grid.loc[grid.index.repeat(points)].assign(**{over: np.tile(line, len(grid))})
        low, high = ends["min"].repeat(points).to_numpy(), ends["max"].repeat(points).to_numpy()
        slack = (line[-1] - line[0]) / max(points - 1, 1) / 2
        inside = (grid[over] >= low - slack) & (grid[over] <= high + slack)
        grid = grid[inside.to_numpy()].reset_index(drop=True)
    others = [name for name in rows.design.variables if name not in (*by, over)]
    if others:
        held = frame.groupby(others, observed=True).size().rename("_n").reset_index()
        cells = grid[[*by, *([over] if over else [])]].assign(_cell=range(len(grid))).merge(held, how="cross")
    else:
        cells = grid.assign(_cell=range(len(grid)), _n=1)
    weights = (cells["_n"] / cells.groupby("_cell")["_n"].transform("sum")).to_numpy()
    return grid, weights, cells


def _reference(grid: pd.DataFrame, by: list[str], over: str | None, against) -> np.ndarray | None:
    """For each combination the one it is compared with."""
    if not against:
        return None
    if len(against) != 1 or next(iter(against)) not in by:
        raise ValueError(f"against names one of the columns {by} and a level of it, not {dict(against)}")
    column, level = next(iter(against.items()))
    rest = [name for name in [*by, *([over] if over else [])] if name != column]
    base = grid[grid[column].astype(str) == str(level)]
    if base.empty:
        raise ValueError(f"no article has {column} {level!r}; there are {sorted(map(str, grid[column].unique()))}")
    if not rest:
        return np.full(len(grid), base.index[0])
    keyed = base.reset_index().set_index(rest)["index"]
    key = pd.MultiIndex.from_frame(grid[rest]) if len(rest) > 1 else pd.Index(grid[rest[0]])
    place = keyed.reindex(key).to_numpy()
    if pd.isna(place).any():
        lacking = grid.loc[pd.isna(place), rest].drop_duplicates().head(3).to_dict("records")
        raise ValueError(f"{column} {level!r} has no articles at {lacking}; take another level or a coarser time")
    return place.astype(int)


def _notes(topics: Topics, topic: pd.Series, alone: np.ndarray) -> list[str]:
    stable = np.array(topics.stable or (True,) * topics.n_topics)[topic.to_numpy()]
    return [_WARNED[bool(sure), bool(few)] for sure, few in zip(stable, alone, strict=True)]
