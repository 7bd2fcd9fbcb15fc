"""How evenly a term is spread over the parts of a corpus: one odd article is not a finding.

Numbers in, numbers out; a *part* is usually an article.
"""

import numpy as np
import pandas as pd
from numba import njit
from scipy import sparse

from framing.messages import mark


def measures(frequencies, sizes) -> pd.DataFrame:
    """Dispersion of each term over the parts of a corpus.

    Parameters
    ----------
    frequencies
        Tokens of the term in each part; or parts × terms, as an array, a frame or a scipy sparse matrix.
    sizes
        All tokens of each part; only their proportions matter.

    Returns
    -------
    DataFrame
        One row per term (a frame's columns are the index):

        - ``n_tokens``; ``range``, the parts that hold the term, and ``range_share`` of all parts.
        - ``dp``: Gries' deviation of proportions, 0 = spread like the corpus, towards 1 = in one small part.
          ``dp_norm``: the same divided by its largest possible value, so that 1 is reached.
        - ``juilland_d``: 1 = even, 0 = all in one part, from relative frequencies and the population's
          standard deviation; ``juilland_d_counts`` from plain counts, for parts of equal size.
        - ``carroll_d2``, ``rosengren_s``, ``lyne_d3``, ``burch_da``: 1 = even. ``kld`` (bits; 0 = even) and
          ``kld_norm`` (1 − exp(−kld)). ``chi2`` of the parts. ``idf`` (bits).
        - ``note``: why a row is missing. A term without tokens has no dispersion.

    Raises
    ------
    ValueError
        Lengths differ, a count is missing, negative or fractional, a part has no tokens, or there are no parts.

    Notes
    -----
    DP from Gries (2008), *IJCL* 13(4), 403-437; its norming from Lijffijt & Gries (2012), *IJCL* 17(1), 147-149,
    which divides by 1 − the smallest part's share; the others as Gries (2008) and (2020) defines them; DA from
    Burch, Egbert & Biber (2017). With very many small parts nearly every term looks uneven: compare terms of like
    frequency.
    """
    table, s, names = _table(frequencies, sizes)
    parts, total = len(s), s.sum()
    sums = np.zeros((table.shape[1], 5))
    every = np.ones(parts, bool)
    side_sums(table.indptr, table.indices, table.data, every, s, sums)
    result = from_sums(sums, parts, s.min() / total)
    result.index = names
    more = np.zeros((table.shape[1], 6))
    _further(table.indptr, table.indices, table.data, s, more)
    _add_further(result, more, parts)
    alone = mark("one part only: spread over parts is not defined") if parts == 1 else ""
    result["note"] = np.where(sums[:, 0] == 0, mark("no tokens"), alone)
    return result


def from_sums(sums: np.ndarray, parts: int, smallest: float) -> pd.DataFrame:
    """The main measures from the sums of :func:`side_sums`; ``smallest`` is the smallest part's share of tokens."""
    f, held, gap, rates, squares = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        dp = np.where(f > 0, np.clip((1 + gap) / 2, 0, None), np.nan)
        juilland = 1 - np.sqrt(squares / parts) / (rates / parts) / np.sqrt(parts - 1)
    return pd.DataFrame(
        {
            "n_tokens": f.astype(np.int64),
            "range": held.astype(np.int64),
            "range_share": held / parts,
            "dp": dp,
            "dp_norm": dp / (1 - smallest) if smallest < 1 else np.nan,
            "juilland_d": juilland if parts > 1 else np.nan,
        }
    )


@njit(cache=True, nogil=True, error_model="numpy")
def side_sums(indptr, indices, data, side, sizes, sums):
    """Sums over the parts of one side (``side`` is true) for each term, a column of a CSC matrix.

    ``sums`` is terms × 5 and comes in as 0: tokens, parts with the term, Σ(|v/f − s| − s) with s the part's share
    of the side, sum of the rates and sum of their squared departures from the mean. Parts without the term need no
    visit: the shares sum to 1, and each departs by the mean.
    """
    total, parts = 0.0, 0
    for i in range(len(side)):
        if side[i]:
            total += sizes[i]
            parts += 1
    for j in range(len(indptr) - 1):
        f = 0.0
        for k in range(indptr[j], indptr[j + 1]):
            if side[indices[k]]:
                f += data[k]
                sums[j, 1] += 1
        sums[j, 0] += f
        for k in range(indptr[j], indptr[j + 1]):
            i = indices[k]
            if side[i]:
                s, rate = sizes[i] / total, data[k] / sizes[i]
                sums[j, 2] += abs(data[k] / f - s) - s
                sums[j, 3] += rate
        mean = sums[j, 3] / parts
        sums[j, 4] = (parts - sums[j, 1]) * mean * mean
        for k in range(indptr[j], indptr[j + 1]):
            i = indices[k]
            if side[i]:
                sums[j, 4] += (data[k] / sizes[i] - mean) ** 2


@njit(cache=True, nogil=True, error_model="numpy")
def _further(indptr, indices, data, sizes, sums):
    """Σv², chi², Σ√(s v), Σ(v/f) log2(v/(f s)), Σ p log2 p of the rates' shares p, mean gap of two rates."""
    total = sizes.sum()
    parts = len(sizes)
    for j in range(len(indptr) - 1):
        first, last = indptr[j], indptr[j + 1]
        f, every = 0.0, 0.0
        rates = np.empty(last - first)
        for k in range(first, last):
            f += data[k]
            rates[k - first] = data[k] / sizes[indices[k]]
            every += rates[k - first]
        held = 0.0
        for k in range(first, last):
            v, s, p = float(data[k]), sizes[indices[k]] / total, rates[k - first] / every
            held += s
            sums[j, 0] += v * v
            sums[j, 1] += (v - f * s) ** 2 / (f * s)
            sums[j, 2] += np.sqrt(s * v)
            sums[j, 3] += v / f * np.log2(v / (f * s))
            sums[j, 4] += p * np.log2(p)
        rates.sort()
        empty = parts - len(rates)  # parts without the term come first and have rate 0
        if empty > 0:
            sums[j, 1] += f * (1 - held)
        for i in range(len(rates)):
            sums[j, 5] += (2 * (empty + i + 1) - parts - 1) * rates[i] / every


def _add_further(result: pd.DataFrame, more: np.ndarray, parts: int) -> None:
    """Add the further measures as columns."""
    f = result["n_tokens"].to_numpy(float)
    squares, chi2, roots, kld, entropy, gaps = more.T
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.clip(squares / parts - (f / parts) ** 2, 0, None)  # whole numbers: little is lost
        result["juilland_d_counts"] = 1 - np.sqrt(variance) / (f / parts) / np.sqrt(parts - 1)
        result["carroll_d2"] = -entropy / np.log2(parts)
        result["rosengren_s"] = roots**2 / f
        result["lyne_d3"] = 1 - (squares * parts / f - f) / (4 * f)
        result["burch_da"] = 1 - gaps / (parts - 1)
        result["kld"] = kld
        result["kld_norm"] = 1 - np.exp(-kld)
        result["chi2"] = chi2
        result["idf"] = np.log2(parts / result["range"].to_numpy(float))
    result.loc[f == 0, result.columns[6:]] = np.nan
    if parts == 1:
        result[["juilland_d_counts", "carroll_d2", "burch_da"]] = np.nan


def _table(frequencies, sizes) -> tuple[sparse.csc_array, np.ndarray, pd.Index]:
    """Parts × terms without stored zeros, sizes as floats, names of the terms."""
    names = frequencies.columns if isinstance(frequencies, pd.DataFrame) else None
    if not sparse.issparse(frequencies):
        frequencies = np.asarray(frequencies, dtype=float)
        frequencies = frequencies[:, None] if frequencies.ndim == 1 else frequencies
    table = sparse.csc_array(frequencies, copy=True)
    table.eliminate_zeros()
    s = np.asarray(sizes, dtype=float)
    if s.ndim != 1 or len(s) == 0 or len(s) != table.shape[0]:
        raise ValueError(f"there are {table.shape[0]} parts and sizes of shape {s.shape}; every part needs its size")
    if not (np.isfinite(s).all() and (s > 0).all()):
        raise ValueError(f"{int((~(s > 0)).sum())} parts have no size above 0; drop parts without tokens before")
    values = table.data
    if not np.isfinite(values).all() or (values < 0).any() or (values != np.floor(values)).any():
        raise ValueError("frequencies has missing, negative or fractional counts; tokens are whole numbers from 0")
    return table, s, names if names is not None else pd.RangeIndex(table.shape[1])
