"""Topics with the evidence for them: fit, choose, compare.

===========  ==============================================================================================
fit          :func:`trim`, :func:`fit` or :func:`best` → :class:`Topics`; :func:`transform`, :func:`save`, :func:`load`
choose       :func:`scan` over K and seeds, :func:`coherence`, :func:`held_out`
trust        :func:`refit`, :func:`stability`, :func:`marked`
read         :func:`words`, :func:`examples`, :func:`labelled`, :func:`series`, :func:`browser_data`
compare      :func:`shares`, :func:`effects`, :func:`network`
===========  ==============================================================================================

A topic's number is its place by prevalence in the first fit, from 0, and stays its identity in every table,
figure and model.
"""

from framing.records import codebook
from framing.topics.browsing import browser_data, examples, series
from framing.topics.comparing import effects, shares
from framing.topics.fitting import ENGINES, fit, trim
from framing.topics.heldout import held_out, transform
from framing.topics.matching import refit, stability
from framing.topics.packages import network
from framing.topics.quality import choice, coherence, scan, steps
from framing.topics.record import load, save
from framing.topics.stable import fit_stable
from framing.topics.telling import answer
from framing.topics.wording import MEASURES, words

CODEBOOK = codebook("topics")
"""Table → column → what it is; ``shares`` calls the column compared ``group``."""

__all__ = [
    "CODEBOOK", "ENGINES", "MEASURES", "answer", "browser_data", "choice", "coherence", "effects", "examples",
    "fit", "fit_stable", "held_out", "load", "network", "refit", "save", "scan", "series", "shares", "stability",
    "steps", "transform", "trim", "words",
]  # fmt: skip
