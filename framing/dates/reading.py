"""From normalised text to a day, or to the reason why there is none."""

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from framing.dates import patterns
from framing.dates.patterns import FORMS
from framing.messages import mark


class Read(NamedTuple):
    day: date | None
    precision: str
    note: str = ""


_RANGE = Read(None, "missing", mark("a range, which is no single date"))


@lru_cache(maxsize=10_000)  # the same day comes with many times
def read(text: str, anchor: date | None) -> Read:
    """Read normalised text."""
    found = [match for pattern in patterns.FULL for match in pattern.finditer(text)]
    found.sort(key=lambda m: (m.start(), -m.end()))
    found = [m for n, m in enumerate(found) if not any(m.start() < other.end() for other in found[:n])]
    fiscal = list(FORMS.fiscal.finditer(text))
    found = [m for m in found if not any(f.start() <= m.end() and m.start() <= f.end() for f in fiscal)]
    dated = [m for m in found if not FORMS.decade.match(text, m.end())]
    if found and not dated:
        return Read(None, "missing", mark("a decade, which is no year"))
    found = dated or list(FORMS.compact.finditer(text))
    if not found and fiscal:
        return Read(None, "missing", mark("a fiscal year or period, which is no year or month of the calendar"))
    if not found:
        match = FORMS.year_month.fullmatch(text.strip()) or FORMS.year.fullmatch(text.strip())
        return _of_match(match) if match else _without_year(text, anchor)
    found.sort(key=lambda m: _order(text[: m.start()]))  # stable: else the first
    chosen = found[0]
    read = _of_match(chosen)
    if read.day and _ranged(text, chosen, next((m for m in found if m.start() > chosen.start()), None)):
        return _RANGE
    weekday = FORMS.weekday.match(text, chosen.end())
    printed = weekday and (weekday[1] or weekday[2])
    if printed and read.day and read.precision == "day" and "月火水木金土日"[read.day.weekday()] != printed:
        return read._replace(note="; ".join(filter(None, [read.note, f"{read.day} was no {printed}曜日"])))
    return read


def _ranged(text: str, chosen: re.Match, following: re.Match | None) -> bool:
    """Whether a date is one end of a range; two times of one day are none."""
    later = FORMS.to_later.match(text, chosen.end())
    if later and following and following.start() == later.end():
        return _of_match(following).day != _of_match(chosen).day
    return bool(later) or any(m.end() == chosen.start() for m in FORMS.from_earlier.finditer(text))


def _order(before: str) -> int:
    """Published before unmarked before updated, by the word that stands before the date."""
    if FORMS.updated.search(before[-16:]):
        return 2
    return 0 if FORMS.published.search(before[-16:]) else 1


def _of_match(match: re.Match) -> Read:
    part = match.groupdict()
    if "a" in part:
        return _year_last(int(part["a"]), int(part["b"]), int(part["y"]), dotted=part["s"] == ".")
    month, day = (_number(part.get(name)) for name in ("m", "d"))
    era = (part.get("era") or "").rstrip(".")
    read = _of_era(patterns.ERA_OF[era], part["y"], month, day) if era else _of_year(part["y"], month, day)
    other = part.get("alt") or part.get("alt2")
    if other:
        return _agree(read, other.strip().rstrip("年년"), month, day, "" if era else part["y"])
    return read


def _agree(read: Read, other: str, month: int | None, day: int | None, year: str) -> Read:
    """令和6(2024)年: the two years must be the same; 主体113(2024)年 has only the second."""
    named = FORMS.other.fullmatch(other)
    if not named:
        return read
    second = (
        _of_era(patterns.ERA_OF[named["era"].rstrip(".")], named["y"], month, day)
        if named["era"]
        else _of_year(named["y"], month, day)
    )
    if len(year) < 4 and year.isdigit():
        return second
    if read.day and second.day and read.day != second.day:
        return Read(None, "missing", f"its two years disagree: {read.day.year} and {second.day.year}")
    return read


def _of_year(year: str, month: int | None, day: int | None) -> Read:
    number = _number(year)
    if number is None or year == "元":
        return Read(None, "missing", mark("a first year (元年) without its era"))
    if number < 1000:
        return Read(None, "missing", f"year {number} may be of more than one era or century")
    return build(number, month, day)


def _of_era(era: str, year: str, month: int | None, day: int | None) -> Read:
    number = 1 if year == "元" else _number(year) or 0
    begin, end = patterns.ERAS[era]
    gregorian = begin.year + number - 1
    if number == 0 or gregorian > min(end.year, 9998):
        return Read(None, "missing", f"{era} has no year {number}")
    read = build(gregorian, month, day)
    if read.day and read.day < patterns.GREGORIAN:
        return Read(None, "missing", "before 明治6年 (1873) Japan counted by another calendar")
    if read.day is None or (begin <= last_day(read.day, read.precision) and read.day <= end):
        return read
    return Read(None, "missing", f"{era} began {begin} and ended {end}")


def build(year: int, month: int | None, day: int | None) -> Read:
    try:
        built = date(year, 1 if month is None else month, 1 if day is None else day)
    except (ValueError, OverflowError):
        return Read(None, "missing", f"there is no day {year}-{month}" + ("" if day is None else f"-{day}"))
    if year < patterns.EARLIEST:
        return Read(None, "missing", f"year {year} is before there were newspapers")
    return Read(built, "year" if month is None else "month" if day is None else "day")


def _year_last(a: int, b: int, year: int, *, dotted: bool) -> Read:
    if a != b and max(a, b) <= 12 and not dotted:  # with full stops the day stands first, as in 12.03.2011
        return Read(None, "missing", f"day and month of {a}/{b}/{year} may be swapped")
    return build(year, *((b, a) if a > 12 or (dotted and b <= 12) else (a, b)))


def _without_year(text: str, anchor: date | None) -> Read:
    if FORMS.two_digits.search(text):
        return Read(None, "missing", mark("a year of two digits may be of more than one era or century"))
    match = FORMS.no_year.search(text)
    if match:
        month, day = _number(match["m"] or match["m2"]), _number(match["d"] or match["d2"])
        if build(2024, month, day).day is None:  # a leap year: every day that can exist
            return Read(None, "missing", f"there is no day {month}-{day} in any year")
        if _ranged(text, match, None):
            return _RANGE
        if anchor is None:
            return Read(None, "missing", mark("no year, and no anchor to take it from"))
        for year in range(anchor.year, anchor.year - 8, -1):
            read = build(year, month, day)
            if read.day and read.day <= anchor + timedelta(days=1):
                return read._replace(note=f"year taken from the anchor {anchor}")
    relative = patterns.RELATIVE.search(text)
    if relative or FORMS.hours_ago.search(text):
        if anchor is None:
            return Read(None, "missing", mark("relative, and no anchor to count from"))
        if not relative:
            return Read(None, "missing", mark("hours before an anchor do not tell the day"))
        back = int(relative["n"]) if relative["n"] else patterns.DAYS_BACK[relative[0].lower()]
        return Read(anchor - timedelta(days=back), "day", f"counted from the anchor {anchor}")
    if re.fullmatch(r"[2-5]\d{4}(?:\.\d+)?", text.strip()):  # two systems of counting lie four years apart
        return Read(
            None, "missing", mark("a number of days as Excel counts them; show the column as dates and save it")
        )
    return Read(None, "missing", mark("no date is recognised"))


_UNITS = {"十": 10, "百": 100, "千": 1000}


def _number(text: str | None) -> int | None:
    """Arabic, positional (二〇二四) or counted (二十八) numerals, and the names of months."""
    if text is None:
        return None
    if text == "元":
        return 1
    if text.isascii() and text.isdigit():
        return int(text)
    if month := patterns.MONTHS.get(text.rstrip(".").lower()):
        return month
    total = here = 0
    for sign in text.replace("零", "〇"):
        if sign in _UNITS:
            total, here = total + (here or 1) * _UNITS[sign], 0
        else:
            here = here * 10 + "〇一二三四五六七八九".index(sign)
    return total + here


def of_date(value: date) -> Read:
    return build(value.year, value.month, value.day)


def last_day(day: date, precision: str) -> date:
    """Last day that a date whose first is ``day`` may mean."""
    if precision == "year":
        return date(day.year, 12, 31)
    return day.replace(day=monthrange(day.year, day.month)[1]) if precision == "month" else day
