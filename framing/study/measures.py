"""Measures of prominence from articles and mentions."""

import pandas as pd

from framing import data, dates
from framing.errors import TableError
from framing.messages import mark
from framing.tables import MENTIONS, check, refuse_absent, refuse_repeats, takes_tables
from framing.tables.naming import actor_id, worded

_INNER = mark("page of an inner section: its number is not a place in the paper")


@takes_tables()
def measures(
    articles: pd.DataFrame,
    mentions: pd.DataFrame | None = None,
    *,
    actor: str | None = None,
    actors: list[str] | None = None,
) -> pd.DataFrame:
    """Every measure of prominence the tables allow.

    Parameters
    ----------
    articles
        One row per article with ``article_id`` and ``outlet``; used where there: ``page`` (from 1; of a spread 2-3 the
        first), ``page_last``, ``n_pages`` (of the edition), ``insert`` (flag), ``date``, ``edition``, ``section``,
        ``position`` (from 0), ``list_length``, ``text``, ``n_pictures``.
    mentions
        The mentions table; actors are counted in it.
    actor
        The actor whose mentions are measured; without one those of all actors together.
    actors
        The actors that may be an article's ``actor`` (by default all); few, where ``actor`` goes into a model.

    Returns
    -------
    DataFrame
        One row per article, same order, the articles' columns (without ``headline`` and ``text``) and: ``front`` (page
        1 of the paper, as reading found it; missing where the page is), ``relative_page`` ((page − 1) / (n_pages − 1):
        0 the first, 1 the last), ``spread`` (more than one page), ``relative_position`` (position / (list_length −
        1)), ``n_characters``, ``page_share`` (of the characters printed on its page of that outlet, day and edition),
        ``n_mentions``, ``share_of_mentions`` (of all actors' mentions in the article), ``headline_mention``,
        ``mentions_per_1000`` (characters), ``actor`` (most mentioned one, first mentioned among equals; ``none``, and
        missing where an article has no words), ``note``. A page of an insert or an inner section is set missing: its
        page 1 is not the front. Columns that the articles have under one of these names stay as they are, but for
        ``page`` and ``front``, and what is asked for by ``actor`` and ``actors``; ``page_note`` is then what ``note``
        says of the page.

    Raises
    ------
    TableError
        A page is below 1, fractional or beyond ``n_pages``; an article is repeated; mentions name unknown articles.
    """
    refuse_absent(articles, ("article_id", "outlet"), "articles")
    refuse_repeats(articles, ["article_id"], "articles")
    out = articles.drop(columns=["headline", "text"], errors="ignore").reset_index(drop=True)
    note = "page_note" if "note" in out else "note"
    out[note] = ""
    if "page" in out:
        _pages(out, note)
    if "position" in out and "list_length" in out:
        length = out["list_length"].astype("Float64")
        out["relative_position"] = (out["position"].astype("Float64") / (length - 1).where(length > 1)).astype(float)
    if "text" in articles:
        _lengths(out, articles)
    if "n_pictures" in out:
        out["has_picture"] = (out["n_pictures"] > 0).astype("boolean")
    out = out if mentions is None else _mentions(out, articles, mentions, actor, actors)
    asked = {"page", "front", *(OF_ACTORS if actor or actors else ())}
    own = articles.reset_index(drop=True)
    return out.assign(**{name: own[name] for name in own if name in out and name not in asked})


OF_ACTORS = ("actor", "n_mentions", "share_of_mentions", "headline_mention", "mentions_per_1000")
"""Columns that come from the mentions of actors."""


def _pages(out: pd.DataFrame, note: str) -> None:
    page = pd.to_numeric(out["page"], errors="coerce").astype("Float64")
    if len(text := out.loc[page.isna() & out["page"].notna(), "page"]):
        raise TableError(
            f"page holds {text.iloc[0]!r} ({len(text)} of {len(out)} articles), which is no number; write 1 for the "
            "front page, or let corpus.read read pages as newspapers print them (1面, Pg. A1)"
        )
    known = page.dropna()
    bad = known[(known < 1) | (known != known.round())]
    if len(bad):
        raise TableError(
            f"page holds {bad.iloc[0]:g} ({len(bad)} articles); a page is a whole number from 1, the front"
        )
    inner = pd.Series(False, index=out.index)
    if "page_section" in out:  # B1 of a paper in sections is the front of a section, not of the paper
        inner |= ~out["page_section"].fillna("").astype(str).str.strip().str.upper().isin(
            data.words("sections")["letters"]
        )
    insert = out["insert"].fillna(False).astype(bool) if "insert" in out else inner & False
    front = (page.eq(1) & ~inner & ~insert).astype("boolean").mask(page.isna())
    if "front" in out:  # reading says which page 1 is not the front, and which may not be
        front = out["front"].astype("boolean")
        inner |= (page.eq(1) & ~front.fillna(False)).fillna(False).astype(bool)
    out.loc[inner & page.notna(), note] = _INNER
    out.loc[insert & page.notna(), note] = mark("insert: its page is not a page of the paper")
    page = page.mask(inner | insert)
    out["page"] = page.astype("Int64")
    out["front"] = front
    if "page_last" in out:
        out["spread"] = (out["page_last"] > out["page"]).astype("boolean")
    if "n_pages" in out:
        n_pages = out["n_pages"].astype("Float64")
        beyond = (page > n_pages).fillna(False)
        if beyond.any():
            raise TableError(f"{int(beyond.sum())} articles stand on a page beyond n_pages of their edition")
        out["relative_page"] = ((page - 1) / (n_pages - 1).where(n_pages > 1)).astype(float)


def _lengths(out: pd.DataFrame, articles: pd.DataFrame) -> None:
    out["n_characters"] = articles["text"].fillna("").str.len().astype("int64").to_numpy()
    keys = [name for name in ("outlet", "date", "edition", "page") if name in out]
    if "page" in keys and "date" in keys:
        printed = out.groupby(keys, observed=True, dropna=False)["n_characters"].transform("sum")
        known = out["page"].notna() & dates.periods(articles, "day").notna().to_numpy()
        out["page_share"] = (out["n_characters"] / printed.where(printed > 0)).where(known)


def _mentions(
    out: pd.DataFrame, articles: pd.DataFrame, mentions: pd.DataFrame, actor: str | None, actors: list[str] | None
) -> pd.DataFrame:
    check(mentions, MENTIONS)
    stray = ~mentions["article_id"].isin(out["article_id"])
    if stray.any():
        raise TableError(
            f"{int(stray.sum())} mentions belong to articles that are not in articles; take the same study"
        )
    named = sorted(map(str, mentions["actor"].unique()))
    actor, actors = actor_id(mentions, actor) if actor else actor, [actor_id(mentions, one) for one in actors or []]
    unknown = [name for name in [*([actor] if actor else []), *actors] if name not in named]
    if unknown:
        raise TableError(f"no mention of {unknown}; the actors are {named}")
    ids = out["article_id"].astype(str)
    of = mentions.assign(article_id=mentions["article_id"].astype(str), actor=mentions["actor"].astype(str))
    counted = of.groupby(["article_id", "actor"]).agg(n=("position", "size"), first=("position", "min")).reset_index()
    counted = counted if not actors else counted[counted["actor"].isin(actors)]
    leading = counted.sort_values(["n", "first"], ascending=[False, True]).drop_duplicates("article_id")
    out["actor"] = ids.map(leading.set_index("article_id")["actor"])
    out["actor"] = out["actor"].mask(out["actor"].isna() & worded(articles).to_numpy(), "none").astype("str")
    mine = of if actor is None else of[of["actor"] == actor]
    out["n_mentions"] = ids.map(mine.groupby("article_id").size()).fillna(0).astype("int64")
    total = ids.map(of.groupby("article_id").size()).fillna(0)
    out["share_of_mentions"] = out["n_mentions"] / total.where(total > 0)
    out["headline_mention"] = ids.map(mine.groupby("article_id")["in_headline"].any()).eq(True)
    if "n_characters" in out:
        out["mentions_per_1000"] = 1000 * out["n_mentions"] / out["n_characters"].where(out["n_characters"] > 0)
    return out
