"""What every measure of a claim has: its number with intervals, and the rows of its two sides."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from framing import dates, frames
from framing.claims.lasting import Clustered, lasting, width
from framing.claims.sides import (
    NO_COLUMN,
    base_of,
    by_mentions,
    counted_by,
    naming,
    nearest,
    numbers_of,
    refuse_absent,
    refuse_no_code,
    side_of,
)
from framing.declared import MEASURES
from framing.errors import ParamError, TableError
from framing.messages import Message, mark
from framing.study.studies import Study, fitting
from framing.tables import numbered
from framing.trends.searching import search

LEVELS = (0.9, 0.95, 0.99, 0.999)
"""The first is the interval that is told; what p is far from .05 is read between the others."""
REPORTED = mark("The placements are those that reports name, not a sample of all.")
_NO_HIT = mark(
    "The rule of the code {code} finds nothing on either side: these data do not show whether its words fit."
)
_BOTH = mark("Rows on both sides of the claim: {n}. Name a target and a reference that share none.")
_NO_ROWS, NO_VALUES = mark("One side of the claim has no rows."), mark("No row of one side has a known value.")
_NOT_KNOWN = mark("Articles of which it is not known whether they have what is counted, left out: {n}.")
_SHARES = mark("It is {share:.1%} ({n:,.0f} of {all:,}) against {other:.1%} ({k:,.0f} of {rest:,}).")
_ONE_SHARE = mark("It is {share:.1%} ({n:,.0f} of {all:,}) against {value:.1%}.")
_WORDLESS = mark(
    "One side of the claim, the articles of {outlets}, has no counted word. Words of another language than the study's "
    "are not cut."
)
_DAYS = 5
"""Days from which on these may be observations, as in :func:`framing.frames.crosstab`: of fewer nobody can tell."""
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


def sided(claim: dict, study: Study) -> tuple[pd.DataFrame, Study]:
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
    if by_mentions(claim):
        mine, other = mine & ~other, other & ~mine
    refuse_both(int((mine & other).sum()))
    if not mine.any() or not other.any():
        raise TableError(_NO_ROWS)
    rows = rows[mine | other].assign(_side=mine[mine | other].astype(int))
    return rows, base


def refuse_both(n: int) -> None:
    if n:
        raise ParamError(Message(_BOTH, {"n": n}))


def refuse_wordless(rows: pd.DataFrame):
    """Refuses sides (``_side``) of which one has no counted word (``_size``), as where it is in another language."""
    for _, own in rows.groupby("_side"):
        if not own["_size"].any():
            raise TableError(Message(_WORDLESS, {"outlets": tuple(sorted(own["outlet"].astype(str).unique()))}))


def cluster_of(claim: dict, rows: pd.DataFrame) -> str:
    """The column of what is one observation: as the claim says, else the issue of pages, copies, or the article."""
    placed = claim["measure"] in ("front", "page") or {"page", "front"} & set(counted_by(claim))  # one editor's issue
    usual = "issue_date" if placed and "issue_date" in rows else "cluster_id"
    return claim.get("cluster", usual if usual in rows else "article_id")


def widest(claim: dict, rows: pd.DataFrame, measure: Callable[[str], Clustered], *, ratio: bool = False) -> Clustered:
    """What ``measure`` gives by the cluster of a claim. Where the claim names none, articles of a day may still have a
    story or a mood in common, which copies do not show: the day's issue is taken if its interval is the wider, and
    what lasts for weeks or months is added (:func:`lasting`, of the ``_value`` of ``rows``)."""
    name = cluster_of(claim, rows)
    if "cluster" in claim:
        return measure(name)
    found = {name: measure(name)}
    if "issue_date" in rows and rows["issue_date"].nunique() >= _DAYS:
        found["issue_date"] = measure("issue_date")
    name = max(found, key=lambda each: width(found[each]))
    return lasting(rows, found[name], clusters_of(claim, rows, name), ratio=ratio) if "date" in rows else found[name]


def clusters_of(claim: dict, rows: pd.DataFrame, name: str = "") -> np.ndarray:
    """The number of each row's cluster, of which this is the column, or that of the claim."""
    name = name or cluster_of(claim, rows)
    if name not in rows:
        raise TableError(Message(NO_COLUMN, {"column": name, "known": nearest(name, rows)}))
    return numbered(dates.days(rows) if name == "date" else rows[name], rows["article_id"])


def has_of(claim: dict, rows: pd.DataFrame, base: Study) -> pd.Series:
    """Whether each row has what is counted; missing where that is not known."""
    ids = rows["article_id"].astype(str)
    if claim["measure"] == "front":
        return rows["front"].astype("boolean")
    if "actor" in claim:
        return naming(base, ids, claim["actor"])
    if claim["measure"] == "frame" and "code" in claim:
        if not base.has("tokens"):
            raise TableError(mark("The study has no tokens to code by rule."))
        coded = frames.code(base, claim.get("codebook", "generic"))
        refuse_no_code(claim["code"], coded.names)
        found = coded.units["article_id"][coded.has[:, list(coded.names).index(claim["code"])]].astype(str)
        if not ids.isin(found).any():
            raise TableError(Message(_NO_HIT, {"code": claim["code"]}))
        return ids.isin(found).astype("boolean").mask(~ids.isin(coded.units["article_id"]))
    keep = counted_by(claim)
    refuse_absent(base, keep)
    found = fitting(base, keep).set_axis(base.articles["article_id"].astype(str))
    if not found.any():
        base.take(keep=keep)  # which says so
    return found.reindex(ids).set_axis(rows.index)


def of_sides(has: np.ndarray, group: np.ndarray, value: float | None = None) -> Message:
    """The shares behind a difference: of each side, or of all and the value they are held against."""
    y = np.asarray(has, dtype=float)
    if value is not None:
        return Message(_ONE_SHARE, {"n": float(y.sum()), "all": len(y), "share": y.mean(), "value": value})
    one, other = y[group == 1], y[group == 0]
    return Message(_SHARES, {"share": one.mean(), "n": float(one.sum()), "all": len(one), "other": other.mean(),
                             "k": float(other.sum()), "rest": len(other)})  # fmt: skip


def search_p(claim: dict, study: Study, seed: int, replicates: int) -> float | None:
    """p of the claimed window among all windows, where it was chosen after looking and nothing else is compared. That
    windows are alike no search shows: it looks for those that differ."""
    if claim.get("chosen") != "after looking" or "window" not in claim or {"reference", "other_actor"} & set(claim):
        return None
    if claim["direction"] == "same" or _chosen_too(claim):
        return None
    rows, base = sided({k: v for k, v in claim.items() if k not in ("window", "before")} | {"value": 0}, study)
    day = dates.days(rows)
    day = day if day.notna().any() else rows["date"]  # all known to the month or year: windows of these
    inside, other = (dates.between(rows, ends.get("since"), ends.get("until")).to_numpy()
                     for ends in (claim["window"], claim.get("before", {})))  # fmt: skip
    more = {"more": 1, "less": -1}.get(claim["direction"], 0)
    return search(day, *outcomes(claim, rows, base)[0], inside, claim.get("value", other), more=more,
                  replicates=replicates, seed=seed)  # fmt: skip


def _chosen_too(claim: dict) -> bool:
    """Whether what a window is compared with is a window of its own, neither all other time nor next to it: then it was
    chosen as well, and a search for one window does not allow for both."""
    window, before = claim["window"], claim.get("before", {})
    if not {"since", "until"} <= set(before) or not {"since", "until"} <= set(window):
        return False
    day = pd.Timedelta(days=1)
    ends = [{end: pd.Timestamp(at) for end, at in one.items()} for one in (window, before)]
    return all(one["until"] + day != other["since"] for one, other in (ends, ends[::-1]))


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


def filled(claim: dict, fill: str, side: int) -> bool:
    """What stands for a missing value of a side (1 target, or the rows held against a value), by the way of filling."""
    return (side == 1) == ((claim["direction"] != "less") == (fill == "for"))


def left_out(unknown: int) -> tuple[Message, ...]:
    return (Message(_NOT_KNOWN, {"n": unknown}),) if unknown else ()
