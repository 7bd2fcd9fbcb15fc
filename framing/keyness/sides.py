"""The parts of a comparison that need no resampling: counts, scores, dispersion, wire copy, the omnibus row."""

import numpy as np
import pandas as pd
from scipy import special

from framing import dispersion
from framing.keyness import resampling
from framing.keyness.groups import EVERY, Groups
from framing.keyness.resampling import Contrasts
from framing.keyness.scores import log2_ratio_half, log_odds, measures
from framing.messages import mark

SCORES = ("chi2", "g2", "bic", "pmi", "odds_ratio", "pct_diff", "lrc")
"""Token-level scores shown beside the article-level ones, for readers who know them; rankings, not tests."""


class Sides:
    """Sums over the articles of each side, made once: a side is a group, or all groups but one."""

    def __init__(self, groups: Groups):
        self.groups, self.sizes, self.made = groups, groups.article_sizes, {}

    def __call__(self, group: int, others: bool = False) -> pd.DataFrame:
        key = (group, others)
        if key not in self.made:
            side = self.groups.article_group == group
            side = ~side if others else side
            table = self.groups.articles
            sums = np.zeros((table.shape[1], 5))
            dispersion.side_sums(table.indptr, table.indices, table.data, side, self.sizes, sums)
            parts, total = int(side.sum()), self.sizes[side].sum()
            self.made[key] = dispersion.from_sums(sums, parts, self.sizes[side].min() / total)
            self.made[key].attrs.update(parts=parts, total=int(total))
        return self.made[key]


def contrast(groups: Groups, sides: Sides, t: int, r: int, labels: dict) -> pd.DataFrame:
    """Everything about one contrast that needs no resampling."""
    both = {"target": sides(t), "reference": sides(t, others=True) if r < 0 else sides(r)}
    a, b = (both[side]["n_tokens"].to_numpy() for side in both)
    totals = [both[side].attrs["total"] for side in both]
    table = pd.DataFrame({**labels, "term": groups.terms})
    scored = measures(a, b, *totals, p_values=False)
    table["log2_ratio"], table["log2_ratio_half"] = scored["log2_ratio"], scored["log2_ratio_half"]
    weighted = log_odds(a, b)
    table["log_odds"], table["z"] = weighted["log_odds"], weighted["z"]
    for side, spread in both.items():
        table[f"n_tokens_{side}"], table[f"n_articles_{side}"] = spread["n_tokens"], spread["range"]
        table[f"total_{side}"] = spread.attrs["total"]
        table[f"per_million_{side}"] = spread["n_tokens"] * (1e6 / spread.attrs["total"])
        table[f"range_{side}"] = spread["range_share"]
        for name in ("dp", "dp_norm", "juilland_d"):
            table[f"{name}_{side}"] = spread[name]
    holding = table["n_articles_target"]
    table["jaccard"] = holding / (both["target"].attrs["parts"] + table["n_articles_reference"])
    table[list(SCORES)] = scored[list(SCORES)]
    table["note"] = scored["note"]
    return table


def clusters_with(groups: Groups, rows: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """Clusters among the units ``rows`` that hold each of the terms."""
    held = groups.units[:, terms].tocoo()
    inside = rows[held.coords[0]]
    column, cluster = held.coords[1][inside].astype(np.int64), groups.cluster[held.coords[0][inside]]
    pairs = np.unique(column * (groups.cluster.max() + 1) + cluster)
    return np.bincount(pairs // (groups.cluster.max() + 1), minlength=len(terms))


def without_wire(groups: Groups, contrasts: Contrasts, level: float):
    """Half-added log2 ratios and the half width of their intervals from articles without a near-duplicate."""
    if groups.article_wire is None or groups.article_wire.all():
        return None
    own = groups.of_articles(~groups.article_wire)
    totals = contrasts.split(np.bincount(own.group, own.sizes, len(groups.names)))
    sums = contrasts.split(resampling.group_sums(own))
    ratio = log2_ratio_half(*sums, *totals)
    ratio[:, (totals[0] == 0) | (totals[1] == 0)] = np.nan  # a group of nothing but wire copy
    gone = sums[0] + sums[1] == 0  # the term stood in wire copy only
    half = special.ndtri(0.5 + level / 2) * np.sqrt(resampling.influence_moments(own, contrasts)[..., 0]) / np.log(2)
    return np.where(gone, 0.0, ratio), half, gone


def survival(wire, table: pd.DataFrame, c: int) -> tuple:
    if wire is None:
        return np.nan, pd.array([pd.NA] * len(table), dtype="boolean")
    ratio, half = wire[0][:, c], wire[1][:, c]
    same = np.sign(ratio) == np.sign(table["log2_ratio_half"].to_numpy())
    survives = pd.array(same & (np.abs(ratio) > half), dtype="boolean")
    survives[np.isnan(ratio)] = pd.NA
    return np.where(wire[2][:, c], np.nan, ratio), survives


def omnibus(groups: Groups, tests: dict) -> pd.DataFrame:
    """One row a term: do the groups differ at all?"""
    sums = resampling.group_sums(groups)
    totals = np.bincount(groups.group, groups.sizes, len(groups.names))
    used, share = sums.sum(axis=1), totals / totals.sum()
    fitted = used[:, None] * share
    g2 = 2 * (special.kl_div(sums, fitted) + special.kl_div(totals - sums, totals - fitted)).sum(axis=1)
    absent = used == 0
    return pd.DataFrame(
        {
            "contrast": "omnibus",
            "target": EVERY,
            "reference": EVERY,
            "term": groups.terms,
            "g2": np.where(absent, np.nan, g2),
            "p_value": tests["p_omnibus"],
            "p_max_t": tests["p_omnibus_max"],
            "note": np.where(absent, mark("in neither group"), ""),
        }
    )
