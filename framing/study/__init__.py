"""What a question is about: a study, cut to the articles taken.

=======================  =============================================================================
:func:`load`             a prepared study, cut to what ``keep``, ``drop``, ``since``, ``until`` and ``copies`` leave
:func:`open`             the same of any table with an outlet
:class:`Study`           what both return; every question takes it in place of its tables
:func:`select`           the rows of any table that such conditions leave, and what each left out
:func:`first_copies`     one row of each group of near-duplicates and outlet, the earliest
:func:`measures`         page, length and mentions of each article
=======================  =============================================================================
"""

from framing.study.measures import measures
from framing.study.select import select
from framing.study.studies import COPIES, load, open

__all__ = ["COPIES", "load", "measures", "open", "select"]
