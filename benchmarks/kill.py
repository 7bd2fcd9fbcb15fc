"""The shipped studies, killed at random moments: what is left is whole, and in the end every number is the same.

``make kill`` runs the studies of the demo once undisturbed. Then, in a copy of that, it takes the outcome of one or two
runs away (now and then that of a whole study, with its prepared tables), begins them again, and ends them with a
SIGKILL, a SIGTERM or a full disk after a random time, 50 times or for 24 minutes. What was struck stays as it was left
until the last run, which is not disturbed. It compares every record, table, figure and report but for the times in them
and prints how often it struck and what differs. ``--seed`` draws other moments.
"""

import argparse
import io
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

from framing.batch import plan, state

ROOT = Path(__file__).resolve().parents[1]
STARTING = 6
"""Seconds until the first kernel of a batch runs, on a machine that does other things as well."""
LONGEST = 20
"""Seconds after which a batch is struck at the latest."""
HOW = ("SIGKILL", "SIGTERM", "full disk")
ENDS = {".html": b"</html>", ".svg": b"</svg>", ".png": b"IEND\xaeB`\x82", ".tex": b"}"}
"""How a file of an ending ends."""
TIMES = re.compile(
    r'"(?:seconds|peak_mb|finished|fingerprint)": [^,}\n]*|"stamp": \[[^]]*\]'
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?[^\s\"<]*|[\d.,]+\s?(?:s|秒|MB)(?![a-zA-Z])"
)
"""What may differ between two runs of the same: when, how long, in how much memory, in which file of the disk."""


def run(params: list[str], outputs: Path, limit: int | None = None) -> subprocess.Popen:
    """A batch in a session of its own; with ``limit``, no file may grow beyond so many bytes, as on a full disk."""

    def bounded() -> None:
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write fails, as it does without room
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "framing.cli", "run", *params, "--output", str(outputs), "--workers", "2"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=ROOT, preexec_fn=bounded, start_new_session=True, **quiet)


def content(outputs: Path) -> dict[str, object]:
    """Every file that a batch left, without times; its log and its locks are none of the results."""
    found: dict[str, object] = {}
    for path in sorted(outputs.rglob("*")):
        name = path.relative_to(outputs)
        if path.is_file() and name.parts[0] != ".work" and name.name != "runs.jsonl":
            found[str(name)] = plain(path)
    return found


def plain(path: Path) -> object:
    data = path.read_bytes()
    if path.suffix in (".xlsx", ".docx"):  # a zip archive of parts with their times
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts = {name: book.read(name) for name in book.namelist() if name != "docProps/core.xml"}
        return {name: TIMES.sub("", part.decode()) if name.endswith(".xml") else part for name, part in parts.items()}
    if path.suffix == ".ipynb":
        node = json.loads(data)
        for each in [node, *node["cells"]]:
            each.pop("id", None)  # papermill draws that of the parameters
            for key in ("papermill", "execution"):
                each["metadata"].pop(key, None)
        data = json.dumps(node, ensure_ascii=False).encode()
    return data if path.suffix in (".parquet", ".png") else TIMES.sub("", data.decode())


def unlike(a: object, b: object) -> list[str]:
    """Where two texts first differ."""
    if not (isinstance(a, str) and isinstance(b, str)):
        return ["not there" if a is None or b is None else "other bytes"]
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return [repr(text[max(at - 60, 0) : at + 60]) for text in (a, b)]


def broken(outputs: Path) -> list[str]:
    """Files that are half there, whatever a batch writes, but for those that are written aside (``.NAME.part``)."""
    files = [path for path in outputs.rglob("*") if path.is_file() and ".work" not in path.relative_to(outputs).parts]
    return [str(path) for path in files if not path.name.startswith(".") and not _whole(path)]


def _whole(path: Path) -> bool:
    import pyarrow.parquet as pq

    try:
        data = path.read_bytes()
        if path.suffix in (".json", ".ipynb"):
            json.loads(data)
        elif path.suffix in (".docx", ".xlsx"):
            with zipfile.ZipFile(io.BytesIO(data)) as book:
                return book.testzip() is None
        elif path.suffix == ".parquet":
            pq.read_table(io.BytesIO(data))
    except (OSError, ValueError, zipfile.BadZipFile):
        return False
    return data.rstrip().endswith(ENDS.get(path.suffix, b""))


def begun_again(rng: random.Random, runs: list[plan.Run], outputs: Path) -> list[plan.Run]:
    """Take the outcome of one or two runs away; gives what to begin again, behind the corpora of their studies."""
    chosen = rng.sample(runs, min(len(runs), rng.choice([1, 1, 2])))
    studies, corpora = {run.study for run in chosen}, [run for run in runs if run.writes_tables]
    if rng.random() < 0.05:
        chosen = [run for run in runs if run.study in studies]
        for study in studies:
            shutil.rmtree(outputs / study, ignore_errors=True)
    for run in chosen:
        places = state.paths(run, outputs)
        for name in rng.choice([("json",), ("json", "html", "ipynb")]):
            places[name].unlink(missing_ok=True)
    return list(dict.fromkeys(run for run in [*corpora, *chosen] if run.study in studies))


def strike(rng: random.Random, params: list[str], outputs: Path, longest: float) -> str:
    """Begin the batch, end it at a random moment, and say how; nothing where it was through before that."""
    how = rng.choice(HOW)
    going = run(params, outputs, rng.choice([2_000, 50_000, 500_000]) if how == "full disk" else None)
    try:
        code = going.wait(rng.uniform(0.5, longest))
        how = how if how == "full disk" and code else ""
    except subprocess.TimeoutExpired:
        going.send_signal(signal.SIGTERM if how == "SIGTERM" else signal.SIGKILL)
        try:
            going.wait(60)
        except subprocess.TimeoutExpired:
            how = f"{how} (did not end)"
    os.killpg(going.pid, signal.SIGKILL) if going.poll() is None else None
    return how


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("params", nargs="*", default=["params/telegrams", "params/sample"])
    asked.add_argument("--strikes", type=int, default=50)
    asked.add_argument("--minutes", type=float, default=24)
    asked.add_argument("--seed", type=int, default=0)
    told = asked.parse_args()
    os.chdir(ROOT)
    runs, faults = plan.collect([Path(name) for name in told.params])
    if faults:
        raise SystemExit("\n".join(faults))
    began, rng, struck, wrong = time.monotonic(), random.Random(told.seed), Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        calm, hurt = Path(folder) / "calm", Path(folder) / "hurt"
        run(told.params, hurt).wait()
        took = time.monotonic() - began
        shutil.copytree(hurt, calm)
        seconds = {each: state.read(state.paths(each, calm)["json"]).seconds for each in runs}
        end = began + told.minutes * 60 - 1.2 * took
        while sum(struck.values()) < told.strikes and time.monotonic() < end:
            again = begun_again(rng, runs, hurt)
            longest = min(STARTING + sum(seconds[each] for each in again), LONGEST)
            if how := strike(rng, list(dict.fromkeys(str(each.file) for each in again)), hurt, longest):
                struck[how] += 1
            wrong += broken(hurt)
        code = run(told.params, hurt).wait()
        expected, found = content(calm), content(hurt)
    differ = sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name))
    told_of = ", ".join(f"{n} {how}" for how, n in sorted(struck.items()))
    print(f"{sum(struck.values())} strikes ({told_of}); {len(set(wrong))} files half there; exit code {code};")
    print(f"{len(expected):,} files, of which {len(differ)} differ from an undisturbed run", *differ[:20], sep="\n  ")
    for name in differ[:3]:
        print(name, *unlike(expected.get(name), found.get(name)), sep="\n  ")
    print(f"{(time.monotonic() - began) / 60:.1f} minutes, of which {took / 60:.1f} for the undisturbed run")
    return int(bool(wrong or differ or code or any("did not end" in how for how in struck)))


if __name__ == "__main__":
    raise SystemExit(main())
