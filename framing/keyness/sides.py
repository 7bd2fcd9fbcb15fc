"""The parts of a comparison that need no permutation: counts, scores, dispersion, wire copy, the omnibus row."""

import numpy as np
import pandas as pd
from scipy import special

from framing import dispersion
from framing.keyness.groups import EVERY, Groups
from framing.keyness.scores import log_odds, measures
from framing.keyness.spread import Contrasts, group_sums, intervals, spread
from framing.messages import mark

SCORES = ("chi2", "g2", "bic", "pmi", "odds_ratio", "pct_diff", "lrc")
"""Token-level scores shown beside the article-level ones, for readers who know them; rankings, not tests."""


def contrast(groups: Groups, tokens: np.ndarray, articles: np.ndarray, labels: dict) -> pd.DataFrame:
    """The counts of one contrast, of terms × sides."""
    table = pd.DataFrame({**labels, "term": groups.terms})
    for side, name in enumerate(("target", "reference")):
        table[f"n_tokens_{name}"] = tokens[:, side].astype(np.int64)
        table[f"n_articles_{name}"] = articles[:, side].astype(np.int64)
    table["note"] = np.where(tokens.sum(axis=-1) == 0, mark("in neither group"), "")
    return table


def scored(groups: Groups, table: pd.DataFrame, t: int, r: int, ratio, survives) -> pd.DataFrame:
    """The same with the scores that the field reads, dispersion, and what is left without wire copy."""
    sides = {"target": groups.article_group == t}
    sides["reference"] = ~sides["target"] if r < 0 else groups.article_group == r
    sizes = groups.article_sizes
    a, b = (table[f"n_tokens_{side}"].to_numpy() for side in sides)
    totals = [int(sizes[rows].sum()) for rows in sides.values()]
    tokens = measures(a, b, *totals, p_values=False)
    more = {"log2_ratio": tokens["log2_ratio"], "survives_without_wire": survives, "log2_ratio_without_wire": ratio}
    more |= dict(log_odds(a, b)[["log_odds", "z"]])
    for (side, rows), total in zip(sides.items(), totals, strict=True):
        sums = np.zeros((len(table), 5))
        dispersion.side_sums(groups.articles.indptr, groups.articles.indices, groups.articles.data, rows, sizes, sums)
        spread_out = dispersion.from_sums(sums, int(rows.sum()), sizes[rows].min() / total)
        more[f"total_{side}"] = total
        more[f"per_million_{side}"] = table[f"n_tokens_{side}"] * (1e6 / total)
        more[f"range_{side}"] = spread_out["range_share"]
        more |= {f"{name}_{side}": spread_out[name] for name in ("dp", "dp_norm", "juilland_d")}
    held = table["n_articles_target"]
    more["jaccard"] = held / (int(sides["target"].sum()) + table["n_articles_reference"])
    return table.assign(**more, **tokens[list(SCORES)])


def without_wire(groups: Groups, contrasts: Contrasts, level: float) -> dict | None:
    """Half-added log2 ratios and their intervals from articles without a near-duplicate."""
    if groups.article_wire is None or groups.article_wire.all():
        return None
    own = groups.of_articles(~groups.article_wire)
    left = spread(own, contrasts)
    found = intervals(left, level)
    empty = (left.totals == 0).any(axis=-1)  # a group of nothing but wire copy
    gone = left.tokens.sum(axis=-1) == 0  # the term stood in wire copy only
    return {"low": np.where(gone, 0.0, found["conf_low"]), "high": np.where(gone, 0.0, found["conf_high"]),
            "ratio": np.where(gone, np.nan, found["log2_ratio_half"]), "empty": empty}  # fmt: skip


def survival(wire: dict | None, table: pd.DataFrame, c: int) -> tuple:
    """The ratio without wire copy, and whether its interval stays on the side of the ratio."""
    if wire is None or wire["empty"][c]:
        return np.nan, pd.array([pd.NA] * len(table), dtype="boolean")
    up = table["log2_ratio_half"].to_numpy() > 0
    survives = pd.array(np.where(up, wire["low"][:, c] > 0, wire["high"][:, c] < 0), dtype="boolean")
    survives[table["std_error"].isna() & table["conf_low"].isna()] = pd.NA
    return np.where(table["conf_low"].isna(), np.nan, wire["ratio"][:, c]), survives


def omnibus(groups: Groups, p_value: np.ndarray, scores: bool) -> pd.DataFrame:
    """One row per term: do the groups differ at all?"""
    sums = group_sums(groups)
    used = sums.sum(axis=1)
    table = pd.DataFrame(
        {"contrast": "omnibus", "target": EVERY, "reference": EVERY, "term": groups.terms, "p_value": p_value,
         "note": np.where(used == 0, mark("in neither group"), "")}
    )  # fmt: skip
    if scores:
        totals = sums.sum(axis=0)
        fitted = used[:, None] * totals / totals.sum()
        g2 = 2 * (special.kl_div(sums, fitted) + special.kl_div(totals - sums, totals - fitted)).sum(axis=1)
        table["g2"] = np.where(used == 0, np.nan, g2)
    return table
