"""An interactive scatter: a picture without the script, explorable with it, and small with tens of thousands of marks.

The picture is SVG, a path for many marks, so that it prints and follows the colours of day and night. What is told of
the marks stands beside it once, as columns of short texts and numbers, in a block of data that no text in it can end.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup

from framing.errors import TableError
from framing.messages import said, say
from framing.report.markup import Piece, data_block, new_id, piece, shorten
from framing.report.scatters import axes, marks
from framing.report.scatters.axes import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Axis, tick
from framing.report.scatters.passages import carried
from framing.report.tables import budget, lines

__all__ = ["Axis", "scatter", "tick"]

POINTS = 50_000
"""Marks a page carries at most; 30,000 take about two million bytes."""


def scatter(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    label: str,
    hover: Sequence[str] = (),
    details: Mapping | None = None,
    passages: pd.DataFrame | None = None,
    caption: str,
    alt: str,
    columns: Mapping[str, str] | None = None,
    color: str | None = None,
    quiet: str = "",
    size: str | None = None,
    log: str = "",
    labels: int = 60,
    diagonal: bool = False,
    choose: str = "",
) -> Piece:
    """One mark a row, which a reader can point at, walk through with the arrow keys, find by name, and open.

    Parameters
    ----------
    frame
        One row per mark, the most important first: they lie on top and are named first. Rows without a finite ``x`` or
        ``y``, and those past the first 50,000, are not drawn; the caption says how many.
    x, y, label
        Columns of the two axes and of the name of a mark.
    hover
        Further columns told when a mark is pointed at.
    details
        Value of ``label`` → a table, a concordance or a list of lines, opened by a click or Enter.
    passages
        Lines of text for very many marks, one row per line: ``label``, ``text``, ``start``, ``end`` (place of the
        word in the text, in characters) and any further columns, which name the source. A text that stands behind
        several marks is carried once; of texts of more than 950,000 bytes those that serve few marks are left out,
        and the caption says how many lines.
    caption, alt
        What is drawn; and the same in words, with the main numbers, for a person who cannot see it.
    columns
        Name → what it is, with its unit; used for the axes and for what is told of a mark.
    color, size
        Columns of groups (at most eight colours) and of areas.
    quiet
        The group of ``color`` that is drawn in grey, under all others.
    log
        Axes on a logarithmic scale: ``"x"``, ``"y"`` or ``"xy"``.
    labels
        Marks named in the picture at most, the first rows of the table first; names never overlap.
    diagonal
        Give both axes one scale and draw the line where they are equal.
    choose
        Column of groups, each of which is a picture of its own, among which a reader chooses; without the script the
        first is shown.

    Raises
    ------
    TableError
        A column is not there, or no row has both numbers.
    """
    given = {
        "x": x, "y": y, "label": label, "hover": hover, "details": details, "caption": caption, "alt": alt,
        "columns": columns, "color": color, "quiet": quiet, "size": size, "log": log, "labels": labels,
        "diagonal": diagonal,
    }  # fmt: skip
    if not choose:
        return _one(frame, passages, 1, **given)
    groups = frame.groupby(choose, sort=False, observed=True)
    shown = [(said(part[choose].iloc[0]), _one(part, passages, groups.ngroups, **given).markup()) for _, part in groups]
    markup = piece("choice", [(name, Markup(view)) for name, view in shown])
    return Piece(markup, said(caption), {"caption": said(caption)}, "scatter", frame)


def _one(
    frame: pd.DataFrame, passages: pd.DataFrame | None, among: int, *, x, y, label, hover, details, caption, alt,
    columns, color, quiet, size, log, labels, diagonal,
) -> Piece:  # fmt: skip
    """One picture ``among`` several on the page, which share the room for lines of text."""
    xs, ys, here, note = _drawable(frame, x, y, [x, y, label, *hover, *filter(None, (color, size))], log)
    kept, titles = frame[here], {name: said(title) for name, title in (columns or {}).items()}
    caption, alt, quiet = said(caption), said(alt), said(quiet)
    seen = (np.concatenate([xs[here], ys[here]]),) * 2 if diagonal else (xs[here], ys[here])
    across = axes.fitting(seen[0], LEFT, WIDTH - RIGHT, "x" in log)
    up = axes.fitting(seen[1], HEIGHT - BOTTOM, TOP, "y" in log)
    px, py = across.place(xs[here]), up.place(ys[here])
    kinds = [said(kind) for kind in kept[color]] if color else []
    radius = marks.radii(kept[size] if size else None, len(kept))
    hue, groups = marks.hues(kinds, quiet) if color else (np.zeros(len(kept), np.uint8), [])
    texts = [shorten(name, 80) for name in kept[label]]
    places = np.rint(marks.TENTHS * np.column_stack([px, py])).astype(int)
    telling = [name for name in dict.fromkeys([x, y, *hover, color, size]) if name]
    behind, cut = carried(passages, kept[label], label, among)
    data = {
        "width": WIDTH,
        "height": HEIGHT,
        "tenths": marks.TENTHS,
        "names": texts,
        "x": marks.packed(places[:, 0]),
        "y": marks.packed(places[:, 1]),
        "radius": marks.packed(np.rint(marks.TENTHS * radius).astype(int)),
        "hue": marks.packed(hue),
        "columns": marks.told(kept, telling, titles),
        "passages": behind,
    }
    opened = _details(kept[label].tolist(), details or {})
    note += " " + say("{n} more lines are not shown.", n=f"{cut:,}") if cut else ""
    name = new_id("scatter")
    help_text = say(
        "Point at a mark, or use the arrow keys, to read it; press it for the lines behind it."
        if opened or behind
        else "Point at a mark, or use the arrow keys, to read it."
    )
    frame_of_axes = axes.drawn(across, up, *(titles.get(axis) or axis.replace("_", " ") for axis in (x, y)), diagonal)
    names = Markup(marks.names(px, py, radius, texts, labels))
    picture = WIDTH, HEIGHT, frame_of_axes, Markup(marks.drawn(places, radius, hue)), names
    markup = piece("scatter", name, alt, picture, groups, help_text, opened, caption, note, data_block(data))
    return Piece(markup, caption, {"caption": caption}, "scatter", frame)


def _drawable(
    frame: pd.DataFrame, x: str, y: str, wanted: list[str], log: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, str]:
    """Both numbers of each row, whether it has a place in the picture, and a note on those that have none."""
    missing = [name for name in wanted if name not in frame]
    if missing:
        raise TableError(f"the table of the scatter has no column {missing}; it has {list(frame.columns)}")
    xs, ys = (frame[name].to_numpy(dtype=float, na_value=np.nan) for name in (x, y))
    here = np.isfinite(xs) & np.isfinite(ys)
    here &= (xs > 0) | ("x" not in log)
    here &= (ys > 0) | ("y" not in log)
    if not here.any():
        raise TableError(f"no row of the scatter has a finite {x!r} and {y!r}")
    nowhere = int((~here).sum())
    note = " " + say("Rows without a place, not drawn: {n:,}.", n=nowhere) if nowhere else ""
    if here.sum() > POINTS:
        note += " " + say("The first {shown} of {n} rows are shown.", shown=f"{POINTS:,}", n=f"{here.sum():,}")
        here &= np.cumsum(here) <= POINTS
    return xs, ys, here, note


def _details(keys: list, details: Mapping) -> list[tuple]:
    """The lines behind the marks: number of the mark, heading, lines; the script shows those of the mark chosen."""
    limit = budget(keys, details)
    here = [(i, key) for i, key in enumerate(keys) if details.get(key) is not None and len(details[key])]
    return [(i, say("Lines for {key}", key=shorten(key, 80)), lines(details[key], limit)) for i, key in here]
