"""How fast the made-up press is written, and how much memory a stream of it takes.

python benchmarks/sample_press.py [--small]

The peer is the same work done article by article with ``str.format`` and ``random``, in the plainest way.
"""

import argparse
import random
import re
import resource
import time

import pandas as pd

from framing.datasets import grammar, sample_press, sample_press_chunks


def plain(n: int, seed: int = 0) -> list[str]:
    """Articles of about the same number of sentences, one after the other; nothing is planted."""
    raw, draw, texts = grammar.source(), random.Random(seed), []
    sections = [*raw["lead"], *raw["topical"], *raw["generic"], *raw["closing"]]
    sentences = [re.sub(r"\{(\w+)\}", r"{\1}", sentence) for sentence in sections]
    slots = {kind: [word for pair in text.split() for word in pair.split("/")] for kind, text in raw["slots"].items()}
    common = {name: text.split() for name, text in raw["common"].items()}
    topics = [{name: text.split() for name, text in topic.items()} for topic in raw["topics"].values()]
    for _ in range(n):
        words = draw.choice(topics) | common | {"noun_slot": slots["noun"], "verb_slot": slots["verb"]}
        words |= {"focus": words["noun"], "day": ["一日"]}
        chosen = [draw.choice(sentences) for _ in range(8)]
        texts.append("".join(s.format(**{name: draw.choice(listed) for name, listed in words.items()}) for s in chosen))
    return texts


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--small", action="store_true", help="a tenth of the articles")
    small = options.parse_args().small
    n, many = (5_000, 50_000) if small else (50_000, 1_000_000)
    sample_press(1000)  # the grammar is read once
    rows = []

    def timed(name: str, articles: int, work) -> None:
        start, cpu = time.perf_counter(), time.process_time()
        work()
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        rows.append((name, articles, seconds, cpu, articles / cpu, megabytes()))

    timed("stream of chunks of 20,000", many, lambda: [None for _ in sample_press_chunks(many, 1, chunk=20_000)])
    timed("all at once", n, lambda: sample_press(n, 1))
    timed("article by article (peer)", n // 10, lambda: plain(n // 10))
    table = pd.DataFrame(rows, columns=["what", "n_articles", "seconds", "cpu_seconds", "per_cpu_second", "peak_mb"])
    table["ratio_to_peer"] = table["per_cpu_second"] / table["per_cpu_second"].iloc[-1]
    print(table.round(2).to_string(index=False))


if __name__ == "__main__":
    main()
