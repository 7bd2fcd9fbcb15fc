"""Separation: whether the likelihood has a maximum at all, found by linear programming."""

import numpy as np
from scipy import optimize

_ROWS = 60_000  # distinct rows a programme may have


def directions(constraints: np.ndarray, equal: np.ndarray | None = None) -> np.ndarray:
    """A direction along which the likelihood never falls and somewhere rises, or zeros.

    Parameters
    ----------
    constraints
        m × p: rows r with r·δ ≥ 0 for such a direction δ (for a logit (2y − 1) x; Konis 2007).
    equal
        Rows with r·δ = 0 (counts above 0).

    Returns
    -------
    ndarray
        δ, length p, its largest entry 1 in size; zeros where the maximum exists.
    """
    rows = np.unique(constraints, axis=0)
    scale = np.maximum(np.abs(rows).max(axis=0, initial=0.0), 1e-300)
    if equal is not None and len(equal):
        scale = np.maximum(scale, np.abs(equal).max(axis=0))
        equal = np.unique(equal, axis=0) / scale
    else:
        equal = None
    rows = rows / scale
    if len(rows) > _ROWS:
        return np.zeros(rows.shape[1])
    found = optimize.linprog(
        -rows.sum(axis=0), A_ub=-rows, b_ub=np.zeros(len(rows)), A_eq=equal,
        b_eq=None if equal is None else np.zeros(len(equal)), bounds=(-1, 1), method="highs",
    )  # fmt: skip
    if found.x is None or -found.fun < 1e-7 or (rows @ found.x).max(initial=0.0) < 1e-7:
        return np.zeros(rows.shape[1])
    step = np.where(np.abs(found.x) < 1e-7, 0.0, found.x) / scale
    return step / np.abs(step).max()


def of_logit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Direction of separation of a 0/1 outcome (shares strictly between forbid it)."""
    inside = (y > 0) & (y < 1)
    return directions((2 * y[~inside] - 1)[:, None] * x[~inside], x[inside])


def of_counts(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Direction along which the rate of rows that are all 0 runs to 0."""
    return directions(-x[y == 0], x[y > 0])


def of_levels(up: np.ndarray, low: np.ndarray) -> np.ndarray:
    """Direction for a cumulative model: gradients of each row's upper and lower edge (rows of zeros are left out)."""
    rows = np.vstack([up, -low])
    return directions(rows[np.abs(rows).sum(axis=1) > 0])
