"""Cleaning: named ``str -> str`` steps, and lines that are no part of an article.

Two subjects. :data:`STEPS` are the changes to characters, each with a name, each switched on or off by
naming the steps to take: ``clean(text, steps=("nfkc", "whitespace"))``. Furniture is whole lines (related
links, bylines, photo credits): :func:`find_furniture` shows what it would remove, the reader looks and
drops rows, :func:`strip_furniture` removes what is left and keeps the removed lines beside the text.
"""

from framing.errors import retired
from framing.text.furniture import find_furniture, strip_furniture
from framing.text.lines import KINDS
from framing.text.steps import DEFAULT, STEPS, clean

__all__ = ["DEFAULT", "KINDS", "STEPS", "clean", "find_furniture", "strip_furniture"]
__getattr__ = retired(__name__, {"changes": "text.steps.changes"})
