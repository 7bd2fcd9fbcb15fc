"""From a claim to its number: the rows of each side, and the procedure that the ledger bears for the measure."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, stats

from framing import datasets, dates, frames, keyness, multiverse, prominence, trends
from framing.claims.days import beyond, days_of, held, months_without, own_days, seasons, times, undated
from framing.claims.sides import (
    NO_COLUMN,
    NOT_THERE,
    articles_of,
    articles_with,
    base_of,
    conditions,
    counted_by,
    nearest,
    numbers_of,
    refuse_absent,
    refuse_no_code,
    side_of,
    unplaced,
    with_actors,
    with_pages,
    with_relation,
    with_words,
)
from framing.codings import Labels
from framing.declared import MEASURES, lacking
from framing.errors import ParamError, TableError
from framing.frames.asking import article_of
from framing.frames.comparing import differing
from framing.frames.correcting import differences
from framing.messages import Message, mark, together
from framing.study.studies import Study, fitting
from framing.tables import numbered
from framing.tokens.relations import relations
from framing.trends.counted import of_periods, tail_of, widened
from framing.trends.episodes import search

LEVELS = (0.9, 0.95, 0.99, 0.999)
"""The first is the interval that is told; what p is far from .05 is read between the others."""
Dispersion = Callable[[float], float]
"""Tail of a level → dispersion of counts: of how few periods it is estimated counts for more in a far tail."""
_ENDLESS = 1e9
ASSUMED = 2.0
"""Dispersion of a single count, where nothing says how counts of news vary."""
_REPORTED = mark("The placements are those that reports name, not a sample of all.")
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
_NO_MESSAGES = mark(
    "Rows that are speeches or signed articles, which are no messages: {n}. The condition 'drop: {{direction: "
    "[public_text]}}' leaves them out."
)
_ALIKE = mark("The dispersion of single counts is not known; {phi:g} is assumed, and the curve shows others.")
_ASSUMED = mark("The dispersion of single counts is not known; {phi:g} is assumed.")
_UNCORRECTED = mark("The codes are a machine's, uncorrected for its errors; 32_corrected joins them to people's codes.")
_SEASON = mark("The two windows hold different parts of the year; the season is not adjusted.")
_AS_GIVEN = mark("The counts are taken as given; whether both were counted in the same way is not checked.")
_NO_HIT = mark(
    "The rule of the code {code} finds nothing on either side: these data do not show whether its words fit."
)
_BOTH = mark("Rows on both sides of the claim: {n}. Name a target and a reference that share none.")
_OWN_RATE = mark("The number expected is the claim's own; it is not checked.")
_AS_USUAL = mark(
    "The usual rate is of mentions that the same source found; it is taken to find as large a part of them in the "
    "window."
)
_THIN = mark(
    "Of other articles the window has {part:.0%} as many per day as usual. The collection may lack days there, so that "
    "as much less is expected."
)
_UNUSED = mark("Of the words of the claim these stand in no article of its sides: {words}.")
_UNPLACED = mark("Rows of which it is not known whether they are the target's or the rest's, left out: {n}.")
_NOT_USED = mark(
    "The detection given is not used: mentions that the same source found tell the usual rate. It goes with a 'rate'."
)
_EXPECTED = mark("At the usual rate {mean:.2g} would be expected in the window.")
_LOWER = mark("At a rate lower by the smallest factor that matters ({times:g}) it would be {mean:.2g}.")
_NONE_FOUND = mark("None would then be found with probability {p:.2g}.")
_NONE_FOUND_OWN = mark("None would then be found with probability {p:.2g}, the uncertainty of that rate included.")
_NOT_CODED = mark("People coded no article of one side of the claim, in its time and population.")
_NO_ROWS, _NO_VALUES = mark("One side of the claim has no rows."), mark("No row of one side has a known value.")
_UNKNOWN = mark("Issues with both sides in which a place is not known, left out: {n}.")
_NONE_COLLECTED = mark("The data hold no article at all from the window, so that they cannot show silence.")
_NOT_HELD = mark(
    "Days of the windows that are not counted, since every article of their month or year may lie outside: {n}."
)
_NOT_KNOWN = mark("Articles of which it is not known whether they have what is counted, left out: {n}.")
_BOUNDED = mark(
    "Rows of which the page, or what is counted, is not known: {n}. The interval covers every way to fill them; the "
    "estimate leaves them out."
)
_RANGED = mark(
    "Rows of which the number is not known: {n}. The interval covers every way to fill them with numbers from the "
    "least to the greatest of the rows; the estimate leaves them out."
)
_MAY_BE = mark(
    "Articles of the window of which it is not known whether they have it: {n}. One of them could break the silence."
)
_NO_UNIT = mark(
    "No count that others made is in the unit {unit}; there are {known}. Messages are rows of their own, counted by "
    "'share of articles' and not by a unit."
)
_OF_LEADERS = mark(
    "Counts that others made are of a leader or a paper (the columns of 'by'), and the claim names {columns}."
)
_NO_LISTS = mark("The order of names in lists needs columns that the data have not: {columns}.")
_UNLISTED = mark("Pairs of the same day and occasion that stand in no list with an order, left out: {n}.")
_SHARES = mark("It is {share:.1%} ({n:,.0f} of {all:,}) against {other:.1%} ({k:,.0f} of {rest:,}).")
_ONE_SHARE = mark("It is {share:.1%} ({n:,.0f} of {all:,}) against {value:.1%}.")
_RATES = mark("Counted were {a:,.0f} in {m:,.0f} against {b:,.0f} in {k:,.0f}.")
_BY_DAY = mark("Counted were {a:,.0f} in {m:,.0f} days against {b:,.0f} in {k:,.0f} days.")
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
_MEANS = mark("The mean is {mean:.2f} against {other:.2f}.")
_SPREAD = mark(
    "From period to period the counts vary {phi:.1f} times as much as chance explains; the interval allows for it."
)
_GAP = mark("Months of the windows in which an outlet has no article: {n}. A gap in the collection looks like a fall.")


FILLS = ("for", "against")
"""Missing values as the claim would have them, and as it would not: what moves a number furthest."""


@dataclass(frozen=True)
class Measured:
    """The number of a claim on its own scale (ratio, difference of shares, units), and its interval at each level."""

    estimate: float
    ends: dict[float, tuple[float, float]]
    n: int
    n_clusters: int
    procedure: str
    cautions: tuple[Message, ...] = ()
    at: Callable[[float], "Measured"] | None = None
    p_of: Callable[[float], tuple[float, float]] | None = None
    """Of counts: p of a ratio of at most a size, and of at least it; of other measures p is read between the levels."""
    missing: int = 0
    searched: float | None = None
    features: dict[str, float] = field(default_factory=dict)
    sides: Message | str = ""
    """What each side has, in a sentence."""
    fills: "tuple[Measured, ...]" = ()
    """Where the interval covers every way to fill rows whose value is not known: without them, and each way."""


def measured(
    claim: dict[str, Any], study: Study | None, *, fill: str = "", seed: int = 0, replicates: int = 199
) -> Measured:
    """The number of a claim.

    Where it is not known of rows whether they have what is counted, or on which page they stand, the interval is the
    widest over the ways to fill them that move it furthest: ``fill`` is ``for`` (as the claim would have them),
    ``against``, ``out`` (left out), or empty for all of these. The estimate leaves them out.

    Raises
    ------
    TableError, ParamError
        What the claim needs is not in the data: the message says what.
    """
    gone = lacking(claim.get("needs", []), _there(claim, study))
    if gone:
        raise TableError(gone)
    if "given" in claim:
        found = _given(claim)
        return replace(found, cautions=(*found.cautions, _AS_GIVEN))
    if "unit" in claim:
        return _packaged(claim)
    if study is None:
        raise TableError(mark("The claim is about articles, and no study is given."))
    study, unpaged = with_pages(claim, study)
    found = _of_study(claim, study, fill if fill in FILLS else "", seed, replicates)
    if not fill and found.missing and claim["measure"] != "silence":
        others = [_of_study(claim, study, way, seed, 9) for way in FILLS]
        wide = _widest(found, others)
        told = Message(_RANGED if claim["measure"] == "tone" else _BOUNDED, {"n": found.missing})
        found = replace(wide, cautions=(*found.cautions, told))
    rest = len(unplaced(base_of(claim, study), claim)) if claim.get("reference") == "rest" else 0
    found = replace(found, cautions=(*found.cautions, Message(_UNPLACED, {"n": rest}))) if rest else found
    season = (_SEASON,) if seasons(claim, study) else ()
    more = (
        *unpaged,
        *season,
        *beyond(claim, study),
        *own_days(claim, study),
        *undated(claim, study),
        *_no_messages(claim, study),
    )
    return replace(found, cautions=(*found.cautions, *more))


def _widest(found: Measured, others: list[Measured]) -> Measured:
    """The estimate of what is known, with the interval that covers those of all ways to fill what is not."""
    every = [found, *others]
    ends = {level: (float(low.min()), float(high.max())) for level in LEVELS
            for low, high in [np.array([one.ends[level] for one in every]).T]}  # fmt: skip
    under = [one.at for one in every if one.at]
    at = (lambda phi: _widest(under[0](phi), [one(phi) for one in under[1:]])) if under else None
    return replace(found, ends=ends, at=at, fills=tuple(every))


def _of_study(claim: dict[str, Any], study: Study, fill: str, seed: int, replicates: int) -> Measured:
    measure = claim["measure"]
    claim = with_actors(claim, study)
    if measure in ("mentions", "rank", "silence"):
        return _rates(claim, study, fill, seed, replicates)
    if measure == "words":
        return _words(claim, study, seed, replicates)
    if measure == "topic" and "terms" in claim:
        return _topic(claim, study, seed, replicates)
    if measure == "order":
        return _order(claim, study)
    if measure == "shared" or "within" in claim:
        return _within(claim, study, fill)
    return (_means if measure in ("page", "tone") else _shares)(claim, study, fill, seed, replicates)


def _there(claim: dict, study: Study | None) -> dict[str, bool]:
    found = {"detection": "detection" in claim, "every message": study is not None and not study.reported}
    pages = study is not None and "page" in study.articles and bool(study.articles["page"].notna().any())
    return found | {"text": study is not None and study.has("tokens"), "pages": pages}


def _no_messages(claim: dict, study: Study) -> tuple[Message, ...]:
    """That speeches and signed articles are among the messages."""
    if not study.reported or "direction" not in study.articles:
        return ()
    rows = pd.concat(articles_of(claim, study)).drop_duplicates("article_id")
    n = int(rows["direction"].astype(str).eq("public_text").sum())
    return (Message(_NO_MESSAGES, {"n": n}),) if n else ()


# ---- the rows of each side ----


def _sided(claim: dict, study: Study) -> tuple[pd.DataFrame, Study]:
    """The placements of both sides with ``_side`` (1 target, 0 reference), and the study they are from."""
    base = base_of(claim, study)
    rows = base.placements()
    ids = rows["article_id"].astype(str)
    mine = ids.isin(
        side_of(base, claim, "target", claim.get("window", {})).articles["article_id"].astype(str)
    ).to_numpy()
    if "value" in claim:
        return rows[mine].assign(_side=0), base
    before = claim.get("before", {}) or claim.get("window", {})
    which = "reference" if "reference" in claim else "target"
    other = ids.isin(side_of(base, claim, which, before).articles["article_id"].astype(str)).to_numpy()
    refuse_both(int((mine & other).sum()))
    if not mine.any() or not other.any():
        raise TableError(_NO_ROWS)
    return rows[mine | other].assign(_side=mine[mine | other].astype(int)), base


def refuse_both(n: int) -> None:
    if n:
        raise ParamError(Message(_BOTH, {"n": n}))


def clusters_of(claim: dict, rows: pd.DataFrame) -> np.ndarray:
    placed = claim["measure"] in ("front", "page") or {"page", "front"} & set(counted_by(claim))  # one editor's issue
    usual = "issue_date" if placed and "issue_date" in rows else "cluster_id"
    name = claim.get("cluster", usual if usual in rows else "article_id")
    if name not in rows:
        raise TableError(Message(NO_COLUMN, {"column": name, "known": nearest(name, rows)}))
    return numbered(rows[name], rows["article_id"])


# ---- shares and means ----


def has_of(claim: dict, rows: pd.DataFrame, base: Study) -> pd.Series:
    """Whether each row has what is counted; missing where that is not known."""
    ids = rows["article_id"].astype(str)
    if claim["measure"] == "front":
        return rows["front"].astype("boolean")
    if "actor" in claim:
        return ids.isin(articles_with(base, claim["actor"])).astype("boolean")
    if claim["measure"] == "frame" and "code" in claim:
        if not base.has("tokens"):
            raise TableError(mark("The study has no tokens to code by rule."))
        coded = frames.code(base, claim.get("codebook", "generic"))
        refuse_no_code(claim["code"], coded.names)
        found = coded.units["article_id"][coded.has[:, list(coded.names).index(claim["code"])]].astype(str)
        if not ids.isin(found).any():
            raise TableError(Message(_NO_HIT, {"code": claim["code"]}))
        return ids.isin(found).astype("boolean")
    keep = counted_by(claim)
    refuse_absent(base, keep)
    found = fitting(base, keep).set_axis(base.articles["article_id"].astype(str))
    if not found.any():
        base.take(keep=keep)  # which says so
    return found.reindex(ids).set_axis(rows.index)


def _shares(claim: dict, study: Study, fill: str, seed: int, replicates: int) -> Measured:
    rows, base = _sided(claim, study)
    if "people" in claim:
        return _corrected(claim, rows, base)
    has = has_of(claim, rows, base)
    missing = int(has.isna().sum())
    if fill:  # every missing value as the claim would have it, or as it would not
        sides = rows["_side"].eq(1 if "value" not in claim else 0).astype(int)
        has = has.mask(has.isna(), sides.map({side: _filled(claim, fill, side) for side in (0, 1)}))
    known = has.notna().to_numpy()
    rows, y = rows[known], has[known].to_numpy(dtype=bool)
    if not len(y) or ("value" not in claim and rows["_side"].nunique() < 2):
        raise TableError(_NO_VALUES)
    cluster, group = clusters_of(claim, rows), rows["_side"].to_numpy()
    found = {level: differing(y, group, cluster, level) for level in LEVELS}
    cautions = (_REPORTED,) if study.reported else ()
    cautions += (_UNCORRECTED,) if "code" in claim else ()
    searched = _searched(claim, study, seed, replicates)
    shift = claim.get("value", 0.0)
    return Measured(
        found[0.9][0] - shift, {level: (low - shift, high - shift) for level, (_, low, high) in found.items()}, len(y),
        len(np.unique(cluster)), "frames.crosstab", cautions, missing=missing, searched=searched,
        features={"articles": float(np.bincount(group).min())}, sides=_of_sides(y, group, claim.get("value")),
    )  # fmt: skip


def _of_sides(has: np.ndarray, group: np.ndarray, value: float | None = None) -> Message:
    """The shares behind a difference: of each side, or of all and the value they are held against."""
    y = np.asarray(has, dtype=float)
    if value is not None:
        return Message(_ONE_SHARE, {"n": float(y.sum()), "all": len(y), "share": y.mean(), "value": value})
    one, other = y[group == 1], y[group == 0]
    return Message(_SHARES, {"share": one.mean(), "n": float(one.sum()), "all": len(one), "other": other.mean(),
                             "k": float(other.sum()), "rest": len(other)})  # fmt: skip


def _corrected(claim: dict, rows: pd.DataFrame, base: Study) -> Measured:
    """A difference of shares of a code in which people's codes of a sample correct the machine's: the part of a sample
    that lies in the rows of both sides is a sample of these, and what people coded elsewhere is left out."""
    rows = rows.astype({"article_id": str}).set_index("article_id")
    both = base.take(keep={"article_id": rows.index.tolist()})
    ids = both.articles["article_id"].astype(str)
    rows["_side"] = rows["_side"].map({1: "target", 0: "reference"})
    named = {"_side", claim.get("cluster", "_side")} & {*rows} - {*both.articles}  # the day's issue, which is derived
    both.articles = both.articles.assign(**{name: ids.map(rows[name]) for name in named})
    machine = frames.code(both, claim.get("codebook", "generic"))
    book, code = machine.codebook, claim["code"]
    labels = book.labels if book.exclusive else Labels({code: book.labels.get(code, code)}, book.labels.also)
    people = datasets.codings(claim["people"], articles=base.known, labels=labels)
    coded = article_of(people)
    people = people[coded.isin(ids) | ~coded.isin(base.known["article_id"].astype(str))]
    if not {"target", "reference"} <= {*rows["_side"].reindex(coded)}:
        raise TableError(_NOT_CODED)
    options = {"strata": claim.get("strata", []), "cluster": claim.get("cluster", "")}
    found, n, told_of = differences(both, machine, people, f"{code} ~ _side", levels=LEVELS, **options)
    assumed = (told_of,) if isinstance(told_of, Message) else ()
    row = found[0.9]
    turned = -1 if row["group"] == "reference" else 1
    estimate = turned * float(row["estimate"])
    ends = {}
    for level, each in found.items():
        low, high = sorted(turned * float(each[name]) for name in ("conf_low", "conf_high"))
        ends[level] = (low, high)
    told = Message("Corrected for the machine's errors by people's codes; articles that they coded: {n}.", {"n": n})
    clusters = len(np.unique(clusters_of(claim, rows.reset_index())))
    return Measured(estimate, ends, len(rows), clusters, "frames.corrected", (told, *assumed))


def _searched(claim: dict, study: Study, seed: int, replicates: int) -> float | None:
    """p of the best of all windows, where the window was chosen after looking and nothing else is compared."""
    if claim.get("chosen") != "after looking" or "window" not in claim or {"reference", "other_actor"} & set(claim):
        return None
    rows, base = _sided({k: v for k, v in claim.items() if k not in ("window", "before")} | {"value": 0}, study)
    day = dates.days(rows)
    day = day if day.notna().any() else rows["date"]  # all known to the month or year: windows of these
    try:
        return search(day, *outcomes(claim, rows, base)[0], replicates=replicates, seed=seed)
    except TableError:  # too few rows for any window
        return 1.0


def outcomes(claim: dict, rows: pd.DataFrame, base: Study) -> list[tuple[np.ndarray, np.ndarray]]:
    """What is measured in each article on each defensible scale, the claim's first, and what it is measured in."""
    one = np.ones(len(rows))
    if claim["measure"] == "words":
        counts, ids = base.counts, rows["article_id"].astype(str)
        every, own = (each["n"].groupby(each["article_id"].astype(str)).sum().reindex(ids, fill_value=0).to_numpy(float)
                      for each in (counts, counts[counts["term"].astype(str).isin(claim["terms"])]))  # fmt: skip
        return [(own, every), ((own > 0).astype(float), (every > 0).astype(float))]
    if MEASURES[claim["measure"]] != "units":
        return [(has_of(claim, rows, base).astype("Float64").to_numpy(float, na_value=np.nan), one)]
    value = numbers_of(rows, "page" if claim["measure"] == "page" else claim["column"])
    found = [value, value.rank()]
    found += [(value > 1).astype(float).where(value.notna())] if claim["measure"] == "page" else []
    return [(each.to_numpy(float), one) for each in found]


def _means(claim: dict, study: Study, fill: str, seed: int, replicates: int) -> Measured:
    rows, _ = _sided(claim, study)
    value = numbers_of(rows, "page" if claim["measure"] == "page" else claim["column"])
    missing = int(value.isna().sum())
    if fill and missing:
        high = _filled(claim, fill, 1)
        value = value.fillna(
            rows["_side"].map({1: value.max() if high else value.min(), 0: value.min() if high else value.max()})
        )
    rows = pd.DataFrame({"value": value, "side": rows["_side"], "cluster": clusters_of(claim, rows)})[value.notna()]
    if rows["side"].nunique() < 2:
        raise TableError(_NO_VALUES)
    ends, estimate = dict.fromkeys(LEVELS, (np.nan, np.nan)), 0.0
    for level in LEVELS if rows["value"].nunique() > 1 else ():
        fit = prominence.fit(rows, "value", "side", family="ols", cluster="cluster", level=level)
        row = fit.coefficients.set_index("term").loc["side"]
        estimate, ends[level] = float(row["estimate"]), (float(row["conf_low"]), float(row["conf_high"]))
    cautions = (_REPORTED,) if study.reported else ()
    mean = rows.groupby("side")["value"].mean()
    return Measured(estimate, ends, len(rows), rows["cluster"].nunique(), "prominence.fit", cautions, missing=missing,
                    searched=_searched(claim, study, seed, replicates),
                    sides=Message(_MEANS, {"mean": mean[1], "other": mean[0]}))  # fmt: skip


# ---- ratios ----


def _counted(claim: dict, a: float, b: float, m: float, k: float, phi: Dispersion, cautions=()) -> Measured:
    """A ratio of rates, with the dispersion of each level."""
    found = [trends.ratio(a, b, m, k, dispersion=phi((1 - level) / 2), level=level) for level in LEVELS]
    ends = {level: _limited(one.low, one.high) for level, one in zip(LEVELS, found, strict=True)}
    n = int(a + b)

    def at(dispersion: float) -> Measured:
        return _counted(claim, a, b, m, k, lambda tail: dispersion, cautions)

    def p_of(size: float) -> tuple[float, float]:
        more, less = (_level_of(lambda f, n=n: float(n(a, b, m, k, size, f)), phi) for n in (_at_most, _at_least))
        return more, less

    values = {"a": float(a), "m": float(m), "b": float(b), "k": float(k)}
    rates = _RATES if "given" in claim else _BY_DAY if "unit" in claim or claim.get("per") == "day" else _BY_ARTICLE
    told = Message(_COUNTS if m == k == 1 else rates, values)
    return Measured(found[0].estimate, ends, n, n, "trends.ratio", tuple(cautions), at, p_of,
                    features={"n": float(n)}, sides=told)  # fmt: skip


def _limited(low: float, high: float) -> tuple[float, float]:
    """Ends of a ratio; one that is more than a thousand million times anything is none."""
    return (low if low > 1 / _ENDLESS else 0.0), (high if high < _ENDLESS else np.inf)


def _at_most(a, b, m, k, size: float, phi: float) -> np.ndarray:
    """p of a : b being at most ``size`` per what they are counted in: the conditional binomial's."""
    return tail_of(a / phi, b / phi, size * m / (size * m + k))


def _at_least(a, b, m, k, size: float, phi: float) -> np.ndarray:
    return _at_most(b, a, k, m, 1 / size, phi)


def _level_of(p: Callable[[float], float], phi: Dispersion) -> float:
    """The p whose level has its end there: ``p`` of a dispersion, which differs between levels if it is estimated."""

    def over(log_tail: float) -> float:
        return float(np.log(max(p(phi(np.exp(log_tail))), 1e-310))) - log_tail

    tails = np.log([1 - 1e-9, *((1 - level) / 2 for level in LEVELS), 1e-300])
    inside = next((n for n, tail in enumerate(tails) if over(tail) > 0), len(tails))
    if not 0 < inside < len(tails):
        return 1.0 if not inside else 0.0
    return float(np.exp(optimize.brentq(over, tails[inside], tails[inside - 1], xtol=1e-12)))


def _dispersion(claim: dict, *sides: tuple, told: str = _ALIKE) -> tuple[Dispersion, tuple[Message, ...]]:
    """Dispersion of counts at each level, given or from those of several periods: Pearson's χ² of each side around its
    own rate over the degrees of freedom, at least 1; of too few periods an assumed one, and a caution."""
    given = claim.get("dispersion")
    counts = [(np.asarray(n, dtype=float), np.asarray(size, dtype=float)) for n, size in sides]
    fitted = [(n, size * n.sum() / size.sum()) for n, size in counts if n.sum()]
    df = sum(len(n) - 1 for n, _ in fitted)
    if given or df < 2:
        assumed = () if given else (Message(told, {"phi": ASSUMED}),)
        return (lambda tail: given or ASSUMED), assumed
    spread = sum(float(((n - mean) ** 2 / np.maximum(mean, 1e-9)).sum()) for n, mean in fitted) / df
    varied = (Message(_SPREAD, {"phi": spread}),) if spread >= 1.05 else ()
    return widened(spread, df), varied


def _given(claim: dict) -> Measured:
    (n, m), (other, k) = claim["given"].get("target", [0, 1]), claim["given"].get("reference", [0, 1])
    if "reference" not in claim["given"] or "target" not in claim["given"]:
        raise TableError(mark("Both counts are needed, that of the target and that of the reference."))
    if MEASURES[claim["measure"]] == "ratio" and claim["measure"] not in ("rank", "silence"):
        return _counted(claim, n, other, m, k, *_dispersion(claim))
    if claim["measure"] == "silence":
        return _silent(claim, n, ([other], [k]), m)
    if n > m or other > k or max(m, k) > 1e6 or any(each % 1 for each in (n, other, m, k)):
        raise TableError(mark("Shares are whole counts of rows that have it, and of all rows."))
    has = np.repeat([True, False, True, False], np.array([n, m - n, other, k - other], dtype=int))
    group = np.repeat([1, 0], np.array([m, k], dtype=int))
    found = {level: differing(has, group, np.arange(len(has)), level) for level in LEVELS}
    ends = {level: (low, high) for level, (_, low, high) in found.items()}
    return Measured(found[0.9][0], ends, len(has), len(has), "frames.crosstab", sides=_of_sides(has, group))


def _packaged(claim: dict) -> Measured:
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
        rows = every[np.logical_and.reduce([every[name].isin(list(map(str, asked[name]))) for name in asked])]
        first, last = (pd.Timestamp(ends[end]) if end in ends else at for end, at in
                       (("since", rows["period_start"].min()), ("until", rows["period_end"].max())))  # fmt: skip
        near = rows[(rows["period_end"] >= first) & (rows["period_start"] <= last)]
        rows = near[near["unit"].eq(claim["unit"]) & near["period_start"].ge(first) & near["period_end"].le(last)]
        days = (last - first).days + 1
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
                told += (Message(_PARTLY, ends),)
            if units:
                told += (Message("Counts in other units ({units}) cannot be set beside them.", {"units": units}),)
            raise TableError(together(*told))
        if rows["n_days"].sum() > days:
            raise TableError(mark("Counts of overlapping periods cannot be added."))
        return rows

    if claim["measure"] == "rank":
        return _ranked(claim, of)
    window = claim.get("window", {})
    mine = of("target", window)
    if claim["measure"] == "silence":
        usual = of("target", claim["before"]) if "rate" not in claim else mine
        return _silent(claim, mine["n"].sum(), (usual["n"], usual["n_days"]), mine["n_days"].sum())
    other = of("reference" if "reference" in claim else "target", claim.get("before", window))
    refuse_both(len(mine.index.intersection(other.index)))
    phi, cautions = _dispersion(claim, *((side["n"], side["n_days"]) for side in (mine, other)))
    part = (_PART,) if pd.concat([mine, other])["part_year"].nunique() > 1 else ()
    if len(window) < 2 or len(claim.get("before", window)) < 2:
        part += _covered(mine, other)
    found = _counted(claim, mine["n"].sum(), other["n"].sum(), mine["n_days"].sum(), other["n_days"].sum(), phi)
    return replace(found, cautions=(*cautions, *part))


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
    n, days = (np.array([each[name].sum() for each in rows], dtype=float) for name in ("n", "n_days"))
    phi, cautions = _dispersion(claim, *((each["n"], each["n_days"]) for each in rows), told=_ASSUMED)
    if len(n) < 2:
        raise TableError(mark("There is no other year to compare with."))
    _refuse_nothing(n.sum())
    up = claim["direction"] != "less"

    def against(b: float, d: float, phi: float, level: float) -> tuple[float, float]:
        if not n[0] + b:  # two years without any: nothing is known of which has more
            return 0.0, np.inf
        found = trends.ratio(n[0], b, days[0], d, dispersion=phi, level=level)
        return _limited(found.low, found.high)

    def p_of(size: float) -> tuple[float, float]:
        """Above all only if above each; below one of them, the nearest of so many."""
        every = n[0], n[1:], days[0], days[1:], size

        def p(ask: Callable, most: bool, phi: float) -> float:
            each = np.where(n[0] + n[1:] > 0, ask(*every, phi), 1.0)
            return float(each.max() if most else min(1.0, each.min() * len(each)))

        more, less = (_level_of(partial(p, ask, (ask is _at_most) == up), phi) for ask in (_at_most, _at_least))
        return more, less

    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (n[0] / days[0]) / (n[1:] / days[1:])
    ends = {}
    for level in LEVELS:
        each, wide = (
            np.array(
                [
                    against(*year, phi((1 - level) / 2), 1 - (1 - level) / k)
                    for year in zip(n[1:], days[1:], strict=True)
                ]
            ).T
            for k in (1, len(n) - 1)
        )
        ends[level] = (each[0].min(), wide[1].min()) if up else (wide[0].max(), each[1].max())
    at = int(np.nanargmin(ratio) if up else np.nanargmax(ratio))
    daily = "unit" in claim or claim.get("per") == "day"
    values = {"n": len(years), "year": years[at], "named": named["since"][:4], "a": n[0], "m": days[0],
              "b": n[1:][at], "k": days[1:][at]}  # fmt: skip
    told = Message(_YEARS_BY_DAY if daily else _YEARS, values)
    return Measured(float(ratio[at]), ends, int(n.sum()), len(n), "trends.ratio", cautions, p_of=p_of, sides=told)


def _silent(claim: dict, found: float, usual: tuple, days: float, part: float = 1.0) -> Measured:
    """Nothing found in a window of so many days, against what would be at the usual counts and their days; ``part`` of
    them where the source has so many fewer articles in the window."""
    outside = "rate" in claim  # a usual rate that the source itself shows is of mentions that it finds
    if outside and "detection" not in claim:
        raise TableError(lacking(["detection"], {"detection": False}))
    n, size = (np.asarray(each, dtype=float) for each in usual)
    spread, cautions = _dispersion(claim, (n, size), told=_ASSUMED)
    phi = spread((1 - LEVELS[0]) / 2)
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


def _rates(claim: dict, study: Study, fill: str, seed: int, replicates: int) -> Measured:
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

    unknown, gone, spans = 0, 0, []

    def series(
        kept: pd.DataFrame, ends: dict[str, str], actor: str = "", side: int = 0, which: str = "target"
    ) -> pd.DataFrame:
        """What is counted, and what it is divided by, month by month; articles of which it is not known are neither."""
        nonlocal unknown, gone
        rows = kept
        ids, counted = rows["article_id"].astype(str), actor or claim.get("actor", "")
        hit = pd.Series(True, index=rows.index, dtype="boolean")
        if counted:
            hit = ids.isin(articles_with(base, counted)).astype("boolean")
        elif "counted" in claim:
            hit = has_of(claim, placed.reindex(ids).set_index(rows.index).assign(article_id=ids), base)
            unknown += int(hit.isna().sum())
            hit = hit.fillna(_filled(claim, fill, side)) if fill else hit
        hit = hit[hit.notna()]
        rows = rows.loc[hit.index]
        time = hit.groupby(times(rows))
        found = pd.DataFrame({"n": time.sum(), "n_days": time.size()}).astype(float)
        if not daily:
            return found
        every = days_of(claim, study, ends, base, which)
        days = held(claim, study, ends, kept, which, every)
        gone += len(every) - len(days)
        spans.append(days)
        whole = found.index if "other_actor" in claim else found.index[found["n"] > 0]

        def period(months: pd.Index) -> pd.Index:
            """A year of which an article has no month is one period."""
            return months.where(~months.str[:4].isin(whole), months.str[:4])

        length = pd.Series(1.0, index=period(days.strftime("%Y-%m"))).groupby(level=0).sum()
        n = found["n"].groupby(period(found.index)).sum().reindex(length.index).fillna(0)
        return pd.DataFrame({"n": n, "n_days": length})

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
        maybe = unknown
        usual = series(of("target", before), before)
        others = [(n - one["n"].sum()) / one["n_days"].sum() for n, one in zip(read, (now, usual), strict=True)]
        part = others[0] / others[1] if others[0] < others[1] / 2 else 1.0
        found = _silent(claim, float(now["n"].sum()), (usual["n"], usual["n_days"]), float(now["n_days"].sum()), part)
        gaps = len(months_without(rows.articles, spans[0].union(spans[1])))
        thin = (Message(_THIN, {"part": part}),) if part < 1 else ()
        found = replace(found, cautions=(*found.cautions, *thin, *((Message(_GAP, {"n": gaps}),) if gaps else ())))
        unsure, told = maybe and not found.n, (Message(_MAY_BE, {"n": maybe}),)
        open_ends = dict.fromkeys(LEVELS, (-np.inf, 1.0))
        found = replace(found, ends=open_ends, cautions=(*found.cautions, *told)) if unsure else found
        return replace(found, cautions=(*found.cautions, *_left_out(unknown - maybe), *_days_left_out(gone)))
    if measure == "rank":
        found = _ranked(claim, lambda side, ends: series(of(side, ends), ends, side=int(ends == window), which=side))
        return replace(found, missing=unknown)
    own = of("target", window)
    mine = series(own, window, side=1)
    if "other_actor" in claim:
        b = series(own, window, claim["other_actor"])["n"]
        _refuse_nothing(mine["n"].sum() + b.sum())
        few = len(mine) < 3  # of so few months nothing tells how counts vary
        phi, told = of_periods(mine["n"].to_numpy(), b.to_numpy()), ()
        if "dispersion" in claim or few:
            phi, told = _dispersion(claim)
        return _counted(claim, float(mine["n"].sum()), float(b.sum()), 1.0, 1.0, phi, told)
    before = claim.get("before", window)
    which = "reference" if "reference" in claim else "target"
    others = of(which, before)
    refuse_both(int(own["article_id"].isin(others["article_id"]).sum()))
    other = series(others, before, which=which)
    _refuse_nothing(mine["n"].sum() + other["n"].sum())
    phi, cautions = _dispersion(claim, *((each["n"], each["n_days"]) for each in (mine, other)))
    compared = zip((own, others), spans, strict=True) if daily else ()
    gaps = len(set().union(*(months_without(rows, days) for rows, days in compared if len(rows))))
    cautions += (_REPORTED,) if study.reported else ()
    cautions += (*((Message(_GAP, {"n": gaps}),) if gaps else ()), *_days_left_out(gone))
    sums = (float(each[name].sum()) for name in ("n", "n_days") for each in (mine, other))
    searched = None if daily else _searched(claim, study, seed, replicates)
    return replace(_counted(claim, *sums, phi, cautions), n_clusters=len(mine) + len(other), searched=searched,
                   missing=unknown)  # fmt: skip


def _filled(claim: dict, fill: str, side: int) -> bool:
    """What stands for a missing value of a side (1 target, or the rows held against a value), by the way of filling."""
    return (side == 1) == ((claim["direction"] != "less") == (fill == "for"))


def _left_out(unknown: int) -> tuple[Message, ...]:
    return (Message(_NOT_KNOWN, {"n": unknown}),) if unknown else ()


def _days_left_out(gone: int) -> tuple[Message, ...]:
    return (Message(_NOT_HELD, {"n": gone}),) if gone else ()


def _refuse_nothing(n: float) -> None:
    if not n:
        raise TableError(mark("Neither side has anything that is counted."))


# ---- words, topics, order ----


def _words(claim: dict, study: Study, seed: int, replicates: int) -> Measured:
    rows, base = _sided(claim, study)
    counts = base.counts
    ids = counts["article_id"].cat
    at = pd.Index(rows["article_id"].astype(str)).get_indexer(ids.categories.astype(str))[ids.codes]
    side = np.where(rows["_side"].eq(1), "target", "reference")[at[at >= 0]]
    counts = counts[at >= 0].assign(_side=side)
    together = with_words(claim, counts)
    named = claim["terms"][0]
    merged = counts.assign(term=np.where(together, named, f"not {named}"))  # of other words only their number counts
    keys = [name for name in merged if name != "n"]
    merged = merged.groupby(keys, observed=True, as_index=False, dropna=False)["n"].sum()
    cluster = claim.get("cluster", "cluster_id" if "cluster_id" in merged else "article_id")
    unused = tuple(word for word in claim["terms"] if not counts["term"].eq(word).any())
    told = (Message(_UNUSED, {"words": unused}),) if unused else ()
    ends, estimate, n = {}, np.nan, 0
    for level in LEVELS:
        options = {"cluster": cluster, "replicates": 9, "seed": seed, "level": level}  # of p, which is not read
        sides = {"by": "_side", "target": "target", "reference": "reference"}
        found = keyness.compare(merged, **sides, terms=[named], **options).iloc[0]
        estimate = 2.0 ** float(found["log2_ratio_half"])
        ends[level] = (2.0 ** float(found["conf_low"]), 2.0 ** float(found["conf_high"]))
        n = int(found["n_articles_target"] + found["n_articles_reference"])
    searched = _searched(claim, study, seed, replicates)
    clusters = len(np.unique(numbered(merged[cluster], merged["article_id"])))
    return Measured(
        estimate, ends, n, clusters, "keyness.compare", told, searched=searched, features={"articles": float(n)}
    )


def _topic(claim: dict, study: Study, seed: int, replicates: int) -> Measured:
    base = base_of(claim, study)
    base = (
        base.take(since=window.get("since"), until=window.get("until")) if (window := claim.get("window", {})) else base
    )
    pair = [conditions(claim, side).get("outlet", [""])[0] for side in ("target", "reference")]
    choices: dict[str, Any] = {"n_topics": [int(claim.get("n_topics", 10))], "start": [seed]}
    found = multiverse.of_study(base, "topic", choices, terms=claim["terms"], target=pair[0], reference=pair[1],
                                replicates=9, seed=seed).results.iloc[0]  # fmt: skip
    estimate, error = found["estimate"] / 100, found["std_error"] / 100
    half = {level: float(error * stats.norm.ppf(0.5 + level / 2)) for level in LEVELS}
    ends = {level: (estimate - half[level], estimate + half[level]) for level in LEVELS}
    told = mark("The interval does not hold the uncertainty of the topics themselves.")
    return Measured(float(estimate), ends, int(found["n"]), int(found["n"]), "multiverse.subject", (told,))


def _order(claim: dict, study: Study) -> Measured:
    """Who is named first: in words of a relation (朝ロ), or in lists of messages of one issue and occasion."""
    if "relation" not in claim:
        return _listed(claim, study)
    if not study.has("tokens"):
        raise TableError(lacking(["text"], {"text": False}))
    words = with_relation(claim)
    rows, base = _sided(claim, study)
    found = relations(base.tokens, words, quoted="quoted" in claim)
    found = found[found["relation"].astype(str).eq(claim["relation"])]
    if "quoted" in claim:
        found = found[found["quoted"].eq(claim["quoted"] == "inside")]
    side = found["article_id"].astype(str).map(rows.astype({"article_id": str}).set_index("article_id")["_side"])
    found, side = found[side.notna().to_numpy()], side.dropna().to_numpy(dtype=int)
    if not len(found):
        raise TableError(Message("No word of the relation {relation} stands there.", {"relation": claim["relation"]}))
    y = found["first"].astype(str).eq(claim["first"]).to_numpy()
    return _proportion(claim, y, side, pd.factorize(found["article_id"].astype(str))[0], ())


def _listed(claim: dict, study: Study) -> Measured:
    base = base_of(claim, study)
    keys, place = ["date", "outlet", "direction", "occasion"], "order_in_list"
    absent = [name for name in [*keys, place] if name not in base.articles]
    if absent:
        raise TableError(Message(_NO_LISTS, {"columns": tuple(absent)}))
    pairs = [
        side_of(base, claim, "target", ends).articles
        .merge(side_of(base, claim, "reference", ends).articles, on=keys, suffixes=("", "_other")).assign(side=side)
        for side, ends in ((1, claim.get("window", {})), (0, claim.get("before"))) if ends is not None
    ]  # fmt: skip
    both = pd.concat(pairs)
    refuse_both(int(both["article_id"].eq(both["article_id_other"]).sum()))
    listed = both[[place, f"{place}_other"]].notna().all(axis=1)
    cautions = ((_REPORTED,) if study.reported else ()) + (
        () if listed.all() else (Message(_UNLISTED, {"n": int((~listed).sum())}),))  # fmt: skip
    both = both[listed]
    y = (both[place].astype(float) < both[f"{place}_other"].astype(float)).to_numpy()
    cluster = pd.factorize(both["date"])[0]
    return _proportion(claim, y, both["side"].to_numpy(dtype=int), cluster, cautions)


def _proportion(claim: dict, y, group, cluster, cautions) -> Measured:
    """The share of the target's first places less that of the other side, or less a value."""
    alone = "value" in claim or not {"reference" if "relation" in claim else "before", "before"} & set(claim)
    if not len(y) or (not alone and len(np.unique(group)) < 2):
        raise TableError(mark("One side of the claim has no word or list that names both."))
    shift = claim.get("value", 0.5) if alone else 0.0
    found = {level: differing(y, np.zeros(len(y), int) if alone else group, cluster, level) for level in LEVELS}
    ends = {level: (low - shift, high - shift) for level, (_, low, high) in found.items()}
    n = len(np.unique(cluster))
    sides = _of_sides(y, np.zeros(len(y), int) if alone else group, shift if alone else None)
    return Measured(found[0.9][0] - shift, ends, len(y), n, "frames.crosstab", cautions, sides=sides)


# ---- pairs within an issue ----


def _within(claim: dict, study: Study, fill: str) -> Measured:
    """Both sides in the same issue: whether they shared a page, or the mean difference over issues (paired t)."""
    base, name = base_of(claim, study), claim.get("within", "issue_date")
    rows = base.placements()
    column = {"tone": claim.get("column", ""), "front": "front"}.get(claim["measure"], "page")
    if name not in rows:
        raise TableError(Message(NO_COLUMN, {"column": name, "known": tuple(map(str, rows))}))
    ids, issue = rows["article_id"].astype(str), (dates.days(rows) if name == "date" else rows[name]).astype(object)
    if name in ("issue_date", "date") and "outlet" in rows:  # an issue is one outlet's of a day that is known
        issue = (rows["outlet"].astype("string") + " " + issue.astype("string")).astype(object)
    value = numbers_of(rows, column)
    pairs = {
        side: [ids.isin(side_of(base, claim, which, ends).articles["article_id"].astype(str)) & issue.notna()
               for which in ("target", "reference")]
        for side, ends in ((1, claim.get("window", {})), (0, claim.get("before"))) if ends is not None
    }  # fmt: skip
    theirs = value[np.logical_or.reduce([*itertools.chain(*pairs.values())])]  # of rows on neither side none is filled
    span = (0.0, 1.0) if column == "front" else (theirs.min(), theirs.max())
    y, group, cluster, gone, missing = [], [], [], 0, 0
    for side, pair in pairs.items():
        refuse_both(int((pair[0] & pair[1]).sum()))
        high = _filled(claim, fill, side)
        held = [value.fillna(span[end]) if fill else value for end in (high, not high)]
        a, b = (own[one].groupby(issue[one]).mean() for own, one in zip(held, pair, strict=True))
        both = a.to_frame("mean").join(b.rename("mean_other"), how="inner")
        known = both.dropna().sort_index(key=lambda names: names.astype(str))
        gone += len(both) - len(known)
        unknown = (pair[0] | pair[1]) & value.isna() & issue.isin(both.index)
        missing += int(unknown.sum())
        placed = (one & value.notna() for one in pair)
        places = [pd.MultiIndex.from_arrays([issue[one], value[one]]) for one in placed]
        shared = known.index.isin(issue[unknown]) if fill and high else False
        shared |= known.index.isin(places[0][places[0].isin(places[1])].get_level_values(0))
        y += [shared if claim["measure"] == "shared" else (known["mean"] - known["mean_other"]).to_numpy()]
        group += [side] * len(known)
        cluster += [*known.index]
    if not group:
        raise TableError(mark("No issue holds both sides with a known place. An issue is of one outlet and one day."))
    cautions = ((_REPORTED,) if study.reported else ()) + (
        (Message(_UNKNOWN, {"n": gone}),) if gone and claim["measure"] == "tone" else ()
    )
    if claim["measure"] == "shared":
        numbers = pd.factorize(np.array(cluster, dtype=object))[0]
        found = _proportion(claim, np.concatenate(y), np.array(group), numbers, cautions)
        return replace(found, missing=missing)
    d, n = np.concatenate(y).astype(float), len(group)
    error = d.std(ddof=1) / np.sqrt(n) if n > 2 and np.ptp(d) else np.nan  # alike in all: no spread to go by
    half = {level: float(error * stats.t.ppf(0.5 + level / 2, max(n - 1, 1))) for level in LEVELS}
    ends = {level: (float(d.mean() - each), float(d.mean() + each)) for level, each in half.items()}
    return Measured(float(d.mean()), ends, n, n, "prominence.same_issue", cautions, missing=missing)
