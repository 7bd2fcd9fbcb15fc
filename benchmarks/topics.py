"""Topics: time and held-out perplexity of every engine on one corpus, in one run, with the same fold-in.

    python benchmarks/topics.py            # livedoor, K = 20: 2 to 4 minutes on two idle cores
    python benchmarks/topics.py --small    # every fifth article
    python benchmarks/topics.py --large    # 100,000 drawn articles, 15 M entries, K = 50: time and memory

The corpus is the prepared table of the study ``livedoor`` (``framing run params/livedoor`` makes it).
Perplexity is by document completion on held-out articles; ratios are to the default engine ``collapsed``.
"""

import argparse
import resource
import time

import numpy as np
import pandas as pd
from scipy import sparse

from framing import store, tables, topics
from framing.counts import matrix
from framing.topics.fitting import fit_matrix


def engines(train, articles, terms, k: int):
    """Name and a function that gives topic × term probabilities and α."""

    def ours(**settings):
        def run():
            found = fit_matrix(train, articles, terms, k, **settings)
            return found.probabilities, found.alpha

        return run

    def scikit():
        from sklearn.decomposition import LatentDirichletAllocation

        model = LatentDirichletAllocation(k, learning_method="online", max_iter=10, random_state=0)
        model.fit(sparse.csr_matrix(train))
        return model.components_ / model.components_.sum(axis=1, keepdims=True), np.full(k, 1 / k)

    def gensim():
        from gensim.matutils import Sparse2Corpus
        from gensim.models import LdaModel

        corpus = Sparse2Corpus(sparse.csc_matrix(train.T))
        words = {i: str(term) for i, term in enumerate(terms)}
        model = LdaModel(corpus, k, words, passes=10, random_state=0, eval_every=None)
        return model.get_topics().astype(float), model.alpha

    yield "collapsed (default)", ours()
    yield "collapsed, 100 passes", ours(passes=100)
    yield "collapsed in blocks (SCVB0)", ours(memory=1e-9)
    yield "gensim LdaModel, 10 passes", gensim
    yield "gibbs: tomotopy, 300 sweeps, 1 worker", ours(engine="gibbs")
    yield "scikit-learn online, 10 passes", scikit


def compare(small: bool) -> pd.DataFrame:
    """One row an engine: seconds, perplexity, and how many times the default's time it took."""
    counts = topics.trim(store.load(tables.COUNTS, "livedoor"))
    X, articles, terms = matrix(counts)
    order = np.random.default_rng(1).permutation(X.shape[0])[:: 5 if small else 1]
    n_out = max(50, 700 // (5 if small else 1))
    test, train = X[np.sort(order[:n_out])], X[np.sort(order[n_out:])]
    names = articles[np.sort(order[n_out:])]
    k = 20
    fit_matrix(train[:100], names[:100], terms, 2, passes=1)  # loads the compiled loops, about a second once
    rows = []
    for name, run in engines(train, names, terms, k):
        cpu, started = time.process_time(), time.perf_counter()
        phi, alpha = run()
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        rows.append((name, seconds, cpu, topics.completion(phi, alpha, test)["perplexity"]))
    table = pd.DataFrame(rows, columns=["engine", "seconds", "cpu_seconds", "perplexity"])
    table["times_ours"] = table["seconds"] / table["seconds"].iloc[0]
    table["cpu_times_ours"] = table["cpu_seconds"] / table["cpu_seconds"].iloc[0]
    table.attrs["corpus"] = f"{train.shape[0]} articles, {train.shape[1]} terms, {train.nnz} entries, K = {k}"
    return table


def large(n_articles: int = 100_000, n_terms: int = 40_000, k: int = 50) -> pd.DataFrame:
    """A drawn corpus of 150 entries an article; one row with time and the largest memory of this process."""
    rng = np.random.default_rng(0)
    weight = 1 / np.arange(1, n_terms + 1)
    common = np.cumsum(weight / weight.sum())
    shift = rng.integers(0, n_terms, k)
    topic = rng.integers(0, k, n_articles)
    pick = np.searchsorted(common, rng.random((n_articles, 220))).clip(max=n_terms - 1).astype(np.int32)
    moved = (pick + np.where(rng.random(pick.shape) < 0.8, shift[topic][:, None], 0)) % n_terms
    rows = np.repeat(np.arange(n_articles), 220)
    X = sparse.coo_array((np.ones(rows.size, np.int64), (rows, moved.ravel())), shape=(n_articles, n_terms)).tocsr()
    X.sum_duplicates()
    ids, terms = pd.Index([f"a{i}" for i in range(n_articles)]), pd.Index([f"w{i}" for i in range(n_terms)])
    del rows, moved, pick
    started = time.perf_counter()
    found = fit_matrix(X, ids, terms, k)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    columns = ["n_articles", "entries", "n_topics", "passes", "seconds", "peak_gb", "method"]
    row = (n_articles, X.nnz, k, found.info["passes"], seconds, peak, found.info["method"])
    return pd.DataFrame([row], columns=columns)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--large", action="store_true")
    chosen = parser.parse_args()
    table = large() if chosen.large else compare(chosen.small)
    print(table.attrs.get("corpus", "drawn corpus"))
    print(table.to_string(index=False, float_format="{:,.2f}".format))


if __name__ == "__main__":
    main()
