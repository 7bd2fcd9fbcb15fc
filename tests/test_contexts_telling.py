"""Words near a node, asked in one way: the same numbers as the rooms below, and a sentence about the surest."""

import re

import pandas as pd
import pytest

from framing import contexts, messages

TEXTS = ["首相 は 強い 懸念 を 示す"] * 6 + ["市場 は 静か だ"] * 6 + ["首相 は 静か だ"]


@pytest.fixture
def articles():
    ids = [f"a{i:02d}" for i in range(len(TEXTS))]
    return pd.DataFrame({"article_id": ids, "outlet": "東都新報", "headline": "", "text": TEXTS})


@pytest.fixture
def tokens(articles):
    rows = [
        (article, place, 0, word, word, "名詞-普通名詞-一般", False)
        for article, text in zip(articles["article_id"], TEXTS, strict=True)
        for place, word in enumerate(text.split(" "))
    ]
    return pd.DataFrame(
        rows, columns=["article_id", "position", "sentence", "surface", "lemma", "pos", "in_headline"]
    ).astype({"article_id": "category"})


def test_near_a_word_are_its_collocates_by_outlet(articles, tokens):
    near = contexts.near(articles, tokens, "首相")
    plain = contexts.collocates(tokens, "首相", by="outlet", articles=articles)
    columns = ["outlet", "term", "n_together", "mi", "conf_low"]
    same = [frame[columns].sort_values("term", ignore_index=True) for frame in (near, plain)]
    pd.testing.assert_frame_equal(*same)
    assert near.set_index("term").loc["懸念", "n_together"] == 6  # counted by hand: in six of the texts


def test_words_of_few_articles_come_last(articles, tokens):
    near = contexts.near(articles, tokens, "首相", min_tokens=1)
    few = (near["n_articles"] < 5).tolist()
    assert few == sorted(few)
    assert any(few) and not all(few)
    sure = near[near["n_articles"] >= 5]["conf_low"]
    assert sure.is_monotonic_decreasing


def test_an_actor_needs_mentions(articles, tokens):
    with pytest.raises(ValueError, match="run 00_corpus with a lexicon"):
        contexts.near(articles, tokens, "putin", by="actor")


def test_the_answer_is_the_surest_word_with_its_interval(articles, tokens):
    near = contexts.near(articles, tokens, "首相")
    said = contexts.answer(near, "首相")
    first = near.iloc[0]
    assert first["term"] in said["sentence"]
    assert (said["value"], said["low"], said["high"]) == (first["mi"], first["conf_low"], first["conf_high"])


def test_without_a_sure_word_the_answer_says_so(articles, tokens):
    near = contexts.near(articles, tokens, "首相")
    said = contexts.answer(near.assign(conf_low=-1.0), "首相")
    assert said["sentence"].startswith("No word stands near 首相")
    assert "value" not in said


def test_in_japanese_the_answer_is_japanese_whether_there_is_a_sure_word_or_not(articles, tokens):
    near = contexts.near(articles, tokens, "首相")
    messages.use("ja")
    for found in (near, near.assign(conf_low=-1.0)):
        said = contexts.answer(found, "首相")
        for text in (said["sentence"], said["caution"], said.get("unit", "単位")):
            assert re.search("[ぁ-ん一-龥]", text) and not re.search("[A-Za-z]{3,}", text), text
    assert contexts.answer(near, "首相")["sentence"].startswith("東都新報では、「首相」の近くに")


@pytest.fixture
def named():
    """Articles in which an office follows a name, and words stand beside it."""
    texts = ["安倍 首相 が 懸念 を 示す"] * 7 + ["市場 は 静か だ"] * 7
    articles = pd.DataFrame(
        {"article_id": [f"a{i:02d}" for i in range(14)], "outlet": "東都新報", "headline": "", "text": texts}
    )
    rows = [
        (article, place, 0, word, word, "名詞-普通名詞-一般", False)
        for article, text in zip(articles["article_id"], texts, strict=True)
        for place, word in enumerate(text.split(" "))
    ]
    columns = ["article_id", "position", "sentence", "surface", "lemma", "pos", "in_headline"]
    mentions = pd.DataFrame({"article_id": articles["article_id"][:7], "actor": "abe", "position": 0})
    mentions = mentions.assign(surface=["安倍"] * 6 + ["首相"], role="首相", in_headline=False, ambiguous=False)
    return articles, pd.DataFrame(rows, columns=columns).astype({"article_id": "category"}), mentions


def test_the_office_of_a_name_is_shown_last_and_is_no_finding(named):
    articles, tokens, mentions = named
    near = contexts.near(articles, tokens, "abe", by="actor", mentions=mentions)
    assert near["term"].iloc[-1] == "首相" and "office" in near["note"].iloc[-1]
    assert set(near["term"]) == {"が", "懸念", "を", "示す", "首相"}, "every word is kept"
    said = contexts.answer(near, contexts.called("abe", "actor", mentions))["sentence"]
    assert "near 安倍 " in said and "puts 首相" not in said


def test_a_query_is_called_as_the_articles_call_it(named):
    mentions = named[2]
    assert contexts.called("abe", "actor", mentions) == "安倍"
    assert contexts.called("nobody", "actor", mentions) == "nobody"
    assert contexts.called("懸念", "lemma", mentions) == "懸念"
