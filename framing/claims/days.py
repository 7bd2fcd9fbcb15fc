"""The days of a claim: which of a window were observed, for each side, and which articles lie in it."""

from typing import Any

import numpy as np
import pandas as pd

from framing import dates
from framing.claims.sides import EMPTY, base_of, conditions, side_of
from framing.errors import ParamError, TableError
from framing.messages import Message, mark
from framing.study.studies import Study
from framing.tables import each

_BEYOND = mark(
    "The articles run from {first:%Y-%m-%d} to {last:%Y-%m-%d}; days of the windows that lie outside, which are not "
    "counted: {n}."
)
_OWN_DAYS = mark(
    "The outlets compared were not collected on every day of the time. Only days on which they were are counted: {n:,} "
    "of {all:,} for the target, {k:,} of {rest:,} for what it is compared with."
)
_UNDATED = mark("Articles of the claim of which it is not known whether they lie in its time, left out: {n}.")
_UNDATED_SIDES = mark(
    "Articles of which it is not known whether they lie in the time of the claim, left out: {n} of the target, {k} of "
    "what it is compared with."
)
_MIX = mark(
    "The two times hold the outlets in different parts: {outlet} has {part:.0%} of the articles of the window and "
    "{other:.0%} of those of the time before. The difference may be one between outlets."
)
_MIXED = 0.2
"""Change of an outlet's part of the articles from which on it may make the difference."""
_CHANCE = 0.001
"""Probability below which an empty time before the first article, or after the last, is one of no collection."""


def days_of(claim: dict, study: Study, ends: dict[str, str], base: Study | None = None, side: str = ""):
    """Days of a window (rows) on which each outlet (columns) was collected: the outlets that a side names, else
    those of the rest, or of the population. What lies outside was not observed, and is no day without a mention."""
    every, outlet, span = dates.spans(study.articles), study.articles["outlet"], _reach(claim, study, ends, base)
    own = outlet.astype(str).isin((base or study).articles["outlet"].astype(str).unique())
    if claim.get(side) == "rest":
        if set(conditions(claim, "target")) == {"outlet"}:  # the others too that print nothing of the population
            whole = base_of(claim | {"population": _by_outlets(claim, study)}, study).articles["outlet"]
            own = outlet.notna() & outlet.astype(str).isin(whole.dropna().astype(str))
            own &= ~outlet.astype(str).isin([*map(str, conditions(claim, "target")["outlet"])])
    elif side in claim and "outlet" in conditions(claim, side):
        own = outlet.astype(str).isin([*map(str, conditions(claim, side)["outlet"])])
    found, there = {}, False
    for name, rows in every[own].dropna().groupby(outlet[own].astype(str)):
        there |= rows["first"].min() <= span[-1] and rows["last"].max() >= span[0]
        first, last = _collected(rows, span[0], span[-1])
        found[name] = (span >= first) & (span <= last)
    days = pd.DataFrame(found, index=span)
    if not there or not days.any(axis=None):
        raise TableError(Message(EMPTY, {"first": str(span[0].date()), "last": str(span[-1].date())}))
    return days[days.any(axis=1)]


def _by_outlets(claim: dict, study: Study) -> dict:
    """The population by what tells outlets and not articles from each other: their names, or a column of one value."""
    of, found = study.articles.groupby(study.articles["outlet"].astype(str)), {**claim.get("population", {})}
    for verb in {"keep", "drop"} & {*found}:
        asked = found[verb] or {}
        found[verb] = {name: asked[name] for name in asked if name == "outlet"
                       or name in study.articles and of[name].nunique().max() < 2}  # fmt: skip
    return found


def _reach(claim: dict, study: Study, ends: dict[str, str], base: Study | None = None) -> pd.DatetimeIndex:
    """The days of a window that the articles of the population's outlets reach, whichever outlet."""
    every, outlet = dates.spans(study.articles), study.articles["outlet"].astype(str)
    known = every[outlet.isin((base or study).articles["outlet"].astype(str).unique())]
    first, last = (pd.Timestamp(ends.get(end, at)) for end, at in
                   (("since", known["first"].min()), ("until", known["last"].max())))  # fmt: skip
    taken = _taken(claim)
    first, last = (
        max(first, every["first"].min(), taken["since"] or first),
        min(last, every["last"].max(), taken["until"] or last),
    )
    found = pd.date_range(first, last)
    if not len(found):
        raise TableError(Message(EMPTY, {"first": str(first.date()), "last": str(last.date())}))
    return found


def _taken(claim: dict) -> dict[str, Any]:
    """The first and last day that a population takes, where it has such ends."""
    population = claim.get("population", {})
    return {end: dates.bound(end, population.get(end), end=end == "until") for end in ("since", "until")}


def _collected(own: pd.DataFrame, first: Any, last: Any) -> tuple[Any, Any]:
    """From when to when an outlet was collected: from its first article, or to its last, where chance would hardly
    have left the days beyond it empty: n days spread evenly lie in a part s of the time with probability s^(n−1)."""
    begin, end, n = own["first"].min(), own["last"].max(), own["first"].nunique()
    seen = (end - begin).days + 1
    early, late = ((seen / (seen + max(days, 0))) ** (n - 1) < _CHANCE
                   for days in ((begin - first).days, (last - end).days))  # fmt: skip
    return (begin if early else first), (end if late else last)


def own_days(claim: dict, study: Study) -> tuple[Message, ...]:
    """How many days each side has, where the outlets of one were not collected on all days that are compared."""
    if claim.get("per") != "day" and claim["measure"] != "silence" or "other_actor" in claim:
        return ()
    base, window = base_of(claim, study), claim.get("window", {})
    other = "reference" if "reference" in claim else "target"
    asked = [("target", window), (other, claim.get("before", window))]
    days = [days_of(claim, study, ends, base, side) for side, ends in asked]
    every: list[pd.Index] = [_reach(claim, study, ends, base) for _, ends in asked]
    if claim["measure"] == "rank":  # the time before is that of all years, of which the others are compared
        others = every[1].difference(every[0])
        days[1], every[1] = days[1][days[1].index.isin(others)], others
    own, whole = ([int(of.to_numpy().sum()) for of in days],
                  [len(n) * of.shape[1] for n, of in zip(every, days, strict=True)])  # fmt: skip
    return (Message(_OWN_DAYS, {"n": own[0], "k": own[1], "all": whole[0], "rest": whole[1]}),) if own != whole else ()


def mixed(claim: dict, study: Study) -> tuple[Message, ...]:
    """That an outlet has much more of the articles in one of two times than in the other, as where it ends between."""
    if not {"window", "before"} <= set(claim) or "reference" in claim or claim["measure"] in ("rank", "silence"):
        return ()
    rows = side_of(base_of(claim, study), claim, "target", {}).articles
    inside = (dates.between(rows, ends.get("since"), ends.get("until")) for ends in (claim["window"], claim["before"]))
    now, then = (rows.loc[each, "outlet"].astype(str).value_counts(normalize=True) for each in inside)
    apart = now.sub(then, fill_value=0.0)
    if now.empty or then.empty or apart.abs().max() < _MIXED:  # a time without an article has no parts
        return ()
    name = apart.abs().idxmax()
    return (Message(_MIX, {"outlet": name, "part": now.get(name, 0.0), "other": then.get(name, 0.0)}),)


def beyond(claim: dict, study: Study) -> tuple[Message, ...]:
    """That a window reaches beyond the first or last article: where days are counted, or by half a month and more."""
    windows = [claim[name] for name in ("window", "before") if claim.get(name)]
    if not windows:
        return ()
    ends, taken = dates.spans(study.articles), _taken(claim)
    first, last = ends["first"].min(), ends["last"].max()
    first, last = max(first, taken["since"] or first), min(last, taken["until"] or last)
    n = sum(max(0, (first - pd.Timestamp(ends.get("since", first))).days)
            + max(0, (pd.Timestamp(ends.get("until", last)) - last).days) for ends in windows)  # fmt: skip
    least = 1 if claim.get("per") == "day" or claim["measure"] == "silence" else 16
    return (Message(_BEYOND, {"n": n, "first": first, "last": last}),) if n >= least else ()


def undated(claim: dict, study: Study) -> tuple[Message, ...]:
    """How many articles of each side may lie in the windows or not, as their date does not tell, and are left out."""
    population, daily = claim.get("population", {}), claim.get("per") == "day" or claim["measure"] == "silence"
    limits = {end: population[end] for end in ("since", "until") if end in population}
    times = [limits | claim[name] for name in ("window", "before") if name in claim] or [limits] * bool(limits or daily)
    if not times or dates.days(study.articles).notna().all():
        return ()
    n = []
    for which in ("target", "reference") if "reference" in claim else ("target",):
        rows = _ever(claim, study, which)
        unsure = np.logical_or.reduce([_unsure(rows, ends) for ends in times])
        n.append(int((unsure | dates.spans(rows)["first"].isna().to_numpy()).sum()))
    if not any(n):
        return ()
    return (Message(_UNDATED, {"n": n[0]}) if len(n) < 2 else Message(_UNDATED_SIDES, {"n": n[0], "k": n[1]}),)


def _ever(claim: dict, study: Study, which: str) -> pd.DataFrame:
    """The articles of a side whatever their date, in the population but for its days."""
    population = {key: asked for key, asked in claim.get("population", {}).items() if key not in ("since", "until")}
    base = base_of(claim | {"population": population}, study) if population else study
    return side_of(base, claim, which, {}).articles


def perhaps(claim: dict, study: Study, ends: dict[str, str], which: str) -> pd.DataFrame:
    """The articles of a side of which it is not known whether they lie in a time."""
    none = study.articles.head(0)
    if dates.days(study.articles).notna().all():
        return none
    try:
        rows = _ever(claim, study, which)
    except ParamError:  # of a side that is not there nothing is unsure
        return none
    return rows[(_unsure(rows, _limits(claim) | ends) | rows["date"].isna()).to_numpy()]


def _limits(claim: dict) -> dict[str, str]:
    """The first and last day of a population, as they are written."""
    return {end: at for end, at in claim.get("population", {}).items() if end in ("since", "until")}


def _unsure(rows: pd.DataFrame, ends: dict[str, str]) -> pd.Series:
    return dates.unsure(rows, ends.get("since"), ends.get("until"))


def held(claim: dict, study: Study, ends: dict[str, str], kept: pd.DataFrame, which: str, days: pd.DataFrame):
    """Days of an outlet without those of whose month or year all its articles are left out: they may lie outside."""
    if dates.days(study.articles).notna().all():
        return days
    ever, found = _ever(claim, study, which), days.copy()
    inside, unsure = (dates.spans(rows).assign(outlet=rows["outlet"].astype(str))
                      for rows in (kept, ever[_unsure(ever, _limits(claim) | ends)]))  # fmt: skip
    unsure = unsure[unsure["outlet"].isin([*days])]
    for one in each(unsure.dropna().drop_duplicates()):  # months and years
        same = inside["outlet"].eq(one.outlet) & inside["first"].le(one.last) & inside["last"].ge(one.first)
        if not same.any():
            found.loc[one.first : one.last, one.outlet] = False
    if not found.any(axis=None):
        raise TableError(Message(EMPTY, {"first": str(days.index[0].date()), "last": str(days.index[-1].date())}))
    return found[found.any(axis=1)]


def seasons(claim: dict, study: Study) -> bool:
    """Whether the windows that are compared differ in the parts of the year that they hold."""
    if not {"window", "before"} <= set(claim) or claim["measure"] in ("rank", "silence"):
        return False
    spans = (_reach(claim, study, claim[name]) for name in ("window", "before"))
    parts = [np.bincount(days.month, minlength=13) / len(days) for days in spans]
    return bool(np.abs(parts[0] - parts[1]).max() > 0.04)  # half a month of a year


def times(rows: pd.DataFrame) -> pd.Series:
    """Month of each row, else its year, else nothing: what is not dated so precisely is a group of its own."""
    if "date" not in rows:
        return pd.Series("", index=rows.index)
    known = [dates.periods(rows, freq) for freq in ("month", "year")]
    month, year = (one.astype("str").where(one.notna(), "") for one in known)
    return month.where(month != "", year)


def by_period(hit: pd.Series, rows: pd.DataFrame, days: pd.DataFrame | None, *, whole: bool) -> list[tuple]:
    """How many rows count, and in how many rows, or ``days`` of outlets: by month, and by week and day if all that
    count have a day. With days a year of which a row that counts (``whole``: any) has no month is one period."""
    month, span = times(rows), pd.DatetimeIndex([] if days is None else days.index)
    scales = [(month, span.strftime("%Y-%m"))]
    if days is not None:
        vague = month if whole else month[hit]
        scales = [tuple(each.where(~each.str[:4].isin(vague), each.str[:4]) for each in scales[0])]
    if "date" in rows and dates.days(rows)[hit].notna().all():
        scales += [(dates.periods(rows, freq), span.to_period(dates.FREQUENCIES[freq])) for freq in ("week", "day")]
    found = []
    for time, day in scales:
        size = hit.groupby(time).size() if days is None else days.sum(axis=1).groupby(day).sum()
        n = hit.groupby(time).sum().reindex(size.index, fill_value=0)
        found.append((n.to_numpy(dtype=float), size.to_numpy(dtype=float)))
    return found


def months_without(rows: pd.DataFrame, days: pd.DataFrame) -> set[pd.Period]:
    """Months in which an outlet has no article on its days that are counted, where it prints five and more on as many.
    An article of which only the month or year is known may be of each month that it names."""
    months = pd.PeriodIndex(days.index, freq="M")
    part = days.groupby(months).sum()  # of a month, the days that are counted
    part = part.div(pd.PeriodIndex(part.index).days_in_month, axis=0)
    day, outlet = dates.days(rows), rows["outlet"].astype(str)
    month = dates.periods(rows, "month").where(day.isna() | day.isin(days.index))
    number = pd.crosstab(month, outlet).reindex(index=part.index, columns=part.columns, fill_value=0)
    empty = number.eq(0) & (part * (number.sum() / part.sum())).ge(5)
    vague = dates.spans(rows)[month.isna() & day.isna()].assign(outlet=outlet).dropna().drop_duplicates()
    for one in each(vague):  # years
        empty.loc[pd.Period(one.first, "M") : pd.Period(one.last, "M"), empty.columns == one.outlet] = False
    return {*empty.index[empty.any(axis=1)]}
