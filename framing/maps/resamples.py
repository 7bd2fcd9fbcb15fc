"""Outlets on the map, and how far they would move with other articles."""

import numpy as np
import pandas as pd
from scipy import sparse, stats

from framing.errors import TableError
from framing.inference import NO_VARIATION, informed, refuse_level
from framing.maps.axes import Correspondence, correspondence
from framing.maps.tables import arranged, by_group, cluster_of, refuse_replicates, widespread
from framing.messages import mark
from framing.tables import takes_tables

ONE_AXIS = mark("the map has one axis: an interval in place of an ellipse")


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
    """Where each group would lie on the first two axes if other articles had been sampled.

    Parameters
    ----------
    counts, by
        As given to :func:`outlets`.
    mapped
        Its result; the axes stay as they are and the resampled groups are placed on them.
    cluster
        Column whose values are resampled together.
    replicates, level, seed
        Of the bootstrap; ``level`` is the share of replicates an ellipse is to hold.

    Returns
    -------
    DataFrame
        One row per group: ``name``, ``x``, ``y`` (coordinates on axes 1 and 2), ``std_error_x``, ``std_error_y``,
        the ellipse ``centre_x``, ``centre_y``, ``width``, ``height`` (full, in coordinates), ``angle`` (degrees from
        axis 1), ``overlaps`` (groups whose ellipses hold this one's centre: not told apart), ``n_articles``, ``note``.
        A map of one axis (two groups) has an interval ``width`` long around ``centre_x`` in place of the ellipse, and
        nothing on axis 2.

    Notes
    -----
    Partial bootstrap (Greenacre 2017, ch. 29; Ringrose 2012): clusters are drawn with replacement within groups, the
    resampled profile is projected by the transition formula, and the ellipse is that of a bivariate normal with the
    replicates' covariance; on one axis the interval ends at the replicates' percentiles. Small groups lie further out
    by chance alone; their regions are larger as well. The axes are laid where these articles differ, so chance alone
    pulls groups apart on them: whether two differ is said by :func:`similarity`, which takes that part off.
    """
    refuse_level(level)
    refuse_replicates(replicates)
    table, group, names, terms = arranged(counts, by)
    active = mapped.columns[~mapped.columns["supplementary"]]
    axes = [name for name in ("coordinate_1", "coordinate_2") if name in active]
    position = terms.get_indexer(active["name"])
    if (position < 0).any():
        raise TableError("the map's terms are not those of these counts; give the counts the map was made of")
    roots = np.sqrt(mapped.eigenvalues["eigenvalue"].to_numpy()[: len(axes)])
    used = table[:, position]
    held = np.column_stack([used @ (active[axes].to_numpy() / roots), used.sum(axis=1)])  # places and tokens an article
    code = cluster_of(counts, cluster)
    rng = np.random.default_rng(seed)
    rows = []
    for g, name in enumerate(names):
        inside = group == g
        _, code_g = np.unique(code[inside], return_inverse=True)
        by_cluster = np.stack([np.bincount(code_g, column) for column in held[inside].T], axis=1)
        n = len(by_cluster)
        drawn = rng.multinomial(n, np.full(n, 1 / n), size=replicates) @ by_cluster
        with np.errstate(invalid="ignore"):
            cloud = drawn[:, :-1] / drawn[:, -1:]
        cloud = cloud[np.isfinite(cloud).all(axis=1)]
        *point, tokens = by_cluster.sum(axis=0)
        place = dict(zip("xy", np.array(point) / tokens, strict=False))
        region = _interval(cloud[:, 0], level) if len(axes) == 1 else _ellipse(cloud, level)
        rows.append({"name": name, "y": np.nan, **place, "n_articles": int(inside.sum()), **region})
    result = pd.DataFrame(rows)
    result["overlaps"] = _overlaps(result)
    result["note"] = np.where(result["width"].isna(), NO_VARIATION, ONE_AXIS if len(axes) == 1 else "")
    front = ["name", "x", "y", "std_error_x", "std_error_y"]
    return result[[*front, *[c for c in result.columns if c not in front]]]


@takes_tables(columns=("by", "cluster"))
def similarity(
    counts: pd.DataFrame,
    *,
    by: str = "outlet",
    cluster: str = "article_id",
    min_articles: int = 2,
    replicates: int = 200,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """How alike the vocabularies of two groups are, with intervals over articles.

    Parameters
    ----------
    counts, by, cluster
        As in :func:`regions`.
    min_articles
        Terms in fewer articles are left out.
    replicates, level, seed
        Of the bootstrap.

    Returns
    -------
    DataFrame
        One row per pair: ``a``, ``b``, ``cosine`` (of term shares; 1 = the same proportions), ``jensen_shannon``
        (distance, square root of the divergence in bits: 0 = the same, 1 = no word in common), each with ``_low`` and
        ``_high`` and, before the correction below, ``_plain``; ``note``.

    Notes
    -----
    Two samples of one outlet differ by chance, the more the fewer the articles: the Jensen–Shannon distance of samples
    is too large and the cosine too small. The bootstrap shows by how much, and that is taken off the cosine and off the
    divergence, whose root is the distance: 0 where two groups differ no more than two samples of one.
    """
    refuse_level(level)
    refuse_replicates(replicates)
    table, group, names, _ = arranged(counts, by)
    table = sparse.csr_array(table[:, widespread(table, min_articles, None)], dtype=float)
    code = cluster_of(counts, cluster)
    rng = np.random.default_rng(seed)
    seen, drawn = [], []
    for g in range(len(names)):
        inside = np.flatnonzero(group == g)
        _, code_g = np.unique(code[inside], return_inverse=True)
        n = code_g.max() + 1
        weights = rng.multinomial(n, np.full(n, 1 / n), size=replicates).astype(float)[:, code_g]
        part = table[inside]
        seen.append(part.sum(axis=0)[None, :])
        drawn.append(np.asarray((part.T @ weights.T).T))
    first, second = np.triu_indices(len(names), 1)
    rows = []
    for i, j in zip(first, second, strict=True):
        row = {"a": names[i], "b": names[j], "note": ""}
        # chance adds to the divergence, not to its root: two samples of one outlet are then 0 apart on the average
        for label, measure, root in (("cosine", _cosine, 1.0), ("jensen_shannon", _divergence, 0.5)):
            estimate = float(measure(seen[i], seen[j])[0])
            cloud = measure(drawn[i], drawn[j])
            bias = cloud.mean() - estimate
            low, high = np.quantile(cloud - 2 * bias, [(1 - level) / 2, (1 + level) / 2])
            if np.ptp(cloud) <= 1e-12:  # both measures end at 1
                low, high, row["note"] = np.nan, np.nan, NO_VARIATION
            found = {label: estimate - bias, f"{label}_low": low, f"{label}_high": high, f"{label}_plain": estimate}
            row |= {name: float(np.clip(value, 0, 1)) ** root for name, value in found.items()}
        rows.append(row | {"note": row.pop("note")})
    return pd.DataFrame(rows)


_REGION = dict.fromkeys(("std_error_x", "std_error_y", "centre_x", "centre_y", "width", "height", "angle"), np.nan)


def _interval(cloud: np.ndarray, level: float) -> dict:
    if len(cloud) < 3:
        return _REGION
    low, high = np.quantile(cloud, [(1 - level) / 2, (1 + level) / 2])
    error = np.sqrt(float(informed(cloud.var(ddof=1), np.square(cloud).mean())))
    width = np.nan if np.isnan(error) else high - low  # clusters that never differ: no interval
    return _REGION | {"std_error_x": error, "centre_x": (low + high) / 2, "width": width}


def _ellipse(cloud: np.ndarray, level: float) -> dict:
    if len(cloud) < 3:
        return _REGION
    covariance = np.cov(cloud.T)
    values, vectors = np.linalg.eigh(covariance)
    width, height = 2 * np.sqrt(np.clip(values[::-1], 0, None) * stats.chi2.ppf(level, 2))
    angle = float(np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])))
    centre = cloud.mean(axis=0)
    errors = np.sqrt(informed(np.diag(covariance), np.square(cloud).mean(axis=0)))
    if np.isnan(errors).any():  # clusters that never differ: no ellipse
        width, height, angle = np.nan, np.nan, np.nan
    return {
        "std_error_x": errors[0], "std_error_y": errors[1], "centre_x": centre[0], "centre_y": centre[1],
        "width": float(width), "height": float(height), "angle": angle,
    }  # fmt: skip


def _overlaps(regions: pd.DataFrame) -> list[str]:
    """For each group the others whose ellipse, or interval on one axis, holds its point."""
    regions = regions.fillna({"y": 0, "centre_y": 0, "height": np.inf, "angle": 0})
    turn = np.radians(regions["angle"].to_numpy())
    dx = regions["x"].to_numpy()[:, None] - regions["centre_x"].to_numpy()  # point i, ellipse j
    dy = regions["y"].to_numpy()[:, None] - regions["centre_y"].to_numpy()
    along, across = dx * np.cos(turn) + dy * np.sin(turn), dy * np.cos(turn) - dx * np.sin(turn)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = regions["width"].to_numpy() / 2, regions["height"].to_numpy() / 2
        inside = (along / half[0]) ** 2 + (across / half[1]) ** 2 <= 1
    np.fill_diagonal(inside, False)
    either = inside | inside.T
    return [", ".join(regions["name"].to_numpy()[row]) for row in either]


def _cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a * b).sum(axis=1) / np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))


def _divergence(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Jensen–Shannon divergence in bits."""
    from scipy.special import rel_entr

    p, q = a / a.sum(axis=1, keepdims=True), b / b.sum(axis=1, keepdims=True)
    m = (p + q) / 2
    divergence = (rel_entr(p, m).sum(axis=1) + rel_entr(q, m).sum(axis=1)) / 2 / np.log(2)
    return np.clip(divergence, 0, 1)
