"""Permutation of group labels within strata: the departure of each stratum from its own rate, added up."""

import itertools

import numpy as np
from scipy import sparse, special, stats

from framing.keyness import kernels
from framing.keyness.groups import Groups
from framing.keyness.relabelling import DRAWS, OFTEN, bursts, exchanged, least_p, mixed, relabelled, run


def permute(groups: Groups, skipped: np.ndarray, replicates: int, seed: int, workers: int) -> dict[str, np.ndarray]:
    """As :func:`framing.keyness.relabelling.permute`, of what a group departs within strata.

    The departure is the numerator of Mantel and Haenszel's ratio, Σ over strata of the tokens of a term less those that
    the group's tokens make one expect, by its standard error over rows about the rate of their stratum: a_i e_i with
    e_i = n_i − r_s l_i, and a_i the share of the stratum's tokens on the other side. Its variance has the floor of
    independent tokens, for a term in few rows of as bursty ones as it is. The tail is that of Student's t with the
    effective number of rows less one, in standard deviations of the relabellings.
    """
    table, sizes, names = sparse.csr_array(groups.units.T, dtype=float), groups.sizes, len(groups.names)
    n_terms, stratum, block = table.shape[0], groups.stratum, exchanged(groups)
    layer = sparse.csr_array((np.ones(len(sizes)), (np.arange(len(sizes)), stratum)))
    whole = sizes @ layer
    rate = sparse.csr_array(table @ layer)
    rate.data = rate.data / whole[rate.indices]
    own = _rates(table, rate, stratum)
    squares = table.copy()
    squares.data = table.data**2 - 2 * own * table.data * sizes[table.indices]
    burst, _, still = bursts(groups, 1.0)
    floor = np.where(np.diff(groups.units.indptr) >= OFTEN, 1.0, burst)
    weight = 1 - np.bincount(groups.group, minlength=names) / len(sizes)
    labels = relabelled(groups, block, replicates, seed)
    of = range(names if names > 2 else 1)
    seen, every = np.empty((n_terms, len(of))), np.zeros((n_terms, len(of), 2))
    beyond, largest, effective = np.zeros((n_terms, names + 1)), np.empty(n_terms), np.empty((n_terms, len(of)))

    def departures(part: np.ndarray, g: int) -> np.ndarray:
        hit = (part == g).astype(float)
        held = layer.T @ (hit * sizes[:, None])  # strata × replicates
        share = (held / whole[:, None])[stratum]
        squared = np.where(hit > 0, 1 - share, share) ** 2
        expected = layer.T @ (squared * sizes[:, None] ** 2)
        away = np.empty((n_terms, part.shape[1]))
        kernels.within(table.indptr, table.indices, table.data, squares.data, hit, squared, rate.indptr, rate.indices,
                       rate.data, held, expected, floor, away)  # fmt: skip
        return away

    def block_of(first: int) -> tuple[np.ndarray, np.ndarray]:
        """Sums over the replicates of a block, and how many of them reach what is seen."""
        part = labels[:, first : first + DRAWS]
        sums, reach = np.empty_like(every), np.zeros_like(beyond)
        together = np.zeros((n_terms, part.shape[1]))
        for i, g in enumerate(of):
            away = departures(part, g)
            if first == 0:
                seen[:, i], effective[:, i] = away[:, 0], _effective(table, own, part[:, 0] == g, sizes, stratum, whole)
            sums[:, i] = np.stack([away.sum(axis=1), (away**2).sum(axis=1)], axis=1)
            reach[:, i] = (np.abs(away) >= np.abs(seen[:, i, None]) * (1 - 1e-9)).sum(axis=1)
            together += weight[g] * away**2
        if first == 0:
            largest[:] = together[:, 0]
        reach[:, -1] = (together >= largest[:, None] * (1 - 1e-9)).sum(axis=1)
        return sums, reach

    blocks = range(0, replicates + 1, DRAWS)
    for sums, reach in itertools.chain([block_of(0)], run(block_of, blocks[1:], workers)):  # the first is what is seen
        every += sums
        beyond += reach
    beyond -= 1
    mean = every[..., 0] / (replicates + 1)
    spread = np.maximum(every[..., 1] / (replicates + 1) - mean**2, 1e-12)
    t, df = seen / np.sqrt(spread * (1 + 2 * np.sqrt(2 / replicates))), np.maximum(effective - 1, 1)
    fixed = (skipped | still)[:, None] | ~mixed(groups, block) | (every[..., 1].max(axis=1) == 0)[:, None]
    joint = (weight[: len(of)] * t**2).sum(axis=1) / max(names - 1, 1)
    all_at_once = stats.f.sf(joint, max(names - 1, 1), df.min(axis=1))
    tails = 2 * special.stdtr(df, -np.abs(t))
    return {
        "p": np.where(fixed[:, : len(of)], np.nan, least_p(beyond[:, : len(of)], tails, replicates)),
        "p_omnibus": np.where(fixed.all(axis=1), np.nan, least_p(beyond[:, -1], all_at_once, replicates)),
    }


def _rates(table: sparse.csr_array, rate: sparse.csr_array, stratum: np.ndarray) -> np.ndarray:
    """The rate of its term in its stratum for each entry of the table."""
    term = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))
    rate.sort_indices()
    keys = np.repeat(np.arange(rate.shape[0]), np.diff(rate.indptr)) * rate.shape[1] + rate.indices
    return rate.data[np.searchsorted(keys, term * rate.shape[1] + stratum[table.indices])]


def _effective(table, own, inside, sizes, stratum, whole) -> np.ndarray:
    """(Σ v)² / Σ v² of the rows with the term, v = (a e)²: how many of them make its variance."""
    held = np.bincount(stratum, sizes * inside, len(whole)) / whole
    share = np.where(inside, 1 - held[stratum], held[stratum])
    away = (share[table.indices] * (table.data - own * sizes[table.indices])) ** 2
    parts = [sparse.csr_array((away**power, table.indices, table.indptr), table.shape).sum(axis=1) for power in (1, 2)]
    return np.divide(parts[0] ** 2, parts[1], out=np.ones(len(parts[0])), where=parts[1] > 0)
