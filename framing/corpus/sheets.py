"""Workbooks: the filled sheets of Excel, OpenDocument and pages saved as .xls, as rows of named texts."""

import io
import itertools
import pickle
import re
import subprocess
import sys
import zipfile

import pandas as pd

from framing import data
from framing.corpus import workbooks
from framing.corpus.tabular import (
    ABOVE,
    MOST_CELLS,
    MOST_COLUMNS,
    Rows,
    cell_of,
    distinct_names,
    header_of,
    name_of,
    none,
    too_large,
    under_headers,
    usual_names,
    with_second,
)
from framing.messages import mark

MOST_UNPACKED = 2**29
"""Bytes that the parts of a workbook may unpack to together."""
_MERGED = re.compile(rb'<mergeCell\b[^<>]*ref="([A-Z]+)(\d+):[A-Z]+(\d+)"')
_OWN = {"article_id", "headline", "text", "url"}
"""Columns whose merged cells are not repeated."""
_PAPER = data.forms("sections").alone
_LAST_ROW = 2**20
"""Of a sheet of Excel."""
_HEAVY = mark(
    "this workbook is damaged, or takes more memory or time than a table of articles; save the sheet with the articles "
    "as CSV"
)
PATIENCE = 120
"""Seconds that a workbook may take."""


def of_html(text: str) -> Rows:
    """The tables of a page that was saved as a workbook (``.xls``); the first row of each is its header."""
    from framing.databases.markup import tables_of_html

    tables = [enumerate(rows, 1) for rows in tables_of_html(text)]
    return _workbook([("", [(i, row) for i, row in rows if any(v is not None for v in row)], []) for rows in tables])


def of_excel(data: bytes) -> Rows:
    """Every filled sheet of a workbook; the first filled row of each is its header."""
    import openpyxl

    try:
        if reason := unpacked(data):
            return none("excel", reason)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [(sheet.title, _filled(sheet), _merged(data, sheet)) for sheet in book.worksheets]
    except Exception as error:  # whatever a foreign reader raises on bytes it does not know is a rejection
        return none("excel", f"this Excel file cannot be read: {type(error).__name__}: {error}")
    return _workbook(sheets)


def of_other_excel(data: bytes) -> Rows:
    """Every filled sheet of a workbook of Excel 97, OpenDocument or ``.xlsb``; another old Office file is refused."""
    command = [sys.executable, "-P", workbooks.__file__, str(MOST_COLUMNS), str(MOST_CELLS)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return none("excel", _HEAVY)
    if done.returncode and data[:2] != b"PK" and b"MemoryError" not in done.stderr and done.returncode == 1:
        return none("binary", mark("this is an old Office file that is no workbook; save it as .docx or .txt"))
    if done.returncode:  # by what the foreign reader raises, or by its end where there is no memory
        return none("excel", _HEAVY)
    return _workbook([(*one, []) for one in pickle.loads(done.stdout)])  # written by our own process


def unpacked(data: bytes, most: int = 0) -> str:
    """Why a packed Office file is not read, or nothing: its parts say how long they are before they are unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    most = most or MOST_UNPACKED
    return f"unpacks to {size:,} bytes, more than {most:,}" if size > most else ""


def _filled(sheet) -> list[tuple[int, list]]:
    """The rows that hold something, each up to its last cell: a sheet of two cells may say that it is wide."""
    sheet.reset_dimensions()
    rows = enumerate(itertools.islice(sheet.iter_rows(values_only=True), _LAST_ROW), 1)
    filled, width = [], 0
    for i, row in rows:
        cells = list(row)
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            filled.append((i, cells))
            width = max(width, len(cells))
            if too_large(width, len(filled)):
                break  # told by _sheet
    return filled


def _merged(book: bytes, sheet) -> list[tuple[int, int, int]]:
    """Column (from 0), first and last row of the cells that are one down several rows."""
    from openpyxl.utils import column_index_from_string

    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        xml = archive.read(sheet._worksheet_path)
    found = _MERGED.findall(xml, max(xml.rfind(b"<mergeCells"), 0)) if b"<mergeCells" in xml else []
    cells = [(column_index_from_string(a.decode()) - 1, int(first), int(last)) for a, first, last in found]
    return [one for one in cells if one[1] < one[2]]


def _workbook(sheets: list[tuple[str, list[tuple[int, list]], list[tuple[int, int, int]]]]) -> Rows:
    titles = [title for title, rows, _ in sheets if rows]
    made = [_sheet(title, rows, merged) for title, rows, merged in sheets if rows]
    if not made:
        return none("excel", mark("the workbook has no filled sheet"))
    frames = [rows.frame for rows in made if len(rows.frame)]
    titles = [title for title, rows in zip(titles, made, strict=True) if len(rows.frame)]
    frames = [frame.rename(columns=_as_first(list(frames[0].columns), list(frame.columns))) for frame in frames]
    if len(frames) > 1 and not any("outlet" in usual_names(list(frame.columns)) for frame in frames):
        frames = [_titled(frame, title) for frame, title in zip(frames, titles, strict=True)]
    rejected = [one for rows in made for one in rows.rejected]
    return Rows("excel", frame=pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(), rejected=rejected)


def _titled(frame: pd.DataFrame, title: str) -> pd.DataFrame:
    """A sheet with its title in a column; where that is a newspaper's name, sheets tell outlets as folders do."""
    paper = _PAPER.fullmatch(title.strip())
    told = frame if "sheet" in frame.columns or not title else frame.assign(sheet=title)
    return told.assign(_folder=title.strip()) if paper else told


def _as_first(first: list[str], columns: list[str]) -> dict[str, str]:
    """The names of a further sheet's columns → those of the first sheet for the same: 掲載日 → 日付."""
    ours = usual_names(first)
    pairs = {theirs: ours.get(name, theirs) for name, theirs in usual_names(columns).items()}
    return {theirs: name for theirs, name in pairs.items() if name not in columns}


def _sheet(title: str, rows: list[tuple[int, list]], merged: list[tuple[int, int, int]]) -> Rows:
    (top, header), *filled = rows[header_of([[name_of(value) for value in row] for _, row in rows[:ABOVE]]) :]
    width = max(len(row) for _, row in rows)
    if reason := too_large(width, len(rows)):
        return none("excel", f"the sheet {title!r} is {reason}")
    header = [name_of(value) for value in header] + [""] * (width - len(header))
    filled = [(i, row + [None] * (width - len(row))) for i, row in filled]
    if filled and (both := with_second(header, [name_of(value) for value in filled[0][1]])):
        header, top = both, filled.pop(0)[0]
    names = distinct_names(header)
    at, ours = dict(filled), {theirs: name for name, theirs in usual_names(names).items()}
    for column, first, last in merged:  # of an article with several rows, headline and text stand once
        if first > top and column < width and ours.get(names[column]) not in _OWN:
            for i in range(first + 1, last + 1):
                at.get(i, [None] * width)[column] = at[first][column] if first in at else None
    filled, wrong = under_headers(names, filled)
    frame = pd.DataFrame([[cell_of(v) for v in row] for _, row in filled], columns=names).astype(object)
    frame["_line"] = [i for i, _ in filled]
    if not filled and not wrong:
        return none("excel", f"the sheet {title!r} has a header and no rows")
    rejected = [{"line": i, "reason": why, "record": ",".join(map(name_of, row))} for i, why, row in wrong]
    return Rows("excel", frame=frame, rejected=rejected)
