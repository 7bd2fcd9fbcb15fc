"""References in BibTeX and BibLaTeX (ProQuest, Zotero, JabRef) as one article each."""

import re
import unicodedata

from framing.corpus.tabular import Rows
from framing.databases.latin import joined
from framing.messages import mark

_BEGINS = re.compile(r"\ufeff?\s*(?:%[^\n]*\n\s*)*@(?:(?i:comment|string|preamble)\b|\w+\s*[{(]\s*[^\s,{}]*\s*,)")
_ENTRY = re.compile(r"(?m)^[^\S\n]*@(\w+)\s*[{(]")
_FIELD = re.compile(r"\s*,?\s*([\w:+.-]+)\s*=\s*")
_KEY = re.compile(r'\A[^,={}"]*,')
_MORE, _END, _SIGN = re.compile(r"\s*#\s*"), re.compile(r"\s*,?\s*[})]"), re.compile(r'\\[{}"]|[{}"]')
_PIECE = re.compile(r'\{|"|[^\s,#{}"]+')
_OURS = {
    "outlet": ("journaltitle", "journal", "newspaper", "publication", "booktitle", "maintitle"),
    "date": ("date",), "headline": ("title",), "text": ("fulltext", "abstract", "annotation", "annote"),
    "page": ("pages",), "author": ("author",), "language": ("langid", "language"),
    "section": ("chapter", "section"), "edition": ("edition",),
}  # fmt: skip
"""Our column → the fields that hold it, the first one found."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
            "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a"}  # fmt: skip
_ACCENTED = re.compile(r"""\{?\\(?:(['`^"~=.])|([cvuHkr])(?![a-zA-Z]))\s*(?:\{\\?([a-zA-Z])\}|\\?([a-zA-Z]))\}?""")
_LETTERS = {"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "l": "ł",
            "L": "Ł", "i": "ı", "textendash": "–", "textemdash": "—", "ldots": "…", "dots": "…",
            "textquoteright": "’", "textquoteleft": "‘", "textquotedblleft": "“", "textquotedblright": "”"}  # fmt: skip
_LETTER = re.compile(r"\\(" + "|".join(_LETTERS) + r")(?![a-zA-Z])(?:\{\}|\s+)?")
_STYLED = re.compile(r"\\(?:emph|text(?:it|bf|rm|sc|tt|normal)|enquote|mkbibquote|url)(?=\{)")
UNCLOSED = mark("an entry of BibTeX that is not closed, or holds something that is no field")


def is_bibtex(text: str) -> bool:
    return bool(_BEGINS.match(text[:20_000]))


def of_bibtex(text: str) -> Rows:
    """One article per entry; comments and preambles are none."""
    rows, words = Rows("ris"), {name: str(n) for n, name in enumerate(_MONTHS, 1)}
    starts = list(_ENTRY.finditer(text))
    ends = [found.start() for found in starts[1:]] + [len(text)]
    line, counted = 1, 0
    for found, end in zip(starts, ends, strict=True):
        kind, part = found[1].lower(), text[found.end() : end]
        if kind in ("comment", "preamble"):
            continue
        line, counted = line + text.count("\n", counted, found.start()), found.start()
        fields = _fields(part if kind == "string" else _KEY.sub("", part), words)
        if fields is None:
            rows.rejected.append({"line": line, "reason": UNCLOSED, "record": text[found.start() : end].strip()})
        elif kind == "string":
            words |= fields
        else:
            rows.records.append(_record(fields) | {"_line": line})
    return rows


def _fields(part: str, words: dict[str, str]) -> dict[str, str] | None:
    """The fields of an entry by their names in lower case; None where it does not end as an entry does."""
    said, at = {}, 0
    while found := _FIELD.match(part, at):
        pieces, at = [], found.end()
        while piece := _PIECE.match(part, at):
            end = _closed(part, at) if piece[0] in '{"' else piece.end()
            if end is None:
                return None
            pieces.append(part[at + 1 : end - 1] if piece[0] in '{"' else words.get(piece[0].lower(), piece[0]))
            more = _MORE.match(part, end)
            at = more.end() if more else end
            if not more:
                break
        said.setdefault(found[1].lower(), "".join(pieces))
    return said if _END.match(part, at) else None


def _closed(part: str, at: int) -> int | None:
    """Behind the brace or quotation mark that closes the one at a place."""
    depth = 0
    for found in _SIGN.finditer(part, at):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0 and found[0] == ("}" if part[at] == "{" else '"') and found.start() > at:
            return found.end()
    return None


def _record(fields: dict[str, str]) -> dict:
    said = {name: _plain(next(filter(None, map(fields.get, of)), "")) for name, of in _OURS.items()}
    if not said["date"]:
        month, year, day = (_plain(fields.get(name, "")) for name in ("month", "year", "day"))
        numbers = [year, month, day] if month.isdigit() else []  # 2017-5-4; May 04 2017
        said["date"] = "-".join(filter(None, numbers)) if numbers else " ".join(filter(None, (month, day, year)))
    if fields.get("subtitle"):
        said["headline"] += f": {_plain(fields['subtitle'])}"
    said["url"] = re.sub(r"[\\{}\s]", "", fields.get("url", ""))
    said["author"] = "; ".join(re.split(r"\s+and\s+", said["author"]))
    return {name: " ".join(value.split()) for name, value in said.items()} | {"text": joined(said["text"].split("\n"))}


def _plain(value: str) -> str:
    """A value without the commands and braces of TeX."""
    value = _ACCENTED.sub(lambda f: (f[3] or f[4]) + _ACCENTS[f[1] or f[2]], value)
    value = _LETTER.sub(lambda f: _LETTERS[f[1]], _STYLED.sub("", value))
    value = re.sub(r"(?<!\\)[{}]", "", value)
    for printed, meant in (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("~", " ")):
        value = value.replace(printed, meant)
    return unicodedata.normalize("NFC", re.sub(r"\\([&%$_#{}])", r"\1", value)).strip()
