"""Outlets are read, never guessed. All articles are invented; each expected outlet is the one printed in the text."""

import zipfile

import pytest

from framing import corpus, databases, web

BODY = "川があふれる\n　川が三十一日あふれた。\n"

NAMED = {  # the header line: outlet, edition, page
    "2021年4月1日 毎日新聞 朝刊1面": ("毎日新聞", "朝刊", 1),
    "2021/04/01  日本経済新聞　朝刊  1ページ  812文字": ("日本経済新聞", "朝刊", 1),
    "2021年4月1日日本経済新聞夕刊3面": ("日本経済新聞", "夕刊", 3),  # 日 is no Sunday here
    "産経新聞　２０２１年０４月０１日　東京朝刊　１頁": ("産経新聞", "朝刊", 1),
    "令和3年4月1日（木） 河北新報社 朝刊 14版 2面": ("河北新報", "朝刊", 2),
    "東都新報 朝刊1面\n2021年4月1日": ("東都新報", "朝刊", 1),
    "2021年4月1日\n沖縄タイムス 朝刊 5面": ("沖縄タイムス", "朝刊", 5),
    "東京新聞\n2021年4月1日\n夕刊\n1面": ("東京新聞", "夕刊", 1),
    "新聞名：中日新聞\n発行日：2021年4月1日\n朝夕刊：朝刊\nページ：1\n見出し：川があふれる\n本文：": (
        "中日新聞",
        "朝刊",
        1,
    ),
    "2021年4月1日 朝日新聞 朝刊1面": ("朝日新聞", "朝刊", 1),
}


@pytest.mark.parametrize("header", NAMED)
def test_the_outlet_is_the_newspaper_that_the_header_prints(header, tmp_path):
    (tmp_path / "a.txt").write_text(f"{header}\n{BODY}", encoding="utf-8")
    reading = corpus.read(tmp_path / "a.txt")
    found = reading.articles.iloc[0]
    assert (found["outlet"], found["edition"], found["page"]) == NAMED[header] and len(reading.articles) == 1
    assert str(found["date"].date()) == "2021-04-01" and found["headline"] == "川があふれる"
    assert corpus.read(tmp_path / "a.txt", outlet="他紙").articles["outlet"].tolist() == [NAMED[header][0]]


@pytest.mark.parametrize(
    "header",
    [
        "2021.04.01　東京朝刊　1頁　総合面　（全812字）",
        "2021年4月1日 朝刊 1面",
        "1\t2021.04.01\t川があふれる\t大阪夕刊\t社会\t01頁\t812字\t04段",
        "発行日：2021年4月1日\n朝夕刊：朝刊\nページ：1",
        "2021年4月1日\n朝刊\n１総合\n001",
    ],
)
def test_a_header_that_names_no_newspaper_is_rejected_until_the_reader_names_one(header, tmp_path):
    (tmp_path / "a.txt").write_text(f"{header}\n{BODY}", encoding="utf-8")
    assert databases.detect(f"{header}\n{BODY}") == ""
    reading = corpus.read(tmp_path / "a.txt")
    assert len(reading.articles) == 0 and reading.rejected["reason"].str.contains("outlet=").tolist() == [True]
    assert corpus.read(tmp_path / "a.txt", outlet="毎日新聞").articles["outlet"].tolist() == ["毎日新聞"]


def test_a_masthead_names_the_newspaper_of_every_record_below_it(tmp_path):
    text = f"毎日新聞\n\n2021年4月1日 朝刊 1面\n{BODY}\n2021年4月2日 夕刊 3面\n水が引く\n　水が引いた。\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert corpus.read(tmp_path / "a.txt").articles["outlet"].tolist() == ["毎日新聞", "毎日新聞"]
    mixed = (
        f"毎日新聞 2021年4月1日 朝刊 1面\n{BODY}\n産経新聞 2021年4月2日 朝刊 1面\n{BODY}\n2021年4月3日 朝刊 1面\n{BODY}"
    )
    (tmp_path / "a.txt").write_text(mixed, encoding="utf-8")
    reading = corpus.read(tmp_path / "a.txt")
    assert reading.articles["outlet"].tolist() == ["毎日新聞", "産経新聞"] and len(reading.rejected) == 1


def test_the_folders_name_the_newspapers_of_headers_that_do_not(tmp_path):
    for outlet in ("甲新聞", "乙新聞"):
        (tmp_path / outlet).mkdir()
        (tmp_path / outlet / "1.txt").write_text(f"2021年4月1日 朝刊 1面\n{outlet}の{BODY}", encoding="utf-8")
    assert sorted(corpus.read(tmp_path).articles["outlet"]) == ["乙新聞", "甲新聞"]


@pytest.mark.parametrize(
    "sentence",
    [
        "朝日新聞の記事データベース「聞蔵」で調べた。",
        "ヨミダス歴史館によると、読売新聞は当時そう伝えた。",
        "四月一日付朝日新聞朝刊1面の記事による。",
    ],
)
def test_a_database_that_the_body_speaks_of_does_not_claim_the_file(sentence, tmp_path):
    (tmp_path / "a.txt").write_text(f"2021年4月1日 毎日新聞 朝刊1面\n{BODY}　{sentence}\n", encoding="utf-8")
    assert corpus.read(tmp_path / "a.txt").articles["outlet"].tolist() == ["毎日新聞"]
    assert databases.detect(f"2021年4月1日 朝刊1面\n{BODY}　{sentence}\n") == ""


@pytest.mark.parametrize(
    ("mark", "outlet"),
    [
        ("朝日新聞社 聞蔵II", "朝日新聞"),
        ("聞蔵Ⅱビジュアル for Libraries", "朝日新聞"),
        ("朝日新聞クロスサーチ", "朝日新聞"),
        ("ログアウト　朝日新聞クロスサーチ　ヘルプ", "朝日新聞"),
        ("朝日新聞社に無断で転載することを禁じます。", "朝日新聞"),
        ("ヨミダス歴史館", "読売新聞"),
        ("読売新聞社 ヨミダス", "読売新聞"),
        ("TOP | ヨミダス | マイ検索", "読売新聞"),
    ],
)
def test_the_marks_of_a_database_name_its_newspaper(mark, outlet, tmp_path):
    (tmp_path / "a.txt").write_text(
        f"{mark}\n2021年4月1日 朝刊 1面\n{BODY}", encoding="cp932" if "Ⅱ" not in mark else "utf-8"
    )
    found = corpus.read(tmp_path / "a.txt").articles
    assert found["outlet"].tolist() == [outlet] and found["page"].tolist() == [1]


@pytest.mark.parametrize(
    "body",
    [
        "著作権侵害で朝日新聞社を提訴\n　川があふれた。\n",
        "写真を無断使用、読売新聞社が謝罪\n　川があふれた。\n",
        "記事の無断転載で読売新聞社が提訴\n　川があふれた。\n",
        "著作権法改正を考える　朝日新聞社主催シンポ\n　川があふれた。\n",
        "川があふれる\n　川があふれた。\n写真は朝日新聞社提供、無断転載禁止\n",
        "川があふれる\n　川があふれた。\n写真©朝日新聞社\n",
    ],
)
def test_a_headline_or_a_credit_that_mentions_rights_names_no_outlet(body, tmp_path):
    (tmp_path / "a.txt").write_text(f"2021年4月1日 朝刊12面\n{body}", encoding="utf-8")
    reading = corpus.read(tmp_path / "a.txt")
    assert len(reading.articles) == 0 and reading.rejected["reason"].str.contains("outlet=").tolist() == [True]
    assert corpus.read(tmp_path / "a.txt", outlet="毎日新聞").articles["outlet"].tolist() == ["毎日新聞"]


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("©朝日新聞社", "asahi"),
        ("Copyright (C) 2021 The Asahi Shimbun Company. All Rights Reserved.", "asahi"),
        ("(C)読売新聞社　無断転載を禁じます", "yomiuri"),
        ("朝日新聞社の許諾なく転載・複製することを禁じます。", "asahi"),
        ("この記事の著作権は読売新聞社に帰属します。", "yomiuri"),
    ],
)
def test_a_line_of_rights_in_its_own_form_names_the_outlet(line, source):
    assert databases.detect(f"2021年4月1日 朝刊12面\n{BODY}{line}\n") == source


def test_the_title_of_a_saved_page_is_a_mark_too():
    row = "<tr><td>2021年4月1日</td><td>朝刊</td><td>１総合</td><td>001</td><td>812文字</td></tr>"
    html = f"<html><head><title>{{}}</title></head><body><table>{row}</table><p>　川があふれた。</p></body></html>"
    assert databases.detect(html.format("朝日新聞記事検索サービス")) == "asahi"
    assert databases.detect(html.format("記事検索")) == ""


def test_a_word_file_is_of_the_newspaper_in_its_first_line(tmp_path):
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    for head, expected in (("東都新報 朝刊1面", "unnamed"), ("東都新報 朝刊1面 2021年4月1日", "東都新報")):
        lines = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in (head, *BODY.split("\n")))
        with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
            archive.writestr("word/document.xml", f"<w:document {space}><w:body>{lines}</w:body></w:document>")
        assert corpus.read(tmp_path / "a.docx").articles["outlet"].tolist() == [expected]


def test_a_newspapers_own_web_page_is_read_as_a_page(tmp_path):
    text = f"毎日新聞\nシェア\nツイート\n架空の川があふれる\n毎日新聞 2021/4/1 東京朝刊 有料記事 812文字\n{'　架空の川が三十一日あふれた。' * 3}\n関連記事\n別の見出し\n"  # noqa: E501
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    reading = corpus.read(tmp_path / "a.txt")
    assert reading.files["kind"].tolist() == ["page"] and reading.articles["outlet"].tolist() == ["毎日新聞"]


def test_proquest_counts_its_documents_and_is_no_nexis():
    text = "Document 1 of 12\n\nRiver floods\n\nSection: News\n\nMarch 12, 2011\n\nFull text: The river flooded.\n"
    assert databases.detect(text) == ""
    assert databases.detect(text.replace("Section: News", "Length: 12 words\n\nLoad-Date: March 13, 2011")) == "nexis"


PAGE = (
    "架空の港で荷揚げ再開、二カ月ぶり\n2024年3月28日\n"
    + "架空の港で28日、二カ月ぶりに荷揚げが再開され、船が到着した。\n港の復旧には各国が資金を出しているという。\n"
)


@pytest.mark.parametrize(
    "page",
    [
        f"Facebook\nLINE\nnote\n{PAGE}",  # a button
        f"NEWS WEB\n{PAGE}",  # a word of many sites
        PAGE.replace("日\n架", "日\nロイター\n架"),  # a credit
        PAGE.replace("日\n架", "日\n共同通信\n架"),
        f"{PAGE}写真提供:時事通信社 無断転載を禁じます\n",
        f"{PAGE}関連リンク\n毎日新聞\n朝日新聞デジタル\n",  # other outlets' pages
    ],
)
def test_buttons_credits_and_lists_of_links_name_no_outlet(page):
    assert web.extract(page)["outlet"] is None


def test_an_agencys_masthead_and_the_only_name_below_the_body_do_name_the_outlet():
    assert web.extract(f"ロイター\n{PAGE}")["outlet"] == "ロイター"
    assert web.extract(f"{PAGE}会社案内\n毎日新聞\n")["outlet"] == "毎日新聞"


STORY = "The river flooded the town on Friday and two bridges were closed. People left for the hills, the mayor said. "
FACTIVA = """HD {headline}
BY By Jane Doe
WC 20 words
PD {day} March 2011
SN The Guard
SC GRD
PG {page}
LA English
LP
{body}
AN Document GRD000020110312e73c0000{page}
"""
NEXIS = "{n} of 9 DOCUMENTS\n\nThe Guard\n\nMarch {day}, 2011 Saturday\n\n{headline}\n\nLENGTH: 20 words\n\n{body}\n\n"


def test_an_article_in_two_databases_is_one_and_the_better_described_record_is_kept(tmp_path):
    """Invented: the second ends otherwise; the third is of another day; the fourth is in one database only."""
    other = "A festival opened in the hills on Sunday; the crowd was larger than in any year before, the police said. "
    factiva = [
        FACTIVA.format(headline=h, day=12, page=n, body=b) for n, h, b in ((1, "River", STORY), (2, "Hills", other))
    ]
    nexis = [NEXIS.format(n=n, day=day, headline=h, body=b) for n, (day, h, b) in enumerate(
        [(12, "River floods", STORY + "(Reuters)"), (13, "River", STORY), (12, "Market", other[::-1])], 1)]  # fmt: skip
    (tmp_path / "factiva.txt").write_text("\n".join(factiva), encoding="utf-8")
    (tmp_path / "nexis.txt").write_text("".join(nexis), encoding="utf-8")
    reading = corpus.read(tmp_path)
    assert reading.files["kind"].tolist() == ["factiva", "nexis"] and reading.files["n_rows"].tolist() == [2, 3]
    assert reading.articles["headline"].tolist() == ["River", "Hills", "River", "Market"]
    (lost,) = reading.rejected.to_dict("records")
    assert lost["source"] == "nexis.txt" and "factiva.txt, line 1" in lost["reason"] and "Reuters" in lost["record"]
    (tmp_path / "factiva.txt").unlink()
    assert len(corpus.read(tmp_path).articles) == 3


def test_the_same_text_twice_in_files_of_one_kind_is_left_to_the_search_for_copies(tmp_path):
    for n in (1, 2):
        (tmp_path / f"{n}.csv").write_text(
            f'id,outlet,date,text\n{n},The Guard,2011-03-12,"{STORY}"\n', encoding="utf-8"
        )
    assert len(corpus.read(tmp_path).articles) == 2
