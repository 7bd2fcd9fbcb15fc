"""Episodes: a level that differs for a while and returns, which neither a line nor a step at a date describes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from framing import dates
from framing.errors import TableError
from framing.messages import mark
from framing.records import Record
from framing.tables import refuse_absent
from framing.trends.searching import HELD, MOST, by_day, orders, ratio

BEFORE, AFTER = mark("the time before the window"), mark("the time after the window")
OUTSIDE, SIDES = mark("all time outside the window"), mark("after the window against before it")


@dataclass(frozen=True)
class Episode(Record):
    """A window in which something was more frequent, or less, than before and after it.

    Attributes
    ----------
    comparisons
        One row per comparison of the window (with the time before, after, or both) and of its sides with
        each other (``sides``): ``comparison``, ``n_inside``, ``hits_inside``, ``n_other``, ``hits_other``,
        ``difference`` (of shares, inside less other; of the sides after less before), ``p_value`` (Fisher's exact
        test, two-sided).
    start, end
        First and last day of the window that was given or found.
    p_value
        Of a window that was found: among all windows, by exchange of blocks; the honest one. Of one that was given:
        that against all time outside, honest only where the window was chosen before looking.
    searched, windows
        Whether the window was searched for, and among how many.
    """

    comparisons: pd.DataFrame
    start: object
    end: object
    p_value: float
    searched: bool
    windows: int


def episode(
    rows: pd.DataFrame,
    outcome: str,
    *,
    since: object = None,
    until: object = None,
    date: str = "date",
    least: int = 3,
    block: int = 0,
    replicates: int = 1999,
    seed: int = 0,
) -> Episode:
    """Compare a window with what came before and after it; without a window, search for one.

    Parameters
    ----------
    rows
        One row per message or article.
    outcome
        Column of what each row has or has not: true or false, 1 or 0 (``front``). Rows without it or without a day are
        left out, and so are those whose ``date_precision`` does not tell whether they lie in the window.
    since, until
        First and last day of the window; of a month or a year (``2024``) the first and the last of its days. Without
        both, every window of days that leaves ``least`` rows inside, before and after is tried.
    date
        Column of days.
    least
        Rows that each side and the window must have.
    block
        Days in a row that exchange their places together; by default the cube root of the number of days.
    replicates, seed
        Exchanges of the search, and their seed.

    Returns
    -------
    Episode

    Raises
    ------
    TableError
        A column is absent, the outcome is no yes or no, too few rows are left, or nothing varies.
    ValueError
        One end of a window without the other or before it, numbers that make no sense, or a window with fewer than one
        row inside or outside.

    Notes
    -----
    The search takes the window with the largest log-likelihood ratio of one share inside and another outside, in either
    direction [1]_. The rows of one day stay together. p = (1 + exchanges with as large a maximum) / (1 + exchanges).

    References
    ----------
    .. [1] Kulldorff, M. (1997). A spatial scan statistic. *Communications in Statistics* 26, 1481-1496.
    """
    refuse_absent(rows, (outcome, date), "the table of rows")
    if (since is None) != (until is None):
        raise ValueError("a window has a first and a last day, 'since' and 'until'; without both one is searched for")
    if least < 1 or block < 0 or replicates < 1:
        raise ValueError(f"least and replicates are at least 1, a block 0 or more: {least}, {replicates}, {block}")
    begin, end = dates.bound("since", since), dates.bound("until", until, end=True)
    if begin is not None and end is not None and begin > end:
        raise ValueError(f"since {since} is after until {until}: no day lies between them")
    if pd.api.types.is_numeric_dtype(rows[date]):
        raise TableError(f"the column {date!r} must hold days, not {rows[date].dtype}")
    rows = rows.assign(**{date: pd.to_datetime(rows[date]).dt.tz_localize(None)})
    known = _placed(rows, begin, end) if date == "date" else rows[date].notna()
    used = rows[rows[outcome].notna() & known].sort_values(date, kind="stable")
    hit = pd.to_numeric(used[outcome].astype(object), errors="coerce").to_numpy(dtype=float)
    if not np.isin(hit, (0, 1)).all():
        raise TableError(f"{outcome!r} must be true or false in every row")
    each = by_day(used[date], hit=hit, most=MOST if since is None else 0)
    hits, n, places = each["hit"].to_numpy(), each["n"].to_numpy(), pd.DatetimeIndex(each.index)
    if not 0 < hits.sum() < n.sum():
        raise TableError(f"{outcome!r} does not vary over the {int(n.sum())} rows that are left")
    searched, windows, p = since is None, 1, np.nan
    if searched:
        inside, windows, p = _scan(hits, n, least, block, replicates, np.random.default_rng(seed))
    else:
        inside = np.asarray((places >= begin) & (places <= end))
    if not inside.any() or inside.all():
        raise ValueError(f"{int(n[inside].sum())} of {int(n.sum())} rows are inside the window; both sides need one")
    first, last = places[inside][0], places[inside][-1]
    before, after = np.asarray(places < first), np.asarray(places > last)
    pairs = {BEFORE: (inside, before), AFTER: (inside, after), OUTSIDE: (inside, ~inside), SIDES: (after, before)}
    table = pd.DataFrame([_pair(name, hits, n, *sides) for name, sides in pairs.items()])
    known = float(table.loc[table["comparison"] == OUTSIDE, "p_value"].iloc[0])
    ends = (first, each["last"][last]) if searched else (begin, end)
    return Episode(table, *ends, p if searched else known, searched, windows)


def _placed(rows: pd.DataFrame, begin: pd.Timestamp | None, end: pd.Timestamp | None) -> pd.Series:
    """Rows whose day is known, or with a window those surely inside it or outside."""
    if begin is None or end is None:
        return dates.days(rows).notna()
    return rows["date"].notna() & ~dates.unsure(rows, begin, end)


def _pair(name: str, hits: np.ndarray, n: np.ndarray, inside: np.ndarray, other: np.ndarray) -> dict:
    a, m, b, k = (int(values[side].sum()) for side in (inside, other) for values in (hits, n))
    known = m > 0 and k > 0
    return {
        "comparison": name, "n_inside": m, "hits_inside": a, "n_other": k, "hits_other": b,
        "difference": a / m - b / k if known else np.nan,
        "p_value": float(stats.fisher_exact([[a, m - a], [b, k - b]]).pvalue) if known else np.nan,
    }  # fmt: skip


def _scan(hits, n, least: int, block: int, replicates: int, rng) -> tuple[np.ndarray, int, float]:
    """The window of the largest gain, how many there are, and its p."""
    size = np.concatenate([[0.0], np.cumsum(n)])
    start, stop = np.triu_indices(len(size), 1)
    fits = (size[stop] - size[start] >= least) & (size[start] >= least) & (size[-1] - size[stop] >= least)
    start, stop = start[fits], stop[fits]
    if not len(start):
        raise TableError(f"{int(n.sum())} rows are too few for a window with {least} rows inside, before and after")
    mixed = np.vstack([np.arange(len(n)), orders(len(n), block, replicates, rng)])
    best = np.empty(len(mixed))
    for part in np.array_split(np.arange(len(mixed)), -(-len(mixed) * len(start) // HELD)):
        best[part] = _gains(hits[mixed[part]], n[mixed[part]], start, stop, least).max(axis=1)
    at = int(_gains(hits[None], n[None], start, stop, least)[0].argmax())
    inside = (np.arange(len(n)) >= start[at]) & (np.arange(len(n)) < stop[at])
    return inside, len(start), float((best >= best[0] - 1e-9).sum() / len(best))


def _gains(hits, n, start, stop, least: int) -> np.ndarray:
    """Of every window in every order (orders × windows), where it leaves rows enough inside, before and after."""
    k, m = (np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1) for values in (hits, n))
    few = (m[:, stop] - m[:, start] < least) | (m[:, start] < least) | (m[:, -1:] - m[:, stop] < least)
    return np.where(few, -np.inf, ratio(k[:, stop] - k[:, start], k[:, -1:], m[:, stop] - m[:, start], m[:, -1:]))
