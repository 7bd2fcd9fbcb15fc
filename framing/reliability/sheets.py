"""Sheets for coders: a probability sample of units, blinded, in Excel and as a page; and what comes back."""

import json
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing import provenance, tables
from framing.errors import SourceError, TableError
from framing.records import Record

NONE = "none"
KEY = "key.csv"
"""Which unit is which, and how probable it was: not for coders."""
_LONGEST = 32_000  # characters of a cell of Excel, and some to spare
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAME = re.compile(r"[\w\-]+")


def sheet(
    codes: Any, folder: str | Path, *, coders: list[str], n: int = 200, overlap: int | None = None,
    by: list[str] | None = None, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Draw units for people to code, and write each coder's sheet and page.

    Parameters
    ----------
    codes
        From :func:`framing.frames.code`, of articles: the units, the codebook, and the machine's codes, which are in
        strata and never shown.
    folder
        Where the files go. ``coding_<coder>.xlsx`` has a drop-down for each code and the
        codebook; ``coding_<coder>.html`` is the same as one page that works without a network, by keyboard, and saves a
        file: a coder uses one of the two. ``key.csv`` is not for coders.
    coders
        Names of letters, digits, _ and -.
    n
        Units drawn.
    overlap
        Units that all coders code; by default all. Each of the others is given to one coder.
    by
        Columns of the articles that are strata together with the machine's rarest code of a unit; by default
        ``outlet``, and ``year`` where the articles have one.
    seed
        Of the sample and of the order of each sheet.

    Returns
    -------
    DataFrame
        The key, one row per unit drawn: ``unit`` (as on the sheets), ``article_id``, ``outlet``, the columns ``by``,
        ``machine_code``, ``probability`` (of being drawn), ``overlap``, ``coders``, and for each code
        ``machine:<code>`` (true or false). Where the folder holds the sheets of this sample, nothing is written.

    Raises
    ------
    TableError
        The folder holds sheets of another sample, or fewer units than strata are asked for.
    ValueError
        No or strange coders.

    Notes
    -----
    Strata get the same number of units, as far as they have so many; within one, every set is equally probable. Outlet,
    date and the machine's code are not shown, but a text may name its outlet: an outlet that coders recognise biases a
    comparison of outlets.
    """
    place = Path(folder)
    if not coders or len({*coders}) < len(coders) or not all(_NAME.fullmatch(name) for name in coders):
        raise ValueError(f"coders are names of letters, digits, _ and -, each once; not {coders}")
    key, texts = _sample(codes, by, n, seed)
    rng = np.random.default_rng([seed, 1])
    shared = len(key) if overlap is None else min(overlap, len(key))
    order = rng.permutation(len(key))
    key["overlap"] = np.isin(np.arange(len(key)), order[:shared])
    own = np.array(coders, dtype=object)[rng.permutation(len(key)) % len(coders)]
    key["coders"] = np.where(key["overlap"], " ".join(coders), own)
    if (place / KEY).is_file():
        known = _key(place)
        if all(known[name].tolist() == key[name].tolist() for name in ("unit", "article_id", "coders")):
            return known
        raise TableError(f"{place} holds the sheets of another sample; give another folder, or remove them")
    place.mkdir(parents=True, exist_ok=True)
    made = provenance.of_data([codes.codebook.checksum, seed, key["unit"].tolist()])
    for coder in coders:
        mine = np.flatnonzero([coder in given.split() for given in key["coders"]])
        mine = mine[rng.permutation(len(mine))]
        units = list(zip(key["unit"].iloc[mine], texts.iloc[mine, 0], texts.iloc[mine, 1], strict=True))
        _excel(place / f"coding_{coder}.xlsx", units, codes.codebook, coder, made)
        _page(place / f"coding_{coder}.html", units, codes.codebook, coder, made)
    key.to_csv(place / KEY, index=False, encoding="utf-8-sig")
    return key


def _sample(codes: Any, by: list[str] | None, n: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The key, in a random order, and headline and text of each unit."""
    articles, units = codes.articles, codes.units
    by = [name for name in ("outlet", "year") if name in articles] if by is None else by
    at = pd.Index(articles["article_id"].astype("str")).get_indexer(units["article_id"].astype("str"))
    frame = units.assign(**{name: articles[name].iloc[at].astype("str").array for name in by})
    names = [code.id for code in codes.codebook.codes]
    has = pd.crosstab(codes.coded["unit"], codes.coded["code"].astype("str")) > 0
    has = has.reindex(index=range(len(units)), columns=names, fill_value=False)
    ordered = has[has.sum().sort_values(kind="stable").index]
    frame["machine_code"] = np.where(ordered.any(axis=1), ordered.idxmax(axis=1), NONE)
    stratum = frame.groupby([*by, "machine_code"], observed=True).ngroup().to_numpy()
    size = np.bincount(stratum)
    if n < len(size):
        raise TableError(
            f"{n} units for {len(size)} strata of {[*by, 'machine_code']}; ask for more, or name fewer in by"
        )
    take = np.zeros(len(size), dtype=int)
    while take.sum() < min(n, size.sum()):  # one round fills the smallest strata, so there are few
        open_ = np.flatnonzero(take < size)
        more = max((min(n, size.sum()) - take.sum()) // len(open_), 1)
        open_ = open_[: min(n, size.sum()) - take.sum()] if more == 1 else open_
        take[open_] = np.minimum(take[open_] + more, size[open_])
    rng = np.random.default_rng([seed, 0])
    shuffled = rng.permutation(len(frame))
    rank = pd.Series(stratum[shuffled]).groupby(stratum[shuffled]).cumcount().to_numpy()
    rows = shuffled[rank < take[stratum[shuffled]]]
    key = frame.iloc[rows].reset_index(drop=True)
    key["probability"] = (take / size)[stratum[rows]]
    key.insert(0, "unit", [f"u{i:05}" for i in range(1, len(rows) + 1)])
    for name in names:
        key[f"machine:{name}"] = has[name].to_numpy()[rows]
    return key, _texts(codes, at, rows)


def _texts(codes: Any, at: np.ndarray, rows: np.ndarray) -> pd.DataFrame:
    source = codes.articles.iloc[at[rows]].reset_index(drop=True)
    empty = pd.Series("", index=source.index)
    headline, text = (source.get(name, empty).fillna("").astype("str") for name in ("headline", "text"))
    if codes.unit != "article":
        raise TableError(f"sheets are of articles, not of units of the kind {codes.unit!r}; code with unit='article'")
    return pd.DataFrame({"headline": headline, "text": text})


def _inert(text: str) -> str:
    return _CONTROL.sub("", text)


def _excel(path: Path, units: list, codebook: Any, coder: str, made: str) -> None:
    """A row per unit, a drop-down per code; text is text whatever it begins with."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    page: Any = book.active
    page.title = "coding"
    columns = ["code"] if codebook.exclusive else [code.id for code in codebook.codes]
    head = ["unit", "headline", "text", *columns, "comment"]
    rows = [head, *([unit, headline, text[:_LONGEST]] for unit, headline, text in units)]
    for r, row in enumerate(rows, start=1):
        for c, value in enumerate(row, start=1):
            cell = page.cell(r, c)
            cell.value = _inert(value)
            cell.data_type = "s"  # a text that begins with = is no formula
            cell.alignment = Alignment(wrap_text=c == 3, vertical="top")
            cell.font = Font(bold=r == 1)
    page.freeze_panes = "D2"
    page.column_dimensions["B"].width, page.column_dimensions["C"].width = 40, 90
    about = book.create_sheet("codebook")
    told = [["code", "label", "version", "definition", "include", "exclude", "example"]]
    told += [[c.id, c.label, c.version, *(c.texts.get(k, "") for k in told[0][3:])] for c in codebook.codes]
    told += [[NONE, "", "", "none of the codes", "", "", ""]] if codebook.exclusive else []
    for r, row in enumerate(told, start=1):
        for c, value in enumerate(row, start=1):
            cell = about.cell(r, c)
            cell.value, cell.data_type = _inert(str(value)), "s"
    allowed = f"=codebook!$A$2:$A${len(told)}" if codebook.exclusive else '"0,1"'
    check = DataValidation(type="list", formula1=allowed, allow_blank=True, showErrorMessage=True)
    page.add_data_validation(check)
    if units:
        check.add(f"{page.cell(2, 4).coordinate}:{page.cell(len(rows), 3 + len(columns)).coordinate}")
    hidden = book.create_sheet("about")
    hidden.sheet_state = "hidden"
    for row in (("coder", coder), ("sheet", made), ("codebook", f"{codebook.name} {codebook.version}")):
        hidden.append(row)
    book.save(path)


def _page(path: Path, units: list, codebook: Any, coder: str, made: str) -> None:
    codes = [{"id": c.id, "label": c.label, "texts": c.texts} for c in codebook.codes]
    data = {"coder": coder, "sheet": made, "exclusive": codebook.exclusive, "codes": codes, "units": units}
    written = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")
    template = resources.files("framing.reliability").joinpath("page.html").read_text(encoding="utf-8")
    path.write_text(template.replace("__DATA__", _inert(written)), encoding="utf-8")


@dataclass(frozen=True)
class Coded(Record):
    """What coders sent back.

    Attributes
    ----------
    codings
        One row per unit, coder and code: ``unit``, ``coder``, ``machine``, ``code``, ``value`` (``1`` or ``0``; of an
        exclusive codebook the code is ``code`` and the value its name), and the key's columns: ``outlet``,
        ``probability``, ….
    comments
        One row per comment: ``unit``, ``coder``, ``comment``.
    faults
        One row per cell or file that could not be taken: ``file``, ``cell``, ``fault``.
    disagreed
        One row per unit and code on which people disagree: ``unit``, ``code``, one column per coder; for adjudication.
    """

    codings: pd.DataFrame
    comments: pd.DataFrame
    faults: pd.DataFrame
    disagreed: pd.DataFrame


def read(folder: str | Path) -> Coded:
    """Read what coders have coded, from their sheets (Excel) and the files their pages saved (JSON).

    Parameters
    ----------
    folder
        Of :func:`sheet`, with the coders' files back in it under any name.

    Returns
    -------
    Coded
        The codings of people and of the machine. Columns are found by their names, wherever they stand. A cell that
        holds anything but an allowed value, a formula included, is named with its address and left out; so is a unit
        that a coder has two values for. Nothing else is lost.

    Raises
    ------
    SourceError
        The folder has no ``key.csv``.
    """
    place = Path(folder)
    if not (place / KEY).is_file():
        raise SourceError(
            f"{place} has no {KEY}: reliability.sheet writes it there, and the sheets come back beside it"
        )
    key = _key(place)
    machine = {name.partition(":")[2]: key[name].astype(bool) for name in key if str(name).startswith("machine:")}
    cells: list[tuple] = []
    comments: list[tuple] = []
    faults: list[tuple] = []
    for path in sorted(place.iterdir()):
        reader = {".xlsx": _of_excel, ".json": _of_json}.get(path.suffix)
        if reader is None or path.name.startswith(("~", ".")):
            continue
        before = len(cells)
        try:
            reader(path, [*machine], {*key["unit"]}, cells, comments, faults)
        except Exception as error:  # a file that is no workbook must not cost the others
            faults.append((path.name, "", f"cannot be read: {error}"))
            continue
        if len(cells) == before:
            faults.append((path.name, "", "no codes in it"))
    people = pd.DataFrame(cells, columns=["unit", "coder", "code", "value", "file", "cell"])
    twice = people.duplicated(["unit", "coder", "code"], keep=False)
    for row in tables.each(people[twice]):
        faults.append((row.file, row.cell, f"{row.coder} has {row.unit} and {row.code} twice; neither is taken"))
    people = people[~twice].drop(columns=["file", "cell"]).assign(machine=False)
    of = key.drop(columns=[name for name in key if str(name).startswith("machine:")])
    by_machine = [pd.DataFrame({"unit": key["unit"], "coder": "machine", "code": name, "value":
                  has.astype(int).astype("str"), "machine": True}) for name, has in machine.items()]  # fmt: skip
    if "code" in set(people["code"]):
        by_machine = [pd.DataFrame({"unit": key["unit"], "coder": "machine", "code": "code", "value":
                      key["machine_code"], "machine": True})]  # fmt: skip
    codings = pd.concat([people, *by_machine], ignore_index=True).merge(
        of.drop(columns="coders"), how="left", on="unit"
    )
    wide = people.pivot(index=["unit", "code"], columns="coder", values="value").rename_axis(columns=None)
    apart = wide[wide.nunique(axis=1) > 1].reset_index()
    return Coded(codings, pd.DataFrame(comments, columns=["unit", "coder", "comment"]),
                 pd.DataFrame(faults, columns=["file", "cell", "fault"]), apart)  # fmt: skip


def _key(place: Path) -> pd.DataFrame:
    return pd.read_csv(place / KEY, dtype={"unit": str, "article_id": str}, encoding="utf-8-sig")


def _allowed(value: Any, code: str, names: list[str]) -> str | None:
    """A value as text, or None where it may not stand there."""
    text = str(int(value)) if isinstance(value, (bool, int, float)) and value == int(value) else str(value).strip()
    text = text.translate({0xFF10: "0", 0xFF11: "1"})
    return text if text in ([*names, NONE] if code == "code" else ("0", "1")) else None


def _of_excel(path: Path, names: list[str], units: set[str], cells: list, comments: list, faults: list) -> None:
    from openpyxl import load_workbook

    book = load_workbook(path)
    if "coding" not in book.sheetnames:
        raise SourceError("it has no page 'coding'")
    page = book["coding"]
    about = dict(book["about"].iter_rows(max_col=2, values_only=True)) if "about" in book.sheetnames else {}
    coder = str(about.get("coder") or path.stem.removeprefix("coding_"))
    head = {str(cell.value).strip(): cell.column for cell in page[1] if cell.value is not None}
    known = ["code"] if "code" in head else names
    if "unit" not in head:
        raise SourceError("the first row of 'coding' has no column 'unit'")
    lost = [name for name in known if name not in head]
    if lost:
        faults.append((path.name, "row 1", f"no column for {lost}; the others are read"))
    for row in page.iter_rows(min_row=2):
        unit = str(row[head["unit"] - 1].value or "").strip()
        said = {name: row[head[name] - 1] for name in [*known, "comment"] if name in head}
        given = {name: cell for name, cell in said.items() if cell.value not in (None, "")}
        if unit not in units:
            if unit or given:
                faults.append((path.name, row[head["unit"] - 1].coordinate, f"there is no unit {unit!r}"))
            continue
        for name, cell in given.items():
            if cell.data_type == "f":
                faults.append((path.name, cell.coordinate, f"a formula, {cell.value!r}; write the value"))
            elif name == "comment":
                comments.append((unit, coder, str(cell.value)))
            else:
                value = _allowed(cell.value, name, names)
                if value is None:
                    faults.append((path.name, cell.coordinate, f"{cell.value!r} is not allowed for {name!r}"))
                else:
                    cells.append((unit, coder, name, value, path.name, cell.coordinate))


def _of_json(path: Path, names: list[str], units: set[str], cells: list, comments: list, faults: list) -> None:
    saved = json.loads(path.read_text(encoding="utf-8"))
    coder = str(saved["coder"])
    for unit, given in saved["codings"].items():
        if unit not in units:
            faults.append((path.name, unit, f"there is no unit {unit!r}"))
            continue
        for name, told in given.items():
            if name == "comment":
                comments.extend([(unit, coder, str(told))] if told else [])
                continue
            value = _allowed(told, name, names) if name in (*names, "code") else None
            if value is None:
                faults.append((path.name, unit, f"{told!r} is not allowed for {name!r}"))
            else:
                cells.append((unit, coder, name, value, path.name, unit))
