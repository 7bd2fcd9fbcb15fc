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
    ("1 true", "0 false"), ("t", "f"), ("yes y", "no n"), ("はい", "いいえ"), ("該当", "非該当"), ("present", "absent"),
    ("あり ある 有 有り", "なし ない 無 無し"), ("○ ◯ 〇 ⭕ ✓ ✔ ☑", "× ✕ ✖ ❌ ✗ ✘ ☐"),
    ("예 네", "아니요 아니오"), ("있음 유", "없음 무"), ("是", "否"),
)  # fmt: skip
"""What a cell says that is true, and false, in small letters, with its spellings."""
_SAID = {word: (i, side == 0) for i, pair in enumerate(_YES_NO) for side in (0, 1) for word in pair[side].split()}
_OF_FULL_WIDTH = {"Ｏ": True, "ｏ": True, "Ｘ": False, "ｘ": False}
"""Circles and crosses as they are typed in Japanese; x and o of half width may mean either."""

_USUAL = re.compile(r"[01]\.0*")
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
    return sign_of(cell)[1]


def sign_of(cell: object) -> tuple[int | str | None, bool | None]:
    """By which pair of signs a cell says yes or no, and whether yes; both None where it says neither.

    The pair of 1, 0, true and false is 0; of a number that is written otherwise, such as 01, it is what is written.
    """
    text = str(cell).strip()
    if text in _OF_FULL_WIDTH:
        return _SAID["○"][0], _OF_FULL_WIDTH[text]
    text = unicodedata.normalize("NFKC", text).lower().strip("\ufe0e\ufe0f \t")
    if text not in _SAID and is_number(text) and float(text) in (0, 1):
        return 0 if _USUAL.fullmatch(text) else text, float(text) == 1
    return _SAID.get(text, (None, None))


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
