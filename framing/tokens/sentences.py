"""Where sentences end."""

import re

import numpy as np

from framing import data

_SOFT = frozenset("!?！？．") | {"!!", "??", "!?", "?!"}
_ENDS = _SOFT | {"。", "｡"}
_CLOSERS = frozenset("」』)）】〉》〕］]｝}”’\"'")
_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]$")
_NUMERAL = re.compile(r"[\d〇一二三四五六七八九]+")
_LONGEST = 20
"""Characters of an abbreviation and what stands before it."""
_QUOTE = re.compile('["”’」』]')
_FORMS = data.forms("sentences")


END, CLOSER, LATIN, PARTICLE, SOFT, POINT, NUMERAL = 1, 2, 4, 8, 16, 32, 64


def mark(surface: str, pos: str) -> int:
    """What a token means for the ends of sentences, as bits."""
    found = END * (surface in _ENDS) | SOFT * (surface in _SOFT) | POINT * (surface == "．")
    found |= CLOSER * (surface in _CLOSERS) | LATIN * bool(_LATIN.search(surface))
    return found | PARTICLE * pos.startswith("助詞") | NUMERAL * bool(_NUMERAL.fullmatch(surface))


def sentence_starts(marks: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Whether a token begins a sentence.

    A line break ends one, and 。!? with the brackets that close after it. A particle goes on with the
    sentence before (「…。」と述べた, Yahoo!の), and the mark in a Latin name or a number ends nothing
    (Yahoo!ニュース, ３．５％).

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
    of_name = ((marks[:-1] & LATIN) > 0) & ((marks[1:] & SOFT) > 0)
    end[1:] &= ~of_name | new_line
    of_number = ((marks[:-2] & NUMERAL) > 0) & ((marks[1:-1] & POINT) > 0) & ((marks[2:] & NUMERAL) > 0)
    end[1:-1] &= ~of_number | new_line[:-1] | new_line[1:]
    number = np.arange(size)
    before = np.maximum.accumulate(np.where(closer, -1, number))[:-1]  # the last token that is no closing bracket
    ended = (before >= 0) & end[before] & (line[before] == line[1:])
    starts[1:] = new_line | (ended & ~closer[1:] & ~end[1:] & ((marks[1:] & PARTICLE) == 0))
    return starts


def split(text: str) -> list[str]:
    """Sentences of a text in a language that writes blanks, by line breaks and by . ! ? before what can begin one."""
    found = []
    for line in text.split("\n"):
        begin = 0
        for border in _FORMS.border.finditer(line):
            if not _goes_on(line, begin, border):
                found.append(line[begin : border.end()])
                begin = border.end()
        found.append(line[begin:])
    return found


def _goes_on(line: str, begin: int, border: re.Match) -> bool:
    """Whether the full stop is that of an abbreviation, by what follows it: Jan. 5, Gen. Park, 5 p.m. Monday."""
    before, after = line[max(begin, border.start() - _LONGEST) : border.start()], border.end()
    found = _FORMS.abbreviation.fullmatch(before, _FORMS.word.match(before).end())
    if found is None or found.lastgroup == "title":
        return found is not None
    if found.lastgroup == "body":
        return not _QUOTE.search(border[1]) and not _FORMS.begins.match(line, after)
    return bool((_FORMS.date if found.lastgroup == "date" else _FORMS.numbered).match(line, after))
