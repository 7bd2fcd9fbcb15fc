"""The value of each key of a claim, read as its kind or refused with what it should be."""

import re
from numbers import Real
from typing import Any

import pandas as pd

from framing.declared.schema import KINDS, STUDY, unknown
from framing.errors import SourceError


def value_of(key: str, value: Any) -> Any:
    kind, said = KINDS[key], f"{key!r}: {str(value)[:60]!r}"
    if kind in ("text", "texts", "list", "rows") and not isinstance(value, dict):
        _refuse_number(key, value)
    if kind == "text" and isinstance(value, (str, int)):
        return str(value)
    if kind == "number" and isinstance(value, Real) and not isinstance(value, bool) and abs(float(value)) < 1e9:
        return float(value)
    if kind == "list" and isinstance(value, (list, str)):
        values = value if isinstance(value, list) else [value]
        if values and all(isinstance(each, (str, int)) for each in values):
            return [str(each) for each in values]
    if kind == "texts" and isinstance(value, str):
        return value
    if kind == "texts" and isinstance(value, dict) and value and all(isinstance(v, str) for v in value.values()):
        return {str(name): text for name, text in value.items()}
    if kind == "rows" and isinstance(value, (str, int)):
        return str(value)
    if kind == "rows" and isinstance(value, list) and value and all(isinstance(v, str | int | None) for v in value):
        return [each if each is None else str(each) for each in value]
    if kind == "rows" and isinstance(value, dict) and value:
        return {str(name): each if isinstance(each, list) else [each] for name, each in value.items()}
    if kind == "study" and isinstance(value, dict):
        parts = _parts(key, value, STUDY)
        if all(isinstance(parts.get(name, {}), dict) for name in ("keep", "drop")):
            return parts
    if kind == "window":
        return _window(key, value)
    if kind == "given" and isinstance(value, dict):
        parts = _parts(key, value, ("target", "reference"))
        if len({isinstance(pair, (list, tuple)) for pair in parts.values()}) > 1:
            raise SourceError(
                f"{key!r} has what one side was counted in and not the other ({parts}); give it of both, as in "
                "{target: [52, 126], reference: [28, 126]}, or of neither"
            )
        return {side: _pair(f"{key}.{side}", pair) for side, pair in parts.items()}
    raise SourceError(f"{said} is not {_WANTED[kind]}")


def _refuse_number(key: str, value: Any) -> None:
    """Refuse where words stand what YAML read as a number with decimals, or as true or false."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, (bool, float)):
            read, kind = (str(each).lower(), "a flag") if isinstance(each, bool) else (repr(each), "a number")
            raise SourceError(
                f"{key!r} is a word, and {read} without quotes is {kind}; put it in quotes as it is "
                f"written, as in {key}: '{read}'"
                + (f", or name the column, as in {key}: {{front: [{read}]}}" if isinstance(each, bool) else "")
            )


_WANTED = {
    "text": "a text", "number": "a number", "list": "a list of texts", "texts": "a text, or one for each language",
    "rows": "a value, a list of values, or a mapping of columns to values", "study": f"a mapping of {list(STUDY)}",
    "window": "a window {since: 2024-01-01, until: 2024-12-31}, or a year or month such as 2024",
    "given": "counts with what they were counted in, as {target: [52, 126], reference: [28, 126]}",
}  # fmt: skip


def _parts(key: str, value: dict, known: tuple[str, ...]) -> dict:
    for name in value:
        if name not in known:
            raise SourceError(f"under {key!r}: {unknown(name, known)}")
    return value


def _pair(key: str, value: Any) -> list[float]:
    pair = list(value) if isinstance(value, (list, tuple)) else [value, 1]
    good = all(isinstance(each, Real) and not isinstance(each, bool) for each in pair)
    if len(pair) == 2 and good and pair[0] % 1:
        raise SourceError(
            f"{key!r} is a count, and {pair[0]!r} is none, as a rate or a share is not; give how many were counted "
            "and in how many articles or days, as in [52, 126]"
        )
    if len(pair) != 2 or not good or not (pair[0] >= 0 and pair[1] > 0):
        raise SourceError(f"{key!r} is a count from 0 and what it was counted in, above 0, as [52, 126]")
    return [float(each) for each in pair]


def _window(key: str, value: Any) -> dict[str, str]:
    ends = _parts(key, value, ("since", "until")) if isinstance(value, dict) else {"since": value, "until": value}
    try:
        first, last = (_day(ends[end], end == "until") if end in ends else None for end in ("since", "until"))
    except ValueError as error:
        raise SourceError(f"{key!r}: {error}") from None
    if first and last and first > last:
        raise SourceError(f"{key!r} ends on {last}, before it begins on {first}")
    return {name: day for name, day in (("since", first), ("until", last)) if day}


def _day(value: object, last: bool) -> str:
    """The first or last day of a day, month or year."""
    if isinstance(value, float):
        raise ValueError(f"a month or day is written with hyphens, as in 2024-05; with a point YAML reads {value!r}")
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", str(value).strip())
    if not found:
        raise ValueError(f"{str(value)[:40]!r} is no day, month or year, as in 2024-05-05")
    if not 1000 <= int(found[1]) <= 9000:
        raise ValueError(f"{str(value)[:40]!r} is in no year from 1000 to 9000")
    first = pd.Timestamp("-".join([*(part for part in found.groups() if part), "1", "1"][:3]))
    length = pd.DateOffset(days=1) if found[3] else pd.DateOffset(months=1) if found[2] else pd.DateOffset(years=1)
    return str((first + length - pd.Timedelta(days=1)).date() if last else first.date())
