"""The errors a user may meet. Each says what was asked, what is there and what to do."""

from collections.abc import Callable, Collection
from typing import NoReturn


class FramingError(ValueError):
    """Anything the toolkit refuses; the command line prints the message and not the traceback.

    ``args[0]`` is what was said: where it is a :class:`framing.messages.Message`, the desk and a table of a report say
    it in their language; everywhere else it is English.
    """


class TableError(FramingError):
    """A table lacks a column, repeats a key, holds a value outside its range, or does not exist yet."""


class ParamError(FramingError):
    """A parameter file is not readable or does not fit the notebook it is meant for."""


class SourceError(FramingError):
    """A corpus, download, dictionary or lexicon cannot be read as what it is said to be."""


class TableWarning(UserWarning):
    """A column of a table was converted to what the toolkit counts with; the message says from what to what."""


def retired(room: str, names: dict[str, str]) -> Callable[[str], NoReturn]:
    """A module's ``__getattr__`` that names what stands in the place of each name that is gone."""

    def missing(name: str) -> NoReturn:
        now = f"; it is now {names[name]}" if name in names else ""
        raise AttributeError(f"module {room!r} has no attribute {name!r}{now}")

    return missing


def refuse_unknown(value: object, known: Collection, what: str, error: type[ValueError] = ValueError) -> None:
    """Raise an error where a value is none of those known: what was asked, and what there is."""
    if value not in known:
        raise error(f"no {what} {value!r}; there are {list(known)}")


def refuse_renamed(given: dict, names: dict[str, str], function: str) -> None:
    """Raise a :class:`TypeError` for keywords a function does not take, naming the new one of those renamed."""
    for name in given:
        now = f"; it is now {names[name]}" if name in names else ""
        raise TypeError(f"{function} has no parameter {name!r}{now}")
