"""Records of fields that are named one a line, or above their values: where each begins, and what it says."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from framing import data
from framing.databases.fields import read_fields
from framing.databases.labelled.labels import (
    BETWEEN,
    CITATION,
    FIELD,
    FOOT,
    HEADED,
    RULES,
    SENTENCE,
    headline_above,
    key,
    label_of,
    labels_of,
)
from framing.databases.latin import joined, language_of, sorted_out
from framing.messages import mark

_APART = re.compile(RULES["apart"])
_INFO = re.compile(RULES["publication_info"])
_GIVEN = [re.compile(form) for form in RULES["given"]]
_SEVERAL = {"publicationinfo": [_INFO], "headed": [HEADED]} | dict.fromkeys(map(key, RULES["sources"]), _GIVEN)
"""Fields that hold several."""
_UNNAMED = mark("this part of a file of labelled records names no field")
_BELOW = mark("lines below a field, which no label names, are left out")
_SHORT = {"date", "edition", "length", "outlet", "page", "section", "url"}
"""Fields of a line, below which an indented line or a sentence of Japanese is the text."""
_NAMED, _PAPER = re.compile(r"\[([^\[\]]{2,20})\]\s*(\S.*)"), data.forms("sections").alone
"""A newspaper in brackets before a headline: [동도일보] 배가 다시 다닌다."""
_LEAST = 3
"""Different fields that a record of a labelled file has."""


def detect(lines: list[str]) -> bool:
    """Whether a file is of labelled records: its first line is a label, or one label opens several records."""
    labels = [(i, found) for i, found in enumerate(labels_of(lines[:20_000])) if found]
    fields = {field for _, (_, field, _) in labels if field}
    given = [told for _, (name, _, rest) in labels if (told := _told(name, rest)) and "outlet" in told]
    fields |= {"outlet", "date"} if given else set()
    if len(fields) < _LEAST or not {"date", "outlet"} & fields:
        return False
    filled = [i for i, line in enumerate(lines[:200]) if line.strip() and not BETWEEN.fullmatch(line.strip())]
    again = Counter(field for _, (_, field, _) in labels if field)
    close = sum(b - a <= 2 for (a, _), (b, _) in zip(labels, labels[1:], strict=False))
    opened = labels[0][0] in filled[:2] or any(BETWEEN.fullmatch(line.strip()) for line in lines[: labels[0][0]])
    if not (given or {"headline", "text"} & fields or labels[0][0] in filled[1:2] and close > 1):  # a headline above
        return False
    return opened and (close >= 1 or len(fields) > _LEAST) or sum(n > 1 for n in again.values()) >= _LEAST


def opens(lines: list[str]) -> bool:
    """Whether labels of these lines name newspaper, day and a third field."""
    labels = [found for found in labels_of(lines) if found]
    given = any("outlet" in _told(name, rest) for name, _, rest in labels)
    fields = {field for _, field, _ in labels if field} | ({"outlet", "date"} if given else set())
    return len(fields) >= _LEAST and fields >= {"outlet", "date"}


def parse(lines: list[str]) -> tuple[list[dict], list[dict]]:
    """Records and rejections of one file."""
    labels = labels_of(lines)
    parts = list(_records(lines, labels))
    often = Counter(name for part in parts for name in {found[0] for found in labels[part] if found})
    known = {name for name, n in often.items() if 3 * n >= len(parts)}  # a name within one text is none of the file's
    read = [(part.start, lines[part], _record(lines[part], labels[part], known)) for part in parts]
    return sorted_out(read + [(part.start, lines[part], _UNNAMED) for part in _unlabelled(lines, labels)])


def _told(name: str, rest: str) -> dict:
    """What a field that holds several holds."""
    found = next(filter(None, (form.match(rest) for form in _SEVERAL.get(name, []))), None)
    return found.groupdict() if found else {}


def _parts(lines: list[str]) -> list[tuple[int, int]]:
    """Begin and end of what stands between two lines that part records."""
    cuts = [i for i, line in enumerate(lines) if BETWEEN.fullmatch(line.strip()) and not _waits(lines[i - 1 : i])]
    return list(zip([0, *(i + 1 for i in cuts)], [*cuts, len(lines)], strict=True))


def _waits(above: list[str]) -> bool:
    """Whether the line above names a field, whose value is a number then: 26 below ■ページ."""
    found = label_of(above[0]) if above else None
    return bool(found and found[1] and not found[2])


def _unlabelled(lines: list[str], labels: list) -> Iterator[slice]:
    """The parts that name no field, but for notices and a title of a line or two."""
    for begin, end in _parts(lines):
        filled = [line for line in lines[begin:end] if line.strip() and not FOOT.fullmatch(line.strip())]
        if filled and _APART.match(filled[0].strip()):
            continue
        if not any(labels[begin:end]) and len("".join(filled)) > 120:
            yield slice(begin, end)


def _records(lines: list[str], labels: list) -> Iterator[slice]:
    """Where every record stands."""
    for begin, end in _parts(lines):
        starts = _starts(lines, begin, [(i, *labels[i][:2]) for i in range(begin, end) if labels[i]])
        yield from (slice(start, stop) for start, stop in pairwise([*starts, end]))


def _starts(lines: list[str], begin: int, labels: list[tuple[int, str, str]]) -> list[int]:
    """Where records begin: where the first label comes again, or another that has one close below."""
    if not labels:
        return []
    unnamed = all(field != "headline" for *_, field in labels)
    headed = unnamed and any(line.strip() for line in lines[begin : labels[0][0]])
    starts, seen = [begin], {labels[0][1]}
    for (i, name, _), (below, *_) in zip(labels[1:], [*labels[2:], (len(lines), "", "")], strict=False):
        if name in seen and below - i <= (4 if name == labels[0][1] else 2):
            starts.append(headline_above(lines, i) if headed else i)
            seen = set()
        seen.add(name)
    return starts


def _record(part: list[str], labels: list, known: set[str]) -> dict:
    said: dict[str, list[str]] = {}
    rank: dict[str, int] = {}
    told: dict[str, str] = {}  # by a field that holds several
    texts: list[list[str]] = [[]]
    above: list[str] = []
    rest_of: list[str] = []
    now, seen = "", set[str]()
    for line, found in zip(part, labels, strict=True):
        again = now == "text" and found and found[1] in said  # 見出し in the text of a file whose headlines are 标题
        if found and found[0] in known - seen and not again:
            name, now, rest = found
            seen.add(name)
            several = _told(name, rest)
            told |= several
            now = "" if name == "headed" or several or (now != "text" and not rest and "\t" in line) else now
            if now == "text":
                texts.append([rest])
            elif now in said and rank.get(now, 0) <= FIELD[name][1]:
                now = ""
            elif now:
                said[now], rank[now] = [rest], FIELD[name][1]
        elif not seen:
            above.append(line.strip())
        elif now == "cited" or CITATION.match(line.strip()):
            now = "cited"
        elif FOOT.fullmatch(line.strip()):
            now = now if now == "text" else ""
        elif now == "text":
            texts[-1].append(line.rstrip())
        elif not line.strip() and any(said.get(now, ["-"])):
            now = ""  # a blank line ends every field but the text
        elif now in _SHORT and any(said[now]) and (line[:1] == "\u3000" or line.rstrip()[-1:] == "。"):
            now = ""
            rest_of.append(line.rstrip())
        elif now and (now == "headline" or len(line) <= 60 or not line.rstrip().endswith((".", "。"))):
            said[now].append(line.rstrip())
        else:
            rest_of.append(line.rstrip())
    return _fields(said, told, [*texts, rest_of], [line for line in above if line])


def _fields(said: dict[str, list[str]], told: dict[str, str], texts: list[list[str]], above: list[str]) -> dict:
    one = {name: value for name, value in told.items() if value}
    one |= {name: value for name, lines in said.items() if (value := " ".join(" ".join(lines).split()))}
    labelled, rest = texts[:-1], texts[-1]
    one["text"] = max(map(joined, labelled), key=len) or joined(rest)  # the full text, not its abstract
    if one["text"] and len("".join(rest)) > 100 and labelled != [[]]:
        one["note"] = _BELOW
    one["headline"] = one.get("headline") or " ".join(above)
    if not one["headline"] and labelled == [[]] and len(rest) > 1 and not SENTENCE.search(rest[0]):
        one |= {"headline": rest[0].strip(), "text": joined(rest[1:])}
    first, _, below = one["text"].partition("\n")
    if below and first.strip() == one["headline"]:  # GENIOS has it above its labels and below them
        one["text"] = below
    if not one.get("outlet") and (named := _NAMED.fullmatch(one["headline"])) and _PAPER.fullmatch(named[1]):
        one |= {"outlet": named[1], "headline": named[2]}
    for name in ("page", "section"):  # 掲載面：東都新報朝刊 県内版 16面
        read = read_fields(one.get(name, "").split())
        if "page" in read and read.keys() & {"outlet", "edition"}:
            left = [word for _, word in read.pop("_left", [])]
            one.pop(name)
            one = {**({"section": " ".join(left)} if left else {}), **read, **one, "page": str(read["page"])}
    for name in ("outlet", "section"):
        read = read_fields(one.get(name, "").split())
        if read.keys() - {"region"} == {"edition"}:  # ソース：朝刊
            one = {**read, **one, name: ""}
    if not any(sign.isnumeric() for sign in one.get("page", "1")):  # 掲載面：社会面
        one.setdefault("section", one.pop("page"))
    if one.get("language"):
        one["language"] = language_of(one["language"])
    return one
