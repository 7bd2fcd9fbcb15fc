"""Where conditions hold: sorted stretches of places, and operations on them."""

from dataclasses import dataclass, field

import numpy as np

from framing.frames import kernels

NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Hits:
    """Where a condition holds: one flag per unit, and its runs of tokens from row ``first`` to row ``last``, sorted."""

    units: np.ndarray
    first: np.ndarray = field(default_factory=lambda: NONE)
    last: np.ndarray = field(default_factory=lambda: NONE)


def among(rows: np.ndarray, some: np.ndarray) -> np.ndarray:
    """Whether each row is one of some that are sorted."""
    at = np.searchsorted(some, rows)
    return (at < len(some)) & (some[np.minimum(at, max(len(some) - 1, 0))] == rows) if len(some) else at < 0


def merged(some: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Runs of several kinds in one order, each once."""
    if len(some) == 1:
        first, last = some[0]
    else:
        first, last = (np.concatenate([NONE, *(each[end] for each in some)]) for end in (0, 1))
    order = np.lexsort((last, first))
    first, last = first[order], last[order]
    new = np.diff(first, prepend=-1) + np.diff(last, prepend=-1) != 0
    new |= np.diff(first, prepend=-1) != 0
    return first[new], last[new]


def shortest(first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Runs that hold no other, in order, each once."""
    order = np.lexsort((-last, first))
    first, last = first[order], last[order]
    after = np.append(np.minimum.accumulate(last[::-1])[::-1][1:], np.iinfo(np.int64).max)
    return first[last < after], last[last < after]


def distinct(hits: Hits) -> Hits:
    """Hits of which none shares a token with another: of those that do the longest, of equals the earlier."""
    if (hits.first[1:] > np.maximum.accumulate(hits.last)[:-1]).all():
        return hits
    kept = kernels.distinct(hits.first, hits.last)
    return Hits(hits.units, hits.first[kept], hits.last[kept])
