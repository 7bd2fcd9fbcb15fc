"""Choices as data, and every combination of them."""

import itertools
from collections.abc import Callable, Mapping

import pandas as pd

from framing import study
from framing.errors import ParamError

MOST = 5_000


def specifications(choices: dict) -> pd.DataFrame:
    """Every combination of choices.

    Parameters
    ----------
    choices
        Name → its options: a list of names, or a mapping of names to what they mean.

    Returns
    -------
    DataFrame
        One row a specification, a column a choice, each with the name of the option taken.

    Raises
    ------
    ParamError
        No choice, a choice without options, an option twice, or more than 5,000 combinations.
    """
    if not isinstance(choices, dict) or not choices:
        raise ParamError("choices must map at least one name to its options, as in 'errors: [CR1, CR2]'")
    lists = {}
    for name, options in choices.items():
        names = [str(option) for option in options] if isinstance(options, (list, dict)) else []
        if not names or len(set(names)) < len(names):
            raise ParamError(f"the choice {name!r} must have options, each once; it has {options!r}")
        lists[str(name)] = names
    total = 1
    for names in lists.values():
        total *= len(names)
    if total > MOST:
        raise ParamError(f"{total} specifications are more than {MOST}; leave a choice out")
    return pd.DataFrame(itertools.product(*lists.values()), columns=list(lists))


def meaning(choices: dict, name: str, option: str):
    """What an option stands for: itself in a list, its value in a mapping."""
    options = choices[name]
    return {str(key): value for key, value in options.items()}[option] if isinstance(options, dict) else option


def refuse_unknown(option: str, name: str, known: tuple[str, ...]) -> None:
    """Raise a :class:`ParamError` where a choice has an option that means nothing here."""
    if option not in known:
        raise ParamError(f"the choice {name!r} has the option {option!r}; there are {list(known)}")


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
        Those not ``reserved`` map the name of each option to ``keep``, ``drop``, ``since`` and ``until`` of
        :func:`framing.study.select`; an option without any of them is all rows.
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
    given = {"known": frame if known is None else known, "derived": derived}
    options = {
        str(name): {str(option): _conditions(str(name), str(option), said) for option, said in _named(name, made)}
        for name, made in choices.items()
        if str(name) not in reserved
    }
    for conditions in (each for made in options.values() for each in made.values()):
        study.select(frame, **conditions, **given)

    def rows(spec: dict) -> pd.DataFrame:
        taken = [options[name][option] for name, option in spec.items() if name in options]
        late = set(derived or {})
        left = frame
        for conditions in sorted(taken, key=lambda one: bool(late & {*one.get("keep", {}), *one.get("drop", {})})):
            left, _ = study.select(left, **conditions, **given)
        return left

    return rows


def _named(name: str, options) -> list[tuple]:
    if not isinstance(options, dict):
        raise ParamError(
            f"the choice {name!r} must map its options to rows, as in 'out: {{drop: {{column: [value]}}}}'; "
            f"it has {options!r}"
        )
    return list(options.items())


def _conditions(name: str, option: str, given) -> dict:
    """What an option says of rows: a bare column meant rows dropped for placements and rows kept for words."""
    known = ("keep", "drop", "since", "until")
    if given is None:
        return {}
    if not isinstance(given, dict) or set(given) - set(known):
        raise ParamError(
            f"the choice {name!r} has the option {option!r}: {given!r}; say which rows with keep, drop, since and "
            f"until, as in '{option}: {{keep: {{column: [value]}}}}' or '{option}: {{drop: {{column: [value]}}}}'. A "
            "bare column is refused, since it meant rows dropped for placements and rows kept for words and topics; "
            "after is now since, before is now until"
        )
    return given
