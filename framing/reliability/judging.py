"""A machine held against people, the labels that are still needed, and agreement in a sentence."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from framing import tables
from framing.codings import NONE, alike, by_machine, coders, consensus, of_filled, stands_for
from framing.codings.values import in_one_form
from framing.errors import TableError, takes_results
from framing.inference import refuse_level
from framing.messages import Finding, Message, mark, together
from framing.reliability.agreeing import EVERYBODY, WHICH, drawn_again, refuse_lacking, refuse_replicates
from framing.reliability.unitizing import EVERY_CODE

_NOBODY = mark("No unit has been coded by two people yet.")
EMPTY = mark("no codes in it")
"""What is said of a sheet that nobody has begun."""
OUTSIDE = mark("{file} has {n:,} articles that were not drawn; they are not held against people")
AWAITED = mark("Codes of the machines {names} are awaited: put their files beside the sheets")
UNNAMED = mark("{file} names {codes} nowhere: of every unit in it they count as not there")
COUNTED = mark("{file} has no value but 1: {n:,} times a code that it does not name of a unit counts as not there")
VERSIONS = {
    "label": mark("The label of {codes} is another now than on the sheets that people coded"),
    "other": mark("The definition of {codes} is another now than on the sheets that people coded"),
    "added": mark("The codes {codes} are on no sheet: people have not seen them"),
    "gone": mark("The codes {codes} stand on the sheets and no longer in the codebook"),
}
"""What the codebook may have other than the sheets."""
_REMARKS = tuple(each.text for each in (OUTSIDE, AWAITED, UNNAMED, COUNTED, *VERSIONS.values()))
"""What is said beside faults and is none."""
_REMARK = mark("{remark}.")
_SAME = mark("People gave every unit the same value: agreement beyond chance is not defined.")
_LEAST = mark(
    "People agree least on “{code}”: Krippendorff's alpha is {value:.2f} (95% CI {low:.2f} to {high:.2f}; {n:,} "
    "units). Of {all} comparisons, the interval of {below} reaches below {least:.3g}."
)
_ABOVE = mark(
    "People agree least on “{code}”: Krippendorff's alpha is {value:.2f} (95% CI {low:.2f} to {high:.2f}; {n:,} "
    "units). No interval reaches below {least:.3g}."
)
_CHOICE = mark(
    "People agree on the code of a unit with a Krippendorff's alpha of {value:.2f} (95% CI {low:.2f} to {high:.2f}; "
    "{n:,} units); at least {least:.3g} is usually required."
)
_REFUSED = mark("Of the sheets {n:,} cells could not be taken and are not counted. The appendix says which, and why.")
_MISSING = mark("The sheets are incomplete or cannot be read: the appendix has {n:,} lines on that.")
MEASURES = ("precision", "recall", "f1", "agree", "calibration", "brier")
_EMPTY = mark("strata of which no unit is left: {n:,}; nothing here holds for them")
_LEFT = mark("{n:,} of {all:,} units are left out: {why}")
_WHY = (mark("{n:,} that nobody coded"), mark("{n:,} on which people are evenly divided"),
        mark("{n:,} without a code of the machine"), mark("{n:,} without a probability"))  # fmt: skip


def validity(
    codings: pd.DataFrame, *, machine: str | Sequence[str] = (), by: str = "", replicates: int = 2000,
    level: float = 0.95, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """How well machines find what people find.

    Parameters
    ----------
    codings
        From :func:`framing.reliability.read`, with ``probability``; values are 0 and 1, or names of codes where one
        excludes the others (``code`` is then ``code``). People's value is the adjudicator's, or that of most of them;
        a tie is no value.
    machine
        The coder that is held against people, or several; by default all machines.
    by
        A column, for example ``outlet``: a machine that errs more often in one outlet shows differences that are none.
    replicates, seed
        Of the bootstrap over units, or their clusters where the codings have the column ``cluster``.
    level
        Confidence level.

    Returns
    -------
    DataFrame
        One row per machine, (``by`` and) code and measure: ``machine``, ``measure`` (``precision``, ``recall``, ``f1``,
        ``agree``; of a machine that gives probabilities ``calibration``, their mean less the share that people find,
        and ``brier``, their mean squared distance from what people say), ``estimate``, ``conf_low``, ``conf_high``,
        ``n_units``, ``n_left_out`` and ``note`` (why: nobody coded the unit, people are evenly divided, or the code of
        the machine or the probability is missing). Units weigh as many as they stand for: those of a stratum are as
        many as the stratum has units, however many of it are coded yet (strata are the column ``stratum`` of
        :func:`framing.reliability.read`, else units of one probability). A replicate of the bootstrap has half a unit
        more in each cell of machine by people (a draw of gamma(1/2), Jeffreys' prior): where a machine was right in all
        of ten units, its precision is not 1 for certain. No row before people have coded.

    Raises
    ------
    TableError
        The machine, people, or probabilities are not there, or no numbers; values are other than 0 and 1; or the
        machine was trained on what people said of these units, and repeats it.
    """
    refuse_level(level)
    if "probability" not in codings or "machine" not in codings:
        raise TableError("validity needs the columns 'machine' and 'probability', as reliability.read makes them")
    refuse_replicates(replicates)
    refuse_lacking(codings, by)
    codings = codings.assign(coder=coders(codings["coder"]), probability=_as_numbers(codings["probability"]))
    machines = [machine] if isinstance(machine, str) else [*machine]
    machines = machines or [*codings.loc[by_machine(codings), "coder"].unique()]
    if strange := [name for name in machines if name not in {*codings["coder"]}] or ([] if machines else ["machine"]):
        raise TableError(f"there is no coder {strange[0]!r}; there are {sorted(set(codings['coder']))}")
    whole, codings = codings, alike(codings)
    alone = codings["code"].eq("code")
    strange = sorted({*codings.loc[~alone, "value"]} - {"0", "1"})
    if strange:
        raise TableError(f"values must be 0 or 1, and some are {strange[:5]}")
    names = sorted({*codings.loc[alone, "value"]} - {NONE})
    people = _each(consensus(codings), names)
    spoke = _each(codings[~by_machine(codings)], names)
    index = [*([by] if by else []), "code"]
    kept = dict.fromkeys([*index[:-1], "probability", *(name for name in ("cluster", "stratum") if name in codings)])
    units = whole.groupby("unit", sort=False)[[*kept]].first()
    parts = []
    for one in machines if len(people) or len(spoke) else ():
        of = codings[codings["coder"] == one]
        if "in_sample" in of and of["in_sample"].any():
            raise TableError(
                f"{one!r} was trained on people's codes of these units and repeats them: nothing follows for others. "
                "Take codes that were made out of sample, as frames.trained does"
            )
        own = _each(of, names)
        own["score"] = own.get("score", np.nan)
        every = units.reset_index().merge(own[["code"]].drop_duplicates(), how="cross")
        both = every.merge(own[["unit", "code", "value", "score"]], how="left", on=["unit", "code"])
        both = both.merge(people.rename(columns={"value": "people"}), how="left", on=["unit", "code"])
        both["spoke"] = pd.MultiIndex.from_frame(both[["unit", "code"]]).isin(
            pd.MultiIndex.from_frame(spoke[["unit", "code"]])
        )
        groups: Any = both.groupby(index, observed=True, sort=False, dropna=False)
        parts += [
            _held(rows, replicates, level, seed).assign(**dict(zip(index, group, strict=True)), machine=one)
            for group, rows in groups
        ]
    columns = ["machine", *index, "measure", "estimate", "conf_low", "conf_high", "n_units", "n_left_out", "note"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _as_numbers(probability: pd.Series) -> pd.Series:
    """Probabilities of which some are text, with a comma or not."""
    text = probability.astype(object).map(lambda cell: str(cell).strip().replace(",", "."), na_action="ignore")
    said = text.map(in_one_form).ne("")
    found = pd.to_numeric(text.where(said, None), errors="coerce")
    if (wrong := said & ~found.between(0, 1)).any():
        first = probability[wrong].iloc[0]
        raise TableError(f"a probability of being drawn is a number from 0 to 1, and one is {first!r}; write 0.5 or .5")
    return found


def _each(rows: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Codings of 1 and 0 as numbers; of one that names a code, whether it names each."""
    alone = rows["code"].eq("code")
    parts = [rows[~alone].assign(value=rows.loc[~alone, "value"].astype(float))]
    parts += [rows[alone].assign(code=name, value=rows.loc[alone, "value"].eq(name).astype(float)) for name in names]
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)


def _held(units: pd.DataFrame, replicates: int, level: float, seed: int) -> pd.DataFrame:
    """The measures of one machine and code, and how many units are left out, with why."""
    lost = [~units["spoke"], units["people"].isna(), units["value"].isna(), ~units["probability"].gt(0)]
    rows = units[~np.logical_or.reduce(lost)]
    weight, empty = stands_for(units, rows)
    rows = rows.assign(weight=weight)
    first = np.select(lost, [*range(len(lost))], default=len(lost))
    why = [Message(each.text, {"n": n}) for each, n in zip(_WHY, np.bincount(first, minlength=4), strict=False) if n]
    left = len(units) - len(rows)
    told = {"n": left, "all": len(units), "why": together(*why, clauses=True)}
    gone = [Message(_EMPTY.text, {"n": empty})] if empty and len(rows) else []
    note = together(Message(_LEFT.text, told), *gone, clauses=True)
    estimate, low, high = _intervals(rows, replicates, level, seed)
    measures = slice(6 if len(rows) and rows["score"].notna().all() else 4)
    return pd.DataFrame({
        "measure": MEASURES[measures], "estimate": estimate[measures], "conf_low": low[measures],
        "conf_high": high[measures], "n_units": len(rows), "n_left_out": left,
        "note": pd.Series([note if left else ""] * len(MEASURES[measures]), dtype=object),
    })  # fmt: skip


def _intervals(rows: pd.DataFrame, replicates: int, level: float, seed: int) -> np.ndarray:
    """Each of MEASURES with its interval; without units, missing."""
    n = len(rows)
    if not n:
        return np.full((3, len(MEASURES)), np.nan)
    found, true = rows["value"].to_numpy() == 1, rows["people"].to_numpy() > 0.5
    weight, score = (rows[name].to_numpy(dtype=float) for name in ("weight", "score"))
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
    return np.stack([estimate, np.minimum(low, estimate), np.maximum(high, estimate)])


def _sums(found: np.ndarray, true: np.ndarray, score: np.ndarray) -> np.ndarray:
    """What is added up over units: hits, found, true, the same, one, the score, and its squared distance."""
    return np.stack([found & true, found, true, found == true, np.ones(len(found)), score, (score - true) ** 2], axis=1)


def _measures(sums: np.ndarray) -> np.ndarray:
    hit, found, true, same, n, score, squares = sums.T
    return np.stack(
        [hit / found, hit / true, 2 * hit / (found + true), same / n, (score - true) / n, squares / n], axis=1
    )


@takes_results(pilot=("reliability.agreement", "conf_high"))
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
    kept = [name for name in pilot if name not in ("note", "n_codings", "n_left_out")]
    return pilot[kept].assign(half_width=half, n_needed=needed.where(half > 0).astype("Float64").astype("Int64"))


def answer(
    found: pd.DataFrame, *, least: float = 0.667, faults: pd.DataFrame | None = None, codebook: Any = None,
    codings: pd.DataFrame | None = None,
) -> Finding:  # fmt: skip
    """The finding about agreement: the code that coders agree on least.

    Parameters
    ----------
    found
        From :func:`framing.reliability.agreement`.
    least
        Alpha below which data are usually not used; .667 for tentative conclusions, .8 otherwise (Krippendorff 2004).
    faults
        What :func:`framing.reliability.read` could not take: cautions say how many cells, and how much is missing; of a
        sheet that nobody has begun nothing is said. What is no fault (a machine's codes of articles that were not
        drawn, a machine that is awaited, a codebook that has changed) is a caution of its own.
    codebook
        From :func:`framing.frames.load`: codes are named by their labels.
    codings
        What ``found`` is of: cautions say what :func:`framing.datasets.codings` filled in.

    Returns
    -------
    Finding
        A description: ``value`` is the lowest alpha of all people, or of the only pair, with its interval.
    """
    own = pd.DataFrame({"cell": [], "fault": []}) if faults is None else faults[faults["fault"].ne(EMPTY)]
    beside = own["fault"].map(lambda fault: getattr(fault, "text", "") in _REMARKS).astype(bool)
    remarks = [Message(_REMARK.text, {"remark": fault}) for fault in own.loc[beside, "fault"]]
    own = own[~beside]
    refused = int(own["cell"].ne("").sum())
    missing = len(own) - refused
    doubts = (*((Message(_REFUSED, {"n": refused}),) if refused else ()),
              *((Message(_MISSING, {"n": missing}),) if missing else ()), *remarks,
              *((told,) if codings is not None and (told := of_filled(codings)) else ()))  # fmt: skip
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
    sentence = Message(_CHOICE if row["code"] == WHICH else _LEAST if values["below"] else _ABOVE, values)
    caution = mark("Codes that people do not agree on cannot be found by a machine that is trained on them either.")
    return Finding("description", sentence, values["value"], values["low"], values["high"], mark("alpha"),
                   (*doubts, caution), "reliability.agreement", {"units": float(values["n"])})  # fmt: skip
