"""Who wrote it: the author by the byline, the agency by its mark; a photo's credit is neither."""

import re
import unicodedata

from framing import data

AGENCIES: dict[str, str] = data.words("names")["agencies"]
"""An agency as it is printed (NFKC, capitals) and the one name it is given."""

_RULES = data.words("credits")
_BYLINES = [re.compile(data.expanded(rule, _RULES["words"])) for rule in _RULES["bylines"].values()]
_FORMS = data.forms("credits", AGENCY="|".join(sorted(map(re.escape, AGENCIES), key=len, reverse=True)))


def normal(line: str) -> str:
    """NFKC and single blanks, for matching only; nothing past 400 characters."""
    return " ".join(unicodedata.normalize("NFKC", line[:400]).split())


def agency_alone(line: str) -> str | None:
    """The agency a line consists of: "AP", "[ロイター]", "(c)AFP/…", "配信:時事通信"."""
    line = normal(line)
    found = _FORMS.alone.fullmatch(line) if len(line) <= 80 else None
    found = found or (_FORMS.dateline.fullmatch(line) if len(line) <= 60 else None)
    return AGENCIES[found["agency"].upper()] if found else None


def agency_of(paragraphs: list[str], captions: list[str]) -> str | None:
    """The agency the body itself is marked with: a dateline, a mark at its end, or Reuters' own voice.

    Reuters writes ロイター of itself where others write ロイター通信; with a caption in its own form
    ("写真は…(2024年 ロイター)") that is its story even where the mark was cut off with the next page.
    """
    if not paragraphs:
        return None
    for paragraph in paragraphs[:3]:
        start = normal(paragraph[:120])
        found = _FORMS.dateline.match(start) or _FORMS.agency_first.match(start) or _FORMS.plain_dateline.match(start)
        if found:
            return AGENCIES[found["agency"].upper()]
    for paragraph in paragraphs[-2:]:
        found = _FORMS.at_end.search(normal(paragraph[-60:]))
        if found:
            return AGENCIES[(found["agency"] or found["bare"]).upper()]
    own_photo = any(_FORMS.own_photo.search(normal(caption[-300:])) for caption in captions)
    if own_photo and any(_FORMS.own.search(paragraph[:5000]) for paragraph in paragraphs[:200]):
        return "ロイター"
    return None


def author_of_line(line: str, *, beside_date: bool = False) -> str | None:
    """The name in a byline; None where the line is none.

    ``beside_date``: the line stands next to the date, where a bare name in kanji is a byline.
    """
    line = normal(line).strip("・|/ ")
    if not 2 <= len(line) <= 60 or "。" in line or line.endswith(("?", "!", "...", "…")):
        return None
    for pattern in _BYLINES:
        found = pattern.fullmatch(line)
        if found and not (found.groupdict().get("where") and _FORMS.no_name.fullmatch(found["name"])):
            return _tidy(found["name"])
    found = _FORMS.bracket_name.fullmatch(line)
    if found and len(found["name"]) > 2 and not _FORMS.no_name.search(found["name"]):
        return _tidy(found["name"])
    found = _FORMS.name_bracket.fullmatch(line) if beside_date else None
    if found and not _FORMS.no_name.search(found["name"]):
        return _tidy(found["name"])
    if line.isascii() or _FORMS.no_name.search(line):
        return None
    if _FORMS.spaced.fullmatch(line) or (beside_date and (_FORMS.full.fullmatch(line) or _FORMS.names.fullmatch(line))):
        return _tidy(line)
    return None


def author_of_body(paragraphs: list[str]) -> str | None:
    """The name in a newspaper's own dateline (【ソウル=山田太郎】) or at the end of its last paragraph."""
    if not paragraphs:
        return None
    start = normal(paragraphs[0][:80])
    for pattern in (_FORMS.own_dateline, _FORMS.own_dateline_tight):
        opening = pattern.match(start)
        if opening and opening["name"].upper() not in AGENCIES and not _FORMS.no_name.search(opening["name"]):
            return _tidy(opening["name"])
    for paragraph in (paragraphs[0][:400], paragraphs[-1][-60:]):
        signed = _FORMS.signed.search(normal(paragraph))
        if signed and not _FORMS.no_name.search(signed["name"]):
            return _tidy(signed["name"])
    closing = _FORMS.end_name.search(normal(paragraphs[-1][-40:]))
    if closing and not _FORMS.no_name.search(closing["name"]) and closing["name"].upper() not in AGENCIES:
        return _tidy(closing["name"])
    return None


def _tidy(name: str) -> str | None:
    cut = _FORMS.cut_role.sub("", name).strip(" ・:/=|,、()[]【】")
    return cut if len(cut) >= 2 and cut.upper() not in AGENCIES else None
