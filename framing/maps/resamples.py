"""Outlets on the map, whether they differ, and how far they would move with other articles."""

import numpy as np
import pandas as pd
from scipy import sparse, stats

from framing.errors import TableError
from framing.inference import FEW_UNITS, NO_VARIATION, adjust, refuse_level
from framing.maps.axes import Correspondence, correspondence
from framing.maps.chance import Sample
from framing.maps.tables import arranged, by_group, cluster_of, refuse_replicates, widespread
from framing.messages import mark
from framing.tables import takes_tables

MOST = 500
"""Terms that the test of two groups compares, the most widespread."""
FEW = mark("fewer than 3 articles or clusters in a group: no test and no region")
ONE_AXIS = mark("the map has one axis: an interval in place of an ellipse")
NOT_APART = mark("the groups do not differ by more than chance would make them: no region")


@takes_tables(columns=("by", "supplementary"))
def outlets(
    counts: pd.DataFrame,
    *,
    by: str = "outlet",
    min_articles: int = 10,
    top: int | None = 500,
    supplementary: str | None = None,
    axes: int | None = None,
) -> Correspondence:
    """Correspondence analysis of outlets × terms, straight from the counts.

    Parameters
    ----------
    counts
        One row per article and term.
    by
        Column that names the rows of the map.
    min_articles
        Terms in fewer articles are left out: a word of one article would own an axis.
    top
        Terms kept at most, by the articles they are in.
    supplementary
        Column whose values are placed afterwards as rows, such as ``year`` or ``topic``.
    axes
        Axes kept; all unless given.

    Returns
    -------
    Correspondence
        ``rows`` are the groups (and the supplementary values), ``columns`` the terms.

    Raises
    ------
    TableError
        One group only, fewer than two terms left, or what :func:`framing.counts.matrix` refuses.
    """
    table, group, names, terms = arranged(counts, by)
    kept = widespread(table, min_articles, top)
    wide = by_group(table[:, kept], group, names, terms[kept])
    extra = None
    if supplementary is not None:
        _, layer, labels, _ = arranged(counts, supplementary, one=True)
        extra = by_group(table[:, kept], layer, labels, terms[kept])
        extra = extra[extra.sum(axis=1) > 0]
    empty = wide.index[wide.sum(axis=1) == 0]
    if len(empty):
        raise TableError(f"{list(empty)} use none of the {len(kept)} terms kept; lower min_articles or raise top")
    return correspondence(wide, supplementary_rows=extra, axes=axes)


@takes_tables(columns=("by", "cluster"))
def regions(
    counts: pd.DataFrame,
    mapped: Correspondence,
    *,
    by: str = "outlet",
    cluster: str = "article_id",
    replicates: int = 500,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Whether the groups differ at all, where each lies on the first two axes without chance, and how surely.

    Parameters
    ----------
    counts, by
        As given to :func:`outlets`.
    mapped
        Its result; the places are turned to its axes.
    cluster
        Column whose values are resampled together.
    replicates, seed
        Permutations of the test and resamples of the regions.
    level
        Of the regions; the test is at 1 − ``level``.

    Returns
    -------
    DataFrame
        One row per group: ``name``, ``x``, ``y`` (coordinates on axes 1 and 2, without what chance adds), ``p_value``
        (that no group differs, the same in each row), ``std_error_x``, ``std_error_y``, the ellipse about this place
        ``width``, ``height`` (full, in coordinates) and ``angle`` (degrees from axis 1), ``n_articles``, ``note``.
        Where the test does not reject there is no ellipse. A map of one axis (two groups) has an interval ``width``
        long in place of the ellipse, and nothing on axis 2. That two ellipses overlap is no test of a difference: see
        the ``p_value`` of pairs in :func:`similarity`.

    Notes
    -----
    Articles that were sampled pull every group away from the average, the more the fewer there are. With the Gram
    matrix G of the groups' profiles in the chi-square metric, masses r and A = I − 1r', chance adds A diag(b) A', where
    b_g = n/(n − 1) · ΣᵢΣⱼ(x_ij − p_gj t_i)²/c_j/T_g² over the clusters i of the group. Places are the principal
    coordinates of the rest. The test permutes the groups of clusters (a cluster with articles of several groups among
    them) and compares Σr_g G_gg with Σr_g(1 − r_g)b_g. For the regions clusters are resampled within groups (Ringrose
    2012, *Journal of Statistical Computation and Simulation* 82, 1137-1151) about the places without chance, the
    replicates turned to the map without scaling; the ellipse has their second moments about the place.
    """
    refuse_level(level)
    refuse_replicates(replicates)
    table, group, names, terms = arranged(counts, by)
    active = mapped.columns[~mapped.columns["supplementary"]]
    position = terms.get_indexer(active["name"])
    if (position < 0).any():
        raise TableError("the map's terms are not those of these counts; give the counts the map was made of")
    rows = mapped.rows[~mapped.rows["supplementary"]]
    plain = rows.filter(regex="^coordinate_").to_numpy()
    sample = Sample(table[:, position], group, cluster_of(counts, cluster))
    axes = min(plain.shape[1], 2)
    p_value = sample.test(replicates, seed)
    place, moments = (
        (plain, np.zeros((len(names), axes, axes))) if sample.few else sample.places(plain, replicates, seed)
    )
    drawn = p_value <= 1 - level  # not where it is missing
    values, vectors = np.linalg.eigh(moments[:, :axes, :axes])
    length = 2 * np.sqrt(values[:, ::-1].clip(0) * stats.chi2.ppf(level, axes))
    errors = np.sqrt(np.einsum("gxx->gx", moments))
    found = pd.DataFrame({"name": names, "x": place[:, 0], "y": np.nan, "p_value": p_value})
    region = {
        "std_error_x": errors[:, 0],
        "std_error_y": np.nan,
        "width": length[:, 0],
        "height": np.nan,
        "angle": np.nan,
    }
    if axes == 2:
        found["y"] = place[:, 1]
        turn = np.degrees(np.arctan2(vectors[:, 1, 1], vectors[:, 0, 1]))
        region |= {"std_error_y": errors[:, 1], "height": length[:, 1], "angle": turn}
    found = found.assign(**{name: np.where(drawn, values, np.nan) for name, values in region.items()})
    why = ONE_AXIS if axes == 1 else ""
    if not drawn:
        why = FEW if sample.few else NO_VARIATION if np.isnan(p_value) else NOT_APART
    return found.assign(n_articles=np.bincount(group), note=why)


@takes_tables(columns=("by", "cluster"))
def similarity(
    counts: pd.DataFrame,
    *,
    by: str = "outlet",
    cluster: str = "article_id",
    min_articles: int = 2,
    replicates: int = 500,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """How alike the vocabularies of two groups are, with intervals over articles, and whether they differ.

    Parameters
    ----------
    counts, by, cluster
        As in :func:`regions`.
    min_articles
        Terms in fewer articles are left out.
    replicates, seed
        Of the bootstrap and of the permutations.
    level
        Of the intervals.

    Returns
    -------
    DataFrame
        One row per pair: ``a``, ``b``, ``cosine`` (of term shares; 1 = the same proportions), ``jensen_shannon``
        (distance, square root of the divergence in bits: 0 = the same, 1 = no word in common), each with ``_low`` and
        ``_high`` and, before the correction below, ``_plain``; ``simultaneous_low``, ``simultaneous_high`` (intervals
        of the distance that hold for all pairs together); ``p_value`` (that both are samples of one vocabulary),
        ``q_value`` (Benjamini–Hochberg over the pairs); ``n_articles_a``, ``n_articles_b``; ``note``.

    Notes
    -----
    Two samples of one outlet differ by chance, the more the fewer the articles: the Jensen–Shannon distance of samples
    is too large and the cosine too small. The bootstrap shows by how much, and that is taken off the cosine and off the
    divergence, whose root is the distance: 0 where two groups differ no more than two samples of one. One cluster less
    than there are is drawn, so that small groups vary enough. Simultaneous intervals reach as many standard errors as
    the largest departure of any pair in 95% of the replicates.

    The test is that of :func:`regions` for the two groups alone, with the 500 most widespread terms.
    """
    refuse_level(level)
    refuse_replicates(replicates)
    table, group, names, _ = arranged(counts, by)
    code = cluster_of(counts, cluster)
    most = Sample(table[:, widespread(table, min_articles, MOST)], group, code)
    table = sparse.csr_array(table[:, widespread(table, min_articles, None)], dtype=float)
    rng = np.random.default_rng(seed)
    seen, drawn = [], []
    for g in range(len(names)):
        inside = np.flatnonzero(group == g)
        _, code_g = np.unique(code[inside], return_inverse=True)
        n = code_g.max() + 1
        weights = rng.multinomial(max(n - 1, 1), np.full(n, 1 / n), size=replicates).astype(float)[:, code_g]
        part = table[inside]
        seen.append(part.sum(axis=0)[None, :])
        drawn.append(np.asarray((part.T @ weights.T).T))
    pairs = list(zip(*np.triu_indices(len(names), 1), strict=True))
    found = pd.DataFrame({"a": [names[i] for i, _ in pairs], "b": [names[j] for _, j in pairs]})
    fixed = np.zeros(len(pairs), dtype=bool)
    # chance adds to the divergence, not to its root: two samples of one outlet are then 0 apart on the average
    for label, measure, root in (("cosine", _cosine, 1.0), ("jensen_shannon", _divergence, 0.5)):
        plain = np.array([measure(seen[i], seen[j])[0] for i, j in pairs])
        cloud = np.array([measure(drawn[i], drawn[j]) for i, j in pairs]) - plain[:, None]
        bias, fixed = cloud.mean(axis=1), fixed | (np.ptp(cloud, axis=1) <= 1e-12)
        low, high = plain + np.quantile(cloud, [(1 - level) / 2, (1 + level) / 2], axis=1) - 2 * bias
        values = {label: plain - bias, f"{label}_low": low, f"{label}_high": high, f"{label}_plain": plain}
        if label == "jensen_shannon":
            error = cloud.std(axis=1, ddof=1)
            with np.errstate(divide="ignore", invalid="ignore"):
                furthest = np.nanmax(np.abs(cloud - bias[:, None]) / error[:, None], axis=0, initial=0.0)
            reach = np.quantile(furthest, level) * error
            values |= {"simultaneous_low": plain - bias - reach, "simultaneous_high": plain - bias + reach}
        found = found.assign(**{name: np.clip(value, 0, 1) ** root for name, value in values.items()})
    ends = found.columns[found.columns.str.contains("_low|_high")]
    found.loc[fixed, ends] = np.nan
    found["p_value"] = [most.of(i, j).test(replicates, seed) for i, j in pairs]
    found["q_value"] = adjust(found["p_value"])
    size = np.bincount(group)
    found["n_articles_a"], found["n_articles_b"] = size[[i for i, _ in pairs]], size[[j for _, j in pairs]]
    few = np.array([min(most.n_clusters[[i, j]]) < FEW_UNITS for i, j in pairs])
    return found.assign(note=np.select([fixed, few], [NO_VARIATION, FEW], ""))


def _cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a * b).sum(axis=1) / np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))


def _divergence(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Jensen–Shannon divergence in bits."""
    from scipy.special import rel_entr

    p, q = a / a.sum(axis=1, keepdims=True), b / b.sum(axis=1, keepdims=True)
    m = (p + q) / 2
    divergence = (rel_entr(p, m).sum(axis=1) + rel_entr(q, m).sum(axis=1)) / 2 / np.log(2)
    return np.clip(divergence, 0, 1)
