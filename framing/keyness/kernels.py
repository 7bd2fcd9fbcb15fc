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


@njit(cache=True, nogil=True)
def shuffle_within(uniform, starts, labels):
    """Shuffle ``labels`` inside each run of rows by Fisher and Yates, with one uniform number a row."""
    for h in range(len(starts) - 1):
        for i in range(starts[h + 1] - 1, starts[h], -1):
            j = starts[h] + int(uniform[i] * (i - starts[h] + 1))
            labels[i], labels[j] = labels[j], labels[i]


@njit(cache=True, nogil=True)
def flips(indptr, indices, data, signs, beyond):
    """How often the sum of each term's departures, with ``signs`` (rows × replicates), is as large as without."""
    sums = np.empty(signs.shape[1])
    for j in range(len(beyond)):
        sums[:], seen, size = 0.0, 0.0, 0.0
        for k in range(indptr[j], indptr[j + 1]):
            seen += data[k]
            size += abs(data[k])
            sign = signs[indices[k]]
            for b in range(len(sums)):
                sums[b] += data[k] * sign[b]
        for b in range(len(sums)):
            beyond[j] += abs(sums[b]) >= abs(seen) - 1e-9 * size


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


@njit(cache=True, nogil=True)
def spreads(indptr, indices, data, group, cluster, target, reference, weight, held, leverage, rate, inverse, sums):
    """Add up, for each term and contrast, over the clusters that hold the term; ``spread.SUMS`` names the columns.

    ``weight`` is rows × contrasts, of the row on its side.

    ``held`` and ``leverage`` are contrasts × 2 × clusters: the tokens of a side, and 1 / (1 − their share of the side).
    ``rate`` and ``inverse`` are terms × contrasts × 2: tokens of the term per token of the side, and 1 / (tokens + ½).
    Rows come cluster by cluster. Squares are those of a cluster less those of a cluster without the term.
    """
    for j in range(sums.shape[0]):
        for c in range(len(target)):
            into, r, w = sums[j, c], rate[j, c], inverse[j, c]
            k, stop = indptr[j], indptr[j + 1]
            while k < stop:
                here, x, y = cluster[indices[k]], 0.0, 0.0
                while k < stop and cluster[indices[k]] == here:
                    g = group[indices[k]]
                    if g == target[c]:
                        x += data[k] * weight[indices[k], c]
                    elif reference[c] < 0 or g == reference[c]:
                        y += data[k] * weight[indices[k], c]
                    k += 1
                size, other = held[c, 0, here], held[c, 1, here]
                mean, away = r[0] * size, r[1] * other
                h, o = leverage[c, 0, here], leverage[c, 1, here]
                into[0] += x > 0
                into[1] += y > 0
                into[2] += x > 0 and y > 0
                if size > 0 and other > 0:
                    into[3] += x
                    into[4] += y
                    into[5] += min(x, y)
                    now, without = (x - mean) * h * w[0] - (y - away) * o * w[1], away * o * w[1] - mean * h * w[0]
                    into[6] += now * now - without * without
                else:
                    into[7] += x * x
                    into[8] += y * y
                    into[9] += x * (x - 2 * mean)
                    into[10] += y * (y - 2 * away)
                    into[11] += x * (x - 2 * mean) * h * h
                    into[12] += y * (y - 2 * away) * o * o


@njit(cache=True, nogil=True, boundscheck=False)
def label_sums(labels, sizes, starts, totals, squares):
    """Tokens of each group in every relabelling (groups × replicates), and sums of squares of its clusters.

    ``labels`` is rows × replicates; the rows of cluster c are ``starts[c]`` to ``starts[c + 1]``. ``squares`` is
    groups × 4 × replicates: the squared sizes of a group's clusters of one row, and over the clusters of several rows
    the group's squares, those of the others together, and the products of the two.
    """
    groups, replicates = totals.shape
    own, others = np.empty(replicates), np.empty(replicates)
    for c in range(len(starts) - 1):
        for row in range(starts[c], starts[c + 1]):
            for b in range(replicates):
                totals[labels[row, b], b] += sizes[row]
        if starts[c + 1] - starts[c] == 1:
            for b in range(replicates):
                squares[labels[starts[c], b], 0, b] += sizes[starts[c]] ** 2
            continue
        for g in range(groups):
            own[:], others[:] = 0.0, 0.0
            for row in range(starts[c], starts[c + 1]):
                for b in range(replicates):
                    if labels[row, b] == g:
                        own[b] += sizes[row]
                    else:
                        others[b] += sizes[row]
            for b in range(replicates):
                squares[g, 1, b] += own[b] ** 2
                squares[g, 2, b] += others[b] ** 2
                squares[g, 3, b] += own[b] * others[b]


@njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")
def departures(
    indptr, indices, data, common, cluster, starts, sizes, labels, totals, squares, logs, factor, several,
    floor, half, weight, sums, counts, seen,
):  # fmt: skip
    """How often a relabelling departs at least as far as the labels seen, which are those of replicate 0.

    The departure of a group from the others is the root of the deviance of its tokens of a term, divided by the ratio
    of the standard error over clusters to that of independent tokens; the omnibus is the sum of their squares times
    ``weight``. ``common`` is what a row shares with all of its cluster, ``several`` whether a cluster has more than one
    row; ``sums`` is 5 × (groups − 1) × replicates, of a type that holds the largest product. ``counts`` is
    terms × (groups + 1), last the omnibus; ``seen`` terms × groups × 3: the squared departure, the variance in it, and
    the part of that which clusters of several rows make.
    """
    groups, replicates = totals.shape
    whole = sums.dtype.type
    total = totals[:, 0].sum()
    every = np.zeros(5)
    last = np.empty((5, replicates))
    q, gap = np.empty(replicates), np.empty(replicates)
    near, far, rate, rest = np.empty(replicates), np.empty(replicates), np.empty(replicates), np.empty(replicates)
    own_x, own_l = np.empty(replicates), np.empty(replicates)
    for j in range(len(floor)):
        sums[:] = 0
        every[:] = 0.0
        for k in range(indptr[j], indptr[j + 1]):
            row = indices[k]
            n, label = data[k], labels[row]
            alone = starts[cluster[row] + 1] - starts[cluster[row]] == 1
            product = float(n) * sizes[row]
            if alone:
                every[0] += n
                every[1] += float(n) * n - n
                every[2] += product
            else:
                every[3] += n
                every[4] += common[k]
            for g in range(groups - 1):
                if alone:
                    into, along = sums[0, g], sums[2, g]
                    w, wp = whole(n), whole(product)
                    for b in range(replicates):
                        hit = label[b] == g
                        into[b] += w if hit else whole(0)
                        along[b] += wp if hit else whole(0)
                    if n > 1:
                        into, w = sums[1, g], whole(float(n) * n - n)
                        for b in range(replicates):
                            into[b] += w if label[b] == g else whole(0)
                else:
                    into, along = sums[3, g], sums[4, g]
                    w, wp = whole(n), whole(common[k])
                    for b in range(replicates):
                        hit = label[b] == g
                        into[b] += w if hit else whole(0)
                        along[b] += wp if hit else whole(0)
        used, f, h = every[0] + every[3], floor[j], half[j]
        q[:] = 0.0
        for g in range(groups if groups > 2 else 1):
            for i in range(5):
                if g < groups - 1:
                    for b in range(replicates):
                        last[i, b] = sums[i, g, b]
                else:
                    last[i] = every[i]
                    for o in range(groups - 1):
                        for b in range(replicates):
                            last[i, b] -= sums[i, o, b]
            gap[:] = 0.0
            for b in range(replicates):
                x = last[0, b] + last[3, b]
                near[b], far[b] = 1 / (x + h), 1 / (used - x + h)
                rate[b], rest[b] = x / totals[g, b], (used - x) / (total - totals[g, b])
            if several:
                for b in range(replicates):
                    a, o = rate[b] * near[b], rest[b] * far[b]
                    gap[b] = a * a * squares[g, 1, b] + o * o * squares[g, 2, b] - 2 * a * o * squares[g, 3, b]
                k, stop = indptr[j], indptr[j + 1]
                while k < stop:
                    c = cluster[indices[k]]
                    if starts[c + 1] - starts[c] == 1:
                        k += 1
                        continue
                    own_x[:], own_l[:] = 0.0, 0.0
                    held, size = 0.0, 0.0
                    for row in range(starts[c], starts[c + 1]):
                        n = 0.0
                        if k < stop and indices[k] == row:
                            n = float(data[k])
                            k += 1
                        held += n
                        size += sizes[row]
                        for b in range(replicates):
                            if labels[row, b] == g:
                                own_x[b] += n
                                own_l[b] += sizes[row]
                    for b in range(replicates):
                        d = own_x[b] * near[b] - (held - own_x[b]) * far[b]
                        v = own_l[b] * rate[b] * near[b] - (size - own_l[b]) * rest[b] * far[b]
                        gap[b] += (d - v) ** 2 - v * v
            limit, n_beyond = 0.0, 0
            for b in range(replicates):
                y, x = last[0, b], last[0, b] + last[3, b]
                r, o = rate[b], rest[b]
                s2, s3, q0 = last[0, b] + last[1, b], last[2, b], squares[g, 0, b]
                e2, e3 = every[0] + every[1] - s2, every[2] - s3
                q1 = -q0
                for other in range(groups):
                    q1 += squares[other, 0, b]
                own = (s2 - 2 * r * s3 + r * r * q0) * factor[g, 0]
                others = (e2 - 2 * o * e3 + o * o * q1) * factor[g, 1]
                least, least_others = f * (y + h), f * (every[0] - y + h)
                a2, o2 = near[b] * near[b], far[b] * far[b]
                v = max(own, least) * a2 + max(others, least_others) * o2
                if several:
                    free = last[3, b] - last[4, b]
                    v += max(gap[b], f * (free * a2 + (every[3] - every[4] - free) * o2))
                deviance = (
                    _xlogx(x, 2 * h)
                    + _xlogx(used - x, 2 * h)
                    - _xlogx(used, 4 * h)
                    - (x + 2 * h) * logs[g, 0, b]
                    - (used - x + 2 * h) * logs[g, 1, b]
                )
                t2 = 2 * max(deviance, 0.0) * (near[b] + far[b]) / v
                q[b] += weight[g] * t2
                if b == 0:
                    limit = t2 * (1 - 1e-9)  # a relabelling that gives the very same table must count
                    seen[j, g, 0], seen[j, g, 1] = t2, v
                    if several:
                        seen[j, g, 2] = max(gap[b], f * (free * a2 + (every[3] - every[4] - free) * o2))
                n_beyond += t2 >= limit
            counts[j, g] += n_beyond - 1
        limit, n_beyond = q[0] * (1 - 1e-9), 0
        for b in range(replicates):
            n_beyond += q[b] >= limit
        counts[j, groups] += n_beyond - 1


XLOGX = (np.arange(1 << 15) + 0.5) * np.log(np.arange(1 << 15) + 0.5)


@njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")
def within(indptr, indices, data, squares, hit, squared, starts, strata, rate, held, expected, floor, away):
    """Departures of a group within strata, terms × replicates, into ``away``.

    ``hit`` (whether a row is the group's) and ``squared`` (of its weight) are rows × replicates, ``held`` and
    ``expected`` strata × replicates; ``starts``, ``strata`` and ``rate`` the sparse rates of terms in strata.
    """
    n = hit.shape[1]
    own, due, least, variance, spent = np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for term in range(len(indptr) - 1):
        own[:], due[:], least[:], variance[:], spent[:] = 0.0, 0.0, 0.0, 0.0, 0.0
        for at in range(indptr[term], indptr[term + 1]):
            row, tokens, square = indices[at], data[at], squares[at]
            for b in range(n):
                own[b] += tokens * hit[row, b]
                least[b] += tokens * squared[row, b]
                variance[b] += square * squared[row, b]
        for at in range(starts[term], starts[term + 1]):
            stratum, share = strata[at], rate[at]
            for b in range(n):
                due[b] += share * held[stratum, b]
                spent[b] += share * share * expected[stratum, b]
        for b in range(n):
            away[term, b] = (own[b] - due[b]) / np.sqrt(max(variance[b] + spent[b], floor[term] * least[b]))
            if not np.isfinite(away[term, b]):
                away[term, b] = 0.0


@njit(cache=True, nogil=True, inline="always")
def _xlogx(n, half):
    return XLOGX[int(n)] if half == 0.5 and n < len(XLOGX) else (n + half) * np.log(n + half)
