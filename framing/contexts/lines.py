"""Concordance: every hit with the text around it."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from framing.contexts.nodes import Text
from framing.tables import takes_tables
from framing.tokens.arrays import codes
from framing.tokens.arrays import lines as around
from framing.tokens.places import starts as starts_in_text

SORTS = ("text", "left", "right", "outlet", "date")


@takes_tables()
def concordance(
    articles: pd.DataFrame,
    tokens: pd.DataFrame,
    query: str,
    *,
    match: str = "lemma",
    width: int = 30,
    sort: str = "text",
    pos: Collection[str] | None = None,
    mentions: pd.DataFrame | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Key word in context.

    Parameters
    ----------
    articles
        One row per article, those that were tokenised.
    tokens
        One row per token, whole articles: the same table the counts were made from.
    query
        What is looked for.
    match
        ``lemma``; ``surface``; ``phrase`` (lemmas with spaces between, next to each other in one sentence: a term of
        ``counts.count(…, ngrams=2)``); ``regex`` (searched in each surface); ``actor`` (an id of the lexicon; needs
        ``mentions``).
    width
        Characters of text on either side.
    sort
        ``text`` (order of the articles), ``left`` or ``right`` (the word next to the hit, then the one after it),
        ``outlet`` or ``date``.
    pos
        Only tokens of these parts of speech. With the ``pos`` given to :func:`framing.counts.count`, a term has as
        many lines as its ``n``.
    mentions
        From :func:`framing.tokens.mentions`.
    sample
        Number of lines drawn at random where there are more; ``attrs["n_lines"]`` holds how many there are.
    seed
        Of the sample.

    Returns
    -------
    DataFrame
        One row per hit: ``article_id``, ``outlet`` and ``date`` (where ``articles`` has them), ``position`` (of the
        first token in its article), ``in_headline``, ``left``, ``node``, ``right`` (text as written; line breaks are
        spaces). Text is not escaped: :func:`framing.report.table` does that.

    Raises
    ------
    TableError
        The tokens are not those of the articles.
    ValueError
        An unknown choice, a query that is no regular expression, an actor without a mention, or an inflected form
        (示した) where a lemma was asked for: the lemma is named.
    """
    if sort not in SORTS:
        raise ValueError(f"sort is one of {list(SORTS)}, not {sort!r}")
    options = {"width": width, "sort": sort, "pos": pos, "mentions": mentions, "sample": sample, "seed": seed}
    text = Text(tokens)
    found = _concordance(articles, text, query, match, **options)
    if found.empty:
        text.missing(query, match, inflected=True)
    return found


def _concordance(
    articles: pd.DataFrame, text: Text, query: str, match: str, *, width=30, sort="text", pos=None, mentions=None,
    sample=None, seed=0, own=None,
) -> pd.DataFrame:  # fmt: skip
    if width < 0 or (sample is not None and sample < 0):
        raise ValueError(f"width and sample are not negative, not {width!r} and {sample!r}")
    # Places are needed for all tokens only to find an actor; else for the articles that have hits.
    starts = starts_in_text(articles, text.tokens) if match == "actor" else None
    rows, length = text.find(query, match, pos, mentions, starts)
    if own is not None:
        rows, length = (each[own[text.article[rows]]] for each in (rows, length))
    n_lines = len(rows)
    if sample is not None and sample < n_lines:
        drawn = np.sort(np.random.default_rng(seed).choice(n_lines, sample, replace=False))
        rows, length = rows[drawn], length[drawn]
    found = around(articles, text, rows, length, width)
    order = _order(text, found, rows, length, sort)
    found = found.iloc[order].reset_index(drop=True)
    found.attrs["n_lines"] = n_lines
    return found


@takes_tables()
def details(
    articles: pd.DataFrame,
    tokens: pd.DataFrame,
    terms: Sequence[str],
    *,
    match: str = "phrase",
    lines: int = 20,
    outlets: Sequence[str] | None = None,
    **options,
) -> dict:
    """Concordance lines of every term of a table, for ``report.table(…, details=…)``.

    Parameters
    ----------
    articles, tokens
        As in :func:`concordance`.
    terms
        The terms shown.
    match
        As in :func:`concordance`; ``phrase`` finds single lemmas and n-grams alike.
    lines
        Lines a term at most, drawn at random with the option ``seed``.
    outlets
        The outlet of each term's row: its lines are then that outlet's. One that no article has stands for all.
    options
        Of :func:`concordance`.

    Returns
    -------
    dict
        From term, or with ``outlets`` from term and outlet, to its lines; a term without a line has an empty table.
    """
    text = Text(tokens)
    if outlets is not None:
        asked = dict.fromkeys(zip(map(str, terms), map(str, outlets), strict=True))
        at = articles.set_index(articles["article_id"].astype(object))["outlet"].astype(str)
        places = at.reindex(text.ids.astype(object)).to_numpy()
        own = {outlet: places == outlet for _, outlet in asked}
        own = {outlet: mask if mask.any() else np.ones(len(mask), dtype=bool) for outlet, mask in own.items()}
        return {
            (term, outlet): _concordance(articles, text, term, match, sample=lines, own=own[outlet], **options)
            for term, outlet in asked
        }
    return {term: _concordance(articles, text, term, match, sample=lines, **options) for term in dict.fromkeys(terms)}


def _order(text: Text, found: pd.DataFrame, rows, length, sort: str) -> np.ndarray:
    if sort == "text" or not len(found):
        return np.arange(len(found))
    if sort in ("outlet", "date"):
        if sort not in found:
            raise ValueError(f"articles has no column {sort!r} to sort by")
        return found[sort].reset_index(drop=True).sort_values(kind="stable").index.to_numpy()
    numbers, words = codes(text.tokens["surface"])
    rank = np.argsort(np.argsort(words.to_numpy(dtype=object)))[numbers]
    steps = [rows - 1, rows - 2] if sort == "left" else [rows + length, rows + length + 1]
    keys = [_rank_at(rank, text.article, rows, step) for step in steps]
    return np.lexsort((keys[1], keys[0]))


def _rank_at(rank: np.ndarray, article: np.ndarray, rows: np.ndarray, at: np.ndarray) -> np.ndarray:
    inside = (at >= 0) & (at < len(rank))
    at = np.where(inside, at, 0)
    return np.where(inside & (article[at] == article[rows]), rank[at], -1)
