"""A machine held against people, the labels that are still needed, and agreement in a sentence."""

from typing import Any

import numpy as np
import pandas as pd

from framing import tables
from framing.codings import consensus
from framing.errors import TableError
from framing.inference import refuse_level
from framing.messages import Finding, Message, mark
from framing.reliability.agreeing import EVERYBODY, drawn_again
from framing.reliability.unitizing import EVERY_CODE

_NOBODY = mark("No unit has been coded by two people yet.")
EMPTY = mark("no codes in it")
"""What is said of a sheet that nobody has begun."""
_SAME = mark("People gave every unit the same value: agreement beyond chance is not defined.")
_LEAST = mark(
    "People agree least on “{code}”: Krippendorff's alpha is {value:.2f} (95% CI {low:.2f} to {high:.2f}; {n:,} "
    "units). Of {all} comparisons, the interval of {below} reaches below {least:.3g}."
)
_ABOVE = mark(
    "People agree least on “{code}”: Krippendorff's alpha is {value:.2f} (95% CI {low:.2f} to {high:.2f}; {n:,} "
    "units). No interval reaches below {least:.3g}."
)
_REFUSED = mark("Of the sheets {n:,} cells could not be taken and are not counted. The appendix says which, and why.")
_MISSING = mark("In {n:,} places the sheets are incomplete or cannot be read. The appendix lists them.")
MEASURES = ("precision", "recall", "f1", "agree", "calibration", "brier")


def validity(
    codings: pd.DataFrame, *, machine: str = "machine", by: str = "", replicates: int = 2000, level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """How well a machine finds what people find.

    Parameters
    ----------
    codings
        From :func:`framing.reliability.read`, with ``probability``; values are 0 and 1. People's value is the
        adjudicator's, or that of most of them; a tie is no value.
    machine
        The coder that is held against people.
    by
        A column, for example ``outlet``: a machine that errs more often in one outlet shows differences that are none.
    replicates, seed
        Of the bootstrap over units, or their clusters where the codings have the column ``cluster``.
    level
        Confidence level.

    Returns
    -------
    DataFrame
        One row per (``by`` and) code and measure: ``measure`` (``precision``, ``recall``, ``f1``, ``agree``; of a
        machine that gives probabilities ``calibration``, their mean less the share that people find, and ``brier``,
        their mean squared distance from what people say), ``estimate``, ``conf_low``, ``conf_high``, ``n_units``. Units
        weigh as many as they stand for, the reciprocal of the probability that they were drawn with. A replicate of the
        bootstrap has half a unit more in each cell of machine by people (a draw of gamma(1/2), Jeffreys' prior): where
        a machine was right in all of ten units, its precision is not 1 for certain.

    Raises
    ------
    TableError
        The machine, people, or probabilities are not there; values are other than 0 and 1; or the machine was trained
        on what people said of these units, and repeats it.
    """
    refuse_level(level)
    if "probability" not in codings or "machine" not in codings:
        raise TableError("validity needs the columns 'machine' and 'probability', as reliability.read makes them")
    if machine not in set(codings["coder"]):
        raise TableError(f"there is no coder {machine!r}; there are {sorted(set(codings['coder']))}")
    strange = sorted({*codings["value"].dropna().astype(str)} - {"0", "1"})
    if strange:
        raise TableError(f"values must be 0 or 1, and some are {strange[:5]}")
    of = codings[codings["coder"] == machine]
    if "in_sample" in of and of["in_sample"].any():
        raise TableError(
            f"{machine!r} was trained on people's codes of these units and repeats them: nothing follows for others. "
            "Take codes that were made out of sample, as frames.trained does"
        )
    index = [*([by] if by else []), "code"]
    own = of.dropna(subset=["value"]).assign(value=lambda rows: rows["value"].astype(float))
    own["score"] = own.get("score", np.nan)
    people = consensus(codings).assign(people=lambda rows: rows["value"].astype(float)).drop(columns="value")
    kept = [*{"unit": 0, **dict.fromkeys(index)}, *({"cluster"} & {*own}), "value", "score", "probability"]
    both = own[kept].merge(people, on=["unit", "code"])
    parts = []
    for names, rows in both.groupby(index, observed=True, sort=False):
        found, true = rows["value"].to_numpy() == 1, rows["people"].to_numpy() > 0.5
        weight = 1 / rows["probability"].to_numpy()
        n = len(rows)
        score = rows["score"].to_numpy(dtype=float)
        rng = np.random.default_rng(seed)
        cluster = tables.numbered(rows["cluster"], rows["unit"]) if "cluster" in rows else None
        drawn = drawn_again(rng, n, replicates, cluster) * weight
        # the four cells, which stand for as many units as others that the machine gives the same value
        told, so = np.array([True, True, False, False]), np.array([True, False, True, False])
        like = [found == one if (found == one).any() else np.ones(n, bool) for one in told]
        cells = rng.gamma(0.5, size=(replicates, 4)) * [weight[each].mean() for each in like]
        sums = _sums(found, true, score)
        more = _sums(told, so, np.array([score[each].mean() for each in like]))
        with np.errstate(divide="ignore", invalid="ignore"):
            estimate = _measures(weight[None] @ sums)[0]
        low, high = np.quantile(_measures(drawn @ sums + cells @ more), [(1 - level) / 2, (1 + level) / 2], axis=0)
        low, high = np.minimum(low, estimate), np.maximum(high, estimate)
        one = pd.DataFrame({**dict(zip(index, names, strict=True)), "measure": MEASURES, "estimate": estimate,
                            "conf_low": low, "conf_high": high, "n_units": n})  # fmt: skip
        parts.append(one if np.isfinite(score).all() else one.iloc[:4])
    names = [*index, "measure", "estimate", "conf_low", "conf_high", "n_units"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)


def _sums(found: np.ndarray, true: np.ndarray, score: np.ndarray) -> np.ndarray:
    """What is added up over units: hits, found, true, the same, one, the score, and its squared distance."""
    return np.stack([found & true, found, true, found == true, np.ones(len(found)), score, (score - true) ** 2], axis=1)


def _measures(sums: np.ndarray) -> np.ndarray:
    hit, found, true, same, n, score, squares = sums.T
    return np.stack(
        [hit / found, hit / true, 2 * hit / (found + true), same / n, (score - true) / n, squares / n], axis=1
    )


def plan(pilot: pd.DataFrame, *, width: float = 0.1) -> pd.DataFrame:
    """How many units must be coded until an interval is as narrow as wanted.

    Parameters
    ----------
    pilot
        From :func:`framing.reliability.agreement` or :func:`validity`.
    width
        Wanted distance from an estimate to the end of its interval.

    Returns
    -------
    DataFrame
        The rows of the pilot with ``half_width`` and ``n_needed``: units altogether, the pilot's included, were the
        others like them; missing where the pilot has no interval. A pilot of few units is itself uncertain.

    Raises
    ------
    ValueError
        ``width`` is not between 0 and 1.
    """
    if not 0 < width < 1:
        raise ValueError(f"width lies between 0 and 1, not {width!r}; 0.1 is usual")
    half = (pilot["conf_high"] - pilot["conf_low"]).astype(float) / 2
    needed = np.ceil(pilot["n_units"] * (half / width) ** 2)
    kept = [name for name in pilot if name not in ("note", "n_codings")]
    return pilot[kept].assign(half_width=half, n_needed=needed.where(half > 0).astype("Float64").astype("Int64"))


def answer(
    found: pd.DataFrame, *, least: float = 0.667, faults: pd.DataFrame | None = None, codebook: Any = None
) -> Finding:
    """The finding about agreement: the code that coders agree on least.

    Parameters
    ----------
    found
        From :func:`framing.reliability.agreement`.
    least
        Alpha below which data are usually not used; .667 for tentative conclusions, .8 otherwise (Krippendorff 2004).
    faults
        What :func:`framing.reliability.read` could not take: cautions say how many cells, and how much is missing; of a
        sheet that nobody has begun nothing is said.
    codebook
        From :func:`framing.frames.load`: codes are named by their labels.

    Returns
    -------
    Finding
        A description: ``value`` is the lowest alpha of all people, or of the only pair, with its interval.
    """
    own = pd.DataFrame({"cell": [], "fault": []}) if faults is None else faults[faults["fault"].ne(EMPTY)]
    refused = int(own["cell"].ne("").sum())
    missing = len(own) - refused
    doubts = (*((Message(_REFUSED, {"n": refused}),) if refused else ()),
              *((Message(_MISSING, {"n": missing}),) if missing else ()))  # fmt: skip
    if found.empty:
        return Finding(None, _NOBODY, cautions=doubts)
    rows = found[found["coefficient"].isin(["alpha", "u_alpha"]) & ~found["with_machine"].astype(bool)]
    rows = rows[rows["code"] != EVERY_CODE]
    whole = rows["coders"] == str(EVERYBODY)  # of each code all people, where there are three, else every pair
    rows = rows[whole | ~whole.groupby(rows["code"]).transform("any")]
    people = rows[rows["estimate"].notna()]
    if people.empty:
        return Finding(None, _SAME if (rows["n_units"] > 1).any() else _NOBODY, cautions=doubts)
    row = people.loc[people["estimate"].astype(float).idxmin()]
    labels = {code.id: code.label for code in codebook.codes} if codebook else {}
    values = {"code": labels.get(row["code"], row["code"]), "value": float(row["estimate"]),
              "low": float(row["conf_low"]), "high": float(row["conf_high"]), "n": int(row["n_units"]), "least": least,
              "below": int((people["conf_low"] < least).sum()), "all": len(people)}  # fmt: skip
    sentence = Message(_LEAST if values["below"] else _ABOVE, values)
    caution = mark("Codes that people do not agree on cannot be found by a machine that is trained on them either.")
    return Finding("description", sentence, values["value"], values["low"], values["high"], mark("alpha"),
                   (*doubts, caution), "reliability.agreement", {"units": float(values["n"])})  # fmt: skip
