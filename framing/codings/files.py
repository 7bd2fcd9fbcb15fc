"""Files of codes that other programs write: Label Studio, doccano, ActiveTigger, quallmer, any table."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from framing.codings.naming import (
    CODERS,
    CODES,
    COLUMNS,
    IDS,
    NONE,
    NOT_TAKEN,
    OF_PROGRAMS,
    SHOWN,
    TEXTS,
    VALUES,
    by_name,
    codes_of,
    listed_codes,
    plain,
    refuse_unknown,
    several,
    who,
)
from framing.codings.opening import records, refuse_twice
from framing.codings.tasks import of_tasks
from framing.codings.values import as_value, folded
from framing.errors import SourceError, TableError
from framing.messages import Message, mark
from framing.tables import spreadsheet

_RUN = ("model", "model_version", "run", "run_id")
_BESIDE = mark(
    "the columns {columns} say yes or no beside {code}: name the one that says whether the code is there value, and "
    "delete the others"
)
_SCORES = mark(
    "the column {column} holds numbers, such as {value}, which say neither yes nor no; write 1 where a score is high "
    "enough for the code to be there, and 0 elsewhere"
)
_EMPTY = mark("{n:,} units have an empty cell and are not coded; write none where a unit has none of the codes")
_NA = mark("{n:,} units have NA for a code and are not coded")
_LACKS = mark("it has no {names} and is left out; it has {there}")
NEVER = mark("it names {codes} nowhere: of every unit in it they count as not there")
_RUNS = mark(
    "{file} has several of {column} for one unit, {unit}: {values}; save each in a file of its own, and give each as a "
    "machine"
)
EMPTY_IS_NONE = mark("{n:,} units have an empty cell: they have none of the codes")


def read_file(
    path: str | Path, names: Iterable[str] | Mapping[str, str], *, machine: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame, list[str], list[tuple[str, str]]]:
    """The codes in a file of another program, and what else it says.

    Parameters
    ----------
    path
        Label Studio's JSON or JSON-MIN, doccano's JSONL, or a table (CSV, TSV, XLSX, parquet, JSONL): with a column of
        codes, one row for each or several with ``|``, ``;``, ``#``, commas or as a list (ActiveTigger, doccano),
        whatever its name where its cells are codes, and ``value`` (1 or 0, yes or no) where rows say of one code
        whether it is there; or with a column for each code, true or false (quallmer).
    names
        The codes there are, with their labels where people may write these (code → label).
    machine
        Whether a machine's codes are read: predictions of Label Studio and ActiveTigger where there are such, and an
        empty list or cell as none of the codes, where the file says ``none`` nowhere. Else it is a text that was not
        coded, as is one with ``NA``.

    Returns
    -------
    codes
        One row per unit, coder and code of which the file says whether the unit has it: ``id``, ``coder`` (empty where
        the file does not say), ``code`` (as in ``names``), ``value`` and ``place`` (row or task). A list of codes, or
        ``none``, says it of all; a column for each code, or ``value`` beside it, says it of those with a value, and
        where no ``value`` is 0 of those that the file does not name of the unit. An empty cell is a unit that was not
        coded: no row. What is none of the codes or no value is one row, as it is written, and nothing else is taken of
        the unit there.
    rest
        One row per row or annotation: ``id``, ``coder``, and the other columns, but for the texts.
    strange
        Names of the columns among these that none of the programs writes.
    wrong
        The rows of a CSV that do not fit its header, and those without the column of codes: line and reason; pages of
        a workbook that are not read; how many units have an empty cell; which codes a machine's lists name nowhere.

    Raises
    ------
    SourceError
        The file is none of these, a column says yes or no beside the codes and is not named ``value``, or a unit was
        coded by several models or in several runs.
    TableError
        A code is called ``none``.
    """
    path, by_key = Path(path), by_name(names)
    if NONE in map(folded, names):
        raise TableError(f"{NONE!r} is said of what has none of the codes; give that code another name")
    told: list[dict] = []
    try:
        rows, places, wrong = records(path)
        found = pd.DataFrame(list(_rows(rows, places, by_key, told, wrong, machine)), columns=COLUMNS)
    except SourceError:
        raise
    except Exception as error:  # whatever a foreign reader raises, or what is no shape of these programs
        values = {"file": path.name, "why": str(error)}
        raise SourceError(Message("{file} cannot be read: {why}", values)) from error
    _refuse_runs(told, path.name)
    columns = list(dict.fromkeys(["id", "coder", *(name for row in told for name in row)]))
    strange = [name for name in columns[2:] if folded(str(name)) not in OF_PROGRAMS]
    return found.drop_duplicates(ignore_index=True), pd.DataFrame(told, columns=columns), strange, wrong


def _rows(
    rows: list[dict], places: list[str], by_key: dict[str, str], rest: list[dict], wrong: list, machine: bool
) -> Iterator[tuple]:
    if any("annotations" in each and "data" in each for each in rows):
        yield from of_tasks(rows, by_key, rest, wrong, machine)
        return
    columns = list(dict.fromkeys(name for each in rows for name in each))
    by_name = {folded(str(name)): name for name in columns}
    held, coder, long, value = (next((by_name[n] for n in of if n in by_name), None)
                                for of in (IDS, CODERS, CODES, VALUES))  # fmt: skip
    if held is None:
        values = {"names": IDS, "there": tuple(map(str, columns[:SHOWN]))}
        raise SourceError(Message("no column says what was coded, one of: {names}. There are: {there}", values))
    own = by_name.get("prediction")
    if (
        machine
        and own not in (None, long)
        and any(folded(each) in by_key for row in rows for each in several(row.get(own), by_key))
    ):
        wrong.append(("", Message(NOT_TAKEN.text, {"taken": repr(own), "other": repr(long)})))
        long = own
    wide = {name: by_key[folded(str(name))] for name in columns if folded(str(name)) in by_key and name != held}
    wide = {} if long in columns and long not in wide else wide
    refuse_twice(wide.values())
    if not wide and long is None:
        long = _by_content(rows, [name for name in columns if name not in (held, coder)], by_key)
    if not wide and long is None:
        told = mark("no column holds codes: one of {names}, or one for each code. There are: {there}")
        raise SourceError(Message(told, {"names": CODES, "there": tuple(map(str, columns[:SHOWN]))}))
    taken = {held, coder, *(wide or [long, value])}
    left = [name for name in columns if name not in taken and folded(str(name)) not in TEXTS
            and (name or any(row.get(name) for row in rows))]  # fmt: skip
    if not wide and value is None:
        _refuse_beside(rows, left, str(long))
    named = [] if wide else [each for row in rows for each in several(row.get(long), by_key)]
    says_none = bool(wide) or NONE in {by_key.get(folded(each)) for each in named}
    refuse_unknown(named, by_key)
    _refuse_scores(rows, [*wide] or [value], machine)
    marks = {as_value(row.get(value)) for row in rows} - {""} if value else set()
    each_said = bool(wide) or not marks <= {"1"}
    lists: dict[tuple, tuple[str, list]] = {}
    open_codes: set[tuple] = set()  # codes that are named beside a value that is missing
    silent: dict[tuple, tuple[str, bool]] = {}  # units with an empty cell, and whether that is an empty list
    spoke: set[tuple] = set()
    unsaid: set[tuple] = set()  # units of which NA is said
    for place, row in zip(places, rows, strict=True):
        if lost := [name for name in (held, *([] if wide else [long])) if name not in row]:
            values = {"names": tuple(map(repr, lost)), "there": tuple(map(str, row))[:SHOWN]}
            wrong.append((place, Message(_LACKS.text, values)))
            continue
        unit, coded_by = str(row.get(held, "")).strip(), who(row.get(coder)) if coder is not None else ""
        rest.append({"id": unit, "coder": coded_by} | {name: row.get(name) for name in left})
        said = [] if wide else several(row.get(long), by_key)
        if not wide and (not said or value and not as_value(row.get(value))):
            silent[unit, coded_by] = (place, _is_empty_list(row[long]))
            unsaid |= {(unit, coded_by)} if row[long] == "NA" else set()
        cells = {code: as_value(row.get(name)) for name, code in wide.items()}
        cells |= {by_key.get(folded(each), each): as_value(row.get(value)) if value else "1" for each in said}
        if not each_said:  # one row for each code, or all in one
            if there := [code for code, cell in cells.items() if cell]:
                lists.setdefault((unit, coded_by), (place, []))[1].extend(there)
            open_codes |= {(unit, coded_by, code) for code, cell in cells.items() if not cell}
            continue
        strange = [f"{code}: {cell}"[:80] for code, cell in cells.items() if cell not in ("1", "0", "")]
        strange += [code for code in cells if folded(code) not in by_key]
        values = {code: cell == "1" for code, cell in cells.items() if cell and not strange}
        if values.pop(NONE, False):
            if any(values.values()):
                strange = [" | ".join([NONE, *(code for code, has in values.items() if has)])]
            values = {} if strange else dict.fromkeys(codes_of(by_key), False) | values
        spoke |= {(unit, coded_by)} if values or strange else set()
        yield from ((unit, coded_by, each, True, place) for each in strange)
        yield from ((unit, coded_by, code, has, place) for code, has in values.items())
    spoke.update(lists)
    empty = {key: each for key, each in silent.items() if key not in spoke}
    if machine and not says_none and value is None:  # else it is a text that nobody opened, as beside an empty list
        open_ones = {key: each for key, each in empty.items() if key not in unsaid}
        alike = len({is_list for _, is_list in open_ones.values()}) == 1
        none = {key: (place, [NONE]) for key, (place, is_list) in open_ones.items() if alike or is_list}
        lists |= none
        empty = {key: each for key, each in empty.items() if key not in none}
        n = sum(not silent[key][1] for key in none)
        wrong += [("", Message(EMPTY_IS_NONE.text, {"n": n}))] if n else []
    for text, n in ((_NA, len(unsaid & {*empty})), (_EMPTY, len({*empty} - unsaid))):
        wrong += [("", Message(text.text, {"n": n}))] if n else []
    if machine and lists:
        _tell_never((each for _, said in lists.values() for each in said), by_key, wrong)
    for (unit, coded_by), (place, said) in lists.items():
        rows_of = listed_codes(unit, coded_by, said, place, by_key)
        yield from (row for row in rows_of if NONE in said or row[3] or row[:3] not in open_codes)


def _refuse_beside(rows: list[dict], names: list[str], code: str) -> None:
    """Raise a SourceError for columns, none that programs write, that say yes of some rows and no of others."""
    told = []
    for name in names:
        said = {as_value(row.get(name)) for row in rows} - {""}
        told += [name] if said == {"1", "0"} and folded(str(name)) not in OF_PROGRAMS - {"score"} else []
    if told:
        raise SourceError(Message(_BESIDE, {"columns": tuple(map(repr, told)), "code": repr(code)}))


def _refuse_scores(rows: list[dict], columns: list, machine: bool) -> None:
    """Raise a SourceError for values that are scores: 0 and 1 among them would be taken for no and yes."""
    for name in columns:
        for value in (as_value(row.get(name)) for row in rows) if name is not None else ():
            number = value.replace(",", ".", 1)
            if value not in ("1", "0") and spreadsheet.is_number(number) and (machine or 0 < float(number) < 1):
                raise SourceError(Message(_SCORES, {"column": repr(name), "value": value}))


def _by_content(rows: list[dict], columns: list[str], by_key: dict[str, str]) -> str | None:
    """The only column most of whose cells are codes, where none has a name that says so."""
    fitting = []
    for name in columns:
        cells = [said for said in (several(row.get(name), by_key) for row in rows) if said]
        known = sum(all(folded(each) in by_key for each in said) for said in cells)
        fitting += [name] if known > len(cells) / 2 else []
    return fitting[0] if len(fitting) == 1 else None


def _tell_never(said: Iterable[str], by_key: dict[str, str], wrong: list) -> None:
    """Say which codes a machine's lists name nowhere: whether it was asked about them they do not say."""
    named = {by_key.get(folded(each)) for each in said}
    if never := [code for code in codes_of(by_key) if code not in named]:
        wrong.append(("", Message(NEVER.text, {"codes": tuple(map(repr, never))})))


def _refuse_runs(told: list[dict], file: str) -> None:
    """Raise a SourceError where one unit was coded by several models, or in several runs."""
    seen: dict[tuple, set] = {}
    for row in told:
        for name in row:
            if folded(str(name)) in _RUN and (said := plain(row[name])):
                seen.setdefault((name, row["id"], row["coder"]), set()).add(said)
    for (name, unit, _), values in seen.items():
        if len(values) > 1:
            values = {"file": file, "column": repr(name), "unit": repr(unit), "values": tuple(sorted(values)[:SHOWN])}
            raise SourceError(Message(_RUNS.text, values))


def _is_empty_list(value: Any) -> bool:
    """Whether a cell says that there are no codes, and is no empty cell."""
    return isinstance(value, (list, tuple)) or plain(value).replace(" ", "") in ("[]", "{}")
