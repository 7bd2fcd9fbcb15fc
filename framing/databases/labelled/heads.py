"""Articles around a line that names newspaper, day and page: 人民日报, 慧科, NewsBank, 로동신문."""

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile

from framing.databases.labelled.labels import (
    BETWEEN,
    CITATION,
    CREDIT,
    FOOT,
    HEADED,
    RULES,
    SENTENCE,
    headline_above,
    label_of,
)
from framing.databases.latin import sorted_out
from framing.messages import Message, mark

_CITED = re.compile(RULES["cited"])
_PUBLISHED = re.compile(RULES["published"])
_MEDIUM = re.compile(RULES["medium"])
_SIDE = re.compile(r"(?i)\b(?:sid[ae]n?|s\.)\s*(\d{1,3})\b")
_PRINTED, _UNDER = ([re.compile(form) for form in RULES[name]] for name in ("printed", "under"))
_PERSON = re.compile(r"(?:[A-ZÀ-Ý][\w.’'-]*\s){1,3}[A-ZÀ-Ý][\w’'-]*")
_ENTRY = re.compile(r"^\d{1,4}[.．、]\s*|\s*[\[［]\d+\s?字[\]］]$")
"""Number and length of an entry, around its headline."""
_NAME = 60
"""Bytes of the line of a newspaper above one of page and day: twenty letters of Chinese."""
_UNCITED = mark("this part names no newspaper, day and page below it")


def detect(lines: list[str]) -> bool:
    """Whether a line of a file names newspaper, day and page."""
    return any(_CITED.fullmatch(line.strip()) for line in lines if len(line) < 200) or bool(_heads(lines))


def opens(lines: list[str]) -> bool:
    """Whether one of the first lines names newspaper and day: further down it may be a page's own byline."""
    found = _heads(lines)
    return bool(found) and found[0][0] < 3


def parse(lines: list[str]) -> tuple[list[dict], list[dict]] | None:
    """Records and rejections of one file; None where no line names newspaper, day and page."""
    cited = _read_as(_CITED, lines)
    heads = cited or _heads(lines)
    if not heads:
        return None
    if not _close(lines, heads, cited=bool(cited)):
        return sorted_out(_below(lines, heads))
    ends = [-1, *(last for _, last, _ in heads)]
    read = [
        (a + 1, lines[a + 1 : last + 1], _above(lines[a + 1 : first], said))
        for a, (first, last, said) in zip(ends, heads, strict=False)
    ]
    rest = (ends[-1] + 1, lines[ends[-1] + 1 :], _UNCITED)
    return sorted_out([*read, rest] if any(line.strip() for line in rest[1]) else read)


def _close(lines: list[str], heads: list[tuple[int, int, dict]], *, cited: bool) -> bool:
    """Whether newspaper and day stand below their articles: as 《人民日报》（…） does unless text is below alone."""
    told = [
        any(SENTENCE.search(line) for line in part if not FOOT.fullmatch(line.strip()))
        for part in (lines[: heads[0][0]], lines[heads[-1][1] + 1 :])
    ]
    return told != [False, True] if cited else told == [True, False]


def _above(lines: list[str], said: dict) -> dict:
    """The article above a line that names its newspaper, day and page: 《人民日报》（2021年03月12日 第 01 版）."""
    filled = [line.strip() for line in lines if line.strip()] or [""]
    author = filled[1] if len(filled) > 2 and CREDIT.fullmatch(filled[1]) else ""
    named = {name: value.strip() for name, value in said.items() if value}
    text = "\n".join(filled[2 if author else 1 :])
    return named | {"headline": filled[0], "text": text} | ({"author": author} if author else {})


def _heads(lines: list[str]) -> list[tuple[int, int, dict]]:
    """First and last line of each head that names newspaper, page and day: in brackets, or as 慧科 does over two lines.

    None where the file has labels of headlines or texts, among which such a line is one more.
    """
    short = [line.strip() if len(line) < 200 else "" for line in lines]
    found = _read_as(HEADED, lines)
    printed = sorted((one for form in _PRINTED for one in _read_as(form, lines)), key=lambda one: one[0])
    over, under = (lines[: printed[0][0]], lines[printed[-1][1] + 1 :]) if printed else ([], [])
    if not (
        any(map(SENTENCE.search, over)) and any(map(str.strip, under))
    ):  # a newspaper's name within a text is no head
        found += printed
    found += [
        (i - 1, i, said | {"outlet": short[i - 1]})
        for form in _UNDER
        for i, _, said in _read_as(form, short)
        if i and 2 <= len(short[i - 1].encode()) <= _NAME
    ]
    found += _published(short)
    if found and any(one and one[1] in ("headline", "text") for one in map(label_of, lines)):
        return []
    return [
        (a, b, {name: value.strip() for name, value in said.items() if value})
        for a, b, said in sorted(found, key=lambda one: one[0])
    ]


def _published(short: list[str]) -> Iterator[tuple[int, int, dict]]:
    """Headline, newspaper and day, then page and medium, each on its line (Retriever)."""
    for i, _, said in _read_as(_PUBLISHED, short):
        last = next((j for j in range(i + 1, min(i + 5, len(short))) if _MEDIUM.match(short[j])), None)
        first = next((j for j in range(i - 1, max(i - 4, -1), -1) if re.search(r"\w", short[j])), None)
        if last is not None and first is not None:
            page = _SIDE.search(" ".join(short[i + 1 : last + 1]))
            yield first, last, said | {"headline": short[first], "page": page[1] if page else ""}


def _read_as(form: re.Pattern[str], lines: list[str]) -> list[tuple[int, int, dict]]:
    short = ((i, line.strip()) for i, line in enumerate(lines) if len(line) < 200)
    return [(i, i, one.groupdict()) for i, line in short if (one := form.fullmatch(line))]


def _below(lines: list[str], heads: list[tuple[int, int, dict]]) -> Iterator[tuple[int, list[str], dict | Message]]:
    """The article of each head: its headline stands above the head, or below where that is no sentence."""
    first_below = [next(filter(_is_text, lines[last + 1 :]), "").strip() for _, last, _ in heads]
    above = 2 * sum(bool(SENTENCE.search(line)) or len(line) > 60 for line in first_below) > len(heads)
    starts = [
        headline_above(lines, first, credits=True) if above and "headline" not in said else first
        for first, _, said in heads
    ]
    over = [line for line in lines[: starts[0]] if line[:1] != ">"]  # which is a line of contents (Retriever)
    if len("".join(over)) > 120:
        yield 0, lines[: starts[0]], _UNCITED
    for (first, last, said), (start, stop) in zip(heads, pairwise([*starts, len(lines)]), strict=True):
        ids = [found[2] for line in lines[last:stop] if (found := label_of(line)) and found[1] == "article_id"]
        rest = [line.strip() for line in lines[last + 1 : stop]]
        for line in takewhile(lambda line: not _is_text(line), rest):  # Author: Jane Roe | Section: Local
            said |= {
                one[1]: one[2]
                for one in map(label_of, line.split("|"))
                if one and one[1] in ("author", "page", "section")
            }
        body = [line for line in takewhile(lambda line: not CITATION.match(line), rest) if _is_text(line)]
        over = [line.strip() for line in lines[start:first] if not FOOT.fullmatch(line.strip())]
        credits = [line for line in over[1:] if CREDIT.fullmatch(line)]
        said |= {"author": credits[-1]} if credits else {}
        said |= {found[1]: found[2] for line in over if (found := label_of(line)) and found[1] == "author"}
        named = [line for line in over if not label_of(line) and line not in credits]
        if not above and "headline" not in said:
            said["headline"], *body = body or [""]
            if len(body) > 1 and _PERSON.fullmatch(body[0]) and SENTENCE.search(body[1]):
                said["author"], *body = body
        record = {"headline": _ENTRY.sub("", " ".join(named)).strip(), "text": "\n".join(body)}
        yield start, lines[start:stop], record | said | ({"article_id": ids[-1]} if ids else {})


def _is_text(line: str) -> bool:
    bare = line.strip()
    counted = any(map(str.isalpha, bare)) and BETWEEN.fullmatch(bare)  # Document 2 de 2
    return bool(re.search(r"\w", bare)) and not counted and not FOOT.fullmatch(bare) and not label_of(line)
