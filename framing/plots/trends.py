"""Figures of time: what came against what would have come, breaks, leads, rates."""

import numpy as np
import pandas as pd
from matplotlib.dates import DateLocator

from framing.messages import clauses, listed, say
from framing.plots import base, shapes
from framing.tables import each
from framing.tables.events import dated

_CODES = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
MOST = 8
"""Groups drawn; of more, the first."""


def _grouped(table: pd.DataFrame) -> pd.DataFrame:
    """The table of one series as one of groups, of which there is one without a name."""
    return table if "group" in table.columns else table.assign(group="")


def _groups(table: pd.DataFrame) -> tuple[list, list[str]]:
    """The groups drawn, and a sentence where there are more."""
    names = list(dict.fromkeys(table["group"]))
    more = [say("{n} more groups are not drawn.", n=len(names) - MOST)] if len(names) > MOST else []
    return names[:MOST], more


def _strips(table: pd.DataFrame, unit: str):
    """A figure with a strip a group, the axes and the rows of each, and a sentence where there are more groups."""
    groups, more = _groups(table)
    fig, axes = shapes.panels(max(len(groups), 1), height=(1.5, 0.6), sharex=True, sharey=True)
    fig.supylabel(base.plain(say(unit)))
    for ax, group in zip(axes, groups, strict=False):
        ax.set_title(base.plain(group))
    return fig, [(ax, table[table["group"].eq(group)]) for ax, group in zip(axes, groups, strict=False)], more


def _timed(axes: list, marked: list | None) -> str:
    """The calendar under the panels and the events in them; the sentence on these."""
    if not axes[-1].lines or not isinstance(axes[-1].xaxis.get_major_locator(), DateLocator):
        return ""
    shapes.calendar(axes[-1])
    return shapes.events(axes, marked)


def trend_counterfactual(
    periods: pd.DataFrame, *, unit: str = "", at: str = "", events: list | None = None
) -> base.Picture:
    """Observed dots, the fitted course, and the course that would have come, one strip a group.

    Parameters
    ----------
    periods
        From :func:`framing.trends.interrupted`:
        ``group period after observed fitted counterfactual`` with bands.
    """
    periods = _grouped(periods)
    fig, strips, more = _strips(periods, unit)
    for ax, here in strips:
        x, after = shapes.days(here["period"]), here["after"].to_numpy(dtype=bool)
        shapes.dots(ax, x, here["observed"], size=14, colour=base.GREY, label=say("observed"), zorder=2)
        fitted, other = (
            [here[f"{name}{end}"] for end in ("", "_low", "_high")] for name in ("fitted", "counterfactual")
        )
        ax.fill_between(x, *fitted[1:], color=base.PALETTE[0], alpha=0.18, lw=0)
        for part, label in ((~after, say("fitted")), (after, None)):
            shapes.line(ax, x[part], fitted[0][part], colour=base.PALETTE[0], lw=1.8, label=label)
        own = {"colour": base.PALETTE[1], "alpha": 0.18, "ls": "--", "label": say("without the change")}
        shapes.line(ax, x[after], *(value[after] for value in other), **own)
        ax.axvline(x[after][0], color=base.GREY, lw=0.8, ls=":")
    known = periods[["observed", "fitted", "counterfactual"]].to_numpy(dtype=float)
    bands = periods[["fitted_high", "counterfactual_high"]].to_numpy(dtype=float)
    most = max(values[np.isfinite(values)].max(initial=0) for values in (known, bands))
    top = 1.05 * min(most, 2 * known[np.isfinite(known)].max(initial=0))  # a band ten times as high shows nothing else
    low = min(0, periods["observed"].min())
    fig.axes[0].set_ylim(low - 0.03 * (top - low) if top > 0 else None, top if top > 0 else None)
    cut = say("A band that reaches the edge goes on beyond it.") if most > top else ""
    shapes.legend(fig)
    named = _timed([ax for ax, _ in strips], events)
    last = periods[periods["after"]].groupby("group", sort=False, observed=True).tail(1)
    said = [
        say("{group}: {fitted:.3g} against {other:.3g}", group=r.group, fitted=r.fitted, other=r.counterfactual)
        for r in last.itertuples()
    ]
    drawn = say(
        "Dots: observed {unit}. Line: fitted, with its band. Dashed: the course before {at} goes on.",
        unit=unit,
        at=dated(at),
    )
    alt = say(
        "Observed, fitted and counterfactual course for {n} groups; in the last period {said}.",
        n=len(strips), said=clauses(said),
    )  # fmt: skip
    return base.Picture(fig, caption=[drawn, cut, named, *more], alt=alt, data=periods)


def trend_breaks(
    fitted: pd.DataFrame, breaks: pd.DataFrame, *, unit: str = "", events: list | None = None
) -> base.Picture:
    """The series with the steps fitted to it, and each break with the interval of its date.

    Parameters
    ----------
    fitted, breaks
        From :func:`framing.trends.breaks`.
    """
    fitted, breaks = _grouped(fitted), _grouped(breaks)
    fig, strips, more = _strips(fitted, unit)
    for ax, here in strips:
        x = shapes.days(here["period"])
        shapes.line(ax, x, here["observed"], colour=base.FAINT, marker=".", ms=3, lw=0.6)
        for _, part in here.groupby("segment"):
            shapes.line(ax, shapes.days(part["period"]), part["fitted"], colour=base.PALETTE[0], lw=2)
        for row in each(breaks[breaks["group"].isin(here["group"])]):
            low, high, day = (shapes.days(pd.Series([v]))[0] for v in (row.conf_low, row.conf_high, row.period))
            ax.axvspan(low, high, color=base.PALETTE[1], alpha=0.25, lw=0)
            ax.axvline(day, color=base.PALETTE[1], lw=1.2)
    named = _timed([ax for ax, _ in strips], events)
    said = clauses(f"{r.group}: {r.period} ({r.conf_low} – {r.conf_high})" for r in each(breaks))
    drawn = say(
        "Grey: observed {unit}. Blue: the level between breaks. Orange: a break and the interval of its date.",
        unit=unit,
    )
    alt = say("Breaks found: {said}.", said=said) if said else say("No breaks found.")
    return base.Picture(fig, caption=[drawn, named, *more], alt=alt, data=fitted)


def trend_leads(leads: pd.DataFrame, *, first: str, second: str) -> base.Picture:
    """Correlation at each lead and lag with its interval.

    Parameters
    ----------
    leads
        From :func:`framing.trends.lead_lag`.
    """
    fig, ax = base.figure(height=3.2)
    if leads.empty:
        ax.set_axis_off()
        why = say("not asked of these series; the note below says why")
        ax.text(0.5, 0.5, why, ha="center", va="center")
        caption, alt = say("No leads and lags."), say("No leads and lags were computed.")
        return base.Picture(fig, caption=caption, alt=alt, data=leads)
    columns = (leads[name] for name in ("estimate", "conf_low", "conf_high"))
    shapes.ranges(ax, leads["lag"], *columns, colour=base.PALETTE[0], upright=True, width=1, size=16)
    ax.axhline(0, color=base.GREY, lw=0.8)
    ax.axvline(0, color=base.GREY, lw=0.8, ls=":")
    named = {"first": base.plain(first), "second": base.plain(second)}
    ax.set_xlabel(say("periods by which {first} is ahead of {second} (left of 0: behind)", **named))
    ax.set_ylabel(say("correlation"))
    peak = leads[leads["peak"]].iloc[0]
    caption = say(
        "Correlation of what is new in {first} with what is new in {second} so many periods later.",
        first=first, second=second,
    )  # fmt: skip
    alt = say("Largest correlation {r:.2f} at lag {lag}.", r=peak["estimate"], lag=int(peak["lag"]))
    return base.Picture(fig, caption=caption, alt=alt, data=leads)


def trend_rates(series: pd.DataFrame, *, unit: str = "", events: list | None = None) -> base.Picture:
    """The series themselves, one line a group; a gap breaks the line.

    Parameters
    ----------
    series
        From :func:`framing.trends.prepare`: ``group period value``.
    """
    series = _grouped(series)
    groups, more = _groups(series)
    fig, ax = base.figure(height=3.6)
    ends = []
    for number, group in enumerate(groups):
        here = series[series["group"].eq(group)].set_index("period")["value"]
        if not isinstance(here.index, pd.PeriodIndex) and "freq" in series:
            here.index = pd.PeriodIndex(here.index.astype(str), freq=_CODES[series["freq"].iloc[0]])  # text of a file
        if isinstance(here.index, pd.PeriodIndex):
            here = here.reindex(pd.period_range(here.index.min(), here.index.max(), freq=here.index.freq))
        x = shapes.days(pd.Series(here.index))
        shapes.line(ax, x, here, colour=base.PALETTE[number], lw=1.3)
        ends += [(x[-1], here.iloc[-1], str(group), base.PALETTE[number])] if str(group) and len(x) else []
    ax.set_ylabel(base.plain(say(unit)))
    ax.set_ylim(bottom=min(0, series["value"].min()))
    named = _timed([ax], events)
    shapes.beside(ax, ends, room=0.3 if base.narrow() else 0.16)
    means = series.groupby("group", observed=True, sort=False)["value"].mean()
    drawn = say(
        "{unit} by group and period; a period without articles, between a group's first and its last, is 0."
        if "measure" in series and series["measure"].eq("articles").all()
        else "{unit} by group and period; a break in a line is a period without articles.",
        unit=unit,
    )
    alt = say("Means over all periods: {said}.", said=listed(f"{g} {means[g]:.3g}" for g in groups))
    return base.Picture(fig, caption=[drawn, named, *more], alt=alt, data=series)
