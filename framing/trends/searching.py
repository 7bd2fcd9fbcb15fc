"""Searches through windows of days: what the best of them shows where blocks of days change their places."""

import numpy as np
import pandas as pd
from scipy import special

MOST = 400
"""Days that a search takes one by one; of more, neighbours are taken together."""
FIRST = 199
HELD = 5_000_000  # numbers at once
_SURE = 1e9
"""Rows of a value that is known: so many that it does not vary."""


def search(
    day: pd.Series, y: np.ndarray, size: np.ndarray, inside: np.ndarray, other: np.ndarray | float, *,
    more: int = 0, least: int = 3, replicates: int = 199, seed: int = 0,
) -> float:  # fmt: skip
    """p of a window chosen after looking: how often, blocks of days exchanged, the best of all windows differs as much.

    The rows ``inside`` the window differ in ``y`` per ``size`` from those of the ``other`` time, and in the exchanged
    data each window from the time that lies to it as that other time does to this one; or they differ from a value, and
    there each window from all other time. Windows and times half as long and longer count: those of a day or two, which
    differ most, were not found. ``more`` says in which direction (1, -1; 0 is either). What is there or not is compared
    by :func:`episode`'s likelihood ratio, numbers by the variance between the two [1]_. A window that differs elsewhere
    speaks for none. After ``FIRST`` exchanges the others are made only where p is at most .05.

    References
    ----------
    .. [1] Kulldorff, M., Huang, L. & Konty, K. (2009). A scan statistic for continuous data based on the normal
           probability model. *Int. J. Health Geographics* 8, 58.
    """
    known = ~np.isnan(y) & (size > 0)
    sides = [known & inside] + ([known & other] if isinstance(other, np.ndarray) else [])
    mine, theirs = [*([y[one].sum(), size[one].sum()] for one in sides), [other * _SURE, _SURE]][:2]
    used = known & day.notna().to_numpy()
    each = by_day(day[used], hit=y[used], size=size[used], most=MOST)
    of = np.searchsorted(each.index, day[used].dt.normalize(), side="right") - 1
    ends = [(of[one[used]].min(), of[one[used]].max() + 1) for one in sides if (one & used).sum() >= least]
    if len(ends) < len(sides):
        return 1.0
    start, stop = np.triu_indices(len(each) + 1, 1)
    long = stop - start >= (ends[0][1] - ends[0][0]) / 2
    if len(ends) > 1:
        first, last = np.clip(_beside(start, stop, *ends, len(each)), 0, len(each))
        long &= last - first >= (ends[1][1] - ends[1][0]) / 2
        first, last = first[long], last[long]
    start, stop = start[long], stop[long]
    gain = ratio if np.isin(y[known], (0, 1)).all() and (size[known] == 1).all() else _between
    if (found := _toward(*map(np.float64, (*mine, *theirs)), gain, more)) <= 0:
        return 1.0
    rng, over, done = np.random.default_rng(seed), 0, 0
    sums = each[["hit", "n", "size"]].to_numpy().T
    for draws in (min(replicates, FIRST), max(replicates - FIRST, 0)):
        if done and over + 1 > 0.05 * (done + 1):
            break
        for part in np.array_split(orders(len(each), 0, draws, rng), -(-draws * len(start) // HELD) or 1):
            k, m, w = (np.cumsum(np.pad(values[part], ((0, 0), (1, 0))), axis=1) for values in sums)
            own = [x[:, stop] - x[:, start] for x in (k, m, w)]
            rest = (
                [x[:, -1:] - inner for x, inner in zip((k, m, w), own, strict=True)] if len(ends) < 2
                else [x[:, last] - x[:, first] for x in (k, m, w)]
            )  # fmt: skip
            few = (own[1] < least) | (rest[1] < least)
            best = np.where(few, -np.inf, _toward(own[0], own[2], rest[0], rest[2], gain, more)).max(axis=1)
            over += int((best >= found - 1e-9).sum())
        done += draws
    return (1 + over) / (1 + done)


def _beside(start, stop, own: tuple[int, int], other: tuple[int, int], n: int) -> tuple[np.ndarray, np.ndarray]:
    """Of every window the time that lies to it as ``other`` does to ``own``; with the first or last day from there."""
    if other[0] < own[0]:
        last = start - (own[0] - other[1])
        return (last - (other[1] - other[0]) if other[0] else 0 * last), last
    first = stop + (other[0] - own[1])
    return first, (first + (other[1] - other[0]) if other[1] < n else 0 * first + n)


def _toward(inside, size, other, others, gain, more: int) -> np.ndarray:
    """The gain of two sides where the first has more (or less) per size than the other, else 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        way = more * (inside * others - other * size)
        return np.where(way < 0, 0.0, gain(inside, inside + other, size, size + others))


def by_day(day: pd.Series, most: int, **values: np.ndarray) -> pd.DataFrame:
    """Sums and rows of each day; of more days than ``most`` neighbours together, from the day to the ``last`` one."""
    at = pd.to_datetime(day).dt.normalize().to_numpy()
    each = pd.DataFrame({"day": at, **values, "n": 1.0}).groupby("day").sum()
    last = each.index.to_series()
    if most and len(each) > most:
        unit = np.arange(len(each)) * most // len(each)
        first = each.index.to_numpy()[np.searchsorted(unit, unit)]
        each, last = each.groupby(first).sum(), last.groupby(first).max()
    return each.assign(last=last)


def orders(n: int, block: int, replicates: int, rng) -> np.ndarray:
    """Days, blocks of them in a new order."""
    number = np.arange(n) // (block or max(1, round(n ** (1 / 3))))
    order = np.argsort(rng.random((replicates, number[-1] + 1)), axis=1)
    return np.argsort(np.argsort(order, axis=1)[:, number], axis=1, kind="stable")


def _between(inside, total, size, whole) -> np.ndarray:
    """Squares between the mean inside and the mean outside."""
    other = np.maximum(whole - size, 1)
    return (inside - total * size / whole) ** 2 * whole / (np.maximum(size, 1) * other)


def ratio(inside, total, size, whole) -> np.ndarray:
    """Log-likelihood ratio of one share inside and another outside."""
    gain = sum(
        special.xlogy(a, np.maximum(a, 1e-300) / b)
        for x, y in ((inside, size), (total - inside, whole - size))
        for a, b in ((x, np.maximum(y, 1)), (y - x, np.maximum(y, 1)))
    )
    return gain - special.xlogy(total, total / whole) - special.xlogy(whole - total, 1 - total / whole)
