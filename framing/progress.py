"""How far long work is: a line that counts while the work goes, and is gone when it is done.

An executed notebook holds nothing of it, and so neither does its report.
"""

import html
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import Any, TypeVar

from framing.wording import say

WAIT = 1.5
"""Seconds before a line appears: what is done by then needs none."""
EVERY = 0.4
"""Seconds between two changes of the line."""
BATCH = "FRAMING_RUN_FILES"
"""Set where a notebook is run for a report: nobody looks on, and the batch has a line of its own."""

T = TypeVar("T")


def bar(things: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
    """The things one after the other, with a line that says how many are done and how long the rest takes.

    Parameters
    ----------
    things
        What is gone through.
    what
        What one of them is, in the plural: ``refits``.
    total
        How many there are, where ``things`` cannot be asked.

    Notes
    -----
    In a live notebook the line is an output that is emptied at the end; at a terminal it stands on the last line of
    standard error and is wiped. Everywhere else nothing is shown. No widgets: they are lost with their kernel.
    """
    what = say(what)
    total = len(things) if total is None and isinstance(things, Sized) else total
    line = _line()
    if line is None:
        yield from things
        return
    began = shown = time.monotonic()
    said = False
    try:
        for done, thing in enumerate(things, 1):
            yield thing
            now = time.monotonic()
            if now - began > WAIT and now - shown > EVERY:
                line.say(what, done, total, now - began)
                shown, said = now, True
    finally:
        if said:
            line.end()


def _line() -> "_Output | _Terminal | None":
    if os.environ.get(BATCH):
        return None
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive else None
    if shell is not None and hasattr(shell, "kernel"):
        return _Output()
    return _Terminal() if sys.stderr is not None and sys.stderr.isatty() else None


def _text(what: str, done: int, total: int | None, seconds: float) -> str:
    if not total:
        return say("{what} {done:,} · {seconds:,.0f} s", what=what, done=done, seconds=seconds)
    left = seconds / done * (total - done)
    return say("{what} {done:,} of {total:,} · about {left:,.0f} s left", what=what, done=done, total=total, left=left)


class _Output:
    """An output of the cell that changes in place."""

    def __init__(self):
        self._handle: Any = None

    def say(self, what: str, done: int, total: int | None, seconds: float) -> None:
        from IPython.display import display

        text = _text(what, done, total, seconds)
        amount = f' value="{done}" max="{total}"' if total else ""
        label = html.escape(text, quote=True)
        data = {"text/html": f'<progress{amount} aria-label="{label}"></progress> {label}', "text/plain": text}
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)

    def end(self) -> None:
        self._handle.update({"text/plain": ""}, raw=True)


class _Terminal:
    """The last line of standard error."""

    _wipe = "\r\x1b[K"

    def say(self, what: str, done: int, total: int | None, seconds: float) -> None:
        sys.stderr.write(self._wipe + _text(what, done, total, seconds))
        sys.stderr.flush()

    def end(self) -> None:
        sys.stderr.write(self._wipe)
        sys.stderr.flush()
