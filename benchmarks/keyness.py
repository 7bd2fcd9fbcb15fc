"""Bootstrap of all terms: sparse products in blocks against a plain loop and against scikit-learn's resample.

``python benchmarks/keyness.py`` makes 50,000 articles × 30,000 terms with 4 to 5 million non-zeros in five outlets
and forms 1,000 replicates with percentile and BCa intervals of every term in every outlet against the others, the
drawing of weights included. The peers do the same for a few replicates, and their time is scaled to as many; intervals
are formed for ours only, so the ratios flatter the peers. Compilation happens before the clock starts. Seconds are of
the processor, because the machine may be shared, and the median of a few turns. ``--small`` is a tenth of it.
"""

import resource
from statistics import median

import floor
import numpy as np
import pandas as pd

from framing import keyness
from framing.keyness import comparing, groups, resampling

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


def log2_ratios(sums: np.ndarray) -> np.ndarray:
    """Half-added log2 ratio of every outlet against the others, from outlets × terms."""
    totals = sums.sum(axis=1, keepdims=True)
    rest, rest_totals = sums.sum(axis=0) - sums, totals.sum() - totals
    return np.log2((sums + 0.5) / (totals + 0.5)) - np.log2((rest + 0.5) / (rest_totals + 0.5))


def plain_loop(x, rows_of: list[np.ndarray], replicates: int) -> None:
    """Draw articles of each outlet, take their rows, add them up."""
    rng = np.random.default_rng(0)
    for _ in range(replicates):
        drawn = [rows[rng.integers(0, len(rows), len(rows))] for rows in rows_of]
        log2_ratios(np.stack([np.asarray(x[rows].sum(axis=0)) for rows in drawn]))


def with_sklearn(x, rows_of: list[np.ndarray], replicates: int) -> None:
    """The same with sklearn.utils.resample on the sparse rows of each outlet."""
    from sklearn.utils import resample

    parts = [x[rows] for rows in rows_of]
    for b in range(replicates):
        drawn = [resample(part, random_state=b) for part in parts]
        log2_ratios(np.stack([np.asarray(part.sum(axis=0)) for part in drawn]))


def main() -> None:
    parser = floor.arguments(__doc__.splitlines()[0], "5,000 articles × 3,000 terms")
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--peer-replicates", type=int, help="by default 10, in the small size 100")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    scale = 10 if options.small else 1
    counts = made_up(50_000 // scale, 30_000 // scale, 5_900_000 // scale)
    arranged = groups.arrange(counts, "outlet", None, None, "article_id", None)
    contrasts = comparing.contrasts_of(len(OUTLETS), pairs=False)
    keyness.compare(made_up(200, 50, 5000), replicates=8)  # compiles the kernels
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    size = f"{len(arranged.article_group):,} articles × {len(arranged.terms):,} terms"
    print(f"{size}, {arranged.articles.nnz:,} non-zeros,")
    print(f"{len(OUTLETS)} outlets, {options.replicates} replicates, {options.workers} worker(s)\n")
    b, w, few = options.replicates, options.workers, options.peer_replicates or (100 if options.small else 10)
    skipped = np.zeros(len(arranged.terms), bool)
    x = arranged.articles.tocsr()
    rows_of = [np.flatnonzero(arranged.article_group == g) for g in range(len(OUTLETS))]
    with_sklearn(x, rows_of, 1)  # is imported
    ways = {
        "bootstrap: weights, products, percentile and BCa": lambda: resampling.bootstrap(
            arranged, contrasts, b, 0.95, 0, w
        ),
        "permutation: p, max-T, omnibus": lambda: resampling.permute(arranged, skipped, b, 0, 1, w),
        "keyness.compare: the whole table": lambda: keyness.compare(counts, replicates=b, workers=w),
        f"plain loop, {few} replicates": lambda: plain_loop(x, rows_of, few),
        f"sklearn.utils.resample, {few} replicates": lambda: with_sklearn(x, rows_of, few),
    }
    found = floor.in_turn(ways, options.pairs)
    for name, seconds in found.items():
        print(f"{name:52s} {median(seconds):10.2f} processor s")
    bootstrap, _, whole, loop, sklearn = found.values()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"\npeak memory {memory:.2f} GB ({before:.2f} GB before: the table and the libraries)")
    pairs = {
        "keyness: bootstrap, plain loop": (bootstrap, loop),
        "keyness: bootstrap, sklearn.utils.resample": (bootstrap, sklearn),
        "keyness: compare, plain loop": (whole, loop),
    }
    floor.hold({name: floor.times_as_fast(a, peer, b / few) for name, (a, peer) in pairs.items()}, options)


if __name__ == "__main__":
    main()
