"""How seconds, memory and bytes on disk grow with the number of articles, step by step from reading to topics.

    python benchmarks/scale.py                          # 10,000, 30,000 and 100,000 articles: about five minutes
    python benchmarks/scale.py --sizes 3000 300000      # others

Each size is one process: articles of the made-up press are read, cleaned, looked through for copies, cut into words and
saved; a second process loads them, compares one outlet with the rest and fits 50 topics. Printed are seconds of the
clock, the largest memory held during each step, and how the processor's seconds and the memory grow between the two
largest sizes: an exponent of 1 is twice the time for twice the articles. What is measured lies in the folder of
``--output``, and is not measured again: a run that was stopped goes on where it was.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

HALVES = "prepare", "ask"


def memory(reset: bool = False) -> float:
    """The largest memory of this process since it was last reset, MB; of its whole life where Linux does not say."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        status = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Clock:
    """Does the steps one after the other, and writes a line on each."""

    def __init__(self, n: int, file: Path):
        self.n, self.file = n, file

    def __call__(self, step: str, work):
        memory(reset=True)
        wall, processor = time.perf_counter(), time.process_time()
        made = work()
        line = {"n": self.n, "step": step, "seconds": time.perf_counter() - wall}
        line |= {"processor": time.process_time() - processor, "memory": memory()}
        with self.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
        return made


def prepare(n: int, clock: Clock, source: Path) -> None:
    """From a file of articles to the prepared tables."""
    from framing import corpus, datasets, duplicates, power
    from framing import study as studies

    clock("draw the articles", lambda: datasets.sample_press(n, seed=1).articles.to_csv(source))
    reading = clock("read", lambda: corpus.open_source(path=str(source)))
    cleaned = clock("clean", lambda: corpus.clean(reading.articles))
    clusters = clock("copies", lambda: duplicates.clusters(cleaned.articles))
    articles = corpus.with_clusters(cleaned.articles, clusters)
    words = clock("words", lambda: corpus.words(articles, lexicon="northeast_asia"))
    made = dict(zip(("tokens", "counts", "mentions"), words, strict=True))
    rest = {"articles": articles, "rejected": reading.rejected, "clusters": clusters}
    clock("save", lambda: corpus.save("scale", **rest, **made))
    study = studies.open(articles, "scale", mentions=made["mentions"], clusters=clusters)
    clock("power", lambda: power.curve(study, seed=0))


def ask(n: int, clock: Clock, source: Path) -> None:
    """Two questions on the prepared tables."""
    from framing import keyness, topics
    from framing import study as studies

    counts = clock("load", lambda: studies.load("scale").counts)
    clock("keyness", lambda: keyness.compare(counts, by="outlet", target=counts["outlet"].iloc[0]))
    clock("topics, K = 50", lambda: topics.fit(counts, 50))


def measured(file: Path) -> pd.DataFrame:
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return pd.DataFrame([json.loads(line) for line in lines], columns=["n", "step", "seconds", "processor", "memory"])


def run(n: int, folder: Path) -> None:
    """Both halves of a size, each in a process of its own."""
    place = folder / str(n)
    place.mkdir(parents=True, exist_ok=True)
    for half in HALVES:
        if (place / f"{half}.done").exists():
            continue
        (place / f"{half}.jsonl").unlink(missing_ok=True)
        settings = os.environ | {"FRAMING_OUTPUTS": str(place), "OMP_NUM_THREADS": "1"}
        subprocess.run([sys.executable, __file__, "--half", half, str(n), str(folder)], env=settings, check=True)
        (place / f"{half}.done").touch()


def table(folder: Path, sizes: list[int]) -> str:
    """Seconds, memory and growth of each step, as Markdown."""
    found = pd.concat([measured(folder / str(n) / f"{half}.jsonl") for n in sizes for half in HALVES])
    lines = ["| step | " + " | ".join(f"{n:,}" for n in sizes) + " | exponent | kB an article |"]
    lines.append("|---|" + "---:|" * (len(sizes) + 2))
    for step, rows in found.groupby("step", sort=False):
        rows = rows.set_index("n").loc[sizes]
        cells = [f"{row.seconds:.1f} s, {row.memory:,.0f} MB" for row in rows.itertuples()]
        last = rows.iloc[-2:]
        grows = np.diff(np.log(last["processor"])) / np.diff(np.log(last.index))
        each = np.diff(last["memory"]) / np.diff(last.index) * 1024
        lines.append(f"| {step} | " + " | ".join(cells) + f" | {grows.sum():.2f} | {each.sum():.1f} |")
    disk = {n: sum(path.stat().st_size for path in (folder / str(n)).rglob("*.parquet")) / n / 1024 for n in sizes}
    lines.append("| tables on disk, kB an article | " + " | ".join(f"{disk[n]:.1f}" for n in sizes) + " | | |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 30_000, 100_000])
    parser.add_argument("--output", type=Path, default=Path("outputs/scale"), help="folder of what is measured")
    parser.add_argument("--half", nargs=3, metavar=("HALF", "N", "FOLDER"), help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.half:
        half, n, folder = chosen.half
        place = Path(folder) / n
        {"prepare": prepare, "ask": ask}[half](int(n), Clock(int(n), place / f"{half}.jsonl"), place / "articles.csv")
        return 0
    for n in chosen.sizes:
        print(f"{n:,} articles …", file=sys.stderr, flush=True)
        run(n, chosen.output)
    print(table(chosen.output, sorted(chosen.sizes)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
