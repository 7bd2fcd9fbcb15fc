"""Claims in words, judged: supported, contradicted, inconclusive, or not answerable with these data.

====================  =====================================================================================
:func:`read`          a file of claims (YAML), each with what it compares, measures and needs
:func:`judge`         a verdict for each, its sensitivity, and false discovery control over the file
:func:`answer`        how many of each verdict, in a sentence; :func:`parts` one paragraph per claim
====================  =====================================================================================
"""

from framing import lazily
from framing.declared import read
from framing.records import codebook

__all__ = ["CODEBOOK", "answer", "judge", "parts", "read"]
CODEBOOK = codebook("claims")
"""Table → column → what it is."""
__getattr__, __dir__ = lazily(
    __name__, {"answer": "telling", "judge": "judging", "parts": "telling", "Judged": "judging"}
)
