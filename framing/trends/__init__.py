"""Time: rates with their denominators, interrupted series, unknown breaks, monotone trends, lead and lag.

Gaps and collection breaks are given as data and modelled; nothing is smoothed over.
"""

from framing.trends.breakpoints import Breaks, breaks
from framing.trends.interruption import Interrupted, interrupted, placebo
from framing.trends.leads import lead_lag
from framing.trends.monotone import mann_kendall
from framing.trends.rate import rates

__all__ = ["Breaks", "Interrupted", "breaks", "interrupted", "lead_lag", "mann_kendall", "placebo", "rates"]
