"""Claims beside each other, each as far as it lies beyond what matters."""

import numpy as np
import pandas as pd

from framing.messages import mark, say
from framing.plots import base, shapes

MOST = 30
"""Claims of one figure."""
_EDGE = 4
"""Half intervals from the smallest effect that the figure reaches."""
_COLOURS = {"supported": base.PALETTE[2], "contradicted": base.PALETTE[3], "inconclusive": base.GREY}


def claim_verdicts(verdicts: pd.DataFrame, sensitivity: pd.DataFrame | None = None) -> base.Picture:
    """Each claim with its 90% interval, in half intervals from the smallest effect that matters.

    Parameters
    ----------
    verdicts
        Of :func:`framing.claims.judge`: ``claim``, ``sentence``, ``verdict``, ``place``, ``place_low``, ``place_high``.
        Claims without a place are named without a mark. Of more than thirty those with a verdict come first.
    sensitivity
        Of the same: then the first claim alone is drawn in its own unit, under every variation.
    """
    if sensitivity is not None:
        return _under_variations(verdicts.iloc[0], sensitivity)
    ranks = verdicts["verdict"].map({name: n for n, name in enumerate(_COLOURS)}).fillna(len(_COLOURS))
    table = verdicts.loc[ranks.sort_values(kind="stable").index[:MOST]].sort_index().reset_index(drop=True)
    later = table.get("status", table["verdict"]).eq("exploratory")
    said = [say(_LATER, sentence=one) if new else one for one, new in zip(table["sentence"], later, strict=True)]
    names = [base.wrapped(base.plain(one, 110).rstrip(".。"), 16 if base.narrow() else 34) for one in said]
    fig, ax = base.figure(height=1.1 + shapes.of_row(names, 2) * max(len(table), 1))
    ends = [table[name].to_numpy(dtype=float) for name in ("place", "place_low", "place_high")]
    at, low, high = (np.clip(each, -_EDGE, _EDGE) for each in ends)
    row = np.arange(len(table))
    for verdict, colour in _COLOURS.items():
        here = (table["verdict"].eq(verdict) & ~np.isnan(ends[0])).to_numpy()
        shapes.ranges(ax, row[here], at[here], low[here], high[here], colour=colour, label=say(verdict))
        for side, far in ((-1, here & (ends[1] < -_EDGE)), (1, here & (ends[2] > _EDGE))):
            ax.plot(np.full(far.sum(), side * _EDGE), row[far], "<>"[side > 0], color=colour, ms=6)
    ax.axvline(0, color=base.INK, lw=0.9)
    for i in row[np.isnan(ends[0])]:
        box = {"boxstyle": "square,pad=0.2", "facecolor": base.PAPER, "edgecolor": "none"}
        ax.text(0, i, say(table["verdict"][i]), ha="center", va="center", color=base.GREY, bbox=box)
    shapes.down(ax, names)
    ax.set_xlim(-1.05 * _EDGE, 1.05 * _EDGE)
    ax.set_xticks([])
    sides = say("short of what matters  ←    → beyond it, as claimed")
    ax.set_xlabel(sides.replace("→", "\n→") if base.narrow() else sides)
    shapes.legend(fig)
    drawn = int(verdicts["place"].notna().sum())
    caption = [
        say("Right of the line an effect is larger than the smallest that matters, in the claimed direction."),
        say("A claim is supported where its whole 90% interval lies there, and contradicted where none of it does."),
        say(_FILE),
        say("Words in place of a mark: the claim is not answerable, or has no estimate."),
    ]
    if (np.abs(np.array(ends)) > _EDGE).any():
        caption.append(say("An arrow at the edge: the estimate or its interval reaches further."))
    if len(table) < len(verdicts):
        caption.append(
            say(
                "Drawn are {n} of {all} claims, those supported or contradicted first. The table has all of them.",
                n=len(table),
                all=len(verdicts),
            )
        )
    counts = verdicts["verdict"].value_counts()
    alt = say(
        "Claims: {n}; with an estimate: {drawn}; supported: {supported}; contradicted: {contradicted}.",
        n=len(verdicts),
        drawn=drawn,
        supported=int(counts.get("supported", 0)),
        contradicted=int(counts.get("contradicted", 0)),
    )
    return base.Picture(fig, caption=caption, alt=alt, data=table)


def _under_variations(claim: pd.Series, sensitivity: pd.DataFrame) -> base.Picture:
    """A claim with its interval, and those under every variation, beside the smallest effect that matters."""
    own = {"varied": "", "option": say("as claimed"), **claim[["estimate", "low", "high", "verdict"]]}
    table = pd.concat([pd.DataFrame([own]), sensitivity[list(own)]], ignore_index=True)
    times = 100 if claim["scale"] == "points" else 1
    ratio = claim["scale"] == "ratio"
    ends = times * table[["estimate", "low", "high"]].to_numpy(dtype=float)
    ends = np.where(np.isfinite(ends), ends, np.nan)
    middle, low, high = np.where(ends > 0, ends, np.nan).T if ratio else ends.T
    names = [f"{say(varied)}: {say(option)}" if varied else say(option)
             for varied, option in zip(table["varied"], table["option"], strict=True)]  # fmt: skip
    names = [base.wrapped(base.plain(name, 60), 15 if base.narrow() else 40) for name in names]
    fig, ax = base.figure(height=1.2 + shapes.of_row(names) * len(table))
    row = np.arange(len(table))
    for verdict, colour in _COLOURS.items():
        here = table["verdict"].eq(verdict).to_numpy() & ~np.isnan(middle)
        shapes.ranges(ax, row[here], middle[here], low[here], high[here], colour=colour,
                      label=say(verdict) if here.any() else None)  # fmt: skip
    least = float(claim["matters"]) * times
    sides = {"more": (1,), "less": (-1,)}.get(str(claim["direction"]), (1, -1))
    edges = [least**side if ratio else least * side for side in sides]
    for edge in edges:
        ax.axvline(edge, color=base.INK, lw=0.9)
    ax.axvline(1 if ratio else 0, color=base.FAINT, lw=0.9, ls=":")
    shapes.down(ax, names)
    if ratio:
        shapes.ratios(ax.xaxis, log=True)
    ax.set_xlabel(say({"ratio": _TIMES, "points": _POINTS}.get(claim["scale"], _UNITS)))
    shapes.legend(fig)
    caption = [
        say("Estimates and 90% intervals, as claimed and under each variation."),
        say("Solid line: the smallest effect that matters, as claimed. Dotted line: no effect."),
        say(_FILE),
    ]
    same = int(table["verdict"].iloc[1:].eq(claim["verdict"]).sum())
    alt = say("Variations: {n}; with the same verdict: {same}.", n=len(table) - 1, same=same)
    return base.Picture(fig, caption=caption, alt=alt, data=table)


_LATER = mark("Exploratory: {sentence}")
_FILE = mark("Among several claims of a file a verdict needs somewhat more than the 90% interval.")
_TIMES, _POINTS = mark("times as often"), mark("difference in points")
_UNITS = mark("difference in the unit of what is measured")
