"""Lines of text for very many words: the right places, both outlets, and texts that serve many words."""

import numpy as np
import pandas as pd
import pytest

from framing import keyness, tokens
from framing.errors import TableError


@pytest.fixture(scope="module")
def press() -> tuple[pd.DataFrame, pd.DataFrame]:
    texts = [
        ("朝日", "核実験の余波", "政府は核実験を強く非難した。拉致の解決も求めた。"),
        ("読売", "拉致で声明", "政府は拉致の解決を求めた。声明は短い。"),
        ("朝日", "声明", "雨が降った。" + "とても" * 60 + "長い政府の声明。"),
    ]
    articles = pd.DataFrame(
        [{"article_id": f"a{i}", "outlet": o, "date": pd.Timestamp("2020-01-01"), "page": 1, "headline": h, "text": t}
         for i, (o, h, t) in enumerate(texts)]
    )  # fmt: skip
    return articles, tokens.tokenise(articles)


def test_every_line_points_at_its_word_in_the_text_of_its_article(press):
    articles, cut = press
    lemmas = cut.loc[cut["pos"].astype(str).str.startswith("名詞"), "lemma"].astype(str).unique()
    found = keyness.passages(articles, cut, lemmas)
    assert set(found["term"]) == set(lemmas)
    surfaces = cut.assign(lemma=cut["lemma"].astype(str)).groupby("lemma")["surface"].agg(lambda s: set(map(str, s)))
    for row in found.itertuples():
        assert row.text[row.start : row.end] in surfaces[row.term]
        own = articles[articles["outlet"] == row.outlet]
        assert (own["headline"] + own["text"]).str.contains(row.text, regex=False).any()
    assert found["text"].str.len().max() <= 110


def test_the_first_lines_of_a_word_are_of_different_outlets(press):
    found = keyness.passages(*press, ["拉致", "政府", "声明"], lines=2)
    assert found.groupby("term")["outlet"].nunique().eq(2).all()
    assert found["term"].drop_duplicates().tolist() == ["拉致", "政府", "声明"]


def test_a_sentence_that_holds_several_of_the_words_serves_them_all(press):
    found = keyness.passages(*press, ["政府", "核", "非難"], lines=1)
    assert found["text"].nunique() == 1 and "非難" in found["text"].iloc[0]


def test_a_word_that_no_article_has_gets_no_line(press):
    assert keyness.passages(*press, ["南極"]).empty
    assert keyness.passages(*press, []).empty
    assert set(keyness.passages(*press, ["拉致", "南極", "政府"])["term"]) == {"拉致", "政府"}


def test_tokens_of_other_articles_are_refused(press):
    articles, cut = press
    with pytest.raises(TableError, match="not in articles"):
        keyness.passages(articles.head(2), cut, ["政府"])
    with pytest.raises(ValueError, match="at least 1"):
        keyness.passages(articles, cut, ["政府"], lines=0)


def test_many_words_share_few_texts():
    """4,000 words in 3,000 sentences of 12 words: a text serves more than two of them."""
    rng = np.random.default_rng(0)
    words = np.array([f"w{i}" for i in range(4000)])
    drawn = rng.permutation(np.concatenate([np.arange(4000), rng.integers(0, 4000, 32_000)])).reshape(3000, 12)
    texts = [" ".join(words[row]) + "." for row in drawn]
    articles = pd.DataFrame({"article_id": [f"a{i}" for i in range(3000)], "outlet": "x", "text": texts})
    flat = words[drawn.ravel()]
    cut = pd.DataFrame(
        {"article_id": np.repeat(articles["article_id"], 12).to_numpy(), "position": np.tile(np.arange(12), 3000),
         "surface": flat, "lemma": flat, "pos": "noun"}
    )  # fmt: skip
    cut["start"] = [p for row in drawn for p in np.cumsum([0, *(len(words[k]) + 1 for k in row)])[:-1]]
    cut["in_headline"] = False
    found = keyness.passages(articles, cut, words, lines=1)
    assert len(found) == 4000 and found["text"].nunique() < 1600
