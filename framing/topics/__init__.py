"""Topics with the evidence for them: fit, choose, compare.

``topics.fit(counts, 20)`` gives a :class:`Topics`; every other function takes one. How far a topic can be
trusted is :func:`stability`; who covers it, with what certainty, is :func:`effects`.
"""

from framing.topics.fitting import ENGINES, fit
from framing.topics.heldout import completion, held_out, transform
from framing.topics.record import Topics, load, overview, save
from framing.topics.wording import MEASURES, words

__all__ = [
    "ENGINES",
    "MEASURES",
    "Topics",
    "completion",
    "fit",
    "held_out",
    "load",
    "overview",
    "save",
    "transform",
    "words",
]
