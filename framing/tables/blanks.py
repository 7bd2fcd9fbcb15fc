"""Blank cells of text: what nobody recorded, or that there is none."""

import pandas as pd

_REMARKS = ("article_id", "headline", "text", "url", "source", "note", "removed", "agency", "page_section")


def stated(column: pd.Series) -> pd.Series:
    """A column whose blank cells of text are missing: so a file writes what nobody recorded.

    Not of ids, texts, addresses, agencies, sections of a page and remarks (``note``, ``date_flag``): there may be none.
    """
    if may_be_blank(column.name):
        return column
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.remove_categories([each for each in column.cat.categories if is_blank(each)])
    if column.dtype == object:  # of anything, lists too
        blank = column.map(is_blank).astype(bool)
    elif pd.api.types.is_string_dtype(column.dtype):
        blank = column.str.strip().eq("").fillna(False).astype(bool)
    else:
        return column
    return column.mask(blank) if blank.any() else column


def may_be_blank(name: object) -> bool:
    return name in _REMARKS or str(name).endswith(("_flag", "_note", "_evidence"))


def is_blank(cell: object) -> bool:
    return isinstance(cell, str) and not cell.strip()
