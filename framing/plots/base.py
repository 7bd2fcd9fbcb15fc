"""What every figure shares: the theme, the fonts, and the picture that knows its own text."""

import hashlib
import io
import logging
import re
import textwrap
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache, wraps
from importlib import resources
from pathlib import Path

import matplotlib
import pandas as pd
import seaborn as sns
from markupsafe import Markup
from matplotlib import font_manager
from matplotlib.figure import Figure

from framing.messages import paragraph
from framing.report import files
from framing.report.markup import Piece, clean, ems, esc, piece

FAMILY = ["DejaVu Sans", "Noto Sans CJK JP"]
"""Falls back glyph by glyph: Latin and Cyrillic from the first, Japanese, Korean and Chinese from the second."""

PALETTE = sns.color_palette("colorblind").as_hex()
"""Ten colours that colour-blind readers can tell apart (after Wong 2011)."""

INK, GREY, FAINT, RULE, PAPER, GROUND = "#1d1f23", "#5a6069", "#a1a1a9", "#e2e2de", "#fefefe", "#fffffd"
"""Letters, axes and quiet marks, marks behind others, grid, what is left white, and what a page shows through."""

NIGHT = ("#16181b", "#e9e8e4")
"""Paper and ink of a page at night, as its style sheet has them."""

_THEMED = {
    INK: "ink", GREY: "muted", FAINT: "quiet", RULE: "line", PAPER: "paper", PALETTE[0]: "c0", PALETTE[1]: "c1",
    PALETTE[2]: "c2", PALETTE[3]: "c6", PALETTE[4]: "c3", PALETTE[5]: "c4", PALETTE[7]: "c5", PALETTE[9]: "c7",
}  # fmt: skip
"""Colours that follow the theme of a page, by the names of its style sheet; those of a heat map stay as they are."""

SIZE = 9.5
"""Points of every letter of a figure."""

WIDE, NARROW = 8.5, 4.3
"""Inches across a figure: in the column of a report, and on a phone."""

_narrow: ContextVar[bool] = ContextVar("narrow", default=False)

NO_GLYPH = "〓"
"""Stands for a sign that neither font has, as in Japanese typesetting."""


def plain(text: str, limit: int = 40) -> str:
    """Text from an article as matplotlib text.

    A dollar sign is a dollar sign and not the start of a formula; a line break or a mark that turns the
    direction of writing is a space or nothing; a sign that neither font has becomes ``〓``; and a text
    longer than ``limit`` signs ends in ``…``.
    """
    text = " ".join(str(text[: 4 * limit] if isinstance(text, str) else text).split())
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    known = _covered()
    drawn = "".join(sign if ord(sign) in known else NO_GLYPH for sign in text if sign not in _INVISIBLE)
    return drawn.replace("$", r"\$")


_INVISIBLE = frozenset(map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xAD]))
_INVISIBLE |= frozenset(map(chr, [*range(0x20), 0x7F, *range(0xFE00, 0xFE10)]))


@cache
def _register_cjk_font() -> Path:
    """Add the CJK font that comes as a package, so that no machine needs one of its own, or draws with one."""
    import noto_cjk_sans_jp_regular as package

    folder = Path(str(resources.files(package)))
    path = next(p for p in sorted(folder.rglob("*")) if p.suffix.lower() in {".otf", ".ttf", ".ttc"})
    known = font_manager.fontManager.ttflist
    known[:] = [font for font in known if font.name != FAMILY[1]]  # of two of one name the machine's would win
    font_manager.fontManager.addfont(str(path))
    logging.getLogger("matplotlib.font_manager").addFilter(
        lambda record: "Failed to find font weight" not in record.getMessage()  # it has one weight, which is no news
    )
    return path


@cache
def _covered() -> frozenset[int]:
    """The signs that one of the two fonts can draw."""
    paths = [font_manager.findfont(FAMILY[0]), _register_cjk_font()]
    return frozenset().union(*(font_manager.get_font(str(path)).get_charmap() for path in paths))


def theme() -> None:
    """Set seaborn's theme as every figure of the toolkit has it; it stays set for the session."""
    _register_cjk_font()
    own = {
        "font.family": FAMILY,
        "svg.fonttype": "path",  # outlines: the reader needs no font
        "svg.hashsalt": "framing",  # the same figure gives the same bytes
        "figure.dpi": 110,
        "savefig.dpi": 200,
        "figure.constrained_layout.use": True,
        "font.size": SIZE,
        "figure.facecolor": GROUND,
        "axes.facecolor": "none",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.8,
        "axes.titlelocation": "left",
        "axes.titlepad": 5,
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "grid.color": RULE,
        "grid.linewidth": 0.8,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "text.color": INK,
        "legend.frameon": False,
    }
    letters = ("axes.labelsize", "axes.titlesize", "xtick.labelsize", "ytick.labelsize", "legend.fontsize")
    own |= dict.fromkeys((*letters, "legend.title_fontsize", "figure.labelsize", "figure.titlesize"), SIZE)
    sns.set_theme(style="whitegrid", palette="colorblind", color_codes=False, rc=own)


def narrow() -> bool:
    """Whether the figure is drawn for a phone."""
    return _narrow.get()


def for_both(draw: Callable[..., "Picture"]) -> Callable[..., "Picture"]:
    """A function that draws, and whose picture draws itself again for a phone when a page asks for it."""

    @wraps(draw)
    def drawing(*args, **options) -> Picture:
        def again() -> Picture:
            token = _narrow.set(True)
            try:
                return draw(*args, **options)
            finally:
                _narrow.reset(token)

        picture = draw(*args, **options)
        picture.again = again
        return picture

    return drawing


def figure(width: float = WIDE, height: float = 4.5, rows: int = 1, columns: int = 1, **options):
    """A figure and its axes in the theme of the toolkit, unknown to pyplot (so nothing is shown twice).

    The theme stays set for the session: matplotlib gives a text its font when the text is made, and a label
    added later needs the Japanese font as well.

    Parameters
    ----------
    width, height
        Inches; 8.5 is the width of a report's column, and letters are of one size where all figures have it. On a
        phone every figure is as wide as that.
    rows, columns
        Panels; ``options`` go to ``Figure.subplots``.
    """
    theme()
    fig = Figure(figsize=(NARROW if narrow() else width, height))
    return fig, fig.subplots(rows, columns, **options)


class Picture(Piece):
    """A finished figure with its caption, its text alternative and the numbers it draws.

    Parameters
    ----------
    figure
        A matplotlib figure.
    caption
        What the figure shows, with units, in one text or sentence by sentence; printed under it.
    alt
        The same in words for a person who cannot see it, with the main numbers.
    data
        The numbers drawn, one row per mark.
    """

    kind = "picture"

    def __init__(
        self, figure: Figure, *, caption: str | list[str], alt: str | list[str], data: pd.DataFrame | None = None
    ):
        self.caption, self.alt = (text if isinstance(text, str) else paragraph(text) for text in (caption, alt))
        self.figure, self.data = figure, data
        self._data = {"caption": self.caption, "alt": self.alt}
        self.again: Callable[[], Picture] | None = None
        self._svg = ""
        _wrap(figure)

    def svg(self) -> str:
        """The figure as an SVG element that carries its text alternative and shares no id with another figure."""
        if not self._svg:
            stream = io.StringIO()
            self._draw(stream, format="svg", metadata={"Date": None, "Creator": None})
            self._svg = _inline(stream.getvalue(), self.caption, self.alt)
        return self._svg

    def _of_page(self) -> str:
        """The figure in the colours of the page it stands in, on no ground of its own."""
        svg = self.svg().replace(GROUND, "none")
        return re.sub(r"#[0-9a-f]{6}", lambda m: f"var(--fr-{_THEMED[m[0]]})" if m[0] in _THEMED else m[0], svg)

    def save(self, path: str | Path) -> None:
        """Write the figure as the file's ending says (svg, png, pdf)."""
        if Path(path).suffix.lower() == ".svg":
            Path(path).write_text(f'<?xml version="1.0" encoding="utf-8"?>\n{self.svg()}\n', encoding="utf-8")
            return
        self._draw(path)

    def _draw(self, target, **options) -> None:
        with matplotlib.rc_context():
            theme()
            self.figure.savefig(target, **options)

    def markup(self) -> str:
        """The figure and its caption as HTML."""
        phone = Markup(self.again()._of_page()) if self.again else ""
        return piece("picture", self.caption, Markup(self._of_page()), phone)

    def _keep(self) -> list[str]:
        return files.figure(self)

    def __repr__(self) -> str:
        return clean(f"Picture: {self.caption}\n{self.alt}")


_PARTS = re.compile(r"[「『（(]*(?:[\u2e80-\uffff]|[^\s\u2e80-\uffff]+)[」』）)、。，,・ー…]*\s*")
"""What stays together on a line: a word, or a Japanese sign with the brackets and stops that belong to it."""

_PHRASES = re.compile(
    r"(?<=[\u3041-\u309f、。・」』）)\s])(?=[^\u3041-\u309f、。・ー」』）)\s])|(?<=[^「『（])(?=[「『（])"
)
"""Where a Japanese phrase begins, nearly: a noun with the particles behind it is one."""

_WORDS = re.compile(
    r"(?<=[\u30a1-\u30fa・ー])(?=[^\u30a1-\u30fa・ー」』）)])|(?<=[^\u30a1-\u30fa・ー「『（(])(?=[\u30a1-\u30fa])"
)
"""Where katakana begins or ends: 西都|タイムス."""


def wrapped(text: str, most: float) -> str:
    """A text in lines of at most so many ems, between phrases where they fit a line.

    A word is broken only where it is longer than twelve ems and than a line.
    """
    lines, room = [""], max(int(most / 0.62), 12)
    parts = [text]
    for cut in (_PHRASES.split, _WORDS.split, _PARTS.findall):
        parts = [bit for part in parts for bit in ([part] if ems(part.strip()) <= most else cut(part))]
    for part in parts:
        for bit in [part] if ems(part.strip()) <= max(most, 12) else textwrap.wrap(part, room):
            if lines[-1] and ems(lines[-1] + bit.rstrip()) > most:
                lines.append("")
            lines[-1] += bit
    return "\n".join(line.rstrip() for line in lines)


def _wrap(figure: Figure) -> None:
    """Break the lines of a label that is longer than its axis, which matplotlib would cut at the figure's edge."""
    axes = [axis for each in figure.axes for axis in (each.xaxis, each.yaxis)]
    axes = [axis for axis in axes if "$" not in axis.label.get_text().replace(r"\$", "")]
    if any(ems(axis.label.get_text()) > 0.5 * _room(axis) for axis in axes):
        figure.draw_without_rendering()  # only the layout knows how long an axis is beside the names of its rows
    for axis in axes:
        if ems(axis.label.get_text()) > (room := _room(axis)):
            axis.label.set_text(wrapped(axis.label.get_text(), max(room, 5)))


def _room(axis) -> float:
    """Ems along an axis; the name of a row, which lies beside it, has all it needs."""
    place, (width, height) = axis.axes.get_position(), axis.axes.figure.get_size_inches()
    long = place.width * width if axis.axis_name == "x" else place.height * height
    lies = axis.axis_name == "y" and axis.label.get_rotation() != 90
    return float("inf") if lies else long * 72 / float(axis.label.get_fontsize())


_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_PLACES = re.compile(r'(?:(?<=\sd=")|(?<=points=")|(?<=\sx=")|(?<=\sy=")|(?<=translate\())[^")]*')


def _inline(svg: str, caption: str, alt: str) -> str:
    """An SVG file as an element of a page, with its text alternative.

    A page holds many figures, and matplotlib numbers the parts of each from one: ids that nothing refers to go,
    the others and the style rules are led by a checksum of the figure. Coordinates keep two decimals (a
    hundredth of a point), and a style that is said more than twice is said once.
    """
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], count=1, flags=re.DOTALL).strip()
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = _PLACES.sub(lambda m: " ".join(_NUMBER.sub(lambda n: f"{float(n[0]):.2f}", m[0]).split()), svg)
    svg = re.sub(r">\s+<", "><", re.sub(r"<defs><style.*?</style></defs>|<style.*?</style>", "", svg, flags=re.DOTALL))
    mark = "f" + hashlib.sha256(f"{caption}{alt}{svg}".encode()).hexdigest()[:8]

    used = dict.fromkeys(name for pair in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg) for name in pair if name)
    names = {name: f"{mark}-{i}" for i, name in enumerate(used)}
    svg = re.sub(r'\sid="([^"]+)"', lambda m: f' id="{names[m[1]]}"' if m[1] in names else "", svg)
    svg = re.sub(r'(href="#|url\(#)([^")]+)', lambda m: m[1] + names[m[2]], svg)

    counts = Counter(re.findall(r' style="([^"]+)"', svg))
    classes = {style: f"{mark}s{i}" for i, (style, n) in enumerate(counts.items()) if n > 2}
    svg = re.sub(r' style="([^"]+)"', lambda m: f' class="{classes[m[1]]}"' if m[1] in classes else m[0], svg)
    rules = [f".{mark} *{{stroke-linejoin:round;stroke-linecap:butt}}"]  # what matplotlib says of the whole file
    rules += [f".{name}{{{style}}}" for style, name in classes.items()]

    named = f'<svg class="{mark}" role="img" aria-labelledby="{mark}-title {mark}-desc" '
    words = f'<title id="{mark}-title">{esc(caption)}</title><desc id="{mark}-desc">{esc(alt)}</desc>'
    svg = svg.replace("<svg ", named, 1)
    return re.sub(r"(<svg[^>]*>)", lambda m: f"{m[1]}{words}<style>{''.join(rules)}</style>", svg, count=1)
