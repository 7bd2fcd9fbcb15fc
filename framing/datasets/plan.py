"""What is planted in the made-up press: every parameter, and the exact shares and ratios that follow."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import softmax

from framing.datasets import grammar

FIRST_DAY, LAST_DAY = pd.Timestamp("2019-01-01"), pd.Timestamp("2023-12-31")
OUTLETS = ("東都新報", "北海日日", "西都タイムス", "中州日報")
AGENCY = "東亜通信"
BASELINE = "中州日報"
"""The outlet the page coefficients compare with (the first in the order of code points)."""

VOLUME = (0.32, 0.22, 0.26, 0.20)
SUNDAY = (0.45, 0.0, 0.45, 0.3)
CLOSED = ("01-02",)
HOLIDAYS = (
    "01-01", "02-11", "02-23", "03-21", "04-29", "05-03", "05-04", "05-05", "08-11", "09-23", "11-03", "11-23",
)  # fmt: skip
BREAK = ("西都タイムス", pd.Timestamp("2021-04-01"), pd.Timestamp("2021-06-30"))
EVENT_SHAPE = 0.25
"""Shape of the gamma that makes some days heavy with news: articles come in bursts."""

WIRE = 0.12
"""Share of stories that come from the agency."""
TAKES = (0.5, 0.8, 0.55, 0.7)
"""Chance that an outlet prints an agency story."""
NEXT_DAY = 0.2
"""Chance that it does so a day late."""

TOPIC_SHARE = {"外交": 0.16, "制裁": 0.09, "軍事": 0.14, "経済": 0.20, "文化": 0.16, "災害": 0.12, "選挙": 0.13}
TOPIC_OUTLET = {
    "外交": (0.4, 0.2, 0.0, -0.3),
    "制裁": (0.0, 0.0, 0.3, 0.0),
    "軍事": (0.0, 0.3, 0.4, 0.0),
    "経済": (0.0, -0.2, 0.4, 0.0),
    "文化": (0.0, 0.0, -0.2, 0.5),
    "災害": (-0.3, 0.5, 0.0, 0.0),
    "選挙": (0.2, 0.0, 0.0, 0.2),
}
TOPIC_SLOPE = {"外交": -0.08, "制裁": 0.0, "軍事": 0.15, "経済": 0.0, "文化": 0.0, "災害": 0.0, "選挙": -0.05}
TOPIC_SLOPE_OUTLET = {"軍事": (0.0, 0.0, 0.12, 0.0)}

FRAMED = ("外交", "制裁", "軍事")
FRAME_LOGIT = -0.2
FRAME_OUTLET = (0.8, 0.0, -0.7, 0.0)
FRAME_SLOPE = -0.10

ACTOR_SHARE = {"外交": (0.25, 0.20, 0.25), "制裁": (0.10, 0.10, 0.30), "軍事": (0.08, 0.05, 0.30)}
ACTOR_SLOPE = (0.20, 0.0, 0.0)
ACTOR_HEADLINE = 0.7
"""Chance that an article about an actor names him in the headline."""

PLANTED_LOG_ODDS = (2.0, -1.4, 1.2, -0.8)
SLOT_BASE = (0.5, 0.4, 0.45, 0.35)
STICKINESS = 0.9
"""Chance that a planted word repeats the choice its article made before: burstiness."""

THRESHOLDS = (-1.7, -0.9, -0.2, 0.4, 1.0, 1.7, 2.5)
PAGE_OUTLET = {"北海日日": 0.5, "東都新報": -0.4, "西都タイムス": 0.2}
PAGE_YEARS = 0.10
PAGE_YEARS_OUTLET = {"北海日日": 0.0, "東都新報": -0.15, "西都タイムス": 0.20}
PAGE_ACTOR = {"プーチン": -0.9, "習近平": 0.6, "金正恩": -0.4}
PAGE_EVENING = -0.4
DATE_CORRELATION, ISSUE_CORRELATION = 0.35, 0.25
EVENING = (0.2, 0.0, 0.2, 0.15)
MISSING = {"Intercept": -2.2, "outlet[T.北海日日]": 0.6, "years": -0.10}


@dataclass(frozen=True)
class Plan:
    """Arrays the articles are drawn from. Sources are the outlets and, last, the agency.

    Attributes
    ----------
    day_weight
        Source × day: chance that an article of the source is of that day.
    topic
        Source × day × topic: chance of each topic.
    talk
        Source × day: chance that a framed article takes the second frame.
    actor
        Topic × day × (nobody, then the actors): chance of each.
    slot
        Source × slot: chance of the first word.
    page_shift
        Outlet × day: the page predictor without actor and edition; larger is further inside.
    page_actor
        What each actor adds (nobody first).
    evening, missing
        What an evening edition adds; outlet × day: chance that the page is not recorded.
    date_effect, issue_effect
        Day, and outlet × day: standard normal luck that articles of one day, or one issue, share.
    """

    effect: float
    days: pd.DatetimeIndex
    years: np.ndarray
    day_weight: np.ndarray
    topic: np.ndarray
    talk: np.ndarray
    actor: np.ndarray
    slot: np.ndarray
    slot_outlet: np.ndarray
    page_shift: np.ndarray
    page_actor: np.ndarray
    evening: float
    missing: np.ndarray
    date_effect: np.ndarray
    issue_effect: np.ndarray
    morning_pages: np.ndarray


def make(seed: int, effect: float) -> Plan:
    """The plan of one press; ``effect`` multiplies every planted difference, slope and coefficient."""
    rng = np.random.default_rng([seed, 0])
    days = pd.date_range(FIRST_DAY, LAST_DAY)
    years = np.arange(len(days)) / 365.25
    n_days, n_outlets, words = len(days), len(OUTLETS), grammar.read()
    events = rng.gamma(EVENT_SHAPE, size=n_days)
    slot, slot_outlet = _slots(effect)
    return Plan(
        effect=effect,
        days=days,
        years=years,
        day_weight=_day_weight(days, events),
        topic=_topics(years, effect),
        talk=expit(FRAME_LOGIT + effect * (np.array([*FRAME_OUTLET, 0.0])[:, None] + FRAME_SLOPE * (years - 2.5))),
        actor=_actors(years, effect, words.topics),
        slot=slot,
        slot_outlet=slot_outlet,
        page_shift=effect * _page_shift(years),
        page_actor=effect * np.array([0.0, *(PAGE_ACTOR[name] for name in words.actors)]),
        evening=effect * PAGE_EVENING,
        missing=expit(
            MISSING["Intercept"]
            + MISSING["outlet[T.北海日日]"] * (np.array(OUTLETS) == "北海日日")[:, None]
            + MISSING["years"] * years
        ),
        date_effect=rng.standard_normal(n_days),
        issue_effect=rng.standard_normal((n_outlets, n_days)),
        morning_pages=rng.choice([24, 28, 32], size=(n_outlets, n_days)),
    )


def expit(x: np.ndarray) -> np.ndarray:
    """Chance of a log odds."""
    return 1 / (1 + np.exp(-x))


def _day_weight(days: pd.DatetimeIndex, events: np.ndarray) -> np.ndarray:
    month_day = days.strftime("%m-%d")
    common = events * np.where(month_day.isin(HOLIDAYS), 0.5, 1.0)
    weight = np.tile(common, (len(OUTLETS) + 1, 1))
    weight[:-1, month_day.isin(CLOSED)] = 0
    sunday = np.asarray(days.day_of_week == 6)
    weight[:, sunday] *= np.array([*SUNDAY, 0.6])[:, None]
    outlet, start, end = BREAK
    weight[OUTLETS.index(outlet), np.asarray((days >= start) & (days <= end))] = 0
    return weight / weight.sum(axis=1, keepdims=True)


def _topics(years: np.ndarray, effect: float) -> np.ndarray:
    names = grammar.read().topics
    base = np.log([TOPIC_SHARE[name] for name in names])
    outlet = np.array([[*TOPIC_OUTLET[name], 0.0] for name in names]).T
    slope = np.array([TOPIC_SLOPE[name] for name in names])
    own_slope = np.array([[*TOPIC_SLOPE_OUTLET.get(name, (0.0,) * 4), 0.0] for name in names]).T
    planted = outlet[:, None, :] + (slope + own_slope)[:, None, :] * (years - 2.5)[None, :, None]
    return softmax(base + effect * planted, axis=-1)


def _actors(years: np.ndarray, effect: float, topics: tuple[str, ...]) -> np.ndarray:
    share = np.array([ACTOR_SHARE.get(name, (0.0, 0.0, 0.0)) for name in topics])
    with np.errstate(divide="ignore"):
        logits = np.log(np.column_stack([1 - share.sum(axis=1), share]))
    slope = effect * np.array([0.0, *ACTOR_SLOPE])
    return softmax(logits[:, None, :] + slope * (years - 2.5)[None, :, None], axis=-1)


def _slots(effect: float) -> tuple[np.ndarray, np.ndarray]:
    """Half of the noun slots and half of the verb slots mark an outlet, the others mark none."""
    words = grammar.read()
    n_slots, n_noun, n_outlets = len(words.slots), words.n_noun, len(OUTLETS)
    number = np.concatenate([np.arange(n_noun), np.arange(n_slots - n_noun)])
    base = np.log(np.array(SLOT_BASE) / (1 - np.array(SLOT_BASE)))[(number // n_outlets) % 4]
    owner = np.where(number < 2 * n_outlets, number % n_outlets, -1)
    size = np.array(PLANTED_LOG_ODDS)[(number // n_outlets + 2 * (np.arange(n_slots) >= n_noun)) % 4]
    logits = np.tile(base, (n_outlets + 1, 1))
    planted = owner >= 0
    logits[owner[planted], np.flatnonzero(planted)] += effect * size[planted]
    return expit(logits), owner


def _page_shift(years: np.ndarray) -> np.ndarray:
    shift = np.array([PAGE_OUTLET.get(name, 0.0) for name in OUTLETS])
    drift = PAGE_YEARS + np.array([PAGE_YEARS_OUTLET.get(name, 0.0) for name in OUTLETS])
    return shift[:, None] + drift[:, None] * years
