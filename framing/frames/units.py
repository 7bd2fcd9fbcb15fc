"""Units of coding: articles, paragraphs or sentences, and the rows of the token table they hold."""

from functools import cached_property

import numpy as np
import pandas as pd

from framing.errors import TableError
from framing.tokens.arrays import Arrays, codes
from framing.tokens.places import headlines_and_texts, starts

_FAR = np.int64(2**40)  # characters of the longest article, and more
UNITS = ("article", "paragraph", "sentence")


class Units:
    """The units of some articles, of which an article without a token has none but itself.

    Attributes
    ----------
    article
        Row of ``articles`` of each unit.
    table
        One row per unit: ``article_id``, and ``paragraph`` or ``sentence`` (in the article, from 0).
    """

    def __init__(self, text: Arrays, articles: pd.DataFrame, kind: str):
        if kind not in UNITS:
            raise ValueError(f"unit is one of {list(UNITS)}, not {kind!r}")
        self.text, self.kind = text, kind
        ids = articles["article_id"].astype(object)
        known = pd.Index(ids)
        at = known.get_indexer(text.ids.astype(object))
        if (at[np.unique(text.article)] < 0).any():
            raise TableError("some tokens are of articles that are not there; give the articles that were tokenised")
        self._at, self._articles = at, articles
        if kind == "article":
            self.article = np.arange(len(articles))
            self.table = pd.DataFrame({"article_id": ids.astype("str").array})
            return
        self._first = self._sentences if kind == "sentence" else np.flatnonzero(self._paragraphs(articles))
        self.article = at[text.article[self._first]]
        number = np.arange(len(self._first))
        begins = np.concatenate([[True], np.diff(self.article) != 0]) if len(number) else number > 0
        number = number - np.maximum.accumulate(np.where(begins, number, 0)) if len(number) else number
        self.table = pd.DataFrame({"article_id": ids.iloc[self.article].astype("str").array, kind: number})

    def __len__(self) -> int:
        return len(self.article)

    def of(self, rows: np.ndarray) -> np.ndarray:
        """Number of the unit that each row stands in."""
        if self.kind == "article":
            return self._at[self.text.article[rows]]
        return np.searchsorted(self._first, rows, side="right") - 1

    def sentence_of(self, rows: np.ndarray) -> np.ndarray:
        """A number of the sentence that each row stands in."""
        return np.searchsorted(self._sentences, rows, side="right") - 1

    def texts(self, some: np.ndarray) -> list[str]:
        """What stands in some of the paragraphs or sentences, as it is written."""
        headlines, bodies = headlines_and_texts(self._articles)
        first = self.text.article[self._first] * 2 + ~self.in_headline[self._first]
        ends = np.append(np.where(np.diff(first) != 0, -1, self._place[self._first[1:]]), -1)
        begins = self._place[self._first]
        found = []
        for unit in np.asarray(some).tolist():
            head, body = headlines[self.article[unit]], bodies[self.article[unit]]
            end = ends[unit] if ends[unit] >= 0 else len(head) + (0 if first[unit] % 2 == 0 else len(body))
            found.append((head + body)[begins[unit] : end].strip())
        return found

    def holding(self, ids: pd.Series, characters: np.ndarray) -> np.ndarray:
        """Number of the unit that holds a character of headline and text of an article; −1 where none does."""
        held, known = codes(ids)
        article = pd.Index(self._articles["article_id"].astype(object)).get_indexer(known.astype(object))[held]
        begins = self.article * _FAR + self._place[self._first]
        order = np.argsort(begins, kind="stable")
        at = np.searchsorted(begins[order], article * _FAR + characters, side="right") - 1
        found = order[np.maximum(at, 0)]
        return np.where((at >= 0) & (article >= 0) & (self.article[found] == article), found, -1)

    @cached_property
    def _place(self) -> np.ndarray:
        """Character of headline and text that each row begins at."""
        return starts(self._articles, self.text.tokens)

    @cached_property
    def in_headline(self) -> np.ndarray:
        """Whether each row stands in a headline."""
        tokens = self.text.tokens
        none = np.zeros(len(tokens), dtype=bool)
        return tokens["in_headline"].to_numpy(dtype=bool) if "in_headline" in tokens else none

    @cached_property
    def _sentences(self) -> np.ndarray:
        """First row of each sentence."""
        article, sentence = self.text.article, self.text.sentence
        new = (article[1:] != article[:-1]) | (sentence[1:] != sentence[:-1])
        return np.flatnonzero(np.append(True, new)[: len(article)])

    def _paragraphs(self, articles: pd.DataFrame) -> np.ndarray:
        """Whether a row begins a paragraph: an article, its text, or what stands after a line break."""
        headlines, bodies = headlines_and_texts(articles)
        whole = [head + body for head, body in zip(headlines, bodies, strict=True)]
        characters = np.frombuffer("".join(whole).encode("utf-32-le", "surrogatepass"), dtype="<u4")
        begins = np.concatenate([[0], np.cumsum([len(each) for each in whole])])[:-1]
        place = begins[self._at[self.text.article]] + self._place
        breaks = np.searchsorted(np.flatnonzero(characters == ord("\n")), place)
        new = [values[1:] != values[:-1] for values in (self.text.article, breaks, self.in_headline)]
        return np.append(True, np.logical_or.reduce(new))[: len(place)]
