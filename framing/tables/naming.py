"""Who is asked for: an actor by the id of the lexicon, or by a name as the articles write it."""

from collections.abc import Mapping

import pandas as pd

from framing.patterns import plain_words


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


def with_actor_ids(mentions: pd.DataFrame | None, condition: Mapping | None) -> Mapping | None:
    """A condition (column → values) whose ``actor`` is named by ids; the rest as it is."""
    if not isinstance(condition, Mapping) or "actor" not in condition:
        return condition
    given = condition["actor"]
    listed = given if isinstance(given, (list, tuple, set)) else [given]
    return {**condition, "actor": [actor_id(mentions, one) for one in listed]}


def mentioning(mentions: pd.DataFrame, actor: str) -> pd.Series:
    """The ids, as text, of the articles that mention an actor, given by id or name."""
    here = mentions["actor"].astype("str").eq(actor_id(mentions, actor))
    return mentions.loc[here, "article_id"].astype("str").drop_duplicates()
