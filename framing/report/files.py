"""Tables and figures as files beside the report.

``framing run`` names a folder in the environment variable ``FRAMING_RUN_FILES``; every table and figure
a notebook shows then also lands there, and says so in its output, so that the export can link to it.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd

from framing.report.markup import clean
from framing.tables import spreadsheet

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
    spreadsheet.write(frame, place / f"{name}.csv")
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
        spreadsheet.write(picture.data, place / f"{name}.csv")
        names.append(f"{name}.csv")
    return names


def excel(frame: pd.DataFrame, path: Path, caption: str = "") -> None:
    """Write a table as Excel; a text that begins with an equals sign stays text and is never computed."""
    from openpyxl.styles import Font

    names = [clean(name) for name in frame.columns]
    cells = {i: _excel_values(frame.iloc[:, i]) for i in range(len(names))}
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        pd.DataFrame(cells, index=frame.index).to_excel(
            book, sheet_name="table", header=names, index=False, freeze_panes=(1, 0), inf_rep="inf"
        )
        for row in book.sheets["table"].iter_rows():
            for cell in row:
                if cell.value == "":
                    cell.value = None  # a number that is missing is an empty cell, which Excel can compute with
                elif cell.data_type == "f":
                    cell.data_type = "s"
        for cell in book.sheets["table"][1]:
            cell.font = Font(bold=True)
        book.book.properties.title = clean(caption)[:250]


def _excel_values(values: pd.Series) -> pd.Series:
    """Numbers and days as they are, everything else as text that a cell can hold."""
    plain = _amount(values) or pd.api.types.is_datetime64_dtype(values.dtype)
    return values if plain else values.astype(object).map(lambda value: clean(value)[:_CELL], na_action="ignore")


def latex(frame: pd.DataFrame, caption: str = "") -> str:
    """A table in LaTeX (booktabs; longtable from 40 rows on) with every sign of LaTeX in it escaped."""
    columns = [frame.iloc[:, i] for i in range(len(frame.columns))]
    texts = [c if _amount(c) else c.astype(object).map(_one_line, na_action="ignore") for c in columns]
    shown = pd.DataFrame(dict(enumerate(texts)), index=frame.index)
    shown = shown.set_axis([_one_line(name) for name in frame.columns], axis=1).reset_index(drop=True)
    style = shown.style.hide(axis="index")
    style.format(_latex_cell, na_rep="--", escape="latex")
    style.format_index(_latex_cell, escape="latex", axis=1)
    kinds = "".join("r" if _amount(column) else "l" for column in columns)
    made = style.to_latex(hrules=True, column_format=kinds, environment="longtable" if len(frame) > 40 else None)
    return f"% {_one_line(caption)}\n{made}"


def _latex_cell(cell: object) -> object:
    """What begins with ``[`` or ``*`` would be read as an argument of the end of the row before it."""
    if isinstance(cell, float | np.floating):
        return f"{cell:.4g}"
    return "{}" + cell if isinstance(cell, str) and cell.startswith(("[", "*")) else cell


def _amount(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)


def _one_line(text: object) -> str:
    return " ".join(clean(text).split())
