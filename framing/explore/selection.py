"""What is looked at: a prepared study, and what was chosen of it."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from framing import dates, keyness, store, tables
from framing.errors import ParamError, TableError
from framing.wording import say

EVERY, OTHERS = "", ""
"""No target: every outlet against the others. No reference: all others together."""
_TOO_COMMON = 0.1  # a word in more articles than this share is no word to begin with
_OFFERED = 400  # words offered while typing; any word of the counts may be typed


def studies() -> list[str]:
    """Names of the studies that have prepared tables, in the alphabet's order."""
    return sorted(path.parent.parent.name for path in store.outputs().glob("*/tables/counts.parquet"))


@dataclass(frozen=True)
class Selection:
    """What was chosen.

    Attributes
    ----------
    target, reference
        Outlets compared. An empty target is every outlet against the others, an empty reference all others together.
    months
        First and last month, as in ``2021-04``; empty for the whole study, articles without a date included.
    actor
        Id of an actor of the lexicon; empty for none.
    term
        A word as spelled in the counts (a lemma); empty for none.
    n_topics
        Topics fitted to the whole study.
    """

    target: str = EVERY
    reference: str = OTHERS
    months: tuple[str, str] | tuple[()] = ()
    actor: str = ""
    term: str = ""
    n_topics: int = 8


class Prepared:
    """The prepared tables of a study, each read when it is first asked for.

    Raises
    ------
    TableError
        The study has no prepared tables; the message says how they come about.
    """

    def __init__(self, study: str):
        if not store.has(tables.COUNTS, study):
            there = studies()
            known = f"Studies that are prepared: {there}." if there else "No study is prepared yet."
            raise TableError(
                f"the study {study!r} has no prepared tables under {store.outputs()}. Run `make demo` in the project "
                f"folder (it prepares the study sample), or run notebooks/00_corpus.ipynb for {study!r} first. {known}"
            )
        self.study = study
        self.outlets = self.articles["outlet"].astype(str).value_counts().index.tolist()
        if len(self.outlets) < 1:
            raise TableError(f"the study {study!r} has no articles; see its corpus report for what was rejected")

    @cached_property
    def articles(self) -> pd.DataFrame:
        return store.load(tables.ARTICLES, self.study)

    @cached_property
    def counts(self) -> pd.DataFrame:
        return store.load(tables.COUNTS, self.study)

    @cached_property
    def tokens(self) -> pd.DataFrame:
        return store.load(tables.TOKENS, self.study)

    @cached_property
    def clusters(self) -> pd.DataFrame | None:
        return store.load(tables.CLUSTERS, self.study) if store.has(tables.CLUSTERS, self.study) else None

    @cached_property
    def mentions(self) -> pd.DataFrame | None:
        return store.load(tables.MENTIONS, self.study) if store.has(tables.MENTIONS, self.study) else None

    @cached_property
    def months(self) -> list[str]:
        """Every month from the first to the last article whose month is known."""
        known = dates.periods(self.articles, "month").dropna()
        return [] if known.empty else pd.period_range(known.min(), known.max()).astype(str).tolist()

    @cached_property
    def actors(self) -> pd.Series:
        """Number of articles that mention each actor, by id, the most mentioned first."""
        if self.mentions is None or self.mentions.empty:
            return pd.Series(dtype="int64")
        seen = self.mentions[["article_id", "actor"]].astype(str).drop_duplicates()
        return seen["actor"].value_counts()

    @cached_property
    def terms(self) -> list[str]:
        """Words in the most articles, first those that are not in nearly all."""
        spread = self.counts.loc[self.counts["n"] > 0, "term"].astype(str).value_counts()
        common = spread > _TOO_COMMON * len(self.articles)
        return [*spread.index[~common][:_OFFERED], *spread.index[common][:20]]

    def subset(self, chosen: Selection, *, outlets: bool = False) -> dict[str, list[str]]:
        """The selection as columns of the articles and the values wanted; empty for every article.

        Raises
        ------
        ParamError
            The articles have no month, or the two outlets are one.
        """
        if chosen.target and chosen.target == chosen.reference:
            raise ParamError(f"{chosen.target} cannot be compared with itself; choose another outlet on one side")
        wanted: dict[str, list[str]] = {}
        if chosen.months:
            if "month" not in self.articles.columns:
                raise ParamError("the articles of this study have no column 'month'; run 00_corpus again")
            first, last = chosen.months
            there = set(self.articles["month"].dropna())  # a month without articles is no value of the column
            wanted["month"] = [month for month in self.months if first <= month <= last and month in there]
            if not wanted["month"]:
                raise ParamError(say("no article is left of what was chosen; widen the period"))
        if outlets and chosen.target and chosen.reference:
            wanted["outlet"] = [chosen.target, chosen.reference]
        return wanted

    def select(self, chosen: Selection, *, outlets: bool = False) -> pd.DataFrame:
        """Counts of the articles chosen, with what a comparison needs (:func:`framing.keyness.select`)."""
        wanted = self.subset(chosen, outlets=outlets)
        return keyness.select(self.counts, self.articles, clusters=self.clusters, subset=wanted)
