"""The choices of a multiverse, read as data before any row is: what ``framing check`` and the run itself refuse."""

import math
import re

from framing.errors import ParamError

MOST = 5_000
"""Specifications of one multiverse."""
ROWS = ("keep", "drop", "since", "until", "copies")
"""What an option of a choice of rows may say, see :func:`framing.study.load`."""
OPTIONS = {
    "placement": {
        "model": ("ordinal", "front"), "time": ("line", "rank", "since 2019"), "errors": ("CR1", "CR2", "HC1"),
    },
    "word": {
        "rate": ("tokens", "articles"), "lexicon": ("with", "without"), "copies": ("all", "first", "none"),
        "errors": ("article", "date"), "pos": (),
    },
    "topic": {
        "n_topics": (), "engine": (), "start": (), "copies": ("all", "first", "none"), "errors": ("article", "date"),
    },
}  # fmt: skip
"""Kind of effect → its choices that are not about rows, with their options; without any where all are allowed."""


def check(choices: dict, kind: str = "") -> None:
    """Refuse choices that no multiverse, or none of this ``kind``, can take.

    Raises
    ------
    ParamError
        No choice, one without options or with one twice, more than :data:`MOST` combinations; of a ``kind`` also an
        option that means nothing to it, and a choice of rows that does not map its options to :data:`ROWS`.
    """
    if not isinstance(choices, dict) or not choices:
        raise ParamError("choices must map at least one name to its options, as in 'errors: [CR1, CR2]'")
    for name, options in choices.items():
        names = [str(option) for option in options] if isinstance(options, (list, dict)) else []
        if not names or len(set(names)) < len(names):
            raise ParamError(f"the choice {name!r} must have options, each once; it has {options!r}")
    total = math.prod(len(options) for options in choices.values())
    if total > MOST:
        raise ParamError(f"{total} specifications are more than {MOST}; leave a choice out")
    own = OPTIONS[kind] if kind else {}
    for name, options in choices.items() if kind else ():
        if str(name) not in own:
            conditions(name, options)
        for option in options if own.get(str(name)) else ():
            _refuse_unknown(str(option), str(name), own[str(name)])


def conditions(name: object, options: object) -> dict[str, dict]:
    """What each option of a choice of rows says of them; nothing is all rows.

    Raises
    ------
    ParamError
        An option says something else than ``keep``, ``drop``, ``since``, ``until`` and ``copies``, such as a bare
        column.
    """
    if not isinstance(options, dict):
        raise ParamError(
            f"the choice {name!r} must map its options to rows, as in 'out: {{drop: {{column: [value]}}}}'; "
            f"it has {options!r}"
        )
    for option, given in options.items():
        if given is not None and (not isinstance(given, dict) or set(given) - set(ROWS)):
            raise ParamError(
                f"the choice {name!r} has the option {option!r}: {given!r}; say which rows with keep, drop, since, "
                f"until and copies, as in '{option}: {{keep: {{column: [value]}}}}' or "
                f"'{option}: {{drop: {{column: [value]}}}}'. A bare column is refused, since it could mean rows kept "
                "and rows dropped; after is now since, before is now until"
            )
    return {str(option): given or {} for option, given in options.items()}


def _refuse_unknown(option: str, name: str, known: tuple[str, ...]) -> None:
    since = "since 2019" in known and re.fullmatch(r"since [12]\d{3}", option)
    if option not in known and not since:
        now = "; 'in' is now 'all', 'out' is 'first' or 'none'" if name == "copies" and option in ("in", "out") else ""
        raise ParamError(f"the choice {name!r} has the option {option!r}; there are {list(known)}{now}")
