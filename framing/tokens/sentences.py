"""Where sentences end."""

import re

import numpy as np

from framing.tokens.mecab import Segments

_ENDS = frozenset("。!?！？｡") | {"!!", "??", "!?", "?!", "．"}
_CLOSERS = frozenset("」』)）】〉》〕］]｝}”’\"'")
_LATIN = re.compile(r"[A-Za-z]$")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Gen|Sen|Rep|Gov|Lt|Col|Sgt|St|Jr|Sr|vs|No|Inc|Ltd|Co|U\.S)\.$"
)
_BORDER = re.compile(r"(?<=[.!?。！？…])([\"”’)\]」』]*)\s+(?=[^\s a-z])")


def sentence_starts(segments: Segments, line: np.ndarray) -> np.ndarray:
    """Whether a token begins a sentence.

    A line break ends one, and 。!? with the brackets that close after it. A particle goes on with the
    sentence before (「…。」と述べた, Yahoo!の), and the mark in a Latin name ends nothing (Yahoo!ニュース).
    """
    size = len(line)
    starts = np.ones(size, dtype=bool)
    if size < 2:
        return starts
    end = _flag(segments, (s in _ENDS for s in segments.surfaces))
    closer = _flag(segments, (s in _CLOSERS for s in segments.surfaces))
    latin = _flag(segments, (bool(_LATIN.search(s)) for s in segments.surfaces))
    particle = _flag(segments, (p.startswith("助詞") for p in segments.pos))
    end[1:] &= ~(latin[:-1] & (line[1:] == line[:-1]))
    number = np.arange(size)
    before = np.maximum.accumulate(np.where(closer, -1, number))[:-1]  # the last token that is no closing bracket
    ended = (before >= 0) & end[before] & (line[before] == line[1:])
    starts[1:] = (line[1:] != line[:-1]) | (ended & ~closer[1:] & ~end[1:] & ~particle[1:])
    return starts


def split(text: str) -> list[str]:
    """Sentences of a text in a language that writes blanks, by line breaks and by . ! ? before a capital or digit."""
    found = []
    for line in text.split("\n"):
        begin = 0
        for border in _BORDER.finditer(line):
            if not _ABBREVIATION.search(line[begin : border.start()]):
                found.append(line[begin : border.end()])
                begin = border.end()
        found.append(line[begin:])
    return found


def _flag(segments: Segments, of_distinct) -> np.ndarray:
    return np.fromiter(of_distinct, bool, len(segments.surfaces))[segments.codes]
