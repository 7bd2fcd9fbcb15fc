"""Maps in a sentence."""

import pandas as pd

from framing.messages import paragraph, say


def answer(similar: pd.DataFrame) -> dict:
    """The finding of :func:`framing.maps.similarity` for ``report.finding(**answer)``: the pair furthest apart."""
    order = similar.sort_values("jensen_shannon", kind="stable", ascending=False)
    far, near = order.iloc[0], order.iloc[-1]
    if len(order) == 1:
        told = [
            say(
                "{a} and {b} lie {distance:.2f} apart in their words (0 the same, 1 none shared).",
                a=far["a"], b=far["b"], distance=far["jensen_shannon"],
            )
        ]  # fmt: skip
    else:
        told = [
            say(
                "{a} and {b} are furthest apart in their words ({distance:.2f} on a scale from 0 to 1), {c} and {d} "
                "nearest ({least:.2f}).",
                a=far["a"], b=far["b"], distance=far["jensen_shannon"],
                c=near["a"], d=near["b"], least=near["jensen_shannon"],
            )
        ]  # fmt: skip
        if far["jensen_shannon_low"] <= near["jensen_shannon_high"]:
            told.append(say("Their intervals overlap, so the order may be chance."))
    return {
        "sentence": paragraph(told),
        "value": far["jensen_shannon"],
        "low": far["jensen_shannon_low"],
        "high": far["jensen_shannon_high"],
        "unit": say("Jensen-Shannon distance"),
        "caution": say(
            "Outlets that cover other subjects differ in words for that reason; this is no distance of framing."
        ),
    }
