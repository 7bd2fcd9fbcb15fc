"""Rates: a numerator with its denominator and an interval, period by period."""

import numpy as np
import pandas as pd

from framing import dates
from framing.errors import TableError
from framing.inference import wilson_interval
from framing.messages import mark
from framing.tables import ARTICLES, check, takes_tables
from framing.trends.series import refuse_ungrouped


@takes_tables()
def rates(
    mentions: pd.DataFrame,
    articles: pd.DataFrame,
    freq: str = "month",
    *,
    by: str = "outlet",
    actor: str = "actor",
    level: float = 0.95,
) -> pd.DataFrame:
    """Share of each outlet's articles that mention an actor, period by period.

    Parameters
    ----------
    mentions
        One row per mention: ``article_id`` and ``actor``; several mentions in one article are one article here.
    articles
        The articles table: the denominators. Articles without a date, or with one that is not known so precisely
        (``date_precision``), are in no period: ``n_left_out`` counts them.
    freq
        ``day``, ``week``, ``month``, ``quarter`` or ``year``.
    by
        Column of ``articles`` that names the group.
    level
        Confidence level.

    Returns
    -------
    DataFrame
        One row per group, actor and period, from the group's first to its last period: ``n_mentions``,
        ``n_with`` (articles that mention), ``n_articles`` (all of the period), ``share`` with Wilson's interval
        ``conf_low``, ``conf_high``, ``note``, and ``n_left_out`` (articles of the group that are in no period, the
        same in each of its rows). A period without articles has a missing share and says so:
        nothing collected is not nothing written.

    Raises
    ------
    TableError
        A column is absent, an article has no group or none has a date, or mentions name articles that are not there.
    ValueError
        Unknown ``freq``.
    """
    dates.refuse_frequency(freq)
    check(articles, ARTICLES)
    for table, column, name in (
        (articles, by, "articles"),
        (mentions, actor, "mentions"),
        (mentions, "article_id", "mentions"),
    ):
        if column not in table.columns:
            raise TableError(f"{name} lacks the column {column!r}; it has {list(map(str, table.columns))}")
    refuse_ungrouped(articles, by)
    lost = mentions.loc[~mentions["article_id"].astype(str).isin(articles["article_id"].astype(str)), "article_id"]
    if len(lost):
        raise TableError(f"{len(lost)} mentions are of articles that are not there, first {lost.iloc[0]!r}")
    base = articles[["article_id", by]].astype(str).assign(period=dates.periods(articles, freq))
    left_out = base["period"].isna().groupby(base[by]).sum()
    base = base.dropna(subset=["period"])
    if base.empty:
        raise TableError(f"no article has a date that is known to the {freq}; rates over time need dates")
    size = base.groupby([by, "period"]).size()
    grid = _grid(size)

    joined = (
        mentions[["article_id", actor]]
        .assign(article_id=mentions["article_id"].astype(str))
        .merge(base, on="article_id")
    )
    counted = joined.groupby([by, actor, "period"], observed=True)["article_id"].agg(
        n_mentions="size", n_with="nunique"
    )
    actors = pd.DataFrame({actor: sorted(mentions[actor].dropna().astype(str).unique())})
    table = grid.merge(actors, how="cross").merge(
        counted.reset_index().astype({actor: str}), on=[by, actor, "period"], how="left"
    )
    table[["n_mentions", "n_with"]] = table[["n_mentions", "n_with"]].fillna(0).astype(np.int64)
    trials = table["n_articles"].to_numpy()
    table["share"] = np.divide(table["n_with"], trials, out=np.full(len(table), np.nan), where=trials > 0)
    table["conf_low"], table["conf_high"] = wilson_interval(table["n_with"], trials, level)
    table["note"] = np.where(trials > 0, "", mark("no articles collected in this period"))
    table["n_left_out"] = table[by].map(left_out).astype(np.int64)
    columns = [by, actor, "period", "n_mentions", "n_with", "n_articles", "share", "conf_low", "conf_high", "note"]
    table = table[[*columns, "n_left_out"]].sort_values([by, actor, "period"], ignore_index=True)
    table.attrs["undated"] = int(articles["date"].isna().sum())
    return table


def _grid(size: pd.Series) -> pd.DataFrame:
    """Every period from each group's first to its last, with its number of articles."""
    by = size.index.names[0]
    frame = size.rename("n_articles").reset_index()
    ends = frame.groupby(by)["period"].agg(["min", "max"])
    spans = [
        pd.DataFrame({by: group, "period": pd.period_range(a, b)}) for group, a, b in ends.itertuples()
    ]  # a group each
    grid = pd.concat(spans, ignore_index=True).merge(frame, on=[by, "period"], how="left")
    return grid.fillna({"n_articles": 0}).astype({"n_articles": np.int64})
