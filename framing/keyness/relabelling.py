"""Permutation of group labels over clusters, for all terms at once: p-values of a studentised departure.

Replicate b has a generator of its own, seeded by (seed, b), and draws a permutation of rows: neither the number of
workers, nor the size of a block, nor the order or names of the groups change a digit.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import special, stats

from framing.keyness import kernels
from framing.keyness.groups import Groups
from framing.keyness.spread import Contrasts, Spread, spread
from framing.messages import mark
from framing.progress import bar

BLOCK = 256  # terms worked on at once
DRAWS = 64  # replicates drawn before they are turned round into rows × replicates
OFTEN = 30  # rows that must hold a term before its own spread, not that of all groups together, is its floor
LARGEST = 2**31  # of whole numbers that are added fastest


def permute(groups: Groups, skipped: np.ndarray, replicates: int, seed: int, workers: int) -> dict[str, np.ndarray]:
    """Test every group against the others and all at once by exchanging labels.

    Labels are exchanged between the groups' parts of a cluster that several share, and otherwise between whole clusters
    of a stratum. The departure is the signed root of the deviance of a term's tokens (one added to each side), divided
    by the ratio of its standard error over clusters to that of independent tokens (Chandler & Bate 2007): a log ratio
    by its standard error, but one that grows with every token where a side has few. Its variance has a floor:
    independent tokens for terms in many rows, for others as bursty ones as the term is in all groups together.
    Where no relabelling reaches what is seen, p is at most 1 / (replicates + 1), and as small as the tail of Student's
    t, with Welch's degrees of freedom and variances no smaller than the term's burstiness makes one expect.
    Within strata the departure is that of :func:`framing.keyness.within.permute`.

    Returns
    -------
    dict
        ``p`` terms × groups (of two groups one column), ``p_omnibus`` one a term. Missing where no relabelling can
        change anything and for the terms ``skipped``.
    """
    if groups.stratum.max():
        from framing.keyness import within

        return within.permute(groups, skipped, replicates, seed, workers)
    contrasts = Contrasts.of(len(groups.names))
    found = spread(groups, contrasts)
    starts = np.concatenate([[0], np.cumsum(np.bincount(groups.cluster))])
    block = exchanged(groups)
    labels = relabelled(groups, block, replicates, seed)
    names, sizes, table = len(groups.names), groups.sizes, groups.units
    totals, squares = np.zeros((names, replicates + 1)), np.zeros((names, 4, replicates + 1))
    kernels.label_sums(labels, sizes, starts, totals, squares)
    logs = np.stack([np.log(totals), np.log(sizes.sum() - totals)], axis=1) - np.log(sizes.sum())
    clusters = (found.held > 0).sum(axis=-1)
    factor = clusters / np.maximum(clusters - 1, 1)
    weight = 1 - np.bincount(groups.group, minlength=names) / len(sizes)
    half = found.half[:, 0, 0]
    burst, largest, still = bursts(groups, 2 * half)
    floor = np.where(np.diff(table.indptr) >= OFTEN, 2 * half, burst)
    several = bool((np.diff(starts) > 1).any())
    common = _common(groups, starts) if several else np.zeros(len(table.data), table.data.dtype)
    beyond = np.zeros((len(burst), names + 1))
    seen = np.zeros((len(burst), names, 3))

    def work(first: int) -> None:
        last = min(first + BLOCK, len(burst))
        part = slice(first, last)
        if skipped[part].all():
            return
        kind = np.int32 if largest[part].max() < LARGEST else np.float64
        kernels.departures(
            table.indptr[first : last + 1], table.indices, table.data, common, groups.cluster, starts, sizes, labels,
            totals, squares, logs, factor, several, floor[part], half[part], weight,
            np.empty((5, names - 1, replicates + 1), kind), beyond[part], seen[part],
        )  # fmt: skip

    list(run(work, range(0, len(burst), BLOCK), workers))
    squared, df = _tail(found, seen[:, : len(contrasts)], burst)
    fixed = (skipped | still)[:, None] | ~mixed(groups, block)
    tails = 2 * special.stdtr(df, -np.sqrt(squared))
    whole = stats.f.sf((weight[: len(contrasts)] * squared).sum(axis=1) / max(names - 1, 1), max(names - 1, 1),
                       df.min(axis=1))  # fmt: skip
    return {
        "p": np.where(fixed[:, : len(contrasts)], np.nan, least_p(beyond[:, : len(contrasts)], tails, replicates)),
        "p_omnibus": np.where(fixed.all(axis=1), np.nan, least_p(beyond[:, -1], whole, replicates)),
    }


def exchanged(groups: Groups) -> np.ndarray:
    """Number of the block of each row: labels are exchanged within a block only."""
    strata, names = groups.stratum.max() + 1, len(groups.names)

    def shared(codes: np.ndarray) -> np.ndarray:
        pairs = np.unique(codes * names + groups.group) // names
        return np.bincount(pairs, minlength=codes.max() + 1)[codes] > 1

    cell = np.unique(groups.cluster * strata + groups.stratum, return_inverse=True)[1]
    crossing = shared(groups.cluster)
    own = strata + np.where(crossing & shared(cell), groups.cluster.max() + 1 + cell, groups.cluster)
    return np.unique(np.where(crossing, own, groups.stratum), return_inverse=True)[1]


def relabelled(groups: Groups, block: np.ndarray, replicates: int, seed: int) -> np.ndarray:
    """Labels of the rows, rows × (1 + replicates): those seen first, then those of every replicate."""
    order = np.argsort(block, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(block))])
    seen = groups.group[order].astype(np.uint8)
    labels = np.empty((len(order), replicates + 1), np.uint8)
    labels[:, 0] = groups.group
    drawn = np.empty((DRAWS, len(order)), np.uint8)
    for first in range(0, replicates, DRAWS):
        part = range(first, min(first + DRAWS, replicates))
        for b in part:
            shuffled = seen.copy()
            kernels.shuffle_within(np.random.default_rng([seed, b]).random(len(seen)), starts, shuffled)
            drawn[b - first][order] = shuffled
        labels[:, first + 1 : part.stop + 1] = drawn[: len(part)].T
    return labels


def run(work, jobs, workers: int) -> Iterator:
    """What each job gives, in their order, done on threads: the kernels hold no lock."""
    with ThreadPoolExecutor(workers) as pool:
        yield from bar(pool.map(work, jobs), mark("blocks of words"), len(jobs))


def least_p(beyond: np.ndarray, tail: np.ndarray, replicates: int) -> np.ndarray:
    """Permutation p; where no relabelling reaches what is seen, the tail where it is smaller."""
    least = 1 / (replicates + 1)
    return np.where(beyond == 0, np.minimum(tail, least), (1 + beyond) * least)


def mixed(groups: Groups, block: np.ndarray) -> np.ndarray:
    """Whether some block holds a group and another one: one a group."""
    names = len(groups.names)
    held = np.bincount(block * names + groups.group, minlength=(block.max() + 1) * names).reshape(-1, names)
    return (held * (held.sum(axis=1, keepdims=True) - held)).max(axis=0) > 0


def bursts(groups: Groups, least) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Variance of a row's tokens by their mean, whatever the labels and at least ``least``; the largest sum; what never
    varies.
    """
    sizes, table, n = groups.sizes, groups.units, len(groups.group)
    numbers = table.astype(float)
    tokens, squares, products = numbers.sum(axis=0), numbers.power(2).sum(axis=0), numbers.T @ sizes
    rate = tokens / sizes.sum()
    scale = rate**2 * (sizes**2).sum()
    left = squares - 2 * rate * products + scale
    burst = np.divide(left * n / max(n - 1, 1), tokens, out=np.ones(len(tokens)), where=tokens > 0)
    return np.maximum(burst, least), np.maximum(squares, products), left <= 1e-10 * (squares + scale)


def _common(groups: Groups, starts: np.ndarray) -> np.ndarray:
    """Tokens of each entry that all rows of its cluster have as well: 0 but for copies that several groups print."""
    table = groups.units
    term = np.repeat(np.arange(table.shape[1]), np.diff(table.indptr))
    cluster = groups.cluster[table.indices]
    first = np.flatnonzero((np.diff(term, prepend=-1) != 0) | (np.diff(cluster, prepend=-1) != 0))
    n = np.diff(first, append=len(term))
    rows = np.diff(starts)[cluster[first]]
    least = np.minimum.reduceat(table.data, first) if len(first) else table.data
    return np.repeat(np.where((n == rows) & (rows > 1), least, 0), n).astype(table.data.dtype)


def _tail(found: Spread, seen: np.ndarray, burst: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Squared departures, corrected for continuity, and Welch's degrees of freedom: terms × contrasts.

    A side whose variance is at its floor says nothing of it: the floor is what the term's burstiness in all groups, or
    in the burstier one with variances that grow with the square of the mean, makes of articles of this length.
    """
    half, burst = found.half, burst[:, None, None]
    alone = found.held * ~found.crossing[:, None, :]
    total, square = alone.sum(axis=-1), (alone**2).sum(axis=-1)
    both = found.tokens.sum(axis=-1, keepdims=True)
    expected = both * found.totals / found.totals.sum(axis=-1, keepdims=True)
    gap = found.tokens - expected
    nearer = expected + np.sign(gap) * np.maximum(np.abs(gap) - half, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = found.own / total
        grows = np.nan_to_num((found.variance - 2 * half * found.own) / (rate**2 * square), posinf=0.0, neginf=0.0)
        lengths = np.nan_to_num(square / total)
        by_length, by_tokens = total**2 / square, found.own**2 / found.squares
        deviance = 2 * np.nan_to_num(special.xlogy(nearer, nearer / expected)).sum(axis=-1)
    grows = np.maximum(grows.max(axis=-1, keepdims=True), 0) * both / found.totals.sum(axis=-1, keepdims=True)
    floor = np.maximum(burst, 2 * half + grows * lengths) * (found.own + half)
    df = np.where(found.variance > floor, np.fmin(by_length, by_tokens), by_length)
    parts = np.maximum(found.variance, floor) / (found.tokens + half) ** 2
    shared = np.where(found.crossing, found.held.sum(axis=1), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = shared.sum(axis=-1) ** 2 / (shared**2).sum(axis=-1)
    df = np.concatenate([df, np.broadcast_to(crossing[:, None], (*df.shape[:2], 1))], axis=-1)
    df = np.maximum(np.nan_to_num(df, nan=1.0, posinf=1e9) - 1, 1)
    parts = np.concatenate([parts, seen[..., 2:]], axis=-1)
    variance = parts.sum(axis=-1)
    ratio = (1 / (found.tokens + half)).sum(axis=-1) / np.maximum(variance, seen[..., 1])
    return np.maximum(deviance, 0) * ratio, variance**2 / (parts**2 / df).sum(axis=-1)
