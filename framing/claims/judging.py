"""Verdicts on claims by one rule, and what each depends on."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from framing.claims import CODEBOOK
from framing.claims.common import LEVELS, Measured
from framing.claims.measuring import measured
from framing.claims.sides import rests_on, subset_of
from framing.claims.varying import joint, moved
from framing.declared import MEASURES, Claims, named_cause, read
from framing.errors import FramingError, TableError
from framing.inference import adjust
from framing.messages import Message, mark, together
from framing.records import Record
from framing.study.studies import Study
from framing.trends.counted import DISPERSIONS

SUPPORTED, CONTRADICTED = mark("supported"), mark("contradicted")
INCONCLUSIVE, UNANSWERABLE = mark("inconclusive"), mark("not answerable with these data")
VERDICTS = (SUPPORTED, CONTRADICTED, INCONCLUSIVE, UNANSWERABLE)
_MEASURES = {
    "mentions": mark("rate of mentions"), "share": mark("share of articles"), "page": mark("page"),
    "front": mark("front page"), "rank": mark("rank"), "order": mark("order of names"),
    "shared": mark("same page"), "words": mark("word ratio"),
    "topic": mark("topic share"), "frame": mark("frame share"), "tone": mark("tone"), "silence": mark("silence"),
}  # fmt: skip
_DIRECTIONS = {
    "more": mark("more"), "less": mark("less"), "same": mark("no difference"), "different": mark("some difference"),
    "none": mark("no mention"),
}  # fmt: skip
_RESTS = {
    "codebook": mark("codebook"), "lexicon": mark("lexicon"), "people": mark("people's codes"),
    "mentions": mark("mentions of actors"), "tokens": mark("words of the texts"), "counts": mark("counts of words"),
}  # fmt: skip
_NUMBERS = ("estimate", "low", "high", "matters", "n", "n_clusters", "p_value", "p_contradicted", "holds", "place",
            "place_low", "place_high", "cut", "edge")  # fmt: skip
_FAR = 1e9
FDR = 0.05
"""Share of the claims called supported, and of those called contradicted, that are so falsely, on average at most."""
SEARCH = mark("The window was chosen after looking, and a search through all windows finds as much by chance.")
NO_SEARCH = mark("The window was chosen after looking, and no test of this measure allows for the search.")
NO_ALIKE = mark("The window was chosen after looking, and a search finds windows that differ, none that are alike.")
_LOOKED = mark("The window was chosen after looking.")
_SEARCHED = mark("The window was chosen after looking; a search through all windows has p = {p:.3f}.")
_LEFT_OUT = mark("Were the rows left out of which that is not known, the claim would be {verdict}.")
_ALL_TAKEN = mark("The window moved so leaves no day of the time that it is compared with.")
_UNFORESEEN = mark("It ended in an error that nobody foresaw, {kind}: {error}. The other claims are judged.")
_NO_INTERVAL = mark("Too few clusters or rows inform it, or no value differs from the others: there is no interval.")
_LOST = {
    SUPPORTED: mark(
        "Alone it would be supported; corrected for the {n} claims that are judged together it is not (q = {q:.3f})."
    ),
    CONTRADICTED: mark(
        "Alone it would be contradicted; corrected for the {n} claims that are judged together it is not (q = {q:.3f})."
    ),
}


@dataclass(frozen=True)
class Judged(Record):
    """Claims with their verdicts.

    Attributes
    ----------
    verdicts
        One row per claim that could be read, in the order of the file: ``claim``, ``sentence``, ``source``,
        ``measure``, ``direction``, ``verdict``, ``estimate``, ``low``, ``high`` (90%), ``matters``, ``scale``, ``n``,
        ``n_clusters``, ``p_value`` (one-sided, of an effect that is not beyond the smallest that matters: of which
        level the interval ends there), ``p_contradicted`` (of one that is), ``q_value``, ``q_contradicted``
        (Benjamini-Hochberg over the file; of a claim that stands as it was locked over the claims of the lock, those
        that are gone or changed too; claims that are not answerable or have no interval do not count), ``status``,
        ``procedure``, ``note``, ``holds`` (the dispersion of counts from which on the claim is open), and ``place``,
        ``place_low``, ``place_high``: how far beyond the smallest effect in the claimed direction, in half intervals;
        ``cut``: the p with which an open claim would be decided beside those of the file that are; ``edge``: the
        smallest effect that matters from which on a claim that is decided would be open in this file.
    overview
        The same in words, for a first look: ``sentence``, ``verdict``, ``estimate`` (with its interval), ``matters``,
        ``status``.
    sensitivity
        One row per claim and variation: ``claim``, ``varied``, ``option``, ``estimate``, ``low``, ``high``,
        ``verdict`` and ``note``.
    joint
        One row per claim: all defensible choices tested together against no effect, as in :mod:`framing.multiverse`:
        ``claim``, ``n_specifications``, ``n_draws`` (permutations), ``n_exchanged`` (rows whose side they change; where
        they divide the rows in fewer than 20 ways there is no p), ``agree`` (share of the specifications on the side
        claimed), ``z`` (their median, positive on that side), ``p_value`` (one-sided for *more* and *less*), ``note``
        (why there is none).
    faults, deviations
        Of the file, see :func:`framing.claims.read`. A corpus, a subset of it, a codebook, lexicon or people's codes
        other than those that were locked deviate as well, and the claims that rest on them are exploratory.
    locked, looked
        The day of the lock, and that of a run of these claims before it; each may be empty.
    """

    verdicts: pd.DataFrame
    sensitivity: pd.DataFrame
    joint: pd.DataFrame
    faults: pd.DataFrame
    deviations: pd.DataFrame
    locked: str = ""
    looked: str = ""
    measured: dict[str, Measured] = field(default_factory=dict, repr=False)

    @property
    def overview(self) -> pd.DataFrame:
        from framing.claims.telling import overview  # which tells what is judged here

        return overview(self)


def judge(
    claims: Claims | str | list,
    study: Study | None = None,
    *,
    language: str = "en",
    sensitivity: bool = True,
    replicates: int = 199,
    seed: int = 0,
) -> Judged:
    """Judge each claim of a file by the data of a study.

    Parameters
    ----------
    claims
        From :func:`read`, or what it reads.
    study
        The study the claims are about; claims about counts that others made (``unit``, ``given``) need none.
    language
        Of the sentences, where a claim has them in several.
    sensitivity
        Also judge under other windows, without copies, over missing pages and over dispersions, and test all choices
        together.
    replicates, seed
        Of tests by permutation, and of everything random. A search for a window takes 40 a claim of the file, if these
        are more.

    Returns
    -------
    Judged

    Raises
    ------
    SourceError
        The file cannot be read; a single claim that cannot is in ``faults``.

    Notes
    -----
    *Supported*: the whole 90% interval lies beyond the smallest effect that matters, in the claimed direction (of a
    claim of no difference: within it). *Contradicted*: the whole interval lies short of it. Either is wrong in at most
    5% of such claims that are false or true, as two one-sided tests [1]_. A difference in either direction supports a
    claim of some, or contradicts a claim of none, by the 95% interval. Of several claims of a file, q is at most .05
    as well: of those called supported at most 5% are false on average, and of those called contradicted at most 5% are
    true [2]_. With more claims in the file each needs a wider interval on its side; other windows and dispersions are
    judged by the same. Else *inconclusive*. *Not answerable*: what the claim needs is not in the data.

    References
    ----------
    .. [1] Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power approach for
           assessing the equivalence of average bioavailability. *J. Pharmacokinetics and Biopharmaceutics* 15, 657-680.
    .. [2] Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate. *J. Royal Statistical Society* B
           57, 289-300.

    Examples
    --------
    >>> found = judge([{"id": "a", "sentence": "A is named more often than B.", "measure": "mentions",
    ...                 "direction": "more", "matters": 1.25, "given": {"target": [90, 100], "reference": [30, 100]}}])
    >>> found.verdicts.loc[0, "verdict"]
    'supported'
    """
    file = claims if isinstance(claims, Claims) else read(claims)
    every = (*file.entries, *file.held)
    draws = max(replicates, round(2 * len(every) / FDR))  # the least p passes the correction for so many claims
    asked = [_asked(lambda one=claim: measured(dict(one), study, seed=seed, replicates=draws)) for claim in every]
    tests = [(np.nan,) * 5 if found is None else tested(claim, found)
             for claim, (found, _) in zip(every, asked, strict=True)]  # fmt: skip
    p, now = np.array([one[:2] for one in tests], dtype=float).reshape(-1, 2).T, {one["id"] for one in file.entries}
    families = [
        _corrected(p, [i < len(now) or one["id"] not in now for i, one in enumerate(every)]),
        _corrected(p, [i >= len(now) or one["id"] not in file.exploratory for i, one in enumerate(every)]),
    ]
    rows, varied, joints, numbers = [], [], [], {}
    for i, (claim, (found, note)) in enumerate(zip(file.entries, asked, strict=False)):  # tens
        q, n, cuts = families[claim["id"] not in file.exploratory]
        rows.append(_row(claim, language))
        if found is None:
            rows[-1] |= {"note": note, "verdict": UNANSWERABLE}
            continue
        numbers[claim["id"]] = found
        judged, why = verdict(tests[i][:2], cuts), _limits(claim, found)
        alone = verdict(tests[i][:2])
        if alone != judged:
            lost = Message(_LOST[alone], {"n": n, "q": float(q[0 if alone == SUPPORTED else 1, i])})
            why = together(lost, why) if claim.get("chosen") == "after looking" else lost
        rows[-1] |= _numbers(claim, found, tests[i], cuts) | {"verdict": judged}
        side = 0 if tests[i][2] > 0 else 1
        joined = min(int((q[side] <= FDR).sum()) + 1, max(n, 1))
        rows[-1] |= {"q_value": q[0, i], "q_contradicted": q[1, i], "cut": FDR * joined / max(n, 1)}
        rows[-1] |= {"edge": _edge(claim, found, cuts)}
        known = verdict(tested(claim, found.fills[0]), cuts) if found.fills else judged
        out = () if known == judged else (Message(_LEFT_OUT, {"verdict": known}),)
        rows[-1]["note"] = together(why, *found.cautions, *out, *named_cause(claim))
        if sensitivity:
            varied += _variations(claim, study, found, cuts, seed)
            values, why = _asked(partial(joint, claim, study, replicates, seed))
            joints.append((claim["id"], *(values or (np.nan,) * 6), why))
    columns = [*CODEBOOK["verdicts"], "scale", "place", "place_low", "place_high", "cut", "edge"]
    table = pd.DataFrame(rows, columns=list(dict.fromkeys(columns)), dtype=object)  # else messages become plain text
    table = table.astype({name: float for name in (*_NUMBERS, "q_value", "q_contradicted")})
    for name in ("note", "procedure"):
        table[name] = table[name].where(table[name].notna(), "")
    deviations, later = _against(file, study)
    usual = mark("not locked") if not file.locked else mark("locked after a run") if file.looked else mark("locked")
    status = dict.fromkeys(later, mark("exploratory"))
    table["status"] = pd.Series([status.get(name, usual) for name in table["claim"]], dtype=object)
    others = pd.DataFrame(varied, columns=list(CODEBOOK["sensitivity"]), dtype=object)
    others = others.astype({name: float for name in ("estimate", "low", "high")})
    every = pd.DataFrame(joints, columns=list(CODEBOOK["joint"]), dtype=object)
    every = every.astype({name: float for name in every if name not in ("claim", "note")})
    return Judged(table, others, every, file.faults, deviations, file.locked, file.looked, numbers)


def _corrected(p: np.ndarray, family: list[bool]) -> tuple[np.ndarray, int, tuple[float, ...]]:
    """q in a family of claims, how many of them count, and the p up to which each is supported, or contradicted."""
    q = np.array([adjust(each) for each in np.where(family, p, np.nan)])
    n = int((~np.isnan(q[0])).sum())
    return q, n, tuple(FDR * max(1, int((each <= FDR).sum())) / max(n, 1) for each in q)


def _against(file: Claims, study: Study | None) -> tuple[pd.DataFrame, set[str]]:
    """What differs from what was locked, the data and what the claims rest on too, and which claims are exploratory."""
    if not file.locked:
        return file.deviations, set()
    rows: list[tuple] = []
    if study is not None:
        others = file.corpus != study.checksum
        if others:
            rows.append(("", mark("the corpus"), file.corpus[:12], study.checksum[:12]))
        elif file.articles and (now := subset_of(study)) not in file.articles:
            rows.append(("", mark("the articles taken"), "; ".join(file.articles), now))
        for claim in file.entries:  # tables of words change with their corpus, which has its row
            old, new = file.rests.get(claim["id"]), rests_on(claim, study)
            names = [name for name in new if not others or name in ("codebook", "lexicon", "people")]
            rows += [(claim["id"], _RESTS[name], old[name], new[name]) for name in names
                     if old is not None and old.get(name, new[name]) != new[name]]  # fmt: skip
    found = pd.DataFrame(rows, columns=file.deviations.columns, dtype=object)
    later = {*file.exploratory, *found["claim"]} - {""}
    if "" in set(found["claim"]):
        own = {"given"} if others else {"given", "unit"}
        later |= {claim["id"] for claim in file.entries if "measure" in claim and not own & set(claim)}
    return (pd.concat([file.deviations, found], ignore_index=True) if rows else file.deviations), later


def _asked(ask: Callable[[], Any]) -> tuple[Any, Message | str]:
    try:
        return ask(), ""
    except (FramingError, ValueError) as error:
        told = error.args[0] if error.args else ""
        return None, told if isinstance(told, Message) else str(told)
    except Exception as error:  # one claim ends no other
        return None, Message(_UNFORESEEN, {"kind": type(error).__name__, "error": str(error)[:200]})


def verdict(p: tuple[float, ...], cuts: tuple[float, ...] = (FDR, FDR)) -> Message:
    """Supported or contradicted where the p of the claim being false, or true, is at most its cut."""
    return SUPPORTED if p[0] <= cuts[0] else CONTRADICTED if p[1] <= cuts[1] else INCONCLUSIVE


def tested(claim: dict[str, Any], found: Measured) -> tuple[float, ...]:
    """p were the claim false at the edge, p were it true there, and where it lies: places beyond the smallest effect in
    the claimed direction, in half intervals (middle, low, high). Of several ways to fill what is not known, the largest
    p: that at which the interval over all of them ends at the edge."""
    nowhere, late = (np.nan,) * 3, 0.0
    if claim.get("chosen") == "after looking":  # the best of all windows, where that was searched
        late = 1.0 if found.searched is None else found.searched
    if claim["measure"] == "silence":
        return (1.0, 0.0, *nowhere) if found.n else (max(found.ends[0.9][1], late), 1.0, *nowhere)
    middle, low, high, least = _scaled(claim, found)
    if not low[0] <= high[0]:  # without an interval nothing is tested
        return np.nan, np.nan, *nowhere
    ways = [_sided(claim, each, least) for each in found.fills or (found,)]
    more, below, above, less = map(max, zip(*ways, strict=True))
    within, apart = max(above, below), min(1.0, 2 * min(more, less))
    direction = claim["direction"]
    p, against = {
        "more": (more, below), "less": (less, above), "same": (within, apart), "different": (apart, within),
    }[direction]  # fmt: skip
    p = max(p, late)
    up = more <= less if direction == "different" else middle > 0 if direction == "same" else direction == "more"
    place = np.array([middle, low[0], high[0]] if up else [-middle, -high[0], -low[0]]) - least
    place = -place[[0, 2, 1]] if direction == "same" else place
    with np.errstate(invalid="ignore"):
        half = place[0] - place[1] if place[0] > 0 else place[2] - place[0]
    if not (np.isfinite(middle) and 0 < half < np.inf):
        return p, against, *nowhere
    return p, against, *(float(each / half) for each in place)


def _sided(claim: dict, found: Measured, least: float) -> tuple[float, ...]:
    """p of an effect of at most, and at least, the smallest that matters; then of its inverse."""
    if found.p_of:
        return *found.p_of(claim["matters"]), *found.p_of(1 / claim["matters"])
    way = _scaled(claim, found)[:3]
    return tuple(ask(edge, *way) for edge in (least, -least) for ask in (_at_most, _at_least))


def _at_most(edge: float, middle: float, low: np.ndarray, high: np.ndarray) -> float:
    """p of an effect of at most ``edge``: of which level the lower end lies there, between the levels that are known;
    .05 where that of the 90% interval does. Without a lower end nothing speaks against any effect, and p is 1."""
    tail = (1 - np.array(LEVELS)) / 2
    ended = np.isfinite(low)
    if not ended[0]:
        return 1.0
    low, high = np.minimum.accumulate(low), np.maximum.accumulate(high)
    centre = np.clip(middle, low[0], high[0])
    x = np.array([*low[::-1], centre, *high])
    z = stats.norm.isf([*tail[::-1], 0.5, *1 - tail])
    x, z = x[np.isfinite(x)], z[np.isfinite(x)]
    if x[0] <= edge <= x[-1]:
        return float(stats.norm.sf(np.interp(edge, x, z)))
    if len(x) < 2:
        return float(tail[0] if edge < x[0] else 1.0)
    (last, inner), z = (each[:2] if edge < x[0] else each[:-3:-1] for each in (x, z))
    p, (far, whole, part) = stats.norm.sf(np.abs(z)), np.abs(np.array([edge, last, inner]) - centre)
    with np.errstate(divide="ignore", invalid="ignore"):  # beyond the last level by a power of the distance, as t does
        beyond = p[0] * (far / whole) ** (np.log(p[0] / p[1]) / np.log(whole / part))
    beyond = 0.0 if last == inner else float(np.nan_to_num(beyond, nan=p[0]))
    beyond = beyond if edge < x[0] else 1 - beyond
    return max(beyond, *tail[~ended], 0.0)  # at a level without an end nothing is excluded


def _at_least(edge: float, middle: float, low: np.ndarray, high: np.ndarray) -> float:
    """p of an effect of at least ``edge``."""
    return _at_most(-edge, -middle, -high, -low)


def _limits(claim: dict, found: Measured) -> Message | str:
    """Why the verdict is not the one that the interval alone would give."""
    if not found.ends[0.9][0] <= found.ends[0.9][1]:
        return _NO_INTERVAL
    if claim.get("chosen") != "after looking":
        return ""
    if tested({**claim, "chosen": ""}, found)[0] > FDR:
        return _LOOKED if found.searched is None else Message(_SEARCHED, {"p": found.searched})
    if found.searched is None or found.searched > FDR:
        return SEARCH if found.searched is not None else NO_ALIKE if claim["direction"] == "same" else NO_SEARCH
    return Message(_SEARCHED, {"p": found.searched})


def _scaled(claim: dict, found: Measured) -> tuple[float, np.ndarray, np.ndarray, float]:
    """Estimate, ends at all levels and the smallest effect where no effect is 0: of ratios their logarithms."""
    ends = np.array([found.ends[level] for level in LEVELS], dtype=float).T
    each = found.estimate, *ends, claim["matters"]
    if MEASURES[claim["measure"]] != "ratio":
        return each
    with np.errstate(divide="ignore", invalid="ignore"):
        middle, low, high, least = (np.log(one) for one in each)
    return float(middle), low, high, float(least)


def _row(claim: dict, language: str) -> dict[str, Any]:
    return {
        "claim": claim["id"], "sentence": _text(claim["sentence"], language),
        "source": _text(claim.get("source", ""), language), "measure": _MEASURES.get(claim.get("measure", ""), ""),
        "direction": _DIRECTIONS.get(claim.get("direction", ""), ""), "matters": claim.get("matters", np.nan),
        "scale": MEASURES.get(claim.get("measure", ""), ""),
    }  # fmt: skip


def _numbers(claim: dict, found: Measured, test: tuple, cuts: tuple) -> dict[str, Any]:
    low, high = _within_bounds(claim, found) if claim["measure"] != "silence" else (np.nan, np.nan)
    return {
        "holds": _holds(claim, found, cuts), "estimate": found.estimate, "low": low, "high": high, "n": found.n,
        "n_clusters": found.n_clusters, "procedure": found.procedure,
        **dict(zip(("p_value", "p_contradicted", "place", "place_low", "place_high"), test, strict=True)),
    }  # fmt: skip


def _within_bounds(claim: dict, found: Measured) -> tuple[float, float]:
    """The 90% interval; of shares no further than shares can differ."""
    if MEASURES[claim["measure"]] != "points":
        return found.ends[0.9]
    shift = claim.get("value", 0.0)
    low, high = np.clip(found.ends[0.9], -shift if "value" in claim else -1.0, 1.0 - shift)
    return float(low), float(high)


def _holds(claim: dict, found: Measured, cuts: tuple) -> float:
    """The dispersion from which on the claim is open; missing where it is open at 1."""
    under = found.at
    if under is None:
        return np.nan

    def same(phi: float) -> bool:
        one = replace(under(phi), searched=found.searched)
        return verdict(tested(claim, one), cuts) != INCONCLUSIVE

    if not same(1.0) or same(1000.0):
        return np.nan if not same(1.0) else np.inf
    return _turn(same, 1.0, 1000.0)


def _edge(claim: dict, found: Measured, cuts: tuple) -> float:
    """The smallest effect that matters from which on a decided claim is open, on its side; missing if there is none."""
    judged = verdict(tested(claim, found), cuts)
    if claim["measure"] == "silence" or judged == INCONCLUSIVE:
        return np.nan
    ratio, direction = MEASURES[claim["measure"]] == "ratio", claim["direction"]
    none, least, size = (1.0 if ratio else 0.0), float(claim["matters"]), abs(found.estimate)
    inverse = 1 / size if size else np.inf
    size = size if not ratio or direction == "more" else inverse if direction == "less" else max(size, inverse)

    def same(least: float) -> bool:
        return verdict(tested({**claim, "matters": least}, found), cuts) == judged

    up = (judged == SUPPORTED) == (direction != "same")
    high = size if np.isfinite(size) and size > least else 2 * max(least, 0.5)
    while up and same(high) and high < _FAR:
        high *= 2
    end = high if up else none
    if same(end):
        return np.nan
    at = _turn(same, least, end)
    return at if direction != "less" else 1 / at if ratio else -at


def _turn(same: Callable[[float], bool], here: float, there: float) -> float:
    """Where the verdict turns, between a size that leaves it the same and one that does not."""
    for _ in range(25):
        middle = (here + there) / 2
        here, there = (middle, there) if same(middle) else (here, middle)
    return here


def _text(given: str | dict, language: str) -> str:
    return given if isinstance(given, str) else given.get(language) or next(iter(given.values()))


# ---- what a verdict depends on ----

_COPIES = {"first": mark("the first copy in each outlet"), "none": mark("without stories that several outlets carry")}
_FILLS = {
    "": {"for": mark("as the claim would have it"), "against": mark("as the claim would not have it")},
    "value": {"for": mark("all are counted"), "against": mark("none is counted")},
    "units": {
        "for": mark("the highest for the target, the lowest for what it is compared with"),
        "against": mark("the lowest for the target, the highest for what it is compared with"),
    },
    "shares": {
        "for": mark("all are counted for the target, none for what it is compared with"),
        "against": mark("none is counted for the target, all for what it is compared with"),
    },
}
"""Of claims of a direction, and of claims of no or some difference: what missing values are taken for."""


def _variations(claim: dict, study: Study | None, found: Measured, cuts: tuple, seed: int) -> list[tuple]:
    """The claim under other windows, copies, missing values and dispersions, each with its verdict in the file."""
    if claim["measure"] == "silence":
        return []

    def line(varied: Message, option: Message | str, ask: Callable[[], Measured]) -> tuple:
        other, note = _asked(ask)
        if other is None:
            return claim["id"], varied, option, np.nan, np.nan, np.nan, UNANSWERABLE, note
        judged = verdict(tested(claim, replace(other, searched=found.searched)), cuts)
        return claim["id"], varied, option, other.estimate, *_within_bounds(claim, other), judged, ""

    def again(changed: dict | None, fill: str = "") -> Callable[[], Measured]:
        def ask() -> Measured:
            if changed is None:
                raise TableError(_ALL_TAKEN)
            return measured({**claim, "chosen": "", **changed}, study, fill=fill, seed=seed, replicates=9, alone=True)

        return ask

    rows = []
    if at := found.at:
        rows += [line(mark("dispersion"), f"{phi:g}", partial(at, phi)) for phi in DISPERSIONS]
    if study is None or "unit" in claim or "given" in claim:
        return rows
    if claim.get("window") and claim["measure"] not in ("topic", "rank"):
        rows += [line(mark("window"), option, again(other)) for option, other in moved(claim, study)]
    if "cluster_id" in study.articles and claim["measure"] != "topic":
        population = claim.get("population", {})
        rows += [line(mark("copies"), option, again({"population": population | {"copies": copies}}))
                 for copies, option in _COPIES.items() if copies != population.get("copies")]  # fmt: skip
    scale = "value" if "value" in claim else "units" if MEASURES[claim["measure"]] == "units" else "shares"
    fills = _FILLS["" if claim["direction"] in ("more", "less") else scale]
    fills = fills | ({"out": mark("left out")} if found.fills else {})
    return rows + [line(mark("missing values"), option, again({}, fill))
                   for fill, option in fills.items() if found.missing]  # fmt: skip
