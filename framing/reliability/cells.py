"""What a file says that a coder sent back: a sheet, what a page saved, or what another program exported."""

import re
from pathlib import Path
from typing import Any

import pandas as pd

from framing import tables
from framing.codings import (
    ADJUDICATOR,
    COMMENTS,
    EMPTY_IS_NONE,
    NONE,
    by_name,
    folded,
    page,
    read_file,
    refuse_large,
    refuse_twice,
)
from framing.codings.naming import IDS, NOT_READ
from framing.codings.opening import records
from framing.codings.rows import NEVER, ZEROS
from framing.codings.values import as_value
from framing.corpus.objects import loaded
from framing.errors import SourceError
from framing.messages import Message, mark
from framing.reliability.judging import COUNTED, OUTSIDE, UNNAMED
from framing.reliability.key import FOREIGN, MACHINE, PARTS, SAID_BEFORE, SHOWN, checksums, coders_of, misplaced

_HEADS = {name: name for name in ("unit", "code", *SHOWN)} | dict.fromkeys(COMMENTS, "comment")
"""How a column of a sheet may be called, in small letters."""
_GIVEN_OUT = ("unit", *SHOWN, "comment", SAID_BEFORE)
"""Columns of a sheet beside the codes."""
_MACHINE = mark(
    "its columns {columns} say that a machine coded it, and nothing of it is taken as a person's; name {name} in "
    "machines to take it as a machine's"
)
_PAGE = mark("the page {title} is not read; codes stand on the page 'coding'")
_MERGED = mark("the cells are merged, so that only the first has the value: split them, and fill in each row")
_RENAMED = mark("its name says {named}, and its sheet was made for {coder}, whose it is taken to be")
_DAY = mark("{value} is a date, as its cell is formatted; format it as a number, and write one of: {allowed}")
_AGAIN = re.compile(r"(?:[ ._-]*(?:\(?\d{1,3}\)?|copy|のコピー|コピー|coding))+$", re.IGNORECASE)
"""What the names of further files of a coder end with: adjudicator_2, A (1), A - コピー, and Google's A - coding."""
_OF_COPY = re.compile(r"^(?:copy of )*coding_", re.IGNORECASE)
_THREAD = re.compile(r"\A\[.*?:\n(?=    )", re.DOTALL)
"""What Excel writes before the first remark of a thread, for versions that know notes only."""
_LETTERS = mark(
    "{file} was saved in an encoding that lacks letters of the texts and has ? for them, so that no unit is known by "
    "its text and no code is taken: save it as CSV UTF-8 or as .xlsx"
)
_SEVERAL = mark("its name says {name}, and it holds the codes of {coders}: each is taken as another coder's")
_TAKEN_FOR = mark(
    "its name is taken for that of {coder}; where {name} is another person, give the file a name of theirs"
)
_NO_UNIT, _NO_CODE = mark("there is no unit {unit}"), mark("{code} is none of the codes {codes}")


def of_excel(
    path: Path, names: dict[str, str], units: dict[str, str], given: set[str], made: set[str], cells: list,
    comments: list, faults: list,
) -> None:  # fmt: skip
    book, coding = page(path, "coding")
    about = dict(book["about"].iter_rows(max_col=2, values_only=True)) if "about" in book.sheetnames else {}
    _refuse_other(about.get("sheet"), made)
    stem = _OF_COPY.sub("", path.stem)
    named = _of_name(stem, given)
    coder = _coder(about.get("coder") or named)
    faults.extend([] if about.get("coder") else _taken_for(path, stem, named))
    if named in given and folded(named) != folded(coder):
        faults.append((path.name, "", Message(_RENAMED, {"named": named, "coder": coder})))
    by_key = by_name(names)
    written = ["" if cell.value is None else str(cell.value).strip() for cell in coding[1]]
    written = [by_key.get(folded(name)) or _HEADS.get(folded(name), name) for name in written]
    head = {name: number for number, name in enumerate(written, start=1)}
    known = ["code"] if "code" in head else [*names]
    refuse_twice(name for name in written if name in ("unit", *known))
    if "unit" not in head:
        raise SourceError(mark("the first row of 'coding' has no column 'unit'; write it above the units (u00001, …)"))
    lost = tuple(called(name, names) for name in known if name not in head)
    if lost:
        faults.append((path.name, "row 1", Message("no column for {lost}; the others are read", {"lost": lost})))
    strange = tuple(repr(name) for name in head if name and name not in (*known, *_GIVEN_OUT))
    if strange:
        faults.append((path.name, "row 1", Message(NOT_READ.text, {"columns": strange})))
    columns = {head[name] for name in known if name in head}
    faults += [(path.name, str(merged.coord), _MERGED) for merged in coding.merged_cells.ranges
               if merged.max_row > 1 and not columns.isdisjoint(range(merged.min_col, merged.max_col + 1))]  # fmt: skip
    for other in book.worksheets:
        if other.title not in ("coding", "codebook", "about") and folded(str(other["A1"].value)) == "unit":
            faults.append((path.name, "", Message(_PAGE, {"title": repr(other.title)})))
    remarks = [number for number, name in enumerate(written) if name in ("", "comment")]
    for row in coding.iter_rows(min_row=2):
        unit = str(row[head["unit"] - 1].value or "").strip()
        said = {name: row[head[name] - 1] for name in known if name in head}
        filled = {name: cell for name, cell in said.items() if str(cell.value or cell.value == 0 or "").strip()}
        beside = [row[number] for number in remarks if str(row[number].value or "").strip()]
        notes = [cell for cell in row if cell.comment is not None and cell.comment.text.strip()]
        if unit not in units:
            if unit or filled or beside or notes:
                faults.append((path.name, row[head["unit"] - 1].coordinate, Message(_NO_UNIT, {"unit": repr(unit)})))
            continue
        shown = (str(row[head[name] - 1].value or "") if name in head else "" for name in SHOWN)
        if (filled or beside or notes) and (told := misplaced(unit, *shown, units)):
            faults.append((path.name, row[head["unit"] - 1].coordinate, told))
            continue
        comments += [(unit, coder, str(cell.value)) for cell in beside if cell.data_type != "f"]
        comments += [(unit, coder, _THREAD.sub("", cell.comment.text).strip()) for cell in notes]
        for name, cell in [*filled.items(), *(("comment", cell) for cell in beside)]:
            if cell.data_type == "f":
                told = Message("a formula, {formula}; write the value", {"formula": repr(cell.value)})
                faults.append((path.name, cell.coordinate, told))
            elif name != "comment":
                value = _allowed(cell.value, name, names)
                if value is None:
                    faults.append((path.name, cell.coordinate, _refused(cell.value, name, names)))
                else:
                    cells.append((unit, coder, name, value, path.name, cell.coordinate))


def of_page(
    path: Path, names: dict[str, str], units: set[str], made: set[str], cells: list, comments: list, faults: list
) -> bool:
    """What a page saved; False where another program wrote the file."""
    refuse_large(path)
    saved = loaded(path.read_text(encoding="utf-8-sig", errors="replace"))
    if isinstance(saved, list):
        return False
    codings = saved.get("codings") if isinstance(saved, dict) and saved.get("coder") else None
    if not isinstance(codings, dict) or not all(isinstance(given, dict) for given in codings.values()):
        raise SourceError(mark("it is no file that a coding page has saved; save it there again"))
    _refuse_other(saved.get("sheet"), made)
    coder = _coder(saved["coder"])
    for unit, given in codings.items():
        if unit not in units:
            faults.append((path.name, unit, Message(_NO_UNIT, {"unit": repr(unit)})))
            continue
        for name, told in given.items():
            if name == "comment":
                comments.extend([(unit, coder, str(told))] if told else [])
                continue
            value = _allowed(told, name, names) if name in (*names, "code") else None
            if value is None:
                faults.append((path.name, unit, _refused(told, name, names)))
            else:
                cells.append((unit, coder, name, value, path.name, unit))
    return True


def of_program(
    path: Path, names: dict[str, str], key: pd.DataFrame, exclusive: bool, named: dict[str, str], cells: list,
    comments: list, faults: list,
) -> None:  # fmt: skip
    """What Label Studio, doccano or ActiveTigger exported; a unit that was coded lacks the codes not said of it."""
    given = coders_of(key)
    stem = re.sub(r"(\.\d+)?(\.(labelstudio|doccano|activetigger))?$", "", _OF_COPY.sub("", path.stem))
    written, stem = stem, stem if folded(stem) in named else _of_name(stem, given)
    faults.extend(_taken_for(path, written, stem))
    found, rest, wrong = read_file(path, names, machine=folded(stem) in named, sheet=True)
    of_machine = tuple(str(name) for name in rest.columns[2:] if folded(str(name)) in ("model", "prompt"))
    if of_machine and named.keys().isdisjoint(map(folded, {stem, *rest["coder"]})):
        faults.append((path.name, "", Message(_MACHINE, {"columns": of_machine, "name": repr(stem)})))
        return
    for at, why in wrong:
        if isinstance(why, Message) and why.text == NEVER.text:
            faults.append((path.name, "", Message(UNNAMED.text, {"file": path.name, **why.values})))
        elif isinstance(why, Message) and why.text == ZEROS.text:
            faults.append((path.name, "", Message(COUNTED.text, {"file": path.name, **why.values})))
        elif getattr(why, "text", "") != EMPTY_IS_NONE.text:
            faults.append((path.name, at, why))
    by_id = pd.Series(key["unit"].to_numpy(), index=key["article_id"].to_numpy())
    # an article of which parts are coded is none of them
    whole = ~by_id.index.duplicated(keep=False) & {*PARTS}.isdisjoint(key)
    known = {unit: unit for unit in key["unit"]} | by_id[whole].to_dict()
    for unit, told, place in _elsewhere(path, known, checksums(key)):
        faults.append((path.name, place, told))
        found = found[found["id"].ne(unit)]
    people = {each for each in found["coder"] if each}
    if stem in given and len(people) > 1 and not people <= given:
        faults.append((path.name, "", Message(_SEVERAL, {"name": stem, "coders": tuple(sorted(people))})))
        given = people  # the name says of none of them who it is
    strangers = found[~found["id"].isin(known)].drop_duplicates("id")
    of_study = strangers["coder"].map(lambda coder: folded(_named(coder, stem, given)) in named).astype(bool)
    if of_study.any():  # a machine codes the whole study
        faults.append((path.name, "", Message(OUTSIDE.text, {"file": path.name, "n": int(of_study.sum())})))
    for row in tables.each(strangers[~of_study]):
        faults.append((path.name, row.place, Message(_NO_UNIT, {"unit": repr(row.id)})))
    for row in tables.each(found[~found["code"].isin([*names, NONE]) & ~found["id"].isin(strangers["id"][of_study])]):
        code, _, value = row.code.partition(": ")
        told = Message(_NO_CODE, {"code": repr(row.code), "codes": tuple(names)})
        faults.append((path.name, row.place, _refused(value, code, names) if value and code in names else told))
    found = found[found["id"].isin(known) & found["code"].isin([*names, NONE])]
    for name in (name for name in rest.columns[2:] if folded(str(name)) in ("", *COMMENTS)):
        told = rest[rest["id"].isin(known) & rest[name].map(bool) & rest[name].notna()]
        comments.extend(
            (known[row["id"]], _named(row["coder"], stem, given), str(row[name])) for _, row in told.iterrows()
        )
    for (coder, unit), rows in found.groupby(["coder", "id"], sort=False):
        who, at = _named(coder, stem, given), rows["place"].iloc[0]
        if exclusive:
            has = [row.code for row in tables.each(rows[rows["value"].astype(bool)])]
            said = has or [NONE] * ({*names} <= {*rows["code"]})
            cells.extend((known[unit], who, "code", code, path.name, at) for code in said)
        else:
            cells.extend((known[unit], who, row.code, str(int(row.value)), path.name, row.place)
                         for row in tables.each(rows.drop_duplicates(["code", "value"])))  # fmt: skip


def _elsewhere(path: Path, known: dict[str, str], units: dict[str, str]) -> list[tuple[str, Message, str]]:
    """The units of a file that stand beside the text of another, as they are named there, with what is said and where.

    A program that saves in another encoding writes ? for what that lacks: such a text may be any, where others fit.
    """
    found, n = [], 0
    for row, place in zip(*records(path)[:2], strict=True):
        data: Any = row["data"] if isinstance(row.get("data"), dict) else row
        unit = next((str(data[name]).strip() for name in IDS if data.get(name)), "")
        headline, text = (str(data.get(name) or "").strip() for name in SHOWN)
        if (headline or text) and unit in known:
            told, n = misplaced(known[unit], headline, text, units), n + 1
            unsure = "?" in headline + text and told is not None and told.text == FOREIGN.text
            found += [(unit, told, place, unsure)] if told else []
    if any(unsure for *_, unsure in found) and not _is_utf8(path):
        told = Message(_LETTERS, {"file": path.name})
        return [(unit, told if unsure else why, place) for unit, why, place, unsure in found
                if not unsure or len(found) == n]  # fmt: skip
    return [(unit, told, place) for unit, told, place, unsure in found if not unsure or len(found) == n]


def _is_utf8(path: Path) -> bool:
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return path.suffix.casefold() == ".xlsx"
    return True


def _named(coder: str, stem: str, given: set[str]) -> str:
    """A coder of a file of another program, in which each has a user 1 of their own: then its name says who."""
    return _coder(stem if stem in given and coder not in given else coder or stem)


def _of_name(stem: str, given: set[str]) -> str:
    """The coder whom the name of a file names, the adjudicator included; else the name as it is."""
    known = {folded(name): name for name in (*given, ADJUDICATOR)}
    return known.get(folded(stem)) or known.get(folded(_AGAIN.sub("", stem))) or stem


def _taken_for(path: Path, written: str, coder: str) -> list[tuple[str, str, Message]]:
    """What is said of a name with a number right behind it, which may be another person's: Kim2 beside Kim."""
    if re.fullmatch(rf"{re.escape(folded(coder))}\d+", folded(written)):
        return [(path.name, "", Message(_TAKEN_FOR, {"coder": coder, "name": written}))]
    return []


def _coder(name: Any) -> str:
    """The name of a coder; that of the machine is taken."""
    if folded(str(name)) == MACHINE:
        raise SourceError(mark("its coder is named 'machine', as the codes of the rules are; give another name"))
    return str(name)


def _allowed(value: Any, code: str, names: dict[str, str]) -> str | None:
    """A value as text, or None where it may not stand there."""
    whole = isinstance(value, int) or isinstance(value, float) and value.is_integer()
    text = folded(str(int(value)) if whole else str(value))
    if code == "code":
        return by_name(names).get(text)
    told = as_value(value)
    return told if told in ("1", "0") else None


def _refused(value: Any, code: str, names: dict[str, str]) -> Message:
    """What is said of a value that may not stand there."""
    allowed = (*names, NONE) if code == "code" else ("1", "0")
    if hasattr(value, "isoformat"):
        return Message(_DAY, {"value": value.isoformat(), "allowed": allowed})
    return Message("{value} is not allowed for {code}; write one of: {allowed}",
                   {"value": repr(value), "code": called(code, names), "allowed": allowed})  # fmt: skip


def _refuse_other(written: Any, made: set[str]) -> None:
    """Raise SourceError for a sheet of other units: those of every sample are numbered alike."""
    if made and written and str(written) not in made:
        told = "it is a sheet of another sample, of other articles; put it into the folder of that sample"
        raise SourceError(mark(told))


def called(code: str, labels: dict[str, str]) -> str:
    """A code as tables name it, and as it stands on the sheets."""
    return f"{labels[code]} ({code})" if labels.get(code, code) != code else repr(code)
