"""The check at every door, and the values that parameter files name."""

import numpy as np
import pandas as pd
import pytest

from framing import tables
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
