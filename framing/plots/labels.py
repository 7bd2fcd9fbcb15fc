"""Names of points that never lie on one another."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

from framing.plots.base import PAPER, SIZE, plain

PLACES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
"""Where a name is tried around its point, in units of the gap; the first free place is taken."""


def place(ax, x, y, names, *, size: float = SIZE, gap: float = 4.0, radius: float = 3.0, colours=None) -> int:
    """Write the names of points, the first first; a name that finds no free place is left out.

    Parameters
    ----------
    ax
        Axes whose limits are final.
    x, y
        Points that no name may cover, the named ones first, in order of importance.
    names
        Of the first points.
    size, gap, radius
        Of the letters, between point and name, and of the points (points of 1/72 inch).
    colours
        One a name.

    Returns
    -------
    int
        Names written.
    """
    figure = ax.figure
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()  # the layout moves axes before anything can be measured
    figure.set_layout_engine("none")
    unit = figure.dpi / 72
    points = ax.transData.transform(np.column_stack([np.asarray(x, dtype=float), np.asarray(y, dtype=float)]))
    inside = ax.get_window_extent(renderer)
    reach = radius * unit
    taken = np.column_stack([points - reach, points + reach]) if len(points) else np.empty((0, 4))
    written = 0
    for i, name in enumerate(names):
        text = ax.annotate(plain(name), (x[i], y[i]), fontsize=size, color=None if colours is None else colours[i])
        text.set_bbox({"facecolor": PAPER, "alpha": 0.6, "edgecolor": "none", "pad": 0.3})
        extent = text.get_window_extent(renderer)
        for dx, dy in PLACES:
            left = points[i, 0] + dx * gap * unit + (0 if dx > 0 else -extent.width if dx < 0 else -extent.width / 2)
            low = points[i, 1] + dy * gap * unit + (0 if dy > 0 else -extent.height if dy < 0 else -extent.height / 2)
            box = np.array([left, low, left + extent.width, low + extent.height])
            within = box[0] >= inside.x0 and box[1] >= inside.y0 and box[2] <= inside.x1 and box[3] <= inside.y1
            others = np.delete(taken, i, axis=0) if i < len(points) else taken
            hit = (others[:, 0] < box[2]) & (others[:, 2] > box[0]) & (others[:, 1] < box[3]) & (others[:, 3] > box[1])
            if within and not hit.any():
                text.set_position(((left - points[i, 0]) / unit, (low - points[i, 1] + 0.2 * extent.height) / unit))
                text.set_anncoords("offset points")
                taken = np.vstack([taken, box])
                written += 1
                break
        else:
            text.remove()
    return written
