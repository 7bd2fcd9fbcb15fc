"""Formats: what one file holds, as rows of named texts, and the rows that cannot be read."""

import csv
import io
import itertools
import json
import re
import sys
import unicodedata
import zipfile
from dataclasses import dataclass, field

import pandas as pd
from lxml import etree

from framing import exports, pages
from framing.corpus.files import Item, decode, is_no_article
from framing.exports.markup import is_markup
from framing.text import kind_of

SOURCES = ("auto", "table", "text", "page", *exports.SOURCES)
"""What ``corpus.read(source=...)`` takes."""

ALIASES = {
    "article_id": "article_id id doc_id 記事id 記事番号",
    "outlet": "outlet newspaper paper publication media source 新聞 新聞名 媒体 媒体名 紙名 掲載紙",
    "date": "date published_on published published_at publication_date pub_date pubdate datetime timestamp 発行日 掲載日 日付 年月日",
    "page": "page page_no page_number 面 ページ 頁",
    "headline": "headline title 見出し タイトル 題名",
    "text": "text body content full_text fulltext 本文 記事 記事本文",
    "edition": "edition 朝夕刊",
    "section": "section 面名",
    "author": "author byline 著者 記者 署名",
    "agency": "agency 通信社 配信",
    "url": "url link",
    "language": "language lang 言語",
}
"""Other names under which a table may hold a column; the first one found is taken where ours is not there."""

_HALVES = re.compile("[\ud800-\udfff]")
_WILD = re.compile("[\ufffd\0-\x08\x0e-\x19\x1b-\x1f]")


@dataclass
class Rows:
    """The rows of one file: in ``frame`` (a table; the file's own columns and ``_line``) or in ``records`` (one dict an
    article, the same); ``rejected`` has line, reason, record."""

    kind: str
    encoding: str = ""
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    records: list[dict] = field(default_factory=list)
    rejected: list[dict] = field(default_factory=list)


def rows_of(item: Item, source: str) -> Rows:
    """Read one file as what it is (``auto``) or as what it is said to be."""
    if item.reason:
        return _none("archive", item.reason)
    if not item.data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        return _none("empty", "the file is empty")
    if item.data[:4] == b"PAR1":
        return _parquet(item.data)
    if item.data[:4] == b"PK\x03\x04":
        return _office(item, source)
    for magic, what in ((b"%PDF", "a PDF; save its text"), (b"\xd0\xcf\x11\xe0", "an old Office file; save it as .xlsx or .txt"),
                        (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (b"SQLite", "a database")):  # fmt: skip
        if item.data.startswith(magic):
            return _none("binary", f"this is {what}")
    text, encoding = decode(item.data)
    rows = _of_text(item.name, text, source)
    rows.encoding = encoding
    return rows


def _none(kind: str, reason: str, record: str = "") -> Rows:
    return Rows(kind, rejected=[{"line": 1, "reason": reason, "record": record}])


def _of_text(name: str, text: str, source: str) -> Rows:
    sample = text[:20_000]
    wild = len(_WILD.findall(sample))
    if wild > 0.1 * len(sample) and not (source == "table" or name.lower().endswith((".csv", ".tsv", ".jsonl"))):
        return _none("binary", "this is no text in an encoding that is known", repr(sample[:200]))
    if source == "auto":
        source = _kind(name, text)
    if source in exports.SOURCES:
        return _export(text, source)
    if source == "table":
        named = name.lower().endswith((".jsonl", ".ndjson", ".json"))
        return _json(text) if named or _is_json(text) else _csv(text, tab=name.lower().endswith((".tsv", ".tab")))
    return _article(name, text, page=source == "page")


def _kind(name: str, text: str) -> str:
    """What a file is, by its ending and then by its looks."""
    low = name.lower()
    if low.endswith((".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".json")):
        return "table"
    if _HEAD_OF_FILE.match(text):
        return "text"
    found = exports.detect(text)
    if found:
        return found
    if is_markup(text):
        return "page"
    if _is_json(text) or _is_table(text):
        return "table"
    return "page" if _is_page(text) else "text"


def _is_page(text: str) -> bool:
    """A text copied or scraped from a web page: a line of it is furniture (:data:`framing.text.KINDS`)."""
    return any(kind_of(line) for line in text[:60_000].split("\n") if line.strip())


def _is_json(text: str) -> bool:
    start = text[:200].lstrip("\ufeff \t\r\n")
    return start.startswith(("{", "[{", "[\n", "[ ")) and '"' in start[:100] and "{\\rtf" not in start


def _is_table(text: str) -> bool:
    """A text file that is a table: its first line names two of our columns and the next has as many fields."""
    lines = text[:20_000].split("\n")[:2]
    names = {alias for words in ALIASES.values() for alias in words.split()}
    for sign in "\t,;":
        head = [_folded(part) for part in lines[0].split(sign)]
        if len(set(head) & names) > 1:
            return True
    return False


def _folded(name: object) -> str:
    return unicodedata.normalize("NFKC", str(name)).strip().strip('"').lower()


def _export(text: str, source: str) -> Rows:
    records, rejected = exports.parse(text, source)
    if not records and not rejected:
        return _none(source, f"no article of a {source} export was found in this file", text[:2000])
    renamed = [{"_line" if key == "line" else key: value for key, value in one.items()} for one in records]
    return Rows(source, records=renamed, rejected=rejected)


_HEAD_OF_FILE = re.compile(
    r"\s*(https?://\S+)[ \t]*\r?\n[ \t]*(\d{4}[-/]\d{1,2}[-/]\d{1,2}\S*)[ \t]*\r?\n([^\r\n]*)\r?\n?"
)


def _article(name: str, text: str, *, page: bool) -> Rows:
    """One article a file: a web page, or a text whose first line is its headline (or address, date, headline)."""
    if is_no_article(name):
        return _none("text", "a licence or read-me file, no article", text[:200])
    head = _HEAD_OF_FILE.match(text)
    if page and not head:
        row = pages.extract(text)
        kind = "page"
        if not (row.get("headline") or row.get("text")):
            return _none(kind, "no headline and no text were found on this page", text[:2000])
    elif head:
        kind = "text"
        row = {"url": head[1], "date": head[2], "headline": head[3].strip(), "text": text[head.end() :].strip()}
    else:
        kind, bare = "text", text.strip("\ufeff \t\r\n\f\0")
        first, _, rest = bare.partition("\n")
        short = len(first.strip()) <= 100 and not first.strip().endswith(("。", ".")) and rest.strip()
        row = {"headline": first.strip(), "text": rest.strip()} if short else {"headline": "", "text": bare}
    parts = name.split("/")
    flat = {k: json.dumps(v, ensure_ascii=False) if isinstance(v, list | dict | tuple) else v for k, v in row.items()}
    return Rows(kind, records=[{**flat, "_line": 1, "_folder": parts[-2] if len(parts) > 1 else ""}])


def _csv(text: str, *, tab: bool) -> Rows:
    physical = list(io.StringIO(text, newline=""))
    delimiter = "\t" if tab else _delimiter([line[:5000] for line in physical[:50] if line.strip()][:20])
    limit = csv.field_size_limit(sys.maxsize)
    try:
        records, rejected = _records(physical, delimiter)
    finally:
        csv.field_size_limit(limit)
    if not records:
        return Rows("table", rejected=rejected or [{"line": 1, "reason": "the file is empty", "record": ""}])
    _, header = records.pop(0)
    names = _distinct_names(header)
    good = [(line, row) for line, row in records if len(row) == len(names)]
    for line, row in records:
        if len(row) != len(names):
            reason = f"{len(row)} fields where the header has {len(names)}"
            rejected.append({"line": line, "reason": reason, "record": delimiter.join(row)})
    frame = pd.DataFrame([row for _, row in good], columns=names, dtype=object)
    frame["_line"] = [line for line, _ in good]
    if not good and not rejected:
        rejected = [{"line": 1, "reason": "the table has a header and no rows", "record": delimiter.join(header)}]
    return Rows("table", frame=frame, rejected=rejected)


def _records(lines: list[str], delimiter: str) -> tuple[list[tuple[int, list[str]]], list[dict]]:
    """Records with the line each begins on. A quotation mark that is never closed costs its own line, not the file."""
    records: list[tuple[int, list[str]]] = []
    rejected: list[dict] = []
    start, width, wasted = 0, 0, 0
    while start < len(lines):
        patient = wasted < 20 * len(lines)
        source = itertools.islice(lines, start, None) if patient else iter(lines[start : start + 1])
        reader = csv.reader(source, delimiter=delimiter, strict=True)
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
            row = next(csv.reader([lines[begin]], delimiter=delimiter), [])
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
        rejected.append({"line": begin + 1, "reason": "every field of this row is empty", "record": ""})
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


def _json(text: str) -> Rows:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, dict):
        lists = [v for v in whole.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
        whole = lists[0] if len(lists) == 1 and len(whole) <= 5 and "text" not in whole else [whole]
    if isinstance(whole, list):
        numbered = list(enumerate(whole, 1))
        rejected = []
    else:
        numbered, rejected = _json_lines(text)
    rejected += [
        {"line": i, "reason": "not an object with named fields", "record": _scalar(row)}
        for i, row in numbered
        if not isinstance(row, dict) or not row
    ]
    good = [
        {**{_sound(str(k)): _scalar(v) for k, v in row.items()}, "_line": i}
        for i, row in numbered
        if isinstance(row, dict) and row
    ]
    if not good and not rejected:
        rejected = [{"line": 1, "reason": "the file holds no rows", "record": text[:200]}]
    return Rows("table", frame=pd.DataFrame(good, dtype=object) if good else pd.DataFrame(), rejected=rejected)


def _json_lines(text: str) -> tuple[list[tuple[int, object]], list[dict]]:
    good, rejected = [], []
    for i, line in enumerate(text.split("\n"), 1):
        if not line.strip("\ufeff \t\r\0"):
            continue
        try:
            good.append((i, json.loads(line.strip("\ufeff \t\r\0"))))
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
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _parquet(data: bytes) -> Rows:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        frame = pq.read_table(io.BytesIO(data)).to_pandas()
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        return _none("parquet", f"this Parquet file cannot be read: {error}")
    return _framed("parquet", frame.reset_index(drop=True))


def _office(item: Item, source: str) -> Rows:
    try:
        with zipfile.ZipFile(io.BytesIO(item.data)) as archive:
            if "word/document.xml" in archive.namelist():
                return _of_text(item.name, _word(archive.read("word/document.xml")), source)
        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(item.data), read_only=True, data_only=True)
        sheets = [(sheet.title, [list(row) for row in sheet.iter_rows(values_only=True)]) for sheet in book.worksheets]
    except Exception as error:  # whatever a foreign reader raises on bytes it does not know is a rejection
        return _none("office", f"this Office file cannot be read: {type(error).__name__}: {error}")
    made = [_sheet(title, rows) for title, rows in sheets if any(any(v is not None for v in row) for row in rows)]
    if not made:
        return _none("excel", "the workbook has no filled sheet")
    frames = [rows.frame for rows in made if len(rows.frame)]
    rejected = [one for rows in made for one in rows.rejected]
    return Rows("excel", frame=pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(), rejected=rejected)


def _sheet(title: str, rows: list[list]) -> Rows:
    first = next(i for i, row in enumerate(rows) if any(v is not None for v in row))
    names = _distinct_names(["" if v is None else str(v) for v in rows[first]])
    filled = [(i, row) for i, row in enumerate(rows[first + 1 :], first + 2) if any(v is not None for v in row)]
    frame = pd.DataFrame([[_cell(v) for v in row] + [""] * (len(names) - len(row)) for _, row in filled], columns=names)
    frame["_line"] = [i for i, _ in filled]
    if not filled:
        return _none("excel", f"the sheet {title!r} has a header and no rows")
    return Rows("excel", frame=frame.astype({name: object for name in names}))


def _cell(value: object) -> object:
    if hasattr(value, "isoformat"):
        return value.isoformat().removesuffix("T00:00:00")
    return _scalar(value)


def _word(xml: bytes) -> str:
    """The paragraphs of a Word file."""
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, huge_tree=True, recover=True))
    lines = []
    for paragraph in root.iter(f"{space}p"):
        parts = [
            node.text or "" if node.tag == f"{space}t" else "\n" for node in paragraph.iter(f"{space}t", f"{space}br")
        ]
        lines.append("".join(parts))
    return "\n".join(lines)


def _framed(kind: str, frame: pd.DataFrame) -> Rows:
    """A typed table as rows of texts; dates keep their day, whole numbers lose their ``.0``."""
    if not len(frame):
        return _none(kind, "the table has no rows")
    names = _distinct_names([str(name) for name in frame.columns])
    made = {name: _texted(frame.iloc[:, i]) for i, name in enumerate(names)}
    out = pd.DataFrame(made)
    out["_line"] = range(1, len(out) + 1)
    return Rows(kind, frame=out)


def _texted(values: pd.Series) -> pd.Series:
    """Texts as they are, days as ``2011-03-12``; numbers and flags keep their type unless they become one of our columns."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.dt.strftime("%Y-%m-%d").astype(object)
    if pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype):
        return values
    return values.astype(object).map(_cell, na_action="ignore")
