"""The few shapes that every figure is made of: seaborn's marks on columns of ours.

Whoever draws says which columns go where; nothing here sorts, averages or resamples.
"""

from collections.abc import Collection, Sequence
from typing import Any

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import colormaps
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator
from seaborn.utils import relative_luminance

from framing.messages import clauses, say
from framing.plots.base import FAINT, GREY, INK, NARROW, NIGHT, PAPER, SIZE, WIDE, figure, narrow, plain, wrapped
from framing.tables.events import event


def panels(n: int, across: int = 1, *, height: tuple, **shared):
    """A figure of ``n`` panels, ``across`` side by side at most (on a phone half as many), and the panels in order.

    ``height`` is the inches of a panel and the inches besides; ``shared`` goes to ``Figure.subplots``.
    """
    columns = min(-(-across // 2) if narrow() else across, n) or 1
    rows = -(-max(n, 1) // columns)
    fig, grid = figure(height=rows * height[0] + height[1], rows=rows, columns=columns, squeeze=False, **shared)
    axes = list(grid.flat)
    for spare in axes[n:]:
        spare.set_visible(False)
    for ax in axes[:n][-columns:]:  # the lowest of each column, also where the last row is not full
        ax.tick_params(labelbottom=True)
    return fig, axes[:n]


def lowest(axes: Sequence) -> Sequence:
    """The panels of :func:`panels` that the scale along the foot stands under."""
    return axes[-axes[0].get_subplotspec().get_gridspec().ncols :] if len(axes) else axes


def lattice(rows: Sequence[str], columns: Sequence[str], *, height: float, **shared):
    """Small multiples: a figure with a panel for each row and column, named once along the side and the top."""
    size = {"height": height * len(rows) + 0.6, "rows": max(len(rows), 1), "columns": max(len(columns), 1)}
    fig, grid = figure(**size, squeeze=False, sharex=True, **({"sharey": "row"} | shared))
    room = (NARROW if narrow() else WIDE) * 72 / SIZE * 0.7 / max(len(columns), 1)
    for ax, name in zip(grid[0], columns, strict=False):
        ax.set_title(wrapped(plain(name, 24), room))
    for line, name in zip(grid, rows, strict=False):
        line[0].set_ylabel(plain(name, 24), rotation=0, ha="right", va="center", color=INK)
    return fig, grid


def legend(fig, most: int = 4) -> None:
    """The names of all panels once, under the figure."""
    named: dict = {}
    for ax in fig.axes:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            named.setdefault(label, handle)
    if named:
        fig.legend(named.values(), named, loc="outside lower center", ncols=min(2 if narrow() else most, len(named)))


def beside(ax, ends: Sequence[tuple], *, room: float = 0.2) -> None:
    """The names of lines at their right ends, ``x, y, name, colour`` each, moved apart where they would touch."""
    ends = sorted((end for end in ends if np.isfinite(end[1])), key=lambda end: end[1])
    low, high = ax.get_ylim()
    least = 1.25 * SIZE / 72 / (ax.get_position().height * ax.figure.get_figheight()) * (high - low)
    at = np.array([end[1] for end in ends])
    for i in range(1, len(at)):
        at[i] = max(at[i], at[i - 1] + least)
    at = at - max(at[-1] - high, 0) if len(at) else at
    left, right = ax.get_xlim()
    ax.set_xlim(left, right + room * (right - left))
    for (x, _, name, colour), y in zip(ends, at, strict=True):
        ax.annotate(plain(name, 16), (x, y), (5, 0), textcoords="offset points", va="center", color=colour)


def ratios(axis, *, log: bool = False) -> None:
    """Ticks of a ratio as people say it, ½× 1× 2× 4×; the axis carries its log2 or, with ``log``, the ratio itself."""
    change = (lambda v: v) if log else np.exp2
    if log:
        (axis.axes.set_xscale if axis.axis_name == "x" else axis.axes.set_yscale)("log", base=2)
    low, high = sorted(axis.get_view_interval())
    low, high = (np.log2(low), np.log2(high)) if log else (low, high)
    small = narrow() or _slim(axis.axes)
    most = 3 if small else 6
    few = np.asarray(MaxNLocator(most, steps=[1, 2, 5, 10], integer=True).tick_values(low, high))
    if high - low <= 2:  # no two whole doublings between the ends
        few = np.log2(np.outer(10.0 ** np.arange(-9, 10), (1, 2, 5) if small else (1, 1.5, 2, 3, 4, 5, 7)).ravel())
        if ((few >= low) & (few <= high)).sum() < 2:  # nor two of these: 0.95×, 1×, 1.05×
            few = np.log2(MaxNLocator(most).tick_values(2**low, 2**high))
    few = few[(few >= low) & (few <= high)]
    axis.set_major_locator(FixedLocator(list(np.exp2(few) if log else few)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: times(float(change(value)))))
    axis.set_minor_locator(FixedLocator([]))


def times(ratio: float) -> str:
    """A ratio with its sign of multiplication; a half, quarter and eighth as fractions."""
    named = {1 / 2: "½", 1 / 4: "¼", 1 / 8: "⅛"}
    if ratio in named:
        return f"{named[ratio]}×"
    return f"1/{1 / ratio:,.3g}×" if ratio < 1 / 8 else f"{ratio:,.3g}×" if ratio < 1e6 else f"{ratio:.0e}×"


def days(periods: pd.Series) -> np.ndarray:
    """Periods as something an axis can carry."""
    values = pd.Series(list(periods))
    if isinstance(values.dtype, pd.PeriodDtype):
        return values.dt.to_timestamp().to_numpy()
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy()
    return np.array(
        [pd.Timestamp(str(value).split("/")[0]) for value in values], dtype="datetime64[s]"
    )  # text of a file


def calendar(ax) -> None:
    """Years, or months and days of a short time, along the axis as the language writes them."""
    first, last = mdates.num2date(ax.get_xlim())
    years = (last - first).days / 365.25
    if years > 2.5:
        room = 8 / (2.6 if narrow() else 1) / (2.6 if _slim(ax) else 1)
        step = next((n for n in (1, 2, 3, 5, 10, 20, 50) if years / n <= room), 100)
        ax.xaxis.set_major_locator(mdates.YearLocator(step))
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
        return
    locator = mdates.AutoDateLocator(minticks=2, maxticks=4 if narrow() or _slim(ax) else 9)
    year, month, rest = say("%Y"), say("%b"), ["%H:%M", "%H:%M", "%S.%f"]
    zero, offset = ["", year, month, "%m-%d", "%H:%M", "%H:%M"], ["", year, f"{year} {month}", *["%Y-%m-%d"] * 3]
    form = {"formats": [year, month, "%d", *rest], "zero_formats": zero, "offset_formats": offset}
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, **form))


def _slim(ax) -> bool:
    place = ax.get_subplotspec()  # a scale beside a heat map has none
    return place is not None and place.get_gridspec().ncols > 2


def counts(axis) -> None:
    """Whole numbers only."""
    few = axis.axes.get_position().height * axis.axes.figure.get_figheight() < 1.2
    axis.set_major_locator(MaxNLocator(2 if few and axis.axis_name == "y" else 5, integer=True))


def events(axes, marked: Collection | None) -> str:
    """A dotted line at the day of each event in every panel, its name on top of the first; and a sentence on them.

    In narrow panels a number stands for the name, which the sentence gives.

    An event is a date and a label, as a pair or as a mapping with ``date`` and ``label``; one beyond the axis has no
    line, and the sentence leaves it out.
    """
    first, last = axes[0].get_xlim()
    days = [(mdates.date2num(day), day, label) for day, label in map(event, marked or ())]
    seen = [(x, day, label) for x, day, label in sorted(days) if first <= x <= last]
    for ax in axes:
        for x, *_ in seen:
            ax.axvline(x, color=GREY, lw=0.9, ls=":", zorder=1)
    slim = _slim(axes[0])
    for i, (x, _, label) in enumerate(seen):
        label = str(i + 1) if slim else label
        right = x > first + 0.75 * (last - first)
        place = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "va": "top", "color": GREY}
        box = {"boxstyle": "square,pad=0.1", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.8}
        offset = -3 if right else 3, 0 if slim else -(SIZE + 4) * (i % 3)
        axes[0].annotate(plain(label, 24), (x, 1), offset, **place, bbox=box,
                         ha="right" if right else "left", in_layout=False)  # fmt: skip
    told = [f"{day:%Y-%m-%d} {label}" for _, day, label in seen]
    named = clauses(f"({i}) {text}" for i, text in enumerate(told, 1)) if slim else clauses(told)
    return say("Dotted lines: {events}.", events=named) if seen else ""


def of_row(names: Sequence[str], least: int = 1) -> float:
    """Inches of a row whose names have several lines."""
    return 0.12 + 0.15 * max([least, *(1 + name.count("\n") for name in names)])


def down(ax, names: list[str], *, upward: bool = False) -> None:
    """Names of rows along the side, the first on top (or, ``upward``, at the foot)."""
    ends = -0.7, max(len(names), 1) - 0.3
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(ends if upward else ends[::-1])
    ax.grid(axis="y", visible=False)


def line(ax, x, y, low=None, high=None, *, colour: Any, label: Any = None, alpha: Any = 0.15, **style) -> None:
    """A line with the band from ``low`` to ``high``; both are broken where a value is missing."""
    x, y = np.asarray(x), np.asarray(y, dtype=float)
    if low is not None:
        ax.fill_between(x, *(np.asarray(v, dtype=float) for v in (low, high)), color=colour, alpha=alpha, lw=0)
    if np.isfinite(y).any():
        style = {"markeredgewidth": 0, "color": colour, "label": label} | style
        sns.lineplot(x=x, y=y, estimator=None, errorbar=None, sort=False, legend=False, ax=ax, **style)
        ax.lines[-1].set_data(x, y)  # seaborn leaves out what is missing and would bridge the gap


def dots(ax, x, y, *, colour, size=28, hollow: Any = "", label: Any = None, **style) -> None:
    """A mark a row; ``colour`` and ``size`` are one or one a row, a ``hollow`` mark has that colour inside."""
    x, y = np.asarray(x), np.asarray(y, dtype=float)
    style = {"linewidth": 1.2 if hollow else 0, "zorder": 3, "rasterized": len(x) > 3000} | style
    if style.get("marker") in ("|", "+", "x"):
        style["linewidth"] = max(style["linewidth"], 1.2)
    else:
        style = {"facecolor": hollow or colour, "edgecolor": colour} | style
    if len(x):
        shown = colour if isinstance(colour, str) else "k"  # seaborn asks for one; the marks have their own
        sns.scatterplot(x=x, y=y, s=size, color=shown, label=label, legend=False, ax=ax, **style)
    elif label:
        ax.scatter([], [], s=size, color=colour, label=label)


def ranges(ax, at, middle, low, high, *, colour, upright: bool = False, width: float = 1.8, **style) -> None:
    """Dots with their intervals, lying beside their names or ``upright``."""
    (ax.vlines if upright else ax.hlines)(at, low, high, colors=colour, lw=width, alpha=style.pop("alpha", None))
    dots(ax, *((at, middle) if upright else (middle, at)), colour=colour, **style)


def heat(ax, values, rows: list[str], columns: list[str], *, notes=None, bar: str = "", **scale):
    """A heat map; ``notes`` are written in the cells, legible by day and by night, ``bar`` names the scale.

    What is light lets the ground of the page through, so that a night page has no white boxes.
    """
    scale["cmap"] = _seen_through(scale["cmap"], both="vmin" in scale and scale["vmin"] < 0)
    named = {"cbar": bool(bar), "cbar_kws": {"label": bar, "shrink": 0.6}} if bar else {"cbar": False}
    written = {"annot": notes, "fmt": "", "annot_kws": {"fontsize": SIZE}, "xticklabels": False, "yticklabels": False}
    sns.heatmap(values, ax=ax, **named, **written, **scale)
    shades, across = ax.collections[0].get_facecolors(), np.shape(values)[1]
    for text in list(ax.texts):
        x, y = text.get_position()
        text.set_color(_legible(shades[int(y) * across + int(x)]))
        if not text.get_text():
            text.remove()
    letters = (18 if narrow() else 44) / max(len(columns), 1)
    ax.set_xticks(np.arange(len(columns)) + 0.5, [wrapped(name, letters) for name in columns])
    ax.set_yticks(np.arange(len(rows)) + 0.5, rows, rotation=0)
    ax.set(xlabel="", ylabel="")
    ax.grid(False)


def _seen_through(name: str, *, both: bool) -> ListedColormap:
    """A colour map that looks the same on white, without its darkest shades, which a night page would swallow."""
    shades = colormaps[name](np.linspace(0.12 if both else 0, 0.88 if both else 0.8, 256))[:, :3]
    alpha = ((1 - shades.min(axis=1, keepdims=True)) / 0.7).clip(1e-3, 1)
    return ListedColormap(np.hstack([((shades - 1 + alpha) / alpha).clip(0, 1), alpha]))


def _legible(shade) -> str:
    """Ink, which a night page makes light, or black or white: what is told best from a cell by day and by night."""
    day, night = (shade[:3] * shade[3] + (1 - shade[3]) * np.array(to_rgb(ground)) for ground in ("w", NIGHT[0]))
    pairs = {ink: ((ink, day), (NIGHT[1] if ink == INK else ink, night)) for ink in (INK, "k", "w")}

    def apart(letter, cell) -> float:  # the contrast of WCAG 2.2
        dark, light = sorted((relative_luminance(letter) + 0.05, relative_luminance(cell) + 0.05))
        return light / dark

    return max(pairs, key=lambda ink: min(apart(*pair) for pair in pairs[ink]))


def bars(ax, at, length, names: list[str], *, colour: str) -> None:
    """Lying bars, each at its own place, so that two of one name stay two."""
    sns.barplot(x=np.asarray(length, dtype=float), y=np.asarray(at), orient="h", native_scale=True, errorbar=None,
                color=colour, saturation=1, linewidth=0, ax=ax)  # fmt: skip
    down(ax, names)


def months(ax, at, count, *, colour: str) -> None:
    """A bar a month, as broad as the month."""
    days = mdates.date2num(pd.date_range(at.min(), at.max() + pd.offsets.MonthBegin(), freq="MS"))
    sns.histplot(x=mdates.date2num(at), weights=np.asarray(count, dtype=float), bins=list(days), color=colour, alpha=1,
                 linewidth=0.4, legend=False, ax=ax)  # fmt: skip
    ax.xaxis_date()
    ax.set_ylabel("")


def edges(ax, start, end, *, width, colour: str = FAINT, **style) -> None:
    """Lines between nodes, ``start`` and ``end`` one pair of coordinates an edge."""
    if len(start):
        ends = list(np.stack([start, end], axis=1))
        ax.add_collection(LineCollection(ends, linewidths=width, colors=colour, zorder=1, **style))
