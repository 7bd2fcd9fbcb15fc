"""Figures, drawn by the shape of a table. They compute nothing.

Each function takes a result table and returns a :class:`framing.plots.base.Picture`, which shows
itself in a notebook and in a report, carries its text alternative and its data, and saves as SVG or PNG.
"""

from importlib import import_module

_ROOMS = {
    "base": ["Picture"],
    "claims": ["claim_verdicts"],
    "contexts": ["context_words"],
    "corpus": ["corpus_volume", "corpus_windows"],
    "frames": ["code_shares", "coder_agreement", "corrected_codes"],
    "keyness": ["keyness_funnel", "keyness_heat", "keyness_over_time", "keyness_ranked"],
    "maps": ["maps_biplot", "maps_network", "maps_similarity"],
    "multiverse": ["specification_curve"],
    "power": ["power_curve"],
    "prominence": ["effect_dots", "placement_bands", "placement_dots"],
    "topics": ["topic_curves", "topic_network", "topic_scan", "topic_shares", "topic_stability", "topic_words"],
    "trends": ["trend_breaks", "trend_counterfactual", "trend_leads", "trend_rates"],
}
_WHERE = {name: room for room, names in _ROOMS.items() for name in names}
"""Public name → module of this folder; a module is loaded when one of its figures is first asked for."""


def __getattr__(name: str):
    if name in _WHERE:
        found = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
        if name != "Picture":
            found = import_module(f"{__name__}.base").for_both(found)
        return globals().setdefault(name, found)
    raise AttributeError(f"framing.plots has no {name!r}; it has {sorted(_WHERE)}")


def __dir__() -> list[str]:
    return sorted(_WHERE)
