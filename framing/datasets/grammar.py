"""The sentences of the made-up press as arrays, so that a thousand articles are filled in at once.

A sentence is a row of pieces. A piece is a fixed string, a word drawn from a class of words, or a
word that belongs to the article (its focus, its day, its actor, its frame, its planted words).
"""

import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from framing import data

FIXED, FOCUS, DAY, ACTOR, NAME, FRAME, NOUN_SLOT, VERB_SLOT = range(8)
_SPECIAL = {name: n for n, name in enumerate(("focus", "day", "actor", "name", "frame", "noun_slot", "verb_slot"), 1)}
SECTIONS = ("lead", "topical", "actor", "generic", "frame", "closing", "headline", "actor_headline")
ZIPF = 1.5
"""Draws within a class take u ** ZIPF, so that words differ in how common they are."""


@dataclass(frozen=True)
class Grammar:
    """Words and sentences by number.

    Attributes
    ----------
    strings
        Every word and fixed string; number 0 is empty.
    base, width, kind
        One row per sentence, one column per piece: first string it may be, how many there are, and
        whether the piece belongs to the article (``FOCUS`` …). Sentence 0 is empty.
    first, number
        Section × topic: the first of its sentences and how many there are.
    words
        Class of words → (first string, how many); classes of a topic are named ``topic/class``.
    topics, actors, frames
        Their names, in the order of their numbers.
    slots
        Noun slots first, then verb slots: the two words of each.
    n_noun
        How many of the slots are nouns.
    """

    strings: np.ndarray
    base: np.ndarray
    width: np.ndarray
    kind: np.ndarray
    first: np.ndarray
    number: np.ndarray
    words: dict[str, tuple[int, int]]
    topics: tuple[str, ...]
    actors: tuple[str, ...]
    frames: tuple[str, ...]
    slots: tuple[tuple[str, str], ...]
    n_noun: int


@cache
def read() -> Grammar:
    """Read the grammar; the second call costs nothing."""
    raw = data.words("sample_press")
    strings, words = _number_words(raw)
    known = {text: number for number, text in reversed(list(enumerate(strings)))}
    topics = tuple(raw["topics"])
    rows: list[list[tuple[int, int, int]]] = [[]]
    first = np.zeros((len(SECTIONS), len(topics)), dtype=np.int64)
    number = np.zeros_like(first)
    for s, section in enumerate(SECTIONS):
        for t, topic in enumerate(topics):
            first[s, t], number[s, t] = len(rows), len(raw[section])
            rows += [_pieces(sentence, topic, words, strings, known) for sentence in raw[section]]
    table = np.zeros((3, len(rows), max(map(len, rows))), dtype=np.int32)
    table[1] = 1
    for r, row in enumerate(rows):
        if row:
            table[:, r, : len(row)] = np.array(row).T
    pairs = [tuple(pair.split("/")) for kind in ("noun", "verb") for pair in raw["slots"][kind].split()]
    return Grammar(
        np.array(strings, dtype=object), *table, first, number, words, topics,
        tuple(raw["actors"]), tuple(raw["frames"]), tuple(pairs), len(raw["slots"]["noun"].split()),
    )  # fmt: skip


def _number_words(raw: dict) -> tuple[list[str], dict[str, tuple[int, int]]]:
    """Lay all classes of words one after the other."""
    classes = dict(raw["common"])
    classes |= {f"frame/{name}": text for name, text in raw["frames"].items()}
    classes |= {f"actor/{name}": text for name, text in raw["actors"].items()}
    classes |= {f"{topic}/{name}": text for topic, own in raw["topics"].items() for name, text in own.items()}
    classes["name"] = " ".join(raw["actors"])
    classes["slot"] = " ".join(raw["slots"][kind].replace("/", " ") for kind in ("noun", "verb"))
    classes["day"] = " ".join(f"{day}日" for day in range(1, 32))
    strings, words = ["", raw["credit"]], {"credit": (1, 1)}
    for name, text in classes.items():
        listed = text.split()
        words[name] = (len(strings), len(listed))
        strings += listed
    return strings, words


def _pieces(sentence: str, topic: str, words: dict, strings: list[str], known: dict[str, int]) -> list[tuple]:
    """One sentence as (first string, how many, kind) a piece; new fixed strings are added to ``strings``."""
    row = []
    for part in filter(None, re.split(r"(\{\w+\})", sentence)):
        name = part[1:-1] if part[0] == "{" else None
        if name in _SPECIAL:
            row.append((0, 1, _SPECIAL[name]))
        elif name:
            row.append((*(words.get(f"{topic}/{name}") or words[name]), FIXED))
        else:
            if part not in known:
                known[part] = len(strings)
                strings.append(part)
            row.append((known[part], 1, FIXED))
    return row
