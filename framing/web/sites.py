"""What the pages of some archives print about an article (``framing/data/sites.yaml``): KCNA Watch, 人民日报 …"""

import re
from datetime import UTC, date, datetime, timedelta

import pandas as pd

from framing import data
from framing.web import outlets

_RULES = data.words("sites")
_TOP, _LONGEST = 5, 200
"""Lines of a page, besides title and address, in which an archive names itself, and what is looked at of each."""
_PARTS = re.compile(r"\s[-–—:]\s|[|｜_·]|--")
"""What parts a headline from the name of its site."""


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
    form = rf"(?<=\w)\s*[-–—_|]{{1,3}}\s*{re.escape(page['outlet'])}(?:[-–—_|].*)?$"
    return page | {"headline": re.sub(form, "", page["headline"])}


def _found(rule: dict, lines: list[str], address: str) -> dict:
    said: dict[str, str] = {}
    for form in rule["says"]:
        hit = next(filter(None, (re.search(form, line) for line in lines if len(line) < 400)), None)
        said |= {k: v for k, v in hit.groupdict().items() if v} if hit else {}
    named = re.search(rule["address"], address) if "address" in rule else None
    said = {k: v for k, v in named.groupdict().items() if v} | said if named else said
    day = _day(said)
    out = {name: said[name] for name in ("outlet", "page", "section", "language") if name in said}
    out |= {"outlet": outlets.named(out["outlet"]) or out["outlet"]} if "outlet" in out else {}
    if "language" in out:
        out["language"] = _RULES["languages"].get(out["language"].lower(), out["language"].lower())
    return out | (
        {} if day is None else {"date": pd.Timestamp(day), "date_precision": "day", "date_evidence": str(day)}
    )


def _day(said: dict[str, str]) -> date | None:
    """The day first, then the month, unless the address tells the other order."""
    stamp = datetime.fromtimestamp(int(said["stamp"]), UTC).date() if "stamp" in said else None
    if "year" not in said:
        return None
    orders = [(said["month"], said["day"]), (said["day"], said["month"])]
    days = [made for month, day in orders if (made := _made(int(said["year"]), int(month), int(day)))]
    near = [day for day in days if stamp and abs(day - stamp) <= timedelta(days=2)]
    return next(iter(near or days), None)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
