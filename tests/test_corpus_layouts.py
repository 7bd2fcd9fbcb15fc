# ruff: noqa: E501
"""Layouts that exports come in beside the plain ones of test_corpus_formats: every sample is invented."""

import io
import json

import openpyxl
import pandas as pd
import pytest

from framing import corpus
from framing.corpus.formats import SEVERAL
from framing.errors import ParamError, TableError

ONE = "　大雨で三十一日、町を流れる川の堤防が切れ、周辺の住宅が水につかった。\n　市は避難所を設け、住民百二十人が夜を過ごした。"
TWO = "　県は十二日、山あいの集落で四年ぶりに秋祭りが開かれたと発表した。\n　保存会の会長は「来年も続けたい」と話した。"
RIVER = "The river flooded on Friday, and two bridges were closed for the whole of the day, the police said at noon."
KCNA = "Pyongyang, March 12 (KCNA) -- Kim Jong Un sent a message of greeting to the president of the country on Friday."
RODONG = "조선로동당 총비서이신 김정은동지께서 축전을 보내시였다. 축전은 다음과 같다.\n나는 당신에게 축하의 인사를 보냅니다. 친선은 영원할것입니다.\n"
TREATY = "　　新华社十一日讯，友好合作互助条约在北京签字。双方代表在条约上签了字。\n　　签字仪式后，举行了宴会。"


def labelled(sign, *records):
    """Records with a sign before the name of each field and blanks behind it."""
    return "\n\n".join(
        "\n".join([*(f"{sign}{k}　　{v}" for k, v in head), f"{sign}本文", text]) for head, text in records
    )


ELNET = labelled("■",
    ([("見出し", "川"), ("掲載紙", "東都新聞（朝刊）"), ("掲載日", "2011/03/12"), ("掲載面", "1面")], ONE),
    ([("見出し", "山"), ("掲載紙", "北海新聞夕刊"), ("掲載日", "2011/03/13"), ("掲載面", "23面")], TWO))  # fmt: skip
GSEARCH = "\n\n".join(f"記事番号 {i}/2\n" + labelled("", (
    [("タイトル", head), ("新聞名", f"{name}新聞朝刊全道"), ("掲載日", f"2011年03月1{i + 1}日（土）"), ("面", "1総合"), ("ページ", page)], text))
    for i, (head, name, page, text) in enumerate([("川", "東都", "1", ONE), ("山", "北海", "23", TWO)], 1))  # fmt: skip
TELECOM = f"""川
2011/03/12  東都新聞朝刊  1ページ  絵写表有  812文字  PDF有  書誌情報

{ONE}

山
2011/03/13  日経ＭＪ（流通新聞）  23ページ    120文字  PDF有  書誌情報

{TWO}
"""
CROSS = f"""朝日新聞クロスサーチ

No.1
川
2011年3月12日　朝刊　１総合　1ページ　東京　本紙　812文字
{ONE}

No.2
山
2011年3月13日　夕刊　２社会　23ページ　大阪　本紙　300文字
{{}}

朝日新聞社の著作物です。無断転載を禁じます。
"""
PROQUEST = "\n\n".join([
    "_" * 60, "Report Information from ProQuest", "_" * 60, "Table of contents", "1. River: the flood of a town", "2. Hills",
    *(part for i, (head, paper, page) in enumerate([("River", "The Post, Late Edition (East Coast)", "Pages: A.1"),
                                                    ("Hills", "The Guard", "First page: 23")], 1)
      for part in ["_" * 60, f"Document {i} of 2", head, "Author: Doe, Jane", "Abstract (Summary):", "It flooded.",
                   "Full Text:", RIVER, "Credit: By Jane Doe", "Subject: Rivers", f"Title: {head}",
                   f"Publication title: {paper}; Town, N.Y.", page, f"Publication date: Mar 1{i + 1}, 2011", "Database: X"]),
    "_" * 60, "Bibliography", "Citation style: APA 6th", "Doe, J. (2011, Mar 12). River: the flood of a town. The Post Retrieved from x"
    ", and Doe, J. (2011, Mar 13). Hills, in a line that is long enough to be an article of its own. The Guard", "_" * 60,
    "Database copyright © 2011 X LLC. All rights reserved.", ""])  # fmt: skip
TREATIES = "\n\n".join(f"【人民日报2011年03月{day}日 第{page}版】\n【标题】{head}\n【作者】\n【正文】\n{TREATY}"
                       for day, page, head in [(12, 1, "条约签字"), (13, 23, "庆祝条约")])  # fmt: skip
INTEGRUM = "<html><head><meta charset=windows-1251><title>Интегрум</title></head><body>" + "<hr>".join(
    f"<table><tr><td>Источник:</td><td>{paper}</td></tr><tr><td>Дата выпуска:</td><td>{day}</td></tr><tr><td>Полоса:</td><td>{page}"
    f"</td></tr><tr><td>Заголовок:</td><td>{head}</td></tr></table><p>Река вышла из берегов в пятницу. Закрыты два моста.</p>"
    for paper, day, page, head in [
        ("Известия", "12 марта 2011 г.", 1, "Река"),
        ("Правда", "13.03.2011", 23, "Праздник"),
    ]
)

LAYOUTS = {  # outlets, headlines and the encoding
    "elnet": (ELNET, ["東都新聞", "北海新聞"], ["川", "山"], "cp932"),
    "gsearch": (GSEARCH, ["東都新聞", "北海新聞"], ["川", "山"], "cp932"),
    "telecom": (TELECOM, ["東都新聞", "日経MJ(流通新聞)"], ["川", "山"], "cp932"),
    "cross": (CROSS.format(TWO), ["朝日新聞", "朝日新聞"], ["川", "山"], "utf-8"),
    "proquest": (PROQUEST, ["The Post", "The Guard"], ["River", "Hills"], "utf-8-sig"),
    "renmin": (TREATIES, ["人民日报", "人民日报"], ["条约签字", "庆祝条约"], "gb18030"),
    "integrum": (INTEGRUM, ["Известия", "Правда"], ["Река", "Праздник"], "cp1251"),
}  # fmt: skip


def read(tmp_path, name, data, encoding="utf-8"):
    (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return corpus.read(tmp_path / name)


@pytest.mark.parametrize("name", LAYOUTS)
def test_records_in_another_layout_come_out_whole_with_newspaper_day_and_page(name, tmp_path):
    text, outlets, headlines, encoding = LAYOUTS[name]
    reading = read(tmp_path, "a.html" if text[:1] == "<" else "a.txt", text, encoding)
    found = reading.articles
    assert len(found) == 2 and reading.rejected["reason"].tolist() == []
    assert found["outlet"].tolist() == outlets and found["headline"].tolist() == headlines
    assert found["date"].dt.strftime("%Y%m%d").tolist() == ["20110312", "20110313"]
    assert found["page"].tolist() == [1, 23] and found["text"].str.len().gt(30).all() and found["note"].eq("").all()


def test_a_result_list_above_its_articles_moves_no_headline(tmp_path):
    fields = [
        "2011/03/12  日本経済新聞　朝刊  1ページ  812文字",
        "2011/03/13  日本経済新聞　地方経済面　北海道  23ページ  300文字",
    ]
    listed = "\n\n".join(
        f"   {i}.  {head}\n{line}" for i, (head, line) in enumerate(zip("川山", fields, strict=True), 1)
    )
    whole = "\n\n".join(f"{head}\n{line}\n{text}" for head, line, text in zip("川山", fields, (ONE, TWO), strict=True))
    reading = read(tmp_path, "a.txt", f"日経テレコン\n\n{listed}\n\n{whole}\n", "cp932")
    assert reading.articles["headline"].tolist() == ["川", "山"] and reading.articles["text"].tolist() == [ONE, TWO]
    assert reading.rejected["reason"].str.contains("result list").tolist() == [True, True]
    timed = f"川\n2011/03/12 10:15  日経速報ニュースアーカイブ    812文字\n{ONE}\n\n山\n2011/03/13 02:00  日本経済新聞電子版  300文字\n{TWO}\n"
    found = read(tmp_path, "a.txt", timed, "cp932").articles
    assert found["outlet"].tolist() == ["日経速報ニュースアーカイブ", "日本経済新聞電子版"] and found[
        "headline"
    ].tolist() == ["川", "山"]


def test_an_agency_below_the_headline_of_factiva_is_no_headline_and_a_dash_no_edition(tmp_path):
    tail = (
        "812 文字\n2011年3月12日\n08:15\n{}\nKYODO\n{}\nCopyright 2011 X\n\n"
        + ONE
        + "\n\n文書 KYODO000020110312e73c00001\n"
    )
    row = read(tmp_path, "a.txt", "社会\n川\n共同通信\n" + tail.format("共同通信ニュース", "日本語")).articles.iloc[0]
    assert (row["headline"], row["author"], row["section"]) == ("川", "共同通信", "社会")
    row = read(tmp_path, "a.txt", "河\n" + tail.format("聯合報", "中文 – 繁體")).articles.iloc[0]
    assert (row["language"], row["headline"]) == ("zh", "河") and "edition" not in row


@pytest.mark.parametrize(
    "notice",
    ["※著作権などの関係で本文を表示できません。", "本文は著作権上の都合により表示できません。", "（この記事は著作権等の問題で収録していません）", "※この記事の本文は表示できません。"],
)  # fmt: skip
def test_a_body_that_is_withheld_is_empty(notice, tmp_path):
    found = read(tmp_path, "a.txt", CROSS.format(notice)).articles
    assert found["text_flag"].tolist() == ["", "empty"] and found["text"][1] == ""


PRINTED = [
    ("毎日新聞大阪夕刊", "毎日新聞", "大阪夕刊", ""), ("中日新聞朝刊", "中日新聞", "朝刊", ""), ("夕刊フジ", "夕刊フジ", "", ""),
    ("北海道新聞　朝刊全道", "北海道新聞", "朝刊全道", ""), ("朝日新聞（夕刊）", "朝日新聞", "夕刊", ""),
    ("The Washington Post - Final Edition", "The Washington Post", "Final Edition", ""),
    ("The Post-Standard Final Edition", "The Post-Standard", "Final Edition", ""),
    ("New York Times, Late Edition (East Coast); New York, N.Y.", "New York Times", "Late Edition (East Coast)", "New York, N.Y."),
    ("Los Angeles Times (1923-1995)", "Los Angeles Times", "", ""), ("Daily Mail (1896-Current file)", "Daily Mail", "", ""),
    ("The Guardian (London)", "The Guardian (London)", "", ""), ("Special Edition", "Special Edition", "", ""),
]  # fmt: skip


def test_edition_place_and_years_behind_a_newspapers_name_are_no_part_of_it(tmp_path):
    rows = [(printed, f"t{i}", f"The river rose {i}.") for i, (printed, *_) in enumerate(PRINTED)]
    found = read(
        tmp_path, "a.csv", pd.DataFrame(rows, columns=["outlet", "title", "text"]).to_csv(index=False)
    ).articles
    told = list(zip(found["outlet"], found["edition"], found["region"], strict=True))
    assert told == [tuple(expected) for _, *expected in PRINTED]


PAGES = [
    ("Page 12", 12, ""), ("Pg. A1", 1, "A"), ("C 1", 1, "C"), ("стр. 7", 7, ""), ("Seite 4", 4, ""), ("1面 総合", 1, ""),
    ("朝刊14版 3面", 3, ""), ("03版:要闻", 3, ""), ("A10면", 10, "A"), ("12/40", None, ""), ("A1 要聞", 1, "A"), ("面", None, ""), ("14版1総合", None, ""),
    ("第2部1面", 1, "第2部"), ("別刷り3面", 3, "別刷り"), ("統合版 5面", 5, ""), ("地方版 24", 24, "地方版"), ("埼玉 29面", 29, "埼玉"),
    ("夕刊1面", 1, ""), ("1面トップ", 1, ""), ("総合1面", None, ""), ("社会 2面", None, ""), ("Page One", 1, ""), ("A叠03版", 3, "A"),
    ("4-я полоса", 4, ""), ("13・14", 13, ""), ("8면", 8, ""), ("第01版", 1, ""), ("Página 3", 3, ""), ("テレビ欄", None, ""),
]  # fmt: skip


def test_a_page_is_read_beside_what_stands_around_it(tmp_path):
    rows = [(printed, f"t{i}", f"The river rose {i}.") for i, (printed, *_) in enumerate(PAGES)]
    found = read(tmp_path, "a.csv", pd.DataFrame(rows, columns=["page", "title", "text"]).to_csv(index=False)).articles
    pages = [None if page is pd.NA else page for page in found["page"]]
    assert list(zip(pages, found["page_section"], strict=True)) == [(page, letter) for _, page, letter in PAGES]


def test_titles_above_the_header_of_a_table_are_no_header(tmp_path):
    rows = [
        ["検索結果一覧"],
        ["検索日：2011年3月20日"],
        [],
        ["媒体", "日付", "見出し", "本文"],
        ["東都", "2011-03-12", "川", "川があふれた。\n町も。"],
    ]
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(data)
    text = "\n".join(",".join(f'"{value}"' for value in row) for row in rows)
    for name, content in (("a.xlsx", data.getvalue()), ("a.csv", text.encode("cp932"))):
        reading = read(tmp_path, name, content)
        assert len(reading.rejected) == 0 and reading.articles["outlet"].tolist() == ["東都"]
        assert reading.articles["text"].tolist() == ["川があふれた。\n町も。"]


@pytest.mark.parametrize(
    "answer",
    [
        {"response": {"status": "ok", "results": [{"webTitle": "River", "webPublicationDate": "2011-03-12T00:00:00Z", "fields": {
            "bodyText": "It rose.", "publication": "The Post", "newspaperPageNumber": "1"}}]}},
        {"response": {"docs": [{"headline": {"main": "River", "kicker": None}, "pub_date": "2011-03-12T00:00:00+0000",
                                "print_page": "1", "source": "The Post", "lead_paragraph": "It rose."}]}},
    ],
)  # fmt: skip
def test_the_answer_of_an_api_is_read_where_its_fields_lie_deeper(answer, tmp_path):
    row = read(tmp_path, "a.json", json.dumps(answer)).articles.iloc[0]
    assert (row["headline"], row["text"], row["outlet"], row["page"]) == ("River", "It rose.", "The Post", 1)
    assert str(row["date"].date()) == "2011-03-12"


def test_russian_in_utf_16_is_no_table_of_broken_lines(tmp_path):
    table = "Источник;Дата;Заголовок;Текст\nИзвестия;13 марта 2011 г.;Река;Река вышла из берегов.\n"
    found = read(tmp_path, "a.csv", table, "utf-16").articles
    assert found["outlet"].tolist() == ["Известия"] and str(found["date"][0].date()) == "2011-03-13"


def test_pages_of_archives_copied_as_text_and_with_their_day_below_are_theirs(tmp_path):
    watch = f"Kim Jong Un Sends Message | KCNA Watch\nHome\nKim Jong Un Sends Message\nDate: 12/03/2021 | Source: KCNA.kp (En)\n{KCNA}\n"
    rodong = f"로동신문\n주체110(2021)년 3월 12일 금요일 3면\n\n김정은동지께서 축전을 보내시였다\n\n{RODONG}"
    html = "<html><title>로동신문</title><body><h1>김정은동지께서 축전을 보내시였다</h1>" + "".join(
        f"<p>{line}</p>" for line in [*RODONG.split("\n"), "주체110(2021)년 3월 12일 3면"]
    )
    for name, text, outlet in (
        ("a.txt", watch, "KCNA.kp"),
        ("b.txt", rodong, "Rodong Sinmun"),
        ("c.html", html, "Rodong Sinmun"),
    ):
        row = read(tmp_path, name, text).articles.iloc[0]
        assert (row["outlet"], str(row["date"].date())) == (outlet, "2021-03-12")
        assert name == "a.txt" or (row["page"], row["headline"]) == (3, "김정은동지께서 축전을 보내시였다")


@pytest.mark.parametrize(
    "headline", ["北 로동신문, 미국 비난", "KCNA Watch goes offline", "Rodong Sinmun blames the storm"]
)
def test_a_headline_that_names_an_archive_makes_no_outlet_of_it(headline, tmp_path):
    body = f"<p>2021-03-12</p><p>{RODONG}</p><p>{KCNA}</p>"
    for name, text in (
        ("a.html", f"<html><title>{headline}</title><body><h1>{headline}</h1>{body}"),
        ("a.txt", f"{headline}\n2021-03-12\n{KCNA}"),
    ):
        assert read(tmp_path, name, text).articles["outlet"].tolist() == ["unnamed"]


def test_an_export_saved_as_a_web_archive_is_read_as_that_export(tmp_path):
    rows = "".join(
        f"<TR><TD>{i}</TD><TD>2011年03月1{i}日</TD><TD>朝刊</TD><TD>１社会</TD><TD>00{i}</TD><TD>812文字</TD></TR></TABLE>"
        f"<P>{head}</P><DIV>{text}</DIV><TABLE>" for i, head, text in [(1, "川", ONE), (2, "山", TWO)]
    )  # fmt: skip
    page = f"<html><title>朝日新聞記事検索サービス</title><body>朝日新聞社 聞蔵II<TABLE>{rows}</TABLE></body></html>"
    head = b"From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=Shift_JIS\r\n\r\n"
    reading = read(tmp_path, "a.mhtml", head + page.encode("cp932"))
    assert reading.articles["outlet"].tolist() == ["朝日新聞"] * 2 and reading.articles["headline"].tolist() == [
        "川",
        "山",
    ]
    assert reading.files["encoding"].tolist() == ["cp932"] and len(reading.rejected) == 0


HEADS = [
    ("堤防切れ\n2011年3月12日\n第3版(要闻)\n", "堤防切れ", "", 3), ("2011年3月12日\n堤防切れ\n", "堤防切れ", "", None),
    ("River floods\nBy Jane Doe\nMarch 12, 2011\n\n", "River floods", "Jane Doe", None), ("堤防切れ\n2011/3/12\n山田太郎記者\n", "堤防切れ", "山田太郎記者", None),
]  # fmt: skip


@pytest.mark.parametrize(("head", "headline", "author", "page"), HEADS)
def test_the_first_lines_of_a_text_are_its_headline_day_author_and_page(head, headline, author, page, tmp_path):
    row = read(tmp_path, "a.txt", head + ONE).articles.iloc[0]
    assert (row["headline"], str(row["date"].date()), row["text"]) == (headline, "2011-03-12", ONE.strip())
    assert row.get("author", "") == author and (row["page"] == page if page else row["page"] is pd.NA)


@pytest.mark.parametrize(("name", "text"), [("a.srt", "1\n00:01 --> 00:02\nHello\n"), ("a.py", "import os\n"), ("x.log", "10:00 started\n"),
                                            ("desktop.ini", "[.ShellClassInfo]\n"), ("a.yaml", "study: x\n")])  # fmt: skip
def test_a_program_settings_a_log_and_subtitles_are_no_article(name, text, tmp_path):
    reading = read(tmp_path, name, text)
    assert len(reading.articles) == 0 and "no article" in reading.rejected["reason"][0]


def test_the_publisher_below_an_article_and_the_sign_of_markdown_are_no_part_of_it(tmp_path):
    fields = ["中日新聞　2011.03.12　朝刊　1頁　（全812字）", "東京新聞　2011.03.13　夕刊　9頁　社会面　（全300字）"]
    text = "\n\n".join(f"{line}\n題\n{body}\n中日新聞社" for line, body in zip(fields, (ONE, TWO), strict=True))
    found = read(tmp_path, "a.txt", text, "cp932").articles
    assert found["outlet"].tolist() == ["中日新聞", "東京新聞"] and found["text"].tolist() == [ONE, TWO]
    assert read(tmp_path, "b.md", f"# River floods\n\n{RIVER}\n").articles["headline"].tolist() == ["River floods"]


SEPARATE = {
    "signs": "\n\n".join(f"◎川{i}\n2011/03/1{i} 10:15 時事通信ニュース\n{ONE}" for i in range(3)),
    "counts": "\n".join(
        f"Документ {i} из 2\nИзвестия, N 45, 1{i}.3.2011\nРека\nРека вышла из берегов в пятницу.\n" for i in (1, 2)
    ),
    "rules": "\n--------------------\n".join(f"堤防切れ{i}\n{ONE}" for i in range(3)),
    "days": "\n\n".join(f"Flood {i}\nMarch {i + 1}, 2011\n{RIVER}" for i in range(3)),
    "marks": "\n".join(f"### Flood {i}\nThe Guard, 2011-03-0{i + 1}\n\n{RIVER}\n" for i in range(3)),
    "addresses": "\n\n".join(
        f"http://x.example/{i}\n2011-03-0{i + 1}T10:00:00+0900\nFlood {i}\n{RIVER}" for i in range(3)
    ),
}
TOGETHER = {
    "a rule above a notice": f"堤防切れ\n{ONE}\n----------------\n{TWO}",
    "a chronology": "洪水の経過\n2011年3月12日\n堤防が切れる。\n\n2011年3月13日\n水が引く。\n\n2011年3月14日\n町の人が戻る。\n",
    "lists with days": f"新製品の案内\n{ONE}\n\n■製品一\n2011年3月12日 発売\n{TWO}\n\n■製品二\n2011年3月13日 発売\n{TWO}\n",
}  # fmt: skip


@pytest.mark.parametrize("name", [*SEPARATE, *TOGETHER])
def test_a_text_of_several_articles_is_refused_and_one_article_is_read(name, tmp_path):
    reading = read(tmp_path, "a.txt", (SEPARATE | TOGETHER)[name])
    assert len(reading.articles) == (name in TOGETHER)
    assert reading.rejected["reason"].tolist() == ([] if name in TOGETHER else [SEVERAL])


def test_a_person_says_which_names_are_one_newspaper_and_a_name_that_none_has_is_refused(tmp_path):
    rows = [
        ("The Guard (London)", "a", "One."),
        ("The Guard", "b", "Two."),
        ("ＴＨＥ　ＧＵＡＲＤ", "c", "Three."),
        ("The Post", "d", "Four."),
    ]
    (tmp_path / "a.csv").write_text(
        pd.DataFrame(rows, columns=["outlet", "title", "text"]).to_csv(index=False), encoding="utf-8"
    )
    found = corpus.read(tmp_path / "a.csv", outlets={"The Guard (London)": "The Guard", "the post": "Post"}).articles
    assert found["outlet"].tolist() == ["The Guard"] * 3 + ["Post"]
    assert found["note"].tolist()[::2] == [
        "outlet printed as The Guard (London)",
        "outlet printed as ＴＨＥ　ＧＵＡＲＤ",
    ]
    with pytest.raises(ParamError, match=r"'The Gard \(London\)'.*did you mean 'The Guard \(London\)'"):
        corpus.read(tmp_path / "a.csv", outlets={"The Gard (London)": "The Guard"})
    with pytest.raises(TableError, match="maps names to names"):
        corpus.read(tmp_path / "a.csv", outlets={"The Guard (London)": ""})


def test_two_names_made_one_make_copies_in_two_databases_one_article(tmp_path):
    body = f"{ONE}\n{TWO}"
    (tmp_path / "a.csv").write_text(
        f'媒体,日付,見出し,本文\n東都新報デジタル,2011-03-12,川,"{body}"\n', encoding="utf-8"
    )
    (tmp_path / "b.txt").write_text(f"東都新報\n2011年3月12日　朝刊　1面\n川\n{body}\n", encoding="utf-8")
    assert len(corpus.read(tmp_path).articles) == 2
    reading = corpus.read(tmp_path, outlets={"東都新報デジタル": "東都新報"})
    assert reading.articles["edition"].tolist() == ["朝刊"] and len(reading.rejected) == 1


@pytest.mark.parametrize("outlet", ["a" + " " * 100_000 + "b", "a;" * 50_000, "(" * 100_000, "a-" * 50_000])
def test_a_name_of_a_hundred_thousand_signs_is_read_in_linear_time(outlet, tmp_path):
    row = read(tmp_path, "a.jsonl", json.dumps({"outlet": outlet, "title": "x", "text": "y"})).articles.iloc[0]
    assert row["headline"] == "x"
    assert len(read(tmp_path, "b.txt", "http://x/1\n2011-03-12\nA\n" + "\n" * 100_000 + outlet).articles) == 1
