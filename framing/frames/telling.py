"""A comparison of codes in a sentence, and what its columns are."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from framing import tables
from framing.errors import takes_results
from framing.frames.asking import CORRECTED, MACHINE, NEAR, PEOPLE
from framing.frames.coding import HEADLINES, NO_TEXT
from framing.frames.comparing import MOST_IN_PAIRS, Crosstab
from framing.frames.correcting import NOT_CODED, Corrected
from framing.frames.machines import NOT_SAID, UNKNOWN
from framing.inference import verdict
from framing.messages import Finding, Message, mark

_RARE, _RELIED = 3, 0.667
_APART = mark(
    "What people do not agree on corrects no machine: look into their sheets in 31_coding before you quote a number."
)
_POINTS = mark("percentage points")
_UNITS = {"article": mark("the articles"), "paragraph": mark("the paragraphs"), "sentence": mark("the sentences")}


@takes_results(found=("frames.crosstab", "pairs"))
def answer(found: Crosstab | Corrected, *, smallest_effect: float = 5.0, agreement: Finding | None = None) -> Finding:
    """The finding of a comparison: the code and the two groups that differ most surely.

    Parameters
    ----------
    found
        From :func:`framing.frames.crosstab`, where codes that people coded stand corrected and go before all others, or
        from :func:`framing.frames.corrected`: of groups where the formula has nothing else, and else of the
        interaction, of a code, or of the first term.
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
    own = _corrected(found, smallest_effect) if isinstance(found, Corrected) else _of_codes(found, smallest_effect)
    omitted = _omitted(found.steps)
    if agreement is None:
        return replace(own, cautions=(*omitted, *own.cautions))
    apart = (_APART,) if agreement.value is not None and agreement.value < _RELIED else ()
    return replace(own, cautions=(*omitted, agreement.sentence, *apart, *own.cautions))


def _omitted(steps: pd.DataFrame) -> tuple[Message, ...]:
    """How many articles have no words, another machine has no codes of, or are left out for the code it gives them."""
    texts = {UNKNOWN.text: _CODED_ELSE, NOT_SAID.text: _NO_CODES, NO_TEXT.text: _WORDLESS, HEADLINES.text: _HEADLINES}
    rows = [row for row in tables.each(steps) if getattr(row.reason, "text", "") in texts]
    n = rows[0].n_rows + rows[0].n_dropped if rows else 0
    told = {row.reason.text: Message(texts[row.reason.text], {**row.reason.values, "n": row.n_dropped, "all": n})
            for row in rows}  # fmt: skip
    return tuple(told[text] for text in texts if text in told)


def _of_codes(found: Crosstab, smallest: float) -> Finding:
    """The clearest difference of all codes; where people coded some of them, of these, corrected."""
    used = found.overall.loc[found.overall["n_coded"] > 0, "code"]  # what no unit has tells groups apart nowhere
    known = found.pairs["simultaneous_low"].notna() & found.pairs["code"].isin(used)
    rows = found.pairs[known]  # as many as their family has
    features = {"units": float(found.overall["n_units"].max()), "comparisons": float(len(rows))}
    unread = Message(_UNREAD, {"n": len(found.unread), "codes": tuple(found.unread)})
    cautions: tuple = (unread,) if found.unread else ()
    cautions += (Message(_BUILT, {"codes": found.built}),) if found.built else ()
    shares = found.estimates
    lost = shares[shares["note"].ne("") & shares["estimator"].eq(MACHINE)].drop_duplicates("code")
    own = shares[shares["estimator"] == CORRECTED]
    if people_coded := len(own) > 0:
        rows, coded = found.corrected, int(own.groupby("code")["n_people"].sum().max())
        rows = rows[rows["simultaneous_low"].notna()]
        features = {"coded": float(coded)}
        for text, part in ((_LEFT, lost[lost["note"] != NOT_CODED]), (_NOT_CODED, lost[lost["note"] == NOT_CODED])):
            if len(part):
                named = {"n": len(part), "codes": tuple(map(str, part["label"])), "why": part["note"].iloc[0]}
                cautions = (Message(text, named), *cautions)
        cautions = (*_noted(own), *cautions)
    elif found.machine:
        why = (Message(_WHY, {"why": lost["note"].iloc[0]}),) if len(lost) else ()
        cautions = (*cautions, _UNCORRECTED, *why)
    procedure = "frames.corrected" if people_coded else "frames.crosstab"
    if rows.empty:
        many = found.shares["group"].nunique() > MOST_IN_PAIRS
        text = _MANY if many else _FEW_PEOPLE if people_coded else Message(_FEW, {"units": _UNITS[found.unit]})
        return Finding("inconclusive", text, unit=_POINTS, cautions=cautions, procedure=procedure, features=features)
    if not people_coded:
        told = rows, found.shares, None, _SAID
        return _pair(told, smallest, found.level, cautions, procedure, features, _UNITS[found.unit])
    told = rows, own, found.pairs, _AFTER_CODES
    made = _pair(told, smallest, found.level, cautions, procedure, features)
    alone = shares[(shares["estimator"] == PEOPLE) & (shares["code"] == made.contrast[0])]
    return replace(made, cautions=(*_rare(alone, str(alone["label"].iloc[0])), *made.cautions))


def _noted(own: pd.DataFrame) -> list[Message]:
    """What corrected shares rest on, with the codes of which that is said where it is not the same of all."""
    each = own.drop_duplicates("code")
    notes = {note: tuple(map(str, each.loc[each["note"] == note, "label"])) for note in each["note"] if note}
    same = len(notes) == 1 and each["note"].ne("").all()
    return [*notes] if same else [Message(_OF_CODES, {"codes": codes, "why": note}) for note, codes in notes.items()]


def _pair(told: tuple, smallest: float, level: float, cautions: tuple, procedure: str, features, units="") -> Finding:
    """The clearest of some pairs, with the shares of both groups and, after correction, what the machine has."""
    rows, shares, alone, said = told
    at, judged, (value, low, high) = _clearest(rows, smallest)
    row, turned = rows.iloc[at], 1 if value[at] >= 0 else -1
    one, other = (row["group"], row["other"])[::turned]
    own = shares[shares["code"] == row["code"]].set_index("group")
    share, coded = own["share"], int(own["n_people"].sum()) if "n_people" in own else 0
    lower, upper = sorted(float(turned * end[at]) for end in (low, high))
    values: dict[str, Any] = {
        "label": row["label"], "one": tables.spoken(one), "other": tables.spoken(other),
        "many": share[one], "few": share[other], "n": len(rows),
        "units": units, "value": float(abs(value[at])), "low": lower, "high": upper, "least": smallest,
        "level": 100 * level, "coded": coded,
    }  # fmt: skip
    if alone is not None:
        same = (alone["code"] == row["code"]) & (alone["group"] == row["group"]) & (alone["other"] == row["other"])
        naive = 100 * turned * alone.loc[same, ["estimate", "simultaneous_low", "simultaneous_high"]].iloc[0]
        values |= {"naive": naive["estimate"], "naive_low": naive.iloc[1:].min(), "naive_high": naive.iloc[1:].max()}
    chosen = (Message(_CHOSEN, values),) if len(rows) > 1 else ()
    return Finding(judged, Message(said[judged], values), values["value"], lower, upper, _POINTS,
                   (*cautions, *chosen), procedure=procedure, features=features,
                   contrast=(str(row["code"]), str(one), str(other)))  # fmt: skip


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
    named = {"code": found.outcome, "label": found.label}
    pairs = found.pairs.assign(**named)
    rows = pairs[(pairs["estimator"] == CORRECTED) & pairs["simultaneous_low"].notna()]
    cautions = _doubts(found)
    shares = found.shares[found.shares["estimator"] == CORRECTED].assign(**named)
    coded = int(shares["n_people"].sum())
    made: dict[str, Any] = {"procedure": "frames.corrected", "features": {"coded": float(coded)}}
    if found.asked or rows.empty:
        alone = found.asked or found.shares["group"].nunique() < 2
        return _term(found, cautions, made) if alone else _apart(found, cautions, made)
    told = rows, shares, pairs[pairs["estimator"] == MACHINE], _AFTER
    return _pair(told, smallest, found.level, cautions, made["procedure"], made["features"])


def _doubts(found: Corrected) -> tuple:
    """What the numbers rest on, groups in which the code is nearly never or always there, and terms that run off."""
    own = found.shares[found.shares["estimator"] == PEOPLE]
    terms = found.coefficients[(found.coefficients["estimator"] == CORRECTED) & (found.coefficients["note"] == NEAR)]
    values = {"names": tuple(map(str, terms["term"])), "outcome": found.outcome}
    run_off = (Message(_NEARLY, values),) if len(terms) else ()
    return (*((found.assumption,) if found.assumption else ()), *_rare(own, found.label), *run_off)


def _rare(own: pd.DataFrame, label: str) -> tuple:
    """Groups of whose articles people found the code nearly never, or nearly always."""
    rare = own[np.minimum(own["share"], 1 - own["share"]) * own["n_people"].astype(float) < _RARE]
    names = tuple(map(str, rare["group"]))
    return (Message(_RARELY, {"names": names, "label": label, "n": _RARE}),) if len(rare) else ()


def _term(found: Corrected, cautions: tuple, made: dict) -> Finding:
    """The clearest of the terms asked for, with an interval that holds for all of them."""
    table = found.coefficients[found.coefficients["term"].isin(found.asked)]
    rows = table[(table["estimator"] == CORRECTED) & table["conf_low"].notna()]
    if rows.empty:
        return _apart(found, cautions, made)
    reach = rows["std_error"] * stats.t.ppf(1 - (1 - found.level) / (2 * len(rows)), rows["df"])
    low, high = rows["estimate"] - reach, rows["estimate"] + reach
    at = int(np.argmax(np.maximum(low, -high) / reach))
    row, ends = rows.iloc[at], (float(low.iloc[at]), float(high.iloc[at]))
    alone = table.loc[(table["estimator"] == MACHINE) & (table["term"] == row["term"]), "estimate"]
    values = {"term": str(row["term"]), "outcome": found.outcome, "value": row["estimate"], "low": ends[0],
              "high": ends[1], "naive": float(alone.iloc[0]) if len(alone) else float("nan"), "n": len(rows),
              "level": 100 * found.level, "against": row["against"], "label": found.label}  # fmt: skip
    scale, ratio = _SCALES[found.family]
    times = dict(zip(("times", "least", "most"), np.exp(np.clip([row["estimate"], *ends], -50, 50)), strict=True))
    said = (*((Message(_AGAINST, values),) if row["against"] else ()),
            *((Message(_TIMES, times | {"what": ratio}),) if ratio else ()),
            *((Message(_CHOSEN, values),) if len(rows) > 1 else ()))  # fmt: skip
    judged = "difference" if ends[0] * ends[1] > 0 else "inconclusive"
    text = _TERM if len(alone) and alone.notna().all() else _TERM_ALONE
    return Finding(judged, Message(text, values), float(row["estimate"]), *ends, scale,
                   (*said, *cautions), **made)  # fmt: skip


def _apart(found: Corrected, cautions: tuple, made: dict) -> Finding:
    """What is there where no two groups are compared."""
    one = found.shares[(found.shares["estimator"] == CORRECTED) & found.shares["conf_low"].notna()]
    text: Message | str = _FEW_PEOPLE
    n = found.shares["group"].nunique()
    lost = found.coefficients[found.coefficients["estimator"].eq(CORRECTED) & found.coefficients["note"].ne("")]
    if found.asked and len(lost):
        text = Message(_NO_MODEL, {"why": lost["note"].iloc[0]})
    elif n > 1 and found.pairs.empty:
        text = _MANY
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
    "After correction the coefficient of “{term}” for “{label}” is {value:.3g} ({level:g}% CI {low:.3g} to "
    "{high:.3g}). By the machine alone it would be {naive:.3g}."
)
_TERM_ALONE = mark(
    "After correction the coefficient of “{term}” for “{label}” is {value:.3g} ({level:g}% CI {low:.3g} to "
    "{high:.3g}). The machine alone gives none."
)
_SCALES = {
    "logit": (mark("log odds"), mark("odds")), "ordinal": (mark("log odds of a later page"), mark("odds")),
    "poisson": (mark("logarithm of a rate"), mark("rates")), "ols": (mark("coefficient"), ""),
}  # fmt: skip
_TIMES = mark("As a ratio of {what} that is {times:.2f} ({least:.2f} to {most:.2f}).")
_AGAINST = mark("“{term}” compares with {against}.")
_NO_MODEL = mark("The model has no corrected estimate: {why}. The table of shares is to be read alone.")
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

_CODED_ELSE = mark(
    "{name} gives {n:,} of {all:,} articles codes that the codebook does not have: {codes}. These articles are left "
    "out because of what they were coded, so no share is that of all articles. Add the codes to the codebook, or write "
    "none in the file where they mean none of its codes."
)
_WORDLESS = mark("{n:,} of {all:,} articles have no words to code: the shares are those of the others.")
_HEADLINES = mark(
    "{only:,} of {all:,} articles have a headline and no text, where a code is found more seldom: a group that has "
    "more of them has a smaller share."
)
_NO_CODES = mark("{name} has no codes of {n:,} of {all:,} articles: the shares are those of the others.")
_RARELY = mark(
    "Of the articles of {names} that people coded, fewer than {n} have “{label}”, or fewer than {n} lack it. Their "
    "shares are known only as far as their intervals."
)
_NEARLY = mark(
    "The coefficients of {names} have run off: at some of their values nearly no article, or nearly every one, has "
    "“{outcome}”. Do not quote them; quote shares, or use fewer terms."
)
_UNREAD = mark("Of the codebook {n} codes cannot be read and are not in this report: {codes}. The appendix says why.")
_BUILT = mark(
    "Not compared, as rules put them together with what makes the groups: {codes}. They differ between such groups by "
    "definition."
)
_UNCORRECTED = mark(
    "These are the codes of a machine, uncorrected: what it misses or finds wrongly more often in one group than in "
    "another shows as a difference."
)
_LEFT = mark(
    "{n} codes have no corrected share and are not compared in this sentence: {codes}. The reason for the first: {why}."
)
_NOT_CODED = mark("{n} codes were not coded by people and are not compared in this sentence: {codes}.")
_OF_CODES = mark("“{codes}”: {why}")
_WHY = mark("People's codes were given, but no code's share could be corrected. The reason for the first: {why}.")
_FEW = mark("Too few of {units} of two groups are coded to compare them.")
_FEW_PEOPLE = mark("People coded too few articles for a corrected estimate.")
_MANY = mark("There are too many groups to compare them in pairs; the table has the share of each.")
_AFTER_CODES = _AFTER | {
    "equivalent": mark(
        "No code's share differs by {least:g} percentage points or more, corrected by people's codes of {coded:,} "
        "articles. The clearest difference is that of “{label}” in {one} ({many:.1%}) and {other} ({few:.1%}): "
        "{value:.1f} points ({level:g}% CI {low:.1f} to {high:.1f})."
    ),
    "inconclusive": mark(
        "People's codes of {coded:,} articles do not settle whether any code's share differs by {least:g} percentage "
        "points or more. The clearest difference is that of “{label}” in {one} ({many:.1%}) and {other} ({few:.1%}): "
        "{value:.1f} points ({level:g}% CI {low:.1f} to {high:.1f}); by the machine alone {naive:.1f} ({naive_low:.1f} "
        "to {naive_high:.1f})."
    ),
}
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
