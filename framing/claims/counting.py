"""Claims about counts: rates of mentions, ranks among years, silence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize

from framing import datasets, dates, trends
from framing.claims.common import (
    LEVELS,
    REPORTED,
    Measured,
    clusters_of,
    filled,
    has_of,
    left_out,
    of_sides,
    refuse_both,
    search_p,
)
from framing.claims.days import by_period, days_of, held, months_without, perhaps
from framing.claims.lasting import fewer_df, persistence
from framing.claims.sides import (
    NOT_THERE,
    WHOLE_YEARS,
    base_of,
    by_mentions,
    conditions,
    naming,
    nearest,
    refuse_constant,
    side_of,
)
from framing.declared import MEASURES, lacking
from framing.errors import ParamError, TableError
from framing.frames.comparing import differing
from framing.messages import Message, mark, together
from framing.study.studies import Study
from framing.trends.counted import interval, tail_of, widened

Dispersion = Callable[[float], np.ndarray]
"""Tail of a level → dispersion of each side's count: of how few periods it is estimated counts for more in a far tail.
"""
_ENDLESS = 1e9
ASSUMED = 2.0
"""Dispersion of a single count, where nothing says how counts of news vary; weeks and days show some of it only."""
_LEAST = (2, 5, 2)
"""Degrees of freedom from which on months, weeks and days show how counts vary: of fewer weeks t takes too much."""
_PART = mark("A period that is part of a year is scaled by its days; the season is not adjusted.")
_COVERED = mark(
    "A window has one end only, and the counts decide the other. Those of the target cover {n:,} of the days from "
    "{first:%Y-%m-%d} to {last:%Y-%m-%d}, those of what it is compared with {k:,} of the days from {begin:%Y-%m-%d} to "
    "{end:%Y-%m-%d}. Rates per day are compared; the days are not the same."
)
_PARTLY = mark(
    "The period is not complete in these counts. With the window {since:%Y-%m-%d} to {until:%Y-%m-%d} the rates per "
    "day can be compared."
)
_ALIKE = mark("The dispersion of single counts is not known; {phi:g} is assumed, and the curve shows others.")
_ASSUMED = mark("The dispersion of single counts is not known; {phi:g} is assumed.")
_MOST = 1_000_000
_TOO_MANY = mark(
    "The shares of a claim are of at most {most:,} rows on a side, and one has {n:,.0f}. Divide the four counts by the "
    "same number and round them: the interval gets wider, never narrower."
)
_OWN_RATE = mark("The number expected is the claim's own; it is not checked.")
_AS_USUAL = mark(
    "The usual rate is of mentions that the same source found; it is taken to find as large a part of them in the "
    "window."
)
_THIN = mark(
    "Of other articles the window has {part:.0%} as many per day as usual. The collection may lack days there, so that "
    "as much less is expected."
)
_NOT_USED = mark(
    "The detection given is not used: mentions that the same source found tell the usual rate. It goes with a 'rate'."
)
_EXPECTED = mark("At the usual rate {mean:.2g} would be expected in the window.")
_LOWER = mark("At a rate lower by the smallest factor that matters ({times:g}) it would be {mean:.2g}.")
_NONE_FOUND = mark("None would then be found with probability {p:.2g}.")
_NONE_FOUND_OWN = mark("None would then be found with probability {p:.2g}, the uncertainty of that rate included.")
_NONE_COLLECTED = mark("The data hold no article at all from the window, so that they cannot show silence.")
_NOT_HELD = mark(
    "Days of the windows that are not counted, since every article of their month or year may lie outside: {n}."
)
_MAY_BE = mark(
    "Articles of which it is not known whether they lie in the window, or whether they have it: {n}. One of them could "
    "break the silence."
)
_NO_UNIT = mark(
    "No count that others made is in the unit {unit}; there are {known}. Messages are rows of their own, counted by "
    "'share of articles' and not by a unit."
)
_OF_LEADERS = mark(
    "Counts that others made are of a leader or a paper (the columns of 'by'), and the claim names {columns}."
)
_SEVERAL = mark(
    "Counts that others made are compared one leader in one paper at a time, as an article may name several; a side of "
    "the claim has {named}. A side such as '{{leader: {leader}, paper: {paper}}}' says which."
)
_NO_COUNTS = mark("From {first:%Y-%m-%d} to {last:%Y-%m-%d} no counts in this unit cover every day of {gone}.")
_RATES = mark("Counted were {a:,.0f} in {m:,.0f} against {b:,.0f} in {k:,.0f}.")
_BY_DAY = mark("Counted were {a:,.0f} in {m:,.0f} days against {b:,.0f} in {k:,.0f} days.")
_BY_OUTLET = mark(
    "Counted were {a:,.0f} in {m:,.0f} days of outlets against {b:,.0f} in {k:,.0f} days of outlets: of several "
    "outlets each one's days are counted."
)
_BY_ARTICLE = mark("Counted were {a:,.0f} of {m:,.0f} articles against {b:,.0f} of {k:,.0f}.")
_COUNTS = mark("Counted were {a:,.0f} against {b:,.0f}.")
_YEARS = mark(
    "Per article: {a:,.0f} of {m:,.0f} in {named}; of the other years ({n}) the nearest is {year} with {b:,.0f} of "
    "{k:,.0f}."
)
_YEARS_BY_DAY = mark(
    "Per day: {a:,.0f} in {m:,.0f} days of {named}; of the other years ({n}) the nearest is {year} with {b:,.0f} in "
    "{k:,.0f} days."
)
_YEARS_BY_OUTLET = mark(
    "Per day of an outlet: {a:,.0f} in {m:,.0f} days of {named}; of the other years ({n}) the nearest is {year} with "
    "{b:,.0f} in {k:,.0f} days. Of several outlets each one's days are counted."
)
_SPREAD = mark(
    "From period to period the counts vary {phi:.1f} times as much as chance explains; the interval allows for it."
)
_FINER = mark(
    "Too few months show how the counts vary. Their {periods} are taken, and a dispersion of {phi:g} at least."
)
_FINER_PERIODS = mark("weeks"), mark("days")
_PERSISTS = mark(
    "Counts of periods that follow each other are alike (autocorrelation {r:.2f}). The interval allows for it; levels "
    "that last as long as the windows look like a difference."
)
_STORIES = mark(
    "Copies of a story are one observation; by them alone the counts vary {phi:.1f} times as much as chance explains."
)
_GAP = mark("Months of the windows in which an outlet has no article: {n}. A gap in the collection looks like a fall.")


@dataclass(frozen=True)
class _Side:
    """What is counted on one side, and what it is counted in, by period.

    ``stories`` is the dispersion that copies alone give: Σh²/Σh of the h that each story has. ``finer`` is ``n`` and
    ``size`` by week and by day.
    """

    n: np.ndarray
    size: np.ndarray
    stories: float = 1.0
    finer: tuple[tuple[np.ndarray, np.ndarray], ...] = ()

    @classmethod
    def of(cls, n: Any, size: Any, **more: Any) -> "_Side":
        return cls(np.atleast_1d(np.asarray(n, dtype=float)), np.atleast_1d(np.asarray(size, dtype=float)), **more)


def _counted(claim: dict, mine: _Side, other: _Side, phi: Dispersion, cautions=()) -> Measured:
    """A ratio of rates, with the dispersion of each side at each level."""
    n, size = (np.array([getattr(side, name).sum() for side in (mine, other)]) for name in ("n", "size"))
    estimate, ends, p_of = _above(n, size, phi)

    def at(dispersion: float) -> Measured:
        return _counted(claim, mine, other, lambda tail: np.full(2, dispersion), cautions)

    values = dict(zip("ambk", map(float, (n[0], size[0], n[1], size[1])), strict=True))
    rates = _RATES if "given" in claim else _BY_DAY if "unit" in claim or claim.get("per") == "day" else _BY_ARTICLE
    told, both = Message(_COUNTS if (size == 1).all() else rates, values), int(n.sum())
    return Measured(float(estimate[0]), ends, both, both, "trends.ratio", tuple(cautions), at, p_of,
                    features={"n": float(both)}, sides=told)  # fmt: skip


def _above(n: np.ndarray, size: np.ndarray, phi: Dispersion, up: bool = True) -> tuple[np.ndarray, dict, Callable]:
    """The first rate over each other, and the ends and p of its being above all (or, not ``up``, below all): above all
    only if above each; below one of them, the nearest of so many."""

    def each(level: float, k: int) -> tuple[np.ndarray, np.ndarray]:
        of = phi((1 - level) / 2)
        ends = interval(n[0] / of[0], n[1:] / of[1:], 1 - (1 - level) / k)
        with np.errstate(over="ignore"):  # of which nothing is known, the end is endless
            low, high = (end * (size[1:] / of[1:]) / (size[0] / of[0]) for end in ends)
        low, high = np.where(low > 1 / _ENDLESS, low, 0.0), np.where(high < _ENDLESS, high, np.inf)
        known = n[0] + n[1:] > 0  # of two counts of nothing nothing is known of which has more
        return np.where(known, low, 0.0), np.where(known, high, np.inf)

    ends = {}
    for level in LEVELS:
        alone, wide = each(level, 1), each(level, len(n) - 1)
        ends[level] = (
            (float(alone[0].min()), float(wide[1].min())) if up else (float(wide[0].max()), float(alone[1].max()))
        )

    def p_of(ratio: float) -> tuple[float, float]:
        def p(ask: Callable, phi: np.ndarray) -> float:
            each = np.where(n[0] + n[1:] > 0, ask(n[0], n[1:], size[0], size[1:], ratio, phi), 1.0)
            return float(each.max() if (ask is _at_most) == up else min(1.0, each.min() * len(each)))

        more, less = (_level_of(partial(p, ask), phi) for ask in (_at_most, _at_least))
        return more, less

    with np.errstate(divide="ignore", invalid="ignore"):
        return (n[0] / size[0]) / (n[1:] / size[1:]), ends, p_of


def _at_most(a, b, m, k, size: float, phi: np.ndarray) -> np.ndarray:
    """p of a : b being at most ``size`` per what they are counted in: the conditional binomial's."""
    a, m, b, k = a / phi[0], m / phi[0], b / phi[1:], k / phi[1:]
    return tail_of(a, b, size * m / (size * m + k))


def _at_least(a, b, m, k, size: float, phi: np.ndarray) -> np.ndarray:
    a, m, b, k = a / phi[0], m / phi[0], b / phi[1:], k / phi[1:]
    return tail_of(b, a, k / (size * m + k))


def _level_of(p: Callable[[np.ndarray], float], phi: Dispersion) -> float:
    """The p whose level has its end there: ``p`` of a dispersion, which differs between levels if it is estimated."""

    def over(log_tail: float) -> float:
        return float(np.log(max(p(phi(np.exp(log_tail))), 1e-310))) - log_tail

    tails = np.log([1 - 1e-9, *((1 - level) / 2 for level in LEVELS), 1e-300])
    inside = next((n for n, tail in enumerate(tails) if over(tail) > 0), len(tails))
    if not 0 < inside < len(tails):
        return 1.0 if not inside else 0.0
    return float(np.exp(optimize.brentq(over, tails[inside], tails[inside - 1], xtol=1e-12)))


def _dispersion(claim: dict, *sides: _Side, told: str = _ALIKE, paired: bool = False) -> tuple[Dispersion, tuple]:
    """Dispersion of each side's count at each level, and cautions: given, or of the months of all sides together,
    where these are too few of their weeks or days (at least the one that is assumed), else assumed; but for one that
    is given never less than that of the stories."""
    most = max((side.stories for side in sides), default=1.0)
    copied = (Message(_STORIES, {"phi": most}),) if most >= 1.05 else ()
    if given := claim.get("dispersion"):
        return (lambda tail: np.full(max(len(sides), 2), given)), copied
    scales = [(side.n, side.size) for side in sides], *zip(*(side.finer for side in sides), strict=False)
    stories = [side.stories for side in sides]
    found = [_spread(scale, stories, paired) for scale in scales]
    finer = next((i for i, (one, least) in enumerate(zip(found, _LEAST, strict=False)) if one.df >= least), None)
    if finer is None:
        return _of_stories(lambda tail: ASSUMED, *sides), (Message(told, {"phi": ASSUMED}), *copied)
    spread, floor = found[finer], ASSUMED if finer else 1.0
    at, more = (widened(spread.times * phi, fewer_df(df, spread.times)) for phi, df in
                ((spread.phi, spread.df), (1.0, spread.kish)))  # fmt: skip
    cautions = (Message(_SPREAD, {"phi": spread.phi}),) if spread.phi >= 1.05 else ()
    cautions += (Message(_PERSISTS, {"r": spread.r}),) if spread.r > spread.df**-0.5 else ()
    cautions += (Message(_FINER, {"periods": _FINER_PERIODS[finer - 1], "phi": ASSUMED}),) if finer else ()

    def of(tail: float) -> np.ndarray:
        apart = more(tail) * spread.between if np.any(spread.between) else 0.0  # of 0 no tail makes more
        return np.maximum(max(at(tail), floor), spread.stories + apart)

    return _of_stories(of, *sides), (*cautions, *copied)


def _of_stories(at: Callable[[float], Any], *sides: _Side) -> Dispersion:
    """The dispersion of each side, of copies at least; of a side without a count the stories are as of the others."""
    stories = [side.stories if side.n.sum() else max(each.stories for each in sides) for side in sides] or [1.0, 1.0]
    return lambda tail: np.clip(at(tail), stories, _ENDLESS)


@dataclass(frozen=True)
class _Spread:
    """How counts vary from period to period: ``phi`` times as much as chance explains, whatever a period's size; or
    (of each side) as much more as ``between`` than the ``stories`` do if what differs is the rates of periods, so that
    large ones vary more. ``kish`` are the degrees of freedom of that, ``times`` what neighbours have in common."""

    phi: float
    df: int
    times: float = 1.0
    r: float = 0.0
    stories: Any = 1.0
    between: Any = 0.0
    kish: float = 1.0


def _spread(sides: Sequence[tuple[np.ndarray, np.ndarray]], stories: Sequence[float], paired: bool) -> _Spread:
    """Pearson's χ² of each side around its own rate (``paired``: of two counts of the same periods around their ratio)
    over its degrees of freedom, at least 1; the variance between periods by DerSimonian and Laird's method of
    moments (1986, *Controlled Clinical Trials* 7, 177-188).
    """
    if paired:
        (a, _), (b, _) = sides
        both = (a + b)[a + b > 0]
        p = a.sum() / max(both.sum(), 1e-9)
        variances, errors, stories = [both * p * (1 - p)], [a[a + b > 0] - both * p], [max(stories)]
    else:
        variances = [size * n.sum() / size.sum() for n, size in sides]
        errors = [n - mean for (n, _), mean in zip(sides, variances, strict=True)]
    there = [k for k, variance in enumerate(variances) if variance.sum() > 0]
    left = [errors[k] / np.sqrt(np.maximum(variances[k], 1e-9)) for k in there]
    df = sum(len(each) - 1 for each in left)
    if df < 1:
        return _Spread(1.0, 0)
    chi2 = sum(float((each**2).sum()) for each in left)
    usual = sum(stories[k] * (len(errors[k]) - 1) for k in there)
    own, every = (np.array([(variances[k] ** 2).sum() / variances[k].sum() for k in there]),
                  np.concatenate([variances[k] for k in there]))  # fmt: skip
    free = every.sum() - own.sum()
    between = max(chi2 - usual, 0.0) / free if free > 0 else 0.0
    kish = max(float(every.sum() ** 2 / (every**2).sum()) - len(there), 1.0)
    each = np.full(len(variances), between * own.max())
    each[there] = between * own
    times, df, r = persistence(left)
    return _Spread(max(chi2 / df, 1.0), df, times, r, np.array(stories), each, kish)


def given(claim: dict) -> Measured:
    (n, m), (other, k) = claim["given"].get("target", [0, 1]), claim["given"].get("reference", [0, 1])
    if "reference" not in claim["given"] or "target" not in claim["given"]:
        raise TableError(mark("Both counts are needed, that of the target and that of the reference."))
    if MEASURES[claim["measure"]] == "ratio" and claim["measure"] not in ("rank", "silence"):
        return _counted(claim, _Side.of(n, m), _Side.of(other, k), *_dispersion(claim))
    if claim["measure"] == "silence":
        return _silent(claim, n, _Side.of(other, k), m)
    if n > m or other > k or any(each % 1 for each in (n, other, m, k)):
        raise TableError(mark("Shares are whole counts of rows that have it, and of all rows."))
    if max(m, k) > _MOST:  # each row is one of an array
        raise TableError(Message(_TOO_MANY, {"n": max(m, k), "most": _MOST}))
    has = np.repeat([True, False, True, False], np.array([n, m - n, other, k - other], dtype=int))
    group = np.repeat([1, 0], np.array([m, k], dtype=int))
    found = {level: differing(has, group, np.arange(len(has)), level) for level in LEVELS}
    ends = {level: (low, high) for level, (_, low, high) in found.items()}
    return Measured(found[0.9][0], ends, len(has), len(has), "frames.crosstab", sides=of_sides(has, group))


def packaged(claim: dict) -> Measured:
    """Counts of articles or words about a leader that others made; each in its unit, each scaled by its days."""
    every = datasets.mention_rates()
    if claim["unit"] not in set(every["unit"]):
        raise TableError(Message(_NO_UNIT, {"unit": claim["unit"], "known": tuple(sorted(every["unit"].unique()))}))

    def of(side: str, ends: dict[str, str]) -> pd.DataFrame:
        asked = conditions({"by": "leader", **claim}, side)
        if not asked or not set(asked) <= {"leader", "paper"}:
            raise TableError(Message(_OF_LEADERS, {"columns": tuple(asked) or ("–",)}))
        for name, values in asked.items():
            if strange := tuple(str(each) for each in values if str(each) not in set(every[name])):
                known = nearest(strange[0], sorted(every[name].unique()))
                raise ParamError(Message(NOT_THERE, {"column": name, "values": strange, "known": known}))
        own = every[np.logical_and.reduce([every[name].isin(list(map(str, asked[name]))) for name in asked])]
        first, last = (pd.Timestamp(ends[end]) if end in ends else at for end, at in
                       (("since", own["period_start"].min()), ("until", own["period_end"].max())))  # fmt: skip
        near = own[(own["period_end"] >= first) & (own["period_start"] <= last)]
        rows = near[near["unit"].eq(claim["unit"]) & near["period_start"].ge(first) & near["period_end"].le(last)]
        days = (last - first).days + 1
        _refuse_several(asked, own[own["unit"].eq(claim["unit"])], rows, first, last)
        if rows.empty and not ends:
            raise TableError(mark("There is no count of this in this unit."))
        if rows["n_days"].sum() < days and not (rows.size and len(ends) < 2):
            values = {"n": int(rows["n_days"].sum()), "days": int(days), "first": first, "last": last}
            units = tuple(sorted(set(near["unit"]) - {claim["unit"]}))
            told: tuple[Message, ...] = (
                Message(
                    "Days from {first:%Y-%m-%d} to {last:%Y-%m-%d}: {days}; the counts in this unit cover {n} of them.",
                    values,
                ),
            )
            ends = {"since": rows["period_start"].min(), "until": rows["period_end"].max()}
            if len(rows) and rows["n_days"].sum() == (ends["until"] - ends["since"]).days + 1:
                told += (WHOLE_YEARS if claim["measure"] == "rank" else Message(_PARTLY, ends),)
            if units:
                told += (Message("Counts in other units ({units}) cannot be set beside them.", {"units": units}),)
            raise TableError(together(*told))
        if rows["n_days"].sum() > days:
            raise TableError(mark("Counts of overlapping periods cannot be added."))
        return rows

    if claim["measure"] == "rank":
        return _ranked(claim, lambda side, ends: _Side.of(*(of(side, ends)[name] for name in ("n", "n_days"))))
    window = claim.get("window", {})
    mine = of("target", window)
    if claim["measure"] == "silence":
        usual = of("target", claim["before"]) if "rate" not in claim else mine
        return _silent(claim, mine["n"].sum(), _Side.of(usual["n"], usual["n_days"]), mine["n_days"].sum())
    other = of("reference" if "reference" in claim else "target", claim.get("before", window))
    refuse_both(len(mine.index.intersection(other.index)))
    sides = [_Side.of(each["n"], each["n_days"]) for each in (mine, other)]
    phi, cautions = _dispersion(claim, *sides)
    part = (_PART,) if pd.concat([mine, other])["part_year"].nunique() > 1 else ()
    if len(window) < 2 or len(claim.get("before", window)) < 2:
        part += _covered(mine, other)
    return _counted(claim, *sides, phi, (*cautions, *part))


def _refuse_several(asked: dict, own: pd.DataFrame, inside: pd.DataFrame, first: Any, last: Any):
    """Refuse a side of several counts, naming those that do not cover the window: the days of the others are not
    theirs, and the articles of two leaders may be the same."""

    def named(rows: pd.DataFrame) -> pd.Series:
        return rows["n_days"].groupby(rows["leader"].str.cat(rows["paper"], sep=" · ")).sum()

    every = [*named(own).index, *(str(each) for name, values in asked.items() for each in values
                                  if not own[name].eq(str(each)).any())]  # fmt: skip
    if len(every) < 2:
        return
    covered = named(inside).reindex(every, fill_value=0).ge((last - first).days + 1)
    one = {"leader": own["leader"].iloc[0], "paper": own["paper"].iloc[0]} if len(own) else dict.fromkeys(asked, "…")
    told: tuple[Message, ...] = (Message(_SEVERAL, {"leader": "…", "paper": "…", **one, "named": tuple(every)}),)
    if gone := tuple(covered.index[~covered]):
        told = (Message(_NO_COUNTS, {"first": first, "last": last, "gone": gone}), *told)
    raise TableError(together(*told))


def _covered(mine: pd.DataFrame, other: pd.DataFrame) -> tuple[Message, ...]:
    """What days counts cover where a window has one end: others than those of the other side, or not all between."""
    sides = mine, other
    first, last = [each["period_start"].min() for each in sides], [each["period_end"].max() for each in sides]
    n = [int(each["n_days"].sum()) for each in sides]
    whole = [(end - begin).days + 1 for begin, end in zip(first, last, strict=True)]
    if n == whole and first[0] == first[1] and last[0] == last[1]:
        return ()
    values = {"n": n[0], "first": first[0], "last": last[0], "k": n[1], "begin": first[1], "end": last[1]}
    return (Message(_COVERED, values),)


def _ranked(claim: dict, of: Callable) -> Measured:
    """The year claimed against the nearest of all others: it is highest only if it is above every one."""
    named, span = claim["window"], claim["before"]
    years = [year for year in range(int(span["since"][:4]), int(span["until"][:4]) + 1)
             if str(year) != named["since"][:4]]  # fmt: skip
    rows = [of("target", each) for each in
            (named, *({"since": f"{year}-01-01", "until": f"{year}-12-31"} for year in years))]  # fmt: skip
    n, days = (np.array([getattr(each, name).sum() for each in rows]) for name in ("n", "size"))
    phi, cautions = _dispersion(claim, *rows, told=_ASSUMED)
    if len(n) < 2:
        raise TableError(mark("There is no other year to compare with."))
    _refuse_nothing(n.sum())
    up = claim["direction"] != "less"
    ratio, ends, p_of = _above(n, days, phi, up)
    at = int(np.nanargmin(ratio) if up else np.nanargmax(ratio))
    daily = "unit" in claim or claim.get("per") == "day"
    values = {"n": len(years), "year": years[at], "named": named["since"][:4], "a": n[0], "m": days[0],
              "b": n[1:][at], "k": days[1:][at]}  # fmt: skip
    told = Message(_YEARS_BY_DAY if daily else _YEARS, values)
    return Measured(float(ratio[at]), ends, int(n.sum()), len(n), "trends.ratio", cautions, p_of=p_of, sides=told)


def _silent(claim: dict, found: float, usual: _Side, days: float, part: float = 1.0) -> Measured:
    """Nothing found in a window of so many days, against what would be at the usual counts and their days; ``part`` of
    them where the source has so many fewer articles in the window."""
    outside = "rate" in claim  # a usual rate that the source itself shows is of mentions that it finds
    if outside and "detection" not in claim:
        raise TableError(lacking(["detection"], {"detection": False}))
    n, size = usual.n, usual.size
    spread, cautions = _dispersion(claim, usual, told=_ASSUMED)
    phi = float(spread((1 - LEVELS[0]) / 2)[0])
    usual_n = claim.get("rate", n.sum() / size.sum() * days)
    if not usual_n and not found:
        raise TableError(mark("Nothing would be expected in such a window anyway: usually nothing is found either."))
    mean, least = part * usual_n, max(claim.get("matters", 1.0), 1.0)
    p = float(trends.silence(mean / least, 1.0, dispersion=phi, detection=claim["detection"] if outside else 1.0))
    if not outside:  # a rate from few mentions is itself not known
        p = max(p, float((1 + part * days / size.sum() / least) ** (-n.sum() / phi)))
    ends = dict.fromkeys(LEVELS, (np.inf, np.inf) if found else (-np.inf, p))
    told: tuple[Message, ...] = (Message(_EXPECTED, {"mean": mean}),)
    told += (Message(_LOWER, {"times": least, "mean": mean / least}),) if least > 1 else ()
    told += () if found else (Message(_NONE_FOUND if outside else _NONE_FOUND_OWN, {"p": p}),)
    return Measured(
        float(found),
        ends,
        int(found),
        int(found),
        "trends.silence",
        (*told, *cautions, _OWN_RATE if outside else _AS_USUAL)
        + ((_NOT_USED,) if "detection" in claim and not outside else ()),
    )


def rates(claim: dict, study: Study, fill: str, seed: int, replicates: int) -> Measured:
    """What is counted (an actor's articles, those that fit ``counted``) per article or day, from counts by month."""
    measure, base = claim["measure"], base_of(claim, study)
    daily = claim.get("per") == "day" or measure == "silence"
    if study.reported and measure != "silence" and (daily or measure == "rank"):  # reports are no list of all
        raise TableError(lacking(["every message"], {"every message": False}))
    placed = base.placements() if "counted" in claim else base.articles
    placed = placed.astype({"article_id": str}).set_index("article_id", drop=False)
    everyone = side_of(base, claim, "target", {})  # a side that is not there is no silence

    def of(side: str, ends: dict[str, str]) -> pd.DataFrame:
        try:
            return side_of(base, claim, side, ends).articles
        except ParamError:
            if not daily or (measure != "silence" and {"actor", "counted"} & set(claim)):
                raise  # of an outlet that is not there at all, no rate is 0
            side_of(base, claim, side, {})  # which is refused where there is none
            return everyone.articles.head(0)

    unplaced: set[str] = set()
    unknown, gone, spans = 0, 0, []

    def series(
        kept: pd.DataFrame, ends: dict[str, str], actor: str = "", side: int = 0, which: str = "target"
    ) -> _Side:
        """What is counted, and what it is divided by, by period; articles of which it is not known are neither."""
        nonlocal unknown, gone
        rows, late = kept, 0

        def having(rows: pd.DataFrame) -> pd.Series:
            ids, counted = rows["article_id"].astype(str), actor or claim.get("actor", "")
            if counted:
                return naming(base, ids, counted)
            if "counted" in claim:
                return has_of(claim, placed.reindex(ids).set_index(rows.index).assign(article_id=ids), base)
            return pd.Series(True, index=rows.index, dtype="boolean")

        hit = having(rows)
        if daily and "date" in rows:  # what has it, and may lie in the time or not
            other = perhaps(claim, study, ends, which)
            other = other[~other["article_id"].isin(rows["article_id"]) | other["date"].isna()]
            other = other[having(other).fillna(True).to_numpy(bool)] if len(other) else other
            late = len(other)
            unplaced.update(other["article_id"])
        unknown += int(hit.isna().sum())
        hit = hit.fillna(filled(claim, fill, side)) if fill else hit
        hit = hit[hit.notna()]
        rows, hit = rows.loc[hit.index], hit.astype(bool)
        cluster = clusters_of(claim, rows, claim.get("cluster", "cluster_id" if "cluster_id" in rows else "article_id"))
        stories = np.bincount(cluster[hit]).astype(float)
        stories = float((stories**2).sum() / stories.sum()) if len(stories) else 1.0
        days = None
        if daily:
            every = days_of(claim, study, ends, base, which)
            days = held(claim, study, ends, kept, which, every)
            gone += int(every.to_numpy().sum() - days.to_numpy().sum())
            spans.append(days)
        months, *finer = by_period(hit, rows, days, whole="other_actor" in claim)
        if fill and filled(claim, fill, side):  # spread over the days, as nothing says where they lie
            months, *finer = ((n + late * size / size.sum(), size) for n, size in (months, *finer))
        return _Side(*months, stories, tuple(finer))

    window = claim.get("window", {})
    if measure == "silence":
        outlets = {
            "outlet": sorted(base.articles["outlet"].astype(str).unique())
        }  # whose other articles show that it read
        rows = everyone if {"actor", "counted"} & set(claim) else study.take(keep=outlets)
        before = claim.get("before", {})
        read = [float(dates.between(rows.articles, each.get("since"), each.get("until")).sum())
                for each in (window, before)]  # fmt: skip
        if not read[0]:
            raise TableError(_NONE_COLLECTED)
        now = series(of("target", window), window, side=1)
        maybe, inside = unknown + len(unplaced), unknown
        usual = series(of("target", before), before)
        others = [(n - one.n.sum()) / one.size.sum() for n, one in zip(read, (now, usual), strict=True)]
        part = others[0] / others[1] if others[0] < others[1] / 2 else 1.0
        found = _silent(claim, float(now.n.sum()), usual, float(now.size.sum()), part)
        gaps = len(months_without(rows.articles, pd.concat(spans).groupby(level=0).any()))
        thin = (Message(_THIN, {"part": part}),) if part < 1 else ()
        found = replace(found, cautions=(*found.cautions, *thin, *((Message(_GAP, {"n": gaps}),) if gaps else ())))
        unsure, told = maybe and not found.n, (Message(_MAY_BE, {"n": maybe}),)
        open_ends = dict.fromkeys(LEVELS, (-np.inf, 1.0))
        found = replace(found, ends=open_ends, cautions=(*found.cautions, *told)) if unsure else found
        return replace(found, cautions=(*found.cautions, *left_out(unknown - inside), *_days_left_out(gone)))
    if measure == "rank":
        found = _ranked(claim, lambda side, ends: series(of(side, ends), ends, side=int(ends == window), which=side))
        return _of_outlets(replace(found, missing=unknown + len(unplaced)), spans)
    own = of("target", window)
    if "other_actor" in claim:
        mine, other = series(own, window, side=1), series(own, window, claim["other_actor"])
        _refuse_nothing(mine.n.sum() + other.n.sum())
        phi, told = _dispersion(claim, mine, other, paired=True)
        alone = (_Side.of(side.n.sum(), 1.0, stories=side.stories) for side in (mine, other))
        return _counted(claim, *alone, phi, told)
    before = claim.get("before", window)
    which = "reference" if "reference" in claim else "target"
    others = of(which, before)
    if by_mentions(claim):  # articles that mention both are of neither
        both = {*own["article_id"]} & {*others["article_id"]}
        own, others = (rows[~rows["article_id"].isin(both)] for rows in (own, others))
    refuse_both(int(own["article_id"].isin(others["article_id"]).sum()))
    mine, other = series(own, window, side=1), series(others, before, which=which)
    _refuse_nothing(mine.n.sum() + other.n.sum())
    if not daily:
        refuse_constant(claim, *((float(side.n.sum()), float(side.size.sum())) for side in (mine, other)))
    phi, cautions = _dispersion(claim, mine, other)
    compared = zip((own, others), spans, strict=True) if daily else ()
    gaps = len(set().union(*(months_without(rows, days) for rows, days in compared if len(rows))))
    cautions += (REPORTED,) if study.reported else ()
    cautions += (*((Message(_GAP, {"n": gaps}),) if gaps else ()), *_days_left_out(gone))
    searched = None if daily else search_p(claim, study, seed, replicates)
    return _of_outlets(replace(_counted(claim, mine, other, phi, cautions), n_clusters=len(mine.n) + len(other.n),
                               searched=searched, missing=unknown + len(unplaced)), spans)  # fmt: skip


def _of_outlets(found: Measured, spans: list[pd.DataFrame]) -> Measured:
    """With days that are told to be those of outlets, where a side has several."""
    told: dict[str, Message] = {_BY_DAY: _BY_OUTLET, _YEARS_BY_DAY: _YEARS_BY_OUTLET}
    if not any(days.shape[1] > 1 for days in spans) or not isinstance(found.sides, Message):
        return found
    return replace(found, sides=Message(told[found.sides.text], found.sides.values))


def _days_left_out(gone: int) -> tuple[Message, ...]:
    return (Message(_NOT_HELD, {"n": gone}),) if gone else ()


def _refuse_nothing(n: float) -> None:
    if not n:
        raise TableError(mark("Neither side has anything that is counted."))
