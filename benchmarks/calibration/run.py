"""How often procedures claim what is not there, hold the truth and refuse, on made-up data.

    python benchmarks/calibration/run.py --preset head > head.md

Each cell is a procedure (``procedures.py``) on a design (``designs.py``), with seeds 0 … R − 1; ``grid.py`` lists the
cells. A replicate is a line of the cell's file under ``--output``, named by a checksum of the cell, of framing and of
these modules: a run that was stopped goes on where it was, and other code starts again. The table goes to standard
output, progress to standard error.
"""

import argparse
import ast
import hashlib
import inspect
import json
import os
import re
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # two workers, two cores

import numpy as np
import pandas as pd
import procedures
from grid import PRESETS, Cell, call

import framing
from framing import provenance

HERE, FRAMING = Path(__file__).parent, Path(framing.__file__).parent
STREAM = 15  # a procedure is given the seed itself: its random numbers must not be those of its data
QUICK = 20  # replications of --quick, at most


# ---- one replicate ----


def replicate(cell: Cell, seed: int) -> dict:
    """What the procedure said of data set number ``seed``: verdicts, or why it refused, and the time it took."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sample = cell.design(np.random.default_rng([seed, STREAM]))
        start = time.perf_counter()
        try:
            said = {"said": cell.procedure(sample, seed)}
        except Exception as error:  # a crash must not end the run, and the table shows it by its name
            said = {"refused": f"{type(error).__name__}: {error}"}
    return {"seed": seed, "seconds": time.perf_counter() - start, **said}


# ---- many, kept as they come ----


def code(cell: Cell) -> str:
    """Checksum of what can move a number of a cell: its procedure, its design, and the modules that these import."""
    asked = frozenset(re.findall(r"\bfr\.(\w+)\.", source(cell.procedure)))
    digest = hashlib.sha256(_code(asked).encode())
    digest.update((source(cell.procedure) + source(cell.design)).encode())
    return digest.hexdigest()


def source(function: Callable) -> str:
    return inspect.getsource(getattr(function, "func", function))


@cache
def _code(asked: frozenset[str]) -> str:
    files, left = set(), [f"framing.{room}" for room in asked]
    while left:
        for file in _files(left.pop()) - files:
            files.add(file)
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "framing":
                    left += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    digest = hashlib.sha256(json.dumps(provenance.versions()).encode())
    digest.update(b"".join(file.read_bytes() for file in sorted(files)))
    return digest.hexdigest()


def _files(module: str) -> set[Path]:
    """The file of a module of framing and of the packages around it; of a package all, which it may load lazily."""
    parts = module.split(".")[1:]
    if parts and FRAMING.joinpath(*parts).is_dir():
        return {*FRAMING.joinpath(*parts).rglob("*.py"), FRAMING / "__init__.py"}
    names = [FRAMING.joinpath(*parts[:i], "__init__.py") for i in range(1, len(parts) + 1)]
    names.append(FRAMING.joinpath(*parts[:-1], f"{parts[-1]}.py") if parts else FRAMING / "__init__.py")
    return {name for name in names if name.exists()}


def file_of(cell: Cell, folder: Path) -> Path:
    key = hashlib.sha256(f"{cell.name} {code(cell)}".encode()).hexdigest()[:12]
    return folder / f"{re.sub(r'[^a-zA-Z0-9.]+', '-', cell.name).strip('-')[:120]}.{key}.jsonl"


def kept(cell: Cell, folder: Path) -> list[dict]:
    """The replicates measured so far, by seed; a line that was cut off is dropped from the file."""
    file = file_of(cell, folder)
    text = file.read_text("utf-8") if file.exists() else ""
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        file.write_text(whole, "utf-8")
    lines = sorted(map(json.loads, whole.splitlines()), key=lambda line: line["seed"])
    return [line for line in lines if line["seed"] < cell.replications]


def measure(cells: list[Cell], folder: Path, workers: int = 2) -> None:
    """Measure what is not measured yet."""
    folder.mkdir(parents=True, exist_ok=True)
    todo = {}  # by name: two presets may hold the same cell
    for cell in cells:
        done = {line["seed"] for line in kept(cell, folder)}
        todo |= {(cell.name, seed): (cell, seed) for seed in range(cell.replications) if seed not in done}
    if todo and workers == 1:
        keep(todo.values(), map(replicate, *zip(*todo.values(), strict=True)), folder)
    elif todo:
        pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        try:
            keep(todo.values(), pool.map(replicate, *zip(*todo.values(), strict=True)), folder)
        finally:  # a run that is stopped does not first do the rest
            pool.shutdown(cancel_futures=True)


def keep(todo: Iterable[tuple[Cell, int]], lines: Iterable[dict], folder: Path) -> None:
    """Write each replicate as it comes."""
    for cell, pairs in groupby(zip(todo, lines, strict=True), key=lambda pair: pair[0][0]):
        print(f"{time.strftime('%H:%M:%S')} {cell.name}", file=sys.stderr, flush=True)
        with file_of(cell, folder).open("a", encoding="utf-8") as stream:
            for _, line in pairs:
                stream.write(json.dumps(line) + "\n")
                stream.flush()


# ---- the table ----


def ratio(part: pd.Series, whole: pd.Series) -> tuple[float, float]:
    """Σ part / Σ whole over replicates, and its Monte-Carlo error; where all replicates agree, one in so many.

    The things of one replicate share its data, so that the replicate is the unit of the error (ratio estimator,
    linearised).
    """
    if not whole.sum():
        return np.nan, np.nan
    share, used = part.sum() / whole.sum(), int((whole > 0).sum())
    if used < 2:
        return share, np.nan
    spread = np.sqrt(((part - share * whole) ** 2).sum() * used / (used - 1)) / whole.sum()
    return share, spread or 1 / used


def summary(cells: list[Cell], folder: Path) -> pd.DataFrame:
    """One row per cell and statement.

    ``claim`` (size where nothing is there, power where something was planted) and ``cover`` are shares of what was
    said, with their Monte-Carlo errors; ``refused`` is a share of what was asked; ``width`` is the mean of finite
    intervals, ``n`` the number of things in a replicate, ``seconds`` its time (median: the first compiles).
    """
    rows = []
    for cell in cells:
        lines = kept(cell, folder)
        told = [line["said"] for line in lines if "said" in line]
        for name in dict.fromkeys([*(name for said in told for name in said), *cell.stated]) or ["—"]:
            counts = pd.DataFrame([said[name] for said in told if name in said], columns=list(procedures.verdict(0)))
            silent, per = len(lines) - len(counts), counts["n"].mean() if len(counts) else 1.0
            (claim, claim_error), (cover, cover_error) = (
                ratio(counts[part], counts[whole]) for part, whole in (("claims", "n_said"), ("covers", "n_intervals"))
            )
            asked = counts["n"].sum() + silent * per
            rows.append(
                {
                    "row": cell.row, "procedure": call(cell.procedure), "design": call(cell.design), "statement": name,
                    "stated": cell.stated.get(name, ""), "replications": len(lines), "n": per,
                    "claim": claim, "claim_error": claim_error, "cover": cover, "cover_error": cover_error,
                    "width": counts["width"].mean(),
                    "refused": (counts["refused"].sum() + silent * per) / asked if asked else np.nan,
                    "seconds": np.median([line["seconds"] for line in lines]) if lines else np.nan,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def reasons(cells: list[Cell], folder: Path) -> Counter:
    """Why procedures refused, or crashed."""
    return Counter((cell.name, line["refused"]) for cell in cells for line in kept(cell, folder) if "refused" in line)


def commit() -> str:
    """The last commit that changed framing, and whether it has changed since."""

    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", FRAMING, *words, "."], capture_output=True, text=True).stdout.strip()

    return (git("log", "-1", "--format=%h", "--") or "unknown") + " with changes" * bool(git("status", "--porcelain"))


def markdown(cells: list[Cell], folder: Path) -> str:
    """The summary as a page."""
    parts = [
        f"{time.strftime('%Y-%m-%d')}, framing of commit {commit()}. *Claims* and *covers* are shares "
        "of what was said, ± one Monte-Carlo error over *R* replicates; *n* is the number of things each replicate is "
        "about; *refused* is the share of them without an answer; *s* is the median time of a replicate in seconds; "
        "*stated* is what was expected before measuring."
    ]
    head = ("procedure", "design", "statement", "R", "n", "claims", "covers", "mean width", "refused", "s", "stated")
    for row, table in summary(cells, folder).groupby("row", sort=False):
        parts.append(f"## {row}\n\n")
        parts[-1] += "\n".join(
            f"| {' | '.join(line)} |"
            for line in [
                head,
                ["---"] * len(head),
                *(
                    (f"`{r.procedure}`", f"`{r.design}`", r.statement, f"{r.replications}", number(r.n, 0),
                     share(r.claim, r.claim_error), share(r.cover, r.cover_error), number(r.width, 3),
                     number(r.refused, 3), number(r.seconds, 3), r.stated)
                    for r in table.itertuples()
                ),
            ]
        )  # fmt: skip
    why = reasons(cells, folder)
    if why:
        listed = [f"- {n} × `{name}`: {text.splitlines()[0]}" for (name, text), n in why.most_common(20)]
        parts.append("## Refusals\n\n" + "\n".join(listed))
    return "\n\n".join(parts) + "\n"


def number(value: float, digits: int) -> str:
    return "" if np.isnan(value) else f"{value:.{digits}f}"


def share(value: float, error: float) -> str:
    return number(value, 3) + ("" if np.isnan(error) else f" ± {error:.3f}")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", choices=PRESETS, help="cells of one list of grid.py; all unless given")
    parser.add_argument("--only", default="", metavar="PATTERN", help="regular expression for row and name of a cell")
    parser.add_argument("--replications", type=int, metavar="R", help="instead of the numbers of grid.py")
    parser.add_argument("--quick", action="store_true", help=f"at most {QUICK} replications")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--report", action="store_true", help="only the table of what is measured already")
    parser.add_argument("--output", type=Path, default=Path("outputs/calibration"), help="folder of the replicates")
    chosen = parser.parse_args(arguments)
    listed = [cell for name in ([chosen.preset] if chosen.preset else PRESETS) for cell in PRESETS[name]()]
    cells = [limited(cell, chosen) for cell in listed if re.search(chosen.only, f"{cell.row}: {cell.name}")]
    if not cells:
        parser.error(f"no cell matches {chosen.only!r}; there are {[cell.name for cell in listed]}")
    if not chosen.report:
        measure(cells, chosen.output, chosen.workers)
    print(markdown(cells, chosen.output))


def limited(cell: Cell, chosen: argparse.Namespace) -> Cell:
    asked = chosen.replications or cell.replications
    return replace(cell, replications=min(asked, QUICK) if chosen.quick else asked)


if __name__ == "__main__":
    main()
