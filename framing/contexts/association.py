"""Measures of association between a node and a collocate."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from framing.inference import departure

MEASURES = ("log_likelihood", "mi", "mi3", "t", "dice", "log_dice")


def association(together, node, collocate, total, measures: Collection[str] = MEASURES, *, n_node=None) -> pd.DataFrame:
    """Score how much two words occur together beyond chance.

    Parameters
    ----------
    together
        O: occurrences of the collocate near the node.
    node
        R: places near the node (its window, or its occurrences where pairs are counted).
    collocate
        C: occurrences of the collocate.
    total
        N: all places. All four broadcast.
    measures
        Some of :data:`MEASURES`.
    n_node
        F: occurrences of the node, for ``dice`` and ``log_dice``, where ``node`` is the size of a window; else R.

    Returns
    -------
    DataFrame
        One row per pair, one column per measure. With E = R·C/N:

        ``log_likelihood`` is G² over the four cells, negative where O < E [1]_; ``mi`` log₂(O/E) [2]_; ``mi3``
        log₂(O³/E), which favours frequent pairs; ``t`` (O − E)/√O; ``dice`` 2·O/(F + C); ``log_dice``
        14 + log₂ Dice, which does not depend on the size of the corpus [3]_. Where O is 0, ``mi``, ``mi3`` and
        ``log_dice`` are minus infinity and ``t`` is missing.

    Raises
    ------
    ValueError
        An unknown measure, or counts that cannot be (O > R, O > C, or R or C > N).

    References
    ----------
    .. [1] Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence. *Computational
           Linguistics* 19(1), 61-74.
    .. [2] Evert, S. (2008). Corpora and collocations. In *Corpus Linguistics: An International Handbook*, ch. 58.
           Also for ``mi3``, ``t`` and ``dice``.
    .. [3] Rychlý, P. (2008). A lexicographer-friendly association score. *RASLAN 2008*, 6-9.
    """
    unknown = [name for name in measures if name not in MEASURES]
    if unknown:
        raise ValueError(f"no measure {unknown}; there are {list(MEASURES)}")
    given = (together, node, collocate, total, node if n_node is None else n_node)
    o, r, c, n, f = np.broadcast_arrays(*(np.atleast_1d(np.asarray(value, dtype=float)) for value in given))
    cells = np.stack([o, r - o, c - o, n - r - c + o])
    if (cells < 0).any():
        raise ValueError("counts that cannot be: together is at most node and collocate, and these at most total")
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = r * c / n
        scores = {
            "log_likelihood": lambda: _g2(o, r, c, n),
            "mi": lambda: np.log2(o / expected),
            "mi3": lambda: np.log2(o**3 / expected),
            "t": lambda: np.where(o > 0, (o - expected) / np.sqrt(o), np.nan),
            "dice": lambda: 2 * o / (f + c),
            "log_dice": lambda: 14 + np.log2(2 * o / (f + c)),
        }
        return pd.DataFrame({name: scores[name]() for name in measures})


def _g2(o: np.ndarray, r: np.ndarray, c: np.ndarray, n: np.ndarray) -> np.ndarray:
    """G² over the four cells, negative where o is less than expected."""
    fitted = np.stack([r * c, r * (n - c), (n - r) * c, (n - r) * (n - c)]) / n
    over = (o * n - r * c) / n
    return np.sign(over) * 2 * departure(fitted, np.stack([over, -over, -over, over])).sum(axis=0) + 0.0  # no −0
