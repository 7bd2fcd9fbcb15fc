"""All specifications together: the curve, the joint test, and what moves the result."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

from framing.errors import TableError, takes_results
from framing.inference import verdict
from framing.messages import Finding, Message, mark
from framing.records import Record, codebook

Z = 1.959963984540054

CODEBOOK = codebook("multiverse")


@dataclass(frozen=True)
class Multiverse(Record):
    """One effect under every specification.

    Attributes
    ----------
    results
        One row per specification, smallest estimate first: its options, ``specification`` (the same in a text), ``rank
        estimate std_error conf_low conf_high p_value z n note``. A specification that cannot be fitted is kept, with
        missing numbers and the reason.
    z
        Specifications × (1 + replicates), in the order of ``results``; the first column is the data.
    choices
        Names of the choices.
    effect
        What the estimate is, with its unit and the meaning of its sign.
    """

    results: pd.DataFrame
    z: np.ndarray = field(repr=False)
    choices: list[str]
    effect: str
    info: dict = field(default_factory=dict)


def gather(specs: pd.DataFrame, rows: list[dict], z: np.ndarray, effect: str, **info) -> Multiverse:
    """Put the estimates of all specifications in order."""
    columns = ["estimate", "std_error", "conf_low", "conf_high", "p_value", "n", "note"]
    results = pd.concat([specs, pd.DataFrame(rows, columns=columns)], axis=1)
    results["z"] = z[:, 0]
    results["specification"] = [" · ".join(f"{k} {v}" for k, v in row.items()) for row in specs.to_dict("records")]
    order = results["estimate"].argsort(kind="stable").to_numpy()
    order = np.concatenate([order[results["estimate"].to_numpy()[order] == results["estimate"].to_numpy()[order]],
                            np.flatnonzero(results["estimate"].isna())])  # fmt: skip
    results = results.iloc[order].reset_index(drop=True)
    results.insert(len(specs.columns), "rank", np.where(results["estimate"].notna(), np.arange(1, len(results) + 1), 0))
    names = ["rank", "estimate", "std_error", "conf_low", "conf_high", "p_value", "z", "n", "note"]
    return Multiverse(results[[*specs.columns, "specification", *names]], z[order], list(specs.columns), effect, info)


@takes_results(found=("multiverse.of_study", "z"))
def summary(found: Multiverse) -> pd.DataFrame:
    """Test all specifications at once.

    Returns
    -------
    DataFrame
        One row per statistic over the specifications that could be fitted: ``median z``; ``share on the side of the
        median`` (agreement in sign); ``share beyond 1.96 on that side``; ``mean z`` (Stouffer's, without the division
        by its spread, which permutation makes needless): ``observed``, ``permuted`` (median), ``p_value``.
        ``attrs`` has ``n_specifications`` and ``n_failed``.

    Raises
    ------
    TableError
        No specification could be fitted.

    Notes
    -----
    Specifications share their data, so that their p-values are not independent; permuting the treatment once for all of
    them keeps what they share (Simonsohn et al. 2020). p = (1 + as extreme) / (1 + replicates).
    """
    z = found.z[~np.isnan(found.z).any(axis=1) & found.results["estimate"].notna().to_numpy()]
    if not len(z):
        raise TableError(f"none of {len(found.results)} specifications could be fitted; see the column note")
    side = np.where(np.median(z, axis=0) >= 0, 1.0, -1.0)
    toward = z * side
    statistics = {
        mark("median z"): np.median(z, axis=0),
        mark("mean z"): z.mean(axis=0),
        mark("share on the side of the median"): (toward > 0).mean(axis=0),
        mark("share beyond 1.96 on that side"): (toward > Z).mean(axis=0),
    }
    rows = []
    for name, values in statistics.items():
        size = np.abs(values)
        p = (1 + (size[1:] >= size[0] - 1e-12).sum()) / len(size)
        rows.append({"statistic": name, "observed": values[0], "permuted": np.median(values[1:]), "p_value": p})
    table = pd.DataFrame(rows)
    table.attrs.update(n_specifications=len(z), n_failed=len(found.results) - len(z))
    return table


@takes_results(found=("multiverse.of_study", "z"))
def moves(found: Multiverse) -> pd.DataFrame:
    """Which choice moves the result most.

    Returns
    -------
    DataFrame
        One row per choice with more than one option, the most moving first: ``choice``, ``range`` (of the medians of
        its options), ``variance_share`` (η² of the estimates), ``lowest``, ``highest`` (options).
    """
    good = found.results[found.results["estimate"].notna()]
    total = ((good["estimate"] - good["estimate"].mean()) ** 2).sum()
    rows = []
    for choice in found.choices:
        groups = good.groupby(choice)["estimate"]
        if groups.ngroups < 2:
            continue
        median, mean, size = groups.median(), groups.mean(), groups.size()
        between = (size * (mean - good["estimate"].mean()) ** 2).sum()
        rows.append(
            {
                "choice": choice,
                "range": median.max() - median.min(),
                "variance_share": between / total if total > 0 else 0.0,
                "lowest": median.idxmin(),
                "highest": median.idxmax(),
            }
        )
    columns = ["choice", "range", "variance_share", "lowest", "highest"]
    return pd.DataFrame(rows, columns=columns).sort_values("range", ascending=False, ignore_index=True)


@takes_results(found=("multiverse.of_study", "z"))
def answer(found: Multiverse, *, smallest_effect: float | None = None) -> Finding:
    """The finding of all specifications together.

    Parameters
    ----------
    found
        Of :func:`placements`, :func:`contrast` or :func:`subject`.
    smallest_effect
        The smallest effect that matters, in the unit of ``found.effect``. By default .2 log odds for a placement (5
        points of a probability near one half), .5 for a log2 ratio of words (1.4 times as often), 5 points for the
        share of a topic.

    Returns
    -------
    Finding
        ``value`` is the median estimate. ``difference``: the joint test (median z) rejects at 5% and the median is at
        least ``smallest_effect``; ``equivalent``: the 90% interval of every specification lies within it; else
        ``inconclusive``.
    """
    least = found.info["smallest_effect"] if smallest_effect is None else smallest_effect
    table = summary(found).set_index("statistic")
    good = found.results[found.results["estimate"].notna()]
    low, middle, high = good["estimate"].quantile([0.05, 0.5, 0.95])
    same = ((good["estimate"] > 0) == (middle > 0)).mean()
    p, n = table.loc["median z", "p_value"], len(good)
    half = stats.norm.ppf(0.95) * good["std_error"]
    ends = (good["estimate"] - half).min(skipna=False), (good["estimate"] + half).max(skipna=False)
    told = (middle, middle) if p <= 0.05 else (-np.inf, np.inf)  # the joint test stands for the interval
    judged = verdict(middle, *told, *ends, least)
    values = {"n": n, "same": same, "middle": middle, "low": low, "high": high, "least": least}
    values["p"] = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
    failed = len(found.results) - n
    cautions = (Message("{n} specifications could not be fitted.", {"n": failed}),) if failed else ()
    text, of = Message(_ANSWERS[judged], values), f"multiverse.{found.info['kind']}"
    return Finding(judged, text, float(middle), unit=found.effect, cautions=cautions, procedure=of)


_ANSWERS = {
    "difference": mark(
        "Tested together ({p}), the {n} specifications show an effect: {same:.0%} of them agree in sign, and the "
        "median is {middle:.2g} (nine in ten between {low:.2g} and {high:.2g})."
    ),
    "equivalent": mark(
        "Under all {n} specifications the effect is smaller than {least:.2g}: the median is {middle:.2g} (nine in ten "
        "between {low:.2g} and {high:.2g}; tested together {p})."
    ),
    "inconclusive": mark(
        "Tested together ({p}), the {n} specifications do not settle whether there is an effect of {least:.2g} or "
        "more: {same:.0%} of them agree in sign, and the median is {middle:.2g} (nine in ten between {low:.2g} and "
        "{high:.2g})."
    ),
}
