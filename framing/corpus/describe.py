"""What is in a corpus: the tables a careful reviewer asks for before any result."""

import re

import numpy as np
import pandas as pd

from framing.errors import TableError
from framing.tables import ARTICLES, check

BREAK = 3.0
"""Level of the months after, over the level of the months before, from which a change is called a break."""
AROUND = 6
"""Months on either side whose medians are compared."""
_FIELDS = ("date", "page", "headline", "text", "section", "edition", "author", "agency", "url")


def volume(articles: pd.DataFrame) -> pd.DataFrame:
    """Count articles by outlet and month and mark where the collection, not the news, may have changed.

    Parameters
    ----------
    articles
        One row per article. Undated articles and dates with a ``date_flag`` are left out.

    Returns
    -------
    DataFrame
        One row per outlet and month from the outlet's first to its last: ``outlet``, ``month`` (its first day),
        ``n_articles``, ``note``: ``no articles``, ``rises ×3.4`` or ``falls ×0.2`` (median of this and the next five
        months over that of the six before, where it is 3 or more, or a third or less, and more than chance would
        give), else empty.

    Notes
    -----
    A mark is a question, not a finding: look up how the articles of these months were collected. The first and last
    three months of an outlet are never marked.
    """
    check(articles, ARTICLES)
    dated = _dated(articles)
    month = dated["date"].dt.to_period("M")
    tables = []
    for outlet, months in month.groupby(dated["outlet"].astype("str"), sort=True):
        span = pd.period_range(months.min(), months.max(), freq="M")
        n = months.value_counts().reindex(span, fill_value=0)
        frame = pd.DataFrame({"outlet": outlet, "month": span.to_timestamp(), "n_articles": n.to_numpy()})
        frame["note"] = _breaks(frame["n_articles"])
        tables.append(frame)
    empty = pd.DataFrame({"outlet": [], "month": [], "n_articles": [], "note": []})
    out = pd.concat(tables, ignore_index=True) if tables else empty
    return out.astype({"outlet": "str", "month": "datetime64[us]", "n_articles": "int64", "note": "str"})


def _breaks(n: pd.Series) -> pd.Series:
    before = n.shift(1).rolling(AROUND, min_periods=3).median()
    after = n[::-1].rolling(AROUND, min_periods=3).median()[::-1]
    ratio = (after + 0.5) / (before + 0.5)
    size = np.log(ratio).abs()
    beyond_chance = (after - before).abs() > 3 * np.sqrt((after + before).clip(lower=1))
    peak = size.eq(size.rolling(AROUND, center=True, min_periods=1).max())
    marked = (size >= np.log(BREAK)) & beyond_chance & peak
    word = np.where(ratio > 1, "rises", "falls")
    note = pd.Series(np.where(n.eq(0), "no articles", ""), index=n.index, dtype="str")
    note[marked] = [f"{w} ×{r:.2g}" for w, r in zip(word[marked], ratio[marked], strict=True)]
    return note


def windows(articles: pd.DataFrame) -> pd.DataFrame:
    """Say from when to when each outlet is there, and how much of it lies in the window common to all.

    Returns
    -------
    DataFrame
        One row per outlet: ``outlet``, ``first`` and ``last`` (days), ``n_articles``, ``n_undated`` (no date, or one with a
        ``date_flag``), ``n_months`` and ``n_months_empty`` between them, ``n_common`` and ``share_common`` (articles in
        the common window, of those dated; see :func:`common_window`).
    """
    check(articles, ARTICLES)
    dated = _dated(articles)
    start, end = common_window(articles)
    grouped = dated.groupby(dated["outlet"].astype("str"))["date"]
    out = pd.DataFrame({"first": grouped.min(), "last": grouped.max()})
    every = articles["outlet"].astype("str").value_counts(sort=False).sort_index()
    out = out.reindex(every.index)
    out["n_articles"] = every
    out["n_undated"] = (every - grouped.size().reindex(every.index, fill_value=0)).astype("int64")
    months = volume(articles).groupby("outlet")["n_articles"]
    out["n_months"] = months.size().reindex(every.index, fill_value=0).astype("int64")
    out["n_months_empty"] = months.agg(lambda n: int((n == 0).sum())).reindex(every.index, fill_value=0).astype("int64")
    common = dated[dated["date"].between(start, end)]["outlet"].astype("str").value_counts()
    out["n_common"] = common.reindex(every.index, fill_value=0).astype("int64")
    out["share_common"] = out["n_common"] / (out["n_articles"] - out["n_undated"]).replace(0, np.nan)
    return out.rename_axis("outlet").reset_index()


def common_window(articles: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day on which every outlet's window is open; ``NaT`` twice where the windows do not overlap."""
    grouped = _dated(articles).groupby("outlet", observed=True)["date"]
    if not grouped.ngroups:
        return pd.NaT, pd.NaT
    start, end = grouped.min().max(), grouped.max().min()
    return (start, end) if start <= end else (pd.NaT, pd.NaT)


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
    out["n_articles"] = out["outlet"].map(of).astype("int64")
    out["share"] = out["n_missing"] / out["n_articles"]
    out["n_missing"] = out["n_missing"].astype("int64")
    return out[["outlet", "field", "n_articles", "n_missing", "share"]].sort_values(
        ["outlet", "field"], ignore_index=True
    )


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
        One row per outlet and language found: ``outlet``, ``language`` (``ja`` where at least 5% of the letters are kana,
        ``ko`` where 20% are hangul, ``zh`` where half are kanji and hardly any kana, ``latin``, ``cyrillic``, else
        ``unclear``), ``n_articles``, ``share``. A script is no language: ``latin`` may be any.
    """
    check(articles, ARTICLES)
    text = articles["text"].astype("str")
    text = text.where(text.str.strip().ne(""), articles["headline"].astype("str")).str.slice(0, characters)
    scripts = {
        "kana": "[\u3041-\u30fa]", "hangul": "[\uac00-\ud7a3]", "han": "[\u4e00-\u9fff]", "latin": "[A-Za-z\u00c0-\u017f]",
        "cyrillic": "[\u0400-\u04ff]",
    }  # fmt: skip
    n = pd.DataFrame({name: text.str.count(pattern) for name, pattern in scripts.items()}).astype("float64")
    total = n.sum(axis=1)
    share = n.div(total.replace(0, np.nan), axis=0).fillna(0)
    rules = [
        share["kana"] >= 0.05,
        share["hangul"] >= 0.2,
        share["han"] >= 0.5,
        share["latin"] >= 0.5,
        share["cyrillic"] >= 0.5,
    ]
    found = pd.Series(np.select(rules, ["ja", "ko", "zh", "latin", "cyrillic"], "unclear"), index=articles.index)
    counted = pd.DataFrame({"outlet": articles["outlet"].astype("str"), "language": found}).value_counts().reset_index()
    counted = counted.rename(columns={"count": "n_articles"}).sort_values(
        ["outlet", "n_articles"], ascending=[True, False]
    )
    counted["share"] = counted["n_articles"] / counted.groupby("outlet")["n_articles"].transform("sum")
    return counted.reset_index(drop=True)


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
        One row per outlet: ``outlet``, ``n_articles``; ``n_agency`` (``agency`` names an agency), ``share_agency``;
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
    frame["n_agency"] = ~_absent(articles["agency"]).to_numpy() if "agency" in articles.columns else False
    out = frame.groupby("outlet")[["n_agency", "n_shared", "n_copies"]].sum().astype("int64")
    out.insert(0, "n_articles", frame["outlet"].value_counts())
    for name in ("agency", "shared", "copies"):
        out[f"share_{name}"] = out[f"n_{name}"] / out["n_articles"]
    return out.reset_index()


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
    for name in ("source", "line"):
        out[name] = first[name].reindex(out["reason"]).to_numpy()
    out["record"] = first["record"].astype("str").str.slice(0, 200).reindex(out["reason"]).to_numpy()
    return out


def _dated(articles: pd.DataFrame) -> pd.DataFrame:
    good = articles["date"].notna()
    if "date_flag" in articles.columns:
        good &= articles["date_flag"].fillna("").eq("")
    return articles[good]


def _absent(values: pd.Series) -> pd.Series:
    if (
        pd.api.types.is_string_dtype(values.dtype)
        or values.dtype == object
        or isinstance(values.dtype, pd.CategoricalDtype)
    ):
        return values.astype("string").fillna("").str.strip().eq("").astype(bool)
    return values.isna()


def _need(frame: pd.DataFrame, columns: list[str], how: str) -> None:
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise TableError(f"the table lacks the columns {absent}; {how}")
