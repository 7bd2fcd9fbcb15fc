"""Which words mark which outlet, with articles as the unit of inference.

===============================  =====================================================================
:func:`measures`                 every usual keyness score, from four numbers a term
:func:`log_odds`                 log-odds ratio with a Dirichlet prior ("fighting words")
:func:`compare`                  any number of outlets: effect, bootstrap interval, permutation p, dispersion
:func:`adjusted`                 the same effect with month, section or topic held constant
:func:`paired`                   the same effect within events that several outlets covered
===============================  =====================================================================
"""

from framing.keyness.adjusting import adjusted, paired
from framing.keyness.comparing import compare
from framing.keyness.scores import log_odds, measures

__all__ = ["adjusted", "compare", "log_odds", "measures", "paired"]
