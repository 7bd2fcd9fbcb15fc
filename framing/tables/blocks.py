"""Large tables in parts: what is made on the way is held of one part only."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

ARTICLES = 4_000
"""Articles that are worked on at once: 10 to 100 MB of what is made of their texts."""
ROWS = 2**20
"""Rows of any other table."""


def blocks(n: int, size: int = 0) -> Iterator[slice]:
    """The slices of ``n`` articles, or of rows where ``size`` says how many; one, of nothing, where there are none."""
    size = size or ARTICLES
    return (slice(begin, min(begin + size, n)) for begin in range(0, max(n, 1), size))


def increasing(columns: Sequence[np.ndarray]) -> bool:
    """Whether every row is above the row before it, by the first column and, where that is the same, by the next."""
    for part in blocks(len(columns[0]), ROWS):
        above, same = False, True
        for values in columns:
            here = values[part.start : part.stop + 1]
            above = above | (same & (here[1:] > here[:-1]))
            same = same & (here[1:] == here[:-1])
        if not np.all(above):
            return False
    return True


def key_is_increasing(frame: pd.DataFrame, key: list[str]) -> bool:
    """Whether the codes or numbers of the key increase, so that none is missing and none repeats."""
    columns = []
    for name in key:
        values = frame[name].array
        numbers = values.codes if isinstance(values, pd.Categorical) else frame[name].to_numpy()
        if numbers.dtype.kind not in "iu":
            return False
        columns.append(numbers)
    return all(values.min(initial=0) >= 0 for values in columns) and increasing(columns)
