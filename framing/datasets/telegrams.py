"""Messages and mentions of leaders in the North Korean party paper, ready for a model."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from framing import dates, tables
from framing.datasets.facts import load
from framing.messages import mark
from framing.records import Record

FLOWER_BASKETS = ("2018-10-10", "2023-10-08", "2024-10-10")
"""Days whose row is a flower basket from the Chinese side, not a message."""
NOT_FOUND_AGAIN = "20201021_xi_sent_reply_thanks"


@dataclass(frozen=True)
class Messages(Record):
    """Messages ready for a model, and what was left out on the way.

    Attributes
    ----------
    rows
        One row per message; see :func:`messages`.
    dropped
        One row per step: ``step``, ``n_rows`` (rows after it), ``n_dropped``, ``reason``.
    """

    rows: pd.DataFrame
    dropped: pd.DataFrame


_STEPS = {
    "public_text": ("speeches and signed articles are not addressed to Kim", lambda t: t["direction"] == "public_text"),
    "other_outlets": ("only the printed paper can have a page", lambda t: t["outlet"] != "rodong_sinmun"),
    "not_reported": ("a source says that no message had been printed yet", lambda t: t["format"] == "not_reported"),
    "no_page": ("the source read does not say the page", lambda t: t["page"].isna()),
    "convention": (
        "the day was set by convention, only the year is known",
        lambda t: t["date_precision"] == "convention",
    ),
    "implied": ("page or date read off the context", lambda t: t["confidence"] == "implied"),
    "visit_thanks": ("thank-you notes printed inside visit coverage", lambda t: t["occasion"] == "visit_thanks"),
    "flower_baskets": ("flower baskets, not messages", lambda t: t["flower_basket"]),
    "not_found_again": ("the report was not found a second time", lambda t: t["message_id"] == NOT_FOUND_AGAIN),
    "multi_row_issue": ("the issue gives more than one row", lambda t: t["multi_row_issue"]),
}


_COLUMNS = (
    "message_id", "article_id", "date", "year", "years", "counterpart", "leader", "counterpart_country", "direction",
    "occasion", "outlet", "page", "front", "rank_on_page", "order_in_list", "format", "confidence", "date_precision",
    "n_sources", "headline_mention", "flower_basket", "multi_row_issue", "issue_date", "source_url",
)  # fmt: skip


def messages(
    *, drop: tuple[str, ...] | list[str] = ("public_text",), counterparts: list[str] | None = None
) -> Messages:
    """The messages as a table for prominence models, with a record of every row left out.

    Parameters
    ----------
    drop
        Kinds of rows to leave out, in this order: ``public_text`` (always wise in a model of messages),
        ``other_outlets``, ``not_reported``, ``no_page``, ``convention``, and for sensitivity runs
        ``implied``, ``visit_thanks``, ``flower_baskets``, ``not_found_again``, ``multi_row_issue``.
    counterparts
        Keep these leaders apart and call everyone else ``other``; by default ``["xi", "putin"]``.

    Returns
    -------
    Messages
        ``rows``: one row per message: ``message_id``, ``article_id`` (the same), ``date``, ``year``,
        ``years`` (since 1 January 2012; like ``issue_date`` missing where the day was set by convention),
        ``counterpart`` (as in the source), ``leader`` (xi, putin, other),
        ``counterpart_country``, ``direction``, ``occasion``, ``outlet``, ``page`` (1 is the front; missing where
        the source read does not say it, which is *not* "inside"), ``front`` (page 1 or not, missing with it),
        ``rank_on_page``, ``order_in_list``, ``format``, ``confidence``, ``date_precision``, ``n_sources``,
        ``headline_mention``, ``flower_basket``, ``multi_row_issue`` (two or more of the rows kept with a page are
        in one issue), ``issue_date`` (cluster by this), ``source_url``.
        ``dropped``: one row per step.

    Raises
    ------
    ValueError
        An unknown kind in ``drop``.

    Notes
    -----
    Rows are reported placements: what reports chose to say about the paper, not a sample of its
    messages. Cluster by ``issue_date``; compare within ``direction``.
    """
    unknown = sorted(set(drop) - set(_STEPS))
    if unknown:
        raise ValueError(f"cannot drop {unknown}; there are {list(_STEPS)}")
    table = _model_columns(load("leader_messages"), counterparts or ["xi", "putin"])
    table["multi_row_issue"] = shares_an_issue(table)
    steps = [("read", len(table), 0, "rows of leader_messages")]
    for step in (name for name in _STEPS if name in drop):
        reason, rule = _STEPS[step]
        kept = table[~rule(table).to_numpy(dtype=bool)]
        steps.append((step, len(kept), len(table) - len(kept), reason))
        table = kept.assign(multi_row_issue=shares_an_issue(kept))
    dropped = tables.steps(steps)
    return Messages(table.reset_index(drop=True), dropped)


def _model_columns(table: pd.DataFrame, counterparts: list[str]) -> pd.DataFrame:
    date, named = table["published_on"], table["counterpart"]
    day = dates.days(table.assign(date=date))
    basket = date.isin(pd.to_datetime(list(FLOWER_BASKETS))) & (table["counterpart_country"] == "CN")
    made = table.rename(columns={"id": "message_id", "published_on": "date"}).assign(
        article_id=table["id"],
        year=date.dt.year.astype("int64"),
        years=((day - pd.Timestamp("2012-01-01")).dt.days / 365.25).astype(float),
        leader=named.where(named.isin(counterparts), "other"),
        front=(table["page"] == 1).astype("boolean"),
        flower_basket=basket & ~named.isin(["xi", "putin"]),
        multi_row_issue=False,
        issue_date=day.dt.strftime("%Y-%m-%d").astype("str"),
    )
    return made[list(_COLUMNS)]


def shares_an_issue(rows: pd.DataFrame) -> pd.Series:
    """Whether another of these rows has a page in the same issue (``outlet`` and ``issue_date``) as each row has."""
    placed = rows["page"].notna()
    return placed & (placed.groupby([rows["outlet"], rows["issue_date"]]).transform("sum") > 1)


def part_year(start: pd.Series, end: pd.Series) -> pd.Series:
    """Whether a period is anything but one whole calendar year."""
    whole = (start.dt.month == 1) & (start.dt.day == 1) & (end.dt.month == 12) & (end.dt.day == 31)
    return ~(whole & (start.dt.year == end.dt.year))


def mention_rates(unit: str | None = None, *, level: float = 0.95) -> pd.DataFrame:
    """Counts of ``leader_mentions`` beside their period, and scaled to a year of 365.25 days.

    Parameters
    ----------
    unit
        Only this unit; by default all units, one below the other. Units must never share an axis.
    level
        Confidence level of the interval.

    Returns
    -------
    DataFrame
        One row per count, sorted by ``unit``, ``leader`` and period: ``unit``, ``leader``, ``paper``,
        ``period_start``, ``period_end``, ``n_days``, ``n`` (in the unit), ``part_year``, ``per_year`` (n; where
        the period is not a calendar year, scaled to 365.25 days), ``conf_low``, ``conf_high`` (exact Poisson
        interval, scaled alike), ``counted_by``, ``confidence``, ``source_url``, ``note`` (says where a scaled
        part-year may mislead).

    Raises
    ------
    ValueError
        An unknown unit.

    Notes
    -----
    The interval is Garwood's (1936) for one Poisson count. It tells how much a count of this size varies
    by chance alone; articles come in bursts, so the true uncertainty is larger.
    """
    from scipy import stats  # loaded where an interval is asked for, so that reading messages is quick

    from framing.inference import refuse_level

    refuse_level(level)
    table = load("leader_mentions")
    units = sorted(table["unit"].unique())
    if unit is not None and unit not in units:
        raise ValueError(f"no unit {unit!r} in leader_mentions; it has {units}")
    table = table[table["unit"].isin([unit] if unit else units)]
    table = table.sort_values(["unit", "leader", "period_start"], ignore_index=True)
    n = table["n_articles"].fillna(table["n_mentions"]).astype("int64")
    days = (table["period_end"] - table["period_start"]).dt.days + 1
    part = part_year(table["period_start"], table["period_end"])
    tail, scale = (1 - level) / 2, np.where(part, 365.25 / days, 1.0)
    low = np.where(n > 0, stats.chi2.ppf(tail, 2 * n) / 2, 0.0)
    high = stats.chi2.ppf(1 - tail, 2 * n + 2) / 2
    return table[["unit", "leader", "paper", "period_start", "period_end"]].assign(
        n_days=days,
        n=n,
        part_year=part,
        per_year=n * scale,
        conf_low=low * scale,
        conf_high=high * scale,
        counted_by=table["counted_by"],
        confidence=table["confidence"],
        source_url=table["source_url"],
        note=np.where(part, mark("not a calendar year; scaled by its days, season not adjusted"), ""),
    )
