"""What coders sent back, from all files of a folder, and what of it cannot be taken."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing import tables
from framing.codings import (
    ADJUDICATOR,
    NONE,
    Labels,
    by_name,
    folded,
    marked,
)
from framing.errors import SourceError, TableError
from framing.messages import Message, mark, together
from framing.records import Record
from framing.reliability.cells import called, of_excel, of_page, of_program
from framing.reliability.judging import AWAITED, EMPTY, VERSIONS
from framing.reliability.key import (
    BETWEEN,
    BLINDED,
    CHECKSUM,
    CODES,
    CUT,
    DECISION,
    FRAME,
    KEY,
    LONGEST,
    MACHINE,
    PARTS,
    TOOLS,
    checksums,
    coders_of,
    is_cut,
    names_of,
    read_frame,
    read_key,
)
from framing.tables import spreadsheet

_STRANGER = mark("{coder} is none of the coders {known}; taken as another coder's. A machine is named in machines")
_TWICE = mark("{coder} has {unit} and {code} twice; neither is taken")
_NOTHING = mark("{coder} has coded none of {n:,} units")
_SOME, _OF_ALL = mark("{code} in {n:,} of {all:,} of {outlet}"), mark("{code} in {n:,} of {all:,}")
_READ = (".xlsx", ".json", ".jsonl", ".csv", ".tsv", ".parquet")
_KIND = mark("{kind} files are not read: open it, save it as .xlsx, and put that beside the other sheets")
_NO_KIND = mark(
    "its name has no ending that says what it is, and it is not read: open it, save it as .xlsx, and put that beside "
    "the other sheets"
)
_OF_SYSTEMS = ("thumbs.db", "desktop.ini", "icon\r")
_FOLDER = mark("a folder is not read: put its files beside the other sheets")
_CUT = mark("its text is longer than {n:,} characters and is cut there in the Excel sheets; the pages show it whole")


@dataclass(frozen=True)
class Coded(Record):
    """What coders sent back.

    Attributes
    ----------
    codings
        One row per unit, coder and code: ``unit``, ``coder``, ``machine``, ``code``, ``value`` (``1`` or ``0``; of an
        exclusive codebook the code is ``code`` and the value its name), and the key's columns: ``outlet``,
        ``probability``, …, with ``stratum`` where the folder has ``frame.csv``.
    comments
        One row per comment: ``unit``, ``coder``, ``comment``.
    faults
        One row per cell or file that could not be taken: ``file``, ``cell``, ``fault``.
    disagreed
        One row per unit and code on which people disagree: ``unit``, ``code``, one column per coder, and ``decision``
        of the adjudicator; those that are open, and have none, come first.
    frame
        One row per unit that could have been drawn: ``article_id`` (with ``paragraph`` or ``sentence`` where such were
        drawn), ``stratum``, ``probability``; of articles for :func:`framing.frames.corrected`. None where the folder
        has no ``frame.csv``.
    """

    codings: pd.DataFrame
    comments: pd.DataFrame
    faults: pd.DataFrame
    disagreed: pd.DataFrame
    frame: pd.DataFrame | None = None


def read(folder: str | Path, *, machines: Sequence[Any] = (), labels: Mapping[str, str] | None = None) -> Coded:
    """Read what coders have coded: sheets (Excel), what pages saved (JSON), and what other programs exported.

    Parameters
    ----------
    folder
        Of :func:`sheet`, with the coders' files back in it under any name; those of Label Studio (JSON), doccano
        (JSONL) and ActiveTigger (CSV) too. Where such a file does not say who coded, its name does. Codes are named by
        their ids or labels.
    machines
        Further machines: names of coders in these files, or codes of the same units, for example from
        :func:`framing.frames.trained`, whose names are coders.
    labels
        ``labels`` of a codebook other than that of the sheets, such as one of KH Coder: codes of the sheets that are
        called as one of its codes are named as there.

    Returns
    -------
    Coded
        The codings of people and of the machine. Columns are found by their names, wherever they stand. A cell that
        holds anything but an allowed value, a formula included, is named with its address and left out; so is a row of
        a file that does not fit its header, and a unit that a coder has two values for. Nothing else is lost.

    Raises
    ------
    SourceError
        The folder has no ``key.csv``.
    TableError
        Two machines of one name, one that coded nothing, or one whose units are of another kind than those of the
        sheets.
    """
    place, named = Path(folder), {folded(name): name for name in machines if isinstance(name, str)}
    if not (place / KEY).is_file():
        raise SourceError(
            f"{place} has no {KEY}: reliability.sheet writes it there, and the sheets come back beside it"
        )
    key = read_key(place)
    marks = [str(name) for name in key if str(name).startswith(("machine:", "score:"))]
    of_machine, scores = (
        key.filter(regex=f"^{kind}:").rename(columns=lambda name: name.partition(":")[2])
        for kind in ("machine", "score")
    )
    exclusive = "exclusive" in key and bool(key["exclusive"].iloc[0])
    cells: list[tuple] = []
    comments: list[tuple] = []
    faults: list[tuple] = []
    names = _labels(place, [*of_machine], faults)
    made = {*key["sheet"]} if "sheet" in key else set()
    given = coders_of(key)
    units = checksums(key)
    for path in sorted(place.iterdir()):
        suffix = path.suffix.casefold()
        if path.name.startswith(("~", ".", KEY, FRAME, CODES, BLINDED)):
            continue
        if suffix not in _READ:
            if path.is_dir():
                if path.name != TOOLS and not (path / KEY).is_file() and _holds_sheets(path):
                    faults.append((path.name, "", _FOLDER))
            elif not _is_ours(path, given):
                faults.append((path.name, "", Message(_KIND, {"kind": suffix}) if suffix else _NO_KIND))
            continue
        before = len(cells) + len(faults)
        try:
            if suffix == ".xlsx":
                of_excel(path, names, units, given, made, cells, comments, faults)
            elif suffix != ".json" or not of_page(path, names, {*units}, made, cells, comments, faults):
                of_program(path, names, key, exclusive, named, cells, comments, faults)
        except (SourceError, OSError) as error:  # one file must not cost the others
            faults.append((path.name, "", Message("cannot be read: {why}", {"why": error.args[0]})))
            continue
        if len(cells) + len(faults) == before:
            faults.append((path.name, "", EMPTY))
    people = pd.DataFrame(cells, columns=["unit", "coder", "code", "value", "file", "cell"])
    alike = named | {
        folded(name): name for name in (*given, ADJUDICATOR)
    }  # ＫＩＭ is no second coder, who agrees with Kim
    people["coder"] = [alike.get(folded(name), name) for name in people["coder"]]
    comments = [(unit, alike.get(folded(name), name), told) for unit, name, told in comments]
    lost = "".join(f" ({file} {why})" for file, cell, why in faults if not cell and why != EMPTY)
    awaited = _awaited(place, {*map(folded, people["coder"])}, named, given)
    faults += [("", "", Message(AWAITED.text, {"names": tuple(awaited)}))] if awaited else []
    people = marked(people, [name for name in named.values() if name not in awaited], f"{place}{lost}")
    others = people[~people["machine"] & ~people["coder"].isin([*given, ADJUDICATOR])]
    for row in tables.each(others.drop_duplicates(["coder", "file"])):
        told = Message(_STRANGER, {"coder": repr(row.coder), "known": tuple(sorted(given))})
        faults.append((row.file, "", told))
    elsewhere = {f"coding_{name}" for name in people["coder"]}  # who coded on the page leaves the sheet empty
    faults = [fault for fault in faults if fault[2] != EMPTY or fault[0].partition(".")[0] not in elsewhere]
    people = people.drop_duplicates(["unit", "coder", "code", "value"])  # a file that was saved twice
    twice = people.duplicated(["unit", "coder", "code"], keep=False)
    for row in tables.each(people[twice]):
        values = {"coder": row.coder, "unit": row.unit, "code": called(row.code, names)}
        faults.append((row.file, row.cell, Message(_TWICE, values)))
    people = people[~twice].drop(columns=["file", "cell"])
    faults += [(KEY, unit, Message(_CUT, {"n": LONGEST})) for unit in key.loc[is_cut(key), "unit"]]
    faults += _left(key, people, {"code": "code"} if exclusive else names)
    parts = [_by_machine(MACHINE, key["unit"], of_machine, scores, key.get("in_sample", False), exclusive)]
    for each in (each for each in machines if not isinstance(each, str)):
        kind = next((name for name in PARTS if name in key), "article")
        own = names_of(each.units)
        if each.unit != kind or own.has_duplicates:
            raise TableError(f"the codes of {each.coder!r} are not of those of the sheets; code with unit={kind!r}")
        at = own.get_indexer(names_of(key))
        there, has = at >= 0, pd.DataFrame(each.has, columns=each.names)
        score = has[[]] if each.scores is None else each.scores
        own = (table.iloc[at[there]] for table in (has, score))
        parts.append(_by_machine(each.coder, key["unit"][there], *own, each.in_sample, exclusive))
    coders = [part["coder"].iloc[0] for part in parts if len(part)]
    if len({*coders}) < len(coders) or {*coders} & {*people["coder"]}:
        raise TableError(f"the machines {coders} need names of their own, and other than those of people")
    of = key.drop(columns=[*marks, "coders", *({"in_sample", "exclusive", "sheet", CHECKSUM, CUT} & {*key})])
    frame = read_frame(place)
    if frame is not None and "stratum" not in of:
        stratum = frame.set_index(names_of(frame))["stratum"]
        of["stratum"] = stratum[~stratum.index.duplicated()].reindex(names_of(key)).array
    codings = pd.concat([people, *parts], ignore_index=True).merge(of, how="left", on="unit")
    codings["in_sample"] = codings["in_sample"].fillna(False).astype(bool) if "in_sample" in codings else False
    renamed = _renamed(names, labels or {})
    for table in (people, codings):
        table["code"] = table["code"].replace(renamed)
        table["value"] = table["value"].replace(renamed) if exclusive else table["value"]
    asked = people[~people["machine"] & people["coder"].ne(ADJUDICATOR)]
    wide = asked.pivot(index=["unit", "code"], columns="coder", values="value").rename_axis(columns=None)
    last = people[people["coder"].eq(ADJUDICATOR)].set_index(["unit", "code"])["value"]
    apart = wide[wide.nunique(axis=1) > 1]
    apart = apart.assign(**{DECISION: last.reindex(apart.index)}).reset_index()
    apart = apart.sort_values(DECISION, key=pd.Series.notna, kind="stable", ignore_index=True)
    told = pd.DataFrame(faults, columns=["file", "cell", "fault"], dtype=object)
    remarks = pd.DataFrame(comments, columns=["unit", "coder", "comment"])
    return Coded(codings, remarks, told, apart, frame)


def _renamed(names: Labels, labels: Mapping[str, str]) -> dict[str, str]:
    """Codes of the sheets that another codebook has under another id, of its label or id; one is one."""
    known = by_name(labels) if labels else {}
    spelled = {code: map(folded, (code, label, *names.also.get(code, ()))) for code, label in names.items()}
    other = {code: next((known[each] for each in own if each in known), code) for code, own in spelled.items()}
    n = [*other.values()]
    return {code: name for code, name in other.items() if name != code and n.count(name) == 1}


def _awaited(place: Path, there: set[str], named: dict[str, str], given: set[str]) -> list[str]:
    """Machines of which no file is there yet; none where a coder who is not known may be one of them."""
    if there - named.keys() - {*map(folded, (*given, ADJUDICATOR))}:
        return []
    files = [folded(path.stem) for path in place.iterdir()]
    return [name for key, name in named.items() if key not in there and not any(key in file for file in files)]


def _is_ours(path: Path, given: set[str]) -> bool:
    """Whether a file is a page that was written for a coder, or of the operating system."""
    page = re.fullmatch(r"coding_(.+?)(?:\.\d+)?\.html", path.name)
    return path.name.casefold() in _OF_SYSTEMS or page is not None and page[1] in given


def _holds_sheets(folder: Path) -> bool:
    return any(path.suffix.casefold() in _READ for path in folder.iterdir())


def _left(key: pd.DataFrame, people: pd.DataFrame, codes: dict[str, str]) -> list[tuple]:
    """What coders were given and have not coded: an outlet that one leaves out is coded by fewer than the others."""
    faults = []
    place = key["outlet"] if "outlet" in key else pd.Series("", index=key.index)
    for coder in sorted(coders_of(key)) if len(people) else ():
        given = key.loc[[coder in str(row).split() for row in key["coders"]], "unit"]
        said = people[people["coder"] == coder]
        lost = {code: given[~given.isin(said.loc[said["code"] == code, "unit"])] for code in codes}
        told = [(called(code, codes), n, (place[given.index] == name).sum(), name) for code, units in lost.items()
                for name, n in place[units.index].value_counts(sort=False).items()]  # fmt: skip
        if said.empty:
            faults.append((f"coding_{coder}", "", Message(_NOTHING, {"coder": coder, "n": len(given)})))
        elif told:
            each = (dict(zip(("code", "n", "all", "outlet"), row, strict=True)) for row in told[:8])
            what = together(*(Message(_SOME if row["outlet"] else _OF_ALL, row) for row in each), clauses=True)
            faults.append(
                (f"coding_{coder}", "", Message("{coder} has not coded {what}", {"coder": coder, "what": what}))
            )
    return faults


def _by_machine(coder: str, units, has: pd.DataFrame, scores: pd.DataFrame, in_sample, exclusive: bool) -> pd.DataFrame:
    """A machine's codings: one row per unit and code, or per unit where one code excludes the others."""
    same = {"unit": np.asarray(units), "coder": coder, "machine": True, "in_sample": np.asarray(in_sample)}
    flags = has.to_numpy(dtype=bool)
    if exclusive:
        first = np.column_stack([flags, ~flags.any(axis=1)]).argmax(axis=1)
        return pd.DataFrame(same | {"code": "code", "value": np.array([*has, NONE], dtype=object)[first]})
    parts = [
        pd.DataFrame(same | {"code": name, "value": flags[:, i].astype(int).astype(str),
                             **({"score": scores[name].to_numpy()} if name in scores else {})})
        for i, name in enumerate(has)
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*same, "code", "value"])


def _labels(place: Path, codes: list[str], faults: list) -> Labels:
    """Each code with its label; what the codebook has other than the sheets is no fault, and said."""
    there = (place / CODES).is_file()
    table = spreadsheet.read(place / CODES, dtype=str, keep_default_na=False) if there else pd.DataFrame()
    for since, codes_of in table.groupby("since")["code"] if {"code", "since"} <= {*table} else ():
        if since in VERSIONS:
            faults.append((CODES, "", Message(VERSIONS[str(since)].text, {"codes": tuple(codes_of)})))
    labels = dict(zip(table["code"], table["label"], strict=True)) if {"code", "label"} <= {*table} else {}
    also = (
        dict(zip(table["code"], table["also"].str.split(BETWEEN, regex=False), strict=True))
        if {"code", "also"} <= {*table}
        else {}
    )
    return Labels({code: labels.get(code, code) for code in codes}, also)
