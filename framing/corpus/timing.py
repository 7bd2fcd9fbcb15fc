"""When there is how much of which outlet: volume by month, breaks in it, and the windows of the outlets."""

import numpy as np
import pandas as pd
from pandas.api.typing import NaTType

from framing import dates
from framing.messages import mark
from framing.tables import ARTICLES, check, takes_tables
from framing.tables.naming import of_outlets

BREAK = 3.0
"""Level of the months after, over the level of the months before, from which a change is called a break."""
AROUND = 6
"""Months on either side whose medians are compared."""
NONE, RISES, FALLS = mark("no articles"), mark("rises"), mark("falls")
"""Notes of a month."""


@takes_tables()
def volume(articles: pd.DataFrame) -> pd.DataFrame:
    """Count articles by outlet and month and mark where the collection, not the news, may have changed.

    Parameters
    ----------
    articles
        One row per article. Articles without a date, those whose date is known only to the year
        (``date_precision``), and dates with a ``date_flag`` are left out; :func:`windows` counts them.

    Returns
    -------
    DataFrame
        One row per outlet and month from the outlet's first to its last: ``outlet``, ``month`` (its first day),
        ``n_articles``, ``ratio`` (median of this and the next five months over that of the six before, half an article
        added to both), ``note``: ``no articles``, ``rises`` or ``falls`` (the ratio is 3 or more, or a third or less,
        and more than chance would give), else empty.

    Notes
    -----
    A mark is a question, not a finding: look up how the articles of these months were collected. The first and last
    three months of an outlet are never marked.
    """
    check(articles, ARTICLES)
    dated = _dated(articles)
    month = dates.periods(dated, "month")
    tables = []
    for outlet, months in month.groupby(dated["outlet"].astype("str"), sort=True):
        span = pd.period_range(months.min(), months.max(), freq="M")
        n = months.value_counts().reindex(span, fill_value=0)
        frame = pd.DataFrame({"outlet": outlet, "month": span.to_timestamp(), "n_articles": n.to_numpy()})
        frame["ratio"], frame["note"] = _breaks(frame["n_articles"])
        tables.append(frame)
    kinds = {"outlet": "str", "month": "datetime64[us]", "n_articles": "int64", "ratio": "float64", "note": "str"}
    return pd.concat([pd.DataFrame(columns=list(kinds)), *tables], ignore_index=True).astype(kinds)


def _breaks(n: pd.Series) -> tuple[pd.Series, pd.Series]:
    before = n.shift(1).rolling(AROUND, min_periods=3).median()
    after = n[::-1].rolling(AROUND, min_periods=3).median()[::-1]
    ratio = (after + 0.5) / (before + 0.5)
    size = np.log(ratio).abs()
    beyond_chance = (after - before).abs() > 3 * np.sqrt((after + before).clip(lower=1))
    step = pd.Series(np.log((n + 0.5) / (n.shift(1) + 0.5))).abs()
    score = size + step / 100  # of months that mark one change, the step itself
    peak = score.eq(score.rolling(2 * AROUND - 1, center=True, min_periods=1).max())
    marked = (size >= np.log(BREAK)) & beyond_chance & peak
    note = pd.Series(np.where(n.eq(0), NONE, ""), index=n.index, dtype="str")
    note[marked] = np.where(ratio[marked] > 1, RISES, FALLS)
    return ratio, note


@takes_tables()
def windows(articles: pd.DataFrame) -> pd.DataFrame:
    """Say from when to when each outlet is there, and how much of it lies in the window common to all.

    Returns
    -------
    DataFrame
        One row per outlet: ``outlet``, ``first`` and ``last`` (days; a date known to the month may be any of its
        days), ``n_articles``, ``n_undated`` (no date, one known only to the year, or one with a ``date_flag``),
        ``n_months`` and ``n_months_empty`` between them, ``n_common`` and ``share_common``
        (articles in the common window, of those dated; see :func:`common_window`).
    """
    check(articles, ARTICLES)
    dated = _dated(articles)
    start, end = common_window(articles)
    grouped = dates.spans(dated).groupby(dated["outlet"].astype("str"))
    every = articles["outlet"].astype("str").value_counts(sort=False).sort_index()
    out = pd.DataFrame({"first": grouped["first"].min(), "last": grouped["last"].max()}).reindex(every.index)
    months = volume(articles)
    inside = dates.between(dated, start, end) if pd.notna(start) else np.zeros(len(dated), dtype=bool)
    counted = {
        "n_articles": every,
        "n_undated": every.sub(grouped.size(), fill_value=0),
        "n_months": months["outlet"].value_counts(),
        "n_months_empty": months.loc[months["n_articles"].eq(0), "outlet"].value_counts(),
        "n_common": dated.loc[inside, "outlet"].astype("str").value_counts(),
    }
    for name, n in counted.items():
        out[name] = n.reindex(every.index, fill_value=0).astype("int64")
    out["share_common"] = out["n_common"] / (out["n_articles"] - out["n_undated"]).replace(0, np.nan)
    return out.rename_axis("outlet").reset_index()


@takes_tables()
def common_window(articles: pd.DataFrame) -> tuple[pd.Timestamp | NaTType, pd.Timestamp | NaTType]:
    """First and last day on which every outlet's window is open; ``NaT`` twice where the windows do not overlap.

    Articles that name no outlet are of none, unless no article does.
    """
    dated = _dated(of_outlets(articles))
    grouped = dates.spans(dated).groupby(dated["outlet"], observed=True)
    if not grouped.ngroups:
        return pd.NaT, pd.NaT
    start, end = grouped["first"].min().max(), grouped["last"].max().min()
    return (start, end) if start <= end else (pd.NaT, pd.NaT)


def _dated(articles: pd.DataFrame) -> pd.DataFrame:
    good = dates.periods(articles, "month").notna()
    if "date_flag" in articles.columns:
        good &= articles["date_flag"].fillna("").eq("")
    return articles[good]
