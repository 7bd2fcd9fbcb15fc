"""Tables: CSV, JSON, Parquet and Excel as rows of named texts, and the rows that cannot be read."""

import csv
import io
import itertools
import json
import pickle
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from framing import data
from framing.corpus import workbooks
from framing.databases.labelled.labels import columns_beside, key
from framing.errors import SourceError
from framing.messages import Message, mark

ALIASES: dict[str, list[str]] = data.words("databases")["columns"]
"""Other names under which a table may hold a column; the first one found is taken where ours is not there."""

_USUAL = {key(name) for names in ALIASES.values() for name in names}
_HALVES = re.compile("[\ud800-\udfff]")
_WORDED = re.compile(
    "text|title|headline|body|content|article|見出|本文|タイトル|제목|본문|标题|標題|正文|заголовок|текст", re.I
)
"""A name that a list of articles has in its objects, and a list of tags or pictures has not."""
MOST_COLUMNS, MOST_CELLS, MOST_CHARACTERS = 2_000, 50_000_000, 5_000_000
"""Columns and cells of the largest table that is read, and characters of the longest article: a book has a million."""
_LONGEST_NAME = 10_000
"""Characters of a column's name, more than of any headline that stands where it should be."""
MOST_TEXT = 2**32
"""Bytes of the texts of a Parquet file."""
MOST_UNPACKED = 2**29
"""Bytes that the parts of a workbook may unpack to together."""
_LAST_ROW = 2**20
"""Of a sheet of Excel."""
TOO_LONG = mark("the text has more than 5,000,000 characters, which is no article")
_HEAVY = mark(
    "this workbook is damaged, or takes more memory or time than a table of articles; save the sheet with the articles "
    "as CSV"
)
PATIENCE = 120
"""Seconds that a workbook may take."""
_AGAIN = mark("the header again, as where two files were joined")
_OTHER = mark(
    "below a header with other names than the file's, as where two files were joined; save it as its own file"
)


_ABOVE = 20
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


def _header_of(rows: list[list[str]]) -> int:
    """Which of the rows is the header: the first with two usual names where no row above it has any, else the first."""
    named = (len(usual_names(row)) for row in rows[:_ABOVE])
    return next((i if n > 1 else 0 for i, n in enumerate(named) if n), 0)


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
    above = _header_of([re.split("[,\t;|]", line[:5000].strip()) for line in physical[:_ABOVE]])
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
    if reason := _too_large(len(records[0][1]), 1, names=records[0][1]):
        wide = [{"line": line, "reason": reason, "record": delimiter.join(row)} for line, row in records]
        return Rows("table", rejected=rejected + wide)
    _, header = records.pop(0)
    names = _distinct_names(header)
    wrong = [(line, row) for line, row in records if len(row) != len(names)]
    good, other = _under_headers(names, [(line, row) for line, row in records if len(row) == len(names)])
    told = mark("{n} fields where the header has {names}")
    wrong = [(line, Message(told, {"n": len(row), "names": len(names)}), row) for line, row in wrong]
    rejected += [{"line": n, "reason": why, "record": delimiter.join(row)} for n, why, row in sorted(wrong + other)]
    frame = pd.DataFrame([row for _, row in good], columns=names, dtype=object)
    frame["_line"] = [line for line, _ in good]
    if not good and not rejected:
        rejected = [{"line": 1, "reason": mark("the table has a header and no rows"), "record": delimiter.join(header)}]
    return Rows("table", frame=frame, rejected=rejected)


def _too_large(n_columns: int, n_rows: int, most: int = 0, names: Iterable[str] = ()) -> str:
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


def _under_headers(names: list[str], rows: list[tuple[int, list]]) -> tuple[list[tuple[int, list]], list[tuple]]:
    """The rows in the order of ``names``, and those that are none with their reasons: headers, rows of other columns.

    Where files were joined, a header may come again in another order, or with other names.
    """
    known, good, wrong = set(names), [], []
    order: list[int] | None = list(range(len(names)))
    for line, row in rows:
        if known & set(map(str, row)) and len(known & set(here := _distinct_names([_name(v) for v in row]))) >= max(
            2, len(names) / 2
        ):
            wrong.append((line, _AGAIN, row))
            order = [here.index(name) for name in names] if set(here) == known else None
        elif order is None:
            wrong.append((line, _OTHER, row))
        elif any(isinstance(value, str) and len(value) > MOST_CHARACTERS for value in row):
            wrong.append((line, TOO_LONG, [value[:2000] if isinstance(value, str) else value for value in row]))
        else:
            good.append((line, [row[i] for i in order]))
    return good, wrong


def _name(value: object) -> str:
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


def _distinct_names(header: list[str]) -> list[str]:
    names: list[str] = []
    for i, name in enumerate(header, 1):
        plain = name.replace("\0", "").strip().lstrip("\ufeff") or f"column_{i}"
        names.append(plain if plain not in names else f"{plain}.{i}")
    return names


def of_json(text: str) -> Rows:
    """JSON Lines, a JSON array of objects, or one object that holds such an array."""
    whole = loaded(text)
    if isinstance(whole, dict):
        own = {str(key).lower() for key in whole} & {"text", "body", "content", "本文"}  # then it is one article
        inner = [whole, *(value for value in whole.values() if isinstance(value, dict))]  # {"response": {"docs": […]}}
        lists = [v for one in inner for v in one.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
        lists = [v for v in lists if _WORDED.search(" ".join(map(str, v[0])))]
        whole = lists[0] if len(lists) == 1 and not own else [whole]
    numbered, rejected = (list(enumerate(whole, 1)), []) if isinstance(whole, list) else _json_lines(text)
    good = []
    for i, row in numbered:
        if isinstance(row, dict) and row:
            good.append({_sound(str(k)): _scalar(v) for k, v in _unfolded(row).items()} | {"_line": i})
        else:
            reason = mark("not an object with named fields")
            rejected.append({"line": i, "reason": reason, "record": str(_scalar(row))})
    if not good and not rejected:
        rejected = [{"line": 1, "reason": mark("the file holds no rows"), "record": text[:200]}]
    names = {name for row in good for name in row}
    if reason := _too_large(len(names) - 1, 1, names=names):
        wide = [{"line": row.pop("_line"), "reason": reason, "record": _scalar(row)} for row in good]
        return Rows("table", rejected=rejected + wide)
    return Rows("table", frame=pd.DataFrame(good, dtype=object) if good else pd.DataFrame(), rejected=rejected)


def _unfolded(row: dict) -> dict:
    """An object with a name stands for that name (``{"id": null, "name": "東都新報"}``) and is kept whole beside it.

    What else an object holds becomes a column of its own where its name is a usual one (``headline.main``). Under a
    usual name, the only text of a list stands for itself, and an object without a name is no text.
    """
    row = {k: _listed(k, v) if isinstance(v, list) and key(k) in _USUAL else v for k, v in row.items()}
    objects = {k: v for k, v in row.items() if isinstance(v, dict)}
    named = {k: v["name"] for k, v in objects.items() if isinstance(v.get("name"), str)}
    inner = {f"{k}.{name}": value for k, v in objects.items() for name, value in v.items()}
    inner = {name: value for name, value in inner.items() if key(name) in _USUAL}
    told = {*named, *(k for k in objects if key(k) in _USUAL), *(name.partition(".")[0] for name in inner)}
    plain = {f"{k}.original" if k in told else k: v for k, v in row.items()}
    return plain | named | inner


def _listed(column: str, values: list) -> object:
    """The only text of a list, or the names of authors; any other list as it is."""
    names = [one.get("name") if isinstance(one, dict) else one for one in values]
    several = key(column) in map(key, ALIASES["author"])
    return "; ".join(names) if all(isinstance(one, str) for one in names) and (several or len(names) == 1) else values


def loaded(text: str) -> Any:
    """What a JSON text holds; nothing where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _json_lines(text: str) -> tuple[list[tuple[int, object]], list[dict]]:
    good, rejected = [], []
    for i, line in enumerate(text.split("\n"), 1):
        bare = line.strip("\ufeff \t\r\0")
        try:
            good += [(i, json.loads(bare))] if bare else []
        except (ValueError, RecursionError) as error:
            rejected.append({"line": i, "reason": f"not JSON: {error}", "record": line.rstrip("\r")})
    return good, rejected


def _sound(text: str) -> str:
    """Halves of surrogate pairs (JSON may escape them) are no text and cannot be saved: a replacement sign each."""
    return text if text.isascii() else _HALVES.sub("\ufffd", text)


def _scalar(value: object) -> object:
    if value is None or isinstance(value, str):
        return value if value is None else _sound(value)
    if isinstance(value, list | dict):
        return _sound(json.dumps(value, ensure_ascii=False, default=str))
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
        reason = _too_large(size.num_columns, size.num_rows, cells, size.schema.names)
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


def of_html(text: str) -> Rows:
    """The tables of a page that was saved as a workbook (``.xls``); the first row of each is its header."""
    from framing.databases.markup import tables_of_html

    tables = [enumerate(rows, 1) for rows in tables_of_html(text)]
    return _workbook([("", [(i, row) for i, row in rows if any(v is not None for v in row)]) for rows in tables])


def of_excel(data: bytes) -> Rows:
    """Every filled sheet of a workbook; the first filled row of each is its header."""
    import openpyxl

    try:
        if reason := unpacked(data):
            return none("excel", reason)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [(sheet.title, _filled(sheet)) for sheet in book.worksheets]
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
    return _workbook(pickle.loads(done.stdout))  # written by our own process


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
            if _too_large(width, len(filled)):
                break  # told by _sheet
    return filled


def _workbook(sheets: list[tuple[str, list[tuple[int, list]]]]) -> Rows:
    made = [_sheet(title, rows) for title, rows in sheets if rows]
    if not made:
        return none("excel", mark("the workbook has no filled sheet"))
    frames = [rows.frame for rows in made if len(rows.frame)]
    frames = [frame.rename(columns=_as_first(list(frames[0].columns), list(frame.columns))) for frame in frames]
    rejected = [one for rows in made for one in rows.rejected]
    return Rows("excel", frame=pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(), rejected=rejected)


def _as_first(first: list[str], columns: list[str]) -> dict[str, str]:
    """The names of a further sheet's columns → those of the first sheet for the same: 掲載日 → 日付."""
    ours = usual_names(first)
    pairs = {theirs: ours.get(name, theirs) for name, theirs in usual_names(columns).items()}
    return {theirs: name for theirs, name in pairs.items() if name not in columns}


def _sheet(title: str, rows: list[tuple[int, list]]) -> Rows:
    (_, header), *filled = rows[_header_of([[_name(value) for value in row] for _, row in rows[:_ABOVE]]) :]
    width = max(len(row) for _, row in rows)
    if reason := _too_large(width, len(rows)):
        return none("excel", f"the sheet {title!r} is {reason}")
    names = _distinct_names([_name(v) for v in header] + [""] * (width - len(header)))
    filled, wrong = _under_headers(names, [(i, row + [None] * (width - len(row))) for i, row in filled])
    frame = pd.DataFrame([[_cell(v) for v in row] for _, row in filled], columns=names).astype(object)
    frame["_line"] = [i for i, _ in filled]
    if not filled and not wrong:
        return none("excel", f"the sheet {title!r} has a header and no rows")
    rejected = [{"line": i, "reason": why, "record": ",".join(map(_name, row))} for i, why, row in wrong]
    return Rows("excel", frame=frame, rejected=rejected)


def _cell(value: Any) -> object:
    if hasattr(value, "isoformat"):
        return value.isoformat().removesuffix("T00:00:00")
    return _scalar(value)


def framed(kind: str, frame: pd.DataFrame) -> Rows:
    """A typed table as rows of texts; dates keep their day, whole numbers lose their ``.0``."""
    if not len(frame):
        return none(kind, "the table has no rows")
    names = _distinct_names([str(name) for name in frame.columns])
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
    return values.astype(object).map(_cell, na_action="ignore")
