"""Rows ready for a placement model, from a packaged table or a study, with a record of every row left out."""

from dataclasses import dataclass

import pandas as pd

from framing import datasets, dates, tables
from framing import study as studies
from framing.errors import ParamError, TableError
from framing.messages import Message, mark
from framing.records import Record
from framing.study.studies import Study, derived, opened
from framing.tables import takes_tables
from framing.tables.naming import actor_id, worded

LIMITS = [
    mark("what an editor meant by a page: length, section, edition and the hour of the news place an article too"),
    mark("anything about articles that were not collected, or whose page is missing"),
]
"""What no model of pages can say, where the data set names no limits of its own."""


@dataclass(frozen=True)
class Placements(Record):
    """Rows for a model.

    Attributes
    ----------
    rows
        One row per message or article, with ``page``, ``front``, ``date``, ``year``, ``years`` (since the first of
        January of the first year; missing where only the year of the date is known), ``issue_date`` (text; missing
        where the day is not known) and the columns of the source.
    steps
        One row per step: ``step``, ``n_rows``, ``n_dropped``, ``reason``, as messages.
    limits
        What may not be claimed, as messages.
    reported
        Whether the placements are what reports say (then sentences say "reported").
    inputs
        Name → checksum.
    rates
        How often each actor is mentioned, by year, with its denominator; see :func:`prepare`.
    read
        The rows as read, before any is left out: their values may be named in a run of :func:`sensitivity`.
    """

    rows: pd.DataFrame
    steps: pd.DataFrame
    limits: list[Message]
    reported: bool
    inputs: dict[str, str]
    rates: pd.DataFrame
    read: pd.DataFrame


def prepare(
    study: Study | str = "sample",
    *,
    need: list[str] | None = None,
    actors: list[str] | None = None,
    unit: str = "articles",
    **conditions,
) -> Placements:
    """Rows ready for a placement model.

    Parameters
    ----------
    study
        A study, or the name of a prepared one; ``conditions`` are then those of :func:`framing.study.load`.
    need
        Columns every row must have (those of the formula); rows without are left out and counted. The outcome is not
        among them: a missing page stays a missing page.
    actors
        The actors that may be an article's ``actor`` (the most mentioned of them, else ``none``) and that ``rates``
        counts; by default all of them.
    unit
        For the packaged messages: the unit of the counts in ``rates`` (units share no axis).

    Returns
    -------
    Placements
        ``rates`` of a study: one row per actor and year of the rows left, ``n_articles`` (with a mention), ``n_total``
        (articles of the year: the denominator), ``share`` with Wilson interval. Of the messages: counts by others,
        scaled to a year.

    Raises
    ------
    ParamError, TableError
        Unknown data set, column or value; nothing is left.
    """
    of = opened(study, **conditions)
    rows, read = of.placements(actors or None), of.placed(actors or None)
    steps = list(of.steps.itertuples(index=False, name=None))
    coarse = dates.told({**dates.left_out(rows, "month"), "n_undated": 0}, "month")
    if coarse:
        steps.append((Message("time of the rows"), len(rows), 0, coarse))
    for column in need or []:
        if column not in rows:
            raise ParamError(f"need names {column!r}, which is no column; there are {list(map(str, rows.columns))}")
        chosen = rows[rows[column].notna()]
        if len(chosen) < len(rows):
            why = Message("rows without {column} cannot enter the model", {"column": column})
            steps.append((Message("need {column}", {"column": column}), len(chosen), len(rows) - len(chosen), why))
            rows = chosen
    if not len(rows):
        raise TableError(f"no rows are left after {[step for step, *_ in steps[1:]]}; loosen what is asked for")
    rows = rows.assign(**{name: make(rows) for name, make in derived(rows).items()})
    mentions = of.mentions if of.has("mentions") else None
    if mentions is not None and actors:
        mentions = mentions[mentions["actor"].isin([actor_id(mentions, one) for one in actors])]
    rates = _rates(rows, mentions) if not of.reported else datasets.mention_rates(unit or None)
    missing = int(rows["page"].isna().sum())
    why = Message("rows without a page enter no model; bounds show what they could do")
    steps.append((Message("need {column}", {"column": "page"}), len(rows) - missing, missing, why))
    return Placements(
        rows.reset_index(drop=True), tables.steps(steps),
        [mark(limit) for limit in of.limits] or LIMITS, of.reported, of.inputs, rates, read,
    )  # fmt: skip


@takes_tables("rows", labels=True)
def without(rows: pd.DataFrame, dropped: dict, *, known: pd.DataFrame | None = None) -> pd.DataFrame:
    """The rows left when each column's named values are dropped: one entry of a sensitivity run."""
    return studies.select(rows, drop=dropped, known=known, derived=derived(rows))[0].reset_index(drop=True)


def _rates(rows: pd.DataFrame, mentions: pd.DataFrame | None) -> pd.DataFrame:
    from framing.inference import wilson_interval

    columns = ["actor", "year", "n_articles", "n_total", "share", "conf_low", "conf_high"]
    if mentions is None or not len(mentions):
        return pd.DataFrame(columns=columns)
    year = rows[worded(rows)].assign(article_id=rows["article_id"].astype(str)).set_index("article_id")["year"]
    total = year.value_counts().sort_index()
    seen = mentions[["article_id", "actor"]].astype(str).drop_duplicates()
    seen["year"] = seen["article_id"].map(year)
    grid = pd.MultiIndex.from_product([sorted(seen["actor"].unique()), total.index], names=["actor", "year"])
    out = seen.groupby(["actor", "year"]).size().reindex(grid, fill_value=0).rename("n_articles").reset_index()
    out["n_total"] = out["year"].map(total).astype(int)
    out["share"] = out["n_articles"] / out["n_total"]
    out["conf_low"], out["conf_high"] = wilson_interval(out["n_articles"], out["n_total"])
    return out[columns]
