"""Who covers a topic: shares by outlet and time with the uncertainty of the topics themselves."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from framing import formulas, models, tables
from framing.errors import TableError, refuse_unknown, takes_results
from framing.inference import adjust, normal_interval, refuse_level
from framing.messages import mark
from framing.tables import takes_tables
from framing.topics.record import Topics
from framing.topics.regressing import Rows, combined, rows_of

FAMILIES = ("logit", "normal")
_WARNED = {  # is the topic stable, hangs it on one article or cluster
    (True, False): "",
    (False, False): mark("refits do not find this topic again"),
    (True, True): mark("one article or cluster: no interval"),
    (False, True): mark("one article or cluster: no interval; refits do not find this topic again"),
}
_LEFT = ("n_without_terms", "n_absent", "n_incomplete")


@takes_tables()
@takes_results(topics=("topics.fit", "probabilities"))
def effects(
    topics: Topics,
    articles: pd.DataFrame,
    formula: str,
    *,
    replicates: int = 20,
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
    replicates
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
        coefficient that depends on one article, whose uncertainty cannot be estimated).

    Raises
    ------
    TableError
        No article of the topics is in ``articles``, a column is absent, or terms are collinear.
    ParamError
        The formula cannot be read.
    ValueError
        Fewer than two replicates, an unknown family, refits of other articles.

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
    _refuse(replicates, family, level)
    rows = rows_of(topics, articles, formula, (), cluster)
    x = rows.design.matrix
    p, k = x.shape[1], topics.n_topics

    def read(beta, covariance):
        return beta.T.reshape(-1, k * p), np.diagonal(covariance, axis1=1, axis2=2).reshape(-1, k * p)

    estimate, error, df = combined(topics, refits, rows, read, replicates, family, seed)
    informed = models.informed(x, rows.codes)
    alone = np.tile(~informed.enough, k) | ~(error > 1e-12)
    error = np.where(alone, np.nan, error)
    found = models.TDistribution(estimate, error, np.minimum(df, np.tile(informed.df, k))).columns(level)
    table = pd.DataFrame(
        {
            "topic": np.repeat(np.arange(k), p),
            "label": np.repeat(np.array(topics.names, dtype=object), p),
            "term": np.tile(np.array(rows.design.names, dtype=object), k),
            **{name: found[name] for name in ("estimate", "std_error", "conf_low", "conf_high", "df", "p_value")},
        }
    )
    table["q_value"] = adjust(table["p_value"].where(table["term"] != "Intercept"))
    table["n_articles"], table["n_clusters"] = len(x), rows.n_clusters
    return _with_notes(table, topics, rows, alone)


@takes_tables()
@takes_results(topics=("topics.fit", "probabilities"))
def shares(
    topics: Topics,
    articles: pd.DataFrame,
    by: str | Sequence[str],
    *,
    formula: str | None = None,
    over: str | None = None,
    points: int = 25,
    against: Mapping[str, str] | None = None,
    replicates: int = 20,
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
    topics, articles, replicates, refits, cluster, family, level, seed
        As in :func:`effects`.

    Returns
    -------
    DataFrame
        One row per topic and combination: ``topic``, ``label``, the columns ``by`` and ``over``, ``estimate`` (share, 0
        to 1, or difference), ``std_error``, ``conf_low``, ``conf_high`` (by the logit of the share, so inside 0 to 1),
        ``date`` (with ``over``, the day of that place), ``n_articles``, ``n_clusters`` (of the combination of ``by``),
        ``n_without_terms``, ``n_absent``,
        ``n_incomplete`` (left out, of all) and ``note`` as in :func:`effects`.

    Raises
    ------
    TableError, ParamError, ValueError
        As :func:`effects`; also a level in ``against`` that no article has.
    """
    _refuse(replicates, family, level)
    by = [by] if isinstance(by, str) else list(by)
    formula = formula or " * ".join(map(formulas.spelled, [*by, *([over] if over else [])]))
    rows = rows_of(topics, articles, formula, (*by, *([over] if over else [])), cluster)
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

    estimate, error, df = combined(topics, refits, rows, read, replicates, family, seed)
    low, high = normal_interval(estimate, error, level, np.minimum(df, rows.n_clusters - 1))
    if place is None and family == "logit":
        estimate, low, high = expit(estimate), expit(low), expit(high)
        error = error * estimate * (1 - estimate)
    table = grid.loc[grid.index.repeat(k)].reset_index(drop=True)
    table.insert(0, "topic", np.tile(np.arange(k), len(grid)))
    table.insert(1, "label", np.tile(np.array(topics.names, dtype=object), len(grid)))
    table["estimate"], table["std_error"], table["conf_low"], table["conf_high"] = estimate, error, low, high
    alone = (table["n_clusters"] < 2).to_numpy(copy=True) | ~(error > 1e-12)
    if place is not None:
        alone |= np.repeat(grid["n_clusters"].to_numpy()[place] < 2, k)
    table.loc[alone, ["std_error", "conf_low", "conf_high"]] = np.nan
    table = table.assign(n_articles=table.pop("n_articles"), n_clusters=table.pop("n_clusters"))
    table = _with_notes(table, topics, rows, alone)
    if place is not None:
        table = table[np.repeat(np.arange(len(grid)) != place, k)]
    if over and "date" in articles and over in articles:
        table["date"] = tables.days_at(table[over], articles[over], articles["date"])
    return table.sort_values(["topic", *by, *([over] if over else [])], kind="stable").reset_index(drop=True)


def _refuse(replicates: int, family: str, level: float) -> None:
    refuse_level(level)
    if replicates < 2:
        raise ValueError(f"replicates must be at least 2, not {replicates}; 20 is usual")
    refuse_unknown(family, FAMILIES, "family")


def _grid(rows: Rows, by: list[str], over: str | None, points: int):
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
        held = frame.groupby(others, observed=True).agg(_n=(others[0], "size")).reset_index()
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


def _with_notes(table: pd.DataFrame, topics: Topics, rows: Rows, alone: np.ndarray) -> pd.DataFrame:
    """What was left out of all, and a note where a topic is unstable or a row depends on one article or cluster."""
    stable = np.array(topics.stable or (True,) * topics.n_topics)[table["topic"].to_numpy()]
    notes = [_WARNED[bool(sure), bool(few)] or rows.design.lost for sure, few in zip(stable, alone, strict=True)]
    return table.assign(**dict(zip(_LEFT, rows.left, strict=True)), note=notes)
