"""Text to the token table against MeCab alone, in one run.

    python benchmarks/tokenise.py            20,000 articles of the made-up press
    python benchmarks/tokenise.py --small    6,000 articles
    python benchmarks/tokenise.py --archive ldcc_text.tar.xz --articles 5000    livedoor news; no floor

Prints, for each way, tokens per CPU second and the ratio to MeCab's own wakati output on the same text. The ways take
turns every 500 articles, so that a busy machine disturbs all alike.

Then one process against two, on the first call (the helper must load) and on later calls (it waits): seconds by the
clock, best of ``--pairs``, and CPU seconds of this process and of the helper. Beside it what this machine gives at
most: MeCab's wakati alone, in one process over all the text and in two over half each. The clock means something only
on a quiet machine, so the load is printed; ``by_cpu`` (one process over the busier of the two) does not depend on it.

Last the bytes a token takes in the table, and the memory a corpus needs that is streamed to Parquet. Targets: one core
at least 0.6 of wakati, two processes at least 1.8 times one, under 20 bytes.
"""

import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

import floor
import fugashi
import pandas as pd

from framing import datasets, lexicon, tokens
from framing.tokens import pool

BLOCK = 500


def articles(n: int | None, archive: Path | None) -> tuple[pd.DataFrame, str]:
    """Headline and text, NFKC, and where they are from."""
    if archive is None:
        return datasets.sample_press(n or 20_000).articles, "made-up press"
    table = datasets.livedoor.read_livedoor(archive)[0].sample(frac=1, random_state=0, ignore_index=True)
    for name in ("headline", "text"):
        table[name] = [unicodedata.normalize("NFKC", text) for text in table[name]]
    return table.head(n) if n else table, "livedoor news"


def wakati(table: pd.DataFrame) -> int:
    """MeCab alone: the number of tokens of its wakati output."""
    parse = fugashi.Tagger("-Owakati").parse
    return sum(parse(text).count(" ") + 1 for name in ("headline", "text") for text in table[name] if text)


def nodes(table: pd.DataFrame) -> int:
    """The usual loop over nodes, for lemma and part of speech."""
    tagger = fugashi.Tagger()
    found = [
        (n.surface, n.feature.lemma, n.feature.pos1)
        for name in ("headline", "text")
        for t in table[name]
        for n in tagger(t)
    ]
    return len(found)


def in_turn(table: pd.DataFrame, ways: dict) -> pd.DataFrame:
    """CPU seconds and tokens of each way over the whole table."""
    rows = {name: [0.0, 0] for name in ways}
    for way in ways.values():  # load dictionaries before
        way(table.head(50))
    for begin in range(0, len(table), BLOCK):
        for name, way in ways.items():
            before = time.process_time()
            rows[name][1] += way(table.iloc[begin : begin + BLOCK])
            rows[name][0] += time.process_time() - before
    return pd.DataFrame.from_dict(rows, orient="index", columns=["cpu_seconds", "n_tokens"])


def processes(table: pd.DataFrame, repeat: int) -> pd.DataFrame:
    """Best seconds by the clock, and CPU seconds here and in the helper, for one process and two."""

    def measured(workers: int, fresh: bool) -> list[float]:
        best, here = float("inf"), float("inf")
        children = sum(os.times()[2:4])
        for _ in range(repeat):
            clock, cpu = time.perf_counter(), time.process_time()
            tokens.tokenise(table, workers=workers)
            best, here = min(best, time.perf_counter() - clock), min(here, time.process_time() - cpu)
            if fresh:
                pool.end_helpers()
        pool.end_helpers()  # the CPU seconds of a process are known when it has ended
        return [best, here, (sum(os.times()[2:4]) - children) / repeat]

    pool.end_helpers()
    rows = {
        "one process": measured(1, False),
        "two, first call": measured(2, True),
        "two, first and later calls": measured(2, False),
    }
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["seconds", "cpu_here", "cpu_helper"])
    one = found.loc["one process"]
    found["by_clock"] = one["seconds"] / found["seconds"]
    found["by_cpu"] = one["cpu_here"] / found[["cpu_here", "cpu_helper"]].max(axis=1)
    return found


def ceiling(table: pd.DataFrame, repeat: int) -> float:
    """How much faster MeCab's wakati is by the clock in two processes that share nothing, each with half the texts."""
    texts = [text for name in ("headline", "text") for text in table[name] if text]
    with tempfile.TemporaryDirectory() as folder:
        parts = {"all": texts, "a": texts[::2], "b": texts[1::2]}
        for name, part in parts.items():
            (Path(folder) / name).write_bytes(pickle.dumps(part))

        def seconds(*names: str) -> float:
            started = [
                subprocess.Popen(
                    [sys.executable, "-c", _WAKATI, str(Path(folder) / name)],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                )
                for name in names
            ]  # fmt: skip
            for process in started:
                process.stdout.readline()  # loaded
            for process in started:
                process.stdin.write("go\n")
                process.stdin.flush()
            return max(float(process.communicate()[0]) for process in started)

        one, two = (min(seconds(*names) for _ in range(repeat)) for names in (["all"], ["a", "b"]))
    return one / two


_WAKATI = """
import pickle, sys, time, fugashi
parse = fugashi.Tagger("-Owakati").parse
texts = pickle.load(open(sys.argv[1], "rb"))
[parse(text) for text in texts[:50]]
print("loaded", flush=True)
input()
clock = time.perf_counter()
for text in texts:
    parse(text)
print(time.perf_counter() - clock)
"""


def streamed(table: pd.DataFrame, copies: int) -> tuple[int, float]:
    """Tokens written, and how much the memory grew while a corpus of several copies was streamed (MB)."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    chunks = (table.assign(article_id=table["article_id"] + f"-{i}") for i in range(copies))
    with tempfile.TemporaryDirectory() as folder:
        written = tokens.to_parquet(chunks, folder)
    return int(written["n_tokens"].sum()), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def main() -> None:
    parser = floor.arguments(__doc__, "6,000 articles")
    parser.add_argument("--archive", type=Path, help="ldcc_text.tar.xz of livedoor news")
    parser.add_argument("--articles", type=int, help="this many articles")
    options = parser.parse_args()
    table, source = articles(6000 if options.small else options.articles, options.archive)
    asia = lexicon.load(Path(__file__).resolve().parents[1] / "params" / "lexicon" / "northeast_asia.yaml")
    print(f"{source}: {len(table)} articles; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    tokens.tokenise(table.head(500))
    n, grown = streamed(table.head(500), 4 if options.small else 40)
    ways = {
        "MeCab wakati": wakati,
        "tokens.tokenise": lambda part: len(tokens.tokenise(part)),
        "tokens.tokenise, lexicon": lambda part: len(tokens.tokenise(part, lexicon=asia)),
        "loop over node.feature": nodes,
    }
    found = in_turn(table, ways)
    found["per_second"] = found["n_tokens"] / found["cpu_seconds"]
    found["to_wakati"] = found["per_second"] / found.loc["MeCab wakati", "per_second"]
    print(found.round(3).to_string(), "\n")
    both = processes(table, options.pairs)
    print(f"one and two processes; load average {os.getloadavg()[0]:.1f}")
    print(both.round(2).to_string())
    print(f"two MeCab wakati that share nothing, by the clock: {ceiling(table, options.pairs):.2f} times one\n")
    cut = tokens.tokenise(table)
    print(f"bytes a token in the table: {cut.memory_usage(deep=True).sum() / len(cut):.1f}")
    print(f"streamed to Parquet, 500 articles at a time: {n} tokens, memory grew by {grown:.0f} MB")
    if options.archive is None:
        ratios = {
            "tokens: MeCab wakati": "tokens.tokenise",
            "tokens with lexicon: MeCab wakati": "tokens.tokenise, lexicon",
        }
        held = {name: found.loc[way, "to_wakati"] for name, way in ratios.items()}
        held["tokens: loop over node.feature"] = (
            held["tokens: MeCab wakati"] / found.loc["loop over node.feature", "to_wakati"]
        )
        if not options.small:  # a small text is over before the helper has its share
            held["tokens, two processes: one"] = both["by_cpu"].iloc[-1]
        floor.hold(held, options)


if __name__ == "__main__":
    main()
