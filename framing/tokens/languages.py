"""Other languages through the same door: English, Korean, and any function from a text to its tokens."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

import numpy as np
import pandas as pd

from framing.errors import SourceError, TableError
from framing.tokens.mecab import Segments, in_runs
from framing.tokens.sentences import split

_ENGLISH = re.compile(r"(?:[A-Z]\.){2,}|[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+(?:[.,]\d+)*|[^\w\s]|_")
_Token = tuple[str, str, str]  # surface, lemma, pos


def segmenter(language: str | Callable[[str], list[str]]) -> Callable[[list[str]], Segments]:
    """The function that cuts texts of a language into segments.

    Raises
    ------
    SourceError
        The package of the language is not installed.
    """
    if not isinstance(language, str):
        return lambda texts: _collected(texts, _checked(language))
    return {"en": _english, "ko": _korean}[language]


def _english(texts: list[str]) -> Segments:
    def describe(text: str, at: int) -> Iterator[tuple[_Token, int]]:
        return ((_describe_english(found[0]), at + found.start()) for found in _ENGLISH.finditer(text))

    return _collected(texts, _around_runs(describe, "punctuation"))


def _around_runs(describe: Callable[[str, int], Iterator[tuple[_Token, int]]], sign: str):
    """What ``describe`` makes of the pieces of a text, which begin at a place, with each run as one token."""

    def described(text: str) -> Iterator[tuple[_Token, int]]:
        for at, piece, is_run in in_runs(text):
            yield from [((piece, piece, sign), at)] if is_run else describe(piece, at)

    return described


def _describe_english(surface: str) -> _Token:
    if surface[0].isalpha():
        return surface, _stem(surface.lower()), "word"
    return surface, surface, "number" if surface[0].isdigit() else "punctuation"


def stem(term: str) -> str:
    """The Snowball stem of an English term, of each of its words."""
    return " ".join(_stem(word) for word in term.split(" "))


@cache
def _stem(word: str) -> str:
    import snowballstemmer

    return snowballstemmer.stemmer("english").stemWord(word.replace("’", "'"))


def shown(table: pd.DataFrame, counted: pd.Series | None = None) -> pd.DataFrame:
    """English tokens with the commonest form of each stem as its lemma, in lower case (of equals the shortest).

    ``counted`` are the forms to go by, each with its number of tokens (:func:`forms`); by default those of the table.
    """
    n = forms(table) if counted is None else counted
    known = pd.DataFrame({"form": n.index, "n": n.to_numpy(), "size": n.index.str.len(), "stem": n.index.map(_stem)})
    best = known.sort_values(["n", "size", "form"], ascending=[False, True, True]).drop_duplicates("stem")
    form_of = best.set_index("stem")["form"]
    written = table["surface"].cat.categories
    lemma = [form_of[_stem(word.lower())] if word[:1].isalpha() else word for word in written]
    codes, distinct = pd.factorize(pd.array(lemma, dtype="str"), sort=True)
    return table.assign(
        lemma=pd.Categorical.from_codes(codes[table["surface"].cat.codes], pd.Index(distinct, dtype="str"))
    )


def forms(table: pd.DataFrame) -> pd.Series:
    """How often each word of a table of English tokens stands in each form, in lower case."""
    n = np.bincount(table["surface"].cat.codes, minlength=len(table["surface"].cat.categories))
    words = pd.Series(n, index=table["surface"].cat.categories.str.lower(), dtype="int64")
    return words[words.index.str[:1].str.isalpha()].groupby(level=0).sum()


def _korean(texts: list[str]) -> Segments:
    kiwi = _kiwi()

    def describe(sentence: str, at: int) -> Iterator[tuple[_Token, int]]:
        for token in kiwi.tokenize(sentence):
            base = token.form + "다" if token.tag.startswith(("VV", "VA", "VX", "VC")) else token.form
            yield (token.form, base, token.tag.split("-")[0]), at + token.start

    return _collected(texts, _around_runs(describe, "SW"))


@cache
def _kiwi():
    try:
        from kiwipiepy import Kiwi
    except ImportError:
        raise SourceError(
            "language 'ko' needs the package kiwipiepy, which is not installed; pip install 'framing[korean]'"
        ) from None
    return Kiwi(num_workers=1)


def _checked(function: Callable[[str], list[str]]) -> Callable[[str], Iterator[tuple[_Token, int]]]:
    """The plug-in, held to its contract: pieces of the text, none empty, in the order of the text."""
    name = getattr(function, "__name__", repr(function))

    def describe(sentence: str) -> Iterator[tuple[_Token, int]]:
        tokens = function(sentence)
        if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
            raise TableError(
                f"{name} must return a list of str for a text; for {sentence[:40]!r} it gave {tokens!r:.80}"
            )
        end = 0
        for token in tokens:
            start = sentence.find(token, end) if token.strip() else -1
            if start < 0:
                raise TableError(
                    f"{name} returned {token!r}, which is not a piece of the text after its earlier tokens "
                    f"({sentence[end : end + 40]!r}…); tokens must be pieces of the text in its order, none blank"
                )
            end = start + len(token)
            is_word = any(character.isalnum() for character in token)
            yield (token, token, "word" if is_word else "punctuation"), start

    return describe


def _collected(texts: list[str], describe: Callable[[str], Iterable[tuple[_Token, int]]]) -> Segments:
    """Segments of texts whose lines are sentences; ``starts`` counts characters of the text."""
    distinct: dict[_Token, int] = {}
    codes, starts, n_tokens, n_lines = [], [], [], []
    for text in texts:
        offset = 0
        sentences = split(text)
        n_lines.append(len(sentences))
        for sentence in sentences:
            before = len(codes)
            begin = text.index(sentence, offset) if sentence else offset
            for token, start in describe(sentence):
                codes.append(distinct.setdefault(token, len(distinct)))
                starts.append(begin + start)
            offset = begin + len(sentence)
            n_tokens.append(len(codes) - before)
    known = [(*token, False) for token in distinct]
    codes, n_tokens, n_lines, starts = (np.array(v, dtype=np.int32) for v in (codes, n_tokens, n_lines, starts))
    return Segments(known, np.arange(len(known)), codes, n_tokens, n_lines, starts)
