"""Dates that cannot be right: no day of the calendar, or far outside the window of their outlet."""

import re
import unicodedata

import numpy as np
import pandas as pd

from framing import dates
from framing.dates.patterns import FORMS
from framing.messages import mark
from framing.tables import takes_tables

FEWEST = 30
"""Articles of an outlet needed before its own window can speak against one of them."""
FAR = 365
"""Days."""
RARE = 0.01
"""Share of an outlet's articles, at most, that may be set apart as strays."""
NEIGHBOURS = 31

FEWEST_IN_ORDER = 5
IN_ORDER = mark("day and month in the order that the other dates of the file have")
NAMED = mark("the day is that of the file's name; none is printed")
NAMED_IN_PART = mark("no date is printed; the day in the file's name is not taken, as other names have none")
NAMED_ALIKE = mark("no date is printed; the day in the file's name may be that of saving, as all names have the same")
NAMED_OTHERWISE = mark("no date is printed; the day in the file's name is not taken, as other files print another")
OUTSIDE, IMPOSSIBLE = mark("outside the outlet's window"), mark("impossible")
_NO_DAY = r"there is no day|in the future|has no year|began .* and ended"
"""Notes of :mod:`framing.dates` on what is printed as a day and is none; what it cannot read is only noted."""


def in_order(read: pd.DataFrame, printed: pd.Series, source: pd.Series) -> pd.DataFrame:
    """Dates such as 3/12/2021, whose day and month may be swapped, by the order of the other dates of their file.

    Parameters
    ----------
    read
        What :func:`framing.dates.parse_column` gives of ``printed``.
    printed
        The dates as they are printed.
    source
        The file of each.

    Notes
    -----
    They are read where at least five dates of the file are beyond doubt and all have one order; ``date_note`` says so.
    """
    doubtful = read["date_note"].str.endswith("may be swapped")
    if not doubtful.any():
        return read
    parts = printed.astype("str").str.extract(FORMS.year_last)
    numbers = parts[["a", "b"]].astype("float64")
    sure = read["date"].notna() & parts["s"].isin(["/", "-"]) & numbers[["a", "b"]].max(axis=1).gt(12)
    day_first = numbers["a"].gt(12).where(sure).groupby(source)
    same = day_first.transform("nunique").eq(1) & sure.groupby(source).transform("sum").ge(FEWEST_IN_ORDER)
    rows = doubtful & same
    if not rows.any():
        return read
    first = day_first.transform("max")[rows].astype(bool)
    day, month = parts["a"][rows].where(first, parts["b"][rows]), parts["b"][rows].where(first, parts["a"][rows])
    made = dates.parse_column(parts["y"][rows] + "-" + month + "-" + day)
    made["date_evidence"] = read.loc[rows, "date_evidence"]
    made["date_note"] = made["date_note"].mask(made["date"].notna(), IN_ORDER)
    out = read.copy()
    out.loc[rows] = made
    return out


def of_names(frame: pd.DataFrame) -> pd.DataFrame:
    """Days from the names of files that hold one article each, for articles that print none.

    Parameters
    ----------
    frame
        One row per article: ``date date_precision date_evidence date_note`` and ``_source``, the name of its file.

    Notes
    -----
    A name is a fact of the file, but may tell when it was saved. It is taken where every undated article's file has one
    day in its name, not all have the same, and no article that prints its day has another in the name of its file;
    ``date_note`` says so, and else why it was not taken.
    """
    bare = frame["date"].isna() & frame["date_evidence"].eq("")
    if not bare.any():
        return frame
    named = frame["_source"].map(_day_of_name)
    told = bare & named.ne("")
    printed = frame["date"].dt.strftime("%Y-%m-%d")[frame["date_precision"].eq("day")]
    others = named.reindex(printed.index)
    reason = NAMED
    if not named[bare].ne("").all():
        reason = NAMED_IN_PART
    elif named[bare].nunique() < 2:
        reason = NAMED_ALIKE
    elif (others.ne("") & others.ne(printed)).any():
        reason = NAMED_OTHERWISE
    out = frame.copy()
    out.loc[told, "date_note"] = reason
    if reason == NAMED:
        read = dates.parse_column(named[told])
        for name in ("date", "date_precision", "date_evidence"):
            out.loc[told, name] = read[name]
    return out


_NAMED = re.compile(
    r"(?<!\d)(?P<y>1[6-9]\d\d|20\d\d)(?:(?P<s>[-_.]?)(?P<m>0[1-9]|1[0-2])(?P=s)(?P<d>0[1-9]|[12]\d|3[01])"
    r"|年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日)(?!\d)"
)


def _day_of_name(source: str) -> str:
    """The one day that the name of a file holds; empty where it holds none, or several."""
    found = _NAMED.finditer(unicodedata.normalize("NFKC", source.rsplit("/", 1)[-1]))
    days = {f"{m['y']}-{int(m['m'] or m['m2']):02}-{int(m['d'] or m['d2']):02}" for m in found}
    return days.pop() if len(days) == 1 and dates.parse(next(iter(days))).date is not None else ""


@takes_tables()
def flag_dates(articles: pd.DataFrame) -> pd.DataFrame:
    """Add ``date_flag`` and what is doubtful to ``date_note``.

    Parameters
    ----------
    articles
        One row per article: ``outlet date date_precision date_evidence date_note`` and, where there, ``url``.

    Returns
    -------
    DataFrame
        The same with ``date_flag``: ``impossible`` (something is printed that is no day, or lies in the future),
        ``outside the outlet's window``, or empty. The date itself is kept.

    Notes
    -----
    Two rules find strays, for outlets with at least 30 dated articles. (1) At most 1% of the articles lie before
    or after all others with a gap of more than a year, and of a quarter of the others' span. (2) The address ends in
    a number that grows with time: a date more than a year from the median of the 31 articles with the nearest numbers
    contradicts it. If it also lies outside the span of the dates that do not (by more than 90 days and a tenth of that
    span) it is flagged; inside, ``date_note`` says so and no flag is set, for then the paper has such dates.
    """
    out = articles.copy()
    flag = pd.Series("", index=out.index, dtype="str")
    note = out["date_note"].copy()
    flag[out["date"].isna() & note.str.contains(_NO_DAY)] = IMPOSSIBLE
    numbers = _numbers(out)
    for _, rows in out.groupby("outlet", sort=False).groups.items():
        dated = rows[out.loc[rows, "date"].notna().to_numpy()]
        if len(dated) < FEWEST:
            continue
        days = out.loc[dated, "date"].to_numpy(dtype="datetime64[D]").astype(np.int64)
        stray = _strays(days)
        against, expected = _against_numbers(days, numbers.loc[dated].to_numpy())
        stray |= against & _far_outside(days, ~against & ~stray)
        flag[dated[stray]] = OUTSIDE
        doubtful = dated[against]
        near = pd.to_datetime(expected[against], unit="D").strftime("%Y-%m")
        said = "the numbers of the addresses beside it are of about " + pd.Series(near, index=doubtful, dtype="str")
        old = note[doubtful]
        note[doubtful] = old.where(old.eq(""), old + "; ") + said
    out["date_flag"], out["date_note"] = flag, note.astype("str")
    return out


def _numbers(articles: pd.DataFrame) -> pd.Series:
    """The number an address ends in (four digits or more, and no date); missing where it has none."""
    if "url" not in articles.columns:
        return pd.Series(np.nan, index=articles.index)
    found = articles["url"].str.extract(r"(\d{4,15})\D*$")[0]
    like_date = found.str.fullmatch(r"(?:19|20)\d{2}(?:[01]\d(?:[0-3]\d)?)?", na=False)
    return pd.to_numeric(found.mask(like_date), errors="coerce")


def _strays(days: np.ndarray) -> np.ndarray:
    """The few articles that a long gap parts from all others, before or after them."""
    order = np.sort(days)
    stray = np.zeros(len(days), dtype=bool)
    most = int(RARE * len(days))
    for edge in (1, -1):
        side = order if edge == 1 else -order[::-1]
        gaps = np.diff(side[: most + 2])
        for cut in range(min(most, len(gaps)), 0, -1):
            rest = side[-1] - side[cut]
            if gaps[cut - 1] > max(FAR, rest / 4):
                stray |= edge * days < side[cut]
                break
    return stray


def _against_numbers(days: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Articles whose date contradicts the number of their address, and the day their neighbours suggest."""
    expected = days.astype(float)
    known = np.flatnonzero(~np.isnan(numbers))
    if len(known) < FEWEST:
        return np.zeros(len(days), dtype=bool), expected
    order = known[np.argsort(numbers[known], kind="stable")]
    series = pd.Series(days[order], dtype=float)
    middle = series.rolling(NEIGHBOURS, center=True, min_periods=NEIGHBOURS // 2).median()
    distance = (series - middle).abs()
    if distance.median() > 30:  # these numbers do not grow with time
        return np.zeros(len(days), dtype=bool), expected
    expected[order] = middle
    against = np.zeros(len(days), dtype=bool)
    against[order] = (distance > FAR).to_numpy()
    return against, expected


def _far_outside(days: np.ndarray, agreed: np.ndarray) -> np.ndarray:
    if not agreed.any():
        return np.zeros(len(days), dtype=bool)
    low, high = days[agreed].min(), days[agreed].max()
    room = max(90, (high - low) / 10)
    return (days < low - room) | (days > high + room)
