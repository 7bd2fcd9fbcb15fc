"""What a question is about: the rows taken of a table, and those that are the first of their copies.

=======================  =============================================================================
:func:`select`           the rows that ``keep``, ``drop``, ``since`` and ``until`` leave, and what each left out
:func:`first_copies`     one row of each group of near-duplicates, the earliest
=======================  =============================================================================
"""

from framing.study.select import first_copies, select

__all__ = ["first_copies", "select"]
