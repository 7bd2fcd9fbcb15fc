"""Lines of text behind very many marks: each text is carried once, and a line is a place in it."""

import numpy as np
import pandas as pd

from framing.errors import TableError
from framing.report.markup import clean, column, shorten
from framing.report.scatters.marks import packed

MOST, TOGETHER = 950_000, 500_000
"""Bytes of texts that a scatter carries at most, and that several of a page carry together."""

LINE = 9
"""Bytes that the place of a line takes, more or less."""

SURE = 500
"""Marks, the first of the table, that have a line before all others."""

LONGEST = 400
"""Signs of a text carried at most; a line whose word stands later has no place in it."""

_NEEDED = ("text", "start", "end")


def carried(passages: pd.DataFrame | None, labels: pd.Series, label: str, among: int = 1) -> tuple[dict | None, int]:
    """The lines as data for the script, and how many are left out because the texts are too many.

    Of ``among`` scatters on one page each carries its part of the bytes. Lines come mark by mark, ``counts`` of them
    each; ``texts`` holds each text once.
    """
    if passages is None:
        return None, 0
    missing = [name for name in (label, *_NEEDED) if name not in passages]
    if missing:
        raise TableError(f"passages has no column {missing}; it has {list(passages.columns)}")
    mark = _marks(passages[label], labels)
    start, end = (passages[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
    whole = passages["text"].astype(str)
    fits = (mark >= 0) & (start >= 0) & (end > start) & (end <= np.minimum(whole.str.len(), LONGEST))
    kept = np.flatnonzero(fits)
    text, texts = pd.factorize(whole.iloc[kept].to_numpy(dtype=object))
    taken = _affordable(
        mark[kept],
        text,
        np.array([len(clean(t)[:LONGEST].encode("utf-8", "replace")) for t in texts]),
        MOST if among == 1 else TOGETHER // among,
    )
    kept, text = kept[taken], text[taken]
    text, used = pd.factorize(text)
    sources = [name for name in passages.columns if name not in (label, *_NEEDED)]
    source, said = pd.factorize(_joined(passages.iloc[kept], sources))
    columns = {"text": text, "source": source, "start": start[kept], "length": (end - start)[kept]}
    by_mark = np.argsort(mark[kept], kind="stable")
    return {
        "texts": [clean(texts[t])[:LONGEST] for t in used],
        "sources": [clean(shorten(s, 120)) for s in said],
        "counts": packed(np.bincount(mark[kept], minlength=len(labels))),
        **{name: packed(values[by_mark]) for name, values in columns.items()},
    }, int(fits.sum()) - len(kept)


def _affordable(mark: np.ndarray, text: np.ndarray, size: np.ndarray, most: int) -> np.ndarray:
    """The lines that there is room for: one for each of the first marks, then one for as many as can be, then more."""
    nth = pd.Series(mark).groupby(mark).cumcount().to_numpy()
    worth = np.bincount(text[nth == 0], minlength=len(size)) / (size + LINE)
    phase = np.minimum(nth, 1) * 2 + ((nth == 0) & (mark >= SURE))
    order = np.lexsort((mark, text, -worth[text] * (phase > 0), phase))
    cost = np.full(len(order), LINE)
    cost[np.unique(text[order], return_index=True)[1]] += size
    within = np.cumsum(cost) <= most
    have, there = np.unique(mark[order][within]), np.unique(text[order][within])
    within |= np.isin(text[order], there) & ~np.isin(mark[order], have)  # a second choice that is there anyway
    return np.sort(order[within])


def _marks(names: pd.Series, labels: pd.Series) -> np.ndarray:
    """Number of the mark of each line, −1 where there is none; of marks of one name the first."""
    known = labels.astype(object).to_numpy()
    first = pd.Series(np.arange(len(known)), index=known)
    return first[~first.index.duplicated()].reindex(names.astype(object).to_numpy()).fillna(-1).to_numpy().astype(int)


def _joined(frame: pd.DataFrame, names: list[str]) -> np.ndarray:
    """What names the source of each line, in one text."""
    if not names:
        return np.full(len(frame), "", dtype=object)
    shown = [column(frame[name], str(name))[1] for name in names]
    return np.array([" · ".join(parts) for parts in zip(*shown, strict=True)], dtype=object)
