"""The errors a user may meet. Each says what was asked, what is there and what to do."""

import inspect
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


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


def takes_results(**made: tuple[str, str]) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Decorate a public function that works on what another one found.

    ``made`` has for such an argument the function that makes it, and an attribute or a column by which it is known. Any
    other thing raises a :class:`TypeError` that says what to ask first.
    """

    def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
        bare: Any = function
        names = list(inspect.signature(function).parameters)
        asked = f"{function.__module__.removeprefix('framing.').partition('.')[0]}.{bare.__name__}"

        @wraps(function)
        def checking(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            given = dict(zip(names, args, strict=False)) | kwargs
            for name in made.keys() & given.keys():
                maker, known = made[name]
                if not hasattr(given[name], known) and known not in getattr(given[name], "columns", ()):
                    raise TypeError(f"{asked} takes what {maker} gives as {name!r}, and this is {_kind(given[name])}")
            return function(*args, **kwargs)

        return checking

    return decorate


def _kind(thing: object) -> str:
    columns = list(map(str, getattr(thing, "columns", ())))
    return f"a {type(thing).__name__}" + (f" with the columns {columns[:8]}" if columns else "")


def refuse_renamed(given: dict, names: dict[str, str], function: str) -> None:
    """Raise a :class:`TypeError` for keywords a function does not take, naming the new one of those renamed."""
    for name in given:
        now = f"; it is now {names[name]}" if name in names else ""
        raise TypeError(f"{function} has no parameter {name!r}{now}")
