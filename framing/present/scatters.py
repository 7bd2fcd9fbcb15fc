"""An interactive scatter as plain SVG: readable without the script, explorable with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from framing.errors import TableError
from framing.present import files
from framing.present.markup import Piece, bdi, clean, column, ems, esc, grouped, new_id, number, shorten
from framing.present.tables import budget, lines
from framing.present.words import word

WIDTH, HEIGHT = 760, 480
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 16, 52
FONT = 12
COLOURS = ("#0173b2", "#de8f05", "#029e73", "#cc78bc", "#ca9161", "#949494", "#d55e00", "#56b4e9")
"""The colour-blind safe palette of the figures; the first is the one used without ``color``."""

POINTS = 5000
"""Points a page carries at most."""


@dataclass(frozen=True)
class Axis:
    """A numeric axis: how a value becomes a place between ``start`` and ``stop``, and its round ticks."""

    low: float
    high: float
    start: float
    stop: float
    log: bool = False

    def place(self, values: np.ndarray) -> np.ndarray:
        scale = np.log10 if self.log else np.positive
        part = (scale(values) - scale(self.low)) / (scale(self.high) - scale(self.low))
        return self.start + part * (self.stop - self.start)

    def ticks(self) -> np.ndarray:
        if self.log:
            powers = 10.0 ** np.arange(np.floor(np.log10(self.low)), np.ceil(np.log10(self.high)) + 1)
            found = np.concatenate([powers, 3 * powers]) if len(powers) < 4 else powers
        else:
            span = (self.high - self.low) / 6
            step = 10.0 ** np.floor(np.log10(span))
            step *= min((1, 2, 2.5, 5, 10), key=lambda k: abs(k * step - span))
            found = np.round(np.arange(np.ceil(self.low / step), np.floor(self.high / step) + 1) * step, 12)
        return np.sort(found[(found >= self.low) & (found <= self.high)])


class Scatter(Piece):
    """A scatter with its caption; ``frame`` is the table drawn."""

    kind = "scatter"

    def __init__(self, markup: str, caption: str, frame: pd.DataFrame):
        super().__init__(markup, caption, {"caption": caption})
        self.caption, self.frame = caption, frame

    def keep(self) -> list[str]:
        return files.table(self.caption, self.frame)


def scatter(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    label: str,
    hover: Sequence[str] = (),
    details: Mapping | None = None,
    caption: str,
    alt: str,
    columns: Mapping[str, str] | None = None,
    color: str | None = None,
    size: str | None = None,
    log: str = "",
    labels: int = 60,
) -> Scatter:
    """One mark a row, which a reader can point at, walk through with the arrow keys, and open.

    Parameters
    ----------
    frame
        One row a mark. Rows without a finite ``x`` or ``y`` are not drawn, and the caption says how many.
    x, y, label
        Columns of the two axes and of the name of a mark.
    hover
        Further columns told when a mark is pointed at.
    details
        Value of ``label`` → a table, a concordance or a list of lines, opened by a click or Enter.
    caption, alt
        What is drawn; and the same in words, with the main numbers, for a person who cannot see it.
    columns
        Name → what it is, with its unit; used for the axes and for what is told of a mark.
    color, size
        Columns of groups (at most eight) and of areas.
    log
        Axes on a logarithmic scale: ``"x"``, ``"y"`` or ``"xy"``.
    labels
        Marks named in the picture at most, the first rows of the table first; names never overlap.

    Raises
    ------
    TableError
        A column is not there, or no row has both numbers.
    """
    wanted = [x, y, label, *hover, *[name for name in (color, size) if name]]
    missing = [name for name in wanted if name not in frame]
    if missing:
        raise TableError(f"the table of the scatter has no column {missing}; it has {list(frame.columns)}")
    xs, ys = (frame[name].to_numpy(dtype=float, na_value=np.nan) for name in (x, y))
    drawn = np.isfinite(xs) & np.isfinite(ys)
    drawn &= (xs > 0) | ("x" not in log)
    drawn &= (ys > 0) | ("y" not in log)
    if not drawn.any():
        raise TableError(f"no row of the scatter has a finite {x!r} and {y!r}")
    drawn &= np.cumsum(drawn) <= POINTS
    kept, names = frame[drawn], dict(columns or {})
    across = _axis(xs[drawn], LEFT, WIDTH - RIGHT, "x" in log)
    up = _axis(ys[drawn], HEIGHT - BOTTOM, TOP, "y" in log)
    px, py = across.place(xs[drawn]), up.place(ys[drawn])
    radius = _radius(kept[size]) if size else np.full(len(kept), 4.5)
    kinds = [str(kind) for kind in kept[color]] if color else []
    groups = list(dict.fromkeys(kinds))
    telling = _telling(kept, [x, y, *[n for n in dict.fromkeys([*hover, color, size]) if n and n not in (x, y)]], names)
    label_id, texts = new_id("scatter"), [shorten(name, 80) for name in kept[label]]
    hues = [groups.index(group) % 8 for group in kinds] if color else [0] * len(kept)
    marks = [
        f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="{r:.1f}" class="fr-mark fr-c{hue}">'
        f"<title>{esc(name)}\n{esc(told)}</title></circle>"
        for cx, cy, r, hue, name, told in zip(px, py, radius, hues, texts, telling, strict=True)
    ]
    svg = (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-labelledby="{label_id} {label_id}-alt">'
        f"{_frame(across, up, names.get(x) or x.replace('_', ' '), names.get(y) or y.replace('_', ' '))}"
        f'<g class="fr-marks">{"".join(marks)}</g>'
        f'<g class="fr-names" aria-hidden="true">{_names(px, py, radius, texts, labels)}</g></svg>'
    )
    note = f" ({number(int((~drawn).sum()))} ✕)" if (~drawn).any() else ""
    opened = _details(kept[label].tolist(), details or {})
    help_text = word("choose_point" if opened else "choose_point_plain")
    markup = (
        f'<figure class="fr fr-scatter" data-fr="scatter"><p class="fr-sr" id="{label_id}-alt">{bdi(alt, 4000)}</p>'
        f'<div class="fr-tools" hidden><label>{esc(word("find"))} '
        f'<input type="search" class="fr-find" autocomplete="off" spellcheck="false"></label></div>{_legend(groups)}'
        f'<div class="fr-canvas">{svg}<div class="fr-tip" hidden></div></div>'
        f'<p class="fr-note fr-help" hidden>{esc(help_text)}</p>'
        f'{opened}<figcaption id="{label_id}">{bdi(caption, 2000)}{esc(note)}</figcaption></figure>'
    )
    return Scatter(markup, caption, frame)


def _axis(values: np.ndarray, start: float, stop: float, log: bool) -> Axis:
    low, high = float(values.min()), float(values.max())
    if log:
        return Axis(low / 1.3, high * 1.3, start, stop, True)
    margin = (high - low) * 0.05 or max(abs(high), 1) * 0.5
    return Axis(low - margin, high + margin, start, stop)


def _radius(values: pd.Series) -> np.ndarray:
    areas = values.to_numpy(dtype=float, na_value=0).clip(min=0)
    return 3 + 9 * np.sqrt(areas / (areas.max() or 1))


def _telling(frame: pd.DataFrame, names: list[str], words: Mapping[str, str]) -> list[str]:
    """What is told of each mark: one line a column."""
    shown = {name: column(frame[name], name)[1] for name in names}
    titles = {name: words.get(name) or name.replace("_", " ") for name in names}
    return ["\n".join(f"{titles[name]}: {shorten(shown[name][i], 160)}" for name in names) for i in range(len(frame))]


def _frame(across: Axis, up: Axis, x_title: str, y_title: str) -> str:
    parts, bottom, right = [], HEIGHT - BOTTOM, WIDTH - RIGHT
    for value, place in zip(across.ticks(), across.place(across.ticks()), strict=True):
        zero = " fr-zero" if value == 0 else ""
        parts.append(f'<path class="fr-grid{zero}" d="M{place:.1f} {TOP}V{bottom}"/>')
        parts.append(f'<text x="{place:.1f}" y="{bottom + 18}" text-anchor="middle">{esc(tick(value))}</text>')
    for value, place in zip(up.ticks(), up.place(up.ticks()), strict=True):
        zero = " fr-zero" if value == 0 else ""
        parts.append(f'<path class="fr-grid{zero}" d="M{LEFT} {place:.1f}H{right}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{place + 4:.1f}" text-anchor="end">{esc(tick(value))}</text>')
    middle_x, middle_y = (LEFT + right) / 2, (TOP + bottom) / 2
    parts.append(
        f'<text class="fr-axis" x="{middle_x}" y="{HEIGHT - 10}" text-anchor="middle">'
        f"{esc(shorten(x_title, 90))}</text>"
    )
    parts.append(
        f'<text class="fr-axis" transform="translate(16 {middle_y}) rotate(-90)" text-anchor="middle">'
        f"{esc(shorten(y_title, 60))}</text>"
    )
    return f'<g class="fr-frame" aria-hidden="true">{"".join(parts)}</g>'


def tick(value: float) -> str:
    """A number under an axis."""
    return grouped(f"{value + 0.0:,.10g}", value)  # + 0.0: a zero has no sign


def _names(px: np.ndarray, py: np.ndarray, radius: np.ndarray, texts: list[str], limit: int) -> str:
    """Names beside their marks, the first rows first; a name that would touch another or cover a mark is left out."""
    placed = np.empty((0, 4))
    found = []
    for i, text in enumerate(texts):
        if len(found) >= limit:
            break
        text = clean(text)[:24]
        width = FONT * ems(text)
        for left, anchor in ((px[i] + radius[i] + 3, "start"), (px[i] - radius[i] - 3 - width, "end")):
            box = np.array([left, py[i] - FONT * 0.6, left + width, py[i] + FONT * 0.6])
            inside = box[0] >= LEFT and box[2] <= WIDTH - RIGHT and box[1] >= TOP and box[3] <= HEIGHT - BOTTOM
            free = not (
                (placed[:, 0] < box[2]) & (placed[:, 2] > box[0]) & (placed[:, 1] < box[3]) & (placed[:, 3] > box[1])
            ).any()
            covered = (px + radius > box[0]) & (px - radius < box[2])
            covered &= (py + radius / 2 > box[1]) & (py - radius / 2 < box[3])
            covered[i] = False
            if inside and free and not covered.any():
                at = left if anchor == "start" else left + width
                placed = np.vstack([placed, box])
                found.append(f'<text x="{at:.1f}" y="{py[i] + 4:.1f}" text-anchor="{anchor}">{esc(text)}</text>')
                break
    return "".join(found)


def _legend(groups: list[str]) -> str:
    if not groups:
        return ""
    items = "".join(f'<li><span class="fr-dot fr-b{i % 8}"></span>{bdi(g, 60)}</li>' for i, g in enumerate(groups[:8]))
    return f'<ul class="fr-legend">{items}</ul>'


def _details(keys: list, details: Mapping) -> str:
    """The lines behind the marks, folded away; the script shows those of the mark chosen."""
    found, limit = [], budget(keys, details)
    for i, key in enumerate(keys):
        behind = details.get(key)
        if behind is not None and len(behind):
            heading = f'<p class="fr-label">{bdi(word("details", key=shorten(key, 80)), 120)}</p>'
            found.append(f'<section data-mark="{i}">{heading}{lines(behind, limit)}</section>')
    if not found:
        return ""
    body = f'<summary>{esc(word("points"))}</summary><div aria-live="polite">{"".join(found)}</div>'
    return f'<details class="fr-behind">{body}</details>'
