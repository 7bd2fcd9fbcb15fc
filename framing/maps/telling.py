"""The finding of a map."""

import numpy as np
import pandas as pd

from framing.errors import takes_results
from framing.inference import verdict
from framing.messages import Finding, Message

SMALLEST = 0.05
"""Jensen–Shannon distance below which two vocabularies are as good as the same, by default."""


@takes_results(similar=("maps.similarity", "jensen_shannon"))
def answer(similar: pd.DataFrame, *, smallest_effect: float = SMALLEST) -> Finding:
    """The finding of :func:`framing.maps.similarity`: of the pairs that differ by more than chance, the furthest apart.

    Parameters
    ----------
    similar
        From :func:`framing.maps.similarity`.
    smallest_effect
        Distance below which two vocabularies are as good as the same (0 the same, 1 no word in common).

    Returns
    -------
    Finding
        *difference* where a pair has a q-value of at most 0.05, a simultaneous interval above 0 and a distance of at
        least ``smallest_effect``; *equivalent* where the simultaneous intervals of all pairs lie below it; else
        *inconclusive*.
    """
    order = similar.sort_values("jensen_shannon", kind="stable", ascending=False)
    apart = order[order["q_value"] <= 0.05]
    far, near = (apart if len(apart) else order).iloc[0], order.iloc[-1]
    value, low, high = (float(far[name]) for name in ("jensen_shannon", "simultaneous_low", "simultaneous_high"))
    furthest = float(similar["simultaneous_high"].max(skipna=False))
    found = verdict(value, low if len(apart) else 0.0, high, -furthest, furthest, smallest_effect)
    values = {
        "a": far["a"], "b": far["b"], "c": near["a"], "d": near["b"], "distance": value, "low": low, "high": high,
        "least": float(near["jensen_shannon"]), "n": len(apart), "pairs": len(order), "smallest": smallest_effect,
    }  # fmt: skip
    if found == "equivalent":
        sentence = Message(
            "The outlets differ in their words by less than {smallest:.2g} (0 the same, 1 none shared); the pair "
            "furthest apart is {a} and {b} ({distance:.3f}, 95% CI {low:.3f} to {high:.3f}).", values,
        )  # fmt: skip
    elif not np.isfinite([low, high]).all():
        sentence = Message(
            "The data give no interval for the distance of {a} and {b} in their words: {distance:.3f} (0 the same, 1 "
            "none shared).", values,
        )  # fmt: skip
    elif found == "inconclusive":
        sentence = Message(
            "The data do not settle whether the outlets differ in their words by {smallest:.2g} or more (0 the same, 1 "
            "none shared); for {a} and {b} the estimate is {distance:.3f} (95% CI {low:.3f} to {high:.3f}).", values,
        )  # fmt: skip
    elif len(order) == 1:
        sentence = Message(
            "{a} and {b} lie {distance:.3f} apart in their words (0 the same, 1 none shared; 95% CI {low:.3f} to "
            "{high:.3f}).", values,
        )  # fmt: skip
    else:
        sentence = Message(
            "Of {pairs:,} pairs of outlets, {n:,} differ in their words by more than chance. {a} and {b} are furthest "
            "apart ({distance:.3f} on a scale from 0 to 1, 95% CI {low:.3f} to {high:.3f}, simultaneous over all "
            "pairs); the estimate is least for {c} and {d} ({least:.3f}).", values,
        )  # fmt: skip
    caution = Message(
        "Outlets that cover other subjects differ in words for that reason; this is no distance of framing."
    )
    articles = similar[["n_articles_a", "n_articles_b"]].to_numpy()
    return Finding(
        found, sentence, value, low, high, Message("Jensen-Shannon distance"), (caution,), "maps.similarity",
        {"articles": float(articles.min()), "most_articles": float(articles.max())}, (str(far["a"]), str(far["b"])),
    )  # fmt: skip
