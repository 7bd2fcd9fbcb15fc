"""The finding of a comparison of topics in a sentence."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from framing.messages import paragraph, say
from framing.topics.record import UNSTABLE


def answer(table: pd.DataFrame, by: str = "outlet") -> dict:
    """The clearest difference of a table of :func:`shares` in a sentence, for ``report.finding``.

    Of the topics not known to be unstable the one whose largest and smallest share differ by most standard
    errors. The interval of the difference is Bonferroni's over all topics and pairs of groups.

    Returns
    -------
    dict
        ``sentence``, ``value``, ``low``, ``high`` (percentage points), ``unit``, ``caution``.
    """
    known = table[table["std_error"].notna()]
    sure = known[~known["label"].astype(str).str.endswith(UNSTABLE)]
    sure = sure if len(sure) else known
    nothing = say("No topic differs surely by {by}.", by=say(by))
    caution = say("The largest of many comparisons; a topic is a habit of words, not a subject someone chose.")
    n_groups, n_topics = sure[by].nunique(), sure["topic"].nunique()
    if n_groups < 2:
        return {"sentence": nothing, "value": None, "low": None, "high": None, "unit": "", "caution": caution}
    top = sure.loc[sure.groupby("topic")["estimate"].idxmax()].set_index("topic")
    least = sure.loc[sure.groupby("topic")["estimate"].idxmin()].set_index("topic")
    gap, error = top["estimate"] - least["estimate"], np.hypot(top["std_error"], least["std_error"])
    number = (gap / error).idxmax()
    half = norm.isf(0.025 / (n_topics * n_groups * (n_groups - 1) / 2)) * error[number]
    a, b = top.loc[number], least.loc[number]
    value, low, high = 100 * gap[number], 100 * (gap[number] - half), 100 * (gap[number] + half)
    sentence = say(
        "Topic {number} ({label}) takes {many:.1%} of an article in {one}, {few:.1%} in {other}.",
        number=number, label=a.label, many=a.estimate, few=b.estimate, one=a[by], other=b[by],
    )  # fmt: skip
    sentence, unit = sentence if low > 0 else paragraph([nothing, sentence]), say("percentage points")
    return {"sentence": sentence, "value": value, "low": low, "high": high, "unit": unit, "caution": caution}
