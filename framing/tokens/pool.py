"""Several taggers at work: the same tokens for any number of workers."""

import atexit
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from typing import Any
from weakref import WeakSet

from framing.errors import SourceError
from framing.tokens import mecab
from framing.tokens.mecab import Cut, Cutter, Describer, Segments, Token

_SLOTS = 2  # chunks a helper has at a time: one in work and one that waits
_IDLE = 300  # seconds without a question after which a helper ends by itself
_MOST_IDLE = 8  # helpers kept for the next call


def segment(chunks: Iterable[list[str]], settings: tuple, workers: int = 1) -> Iterator[tuple[int, Segments]]:
    """Cut chunks of texts into tokens.

    Parameters
    ----------
    chunks
        Lists of texts.
    settings
        Path of the compiled user dictionary, the surfaces in it, and whether blanks are told, as for
        :class:`~framing.tokens.mecab.Cutter` and :class:`~framing.tokens.mecab.Describer`.
    workers
        Processes, this one among them.

    Returns
    -------
    iterator
        Number of a chunk and its segments, as they are ready: not in the order of the chunks.

    Raises
    ------
    SourceError
        The dictionary is missing, or a worker ended.
    """
    if workers < 1:
        raise ValueError(f"workers must be at least 1, not {workers!r}")
    try:
        own = _own(settings)
        with ExitStack() as stack:
            helpers = [stack.enter_context(_lent(settings)) for _ in range(workers - 1)]
            for number, texts in enumerate(chunks):
                helper = next((h for h in helpers if h.is_free), None)
                if helper is None:
                    yield number, own.segment(texts)
                else:
                    helper.ask(number, texts)
                for helper in helpers:
                    yield from helper.answers(own.describer)
            for helper in helpers:
                yield from helper.answers(own.describer, wait=True)
    except FileNotFoundError as error:
        raise SourceError(str(error)) from None


class _Own:
    """The tagger of this process, and what the records of all taggers mean."""

    def __init__(self, settings: tuple):
        user_dictionary, user_surfaces, blanks = settings
        self._cutter = Cutter(user_dictionary, blanks)
        self.describer = Describer(user_dictionary, user_surfaces)
        self._known: list[Token] = []
        self._lock = threading.Lock()

    def segment(self, texts: list[str]) -> Segments:
        with self._lock:
            try:
                found = self.describer.segments(self._cutter.cut(texts), self._known)
                self._known = found.known
            except BaseException:  # interrupted between numbers and words, the next call would take one for another
                self._cutter.forget()
                raise
            return found


@lru_cache(maxsize=4)
def _own(settings: tuple) -> _Own:
    return _Own(settings)


class _Helper:
    """A process that cuts texts. It gets them and answers through files without a name, so that neither side waits
    for the other to read; the pipes only say that something is there.

    Not multiprocessing: forking a notebook kernel that has threads can hang, and spawning would run the user's script
    again and load pandas in each process.
    """

    def __init__(self, settings: tuple):
        self.settings = settings
        self.idle_since = 0.0
        self._known: list[Token] = []
        self._given: deque[tuple[int, int]] = deque()  # chunk and slot
        self._ready = False
        self._files = [tempfile.TemporaryFile(buffering=0) for _ in range(_SLOTS)]  # noqa: SIM115 - _close does
        self._process: Any = _start(settings, [file.fileno() for file in self._files])
        self._answers = select.poll()
        self._answers.register(self._process.stdout, select.POLLIN)
        _helpers.add(self)

    @property
    def is_free(self) -> bool:
        """Whether it can be asked. One that is still loading cannot: this process would wait for it in the end."""
        return self._ready and len(self._given) < _SLOTS

    @property
    def is_of_use(self) -> bool:
        """Whether it can be kept for later: at work no more, alive, and not about to end by itself."""
        waited = time.monotonic() - self.idle_since if self.idle_since else 0
        return not self._given and waited < _IDLE / 2 and self._process.poll() is None

    def ask(self, number: int, texts: list[str]) -> None:
        """Give it a chunk."""
        slot = ({*range(_SLOTS)} - {slot for _, slot in self._given}).pop()
        size = mecab.put(self._files[slot].fileno(), texts)
        self._given.append((number, slot))
        with suppress(BrokenPipeError):  # that it ended is seen where its answer is read
            self._process.stdin.write(mecab.MESSAGE.pack(slot, size))

    def answers(self, describer: Describer, wait: bool = False) -> Iterator[tuple[int, Segments]]:
        """What it has answered by now, or with ``wait`` everything it was asked."""
        while (wait and self._given) or self._answers.poll(0):
            message = self._process.stdout.read(mecab.MESSAGE.size)
            if not message:
                raise SourceError(
                    "a worker process of the tokeniser ended (out of memory?); try workers=1, or fewer articles at once"
                )
            slot, size = mecab.MESSAGE.unpack(message)
            if slot == mecab.READY:
                self._ready = True
                continue
            answer = mecab.take(self._files[slot].fileno(), size)
            if isinstance(answer, Exception):
                raise answer
            found = describer.segments(Cut(*answer), self._known)
            self._known = found.known
            number, _ = self._given.popleft()  # not before: interrupted above, it knows words that we do not
            yield number, found

    def end(self) -> None:
        """Stop the process and leave nothing behind."""
        self._process.kill()
        self._process.wait()
        self._close()

    def forget(self) -> None:
        """In a fork: the process is the parent's."""
        self._process.returncode = 0
        self._close()

    def _close(self) -> None:
        for file in (*self._files, self._process.stdin, self._process.stdout):
            file.close()
        _helpers.discard(self)


_helpers: WeakSet[_Helper] = WeakSet()
_idle: list[_Helper] = []
_lock = threading.Lock()


@contextmanager
def _lent(settings: tuple) -> Generator[_Helper]:
    """A helper for the time of a ``with``: one that waits from an earlier call, or a new one."""
    with _lock:
        for helper in [h for h in _idle if not h.is_of_use]:
            _idle.remove(helper)
            helper.end()
        own = next((h for h in reversed(_idle) if h.settings == settings), None)
        if own:
            _idle.remove(own)
    helper = own or _Helper(settings)
    helper.idle_since = 0.0
    try:
        yield helper
    finally:
        superfluous = helper
        if helper.is_of_use:
            helper.idle_since = time.monotonic()
            with _lock:
                _idle.append(helper)
                superfluous = _idle.pop(0) if len(_idle) > _MOST_IDLE else None
        if superfluous:
            superfluous.end()


def _start(settings: tuple, files: list[int]) -> subprocess.Popen:
    user_dictionary, _, blanks = settings
    program = [sys.executable, "-P", mecab.__file__, user_dictionary, "blanks" if blanks else "", str(_IDLE)]
    return subprocess.Popen(
        [*program, *map(str, files)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        pass_fds=files,
        process_group=0,  # an interrupt of the notebook is for this process; the helper sees the end of its input
    )


def end_helpers() -> None:
    """Stop the helpers that wait for the next call."""
    with _lock:
        waiting = _idle.copy()
        _idle.clear()
    for helper in waiting:
        helper.end()


@atexit.register
def _end_all() -> None:
    for helper in list(_helpers):
        helper.end()


def _forget_all() -> None:
    global _lock
    _lock = threading.Lock()
    _idle.clear()
    for helper in list(_helpers):
        helper.forget()


os.register_at_fork(after_in_child=_forget_all)
