"""How much data a difference takes."""

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, NullFormatter

from framing.messages import say
from framing.plots import base, shapes


def power_curve(
    curve: pd.DataFrame, *, about: str = "", has: tuple[int, int] | None = None, asked: float = 0.8
) -> base.Picture:
    """Power against size, simulated and by the textbook formula, and what the study has.

    Parameters
    ----------
    curve
        Of :func:`framing.power.curve`: ``size power conf_low conf_high formula``.
    about
        What was simulated, a sentence for the caption.
    has
        Rows of the smaller and the larger side of the study.
    asked
        The power that was asked for, drawn as a line.
    """
    fig, ax = base.figure(height=3.6)
    x = curve["size"].to_numpy(dtype=float)
    shapes.line(ax, x, curve["power"], curve["conf_low"], curve["conf_high"], colour=base.PALETTE[0], marker="o",
                label=say("simulated from this study"))  # fmt: skip
    shapes.line(ax, x, curve["formula"], colour=base.GREY, linestyle="--", label=say("textbook formula"))
    ax.axhline(asked, color=base.INK, lw=0.8, ls=":")
    for n in sorted(set(has or ())):
        ax.axvline(n, color=base.FAINT, lw=1.2)
    ax.set_xscale("log")
    ticks = x[:: max(len(x) // (4 if base.narrow() else 8), 1)]
    ax.set_xticks(ticks)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_ylim(0, 1.02)
    ax.set_ylabel(say("power"))
    ax.set_xlabel(say("size of each side"))
    shapes.legend(fig)
    low, high = has or (0, 0)
    seen = say("Grey lines: the smaller and the larger side of this study ({low:,} and {high:,}).", low=low, high=high)
    caption = [
        say(about),
        say("Dotted line: a power of {asked:.0%}. The band is the 95% interval of the simulation.", asked=asked),
        seen if has else "",
    ]
    enough = curve.loc[curve["power"] >= asked, "size"]
    alt = say("Power rises from {low:.0%} at {first:,} to {high:.0%} at {last:,}; {asked:.0%} is reached at {enough}.",
              low=float(curve["power"].iloc[0]), first=int(x[0]), high=float(curve["power"].iloc[-1]), last=int(x[-1]),
              asked=asked, enough=f"{int(enough.min()):,}" if len(enough) else "–")  # fmt: skip
    return base.Picture(fig, caption=[one for one in caption if one], alt=alt, data=curve.replace(np.inf, np.nan))
