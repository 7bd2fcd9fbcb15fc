"""From segments to the token table."""

import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from itertools import count, islice
from typing import IO, Any

import numpy as np
import pandas as pd

from framing import provenance
from framing.errors import TableError
from framing.lexicon.dictionary import user_dictionary
from framing.lexicon.read import Lexicon
from framing.patterns import plain_words
from framing.tables import TEXTS, check, takes_tables
from framing.tokens import join, languages, pool
from framing.tokens.mecab import Segments
from framing.tokens.places import as_text
from framing.tokens.sentences import mark, sentence_starts

LANGUAGES = ("ja", "en", "ko")
NUMERALS = ("split", "join")
CONTENT = (
    "名詞-普通名詞", "名詞-固有名詞", "名詞-複合", "動詞-一般", "形容詞-一般", "形状詞-一般", "副詞",
    "word",
    "NNG", "NNP", "VV", "VA", "MAG", "XR", "SL",
)  # fmt: skip
"""Parts of speech that carry content: UniDic's nouns (without numerals and auxiliary stems), full verbs,
adjectives and adverbs; ``word`` in English and for plug-ins; nouns, verbs, adjectives, adverbs, roots and foreign
words in Korean (Sejong tags). A choice stands for itself and all finer tags: ``名詞`` is every ``名詞-…``."""

_CHUNK = 200_000  # characters at a time: some 120,000 tokens
_SMALLEST_CHUNK = 10_000
_FIRST_CHUNKS = 40_000  # of several workers, while helpers may still be loading
_SMALL = 2**14  # small integers only where adding a window to a position cannot overflow


@takes_tables()
def tokenise(
    articles: pd.DataFrame,
    *,
    lexicon: "Lexicon | None" = None,
    language: str | Callable[[str], list[str]] = "ja",
    workers: int = 1,
    numerals: str = "split",
    join_nouns: bool = False,
) -> pd.DataFrame:
    """Cut headlines and texts into tokens.

    Parameters
    ----------
    articles
        One row per article: ``article_id``, ``text`` and, where there, ``headline`` and ``outlet``. Missing text
        is empty text. Normalise before (:mod:`framing.text`): half-width kana are unknown to every dictionary.
    lexicon
        Words the dictionary lacks or splits, from :func:`framing.lexicon.load`. Japanese only.
    language
        ``ja`` (MeCab with UniDic), ``en`` (letters and apostrophes; words of one Snowball stem are one), ``ko``
        (kiwipiepy, the extra ``framing[korean]``), or a function that takes a text and returns the list of its tokens,
        each a piece of the text, in its order.
    workers
        Processes; the table is the same for any number. A function of your own runs in this process.
    numerals
        ``split`` leaves digits and kanji numbers as the dictionary cuts them; ``join`` makes a run of them one token.
    join_nouns
        Join runs of nouns (with prefixes and suffixes, without personal names and numerals): 再 + 稼働 becomes
        再稼働. Every count changes with it.

    Returns
    -------
    DataFrame
        One row per token, in the order of ``articles``; the headline, where there is one, before the text.

        ``article_id`` (categorical; an article without tokens is a category without rows),
        ``position`` (in the article, from 0), ``sentence`` (in the article, from 0; the headline is one or more of
        its own), ``surface`` (as written, with ' and - for the ’ and ‐ of print within a Latin word), ``lemma``,
        ``pos`` (categorical), ``in_headline``, and ``outlet`` where ``articles`` has it.

        ``lemma`` is the orthographic base form (UniDic's orthBase: 行っ → 行く, コンピューター → コンピューター,
        never a gloss or another spelling), for a variant of the lexicon its label, and the surface for unknown words
        and digits. In English words are told apart by their Snowball stem, and the lemma is the commonest form of the
        stem in the articles, in lower case (``military`` for ``militari``).

        ``attrs["tokeniser"]`` records language, dictionary, versions, lexicon checksum and options.

    Raises
    ------
    TableError
        ``articles`` lacks a column, repeats an id or holds text that is not Unicode; a tokeniser broke its contract.
    SourceError
        The dictionary or a package of the language is missing.
    ValueError
        Unknown language or option.

    Notes
    -----
    The surfaces of an article joined give back headline and text without their spaces (and NUL): MeCab drops
    spaces, and no column is spent on them. A language other than ``ja`` has a column ``start``, the place in the
    headline or text in characters: Korean morphemes are contracted in writing (했 is 하 + 었), and a plug-in may
    leave out what it likes.
    """
    _refuse_options(language, numerals, join_nouns, lexicon)
    check(articles, TEXTS)
    try:
        with tempfile.TemporaryFile() as file:
            builder = _Builder(articles, numerals, join_nouns, file)
            with closing(_segments(lexicon, language, workers, builder)) as found:
                for chunk, segments in found:
                    builder.add(chunk, segments)
            table = builder.table()
    except UnicodeEncodeError as error:
        raise TableError(
            f"an article holds a character that is no text (half of a surrogate pair, {error.object[error.start]!r}); "
            "read the file with the right encoding, or drop it with .encode('utf-8', 'ignore').decode()"
        ) from None
    if language != "ja" and "start" not in table:  # no article at all
        table["start"] = np.empty(0, dtype=np.int32)
    table = languages.shown(table) if language == "en" else table
    table.attrs["tokeniser"] = _record(lexicon, language, numerals, join_nouns)
    return table


def _segments(lexicon, language, workers: int, builder: "_Builder") -> Generator[tuple[slice, Segments]]:
    chunks = list(_chunks(builder.n_characters, workers))
    texts = map(builder.headlines_and_texts, chunks)
    if language == "ja":
        dictionary = user_dictionary(lexicon) if lexicon is not None else ("", frozenset())
        found = pool.segment(texts, (*dictionary, builder.joins), min(workers, max(len(chunks), 1)))
    else:
        found = enumerate(map(languages.segmenter(language), texts))
    for number, segments in found:
        yield chunks[number], segments


def _chunks(n_characters: np.ndarray, workers: int) -> Iterator[slice]:
    """Slices of articles: for several workers small ones first, and at the end, so that they begin and end together."""
    total = np.cumsum(n_characters)
    begin = done = 0
    for number in count():
        if begin == len(total):
            return
        size = _CHUNK
        if workers > 1:
            rest = int(total[-1] - done) // (4 * workers)
            size = min(max(rest, _SMALLEST_CHUNK), _FIRST_CHUNKS if number < 4 * workers else _CHUNK)
        end = int(np.searchsorted(total, done + size)) + 1
        end = min(end, len(total))
        yield slice(begin, end)
        begin, done = end, int(total[end - 1])


class _Builder:
    """Collects segments, in any order, and renumbers their distinct tokens for the whole table."""

    def __init__(self, articles: pd.DataFrame, numerals: str, join_nouns: bool, file: IO[bytes]):
        self._file = file
        self.articles, self.numerals, self.join_nouns = articles, numerals, join_nouns
        self.joins = join_nouns or numerals == "join"  # then blanks between tokens must be known
        self._written = [articles[name] for name in ("headline", "text") if name in articles]
        self.n_characters = np.sum([_lengths(column) for column in self._written], axis=0)
        self._kinds: dict[tuple[str, str, str], int] = {}
        self._marks = np.empty(0, dtype=np.int8)
        self._kind_of: dict[int, tuple[list, np.ndarray]] = {}
        self._parts: dict[int, list[tuple[int, int, np.dtype]]] = {}

    def headlines_and_texts(self, chunk: slice) -> list[str]:
        """Headline, text, headline, text … of some articles."""
        columns = [list(map(plain_words, as_text(column.iloc[chunk]))) for column in self._written]
        headlines = columns[0] if len(columns) == 2 else [""] * len(columns[-1])
        return [text for pair in zip(headlines, columns[-1], strict=True) for text in pair]

    def add(self, chunk: slice, segments: Segments) -> None:
        """Take the tokens of some articles; every second text is a headline."""
        line_of_token = np.repeat(np.arange(len(segments.n_tokens)), segments.n_tokens)
        text_of_line = np.repeat(np.arange(len(segments.n_lines)), segments.n_lines)
        if self.joins:
            segments, line_of_token = join.runs(segments, line_of_token, self.numerals == "join", self.join_nouns)
        text = text_of_line[line_of_token]
        article, in_headline = text // 2, text % 2 == 0
        kinds = self._renumbered(segments)
        starts = sentence_starts(self._marks[kinds], line_of_token)
        counts = np.bincount(article, minlength=chunk.stop - chunk.start)
        first = np.cumsum(counts) - counts  # number of an article's first token in the chunk
        sentence = np.cumsum(starts)
        start_of_article = np.minimum(first, max(len(article) - 1, 0))
        sentence = sentence - sentence[start_of_article][article] if len(article) else sentence
        position = np.arange(len(article)) - first[article]
        columns = [_small(article + chunk.start, np.int32), _small(position), _small(sentence), kinds, in_headline]
        self._parts[chunk.start] = []
        for column in columns if segments.starts is None else [*columns, segments.starts]:
            self._parts[chunk.start].append((self._file.tell(), len(column), column.dtype))
            self._file.write(column.tobytes())

    def _renumbered(self, segments: Segments) -> np.ndarray:
        """Number in the whole table of each token; a token of a source is looked at once."""
        known, kind_of = self._kind_of.get(id(segments.known), (segments.known, np.empty(0, dtype=np.int32)))
        if len(kind_of) < len(known):
            kind_of = np.concatenate([kind_of, np.full(len(known) - len(kind_of), -1, dtype=np.int32)])
            if segments.grows:
                self._kind_of[id(known)] = known, kind_of  # with the list, so that its id is not given to another
        kinds = self._kinds
        before = len(kinds)
        new = segments.distinct[kind_of[segments.distinct] < 0].tolist()
        kind_of[new] = [kinds.setdefault(known[number][:3], len(kinds)) for number in new]
        marks = [mark(surface, pos) for surface, _, pos in islice(reversed(kinds), len(kinds) - before)][::-1]
        self._marks = np.concatenate([self._marks, np.array(marks, dtype=np.int8)])
        return kind_of[segments.distinct][segments.codes]

    def table(self) -> pd.DataFrame:
        """The token table of all segments."""
        rows = self._column(0, np.int32)
        ids = pd.Index(self.articles["article_id"].astype(object).to_numpy(), dtype="str")
        table: dict[str, Any] = {"article_id": pd.Categorical.from_codes(rows, ids)}
        table |= {"position": self._column(1, np.int16), "sentence": self._column(2, np.int16)}
        described = list(zip(*self._kinds, strict=True)) or [()] * 3
        for name, values in zip(("surface", "lemma", "pos"), described, strict=True):
            codes, categories = pd.factorize(pd.array(values, dtype="str"), sort=True)
            found = self._column(3, of=codes.astype(_code_dtype(len(categories))))
            table[name] = pd.Categorical.from_codes(found, pd.Index(categories, dtype="str"))
        table["in_headline"] = self._column(4, bool)
        if "outlet" in self.articles:
            outlets = self.articles["outlet"].astype("category").cat.remove_unused_categories().array
            table["outlet"] = pd.Categorical.from_codes(outlets.codes[rows], dtype=outlets.dtype)
        if any(len(places) > 5 for places in self._parts.values()):
            table["start"] = self._column(5, np.int32)
        return pd.DataFrame(table, copy=False)

    def _column(self, number: int, dtype: Any = None, of: np.ndarray | None = None) -> np.ndarray:
        """A column of all segments in the order of the articles, or of the values that its numbers stand for.

        The segments lie in a file, so that no column is in memory beside its parts.
        """
        places = [self._parts[begin][number] for begin in sorted(self._parts)]
        kinds = [kind for *_, kind in places] if of is None else [of.dtype]
        whole = np.empty(sum(n for _, n, _ in places), np.result_type(*kinds or [dtype]))
        end = 0
        for place, n, kind in places:
            self._file.seek(place)
            values = np.frombuffer(self._file.read(n * kind.itemsize), kind)
            whole[end : end + n] = values if of is None else of[values]
            end += n
        return whole


def _lengths(values: pd.Series) -> np.ndarray:
    if isinstance(values.dtype, pd.StringDtype):
        return values.str.len().fillna(0).to_numpy(dtype=np.int64)
    return np.fromiter(map(len, as_text(values)), dtype=np.int64, count=len(values))


def _small(values: np.ndarray, dtype=np.int16) -> np.ndarray:
    return values.astype(dtype if dtype != np.int16 or not len(values) or values.max() < _SMALL else np.int32)


def _code_dtype(n_categories: int):
    return np.int8 if n_categories < 2**7 else np.int16 if n_categories < 2**15 else np.int32


def _refuse_options(language, numerals: str, join_nouns: bool, lexicon) -> None:
    if not callable(language) and language not in LANGUAGES:
        raise ValueError(f"no tokeniser for language {language!r}; there are {list(LANGUAGES)}, or give a function")
    if numerals not in NUMERALS:
        raise ValueError(f"numerals is one of {list(NUMERALS)}, not {numerals!r}")
    if language != "ja" and (lexicon is not None or join_nouns or numerals != "split"):
        raise ValueError(f"lexicon, numerals and join_nouns are for language 'ja', not {language!r}")
    if lexicon is not None and not isinstance(lexicon, Lexicon):
        raise ValueError(f"lexicon must come from lexicon.load(...), not be a {type(lexicon).__name__}")


def _record(lexicon, language, numerals: str, join_nouns: bool) -> dict:
    packages = {"ja": ("fugashi", "unidic-lite"), "en": ("snowballstemmer",), "ko": ("kiwipiepy",)}
    name = getattr(language, "__qualname__", repr(language)) if callable(language) else language
    return {
        "language": name,
        "versions": provenance.versions(packages.get(name, ())),
        "lexicon": lexicon.checksum if lexicon is not None else "",
        "numerals": numerals,
        "join_nouns": join_nouns,
    }
