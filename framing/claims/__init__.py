"""Claims in words, judged: supported, contradicted, inconclusive, or not answerable with these data.

====================  =====================================================================================
:func:`read`          a file of claims (YAML), each with what it compares, measures and needs
:func:`judge`         a verdict for each, its sensitivity, and false discovery control over the file
:func:`answer`        how many of each verdict, in a sentence; :func:`parts` one paragraph per claim
====================  =====================================================================================
"""

from framing.claims.judging import CODEBOOK, judge
from framing.claims.telling import answer, parts
from framing.declared import read

__all__ = ["CODEBOOK", "answer", "judge", "parts", "read"]
