"""Counts of the articles a question is about, with the columns a comparison needs."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from framing import dates
from framing.errors import ParamError, TableError
from framing.wording import listed, say

_PERIODS = {"date": ("day", "%Y-%m-%d"), "month": ("month", "%Y-%m"), "year": ("year", "%Y")}


def select(
    counts: pd.DataFrame,
    articles: pd.DataFrame,
    *,
    clusters: pd.DataFrame | None = None,
    subset: Mapping | None = None,
    columns: tuple[str, ...] | list[str] = (),
) -> pd.DataFrame:
    """Take the articles a question is about and merge what a comparison asks of them.

    Parameters
    ----------
    counts, articles, clusters
        The prepared tables. With ``clusters`` the column ``cluster_id`` (near-duplicate group) is added.
    subset
        Column of ``articles`` → the values wanted, such as ``{"is_nkor": [1]}`` or ``{"section": ["国際"]}``; an
        article must fit all of them. Empty: every article.
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
        A column of ``subset`` is not in the articles, or no article fits (the values that are there are named).
    """
    kept = np.ones(len(articles), bool)
    steps = [(say("articles of the study"), len(articles), 0, "")]
    for name, wanted in dict(subset or {}).items():
        if name not in articles.columns:
            raise ParamError(
                f"subset asks for {name!r}, which articles lack; they have {list(map(str, articles.columns))}"
            )
        wanted = [wanted] if isinstance(wanted, str) or not np.iterable(wanted) else list(wanted)
        fits = articles[name].isin(wanted).to_numpy()
        if not (kept & fits).any():
            there = articles.loc[kept, name].value_counts().head(12).index.tolist()
            raise ParamError(f"no article has {name} in {wanted}; the most frequent values are {there}")
        step = say("{name} in {values}", name=name, values=listed(wanted))
        steps.append((step, int((kept & fits).sum()), int((kept & ~fits).sum()), say("not in the subset")))
        kept &= fits
    taken = articles[kept]
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
