"""Bootstrap over clusters and permutation within strata, for all terms at once.

Replicate b has a generator of its own, seeded by (seed, purpose, b), and sums are of whole numbers: neither the
number of workers nor the size of a block changes a digit.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import special

from framing.inference import informed
from framing.keyness import kernels
from framing.keyness.groups import Groups
from framing.messages import mark
from framing.progress import bar

BLOCK = 256  # terms worked on at once: 5 groups × 1,000 replicates × 256 terms are 5 MB
DRAWS = 64  # replicates drawn before they are turned round into rows × replicates
LOGS = np.log2(np.arange(1 << 16) + 0.5).astype(np.float32)


@dataclass(frozen=True)
class Contrasts:
    """Which group against which, by number; reference −1 is all the others together."""

    target: np.ndarray
    reference: np.ndarray

    def __len__(self) -> int:
        return len(self.target)

    def split(self, by_group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Target and reference values (last axis contrasts) from values by group (last axis groups)."""
        target = by_group[..., self.target]
        others = by_group.sum(axis=-1, keepdims=True) - target
        return target, np.where(self.reference < 0, others, by_group[..., self.reference])


def bootstrap(groups: Groups, contrasts: Contrasts, replicates: int, level: float, seed: int, workers: int) -> dict:
    """Standard errors and intervals of every half-added log2 ratio, over resampled clusters.

    Clusters are drawn with replacement within each group, or from all groups together where clusters cross groups.

    Returns
    -------
    dict
        Arrays terms × contrasts: ``std_error``, ``percentile_low``, ``percentile_high``, ``bca_low``, ``bca_high``.
    """
    weights, totals = _weights(groups, replicates, seed)
    sides = contrasts.split(totals)
    offset = (np.log2(sides[0] + 0.5) - np.log2(sides[1] + 0.5)).T.astype(np.float32)
    table = groups.units
    by_group = group_sums(groups)
    seen = contrasts.split(by_group)
    seen_total = contrasts.split(np.bincount(groups.group, groups.sizes, len(groups.names)))
    seen_offset = (np.log2(seen_total[0] + 0.5) - np.log2(seen_total[1] + 0.5)).astype(np.float32)
    estimate = (_logs(seen[0]) - _logs(seen[1]) - seen_offset).astype(np.float32)
    moments = influence_moments(groups, contrasts)
    with np.errstate(divide="ignore", invalid="ignore"):
        acceleration = moments[..., 1] / (6 * moments[..., 0] ** 1.5)
    acceleration = np.where(np.isfinite(acceleration), acceleration, 0.0)
    out = {
        name: np.empty(estimate.shape)
        for name in ("std_error", "percentile_low", "percentile_high", "bca_low", "bca_high")
    }
    parts = (table.indptr, table.indices, table.data, groups.group, groups.cluster)
    kind = _whole(table, int(weights.max()))

    def work(first: int) -> None:
        last = min(first + BLOCK, table.shape[1])
        sums = np.empty((last - first, len(groups.names), replicates), kind)
        kernels.weighted_sums(*parts, weights, first, sums)
        ratios = np.empty((last - first, len(contrasts), replicates), np.float32)
        kernels.log2_ratios(sums, contrasts.target, contrasts.reference, offset, LOGS, ratios)
        block = slice(first, last)
        found = _intervals(ratios, estimate[block], acceleration[block], level)
        for name, values in found.items():
            out[name][block] = values

    run(work, range(0, table.shape[1], BLOCK), workers)
    return out


def permute(groups: Groups, skipped: np.ndarray, replicates: int, seed: int, purpose: int, workers: int) -> dict:
    """Permutation test of the group labels within strata, every group against the others and all at once.

    Returns
    -------
    dict
        ``p`` terms × groups and ``p_max`` the same corrected by the largest departure over all terms and groups;
        ``p_omnibus`` and ``p_omnibus_max``, one a term. Missing where no relabelling can change anything
        and for the terms ``skipped``.
    """
    labels, totals = _labels(groups, replicates, seed, purpose)
    rate, mean, variance, weight = _expected(groups)
    sd = np.where(skipped[:, None], 0.0, np.sqrt(variance))
    seen_total = np.bincount(groups.group, groups.sizes, len(groups.names))
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = (group_sums(groups) - rate[:, None] * seen_total - mean) / sd
    observed = np.where(sd > 0, observed, 0.0)
    omnibus = (weight * observed**2).sum(axis=1)
    table, used = groups.units, np.asarray(groups.units.sum(axis=0), dtype=float)
    counts = np.zeros((len(used), len(groups.names) + 1))
    blocks, kind = range(0, len(used), BLOCK), _whole(table)
    largest = np.zeros((len(blocks), 2, replicates))

    def work(first: int) -> None:
        last = min(first + BLOCK, len(used))
        block = slice(first, last)
        sums = np.empty((last - first, len(groups.names) - 1, replicates), kind)
        if skipped[block].all():
            return
        kernels.labelled_sums(table.indptr, table.indices, table.data, labels, first, sums)
        kernels.exceedances(
            sums, used[block], totals, rate[block], mean[block], sd[block], weight,
            observed[block], omnibus[block], counts[block], largest[first // BLOCK],
        )  # fmt: skip

    run(work, blocks, workers)
    top = np.sort(largest.max(axis=0), axis=1)
    possible = sd > 0
    return {
        "p": np.where(possible, (1 + counts[:, :-1]) / (replicates + 1), np.nan),
        "p_max": np.where(possible, _beyond(top[0], np.abs(observed)), np.nan),
        "p_omnibus": np.where(possible.any(axis=1), (1 + counts[:, -1]) / (replicates + 1), np.nan),
        "p_omnibus_max": np.where(possible.any(axis=1), _beyond(top[1], omnibus), np.nan),
    }


def group_sums(groups: Groups) -> np.ndarray:
    """Tokens of each term in each group."""
    ones = np.ones((len(groups.cluster), 1), np.uint8)
    table = groups.units
    sums = np.empty((table.shape[1], len(groups.names), 1), _whole(table))
    kernels.weighted_sums(table.indptr, table.indices, table.data, groups.group, np.arange(len(ones)), ones, 0, sums)
    return sums[:, :, 0].astype(float)


def _whole(table, times: int = 1) -> type:
    """The whole numbers that hold the tokens of every term ``times`` over: the short ones where they do, for speed."""
    return np.int32 if times * np.asarray(table.sum(axis=0)).max(initial=0) < 2**31 else np.int64


def influence_moments(groups: Groups, contrasts: Contrasts, half: float = 0.5) -> np.ndarray:
    """Second and third moment over clusters of the influence on each log ratio (natural): terms × contrasts × 2.

    ``half`` is added to every count. The square root of the second is the delta-method standard error, clustered; the
    two make BCa's acceleration.
    """
    held = tokens_held(groups)
    sides, totals = contrasts.split(held), contrasts.split(held.sum(axis=0))
    size = np.ascontiguousarray((sides[0] / (totals[0] + half) - sides[1] / (totals[1] + half)).T)
    tokens = contrasts.split(group_sums(groups))
    moments = np.empty((groups.units.shape[1], len(contrasts), 2))
    moments[..., 0], moments[..., 1] = (size**2).sum(axis=1), -(size**3).sum(axis=1)
    table = groups.units
    with np.errstate(divide="ignore"):
        scales = [1 / (side + half) for side in tokens]
    kernels.influence(
        table.indptr, table.indices, table.data, groups.group, groups.cluster, contrasts.target, contrasts.reference,
        *scales, size, moments,
    )  # fmt: skip
    return moments


def varies(groups: Groups, contrasts: Contrasts) -> np.ndarray:
    """Whether clusters differ at all in what they add to each ratio (terms × contrasts), beyond rounding.

    Where every cluster of a side uses a term at one rate no resample can differ: that is missing information.
    """
    moments, held = influence_moments(groups, contrasts, half=0.0), tokens_held(groups)
    sides, totals = contrasts.split(held), contrasts.split(held.sum(axis=0))
    scale = ((sides[0] / totals[0]) ** 2 + (sides[1] / totals[1]) ** 2).sum(axis=0)
    return ~np.isnan(informed(moments[..., 0], scale))


def tokens_held(groups: Groups) -> np.ndarray:
    """Tokens of each cluster by group: clusters × groups."""
    names = len(groups.names)
    flat = np.bincount(groups.cluster * names + groups.group, groups.sizes, (groups.cluster.max() + 1) * names)
    return flat.reshape(-1, names)


def run(work, jobs, workers: int) -> None:
    """Do the jobs on threads (the kernels hold no lock); each writes to its own place."""
    if workers == 1:
        for job in bar(jobs, mark("blocks of words")):
            work(job)
        return
    with ThreadPoolExecutor(workers) as pool:
        list(bar(pool.map(work, jobs), mark("blocks of words"), len(jobs)))


def _weights(groups: Groups, replicates: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """How often each cluster is drawn (clusters × replicates) and the tokens of each group (replicates × groups)."""
    clusters, names = groups.cluster.max() + 1, len(groups.names)
    pools = (
        [np.arange(clusters)]
        if groups.crossed
        else [np.unique(groups.cluster[groups.group == g]) for g in range(names)]
    )
    held = tokens_held(groups)
    weights = np.empty((clusters, replicates), np.uint8)
    drawn, totals = np.zeros((DRAWS, clusters), np.uint8), np.empty((replicates, names))
    for first in range(0, replicates, DRAWS):
        block = range(first, min(first + DRAWS, replicates))
        for b in block:
            rng = np.random.default_rng([seed, 0, b])
            into = drawn[b - first]
            for pool in pools:
                into[pool] = np.bincount(rng.integers(0, len(pool), len(pool)), minlength=len(pool))
            totals[b] = into @ held
        weights[:, first : block.stop] = drawn[: len(block)].T
    return weights, totals


def _labels(groups: Groups, replicates: int, seed: int, purpose: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels of the rows in every replicate (rows × replicates) and the tokens of each group (groups × replicates)."""
    order = np.argsort(groups.stratum, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(groups.stratum))])
    sizes, seen, names = groups.sizes, groups.group[order].astype(np.uint8), len(groups.names)
    labels, totals = np.empty((len(order), replicates), np.uint8), np.empty((names, replicates))
    drawn = np.empty((DRAWS, len(order)), np.uint8)
    for first in range(0, replicates, DRAWS):
        block = range(first, min(first + DRAWS, replicates))
        for b in block:
            shuffled = seen.copy()
            kernels.shuffle_within(np.random.default_rng([seed, purpose, b]).random(len(seen)), starts, shuffled)
            drawn[b - first][order] = shuffled
            totals[:, b] = np.bincount(drawn[b - first], sizes, names)
        labels[:, first : block.stop] = drawn[: len(block)].T
    return labels, totals


def _expected(groups: Groups):
    """Rate of each term, and mean and variance over relabellings of what a group gains over it; omnibus weights."""
    table, sizes, stratum, names = groups.units, groups.sizes, groups.stratum, len(groups.names)
    rate = np.asarray(table.sum(axis=0), dtype=float) / sizes.sum()
    n = np.bincount(stratum).astype(float)
    held = np.stack([np.bincount(stratum[groups.group == g], minlength=len(n)) for g in range(names)]).astype(float)
    share = held / n
    spread = held * (n - held) / (n * np.maximum(n - 1, 1))
    total = np.bincount(stratum, sizes)
    squares = np.bincount(stratum, sizes**2) - total**2 / n
    mean = -rate[:, None] * (share @ total)
    variance = rate[:, None] ** 2 * (spread @ squares)
    scale = variance.copy()
    kernels.label_moments(
        table.indptr, table.indices, table.data, stratum, sizes, rate, share, spread, n, total / n, mean, variance
    )
    # what rounding leaves of a variance that is 0
    largest = np.asarray(table.astype(float).power(2).sum(axis=0))[:, None] + scale
    variance[variance <= 1e-10 * largest] = 0.0
    return rate, mean, variance, 1 - held.sum(axis=1) / len(stratum)


def _intervals(ratios: np.ndarray, estimate: np.ndarray, acceleration: np.ndarray, level: float) -> dict:
    """Percentile and BCa intervals (Efron 1987) along the last axis; ``ratios`` is sorted in place."""
    replicates = ratios.shape[-1]
    std_error = ratios.std(axis=-1, ddof=1) if replicates > 1 else np.full(estimate.shape, np.nan)
    ratios.sort(axis=-1)
    seen = estimate[..., None]
    below = ((ratios < seen).sum(axis=-1) + (ratios <= seen).sum(axis=-1)) / (2 * replicates)
    bias = special.ndtri(np.clip(below, 1 / (replicates + 1), replicates / (replicates + 1)))
    z = special.ndtri(0.5 + level / 2)
    found = {"std_error": std_error}
    for name, side in (("low", -z), ("high", z)):
        tail = np.full(estimate.shape, special.ndtr(side))
        found[f"percentile_{name}"] = _quantile(ratios, tail)
        with np.errstate(divide="ignore"):
            moved = bias + (bias + side) / (1 - acceleration * (bias + side))
        found[f"bca_{name}"] = _quantile(ratios, special.ndtr(moved))
    return found


def _quantile(ordered: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Quantile of each sorted last axis, interpolated linearly."""
    place = share * (ordered.shape[-1] - 1)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, ordered.shape[-1] - 1)
    left = np.take_along_axis(ordered, low[..., None], -1)[..., 0].astype(float)
    right = np.take_along_axis(ordered, high[..., None], -1)[..., 0].astype(float)
    return left + (place - low) * (right - left)


def _beyond(ordered: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Permutation p of each value against sorted largest departures."""
    at_least = len(ordered) - np.searchsorted(ordered, value * (1 - 1e-9))
    return (1 + at_least) / (len(ordered) + 1)


def _logs(n: np.ndarray) -> np.ndarray:
    return np.log2(n + 0.5).astype(np.float32)
