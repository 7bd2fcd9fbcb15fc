"""MeCab with UniDic at its own speed: texts in, codes of distinct tokens out.

Python touches a distinct token, never a token. MeCab prints for each token only its surface, its left
context number and its word cost, which costs no more than printing the surface. These three name one
entry of UniDic: over all 756,264 entries of unidic-lite 1.0.8 no two with the same three differ in
part of speech or base form. So the features of an entry are looked up once for each distinct token.

This file is also the program of a worker process (:mod:`framing.tokens.pool`). It imports nothing of
the toolkit: a worker starts without pandas.
"""

import pickle
import re
import shlex
import sys
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
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_UNKNOWN = "U"
_SIGN = "補助記号-一般"
_INFLECTION = 4  # column of the conjugation type in left-id.def
_MOST_KNOWN = 500_000  # distinct tokens kept in memory; some 100 MB
_MOST_HOMOGRAPHS = 512  # what MeCab allows; the richest surface of unidic-lite has under 60


class Segments(NamedTuple):
    """The tokens of some texts as codes.

    ``surfaces``, ``lemmas``, ``pos`` and ``blank_before`` describe the distinct tokens in order of first
    use; ``codes`` (one a token) point into them; ``n_tokens`` is one a line, ``n_lines`` one a text. ``starts``
    (one a token) is the place in the text, where surfaces joined need not give back the text.
    """

    surfaces: list[str]
    lemmas: list[str]
    pos: list[str]
    blank_before: list[bool]
    codes: np.ndarray
    n_tokens: np.ndarray
    n_lines: np.ndarray
    starts: np.ndarray | None = None


def _encoded(printed: list[str]) -> tuple[list[str], np.ndarray]:
    """Distinct records of MeCab's output in order of first use, and the number of each record."""
    text = "\n".join([*filter(None, printed), ""]).encode()
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n")) + 1
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    records = pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(text)).dictionary_encode()
    codes = np.frombuffer(records.indices.buffers()[1], np.int32, len(records))  # to_numpy would load pandas
    return records.dictionary.to_pylist(), codes


class _Known(dict):
    """Works out the value of a key once."""

    def __init__(self, work_out):
        self._work_out = work_out

    def __missing__(self, key: str):
        value = self[key] = self._work_out(key)
        return value


class Segmenter:
    """A tagger with its cache of base forms.

    Parameters
    ----------
    user_dictionary
        Path of a compiled MeCab user dictionary, or an empty string.
    user_surfaces
        The surfaces in it; their base form may differ from the surface.
    blanks
        Tell whether a token stands after a blank (needed to join tokens).
    """

    def __init__(self, user_dictionary: str = "", user_surfaces: frozenset[str] = frozenset(), blanks: bool = False):
        surface = "%M" if blanks else "%m"  # %M keeps the blanks before the token
        unknown = f"{surface}\\t%F-[0,1,2,3]\\t{_UNKNOWN}\\n"  # no entry that could be looked up
        self._parse = tagger(f"{surface}\\t%phl\\t%pw\\n", unknown, user_dictionary).parse
        look_up = tagger("%phl\\t%pw\\t%f[10]\\n", "\\n", user_dictionary, partial=True)
        self._homographs = look_up.nbest
        self._user_surfaces = user_surfaces
        self._lemmas: dict[str, str] = {}
        self._features = _Known(self._describe)

    def segment(self, texts: list[str]) -> Segments:
        """Cut texts into tokens; a line is parsed as one sentence."""
        printed: list[str] = []
        n_lines = np.empty(len(texts), dtype=np.int32)
        for number, text in enumerate(texts):
            lines = _BLANK.sub(" ", text).split("\n")
            if (
                len(text) > _LONGEST
            ):  # such a line is cut after the last end of a sentence that fits, and counts as several
                lines = [piece for line in lines for piece in (_PIECES.findall(line) or [""])]
            n_lines[number] = len(lines)
            printed.extend(map(self._parse, lines))
        n_tokens = np.fromiter(((line.count("\n") + 1 if line else 0) for line in printed), np.int32, len(printed))
        keys, codes = _encoded(printed)
        return self._described(keys, codes, n_tokens, n_lines)

    def _described(self, keys: list[str], codes, n_tokens, n_lines) -> Segments:
        if len(self._features) > _MOST_KNOWN:
            self._features.clear()
        described = list(map(self._features.__getitem__, keys))
        surfaces, lemmas, pos, blank_before = map(list, zip(*described, strict=True)) if described else ([], [], [], [])
        return Segments(surfaces, lemmas, pos, blank_before, codes, n_tokens, n_lines)

    def _describe(self, key: str) -> tuple[str, str, str, bool]:
        surface, number, cost = key.removesuffix("\n").rsplit("\t", 2)
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
    """Answer lists of texts with their segments until the input ends; the arguments come first."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    segmenter = Segmenter(*pickle.load(source))
    while True:
        try:
            texts = pickle.load(source)
        except EOFError:
            return
        try:
            answer = tuple(segmenter.segment(texts))
        except Exception as error:  # it is raised again in the process that asked
            answer = error
        pickle.dump(answer, sink, protocol=pickle.HIGHEST_PROTOCOL)
        sink.flush()


if __name__ == "__main__":
    serve()
