"""Who is named first: the order of two countries in one word (朝ロ, ロ朝), by outlet, in quotations and outside."""

import numpy as np
import pandas as pd
from scipy import stats

from framing import lexicon as lexicons
from framing.inference import refuse_level, wilson_interval
from framing.records import codebook
from framing.tables import takes_tables
from framing.tokens.relations import relations

ORDER = codebook("contexts")["order"]
"""What each column of :func:`order` is."""


@takes_tables()
def order(
    tokens: pd.DataFrame,
    relation: str | None = None,
    *,
    lexicon: str = "northeast_asia",
    by: str = "outlet",
    articles: pd.DataFrame | None = None,
    quoted: bool = False,
    level: float = 0.95,
) -> pd.DataFrame:
    """How often each country stands first in the words of a relation, outlet by outlet.

    Parameters
    ----------
    tokens
        A study, or one row per token made with the lexicon.
    relation
        The label of one relation in the lexicon, as ``朝ロ``; by default all of them.
    lexicon
        Name or file of the lexicon whose variants have an order.
    by
        Column of ``tokens``, or of ``articles``, that names the group.
    articles
        One row per article; needed where ``tokens`` lacks ``by``.
    quoted
        Words in quotations (「…」, 『…』) apart from the outlet's own, which alone are its choice: ``quoted`` says
        which of them a row counts.
    level
        Confidence level.

    Returns
    -------
    DataFrame
        One row per group, relation (with ``quoted``: true or false) and country: ``n`` (words in which it stands
        first), ``n_forms`` (all words of the relation), ``n_articles`` (with one), ``share`` and its interval. Empty
        where no such word is used.

    Raises
    ------
    ValueError
        The lexicon has no such relation; those there are are named.

    Notes
    -----
    One article is one decision: the interval is Wilson's with the number of words that would be worth as much if they
    were independent, p(1 − p) over the variance of the ratio between articles, less what few articles leave unsure
    (the square of normal over t quantile) [1]_; where all words agree, with the number of articles.

    References
    ----------
    .. [1] Korn, E. L. & Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of
           positive counts estimated from survey data. *Survey Methodology* 24, 193-201.
    """
    refuse_level(level)
    words = lexicons.load(lexicon)
    first = {each.label: {form.split(">")[0] for form in each.forms.values() if form} for each in words.variants}
    there = [label for label, countries in first.items() if len(countries) > 1]
    if relation is not None and relation not in there:
        raise ValueError(f"the lexicon {lexicon!r} has no order for {relation!r}; it has {there}")
    found = relations(tokens, words, quoted=quoted).astype({"relation": str, "first": str, "article_id": str})
    found = found[found["relation"].isin(there if relation is None else [relation])]
    if by not in found.columns:
        known = articles if articles is not None and by in articles.columns else None
        if known is None:
            raise ValueError(f"{by!r} is a column of neither the tokens nor the articles")
        found[by] = found["article_id"].map(known.astype({"article_id": str}).set_index("article_id")[by])
    found[by] = found[by].astype(str)
    keys = [by, "relation", *(["quoted"] if quoted else [])]
    each = found.groupby([*keys, "article_id", "first"]).size().unstack("first", fill_value=0)
    parts = [_of_one(each.loc[rows], keys, level) for rows in each.groupby(keys).groups.values()]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*keys, *list(ORDER)[3:]])


def _of_one(each: pd.DataFrame, keys: list[str], level: float) -> pd.DataFrame:
    """The rows of one group and relation, from articles × countries."""
    number = each.loc[:, each.sum() > 0]
    size, g = number.sum(axis=1).to_numpy(), len(number)
    n, total = number.sum().to_numpy(), size.sum()
    share = n / total
    apart = number.to_numpy() - size[:, None] * share
    variance = (apart**2).sum(axis=0) / total**2 * (g / (g - 1) if g > 1 else 1.0)
    worth = np.full(len(share), float(g))
    np.divide(share * (1 - share), variance, out=worth, where=variance > 0)
    few = (stats.norm.ppf(0.5 + level / 2) / stats.t.ppf(0.5 + level / 2, g - 1)) ** 2 if g > 1 else 0.0
    worth = np.maximum(np.minimum(worth, total) * few, 1e-9)  # one article alone says next to nothing
    low, high = wilson_interval(share * worth, worth, level)
    group = dict(zip(keys, each.index[0], strict=False))
    return pd.DataFrame(
        {**group, "first": number.columns.astype(str), "n": n, "n_forms": total,
         "n_articles": g, "share": share, "conf_low": low, "conf_high": high}
    )  # fmt: skip
