"""Figures of maps: biplots with regions, networks, similarity."""

import numpy as np
import pandas as pd
from matplotlib.patches import Ellipse

from framing.messages import listed, mark, named, paragraph, say
from framing.plots import base, labels, shapes

_RESIDUAL = mark("residual")  # a measure of edges that is no column of a table shown


def maps_biplot(mapped, regions: pd.DataFrame | None = None, *, names: int = 40) -> base.Picture:
    """Outlets and terms on the first two axes, with the regions of outlets that differ; of one axis, row by row.

    Parameters
    ----------
    mapped
        A :class:`framing.maps.axes.Correspondence`.
    regions
        From :func:`framing.maps.regions`: outlets are drawn at its places, without what chance adds.
    names
        Terms named at most, those that make the axes most; of one axis also of the points placed afterwards.
    """
    rows, columns, axis = mapped.rows, mapped.columns, mapped.eigenvalues
    terms = columns[~columns["supplementary"]]
    weight = terms.filter(["contribution_1", "contribution_2"]).sum(axis=1)
    far = terms.loc[weight.sort_values(ascending=False, kind="stable").index].head(names)
    own, extra = rows[~rows["supplementary"]], rows[rows["supplementary"]]
    colours = [base.PALETTE[i % len(base.PALETTE)] for i in range(len(own))]
    drawn = {}
    if regions is not None:
        at = regions.drop_duplicates("name").set_index("name")
        drawn = at[at["width"].notna()].to_dict("index")
        for column, place in (("coordinate_1", "x"), ("coordinate_2", "y")):
            if column in own:
                own = own.assign(**{column: own["name"].map(at[place]).fillna(own[column])})
    if "coordinate_2" not in rows:
        return _strip(own, extra, far, None if regions is None else drawn, colours, axis["share"].iloc[0])
    fig, ax = base.figure(height=4.6 if base.narrow() else 6.2)
    shapes.dots(ax, far["coordinate_1"], far["coordinate_2"], size=9, colour=base.FAINT)
    shapes.dots(ax, own["coordinate_1"], own["coordinate_2"], size=60, marker="s", colour=colours, zorder=4)
    for name, colour in zip(own["name"], colours, strict=True):
        if name in drawn:
            r = drawn[name]
            ax.add_patch(Ellipse((r["x"], r["y"]), r["width"], r["height"], angle=r["angle"],
                                 facecolor=colour, alpha=0.18, edgecolor=colour, lw=1.2))  # fmt: skip
    shapes.dots(ax, extra["coordinate_1"], extra["coordinate_2"], size=26, marker="+", colour=base.GREY)
    ax.axhline(0, color=base.RULE, lw=0.8, zorder=0)
    ax.axvline(0, color=base.RULE, lw=0.8, zorder=0)
    ax.margins(0.1)
    ax.set_aspect("equal", adjustable="datalim")
    shares = axis["share"].to_numpy()
    ax.set_xlabel(say("axis {number} ({share:.0%} of inertia)", number=1, share=shares[0]))
    ax.set_ylabel(say("axis {number} ({share:.0%} of inertia)", number=2, share=shares[1]))
    everything = pd.concat([own, extra, far], ignore_index=True)
    colours += [base.GREY] * (len(everything) - len(own))
    places = everything["coordinate_1"].to_numpy(), everything["coordinate_2"].to_numpy()
    written = labels.place(ax, *places, _named(everything), colours=colours, gap=6.0)
    caption = [
        say(
            "Correspondence analysis of outlets (squares) and the {n:,} terms that make the first two axes most (dots; "
            "crosses are placed afterwards); {share:.0%} of inertia shown.",
            n=len(far), share=shares[:2].sum(),
        ),
        "" if regions is None else say(_WITHOUT_CHANCE if drawn else _NOT_APART),
        say("Ellipses made in this way hold the outlet's place in 95 of 100 studies.") if drawn else "",
        say("Direction is meaning, distance between an outlet and a term is not."),
    ]  # fmt: skip
    spots = [
        say("{name} at {x:.2f}, {y:.2f}.", name=r.name, x=r.coordinate_1, y=r.coordinate_2) for r in own.itertuples()
    ]
    alt = paragraph([say("Map with {n:,} names.", n=written), *spots])
    return base.Picture(fig, caption=caption, alt=alt, data=everything)


_WITHOUT_CHANCE = mark("Outlets are drawn without what chance adds to their distances.")
_NOT_APART = mark("No regions are drawn: the outlets do not differ by more than chance would make them.")


def _strip(own, extra, far, drawn: dict | None, colours: list[str], share: float) -> base.Picture:
    """The one axis of two outlets: a row for each point."""
    most_out = extra["coordinate_1"].abs().nlargest(max(len(far), 1)).index
    parts = [own, extra[extra.index.isin(most_out)], far.sort_values("coordinate_1", ascending=False, kind="stable")]
    everything = pd.concat(parts, ignore_index=True)
    fig, ax = base.figure(height=0.9 + 0.2 * len(everything))
    ends = np.cumsum([0, *map(len, parts)])
    looks = ({"size": 60, "marker": "s", "colour": colours}, {"size": 26, "marker": "+", "colour": base.GREY},
             {"size": 16, "colour": base.FAINT})  # fmt: skip
    for part, start, look in zip(parts, ends, looks, strict=False):
        shapes.dots(ax, part["coordinate_1"], start + np.arange(len(part)), **look)
    for at, (name, colour) in enumerate(zip(own["name"], colours, strict=True)):
        if drawn and name in drawn:
            middle, half = drawn[name]["x"], drawn[name]["width"] / 2
            ax.hlines(at, middle - half, middle + half, colors=colour, lw=1.8)
    ax.axvline(0, color=base.RULE, lw=0.8, zorder=0)
    shapes.down(ax, [base.plain(name) for name in _named(everything)])
    ax.set_xlabel(say("axis {number} ({share:.0%} of inertia)", number=1, share=share))
    crosses = {"n": len(parts[1]), "total": len(extra)}
    caption = [
        say(
            "Correspondence analysis of outlets (squares) and the {n:,} terms that make the axis most (dots). A map of "
            "two outlets has one axis.", n=len(far),
        ),
        say("Crosses are placed afterwards: {n:,} of {total:,}.", **crosses) if len(extra) else "",
        "" if drawn is None else say(_WITHOUT_CHANCE if drawn else _NOT_APART),
        say("Lines made in this way hold the outlet's place in 95 of 100 studies.") if drawn else "",
        say("Direction is meaning, distance between an outlet and a term is not."),
    ]  # fmt: skip
    spots = [say("{name} at {x:.2f}.", name=r.name, x=r.coordinate_1) for r in own.itertuples()]
    alt = paragraph([say("Map with {n:,} names.", n=len(everything)), *spots])
    return base.Picture(fig, caption=caption, alt=alt, data=everything)


def _named(points: pd.DataFrame) -> list[str]:
    """The names as they are written: the year or month of no date in the language of the report."""
    names = points["name"].astype(str)
    return names.mask(names.eq("undated") & points["supplementary"], say("undated")).tolist()


def maps_network(network, *, names: int = 120) -> base.Picture:
    """A network of terms (or outlets and terms): lines by strength, colours by community.

    Parameters
    ----------
    network
        A :class:`framing.maps.networks.Network`.
    names
        Nodes named at most, those with most edges.
    """
    nodes, edges = network.nodes, network.edges
    if nodes.empty:
        fig, ax = base.figure(height=1.2)
        ax.set_axis_off()
        none = say("No two stand together more often than independence would make them.")
        ax.text(0.5, 0.5, none, ha="center", va="center", wrap=True)
        return base.Picture(fig, caption=[none], alt=none, data=edges)
    fig, ax = base.figure(height=5.2 if base.narrow() else 6.2)
    ax.set_axis_off()
    at = nodes.set_index("name")[["x", "y"]]
    weight = edges[network.measure].to_numpy(dtype=float)
    scaled = weight / weight.max() if len(weight) else weight
    stable = edges["stability"].to_numpy() if "stability" in edges else np.ones(len(edges))
    for kept, style in ((stable >= 0.8, "solid"), (stable < 0.8, (0, (2, 2)))):
        ends = at.loc[edges["a"][kept]].to_numpy(), at.loc[edges["b"][kept]].to_numpy()
        shapes.edges(ax, *ends, width=0.4 + 2.4 * scaled[kept], linestyles=style, alpha=0.7)
    colour = np.array(base.PALETTE)[(nodes["community"].to_numpy(dtype=int) - 1) % len(base.PALETTE)]
    outlet = nodes["kind"].isin(["outlet", "actor"]).to_numpy()
    size = nodes["n_articles" if "n_articles" in nodes else "n_tokens"].to_numpy(dtype=float)
    area = 18 + 130 * size / size.max() if len(size) else size
    for marker, here in (("o", ~outlet), ("s", outlet)):
        own = {"size": area[here], "colour": colour[here], "marker": marker}
        shapes.dots(ax, nodes["x"][here], nodes["y"][here], **own)
    ax.autoscale_view()
    ax.margins(0.08)
    order = np.lexsort((-nodes["degree"].to_numpy(), ~outlet))[:names]
    written = labels.place(
        ax, nodes["x"].to_numpy()[order], nodes["y"].to_numpy()[order], nodes["name"].map(named).to_numpy()[order],
        radius=2.0, gap=7.0,
    )  # fmt: skip
    shaky = int((stable < 0.8).sum())
    sizes = {"nodes": len(nodes), "edges": len(edges), "measure": say(network.measure.replace("_", " "))}
    caption = [
        say("{nodes:,} nodes, {edges:,} edges by {measure}; colour is the community, area the articles.", **sizes)
        if "n_articles" in nodes
        else say("{nodes:,} nodes, {edges:,} edges by {measure}; colour is the community, area the tokens.", **sizes),
        say("Every line is a pair that shares more articles than independence would give it, in nearly every resample.")
        if "q_value" in edges
        else say("Dashed: {n:,} edges that fewer than four in five resamples keep; none of this is a test.", n=shaky)
        if shaky
        else "",
        say("Places on the page have no scale."),
    ]
    groups = (
        nodes.sort_values("degree", ascending=False).groupby("community")["name"].apply(lambda s: listed(s.head(4)))
    )
    said = [say("Community {number}: {names}.", number=c, names=names) for c, names in groups.head(8).items()]
    alt = paragraph([say("Network with {n:,} names.", n=written), *said])
    return base.Picture(fig, caption=caption, alt=alt, data=edges)


def maps_similarity(table: pd.DataFrame) -> base.Picture:
    """How far apart the vocabularies of each pair are, with intervals.

    Parameters
    ----------
    table
        From :func:`framing.maps.similarity`.
    """
    table = table.sort_values("jensen_shannon", kind="stable", ascending=False)
    fig, ax = base.figure(height=0.9 + 0.27 * max(len(table), 1))
    columns = (table[f"jensen_shannon{end}"] for end in ("", "_low", "_high"))
    shapes.ranges(ax, np.arange(len(table)), *columns, colour=base.PALETTE[0])
    pairs = [base.plain(f"{a} – {b}") for a, b in zip(table["a"], table["b"], strict=True)]
    shapes.down(ax, pairs, upward=True)
    ax.set_xlim(left=0)
    ax.set_xlabel(say("Jensen–Shannon distance (0 the same, 1 no word in common)"))
    caption = say(
        "Distance between the vocabularies of each pair, corrected for chance, with 95% intervals over articles."
    )
    alt = say("No pairs.")
    if len(table):
        near, away = table.iloc[-1], table.iloc[0]
        alt = say(
            "Nearest: {a} and {b}, {least:.2f}; furthest: {c} and {d}, {most:.2f}.",
            a=near["a"], b=near["b"], least=near["jensen_shannon"],
            c=away["a"], d=away["b"], most=away["jensen_shannon"],
        )  # fmt: skip
    return base.Picture(fig, caption=caption, alt=alt, data=table)
