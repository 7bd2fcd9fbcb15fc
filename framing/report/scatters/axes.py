"""The frame of a scatter: its two axes, their round numbers and their titles."""

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from framing.report.markup import grouped, piece, shorten

WIDTH, HEIGHT = 760, 480
LEFT, RIGHT, TOP, BOTTOM = 84, 20, 16, 52  # the left holds a number of seven signs beside the title


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
            for least, parts in ((4, [1]), (3, [1, 3]), (3, [1, 2, 5]), (0, range(1, 10))):  # enough to read a scale by
                found = np.outer(parts, powers).ravel()
                if ((found >= self.low) & (found <= self.high)).sum() >= least:
                    break
        else:
            span = (self.high - self.low) / 6
            step = 10.0 ** np.floor(np.log10(span))
            step *= min((1, 2, 2.5, 5, 10), key=lambda k: abs(k * step - span))
            found = np.round(np.arange(np.ceil(self.low / step), np.floor(self.high / step) + 1) * step, 12)
        return np.sort(found[(found >= self.low) & (found <= self.high)])


def fitting(values: np.ndarray, start: float, stop: float, log: bool) -> Axis:
    """The axis that holds all values, with a margin."""
    low, high = float(values.min()), float(values.max())
    if log:
        return Axis(low / 1.3, high * 1.3, start, stop, True)
    margin = (high - low) * 0.05 or max(abs(high), 1) * 0.5
    return Axis(low - margin, high + margin, start, stop)


def drawn(across: Axis, up: Axis, x_title: str, y_title: str, diagonal: bool = False) -> Markup:
    """Grid, numbers and titles, and the line from corner to corner where both axes have one scale."""
    lines = [
        [(place, tick(value), value == 0) for value, place in zip(axis.ticks(), axis.place(axis.ticks()), strict=True)]
        for axis in (across, up)
    ]
    ends = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM, HEIGHT
    return piece("axes", *lines, *ends, shorten(x_title, 90), shorten(y_title, 60), diagonal)


def tick(value: float) -> str:
    """A number under an axis."""
    return grouped(f"{value + 0.0:,.10g}", value)  # + 0.0: a zero has no sign
