"""Reading: any file, folder or archive becomes articles and rejections, and no row is lost between them."""

import difflib
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from framing import duplicates
from framing.corpus.articles import KNOWN, UNNAMED, to_articles
from framing.corpus.cells import told_by_cells
from framing.corpus.files import items
from framing.corpus.formats import SOURCES, rows_of
from framing.corpus.objects import loaded
from framing.corpus.queried import of_query
from framing.corpus.tabular import Rows, usual_names
from framing.errors import ParamError, SourceError, TableError
from framing.records import Record
from framing.tables import REJECTED

TABULAR = ("table", "excel", "parquet", "database")


@dataclass(frozen=True)
class Reading(Record):
    """What a source gave.

    Attributes
    ----------
    articles
        One row per article: the columns of :data:`framing.tables.ARTICLES`, then ``page_last page_section edition
        region section author agency url language`` where the source has them, ``n_chars`` (characters of the text),
        ``text_flag`` (``empty`` where an article has no text), ``date_precision date_evidence date_note date_flag``,
        ``note`` (what was not understood), ``source`` and ``line`` (where the row stood), and every further column
        of the source.
    rejected
        One row per row not taken: ``source``, ``line`` (from 1), ``reason``, ``record`` (the raw line, or the row's
        fields as JSON, so that the saved table can be corrected and read again).
    files
        One row per file: ``source``, ``kind``, ``encoding``, ``n_rows``, ``n_articles``, ``n_rejected``.
    """

    articles: pd.DataFrame
    rejected: pd.DataFrame
    files: pd.DataFrame

    def require(self) -> pd.DataFrame:
        """The articles, or an error that says why there are none.

        Raises
        ------
        SourceError
            No article was read.
        """
        if len(self.articles):
            return self.articles
        reasons = self.rejected["reason"].value_counts().head(3)
        why = "; ".join(f"{n} × {reason}" for reason, n in reasons.items()) or "nothing was found"
        raise SourceError(
            f"no article was read from {len(self.files)} files: {why}. "
            "Name the columns with columns={'text': '…', 'date': '…'} or the kind of source with source="
        )


def read(
    path: str | Path,
    *,
    columns: dict[str, str] | None = None,
    outlet: str | None = None,
    outlets: dict[str, str] | None = None,
    source: str = "auto",
    query: str = "",
) -> Reading:
    """Read articles from a file, a folder or an archive.

    Tables (CSV, TSV, JSON, Parquet, Excel, OpenDocument, a table of HTML saved as ``.xls``), one article per text file
    or PDF with a text layer, web pages (HTML, copied text, MHTML), feeds (RSS, Atom, JSON Feed), references (RIS,
    BibTeX), exports of 朝日 (聞蔵II, クロスサーチ), 読売 (ヨミダス), 毎日 (毎索), 日経テレコン, Factiva and Nexis
    (text, HTML, RTF, Word), records of labelled fields (ProQuest, ELNET, G-Search, Integrum, 人民日报); zip, tar, gzip,
    xz, bzip2.
    The delimiter is found out, and so is the encoding: the one that a page declares, else UTF-8, UTF-16, CP932,
    EUC-JP, ISO-2022-JP, CP949, GB18030, Big5, Windows-1251, KOI8-R or Windows-1252, line by line where a file is put
    together; a row that fits none is rejected with its line, and a file that nothing claims with what it looks like.

    Parameters
    ----------
    path
        File, folder (read with all folders in it) or archive.
    columns
        Our column → the table's column, for example ``{"text": "body", "date": "published_on"}``. Columns with a usual
        name (:data:`framing.corpus.ALIASES`) are found without.
    outlet
        Outlet of the articles that name none. (A database export that holds one paper names it itself; a layout that
        every newspaper uses names none, and without ``outlet`` its articles are rejected.)
    outlets
        Names of one newspaper: a name as it is printed → the one it gets, for example ``{"The Guardian (London)":
        "The Guardian"}``; ``note`` keeps the printed one. (Names that differ in width, capitals, spaces, signs and 社
        only are one without.)
    source
        ``auto``, ``table``, ``text`` (one article per file), ``page``, ``feed``, ``ris``, ``asahi``, ``yomiuri``,
        ``mainichi``, ``factiva``, ``nexis``, ``labelled`` (records of labelled fields: ProQuest, ELNET, Integrum …),
        ``japanese`` (header lines of any Japanese newspaper; what they do not name, ``outlet`` must) or ``duckdb`` (a
        database of DuckDB or SQLite, or a Parquet file, that ``query`` is put to).
    query
        One SELECT, for ``source="duckdb"``; its columns are read as those of any table. A Parquet file is ``articles``.
        The file is opened read-only, and nothing else can be reached from the query.

    Returns
    -------
    Reading
        ``articles``, ``rejected`` and ``files``; every row of the source is in one of the first two.

    Raises
    ------
    SourceError
        Nothing is at ``path``, or ``source`` is none of the kinds.
    TableError
        A column named in ``columns`` is in none of the tables.
    ParamError
        ``outlets`` names one that no article has, or ``query`` is not one SELECT that the database takes; the message
        lists what there is.

    Notes
    -----
    Bytes that are no article never raise: they are rejected with a reason.

    A repeated ``article_id`` is kept once, the first time; the others are rejected, and the reason says whether the
    text is the same. An article without an id is given one made from its outlet, date, page, headline and text, so it
    is the same in every run; rows that agree in all of these are numbered (``-2``), except in a database export,
    where they are one article downloaded twice and the second is rejected. Where sources of two kinds (two databases)
    have one article (outlet, day, four fifths of the text), the record with more fields is kept and the other rejected.
    An article without text is kept with ``text_flag`` ``empty``: dropping it would change the denominators.

    A text file is an article: address, date and headline where its first three lines are these, else its first line
    is the headline (if it is short and no sentence); a text with lines that are a web page's furniture goes through
    :func:`framing.web.extract`. Its folder is its outlet where files lie in several folders (a year is none), as the
    name of a sheet is where it is a newspaper's; else a newspaper in the file's name, if every such name has one
    (``note`` says so). Merged cells stand for each of their rows, and HTML in a table's texts is read as paragraphs.
    Where articles of such files print no day, it is that of the file's name (``2024-05-01_asahi.txt``), if every such
    name has one, not all have the same, and no article that prints its day contradicts its name; ``date_note`` says so,
    or why it is not.
    """
    if source not in SOURCES:
        near = difflib.get_close_matches(source, SOURCES, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise SourceError(f"source {source!r} is unknown{hint} It is one of {list(SOURCES)}")
    _check_names("columns", columns, "{'text': 'body'}")
    _check_names("outlets", outlets, "{'The Guardian (London)': 'The Guardian'}")
    if query and source != "duckdb":
        raise ParamError(f"query is for source='duckdb', and source is {source!r}")
    if source == "duckdb":
        read_files = [(Path(path).name, of_query(Path(path), query))]
    else:
        read_files = [(item.name, rows_of(item, source)) for item in items(path)]
    named = [_named(name, rows, columns or {}) for name, rows in read_files]
    _refuse_absent(columns or {}, read_files)
    raw = _stacked([rows for rows, _ in named])
    made, faults = to_articles(raw, outlet, outlets or {})
    made, twice = _once(made, {name: rows.kind for name, rows in read_files})
    refused = [one for _, some in named for one in some] + twice
    rejected = pd.DataFrame(refused, columns=list(REJECTED.columns))
    rejected = _typed(pd.concat([rejected, faults], ignore_index=True) if len(faults) else rejected)
    return Reading(made, rejected, _files(read_files, made, rejected))


def _once(articles: pd.DataFrame, kinds: dict[str, str]) -> tuple[pd.DataFrame, list[dict]]:
    """Each article once where two kinds of source have it: the record that says more is kept, the other rejected."""
    kind = articles["source"].map(kinds)
    day = articles["date"].where(articles["date_precision"].eq("day"))
    solid = articles["outlet"].ne(UNNAMED) & day.notna() & articles["text_flag"].eq("")
    place = [articles["outlet"].where(solid), day]
    met = kind.groupby(place).transform("nunique").gt(1) & solid
    if not met.any():
        return articles, []
    alike = duplicates.clusters(articles[met], window_days=0).set_axis(articles.index[met])["cluster_id"]
    group = [articles.loc[met, "outlet"], day[met], alike]
    said = (articles.notna() & articles.ne("")).sum(axis=1)[met] * 10**7 + articles.loc[met, "n_chars"]
    best = said.groupby(group).transform("idxmax")
    gone = kind[met].ne(best.map(kind))
    lost = articles.loc[gone.index[gone]]
    kept = articles.loc[best[gone].tolist(), ["source", "line"]]
    reasons = [
        f"the same article (outlet, date, text) as in {source}, line {line}, which says more of it"
        for source, line in kept.itertuples(index=False)
    ]
    rejected = _as_rejected(lost.rename(columns={"line": "_line"}), lost["source"].tolist(), reasons)
    return articles.drop(index=lost.index).reset_index(drop=True), rejected


def columns_of(path: str | Path) -> dict[str, list[str]]:
    """The columns of each table at ``path``, in their order; none where there is no table (text, pages, exports).

    Raises
    ------
    SourceError
        Nothing is at ``path``.
    """
    read_files = ((item.name, rows_of(item, "auto")) for item in items(path))
    tables = ((name, rows.frame) for name, rows in read_files if rows.kind in TABULAR and len(rows.frame.columns))
    return {name: [str(one) for one in frame.columns if not str(one).startswith("_")] for name, frame in tables}


def _check_names(what: str, names: object, example: str) -> None:
    if names is None:
        return
    if not isinstance(names, dict) or not all(isinstance(one, str) and one for pair in names.items() for one in pair):
        raise TableError(f"{what} maps names to names, as in {example}; it is {names!r}")


def _directed(columns: dict[str, str], there: list[str]) -> dict[str, str]:
    """The mapping as ours → theirs; the other way round is understood where only that can be meant."""
    return dict(
        (theirs, ours) if theirs not in there and ours in there and theirs in KNOWN else (ours, theirs)
        for ours, theirs in columns.items()
    )


def _stacked(parts: list[pd.DataFrame | list[dict]]) -> pd.DataFrame:
    """All rows in their order; records of many small files become one frame, not one each."""
    frames: list[pd.DataFrame] = []
    kinds = itertools.groupby((part for part in parts if len(part)), key=lambda part: isinstance(part, list))
    for are_records, group in kinds:
        run: list[Any] = list(group)
        frames += [pd.DataFrame([one for part in run for one in part])] if are_records else run
    if not frames:
        return pd.DataFrame(columns=["_source", "_line", "_kind"])
    return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0].reset_index(drop=True)


def _named(name: str, rows: Rows, columns: dict[str, str]) -> tuple[pd.DataFrame | list[dict], list[dict]]:
    """The rows under our column names; a table without text and headline is rejected row by row."""
    rejected = [{"source": name, **one} for one in rows.rejected]
    if rows.records:
        return [{**one, "_source": name, "_kind": rows.kind} for one in rows.records], rejected
    frame = rows.frame
    if not len(frame):
        return frame, rejected
    if {"reason", "record", "source", "line"} == set(frame.columns) - {"_line"}:
        frame = _again(frame)
    if rows.kind in TABULAR:
        there = [column for column in frame.columns if not column.startswith("_")]
        mapping = _directed(columns, there)
        absent = [value for value in mapping.values() if value not in there]
        renamed = {value: key for key, value in mapping.items() if value in there}
        fresh = frame.rename(columns={k: f"{k}.original" for k in renamed.values() if k in there and k not in renamed})
        frame = fresh.rename(columns=renamed)
        frame = frame.rename(columns={theirs: ours for ours, theirs in usual_names(list(frame.columns)).items()})
        frame = told_by_cells(frame, there, dated="date" in mapping)
        if absent or not {"text", "headline"} & set(frame.columns):
            none = "no column holds text or headline (study.open takes a table without either)"
            what = f"no column {absent}" if absent else none
            reason = f"{what}; the file has {there[:20]}; name them with columns="
            return frame.iloc[:0], rejected + _as_rejected(frame, [name] * len(frame), [reason] * len(frame))
    frame = frame.assign(_source=name, _kind=rows.kind)
    return frame, rejected


def _again(frame: pd.DataFrame) -> pd.DataFrame:
    """A table of rejections, corrected by hand: the fields of its column ``record``."""
    read = [(record, loaded(str(record))) for record in frame["record"]]
    fields = [one if isinstance(one, dict) else {"record": record} for record, one in read]
    return pd.DataFrame(fields, dtype=object).assign(_line=frame["_line"].to_numpy())


def _as_rejected(frame: pd.DataFrame, names: list[str], reasons: list[str]) -> list[dict]:
    plain = frame.drop(columns=[c for c in frame.columns if c.startswith("_")])
    records = [json.dumps(one, ensure_ascii=False, default=str) for one in plain.to_dict("records")]
    return [
        {"source": name, "line": line, "reason": reason, "record": record}
        for name, line, reason, record in zip(names, frame["_line"].tolist(), reasons, records, strict=True)
    ]


def _refuse_absent(columns: dict[str, str], read_files: list[tuple[str, Rows]]) -> None:
    tables = [rows for _, rows in read_files if rows.kind in TABULAR and len(rows.frame.columns)]
    there = sorted({str(c) for rows in tables for c in rows.frame.columns if not str(c).startswith("_")})
    if not tables:
        return
    absent = {k: v for k, v in _directed(columns, there).items() if v not in there}
    if absent:
        near = {v: difflib.get_close_matches(v, there, 1) for v in absent.values()}
        hints = "; ".join(f"did you mean {found[0]!r} for {v!r}?" for v, found in near.items() if found)
        raise TableError(
            f"columns names {sorted(absent.values())}, which no table has; there are {there}. {hints}".rstrip()
        )


def _typed(rejected: pd.DataFrame) -> pd.DataFrame:
    out = rejected[list(REJECTED.columns)].copy()
    for name in ("source", "reason", "record"):
        out[name] = out[name].fillna("").astype("str").str.replace("\0", "", regex=False)
    out["line"] = pd.to_numeric(out["line"], errors="coerce").astype("Int64")
    return out


def _files(read_files: list[tuple[str, Rows]], made: pd.DataFrame, rejected: pd.DataFrame) -> pd.DataFrame:
    taken, refused = made["source"].value_counts(), rejected["source"].value_counts()
    frame = pd.DataFrame(
        {
            "source": [name for name, _ in read_files],
            "kind": [rows.kind for _, rows in read_files],
            "encoding": [rows.encoding for _, rows in read_files],
        },
        dtype="str",
    )
    frame["n_articles"] = frame["source"].map(taken).fillna(0).astype("int64")
    frame["n_rejected"] = frame["source"].map(refused).fillna(0).astype("int64")
    frame.insert(3, "n_rows", frame["n_articles"] + frame["n_rejected"])
    return frame
