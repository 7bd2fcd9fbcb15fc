"""Executing one notebook: papermill with our kernels, bounded output and a limit on time."""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import papermill
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill import engines
from papermill.clientwrap import PapermillNotebookClient
from papermill.exceptions import PapermillExecutionError

from framing.batch import warm

MAX_STREAM = 200_000
"""Characters of printed text kept a cell; a notebook that prints 50 MB gives a report that opens."""


class Client(PapermillNotebookClient):
    """papermill's client, which keeps only so much of what a cell prints, and says so."""

    printed: dict

    def execute_cell(self, cell, cell_index, **kwargs):
        self.printed = {}
        return super().execute_cell(cell, cell_index, **kwargs)

    def output(self, outs, msg, display_id, cell_index):
        if msg["msg_type"] == "stream":
            text = msg["content"]["text"]
            before = self.printed.get(cell_index, 0)
            self.printed[cell_index] = before + len(text)
            if before > MAX_STREAM:
                return None
            if before + len(text) > MAX_STREAM:
                note = f"\n[only the first {MAX_STREAM:,} characters that this cell printed are kept]\n"
                msg["content"]["text"] = text[: MAX_STREAM - before] + note
        return super().output(outs, msg, display_id, cell_index)


class Engine(engines.Engine):
    """papermill's engine with :class:`Client`."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **options):
        told = {"timeout": options["execution_timeout"], "startup_timeout": options["start_timeout"]}
        own = {name: options[name] for name in ("kernel_manager_class", "resources", "on_cell_start")}
        client = Client(nb_man, kernel_name=kernel_name, **told, **own)
        return client.execute(env=options["kernel_environment"])


engines.papermill_engines.register("framing", Engine)


@dataclass(frozen=True)
class Limits:
    """Seconds a cell and a whole run may take; nothing where there is no limit."""

    cell: float | None = None
    run: float | None = None


class Stopped(Exception):
    """The batch was told to stop while this run was going."""


def execute(
    notebook: Path,
    output: Path,
    values: dict,
    *,
    server: warm.Server | None,
    limits: Limits,
    cwd: Path,
    environment: dict[str, str],
    on_cell: Callable[[int, int], None],
    stop: threading.Event,
) -> tuple[str, int | None]:
    """Run a notebook to ``output``.

    Returns
    -------
    error, peak_mb
        What went wrong in a sentence, empty if nothing; the kernel's peak memory in megabytes where
        it is known. ``output`` holds what was executed either way.

    Raises
    ------
    Stopped
        ``stop`` was set; the kernel has been ended.
    framing.batch.warm.Lost
        The warm process ended under the kernel; nothing is wrong with the run.
    """
    import nbformat

    seen: dict = {}
    cells = nbformat.read(notebook, as_version=4).cells
    done = threading.Event()
    over: list[str] = []
    watch = threading.Thread(target=_watch, args=(seen, limits.run, stop, done, over), daemon=True)
    watch.start()
    error = ""
    try:
        papermill.execute_notebook(
            str(notebook).replace("{", "{{").replace("}", "}}"),  # papermill formats its paths
            str(output).replace("{", "{{").replace("}", "}}"),
            parameters=values,
            engine_name="framing",
            kernel_name="python3",
            language="python",
            progress_bar=False,
            start_timeout=warm.PATIENCE,
            execution_timeout=limits.cell,
            kernel_manager_class=warm.manager_class(server, seen),
            kernel_environment=environment,
            resources={"metadata": {"path": str(cwd)}},
            on_cell_start=lambda cell, cell_index: on_cell(cell_index, len(cells)),
        )
    except PapermillExecutionError as failure:
        error = f"{failure.ename}: {failure.evalue}"
    except CellTimeoutError:
        error = f"a cell ran longer than {limits.cell:g} s"
    except (DeadKernelError, RuntimeError) as failure:  # the second of a kernel that died while it started
        if not over and "process" not in seen:
            raise
        error = over[0] if over else _death(seen, failure)
    finally:
        done.set()
        watch.join()
        ensure_event_loop().close()  # jupyter makes one for each worker thread and leaves it open
    if stop.is_set():
        raise Stopped
    process = seen.get("process")
    if error and not over and getattr(process, "lost", False):
        raise warm.Lost("the warm process that kernels are forked from has ended")
    return error, getattr(process, "peak_mb", None)


def _watch(seen: dict, limit: float | None, stop: threading.Event, done: threading.Event, over: list[str]) -> None:
    """End the kernel when the batch stops or the run has had its time."""
    started = None
    while not done.wait(0.1):
        if "process" not in seen:
            continue
        started = started or time.monotonic()  # the wait for the warm process is not the run's time
        late = limit is not None and time.monotonic() - started > limit
        if stop.is_set() or late:
            over.append(f"the run took longer than {limit:g} s" if late else "stopped")
            seen["process"].send_signal(signal.SIGKILL)
            return


def _death(seen: dict, failure: Exception) -> str:
    code = seen["process"].poll()
    if code == -signal.SIGKILL:
        return (
            "the kernel was killed (signal 9), most often because the machine ran out of memory; try a smaller corpus"
        )
    if code is None:
        return f"{type(failure).__name__}: {failure}"
    if code < 0:
        return f"the kernel died of signal {-code} ({signal.Signals(-code).name})"
    return f"the kernel ended by itself (exit code {code})"


def clean_environment(outputs: Path, files: Path) -> dict[str, str]:
    """The environment of a run's kernel."""
    return {
        **os.environ,
        "FRAMING_OUTPUTS": str(outputs),
        "FRAMING_RUN_FILES": str(files),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
    }
