"""Files of claims, read as data before any row is: what each claims, what it needs, and whether it was locked."""

from framing.declared.checks import reads_pages
from framing.declared.entries import Claims
from framing.declared.files import lock, path_of, read
from framing.declared.locks import lock_of
from framing.declared.schema import DIRECTIONS, MEASURES, NEEDS, NEVER, lacking, named_cause, unknown

__all__ = [
    "DIRECTIONS", "MEASURES", "NEEDS", "NEVER", "Claims", "lacking", "lock", "lock_of", "named_cause", "path_of",
    "read", "reads_pages", "unknown",
]  # fmt: skip
