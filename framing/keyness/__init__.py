"""Which words mark which outlet, with articles as the unit of inference.

===============================  =====================================================================
:func:`measures`                 every usual keyness score, from four numbers a term
:func:`compare`                  any number of outlets: effect, interval, permutation p; on request dispersion, scores
:func:`adjusted`                 the same effect with month, section or topic held constant
:func:`paired`                   the same effect within events that several outlets covered
:func:`over_time`                rate of chosen terms by outlet and period, with intervals
:func:`strongest`, `marking`     the rows that stand for a comparison, and all that were :func:`tested`
:func:`scatter`, `two_by_two`    the same as a scatter, and the counts behind each term
:func:`passages`                 a line of text for each of very many terms
:func:`answer`                   the finding in a sentence
===============================  =====================================================================
"""

from framing.errors import retired
from framing.keyness.adjusting import adjusted
from framing.keyness.comparing import compare
from framing.keyness.findings import BRIEF, CODEBOOK, COLUMNS, answer, marking, strongest
from framing.keyness.pairing import paired
from framing.keyness.passages import passages
from framing.keyness.points import scatter, two_by_two
from framing.keyness.scores import measures
from framing.keyness.timing import over_time

__all__ = [
    "BRIEF", "CODEBOOK", "COLUMNS", "adjusted", "answer", "compare", "marking", "measures", "over_time", "paired",
    "passages", "scatter", "strongest", "two_by_two",
]  # fmt: skip
__getattr__ = retired(
    __name__,
    {
        "rates": "the frame of keyness.scatter(found)",
        "select": "study.load(name, keep=…)",
        "tested": "keyness.strongest(found, None)",
        "texts": "articles and tokens of a study",
    },
)
