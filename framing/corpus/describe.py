"""What is in a corpus: the tables a careful reviewer asks for before any result."""

import re

import numpy as np
import pandas as pd

from framing.errors import TableError
from framing.messages import mark
from framing.tables import ARTICLES, check, takes_tables
from framing.tables.blocks import blocks

mark("# fields where the header has #")  # the most frequent reason, as the table of reasons writes it
_FIELDS = (
    mark("date"), mark("page"), mark("headline"), mark("text"), mark("section"), mark("edition"), mark("author"),
    mark("agency"), "url",
)  # fmt: skip


@takes_tables()
def missing(articles: pd.DataFrame) -> pd.DataFrame:
    """Count what is missing, by outlet and field.

    Returns
    -------
    DataFrame
        One row per outlet and field the corpus has: ``outlet``, ``field``, ``n_articles``, ``n_missing`` (missing or
        empty), ``share`` (of the outlet's articles).
    """
    check(articles, ARTICLES)
    fields = [name for name in _FIELDS if name in articles.columns]
    flags = pd.DataFrame({name: _absent(articles[name]) for name in fields}, index=articles.index)
    grouped = flags.groupby(articles["outlet"].astype("str"))
    n, of = grouped.sum(), grouped.size()
    out = n.rename_axis("outlet").reset_index().melt("outlet", var_name="field", value_name="n_missing")
    out.insert(2, "n_articles", out["outlet"].map(of).astype("int64"))
    out["share"] = out["n_missing"] / out["n_articles"]
    return out.astype({"n_missing": "int64"}).sort_values(["outlet", "field"], ignore_index=True)


@takes_tables()
def lengths(articles: pd.DataFrame) -> pd.DataFrame:
    """Give the length of the articles of each outlet, in characters of the text.

    Returns
    -------
    DataFrame
        One row per outlet: ``outlet``, ``n_articles``, ``n_empty`` (without text), and over those with text ``q25``,
        ``median``, ``q75`` and ``longest`` (characters).
    """
    check(articles, ARTICLES)
    size = articles["text"].astype("str").str.strip().str.len()
    outlet = articles["outlet"].astype("str")
    filled = size[size > 0].groupby(outlet[size > 0])
    out = pd.DataFrame({"n_articles": outlet.value_counts(sort=False), "n_empty": size.eq(0).groupby(outlet).sum()})
    for name, q in (("q25", 0.25), ("median", 0.5), ("q75", 0.75), ("longest", 1.0)):
        out[name] = filled.quantile(q)
    return out.sort_index().rename_axis("outlet").reset_index().astype({"n_articles": "int64", "n_empty": "int64"})


_BRIEF = 60
"""Letters below which a text of kanji alone says nothing of its language."""


@takes_tables()
def languages(articles: pd.DataFrame, *, characters: int = 600) -> pd.DataFrame:
    """Count articles by outlet and script of the text (headline where there is no text).

    Parameters
    ----------
    articles
        One row per article.
    characters
        How much of each text is looked at.

    Returns
    -------
    DataFrame
        One row per outlet and language found: ``outlet``, ``language`` (``ja`` where at least 5% of the letters are
        kana, ``ko`` where 20% are hangul, ``zh`` where half are kanji and hardly any kana, ``latin``, ``cyrillic``,
        else ``unclear``; fewer than 60 letters of kanji alone, as in a headline, are ``zh`` by letters that Japanese
        newspapers do not print or where most of the outlet's other articles are that, else ``ja``), ``n_articles``,
        ``share``. A script is no language: ``latin`` may be any.
    """
    check(articles, ARTICLES)
    parts = [_script(articles.iloc[rows], characters) for rows in blocks(len(articles))]
    found, brief = map(pd.concat, zip(*parts, strict=True))
    outlet = articles["outlet"].astype("str")
    more = (found.eq("ja").astype(int) - (found.eq("zh") & ~brief)).groupby(outlet).transform("sum")
    found = found.mask(brief & more.ge(0), "ja")
    both = pd.DataFrame({"outlet": outlet, "language": found})
    counted = both.value_counts().rename("n_articles").reset_index()
    counted["share"] = counted["n_articles"] / counted.groupby("outlet")["n_articles"].transform("sum")
    return counted.sort_values(["outlet", "n_articles"], ascending=[True, False], ignore_index=True)


def _script(articles: pd.DataFrame, characters: int) -> tuple[pd.Series, pd.Series]:
    """The script of each article, and where its text is kanji alone, and so few that they say nothing."""
    text = articles["text"].astype("str")
    text = text.where(text.str.strip().ne(""), articles["headline"].astype("str")).str.slice(0, characters)
    scripts = {
        "kana": "[\u3041-\u30fa]", "hangul": "[\uac00-\ud7a3]", "han": "[\u4e00-\u9fff]", 
        "latin": "[A-Za-z\u00c0-\u017f]", "cyrillic": "[\u0400-\u04ff]",
    }  # fmt: skip
    n = pd.DataFrame({name: text.str.count(pattern) for name, pattern in scripts.items()}).astype("float64")
    total = n.sum(axis=1)
    share = n.div(total.replace(0, np.nan), axis=0).fillna(0)
    rules = share[list(scripts)].ge([0.05, 0.2, 0.5, 0.5, 0.5]).to_numpy()
    found = pd.Series(np.select(list(rules.T), ["ja", "ko", "zh", "latin", "cyrillic"], "unclear"), articles.index)
    brief = found.eq("zh") & total.lt(_BRIEF)
    return found, brief & ~text.where(brief, "").map(_is_chinese).astype(bool)


_CHINESE = re.compile("[們這與說國會學實體對應發經濟戰黨觀點權醫圖鐵關歸價壓變邊灣臺萬總參舉]")


def _is_chinese(text: str) -> bool:
    """Whether a text has letters that Japanese newspapers do not print: simplified ones, and old forms."""
    return len(_CHINESE.findall(text)) > 0 or text.encode("cp932", "ignore").decode("cp932") != text


@takes_tables()
def language_of(articles: pd.DataFrame) -> str:
    """The language of most articles by their script: ``ja ko zh ru`` or ``en`` (any Latin script), or empty."""
    found = languages(articles).groupby("language")["n_articles"].sum()
    most = str(found.idxmax()) if len(found) else ""
    named = {"latin": "en", "cyrillic": "ru", "unclear": ""}
    return named.get(most, most) if found.get(most, 0) * 2 > len(articles) else ""


@takes_tables()
def wire(articles: pd.DataFrame, clusters: pd.DataFrame) -> pd.DataFrame:
    """Count agency stories and copies, by outlet.

    Parameters
    ----------
    articles
        One row per article.
    clusters
        From :func:`framing.duplicates.clusters` for the same articles.

    Returns
    -------
    DataFrame
        One row per outlet: ``outlet``, ``n_articles``; ``n_agency`` (the column ``agency`` names one; missing
        where there is no such column), ``share_agency``;
        ``n_shared`` (in a cluster with another outlet's article), ``share_shared``; ``n_copies`` (not the first of
        their cluster, in any outlet), ``share_copies``.

    Raises
    ------
    TableError
        An article is not in ``clusters``.
    """
    check(articles, ARTICLES)
    found = clusters.set_index("article_id").reindex(articles["article_id"])
    if found["cluster_id"].isna().any():
        raise TableError(
            f"{int(found['cluster_id'].isna().sum())} articles are not in clusters; make it from these articles"
        )
    outlet = articles["outlet"].astype("str").to_numpy()
    frame = pd.DataFrame({"outlet": outlet, "cluster": found["cluster_id"].to_numpy()})
    frame["n_shared"] = frame.groupby("cluster")["outlet"].transform("nunique").gt(1)
    frame["n_copies"] = ~found["first"].to_numpy(dtype=bool)
    named = "agency" in articles.columns
    frame["n_agency"] = ~_absent(articles["agency"]).to_numpy() if named else False
    out = frame.groupby("outlet")[["n_agency", "n_shared", "n_copies"]].sum().astype("int64")
    if not named:  # nobody looked, which is not none
        out["n_agency"] = pd.array([pd.NA] * len(out), dtype="Int64")
    out.insert(0, "n_articles", frame["outlet"].value_counts())
    for name in ("agency", "shared", "copies"):
        out[f"share_{name}"] = out[f"n_{name}"] / out["n_articles"]
    return out.reset_index()


@takes_tables()
def flagged(articles: pd.DataFrame) -> pd.DataFrame:
    """List the articles whose date is impossible, outside the outlet's window, or doubtful.

    Returns
    -------
    DataFrame
        One row per article with a ``date_flag`` or a ``date_note``, flagged ones first: ``article_id outlet date
        date_evidence date_flag date_note headline`` and ``url`` where there.
    """
    _need(articles, ["date_flag", "date_note"], "flag_dates makes them")
    rows = articles[articles["date_flag"].ne("") | articles["date_note"].ne("")]
    shown = ["article_id", "outlet", "date", "date_evidence", "date_flag", "date_note", "headline", "url"]
    rows = rows[[name for name in shown if name in rows.columns]]
    return rows.sort_values(["date_flag", "outlet", "date"], ascending=[False, True, True], ignore_index=True)


@takes_tables()
def reasons(rejected: pd.DataFrame) -> pd.DataFrame:
    """Count why rows were rejected.

    Returns
    -------
    DataFrame
        One row per reason, most frequent first: ``reason`` (numbers written #), ``n_rows``, and of the first such row
        ``source``, ``line`` and ``record`` (its first 200 characters).
    """
    _need(rejected, ["source", "line", "reason", "record"], "corpus.read makes it")
    kind = rejected["reason"].astype("str").map(lambda text: re.sub(r"\d[\d,]*", "#", text)[:160])
    first = rejected.assign(kind=kind).drop_duplicates("kind").set_index("kind")
    out = kind.value_counts().rename_axis("reason").rename("n_rows").reset_index()
    return out.join(
        first[["source", "line"]].assign(record=first["record"].astype("str").str.slice(0, 200)), on="reason"
    )


def _absent(values: pd.Series) -> pd.Series:
    words = pd.api.types.is_string_dtype(values.dtype) or values.dtype == object
    if words or isinstance(values.dtype, pd.CategoricalDtype):
        return values.astype("string").fillna("").str.strip().eq("").astype(bool)
    return values.isna()


def _need(frame: pd.DataFrame, columns: list[str], how: str) -> None:
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise TableError(f"the table lacks the columns {absent}; {how}")
