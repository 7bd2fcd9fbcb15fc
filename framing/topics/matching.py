"""Refits, and which of their topics is which."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from framing.errors import takes_results
from framing.messages import mark
from framing.tables import takes_tables
from framing.topics.fitting import fit_matrix, prepared
from framing.topics.heldout import fold
from framing.topics.record import Topics, first_terms, reordered


def similarity(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """1 − Jensen–Shannon divergence (bits) of each row of ``a`` with each of ``b``: 1 is the same, 0 disjoint."""
    return np.clip(1 - cdist(a, b, "jensenshannon") ** 2 / np.log(2), 0, 1)


def match(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pair the rows of two topic × term tables (Hungarian method on :func:`similarity`).

    Returns
    -------
    partner, similar
        For each row of ``a`` its row of ``b``, and the whole similarity table.
    """
    similar = similarity(a, b)
    return linear_sum_assignment(-similar)[1], similar


@takes_tables()
@takes_results(topics=("topics.fit", "probabilities"))
def refit(
    topics: Topics,
    counts: pd.DataFrame,
    n: int = 10,
    *,
    bootstrap: bool = False,
    seed: int = 1,
    workers: int | None = None,
    progress: bool = True,
) -> list[Topics]:
    """Fit the same topics again, with other seeds or on articles drawn again.

    Parameters
    ----------
    topics, counts
        A fit and the counts it was made from; engine, priors and stop are the same in every refit.
    n
        How many.
    bootstrap
        Draw the articles with replacement each time; shares are still given for every article.
    seed
        Decides the seeds of the refits and the articles drawn.
    workers
        Fits at a time, each on one thread; the numbers do not depend on it.
    progress
        Say how far it is (:func:`framing.progress.bar`).

    Returns
    -------
    list of Topics
        Matched: topic ``k`` of each is the one most like topic ``k`` of ``topics`` (each used once), with its label.

    Raises
    ------
    ValueError
        ``n`` below 1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, not {n}")
    X, articles, terms, _ = prepared(counts)
    settings = topics.info["settings"]
    draws = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(n)]

    def one(rng: np.random.Generator) -> Topics:
        rows = rng.integers(0, X.shape[0], X.shape[0]) if bootstrap else np.arange(X.shape[0])
        found = fit_matrix(
            X[rows], articles[rows], terms, topics.n_topics, seed=int(rng.integers(2**31)), workers=1, **settings
        )
        if bootstrap:
            found = replace(found, articles=articles, article_tokens=fold(found, X, 1))
        return aligned_to(topics, found)

    return run_all(one, draws, workers, progress, mark("refits"))


def run_all(work, jobs: Sequence, workers: int | None, progress: bool, what: str) -> list:
    """Do the jobs on threads and keep their order; the compiled loops release the interpreter."""
    from framing.progress import bar
    from framing.topics.cvb0 import threads

    with ThreadPoolExecutor(threads(workers)) as pool:
        done = pool.map(work, jobs)
        return list(bar(done, what, len(jobs)) if progress else done)


def aligned_to(topics: Topics, found: Topics) -> Topics:
    """The topics of ``found`` in the order, and with the labels, of the topics of ``topics`` they are most like."""
    place = found.terms.get_indexer(topics.terms)
    table = found.probabilities[:, place] * (place >= 0)
    partner, _ = match(topics.probabilities, table)
    return replace(reordered(found, partner), labels=topics.labels, stable=topics.stable)


@takes_results(topics=("topics.fit", "probabilities"))
def stability(topics: Topics, refits: Sequence[Topics], *, threshold: float = 0.6) -> pd.DataFrame:
    """How surely each topic is found again.

    Parameters
    ----------
    topics
        The fit that is read.
    refits
        From :func:`refit`; those of other seeds say how far the optimum is arbitrary, those on articles drawn
        again how far the topic depends on single articles. Give both.
    threshold
        Similarity from which a topic counts as found again.

    Returns
    -------
    DataFrame
        One row per topic: ``topic``, ``label``, ``similarity`` (1 − Jensen–Shannon divergence in bits to its match:
        mean over the refits; 1 is identical), ``similarity_low`` (the 10th percentile), ``found_share`` (share of
        refits that find it), ``stable`` (``found_share`` at least one half), ``core_words`` (among its 20
        most probable in at least 80% of the refits), ``merges_with`` (numbers
        of the topics that fall together with it in a third of the refits or more), ``split_share`` (share of refits
        in which two topics or more are most like it), ``n_refits``, ``note`` (that it merges, or splits in a third of
        the refits or more).

    Raises
    ------
    ValueError
        No refits.
    """
    if not len(refits):
        raise ValueError("stability needs refits; topics.refit(fitted, counts, 10) makes them")
    tables = [refit.probabilities[:, refit.terms.get_indexer(topics.terms)] for refit in refits]
    similar = np.stack([similarity(topics.probabilities, table) for table in tables])
    own = np.diagonal(similar, axis1=1, axis2=2)  # refit × topic
    found = (own >= threshold).mean(axis=0)
    words = first_terms(topics.probabilities, _CORE)
    ranks = [np.argsort(np.argsort(-table, axis=1, kind="stable"), axis=1, kind="stable") for table in tables]
    kept = np.mean([np.take_along_axis(rank, words, axis=1) < _CORE for rank in ranks], axis=0) >= 0.8
    together, split = _merged_and_split(similar, threshold)
    together = together >= _OFTEN
    return pd.DataFrame(
        {
            "topic": np.arange(topics.n_topics),
            "label": topics.labels,
            "similarity": own.mean(axis=0),
            "similarity_low": np.quantile(own, 0.1, axis=0),
            "found_share": found,
            "stable": found >= 0.5,
            "core_words": [" ".join(map(str, topics.terms[row[keep]])) for row, keep in zip(words, kept, strict=True)],
            "merges_with": [", ".join(map(str, np.flatnonzero(row))) for row in together],
            "split_share": split,
            "n_refits": len(refits),
            "note": [_MERGED[bool(row.any()), bool(s >= _OFTEN)] for row, s in zip(together, split, strict=True)],
        }
    )


_CORE = 20  # most probable words of a topic that are compared
_OFTEN = 1 / 3
"""Share of refits from which it is said that a topic merges or splits."""

_MERGED = {
    (False, False): "",
    (True, False): mark("merges with others"),
    (False, True): mark("splits"),
    (True, True): mark("merges with others and splits"),
}


def _merged_and_split(similar: np.ndarray, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    """Share of refits in which two topics fall together (topic × topic), and in which a topic splits."""
    k = similar.shape[1]
    best = similar.argmax(axis=2)  # refit × topic: the topic of the refit it is most like
    near = similar.max(axis=2) >= threshold / 2
    together = ((best[:, :, None] == best[:, None, :]) & near[:, :, None] & near[:, None, :]).mean(axis=0)
    np.fill_diagonal(together, 0)
    back = similar.argmax(axis=1)  # refit × topic of the refit: the topic here it is most like
    heirs = (back[:, :, None] == np.arange(k)) & (similar.max(axis=1) >= threshold / 2)[:, :, None]
    return together, (heirs.sum(axis=1) > 1).mean(axis=0)


def marked(topics: Topics, table: pd.DataFrame) -> Topics:
    """The same topics with † after the label of each that :func:`stability` calls unstable, wherever it appears."""
    stable = table.set_index("topic")["stable"].reindex(range(topics.n_topics))
    if stable.isna().any():
        raise ValueError("the table of stability is of another fit: it lacks some of the topics")
    return replace(topics, stable=tuple(bool(value) for value in stable))
