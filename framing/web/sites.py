"""What the pages of some archives print about an article (``framing/data/sites.yaml``): KCNA Watch, 人民日报 …"""

import re
from datetime import UTC, date, datetime, timedelta

import pandas as pd

from framing import data
from framing.dates.patterns import MONTHS
from framing.web import outlets

_RULES = data.words("sites")
_TOP, _LONGEST = 5, 200
"""Lines of a page, besides title and address, in which an archive names itself, and what is looked at of each."""
_PARTS = re.compile(r"\s[-–—:]\s|[|｜_·]|--")
"""What parts a headline from the name of its site."""
_DATELINE = re.compile(
    rf"(?i)\b(?P<name>{'|'.join(map(re.escape, MONTHS))})\.? (?P<d>[0-9]{{1,2}}) \(KCNA\)"
    r"|(?P<m>[0-9]{1,2})\s?[월月]\s?(?P<d2>[0-9]{1,2})\s?[일日]\s?발?\s?(?:조선중앙통신|发|發|電)"
)
"""The day on which an agency sent its report."""


def told(text: str, lines: list[str], url: str | None) -> dict:
    """What the archive of a page says of its article: ``outlet date page section language`` as far as it does."""
    title = re.search(r"<title[^<>]{0,200}>([^<]{1,200})</title>", text[:20_000], re.IGNORECASE)
    addressed = re.search(r"<(?:link[^<>]*canonical|meta[^<>]*og:url)[^<>]*>", text[:50_000], re.IGNORECASE)
    address = f"{url or ''} {addressed[0] if addressed else ''}"
    top = [line.strip() for line in lines if line.strip()][:_TOP]
    names = {part.strip() for line in (title[1] if title else "", *top) for part in _PARTS.split(line[:_LONGEST])}
    for rule in _RULES["sites"].values():
        if "name" in rule and not (
            re.search(rule["host"], address) or any(re.fullmatch(rule["name"], name) for name in names)
        ):
            continue
        found = _found(rule, lines, address)
        if found.keys() - {"section"} or "name" in rule:
            return ({"outlet": rule["outlet"]} if "outlet" in rule else {}) | found
    return {}


def without_outlet(page: dict) -> dict:
    """The page, its headline without the outlet behind it (``河水上涨--东都日报``)."""
    if not page.get("headline") or not page.get("outlet"):
        return page
    head, sign, name = page["headline"].rpartition(" - ")
    if sign and _is_site(name):
        return page | {"headline": head}
    name, sign, head = page["headline"].partition(" | ")  # 조선중앙통신 | …
    if sign and _is_site(name):
        return page | {"headline": head}
    form = rf"(?<=\w)\s*[-–—_|]{{1,3}}\s*{re.escape(page['outlet'])}(?:[-–—_|].*)?$"
    return page | {"headline": re.sub(form, "", page["headline"])}


def _found(rule: dict, lines: list[str], address: str) -> dict:
    said: dict[str, str] = {}
    for form in rule["says"]:
        hit = next(filter(None, (re.search(form, line) for line in lines if len(line) < 400)), None)
        said |= {k: v for k, v in hit.groupdict().items() if v} if hit else {}
    if "juche" in said:
        said = {"year": str(int(said["juche"]) + 1911)} | said
    named = re.search(rule["address"], address) if "address" in rule else None
    said = {k: v for k, v in named.groupdict().items() if v} | said if named else said
    day = _day(said, lines)
    printed = f"{said['day']}/{said['month']}/{said['year']}" if "slash" in said else str(day)
    out = {name: said[name] for name in ("outlet", "page", "section", "language") if name in said}
    out |= {"outlet": outlets.named(out["outlet"]) or out["outlet"]} if "outlet" in out else {}
    if "language" in out:
        out["language"] = _RULES["languages"].get(out["language"].lower(), out["language"].lower())
    if day is None:
        return out | ({"date": None, "date_precision": "missing", "date_evidence": printed} if "slash" in said else {})
    return out | {"date": pd.Timestamp(day), "date_precision": "day", "date_evidence": printed}


def _day(said: dict[str, str], lines: list[str]) -> date | None:
    """The day; of two that day and month may mean, the one that address or dateline bears out, else none."""
    if "year" not in said:
        return None
    year, month, day = (int(said[name]) for name in ("year", "month", "day"))
    orders = [(month, day), (day, month)] if "slash" in said else [(month, day)]
    days = sorted({made for pair in orders if (made := _made(year, *pair))})
    if len(days) < 2:
        return next(iter(days), None)
    if "stamp" in said:
        stamp = datetime.fromtimestamp(int(said["stamp"]), UTC).date()
        near = [one for one in days if abs(one - stamp) <= timedelta(days=2)]
    else:  # "Pyongyang, April 3 (KCNA)": the day itself or the one before
        told = next(filter(None, (_DATELINE.search(line[:_LONGEST]) for line in lines)), None)
        number = told and (int(told["m"]) if told["m"] else MONTHS[told["name"].lower()])
        sent = _made(year, number, int(told["d"] or told["d2"])) if told and number else None
        near = [one for one in days if sent and timedelta(0) <= one - sent <= timedelta(days=2)]
    return near[0] if len(near) == 1 else None


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_site(name: str) -> bool:
    """Whether a site that is known calls itself so."""
    return any(re.fullmatch(rule["name"], name.strip()) for rule in _RULES["sites"].values() if "name" in rule)
