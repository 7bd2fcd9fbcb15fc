"""A comparison of codes in a sentence, and what its columns are."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from framing.frames.comparing import Crosstab
from framing.frames.correcting import CORRECTED, MACHINE, NEAR, PEOPLE, Corrected
from framing.inference import verdict
from framing.messages import Finding, Message, mark

_RARE, _RELIED = 3, 0.667
_APART = mark(
    "What people do not agree on corrects no machine: look into their sheets in 31_coding before you quote a number."
)
_UNITS = {"article": mark("the articles"), "paragraph": mark("the paragraphs"), "sentence": mark("the sentences")}


def answer(found: Crosstab | Corrected, *, smallest_effect: float = 5.0, agreement: Finding | None = None) -> Finding:
    """The finding of a comparison: the code and the two groups that differ most surely.

    Parameters
    ----------
    found
        From :func:`framing.frames.crosstab` or :func:`framing.frames.corrected`; of a model without groups it is the
        first term of a code.
    smallest_effect
        The smallest difference of two shares that matters, percentage points.
    agreement
        Of the people whose codes correct the machine's, from :func:`framing.reliability.answer`: a caution says it.

    Returns
    -------
    Finding
        ``value``, ``low`` and ``high`` are the difference in percentage points with the interval that holds for all
        codes and pairs of groups at once. *difference*: it excludes 0 and the difference matters; *equivalent*: that of
        every code and pair lies within ``smallest_effect``; else *inconclusive*.
    """
    if isinstance(found, Corrected):
        own = _corrected(found, smallest_effect)
        if agreement is None:
            return own
        apart = (_APART,) if agreement.value is not None and agreement.value < _RELIED else ()
        return replace(own, cautions=(agreement.sentence, *apart, *own.cautions))
    used = found.overall.loc[found.overall["n_coded"] > 0, "code"]  # what no unit has tells groups apart nowhere
    rows = found.pairs[found.pairs["simultaneous_low"].notna() & found.pairs["code"].isin(used)]
    unit = mark("percentage points")
    features = {"units": float(found.overall["n_units"].max()), "comparisons": float(len(rows))}
    made: dict[str, Any] = {"unit": unit, "procedure": "frames.crosstab", "features": features}
    unread = Message(_UNREAD, {"n": len(found.unread), "codes": ", ".join(found.unread)})
    cautions: tuple = (unread,) if found.unread else ()
    if rows.empty:
        cautions = (*cautions, _UNCORRECTED) if found.machine else cautions
        few = Message("Too few of {units} of two groups are coded to compare them.", {"units": _UNITS[found.unit]})
        return Finding("inconclusive", few, cautions=cautions, **made)
    at, judged, (value, low, high) = _clearest(rows, smallest_effect)
    row, ends = rows.iloc[at], (low[at], high[at])
    one, other, turned = (row["group"], row["other"], 1) if value[at] >= 0 else (row["other"], row["group"], -1)
    share = found.shares[found.shares["code"] == row["code"]].set_index("group")["share"].to_dict()
    lower, upper = sorted(float(turned * end) for end in ends)
    values: dict[str, Any] = {
        "label": row["label"], "one": one, "other": other, "many": share[one], "few": share[other], "n": len(rows),
        "units": _UNITS[found.unit], "value": float(abs(value[at])), "low": lower, "high": upper,
        "least": smallest_effect, "level": 100 * found.level,
    }  # fmt: skip
    by_machine = (_beside(found, row["code"], values),) if found.machine else ()
    cautions = (*cautions, *by_machine, Message(_CHOSEN, values))
    return Finding(judged, Message(_SAID[judged], values), values["value"], lower, upper, cautions=cautions, **made,
                   contrast=(str(row["code"]), str(one), str(other)))  # fmt: skip


def _beside(found: Crosstab, code: str, values: dict) -> Message | str:
    """What a difference in a machine's codes is once people's codes of a sample correct it."""
    pairs = found.corrected
    for one, other, turned in (("one", "other", 100), ("other", "one", -100)):
        if pairs.empty:
            break
        own = pairs[(pairs["code"] == code) & (pairs["group"] == values[one]) & (pairs["other"] == values[other])]
        if len(own):
            row, shares = own.iloc[0], found.estimates
            low, high = sorted(turned * row[name] for name in ("simultaneous_low", "simultaneous_high"))
            coded = shares.loc[(shares["code"] == code) & (shares["estimator"] == CORRECTED), "n_people"].sum()
            ends = {"low": low, "high": high, "coded": int(coded), "value": turned * row["estimate"]}
            return Message(_BESIDE, values | ends)
    return _UNCORRECTED


def _clearest(rows: pd.DataFrame, smallest: float) -> tuple[int, str, tuple]:
    """The pair that differs most surely, what it says of a difference that matters, and all of them in points."""
    value, low, high = (100 * rows[name].to_numpy() for name in ("estimate", "simultaneous_low", "simultaneous_high"))
    sure = np.maximum(low, -high)
    all_small = bool((np.maximum(np.abs(low), np.abs(high)) < smallest).all())
    matters = (sure > 0) & (np.abs(value) >= smallest)
    at = int(np.argmax(np.where(matters, 1000 + sure, sure)))
    ends = (low[at], high[at])
    judged = "equivalent" if all_small else verdict(value[at], *ends, *ends, smallest)
    return at, "inconclusive" if judged == "equivalent" and not all_small else judged, (value, low, high)


def _corrected(found: Corrected, smallest: float) -> Finding:
    """The clearest difference after correction, beside that of the machine alone."""
    rows = found.pairs[(found.pairs["estimator"] == CORRECTED) & found.pairs["simultaneous_low"].notna()]
    cautions = _doubts(found)
    coded = found.shares.loc[found.shares["estimator"] == CORRECTED, "n_people"].sum()
    made: dict[str, Any] = {"procedure": "frames.corrected", "features": {"coded": float(coded)}}
    if rows.empty:
        return _term(found, cautions, made) if found.shares["group"].nunique() < 2 else _apart(found, cautions, made)
    at, judged, (value, low, high) = _clearest(rows, smallest)
    row = rows.iloc[at]
    alone = found.pairs[(found.pairs["estimator"] == MACHINE) & (found.pairs["group"] == row["group"])
                        & (found.pairs["other"] == row["other"])].iloc[0]  # fmt: skip
    turned = 1 if value[at] >= 0 else -1
    one, other = (row["group"], row["other"])[::turned]
    share = found.shares[found.shares["estimator"] == CORRECTED].set_index("group")["share"]
    lower, upper = sorted(float(turned * end[at]) for end in (low, high))
    naive = sorted(100 * turned * alone[name] for name in ("simultaneous_low", "simultaneous_high"))
    values: dict[str, Any] = {
        "label": found.label, "one": one, "other": other, "many": share[one], "few": share[other],
        "value": float(abs(value[at])), "low": lower, "high": upper, "least": smallest, "coded": int(coded),
        "naive": 100 * turned * alone["estimate"], "naive_low": naive[0], "naive_high": naive[1], "n": len(rows),
        "level": 100 * found.level,
    }  # fmt: skip
    chosen = (Message(_CHOSEN, values),) if len(rows) > 1 else ()
    return Finding(judged, Message(_AFTER[judged], values), values["value"], lower, upper, mark("percentage points"),
                   (*cautions, *chosen), contrast=(found.outcome, str(one), str(other)), **made)  # fmt: skip


def _doubts(found: Corrected) -> tuple:
    """What the numbers rest on, groups in which the code is nearly never or always there, and terms that run off."""
    own = found.shares[found.shares["estimator"] == PEOPLE]
    rare = own[np.minimum(own["share"], 1 - own["share"]) * own["n_people"] < _RARE]
    terms = found.coefficients[(found.coefficients["estimator"] == CORRECTED) & (found.coefficients["note"] == NEAR)]
    told = [(text, list(map(str, names))) for text, names in ((_RARELY, rare["group"]), (_NEARLY, terms["term"]))]
    made = [Message(text, {"names": ", ".join(names), "label": found.label, "n": _RARE, "outcome": found.outcome})
            for text, names in told if names]  # fmt: skip
    return (*((found.assumption,) if found.assumption else ()), *made)


def _term(found: Corrected, cautions: tuple, made: dict) -> Finding:
    """The first term of a code in a model, or the first of all."""
    table = found.coefficients[found.coefficients["conf_low"].notna()]
    rows = table[(table["estimator"] == CORRECTED) & (table["term"] != "Intercept")]
    if rows.empty:
        return _apart(found, cautions, made)
    levels, code = re.compile(r"\[[^\]]*\]"), "|".join(map(re.escape, found.codes))
    named = rows["term"].astype("str").str.replace(levels, "", regex=True).str.contains(rf"(?<!\w)(?:{code})(?!\w)")
    row = rows[named].iloc[0] if named.any() else rows.iloc[0]
    alone = table[(table["estimator"] == MACHINE) & (table["term"] == row["term"])]["estimate"]
    values = {"term": str(row["term"]), "outcome": found.outcome, "value": row["estimate"], "low": row["conf_low"],
              "high": row["conf_high"], "naive": float(alone.iloc[0]) if len(alone) else float("nan"),
              "level": 100 * found.level}  # fmt: skip
    judged = "difference" if row["conf_low"] * row["conf_high"] > 0 else "inconclusive"
    text = _TERM if len(alone) else _TERM_ALONE
    return Finding(judged, Message(text, values), float(row["estimate"]), float(row["conf_low"]),
                   float(row["conf_high"]), mark("coefficient"), cautions, **made)  # fmt: skip


def _apart(found: Corrected, cautions: tuple, made: dict) -> Finding:
    """What is there where no two groups are compared."""
    one = found.shares[(found.shares["estimator"] == CORRECTED) & found.shares["conf_low"].notna()]
    text: str = mark("People coded too few articles for a corrected estimate.")
    n = found.shares["group"].nunique()
    if n > 1 and found.pairs.empty:
        text = mark("There are too many groups to compare them in pairs; the table has the share of each.")
    elif n == 1 and len(one):
        row = one.iloc[0]
        naive = found.shares.loc[found.shares["estimator"] == MACHINE, "share"].iloc[0]
        values = {"label": found.label, "one": row["group"], "share": row["share"], "naive": naive}
        ends = {"low": row["conf_low"], "high": row["conf_high"], "level": 100 * found.level}
        text = Message(_ONE, values | ends)
    elif n == 0 and CORRECTED in {*found.coefficients.loc[found.coefficients["estimate"].notna(), "estimator"]}:
        text = mark("The formula compares nothing: it has no groups and no other term.")
    return Finding("inconclusive", text, cautions=cautions, **made)


_ONE = mark(
    "“{label}” is in {share:.1%} of the articles of {one} ({level:g}% CI {low:.1%} to {high:.1%}) after correction; by "
    "the machine alone it would be {naive:.1%}. There is no other group to compare them with."
)
_CHOSEN = mark("The clearest of {n} comparisons; its interval allows for all of them.")
_TERM = mark(
    "After correction the coefficient of “{term}” for “{outcome}” is {value:.3g} ({level:g}% CI {low:.3g} to "
    "{high:.3g}). By the machine alone it would be {naive:.3g}."
)
_TERM_ALONE = mark(
    "After correction the coefficient of “{term}” for “{outcome}” is {value:.3g} ({level:g}% CI {low:.3g} to "
    "{high:.3g}). The machine alone gives none."
)
_AFTER = {
    "difference": mark(
        "“{label}” is in {many:.1%} of the articles of {one} and {few:.1%} of those of {other}: a difference of "
        "{value:.1f} percentage points ({level:g}% CI {low:.1f} to {high:.1f}), corrected by people's codes of "
        "{coded:,} articles. By the machine alone it would be {naive:.1f} ({naive_low:.1f} to {naive_high:.1f})."
    ),
    "equivalent": mark(
        "No two groups' shares of “{label}” differ by {least:g} percentage points or more, corrected by people's codes "
        "of {coded:,} articles. The clearest difference is that of {one} ({many:.1%}) and {other} ({few:.1%}): "
        "{value:.1f} points ({level:g}% CI {low:.1f} to {high:.1f})."
    ),
    "inconclusive": mark(
        "People's codes of {coded:,} articles do not settle whether any two groups' shares of “{label}” differ by "
        "{least:g} percentage points or more. The clearest difference is that of {one} ({many:.1%}) and {other} "
        "({few:.1%}): {value:.1f} points ({level:g}% CI {low:.1f} to {high:.1f}); by the machine alone {naive:.1f} "
        "({naive_low:.1f} to {naive_high:.1f})."
    ),
}

_RARELY = mark(
    "Of the articles of {names} that people coded, fewer than {n} have “{label}”, or fewer than {n} lack it. Their "
    "shares are known only as far as their intervals."
)
_NEARLY = mark(
    "The coefficients of {names} have run off: at some of their values nearly no article, or nearly every one, has "
    "“{outcome}”. Do not quote them; quote shares, or use fewer terms."
)
_UNREAD = mark("Of the codebook {n} codes cannot be read and are not in this report: {codes}. The appendix says why.")
_UNCORRECTED = mark(
    "These are the codes of a machine, uncorrected: what it misses or finds wrongly more often in one group than in "
    "another shows as a difference."
)
_BESIDE = mark(
    "That is by the machine alone. Corrected by people's codes of {coded:,} articles the difference is {value:.1f} "
    "percentage points ({level:g}% CI {low:.1f} to {high:.1f}); quote this one."
)
_SAID = {
    "difference": mark(
        "“{label}” is found in {many:.1%} of {units} of {one} and {few:.1%} of those of {other}: a difference of "
        "{value:.1f} percentage points ({level:g}% CI {low:.1f} to {high:.1f})."
    ),
    "equivalent": mark(
        "No code's share differs by {least:g} percentage points or more. The clearest difference is that of “{label}”, "
        "found in {many:.1%} of {units} of {one} and {few:.1%} of those of {other} ({value:.1f} points, {level:g}% CI "
        "{low:.1f} to {high:.1f})."
    ),
    "inconclusive": mark(
        "The shares do not settle whether any code's share differs by {least:g} percentage points or more. The "
        "clearest difference is that of “{label}”, found in {many:.1%} of {units} of {one} and {few:.1%} of those "
        "of {other} ({value:.1f} points, {level:g}% CI {low:.1f} to {high:.1f})."
    ),
}
