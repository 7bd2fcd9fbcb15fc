"""Results that hold several tables show themselves as these tables, with what their columns mean."""

import html
from dataclasses import fields, is_dataclass
from functools import cache

import pandas as pd

from framing import data
from framing.messages import sentences

ROWS = 10
"""Rows of each table that are shown."""


class Record:
    """A result of several tables.

    A line gives its numbers and says what tables there are (``repr``); a notebook shows the first rows of each table,
    and the meaning of a column where it is pointed at, from the codebook of the room. Text in a table is shown as text.
    """

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if "__repr__" not in cls.__dict__:
            cls.__repr__ = Record.__repr__  # or dataclass would write one that prints every table whole

    def _shown(self) -> dict[str, pd.DataFrame]:
        """The tables by name: every field that is one, and has columns."""
        names = [f.name for f in fields(self)] if is_dataclass(self) else list(vars(self))
        found = {name: getattr(self, name) for name in names if not name.startswith("_")}
        return {name: table for name, table in found.items() if isinstance(table, pd.DataFrame) and len(table.columns)}

    def __repr__(self) -> str:
        numbers = {f.name: getattr(self, f.name) for f in fields(self)} if is_dataclass(self) else {}
        told = [
            f"{name} {one:.4g}"
            for name, one in numbers.items()
            if isinstance(one, (int, float)) and not isinstance(one, bool)
        ]
        told += [f"{name} ({len(table):,} rows)" for name, table in self._shown().items()]
        return f"{type(self).__name__}: {', '.join(told)}" if told else type(self).__name__

    def _repr_html_(self) -> str:
        meanings = codebook(type(self).__module__.partition("framing.")[2].split(".")[0])
        parts = [f"<p><b>{html.escape(repr(self))}</b></p>"]
        for name, table in self._shown().items():
            more = f", the first {ROWS} of {len(table):,} rows" if len(table) > ROWS else ""
            parts.append(f"<p>{html.escape(name)}{more}</p>{_html(table.head(ROWS), meanings.get(name, {}))}")
        return "".join(parts)


def _html(table: pd.DataFrame, meaning: dict) -> str:
    indexed = table.index.name is not None
    shown = table.to_html(index=indexed, border=0, na_rep="–", float_format="{:.4g}".format, max_cols=40)
    head, body, rest = shown.partition("</thead>")
    for column, what in meaning.items() if isinstance(meaning, dict) else ():
        name = html.escape(str(column), quote=False)
        head = head.replace(f"<th>{name}</th>", f'<th title="{html.escape(str(what))}">{name}</th>', 1)
    return head + body + rest


@cache
def codebook(room: str) -> dict[str, dict[str, str]]:
    """Table → column → what it is, with its unit, by ``<room>.yaml`` of :mod:`framing.data`; read once.

    Empty where the room has no such file.
    """
    if not data.file(f"{room}.yaml").is_file():
        return {}
    return {
        table: {
            column: sentences(what["sentences"], *what.get("only", ())) if isinstance(what, dict) else what
            for column, what in columns.items()
        }
        for table, columns in data.words(room).items()
    }
