"""Clusters of rows: their codes, sums over them, and their share of the information."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import sparse


def sums(rows: np.ndarray, codes: np.ndarray, n_groups: int) -> np.ndarray:
    """Sum of rows by group: n × k → G × k; a row with a negative code belongs to none."""
    inside = np.flatnonzero(codes >= 0)
    pick = sparse.csr_array((np.ones(len(inside)), (codes[inside], inside)), shape=(n_groups, len(codes)))
    return pick @ rows


def codes_of(groups, n: int) -> tuple[np.ndarray, int]:
    """Whole-number codes of the clusters, 0 … G − 1, in order of first appearance.

    Raises
    ------
    ValueError
        No clusters given, another length, a missing one, or fewer than two.
    """
    if groups is None:
        raise ValueError("this covariance needs clusters; name a column (cluster='date')")
    if len(groups) != n:
        raise ValueError(f"there are {len(groups)} cluster labels for {n} rows")
    codes, labels = pd.factorize(np.asarray(groups) if not hasattr(groups, "array") else groups)
    if (codes < 0).any():
        raise ValueError(f"{int((codes < 0).sum())} of {n} rows have no cluster; drop them before, and say so")
    if len(labels) < 2:
        raise ValueError("all rows are in one cluster; clustered errors need at least two")
    return codes, len(labels)


def information_of(x: np.ndarray, weights: np.ndarray) -> Callable:
    """``information(codes, n_groups)`` of one linear predictor: Σ w x x' a cluster."""

    def information(codes: np.ndarray, n_groups: int) -> np.ndarray:
        k = x.shape[1]
        out = np.empty((n_groups, k, k))
        for a in range(k):  # k columns, not n rows
            out[:, a, :] = sums(x * (weights * x[:, a])[:, None], codes, n_groups)
        return out

    return information
