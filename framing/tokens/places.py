"""Where in the text a token stands."""

import re

import numpy as np
import pandas as pd

from framing.errors import TableError
from framing.tables import takes_tables

_BLANKS = re.compile(r"[\s\0]")
_HIGHEST = 0x3001  # every blank lies below


def codes(values: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Codes and categories of a column."""
    held = values.array if isinstance(values.array, pd.Categorical) else pd.Categorical(values)
    return held.codes, held.categories


@takes_tables()
def starts(articles: pd.DataFrame, tokens: pd.DataFrame) -> np.ndarray:
    """Place of each token in the characters of its article, headline first and the text right after it.

    Parameters
    ----------
    articles
        One row per article: those of ``tokens``, more do not matter.
    tokens
        One row per token, whole articles in the order of :func:`framing.tokens.tokenise`.

    Returns
    -------
    ndarray
        One number per row of ``tokens``, from 0.

    Raises
    ------
    TableError
        The tokens are not those of these articles: an article is missing, or its text has changed.
    """
    article, ids = codes(tokens["article_id"])
    used = np.flatnonzero(np.bincount(article, minlength=len(ids)))
    rows = pd.Index(articles["article_id"].astype(object)).get_indexer(ids[used].astype(object))
    if (rows < 0).any():
        raise TableError(
            f"{int((rows < 0).sum())} articles of the tokens are not in articles, first {ids[used][rows < 0][0]!r}"
        )
    headlines, texts = headlines_and_texts(articles.iloc[rows])
    if "start" in tokens:
        heads = np.zeros(len(ids), dtype=np.int64)
        heads[used] = [len(headline) for headline in headlines]
        return tokens["start"].to_numpy() + np.where(tokens["in_headline"], 0, heads[article])
    order = np.searchsorted(used, article)
    if (np.diff(order) < 0).any():
        raise TableError("the tokens are not in the order of their articles; sort by article_id and position")
    return _aligned([h + t for h, t in zip(headlines, texts, strict=True)], tokens, order)


def headlines_and_texts(articles: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Both as lists of text, empty where missing."""
    empty = pd.Series("", index=articles.index)
    headlines, texts = (as_text(articles.get(name, empty)) for name in ("headline", "text"))
    return headlines, texts


def as_text(column: pd.Series) -> list[str]:
    """A column as a list of text, empty where missing."""
    values = column.astype(object).where(column.notna(), "").tolist()
    wrong = next((value for value in values if not isinstance(value, str)), None)
    if wrong is not None:
        raise TableError(f"articles[{column.name!r}] must be text, and holds {wrong!r}; read it as text")
    return values


def _aligned(texts: list[str], tokens: pd.DataFrame, order: np.ndarray) -> np.ndarray:
    """Walk tokens and the characters that are no blanks side by side, all articles at once."""
    lengths = np.array([len(text) for text in texts])
    characters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    blank = np.array([bool(_BLANKS.match(chr(code))) for code in range(_HIGHEST)])
    written = np.flatnonzero(~blank[np.minimum(characters, _HIGHEST - 1)] | (characters >= _HIGHEST))
    surfaces, distinct = codes(tokens["surface"])
    size = np.array([len(_BLANKS.sub("", surface)) for surface in distinct])[surfaces]
    expected = np.bincount(np.searchsorted(np.cumsum(lengths), written, side="right"), minlength=len(texts))
    found = np.bincount(order, weights=size, minlength=len(texts)).astype(np.int64)
    if (expected != found).any():
        raise TableError(
            f"the tokens of {int((expected != found).sum())} articles do not give back their text; "
            "give the articles that were tokenised, unchanged, and whole articles of tokens"
        )
    first = written[np.cumsum(size) - size] if len(size) else np.empty(0, dtype=np.int64)
    return first - (np.cumsum(lengths) - lengths)[order]
