"""Counts: one row an article and a term, and the same as a sparse matrix."""

import numpy as np
import pandas as pd
from scipy import sparse

from framing.tables import COUNTS, check


def matrix(counts: pd.DataFrame) -> tuple[sparse.csr_array, pd.Index, pd.Index]:
    """The counts as a sparse matrix, without copying a string.

    Parameters
    ----------
    counts
        One row per article and term. Where ``article_id`` and ``term`` are categorical their codes
        are the row and column numbers, and an article or term without a row (an empty article, a
        trimmed term) is a row or column of zeros.

    Returns
    -------
    X, articles, terms
        Articles × terms in CSR, ``int64`` tokens; the ids of the rows; the terms of the columns.

    Raises
    ------
    TableError
        ``counts`` lacks a column, repeats an article and term, or holds a negative or fractional count.
    """
    check(counts, COUNTS)
    rows, articles = _codes(counts["article_id"])
    columns, terms = _codes(counts["term"])
    n = counts["n"].to_numpy(dtype=np.int64)
    return sparse.csr_array((n, (rows, columns)), shape=(len(articles), len(terms))), articles, terms


def _codes(values: pd.Series) -> tuple[np.ndarray, pd.Index]:
    categorical = values if isinstance(values.dtype, pd.CategoricalDtype) else values.astype("category")
    return categorical.cat.codes.to_numpy(), categorical.cat.categories
