"""What the cells of a table say beside the names of its columns: editions, days in three columns, texts cut short."""

import re

import pandas as pd

from framing import data
from framing.databases.labelled.labels import key
from framing.messages import mark
from framing.text.steps import html_entities, html_tags

_BEGINNINGS = data.words("databases")["beginnings"]
_DAYS = (("年", "月"), ("year", "month"), ("yyyy", "mm"), ("연도", "월"), ("год", "месяц"))
"""Columns of year and month that stand beside one of days."""
_EDITION = r"\s*(?:[朝夕]刊|号外|日曜版)\s*"
"""What 聞蔵 prints under ソース, which names newspapers elsewhere."""
_CUT = re.compile(r"\s*\[\+?\d+ (?:chars|characters)\]\s*$")
"""Where NewsAPI and GNews cut a text."""
_MARKED = re.compile(r"(?i)</(?:p|div|span|li|h[1-6])\s*>|<br\s*/?>|^\s*<\?xml\s")
_BEGINNING = mark("the text is the beginning of the article: the database exports no more")


def told_by_cells(frame: pd.DataFrame, there: list[str], *, dated: bool) -> pd.DataFrame:
    """The table under our names, read once more by its cells and by all its columns (``there``).

    ``dated``: a person named the column of the date.
    """
    frame = _without_markup(_without_outlet(_with_days(_without_editions(frame), dated=dated)))
    if any({key(name) for name in names} <= set(map(key, there)) for names in _BEGINNINGS):
        return frame.assign(note=_BEGINNING)
    cut = frame["text"].astype("str").str.contains(_CUT) if "text" in frame.columns else pd.Series([False])
    if not cut.any():
        return frame
    texts = frame["text"].astype("str").str.replace(_CUT, "", regex=True)
    note = frame["note"] if "note" in frame.columns else pd.Series("", index=frame.index)
    return frame.assign(text=frame["text"].mask(cut, texts), note=note.mask(cut, _BEGINNING))


def _without_outlet(frame: pd.DataFrame) -> pd.DataFrame:
    """The table, headlines without the newspaper of their row behind them (``Ferry runs - The Lakeside Herald``)."""
    if not {"headline", "outlet"} <= set(frame.columns):
        return frame
    told = zip(frame["headline"], frame["outlet"], strict=True)
    bare = [
        head.removesuffix(f" - {outlet}") if isinstance(head, str) and isinstance(outlet, str) and outlet else head
        for head, outlet in told
    ]
    return frame.assign(headline=pd.Series(bare, index=frame.index, dtype=object))


def _without_markup(frame: pd.DataFrame) -> pd.DataFrame:
    """The table, texts that are HTML or XML (Trove, LexisNexis) as their paragraphs."""
    if "headline" in frame.columns:
        heads = [html_entities(one) if isinstance(one, str) and "&" in one else one for one in frame["headline"]]
        frame = frame.assign(headline=pd.Series(heads, index=frame.index, dtype=object))
    marked = frame["text"].astype("str").str.contains(_MARKED) if "text" in frame.columns else pd.Series([False])
    if not marked.any():
        return frame
    return frame.assign(text=frame["text"].mask(marked, frame.loc[marked, "text"].map(_paragraphs)))


def _paragraphs(text: str) -> str:
    from lxml import etree

    if text.lstrip()[:5] == "<?xml":
        parser = etree.XMLParser(resolve_entities=False, recover=True)
        root = etree.fromstring(text.lstrip().encode(), parser)
        body = None if root is None else next(root.iter("{*}bodyText"), next(root.iter("{*}body.content"), root))
        found = [] if body is None else ["".join(node.itertext()).strip() for node in body.iter("{*}p")]
        return "\n".join(filter(None, found)) or " ".join("" if body is None else "".join(body.itertext()).split())
    return re.sub(r"\s*\n\s*", "\n", html_entities(html_tags(text))).strip()


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
