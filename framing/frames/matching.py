"""Rules on the token table: sorted places and set operations, all articles at once."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from framing.codings import folded
from framing.frames import kernels
from framing.frames.codebook import Code, conditions, in_order
from framing.frames.hits import NONE, Hits, among, distinct, merged, shortest
from framing.frames.rules import Node
from framing.frames.units import Units
from framing.frames.wordforms import bases, in_capitals, irregular, men, stems_of
from framing.messages import Message, mark
from framing.patterns import PLAIN, plain_words
from framing.tables.naming import actor_id
from framing.tables.spreadsheet import is_number, is_yes
from framing.tokens.arrays import Arrays, codes, rows_of
from framing.tokens.languages import stem
from framing.tokens.places import headlines_and_texts, starts

_LEAVES = ("word", "phrase")
_MOST_ALIKE = 5000  # words that one is compared with letter by letter
_LETTER = re.compile("(?s).[\u0300-\u036f\u1160-\u11ff\u3099\u309a\uff9e\uff9f]*")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]{2}")
_KOREAN = re.compile("[가-힣]+(?:하|되|시키|당하|받|스럽)다")
"""Verbs made of nouns, which are cut in three: noun, verb and ending."""
_KH_POS = {
    "サ変名詞": "名詞-普通名詞-サ変", "副詞可能": "名詞-普通名詞-副詞可能", "固有名詞": "名詞-固有名詞",
    "組織名": "名詞-固有名詞", "人名": "名詞-固有名詞-人名", "地名": "名詞-固有名詞-地名", "形容動詞": "形状詞",
    "명사": "NN", "고유명사": "NNP", "대명사": "NP", "동사": "VV", "형용사": "VA", "부사": "MA",
    "名詞B": "名詞", "名詞C": "名詞", "動詞B": "動詞", "形容詞B": "形容詞", "副詞B": "副詞",
}  # fmt: skip
"""KH Coder's parts of speech by those of UniDic, and Korean names of them by MeCab-ko's."""
_PARTED = re.compile("[・/;→,、·-]")


class Matcher:
    """The tokens of some articles, searched for what some codes name.

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
        self._found: dict[str, Hits] = {}
        self._owner, self._beside = "", [""]  # the code, and the words of its rule
        self._named: set[str] = set()  # actors
        self._verbs: set[Node] = set()  # of Korean, which no token is: looked for without their ending
        self._capitals: set[Node] = set()  # words of English such as US, beside us

    def code(self, codebook: Iterable[Code]) -> Iterator[tuple[Code, Hits]]:
        """The hits of every code with a rule, none of which overlap, in the order in which codes build on others.

        What never matches, and a word that is read otherwise than as one lemma, goes to ``remarks``.
        """
        by_id = {folded(code.id): code for code in codebook}
        self._look_up([code.rule for code in by_id.values() if code.rule])
        for key in in_order(by_id.values()):
            rule = by_id[key].rule
            if rule is not None:
                self._owner, self._beside = by_id[key].id, [folded(str(leaf.value)) for leaf in _leaves(rule)]
                self._found[key] = self._hits(rule)
                yield by_id[key], distinct(self._found[key])

    # ---- words: the pieces they can be made of, and the rows of these ----

    def _look_up(self, rules: list[Node]) -> None:
        """Find every piece of every word in the vocabulary, and the rows of those that are needed in one pass."""
        leaves = {leaf for rule in rules for leaf in _leaves(rule)}
        plain = {leaf for leaf in leaves if not _wild(leaf)}
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

    def _word(self, leaf: Node) -> Hits:
        edges = self._edges[leaf]
        size = edges[-1][1] if edges else 0
        reached: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {}
        for begin, end, soft, lemmas, surfaces in edges:
            rows = self._at(lemmas, surfaces)
            if begin == 0:
                reached.setdefault(end, []).append((rows, rows))
            for first, last in reached.get(begin, []) if begin else []:
                joins = (self.text.goes_on if soft else self._touches)[last] & among(last + 1, rows)
                reached.setdefault(end, []).append((first[joins], last[joins] + 1))
        first, last = merged(reached.get(size, []))
        flags = self._counted if leaf.pos in ("", "surface") else self._tags([_KH_POS.get(leaf.pos, leaf.pos)])
        if flags is not None and len(first):
            kept = (first != last) | flags[self._spoken["pos"][0][first]]
            if not kept.any():
                self._remark_pos(leaf, first)
            first, last = first[kept], last[kept]
        return self._spans(first, last)

    _phrase = _word

    # ---- characters: actors, texts in quotes; and relations ----

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

    def _runs(self, first: np.ndarray, last: np.ndarray) -> Hits:
        """The runs among what :meth:`_rows_at` found."""
        known = first >= 0
        return self._spans(*merged([(first[known], last[known])]))

    @cached_property
    def _mentioned(self) -> tuple[dict[str, str], np.ndarray, np.ndarray, np.ndarray]:
        """The ids of all actors that rules name, and their mentions, looked up in one pass: id, first and last row."""
        mentions: Any = self.mentions
        ids = {name: actor_id(mentions, name) for name in self._named}
        actors = mentions["actor"].astype("str")
        own = actors.isin(ids.values()).to_numpy()
        some = mentions[own]
        size = some["surface"].astype("str").str.len()
        return ids, actors.to_numpy()[own], *self._rows_at(some["article_id"], some["position"], size)

    def _actor(self, leaf: Node) -> Hits:
        if self.mentions is None:
            return self._nothing(leaf, mark("the study has no mentions; run 00_corpus with a lexicon"))
        ids, actors, *ends = self._mentioned
        own = actors == ids[str(leaf.value)]
        if not own.any():
            there = tuple(self.mentions["actor"].astype("str").value_counts().index[:8])
            why = Message("no mention of this actor; most often mentioned: {there}", {"there": there})
            return self._nothing(leaf, why)
        return self._runs(*(each[own] for each in ends))

    def _relation(self, leaf: Node) -> Hits:
        variants = self.lexicon.variants if self.lexicon else ()
        value = plain_words(str(leaf.value))
        forms = [form for each in variants for form, order in each.forms.items() if value in (each.label, order)]
        if not forms:
            why = mark("the lexicon has no such relation") if variants else mark("no lexicon was given")
            return self._nothing(leaf, why)
        numbers, words = self._spoken["surface"]
        found = np.flatnonzero(words.isin(forms)[numbers])
        return self._spans(found, found)

    @cached_property
    def _lines(self) -> tuple[list[str], pa.Array]:
        """Headline, line break and text of each article with plain signs, and in one width."""
        whole = [
            f"{head}\n{body}".translate(PLAIN) for head, body in zip(*headlines_and_texts(self.articles), strict=True)
        ]
        return whole, pc.utf8_normalize(pa.array(whole, type=pa.large_string()), form="NFKC")

    def _text(self, leaf: Node) -> Hits:
        whole, plain = self._lines
        found = []
        wanted = str(leaf.value).translate(PLAIN)
        for row in np.flatnonzero(pc.match_substring(plain, wanted)).tolist():
            end = whole[row].index("\n")  # of the headline
            for start, length in _places(wanted, whole[row]):
                found.append((row, start - (start > end), length))
        rows, start, length = np.array(found, dtype=np.int64).reshape(-1, 3).T
        return self._runs(*self._rows_at(self.articles["article_id"].iloc[rows], start, length))

    # ---- conditions ----

    def _hits(self, node: Node) -> Hits:
        told = len(self.remarks) - self._readings
        found: Hits = getattr(self, f"_{node.kind}")(node)
        if not found.units.any() and len(self.remarks) - self._readings == told:
            self.remarks.append((self._owner, *node.at, _written(node), self._why(node)))
        elif node.kind in _LEAVES and not _wild(node) and len(self.remarks) - self._readings == told:
            self._remark_reading(node)
        return found

    def _nothing(self, node: Node, why: str) -> Hits:
        self.remarks.append((self._owner, *node.at, _written(node), why))
        return self._spans(NONE, NONE)

    def _spans(self, first: np.ndarray, last: np.ndarray) -> Hits:
        flags = np.zeros(len(self.units), dtype=bool)
        flags[self.units.of(first)] = True
        return Hits(flags, first, last)

    def _inside(self, flags: np.ndarray, some: list[Hits]) -> Hits:
        """The runs of several conditions that stand in the units where all of it holds."""
        first, last = merged([(each.first, each.last) for each in some])
        kept = flags[self.units.of(first)]
        return Hits(flags, first[kept], last[kept])

    def _or(self, node: Node) -> Hits:
        some = [self._hits(part) for part in node.parts]
        return self._inside(np.logical_or.reduce([each.units for each in some]), some)

    def _and(self, node: Node) -> Hits:
        some = [self._hits(part) for part in node.parts]
        return self._inside(np.logical_and.reduce([each.units for each in some]), some)

    def _not(self, node: Node) -> Hits:
        return Hits(~self._hits(node.parts[0]).units)

    def _code(self, node: Node) -> Hits:
        return self._found[folded(str(node.value))]

    def _headline(self, node: Node) -> Hits:
        inner = self._hits(node.parts[0])
        if "in_headline" not in self.text.tokens:
            return self._nothing(node, mark("the tokens do not say what stands in a headline"))
        kept = self.units.in_headline[inner.first] & self.units.in_headline[inner.last]
        return self._spans(inner.first[kept], inner.last[kept])

    def _times(self, node: Node) -> Hits:
        inner = self._hits(node.parts[0])
        apart = inner.first[kernels.most(inner.first, inner.last)]
        n = np.bincount(self.units.of(apart), minlength=len(self.units))
        return self._inside(n >= node.value, [inner])

    def _variable(self, node: Node) -> Hits:
        name, value = node.value
        columns = {folded(str(column)): column for column in self.articles}
        if folded(name) not in columns:
            why = Message("the articles have no column {name}; they have {columns}", {
                "name": name, "columns": tuple(map(str, self.articles.columns))})  # fmt: skip
            return self._nothing(node, why)
        column = self.articles[columns[folded(name)]].astype(object)
        there, flag = column.dropna().unique(), is_yes(value)
        if flag is not None and len(there) and all(is_yes(each) is not None for each in there):
            return Hits(column.isin([each for each in there if is_yes(each) == flag]).to_numpy()[self.units.article])
        flags = column.astype("str").str.normalize("NFKC").str.strip().eq(unicodedata.normalize("NFKC", value))
        if is_number(value) and pd.api.types.is_numeric_dtype(numbers := column.infer_objects()):
            flags |= pd.to_numeric(numbers).astype("Float64").eq(float(value)).fillna(False).astype(bool)
        return Hits((flags & column.notna()).to_numpy()[self.units.article])

    def _near(self, node: Node) -> Hits:
        """One run of each part, none over another, each at most so many tokens from the next."""
        some = self._parts_of(node)
        part = np.repeat(np.arange(len(some)), [len(each.first) for each in some])
        first, last = (np.concatenate([getattr(each, end) for each in some]) for end in ("first", "last"))
        kept = np.logical_and.reduce([each.units for each in some])[self.units.of(first)]
        first, last, part = first[kept], last[kept], part[kept]
        order = np.lexsort((last, first))
        first, last, part = first[order], last[order], part[order]
        places = (self._place_of(rows, node.value) for rows in (first, last))
        begin = kernels.chains(first, last, part, *places, len(some), node.value)
        return self._spans(*shortest(begin[begin >= 0], last[begin >= 0]))

    def _seq(self, node: Node) -> Hits:
        """Each part after the one before, from the nearest: who is not near the nearest is near none."""
        some = self._parts_of(node)
        begin, last = some[0].first, some[0].last
        for then in some[1:]:
            order = np.argsort(last, kind="stable")
            begin, last = begin[order], last[order]
            at = np.searchsorted(last, then.first, side="left") - 1
            kept = at >= 0
            kept[kept] = self._together(last[at[kept]], then.first[kept], node.value)
            begin, last = begin[at[kept]], then.last[kept]
        return self._spans(*shortest(begin, last))

    def _parts_of(self, node: Node) -> list[Hits]:
        """The runs of what is near, of the same sentence those that do not leave one."""
        some = [self._hits(part) for part in node.parts]
        if node.value:
            return some
        whole = [self.units.sentence_of(each.first) == self.units.sentence_of(each.last) for each in some]
        return [self._spans(each.first[kept], each.last[kept]) for each, kept in zip(some, whole, strict=True)]

    def _together(self, last: np.ndarray, first: np.ndarray, distance: int) -> np.ndarray:
        """Whether what ends at ``last`` and what begins at ``first`` are in one place and near."""
        same = self._place_of(last, distance) == self._place_of(first, distance)
        return same & (first - last <= distance) if distance else same

    def _place_of(self, rows: np.ndarray, distance: int) -> np.ndarray:
        """A number of what near and seq do not leave: the headline or text of a unit, of distance 0 the sentence."""
        return self.units.of(rows) * 2 + ~self.units.in_headline[rows] if distance else self.units.sentence_of(rows)

    # ---- why nothing is found ----

    def _remark_pos(self, leaf: Node, rows: np.ndarray) -> None:
        numbers, tags = self._spoken["pos"]
        known = tags[np.argsort(-np.bincount(numbers[rows], minlength=len(tags)))[: len(np.unique(numbers[rows]))]]
        values = {"n": len(rows), "tags": tuple(known[:3])}
        why = Message("number of uses: {n:,}, all as {tags}, which this rule does not ask for", values)
        if leaf.pos in ("", "surface"):
            why = Message("number of uses: {n:,}, all as {tags}, which is not counted here", values)
        self.remarks.append((self._owner, *leaf.at, _written(leaf), why))

    def _remark_reading(self, leaf: Node) -> None:
        """Say where a word was found otherwise than as one lemma."""
        edges = self._edges[leaf]
        whole = [edge for edge in edges if edge[1] - edge[0] == sum(map(len, self._parts(leaf)))]
        if leaf.kind == "phrase" and whole:
            said = mark("found also as one token")
        elif leaf.kind == "word" and not whole:
            said = Message("no token of its own: read as {parts}", {"parts": self._spelled(leaf)})
        elif leaf.kind == "word" and leaf.pos == "" and not len(whole[0][3]) and not self._stems:
            lemmas = self.text.tokens["lemma"].iloc[self._at(NONE, whole[0][4])[:1000]].astype("str")
            values = {"lemmas": tuple(lemmas.value_counts().index[:3])}
            said = Message("no lemma, but written so: a form of {lemmas}; found as it is written", values)
        elif leaf.kind == "word" and leaf.pos == "" and not self._stems and len(holding := self._longer(leaf)):
            n = self._n_tokens["lemma"][holding]
            most = self._vocabulary[holding[np.argsort(-n, kind="stable")[:4]]]
            values = {"word": _written(leaf), "words": tuple(most), "n": int(n.sum())}
            said = Message(
                "part of {words} too ({n:,} tokens), which are not counted: *{word}* counts these as well", values
            )
        elif leaf.kind == "word" and leaf.pos == "" and self._stems and (found := self._not_of_it(leaf, whole[0][4])):
            said = found
        else:
            return
        self.remarks.append((self._owner, *leaf.at, _written(leaf), said))
        self._readings += 1

    def _not_of_it(self, leaf: Node, found: np.ndarray) -> Message | None:
        """What a reader may think that a word of English finds too: us of US, men of man, nuclear-armed of nuclear."""
        word, written = folded(str(leaf.value)), self._words["written"]
        if leaf in self._capitals:
            small = np.flatnonzero((self._vocabulary == word) & (written != str(leaf.value)))
            values = {
                "words": tuple(written[small])[:4],
                "n": int(self._n_tokens["surface"][small].sum()),
                "word": word,
            }
            return Message("in capitals only: {words} ({n:,} in all) are not counted; {word} counts both", values)
        if in_capitals(str(leaf.value)) and (written[found] != str(leaf.value)).any():
            return Message("found as {words}, in capitals or not", {"words": tuple(written[found])[:4]})
        others = np.flatnonzero(self._vocabulary.isin(irregular().get(word, ()) or men(word)))
        joined = self._hyphened.index[self._hyphened == word].to_numpy()
        left = np.setdiff1d(np.concatenate([others, joined]), found)
        left = left[[not any(fnmatchcase(self._vocabulary[each], one) for one in self._beside) for each in left]]
        if not len(left):
            return None
        n = self._n_tokens["surface"][left]
        most = dict.fromkeys(self._vocabulary[left[np.argsort(-n, kind="stable")]])
        forms = dict.fromkeys(self._vocabulary[np.intersect1d(others, left)])
        ends = [f"{word}-*"] * any(each.startswith(f"{word}-") for each in most)
        begins = [f"*-{word}"] * any(each.endswith(f"-{word}") for each in most)
        inside = [f"*-{word}-*"] * any(f"-{word}-" in each for each in most)
        values = {
            "words": tuple(most)[:4],
            "n": int(n.sum()),
            "rule": " | ".join([word, *forms, *ends, *begins, *inside]),
        }
        return Message("{words} ({n:,} in all) are not counted: {rule} counts these as well", values)

    @cached_property
    def _hyphened(self) -> pd.Series:
        """The parts of words with hyphens, by the number of the word."""
        words = pd.Series(self._vocabulary)
        return words[words.str.contains("-", regex=False)].str.split("-").explode()

    def _longer(self, leaf: Node) -> np.ndarray:
        """Numbers of the lemmas that a word of two characters or more is a part of."""
        word = "".join(self._parts(leaf))
        if len(word) < 2:
            return NONE
        holding = self._holding(word)
        return holding[self._vocabulary[holding] != word]

    def _holding(self, text: str) -> np.ndarray:
        """Numbers of the words that a text is in."""
        return np.flatnonzero(pc.match_substring(self._words_as_text, text))

    @cached_property
    def _words_as_text(self) -> pa.Array:
        return pa.array(self._vocabulary, type=pa.string())

    def _spelled(self, leaf: Node) -> str:
        """The fewest pieces that spell a word, with + between."""
        word, best = "".join(self._parts(leaf)), {0: ""}
        for begin, end, *_ in self._edges[leaf]:
            if begin in best:
                made = f"{best[begin]}+{word[begin:end]}"
                best[end] = min(best.get(end, made), made, key=lambda text: text.count("+"))
        return best[len(word)].lstrip("+")

    def _why(self, node: Node) -> Message:
        values: dict[str, Any] = {"n": node.value}
        if node.kind in ("near", "seq") and node.value:
            return {
                "near": Message("never at most {n} tokens from each other in one unit", values),
                "seq": Message("never in this order at most {n} tokens from each other in one unit", values),
            }[node.kind]
        if node.kind in ("word", "phrase"):
            return self._why_no_word(node)
        if node.kind == "variable":
            known = self.articles[next(c for c in self.articles if folded(str(c)) == folded(node.value[0]))]
            values = {"known": tuple(known.dropna().astype("str").value_counts().index[:8])}
            return Message("no article has this value; there are {known}", values)
        if node.kind == "text" and (written := self._in_other_case(str(node.value).translate(PLAIN))):
            return Message("no article holds this text, but {written}: texts in quotes keep case", {"written": written})
        return {
            "near": mark("never in one sentence"),
            "seq": mark("never in this order in one sentence"),
            "and": mark("these conditions never hold in one unit"),
            "not": mark("what is excluded holds in every unit"),
            "headline": mark("never in a headline"),
            "times": Message("never {n} times in one unit", values),
            "text": mark("no article holds this text"),
        }.get(node.kind, mark("never found"))

    def _in_other_case(self, text: str) -> str:
        """The text as the first article has it that differs in capitals only."""
        plain = self._lines[1]
        holds = pc.match_substring(plain, text, ignore_case=True)
        row = pc.index(holds, True).as_py()
        hit = re.search(re.escape(text), plain[row].as_py(), re.IGNORECASE) if row >= 0 else None
        return hit[0] if hit else ""

    @cached_property
    def _bare(self) -> pd.Index:
        """The vocabulary without signs: u.s. is us."""
        return self._vocabulary.str.replace(r"\W", "", regex=True)

    def _why_no_word(self, leaf: Node) -> Message:
        word = "".join(self._parts(leaf))
        if _wild(leaf):
            return mark("no word fits")
        if self._edges[leaf]:
            values = {"parts": self._spelled(leaf)}
            if leaf.kind == "phrase":
                return Message("{parts} never stand side by side", values)
            return Message("no token of its own, and {parts} never stand side by side", values)
        if leaf.kind == "phrase":
            parts = [part for part in self._parts(leaf) if not self._edges_of(Node("word", leaf.at, part))]
            if parts:
                return Message("no such token: {parts}; a phrase is found where all of its words are", {
                    "parts": tuple(parts)})  # fmt: skip
        lemmas = self._vocabulary
        others = lemmas[lemmas.isin(irregular().get(word, ()) or men(word))] if self._stems else []
        if len(others):
            return Message("no such token; did you mean {words}?", {"words": tuple(dict.fromkeys(others))[:3]})
        holding = lemmas[self._holding(word.lower())]
        if len(holding):
            values = {"words": tuple(dict.fromkeys(holding))[:4], "word": word}
            return Message("no such token; it is part of {words}: write *{word}*", values)
        if _PARTED.search(word.strip("-・/")) and leaf.kind == "word":
            return mark("no such token; write | between words of which one is enough, and + between those of a phrase")
        plain = lemmas[np.flatnonzero(self._bare == word.lower())] if len(lemmas) else lemmas
        if len(plain):
            return Message("no such token; did you mean {words}?", {"words": tuple(dict.fromkeys(plain))[:3]})
        if written := self._in_other_case(word):
            told = mark('no such token, but a text that articles hold: write "{text}" in quotes, letter by letter')
            return Message(told, {"text": written})
        size = lemmas.str.len().to_numpy() if len(lemmas) else NONE
        alike = lemmas[(size >= max(len(word) - 1, 2)) & (size <= len(word) + 2)]
        alike = alike[alike.str.contains(f"[{re.escape(word.lower())}]")] if len(alike) else alike
        alike = dict.fromkeys(alike[:_MOST_ALIKE])  # written words differ by case
        close = difflib.get_close_matches(word.lower(), alike, 3, 0.75 if self._stems else 0.6)
        if close:
            return Message("no such token; did you mean {words}?", {"words": tuple(close)})
        return mark("no such token")


def _leaves(node: Node) -> Iterator[Node]:
    if node.kind in _LEAVES:
        yield node
    for part in node.parts:
        yield from _leaves(part)


def _wild(leaf: Node) -> bool:
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


def _places(wanted: str, text: str) -> list[tuple[int, int]]:
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


def _written(node: Node) -> str:
    """A condition in the signs of the language, short."""
    inner = [_written(part) for part in node.parts]
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
