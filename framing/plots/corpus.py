"""Figures of a corpus: when there is how much of which outlet."""

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.ticker import MaxNLocator

from framing.messages import listed, say
from framing.plots import base, shapes
from framing.tables import each

MOST = 12
"""Outlets drawn; of more, those with most articles."""


_ALIKE = 4
"""Outlets whose largest months differ by less share a scale."""


def corpus_volume(volume: pd.DataFrame, *, events: list | None = None) -> base.Picture:
    """Articles per month, one strip per outlet on a common time axis; months with a ``note`` are marked.

    Parameters
    ----------
    volume
        From :func:`framing.corpus.volume`: ``outlet month n_articles ratio note``.
    events
        Date and label of each event that is marked.
    """
    outlets, left_out = _largest(volume)
    fig, axes = shapes.panels(max(len(outlets), 1), height=(0.95, 0.7), sharex=True)
    most = volume[volume["outlet"].isin(outlets)].groupby("outlet")["n_articles"].max().clip(lower=1)
    shared = len(most) > 0 and most.max() <= _ALIKE * most.min()
    for ax, outlet in zip(axes, outlets, strict=False):
        here = volume[volume["outlet"].eq(outlet)]
        shapes.months(ax, here["month"], here["n_articles"], colour=base.PALETTE[0])
        top = int(most.max() if shared else most.get(outlet, 1))
        ax.set_ylim(0, top * 1.35)
        ax.yaxis.set_major_locator(MaxNLocator(1, steps=[1, 2, 5, 10], integer=True))
        ax.set_title(base.plain(outlet), pad=2)
        gaps = here.loc[here["note"].eq("no articles"), "month"] + pd.Timedelta(days=14)
        shapes.dots(ax, gaps, [0] * len(gaps), marker="x", colour=base.PALETTE[3], clip_on=False, in_layout=False)
        for row in here[here["note"].ne("") & here["note"].ne("no articles")].itertuples():
            ax.axvline(row.month, color=base.PALETTE[1], lw=1.2)
            told = f"{say(row.note)} ×{row.ratio:.2g}"  # near the edge it must not squeeze the strips
            ax.annotate(told, (row.month, top * 1.3), xytext=(2, 0), textcoords="offset points", va="top",
                        in_layout=False)  # fmt: skip
    last = axes[-1]
    if len(outlets):
        first, end = volume["month"].min(), volume["month"].max()
        few = end < first + pd.DateOffset(months=3)
        if few:  # a bar a month and no days between, which nothing is counted by
            last.set_xlim(first - pd.DateOffset(months=1), end + pd.DateOffset(months=2))
        shapes.calendar(last)
        if few:
            last.xaxis.set_major_locator(mdates.MonthLocator())
    named = shapes.events(axes, events)
    marked = volume[volume["note"].ne("")]
    breaks = int(marked["note"].ne("no articles").sum())
    gaps = int(marked["note"].eq("no articles").sum())
    caption = (
        say("Articles per month and outlet.")
        if shared
        else say("Articles per month and outlet; the scale of each strip ends at its own largest month.")
    )
    marks = say("A vertical line marks a change of level by three times or more, a cross a month without articles.")
    more = say("Smaller outlets that are not drawn: {n:,}.", n=left_out) if left_out else ""
    total = volume.groupby("outlet")["n_articles"].sum().reindex(outlets)
    alt = say(
        "Articles per month for {n_outlets:,} outlets ({totals}); changes of level: {n_breaks:,}, "
        "empty months: {n_gaps:,}.",
        n_outlets=len(outlets), totals=listed(f"{name} {n:,}" for name, n in total.items()),
        n_breaks=breaks, n_gaps=gaps,
    )  # fmt: skip
    return base.Picture(fig, caption=[caption, marks, named, more], alt=alt, data=volume)


def corpus_windows(windows: pd.DataFrame, *, events: list | None = None) -> base.Picture:
    """From when to when each outlet is there, with the window common to all shaded.

    Parameters
    ----------
    windows
        From :func:`framing.corpus.windows`: ``outlet first last n_articles share_common``.
    events
        Date and label of each event that is marked.
    """
    shown = windows.dropna(subset=["first"]).sort_values("n_articles", ascending=False).head(3 * MOST)
    shown = shown.sort_values(["first", "outlet"], ascending=False)
    fig, ax = base.figure(height=1.2 + 0.32 * max(len(shown), 1))
    day = pd.Timedelta(days=1)  # the last day is a whole one, so that an outlet of one day has a bar as well
    ax.hlines(range(len(shown)), shown["first"], shown["last"] + day, color=base.PALETTE[0], lw=6)
    shapes.down(ax, [base.plain(name) for name in shown["outlet"]], upward=True)
    if len(shown):
        begin, until = shown["first"].min(), shown["last"].max() + day
        pad = max((until - begin) * 0.12, 3 * day)
        ax.set_xlim(begin - pad, until + pad)
        shapes.calendar(ax)
    for place, row in enumerate(each(shown)):
        told = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
        ax.annotate(f"{row.n_articles:,}", (row.last + day, place), **told)
    named = shapes.events([ax], events)
    start, end = shown["first"].max(), shown["last"].min()
    n = len(shown)
    if n and start <= end:
        ax.axvspan(start, end + day, color=base.PALETTE[2], alpha=0.18, lw=0)
        common = {"start": start, "end": end}
        caption = say(
            "Window of each outlet, with its number of articles; shaded: the window common to all ({start:%Y-%m-%d} to "
            "{end:%Y-%m-%d}).",
            **common,
        )
        alt = say(
            "Horizontal bars for {n:,} outlets from first to last article; common window: {start:%Y-%m-%d} to "
            "{end:%Y-%m-%d}.",
            n=n, **common,
        )  # fmt: skip
    else:
        caption = say("Window of each outlet, with its number of articles; there is no window common to all.")
        alt = say("Horizontal bars for {n:,} outlets from first to last article; they have no common window.", n=n)
    return base.Picture(fig, caption=[caption, named], alt=alt, data=windows)


def _largest(volume: pd.DataFrame) -> tuple[list[str], int]:
    total = volume.groupby("outlet")["n_articles"].sum().sort_values(ascending=False, kind="stable")
    return sorted(total.head(MOST).index), max(len(total) - MOST, 0)
