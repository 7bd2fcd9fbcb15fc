"""Counts of the articles a question is about, with the columns a comparison needs."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from framing import dates, study
from framing.errors import ParamError, TableError
from framing.tables import takes_tables
from framing.wording import say

_PERIODS = {"date": ("day", "%Y-%m-%d"), "month": ("month", "%Y-%m"), "year": ("year", "%Y")}


@takes_tables()
def select(
    counts: pd.DataFrame,
    articles: pd.DataFrame,
    *,
    clusters: pd.DataFrame | None = None,
    subset: Mapping | None = None,
    drop: Mapping | None = None,
    since: object = None,
    until: object = None,
    columns: tuple[str, ...] | list[str] = (),
) -> pd.DataFrame:
    """Take the articles a question is about and merge what a comparison asks of them.

    Parameters
    ----------
    counts, articles, clusters
        The prepared tables. With ``clusters`` the column ``cluster_id`` (near-duplicate group) is added.
    subset, drop, since, until
        What is taken: ``keep`` (here named ``subset``), ``drop``, ``since`` and ``until`` of
        :func:`framing.study.select`, such as ``{"is_nkor": [1]}`` or ``{"section": ["国際"]}``. Empty: every article.
    columns
        Further columns of ``articles`` to add. ``date``, ``month`` and ``year`` are added as text where articles have
        dates; an article without one, or whose date is not known so precisely (``date_precision``), is ``undated``
        there.

    Returns
    -------
    DataFrame
        One row per article and term, of the articles taken; terms none of them uses are no longer categories.
        ``attrs["steps"]`` has one row a step: ``step``, ``n_rows`` (articles left), ``n_dropped``, ``reason``.

    Raises
    ------
    ParamError
        A column or value is not in the articles (those that are there are named), or no article fits.
    """
    taken, chosen = study.select(articles, keep=subset, drop=drop, since=since, until=until)
    if taken.empty:
        raise ParamError(f"no article is left after {chosen['step'].tolist()}; widen what is asked for")
    steps = [(say("articles of the study"), len(articles), 0, ""), *chosen.itertuples(index=False, name=None)]
    places = pd.Index(taken["article_id"].astype(str))
    ids = counts["article_id"]
    ids = ids if isinstance(ids.dtype, pd.CategoricalDtype) else ids.astype("category")
    at = places.get_indexer(ids.cat.categories.astype(str))[ids.cat.codes.to_numpy()]
    rows = at >= 0
    if not rows.any():
        raise TableError(
            f"none of the {len(taken):,} articles taken has a counted word; where the articles have text, see that "
            "text_language in 00_corpus.yaml is theirs and that articles and counts are of one study"
        )
    found = counts[rows].copy()
    at = at[rows]
    for name in ("article_id", "term"):
        found[name] = found[name].astype("category").cat.remove_unused_categories()
    empty = len(taken) - len(np.unique(at))
    steps.append((say("with tokens that are counted"), len(taken) - empty, empty, say("no counted token")))
    coarse = dates.left_out(taken, "month")["n_coarse"] if "date" in taken else 0
    if coarse:
        why = say("undated in every comparison by month: dates known only to the year: {n:,}", n=coarse)
        steps.append((say("with a month, where one is asked for"), len(taken) - empty, 0, why))
    for name, values in _article_columns(taken, clusters, columns).items():
        codes, known = pd.factorize(values, sort=True)
        found[name] = pd.Categorical.from_codes(codes[at], categories=known)
    found = found.reset_index(drop=True)
    found.attrs["steps"] = pd.DataFrame(steps, columns=["step", "n_rows", "n_dropped", "reason"])
    return found


@takes_tables()
def texts(chosen: pd.DataFrame, articles: pd.DataFrame, tokens: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Articles and tokens of the articles of :func:`select`, for lines of text behind a term."""
    ids = chosen["article_id"].cat.categories.astype(str)
    return tuple(
        frame[frame["article_id"].astype(str).isin(ids)].reset_index(drop=True) for frame in (articles, tokens)
    )


def _article_columns(taken: pd.DataFrame, clusters: pd.DataFrame | None, columns) -> dict[str, pd.Series]:
    made = {}
    if "date" in taken and taken["date"].notna().any():
        made = {
            name: dates.periods(taken, freq).dt.strftime(form).fillna("undated")
            for name, (freq, form) in _PERIODS.items()
        }
    if clusters is not None:
        ids = clusters.set_index(clusters["article_id"].astype(str))["cluster_id"].astype(str)
        own = taken["article_id"].astype(str)
        made["cluster_id"] = own.map(ids).fillna("alone " + own)  # an article the search did not see has no copy
    for name in columns:
        if name in made:
            continue
        if name not in taken.columns:
            raise ParamError(f"{name!r} is not a column of articles ({list(map(str, taken.columns))})")
        made[name] = taken[name]
    return made
