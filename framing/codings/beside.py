"""Columns beside codes that say whether, or how much, each is there, and that nobody named so."""

from typing import Any

import pandas as pd

from framing.codings.naming import COMMENTS, NONE, OF_PROGRAMS, opened, several
from framing.codings.values import as_value, folded
from framing.errors import SourceError
from framing.messages import Message, mark
from framing.tables import spreadsheet

_YES_NO = mark(
    "the columns {columns} say yes or no beside {code}: name the one that says whether the code is there value, and "
    "delete the others"
)
_MORE = mark(
    "the column {column} tells the codes of a unit apart, as by {value}, and beside {code} every row would count as a "
    "code that is there: write 1 or 0 in a column named value (of scores, 1 from where on they count), or delete "
    "{column} where every code that is named is there"
)
_WHOLE = 0.9
"""Share of all codes of all units from which on a file names them all, and what it says stands beside them."""
_MOST_WORDS = 5
"""Different words of a column that may be degrees of being there; reasons and quotations are more."""


def number_of(value: str) -> float | None:
    """A value as a number, also with a comma for its point or a sign of percent; None where it is none."""
    written = value.removesuffix("%").strip().replace(",", ".", 1)
    return float(written) if spreadsheet.is_number(written) else None


def refuse_beside(rows: list[dict], held: Any, codes: Any, names: list, by_key: dict[str, str]) -> None:
    """Raise a SourceError where every row would count as a code that is there, and a column says otherwise.

    Parameters
    ----------
    rows
        One for each code, or several with lists.
    held, codes
        The columns of what was coded, and of codes.
    names
        The columns beside these, with one cell for all codes of a row, or a list or mapping of each.
    by_key
        From :func:`framing.codings.by_name`.
    """
    asked = [name for name in names if folded(str(name)) not in OF_PROGRAMS - {"score", *COMMENTS}]
    if not asked:
        return
    units = [str(row.get(held)).strip() for row in rows]
    said = [[by_key.get(folded(code), code) for code in several(row.get(codes), by_key)] for row in rows]
    pairs = pd.DataFrame([(unit, code) for unit, own in zip(units, said, strict=True) for code in own],
                         columns=["unit", "code"], dtype=object)  # fmt: skip
    there, n_units = pairs["code"].ne(NONE), len({*units})
    n_codes = pairs.loc[there, "code"].nunique()
    whole = n_units > 1 and len(pairs[there].drop_duplicates()) >= _WHOLE * n_units * n_codes
    told = []
    for name in asked:
        cells = [cell for row, own in zip(rows, said, strict=True) for cell in _of_each(row.get(name), own, by_key)]
        of = pairs.assign(said=[as_value(cell) for cell in cells])[there]
        of = of[of["said"].ne("")]
        told += [name] if {*of["said"]} == {"1", "0"} else []
        if _tells_apart(of, whole, n_codes):
            value = of["said"].iloc[0]
            raise SourceError(Message(_MORE, {"column": repr(name), "value": value, "code": repr(str(codes))}))
    if told:
        raise SourceError(Message(_YES_NO, {"columns": tuple(map(repr, told)), "code": repr(str(codes))}))


def _of_each(cell: Any, codes: list[str], by_key: dict[str, str]) -> list:
    """What a cell says of each code of its row: a list or mapping one by one, all else the same."""
    found = opened(cell)
    if isinstance(found, dict):
        own = {by_key.get(folded(str(name)), name): said for name, said in found.items()}
        return [own.get(code) for code in codes]
    parts = found if isinstance(found, list) else several(cell, by_key)
    return parts if len(parts) == len(codes) else [cell] * len(codes)


def _tells_apart(of: pd.DataFrame, whole: bool, n_codes: int) -> bool:
    """Whether a column (``unit``, ``code``, ``said``) says how much each code is there, and not what there is of it.

    Scores from 0 to 1 and percentages do wherever they differ within a unit. What else differs there does in a file
    that names (nearly) all codes of all units, so that only this column can say which are there: numbers, but for those
    of rows and of codes, and a few words. Where one code is named alone, fractions of it do.
    """
    apart = bool(of.groupby("unit")["said"].nunique().gt(1).any())
    numbers = pd.Series([number_of(said) for said in of["said"]], of.index, dtype=float)
    kinds = of["said"].nunique()
    if kinds < 2 or {*of["said"]} == {"1", "0"}:
        return False
    if numbers.isna().any():
        differs = of.groupby("code")["said"].nunique().gt(1).any()  # else it is another name of the codes
        return bool(whole and apart and differs and kinds <= _MOST_WORDS and 2 * kinds <= len(of))
    shares = numbers.between(0, 1).all() or of["said"].str.endswith("%").all()
    if numbers.mod(1).ne(0).any() or of["said"].str.endswith("%").any():
        return bool(apart and (whole or shares) or whole and n_codes == 1)
    numbered = kinds == len(of) or of.groupby("code")["said"].nunique().eq(1).all()
    return bool(whole and apart and not numbered)
