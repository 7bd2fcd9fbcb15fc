"""What stands near a word or an actor, asked in one way, and told in a sentence."""

import pandas as pd

from framing.contexts.collocates import FEW, collocates, words_around
from framing.messages import mark, say, sentences
from framing.tables import takes_tables

COLUMNS = {
    "term": "the word",
    "outlet": "outlet; each is measured against its own words",
    "mi": "log2 of how often it stands near over how often by chance: 1 is twice as often",
    "conf_low": "lower end of its 95% interval over articles",
    "conf_high": "upper end of its 95% interval",
    "log_likelihood": "G2 over four cells, a ranking only",
    "n_together": "tokens of the word near the node",
    "n_expected": "tokens that chance would put there",
    "n_articles": "articles with the word near the node",
    "note": sentences("where the interval is too narrow, and why; and words that are part of how a person is named"),
}
"""What each column of :func:`near` is, for ``report.table(…, columns=contexts.COLUMNS)``."""
LINE = {"outlet": "outlet", "date": "day", "left": "text before", "node": "what was found", "right": "text after"}
"""The same for lines of text."""


@takes_tables()
def near(
    articles: pd.DataFrame,
    tokens: pd.DataFrame,
    query: str,
    *,
    by: str = "lemma",
    mentions: pd.DataFrame | None = None,
    span: int = 5,
    min_tokens: int = 3,
) -> pd.DataFrame:
    """Words near a word or an actor, outlet by outlet, surest first.

    Parameters
    ----------
    articles, tokens
        One row per article; one row per token of these articles.
    query, by
        As in :func:`framing.contexts.concordance`.
    mentions
        The mentions table, needed for ``by="actor"``.
    span, min_tokens
        As in :func:`framing.contexts.collocates`.

    Returns
    -------
    DataFrame
        As from :func:`framing.contexts.collocates` by ``outlet``, by the lower end of the interval of ``mi``; words
        near the node in fewer than 5 articles, whose interval is too narrow, and offices and honorifics of the actor
        come last, with a ``note``.

    Raises
    ------
    ValueError
        The word is not used, the actor is not mentioned, or an actor is asked for without mentions.
    """
    if by == "actor":
        if mentions is None:
            raise ValueError("a query by actor needs the mentions; run 00_corpus with a lexicon")
        found = words_around(articles, tokens, mentions, query, span=span, min_tokens=min_tokens)
    else:
        found = collocates(tokens, query, span, node_by=by, by="outlet", articles=articles, min_tokens=min_tokens)
    few, of_name = found["n_articles"] < FEW, found.get("of_name", pd.Series(False, index=found.index))
    found["note"] = found["note"].mask(of_name & ~few, mark("an office or honorific that goes with the name"))
    later = found.assign(later=few.astype(int) + 2 * of_name)
    order = later.sort_values(["later", "conf_low"], ascending=[True, False], kind="stable").index
    return found.loc[order].reset_index(drop=True)


@takes_tables()
def called(query: str, by: str, mentions: pd.DataFrame | None = None) -> str:
    """What a query is called in a report: an actor as the articles name it most often, a word as it is."""
    if by != "actor" or mentions is None:
        return query
    own = mentions[mentions["actor"].astype("str") == query]
    return str(own["surface"].astype("str").mode().iloc[0]) if len(own) else query


def answer(found: pd.DataFrame, query: str) -> dict:
    """The finding in a sentence, for ``report.finding(**answer)``.

    Parameters
    ----------
    found
        From :func:`near`.
    query
        What was looked for, as it is :func:`called`. An office or honorific that goes with a name is no finding.
    """
    told = found[(found["n_articles"] >= FEW) & (found["conf_low"] > 0)]
    told = told[~told["of_name"]] if "of_name" in told else told
    if told.empty:
        sentence = say(
            "No word stands near {query} surely more often than chance, in {few} articles of an outlet.",
            query=query, few=FEW,
        )  # fmt: skip
        return {"sentence": sentence, "caution": say("With few lines this shows how little can be told.")}
    first = told.iloc[0]
    sentence = say(
        "{outlet} puts {term} near {query} {times:,.1f} times as often as chance would; words that stand near it "
        "surely more often than chance, all outlets together: {n:,}.",
        outlet=first["outlet"], term=first["term"], query=query, times=2 ** first["mi"], n=len(told),
    )  # fmt: skip
    return {
        "sentence": sentence,
        "value": float(first["mi"]), "low": float(first["conf_low"]), "high": float(first["conf_high"]),
        "unit": say("log2 of observed over expected"),
        "caution": say(
            "The words near a name tell what is written about it in these articles, not what an outlet thinks of it."
        ),
    }  # fmt: skip
