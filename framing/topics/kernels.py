"""The compiled inner loops of collapsed variational Bayes, zero order (CVB0).

Arrays in, arrays changed in place. Each function works on a run of articles and releases the interpreter's
lock, so that ordinary threads share the work; nothing here depends on how many there are. The last axis is
the topics, padded to a multiple of :data:`LANES` with columns that stay zero.
"""

import numpy as np
from numba import njit

LANES = 8  # single-precision numbers of one vector instruction

# No reordering of sums: with it the compiler picks the order by where the arrays happen to lie in memory, and one
# seed would not give the same numbers twice. Sums over topics go by lanes instead, in an order written down here.
_OPTIONS = {"nogil": True, "cache": True, "error_model": "numpy", "fastmath": {"contract"}}
_F, _ROWS = "float32[:, ::1]", "int64, int64, int64[::1], int32[::1], float32[::1]"


@njit("float32(float32[::1])", inline="always", **_OPTIONS)
def _total(values):
    """Sum in a fixed order that vector instructions can follow: eight lanes, then the lanes in pairs."""
    a = b = c = d = e = f = g = h = np.float32(0)
    for k in range(0, len(values), LANES):
        a += values[k]
        b += values[k + 1]
        c += values[k + 2]
        d += values[k + 3]
        e += values[k + 4]
        f += values[k + 5]
        g += values[k + 6]
        h += values[k + 7]
    return ((a + e) + (b + f)) + ((c + g) + (d + h))


@njit(f"void({_ROWS}, {_F}, {_F}, float32[::1], float32[::1], {_F}, {_F})", **_OPTIONS)
def sweep(first, last, rows, terms, n, shares, weights, totals, alpha, mixtures, found):
    """Pass once over the articles ``first`` to ``last``.

    ``shares`` (entry × topic: the responsibilities) and ``mixtures`` (article × topic: expected tokens) are
    brought up to date; ``weights`` (term × topic: expected tokens + prior, of the sweep before) and ``totals``
    (its sums) are read; the new expected tokens are added to ``found`` (term × topic).
    """
    n_topics = shares.shape[1]
    here, new = np.empty(n_topics, np.float32), np.empty(n_topics, np.float32)
    for article in range(first, last):
        here[:] = alpha
        for entry in range(rows[article], rows[article + 1]):
            for k in range(n_topics):
                here[k] += n[entry] * shares[entry, k]
        for entry in range(rows[article], rows[article + 1]):
            tokens = n[entry]
            own, word, heap = shares[entry], weights[terms[entry]], found[terms[entry]]
            for k in range(n_topics):
                # One token of the entry is taken out before its topic is asked for again.
                new[k] = (here[k] - own[k]) * (word[k] - own[k]) / (totals[k] - own[k])
            scale = np.float32(1) / _total(new)
            for k in range(n_topics):
                value = new[k] * scale
                here[k] += tokens * (value - own[k])
                own[k] = value
                heap[k] += tokens * value
        for k in range(n_topics):
            mixtures[article, k] = here[k] - alpha[k]


@njit(f"void({_ROWS}, {_F}, float32[::1], {_F}, int64)", **_OPTIONS)
def fold_in(first, last, rows, terms, n, words, alpha, mixtures, passes):
    """Find the expected tokens by topic of articles under fixed ``words`` (term × topic: probabilities)."""
    n_topics = words.shape[1]
    part = np.empty(n_topics, np.float32)
    here, new = np.empty(n_topics, np.float32), np.empty(n_topics, np.float32)
    for article in range(first, last):
        for k in range(n_topics):
            here[k] = mixtures[article, k] + alpha[k]
        for _ in range(passes):
            new[:] = alpha
            for entry in range(rows[article], rows[article + 1]):
                word = words[terms[entry]]
                for k in range(n_topics):
                    part[k] = here[k] * word[k]
                scale = n[entry] / (_total(part) + np.float32(1e-35))
                for k in range(n_topics):
                    new[k] += part[k] * scale
            moved, size = np.float32(0), np.float32(0)
            for k in range(n_topics):
                moved += abs(new[k] - here[k])
                size += new[k]
                here[k] = new[k]
            if moved <= np.float32(1e-4) * size:
                break
        for k in range(n_topics):
            mixtures[article, k] = here[k] - alpha[k]


@njit(f"void({_ROWS}, {_F}, float32[::1], {_F}, {_F}, {_F})", **_OPTIONS)
def spread(first, last, rows, terms, n, words, alpha, mixtures, shares, found):
    """Write the responsibilities that ``words`` and ``mixtures`` imply into ``shares`` and add them to ``found``.

    ``shares`` begins with the first entry of article ``first``.
    """
    n_topics = words.shape[1]
    for article in range(first, last):
        for entry in range(rows[article], rows[article + 1]):
            word, heap, own = words[terms[entry]], found[terms[entry]], shares[entry - rows[first]]
            for k in range(n_topics):
                own[k] = (mixtures[article, k] + alpha[k]) * word[k]
            scale = np.float32(1) / (_total(own) + np.float32(1e-35))
            for k in range(n_topics):
                own[k] *= scale
                heap[k] += n[entry] * own[k]
