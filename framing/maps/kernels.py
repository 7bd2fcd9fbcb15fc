"""The inner loop of resampled maps, compiled: outlets' chi-square Gram matrix and what chance adds to it."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")
def grams(indptr, indices, data, labels, weights, average, base):
    """Mass, Gram matrix, its product with a base, and chance of every group, in every replicate.

    ``labels`` and ``weights`` are replicates × clusters (rows of the table), or one row for all replicates. The Gram
    matrix holds Σⱼ(p_gj − c_j)(p_hj − c_j) / ``average``_j of the groups' profiles p about their average c, the product
    the same with the rows of ``base`` in place of the first. The chance of a group is what sampled clusters add to its
    square on the average: n/(n − 1) · ΣᵢΣⱼ(x_ij − p_gj t_i)² / ``average``_j / T_g².
    """
    n_groups, n_terms = base.shape
    replicates = max(len(labels), len(weights))
    mass, chance = np.empty((replicates, n_groups)), np.zeros((replicates, n_groups))
    gram, product = np.zeros((replicates, n_groups, n_groups)), np.zeros((replicates, n_groups, n_groups))
    size = np.zeros(len(indptr) - 1)
    for i in range(len(size)):
        for k in range(indptr[i], indptr[i + 1]):
            size[i] += data[k]
    apart = np.empty(n_groups)
    for b in range(replicates):
        label, weight = labels[b % len(labels)], weights[b % len(weights)]
        sums = np.zeros((3, n_groups, n_terms))  # Σx, Σx², Σxt
        clusters, tokens, squares = np.zeros(n_groups), np.zeros(n_groups), np.zeros(n_groups)
        for i in range(len(size)):
            w, g = weight[i], label[i]
            if w == 0:
                continue
            clusters[g] += w
            tokens[g] += w * size[i]
            squares[g] += w * size[i] * size[i]
            for k in range(indptr[i], indptr[i + 1]):
                j, x = indices[k], data[k]
                sums[0, g, j] += w * x
                sums[1, g, j] += w * x * x
                sums[2, g, j] += w * x * size[i]
        mass[b] = tokens / tokens.sum()
        for j in range(n_terms):
            if average[j] == 0:
                continue
            centre = sums[0, :, j].sum() / tokens.sum()
            for g in range(n_groups):
                p = sums[0, g, j] / tokens[g]
                spread = sums[1, g, j] - 2 * p * sums[2, g, j] + p * p * squares[g]
                chance[b, g] += spread / average[j] / tokens[g] ** 2 * clusters[g] / (clusters[g] - 1)
                apart[g] = (p - centre) / np.sqrt(average[j])
            for g in range(n_groups):
                for h in range(n_groups):
                    gram[b, g, h] += apart[g] * apart[h]
                    product[b, g, h] += base[g, j] * apart[h]
    return mass, gram, product, chance
