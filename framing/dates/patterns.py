"""How dates are printed: eras, months, days told from another; the notations are in ``framing/data/dates.yaml``."""

import re
from datetime import date

from framing import data

ERAS = {  # first and last day; by Cabinet orders and 登極令, the last day of one may be the first of the next
    "明治": (date(1868, 1, 25), date(1912, 7, 30)),
    "大正": (date(1912, 7, 30), date(1926, 12, 25)),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7)),
    "平成": (date(1989, 1, 8), date(2019, 4, 30)),
    "令和": (date(2019, 5, 1), date.max),
    "民國": (date(1912, 1, 1), date.max),  # 中華民國
    "主体": (date(1912, 1, 1), date.max),  # 주체; counted from 1912
}
ERA_OF = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
ERA_OF |= {name[0]: name for name in ERAS} | {name: name for name in ERAS}
ERA_OF |= dict.fromkeys(("民国", "中華民國", "中華民国", "中华民国"), "民國") | dict.fromkeys(("주체", "主體"), "主体")
GREGORIAN = date(1873, 1, 1)  # Japan's first day of the Gregorian calendar: 明治6年1月1日
EARLIEST = 1600
MONTHS = {name: n for n, names in enumerate(data.words("databases")["months"], start=1) for name in names}
"""Months by their names, written out or cut short, in the languages of newspapers."""

FORMS = data.forms("dates", MONTH=rf"(?:{'|'.join(sorted(map(re.escape, MONTHS), key=len, reverse=True))})\.?")
FULL = (FORMS.juche, FORMS.juche_last, FORMS.cjk, FORMS.numbers, FORMS.short_era, FORMS.day_first, FORMS.month_first,
        FORMS.year_last, FORMS.year_first)  # fmt: skip
"""The notations that have a year, in which a text is searched first."""

DAYS_BACK = {"今日": 0, "きょう": 0, "本日": 0, "昨日": 1, "きのう": 1, "前日": 1, "一昨日": 2, "おととい": 2}
DAYS_BACK |= {"오늘": 0, "어제": 1, "그제": 2, "today": 0, "yesterday": 1}
RELATIVE = re.compile(
    "|".join(sorted(map(re.escape, DAYS_BACK), key=len, reverse=True)) + r"|(?P<n>[0-9]{1,3})\s?日前", re.I
)
