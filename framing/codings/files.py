"""Files of codes that other programs write: Label Studio, doccano, ActiveTigger, quallmer, any table."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from framing.codings.beside import number_of, refuse_beside
from framing.codings.naming import (
    CANCELLED,
    CODERS,
    CODES,
    COLUMNS,
    IDS,
    NONE,
    NOT_READ,
    NOT_TAKEN,
    OF_PROGRAMS,
    SHOWN,
    TEXTS,
    VALUES,
    by_name,
    plain,
    several,
)
from framing.codings.opening import records, refuse_twice
from framing.codings.rows import SCORES, Columns, of_rows
from framing.codings.tasks import of_tasks
from framing.codings.values import as_value, folded
from framing.errors import SourceError, TableError
from framing.messages import Message, mark

_RUN = ("model", "model_version", "run", "run_id")
_RUNS = mark(
    "{file} has several of {column} for one unit, {unit}: {values}; save each in a file of its own, and give each as a "
    "machine"
)

_LETTERS = {"t", "f"}, {"y", "n"}
_NAMES = mark(
    "the column {column} has the letters {letters} of one code: they are names of values, and not yes and no; a code "
    "is 1 or 0, so make each value a code of its own"
)


def read_file(
    path: str | Path, names: Iterable[str] | Mapping[str, str], *, machine: bool = False, sheet: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame, list[tuple[str, str]]]:
    """The codes in a file of another program, and what else it says.

    Parameters
    ----------
    path
        Label Studio's JSON or JSON-MIN, doccano's JSONL, or a table (CSV, TSV, XLSX, parquet, JSONL): with a column of
        codes, one row for each or several with ``|``, ``;``, ``#``, commas, as a list (ActiveTigger, doccano) or as a
        mapping of each to true or false, whatever its name where its cells are codes, and ``value`` (1 or 0, yes or no)
        where rows say of one code whether it is there; or with a column for each code, true or false (quallmer).
    names
        The codes there are, with their labels where people may write these (code → label).
    machine
        Whether a machine's codes are read: predictions of Label Studio and ActiveTigger where there are such, and an
        empty list or cell as none of the codes, where the file says ``none`` nowhere. Else it is a text that was not
        coded, as is one with ``NA``.
    sheet
        Whether the coders were asked about every code, so that ``none`` says of all that they are not there; else it
        says so of those of which its coder says 1 or 0 of some unit, where the file says that of single codes.

    Returns
    -------
    codes
        One row per unit, coder and code of which the file says whether the unit has it: ``id``, ``coder`` (empty where
        the file does not say), ``code`` (as in ``names``), ``value`` and ``place`` (row or task). A list of codes, or
        ``none``, says it of all; a column for each code, or ``value`` beside it, says it of those with a value, and
        where no ``value`` is 0 of those that the file does not name of the unit. An empty cell is a unit that was not
        coded: no row. What is none of the codes or no value is one row, as it is written; beside an unknown code
        nothing else is taken of the unit there.
    rest
        One row per row or annotation: ``id``, ``coder``, and the other columns, but for the texts.
    wrong
        The rows of a CSV that do not fit its header, and those without the column of codes: line and reason; pages of
        a workbook that are not read; how many units have an empty cell; which codes a machine's lists name nowhere;
        which columns are not read and none that the programs write.

    Raises
    ------
    SourceError
        The file is none of these, a column says yes or no or how much beside the codes and is not named ``value``, or
        a unit was coded by several models or in several runs.
    TableError
        A code is called ``none``.
    """
    path, by_key = Path(path), by_name(names)
    if NONE in map(folded, names):
        raise TableError(f"{NONE!r} is said of what has none of the codes; give that code another name")
    told: list[dict] = []
    try:
        rows, places, wrong = records(path)
        found = pd.DataFrame(list(_rows(rows, places, by_key, told, wrong, machine, sheet)), columns=COLUMNS)
    except SourceError:
        raise
    except Exception as error:  # whatever a foreign reader raises, or what is no shape of these programs
        values = {"file": path.name, "why": str(error)}
        raise SourceError(Message("{file} cannot be read: {why}", values)) from error
    _refuse_runs(told, path.name)
    columns = list(dict.fromkeys(["id", "coder", *(name for row in told for name in row)]))
    if strange := tuple(repr(name) for name in columns[2:] if folded(str(name)) not in OF_PROGRAMS):
        wrong.append(("", Message(NOT_READ.text, {"columns": strange})))
    return found.drop_duplicates(ignore_index=True), pd.DataFrame(told, columns=columns), wrong


def _rows(
    rows: list[dict], places: list[str], by_key: dict[str, str], rest: list[dict], wrong: list, machine: bool,
    sheet: bool,
) -> Iterator[tuple]:  # fmt: skip
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
        refuse_beside(rows, held, long, left, by_key)
    _refuse_scores(rows, [*wide] or [value], machine)
    _refuse_letters(rows, [*wide] or [value], None if wide else long)
    sent = by_name.get(CANCELLED)
    yield from of_rows(
        rows, places, Columns(held, coder, long, value, sent, wide, left), by_key, rest, wrong, machine, sheet
    )


def _refuse_scores(rows: list[dict], columns: list, machine: bool) -> None:
    """Raise a SourceError for values that are scores: 0 and 1 among them would be taken for no and yes."""
    for name in columns:
        for value in (as_value(row.get(name)) for row in rows) if name is not None else ():
            number = number_of(value)
            if value not in ("1", "0") and number is not None and (machine or "%" in value or 0 < number < 1):
                raise SourceError(Message(SCORES, {"column": repr(name), "value": value}))


def _refuse_letters(rows: list[dict], columns: list, code: str | None) -> None:
    """Raise a SourceError where T or F and Y or N say something of one code: they are names, such as of tones."""
    for name in columns:
        written: dict[str, set] = {}
        for row in rows if name is not None else ():
            written.setdefault(folded(str(row.get(code))) if code else "", set()).add(folded(str(row.get(name))))
        for letters in written.values():
            if all(letters & pair for pair in _LETTERS):
                told = tuple(sorted(each.upper() for pair in _LETTERS for each in letters & pair))
                raise SourceError(Message(_NAMES, {"column": repr(name), "letters": told}))


def _by_content(rows: list[dict], columns: list[str], by_key: dict[str, str]) -> str | None:
    """The only column most of whose cells are codes, where none has a name that says so."""
    fitting = []
    for name in columns:
        cells = [said for said in (several(row.get(name), by_key) for row in rows) if said]
        known = sum(all(folded(each) in by_key for each in said) for said in cells)
        fitting += [name] if known > len(cells) / 2 else []
    return fitting[0] if len(fitting) == 1 else None


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
