"""The marks of a scatter: drawn as a few paths, named where there is room, and told as columns of data."""

import base64
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from framing.report.markup import clean, column, ems, esc, shorten
from framing.report.scatters.axes import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH

FONT = 12
PATHS = 1000
"""Paths that the marks are drawn with, more or less; fewer marks have one each."""

TENTHS = 10
"""Places of marks are whole tenths of a unit of the drawing."""

QUIET = 8
"""Number of the grey that marks of a quiet group have; the eight colours come before."""

AVOIDED = 1000
"""Marks, the first rows of the table, that no name may cover."""

TRIED = 10
"""Rows tried for a name, as a multiple of the names wanted."""


def hues(kinds: list[str], quiet: str) -> tuple[np.ndarray, list[tuple[str, int]]]:
    """Number of the colour of each mark, and the legend: the groups with theirs, of those that share one the first."""
    groups = [kind for kind in dict.fromkeys(kinds) if kind != quiet]
    number = {kind: i % 8 for i, kind in enumerate(groups)} | ({quiet: QUIET} if quiet in kinds else {})
    named = [(kind, hue) for i, (kind, hue) in enumerate(number.items()) if i < 8 or hue == QUIET]
    return np.array([number[kind] for kind in kinds], dtype=np.uint8), named


def radii(areas: pd.Series | None, n: int) -> np.ndarray:
    """Radius of each mark; many marks are smaller, so that a crowd stays a crowd of marks."""
    shrink = min(1.0, (500 / max(n, 1)) ** 0.25)
    if areas is None:
        return np.full(n, max(4.5 * shrink, 1.7))
    values = areas.to_numpy(dtype=float, na_value=0).clip(min=0)
    return np.maximum(np.round(2 * shrink * (3 + 9 * np.sqrt(values / (values.max() or 1)))) / 2, 1.5)


def drawn(places: np.ndarray, radius: np.ndarray, hue: np.ndarray) -> str:
    """The marks as paths of dots, the first rows last and so on top, grey ones under all others.

    Where paths overlap the picture gets darker, so a crowd of marks is many paths and not one.
    """
    n, looks = len(hue), len(np.unique(np.column_stack([hue, radius]), axis=0))
    layer = (n - 1 - np.arange(n)) // -(-n * looks // PATHS)
    order = np.lexsort((-np.arange(n), radius, hue, layer, hue != QUIET))
    alike = np.column_stack([layer, hue, radius])[order]
    runs = np.split(order, np.flatnonzero((alike[1:] != alike[:-1]).any(axis=1)) + 1)
    paths = [
        f'<path class="fr-c{hue[run[0]]}" stroke-width="{2 * TENTHS * radius[run[0]]:g}" '
        f'd="{"".join(f"M{x} {y}h0" for x, y in places[run].tolist())}"/>'
        for run in runs
    ]
    return f'<g class="fr-marks" transform="scale({1 / TENTHS})">{"".join(paths)}</g>'


def names(px: np.ndarray, py: np.ndarray, radius: np.ndarray, texts: list[str], limit: int) -> str:
    """Names beside their marks, the first rows first; a name that would touch another or cover a mark is left out."""
    placed, found = np.empty((0, 4)), []
    x, y, r = px[:AVOIDED], py[:AVOIDED], radius[:AVOIDED]
    for i, text in enumerate(texts[: TRIED * limit]):
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
            covered = (x + r > box[0]) & (x - r < box[2]) & (y + r / 2 > box[1]) & (y - r / 2 < box[3])
            if i < len(covered):
                covered[i] = False
            if inside and free and not covered.any():
                at = left if anchor == "start" else left + width
                placed = np.vstack([placed, box])
                found.append(f'<text x="{at:.1f}" y="{py[i] + 4:.1f}" text-anchor="{anchor}">{esc(text)}</text>')
                break
    return "".join(found)


def told(frame: pd.DataFrame, columns: Sequence[str], titles: Mapping[str, str]) -> list[dict]:
    """What is told of the marks, a column each: its title, the texts that occur in it, and which one each mark has."""
    found = []
    for name in columns:
        codes, texts = pd.factorize(np.array(column(frame[name], name)[1], dtype=object))
        title = titles.get(name) or str(name).replace("_", " ")
        found.append({"title": shorten(title, 200), "texts": [shorten(text, 160) for text in texts], **packed(codes)})
    return found


def packed(numbers: np.ndarray) -> dict:
    """Whole numbers from 0 on in as few bytes as they need."""
    largest = int(numbers.max(initial=0))
    size = 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 4
    return {"bytes": size, "codes": base64.b64encode(numbers.astype(f"<u{size}").tobytes()).decode()}
