"""What the cells of a table say beside the names of its columns: editions, days in three columns, texts cut short."""

import pandas as pd

from framing import data
from framing.databases.labelled.labels import key
from framing.messages import mark

_BEGINNINGS = data.words("databases")["beginnings"]
_DAYS = (("年", "月"), ("year", "month"), ("yyyy", "mm"), ("연도", "월"), ("год", "месяц"))
"""Columns of year and month that stand beside one of days."""
_EDITION = r"\s*(?:[朝夕]刊|号外|日曜版)\s*"
"""What 聞蔵 prints under ソース, which names newspapers elsewhere."""
_BEGINNING = mark("the text is the beginning of the article: the database exports no more")


def told_by_cells(frame: pd.DataFrame, there: list[str], *, dated: bool) -> pd.DataFrame:
    """The table under our names, read once more by its cells and by all its columns (``there``).

    ``dated``: a person named the column of the date.
    """
    frame = _with_days(_without_editions(frame), dated=dated)
    if any({key(name) for name in names} <= set(map(key, there)) for names in _BEGINNINGS):
        frame = frame.assign(note=_BEGINNING)
    return frame


def _without_editions(frame: pd.DataFrame) -> pd.DataFrame:
    """The table, editions that stand under the name of a newspaper (朝刊 beside AERA) under their own."""
    told = frame["outlet"].astype("str").str.fullmatch(_EDITION) if "outlet" in frame.columns else pd.Series([False])
    if not told.any():
        return frame
    moved = frame["outlet"].where(told)
    edition = (
        frame["edition"].where(frame["edition"].astype("str").str.strip().ne(""), moved)
        if "edition" in frame.columns
        else moved
    )
    return frame.assign(outlet=frame["outlet"].mask(told, ""), edition=edition)


def _with_days(frame: pd.DataFrame, *, dated: bool) -> pd.DataFrame:
    """The date where a table has year, month and day in columns of their own, and no further one was named for it."""
    there = {key(name): name for name in frame.columns}
    parts = next((names for names in _DAYS if {*map(key, names[:2])} <= set(there)), None)
    days = frame["date"].astype("str") if parts and "date" in frame.columns and not dated else pd.Series()
    if parts is None or not len(days) or not days.str.fullmatch(r"\d{1,2}(?:\.0)?日?").all():
        return frame
    year, month = (frame[there[key(name)]].astype("str").str.extract(r"(\d+)", expand=False) for name in parts[:2])
    return frame.assign(date=(year + "-" + month + "-" + days.str.extract(r"(\d+)", expand=False)).astype(object))
