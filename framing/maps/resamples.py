"""Outlets on the map, whether they differ, and how far they would move with other articles."""

import numpy as np
import pandas as pd
from scipy import stats

from framing.errors import TableError, takes_results
from framing.inference import NO_VARIATION, refuse_level
from framing.maps.axes import Correspondence, correspondence
from framing.maps.chance import FEW, Sample
from framing.maps.tables import arranged, by_group, cluster_of, refuse_replicates, widespread
from framing.messages import mark
from framing.tables import takes_tables

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
@takes_results(mapped=("maps.outlets", "eigenvalues"))
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
    rows = mapped.rows[~mapped.rows["supplementary"]].set_index("name").loc[names]
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
