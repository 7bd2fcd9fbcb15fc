"""Tokens to counts, and counts to matrices and back."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from framing import counts, tables, tokens
from framing.errors import TableError


def cut(*rows, **columns) -> pd.DataFrame:
    """A token table from (article, sentence, lemma, pos); positions are counted."""
    frame = pd.DataFrame(rows, columns=["article_id", "sentence", "lemma", "pos"])
    frame["position"] = frame.groupby("article_id").cumcount()
    frame["surface"] = frame["lemma"]
    return frame.astype({name: "category" for name in ("article_id", "lemma", "surface", "pos")}).assign(**columns)


NOUN, PARTICLE, NUMBER = "名詞-普通名詞-一般", "助詞-格助詞", "名詞-数詞"
ROWS = [
    ("a", 0, "首脳", NOUN), ("a", 0, "会談", NOUN), ("a", 0, "の", PARTICLE), ("a", 0, "首脳", NOUN),
    ("a", 1, "会談", NOUN), ("a", 1, "3", NUMBER), ("b", 0, "会談", NOUN), ("b", 0, "首脳", NOUN),
]  # fmt: skip


@pytest.fixture
def small() -> pd.DataFrame:
    frame = cut(*ROWS, outlet=pd.Categorical(["朝日"] * 6 + ["読売"] * 2))
    frame["article_id"] = frame["article_id"].cat.add_categories(["empty"])
    return frame


@pytest.fixture
def articles() -> pd.DataFrame:
    date = pd.to_datetime(["2024-03-28", "2024-04-01", "2024-04-02"])
    return pd.DataFrame(
        {
            "article_id": ["b", "a", "empty"],
            "outlet": ["読売", "朝日", "朝日"],
            "date": date,
            "section": ["外", None, "政"],
        }
    )


def rows(found: pd.DataFrame) -> list[tuple]:
    return [tuple(row) for row in found[["article_id", "outlet", "term", "n"]].astype(object).to_numpy()]


def test_nouns_are_counted_by_article_and_particles_and_numbers_are_not(small):
    found = counts.count(small)
    tables.check(found, tables.COUNTS)
    expected = [("a", "朝日", "会談", 2), ("a", "朝日", "首脳", 2), ("b", "読売", "会談", 1), ("b", "読売", "首脳", 1)]
    assert rows(found) == expected  # counted by hand


def test_numbers_and_every_token_on_request(small):
    assert "3" in set(counts.count(small, numerals=True)["term"])
    everything = counts.count(small, pos=None)
    assert everything["n"].sum() == len(small)


def test_an_article_without_terms_stays_a_row_of_zeros(small):
    X, articles, terms = counts.matrix(counts.count(small))
    assert articles.tolist() == ["a", "b", "empty"]
    assert X.toarray().tolist() == [[2, 2], [1, 1], [0, 0]]
    assert X.dtype == np.int64 and terms.tolist() == ["会談", "首脳"]


def test_ngrams_stand_next_to_each_other_in_a_sentence(small):
    """の parts 会談 from 首脳, the border of the sentence 首脳 from 会談; so one 首脳 会談 in a."""
    found = counts.count(small, ngrams=2)
    assert rows(found) == [("a", "朝日", "首脳 会談", 1), ("b", "読売", "会談 首脳", 1)]
    both = counts.count(small, ngrams=[1, 2])
    assert both["n"].sum() == 6 + 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["x", "y", "zz"]), max_size=9), min_size=1, max_size=4), st.integers(1, 3))
def test_ngrams_are_those_of_scikit_learn(documents, n):
    table = [(f"d{i}", 0, word, "word") for i, words in enumerate(documents) for word in words]
    frame = cut(*table).assign(outlet="o")
    frame["article_id"] = (
        frame["article_id"].astype("str").astype(pd.CategoricalDtype([f"d{i}" for i in range(len(documents))]))
    )
    X, _, terms = counts.matrix(counts.count(frame, ngrams=n))
    peer = CountVectorizer(analyzer=lambda d: [" ".join(d[i : i + n]) for i in range(len(d) - n + 1)])
    if not any(len(words) >= n for words in documents):
        assert not len(terms)
        return
    assert (X.toarray() == peer.fit_transform(documents).toarray()).all()
    assert terms.tolist() == peer.get_feature_names_out().tolist()


def test_rare_terms_are_left_out_of_the_result_and_stay_categories(small):
    only_a = small[small["article_id"] == "a"]
    found = counts.count(only_a, min_articles=2)
    assert len(found) == 0 and found["term"].cat.categories.tolist() == ["会談", "首脳"]


def test_stopwords_and_surfaces(small):
    assert set(counts.count(small, stopwords=["会談"])["term"]) == {"首脳"}
    assert set(counts.count(small, term="surface")["term"]) == {"会談", "首脳"}


def test_tokens_out_of_order_give_the_same_counts(small):
    shuffled = small.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(counts.count(shuffled, ngrams=[1, 2]), counts.count(small, ngrams=[1, 2]))


def test_columns_of_the_articles_are_merged(small, articles):
    found = counts.count(small.drop(columns="outlet"), articles, columns=["date", "month", "section"])
    first = found.drop_duplicates("article_id").set_index("article_id")
    assert first["outlet"].astype(str).to_dict() == {"a": "朝日", "b": "読売"}
    assert first.loc["b", "month"] == pd.Timestamp("2024-03-01") and first.loc["b", "date"] == pd.Timestamp(
        "2024-03-28"
    )
    assert first.loc["b", "section"] == "外" and pd.isna(first.loc["a", "section"])


def test_the_options_are_recorded():
    table = tokens.tokenise(pd.DataFrame({"article_id": ["a"], "outlet": ["x"], "text": ["首脳会談"]}))
    found = counts.count(table, ngrams=2)
    assert found.attrs["counts"]["ngrams"] == [2] and found.attrs["tokeniser"]["language"] == "ja"


def address(index: pd.Index) -> int:
    """Where the characters of an index of text lie in memory."""
    return index.array.__arrow_array__().chunk(0).buffers()[2].address


def test_a_table_becomes_a_matrix_and_the_same_table(small):
    found = counts.count(small)
    X, articles, terms = counts.matrix(found)
    assert address(terms) == address(found["term"].cat.categories)  # not a string is copied
    back = counts.table(X, articles, terms, ["朝日", "読売", "朝日"])
    assert rows(back) == rows(found)
    assert address(back["term"].cat.categories) == address(terms)


def test_a_matrix_with_stored_zeros_and_repeats_is_cleaned_and_not_changed():
    X = sparse.csr_array((np.array([1, 1, 0]), np.array([0, 0, 1]), np.array([0, 3])), shape=(1, 2))
    found = counts.table(X, ["a"], ["x", "y"], ["o"])
    assert rows(found) == [("a", "o", "x", 2)]
    assert X.nnz == 3


def test_document_frequency_counts_empty_articles_in_the_share(small):
    found = counts.n_articles(counts.count(small)).set_index("term")
    assert found.loc["会談"].tolist() == [2, 3, 2 / 3]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"term": "word"}, "term is 'lemma' or 'surface'"),
        ({"ngrams": 0}, "at least 1"),
        ({"ngrams": []}, "at least 1"),
        ({"min_articles": 0}, "at least 1"),
        ({"pos": ["noun"]}, r"no token has the part of speech \['noun'\]"),
        ({"pos": "名詞"}, r"write \['名詞'\]"),
        ({"columns": ["date"]}, "give articles="),
    ],
)
def test_a_wrong_option_is_refused(small, options, message):
    with pytest.raises(ValueError, match=message):
        counts.count(small, **options)


def test_what_is_missing_is_named(small, articles):
    with pytest.raises(TableError, match="no column 'outlet'; give the articles"):
        counts.count(small.drop(columns="outlet"))
    with pytest.raises(TableError, match="not in articles, first"):
        counts.count(small, articles[articles["article_id"] != "a"])
    with pytest.raises(TableError, match="no column 'cluster_id'"):
        counts.count(small, articles, columns=["cluster_id"])
    with pytest.raises(TableError, match="its own column 'n'"):
        counts.count(small, articles.assign(n=1), columns=["n"])
    with pytest.raises(TableError, match="repeats article_id and position"):
        counts.count(pd.concat([small, small]))
    with pytest.raises(TableError, match="as many articles"):
        counts.table(sparse.csr_array((1, 2)), ["a"], ["x"], ["o"])
    with pytest.raises(TableError, match="negative or fractional"):
        counts.table(sparse.csr_array([[0.5]]), ["a"], ["x"], ["o"])


def test_counts_of_a_text_are_those_of_a_counter():
    text = "首脳会談で首脳は会談した。" * 3
    table = tokens.tokenise(pd.DataFrame({"article_id": ["a"], "outlet": ["x"], "text": [text]}))
    found = counts.count(table, pos=None, term="surface").set_index("term")["n"]
    assert found.to_dict() == dict(Counter(table["surface"]))
