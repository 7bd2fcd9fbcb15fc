"""Near-duplicates: time and memory of ``duplicates.clusters`` on made-up text, beside comparing all pairs.

    python benchmarks/duplicates.py            100,000 articles of 800 characters
    python benchmarks/duplicates.py --small    20,000

One article in ten is a copy of an earlier one with small edits, the day after; the table says how many were found.
The peer is the exact comparison of every pair (a product of sparse matrices), run on 2,000 articles and scaled by the
number of pairs.
"""

import resource
from statistics import median

import floor
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer

from framing import duplicates


def articles(n: int, length: int = 800, seed: int = 0) -> pd.DataFrame:
    """Random text over 2,000 kanji; the last tenth are copies of the first with about 1% of the characters changed."""
    rng = np.random.default_rng(seed)
    fresh = n - n // 10
    points = rng.integers(0x4E00, 0x4E00 + 2000, size=(n, length), dtype=np.uint32)
    points[fresh:] = points[: n - fresh]
    edit = rng.random((n - fresh, length)) < 0.01
    points[fresh:][edit] = rng.integers(0x4E00, 0x4E00 + 2000, size=int(edit.sum()))
    days = rng.integers(0, 3650, size=n)
    days[fresh:] = days[: n - fresh] + 1
    text = [row.tobytes().decode("utf-32-le") for row in points]
    date = pd.Timestamp("2010-01-01") + pd.to_timedelta(days, unit="D")
    return pd.DataFrame({"article_id": [f"a{i:07d}" for i in range(n)], "date": date, "text": text})


def all_pairs(n: int = 2000):
    """The exact similarity of all pairs of ``n`` articles, ready to be run: the product of their shingles."""
    x = CountVectorizer(analyzer="char", ngram_range=(5, 5), binary=True).fit_transform(articles(n)["text"])
    return lambda: (x @ x.T).tocoo()


def main() -> None:
    options = floor.arguments(__doc__, "20,000 articles").parse_args()
    n, few = 20_000 if options.small else 100_000, 2_000
    duplicates.clusters(articles(200))  # compile
    frame = articles(n)
    ways = {"ours": lambda: duplicates.clusters(frame), "peer": all_pairs(few)}
    found = floor.in_turn(ways, options.pairs)
    ratio = floor.times_as_fast(found["ours"], found["peer"], (n / few) ** 2)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    copies = int((~duplicates.clusters(frame)["first"]).sum())
    seconds = median(found["ours"])
    heads = ("articles", "cpu seconds", "peak GB", "copies found", "of", "all pairs, s", "ratio")
    values = (n, round(seconds, 1), round(memory, 2), copies, n // 10, round(ratio * seconds), round(ratio, 1))
    print(" ".join(f"{head:>13}" for head in heads))
    print(" ".join(f"{value:>13,}" for value in values))
    floor.hold({"duplicates: all pairs": ratio}, options)


if __name__ == "__main__":
    main()
