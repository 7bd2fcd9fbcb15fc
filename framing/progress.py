"""How far long work is: a bar of tqdm that is gone when the work is done."""

import os
from collections.abc import Iterable
from typing import TypeVar

from framing.messages import say

WAIT = 1.5
"""Seconds before a bar appears: what is done by then needs none."""
EVERY = 0.4
"""Seconds between two changes of the bar."""
BATCH = "FRAMING_RUN_FILES"
"""Set where a notebook is run for a report: nobody looks on, and the batch has a bar of its own."""

T = TypeVar("T")


def bar(things: Iterable[T], what: str, total: int | None = None) -> Iterable[T]:
    """The things one after the other, with a bar that says how many are done and how long the rest takes.

    Parameters
    ----------
    things
        What is gone through.
    what
        What one of them is, in the plural: ``refits``.
    total
        How many there are, where ``things`` cannot be asked.

    Notes
    -----
    In a live notebook and at a terminal; nowhere else, so that no report and no log holds it.
    """
    if os.environ.get(BATCH):
        return things
    from tqdm.auto import tqdm

    return tqdm(
        things,
        desc=say(what),
        total=total,
        delay=WAIT,
        mininterval=EVERY,
        miniters=1,
        leave=False,
        disable=None,  # where standard error is neither a terminal nor a notebook's
    )
