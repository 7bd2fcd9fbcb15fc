"""Exports of newspaper databases. All articles are invented; the layouts are those that public readers of these formats
describe (the R packages newspapers, LexisNexisTools, tm.plugin.factiva) and the databases' own help pages."""

import pandas as pd
import pytest

from framing import corpus, databases
from framing.databases.latin import page_of
from framing.errors import SourceError

KIKUZO_ROW = """<TABLE class="topic-inside"><TR><TD>
<TABLE class="topic-list"><TR><TH>No.</TH><TH>発行日</TH><TH>朝夕刊</TH><TH>面名</TH><TH>ページ</TH><TH>文字数</TH></TR>
<TR><TD>{no}</TD><TD nowrap><NOBR>2018年</NOBR><NOBR>{day}</NOBR></TD><TD>{edition}</TD><TD>{section}</TD><TD>{page}</TD>
<TD>00593文字</TD></TR></TABLE></TD><TD valign="bottom"></TD></TR></TABLE>
<TABLE class="topic-detail"><TR><TD><BR></TD></TR><TR><TD>
<SPAN class="font002">
{headline}</SPAN><BR><BR></TD></TR><TR><TD><A><IMG src="x"></A><SPAN class="font003"><DIV class="detail001">
{body}</DIV></SPAN><BR><BR></TD></TR></TABLE>
<TABLE class="topic-inside"><TR><TD align="right"><BR><a href="#top">このページのＴＯＰへ</a></TD></TR></TABLE><HR>"""  # noqa: E501

KIKUZO = (
    """<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"><html><head><title>朝日新聞記事検索サービス</title>
<script>var x = "<table><tr><td>1</td><td>2018年01月01日</td><td>朝刊</td></tr></table>";</script></head><BODY><CENTER>
<table><tr><th>お知らせ</th><td>2018年4月8日（日）10:00ごろ、サービスが停止します。</td></tr></table>
<span class="font007">朝日新聞社 聞蔵II</span>
<table><tr><td>総件数：<span>2</span>件</td><td><input value="印 刷" type="button"></td></tr></table>"""  # noqa: E501
    + KIKUZO_ROW.format(
        no="00001", day="03月24日", edition="朝刊", section="２総合", page="003", headline="港で<SPAN>祭り</SPAN>　三年ぶり",  # noqa: E501
        body="　港で二十三日、祭りが開かれた。<BR>　　　　　　　<BR>　２０１７年３月２４日の朝刊１面で伝えた通りだ。<BR>　【写真説明】<BR>踊る人々",  # noqa: E501
    )
    + KIKUZO_ROW.format(
        no="00002", day="03月25日", edition="夕刊", section="１社会", page="011", headline="川で釣り大会", body="　川で大会があった。",  # noqa: E501
    )
    + "</BODY></html>"
)  # fmt: skip

YOMIDAS_ROW = """<div id="heiseiDetailArea"><table class="contentsTable"><tr><th>{no}</th><th>{day}</th>
<th class="wp50">{headline}</th><th>{edition}</th><th>{section}</th><th>{page}</th><th>927字</th><th>04段</th><th>写真</th></tr></table>
<table class="selectSearchTable"><tr><th>選択部分をキーワードとして：</th><td><input type="button"/>を検索</td></tr>
<tr><th>選択部分を辞書で検索：</th><td><input type="button"/>から検索</td></tr></table></div>
<div id="heiseiDetailContents"><div id="newspaperArea"><h2><img alt="紙面はこちら"/></h2></div><p class="mb10">{body}</p></div>"""  # noqa: E501

YOMIDAS = (
    """

<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>ヨミダス歴史館</title></head><body id="top">
<h1 id="logo"><a>ヨミダス歴史館</a></h1><ul><li><a>平成 1986 -</a></li></ul>"""
    + YOMIDAS_ROW.format(
        no=1, day="2018.01.07", headline="「山の本　上・下」甲野太郎著　静かな旅の記録", edition="&#26481;&#20140;&#26397;&#21002;",  # noqa: E501
        section="&#26360;&#35413;&#65314;", page="10頁", body="　◎本の森<br/>　山を歩く<span class='phrase'>旅</span>の本だ。<br/>　◇評・乙野花子",  # noqa: E501
    )
    + YOMIDAS_ROW.format(
        no=2, day="2018.01.08", headline="駅前に広場", edition="大阪夕刊", section="社会", page="01頁", body="　駅前に広場ができた。<br/>",  # noqa: E501
    )
    + "</body></html>"
)  # fmt: skip


def test_kikuzo_html_gives_each_article_once_with_page_edition_and_date():
    records, rejected = databases.parse(KIKUZO)
    assert databases.detect(KIKUZO) == "asahi" and rejected == []
    assert [(r["date"], r["edition"], r["page"], r["section"]) for r in records] == [
        ("2018年03月24日", "朝刊", 3, "2総合"),  # 面名 ２総合 stands on ページ 003
        ("2018年03月25日", "夕刊", 11, "1社会"),
    ]
    assert [r["headline"] for r in records] == ["港で祭り　三年ぶり", "川で釣り大会"]
    assert records[0]["text"].startswith("　港で二十三日") and records[0]["text"].endswith("踊る人々")
    assert "ＴＯＰ" not in records[0]["text"] and "発行日" not in records[0]["text"]


def test_yomidas_html_gives_headline_edition_city_and_page():
    records, rejected = databases.parse(YOMIDAS)
    assert databases.detect(YOMIDAS) == "yomiuri" and rejected == []
    assert [(r["date"], r["region"], r["edition"], r["page"], r["n_chars_stated"]) for r in records] == [
        ("2018.01.07", "東京", "朝刊", 10, 927),
        ("2018.01.08", "大阪", "夕刊", 1, 927),
    ]
    assert records[0]["headline"] == "「山の本　上・下」甲野太郎著　静かな旅の記録"
    assert records[0]["text"] == "　◎本の森\n　山を歩く旅の本だ。\n　◇評・乙野花子"


JAPANESE = {
    "labels, full width": ("""発行日：２０１１年０３月１２日
朝夕刊：朝刊
面名：２総合
ページ：００１
文字数：00342文字
見出し：川があふれる
本文：
　川が十一日あふれた。
　町は水に沈んだ。
""", [("2011-03-12", "朝刊", 1, "川があふれる")]),
    "labels on one line, a page name that looks like a page": ("""発行日: 2011年3月12日　朝夕刊: 朝刊　面名: ３社会　ページ: 37　文字数: 0342文字
見出し: 川があふれる
　川が十一日あふれた。

発行日: 2011年3月13日　朝夕刊: 夕刊　面名: １総合　ページ: 1　文字数: 0100文字
見出し: 水が引く
　水が引いた。
""", [("2011-03-12", "朝刊", 37, "川があふれる"), ("2011-03-13", "夕刊", 1, "水が引く")]),  # noqa: E501
    "free line, headline after": ("""２０１１年３月１２日　朝刊　1面
川があふれる
　川が十一日あふれた。

２０１１年３月１３日　夕刊　２総合　ページ 002　0342文字　[東京]
水が引く
　２０１１年３月１２日の朝刊1面で報じた水が引いた。
""", [("2011-03-12", "朝刊", 1, "川があふれる"), ("2011-03-13", "夕刊", 2, "水が引く")]),
    "free line, headline before": ("""川があふれる
２０１１年３月１２日　朝刊　1面
　川が十一日あふれた。

水が引く
２０１１年３月１３日　夕刊　2面
　水が引いた。
""", [("2011-03-12", "朝刊", 1, "川があふれる"), ("2011-03-13", "夕刊", 2, "水が引く")]),
    "fields below one another, era": ("""平成23年3月12日
朝刊
１総合
001
00342文字
川があふれる
　川が十一日あふれた。
""", [("2011-03-12", "朝刊", 1, "川があふれる")]),
    "value under its label": ("""発行日
2011年3月12日
朝夕刊
朝刊
ページ
12
見出し
川があふれる
本文
　川が十一日あふれた。
""", [("2011-03-12", "朝刊", 12, "川があふれる")]),
    "copied result table": ("""朝日新聞クロスサーチ
No.\t発行日\t朝夕刊\t面名\tページ\t文字数
00001\t2011年03月12日\t朝刊\t１総合\t001\t00342文字

川があふれる

　川が十一日あふれた。
このページのＴＯＰへ
""", [("2011-03-12", "朝刊", 1, "川があふれる")]),
    "pages that an article runs over": ("""発行日：2011年3月12日
朝夕刊：朝刊
ページ：14、15面
見出し：川があふれる
　川が十一日あふれた。
""", [("2011-03-12", "朝刊", 14, "川があふれる")]),
}  # fmt: skip


@pytest.mark.parametrize("layout", JAPANESE)
@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_every_layout_of_asahi_gives_date_edition_page_and_headline(layout, encoding, tmp_path):
    text, expected = JAPANESE[layout]
    (tmp_path / "export.txt").write_bytes(text.encode(encoding))
    reading = corpus.read(tmp_path / "export.txt", source="asahi")
    found = reading.articles
    days = found["date"].dt.strftime("%Y-%m-%d")
    assert list(zip(days, found["edition"], found["page"], found["headline"], strict=True)) == expected
    assert found["outlet"].eq("朝日新聞").all() and found["text"].str.startswith("　").all()
    assert len(reading.rejected) == 0


@pytest.mark.parametrize("layout", JAPANESE)
def test_the_layouts_are_found_out_without_being_named_and_claimed_only_by_their_database(layout):
    text, expected = JAPANESE[layout]
    assert databases.count_records(text) == len(expected)
    marked = "クロスサーチ" in text or all(name in text for name in ("発行日", "朝夕刊", "面名", "ページ", "文字数"))
    assert databases.detect(text) == ("asahi" if marked else "")


def test_a_record_without_a_date_is_rejected_with_its_text():
    text = (
        JAPANESE["labels, full width"][0]
        + "\n朝夕刊：朝刊\n面名：社会\nページ：3\n見出し：日付のない記事\n本文：\n　本文。\n"
    )
    records, rejected = databases.parse(text, "asahi")
    assert len(records) == 1 and "date" in rejected[0]["reason"] and "日付のない記事" in rejected[0]["record"]


def test_a_page_that_is_not_understood_is_missing_and_noted(tmp_path):
    (tmp_path / "a.txt").write_text(JAPANESE["labels, full width"][0].replace("００１", "別刷りＢ"), encoding="utf-8")
    found = corpus.read(tmp_path / "a.txt").articles
    assert found["page"].isna().all() and "別刷りB" in found["note"][0]


def test_an_entry_of_the_result_list_is_not_a_second_article():
    row = "1\t2018.01.08\t駅前に広場\t大阪夕刊\t社会\t01頁\t927字\t04段\n"
    text = "ヨミダス歴史館\n" + row + "\n検索結果一覧\n" + row + "　駅前に広場ができた。\n"
    records, rejected = databases.parse(text)
    assert [r["text"] for r in records] == ["　駅前に広場ができた。"] and "result list" in rejected[0]["reason"]


def test_an_article_that_quotes_a_page_is_no_export():
    text = "本紙の歩み\n　２０１１年３月１２日朝刊1面の記事を読み返す。\n　発行日：未詳の号外もある。\n"
    assert databases.detect(text) == ""


FACTIVA_HTML = """<html><head><title>Factiva</title></head><body><div class="article enArticle"><p></p><div>Foreign Desk; 1</div>
<div id="hd"><span class="enHeadline">RIVER FLOODS TOWN  </span></div><div class="author">By ANN AUTHOR  </div>
<div>Special to The Paper</div><div>{words}</div><div>{day}</div><div>The Daily Paper</div><div>DPAP</div>
<div>Late Edition - Final</div><div>1</div><div>{language}</div><div>Copyright 1993 The Daily Paper.  All Rights Reserved.</div>
<p class="articleParagraph enarticleParagraph">The <b>river</b> flooded.  </p>
<p class="articleParagraph enarticleParagraph">Lost 24 words of a letter.  </p>
<p>Paper Digital (Full Text)</p><p>{document} DPAP000020050408dp1900j9s</p></div></body></html>"""  # noqa: E501


@pytest.mark.parametrize(
    ("words", "day", "language", "document"),
    [
        ("877 words", "9 January 1993", "English", "Document"),
        ("877 Wörter", "9 Januar 1993", "Englisch", "Dokument"),
        ("877 mots", "9 janvier 1993", "Anglais", "Document"),
        ("877 字", "1993年1月9日", "英文", "文档"),
    ],
)
def test_factiva_html_is_read_in_the_language_of_its_screen(words, day, language, document):
    html = FACTIVA_HTML.format(words=words, day=day, language=language, document=document)
    (record,), rejected = databases.parse(html)
    assert (record["date"], record["page"], record["outlet"]) == ("1993-01-09", 1, "The Daily Paper")
    assert record["headline"] == "RIVER FLOODS TOWN" and record["author"] == "ANN AUTHOR" and record["language"] == "en"
    assert record["edition"] == "Late Edition - Final" and record["article_id"] == "DPAP000020050408dp1900j9s"
    assert record["text"] == "The river flooded.\nLost 24 words of a letter." and rejected == []


FACTIVA_CODES = """SE   International
HD   River floods
town
BY   By Jane Doe
WC   512 words
PD   12 March 2011
ET   10:11
SN   Daily Paper
SC   DPAP
PG   3
LA   English
CY   (c) 2011

LP   The river flooded.

TD
The town is under water.

IN Tokyo they said so.

CO   water : Water Works
IN   i1 : Energy
AN   Document DPAP000020110312e73c00001

HD
Water falls
WC
100 words
PD
13 March 2011
SN
Other Paper
PG
B1
LA
Japanese
LP
The water fell.
AN
Document OTHP000020110313e73d00002
"""


def test_factiva_field_codes_are_read_and_a_code_inside_the_text_is_text():
    records, rejected = databases.parse(FACTIVA_CODES)
    assert databases.detect(FACTIVA_CODES) == "factiva" and rejected == []
    assert [(r["date"], r["page"], r["outlet"], r["language"]) for r in records] == [
        ("2011-03-12", 3, "Daily Paper", "en"),
        ("2011-03-13", 1, "Other Paper", "ja"),
    ]
    assert records[0]["headline"] == "River floods town" and records[0]["author"] == "Jane Doe"
    assert records[0]["text"].startswith("The river flooded.\nThe town is under water.")
    assert "Water Works" not in records[0]["text"]
    assert records[1]["page_section"] == "B"  # page 1 of section B is not the front page


def test_factiva_rtf_keeps_japanese_text():
    body = "".join(f"\\u{ord(c)}?" for c in "川があふれた。")
    rtf = (
        r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 HD   \'93River\'94\par WC   12 words\par PD   12 March 2011\par "  # noqa: E501
        r"SN   Paper\par SC   PAP\par PG   A4\par LA   Japanese\par LP\par "
        + body
        + r"\par AN   Document PAP0000020110312e73c00001\par}"
    )
    (record,), _ = databases.parse(rtf)
    assert record["headline"] == "“River”" and record["text"] == "川があふれた。" and record["page"] == 4


NEXIS_OLD = """
Download Request: Selected Items: 1-2
Terms: (DATE(>=2009-12-01))

                               1 of 2 DOCUMENTS


                               The Moon (England)

                            January 11, 2010 Monday
                                   Edition 1;
                                    Scotland

River floods town

BYLINE: TREVOR Writer

SECTION: FEATURES; Pg. 6

LENGTH: 677 words

The river flooded on Sunday and the town, which lies below it, was under
water by the evening.

SECTION leaders met.

LOAD-DATE: January 12, 2010

LANGUAGE: ENGLISH

PUBLICATION-TYPE: Newspaper

                       Copyright 2010 MOON PAPERS LTD
                              All Rights Reserved

                               2 of 2 DOCUMENTS

                                  Guard

                            January 12, 2010 Tuesday

HEADLINE: Water falls

SECTION: Section A; Column 3; Foreign Desk; Pg. 1

LENGTH: 927 words

BODY:
The water fell.

LOAD-DATE: January 14, 2010
"""

NEXIS_NEW = """User Name: X
Date and Time: Friday, March 20, 2018
Job Number: 12
Documents (2)
1. River floods town
Client/Matter: -None-
2. Water falls
Client/Matter: -None-

River floods town
The Guard (London)
March 12, 2011 Saturday
Final Edition

Copyright 2011 Guard Newspapers Limited All Rights Reserved


Section: INTERNATIONAL PAGES; Pg. 3
Length: 512 words
Byline: Jo Writer
Dateline: TOKYO

Body


The river flooded.

The town is under water.

Graphic

A picture
Load-Date: March 15, 2011


End of Document

Water falls
Daily News (Tokyo)
March 13, 2011 Sunday

Copyright 2011 News
All Rights Reserved

Section: Pg. 1
Length: 100 words

Body

The water fell.

Load-Date: March 14, 2011

End of Document
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_nexis_older_layout_gives_date_page_edition_and_unwrapped_text(end):
    records, rejected = databases.parse(NEXIS_OLD.replace("\n", end))
    assert databases.detect(NEXIS_OLD) == "nexis" and rejected == []
    assert [(r["date"], r["page"], r["outlet"], r["headline"]) for r in records] == [
        ("2010-01-11", 6, "The Moon (England)", "River floods town"),  # not the day it was loaded
        ("2010-01-12", 1, "Guard", "Water falls"),
    ]
    assert records[0]["edition"] == "Edition 1; Scotland" and records[0]["author"] == "TREVOR Writer"
    assert records[0]["text"].split("\n")[0].endswith("was under water by the evening.")
    assert "Copyright" not in records[0]["text"] and records[1]["text"] == "The water fell."


def test_nexis_uni_layout_gives_each_document_of_the_cover_page_once():
    records, rejected = databases.parse(NEXIS_NEW)
    assert databases.detect(NEXIS_NEW) == "nexis" and rejected == []
    assert [(r["date"], r["page"], r["outlet"], r["headline"], r["text"]) for r in records] == [
        ("2011-03-12", 3, "The Guard (London)", "River floods town", "The river flooded.\nThe town is under water."),
        ("2011-03-13", 1, "Daily News (Tokyo)", "Water falls", "The water fell."),
    ]
    assert records[0]["edition"] == "Final Edition"


def test_nexis_german_html_is_read():
    html = """<HTML><HEAD><STYLE TYPE="text/css"><!-- .c0 { } --></STYLE></HEAD><BODY>
<BR><DIV CLASS="c0"><P><SPAN>1 of 49 DOCUMENTS</SPAN></P></DIV><BR><DIV><BR><P><IMG SRC="x"><BR><SPAN>Der Fluss</SPAN></P></DIV>
<BR><DIV><P><SPAN>27.</SPAN><SPAN> Februar 2012 Montag 9:50 PM GMT+1</SPAN></P></DIV>
<BR><DIV><P><SPAN>Hochwasser f&uuml;r die Stadt</SPAN></P></DIV>
<BR><DIV><P><SPAN>AUTOR: </SPAN><SPAN>Anna Beispiel</SPAN></P></DIV>
<BR><DIV><P><SPAN>RUBRIK: </SPAN><SPAN>WISSENSCHAFT; S. 114</SPAN><SPAN>&nbsp;Ausg. 9</SPAN></P></DIV>
<BR><DIV><P><SPAN>L&Auml;NGE: </SPAN><SPAN>1285 W&ouml;rter</SPAN></P></DIV>
<BR><DIV><BR><P><SPAN>HIGHLIGHT:</SPAN><SPAN>&nbsp;Der Fluss stieg.</SPAN></P></DIV>
<BR><DIV><P><SPAN>Der Fluss stieg am Montag.</SPAN></P><P><SPAN>Die Stadt steht unter Wasser.</SPAN></P></DIV>
<BR><DIV><P><SPAN>UPDATE: </SPAN><SPAN>28. Februar 2012</SPAN></P></DIV>
<BR><DIV><P><SPAN>SPRACHE: </SPAN><SPAN>GERMAN; DEUTSCH</SPAN></P></DIV>
<BR><DIV><P><SPAN>Copyright 2012 Verlag<BR>Alle Rechte vorbehalten</SPAN></P></DIV></BODY></HTML>"""  # noqa: E501
    (record,), _ = databases.parse(html)
    assert (record["date"], record["page"], record["outlet"]) == ("2012-02-27", 114, "Der Fluss")
    assert record["headline"] == "Hochwasser für die Stadt" and record["n_words_stated"] == 1285
    assert record["text"] == "Der Fluss stieg am Montag.\nDie Stadt steht unter Wasser." and record["language"] == "de"


def test_nexis_english_html_with_the_edition_on_the_line_of_the_date_is_read():
    html = """<HTML><HEAD><STYLE TYPE="text/css"><!--
.c0 { text-align: center; }
--></STYLE><TITLE>&nbsp;</TITLE></HEAD><BODY><A NAME="DOC_ID_0_0"></A><!-- Hide XML section from browser
<DOC NUMBER=1><DOCFULL> -->
<BR><DIV CLASS="c0"><P><SPAN>2001 of 2146 DOCUMENTS</SPAN></P></DIV><BR><DIV><P><SPAN>The River Paper</SPAN></P></DIV>
<BR><DIV><P><SPAN>December</SPAN><SPAN> 19, 1991, Sunday, Late Edition - Final<BR>Correction Appended</SPAN></P></DIV>
<BR><DIV><P><SPAN>River floods;<BR>Town under water</SPAN></P></DIV>
<BR><DIV><P><SPAN>SECTION: </SPAN><SPAN>Section B; Part 2; Page 16, Column 2; National Desk</SPAN></P></DIV>
<BR><DIV><P><SPAN>LENGTH: </SPAN><SPAN>584 words</SPAN></P></DIV>
<BR><DIV><P><SPAN>The river flooded.</SPAN></P><P><SPAN> &quot;Go up&quot; said the mayor.</SPAN></P><P></P></DIV>
<BR><DIV><P><SPAN>LANGUAGE: </SPAN><SPAN>ENGLISH</SPAN></P></DIV>
<BR><DIV><P><SPAN> CORRECTION:<BR></SPAN></P><P><SPAN>The mayor said more.</SPAN></P></DIV>
<BR><DIV><P><SPAN>Copyright 1991 Paper</SPAN></P></DIV><!-- </DOCFULL></DOC> --><DIV CLASS="c10"/></BODY></HTML>"""
    (record,), _ = databases.parse(html)
    assert (record["date"], record["page"], record["page_section"]) == ("1991-12-19", 16, "B")
    assert record["headline"] == "River floods; Town under water" and record["outlet"] == "The River Paper"
    assert record["edition"] == "Late Edition - Final"
    assert record["text"] == 'The river flooded.\n"Go up" said the mayor.'


def test_articles_of_two_overlapping_downloads_come_out_once(tmp_path):
    (tmp_path / "1.txt").write_text(FACTIVA_CODES, encoding="utf-8")
    (tmp_path / "2.txt").write_text(FACTIVA_CODES, encoding="utf-8")
    (tmp_path / "3.html").write_text(KIKUZO, encoding="utf-8")
    (tmp_path / "4.html").write_text(KIKUZO, encoding="utf-8")
    reading = corpus.read(tmp_path)
    assert len(reading.articles) == 4 and len(reading.rejected) == 4
    assert reading.rejected["reason"].str.contains("again").all()


def test_an_unknown_source_is_refused_with_the_known_ones():
    with pytest.raises(SourceError, match="asahi"):
        databases.parse("text", "asahi-db")
    with pytest.raises(SourceError, match="no export"):
        databases.parse("just a text")


LABELS = "発行日：2021年4月1日\n朝夕刊：朝刊\n{}文字数：300文字\n見出し：{}\n本文：\n　川があふれた。\n{}"


@pytest.mark.parametrize("gap", ["：\n", "\n", "：\n\n"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("総合", {"section": "総合"}), ("2総合", {"section": "2総合"}), ("3面", {"page": 3}), ("第12面", {"page": 12}),
        ("一面", {"page": 1}),
    ],
)  # fmt: skip
def test_a_value_on_the_line_after_its_label_is_read_as_one_beside_it(gap, value, expected):
    beside, below = (LABELS.format(f"面名{sign}{value}\n", "港で祭り", "") for sign in ("：", gap))
    (record,), rejected = databases.parse(below)
    assert {name: record.get(name) for name in ("section", "page") if name in record} == expected and not rejected
    assert {**record, "line": 1} == {**databases.parse(beside)[0][0], "line": 1}


def test_every_label_may_stand_above_its_value():
    text = LABELS.format("面名：総合\nページ：3\n", "港で祭り", "").replace("：", "：\n")
    (record,), rejected = databases.parse(text)
    assert {name: record[name] for name in ("edition", "section", "page", "n_chars_stated", "headline")} == {
        "edition": "朝刊", "section": "総合", "page": 3, "n_chars_stated": 300, "headline": "港で祭り",
    } and not rejected  # fmt: skip


@pytest.mark.parametrize(
    "order", ["面名：3面\nページ：4面\n", "ページ：4面\n面名：3面\n", "面名：\n3面\nページ：\n4\n"]
)
def test_a_page_under_its_own_label_goes_before_one_in_another_field(order):
    (record,), rejected = databases.parse(LABELS.format(order, "港で祭り", ""))
    assert record["page"] == 4 and record["headline"] == "港で祭り" and not rejected


@pytest.mark.parametrize(
    "headline", ["無断転載を禁じる条例案", "無断駐車の禁止、住民が求める", "著作権は誰のものか", "無断欠勤お断り"]
)
def test_a_headline_that_mentions_rights_is_a_headline_and_a_notice_goes(headline):
    notice = "記事・写真の無断転載を禁じます。"
    free = f"２０２１年４月１日　朝刊　1面\n{headline}\n　川があふれた。\n{notice}\n"
    for text in (LABELS.format("面名：総合\n", headline, notice), free):
        (record,), rejected = databases.parse(text)
        assert record["headline"] == headline and record["text"] == "　川があふれた。" and not rejected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1面", {"page": 1}), ("第12面", {"page": 12}), ("3面 812文字", {"page": 3, "n_chars_stated": 812})],
)
def test_a_page_or_length_in_another_labelled_field_is_read_as_such(value, expected):
    (record,), rejected = databases.parse(f"発行日：2021年4月1日\n面名：{value}\n朝夕刊：朝刊\nA\n　本文。\n")
    assert {name: record[name] for name in expected} == expected and record["edition"] == "朝刊" and not rejected


@pytest.mark.parametrize(
    ("printed", "date"),
    [
        ("12 March 2011", "2011-03-12"),
        ("12. März 2011", "2011-03-12"),
        ("1-3 March 2011", "1-3 March 2011"),
        ("March 30 - April 2, 2011", "March 30 - April 2, 2011"),
        ("30 March to 2 April 2011", "30 March to 2 April 2011"),
        ("1. bis 3. März 2011", "1. bis 3. März 2011"),
    ],
)
def test_a_range_of_days_is_no_single_date_of_factiva_or_nexis(printed, date, tmp_path):
    """The issue is of several days, and which of them is not known; the article is kept without a date."""
    factiva = f"HD River floods\nWC 12 words\nPD {printed}\nSN The Guard\nSC GRD\nLP\nThe river flooded.\n"
    nexis = f"1 of 1 DOCUMENTS\n\nThe Guard\n\n{printed}\n\nRiver floods\n\nLENGTH: 12 words\n\nThe river flooded.\n"
    for source, text in (("factiva", factiva), ("nexis", nexis)):
        (tmp_path / "a.txt").write_text(text, encoding="utf-8")
        found = corpus.read(tmp_path / "a.txt", source=source).articles
        assert len(found) == 1 and found["outlet"][0] == "The Guard"
        known = found["date"].dt.strftime("%Y-%m-%d").fillna("")[0]
        assert known == (date if date[4] == "-" else "") and bool(found["date_note"][0]) == (not known)


@pytest.mark.parametrize(("printed", "page"), [("Seite -1", None), ("Seite 1", 1), ("Seite. 3", 3), ("S. 12", 12)])
def test_a_minus_before_a_number_is_no_page(printed, page):
    assert page_of(printed).get("page") == page


YOMIDAS_ROWS = """ヨミダス歴史館
2018.01.07{sep}東京朝刊{sep}一面{sep}01頁{sep}300字
川があふれる
　川があふれた。
2018.01.07{sep}東京朝刊{sep}二面{sep}02頁{sep}300字
山で祭り
　祭りがあった。
2018.01.01{sep}東京朝刊　第２部{sep}三面{sep}03頁{sep}300字
町の一年
　町の一年を見た。
"""


@pytest.mark.parametrize("sep", ["\t", "  "])
def test_yomidas_keeps_the_names_of_its_first_pages_and_the_part_of_an_edition(sep):
    records, rejected = databases.parse(YOMIDAS_ROWS.format(sep=sep))
    assert rejected == [] and [r["headline"] for r in records] == ["川があふれる", "山で祭り", "町の一年"]
    assert [(r["edition"], r["section"], r["page"]) for r in records] == [
        ("朝刊", "一面", 1), ("朝刊", "二面", 2), ("朝刊第2部", "三面", 3),
    ]  # fmt: skip
    assert [r["n_chars_stated"] for r in records] == [300, 300, 300]


def test_kikuzo_gives_no_text_where_it_shows_none_and_leaves_its_notices_out(tmp_path):
    """The sentence stands in the place of the body; the two notices are below the last article."""
    (tmp_path / "a.txt").write_text("""朝日新聞クロスサーチ
1 2018年01月07日 朝刊 社会 10頁 300文字
川があふれる
　※著作権などの関係で本文を表示できません。
2 2018年01月08日 朝刊 社会 11頁 300文字
山で祭り
　山で祭りがあった。
朝日新聞社の著作物です。無断転載を禁じます。
聞蔵IIに掲載の記事・写真の無断転載を禁じます。すべての内容は日本の著作権法並びに国際条約により保護されています。
""", encoding="utf-8")  # fmt: skip
    reading = corpus.read(tmp_path / "a.txt")
    assert len(reading.articles) == 2 and len(reading.rejected) == 0
    assert reading.articles["text"].tolist() == ["", "　山で祭りがあった。"]
    assert reading.articles["text_flag"].tolist() == ["empty", ""]


@pytest.mark.parametrize(
    "tail", ["Classification\nLanguage: ENGLISH", "\nClassification\n\nLanguage: ENGLISH", "Classification"]
)
def test_nexis_ends_a_body_at_its_classification(tail):
    text = "River floods\n\nThe Guard\n\nMarch 12, 2011\n\nSection: NEWS; Pg. 3\n\nLength: 12 words\n\nBody\n\n\n"
    text += f"The river flooded.\nClassification of rivers is an art.\n{tail}\n\nEnd of Document\n"
    records, rejected = databases.parse(text)
    assert rejected == [] and records[0]["text"] == "The river flooded.\nClassification of rivers is an art."


@pytest.mark.parametrize(
    ("printed", "code"), [("英语", "en"), ("日文", "ja"), ("中文（简体）", "zh"), ("Корейский", "ko"), ("韩文", "ko")]
)
def test_factiva_on_a_chinese_or_russian_screen_names_the_language_and_no_edition(printed, code):
    """The display layout; the word for the length stays English so that nothing but the language is tried."""
    text = (
        f"River floods\n12 words\n2011年3月12日\nThe Guard\nGRD\n{printed}\n版权所有 (c) 2011\n\nThe river flooded.\n"
    )
    text += "\n文件 GRD0000020110312e73c0001x\n"
    records, rejected = databases.parse(text)
    assert rejected == [] and records[0]["language"] == code and "edition" not in records[0]
    assert records[0]["text"] == "The river flooded." and records[0]["outlet"] == "The Guard"


def nexis(outlet="The Guard (London)", section="NEWS; Pg. 1", headline="River floods"):
    return f"""1 of 1 DOCUMENTS


{outlet}


March 12, 2011 Saturday
Late Edition

{headline}

BYLINE: By JANE DOE

SECTION: {section}

LENGTH: 10 words

The river flooded on Friday. Two bridges were closed.

LOAD-DATE: March 13, 2011
"""


@pytest.mark.parametrize(
    ("section", "page", "letter", "front"),
    [
        ("Financial; E01", 1, "E", False), ("A Section; A05", 5, "A", False), ("A Section; A01", 1, "A", True),
        ("MONEY; Pg. 1B", 1, "B", False), ("NEWS; Pg. 1A", 1, "A", True), ("Supplement Page 1", 1, "", False),
        ("Section B; Column 1; Metropolitan Desk; Pg. 1", 1, "B", False), ("SPORTS; Pg. 1", 1, "", False),
        ("Section A; Column 3; Foreign Desk; Pg. 1", 1, "A", True), ("BUSINESS; Part D; Pg. 1", 1, "D", False),
        ("MAIN NEWS; Main News Desk; Part A; Pg. 1", 1, "A", True), ("Section 4; Page 1; The Week", 1, "4", False),
        ("Pg. 1", 1, "", True), ("POLITIK; S. 1", 1, "", True), ("Zebra; Pg. 1", 1, "", None),
        ("Metro; B12", 12, "B", False),
    ],
)  # fmt: skip
def test_page_one_of_a_section_is_no_front_and_an_unknown_section_leaves_it_open(
    section, page, letter, front, tmp_path
):
    (tmp_path / "a.txt").write_text(nexis(section=section), encoding="utf-8")
    found = corpus.read(tmp_path / "a.txt").articles.iloc[0]
    assert (found["page"], found.get("page_section", "")) == (page, letter) and found["section"] == section
    assert (found["front"] is pd.NA) if front is None else found["front"] == front
    assert ("not known" in found["note"]) == (front is None)


def test_blogs_of_nexis_are_of_their_newspaper_and_names_that_differ_in_form_are_one(tmp_path):
    names = ["The Guard (London)", "THE GUARD (LONDON)", "Guard(London)", "The Guard (London) - Final Edition",
             "The Guard Blogs\n\n(Green)"]  # fmt: skip
    for n, name in enumerate(names):
        (tmp_path / f"{n}.txt").write_text(nexis(name, headline=f"River {n} floods"), encoding="utf-8")
    found = corpus.read(tmp_path).articles
    assert found["outlet"].tolist() == ["The Guard (London)"] * 4 + ["The Guard Blogs"]
    assert found["note"].str.contains("printed as").tolist() == [False, True, True, False, False]
    assert found["edition"].tolist()[3] == "Late Edition" and found["headline"].tolist()[4] == "River 4 floods"
