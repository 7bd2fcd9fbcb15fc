"""The inner loops, compiled: sums over the non-zeros of a term for all replicates at once.

Everything here adds whole numbers, so that the result cannot depend on the order of work.
"""

import numpy as np
from numba import njit

TOLERANCE = 1e-7  # of Fisher's exact test, as in R: tables that are equally likely but for rounding are equal


@njit(cache=True, nogil=True, error_model="numpy")
def fisher_two_sided(a, b, n_a, n_b):
    """Two-sided exact p of each 2 × 2 table: the mass of all tables no likelier than the one seen.

    The weights of the tables with the same margins follow from one another by a ratio of whole numbers. They are
    taken relative to the likeliest one, so that nothing overflows, and summed until they no longer count.
    """
    p_values = np.empty(len(a))
    for i in range(len(a)):
        used = a[i] + b[i]
        low, high = max(0, used - n_b[i]), min(used, n_a[i])
        mode = int((used + 1) * ((n_a[i] + 1) / (n_a[i] + n_b[i] + 2)))
        mode = min(max(mode, low), high)
        seen = 1.0  # weight of the table seen, by the mode's
        if a[i] > mode:
            for k in range(mode, a[i]):
                seen *= _step(k, used, n_a[i], n_b[i])
        else:
            for k in range(a[i], mode):
                seen /= _step(k, used, n_a[i], n_b[i])
        limit = seen * (1 + TOLERANCE)
        total, tail = 1.0, 1.0 if limit >= 1.0 else 0.0
        weight = 1.0
        for k in range(mode, high):
            weight *= _step(k, used, n_a[i], n_b[i])
            total += weight
            if weight <= limit:
                tail += weight
            if weight == 0.0:
                break
        weight = 1.0
        for k in range(mode - 1, low - 1, -1):
            weight /= _step(k, used, n_a[i], n_b[i])
            total += weight
            if weight <= limit:
                tail += weight
            if weight == 0.0:
                break
        p_values[i] = min(tail / total, 1.0)
    return p_values


@njit(cache=True, nogil=True, inline="always")
def _step(k, used, n_a, n_b):
    """Weight of the table with k + 1 in the target by the weight of the one with k."""
    return ((used - k) / (k + 1.0)) * ((n_a - k) / (n_b - used + k + 1.0))
