"""What the rows of a table of codes say: of each code whether a unit has it, a list of those that it has, or none."""

from collections.abc import Iterator
from itertools import compress
from typing import Any, NamedTuple

from framing.codings.naming import (
    NONE,
    SHOWN,
    codes_of,
    each_said,
    listed_codes,
    of_each,
    plain,
    refuse_unknown,
    several,
    who,
)
from framing.codings.values import as_value, folded
from framing.errors import SourceError
from framing.messages import Message, mark
from framing.tables import spreadsheet

_EMPTY = mark("{n:,} units have an empty cell and are not coded; write none where a unit has none of the codes")
_CANCELLED = mark("{n:,} annotations were skipped, and say nothing")
_NA = mark("{n:,} units have NA for a code and are not coded")
_LACKS = mark("it has no {names} and is left out; it has {there}")
NEVER = mark("it names {codes} nowhere: of every unit in it they count as not there")
ZEROS = mark("every value of it is 1: {n:,} times a code that it does not name of a unit counts as not there")
EMPTY_IS_NONE = mark("{n:,} units have an empty cell: they have none of the codes")
_MAPPING = mark(
    "the column {column} holds a mapping, such as {value}, of which not every name is a code with true or false; write "
    "a list of the codes that are there, or of each code true or false, and reasons and scores in columns of their own"
)
SCORES = mark(
    "the column {column} holds numbers, such as {value}, which say neither yes nor no; write 1 where a score is high "
    "enough for the code to be there, and 0 elsewhere"
)


class Columns(NamedTuple):
    """The columns of a table: what was coded, by whom, codes and the value beside them or one for each code, whether it
    was cancelled, and others that are kept."""

    held: Any
    coder: Any
    codes: Any
    value: Any
    cancelled: Any
    wide: dict[Any, str]
    left: list


def of_rows(
    rows: list[dict], places: list[str], of: Columns, by_key: dict[str, str], rest: list[dict], wrong: list,
    machine: bool, sheet: bool,
) -> Iterator[tuple]:  # fmt: skip
    """What :func:`framing.codings.read_file` reads in rows: unit, coder, code, whether the unit has it, and place."""
    sent = [as_value(row.get(of.cancelled)) != "1" for row in rows]
    _tell(wrong, _CANCELLED, len(rows) - sum(sent))
    rows, places = [*compress(rows, sent)], [*compress(places, sent)]
    said = [_of_row(row, of, by_key) for row in rows]
    named = [] if of.wide else [name for cells in said for name in cells]
    refuse_unknown(named, by_key)
    mapped = [not of.wide and _is_mapping(row.get(of.codes), str(of.codes)) for row in rows]
    singly = bool(of.wide) or any(cell not in ("1", "") and by_key.get(folded(name)) != NONE
                                  for cells in said for name, cell in cells.items())  # fmt: skip
    lists: dict[tuple, tuple[str, list]] = {}
    ones: dict[tuple, list[tuple]] = {}  # what is said of single codes
    open_codes: set[tuple] = set()  # codes that are named beside a value that is missing, or none
    silent: dict[tuple, tuple[str, bool]] = {}  # units with an empty cell, and whether that is an empty list
    unsaid: set[tuple] = set()  # units of which NA is said
    strange_of: set[tuple] = set()
    for place, row, own, alone in zip(places, rows, said, mapped, strict=True):
        if lost := [name for name in (of.held, *([] if of.wide or own else [of.codes])) if name not in row]:
            values = {"names": tuple(map(repr, lost)), "there": tuple(map(str, row))[:SHOWN]}
            wrong.append((place, Message(_LACKS.text, values)))
            continue
        key = str(row.get(of.held, "")).strip(), who(row.get(of.coder)) if of.coder is not None else ""
        rest.append({"id": key[0], "coder": key[1]} | {name: row.get(name) for name in of.left})
        cells = {by_key.get(folded(name), name): cell for name, cell in own.items()}
        if not of.wide and not any(cells.values()):
            silent[key] = (place, plain(row[of.codes]).replace(" ", "") in ("[]", "()", *([] if singly else ["{}"])))
            unsaid |= {key} if row[of.codes] == "NA" else set()
        if not singly or of.value is None and not of.wide and not alone:  # one row for each code, or all in one
            if there := [code for code, cell in cells.items() if cell == "1"]:
                lists.setdefault(key, (place, []))[1].extend(there)
            if cells.get(NONE) == "0":
                ones.setdefault(key, []).append((NONE, False, place))
            open_codes |= {(*key, code) for code, cell in cells.items() if not cell}
            continue
        bad = [code for code, cell in cells.items() if cell not in ("1", "0", "")]
        unknown = [code for code in cells if folded(code) not in by_key]
        yield from ((*key, code, True, place) for code in (*(f"{code}: {cells[code]}"[:80] for code in bad), *unknown))
        strange_of |= {key} if bad or unknown else set()
        open_codes |= {(*key, code) for code in bad}
        said_of = [(code, cell == "1", place) for code, cell in cells.items() if cell in ("1", "0")]
        if said_of and not unknown:
            ones.setdefault(key, []).extend(said_of)
    used: dict[str, dict] = {}
    for (_, coder), known in ones.items():
        used.setdefault(coder, {}).update(dict.fromkeys(code for code, *_ in known if code != NONE))
    codes = codes_of(by_key)
    for key, known in ones.items():
        if singly or key not in lists:
            asked = codes if sheet else [*used[key[1]]] or codes
            yield from each_said(*key, known, [code for code in asked if (*key, code) not in open_codes])
    empty = {key: told for key, told in silent.items() if key not in {*lists, *ones, *strange_of}}
    says_none = bool(of.wide) or NONE in {by_key.get(folded(name)) for name in named}
    if machine and not says_none and of.value is None:  # else a text that nobody opened, as beside an empty list
        opened = {key: told for key, told in empty.items() if key not in unsaid}
        alike = not singly and len({is_list for _, is_list in opened.values()}) == 1
        none = {key: (place, [NONE]) for key, (place, is_list) in opened.items() if alike or is_list}
        lists |= none
        empty = {key: told for key, told in empty.items() if key not in none}
        _tell(wrong, EMPTY_IS_NONE, sum(not silent[key][1] for key in none))
    _tell(wrong, _NA, len(unsaid & {*empty}))
    _tell(wrong, _EMPTY, len({*empty} - unsaid))
    if lists and (machine or not sheet):
        known = {by_key.get(folded(name)) for _, names in lists.values() for name in names}
        if never := tuple(repr(code) for code in codes if code not in known):
            wrong.append(("", Message(NEVER.text, {"codes": never})))
    n = 0
    for key, (place, names) in lists.items():
        found = [row for row in listed_codes(*key, names, place, by_key)
                 if NONE in names or row[3] or row[:3] not in open_codes]  # fmt: skip
        n += 0 if of.value is None or NONE in names else sum(not row[3] for row in found)
        yield from found
    _tell(wrong, ZEROS, n)


def _tell(wrong: list, text: Message, n: int) -> None:
    wrong += [("", Message(text.text, {"n": n}))] if n else []


def _of_row(row: dict, of: Columns, by_key: dict[str, str]) -> dict[str, str]:
    """What a row says of each code that it names: 1, 0, or nothing."""
    if of.wide:
        return {code: as_value(row.get(name)) for name, code in of.wide.items()}
    if (each := of_each(row.get(of.codes))) is not None:
        return each
    if not (names := several(row.get(of.codes), by_key)) and as_value(row.get(of.cancelled)) == "0":
        return {NONE: "1"}  # Label Studio: an annotation that was sent empty, which its CSV and JSON-MIN leave blank
    return dict.fromkeys(names, "1" if of.value is None else as_value(row.get(of.value)))


def _is_mapping(cell: Any, column: str) -> bool:
    """Whether a cell is a mapping of codes to yes or no; a SourceError where it is another one."""
    each = of_each(cell) or {}
    for said in each.values():
        if said not in ("1", "0", ""):
            text, value = (SCORES, said) if spreadsheet.is_number(said) else (_MAPPING, str(cell)[:120])
            raise SourceError(Message(text.text, {"column": repr(column), "value": value}))
    return bool(each)
