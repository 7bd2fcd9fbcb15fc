"""Dates as they are printed: what day, how precisely, on what evidence, and what is wrong with it.

A date is read, never guessed. What cannot be read with certainty (no year, day and month that may be
swapped, the 30th of February, Heisei 40, tomorrow) gives no date and a ``note`` that says why. The day
is the day as printed: a time zone is kept in the evidence and moves nothing.
"""

import re
import unicodedata
from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

LONGEST = 200
"""Characters a date field may have; anything longer is text, and a date in a text is not its date."""

ERAS = {  # first and last day; by Cabinet orders and 登極令, the last day of one may be the first of the next
    "明治": (date(1868, 1, 25), date(1912, 7, 30)),
    "大正": (date(1912, 7, 30), date(1926, 12, 25)),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7)),
    "平成": (date(1989, 1, 8), date(2019, 4, 30)),
    "令和": (date(2019, 5, 1), date.max),
}
_ERA_OF = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
_ERA_OF |= {name[0]: name for name in ERAS} | {name: name for name in ERAS}
_GREGORIAN = date(1873, 1, 1)  # Japan's first day of the Gregorian calendar: 明治6年1月1日
_EARLIEST = 1600
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: n for n, name in enumerate(_MONTH_NAMES, start=1)}
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_N = r"(?:[0-9]{1,4}|[〇零一二三四五六七八九十百千]{1,8}|元)"
_ERA = r"(?:明治|大正|昭和|平成|令和|(?<![A-Za-z])[MTSHR]\.?(?=[0-9元])|(?<!\w)[明大昭平令](?=[0-9元]))"

_SIMPLE = re.compile(
    r"\s*([12][0-9]{3})(?:-([01]?[0-9])-([0-3]?[0-9])|/([01]?[0-9])/([0-3]?[0-9])|年([01]?[0-9])月([0-3]?[0-9])日)"
    r"(?:[T ]?[0-9:時分秒.]*\s?(?:Z|JST|[+-][0-9:]{4,5})?)\s*"
)
_CJK = re.compile(
    rf"(?P<era>{_ERA})?\s?(?P<y>{_N})\s?(?:\((?P<alt>[^()]{{2,12}})\)\s?)?[年년]\s?(?:\((?P<alt2>[^()]{{2,12}})\)\s?)?"
    rf"(?:(?P<m>{_N})\s?[月월]\s?(?:(?P<d>{_N})\s?[日일])?)?"
)
_NUMBERS = re.compile(
    r"(?<![0-9.])(?P<y>[12][0-9]{3})\s?(?P<s>[-/.‐–])\s?(?P<m>[0-9]{1,2})\s?(?P=s)\s?(?P<d>[0-9]{1,2})(?![0-9])"
)
_SHORT_ERA = re.compile(
    rf"(?P<era>{_ERA})\s?(?P<y>[0-9]{{1,2}}|元)(?P<s>[-/.・])(?P<m>[0-9]{{1,2}})(?:(?P=s)(?P<d>[0-9]{{1,2}}))?(?![0-9])"
)
_COMPACT = re.compile(r"(?<![0-9])(?P<y>[12][0-9]{3})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?:T?[0-9]{4,6}Z?)?(?![0-9])")
_DAY_FIRST = re.compile(
    rf"(?<![0-9])(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?[\s-]{{1,2}}(?P<m>{_MONTH}),?[\s-]{{1,2}}(?P<y>[12][0-9]{{3}})(?![0-9])",
    re.I,
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<m>{_MONTH})\s{{1,2}}(?:(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s{{1,2}})?(?P<y>[12][0-9]{{3}})(?![0-9])",
    re.I,
)
_YEAR_LAST = re.compile(r"(?<![0-9.])(?P<a>[0-9]{1,2})(?P<s>[-/.])(?P<b>[0-9]{1,2})(?P=s)(?P<y>[12][0-9]{3})(?![0-9])")
_YEAR_MONTH = re.compile(r"(?P<y>[12][0-9]{3})\s?[-/.]\s?(?P<m>[0-9]{1,2})")
_YEAR = re.compile(r"(?P<y>[12][0-9]{3})")
_TWO_DIGITS = re.compile(r"(?<![0-9])'?[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?![0-9])")
_NO_YEAR = re.compile(
    rf"(?<![0-9])(?P<m>{_N})\s?[月월]\s?(?P<d>{_N})\s?[日일]|(?<![0-9/.])(?P<m2>[01]?[0-9])/(?P<d2>[0-3]?[0-9])(?![0-9/])"
)
_PATTERNS = (_CJK, _NUMBERS, _SHORT_ERA, _DAY_FIRST, _MONTH_FIRST, _YEAR_LAST)

_DAYS_BACK = {"今日": 0, "きょう": 0, "本日": 0, "昨日": 1, "きのう": 1, "前日": 1, "一昨日": 2, "おととい": 2}
_DAYS_BACK |= {"오늘": 0, "어제": 1, "그제": 2, "today": 0, "yesterday": 1}
_RELATIVE = re.compile(
    "|".join(sorted(map(re.escape, _DAYS_BACK), key=len, reverse=True)) + r"|(?P<n>[0-9]{1,3})\s?日前", re.I
)
_HOURS_AGO = re.compile(r"[0-9]{1,3}\s?(?:時間|分|秒)前|\b[0-9]{1,3} (?:hours?|minutes?) ago")
_UPDATED = re.compile(r"(?:更新|修正|改訂|updated|modified)\s?(?:日時?)?\s?[:]?\s{0,3}[(]?$", re.I)
_PUBLISHED = re.compile(
    r"(?:公開|配信|掲載|発行|投稿|入力|初出|published|posted)\s?(?:日時?)?\s?[:]?\s{0,3}[(]?$", re.I
)
_WEEKDAY = re.compile(r"\s?[(]\s?([月火水木金土日])(?:曜日?)?(?:[・]祝|[・]休)?\s?[)]|\s([月火水木金土日])曜日")


class ParsedDate(NamedTuple):
    """What a date field says.

    ``date`` is a midnight :class:`pandas.Timestamp` without time zone (the first day of a month or year
    where only that is known) or None; ``precision`` is ``day``, ``month``, ``year`` or ``missing``;
    ``evidence`` is the text it was read from; ``note`` says what is wrong or needs care, else is empty.
    """

    date: pd.Timestamp | None
    precision: str
    evidence: str
    note: str


class _Read(NamedTuple):
    day: date | None
    precision: str
    note: str = ""


def parse(text: object, *, window: tuple | None = None, anchor: object = None) -> ParsedDate:
    """Read one printed date.

    Parameters
    ----------
    text
        A date field or line ("2024年3月28日(木)18時50分", "R6.3.28", "21 Jan 2024 11:01:28 GMT9"); a date
        or Timestamp is taken as it is. Of several dates the one marked as published comes first,
        one marked as updated last.
    window
        First and last day that are possible for the outlet (either may be None). A date outside is
        kept and flagged in ``note``: a wrong date is a finding about the source.
    anchor
        The day a relative date (昨日, 3日前) or a date without a year is counted from, for example
        the day of the issue. Without it such a date is not read.

    Returns
    -------
    ParsedDate
        ``date``, ``precision``, ``evidence``, ``note``.

    Raises
    ------
    ValueError
        ``window`` or ``anchor`` is no date.

    Notes
    -----
    Eras by their first and last days, so 平成31年5月1日 and 昭和64年1月8日 do not exist. Era dates before
    明治6年 (1873) are refused, as Japan counted by another calendar; so are dates later than tomorrow.
    """
    first, last = _limits(window)
    base = None if anchor is None else _day(anchor, "anchor")
    return _parse(text, first, last, base)


def parse_column(values: pd.Series, *, window: tuple | None = None, anchor: object = None) -> pd.DataFrame:
    """Read a column of printed dates; every distinct value is read once.

    Parameters
    ----------
    values
        Texts, dates, Timestamps or missing.
    window, anchor
        As in :func:`parse`.

    Returns
    -------
    DataFrame
        One row per value, same index: ``date`` (datetime64, day), ``date_precision`` (``day``,
        ``month``, ``year``, ``missing``), ``date_evidence`` and ``date_note`` (text, empty if none).
    """
    first, last = _limits(window)
    base = None if anchor is None else _day(anchor, "anchor")
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        values = values.dt.strftime("%Y-%m-%d")  # the day as printed, whatever the zone
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    read = [_parse(value, first, last, base) for value in distinct.tolist()]
    table = pd.DataFrame(
        {
            "date": pd.Series([r.date for r in read], dtype="datetime64[us]"),
            "date_precision": pd.Series([r.precision for r in read], dtype="str"),
            "date_evidence": pd.Series([r.evidence for r in read], dtype="str"),
            "date_note": pd.Series([r.note for r in read], dtype="str"),
        }
    )
    return table.take(codes).set_axis(values.index)


def _parse(text: object, first: date | None, last: date | None, anchor: date | None) -> ParsedDate:
    if isinstance(text, date):  # also datetime and Timestamp; NaT is none of these in what follows
        return (
            ParsedDate(None, "missing", "", "") if text is pd.NaT else _finish(_of_date(text), str(text), first, last)
        )
    if not isinstance(text, str):
        if text is None or text is pd.NA or text != text:
            return ParsedDate(None, "missing", "", "")
        text = str(int(text)) if isinstance(text, float) and text.is_integer() else str(text)
    simple = _SIMPLE.fullmatch(text) if len(text) <= LONGEST else None
    if simple:  # nearly every date of a table; spares the search
        year, *rest = simple.groups()
        month, day = (int(part) for part in rest if part is not None)
        return _finish(_build(int(year), month, day), text.strip(), first, last)
    evidence = " ".join(text[: LONGEST + 1].split())
    if not evidence:
        return ParsedDate(None, "missing", "", "")
    if len(text) > LONGEST:
        return ParsedDate(None, "missing", evidence, f"longer than {LONGEST} characters: a text, not a date")
    return _finish(_read(unicodedata.normalize("NFKC", evidence), anchor), evidence, first, last)


def _finish(read: _Read, evidence: str, first: date | None, last: date | None) -> ParsedDate:
    if read.day is None:
        return ParsedDate(None, "missing", evidence, read.note)
    notes = [read.note] if read.note else []
    if read.day > date.today() + timedelta(days=1):  # a day's grace, for the date line
        return ParsedDate(None, "missing", evidence, f"{read.day} is in the future")
    end = _end(read)
    if first is not None and end < first:
        notes.append(f"before the window that begins {first}")
    if last is not None and read.day > last:
        notes.append(f"after the window that ends {last}")
    return ParsedDate(pd.Timestamp(read.day), read.precision, evidence, "; ".join(notes))


def _end(read: _Read) -> date:
    """Last day the date may mean."""
    if read.precision == "year":
        return date(read.day.year, 12, 31)
    if read.precision == "month":
        return (read.day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return read.day


def _read(text: str, anchor: date | None) -> _Read:
    """Read normalised text."""
    found = sorted(
        (match for pattern in _PATTERNS for match in pattern.finditer(text)), key=lambda m: (m.start(), -m.end())
    )
    found = [m for n, m in enumerate(found) if not any(m.start() < other.end() for other in found[:n])]
    found = found or [m for m in [_COMPACT.search(text)] if m]
    if not found:
        for pattern in (_YEAR_MONTH, _YEAR):
            match = pattern.fullmatch(text.strip())
            if match:
                return _of_match(match)
        return _without_year(text, anchor)
    found.sort(key=lambda m: _order(text[: m.start()]))  # stable: else the first
    chosen = found[0]
    read = _of_match(chosen)
    weekday = _WEEKDAY.match(text, chosen.end())
    if weekday and read.day and read.precision == "day":
        printed = weekday[1] or weekday[2]
        if "月火水木金土日"[read.day.weekday()] != printed:
            return read._replace(note="; ".join(filter(None, [read.note, f"{read.day} was no {printed}曜日"])))
    return read


def _order(before: str) -> int:
    """Published before unmarked before updated, by the word that stands before the date."""
    if _UPDATED.search(before[-16:]):
        return 2
    return 0 if _PUBLISHED.search(before[-16:]) else 1


def _of_match(match: re.Match) -> _Read:
    part = match.groupdict()
    if "a" in part:
        return _year_last(int(part["a"]), int(part["b"]), int(part["y"]))
    month, day = (_number(part.get(name)) for name in ("m", "d"))
    era = (part.get("era") or "").rstrip(".")
    read = _of_era(_ERA_OF[era], part["y"], month, day) if era else _of_year(part["y"], month, day)
    other = part.get("alt") or part.get("alt2")
    if other:
        return _agree(read, other.strip().rstrip("年년"), month, day, "" if era else part["y"])
    return read


def _agree(read: _Read, other: str, month: int | None, day: int | None, year: str) -> _Read:
    """令和6(2024)年: the two years must be the same; 主体113(2024)年 has only the second."""
    named = re.fullmatch(rf"(?P<era>{_ERA})?\s?(?P<y>{_N})", other)
    if not named:
        return read
    second = (
        _of_era(_ERA_OF[named["era"].rstrip(".")], named["y"], month, day)
        if named["era"]
        else _of_year(named["y"], month, day)
    )
    if len(year) < 4 and year.isdigit():
        return second
    if read.day and second.day and read.day != second.day:
        return _Read(None, "missing", f"its two years disagree: {read.day.year} and {second.day.year}")
    return read


def _of_year(year: str, month: int | None, day: int | None) -> _Read:
    number = _number(year)
    if number is None or year == "元":
        return _Read(None, "missing", "a first year (元年) without its era")
    if number < 1000:
        return _Read(None, "missing", f"year {number} may be of more than one era or century")
    return _build(number, month, day)


def _of_era(era: str, year: str, month: int | None, day: int | None) -> _Read:
    number = 1 if year == "元" else _number(year)
    begin, end = ERAS[era]
    gregorian = begin.year + number - 1
    if number == 0 or gregorian > min(end.year, 9998):
        return _Read(None, "missing", f"{era} has no year {number}")
    read = _build(gregorian, month, day)
    if read.day and read.day < _GREGORIAN:
        return _Read(None, "missing", "before 明治6年 (1873) Japan counted by another calendar")
    if read.day is None or (begin <= _end(read) and read.day <= end):
        return read
    return _Read(None, "missing", f"{era} began {begin} and ended {end}")


def _build(year: int, month: int | None, day: int | None) -> _Read:
    try:
        built = date(year, 1 if month is None else month, 1 if day is None else day)
    except (ValueError, OverflowError):
        return _Read(None, "missing", f"there is no day {year}-{month}" + ("" if day is None else f"-{day}"))
    if year < _EARLIEST:
        return _Read(None, "missing", f"year {year} is before there were newspapers")
    return _Read(built, "year" if month is None else "month" if day is None else "day")


def _year_last(a: int, b: int, year: int) -> _Read:
    if a != b and max(a, b) <= 12:
        return _Read(None, "missing", f"day and month of {a}/{b}/{year} may be swapped")
    return _build(year, *((b, a) if a > 12 else (a, b)))


def _without_year(text: str, anchor: date | None) -> _Read:
    if _TWO_DIGITS.search(text):
        return _Read(None, "missing", "a year of two digits may be of more than one era or century")
    match = _NO_YEAR.search(text)
    if match:
        month, day = _number(match["m"] or match["m2"]), _number(match["d"] or match["d2"])
        if _build(2024, month, day).day is None:  # a leap year: every day that can exist
            return _Read(None, "missing", f"there is no day {month}-{day} in any year")
        if anchor is None:
            return _Read(None, "missing", "no year, and no anchor to take it from")
        for year in range(anchor.year, anchor.year - 8, -1):
            read = _build(year, month, day)
            if read.day and read.day <= anchor + timedelta(days=1):
                return read._replace(note=f"year taken from the anchor {anchor}")
    relative = _RELATIVE.search(text)
    if relative or _HOURS_AGO.search(text):
        if anchor is None:
            return _Read(None, "missing", "relative, and no anchor to count from")
        if not relative:
            return _Read(None, "missing", "hours before an anchor do not tell the day")
        back = int(relative["n"]) if relative["n"] else _DAYS_BACK[relative[0].lower()]
        return _Read(anchor - timedelta(days=back), "day", f"counted from the anchor {anchor}")
    return _Read(None, "missing", "no date is recognised")


def _number(text: str | None) -> int | None:
    """Arabic, positional (二〇二四) or counted (二十八) numerals, and English months."""
    if text is None:
        return None
    if text == "元":
        return 1
    if text.isascii():
        return int(text) if text.isdigit() else _MONTHS[text[:3].lower()]
    digits = {mark: n for n, mark in enumerate("〇一二三四五六七八九")} | {"零": 0}
    units = {"十": 10, "百": 100, "千": 1000}
    if not any(mark in units for mark in text):
        return int("".join(str(digits[mark]) for mark in text))
    total = here = 0
    for mark in text:
        if mark in units:
            total, here = total + (here or 1) * units[mark], 0
        else:
            here = here * 10 + digits[mark]
    return total + here


def _of_date(value: date) -> _Read:
    return _build(value.year, value.month, value.day)


def _limits(window: tuple | None) -> tuple[date | None, date | None]:
    if window is None:
        return None, None
    if isinstance(window, str) or len(window) != 2:
        raise ValueError(f"window must be two days (first, last), either may be None; not {window!r}")
    first, last = (None if limit is None else _day(limit, "window") for limit in window)
    if first and last and last < first:
        raise ValueError(f"window ends ({last}) before it begins ({first})")
    return first, last


def _day(value: object, name: str) -> date:
    try:
        stamp = pd.Timestamp(value)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name} {value!r} is no date; write it as 2024-03-28") from error
    if stamp is pd.NaT:
        raise ValueError(f"{name} {value!r} is no date; write it as 2024-03-28")
    return stamp.date()
