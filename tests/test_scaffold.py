"""``framing new``: parameter files proposed from the columns of somebody's own corpus."""

import shutil

import numpy as np
import pandas as pd
import pytest
import yaml

from framing import corpus, declared, store
from framing.batch import plan, proposal, scaffold
from framing.errors import ParamError

TEXTS = {
    "ja": "首相は{n}日、北海道で対話を促した。",
    "ko": "대통령은 {n}일 대화를 촉구했다.",
    "en": "The president urged dialogue on day {n}.",
}


def made(tmp_path, language="ja", n=60, outlets=("east", "west"), asked=None, **more):
    frame = pd.DataFrame({"outlet": [outlets[i % len(outlets)] for i in range(n)]})
    frame["date"] = [f"2011-01-{1 + i % 28:02d}" for i in range(n)]
    frame["text"] = [TEXTS[language].format(n=i) for i in range(n)]
    path = tmp_path / "mine.csv"
    frame.assign(**more).to_csv(path, index=False)
    return scaffold("mine", path, tmp_path / "params", **(asked or {}))


def various(n, names=("北海道", "朝鮮", "東京", "大阪")):
    """Texts with a hundred words of middling frequency, in which one name stands in many."""
    signs = "川山橋町港島駅森畑寺村城門池浜坂谷原野沢"
    words = [f"{a}と{b}の{c}" for a, b, c in zip(signs, signs[1:], signs[2:], strict=False)]
    pairs = (
        "会談大使選挙予算学校病院銀行農家警察裁判港湾漁業発電政党閣僚条約国境軍隊工場"
        "台風地震津波火災医師教師記者作家俳優歌手選手監督社長市長知事議員映画音楽小説"
        "料理野菜果物牛乳電車船舶電話手紙新聞雑誌放送写真絵画彫刻建築"
    )
    words += [pairs[k : k + 2] for k in range(0, len(pairs), 2)]
    rng = np.random.default_rng(1)
    return [f"{names[i % 4]}で{'と'.join(rng.choice(words, 15))}が話題になった。" for i in range(n)]


def values(written, name):
    return yaml.safe_load(next(path for path in written if path.stem == name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_corpus_that_is_not_japanese_gets_the_language_its_script_suggests(language, tmp_path):
    written, _, remarks = made(tmp_path, language)
    assert values(written, "00_corpus")["text_language"] == language
    assert any(f"text_language is set to {language}" in remark for remark in remarks)


def test_a_japanese_corpus_keeps_the_default(tmp_path):
    written, _, remarks = made(tmp_path)
    assert "text_language" not in values(written, "00_corpus")
    assert not any("text_language" in remark for remark in remarks)


def test_what_is_written_is_in_order(tmp_path):
    written, _, _ = made(tmp_path, outlets=("東都/朝刊", '「北海」"日報"'), page=1)
    runs, faults = plan.collect(written)
    assert not faults and len(runs) == len(written) > 4 and store.project().is_dir()


@pytest.mark.parametrize(("n", "topics"), [(49, None), (60, 5), (300, 10), (1000, "default")])
def test_few_articles_get_few_topics(n, topics, tmp_path):
    written, _, remarks = made(tmp_path, n=n, text=various(n))
    if topics is None:
        assert "20_topics" not in [path.stem for path in written]
        return
    given = values(written, "20_topics").get("n_topics", "default")
    assert given == topics and any(f"n_topics is set to {given}" in r for r in remarks) == (topics != "default")


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        (["新聞社", "掲載日", "掲載面", "見出し", "本文"], ["outlet", "date", "page", "headline", "text"]),
        (["メディア", "年月日", "ページ", "タイトル", "記事本文"], ["outlet", "date", "page", "headline", "text"]),
        (["掲載紙", "発行日", "面名", "題名", "内容"], ["outlet", "date", "section", "headline", "text"]),
        (["面名", "ページ", "媒体名", "記事テキスト"], ["section", "page", "outlet", "text"]),
        (["日期", "报纸名称", "版次", "标题", "正文"], ["date", "outlet", "page", "headline", "text"]),
        (
            ["뉴스 식별자", "일자", "언론사", "기고자", "제목", "본문"],
            ["article_id", "date", "outlet", "author", "headline", "text"],
        ),
        (["Источник", "Дата публикации", "Заголовок", "Текст"], ["outlet", "date", "headline", "text"]),
        (["発行元", "日付", "面"], ["outlet", "date", "page"]),
        (["Newspaper", "Publication Date", "Page No", "Full Text"], ["outlet", "date", "page", "text"]),
        (["Publisher", "PubDate", "Heading", "Article"], ["outlet", "date", "headline", "text"]),
        (["publication", "publisher", "title", "content"], ["outlet", None, "headline", "text"]),
        (["paper", "day", "pages", "body"], ["outlet", "date", "page", "text"]),
        (["언론사", "날짜", "면", "제목", "본문"], ["outlet", "date", "page", "headline", "text"]),
        (["社説", "発行部数", "日付順"], [None, None, None]),
    ],
)
def test_headers_that_newspapers_tables_have_are_taken_for_our_columns(header, ours):
    found = {theirs: name for name, theirs in proposal.propose(header).items()}
    assert [found.get(theirs) for theirs in header] == ours


def test_what_was_not_found_is_named_with_the_columns_left_over_and_the_line_to_write(tmp_path):
    frame = pd.DataFrame({"掲載日": "2020年4月1日", "本文": TEXTS["ja"], "系列": ["甲", "乙"] * 5, "地域": "東"})
    frame.to_csv(tmp_path / "mine.csv", index=False)
    written, _, remarks = scaffold("mine", tmp_path / "mine.csv", tmp_path / "params")
    told = "\n".join(remarks)
    assert "no column was taken for outlet, page, headline" in told and "left over: 系列, 地域" in told
    assert "one outlet only" not in told and "name no outlet" in told and "no outlet is known" in told
    (line,) = [remark.partition(".yaml: ")[2] for remark in remarks if ".yaml: " in remark]
    assert line == "columns: {date: 掲載日, text: 本文, outlet: 系列}"
    read = corpus.read(tmp_path / "mine.csv", **yaml.safe_load(line)).articles
    assert sorted(set(read["outlet"])) == ["乙", "甲"] and read["date"].notna().all()
    assert "10_keyness" not in [path.stem for path in written]


def test_one_outlet_is_said_only_where_a_column_names_it(tmp_path):
    _, _, remarks = made(tmp_path, outlets=("east",))
    assert any(remark.startswith("one outlet only") for remark in remarks)


def test_dates_and_pages_that_become_missing_are_counted(tmp_path):
    days = ["2020年13月1日", "不明", "不明", "", "1920-01-01"] + [f"2011-01-{1 + i % 28:02d}" for i in range(115)]
    _, _, remarks = made(
        tmp_path, n=120, outlets=("east",), date=days, page=["社会面", "社会面", "-", ""] + ["1面"] * 116
    )
    assert (
        "dates that cannot be read, set to missing: 3, such as 不明 (2, line 3), 2020年13月1日 (1, line 2)" in remarks
    )
    assert "dates far from the others of their outlet, set to missing: 1, such as 1920-01-01 (1, line 6)" in remarks
    assert "pages that cannot be read, set to missing: 3, such as 社会面 (2, line 2), - (1, line 4)" in remarks


def test_nothing_is_said_of_dates_and_pages_that_are_read_or_empty(tmp_path):
    _, _, remarks = made(tmp_path, page=["1面", ""] * 30)
    assert not any("missing" in remark for remark in remarks)


@pytest.mark.parametrize("inside", [(), ("notebooks", "params")])
def test_outside_a_project_nothing_is_written_and_the_exit_says_so(tmp_path, inside, framing):
    for name in inside:  # a project without the notebooks that the files would be for
        (tmp_path / name).mkdir()
    (tmp_path / "mine.csv").write_text("outlet,text\neast,The president urged dialogue.\n", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    done = framing("new", "mine", "mine.csv", cwd=tmp_path)
    assert done.returncode == 2 and "wrote" not in done.stdout
    assert "change to the project folder" in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_from_a_folder_within_a_project_the_files_land_in_its_params(tmp_path, framing):
    for name in ("params", "notebooks", "data"):
        (tmp_path / name).mkdir()
    shutil.copy(store.project() / "notebooks" / "00_corpus.ipynb", tmp_path / "notebooks")
    (tmp_path / "data" / "mine.csv").write_text("outlet,text\neast,The president urged.\n", encoding="utf-8")
    done = framing("new", "mine", "mine.csv", cwd=tmp_path / "data")
    assert done.returncode == 0 and (tmp_path / "params" / "mine" / "00_corpus.yaml").is_file(), done.stderr
    assert not (tmp_path / "data" / "params").exists()


ALL = {"00_corpus", "10_keyness", "11_maps", "12_contexts", "20_topics", "21_topic_choice", "30_frames"}
ALL |= {"31_coding", "40_prominence", "41_trends", "50_claims", "90_multiverse"}
ONE = {"00_corpus", "12_contexts", "20_topics", "21_topic_choice", "40_prominence", "41_trends",
       "50_claims"}  # fmt: skip


@pytest.mark.parametrize(
    ("outlets", "dated", "paged", "expected"),
    [
        (("east", "west"), True, True, ALL), (("east",), True, True, ONE),
        (("east", "west"), True, False, ALL - {"40_prominence"}),
        (("east", "west"), False, True, ALL - {"20_topics", "40_prominence", "41_trends", "90_multiverse"}),
        (("east",), False, False, {"00_corpus", "12_contexts", "21_topic_choice"}),
    ],
)  # fmt: skip
def test_every_notebook_that_the_corpus_can_bear_is_proposed(outlets, dated, paged, expected, tmp_path):
    n = 240
    days = pd.date_range("2018-01-01", periods=n, freq="5D").strftime("%Y-%m-%d") if dated else [""] * n
    page = [1 + i % 7 for i in range(n)] if paged else [""] * n
    written, _, remarks = made(tmp_path, n=n, outlets=outlets, text=various(n), date=days, page=page)
    assert {path.stem for path in written} == expected
    runs, faults = plan.collect(written)
    assert not faults and len(runs) == len(expected)
    if "50_claims" in expected:  # as they stand they can be read, and one's own file is kept
        file = tmp_path / "params" / "claims" / "mine.yaml"
        found, text = declared.read(file), file.read_text("utf-8")
        assert found.faults.empty and len(found.entries) == 2 + paged
        file.write_text(text.replace("matters: 1.25", "matters: 0.5"), "utf-8")
        assert "ratio of 1 or more" in str(plan.collect(written)[1])  # framing check reads the file of claims
    told = "\n".join(remarks)
    assert all(f"{name}: " in told for name in expected)  # what each asks
    assert all(
        name in told for name in ALL - expected - {"30_frames", "31_coding", "90_multiverse"}
    )  # why others are left out


def test_a_word_an_actor_and_a_day_are_filled_in_to_start_from(tmp_path):
    days = pd.date_range("2018-01-01", periods=240, freq="5D").strftime("%Y-%m-%d")
    names = ("プーチン大統領", "東京", "プーチン大統領", "大阪")
    written, _, _ = made(tmp_path, n=240, text=various(240, names), date=days, outlets=("east", "east", "west"))
    assert values(written, "12_contexts")["query"] == "putin" if "query" in values(written, "12_contexts") else True
    assert values(written, "41_trends")["at"] == "2019-08-01"  # the middle of 2018-01 to 2021-04
    assert values(written, "90_multiverse")["terms"][0] in ("東京", "大阪", "プーチン")
    assert values(written, "10_keyness")["target"] == "east"


def test_a_surname_that_many_bear_is_no_actor_to_start_from(tmp_path):
    """A local paper: 田中さん of these articles is a shopkeeper, and was taken for Makiko Tanaka of the lexicon."""
    texts = [
        f"商店街の田中さんは{n}人を迎えた。" if n % 3 else f"田中和夫さん({n})が店を開いた。" for n in range(1, 121)
    ]
    written, _, remarks = made(tmp_path, n=120, text=texts)
    assert "tanaka_makiko" not in str([values(written, path.stem) for path in written])
    assert any("田中 (80)" in remark and "for nobody elsewhere" in remark for remark in remarks)


@pytest.mark.parametrize(
    ("language", "asked", "shown"), [("ja", "", "ja"), ("en", "", "en"), ("ja", "en", "en"), ("en", "ja", "ja")]
)
def test_reports_are_in_the_language_of_the_articles_or_the_one_asked_for(language, asked, shown, tmp_path):
    written, _, remarks = made(tmp_path, language, asked={"language": asked})
    assert {values(written, path.stem).get("language", "en") for path in written} == {shown}
    assert any("reports are in" in remark for remark in remarks)


def test_two_outlets_are_compared_by_a_word_that_both_have_or_not_at_all(tmp_path):
    """The commonest names stand in one outlet each; a ratio of such a word has no estimate."""
    written, _, remarks = made(tmp_path, n=120, text=various(120))
    assert values(written, "90_multiverse")["terms"][0] not in ("北海道", "朝鮮", "東京", "大阪")
    own = ["東京で会議が開かれた。" if i % 2 else "大阪の祭りが始まった。" for i in range(60)]
    (tmp_path / "apart").mkdir()
    written, _, remarks = made(tmp_path / "apart", text=own)
    assert "90_multiverse" not in [path.stem for path in written]
    assert any("90_multiverse is left out" in remark for remark in remarks)


def test_tables_of_a_folder_are_read_each_by_its_own_columns(tmp_path):
    frame = pd.DataFrame(
        {"新聞": ["東都", "中州"] * 6, "日付": "2020-04-01", "本文": [TEXTS["ja"].format(n=i) for i in range(12)]}
    )
    (tmp_path / "mine").mkdir()
    frame.to_csv(tmp_path / "mine" / "a.csv", index=False)
    other = frame.assign(本文=frame["本文"] + "終わり。").rename(columns={"新聞": "媒体名", "日付": "掲載日"})
    other.to_csv(tmp_path / "mine" / "b.csv", index=False)
    written, mapping, remarks = scaffold("mine", tmp_path / "mine", tmp_path / "params")
    assert mapping["outlet"] == "新聞 / 媒体名" and remarks[0] == "articles read: 24, of outlets: 2; rows rejected: 0"
    assert "columns" not in values(written, "00_corpus")


def test_what_reading_noted_is_told_with_its_first_line(tmp_path):
    printed = ["ＡＢＣ新聞", "ABC新聞", "ABC新聞"] * 4
    _, _, remarks = made(tmp_path, n=12, outlets=printed)
    assert "noted of articles: 4, such as outlet printed as ＡＢＣ新聞 (4, line 2)" in remarks


def test_outlet_since_and_until_are_written_and_cut_what_is_proposed(tmp_path):
    n = 120
    days = pd.date_range("2018-01-01", periods=n, freq="10D").strftime("%Y-%m-%d")
    asked = {"outlet": "東都新報", "since": "2019", "until": "2020-06"}
    written, _, remarks = made(tmp_path, n=n, outlets=("",), text=various(n), date=days, asked=asked)
    assert values(written, "00_corpus")["outlet"] == "東都新報" and "since" not in values(written, "00_corpus")
    assert all(str(values(written, path.stem)["since"]) == "2019" for path in written[1:])
    inside = sum("2019-01-01" <= day <= "2020-06-30" for day in days)
    assert remarks[0].startswith(f"articles read: {inside}, of outlets: 1")
    assert not plan.collect(written)[1]
    with pytest.raises(ParamError, match="no article is left"):
        scaffold("other", tmp_path / "mine.csv", tmp_path / "params", since="2030")
    with pytest.raises(ParamError, match="language"):
        scaffold("other", tmp_path / "mine.csv", tmp_path / "params", language="fr")
    assert not (tmp_path / "params" / "other").exists()


def test_articles_whose_words_cannot_be_cut_are_refused_and_nothing_is_written(tmp_path):
    text = "河水在星期五上涨了，两座桥被关闭。" * 6
    with pytest.raises(ParamError, match="Chinese"):
        made(tmp_path, text=[f"{text}{i}" for i in range(60)])
    assert not (tmp_path / "params" / "mine").exists()


def test_rejected_rows_are_told_with_their_reasons_and_first_lines(tmp_path):
    (tmp_path / "a.csv").write_text("outlet,text\neast,The president spoke.\nwest\n", encoding="utf-8")
    _, _, remarks = scaffold("a", tmp_path / "a.csv", tmp_path / "params")
    assert "rejected because: 1 fields where the header has 2 (1, first a.csv line 3)" in remarks


def test_no_report_is_made_of_nothing(tmp_path, framing):
    done = framing("report", cwd=tmp_path)
    assert done.returncode == 2 and "no notebook was run" in done.stderr and not list(tmp_path.iterdir())


def test_a_trend_is_proposed_where_an_outlet_has_articles_in_enough_periods_and_not_by_the_span(tmp_path):
    days = [f"20{y:02d}-01-{1 + i:02d}" for y in (10, 13) for i in range(10)] * 6  # 20 days and 6 weeks in three years
    written, _, remarks = made(tmp_path, n=120, text=various(120), date=days)
    assert "41_trends" not in {path.stem for path in written} and any("41_trends is left out" in one for one in remarks)


def test_names_of_one_newspaper_are_told_with_the_option_to_give_and_written_where_it_is_given(tmp_path):
    outlets = ("東都新報", "東都新報デジタル", "東都新報（大阪）")
    _, _, remarks = made(tmp_path, outlets=outlets)
    (told,) = [remark for remark in remarks if "--same" in remark]
    assert "--same '東都新報デジタル=東都新報'" in told and "--same '東都新報（大阪）=東都新報'" in told
    shutil.rmtree(tmp_path / "params")
    same = {"東都新報デジタル": "東都新報", "東都新報（大阪）": "東都新報"}
    written, _, remarks = made(tmp_path, outlets=outlets, asked={"outlets": same})
    assert values(written, "00_corpus")["outlets"] == same and remarks[0].startswith("articles read: 60, of outlets: 1")
    assert not any("--same" in remark for remark in remarks) and not plan.collect(written)[1]
    with pytest.raises(ParamError, match="did you mean '東都新報'"):
        scaffold("other", tmp_path / "mine.csv", tmp_path / "params", outlets={"東部新報": "東都新報"})
    assert not (tmp_path / "params" / "other").exists()


def test_what_the_system_denies_is_a_sentence(tmp_path, framing, monkeypatch):
    """As of a folder that may only be read, or a full disk."""

    def denied(path, *_, **__):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("framing.batch.clean", denied)
    done = framing("clean", "mine", "--yes", "--output", "out", cwd=tmp_path)
    assert done.returncode == 1 and done.stderr == f"failed: {tmp_path / 'out'}: Permission denied\n"
