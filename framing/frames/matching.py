"""Rules on the token table: sorted places and set operations, all articles at once."""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from framing.codings import folded
from framing.dates import between
from framing.frames import kernels
from framing.frames.codebook import Code, in_order
from framing.frames.hits import NONE, Hits, among, distinct, merged, shortest
from framing.frames.remarks import Remarks
from framing.frames.rules import Node
from framing.frames.words import KH_POS, LEAVES, as_written, is_wild, leaves_of, places_in
from framing.messages import Message, mark
from framing.patterns import PLAIN, plain_words
from framing.tables.naming import actor_id
from framing.tables.spreadsheet import is_number, sign_of


class Matcher(Remarks):
    """The tokens of some articles, searched for what some codes name; parameters are those of :class:`Words`."""

    def code(self, codebook: Iterable[Code]) -> Iterator[tuple[Code, Hits]]:
        """The hits of every code with a rule, none of which overlap, in the order in which codes build on others.

        What never matches, and a word that is read otherwise than as one lemma, goes to ``remarks``.
        """
        by_id = {folded(code.id): code for code in codebook}
        self._found: dict[str, Hits] = {}
        self._look_up([code.rule for code in by_id.values() if code.rule])
        for key in in_order(by_id.values()):
            rule = by_id[key].rule
            if rule is not None:
                self._owner, self._beside = by_id[key].id, [folded(str(leaf.value)) for leaf in leaves_of(rule)]
                self._found[key] = self._hits(rule)
                yield by_id[key], distinct(self._found[key])

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
        flags = self._counted if leaf.pos in ("", "surface") else self._tags([KH_POS.get(leaf.pos, leaf.pos)])
        if flags is not None and len(first):
            kept = (first != last) | flags[self._spoken["pos"][0][first]]
            if not kept.any():
                self._remark_pos(leaf, first)
            first, last = first[kept], last[kept]
        return self._spans(first, last)

    _phrase = _word

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

    def _text(self, leaf: Node) -> Hits:
        whole, plain = self._lines
        found = []
        wanted = str(leaf.value).translate(PLAIN)
        for row in np.flatnonzero(pc.match_substring(plain, wanted)).tolist():
            end = whole[row].index("\n")  # of the headline
            for start, length in places_in(wanted, whole[row]):
                found.append((row, start - (start > end), length))
        rows, start, length = np.array(found, dtype=np.int64).reshape(-1, 3).T
        return self._runs(*self._rows_at(self.articles["article_id"].iloc[rows], start, length))

    def _hits(self, node: Node) -> Hits:
        told = len(self.remarks) - self._readings
        found: Hits = getattr(self, f"_{node.kind}")(node)
        if not found.units.any() and len(self.remarks) - self._readings == told:
            self.remarks.append((self._owner, *node.at, as_written(node), self._why(node)))
        elif node.kind in LEAVES and not is_wild(node) and len(self.remarks) - self._readings == told:
            self._remark_reading(node)
        return found

    def _nothing(self, node: Node, why: str) -> Hits:
        self.remarks.append((self._owner, *node.at, as_written(node), why))
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
        column = self.articles[columns[folded(name)]]
        if pd.api.types.is_datetime64_any_dtype(column):
            return Hits(self._of_days(column, value).to_numpy()[self.units.article])
        column = column.astype(object)
        there, (_, flag) = column.dropna().unique(), sign_of(value)
        signs = [sign_of(each) for each in there]
        if flag is not None and len({pair for pair, _ in signs}) == 1 and signs[0][1] is not None:
            return Hits(column.isin([each for each, (_, yes) in zip(there, signs, strict=True) if yes == flag])
                        .to_numpy()[self.units.article])  # fmt: skip
        flags = column.astype("str").str.normalize("NFKC").str.strip().eq(unicodedata.normalize("NFKC", value))
        if is_number(value) and pd.api.types.is_numeric_dtype(numbers := column.infer_objects()):
            flags |= pd.to_numeric(numbers).astype("Float64").eq(float(value)).fillna(False).astype(bool)
        return Hits((flags & column.notna()).to_numpy()[self.units.article])

    def _of_days(self, column: pd.Series, value: str) -> pd.Series:
        """Which articles are of a day, month or year; of the date of an article as precisely as that is known."""
        dated = self.articles if column.name == "date" else column.dt.tz_localize(None).dt.normalize().to_frame("date")
        try:
            return between(dated, value, value)
        except ValueError:  # what is none of these is told as what no article has
            return pd.Series(False, column.index)

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
