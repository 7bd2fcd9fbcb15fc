"""The fields of a Japanese newspaper database's header: date, edition, page, subject of the page, length."""

import re
import unicodedata

from framing import data
from framing.text.lines import is_notice

_KANJI = {c: i for i, c in enumerate("〇一二三四五六七八九")}

_LABEL = {name: key for key, names in data.words("databases")["labels"].items() for name in names}
FORMS = data.forms("japanese", NAMES="|".join(sorted(map(re.escape, _LABEL), key=len, reverse=True)))


def fold(text: str) -> str:
    """Full width and half width made one (NFKC), for reading fields only; the body keeps its own characters."""
    return unicodedata.normalize("NFKC", text)


def is_furniture(bare: str) -> bool:
    """Buttons, counters and notices of rights of the database's own page."""
    return len(bare) < 200 and bool(FORMS.furniture.fullmatch(fold(bare)) or is_notice(bare))


_ALONE = {"date", "edition", "section", "page", "length", "headline", "text"}
"""Fields whose label may stand by itself, above its value."""


def columns_of(line: str) -> list[str] | None:
    """The columns a line of column names announces; ``None`` for any other line."""
    parts = [part.strip().lower() for part in re.split(r"\t|\s+", fold(line).strip()) if part.strip()]
    known = [_LABEL[part] for part in parts if part in _LABEL]
    return known if len(known) == len(parts) >= 3 else None


def labels_in(line: str) -> dict:
    """Labelled values of a line: ``{"date": "2011年3月12日"}``; an empty value stands on a later line."""
    folded = fold(line).strip()
    found = list(FORMS.labelled.finditer(folded))
    if not found or found[0].start() > 0:
        return {}
    bare = found[0].end() == len(folded) and ":" not in folded and not re.match(r"[\[【<〈■◆●○]", folded)
    if len(found) == 1 and bare and (_LABEL[found[0][1].lower()] not in _ALONE or len(folded) < 2):
        return {}  # 面 alone is a word
    if folded.endswith("。") and _LABEL[found[0][1].lower()] != "text":
        return {}  # a sentence of the body
    ends = [m.start() for m in found[1:]] + [len(folded)]
    values = {_LABEL[m[1].lower()]: folded[m.end() : end].strip(" |/") for m, end in zip(found, ends, strict=True)}
    raw = re.sub(r"^[^:：\t】\]]*[:：\t】\]]\s*[:：]?", "", line.strip(), count=1).strip()
    for key in ("headline", "text"):  # their own characters are kept
        if values.get(key) and len(found) == 1:
            values[key] = raw or values[key]
    return settled(values)


def printed(line: str) -> set[str]:
    """The fields whose labels stand on a line."""
    return {_LABEL[m[1].lower()] for m in FORMS.labelled.finditer(fold(line).strip())} - {"_other"}


def settled(values: dict) -> dict:
    """Labelled values read as what they are: a page in the field 面, an edition with its city."""
    out = {k: v for k, v in values.items() if k != "_other"}
    if out.get("outlet") and (read := read_fields([out["outlet"]])).keys() - {"region"} == {"edition"}:  # ソース：朝刊
        out = {k: v for k, v in out.items() if k != "outlet"} | read
    for key in ("edition", "section", "page", "length", "date"):
        if not out.get(key) or not isinstance(out[key], str):  # 面名：1面 has given the page as a number already
            continue
        read = read_fields([out[key]])
        known = {k: v for k, v in read.items() if k != "_left"}
        if key == "page" and "page" not in known and re.fullmatch(r"\d{1,3}", out[key]):
            known = {"page": int(out[key])}
        if key == "length" and re.fullmatch(r"[\d,]+", out[key]):
            known = {"length": int(out[key].replace(",", ""))}
        if key == "edition" and out[key] in "朝夕":
            known = {"edition": out[key] + "刊"}
        if key in known or (key == "section" and known and not read.get("_left")):
            named = {}
            if key == "section" and re.fullmatch(
                "[一二三四五]面", out[key]
            ):  # the name of a page whose number has a field
                if out.get("page"):
                    continue
                named = {"_front": out[key]}
            out.pop(key)
            out = {**known, **named, **out}
        elif key in ("page", "length"):
            out["note"] = f"{key} not understood: {out.pop(key)}"
    return out


def read_fields(parts: list[str]) -> dict:
    """What a list of fields says; ``_left`` holds ``(index, field)`` of those that say something else."""
    out: dict = {}
    left = []
    front: tuple[int, str] | None = None  # 一面, which is the name of a page where its number stands beside it
    for i, part in enumerate(parts):
        folded = fold(part).strip()
        found = _tokens(folded)
        again = set(found or {}) & set(out)
        if front and again == {"page"} and re.search("頁|ページ", folded):
            left.append(front)
        elif found is None or again:
            left.append((i, part))
            continue
        front = (i, part) if found and set(found) == {"page"} and folded.endswith("面") else None
        out.update(found or {})
    if left:
        out["_left"] = sorted(left)
    return out


def _tokens(folded: str) -> dict | None:
    """Read a field that is nothing but dates, editions, pages and lengths; ``None`` for any other."""
    out: dict = {}
    at = 0
    while at < len(folded):
        m = FORMS.token.match(folded, at)
        if not m or m.end() == at:
            return None
        got = m.groupdict()
        if got["date"]:
            out["date"] = re.sub(r"付け?", "", got["date"])
        said = {
            "region": got["region"] or got["region2"] or got["region3"],
            "edition": re.sub(r"\s", "", got["edition"] or ""),
            "outlet": got["outlet"],
            "page": got["page"] or got["page2"] or (got["kanji"] and _number(got["kanji"])),
            "page_last": got["last"] or got["last2"],
            "length": (got["length"] or got["length2"] or "").replace(",", ""),
        }
        numbers = ("page", "page_last", "length")
        out |= {key: int(value) if key in numbers else value for key, value in said.items() if value}
        at = m.end()
    return out


def _number(kanji: str) -> int:
    tens, _, ones = kanji.rpartition("十") if "十" in kanji else ("", "", kanji)
    return (10 * (_KANJI.get(tens, 1) if "十" in kanji else 0)) + _KANJI.get(ones, 0)


_CITED = re.compile(r"\s*([^。]{3,120}?)\s*[(（]([^()（）。]{10,60})[)）]\s*")
"""A headline with newspaper and day in brackets behind it."""


def row_of(line: str, columns: list[str] | None = None) -> dict:
    """Fields of a header row; empty for any other line.

    A row has a date that fills a field and an edition, page or length beside it; a sentence of the body has not.
    """
    if not re.search(r"\d", line) or ("。" in line and "\t" not in line) or len(line) > 400:
        return {}
    cited = _CITED.fullmatch(line)
    if cited and {"outlet", "date"} <= (inner := row_of(cited[2])).keys():
        return inner | {"headline": cited[1].strip()}
    framed = re.fullmatch(r"\s*[\[［【(（](.*)[\]］】)）]\s*", line)
    line = framed[1] if framed else line
    tabbed = "\t" in line.strip()
    if not tabbed:  # ページ 002 is one field
        line = re.sub(r"(?<![\d０-９])(ページ|頁|文字数|字数|[Nn][Oo]\.?)[\s\u3000]+(?=[\d０-９])", r"\1:", line)
        line = re.sub(r"([朝夕]刊)[\s\u3000]+(?=第[\d０-９]部)", r"\1", line)
    parts = [p.strip() for p in (line.strip().split("\t") if tabbed else re.split(r"[\s|｜]+", line.strip()))]
    parts = [p for p in parts if p]
    place = columns.index("date") if columns and "date" in columns else 0
    if columns and len(parts) == len(columns) and FORMS.date.fullmatch(fold(parts[place])):
        named = {name: fold(part) if name != "headline" else part for name, part in zip(columns, parts, strict=True)}
        return {k: v for k, v in settled(named).items() if k[0] != "_"}
    read = read_fields(parts)
    left = read.pop("_left", [])
    if "date" not in read or not {"edition", "page", "length"} & set(read):
        return {}
    at = dict(left)
    if 0 in at and FORMS.serial.fullmatch(fold(at[0])):
        left, at = left[1:], dict(left[1:])
    if "page" not in read:
        bare = [i for i, part in left if re.fullmatch(r"\d{1,3}", fold(part)) and i > 0]
        if len(bare) == 1:
            read["page"] = int(fold(at.pop(bare[0])))
    return _with_words(read, at, parts, tabbed)


def _with_words(read: dict, at: dict[int, str], parts: list[str], tabbed: bool) -> dict:
    """The fields that are words: a long one or the one before the edition is the headline, a short one the subject."""
    edition = next((i for i, part in enumerate(parts) if i not in at and "edition" in (_tokens(fold(part)) or {})), -1)
    groups: list[list[int]] = []
    for i in sorted(at):
        if groups and not tabbed and i == groups[-1][-1] + 1:
            groups[-1].append(i)
        else:
            groups.append([i])
    words = [(group[0], "\u3000".join(at[i] for i in group)) for group in groups]
    after = [word for i, word in words if i > edition >= 0]
    short = [word for word in after if len(word) <= 12]
    short = short or [word for _, word in words if len(word) <= 6 or FORMS.subject.fullmatch(fold(word))]
    if short:
        read["section"] = fold(short[0])
    rest = [word for _, word in words if not short or word != short[0]]
    if len(rest) > (2 if tabbed else 1):
        return {}
    if rest:
        read["headline"] = max(rest, key=len)
    return read
