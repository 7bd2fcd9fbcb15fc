"""Comparative media-framing statistics, run from Jupyter.

``import framing as fr`` and Tab show the rooms; a room is loaded when it is first opened, so that
the command line and the first cell of a notebook start at once.

Text is a table. Four tables flow one way, and every function takes tables and returns a table::

    corpus files -> articles -> tokens -> counts -> results -> figures and tables -> report
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

__version__ = "0.2.0"

FLOORS = {
    "ground": (
        "errors",
        "tables",
        "provenance",
        "messages",
        "records",
        "progress",
        "formulas",
        "choices",
        "patterns",
        "ledger",
    ),  # fmt: skip
    "methods": ("inference", "models", "dispersion"),
    "making": (
        "text",
        "dates",
        "web",
        "databases",
        "corpus",
        "duplicates",
        "lexicon",
        "tokens",
        "counts",
        "store",
        "codings",
        "declared",
        "datasets",
    ),  # fmt: skip
    "study": ("study",),
    "questions": ("keyness", "contexts", "maps", "topics", "prominence", "trends", "frames", "reliability"),
    "varying": ("multiverse", "claims", "power"),
    "showing": ("plots", "report"),
    "desk": ("explore",),
    "roof": ("batch", "cli"),
}
"""The house, from the ground up; ``tests/test_floors.py`` reads the imports and keeps it true."""

ROOMS = (
    "claims", "contexts", "corpus", "counts", "datasets", "duplicates", "explore", "frames", "keyness", "lexicon",
    "maps", "multiverse", "plots", "power", "prominence", "reliability", "report", "study", "text", "tokens",
    "topics", "trends",
)  # fmt: skip
"""What a person opens: the rooms that Tab shows. The others serve these."""
_RENAMED = {"designs": "models", "present": "report", "wording": "messages", "pages": "web", "exports": "databases"}
_ROOMS = {room for rooms in FLOORS.values() for room in rooms}


def __getattr__(name: str):
    if name in _RENAMED:
        raise ImportError(
            f"the room {name!r} of framing is now {_RENAMED[name]!r}; docs/migration.md lists the new names"
        )
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"framing has no room {name!r}; it has {sorted(_ROOMS)}")


def __dir__() -> list[str]:
    return [*ROOMS, "__version__"]


def lazily(room: str, where: dict[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """A room's ``__getattr__`` and ``__dir__``: public name → module of its folder, loaded when first asked for."""

    def found(name: str) -> Any:
        if name in where.values():
            return import_module(f"{room}.{name}")
        if name not in where:
            raise AttributeError(f"{room} has no {name!r}; it has {sorted(where)}")
        return getattr(import_module(f"{room}.{where[name]}"), name)

    return found, lambda: sorted(where)
