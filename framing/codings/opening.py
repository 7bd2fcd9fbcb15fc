"""Files of codes opened: workbooks, tables, lists of tasks, none larger than a machine bears."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from framing.codings.naming import IDS, SHOWN, plain
from framing.codings.values import folded
from framing.errors import SourceError
from framing.messages import Message, mark
from framing.tables import spreadsheet

MOST_UNPACKED, MOST_CELLS = 2**27, 2_000_000
"""Bytes of a file of codes, unpacked, and cells of its table: 10,000 units of 200 codes."""
_OTHER_PAGE = mark("it is not read; codes stand on the first page")
_NO_WORKBOOK = mark(
    "{file} is named as an Excel workbook and cannot be read: {what}. Open it in Excel or LibreOffice, save it as "
    ".xlsx without a password, and put it back"
)


def records(path: Path) -> tuple[list[dict], list[str], list[tuple[str, str | Message]]]:
    """The rows or tasks of a file, where each stands, and the lines of a CSV that do not fit its header, with why."""
    from framing.corpus.encodings import UNREAD, decode
    from framing.corpus.tabular import of_csv, unpacked_parquet

    suffix = path.suffix.casefold()
    if not path.is_file():
        raise SourceError(f"there is no file {path}")
    refuse_large(path)
    data = path.read_bytes()
    if suffix == ".parquet":
        table = unpacked_parquet(data, MOST_CELLS, MOST_UNPACKED).astype(object)
        table = table.map(lambda cell: cell.tolist() if isinstance(cell, np.ndarray) else cell)
        return table.to_dict("records"), [f"row {i}" for i in range(1, len(table) + 1)], []
    if suffix == ".xlsx":
        book, first = page(path)
        names, *rows = first.iter_rows(values_only=True)
        head = ["" if name is None else str(name) for name in names]
        refuse_twice(head)
        shown = (each for each in book.worksheets if each.title != first.title and each.sheet_state == "visible")
        others: list[tuple[str, str | Message]] = [
            (repr(each.title), _OTHER_PAGE) for each in shown if folded(str(each["A1"].value)) in IDS
        ]
        return _by_column(head, rows), [f"row {i}" for i in range(2, len(rows) + 2)], others
    written, _ = decode(data)
    if UNREAD in written:
        raise SourceError(Message("{file} has lines in no known encoding; save it as UTF-8", {"file": path.name}))
    if suffix in (".csv", ".tsv"):
        made = of_csv(written, tab=suffix == ".tsv")
        if made.frame.empty and made.rejected:
            raise SourceError(made.rejected[0]["reason"])
        lines = [f"line {line}" for line in made.frame.pop("_line")]
        names = ["" if name == f"column_{i}" else name for i, name in enumerate(made.frame, start=1)]
        refuse_twice(name.removesuffix(f".{i}") for i, name in enumerate(names, start=1))
        table = made.frame.set_axis(names, axis=1)
        table = spreadsheet.bare(table) if data.startswith(spreadsheet.MARK) else table
        wrong = [(f"line {row['line']}", row["reason"]) for row in made.rejected if row["record"]]  # no empty lines
        return _by_column(list(table), table.to_numpy().tolist()), lines, wrong
    lines = [line for line in written.split("\n") if line.strip()]
    found = json.loads(written) if suffix == ".json" else [json.loads(line) for line in lines]
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise SourceError(Message("{file} holds no list of tasks or rows", {"file": path.name}))
    return found, [f"row {i}" for i in range(1, len(found) + 1)], []


def _by_column(names: list[str], rows: list) -> list[dict]:
    """Rows by their columns; remarks in columns without a name, which number no rows, are one text."""
    unnamed, found = [i for i, name in enumerate(names) if not name], []
    for row in rows:
        beside = [text for i in unnamed if (text := plain(row[i])) and not spreadsheet.is_number(text)]
        found.append(dict(zip(names, row, strict=True)) | ({"": " | ".join(beside)} if unnamed else {}))
    return found


def refuse_large(path: Path) -> None:
    """Raise a SourceError for a file of more than :data:`MOST_UNPACKED`."""
    if (size := path.stat().st_size) > MOST_UNPACKED:
        values = {"file": path.name, "size": size, "most": MOST_UNPACKED}
        raise SourceError(Message("{file} has {size:,} bytes, more than {most:,}; save it in parts", values))


def _what(data: bytes) -> Message:
    """What is in a file that is named as a workbook and is none."""
    if not data:
        return mark("it is empty")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return mark("it is in the older format .xls, or has a password")
    if b"application/vnd.oasis" in data[:200]:
        return mark("it is an OpenDocument sheet (.ods)")
    return mark("it is damaged or incomplete") if data.startswith(b"PK") else mark("it is a file of another kind")


def _cut_behind(sheet: Any) -> None:
    """Take the cells off that stand behind everything written: one colour in the last row makes a million rows."""
    filled = [at for at, cell in sheet._cells.items() if cell.value is not None or cell.comment is not None]
    last = [max((at[i] for at in filled), default=1) for i in (0, 1)]
    for at in [at for at in sheet._cells if at[0] > last[0] or at[1] > last[1]]:
        del sheet._cells[at]


def page(path: Path, title: str = "") -> tuple[Any, Any]:
    """A workbook and the page of this name, or its first; of a formula the cell holds the formula.

    Raises
    ------
    SourceError
        It is no workbook, unpacks to more than :data:`MOST_UNPACKED`, has no such page, or one of more than
        :data:`MOST_CELLS`.
    """
    from openpyxl import load_workbook

    from framing.corpus.sheets import unpacked

    refuse_large(path)
    data = path.read_bytes()
    if not data.startswith(b"PK"):
        raise SourceError(Message(_NO_WORKBOOK, {"file": path.name, "what": _what(data)}))
    try:
        size = unpacked(data, MOST_UNPACKED)
        book = None if size else load_workbook(path)
    except Exception as error:  # whatever a foreign reader raises
        raise SourceError(Message(_NO_WORKBOOK, {"file": path.name, "what": _what(data)})) from error
    if book is None:
        raise SourceError(size)
    sheets = [sheet.title for sheet in book.worksheets]
    if not sheets or title and title not in sheets:
        raise SourceError(
            Message("it has no page {title}; put back the sheet that was written", {"title": repr(title)})
        )
    found = book[title or sheets[0]]
    _cut_behind(found)
    if found.max_row * found.max_column > MOST_CELLS:  # two cells in its corners are enough for that
        raise SourceError(
            f"{found.title!r} has {found.max_row:,} rows and {found.max_column:,} columns, more than were given out"
        )
    return book, found


def refuse_twice(names: Iterable[str]) -> None:
    """Raise a SourceError for names of columns that are there more than once; a column without a name may be."""
    twice = [name for name, n in Counter(names).items() if n > 1 and name]
    if twice:
        told = mark("the columns {twice} are there more than once, and which one counts is not said; delete one")
        raise SourceError(Message(told, {"twice": tuple(map(repr, twice[:SHOWN]))}))
