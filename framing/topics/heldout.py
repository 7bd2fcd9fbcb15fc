"""New articles: their shares, and how well the topics predict them."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from scipy import sparse

from framing.counts import matrix
from framing.errors import TableError, takes_results
from framing.tables import takes_tables
from framing.tokens import languages
from framing.topics.cvb0 import BLOCKS, Corpus, padded, threads
from framing.topics.record import Topics, article_table

FOLD_IN_PASSES = 100


def halves(n: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Split the tokens of each article at random into two halves (the first has the odd one).

    ``n`` are whole numbers an entry, ``rows`` where each article's entries begin (CSR).
    """
    entry = np.repeat(np.arange(len(n)), n)
    article = np.repeat(np.repeat(np.arange(len(rows) - 1), np.diff(rows)), n)
    order = np.lexsort((rng.random(len(entry)), article))
    size = np.bincount(article, minlength=len(rows) - 1)
    place = np.arange(len(entry)) - np.repeat(np.cumsum(size) - size, size)
    first = order[place < (size[article] + 1) // 2]
    given = np.bincount(entry[first], minlength=len(n))
    return given.astype(np.float32), (n - given).astype(np.float32)


def score(rows, terms, given, asked, words, alpha, mixtures, passes, pool_map) -> tuple[float, np.ndarray]:
    """Fold ``given`` in and take the log-likelihood of ``asked``; ``words`` is term × topic, padded."""
    from framing.topics import kernels

    mixtures = np.array(mixtures, dtype=np.float32)
    corpus = Corpus(rows, terms, given, len(words))
    cuts = corpus.cuts(0, len(rows) - 1, BLOCKS)
    list(pool_map(lambda cut: kernels.fold_in(*cut, rows, terms, given, words, alpha, mixtures, passes), cuts))
    share = mixtures + alpha
    share /= share.sum(axis=1, keepdims=True)
    log_likelihood = 0.0
    for a, b in cuts:  # a run at a time keeps entries × topics small
        span = slice(rows[a], rows[b])
        article = np.repeat(np.arange(a, b), np.diff(rows[a : b + 1]))
        p = np.einsum("ek,ek->e", share[article], words[terms[span]], dtype=np.float64)
        log_likelihood += float(asked[span] @ np.log(np.maximum(p, 1e-300)))
    return log_likelihood, mixtures


def completion(
    probabilities: np.ndarray, alpha: np.ndarray, X: sparse.csr_array, *, seed: int = 0, workers: int | None = None
) -> dict[str, float]:
    """Document completion for topics of any origin: fold half of each article in, predict the other half.

    Parameters
    ----------
    probabilities
        Topic × term, rows add up to 1.
    alpha
        Prior of the shares, one number a topic.
    X
        Articles × terms that the topics have not seen, tokens.
    seed
        Which tokens are folded in.

    Returns
    -------
    dict
        ``perplexity``, ``log_likelihood`` (a token, natural), ``n_articles``, ``n_tokens`` (predicted).
    """
    corpus = Corpus.of(X)
    given, asked = halves(X.data.astype(np.int64), corpus.rows, np.random.default_rng(seed))
    alpha = padded(np.asarray(alpha, dtype=np.float64))
    words = padded(np.asarray(probabilities).T)
    half = np.diff(np.concatenate([[0], np.cumsum(given)])[corpus.rows])
    start = np.repeat(half[:, None] / len(probabilities), alpha.size, axis=1) * (alpha > 0)
    with ThreadPoolExecutor(threads(workers)) as pool:
        total, _ = score(corpus.rows, corpus.terms, given, asked, words, alpha, start, FOLD_IN_PASSES, pool.map)
    if not asked.sum():
        raise TableError("no article has two tokens of the vocabulary; there is nothing to predict")
    each = total / float(asked.sum())
    return {
        "perplexity": float(np.exp(-each)),
        "log_likelihood": each,
        "n_articles": int((np.diff(corpus.rows) > 0).sum()),
        "n_tokens": int(asked.sum()),
    }


@takes_tables()
@takes_results(topics=("topics.fit", "probabilities"))
def held_out(topics: Topics, counts: pd.DataFrame, *, seed: int = 0, workers: int | None = None) -> dict[str, float]:
    """Document completion on articles the topics have not seen.

    Half the tokens of each article (drawn with ``seed``) are folded in, the other half is predicted. Lower
    ``perplexity`` is better; compare only numbers of the same articles and the same vocabulary.

    Returns
    -------
    dict
        ``perplexity``, ``log_likelihood`` (a token, natural), ``n_articles``, ``n_tokens`` (predicted),
        ``n_unknown`` (tokens of terms the topics do not know; not predicted).

    Raises
    ------
    TableError
        No article has two tokens of the vocabulary.
    """
    X, _, unknown = aligned(topics, counts)
    found = completion(topics.probabilities, topics.alpha, X, seed=seed, workers=workers)
    return {**found, "n_unknown": int(unknown.sum())}


def _in_english(counts: pd.DataFrame) -> bool:
    return counts.attrs.get("tokeniser", {}).get("language") == "en"


def _same_stem(known: pd.Index, terms: pd.Index) -> np.ndarray:
    """Place among ``known`` of each English term: two corpora may name one stem by different forms."""
    stems = known.map(languages.stem)
    return stems.get_indexer(terms.map(languages.stem)) if stems.is_unique else known.get_indexer(terms)


def aligned(topics: Topics, counts: pd.DataFrame) -> tuple[sparse.csr_array, pd.Index, np.ndarray]:
    """New counts in the columns of the topics; also the articles and their tokens of unknown terms."""
    X, articles, terms = matrix(counts)
    to = _same_stem(topics.terms, terms) if _in_english(counts) else topics.terms.get_indexer(terms)
    known = np.flatnonzero(to >= 0)
    if not len(known):
        raise TableError(
            f"no term of these counts is among the {len(topics.terms)} the topics know; "
            "were they made with the same tokeniser and lemma?"
        )
    move = sparse.csr_array(
        (np.ones(len(known), dtype=np.int64), (known, to[known])), shape=(len(terms), len(topics.terms))
    )
    moved = sparse.csr_array(X @ move)
    moved.sort_indices()
    return moved, articles, X.sum(axis=1) - moved.sum(axis=1)


def fold(topics: Topics, X: sparse.csr_array, workers: int | None = None) -> np.ndarray:
    """Expected tokens, article × topic, of articles under the fitted topics."""
    from framing.topics import kernels

    corpus, alpha, words = Corpus.of(X), padded(topics.alpha), padded(topics.probabilities.T)
    size = X.sum(axis=1).astype(np.float32)
    mixtures = (size[:, None] / topics.n_topics * (alpha > 0)).astype(np.float32)
    data = (corpus.rows, corpus.terms, corpus.n)
    with ThreadPoolExecutor(threads(workers)) as pool:
        cuts = corpus.cuts(0, X.shape[0], BLOCKS)
        list(pool.map(lambda cut: kernels.fold_in(*cut, *data, words, alpha, mixtures, FOLD_IN_PASSES), cuts))
    return np.clip(mixtures[:, : topics.n_topics], 0, None)


@takes_tables()
@takes_results(topics=("topics.fit", "probabilities"))
def transform(topics: Topics, counts: pd.DataFrame, *, workers: int | None = None) -> pd.DataFrame:
    """Shares of new articles under fitted topics; the topics do not change.

    Returns
    -------
    DataFrame
        One row per article and topic, as ``topics.article_topics``, and ``n_unknown``: tokens of the article
        whose term the topics do not know. An article with none that they know is kept; its share is missing.

    Raises
    ------
    TableError
        No term of ``counts`` is known to the topics.
    """
    X, articles, unknown = aligned(topics, counts)
    table = article_table(topics, articles, fold(topics, X, workers))
    return table.assign(n_unknown=np.repeat(unknown, topics.n_topics))
