"""Time: rates with their denominators, interrupted series, unknown breaks, monotone trends, lead and lag.

Of counts that others made: :func:`ratio` of two rates, :func:`ranks`, and what :func:`silence` says; :func:`episode`
finds a level that differs for a while and returns.

Gaps and collection breaks are given as data and modelled; nothing is smoothed over.
"""

from framing.errors import retired
from framing.trends.counted import ranks, ratio, silence
from framing.trends.episodes import episode
from framing.trends.finding import answer
from framing.trends.groups import (
    CODEBOOK,
    breaks,
    interrupted,
    lead_lag,
    mann_kendall,
    placebo,
    prepare,
    steps,
    unit,
)  # fmt: skip

__all__ = [
    "CODEBOOK", "answer", "breaks", "episode", "interrupted", "lead_lag", "mann_kendall", "placebo",
    "prepare", "ranks", "ratio", "silence", "steps", "unit",
]  # fmt: skip
__getattr__ = retired(
    __name__,
    {
        **{f"{name}_by": f"trends.{name}(series, …), of a table with the column group"
           for name in ("breaks", "interrupted", "placebo")},
        "monotone_by": "trends.mann_kendall(series, …), of a table with the column group",
        "lead_lag_of": "trends.lead_lag(series), of a table with the column group",
        "middle": "what trends.interrupted(series) takes where no date is given",
        "rates": "trends.prepare(study, measure='mentions', actor=…), which has the intervals",
        "unit_of_value": "found.info['unit_of_value']",
    },
)  # fmt: skip
