"""The sentences of an answer."""

import math

from framing import data
from framing.messages import listed, say
from framing.prominence.outcome import COUNTS

_SENTENCES = data.words("placement")["answers"]
"""Whole sentences by how sure the rows are and what happened: no language puts them together from the same halves."""


def item_of(item: str, name: str, labels: dict | None, group: str = "") -> str:
    """What a row of this group is called; an outlet prints its articles, every other group is what they are about."""
    usual = say("an article in {name}") if group == "outlet" else say("an item on {name}")
    return (item or usual).replace("{name}", str((labels or {}).get(name, name)))


def cautions(fit, failed: list[str], reported: bool, held: list[str]) -> list[str]:
    """What keeps the sentence from being read as more than it is."""
    n = fit.columns.n_missing
    return [
        say("Checks that failed: {checks}.", checks=listed(map(say, failed))) if failed else "",
        say("Rows are reported placements, not a sample of all messages.") if reported else "",
        say("Held at: {held}.", held=listed(held)) if held else "",
        say("{n:,} rows have no page and are not counted as inside.", n=n) if n else "",
    ]


def sentence(row: dict, fit, item: str, manner: str, dated: bool) -> str:
    """The sentence of one group; ``item`` is what its rows are called, empty where there are no groups."""
    probability = fit.family in ("ordinal", "front")
    percent = probability or fit.family == "fractional"
    show = (lambda v: f"{100 * v:.0f}%") if percent else (lambda v: f"{v:,.2f}")
    told = row["conf_low"] > 0 or row["conf_high"] < 0
    turn = ("rose" if row["estimate"] > 0 else "fell") if told else "same"
    change = _signed(row["estimate"], percent)
    start, end = ((say("{year}", year=row[w]) if dated else row[w]) for w in ("first_when", "second_when"))
    if math.isnan(row["conf_low"]):
        return say(
            "These rows give no interval, because nothing varies in them: {what} is {a} in {start} and {b} in {end}.",
            what=_what(fit, item, probability), start=start, end=end, a=show(row["first"]), b=show(row["second"]),
        )  # fmt: skip
    return say(
        _SENTENCES[manner][turn],
        what=_what(fit, item, probability), start=start, end=end,
        a=show(row["first"]), a_low=show(row["first_low"]), a_high=show(row["first_high"]),
        b=show(row["second"]), b_low=show(row["second_low"]), b_high=show(row["second_high"]),
        change=say("{n} points", n=change) if percent else change,
        low=_signed(row["conf_low"], percent), high=_signed(row["conf_high"], percent),
    )  # fmt: skip


def _signed(value: float, percent: bool) -> str:
    return (f"{100 * value:+.0f}" if percent else f"{value:+,.2f}").replace("-", "−")


def _what(fit, item: str, probability: bool) -> str:
    """What is said to change."""
    if probability:
        every = say("the fitted chance of page 1")
        return say("the fitted chance that {item} is on page 1", item=item) if item else every
    if not item:
        return say("the fitted {outcome}", outcome=fit.outcome)
    if fit.family in COUNTS:
        return say("the fitted rate of {outcome} for {item}", outcome=fit.outcome, item=item)
    return say("the fitted mean of {outcome} for {item}", outcome=fit.outcome, item=item)
