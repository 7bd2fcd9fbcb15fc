"""What a value of a code says: yes or no, however it is written, a number or a name, or nothing."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from math import isfinite
from numbers import Integral, Real

import numpy as np
import pandas as pd

from framing.errors import TableError
from framing.messages import Message, mark
from framing.patterns import plain_words
from framing.tables import spreadsheet

ADJUDICATOR = "adjudicator"
"""The coder who decides where others disagree."""
MISSING = {"", "na", "n/a", "#n/a", "nan", "null", "<na>"}
"""What is written where there is no value, in small letters."""
_NOT_GIVEN = re.compile(r"[?.-]+|[=#].*")
"""What is no name of a value: signs of not knowing, formulas, and errors of a spreadsheet."""
_OTHERS = mark("a value of {code} is 1 or 0 (yes or no), or empty where nothing is known, and some are {others}")


_OF_A_CODING = "unit", "coder", "code", "value", "start", "end"
_UNNAMED = mark("{n:,} of {all:,} codings have no {name}, first {first}: fill it in, or delete these rows")
_NUMERAL = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d*)?|[+-]?\.\d+")
"""A number as it is usually written; 007, 1e5 and 1_000 are names."""


def folded(name: str) -> str:
    """A name whatever its width, case, and kind of apostrophe and hyphen."""
    return plain_words(unicodedata.normalize("NFKC", name)).lower().strip()


def in_one_form(value: object) -> str:
    """A value as text, nothing where it is missing: 1, "1" and "1.0" are one, and so are Ａ and a."""
    text = "" if value is None else folded(str(value))
    if text in MISSING:
        return ""
    try:
        number = float(text)
    except ValueError:
        return text
    return f"{number:.15g}" if isfinite(number) else text


def as_value(value: object) -> str:
    """A value as ``1`` or ``0`` where it says yes or no, else in one form; nothing where it is missing."""
    yes = spreadsheet.is_yes(value)
    return in_one_form(value) if yes is None else str(int(yes))


def _apart(value: object) -> str:
    """A value as text, with names apart that only read as one number, such as 007 and 7; 1, "1" and "1.0" are one."""
    text = in_one_form(value)
    if not text or isinstance(value, bool) or not isinstance(value, (str, Real)):
        return text
    text = folded(str(value)) if isinstance(value, (str, Integral)) else text
    if isinstance(value, str) and not _NUMERAL.fullmatch(text) or not isfinite(float(text)):
        return text
    whole, _, part = f"{Decimal(text):f}".partition(".")
    part = part.rstrip("0")
    return f"{whole}.{part}" if part else "0" if whole == "-0" else whole


def are_names(cells: pd.Series, coders: pd.Series | None = None) -> bool:
    """Whether a coder writes the values of a code by signs of several pairs of yes and no, such as T, N and F, or はい,
    いいえ and なし: then they are names. 1, 0, true and false go with every pair."""
    pairs = cells.map({kind: spreadsheet.sign_of(kind)[0] or None for kind in cells.dropna().unique()})
    by = np.zeros(len(cells)) if coders is None else coders.to_numpy()
    return bool(pairs.groupby(by, dropna=False).nunique().gt(1).any())


def values_of(cells: pd.Series, code: object, coders: pd.Series | None = None) -> pd.Series:
    """The values of one code: ``1`` and ``0`` where all say yes or no, else numbers and names, and missing.

    1, 1.0, "1", "1.0" and "１" are one value. Text that is no number as usually written ("007", "1e5") is a name, and
    so are signs of yes and no of which a coder mixes several pairs.

    Raises
    ------
    TableError
        Something else stands beside 1 and 0, or a value is a question mark or a formula.
    """
    of, kinds = pd.factorize(cells.astype(object))
    forms = [as_value(kind) for kind in kinds]
    others = {form for form in forms if _NOT_GIVEN.fullmatch(form)}
    if not {*forms} <= {"1", "0", ""} or are_names(cells, coders):
        plain = [_apart(kind) for kind in kinds]
        if {"0", "1"} & {*plain} and {form for form in plain if form[-1:].isdigit()} <= {"0", "1"}:
            others |= {*forms} - {"1", "0", ""}
        forms = plain
    if others:
        raise TableError(Message(_OTHERS, {"code": repr(code), "others": tuple(sorted(others)[:5])}))
    return pd.Series([forms[at] or None if at >= 0 else None for at in of], cells.index, dtype=object)


def yes_no(cells: pd.Series, code: object) -> pd.Series:
    """The values of one code as 1 and 0, and missing.

    Raises
    ------
    TableError
        A value says something else.
    """
    found = values_of(cells, code)
    if others := {*found.dropna()} - {"1", "0"}:
        raise TableError(Message(_OTHERS, {"code": repr(code), "others": tuple(sorted(others)[:5])}))
    return found.astype(float)


def in_one_name(names: pd.Series) -> pd.Series:
    """Names that differ by width and case alone under the first of them."""
    own = names.astype(object)
    return own.groupby(names.astype("str").map(folded, na_action="ignore").to_numpy()).transform("first")


def coders(names: pd.Series) -> pd.Series:
    """Coders as text, each under one name, and the adjudicator by that name alone."""
    text = names.astype(object).map(lambda name: name if pd.isna(name) else str(name))
    return in_one_name(text).map(lambda name: ADJUDICATOR if folded(str(name)) == ADJUDICATOR else name)


def refuse_unnamed(rows: pd.DataFrame, names: Iterable[str]) -> None:
    """Raise TableError for rows that say something and not of what or by whom: one of ``names`` is missing or empty."""
    for name in names:
        lost = rows[name].isna() | rows[name].astype("str").str.strip().eq("")
        if lost.any():
            first = rows.loc[lost, [each for each in _OF_A_CODING if each in rows]].iloc[0].to_dict()
            values = {"n": int(lost.sum()), "all": len(rows), "name": name, "first": repr(first)}
            raise TableError(Message(_UNNAMED, values))
