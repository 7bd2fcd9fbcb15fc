"""Figures of placement: the dots on their pages, the predicted probabilities with their bands, the effects."""

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from framing.errors import TableError
from framing.messages import mark, paragraph, said, say
from framing.plots import shapes
from framing.plots.base import PALETTE, Picture, figure, plain

_DOTS = 400  # rows drawn one by one; more are counted by quarter
_PER_UNIT = mark("per unit")  # of prominence: the contrast of a number
_SHAPES = ("o", "^", "s", "D", "v", "P")


def placement_dots(
    rows: pd.DataFrame,
    *,
    colour: str = "outlet",
    shape: str = "",
    labels: dict | None = None,
) -> Picture:
    """One dot a message or article: its day across, its page down, page 1 on top.

    Above 400 rows the dots are counted: one a quarter, group and page, its area the number of rows.

    Parameters
    ----------
    rows
        One row per dot: ``date``, ``page`` and the columns ``colour`` and ``shape``. Rows without a page stand in a
        strip of their own below, so that nobody takes them for inside pages. Rows without a date, and those whose
        ``date_precision`` is ``year``, have no place in time: the caption says how many.
    colour, shape
        Columns of the groups (at most ten colours and six shapes); ``shape`` may be empty.
    labels
        Value → name to print.
    """
    table, left_out = _dots(rows, colour, shape)
    if len(table) > _DOTS:
        return _counted(table, colour, labels, left_out)
    last, floor, missing = _pages(table)
    fig, axes = figure(9.0, 1.6 + 0.5 * (last + missing))
    at = table["page"].astype(float).fillna(floor).to_numpy() + _spread(table)
    full = {"size": 49, "edgecolor": "w", "linewidth": 0.7}
    _groups(axes, table, at, colour, shape, labels, full, {"size": 25, "hollow": "none", "linewidth": 1}, alpha=0.9)
    _page_by_page(fig, axes, last, floor, missing)
    if table.empty:
        return Picture(fig, caption=left_out, alt=say("No row has a day."), data=table)
    alt = say(
        "Dot plot of {n:,} rows from {start:%Y} to {end:%Y}: {front:,} on page 1, {inside:,} on later pages, "
        "{missing:,} without a page.",
        **_tally(table),
    )
    known = say("One mark a row: its day across, its page down. Hollow marks have no page.")
    return Picture(fig, caption=[known, left_out], alt=alt, data=table)


def _groups(axes, table, at, colour, shape, labels, full: dict, hollow: dict, **style) -> None:
    """The dots of each group and shape; those of rows without a page are hollow."""
    for i, group in enumerate(_values(table[colour])):
        for j, kind in enumerate(_values(table[shape]) if shape else [None]):
            here = (table[colour] == group) & ((table[shape] == kind) if shape else True)
            name = _name(group, labels) + (f", {_name(kind, labels)}" if shape else "")
            for bare, face in ((False, {"label": name} | full), (True, hollow)) if here.any() else ():
                part = (here & (table["page"].isna() == bare)).to_numpy()
                face = {key: value[part] if isinstance(value, np.ndarray) else value for key, value in face.items()}
                own = {"marker": _SHAPES[j % 6], "colour": PALETTE[i % 10]} | style
                shapes.dots(axes, table["date"][part], at[part], **face, **own)


def placement_bands(
    predictions: pd.DataFrame,
    rows: pd.DataFrame | None = None,
    *,
    group: str = "",
    time: str = "date",
    pages: list | None = None,
    labels: dict | None = None,
) -> Picture:
    """The predicted probability of each page over time with its band, one panel a page.

    Parameters
    ----------
    predictions
        From ``Fit.predictions(prominence.grid(fit, …))``: ``time``, ``group``, ``estimate``, ``conf_low``,
        ``conf_high`` and, of an ordinal model, ``page``.
    rows
        The rows of the fit: drawn as small marks at the top (on that page) and the bottom (on another) of each panel.
    pages
        Pages shown; by default the first four.
    """
    for name in (time, "estimate", "conf_low", "conf_high", *([group] if group else [])):
        if name not in predictions:
            raise TableError(f"predictions lack {name!r}; they have {list(map(str, predictions.columns))}")
    ordinal = "page" in predictions
    shown = ([p for p in predictions["page"].unique()][:4] if pages is None else list(pages)) if ordinal else [None]
    data = predictions[predictions["page"].isin(shown)] if ordinal else predictions
    top = min(1.0, float(np.ceil(10 * data["conf_high"].max()) / 10)) if data["conf_high"].max() <= 1 else None
    size = {"width": (4.1, 0.9), "height": (3.1, 0.8)}
    fig, panels = shapes.panels(len(shown), 2, **size, sharex=True, sharey=True)
    groups = _values(predictions[group]) if group else [None]
    for axes, page in zip(panels, shown, strict=False):
        for i, one in enumerate(groups):
            here = data if one is None else data[data[group] == one]
            here = (here[here["page"] == page] if ordinal else here).sort_values(time)
            columns = (here[name] for name in ("estimate", "conf_low", "conf_high"))
            own = {"colour": PALETTE[i % 10], "lw": 2, "label": _name(one, labels, say("all"))}
            shapes.line(axes, here[time], *columns, alpha=0.18, **own)
            if rows is not None and top and "page" in rows:
                _rug(axes, rows if one is None else rows[rows[group] == one], time, page or 1, i, top)
        title = (
            say("predicted probability of page {page}", page=plain(page))
            if ordinal
            else say("predicted probability of page 1")
        )
        axes.set_title(title)
        if top:
            axes.set_ylim(-top * (0.04 + 0.022 * len(groups)), top * (1.04 + 0.022 * len(groups)))
        for tick in axes.get_xticklabels():
            tick.set_rotation(45)
    if len(groups) > 1:
        shapes.legend(fig, 5)
    ends = data if not ordinal else data[data["page"] == shown[0]]
    alt = paragraph([say("Fitted values over time."), *(_ends(ends, group, one, time, labels) for one in groups)])
    known = say(
        "Predicted probability with its 95% confidence interval. Ticks: rows on that page (top) and on another "
        "(bottom)."
    )
    return Picture(fig, caption=known, alt=alt, data=data)


def effect_dots(
    table: pd.DataFrame,
    *,
    odds: bool | None = None,
    labels: dict | None = None,
) -> Picture:
    """Estimates with their intervals, one line a term and one colour a model.

    Parameters
    ----------
    table
        One row per term (and model): ``estimate``, ``conf_low``, ``conf_high``; rows without an estimate are left out
        and counted in the caption. ``coefficients``, ``effects`` and ``bounds()`` of a fit, ``sensitivity`` and
        the coefficients of several fits with a column ``model`` are drawn as they are.
    odds
        Draw exp(estimate) on a logarithmic scale; by default unless the table is of effects, which are probabilities.
    """
    effects = "term" not in table and {"variable", "contrast"} <= set(table.columns)
    odds = not effects if odds is None else odds
    if effects:
        contrasts = [say(one) if one == _PER_UNIT else one for one in table["contrast"]]
        table = table.assign(term=[f"{v}: {c}" for v, c in zip(table["variable"], contrasts, strict=True)])
        if "page" in table:
            table["model"] = [say("page {page}", page=page) for page in table["page"]]
    elif "model" not in table and "bound" in table:
        table = table.assign(model=pd.Series([mark(one) for one in table["bound"]], index=table.index, dtype=object))
    known = table.dropna(subset=["estimate", "conf_low", "conf_high"]).reset_index(drop=True)
    known = known[np.isfinite(known["estimate"].astype(float))]
    if not len(known):
        raise TableError("no row has an estimate with an interval")
    shown = known[["estimate", "conf_low", "conf_high"]].astype(float)
    shown = shown.clip(-8, 8).where(np.isfinite(shown)) if odds else shown.where(np.isfinite(shown))
    left, right = shown.min().min() - 0.5, shown.max().max() + 0.5
    endless = shown.isna().any(axis=1).any()
    shown = shown.fillna({"conf_low": left, "conf_high": right})
    terms, models = (
        _values(known["term"], sort=False),
        _values(known["model"], sort=False) if "model" in known else [None],
    )
    step = 0.72 / max(1, len(models) - 1) if len(models) > 1 else 0.0
    fig, axes = figure(8.6, 1.2 + len(terms) * max(0.45, 0.2 * len(models)) + 0.25 * ((len(models) + 3) // 4))
    change = np.exp if odds else (lambda v: v)
    for j, one in enumerate(models):
        here = known if one is None else known[known["model"] == one]
        y = np.array([terms.index(t) for t in here["term"]]) + (step * j - 0.36 if len(models) > 1 else 0)
        low, mid, high = (change(shown.loc[here.index, c]) for c in ("conf_low", "estimate", "conf_high"))
        name = plain(say("all") if one is None else (labels or {}).get(one, said(one)))
        shapes.ranges(axes, y, mid, low, high, colour=PALETTE[j % 10], label=name)
    axes.axvline(1 if odds else 0, color="#52525b", lw=1)
    if odds:
        axes.set_xscale("log")
        _plain_logarithms(axes)
    shapes.down(axes, [_name(t, labels) for t in terms], size=9.5)
    axes.set_xlabel(say("odds ratio (logarithmic scale)") if odds else say("estimate"))
    if len(models) > 1:
        shapes.legend(fig)
    if endless:
        axes.set_xlim(change(left), change(right))
    n = len(table) - len(known)
    more = [say("A line to the edge is an interval without an end.")] if endless else []
    more += [say("{n:,} rows without an interval are not drawn.", n=n)] if n else []
    caption = [say("Estimate and interval of each term."), *more]
    crosses = known[(known["conf_low"] > 0) | (known["conf_high"] < 0)]
    alt = say(
        "{n:,} estimates of {n_terms:,} terms; {n_clear:,} have an interval that leaves out no effect.",
        n=len(known), n_terms=len(terms), n_clear=len(crosses),
    )  # fmt: skip
    return Picture(fig, caption=caption, alt=alt, data=known)


def _plain_logarithms(axes) -> None:
    """Ratios as people write them (0.5, 1, 2, 5) on a logarithmic axis, few enough to stand side by side."""
    low, high = axes.get_xlim()
    decades = np.log10(high / low)
    if decades > 0.3:
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if decades < 2.5 else (1,)))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())


def _counted(table: pd.DataFrame, colour: str, labels: dict | None, left_out: str) -> Picture:
    """Dots whose area is a number of rows, the groups side by side within a page."""
    groups = _values(table[colour])
    quarter = table["date"].dt.to_period("Q").dt.start_time
    keys = [quarter.rename("quarter"), table[colour], table["page"].astype("Float64").rename("page")]
    counts = table.groupby(keys, observed=True, dropna=False).agg(n=("page", "size")).reset_index()
    last, floor, missing = _pages(table)
    row = min(0.55, max(0.3, 7 / (last + missing)))  # inches a page: thirty pages are not two screens
    fig, axes = figure(9.0, 1.8 + row * (last + missing))
    shift = counts[colour].map(groups.index).astype(float) - (len(groups) - 1) / 2
    at = (counts["page"].astype(float).fillna(floor) + shift * 0.7 / max(1, len(groups))).to_numpy()
    own = {"size": (6 + 160 * (row / 0.55) / counts["n"].max() * counts["n"]).to_numpy(), "linewidth": 0.8}
    dated = counts.rename(columns={"quarter": "date"})
    _groups(axes, dated, at, colour, "", labels, own, own | {"hollow": "none"}, alpha=0.8)
    _page_by_page(fig, axes, last, floor, missing)
    alt = say(
        "Dots of {n:,} rows by quarter, group and page, from {start:%Y} to {end:%Y}: {front:,} on page 1, {inside:,} "
        "on later pages, {missing:,} without a page.",
        **_tally(table),
    )
    known = say("Rows by quarter, group and page; area is the number of rows. Hollow dots have no page.")
    return Picture(fig, caption=[known, left_out], alt=alt, data=counts)


def _pages(table: pd.DataFrame) -> tuple[int, float, bool]:
    """The last page there is, where rows without a page stand below it, and whether there are any."""
    last = int(table["page"].astype("Float64").fillna(1).max()) if len(table) else 1
    return last, last + 1.3, bool(table["page"].isna().any())


def _page_by_page(fig, axes, last: int, floor: float, missing: bool) -> None:
    """Page 1 on top, rows without a page in a strip of their own below, and the groups under the figure."""
    places = [*range(1, last + 1), floor][: last + missing]
    names = [*map(str, range(1, last + 1)), say("no page reported")][: last + missing]
    axes.set_yticks(places, names)
    axes.set_ylim((floor if missing else last) + 0.6, 0.4)
    axes.set_ylabel(say("page"))
    axes.grid(axis="x", visible=False)
    shapes.legend(fig)


def _tally(table: pd.DataFrame) -> dict:
    """How many rows there are, from when to when, and how many on which page."""
    front, known = int((table["page"] == 1).sum()), int(table["page"].notna().sum())
    return {
        "n": len(table), "start": table["date"].min(), "end": table["date"].max(), "front": front,
        "inside": known - front, "missing": len(table) - known,
    }  # fmt: skip


def _dots(rows: pd.DataFrame, colour: str, shape: str) -> tuple[pd.DataFrame, str]:
    """What is drawn, in order of time, and how many rows have no place in it."""
    names = ["date", "page", colour, *([shape] if shape else [])]
    absent = [name for name in names if name not in rows]
    if absent:
        raise TableError(f"rows lack {absent}; they have {list(map(str, rows.columns))}")
    placed = rows["date"].notna()
    if "date_precision" in rows:
        placed &= rows["date_precision"].astype(str).ne("year")
    n = int((~placed).sum())
    left_out = (
        say("Rows without a date, or of which only the year is known, which are not drawn: {n:,}.", n=n) if n else ""
    )
    table = rows.loc[placed, list(dict.fromkeys(names))]
    return table.sort_values("date", kind="stable", ignore_index=True), left_out


def _spread(table: pd.DataFrame) -> np.ndarray:
    """A small vertical shift so that dots of one page and about the same month stand side by side."""
    month = table["date"].dt.to_period("Q").astype(str)
    rank = table.groupby([month, table["page"].astype("Float64").fillna(0)]).cumcount()
    size = table.groupby([month, table["page"].astype("Float64").fillna(0)])["date"].transform("size")
    width = np.minimum(0.17, 0.8 / size)
    return ((rank - (size - 1) / 2) * width).to_numpy()


def _rug(axes, rows: pd.DataFrame, time: str, page, i: int, top: float) -> None:
    known = rows[rows["page"].notna() & rows[time].notna()]
    on = (known["page"].astype(str) == str(page)).to_numpy()
    shift = 0.022 * i
    at = top * np.where(on, 1.03 + shift, -0.03 - shift)
    shapes.dots(axes, known[time], at, size=25, marker="|", colour=PALETTE[i % 10], alpha=0.7)


def _values(values: pd.Series, sort: bool = True) -> list:
    found = list(values.drop_duplicates())
    return sorted(found, key=str) if sort else found


def _name(value, labels: dict | None, empty: str = "") -> str:
    return plain(empty if value is None else (labels or {}).get(value, value))


def _ends(table, group, one, time, labels) -> str:
    here = (table if one is None else table[table[group] == one]).sort_values(time)
    first, last = here.iloc[0], here.iloc[-1]
    return say(
        "{name}: {first:.2f} ({first_low:.2f} to {first_high:.2f}) at first, {last:.2f} ({last_low:.2f} to "
        "{last_high:.2f}) at last.",
        name=_name(one, labels, say("all")),
        first=first["estimate"], first_low=first["conf_low"], first_high=first["conf_high"],
        last=last["estimate"], last_low=last["conf_low"], last_high=last["conf_high"],
    )  # fmt: skip
