"""What is known of each run: its fingerprint, its outcome, its place among the outputs.

``<outputs>/<study>/<name>.json`` is the record of a run's last execution. A run whose fingerprint
stands in its record, and whose report is there, is not run again.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from framing import provenance, store
from framing.batch import parameters
from framing.batch.plan import Run

LOG = "runs.jsonl"
ESCAPED = "backslashreplace"
"""How half a surrogate, which UTF-8 cannot hold, is written: as ``\\ud800``, which JSON reads as what it was."""


@dataclass(frozen=True)
class Record:
    """The outcome of one run, as it is kept and shown in the index.

    ``status`` is ``ok``, ``failed`` or ``skipped`` (unchanged, or its corpus notebook failed);
    ``seconds`` is wall time, ``peak_mb`` the kernel's peak memory (missing where it is not known).
    """

    study: str
    name: str
    status: str
    notebook: str
    fingerprint: str = ""
    values: dict = field(default_factory=dict, hash=False)
    seconds: float = 0.0
    peak_mb: int | None = None
    error: str = ""
    reason: str = ""
    title: dict = field(default_factory=dict, hash=False)
    finding: dict = field(default_factory=dict, hash=False)
    finished: str = ""


def paths(run: Run | Record, outputs: Path) -> dict[str, Path]:
    """Where a run's files go: ``html``, ``docx``, ``ipynb``, ``json``, and the folder ``files``."""
    base = outputs / run.study
    return {ending: base / f"{run.name}.{ending}" for ending in ("html", "docx", "ipynb", "json", "files")}


def read(path: Path) -> Record | None:
    """A record, or nothing where there is none or it is not one."""
    try:
        return of_text(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def of_text(text: str) -> Record | None:
    """A record as a file or a line of the log has it, or nothing."""
    try:
        return Record(**json.loads(text))
    except (ValueError, TypeError):
        return None


def write(record: Record, path: Path) -> None:
    move_into_place(json.dumps(asdict(record), ensure_ascii=False, indent=1), path)


def all_records(outputs: Path) -> list[Record]:
    """Every record under the outputs folder, by study and name."""
    found = [read(path) for path in sorted(outputs.glob("*/*.json"))]
    return [record for record in found if record]


def log(outputs: Path, record: Record) -> None:
    """Append one line to the run log; a single write, so that two batches never mix their lines."""
    with open(outputs / LOG, "ab", buffering=0) as stream:
        stream.write(json.dumps(asdict(record), ensure_ascii=False).encode(errors=ESCAPED) + b"\n")


def move_into_place(content: str | bytes, path: Path) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content.encode(errors=ESCAPED) if isinstance(content, str) else content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


# What a run depends on ------------------------------------------------------------------------


def fingerprint(run: Run, outputs: Path, folder: Path, *, inputs: str = "") -> str:
    """Checksum of everything that can change a run's numbers: its inputs, and the study's prepared tables.

    The notebook that writes the tables depends on them as it left them: tables that somebody else wrote, or whose
    writing was interrupted, are not its own. ``inputs`` is :func:`inputs_of` where that was taken before.
    """
    place = outputs / run.study / "tables"
    tables = [_of(path) for path in sorted(place.glob("*.parquet"))]
    own = run.values.get("sheets_path") or run.values.get("people")
    if begins_files(run) and not own:  # sheets come back into these, one for each kind of unit
        tables += [_of(path) for path in sorted(place.parent.glob("coding*")) if path.is_dir()]
    return provenance.of_data([inputs or inputs_of(run, folder), tables, store.making(place)])


def begins_files(run: Run) -> bool:
    """Whether a run begins or reads a folder that people put files into, as that of sheets."""
    return "sheets_path" in parameters.of_notebook(run.notebook)


_READ_BY = {"frames": {"codebook", "claim_file"}, "claims": {"claim_file"}}
"""Folder of params that studies share → the parameters whose notebooks read it; every notebook may read a lexicon."""


def inputs_of(run: Run, folder: Path) -> str:
    """Checksum of what a run depends on besides the prepared tables.

    The notebook's cells, the values, the toolkit's own files, the package versions, lexicons, the files that parameters
    name, and (for the notebooks that read them) codebooks, files of claims and the fetched corpora.
    """
    known = parameters.of_notebook(run.notebook)
    named = [
        folder / value
        for name, value in sorted(run.values.items())
        if name in known
        and isinstance(value, str)
        and value
        and (known[name].is_path or os.path.isfile(folder / value))  # people: codes.csv
    ]
    parts = {
        "cells": _cells(run.notebook, _stamp(run.notebook)),
        "values": run.values,
        "house": _house(),
        "versions": provenance.versions(),
        "shared": [
            _of(path)
            for name in store.SHARED
            if _READ_BY.get(name, {*known}) & {*known}
            for path in sorted((folder / "params" / name).glob("*"))
        ],
        "named": [_of(path) for path in named],
        "fetched": _fetched(run) if run.writes_tables else [],
    }
    return provenance.of_data(parts)


@cache
def _cells(notebook: Path, stamp: tuple) -> list[str]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]  # nbformat takes a second to load
    return ["".join(cell["source"]) for cell in cells]


@cache
def _house() -> str:
    """Checksum of the toolkit's own code and data."""
    here = Path(__file__).resolve().parents[1]
    files = sorted(p for p in here.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return provenance.of_data([(str(p.relative_to(here)), provenance.of_file(p)) for p in files])


def _fetched(run: Run) -> list:
    """Name, size and time of the files of a fetched corpus; they were checked by content when they came."""
    folders = [store.cache() / v for v in run.values.values() if isinstance(v, str) and parameters.slug(v) == v]
    found = [path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*")) if path.is_file()]
    return [(path.name, *_stamp(path)) for path in found]


def _of(path: Path) -> tuple[str, str]:
    if path.is_dir():
        return path.name, provenance.of_data([_of(inner) for inner in sorted(path.iterdir())])
    return path.name, _of_file(path, _stamp(path)) if path.is_file() else ""


@cache
def _of_file(path: Path, stamp: tuple) -> str:
    return provenance.of_file(path)


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
