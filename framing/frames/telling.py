"""A comparison of codes in a sentence, and what its columns are."""

from typing import Any

import numpy as np

from framing.frames.comparing import Crosstab
from framing.inference import verdict
from framing.messages import Finding, Message, mark

_UNITS = {"article": mark("the articles"), "paragraph": mark("the paragraphs"), "sentence": mark("the sentences")}


def answer(found: Crosstab, *, smallest_effect: float = 5.0) -> Finding:
    """The finding of a comparison: the code and the two groups that differ most surely.

    Parameters
    ----------
    found
        From :func:`framing.frames.crosstab`.
    smallest_effect
        The smallest difference of two shares that matters, percentage points.

    Returns
    -------
    Finding
        ``value``, ``low`` and ``high`` are the difference in percentage points with the interval that holds for all
        codes and pairs of groups at once. *difference*: it excludes 0 and the difference matters; *equivalent*: that of
        every code and pair lies within ``smallest_effect``; else *inconclusive*.
    """
    rows = found.pairs[found.pairs["simultaneous_low"].notna()]
    unit = mark("percentage points")
    features = {"units": float(found.overall["n_units"].max()), "comparisons": float(len(rows))}
    made: dict[str, Any] = {"unit": unit, "procedure": "frames.crosstab", "features": features}
    cautions = (_UNCORRECTED,) if found.machine else ()
    if rows.empty:
        few = Message("Too few of {units} of two groups are coded to compare them.", {"units": _UNITS[found.unit]})
        return Finding("inconclusive", few, cautions=cautions, **made)
    value, low, high = (100 * rows[name].to_numpy() for name in ("estimate", "simultaneous_low", "simultaneous_high"))
    sure = np.maximum(low, -high)
    all_small = bool((np.maximum(np.abs(low), np.abs(high)) < smallest_effect).all())
    matters = (sure > 0) & (np.abs(value) >= smallest_effect)
    at = int(np.argmax(np.where(matters, 1000 + sure, sure)))
    row, ends = rows.iloc[at], (low[at], high[at])
    judged = "equivalent" if all_small else verdict(value[at], *ends, *ends, smallest_effect)
    judged = "inconclusive" if judged == "equivalent" and not all_small else judged
    one, other, turned = (row["group"], row["other"], 1) if value[at] >= 0 else (row["other"], row["group"], -1)
    share = found.shares[found.shares["code"] == row["code"]].set_index("group")["share"].to_dict()
    lower, upper = sorted(float(turned * end) for end in ends)
    values: dict[str, Any] = {
        "label": row["label"], "one": one, "other": other, "many": share[one], "few": share[other], "n": len(rows),
        "units": _UNITS[found.unit], "value": float(abs(value[at])), "low": lower, "high": upper,
        "least": smallest_effect,
    }  # fmt: skip
    chosen = Message("The clearest of {n} comparisons; its interval allows for all of them.", values)
    cautions = (*cautions, chosen)
    return Finding(judged, Message(_SAID[judged], values), values["value"], lower, upper, cautions=cautions, **made,
                   contrast=(str(row["code"]), str(one), str(other)))  # fmt: skip


_UNCORRECTED = mark(
    "These are the codes of a machine, uncorrected: what it misses or finds wrongly more often in one group than in "
    "another shows as a difference."
)
_SAID = {
    "difference": mark(
        "“{label}” is found in {many:.1%} of {units} of {one} and {few:.1%} of those of {other}: a difference of "
        "{value:.1f} percentage points (95% CI {low:.1f} to {high:.1f})."
    ),
    "equivalent": mark(
        "No code's share differs by {least:g} percentage points or more. The clearest difference is that of “{label}”, "
        "found in {many:.1%} of {units} of {one} and {few:.1%} of those of {other} ({value:.1f} points, 95% CI "
        "{low:.1f} to {high:.1f})."
    ),
    "inconclusive": mark(
        "The shares do not settle whether any code's share differs by {least:g} percentage points or more. The "
        "clearest difference is that of “{label}”, found in {many:.1%} of {units} of {one} and {few:.1%} of those "
        "of {other} ({value:.1f} points, 95% CI {low:.1f} to {high:.1f})."
    ),
}
