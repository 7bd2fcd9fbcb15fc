"""What is planted in the made-up press: every parameter, and the exact shares and ratios that follow."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pandas as pd
import scipy  # whose parts load when they are first used

from framing import data
from framing.datasets import grammar

PLANTED = SimpleNamespace(**data.words("planted"))
"""Every parameter, by the names of ``framing/data/planted.yaml``."""

FIRST_DAY, LAST_DAY = pd.Timestamp("2019-01-01"), pd.Timestamp("2023-12-31")
OUTLETS = ("東都新報", "北海日日", "西都タイムス", "中州日報")
AGENCY = "東亜通信"
BASELINE = "中州日報"
"""The outlet the page coefficients compare with (the first in the order of code points)."""

BREAK = ("西都タイムス", pd.Timestamp("2021-04-01"), pd.Timestamp("2021-06-30"))


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
    events = rng.gamma(PLANTED.event_shape, size=n_days)
    slot, slot_outlet = _slots(effect)
    framing = np.array([*PLANTED.frame_outlet, 0.0])[:, None] + PLANTED.frame_slope * (years - 2.5)
    return Plan(
        effect=effect,
        days=days,
        years=years,
        day_weight=_day_weight(days, events),
        topic=_topics(years, effect),
        talk=expit(PLANTED.frame_logit + effect * framing),
        actor=_actors(years, effect, words.topics),
        slot=slot,
        slot_outlet=slot_outlet,
        page_shift=effect * _page_shift(years),
        page_actor=effect * np.array([0.0, *(PLANTED.page_actor[name] for name in words.actors)]),
        evening=effect * PLANTED.page_evening,
        missing=expit(
            PLANTED.missing["Intercept"]
            + PLANTED.missing["outlet[T.北海日日]"] * (np.array(OUTLETS) == "北海日日")[:, None]
            + PLANTED.missing["years"] * years
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
    common = events * np.where(month_day.isin(PLANTED.holidays), 0.5, 1.0)
    weight = np.tile(common, (len(OUTLETS) + 1, 1))
    weight[:-1, month_day.isin(PLANTED.closed)] = 0
    sunday = np.asarray(days.day_of_week == 6)
    weight[:, sunday] *= np.array([*PLANTED.sunday, 0.6])[:, None]
    outlet, start, end = BREAK
    weight[OUTLETS.index(outlet), np.asarray((days >= start) & (days <= end))] = 0
    return weight / weight.sum(axis=1, keepdims=True)


def _topics(years: np.ndarray, effect: float) -> np.ndarray:
    names = grammar.read().topics
    base = np.log([PLANTED.topic_share[name] for name in names])
    outlet = np.array([[*PLANTED.topic_outlet[name], 0.0] for name in names]).T
    slope = np.array([PLANTED.topic_slope[name] for name in names])
    own_slope = np.array([[*PLANTED.topic_slope_outlet.get(name, (0.0,) * 4), 0.0] for name in names]).T
    planted = outlet[:, None, :] + (slope + own_slope)[:, None, :] * (years - 2.5)[None, :, None]
    return scipy.special.softmax(base + effect * planted, axis=-1)


def _actors(years: np.ndarray, effect: float, topics: tuple[str, ...]) -> np.ndarray:
    share = np.array([PLANTED.actor_share.get(name, (0.0, 0.0, 0.0)) for name in topics])
    with np.errstate(divide="ignore"):
        logits = np.log(np.column_stack([1 - share.sum(axis=1), share]))
    slope = effect * np.array([0.0, *PLANTED.actor_slope])
    return scipy.special.softmax(logits[:, None, :] + slope * (years - 2.5)[None, :, None], axis=-1)


def _slots(effect: float) -> tuple[np.ndarray, np.ndarray]:
    """Half of the noun slots and half of the verb slots mark an outlet, the others mark none."""
    words = grammar.read()
    n_slots, n_noun, n_outlets = len(words.slots), words.n_noun, len(OUTLETS)
    number = np.concatenate([np.arange(n_noun), np.arange(n_slots - n_noun)])
    base = np.log(np.array(PLANTED.slot_base) / (1 - np.array(PLANTED.slot_base)))[(number // n_outlets) % 4]
    owner = np.where(number < 2 * n_outlets, number % n_outlets, -1)
    size = np.array(PLANTED.planted_log_odds)[(number // n_outlets + 2 * (np.arange(n_slots) >= n_noun)) % 4]
    logits = np.tile(base, (n_outlets + 1, 1))
    planted = owner >= 0
    logits[owner[planted], np.flatnonzero(planted)] += effect * size[planted]
    return expit(logits), owner


def _page_shift(years: np.ndarray) -> np.ndarray:
    shift = np.array([PLANTED.page_outlet.get(name, 0.0) for name in OUTLETS])
    drift = PLANTED.page_years + np.array([PLANTED.page_years_outlet.get(name, 0.0) for name in OUTLETS])
    return shift[:, None] + drift[:, None] * years
