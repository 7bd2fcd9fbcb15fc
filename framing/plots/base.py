"""What every figure shares: the theme, the fonts, and the picture that knows its own text."""

import html
import io
import re
from functools import cache
from importlib import resources
from pathlib import Path

import matplotlib
import pandas as pd
import seaborn as sns
from matplotlib import font_manager
from matplotlib.figure import Figure

FAMILY = ["DejaVu Sans", "Noto Sans CJK JP"]
"""Falls back glyph by glyph: Latin and Cyrillic from the first, Japanese, Korean and Chinese from the second."""

PALETTE = sns.color_palette("colorblind").as_hex()
"""Ten colours that colour-blind readers can tell apart (Wong 2011, as shipped by seaborn)."""


def plain(text: str) -> str:
    """Text from an article as matplotlib text: a dollar sign is a dollar sign, not the start of a formula."""
    return str(text).replace("$", r"\$")


@cache
def _register_cjk_font() -> Path:
    """Add the CJK font that comes as a package, so that no machine needs one of its own."""
    import noto_cjk_sans_jp_regular as package

    folder = Path(str(resources.files(package)))
    path = next(p for p in sorted(folder.rglob("*")) if p.suffix.lower() in {".otf", ".ttf", ".ttc"})
    font_manager.fontManager.addfont(str(path))
    return path


def theme() -> dict:
    """The matplotlib settings of every figure of the toolkit; for ``matplotlib.rc_context``."""
    _register_cjk_font()
    return {
        **sns.axes_style("whitegrid"),
        **sns.plotting_context("notebook", font_scale=0.9),
        "font.family": FAMILY,
        "svg.fonttype": "path",  # outlines: the reader needs no font
        "svg.hashsalt": "framing",  # the same figure gives the same bytes
        "figure.dpi": 110,
        "figure.constrained_layout.use": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "grid.color": "#e4e4e7",
        "axes.edgecolor": "#a1a1aa",
    }


def figure(width: float = 8.0, height: float = 4.5, rows: int = 1, columns: int = 1, **options):
    """A figure and its axes in the theme of the toolkit, unknown to pyplot (so nothing is shown twice)."""
    with matplotlib.rc_context(theme()):
        fig = Figure(figsize=(width, height))
        return fig, fig.subplots(rows, columns, **options)


class Picture:
    """A finished figure with its caption, its text alternative and the numbers it draws.

    Parameters
    ----------
    figure
        A matplotlib figure.
    caption
        What the figure shows, with units; printed under it.
    alt
        The same in words for a person who cannot see it, with the main numbers.
    data
        The numbers drawn, one row a mark.
    """

    def __init__(self, figure: Figure, *, caption: str, alt: str, data: pd.DataFrame | None = None):
        self.figure, self.caption, self.alt, self.data = figure, caption, alt, data

    def svg(self) -> str:
        """The figure as an SVG element that carries its text alternative."""
        stream = io.StringIO()
        with matplotlib.rc_context(theme()):
            self.figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
        body = stream.getvalue()
        body = re.sub(r"<metadata>.*?</metadata>", "", body[body.index("<svg") :], count=1, flags=re.DOTALL)
        return body.replace("<svg ", f'<svg role="img" aria-label="{html.escape(self.alt, quote=True)}" ', 1)

    def save(self, path: str | Path) -> None:
        """Write the figure as the file's ending says (svg, png, pdf)."""
        with matplotlib.rc_context(theme()):
            self.figure.savefig(path)

    def _repr_html_(self) -> str:
        return f'<figure class="fr-picture">{self.svg()}<figcaption>{html.escape(self.caption)}</figcaption></figure>'

    def __repr__(self) -> str:
        return f"Picture: {self.caption}"
