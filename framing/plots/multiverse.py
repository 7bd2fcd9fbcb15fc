"""The specification curve."""

import numpy as np
import pandas as pd

from framing.plots import base
from framing.wording import say


def specification_curve(results: pd.DataFrame, choices: list, *, effect: str = "") -> base.Picture:
    """Every estimate with its interval in order of size; below, which options gave it.

    Parameters
    ----------
    results
        From :mod:`framing.multiverse`: the options, ``rank estimate conf_low conf_high p_value``.
    choices
        Columns that hold the options.
    """
    good = results[results["estimate"].notna()].reset_index(drop=True)
    options = [(choice, option) for choice in choices for option in dict.fromkeys(good[choice])]
    height = 3.0 + 0.21 * max(len(options), 1)
    fig, (top, below) = base.figure(8.5, height, 2, 1, sharex=True, height_ratios=[3.0, 0.21 * max(len(options), 1)])
    ends = np.abs(good[["conf_low", "conf_high"]].to_numpy(dtype=float))
    ends = ends[np.isfinite(ends)]
    limit = np.quantile(ends, 0.9) * 1.15 if len(ends) else 1
    x = np.arange(1, len(good) + 1)
    sure = (good["p_value"] < 0.05).to_numpy(dtype=bool)
    marks = ((sure, base.PALETTE[0], say("p < 0.05 by itself")), (~sure, "#a1a1aa", say("p ≥ 0.05")))
    for mask, colour, label in marks:
        spread = [good["estimate"] - good["conf_low"], good["conf_high"] - good["estimate"]]
        spread = np.nan_to_num(np.asarray(spread, dtype=float)[:, mask], posinf=1e3 * limit)  # runs to the edge
        spread = np.clip(spread, 0, None)
        top.errorbar(x[mask], good["estimate"][mask], yerr=spread, fmt="o", ms=3, lw=0.7, color=colour, label=label)
    top.axhline(0, color="#3f3f46", lw=0.8)
    top.set_ylim(-limit, limit)
    top.set_ylabel(base.plain(effect, 60), fontsize=8)
    top.legend(fontsize=8, frameon=False, loc="upper left")
    for row, (choice, option) in enumerate(options):
        hit = good[choice].eq(option).to_numpy()
        below.plot(x[hit], np.full(hit.sum(), row), "|", ms=7, color="#3f3f46")
    below.set_yticks(range(len(options)), [base.plain(f"{choice}: {option}") for choice, option in options], fontsize=8)
    below.set_ylim(len(options) - 0.4, -0.6)
    below.grid(False)
    below.set_xlabel(say("specifications in order of their estimate"))
    middle = good["estimate"].median() if len(good) else float("nan")
    caption = say("Each dot is one analysis with its interval; the marks under it say which. Long intervals are cut.")
    alt = say(
        "{n} specifications, median {median:.2g}, {sure} of them significant by themselves.",
        n=len(good), median=middle, sure=int(sure.sum()),
    )  # fmt: skip
    return base.Picture(fig, caption=caption, alt=alt, data=good)
