"""The same question for each outlet: series from the prepared tables, and one model a group."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any

import numpy as np
import pandas as pd

from framing import datasets, dates, tables
from framing.errors import TableError, refuse_renamed, refuse_unknown, takes_results
from framing.inference import wilson_interval
from framing.messages import Message, mark, together
from framing.records import Record, codebook
from framing.study.studies import Study, fitting, opened
from framing.tables.naming import actor_id, mentioned
from framing.trends import breakpoints, interruption, leads, monotone
from framing.trends.breakpoints import Breaks
from framing.trends.interruption import Interrupted, interval
from framing.trends.series import middle, refuse_ungrouped

CODEBOOK = codebook("trends")
"""Table → column → what it is."""
_PER = {
    "": mark("articles per period"), "day": mark("articles per day"), "week": mark("articles per week"),
    "month": mark("articles per month"), "quarter": mark("articles per quarter"), "year": mark("articles per year"),
}  # fmt: skip
MEASURES = ("mentions", "share", "articles", "mean")
_SHARE = {"family": "binomial", "value": "n", "offset": "n_articles"}
_MODELS = {
    "mentions": _SHARE,
    "share": _SHARE,
    "articles": {"family": "quasipoisson", "value": "n"},
    "mean": {"family": "normal"},
}
"""Measure → the model of its series."""
_RENAMED = {"after": "since", "before": "until"}
_SINGULAR = mark("the information matrix is singular; a parameter is not identified by these data")  # of framing.models


def prepare(
    study: Study | str,
    *,
    measure: str = "mentions",
    actor: str = "",
    column: str = "",
    counted: dict | None = None,
    groups: list | None = None,
    by: str = "outlet",
    freq: str = "month",
    **conditions,
) -> pd.DataFrame:
    """Series of a study, a group each, with their denominators.

    Parameters
    ----------
    study
        A study, or the name of a prepared one; ``conditions`` are then those of :func:`framing.study.load`. They say
        which articles there are, for the denominators as well.
    measure
        ``mentions``: articles that mention ``actor``, of all articles. ``share``: articles that fit ``counted``, of
        all. ``articles``: the number of articles that fit ``counted`` (of all, where it is empty).
        ``mean``: mean of the number in ``column`` over the articles that fit ``counted``.
    counted
        Column → values of the articles that count, as ``keep`` of :func:`framing.study.select`. An article in which
        such a column is missing may or may not fit, unless None is among the values or another of the columns rules
        it out: it is in neither the numerator nor the denominator of ``mentions`` and ``share``, does not count
        elsewhere, and ``n_unknown`` says how many.
    groups
        Values of ``by``; all, by number of articles, when not given.
    freq
        ``day``, ``week``, ``month``, ``quarter`` or ``year``.

    Returns
    -------
    DataFrame
        One row per group and period, in order: ``group``, ``period``, ``value`` (a share per cent, a number of
        articles, or the mean), ``conf_low`` and ``conf_high`` (Wilson's 95% interval of a share, its articles taken as
        independent; missing for the others), ``n`` (the numerator in articles, or the articles averaged),
        ``n_articles`` (all of the group and period; of ``mentions`` and ``share`` all that are known to fit ``counted``
        or not). Of shares and
        means a period without articles has no row: it is a gap. Of ``articles`` it is a 0 from the group's first period
        with an article to its last. The same in every row: ``measure``, ``column`` and ``freq`` as given, and of each
        group ``n_undated`` (articles without a date), ``n_coarse`` (with a date that is not known to the period, see
        :func:`framing.dates.periods`) and ``n_unknown`` (dated articles that lack a column of ``counted`` and may fit
        it, or have no words and may mention the actor). What the values are stands in these columns, so that a file, a
        merge or a concatenation changes nothing.

    Raises
    ------
    TableError
        No such column, actor or group, a mean of what is not numbers, articles without a group, or nothing is left; the
        message says what there is.
    ParamError
        A column or value of a condition that is not there.
    ValueError
        Unknown measure or frequency, or a ``share`` without ``counted``.
    """
    refuse_renamed({n: v for n, v in conditions.items() if n in _RENAMED}, _RENAMED, "trends.prepare")
    refuse_unknown(measure, MEASURES, "measure")
    if measure == "share" and not counted:
        raise ValueError(
            "measure 'share' asks how many of all articles fit 'counted', and it is empty; what was 'keep' is now "
            "'counted', since keep says which articles there are at all"
        )
    dates.refuse_frequency(freq)
    of = opened(study, **conditions)
    articles, name = of.articles, of.name
    tables.refuse_absent(articles, (by, column if measure == "mean" else None), f"the table of articles of {name!r}")
    refuse_ungrouped(articles, by)
    period = dates.periods(articles, freq)
    dated = articles[period.notna()]
    fits = fitting(of, counted or {})[dated.index]
    fits &= _mentioned(dated, of, actor) if measure == "mentions" else True
    unknown = fits.isna()
    sizes = dated[by].astype(str).value_counts()
    chosen = [str(g) for g in groups] if groups else list(sizes.index)
    strange = [g for g in chosen if g not in sizes.index]
    if strange:
        raise TableError(f"no dated article has {by} {strange}; there are {list(sizes.index)}")
    frame = pd.DataFrame(
        {
            "group": dated[by].astype(str),
            "period": period[dated.index],
            "hit": fits.fillna(False).to_numpy(dtype=bool),
        }
    )
    shares = measure in ("mentions", "share")
    frame["number"] = _numbers(dated[column]) if measure == "mean" else 0.0
    if shares:
        frame = frame[~unknown]
        empty = [group for group in chosen if group not in set(frame["group"])]
        if empty:
            raise TableError(
                f"every dated article of {empty} lacks a column of {list(counted or {})}; name the other groups"
            )
    frame = frame[frame["group"].isin(chosen)]
    table = frame.groupby(["group", "period"]).agg(n_articles=("hit", "size"), n=("hit", "sum")).reset_index()
    if measure == "mean":
        used = frame[frame["hit"] & frame["number"].notna()].groupby(["group", "period"])["number"]
        means = used.agg(value="mean", n="size").reset_index()
        table = table.drop(columns="n").merge(means, on=["group", "period"], how="inner")
    elif measure == "articles":
        table = _with_empty_periods(table)
        table["value"] = table["n"].astype(float)
    else:
        table["value"] = 100 * table["n"] / table["n_articles"]
    ends = wilson_interval(table["n"], table["n_articles"]) if shares else (np.nan, np.nan)
    table["conf_low"], table["conf_high"] = (100 * end for end in ends)
    if table.empty or not table["n"].sum():
        raise TableError(f"nothing is left of {name!r} for {measure}, actor {actor!r}, counted {counted or {}}")
    table = table.assign(measure=measure, column=column if measure == "mean" else "", freq=freq)
    undated = articles["date"].isna()
    out = {"n_undated": articles[undated], "n_coarse": articles[period.isna() & ~undated], "n_unknown": dated[unknown]}
    for column, without in out.items():
        table[column] = table["group"].map(without[by].astype(str).value_counts()).fillna(0).astype("int64")
    table["group"] = pd.Categorical(table["group"], chosen)
    columns = ["group", "period", "value", "conf_low", "conf_high", "n", "n_articles", "measure", "column", "freq"]
    return table.sort_values(["group", "period"], ignore_index=True)[[*columns, *out]]


def _numbers(values: pd.Series) -> pd.Series:
    """The numbers of a column; text is read where all of it is plain numbers."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values
    known = values.dropna()
    found = pd.to_numeric(known.astype(str), errors="coerce").astype(float)
    strange = known[~np.isfinite(found)]
    if len(strange):
        raise TableError(
            f"a mean needs numbers, and {len(strange)} of {len(known)} values of {values.name!r} are none, such as "
            f"{list(map(str, strange.unique()[:3]))}; make them numbers in the articles, or choose another column"
        )
    return found.reindex(values.index)


def _with_empty_periods(table: pd.DataFrame) -> pd.DataFrame:
    """Every period from each group's first to its last; one without articles counts 0."""
    ends = table.groupby("group")["period"].agg(["min", "max"])
    spans = [pd.DataFrame({"group": g, "period": pd.period_range(a, b)}) for g, a, b in ends.itertuples()]
    whole = pd.concat(spans, ignore_index=True).merge(table, on=["group", "period"], how="left")
    return whole.fillna({"n": 0, "n_articles": 0}).astype({"n": "int64", "n_articles": "int64"})


def _mentioned(articles: pd.DataFrame, study: Study, actor: str) -> pd.Series:
    """Whether each article mentions the actor; missing where it has no words."""
    mentions = study.mentions
    known, actor = sorted(mentions["actor"].astype(str).unique()), actor_id(mentions, actor)
    if actor not in known:
        asked = f"no article mentions the actor {actor!r}" if actor else "measure 'mentions' needs an actor"
        raise TableError(f"{asked}; there are {known[:40]}, or choose another measure of {MEASURES}")
    return mentioned(articles, mentions, actor)


def unit(series: pd.DataFrame) -> Message:
    """What ``value`` counts."""
    measure = _measure_of(series)
    if measure == "mean":
        column = _same(series, "column") if "column" in series else ""
        return Message("mean of {column}", {"column": column}) if column else mark("mean")
    return _per(series) if measure == "articles" else mark("% of articles")


def _per(series: pd.DataFrame) -> Message:
    """What a number of articles is counted by: the length of a period, where the series tells it."""
    return _PER[str(_same(series, "freq")) if "freq" in series else ""]


def _measure_of(series: pd.DataFrame) -> str:
    if "measure" not in series:
        raise TableError(
            f"the series does not say what its values are: add the column measure, one of {MEASURES}, as "
            f"trends.prepare does; it has {list(map(str, series.columns))}"
        )
    measure = str(_same(series, "measure"))
    refuse_unknown(measure, MEASURES, "measure")
    return measure


def _same(series: pd.DataFrame, column: str):
    """The one value of a column that is the same in every row; a file gives back an empty text as missing."""
    found = series[column].astype(object).where(series[column].notna(), "").unique()
    if len(found) != 1:
        raise TableError(f"the series mix {column} {sorted(map(str, found))}; ask of one at a time")
    return found[0]


def _options(series: pd.DataFrame, given: dict) -> dict:
    """Options of :func:`framing.trends.interrupted` for the measure; those given come first."""
    family = given.get("family", "")
    if family == "normal":
        return given
    measure = _measure_of(series)
    if family and measure == "mean":
        raise ValueError(f"family {family!r} is of counts, and the values are means; leave it out, or give 'normal'")
    return {**_MODELS[measure], **given}


def _with_periods(series: pd.DataFrame) -> pd.DataFrame:
    """The series with periods for what a file made text of."""
    if "freq" not in series:
        return series
    return series.assign(period=dates.restored(series["period"], str(_same(series, "freq"))))


def _groups(series: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The rows of each group: in the order of its categories, or as they stand."""
    series = _with_periods(series)
    group = series["group"]
    names = group.cat.categories if isinstance(group.dtype, pd.CategoricalDtype) else group.drop_duplicates()
    rows = {str(name): series[group.eq(name).to_numpy()] for name in names}
    return {name: part for name, part in rows.items() if len(part)}


def _each(series: pd.DataFrame, ask: Callable[[pd.DataFrame], Any]) -> dict[str, Any]:
    """What ``ask`` finds for each group, or the reason why it refused, a text."""
    found = {}
    for group, rows in _groups(series).items():  # a handful of outlets
        try:
            found[group] = ask(rows)
        except ValueError as error:
            found[group] = error.args[0]
    return found


def _together(tables_: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The tables of all groups in one, with the column ``group`` first."""
    made = [one.assign(group=group) for group, one in tables_.items()]
    table = pd.concat([one for one in made if len(one)] or made, ignore_index=True)  # empty ones would make objects
    return table[["group", *table.columns.drop("group")]]


@dataclass(frozen=True)
class ByGroup(Record):
    """One interrupted model per group; each table has the column ``group`` before those of :class:`Interrupted`.

    ``effects`` has besides ``simultaneous_low`` and ``simultaneous_high``: intervals that together hold the effects of
    all groups (Bonferroni), for whoever picks the group that stands out. ``notes`` has one row per group that could not
    be fitted, with the reason; ``fits`` the model of each group.
    """

    effects: pd.DataFrame
    periods: pd.DataFrame
    coefficients: pd.DataFrame
    checks: pd.DataFrame
    notes: pd.DataFrame
    errors: str = ""
    info: dict = field(default_factory=dict)
    fits: dict[str, Interrupted] = field(default_factory=dict, repr=False)


def _interrupted(series: pd.DataFrame, at=None, **options: Any) -> ByGroup:
    at = at or middle(_with_periods(series)["period"])
    options = _options(series, options)
    answers = _each(series, lambda rows: interruption.interrupted(rows, at, **options))
    found = {group: one for group, one in answers.items() if isinstance(one, Interrupted)}
    notes = [{"group": group, "note": one} for group, one in answers.items() if group not in found]
    if not found:
        why = notes[0]["note"] if notes else mark("there is none")
        raise TableError(Message("no group could be fitted: {why}", {"why": why}))
    unit_of = unit(series) if "measure" in series else ""
    return _joined(found, notes, {"family": options["family"], "at": str(at), "unit": unit_of}, _per(series))


def alone(fit: Interrupted) -> ByGroup:
    """One series as the only group of its table."""
    about = {"family": fit.info["family"], "at": fit.info["at"], "unit": mark("in the unit of the values")}
    return _joined({str(mark("the series")): fit}, [], about)


def _joined(found: dict[str, Interrupted], notes: list, info: dict, counted: Message = _PER[""]) -> ByGroup:
    tables_ = ("effects", "periods", "coefficients", "checks")
    parts = [_together({group: getattr(one, name) for group, one in found.items()}) for name in tables_]
    errors = together(*sorted({one.errors for one in found.values()}), clauses=True)
    info["unit_of_value"] = info["unit"] if info["family"] == "normal" else counted
    made = ByGroup(*parts, tables.told(notes, ["group", "note"]), errors, info, found)
    rows = zip(made.effects["group"], made.effects["effect"], strict=True)
    ends = [interval(found[group], effect, 1 - (1 - found[group].info["level"]) / len(found)) for group, effect in rows]
    low, high = np.array(ends).T
    return replace(made, effects=made.effects.assign(simultaneous_low=low, simultaneous_high=high))


def _placebo(series: pd.DataFrame, at, **options: Any) -> pd.DataFrame:
    options = _options(series, options)
    answers = _each(series, lambda rows: interruption.placebo(rows, at, **options))
    refused = {"at": str(at), "real": True}
    return _together(
        {g: tables.told([refused | {"note": one}]) if isinstance(one, str) else one for g, one in answers.items()}
    )


def _lead_lag(series: pd.DataFrame, *, against: str = "", **options) -> tuple[pd.DataFrame, tuple[str, str], Message]:
    rows = _groups(series)
    names = list(rows)[:2]
    columns = ["lag", "estimate", "conf_low", "conf_high", "n", "peak"]
    if len(names) < 2 and not against:
        return pd.DataFrame(columns=columns), (names[0], ""), mark("There is one outlet only: nobody to lead.")
    pair = [rows[name].set_index("period")["value"] for name in names]
    if against:
        names, pair = [names[0], against], [pair[0], _poll(against, pair[0].index)]
    try:
        table = leads.lead_lag(*pair, **options)
    except ValueError as error:
        why = Message("Not asked of these series: {why}.", {"why": error.args[0]})
        return pd.DataFrame(columns=columns), (names[0], names[1]), why
    return table, (names[0], names[1]), _who_leads(names[0], names[1], **table.attrs["lead"])


_AHEAD = mark("The correlation is largest with {first} {lag} periods ahead of {second} (interval {low} to {high}).")
_TOGETHER = mark("The correlation of {first} with {second} is largest in the same period (interval {low} to {high}).")
_NOBODY = mark("The interval holds 0: nobody can be said to lead.")
_FIRST = mark("So {first} is first.")


def _who_leads(first: str, second: str, lag: int, conf_low: int, conf_high: int) -> Message:
    """Who is ahead, by how many periods and how surely; the one that is ahead is named first."""
    if lag < 0:
        first, second, lag, conf_low, conf_high = second, first, -lag, -conf_high, -conf_low
    places = {"first": first, "second": second, "lag": lag, "low": conf_low, "high": conf_high}
    peak = Message(_AHEAD if lag else _TOGETHER, places)
    unsure = conf_low <= 0 <= conf_high
    said = Message(_NOBODY if unsure else _FIRST, places)
    return together(peak, said, mark("Both series are freed of drift and memory first."))


def _poll(column: str, periods: pd.Index) -> pd.Series:
    """One column of the monthly polls, by month."""
    polls = datasets.frontpage.polls(datasets.fetching.cache() / "frontpage")
    if column not in polls.columns:
        raise TableError(f"the polls have no column {column!r}; they have {list(polls.columns)}")
    if not isinstance(periods, pd.PeriodIndex) or periods.freqstr != "M":
        raise ValueError(Message("the polls are monthly; set freq to month to compare with them"))
    months = pd.PeriodIndex(pd.to_datetime(polls["ymonth"].astype(str), format="%Y%m"), freq="M")
    return pd.Series(pd.to_numeric(polls[column], errors="coerce").to_numpy(dtype=float), index=months).dropna()


@takes_results(found=("trends.interrupted", "effects"))
def steps(series: pd.DataFrame, found: ByGroup, before: pd.DataFrame | None = None) -> pd.DataFrame:
    """What was left out on the way, after the steps ``before``: as :func:`framing.tables.steps`."""
    once = series.drop_duplicates("group")
    names = ("n_undated", "n_coarse", "n_unknown")
    left = {name: int(once[name].sum()) if name in once else 0 for name in names}
    why = dates.told(left, str(_same(series, "freq")) if left["n_coarse"] else "day")
    if left["n_unknown"]:
        unknown = {"n": left["n_unknown"]}
        why = together(why, Message("Articles for which a value of what is counted is missing: {n:,}.", unknown))
        if _measure_of(series) not in ("mentions", "share"):  # they stay among the articles, and do not count
            left["n_unknown"] = 0
    n, n_left = int(series["n_articles"].sum()), sum(left.values())
    rows = [
        (mark("articles in a period"), n, n_left, why),
        (mark("periods of all groups"), len(series), 0, ""),
        *((Message("model of {group}", {"group": r.group}), 0, 1, r.note) for r in tables.each(found.notes)),
    ]
    return pd.concat([*([] if before is None else [before]), tables.steps(rows)], ignore_index=True)


def _breaks(series: pd.DataFrame, **options) -> Breaks:
    answers = _each(series, lambda rows: breakpoints.breaks(rows, **options))
    found = {group: one for group, one in answers.items() if isinstance(one, Breaks)}
    overall = [
        {"group": group, **({"note": one} if isinstance(one, str) else one.overall | {"n_breaks": len(one.breaks)})}
        for group, one in answers.items()
    ]
    shapes = {
        "breaks": list(CODEBOOK["breaks"]), "choice": ["group", "n_breaks", "rss", "bic", "chosen"],
        "fitted": ["group", "period", "t", "observed", "fitted", "segment"],
    }  # fmt: skip
    parts = {
        name: _together({g: getattr(one, name) for g, one in found.items()}) if found else pd.DataFrame(columns=columns)
        for name, columns in shapes.items()
    }
    told = tables.told(overall, list(CODEBOOK["overall"]))
    return Breaks(parts["breaks"], parts["choice"], told, parts["fitted"])


def _monotone(series: pd.DataFrame, **options) -> pd.DataFrame:
    answers = _each(series, lambda rows: monotone.mann_kendall(rows, **options))
    rows = [{"group": g, **({"note": one} if isinstance(one, str) else one)} for g, one in answers.items()]
    return tables.told(rows, list(CODEBOOK["monotone"]))


def _either(one: Callable, of_groups: Callable) -> Callable:
    """A question of one series, which of a table with the column ``group`` is asked for each group."""

    @wraps(one)
    def asked(series, *args, **options):
        grouped = isinstance(series, pd.DataFrame) and "group" in series
        return (of_groups if grouped else one)(series, *args, **options)

    return asked


interrupted, placebo = _either(interruption.interrupted, _interrupted), _either(interruption.placebo, _placebo)
lead_lag = _either(leads.lead_lag, _lead_lag)
breaks, mann_kendall = _either(breakpoints.breaks, _breaks), _either(monotone.mann_kendall, _monotone)
