"""Where a query is met: rows of the token table."""

import time
from collections.abc import Collection

import numpy as np
import pandas as pd

from framing.patterns import compiled, plain_words
from framing.tables import MENTIONS, check
from framing.tables.naming import actor_id
from framing.tokens.arrays import Arrays, codes, of_pos, rows_of

PATIENCE = 10
"""Seconds that a regular expression may take over all words."""

MATCHES = ("lemma", "surface", "phrase", "regex", "actor")


class Text(Arrays):
    """The token table as arrays, and the searches in it."""

    def of_pos(self, pos: Collection[str] | None) -> np.ndarray:
        """Which tokens are of the parts of speech; all where none are given."""
        if pos is None:
            return np.ones(len(self.tokens), dtype=bool)
        numbers, tags = codes(self.tokens["pos"])
        return of_pos(tags, pos)[numbers]

    def find(
        self, query, match: str, pos: Collection[str] | None = None, mentions=None, starts=None
    ) -> tuple[np.ndarray, np.ndarray]:
        """First row of each hit, and the number of tokens it has."""
        if match not in MATCHES:
            raise ValueError(f"match is one of {list(MATCHES)}, not {match!r}")
        if match == "actor":
            return self._of_actor(query, mentions, starts)
        if not isinstance(query, str) or not query:
            raise ValueError(f"a query is a word, not {query!r}")
        query = query if match == "regex" else plain_words(query)
        column = "surface" if match in ("surface", "regex") else "lemma"
        numbers, words = codes(self.tokens[column])
        fits = self.of_pos(pos)
        if match == "regex":
            hit = _matching(query, words)
            rows = np.flatnonzero(hit[numbers] & fits) if len(words) else np.empty(0, dtype=np.int64)
            return rows, np.ones(len(rows), dtype=np.int64)
        parts = query.split(" ") if match == "phrase" else [query]
        rows = np.flatnonzero((numbers == _number(words, parts[0])) & fits)
        for step, part in enumerate(parts[1:], start=1):
            rows = rows[self.goes_on[rows + step - 1]]
            rows = rows[(numbers[rows + step] == _number(words, part)) & fits[rows + step]]
        return rows, np.full(len(rows), len(parts), dtype=np.int64)

    def missing(self, query: str, match: str, inflected: bool = False) -> None:
        """Refuse a query that is met nowhere, with the lemma of a form that is written; ``inflected``: such forms only.

        Raises
        ------
        ValueError
            What was asked, and what to ask for.
        """
        surfaces, words = codes(self.tokens["surface"])
        there = (self.tokens["lemma"] == query).any()  # a lemma that is met, but not as the parts of speech asked for
        forms = self.tokens["lemma"][surfaces == _number(words, query)]
        forms = () if there or match not in ("lemma", "phrase") else forms
        if len(forms):
            lemmas = forms.astype("str").value_counts().index[:3].tolist()
            raise ValueError(
                f"{query!r} is no lemma but is written {len(forms)} times, as a form of {lemmas}; ask for that, or set "
                "match to 'surface'"
            )
        if not inflected:
            raise ValueError(f"no token has the {match} {query!r}; look at the lemmas of tokens, or search by 'regex'")

    def _of_actor(self, query: str, mentions, starts) -> tuple[np.ndarray, np.ndarray]:
        if mentions is None:
            raise ValueError("a query of an actor needs the mentions: mentions=tokens.mentions(articles, lexicon)")
        check(mentions, MENTIONS, key=False)
        known = mentions["actor"].astype("str")
        chosen = mentions[known == actor_id(mentions, query)]
        if not len(chosen):
            there = known.value_counts().index[:8].tolist()
            known_ones = f"the most frequent are {there}" if there else "no actor of the lexicon is mentioned at all"
            raise ValueError(
                f"no mention of the actor {query!r}; {known_ones}. To look for a word, set match to 'lemma'"
            )
        length = chosen["surface"].astype("str").str.len().to_numpy()
        first, last = rows_of(self, starts, chosen["article_id"], chosen["position"].to_numpy(), length)
        here = first >= 0
        return first[here], np.maximum(last - first + 1, 1)[here]


def _number(words: pd.Index, word: str) -> int:
    return int(words.get_indexer([word])[0]) if word in words else -2


def _matching(query: str, words: pd.Index) -> np.ndarray:
    """Which words a regular expression is found in, within bounds of time and memory: it is a person's own."""
    pattern, end = compiled(query), time.monotonic() + PATIENCE
    try:
        found = [bool(pattern.search(word, timeout=max(end - time.monotonic(), 0.01))) for word in words]
    except (TimeoutError, MemoryError):
        raise ValueError(
            f"{query!r} takes more than {PATIENCE} s, or memory without end, on {len(words):,} words; write it without "
            "a repetition within a repetition, as in (a+)+"
        ) from None
    return np.array(found, dtype=bool)
