"""What a value says beyond its type, asked of the room that will read it: what a run would refuse after a minute.

As for paths and formulas, the name of a parameter says what it holds. Only values that a file gives are asked for.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from framing import patterns
from framing.errors import ParamError

MOST_SHOWN = 20
"""Codes that a sentence shows."""


def faults(values: dict, asked: dict, folder: Path) -> Iterator[str]:
    """Why what a parameter says cannot be read, a sentence for each.

    Parameters
    ----------
    values
        What the file says; of the right types.
    asked
        The same with the defaults of the notebook.
    folder
        The project folder; relative paths start there.
    """
    for name, read in READERS.items():
        if name in values:
            try:
                read(values[name], asked, folder)
            except ValueError as error:
                yield f"{name!r}: {error}"


def _query(value: str, asked: dict, folder: Path) -> None:
    if asked.get("match") == "regex":
        patterns.compiled(value)
    elif "match" in asked and not all(value.split(" ")):
        raise ParamError(f"{value!r} is no word; the words of a phrase have one space between them")


def _events(value: list, asked: dict, folder: Path) -> None:
    from framing.tables.events import event

    for each in value:
        event(each)


def _at(value: str, asked: dict, folder: Path) -> None:
    import pandas as pd

    if not value:
        return
    try:
        if not re.match(r"\d", value):  # pandas knows what today is
            raise ValueError(value)
        pd.Period(value, freq="D")
    except ValueError:
        raise ParamError(f"{value!r} is no day, as in 2011-03-11") from None


def codes_of(value: str, asked: dict, folder: Path) -> list[str]:
    """The codes of a codebook that a parameter names."""
    return [code.id for code in _book(value, asked, folder).codes]


def _book(value: str, asked: dict, folder: Path):
    from framing import frames

    return frames.load(asked.get("rules") or placed(value, folder), language=asked.get("text_language", ""))


def _codebook(value: str, asked: dict, folder: Path) -> None:
    if not asked.get("rules"):
        _refuse_unread(_book(value, asked, folder).faults, repr(value))


def _rules(value: dict, asked: dict, folder: Path) -> None:
    if value:
        _refuse_unread(_book("", asked, folder).faults, "the rules")


def _refuse_unread(wrong, where: str) -> None:
    """Raise ParamError for codes that a run would leave out."""
    if len(wrong):
        rows = [one for _, one in wrong.head(MOST_SHOWN).iterrows()]
        named = [f"line {one['line']}, column {one['column']}, code {one['code']!r}: {one['fault']}" for one in rows]
        more = f"; {len(wrong) - MOST_SHOWN} more cannot be read" if len(wrong) > MOST_SHOWN else ""
        raise ParamError(
            f"of the codes of {where} {len(wrong)} cannot be read: {'; '.join(named)}{more}. Mend them, or put # "
            "before the lines of a code that is to be left out"
        )


def _given(value: str, asked: dict, folder: Path) -> None:
    codes = codes_of(asked["codebook"], asked, folder) if value else []
    if value not in ("", *codes):
        book = "the rules" if asked.get("rules") else repr(asked["codebook"])
        raise ParamError(f"{value!r} is no code of {book}; there are {codes[:MOST_SHOWN]}")


def _lexicon(value: str, asked: dict, folder: Path) -> None:
    from framing import lexicon

    if value:
        lexicon.load(placed(value, folder))


def placed(value: str, folder: Path) -> str:
    """A name as it is, a file from the project on."""
    place = folder / value
    return str(place) if Path(value).suffix or place.is_file() else value


def _coders(value: list, asked: dict, folder: Path) -> None:
    from framing import reliability

    reliability.sheets.refuse_coders(value)


def _numbers(value: list, asked: dict, folder: Path) -> None:
    if not value or len({*value}) < len(value):
        raise ParamError(f"at least one number is asked for, and each once; not {value}")


def _measure(value: str, asked: dict, folder: Path) -> None:
    needed = {"share": "counted", "mean": "column", "mentions": "actor"}.get(value, "")
    if needed and not asked.get(needed):
        raise ParamError(f"{value!r} needs {needed!r}, which is empty")


def _formula(value: str, asked: dict, folder: Path) -> None:
    if "family" in asked and not value.strip():
        raise ParamError("a model needs a formula, as in 'outlet * years'")


def _codings(value: str, asked: dict, folder: Path) -> None:
    if not Path(value).suffix:
        return
    if not (folder / value).is_file():
        raise ParamError(f"there is no file {value!r} (relative paths start at {folder})")
    from framing import datasets

    datasets.codings(str(folder / value))


def _machine_path(value: str, asked: dict, folder: Path) -> None:
    if not value or not (folder / value).is_file():
        return
    if asked.get("unit", "article") != "article":
        raise ParamError(f"a file of codes is of articles, and unit is {asked['unit']!r}; leave one of them out")
    if asked.get("train"):
        raise ParamError("with train the machine is a classifier; leave out train, or the file of codes")
    from framing import codings

    codings.read_file(folder / value, _book(asked["codebook"], asked, folder).labels, machine=True)


def _claims(value: str, asked: dict, folder: Path) -> None:
    from framing import declared

    wrong = declared.read(placed(value, folder)).faults
    if len(wrong):
        told = [f"line {one['line']}, claim {one['claim']!r}: {one['fault']}" for _, one in wrong.head(20).iterrows()]
        more = f"; {len(wrong) - 20} more cannot be read" if len(wrong) > 20 else ""
        raise ParamError(f"of the claims {value!r} {len(wrong)} cannot be read: {'; '.join(told)}{more}")


def _machine(value: str, asked: dict, folder: Path) -> None:
    code, sign, column = value.partition("=")
    if value and not (sign and code.strip() and column.strip()):
        raise ParamError(f"{value!r} is no code with its column, as in 'negative=tone'")


READERS: dict[str, Callable] = {
    "query": _query, "events": _events, "at": _at, "codebook": _codebook, "rules": _rules, "given": _given,
    "lexicon": _lexicon, "coders": _coders, "numbers": _numbers, "measure": _measure, "formula": _formula,
    "codings": _codings, "people": _codings, "machine": _machine, "machine_path": _machine_path, "claim_file": _claims,
}  # fmt: skip
"""Parameter → what reads its value as the run does."""
