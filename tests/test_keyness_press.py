"""The differences planted in the sample press come back within their intervals."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from framing import datasets, keyness


def counted(press: datasets.press.SamplePress) -> pd.DataFrame:
    """Counts of the grammar's words as strings, everything else as one term of two characters a word."""
    articles = press.articles.merge(press.truth["articles"][["article_id", "cluster_id", "wire"]], on="article_id")
    parts = {word: articles["text"].str.count(word) for word in press.truth["terms"]["term"].unique()}
    parts["(other)"] = (articles["text"].str.len() / 2).astype(int) - sum(parts.values())
    counts = pd.DataFrame(parts).assign(article_id=articles["article_id"]).melt("article_id", None, "term", "n")
    return counts[counts["n"] > 0].merge(articles[["article_id", "outlet", "cluster_id", "wire"]], on="article_id")


@pytest.fixture(scope="module")
def press() -> datasets.press.SamplePress:
    return datasets.sample_press(3000, 11)


@pytest.mark.slow
def test_the_intervals_hold_the_planted_ratios_as_often_as_they_promise(press):
    # truth from datasets.truth
    found = keyness.compare(counted(press), cluster="cluster_id", replicates=500)
    planted = press.truth["terms"].rename(columns={"outlet": "target", "log2_ratio": "truth"})
    rows = found[found["contrast"] == "rest"].merge(planted, on=["term", "target"])
    held = (rows["conf_low"] <= rows["truth"]) & (rows["truth"] <= rows["conf_high"])
    assert len(rows) == 256 and 0.90 <= held.mean() <= 0.99  # words of one pair are not independent: 256 is fewer
    assert np.corrcoef(rows["truth"], rows["log2_ratio_half"])[0, 1] > 0.75


def test_with_nothing_planted_the_p_values_are_uniform_and_nothing_is_marked():
    counts = counted(datasets.sample_press(2000, 12, effect=0.0))
    found = keyness.compare(counts[~counts["wire"]], replicates=999)
    p = found.loc[found["contrast"] == "rest", "p_value"].dropna()
    assert stats.kstest(p, "uniform").pvalue > 0.001  # four outlets share each word's articles: not independent
    assert (found["marks"] == "").all()
