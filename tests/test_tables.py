"""The check at every door, and the values that parameter files name."""

import numpy as np
import pandas as pd
import pytest

from framing import keyness, maps, tables, topics, trends
from framing.errors import TableError


@pytest.fixture
def counts():
    return pd.DataFrame({"article_id": ["a", "a", "b"], "outlet": "x", "term": ["u", "v", "u"], "n": [1, 2, 3]})


def test_a_good_table_passes_also_with_categories_and_more_columns(counts):
    tables.check(counts.astype({"term": "category"}).assign(more=1), tables.COUNTS)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"n": [1, 2, -3]}, "negative counts"),
        ({"n": [1, 2, 0.5]}, "fractional counts"),
        ({"n": [1, 2, np.nan]}, "missing counts"),
        ({"n": ["1", "2", "3"]}, "must be a number"),
        ({"term": [1, 2, 3]}, "must be text"),
        ({"term": ["u", "u", "u"]}, "repeats article_id and term in 1 rows"),
        ({"article_id": ["a", None, "b"]}, "without article_id or term"),
    ],
)
def test_a_fault_is_named(counts, change, said):
    with pytest.raises(TableError, match=said):
        tables.check(counts.assign(**change), tables.COUNTS)


def test_a_missing_column_is_named_with_those_there_are(counts):
    with pytest.raises(TableError, match=r"lacks the columns \['n'\]; it has \['article_id', 'outlet', 'term'\]"):
        tables.check(counts.drop(columns="n"), tables.COUNTS)
    with pytest.raises(TableError, match="must be a DataFrame, not list"):
        tables.check([], tables.COUNTS)


@pytest.mark.parametrize(
    ("date", "said"),
    [("2020-01-01", "must be days"), (pd.Timestamp("2020-01-01 10:00"), "times of day"),
     (pd.Timestamp("2020-01-01", tz="Asia/Tokyo"), "time zone")],
)  # fmt: skip
def test_a_date_is_a_day_without_zone_or_missing(date, said):
    article = pd.DataFrame(
        {"article_id": ["a", "b"], "outlet": "x", "date": [date, None], "page": 1.0, "headline": "h", "text": "t"}
    )
    with pytest.raises(TableError, match=said):
        tables.check(article, tables.ARTICLES)
    tables.check(article.assign(date=pd.to_datetime(["2020-01-01", None])), tables.ARTICLES)


def test_the_filter_that_was_here_names_the_one_there_is_now():
    with pytest.raises(AttributeError, match="it is now study.select"):
        tables.among(pd.Series(["a"]), ["a"])


@pytest.mark.parametrize("count", [np.inf, 1e300])
def test_a_count_that_is_no_number_of_tokens_is_refused_in_every_room(count):
    counts = pd.DataFrame(
        {"article_id": list("abcd"), "outlet": list("xyxy"), "term": "w", "n": [1.0, 2.0, 3.0, count]}
    )
    for call in (keyness.compare, maps.similarity, maps.outlets, lambda table: topics.fit(table, 2)):
        with pytest.raises(TableError, match=r"counts\['n'\] has 1 counts that are infinite or above"):
            call(counts)


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "blank"), (" \u3000", "blank"), ("\u200b", "blank"), ("a\x07", "control"), ("a\nb", "control")],
)
def test_a_group_whose_name_cannot_be_read_is_refused(name, said):
    counts = pd.DataFrame({"article_id": list("abcd"), "outlet": ["x", name] * 2, "term": ["u", "w"] * 2, "n": 2})
    for call in (keyness.compare, maps.similarity, lambda table: maps.outlets(table, min_articles=1)):
        for table in (counts, counts.astype({"outlet": "category"})):
            with pytest.raises(TableError, match=said) as refused:
                call(table)
            assert repr(name) in str(refused.value)


@pytest.mark.parametrize(
    "call", [trends.breaks, trends.mann_kendall, lambda series: trends.interrupted(series, "2017-01")]
)
def test_an_infinite_value_of_a_series_is_refused(call):
    series = pd.DataFrame({"period": pd.period_range("2015-01", periods=40, freq="M"), "value": np.arange(40.0) % 7})
    series.loc[3, "value"] = np.inf
    with pytest.raises(TableError, match="1 periods have an infinite value"):
        call(series)
