"""What the toolkit says, apart from the language it is said in: messages, findings, and the catalogue of sentences.

Rooms make a :class:`Message` (a sentence with its values) and answer with a :class:`Finding`; in Python both read as
English. What shows them calls :func:`say`, in the language that :func:`use` has set (``report.title`` calls it). The
catalogue of a language is the file ``ja.po`` beside this one, in gettext's format, which translators have programs for;
``python docs/messages.py`` collects the sentences of the code and the notebooks into it.
"""

import re
import threading
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache
from importlib import resources
from numbers import Number
from string import Formatter

from framing.errors import ParamError

LANGUAGES = ("en", "ja")
"""Languages a report can be in; the first is that of the code."""

_BETWEEN = {"en": (" ", ", ", "; "), "ja": ("", "、", "。")}
"""What stands between sentences, between names of a list, and between clauses without an end of their own."""


def rounded(value: object, form: str) -> str:
    """A number as ``format`` writes it, but rounded as people do: .575 is .58, as the text of the number says and not
    as its binary digits do, which lie a little below.

    Examples
    --------
    >>> rounded(0.575, ".2f"), format(0.575, ".2f")
    ('0.58', '0.57')
    """
    if not isinstance(value, float) or form[-1:] not in ("f", "%") or not abs(value) < 1e15:
        return format(value, form)
    with localcontext(rounding=ROUND_HALF_UP):
        return format(Decimal(f"{value:.15g}"), form)


class _Formatter(Formatter):
    """Writes what is below 0 with a minus sign, as tables and figures do, and not with a hyphen; and no −0.0."""

    def format_field(self, value: object, format_spec: str) -> str:
        text = rounded(value, format_spec)
        if not isinstance(value, Number):
            return text
        return text.replace("-", "−") if any(digit in text for digit in "123456789") else text.removeprefix("-")


_formatter = _Formatter()


class _State(threading.local):
    """The language in use; each thread of a batch has its own."""

    language = LANGUAGES[0]
    names: Mapping[str, str] = {}


_state = _State()


def use(language: str) -> None:
    """Set the language of everything shown after this call.

    Raises
    ------
    ParamError
        The language is none of :data:`LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ParamError(f"language {language!r} is not one of {', '.join(LANGUAGES)}")
    _state.language = language


def call(names: Mapping[str, str]) -> None:
    """Set what values are called in everything shown after this call: value of the data → name to print."""
    _state.names = names


_LEVEL = re.compile(r"[^\[\]:]+\[T\.([^\]]*)\]")
_SPLINE = re.compile(r"(?:bs|cc|cr|cs|poly)\((\w+),[^\[\]]*\)\[(\d+)\]")


def named(value: object, names: Mapping | None = None) -> str:
    """A value as people call it: by ``names`` or those that :func:`call` has set, and a term of a formula in words.

    Examples
    --------
    >>> named("outlet[T.Asahi]:years", {"years": "per year"})
    'Asahi × per year'
    >>> named("xi - putin", {"xi": "Xi Jinping", "putin": "Vladimir Putin"})
    'Xi Jinping − Vladimir Putin'
    >>> named("cs(years, df=3)[2]")
    'years (spline 2)'
    """
    names, text = {**_state.names, **(names or {})}, str(value)
    if text in names:
        return str(names[text])
    if len(text) > 400:  # a text of an article is no term of a formula, however long it is
        return text
    if text.endswith(" (actor)"):  # an actor that is written as a code is called
        return say("{name} (actor)", name=text.removesuffix(" (actor)"))
    if " - " in text and (levels := text.split(" - ")) and names.keys() & set(levels):  # a contrast of two levels
        return " − ".join(str(names.get(level, level)) for level in levels)
    if "[T." not in text and not _SPLINE.search(text):
        return text
    parts = re.split(r":(?![^\[]*\])", text)  # a level may hold a colon
    return " × ".join(_term(part, names) for part in parts)


def _term(part: str, names: Mapping) -> str:
    """A part of a term of a formula: the level of a column, a part of a spline, or a column."""
    if spline := _SPLINE.fullmatch(part):
        return say("{column} (spline {n})", column=names.get(spline[1], say(spline[1])), n=spline[2])
    part = level[1] if (level := _LEVEL.fullmatch(part)) else part
    return str(names.get(part, say(part)))


def language() -> str:
    """The language now in use."""
    return _state.language


@contextmanager
def speaking(language: str) -> Generator[None]:
    """Use a language inside ``with``, and after it the one that was in use before."""
    before = _state.language
    try:
        use(language)
        yield
    finally:
        use(before)


class Message(str):
    """A sentence of the toolkit with the values that stand in it; :func:`say` says it in the language in use.

    Parameters
    ----------
    text
        The sentence in English, a literal, so that the catalogue can be made from the code.
    values
        What stands in it for ``{name}``, formatted as by :meth:`str.format`, but with a minus sign before what is below
        0. A value may be a message itself, or a tuple of names, which are listed.

    Examples
    --------
    >>> Message("{n:,} articles of {outlets}", {"n": 1200, "outlets": ("asahi", "sankei")})
    '1,200 articles of asahi, sankei'
    """

    text: str
    values: Mapping[str, object]

    def __new__(cls, text: str, values: Mapping[str, object] | None = None) -> "Message":
        message = super().__new__(cls, _written(text, values, LANGUAGES[0]))
        message.text, message.values = text, values or {}
        return message

    def __getnewargs__(self):
        return self.text, self.values

    def __repr__(self) -> str:
        return repr(str(self))


def mark(text: str) -> Message:
    """A sentence without values, told from a text of the data that reads the same."""
    return Message(text)


class _Sentences(tuple):
    """Whole sentences one after another."""


class _Clauses(tuple):
    """Clauses without an end of their own."""


def together(*messages: str, clauses: bool = False) -> Message:
    """One message of several sentences, or of several clauses; those that are empty are left out."""
    return Message(_TOGETHER, {"parts": (_Clauses if clauses else _Sentences)(filter(None, messages))})


_TOGETHER = "{parts}"


@dataclass(frozen=True)
class Part:
    """A section of a report on one thing: its heading, sentences before and after its figure, a small table, and the
    tables that its figure draws (without any there is none)."""

    heading: str
    lead: tuple[str, ...]
    lines: tuple[str, ...] = ()
    table: tuple[tuple[str, str], ...] = ()
    drawn: tuple = ()


@dataclass(frozen=True)
class Finding:
    """What a question found: a verdict, the sentence, the number it rests on, and what speaks against it.

    Attributes
    ----------
    verdict
        ``difference`` (the 95% interval excludes 0 and the estimate is at least the smallest effect that matters),
        ``equivalent`` (the 90% interval lies within that effect), ``inconclusive``, ``description`` where nothing is
        tested, or None; see :func:`framing.inference.verdict`.
    sentence
        The finding in plain words.
    value, low, high
        The estimate and the ends of its 95% interval; None where there is none.
    unit
        What the value counts.
    cautions
        What keeps the finding from being read as more than it is.
    procedure, features
        Public name of what computed it, and numbers that describe the data (articles, periods, clusters …), so that a
        report can say how often it is wrong (:mod:`framing.ledger`).
    contrast
        What the number is of and which way round: the term, its outlet, and the outlet it is compared with. Only
        findings of one contrast and unit share an axis.
    """

    verdict: str | None
    sentence: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    cautions: tuple[str, ...] = ()
    procedure: str = ""
    features: Mapping[str, float] = field(default_factory=dict)
    contrast: tuple[str, ...] = ()

    def __post_init__(self):
        if self.verdict not in (*VERDICTS, None):
            raise ValueError(f"verdict {self.verdict!r} is none of {list(VERDICTS)} or None")


def say(text: str, /, **values: object) -> str:
    """A sentence in the language in use.

    Parameters
    ----------
    text
        A message, or a sentence in English as a literal. A sentence that the catalogue lacks stays English.
    values
        As of :class:`Message`: ``say("{n:,} words", n=1200)``. Without values the sentence is taken as it is, braces
        and all.
    """
    if isinstance(text, Message):
        text, values = text.text, {**text.values, **values}
    return _written(text, values, _state.language)


def said(cell: object) -> str:
    """A message in the language in use; everything else is data, and stays as it is."""
    return say(cell) if isinstance(cell, Message) else str(cell)


def _written(text: str, values: Mapping[str, object] | None, language: str) -> str:
    found = text if language == LANGUAGES[0] else catalogue(language).get(text, text)
    if not values:
        return found
    return _formatter.vformat(found, (), {name: _value(value, language) for name, value in values.items()})


def _value(value: object, language: str) -> object:
    if isinstance(value, Message):
        return _written(value.text, value.values, language)
    if isinstance(value, tuple):
        return _joined(value, {_Sentences: 0, _Clauses: 2}.get(type(value), 1), language)
    return value


def _joined(parts: Iterable[object], kind: int, language: str) -> str:
    """Parts one after another, with what stands between those of a kind: the places of :data:`_BETWEEN`."""
    return _BETWEEN[language][kind].join(str(_value(part, language)) for part in parts)


VERDICTS = {
    "difference": mark("a difference"),
    "equivalent": mark("smaller than what matters"),
    "inconclusive": mark("inconclusive"),
    "description": mark("a description, not a test"),
}
"""Verdicts of a finding, and how a report names them."""


def paragraph(sentences: Iterable[str]) -> str:
    """Whole sentences one after another: with a space between them in English, without one in Japanese."""
    return _joined(filter(None, sentences), 0, _state.language)


def listed(names: Iterable[object]) -> str:
    """Names one after another, separated as the language does."""
    return _joined(names, 1, _state.language)


def clauses(parts: Iterable[object]) -> str:
    """Clauses without a full stop one after another, separated as the language does; the last stays without one."""
    return _joined(parts, 2, _state.language)


class Sentences(str):
    """What a column is, where its cells are sentences of the toolkit: all of them, or those of ``only``."""

    only: tuple[str, ...] = ()


def sentences(meaning: str, *only: str) -> Sentences:
    """Declare that the cells of a column are sentences of the toolkit, which a report shows in its language.

    Parameters
    ----------
    meaning
        What the column is: its text in a codebook.
    only
        The sentences, where names of the data stand beside them; a name of the data that reads like one must be
        refused where the table is made. Without any, every cell is a sentence.

    Returns
    -------
    Sentences
        The text itself, so that a codebook is still a mapping of columns to texts. Cells of columns that are not
        declared are data, and are never translated, but for those that :func:`mark` made (in a column of objects).
    """
    declared = Sentences(meaning)
    declared.only = only
    return declared


@cache
def catalogue(language: str) -> dict[str, str]:
    """English sentence → the same in another language; those not translated yet, or to be looked at, are left out."""
    from babel.messages.pofile import read_po  # half a second that an English report does not spend

    with resources.files(__name__).joinpath(f"{language}.po").open("rb") as stream:
        done = [entry for entry in read_po(stream) if entry.id and entry.string and not entry.fuzzy]
    return {str(entry.id): str(entry.string) for entry in done}
