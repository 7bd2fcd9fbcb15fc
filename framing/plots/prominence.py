"""Figures of placement: the dots on their pages, the predicted probabilities with their bands, the effects."""

import numpy as np
import pandas as pd
from matplotlib.ticker import PercentFormatter

from framing.errors import TableError
from framing.messages import mark, named, paragraph, said, say
from framing.plots import shapes
from framing.plots.base import GREY, PALETTE, PAPER, Picture, figure, narrow, plain
from framing.report.markup import ems

_DOTS = 400  # rows drawn one by one; of more the share on each page is shaded, year by year
_GROUPS = 6  # side by side
_PER_UNIT = mark("per unit")  # of prominence: the contrast of a number
_CUT = np.log(64)  # beyond, an odds ratio says only that there is hardly any information
_SHAPES = ("o", "^", "s", "D", "v", "P")


def placement_dots(
    rows: pd.DataFrame,
    predictions: pd.DataFrame | None = None,
    *,
    colour: str = "outlet",
    shape: str = "",
    labels: dict | None = None,
    events: list | None = None,
) -> Picture:
    """Where each group's messages or articles stood, by date and page, under the probability of page 1 over time.

    One panel per group, page 1 on top. Above 400 rows the share of a year's rows on each page is shaded.

    Parameters
    ----------
    rows
        One row per mark: ``date``, ``page`` and the columns ``colour`` and ``shape``. Rows without a page stand in a
        strip of their own below, so that nobody takes them for inside pages. Rows without a date, and those whose
        ``date_precision`` is ``year`` or ``convention``, have no place in time: the caption says how many.
    predictions
        From :func:`framing.prominence.curve`: ``date``, ``estimate``, ``conf_low``, ``conf_high`` and the groups.
    colour, shape
        Columns of the groups (the first six are drawn) and of marks (at most six shapes); ``shape`` may be empty.
    labels
        Value → name to print.
    events
        Date and label of each event that is marked.
    """
    table, left_out = _dots(rows, colour, shape)
    groups, many = _values(table[colour])[:_GROUPS], len(table) > _DOTS
    if table.empty:
        return Picture(figure(height=2)[0], caption=left_out, alt=say("No row has a day."), data=table)
    last = int(table["page"].astype("Float64").fillna(1).max())
    missing = bool(table["page"].isna().any())
    floor, height = last + 1.3, min(0.34, 4.5 / (last + missing)) * (last + missing) + 0.3
    top = [1.5] if predictions is not None else []
    size = {"height": sum(top) + height + 1.1, "rows": len(top) + 1, "columns": len(groups)}
    fig, grid = figure(**size, squeeze=False, sharex=True, sharey="row", height_ratios=[*top, height])
    data = _shares_of_pages(table, colour) if many else table
    for i, (group, pages) in enumerate(zip(groups, grid[-1], strict=True)):
        here = data[data[colour] == group]
        if many:
            _shaded(pages, here, floor)
        else:
            _marked(pages, here, i, shape, labels, floor)
        grid[0][i].set_title(plain(_name(group, labels), 16 if narrow() else 30))
        if predictions is not None:
            _front(grid[0][i], predictions[predictions[colour] == group], i)
    if predictions is not None:
        grid[0][0].set_ylim(0, _tenths(predictions))
    _page_by_page(grid[-1][0], last, floor, missing)
    for ax in grid[-1]:
        shapes.calendar(ax)
    if shape and not many:
        shapes.legend(fig)
    known = [
        say("Top: predicted probability of page 1 with its 95% confidence interval.") if top else "",
        say("Shaded: share of a year's rows on each page; the darkest is all of them.")
        if many
        else say("Each mark is one row, by date and page; a hollow mark has no page reported."),
        shapes.events([*grid[0], *(grid[-1] if top else [])], events),
        left_out,
        say("{n} more groups are not drawn.", n=table[colour].nunique() - len(groups))
        if table[colour].nunique() > len(groups)
        else "",
    ]
    alt = say(
        "Dot plot of {n:,} rows from {start:%Y} to {end:%Y}: {front:,} on page 1, {inside:,} on later pages, "
        "{missing:,} without a page.",
        **_tally(table),
    )
    ends = [] if predictions is None else [_ends(predictions, colour, one, "date", labels) for one in groups]
    return Picture(fig, caption=known, alt=[alt, *ends], data=data)


def _tenths(predictions: pd.DataFrame) -> float:
    """The top of the scale: the next ten per cent above the highest interval, or estimate where there is none."""
    return min(1.0, float(np.ceil(10 * predictions[["estimate", "conf_high"]].max().max()) / 10))


def _front(ax, curve: pd.DataFrame, i: int) -> None:
    """The probability of page 1 of a group over time."""
    curve = curve.sort_values("date")
    columns = (curve[name] for name in ("estimate", "conf_low", "conf_high"))
    shapes.line(ax, curve["date"], *columns, colour=PALETTE[i], alpha=0.2, lw=2)
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    if ax.get_subplotspec().is_first_col():
        ax.set_ylabel(say("predicted probability of page 1") if not narrow() else say("page 1"))


def _marked(ax, rows: pd.DataFrame, i: int, shape: str, labels: dict | None, floor: float) -> None:
    """A mark for each row; hollow ones, in a strip of their own, have no page."""
    at = pd.Series(rows["page"].astype(float).fillna(floor).to_numpy() + _spread(rows), index=rows.index)
    for j, kind in enumerate(_values(rows[shape]) if shape else [None]):
        for bare in (False, True):
            part = rows[((rows[shape] == kind) if shape else True) & (rows["page"].isna() == bare)]
            look = {"size": 25, "hollow": "none", "linewidth": 1} if bare else {"size": 42, "edgecolor": PAPER}
            name = {} if bare or not shape else {"label": _name(kind, labels)}
            own = {"marker": _SHAPES[j % 6], "colour": PALETTE[i]}
            shapes.dots(ax, part["date"], at[part.index], **own, **look, **name, alpha=0.9)


def _shares_of_pages(table: pd.DataFrame, colour: str) -> pd.DataFrame:
    """One row per group, year and page (0 is none reported): rows and their share of the year's."""
    year = table["date"].dt.to_period("Y").dt.start_time.rename("date")
    page = table["page"].astype("Float64").fillna(0).rename("page")
    counts = table.groupby([year, table[colour], page], observed=True).agg(n=("page", "size")).reset_index()
    return counts.assign(share=counts["n"] / counts.groupby(["date", colour], observed=True)["n"].transform("sum"))


def _shaded(ax, counts: pd.DataFrame, floor: float) -> None:
    """A box for each year and page, the darker the larger its share."""
    low = counts["page"].astype(float).where(counts["page"] > 0, floor).to_numpy() - 0.5
    days = counts["date"].to_numpy(), (counts["date"] + pd.DateOffset(years=1)).to_numpy()
    for start, end, y, share in zip(*days, low, counts["share"].astype(float), strict=True):
        ax.fill_between([start, end], y, y + 1, color=PALETTE[0], alpha=float(share) ** 0.7, lw=0)


def placement_bands(
    predictions: pd.DataFrame,
    rows: pd.DataFrame | None = None,
    *,
    by: str = "",
    time: str = "date",
    pages: list | None = None,
    labels: dict | None = None,
    events: list | None = None,
) -> Picture:
    """The predicted probability of each page over time with its band: a row of panels per page, a column per group.

    Parameters
    ----------
    predictions
        From ``prominence.curve(fit, …, pages=True)``: ``time``, ``by``, ``estimate``, ``conf_low``,
        ``conf_high`` and, of an ordinal model, ``page``.
    rows
        The rows of the fit: drawn as small marks at the top (on that page) and the bottom (on another) of each panel.
    pages
        Pages shown; by default the first four.
    labels
        Value → name to print.
    events
        Date and label of each event that is marked.
    """
    for name in (time, "estimate", "conf_low", "conf_high", *([by] if by else [])):
        if name not in predictions:
            raise TableError(f"predictions lack {name!r}; they have {list(map(str, predictions.columns))}")
    ordinal = "page" in predictions
    shown = ([p for p in predictions["page"].unique()][:4] if pages is None else list(pages)) if ordinal else [None]
    data = predictions[predictions["page"].isin(shown)] if ordinal else predictions
    top = _tenths(data) if data["conf_high"].max() <= 1 else None
    groups = _values(predictions[by]) if by else [None]
    names = [say("page {page}", page=plain(page)) if ordinal else say("page 1") for page in shown]
    columns = [_name(one, labels, say("all")) for one in groups]
    fig, grid = shapes.lattice(names, columns, height=1.15, sharey=True)
    for line, page in zip(grid, shown, strict=True):
        for i, (ax, one) in enumerate(zip(line, groups, strict=True)):
            here = data if one is None else data[data[by] == one]
            here = (here[here["page"] == page] if ordinal else here).sort_values(time)
            values = (here[name] for name in ("estimate", "conf_low", "conf_high"))
            shapes.line(ax, here[time], *values, alpha=0.2, colour=PALETTE[i % 10], lw=2)
            if rows is not None and top and "page" in rows and len(rows) <= _DOTS:
                _rug(ax, rows if one is None else rows[rows[by] == one], time, page or 1, i, top)
    if top:
        grid[0][0].set_ylim(-top * 0.08, top * 1.08)
        grid[0][0].yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    marked = ""
    if pd.api.types.is_datetime64_any_dtype(data[time]):
        for ax in grid[-1]:
            shapes.calendar(ax)
        marked = shapes.events(list(grid.flat), events)
    ends = data if not ordinal else data[data["page"] == shown[0]]
    alt = paragraph([say("Fitted values over time."), *(_ends(ends, by, one, time, labels) for one in groups)])
    few = rows is not None and len(rows) <= _DOTS
    known = [say("Predicted probability with its 95% confidence interval.")]
    known += [say("Ticks: rows on that page (top) and on another (bottom).")] if few else []
    return Picture(fig, caption=[*known, marked], alt=alt, data=data)


def effect_dots(
    table: pd.DataFrame,
    *,
    odds: bool | None = None,
    labels: dict | None = None,
) -> Picture:
    """Estimates with their intervals: a row per term and a panel per model, or of many models the other way round.

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
    shown = shown.where(np.isfinite(shown))
    endless, cut = shown.isna().any(axis=1).any(), bool(odds and (shown.abs() > _CUT).any(axis=None))
    shown = shown.clip(-_CUT, _CUT) if odds else shown
    terms, models = (
        _values(known["term"], sort=False),
        _values(known["model"], sort=False) if "model" in known else [None],
    )
    change = np.exp if odds else (lambda v: v)
    called = [say("all") if one is None else (labels or {}).get(one, said(one)) for one in models]
    of_term = {one: _name(one, labels) for one in terms}
    by_model = len(models) <= 4
    rows, panels = (terms, models) if by_model else (models, terms)
    names = list(of_term.values()) if by_model else [plain(one) for one in called]
    across = min(len(panels), 4 if len(panels) in (4, 7, 8) else 3)
    across = 1 if narrow() and max(map(ems, names)) > 8 else across
    fig, axes = shapes.panels(len(panels), across, height=(0.75 + 0.23 * len(rows), 0.4), sharex=by_model, sharey=True)
    room = (20 if narrow() else 40) / across
    for j, (ax, one) in enumerate(zip(axes, panels, strict=True)):
        side = known["model"] if "model" in known else pd.Series([None] * len(known), index=known.index)
        here = known[((side == one) | (one is None)) if by_model else known["term"] == one]
        y = [rows.index(value) for value in (here["term"] if by_model else side[here.index])]
        seen = shown if by_model else shown.loc[here.index]
        seen = np.append(seen.to_numpy(), 0.0)
        left, right = np.nanmin(seen) - 0.08, np.nanmax(seen) + 0.08
        filled = shown.loc[here.index].fillna({"conf_low": left, "conf_high": right})
        low, mid, high = (change(filled[c]) for c in ("conf_low", "estimate", "conf_high"))
        shapes.ranges(ax, np.array(y), mid, low, high, colour=PALETTE[0])
        ax.set_xlim(change(left), change(right))
        ax.axvline(1 if odds else 0, color=GREY, lw=1)
        if len(panels) > 1:
            ax.set_title(shapes.wrapped(plain(called[j] if by_model else of_term[one]), room))
        shapes.down(ax, names)
    for ax in axes if not by_model else shapes.lowest(axes):
        if odds:
            shapes.ratios(ax.xaxis, log=True)
        ax.set_xlabel(say("odds ratio") if odds else say("estimate"))
    n = len(table) - len(known)
    more = [say("A line to the edge is an interval without an end.")] if endless else []
    more += [say("Intervals are cut at 64 times.")] if cut else []
    more += [say("{n:,} rows without an interval are not drawn.", n=n)] if n else []
    caption = [say("Estimate and interval of each term."), *more]
    crosses = known[(known["conf_low"] > 0) | (known["conf_high"] < 0)]
    alt = say(
        "{n:,} estimates of {n_terms:,} terms; {n_clear:,} have an interval that leaves out no effect.",
        n=len(known), n_terms=len(terms), n_clear=len(crosses),
    )  # fmt: skip
    return Picture(fig, caption=caption, alt=alt, data=known)


def _page_by_page(ax, last: int, floor: float, missing: bool) -> None:
    """Page 1 on top, rows without a page in a strip of their own below; of many pages not every one is numbered."""
    step = -(-last // 10)
    numbered = [1, *range(step, last + 1, step)] if step > 1 else [*range(1, last + 1)]
    places = [*numbered, floor][: len(numbered) + missing]
    names = [say("page {page}", page=page) for page in numbered]
    ax.set_yticks(places, [*names, say("no page reported")][: len(places)])
    ax.set_ylim((floor if missing else last) + 0.6, 0.4)
    for each in ax.figure.axes:
        each.grid(axis="x", visible=False)


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
        placed &= ~rows["date_precision"].astype(str).isin(["year", "convention"])
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
    return plain(empty if value is None else named(value, labels))


def _ends(table, by, one, time, labels) -> str:
    here = (table if one is None else table[table[by] == one]).sort_values(time)
    first, last = here.iloc[0], here.iloc[-1]
    return say(
        "{name}: {first:.2f} ({first_low:.2f} to {first_high:.2f}) at first, {last:.2f} ({last_low:.2f} to "
        "{last_high:.2f}) at last.",
        name=_name(one, labels, say("all")),
        first=first["estimate"], first_low=first["conf_low"], first_high=first["conf_high"],
        last=last["estimate"], last_low=last["conf_low"], last_high=last["conf_high"],
    )  # fmt: skip
