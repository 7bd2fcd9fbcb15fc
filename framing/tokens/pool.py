"""Several taggers at work: the same answers in the same order for any number of workers."""

import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from queue import SimpleQueue

from framing.errors import SourceError
from framing.tokens import mecab
from framing.tokens.mecab import Segmenter, Segments

_AHEAD = 2  # chunks given to a helper at a time
_MOST_WAITING = 4  # answers a worker may be ahead of the reader, which bounds the memory


def segment(chunks: Iterable[list[str]], settings: tuple, workers: int = 1) -> Iterator[Segments]:
    """Cut chunks of texts into tokens.

    Parameters
    ----------
    chunks
        Lists of texts.
    settings
        Arguments of :class:`~framing.tokens.mecab.Segmenter`.
    workers
        Processes, this one among them.

    Raises
    ------
    SourceError
        The dictionary is missing, or a worker ended.
    """
    if workers < 1:
        raise ValueError(f"workers must be at least 1, not {workers!r}")
    try:
        if workers == 1:
            yield from map(_own_segmenter(settings).segment, chunks)
        else:
            yield from _share_out(chunks, settings, workers)
    except FileNotFoundError as error:
        raise SourceError(str(error)) from None


@lru_cache(maxsize=4)
def _own_segmenter(settings: tuple) -> Segmenter:
    return Segmenter(*settings)


def _share_out(chunks: Iterable[list[str]], settings: tuple, workers: int) -> Iterator[Segments]:
    """This process and ``workers`` - 1 helpers take chunks as they are free; the answers keep the order."""
    own = _own_segmenter(settings)
    with _Helpers(settings, workers - 1) as helpers:
        waiting: deque[tuple[Future, list[str]]] = deque()
        for chunk in chunks:
            busy = sum(not answer.done() for answer, _ in waiting)
            helped = busy < _AHEAD * (workers - 1)
            waiting.append((helpers.ask(chunk) if helped else _finished(own.segment(chunk)), chunk))
            while waiting[0][0].done() or len(waiting) > _MOST_WAITING * workers:
                yield waiting.popleft()[0].result()
                if not waiting:
                    break
        for place in reversed(range(len(waiting))):  # take back what no helper has begun
            answer, chunk = waiting[place]
            if answer.cancel():
                waiting[place] = _finished(own.segment(chunk)), chunk
        while waiting:
            yield waiting.popleft()[0].result()


def _finished(segments: Segments) -> Future:
    answer: Future = Future()
    answer.set_result(segments)
    return answer


class _Helpers:
    """Processes that tag, each with a thread that waits for it.

    Own pipes rather than multiprocessing: forking a notebook kernel that has threads can hang, and spawning would run
    the user's script again and load pandas in each process.
    """

    def __init__(self, settings: tuple, n: int):
        self._processes = [_start(settings) for _ in range(n)]
        self._idle: SimpleQueue = SimpleQueue()
        for process in self._processes:
            self._idle.put(process)
        self._threads = ThreadPoolExecutor(n)

    def ask(self, texts: list[str]) -> Future:
        """The segments of texts, when a helper has made them."""
        return self._threads.submit(self._answer, texts)

    def _answer(self, texts: list[str]) -> Segments:
        process = self._idle.get()
        try:
            return _ask(process, texts)
        finally:
            self._idle.put(process)

    def __enter__(self) -> "_Helpers":
        return self

    def __exit__(self, *error) -> None:
        self._threads.shutdown(cancel_futures=True)
        for process in self._processes:
            with suppress(BrokenPipeError):
                process.communicate()


def _start(settings: tuple) -> subprocess.Popen:
    process = subprocess.Popen([sys.executable, "-P", mecab.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    pickle.dump(settings, process.stdin)
    return process


def _ask(process: subprocess.Popen, texts: list[str]) -> Segments:
    try:
        pickle.dump(texts, process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
        process.stdin.flush()
        answer = pickle.load(process.stdout)
    except (EOFError, BrokenPipeError):
        raise SourceError(
            "a worker process of the tokeniser ended (out of memory?); try workers=1, or fewer articles at once"
        ) from None
    if isinstance(answer, Exception):
        raise answer
    return Segments(*answer)
