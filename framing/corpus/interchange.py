"""Formats that programs exchange: feeds (RSS, Atom), reference lists (RIS), saved web archives (MHTML)."""

import bisect
import email
import email.policy
import io
import re

from framing import data
from framing.corpus.bibtex import is_bibtex, of_bibtex
from framing.corpus.encodings import decode
from framing.corpus.objects import loaded
from framing.corpus.tabular import Rows, none
from framing.databases.latin import joined
from framing.databases.markup import is_markup, lines_of_html
from framing.messages import mark
from framing.web import outlets

_FEED = re.compile(r"\ufeff?\s*(?:<\?[^>]*>\s*|<!--.*?-->\s*)*+<(?:rss|feed|rdf:RDF)[\s>]", re.DOTALL | re.IGNORECASE)
_RIS = re.compile(r"\ufeff?\s*(?:\d+\.\s*)?TY {2}- ")
_ENTRY = re.compile(r"<(?:item|entry)[\s>]", re.IGNORECASE)
_MAIL = re.compile(rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?mime-version:", re.IGNORECASE)

_OF_RIS = {
    "article_id": ("AN", "ID"),
    "outlet": ("JF", "JO", "T2", "JA", "BT", "T3", "PB"),
    "date": ("DA", "Y1", "PY"),
    "headline": ("TI", "T1", "CT"),
    "page": ("SP",),
    "page_last": ("EP",),
    "edition": ("ET",),
    "section": ("SE",),
    "author": ("AU", "A1"),
    "url": ("UR", "L2"),
    "language": ("LA",),
}
"""Our column → the tags of RIS that hold it, the first one found."""

_ENDNOTE = re.compile(r"\ufeff?\s*%0 [A-Z][a-z]")
_OF_ENDNOTE = {
    "0": "TY", "T": "TI", "A": "AU", "J": "JF", "B": "T2", "D": "PY", "8": "DA", "P": "SP", "X": "AB", "U": "UR",
    "G": "LA", "M": "AN", "Z": "N1", "&": "SE",
}  # fmt: skip
"""A tag of EndNote → that of RIS."""
_REFWORKS = re.compile(r"\ufeff?\s*RT [A-Z][a-z]")
_OF_REFWORKS = {
    "RT": "TY", "T1": "TI", "A1": "AU", "JF": "JF", "JO": "JF", "YR": "PY", "FD": "DA", "SP": "SP", "OP": "EP",
    "AB": "AB", "LK": "UR", "UL": "UR", "LA": "LA", "AN": "AN", "ID": "AN", "NO": "N1",
}  # fmt: skip
"""A tag of RefWorks → that of RIS."""
_PAPER = data.forms("sections").alone
_WRAPPED = "\ue004"
"""Stands for the line end within a value (a private character: no text has it)."""
_DAY = re.compile(r"(\d{4}(?:/\d{1,2}){0,2})(?:/.*)?", re.DOTALL)
_ABOUT = re.compile("(?:Copyright|Name|Last updated|Date|Document feature) ?-")
"""How ProQuest's notes begin, which are no text of the article."""

SUMMARY = mark("the summary of a feed; it is not known whether that is the whole text")
BROKEN = mark("this entry of the feed is broken")
NO_ENTRY = mark("this feed has no entry")


def is_feed(text: str) -> bool:
    return bool(_FEED.match(text[:20_000]))


def is_ris(text: str) -> bool:
    """References in RIS, in the tags of EndNote or RefWorks, which say the same, or in BibTeX."""
    return any(form.match(text[:2000]) for form in (_RIS, _ENDNOTE, _REFWORKS)) or is_bibtex(text)


def of_feed(text: str) -> Rows:
    """One article per entry of RSS or Atom; its outlet is the source that the entry names, or the feed."""
    import feedparser

    plain = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff")).encode("utf-8", "replace")
    lines = _lines_at(text, [found.start() for found in _ENTRY.finditer(text)])
    try:
        feed = feedparser.parse(io.BytesIO(plain))  # a stream is never taken for an address
    except Exception as error:  # whatever a foreign reader raises on what it does not know is a rejection
        reason = f"this feed cannot be read: {type(error).__name__}: {error}"
        return Rows("feed", rejected=[{"line": line, "reason": reason, "record": ""} for line in lines or [1]])
    if not feed.entries:
        return none("feed", NO_ENTRY, text[:2000])
    records = []
    for i, entry in enumerate(feed.entries):
        whole = " ".join(one.get("value", "") for one in entry.get("content", []))
        body = _plain(whole or entry.get("summary", ""))
        outlet = _paper_of(entry.get("source", {}).get("title") or feed.feed.get("title", ""))
        headline = _plain(entry.get("title", "")).removesuffix(f" - {outlet}")  # as Google News has it
        body = "" if body.split() == f"{headline} {outlet}".split() else body
        records.append(
            {
                "outlet": outlet,
                "date": entry.get("published") or entry.get("updated", ""),
                "headline": headline,
                "text": body,
                "author": entry.get("author", ""),
                "section": ", ".join(tag.get("term") or "" for tag in entry.get("tags", [])),
                "url": entry.get("link", ""),
                "note": "" if whole or not body else SUMMARY,
                "_line": lines[i] if i < len(lines) else 1,
            }
        )
    lost = [{"line": line, "reason": BROKEN, "record": ""} for line in lines[len(records) :]]
    return Rows("feed", records=records, rejected=lost)


def _paper_of(title: str) -> str:
    """The newspaper that the title of a feed names beside a section (``東都新報 - 社会``); else the title."""
    parts = re.split(r"\s+[-–—:|]\s+|\s*[|｜：»]\s*|(?<=\w):\s+", title.strip())
    named = [part for part in parts if outlets.named(part) or _PAPER.fullmatch(part)]
    first, _, rest = title.strip().partition(" ")  # 東都新報 社会
    named = named or [first] * (not first.isascii() and bool(_PAPER.fullmatch(first)) and 0 < len(rest) <= 10)
    return named[0] if len(named) == 1 else title


def is_json_feed(text: str) -> bool:
    return bool(re.match(r"\ufeff?\s*\{", text)) and "jsonfeed.org/version/" in text[:2000].replace("\\/", "/")


def of_json_feed(text: str) -> Rows:
    """One article per item of a JSON Feed; its outlet is the feed."""
    feed = loaded(text)
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or not items:
        return none("feed", NO_ENTRY if isinstance(feed, dict) else BROKEN, text[:2000])
    rows = Rows("feed")
    for i, item in enumerate(items, 1):
        if not isinstance(item, dict):
            rows.rejected.append({"line": i, "reason": BROKEN, "record": str(item)})
            continue
        said = {name: str(item.get(name) or "") for name in ("id", "url", "title", "language", "summary")}
        whole = item.get("content_text") or _plain(str(item.get("content_html") or ""))
        people = [
            one.get("name", "") for one in [*(item.get("authors") or []), item.get("author")] if isinstance(one, dict)
        ]
        rows.records.append(
            {
                "article_id": said["id"], "outlet": _paper_of(str(feed.get("title") or "")), "headline": said["title"],
                "date": str(item.get("date_published") or item.get("date_modified") or ""),
                "text": str(whole or said["summary"]), "author": "; ".join(map(str, people)), "url": said["url"],
                "section": ", ".join(map(str, item.get("tags") or [])), "language": said["language"],
                "note": "" if whole or not said["summary"] else SUMMARY, "_line": i,
            }
        )  # fmt: skip
    return rows


def _lines_at(text: str, places: list[int]) -> list[int]:
    ends = [found.start() for found in re.finditer("\n", text)]
    return [bisect.bisect_left(ends, place) + 1 for place in places]


def _plain(text: str) -> str:
    found = text if not re.search(r"<[a-zA-Z/!]|&[#\w]+;", text) else "\n".join(lines_of_html(f"<div>{text}</div>"))
    return re.sub(r"\n{2,}", "\n", found).strip()


def of_ris(text: str) -> Rows:
    """One article per record of RIS, EndNote, RefWorks or BibTeX, whatever program wrote it."""
    import rispy

    if is_bibtex(text):
        return of_bibtex(text)
    if _ENDNOTE.match(text):
        text = re.sub(r"(?m)^%(.) ", lambda found: f"{_OF_ENDNOTE.get(found[1], 'KW')}  - ", text.lstrip("\ufeff \n"))
    elif _REFWORKS.match(text):
        text = re.sub(
            r"(?m)^([A-Z][A-Z0-9]) ", lambda found: f"{_OF_REFWORKS.get(found[1], 'KW')}  - ", text.lstrip("\ufeff \n")
        )
    starts = [found.start() for found in re.finditer(r"^[^\S\n]*(?:\d+\.\s*)?TY {2}- ", text, re.MULTILINE)]
    tags = {tag: tag for tag in rispy.config.TAG_KEY_MAPPING}
    rows = Rows("ris")
    if not starts:
        rows.rejected.append({"line": 1, "reason": "not a record of RIS: no line begins with TY", "record": text})
    for start, stop, line in zip(starts, [*starts, len(text)][1:], _lines_at(text, starts), strict=True):
        part = text[start:stop].strip()
        tagged = re.sub(r"\n(?![A-Z][A-Z0-9] {2}-)", _WRAPPED, part)  # rispy would join the lines of a value
        closed = tagged if re.search(r"^ER {2}-", tagged, re.MULTILINE) else f"{tagged}\nER  - "
        try:
            said = rispy.loads(closed, mapping=tags, enforce_list_tags=False, skip_unknown_tags=True)[0]
        except (OSError, ValueError, IndexError, KeyError, rispy.parser.ParseError) as error:
            rows.rejected.append({"line": line, "reason": f"not a record of RIS: {error}", "record": part})
            continue
        record = {name: _first(said, of) for name, of in _OF_RIS.items()}
        whole = [joined(_text_of(said, tag)) for tag in ("N2", "AB", "N1") if said.get(tag)]
        record["text"] = max([one for one in whole if not _ABOUT.match(one)], key=len, default="")
        if "PY" in said and record["date"] and not re.search(r"\d{4}", record["date"]):  # %8 March 12, %D 2021
            record["date"] += f" {_first(said, ('PY',))}"
        day = _DAY.fullmatch(record["date"])  # YYYY/MM/DD/other, where each part may be missing
        record["date"] = day[1] if day else record["date"]
        rows.records.append(record | {"_line": line})
    return rows


def _text_of(said: dict, tag: str) -> list[str]:
    values = [said[tag]] if isinstance(said[tag], str) else said[tag]
    return [line for value in values for line in value.split(_WRAPPED)]


def _first(said: dict, tags: tuple[str, ...]) -> str:
    tag = next((tag for tag in tags if said.get(tag)), "")
    several = "; " if tag in ("AU", "A1", "LA") else " "
    values = [] if not tag else [said[tag]] if isinstance(said[tag], str) else said[tag]
    return several.join(
        " ".join(value.replace(_WRAPPED, " ").split()).rstrip(";")
        for value in values[: 1 if tag in ("UR", "L2") else None]
    )


def is_mail(data: bytes) -> bool:
    """A web archive (MHTML) or an e-mail: lines of a header, one of which says ``MIME-Version``."""
    return bool(_MAIL.match(data[:8000].lstrip(b"\xef\xbb\xbf\r\n ")))


def page_of_mail(data: bytes) -> tuple[str, str, str] | None:
    """The page of a web archive, its encoding and its address; None where the message holds no page."""
    message = email.message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n "), policy=email.policy.default)
    page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    payload = None if page is None else page.get_payload(decode=True)
    if page is None or not isinstance(payload, bytes):
        return None
    charset = page.get_content_charset()
    named = f'<meta charset="{charset}">'.encode() if charset else b""
    text, encoding = decode(named + payload)
    text = text.removeprefix(named.decode())
    address = message.get("Snapshot-Content-Location") or page.get("Content-Location") or ""
    return (text, encoding, str(address)) if is_markup(text) or text.strip() else None
