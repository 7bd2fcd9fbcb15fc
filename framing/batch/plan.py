"""From parameter files to runs: which notebook, which values, which name."""

import contextlib
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from framing import store
from framing.batch import parameters
from framing.errors import ParamError

ENDINGS = {".yaml", ".yml", ".json"}
CORPUS = "00_"
"""Notebooks that write the prepared tables; they go first, the others of the study wait for them."""


@dataclass(frozen=True)
class Run:
    """One notebook with one set of values.

    ``name`` is the parameter file's stem, with what varies behind it for a grid; the outputs are
    ``<outputs>/<study>/<name>.html`` and ``.ipynb``.
    """

    study: str
    name: str
    notebook: Path
    file: Path
    values: dict = field(hash=False)

    @property
    def key(self) -> str:
        return f"{self.study}/{self.name}"

    @property
    def writes_tables(self) -> bool:
        return self.notebook.name.startswith(CORPUS)


def collect(
    paths: list[Path], notebooks: Path | None = None, outputs: Path | None = None
) -> tuple[list[Run], list[str]]:
    """Every run the parameter files ask for, and everything that is wrong with them.

    Parameters
    ----------
    paths
        Parameter files, or folders of them (not searched deeper).
    notebooks
        Folder of the notebooks; ``notebooks`` of the project by default.
    outputs
        Folder of the outputs, whose prepared tables are looked at where they are there; the project's by default.

    Returns
    -------
    runs, faults
        Runs in the order in which they should start, without those that a fault refuses; one sentence a fault.
    """
    notebooks = notebooks or store.project() / "notebooks"
    runs: list[Run] = []
    found: list[str] = []
    files: dict[Path, None] = {}
    for path in paths:
        try:
            files |= dict.fromkeys(_files(path))
        except ParamError as error:
            found.append(str(error))
    for file in files:
        try:
            more, faults = _runs_of(file, notebooks)
        except ParamError as error:
            more, faults = [], [str(error)]
        runs += more
        found += faults
    found += same_reports(runs)
    keys = Counter(run.key.casefold() for run in runs)
    runs = [run for run in runs if keys[run.key.casefold()] == 1]
    from framing.batch import prepared

    strange = prepared.faults(runs, outputs or store.outputs())
    found += dict.fromkeys(f"{run.file}: {fault}" for run, fault in strange)
    runs = [run for run in runs if run not in [one for one, _ in strange]]
    studies = {study: n for n, study in enumerate(dict.fromkeys(run.study for run in runs))}
    return sorted(runs, key=lambda run: (not run.writes_tables, studies[run.study], run.notebook.name)), found


def same_reports(runs: list[Run]) -> list[str]:
    """Which parameter files would write the same report, a sentence each."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        found.setdefault(run.key.casefold(), []).append(run)
    return [f"{' and '.join(str(run.file) for run in same)} would write the same {same[0].key}; rename one"
            for _, same in sorted(found.items()) if len(same) > 1]  # fmt: skip


def same_elsewhere(runs: list[Run]) -> list[str]:
    """The same of these runs and the other parameter files of the project, which were not asked for."""
    asked, stems = {run.file.resolve() for run in runs}, {run.file.stem.casefold() for run in runs}
    others = []
    for file in sorted((store.project() / "params").glob("*/*")):
        if file.suffix in ENDINGS and file.stem.casefold() in stems and file.resolve() not in asked:
            with contextlib.suppress(ParamError):
                others += _runs_of(file, store.project() / "notebooks")[0]
    keys = {run.key.casefold() for run in runs}
    return same_reports([*runs, *(run for run in others if run.key.casefold() in keys)])


def _files(path: Path) -> list[Path]:
    if path.is_file():
        if path.suffix not in ENDINGS:
            raise ParamError(f"{path} is not a parameter file; these end in {sorted(ENDINGS)}")
        return [path]
    if not path.is_dir():
        near = sorted(p.name for p in path.parent.iterdir()) if path.parent.is_dir() else []
        raise ParamError(f"no parameter file or folder {path}" + (f"; {path.parent} has {near}" if near else ""))
    files = sorted(p for p in path.iterdir() if p.suffix in ENDINGS and not p.name.startswith("."))
    if not files:
        raise ParamError(f"{path} has no parameter files; these end in {sorted(ENDINGS)}")
    return files


def notebook_of(file: Path, notebooks: Path) -> Path:
    """The notebook a parameter file is for: the same name up to the first full stop.

    Raises
    ------
    ParamError
        There is no such notebook; the message lists those there are.
    """
    notebook = notebooks / f"{file.name.split('.')[0]}.ipynb"
    if not notebook.is_file():
        there = sorted(p.stem for p in notebooks.glob("*.ipynb")) if notebooks.is_dir() else []
        raise ParamError(f"{file}: no notebook {notebook.name} in {notebooks}; it has {there}")
    return notebook


def _runs_of(file: Path, notebooks: Path) -> tuple[list[Run], list[str]]:
    notebook = notebook_of(file, notebooks)
    known = parameters.of_notebook(notebook)
    runs, found = [], []
    for suffix, values in parameters.expand(parameters.read(file), file):
        if "study" in known:
            values.setdefault("study", file.resolve().parent.name)
        wrong = parameters.faults(values, known, file, notebook, store.project())
        study = str(values.get("study", file.resolve().parent.name))
        name = f"{file.stem}.{suffix}" if suffix else file.stem
        wrong = wrong or [f"{file}: {fault}" for fault in _unfit_names(study, name)]
        found += [fault for fault in wrong if fault not in found]
        if not wrong:
            runs.append(Run(study, name, notebook, file, values))
    return runs, found


def _unfit_names(study: str, name: str) -> list[str]:
    """Why a study and a run of it cannot name folders and files."""
    try:
        store.folder(study)
    except ValueError as error:
        return [str(error)]
    most = parameters.MAX_NAME - len(study.encode())
    if len(os.fsencode(name)) > most or parameters.half_surrogate(name):
        return [f"a report's name is text of at most {most} bytes, not {name[:40]!r}"]
    return []
