"""The specification curve."""

import numpy as np
import pandas as pd

from framing.messages import say
from framing.plots import base, shapes


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
    fig, (top, below) = base.figure(
        height=height, rows=2, sharex=True, height_ratios=[3.0, 0.21 * max(len(options), 1)]
    )
    ends = np.abs(good[["conf_low", "conf_high"]].to_numpy(dtype=float))
    ends = ends[np.isfinite(ends)]
    limit = np.quantile(ends, 0.9) * 1.15 if len(ends) else 1
    x = np.arange(1, len(good) + 1)
    sure = (good["p_value"] < 0.05).to_numpy(dtype=bool)
    for mask, colour, label in (
        (sure, base.PALETTE[0], say("p < 0.05 by itself")), (~sure, base.FAINT, say("p ≥ 0.05")),
    ):  # fmt: skip
        columns = (
            good.loc[mask, name].clip(-1e3 * limit, 1e3 * limit) for name in ("estimate", "conf_low", "conf_high")
        )
        own = {"colour": colour, "upright": True, "width": 0.7, "size": 9, "label": label}
        shapes.ranges(top, x[mask], *columns, **own)
    top.axhline(0, color=base.INK, lw=0.8)
    top.set_ylim(-limit, limit)
    top.set_ylabel(shapes.wrapped(base.plain(say(effect), 90), 20))
    top.legend(loc="upper left")
    used = np.array([good[choice].eq(option).to_numpy() for choice, option in options]).reshape(len(options), len(good))
    row, place = np.nonzero(used)
    shapes.dots(below, x[place], row, size=49, marker="|", colour=base.INK)
    shapes.down(below, [base.plain(f"{choice}: {option}") for choice, option in options])
    below.grid(False)
    below.set_xlabel(say("specifications in order of their estimate"))
    middle = good["estimate"].median() if len(good) else float("nan")
    caption = say("Each dot is one analysis with its interval; the marks under it say which. Long intervals are cut.")
    alt = say(
        "{n} specifications, median {median:.2g}, {sure} of them significant by themselves.",
        n=len(good), median=middle, sure=int(sure.sum()),
    )  # fmt: skip
    return base.Picture(fig, caption=caption, alt=alt, data=good)
