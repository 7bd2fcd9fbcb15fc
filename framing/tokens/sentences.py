"""Where sentences end."""

import re

import numpy as np

_ENDS = frozenset("。!?！？｡") | {"!!", "??", "!?", "?!", "．"}
_CLOSERS = frozenset("」』)）】〉》〕］]｝}”’\"'")
_LATIN = re.compile(r"[A-Za-z]$")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Gen|Sen|Rep|Gov|Lt|Col|Sgt|St|Jr|Sr|vs|No|Inc|Ltd|Co|U\.S)\.$"
)
_BORDER = re.compile(r"(?<=[.!?。！？…])([\"”’)\]」』]*)\s+(?=[^\s a-z])")


END, CLOSER, LATIN, PARTICLE = 1, 2, 4, 8


def mark(surface: str, pos: str) -> int:
    """What a token means for the ends of sentences, as bits."""
    found = END * (surface in _ENDS) | CLOSER * (surface in _CLOSERS)
    return found | LATIN * bool(_LATIN.search(surface)) | PARTICLE * pos.startswith("助詞")


def sentence_starts(marks: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Whether a token begins a sentence.

    A line break ends one, and 。!? with the brackets that close after it. A particle goes on with the
    sentence before (「…。」と述べた, Yahoo!の), and the mark in a Latin name ends nothing (Yahoo!ニュース).

    Parameters
    ----------
    marks, line
        The :func:`mark` of each token, and the number of its line.
    """
    size = len(line)
    starts = np.ones(size, dtype=bool)
    if size < 2:
        return starts
    new_line = line[1:] != line[:-1]
    end, closer = (marks & END) > 0, (marks & CLOSER) > 0
    end[1:] &= ((marks[:-1] & LATIN) == 0) | new_line
    number = np.arange(size)
    before = np.maximum.accumulate(np.where(closer, -1, number))[:-1]  # the last token that is no closing bracket
    ended = (before >= 0) & end[before] & (line[before] == line[1:])
    starts[1:] = new_line | (ended & ~closer[1:] & ~end[1:] & ((marks[1:] & PARTICLE) == 0))
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
