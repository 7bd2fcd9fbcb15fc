"""What stands near a word or an actor, asked in one way, and the finding."""

from functools import partial

import pandas as pd

from framing.contexts.collocates import collocates, words_around
from framing.inference import verdict
from framing.messages import Finding, Message, mark
from framing.records import codebook
from framing.tables import takes_tables
from framing.tables.naming import actor_id

SMALLEST = 0.5
"""Doublings below which an attraction does not matter, by default: 1.4 times as often."""
CODEBOOK = codebook("contexts")
COLUMNS, LINE = CODEBOOK["near"], CODEBOOK["lines"]


@takes_tables()
def near(
    articles: pd.DataFrame,
    tokens: pd.DataFrame,
    query: str,
    *,
    match: str = "lemma",
    mentions: pd.DataFrame | None = None,
    span: int = 5,
    min_tokens: int = 3,
) -> pd.DataFrame:
    """Words near a word or an actor, outlet by outlet, surest first.

    Parameters
    ----------
    articles, tokens
        One row per article; one row per token of these articles.
    query, match
        As in :func:`framing.contexts.concordance`.
    mentions
        The mentions table, needed for ``match="actor"``.
    span, min_tokens
        As in :func:`framing.contexts.collocates.collocates`.

    Returns
    -------
    DataFrame
        As from :func:`framing.contexts.collocates.collocates` by ``outlet``: first the words that stand near
        more often than elsewhere in the same articles, by the lower end of the adjusted interval, then the others by
        ``p_value``.

    Raises
    ------
    ValueError
        The word is not used, the actor is not mentioned, an actor is asked for without mentions, or no word stands
        near ``min_tokens`` times in an outlet.
    """
    if match == "actor":
        if mentions is None:
            raise ValueError("a query of an actor needs the mentions; run 00_corpus with a lexicon")
        found = words_around(articles, tokens, mentions, query, span=span, min_tokens=min_tokens)
    else:
        found = collocates(tokens, query, span, node_by=match, by="outlet", articles=articles, min_tokens=min_tokens)
    keys = ["adjusted_low", "p_value", "n_together"]
    return found.sort_values(keys, ascending=[False, True, False], kind="stable", ignore_index=True)


@takes_tables()
def called(query: str, match: str, mentions: pd.DataFrame | None = None) -> str:
    """What a query is called in a report: an actor as the articles name it most often, a word as it is."""
    if match != "actor" or mentions is None:
        return query
    own = mentions[mentions["actor"].astype("str") == actor_id(mentions, query)]
    return str(own["surface"].astype("str").mode().iloc[0]) if len(own) else query


def answer(found: pd.DataFrame | None, query: str, *, smallest_effect: float = SMALLEST) -> Finding:
    """The finding: the word that most surely stands near the node more often than elsewhere in the same articles.

    Parameters
    ----------
    found
        From :func:`near`; None where it refused because no word stands near often enough.
    query
        What was looked for, as it is :func:`called`.
    smallest_effect
        Doublings of ``n_together`` over ``n_elsewhere`` below which an attraction does not matter: 0.5 is 1.4 times as
        often.

    Returns
    -------
    Finding
        ``value``, ``low`` and ``high`` are how many times as often as elsewhere the word stands near it. *difference*
        where a word has a q-value of at most 0.05, an adjusted interval above 0 and a ratio of at least
        ``smallest_effect``; *equivalent* where the surest one lies within that; else *inconclusive*.
    """
    caution = Message(
        "The words near a name tell what is written about it in these articles, not what an outlet thinks of it."
    )
    size = {} if found is None else {"articles": float(found["n_articles"].max()), "outlets": found["outlet"].nunique()}
    finding = partial(Finding, cautions=(caution,), procedure="contexts.near", features=size)
    if found is None:
        few = Message("Too few words stand near {query} to compare them with chance.", {"query": query})
        return finding("inconclusive", few)
    sure = found[found["adjusted_low"].notna()]
    if sure.empty:
        sentence = Message(
            "None of the {n:,} words near {query} stands there more often than elsewhere in the same articles by more "
            "than chance and the number of words would produce.",
            {"n": len(found), "query": query},
        )
        return finding("inconclusive", sentence)
    matters = sure[(sure["adjusted_low"] > 0) & (sure["log2_ratio"] >= smallest_effect)]
    first = (matters if len(matters) else sure).iloc[0]
    value, *ends = (float(first[name]) for name in ("log2_ratio", "adjusted_low", "adjusted_high"))
    found_to_be = verdict(value, *ends, *ends, smallest_effect)
    values = {
        "outlet": first["outlet"], "term": first["term"], "query": query, "times": 2**value, "low": 2 ** ends[0],
        "high": 2 ** ends[1], "n": len(matters), "smallest": 2**smallest_effect,
    }  # fmt: skip
    sentence = {
        "difference": Message(
            "In {outlet}, {term} stands near {query} {times:.1f} times as often as if {query} stood elsewhere in the "
            "same articles (95% CI {low:.1f} to {high:.1f}); words of which this holds, all outlets together: {n:,}.",
            values,
        ),
        "equivalent": Message(
            "Words stand near {query} more often than elsewhere in the same articles, but by less than {smallest:.1f} "
            "times: {term} in {outlet} {times:.2f} times (95% CI {low:.2f} to {high:.2f}).",
            values,
        ),
        "inconclusive": Message(
            "In {outlet}, {term} stands near {query} {times:.2f} times as often as elsewhere in the same articles "
            "(95% CI {low:.2f} to {high:.2f}). Whether an attraction of {smallest:.1f} times is there is not settled.",
            values,
        ),
    }[found_to_be]
    times, contrast = (2.0**each for each in (value, *ends)), (query, str(first["term"]), str(first["outlet"]))
    return finding(found_to_be, sentence, *times, mark("times as often as elsewhere"), contrast=contrast)
