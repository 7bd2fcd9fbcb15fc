"""What a person sees while a batch goes: one line a run in a terminal, a line at each end elsewhere."""

import sys
import threading
from contextlib import AbstractContextManager, nullcontext

from framing.batch.plan import Run
from framing.batch.runner import Progress
from framing.batch.state import Record


class Plain(Progress):
    """For pipes and logs: one line when a run ends."""

    def finished(self, record: Record) -> None:
        why = f" ({record.reason})" if record.status == "skipped" else f" {record.seconds:.1f} s"
        print(f"{record.status:<8} {record.study}/{record.name}{why}", flush=True)


class Lines(Progress):
    """For a terminal: a bar a running notebook with cell and elapsed time, and the whole batch below."""

    def __init__(self, total: int, workers: int):
        from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        self.bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[doing]}", markup=False),
        )
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskID] = {}
        self._all = self.bars.add_task("all runs", total=total, doing=f"{workers} at a time")

    def started(self, run: Run) -> None:
        with self._lock:
            self._tasks[run.key] = self.bars.add_task(run.key, total=None, doing="starting")

    def cell(self, run: Run, number: int, total: int) -> None:
        self.bars.update(self._tasks[run.key], completed=number, total=total, doing="cells")

    def finished(self, record: Record) -> None:
        key = f"{record.study}/{record.name}"
        with self._lock:
            if key in self._tasks:
                self.bars.remove_task(self._tasks.pop(key))
        mark = {"ok": "✓", "skipped": "–", "failed": "✗"}[record.status]
        why = record.reason if record.status == "skipped" else f"{record.seconds:.1f} s"
        self.bars.console.print(f"{mark} {key}  {why}{'  ' + record.error if record.error else ''}", markup=False)
        self.bars.advance(self._all)


def of_terminal(total: int, workers: int) -> Progress:
    """Bars where standard output is a terminal, plain lines elsewhere."""
    return Lines(total, workers) if sys.stdout.isatty() else Plain()


def showing(progress: Progress) -> AbstractContextManager:
    """Show the bars while the block runs."""
    return progress.bars if isinstance(progress, Lines) else nullcontext()
