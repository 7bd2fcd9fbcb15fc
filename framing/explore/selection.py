"""What is looked at: a prepared study, and what was chosen of it."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from framing import dates, store, tables
from framing.corpus.describe import language_of
from framing.errors import ParamError, TableError
from framing.study import load
from framing.study.studies import Study

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
    rules
        Rules of codes, one a line; empty for the codebook ``northeast_asia``.
    """

    target: str = EVERY
    reference: str = OTHERS
    months: tuple[str, str] | tuple[()] = ()
    actor: str = ""
    term: str = ""
    n_topics: int = 8
    rules: str = ""


class Prepared:
    """A prepared study, and what the widgets offer of it.

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
        self.whole = load(study)
        self.articles = self.whole.articles
        self.outlets = self.articles["outlet"].astype(str).value_counts().index.tolist()

    @cached_property
    def months(self) -> list[str]:
        """Every month from the first to the last article whose month is known."""
        known = dates.periods(self.articles, "month").dropna()
        return [] if known.empty else pd.period_range(known.min(), known.max()).astype(str).tolist()

    @cached_property
    def language(self) -> str:
        """The language of the articles, where rules are given in it."""
        found = language_of(self.articles)
        return found if found in ("ja", "en", "ko") else ""

    @cached_property
    def actors(self) -> pd.Series:
        """Number of articles that mention each actor, by id, the most mentioned first."""
        if not self.whole.has("mentions"):
            return pd.Series(dtype="int64")
        seen = self.whole.mentions[["article_id", "actor"]].astype(str).drop_duplicates()
        return seen["actor"].value_counts()

    @cached_property
    def terms(self) -> list[str]:
        """Words in the most articles, first those that are not in nearly all."""
        counts = self.whole.counts
        spread = counts.loc[counts["n"] > 0, "term"].astype(str).value_counts()
        common = spread > _TOO_COMMON * len(self.articles)
        return [*spread.index[~common][:_OFFERED], *spread.index[common][:20]]

    def conditions(self, chosen: Selection, *, outlets: bool = False) -> dict:
        """The selection as what :func:`framing.study.load` is asked for; empty for every article.

        Raises
        ------
        ParamError
            The two outlets are one.
        """
        if chosen.target and chosen.target == chosen.reference:
            raise ParamError(f"{chosen.target} cannot be compared with itself; choose another outlet on one side")
        asked: dict = {}
        if outlets and chosen.target and chosen.reference:
            asked["keep"] = {"outlet": [chosen.target, chosen.reference]}
        if chosen.months:
            asked["since"], asked["until"] = chosen.months
        return asked

    def take(self, chosen: Selection, *, outlets: bool = False) -> Study:
        """The study with the articles chosen."""
        return self.whole.take(**self.conditions(chosen, outlets=outlets))
