"""What ``none``, and a file that says only what is there, say of the codes that they do not name."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from framing.codings.naming import NONE, by_name
from framing.codings.values import (
    ADJUDICATOR,
    as_value,
    coders,
    folded,
    in_one_form,
    in_one_name,
    refuse_unnamed,
    values_of,
)
from framing.errors import TableError
from framing.messages import Message, mark, together

NOT_NAMED = mark("taken as 0: every value of the file is 1, and it does not name this code of the unit")
NOT_USED = mark("not coded: the file has neither 1 nor 0 of this code by this coder")
_SOME_CODE = mark("not coded: the coder says that the unit has a code, and not which")
_BOTH = mark("{coder} says none of {unit}, and {code} too; delete one of the two")
_ONLY_NONE = mark("the codings say none of {n:,} units and name no code; write 0 for each code that people looked for")
_ZEROS = mark("In {n:,} cases people's file does not name the code of an article that it names others of: these count "
              "as 0, as every value in it is 1.")  # fmt: skip
_UNUSED = mark("People's file has neither 1 nor 0 of {codes} by {coders}. This counts as not coded, not as 0: write 0 "
               "where the code was looked for.")  # fmt: skip


def filled(
    codings: pd.DataFrame, names: Iterable[str] | Mapping[str, str] = (), *, listed: bool = False
) -> pd.DataFrame:
    """The codings with a row for what they say of codes that they do not name of a unit, and none of ``none``.

    Parameters
    ----------
    codings
        One row per unit, coder and code: ``unit``, ``coder``, ``code``, ``value``; coders under one name.
    names
        The codes, with their labels where people may write these; others may be there too.
    listed
        Whether codes that are not named of a unit are not there, where every value is 1.

    Returns
    -------
    DataFrame
        ``none`` is 0 of each code of which its coder says 1 or 0 of some unit; of one who says nothing else, of each
        code that anybody uses. Where all values are 1 and ``listed``, the codes that a coder uses and does not name of
        a unit are 0 (``note`` says so), and those that a coder never uses are missing (``note`` says why).

    Raises
    ------
    TableError
        A coder says ``none`` of a unit, and a code too; or no code is named anywhere.
    """
    by_key = by_name(names)
    keys = {name: by_key.get(folded(str(name)), folded(str(name))) for name in codings["code"].dropna().unique()}
    if not listed and NONE not in keys.values():
        return codings
    rows = codings.assign(_key=codings["code"].map(keys), _said=codings["value"].map(as_value))
    spoke, pair = rows[rows["_said"].ne("")], ["unit", "coder"]
    codes, none = spoke[~spoke["_key"].isin([NONE, "", None])], spoke[spoke["_key"].eq(NONE)]
    listed = listed and {*codes["_said"]} <= {"1"}
    empty = none.loc[none["_said"].eq("1"), pair].drop_duplicates()
    both = codes[codes["_said"].ne("0")].merge(empty, on=pair)
    if len(both):
        values = {name: repr(str(both[name].iloc[0])) for name in (*pair, "code")}
        raise TableError(Message(_BOTH.text, values))
    units = spoke if listed else none
    units = units.drop_duplicates(pair).drop(columns=["code", "value", "_key", "_said", "note"], errors="ignore")
    every = codes.drop_duplicates("_key")[["_key", "code"]]
    if every.empty:
        every = pd.DataFrame({"_key": [*names], "code": [*names]})
    if every.empty and len(none):
        raise TableError(Message(_ONLY_NONE.text, {"n": none["unit"].nunique()}))
    new = units.merge(every, how="cross")
    none, coded = (_stands_in(new, other, pair) for other in (empty, codes))
    decides = new["coder"].eq(ADJUDICATOR).to_numpy()  # of every code, those too that are decided for nowhere
    used = _stands_in(new, codes, ["coder", "_key"]) | ~_stands_in(new, codes, ["coder"]) | decides
    left = ~_stands_in(new, rows, [*pair, "_key"])  # an empty cell of a list says nothing
    zero = none & used & ~_stands_in(new, codes, [*pair, "_key"])
    not_named = left & ~none & used & coded & listed
    # an adjudicator who leaves a code out decides that where others are divided, and is not asked where they are not
    others = codes[codes["coder"].ne(ADJUDICATOR)]
    no = new[(zero | not_named) & ~decides]
    split = _stands_in(new, no, ["unit", "_key"]) & _stands_in(new, others, ["unit", "_key"])
    kinds = {
        NOT_NAMED: not_named & (~decides | split),
        _SOME_CODE: left & ~none & used & ~coded,
        NOT_USED: left & ~used & listed & ~decides,
    }
    new["value"] = np.array([None, 0], dtype=object)[(zero | kinds[NOT_NAMED]).astype(int)]
    new["note"] = np.array([*kinds, None], dtype=object)[np.select([*kinds.values()], [*range(3)], 3)]
    new = new[zero | np.logical_or.reduce([*kinds.values()])]
    numbers = pd.api.types.is_numeric_dtype(codings["value"].dtype)
    new = new.astype({"value": "int64" if new["value"].notna().all() else "float64"} if numbers else {})
    if new["note"].isna().all():
        new = new.drop(columns="note")
    kept = codings[rows["_key"].ne(NONE)]
    return pd.concat([kept, new[[name for name in (*codings, "note") if name in new]]], ignore_index=True)


def _stands_in(table: pd.DataFrame, other: pd.DataFrame, on: list[str]) -> np.ndarray:
    """Whether each row stands in another table as well."""
    found = table[on].merge(other[on].drop_duplicates(), how="left", on=on, indicator=True)
    return found["_merge"].eq("both").to_numpy()


def of_filled(codings: pd.DataFrame) -> Message | str:
    """How many codes count as not there because a file says only what is there, and which as not coded by whom."""
    if "note" not in codings:
        return ""
    note = codings["note"].astype("str")
    n, unused = int(note.eq(NOT_NAMED).sum()), codings[note.eq(NOT_USED)]
    told = [Message(_ZEROS.text, {"n": n})] if n else []
    by = unused.drop_duplicates(["coder", "code"]).groupby("coder", sort=False)["code"].agg(tuple)
    for codes in dict.fromkeys(by):
        coders = tuple(map(str, by.index[[each == codes for each in by]]))
        told.append(Message(_UNUSED.text, {"codes": codes, "coders": coders}))
    return together(*told) if told else ""


def alike(codings: pd.DataFrame) -> pd.DataFrame:
    """The codings that have a value, each coder and code under one name and each value in one form;
    ``none`` is 0 of the codes that its coder uses.

    Raises
    ------
    TableError
        One that has a value has no unit or no code.
    """
    rows = codings.reset_index(drop=True)
    refuse_unnamed(rows[rows["value"].map(in_one_form).ne("")], ("unit", "code"))
    rows = rows.assign(coder=coders(rows["coder"]), code=in_one_name(rows["code"]))
    rows = filled(rows)
    parts = [_of_code(own["value"], code, own["coder"]) for code, own in rows.groupby("code", sort=False)]
    found = rows.assign(value=pd.concat(parts).reindex(rows.index) if parts else rows["value"].astype(object))
    return found[found["value"].notna()]


def _of_code(cells: pd.Series, code: object, by: pd.Series) -> pd.Series:
    """The values of a code; where one code excludes the others these are their names, and stay as they are written."""
    if code == "code":
        return in_one_name(cells.where(cells.map(in_one_form).ne(""), None))
    return values_of(cells, code, by)
