"""The same comparison with month, section or topic held constant by a model."""

import numpy as np
import pandas as pd
from scipy import sparse, special

from framing.errors import ParamError, TableError
from framing.inference import FEW_UNITS, NO_VARIATION, ONE_UNIT, adjust, informed, normal_interval, refuse_level
from framing.keyness import kernels
from framing.keyness.groups import TOO_FEW, Groups, arrange
from framing.keyness.spread import group_sums
from framing.messages import mark
from framing.tables import refuse_absent, refuse_repeats, takes_tables

BLOCK = 128  # terms fitted at once
STEPS = 60
CONVERGED = 1e-10  # change of the log-likelihood by its size
BOUNDED = 1e3  # variance of a logarithm, by the model: two tokens give 2, an effect on its way to infinity millions


@takes_tables(labels=True, columns=("by", "cluster"))
def adjusted(
    counts: pd.DataFrame,
    articles: pd.DataFrame,
    formula: str,
    *,
    by: str = "outlet",
    target: str | list[str] | None = None,
    reference: str | list[str] | None = None,
    cluster: str = "article_id",
    min_tokens: int = 20,
    level: float = 0.95,
) -> pd.DataFrame:
    """Outlet effects on the rate of each term, holding what the formula names constant.

    Parameters
    ----------
    counts
        A study, which has ``articles`` as well, or one row per article and term, untrimmed.
    articles
        One row per article with the columns of the formula; articles that counts do not know are left out.
    formula
        Right-hand side of what is held constant, ``"month + section"``; ``by`` itself may stand in it or not.
    by, target, reference
        As in :func:`framing.keyness.compare`. With neither named every group is compared with the first.
    cluster
        Column of counts or articles whose values are dependent.
    min_tokens
        Terms with fewer tokens in all are kept without an estimate; their ``note`` says so.
    level
        Of the intervals.

    Returns
    -------
    DataFrame
        One row per contrast and term: ``target``, ``reference``, ``term``, ``log2_ratio`` (adjusted: doublings of
        the rate per token), ``std_error``, ``conf_low``, ``conf_high``, ``p_value``, ``q_value`` (Benjamini-Hochberg
        over the table), ``log2_ratio_raw`` (the ratio of the plain rates, to be read beside it), ``n_tokens_target``,
        ``n_tokens_reference``, ``n_articles`` (in the model), ``n_clusters``, ``note``.

    Raises
    ------
    TableError
        A column is absent or missing for some article, terms of the formula are collinear (named), or there are
        no more clusters than columns.
    ParamError
        The formula cannot be read, or crosses ``by`` with something (an interaction has no single effect).

    Notes
    -----
    Poisson regression with offset log(tokens of the article), one fit a term, all terms at once by Newton's method on
    cells of equal covariates, which loses nothing: the likelihood depends on the cells' sums only. Standard
    errors are clustered (CR1), so over-dispersion is allowed for, and no smaller than those of the Poisson model;
    intervals use t with degrees of freedom that count the clusters which inform this effect: by what the model expects
    of each, and, where they vary more than the Poisson model allows, by where the tokens of the term are. A term that
    fewer than three clusters of a side hold has no interval and no p-value; its ``note`` says so. Where the sides share
    no month (section …) in which both use the term, the likelihood may have no maximum: the estimate is then missing
    and the note says that the fit did not converge.
    """
    refuse_level(level)
    joined = _joined(counts, articles, formula, by, cluster)
    groups = arrange(joined["counts"], by, target, reference, cluster, None)
    baseline = 1 if len(groups.names) == 2 else 0
    absent = groups.articles_index.difference(joined["articles"].index)
    if len(absent):
        raise TableError(
            f"{len(absent)} articles of counts are not in articles (first {absent[0]!r}), so what is held constant is "
            "unknown for them; give all articles, or leave those out of counts"
        )
    held = joined["articles"].loc[groups.articles_index]
    matrix, names, lost = _matrix(held, formula, by, groups, baseline)
    fits = _fit(groups, matrix, names, min_tokens)
    others = [g for g in range(len(groups.names)) if g != baseline]
    sums = group_sums(groups)
    rate = sums / np.bincount(groups.article_group, groups.article_sizes, len(groups.names))
    tables = []
    for column, g in enumerate(others):
        with np.errstate(divide="ignore", invalid="ignore"):
            raw = np.log2(rate[:, g]) - np.log2(rate[:, baseline])
        estimate, std_error = fits["estimate"][:, column] / np.log(2), fits["std_error"][:, column] / np.log(2)
        note = fits["note"].copy()
        absent = (sums[:, g] + sums[:, baseline] == 0) & (note == "")  # only a third group uses the term
        estimate[absent], std_error[absent], note[absent] = np.nan, np.nan, mark("in neither group")
        infinite = np.isinf(raw) & (note == "")
        estimate, std_error = np.where(infinite, raw, estimate), np.where(infinite, np.nan, std_error)
        note[infinite] = mark("used on one side only")
        unbounded = fits["unbounded"][:, column] & (note == "")
        estimate[unbounded], std_error[unbounded] = np.nan, np.nan
        note[unbounded] = mark("the fit did not converge")
        if fits["alone"][column]:
            std_error[:], note[note == ""] = np.nan, ONE_UNIT
        note[np.isnan(std_error) & (note == "")] = NO_VARIATION
        holding, concentrated = _informative(groups, (g, baseline))
        few = (holding < FEW_UNITS) & (note == "")
        std_error[few], note[few] = np.nan, TOO_FEW
        informative = fits["informative"][:, column]
        df = np.maximum(np.where(fits["bursty"][:, column], np.fmin(informative, concentrated), informative) - 1, 1)
        low, high = normal_interval(estimate, std_error, level, df)
        with np.errstate(divide="ignore", invalid="ignore"):
            p_value = 2 * special.stdtr(df, -np.abs(estimate / std_error))
        table = {
            "target": groups.names[g],
            "reference": groups.names[baseline],
            "term": groups.terms,
            "log2_ratio": estimate,
            "std_error": std_error,
            "conf_low": low,
            "conf_high": high,
            "p_value": p_value,
            "log2_ratio_raw": raw,
            "n_tokens_target": sums[:, g].astype(np.int64),
            "n_tokens_reference": sums[:, baseline].astype(np.int64),
            "n_articles": len(held),
            "n_clusters": fits["n_clusters"],
            "note": np.where(note == "", lost, note),
        }
        tables.append(pd.DataFrame(table))
    result = pd.concat(tables, ignore_index=True)
    result.insert(result.columns.tolist().index("p_value") + 1, "q_value", adjust(result["p_value"]))
    return result


def _informative(groups: Groups, of: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Clusters that hold each term, of the side with fewer, and how many of equal tokens tell as much as they do."""
    names, n = groups.cluster.max() + 1, len(groups.group)
    adding = sparse.csr_array((np.ones(n), (groups.cluster, np.arange(n))), shape=(names, n))
    holding, parts, freedom = [], [], []
    for g in of:
        held = adding @ sparse.diags_array((groups.group == g).astype(float)) @ groups.units
        tokens = np.maximum(held.sum(axis=0), 1)
        holding.append((held > 0).sum(axis=0))
        parts.append(1 / tokens)
        freedom.append(tokens**2 / np.maximum(held.power(2).sum(axis=0), 1))
    parts, freedom = np.stack(parts), np.stack(freedom)
    return np.min(holding, axis=0), parts.sum(axis=0) ** 2 / (parts**2 / freedom).sum(axis=0)


def _joined(counts: pd.DataFrame, articles: pd.DataFrame, formula: str, by: str, cluster: str) -> dict:
    """Counts with the cluster merged on, and the articles' covariates by article id."""
    refuse_absent(articles, ["article_id"], "articles")
    refuse_repeats(articles, ["article_id"], "articles")
    covariates = articles.set_index(articles["article_id"].astype(str))
    if cluster not in counts.columns and cluster in covariates.columns:
        counts = counts.assign(
            **{cluster: counts["article_id"].astype(str).map(covariates[cluster]).astype("category")}
        )
    return {"counts": counts, "articles": covariates}


def _matrix(held: pd.DataFrame, formula: str, by: str, groups: Groups, baseline: int):
    """Group indicators first, then what is held constant (with the intercept); names, and what is left out."""
    from framing import models  # brings the formula library along

    held = held.assign(**{by: np.array(groups.names)[groups.article_group]})
    design = models.build(formula, held, collinear="keep")
    crossed = [term for term in design.terms if term != by and by in term.replace("(", ":").split(":")]
    if crossed:
        raise ParamError(
            f"{formula!r} crosses {by} in {crossed}; an outlet then has no single effect. Compare by subsets"
        )
    own = set(design.terms.get(by, []))
    kept = [i for i, name in enumerate(design.names) if name not in own]
    matrix, names = design.matrix[:, kept], [design.names[i] for i in kept]
    if "Intercept" not in names:
        matrix, names = np.column_stack([np.ones(len(held)), matrix]), ["Intercept", *names]
    others = [g for g in range(len(groups.names)) if g != baseline]
    dummies = (groups.article_group[:, None] == np.array(others)).astype(float)
    matrix = np.column_stack([dummies, matrix])
    names = [f"{by}[{groups.names[g]}]" for g in others] + names
    models.refuse_collinear(matrix, names)
    return matrix, names, design.lost


def _fit(groups: Groups, matrix: np.ndarray, names: list[str], min_tokens: int) -> dict:
    """Coefficients and clustered standard errors (natural logarithms) of the group columns: terms × groups − 1."""
    from framing import models  # brings the formula library along

    sizes, table = groups.article_sizes, groups.articles
    n_effects = sum(1 for _ in groups.names) - 1
    cells, cell = np.unique(matrix, axis=0, return_inverse=True)
    cell = cell.ravel()
    cluster = np.unique(groups.article_cluster, return_inverse=True)[1]
    n, k, n_clusters = len(sizes), matrix.shape[1], int(cluster.max()) + 1
    if n_clusters <= k:
        raise TableError(f"{n_clusters} clusters cannot carry the {k} columns {names}; hold less constant")
    correction = n_clusters / (n_clusters - 1) * (n - 1) / (n - k)
    adding = sparse.csr_array((np.ones(n), (cell, np.arange(n))), shape=(len(cells), n))
    exposure = adding @ sizes
    by_cluster = sparse.csr_array((sizes, (cluster, cell)), shape=(n_clusters, len(cells)))
    gram = sparse.csr_array(by_cluster.T @ by_cluster)
    starts = np.concatenate([[0], np.cumsum(np.bincount(cluster))])  # rows come cluster by cluster
    tokens = np.asarray(table.sum(axis=0))
    chosen = np.flatnonzero(tokens >= max(min_tokens, 1))
    cell_sums = sparse.csc_array(adding @ table)
    estimate = np.full((len(tokens), n_effects), np.nan)
    std_error, informative = estimate.copy(), estimate.copy()
    unbounded, bursty = np.zeros(estimate.shape, bool), np.zeros(estimate.shape, bool)
    note = np.where(tokens >= max(min_tokens, 1), "", f"fewer than {min_tokens} tokens").astype(object)
    for first in range(0, len(chosen), BLOCK):
        terms = chosen[first : first + BLOCK]
        beta, rate, bread, converged = _newton(cells, cell_sums[:, terms].toarray(), exposure)
        squares, independent = np.empty((len(terms), n_effects)), bread[:, range(n_effects), range(n_effects)]
        part = sparse.csc_array(table[:, terms])
        for g in range(n_effects):
            z = cells @ bread[:, :, g].T  # cells × terms: the effect's share of a unit of score
            zl = z * rate
            squares[:, g] = (zl * (gram @ zl)).sum(axis=0)
            whole = squares[:, g].copy()
            kernels.score_squares(
                part.indptr, part.indices, part.data, cluster, starts, cell, sizes,
                np.ascontiguousarray(z.T), np.ascontiguousarray(zl.T), squares[:, g],
            )  # fmt: skip
            robust = correction * informed(squares[:, g], whole)
            squares[:, g], bursty[terms, g] = np.maximum(robust, independent[:, g]), robust > independent[:, g]
            each = z * zl  # cells × terms: what a token expected adds to the variance of independent tokens
            informative[terms, g] = (exposure @ each) ** 2 / (each * (gram @ each)).sum(axis=0)
        estimate[terms] = beta[:n_effects].T
        unbounded[terms] = independent > BOUNDED
        std_error[terms] = np.sqrt(squares)
        note[terms[~converged]] = mark("the fit did not converge")
    failed = note == "the fit did not converge"
    estimate[failed], std_error[failed] = np.nan, np.nan
    found = {
        "estimate": estimate,
        "std_error": std_error,
        "informative": informative,
        "bursty": bursty,
        "unbounded": unbounded,
        "note": note,
    }
    return {**found, "n_clusters": n_clusters, "alone": ~models.informed(matrix, cluster).enough[:n_effects]}


def _newton(cells: np.ndarray, y: np.ndarray, exposure: np.ndarray) -> tuple:
    """Poisson fits of all columns of ``y`` with one design and offset: coefficients, rates, inverse information."""
    c, k = cells.shape
    beta = np.zeros((k, y.shape[1]))
    beta[_intercept(cells)] = np.log(y.sum(axis=0) / exposure.sum())
    outer = (cells[:, :, None] * cells[:, None, :]).reshape(c, k * k)
    likelihood, converged = np.full(y.shape[1], -np.inf), np.zeros(y.shape[1], bool)
    for _ in range(STEPS):
        eta = np.clip(cells @ beta, -60, 30)
        mu = exposure[:, None] * np.exp(eta)
        information = (outer.T @ mu).T.reshape(-1, k, k)
        information = information + 1e-12 * np.trace(information, axis1=1, axis2=2)[:, None, None] * np.eye(k)
        now = (y * eta - mu).sum(axis=0)
        converged = np.abs(now - likelihood) <= CONVERGED * (np.abs(now) + 1)
        if converged.all():
            break
        likelihood = now
        step = np.linalg.solve(information, (cells.T @ (y - mu)).T[:, :, None])[:, :, 0].T
        beta = beta + np.clip(step, -3, 3)
    return beta, mu / exposure[:, None], np.linalg.inv(information), converged


def _intercept(cells: np.ndarray) -> int:
    """Number of the first column that is 1 everywhere."""
    return int(np.flatnonzero((cells == 1).all(axis=0))[0])
