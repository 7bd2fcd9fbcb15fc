"""The score of an effect in the data and in many permutations, without refitting anything."""

from dataclasses import dataclass

import numpy as np

_BLOCK = 20_000_000  # floats held at once


@dataclass(frozen=True)
class Null:
    """A specification fitted without its effect.

    ``rows`` are the rows of the common table it uses; ``residuals`` their score residuals (outcome minus what
    the null expects, on the scale whose product with a regressor is that regressor's score); ``design`` and
    ``weights`` what the null holds constant (n × k) and the working weights; ``codes`` the clusters.
    """

    rows: np.ndarray
    residuals: np.ndarray
    design: np.ndarray
    weights: np.ndarray
    codes: np.ndarray


def z_scores(nulls: list[Null | None], treatments: list[np.ndarray]) -> np.ndarray:
    """Cluster-robust score z of a regressor in each specification and each version of the regressor.

    Parameters
    ----------
    nulls
        One a specification; none where it could not be fitted.
    treatments
        For each specification, versions × rows of the common table: the observed regressor first, then permuted.

    Returns
    -------
    ndarray
        Specifications × versions; missing where the regressor does not vary or there is no null.

    Notes
    -----
    U = Σ T̃ r with T̃ the regressor freed of the null's design by weighted least squares, and V = Σ over clusters of the
    squared sums: the robust score test (Boos 1992), which needs only the null's fit.
    """
    out = np.full((len(nulls), len(treatments[0])), np.nan)
    for number, (null, treatment) in enumerate(zip(nulls, treatments, strict=True)):  # tens of specifications
        if null is None:
            continue
        block = max(1, _BLOCK // max(1, len(null.rows)))
        for first in range(0, len(treatment), block):
            out[number, first : first + block] = _z(null, treatment[first : first + block][:, null.rows])
    return out


def _z(null: Null, treatment: np.ndarray) -> np.ndarray:
    weighted = null.design * null.weights[:, None]
    fit = np.linalg.solve(null.design.T @ weighted, weighted.T @ treatment.T)
    parts = (treatment - (null.design @ fit).T) * null.residuals
    groups = int(null.codes.max()) + 1
    order = np.argsort(null.codes, kind="stable")
    starts = np.searchsorted(null.codes[order], np.arange(groups))
    sums = np.add.reduceat(parts[:, order], starts, axis=1)
    spread = np.sqrt((sums**2).sum(axis=1) * groups / max(groups - 1, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(spread > 1e-12, sums.sum(axis=1) / spread, np.nan)


def permuted(
    values: np.ndarray, units: np.ndarray, strata: np.ndarray, replicates: int, seed: int, blocks=None
) -> np.ndarray:
    """The values as they are, then with whole units exchanging theirs within strata.

    Parameters
    ----------
    values
        One a row; constant within a unit.
    units, strata
        Codes from 0; a unit lies in one stratum.
    blocks
        For each stratum, of how many blocks of units that follow each other (by their values, which are then times) the
        order is mixed; as many as there are units by default. A block keeps its inner order or turns it round, and they
        begin at a random unit, the last being followed by the first: what is alike in neighbours stays alike.

    Returns
    -------
    ndarray
        (1 + replicates) × rows.
    """
    rng = np.random.default_rng(seed)
    n_units, n_strata = int(units.max()) + 1, int(strata.max()) + 1
    first = np.zeros(n_units, dtype=int)
    first[units[::-1]] = np.arange(len(units))[::-1]
    of_unit, stratum = values[first], strata[first]
    order = np.argsort(stratum, kind="stable") if blocks is None else np.lexsort((of_unit, stratum))
    size = np.bincount(stratum, minlength=n_strata)
    rank = np.empty(n_units, dtype=int)
    rank[order] = np.arange(n_units) - np.repeat(np.cumsum(size) - size, size)
    out = np.empty((1 + replicates, len(values)), dtype=float)
    out[0] = values
    for replicate in range(1, replicates + 1):  # a sort each: blocks within strata in random order
        if blocks is None:
            mixed = np.lexsort((rng.random(n_units), stratum))
        else:
            place = (rank + rng.integers(size)[stratum]) % size[stratum]
            block = place * blocks[stratum] // size[stratum]
            key, turned = rng.random((n_strata, max(blocks))), rng.choice([-1, 1], (n_strata, max(blocks)))
            mixed = np.lexsort((turned[stratum, block] * place, key[stratum, block], stratum))
        moved = np.empty(n_units)
        moved[order] = of_unit[mixed]
        out[replicate] = moved[units]
    return out
