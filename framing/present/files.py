"""Tables and figures as files beside the report.

``framing run`` names a folder in the environment variable ``FRAMING_RUN_FILES``; every table and figure
a notebook shows then also lands there, and says so in its output, so that the export can link to it.
"""

import os
from pathlib import Path

import pandas as pd

from framing.present.markup import clean

FOLDER = "FRAMING_RUN_FILES"

_CELL = 32_000
"""Characters an Excel cell may hold (its limit is 32,767)."""

EXCEL, LATEX = 50_000, 1_000
"""Cells of the largest table written as Excel (a second or two), and rows of the largest written as LaTeX."""

_made: dict[str, int] = {}


def folder() -> Path | None:
    """The folder named by ``FRAMING_RUN_FILES``, or None where a notebook runs by hand."""
    named = os.environ.get(FOLDER)
    return Path(named) if named else None


def _next(kind: str) -> tuple[Path, str] | None:
    place = folder()
    if place is None:
        return None
    place.mkdir(parents=True, exist_ok=True)
    _made[kind] = _made.get(kind, 0) + 1
    return place, f"{kind}-{_made[kind]:02d}"


def table(caption: str, frame: pd.DataFrame) -> list[str]:
    """Save a table as CSV and, unless it is very large, as Excel and LaTeX; the names of the files.

    Without a folder nothing is written and there are no names.
    """
    found = _next("table")
    if found is None:
        return []
    place, name = found
    _csv(frame, place / f"{name}.csv")
    names = [f"{name}.csv"]
    if frame.size <= EXCEL:
        excel(frame, place / f"{name}.xlsx", caption)
        names.append(f"{name}.xlsx")
    if len(frame) <= LATEX:
        (place / f"{name}.tex").write_text(latex(frame, caption), encoding="utf-8", errors="replace")
        names.append(f"{name}.tex")
    return names


def figure(picture) -> list[str]:
    """Save a picture as SVG and PNG, and its numbers as CSV; the names of the files, or none without a folder."""
    found = _next("figure")
    if found is None:
        return []
    place, name = found
    picture.save(place / f"{name}.svg")
    picture.save(place / f"{name}.png")
    names = [f"{name}.svg", f"{name}.png"]
    if picture.data is not None:
        _csv(picture.data, place / f"{name}.csv")
        names.append(f"{name}.csv")
    return names


def _csv(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, encoding="utf-8-sig", errors="replace")  # Excel needs the mark to see UTF-8


def excel(frame: pd.DataFrame, path: Path, caption: str = "") -> None:
    """Write a table as Excel; a text that begins with an equals sign stays text and is never computed."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = "table"
    sheet.append([clean(name) for name in frame.columns])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    columns = [_excel_values(frame.iloc[:, i]) for i in range(len(frame.columns))]
    for values in zip(*columns, strict=True):
        sheet.append(values)
    for at, values in enumerate(columns, 1):
        for i, value in enumerate(values, 2):
            if isinstance(value, str) and value.startswith("="):
                sheet.cell(i, at).data_type = "s"
    sheet.freeze_panes = "A2"
    book.properties.title = clean(caption)[:250]
    book.save(path)


_ENDLESS = (float("inf"), float("-inf"))


def _excel_values(values: pd.Series) -> list:
    missing = values.isna()
    if _amount(values) or pd.api.types.is_datetime64_dtype(values.dtype):
        found = [None if gone else value for value, gone in zip(values.tolist(), missing, strict=True)]
        return [str(value) if value in _ENDLESS else value for value in found]  # Excel knows no infinity
    return [None if gone else clean(v)[:_CELL] for v, gone in zip(values, missing, strict=True)]


def latex(frame: pd.DataFrame, caption: str = "") -> str:
    """A table in LaTeX (booktabs; longtable from 40 rows on) with every sign of LaTeX in it escaped."""
    columns = [_tex_values(frame.iloc[:, i]) for i in range(len(frame.columns))]
    numeric = [_amount(frame.iloc[:, i]) for i in range(len(frame.columns))]
    kind = "longtable" if len(frame) > 40 else "tabular"
    lines = [
        f"% {_one_line(caption)}",
        f"\\begin{{{kind}}}{{{''.join('r' if number else 'l' for number in numeric)}}}",
        "\\toprule",
        " & ".join(map(_tex, frame.columns)) + r" \\",
        "\\midrule",
        *(" & ".join(row) + r" \\" for row in zip(*columns, strict=True)),
        "\\bottomrule",
        f"\\end{{{kind}}}",
    ]
    return "\n".join(lines) + "\n"


def _amount(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)


def _tex_values(values: pd.Series) -> list[str]:
    if pd.api.types.is_float_dtype(values.dtype):
        return ["--" if gone else f"{value:.4g}" for value, gone in zip(values, values.isna(), strict=True)]
    return ["--" if gone else _tex(value) for value, gone in zip(values, values.isna(), strict=True)]


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


_TEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def _tex(value: object) -> str:
    return "".join(_TEX.get(sign, sign) for sign in _one_line(str(value)))
