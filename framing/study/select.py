"""The one filter: which rows ``keep``, ``drop``, ``since`` and ``until`` leave, for every question alike."""

import datetime
import difflib
import unicodedata
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from framing import dates, tables
from framing.errors import ParamError
from framing.messages import Message, together
from framing.tables.blanks import is_blank, may_be_blank, stated

_FLAGS = {"true": True, "yes": True, "on": True, "1": True, "1.0": True, "false": False, "no": False, "off": False,
          "0": False, "0.0": False}  # fmt: skip
_NONE = {"null", "none", "nan", "nat", ""}
_SHOWN = 12  # values named in a refusal, the most frequent ones


def select(
    frame: pd.DataFrame,
    *,
    keep: Mapping | None = None,
    drop: Mapping | None = None,
    since: object = None,
    until: object = None,
    known: pd.DataFrame | None = None,
    derived: Mapping[str, Callable[[pd.DataFrame], pd.Series]] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take the rows that fit every condition.

    Parameters
    ----------
    frame
        Any table; it is not changed.
    keep, drop
        Column → value or list of values. A row is kept that has one of the values (OR) in each column of ``keep``
        (AND), then dropped where it has one of the values in any column of ``drop``. Values are compared as the
        column's type: a flag is named by true, false, yes, no, 1 or 0; a number by 1, 1.0 or ``"1"``; a day by its
        ISO date; text exactly, in its case and spelling. A missing cell, or one of blank text, fits only where ``None``
        is among the values. A
        ``date`` of which only the month or year is known (``date_precision``) fits no day, and ``reason`` counts it.
    since, until
        First and last day, both included: ISO text or a NumPy value (``2004-12-31``; a year or a month stands for all
        its days) or a date. Compared with the column ``date``. A row without a date lies in no window, nor does one
        of which only the month or year is known (``date_precision``) unless all of that lies in it.
    known
        The table whose values may be named, where ``frame`` is a part of it; ``frame`` itself by default.
    derived
        Column → function that computes it from rows, for a column whose values depend on which rows are used (whether
        another row is in the same issue). It is computed on the rows that all other conditions leave, before a
        condition on it applies, and again on the rows returned.

    Returns
    -------
    rows
        The rows left, in their order and with their index; there may be none.
    steps
        One row per condition in the order applied: ``step``, ``n_rows`` (left after it), ``n_dropped``, ``reason``.

    Raises
    ------
    ParamError
        A column that is not there, a value that no row has (the nearest ones are named) or ``None`` where no cell is
        missing, a value that is none of the column's type, a condition without values, or days that are none or in the
        wrong order.
    """
    source, derived = frame if known is None else known, dict(derived or {})
    asked = [(verb, name, values) for verb, given in (("keep", keep), ("drop", drop))
             for name, values in _mapping(verb, given).items()]  # fmt: skip
    there = [*frame.columns, *derived]
    strange = [(verb, name) for verb, name, _ in asked if name not in there]
    if strange:
        verb, name = strange[0]
        raise ParamError(f"{verb} names {name!r}, which is no column{_near(name, there)}; the columns are {there}")
    steps, rows = [], frame
    for verb, name, values in asked:
        if name not in derived:
            rows = _step(rows, source, verb, name, values, steps)
    rows = _window(rows, since, until, steps)
    rows = _derived(rows, derived)
    late = [one for one in asked if one[1] in derived]
    for verb, name, values in late:
        rows = _step(rows, source, verb, name, values, steps)
    rows = _derived(rows, derived) if late else rows
    return rows, tables.steps(steps)


def _derived(rows: pd.DataFrame, derived: dict) -> pd.DataFrame:
    return rows.assign(**{name: make(rows) for name, make in derived.items()}) if derived else rows


def _mapping(verb: str, given) -> Mapping:
    if given is not None and not isinstance(given, Mapping):
        raise ParamError(f"{verb} maps a column to its values, as in '{verb}: {{section: [politics]}}', not {given!r}")
    return given or {}


def _step(rows: pd.DataFrame, source: pd.DataFrame, verb: str, name: str, values, steps: list) -> pd.DataFrame:
    wanted = _listed(verb, name, values)
    fits = _matches(rows, source if name in source.columns else rows, name, wanted, f"{verb} {name}")
    left = rows[fits if verb == "keep" else ~fits]
    told = {"column": name, "values": tuple(wanted)}
    if verb == "keep":
        step, reason = (
            Message("keep {column}", {"column": name}),
            Message("only rows whose {column} is one of: {values}", told),
        )
    else:
        step, reason = (
            Message("drop {column}", {"column": name}),
            Message("without rows whose {column} is one of: {values}", told),
        )
    n_coarse = int(coarse(rows, name).sum())
    if n_coarse:
        without = Message(
            "dates known only to the month or year, which are no day and fit none: {n:,}", {"n": n_coarse}
        )
        reason = together(reason, without, clauses=True)
    steps.append((step, len(left), len(rows) - len(left), reason))
    return left


def _listed(verb: str, name: str, values) -> list:
    if isinstance(values, Mapping):
        raise ParamError(f"{verb} takes a list of values of {name!r}, not {values!r}")
    many = isinstance(values, Iterable) and not isinstance(values, (str, bytes))
    wanted = list(values) if many else [values] if values is not None else []
    if not wanted:
        raise ParamError(f"{verb} names no value of {name!r}; list them, as in '{name}: [a, b]' ([null] for none)")
    return wanted


def _matches(rows: pd.DataFrame, source: pd.DataFrame, name: str, wanted: list, asked: str) -> np.ndarray:
    """Which rows hold one of the values wanted in a column; a value that no row of ``source`` holds is refused."""
    named = [value for value in wanted if not (pd.api.types.is_scalar(value) and pd.isna(value))]
    if not may_be_blank(name):  # elsewhere a blank is asked for as null is
        named = [value for value in named if not is_blank(value)]
    own, all_of = stated(rows[name]), stated(source[name])
    if len(named) < len(wanted) and not all_of.isna().any():
        raise ParamError(f"{asked} names null, and no row is without {name!r}; take null out of its values")
    absent = own.isna().to_numpy() & (len(named) < len(wanted))
    if not named:
        return absent
    held, known = (_plain(each).mask(coarse(frame, name)) for each, frame in ((own, rows), (all_of, source)))
    kind = _kind(known)
    held, there = _cells(held, kind), _cells(known, kind).value_counts().index
    cells = [_cell(value, kind, there, asked) for value in named]
    strange = [value for value, cell in zip(named, cells, strict=True) if cell not in there]
    if strange and kind != "flag":
        raise ParamError(
            f"{asked}: no row has {', '.join(map(repr, strange))}{_near(strange[0], there)}; {_most(there)}"
        )
    return absent | held.isin(cells).to_numpy(dtype=bool, na_value=False)


def coarse(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Which cells of a column are a date of which only the month or year is known; compared with a day it is none."""
    if name != "date" or "date_precision" not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    return (frame["date"].notna() & dates.days(frame).isna()).to_numpy(dtype=bool)


def _plain(column: pd.Series) -> pd.Series:
    return column.astype(object).infer_objects() if isinstance(column.dtype, pd.CategoricalDtype) else column


def _kind(column: pd.Series) -> str:
    """``flag``, ``number``, ``day`` or ``text``: how the values of a column are compared."""
    types = pd.api.types
    inferred = types.infer_dtype(column, skipna=True) if column.dtype == object else ""
    if types.is_bool_dtype(column.dtype) or inferred == "boolean":
        return "flag"
    if types.is_numeric_dtype(column.dtype) or inferred in ("integer", "floating", "mixed-integer-float", "decimal"):
        return "number"
    return "day" if types.is_datetime64_any_dtype(column.dtype) or inferred in ("date", "datetime") else "text"


def _cells(column: pd.Series, kind: str) -> pd.Series:
    if kind == "flag":
        return column.astype("boolean")
    if kind == "number":
        return pd.to_numeric(column)
    return pd.to_datetime(column).dt.tz_localize(None).dt.normalize() if kind == "day" else column.astype("str")


def _cell(value, kind: str, there: pd.Index, asked: str):
    """A value as a column of this kind holds it."""
    text = str(value).strip()
    try:
        if kind == "flag":
            return _FLAGS[text.lower()]
        if kind == "number":
            flag = text.lower() in ("true", "false") and set(there) <= {0, 1}
            number = float(_FLAGS[text.lower()] if flag else text)
            if there.dtype == np.float32:
                return np.float32(number)
            return int(text) if text.lstrip("+-").isdecimal() else int(number) if number.is_integer() else number
        if kind == "day":
            day = text[:10] if isinstance(value, (datetime.date, np.datetime64)) else text
            return pd.Timestamp(datetime.date.fromisoformat(day))
    except (KeyError, ValueError):
        holds = {"flag": "true and false", "number": "numbers", "day": "days such as 2004-12-31"}[kind]
        none = "; rows without a value are named by None (null in a file)" if text.lower() in _NONE else ""
        raise ParamError(f"{asked} holds {holds}, and {value!r} is none of these{none}; {_most(there)}") from None
    return str(value)


def _most(there: pd.Index) -> str:
    names = there.strftime("%Y-%m-%d") if isinstance(there, pd.DatetimeIndex) else there
    return f"its most frequent values are {names[:_SHOWN].tolist()}"


def _near(value: object, there: Iterable) -> str:
    """What stands near a name that is not there, whatever its case and width."""
    folded = {unicodedata.normalize("NFKC", str(name)).casefold(): str(name) for name in there}
    close = difflib.get_close_matches(unicodedata.normalize("NFKC", str(value)).casefold(), list(folded), 3)
    return f" (did you mean {' or '.join(repr(folded[name]) for name in close)}?)" if close else ""


def _window(rows: pd.DataFrame, since, until, steps: list) -> pd.DataFrame:
    """The rows between two days, both included, and what an absent or coarse date costs."""
    first, last = _bound("since", since), _bound("until", until, end=True)
    if first is None and last is None:
        return rows
    if first is not None and last is not None and first > last:
        raise ParamError(f"since {since} is after until {until}: no day lies between them")
    if "date" not in rows.columns:
        raise ParamError(f"since and until need the column 'date'; the columns are {list(map(str, rows.columns))}")
    if _kind(rows["date"]) != "day" and rows["date"].notna().any():
        raise ParamError(f"since and until need days in the column 'date', not {rows['date'].dtype}")
    dated = rows[rows["date"].notna()]
    steps.append(
        (Message("with a date"), len(dated), len(rows) - len(dated), Message("no date, which lies in no period"))
    )
    known = dated.filter(["date_precision"]).assign(date=_cells(dated["date"], "day"))
    ends = dates.spans(known.reset_index(drop=True))
    late = np.ones(len(dated), dtype=bool) if first is None else ends["first"].ge(first).to_numpy()
    fits = late if last is None else late & ends["last"].le(last).to_numpy()
    reason = Message("outside the period, or only the month or year is known")
    if first is not None:
        steps.append((Message("since {day}", {"day": since}), int(late.sum()), int((~late).sum()), reason))
    if last is not None:
        steps.append((Message("until {day}", {"day": until}), int(fits.sum()), int((late & ~fits).sum()), reason))
    return dated[fits]


def _bound(name: str, value, *, end: bool = False) -> pd.Timestamp | None:
    try:
        return dates.bound(name, value, end=end)
    except ValueError as error:
        raise ParamError(str(error)) from None
