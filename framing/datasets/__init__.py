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
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from framing.codings.people import marked
from framing.codings.spans import BEGINS, read_spans
from framing.datasets import catalogue, coders, fetching, frontpage, livedoor, press, telegrams
from framing.datasets.press import sample_press
from framing.datasets.telegrams import mention_rates, messages
from framing.errors import SourceError, retired
from framing.tables import REJECTED, takes_tables
from framing.tables.spreadsheet import YES_NO

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
def codings(source: str, *, articles: pd.DataFrame | None = None, machines: Sequence[str] = ()) -> pd.DataFrame:
    """Codes that several people gave the same units, for :func:`framing.reliability.agreement`.

    Parameters
    ----------
    source
        ``frontpage/nko`` (``us``, ``chn``, ``sko``): the tone of headlines on a country; ``sample/frames``: the frames
        of the made-up press, by coders who are made up as well (``sample/frames/3`` where its seed is 3);
        ``negative=cdneg_nkor``: a code, and the column of the articles that says of some whether they have it (1, 0);
        a CSV file with ``unit``, ``coder``, ``value`` and, where there are several, ``code``; or spans of texts, in a
        file of Label Studio (JSON), doccano (JSONL), INCEpTION (WebAnno TSV 3, CAS JSON, the folder of its export) or a
        table with ``unit``, ``coder``, ``code``, ``start`` and ``end``.
    articles
        For ``sample/frames`` and columns.
    machines
        Coders that are machines: ``machine`` is then true of them; a file may have that column itself.

    Returns
    -------
    DataFrame
        One row per unit, coder and code: ``unit``, ``coder``, ``code``, ``value``; of articles with ``article_id``,
        and of ``sample/frames`` with ``probability``, that of being drawn. Of spans one row per span: ``unit``,
        ``coder``, ``code``, ``start``, ``end``, ``length`` (of the text, missing where the file has none), the other
        columns of a table; a text in which a coder marked nothing is a row without code.

    Raises
    ------
    SourceError
        There is no such study, country, column or file, or the file lacks a column.
    TableError
        One of ``machines`` coded nothing.
    """
    found = _codings(source, articles)
    return marked(found, machines, source) if machines else found


def _codings(source: str, articles: pd.DataFrame | None) -> pd.DataFrame:
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
    if Path(source).is_dir() or Path(source).is_file() and Path(source).suffix.casefold() != ".csv":
        return read_spans(source)
    if not Path(source).is_file():
        raise SourceError(f"there is no file of codings {source!r}; name a CSV file, or frontpage/nko")
    try:
        text: Any = dict.fromkeys(("unit", "article_id", "coder", "code"), str)
        table = pd.read_csv(source, encoding="utf-8-sig", dtype=text, keep_default_na=False, na_values={"value": [""]})
    except ValueError as error:
        raise SourceError(f"{source} cannot be read as a CSV in UTF-8: {error}") from error
    missing = [name for name in ("unit", "coder", "value") if name not in table]
    if missing and not {*table.columns.str.casefold()}.isdisjoint(BEGINS):
        return read_spans(source)
    if missing:
        raise SourceError(f"{source} lacks the columns {missing}; it has {list(map(str, table.columns))}")
    return table if "code" in table else table.assign(code="value")


def _of_column(articles: pd.DataFrame, code: str, name: str) -> pd.DataFrame:
    """People's codes that stand in a column of the articles."""
    if name not in articles:
        raise SourceError(f"there is no column {name!r}; the articles have {list(map(str, articles.columns))}")
    cells = articles[name].astype("str").str.strip().str.casefold()
    given = articles[name].notna() & ~cells.isin(["", "nan"])  # a column of a CSV is text
    values = cells[given].map(YES_NO)
    if values.empty or values.isna().any():
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
