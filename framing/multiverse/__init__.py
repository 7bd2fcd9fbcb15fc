"""The multiverse: one effect under every defensible choice of the analyst, judged together.

A finding that holds in one analysis of forty is one of forty. :func:`of_study` estimates an effect
(of pages, a word or a topic) under every combination of choices that are given as data; :func:`summary` tests
all of them at once against permutations in which there is no effect [1]_; :func:`moves` says which
choice moves the result most.

References
----------
.. [1] Simonsohn, U., Simmons, J. P. & Nelson, L. D. (2020). Specification curve analysis. *Nature Human Behaviour* 4,
       1208-1214.
.. [2] Steegen, S. et al. (2016). Increasing transparency through a multiverse analysis. *Perspectives on
       Psychological Science* 11, 702-712.
"""

from framing.errors import retired
from framing.multiverse.curve import CODEBOOK, answer, moves, summary
from framing.multiverse.study import of_study

__all__ = ["CODEBOOK", "answer", "moves", "of_study", "summary"]
__getattr__ = retired(__name__, {"contrast": "multiverse.words.contrast"})
