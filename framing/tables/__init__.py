"""The tables that cross rooms: their columns, and the check at every door.

====================  ==========================================  =====================================
table                 one row is                                  key
====================  ==========================================  =====================================
:data:`ARTICLES`      an article                                  ``article_id``
:data:`REJECTED`      a row of the source that was not taken      none
:data:`TOKENS`        a token                                     ``article_id``, ``position``
:data:`COUNTS`        an article and a term                       ``article_id``, ``term``
:data:`MENTIONS`      a mention of an actor                       ``article_id``, ``actor``, ``position``
:data:`CLUSTERS`      an article                                  ``article_id``
====================  ==========================================  =====================================

Extra columns are always kept. ``page`` counts from 1 (the front), ``position`` from 0, ``date`` is a
day without a time zone, ``n`` counts tokens. Every public function that takes one of these tables converts ids and
dates of another type, says so by a :class:`~framing.errors.TableWarning`, and refuses what could be read in two ways
(:func:`takes_tables`, :func:`checked`).
"""

import inspect
import unicodedata
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pandas as pd
from pandas.api import types as kinds

from framing.errors import FramingError, TableError, TableWarning, retired
from framing.messages import mark
from framing.tables.blocks import key_is_increasing
from framing.tables.converting import CONVERTED


@dataclass(frozen=True)
class Table:
    """A kind of table: its name, the columns it must have and what each holds, and its key.

    ``columns`` maps a name to one of ``text`` (string or categorical), ``day`` (datetime64 without
    time zone, at midnight, may be missing), ``count`` (whole, not negative, never missing) and
    ``number`` (may be missing).
    """

    name: str
    columns: dict[str, str] = field(hash=False)
    key: tuple[str, ...] = ()


ARTICLES = Table(
    "articles",
    {"article_id": "text", "outlet": "text", "date": "day", "page": "number", "headline": "text", "text": "text"},
    ("article_id",),
)
TEXTS = Table("articles", {"article_id": "text", "text": "text"}, ("article_id",))
"""Articles of which only the text is read."""
REJECTED = Table("rejected", {"source": "text", "line": "number", "reason": "text", "record": "text"})
TOKENS = Table(
    "tokens",
    {"article_id": "text", "position": "count", "surface": "text", "lemma": "text", "pos": "text"},
    ("article_id", "position"),
)
COUNTS = Table("counts", {"article_id": "text", "outlet": "text", "term": "text", "n": "count"}, ("article_id", "term"))
MENTIONS = Table(
    "mentions",
    {
        "article_id": "text",
        "actor": "text",
        "position": "count",
        "surface": "text",
        "role": "text",
        "in_headline": "flag",
    },
    ("article_id", "actor", "position"),
)
CLUSTERS = Table("clusters", {"article_id": "text", "cluster_id": "text", "similarity": "number"}, ("article_id",))


_NAMED = {table.name: table for table in (ARTICLES, REJECTED, TOKENS, COUNTS, MENTIONS, CLUSTERS)}
_READ = {"article_id": "id", "date": "day"}
"""What is converted wherever it stands; in counts and rows of another kind a date may be any label of a group."""
_IDS = {"articles": {"outlet": "name"}, "counts": {"outlet": "name", "date": "label"}, "clusters": {"cluster_id": "id"}}
_P = ParamSpec("_P")
_R = TypeVar("_R")


class Source:
    """What a public function takes in place of its tables: a study, which has them."""

    def _handed(self, name: str, columns: Collection[str] = ()) -> pd.DataFrame | None:
        """The table of this name, with columns of the articles that a comparison asks for."""
        raise NotImplementedError

    def has(self, name: str) -> bool:
        """Whether there is a table of this name."""
        raise NotImplementedError


def takes_tables(
    *others: str, labels: bool = False, columns: Collection[str] = ()
) -> Callable[[Callable[_P, _R]], Callable[..., _R]]:
    """Decorate a public function: the tables among its arguments are converted at the door, and it is said once.

    An argument is a table if it is named as one (``articles``, ``tokens``, ``counts``, ``mentions``, ``clusters``,
    ``rejected``). ``others`` names arguments whose rows are of another kind. ``labels`` says that the function never
    reads the calendar: then, and in counts, ``date`` is the name of a group and only a time of day or a time zone is
    taken off it. What a table must have is for :func:`check` to say.

    A :class:`Source` given in place of the first table stands for all of them: each table that is not given by name is
    taken from it, and the arguments after it are those that are no tables. ``columns`` names the arguments that name
    columns of the articles, which the counts of the source then have.

    The function raises :class:`TableError` where such an argument is no DataFrame or holds what cannot be read as a
    day or as text, and warns with :class:`TableWarning` where something was converted.
    """

    def decorate(function: Callable[_P, _R]) -> Callable[..., _R]:
        bare: Callable[..., _R] = function
        signature = inspect.signature(function)
        names = list(signature.parameters)
        kinds = {name: _read(name, labels) for name in names if name in {*_NAMED, *others}}

        @wraps(function)
        def checking(*args: Any, **kwargs: Any) -> _R:
            if any(isinstance(arg, Source) for arg in (*args, *kwargs.values())):
                args, kwargs = (), _from_source(signature, kinds, columns, args, kwargs)
            said: list[str] = []
            given = {name: arg for name, arg in zip(names, args, strict=False)} | kwargs
            ready = {k: _converted(given[k], k, kinds[k], said) for k in kinds if given.get(k) is not None}
            if said:
                warnings.warn("; ".join(said), TableWarning, stacklevel=2)
            placed = [ready.get(name, arg) for name, arg in zip(names, args, strict=False)] + list(args[len(names) :])
            return bare(*placed, **{name: ready.get(name, value) for name, value in kwargs.items()})

        return checking

    return decorate


def _from_source(signature: inspect.Signature, kinds: Collection[str], columns, args: tuple, kwargs: dict) -> dict:
    """The arguments by name, each table that is not given taken from the source."""
    source = next(arg for arg in (*args, *kwargs.values()) if isinstance(arg, Source))
    plain = iter(name for name in signature.parameters if name not in kinds)
    rest = [arg for arg in args if arg is not source]
    given = {next(plain, "tables"): arg for arg in rest}
    if "tables" in given or any(isinstance(arg, (Source, pd.DataFrame)) for arg in rest):
        raise TableError(f"give the study or its tables, not both; other tables by name, as in {next(iter(kinds))}=")
    given |= {name: arg for name, arg in kwargs.items() if arg is not source}
    values = [given.get(name, signature.parameters[name].default) for name in columns]
    wanted = [each for value in values for each in ([value] if isinstance(value, str) else value or [])]
    for name in kinds:
        if name not in given:
            needed = signature.parameters[name].default is inspect.Parameter.empty
            if needed or (name != "tokens" and source.has(name)):  # tokens that are optional ask for another measure
                given[name] = source._handed(name, wanted)
    return given


def checked(frame: pd.DataFrame, table: Table, *, key: bool = True) -> pd.DataFrame:
    """The table a frame is said to be: ids and dates of another type converted, everything else refused.

    Parameters
    ----------
    frame
        Any DataFrame; it is not changed.
    table, key
        As for :func:`check`.

    Returns
    -------
    DataFrame
        ``frame`` itself where nothing was converted. Converted are: whole numbers to text in ids and outlets; names of
        outlets with blanks around them or in decomposed letters; to days
        whole numbers ``YYYYMMDD``, text that begins with year, month and day, date objects, times of day and dates
        with a time zone (the day in that zone), and periods of a day.

    Raises
    ------
    TableError
        As :func:`check`; or a date could be read in two ways or is no day.

    Warns
    -----
    TableWarning
        Something was converted.
    """
    said: list[str] = []
    frame = _converted(frame, table.name, _read(table.name), said)
    if said:
        warnings.warn("; ".join(said), TableWarning, stacklevel=3)
    check(frame, table, key=key)
    return frame


def _read(name: str, labels: bool = False) -> dict[str, str]:
    """Columns of a table that are converted, and as what."""
    return _READ | _IDS.get(name, {}) | ({"date": "label"} if labels else {})


def _converted(frame: pd.DataFrame, name: str, read: dict[str, str], said: list[str]) -> pd.DataFrame:
    _refuse_no_frame(frame, name)
    ready = {}
    for column, kind in read.items():
        if column in frame.columns:
            held = frame[column]
            try:
                values, was = CONVERTED[kind](held)
            except ValueError as fault:
                raise TableError(f"{name}[{column!r}] {fault}") from None
            if values is not held:
                ready[column] = values
            if was:
                said.append(f"{name}[{column!r}] holds {was}")
    return frame.assign(**ready) if ready else frame


def _refuse_no_frame(frame: pd.DataFrame, name: str) -> None:
    refuse_absent(frame, (), name)
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise TableError(f"{name} has more than one column {twice[0]!r}; rename or drop one")


def check(frame: pd.DataFrame, table: Table, *, key: bool = True) -> None:
    """Refuse a frame that is not the table it is said to be, as it is; :func:`checked` converts first.

    Parameters
    ----------
    frame
        Any DataFrame; it is not changed.
    table
        One of the tables of this module.
    key
        Also refuse a repeated key. Turn off where the key was just checked and the table is large.

    Raises
    ------
    TableError
        ``frame`` is not a DataFrame, lacks a column, holds another kind of value in one, or repeats a key.
    """
    _refuse_no_frame(frame, table.name)
    refuse_absent(frame, table.columns, table.name)
    for name, kind in table.columns.items():
        fault = _fault(frame[name], kind)
        if fault:
            raise TableError(f"{table.name}[{name!r}] {fault}")
    if key and table.key:
        refuse_repeats(frame, list(table.key), table.name)


def refuse_absent(
    frame: pd.DataFrame, names: Iterable[str | None], what: str, error: type[FramingError] = TableError
) -> None:
    """Raise an error with the columns asked for that a frame lacks, and those it has; a name of None asks nothing."""
    if not isinstance(frame, pd.DataFrame):
        raise TableError(f"{what} must be a DataFrame, not {type(frame).__name__}")
    absent = [name for name in dict.fromkeys(names) if name and name not in frame.columns]
    if absent:
        raise error(f"{what} lacks the columns {absent}; it has {list(map(str, frame.columns))}")


def refuse_repeats(frame: pd.DataFrame, key: list[str], name: str) -> None:
    """Raise a :class:`TableError` that names the first repeated key; a missing key is refused as well."""
    if key_is_increasing(frame, key):  # as our own tables are; looking for repeats takes 16 bytes a row and more
        return
    absent = frame[key].isna().any(axis=1)
    if absent.any():
        raise TableError(f"{name} has {int(absent.sum())} rows without {' or '.join(key)}; every row needs its key")
    repeated = frame.duplicated(key)
    if repeated.any():
        first = frame.loc[repeated, key].iloc[0].tolist()
        raise TableError(
            f"{name} repeats {' and '.join(key)} in {int(repeated.sum())} rows, first {first}; "
            "add them up or drop the copies before"
        )


__getattr__ = retired(__name__, {"among": "study.select(frame, keep={column: values})"})


MOST_COUNT = 2.0**62
"""The largest count that fits into 64 bits; an infinite one is none."""


def refuse_names(values: pd.Series, column: str) -> None:
    """Raise a :class:`TableError` where the name of a group cannot be read: it is blank or has control characters."""
    names = values.cat.categories if isinstance(values.dtype, pd.CategoricalDtype) else values.unique()
    for name in names:
        kinds = {unicodedata.category(letter) for letter in name} if isinstance(name, str) else {"Nd"}
        if not kinds - {"Zs", "Zl", "Zp", "Cc", "Cf"}:
            raise TableError(f"{column} has a group with the blank name {name!r}; give it a name, or drop its rows")
        if "Cc" in kinds:
            raise TableError(f"{column} has a group named {name!r}, with a control character; rename it")


def _fault(values: pd.Series, kind: str) -> str:
    """Say what is wrong with a column, or nothing."""
    kinds = pd.api.types
    if kind == "text":
        text = isinstance(values.dtype, pd.CategoricalDtype) or kinds.is_string_dtype(values.dtype)
        return "" if text or values.isna().all() else f"must be text, not {values.dtype}"
    if kind == "flag":
        return (
            "" if kinds.is_bool_dtype(values.dtype) or not len(values) else f"must be true or false, not {values.dtype}"
        )
    if kind == "day":
        return _fault_of_day(values)
    if not (kinds.is_numeric_dtype(values.dtype) or values.isna().all()):
        return f"must be a number, not {values.dtype}"
    if kind == "count" and len(values):
        if values.isna().any():
            return f"has {int(values.isna().sum())} missing counts"
        if (values < 0).any():
            return f"has {int((values < 0).sum())} negative counts"
        if (values > MOST_COUNT).any():
            return f"has {int((values > MOST_COUNT).sum())} counts that are infinite or above {MOST_COUNT:.1e}"
        if kinds.is_float_dtype(values.dtype) and (values != values.round()).any():
            return "has fractional counts"
    return ""


def _fault_of_day(values: pd.Series) -> str:
    if values.isna().all():
        return ""
    if not pd.api.types.is_datetime64_any_dtype(values.dtype):
        return f"must be days (datetime64), not {values.dtype}; corpus.read makes them"
    if values.dt.tz is not None:
        return "has a time zone; a day has none"
    known = values.dropna()
    if (known.dt.normalize() != known).any():
        return "has times of day; use .dt.normalize()"
    return ""


def each(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples: for the few that a figure draws one by one, never for articles or tokens."""
    return iter(frame.itertuples())


def numbered(values: pd.Series, ids: pd.Series) -> np.ndarray:
    """Number of the cluster of each row, from 0; a row without a value is its own, by its id."""
    return pd.factorize(values.astype("str").where(values.notna(), "alone " + ids.astype("str")))[0]


def told(rows: list[dict], columns: list[str] | None = None) -> pd.DataFrame:
    """A table of these rows that holds messages, as ``note``: pandas alone would make plain English text of them."""
    held = ["note", *(name for name in columns or () if any(type(row.get(name)).__base__ is str for row in rows))]
    kept = {name: pd.Series([row.get(name, "") for row in rows], dtype=object) for name in held}
    return pd.DataFrame(rows, columns=columns).assign(**kept)


def steps(rows: Iterable[tuple]) -> pd.DataFrame:
    """What was left out: one row per step, with ``step``, ``n_rows`` (left after it), ``n_dropped`` and ``reason``.

    ``step`` and ``reason`` are messages (:class:`framing.messages.Message`), said where they are shown.
    """
    made = pd.DataFrame(list(rows), columns=["step", "n_rows", "n_dropped", "reason"], dtype=object)
    return made.astype({"n_rows": "int64", "n_dropped": "int64"})


def days_at(places: pd.Series, times: pd.Series, dates: pd.Series) -> np.ndarray:
    """The day at each place of the time column, between the days of the nearest rows; a row's own place has its day."""
    known = dates.notna() & times.notna()
    days = dates[known].to_numpy(dtype="datetime64[D]").astype(np.int64)
    mean = pd.Series(days).groupby(times[known].to_numpy(dtype=float)).mean()
    if mean.empty:
        return np.full(len(places), np.datetime64("NaT", "s"), dtype="datetime64[s]")
    found = np.interp(places.astype(float), mean.index, mean)
    return np.round(found).astype("datetime64[D]").astype("datetime64[s]")


_ASKED = {"front": (mark("the front page"), mark("the other pages"))}


def in_words(values: pd.Series) -> pd.Series:
    """Values as text; true and false by what the column asks."""
    if kinds.is_float_dtype(values.dtype) and (values.dropna() % 1 == 0).all():  # page 1, and not 1.0
        values = values.astype("Int64")
    if values.dtype == object and values.notna().any() and values.dropna().map(type).eq(bool).all():
        values = values.astype("boolean")  # of which some are not known
    if not kinds.is_bool_dtype(values.dtype):
        return values.astype("str").astype(object)
    yes, no = _ASKED.get(str(values.name), (f"{values.name}: yes", f"{values.name}: no"))
    return values.map({True: str(yes), False: str(no)}).astype(object)


def spoken(value: str) -> str:
    """A value that :func:`in_words` has written as a message, and every other as it is."""
    return next((each for pair in _ASKED.values() for each in pair if each == value), value)
