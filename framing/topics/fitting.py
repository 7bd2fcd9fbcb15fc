"""Fit topics: one door, three engines, one record."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from framing.counts import matrix
from framing.errors import FramingError, TableError
from framing.tables import COUNTS, check, takes_tables
from framing.topics import cvb0
from framing.topics.heldout import fold
from framing.topics.record import Topics, reordered
from framing.topics.wording import measures

ENGINES = ("cvb0", "online", "gibbs")
_PASSES = {"online": 10, "gibbs": 300}


@takes_tables()
def fit(
    counts: pd.DataFrame,
    n_topics: int,
    *,
    engine: str = "cvb0",
    seed: int = 0,
    passes: int | None = None,
    alpha: float | str | Sequence[float] = 0.1,
    eta: float | str | Sequence = 0.05,
    seeds: Mapping[str, Sequence[str]] | None = None,
    seed_weight: float = 1.0,
    workers: int | None = None,
    tolerance: float = 0.005,
    memory: float = 4.0,
) -> Topics:
    """Fit latent Dirichlet allocation.

    Parameters
    ----------
    counts
        One row per article and term; ``n`` is tokens. Covariates beside them are not looked at: an effect
        estimated later is not built in here.
    n_topics
        How many topics, at least 2.
    engine
        ``cvb0`` (CVB0 [1]_, compiled), ``online`` (gensim's ``LdaModel`` [2]_) or ``gibbs`` (tomotopy with one
        worker, so that a seed means something).
    seed
        Decides every draw. The same seed gives the same numbers for any number of ``workers``.
    passes
        Passes over the corpus. Left out: ``cvb0`` stops when the perplexity of held-out articles falls by
        less than ``tolerance`` in 10 passes (the articles then come back for the last passes), ``online`` makes
        10, ``gibbs`` 300.
    alpha
        Prior of an article's shares: a number, one a topic, or ``"learned"`` (one a topic, Minka's fixed point).
    eta
        Prior of a topic's terms: a number, one a term (in the order of the terms by name), topic × term, or
        ``"learned"`` (one number; ``gibbs`` cannot).
    seeds
        Words that a topic is to begin with, by the label it then carries: ``{"制裁": ["制裁", "決議"]}``. Each gets
        ``seed_weight`` times its tokens as prior in that topic. The other topics stay free.
    seed_weight
        See ``seeds``; 0.1 is a hint, 1 is firm.
    workers
        Threads of ``cvb0``; every core where left out. The other engines use one.
    tolerance
        See ``passes``; relative.
    memory
        Gigabytes for the responsibilities of ``cvb0``. A corpus that needs more is worked through in
        blocks (SCVB0 [3]_), which ``info["method"]`` then says.

    Returns
    -------
    Topics
        ``topic_terms``, ``article_topics``, ``info``, ``model`` (a gensim ``LdaModel``); topic 0 is the most
        prevalent. An article without terms is kept, with a missing share.

    Raises
    ------
    TableError
        ``counts`` is not a table of counts, or has fewer terms than ``n_topics``.
    ValueError
        An unknown engine; a prior that is not positive and finite or has the wrong length; a seed word that is
        not in the vocabulary (named); more seeded topics than topics.

    Notes
    -----
    The posterior of an article's shares is taken as Dirichlet(expected tokens + α). Cost is entries × topics ×
    passes; memory 4 bytes × entries × topics.

    References
    ----------
    .. [1] Asuncion, Welling, Smyth & Teh (2009). On smoothing and inference for topic models. *UAI* 25, 27-34.
    .. [2] Hoffman, Blei & Bach (2010). Online learning for latent Dirichlet allocation. *NIPS* 23, 856-864.
    .. [3] Foulds et al. (2013). Stochastic collapsed variational Bayesian inference for LDA. *KDD* 19, 446-454.
    """
    X, articles, terms, n_unused = prepared(counts)
    topics = fit_matrix(
        X, articles, terms, n_topics, engine=engine, seed=seed, passes=passes, alpha=alpha, eta=eta, seeds=seeds,
        seed_weight=seed_weight, workers=workers, tolerance=tolerance, memory=memory,
    )  # fmt: skip
    topics.info["n_terms_unused"] = n_unused
    return topics


@takes_tables()
def trim(
    counts: pd.DataFrame, *, min_articles: int = 5, max_share: float = 0.4, drop: Sequence[str] = ()
) -> pd.DataFrame:
    """Leave out terms too rare or too common to tell topics apart; every article stays.

    Parameters
    ----------
    counts
        One row per article and term.
    min_articles
        Articles a term must be in.
    max_share
        Largest share of all articles a term may be in, 0 to 1.
    drop
        Terms left out besides.

    Returns
    -------
    DataFrame
        The rows of the terms kept. Articles left without a term stay as categories of ``article_id``: the fit keeps
        them with a missing share.

    Raises
    ------
    TableError
        No term is left.
    """
    check(counts, COUNTS)
    text = {name: counts[name].astype("category") for name in ("article_id", "term")}
    size = counts["n"].gt(0).groupby(text["term"], observed=False).sum()
    keep = size.index[(size >= min_articles) & (size <= max_share * len(text["article_id"].cat.categories))]
    keep = keep.difference(pd.Index(list(drop), dtype=object), sort=False)
    if not len(keep):
        raise TableError(
            f"no term is in at least {min_articles} articles and in at most {max_share:.0%} of them; "
            f"there are {len(size)} terms and {len(text['article_id'].cat.categories)} articles. Lower min_articles "
            "or raise max_share"
        )
    kept = counts.assign(**text)[text["term"].isin(keep)].reset_index(drop=True)
    return kept.assign(term=kept["term"].cat.remove_unused_categories())


def prepared(counts: pd.DataFrame) -> tuple[sparse.csr_array, pd.Index, pd.Index, int]:
    """Articles × terms in use, their names, and how many terms of the categories nobody uses.

    Both in order of their names: seeds draw for the first article what they would draw for another one, if the order of
    rows or of categories decided which is first.
    """
    X, articles, terms = matrix(counts)
    rows, columns = articles.astype(str).argsort(), terms.astype(str).argsort()
    X, articles, terms = X[rows][:, columns], articles[rows], terms[columns]
    used = np.asarray(X.sum(axis=0) > 0)
    if not used.any():
        raise TableError(f"counts has no tokens ({len(counts)} rows); nothing to fit topics to")
    X = sparse.csr_array(X[:, np.flatnonzero(used)])
    X.eliminate_zeros()
    X.sort_indices()
    return X, articles, terms[used], int((~used).sum())


def fit_matrix(
    X: sparse.csr_array,
    articles: pd.Index,
    terms: pd.Index,
    n_topics: int,
    *,
    engine: str = "cvb0",
    seed: int = 0,
    passes: int | None = None,
    alpha=0.1,
    eta=0.05,
    seeds: Mapping[str, Sequence[str]] | None = None,
    seed_weight: float = 1.0,
    workers: int | None = None,
    tolerance: float = 0.005,
    memory: float = 4.0,
) -> Topics:
    """:func:`fit` for a sparse matrix; its arguments."""
    if engine not in ENGINES:
        now = "; 'collapsed' is now 'cvb0'" if engine == "collapsed" else ""
        raise ValueError(f"no engine {engine!r}; there are {list(ENGINES)}{now}")
    if passes is not None and passes < 1:
        raise ValueError(f"passes must be at least 1, not {passes}; leave it out to stop on held-out likelihood")
    started = time.perf_counter()
    settings = {
        "engine": engine, "passes": passes, "alpha": _plain(alpha), "eta": _plain(eta),
        "seeds": {label: list(words) for label, words in (seeds or {}).items()} or None, "seed_weight": seed_weight,
        "tolerance": tolerance, "memory": memory,
    }  # fmt: skip
    _refuse(n_topics, X)
    learn = (isinstance(alpha, str), isinstance(eta, str))
    labels, boost = _seeded(seeds or {}, seed_weight, n_topics, terms, X)
    alpha = _prior("alpha", alpha, 0.1, [(n_topics,)], "one a topic")
    alpha = np.full(n_topics, float(alpha)) if alpha.ndim == 0 else alpha
    shapes = [(len(terms),), (n_topics, len(terms))]
    prior = _prior("eta", eta, 0.05, shapes, "one a term, or topic × term")
    if boost is not None:
        prior, learn = prior + boost, (learn[0], False)
    topics = _fitted(engine, X, articles, terms, alpha, prior, learn, seed, passes, tolerance, workers, memory)
    topics.info.update(engine=engine, n_topics=n_topics, seed=seed, n_articles=len(articles), n_terms=len(terms))
    topics.info.update(n_empty=int(topics.empty.sum()), settings=settings)
    topics.info["seconds"] = round(time.perf_counter() - started, 2)
    given = tuple(labels.get(k, "") for k in range(n_topics))
    topics = reordered(replace(topics, labels=given), np.argsort(-topics.prevalence, kind="stable"))
    best = np.argsort(-measures(topics)["relevance"], axis=1, kind="stable")[:, :3]
    usual = [" ".join(map(str, words)) for words in topics.terms.to_numpy()[best]]
    return replace(topics, labels=tuple(given or words for given, words in zip(topics.labels, usual, strict=True)))


def _fitted(engine, X, articles, terms, alpha, prior, learn, seed, passes, tolerance, workers, memory) -> Topics:
    """Hand the matrix to the engine and put what comes back into the record, in the engine's order."""
    n_topics = len(alpha)
    if engine == "cvb0":
        term_tokens, article_tokens, alpha, prior, info = cvb0.run(
            X, n_topics, alpha=alpha, prior=prior, learn=learn, seed=seed, passes=passes,
            tolerance=tolerance, workers=workers, memory=memory,
        )  # fmt: skip
    else:
        from framing.topics import engines

        engine_run = engines.online if engine == "online" else engines.gibbs
        term_tokens, alpha, prior, info = engine_run(X, terms, alpha, prior, learn, seed, passes or _PASSES[engine])
        article_tokens = np.zeros((X.shape[0], n_topics), dtype=np.float32)
    topics = Topics(term_tokens, article_tokens, alpha, prior, articles, terms, ("",) * n_topics, info)
    if engine != "cvb0":
        topics = replace(topics, article_tokens=fold(topics, X, workers))
    return topics


def _plain(prior):
    return prior if isinstance(prior, str) else np.asarray(prior, dtype=np.float64).tolist()


def _refuse(n_topics: int, X: sparse.csr_array) -> None:
    if isinstance(n_topics, bool) or not isinstance(n_topics, (int, np.integer)) or n_topics < 2:
        raise ValueError(f"n_topics must be a whole number of at least 2, not {n_topics!r}")
    if n_topics > X.shape[1]:
        raise TableError(
            f"{n_topics} topics asked for, but the vocabulary has only {X.shape[1]} terms; "
            "ask for fewer topics, or trim fewer terms (min_articles, max_share, drop)"
        )


def _prior(name: str, value, start: float, shapes: list[tuple], what: str) -> np.ndarray:
    """A prior as an array, or a clear refusal."""
    if isinstance(value, str):
        if value != "learned":
            raise ValueError(f"{name} must be a positive number, {what}, or 'learned', not {value!r}")
        return np.asarray(start)
    prior = np.asarray(value, dtype=np.float64)
    if prior.ndim and prior.shape not in shapes:
        raise ValueError(f"{name} has shape {prior.shape}; it must be a number or {what}: {shapes}")
    bad = ~(np.isfinite(prior) & (prior > 0))
    if bad.any():
        raise ValueError(f"{name} must be positive and finite; {int(bad.sum())} of its {bad.size} numbers are not")
    return prior


def _seeded(seeds, weight: float, n_topics: int, terms: pd.Index, X) -> tuple[dict[int, str], np.ndarray | None]:
    """Labels of the seeded topics, and their extra prior (topic × term)."""
    if not seeds:
        return {}, None
    if len(seeds) > n_topics:
        raise ValueError(f"{len(seeds)} seeded topics, but only {n_topics} topics are asked for")
    bare = sorted(label for label, words in seeds.items() if isinstance(words, str) or not len(words))
    if bare:
        raise ValueError(f"seeds of {bare} must be a list of words")
    unknown = sorted({word for words in seeds.values() for word in words} - set(terms))
    if unknown:
        raise ValueError(f"seed words {unknown} are not in the vocabulary of {len(terms)} terms; correct or leave out")
    if not (np.isfinite(weight) and weight > 0):
        raise FramingError(f"seed_weight must be positive, not {weight!r}")
    tokens = X.sum(axis=0)
    boost = np.zeros((n_topics, len(terms)))
    for row, words in zip(boost, seeds.values(), strict=False):
        place = terms.get_indexer(list(dict.fromkeys(words)))
        row[place] = weight * tokens[place]
    return dict(enumerate(seeds)), boost
