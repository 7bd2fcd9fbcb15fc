"""Factiva: field codes (``HD``, ``SN``, ``PD`` …) or the display layout, from text, RTF or HTML.

An article ends with its document number. In the display layout the line with the length parts what stands above
(section, headline, author) from what stands below (date, time, source, source code, edition, page, language, rights).
"""

import re

from framing import data
from framing.databases.latin import FORMS, LANGUAGES, iso_date, joined, language_of, length_of, page_of, sorted_out
from framing.databases.markup import HEADLINE, PARAGRAPH

AGENCIES = data.words("names")["agencies"]
CODES = data.words("factiva")["codes"]
"""Factiva's field codes, as its help lists them."""


def detect(text: str) -> bool:
    """A document number at the end of an article, or at least four field codes among them HD and PD."""
    lines = text.split("\n")
    if any(FORMS.document.match(line.strip()) for line in lines):
        return True
    found = {m[1] for m in map(FORMS.code.match, lines[:3000]) if m}
    return {"HD", "PD"} <= found and len(found & {"SN", "WC", "LP", "TD", "SC", "LA", "CY"}) >= 2


def parse(lines: list[str]) -> tuple[list[dict], list[dict]]:
    """Records and rejections of one file."""
    lines = [piece for line in lines for piece in line.split("\f")]
    if not any(length_of(line) for line in lines):
        lines = [line.replace(PARAGRAPH, "") for line in lines]
    return sorted_out(_read(lines))


def _read(lines: list[str]):
    for begin, part in _articles(lines):
        coded = sum(bool(FORMS.code.match(line)) for line in part if HEADLINE not in line)
        codes = {m[1] for m in map(FORMS.code.match, part) if m}
        record = _coded(part) if coded >= 4 and "HD" in codes else _displayed(part)
        if record is not None:
            yield begin, part, record
        elif begin or any(FORMS.document.match(line.strip()) for line in part):
            yield (
                begin,
                part,
                "this part of the Factiva file has no line with a length or a date where an article has them",
            )


def _articles(lines: list[str]):
    """Begin and lines of every article: up to its document number, or up to the next headline field."""
    begin, seen = 0, set()
    for i, line in enumerate(lines):
        code = FORMS.code.match(line)
        if code and code[1] in ("SE", "HD") and {"HD", "PD"} <= seen and seen & {code[1], "TD", "LP"}:
            yield begin, lines[begin:i]
            begin, seen = i, set()
        if code:
            seen.add(code[1])
        number = FORMS.document.match(re.sub(r"^\s*AN\s+", "", line).strip())
        if number:
            yield begin, lines[begin : i + 1]
            begin, seen = i + 1, set()
    rest = [line for line in lines[begin:] if line.strip()]
    if seen >= {"HD", "PD"} or (any(length_of(line) for line in rest) and any(iso_date(line) for line in rest[:40])):
        yield begin, lines[begin:]


def _coded(part: list[str]) -> dict:
    fields: dict[str, list[str]] = {}
    now = ""
    for line in part:
        code = FORMS.code.match(line)
        if code and (code[1] not in fields or code[1] in ("CO", "IN", "NS", "RE")) and _in_order(now, code[1]):
            now = code[1]
            fields.setdefault(now, []).append(code[2])
        elif now:
            fields[now].append(line)
    one = {code: " ".join(" ".join(lines).replace(HEADLINE, "").split()) for code, lines in fields.items()}
    page = page_of(one.get("PG", ""), bare=True)
    record = {
        "headline": one.get("HD", ""),
        "outlet": one.get("SN", ""),
        "date": iso_date(one.get("PD", "")),
        "section": one.get("SE", ""),
        "edition": one.get("ED", ""),
        "author": re.sub(r"^By\s+", "", one.get("BY", ""), flags=re.IGNORECASE),
        "agency": one.get("CR", ""),
        "language": language_of(one.get("LA", "")),
        "text": "\n".join(filter(None, (joined(fields.get(code, [])) for code in ("LP", "TD")))),
        **length_of(one.get("WC", "")),
        **page,
    }
    if one.get("PG") and not page:
        record["note"] = f"page not understood: {one['PG']}"
    number = re.search(r"([A-Za-z0-9]{16,40})\s*$", one.get("AN", ""))
    if number:
        record["article_id"] = number[1]
    return {key: value for key, value in record.items() if value or key in ("headline", "text", "date")}


def _in_order(now: str, code: str) -> bool:
    """A code inside the running text (``IN`` at the start of a line) is text while codes of the head may not follow."""
    if now in ("LP", "TD", "ART"):
        return CODES.index(code) >= CODES.index("LP")
    return True


def _displayed(part: list[str]) -> dict | None:
    bare = [line.strip() for line in part]
    pivot = next((i for i, line in enumerate(bare) if length_of(line)), None)
    if pivot is None:
        return None
    below = [i for i in range(pivot + 1, len(bare)) if bare[i]]
    dated = next((i for i in below[:3] if iso_date(bare[i])), None)
    if dated is None:
        return None
    record, start = _below(bare, [i for i in below if i > dated])
    record |= {
        "date": iso_date(bare[dated]),
        **length_of(bare[pivot]),
        **_above([x for x in part[:pivot] if x.strip()], _apart(bare[:pivot])),
    }
    body = part[start:]
    numbers = [FORMS.document.match(line) for line in bare[start:]]
    if number := next(filter(None, numbers), None):
        record["article_id"] = number[1]
        body = body[: numbers.index(number)]
    if any(PARAGRAPH in line for line in body):  # HTML says which lines are the article
        body = [line.replace(PARAGRAPH, "") for line in body if PARAGRAPH in line]
    record["text"] = joined(body)
    return record


def _apart(lines: list[str]) -> bool:
    """Whether a short last line stands apart from section and headline, which are the author's then."""
    parts = [part.split("\n") for part in re.split(r"\n{2,}", "\n".join(lines).strip("\n"))]
    return len(parts) == 2 and len(parts[0]) > 1 and len(parts[1]) == 1 and len(parts[1][0]) <= 60


def _above(lines: list[str], apart: bool = False) -> dict:
    """Section, headline and author: what stands over the length."""
    lines = [line.strip() for line in lines]
    if not lines:
        return {"headline": ""}
    marked = [i for i, line in enumerate(lines) if HEADLINE in line]
    author = next(
        (
            i
            for i, line in enumerate(lines)
            if i
            and (FORMS.byline.match(line) or line.upper() in AGENCIES)
            or i
            and len(lines[i - 1]) > 12
            and FORMS.name.fullmatch(line)
            or i == len(lines) - 1
            and i
            and FORMS.person.fullmatch(line)
            and (i > 1 or len(lines[0]) > 25)
            and len(FORMS.small.findall(lines[i - 1])) > 1
        ),
        len(lines) - apart,
    )
    above = max(author - 2, 0)  # two lines over the author may be section and headline, or a headline of two
    last = author - 1 if author < len(lines) or _like_section(lines[above]) else above
    at = marked[-1] if marked else last
    out = {"headline": lines[at].replace(HEADLINE, "").strip()}
    if at and _like_section(lines[at - 1]) and not re.search("Factiva|Dow Jones", lines[at - 1]):
        out["section"] = lines[at - 1]
    after = lines[at + 1 :]
    if after:
        out["author"] = re.sub(r"^By\s+", "", after[0], flags=re.IGNORECASE)
    return out


def _like_section(line: str) -> bool:
    return len(line) <= 40 and not line.endswith((".", "。", "?", "!")) or bool(FORMS.initials.fullmatch(line))


def _below(bare: list[str], rows: list[int]) -> tuple[dict, int]:
    """Source, code, edition, page and language: what stands under the date, up to the rights line."""
    out: dict = {}
    start = rows[0] if rows else len(bare)
    for i in rows[:12]:
        line = bare[i]
        rights = FORMS.rights.search(line)
        if out.get("language") and not rights:
            break
        start = i + 1
        if rights:
            break
        page = page_of(line, bare=True)
        if FORMS.time.fullmatch(line):
            continue
        if "outlet" not in out:
            out["outlet"] = line
        elif "_code" not in out and FORMS.source_code.fullmatch(line):
            out["_code"] = line
        elif language_of(line) in LANGUAGES.values():
            out["language"] = language_of(line)
        elif page and len(line) <= 12:
            out |= page
        elif "edition" not in out and len(line) <= 60:
            out["edition"] = line
        else:
            start = i
            break
    out.pop("_code", None)
    return out, start
