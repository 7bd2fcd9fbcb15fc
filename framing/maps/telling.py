"""Maps in a sentence, and what their columns are."""

import pandas as pd

from framing.wording import paragraph, say, sentences

COLUMNS = {
    "a": "one outlet",
    "b": "the other",
    "jensen_shannon": "distance of word shares, 0 the same to 1 no word in common; chance part taken off",
    "jensen_shannon_low": "lower end of its 95% interval over articles",
    "jensen_shannon_high": "upper end of its 95% interval",
    "cosine": "cosine of word shares, 1 the same proportions; chance part taken off",
    "cosine_low": "lower end of its 95% interval",
    "cosine_high": "upper end of its 95% interval",
    "note": sentences("why a number is missing"),
}
"""Columns of :func:`framing.maps.similarity`."""

REGIONS = {
    "name": "the outlet",
    "x": "place on axis 1",
    "y": "place on axis 2",
    "std_error_x": "how far it moves along axis 1 with other articles, one standard error",
    "std_error_y": "the same along axis 2",
    "overlaps": "outlets that the map does not tell from it: one's ellipse holds the other",
    "n_articles": "articles",
    "note": sentences("why a number is missing"),
}
"""Columns of :func:`framing.maps.regions`."""

AXES = {
    "axis": "number of the axis",
    "eigenvalue": "inertia the axis shows",
    "share": "of all inertia, 0 to 1",
    "cumulative": "shares added up",
}
"""Columns of ``eigenvalues`` of :class:`framing.maps.Correspondence`."""

POINTS = {
    "name": "the word",
    "mass": "share of all tokens on the map",
    "quality": "share of the word's departure from the average that two axes show, 0 to 1",
    "coordinate_1": "place on axis 1",
    "contribution_1": "share of axis 1 it makes",
    "cos2_1": "share of its departure that axis 1 shows",
}
"""Columns of ``columns`` of :class:`framing.maps.Correspondence`, of the first axis."""

EDGES = {
    "a": "one word",
    "b": "the other",
    "n_both": "articles with both",
    "jaccard": "articles with both by articles with either, 0 to 1",
    "npmi": "normalised pointwise mutual information, -1 never together to 1 only together",
    "phi": "correlation of the two presences",
    "stability": "share of resamples in which the edge is among the strongest",
    "within": "both words in one community",
}
"""Columns of the edges of :func:`framing.maps.cooccurrence`."""


def answer(similar: pd.DataFrame) -> dict:
    """The finding of :func:`framing.maps.similarity` for ``present.finding(**answer)``: the pair furthest apart."""
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
