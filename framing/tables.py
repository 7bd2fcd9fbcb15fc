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
day without a time zone, ``n`` counts tokens.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from framing.errors import TableError, retired


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


def check(frame: pd.DataFrame, table: Table, *, key: bool = True) -> None:
    """Refuse a frame that is not the table it is said to be.

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
    if not isinstance(frame, pd.DataFrame):
        raise TableError(f"{table.name} must be a DataFrame, not {type(frame).__name__}")
    missing = [name for name in table.columns if name not in frame.columns]
    if missing:
        raise TableError(f"{table.name} lacks the columns {missing}; it has {list(map(str, frame.columns))}")
    for name, kind in table.columns.items():
        fault = _fault(frame[name], kind)
        if fault:
            raise TableError(f"{table.name}[{name!r}] {fault}")
    if key and table.key:
        refuse_repeats(frame, list(table.key), table.name)


def refuse_repeats(frame: pd.DataFrame, key: list[str], name: str) -> None:
    """Raise a :class:`TableError` that names the first repeated key; a missing key is refused as well."""
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
