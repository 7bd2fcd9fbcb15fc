"""Choices as data, and every combination of them."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from framing import study
from framing.choices import check, conditions
from framing.study.studies import without_copies


def specifications(choices: dict) -> pd.DataFrame:
    """Every combination of choices.

    Parameters
    ----------
    choices
        Name → its options: a list of names, or a mapping of names to what they mean.

    Returns
    -------
    DataFrame
        One row per specification, one column per choice, each with the name of the option taken.

    Raises
    ------
    ParamError
        No choice, a choice without options, an option twice, or more than 5,000 combinations.
    """
    check(choices)
    lists = {str(name): [str(option) for option in options] for name, options in choices.items()}
    return pd.DataFrame(itertools.product(*lists.values()), columns=list(lists))


def meaning(choices: dict, name: str, option: str):
    """What an option stands for: itself in a list, its value in a mapping."""
    options = choices[name]
    return {str(key): value for key, value in options.items()}[option] if isinstance(options, dict) else option


def rows_of(
    choices: dict,
    reserved: tuple[str, ...],
    frame: pd.DataFrame,
    *,
    known: pd.DataFrame | None = None,
    derived: Mapping[str, Callable] | None = None,
) -> Callable[[dict], pd.DataFrame]:
    """From a specification to the rows of ``frame`` that its choices of rows leave.

    Parameters
    ----------
    choices
        Those not ``reserved`` map the name of each option to ``keep``, ``drop``, ``since``, ``until`` and
        ``copies`` of :func:`framing.study.load`; an option without any of them is all rows.
    reserved
        Choices that are not about rows.
    known, derived
        Of :func:`framing.study.select`; conditions on derived columns come after all others.

    Raises
    ------
    ParamError
        An option that says something else, or names a column or value that is not there: at once, and not
        when its specification is reached.
    """
    known = frame if known is None else known
    given: dict[str, Any] = {"known": known, "derived": derived}
    options = {str(n): conditions(n, each) for n, each in choices.items() if str(n) not in reserved}
    for said in (each for option in options.values() for each in option.values()):
        study.select(frame, **_of_rows(said), **given)
        without_copies(frame, known, said.get("copies", "all"))

    def rows(spec: dict) -> pd.DataFrame:
        taken = [options[name][option] for name, option in spec.items() if name in options]
        late = set(derived or {})
        left = frame
        for said in sorted(taken, key=lambda one: bool(late & {*one.get("keep", {}), *one.get("drop", {})})):
            left, _ = study.select(left, **_of_rows(said), **given)
        for copies in dict.fromkeys(one.get("copies", "all") for one in taken):
            left, _ = without_copies(left, known, copies)
        return left

    return rows


def _of_rows(said: dict) -> dict:
    """What an option says to :func:`framing.study.select`; copies are looked for among the rows that are left."""
    return {name: each for name, each in said.items() if name != "copies"}
