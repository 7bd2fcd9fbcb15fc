"""Claims beside each other, each as far as it lies beyond what matters."""

import numpy as np
import pandas as pd

from framing.messages import say
from framing.plots import base, shapes

_COLOURS = {"supported": base.PALETTE[2], "contradicted": base.PALETTE[3], "inconclusive": base.GREY}


def claim_verdicts(verdicts: pd.DataFrame) -> base.Picture:
    """Each claim with its 90% interval, in half intervals from the smallest effect that matters.

    Parameters
    ----------
    verdicts
        Of :func:`framing.claims.judge`: ``claim``, ``sentence``, ``verdict``, ``place``, ``place_low``, ``place_high``.
        Claims without a place are named without a mark.
    """
    table = verdicts.reset_index(drop=True)
    fig, ax = base.figure(height=1.1 + 0.42 * max(len(table), 1))
    ends = [table[name].to_numpy(dtype=float) for name in ("place", "place_low", "place_high")]
    at, low, high = (np.clip(each, -4, 4) for each in ends)
    row = np.arange(len(table))
    for verdict, colour in _COLOURS.items():
        here = (table["verdict"].eq(verdict) & ~np.isnan(ends[0])).to_numpy()
        shapes.ranges(ax, row[here], at[here], low[here], high[here], colour=colour, label=say(verdict))
    ax.axvline(0, color=base.INK, lw=0.9)
    letters = 16 if base.narrow() else 34
    shapes.down(ax, [shapes.wrapped(base.plain(sentence, 60), letters) for sentence in table["sentence"]])
    ax.set_xlim(-4.2, 4.2)
    ax.set_xticks([])
    ax.set_xlabel(say("short of what matters  ←    → beyond it, as claimed"))
    shapes.legend(fig)
    drawn = int((~np.isnan(ends[0])).sum())
    caption = [
        say("Right of the line an effect is larger than the smallest that matters, in the claimed direction."),
        say("A claim is supported where its whole 90% interval lies there, and contradicted where none of it does."),
        say("Without a mark: not answerable, or without an estimate."),
    ]
    counts = table["verdict"].value_counts()
    alt = say(
        "{n} claims, {drawn} with an estimate; {supported} supported, {contradicted} contradicted.",
        n=len(table),
        drawn=drawn,
        supported=int(counts.get("supported", 0)),
        contradicted=int(counts.get("contradicted", 0)),
    )
    return base.Picture(fig, caption=caption, alt=alt, data=table)
