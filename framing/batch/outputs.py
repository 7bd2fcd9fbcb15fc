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


def clean(outputs: Path, studies: list[str]) -> list[Path]:
    """Remove what the toolkit wrote for these studies (all when none is named); other files stay.

    Raises
    ------
    FramingError
        A study's name is not a plain name.
    """
    records, removed = state.all_records(outputs), []
    known = {record.study for record in records} | {path.parent.name for path in outputs.glob("*/tables")}
    for study in studies or sorted(known):
        store.folder(study)  # refuses what is not a plain name
        base = outputs / study
        places = [path for r in records if r.study == study for path in state.paths(r, outputs).values()]
        for path in [*places, base / "tables"]:
            if path.exists():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                removed.append(path)
        if base.is_dir() and not any(base.iterdir()):
            base.rmdir()
    if outputs.is_dir():
        shutil.rmtree(outputs / ".work", ignore_errors=True)
        runner.write_index(outputs)
    return removed
