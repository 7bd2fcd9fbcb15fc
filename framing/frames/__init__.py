"""Frames by rule: which articles have a code, how often by outlet, and with which others.

:func:`load` reads a codebook, :func:`code` applies its rules, :func:`lines` shows every match in its context,
:func:`crosstab` compares outlets, and :func:`answer` says what was found.
:func:`clustered` finds frames as groups of articles with the same elements.
:func:`coded_by` takes the codes of another machine, and :func:`trained` learns those of people.
:func:`corrected` carries a machine's errors, as people's codes of a sample show them, into every number.
"""

from framing.frames.clustering import clustered
from framing.frames.codebook import Codebook as Codebook
from framing.frames.codebook import load
from framing.frames.coding import Codes as Codes
from framing.frames.coding import code, lines
from framing.frames.comparing import crosstab
from framing.frames.correcting import Corrected as Corrected
from framing.frames.correcting import corrected
from framing.frames.machines import coded_by
from framing.frames.telling import answer
from framing.frames.training import trained
from framing.records import codebook

__all__ = ["CODEBOOK", "answer", "clustered", "code", "coded_by", "corrected", "crosstab", "lines", "load", "trained"]
CODEBOOK = codebook("frames")
"""Table → column → what it is."""
