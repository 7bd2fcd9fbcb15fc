"""The sentences of an answer."""

import math
from collections.abc import Sequence

import pandas as pd

from framing import data
from framing.messages import Message, mark
from framing.prominence.outcome import COUNTS

_SENTENCES = {name: mark(text) for name, text in data.words("placement")["answers"].items()}
"""Whole sentences by verdict and direction: no language puts them together from the same halves."""
_MEANS = {one["check"]: mark(one["means"]) for one in data.words("placement")["advice"]}
"""check → what it means for a reader that it failed."""


def unit_of(family: str) -> Message | str:
    """What the value of an answer counts."""
    if family in ("ordinal", "front"):
        return mark("change in the predicted probability of page 1, percentage points")
    return mark("change, percentage points") if family == "fractional" else ""


def cautions(fit, reason, held: Sequence[str], union, chosen: pd.DataFrame | None, reported: bool) -> tuple:
    """What keeps the sentence from being read as more than it is.

    ``reason`` says why ``fit`` answered in place of the model of all pages; ``union`` the interval over the missing
    pages; ``chosen`` the table of all groups where the data chose the one that is named.
    """
    checks = fit.checks
    failed = sorted(set(checks.loc[(checks["ok"] == False).fillna(False), "check"]))  # noqa: E712
    failed = tuple(Message("{check} ({means})", {"check": mark(one), "means": _MEANS[one]}) for one in failed)
    n, least = fit.columns.n_missing, chosen is not None and chosen["joint_p"].min()
    outcome = mark("page") if fit.family in ("ordinal", "front") else fit.outcome
    union = None if union and any(map(math.isnan, union)) else union
    ends = [_signed(end, True) for end in union] if union else ["", ""]
    joint = "p < 0.001" if least < 0.001 else f"p = {least:.3f}"
    said = [
        (bool(reason), mark("The answer comes from a logit of page 1 against all other pages, because {reason}."),
         {"reason": reason}),
        (bool(failed), mark("Checks that failed: {checks}."), {"checks": failed}),
        (chosen is not None and not math.isnan(least),
         mark("The group with the clearest of {n} changes; its interval allows for the choice (joint test: {p})."),
         {"n": 0 if chosen is None else len(chosen), "p": joint}),
        (reported, mark("The rows are placements that sources report, not a sample of all messages."), {}),
        (bool(held), mark("Held constant: {held}."), {"held": tuple(held)}),
        (bool(union), mark(
            "{n:,} rows have no page. With the pages that would move the change furthest, the interval would run from "
            "{low} to {high} points; the verdict rests on that wider interval."),
         {"n": n, "low": ends[0], "high": ends[1]}),
        (n and not union, mark("{n:,} rows have no {outcome} and are left out."), {"n": n, "outcome": outcome}),
    ]  # fmt: skip
    return tuple(Message(text, values) for shown, text, values in said if shown)


def sentence(row: dict, fit, verdict, least: float, *, item, labels, by, reported, dated) -> Message:
    """The sentence of one group."""
    percent = fit.family in ("ordinal", "front", "fractional")
    turn = "reported" if reported and verdict == "inconclusive" else verdict
    if verdict == "difference":
        turn = "rose" if row["estimate"] > 0 else "fell"
    change = {name: _signed(row[key], percent) for name, key in
              (("change", "estimate"), ("low", "conf_low"), ("high", "conf_high"))}  # fmt: skip
    ends = {name: _time(row[key]) if dated else row[key]
            for name, key in (("start", "first_when"), ("end", "second_when"))}  # fmt: skip
    sides = {"a": _side(row, "first", percent, fit.level), "b": _side(row, "second", percent)}
    points = Message("{n} points", {"n": change["change"]}) if percent else change["change"]
    limit = Message("{n:g} percentage points", {"n": 100 * least}) if percent else f"{least:,.2g}"
    values = {"what": _what(fit, _item(item, row["group"], labels, by)), "n": fit.n}
    turn = "none" if math.isnan(row["conf_low"]) else turn
    return Message(_SENTENCES[turn].text, {**values, **ends, **sides, **change, "change": points, "least": limit})


def _time(when: str) -> Message | str:
    """A year, or a month where both ends lie in one year."""
    if len(when) == len("2024-03"):
        return Message("{when:%B %Y}", {"when": pd.Timestamp(when)})
    return Message("{year}", {"year": when}) if when.isdigit() else when


def _side(row: dict, name: str, percent: bool, level: float | None = None) -> Message | str:
    """What is predicted at one end, with its interval where there is one; its level is said once, at the first."""
    fine = percent and row[name] < 0.1  # 3% with an interval from 3% to 5% would be rounded into its own end
    value, low, high = (_shown(row[f"{name}{end}"], percent, fine) for end in ("", "_low", "_high"))
    values = {"value": value, "low": low, "high": high, "level": level}
    if math.isnan(row["conf_low"]):
        return value  # the sentence says that there is no interval
    if "–" in (low, high):
        return Message("{value} (no interval)", values)
    return Message("{value} ({low} to {high})" if level is None else "{value} ({level:.0%} CI {low} to {high})", values)


def _shown(value: float, percent: bool, fine: bool = False) -> str:
    return "–" if math.isnan(value) else f"{value:.{int(fine)}%}" if percent else f"{value:,.2f}"


def _signed(value: float, percent: bool) -> str:
    return (f"{100 * value:+.0f}" if percent else f"{value:+,.2f}").replace("-", "−")


def _item(item: str, name: str, labels: dict | None, by: str) -> Message | str:
    """What a row of this group is called; an outlet prints its articles, every other group is what they are about."""
    name = (labels or {}).get(name, name)
    if item or not by:
        return item.replace("{name}", str(name)) if by else ""
    return Message("an article in {name}" if by == "outlet" else "an item on {name}", {"name": name})


def _what(fit, item: Message | str) -> Message:
    """What is said to change."""
    values = {"item": item, "outcome": fit.outcome}
    if fit.family in ("ordinal", "front"):
        return (
            Message("the predicted probability that {item} is on page 1", values)
            if item
            else mark("the predicted probability of page 1")
        )
    if not item:
        return Message("the predicted {outcome}", values)
    if fit.family in COUNTS:
        return Message("the predicted rate of {outcome} for {item}", values)
    return Message("the predicted mean of {outcome} for {item}", values)
