"""The articles of two outlets, what a specification keeps of them, and their permutations."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from framing import dates, store, tables
from framing.errors import ParamError, TableError
from framing.multiverse.joint import Null, permuted, z_scores
from framing.multiverse.specs import meaning, refuse_unknown

COPIES = ("in", "out")
ERRORS = ("article", "date")


@dataclass(frozen=True)
class Pair:
    """``articles`` of two outlets with a date, and ``label``: 1 for the target, 0 for the reference."""

    articles: pd.DataFrame
    label: np.ndarray

    @classmethod
    def of(cls, study: str, target: str, reference: str) -> "Pair":
        """The pair of a study's prepared articles; a :class:`TableError` names the outlets there are."""
        articles = store.load(tables.ARTICLES, study)
        there = sorted(articles["outlet"].astype(str).unique())
        strange = [name for name in (target, reference) if name not in there]
        if strange or target == reference:
            raise TableError(f"{strange or target!r}: target and reference must be two outlets of {there}")
        outlet = articles["outlet"].astype(str)
        both = articles[outlet.isin([target, reference]) & articles["date"].notna()].reset_index(drop=True)
        return cls(both, both["outlet"].astype(str).eq(target).to_numpy(dtype=float))

    def kept(self, spec: dict, choices: dict, reserved: tuple[str, ...]) -> np.ndarray:
        """Which articles a specification keeps: ``copies``, and every choice that is not ``reserved``."""
        pair = self.articles
        keep = np.ones(len(pair), dtype=bool)
        if "copies" in spec:
            refuse_unknown(spec["copies"], "copies", COPIES)
            if spec["copies"] == "out":
                if "cluster_id" not in pair.columns:
                    raise ParamError("the articles have no cluster_id; run 00_corpus for this study again")
                later = pair.sort_values("date", kind="stable").duplicated("cluster_id") & pair["cluster_id"].notna()
                keep &= ~later.reindex(pair.index).to_numpy()
        for name, option in spec.items():
            if name not in reserved:
                for column, values in (meaning(choices, name, option) or {}).items():
                    keep &= self._among(name, column, values)
        return keep

    def _among(self, name: str, column: str, values) -> np.ndarray:
        if column in ("after", "before"):
            first, last = (values, None) if column == "after" else (None, values)
            return dates.between(self.articles, first, last).to_numpy()
        if column not in self.articles.columns:
            there = list(self.articles.columns)
            raise ParamError(f"the choice {name!r} keeps by {column!r}, which is not a column: {there}")
        return tables.among(self.articles[column], values).to_numpy()

    def codes(self, spec: dict, keep: np.ndarray) -> np.ndarray:
        """The clusters of the kept articles: each its own, or the day."""
        errors = spec.get("errors", "article")
        refuse_unknown(errors, "errors", ERRORS)
        if errors == "article":
            return np.arange(len(keep))
        codes = pd.factorize(dates.periods(self.articles.iloc[keep], "day"))[0]
        alone = codes < 0  # the day is not known: a cluster of its own
        return np.where(alone, codes.max(initial=-1) + np.cumsum(alone), codes)

    def z_scores(self, nulls: list[Null | None], replicates: int, seed: int) -> np.ndarray:
        """Specifications × (1 + replicates), outlets exchanged between articles of one month.

        Articles whose month is not known are exchanged among each other.
        """
        month = pd.factorize(dates.periods(self.articles, "month"), use_na_sentinel=False)[0]
        versions = permuted(self.label, np.arange(len(self.label)), month, replicates, seed)
        return z_scores(nulls, [versions] * len(nulls))
