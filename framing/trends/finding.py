"""What the event did, in a sentence: of one group, or of the one of several that stands out."""

import numpy as np

from framing import inference, tables
from framing.errors import takes_results
from framing.messages import Finding, Message, mark
from framing.tables.events import dated
from framing.trends.groups import ByGroup, alone
from framing.trends.interruption import Interrupted, interval

_CHANGED = {
    "difference": mark(
        "From {at} on, {group} departed from its earlier course by {by:+.3g} on average ({unit}; 95% CI {low:+.3g} to "
        "{high:+.3g})."
    ),
    "equivalent": mark(
        "From {at} on, {group} departed from its earlier course by less than {smallest:.3g}: by {by:+.3g} on average "
        "({unit}; 95% CI {low:+.3g} to {high:+.3g})."
    ),
    "inconclusive": mark(
        "The data do not settle whether {group} departed from its earlier course at {at}: the estimate is {by:+.3g} on "
        "average ({unit}; 95% CI {low:+.3g} to {high:+.3g})."
    ),
}
_ANY_CHANGED = {
    "difference": mark(
        "Of {n} groups {group} shows the clearest change: from {at} on it departed from its earlier course by "
        "{by:+.3g} on average ({unit}; 95% CI {low:+.3g} to {high:+.3g}, allowing for the choice among {n})."
    ),
    "equivalent": mark(
        "From {at} on, none of {n} groups departed from its earlier course by as much as matters ({smallest:.3g} for "
        "{group}, whose estimate of {by:+.3g} is the clearest; {unit}; 95% CI {low:+.3g} to {high:+.3g}, allowing for "
        "the choice among {n})."
    ),
    "inconclusive": mark(
        "The data do not settle whether any of {n} groups departed from its earlier course at {at}: the clearest "
        "estimate is {by:+.3g} on average for {group} ({unit}; 95% CI {low:+.3g} to {high:+.3g}, allowing for the "
        "choice among {n})."
    ),
}

_UNNAMED = mark("No event was named: the day is the middle of the series; the parameter at takes the day of one.")


_AGREED = mark(
    "The people who coded what is measured agree at Krippendorff's alpha {value:.2f} (95% CI {low:.2f} to {high:.2f}). "
    "No series settles what coders do not."
)


@takes_results(found=("trends.interrupted", "effects"))
def answer(
    found: ByGroup | Interrupted,
    *,
    named: bool = True,
    smallest_effect: float | None = None,
    agreement: Finding | None = None,
) -> Finding:
    """What the event did on average, for one group or for the one of several that stands out.

    Parameters
    ----------
    found
        Of :func:`interrupted`, of one series or of a table of groups.
    named
        Whether a person named the day; the middle of the series is no event, and a caution says so.
    smallest_effect
        The smallest average effect that matters, in its unit. By default, of shares and counts a tenth of the mean
        number of articles per period before the event, of means a fifth of the standard deviation around the model;
        each group has its own.
    agreement
        Of the people who coded what is measured, from :func:`framing.reliability.answer`: a caution says it.

    Returns
    -------
    Finding
        Of several groups that with the smallest p, and its interval is the simultaneous one: the search is part of the
        test. The verdict is *equivalent* where the 90% interval of every group lies within its smallest effect.
    """
    if isinstance(found, Interrupted):
        found = alone(found)
    table = found.effects[found.effects["effect"].eq("average")].assign(group=lambda t: t["group"].astype(str))
    table["size"] = (table["estimate"] / table["std_error"]).abs()
    row = table.sort_values(["p_value", "size"], ascending=[True, False], kind="stable").iloc[0]
    n, counts = len(found.fits), found.info["family"] != "normal"
    matters = {group: smallest_effect or _smallest(fit, counts) for group, fit in found.fits.items()}
    inside = {group: np.abs(interval(fit, "average", 0.9)).max() < matters[group] for group, fit in found.fits.items()}
    widest = np.inf if not all(inside.values()) else 0.0  # equivalent only if all groups are
    low, high = row["simultaneous_low"], row["simultaneous_high"]
    judged = inference.verdict(row["estimate"], low, high, -widest, widest, matters[row["group"]])
    unit = found.info["unit_of_value"]
    values = {
        "at": dated(found.info["at"]),
        "group": row["group"],
        "unit": unit,
        "by": row["estimate"],
        "low": low,
        "high": high,
    }
    text = (_CHANGED if n == 1 else _ANY_CHANGED)[judged]
    sentence = Message(text, {**values, "n": n, "smallest": matters[row["group"]]})
    failed = found.checks[~found.checks["passed"] & found.checks["group"].eq(row["group"])]
    cautions: list = [] if named else [_UNNAMED]
    if agreement is not None and agreement.value is None:
        cautions.append(agreement.sentence)
    elif agreement is not None:
        values = {"value": agreement.value, "low": agreement.low, "high": agreement.high}
        cautions.append(Message(_AGREED, values))
    cautions += [
        Message("No model of {group}: {why}.", {"group": r.group, "why": r.note}) for r in tables.each(found.notes)
    ]
    advice = failed["advice"].drop_duplicates().head(2)
    cautions += [Message("{advice}.", {"advice": mark(one)}) for one in advice]
    info = found.fits[row["group"]].info
    features = {"n": info["n_periods"], "groups": n, "rho": max(info.get("phi", 0.0), 0.0), "gaps": info["n_gaps"]}
    return Finding(
        judged, sentence, float(row["estimate"]), float(low), float(high), unit, tuple(cautions),
        "trends.interrupted_by", features, (str(row["group"]), str(found.info["at"])),
    )  # fmt: skip


def _smallest(fit: Interrupted, counts: bool) -> float:
    """The default of the smallest average effect that matters."""
    rows = fit.periods
    if counts:
        return 0.1 * float(rows.loc[~rows["after"], "observed"].mean())
    return 0.2 * float((rows["observed"] - rows["fitted"]).std(ddof=4))
