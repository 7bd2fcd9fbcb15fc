"""Figures of topics: who covers them, when, how good and how stable they are."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from framing.plots.base import PALETTE, Picture, figure, plain
from framing.tables import each
from framing.wording import clauses, listed, mark, paragraph, say

_GREY = "#71717a"
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
    """Heat map, one row a topic and one column a level of ``by``; the number is the share in per cent.

    Parameters
    ----------
    table
        From ``topics.shares``: ``topic``, ``label``, ``by``, ``estimate``, ``conf_low``, ``conf_high``.
    """
    by = _by(table, by)
    wide = table.pivot(index="topic", columns=by, values="estimate") * 100
    low = (table.pivot(index="topic", columns=by, values="conf_low") * 100).to_numpy()
    high = (table.pivot(index="topic", columns=by, values="conf_high") * 100).to_numpy()
    names = _names(table)
    values = wide.to_numpy()
    fig, ax = figure(max(8.0, 3.0 + 0.85 * wide.shape[1]), 1.6 + 0.34 * len(wide))
    ax.imshow(values, aspect="auto", cmap="Blues", vmin=0, vmax=np.nanmax(values))
    ax.grid(False)
    ax.set_xticks(range(values.shape[1]), [plain(name) for name in wide.columns], rotation=30, ha="right")
    ax.set_yticks(range(len(wide)), [names[topic] for topic in wide.index])
    dark = values > 0.6 * np.nanmax(values)
    for (i, j), value in np.ndenumerate(values):
        if np.isfinite(value):
            band = f"  [{low[i, j]:.0f}–{high[i, j]:.0f}]" if np.isfinite(low[i, j]) else ""
            ax.text(
                j, i, f"{value:.1f}{band}", ha="center", va="center", fontsize=7.5, color="w" if dark[i, j] else "k"
            )
    ax.set_xlabel(_head(by))
    caption = say(
        "Share of each topic by {by}, per cent of an article, with 95% interval. † refits do not find the topic again.",
        by=_head(by),
    )
    return Picture(fig, caption=caption, alt=_alt_shares(table, by), data=table)


def topic_curves(
    table: pd.DataFrame, *, over: str = "years", by: str = "outlet", topics: Sequence[int] = ()
) -> Picture:
    """Small multiples, one a topic: share along ``over``, a line with its band for each level of ``by``.

    Parameters
    ----------
    table
        From ``topics.shares`` with ``over``.
    topics
        Which topics; all where left out, at most 24.
    """
    chosen = list(topics) or sorted(table["topic"].unique())[:24]
    by = _by(table, by)
    levels = sorted(map(str, table[by].unique()))
    columns = min(3, len(chosen))
    rows = -(-len(chosen) // columns)
    fig, axes = figure(9, 0.9 + 1.9 * rows, rows, columns, sharex=True, squeeze=False)
    names = _names(table)
    for ax, topic in zip(axes.flat, chosen, strict=False):
        part = table[table["topic"] == topic]
        for i, level in enumerate(levels):
            line = part[part[by].astype(str) == level].sort_values(over)
            colour = PALETTE[i % len(PALETTE)]
            style = "-" if i < len(PALETTE) else "--"
            ax.fill_between(line[over], 100 * line["conf_low"], 100 * line["conf_high"], color=colour, alpha=0.15, lw=0)
            ax.plot(line[over], 100 * line["estimate"], color=colour, ls=style, lw=1.6, label=plain(level))
        ax.set_title(names[topic], fontsize=9, loc="left")
        ax.set_ylim(bottom=0)
    for ax in axes.flat[len(chosen) :]:
        ax.set_axis_off()
    for ax in axes[:, 0]:
        ax.set_ylabel(say("share (%)"))
    for ax in axes[-1]:
        ax.set_xlabel(_head(over))
    handles, labels = axes.flat[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", ncols=min(4, len(levels)), frameon=False)
    caption = say(
        "Share of each topic along {over} by {by}, per cent of an article, with 95% band. † unstable topic.",
        over=_head(over), by=_head(by),
    )  # fmt: skip
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
    fig, axes = figure(9, 5.4, 2, 3, sharex=True, squeeze=False)
    said = []
    for ax, name in zip(axes.flat, shown, strict=False):
        found = table.groupby("n_topics")[name].agg(["min", "mean", "max"])
        ax.fill_between(found.index, found["min"], found["max"], color=PALETTE[0], alpha=0.18, lw=0)
        ax.plot(found.index, found["mean"], color=PALETTE[0], lw=1.6)
        ax.scatter(table["n_topics"], table[name], s=12, color=PALETTE[0], zorder=3)
        ax.set_title(say(MEASURES[name]), fontsize=9, loc="left")
        ends = found["mean"].iloc[[0, -1]].tolist()
        said.append(say("{name} from {first:.3g} to {last:.3g}", name=say(MEASURES[name]), first=ends[0], last=ends[1]))
    for ax in axes.flat[len(shown) :]:
        ax.set_axis_off()
    for ax in axes[-1]:
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
    fig, ax = figure(8, 1.2 + 0.28 * len(table))
    y = np.arange(len(table))
    colour = np.where(table["stable"], PALETTE[0], PALETTE[3])
    ax.hlines(y, table["similarity_low"], table["similarity"], colors=colour, lw=2)
    ax.scatter(table["similarity"], y, color=colour, s=28, zorder=3)
    ax.axvline(threshold, color=_GREY, ls=":", lw=1)
    ax.set_yticks(y, [_name(row.topic, row.label) for row in each(table)])
    ax.invert_yaxis()
    ax.set_xlim(0, 1.02)
    ax.set_xlabel(say("similarity to the matched topic of a refit (1 is identical)"))
    loose = [_name(row.topic, row.label) for row in each(table) if not row.stable]
    caption = say(
        "Stability of each topic over refits: the mean, and the line to the 10th percentile. Orange: not found again."
    )
    alt = [say("{n} of {all} topics are stable.", n=int(table["stable"].sum()), all=len(table))]
    alt += [say("Not stable: {names}.", names=listed(loose))] if loose else []
    return Picture(fig, caption=caption, alt=paragraph(alt), data=table)


def topic_words(
    table: pd.DataFrame, *, value: str = "probability", n_words: int = 8, topics: Sequence[int] = ()
) -> Picture:
    """Small multiples, one a topic: its words as bars of ``value``."""
    chosen = list(topics) or sorted(table["topic"].unique())[:24]
    columns = min(4, len(chosen))
    rows = -(-len(chosen) // columns)
    fig, axes = figure(9.5, 0.4 + (0.5 + 0.2 * n_words) * rows, rows, columns, squeeze=False)
    names = _names(table)
    for ax, topic in zip(axes.flat, chosen, strict=False):
        part = table[table["topic"] == topic].nsmallest(n_words, "rank")
        ax.barh(range(len(part)), part[value], color=PALETTE[0])
        ax.set_yticks(range(len(part)), [plain(term) for term in part["term"]], fontsize=8)
        ax.invert_yaxis()
        ax.tick_params(axis="x", labelsize=7)
        ax.set_title(names[topic], fontsize=8.5, loc="left")
    for ax in axes.flat[len(chosen) :]:
        ax.set_axis_off()
    said = [f"{names[t]}: {' '.join(map(str, table.loc[table['topic'] == t, 'term'][:5]))}" for t in chosen]
    caption = say("Words of each topic by {value}.", value=_head(value))
    return Picture(fig, caption=caption, alt=clauses(said), data=table)


def topic_network(edges: pd.DataFrame, packages: pd.DataFrame) -> Picture:
    """Topics on a circle, package by package; a line is a correlation whose interval lies above 0."""
    order = packages.sort_values(["package", "topic"]).reset_index(drop=True)
    angle = 2 * np.pi * np.arange(len(order)) / max(len(order), 1)
    at = dict(zip(order["topic"], zip(np.cos(angle), np.sin(angle), strict=True), strict=True))
    fig, ax = figure(8.5, 6.5)
    kept = edges[edges["kept"]]
    top = max(float(kept["correlation"].max()), 1e-9) if len(kept) else 1.0
    for row in each(kept):
        (x0, y0), (x1, y1) = at[row.topic], at[row.other]
        ax.plot(
            [x0, x1], [y0, y1], color=_GREY, lw=0.5 + 4 * row.correlation / top, alpha=max(row.together, 0.08), zorder=1
        )
    for i, row in enumerate(each(order)):
        x, y = at[row.topic]
        colour = PALETTE[int(row.package) % len(PALETTE)]
        ax.scatter([x], [y], s=60 + 1500 * row.prevalence, color=colour, edgecolor="w", zorder=2)
        side = "left" if np.cos(angle[i]) >= 0 else "right"
        ax.text(1.12 * x, 1.1 * y, _name(row.topic, row.label), ha=side, va="center", fontsize=8)
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


def _names(table: pd.DataFrame) -> dict[int, str]:
    first = table.drop_duplicates("topic").set_index("topic")["label"]
    return {topic: _name(topic, label) for topic, label in first.items()}


def _alt_shares(table: pd.DataFrame, by: str) -> str:
    """The largest share of each topic in words."""
    best = table.loc[table.groupby("topic")["estimate"].idxmax().dropna()]
    said = [f"{_name(row.topic, row.label)}: {getattr(row, by)} {row.estimate:.1%}" for row in best.itertuples()]
    return say("Where each topic is largest, by {by}: {said}.", by=_head(by), said=clauses(said))
