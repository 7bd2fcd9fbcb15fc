"""Frames by rule: which articles have a code, how often by outlet, and with which others.

:func:`load` reads a codebook, :func:`code` applies its rules, :func:`lines` shows every match in its context,
:func:`crosstab` compares outlets, and :func:`answer` says what was found.
:func:`clustered` finds frames as groups of articles with the same elements.
:func:`coded_by` takes the codes of another machine, and :func:`trained` learns those of people.
:func:`corrected` carries a machine's errors, as people's codes of a sample show them, into every number.
"""

from framing import lazily
from framing.records import codebook

__all__ = ["CODEBOOK", "answer", "clustered", "code", "coded_by", "corrected", "crosstab", "lines", "load", "trained"]
CODEBOOK = codebook("frames")
"""Table → column → what it is."""
__getattr__, __dir__ = lazily(__name__, {
    "answer": "telling", "clustered": "clustering", "code": "coding", "coded_by": "machines", "corrected": "correcting",
    "crosstab": "comparing", "lines": "coding", "load": "codebook", "trained": "training",
    "Codebook": "codebook", "Codes": "coding", "Corrected": "correcting",
})  # fmt: skip
