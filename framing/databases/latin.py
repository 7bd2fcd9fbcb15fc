"""What Factiva and Nexis share: pages, dates and lengths in the languages of their screens."""

import re
from collections.abc import Iterable

from framing import data
from framing.dates.patterns import MONTHS

FORMS = data.forms("factiva", CODES="|".join(data.words("factiva")["codes"]))
LANGUAGES = {word: code for code, words in data.words("databases")["languages"].items() for word in words}


def iso_date(line: str) -> str:
    """The date of a line as ``2011-03-12`` whatever language its month is in; ``""`` where there is none.

    A line with the two ends of a range is given as it is, and :mod:`framing.dates` says that it is no single date.
    """
    if len(line) > 300 or not any(c.isdigit() for c in line):
        return ""
    forms = (
        (FORMS.asian, (3, 2, 1)),
        (FORMS.iso, (3, 2, 1)),
        (FORMS.day_first, (1, 2, 3)),
        (FORMS.month_first, (2, 1, 3)),
    )
    for pattern, (day, month, year) in forms:
        dated = [(m, number) for m in pattern.finditer(line) if (number := _month(m[month]))]
        days = {f"{int(m[year]):04d}-{number:02d}-{int(m[day]):02d}" for m, number in dated}
        if days and (len(days) > 1 or FORMS.ranged.search(line[: dated[0][0].start()])):
            return line.strip()
        if days:
            return days.pop()
    return ""


def _month(word: str) -> int | None:
    return int(word) if word.isdigit() else MONTHS.get(word.lower())


def language_of(word: str) -> str:
    """The code of a language by its name in the languages of the screens; any other name as it is, in lower case."""
    return LANGUAGES.get(re.sub("[–—]", "-", word.lower()), word.lower())


def page_of(text: str, *, bare: bool = False) -> dict:
    """``page``, ``page_last`` and ``page_section`` (the letter of ``B1`` and ``1B``, the number of ``Section 4``).

    Empty where no page is named. ``bare``: the text is nothing but the page (``A1``, ``12``), as in Factiva's field PG.
    """
    text = text[:300]
    found = FORMS.bare.fullmatch(text.strip()) if bare else None
    found = found or FORMS.page.search(text) or FORMS.coded.search(text)
    if not found or not int(found[2]):
        return {}
    before, page, behind, last = [*found.groups(default=""), "", ""][:4]
    named = FORMS.in_section.search(text)
    section = before or behind or (named[1] if named else "")
    out = {"page": int(page), "page_section": section.upper(), "page_last": int(last or 0)}
    return {key: value for key, value in out.items() if value}


def length_of(line: str) -> dict:
    """``n_words_stated`` (or ``n_chars_stated`` for 字 and 文字) of a line that is nothing but a length."""
    found = FORMS.words.fullmatch(line.strip()) if len(line) < 60 else None
    if not found:
        return {}
    number = int(re.sub(r"\D", "", found[1]))
    return {"n_chars_stated" if found[0].strip()[-1] in "字자" else "n_words_stated": number}


def joined(lines: list[str]) -> str:
    """Paragraphs of a text that may be wrapped at a fixed width: a blank line parts them, other line ends are spaces.

    Where the file has no blank lines between long lines, every line is a paragraph already.
    """
    text = "\n".join(line.strip() for line in lines).strip("\n")
    wrapped = [line for line in text.split("\n") if line]
    if (
        not wrapped
        or max(map(len, wrapped)) > 100
        or "\n\n" not in text
        and len(wrapped) > 1
        and min(map(len, wrapped[:-1])) < 50
    ):
        return re.sub(r"\n{2,}", "\n", text)
    paragraphs = (re.sub(r"\s*\n\s*", " ", part) for part in re.split(r"\n\s*\n+", text))
    return "\n".join(filter(None, (part.strip() for part in paragraphs)))


def sorted_out(found: Iterable[tuple[int, list[str], dict | str]]) -> tuple[list[dict], list[dict]]:
    """Records and rejections: where each begins (from 0), its lines, and what was read or why it could not be."""
    records, rejected = [], []
    for begin, lines, record in found:
        if isinstance(record, dict):
            if record.get("date") and (record.get("headline") or record.get("text")):
                records.append({**record, "line": begin + 1})
                continue
            record = f"{'neither headline nor text' if record.get('date') else 'no date'} in this record of the export"
        rejected.append({"line": begin + 1, "reason": record, "record": "\n".join(lines).strip("\n")})
    return records, rejected
