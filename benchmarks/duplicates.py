"""Near-duplicates: time and memory of ``duplicates.clusters`` on made-up text, beside comparing all pairs.

    python benchmarks/duplicates.py            100,000 articles of 800 characters
    python benchmarks/duplicates.py --small    5,000

One article in ten is a copy of an earlier one with small edits, the day after; the table says how many were found.
The peer is the exact comparison of every pair (scikit-learn-free, sparse matrix product), run on 2,000 articles and
scaled by the number of pairs.
"""

import argparse
import resource
import time

import numpy as np
import pandas as pd
from scipy import sparse

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


def all_pairs(n: int = 2000) -> float:
    """Seconds for the exact similarity of all pairs of ``n`` articles."""
    hashes, offsets = duplicates._shingles(articles(n)["text"].tolist(), 5)
    begin = time.perf_counter()
    columns = np.unique(hashes, return_inverse=True)[1]
    x = sparse.csr_array((np.ones(len(columns), np.int32), columns, offsets), shape=(n, int(columns.max()) + 1))
    (x @ x.T).tocoo()
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="5,000 articles")
    n = 5_000 if parser.parse_args().small else 100_000
    duplicates.clusters(articles(200))  # compile
    frame = articles(n)
    begin = time.perf_counter()
    found = duplicates.clusters(frame)
    seconds = time.perf_counter() - begin
    peer = all_pairs() * (n / 2000) ** 2
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    copies = int((~found["first"]).sum())
    heads = ("articles", "seconds", "peak GB", "copies found", "of", "all pairs, s", "ratio")
    values = (n, round(seconds, 1), round(memory, 2), copies, n // 10, round(peer), round(peer / seconds, 1))
    print(" ".join(f"{head:>13}" for head in heads))
    print(" ".join(f"{value:>13,}" for value in values))


if __name__ == "__main__":
    main()
