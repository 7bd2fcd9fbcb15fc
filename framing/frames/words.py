"""The words of some articles, and the rows of tokens that a word of a rule can be made of."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from framing.codings import folded
from framing.frames.codebook import conditions
from framing.frames.hits import NONE
from framing.frames.rules import Node
from framing.frames.units import Units
from framing.frames.wordforms import bases, in_capitals, stems_of
from framing.patterns import PLAIN, plain_words
from framing.tokens.arrays import Arrays, codes, rows_of
from framing.tokens.languages import stem
from framing.tokens.places import headlines_and_texts, starts

LEAVES = ("word", "phrase")
_LETTER = re.compile("(?s).[\u0300-\u036f\u1160-\u11ff\u3099\u309a\uff9e\uff9f]*")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]{2}")
_KOREAN = re.compile("[가-힣]+(?:하|되|시키|당하|받|스럽)다")
"""Verbs made of nouns, which are cut in three: noun, verb and ending."""
KH_POS = {
    "サ変名詞": "名詞-普通名詞-サ変", "副詞可能": "名詞-普通名詞-副詞可能", "固有名詞": "名詞-固有名詞",
    "組織名": "名詞-固有名詞", "人名": "名詞-固有名詞-人名", "地名": "名詞-固有名詞-地名", "形容動詞": "形状詞",
    "명사": "NN", "고유명사": "NNP", "대명사": "NP", "동사": "VV", "형용사": "VA", "부사": "MA",
    "名詞B": "名詞", "名詞C": "名詞", "動詞B": "動詞", "形容詞B": "形容詞", "副詞B": "副詞",
}  # fmt: skip
"""KH Coder's parts of speech by those of UniDic, and Korean names of them by MeCab-ko's."""


class Words:
    """The words of some articles, among which those of rules are looked up.

    Parameters
    ----------
    units
        The tokens and the units they stand in.
    articles, mentions, lexicon
        What variables, texts in quotes, actors and relations are looked up in; the last two None where not there.
    pos
        Parts of speech of single words; None for all.
    """

    def __init__(self, units: Units, articles: pd.DataFrame, *, mentions=None, lexicon=None, pos=None):
        self.units, self.text, self.articles = units, units.text, articles
        self.mentions, self.lexicon = mentions, lexicon
        self._spoken = {name: codes(self.text.tokens[name]) for name in ("lemma", "surface", "pos")}
        normal = {name: _plain(self._spoken[name][1]) for name in ("lemma", "surface")}
        self._words = {name: pd.Index(pc.utf8_lower(words).to_pylist()) for name, words in normal.items()}
        self._words["written"] = pd.Index(normal["surface"].to_pylist())
        self._stems = "word" in self._spoken["pos"][1]
        if self._stems:  # a lemma of English is the commonest form of a stem: that of importance may be imports
            self._words["stem"] = self._words["surface"].map(stem)
        self._n_tokens = {name: np.bincount(self._spoken[name][0], minlength=len(self._spoken[name][1]))
                          for name in ("lemma", "surface")}  # fmt: skip
        for name, keys in self._words.items():  # of a part of a study, or of nouns joined, many are not used
            self._words[name] = keys.where(self._n_tokens["lemma" if name == "lemma" else "surface"] > 0, "")
        self._counted = None if pos is None else self._tags(pos)
        self.remarks: list[tuple] = []
        self._readings = 0  # of these, how many say only how a word was read
        self._owner, self._beside = "", [""]  # the code, and the words of its rule
        self._named: set[str] = set()  # actors
        self._verbs: set[Node] = set()  # of Korean, which no token is: looked for without their ending
        self._capitals: set[Node] = set()  # words of English such as US, beside us

    def _look_up(self, rules: list[Node]) -> None:
        """Find every piece of every word in the vocabulary, and the rows of those that are needed in one pass."""
        leaves = {leaf for rule in rules for leaf in leaves_of(rule)}
        plain = {leaf for leaf in leaves if not is_wild(leaf)}
        named = (node for rule in rules for node in conditions(rule))
        self._named = {str(node.value) for node in named if node.kind == "actor"}
        words = {leaf: str(leaf.value) for leaf in plain if leaf.kind == "word" and not leaf.pos}
        self._verbs = {leaf for leaf, word in words.items() if _KOREAN.fullmatch(folded(word)) and not any(
            (self._words[name] == folded(word)).any() for name in ("lemma", "surface"))}  # fmt: skip
        self._capitals = {leaf for leaf, word in words.items() if self._stems and in_capitals(word)
                          and pd.Index([word, word.lower()]).isin(self._words["written"]).all()}  # fmt: skip
        wanted = {key for leaf in plain for begin, end in self._cuts(leaf) for key in self._keys(leaf, begin, end)}
        self._numbers = {name: _by_key(keys, wanted) for name, keys in self._words.items()}
        self._edges = {leaf: self._edges_of(leaf) for leaf in plain}
        for leaf in leaves - plain:
            fitting = self._fitting(str(leaf.value))
            self._edges[leaf] = [(0, 1, False, *((NONE, fitting) if self._stems else (fitting, NONE)))]
        edges = [edge for some in self._edges.values() for edge in some]
        needed = {"lemma": [edge[3] for edge in edges], "surface": [edge[4] for edge in edges]}
        self._rows = {name: self._rows_of(name, np.concatenate([NONE, *each])) for name, each in needed.items()}

    def _as_it_is(self, leaf: Node) -> bool:
        """Whether a word is looked for as it is written, in its capitals."""
        return leaf.pos == "surface" or leaf in self._capitals

    def _parts(self, leaf: Node) -> list[str]:
        parts = [str(part) for part in (leaf.value if isinstance(leaf.value, tuple) else (leaf.value,))]
        if leaf in self._verbs:
            return [folded(parts[0])[:-1]]
        plain = [plain_words(unicodedata.normalize("NFKC", part)) for part in parts]
        return plain if self._as_it_is(leaf) else list(map(folded, plain))

    def _cuts(self, leaf: Node) -> Iterator[tuple[int, int]]:
        """All places where a word may begin and end: not in a run of Latin letters, where father is f, at and her."""
        parts = self._parts(leaf)
        word, soft = "".join(parts), {0, *np.cumsum([len(part) for part in parts]).tolist()}
        return combinations([at for at in range(len(word) + 1) if at in soft or not _LATIN.match(word, at - 1)], 2)

    def _keys(self, leaf: Node, begin: int, end: int) -> set[str]:
        piece = "".join(self._parts(leaf))[begin:end]
        return {piece, *stems_of(piece)} if self._stems else {piece}

    def _inflected(self, piece: str) -> np.ndarray:
        """English words as written that are forms of one word: imports and imported of import, not importance."""
        numbers = np.unique(np.concatenate([self._numbers["stem"].get(each, NONE) for each in stems_of(piece)]))
        own = bases(piece)
        return numbers[[not own.isdisjoint(bases(self._words["surface"][number])) for number in numbers]]

    def _edges_of(self, leaf: Node) -> list[tuple[int, int, bool, np.ndarray, np.ndarray]]:
        """Pieces a word can be made of: from, to, whether a blank may stand before, numbers of lemmas and of surfaces.

        A word is one lemma. Where there is none, it is tokens side by side that spell it; so is a phrase, or one token
        that joins its words.
        """
        parts = self._parts(leaf)
        size, soft = sum(map(len, parts)), set(np.cumsum([len(part) for part in parts]).tolist())
        edges = []
        for begin, end in self._cuts(leaf):
            piece = "".join(parts)[begin:end]
            surface = self._numbers["written" if self._as_it_is(leaf) else "surface"].get(piece, NONE)
            lemma = NONE
            if not self._as_it_is(leaf) and self._stems:
                surface = np.union1d(surface, self._inflected(piece))
            elif leaf.pos != "surface":
                lemma = self._numbers["lemma"].get(piece, NONE)
            if (begin, end) == (0, size) and len(parts) == 1 and (len(lemma) or len(surface)):
                return [(begin, end, False, lemma, NONE if len(lemma) else surface)]
            if len(lemma) or len(surface):
                edges.append((begin, end, begin in soft, lemma, surface))
        ahead, behind = {0}, {size}
        for begin, end, *_ in sorted(edges, key=lambda edge: edge[0]):
            ahead |= {end} if begin in ahead else set()
        for begin, end, *_ in sorted(edges, key=lambda edge: -edge[1]):
            behind |= {begin} if end in behind else set()
        return sorted((edge for edge in edges if edge[0] in ahead and edge[1] in behind), key=lambda edge: edge[:2])

    def _fitting(self, pattern: str) -> np.ndarray:
        """Words that a wildcard fits, in time linear in their length (RE2)."""
        likely = re.sub(r"([\\%_])", r"\\\1", folded(pattern)).replace("*", "%")
        return np.flatnonzero(pc.match_like(self._words_as_text, likely))

    @property
    def _vocabulary(self) -> pd.Index:
        """The words a person means: lemmas, of English as they are written."""
        return self._words["surface" if self._stems else "lemma"]

    @cached_property
    def _words_as_text(self) -> pa.Array:
        return pa.array(self._vocabulary, type=pa.string())

    def _rows_of(self, name: str, wanted: np.ndarray) -> dict[int, np.ndarray]:
        numbers, known = self._spoken[name]
        flags = np.zeros(len(known), dtype=bool)
        flags[wanted] = True
        rows = np.flatnonzero(flags[numbers])
        own = numbers[rows]
        order = np.argsort(own, kind="stable")
        rows, own = rows[order], own[order]
        begins = np.flatnonzero(np.diff(own, prepend=-1))
        return dict(zip(own[begins].tolist(), np.split(rows, begins[1:]), strict=True)) if len(rows) else {}

    def _at(self, lemmas: np.ndarray, surfaces: np.ndarray) -> np.ndarray:
        """Rows that are one of the lemmas or surfaces."""
        some = [self._rows["lemma"].get(number, NONE) for number in lemmas.tolist()]
        some += [self._rows["surface"].get(number, NONE) for number in surfaces.tolist()]
        return some[0] if len(some) == 1 else np.unique(np.concatenate([NONE, *some]))

    @cached_property
    def _touches(self) -> np.ndarray:
        """Whether the next row goes on in the sentence without a blank between."""
        tokens = self.text.tokens
        if "start" not in tokens:  # Japanese, which MeCab gives without blanks; they are rare
            return self.text.goes_on
        numbers, words = self._spoken["surface"]
        ends = tokens["start"].to_numpy() + np.array([len(word) for word in words])[numbers]
        return self.text.goes_on & np.append(tokens["start"].to_numpy()[1:] <= ends[:-1], False)

    def _tags(self, pos: Iterable[str]) -> np.ndarray:
        return np.array([str(tag).startswith(tuple(pos)) for tag in self._spoken["pos"][1]], dtype=bool)

    def _rows_at(self, ids: pd.Series, start, length) -> tuple[np.ndarray, np.ndarray]:
        """First and last row of the tokens at some characters of some articles; −1 where there are none."""
        here = self.text.ids.astype(str).isin(ids.astype(str).unique())[self.text.article]
        rows = np.flatnonzero(here)
        if not len(rows):
            return np.full(len(ids), -1), np.full(len(ids), -1)
        part = Arrays(self.text.tokens.iloc[rows])
        first, last = rows_of(part, starts(self.articles, part.tokens), ids, start, length)
        known = first >= 0
        return np.where(known, rows[first], -1), np.where(known, rows[np.maximum(first, last)], -1)

    @cached_property
    def _lines(self) -> tuple[list[str], pa.Array]:
        """Headline, line break and text of each article with plain signs, and in one width."""
        whole = [
            f"{head}\n{body}".translate(PLAIN) for head, body in zip(*headlines_and_texts(self.articles), strict=True)
        ]
        return whole, pc.utf8_normalize(pa.array(whole, type=pa.large_string()), form="NFKC")

    def _holding(self, text: str) -> np.ndarray:
        """Numbers of the words that a text is in."""
        return np.flatnonzero(pc.match_substring(self._words_as_text, text))

    def _spelled(self, leaf: Node) -> str:
        """The fewest pieces that spell a word, with + between."""
        word, best = "".join(self._parts(leaf)), {0: ""}
        for begin, end, *_ in self._edges[leaf]:
            if begin in best:
                made = f"{best[begin]}+{word[begin:end]}"
                best[end] = min(best.get(end, made), made, key=lambda text: text.count("+"))
        return best[len(word)].lstrip("+")


def leaves_of(node: Node) -> Iterator[Node]:
    if node.kind in LEAVES:
        yield node
    for part in node.parts:
        yield from leaves_of(part)


def is_wild(leaf: Node) -> bool:
    return "*" in str(leaf.value)


def _plain(words: pd.Index) -> pa.Array:
    """Words in one width, and with the apostrophes and hyphens of a keyboard."""
    wide = pc.utf8_normalize(pa.array(words, type=pa.string()), form="NFKC")
    return pa.array(map(plain_words, wide.to_pylist()), type=pa.string())


def _by_key(keys: pd.Index, wanted: set[str]) -> dict[str, np.ndarray]:
    """Places of each wanted key among some that may repeat."""
    places = np.flatnonzero(keys.isin(wanted))
    numbers, known = pd.factorize(keys[places])
    order = np.argsort(numbers, kind="stable")
    begins = np.concatenate([[0], np.cumsum(np.bincount(numbers, minlength=len(known)))])
    return {key: places[order[a:b]] for key, (a, b) in zip(known, pairwise(begins.tolist()), strict=True)}


def places_in(wanted: str, text: str) -> list[tuple[int, int]]:
    """Where a text stands in one that may be written in another width: first character, and how many."""
    pieces = [text] if unicodedata.is_normalized("NFKC", text) else _LETTER.findall(text)
    plain = [unicodedata.normalize("NFKC", piece) for piece in pieces]
    hits = [hit.start() for hit in re.finditer(re.escape(wanted), "".join(plain))]
    if len(pieces) == 1:
        return [(hit, len(wanted)) for hit in hits]
    before, written = (np.cumsum([0, *map(len, each)]) for each in (plain, pieces))
    first, last = (np.searchsorted(before, np.array(hits, dtype=int) + more, "right") for more in (0, len(wanted) - 1))
    return [
        (start, end - start) for start, end in zip(written[first - 1].tolist(), written[last].tolist(), strict=True)
    ]


def as_written(node: Node) -> str:
    """A condition in the signs of the language, short."""
    inner = [as_written(part) for part in node.parts]
    if node.kind in ("or", "and"):
        return f" {'|' if node.kind == 'or' else '&'} ".join(inner[:3] + ["…"] * (len(inner) > 3))
    if node.kind == "not":
        return f"!({inner[0]})"
    if node.kind in ("near", "seq"):
        return f"{node.kind}({', '.join(inner)}, {node.value or 'sentence'})"
    if node.kind == "times":
        return f"times({node.value}, {inner[0]})"
    if node.kind == "variable":
        return "<>{}-->{}".format(*node.value)
    if node.kind in ("actor", "relation", "headline"):
        return f"{node.kind}({node.value or inner[0]})"
    word = "+".join(node.value) if isinstance(node.value, tuple) else str(node.value)
    shown = {"code": f"<*{word}>", "text": f'"{word}"'}.get(node.kind, word)
    return f"surface({shown})" if node.pos == "surface" else shown + (f"-->{node.pos}" if node.pos else "")
