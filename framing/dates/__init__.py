"""Dates as they are printed: what day, how precisely, on what evidence, and what is wrong with it.

A date is read, never guessed. What cannot be read with certainty (no year, day and month that may be
swapped, the 30th of February, Heisei 40, tomorrow) gives no date and a ``note`` that says why. The day
is the day as printed: a time zone is kept in the evidence and moves nothing.
"""

import unicodedata
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, NamedTuple

import pandas as pd

from framing.dates.patterns import FORMS
from framing.dates.precision import (
    FREQUENCIES,
    between,
    bound,
    days,
    left_out,
    periods,
    refuse_frequency,
    restored,
    spans,
    told,
    unsure,
    years,
)
from framing.dates.reading import Read, build, last_day, of_date, read
from framing.messages import mark

__all__ = [
    "FREQUENCIES", "LONGEST", "ParsedDate", "between", "days", "left_out", "parse", "parse_column", "periods",
    "refuse_frequency", "restored", "spans", "told", "unsure", "years",
]  # fmt: skip

LONGEST = 200
"""Characters a date field may have; anything longer is text, and a date in a text is not its date."""


_DECIMAL = mark("a number with decimals, where January (2021.1) and October (2021.10) are the same")


class ParsedDate(NamedTuple):
    """What a date field says.

    ``date`` is a midnight :class:`pandas.Timestamp` without time zone (the first day of a month or year
    where only that is known) or None; ``precision`` is ``day``, ``month``, ``year`` or ``missing``;
    ``evidence`` is the text it was read from; ``note`` says what is wrong or needs care, else is empty.
    """

    date: pd.Timestamp | None
    precision: str
    evidence: str
    note: str


def parse(text: object, *, window: tuple | None = None, anchor: object = None) -> ParsedDate:
    """Read one printed date.

    Parameters
    ----------
    text
        A date field or line ("2024年3月28日(木)18時50分", "R6.3.28", "21 Jan 2024 11:01:28 GMT9"); a date
        or Timestamp is taken as it is. Of several dates the one marked as published comes first,
        one marked as updated last.
    window
        First and last day that are possible for the outlet (either may be None; a year or a month
        stands for all its days). A date outside is kept and flagged in ``note``: a wrong date is a
        finding about the source.
    anchor
        The day a relative date (昨日, 3日前) or a date without a year is counted from, for example
        the day of the issue. Without it such a date is not read.

    Returns
    -------
    ParsedDate
        ``date``, ``precision``, ``evidence``, ``note``.

    Raises
    ------
    ValueError
        ``window`` or ``anchor`` is no date.

    Notes
    -----
    Eras by their first and last days, so 平成31年5月1日 and 昭和64年1月8日 do not exist. Era dates before
    明治6年 (1873) are refused, as Japan counted by another calendar; so are dates later than tomorrow, fiscal years
    (2021年度, FY2021), which no year of the calendar holds, decades (1980年代), ranges (3月30日〜4月2日), and numbers
    with decimals (a cell 2021.10 is the number 2021.1).
    """
    first, last = _limits(window)
    base = None if anchor is None else _day(anchor, "anchor")
    return _parse(text, first, last, base)


def parse_column(values: pd.Series, *, window: tuple | None = None, anchor: object = None) -> pd.DataFrame:
    """Read a column of printed dates; every distinct value is read once.

    Parameters
    ----------
    values
        Texts, dates, Timestamps or missing.
    window, anchor
        As in :func:`parse`.

    Returns
    -------
    DataFrame
        One row per value, same index: ``date`` (datetime64, day), ``date_precision`` (``day``,
        ``month``, ``year``, ``missing``), ``date_evidence`` and ``date_note`` (text, empty if none).
    """
    first, last = _limits(window)
    base = None if anchor is None else _day(anchor, "anchor")
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        values = values.dt.strftime("%Y-%m-%d")  # the day as printed, whatever the zone
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    read = [_parse(value, first, last, base) for value in distinct.tolist()]
    kinds = {"date": "datetime64[us]", "date_precision": "str", "date_evidence": "str", "date_note": "str"}
    table = pd.DataFrame(read, columns=list(kinds)).astype(kinds)
    return table.take(codes).set_axis(values.index)


def _parse(text: object, first: date | None, last: date | None, anchor: date | None) -> ParsedDate:
    if isinstance(text, date):  # also datetime and Timestamp; NaT is none of these in what follows
        return ParsedDate(None, "missing", "", "") if text is pd.NaT else _finish(of_date(text), str(text), first, last)
    if not isinstance(text, str):
        if text is None or text is pd.NA or text != text:
            return ParsedDate(None, "missing", "", "")
        if isinstance(text, float) and not text.is_integer():
            return ParsedDate(None, "missing", str(text), _DECIMAL)
        text = str(int(text)) if isinstance(text, float) else str(text)
    simple = FORMS.simple.fullmatch(text) if len(text) <= LONGEST else None
    if simple:  # nearly every date of a table; spares the search
        year, *rest = simple.groups()
        month, day = (int(part) for part in rest if part is not None)
        return _finish(build(int(year), month, day), text.strip(), first, last)
    evidence = " ".join(text[: LONGEST + 1].split())
    if not evidence:
        return ParsedDate(None, "missing", "", "")
    if len(text) > LONGEST:
        return ParsedDate(None, "missing", evidence, f"longer than {LONGEST} characters: a text, not a date")
    return _finish(read(FORMS.time.sub(" ", unicodedata.normalize("NFKC", evidence)), anchor), evidence, first, last)


def _finish(read: Read, evidence: str, first: date | None, last: date | None) -> ParsedDate:
    if read.day is None:
        return ParsedDate(None, "missing", evidence, read.note)
    notes = [read.note] if read.note else []
    if read.day > date.today() + timedelta(days=1):  # a day's grace, for the date line
        return ParsedDate(None, "missing", evidence, f"{read.day} is in the future")
    end = last_day(read.day, read.precision)
    if first is not None and end < first:
        notes.append(f"before the window that begins {first}")
    if last is not None and read.day > last:
        notes.append(f"after the window that ends {last}")
    day = pd.Timestamp(read.day)
    return ParsedDate(day, read.precision, evidence, "; ".join(notes))  # ty: ignore[invalid-argument-type] - a day is no NaT


def _limits(window: tuple | None) -> tuple[date | None, date | None]:
    if window is None:
        return None, None
    if isinstance(window, str) or len(window) != 2:
        raise ValueError(f"window must be two days (first, last), either may be None; not {window!r}")
    begin, end = bound("window", window[0]), bound("window", window[1], end=True)
    first, last = begin and begin.date(), end and end.date()
    if first and last and last < first:
        raise ValueError(f"window ends ({last}) before it begins ({first})")
    return first, last


def _day(value: Any, name: str) -> date:
    stamp = pd.NaT
    with suppress(ValueError, TypeError):
        stamp = pd.Timestamp(value)
    if not isinstance(stamp, pd.Timestamp):
        raise ValueError(f"{name} {value!r} is no date; write it as 2024-03-28")
    return stamp.date()
