"""The same question for each outlet: series from the prepared tables, and one model a group."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from framing import datasets, dates, store, tables
from framing import study as studies
from framing.errors import TableError, refuse_renamed
from framing.records import Record
from framing.trends.breakpoints import breaks
from framing.trends.codebook import CODEBOOK
from framing.trends.interruption import interrupted, placebo
from framing.trends.leads import lead_lag
from framing.trends.monotone import mann_kendall
from framing.wording import clauses, mark, paragraph, say

MEASURES = ("mentions", "articles", "mean")
_SINGULAR = mark(
    "the information matrix is singular; a parameter is not identified by these data"
)  # of framing.designs


def prepare(
    study: str,
    *,
    measure: str = "mentions",
    actor: str = "",
    column: str = "",
    keep: dict | None = None,
    groups: list | None = None,
    by: str = "outlet",
    freq: str = "month",
    since: object = None,
    until: object = None,
    **renamed,
) -> pd.DataFrame:
    """Series of a study, a group each, with their denominators.

    Parameters
    ----------
    study
        Its prepared tables are loaded.
    measure
        ``mentions``: articles that mention ``actor``, of all articles. ``articles``: articles that fit
        ``keep``, of all. ``mean``: mean of the number in ``column`` over the articles that fit ``keep``.
    keep
        Column → values of the articles that count, as in :func:`framing.study.select`.
    groups
        Values of ``by``; all, by number of articles, when not given.
    freq
        ``day``, ``week``, ``month``, ``quarter`` or ``year``.
    since, until
        First and last day, both included, where only a part is wanted (before: ``after`` and ``before``).

    Returns
    -------
    DataFrame
        One row a group and period with articles, in order: ``group``, ``period``, ``value`` (a share per cent,
        or the mean), ``n`` (the numerator in articles, or the articles averaged), ``n_articles`` (all of the
        group and period). A period without articles has no row; it is a gap. ``attrs`` has ``undated``,
        ``measure`` and ``unit``.

    Raises
    ------
    TableError
        No such column, actor or group, or nothing is left; the message says what there is.
    ParamError
        A column or value of ``keep`` that is not there.
    ValueError
        Unknown measure or frequency.
    """
    refuse_renamed(renamed, {"after": "since", "before": "until"}, "trends.prepare")
    if measure not in MEASURES:
        raise ValueError(f"no measure {measure!r}; there are {MEASURES}")
    dates.refuse_frequency(freq)
    articles = store.load(tables.ARTICLES, study)
    needed = [by, *([column] if measure == "mean" else [])]
    absent = [name for name in needed if name not in articles.columns]
    if absent:
        raise TableError(f"the articles of {study!r} lack the columns {absent}; they have {list(articles.columns)}")
    period = dates.periods(articles, freq)
    dated, _ = studies.select(articles[period.notna()], since=since, until=until)
    fitting, _ = studies.select(dated, keep=keep, known=articles)
    sizes = dated[by].astype(str).value_counts()
    chosen = [str(g) for g in groups] if groups else list(sizes.index)
    strange = [g for g in chosen if g not in sizes.index]
    if strange:
        raise TableError(f"no dated article has {by} {strange}; there are {list(sizes.index)}")
    frame = pd.DataFrame(
        {
            "group": dated[by].astype(str),
            "period": period[dated.index],
            "hit": dated.index.isin(_counted(fitting, study, measure, actor).index),
        }
    )
    frame["number"] = pd.to_numeric(dated[column], errors="coerce") if measure == "mean" else 0.0
    frame = frame[frame["group"].isin(chosen)]
    table = frame.groupby(["group", "period"]).agg(n_articles=("hit", "size"), n=("hit", "sum")).reset_index()
    if measure == "mean":
        used = frame[frame["hit"] & frame["number"].notna()].groupby(["group", "period"])["number"]
        means = used.agg(value="mean", n="size").reset_index()
        table = table.drop(columns="n").merge(means, on=["group", "period"], how="inner")
    else:
        table["value"] = 100 * table["n"] / table["n_articles"]
    if table.empty or not table["n"].sum():
        raise TableError(f"nothing is left of {study!r} for {measure}, actor {actor!r}, keep {keep or {}}")
    table["group"] = pd.Categorical(table["group"], chosen)
    table = table.sort_values(["group", "period"], ignore_index=True)[["group", "period", "value", "n", "n_articles"]]
    unit = say("mean of {column}", column=column) if measure == "mean" else say("% of articles")
    table.attrs.update(undated=sum(dates.left_out(articles, freq).values()), measure=measure, unit=unit)
    return table


def _counted(articles: pd.DataFrame, study: str, measure: str, actor: str) -> pd.DataFrame:
    """The articles that count: for mentions those that mention the actor."""
    if measure != "mentions":
        return articles
    mentions = store.load(tables.MENTIONS, study)
    known = sorted(mentions["actor"].astype(str).unique())
    if actor not in known:
        raise TableError(f"no article mentions the actor {actor!r}; there are {known[:40]}")
    mentioning = mentions.loc[mentions["actor"].astype(str) == actor, "article_id"].astype(str)
    return articles[articles["article_id"].isin(mentioning)]


@dataclass(frozen=True)
class ByGroup(Record):
    """One interrupted model a group; each table has the column ``group`` before those of :class:`Interrupted`.

    ``notes`` has one row a group that could not be fitted, with the reason.
    """

    effects: pd.DataFrame
    periods: pd.DataFrame
    coefficients: pd.DataFrame
    checks: pd.DataFrame
    notes: pd.DataFrame
    errors: str = ""
    info: dict = field(default_factory=dict)


def interrupted_by(series: pd.DataFrame, at, *, family: str = "", **options: Any) -> ByGroup:
    """:func:`framing.trends.interrupted` for each group of :func:`prepare`.

    ``family`` is by default ``quasipoisson`` with the articles as exposure for shares, ``normal`` for means.
    """
    counts = series.attrs.get("measure") != "mean"
    family = family or ("quasipoisson" if counts else "normal")
    if family != "normal":
        options = dict[str, Any](value="n", offset="n_articles") | options
    found, notes = {}, []
    for group, rows in series.groupby("group", observed=True):  # a handful of outlets
        try:
            found[group] = interrupted(rows, at, family=family, **options)
        except ValueError as error:
            notes.append({"group": group, "note": str(error)})
    if not found:
        raise TableError(f"no group could be fitted: {notes[0]['note'] if notes else 'there is none'}")

    def together(name: str) -> pd.DataFrame:
        return pd.concat([getattr(one, name).assign(group=group) for group, one in found.items()], ignore_index=True)

    parts = [together(name) for name in ("effects", "periods", "coefficients", "checks")]
    parts = [part[["group", *part.columns.drop("group")]] for part in parts]
    errors = "; ".join(sorted({one.errors for one in found.values()}))
    info = {"family": family, "at": str(at), "unit": series.attrs.get("unit", "")}
    return ByGroup(*parts, pd.DataFrame(notes, columns=["group", "note"]), errors, info)


def middle(series: pd.DataFrame) -> str:
    """The first day of the period in the middle of the series, as ISO text: a date that nobody chose for its news."""
    periods = sorted(series["period"].unique())
    return str(periods[len(periods) // 2].start_time.date())


def unit_of_value(found: ByGroup) -> str:
    """What the numbers of ``found.periods`` count."""
    return found.info["unit"] if found.info["family"] == "normal" else say("number of articles in a period")


def placebo_by(series: pd.DataFrame, at, **options) -> pd.DataFrame:
    """:func:`framing.trends.placebo` for each group, with ``share_as_large`` in every row.

    A group that cannot be fitted has one row, that of the event, and the reason in ``note``.
    """
    if series.attrs.get("measure") != "mean":
        options = dict[str, Any](value="n", offset="n_articles", family="quasipoisson") | options
    parts = []
    for group, rows in series.groupby("group", observed=True):
        try:
            one = placebo(rows, at, **options)
        except ValueError as error:
            parts.append(pd.DataFrame({"group": [group], "at": [str(at)], "real": [True], "note": [str(error)]}))
            continue
        parts.append(one.assign(group=group, share_as_large=one.attrs["share_as_large"], note=""))
    table = pd.concat(parts, ignore_index=True)
    return table[["group", *table.columns.drop("group")]]


def lead_lag_of(series: pd.DataFrame, *, against: str = "", **options) -> tuple[pd.DataFrame, tuple[str, str], str]:
    """:func:`framing.trends.lead_lag` between the first two groups: table, their names, and how to read it.

    ``against`` names a column of the monthly Jiji polls that come with the front-page study; the first group is then
    set beside it (a rise of news before a rise of opinion, or after it). Only for series by month.
    Where it cannot be done (one group, gaps) the table is empty and the note says why.
    """
    names = [str(g) for g in series["group"].cat.categories if (series["group"] == g).any()][:2]
    columns = ["lag", "estimate", "conf_low", "conf_high", "n", "peak"]
    if len(names) < 2 and not against:
        return pd.DataFrame(columns=columns), (names[0], ""), say("There is one outlet only: nobody to lead.")
    pair = [series[series["group"] == name].set_index("period")["value"] for name in names]
    if against:
        names, pair = [names[0], against], [pair[0], _poll(against, pair[0].index)]
    try:
        table = lead_lag(*pair, **options)
    except ValueError as error:
        return pd.DataFrame(columns=columns), (names[0], names[1]), say("Not asked of these series: {why}.", why=error)
    return table, (names[0], names[1]), _who_leads(names[0], names[1], **table.attrs["lead"])


def _who_leads(first: str, second: str, lag: int, conf_low: int, conf_high: int) -> str:
    """Who is ahead, by how many periods and how surely; the one that is ahead is named first."""
    if lag < 0:
        first, second, lag, conf_low, conf_high = second, first, -lag, -conf_high, -conf_low
    places = {"first": first, "second": second, "lag": lag, "low": conf_low, "high": conf_high}
    peak = say(
        "The correlation is largest with {first} {lag} periods ahead of {second} (interval {low} to {high})."
        if lag
        else "The correlation of {first} with {second} is largest in the same period (interval {low} to {high}).",
        **places,
    )
    unsure = conf_low <= 0 <= conf_high
    verdict = say("The interval holds 0: nobody can be said to lead." if unsure else "So {first} is first.", **places)
    return paragraph([peak, verdict, say("Both series are freed of drift and memory first.")])


def _poll(column: str, periods: pd.Index) -> pd.Series:
    """One column of the monthly polls, by month."""
    polls = datasets.polls(datasets.cache() / "frontpage")
    if column not in polls.columns:
        raise TableError(f"the polls have no column {column!r}; they have {list(polls.columns)}")
    if not isinstance(periods, pd.PeriodIndex) or periods.freqstr != "M":
        raise ValueError(say("the polls are monthly; set freq to month to compare with them"))
    months = pd.PeriodIndex(pd.to_datetime(polls["ymonth"].astype(str), format="%Y%m"), freq="M")
    return pd.Series(pd.to_numeric(polls[column], errors="coerce").to_numpy(dtype=float), index=months).dropna()


def steps(series: pd.DataFrame, found: ByGroup) -> pd.DataFrame:
    """What was left out on the way: one row a step, in sentences for the stamp."""
    n, undated = int(series["n_articles"].sum()), series.attrs["undated"]
    rows = [
        {"step": say("articles with a date"), "n_rows": n, "n_dropped": undated, "reason": say("no date")},
        {"step": say("periods of all groups"), "n_rows": len(series), "n_dropped": 0, "reason": ""},
    ]
    rows += [
        {"step": say("model of {group}", group=r.group), "n_rows": 0, "n_dropped": 1, "reason": say(r.note)}
        for r in tables.each(found.notes)
    ]
    return pd.DataFrame(rows)


def breaks_by(series: pd.DataFrame, **options) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """:func:`framing.trends.breaks` for each group: the breaks, one overall test a group, and the fitted steps."""
    found, overall, fitted = [], [], []
    for group, rows in series.groupby("group", observed=True):
        try:
            one = breaks(rows, **options)
        except ValueError as error:
            overall.append({"group": group, "note": str(error)})
            continue
        found.append(one.breaks.assign(group=group))
        fitted.append(one.fitted.assign(group=group))
        overall.append({"group": group, **one.overall, "n_breaks": len(one.breaks), "note": ""})
    shapes = list(CODEBOOK["breaks"]), ["group", "period", "t", "observed", "fitted", "segment"]
    tables_ = [
        pd.concat(part, ignore_index=True)[columns] if part else pd.DataFrame(columns=columns)
        for part, columns in zip((found, fitted), shapes, strict=True)
    ]
    return tables_[0], pd.DataFrame(overall, columns=list(CODEBOOK["overall"])), tables_[1]


def monotone_by(series: pd.DataFrame, **options) -> pd.DataFrame:
    """:func:`framing.trends.mann_kendall` for each group: one row a group, with ``note`` where it could not be done."""
    rows = []
    for group, part in series.groupby("group", observed=True):
        try:
            rows.append({"group": group, **mann_kendall(part, **options), "note": ""})
        except ValueError as error:
            rows.append({"group": group, "note": str(error)})
    return pd.DataFrame(rows, columns=list(CODEBOOK["monotone"]))


def answer(found: ByGroup, *, named: bool = True) -> dict:
    """The finding as a sentence from the fitted numbers: keywords of ``present.finding``.

    ``named`` is whether a person named the day; the middle of the series is no event, and the caution says so.

    The first group is named (the first of ``groups``, or the outlet with most articles): naming the one with the
    clearest effect would be choosing the finding after seeing it.
    """
    table = found.effects[found.effects["effect"].eq("average")]
    row = table.iloc[0]
    counts, sure = found.info["family"] != "normal", row["conf_low"] > 0 or row["conf_high"] < 0
    unit = say("articles a period") if counts else found.info["unit"]
    numbers = {"at": found.info["at"], "group": row["group"], "unit": unit, "by": row["estimate"]}
    numbers |= {"low": row["conf_low"], "high": row["conf_high"]}
    if counts:
        text = say(
            "From {at} on, {group} printed on average {by:+.3g} ({low:.3g} – {high:.3g}) {unit} against what would "
            "have come.",
            **numbers,
        )
    else:
        text = say("From {at} on, the {unit} in {group} differed by {by:+.3g} ({low:.3g} – {high:.3g}).", **numbers)
    verdict = say("That is a change." if sure else "That cannot be told from no change.")
    failed = found.checks[~found.checks["passed"] & found.checks["group"].eq(row["group"])]
    advice = clauses(map(say, failed["advice"].drop_duplicates().head(2)))
    middle = say("No event was named: the day is the middle of the series; the parameter at takes the day of one.")
    caution = paragraph([advice] if named else [middle, advice]) or None
    return {
        "sentence": paragraph([text, verdict]),
        "value": float(row["estimate"]),
        "low": float(row["conf_low"]),
        "high": float(row["conf_high"]),
        "unit": unit,
        "caution": caution if np.isfinite(row["estimate"]) else None,
    }
