"""Chosen terms over time, outlet by outlet."""

import numpy as np
import pandas as pd

from framing import counts as counting
from framing.errors import TableError
from framing.inference import NO_VARIATION, informed, normal_interval
from framing.messages import mark
from framing.tables import takes_tables


@takes_tables(columns=("by", "period"))
def over_time(
    counts: pd.DataFrame, terms: list[str], *, by: str = "outlet", period: str = "year", level: float = 0.95
) -> pd.DataFrame:
    """Rate of each term in each group and period, with an interval over articles.

    Parameters
    ----------
    counts
        One row per article and term, untrimmed, with the columns ``by`` and ``period``.
    terms
        Terms to follow.
    by, period
        Columns of groups and of periods (``year``, ``month``).
    level
        Of the intervals.

    Returns
    -------
    DataFrame
        One row per term, group and period that has articles: ``term``, ``group``, ``period``, ``per_million`` (of
        tokens), ``conf_low``, ``conf_high``, ``n_tokens`` (of the term), ``n_articles`` (in the cell), ``note``.

    Raises
    ------
    TableError
        A term or a column is not in the counts.

    Notes
    -----
    A ratio of two sums over articles: its variance by linearisation, the interval on the square-root scale, which keeps
    it above 0. A cell of one article has no interval.
    """
    table, _, known = counting.matrix(counts)
    place = known.get_indexer(terms)
    if (place < 0).any():
        raise TableError(f"{[t for t, p in zip(terms, place, strict=True) if p < 0]} are not among the terms of counts")
    (group, groups), (when, periods) = (counting.of_articles(counts, name) for name in (by, period))
    present = np.flatnonzero(group >= 0)
    group, when = group[present], when[present]
    used = table[present]
    sizes = np.asarray(used.sum(axis=1), dtype=float)
    x = used[:, place].toarray().astype(float)
    cell = group * len(periods) + when
    cells = len(groups) * len(periods)
    n, total = np.bincount(cell, minlength=cells), np.bincount(cell, sizes, cells)
    tables = []
    for k, term in enumerate(terms):
        sums = np.bincount(cell, x[:, k], cells)
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = sums / total
            residual = x[:, k] - rate[cell] * sizes
            spread = (
                informed(np.bincount(cell, residual**2, cells), np.bincount(cell, x[:, k] ** 2, cells)) * n / (n - 1)
            )
            error = np.sqrt(spread) / total
            low, high = normal_interval(np.sqrt(rate), np.where(rate > 0, error / (2 * np.sqrt(rate)), np.nan), level)
        note = np.select([n < 2, np.isnan(low)], [mark("one article: no interval"), NO_VARIATION], "")
        held = np.flatnonzero(n)
        tables.append(
            pd.DataFrame(
                {
                    "term": term,
                    "group": np.asarray(groups, dtype=object)[held // len(periods)],
                    "period": np.asarray(periods, dtype=object)[held % len(periods)],
                    "per_million": 1e6 * rate[held],
                    "conf_low": 1e6 * np.clip(low[held], 0, None) ** 2,
                    "conf_high": 1e6 * high[held] ** 2,
                    "n_tokens": sums[held].astype(np.int64),
                    "n_articles": n[held],
                    "note": note[held],
                }
            )
        )
    columns = ["term", "group", "period", "per_million", "conf_low", "conf_high", "n_tokens", "n_articles", "note"]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
