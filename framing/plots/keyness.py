"""Figures of term comparisons; each draws a table of :mod:`framing.keyness` and computes nothing."""

import numpy as np
import pandas as pd

from framing.messages import listed, mark, say
from framing.plots import base, labels, shapes

SIDES = ["target", "reference"]
PANELS = 6
"""Contrasts of a figure at most."""
TERMS = 60
"""Terms of a contrast in a ranking at most."""
_MEASURES = {
    "log_odds": mark("Log-odds ratio (natural, informative prior)"), "log2_ratio_half": mark("Log2 ratio (½ added)"),
}  # fmt: skip


def keyness_ranked(table: pd.DataFrame) -> base.Picture:
    """Terms by log2 ratio with their intervals, one panel a contrast.

    Parameters
    ----------
    table
        From :func:`framing.keyness.compare`, or the rows of it that :func:`framing.keyness.strongest` takes. Rows
        without a ratio are not drawn; of more than 60 terms of a contrast those are whose interval stays furthest from
        0, of more than six contrasts the first. The caption counts what is not drawn.

    Returns
    -------
    Picture
        A filled point marks an outlet, an open one does not; a triangle says that one side never uses the term (what is
        drawn has ½ added).
    """
    table = table[table["contrast"] != "omnibus"]
    table = table.reset_index(drop=True)
    surest = table[np.isfinite(table["log2_ratio_half"].astype(float))].assign(least=_bound)
    surest = surest.sort_values("least", ascending=False, kind="stable").groupby(SIDES, sort=False).head(TERMS)
    drawn = table[table.index.isin(surest.index)]
    panels, more = _contrasts(drawn)
    n_left = len(table) - sum(len(part) for _, part in panels)
    table = pd.concat([part for _, part in panels]) if panels else drawn
    most = max([len(part) for _, part in panels] or [1])
    across = min(len(panels), 4)
    fig, axes = shapes.panels(len(panels), across, height=(0.7 + 0.185 * most, 0.3), sharex=True)
    ends = table[["log2_ratio_half", "conf_low", "conf_high"]].to_numpy(dtype=float)
    ends = ends[np.isfinite(ends)]
    edges = ends.min(initial=0) - 0.4, ends.max(initial=0) + 0.4  # an open interval runs to the edge
    for ax, ((target, reference), part) in zip(axes, panels, strict=True):
        _ranked(ax, part.sort_values("log2_ratio_half", kind="stable"), most, edges)
        ax.set_title(base.plain(_against(target, reference) if len(panels) < 3 else _name(target), 60))
    for ax in shapes.lowest(axes):
        shapes.ratios(ax.xaxis)
    caption = [
        say(
            "How many times as often the outlet uses each term as the side it is compared with (½ added), with 95% "
            "intervals over articles. Filled: marks an outlet after correction for all terms. Triangle: one side never "
            "uses the term; the line then runs to the edge."
        ),
        more,
        say("{n:,} less certain terms, and terms without a ratio, are not drawn.", n=n_left) if n_left else "",
    ]
    alt = [say("{n:,} terms with intervals.", n=len(table))]
    if len(table):
        first = table.iloc[_bound(table).fillna(0).to_numpy().argmax()]
        surest = say(
            "The surest is {term}: log2 ratio {ratio:.2f}, {low:.2f} to {high:.2f}, {sides}.",
            term=first["term"], ratio=first["log2_ratio_half"], low=first["conf_low"], high=first["conf_high"],
            sides=_against(first["target"], first["reference"]),
        )  # fmt: skip
        alt.append(surest)
    return base.Picture(fig, caption=caption, alt=alt, data=table)


def keyness_funnel(table: pd.DataFrame, *, names: int = 40) -> base.Picture:
    """Log ratio of every term against its frequency: rare terms scatter, terms outside the funnel are findings.

    Parameters
    ----------
    table
        From :func:`framing.keyness.compare`; one panel per contrast, the first six. Log-odds ratios are drawn where the
        table has them (``scores=True``), else log2 ratios.
    names
        Terms named at most in a panel; those that mark an outlet, surest first.
    """
    measure = "log_odds" if "log_odds" in table else "log2_ratio_half"
    rows = table[(table["contrast"] != "omnibus") & table[measure].notna() & table["p_value"].notna()]
    drawn, more = _contrasts(rows)
    height = 5.2 if len(drawn) < 2 else 3.4
    fig, axes = shapes.panels(len(drawn), 2, height=(height, 0), sharex=True, sharey=True)
    waiting = [_funnel(ax, part, measure) for ax, (_, part) in zip(axes, drawn, strict=True)]
    many = names if len(drawn) < 2 else max(names // 2, 8)
    written = sum(labels.place(ax, x, y, terms[:many]) for ax, x, y, terms in waiting)
    caption = [
        say(
            "{measure} of every term tested against its frequency. Coloured terms mark an outlet (articles as the "
            "unit, corrected for all terms); {n:,} are named. Triangles lie beyond the edge.",
            measure=_MEASURES[measure],
            n=written,
        ),
        more,
    ]
    alt = [
        say(
            "{sides}: {first:,} terms mark the first and {second:,} the second of {n:,}.",
            sides=_against(target, reference), first=int((part["marks"] == target).sum()),
            second=int((part["marks"] == reference).sum()), n=len(part),
        )
        for (target, reference), part in drawn
    ]  # fmt: skip
    return base.Picture(fig, caption=caption, alt=[say("Funnel."), *alt], data=rows)


def keyness_heat(table: pd.DataFrame, *, top: int = 8) -> base.Picture:
    """Outlets × terms: log2 ratio of each outlet against the others, for the terms that mark any.

    Parameters
    ----------
    table
        From :func:`framing.keyness.compare`; with one contrast one column, and the terms of both sides.
    top
        Terms an outlet.
    """
    rows = table[table["contrast"] == "rest"]
    rows = rows if len(rows) else table[table["contrast"] == "pair"]
    outlets = list(rows["target"].drop_duplicates())
    alone = len(outlets) == 1 and len(rows) > 0  # one contrast: the words of both of its sides
    own = rows[rows["marks"].ne("")] if alone else rows[rows["marks"] == rows["target"]]
    own = own.assign(bound=_bound).sort_values("bound", ascending=False, kind="stable")
    chosen = own.groupby(own["marks"].astype(str), sort=False).head(top)
    sides = [*outlets, *chosen["marks"].astype(str).drop_duplicates()]
    chosen = chosen.assign(
        place=chosen["marks"].astype(str).map({name: i for i, name in reversed(list(enumerate(sides)))})
    )
    terms = list(chosen.sort_values(["place", "bound"], ascending=[True, False])["term"].astype(str).drop_duplicates())
    rows = rows.assign(term=rows["term"].astype(str))
    wide = rows[rows["term"].isin(terms)].pivot(index="term", columns="target", values="log2_ratio_half")
    wide = wide.reindex(index=terms, columns=outlets)
    sure = rows.pivot(index="term", columns="target", values="marks").reindex(index=terms, columns=outlets)
    fig, ax = base.figure(height=1.0 + 0.22 * max(len(terms), 1))
    if terms:
        dot = np.where(sure.fillna("").ne(""), "•", "")
        named = [base.plain(term) for term in terms], [base.plain(name) for name in outlets]
        scale = {"cmap": "PuOr_r", "vmin": -3, "vmax": 3}
        shapes.heat(ax, wide.clip(-3, 3), *named, notes=dot, bar=say("times as often (cut at 8)"), **scale)
        shapes.ratios(fig.axes[-1].yaxis)
    else:
        ax.text(0.5, 0.5, say("no term marks any outlet"), ha="center", transform=ax.transAxes)
    caption = (
        say(
            "How many times as often {target} uses a term as {reference} does (½ added), for the terms that mark "
            "either; • where it holds after correction (articles as the unit, corrected for all terms).",
            target=outlets[0], reference=_name(rows["reference"].iloc[0]),
        )
        if alone
        else say(
            "How many times as often each outlet uses a term as the others do (½ added), for the terms that mark an "
            "outlet by frequent use; • where it holds after correction (articles as the unit, all terms and outlets)."
        )
    )  # fmt: skip
    alt = [say("Heat map of {n:,} terms and {outlets:,} outlets.", n=len(terms), outlets=len(outlets))]
    alt += [
        say("First of {outlet}: {terms}.", outlet=_name(name), terms=listed(part["term"].astype(str).head(3)))
        for name, part in chosen.groupby(chosen["marks"].astype(str), sort=False)
    ]
    return base.Picture(fig, caption=caption, alt=alt, data=rows[rows["term"].isin(terms)])


def keyness_over_time(table: pd.DataFrame, *, events: list | None = None) -> base.Picture:
    """Rates of chosen terms over time: a row of panels for each term, a panel for each group, the others in grey.

    Parameters
    ----------
    table
        From :func:`framing.keyness.over_time`. Articles without a date, or with one that is not known so
        precisely, have no place in time: they are counted in the caption. A period without articles is a gap.
    events
        Date and label of each event that is marked.
    """
    terms, groups = list(table["term"].drop_duplicates()), sorted(table["group"].unique(), key=str)
    drawn = groups[:8]
    periods = _every(sorted(table.loc[table["period"].ne("undated"), "period"].unique()))
    of_none = table[table["period"].eq("undated")].drop_duplicates("group")["n_articles"].sum()
    fig, grid = shapes.lattice(list(map(str, terms)), list(map(str, drawn)), height=1.05)
    at = _places(periods)
    for term, line in zip(terms, grid, strict=False):
        of_term = {g: rows.set_index("period") for g, rows in table[table["term"] == term].groupby("group")}
        for group, ax in zip(drawn, line, strict=False):
            for other in (name for name in drawn if name != group and name in of_term):
                rate = of_term[other]["per_million"].reindex(periods)
                shapes.line(ax, at, rate, colour=base.FAINT, lw=0.7, zorder=1)
            if group in of_term:
                own = of_term[group].reindex(periods)
                columns = (own[name] for name in ("per_million", "conf_low", "conf_high"))
                shapes.line(ax, at, *columns, colour=base.PALETTE[0], marker="o", ms=3)
        line[0].set_ylim(bottom=0)  # once all are drawn: it ends the scaling of the row
        shapes.counts(line[0].yaxis)
    named = ""
    if len(terms) and len(periods):
        first = pd.DatetimeIndex(at) if not isinstance(at, range) else None
        if first is not None:
            for ax in grid[-1]:
                shapes.calendar(ax)
            named = shapes.events(list(grid.flat), events)
        else:
            step = max(1, len(periods) // 4)
            grid[-1][0].set_xticks(range(0, len(periods), step), [str(p) for p in periods[::step]])
    told = [
        say(
            "Rate per million tokens of each term (rows) by outlet (columns) and period, with 95% intervals over "
            "articles; the other outlets in grey."
        ),
        named,
    ]
    told += (
        [say("Articles whose date does not tell the period, which are not drawn: {n:,}.", n=of_none)] if of_none else []
    )
    alt = say(
        "Lines over {n:,} periods for {terms}, by {groups}.", n=len(periods), terms=listed(terms), groups=listed(drawn)
    )
    return base.Picture(fig, caption=told, alt=alt, data=table)


def _places(periods: list):
    """Where periods stand: years and months at their day in the calendar, others one after another."""
    days = pd.to_datetime(pd.Series(periods, dtype=object).astype(str), errors="coerce")
    return range(len(periods)) if days.isna().any() else days.to_numpy()


def _contrasts(rows: pd.DataFrame) -> tuple[list, str]:
    """The contrasts drawn, each with its rows, and a sentence where there are more."""
    found = list(rows.groupby(SIDES, sort=False))
    more = len(found) - PANELS
    return found[:PANELS], say("{n:,} more contrasts are not drawn.", n=more) if more > 0 else ""


def _every(periods: list) -> list:
    """The years or months with those between them that have no article; other periods as they are."""
    for form, freq in (("%Y", "Y"), ("%Y-%m", "M")):
        if periods and pd.to_datetime(pd.Series(periods).astype(str), format=form, errors="coerce").notna().all():
            return pd.period_range(periods[0], periods[-1], freq=freq).strftime(form).tolist()
    return periods


def _bound(rows: pd.DataFrame) -> pd.Series:
    """How far each interval stays from 0."""
    return np.maximum(rows["conf_low"], -rows["conf_high"]).clip(lower=0)


def _name(side: str) -> str:
    """A side of a contrast: an outlet as it writes itself, or all others together."""
    return say("the others") if str(side) == "rest" else str(side)


def _against(target: str, reference: str) -> str:
    return say("{target} against {reference}", target=_name(target), reference=_name(reference))


def _ranked(ax, part: pd.DataFrame, most: int, edges: tuple[float, float]) -> None:
    place = np.arange(len(part)) + most - len(part)  # from the top, in panels of one height
    x, low, high = (part[name].to_numpy(dtype=float) for name in ("log2_ratio_half", "conf_low", "conf_high"))
    sure = (part["marks"] != "").to_numpy()
    colour = np.where(x > 0, base.PALETTE[0], base.PALETTE[1])
    ax.axvline(0, color=base.GREY, lw=0.8)
    left, right = edges
    ends = np.where(np.isinf(low), left, low), np.where(np.isinf(high), right, high)
    ax.hlines(place, *ends, colors=colour, lw=1.6, alpha=0.75)
    ax.set_xlim(left, right)
    endless = ((part["n_tokens_target"] == 0) | (part["n_tokens_reference"] == 0)).to_numpy(dtype=bool)
    for marker, here in ((">", endless & (x > 0)), ("<", endless & (x < 0)), ("o", ~endless)):
        for filled in (True, False):
            rows = here & (sure == filled)
            own = {"colour": colour[rows], "hollow": "" if filled else base.PAPER, "marker": marker, "linewidth": 1.2}
            shapes.dots(ax, x[rows], place[rows], **own)
    shapes.down(ax, [base.plain(term, 14) for term in part["term"].astype(str)], upward=True)
    ax.set_yticks(place)
    ax.set_ylim(-0.7, most - 0.3)


def _funnel(ax, part: pd.DataFrame, measure: str) -> tuple:
    """Draw one panel; give back what is to be named: axes, x, y, names, surest first."""
    n = (part["n_tokens_target"] + part["n_tokens_reference"]).to_numpy(dtype=float)
    y, marked = part[measure].to_numpy(dtype=float), (part["marks"] != "").to_numpy()
    # rare words of one side lie far out and would flatten the picture: they stand at its edge
    limit = 1.2 * max(np.abs(y[marked]).max(initial=0), np.quantile(np.abs(y), 0.95) if len(y) else 1, 0.5)
    beyond = np.abs(y) > limit
    plain = ~marked & ~beyond
    shapes.dots(ax, n[plain], y[plain], size=7, colour=base.FAINT, alpha=0.5)
    for marker, out in (("^", y > limit), ("v", y < -limit)):
        edge = np.sign(y[out]) * limit
        shapes.dots(ax, n[out], edge, size=14, marker=marker, colour=base.FAINT, clip_on=False)
    ax.set_ylim(-1.06 * limit, 1.06 * limit)
    target, reference = part["target"].iloc[0], part["reference"].iloc[0]
    for name, colour in ((target, base.PALETTE[0]), (reference, base.PALETTE[1])):
        here = marked & (part["marks"] == name).to_numpy()
        label = base.plain(say("marks {outlet} ({n:,})", outlet=_name(name), n=int(here.sum())))
        shapes.dots(ax, n[here], y[here], size=16, colour=colour, label=label, rasterized=bool(here.sum() > 500))
    ax.axhline(0, color=base.GREY, lw=0.8)
    ax.set_xscale("log")
    ax.margins(x=0.08)
    ax.set_title(base.plain(_against(target, reference), 60))
    ax.set_xlabel(say("tokens of the term on both sides (log scale)"))
    ax.set_ylabel(say(_MEASURES[measure]))
    if marked.any():
        ax.legend(loc="best")
    order = np.flatnonzero(marked)[np.argsort(-_bound(part).to_numpy()[marked], kind="stable")]
    return ax, n[order], y[order], part["term"].astype(str).to_numpy()[order]
