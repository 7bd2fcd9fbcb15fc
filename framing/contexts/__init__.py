"""Words in context: every number of a table can be clicked down to its lines.

:func:`concordance` and :func:`details` give the lines, :func:`words_around` what stands near a
word or an actor (:func:`near` asks for either), :func:`order` who is named first.
"""

from framing.contexts.association import MEASURES
from framing.contexts.collocates import words_around
from framing.contexts.lines import concordance, details
from framing.contexts.order import ORDER, order
from framing.contexts.telling import CODEBOOK, COLUMNS, LINE, answer, called, near

__all__ = [
    "CODEBOOK", "COLUMNS", "LINE", "MEASURES", "ORDER", "answer", "called", "concordance", "details", "near", "order",
    "words_around",
]  # fmt: skip
