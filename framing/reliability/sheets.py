"""Sheets for coders: a probability sample of units, blinded, in Excel and as a page; and what comes back."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing import provenance, tables
from framing.codings import (
    ADJUDICATOR,
    COMMENTS,
    EMPTY_IS_NONE,
    NONE,
    by_name,
    folded,
    marked,
    page,
    read_file,
    refuse_large,
    refuse_taken,
    refuse_twice,
    write_units,
)
from framing.codings.files import IDS, NEVER, records
from framing.codings.values import as_value
from framing.corpus.objects import loaded
from framing.errors import ParamError, SourceError, TableError
from framing.messages import Message, mark, together
from framing.records import Record
from framing.reliability.judging import AWAITED, EMPTY, OUTSIDE, UNNAMED, VERSIONS
from framing.tables import spreadsheet

KEY = "key.csv"
"""Which unit is which, and how probable it was: not for coders."""
FRAME = "frame.csv"
"""The stratum of every unit that could have been drawn."""
CODES = "codes.csv"
"""The codes with their labels, which people may write as well."""
TOOLS = "tools"
"""Folder of the same units for other programs."""
_LONGEST = 32_000  # characters of a cell of Excel, and some to spare
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAME = re.compile(r"[\w\-]+")
_LONGEST_NAME = 100
BLINDED = "key_adjudicator.csv"
"""Which coder each letter on the sheets of the adjudicator is, unit by unit: not for the adjudicator."""
_PARTS = ("paragraph", "sentence")
_GIVEN = ["unit", "overlap", "coders", "sheet"]
CHECKSUM = "checksum"
"""Column of the key: what the text of each unit is known by, wherever it stands."""
CUT = "cut"
"""Column of the key, where there are such: whether the Excel sheet has only the beginning of the text."""
_SHOWN = ("headline", "text")
_SAID_BEFORE = "coders said"
_GIVEN_OUT = ("unit", *_SHOWN, "comment", _SAID_BEFORE)
"""Columns of a sheet beside the codes."""
DECISION = "decision"
"""Column of what the adjudicator says beside what coders do."""
MACHINE = "machine"
"""The coder that the rules of the codebook are."""


_STRANGER = mark("{coder} is none of the coders {known}; taken as another coder's. A machine is named in machines")
_TWICE = mark("{coder} has {unit} and {code} twice; neither is taken")
_NOTHING = mark("{coder} has coded none of {n:,} units")
_SOME, _OF_ALL = mark("{code} in {n:,} of {all:,} of {outlet}"), mark("{code} in {n:,} of {all:,}")
_MACHINE = mark(
    "its columns {columns} say that a machine coded it, and nothing of it is taken as a person's; name {name} in "
    "machines to take it as a machine's"
)
_NO_UNIT, _NO_CODE = mark("there is no unit {unit}"), mark("{code} is none of the codes {codes}")
_READ = (".xlsx", ".json", ".jsonl", ".csv", ".tsv", ".parquet")
_UNREAD = (".xls", ".xlsm", ".xlsb", ".ods", ".numbers", ".gsheet", ".zip")
_KIND = mark("{kind} files are not read: open it, save it as .xlsx, and put that beside the other sheets")
_FOLDER = mark("a folder is not read: put its files beside the other sheets")
_PAGE = mark("the page {title} is not read; codes stand on the page 'coding'")
_MERGED = mark("the cells are merged, so that only the first has the value: split them, and fill in each row")
_RENAMED = mark("its name says {named}, and its sheet was made for {coder}, whose it is taken to be")
_DAY = mark("{value} is a date, as its cell is formatted; format it as a number, and write one of: {allowed}")
_AGAIN = re.compile(r"(?:[ ._-]*(?:\(?\d{1,3}\)?|copy|のコピー|コピー))+$", re.IGNORECASE)
"""What the names of further files of a coder end with: adjudicator_2, A (1), A - コピー."""
_COLUMNS = mark("the columns {columns} are none of the codes and are not read")
_MOVED = mark(
    "beside {unit} stands the text of {other}, so that its codes may be those of either and are not taken: put the "
    "units back beside their texts, and sort whole rows only"
)
_FOREIGN = mark(
    "beside {unit} stands a text of no unit of this sample, so that its codes are not taken: put a sheet of another "
    "sample into the folder of that, and leave the texts as they are"
)
_SEVERAL = mark("its name says {name}, and it holds the codes of {coders}: each is taken as another coder's")
_TAKEN_FOR = mark(
    "its name is taken for that of {coder}; where {name} is another person, give the file a name of theirs"
)
_CUT = mark("its text is longer than {n:,} characters and is cut there in the Excel sheets; the pages show it whole")
_CUT_HERE = "[cut here; the page (HTML) shows the whole text / ここで切れている。全文はHTMLのページにある]"


def sheet(
    codes: Any, folder: str | Path, *, coders: list[str], n: int = 200, overlap: int | None = None,
    by: list[str] | None = None, disagreed: pd.DataFrame | None = None, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Draw units for people to code, and write each coder's sheet and page.

    Parameters
    ----------
    codes
        From :func:`framing.frames.code`: the units (articles, paragraphs or sentences), the codebook, and the machine's
        codes, which are in strata and never shown. A paragraph or sentence is coded as it stands; the headline of its
        article is beside it, so that it can be understood.
    folder
        Where the files go. ``coding_<coder>.xlsx`` has a drop-down for each code and the
        codebook; ``coding_<coder>.html`` is the same as one page that works without a network, by keyboard, and saves a
        file: a coder uses one of the two, or codes in Label Studio, doccano or ActiveTigger, for which the folder
        ``tools`` has the same units and the codes. ``key.csv`` and ``frame.csv`` are not for coders.
    coders
        Names of letters, digits, _ and -.
    n
        Units drawn. Where the folder holds fewer units of the same sample, the further ones get sheets of their own
        (``coding_<coder>.2.xlsx``), the others stay as they are, and ``probability`` is that of all together. Rules may
        change in between: strata stay those that the sample was drawn by, and ``machine:<code>`` is what rules say now.
    overlap
        Units that all coders code; by default all. Each of the others is given to one coder.
    by
        Columns of the articles that are strata together with the machine's rarest code of a unit; by default
        ``outlet``, and ``year`` where the articles have one.
    disagreed
        From :func:`read`, for a folder that holds the sheets of this sample: writes ``coding_adjudicator.xlsx`` with
        the units that people disagree on and what they said, for one who decides; coders are letters there, which
        change from unit to unit, and ``key_adjudicator.csv`` says who is who. A sheet that is there stays, and units
        that it has not get another (``coding_adjudicator.2.xlsx``). :func:`validity` and
        :func:`framing.frames.trained` then take that, and :func:`agreement` does not.
    seed
        Of the sample and of the order of each sheet.

    Returns
    -------
    DataFrame
        The key, one row per unit drawn: ``unit`` (as on the sheets), ``article_id``, ``outlet``, ``paragraph`` or
        ``sentence`` (number in the article from 0, which is the headline where it has one) where such are drawn, the
        columns ``by``, ``cluster`` (near-duplicates have one, and the units of an article), ``machine_code``,
        ``probability`` (of being drawn), ``overlap``, ``coders``, and for each code ``machine:<code>`` (true or
        false), ``score:<code>`` where the machine gives probabilities, ``in_sample``, ``exclusive``, ``sheet`` (what
        the sheets of these units carry) and ``checksum`` (of the text, by which :func:`read` finds units that were
        moved), and ``cut`` where the text of some is too long for Excel. Where the folder holds all their sheets,
        nothing is written.

    Raises
    ------
    TableError
        The folder holds sheets of another sample, or of more units, or more are wanted and the codebook has other
        codes; ``by`` names no column; or fewer units than strata
        are asked for.
    ParamError
        No coders, or names that are strange, taken, or alike but for case and width.

    Notes
    -----
    Strata get the same number of units, as far as they have so many; within one, every set is equally probable. Units
    keep their random numbers [1]_: those of a smaller ``n`` are among those of a larger one, and both are such samples.
    Outlet, date and the machine's code are not shown, but a text may name its outlet: an outlet that coders recognise
    biases a comparison of outlets.

    References
    ----------
    .. [1] Ohlsson, E. (1995). Coordination of samples using permanent random numbers. In B. G. Cox et al. (Eds.),
           *Business Survey Methods*, 153-169. Wiley.
    """
    place = Path(folder)
    refuse_coders(coders)
    refuse_taken(code.id for code in codes.codebook.codes)
    known = _key(place) if (place / KEY).is_file() else pd.DataFrame(columns=["article_id", *_GIVEN])
    key, texts, frame = _sample(codes, by, n, seed, known, _frame(place) if len(known) else None)
    given = known.reindex(columns=_GIVEN).astype({"overlap": bool})
    there, more = len(given), len(key) - len(given)
    shared = (len(key) if overlap is None else min(overlap, len(key))) - int(given["overlap"].sum())
    at = _names_of(key).get_indexer(_names_of(known))
    same = sorted(at) == [*range(there)] and 0 <= shared <= more
    if there and not (same and _coders_of(known) == {*coders}):
        raise TableError(
            f"{place} holds the sheets of another sample, of {there} units: other articles, coders, overlap, by "
            "(strata) or seed, or a larger n. Ask as before to read them, or with a larger n for more units; give "
            "another folder (sheets_path) for a new sample"
        )
    key, texts = (table.iloc[[*at, *range(there, len(key))]].reset_index(drop=True) for table in (key, texts))
    if there:
        _refuse_version(place, known, codes.codebook, more)
    if there and not more:
        known, book = _coded_again(place, known, key), codes.codebook
        if disagreed is not None and len(disagreed):
            book = replace(book, codes=tuple(code for code in book.codes if f"machine:{code.id}" in known))
            _adjudication(place, given["unit"], texts, book, disagreed, seed, str(given["sheet"].iloc[-1]))
        return known
    place.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, 1, there])
    new = pd.DataFrame({"unit": [f"u{i:05}" for i in there + 1 + rng.permutation(more)]})
    new["overlap"] = rng.permutation(more) < shared
    own = np.array(coders, dtype=object)[rng.permutation(more) % len(coders)]
    new["coders"] = np.where(new["overlap"], " ".join(coders), own)
    new["sheet"] = made = provenance.of_data([codes.codebook.checksum, seed, *_names_of(key)[there:]])
    given = pd.concat([given, new], ignore_index=True) if there else new
    key.insert(0, "unit", given["unit"])
    key[_GIVEN[1:]] = given[_GIVEN[1:]]
    key[CHECKSUM] = [_checksum(*row) for row in texts.itertuples(index=False)]
    if (long := texts["text"].str.len().gt(_LONGEST)).any():
        key[CUT] = long
    wave = "" if not there else f".{given['sheet'].nunique()}"
    (place / TOOLS).mkdir(exist_ok=True)
    for coder in coders:
        mine = there + np.flatnonzero([coder in row.split() for row in new["coders"]])
        mine = rng.permutation(mine)
        units = list(zip(key["unit"].iloc[mine], texts.iloc[mine, 0], texts.iloc[mine, 1], strict=True))
        _excel(place / f"coding_{coder}{wave}.xlsx", units, codes.codebook, coder, made)
        write_units(place / TOOLS, f"{coder}{wave}", units, codes.codebook)
        _page(place / f"coding_{coder}{wave}.html", units, codes.codebook, coder, made)
    if not there:
        spreadsheet.write(_written(codes.codebook), place / CODES)
    for table, name in ((frame, FRAME), (key, KEY)):
        spreadsheet.write(table, place / name)
    return key


def _written(codebook: Any) -> pd.DataFrame:
    """The codes as people see them."""
    rows = [(code.id, code.label, provenance.of_data(repr([*code.texts.values()]))) for code in codebook.codes]
    return pd.DataFrame(rows, columns=["code", "label", CHECKSUM])


def _refuse_version(place: Path, known: pd.DataFrame, codebook: Any, more: int) -> None:
    """Note beside the codes what the codebook has other than the sheets; raise TableError where more are to be made."""
    names = [str(name).removeprefix("machine:") for name in known if str(name).startswith("machine:")]
    now = _written(codebook).set_index("code")
    added, gone = [name for name in now.index if name not in names], [name for name in names if name not in now.index]
    exclusive = bool(known["exclusive"].iloc[0]) if "exclusive" in known else codebook.exclusive
    if exclusive != codebook.exclusive or more and (added or gone):
        told = f"the codebook has {added} besides and lacks {gone}" if added or gone else "exclusive is another"
        raise TableError(
            f"{place} holds sheets of another version of the codebook: {told}. Take the codes as they were, or give "
            "another folder (sheets_path) for a new sample"
        )
    if not (place / CODES).is_file():
        return
    then = spreadsheet.read(place / CODES, dtype=str, keep_default_na=False)
    if not {"code", "label", CHECKSUM} <= {*then}:
        return
    then = then[then["code"].isin(names)]
    both = then.join(now.add_suffix(" now"), on="code")  # labels of another language have other definitions
    other = both["label"].eq(both["label now"]) & both[CHECKSUM].ne(both[f"{CHECKSUM} now"])
    spelled = {(code.id, label) for code in codebook.codes for label in (code.label, *code.also)}
    label = ~pd.Series([*zip(then["code"], then["label"], strict=True)], then.index, dtype=object).isin(spelled)
    then["since"] = np.select([~then["code"].isin(now.index), label, other], ["gone", "label", "other"], default="")
    more_rows = now.loc[added].reset_index().assign(since="added")
    spreadsheet.write(pd.concat([then, more_rows], ignore_index=True), place / CODES)


def _coded_again(place: Path, known: pd.DataFrame, key: pd.DataFrame) -> pd.DataFrame:
    """The key with what the machine says now: its rules may be others than those that strata were made by."""
    again = known.drop(columns=[name for name in known if str(name).startswith("score:")])
    for name in (str(name) for name in key):
        if name.startswith("score:") or name.startswith("machine:") and name in known:
            again[name] = key[name]
    again["in_sample"] = key["in_sample"]
    if not again.equals(known):
        spreadsheet.write(again, place / KEY)
    return again


def refuse_coders(coders: list[str]) -> None:
    """Raise ParamError for names that no files of their own, or none on every system, can have, and for taken ones."""
    named = all(_NAME.fullmatch(name) and len(name.encode()) <= _LONGEST_NAME for name in coders)
    if not coders or not named or len({*map(folded, coders)}) < len(coders):
        raise ParamError(
            f"coders are names of letters, digits, _ and -, of at most {_LONGEST_NAME} bytes, each once whatever its "
            f"case and width; not {coders}"
        )
    taken = [name for name in coders if folded(name) in (MACHINE, ADJUDICATOR, DECISION)]
    if taken:
        raise ParamError(f"the coders {taken} have names of the toolkit's own; give them others")


def _adjudication(
    place: Path, names: pd.Series, texts: pd.DataFrame, codebook: Any, disagreed: pd.DataFrame, seed: int, made: str
) -> None:
    """The sheet of who decides, of units that stand in none that is there, with what coders said under other names."""
    there = sorted(place.glob(f"coding_{ADJUDICATOR}*.xlsx"))
    given = {unit for path in there for unit in _units_of(path)}
    rows = disagreed[~disagreed["unit"].isin(given)].drop(columns=DECISION, errors="ignore")
    if rows.empty:
        return
    key = _blinded(rows, len(there) + seed)
    long = rows.melt(["unit", "code"], var_name="coder", value_name="value").dropna(subset="value").merge(key)
    long = long.sort_values(["unit", "shown"], kind="stable")
    said = long["shown"].str.cat(long["value"].astype("str"), sep=" ").groupby([long["unit"], long["code"]], sort=False)
    told = said.agg(", ".join).reset_index(name="said")
    told = told["code"].str.cat(told["said"], sep=": ").groupby(told["unit"]).agg("; ".join)
    at = np.flatnonzero(names.isin(told.index))
    units = list(zip(names.iloc[at], texts.iloc[at, 0], texts.iloc[at, 1], strict=True))
    more = f".{len(there) + 1}" if there else ""
    _excel(place / f"coding_{ADJUDICATOR}{more}.xlsx", units, codebook, ADJUDICATOR, made, [*told[names.iloc[at]]])
    before = (
        spreadsheet.read(place / BLINDED, dtype=str, keep_default_na=False) if (place / BLINDED).is_file() else key[:0]
    )
    spreadsheet.write(pd.concat([before, key], ignore_index=True), place / BLINDED)


def _blinded(rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    """A letter for each coder of a unit, in another order for each unit, and of no coder's name."""
    coders = [name for name in rows if name not in ("unit", "code")]
    taken = {folded(str(name)) for name in coders}
    free = [letter for letter in map(chr, range(ord("A"), ord("Z") + 1)) if letter.lower() not in taken]
    letters = [*free, *(f"{first}{second}" for first in free for second in free)][: len(coders)]
    rng, units = np.random.default_rng([seed, 2]), rows["unit"].unique()
    drawn = rng.permuted(np.tile(letters, (len(units), 1)), axis=1)
    return pd.DataFrame(
        {"unit": np.repeat(units, len(coders)), "shown": drawn.ravel(), "coder": np.tile(coders, len(units))}
    )


def _units_of(path: Path) -> list[str]:
    """The units of a sheet."""
    rows = page(path, "coding")[1].iter_rows(max_col=1, min_row=2, values_only=True)
    return [str(row[0]) for row in rows if row[0]]


def _sample(
    codes: Any,
    by: list[str] | None,
    n: int,
    seed: int,
    known: pd.DataFrame | None = None,
    drawn_from: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The key without units, headline and text of each, and the stratum of every article.

    Strata are those of ``drawn_from`` where there is a sample, ``known``, whatever the rules say now. A larger
    ``n`` has the rows of a smaller one first: of each stratum one unit at random, of each another, and so on.
    """
    articles, units = codes.articles, codes.units
    by = [name for name in ("outlet", "year") if name in articles] if by is None else by
    strange = [name for name in by if name not in articles]
    if strange:
        raise TableError(f"by names {strange}, which the articles lack; they have {list(map(str, articles.columns))}")
    at = pd.Index(articles["article_id"].astype("str")).get_indexer(units["article_id"].astype("str"))
    frame = units.assign(**{name: articles[name].iloc[at].astype("str").array for name in by})
    own = units["article_id"].astype("str")
    copies = articles["cluster_id"].iloc[at].reset_index(drop=True) if "cluster_id" in articles else own
    frame["cluster"] = tables.numbered(copies, own)
    names = [code.id for code in codes.codebook.codes]
    has = pd.DataFrame(codes.has, columns=codes.names).reindex(columns=names, fill_value=False)
    ordered = has[has.sum().sort_values(kind="stable").index]
    frame["machine_code"] = np.where(ordered.any(axis=1), ordered.idxmax(axis=1), NONE)
    if known is not None and drawn_from is not None:
        _recorded(frame, by, known, drawn_from)
    stratum = frame.groupby([*by, "machine_code"], observed=True, dropna=False).ngroup().to_numpy()
    size = np.bincount(stratum)
    if n < len(size):
        raise TableError(
            f"{n} units for {len(size)} strata of {[*by, 'machine_code']}; ask for more, or name fewer in by"
        )
    shuffled = np.random.default_rng([seed, 0]).permutation(len(frame))
    rank = pd.Series(stratum[shuffled]).groupby(stratum[shuffled]).cumcount().to_numpy()
    rows = shuffled[np.lexsort((stratum[shuffled], rank))[:n]]
    take = np.bincount(stratum[rows], minlength=len(size))
    key = frame.iloc[rows].reset_index(drop=True)
    key["probability"] = (take / size)[stratum[rows]]
    for name in names:
        key[f"machine:{name}"] = has[name].to_numpy()[rows]
    if codes.scores is not None:
        for name in codes.scores:
            key[f"score:{name}"] = codes.scores[name].to_numpy()[rows]
    key["in_sample"], key["exclusive"] = codes.in_sample, codes.codebook.exclusive
    drawn_from = frame[["article_id", *(name for name in _PARTS if name in frame)]].assign(
        stratum=stratum, probability=(take / size)[stratum]
    )
    return key, _texts(codes, at, rows), drawn_from


def _recorded(frame: pd.DataFrame, by: list[str], known: pd.DataFrame, drawn_from: pd.DataFrame) -> None:
    """Give each unit, in place, the machine's code that its stratum was made by, where strata were made by these."""
    if len(drawn_from) != len(frame) or not {*by} <= {*known}:
        return
    stratum = drawn_from.set_index(_names_of(drawn_from))["stratum"]
    own = stratum.reindex(_names_of(frame))
    then = known.assign(stratum=stratum.reindex(_names_of(known)).array)
    code = then.drop_duplicates("stratum").set_index("stratum")["machine_code"]
    same = then["machine_code"].eq(then["stratum"].map(code)).all() and own.isin(code.index).all()
    if same:
        frame["machine_code"] = own.map(code).array


def _texts(codes: Any, at: np.ndarray, rows: np.ndarray) -> pd.DataFrame:
    source = codes.articles.iloc[at[rows]].reset_index(drop=True)
    empty = pd.Series("", index=source.index)
    headline, text = (source.get(name, empty).fillna("").astype("str") for name in ("headline", "text"))
    if codes.unit != "article":
        text = pd.Series(codes.places.texts(rows), dtype="str")
        headline = headline.where(headline.str.strip() != text, "")  # a headline that is the unit stands there once
    return pd.DataFrame({"headline": headline, "text": text})


def _inert(text: str) -> str:
    return _CONTROL.sub("", text)


def _checksum(headline: str, text: str) -> str:
    """Of a unit's text, or its headline where it has none; spaces and width, which programs change, do not matter."""
    text = text.replace("_x000D_", "")  # a line end, as Excel keeps it
    shown = unicodedata.normalize("NFKC", _inert(text[:_LONGEST].strip() or headline))
    return provenance.of_data("".join(shown.split()))


def _misplaced(unit: str, headline: str, text: str, units: dict[str, str]) -> Message | None:
    """What is said where the text beside ``unit`` is another's; ``units`` are all with their checksums.

    Programs have headline and text in one: then the text may begin behind any of the first lines.
    """
    if not units.get(unit) or not (headline + text).strip():
        return None
    lines = [] if headline else text.split("\n")
    ways = {_checksum(headline, text), *(_checksum("", "\n".join(lines[i:])) for i in range(1, min(len(lines), 5)))}
    if units[unit] in ways:
        return None
    other = next((name for name, own in units.items() if own in ways), "")
    if not other and not text.strip():  # a headline alone, whose text somebody took out
        return None
    return Message(_MOVED, {"unit": unit, "other": other}) if other else Message(_FOREIGN, {"unit": unit})


def _of_cell(text: str) -> str:
    """A text as a cell of Excel holds it, and a sign where it is longer."""
    return f"{text[:_LONGEST]}\n{_CUT_HERE}" if len(text) > _LONGEST else text


def _excel(path: Path, units: list, codebook: Any, coder: str, made: str, comments: list | None = None) -> None:
    """A row per unit, a drop-down per code; text is text whatever it begins with."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    page: Any = book.active
    page.title = "coding"
    columns = ["code"] if codebook.exclusive else [code.id for code in codebook.codes]
    head = ["unit", "headline", "text", *columns, "comment"]
    rows = [head, *([unit, headline, _of_cell(text)] for unit, headline, text in units)]
    if comments is not None:  # in a column of its own, which is not read as a comment of who decides
        head.append(_SAID_BEFORE)
    for row, comment in zip(rows[1:], comments or (), strict=False):
        row += [""] * (len(columns) + 1) + [comment]
    for r, row in enumerate(rows, start=1):
        for c, value in enumerate(row, start=1):
            cell = page.cell(r, c)
            cell.value = _inert(value) or None
            cell.data_type = "s" if value else "n"  # a text that begins with = is no formula
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
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for column in "BDEFG":
        about.column_dimensions[column].width = 40
    allowed = f"=codebook!$A$2:$A${len(told)}" if codebook.exclusive else '"0,1"'
    how = "one of the codes" if codebook.exclusive else "1: there / ある   0: not / ない   blank: not coded / 未コード"
    check = DataValidation(type="list", formula1=allowed, allow_blank=True, showErrorMessage=True, prompt=how,
                           showInputMessage=True)  # fmt: skip
    page.add_data_validation(check)
    if units:
        check.add(f"{page.cell(2, 4).coordinate}:{page.cell(len(rows), 3 + len(columns)).coordinate}")
    hidden = book.create_sheet("about")
    hidden.sheet_state = "hidden"
    for row in (("coder", coder), ("sheet", made), ("codebook", f"{codebook.name} {codebook.version}")):
        hidden.append(row)
        hidden.cell(hidden.max_row, 2).data_type = "s"
    book.save(path)


def _page(path: Path, units: list, codebook: Any, coder: str, made: str) -> None:
    codes = [{"id": c.id, "label": c.label, "texts": c.texts} for c in codebook.codes]
    data = {
        "coder": coder,
        "file": f"{path.stem}.json",
        "sheet": made,
        "exclusive": codebook.exclusive,
        "codes": codes,
        "units": units,
    }
    written = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")
    template = resources.files("framing.reliability").joinpath("page.html").read_text(encoding="utf-8")
    shown = " ".join(headline + text for _, headline, text in units)
    language = "ja" if re.search("[ぁ-ヺ]", shown) else "ko" if re.search("[가-힣]", shown) else "en"  # of the glyphs
    template = template.replace('lang="en"', f'lang="{language}"')
    path.write_text(template.replace("__DATA__", _inert(written)), encoding="utf-8")


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
    key = _key(place)
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
    given = _coders_of(key)
    units = _checksums(key)
    for path in sorted(place.iterdir()):
        suffix = path.suffix.casefold()
        if path.name.startswith(("~", ".", KEY, FRAME, CODES, BLINDED)):
            continue
        if suffix not in _READ:
            if suffix in _UNREAD:
                faults.append((path.name, "", Message(_KIND, {"kind": suffix})))
            elif path.is_dir() and path.name != TOOLS and not (path / KEY).is_file() and _holds_sheets(path):
                faults.append((path.name, "", _FOLDER))
            continue
        before = len(cells) + len(faults)
        try:
            if suffix == ".xlsx":
                _of_excel(path, names, units, given, made, cells, comments, faults)
            elif suffix != ".json" or not _of_page(path, names, {*units}, made, cells, comments, faults):
                _of_program(path, names, key, exclusive, named, cells, comments, faults)
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
        values = {"coder": row.coder, "unit": row.unit, "code": _called(row.code, names)}
        faults.append((row.file, row.cell, Message(_TWICE, values)))
    people = people[~twice].drop(columns=["file", "cell"])
    faults += [(KEY, unit, Message(_CUT, {"n": _LONGEST})) for unit in key.loc[_cut(key), "unit"]]
    faults += _left(key, people, {"code": "code"} if exclusive else names)
    parts = [_by_machine(MACHINE, key["unit"], of_machine, scores, key.get("in_sample", False), exclusive)]
    for each in (each for each in machines if not isinstance(each, str)):
        kind = next((name for name in _PARTS if name in key), "article")
        own = _names_of(each.units)
        if each.unit != kind or own.has_duplicates:
            raise TableError(f"the codes of {each.coder!r} are not of those of the sheets; code with unit={kind!r}")
        at = own.get_indexer(_names_of(key))
        there, has = at >= 0, pd.DataFrame(each.has, columns=each.names)
        score = has[[]] if each.scores is None else each.scores
        own = (table.iloc[at[there]] for table in (has, score))
        parts.append(_by_machine(each.coder, key["unit"][there], *own, each.in_sample, exclusive))
    coders = [part["coder"].iloc[0] for part in parts if len(part)]
    if len({*coders}) < len(coders) or {*coders} & {*people["coder"]}:
        raise TableError(f"the machines {coders} need names of their own, and other than those of people")
    of = key.drop(columns=[*marks, "coders", *({"in_sample", "exclusive", "sheet", CHECKSUM, CUT} & {*key})])
    frame = _frame(place)
    if frame is not None and "stratum" not in of:
        stratum = frame.set_index(_names_of(frame))["stratum"]
        of["stratum"] = stratum[~stratum.index.duplicated()].reindex(_names_of(key)).array
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


def _renamed(names: dict[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """Codes of the sheets that another codebook has under another id, of its label or id; one is one."""
    known = by_name(labels) if labels else {}
    other = {code: known.get(folded(code)) or known.get(folded(label)) or code for code, label in names.items()}
    n = [*other.values()]
    return {code: name for code, name in other.items() if name != code and n.count(name) == 1}


def _awaited(place: Path, there: set[str], named: dict[str, str], given: set[str]) -> list[str]:
    """Machines of which no file is there yet; none where a coder who is not known may be one of them."""
    if there - named.keys() - {*map(folded, (*given, ADJUDICATOR))}:
        return []
    files = [folded(path.stem) for path in place.iterdir()]
    return [name for key, name in named.items() if key not in there and not any(key in file for file in files)]


def _holds_sheets(folder: Path) -> bool:
    return any(path.suffix.casefold() in _READ for path in folder.iterdir())


def _checksums(key: pd.DataFrame) -> dict[str, str]:
    """Each unit with the checksum of its text; empty in a key that has none."""
    return dict(zip(key["unit"], key.get(CHECKSUM, [""] * len(key)), strict=True))


def _cut(key: pd.DataFrame) -> pd.Series:
    return key[CUT].astype("str").str.casefold().eq("true") if CUT in key else pd.Series(False, index=key.index)


def _names_of(units: pd.DataFrame) -> pd.Index:
    """The article of each unit, and which of its paragraphs or sentences."""
    ids, parts = units["article_id"].astype("str"), [units[name].astype("str") for name in _PARTS if name in units]
    return pd.Index(ids.str.cat(parts, sep="\n") if parts else ids)


def _coders_of(key: pd.DataFrame) -> set[str]:
    """Whom the sheets were made for."""
    return {name for row in key["coders"] for name in str(row).split()}


def _left(key: pd.DataFrame, people: pd.DataFrame, codes: dict[str, str]) -> list[tuple]:
    """What coders were given and have not coded: an outlet that one leaves out is coded by fewer than the others."""
    faults = []
    place = key["outlet"] if "outlet" in key else pd.Series("", index=key.index)
    for coder in sorted(_coders_of(key)) if len(people) else ():
        given = key.loc[[coder in str(row).split() for row in key["coders"]], "unit"]
        said = people[people["coder"] == coder]
        lost = {code: given[~given.isin(said.loc[said["code"] == code, "unit"])] for code in codes}
        told = [(_called(code, codes), n, (place[given.index] == name).sum(), name) for code, units in lost.items()
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


def _called(code: str, labels: dict[str, str]) -> str:
    """A code as tables name it, and as it stands on the sheets."""
    return f"{labels[code]} ({code})" if labels.get(code, code) != code else repr(code)


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


def _of_program(
    path: Path, names: dict[str, str], key: pd.DataFrame, exclusive: bool, named: dict[str, str], cells: list,
    comments: list, faults: list,
) -> None:  # fmt: skip
    """What Label Studio, doccano or ActiveTigger exported; a unit that was coded lacks the codes not said of it."""
    given = _coders_of(key)
    stem = re.sub(r"(\.\d+)?(\.(labelstudio|doccano|activetigger))?$", "", path.stem.removeprefix("coding_"))
    written, stem = stem, stem if folded(stem) in named else _of_name(stem, given)
    faults.extend(_taken_for(path, written, stem))
    found, rest, strange, wrong = read_file(path, names, machine=folded(stem) in named)
    of_machine = tuple(str(name) for name in rest.columns[2:] if folded(str(name)) in ("model", "prompt"))
    if of_machine and named.keys().isdisjoint(map(folded, {stem, *rest["coder"]})):
        faults.append((path.name, "", Message(_MACHINE, {"columns": of_machine, "name": repr(stem)})))
        return
    for at, why in wrong:
        if isinstance(why, Message) and why.text == NEVER.text:
            faults.append((path.name, "", Message(UNNAMED.text, {"file": path.name, **why.values})))
        elif getattr(why, "text", "") != EMPTY_IS_NONE.text:
            faults.append((path.name, at, why))
    by_id = pd.Series(key["unit"].to_numpy(), index=key["article_id"].to_numpy())
    # an article of which parts are coded is none of them
    whole = ~by_id.index.duplicated(keep=False) & {*_PARTS}.isdisjoint(key)
    known = {unit: unit for unit in key["unit"]} | by_id[whole].to_dict()
    for unit, told, place in _elsewhere(path, known, _checksums(key)):
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
        faults.append((path.name, row.place, Message(_NO_CODE, {"code": repr(row.code), "codes": tuple(names)})))
    found = found[found["id"].isin(known) & found["code"].isin([*names, NONE])]
    if strange:
        faults.append((path.name, "", Message(_COLUMNS, {"columns": tuple(map(repr, strange))})))
    for name in (name for name in rest.columns[2:] if folded(str(name)) in COMMENTS):
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
        headline, text = (str(data.get(name) or "").strip() for name in _SHOWN)
        if (headline or text) and unit in known:
            told, n = _misplaced(known[unit], headline, text, units), n + 1
            found += [(unit, told, place, "?" in headline + text)] if told else []
    return [(unit, told, place) for unit, told, place, unsure in found
            if not unsure or len(found) == n or told.text != _FOREIGN.text]  # fmt: skip


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


def _labels(place: Path, codes: list[str], faults: list) -> dict[str, str]:
    """Each code with its label; what the codebook has other than the sheets is no fault, and said."""
    there = (place / CODES).is_file()
    table = spreadsheet.read(place / CODES, dtype=str, keep_default_na=False) if there else pd.DataFrame()
    for since, codes_of in table.groupby("since")["code"] if {"code", "since"} <= {*table} else ():
        if since in VERSIONS:
            faults.append((CODES, "", Message(VERSIONS[str(since)].text, {"codes": tuple(codes_of)})))
    labels = dict(zip(table["code"], table["label"], strict=True)) if {"code", "label"} <= {*table} else {}
    return {code: labels.get(code, code) for code in codes}


def _key(place: Path) -> pd.DataFrame:
    try:
        text: Any = dict.fromkeys(("unit", "article_id", "coders", "machine_code", "outlet", "sheet", CHECKSUM), str)
        missing = {name: [""] for name in pd.read_csv(place / KEY, nrows=0, encoding="utf-8-sig") if name not in text}
        key = spreadsheet.read(place / KEY, dtype=text, keep_default_na=False, na_values=missing)
    except (ValueError, OSError) as error:
        raise SourceError(f"{place / KEY} is not the table that reliability.sheet wrote: {error}") from None
    lost = [name for name in ("unit", "coders", "article_id", "machine_code") if name not in key]
    if lost or key["unit"].eq("").any() or key["unit"].duplicated().any():
        why = f"it has no column {lost}" if lost else "each row names a unit of its own"
        raise SourceError(f"{place / KEY} is not the table that reliability.sheet wrote: {why}")
    return key


def _frame(place: Path) -> pd.DataFrame | None:
    if not (place / FRAME).is_file():
        return None
    try:
        table = spreadsheet.read(place / FRAME, dtype={"article_id": str}, keep_default_na=False)
        columns = ["article_id", *(name for name in _PARTS if name in table), "stratum", "probability"]
        return table[columns].astype({"stratum": int, "probability": float})
    except (ValueError, KeyError, OSError) as error:
        raise SourceError(f"{place / FRAME} is not the table that reliability.sheet wrote: {error}") from None


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
                   {"value": repr(value), "code": _called(code, names), "allowed": allowed})  # fmt: skip


def _refuse_other(written: Any, made: set[str]) -> None:
    """Raise SourceError for a sheet of other units: those of every sample are numbered alike."""
    if made and written and str(written) not in made:
        told = "it is a sheet of another sample, of other articles; put it into the folder of that sample"
        raise SourceError(mark(told))


def _of_excel(
    path: Path, names: dict[str, str], units: dict[str, str], given: set[str], made: set[str], cells: list,
    comments: list, faults: list,
) -> None:  # fmt: skip
    book, coding = page(path, "coding")
    about = dict(book["about"].iter_rows(max_col=2, values_only=True)) if "about" in book.sheetnames else {}
    _refuse_other(about.get("sheet"), made)
    named = _of_name(path.stem.removeprefix("coding_"), given)
    coder = _coder(about.get("coder") or named)
    faults.extend([] if about.get("coder") else _taken_for(path, path.stem.removeprefix("coding_"), named))
    if named in given and folded(named) != folded(coder):
        faults.append((path.name, "", Message(_RENAMED, {"named": named, "coder": coder})))
    by_key = by_name(names)
    written = ["" if cell.value is None else str(cell.value).strip() for cell in coding[1]]
    written = [by_key.get(folded(name), name) for name in written]
    head = {name: number for number, name in enumerate(written, start=1)}
    known = ["code"] if "code" in head else [*names]
    refuse_twice(name for name in written if name in ("unit", "comment", *known))
    if "unit" not in head:
        raise SourceError(mark("the first row of 'coding' has no column 'unit'; write it above the units (u00001, …)"))
    lost = tuple(_called(name, names) for name in known if name not in head)
    if lost:
        faults.append((path.name, "row 1", Message("no column for {lost}; the others are read", {"lost": lost})))
    strange = tuple(repr(name) for name in head if name and name not in (*known, *_GIVEN_OUT))
    if strange:
        faults.append((path.name, "row 1", Message(_COLUMNS, {"columns": strange})))
    columns = {head[name] for name in known if name in head}
    faults += [(path.name, str(merged.coord), _MERGED) for merged in coding.merged_cells.ranges
               if merged.max_row > 1 and not columns.isdisjoint(range(merged.min_col, merged.max_col + 1))]  # fmt: skip
    for other in book.worksheets:
        if other.title not in ("coding", "codebook", "about") and folded(str(other["A1"].value)) == "unit":
            faults.append((path.name, "", Message(_PAGE, {"title": repr(other.title)})))
    for row in coding.iter_rows(min_row=2):
        unit = str(row[head["unit"] - 1].value or "").strip()
        said = {name: row[head[name] - 1] for name in [*known, "comment"] if name in head}
        filled = {name: cell for name, cell in said.items() if str(cell.value or cell.value == 0 or "").strip()}
        if unit not in units:
            if unit or filled:
                faults.append((path.name, row[head["unit"] - 1].coordinate, Message(_NO_UNIT, {"unit": repr(unit)})))
            continue
        beside = (str(row[head[name] - 1].value or "") if name in head else "" for name in _SHOWN)
        if filled and (told := _misplaced(unit, *beside, units)):
            faults.append((path.name, row[head["unit"] - 1].coordinate, told))
            continue
        for name, cell in filled.items():
            if cell.data_type == "f":
                told = Message("a formula, {formula}; write the value", {"formula": repr(cell.value)})
                faults.append((path.name, cell.coordinate, told))
            elif name == "comment":
                comments.append((unit, coder, str(cell.value)))
            else:
                value = _allowed(cell.value, name, names)
                if value is None:
                    faults.append((path.name, cell.coordinate, _refused(cell.value, name, names)))
                else:
                    cells.append((unit, coder, name, value, path.name, cell.coordinate))


def _of_page(
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
