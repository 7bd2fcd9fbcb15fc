"""Cleaning steps (cases/text.json) and furniture lines."""

import json
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import text
from framing.errors import TableError
from framing.text.lines import is_notice

CASES = json.loads((Path(__file__).parent / "cases" / "text.json").read_text(encoding="utf-8"))
RIGHTS = json.loads((Path(__file__).parent / "cases" / "notices.json").read_text(encoding="utf-8"))
HOSTILE = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\0\u200f\u202e\u2028<>&;:/@.()（）《》。、\n 　"), max_size=300
)


def marked(case: dict):
    marks = [pytest.mark.xfail(strict=True, reason=case.get("comment", ""))] if case["expect"] == "fail" else []
    return pytest.param(case, id=f"{case['step']}: {case['label']}", marks=marks)


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_a_step_changes_what_it_says_and_nothing_else(case):
    assert text.STEPS[case["step"]](case["original"]) == case["expected"]


def test_every_step_has_a_case():
    assert {case["step"] for case in CASES} == set(text.STEPS)


def test_cleaning_takes_the_steps_in_order():
    dirty = "㈱架空&amp;Co\u200b　ｶﾞｽ\r\n\r\n\r\n\r\nhttps://example.com/a北朝鮮"
    assert text.clean(dirty) == "(株)架空&Co ガス\n\n北朝鮮"
    assert text.clean(dirty, steps=("newlines",)) == dirty.replace("\r\n", "\n")
    assert text.clean(dirty, steps=()) == dirty


def test_nfkc_is_unicodes_own():
    sample = "㈱①10³ｶﾞ２０１１"
    assert text.clean(sample, steps=("nfkc",)) == unicodedata.normalize("NFKC", sample)


def test_a_wrong_step_is_named_with_those_there_are():
    with pytest.raises(ValueError, match="no cleaning steps \\['nfck'\\]; there are"):
        text.clean("a", steps=("nfck",))
    with pytest.raises(ValueError, match="not the string 'nfkc'"):
        text.clean("a", steps="nfkc")


def test_a_column_is_cleaned_as_its_texts_are_and_keeps_what_is_missing():
    values = pd.Series(["ｶﾞ ", None, "２"], index=[3, 1, 2], name="text")
    cleaned = text.steps.clean_column(values)
    assert cleaned.tolist()[0] == "ガ" and pd.isna(cleaned.tolist()[1]) and cleaned.tolist()[2] == "2"
    assert cleaned.index.equals(values.index)
    assert values.tolist()[0] == "ｶﾞ "
    with pytest.raises(ValueError, match="holds 3"):
        text.steps.clean_column(pd.Series(["a", 3], dtype=object))


def test_the_record_counts_the_texts_each_step_changed():
    record = text.steps.changes(pd.Series(["ｶﾞ", "a", None, "https://example.com/"])).set_index("step")
    assert record.loc["nfkc", "n_articles"] == 1
    assert record.loc["nfkc", "share"] == pytest.approx(1 / 3)  # of the three that are there
    assert (record.loc["nfkc", "before"], record.loc["nfkc", "after"]) == ("ｶﾞ", "ガ")
    assert record.loc["urls", "n_characters"] == len("https://example.com/")
    assert list(record.index) == list(text.DEFAULT)


@pytest.mark.parametrize("name", sorted(set(text.STEPS) - {"html_entities", "html_tags", "urls", "emails", "ruby"}))
@settings(max_examples=25, deadline=None)
@given(value=HOSTILE)
def test_a_step_taken_twice_changes_nothing_more(name, value):
    once = text.STEPS[name](value)
    assert text.STEPS[name](once) == once


@settings(deadline=None)
@given(HOSTILE)
def test_any_text_is_cleaned(value):
    assert isinstance(text.clean(value, steps=tuple(text.STEPS)), str)
    text.lines.kind_of(value)


MEGABYTE = [
    "<",
    "&",
    "(",
    "《",
    "@",
    "a@",
    "a.",
    "https://",
    " ",
    "\n",
    "\0",
    "<script>",
    "<!--",
    "あ",
    "。",
    "金(",
    "■",
    "1/",
]


@pytest.mark.parametrize("piece", MEGABYTE)
@pytest.mark.timeout(300)  # what grows with the square would take days
def test_a_megabyte_of_one_sign_does_not_hang(piece):
    line = piece * (1_000_000 // len(piece))
    text.clean(line, steps=tuple(text.STEPS))
    text.lines.kind_of(line[:320])


FURNITURE = [
    ("■関連リンク", "link list"), ("【関連記事】", "link list"), ("あわせて読みたい", "link list"),
    ("人気ランキング", "link list"),
    ("今、あなたにオススメ", "link list"), ("アクセスランキング", "link list"), ("国際の最新記事", "link list"),
    ("架空太郎の最近の記事", "link list"), ("(参考資料:架空の港の記事)", "related link"),
    ("【写真】架空の港をもっと見る", "related link"),
    ("次のページを読む ⇒", "related link"), ("1/2ページ", "related link"), ("（牧野　亜紀子）", "byline"),
    ("記事執筆：架空編集部", "byline"), ("取材・文＝架空花子", "byline"), ("写真：架空通信", "photo credit"),
    ("<Photo>(c)Kakuu Inc.", "photo credit"), ("この記事をシェア", "share button"),
    ("はてなブックマーク", "share button"),
    ("facebook", "share button"), ("有料会員限定", "paywall"), ("残り1234文字", "paywall"),
    ("※すでに購入済みの方はログインしてください。", "paywall"), ("この記事は有料会員限定です。", "paywall"),
    ("メールマガジンのご登録はこちらから。", "promotion"), ("2025年3月25日号（3/18発売）", "promotion"),
    ("好評発売中", "promotion"), ("著作権について", "promotion"),
]  # fmt: skip
CONTENT = [
    "記者会見で首相は、会員登録した利用者がログインすると表示される画面を示した。",
    "有料の会員は昨年より2割増えたという。",
    "韓国とキューバが国交", "<ウクライナ侵攻に起因>", "ランキングの首位は3年続けて同じ町だった。",
    "写真は町の記憶を残す。",
    "関連する記事は削除されたと当局は説明した。", "「この記事は事実ではない」と大統領は述べた。",
    "3月28日", "■なぜ今なのか",
    "（中略）", "株価は1/2になった。", "", "彼はLINEで友人に知らせた。", "港の再開で、物流の費用は下がる",
]  # fmt: skip


@pytest.mark.parametrize(("line", "kind"), FURNITURE)
def test_a_line_of_furniture_is_known_by_its_form(line, kind):
    assert text.lines.kind_of(line) == kind


@pytest.mark.parametrize("line", RIGHTS["notices"])
def test_a_notice_of_rights_is_known_by_its_form(line):
    assert is_notice(line) and text.lines.kind_of(line) == "promotion"


@pytest.mark.parametrize("line", RIGHTS["others"])
def test_a_headline_or_a_sentence_that_mentions_rights_is_no_notice(line):
    assert not is_notice(line) and text.lines.kind_of(line) != "promotion"


@pytest.mark.parametrize(
    "piece", ["図表", "無断", "転載", "転載・", "記事の", "著作権は", "copyright ", "© ", "無断転載を"]
)
@pytest.mark.timeout(60)  # what doubles with every sign would take years
def test_a_notice_that_repeats_itself_does_not_hang(piece):
    is_notice((piece * 199)[:199])


def test_a_notice_is_furniture_at_the_head_and_foot_of_an_article_and_content_between_its_sentences():
    notice, foot = "©架空新聞社", "記事の無断転載を禁じます。"
    first, last = ([f"{said}{n}。" for n in range(4)] for said in ("船が止まった", "当局が調べている"))
    between = f"{first[1]}\n{notice}\n{last[1]}"
    bodies = [
        f"{notice}\n{first[0]}\n{last[0]}",
        between,
        f"{first[2]}\n{last[2]}\n船の写真\n{notice}\n{foot}",
        f"{first[3]}\n{notice}\n{last[3]}\n{notice}",
    ]
    frame = pd.DataFrame({"article_id": list("abcd"), "outlet": "甲", "text": bodies})
    found = text.find_furniture(frame)
    assert found[["line", "kind", "n_articles"]].to_numpy().tolist() == [
        [notice, "promotion", 3], [foot, "promotion", 1],
    ]  # fmt: skip
    kept = text.strip_furniture(frame, found, most_taken=1)
    assert kept["text"].tolist() == [
        f"{first[0]}\n{last[0]}", between, f"{first[2]}\n{last[2]}\n船の写真", f"{first[3]}\n{notice}\n{last[3]}",
    ]  # fmt: skip
    assert kept["removed"].tolist() == [notice, "", f"{notice}\n{foot}", notice]
    assert text.find_furniture(frame[1:2]).empty


@pytest.mark.parametrize("line", CONTENT)
def test_a_line_of_an_article_is_not_taken_for_furniture(line):
    assert text.lines.kind_of(line) == ""


@pytest.fixture
def articles() -> pd.DataFrame:
    bodies = [f"架空の港で{n}隻の船が止まった。\n\n当局が調べている。{n}" for n in range(10)]
    tail = "\n\n■関連リンク\n・港の話{n}\nhttp://example.com/{n}\n\n編集：海の部屋の人々"
    rows = [(f"a{n}", "甲", body + tail.format(n=n)) for n, body in enumerate(bodies)]
    rows += [(f"b{n}", "乙", body) for n, body in enumerate(bodies)]
    return pd.DataFrame(rows, columns=["article_id", "outlet", "text"])


def test_furniture_is_found_by_pattern_and_by_place_in_a_list(articles):
    found = text.find_furniture(articles)
    assert list(found.columns) == ["outlet", "line", "kind", "n_articles", "share", "example"]
    by_line = found.set_index("line")
    assert by_line.loc["■関連リンク", ["outlet", "kind", "n_articles", "share", "example"]].tolist() == [
        "甲", "link list", 10, 1.0, "a0",
    ]  # fmt: skip
    assert by_line.loc["・港の話3", "kind"] == "related link"
    assert set(found["outlet"]) == {"甲"}
    assert not found["line"].str.contains("。").any()


def test_a_line_is_repeated_within_its_outlet_only(articles):
    again = articles.assign(text=articles["text"] + "\n海を知ればくらしが変わる")
    again.loc[again["outlet"].eq("乙"), "text"] = articles["text"]
    found = text.find_furniture(again, min_share=0.5)
    line = found[found["line"].eq("海を知ればくらしが変わる")]
    assert line["outlet"].tolist() == ["甲"]


def test_what_is_removed_stands_beside_the_text_and_nothing_is_lost(articles):
    found = text.find_furniture(articles)
    before = articles.copy()
    stripped = text.strip_furniture(articles, found, most_taken=1)
    pd.testing.assert_frame_equal(articles, before)
    assert stripped["text"].iloc[3] == "架空の港で3隻の船が止まった。\n\n当局が調べている。3"
    assert stripped["removed"].iloc[3] == "■関連リンク\n・港の話3\nhttp://example.com/3\n編集：海の部屋の人々"
    assert stripped["text"].iloc[15] == articles["text"].iloc[15]
    assert stripped["removed"].iloc[15] == ""
    kept = (
        (stripped["text"] + "\n" + stripped["removed"]).str.split("\n").map(lambda lines: sorted(filter(None, lines)))
    )
    assert kept.tolist() == articles["text"].str.split("\n").map(lambda lines: sorted(filter(None, lines))).tolist()


def test_rows_taken_out_of_the_table_stay_in_the_text(articles):
    found = text.find_furniture(articles)
    stripped = text.strip_furniture(articles, found[found["kind"].eq("link list")])
    assert stripped["removed"].iloc[0] == "■関連リンク"
    assert text.strip_furniture(articles, found.head(0))["text"].tolist() == articles["text"].tolist()


def test_missing_texts_and_no_articles_are_no_trouble(articles):
    some = articles.assign(text=articles["text"].where(articles.index != 0))
    found = text.find_furniture(some)
    assert text.strip_furniture(some, found)["removed"].iloc[0] == ""
    assert len(text.find_furniture(articles.head(0))) == 0
    assert len(text.strip_furniture(articles.head(0), text.find_furniture(articles.head(0)))) == 0


def test_articles_without_an_outlet_are_a_group_of_their_own(articles):
    for outlet in (None, pd.Categorical([None] * len(articles), categories=["甲"])):
        found = text.find_furniture(articles.assign(outlet=outlet))
        assert found.set_index("line").loc["■関連リンク", ["outlet", "n_articles"]].tolist() == ["", 10]
        assert text.strip_furniture(articles.assign(outlet=outlet), found)["removed"].ne("").sum() == 10


def test_a_table_without_the_columns_is_refused(articles):
    with pytest.raises(TableError, match="articles lacks the columns \\['text'\\]"):
        text.find_furniture(articles.drop(columns="text"))
    with pytest.raises(ValueError, match="between 0 and 1"):
        text.find_furniture(articles, min_share=5)


@settings(max_examples=25, deadline=None)
@given(st.lists(HOSTILE, min_size=1, max_size=6))
def test_any_texts_are_stripped_without_losing_a_line(bodies):
    frame = pd.DataFrame({"article_id": [str(n) for n in range(len(bodies))], "outlet": "甲", "text": bodies})
    stripped = text.strip_furniture(frame, text.find_furniture(frame))

    def lines(values: pd.Series) -> list[str]:
        return sorted(line.strip() for value in values for line in value.split("\n") if line.strip())

    assert sorted(lines(stripped["text"]) + lines(stripped["removed"])) == lines(frame["text"])


@pytest.mark.slow
def test_livedoors_related_links_are_found(shared):
    """The data card: related-article lines in about 100% of smax, 89% of topic-news, 84% of kaden-channel."""
    import tarfile

    rows = []
    with tarfile.open(shared / "data/livedoor/original/ldcc_text.tar.xz") as archive:
        for member in archive:
            outlet = member.name.split("/")[-2] if member.isfile() else ""
            if outlet in ("smax", "topic-news", "kaden-channel") and "LICENSE" not in member.name:
                rows.append(
                    (member.name, outlet, archive.extractfile(member).read().decode("utf-8").split("\n", 3)[-1])
                )
    frame = pd.DataFrame(rows, columns=["article_id", "outlet", "text"])
    found = text.find_furniture(frame)
    links = found[found["kind"].isin(["link list", "related link"])]
    share = text.strip_furniture(frame, links)["removed"].ne("").groupby(frame["outlet"]).mean()
    assert share["smax"] > 0.99
    assert 0.87 < share["topic-news"] < 0.92
    assert 0.82 < share["kaden-channel"] < 0.86


def test_lines_that_differ_in_an_id_only_are_furniture_and_other_numbers_are_not():
    lines = "川が{i}日あふれた。\nDocument EAST0000201103{i}2e73c000{i}x\n2011年3月{i}日\n日本 {i}-2 韓国\n"
    articles = pd.DataFrame(
        {"article_id": list("abcd"), "outlet": "東都", "text": [lines.format(i=i) for i in range(4)]}
    )
    found = text.find_furniture(articles)
    assert len(found) == 4 and found["line"].str.startswith("Document").all() and found["kind"].eq("repeated").all()
    assert found["n_articles"].eq(1).all() and found["share"].eq(0.25).all()
    assert not text.strip_furniture(articles, found, most_taken=1)["text"].str.contains("Document").any()
    assert not len(text.find_furniture(articles.head(2)))  # two are no repetition
