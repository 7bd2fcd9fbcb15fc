"""Events that a figure marks on its time axis."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from framing.errors import ParamError
from framing.messages import Message


def event(given: Any) -> tuple[pd.Timestamp, str]:
    """The day and the label of an event, a pair or a mapping with ``date`` and ``label``.

    Raises
    ------
    ParamError
        It is neither, or its date is no day.

    Examples
    --------
    >>> from framing.tables.events import event
    >>> event(["2011-03-11", "earthquake"])
    (Timestamp('2011-03-11 00:00:00'), 'earthquake')
    """
    pair = (given.get("date"), given.get("label")) if isinstance(given, Mapping) else given
    try:
        day, label = pair
        if not any(map(str.isdigit, str(day))):  # pandas knows what today is, and tomorrow it is another day
            raise ValueError(day)
        return pd.to_datetime(str(day)), str(label)
    except (TypeError, ValueError):
        raise ParamError(f"the event {given!r} is not a date and a label, as in [2011-03-11, earthquake]") from None


def dated(at: object) -> str:
    """A day as the language of the report writes it; anything else, as a month or a number, stays as it is."""
    day = pd.to_datetime(str(at), format="%Y-%m-%d", errors="coerce")
    return str(at) if pd.isna(day) else Message("{day:%Y-%m-%d}", {"day": day})
