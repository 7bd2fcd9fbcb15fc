"""The articles of two outlets, what a specification keeps of them, and their permutations."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from framing import dates
from framing.errors import ParamError, TableError
from framing.multiverse.joint import Null, permuted, z_scores
from framing.multiverse.specs import rows_of
from framing.study.studies import Study, without_copies
from framing.tables import numbered


@dataclass(frozen=True)
class Pair:
    """``articles`` of two outlets with a date, ``label`` (1 for the target, 0 for the reference), and all ``known``."""

    articles: pd.DataFrame
    label: np.ndarray
    known: pd.DataFrame

    @classmethod
    def of(cls, study: Study, target: str, reference: str) -> "Pair":
        """The pair of a study's articles; a :class:`TableError` names the outlets there are."""
        articles, known = study.articles, study.known
        there = sorted(articles["outlet"].astype(str).unique())
        strange = [name for name in (target, reference) if name not in there]
        if strange or target == reference:
            raise TableError(f"{strange or target!r}: target and reference must be two outlets of {there}")
        outlet = articles["outlet"].astype(str)
        both = articles[outlet.isin([target, reference]) & articles["date"].notna()].reset_index(drop=True)
        return cls(both, both["outlet"].astype(str).eq(target).to_numpy(dtype=float), known)

    def kept(self, specs: pd.DataFrame, choices: dict, reserved: tuple[str, ...]) -> list[np.ndarray]:
        """Which articles each specification keeps: every choice that is not ``reserved``, then ``copies``."""
        rows_left = rows_of(choices, reserved, self.articles, known=self.known)
        if "copies" in specs and "cluster_id" not in self.articles.columns:
            raise ParamError("the articles have no cluster_id; run 00_corpus for this study again")
        kept = []
        for spec in specs.to_dict("records"):  # tens
            rows = rows_left(spec)
            rows, _ = without_copies(rows, self.known, spec.get("copies", "all"))
            kept.append(self.articles.index.isin(rows.index))
        return kept

    @cached_property
    def cluster(self) -> np.ndarray:
        """Number of each article's cluster: its copies, where these are known, else itself."""
        own = self.articles["article_id"]
        return numbered(self.articles.get("cluster_id", own), own)

    def codes(self, spec: dict, keep: np.ndarray) -> np.ndarray:
        """The clusters of the kept articles: each its own or that of its copies, or the day."""
        errors = spec.get("errors", "article")
        if errors == "article":
            return np.unique(self.cluster[keep], return_inverse=True)[1]
        codes = pd.factorize(dates.periods(self.articles.iloc[keep], "day"))[0]
        alone = codes < 0  # the day is not known: a cluster of its own
        return np.where(alone, codes.max(initial=-1) + np.cumsum(alone), codes)

    def versions(self, replicates: int, seed: int) -> np.ndarray:
        """(1 + replicates) × articles: the outlets as they are and exchanged between clusters or articles of a month.

        Articles whose month is not known are exchanged among each other.
        """
        month = pd.factorize(dates.periods(self.articles, "month"), use_na_sentinel=False)[0]
        return permuted(self.label, *exchanging(self.label, self.cluster, month), replicates, seed)

    def z_scores(self, nulls: list[Null | None], replicates: int, seed: int) -> np.ndarray:
        """Specifications × (1 + replicates), for the outlets of each of :meth:`versions`."""
        return z_scores(nulls, [self.versions(replicates, seed)] * len(nulls))


def exchanging(label: np.ndarray, cluster: np.ndarray, month: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The units whose sides are exchanged, and the strata within which they are.

    A cluster of one side is a unit, within its month or, with articles of several, among all such clusters. Where both
    sides are in a cluster, its articles of a month exchange theirs.
    """
    of = pd.DataFrame({"label": label, "month": month}).groupby(cluster)
    varied = of.transform("nunique") > 1
    both, long, n = varied["label"].to_numpy(), varied["month"].to_numpy(), int(month.max(initial=0)) + 2
    units = np.where(both, cluster.max() + 1 + np.arange(len(label)), cluster)
    strata = np.where(both, (cluster + 1) * n + month, np.where(long, n - 1, month))
    return np.unique(units, return_inverse=True)[1], np.unique(strata, return_inverse=True)[1]
