"""Figures of topics: who covers them, when, how good and how stable they are."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from framing.messages import clauses, listed, mark, say
from framing.plots import shapes
from framing.plots.base import FAINT, GREY, PALETTE, PAPER, Picture, figure, narrow, plain
from framing.tables import each

MEASURES = {
    "perplexity": mark("held-out perplexity (lower is better)"),
    "umass": mark("UMass coherence"),
    "npmi": mark("NPMI coherence (−1 to 1)"),
    "c_v": mark("C_v coherence (0 to 1)"),
    "exclusivity": mark("exclusivity (1/K to 1)"),
    "stability": mark("stability (similarity over seeds)"),
}
"""Columns of a scan that are drawn, and their names with units."""

_AXES = (mark("outlet"), mark("years"), mark("year"), mark("month"))  # columns that axes are named by


def topic_shares(table: pd.DataFrame, *, by: str = "outlet") -> Picture:
    """Heat map, one row per topic and one column per level of ``by``; the number is the share in per cent.

    Parameters
    ----------
    table
        From ``topics.shares``: ``topic``, ``label``, ``by``, ``estimate``, ``conf_low``, ``conf_high``.
    """
    by = _by(table, by)
    wide = table.pivot(index="topic", columns=by, values="estimate") * 100
    cells = zip(*(100 * table[name] for name in ("estimate", "conf_low", "conf_high")), strict=True)
    apart = "\n" if narrow() else "  "
    said = [f"{mid:.1f}" + (f"{apart}[{low:.0f}–{high:.0f}]" if np.isfinite(low) else "") for mid, low, high in cells]
    notes = table.assign(said=said).pivot(index="topic", columns=by, values="said").fillna("").to_numpy()
    names = _names(table)
    fig, ax = figure(height=0.9 + 0.3 * len(wide))
    named = [names[topic] for topic in wide.index], [plain(name) for name in wide.columns]
    shapes.heat(ax, wide, *named, notes=notes, cmap="Blues", vmin=0)
    ax.set_xlabel(_head(by))
    caption = say(
        "Share of each topic by {by}, per cent of an article, with 95% interval. † refits do not find the topic again.",
        by=_head(by),
    )
    return Picture(fig, caption=caption, alt=_alt_shares(table, by), data=table)


def topic_curves(
    table: pd.DataFrame,
    *,
    over: str = "years",
    by: str = "outlet",
    topics: Sequence[int] = (),
    events: list | None = None,
) -> Picture:
    """Share along ``over``: a row of panels for each topic, a panel with its band for each level of ``by``.

    Parameters
    ----------
    table
        From ``topics.shares`` with ``over``; where it has the ``date`` of each place, that is drawn.
    topics
        Which topics; all where left out, at most 24.
    events
        Date and label of each event that is marked.
    """
    chosen = list(topics) or sorted(table["topic"].unique())[:24]
    by = _by(table, by)
    levels = sorted(map(str, table[by].unique()))
    names, dated = _names(table), "date" in table and table["date"].notna().all()
    fig, grid = shapes.lattice([_short(names[topic]) for topic in chosen], levels, height=0.95)
    at = table["date"] if dated else table[over]
    for topic, line in zip(chosen, grid, strict=True):
        of_topic = {
            k: rows.sort_values(over) for k, rows in table[table["topic"] == topic].groupby(table[by].astype(str))
        }
        for level, ax in zip(levels, line, strict=True):
            for other in (rows for name, rows in of_topic.items() if name != level):
                shapes.line(ax, at[other.index], 100 * other["estimate"], colour=FAINT, lw=0.7, zorder=1)
            if level in of_topic:
                own = of_topic[level]
                columns = (100 * own[name] for name in ("estimate", "conf_low", "conf_high"))
                shapes.line(ax, at[own.index], *columns, colour=PALETTE[0])
        line[0].set_ylim(bottom=0)  # once all are drawn: it ends the scaling of the row
        shapes.counts(line[0].yaxis)
    for ax in grid[-1]:
        if dated:
            shapes.calendar(ax)
        else:
            ax.set_xlabel(_head(over))
    named = shapes.events(list(grid.flat), events) if dated else ""
    caption = [
        say(
            "Share of each topic (rows) over time by {by} (columns), per cent of an article, with 95% interval; the "
            "others in grey. † unstable topic.", by=_head(by),
        )
        if dated
        else say(
            "Share of each topic (rows) along {over} by {by} (columns), per cent of an article, with 95% interval; the "
            "others in grey. † unstable topic.", over=_head(over), by=_head(by),
        ),
        named,
    ]  # fmt: skip
    ends = table[table["topic"].isin(chosen)].sort_values(over).groupby(["topic", by], observed=True)["estimate"]
    first, last = ends.first(), ends.last()
    moved = (last - first).abs().sort_values(ascending=False).index[:5]
    said = [
        say("{name} in {level}: {first:.1%} to {last:.1%}", name=names[t], level=v, first=first[t, v], last=last[t, v])
        for t, v in moved
    ]
    alt = say("Largest changes along {over}: {said}.", over=_head(over), said=clauses(said))
    return Picture(fig, caption=caption, alt=alt, data=table)


def topic_scan(table: pd.DataFrame) -> Picture:
    """Every measure of ``topics.scan`` against the number of topics, a dot a seed, line and band over seeds."""
    shown = [name for name in MEASURES if name in table.columns and table[name].notna().any()]
    fig, axes = shapes.panels(len(shown), 3, height=(2.5, 0), sharex=True)
    said = []
    for ax, name in zip(axes, shown, strict=True):
        found = table.groupby("n_topics")[name].agg(["mean", "min", "max"])
        shapes.line(ax, found.index, *(found[end] for end in found), colour=PALETTE[0], alpha=0.18)
        shapes.dots(ax, table["n_topics"], table[name], size=18, colour=PALETTE[0])
        ax.set_title(shapes.wrapped(say(MEASURES[name]), 17))
        shapes.counts(ax.xaxis)
        ends = found["mean"].iloc[[0, -1]].tolist()
        said.append(say("{name} from {first:.3g} to {last:.3g}", name=say(MEASURES[name]), first=ends[0], last=ends[1]))
    for ax in axes[-3:]:
        ax.set_xlabel(say("number of topics"))
    ks = sorted(table["n_topics"].unique())
    caption = say(
        "Fits by number of topics: a dot a seed, the line their mean, the band from the lowest to the highest."
    )
    alt = say("From {least} to {most} topics, means over seeds: {said}.", least=ks[0], most=ks[-1], said=clauses(said))
    return Picture(fig, caption=caption, alt=alt, data=table)


def topic_stability(table: pd.DataFrame, *, threshold: float = 0.6) -> Picture:
    """A dot a topic: mean similarity to its match in the refits, the line down to the 10th percentile."""
    table = table.sort_values("topic")
    fig, ax = figure(height=1.0 + 0.24 * len(table))
    colour, mean = np.where(table["stable"], PALETTE[0], PALETTE[3]), table["similarity"]
    shapes.ranges(ax, np.arange(len(table)), mean, table["similarity_low"], mean, colour=colour)
    ax.axvline(threshold, color=GREY, ls=":", lw=1)
    shapes.down(ax, [_name(row.topic, row.label) for row in each(table)])
    ax.set_xlim(0, 1.02)
    ax.set_xlabel(say("similarity to the matched topic of a refit (1 is identical)"))
    loose = [_name(row.topic, row.label) for row in each(table) if not row.stable]
    caption = say(
        "Stability of each topic over refits: the mean, and the line to the 10th percentile. Orange: not found again."
    )
    alt = [say("{n} of {all} topics are stable.", n=int(table["stable"].sum()), all=len(table))]
    alt += [say("Not stable: {names}.", names=listed(loose))] if loose else []
    return Picture(fig, caption=caption, alt=alt, data=table)


def topic_words(
    table: pd.DataFrame, *, value: str = "probability", n_words: int = 8, topics: Sequence[int] = ()
) -> Picture:
    """Small multiples, one a topic: its words as bars of ``value``."""
    chosen = list(topics) or sorted(table["topic"].unique())[:24]
    fig, axes = shapes.panels(len(chosen), 4, height=(0.5 + 0.2 * n_words, 0.4))
    names = _names(table)
    for ax, topic in zip(axes, chosen, strict=True):
        part = table[table["topic"] == topic].nsmallest(n_words, "rank")
        shapes.bars(ax, range(len(part)), part[value], [plain(term) for term in part["term"]], colour=PALETTE[0])
        ax.set_title(_short(names[topic]))
    said = [f"{names[t]}: {' '.join(map(str, table.loc[table['topic'] == t, 'term'][:5]))}" for t in chosen]
    caption = say("Words of each topic by {value}.", value=_head(value))
    return Picture(fig, caption=caption, alt=clauses(said), data=table)


def topic_network(edges: pd.DataFrame, packages: pd.DataFrame) -> Picture:
    """Topics on a circle, package by package; a line is a correlation whose interval lies above 0."""
    order = packages.sort_values(["package", "topic"]).reset_index(drop=True)
    angle = 2 * np.pi * np.arange(len(order)) / max(len(order), 1)
    at = pd.DataFrame({"x": np.cos(angle), "y": np.sin(angle)}, index=order["topic"])
    fig, ax = figure(height=4.2 if narrow() else 6.0)
    kept = edges[edges["kept"]]
    share = kept["correlation"] / max(float(kept["correlation"].max()), 1e-9) if len(kept) else kept["correlation"]
    ends = at.loc[kept["topic"]].to_numpy(), at.loc[kept["other"]].to_numpy()
    sure = kept["together"].clip(lower=0.08).to_numpy(dtype=float)
    shapes.edges(ax, *ends, width=0.5 + 4 * share, colour=GREY, alpha=sure)
    colour = np.array(PALETTE)[order["package"].to_numpy(dtype=int) % len(PALETTE)]
    size = 60 + 1500 * order["prevalence"].to_numpy()
    shapes.dots(ax, at["x"], at["y"], size=size, colour=colour, edgecolor=PAPER, linewidth=1, zorder=2)
    for row, (x, y) in zip(each(order), at.to_numpy(), strict=True):
        ax.text(1.12 * x, 1.1 * y, _name(row.topic, row.label), ha="left" if x >= 0 else "right", va="center")
    ax.set_xlim(-2.2, 2.2)
    ax.set_ylim(-1.25, 1.25)
    ax.set_axis_off()
    groups = order.groupby("package")["topic"].apply(lambda topics: ", ".join(map(str, topics)))
    caption = say(
        "Topics that share articles; colour is the package, size the prevalence, width the correlation, "
        "strength of the line how often both are in one package."
    )
    said = [say("package {package}: topics {topics}", package=name, topics=topics) for name, topics in groups.items()]
    alt = say("{n} edges. {said}.", n=len(kept), said=clauses(said))
    return Picture(fig, caption=caption, alt=alt, data=edges)


def _by(table: pd.DataFrame, by: str) -> str:
    """The column of the groups: the one named or, where the table has another, the one after the label."""
    own = ("topic", "label", "estimate")
    return by if by in table.columns else next((name for name in table.columns if name not in own), by)


def _head(column: str) -> str:
    """The name of a column as words of the report."""
    return say(str(column).replace("_", " "))


def _name(topic: int, label: str) -> str:
    """Number and label, the label cut where it would not fit."""
    label = str(label)
    mark = " †" if label.endswith(" †") else ""
    short = label.removesuffix(" †")
    return plain(f"{topic} {short if len(short) <= 22 else short[:21] + '…'}{mark}")


def _short(name: str) -> str:
    """A name that fits beside a small panel: as many of its words as there is room for."""
    return plain(name, 14 if narrow() else 22)


def _names(table: pd.DataFrame) -> dict[int, str]:
    first = table.drop_duplicates("topic").set_index("topic")["label"]
    return {topic: _name(topic, label) for topic, label in first.items()}


def _alt_shares(table: pd.DataFrame, by: str) -> str:
    """The largest share of each topic in words."""
    best = table.loc[table.groupby("topic")["estimate"].idxmax().dropna()]
    said = [f"{_name(row.topic, row.label)}: {getattr(row, by)} {row.estimate:.1%}" for row in best.itertuples()]
    return say("Where each topic is largest, by {by}: {said}.", by=_head(by), said=clauses(said))
