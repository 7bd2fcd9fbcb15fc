"""Why a rule finds nothing, and what a reader may think that it finds too."""

import difflib
import re
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from framing.codings import folded
from framing.frames.hits import NONE
from framing.frames.rules import Node
from framing.frames.wordforms import in_capitals, irregular, men
from framing.frames.words import Words, as_written, is_wild
from framing.messages import Message, mark
from framing.patterns import PLAIN

_MOST_ALIKE = 5000  # words that one is compared with letter by letter
_PARTED = re.compile("[・/;→,、·-]")


class Remarks(Words):
    """Words of rules with what is remarkable about them: ``remarks`` has code, line, column, what is meant, and why."""

    def _remark_pos(self, leaf: Node, rows: np.ndarray) -> None:
        numbers, tags = self._spoken["pos"]
        known = tags[np.argsort(-np.bincount(numbers[rows], minlength=len(tags)))[: len(np.unique(numbers[rows]))]]
        values = {"n": len(rows), "tags": tuple(known[:3])}
        why = Message("number of uses: {n:,}, all as {tags}, which this rule does not ask for", values)
        if leaf.pos in ("", "surface"):
            why = Message("number of uses: {n:,}, all as {tags}, which is not counted here", values)
        self.remarks.append((self._owner, *leaf.at, as_written(leaf), why))

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
            values = {"word": as_written(leaf), "words": tuple(most), "n": int(n.sum())}
            said = Message(
                "part of {words} too ({n:,} tokens), which are not counted: *{word}* counts these as well", values
            )
        elif leaf.kind == "word" and leaf.pos == "" and self._stems and (found := self._not_of_it(leaf, whole[0][4])):
            said = found
        else:
            return
        self.remarks.append((self._owner, *leaf.at, as_written(leaf), said))
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
        if is_wild(leaf):
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
