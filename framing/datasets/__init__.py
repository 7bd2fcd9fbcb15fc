"""The studies that ship, and the two that are fetched.

=================== ===========================================================================
``messages()``      messages ready for a prominence model; ``mention_rates()`` counts scaled to a year
``sample_press()``  a made-up Japanese press with planted, known differences (synthetic)
``codings(name)``   codes that several people gave the same units, of a study or a file of one's own
=================== ===========================================================================

Behind them stand ``facts.load`` (a table of facts as it is), ``articles`` (the one door to the articles of a study:
telegrams, sample, and frontpage and livedoor once ``framing fetch`` has brought them) and ``catalogue.describe`` (the
documentation, with what may not be claimed).
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from framing.codings.filling import filled
from framing.codings.naming import NONE, by_name, plain
from framing.codings.opening import records
from framing.codings.people import marked
from framing.codings.spans import BEGINS, read_spans
from framing.codings.values import are_names, as_value, folded, in_one_name
from framing.datasets import catalogue, coders, fetching, frontpage, livedoor, press, telegrams
from framing.datasets.press import sample_press
from framing.datasets.telegrams import mention_rates, messages
from framing.errors import SourceError, retired
from framing.tables import REJECTED, takes_tables

__all__ = ["codings", "mention_rates", "messages", "sample_press"]
__getattr__ = retired(__name__, {"describe": "datasets.catalogue.describe", "load": "datasets.facts.load"})


def articles(name: str, **options) -> tuple[pd.DataFrame, pd.DataFrame, dict]:
    """The articles of a study, what was not taken, and what the study is.

    Parameters
    ----------
    name
        ``telegrams``, ``sample``, ``frontpage`` or ``livedoor``.
    **options
        For ``sample`` what :func:`sample_press` takes (``n_articles``, ``seed``, ``effect``); for ``frontpage`` and
        ``livedoor`` ``folder``, where it is not in the cache; for ``telegrams`` nothing.

    Returns
    -------
    articles
        One row per article. ``telegrams`` has no text: a row is a message, ``headline`` and ``text`` are empty.
        ``frontpage`` has headlines only.
    rejected
        One row per row of the source that was not taken.
    info
        ``title``, ``synthetic``, ``text`` (``full``, ``headline`` or ``none``), ``licence``, ``citation``, ``limits``
        (sentences), ``name``.

    Raises
    ------
    SourceError
        No such study, an option it does not have, or a data set that has not been fetched yet.
    """
    info = catalogue.entry(name, "articles")
    known = {"sample": {"n_articles", "seed", "effect"}, "telegrams": set()}.get(name, {"folder"})
    if set(options) - known:
        raise SourceError(f"study {name!r} has no options {sorted(set(options) - known)}; it has {sorted(known)}")
    info = {"name": name, **info, "limits": catalogue.limits(name)}
    none = pd.DataFrame({column: pd.Series(dtype="str") for column in REJECTED.columns})
    if name == "sample":
        return press.sample_press(**options).articles, none, info
    if name == "telegrams":
        return _messages_as_articles(), none, info
    reader = {"frontpage": frontpage.read_frontpage, "livedoor": livedoor.read_livedoor}[name]
    return *reader(options.get("folder") or fetching.folder_of(name)), info


@takes_tables()
def codings(
    source: str | Path, *, articles: pd.DataFrame | None = None, machines: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Codes that several people gave the same units, for :func:`framing.reliability.agreement`.

    Parameters
    ----------
    source
        ``frontpage/nko`` (``us``, ``chn``, ``sko``): the tone of headlines on a country; ``sample/frames``: the frames
        of the made-up press, by coders who are made up as well (``sample/frames/3`` where its seed is 3);
        ``negative=cdneg_nkor``: a code, and the column of the articles that says of some whether they have it (1, 0);
        a CSV or Excel file with ``unit``, ``coder``, ``value`` and, where there are several, ``code`` (``none`` is 0 of
        each code that the coder says 1 or 0 of anywhere; where every value is 1, those of them that are not named of a
        unit are 0, with a ``note``, and codes that a coder never names are not coded by them); or spans of texts, in a
        file of Label Studio (JSON), doccano (JSONL), INCEpTION (WebAnno TSV 3, CAS JSON, the folder of its export) or a
        table with ``unit``, ``coder``, ``code``, ``start`` and ``end``.
    articles
        For ``sample/frames`` and columns.
    machines
        Coders that are machines: ``machine`` is then true of them; a file may have that column itself.
    labels
        The codes asked about, with their labels (code → label), which people may write as well.

    Returns
    -------
    DataFrame
        One row per unit, coder and code: ``unit``, ``coder``, ``code``, ``value``; of articles with ``article_id``,
        and of ``sample/frames`` with ``probability``, that of being drawn. Of spans one row per span: ``unit``,
        ``coder``, ``code``, ``start``, ``end``, ``length`` (of the text, missing where the file has none), the other
        columns of a table, and of Label Studio ``to_name`` (which of the texts of a task); a text in which a coder
        marked nothing is a row without code.

    Raises
    ------
    SourceError
        There is no such study, country, column or file, or the file lacks a column; nothing in it is about ``labels``
        and the articles, or it names other codes where some of ``labels`` have none.
    TableError
        One of ``machines`` coded nothing; or a coder says ``none`` of a unit, and a code too.
    """
    source = str(source)
    found = _codings(source, articles, labels)
    if labels is not None and {"unit", "code", "value"} <= {*found}:
        found = _named(found, labels, source)
        _refuse_useless(found, labels, articles, source)
    return marked(found, machines, source) if machines else found


def _codings(source: str, articles: pd.DataFrame | None, labels: Mapping[str, str] | None) -> pd.DataFrame:
    press = re.fullmatch(r"sample/frames(?:/(\d{1,9}))?", source)
    if articles is not None and press:
        return coders.coded(articles, seed=int(press[1] or 0))
    if articles is not None and "=" in source and not Path(source).is_file():
        return _of_column(articles, *(part.strip() for part in source.split("=", 1)))
    study, _, code = source.partition("/")
    if study == "frontpage" and code:
        table = frontpage.manual_codes(fetching.folder_of("frontpage"))
        if code not in set(table["code"]):
            raise SourceError(f"frontpage has codes of {sorted(set(table['code']))}, not of {code!r}")
        return table[table["code"] == code].reset_index(drop=True)
    path = Path(source)
    if path.is_dir():
        return read_spans(source)
    if not path.is_file():
        raise SourceError(f"there is no file of codings {source!r}; name a CSV or Excel file, or frontpage/nko")
    table, wrong = _table(path)
    table = _heads(table)
    missing = [name for name in ("unit", "coder", "value") if name not in table]
    if missing and (path.suffix.casefold() != ".csv" or {*map(folded, map(str, table))} & {*BEGINS}):
        return read_spans(source)
    if missing:
        raise SourceError(f"{source} lacks the columns {missing}; it has {list(map(str, table.columns))}")
    if wrong:
        told = "; ".join(f"{place}: {why}" for place, why in wrong[:5])
        raise SourceError(f"{len(wrong)} parts of {source} cannot be taken, {told}; mend or delete them")
    people = _of_people(table if "code" in table else table.assign(code="value"), source)
    return filled(people, labels or {}, listed=True)


_HEADS = {"コーダー": "coder", "コード": "code", "値": "value"}
_TEXTS = ("unit", "article_id", "coder", "code")


def _table(path: Path) -> tuple[pd.DataFrame, list[tuple]]:
    """A table of codings as it stands, and what of it cannot be taken; empty where the file is no table."""
    suffix = path.suffix.casefold()
    if suffix not in (".csv", ".tsv", ".xlsx"):
        return pd.DataFrame(), []
    try:
        rows, _, wrong = records(path)
    except SourceError:
        if suffix != ".tsv":
            raise
        return pd.DataFrame(), []  # WebAnno's TSV is no table
    table = pd.DataFrame(rows, dtype=object).replace("", None)
    for name in [name for name in table if folded(str(name)) not in {*_TEXTS, *_HEADS} - {"値"}]:
        numbers = pd.to_numeric(table[name], errors="coerce")
        if numbers.notna().equals(table[name].notna()) and numbers.notna().any():
            table[name] = numbers
    return table, wrong


def _heads(table: pd.DataFrame) -> pd.DataFrame:
    """Columns under the names they have here, whatever their width and case."""
    known = {name: name for name in (*_TEXTS, "value", "probability", "machine")} | _HEADS
    return table.rename(columns={name: known[folded(str(name))] for name in table if folded(str(name)) in known})


def _of_people(table: pd.DataFrame, source: str) -> pd.DataFrame:
    """Codings of which each has a unit and a coder, each coder under one name whatever its width, case and spaces."""
    texts = [name for name in _TEXTS if name in table]
    table = table.assign(**{name: table[name].map(_as_text) for name in texts})
    table = table[table[texts].ne("").any(axis=1) | table["value"].notna()]
    lost = table["value"].notna() & (table["unit"].eq("") | table["coder"].eq(""))
    if lost.any():
        first = table.index[lost][0] + 2
        raise SourceError(
            f"{int(lost.sum())} rows of {source} have a value and no unit or no coder, first row {first}: fill them "
            "in, or delete rows that are no codings, such as totals"
        )
    return table.assign(coder=in_one_name(table["coder"])).reset_index(drop=True)


def _as_text(cell: object) -> str:
    return cell.strip() if isinstance(cell, str) else plain(cell)


def _named(found: pd.DataFrame, labels: Mapping[str, str], source: str) -> pd.DataFrame:
    """Codings with the ids of codes for what people wrote: an id or a label, whatever its width and case."""
    by_key = by_name(labels)
    named = {name: by_key.get(folded(str(name)), name) for name in found["code"].unique()}
    strange = sorted(str(name) for name in {*named.values()} - {*labels, NONE, "code"})
    lost = [name for name in labels if name not in named.values()]
    if strange and lost and "code" not in named and Path(source).is_file():
        raise SourceError(
            f"{source} has the codes {strange[:20]}, which are none of those asked about, and nothing of {lost[:20]}; "
            "write these by their ids or labels, and delete the rows of other codes"
        )
    values = found["value"].map(lambda said: by_key.get(folded(str(said)), said))
    if not pd.api.types.is_numeric_dtype(found["value"].dtype):  # はい of one coder is 1 of another
        said = found["value"].map(as_value)
        named_so = {code for code, own in found.groupby("code") if are_names(own["value"], own["coder"])}
        found = found.assign(value=found["value"].where(~said.isin(["1", "0"]) | found["code"].isin(named_so), said))
    return found.assign(code=found["code"].map(named), value=found["value"].where(found["code"].ne("code"), values))


def _refuse_useless(found: pd.DataFrame, labels: Mapping[str, str], articles: pd.DataFrame | None, source: str) -> None:
    """Raise a SourceError for codings of which nothing is about the codes and the articles, or has a value."""
    rows = found[found["code"].isin([*labels, "code"])]
    if rows.empty:
        there = sorted({*found["code"].astype("str")})
        raise SourceError(f"{source} has no row of the codes {[*labels]}; it has rows of {there[:20]}")
    ids = rows.get("article_id", rows["unit"]).astype("str")
    if articles is not None and not ids.isin(articles["article_id"].astype("str")).any():
        raise SourceError(
            f"none of the {ids.nunique()} units of {source} is an article of the study, first {ids.iloc[0]!r}; write "
            "the article_id"
        )
    values = rows["value"].dropna().map(as_value)
    if not values.isin(["1", "0", *map(folded, labels)]).any() and not (len(values) and values.eq(NONE).all()):
        raise SourceError(f"no value of {source} is 1 or 0 (or yes or no); there are {sorted({*values})[:5]}")


def _of_column(articles: pd.DataFrame, code: str, name: str) -> pd.DataFrame:
    """People's codes that stand in a column of the articles."""
    if name not in articles:
        raise SourceError(f"there is no column {name!r}; the articles have {list(map(str, articles.columns))}")
    cells = articles[name].map(as_value)
    given = cells.ne("")
    values = cells[given]
    if values.empty or not values.isin(["1", "0"]).all():
        raise SourceError(f"the column {name!r} says 1 or 0, or nothing, of each article; it holds other values")
    said = articles[given]
    ids = said["article_id"].astype("str")
    return pd.DataFrame({"unit": ids, "article_id": ids, "outlet": said["outlet"], "coder": "people", "machine": False,
                         "code": code, "value": values.astype(int)}).reset_index(drop=True)  # fmt: skip


def _messages_as_articles() -> pd.DataFrame:
    """The messages as an articles table: no headline, no text, everything else beside them."""
    table = telegrams.messages(drop=()).rows
    first = ["article_id", "outlet", "date", "page"]
    rest = [name for name in table.columns if name not in (*first, "message_id")]
    empty = pd.Series([""] * len(table), dtype="str")
    return table[first].assign(
        headline=empty, text=empty, **{name: table[name] for name in rest}, source="leader_messages"
    )
