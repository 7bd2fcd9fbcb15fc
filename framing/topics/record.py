"""What a fit leaves behind: :class:`Topics`, two tables and a gensim model."""

import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from framing.errors import TableError, takes_results
from framing.messages import mark
from framing.tables import refuse_absent

UNSTABLE = " †"
"""Stands after the label of a topic that refits do not find again."""
EMPTY = mark("no token of the vocabulary: no share")


@dataclass(frozen=True, eq=False)
class Topics:
    """Fitted topics; topic 0 is the most prevalent and the number is the topic's identity everywhere.

    Parameters
    ----------
    term_tokens
        Topic × term: expected tokens, without the prior.
    article_tokens
        Article × topic: expected tokens, without the prior; a row of zeros is an article without terms.
    alpha
        Prior of the shares, one number a topic.
    eta
        Prior of the terms: one number, one a term, or topic × term.
    articles, terms
        Names of the rows of ``article_tokens`` and of the columns of ``term_tokens``.
    labels
        A name a topic.
    info
        How it was fitted: engine, seed, passes, how it stopped, held-out perplexity, warnings.
    stable
        False for a topic that refits do not find again (:func:`framing.topics.stability`); empty while unknown.
    """

    term_tokens: np.ndarray
    article_tokens: np.ndarray
    alpha: np.ndarray
    eta: np.ndarray
    articles: pd.Index
    terms: pd.Index
    labels: tuple[str, ...]
    info: dict = field(default_factory=dict)
    stable: tuple[bool, ...] = ()

    @property
    def n_topics(self) -> int:
        """How many topics there are."""
        return len(self.term_tokens)

    @property
    def names(self) -> list[str]:
        """The labels, with † after a topic known to be unstable."""
        stable = self.stable or (True,) * self.n_topics
        return [label + ("" if sure else UNSTABLE) for label, sure in zip(self.labels, stable, strict=True)]

    @cached_property
    def probabilities(self) -> np.ndarray:
        """Topic × term: probability of the term in the topic; rows add up to 1."""
        weights = self.term_tokens.astype(np.float64) + self.eta
        return weights / weights.sum(axis=1, keepdims=True)

    @cached_property
    def concentration(self) -> np.ndarray:
        """Article × topic: parameters of the Dirichlet posterior of the article's shares."""
        return self.article_tokens.astype(np.float64) + self.alpha

    @cached_property
    def shares(self) -> np.ndarray:
        """Article × topic: posterior mean share; missing for an article without terms."""
        found = self.concentration / self.concentration.sum(axis=1, keepdims=True)
        found[self.empty] = np.nan
        return found

    @cached_property
    def empty(self) -> np.ndarray:
        """Which articles have no token of the vocabulary."""
        return ~np.any(self.article_tokens > 0, axis=1)

    @cached_property
    def prevalence(self) -> np.ndarray:
        """Mean share of each topic over the articles that have one."""
        return self.shares[~self.empty].mean(axis=0)

    @cached_property
    def topic_terms(self) -> pd.DataFrame:
        """One row per topic and term: ``topic``, ``label``, ``term``, ``probability`` (adds up to 1 in a topic)."""
        k, v = self.probabilities.shape
        return pd.DataFrame(
            {
                "topic": np.repeat(np.arange(k), v),
                "label": _repeated(self.names, np.repeat(np.arange(k), v)),
                "term": _repeated(self.terms, np.tile(np.arange(v), k)),
                "probability": self.probabilities.ravel(),
            }
        )

    @cached_property
    def article_topics(self) -> pd.DataFrame:
        """One row per article and topic.

        ``article_id``, ``topic``, ``label``, ``share`` (posterior mean, 0 to 1; missing for an article without
        terms), ``concentration`` (parameter of the article's Dirichlet posterior: expected tokens + α),
        ``n_tokens`` (of the article, in the vocabulary), ``note``.
        """
        return article_table(self, self.articles, self.article_tokens)

    @cached_property
    def model(self):
        """A gensim ``LdaModel`` that carries this state: its coherence, saving and inference work on it."""
        from gensim.models import LdaModel

        model = LdaModel(
            id2word=self.dictionary,
            num_topics=self.n_topics,
            alpha=np.asarray(self.alpha, dtype=np.float32),
            eta=float(self.eta) if self.eta.ndim == 0 else np.asarray(self.eta, dtype=np.float32),
            random_state=int(self.info.get("seed", 0)),
            eval_every=None,
        )
        model.state.sstats = np.array(self.term_tokens, dtype=model.dtype)
        model.state.numdocs = int((~self.empty).sum())  # without it gensim reads every topic as uniform
        model.num_updates = int(self.info.get("n_updates", model.state.numdocs))
        model.sync_state()
        return model

    @cached_property
    def dictionary(self):
        """The gensim ``Dictionary`` of :attr:`model`; term ``i`` is ``terms[i]``."""
        from gensim.corpora import Dictionary

        dictionary = Dictionary()
        dictionary.token2id = {str(term): i for i, term in enumerate(self.terms)}
        dictionary.id2token = {i: term for term, i in dictionary.token2id.items()}
        dictionary.num_docs = len(self.articles)
        return dictionary

    def __repr__(self) -> str:
        how = self.info.get("engine", "?")
        return f"Topics: {self.n_topics} topics, {len(self.articles)} articles, {len(self.terms)} terms ({how})"

    def _repr_html_(self) -> str:
        return overview(self).to_html(index=False, float_format="{:.3f}".format)


def overview(topics: Topics, n_words: int = 8) -> pd.DataFrame:
    """One row per topic: ``topic``, ``label``, ``prevalence`` (mean share), ``words`` (the most probable)."""
    words = topics.terms.to_numpy()[first_terms(topics.probabilities, n_words)].astype(object)
    return pd.DataFrame(
        {
            "topic": np.arange(topics.n_topics),
            "label": topics.names,
            "prevalence": topics.prevalence,
            "words": [" ".join(map(str, row)) for row in words],
        }
    )


def places(topics: Topics, articles: pd.DataFrame, columns: tuple[str, ...] = ()) -> np.ndarray:
    """Row of ``articles`` of each article of the topics, −1 where it has none; the ``columns`` must be there.

    Raises
    ------
    TableError
        A column is absent, an article is repeated, or no article with terms is in ``articles``.
    """
    refuse_absent(articles, ("article_id", *columns), "articles")
    known = pd.Index(articles["article_id"].astype(str))
    if not known.is_unique:
        raise TableError(f"articles repeats {int(known.duplicated().sum())} article_ids; each article has one row")
    at = known.get_indexer(topics.articles.astype(str))
    if not ((at >= 0) & ~topics.empty).any():
        raise TableError(
            f"none of the {len(topics.articles)} articles of the topics is in articles; join by article_id"
        )
    return at


def article_table(topics: Topics, articles: pd.Index, tokens: np.ndarray) -> pd.DataFrame:
    """The table of :attr:`Topics.article_topics` for any articles with their expected tokens."""
    k = topics.n_topics
    concentration = tokens.astype(np.float64) + topics.alpha
    size = tokens.sum(axis=1, dtype=np.float64)
    empty = np.repeat(~(tokens > 0).any(axis=1), k)
    share = (concentration / concentration.sum(axis=1, keepdims=True)).ravel()
    return pd.DataFrame(
        {
            "article_id": _repeated(articles, np.repeat(np.arange(len(articles)), k)),
            "topic": np.tile(np.arange(k), len(articles)),
            "label": _repeated(topics.names, np.tile(np.arange(k), len(articles))),
            "share": np.where(empty, np.nan, share),
            "concentration": concentration.ravel(),
            "n_tokens": np.repeat(np.rint(size).astype(np.int64), k),
            "note": pd.Categorical.from_codes(empty.astype(np.int8), ["", EMPTY]),
        }
    )


def _repeated(names, codes: np.ndarray):
    """A column of repeated names: categorical where the names differ, plain where two topics share a label."""
    index = pd.Index(names)
    return pd.Categorical.from_codes(codes, index) if index.is_unique else index.take(codes)


def first_terms(probabilities: np.ndarray, n: int) -> np.ndarray:
    """Columns of the ``n`` most probable terms of each topic."""
    return np.argsort(-probabilities, axis=1, kind="stable")[:, :n]


def reordered(topics: Topics, order: np.ndarray) -> Topics:
    """The same topics in another order."""
    return replace(
        topics,
        term_tokens=np.ascontiguousarray(topics.term_tokens[order]),
        article_tokens=np.ascontiguousarray(topics.article_tokens[:, order]),
        alpha=topics.alpha[order],
        eta=topics.eta[order] if topics.eta.ndim == 2 else topics.eta,
        labels=tuple(topics.labels[i] for i in order),
    )


@takes_results(topics=("topics.fit", "probabilities"))
def save(topics: Topics, path: str | Path) -> Path:
    """Write fitted topics to one file; :func:`load` gives them back."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = {"labels": topics.labels, "info": topics.info, "stable": [bool(s) for s in topics.stable]}
    with open(path, "wb") as stream:
        np.savez_compressed(
            stream,
            term_tokens=topics.term_tokens,
            article_tokens=topics.article_tokens,
            alpha=topics.alpha,
            eta=topics.eta,
            articles=np.array(topics.articles.astype(str), dtype=np.str_),
            terms=np.array(topics.terms.astype(str), dtype=np.str_),
            plain=np.array(json.dumps(plain, ensure_ascii=False, default=str)),
        )
    return path


def load(path: str | Path) -> Topics:
    """Read topics written by :func:`save`.

    Raises
    ------
    TableError
        There is no such file, or it was not written by :func:`save`.
    """
    if not Path(path).is_file():
        raise TableError(f"no topics at {path}; topics.fit(...) and then topics.save(fitted, path) write them")
    try:
        with np.load(path, allow_pickle=False) as stored:
            plain = json.loads(str(stored["plain"]))
            arrays = {name: stored[name] for name in ("term_tokens", "article_tokens", "alpha", "eta")}
            names = {name: pd.Index(stored[name].astype(object)) for name in ("articles", "terms")}
    except (ValueError, KeyError, OSError, EOFError) as fault:
        raise TableError(f"{path} is not a file of topics written by topics.save ({fault})") from fault
    return Topics(**arrays, **names, labels=tuple(plain["labels"]), info=plain["info"], stable=tuple(plain["stable"]))
