"""The shipped studies, killed at random moments: what is left is whole, and in the end every number is the same.

``make kill`` runs the studies of the demo once undisturbed; then again and again with a SIGKILL, a SIGTERM or a full
disk after a random time, 50 times or for 24 minutes, and once more to the end. It compares every record, table, figure
and report but for the times in them and prints how often it struck and what differs. ``--seed`` draws other moments.
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

ROOT = Path(__file__).resolve().parents[1]
HOW = ("SIGKILL", "SIGTERM", "full disk")
TIMES = re.compile(
    r'"(?:seconds|peak_mb|finished|fingerprint)": [^,}\n]*'
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?[^\s\"<]*|[\d.,]+\s?(?:s|秒|MB)(?![a-zA-Z])"
)
"""What may differ between two runs of the same: when, how long, in how much memory."""


def run(params: list[str], outputs: Path, limit: int | None = None) -> subprocess.Popen:
    """A batch in a session of its own; with ``limit``, no file may grow beyond so many bytes, as on a full disk."""

    def bounded() -> None:
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write fails, as it does without room
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "framing.cli", "run", *params, "--output", str(outputs)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=ROOT, preexec_fn=bounded, start_new_session=True, **quiet)


def content(outputs: Path) -> dict[str, object]:
    """Every file that a batch left, without times; its log and its locks are none of the results."""
    found: dict[str, object] = {}
    for path in sorted(outputs.rglob("*")):
        name = path.relative_to(outputs)
        if path.is_file() and name.parts[0] != ".work" and name.name != "runs.jsonl":
            found[str(name)] = plain(path, str(outputs))
    return found


def plain(path: Path, outputs: str) -> object:
    data = path.read_bytes()
    if path.suffix == ".xlsx":  # a zip archive of parts with their times
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return {name: book.read(name) for name in book.namelist() if name != "docProps/core.xml"}
    if path.suffix == ".ipynb":
        node = json.loads(data)
        for each in [node, *node["cells"]]:
            each.pop("id", None)  # papermill draws that of the parameters
            for key in ("papermill", "execution"):
                each["metadata"].pop(key, None)
        data = json.dumps(node, ensure_ascii=False).encode()
    return data if path.suffix in (".parquet", ".png") else TIMES.sub("", data.decode().replace(outputs, ""))


def unlike(a: object, b: object) -> list[str]:
    """Where two texts first differ."""
    if not (isinstance(a, str) and isinstance(b, str)):
        return ["not there" if a is None or b is None else "other bytes"]
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return [repr(text[max(at - 60, 0) : at + 60]) for text in (a, b)]


def broken(outputs: Path) -> list[str]:
    """Records, reports and tables that are half there."""
    import pyarrow.parquet as pq

    wrong = []
    for path in outputs.glob("*/*.json"):
        try:
            json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            wrong.append(str(path))
    wrong += [str(p) for p in outputs.glob("*/*.html") if not p.read_text("utf-8").rstrip().endswith("</html>")]
    for path in outputs.glob("*/tables/*.parquet"):
        try:
            pq.read_metadata(path)
        except (OSError, ValueError):
            wrong.append(str(path))
    return wrong


def strike(rng: random.Random, params: list[str], outputs: Path, longest: float) -> str:
    """Begin the batch, end it at a random moment, and say how."""
    how = rng.choice(HOW)
    going = run(params, outputs, rng.choice([2_000, 50_000, 500_000]) if how == "full disk" else None)
    try:
        going.wait(rng.uniform(0.5, longest))
    except subprocess.TimeoutExpired:
        number = signal.SIGTERM if how == "SIGTERM" else signal.SIGKILL
        going.send_signal(number)
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
    began, rng, struck, wrong = time.monotonic(), random.Random(told.seed), Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        calm, hurt = Path(folder) / "calm", Path(folder) / "hurt"
        run(told.params, calm).wait()
        took = time.monotonic() - began
        end = began + told.minutes * 60 - 2 * took
        while sum(struck.values()) < told.strikes and time.monotonic() < end:
            if not struck or rng.random() < 0.2:  # a batch that is nearly done has little to lose
                shutil.rmtree(hurt, ignore_errors=True)
            struck[strike(rng, told.params, hurt, min(took, 20))] += 1
            wrong += broken(hurt)
        code = run(told.params, hurt).wait()
        expected, found = content(calm), content(hurt)
    differ = sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name))
    told_of = ", ".join(f"{n} {how}" for how, n in sorted(struck.items()))
    print(f"{sum(struck.values())} strikes ({told_of}); {len(set(wrong))} files half there; exit code {code};")
    print(f"{len(expected):,} files, of which {len(differ)} differ from an undisturbed run", *differ[:20], sep="\n  ")
    for name in differ[:3]:
        print(name, *unlike(expected.get(name), found.get(name)), sep="\n  ")
    return int(bool(wrong or differ or code or any("did not end" in how for how in struck)))


if __name__ == "__main__":
    raise SystemExit(main())
