"""Formats: what one file holds, as rows of named texts, and the rows that cannot be read."""

import io
import json
import re
import zipfile
from itertools import pairwise

import numpy as np
from lxml import etree

from framing import data, databases, dates, web
from framing.corpus.encodings import UNREAD, decode
from framing.corpus.files import BROKEN, Item, is_asset, is_no_article
from framing.corpus.interchange import (
    is_feed,
    is_json_feed,
    is_mail,
    is_ris,
    of_feed,
    of_json_feed,
    of_ris,
    page_of_mail,
)
from framing.corpus.objects import of_json
from framing.corpus.portable import text_of
from framing.corpus.queried import is_database
from framing.corpus.sheets import of_excel, of_html, of_other_excel, unpacked
from framing.corpus.tabular import (
    MOST_CHARACTERS,
    TOO_LONG,
    Rows,
    none,
    of_csv,
    of_parquet,
    usual_names,
)
from framing.databases.fields import row_of
from framing.databases.labelled.labels import label_of, parts_records
from framing.databases.markup import crowded, is_markup
from framing.messages import Message, mark
from framing.tables import spreadsheet
from framing.text.lines import kind_of
from framing.web.credits import normal
from framing.web.layout import is_date_line

SOURCES = ("auto", "table", "text", "page", "feed", "ris", "duckdb", *databases.SOURCES)
"""What ``corpus.read(source=...)`` takes."""

_WILD = re.compile("[\ufffd\0-\x08\x0e-\x19\x1b-\x1f]")


_BINARY = {
    mark("this is a picture"): (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*"),
    mark("this is sound or video, no article"): (b"ID3", b"OggS", b"fLaC", b"\x1aE\xdf\xa3"),
    mark("this archive is of a kind that is not read; pack it as .zip"): (
        b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x28\xb5\x2f\xfd", b"\x1f\x9d",
    ),
    mark("this is a table of a statistics program; save it as CSV or Parquet"): (
        b"ARROW1", b"FEA1", b"RDX", b"RDA", b"$FL2", b"$FL3", b"<stata_dta>", b"\x89HDF", b"\x80\x04\x95",
    ),
}  # fmt: skip


_UNCLAIMED = {
    mark("this is an Excel file in XML; save it as .xlsx"): r"(?s).{0,400}urn:schemas-microsoft-com:office:spreadsheet",
    mark("this is the list of documents of a Nexis download, which holds no article"): (
        r"(?is)\s*User Name:.{0,200}?\bDate and Time:.{0,200}?\bJob Number:"
    ),
    mark("this is an archive of the web (WARC); save its pages as HTML"): r"\s*WARC/\d",
    mark("these are commands of a database (SQL); load them into it and read it with source: duckdb"): (
        r"(?is)\s*(?:--[^\n]*\n\s*|/\*.*?\*/;?\s*|set\s[^;\n]*;\s*|pragma\s[^;\n]*;\s*|begin[^;\n]*;\s*)*+"
        r"(?:create\s+(?:table|database)|drop\s+table|insert\s+into)\s"
    ),
    mark("this is a program, no article"): r"#!\s*/|<\?php",
    mark("this is XML that is neither a web page nor a feed; save its articles as CSV, JSON or text"): (
        r"(?is)\s*<\?xml[^>]*\?>\s*(?:<!--.*?-->\s*|<\?[^>]*>\s*)*+<(?!!doctype html|html\b)[a-z!]"
    ),
}
"""What a file looks like that nothing reads, and what to do → how it begins."""
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(\S+)")


def rows_of(item: Item, source: str) -> Rows:
    """Read one file as what it is (``auto``) or as what it is said to be."""
    if item.reason:
        return none("archive", item.reason)
    if source == "auto" and re.search(_NO_TEXT, item.name, re.IGNORECASE):
        return none("binary", mark("a program, its settings or its log, or subtitles; no article"))
    if is_asset(item.name):
        return none("binary", mark("a style sheet, script, picture, sound or font, no article"))
    if not item.data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        return none("empty", mark("the file is empty"))
    if item.data[:4] == b"PAR1":
        return of_parquet(item.data)
    if item.data[:4] == b"PK\x03\x04":
        return _office(item, source)
    if item.data[:1024].lstrip().startswith(b"%PDF"):
        return _portable(item, source)
    if item.data.startswith(b"\xd0\xcf\x11\xe0"):
        return of_other_excel(item.data)
    if is_database(item.data):
        return none("database", mark("this is a database; name source: duckdb and a query: with one SELECT"))
    binary = next((what for what, signs in _BINARY.items() if item.data.startswith(signs)), None)
    if binary:
        return none("binary", binary)
    if is_mail(item.data) and source != "table":
        page = page_of_mail(item.data)
        if page is None:
            return none("mail", mark("this is an e-mail without a web page in it; save its text as .txt"))
        text, encoding, url = page
    else:
        (text, encoding), url = decode(item.data), ""
    if _opens_with_a_tag(text) and crowded(text):
        return none("page", mark("a tag with more than 1,000 attributes, which no page has"), text[:2000])
    rows = _of_text(item.name, text, source, url=url)
    rows.encoding = encoding
    if rows.kind == "table" and item.data.startswith(spreadsheet.MARK):
        rows.frame = spreadsheet.bare(rows.frame)
    return _without_unread(rows, text) if UNREAD in text else rows


_SIGN = re.compile(f"{UNREAD}(\\d+){UNREAD}")


def _has_unread(record: dict) -> bool:
    return any(UNREAD in value for value in record.values() if isinstance(value, str))


def _without_unread(rows: Rows, text: str) -> Rows:
    """Reject the rows that hold a line whose encoding could not be found out, or lost one: it looked like no field."""
    frame, heads = rows.frame, " ".join(map(str, rows.frame.columns))
    lost = np.full(len(frame), UNREAD in heads)
    for name in frame.columns:
        lost |= frame[name].astype("str").str.contains(UNREAD, regex=False).to_numpy(dtype=bool)
    kept = json.dumps(
        [rows.records, rows.rejected, *map(str, frame[lost].to_numpy().ravel())], ensure_ascii=False, default=str
    )
    for n in sorted(set(map(int, _SIGN.findall(text))) - set(map(int, _SIGN.findall(kept + heads)))):
        above = [one for one in rows.records if one["_line"] <= n and not is_markup(text)]
        owner = max(above, key=lambda one: one["_line"], default=None)
        if owner is None:
            rows.records.append({"_line": n, "text": f"{UNREAD}{n}{UNREAD}"})
        else:
            owner["note"] = f"{owner.get('note') or ''}{UNREAD}{n}{UNREAD}"
    bad = frame[lost].to_dict("records") + [one for one in rows.records if _has_unread(one)]
    rows.frame = frame[~lost]
    rows.records = [one for one in rows.records if not _has_unread(one)]
    for one in rows.rejected:
        one["record"] = _SIGN.sub("", one["record"])
    for one in bad:
        record = json.dumps({k: v for k, v in one.items() if str(k)[:1] != "_"}, ensure_ascii=False, default=str)
        numbers = ", ".join(dict.fromkeys(_SIGN.findall(record) or _SIGN.findall(heads)))
        reason = f"line {numbers} is in no encoding that fits beyond doubt (the file is {rows.encoding})"
        rows.rejected.append({"line": one.get("_line", 1), "reason": reason, "record": _SIGN.sub("", record)})
    return rows


def _of_text(name: str, text: str, source: str, *, url: str = "") -> Rows:
    text = text if "\n" in text else text.replace("\r", "\n")  # as old Macintoshes ended lines
    sample = text[:20_000]
    wild = len(_WILD.findall(sample))
    if wild > 0.1 * len(sample) and not (source == "table" or name.lower().endswith((".csv", ".tsv", ".jsonl"))):
        return none("binary", mark("this is no text in an encoding that is known"), repr(sample[:200]))
    looked = source == "auto"
    if looked:
        source = _kind(name, text)
        reason = next(
            (why for why, form in _UNCLAIMED.items() if source != "table" and re.match(form, text[:5000])), ""
        )
        if reason and source not in ("feed", "ris", *databases.SOURCES):
            return none("unknown", reason, text[:2000])
    if source in ("feed", "ris"):
        return of_ris(text) if source == "ris" else of_json_feed(text) if is_json_feed(text) else of_feed(text)
    if source in databases.SOURCES:
        return _export(name, text, source)
    if source == "table":
        if _opens_with_a_tag(text):
            return of_html(text)
        named = name.lower().endswith((".jsonl", ".ndjson", ".json"))
        return of_json(text) if named or _is_json(text) else of_csv(text, tab=name.lower().endswith((".tsv", ".tab")))
    if looked and not url and (not _opens_with_a_tag(text) or _KH_CODER.match(text)) and several(text):
        return none("text", SEVERAL, text[:2000])
    return _article(name, text, page=source == "page", url=url)


def _kind(name: str, text: str) -> str:
    """What a file is, by its ending and then by its looks."""
    low = name.lower()
    if is_json_feed(text):
        return "feed"
    if low.endswith((".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".json")):
        return "table"
    if _HEAD_OF_FILE.match(text):
        return "text"
    found = databases.detect(text)
    if found:
        return found
    if is_feed(text) or is_ris(text):
        return "feed" if is_feed(text) else "ris"
    page = is_markup(text)
    opened = _opens_with_a_tag(text)
    if page and opened and (low.endswith((".xls", ".xlsx")) or "urn:schemas-microsoft-com:office:excel" in text[:4000]):
        return "table"
    if not opened and (_is_json(text) or _is_table(text)):
        return "table"
    first = next(filter(str.strip, text.lstrip("\ufeff").split("\n")), "")
    headed = not page and bool(label_of(first) or parts_records(first))  # a copied page has labels further down
    page = page or _is_page(text)
    one = headed or not page or databases.opens(text) and not web.sites.told(text, databases.plain(text), None)
    if databases.is_labelled(text, several=not one):  # a page may cite one
        return "labelled"
    n = databases.count_records(text)
    if n > 1 or (
        n and (bool(row_of(first.strip())) or not page)
    ):  # a newspaper's own web page has such a line once, below its buttons
        return "japanese"
    return "page" if page else "text"


def _opens_with_a_tag(text: str) -> bool:
    """Whether a file is markup from its beginning; a table may hold markup in its fields."""
    return text[:200].lstrip("\ufeff \t\r\n").startswith("<")


def _is_page(text: str) -> bool:
    """A text copied or scraped from a web page: a line of it is furniture, or an archive names itself at its top."""
    lines = text[:60_000].split("\n")
    return any(kind_of(line) for line in lines if line.strip()) or bool(web.sites.told("", lines, None).get("outlet"))


def _is_json(text: str) -> bool:
    start = text[:200].lstrip("\ufeff \t\r\n")
    return start.startswith(("{", "[{", "[\n", "[ ")) and '"' in start[:100] and "{\\rtf" not in start


def _is_table(text: str) -> bool:
    """A text file that is a table: its first line names two of our columns."""
    first = text[:20_000].lstrip("\ufeff\r\n ").split("\n")[0]
    return any(len(usual_names(first.split(sign))) > 1 for sign in "\t,;")


def _export(name: str, text: str, source: str) -> Rows:
    records, rejected = databases.parse(text, source)
    if not records and not rejected:
        return none(source, f"no article of a {source} export was found in this file", text[:2000])
    folder = {"_folder": _folder(name)} if source == "japanese" else {}
    renamed = [{"_line" if key == "line" else key: value for key, value in one.items()} | folder for one in records]
    return Rows(source, records=renamed, rejected=rejected)


_NO_TEXT = r"\.(?:py|r|rmd|ipynb|sh|bat|ps1|ini|cfg|toml|ya?ml|log|srt|vtt|lnk|url|sty|cls)$"
"""How files end that lie beside texts and hold none."""
SEVERAL = mark(
    "this text looks like several articles one below the other, and nothing says where each begins; save one article "
    "per file, or a table with a row per article"
)
LISTED = mark("this page lists several articles ({n}); save the page of each")
SUBHEADS = mark("short lines stand alone between its paragraphs: subheadings, or headlines of further articles")
_SUBHEAD = re.compile(r"\n\s*\n([^\n。.]{4,60})\n\s*\n(?=[^\n]{30})")
_RULE = re.compile(r"\s*(?:[-=_*#~+─━═―—・☆★◇◆]\s?){5,}")
_DAY = re.compile(r"(?:1[6-9]|20)\d\d\s?[-/.年년]\s?\d{1,2}\s?[-/.月월]\s?\d{1,2}")
_COUNTED = re.compile(
    r"(?im)^\W{0,4}(?:document|record|dokument|документ|результат|記事|文書)\s*\d+\s*(?:of|von|de|sur|su|из|/)\s*\d+\W*$"
    r"|^\W{0,4}(?:文章|文件|記事|기사)\s?(?:編號|编号|番号|번호)\s*[:：]"
)
_SIGNS = "■●◆▼▲◎○□★☆"
_LISTED = re.compile(r"[\[［(（【]?(\d{1,3})[\]］)）】.．、]\s*\S")
_KH_CODER = re.compile(r"(?mi)^\ufeff?<h([1-5])>[^<>\n]*</h\1>\s*$")
"""A heading of KH Coder's texts."""
_LEAST_RECORD = 40
"""Characters below the head of a record: a chronology has days with a line each."""


def several(text: str) -> bool:
    """Whether a plain text holds several articles, from its first line on: each has an address and a day, or a headline
    and a day, or a headline below a rule (three or more); or they are counted (``Document 1 of 9``, ``1. …``).
    """
    if _HEAD_OF_FILE.match(text):
        return len(re.findall(_HEAD_OF_FILE.pattern.replace(r"\s*", "(?m)^", 1), text)) > 1
    if len(_COUNTED.findall(text)) > 1 or len(_KH_CODER.findall(text)) > 1:
        return True
    lines = text.strip("\ufeff \t\r\n\f\0").split("\n")
    sign = lines[0][:1]
    if _are_marked(lines, sign):
        return True
    parts = [[]]
    for line in lines:
        if _RULE.fullmatch(line[:200]):
            parts.append([])
        elif line.strip():
            parts[-1].append(line.strip())
    headed = [
        part for part in filter(None, parts) if _is_head(part[0], sign) and len("".join(part[1:])) >= _LEAST_RECORD
    ]
    if len(headed) > 2 and len(headed) == len(list(filter(None, parts))):
        return True
    heads = [i for i, line in enumerate(lines) if _is_dated_head(lines, i, sign)]
    bodies = (len("".join(lines[a + 2 : b])) for a, b in pairwise([*heads, len(lines)]))
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    titled = len("".join(lines[first : heads[0]])) <= _LEAST_RECORD if heads else False  # Retriever above the first
    return titled and sum(body >= _LEAST_RECORD for body in bodies) > 1


def _are_marked(lines: list[str], sign: str) -> bool:
    """Whether the first line and others begin as headlines do: numbered from it on (two), or by its sign (three)."""
    numbers = [(i, _LISTED.match(line)) for i, line in enumerate(lines)]
    numbered = [(i, int(found[1])) for i, found in numbers if found and _is_head(lines[i].strip(), sign)]
    heads, least = [i for n, (i, number) in enumerate(numbered) if number == n + numbered[0][1]], 2
    if sign in _SIGNS:
        heads, least = [i for i, line in enumerate(lines) if line[:1] == sign and _is_head(line.strip(), sign)], 3
    bodies = [len("".join(lines[a + 1 : b])) for a, b in pairwise([*heads, len(lines)])]
    return heads[:1] == [0] and len(heads) >= least and min(bodies) >= _LEAST_RECORD


def _is_head(line: str, sign: str) -> bool:
    """A short line that is no sentence, and no item of a list unless the text begins with its sign."""
    return len(line) <= 100 and not line.endswith(("。", ".")) and line[0] not in "■●・◆▼▲◎○□*•-".replace(sign, "")


def _is_dated_head(lines: list[str], i: int, sign: str) -> bool:
    """A short line below a blank one (or the first), with a line that is a day and little else right below it."""
    line, before = lines[i].strip(), lines[i - 1] if i else ""
    if not line or not _is_head(line, sign) or (before.strip() and not _RULE.fullmatch(before[:200])):
        return False
    below = next((one.strip() for one in lines[i + 1 : i + 3] if one.strip()), "")
    if not 0 < len(below) <= 60:
        return False
    dated = bool(_DAY.search(below)) or dates.parse(below).precision == "day"
    return is_date_line(normal(below)) or dated and _is_head(below, sign)


_HEAD_OF_FILE = re.compile(
    r"\s*(https?://\S+)[ \t]*\r?\n[ \t]*(\d{4}[-/]\d{1,2}[-/]\d{1,2}\S*)[ \t]*\r?\n([^\r\n]*)\r?\n?"
)


def _article(name: str, text: str, *, page: bool, url: str = "") -> Rows:
    """One article a file: a web page, or a text whose first line is its headline (or address, date, headline)."""
    if is_no_article(name):
        return none("text", mark("a licence or read-me file, no article"), text[:200])
    head = _HEAD_OF_FILE.match(text)
    if head:
        row = {"url": head[1], "date": head[2], "headline": head[3].strip(), "text": text[head.end() :].strip()}
    elif page:
        saved = _SAVED_FROM.search(text[:5000])
        url = url or (saved[1] if saved else "")
        row = web.extract(text, url=url or None) | ({"url": url} if url else {})
        if n := row.pop("n_listed"):
            return none("page", Message(LISTED, {"n": n}), text[:2000])
        if not (row["headline"] or row["text"]):
            return none("page", mark("no headline and no text were found on this page"), text[:2000])
        row["captions"] = json.dumps(row["captions"], ensure_ascii=False)
    else:
        bare = text.strip("\ufeff \t\r\n\f\0")
        if len(bare) > MOST_CHARACTERS:
            return none("text", TOO_LONG, bare[:2000])
        row = _headed(bare)
    kind = "page" if page and not head else "text"
    return Rows(kind, records=[{**row, "_line": 1, "_folder": _folder(name)}])


_PAGE = re.compile(r"第?\s?(\d{1,3})\s?[版面]\s*(?:[(（:：]\s*([^()（）]{1,15})\s*[)）]?)?")
_PAPER, _COLUMN = data.forms("sections").alone, re.compile(r"(?:专栏|專欄)\s*[:：]\s*(.{0,15})")
_BY = re.compile(r"(?:[Bb]y|BY|Von|Par|Por)\s+\S[^.。]{1,60}|[^。]{2,20}記者|\(?[^。]{2,12}\s?기자\)?")


def _is_outlet(line: str, below: str) -> bool:
    """A newspaper's name alone on its line, above a line that is a day."""
    return len(line) <= 40 and bool(_PAPER.fullmatch(line)) and is_date_line(normal(below))


def _headed(bare: str) -> dict:
    """Headline, outlet, day, author and page where the first lines are these, each on its own line; then text."""
    first, rest = (part.strip() for part in bare.partition("\n")[::2])
    row = {"headline": "", "text": bare}
    if is_date_line(normal(first)) and rest:  # the day stands first
        row = {"date": first, "headline": "", "text": rest}
        first, rest = (part.strip() for part in rest.partition("\n")[::2])
    first = re.sub(r"^#{1,6}\s+", "", first)  # Markdown
    if len(first) > 100 or first.endswith(("。", ".")) or not rest:
        return row
    row |= {"headline": re.sub(r"^《([^《》]+)》$", r"\1", first), "text": rest}
    while (parts := [part.strip() for part in row["text"].partition("\n")[::2]])[1]:  # the text is not used up
        if "date" not in row and is_date_line(normal(parts[0])):
            row["date"] = parts[0]
        elif "author" not in row and _BY.fullmatch(parts[0]):
            row["author"] = re.sub(r"^by\s+", "", parts[0], flags=re.IGNORECASE)
        elif "outlet" not in row and _is_outlet(parts[0], next(filter(None, map(str.strip, parts[1].split("\n"))))):
            row["outlet"] = parts[0]
        elif "page" in row and (found := _COLUMN.fullmatch(parts[0])):  # 专栏：
            row["section"] = row["section"] or found[1]
        elif "page" not in row and "date" in row and (found := _PAGE.fullmatch(parts[0])):  # 第1版(要闻)
            row |= {"page": found[1], "section": found[2] or ""}
        else:
            break
        row["text"] = parts[1]
    return row | ({"note": SUBHEADS} if len(_SUBHEAD.findall(row["text"])) > 1 else {})


_ARCHIVED = re.compile(r"\.(?:zip|tar|tgz|tar\.(?:gz|bz2|xz))$", re.IGNORECASE)
_DAYS = re.compile(r"[\d\W_年月日년월일]*")
"""Folders of years and months: 2021, 2021-03, 2021年3月."""


def _folder(name: str) -> str:
    """The folder (or archive) a file lies in, which names its outlet where files lie in several; no year."""
    parts = (_ARCHIVED.sub("", part) for part in reversed(name.split("/")[:-1]))
    return next((part for part in parts if not _DAYS.fullmatch(part)), "")


def _portable(item: Item, source: str) -> Rows:
    text, fault = text_of(item.data)
    if fault:
        return none("pdf", fault)
    rows = _of_text(item.name, text, source)
    rows.kind = "pdf" if rows.kind in ("text", "page") else rows.kind
    return rows


def _office(item: Item, source: str) -> Rows:
    """Word and OpenDocument texts hold text (an export); workbooks are tables; other office files are refused."""
    try:
        if reason := unpacked(item.data):
            return none("office", reason)
        with zipfile.ZipFile(io.BytesIO(item.data)) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype")[:200] if "mimetype" in names else b""
            part = "word/document.xml" if "word/document.xml" in names else "content.xml" if b".text" in kind else ""
            xml = archive.read(part) if part else b""
    except BROKEN as error:
        return none("office", f"this Office file cannot be read: {error}")
    if xml:
        return _of_text(item.name, _paragraphs(xml), source)
    if "xl/workbook.bin" in names or b"spreadsheet" in kind:
        return of_other_excel(item.data)
    if "ppt/presentation.xml" in names or kind:
        return none("office", mark("slides, a drawing or an e-book; save the text of its articles as .txt or .docx"))
    return of_excel(item.data)


def _paragraphs(xml: bytes) -> str:
    """The paragraphs of a Word or OpenDocument file."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, huge_tree=True, recover=True))
    made = []
    for paragraph in root.iter("{*}p", "{*}h"):
        if paragraph.tag.endswith("}p") and "wordprocessingml" in paragraph.tag:
            nodes = paragraph.iter("{*}t", "{*}br")
            made.append("".join("\n" if node.tag.endswith("}br") else node.text or "" for node in nodes))
        elif "opendocument" in paragraph.tag:
            made.append("".join(map(str, paragraph.itertext())))
    return "\n".join(made)
