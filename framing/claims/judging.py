"""Verdicts on claims by one rule, and what each depends on."""

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from framing.claims.measuring import Measured, measured
from framing.declared import MEASURES, Claims, read
from framing.errors import FramingError
from framing.inference import adjust
from framing.messages import Message, mark, together
from framing.records import Record, codebook
from framing.study.studies import Study

CODEBOOK = codebook("claims")
"""Table → column → what it is."""
SUPPORTED, CONTRADICTED = mark("supported"), mark("contradicted")
INCONCLUSIVE, UNANSWERABLE = mark("inconclusive"), mark("not answerable with these data")
VERDICTS = (SUPPORTED, CONTRADICTED, INCONCLUSIVE, UNANSWERABLE)
_MEASURES = {
    "mentions": mark("rate of mentions"), "share": mark("share of articles"), "page": mark("page"),
    "front": mark("front page"), "rank": mark("rank"), "order": mark("order of names"), "words": mark("word ratio"),
    "topic": mark("topic share"), "frame": mark("frame share"), "tone": mark("tone"), "silence": mark("silence"),
}  # fmt: skip
_DIRECTIONS = {
    "more": mark("more"), "less": mark("less"), "same": mark("no difference"), "different": mark("some difference"),
    "none": mark("no mention"),
}  # fmt: skip
_NUMBERS = ("estimate", "low", "high", "matters", "n", "n_clusters", "p_value", "holds", "place", "place_low",
            "place_high")  # fmt: skip
FDR = 0.05
_SEARCH = mark("The window was chosen after looking, and a search through all windows finds as much by chance.")
_NO_SEARCH = mark("The window was chosen after looking, and no test of this measure allows for the search.")
_NO_INTERVAL = mark("Too few clusters or rows inform it: there is no interval.")
_LOST = mark("Corrected for the number of claims in the file it is no longer supported (q above 0.05).")


@dataclass(frozen=True)
class Judged(Record):
    """Claims with their verdicts.

    Attributes
    ----------
    verdicts
        One row per claim that could be read, in the order of the file: ``claim``, ``sentence``, ``source``,
        ``measure``, ``direction``, ``verdict``, ``estimate``, ``low``, ``high`` (90%), ``matters``, ``scale``, ``n``,
        ``n_clusters``, ``p_value`` (one-sided, of an effect that is not beyond the smallest that matters; read off
        the 90% interval, which it agrees with at .05), ``q_value`` (Benjamini-Hochberg over the file), ``status``,
        ``procedure``, ``note``, ``holds`` (the dispersion of counts from which on the claim is open), and ``place``,
        ``place_low``, ``place_high``: how far beyond the smallest effect in the claimed direction, in half intervals.
    sensitivity
        One row per claim and variation: ``claim``, ``varied``, ``option``, ``estimate``, ``low``, ``high``,
        ``verdict`` and ``note``.
    faults, deviations
        Of the file, see :func:`framing.claims.read`; a corpus other than the one that was locked deviates as well.
    """

    verdicts: pd.DataFrame
    sensitivity: pd.DataFrame
    faults: pd.DataFrame
    deviations: pd.DataFrame
    locked: str = ""
    measured: dict[str, Measured] = field(default_factory=dict, repr=False)


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
        Also judge under other windows, without copies, over missing pages and over dispersions.
    replicates, seed
        Of tests by permutation, and of everything random.

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
    5% of such claims that are false or true, as two one-sided tests [1]_. A claim of some difference in either
    direction is supported by the 95% interval. Else *inconclusive*. *Not answerable*: what the claim needs is not in
    the data.

    References
    ----------
    .. [1] Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power approach for
           assessing the equivalence of average bioavailability. *J. Pharmacokinetics and Biopharmaceutics* 15, 657-680.

    Examples
    --------
    >>> found = judge([{"id": "a", "sentence": "A is named more often than B.", "measure": "mentions",
    ...                 "direction": "more", "matters": 1.25, "given": {"target": [90, 100], "reference": [30, 100]}}])
    >>> found.verdicts.loc[0, "verdict"]
    'supported'
    """
    file = claims if isinstance(claims, Claims) else read(claims)
    rows, varied, numbers = [], [], {}
    for claim in file.entries:  # tens
        found, note = _asked(lambda one=claim: measured(dict(one), study, seed=seed, replicates=replicates))
        if found is not None:
            numbers[claim["id"]] = found
            if sensitivity:
                varied += _variations(claim, study, found, seed)
        rows.append(_row(claim, found, note, language))
    columns = [*CODEBOOK["verdicts"], "scale", "place", "place_low", "place_high"]
    table = pd.DataFrame(rows, columns=list(dict.fromkeys(columns)), dtype=object)  # else messages become plain text
    table = table.astype({name: float for name in _NUMBERS})
    table["q_value"] = adjust(table["p_value"])
    lost = (table["verdict"] == SUPPORTED) & (table["q_value"] > FDR)
    table["note"] = pd.Series(
        [together(note, _LOST) if gone else note for note, gone in zip(table["note"], lost, strict=True)], dtype=object
    )
    status = {name: mark("exploratory") for name in file.exploratory} if file.locked else {}
    usual = mark("locked") if file.locked else mark("not locked")
    table["status"] = pd.Series([status.get(name, usual) for name in table["claim"]], dtype=object)
    deviations = file.deviations
    if file.locked and study is not None and file.corpus != (now := study.checksum):
        row = ("", mark("the corpus"), file.corpus[:12], now[:12])
        deviations = pd.concat([deviations, pd.DataFrame([row], columns=deviations.columns, dtype=object)])
    others = pd.DataFrame(varied, columns=list(CODEBOOK["sensitivity"]), dtype=object)
    others = others.astype({name: float for name in ("estimate", "low", "high")})
    return Judged(table, others, file.faults, deviations, file.locked, numbers)


def _asked(ask: Callable[[], Measured]) -> tuple[Measured | None, Message | str]:
    try:
        return ask(), ""
    except (FramingError, ValueError) as error:
        told = error.args[0] if error.args else ""
        return None, told if isinstance(told, Message) else str(told)


def verdict(claim: dict[str, Any], found: Measured) -> tuple[Message, Message | str]:
    """The verdict on a claim, and why it is not the one that its interval alone would give."""
    if claim["measure"] == "silence":
        if found.n:
            return CONTRADICTED, ""
        return (SUPPORTED if (found.searched or 0.0) <= 0.05 else INCONCLUSIVE), ""
    low, high, least = _scaled(claim, found, 0.9)
    if not (low <= high):
        return INCONCLUSIVE, _NO_INTERVAL
    direction = claim["direction"]
    within, outside = -least < low and high < least, low > least or high < -least
    if direction == "different":
        wide = _scaled(claim, found, 0.95)
        judged = SUPPORTED if wide[0] > least or wide[1] < -least else CONTRADICTED if within else INCONCLUSIVE
    elif direction == "same":
        judged = SUPPORTED if within else CONTRADICTED if outside else INCONCLUSIVE
    else:
        low, high = (low, high) if direction == "more" else (-high, -low)
        judged = SUPPORTED if low > least else CONTRADICTED if high < least else INCONCLUSIVE
    if judged == SUPPORTED and claim.get("chosen") == "after looking":
        if found.searched is None:
            return INCONCLUSIVE, _NO_SEARCH
        return (judged, "") if found.searched <= 0.05 else (INCONCLUSIVE, _SEARCH)
    return judged, ""


def _scaled(claim: dict, found: Measured, level: float) -> tuple[float, float, float]:
    """Ends of the interval and the smallest effect where no effect is 0: of ratios their logarithms."""
    ends, least = found.ends[level], claim["matters"]
    if MEASURES[claim["measure"]] != "ratio":
        return ends[0], ends[1], least
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = np.log(ends)
    return float(low), float(high), float(np.log(least))


def _row(claim: dict, found: Measured | None, note: Message | str, language: str) -> dict[str, Any]:
    scale = MEASURES.get(claim.get("measure", ""), "")
    row: dict[str, Any] = {
        "claim": claim["id"], "sentence": _text(claim["sentence"], language),
        "source": _text(claim.get("source", ""), language), "measure": _MEASURES.get(claim.get("measure", ""), ""),
        "direction": _DIRECTIONS.get(claim.get("direction", ""), ""), "verdict": UNANSWERABLE,
        "matters": claim.get("matters", np.nan), "scale": scale, "note": note, "p_value": np.nan,
    }  # fmt: skip
    if found is None:
        return row
    judged, why = verdict(claim, found)
    low, high = found.ends[0.9] if claim["measure"] != "silence" else (np.nan, np.nan)
    places, p = _places(claim, found)
    return row | {
        "verdict": judged, "holds": _holds(claim, found), "estimate": found.estimate, "low": low, "high": high,
        "n": found.n, "n_clusters": found.n_clusters, "procedure": found.procedure, "p_value": p,
        "note": together(why, *found.cautions),
        **dict(zip(("place", "place_low", "place_high"), places, strict=True)),
    }  # fmt: skip


def _holds(claim: dict, found: Measured) -> float:
    """The dispersion from which on the claim is open; missing where it is open at 1."""
    under = found.at
    if under is None:
        return np.nan

    def same(phi: float) -> bool:
        return verdict(claim, under(phi))[0] != INCONCLUSIVE

    low, high = 1.0, 1000.0
    if not same(low) or same(high):
        return np.nan if not same(low) else np.inf
    while high - low > 0.01:
        low, high = ((low + high) / 2, high) if same((low + high) / 2) else (low, (low + high) / 2)
    return low


def _text(given: str | dict, language: str) -> str:
    return given if isinstance(given, str) else given.get(language) or next(iter(given.values()))


def _places(claim: dict, found: Measured) -> tuple[tuple[float, ...], float]:
    """Places beyond the smallest effect in the claimed direction, in half intervals; p of lying short of it."""
    if claim["measure"] == "silence":
        return (np.nan,) * 3, found.searched if not found.n and found.searched is not None else 1.0
    low, high, least = _scaled(claim, found, 0.9)
    with np.errstate(divide="ignore"):
        middle = float(np.log(found.estimate)) if MEASURES[claim["measure"]] == "ratio" else found.estimate
    if not (np.isfinite(middle) and low <= high):
        beyond = low if claim["direction"] == "more" else -high
        return (np.nan,) * 3, 0.05 if beyond > least else 1.0
    sides = {
        "more": [(middle - least, low - least, high - least)],
        "less": [(-middle - least, -high - least, -low - least)],
    }
    sides["same"] = [(middle + least, low + least, high + least), (least - middle, least - high, least - low)]
    sides["different"] = [*sides["more"], *sides["less"]]
    z, scaled = [], []
    for at, left, right in sides[claim["direction"]]:
        half = (at - left) if np.isfinite(left) and at > left else (right - at)
        unit = half if np.isfinite(half) and half > 0 else np.nan
        z.append(stats.norm.ppf(0.95) * at / unit)
        scaled.append(tuple(np.array([at, left, right]) / unit))
    chosen = int(np.argmax(z)) if claim["direction"] == "different" else int(np.argmin(z))
    p = float(stats.norm.sf(z[chosen])) * (2 if claim["direction"] == "different" else 1)
    return scaled[chosen], min(p, 1.0)


# ---- what a verdict depends on ----

_TENTHS = (-0.1, 0, 0.1)
_WINDOWS = {
    ("since", -0.1): mark("begins a tenth earlier"), ("since", 0.1): mark("begins a tenth later"),
    ("until", -0.1): mark("ends a tenth earlier"), ("until", 0.1): mark("ends a tenth later"),
}  # fmt: skip
_COPIES = {"first": mark("the first copy in each outlet"), "none": mark("without stories that several outlets carry")}
_FILLS = {"for": mark("as the claim would have it"), "against": mark("as the claim would not have it")}


def _variations(claim: dict, study: Study | None, found: Measured, seed: int) -> list[tuple]:
    """The claim under other windows, copies, missing values and dispersions, each with its verdict."""
    if claim["measure"] == "silence":
        return []
    rows: list[tuple] = []
    for phi, low, high in found.curve:
        one = replace(found, ends=dict.fromkeys(found.ends, (low, high)))
        rows.append(_line(claim, mark("dispersion"), f"{phi:g}", one))
    if study is None or "unit" in claim or "given" in claim:
        return rows
    if claim.get("window") and claim["measure"] not in ("topic", "rank"):
        rows += [_again(claim | other, mark("window"), option, study, seed) for option, other in _moved(claim, study)]
    if "cluster_id" in study.articles and claim["measure"] != "topic":
        for copies, option in _COPIES.items():
            other = claim.get("population", {}) | {"copies": copies}
            rows.append(_again(claim | {"population": other}, mark("copies"), option, study, seed))
    for fill, option in _FILLS.items() if found.missing else ():
        rows.append(_again(claim, mark("missing values"), option, study, seed, fill))
    return rows


def _moved(claim: dict, study: Study) -> list[tuple[Message, dict]]:
    """The windows that begin, end, or begin and end a tenth earlier or later; the time before then ends before them."""
    window, known, found = claim["window"], study.articles["date"], []
    ends = [pd.Timestamp(window.get("since", known.min())), pd.Timestamp(window.get("until", known.max()))]
    moves = [_TENTHS if name in window else (0,) for name in ("since", "until")]
    for by in itertools.product(*moves):
        told = [_WINDOWS[name, part] for name, part in zip(("since", "until"), by, strict=True) if part]
        moved = [end + part * (ends[1] - ends[0]) for end, part in zip(ends, by, strict=True)]
        new = {name: str(day.date()) for name, day in zip(("since", "until"), moved, strict=True) if name in window}
        before = claim.get("before", {})
        if "reference" not in claim and before.get("until", "") >= new.get("since", "9999"):
            day = str(moved[0].date() - dt.timedelta(days=1))
            before = before | {"until": day}
        if told and before.get("since", "") <= before.get("until", "9999"):
            found.append((together(*told, clauses=True), {"window": new} | ({"before": before} if before else {})))
    return found


def _again(claim: dict, varied: Message, option: Message, study: Study, seed: int, fill: str = "") -> tuple:
    found, note = _asked(lambda: measured(dict(claim), study, fill=fill, seed=seed, replicates=9))
    if found is None:
        return claim["id"], varied, option, np.nan, np.nan, np.nan, UNANSWERABLE, note
    return _line({**claim, "chosen": ""}, varied, option, found)


def _line(claim: dict, varied: Message, option: Message | str, found: Measured) -> tuple:
    return claim["id"], varied, option, found.estimate, *found.ends[0.9], verdict(claim, found)[0], ""
