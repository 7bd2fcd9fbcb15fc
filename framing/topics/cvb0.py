"""The engine ``cvb0``: zero-order collapsed variational Bayes; the same numbers for any number of threads."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.special import psi

from framing.messages import mark

BLOCKS = 8  # runs of articles; fixed, because the order of the sums decides the last digits
WARM = 2  # stochastic passes that begin a fit: they move the topics more often than whole sweeps do
CHECK = 10  # sweeps between two looks at the held-out articles
_STARTS = 8  # groupings of which the tightest is taken
_SAMPLE = 1000  # articles among which the first words of the topics are looked for
_FLOOR = 1e-3  # learned priors stay above it


@dataclass(frozen=True)
class Corpus:
    """A sparse matrix as the kernels want it, its articles cut into runs of about equal work."""

    rows: np.ndarray
    terms: np.ndarray
    n: np.ndarray
    n_terms: int

    @classmethod
    def of(cls, X: sparse.csr_array) -> "Corpus":
        """From articles × terms."""
        return cls(X.indptr.astype(np.int64), X.indices.astype(np.int32), X.data.astype(np.float32), X.shape[1])

    def cuts(self, first: int, last: int, pieces: int) -> list[tuple[int, int]]:
        """Cut the articles ``first`` to ``last`` into ``pieces`` runs of about as many entries."""
        marks = np.linspace(self.rows[first], self.rows[last], pieces + 1)[1:-1]
        inner = np.searchsorted(self.rows[first : last + 1], marks) + first
        return list(zip([first, *inner.tolist()], [*inner.tolist(), last], strict=True))


@dataclass
class State:
    """Where a fit stands; the topics are the last axis and padded."""

    weights: np.ndarray
    mixtures: np.ndarray
    alpha: np.ndarray
    prior: np.ndarray


def threads(workers: int | None) -> int:
    """How many threads to start: as asked, else as many as this process may use."""
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be at least 1, not {workers}; leave it out to use every core")
    free = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(workers or free, BLOCKS)


def padded(values: np.ndarray) -> np.ndarray:
    """Single precision, the last axis widened to whole vector instructions."""
    from framing.topics.kernels import LANES

    width = -(-values.shape[-1] // LANES) * LANES
    wide = np.zeros((*values.shape[:-1], width), dtype=np.float32)
    wide[..., : values.shape[-1]] = values
    return wide


def run(
    X: sparse.csr_array,
    n_topics: int,
    *,
    alpha: np.ndarray,
    prior: np.ndarray,
    learn: tuple[bool, bool],
    seed: int,
    passes: int | None,
    tolerance: float,
    workers: int | None,
    memory: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict]:
    """Fit; see :func:`framing.topics.fit` for the meaning of the arguments.

    Returns
    -------
    term_tokens, article_tokens, alpha, prior, info
        Topic × term, article × topic, the priors as they ended, and how it went.
    """
    rng = np.random.default_rng(seed)
    watched = _watched(X.shape[0]) if passes is None else 0
    order = rng.permutation(X.shape[0])  # the articles watched for stopping are the last of them
    by_use = np.argsort(-np.bincount(X.indices, minlength=X.shape[1]), kind="stable")  # frequent terms side by side
    place = np.empty_like(by_use)
    place[by_use] = np.arange(len(by_use))
    shuffled = X[order]
    corpus = replace(Corpus.of(shuffled), terms=place[shuffled.indices].astype(np.int32))
    state = _begin(shuffled[:, by_use], n_topics, alpha, prior[..., by_use] if prior.ndim else prior, rng)
    del shuffled
    in_memory = len(corpus.n) * state.alpha.size * 4 <= memory * 1e9
    method = _sweeps if in_memory else _stochastic
    with ThreadPoolExecutor(threads(workers)) as pool:
        info = method(corpus, state, X.shape[0] - watched, learn, passes, tolerance, rng, pool.map)
    term_tokens = np.zeros((n_topics, X.shape[1]), dtype=np.float32)
    term_tokens[:, by_use] = (state.weights[:, :n_topics] - state.prior[:, :n_topics]).T
    article_tokens = np.zeros((X.shape[0], n_topics), dtype=np.float32)
    article_tokens[order] = state.mixtures[:, :n_topics]
    np.clip(term_tokens, 0, None, out=term_tokens)
    np.clip(article_tokens, 0, None, out=article_tokens)
    prior = np.asarray(state.prior[0, 0], np.float64) if prior.ndim == 0 else prior
    return term_tokens, article_tokens, state.alpha[:n_topics].astype(np.float64), prior, info


def _watched(n_articles: int) -> int:
    """Articles held out for the stop: one in twenty, at most 250; none where that is too few to tell."""
    return 0 if n_articles < 400 else min(250, n_articles // 20)


def _begin(X: sparse.csr_array, n_topics: int, alpha, prior, rng) -> State:
    """First words of each topic: those of a group of articles that are alike (spherical k-means on a sample)."""
    first = _groups(X, n_topics, rng) + 0.2 + 0.1 * rng.random((n_topics, X.shape[1]))
    first /= first.sum(axis=1, keepdims=True)
    n = X.sum(axis=0)
    weights = padded((first / first.sum(axis=0) * n).T + (prior.T if prior.ndim == 2 else prior[..., None]))
    mixtures = padded(np.repeat(X.sum(axis=1)[:, None] / n_topics, n_topics, axis=1))
    kept = np.atleast_2d(np.asarray(prior, dtype=np.float32)).T
    return State(weights, mixtures, padded(alpha), padded(kept) if kept.shape[1] > 1 else kept)


def _groups(X: sparse.csr_array, n_topics: int, rng) -> np.ndarray:
    """Tokens of each term, topic × term, in groups of articles: the tightest of several spherical k-means."""
    full = np.flatnonzero(np.diff(X.indptr))
    sample = sparse.csr_array(X[np.sort(rng.permutation(full)[:_SAMPLE])], dtype=np.float64)
    n = sample.shape[0]
    weight = np.log((n + 1) / (np.bincount(sample.indices, minlength=X.shape[1]) + 1)) + 1e-3
    unit = sample * weight[None, :]
    unit = sparse.csr_array(unit.multiply(1 / np.sqrt(unit.multiply(unit).sum(axis=1))[:, None]))
    best = max((_clustered(unit, n_topics, rng) for _ in range(_STARTS)), key=lambda found: found[0])
    pick = sparse.csr_array((np.ones(n), (best[1], np.arange(n))), shape=(n_topics, n))
    return (pick @ sample).toarray()


def _clustered(unit: sparse.csr_array, n_topics: int, rng) -> tuple[float, np.ndarray]:
    """One spherical k-means: mean cosine to the own centre, and the group of each article."""
    n = unit.shape[0]
    centres, far = np.zeros((n_topics, unit.shape[1])), np.ones(n)
    for centre in centres:
        centre[:] = unit[[rng.choice(n, p=far / far.sum())]].toarray()[0]
        far = np.minimum(far, np.maximum(1 - unit @ centre, 1e-9) ** 2)
    for _ in range(6):
        near = unit @ centres.T
        member = near.argmax(axis=1)
        pick = sparse.csr_array((np.ones(n), (member, np.arange(n))), shape=(n_topics, n))
        moved = (pick @ unit).toarray()
        size = np.linalg.norm(moved, axis=1, keepdims=True)
        centres = np.where(size > 0, moved / np.maximum(size, 1e-12), centres)
    return float(near.max(axis=1).mean()), member


def _add_prior(part: np.ndarray, state: State, first: int, real: int) -> None:
    """Add the prior to rows of the term × topic table that begin at term ``first``."""
    prior = state.prior if len(state.prior) == 1 else state.prior[first : first + len(part)]
    part[:, :real] += prior[:, :real]


def _sweeps(corpus, state, n_train, learn, passes, tolerance, rng, pool_map: Callable) -> dict:
    """Whole sweeps with the responsibilities in memory (Asuncion et al. 2009)."""
    from framing.topics import kernels

    n_articles, width = state.mixtures.shape
    rows, real = corpus.rows, int((state.alpha > 0).sum())
    shares = np.empty((len(corpus.n), width), dtype=np.float32)
    found = np.zeros((BLOCKS, corpus.n_terms, width), dtype=np.float32)
    data = (rows, corpus.terms, corpus.n)

    def spread(block):
        number, (a, b) = block
        words = state.weights / np.maximum(state.weights.sum(axis=0), 1e-30)
        kernels.spread(a, b, *data, words, state.alpha, state.mixtures, shares[rows[a] : rows[b]], found[number])

    def sweep(block):
        number, (a, b) = block
        kernels.sweep(a, b, *data, shares, state.weights, totals, state.alpha, state.mixtures, found[number])

    def gather(span):
        # the parts are added in their order, whoever does it
        part = state.weights[span[0] : span[1]]
        np.sum(found[:, span[0] : span[1]], axis=0, out=part)
        _add_prior(part, state, span[0], real)
        found[:, span[0] : span[1]] = 0

    spans = np.linspace(0, corpus.n_terms, BLOCKS + 1).astype(int)
    spans = list(zip(spans[:-1], spans[1:], strict=True))
    one_pass, n_batches = _batches(corpus, state, n_train, pool_map)
    for _ in range(WARM if n_batches > 1 else 0):
        one_pass()
    watch = _Watch(corpus, state, n_train, tolerance, rng, pool_map)
    blocks = list(enumerate(corpus.cuts(0, n_train, BLOCKS)))
    list(pool_map(spread, blocks))
    list(pool_map(gather, spans))
    limit = passes or 300
    for number in range(1, limit + 1):
        totals = _totals(state.weights, real)
        list(pool_map(sweep, blocks))
        list(pool_map(gather, spans))
        if number % CHECK == 0:
            if any(learn) and number >= 2 * CHECK:
                _learn(state, real, n_train, learn)
            if passes is None and watch.enough():
                break
    if n_train < n_articles:  # the watched articles come back, so that every article has shaped the topics
        everyone = list(enumerate(corpus.cuts(0, n_articles, BLOCKS)))
        list(pool_map(spread, [(i, cut) for i, cut in enumerate(corpus.cuts(n_train, n_articles, BLOCKS))]))
        state.weights += found.sum(axis=0)
        found[:] = 0
        for _ in range(CHECK // 2):
            totals = _totals(state.weights, real)
            list(pool_map(sweep, everyone))
            list(pool_map(gather, spans))
    return {"method": "CVB0", "passes": number, **watch.report(passes, number == limit)}


def _stochastic(corpus, state, n_train, learn, passes, tolerance, rng, pool_map: Callable) -> dict:
    """Blocks of articles, nothing kept of an entry (Foulds et al. 2013); for corpora larger than memory."""
    from framing.topics import kernels

    real = int((state.alpha > 0).sum())
    one_pass, n_batches = _batches(corpus, state, n_train, pool_map)
    watch = _Watch(corpus, state, n_train, tolerance, rng, pool_map)
    limit = passes or 40
    for number in range(1, limit + 1):
        one_pass()
        if any(learn) and number >= 2:
            _learn(state, real, n_train, learn)
        if passes is None and watch.enough():
            break
    words = state.weights / _totals(state.weights, real)
    data = (corpus.rows, corpus.terms, corpus.n, words, state.alpha, state.mixtures)
    list(pool_map(lambda cut: kernels.fold_in(*cut, *data, 20), corpus.cuts(0, len(state.mixtures), BLOCKS)))
    return {"method": f"SCVB0 in {n_batches} blocks", "passes": number, **watch.report(passes, number == limit)}


def _batches(corpus: Corpus, state: State, n_train: int, pool_map: Callable) -> tuple[Callable, int]:
    """A function that makes one stochastic pass and brings the topics up to date after every block of articles."""
    from framing.topics import kernels

    rows, real = corpus.rows, int((state.alpha > 0).sum())
    data = (rows, corpus.terms, corpus.n)
    runs = corpus.cuts(0, n_train, max(1, min(50, n_train // 500)))
    largest = max(rows[b] - rows[a] for run in runs for a, b in corpus.cuts(*run, BLOCKS))
    shares = np.empty((BLOCKS, largest, state.alpha.size), dtype=np.float32)
    found = np.zeros((BLOCKS, corpus.n_terms, state.alpha.size), dtype=np.float32)
    entries, step = rows[n_train] - rows[0], 0

    def work(block):
        number, (a, b) = block
        kernels.fold_in(a, b, *data, words, state.alpha, state.mixtures, 5)
        kernels.spread(a, b, *data, words, state.alpha, state.mixtures, shares[number], found[number])

    def one_pass():
        nonlocal words, step
        for first, last in runs:
            words = state.weights / _totals(state.weights, real)
            found[:] = 0
            list(pool_map(work, enumerate(corpus.cuts(first, last, BLOCKS))))
            share = float(rows[last] - rows[first]) / max(float(entries), 1.0)
            rate = np.float32((1 + step / 4) ** -0.7 if len(runs) > 1 else 1.0)
            step += 1
            fresh = found.sum(axis=0) * np.float32(1 / share)
            _add_prior(fresh, state, 0, real)
            state.weights += rate * (fresh - state.weights)

    words = state.weights
    return one_pass, len(runs)


def _totals(weights: np.ndarray, real: int) -> np.ndarray:
    totals = weights.sum(axis=0)
    totals[real:] = 2  # columns of padding: nothing in them, and no division by nothing
    return totals


def _learn(state: State, real: int, n_train: int, learn: tuple[bool, bool]) -> None:
    """Minka's fixed point for a Dirichlet-multinomial, on expected tokens."""
    if learn[0]:
        tokens = state.mixtures[:n_train, :real].astype(np.float64)
        alpha = state.alpha[:real].astype(np.float64)
        size = tokens.sum(axis=1)
        for _ in range(3):
            alpha *= (psi(tokens + alpha) - psi(alpha)).sum(axis=0) / (psi(size + alpha.sum()) - psi(alpha.sum())).sum()
            alpha = np.maximum(alpha, _FLOOR)
        state.alpha[:real] = alpha
    if learn[1] and state.prior.size == 1:
        beta = float(state.prior[0, 0])
        tokens = np.maximum(state.weights[:, :real].astype(np.float64) - beta, 0)
        size, v = tokens.sum(axis=0), len(tokens)
        for _ in range(3):
            beta *= (psi(tokens + beta) - psi(beta)).sum() / (v * (psi(size + v * beta) - psi(v * beta)).sum())
            beta = max(beta, _FLOOR)
        state.weights[:, :real] += np.float32(beta) - state.prior
        state.prior = np.full((1, 1), beta, dtype=np.float32)


class _Watch:
    """Held-out articles, half of their tokens to fold in and half to predict; says when to stop."""

    def __init__(self, corpus: Corpus, state: State, n_train: int, tolerance: float, rng, pool_map):
        from framing.topics.heldout import halves

        self.state, self.tolerance, self.map, self.seen = state, tolerance, pool_map, []
        self.before = state.weights.copy() if n_train == len(state.mixtures) else None
        begin = corpus.rows[n_train]
        self.rows, self.terms = corpus.rows[n_train:] - begin, corpus.terms[begin:]
        self.given, self.asked = halves(corpus.n[begin:].astype(np.int64), self.rows, rng)
        self.n_train = n_train
        self.mixtures = state.mixtures[n_train:].copy() / 2

    def enough(self) -> bool:
        """Look once more; true where little was won since the look before."""
        from framing.topics.heldout import score

        if self.before is not None:
            moved = float(np.abs(self.state.weights - self.before).sum() / self.state.weights.sum())
            self.before = self.state.weights.copy()
            self.seen.append(moved)
            return moved < self.tolerance
        real = int((self.state.alpha > 0).sum())
        words = self.state.weights / _totals(self.state.weights, real)
        log_likelihood, mixtures = score(
            self.rows, self.terms, self.given, self.asked, words, self.state.alpha, self.mixtures, 20, self.map
        )
        self.mixtures = mixtures
        self.state.mixtures[self.n_train :] = mixtures * 2
        self.seen.append(float(np.exp(-log_likelihood / max(self.asked.sum(), 1))))
        return len(self.seen) > 1 and self.seen[-2] - self.seen[-1] < self.tolerance * self.seen[-1]

    def report(self, passes: int | None, at_limit: bool) -> dict:
        """How it stopped, in words and numbers."""
        if passes is not None:
            return {"stopped": mark("after the passes asked for")}
        if self.before is not None:
            how = mark("at the most passes allowed; too few articles to hold out")
            near = mark("where the topics no longer changed; too few articles to hold out")
            return {"stopped": how if at_limit else near}
        how = mark("at the most passes allowed, with articles held out until the last passes")
        near = mark("where held-out perplexity no longer fell; the articles then went back for the last passes")
        return {
            "stopped": how if at_limit else near,
            "n_watched": len(self.mixtures),
            "watched_perplexity": [round(value, 2) for value in self.seen],
        }
