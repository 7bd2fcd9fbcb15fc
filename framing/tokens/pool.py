"""Several taggers at work: the same answers in the same order for any number of workers."""

import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from queue import SimpleQueue

from framing.errors import SourceError
from framing.tokens import mecab
from framing.tokens.mecab import Segmenter, Segments

_AHEAD = 2  # chunks a worker may be ahead of the reader, which bounds the memory


def segment(chunks: Iterable[list[str]], settings: tuple, workers: int = 1) -> Iterator[Segments]:
    """Cut chunks of texts into tokens.

    Parameters
    ----------
    chunks
        Lists of texts.
    settings
        Arguments of :class:`~framing.tokens.mecab.Segmenter`.
    workers
        Processes. With 1 the work is done in this one.

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
            mecab.dictionary_folder()
            yield from _share_out(chunks, settings, workers)
    except FileNotFoundError as error:
        raise SourceError(str(error)) from None


@lru_cache(maxsize=4)
def _own_segmenter(settings: tuple) -> Segmenter:
    return Segmenter(*settings)


def _share_out(chunks: Iterable[list[str]], settings: tuple, workers: int) -> Iterator[Segments]:
    # Own pipes rather than multiprocessing: forking a notebook kernel that has threads can hang, and
    # spawning would run the user's script again and load pandas in each worker.
    processes = [_start(settings) for _ in range(workers)]
    idle: SimpleQueue = SimpleQueue()
    for process in processes:
        idle.put(process)

    def ask(texts: list[str]) -> Segments:
        process = idle.get()
        try:
            return _ask(process, texts)
        finally:
            idle.put(process)

    waiting: deque = deque()
    with ThreadPoolExecutor(workers) as threads:
        try:
            for chunk in chunks:
                waiting.append(threads.submit(ask, chunk))
                if len(waiting) >= _AHEAD * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
            threads.shutdown()
            for process in processes:
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
