"""The inner loop, compiled: every shift of a node's places within its article."""

import numpy as np
from numba import njit

MOST = 200_000  # windows looked at in an article, about


@njit(cache=True, nogil=True, boundscheck=False)
def shifted(low, high, word, first_slot, slots, first_node, n_words):
    """Mean and variance of the tokens of each word near the node, over all shifts of its places in each article.

    The further rows are sums over articles of o², o·m and m², where o are the tokens as they are and m their mean.
    ``slots`` holds the places of the node, article after article from ``first_node``; ``low`` and ``high`` bound the
    tokens near each place, ``first_slot`` the places of an article. Every place of an article moves by the same number
    of places, round its end, so that the distances between them stay. The chance of being near is taken by what the
    windows hold over what they hold on the average of the shifts, as a node that likes the beginning of sentences has
    smaller windows than one that stands anywhere.
    """
    sums = np.zeros((5, n_words))
    total, squares, near = np.zeros(n_words), np.zeros(n_words), np.zeros(n_words, np.int64)
    stamp = np.full(len(word), -1, np.int64)
    as_is = np.zeros(n_words, np.int64)
    touched, in_article = np.empty(n_words, np.int64), np.empty(n_words, np.int64)
    tick = 0
    for article in range(len(first_slot) - 1):
        if first_node[article] == first_node[article + 1]:
            continue
        begin, places = first_slot[article], first_slot[article + 1] - first_slot[article]
        seen, held, n_in_article = 0, 0, 0
        stride = 1 + places * (first_node[article + 1] - first_node[article]) // MOST
        for shift in range(0, places, stride):
            tick += 1
            n_touched = 0
            for node in range(first_node[article], first_node[article + 1]):
                place = begin + (slots[node] - begin + shift) % places
                for token in range(low[place], high[place]):
                    w = word[token]
                    if w >= 0 and stamp[token] != tick:
                        stamp[token] = tick
                        if near[w] == 0:
                            touched[n_touched] = w
                            n_touched += 1
                        near[w] += 1
            for k in range(n_touched):
                w = touched[k]
                if total[w] == 0:
                    in_article[n_in_article] = w
                    n_in_article += 1
                total[w] += near[w]
                squares[w] += near[w] * near[w]
                held += near[w]
                if shift == 0:
                    as_is[w] = near[w]
                near[w] = 0
            if shift == 0:
                seen = held
        for k in range(n_in_article):
            w = in_article[k]
            part = total[w] * seen / held
            sums[0, w] += part
            sums[1, w] += max(squares[w] * seen / held - part * part, 0.0)
            sums[2, w] += as_is[w] * as_is[w]
            sums[3, w] += as_is[w] * part
            sums[4, w] += part * part
            as_is[w] = 0
            total[w] = 0
            squares[w] = 0
    return sums
