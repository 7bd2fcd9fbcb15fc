"""Permutation of all terms: one pass of a compiled kernel against sparse products, one relabelling after the other.

``python benchmarks/keyness.py`` makes 50,000 articles × 30,000 terms with 4 to 5 million non-zeros in five outlets and
tests every term in every outlet against the others by 1,000 relabellings, the drawing of labels included. The peer
does the same with scipy's sparse products for a few relabellings, and its time is scaled to as many. Compilation
happens before the clock starts. Seconds are of the processor, because the machine may be shared, and the median of a
few turns. ``--small`` is a tenth of it.
"""

import resource
from statistics import median

import floor
import numpy as np
import pandas as pd
from scipy import sparse

from framing import keyness
from framing.keyness import groups, relabelling

OUTLETS = list("abcde")


def made_up(n_articles: int, n_terms: int, n_tokens: int, seed: int = 0) -> pd.DataFrame:
    """Counts with Zipfian terms, one outlet an article."""
    rng = np.random.default_rng(seed)
    chance = 1 / (np.arange(n_terms) + 2.7) ** 1.05
    term = rng.choice(n_terms, size=n_tokens, p=chance / chance.sum())
    article = rng.integers(0, n_articles, n_tokens)
    cell, n = np.unique(article.astype(np.int64) * n_terms + term, return_counts=True)
    rows, columns = cell // n_terms, cell % n_terms
    outlet = rng.integers(0, len(OUTLETS), n_articles).astype(np.int8)
    return pd.DataFrame(
        {
            "article_id": pd.Categorical.from_codes(rows, categories=[f"a{i}" for i in range(n_articles)]),
            "outlet": pd.Categorical.from_codes(outlet[rows], categories=OUTLETS),
            "term": pd.Categorical.from_codes(columns, categories=[f"t{i}" for i in range(n_terms)]),
            "n": n,
        }
    )


def sparse_products(x, outlet: np.ndarray, replicates: int) -> None:
    """Shuffle the outlets of articles, add up tokens, squares and products, and form the studentised log ratios."""
    rng = np.random.default_rng(0)
    sizes = np.asarray(x.sum(axis=1), dtype=float)
    tables = [x, x.power(2), sparse.diags_array(sizes) @ x]
    every = [np.asarray(table.sum(axis=0)) for table in tables]
    for _ in range(replicates):
        labels = rng.permutation(outlet)
        adding = sparse.csr_array((np.ones(len(labels)), (labels, np.arange(len(labels)))))
        own = [(adding @ table).toarray() for table in tables]
        size = np.stack([adding @ sizes, adding @ sizes**2])
        logs, variances = [], []
        for (n, squares, products), (total, square) in (
            (own, size),
            ([e - o for e, o in zip(every, own, strict=True)], size.sum(axis=1, keepdims=True) - size),
        ):
            rate = n / total[:, None]
            spread = squares - 2 * rate * products + rate**2 * square[:, None]
            logs.append(np.log((n + 0.5) / (total[:, None] + 0.5)))
            variances.append(np.maximum(spread, n + 0.5) / (n + 0.5) ** 2)
        (logs[0] - logs[1]) / np.sqrt(variances[0] + variances[1])


def main() -> None:
    parser = floor.arguments(__doc__.splitlines()[0], "5,000 articles × 3,000 terms")
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--peer-replicates", type=int, help="by default 5, in the small size 50")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    scale = 10 if options.small else 1
    counts = made_up(50_000 // scale, 30_000 // scale, 5_900_000 // scale)
    arranged = groups.arrange(counts, "outlet", None, None, "article_id", None)
    keyness.compare(made_up(200, 50, 5000), replicates=8)  # compiles the kernels
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    size = f"{len(arranged.article_group):,} articles × {len(arranged.terms):,} terms"
    print(f"{size}, {arranged.articles.nnz:,} non-zeros,")
    print(f"{len(OUTLETS)} outlets, {options.replicates} replicates, {options.workers} worker(s)\n")
    b, w, few = options.replicates, options.workers, options.peer_replicates or (50 if options.small else 5)
    skipped = np.zeros(len(arranged.terms), bool)
    x = arranged.articles.tocsr()
    ways = {
        "permutation: p of every outlet, omnibus": lambda: relabelling.permute(arranged, skipped, b, 0, w),
        "keyness.compare: the whole table": lambda: keyness.compare(counts, replicates=b, workers=w),
        f"sparse products, {few} relabellings": lambda: sparse_products(x, arranged.article_group, few),
    }
    found = floor.in_turn(ways, options.pairs)
    for name, seconds in found.items():
        print(f"{name:52s} {median(seconds):10.2f} processor s")
    permutation, whole, loop = found.values()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"\npeak memory {memory:.2f} GB ({before:.2f} GB before: the table and the libraries)")
    pairs = {
        "keyness: permutation, sparse products": (permutation, loop),
        "keyness: compare, sparse products": (whole, loop),
    }
    floor.hold({name: floor.times_as_fast(a, peer, b / few) for name, (a, peer) in pairs.items()}, options)


if __name__ == "__main__":
    main()
