"""Names of fields: which one a line begins with, and which of our columns it is."""

import re
import unicodedata

from framing import data

RULES = data.words("databases")["labelled"]


def key(name: object) -> str:
    """A name of a field for comparison: width, capitals, spaces, hyphens and quotation marks make no difference."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", str(name)).casefold())


FIELD = {key(name): (ours, rank) for ours, names in data.words("databases")["columns"].items() for rank, name in
          enumerate(names)} | {key(name): ("", 0) for name in RULES["other"]}  # fmt: skip
_LABEL = re.compile(
    r"\s{0,8}(?:[【\[［〔<〈■◆●○□*]+\s*([^】\]］〕>〉:：\t]{1,40}?)\s*[】\]］〕>〉]+\s*[:：]?|[■◆●○□]\s?([^\s:：。]{1,20})(?:\s+|$)"
    r"|([^\s:：。]{1,20})(?:[ \u3000]{2,}|\u3000)(?![:：\s])|(本文|記事本文|正文|본문|Текст|Full text)\s*$"
    r"|([^:：\t。]{1,40}?)\s*(?:[:：]|\t))\s*(.*)"
)
"""``【Name】 value``, ``■Name value``, ``Name  value``, the name of the text alone, ``Name: value``."""
_ENGLISH = re.compile("^[a-z]+(?=[一-龥])")
"""The English name before the Chinese one (CNKI): ``Page-版号``."""
_FRAMED = re.compile(r"\s{0,8}[【\[［〔<〈■◆●○□*]")
BETWEEN = re.compile(RULES["between"])
FOOT = re.compile(RULES["foot"])
HEADED = re.compile(RULES["headed"])
CREDIT = re.compile(r"(?:本报|本報|新华社|新華社).{0,6}(?:记者|記者|通讯员)?[^。，]{0,20}")
CITATION = re.compile(r"Citation \(|(?:APA|MLA|Chicago)(?: Style)? Citation|Source Citation")
"""Below it the article is cited (NewsBank, Gale)."""
SENTENCE = re.compile(r"[。！？!?.][”’」』\"']?\s*$")


def columns_beside(names: set[str]) -> dict[str, str]:
    """The names (:func:`key`) whose column depends on those beside them: 版名 is the section where 版次 is the page."""
    rules = data.words("databases")["beside"].items()
    told = {key(name): rule["column"] for name, rule in rules if names & {key(other) for other in rule["with"]}}
    return {name: column for name, column in told.items() if name in names}


def label_of(line: str) -> tuple[str, str, str] | None:
    """The name of a field that a line begins with, our column of it (may be empty), and the rest of the line."""
    if len(line) < 200 and HEADED.fullmatch(line.strip()):
        return "headed", "date", line.strip()
    found = _LABEL.match(line) if len(line) < 100_000 else None
    *names, rest = found.groups() if found else [""]
    name = key(next(filter(None, names), ""))
    name = name if name in FIELD else _ENGLISH.sub("", name)
    return (name, FIELD[name][0], rest.strip()) if name in FIELD else None


def parts_records(line: str) -> bool:
    """Whether a line parts two records, or stands above the first: ``Document 1 of 2``."""
    return len(line) < 200 and bool(BETWEEN.fullmatch(line.strip()))


def labels_of(lines: list[str]) -> list[tuple[str, str, str] | None]:
    """The label of each line, where it is one of this file's: all in brackets or none, and no sentence of a body."""
    found = [label_of(line) for line in lines]
    framed = [bool(_FRAMED.match(line)) for line in lines]
    most = 2 * sum(mark for one, mark in zip(found, framed, strict=True) if one) > sum(one is not None for one in found)
    moved = columns_beside({one[0] for one in found if one})
    return [
        (one[0], moved.get(one[0], one[1]), one[2])
        if one and mark == most and (one[1] == "text" or not line.rstrip().endswith("。"))
        else None
        for one, mark, line in zip(found, framed, lines, strict=True)
    ]


def headline_above(lines: list[str], i: int, *, credits: bool = False) -> int:
    """The first line of the paragraph above a label: the headline, where the first record has one there.

    With ``credits``, that above a paragraph that names the author alone.
    """
    while i and not lines[i - 1].strip():
        i -= 1
    end = i
    while i and lines[i - 1].strip():
        i -= 1
    author = credits and all(
        CREDIT.fullmatch(one.strip()) or (label_of(one) or [""] * 2)[1] == "author" for one in lines[i:end]
    )
    return headline_above(lines, i) if i and author else i
