"""A person's own regular expressions: read within bounds, or refused, before any text is."""

import math
import re
from typing import Any

import regex

LONGEST, MOST_REPEATS = 1_000, 10_000
"""Characters of a regular expression, and what its ``{n}`` may come to when multiplied."""
_COUNTED = re.compile(r"\{(\d*)(?:,(\d*))?\}")


def compiled(query: str) -> Any:
    """A regular expression, or a refusal.

    Raises
    ------
    ValueError
        It is none, or is so long that the machine would have no memory for it.
    """
    most = [int(found[1] or found[0] or 0) for found in _COUNTED.findall(query[: LONGEST + 1])]
    if len(query) > LONGEST or math.prod(filter(None, most)) > MOST_REPEATS:
        raise ValueError(
            f"{query[:60]!r} is too large for a regular expression: it has at most {LONGEST:,} characters and "
            f"repetitions of {MOST_REPEATS:,} together"
        )
    try:
        return regex.compile(query)
    except (regex.error, RecursionError, OverflowError, MemoryError) as error:
        raise ValueError(f"{query!r} is not a regular expression: {error}") from None
