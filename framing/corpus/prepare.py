"""Prepare a study: its articles from a packaged data set or a file, its words, and the tables saved."""

from pathlib import Path

import pandas as pd

from framing import dates, provenance, store, tables
from framing.corpus.articles import measured
from framing.corpus.cleaning import Cleaned
from framing.corpus.dating import flag_dates
from framing.corpus.describe import language_of
from framing.corpus.reading import Reading, read
from framing.errors import ParamError
from framing.messages import Message, mark, together
from framing.tables import ARTICLES, CLUSTERS, COUNTS, MENTIONS, REJECTED, TOKENS, check, spreadsheet, takes_tables

CARRIED = ("date", "month", "section", "edition", "page", "cluster_id")
"""Columns of the articles that the counts carry, so that later questions need not join them again."""


def open_source(
    *,
    study: str = "",
    dataset: str = "",
    path: str = "",
    columns: dict[str, str] | None = None,
    outlet: str = "",
    outlets: dict[str, str] | None = None,
    source: str = "auto",
    query: str = "",
    n_articles: int = 0,
    seed: int = 0,
) -> Reading:
    """Read a packaged data set or a file of one's own, and refuse an empty one.

    Parameters
    ----------
    study
        Name of the study; where neither ``dataset`` nor ``path`` is given, the packaged data set of that name.
    dataset
        Name of a packaged data set (:func:`framing.datasets.catalogue.names`), or empty.
    path
        File, folder or archive of one's own, or empty; relative to here or to the project.
    columns, outlet, outlets, source, query
        As in :func:`read`; for ``path`` only.
    n_articles, seed
        Size and seed of the made-up data set ``sample``; 0 articles stands for its default.

    Raises
    ------
    ParamError
        Neither or both of ``dataset`` and ``path`` are given.
    SourceError
        There is nothing to read, or no article in it.
    """
    from framing import datasets

    known = datasets.catalogue.names("articles")
    if not dataset and not path and study in known:
        dataset = study
    if bool(dataset) == bool(path):
        given = f"both are given ({dataset!r}, {path!r})" if dataset else "neither is given"
        raise ParamError(f"give path (a file of your own) or dataset (one of {known}): {given}")
    if path:
        there = Path(path) if Path(path).exists() else store.project() / path
        reading = read(
            there, columns=columns or None, outlet=outlet or None, outlets=outlets or None, source=source, query=query
        )
        reading.require()
        return reading
    options = {"n_articles": n_articles, "seed": seed} if dataset == "sample" and n_articles else {}
    articles, rejected, _ = datasets.articles(dataset, **options)
    n, n_rejected = len(articles), len(rejected)
    file = (dataset, "packaged", "utf-8", n + n_rejected, n, n_rejected)
    columns_of_files = ["source", "kind", "encoding", "n_rows", "n_articles", "n_rejected"]
    reading = Reading(_dressed(articles), rejected, pd.DataFrame([file], columns=columns_of_files))
    reading.require()
    return reading


def _dressed(articles: pd.DataFrame) -> pd.DataFrame:
    """The columns every corpus has, for articles that were not read by :func:`read`."""
    date = articles["date"]
    made = {
        "date_precision": date.notna().map({True: "day", False: "missing"}),
        "date_evidence": date.dt.strftime("%Y-%m-%d").fillna(""),
        "date_note": pd.Series("", index=articles.index),
    }
    fresh = {name: values.astype("str") for name, values in made.items() if name not in articles.columns}
    return flag_dates(measured(articles).assign(**fresh))


@takes_tables()
def with_clusters(articles: pd.DataFrame, clusters: pd.DataFrame, *, drop_flagged_dates: bool = True) -> pd.DataFrame:
    """Add ``cluster_id`` and ``first`` to the articles; a flagged date becomes missing (``date_evidence`` keeps it).

    ``month`` is text, empty where there is no date or only its year is known.
    """
    check(clusters, CLUSTERS)
    found = clusters.set_index("article_id")[["cluster_id", "first"]].reindex(articles["article_id"])
    out = articles.assign(cluster_id=found["cluster_id"].to_numpy(), first=found["first"].to_numpy(dtype=bool))
    out["cluster_id"] = out["cluster_id"].astype("str")
    if drop_flagged_dates and "date_flag" in out.columns:
        out["date"] = out["date"].mask(out["date_flag"].ne(""))
    out["month"] = dates.periods(out, "month").dt.strftime("%Y-%m").fillna("").astype("str")
    return out


@takes_tables()
def steps(reading: Reading, cleaned: Cleaned, clusters: pd.DataFrame) -> pd.DataFrame:
    """What happened to the rows, in order.

    One row per step: ``step``, ``n_rows`` (left after it), ``n_dropped``, ``reason``.
    """
    articles = reading.articles
    touched = int(cleaned.articles["removed"].ne("").sum())
    emptied = int((cleaned.articles["text_flag"].eq("empty") & articles["text_flag"].ne("empty").to_numpy()).sum())
    flagged = int(articles["date_flag"].ne("").sum())
    copies = int((~clusters["first"]).sum())
    n = len(articles)
    reasons = reading.rejected["reason"].value_counts().head(3).index
    top = together(*map(Message, reasons), clauses=True) or Message("every row is an article")
    blank = int(articles["text_flag"].eq("empty").sum())
    undated = Message("flagged dates: {n:,}; set to missing unless drop_flagged_dates is off", {"n": flagged})
    alike = Message("copies of an earlier article: {n:,}; kept, cluster_id tells them", {"n": copies})
    gone = Message(
        "articles that lost lines: {n:,}; without any text left: {n_emptied:,}", {"n": touched, "n_emptied": emptied}
    )
    flags = cleaned.articles["cleaning_flag"]
    which = ", ".join(sorted(set(flags[flags.ne("")].str.split(", ").explode())))
    whole = Message(
        "articles: {n:,} ({steps}); cleaning_flag names the step", {"n": int(flags.ne("").sum()), "steps": which or "–"}
    )
    rows = [
        (Message("rows read"), n + len(reading.rejected), 0, Message("files: {n:,}", {"n": len(reading.files)})),
        (Message("articles taken"), n, len(reading.rejected), top),
        (Message("articles without text"), n, 0, Message("{n:,}, kept and flagged", {"n": blank})),
        (Message("dates flagged"), n, 0, undated),
        (Message("lines taken out"), n, 0, gone),
        (Message("cleaning steps that would have taken too much of a body, and took nothing"), n, 0, whole),
        (Message("copies named"), n, 0, alike),
    ]
    return tables.steps(rows)


@takes_tables()
def words(
    articles: pd.DataFrame, *, lexicon: str = "", language: str = "ja", workers: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame | None]:
    """Cut the articles into tokens, count them, and find the actors of the lexicon.

    Parameters
    ----------
    articles
        One row per article, clean; ``date month section edition page cluster_id``, where there, go into the counts.
    lexicon
        Name in ``params/lexicon`` or path of a lexicon; empty for none (then there are no mentions).
    language
        ``ja``, ``en`` or ``ko``; refused where most articles are in a script that it is not written in.
    workers
        Processes; the tables are the same for any number.

    Returns
    -------
    tokens, counts, mentions
        As :func:`framing.tokens.tokenise`, :func:`framing.counts.count` and :func:`framing.tokens.mentions` give them;
        ``mentions`` is ``None`` without a lexicon.

    Raises
    ------
    ParamError
        Most articles are in a script that ``language`` is not written in.
    """
    from framing import counts, tokens
    from framing import lexicon as lexicons

    _refuse_other_script(articles, language)
    names = lexicons.load(lexicon) if lexicon else None
    cut = tokens.tokenise(articles, lexicon=names if language == "ja" else None, language=language, workers=workers)
    carried = [name for name in CARRIED if name in articles.columns]
    found = tokens.mentions(articles, names) if names is not None else None
    return cut, counts.count(cut, articles, columns=carried), found


def _refuse_other_script(articles: pd.DataFrame, language: str) -> None:
    seems = language_of(articles)
    if seems and seems != language:
        script = {"ja": "Japanese", "ko": "hangul", "en": "Latin letters", "zh": "Chinese", "ru": "Cyrillic letters"}[
            seems
        ]
        do = f"set text_language: {seems} in 00_corpus.yaml"
        if seems in ("zh", "ru"):
            do = "there is no tokeniser for it here; give tokens.tokenise a function that cuts a text (language=)"
        raise ParamError(
            f"the words were to be cut as {language!r}, but most of the {len(articles):,} articles are written in "
            f"{script}; {do}"
        )


@takes_tables()
def save(
    study: str,
    *,
    articles: pd.DataFrame,
    rejected: pd.DataFrame,
    clusters: pd.DataFrame,
    tokens: pd.DataFrame,
    counts: pd.DataFrame,
    mentions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Write the prepared tables of a study, and the rejected rows as a CSV to correct and read again.

    Returns
    -------
    DataFrame
        One row per table written: ``table``, ``n_rows``, ``checksum``, ``file`` (from the outputs folder).
    """
    tables = {ARTICLES: articles, REJECTED: rejected, CLUSTERS: clusters, TOKENS: tokens, COUNTS: counts}
    if mentions is not None:
        tables[MENTIONS] = mentions
    rows = [
        (table.name, len(frame), provenance.of_file(path)[:16], path.relative_to(store.outputs()).as_posix())
        for (table, frame), path in zip(tables.items(), store.save_all(tables, study), strict=True)
    ]
    if len(rejected):
        path = store.outputs() / study / "rejected.csv"
        spreadsheet.write(rejected, path)
        what = mark("rejected, to correct and read again")
        rows.append((what, len(rejected), provenance.of_file(path)[:16], f"{study}/rejected.csv"))
    return pd.DataFrame(rows, columns=["table", "n_rows", "checksum", "file"])
