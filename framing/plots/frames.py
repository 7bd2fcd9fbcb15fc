"""Figures of codes: how often groups have them, at once and over time."""

from typing import Any

import numpy as np
import pandas as pd

from framing import tables
from framing.messages import clauses, said, say
from framing.plots import shapes
from framing.plots.base import GREY, INK, PALETTE, Picture, plain

_TOGETHER = "all codes together", "which code a unit has"


def code_shares(table: pd.DataFrame, *, by: str = "outlet", over: str = "") -> Picture:
    """Small multiples, one per code: the share of each group with its interval.

    Parameters
    ----------
    table
        ``shares`` or ``estimates`` of ``frames.crosstab``: ``code``, ``label``, ``share``, ``conf_low``, ``conf_high``,
        its groups, and ``estimator`` where there are several side by side.
    by
        Column of the groups.
    over
        Column of periods, numbers or as in 2004-12, along which each group has a line with its band; without it a group
        is a row.
    """
    shown, codes = table, list(table["code"].drop_duplicates())[:24]
    table = table.assign(**{by: tables.in_words(table[by]).map(tables.spoken).map(said)})
    groups = list(table[by].iloc[shown[by].argsort(kind="stable")].astype("str").unique())  # by value: 2 before 10
    kinds = list(pd.unique(table["estimator"])) if "estimator" in table else []
    height = (1.9, 0.9) if over else (0.7 + (0.42 if len(kinds) > 1 else 0.24) * len(groups), 0.9 if kinds else 0.3)
    fig, axes = shapes.panels(len(codes), 3, height=height, sharex=True, sharey=True)
    for ax, code in zip(axes, codes, strict=True):
        part = table[table["code"] == code]
        if over:
            _lines(ax, part, by, over, groups)
        else:
            _side_by_side(ax, part, by, "share", groups, kinds, 100)
        ax.set_title(plain(part["label"].dropna().iloc[0]))
    if len(axes):  # once all are drawn: it ends the scaling of every panel
        (axes[0].set_ylim if over else axes[0].set_xlim)(0)
    for ax in axes[:: len(shapes.lowest(axes))] if over else shapes.lowest(axes):
        (ax.set_ylabel if over else ax.set_xlabel)(say("share (%)"))
    if over or kinds:
        shapes.legend(fig)
    caption = say("Share of the units that have each code by {by}, per cent, with 95% interval.", by=say(by))
    first = table[table["estimator"] == kinds[-1]] if kinds else table
    alt = _alt(first, by)
    return Picture(fig, caption=caption, alt=f"{say(kinds[-1])}: {alt}" if kinds else alt, data=shown)


def corrected_codes(found, *, finding=None) -> Picture:
    """The machine alone, people alone and the corrected estimate side by side, each with its interval.

    Parameters
    ----------
    found
        From ``frames.corrected``: the shares of its groups, or the terms that its finding is of.
    finding
        From ``frames.answer``: then its number, a row per way of taking people's codes, stands in place of these.
    """
    if finding is not None:
        return _golds(found, finding)
    terms = found.coefficients[found.coefficients["estimate"].notna()]
    asked = terms[terms["term"].isin(found.asked)]
    of_shares = asked.empty and len(found.shares) > 0
    table = found.shares if of_shares else asked if len(asked) else terms
    row, middle, scale = ("group", "share", 100) if of_shares else ("term", "estimate", 1)
    names, kinds = list(pd.unique(table[row]))[:30], list(pd.unique(table["estimator"]))
    fig, (ax,) = shapes.panels(1, 1, height=(0.9 + 0.42 * len(names), 0.3))
    said = _side_by_side(ax, table, row, middle, names, kinds, scale)
    if of_shares:
        ax.set_xlim(left=0)
        ax.set_xlabel(say("share (%)"))
        caption = say("Articles of each group that have “{code}”, per cent, counted in three ways, with {level:g}% "
                      "interval.", code=found.label, level=100 * found.level)  # fmt: skip
    else:
        ax.axvline(0, color="0.6", lw=0.8, zorder=0)
        ax.set_xlabel(say("coefficient"))
        caption = say("Coefficients of the model of “{outcome}”, estimated in three ways, with {level:g}% interval.",
                      outcome=found.label, level=100 * found.level)  # fmt: skip
    shapes.legend(fig)
    return Picture(fig, caption=caption, alt="; ".join(said), data=table)


def _golds(found, finding) -> Picture:
    """The difference or coefficient of a finding, by each way of taking people's codes."""
    table = found.golds.assign(what=found.golds["what"].map(str), gold=found.golds["gold"].map(say))
    scale = 1 if found.asked or not finding.contrast else 100
    value = np.nan if finding.value is None else finding.value
    first = table[(table["gold"] == table["gold"].iloc[0]) & table["estimate"].notna()] if len(table) else table
    apart = (scale * first["estimate"].abs() - abs(value)).abs()
    what = first.loc[apart.idxmin(), "what"] if apart.notna().any() else ""
    rows = table[(table["what"] == what) & table["estimate"].notna()]
    turned = scale * (-1 if len(rows) and rows["estimate"].iloc[0] * value < 0 else 1)
    fig, (ax,) = shapes.panels(1, 1, height=(0.9 + 0.3 * len(rows), 0.3))
    ends = np.sort(turned * rows[["conf_low", "conf_high"]].to_numpy(dtype=float), axis=1).T
    shapes.ranges(ax, np.arange(len(rows)), turned * rows["estimate"], *ends, colour=PALETTE[0], label=None, marker="o")
    shapes.down(ax, [plain(name) for name in rows["gold"]])
    ax.axvline(0, color="0.6", lw=0.8, zorder=0)
    ax.set_xlabel(say("percentage points") if scale == 100 else say("coefficient"))
    caption = say("The corrected number of the sentence at the top, by whose codes are taken, each with its own "
                  "{level:g}% interval, which makes no allowance for the choice of this "
                  "comparison.", level=100 * found.level)  # fmt: skip
    said = [f"{gold} {turned * value:.3g}" for gold, value in zip(rows["gold"], rows["estimate"], strict=True)]
    return Picture(fig, caption=caption, alt=clauses(said[:12]) or say("There is no estimate."), data=rows)


def coder_agreement(table: pd.DataFrame, *, coefficient: str = "alpha", codebook: Any = None) -> Picture:
    """How far coders agree on each code: a row per code and company of coders, with its interval.

    Parameters
    ----------
    table
        From ``reliability.agreement``.
    coefficient
        The one that is drawn, of spans ``u_alpha`` for ``alpha``; rows in which it is not defined are left out.
    codebook
        From ``frames.load``: codes are named by their labels.
    """
    if coefficient == "alpha" and "u_alpha" in set(table["coefficient"]):
        coefficient = "u_alpha"
    rows = table[(table["coefficient"] == coefficient) & table["estimate"].notna()].head(60)
    fig, (ax,) = shapes.panels(1, 1, height=(0.9 + 0.26 * len(rows), 0.3))
    labels = {name: say(name) for name in _TOGETHER} | {
        code.id: code.label for code in (codebook.codes if codebook else ())
    }
    names = [f"{labels.get(row.code, row.code)} ({say(row.coders)})" for row in rows.itertuples()]
    for machine, colour, label in ((False, PALETTE[0], say("people")), (True, GREY, say("with a machine"))):
        at = np.flatnonzero(rows["with_machine"].astype(bool) == machine)
        if len(at):
            part = rows.iloc[at]
            ends = part["conf_low"], part["conf_high"]
            shapes.ranges(ax, at, part["estimate"], *ends, colour=colour, label=label, marker="sD"[machine])
    shapes.down(ax, [plain(name) for name in names])
    for least in (0.667, 0.8):
        ax.axvline(least, color=INK, lw=0.8, ls=":", zorder=0)
    ax.set_xlim(right=1.02)
    ax.set_xlabel(say(coefficient))
    shapes.legend(fig)
    caption = [say("Agreement on each code, with 95% interval."),
               say("Dotted lines: .667 for tentative conclusions and .8 for others (Krippendorff).")]  # fmt: skip
    said = clauses([f"{name} {value:.2f}" for name, value in zip(names, rows["estimate"], strict=True)][:12])
    return Picture(fig, caption=caption, alt=said or say("No code has enough codings."), data=rows)


def _side_by_side(ax, table: pd.DataFrame, row: str, middle: str, names: list, kinds: list, scale: float) -> list[str]:
    """A mark and its interval of each estimator, where there are several, in every row; and what they say in words."""
    said = []
    table = table.set_index(table[row].astype("str"))
    for i, kind in enumerate(kinds or [""]):
        part = (table[table["estimator"] == kind] if kinds else table).reindex(list(map(str, names)))
        own, *ends = (scale * part[name] for name in (middle, "conf_low", "conf_high"))
        at = np.arange(len(names)) + 0.24 * (i - (max(len(kinds), 1) - 1) / 2)
        shapes.ranges(ax, at, own, *ends, colour=PALETTE[i], label=say(kind) if kind else None, marker="osD"[i])
        said.append(f"{say(kind)}: " + clauses([f"{name} {value:.3g}" for name, value in own.iloc[:8].items()]))
    shapes.down(ax, [plain(str(name)) for name in names])
    return said


def _lines(ax, part: pd.DataFrame, by: str, over: str, groups: list[str]) -> None:
    for i, group in enumerate(groups):
        one = part[part[by].astype("str") == group].sort_values(over)
        columns = (100 * one[name] for name in ("share", "conf_low", "conf_high"))
        style = {"colour": PALETTE[i % len(PALETTE)], "ls": "-" if i < len(PALETTE) else "--", "marker": "o", "ms": 3}
        shapes.line(ax, shapes.days(one[over]), *columns, label=plain(group), **style)
    at = shapes.days(part[over])
    if at.dtype.kind == "M":
        shapes.calendar(ax)
        return
    years = sorted({*at.astype(float)})
    ax.set_xticks(years[:: -(-len(years) // 6)], [f"{year:g}" for year in years[:: -(-len(years) // 6)]])


def _alt(table: pd.DataFrame, by: str) -> str:
    """The codes that groups differ in most."""
    ordered = table.dropna(subset=["share"]).sort_values("share").groupby("label", sort=False)
    least, most = (end.set_index("label")[["share", by]] for end in (ordered.head(1), ordered.tail(1)))
    widest = (most["share"] - least["share"]).nlargest(5).index
    said = [
        say("{code}: {low:.0%} ({least}) to {high:.0%} ({most})", code=label, low=least.at[label, "share"],
            least=least.at[label, by], high=most.at[label, "share"], most=most.at[label, by])
        for label in widest
    ]  # fmt: skip
    return say("The widest ranges: {said}.", said=clauses(said))
