"""Time: rates with their denominators, interrupted series, unknown breaks, monotone trends, lead and lag.

Of counts that others made: :func:`ratio` of two rates, :func:`ranks`, and what :func:`silence` says; :func:`episode`
finds a level that differs for a while and returns.

Gaps and collection breaks are given as data and modelled; nothing is smoothed over.
"""

from framing.trends.breakpoints import breaks
from framing.trends.counted import ranks, ratio, silence
from framing.trends.episodes import episode
from framing.trends.finding import answer
from framing.trends.groups import (
    CODEBOOK,
    breaks_by,
    interrupted_by,
    lead_lag_of,
    middle,
    monotone_by,
    placebo_by,
    prepare,
    steps,
    unit,
    unit_of_value,
)
from framing.trends.interruption import interrupted, placebo
from framing.trends.leads import lead_lag
from framing.trends.monotone import mann_kendall
from framing.trends.rate import rates

__all__ = [
    "CODEBOOK", "answer", "breaks", "breaks_by", "episode", "interrupted", "interrupted_by", "lead_lag",
    "lead_lag_of", "mann_kendall", "middle", "monotone_by", "placebo", "placebo_by", "prepare", "ranks", "rates",
    "ratio", "silence", "steps", "unit", "unit_of_value",
]  # fmt: skip
