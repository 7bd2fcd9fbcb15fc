"""CSV files that people open in a spreadsheet, and the way back.

A spreadsheet computes a cell that begins with ``= + - @``, a tab or a carriage return. In columns of text and in
headers such a cell is written with ``'`` before it, and what reads the file takes the sign off again. With the
environment variable ``FRAMING_CSV=raw`` cells are written as they are and the file has no byte order mark, for programs
that compute nothing.
"""

import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pandas as pd

RAW = "FRAMING_CSV"
MARK = b"\xef\xbb\xbf"
"""The byte order mark, by which Excel knows UTF-8; a file without it has no signs to take off."""

_YES_NO = (
    ("1", "0"), ("true", "false"), ("t", "f"), ("yes", "no"), ("y", "n"),
    ("はい", "いいえ"), ("あり", "なし"), ("ある", "ない"), ("有", "無"), ("有り", "無し"),
    ("該当", "非該当"), ("present", "absent"),
    ("○", "×"), ("◯", "✕"), ("〇", "✖"), ("⭕", "❌"), ("✓", "✗"), ("✔", "✘"), ("☑", "☐"),
    ("예", "아니요"), ("네", "아니오"), ("있음", "없음"), ("유", "무"), ("是", "否"),
)  # fmt: skip
_SAID = {word: i == 0 for pair in _YES_NO for i, word in enumerate(pair)}
"""What a cell says that is true or false, in small letters; each yes has its no."""
_OF_FULL_WIDTH = {"Ｏ": True, "ｏ": True, "Ｘ": False, "ｘ": False}
"""Circles and crosses as they are typed in Japanese; x and o of half width may mean either."""

_OBEYED = re.compile(r"'*+[=+\-@\t\r]")
"""How a cell begins that a spreadsheet computes, or that was written so that it does not."""


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, without its index."""
    raw = os.environ.get(RAW) == "raw"
    frame = frame if raw else _texts(frame, lambda cells: [f"'{c}" if _obeyed(c) else c for c in cells])
    # a line feed or return within a cell is quoted only where lines end with it
    encoding = "utf-8" if raw else "utf-8-sig"
    frame.to_csv(path, index=False, encoding=encoding, errors="replace", lineterminator="\r\n")


def read(path: Path, **options) -> pd.DataFrame:
    """A CSV that :func:`write` wrote, as the table was; ``options`` are those of :func:`pandas.read_csv`."""
    found = pd.read_csv(path, encoding="utf-8-sig", **options)
    return bare(found) if path.read_bytes()[:3] == MARK else found


def bare(frame: pd.DataFrame) -> pd.DataFrame:
    """A table that was read from a CSV with a byte order mark, as it was before it was written.

    The sign stays in a column where other cells that a spreadsheet computes have none: nobody put it there for that.
    """
    return _texts(frame, _bare)


def _bare(cells: list) -> list:
    signed = [_obeyed(cell) and cell.startswith("'") for cell in cells]
    if any(_obeyed(cell) and not sign and not is_number(cell) for cell, sign in zip(cells, signed, strict=True)):
        return cells
    return [cell[1:] if sign else cell for cell, sign in zip(cells, signed, strict=True)]


def _obeyed(cell: object) -> bool:
    return isinstance(cell, str) and _OBEYED.match(cell) is not None


def is_yes(cell: object) -> bool | None:
    """Whether a cell says yes, however it is written; None where it says neither yes nor no, as - and ? do."""
    text = str(cell).strip()
    if text in _OF_FULL_WIDTH:
        return _OF_FULL_WIDTH[text]
    text = unicodedata.normalize("NFKC", text).lower().strip("\ufe0e\ufe0f \t")
    if text not in _SAID and is_number(text):
        return {1.0: True, 0.0: False}.get(float(text))
    return _SAID.get(text)


def is_number(cell: str) -> bool:
    """Whether Python reads the text as a number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _texts(frame: pd.DataFrame, change: Callable[[list], list]) -> pd.DataFrame:
    """A table with its texts and its headers changed; a column of numbers or days stays what it is."""
    types = pd.api.types
    columns = {}
    for i, (_, column) in enumerate(frame.items()):
        number = types.is_numeric_dtype(column.dtype) and not types.is_bool_dtype(column.dtype)
        kept = number or types.is_datetime64_any_dtype(column.dtype)
        columns[i] = column if kept else pd.Series(change(column.tolist()), frame.index, dtype=object)
    out = pd.DataFrame(columns, index=frame.index)
    return out.set_axis(pd.Index(change(frame.columns.tolist()), dtype=frame.columns.dtype), axis=1)
