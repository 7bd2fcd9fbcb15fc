"""How strongly a node attracts words: counts, test and intervals of a group of articles."""

import numpy as np
import pandas as pd
from scipy import sparse, special

from framing.contexts.association import MEASURES, association
from framing.contexts.windows import Windows
from framing.inference import FEW_UNITS, NO_VARIATION, informed
from framing.messages import mark

FEW = mark("near the node in fewer than 3 articles: no interval")
IN_NAME = mark("an office, country or first name that goes with the name; tokens within the name are not counted")
NOT_ELSEWHERE = mark(
    "wherever the node stands in these articles, as many tokens are near it: a smaller span may tell more"
)


def family(windows: Windows, word, nodes, own, words: pd.Index, in_name, measures, least: int) -> pd.DataFrame:
    """The words of a group that could stand near the node often enough, whether they do or not."""
    shape = len(own), len(words)
    counted = (word >= 0) & own[windows.article]
    article, number, near = windows.article[counted], word[counted], windows.near[counted]
    every, window = _matrix(article, number, shape), _matrix(article[near], number[near], shape)
    with_node = every[own & (nodes > 0)].sum(axis=0)
    kept = np.flatnonzero(np.maximum(with_node, in_name) >= least)
    near_by_article, all_by_article = window.sum(axis=1), every.sum(axis=1)
    r, n = near_by_article.sum(), all_by_article.sum()
    window, every = window[:, kept], every[:, kept]
    o, c, n_articles = window.sum(axis=0), every.sum(axis=0), np.bincount(every.nonzero()[1], minlength=len(kept))
    mean, variance, *products = windows.elsewhere(word, own, len(words))[:, kept]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, spread = o / mean, variance / mean
        apart = np.array([np.ones(len(kept)), -2 * ratio, ratio**2]) * products
        of_share, of_chance, of_mi = _variances(window, every, near_by_article, all_by_article)
        tested = np.where(o < least, 1.0, upper_tail(o, mean, spread))
        table = {
            "term": words[kept].astype("str"),
            "n_together": o.astype(np.int64),
            "n_elsewhere": mean,
            "log2_ratio": np.log2(ratio),
            "p_value": np.where(with_node[kept] >= least, tested, np.nan),
            "n_tokens": c.astype(np.int64),
            "n_in_name": in_name[kept],
            "n_articles": np.bincount(window.nonzero()[1], minlength=len(kept)),
            "n_expected": r * c / n,
            "share": o / r,
            "of_articles": n_articles,
            "spread": np.fmax(spread, apart.sum(axis=0) / o * n_articles / (n_articles - 1)),
            "of_share": of_share,
            "of_chance": of_chance,
            "of_mi": of_mi,
        }
        scores = association(o, r, c, n, dict.fromkeys([*measures, "mi"]), n_node=nodes[own].sum())
    return pd.concat([pd.DataFrame(table), scores], axis=1)


def _matrix(article: np.ndarray, number: np.ndarray, shape: tuple[int, int]) -> sparse.csr_array:
    return sparse.coo_array((np.ones(len(article)), (article, number)), shape=shape).tocsr()


def _variances(window, every, near_by_article: np.ndarray, all_by_article: np.ndarray) -> tuple:
    """Delta method over articles: variance of ln(O/C), of ln(R/N), and of ``mi`` (natural), the two together."""
    m, missing = int((all_by_article > 0).sum()), np.full(window.shape[1], np.nan)
    if m < 2 or not near_by_article.any():
        return missing, missing, missing
    with np.errstate(divide="ignore", invalid="ignore"):
        own = sparse.csr_array(window.multiply(1 / window.sum(axis=0)) - every.multiply(1 / every.sum(axis=0)))
        rest = all_by_article / all_by_article.sum() - near_by_article / near_by_article.sum()
        parts = own.power(2).sum(axis=0), np.full(len(missing), (rest**2).sum())
        of_both = informed(sum(parts) + 2 * (own.T @ rest), sum(parts))
        return tuple(part * m / (m - 1) for part in (*parts, of_both))


def with_intervals(found: pd.DataFrame, level: float, selected: float) -> pd.DataFrame:
    """Intervals of ``mi``, and of ``log2_ratio`` where a word is one of the share ``selected`` of those tested."""
    of_mi = found.pop("of_mi").mask(found["n_articles"] < FEW_UNITS)
    few, spread, o, c = found["n_articles"] < FEW_UNITS, found["spread"], found["n_together"], found["n_tokens"]
    found["std_error"], mi = np.sqrt(of_mi) / np.log(2), found["mi"].mask(of_mi.isna())
    of_share, of_chance = found["of_share"].to_numpy(), found["of_chance"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = _share_interval((o / c).to_numpy(), of_share, found["of_articles"].to_numpy(), c.to_numpy(), level)
        share, chance = np.abs(np.log(ends)), special.ndtri(0.5 + level / 2) * np.sqrt(of_chance)
        both = np.nan_to_num((of_share + of_chance - of_mi.to_numpy()) / np.sqrt(of_share * of_chance))
        low, high = np.sqrt(share**2 + chance**2 - both * share * chance) / np.log(2)
        found["conf_low"], found["conf_high"] = mi - low, mi + high
        ends = _count_interval(o, spread, 1 - (1 - level) * selected)
        claimed = ~few & (found["q_value"] <= 1 - level)
        ends = np.where(claimed, np.log2(ends / found["n_elsewhere"].to_numpy()), np.nan)
        found["adjusted_low"], found["adjusted_high"] = ends
    why = [(found["n_in_name"] > 0, IN_NAME), (few, FEW), (found["std_error"].isna(), NO_VARIATION),
           (spread <= 0, NOT_ELSEWHERE)]  # fmt: skip
    found["note"] = np.select([where for where, _ in why], [note for _, note in why], "")
    found.loc[o == 0, ["log2_ratio", *(name for name in MEASURES if name in found)]] = np.nan
    return found


def upper_tail(count, mean, spread) -> np.ndarray:
    """Probability of at least ``count``, of a Poisson variable scaled to a mean and ``spread`` times the variance."""
    p = special.gammainc(count / spread, mean / spread)
    return np.where((count > 0) & (mean > 0) & (spread > 1e-9), p, 1.0)


def _count_interval(count, spread, level: float) -> np.ndarray:
    """Ends of the means for which a count is in neither tail (Garwood 1936), of the same scaled variable."""
    tail = (1 - level) / 2
    worth = (count / spread).to_numpy()
    return spread.to_numpy() * [special.gammaincinv(worth, tail), special.gammaincinv(worth + 1, 1 - tail)]


def _share_interval(share, variance, articles, tokens, level: float) -> np.ndarray:
    """Clopper and Pearson's interval, over ``share``, with the tokens that its relative ``variance`` is worth.

    n = (1 − share) / (share · variance), at most ``tokens``, less what few articles leave unsure: times the square of
    normal over t quantile (Korn & Graubard 1998). Where all tokens stand near, n is the number of articles.
    """
    tail, whole = (1 - level) / 2, share == 1
    worth = np.where(whole | (variance == 0), articles, (1 - share) / (share * variance))
    worth = np.minimum(worth, tokens) * (special.ndtri(tail) / special.stdtrit(articles - 1, tail)) ** 2
    hit, other = worth * share, worth * (1 - share)
    high = special.betaincinv(hit + 1, np.where(whole, 1.0, other), 1 - tail)
    return np.array([special.betaincinv(hit, other + 1, tail), np.where(whole, 1.0, high)]) / share
