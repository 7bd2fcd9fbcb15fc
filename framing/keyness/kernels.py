"""The inner loops, compiled: sums over the non-zeros of a term for all replicates at once.

Everything here adds whole numbers, so that the result cannot depend on the order of work.
"""

import numpy as np
from numba import njit

LEAST = 1e-300  # of the likeliest table; further out products stay at the smallest number and never reach 0
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
                if seen < LEAST:
                    break
        else:
            for k in range(mode - 1, a[i] - 1, -1):
                seen /= _step(k, used, n_a[i], n_b[i])
                if seen < LEAST:
                    break
        limit = seen * (1 + TOLERANCE)
        total, tail = 1.0, 1.0 if limit >= 1.0 else 0.0
        weight = 1.0
        for k in range(mode, high):
            weight *= _step(k, used, n_a[i], n_b[i])
            total += weight
            if weight <= limit:
                tail += weight
            if weight < LEAST:
                break
        weight = 1.0
        for k in range(mode - 1, low - 1, -1):
            weight /= _step(k, used, n_a[i], n_b[i])
            total += weight
            if weight <= limit:
                tail += weight
            if weight < LEAST:
                break
        p_values[i] = min(tail / total, 1.0)
    return p_values


@njit(cache=True, nogil=True, inline="always")
def _step(k, used, n_a, n_b):
    """Weight of the table with k + 1 in the target by the weight of the one with k."""
    return ((used - k) / (k + 1.0)) * ((n_a - k) / (n_b - used + k + 1.0))


@njit(cache=True, nogil=True, boundscheck=False)
def weighted_sums(indptr, indices, data, group, cluster, weights, first, sums):
    """Tokens of each term in each group in every replicate, for the terms from ``first`` on.

    ``weights`` is clusters × replicates, ``sums`` terms × groups × replicates and is written over; its type must hold
    the largest sum.
    """
    replicates, whole = weights.shape[1], sums.dtype.type
    for j in range(sums.shape[0]):
        sums[j] = 0
        for k in range(indptr[first + j], indptr[first + j + 1]):
            row, n = indices[k], data[k]
            into, weight = sums[j, group[row]], weights[cluster[row]]
            if n == 1:  # most of a corpus; saves the multiplication
                for b in range(replicates):
                    into[b] = whole(into[b] + weight[b])
            else:
                for b in range(replicates):
                    into[b] = whole(into[b] + whole(whole(n) * whole(weight[b])))


@njit(cache=True, nogil=True, boundscheck=False)
def labelled_sums(indptr, indices, data, labels, first, sums):
    """Tokens of each term in each group but the last under every relabelling; ``labels`` is rows × replicates."""
    replicates, whole = labels.shape[1], sums.dtype.type
    for j in range(sums.shape[0]):
        sums[j] = 0
        for k in range(indptr[first + j], indptr[first + j + 1]):
            n, label = data[k], labels[indices[k]]
            for g in range(sums.shape[1]):
                into = sums[j, g]
                for b in range(replicates):
                    into[b] = whole(into[b] + (whole(n) if label[b] == g else whole(0)))


@njit(cache=True, nogil=True, boundscheck=False)
def log2_ratios(sums, target, reference, offset, logs, ratios):
    """Half-added log2 ratio of each contrast in every replicate.

    ``reference`` −1 is every group but the target. ``offset`` is contrasts × replicates, the part of the ratio
    that the totals make; ``logs`` holds log2(n + ½) from 0 on.
    """
    replicates = sums.shape[2]
    whole = sums.dtype.type
    every = np.empty(replicates, sums.dtype)
    for j in range(sums.shape[0]):
        every[:] = 0
        for g in range(sums.shape[1]):
            for b in range(replicates):
                every[b] = whole(every[b] + sums[j, g, b])
        for c in range(len(target)):
            a, out, total = sums[j, target[c]], ratios[j, c], offset[c]
            if reference[c] < 0:
                for b in range(replicates):
                    out[b] = _log(a[b], logs) - _log(every[b] - a[b], logs) - total[b]
            else:
                other = sums[j, reference[c]]
                for b in range(replicates):
                    out[b] = _log(a[b], logs) - _log(other[b], logs) - total[b]


@njit(cache=True, nogil=True, inline="always")
def _log(n, logs):
    return logs[n] if n < len(logs) else np.float32(np.log2(n + 0.5))


@njit(cache=True, nogil=True)
def influence(indptr, indices, data, group, cluster, target, reference, scale_t, scale_r, size, moments):
    """Second and third moments over clusters of the influence of a cluster on each log ratio.

    A cluster's influence is d − v: what it holds of the term's tokens, by side, less what it holds of all tokens
    (``size``, contrasts × clusters). Rows must come cluster by cluster. ``moments`` is terms × contrasts × 2 and is
    added to; the caller starts it at the part of clusters without the term (the moments of −v).
    """
    for j in range(moments.shape[0]):
        for c in range(len(target)):
            k, stop = indptr[j], indptr[j + 1]
            second, third = 0.0, 0.0
            while k < stop:
                here, d = cluster[indices[k]], 0.0
                while k < stop and cluster[indices[k]] == here:
                    g = group[indices[k]]
                    if g == target[c]:
                        d += data[k] * scale_t[j, c]
                    elif reference[c] < 0 or g == reference[c]:
                        d -= data[k] * scale_r[j, c]
                    k += 1
                v = size[c, here]
                second += (d - v) ** 2 - v**2
                third += (d - v) ** 3 + v**3
            moments[j, c, 0] += second
            moments[j, c, 1] += third


@njit(cache=True, nogil=True)
def label_moments(indptr, indices, data, stratum, size, rate, share, spread, n_rows, shift, mean, variance):
    """Mean and variance, over relabellings within strata, of the tokens a group gains over its expectation.

    ``data[k] − rate × size`` is what a row uses more of the term than its length makes one expect. A group draws
    ``share[g, h]`` of stratum h without replacement; ``spread[g, h]`` is n_g (n − n_g) / (n (n − 1)), ``n_rows[h]``
    and ``shift[h]`` the rows of h and their mean size. ``mean`` and ``variance`` (terms × groups) come in with the
    part that needs no term and are added to.
    """
    groups, strata = spread.shape
    inside, touched = np.zeros(strata), np.empty(strata, np.int64)
    for j in range(len(rate)):
        n_touched = 0
        for k in range(indptr[j], indptr[j + 1]):
            row, x = indices[k], float(data[k])
            h = stratum[row]
            if inside[h] == 0.0:
                touched[n_touched] = h
                n_touched += 1
            inside[h] += x
            for g in range(groups):
                mean[j, g] += share[g, h] * x
                variance[j, g] += spread[g, h] * (x * x - 2 * rate[j] * x * (size[row] - shift[h]))
        for t in range(n_touched):
            h = touched[t]
            for g in range(groups):
                variance[j, g] -= spread[g, h] * inside[h] ** 2 / n_rows[h]
            inside[h] = 0.0


@njit(cache=True, nogil=True, boundscheck=False)
def exceedances(sums, used, totals, rate, mean, sd, weight, observed, omnibus, counts, largest):
    """How often a relabelling departs at least as far as the labels seen, and the largest departure of each one.

    ``totals`` is groups × replicates (all tokens under the labels), ``observed`` terms × groups the standardised
    gain and ``omnibus`` the sum over groups of ``weight`` × its square. ``counts`` is terms × (groups + 1), last the
    omnibus; ``largest`` 2 × replicates: of the gains, and of the omnibus.
    """
    groups, replicates = totals.shape
    just_less = 1 - 1e-9  # a relabelling that gives the very same table must count
    rest, q = np.empty(replicates), np.empty(replicates)
    for j in range(sums.shape[0]):
        rest[:] = used[j]
        q[:] = 0.0
        for g in range(groups):
            scale = 1 / sd[j, g] if sd[j, g] > 0 else 0.0
            limit, n = abs(observed[j, g]) * just_less, 0
            for b in range(replicates):
                if g < groups - 1:
                    held = float(sums[j, g, b])
                    rest[b] -= held
                else:
                    held = rest[b]
                z = abs(held - rate[j] * totals[g, b] - mean[j, g]) * scale
                q[b] += weight[g] * z * z
                n += z >= limit
                largest[0, b] = max(largest[0, b], z)
            counts[j, g] = n
        limit, n = omnibus[j] * just_less, 0
        for b in range(replicates):
            n += q[b] >= limit
            largest[1, b] = max(largest[1, b], q[b])
        counts[j, groups] = n


@njit(cache=True, nogil=True)
def shuffle_within(uniform, starts, labels):
    """Shuffle ``labels`` inside each run of rows by Fisher and Yates, with one uniform number a row."""
    for h in range(len(starts) - 1):
        for i in range(starts[h + 1] - 1, starts[h], -1):
            j = starts[h] + int(uniform[i] * (i - starts[h] + 1))
            labels[i], labels[j] = labels[j], labels[i]


@njit(cache=True, nogil=True)
def score_squares(indptr, indices, data, cluster, starts, cell, sizes, z, zl, squares):
    """Add Σ over clusters of (a − b)² − b² to the squared scores of each term.

    a is what the term's tokens put into a cluster's score, b what the fit expects of all its articles: their sizes
    times ``zl`` (terms × cells). Clusters without the term are in the sum already. Rows come cluster by cluster.
    """
    for j in range(len(squares)):
        k, stop = indptr[j], indptr[j + 1]
        while k < stop:
            here, a, b = cluster[indices[k]], 0.0, 0.0
            while k < stop and cluster[indices[k]] == here:
                a += z[j, cell[indices[k]]] * data[k]
                k += 1
            for row in range(starts[here], starts[here + 1]):
                b += sizes[row] * zl[j, cell[row]]
            squares[j] += (a - b) ** 2 - b * b
