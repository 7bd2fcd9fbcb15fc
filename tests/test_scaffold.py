"""``framing new``: parameter files proposed from the columns of somebody's own corpus."""

import shutil

import pandas as pd
import pytest
import yaml

from framing import corpus, store
from framing.batch import plan, proposal, scaffold

TEXTS = {
    "ja": "首相は{n}日、北海道で対話を促した。",
    "ko": "대통령은 {n}일 대화를 촉구했다.",
    "en": "The president urged dialogue on day {n}.",
}


def made(tmp_path, language="ja", n=60, outlets=("east", "west"), **more):
    frame = pd.DataFrame({"outlet": [outlets[i % len(outlets)] for i in range(n)]})
    frame["date"] = [f"2011-01-{1 + i % 28:02d}" for i in range(n)]
    frame["text"] = [TEXTS[language].format(n=i) for i in range(n)]
    path = tmp_path / "mine.csv"
    frame.assign(**more).to_csv(path, index=False)
    return scaffold("mine", path, tmp_path / "params")


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
    assert not faults and len(runs) == 5 and store.project().is_dir()


@pytest.mark.parametrize(("n", "topics"), [(49, None), (60, 5), (300, 10), (1000, "default")])
def test_few_articles_get_few_topics(n, topics, tmp_path):
    written, _, remarks = made(tmp_path, n=n)
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
    assert "no column was taken for article_id, outlet, page, headline" in told and "left over: 系列, 地域" in told
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


def test_no_report_is_made_of_nothing(tmp_path, framing):
    done = framing("report", cwd=tmp_path)
    assert done.returncode == 2 and "no notebook was run" in done.stderr and not list(tmp_path.iterdir())
