"""朝日 (聞蔵II, クロスサーチ), 読売 (ヨミダス) and their like: fields or labelled lines, then headline and body.

Understood, in any mixture of full and half width:

- the result table (``No. 発行日 朝夕刊 面名 ページ 文字数``; ``1 2018.01.07 見出し 東京朝刊 社会 10頁``) as HTML or
  as the tabs and spaces a browser leaves when it is copied;
- labels (``発行日：2011年03月12日``), one a line or several, with the value on the same line or the next;
- a free line (``２０１１年３月１２日　朝刊　1面``), with the headline after it or before it.

``２総合`` is the name of a page's subject and no page number; ``1面``, ``01頁``, ``ページ 001`` are page numbers.

Every newspaper prints such lines, so the layout never says which newspaper it is. That is said by the name of the
database (``framing/data/japanese.yaml``), by the name of the newspaper in the header, or by the reader.
"""

import re
from itertools import pairwise, zip_longest

from framing import data
from framing.databases.fields import (
    FORMS,
    columns_of,
    fold,
    is_furniture,
    labels_in,
    printed,
    read_fields,
    row_of,
    settled,
)  # fmt: skip
from framing.databases.latin import sorted_out

OUTLETS = {"asahi": "朝日新聞", "yomiuri": "読売新聞", "mainichi": "毎日新聞", "japanese": ""}
"""The newspaper of a database; ``japanese`` is any other, whose header lines must name it."""

_RULES = data.words("japanese")
_BARE = {"聞蔵", "ヨミダス", "yomidas"}
_FIELD_NAMES = {"発行日", "朝夕刊", "面名", "ページ", "文字数"}
"""The five field names of 聞蔵, in its own words."""

_RIGHTS = {
    name: re.compile(data.expanded("|".join(_RULES["rights"]), _RULES["words"] | {"HOLDER": holder}))
    for name, holder in _RULES["holders"].items()
}
_START = {"date", "edition", "page", "length", "section", "headline", "article_id", "serial", "outlet"}


_NUMBER = re.compile(r"^\s*(?:[\d０-９]{1,5}\s*[.．、)）]|[\[［【]\s*[\d０-９]{1,5}\s*[\]］】])\s*")
"""The number of an entry of a result list."""
_UNKNOWN = re.compile(r"[^\s:：。]{1,10}\s*[:：].{0,60}(?<!。)")
"""A label that is not known, between others."""
_PLACE = re.compile("【[^【】]{1,8}】")
"""The place of a regional article, above its text."""
_COUNT = re.compile(r"[\[［【(（]?\s*\d{1,6}\s*[\]］】)）]?")
"""The number of the next record, on a line of its own."""


def detect(text: str) -> str:
    """``asahi``, ``yomiuri`` or ``""``: the layout must be there and the database must be named.

    It is named by a heading of its pages, by a line of rights, or (聞蔵) by its five field names where the file
    names no newspaper.
    """
    if not _laid_out(text):
        return ""
    lines = [fold(line).lower().strip() for line in text[:200_000].split("\n") if 0 < len(line.strip()) <= 120]
    for name, mark in _RULES["databases"].items():
        if any(_is_named(line, mark) for line in lines):
            return name
    holders = [name for name, form in _RIGHTS.items() if any(form.fullmatch(line) for line in lines)]
    if len(holders) == 1:
        return holders[0]
    printed = {part for line in lines if columns_of(line) or labels_in(line) for part in re.split(r"[\W_]+", line)}
    if printed >= _FIELD_NAMES and not any(record["outlet"] for record in parse(text.split("\n"), "")[0]):
        return "asahi"
    return ""


def count_records(text: str) -> int:
    """How many dated headers of this layout a file has, whatever newspaper it is."""
    return len(parse(text.split("\n"), "")[0]) if _laid_out(text) else 0


def _is_named(line: str, mark: str) -> bool:
    """A heading is the name and nothing else, or the name among the links of a bar; a sentence about it is none."""
    whole = [re.sub(r"\s", "", part) for part in re.split(r"[|>»/\t]", line)]
    words = [word for word in line.split() if word not in _BARE] if "。" not in line else []
    return any(re.fullmatch(mark, part) for part in (*whole, *words))


def _laid_out(text: str) -> bool:
    """A header row or two labels are there, near the top or in a table."""
    if not FORMS.hint.search(text):
        return False
    lines = [line for line in text.split("\n")[:4000] if 0 < len(line) < 400]
    labels = {key for line in lines for key in labels_in(line)}
    return (
        any(columns_of(line) for line in lines)
        or ("date" in labels and len(labels & {"edition", "page", "length", "section"}) > 1)
        or any(_column_of_fields(lines, i) for i in range(min(len(lines), 500)))
        or any((i < 30 or "\t" in line) and row_of(line) for i, line in enumerate(lines))
        or any(_paper_and_date(lines, i) for i in range(min(len(lines), 30)))
    )


def parse(lines: list[str], outlet: str) -> tuple[list[dict], list[dict]]:
    """Records and rejections of one file."""
    marks = _marks(lines, any_paper=not outlet)
    blocks = _blocks(lines, marks)
    outlet = outlet or (_masthead(lines, blocks) if blocks else "")
    below = _is_cited_below(lines, blocks)
    indented = bool(blocks) and all(_first(lines[block["end"] :]).startswith("\u3000") for block in blocks)
    before = not below and _headline_comes_first(lines, blocks, indented)
    found = []
    ends = [0, *(block["end"] for block in blocks)]
    for block, following in zip_longest(blocks, blocks[1:]):
        stop = following["begin"] if following else len(lines)
        body = [lines[i] for i in range(block["end"], stop) if marks[i] not in ("furniture", "columns")]
        if below:
            begin = ends.pop(0)
            body = [lines[i] for i in range(begin, block["begin"]) if marks[i] not in ("furniture", "columns")]
        elif following:
            body = body[: _headline_over(body, indented)] if before else _without_count(body)
        record = _record(block, body, lines, before, indented, outlet)
        found.append((block["begin"], lines[block["begin"] : stop], record))
    publishers = [record.pop("_publisher", "") for *_, record in found]
    if all(publishers):  # every article is signed by its paper
        for (*_, record), publisher in zip(found, publishers, strict=True):
            record["outlet"] = record["outlet"] or publisher
    return _once(*sorted_out(_unnumbered(found)))


def _over(lines: list[str], block: dict) -> str:
    """The line right above a header, or above some blank lines."""
    return next(filter(str.strip, reversed(lines[max(block["begin"] - 4, 0) : block["begin"]])), "")


def _is_cited_below(lines: list[str], blocks: list[dict]) -> bool:
    """Whether newspaper and day stand below their articles: a sentence is right above each, nothing below the last."""
    above = [_over(lines, block) for block in blocks]
    rest = [line for line in lines[blocks[-1]["end"] :] if line.strip()] if blocks else [""]
    return all(line.rstrip().endswith("。") for line in above) and all(is_furniture(line.strip()) for line in rest)


def _unnumbered(found: list[tuple[int, list[str], dict]]) -> list[tuple[int, list[str], dict]]:
    """Without the numbers of a result list (``1. 川があふれる``), where all headlines have them, in order."""
    split = [_NUMBER.match(record["headline"]) for *_, record in found]
    numbers = [int(re.sub(r"\D", "", fold(one[0]))) for one in split if one]
    if not all(split) or any(b - a != 1 for a, b in pairwise(numbers)):
        return found
    return [(i, lines, record | {"headline": _NUMBER.sub("", record["headline"])}) for i, lines, record in found]


def _marks(lines: list[str], *, any_paper: bool) -> list:
    """What every line is: fields read from it (a dict), ``columns``, ``furniture``, ``blank`` or ``text``."""
    marks: list = []
    columns: list[str] | None = None
    for i, line in enumerate(lines):
        bare = line.strip()
        if not bare:
            marks.append("blank")
        elif len(line) > 400:
            marks.append("text")
        elif columns_of(line):
            columns = columns_of(line)
            marks.append("columns")
        else:
            fields = row_of(line, columns) or labels_in(line) or _column_of_fields(lines, i)
            fields = fields or (_paper_and_date(lines, i) if any_paper else {})
            marks.append(fields or ("furniture" if is_furniture(bare) else "text"))
    return marks


def _column_of_fields(lines: list[str], i: int) -> dict:
    """A date alone on its line, with edition, subject, page and length on the short lines after it."""
    if not _is_date(lines[i]):
        return {}
    known: dict = {}
    used, parts = 1, [lines[i].strip()]
    for ahead in range(i + 1, min(i + 8, len(lines))):
        bare = lines[ahead].strip()
        if len(bare) > 15 or "。" in bare or labels_in(bare):
            break
        parts += [bare] if bare else []
        found = row_of("\t".join(parts)) if bare else {}
        if {"edition", "page", "length", "outlet"} & (set(found) - set(known)):
            known, used = found, ahead - i + 1
    return {**known, "_lines": used} if known else {}


def _paper_and_date(lines: list[str], i: int) -> dict:
    """A newspaper's name (``東都新報 朝刊1面``) above or below a line of fields, or with its date on the next line."""
    ahead = next((j for j in range(i + 1, min(i + 3, len(lines))) if lines[j].strip()), None)
    found = _named(lines[i])
    if found:
        behind = next((j for j in range(i - 1, max(i - 3, -1), -1) if lines[j].strip()), None)
        if ahead is not None and (row_of(lines[ahead]) or _column_of_fields(lines, ahead)):
            return found
        if ahead is not None and _is_date(lines[ahead]):
            return {**found, **read_fields([lines[ahead]]), "_lines": ahead - i + 1}
        return found if behind is not None and "outlet" not in (row_of(lines[behind]) or found) else {}
    if ahead is not None and _is_date(lines[i]) and (found := _named(lines[ahead])):
        return {**read_fields([lines[i]]), **found, "_lines": ahead - i + 1}
    return {}


def _is_date(line: str) -> bool:
    return bool(FORMS.date.fullmatch(fold(line).strip()))


def _named(line: str) -> dict:
    """The fields of a line that is a newspaper's name, or that and an edition or page, and nothing else."""
    read = read_fields([line.strip()]) if 1 < len(line.strip()) <= 40 else {}
    return read if "outlet" in read and not {"_left", "date"} & set(read) else {}


def _publisher(line: str) -> str:
    """The newspaper whose publisher is named below its article (``東都新聞社``), and by nothing else on the line."""
    return _named(line).get("outlet", "") if line.strip().endswith("社") else ""


def _masthead(lines: list[str], blocks: list[dict]) -> str:
    """The one newspaper that a file names at its top, in its first line or anywhere above the first header."""
    top = next((i for i, line in enumerate(lines) if line.strip()), 0)
    names = {found["outlet"] for line in lines[: max(top + 1, blocks[0]["begin"])] if (found := _named(line))}
    names |= {block["fields"]["outlet"] for block in blocks if "outlet" in block["fields"]} if names else set()
    return names.pop() if len(names) == 1 else ""


def _blocks(lines: list[str], marks: list) -> list[dict]:
    """Runs of header lines; a field that comes a second time opens the next record."""
    blocks: list[dict] = []
    now: dict | None = None
    skip_to = 0
    for i, mark in enumerate(marks):
        if i < skip_to:
            continue
        if isinstance(mark, dict):
            fields = {k: v for k, v in mark.items() if k != "_lines"}
            end = skip_to = i + mark.get("_lines", 1)
            waiting = [k for k, v in fields.items() if v == ""]
            if waiting and waiting[0] != "text" and end < len(lines):  # the value stands on the next line
                value = next((j for j in range(end, min(end + 3, len(lines))) if lines[j].strip()), None)
                if value is not None and not isinstance(marks[value], dict):
                    name, said = waiting[0], lines[value].strip()
                    del fields[name]
                    fields |= settled({name: said if name == "headline" else fold(said)})
                    end = skip_to = value + 1
            own = printed(lines[i])
            told = set(fields) - own if own else set()  # by the value of another label: 面名：3面 tells the page
            if now and set(fields) & set(now["fields"]) <= told | now["told"]:
                now["fields"] |= {k: v for k, v in fields.items() if k not in told or k not in now["fields"]}
                now["told"] = (now["told"] | told) - own
                now["end"], now["own"] = end, now["own"] | own
            else:
                now = {"begin": i, "end": end, "fields": fields, "told": told, "own": own}
                blocks.append(now)
        elif mark == "text" and not (
            now and _UNKNOWN.fullmatch(lines[i].strip()) and isinstance([*marks, ""][i + 1], dict)
        ):
            now = None
    return [block for block in blocks if _opens(set(block["fields"]))]


def _opens(fields: set[str]) -> bool:
    """A record opens with a date and one field more, or (its date lost) two of edition, page, subject and length."""
    return ("date" in fields and len(fields & _START) > 1) or len(fields & {"edition", "page", "length", "section"}) > 1


def _headline_comes_first(lines: list[str], blocks: list[dict], indented: bool) -> bool:
    """Whether the file prints headlines above the line of fields: then a paragraph follows the fields at once.

    The entries of a result list, which have no text below them, are asked only where the file has nothing else.
    """
    votes: dict[bool, list[bool]] = {True: [], False: []}
    for block, following in zip_longest(blocks, blocks[1:]):
        stop = following["begin"] if following else len(lines)
        if "headline" in block["fields"] or "text" in block["fields"]:
            continue
        below = [line for line in lines[block["end"] : stop] if line.strip() and not is_furniture(line.strip())]
        above = _over(lines, block)
        if below:
            ended = above.rstrip().endswith("。") and (not indented or above.startswith("\u3000"))
            headed = above and not is_furniture(above.strip()) and not ended
            first = bool(headed) and (
                _is_prose(below[0]) or len(below[0]) > 80 or bool(_PLACE.fullmatch(below[0].strip()))
            )
            votes[any(map(_is_prose, below))].append(first)
    asked = votes[True] or votes[False]
    return 2 * sum(asked) > len(asked)


def _headline_over(lines: list[str], indented: bool) -> int:
    """Where the headline begins that stands at the end of some lines, above the next record's fields.

    Its last line may end as a sentence where every text of the file is ``indented``, or be indented itself.
    """
    end = len(lines)
    while end and (not lines[end - 1].strip() or is_furniture(lines[end - 1].strip())):
        end -= 1
    start = end
    while start and _is_headline(lines[start - 1]):
        start -= 1
    last, before = lines[end - 1] if end else "", lines[end - 2] if end > 1 else ""
    if start == end and end and not _publisher(last):
        if indented and not last.startswith("\u3000") and (not before.strip() or before.startswith("\u3000")):
            return end - 1
        if last.startswith("\u3000") and not last.rstrip().endswith("。"):
            return _headline_over(lines[: end - 1], indented) if _is_headline(before) else end - (not before.strip())
    return start


def _is_headline(line: str) -> bool:
    return bool(line.strip()) and not (_is_prose(line) or _publisher(line) or is_furniture(line.strip()))


def _first(lines: list[str]) -> str:
    return next(filter(str.strip, lines), "")


def _without_count(body: list[str]) -> list[str]:
    """Without the number of the record that follows."""
    last = max((i for i, line in enumerate(body) if line.strip()), default=0)
    return body[:last] if last and _COUNT.fullmatch(body[last].strip()) else body


def _is_prose(line: str) -> bool:
    return line.startswith("\u3000") or line.rstrip().endswith("。")


def _record(block: dict, body: list[str], lines: list[str], before: bool, indented: bool, outlet: str) -> dict:
    fields = dict(block["fields"])
    headline, text = fields.pop("headline", ""), fields.pop("text", None)
    fields.pop("serial", None)
    front = fields.pop("_front", "")
    over = _over(lines, block)
    if before and 0 < len(headline) <= 15 and "headline" not in block["own"] and over and not row_of(over):
        fields.setdefault("section", fold(headline))  # the file has its headlines above; this is a word of the row
        headline = ""
    if front and "page" not in block["told"]:  # its number stands under its own label
        fields["section"] = front
    if not headline and before and text is None:
        above = lines[max(block["begin"] - 20, 0) : block["begin"]]
        kept = [line.strip() for line in above[_headline_over(above, indented) :]]
        headline = "\u3000".join(line for line in kept if line and not is_furniture(line))
    while body and not body[0].strip():
        body = body[1:]
    if text:
        body = [text, *body]
    elif not headline and body and text is None:
        headline, body = body[0].strip(), body[1:]
    if body and headline and body[0].strip() == headline.strip():
        body = body[1:]
    publisher = ""
    while body and (not body[-1].strip() or _publisher(body[-1])):
        publisher = publisher or _publisher(body[-1])
        body = body[:-1]
    record = {
        "outlet": outlet,
        **fields,
        "headline": re.sub(r"[\t\r\n]+", " ", re.sub(r"^#{1,6}\s+", "", headline)).strip(),  # Markdown
        "text": "\n".join(line.rstrip() for line in body).strip("\n"),
    }
    if publisher:
        record["_publisher"] = publisher
    if "length" in record:
        record["n_chars_stated"] = record.pop("length")
    return record


def _once(records: list[dict], rejected: list[dict]) -> tuple[list[dict], list[dict]]:
    """An entry of a result list whose article follows in full is not a second article."""

    def key(record: dict) -> tuple:
        placed = (str(record.get(name)) for name in ("date", "edition", "region", "page"))
        return *placed, _NUMBER.sub("", record["headline"], count=1)

    full = {key(record) for record in records if record["text"]}
    kept = []
    for record in records:
        if not record["text"] and key(record) in full:
            reason = "entry of the result list; the article itself is in the same file"
            rejected.append({"line": record["line"], "reason": reason, "record": record["headline"]})
        else:
            kept.append(record)
    return kept, rejected
