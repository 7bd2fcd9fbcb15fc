"""Figures, drawn by the shape of a table. They compute nothing.

Each function takes a result table and returns a :class:`framing.plots.base.Picture`, which shows
itself in a notebook and in a report, carries its text alternative and its data, and saves as SVG or PNG.
"""

from importlib import import_module

_WHERE: dict[str, str] = {
    "Picture": "base",
    "keyness_funnel": "keyness",
    "keyness_heat": "keyness",
    "keyness_over_time": "keyness",
    "keyness_ranked": "keyness",
    "maps_biplot": "maps",
    "maps_network": "maps",
    "maps_similarity": "maps",
    "corpus_volume": "corpus",
    "corpus_windows": "corpus",
    "effect_dots": "prominence",
    "placement_bands": "prominence",
    "placement_dots": "prominence",
    "specification_curve": "multiverse",
    "trend_breaks": "trends",
    "trend_counterfactual": "trends",
    "trend_leads": "trends",
    "trend_rates": "trends",
    "topic_curves": "topics",
    "topic_network": "topics",
    "topic_scan": "topics",
    "topic_shares": "topics",
    "topic_stability": "topics",
    "topic_words": "topics",
}
"""Public name → module of this folder; a module is loaded when one of its figures is first asked for."""


def __getattr__(name: str):
    if name in _WHERE:
        return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    raise AttributeError(f"framing.plots has no {name!r}; it has {sorted(_WHERE)}")


def __dir__() -> list[str]:
    return sorted(_WHERE)
