"""Records whose lines begin with the name of a field, whatever database wrote them: ProQuest, ELNET, Integrum, CNKI …

A label is a name of :data:`framing.corpus.ALIASES` (``Title:``, ``【标题】``, ``Источник:``) or one of ``labelled`` in
``framing/data/databases.yaml``. A record ends where a line parts it from the next, or its first label comes again.
What stands above the first label is the headline; what stands below the last without a label of its own is the text.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise, takewhile

from framing import data
from framing.databases.fields import read_fields
from framing.databases.latin import joined, language_of, sorted_out
from framing.messages import Message, mark

_RULES = data.words("databases")["labelled"]


def key(name: object) -> str:
    """A name of a field for comparison: width, capitals, spaces, hyphens and quotation marks make no difference."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", str(name)).casefold())


_FIELD = {key(name): (ours, rank) for ours, names in data.words("databases")["columns"].items() for rank, name in
          enumerate(names)} | {key(name): ("", 0) for name in _RULES["other"]}  # fmt: skip
_LABEL = re.compile(
    r"\s{0,8}(?:[【\[［〔<〈■◆●○□*]+\s*([^】\]］〕>〉:：\t]{1,40}?)\s*[】\]］〕>〉]+\s*[:：]?|[■◆●○□]\s?([^\s:：。]{1,20})(?:\s+|$)"
    r"|([^\s:：。]{1,20})(?:[ \u3000]{2,}|\u3000)(?![:：\s])|(本文|記事本文|正文|본문|Текст|Full text)\s*$"
    r"|([^:：\t。]{1,40}?)\s*(?:[:：]|\t))\s*(.*)"
)
"""``【Name】 value``, ``■Name value``, ``Name  value``, the name of the text alone, ``Name: value``."""
_ENGLISH = re.compile("^[a-z]+(?=[一-龥])")
"""The English name before the Chinese one (CNKI): ``Page-版号``."""
_FRAMED = re.compile(r"\s{0,8}[【\[［〔<〈■◆●○□*]")
_BETWEEN, _FOOT, _APART, _CITED, _HEADED, _PIPED, _INFO, _GIVEN = (
    re.compile(_RULES[name])
    for name in ("between", "foot", "apart", "cited", "headed", "piped", "publication_info", "given")
)
_ENTRY = re.compile(r"^\d{1,4}[.．、]\s*|\s*[\[［]\d+\s?字[\]］]$")
"""Number and length of an entry, around its headline."""
_SEVERAL = {"publicationinfo": _INFO, "headed": _HEADED, "quelle": _GIVEN}
"""Fields that hold several."""
_PRINTED = [re.compile(form) for form in _RULES["printed"]]
_CREDIT = re.compile(r"(?:本报|本報|新华社|新華社).{0,6}(?:记者|記者|通讯员)?[^。，]{0,20}")
_SENTENCE = re.compile(r"[。！？!?.][”’」』\"']?\s*$")
_STYLE = re.compile(r"Citation \(|(?:APA|MLA|Chicago)(?: Style)? Citation")
"""Below it the article is cited (NewsBank)."""
_UNCITED = mark("this part names no newspaper, day and page below it")
_UNNAMED = mark("this part of a file of labelled records names no field")
_BELOW = mark("lines below a field, which no label names, are left out")
_LEAST = 3
"""Different fields that a record of a labelled file has."""


def columns_beside(names: set[str]) -> dict[str, str]:
    """The names (:func:`key`) whose column depends on those beside them: 版名 is the section where 版次 is the page."""
    rules = data.words("databases")["beside"].items()
    told = {key(name): rule["column"] for name, rule in rules if names & {key(other) for other in rule["with"]}}
    return {name: column for name, column in told.items() if name in names}


def label_of(line: str) -> tuple[str, str, str] | None:
    """The name of a field that a line begins with, our column of it (may be empty), and the rest of the line."""
    if len(line) < 200 and _HEADED.fullmatch(line.strip()):
        return "headed", "date", line.strip()
    found = _LABEL.match(line) if len(line) < 100_000 else None
    *names, rest = found.groups() if found else [""]
    name = key(next(filter(None, names), ""))
    name = name if name in _FIELD else _ENGLISH.sub("", name)
    return (name, _FIELD[name][0], rest.strip()) if name in _FIELD else None


def parts_records(line: str) -> bool:
    """Whether a line parts two records, or stands above the first: ``Document 1 of 2``."""
    return len(line) < 200 and bool(_BETWEEN.fullmatch(line.strip()))


def _labels(lines: list[str]) -> list[tuple[str, str, str] | None]:
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


def detect(text: str) -> bool:
    """Whether a file is of labelled records: its first line is a label, or one label opens several records."""
    lines = text.split("\n")
    if any(_CITED.fullmatch(line.strip()) for line in lines if len(line) < 200) or _heads(lines):
        return True
    labels = [(i, found) for i, found in enumerate(_labels(lines[:20_000])) if found]
    fields = {field for _, (_, field, _) in labels if field}
    given = any(name == "quelle" and _GIVEN.match(rest) for _, (name, _, rest) in labels)
    if len(fields) < _LEAST or not (given or {"headline", "text"} & fields and {"date", "outlet"} & fields):
        return False
    filled = [i for i, line in enumerate(lines[:200]) if line.strip() and not _BETWEEN.fullmatch(line.strip())]
    again = Counter(field for _, (_, field, _) in labels if field)
    close = sum(b - a <= 2 for (a, _), (b, _) in zip(labels, labels[1:], strict=False))
    opened = labels[0][0] in filled[:2] or any(_BETWEEN.fullmatch(line.strip()) for line in lines[: labels[0][0]])
    return opened and (close >= 1 or len(fields) > _LEAST) or sum(n > 1 for n in again.values()) >= _LEAST


def parse(lines: list[str]) -> tuple[list[dict], list[dict]]:
    """Records and rejections of one file."""
    cited = _read_as(_CITED, lines)
    heads = cited or _heads(lines)
    if heads and _close(lines, heads, cited=bool(cited)):
        ends = [-1, *(last for _, last, _ in heads)]
        read = [
            (a + 1, lines[a + 1 : last + 1], _above(lines[a + 1 : first], said))
            for a, (first, last, said) in zip(ends, heads, strict=False)
        ]
        rest = (ends[-1] + 1, lines[ends[-1] + 1 :], _UNCITED)
        return sorted_out([*read, rest] if any(line.strip() for line in rest[1]) else read)
    if heads:
        return sorted_out(_below(lines, heads))
    labels = _labels(lines)
    parts = list(_records(lines, labels))
    often = Counter(name for part in parts for name in {found[0] for found in labels[part] if found})
    known = {name for name, n in often.items() if 3 * n >= len(parts)}  # a name within one text is none of the file's
    read = [(part.start, lines[part], _record(lines[part], labels[part], known)) for part in parts]
    return sorted_out(read + [(part.start, lines[part], _UNNAMED) for part in _unlabelled(lines, labels)])


def _close(lines: list[str], heads: list[tuple[int, int, dict]], *, cited: bool) -> bool:
    """Whether newspaper and day stand below their articles: as 《人民日报》（…） does unless text is below alone."""
    told = [
        any(_SENTENCE.search(line) for line in part if not _FOOT.fullmatch(line.strip()))
        for part in (lines[: heads[0][0]], lines[heads[-1][1] + 1 :])
    ]
    return told != [False, True] if cited else told == [True, False]


def _above(lines: list[str], said: dict) -> dict:
    """The article above a line that names its newspaper, day and page: 《人民日报》（2021年03月12日 第 01 版）."""
    filled = [line.strip() for line in lines if line.strip()] or [""]
    author = filled[1] if len(filled) > 2 and _CREDIT.fullmatch(filled[1]) else ""
    named = {name: value.strip() for name, value in said.items() if value}
    text = "\n".join(filled[2 if author else 1 :])
    return named | {"headline": filled[0], "text": text} | ({"author": author} if author else {})


def _heads(lines: list[str]) -> list[tuple[int, int, dict]]:
    """First and last line of each head that names newspaper, page and day: in brackets, or as 慧科 does over two lines.

    None where the file has labels of headlines or texts, among which such a line is one more.
    """
    short = [line.strip() if len(line) < 200 else "" for line in lines]
    found = _read_as(_HEADED, lines)
    printed = sorted((one for form in _PRINTED for one in _read_as(form, lines)), key=lambda one: one[0])
    over, under = (lines[: printed[0][0]], lines[printed[-1][1] + 1 :]) if printed else ([], [])
    if not (
        any(map(_SENTENCE.search, over)) and any(map(str.strip, under))
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
    above = 2 * sum(bool(_SENTENCE.search(line)) or len(line) > 60 for line in first_below) > len(heads)
    starts = [_headline_above(lines, first, credits=True) if above else first for first, *_ in heads]
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
        over = [line.strip() for line in lines[start:first] if not _FOOT.fullmatch(line.strip())]
        credits = [line for line in over[1:] if _CREDIT.fullmatch(line)]
        said |= {"author": credits[-1]} if credits else {}
        said |= {found[1]: found[2] for line in over if (found := label_of(line)) and found[1] == "author"}
        named = [line for line in over if not label_of(line) and line not in credits]
        headline = " ".join(named) if above else next(iter(body), "")
        record = {"headline": _ENTRY.sub("", headline).strip(), "text": "\n".join(body if above else body[1:])}
        yield start, lines[start:stop], said | record | ({"article_id": ids[-1]} if ids else {})


def _is_text(line: str) -> bool:
    return bool(re.search(r"\w", line)) and not _FOOT.fullmatch(line.strip()) and not label_of(line)


def _parts(lines: list[str]) -> list[tuple[int, int]]:
    """Begin and end of what stands between two lines that part records."""
    cuts = [i for i, line in enumerate(lines) if _BETWEEN.fullmatch(line.strip()) and not _waits(lines[i - 1 : i])]
    return list(zip([0, *(i + 1 for i in cuts)], [*cuts, len(lines)], strict=True))


def _waits(above: list[str]) -> bool:
    """Whether the line above names a field, whose value is a number then: 26 below ■ページ."""
    found = label_of(above[0]) if above else None
    return bool(found and found[1] and not found[2])


def _unlabelled(lines: list[str], labels: list) -> Iterator[slice]:
    """The parts that name no field, but for notices and a title of a line or two."""
    for begin, end in _parts(lines):
        filled = [line for line in lines[begin:end] if line.strip() and not _FOOT.fullmatch(line.strip())]
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
            starts.append(_headline_above(lines, i) if headed else i)
            seen = set()
        seen.add(name)
    return starts


def _headline_above(lines: list[str], i: int, *, credits: bool = False) -> int:
    """The first line of the paragraph above a label: the headline, where the first record has one there.

    With ``credits``, that above a paragraph that names the author alone.
    """
    while i and not lines[i - 1].strip():
        i -= 1
    end = i
    while i and lines[i - 1].strip():
        i -= 1
    author = credits and all(
        _CREDIT.fullmatch(one.strip()) or (label_of(one) or [""] * 2)[1] == "author" for one in lines[i:end]
    )
    return _headline_above(lines, i) if i and author else i


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
            several = _SEVERAL[name].match(rest) if name in _SEVERAL else None
            told |= several.groupdict() if several else {}
            now = "" if name == "headed" or several or (now != "text" and not rest and "\t" in line) else now
            if now == "text":
                texts.append([rest])
            elif now in said and rank.get(now, 0) <= _FIELD[name][1]:
                now = ""
            elif now:
                said[now], rank[now] = [rest], _FIELD[name][1]
        elif not seen:
            above.append(line.strip())
        elif _FOOT.fullmatch(line.strip()):
            now = now if now == "text" else ""
        elif now == "text":
            texts[-1].append(line.rstrip())
        elif not line.strip() and any(said.get(now, ["-"])):
            now = ""  # a blank line ends every field but the text
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
    if not one["headline"] and labelled == [[]] and len(rest) > 1 and not _SENTENCE.search(rest[0]):
        one |= {"headline": rest[0].strip(), "text": joined(rest[1:])}
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
