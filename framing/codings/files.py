"""Files of codes that other programs write and read: Label Studio, doccano, ActiveTigger, quallmer, any table."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing.codings.values import as_value, folded
from framing.errors import SourceError, TableError
from framing.messages import Message, mark
from framing.tables import spreadsheet

NONE = "none"
"""What a coder says of a unit that has none of the codes."""
_NONES = (NONE, "none of the codes", "なし", "該当なし", "없음")
IDS = ("unit", "article_id", "id_external", ".id", "doc_id", "id")
"""Columns that name what was coded, the first that is there; a program's own ``id`` comes last."""
CODERS = ("coder", "annotator", "user", "username", "completed_by", "annotator_id", "coder_id", "rater", "created_by",
          "コーダー")  # fmt: skip
CODES = ("code", "codes", "label", "labels", "category", "prediction", "コード")
VALUES = ("value", "値")
"""Columns that say of the code beside them whether the unit has it."""
TAKEN = {"unit", "article_id", "id", "coder", "code", "comment", "headline", "text", "label", NONE}
"""Names of columns of these files, which no code can have."""
MOST_UNPACKED, MOST_CELLS = 2**27, 2_000_000
"""Bytes of a file of codes, unpacked, and cells of its table: 10,000 units of 200 codes."""
_SHOWN = 20
_RUN = ("model", "model_version", "run", "run_id")
COMMENTS = ("comment", "comments", "remark", "remarks", "note", "notes", "memo", "コメント", "備考", "メモ", "注記",
            "비고", "메모", "코멘트")  # fmt: skip
_TEXTS = ("text", "headline", "data", "annotations", "predictions", "result")
_OF_PROGRAMS = {
    *IDS, *COMMENTS, *_TEXTS, "annotation_id", "annotator", "lead_time", "created_at", "updated_at", "dataset", "",
    "timestamp", "date", "model", "model_version", "prompt", "temperature", "seed", "score", "entropy", "source",
    "drafts", "meta", "inner_id", "project", "updated_by", "file_upload", "agreement",
}  # fmt: skip
"""Columns that these programs write beside codes; others are named where codes are read."""
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
_NOT_TAKEN = mark("{taken} is taken as what the machine says, and {other} is not")
_PREDICTED = mark("the tasks have predictions of a machine and no annotations of people; read it as a machine's")
_RUNS = mark(
    "{file} has several of {column} for one unit, {unit}: {values}; save each in a file of its own, and give each as a "
    "machine"
)
_NONE_KNOWN = mark(
    "every code it names is unknown, the first is {code}; the codes are {codes}: write them by their ids or labels, or "
    "take the codebook they are of"
)
_OTHER_PAGE = mark("it is not read; codes stand on the first page")
_NO_WORKBOOK = mark(
    "{file} is named as an Excel workbook and cannot be read: {what}. Open it in Excel or LibreOffice, save it as "
    ".xlsx without a password, and put it back"
)
EMPTY_IS_NONE = mark("{n:,} units have an empty cell: they have none of the codes")
COLUMNS = ["id", "coder", "code", "value", "place"]


class Labels(dict[str, str]):
    """The label of each code, and in ``also`` its labels in every language, which people may write as well."""

    def __init__(self, labels: Mapping[str, str], also: Mapping[str, Iterable[str]]):
        super().__init__(labels)
        self.also = also

    def __reduce__(self):
        return Labels, (dict(self), self.also)


def by_name(codes: Iterable[str] | Mapping[str, str]) -> dict[str, str]:
    """What people may write for a code, whatever its width and case: its id, or its label (code → label) in any of the
    languages of :class:`Labels`, where no other code has it, and it is no name of a column of these files."""
    labels = codes if isinstance(codes, Mapping) else {}
    also = codes.also if isinstance(codes, Labels) else {}
    spelled = {code: {*map(folded, (labels.get(code, ""), *also.get(code, ())))} for code in {**also, **labels}}
    n = Counter(label for own in spelled.values() for label in own)
    kept = {label: code for code in labels for label in spelled[code] - {""} if n[label] == 1}
    named = {label: code for label, code in kept.items() if label not in {*_OF_PROGRAMS, *CODERS, *CODES}}
    return dict.fromkeys(_NONES, NONE) | named | {folded(code): code for code in [*codes, NONE]}


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
    strange = [name for name in columns[2:] if folded(str(name)) not in _OF_PROGRAMS]
    return found.drop_duplicates(ignore_index=True), pd.DataFrame(told, columns=columns), strange, wrong


def records(path: Path) -> tuple[list[dict], list[str], list[tuple[str, str | Message]]]:
    """The rows or tasks of a file, where each stands, and the lines of a CSV that do not fit its header, with why."""
    from framing.corpus.encodings import UNREAD, decode
    from framing.corpus.tabular import of_csv, unpacked_parquet

    suffix = path.suffix.casefold()
    if not path.is_file():
        raise SourceError(f"there is no file {path}")
    refuse_large(path)
    data = path.read_bytes()
    if suffix == ".parquet":
        table = unpacked_parquet(data, MOST_CELLS, MOST_UNPACKED).astype(object)
        table = table.map(lambda cell: cell.tolist() if isinstance(cell, np.ndarray) else cell)
        return table.to_dict("records"), [f"row {i}" for i in range(1, len(table) + 1)], []
    if suffix == ".xlsx":
        book, first = page(path)
        names, *rows = first.iter_rows(values_only=True)
        head = ["" if name is None else str(name) for name in names]
        refuse_twice(head)
        shown = (each for each in book.worksheets if each.title != first.title and each.sheet_state == "visible")
        others: list[tuple[str, str | Message]] = [
            (repr(each.title), _OTHER_PAGE) for each in shown if folded(str(each["A1"].value)) in IDS
        ]
        return _by_column(head, rows), [f"row {i}" for i in range(2, len(rows) + 2)], others
    written, _ = decode(data)
    if UNREAD in written:
        raise SourceError(Message("{file} has lines in no known encoding; save it as UTF-8", {"file": path.name}))
    if suffix in (".csv", ".tsv"):
        made = of_csv(written, tab=suffix == ".tsv")
        if made.frame.empty and made.rejected:
            raise SourceError(made.rejected[0]["reason"])
        lines = [f"line {line}" for line in made.frame.pop("_line")]
        names = ["" if name == f"column_{i}" else name for i, name in enumerate(made.frame, start=1)]
        refuse_twice(name.removesuffix(f".{i}") for i, name in enumerate(names, start=1))
        table = made.frame.set_axis(names, axis=1)
        table = spreadsheet.bare(table) if data.startswith(spreadsheet.MARK) else table
        wrong = [(f"line {row['line']}", row["reason"]) for row in made.rejected if row["record"]]  # no empty lines
        return _by_column(list(table), table.to_numpy().tolist()), lines, wrong
    lines = [line for line in written.split("\n") if line.strip()]
    found = json.loads(written) if suffix == ".json" else [json.loads(line) for line in lines]
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise SourceError(Message("{file} holds no list of tasks or rows", {"file": path.name}))
    return found, [f"row {i}" for i in range(1, len(found) + 1)], []


def _by_column(names: list[str], rows: list) -> list[dict]:
    """Rows by their columns; remarks in columns without a name, which number no rows, are one text."""
    unnamed, found = [i for i, name in enumerate(names) if not name], []
    for row in rows:
        beside = [text for i in unnamed if (text := plain(row[i])) and not spreadsheet.is_number(text)]
        found.append(dict(zip(names, row, strict=True)) | ({"": " | ".join(beside)} if unnamed else {}))
    return found


def refuse_large(path: Path) -> None:
    """Raise a SourceError for a file of more than :data:`MOST_UNPACKED`."""
    if (size := path.stat().st_size) > MOST_UNPACKED:
        values = {"file": path.name, "size": size, "most": MOST_UNPACKED}
        raise SourceError(Message("{file} has {size:,} bytes, more than {most:,}; save it in parts", values))


def _what(data: bytes) -> Message:
    """What is in a file that is named as a workbook and is none."""
    if not data:
        return mark("it is empty")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return mark("it is in the older format .xls, or has a password")
    if b"application/vnd.oasis" in data[:200]:
        return mark("it is an OpenDocument sheet (.ods)")
    return mark("it is damaged or incomplete") if data.startswith(b"PK") else mark("it is a file of another kind")


def _cut_behind(sheet: Any) -> None:
    """Take the cells off that stand behind everything written: one colour in the last row makes a million rows."""
    filled = [at for at, cell in sheet._cells.items() if cell.value is not None or cell.comment is not None]
    last = [max((at[i] for at in filled), default=1) for i in (0, 1)]
    for at in [at for at in sheet._cells if at[0] > last[0] or at[1] > last[1]]:
        del sheet._cells[at]


def page(path: Path, title: str = "") -> tuple[Any, Any]:
    """A workbook and the page of this name, or its first; of a formula the cell holds the formula.

    Raises
    ------
    SourceError
        It is no workbook, unpacks to more than :data:`MOST_UNPACKED`, has no such page, or one of more than
        :data:`MOST_CELLS`.
    """
    from openpyxl import load_workbook

    from framing.corpus.sheets import unpacked

    refuse_large(path)
    data = path.read_bytes()
    if not data.startswith(b"PK"):
        raise SourceError(Message(_NO_WORKBOOK, {"file": path.name, "what": _what(data)}))
    try:
        size = unpacked(data, MOST_UNPACKED)
        book = None if size else load_workbook(path)
    except Exception as error:  # whatever a foreign reader raises
        raise SourceError(Message(_NO_WORKBOOK, {"file": path.name, "what": _what(data)})) from error
    if book is None:
        raise SourceError(size)
    sheets = [sheet.title for sheet in book.worksheets]
    if not sheets or title and title not in sheets:
        raise SourceError(
            Message("it has no page {title}; put back the sheet that was written", {"title": repr(title)})
        )
    found = book[title or sheets[0]]
    _cut_behind(found)
    if found.max_row * found.max_column > MOST_CELLS:  # two cells in its corners are enough for that
        raise SourceError(
            f"{found.title!r} has {found.max_row:,} rows and {found.max_column:,} columns, more than were given out"
        )
    return book, found


def refuse_taken(names: Iterable[str]) -> None:
    """Raise TableError for codes that have the name of a column of these files."""
    taken = [name for name in names if folded(name) in TAKEN]
    if taken:
        raise TableError(f"the codes {taken} have names of columns of the sheets; give them other names")


def _rows(
    rows: list[dict], places: list[str], by_key: dict[str, str], rest: list[dict], wrong: list, machine: bool
) -> Iterator[tuple]:
    if any("annotations" in each and "data" in each for each in rows):
        yield from _of_tasks(rows, by_key, rest, wrong, machine)
        return
    columns = list(dict.fromkeys(name for each in rows for name in each))
    by_name = {folded(str(name)): name for name in columns}
    held, coder, long, value = (next((by_name[n] for n in of if n in by_name), None)
                                for of in (IDS, CODERS, CODES, VALUES))  # fmt: skip
    if held is None:
        values = {"names": IDS, "there": tuple(map(str, columns[:_SHOWN]))}
        raise SourceError(Message("no column says what was coded, one of: {names}. There are: {there}", values))
    own = by_name.get("prediction")
    if (
        machine
        and own not in (None, long)
        and any(folded(each) in by_key for row in rows for each in _several(row.get(own), by_key))
    ):
        wrong.append(("", Message(_NOT_TAKEN.text, {"taken": repr(own), "other": repr(long)})))
        long = own
    wide = {name: by_key[folded(str(name))] for name in columns if folded(str(name)) in by_key and name != held}
    wide = {} if long in columns and long not in wide else wide
    refuse_twice(wide.values())
    if not wide and long is None:
        long = _by_content(rows, [name for name in columns if name not in (held, coder)], by_key)
    if not wide and long is None:
        told = mark("no column holds codes: one of {names}, or one for each code. There are: {there}")
        raise SourceError(Message(told, {"names": CODES, "there": tuple(map(str, columns[:_SHOWN]))}))
    taken = {held, coder, *(wide or [long, value])}
    left = [name for name in columns if name not in taken and folded(str(name)) not in _TEXTS
            and (name or any(row.get(name) for row in rows))]  # fmt: skip
    if not wide and value is None:
        _refuse_beside(rows, left, str(long))
    named = [] if wide else [each for row in rows for each in _several(row.get(long), by_key)]
    says_none = bool(wide) or NONE in {by_key.get(folded(each)) for each in named}
    _refuse_unknown(named, by_key)
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
            values = {"names": tuple(map(repr, lost)), "there": tuple(map(str, row))[:_SHOWN]}
            wrong.append((place, Message(_LACKS.text, values)))
            continue
        unit, coded_by = str(row.get(held, "")).strip(), who(row.get(coder)) if coder is not None else ""
        rest.append({"id": unit, "coder": coded_by} | {name: row.get(name) for name in left})
        said = [] if wide else _several(row.get(long), by_key)
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
            values = {} if strange else dict.fromkeys(_codes(by_key), False) | values
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
        rows_of = _listed(unit, coded_by, said, place, by_key)
        yield from (row for row in rows_of if NONE in said or row[3] or row[:3] not in open_codes)


def _refuse_unknown(said: list[str], by_key: dict[str, str]) -> None:
    """Raise a SourceError for a file that names codes, all unknown: who has none of them would seem to have no code."""
    codes = {code: by_key.get(folded(code)) for code in said}
    codes = {code: known for code, known in codes.items() if known != NONE}
    if codes and not any(codes.values()):
        raise SourceError(Message(_NONE_KNOWN.text, {"code": repr([*codes][0]), "codes": tuple(_codes(by_key))}))


def _refuse_beside(rows: list[dict], names: list[str], code: str) -> None:
    """Raise a SourceError for columns, none that programs write, that say yes of some rows and no of others."""
    told = []
    for name in names:
        said = {as_value(row.get(name)) for row in rows} - {""}
        told += [name] if said == {"1", "0"} and folded(str(name)) not in _OF_PROGRAMS - {"score"} else []
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
        cells = [said for said in (_several(row.get(name), by_key) for row in rows) if said]
        known = sum(all(folded(each) in by_key for each in said) for said in cells)
        fitting += [name] if known > len(cells) / 2 else []
    return fitting[0] if len(fitting) == 1 else None


def refuse_twice(names: Iterable[str]) -> None:
    """Raise a SourceError for names of columns that are there more than once; a column without a name may be."""
    twice = [name for name, n in Counter(names).items() if n > 1 and name]
    if twice:
        told = mark("the columns {twice} are there more than once, and which one counts is not said; delete one")
        raise SourceError(Message(told, {"twice": tuple(map(repr, twice[:_SHOWN]))}))


def _codes(by_key: dict[str, str]) -> list[str]:
    return [code for code in dict.fromkeys(by_key.values()) if code != NONE]


def _listed(unit: str, who: str, said: list[str], place: str, by_key: dict[str, str]) -> Iterator[tuple]:
    """Whether a unit has each code, of which those it has are listed."""
    strange = [each for each in said if folded(each) not in by_key]
    has = {by_key.get(folded(each)) for each in said}
    if NONE in has and len(has) > 1 and not strange:
        strange = [" | ".join(said)]
    if strange:
        yield from ((unit, who, each, True, place) for each in strange)
    else:
        yield from ((unit, who, code, code in has, place) for code in _codes(by_key))


def _tell_never(said: Iterable[str], by_key: dict[str, str], wrong: list) -> None:
    """Say which codes a machine's lists name nowhere: whether it was asked about them they do not say."""
    named = {by_key.get(folded(each)) for each in said}
    if never := [code for code in _codes(by_key) if code not in named]:
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
            values = {"file": file, "column": repr(name), "unit": repr(unit), "values": tuple(sorted(values)[:_SHOWN])}
            raise SourceError(Message(_RUNS.text, values))


def _of_tasks(
    tasks: list[dict], by_key: dict[str, str], rest: list[dict], wrong: list, machine: bool
) -> Iterator[tuple]:
    """Label Studio: a task has annotations, one for each coder; one that was sent empty says none."""
    coded, foreseen = (any(task.get(name) for task in tasks) for name in ("annotations", "predictions"))
    source, other = ("predictions", "annotations") if machine and foreseen else ("annotations", "predictions")
    if not machine and foreseen and not coded:
        raise SourceError(_PREDICTED)
    if machine and coded and foreseen:
        wrong.append(("", Message(_NOT_TAKEN.text, {"taken": source, "other": other})))
    parts = [part for task in tasks for given in task.get(source) or [] if isinstance(given, dict)
             for part in given.get("result") or []]  # fmt: skip
    chosen = [part for part in parts if "choices" in (part.get("value") or {})]
    named = _control(chosen, by_key)
    of_codes = [part for part in chosen if named in ("", part.get("from_name"))]
    _refuse_unknown([str(choice) for part in of_codes for choice in part["value"]["choices"]], by_key)
    for task in tasks:
        data = task.get("data") or {}
        if not any(name in data for name in IDS):
            raise SourceError(
                f"task {task.get('id', '')} does not say what was coded, by one of {list(IDS)} of its data"
            )
        unit = str(next(data[name] for name in IDS if name in data)).strip()
        for number, given in enumerate(task.get(source) or [], start=1):
            if not isinstance(given, dict) or given.get("was_cancelled"):
                continue
            parts = given.get("result") or []
            own = [part for part in parts if part.get("from_name") == named] if named else parts
            values = [part.get("value") or {} for part in own or ([] if named else parts)]
            said = [str(choice) for value in values for choice in value.get("choices", [])]
            if parts and not said and not named:
                said = [f"an answer without choices: {sorted({key for value in values for key in value})}"]
            place = f"task {task.get('id', '')}, {source[:-1]} {number}"
            coder = who(given.get("completed_by") or given.get("model_version"))
            others = {str(part.get("from_name")): _answer(part.get("value") or {}) for part in parts if part not in own}
            kept = {name: value for name, value in data.items() if folded(name) not in (*IDS, *_TEXTS)}
            kept |= {
                name: given[name] for name in ("created_at", "lead_time", "model_version", "score") if name in given
            }
            rest.append({"id": unit, "coder": coder} | kept | others)
            yield from _listed(unit, coder, said or [NONE], place, by_key)


def _control(parts: list[dict], by_key: dict[str, str]) -> str:
    """The name of the control whose choices are codes: that named code, or the only one, where some are not."""
    names = list(dict.fromkeys(str(part.get("from_name", "")) for part in parts))
    if "code" in names:
        return "code"
    codes = [name for name in names if any(folded(str(choice)) in by_key for part in parts
             if part.get("from_name", "") == name for choice in part["value"]["choices"])]  # fmt: skip
    return codes[0] if len(codes) == 1 and len(names) > 1 else ""


def _answer(value: dict) -> Any:
    """What another control of Label Studio says: a text, choices, a rating."""
    found = next((value[name] for name in ("text", "choices", "rating", "number") if name in value), value)
    return " | ".join(map(str, found)) if isinstance(found, list) else found


def who(value: Any) -> str:
    """A coder, of whom a program writes a number, a name or an account."""
    if isinstance(value, dict):
        value = value.get("email") or value.get("username") or value.get("id") or ""
    return plain(value)


def plain(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return str(value).strip() if str(value).strip() != "NA" else ""


def _several(value: Any, by_key: dict[str, str]) -> list[str]:
    """The codes of a cell; a cell that is a code as it stands is not cut at a sign."""
    if isinstance(value, dict):  # Label Studio's JSON-MIN
        value = value.get("choices", [])
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value if plain(each)]
    text = plain(value)
    if text.startswith('{"choices"'):  # a cell of Label Studio's CSV
        return _several(json.loads(text), by_key)
    if text.startswith("[") and text.endswith("]"):
        return _several([part.strip().strip("'\"") for part in text[1:-1].split(",")], by_key)
    if not text or folded(text) in by_key:
        return [text] if text else []
    sign = next((sign for sign in "|;#" if sign in text), None)
    parts = re.split(r"[,、，]", text) if sign is None else text.split(sign)
    if sign is None and not all(folded(part) in by_key for part in parts):  # a comma may be a part of a name
        return [text]
    return [part.strip() for part in parts if part.strip()]


def _is_empty_list(value: Any) -> bool:
    """Whether a cell says that there are no codes, and is no empty cell."""
    return isinstance(value, (list, tuple)) or plain(value).replace(" ", "") in ("[]", "{}")
