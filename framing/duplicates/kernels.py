"""The two compiled loops of :mod:`framing.duplicates`; numba keeps what it compiled beside this file."""

import numba
import numpy as np


@numba.njit(cache=True)
def shingle_sets(points, offsets, k):
    """Distinct hashes of the k-grams of every text, sorted, one text after the other, and how many each has."""
    flat = np.empty(len(points), dtype=np.uint64)
    sizes = np.empty(len(offsets) - 1, dtype=np.int64)
    filled = 0
    for doc in range(len(offsets) - 1):
        n = offsets[doc + 1] - offsets[doc] - k + 1
        made = np.empty(n, dtype=np.uint64)
        for i in range(n):
            h = np.uint64(0xCBF29CE484222325)
            for j in range(k):
                h = (h ^ np.uint64(points[offsets[doc] + i + j])) * np.uint64(0x100000001B3)
            h ^= h >> np.uint64(32)  # FNV-1a mixes upwards only: fold the high bits back and multiply once more
            h *= np.uint64(0x9E3779B97F4A7C15)
            made[i] = h ^ (h >> np.uint64(29))
        made.sort()
        size = 0
        for i in range(n):
            if i == 0 or made[i] != made[i - 1]:
                flat[filled + size] = made[i]
                size += 1
        filled += size
        sizes[doc] = size
    return flat[:filled].copy(), sizes


@numba.njit(cache=True)
def jaccard(hashes, offsets, left, right):
    """Jaccard similarity of pairs of sorted sets: what both have over what either has."""
    out = np.empty(len(left), dtype=np.float64)
    for p in range(len(left)):
        i, i_end = offsets[left[p]], offsets[left[p] + 1]
        j, j_end = offsets[right[p]], offsets[right[p] + 1]
        total = (i_end - i) + (j_end - j)
        both = 0
        while i < i_end and j < j_end:
            if hashes[i] == hashes[j]:
                both += 1
                i += 1
                j += 1
            elif hashes[i] < hashes[j]:
                i += 1
            else:
                j += 1
        out[p] = both / (total - both)
    return out
