"""Writes docs/api.md from the docstrings: ``python docs/api.py``; with ``--check`` it only says whether it is current.

What a room offers is its ``__all__``, else its public names that are defined in the toolkit; and the classes of the
toolkit that its functions return, which no one needs to name.
"""

import inspect
import sys
import typing
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType, SimpleNamespace

import pandas as pd

import framing

HERE = Path(__file__).resolve().parent
TITLES = {
    "ground": "what every room stands on",
    "methods": "numbers in, numbers out",
    "making": "from files to counts",
    "study": "the rows a question is about",
    "questions": "what is asked",
    "varying": "many analyses of one question",
    "showing": "figures and pages",
    "desk": "widgets",
    "roof": "batches and the command line",
}


def offered(room: ModuleType) -> list[tuple[str, object]]:
    """Names and objects of a room, in the order of ``__all__`` or of the alphabet."""
    if hasattr(room, "__all__"):
        names = room.__all__
    elif hasattr(room, "_WHERE"):
        names = sorted(room._WHERE)
    else:
        names = [n for n, o in sorted(vars(room).items()) if getattr(o, "__module__", "") == room.__name__]
    return [(name, getattr(room, name)) for name in names if not name.startswith("_")]


def returned(things: list[object]) -> list[type]:
    """The classes of the toolkit that these functions return, alone or in a tuple."""
    hints = [_result(thing) for thing in things if inspect.isfunction(thing)]
    classes = [each for hint in hints for each in (hint, *typing.get_args(hint)) if inspect.isclass(each)]
    ours = [each for each in classes if each.__module__.startswith("framing.") and each not in things]
    return list(dict.fromkeys(ours))


def _result(function: FunctionType) -> object:
    """What a function says it returns; its module may load the libraries of its other types for checking only."""
    said = SimpleNamespace(__annotations__={"return": function.__annotations__.get("return")})
    return typing.get_type_hints(said, inspect.unwrap(function).__globals__, {"pd": pd})["return"]


def signature(name: str, thing: object) -> str:
    """How it is called, a line; defaults are shown, types are left to the text."""
    try:
        found = inspect.signature(thing)
    except (TypeError, ValueError):
        return name
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in found.parameters.values()]
    return f"{name}{found.replace(parameters=bare, return_annotation=inspect.Signature.empty)}"


def entry(room: str, name: str, thing: object) -> str:
    """One thing of a room with its docstring."""
    is_code = inspect.isfunction(thing) or inspect.isclass(thing)
    if not is_code:
        return f"#### `{room}.{name}`\n\nA value, of type `{type(thing).__name__}`.\n"
    text = inspect.cleandoc(thing.__doc__ or "")
    found = [f"#### `{room}.{name}`\n\n```text\n{signature(name, thing)}\n\n{text}\n```\n"]
    for member, part in vars(thing).items() if inspect.isclass(thing) else ():
        part = getattr(part, "func", part)  # of a cached property
        if inspect.isfunction(part) and not member.startswith("_"):
            found.append(entry(room, f"{name}.{member}", part))
    return "\n".join(found)


def written() -> str:
    """The whole reference."""
    parts = [
        "# Reference\n\nWritten from the docstrings by `docs/api.py`; do not edit. "
        "`import framing as fr` and `fr.<room>.<name>` reach everything here.\n"
    ]
    for floor, rooms in framing.FLOORS.items():
        parts.append(f"## {floor}: {TITLES[floor]}\n")
        for name in rooms:
            room = import_module(f"framing.{name}")
            parts.append(f"### framing.{name}\n\n```text\n{inspect.cleandoc(room.__doc__ or '')}\n```\n")
            things = offered(room)
            parts += [entry(name, *pair) for pair in things]
            own = [each for each in returned([thing for _, thing in things]) if f".{name}" in each.__module__]
            parts += [entry(name, each.__name__, each) for each in own]
    return "\n".join(parts)


def main() -> int:
    path, text = HERE / "api.md", written()
    if "--check" in sys.argv:
        current = path.is_file() and path.read_text(encoding="utf-8") == text
        print("docs/api.md is current" if current else "docs/api.md is not current: run python docs/api.py")
        return 0 if current else 1
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path.name}: {len(text):,} characters")
    return 0


if __name__ == "__main__":
    sys.exit(main())
