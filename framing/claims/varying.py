"""The defensible choices that a claim leaves open: other windows, copies, clusters and scales, tested together."""

import datetime as dt
import itertools
from typing import Any

import numpy as np
import pandas as pd

from framing import dates, multiverse
from framing.claims.common import clusters_of, outcomes
from framing.claims.sides import base_of, by_mentions, side_of, with_actors
from framing.errors import TableError
from framing.messages import Message, mark
from framing.multiverse.joint import Null, permuted, z_scores
from framing.multiverse.pairs import Pair, exchanging
from framing.multiverse.placed import n_blocks
from framing.study.studies import Study, without_copies
from framing.tables import numbered

_WINDOWS = {
    ("since", -1): mark("begins a tenth earlier"), ("since", 1): mark("begins a tenth later"),
    ("until", -1): mark("ends a tenth earlier"), ("until", 1): mark("ends a tenth later"),
}  # fmt: skip
_OF_A_DAY = {
    ("since", -1): mark("begins a day earlier"), ("since", 1): mark("begins a day later"),
    ("until", -1): mark("ends a day earlier"), ("until", 1): mark("ends a day later"),
}  # fmt: skip
"""Of windows of which a tenth is no whole day."""
_NONE = {
    "given": mark("Counts that others made have no articles that could be exchanged."),
    "unit": mark("Counts that others made have no articles that could be exchanged."),
    "value": mark("The claim is about one side; there is nothing to exchange."),
    "other_actor": mark("Both are counted in the same articles; there are no sides to exchange."),
    "people": mark("Codes corrected by people's have no permutation test."),
}  # fmt: skip
_NO_TEST = mark("No test of all choices together exists for this measure.")
_FEW = mark(
    "Rows whose side permutations can change: {n}, in different ways: {ways}. Fewer than 20 ways show nothing at "
    "0.05, so that all choices are not tested together."
)
_LEAST, _DRAWS = 20, 199
"""Ways to divide the rows between the sides, of which the observed one is at best the most extreme (p = 1/20), and
permutations by which they are counted."""


def moved(claim: dict, study: Study, ends_moved: int = 2) -> list[tuple[Message, dict | None]]:
    """The windows of which at most so many ends lie a tenth earlier or later, in whole days and at least one. The time
    before ends before them, or, as it may be a later one, begins after them; a window that leaves nothing of it is
    None. What would only reach beyond the data is left out."""
    window, known, found = claim["window"], dates.spans(study.articles), []
    first, last = known["first"].min(), known["last"].max()
    later = claim.get("before", {}).get("since", "") > window.get("until", "9999")
    ends = [pd.Timestamp(window.get("since", first)), pd.Timestamp(window.get("until", last))]
    own = [min(max(end, first), last) for end in ends]
    moves = [(-1, 0, 1) if name in window else (0,) for name in ("since", "until")]
    length = (ends[1] - ends[0]).days
    names, step = (_WINDOWS if length >= 10 else _OF_A_DAY), pd.Timedelta(days=max(1, round(length / 10)))
    for by in itertools.product(*moves):
        told = [names[name, part] for name, part in zip(("since", "until"), by, strict=True) if part]
        moved = [min(max(end + part * step, first), last) if part else end for end, part in zip(ends, by, strict=True)]
        if any(part and new == old for part, new, old in zip(by, moved, own, strict=True)):  # no other articles
            continue
        if moved[0] > moved[1]:  # of a day or two, which then have none
            continue
        new = {name: str(day.date()) for name, day in zip(("since", "until"), moved, strict=True) if name in window}
        before = claim.get("before", {})
        if later and before["since"] <= new["until"]:
            before = before | {"since": str(moved[1].date() + dt.timedelta(days=1))}
        elif before.get("until", "") >= new.get("since", "9999") and not later:
            before = before | {"until": str(moved[0].date() - dt.timedelta(days=1))}
        if 0 < len(told) <= ends_moved:
            one = told[0] if len(told) == 1 else Message("{begins} and {ends}", {"begins": told[0], "ends": told[1]})
            left = before.get("since", "") <= before.get("until", "9999")
            found.append((one, ({"window": new} | ({"before": before} if before else {})) if left else None))
    return found


def joint(claim: dict[str, Any], study: Study | None, draws: int, seed: int) -> tuple[float, ...]:
    """All defensible choices of a claim tested together against no effect.

    Choices are windows of which one end moves, copies, the clusters of the claim or days, and the scale: of words uses
    of a token or articles with a use, of pages the page, its rank or page 1, of tones the number or its rank. Each
    permutation is of all of them: sides are exchanged between whole clusters of the claim (within a month where they
    lie in one), and between articles of a month within a cluster of both sides; the dates of days (of a claim on two
    windows) in blocks, as in :func:`framing.multiverse.placements`. Missing pages are left out.

    Returns
    -------
    tuple
        Specifications, permutations, rows of the claim's own choices whose side they change, share of specifications on
        the side claimed, median z, p.

    Raises
    ------
    TableError
        There is no such test for the claim, none of the specifications can be fitted, or permutations divide the rows
        in fewer than 20 ways.
    """
    alone = next((name for name in _NONE if name in claim), None)
    if alone or study is None:
        raise TableError(_NONE[alone or "given"])
    if claim["measure"] in ("rank", "silence", "order", "shared") or "within" in claim or claim.get("per") == "day":
        raise TableError(_NO_TEST)
    claim = with_actors(claim, study)
    z, n = (_of_topics if "terms" in claim and claim["measure"] == "topic" else _scores)(claim, study, draws, seed)
    z = z[np.isfinite(z).all(axis=1)]
    if not len(z):
        raise TableError(mark("No specification has rows and variation on both sides."))
    z = -z if claim["direction"] == "less" else z
    middle = np.median(z, axis=0)
    size = middle if claim["direction"] in ("more", "less") else np.abs(middle)
    toward = z[:, 0] if claim["direction"] in ("more", "less") else z[:, 0] * np.sign(middle[0])
    p = (1 + (size[1:] >= size[0] - 1e-12).sum()) / len(size)
    return float(len(z)), float(draws), float(n), float((toward > 0).mean()), float(middle[0]), float(p)


def _exchanged(treatment: np.ndarray) -> int:
    """How many rows change sides in the permutations (rows below the observed one)."""
    n, ways = int((treatment != treatment[0]).any(axis=0).sum()), len(np.unique(treatment, axis=0))
    if ways < _LEAST:
        raise TableError(Message(_FEW, {"n": n, "ways": ways}))
    return n


def _of_topics(claim: dict, study: Study, draws: int, seed: int) -> tuple[np.ndarray, int]:
    ends, n = claim.get("window", {}), int(claim.get("n_topics", 10))
    base = base_of(claim, study).take(**ends)
    choices = {"n_topics": [n, n + max(n // 2, 1)], "start": [seed, seed + 1, seed + 2], "errors": ["article", "date"]}
    pair = {side: claim[side] for side in ("target", "reference")}
    n = _exchanged(Pair.of(base, **pair).versions(max(draws, _DRAWS), seed))
    return multiverse.of_study(base, "topic", choices, terms=claim["terms"], replicates=draws, seed=seed, **pair).z, n


def _months(rows: pd.DataFrame) -> np.ndarray:
    return pd.factorize(dates.periods(rows, "month"), use_na_sentinel=False)[0]


def _scores(claim: dict, study: Study, draws: int, seed: int) -> tuple[np.ndarray, int]:
    """z of the target's side in each specification, in the data and in each permutation; rows that change sides."""
    base, in_time = base_of(claim, study), "before" in claim
    rows = base.placements()
    rows = rows if "date" in rows else rows.assign(date=pd.NaT)  # an undated row lies in no window, else it counts
    ids = rows["article_id"].astype(str)
    mine, other = (ids.isin(side_of(base, claim, side, {}).articles["article_id"].astype(str)).to_numpy()
                   for side in ("target", "reference"))  # fmt: skip
    spans = [(claim.get("window", {}), claim.get("before", {}))]
    if claim.get("window"):
        spans += [(new["window"], new.get("before", {})) for _, new in moved(claim, study, 1) if new]
    near = np.logical_or.reduce([_within(rows, ends) for pair in spans for ends in pair if ends or not in_time])
    taken = near & (mine if in_time else mine ^ other if by_mentions(claim) else mine | other)
    rows, mine = rows[taken].reset_index(drop=True), mine[taken]
    scales = outcomes(claim, rows, base)
    known = np.logical_or.reduce([~np.isnan(y) for y, _ in scales])  # what is not known changes no sides with what is
    rows, mine = rows[known].reset_index(drop=True), mine[known]
    scales = [(y[known], size[known]) for y, size in scales]
    codes = [clusters_of(claim, rows)]
    day = numbered(dates.days(rows), rows["article_id"])  # whose day is not known is of none with any other
    if rows["date"].notna().any() and len(np.unique(np.stack([codes[0], day]), axis=1)[0]) > codes[0].max() + 1:
        codes.append(day)
    if in_time:
        when = rows["date"].dt.normalize().to_numpy("datetime64[D]").astype(float)
        stratum, y = np.zeros(len(rows), dtype=int), np.nan_to_num(scales[0][0])
        versions = permuted(when, day, stratum, max(draws, _DRAWS), seed, n_blocks(y, when, day, stratum))
    else:
        label = mine.astype(float)
        versions = permuted(label, *exchanging(label, codes[0], _months(rows)), max(draws, _DRAWS), seed)
    copies = ("all", "first", "none") if "cluster_id" in rows else ("all",)
    kept = [rows.index.isin(without_copies(rows, study.known, way)[0].index) for way in copies]
    nulls, treatments, n = [], [], None
    for (window, before), own in itertools.product(spans, kept):
        inside = _within(rows, window)
        keep = own & (inside | _within(rows, before) if in_time else inside)
        at = ((versions >= _day(window, "since")) & (versions <= _day(window, "until"))) if in_time else versions
        for (y, size), cluster in itertools.product(scales, codes):
            used = np.flatnonzero(keep & ~np.isnan(y) & (size > 0))
            n = _exchanged(at[:, used]) if n is None else n  # of the claim's own choices, which are the first
            nulls.append(_null(y, size, used, cluster))
            treatments.append(at[: 1 + draws].astype(float))
    return z_scores(nulls, treatments), n or 0


def _null(y: np.ndarray, size: np.ndarray, keep: np.ndarray, cluster: np.ndarray) -> Null | None:
    """One rate for all: ``y`` per ``size``."""
    if len(keep) < 3 or np.ptp(y[keep]) == 0:
        return None
    y, size = y[keep], size[keep]
    codes = np.unique(cluster[keep], return_inverse=True)[1]
    return Null(keep, y - size * y.sum() / size.sum(), np.ones((len(keep), 1)), size, codes)


def _within(rows: pd.DataFrame, ends: dict[str, str]) -> np.ndarray:
    """Which rows are surely in a window; without one all are."""
    return dates.between(rows, ends.get("since"), ends.get("until")).to_numpy() if ends else np.ones(len(rows), bool)


def _day(ends: dict[str, str], end: str) -> float:
    if end not in ends:
        return -np.inf if end == "since" else np.inf
    return float(np.datetime64(ends[end], "D").astype(int))
