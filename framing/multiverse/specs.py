"""Choices as data, and every combination of them."""

import itertools

import pandas as pd

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
