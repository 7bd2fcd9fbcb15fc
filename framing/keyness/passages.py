"""Lines of text for very many words at once: for what a click on any word of a report shows."""

import numpy as np
import pandas as pd

from framing.errors import TableError
from framing.tables import TOKENS, check, takes_tables
from framing.tokens.places import headlines_and_texts, starts

LONGEST = 100
"""Signs of a passage, more or less: a longer sentence is cut between two tokens."""

ROUNDS = 4
CANDIDATES = 8  # passages that compete in the later rounds, as a multiple of the lines wanted


@takes_tables()
def passages(articles: pd.DataFrame, tokens: pd.DataFrame, terms, *, lines: int | None = None) -> pd.DataFrame:
    """A few passages for each of very many terms, chosen so that one passage serves many of them.

    Parameters
    ----------
    articles, tokens
        The articles compared and their tokens, as :func:`texts` gives them.
    terms
        Terms wanted, as spelled in the column ``lemma`` of the tokens, the most important first. A term of several
        tokens has no passage here; :func:`framing.contexts.details` finds those.
    lines
        Passages a term at most, of different outlets where several use it; unless given five, and fewer for more than
        a thousand terms (one from 6,000 on).

    Returns
    -------
    DataFrame
        One row per line, in the order of ``terms``, then a term's first line first: ``term``, ``text`` (a sentence, or
        a part of one of about a hundred signs), ``start``, ``end`` (place of the word in it, in signs), ``outlet`` and
        ``date`` where articles have them.

    Raises
    ------
    TableError
        The tokens are not those of the articles.
    ValueError
        ``lines`` is below 1.

    Notes
    -----
    Passages that hold many of the words wanted are preferred, so that a report of 30,000 words can carry a line for
    each. The lines are examples, not a sample: nothing may be counted in them.
    """
    check(tokens, TOKENS, key=False)
    names = pd.Index(pd.unique(pd.Series(terms, dtype=object).astype(str)))
    lines = max(1, min(5, 6000 // max(len(names), 1))) if lines is None else lines
    if lines < 1:
        raise ValueError(f"lines must be at least 1, not {lines!r}")
    wanted = _coded(tokens["lemma"], names)
    place, length = starts(articles, tokens), _lengths(tokens["surface"])
    article = _coded(tokens["article_id"], pd.Index(articles["article_id"].astype(str)))
    if (article < 0).any():
        raise TableError(f"{int((article < 0).sum())} tokens are of articles that are not given")
    piece, first, last = _pieces(tokens, article, place, length)
    rows = np.flatnonzero(wanted >= 0)
    rows = rows[np.unique(wanted[rows] * (len(first) + 1) + piece[rows], return_index=True)[1]]
    side = pd.factorize(articles["outlet"])[0][article[rows]] if "outlet" in articles else np.zeros(len(rows), int)
    chosen = _chosen(wanted[rows], piece[rows], side, last - first, lines)
    rows = rows[chosen]
    found = piece[rows]
    source = articles.iloc[article[rows]]
    whole = [head + body for head, body in zip(*headlines_and_texts(articles), strict=True)]
    result = {
        "term": names[wanted[rows]],
        "text": [
            " ".join(whole[a][f:t].split("\n"))
            for a, f, t in zip(article[rows], first[found], last[found], strict=True)
        ],
        "start": place[rows] - first[found],
        "end": place[rows] - first[found] + length[rows],
    }
    result |= {name: source[name].to_numpy() for name in ("outlet", "date") if name in articles}
    return pd.DataFrame(result)


def _coded(values: pd.Series, known: pd.Index) -> np.ndarray:
    """Number of each value among those known, −1 for the others; made value by value, not row by row."""
    values = values if isinstance(values.dtype, pd.CategoricalDtype) else values.astype("category")
    codes = values.cat.codes.to_numpy().astype(np.int64)
    return np.append(known.get_indexer(values.cat.categories.astype(str)), -1)[codes]


def _lengths(surfaces: pd.Series) -> np.ndarray:
    values = surfaces if isinstance(surfaces.dtype, pd.CategoricalDtype) else surfaces.astype("category")
    return np.array([len(text) for text in values.cat.categories.astype(str)], dtype=np.int64)[values.cat.codes]


def _pieces(tokens, article, place, length) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number of the passage of each token, and where in its article each passage begins and ends."""
    sentence = tokens["sentence"].to_numpy().astype(np.int64) if "sentence" in tokens else np.zeros(len(tokens), int)
    head = tokens["in_headline"].to_numpy() if "in_headline" in tokens else np.zeros(len(tokens), bool)
    new = np.ones(len(tokens), bool)
    new[1:] = (np.diff(article) != 0) | (np.diff(sentence) != 0) | (head[1:] != head[:-1])
    begins = place[np.flatnonzero(new)][np.cumsum(new) - 1]
    part = (place - begins) // LONGEST
    new[1:] |= np.diff(part) != 0
    piece = np.cumsum(new) - 1
    at = np.flatnonzero(new)
    return piece, place[at], np.maximum.reduceat(place + length, at)


def _chosen(term, piece, side, size, lines: int) -> np.ndarray:
    """Rows (one a term and passage) that are kept, by term: passages that others have chosen as well come first."""
    rows, group = np.arange(len(term)), term * (side.max(initial=0) + 1) + side
    kept, score = rows, np.bincount(piece, 1 / np.bincount(term)[term], len(size))
    for _ in range(ROUNDS):
        worth = (score / np.maximum(size, 1))[piece[rows]]
        rows = rows[_ordered(group[rows], worth)]
        nth = _nth(group[rows])
        rows = rows[nth < CANDIDATES * lines]
        nth = nth[nth < CANDIDATES * lines]
        best = rows[_ordered(term[rows], -nth)]  # the best passage of each side before the second of any
        kept = best[_nth(term[best]) < lines]
        score = np.bincount(piece[kept], minlength=len(size)) + 1e-6 * score
    return kept


def _ordered(group: np.ndarray, worth: np.ndarray) -> np.ndarray:
    """Order by group, the worthiest first; one key of whole numbers sorts several times faster than two."""
    least, most = worth.min(initial=0), worth.max(initial=0)
    lack = ((most - worth) * ((2**24 - 1) / ((most - least) or 1))).astype(np.int64)
    return np.argsort(group * 2**24 + lack, kind="stable")


def _nth(keys: np.ndarray) -> np.ndarray:
    """How many equal keys stand right before each."""
    new = np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))
    return np.arange(len(keys)) - np.repeat(new, np.diff(np.append(new, len(keys))))
