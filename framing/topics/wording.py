"""The words of a topic: by probability, FREX, lift, score and relevance."""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from framing.errors import refuse_unknown, takes_results
from framing.topics.record import Topics

MEASURES = ("probability", "frex", "lift", "score", "relevance")
LAMBDA = 0.6
"""Weight of the probability against the lift in ``relevance`` (Sievert & Shirley 2014)."""


@takes_results(topics=("topics.fit", "probabilities"))
def words(topics: Topics, *, n_words: int = 10, measure: str = "relevance") -> pd.DataFrame:
    """The words that say what a topic is about.

    Parameters
    ----------
    topics
        Fitted topics.
    n_words
        Words a topic.
    measure
        The measure that chooses and orders them, one of :data:`MEASURES`.

    Returns
    -------
    DataFrame
        One row per topic and word, best first: ``topic``, ``label``, ``rank`` (from 1), ``term``, ``probability``
        (in the topic), ``frex`` (0 to 1), ``lift`` (how many times the corpus rate), ``score``, ``relevance``.

    Raises
    ------
    ValueError
        An unknown measure.

    Notes
    -----
    φ is the topic × term table and p the share of the term among all tokens. FREX is the harmonic mean
    of two ranks within the topic as shares of the vocabulary, exclusivity φ_kw / Σ_j φ_jw and frequency φ_kw
    [1]_; lift φ_kw / p_w; score φ_kw (log φ_kw − mean_j log φ_jw), as in the R package lda; relevance
    0.6 log φ_kw + 0.4 log lift [2]_. Probability names what is said most, lift what is said nowhere else
    (rare words and typing errors too); FREX and relevance stand between.

    References
    ----------
    .. [1] Bischof & Airoldi (2012). Summarizing topical content with word frequency and exclusivity. *ICML* 29.
    .. [2] Sievert & Shirley (2014). LDAvis. *Workshop on Interactive Language Learning*, 63-70.
    """
    refuse_unknown(measure, MEASURES, "measure")
    table = measures(topics)
    order = np.argsort(-table[measure], axis=1, kind="stable")[:, :n_words]
    k, n = order.shape
    row = np.repeat(np.arange(k), n)
    return pd.DataFrame(
        {
            "topic": row,
            "label": np.array(topics.names, dtype=object)[row],
            "rank": np.tile(np.arange(1, n + 1), k),
            "term": topics.terms.to_numpy()[order].ravel(),
            **{name: np.take_along_axis(table[name], order, axis=1).ravel() for name in MEASURES},
        }
    )


def measures(topics: Topics) -> dict[str, np.ndarray]:
    """Every measure of :func:`words` as a topic × term array."""
    phi = topics.probabilities
    log_phi = np.log(phi)
    lift = phi / corpus_shares(topics)
    return {
        "probability": phi,
        "frex": frex(phi),
        "lift": lift,
        "score": phi * (log_phi - log_phi.mean(axis=0)),
        "relevance": LAMBDA * log_phi + (1 - LAMBDA) * np.log(lift),
    }


def frex(phi: np.ndarray, weight: float = 0.5) -> np.ndarray:
    """FREX of a topic × term table of probabilities; ``weight`` is that of exclusivity."""
    exclusive = rankdata(phi / phi.sum(axis=0), method="max", axis=1) / phi.shape[1]
    frequent = rankdata(phi, method="max", axis=1) / phi.shape[1]
    return 1 / (weight / exclusive + (1 - weight) / frequent)


def corpus_shares(topics: Topics) -> np.ndarray:
    """Share of each term among all tokens."""
    tokens = topics.term_tokens.sum(axis=0, dtype=np.float64)
    # a term whose tokens a sampler or a stream lost is given what the priors expect
    tokens = np.maximum(tokens, tokens[tokens > 0].min(initial=1.0) / 2)
    return tokens / tokens.sum()
