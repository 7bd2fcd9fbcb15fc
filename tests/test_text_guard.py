"""Cleaning takes furniture and never a body. The bodies are invented; what must stay is every line of theirs."""

import pandas as pd
import pytest

from framing import corpus, text
from framing.errors import ParamError

SENTENCE = "The town council met on Tuesday to discuss the flood and what it will cost."
HEADINGS = [
    "Most at risk", "Latest figures", "Related costs", "Popular support", "Trending down", "Recommended doses",
    "Most of the photos", "Latest news conference", "Recommended", "Topics", "Pickups", "Most wanted", "Ranking",
    "Most recent", "Most popular",
    "関連", "最新", "写真", "キーワード", "ランキング", "ギャラリー",
    "被災地の最新情報", "このテーマの難しさ", "震災関連情報",
    "この記事の背景", "관련", "최신", "사진", "가장 위험한 곳",
]  # fmt: skip


def rows(*bodies: str, outlet: str = "甲") -> pd.DataFrame:
    return pd.DataFrame(
        {"article_id": [f"a{n}" for n in range(len(bodies))], "outlet": outlet, "date": pd.NaT,
         "page": pd.array([1] * len(bodies), dtype="Int64"), "headline": "h", "text": bodies}
    ).astype({"date": "datetime64[us]", "outlet": "str"})  # fmt: skip


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_sub_heading_without_a_word_for_links_is_no_list_of_links(heading):
    assert text.lines.kind_of(heading) == ""
    body = "\n".join([SENTENCE, heading, "Flood plains", "Old houses", SENTENCE, SENTENCE])
    cleaned = corpus.clean(rows(body))
    assert cleaned.articles["text"].tolist() == [body] and cleaned.articles["cleaning_flag"].tolist() == [""]


@pytest.mark.parametrize(
    "heading",
    ["Related articles", "Latest news", "Most read", "Most popular stories", "Trending videos", "Recommended stories",
     "More headlines", "Most recent posts", "最新ニュース", "関連記事", "注目の動画",
     "この記事を読んだ人はこんな記事も読んでいます", "人気記事ランキング"],
)  # fmt: skip
def test_a_heading_with_a_word_for_links_is_one_and_ends_at_the_next_sentence(heading):
    assert text.lines.kind_of(heading) == "link list"
    body = "\n".join([SENTENCE] * 5 + [heading, "Bridge opens", SENTENCE, SENTENCE])
    cleaned = corpus.clean(rows(body)).articles.iloc[0]
    assert cleaned["removed"].split("\n") == [heading, "Bridge opens"]
    assert cleaned["text"].count(SENTENCE) == 7


def test_a_kind_of_line_that_is_more_than_a_fifth_of_a_body_stays_and_is_flagged():
    """39 of 109 characters without spaces are links (36%), 8 the heading (7%); in the second body 39 of 300 (13%)."""
    links = "\n".join(["Related stories", "Bridge opens after repair", "Mayor resigns at last"])
    short, long = SENTENCE + "\n" + links, "\n".join([SENTENCE] * 4 + [links])
    found = corpus.clean(rows(short, long)).articles
    assert found["cleaning_flag"].tolist() == ["related link", ""]
    assert "Bridge opens after repair" in found["text"][0] and "Bridge opens" not in found["text"][1]
    assert corpus.clean(rows(short), most_taken=1).articles["text"].tolist() == [SENTENCE]
    with pytest.raises(ParamError, match="most_taken must be a share"):
        corpus.clean(rows(short), most_taken=20)


def test_repeated_lines_that_are_a_body_stay_and_are_flagged():
    weather = "晴れのち曇り、北の風、波の高さは二メートル"
    found = corpus.clean(rows(*[f"{n}日の天気。\n{weather}" for n in range(10)], *[SENTENCE * 9] * 0)).articles
    assert found["text"].str.contains(weather).all() and found["cleaning_flag"].eq("repeated").all()


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("html_tags", f"<p>{SENTENCE}</p><!-- {SENTENCE} -->"),
        ("html_tags", f"<p>{SENTENCE}</p><script>{SENTENCE}</script>"),
        ("urls", f"See https://example.com/{'a' * 60} now"),
        ("emails", "write to somebody.of.the.town@council.example"),
        ("ruby", "森(もりのなかのもり)、林(はやしのなかのはやし)"),
    ],
)
def test_a_step_that_would_take_more_than_a_fifth_takes_nothing_and_is_flagged(step, body):
    cleaned = corpus.clean(rows(body, SENTENCE), steps=[step])
    assert cleaned.articles["text"].tolist() == [body, SENTENCE]
    assert cleaned.articles["cleaning_flag"].tolist() == [step, ""]
    assert cleaned.changes[["step", "n_articles", "n_spared"]].values.tolist() == [[step, 0, 1]]


def test_tags_spaces_and_other_writings_of_the_same_words_are_not_taken_from_a_body():
    body = f"<div class='a very long name of a class'>{'&#12354;' * 30}</div>{' ' * 500}ｶﾞ{'​' * 90}"
    found = corpus.clean(rows(body)).articles
    assert found["text"].tolist() == ["あ" * 30 + "\nガ"] and found["cleaning_flag"].tolist() == [""]


def test_the_table_of_steps_says_how_many_bodies_were_spared():
    frame = rows(f"{SENTENCE}\nRelated stories\n{SENTENCE[:-1]}", SENTENCE).assign(text_flag="", date_flag="")
    reading = corpus.reading.Reading(
        frame, pd.DataFrame(columns=["source", "line", "reason", "record"]), pd.DataFrame({"source": ["a"]})
    )
    clusters = pd.DataFrame({"article_id": frame["article_id"], "first": True})
    steps = corpus.steps(reading, corpus.clean(frame), clusters)
    assert steps["reason"].str.contains("articles: 1 (related link)", regex=False).sum() == 1


def test_the_public_strip_guards_bodies_unless_told_otherwise():
    body = "\n".join(["Related stories", "Bridge opens after repair", "Mayor resigns at last"])
    stripped = text.strip_furniture(rows(body), text.find_furniture(rows(body)))
    assert stripped["text"].tolist() == [body] and stripped["cleaning_flag"].tolist() == ["link list, related link"]
    assert text.strip_furniture(rows(body), text.find_furniture(rows(body)), most_taken=1)["text"].tolist() == [""]
