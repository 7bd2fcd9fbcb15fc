"""Topics: time and held-out perplexity of every engine on one corpus, in one run, with the same fold-in.

    python benchmarks/topics.py               # 7,400 articles drawn from 20 topics
    python benchmarks/topics.py --small       # 1,400 of them
    python benchmarks/topics.py --livedoor    # the prepared study ``livedoor`` (``make livedoor``); no floor
    python benchmarks/topics.py --large       # 100,000 drawn articles, 15 M entries, K = 50: time and memory

The drawn corpus is of the size of livedoor news: Zipfian terms, and a few topics per article. Perplexity is by document
completion on held-out articles; ratios are to the default engine ``cvb0``, from processor seconds.
"""

import resource
import time
from statistics import median

import floor
import numpy as np
import pandas as pd
from scipy import sparse

from framing import store, tables, topics
from framing.counts import matrix
from framing.topics.fitting import fit_matrix
from framing.topics.heldout import completion

OURS = "cvb0 (default)"
PEERS = ("gensim LdaModel, 10 passes", "scikit-learn online, 10 passes")


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

    yield OURS, ours()
    yield "cvb0, 100 passes", ours(passes=100)
    yield "cvb0 in blocks (SCVB0)", ours(memory=1e-9)
    yield PEERS[0], gensim
    yield "gibbs: tomotopy, 300 sweeps, 1 worker", ours(engine="gibbs")
    yield PEERS[1], scikit


def drawn(n_articles: int, n_terms: int = 12_000, k: int = 20, length: int = 260, seed: int = 0):
    """Counts (articles × terms), names of articles and terms: latent Dirichlet allocation over Zipfian terms."""
    rng = np.random.default_rng(seed)
    rank = rng.permuted(np.tile(np.arange(n_terms), (k, 1)), axis=1)  # the common words are others in each topic,
    chance = 0.5 / (rank + 3.0) + 0.5 / (np.arange(n_terms) + 3.0)  # but for those that are common in all
    ends = np.cumsum(chance / chance.sum(axis=1, keepdims=True), axis=1) + np.arange(k)[:, None]
    share = np.cumsum(rng.dirichlet(np.full(k, 0.1), n_articles), axis=1) + np.arange(n_articles)[:, None]
    rows = np.repeat(np.arange(n_articles), rng.poisson(length, n_articles))
    topic = np.searchsorted(share.ravel(), rows + rng.random(rows.size)).clip(max=share.size - 1) - rows * k
    topic = topic.clip(0, k - 1)
    term = np.searchsorted(ends.ravel(), topic + rng.random(rows.size)) - topic * n_terms
    X = sparse.coo_array(
        (np.ones(rows.size, np.int64), (rows, term.clip(0, n_terms - 1))), (n_articles, n_terms)
    ).tocsr()
    X.sum_duplicates()
    return X, pd.Index([f"a{i}" for i in range(n_articles)]), pd.Index([f"w{i}" for i in range(n_terms)])


def livedoor():
    """The same of the prepared study."""
    return matrix(topics.trim(store.load(tables.COUNTS, "livedoor")))


def compare(corpus, pairs: int, k: int = 20) -> pd.DataFrame:
    """One row per engine: processor seconds, perplexity, and how many times the default's time it took."""
    X, articles, terms = corpus
    order = np.random.default_rng(1).permutation(X.shape[0])
    n_out = max(50, X.shape[0] // 10)
    test, train = X[np.sort(order[:n_out])], X[np.sort(order[n_out:])]
    names = articles[np.sort(order[n_out:])]
    fit_matrix(train[:100], names[:100], terms, 2, passes=1)  # loads the compiled loops, about a second once
    fitted: dict = {}
    ways = {
        name: lambda name=name, run=run: fitted.update({name: run()}) for name, run in engines(train, names, terms, k)
    }
    held = (OURS, *PEERS)
    found = floor.in_turn({name: ways.pop(name) for name in held}, pairs) | floor.in_turn(ways, 1)
    ours = found[OURS]
    table = pd.DataFrame(
        {
            "engine": list(found),
            "cpu_seconds": [median(seconds) for seconds in found.values()],
            "perplexity": [completion(*fitted[name], test)["perplexity"] for name in found],
            "times_ours": [floor.times_as_fast(ours[: len(seconds)], seconds) for seconds in found.values()],
        }
    )
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
    parser = floor.arguments(__doc__, "1,400 articles")
    parser.add_argument("--large", action="store_true", help="100,000 articles: time and memory, no peer")
    parser.add_argument("--livedoor", action="store_true", help="the prepared study instead of drawn articles")
    options = parser.parse_args()
    if options.large:
        print(large().to_string(index=False, float_format="{:,.2f}".format))
        return
    table = compare(livedoor() if options.livedoor else drawn(1_400 if options.small else 7_400), options.pairs)
    print(table.attrs["corpus"])
    print(table.to_string(index=False, float_format="{:,.2f}".format))
    if not options.livedoor:
        peers = table[table["engine"].isin(PEERS)]
        held = zip(peers["engine"], peers["times_ours"], strict=True)
        floor.hold({f"topics: {name}": ratio for name, ratio in held}, options)


if __name__ == "__main__":
    main()
