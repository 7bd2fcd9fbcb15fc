"""The language of reports: sentences stand in the code in English, a catalogue holds them in another language.

:func:`use` sets the language of everything shown after it (``present.title`` calls it), :func:`say` gives a sentence
in that language. The catalogue of a language is the file ``ja.po`` beside this one, in gettext's format, which
translators have programs for; ``python docs/messages.py`` collects the sentences of the code and the notebooks into it.
"""

import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from functools import cache
from importlib import resources
from numbers import Number
from string import Formatter

from framing.errors import ParamError

LANGUAGES = ("en", "ja")
"""Languages a report can be in; the first is that of the code."""

_BETWEEN = {"en": (" ", ", ", "; "), "ja": ("", "、", "。")}
"""What stands between sentences, between names of a list, and between clauses without an end of their own."""


class _Formatter(Formatter):
    """Writes what is below 0 with a minus sign, as tables and figures do, and not with a hyphen."""

    def format_field(self, value: object, format_spec: str) -> str:
        text = super().format_field(value, format_spec)
        return text.replace("-", "−") if isinstance(value, Number) else text


_formatter = _Formatter()


class _State(threading.local):
    """The language in use; each thread of a batch has its own."""

    language = LANGUAGES[0]


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


def say(text: str, /, **values: object) -> str:
    """A sentence in the language in use.

    Parameters
    ----------
    text
        The sentence in English, a literal, so that the catalogue can be made from the code. A sentence that the
        catalogue lacks stays English.
    values
        What stands in it for ``{name}``, formatted as by :meth:`str.format`, but with a minus sign before what is below
        0: ``say("{n:,} words", n=1200)``. Without values the sentence is taken as it is, braces and all.
    """
    found = text if _state.language == LANGUAGES[0] else catalogue(_state.language).get(text, text)
    return _formatter.vformat(found, (), values) if values else found


def paragraph(sentences: Iterable[str]) -> str:
    """Whole sentences one after another: with a blank between them in English, without one in Japanese."""
    return _BETWEEN[_state.language][0].join(filter(None, sentences))


def listed(names: Iterable[object]) -> str:
    """Names one after another, parted as the language parts them."""
    return _BETWEEN[_state.language][1].join(map(str, names))


def clauses(parts: Iterable[object]) -> str:
    """Clauses without a full stop one after another, parted as the language parts them; the last stays without one."""
    return _BETWEEN[_state.language][2].join(map(str, parts))


class Marked(str):
    """A sentence of the toolkit, told from a text of the data that reads the same."""


def mark(text: str) -> Marked:
    """The text itself, marked for the catalogue: for a table of sentences of which :func:`say` gives one later."""
    return Marked(text)


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


class Note(str):
    """A sentence with its values apart, so that it can be said in any language; as text it is English."""

    text: str
    values: dict

    def __new__(cls, text: str, values: dict):
        note = super().__new__(cls, text.format_map(values))
        note.text, note.values = text, values
        return note

    def __getnewargs__(self):
        return self.text, self.values


@cache
def catalogue(language: str) -> dict[str, str]:
    """English sentence → the same in another language; those not translated yet, or to be looked at, are left out."""
    from babel.messages.pofile import read_po  # half a second that an English report does not spend

    with resources.files(__name__).joinpath(f"{language}.po").open("rb") as stream:
        done = [entry for entry in read_po(stream) if entry.id and entry.string and not entry.fuzzy]
    return {str(entry.id): str(entry.string) for entry in done}
