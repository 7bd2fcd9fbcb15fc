"""The speed floor: ratios to a peer in the same run, which no change may lower below .95 without a line saying why.

    python benchmarks/floor.py --small            every benchmark in its small size, compared with floor.json
    python benchmarks/floor.py                    in its full size
    python benchmarks/floor.py topics keyness     some of them
    python benchmarks/floor.py --write --runs 3   and keep the medians in floor.json; on a quiet machine

A ratio says how many times as fast as its peer the toolkit is, from processor seconds of both in turn (seconds by the
clock for batches): a machine that is slow, or busy with something else, slows both. A benchmark whose ratio fell is run
twice more and the median counts. The exit code is 1 where one still is below. ``floor.json`` holds for each size and
name the ratio and the day.
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
FILE = HERE / "floor.json"
ALLOWED = 0.95
BENCHMARKS = (
    "batch",
    "duplicates",
    "frames",
    "keyness",
    "keyness_report",
    "prominence",
    "sample_press",
    "tokenise",
    "topics",
)
RATIOS = "FRAMING_RATIOS"  # the file that a benchmark started from here adds its ratios to


def arguments(doc: str, small: str, pairs: int = 5) -> argparse.ArgumentParser:
    """The options every benchmark has."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help=small)
    parser.add_argument("--pairs", type=int, default=pairs, help="times both ways are run, in turn")
    parser.add_argument("--write", action="store_true", help="keep the ratios in floor.json")
    return parser


def in_turn(ways: dict, pairs: int, clock=time.process_time) -> dict[str, list[float]]:
    """Seconds of each way, run in turn ``pairs`` times."""
    found = defaultdict(list)
    for _ in range(pairs):
        for name, work in ways.items():
            start = clock()
            work()
            found[name].append(clock() - start)
    return dict(found)


def times_as_fast(ours: list[float], peer: list[float], work: float = 1.0) -> float:
    """Median over the pairs; ``work`` is how many times the peer's work ours was."""
    return median(b * work / a for a, b in zip(ours, peer, strict=True))


def hold(ratios: dict[str, float], options: argparse.Namespace) -> None:
    """Print the ratios of one benchmark beside the floor, and keep them where that was asked for."""
    if RATIOS in os.environ:
        with open(os.environ[RATIOS], "a", encoding="utf-8") as lines:
            lines.write(json.dumps(ratios) + "\n")
        return
    size = "small" if options.small else "full"
    print("\n" + table(ratios, size))
    if options.write:
        write(ratios, size)


def stored() -> dict:
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}


def fallen(ratios: dict[str, float], size: str) -> list[str]:
    """Names of the ratios below what is allowed of the stored ones."""
    floor = stored().get(size, {})
    return [name for name, ratio in ratios.items() if name in floor and ratio < ALLOWED * floor[name]["ratio"]]


def table(ratios: dict[str, float], size: str) -> str:
    floor, below = stored().get(size, {}), fallen(ratios, size)
    lines = [f"{'times as fast as the peer (' + size + ')':<56} {'now':>8} {'floor':>8}  of"]
    for name, ratio in ratios.items():
        kept = floor.get(name)
        beside = f"{ALLOWED * kept['ratio']:>8.3g}  {kept['date']}" if kept else f"{'–':>8}  not stored yet"
        lines.append(f"{name:<56} {ratio:>8.3g} {beside}{'  FELL BELOW' if name in below else ''}")
    return "\n".join(lines)


def write(ratios: dict[str, float], size: str) -> None:
    """Keep ratios to three digits with today's date; other names and sizes stay."""
    kept, today = stored(), datetime.date.today().isoformat()
    kept.setdefault(size, {}).update({name: {"ratio": float(f"{r:.3g}"), "date": today} for name, r in ratios.items()})
    ordered = {size: dict(sorted(kept[size].items())) for size in sorted(kept)}
    FILE.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def measured(name: str, small: bool) -> dict[str, float]:
    """Run one benchmark in a process of its own, on one thread per library; its ratios."""
    one = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA")}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ratios"
        command = [sys.executable, str(HERE / f"{name}.py"), *(["--small"] if small else [])]
        print(f"== {name}", flush=True)
        subprocess.run(command, check=True, env={**os.environ, **one, RATIOS: str(file)})
        lines = file.read_text(encoding="utf-8").splitlines()
    return {name: ratio for line in lines for name, ratio in json.loads(line).items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; without, all")
    parser.add_argument("--small", action="store_true", help="the small sizes")
    parser.add_argument("--runs", type=int, default=1, help="times each benchmark is run; the median counts")
    parser.add_argument("--write", action="store_true", help="keep the ratios in floor.json")
    options = parser.parse_args()
    if unknown := sorted(set(options.names) - set(BENCHMARKS)):
        parser.error(f"no benchmark {unknown}; there are {', '.join(BENCHMARKS)}")
    size, every = "small" if options.small else "full", {}
    for name in options.names or BENCHMARKS:
        runs = [measured(name, options.small) for _ in range(options.runs)]
        if not options.write and fallen(runs[0], size):
            runs += [measured(name, options.small) for _ in range(max(0, 3 - options.runs))]
        every |= {ratio: median(run[ratio] for run in runs) for ratio in runs[0]}
    print("\n" + table(every, size))
    below = fallen(every, size)
    if options.write:
        write(every, size)
        return 0
    new = len(every.keys() - stored().get(size, {}).keys())
    print(
        f"below {ALLOWED} of the stored ratio: {', '.join(below) or 'none'}"
        + (f"; not stored yet: {new}" if new else "")
    )
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
