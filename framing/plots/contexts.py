"""The figure of words near a word or an actor."""

import numpy as np
import pandas as pd

from framing.messages import clauses, say
from framing.plots import base, shapes

PANELS = 8
"""Outlets of a figure at most."""


def context_words(table: pd.DataFrame, *, top: int = 10) -> base.Picture:
    """How many times as often words stand near the node as elsewhere in the same articles, a panel per outlet.

    Parameters
    ----------
    table
        From :func:`framing.contexts.near`, surest first: ``outlet``, ``term``, ``log2_ratio``, ``adjusted_low``,
        ``adjusted_high`` (missing for a word that the false discovery rate does not select) and ``conf_low``.
    top
        Words of each outlet at most, surest first.

    Returns
    -------
    Picture
        A filled point is a word with a q-value of at most 0.05, with the interval that allows for the selection; an
        open one is not, and has no interval.
    """
    outlets = list(table["outlet"].astype(str).drop_duplicates())[:PANELS]
    drawn = table[np.isfinite(table["log2_ratio"].astype(float)) & table["outlet"].astype(str).isin(outlets)]
    drawn = drawn.groupby("outlet", sort=False, observed=True).head(top)
    most = int(drawn["outlet"].value_counts().max()) if len(drawn) else 1
    fig, axes = shapes.panels(len(outlets), 2, height=(0.7 + 0.22 * most, 0.3), sharex=True)
    for ax, outlet in zip(axes, outlets, strict=True):
        part = drawn[drawn["outlet"].astype(str) == outlet]
        middle, low, high = (
            part[name].to_numpy(dtype=float) for name in ("log2_ratio", "adjusted_low", "adjusted_high")
        )
        sure = np.isfinite(low)
        place = np.arange(len(part))
        ax.axvline(0, color=base.GREY, lw=0.8)
        shapes.ranges(ax, place[sure], middle[sure], low[sure], high[sure], colour=base.PALETTE[0])
        shapes.dots(ax, middle[~sure], place[~sure], colour=base.PALETTE[0], hollow=base.PAPER)
        shapes.down(ax, [base.plain(term, 14) for term in part["term"].astype(str)])
        ax.set_ylim(most - 0.3, -0.7)
        ax.set_title(base.plain(outlet, 30))
    for ax in shapes.lowest(axes):
        shapes.ratios(ax.xaxis)
    more = table["outlet"].nunique() - len(outlets)
    caption = [
        say(
            "How many times as often each word stands near it as elsewhere in the same articles, surest first. Filled: "
            "q-value of at most 0.05, with the 95% interval adjusted for the selection. Open: not sure."
        ),
        say("{n:,} more outlets are not drawn.", n=more) if more > 0 else "",
    ]
    return base.Picture(fig, caption=caption, alt=_alt(drawn), data=drawn)


def _alt(drawn: pd.DataFrame) -> str:
    """The surest word of each outlet."""
    first = drawn.groupby("outlet", sort=False, observed=True).head(1)
    said = [
        say("{outlet}: {term}, {times:.1f} times as often", outlet=outlet, term=term, times=2.0**ratio)
        for outlet, term, ratio in first[["outlet", "term", "log2_ratio"]].itertuples(index=False)
    ]
    return say("The surest word of each outlet: {said}.", said=clauses(said))
