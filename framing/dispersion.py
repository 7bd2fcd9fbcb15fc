"""How evenly a term is spread over the parts of a corpus: one odd article is not a finding.

Numbers in, numbers out; a *part* is usually an article.
"""

import numpy as np
import pandas as pd
from numba import njit


def from_sums(sums: np.ndarray, parts: int, smallest: float) -> pd.DataFrame:
    """The measures from the sums of :func:`side_sums`; ``smallest`` is the smallest part's share of tokens.

    Returns
    -------
    DataFrame
        One row per term: ``n_tokens``; ``range``, the parts that hold the term, and ``range_share`` of all parts;
        ``dp``, Gries' deviation of proportions [1]_ (0 = spread like the corpus, towards 1 = in one small part), and
        ``dp_norm``, the same over its largest possible value [2]_; ``juilland_d`` (1 = even, 0 = all in one part), from
        relative frequencies. A term without tokens and a corpus of one part have none.

    Notes
    -----
    With very many small parts nearly every term looks uneven: compare terms of like frequency.

    References
    ----------
    .. [1] Gries, S. Th. (2008). Dispersions and adjusted frequencies in corpora. *IJCL* 13(4), 403-437.
    .. [2] Lijffijt, J. & Gries, S. Th. (2012). Correction to it. *IJCL* 17(1), 147-149.
    """
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
