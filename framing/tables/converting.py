"""Columns of another type than the toolkit counts with: what they hold is converted, or refused where it is unclear."""

import re
import unicodedata

import numpy as np
import pandas as pd

from framing.tables.blocks import ROWS, blocks

_DAY = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
    r"|(?P<month2>[0-9]{2})(?P<day2>[0-9]{2})|年(?P<month3>[0-9]{1,2})月(?P<day3>[0-9]{1,2})日)"
    r"(?:[T ]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
)
"""Year, month and day in this order, and a time of day, which is not used."""
_ABSENT = {"", "nat", "nan", "none", "<na>", "null"}
_YEARS = (1678, 2261)
"""The years that every kind of date can hold; one outside stands for something else."""


def text(values: pd.Series) -> tuple[pd.Series, str]:
    """A column as text, and what it held before where it was converted.

    Raises
    ------
    ValueError
        It holds neither text nor whole numbers.
    """
    kinds = pd.api.types
    if isinstance(values.dtype, pd.CategoricalDtype):
        names, was = text(values.cat.categories.to_series())
        if not was:
            return values, ""
        if names.duplicated().any():
            raise ValueError("has categories that are the same as text; make it text before")
        return values.cat.rename_categories(names.to_numpy()), was
    if kinds.is_string_dtype(values.dtype) and values.dtype != object:
        return values, ""
    held = pd.api.types.infer_dtype(values, skipna=True)
    if held == "string" or (held == "empty" and values.dtype == object):
        return values, ""
    if values.isna().all():
        return values.astype("str"), ""
    if held in {"floating", "mixed-integer-float", "integer-na"}:
        number = pd.to_numeric(values).astype("float64")
        if (number.dropna() != number.dropna().round()).any() or (number.abs() > 2**53).any():
            raise ValueError("must be text, and holds numbers that are not whole or too large to be exact")
        return number.astype("Int64").astype("string").astype("str"), "whole numbers, which are read as text"
    if held in {"integer", "mixed-integer"} and _simple(values):
        return values.map(str, na_action="ignore").astype("str"), "whole numbers, which are read as text"
    raise ValueError(f"must be text, and holds {_name(held, values)}")


def name(values: pd.Series) -> tuple[pd.Series, str]:
    """A column of names as text, without blanks around them and in composed letters (が is one letter or two).

    Raises
    ------
    ValueError
        As :func:`text`.
    """
    found, was = text(values)
    plain = {each: unicodedata.normalize("NFC", each).strip() or each for each in found.dropna().unique()}
    if all(each == read for each, read in plain.items()):
        return found, was
    read = found.astype("str").map(plain)
    if isinstance(found.dtype, pd.CategoricalDtype):
        read = read.astype("category")
    return read, "names with blanks around them or in decomposed letters, which are read without"


def day(values: pd.Series) -> tuple[pd.Series, str]:
    """A column as days without a time zone (``datetime64``), and what it held before where it was converted.

    Raises
    ------
    ValueError
        What it holds is no day, or could be more than one.
    """
    if isinstance(values.dtype, np.dtype) and values.dtype.kind == "M":
        parts = (values.to_numpy()[rows] for rows in blocks(len(values), ROWS))
        if all(((part.astype("datetime64[D]") == part) | np.isnat(part)).all() for part in parts):
            return values, ""
        return values.dt.normalize(), "times of day, of which the day is kept"
    found, was = _days(values.astype(object) if isinstance(values.dtype, pd.CategoricalDtype) else values)
    if found.dt.tz is not None:
        was = f"dates with a time zone ({found.dt.tz}), of which the day in that zone is kept"
        found = found.dt.tz_localize(None)
    return _refuse_far(found.astype("datetime64[us]").dt.normalize()), was


def label(values: pd.Series) -> tuple[pd.Series, str]:
    """A column that names groups; of dates the day is kept, and whatever else it holds is left as it is."""
    return day(values) if pd.api.types.is_datetime64_any_dtype(values.dtype) else (values, "")


def _days(values: pd.Series) -> tuple[pd.Series, str]:
    held = pd.api.types.infer_dtype(values, skipna=True)
    if values.isna().all():
        return pd.Series(pd.NaT, index=values.index, dtype="datetime64[us]"), ""
    if held in {"date", "datetime", "datetime64"}:
        try:
            return pd.to_datetime(values.astype(object)), f"{held} objects, of which the day is kept"
        except (ValueError, TypeError):
            raise ValueError("holds dates of several time zones; convert them to one, then to days") from None
    if held == "period":
        return _of_periods(values), "periods of a day, which are read as days"
    if held == "string":
        return _of_text(values), "text, which is read as days"
    if held in {"integer", "integer-na", "floating", "mixed-integer-float"}:
        return _of_numbers(values), "whole numbers YYYYMMDD, which are read as days"
    raise ValueError(f"must be days (datetime64), and holds {_name(held, values)}; corpus.read makes days")


_COARSE = "of a month or year write its first day, and 'month' or 'year' in a column 'date_precision'"


def _of_periods(values: pd.Series) -> pd.Series:
    try:
        periods = pd.PeriodIndex(values)
    except (ValueError, TypeError):
        raise ValueError("holds periods of several lengths; a date is one day") from None
    first, last = (each.normalize() for each in (periods.start_time, periods.end_time))
    if not (periods.isna() | (first == last)).all():
        raise ValueError(f"holds periods longer than a day ({periods.freqstr}); a date is one day; {_COARSE}")
    return pd.Series(first, index=values.index)


def _of_text(values: pd.Series) -> pd.Series:
    codes, names = pd.factorize(values)
    names = pd.Series(names, dtype="str").str.strip()
    absent = names.str.lower().isin(_ABSENT)
    parts = names.str.extract(f"^(?:{_DAY.pattern})$")
    fields = {
        field: parts[field].fillna(parts.get(f"{field}2", parts[field])).fillna(parts.get(f"{field}3", parts[field]))
        for field in ("year", "month", "day")
    }
    found = pd.to_datetime(pd.DataFrame(fields).astype("float64"), errors="coerce")
    strange = names[found.isna() & ~absent]
    if len(strange):
        raise ValueError(
            f"holds {strange.iloc[0][:40]!r}, which is not one day ({len(strange)} of {len(names)} different texts); "
            f"write dates as 2020-12-31; {_COARSE}. Of articles with text corpus.read does so"
        )
    return pd.Series(found.reindex(codes).to_numpy(), index=values.index)


def _of_numbers(values: pd.Series) -> pd.Series:
    if values.dtype in (np.float32, np.float16):
        raise ValueError(f"holds {values.dtype} numbers, which cannot tell one day YYYYMMDD from the next; use int64")
    number = pd.to_numeric(values).astype("Float64")
    digits = number.round().clip(0, 99_999_999).astype("Int64").astype("string")
    found = pd.to_datetime(digits, format="%Y%m%d", errors="coerce")
    strange = number[number.notna() & (found.isna() | (number < 10_000_000) | (number != number.round()))]
    if len(strange):
        raise ValueError(
            f"holds {strange.iloc[0]:.15g}, which is no day written YYYYMMDD ({len(strange)} of {len(number)} rows); "
            "a number may count days, seconds or years: make it a date before (pd.to_datetime with its unit)"
        )
    return found


def _refuse_far(days: pd.Series) -> pd.Series:
    years = days.dt.year
    far = days[(years < _YEARS[0]) | (years > _YEARS[1])]
    if len(far):
        raise ValueError(
            f"holds {far.iloc[0]:%Y-%m-%d}, outside the years {_YEARS[0]} to {_YEARS[1]} ({len(far)} of {len(days)} "
            "rows); leave missing dates empty"
        )
    return days


def _simple(values: pd.Series) -> bool:
    """Whether every known value is text or a whole number (and not true or false)."""
    found = set(values.dropna().map(type))
    return bool not in found and all(issubclass(each, (str, int, np.integer)) for each in found)


def _name(held: str, values: pd.Series) -> str:
    return f"values of several kinds ({held})" if held.startswith("mixed") else f"{held} values ({values.dtype})"


CONVERTED = {"id": text, "name": name, "day": day, "label": label}
"""How a column of a kind is converted."""
