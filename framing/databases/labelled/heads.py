"""Articles around a line that names newspaper, day and page: 人民日报, 慧科, NewsBank, 로동신문."""

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile

from framing.databases.labelled.labels import CREDIT, FOOT, HEADED, RULES, SENTENCE, headline_above, label_of
from framing.databases.latin import sorted_out
from framing.messages import Message, mark

_CITED = re.compile(RULES["cited"])
_PIPED = re.compile(RULES["piped"])
_PRINTED = [re.compile(form) for form in RULES["printed"]]
_ENTRY = re.compile(r"^\d{1,4}[.．、]\s*|\s*[\[［]\d+\s?字[\]］]$")
"""Number and length of an entry, around its headline."""
_STYLE = re.compile(r"Citation \(|(?:APA|MLA|Chicago)(?: Style)? Citation")
"""Below it the article is cited (NewsBank)."""
_UNCITED = mark("this part names no newspaper, day and page below it")


def detect(lines: list[str]) -> bool:
    """Whether a line of a file names newspaper, day and page."""
    return any(_CITED.fullmatch(line.strip()) for line in lines if len(line) < 200) or bool(_heads(lines))


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
        (i - 1, i, one.groupdict() | {"outlet": short[i - 1]})
        for i, line in enumerate(short)
        if i and (one := _PIPED.fullmatch(line)) and 2 <= len(short[i - 1]) <= 20
    ]
    if found and any(one and one[1] in ("headline", "text") for one in map(label_of, lines)):
        return []
    return [
        (a, b, {name: value.strip() for name, value in said.items() if value})
        for a, b, said in sorted(found, key=lambda one: one[0])
    ]


def _read_as(form: re.Pattern[str], lines: list[str]) -> list[tuple[int, int, dict]]:
    short = ((i, line.strip()) for i, line in enumerate(lines) if len(line) < 200)
    return [(i, i, one.groupdict()) for i, line in short if (one := form.fullmatch(line))]


def _below(lines: list[str], heads: list[tuple[int, int, dict]]) -> Iterator[tuple[int, list[str], dict | Message]]:
    """The article of each head: its headline stands above the head, or below where that is no sentence."""
    first_below = [next(filter(_is_text, lines[last + 1 :]), "").strip() for _, last, _ in heads]
    above = 2 * sum(bool(SENTENCE.search(line)) or len(line) > 60 for line in first_below) > len(heads)
    starts = [headline_above(lines, first, credits=True) if above else first for first, *_ in heads]
    if len("".join(over := lines[: starts[0]])) > 120:
        yield 0, over, _UNCITED
    for (first, last, said), (start, stop) in zip(heads, pairwise([*starts, len(lines)]), strict=True):
        ids = [found[2] for line in lines[last:stop] if (found := label_of(line)) and found[1] == "article_id"]
        rest = [line.strip() for line in lines[last + 1 : stop]]
        for line in takewhile(lambda line: not _is_text(line), rest):  # Author: Jane Roe | Section: Local
            said |= {
                one[1]: one[2]
                for one in map(label_of, line.split("|"))
                if one and one[1] in ("author", "page", "section")
            }
        body = [line for line in takewhile(lambda line: not _STYLE.match(line), rest) if _is_text(line)]
        over = [line.strip() for line in lines[start:first] if not FOOT.fullmatch(line.strip())]
        credits = [line for line in over[1:] if CREDIT.fullmatch(line)]
        said |= {"author": credits[-1]} if credits else {}
        said |= {found[1]: found[2] for line in over if (found := label_of(line)) and found[1] == "author"}
        named = [line for line in over if not label_of(line) and line not in credits]
        headline = " ".join(named) if above else next(iter(body), "")
        record = {"headline": _ENTRY.sub("", headline).strip(), "text": "\n".join(body if above else body[1:])}
        yield start, lines[start:stop], said | record | ({"article_id": ids[-1]} if ids else {})


def _is_text(line: str) -> bool:
    return bool(re.search(r"\w", line)) and not FOOT.fullmatch(line.strip()) and not label_of(line)
