"""What is there, made again without executing, or cleared away."""

import shutil
from pathlib import Path

from framing import store
from framing.batch import runner, state
from framing.batch.plan import Run
from framing.errors import ParamError


def status(runs: list[Run], outputs: Path) -> list[dict]:
    """What running these would do: one row per run, with ``status`` and ``reason``.

    ``status`` is ``unchanged``, ``changed`` (inputs, parameters or code differ from the last run),
    ``failed`` or ``new``.
    """
    rows = []
    for run in runs:
        record = state.read(state.paths(run, outputs)["json"])
        if record is None:
            found, reason = "new", "not run yet"
        elif record.status == "failed":
            found, reason = "failed", record.error
        elif record.fingerprint != state.fingerprint(run, outputs, store.project()):
            found, reason = "changed", "inputs, parameters, code or versions differ from the last run"
        elif not state.paths(run, outputs)["html"].is_file():
            found, reason = "changed", "the report is not there any more"
        else:
            found, reason = "unchanged", f"last run {record.finished}, {record.seconds:.1f} s"
        rows.append({"study": run.study, "name": run.name, "status": found, "reason": reason})
    return rows


def rebuild(outputs: Path) -> list[state.Record]:
    """Make every report and the index from the executed notebooks that are there.

    Raises
    ------
    ParamError
        There are none.
    """
    made, records = [], state.all_records(outputs)
    if not records:
        raise ParamError(
            f"no notebook was run into {outputs}, so there is no report to make; framing run does that first"
        )
    for record in records:
        places = state.paths(record, outputs)
        if places["ipynb"].is_file():
            record = runner.render(places["ipynb"], record, places, places["files"])
            state.write(record, places["json"])
            made.append(record)
    runner.write_index(outputs)
    return made


def clean(outputs: Path, studies: list[str], runs: list[str] | None = None) -> list[Path]:
    """Remove what the toolkit wrote for these studies (all when none is named); other files stay.

    Parameters
    ----------
    outputs
        Folder of the reports; nothing outside it is removed, and a link to elsewhere is not followed.
    studies
        Names of studies.
    runs
        Names of runs, as ``10_keyness.politics`` or ``sample/10_keyness.politics``: only what these left is removed,
        whether they failed or their parameter file is gone, and the prepared tables stay.

    Returns
    -------
    list of Path
        What was removed.

    Raises
    ------
    ParamError
        A study's name is not a plain name, or no run of a name left a record.
    """
    records = [r for r in state.all_records(outputs) if not studies or r.study in studies]
    known = {record.study for record in records} | {path.parent.name for path in outputs.glob("*/tables")}
    for study in studies:
        store.folder(study)  # refuses what is not a plain name
    if runs:
        chosen = [r for r in records if {r.name, f"{r.study}/{r.name}"} & set(runs)]
        if lost := set(runs) - {r.name for r in chosen} - {f"{r.study}/{r.name}" for r in chosen}:
            there = ", ".join(f"{r.study}/{r.name}" for r in records) or "no run"
            raise ParamError(f"no run {sorted(lost)} left a record under {outputs}, which has {there}")
        found = [path for record in chosen for path in state.paths(record, outputs).values()]
        among = sorted({record.study for record in chosen})
    else:
        found = [path for record in records for path in state.paths(record, outputs).values()]
        among = studies or sorted(known)
        found += [outputs / study / "tables" for study in among]
    removed = [path for path in found if _removed(path, outputs)]
    for base in (outputs / study for study in among):
        if base.is_dir() and not base.is_symlink() and not any(base.iterdir()):
            base.rmdir()
    if outputs.is_dir():
        if not runs:
            shutil.rmtree(outputs / ".work", ignore_errors=True)
        runner.write_index(outputs)
    return removed


def _removed(path: Path, outputs: Path) -> bool:
    """Remove a file, folder or link that lies in the folder of its study and nowhere else; whether it was there."""
    inside = path.parent.resolve().parent == outputs.resolve() and path.name not in {"", ".", ".."}
    if not inside or not (path.exists() or path.is_symlink()):
        return False
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return True
