"""MeCab with UniDic at its own speed: texts in, codes of distinct tokens out.

Python touches a distinct token, never a token. MeCab prints for each token only its surface, its left
context number and its word cost, which costs no more than printing the surface. These three name one
entry of UniDic: over all 756,264 entries of unidic-lite 1.0.8 no two with the same three differ in
part of speech or base form. So the features of an entry are looked up once for each distinct token.

This file is also the program of a worker process (:mod:`framing.tokens.pool`). It imports nothing of
the toolkit: a worker starts without pandas.
"""

import os
import pickle
import re
import select
import shlex
import struct
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

_BLANK = re.compile("[\0\x0b-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
"""Blanks that MeCab would return as tokens, and NUL, where it would stop reading. A line break ends a line."""
_LONGEST = 100_000
"""Characters MeCab is given at once: a line of a million ends the process (0.996 inside fugashi 1.5.2)."""
_PIECES = re.compile(rf".{{1,{_LONGEST - 1}}}[。！？.!? ]|.{{1,{_LONGEST}}}")
_RUN = re.compile(r"[!-~]{2000,}|[ァ-ヿ]{2000,}|[가-힣]{2000,}|[Ѐ-ӿ]{2000,}|([^\s])\1{1999,}")
_SHORTEST = 2000
"""Characters of a run."""
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_UNKNOWN = "U"
_SIGN = "補助記号-一般"
_INFLECTION = 4  # column of the conjugation type in left-id.def
_MOST_KNOWN = 500_000  # distinct tokens kept in memory; some 100 MB
MESSAGE = struct.Struct("<BQ")  # which file, and how many bytes of it
READY = 255  # in place of a file: the dictionary is loaded
_MOST_HOMOGRAPHS = 512  # what MeCab allows; the richest surface of unidic-lite has under 60


Token = tuple[str, str, str, bool]
"""Surface, lemma, part of speech, and whether a blank stands before it."""


class Segments(NamedTuple):
    """The tokens of some texts as codes.

    ``known`` lists distinct tokens; ``distinct`` are the places in it of the tokens of these texts, and ``codes`` (one
    a token) point into ``distinct``. Where it ``grows``, later segments have the same list with more at its end.
    ``n_tokens`` is one a line, ``n_lines`` one a text. ``starts`` (one a token) is the place in the text, where
    surfaces joined need not give back the text.
    """

    known: list[Token]
    distinct: np.ndarray
    codes: np.ndarray
    n_tokens: np.ndarray
    n_lines: np.ndarray
    starts: np.ndarray | None = None
    grows: bool = False

    def tokens(self) -> list[Token]:
        """The distinct tokens of these texts, in the order of ``distinct``."""
        return list(map(self.known.__getitem__, self.distinct.tolist()))


class Cut(NamedTuple):
    """What a :class:`Cutter` found: MeCab's records by its own numbers.

    ``new`` are the records not met before, numbered on from those before; ``afresh`` where the numbers begin (again).
    """

    new: list[str]
    afresh: bool
    distinct: np.ndarray
    codes: np.ndarray
    n_tokens: np.ndarray
    n_lines: np.ndarray


def in_runs(text: str) -> Iterator[tuple[int, str, bool]]:
    """A text in pieces, each with where it begins and whether it is a run: letters or signs without a blank, as in a
    ``data:`` address, or one sign over and over. These are no words, and one token: MeCab takes the square of their
    number of steps."""
    at = 0
    for run in _RUN.finditer(text) if len(text) >= _SHORTEST else ():
        yield at, text[at : run.start()], False
        yield run.start(), run[0], True
        at = run.end()
    yield at, text[at:], False


def _lines(text: str) -> list[str]:
    """The lines; one of a long text is cut after the last end of a sentence that fits, and counts as several."""
    lines = text.split("\n")
    return lines if len(text) <= _LONGEST else [piece for line in lines for piece in (_PIECES.findall(line) or [""])]


def _encoded(printed: list[str]) -> tuple[list[str], np.ndarray]:
    """Distinct records of MeCab's output in order of first use, and the number of each record."""
    text = "\n".join([*filter(None, printed), ""]).encode()
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n")) + 1
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    records = pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(text)).dictionary_encode()
    codes = np.frombuffer(records.indices.buffers()[1], np.int32, len(records))  # to_numpy would load pandas
    distinct = records.dictionary.to_pylist()
    return distinct, codes.astype(np.uint16) if len(distinct) < 2**16 else codes


class Cutter:
    """A tagger that numbers what MeCab prints, the same record by the same number from one call to the next.

    Parameters
    ----------
    user_dictionary
        Path of a compiled MeCab user dictionary, or an empty string.
    blanks
        Tell whether a token stands after a blank (needed to join tokens).
    """

    def __init__(self, user_dictionary: str = "", blanks: bool = False):
        surface = "%M" if blanks else "%m"  # %M keeps the blanks before the token
        unknown = f"{surface}\\t%F-[0,1,2,3]\\t{_UNKNOWN}\\n"  # no entry that could be looked up
        self._parse = tagger(f"{surface}\\t%phl\\t%pw\\n", unknown, user_dictionary).parse
        self._numbers: dict[str, int] = {}

    def cut(self, texts: list[str]) -> Cut:
        """Cut texts into tokens; a line is parsed as one sentence."""
        printed: list[str] = []
        n_lines = np.empty(len(texts), dtype=np.int32)
        for number, text in enumerate(texts):
            before, bare = len(printed), _BLANK.sub(" ", text)
            for at, piece, is_run in in_runs(bare):
                if is_run:
                    blank = " " if at and bare[at - 1] == " " else ""
                    printed.append(f"{blank}{piece}\t{_SIGN}\t{_UNKNOWN}")
                else:
                    printed.extend(map(self._parse, _lines(piece)))
            n_lines[number] = len(printed) - before
        n_tokens = np.fromiter(((line.count("\n") + 1 if line else 0) for line in printed), np.int32, len(printed))
        records, codes = _encoded(printed)
        if len(self._numbers) > _MOST_KNOWN:
            self.forget()
        numbers = self._numbers
        before = len(numbers)
        distinct = np.fromiter((numbers.setdefault(r, len(numbers)) for r in records), np.int32, len(records))
        new = [record for record, number in zip(records, distinct.tolist(), strict=True) if number >= before]
        return Cut(new, not before, distinct, codes, n_tokens, n_lines)

    def forget(self) -> None:
        """Begin the numbers again with the next cut."""
        self._numbers.clear()


class Describer:
    """What MeCab's records mean, worked out once for each.

    Parameters
    ----------
    user_dictionary
        As for :class:`Cutter`.
    user_surfaces
        The surfaces in it; their base form may differ from the surface.
    """

    def __init__(self, user_dictionary: str = "", user_surfaces: frozenset[str] = frozenset()):
        self._homographs = tagger("%phl\\t%pw\\t%f[10]\\n", "\\n", user_dictionary, partial=True).nbest
        self._user_surfaces = user_surfaces
        self._lemmas: dict[str, str] = {}
        self._tokens: dict[str, Token] = {}

    def segments(self, cut: Cut, known: list[Token]) -> Segments:
        """The segments of a cut; ``known`` are the tokens of the earlier cuts of the same cutter, and grows."""
        if cut.afresh:
            known = []
        if len(self._tokens) > _MOST_KNOWN:
            self._tokens.clear()
            self._lemmas.clear()
        for record in cut.new:
            token = self._tokens.get(record)
            if token is None:
                token = self._tokens[record] = self._describe(record)
            known.append(token)
        return Segments(known, cut.distinct, cut.codes, cut.n_tokens, cut.n_lines, grows=True)

    def _describe(self, record: str) -> Token:
        surface, number, cost = record.removesuffix("\n").rsplit("\t", 2)
        bare = surface.lstrip(" \t")
        if cost == _UNKNOWN:
            pos = number
            sign = pos.startswith("名詞") and not any(map(str.isalnum, bare))  # UniDic has many unknown signs as nouns
            return bare, bare, _SIGN if sign else pos, len(bare) < len(surface)
        pos, inflected = left_features()[int(number)]
        return bare, self._lemma(bare, number, cost, inflected), pos, len(bare) < len(surface)

    def _lemma(self, surface: str, number: str, cost: str, inflected: bool) -> str:
        # In UniDic an uninflected word without kana is its own base form (tested over the whole dictionary).
        if not inflected and surface not in self._user_surfaces and not _KANA.search(surface):
            return surface
        key = f"{surface}\t{number}\t{cost}"
        if key not in self._lemmas:
            for row in self._homographs(f"{surface}\t*\nEOS\n", _MOST_HOMOGRAPHS).split("\n"):
                row_number, row_cost, lemma = (row.split("\t") + ["", ""])[:3]
                self._lemmas.setdefault(f"{surface}\t{row_number}\t{row_cost}", lemma.strip("*") or surface)
        return self._lemmas.get(key, surface)


def tagger(node: str, unknown: str, user_dictionary: str = "", partial: bool = False, end: str = ""):
    """A tagger that prints ``node`` for a known, ``unknown`` for an unknown token; ``partial`` keeps given borders."""
    import fugashi

    folder = dictionary_folder()
    arguments = ["-r", f"{folder}/mecabrc", "-d", folder, "-O", "", "-F", node, "-U", unknown, "-E", end]
    arguments += ["-u", user_dictionary] if user_dictionary else []
    arguments += ["-p"] if partial else []
    return fugashi.GenericTagger(" ".join(map(shlex.quote, arguments)))


def dictionary_folder() -> str:
    """The folder of the dictionary that comes as a package (unidic-lite)."""
    try:
        import unidic_lite
    except ImportError:
        raise FileNotFoundError("the Japanese dictionary is not installed; pip install unidic-lite") from None
    if not (Path(unidic_lite.DICDIR) / "sys.dic").is_file():
        raise FileNotFoundError(
            f"the Japanese dictionary has no sys.dic in {unidic_lite.DICDIR}; "
            "reinstall it: pip install --force-reinstall unidic-lite"
        )
    return unidic_lite.DICDIR


@cache
def left_features() -> list[tuple[str, bool]]:
    """Part of speech (``名詞-普通名詞-一般``) and whether it inflects, by left context number."""
    found = []
    for line in (Path(dictionary_folder()) / "left-id.def").read_text(encoding="utf-8").splitlines():
        features = line.split(" ", 1)[1].split(",")
        found.append(("-".join(f for f in features[:4] if f != "*"), features[_INFLECTION] != "*"))
    return found


def serve() -> None:
    """Answer lists of texts with their :class:`Cut` until nobody asks; see :mod:`framing.tokens.pool`."""
    user_dictionary, blanks, idle, *files = sys.argv[1:]
    cutter = Cutter(user_dictionary, blanks == "blanks")
    questions = select.poll()
    questions.register(0, select.POLLIN)
    os.write(1, MESSAGE.pack(READY, 0))
    while questions.poll(float(idle) * 1000):
        message = os.read(0, MESSAGE.size)
        if not message:
            return
        slot, size = MESSAGE.unpack(message)
        texts = take(int(files[slot]), size)
        try:
            answer = tuple(cutter.cut(texts))
        except Exception as error:  # it is raised again in the process that asked
            answer = error
        os.write(1, MESSAGE.pack(slot, put(int(files[slot]), answer)))


def put(file: int, value) -> int:
    """Write a value to the beginning of a file; returns its bytes."""
    data = memoryview(pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL))
    written = 0
    while written < len(data):
        written += os.pwrite(file, data[written:], written)
    return written


def take(file: int, size: int):
    """The value at the beginning of a file."""
    parts, found = [], 0
    while found < size:
        parts.append(os.pread(file, size - found, found))
        found += len(parts[-1])
    return pickle.loads(b"".join(parts))


if __name__ == "__main__":
    serve()
    os._exit(0)  # without the interpreter's tidying up
