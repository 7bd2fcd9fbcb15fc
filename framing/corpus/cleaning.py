"""Clean the articles of a corpus and keep what was taken out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from framing import text
from framing.corpus.articles import measured
from framing.errors import ParamError, takes_results
from framing.records import Record
from framing.tables import ARTICLES, check, takes_tables

STRIPPED = ("related link", "link list", "photo credit", "byline", "share button", "paywall", "promotion")
"""Kinds of furniture taken out by default (:data:`framing.text.KINDS`); repeated lines go by their share."""

MOST_TAKEN = 0.2
"""Share of a body that one cleaning step may take; what would take more has mistaken the body for furniture."""


@dataclass(frozen=True)
class Cleaned(Record):
    """Cleaned articles and what cleaning did.

    Attributes
    ----------
    articles
        The articles with clean ``headline`` and ``text``; ``removed`` holds the lines taken out of each,
        ``cleaning_flag`` the steps that would have taken too much of the body and took nothing.
    changes
        One row per cleaning step: what it changed, with an example, and of how many bodies it would have taken too
        much (``n_spared``).
    furniture
        One row per outlet and line that looks like furniture: ``outlet line kind n_articles share example``, and
        ``stripped`` (it was taken out).
    """

    articles: pd.DataFrame
    changes: pd.DataFrame
    furniture: pd.DataFrame


@takes_tables()
def clean(
    articles: pd.DataFrame,
    *,
    steps: Sequence[str] = text.DEFAULT,
    strip: Collection[str] = STRIPPED,
    repeated_share: float = 0.2,
    most_taken: float = MOST_TAKEN,
) -> Cleaned:
    """Clean headlines and texts and take out the lines that are no part of an article.

    Parameters
    ----------
    articles
        One row per article.
    steps
        Names of the cleaning steps (:data:`framing.text.STEPS`), in order.
    strip
        Kinds of furniture that are taken out; an empty list takes out none.
    repeated_share
        A line of no known kind goes where at least this share of its outlet's articles have it (0 to 1; above 1:
        never).
    most_taken
        Share of a body (of its characters without spaces and tags) that one step may take: a step of ``steps`` or a
        kind of ``strip``. A step that would take more takes nothing from this body, and ``cleaning_flag`` names it.
    """
    check(articles, ARTICLES)
    unknown = sorted(set(strip) - set(text.KINDS))
    if unknown:
        raise ParamError(f"strip names {unknown}, which are no kinds of furniture; there are {list(text.KINDS)}")
    if not 0 < most_taken <= 1:
        raise ParamError(f"most_taken must be a share above 0 and at most 1, not {most_taken!r}")
    bodies, flags, changes = text.steps.clean_bodies(articles["text"], steps, most_taken=most_taken)
    made = articles.assign(
        headline=text.steps.clean_column(articles["headline"], steps), text=bodies, cleaning_flag=flags
    )
    found = text.find_furniture(made)
    repeated = found["kind"].eq("repeated") & found["share"].ge(repeated_share) & bool(len(strip))
    gone = found["kind"].isin(list(strip)) | repeated
    stripped = text.strip_furniture(made, found[gone], most_taken=most_taken)
    return Cleaned(measured(stripped), changes, found.assign(stripped=gone))


@takes_results(cleaned=("corpus.clean", "furniture"))
def removed_by_outlet(cleaned: Cleaned, *, top: int = 10) -> pd.DataFrame:
    """The lines taken out most often, ``top`` an outlet: ``outlet line kind n_articles share``."""
    gone = cleaned.furniture[cleaned.furniture["stripped"]]
    shown = gone.groupby("outlet", sort=True).head(top).sort_values(["outlet", "n_articles"], ascending=[True, False])
    return shown[["outlet", "line", "kind", "n_articles", "share"]].reset_index(drop=True)


@takes_results(cleaned=("corpus.clean", "furniture"))
def furniture_share(cleaned: Cleaned) -> pd.DataFrame:
    """Share of each outlet's articles from which something was taken out.

    One row per outlet: ``outlet``, ``n_articles``, ``n_touched``, ``share``, ``share_characters`` (of the text).
    """
    frame = cleaned.articles
    gone = frame["removed"].str.len()
    grouped = pd.DataFrame(
        {"outlet": frame["outlet"].astype("str"), "touched": gone.gt(0), "gone": gone, "kept": frame["text"].str.len()}
    ).groupby("outlet")
    out = grouped.agg(
        n_articles=("touched", "size"), n_touched=("touched", "sum"), gone=("gone", "sum"), kept=("kept", "sum")
    )
    out["share"] = out["n_touched"] / out["n_articles"]
    out["share_characters"] = out["gone"] / (out["gone"] + out["kept"]).replace(0, 1)
    return out.drop(columns=["gone", "kept"]).reset_index()
