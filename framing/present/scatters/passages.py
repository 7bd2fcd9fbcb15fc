"""Lines of text behind very many marks: each text is carried once, and a line is a place in it."""

import numpy as np
import pandas as pd

from framing.errors import TableError
from framing.present.markup import clean, column, shorten
from framing.present.scatters.marks import packed

MOST = 1_500_000
"""Bytes of texts a scatter carries at most."""

LONGEST = 400
"""Signs of a text carried at most; a line whose word stands later has no place in it."""

_NEEDED = ("text", "start", "end")


def carried(passages: pd.DataFrame | None, labels: pd.Series, label: str) -> tuple[dict | None, int]:
    """The lines as data for the script, and how many are left out because the texts are too many.

    Lines come mark by mark, ``counts`` of them each; ``texts`` holds each text once.
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
    order = np.flatnonzero(fits)
    nth = pd.Series(mark[order]).groupby(mark[order]).cumcount().to_numpy()
    order = order[np.lexsort((mark[order], nth))]  # a first line for every mark before any has a second
    sources = [name for name in passages.columns if name not in (label, *_NEEDED)]
    source = _joined(passages.iloc[order], sources)
    text, texts = pd.factorize(whole.iloc[order].to_numpy(dtype=object))
    from_, froms = pd.factorize(source)
    size = np.array([len(clean(t)[:LONGEST].encode("utf-8", "replace")) + 4 for t in texts])
    first_use = np.zeros(len(order), dtype=np.int64)
    first_use[np.unique(text, return_index=True)[1]] = size
    within = np.cumsum(first_use + 8) <= MOST
    kept = int(within.sum())
    used = int(text[:kept].max(initial=-1)) + 1  # numbers are given in the order of first use
    by_mark = np.argsort(mark[order][:kept], kind="stable")
    columns = {"text": text, "source": from_, "start": start[order], "length": (end - start)[order]}
    return {
        "texts": [clean(t)[:LONGEST] for t in texts[:used]],
        "sources": [clean(shorten(s, 120)) for s in froms],
        "counts": packed(np.bincount(mark[order][:kept], minlength=len(labels))),
        **{name: packed(values[:kept][by_mark]) for name, values in columns.items()},
    }, len(order) - kept


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
