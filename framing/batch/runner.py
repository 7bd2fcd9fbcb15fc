"""Batches: several runs side by side, each whole or not at all, and the log of what happened."""

import contextlib
import datetime as dt
import os
import shutil
import tempfile
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import nbformat

from framing import data, messages, report, store
from framing.batch import state, warm
from framing.batch.engine import Limits, Stopped, clean_environment, execute
from framing.batch.plan import Run
from framing.batch.state import Record
from framing.errors import FramingError
from framing.report.word import document

_RENDERING = threading.Lock()
"""Reports are made one at a time: the libraries under them import on first use, which threads may not share."""
FINDING = "application/vnd.framing.finding+json"
TITLE = "application/vnd.framing.title+json"


class Progress:
    """What a batch says while it goes; each method may be called from any thread. This one is silent."""

    def started(self, run: Run) -> None: ...
    def cell(self, run: Run, number: int, total: int) -> None: ...
    def finished(self, record: Record) -> None: ...


def run_all(
    runs: list[Run],
    outputs: Path,
    *,
    workers: int = 1,
    force: bool = False,
    cold: bool = False,
    limits: Limits | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
    server: warm.Server | None = None,
) -> list[Record]:
    """Execute runs, each after its study's corpus notebook, and write the index.

    Parameters
    ----------
    runs
        From :func:`framing.batch.plan.collect`, already found to be without fault.
    outputs
        Folder that holds one folder a study; made if it is not there.
    workers
        Notebooks that run at the same time.
    force
        Run again what is unchanged.
    cold
        Start a new interpreter for each notebook instead of forking a warm one.
    stop
        Set it to end the batch: running kernels are ended, nothing half is left.
    server
        A warm process to fork kernels from, for several batches; without it the batch starts and ends its own.

    Returns
    -------
    list of Record
        One a run that was reached, in the order in which they ended.

    Raises
    ------
    FramingError
        ``outputs`` cannot be written to.
    """
    outputs = outputs.resolve()
    _refuse_unwritable(outputs)
    _sweep(outputs)
    warmed = server or warm.Server(warm.modules_of({run.notebook for run in runs}))
    warmed = None if cold or not warm.available() else warmed
    stop = stop or threading.Event()
    batch = _Batch(outputs, force, warmed, limits or Limits(), progress or Progress(), stop)
    ready: dict[str, list[Future]] = {}
    ending = contextlib.ExitStack()  # whoever gave a server ends it
    if warmed and not server:
        ending.enter_context(warmed)
    with ending, ThreadPoolExecutor(max(1, workers)) as pool:
        futures = []
        for run in runs:  # corpus notebooks come first in each study, so no worker waits for one that cannot start
            futures.append(pool.submit(batch.reach, run, ready.get(run.study, [])))
            if run.writes_tables:
                ready.setdefault(run.study, []).append(futures[-1])
        try:
            for future in futures:
                future.result()
        except BaseException:  # on Ctrl-C the runs are told to stop and waited for
            stop.set()
            for future in futures:
                future.cancel()
            ending.close()  # a run may be waiting for its kernel
            raise
    write_index(outputs)
    return batch.records


@dataclass
class _Batch:
    """What the runs of a batch share, and what became of them."""

    outputs: Path
    force: bool
    server: warm.Server | None
    limits: Limits
    progress: Progress
    stop: threading.Event
    records: list[Record] = field(default_factory=list)

    def reach(self, run: Run, before: list[Future]) -> Record | None:
        """Do a run once those before it have ended; nothing where the batch was stopped."""
        blocked = [] if self.stop.is_set() else [future.result() for future in before]
        if self.stop.is_set() or None in blocked:
            return None
        broken = next((record for record in blocked if record.status == "failed"), None)
        try:
            record = self._not_started(run, broken) if broken else self._locked(run)
            state.log(self.outputs, record)
        except Stopped:
            return None
        except Exception as failure:  # the edge between runs: one fault must not end the other runs
            record = _record(run, "failed", error=f"{type(failure).__name__}: {failure}", reason="not finished")
            with contextlib.suppress(Exception):  # what cannot be logged is in the records still
                state.log(self.outputs, record)
        self.records.append(record)
        self.progress.finished(record)
        return record

    def _not_started(self, run: Run, broken: Record) -> Record:
        reason = f"{broken.name} of the same study failed: {broken.error}"
        record = _record(run, "failed", error=reason, reason="not started")
        state.write(record, state.paths(run, self.outputs)["json"])
        return record

    def _locked(self, run: Run) -> Record:
        """One run under its locks: skipped if unchanged, else executed, rendered and moved into place."""
        places, work, project = state.paths(run, self.outputs), self.outputs / ".work", store.project()
        with (
            store.locked(work / f"{run.study}.lock", shared=not run.writes_tables),
            store.locked(work / f"{run.study}.{run.name}.lock") if not run.writes_tables else contextlib.nullcontext(),
        ):
            inputs = state.inputs_of(run, project)
            fingerprint = state.fingerprint(run, self.outputs, project, inputs=inputs)
            known = state.read(places["json"])
            whole = places["html"].is_file() and places["ipynb"].is_file()
            if known and known.status == "ok" and known.fingerprint == fingerprint and whole and not self.force:
                return replace(known, status="skipped", reason="unchanged since its last run")
            self.progress.started(run)
            scratch = work / f"{run.study}.{run.name}.{os.getpid()}"
            shutil.rmtree(scratch, ignore_errors=True)
            (scratch / "files").mkdir(parents=True)
            try:
                record = self._executed(run, scratch)
                if run.writes_tables:
                    fingerprint = state.fingerprint(run, self.outputs, project, inputs=inputs)
                elif state.begins_files(run):
                    fingerprint = state.fingerprint(run, self.outputs, project)
                return _publish(replace(record, fingerprint=fingerprint), scratch, places)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)

    def _executed(self, run: Run, scratch: Path) -> Record:
        began = time.monotonic()
        told = {
            "limits": self.limits,
            "cwd": store.project(),
            "environment": clean_environment(self.outputs, scratch / "files"),
            "on_cell": lambda number, total: self.progress.cell(run, number, total),
            "stop": self.stop,
        }
        try:
            try:
                error, peak = execute(run.notebook, scratch / "run.ipynb", run.values, server=self.server, **told)
            except warm.Lost:  # once more, without it
                if self.stop.is_set():
                    raise
                shutil.rmtree(scratch)
                (scratch / "files").mkdir(parents=True)
                error, peak = execute(run.notebook, scratch / "run.ipynb", run.values, server=None, **told)
        except (OSError, RuntimeError, ValueError) as failure:  # no kernel, no room on the disk, no such kernel name
            if self.stop.is_set():
                raise Stopped from None
            error, peak = f"{type(failure).__name__}: {failure}", None
        seconds = round(time.monotonic() - began, 2)
        return _record(run, "failed" if error else "ok", seconds=seconds, peak_mb=peak, error=error)


def _publish(record: Record, scratch: Path, places: dict[str, Path]) -> Record:
    """Render what was executed and move everything into place, the record last."""
    part, files = scratch / "run.ipynb", scratch / "files"
    places["json"].parent.mkdir(parents=True, exist_ok=True)
    places["json"].unlink(missing_ok=True)  # a killed batch must not leave an old record beside new outputs
    if part.is_file():
        record = render(part, record, places, files)
        part.replace(places["ipynb"])
    shutil.rmtree(places["files"], ignore_errors=True)
    if any(files.iterdir()):
        files.replace(places["files"])
    state.write(record, places["json"])
    return record


def render(notebook: Path, record: Record, places: dict[str, Path], folder: Path) -> Record:
    """Make the report of an executed notebook and its Word document; gives the record with its title and finding.

    ``folder`` is where its tables and figures lie now.
    """
    node = nbformat.read(notebook, as_version=4)
    record = replace(record, title=_first(node, TITLE), finding=_first(node, FINDING))
    question, files = record.title.get("question") or record.name, f"{record.name}.files"
    told = {"title": question, "study": record.study, "error": record.error, "home": "../index.html", "files": files}
    told["word"] = "" if record.error else places["docx"].name
    try:
        with _RENDERING:
            text = report.export(node, **told)
            paper = document(text, folder) if told["word"] else None
    except (ValueError, TypeError, KeyError, RecursionError) as failure:
        return replace(record, status="failed", error=record.error or f"the report could not be made: {failure}")
    state.move_into_place(text, places["html"])
    places["docx"].unlink(missing_ok=True)
    if paper:
        state.move_into_place(paper, places["docx"])
    return record


def _first(node, kind: str) -> dict:
    """The first output of a kind that the toolkit left for the index."""
    for cell in node.cells:
        for output in cell.get("outputs", []):
            if kind in output.get("data", {}):
                return dict(output["data"][kind])
    return {}


def _record(run: Run, status: str, **more) -> Record:
    now = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    return Record(run.study, run.name, status, run.notebook.name, values=run.values, finished=now, **more)


def write_index(outputs: Path) -> Path:
    """Write ``index.html`` over every record under the outputs folder, in English unless every report is Japanese."""
    index, titles = outputs / "index.html", data.words("catalogue")
    with store.locked(outputs / ".work" / "index.lock"):
        entries = []
        for record in state.all_records(outputs):
            html = state.paths(record, outputs)["html"]
            entries.append(
                asdict(record)
                | {
                    "question": record.title.get("question", ""),
                    "language": record.title.get("language", ""),
                    "synthetic": bool(record.title.get("synthetic")),
                    "about": titles.get(record.study, {}).get("title", ""),
                    "href": f"{record.study}/{record.name}.html" if html.is_file() else "",
                }
            )
        asked = {entry["language"] for entry in entries} - {""}
        language = next((each for each in messages.LANGUAGES if asked == {each}), messages.LANGUAGES[0])
        state.move_into_place(report.index(entries, language=language), index)
    return index


def _sweep(outputs: Path) -> None:
    """Remove what batches that were killed left half; what belongs to a living process stays."""
    found = [outputs / ".work" / name for name in os.listdir(outputs / ".work")]
    for folder, _, names in os.walk(outputs):  # goes on where another batch removes a folder meanwhile; a glob does not
        found += [Path(folder) / name for name in names if name.startswith(".") and name.endswith(".part")]
    for left in found:
        number = left.name.removesuffix(".part").rpartition(".")[2]
        if left.suffix == ".lock" or not number.isdigit() or _alive(int(number)):
            continue
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _refuse_unwritable(outputs: Path) -> None:
    try:
        (outputs / ".work").mkdir(parents=True, exist_ok=True)
        for folder in (outputs, outputs / ".work"):
            tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise FramingError(f"the output folder {outputs} cannot be written to: {error.strerror or error}") from error
