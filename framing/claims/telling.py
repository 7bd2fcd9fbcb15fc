"""Verdicts in sentences."""

import numpy as np
import pandas as pd
from scipy import stats

from framing.claims import CODEBOOK
from framing.claims.judging import (
    CONTRADICTED,
    FDR,
    INCONCLUSIVE,
    NO_ALIKE,
    NO_SEARCH,
    SEARCH,
    SUPPORTED,
    UNANSWERABLE,
    VERDICTS,
    Judged,
)
from framing.errors import takes_results
from framing.messages import Finding, Message, Part, mark, together
from framing.tables import each

_ALL = mark(
    "Of the claims judged ({n}) the data support {supported}, contradict {contradicted}, leave {inconclusive} open, "
    "and cannot answer {unanswerable}."
)
_SOME = mark(
    "Exploratory, since they or what they rest on changed after the lock, are {supported} of those supported and "
    "{contradicted} of those contradicted."
)
_UNITS = {
    "ratio": mark("{estimate} times (90% interval {low} to {high}; smallest that matters {matters})"),
    "points": mark("{estimate:+.1f} points (90% interval {low:+.1f} to {high:+.1f}; smallest that matters {matters})"),
    "units": mark("{estimate:+.2f} (90% interval {low:+.2f} to {high:+.2f}; smallest that matters {matters})"),
}
_AMOUNT = mark("The estimate is {amount}.")
_ALONE = mark("The estimate is {amount}; there is no interval.")
_NOTHING = mark("Nothing was counted on either side, so that there is no estimate.")
_ENDLESS = mark(
    "The estimate is without a limit, since one count is 0 (at least {low} times; smallest that matters {matters})."
)
_SIZES = {"ratio": mark("{size} times"), "points": mark("{size:+.1f} points"), "units": mark("{size:+.2f}")}
_EITHER_WAY = {
    "ratio": mark("{other} or {size} times"), "points": mark("±{size:.1f} points"), "units": mark("±{size:.2f}"),
}  # fmt: skip
_LATER = mark("The claim is exploratory: it or the data it rests on were changed or added after the file was locked.")


@takes_results(found=("claims.judge", "verdicts"))
def answer(found: Judged) -> Finding:
    """How many claims got which verdict.

    Parameters
    ----------
    found
        From :func:`framing.claims.judge`.

    Returns
    -------
    Finding
        Without a verdict of its own; its cautions say what could not be read, how many claims the correction for
        their number leaves open, and whether the file was locked before anybody looked.
    """
    table = found.verdicts
    names = ("supported", "contradicted", "inconclusive", "unanswerable")
    values = {name: int((table["verdict"] == one).sum()) for name, one in zip(names, VERDICTS, strict=True)}
    decided = table[["p_value", "p_contradicted"]].min(axis=1) <= FDR
    lost = int((decided & (table["verdict"] == INCONCLUSIVE)).sum())
    unread = Message(
        "Claims of the file that cannot be read: {n}. The table of faults says where.", {"n": len(found.faults)}
    )
    fewer = Message(
        "Claims that would be decided on their own, but not once corrected for the number of claims in the file: {n}.",
        {"n": lost},
    )
    day = Message(
        "The file was locked on {day}; a lock without the date of a third party proves little.", {"day": found.locked}
    )
    late = Message(
        "The file was locked on {day}, after a run of {run}: the lock does not show that the claims were written "
        "before the results were known.",
        {"day": found.locked, "run": found.looked},
    )
    never = mark("The file was not locked before the data were looked at: all verdicts are exploratory.")
    changed = Message("Changes after the lock, which a table lists: {n}.", {"n": len(found.deviations)})
    later = {name: int((table["verdict"].eq(one) & table["status"].eq("exploratory")).sum())
             for name, one in (("supported", SUPPORTED), ("contradicted", CONTRADICTED))}  # fmt: skip
    told = [(unread, len(found.faults)), (fewer, lost), ((late if found.looked else day) if found.locked else never, 1)]
    cautions = [one for one, there in [*told, (changed, len(found.deviations))] if there]
    sentence = together(
        Message(_ALL, {"n": len(table), **values}), Message(_SOME, later) if any(later.values()) else ""
    )
    return Finding(None, sentence, cautions=tuple(cautions))  # the verdicts are those of the claims


@takes_results(found=("claims.judge", "verdicts"))
def parts(found: Judged) -> list[Part]:
    """One section per claim: sentence, source, verdict and number; then what the verdict rests and depends on.

    Parameters
    ----------
    found
        From :func:`framing.claims.judge`.

    Returns
    -------
    list of Part
        In the order of the file, for ``report.explain``: ``lead`` (verdict, number, source), ``lines`` (what the data
        lack, what would change the verdict), ``table`` (what was varied, and how the verdict fared), ``drawn`` (of the
        first forty claims with an estimate).
    """
    joint = {row.claim: row for row in each(found.joint)}
    placed = found.verdicts["estimate"].notna() & (found.verdicts["low"] <= found.verdicts["high"])
    drawn = set(found.verdicts.loc[placed, "claim"].head(_DRAWN))
    made = []
    for row in each(found.verdicts):  # tens
        other = found.sensitivity[found.sensitivity["claim"] == row.claim]
        source = Message("Source: {source}.", {"source": _plain(row.source).rstrip(".。")}) if row.source else ""
        sides = found.measured[row.claim].sides if row.claim in found.measured else ""
        lead = [Message("Verdict: **{verdict}**. {amount}", {"verdict": row.verdict, "amount": _amount(row, sides)}),
                _SMALL if _small(row) else "", _TWO_SIDED if _two_sided(row) else "",
                _LATER if row.status == "exploratory" else "", source]  # fmt: skip
        limits = Message("**What the data lack, and what limits the verdict**: {note}", {"note": row.note})
        unknown = row.claim in found.measured and found.measured[row.claim].missing > 0
        changes = Message("**What would change the verdict**: {changes}", {"changes": _changes(row, other, unknown)})
        table: list[tuple[str, str]] = [
            (rows["varied"].iloc[0], _fared(row, rows)) for _, rows in other.groupby("varied", sort=False)
        ]
        if row.claim in joint:
            table.append((_ALL_CHOICES, _jointly(joint[row.claim])))
        lines = (limits if row.note else "", changes)
        own = (found.verdicts[found.verdicts["claim"] == row.claim], other) if row.claim in drawn else ()
        made.append(Part(row.sentence, tuple(filter(None, lead)), tuple(filter(None, lines)), tuple(table), own))
    return made


_ALL_CHOICES = mark("all choices together")
_SMALL = mark("The difference has the direction claimed; it is smaller than the smallest that matters.")

_TWO_SIDED = mark("A difference in either direction is judged by the 95% interval, which is wider than the one given.")


def _two_sided(row) -> bool:
    """Whether the verdict is on a difference in either direction, of which each side has half of the error."""
    some = str(row.direction) == "some difference"
    return np.isfinite(row.p_value) and (some or str(row.direction) == "no difference" and row.verdict == CONTRADICTED)


def _small(row) -> bool:
    """Whether a contradicted claim has its direction right, and only less of an effect than matters."""
    none = 1.0 if row.scale == "ratio" else 0.0
    right = {"more": row.low > none, "less": row.high < none}.get(str(row.direction), False)
    return row.verdict == CONTRADICTED and right


def _amount(row, sides: Message | str) -> Message | str:
    if row.measure == "silence" and np.isfinite(row.estimate):
        return Message("Found in the window: {n:,.0f}.", {"n": row.estimate})
    if not row.low <= row.high:
        if not np.isfinite(row.estimate):
            return ""
        amount = Message(_ALONE, {"amount": Message(_SIZES[row.scale], {"size": _shown(row, row.estimate)})})
        return together(amount, sides)
    if not np.isfinite(row.estimate) and not row.low:
        return _NOTHING
    values = {name: _shown(row, getattr(row, name)) for name in ("estimate", "low", "high")} | {"matters": _least(row)}
    apart = row.n == row.n_clusters  # none of them belongs with another
    paired = row.procedure == "prominence.same_issue" or row.measure == "same page"
    rests = Message(
        _ONE if row.n == 1 else _PAIRS if paired else _RESTS if apart else _CLUSTERED,
        {"n": row.n, "clusters": row.n_clusters},
    )
    ended = np.isfinite(row.estimate)
    amount = Message(_AMOUNT, {"amount": Message(_UNITS[row.scale], values)}) if ended else Message(_ENDLESS, values)
    return together(amount, sides, rests)


_ONE = mark("It rests on a single row, article or mention.")
_RESTS = mark("It rests on {n:,.0f} rows, articles or mentions.")
_PAIRS = mark("It rests on {n:,.0f} pairs of the two sides.")
_CLUSTERED = mark("It rests on {n:,.0f} rows, articles or mentions in {clusters:,.0f} clusters, issues or periods.")


_SHORT = {
    "ratio": mark("{estimate} times ({low} to {high})"),
    "points": mark("{estimate:+.1f} points ({low:+.1f} to {high:+.1f})"),
    "units": mark("{estimate:+.2f} ({low:+.2f} to {high:+.2f})"),
}  # fmt: skip


_FOUND = mark("{n:,.0f} found, {mean:,.7g} expected")


def overview(found: Judged) -> pd.DataFrame:
    """The verdicts as a reader's first table has them."""
    rows = []
    for row in each(found.verdicts):  # tens
        values = {name: _shown(row, getattr(row, name)) for name in ("estimate", "low", "high")}
        amount: Message | str = ""
        if row.measure == "silence" and row.claim in found.measured:
            mean = found.measured[row.claim].cautions[0].values["mean"]  # that says what would be expected
            amount = Message(_FOUND, {"n": row.estimate, "mean": float(f"{mean:.2g}")})
        elif np.isfinite([row.estimate, row.low, row.high]).all():
            amount = Message(_SHORT[row.scale], values)
        elif row.scale == "ratio" and row.low > 0:  # of 0 against 0 nothing is known
            amount = Message("at least {low} times", values)
        least = _least(row) if row.scale and np.isfinite(row.matters) and row.measure != "silence" else ""
        told = Message("{verdict} (exploratory)", {"verdict": row.verdict})  # the status is hidden on a narrow screen
        rows.append((row.sentence, told if row.status == "exploratory" else row.verdict, amount, least, row.status))
    return pd.DataFrame(rows, columns=list(CODEBOOK["overview"]), dtype=object)


def _least(row) -> Message:
    """The smallest effect that matters, on the side claimed and in the unit of the estimate."""
    less = str(row.direction) == "less"
    return _sized(row, row.matters if not less else 1 / row.matters if row.scale == "ratio" else -row.matters)


def _sized(row, size: float) -> Message:
    """An effect, of a claim of no or some difference in either direction."""
    sizes = _SIZES if str(row.direction) in ("more", "less") else _EITHER_WAY
    other = 1 / size if row.scale == "ratio" else -size
    return Message(sizes[row.scale], {"size": _shown(row, size), "other": _shown(row, other)})


def _shown(row, number: float) -> float | str:
    """A ratio with two digits that say something; points of a share."""
    if row.scale == "ratio":
        if np.isinf(number):
            return "∞"
        return f"{number:.2f}" if number >= 0.1 or not number else f"{number:.2g}"
    return number * (100 if row.scale == "points" else 1)


def _changes(row, other: pd.DataFrame, unknown: bool) -> Message | str:
    """What smallest effect, how much more data, or which dispersion would give another verdict."""
    if row.verdict == UNANSWERABLE:
        return mark("Data that have what is named above, or a claim about what the data have.")
    told: list[Message] = []
    if row.verdict == INCONCLUSIVE and any(each in row.note for each in (SEARCH, NO_SEARCH, NO_ALIKE)):
        told.append(mark("Data that nobody has looked at, with the window chosen before: its search limits it here."))
    elif row.verdict == INCONCLUSIVE and not np.isfinite(row.place):
        alone = min(row.p_value, row.p_contradicted) <= FDR
        told.append(_FEWER if alone else _LONGER if row.measure == "silence" else _MORE)
    elif row.verdict == INCONCLUSIVE:
        apart = str(row.direction) == "some difference" or str(row.direction) == "no difference" and row.place < 0
        wider = stats.norm.isf(row.cut / (2 if apart else 1)) / stats.norm.isf(0.05)  # half intervals to the edge
        more = max(wider**2 / max(row.place**2, 1e-9), 1.1)
        if min(row.p_value, row.p_contradicted) <= FDR:
            told.append(_FEWER)
        elif row.procedure == "frames.corrected":
            told.append(_CODED)
        elif unknown:
            told.append(mark("More data, and the values that are not known."))
        elif more <= _MOST:
            told.append(Message("About {more:.1f} times as many data, if the estimate stays the same.", {"more": more}))
        else:
            told.append(
                Message("More than {most} times as many data, if the estimate stays the same.", {"most": _MOST})
            )
    if np.isfinite(row.edge):
        beyond = (row.verdict == SUPPORTED) == (str(row.direction) != "no difference")
        told.append(Message(_BEYOND if beyond else _SHORT_OF, {"size": _sized(row, row.edge)}))
    if np.isfinite(row.holds):
        told.append(Message("From a dispersion of {phi:.1f} on, the claim is open.", {"phi": row.holds}))
    changed = other[(other["verdict"] != row.verdict) & (other["verdict"] != UNANSWERABLE)]["varied"]
    if kinds := tuple(dict.fromkeys(changed)):
        told.append(Message("Other choices, as the robustness checks say: {kinds}.", {"kinds": kinds}))
    return together(*told) if told else mark("Nothing that was varied here.")


_FEWER = mark("A file with fewer claims, or more data: alone it would be decided.")
_LONGER = mark("A longer window, or a source that finds more: none found would then be less likely by chance.")
_MORE = mark("More data: these give no interval, or one without a limit.")
_CODED = mark("More articles that people coded; more articles alone help as far as the machine codes them rightly.")
_BEYOND = mark("A smallest effect that matters beyond {size}.")
_SHORT_OF = mark("A smallest effect that matters short of {size}.")
_MOST = 100
_DRAWN = 40
"""Claims that have a figure of their own."""


def _fared(row, rows) -> Message:
    """How the verdict fared in the variations of one kind."""
    changed = rows[(rows["verdict"] != row.verdict) & (rows["verdict"] != UNANSWERABLE)]
    none = int((rows["verdict"] == UNANSWERABLE).sum())
    n = len(rows) - none
    lost = Message("{n} could not be judged.", {"n": none}) if none else ""
    if not len(changed):
        return together(Message("The same verdict in each variation ({n}).", {"n": n}) if n else "", lost)
    options = tuple(Message("{option} ({verdict})", {"option": one.option, "verdict": one.verdict})
                    for one in each(changed))  # fmt: skip
    values = {"changed": len(changed), "n": n, "options": options}
    return together(Message("Another verdict in {changed} of {n}: {options}.", values), lost)


def _jointly(row) -> Message | str:
    if not np.isfinite(row.p_value):
        return row.note
    p = "p < 0.001" if row.p_value < 0.001 else f"p = {row.p_value:.3f}"
    values = {"n": row.n_specifications, "agree": row.agree, "draws": row.n_draws, "p": p, "exchanged": row.n_exchanged}
    return Message(
        "On the side claimed are {agree:.0%} of the combinations ({n:.0f}); tested together against no effect, with "
        "{draws:.0f} permutations that change the side of {exchanged:,.0f} rows, {p}.",
        values,
    )


def _plain(text: str) -> str:
    """Text of a file without signs that markdown obeys."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|" else sign for sign in " ".join(text.split()))
