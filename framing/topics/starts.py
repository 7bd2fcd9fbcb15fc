"""Several starts, the best kept: the likelihood of a topic model has many hills."""

import numpy as np
import pandas as pd

from framing.counts import matrix
from framing.messages import mark
from framing.progress import bar
from framing.tables import takes_tables
from framing.topics.fitting import fit
from framing.topics.record import Topics

_BLOCK = 4_000_000  # floats held at once


@takes_tables()
def best(counts: pd.DataFrame, n_topics: int, *, starts: int = 4, seed: int = 0, **options) -> Topics:
    """Fit from several seeds and keep the fit under which the articles are likeliest.

    Parameters
    ----------
    counts, n_topics, options
        As for :func:`framing.topics.fit`.
    starts
        Fits, with the seeds ``seed`` … ``seed + starts − 1``.

    Returns
    -------
    Topics
        The best; ``info["starts"]`` has a row a start: ``seed`` and ``log_likelihood`` (natural, a token). Starts that
        differ by more than a few thousandths ended on different hills: read the stability before the words.

    Raises
    ------
    ValueError
        ``starts`` is below 1.
    """
    if starts < 1:
        raise ValueError(f"starts must be at least 1, not {starts}")
    fits = [fit(counts, n_topics, seed=seed + start, **options) for start in bar(range(starts), mark("fits"))]
    heights = [log_likelihood(found, counts) for found in fits]
    kept = fits[int(np.argmax(heights))]
    kept.info["starts"] = [
        {"seed": seed + start, "log_likelihood": round(height, 4)} for start, height in enumerate(heights)
    ]
    return kept


@takes_tables()
def log_likelihood(topics: Topics, counts: pd.DataFrame) -> float:
    """Mean log probability of a token given its article's shares and the topics' words: Σ n log Σ θφ / Σ n.

    Of the articles the topics were fitted to, so that it compares fits of one number of topics; to choose that number
    use :func:`framing.topics.scan`, whose articles are held out.
    """
    x, articles, terms = matrix(counts)
    x = x.tocoo()
    row, column = topics.articles.get_indexer(articles)[x.row], topics.terms.get_indexer(terms)[x.col]
    known = (row >= 0) & (column >= 0)
    row, column, n = row[known], column[known], x.data[known]
    shares, words = np.nan_to_num(topics.shares), topics.probabilities
    total, block = 0.0, max(1, _BLOCK // topics.n_topics)
    for first in range(0, len(n), block):  # to bound memory
        cut = slice(first, first + block)
        total += n[cut] @ np.log(np.maximum(np.einsum("ik,ki->i", shares[row[cut]], words[:, column[cut]]), 1e-300))
    return float(total / n.sum())
