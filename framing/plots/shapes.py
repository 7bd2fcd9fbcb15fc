"""The few shapes that every figure is made of: seaborn's marks on columns of ours.

Whoever draws says which columns go where; nothing here sorts, averages or resamples.
"""

from typing import Any

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.collections import LineCollection
from seaborn.utils import relative_luminance

from framing.plots.base import figure

GREY = "#71717a"
FAINT = "#a1a1aa"


def panels(n: int, across: int = 1, *, width: tuple, height: tuple, **shared):
    """A figure of ``n`` panels, ``across`` side by side at most, and the panels in order.

    ``width`` and ``height`` are the inches of a panel and the inches besides; ``shared`` goes to ``Figure.subplots``.
    """
    columns = min(across, n) or 1
    rows = -(-max(n, 1) // columns)
    size = columns * width[0] + width[1], rows * height[0] + height[1]
    fig, grid = figure(*size, rows, columns, squeeze=False, **shared)
    axes = list(grid.flat)
    for spare in axes[n:]:
        spare.set_visible(False)
    for ax in axes[:n][-columns:]:  # the lowest of each column, also where the last row is not full
        ax.tick_params(labelbottom=True)
    return fig, axes[:n]


def legend(fig, most: int = 4) -> None:
    """The names of all panels once, under the figure."""
    named: dict = {}
    for ax in fig.axes:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            named.setdefault(label, handle)
    if named:
        fig.legend(named.values(), named, loc="outside lower center", ncols=min(most, len(named)))


def down(ax, names: list[str], *, size: float = 8, upward: bool = False) -> None:
    """Names of rows along the side, the first on top (or, ``upward``, at the foot)."""
    ends = -0.7, max(len(names), 1) - 0.3
    ax.set_yticks(range(len(names)), names, fontsize=size)
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


def heat(ax, values, rows: list[str], columns: list[str], *, notes=None, bar: str = "", size: Any = 8, **scale):
    """A heat map; ``notes`` are written in the cells, dark on light or light on dark, ``bar`` names the scale."""
    named = {"cbar": bool(bar), "cbar_kws": {"label": bar, "shrink": 0.6}} if bar else {"cbar": False}
    written = {"annot": notes, "fmt": "", "annot_kws": {"fontsize": size}, "xticklabels": False, "yticklabels": False}
    sns.heatmap(values, ax=ax, **named, **written, **scale)
    shades = ax.collections[0].get_facecolors().reshape(*np.shape(values), 4) if notes is not None else np.empty(0)
    for text in list(ax.texts):
        (x, y), dark = text.get_position(), 0.18  # where black and white stand out alike (WCAG 2.2)
        text.set_color("w" if relative_luminance(shades[int(y), int(x)]) < dark else "k")
        if not text.get_text():
            text.remove()
    ax.set_xticks(np.arange(len(columns)) + 0.5, columns, rotation=30, ha="right")
    ax.set_yticks(np.arange(len(rows)) + 0.5, rows, rotation=0, fontsize=size)
    ax.set(xlabel="", ylabel="")
    ax.grid(False)


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
