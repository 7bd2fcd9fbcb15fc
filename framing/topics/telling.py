"""The finding of a comparison of topics."""

import numpy as np
import pandas as pd
from scipy.stats import t

from framing.errors import takes_results
from framing.inference import verdict
from framing.messages import Finding, Message, mark
from framing.topics.record import UNSTABLE


@takes_results(table=("topics.effects", "std_error"))
def answer(table: pd.DataFrame, by: str = "outlet", *, smallest_effect: float = 5.0) -> Finding:
    """The clearest difference in the share of a topic.

    Of the topics not known to be unstable, and of all pairs of groups, the largest difference whose interval excludes
    0; where there is none, the one nearest to it.

    Parameters
    ----------
    table
        Of :func:`shares`.
    by
        The column of the groups.
    smallest_effect
        The smallest difference of two shares that matters, percentage points.

    Returns
    -------
    Finding
        ``value``, ``low``, ``high`` are the difference in percentage points with the interval of Bonferroni over all
        topics and pairs of groups, which is the joint test as well: *difference* where it excludes 0 and the difference
        matters, *equivalent* where the 90% interval of every topic and pair lies within ``smallest_effect``.
    """
    known = table[table["std_error"].notna()]
    sure = known[~known["label"].astype(str).str.endswith(UNSTABLE)]
    sure = sure if len(sure) else known
    groups = sorted(sure[by].unique(), key=str)
    unit, values = mark("percentage points"), {"by": mark(by), "least": smallest_effect}
    if len(groups) < 2:
        return Finding("inconclusive", Message("There are no two groups of {by} to compare.", values), unit=unit)
    wide = sure.pivot(index="topic", columns=by, values=["estimate", "std_error", "n_clusters"])
    one, other = np.triu_indices(len(groups), 1)
    share, error, n = (wide[name][groups].to_numpy(dtype=float) for name in ("estimate", "std_error", "n_clusters"))
    pooled = np.sqrt(
        ((n * error)[:, one] ** 2 + (n * error)[:, other] ** 2) / (n[:, one] + n[:, other])
    )  # of an article: shares are skewed, and a few articles without the topic would seem sure of themselves
    errors = (np.fmax(error[:, side], pooled / np.sqrt(n[:, side])) for side in (one, other))
    gap, spread = 100 * (share[:, one] - share[:, other]), 100 * np.hypot(*errors)
    df = np.minimum(n[:, one], n[:, other]) - 1
    tests = np.isfinite(gap).sum()
    half, least = t.isf(0.025 / tests, df) * spread, t.isf(0.05, df) * spread
    told = np.abs(gap) > half
    at = np.unravel_index(
        np.nanargmax(np.where(told, np.abs(gap), -1) if told.any() else np.abs(gap) / spread), gap.shape
    )
    furthest = np.nanmax(np.abs(gap) + least)
    value, (a, b) = gap[at], (one[at[1]], other[at[1]])
    judged = verdict(value, value - half[at], value + half[at], -furthest, furthest, smallest_effect)
    if value < 0:  # told from the larger share
        value, a, b = -value, b, a
    label = sure.loc[sure["topic"] == wide.index[at[0]], "label"].iloc[0]
    values |= {"label": label, "one": groups[a], "other": groups[b], "many": share[at[0], a], "few": share[at[0], b]}
    values |= {"value": value, "low": value - half[at], "high": value + half[at], "n": int(tests)}
    chosen = Message("The clearest of {n} comparisons; its interval allows for all of them.", values)
    habit = mark("A topic is a set of words that appear together, not a subject someone chose.")
    ends, size = (value - half[at], value + half[at]), {"articles": float(table["n_articles"].sum() / wide.shape[0])}
    text, contrast = Message(_ANSWERS[judged], values), (str(label), str(groups[a]), str(groups[b]))
    return Finding(judged, text, value, *ends, unit, (chosen, habit), "topics.answer", size, contrast)


_ANSWERS = {
    "difference": mark(
        "“{label}” takes {many:.1%} of an article in {one} and {few:.1%} in {other}: a difference of {value:.1f} "
        "percentage points (95% CI {low:.1f} to {high:.1f})."
    ),
    "equivalent": mark(
        "No topic's share differs by {least:g} percentage points or more by {by}. The clearest difference is that of "
        "“{label}”, {many:.1%} in {one} and {few:.1%} in {other} ({value:.1f} points, 95% CI {low:.1f} to {high:.1f})."
    ),
    "inconclusive": mark(
        "The articles do not settle whether the share of any topic differs by {least:g} percentage points or more by "
        "{by}. The clearest difference is that of “{label}”, {many:.1%} in {one} and {few:.1%} in {other} ({value:.1f} "
        "points, 95% CI {low:.1f} to {high:.1f})."
    ),
}
