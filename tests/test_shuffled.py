"""Outlets that were shuffled differ in nothing: what a report says of them is inconclusive or equivalent."""

import numpy as np
import pytest

from framing import counts, datasets, keyness, maps, prominence, report, tokens, topics, trends
from framing.messages import Finding


@pytest.fixture(scope="module")
def press():
    """The packaged made-up press, with articles that change outlets within a day at random, and its words."""
    rng = np.random.default_rng(15)
    articles = datasets.sample_press(400, seed=5).articles
    articles["outlet"] = articles.groupby("date")["outlet"].transform(lambda own: rng.permutation(own.to_numpy()))
    return articles, counts.count(tokens.tokenise(articles), articles)


def of_keyness(articles, counted) -> Finding:
    return keyness.answer(keyness.compare(counted, replicates=300))


def of_maps(articles, counted) -> Finding:
    return maps.answer(maps.similarity(counted, replicates=200))


def of_topics(articles, counted) -> Finding:
    fitted = topics.fit(topics.trim(counted), 5, workers=1)
    return topics.answer(topics.shares(fitted, articles, "outlet"))


def of_prominence(articles, counted) -> Finding:
    rows = articles.assign(years=(articles["date"] - articles["date"].min()).dt.days / 365.25)
    fitted = prominence.fit(rows, "page", "outlet * years", family="ordinal", cluster="date")
    return prominence.answer(fitted, "years", "outlet")


def of_trends(articles, counted) -> Finding:
    made = articles.assign(length=articles["text"].str.len())
    rows = made.groupby(["outlet", made["date"].dt.to_period("M")])["length"].mean().reset_index()
    series = rows.rename(columns={"outlet": "group", "date": "period", "length": "value"})
    series = series.assign(measure="mean", column="length", freq="month")
    middle = sorted(series["period"].unique())[series["period"].nunique() // 2]
    return trends.answer(trends.interrupted(series, middle, replicates=199))


@pytest.mark.parametrize(
    "asked", [of_keyness, of_maps, of_topics, of_trends, pytest.param(of_prominence, marks=pytest.mark.slow)]
)
def test_a_report_on_shuffled_outlets_finds_no_difference(press, asked):
    found = asked(*press)
    assert found.verdict in ("inconclusive", "equivalent")
    shown = report.finding(found)._repr_html_()
    assert found.verdict in shown.lower() and "How often is this wrong?" in shown
