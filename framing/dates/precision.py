"""Articles in time, as precisely as their dates are known: periods, spans of days, years as a number."""

import datetime
import re
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd

from framing.messages import Message, mark, together
from framing.tables import takes_tables

FREQUENCIES = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
"""Length of a period → pandas' code."""
_KNOWN = {"month": ("month", "quarter", "year"), "year": ("year",)}
"""Precision → the frequencies that a date of this precision has; every other precision has them all."""
_CONVENTION = "convention"
"""Precision of a day that stands for one that is not known. Whether the month is known it does not say: the year is."""
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_LEFT_OUT = {
    "day": mark("Articles whose date is not known to the day, and which are counted in no day: {n:,}."),
    "week": mark("Articles whose date is not known to the day, and which are counted in no week: {n:,}."),
    "month": mark("Articles whose date is known only to the year, and which are counted in no month: {n:,}."),
    "quarter": mark("Articles whose date is known only to the year, and which are counted in no quarter: {n:,}."),
}


@takes_tables()
def periods(articles: pd.DataFrame, freq: str) -> pd.Series:
    """The period each article belongs to; missing where its date does not tell.

    Parameters
    ----------
    articles
        One row per article: ``date`` and, where there, ``date_precision``. Without the latter every date is a day.
    freq
        ``day``, ``week``, ``month``, ``quarter`` or ``year``.

    Returns
    -------
    Series
        Periods with the index of ``articles``. An article without a date has none. A date known to the year, or set
        by ``convention`` (the 1st of January for some day of the year), has no quarter, month, week or day; a date
        known to the month has no week and no day. :func:`left_out` counts them.

    Raises
    ------
    ValueError
        Unknown ``freq``.
    """
    refuse_frequency(freq)
    return articles["date"].where(_known(articles, freq)).dt.to_period(FREQUENCIES[freq])


def restored(values: pd.Series, freq: str) -> pd.Series:
    """Periods that a file or a merge turned into text (``2010``, ``2010-01``, ``2010Q1``, …) or days, as periods again.

    Raises
    ------
    ValueError
        Unknown ``freq``, or a value that is no period.
    """
    refuse_frequency(freq)
    if isinstance(values.dtype, pd.PeriodDtype):
        return values
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.dt.to_period(FREQUENCIES[freq])
    try:
        return pd.Series(pd.PeriodIndex(values.astype(str), freq=FREQUENCIES[freq]), index=values.index)
    except ValueError as error:
        raise ValueError(f"the periods are no periods of frequency {freq!r}: {error}") from None


@takes_tables()
def left_out(articles: pd.DataFrame, freq: str) -> dict[str, int]:
    """How many articles have no period: ``n_undated`` without a date, ``n_coarse`` with one that is not known enough.

    Parameters
    ----------
    articles, freq
        As for :func:`periods`.
    """
    refuse_frequency(freq)
    dated = articles["date"].notna()
    return {"n_undated": int((~dated).sum()), "n_coarse": int((dated & ~_known(articles, freq)).sum())}


def told(counts: dict[str, int], freq: str) -> Message:
    """The counts of :func:`left_out` in a sentence each; empty where every article has its period."""
    n_undated, n_coarse = counts["n_undated"], counts["n_coarse"]
    return together(
        Message("Articles without a date: {n:,}.", {"n": n_undated}) if n_undated else "",
        Message(_LEFT_OUT[freq], {"n": n_coarse}) if n_coarse else "",
    )


@takes_tables()
def days(articles: pd.DataFrame) -> pd.Series:
    """The column ``date``, missing where the day is not known: the first of a month or year stands for all of it."""
    return articles["date"].where(_known(articles, "day"))


@takes_tables()
def spans(articles: pd.DataFrame) -> pd.DataFrame:
    """First and last day a date may mean.

    Returns
    -------
    DataFrame
        ``first`` and ``last`` (days), same index: the day itself, or the ends of the month or year that is known;
        missing where there is no date.
    """
    date = articles["date"].dt.normalize()
    out = pd.DataFrame({"first": date, "last": date})
    if "date_precision" not in articles.columns:
        return out
    precision = _precision(articles)
    for name, code in (("month", "M"), ("year", "Y")):
        here = precision.eq(name) & date.notna()
        if not here.any():  # as in most corpora
            continue
        period = date[here].dt.to_period(code)
        out.loc[here, "first"] = period.dt.start_time
        out.loc[here, "last"] = period.dt.end_time.dt.normalize()
    return out


@takes_tables()
def between(articles: pd.DataFrame, first: Any = None, last: Any = None) -> pd.Series:
    """Which articles are surely of the days from ``first`` to ``last``.

    Either may be None or empty; a month (``2021-06``) or a year stands for all its days.

    Raises
    ------
    ValueError
        ``first`` or ``last`` is neither a day, a month nor a year.
    """
    ends = spans(articles)
    begin, end = bound("first", first), bound("last", last, end=True)
    inside = ends["first"].notna()
    if begin is not None:
        inside &= ends["first"] >= begin
    if end is not None:
        inside &= ends["last"] <= end
    return inside


@takes_tables()
def unsure(articles: pd.DataFrame, first: Any = None, last: Any = None) -> pd.Series:
    """Which articles may be of the days from ``first`` to ``last`` or not, as only their month or year is known.

    Those without a date are not among them. Either end may be None or empty, as in :func:`between`.

    Raises
    ------
    ValueError
        ``first`` or ``last`` is neither a day, a month nor a year.
    """
    ends, begin, end = spans(articles), bound("first", first), bound("last", last, end=True)
    near = ends["first"].notna()
    if begin is not None:
        near &= ends["last"] >= begin
    if end is not None:
        near &= ends["first"] <= end
    return near & ~between(articles, begin, end)


def bound(name: str, value: Any, *, end: bool = False) -> pd.Timestamp | None:
    """The first day of a day, a month or a year, or with ``end`` its last; None where nothing is given.

    Parameters
    ----------
    name
        What the refusal calls it.
    value
        A date, or text or a NumPy value of a day (``2004-12-31``), a month (``2004-12``) or a year (``2004``).
    end
        The last day.

    Raises
    ------
    ValueError
        ``value`` is none of these.
    """
    if value is None or isinstance(value, str) and value == "":
        return None
    if isinstance(value, datetime.date) and isinstance(found := pd.Timestamp(value), pd.Timestamp):
        return found.tz_localize(None).normalize()
    text = str(value)[:10] if isinstance(value, np.datetime64) else str(value)
    if _DAY.fullmatch(text):
        with suppress(ValueError):
            return getattr(pd.Period(text), "end_time" if end else "start_time").normalize()
    raise ValueError(f"{name} is a day such as 2004-12-31, a month such as 2004-12 or a year, not {value!r}")


@takes_tables()
def years(articles: pd.DataFrame) -> pd.Series:
    """Years of 365.25 days since the first of January of the first year; no number where only the year is known or
    the day was set by convention.

    A date known to the month stands in the middle of its month.
    """
    ends = spans(articles)[~_precision(articles).eq("year")].reindex(articles.index)
    if ends["first"].isna().all():
        return pd.Series(np.nan, index=articles.index)
    start = pd.Timestamp(articles["date"].min().year, 1, 1)
    return ((ends["first"] - start).dt.days + (ends["last"] - ends["first"]).dt.days // 2) / 365.25


def refuse_frequency(freq: str) -> None:
    """A ValueError that names the frequencies there are."""
    if freq not in FREQUENCIES:
        raise ValueError(f"no frequency {freq!r}; there are {sorted(FREQUENCIES)}")


def _known(articles: pd.DataFrame, freq: str) -> pd.Series:
    if "date_precision" not in articles.columns:
        return articles["date"].notna()
    unknown = [name for name, has in _KNOWN.items() if freq not in has]
    return articles["date"].notna() & ~_precision(articles).isin(unknown)


def _precision(articles: pd.DataFrame) -> pd.Series:
    if "date_precision" not in articles.columns:
        return pd.Series("day", index=articles.index, dtype="str")
    return articles["date_precision"].astype("str").replace(_CONVENTION, "year")
