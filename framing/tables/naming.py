"""Who is asked for: an actor by the id of the lexicon, or by a name as the articles write it."""

from collections.abc import Mapping

import pandas as pd

from framing.patterns import plain_words

UNNAMED = "unnamed"
"""The outlet of an article that names none."""


def actor_id(mentions: pd.DataFrame | None, name: str) -> str:
    """The id of an actor, from the id or from a name that means this actor alone wherever it is mentioned.

    Parameters
    ----------
    mentions
        One row per mention: ``actor`` (the id) and ``surface`` (the name as written). None where there are none.
    name
        An id of the lexicon (``kim_jong_il``) or a name (金正日).

    Returns
    -------
    str
        The id; ``name`` itself where it is one, where nobody is called so, and where several are (金 of 金総書記).

    Examples
    --------
    >>> import pandas as pd
    >>> from framing.tables.naming import actor_id
    >>> actor_id(pd.DataFrame({"actor": ["kim_jong_il"], "surface": ["金正日"]}), "金正日")
    'kim_jong_il'
    """
    if mentions is None or not isinstance(name, str) or not {"actor", "surface"} <= set(mentions.columns):
        return name
    actors = mentions["actor"].astype("str")
    if actors.eq(name).any():
        return name
    called = actors[mentions["surface"].astype("str").eq(plain_words(name))].unique()
    return str(called[0]) if len(called) == 1 else name


def with_actor_ids(mentions: pd.DataFrame | None, condition: Mapping | None, column: str = "actor") -> Mapping | None:
    """A condition (column → values) whose actors, in one column, are named by ids; the rest as it is."""
    if not isinstance(condition, Mapping) or column not in condition:
        return condition
    given = condition[column]
    listed = given if isinstance(given, (list, tuple, set)) else [given]
    return {**condition, column: [actor_id(mentions, one) for one in listed]}


def of_outlets(articles: pd.DataFrame) -> pd.DataFrame:
    """The articles that name an outlet; all of a corpus in which none does."""
    named = articles["outlet"].astype("str").ne(UNNAMED)
    return articles[named] if named.any() else articles


def mentioned(articles: pd.DataFrame, mentions: pd.DataFrame, actor: str) -> pd.Series:
    """Whether each article mentions an actor, given by id or name; missing where it has neither text nor headline."""
    here = mentions["actor"].astype("str").eq(actor_id(mentions, actor))
    has = articles["article_id"].astype("str").isin(mentions.loc[here, "article_id"].astype("str"))
    return has.astype("boolean").mask(~has & ~worded(articles))


def worded(articles: pd.DataFrame, *columns: str) -> pd.Series:
    """Whether each article has a text or a headline; of a table with neither column, of which nobody knows, true."""
    asked = [name for name in columns or ("text", "headline") if name in articles]
    held = [articles[name].astype("str").str.contains(r"\S", na=False) for name in asked]
    return pd.concat(held, axis=1).any(axis=1) if held else pd.Series(True, index=articles.index)
