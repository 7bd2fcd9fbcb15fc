"""The token table as arrays, and the lines of text around some of its rows."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from framing.errors import TableError
from framing.tables import TOKENS, check
from framing.tables.blocks import increasing
from framing.tokens.places import codes, headlines_and_texts, starts

_FAR = 2**32  # more characters than an article has


class Arrays:
    """The token table as arrays, with what every search needs."""

    def __init__(self, tokens: pd.DataFrame):
        check(tokens, TOKENS, key=False)
        self.tokens = tokens
        self.article, self.ids = codes(tokens["article_id"])
        self.position = tokens["position"].to_numpy().astype(np.int64)
        if not in_order(self.article, self.position):
            raise TableError("the tokens are not in the order of their articles; sort by article_id and position")
        self.sentence = tokens["sentence"].to_numpy() if "sentence" in tokens else np.zeros(len(tokens), dtype=np.int8)
        self.goes_on = going_on(self.article, tokens)


def in_order(article: np.ndarray, position: np.ndarray) -> bool:
    """Whether tokens stand in the order of their articles and places."""
    return increasing([article, position])


def going_on(article: np.ndarray, tokens: pd.DataFrame) -> np.ndarray:
    """Whether the next row is the next token of the same sentence."""
    position = tokens["position"].to_numpy().astype(np.int64)
    next_is = (article[1:] == article[:-1]) & (position[1:] == position[:-1] + 1)
    if "sentence" in tokens:
        next_is &= tokens["sentence"].to_numpy()[1:] == tokens["sentence"].to_numpy()[:-1]
    return np.append(next_is, False)


def of_pos(tags: pd.Index, pos: Collection[str]) -> np.ndarray:
    """Which tags are one of the parts of speech, or a finer kind of one."""
    if isinstance(pos, str):
        raise ValueError(f"pos is a list of parts of speech; write [{pos!r}]")
    return np.array([any(tag == one or tag.startswith(f"{one}-") for one in pos) for tag in tags], dtype=bool)


def covered(size: int, first: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Which of ``size`` rows lie in one of the ranges."""
    steps = np.bincount(first, minlength=size + 1) - np.bincount(end, minlength=size + 1)
    return np.cumsum(steps)[:size] > 0


def rows_of(text: Arrays, starts: np.ndarray, article_id: pd.Series, start, length) -> tuple[np.ndarray, np.ndarray]:
    """First and last row of what stands at some characters of some articles; −1 first where no token does.

    ``starts`` (one per row of the tokens) and ``start`` count as :func:`framing.tokens.starts`.
    """
    article = text.ids.astype(object).get_indexer(article_id.astype(object))
    places = article * _FAR + np.asarray(start, dtype=np.int64)
    own = text.article.astype(np.int64) * _FAR + starts
    first = np.searchsorted(own, places, side="right") - 1  # the token that holds the first character
    last = np.searchsorted(own, places + np.asarray(length), side="left") - 1
    return np.where(article >= 0, first, -1), last


def lines(articles: pd.DataFrame, text: Arrays, rows: np.ndarray, length: np.ndarray, width: int) -> pd.DataFrame:
    """One row per hit with the text around it: see :func:`framing.contexts.concordance`."""
    used = np.unique(text.article[rows])
    keep = np.isin(text.article, used)
    places = np.full(len(text.tokens), -1, dtype=np.int64)
    if len(used):
        places[keep] = starts(articles, text.tokens[keep])
    row_of = pd.Index(articles["article_id"].astype(object)).get_indexer(text.ids.astype(object))
    source = articles.iloc[row_of[text.article[rows]]]
    headlines, bodies = headlines_and_texts(source)
    in_headline = (
        text.tokens["in_headline"].to_numpy()[rows] if "in_headline" in text.tokens else np.zeros(len(rows), dtype=bool)
    )
    surfaces, words = codes(text.tokens["surface"])
    ends = places[rows + length - 1] + np.array([len(word) for word in words])[surfaces[rows + length - 1]]
    written = []
    for headline, body, head, start, end in zip(headlines, bodies, in_headline, places[rows], ends, strict=True):
        whole, before = (headline, 0) if head else (body, len(headline))
        a, b = start - before, end - before
        written.append((whole[max(a - width, 0) : a], whole[a:b], whole[b : b + width]))
    left, node, right = zip(*written, strict=True) if written else ((), (), ())
    found = pd.DataFrame({"article_id": source["article_id"].to_numpy(dtype=object)}).astype("str")
    for name in ("outlet", "date"):
        if name in articles:
            found[name] = source[name].array
    found["position"] = text.position[rows]
    found["in_headline"] = in_headline
    for name, parts in (("left", left), ("node", node), ("right", right)):
        found[name] = pd.Series([" ".join(part.split("\n")) for part in parts], dtype="str")
    return found
