"""Compiled loops: chains of words and distinct places of the matcher, and elements that change places."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def chains(first, last, part, begins_in, ends_in, n_parts, distance):
    """The latest place at which a chain begins that ends with each run and holds one run of every part; −1 for none.

    Runs are sorted by ``first``. In a chain each begins behind the end of the one before, in the same place of
    ``begins_in`` and ``ends_in``, and at most ``distance`` rows from it (0: any). ``begin`` says so of the chains of
    each set of parts; those of one set that may still go on wait in a queue, the latest beginning in front.
    """
    n, n_sets = len(first), 1 << n_parts
    begin = np.full((n_sets, n), -1, np.int64)
    queue = np.empty((n_sets, n), np.int64)
    head, tail = np.zeros(n_sets, np.int64), np.zeros(n_sets, np.int64)
    by_end = np.argsort(last, kind="mergesort")
    ended = 0
    for run in range(n):
        while ended < n and last[by_end[ended]] < first[run]:
            other, ended = by_end[ended], ended + 1
            for some in range(n_sets):
                if begin[some, other] >= 0:
                    while tail[some] > head[some] and begin[some, queue[some, tail[some] - 1]] <= begin[some, other]:
                        tail[some] -= 1
                    queue[some, tail[some]] = other
                    tail[some] += 1
        own = 1 << part[run]
        begin[own, run] = first[run]
        for some in range(1, n_sets):
            while head[some] < tail[some]:
                front = queue[some, head[some]]
                if ends_in[front] == begins_in[run] and (distance == 0 or first[run] - last[front] <= distance):
                    break
                head[some] += 1
            if not some & own and head[some] < tail[some]:
                begin[some | own, run] = begin[some, queue[some, head[some]]]
    return begin[n_sets - 1]


@njit(cache=True, nogil=True)
def distinct(first, last):
    """Which runs are left where those that share a row count once: the longest, of equals the earlier."""
    kept = np.zeros(len(first), np.bool_)
    low = first.min()
    taken = np.zeros(last.max() - low + 1, np.bool_)
    for run in np.argsort(first - last, kind="mergesort"):
        if not taken[first[run] - low] and not taken[last[run] - low]:  # a longer one that overlaps holds an end of it
            kept[run] = True
            taken[first[run] - low : last[run] - low + 1] = True
    return kept


@njit(cache=True, nogil=True)
def most(first, last):
    """Which runs are left where as many as can be share no row: each that begins behind the end of the one before, in
    the order of their ends."""
    kept = np.zeros(len(first), np.bool_)
    end = np.int64(-1)
    for run in np.argsort(last, kind="mergesort"):
        if first[run] > end:
            kept[run], end = True, last[run]
    return kept


@njit(cache=True, nogil=True)
def exchanged(table, column, one, other):
    """A table of 0 and 1, in place, after moves of a 1 between two rows, where no row is left without any."""
    size = table.sum(axis=1)
    for step in range(len(column)):
        at, giver, taker = column[step], one[step], other[step]
        if table[giver, at] < table[taker, at]:
            giver, taker = taker, giver
        if table[giver, at] > table[taker, at] and size[giver] > 1:
            table[giver, at], table[taker, at] = 0, 1
            size[giver] -= 1
            size[taker] += 1
    return table
