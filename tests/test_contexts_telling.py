"""Words near a node, asked in one way: the same numbers as the rooms below, and a sentence about the surest."""

import re

import pandas as pd
import pytest

from framing import contexts, messages, plots

CALM = ["市場 は 静か だ", "天気 は 晴れ だ", "市場 は 閉じる"]
TEXTS = [["首相 は 強い 懸念 を 示す", *CALM]] * 12 + [CALM] * 6 + [["首相 は 静か だ", *CALM]]


def table_of(texts):
    """Articles and their tokens; a line is a sentence."""
    ids = [f"a{i:02d}" for i in range(len(texts))]
    articles = pd.DataFrame(
        {"article_id": ids, "outlet": "東都新報", "headline": "", "text": ["".join(t) for t in texts]}
    )
    rows = [
        (article, place, sentence, word, word, "名詞-普通名詞-一般", False)
        for article, text in zip(ids, texts, strict=True)
        for place, (sentence, word) in enumerate((n, word) for n, line in enumerate(text) for word in line.split(" "))
    ]
    columns = ["article_id", "position", "sentence", "surface", "lemma", "pos", "in_headline"]
    return articles, pd.DataFrame(rows, columns=columns).astype({"article_id": "category"})


@pytest.fixture
def articles():
    return table_of(TEXTS)[0]


@pytest.fixture
def tokens():
    return table_of(TEXTS)[1]


def test_near_a_word_are_its_collocates_by_outlet(articles, tokens):
    near = contexts.near(articles, tokens, "首相")
    plain = contexts.collocates.collocates(tokens, "首相", by="outlet", articles=articles)
    columns = ["outlet", "term", "n_together", "mi", "conf_low"]
    same = [frame[columns].sort_values("term", ignore_index=True) for frame in (near, plain)]
    pd.testing.assert_frame_equal(*same)
    assert near.set_index("term").loc["懸念", "n_together"] == 12  # counted by hand: in twelve of the texts


def test_words_that_are_surely_near_come_first(articles, tokens):
    near = contexts.near(articles, tokens, "首相", min_tokens=1)
    low, p = near["adjusted_low"].dropna(), near["p_value"][near["adjusted_low"].isna()]
    assert len(low) == 4 and low.index.tolist() == list(range(4)) and low.is_monotonic_decreasing
    assert len(p) and p.is_monotonic_increasing


def test_an_actor_needs_mentions(articles, tokens):
    with pytest.raises(ValueError, match="run 00_corpus with a lexicon"):
        contexts.near(articles, tokens, "putin", match="actor")


def test_the_answer_is_the_surest_word_with_its_interval(articles, tokens):
    near = contexts.near(articles, tokens, "首相")
    said = contexts.answer(near, "首相")
    first = near.iloc[0]
    assert said.verdict == "difference" and first["term"] in said.sentence
    times = 2 ** first[["log2_ratio", "adjusted_low", "adjusted_high"]].astype(float)
    assert (said.value, said.low, said.high) == tuple(times) and said.unit == "times as often as elsewhere"
    assert said.low > 1


def test_an_attraction_below_the_smallest_effect_is_no_difference(articles, tokens):
    near = contexts.near(articles, tokens, "首相")
    first = near.iloc[0]
    assert contexts.answer(near, "首相", smallest_effect=first["log2_ratio"] + 0.1).verdict == "inconclusive"
    said = contexts.answer(near, "首相", smallest_effect=first["adjusted_high"] + 0.1)
    assert said.verdict == "equivalent" and "by less than" in said.sentence


def test_without_a_sure_word_the_answer_says_so(articles, tokens):
    near = contexts.near(articles, tokens, "首相")
    said = contexts.answer(near.assign(adjusted_low=float("nan")), "首相")
    assert said.verdict == "inconclusive" and said.value is None
    assert said.sentence.startswith("None of the 5 words near 首相")


def test_in_japanese_the_answer_is_japanese_whatever_its_verdict(articles, tokens):
    near = contexts.near(articles, tokens, "首相")
    messages.use("ja")
    several = [contexts.answer(near, "首相", smallest_effect=size) for size in (0.5, near["log2_ratio"][0] + 0.1, 9.0)]
    for said in (*several, contexts.answer(near.assign(adjusted_low=float("nan")), "首相")):
        for text in map(messages.say, (said.sentence, *said.cautions, said.unit or "単位")):
            assert re.search("[ぁ-ん一-龥]", text) and not re.search("[A-Za-z]{3,}", text), text
    assert messages.say(several[0].sentence).startswith("東都新報では、「首相」の近くに")


@pytest.fixture
def named():
    """Articles in which an office follows a name, and words stand beside it."""
    articles, tokens = table_of([["安倍 首相 が 懸念 を 示す", *CALM]] * 12 + [CALM] * 7)
    mentions = pd.DataFrame({"article_id": articles["article_id"][:12], "actor": "abe", "position": 0})
    mentions = mentions.assign(surface=["安倍"] * 11 + ["首相"], role="首相", in_headline=False, ambiguous=False)
    articles["text"] = [text.replace(" ", "") for text in articles["text"]]
    return articles, tokens, mentions


def test_the_office_of_a_name_is_shown_last_and_is_no_finding(named):
    articles, tokens, mentions = named
    near = contexts.near(articles, tokens, "abe", match="actor", mentions=mentions)
    assert near["term"].iloc[-1] == "首相" and "office" in near["note"].iloc[-1]
    assert set(near["term"]) == {"が", "懸念", "を", "示す", "首相"}, "every word is kept"
    said = contexts.answer(near, contexts.called("abe", "actor", mentions)).sentence
    assert "stands near 安倍 " in said and "首相" not in said


def test_a_query_is_called_as_the_articles_call_it(named):
    mentions = named[2]
    assert contexts.called("abe", "actor", mentions) == "安倍"
    assert contexts.called("nobody", "actor", mentions) == "nobody"
    assert contexts.called("懸念", "lemma", mentions) == "懸念"


def test_the_words_near_a_node_are_drawn_outlet_by_outlet_with_what_is_sure_filled(articles, tokens):
    near = contexts.near(articles, tokens, "首相", min_tokens=1)
    drawn = plots.context_words(near, top=3)
    axes = drawn.figure.axes
    assert [ax.get_title(loc="left") for ax in axes] == list(near["outlet"].drop_duplicates())
    assert len(drawn.data) == near.groupby("outlet").size().clip(upper=3).sum()
    sure = drawn.data["adjusted_low"].notna()
    lines = sum(len(segments.get_segments()) for ax in axes for segments in ax.collections[:1])
    assert sure.any() and lines == sure.sum()  # an interval each; a word that is not sure has none
    first = near.iloc[0]
    assert f"{first['outlet']}: {first['term']}, {2 ** first['log2_ratio']:.1f} times as often" in drawn.alt
