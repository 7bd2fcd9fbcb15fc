"""What every piece of a report shares: safe text, numbers a person can read, and showing itself.

Nothing that comes from a table reaches a page except through :func:`esc` or :func:`bdi`.
"""

import html
import itertools
import json
import math
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, Template
from markupsafe import Markup

from framing.messages import rounded, say

MIME = "application/vnd.framing.{kind}+json"
"""Each piece carries its kind and its plain data under this type, for batch and for the export."""

LIVE = "<!--framing:live-->"
"""Ends the style and script that a piece brings along for JupyterLab; the export cuts them off."""

LIMIT = 400
"""Characters of a text shown; a longer one is cut with a note that says how long it is."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ids = itertools.count(1)


def clean(value: object) -> str:
    """The text of a value without control characters and broken surrogates, which no page may hold."""
    return _CONTROL.sub("\ufffd", str(value))


def esc(value: object) -> str:
    """Text for a page or an attribute: markup in it is shown, never obeyed."""
    return html.escape(clean(value), quote=True)


def shorten(value: object, limit: int = LIMIT) -> str:
    """A text cut to ``limit`` characters, with its whole length where something was cut."""
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= limit else f"{text[:limit]}… {say('({n} characters in all)', n=f'{len(text):,}')}"


def ems(text: str, most: int = LIMIT) -> float:
    """Width of a text in ems, a little too large rather than too small; a Chinese or Japanese sign is one em."""
    return sum(1.0 if ord(sign) > 0x2E7F else 0.62 for sign in text[:most])


def bdi(value: object, limit: int = LIMIT) -> str:
    """Text of unknown origin as an element of its own direction, so that it cannot turn its surroundings."""
    return f"<bdi>{esc(shorten(value, limit))}</bdi>"


def new_id(kind: str) -> str:
    """An id that no other piece of this kernel has."""
    return f"fr-{kind}-{next(_ids)}"


def data_block(value: object) -> Markup:
    """Plain data as an inert script element that no text in it can end."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign, code in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(sign, code)
    escaped = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return Markup(f'<script type="application/json">{escaped}</script>')


def number(value: float, digits: int | None = None) -> str:
    """A number for reading: a true minus sign, groups from five digits on, two or three significant digits."""
    if value is None or pd.isna(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if isinstance(value, (int, np.integer)) or (digits is None and float(value).is_integer() and abs(value) < 1e15):
        return grouped(f"{int(value):,}", value)
    if digits is None:
        digits = _digits(abs(value))
    text = rounded(float(value), f",.{digits}f")
    if value and not float(text.replace(",", "")):
        text = f"{value:.2g}"  # too small for the digits of its column
    return grouped(text, value)


def grouped(text: str, value: float) -> str:
    """Four digits stand together, which also leaves years alone."""
    return (text if abs(value) >= 10_000 else text.replace(",", "")).replace("-", "−")


def _digits(size: float) -> int:
    """Decimals that leave three significant digits of a number above 1, and two of one below."""
    power = math.floor(math.log10(size)) if size else 2
    return int(np.clip((2 if power >= 0 else 1) - power, 0, 4))


def decimals(values: Iterable[float | None]) -> int:
    """Decimals that suit the middle one of some numbers; 0 where all are whole."""
    sizes = np.array([abs(v) for v in values if v is not None and math.isfinite(v) and v], dtype=float)
    whole = not sizes.size or (sizes == np.floor(sizes)).all()
    return 0 if whole else _digits(float(np.median(sizes)))


def p_value(value: float) -> str:
    """A p value with three decimals, never as zero."""
    if pd.isna(value):
        return "–"
    return "<0.001" if value < 0.001 else rounded(float(value), ".3f")


def columns(frame: pd.DataFrame) -> list[tuple[str, list[str], list[str]]]:
    """Every column of a table as it is shown; the ends of an interval get the decimals of its estimate."""
    found, digits = [], None
    for i, name in enumerate(map(str, frame.columns)):
        values = frame.iloc[:, i]
        end = name.startswith(("conf_", "std_error")) or name.endswith(("_low", "_high"))
        if not end and pd.api.types.is_float_dtype(values.dtype) and not name.endswith(_BETWEEN):
            digits = decimals(_floats(values))
        found.append(column(values, name, digits if end else None))
    return found


_BETWEEN = ("statistic", "df", "p_value", "q_value")
"""Columns that may stand between an estimate and its interval."""


def _floats(values: pd.Series) -> np.ndarray:
    return values.to_numpy(dtype=float, na_value=np.nan)


def _name(value: float) -> str:
    """A number that is a name, such as an id."""
    return "–" if pd.isna(value) else f"{value:.0f}"


def column(values: pd.Series, name: str = "", digits: int | None = None) -> tuple[str, list[str], list[str]]:
    """How a column is shown: its type (``number``, ``date`` or ``text``), the texts, and the values to sort by.

    The values to sort by are exact (they also become the CSV download); they are empty where missing.
    """
    missing = values.isna().to_numpy()
    if pd.api.types.is_bool_dtype(values.dtype):
        shown = ["–" if gone else say("yes" if value else "no") for value, gone in zip(values, missing, strict=True)]
        return "text", shown, shown
    if pd.api.types.is_numeric_dtype(values.dtype):
        whole = pd.api.types.is_integer_dtype(values.dtype)
        floats = _floats(values)
        digits = decimals(floats) if digits is None else digits
        show = p_value if name.endswith(("p_value", "q_value")) else (lambda v: number(v, digits))
        show = _name if name.endswith("id") else show
        exact = ["" if gone else (str(v) if whole else repr(float(v))) for v, gone in zip(values, missing, strict=True)]
        return "number", [show(value) for value in floats], exact
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        days = (values.dropna() == values.dropna().dt.normalize()).all()
        texts = values.dt.strftime("%Y-%m-%d" if days else "%Y-%m-%d %H:%M").fillna("–").tolist()
        return "date", texts, ["" if gone else text for text, gone in zip(texts, missing, strict=True)]
    texts = ["–" if gone else str(value) for value, gone in zip(values, missing, strict=True)]
    return "text", texts, texts


@cache
def asset(name: str) -> str:
    """A file of ``framing/report/assets`` as text."""
    return resources.files("framing.report").joinpath("assets", name).read_text(encoding="utf-8")


@cache
def script() -> str:
    """The one script of a report: its parts in one scope of their own."""
    parts = [asset(f"report/{name}.js") for name in ("shared", "tables", "scatter", "topics", "page", "start")]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n"


@cache
def template(name: str) -> Template:
    """A template, which cleans and escapes whatever it is given unless that is marked as markup."""
    made = Environment(
        loader=PackageLoader("framing.report", "assets"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) else clean(value),
    )
    made.filters["bdi"] = lambda value, limit=LIMIT: Markup(bdi(value, limit))
    return made.get_template(name, globals={"say": say})


def piece(name: str, /, *values: object) -> Markup:
    """The piece that ``pieces.html.j2`` has a macro for; values are text unless they are marked as markup."""
    return getattr(template("pieces.html.j2").module, name)(*values)


def text_only(markup: str) -> str:
    """Markup in which JupyterLab takes no dollar sign of an article for the beginning of a formula."""
    return f'<div class="mathjax_ignore">{markup}</div>'


class Piece:
    """Something a notebook shows: it knows its markup, its plain data and itself in one line of text.

    ``frame`` is the table it shows or draws, unchanged, ``caption`` what it says of it.
    """

    kind = "piece"

    def __init__(
        self, markup: str, text: str, data: dict | None = None, kind: str = "", frame: pd.DataFrame | None = None
    ):
        self._markup, self._text, self._data = markup, text, data or {}
        self.kind, self.frame, self.caption = kind or self.kind, frame, self._data.get("caption", "")

    def markup(self) -> str:
        """The piece as static HTML, without style and script."""
        return self._markup

    def _record(self) -> dict:
        """What batch and the export read of the piece; all of it plain."""
        return self._data

    def _keep(self) -> list[str]:
        """Write the piece beside the report where there is a folder for it; gives the names of the files."""
        from framing.report import files

        return [] if self.frame is None else files.table(self._text, self.frame)

    def _repr_html_(self) -> str:
        live = f"<style>{asset('pieces.css')}</style><script>{script()}</script>"
        return f"{live}{LIVE}{text_only(self.markup())}"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {
            MIME.format(kind=self.kind): {"kind": self.kind, **self._record(), "files": self._keep()},
            "text/html": self._repr_html_(),
            "text/plain": repr(self),
        }

    def __repr__(self) -> str:
        rows = "" if self.frame is None else f"\n{self.frame.head(10).to_string(max_colwidth=40)}"
        return clean(self._text) + rows
