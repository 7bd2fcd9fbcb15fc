"""Tables: CSV and Parquet as rows of named texts, the names of columns, and the rows that cannot be read."""

import csv
import io
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from framing import data
from framing.databases.labelled.labels import columns_beside, key
from framing.errors import SourceError
from framing.messages import Message, mark
from framing.tables.spreadsheet import is_yes

ALIASES: dict[str, list[str]] = data.words("databases")["columns"]
"""Other names under which a table may hold a column; the first one found is taken where ours is not there."""
USUAL = {key(name) for names in ALIASES.values() for name in names}
_HALVES = re.compile("[\ud800-\udfff]")
MOST_COLUMNS, MOST_CELLS, MOST_CHARACTERS = 2_000, 50_000_000, 5_000_000
"""Columns and cells of the largest table that is read, and characters of the longest article: a book has a million."""
_LONGEST_NAME = 10_000
"""Characters of a column's name, more than of any headline that stands where it should be."""
MOST_TEXT = 2**32
"""Bytes of the texts of a Parquet file."""
TOO_LONG = mark("the text has more than 5,000,000 characters, which is no article")
_AGAIN = mark("the header again, as where two files were joined")
_OTHER = mark(
    "below a header with other names than the file's, as where two files were joined; save it as its own file"
)
ABOVE = 20
"""Rows of a table among which its header is looked for: titles and days of a search may stand above it."""


def usual_names(columns: list[str]) -> dict[str, str]:
    """Our column → the one of ``columns`` that has a usual name for it; each at most once, ours before any other."""
    there: dict[str, str] = {}
    for column in columns:
        there.setdefault(key(column), column)
    found = {ours: ours for ours in ALIASES if ours in columns}
    beside = {ours: there[name] for name, ours in columns_beside(set(there)).items()}
    found = {ours: theirs for ours, theirs in beside.items() if theirs not in found} | found
    for ours, names in ALIASES.items():
        free = {key: column for key, column in there.items() if column not in found.values()}
        hit = next((free[key] for key in map(key, names) if key in free), None)
        if ours not in found and hit is not None:
            found[ours] = hit
    return found


def header_of(rows: list[list[str]]) -> int:
    """Which of the rows is the header: the first with two usual names where no row above it has any, else the first.

    A row with one usual name and blanks heads groups of columns (書誌, 記事) where the next one names them.
    """
    named = [len(usual_names(row)) for row in rows[:ABOVE]]
    at = next((i for i, n in enumerate(named) if n), 0)
    if named[at : at + 1] == [1] and "" in rows[at] and named[at + 1 : at + 2] > [1]:
        return at + 1
    return at if named[at : at + 1] > [1] else 0


def with_second(header: list[str], below: list[str]) -> list[str] | None:
    """The names of a header of two rows (記事 over 見出し and 本文), the lower where there is one; else None."""
    lower = [name for name in below if name]
    there = len(header) == len(below) and 1 < len(lower) == len(usual_names(lower)) and "" in below
    names = [low or high for high, low in zip(header, below, strict=False)]
    return names if there and all(names) and "" in header else None


@dataclass
class Rows:
    """The rows of one file.

    In ``frame`` (a table: the file's own columns and ``_line``) or in ``records`` (one dict an article, the same);
    ``rejected`` has line, reason, record.
    """

    kind: str
    encoding: str = ""
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    records: list[dict] = field(default_factory=list)
    rejected: list[dict] = field(default_factory=list)


def none(kind: str, reason: str, record: str = "") -> Rows:
    return Rows(kind, rejected=[{"line": 1, "reason": reason, "record": record}])


def of_csv(text: str, *, tab: bool) -> Rows:
    """A delimited table; the delimiter is found out."""
    physical = list(io.StringIO(text, newline=""))
    above = header_of([re.split("[,\t;|]", line[:5000].strip()) for line in physical[:ABOVE]])
    physical[:above] = ["\n"] * above
    delimiter = "\t" if tab else _delimiter([line[:5000] for line in physical[:50] if line.strip()][:20])
    physical = [re.sub(r'" +(\r?\n?)$', r'"\1', line) if '" ' in line[-40:] else line for line in physical]
    spaced = any(f'{delimiter} "' in line for line in physical[above : above + 2])  # "title", "date"
    limit = csv.field_size_limit(sys.maxsize)
    try:
        records, rejected = _records(physical, delimiter, spaced)
    finally:
        csv.field_size_limit(limit)
    if not records:
        return Rows("table", rejected=rejected or [{"line": 1, "reason": mark("the file is empty"), "record": ""}])
    if reason := too_large(len(records[0][1]), 1, names=records[0][1]):
        wide = [{"line": line, "reason": reason, "record": delimiter.join(row)} for line, row in records]
        return Rows("table", rejected=rejected + wide)
    _, header = records.pop(0)
    if records and (both := with_second([cell.strip() for cell in header], [cell.strip() for cell in records[0][1]])):
        header = both
        records.pop(0)
    names = distinct_names(header)
    wrong = [(line, row) for line, row in records if len(row) != len(names)]
    good, other = under_headers(names, [(line, row) for line, row in records if len(row) == len(names)])
    told = mark("{n} fields where the header has {names}")
    wrong = [(line, Message(told, {"n": len(row), "names": len(names)}), row) for line, row in wrong]
    rejected += [{"line": n, "reason": why, "record": delimiter.join(row)} for n, why, row in sorted(wrong + other)]
    frame = pd.DataFrame([row for _, row in good], columns=names, dtype=object)
    frame["_line"] = [line for line, _ in good]
    if not good and not rejected:
        rejected = [{"line": 1, "reason": mark("the table has a header and no rows"), "record": delimiter.join(header)}]
    return Rows("table", frame=frame, rejected=rejected)


def too_large(n_columns: int, n_rows: int, most: int = 0, names: Iterable[str] = ()) -> str:
    """Why a table is not read, or nothing."""
    most, longest = most or MOST_CELLS, max(map(len, names), default=0)
    if longest > _LONGEST_NAME:
        return f"a column's name has {longest:,} characters; {_LONGEST_NAME:,} are the most that is read"
    if n_columns > MOST_COLUMNS:
        return (
            f"a table of {n_columns:,} columns; {MOST_COLUMNS:,} are the most that is read: "
            "save the columns that describe the articles as a file of its own"
        )
    if n_columns * n_rows > most:
        return (
            f"a table of {n_rows:,} rows and {n_columns:,} columns; {most:,} cells are the most that is read: "
            "save it in parts"
        )
    return ""


def under_headers(names: list[str], rows: list[tuple[int, list]]) -> tuple[list[tuple[int, list]], list[tuple]]:
    """The rows in the order of ``names``, and those that are none with their reasons: headers, rows of other columns.

    Where files were joined, a header may come again in another order, or with other names.
    """
    known, good, wrong = set(names), [], []
    # a column called 1 or no is named in many a row of values
    words = {name for name in names if not name.isdecimal() and is_yes(name) is None}
    order: list[int] | None = list(range(len(names)))
    for line, row in rows:
        here = distinct_names([name_of(value) for value in row]) if known & set(map(str, row)) else []
        if len(words & {*here}) >= max(2, len(names) / 2) or known == {*here}:
            wrong.append((line, _AGAIN, row))
            order = [here.index(name) for name in names] if set(here) == known else None
        elif order is None:
            wrong.append((line, _OTHER, row))
        elif any(isinstance(value, str) and len(value) > MOST_CHARACTERS for value in row):
            wrong.append((line, TOO_LONG, [value[:2000] if isinstance(value, str) else value for value in row]))
        else:
            good.append((line, [row[i] for i in order]))
    return good, wrong


def name_of(value: object) -> str:
    return "" if value is None else str(value)


def _records(lines: list[str], delimiter: str, spaced: bool) -> tuple[list[tuple[int, list[str]]], list[dict]]:
    """Records with the line each begins on. A quotation mark that is never closed costs its own line, not the file."""
    records: list[tuple[int, list[str]]] = []
    rejected: list[dict] = []
    start, width, wasted = 0, 0, 0
    while start < len(lines):
        patient = wasted < 20 * len(lines)
        source = (lines[i] for i in range(start, len(lines) if patient else start + 1))
        reader = csv.reader(source, delimiter=delimiter, strict=True, skipinitialspace=spaced)
        begin = start
        try:
            for row in reader:
                end = start + reader.line_num
                if end - begin > 1 and width and len(row) != width:
                    raise csv.Error("the quotation closes where no field ends")
                width = _keep(records, rejected, begin, row, width)
                begin = end
        except csv.Error as error:
            wasted += start + reader.line_num - begin
            row = next(csv.reader([lines[begin]], delimiter=delimiter, skipinitialspace=spaced), [])
            if width and len(row) == width and lines[begin].count('"') % 2 == 0:
                _keep(records, rejected, begin, row, width)
            else:
                reason = f"a quotation mark in this line is not closed where a field ends ({error})"
                rejected.append({"line": begin + 1, "reason": reason, "record": lines[begin].rstrip("\r\n")})
            begin += 1
        start = max(begin, start + 1)
    return records, rejected


def _keep(records: list, rejected: list, begin: int, row: list[str], width: int) -> int:
    """Take a row (an empty line is none; fields over the header's that are empty are let go) and return the width."""
    if any(row):
        if width and len(row) > width and not any(row[width:]):
            row = row[:width]
        records.append((begin + 1, row))
        return width or len(row)
    if len(row) > 1:
        rejected.append({"line": begin + 1, "reason": mark("every field of this row is empty"), "record": ""})
    return width


def _delimiter(lines: list[str]) -> str:
    """The sign that cuts the first line into most fields and the next lines into as many."""
    best, found = 0.0, ","
    for sign in ",\t;|":
        counts = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
        if counts and counts[0] > 1:
            score = counts[0] * (0.2 + sum(n == counts[0] for n in counts) / len(counts))
            if score > best:
                best, found = score, sign
    return found


def distinct_names(header: list[str]) -> list[str]:
    names: list[str] = []
    for i, name in enumerate(header, 1):
        plain = name.replace("\0", "").strip().lstrip("\ufeff") or f"column_{i}"
        names.append(plain if plain not in names else f"{plain}.{i}")
    return names


def sound(text: str) -> str:
    """Halves of surrogate pairs (JSON may escape them) are no text and cannot be saved: a replacement sign each."""
    return text if text.isascii() else _HALVES.sub("\ufffd", text)


def scalar(value: object) -> object:
    if value is None or isinstance(value, list | dict) and not value:
        return None
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, list | dict):
        return sound(json.dumps(value, ensure_ascii=False, default=str))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else value  # a number yet: 2021.10 is no text of a date
    return str(value)


def of_parquet(data: bytes) -> Rows:
    """A Parquet file; numbers keep their type."""
    try:
        return framed("parquet", unpacked_parquet(data))
    except SourceError as error:
        return none("parquet", str(error))


def unpacked_parquet(data: bytes, most_cells: int = 0, most_text: int = 0) -> pd.DataFrame:
    """The table of a Parquet file, once it says how large it is.

    Raises
    ------
    SourceError
        It is no such file, or larger than the limits; those of a table of articles by default.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        size = pq.read_metadata(io.BytesIO(data))
        parts = [size.row_group(i).column(j) for i in range(size.num_row_groups) for j in range(size.num_columns)]
        values, cells = sum(part.num_values for part in parts), most_cells or MOST_CELLS  # a cell may be a list
        reason = too_large(size.num_columns, size.num_rows, cells, size.schema.names)
        reason = reason or (f"holds {values:,} values, more than {cells:,}" if values > cells else "")
        if not (reason := reason or _repeats(parts, data, most_text or MOST_TEXT)):
            return pq.read_table(io.BytesIO(data)).to_pandas().reset_index(drop=True)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"this Parquet file cannot be read: {error}") from error
    raise SourceError(reason)


def _repeats(parts: list, data: bytes, most: int) -> str:
    """Why a Parquet file of few texts that stand in many rows is not read, or nothing: 15 kB can be 30 GB.

    No text is longer than the part of its column, so most files are known to be small by what they say of themselves;
    of the others the lengths of the texts are counted: of a dictionary each once, else in few rows at a time.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    texts = [part for part in parts if "BYTE_ARRAY" in part.physical_type]  # parts of lists and of pairs too
    if sum(part.total_uncompressed_size * part.num_values for part in texts) <= most:
        return ""
    total, coded = 0, {"RLE_DICTIONARY", "PLAIN_DICTIONARY"}
    for path in {part.path_in_schema for part in texts}:
        own = [part for part in texts if part.path_in_schema == path]
        if all(coded & {*part.encodings} for part in own) and own[0].physical_type == "BYTE_ARRAY":
            for chunk in pq.ParquetFile(io.BytesIO(data), read_dictionary=[path]).read([path]).column(0).chunks:
                while pa.types.is_nested(chunk.type):
                    chunk = chunk.field(0) if pa.types.is_struct(chunk.type) else chunk.values
                total += pc.sum(pc.binary_length(chunk.dictionary).take(chunk.indices)).as_py() or 0
        else:
            few = max(1, most // max(part.total_uncompressed_size for part in own))
            for batch in pq.ParquetFile(io.BytesIO(data)).iter_batches(few, columns=[path]):
                total += batch.nbytes
                if total > most:
                    break
    return f"unpacks to {total:,} bytes, more than {most:,}" if total > most else ""


def cell_of(value: Any) -> object:
    if hasattr(value, "isoformat"):
        return value.isoformat().removesuffix("T00:00:00")
    return scalar(value)


def framed(kind: str, frame: pd.DataFrame) -> Rows:
    """A typed table as rows of texts; dates keep their day, whole numbers lose their ``.0``."""
    if not len(frame):
        return none(kind, "the table has no rows")
    names = distinct_names([str(name) for name in frame.columns])
    made = {name: _texted(frame.iloc[:, i]) for i, name in enumerate(names)}
    out = pd.DataFrame(made)
    out["_line"] = range(1, len(out) + 1)
    return Rows(kind, frame=out)


def _texted(values: pd.Series) -> pd.Series:
    """Texts as they are, days as ``2011-03-12``; numbers and flags keep their type."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.dt.strftime("%Y-%m-%d").astype(object)
    if pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype):
        return values
    return values.astype(object).map(cell_of, na_action="ignore")
