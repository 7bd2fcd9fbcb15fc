"""朝日 (聞蔵II, クロスサーチ) and 読売 (ヨミダス): a line of fields, or labelled lines, then headline and body.

Understood, in any mixture of full and half width:

- the result table (``No. 発行日 朝夕刊 面名 ページ 文字数``; ``1 2018.01.07 見出し 東京朝刊 社会 10頁``) as HTML or
  as the tabs and spaces a browser leaves when it is copied;
- labels (``発行日：2011年03月12日``), one a line or several, with the value on the same line or the next;
- a free line (``２０１１年３月１２日　朝刊　1面``), with the headline after it or before it.

``２総合`` is the name of a page's subject and no page number; ``1面``, ``01頁``, ``ページ 001`` are page numbers.
"""

import re

from framing.exports.fields import DATE, LABELS, columns_of, fold, is_furniture, labels_in, row_of

OUTLETS = {"asahi": "朝日新聞", "yomiuri": "読売新聞"}
_START = {"date", "edition", "page", "length", "section", "headline", "article_id", "serial", "outlet"}

_HINT = re.compile("[朝夕]\\s?刊|号外|発行日|掲載日|発行年月日|文字数|面名|[0-9０-９]\\s?[頁面]")


def detect(text: str) -> str:
    """``asahi``, ``yomiuri`` or ``""``: a header row or two labels must be there, then the names decide."""
    if not _HINT.search(text):
        return ""
    lines = [line for line in text.split("\n")[:4000] if 0 < len(line) < 400]
    announced = [line for line in lines if columns_of(line)]
    rows = [(i, line) for i, line in enumerate(lines) if row_of(line)]
    heads = announced + [line for _, line in rows]
    labels = {key for line in lines for key in labels_in(line)}
    labelled = "date" in labels and len(labels & {"edition", "page", "length", "section"}) > 1
    below = any(_column_of_fields(lines, i) for i in range(min(len(lines), 500)))
    if not (announced or labelled or below or any(i < 30 or "\t" in line for i, line in rows)):
        return ""
    top = fold(text[:200_000])
    for name, mark in (("asahi", "聞蔵|クロスサーチ|朝日新聞記事検索"), ("yomiuri", "ヨミダス|yomidas")):
        if re.search(mark, top, re.IGNORECASE):
            return name
    head = fold("\n".join(heads))
    if re.search(r"(東京|大阪|西部|中部|北海道|北陸)(朝刊|夕刊)|\d頁|\d段", head):
        return "yomiuri"
    first = re.search("朝日新聞|読売新聞", fold(text))
    return "yomiuri" if first and first[0] == "読売新聞" else "asahi"


def parse(lines: list[str], outlet: str) -> tuple[list[dict], list[dict]]:
    """Records and rejections of one file."""
    marks = _marks(lines)
    blocks = _blocks(lines, marks)
    before = _headline_comes_first(lines, blocks)
    records, rejected = [], []
    for here, block in enumerate(blocks):
        stop = blocks[here + 1]["begin"] if here + 1 < len(blocks) else len(lines)
        body = [
            line
            for i, line in enumerate(lines[block["end"] : stop], block["end"])
            if marks[i] not in ("furniture", "columns")
        ]
        if before and here + 1 < len(blocks):
            body = _without_next_headline(body)
        record = _record(block, body, lines, before, outlet)
        if record.get("date") and (record["headline"] or record["text"]):
            records.append(record)
        else:
            why = "no date" if not record.get("date") else "neither headline nor text"
            raw = "\n".join(lines[block["begin"] : stop])
            rejected.append(
                {"line": block["begin"] + 1, "reason": f"{why} in this record of the export", "record": raw}
            )
    return _once(records, rejected)


def _marks(lines: list[str]) -> list:
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
            marks.append(fields or ("furniture" if is_furniture(bare) else "text"))
    return marks


def _column_of_fields(lines: list[str], i: int) -> dict:
    """A date alone on its line, with edition, subject, page and length on the short lines after it."""
    if not re.fullmatch(DATE, fold(lines[i]).strip()):
        return {}
    known: dict = {}
    used, parts = 1, [lines[i].strip()]
    for ahead in range(i + 1, min(i + 8, len(lines))):
        bare = lines[ahead].strip()
        if len(bare) > 15 or "。" in bare or labels_in(bare):
            break
        parts += [bare] if bare else []
        found = row_of("\t".join(parts)) if bare else {}
        if {"edition", "page", "length"} & (set(found) - set(known)):
            known, used = found, ahead - i + 1
    return {**known, "_lines": used} if known else {}


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
                    fields[waiting[0]] = lines[value].strip()
                    end = skip_to = value + 1
            if now and not set(fields) & set(now["fields"]):
                now["fields"].update(fields)
                now["end"] = end
            else:
                now = {"begin": i, "end": end, "fields": fields}
                blocks.append(now)
        elif mark == "text":
            now = None
    return [block for block in blocks if _opens(set(block["fields"]))]


def _opens(fields: set[str]) -> bool:
    """A record opens with a date and one field more, or (its date lost) two of edition, page, subject and length."""
    return ("date" in fields and len(fields & _START) > 1) or len(fields & {"edition", "page", "length", "section"}) > 1


def _first_text(lines: list[str], block: dict) -> int | None:
    for i in range(block["end"], min(block["end"] + 12, len(lines))):
        if lines[i].strip() and not is_furniture(lines[i].strip()):
            return i
    return None


def _headline_comes_first(lines: list[str], blocks: list[dict]) -> bool:
    """Whether the file prints headlines above the line of fields: then a paragraph follows the fields at once."""
    votes = []
    for block in blocks:
        if "headline" in block["fields"] or "text" in block["fields"]:
            continue
        after = _first_text(lines, block)
        above = next(
            (lines[i] for i in range(block["begin"] - 1, max(block["begin"] - 3, -1), -1) if lines[i].strip()), ""
        )
        if after is not None and above and not is_furniture(above.strip()):
            paragraph = (
                lines[after].startswith("\u3000") or lines[after].rstrip().endswith("。") or len(lines[after]) > 80
            )
            votes.append(paragraph and not above.rstrip().endswith("。"))
        elif after is not None:
            votes.append(False)
    return bool(votes) and 2 * sum(votes) > len(votes)


def _without_next_headline(body: list[str]) -> list[str]:
    kept = list(body)
    while kept and not kept[-1].strip():
        kept.pop()
    while kept and kept[-1].strip() and not kept[-1].startswith("\u3000") and not kept[-1].rstrip().endswith("。"):
        kept.pop()
    return kept


def _record(block: dict, body: list[str], lines: list[str], before: bool, outlet: str) -> dict:
    fields = dict(block["fields"])
    headline, text = fields.pop("headline", ""), fields.pop("text", None)
    fields.pop("serial", None)
    if not headline and before and text is None:
        above = []
        for i in range(block["begin"] - 1, -1, -1):
            bare = lines[i].strip()
            if (
                (not bare and above)
                or lines[i].startswith("\u3000")
                or bare.endswith("。")
                or is_furniture(bare)
                and above
            ):
                break
            if bare and not is_furniture(bare):
                above.insert(0, bare)
        headline = "\u3000".join(above)
    while body and not body[0].strip():
        body = body[1:]
    if text:
        body = [text, *body]
    elif not headline and body and text is None:
        headline, body = body[0].strip(), body[1:]
    if body and headline and body[0].strip() == headline.strip():
        body = body[1:]
    record = {
        "outlet": outlet,
        **fields,
        "headline": re.sub(r"[\t\r\n]+", " ", headline).strip(),
        "text": "\n".join(line.rstrip() for line in body).strip("\n"),
        "line": block["begin"] + 1,
    }
    if "length" in record:
        record["n_chars_stated"] = record.pop("length")
    return record


def _once(records: list[dict], rejected: list[dict]) -> tuple[list[dict], list[dict]]:
    """An entry of a result list whose article follows in full is not a second article."""

    def key(record: dict) -> tuple:
        return tuple(str(record.get(name)) for name in ("date", "edition", "region", "page", "headline"))

    full = {key(record) for record in records if record["text"]}
    kept = []
    for record in records:
        if not record["text"] and key(record) in full:
            reason = "entry of the result list; the article itself is in the same file"
            rejected.append({"line": record["line"], "reason": reason, "record": record["headline"]})
        else:
            kept.append(record)
    return kept, rejected


__all__ = ["LABELS", "OUTLETS", "detect", "parse"]
