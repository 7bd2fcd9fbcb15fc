"""How dates are printed: eras, numerals, and one pattern a notation."""

import re
from datetime import date

ERAS = {  # first and last day; by Cabinet orders and 登極令, the last day of one may be the first of the next
    "明治": (date(1868, 1, 25), date(1912, 7, 30)),
    "大正": (date(1912, 7, 30), date(1926, 12, 25)),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7)),
    "平成": (date(1989, 1, 8), date(2019, 4, 30)),
    "令和": (date(2019, 5, 1), date.max),
}
ERA_OF = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
ERA_OF |= {name[0]: name for name in ERAS} | {name: name for name in ERAS}
GREGORIAN = date(1873, 1, 1)  # Japan's first day of the Gregorian calendar: 明治6年1月1日
EARLIEST = 1600
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: n for n, name in enumerate(MONTH_NAMES, start=1)}
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
N = r"(?:[0-9]{1,4}|[〇零一二三四五六七八九十百千]{1,8}|元)"
ERA = r"(?:明治|大正|昭和|平成|令和|(?<![A-Za-z])[MTSHR]\.?(?=[0-9元])|(?<!\w)[明大昭平令](?=[0-9元]))"

SIMPLE = re.compile(
    r"\s*([12][0-9]{3})(?:-([01]?[0-9])-([0-3]?[0-9])|/([01]?[0-9])/([0-3]?[0-9])|年([01]?[0-9])月([0-3]?[0-9])日)"
    r"(?:[T ]?[0-9:時分秒.]*\s?(?:Z|JST|[+-][0-9:]{4,5})?)\s*"
)
TIME = re.compile(
    r"(?<![0-9])[0-9]{1,2}(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?|時[0-9]{1,2}分(?:[0-9]{1,2}秒)?)(?![0-9間])"
)
CJK = re.compile(
    rf"(?P<era>{ERA})?\s?(?P<y>{N})\s?(?:\((?P<alt>[^()]{{2,12}})\)\s?)?[年년]\s?(?:\((?P<alt2>[^()]{{2,12}})\)\s?)?"
    rf"(?:(?P<m>{N})\s?[月월]\s?(?:(?P<d>{N})\s?[日일])?)?"
)
NUMBERS = re.compile(
    r"(?<![0-9.])(?P<y>[12][0-9]{3})\s?(?P<s>[-/.‐–])\s?(?P<m>[0-9]{1,2})\s?(?P=s)\s?(?P<d>[0-9]{1,2})(?![0-9])"
)
SHORT_ERA = re.compile(
    rf"(?P<era>{ERA})\s?(?P<y>[0-9]{{1,2}}|元)(?P<s>[-/.・])(?P<m>[0-9]{{1,2}})(?:(?P=s)(?P<d>[0-9]{{1,2}}))?(?![0-9])"
)
COMPACT = re.compile(r"(?<![0-9])(?P<y>[12][0-9]{3})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?:T?[0-9]{4,6}Z?)?(?![0-9])")
DAY_FIRST = re.compile(
    rf"(?<![0-9])(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?[\s-]{{1,2}}(?P<m>{MONTH}),?[\s-]{{1,2}}(?P<y>[12][0-9]{{3}})(?![0-9])",
    re.I,
)
MONTH_FIRST = re.compile(
    rf"\b(?P<m>{MONTH})\s{{1,2}}(?:(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s{{1,2}})?(?P<y>[12][0-9]{{3}})(?![0-9])",
    re.I,
)
YEAR_LAST = re.compile(r"(?<![0-9.])(?P<a>[0-9]{1,2})(?P<s>[-/.])(?P<b>[0-9]{1,2})(?P=s)(?P<y>[12][0-9]{3})(?![0-9])")
YEAR_MONTH = re.compile(r"(?P<y>[12][0-9]{3})\s?[-/.]\s?(?P<m>[0-9]{1,2})")
YEAR = re.compile(r"(?P<y>[12][0-9]{3})")
FISCAL = re.compile(
    r"(?<=[年)])\s?度|(?<=月)期|(?:会計|学)年度|(?:회계연|학년)도|\bFY\s?'?(?=[0-9])|\bfiscal\s?(?:year\s?)?", re.I
)
"""Beside a year or a month: it is of another calendar than ours (年度 begins in April)."""
TWO_DIGITS = re.compile(r"(?<![0-9])'?[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?![0-9])")
NO_YEAR = re.compile(
    rf"(?<![0-9])(?P<m>{N})\s?[月월]\s?(?P<d>{N})\s?[日일]|(?<![0-9/.])(?P<m2>[01]?[0-9])/(?P<d2>[0-3]?[0-9])(?![0-9/])"
)
PATTERNS = (CJK, NUMBERS, SHORT_ERA, DAY_FIRST, MONTH_FIRST, YEAR_LAST)

DAYS_BACK = {"今日": 0, "きょう": 0, "本日": 0, "昨日": 1, "きのう": 1, "前日": 1, "一昨日": 2, "おととい": 2}
DAYS_BACK |= {"오늘": 0, "어제": 1, "그제": 2, "today": 0, "yesterday": 1}
RELATIVE = re.compile(
    "|".join(sorted(map(re.escape, DAYS_BACK), key=len, reverse=True)) + r"|(?P<n>[0-9]{1,3})\s?日前", re.I
)
HOURS_AGO = re.compile(r"[0-9]{1,3}\s?(?:時間|分|秒)前|\b[0-9]{1,3} (?:hours?|minutes?) ago")
UPDATED = re.compile(r"(?:更新|修正|改訂|updated|modified)\s?(?:日時?)?\s?[:]?\s{0,3}[(]?$", re.I)
PUBLISHED = re.compile(r"(?:公開|配信|掲載|発行|投稿|入力|初出|published|posted)\s?(?:日時?)?\s?[:]?\s{0,3}[(]?$", re.I)
WEEKDAY = re.compile(r"\s?[(]\s?([月火水木金土日])(?:曜日?)?(?:[・]祝|[・]休)?\s?[)]|\s([月火水木金土日])曜日")
