"""What a line of a page looks like: prose, a date, a caption, furniture, or short and nothing of these."""

import re
from dataclasses import dataclass

from framing import data, dates
from framing.text.lines import is_sentence, kind_of
from framing.web.credits import normal

FORMS = data.forms("web")
"""What a line of a page looks like, what stands above the body, and where it ends."""

_HANGUL = re.compile("[\uac00-\ud7a3]")
_CLOSING = re.compile(r"\s*(?:-\s?0\s?-|-\s?30\s?-|[(\[](?:끝|完|END)[)\]]|###)$", re.IGNORECASE)
"""How an agency ends a report, behind its last sentence."""


@dataclass(slots=True)
class Line:
    """A line of a page: as printed, normalised for matching, and what it looks like."""

    text: str
    norm: str
    kind: str = ""
    bullet: bool = False
    prose: bool = False
    dated: bool = False
    repeated: bool = False


def read(text: str, repeated: frozenset[str] = frozenset()) -> list[Line]:
    """The lines of a page, each with what it looks like; ``repeated`` are lines other pages have as well."""
    made: list[Line] = []
    known: dict[tuple[str, bool], Line] = {}  # a line looks the same wherever it stands
    text = FORMS.more.sub("", FORMS.inline.sub("\n", FORMS.labelled_start.sub(r"\1\n", text)))
    for raw in text.split("\n"):
        stripped = raw.strip()
        bullet = FORMS.bullet.match(stripped)
        marked = bullet and stripped[: bullet.end()].strip()[:1] in "•◦‣*-"
        content = stripped[bullet.end() :].strip() if bullet and marked else stripped
        key = (content, bool(bullet and stripped))
        if key not in known:
            known[key] = _line(*key, content in repeated)
        made.append(known[key])
    return made


def _line(text: str, bullet: bool, repeated: bool) -> Line:
    line = Line(text, normal(text), bullet=bullet, repeated=repeated)
    if not text:
        return line
    line.kind = "repeated" if repeated else "related link" if FORMS.image.fullmatch(text) else kind_of(text)
    if line.kind in ("", "related link", "photo credit", "byline") and is_date_line(line.norm):
        line.dated, line.kind = True, ""
        return line
    line.prose = not line.kind and is_prose(text, line.norm)
    return line


def is_prose(text: str, norm: str) -> bool:
    """Whether a line is a paragraph: it ends as a sentence does, or is too long for anything else."""
    norm = _CLOSING.sub("", norm)
    if not norm:
        return False
    if is_sentence(norm if len(text) <= 400 else text) or FORMS.marked.search(text[-60:]):
        return len(text) >= 8
    if FORMS.lead.fullmatch(text) or len(text) > 400:
        return True
    if norm[-1] in "」』!?)…" and "。" in norm and len(norm) >= 25:
        return True
    if norm.count("。") >= 2 and len(norm) >= 60 and not norm.endswith("..."):
        return True
    if not re.search(r"[.!?][\"')»”’]?$", norm) or FORMS.japanese.search(norm):
        return False
    return len(norm) >= (25 if 2 * len(_HANGUL.findall(norm)) > len(norm) else 80)


def is_date_line(norm: str) -> bool:
    """Whether a line is a date and its labels, and little else."""
    if len(norm) > 90 or "。" in norm or not any(mark.isdigit() or mark in "〇一二三" for mark in norm):
        return False
    if not re.search(r"\d\s?[年월月/.\-년]\s?\d|年|月\d|\d{4}|\d [A-Z][a-z]{2}|[A-Z][a-z]{2,8}\.? \d", norm):
        return False
    if re.search(r"撮影|写真|号|発売|ページ|円|人|%|第\d|特集|提供|ロイター\)$", norm):
        return False
    left = re.sub(r"[\d\s()\[\]【】/.,:+\-–—|・〇一二三四五六七八九十元TZ]", "", FORMS.label.sub("", norm))
    left = re.sub(r"令和|平成|昭和|GMT|JST", "", left)
    return len(left) <= 12 and not left.startswith(("の", "に", "は", "、")) and _dated(norm)


def _dated(norm: str) -> bool:
    parsed = dates.parse(norm)
    return parsed.date is not None or parsed.note.startswith(("no year", "there is no", "relative", "2", "a year of"))


def is_caption(line: Line) -> bool:
    """Whether a line's own words say that it stands under a picture."""
    if line.kind == "photo credit":
        return True
    if line.kind or len(line.text) > 400:
        return False
    return bool(
        FORMS.upper_credit.fullmatch(line.norm) or FORMS.caption.fullmatch(line.norm)
    ) and not line.norm.endswith("。")
