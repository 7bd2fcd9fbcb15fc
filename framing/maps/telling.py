"""Maps in a sentence, and what their columns are."""

import pandas as pd

COLUMNS = {
    "a": "one outlet",
    "b": "the other",
    "jensen_shannon": "distance of word shares, 0 the same to 1 no word in common; chance part taken off",
    "jensen_shannon_low": "lower end of its 95% interval over articles",
    "jensen_shannon_high": "upper end of its 95% interval",
    "cosine": "cosine of word shares, 1 the same proportions; chance part taken off",
    "cosine_low": "lower end of its 95% interval",
    "cosine_high": "upper end of its 95% interval",
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
        apart = f"{far['jensen_shannon']:.2f}"
        sentence = f"{far['a']} and {far['b']} lie {apart} apart in their words (0 the same, 1 none shared)."
    else:
        apart = far["jensen_shannon_low"] > near["jensen_shannon_high"]
        sure = "" if apart else "; their intervals overlap, so the order may be chance"
        sentence = (
            f"{far['a']} and {far['b']} are furthest apart in their words ({far['jensen_shannon']:.2f} on a scale from "
            f"0 to 1), {near['a']} and {near['b']} nearest ({near['jensen_shannon']:.2f}){sure}."
        )
    return {
        "sentence": sentence,
        "value": far["jensen_shannon"],
        "low": far["jensen_shannon_low"],
        "high": far["jensen_shannon_high"],
        "unit": "Jensen-Shannon distance",
        "caution": "Outlets that cover other subjects differ in words for that reason; this is no distance of framing.",
    }
