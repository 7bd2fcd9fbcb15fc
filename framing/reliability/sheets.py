"""Sheets for coders: a probability sample of units, blinded, in Excel and as a page."""

import json
import re
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing import provenance, tables
from framing.codings import (
    ADJUDICATOR,
    NONE,
    folded,
    page,
    refuse_taken,
    write_units,
)
from framing.errors import ParamError, TableError
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
    SAID_BEFORE,
    TOOLS,
    checksum,
    coders_of,
    inert,
    names_of,
    read_frame,
    read_key,
)
from framing.tables import spreadsheet

_NAME = re.compile(r"[\w\-]+")
_LONGEST_NAME = 100
_GIVEN = ["unit", "overlap", "coders", "sheet"]
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
    known = read_key(place) if (place / KEY).is_file() else pd.DataFrame(columns=["article_id", *_GIVEN])
    key, texts, frame = _sample(codes, by, n, seed, known, read_frame(place) if len(known) else None)
    given = known.reindex(columns=_GIVEN).astype({"overlap": bool})
    there, more = len(given), len(key) - len(given)
    shared = (len(key) if overlap is None else min(overlap, len(key))) - int(given["overlap"].sum())
    at = names_of(key).get_indexer(names_of(known))
    same = sorted(at) == [*range(there)] and 0 <= shared <= more
    if there and not (same and coders_of(known) == {*coders}):
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
    new["sheet"] = made = provenance.of_data([codes.codebook.checksum, seed, *names_of(key)[there:]])
    given = pd.concat([given, new], ignore_index=True) if there else new
    key.insert(0, "unit", given["unit"])
    key[_GIVEN[1:]] = given[_GIVEN[1:]]
    key[CHECKSUM] = [checksum(*row) for row in texts.itertuples(index=False)]
    if (long := texts["text"].str.len().gt(LONGEST)).any():
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
    also = codebook.labels.also
    rows = [(code.id, code.label, BETWEEN.join(also[code.id]), provenance.of_data(repr([*code.texts.values()])))
            for code in codebook.codes]  # fmt: skip
    return pd.DataFrame(rows, columns=["code", "label", "also", CHECKSUM])


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
    then["also"] = both["also now"].fillna(then.get("also", ""))
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
    if isinstance(coders, str):
        raise ParamError(f"coders is a list of names, not the text {coders!r}; write [{coders!r}] for one")
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
    drawn_from = frame[["article_id", *(name for name in PARTS if name in frame)]].assign(
        stratum=stratum, probability=(take / size)[stratum]
    )
    return key, _texts(codes, at, rows), drawn_from


def _recorded(frame: pd.DataFrame, by: list[str], known: pd.DataFrame, drawn_from: pd.DataFrame) -> None:
    """Give each unit, in place, the machine's code that its stratum was made by, where strata were made by these."""
    if len(drawn_from) != len(frame) or not {*by} <= {*known}:
        return
    stratum = drawn_from.set_index(names_of(drawn_from))["stratum"]
    own = stratum.reindex(names_of(frame))
    then = known.assign(stratum=stratum.reindex(names_of(known)).array)
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


def _of_cell(text: str) -> str:
    """A text as a cell of Excel holds it, and a sign where it is longer."""
    return f"{text[:LONGEST]}\n{_CUT_HERE}" if len(text) > LONGEST else text


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
        head.append(SAID_BEFORE)
    for row, comment in zip(rows[1:], comments or (), strict=False):
        row += [""] * (len(columns) + 1) + [comment]
    for r, row in enumerate(rows, start=1):
        for c, value in enumerate(row, start=1):
            cell = page.cell(r, c)
            cell.value = inert(value) or None
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
            cell.value, cell.data_type = inert(str(value)), "s"
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
    path.write_text(template.replace("__DATA__", inert(written)), encoding="utf-8")
