"""One regular series out of what the caller has: its values, its place in time, its gaps."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from framing import dates
from framing.errors import TableError
from framing.messages import Message, mark
from framing.tables import refuse_absent


@dataclass(frozen=True)
class Series:
    """A series in the order of time.

    ``step`` numbers the periods from 1 and counts the absent ones, so that a gap is a gap;
    ``label`` is what the caller called each period.
    """

    value: np.ndarray
    step: np.ndarray
    label: pd.Index
    frame: pd.DataFrame
    n_gaps: int


def of(series: pd.Series | pd.DataFrame, value: str = "value", time: str = "period") -> Series:
    """Order a series and number its periods.

    Parameters
    ----------
    series
        A Series whose index is the time, or a DataFrame with the columns ``time`` and ``value``. Time
        is a PeriodIndex, dates, ISO text (``2010-01``), or whole numbers. Dates must lie on a regular
        calendar (days, weeks, months, quarters, years); an absent period is a gap. Whole numbers are months where all
        are a year and a month (201901, as a file gives them back) and more than one year is among them.

    Raises
    ------
    TableError
        No such column, a repeated period, a missing value or time, times that follow no calendar, or
        fewer than 8 periods.
    """
    if isinstance(series, pd.Series):
        frame = pd.DataFrame({value: series.to_numpy(), time: series.index})
    else:
        refuse_absent(series, (value, time), "the series")
        frame = series.reset_index(drop=True)
        if "freq" in frame.columns and frame["freq"].nunique() == 1:  # of trends.prepare, perhaps by way of a file
            frame[time] = dates.restored(frame[time], str(frame["freq"].iloc[0]))
    frame[time] = _months(frame[time])
    if frame[[value, time]].isna().to_numpy().any():
        n = int(frame[[value, time]].isna().any(axis=1).sum())
        raise TableError(f"{n} of {len(frame)} periods lack a value; leave them out: an absent period is a gap")
    endless = int(np.isinf(pd.to_numeric(frame[value], errors="coerce")).sum())
    if endless:
        raise TableError(f"{endless} periods have an infinite {value}; leave them out: an absent period is a gap")
    if len(frame) < 8:
        raise TableError(Message("a series of {n} periods is too short to model; 8 is the least", {"n": len(frame)}))
    number = numbers(frame[time])
    if pd.Index(number).has_duplicates:
        twice = frame.loc[pd.Series(number).duplicated().to_numpy(), time].iloc[0]
        raise TableError(
            f"the period {twice} stands more than once; add its rows up, or name their groups in a column 'group'"
        )
    order = np.argsort(number, kind="stable")
    step = (number - number.min() + 1)[order]
    frame = frame.iloc[order].reset_index(drop=True)
    values = pd.to_numeric(frame[value], errors="coerce").to_numpy(dtype=float)
    if np.isnan(values).any():
        raise TableError(f"{value!r} holds something that is not a number")
    return Series(values, step.astype(float), pd.Index(frame[time]), frame, int(step[-1] - len(step)))


def refuse_ungrouped(articles: pd.DataFrame, by: str) -> None:
    """A TableError where articles belong to no group: they would be in no series and no denominator."""
    n = int(articles[by].isna().sum())
    if n:
        raise TableError(
            f"articles[{by!r}] is missing for {n} articles; drop them before, and say so: of a study with "
            f"take(drop={{{by!r}: [None]}})"
        )


def _months(times: pd.Series) -> pd.Series:
    """Months where whole numbers say year and month (201901 … 202012); a count of steps would have a 13 to 99 in it."""
    if not pd.api.types.is_numeric_dtype(times.dtype) or times.isna().any():
        return times
    year, month = times // 100, times % 100
    if not (year.between(1000, 2999) & month.isin(range(1, 13))).all() or year.nunique() == 1:
        return times
    return times.astype("int64").astype(str).astype("period[M]")


def numbers(times) -> np.ndarray:
    """Whole numbers in the order of time, one apart where periods follow each other."""
    index = times if isinstance(times, pd.PeriodIndex) else pd.Index(times)
    if isinstance(index, pd.PeriodIndex):
        return index.asi8.astype(np.int64) if hasattr(index, "asi8") else index.astype("int64").to_numpy()
    if pd.api.types.is_integer_dtype(index.dtype):
        return index.to_numpy(dtype=np.int64)
    if pd.api.types.is_float_dtype(index.dtype) and (index == index.astype(np.int64)).all():
        return index.to_numpy(dtype=np.int64)
    try:
        days = pd.DatetimeIndex(
            pd.to_datetime(index, format=None if isinstance(index, pd.DatetimeIndex) else "ISO8601")
        )
    except (ValueError, TypeError) as error:
        raise TableError(f"times must be periods, dates, ISO text or whole numbers; {error}") from None
    return _on_calendar(days)


def _on_calendar(days: pd.DatetimeIndex) -> np.ndarray:
    """The coarsest calendar on which no two dates share a period."""
    for frequency in ("Y", "Q", "M", "W", "D"):
        found = days.to_period(frequency)
        if not found.has_duplicates and _fits(days, frequency):
            return found.asi8.astype(np.int64)
    raise TableError("the times repeat a day; add rows of one day up before")


def _fits(days: pd.DatetimeIndex, frequency: str) -> bool:
    """Whether all dates have the same place within their period (always the first, say, or always a Friday)."""
    if frequency == "D":
        return True
    if frequency == "W":
        return len(set(days.dayofweek)) == 1
    first = bool((days.day == 1).all()) or bool(days.is_month_end.all()) or len(set(days.day)) == 1
    months = {"M": 1, "Q": 3, "Y": 12}[frequency]
    return first and len(set(days.month % months)) == 1


def middle(periods) -> str:
    """The first day of the period in the middle, as ISO text: a date that nobody chose for its news."""
    found = sorted(set(periods))[len(set(periods)) // 2]
    return str(found.start_time.date() if isinstance(found, pd.Period) else found)


def place(at, series: Series, *, what: str = mark("the event")) -> float:
    """The step of a time; it must lie inside the series.

    Raises
    ------
    TableError
        ``at`` is before the second or after the last period; both ends are named.
    """
    labels = series.label
    step = _step_of(at, series)
    if not series.step[0] < step <= series.step[-1]:
        ends = {"first": labels[0], "last": labels[-1]}
        outside = "{what} {at} is outside the series, which runs from {first} to {last}"
        raise TableError(Message(outside, {"what": what, "at": repr(at), **ends}))
    return step


def _step_of(at, series: Series) -> float:
    labels = series.label
    hit = np.flatnonzero(np.asarray(labels.astype(str)) == str(at))
    if len(hit):
        return float(series.step[hit[0]])
    base = numbers(labels).min()
    if isinstance(labels, pd.PeriodIndex):
        try:
            moment = pd.Period(str(at) if isinstance(at, (int, np.integer)) else at, freq=labels.freq)
        except ValueError:
            moment = pd.NaT
        if not isinstance(moment, pd.Period):
            between = f"the series runs from {labels[0]} to {labels[-1]}"
            raise ValueError(f"{at!r} is not a date; write it as '2011-03-11'; {between}")
        return float(moment.ordinal - base + 1)
    if pd.api.types.is_number(at) or pd.api.types.is_numeric_dtype(labels.dtype):
        try:
            return float(at) - float(base) + 1
        except (TypeError, ValueError):
            raise ValueError(f"{at!r} is not a time of this series, whose times are numbers") from None
    try:
        days = pd.DatetimeIndex(pd.to_datetime(labels, format="ISO8601"))
        later = np.flatnonzero(days >= pd.Timestamp(at))
    except (ValueError, TypeError):
        raise ValueError(f"{at!r} is not a time of this series, which runs from {labels[0]} to {labels[-1]}") from None
    return float(series.step[later[0]]) if len(later) else np.inf
