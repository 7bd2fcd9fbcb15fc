"""Which words mark which outlet, with articles as the unit of inference.

===============================  =====================================================================
:func:`measures`                 every usual keyness score, from four numbers a term
:func:`log_odds`                 log-odds ratio with a Dirichlet prior ("fighting words")
:func:`compare`                  any number of outlets: effect, bootstrap interval, permutation p, dispersion
:func:`adjusted`                 the same effect with month, section or topic held constant
:func:`paired`                   the same effect within events that several outlets covered
:func:`over_time`                rate of chosen terms by outlet and period, with intervals
:func:`select`                   the counts a question is about, with the columns a comparison needs
:func:`strongest`, `marking`     the rows that stand for a comparison
:func:`rates`, `answer`          the same for a scatter, and in a sentence
===============================  =====================================================================
"""

from framing.keyness.adjusting import adjusted, paired
from framing.keyness.comparing import compare
from framing.keyness.preparing import select
from framing.keyness.scores import log_odds, measures
from framing.keyness.telling import answer, marking, rates, strongest
from framing.keyness.timing import over_time

__all__ = [
    "adjusted", "answer", "compare", "log_odds", "marking", "measures", "over_time", "paired", "rates", "select",
    "strongest",
]  # fmt: skip
