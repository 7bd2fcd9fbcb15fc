"""Places of a node and what stands near them, as they are and as they would be elsewhere in the same articles."""

import numpy as np

from framing.contexts.kernels import shifted
from framing.contexts.nodes import Text
from framing.tokens.arrays import covered


class Windows:
    """The tokens that are no part of the node, and the places between them where it could stand.

    Attributes
    ----------
    kept
        Which tokens of the table are no part of the node; the attributes below are about these.
    article
        Number of the article of each.
    near
        Which of them stand near the node as it is.
    """

    def __init__(self, text: Text, rows: np.ndarray, is_node: np.ndarray, span: int | tuple[int, int]):
        ends = tuple(span) if isinstance(span, (tuple, list)) else (span, span)
        whole = len(ends) == 2 and all(isinstance(end, (int, np.integer)) and end >= 0 for end in ends)
        if not whole or not any(ends):
            raise ValueError(f"span is tokens to the left and right, at least one of them above 0, not {span!r}")
        left, right = ends
        self.kept = ~is_node
        begins = np.concatenate([[True], ~text.goes_on[:-1]])
        sentence = np.cumsum(begins) - 1
        self.article = text.article[self.kept]
        size = np.bincount(sentence[self.kept], minlength=sentence[-1] + 1)
        first = np.cumsum(size) - size
        of_place = np.repeat(np.arange(len(size)), size + 1)  # before each token of a sentence, and after its last
        at = np.arange(len(of_place)) - of_place
        self._low, self._high = (
            np.maximum(at - left, first[of_place]),
            np.minimum(at + right, (first + size)[of_place]),
        )
        self._slots = (np.cumsum(self.kept) - self.kept + sentence)[rows]
        self._of_node = text.article[rows]
        n_articles = len(text.ids)
        self._first_slot = _offsets(text.article[begins][of_place], n_articles)
        self.near = covered(len(self.article), self._low[self._slots], self._high[self._slots])

    def elsewhere(self, word: np.ndarray, own: np.ndarray, n_words: int) -> np.ndarray:
        """Tokens of each word near the node had it stood elsewhere in the articles ``own``: see :func:`shifted`.

        ``word`` numbers the words that count, −1 for the others.
        """
        slots = self._slots[own[self._of_node]]
        nodes = np.where(own, np.bincount(self._of_node, minlength=len(own)), 0)
        first_node = np.concatenate([[0], np.cumsum(nodes)])
        return shifted(self._low, self._high, word, self._first_slot, slots, first_node, n_words)


def _offsets(article: np.ndarray, n_articles: int) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(np.bincount(article, minlength=n_articles))])
