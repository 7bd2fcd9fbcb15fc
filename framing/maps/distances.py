"""How far apart the vocabularies of outlets are, with intervals and a test."""

import numpy as np
import pandas as pd
from scipy import sparse

from framing.inference import FEW_UNITS, NO_VARIATION, adjust, refuse_level
from framing.maps.chance import FEW, Sample
from framing.maps.tables import arranged, cluster_of, refuse_replicates, widespread
from framing.tables import takes_tables

MOST_BIAS = 2.0
"""What chance adds is at most so many times what it adds to a resample."""
MOST = 500
"""Terms that the test of two groups compares, the most widespread."""


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
    is too large and the cosine too small. The bootstrap shows by how much, too little where a few articles repeat their
    words: the resamples are resampled once more, and what chance adds is to the first step as that is to the second
    (at most twice as much). It is taken off the cosine and off the divergence, whose root is the distance: 0 where two
    groups differ no more than two samples of one. One cluster less than there are is drawn, so that small groups vary
    enough. Simultaneous intervals reach as many standard errors as
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
    seen, drawn, again = [], [], []
    for g in range(len(names)):
        inside = np.flatnonzero(group == g)
        _, code_g = np.unique(code[inside], return_inverse=True)
        n = code_g.max() + 1
        times = rng.multinomial(max(n - 1, 1), np.full(n, 1 / n), size=replicates)
        twice = rng.multinomial(max(n - 1, 1), times / times.sum(axis=1, keepdims=True))
        part = table[inside]
        seen.append(part.sum(axis=0)[None, :])
        for clouds, weights in ((drawn, times), (again, twice)):
            clouds.append(np.asarray((part.T @ weights.T[code_g].astype(float)).T))
    pairs = list(zip(*np.triu_indices(len(names), 1), strict=True))
    found = pd.DataFrame({"a": [names[i] for i, _ in pairs], "b": [names[j] for _, j in pairs]})
    fixed = np.zeros(len(pairs), dtype=bool)
    # chance adds to the divergence, not to its root: two samples of one outlet are then 0 apart on the average
    for label, measure, root in (("cosine", _cosine, 1.0), ("jensen_shannon", _divergence, 0.5)):
        plain = np.array([measure(seen[i], seen[j])[0] for i, j in pairs])
        cloud = np.array([measure(drawn[i], drawn[j]) for i, j in pairs]) - plain[:, None]
        further = np.array([measure(again[i], again[j]).mean() for i, j in pairs]) - plain
        fixed, moved = fixed | (np.ptp(cloud, axis=1) <= 1e-12), cloud.mean(axis=1)
        bias, cloud = _chance(moved, further - moved), cloud - moved[:, None]
        low, high = plain - bias + np.quantile(cloud, [(1 - level) / 2, (1 + level) / 2], axis=1)
        values = {label: plain - bias, f"{label}_low": low, f"{label}_high": high, f"{label}_plain": plain}
        if label == "jensen_shannon":
            error = cloud.std(axis=1, ddof=1)
            with np.errstate(divide="ignore", invalid="ignore"):
                furthest = np.nanmax(np.abs(cloud) / error[:, None], axis=0, initial=0.0)
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


def _chance(once: np.ndarray, twice: np.ndarray) -> np.ndarray:
    """What chance adds, from what it adds to a sample and to a sample of that: each step less by the same factor."""
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.nan_to_num(once / twice, nan=1.0, posinf=1.0, neginf=1.0)
    return once * factor.clip(1.0, MOST_BIAS)


def _cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a * b).sum(axis=1) / np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))


def _divergence(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Jensen–Shannon divergence in bits."""
    from scipy.special import rel_entr

    p, q = a / a.sum(axis=1, keepdims=True), b / b.sum(axis=1, keepdims=True)
    m = (p + q) / 2
    divergence = (rel_entr(p, m).sum(axis=1) + rel_entr(q, m).sum(axis=1)) / 2 / np.log(2)
    return np.clip(divergence, 0, 1)
