"""What to do about each check, in one line; by check and state. Tables show both in the language of the report."""

from framing import data
from framing.messages import mark

UNKNOWN = mark("Could not be checked; see the note.")
ADVICE = {one["check"]: {True: one["fine"], False: one["care"]} for one in data.words("placement")["advice"]}
"""check → the line where all is well (True), and the line where it is not."""


def advice(check: str, ok: object) -> str:
    """The line of a check; ``ok`` is missing where it could not be checked."""
    return ADVICE[check].get(ok, UNKNOWN)
