"""Exports of databases, archives and office programs: every sample is invented, in the encodings that they come in."""

import datetime
import io
import json
import sqlite3
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from framing import corpus
from framing.corpus.portable import _lines, text_of
from framing.errors import ParamError, SourceError

PROQUEST = """____________________________________________________________

Document 1 of 2

River floods the town

Author: Doe, Jane.

Publication info: The Guard ; London (UK) [London (UK)]12 Mar 2011: 1.

Abstract: The river flooded.

Full text: The river flooded on Friday, and two bridges were closed for the whole of the day, the police said at noon.

The mayor said: help is coming. Nobody was hurt when the water came, and people went to the hills above the town.

Subject: Rivers; Floods

Title: River floods the town

Publication title: The Guard; London (UK)

Pages: A.1

Publication date: Mar 12, 2011

Section: News

Publisher: Guard Ltd

Language of publication: English

ProQuest document ID: 1111

Document URL: https://x.example/1

____________________________________________________________

Document 2 of 2

Festival opens

Publication info: The Post ; New York [New York]13 Mar 2011: B.2.

Full text: The festival opened. Crowds came.

Document URL: https://x.example/2

____________________________________________________________

Contact us at: http://x.example Database copyright © 2011 X LLC. All rights reserved. Terms and Conditions: http://x.example
"""
ELNET = """【紙誌名】東都新報 朝刊
【発行日】2011/03/12
【ページ】1
【見出し】川があふれる
【文字数】120
【本文】
　川が三十一日あふれた。
　写真：現場の様子。
　町の人が逃げた。

【紙誌名】北海日報 夕刊
【発行日】2011/03/13
【ページ】3
【見出し】山で祭り
【文字数】80
【本文】
　山で祭りがあった。
"""
GSEARCH = """[1]
タイトル：川があふれる
媒体名：東都新報
発行日：2011年3月12日
掲載面：社会面
本文：川が三十一日あふれた。町の人が逃げた。

[2]
タイトル：山で祭り
媒体名：北海日報
発行日：2011年3月13日
掲載面：3面
本文：山で祭りがあった。
"""
TELECOM = """日経テレコン

1. 川があふれる
2011/03/12  東都新報　朝刊  1ページ  812文字  PDF有  書誌情報
　川が三十一日あふれた。町の人が逃げた。

2. 山で祭り
2011/03/13  北海日報　夕刊  3ページ  120文字  PDF有  書誌情報
　山で祭りがあった。
"""
MAISAKU = """毎索
川があふれる
2011.03.12　東京朝刊　1頁　１面　写図有　（全812字）
　川が三十一日あふれた。町の人が逃げた。

山で祭り
2011.03.13　大阪夕刊　9頁　社会面　（全120字）
　山で祭りがあった。
"""
INTEGRUM = """Источник: Восточная газета
Дата: 12.03.2011
Номер: 45
Полоса: 1
Заголовок: Река вышла из берегов
Автор: Иван Петров
Текст: Река вышла из берегов в пятницу. Закрыты два моста.

Второй абзац: мэр выступил.

Источник: Северные ведомости
Дата: 13.03.2011
Заголовок: Праздник в горах
Текст: В горах прошёл праздник.
"""
CHINESE = """标题：河水上涨
作者：张三
来源：东都日报
日期：2011-03-12
版次：第01版
版名：要闻
正文：
　　河水在星期五上涨了。两座桥被关闭。
　　市长说，救援正在到来。

标题：山里的节日
来源：北海日报
日期：2011-03-13
版次：第03版
正文：
　　山里举行了节日。
"""
CITED = """河水上涨

本报记者 张三

　　河水在星期五上涨了。两座桥被关闭。
　　市长说，救援正在到来。

《东都日报》（2011年03月12日 第 01 版）

山里的节日
　　山里举行了节日，人们来了很多。

《北海日报》（ 2011年03月13日 03 版）
"""
KOREAN = """제목: 강이 넘쳤다
언론사: 동도신문
일자: 2011년 3월 12일
지면: 1면
본문: 강이 금요일에 넘쳤다. 다리 두 개가 닫혔다.

제목: 산에서 축제
언론사: 북해일보
일자: 2011년 3월 13일
지면: 3면
본문: 산에서 축제가 열렸다.
"""

EXPORTS = {  # outlets, pages, headlines, beginning and end of the first text, and the encodings
    "proquest": (PROQUEST, ["The Guard", "The Post"], [1, 2], ["River floods the town", "Festival opens"],
                 ("The river flooded on", "above the town."), ["utf-8", "utf-8-sig", "cp1252"]),
    "elnet": (ELNET, ["東都新報", "北海日報"], [1, 3], ["川があふれる", "山で祭り"],
              ("川が三十一日", "町の人が逃げた。"), ["utf-8", "cp932", "utf-16", "euc_jp"]),
    "gsearch": (GSEARCH, ["東都新報", "北海日報"], [None, 3], ["川があふれる", "山で祭り"],
                ("川が三十一日", "町の人が逃げた。"), ["utf-8", "cp932"]),
    "telecom": (TELECOM, ["東都新報", "北海日報"], [1, 3], ["川があふれる", "山で祭り"],
                ("　川が三十一日", "町の人が逃げた。"), ["utf-8", "cp932"]),
    "maisaku": (MAISAKU, ["毎日新聞", "毎日新聞"], [1, 9], ["川があふれる", "山で祭り"],
                ("　川が三十一日", "町の人が逃げた。"), ["utf-8", "cp932"]),
    "integrum": (INTEGRUM, ["Восточная газета", "Северные ведомости"], [1, None],
                 ["Река вышла из берегов", "Праздник в горах"],
                 ("Река вышла", "мэр выступил."), ["utf-8", "cp1251", "koi8_r"]),
    "chinese": (CHINESE, ["东都日报", "北海日报"], [1, 3], ["河水上涨", "山里的节日"],
                ("河水在星期五", "救援正在到来。"), ["utf-8", "gb18030"]),
    "cited": (CITED, ["东都日报", "北海日报"], [1, 3], ["河水上涨", "山里的节日"],
              ("河水在星期五", "救援正在到来。"), ["utf-8", "gb18030"]),
    "korean": (KOREAN, ["동도신문", "북해일보"], [1, 3], ["강이 넘쳤다", "산에서 축제"],
               ("강이 금요일에", "닫혔다."), ["utf-8", "cp949"]),
}  # fmt: skip
CASES = [(name, encoding) for name, (*_, encodings) in EXPORTS.items() for encoding in encodings]


def read(tmp_path, name, data, **options):
    (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    reading = corpus.read(tmp_path / name, **options)
    assert reading.files["n_rows"].sum() == len(reading.articles) + len(reading.rejected)
    return reading


def pages(articles):
    return [None if page != page else page for page in articles["page"].astype("float64")]


@pytest.mark.parametrize(("name", "encoding"), CASES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_export_of_two_articles_gives_both_whole_and_rejects_nothing(name, encoding, end, tmp_path):
    text, outlets, on, headlines, (begin, stop), _ = EXPORTS[name]
    reading = read(tmp_path, "export.txt", text.replace("\n", end).encode(encoding, "replace"))
    found = reading.articles
    assert len(found) == 2 and len(reading.rejected) == 0
    assert found["outlet"].tolist() == outlets and found["headline"].tolist() == headlines
    assert pages(found) == on and found["date"].dt.strftime("%Y%m%d").tolist() == ["20110312", "20110313"]
    assert found["text"][0].startswith(begin) and found["text"][0].endswith(stop) and found["note"].eq("").all()


def test_what_else_an_export_says_stands_in_its_column(tmp_path):
    guard = read(tmp_path, "a.txt", PROQUEST).articles.iloc[0]
    assert (guard["page_section"], guard["front"], guard["region"], guard["language"]) == (
        "A",
        True,
        "London (UK)",
        "en",
    )
    assert (guard["article_id"], guard["author"], guard["section"]) == ("1111", "Doe, Jane.", "News")
    east = read(tmp_path, "a.txt", ELNET).articles
    assert east["edition"].tolist() == ["朝刊", "夕刊"] and east["text"][0].count("\n") == 2
    assert read(tmp_path, "a.txt", GSEARCH).articles["section"][0] == "社会面"
    people = read(tmp_path, "a.txt", CHINESE).articles.iloc[0]
    assert (people["section"], people["author"]) == ("要闻", "张三") and "edition" not in people
    assert read(tmp_path, "a.txt", CITED).articles["author"].tolist() == ["本报记者 张三", ""]
    assert read(tmp_path, "a.txt", INTEGRUM).articles["author"].tolist() == ["Иван Петров", ""]


def test_what_stands_outside_the_records_of_an_export_is_rejected_and_not_lost(tmp_path):
    stray = "山の上の人は雨が三日の間降りつづいたと話し、役場は橋をひとつ閉じた。" * 4
    reading = read(tmp_path, "a.txt", CITED + stray)
    assert len(reading.articles) == 2 and reading.rejected["record"].tolist() == [stray]
    reading = read(tmp_path, "b.txt", PROQUEST + f"\n{'_' * 60}\n{stray}\n")
    assert len(reading.articles) == 2 and stray in reading.rejected["record"][0]


@pytest.mark.parametrize(
    "text",
    [
        "首相が辞める\n首相は会見で言った。「問題：私にある。結論：辞める。」\n町の人は驚いた。",
        "Notes on the flood\n\nTo the editor: the river rose. Title: unknown. Nobody came, and the author slept.\n",
        "見出し：川があふれる\n川があふれた。町の人が逃げた。\n",
    ],
)
def test_a_text_with_a_colon_is_no_export(text, tmp_path):
    reading = read(tmp_path, "a.txt", text)
    assert reading.files["kind"].tolist() == ["text"] and len(reading.articles) == 1


def rows_of(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_workbook_of_bigkinds_gives_its_articles_and_says_that_texts_are_beginnings(tmp_path):
    head = [
        "뉴스 식별자",
        "일자",
        "언론사",
        "기고자",
        "제목",
        "통합 분류1",
        "인물",
        "키워드",
        "본문",
        "URL",
        "분석제외 여부",
    ]
    one = [
        "01100101.20110312100000019",
        20110312,
        "동도신문",
        "김철수",
        "강이 넘쳤다",
        "지역>경기",
        None,
        "강",
        "강이 넘쳤다.",
        "u1",
        None,
    ]
    two = [
        "01100101.20110313100000020",
        "20110313",
        "북해일보",
        None,
        "산에서 축제",
        "문화",
        None,
        "산",
        "축제.",
        "u2",
        "중복",
    ]
    reading = read(tmp_path, "a.xlsx", rows_of(head, one, two))
    found = reading.articles
    assert len(found) == 2 and len(reading.rejected) == 0 and found["outlet"].tolist() == ["동도신문", "북해일보"]
    assert found["date"].dt.day.tolist() == [12, 13] and found["article_id"].tolist() == [one[0], two[0]]
    assert found["note"].str.contains("beginning").all() and found["author"].tolist() == ["김철수", ""]


def test_a_workbook_of_integrum_and_its_page_give_their_articles(tmp_path):
    head = ["№", "Источник", "Дата", "Номер", "Полоса", "Заголовок", "Автор", "Рубрика", "Текст", "Ссылка"]
    rows = [
        [1, "Восточная газета", "12.03.2011", 45, 1, "Река", "Иван Петров", "Общество", "Река вышла.", "u1"],
        [2, "Северные ведомости", datetime.datetime(2011, 3, 13), 46, "3", "Праздник", None, None, "Праздник.", None],
    ]
    found = read(tmp_path, "a.xlsx", rows_of(head, *rows)).articles
    assert found["outlet"].tolist() == ["Восточная газета", "Северные ведомости"] and pages(found) == [1, 3]
    assert found["date"].dt.strftime("%m%d").tolist() == ["0312", "0313"] and found["section"][0] == "Общество"
    fields = zip(head[1:], rows[0][1:], strict=True)
    page = "".join(f"<p><b>{name}:</b> {value}</p>" for name, value in fields) + "<p>Второй абзац: мэр.</p><hr>"
    html = f"<html><head><meta charset='windows-1251'></head><body><p>Найдено: 2</p><hr>{page * 2}</body></html>"
    html = html.replace("Река вышла", "Праздник", 1).replace("u1", "u2", 1)
    reading = read(tmp_path, "a.html", html.encode("cp1251", "xmlcharrefreplace"))
    assert len(reading.articles) == 2 and reading.articles["outlet"].eq("Восточная газета").all()


def test_an_old_workbook_of_proquest_is_read_and_another_old_office_file_refused(tmp_path):
    data = (Path(__file__).parent / "cases" / "proquest.xls").read_bytes()  # two invented rows, written by xlwt 1.3
    found = read(tmp_path, "a.xls", data).articles
    assert found["outlet"].tolist() == ["The Guard", "The Post"] and pages(found) == [1, 2]
    assert found["front"].tolist() == [True, False] and found["text"][1] == "The festival opened. Crowds came."
    assert "old Office file" in read(tmp_path, "a.doc", b"\xd0\xcf\x11\xe0" + b"x" * 600).rejected["reason"][0]


def test_a_table_of_telecom_gives_the_newspaper_and_its_edition(tmp_path):
    data = "日付,媒体,面名,ページ,文字数,見出し,本文\n2011/03/12,東都新報　朝刊,総合,1,8,川,川があふれた。\n".encode(
        "cp932"
    )
    found = read(tmp_path, "a.csv", data).articles.iloc[0]
    assert (found["outlet"], found["edition"], found["page"], found["section"]) == ("東都新報", "朝刊", 1, "総合")


KCNA_WATCH = """<html><head><title>Leader Sends Message | KCNA Watch</title>
<link rel="canonical" href="https://kcnawatch.org/newstream/{stamp}-1/leader/"></head><body>
<nav><a href="/">Home</a></nav><h1>Leader Sends Message</h1>
<div>Date: {printed} | Source: Rodong Sinmun (En) | <a href="#">Read original version at source</a></div>
<div><p>Pyongyang, March 12 (KCNA) -- The leader sent greetings to the president on Monday, the agency reports.</p>
<p>The message said that the friendly relations between the two countries would grow stronger in the years to come.</p>
</div><footer>© KCNA Watch. All rights reserved.</footer></body></html>"""


@pytest.mark.parametrize(
    ("printed", "stamp", "day"),  # 1331510400 is noon of 2012-03-12 in UTC, 1354536000 that of 2012-12-03
    [("12/03/2012", "1331553600", "2012-03-12"), ("12/03/2012", "1354536000", "2012-12-03"),
     ("12/03/2012", "", "2012-03-12"),
     ("25/12/2012", "", "2012-12-25")],
)  # fmt: skip
def test_a_page_of_kcna_watch_is_of_its_source_and_day(printed, stamp, day, tmp_path):
    found = read(tmp_path, "a.html", KCNA_WATCH.format(printed=printed, stamp=stamp)).articles.iloc[0]
    assert (found["outlet"], found["language"], str(found["date"].date())) == ("Rodong Sinmun", "en", day)
    assert found["headline"] == "Leader Sends Message" and found["text"].count("\n\n") == 1


@pytest.mark.parametrize(
    ("html", "page", "words"),
    [
        (
            "<html><head><title>로동신문</title></head><body><p>혁명활동소식</p>"
            "<p>경애하는 최고령도자께서 축전을 보내시였다</p>"
            "<p>주체101(2012)년 3월 12일 월요일 로동신문 3면</p>"
            "<div><p>대통령에게 축전을 보내시였다. 축전은 두 나라 사이의 친선관계가 더욱 강화될것이라고 하였다.</p>"
            "<p>축전에는 인민들의 복리를 위한 사업에서 성과가 있기를 바란다는 내용이 담겨져있다.</p></div>",
            3, ("경애하는 최고령도자께서 축전을 보내시였다", "대통령에게"),
        ),
        (
            "<html><head><title>Rodong Sinmun</title></head><body><div>[Home] [Politics]</div>"
            "<h2>Message to President</h2>"
            "<div>Juche101(2012). 3. 12.</div><p>The leader sent a congratulatory message to the president of the "
            "country. The message said that relations would develop.</p><p>He wished the president success in his work "
            "for the well-being of the people of the country, the paper said.</p></body></html>",
            None, ("Message to President", "The leader sent"),
        ),
    ],
)  # fmt: skip
def test_a_page_of_rodong_sinmun_gives_day_page_and_text(html, page, words, tmp_path):
    found = read(tmp_path, "a.html", html).articles
    assert found["outlet"].tolist() == ["Rodong Sinmun"] and str(found["date"][0].date()) == "2012-03-12"
    assert pages(found) == [page] and found["headline"][0] == words[0] and found["text"][0].startswith(words[1])


def test_a_page_about_an_archive_is_none_of_its_pages(tmp_path):
    html = (
        "<html><head><title>北の報道を読む - 東都新報</title></head><body><h1>北の報道を読む</h1>"
        "<p>2012年3月12日</p><p>{}</p></body></html>"
    )
    body = (
        "労働新聞（로동신문）は3面で伝えた。KCNA Watchという保存庫もある。町の人はそれを毎朝読んでいるという話である。"
    )
    found = read(tmp_path, "a.html", html.format(body * 3)).articles.iloc[0]
    assert found["outlet"] != "Rodong Sinmun" and found["page"] is pd.NA


def test_a_chinese_page_that_cites_its_newspaper_gives_page_and_section(tmp_path):
    html = (
        "<html><head><meta charset='gbk'><title>河水上涨--东都日报</title></head>"
        "<body><div>2011年03月12日 第03版：要闻</div>"
        "<h1>河水上涨</h1><p>　　河水在星期五上涨了。两座桥被关闭。救援正在到来，市长在会上说。</p>"
        "<p>　　市长说，救援正在到来。人们在山上等待了三天。</p>"
        "<div>《东都日报》（2011年03月12日 第 03 版）</div></body></html>"
    )
    found = read(tmp_path, "a.html", html.encode("gbk")).articles.iloc[0]
    assert (found["outlet"], found["page"], found["section"], found["headline"]) == ("东都日报", 3, "要闻", "河水上涨")
    assert str(found["date"].date()) == "2011-03-12"


def portable(*lines):
    """A PDF of one page: (left, base, size, text) of each line, in points."""
    said = "".join(f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n" for x, y, size, text in lines).encode("latin-1")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%sendstream" % (len(said), said), b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for n, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%sendobj\n" % (n, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>startxref\n%d\n%%%%EOF" % (
        table,
        len(out),
    )


LEFT = [
    "The river flooded on Friday and two",
    "bridges were closed for the whole day.",
    "The mayor said help was on its way.",
]
RIGHT = [
    "Festival crowds came to the hills and",
    "sang until the morning of the third",
    "day, when rain ended the feast.",
]
HEAD = [(72, 780, 20, "River floods the town and the hills"), (72, 755, 10, "12 March 2011")]


def test_the_columns_of_a_pdf_are_read_one_after_the_other_whatever_their_order_in_the_file(tmp_path):
    rows = [line for i in range(3) for line in ((72, 720 - 14 * i, 11, LEFT[i]), (320, 720 - 14 * i, 11, RIGHT[i]))]
    foot = (72, 660, 11, "This line runs across the page from its left side to the right side below both columns.")
    for order in (HEAD + rows + [foot], [foot] + rows[::-1] + HEAD):
        reading = read(tmp_path, "a.pdf", portable(*order))
        found = reading.articles.iloc[0]
        assert (
            len(reading.articles) == 1 and found["headline"] == HEAD[0][3] and str(found["date"].date()) == "2011-03-12"
        )
        words = found["text"].replace("\n", " ")
        assert words == " ".join([*LEFT, *RIGHT, foot[3]])


def test_a_pdf_whose_lines_cannot_be_put_in_order_or_that_has_no_text_is_refused_with_what_to_do(tmp_path):
    tangled = [(72, 720, 11, "The river flooded on a Friday in"), (300, 720, 11, "March and"),
               (72, 706, 11, "bridges were"),
               (180, 706, 11, "closed for the whole of the day"), (72, 692, 11, "and people went to the hills above"),
               (290, 692, 11, "it all"), (200, 678, 11, "until the water had gone back to its bed")]  # fmt: skip
    for data, reason in ((portable(*tangled), "columns"), (portable(), "OCR"), (b"%PDF-1.4 broken", "cannot be read")):
        reading = read(tmp_path, "a.pdf", data)
        assert len(reading.articles) == 0 and reason in reading.rejected["reason"][0]


def test_a_row_of_a_pdf_with_wide_blanks_is_one_line():
    """As 日経テレコン prints newspaper, edition and page of each article: such rows are no columns of the page."""
    long = "It flooded on Friday, and two of the bridges of the town were closed for the whole of the day."
    rows = [(72, 755, 11, "River floods"), (72, 740, 11, "The Post"), (133, 740, 11, "12 March"),
            (196, 740, 11, "Page 3"), (72, 720, 11, long), (72, 690, 11, "Crowds came"), (72, 675, 11, "The Guard"),
            (141, 675, 11, "13 March"), (204, 675, 11, "Page 1"), (72, 655, 11, "They sang till noon.")]  # fmt: skip
    text, fault = text_of(portable(*rows))
    assert fault == ""
    assert text.split("\n") == [
        "River floods", "The Post\u300012 March\u3000Page 3", long,
        "Crowds came", "The Guard\u300013 March\u3000Page 1", "They sang till noon.",
    ]  # fmt: skip


def test_an_export_printed_as_a_pdf_is_read_as_that_export(tmp_path):
    said = ["Title: River floods", "Source: The Guard", "Date: 12 March 2011", "Text: The river flooded on Friday.",
            "Title: Festival opens", "Source: The Post", "Date: 13 March 2011", "Text: Crowds came."]  # fmt: skip
    reading = read(tmp_path, "a.pdf", portable(*((72, 780 - 30 * i, 11, line) for i, line in enumerate(said))))
    assert reading.articles["outlet"].tolist() == ["The Guard", "The Post"] and len(reading.rejected) == 0


class Page:
    """A page of pypdfium2 whose letters stand one by one: text, left, bottom, right, top."""

    def __init__(self, *letters):
        self.letters = letters

    def count_rects(self):
        return len(self.letters)

    def get_rect(self, i):
        return self.letters[i][1:]

    def get_text_bounded(self, *box):
        return next(one[0] for one in self.letters if one[1:] == box)


def test_a_line_whose_letters_stand_apart_around_signs_that_are_half_empty_is_one_line():
    """As Chromium prints Noto Sans CJK, 8 points high; 聞 and 日 carry the blank behind them."""
    page = Page(("は", 79.8, 665.7, 87.3, 672.9), ("「", 93.6, 667.8, 96.4, 673.6),
                ("ま", 98.4, 665.6, 104.5, 673.1),
                ("、", 106.2, 665.2, 108.8, 667.8), ("三", 115.3, 665.7, 123.2, 672.4),
                ("」", 123.8, 665.2, 126.6, 671.0),
                ("と", 134.3, 665.7, 140.1, 673.0), ("聞 ", 61.6, 608.8, 69.0, 616.7), ("2", 72.1, 609.5, 76.3, 616.2),
                ("0", 77.2, 609.4, 81.3, 616.2), ("年", 82.2, 608.8, 90.3, 617.1), ("4", 92.0, 609.5, 96.6, 616.1),
                ("日 ", 98.3, 608.9, 104.2, 616.4), ("朝", 108.1, 608.8, 116.0, 617.1))  # fmt: skip
    lines, _ = _lines(page)
    assert lines == ["は「ま、三」と", "聞 20年4日 朝"]


def opendocument(kind, xml):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", xml)
    return data.getvalue()


def test_an_opendocument_text_is_read_and_slides_are_refused(tmp_path):
    space = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    xml = f"<a {space}><text:h>川があふれる</text:h><text:p>川が<text:span>三十一日</text:span>あふれた。</text:p></a>"
    found = read(tmp_path, "a.odt", opendocument("text", xml)).articles.iloc[0]
    assert (found["headline"], found["text"]) == ("川があふれる", "川が三十一日あふれた。")
    assert "slides" in read(tmp_path, "a.odp", opendocument("presentation", xml)).rejected["reason"][0]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.sql", b"-- dump\nCREATE TABLE news (id int);\nINSERT INTO news VALUES (1);", "source: duckdb"),
        ("a.warc", b"WARC/1.0\r\nWARC-Type: response\r\n\r\nbody", "WARC"), ("a.sh", b"#!/bin/sh\necho x\n", "program"),
        ("a.feather", b"ARROW1\0\0" + b"x" * 99, "CSV or Parquet"), ("a.dta", b"<stata_dta><header>", "CSV or Parquet"),
        ("a.mp3", b"ID3\x03" + b"\0" * 99, "sound"),
    ],
)  # fmt: skip
def test_a_file_that_nothing_claims_is_refused_with_what_it_looks_like(name, data, reason, tmp_path):
    reading = read(tmp_path, name, data)
    assert len(reading.articles) == 0 and reason in reading.rejected["reason"][0]


@pytest.fixture
def databases(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    rows = [("東都新報", "2011-03-12", "川", "川があふれた。", 1), ("北海日報", "2011-03-13", "山", "山で祭り。", 3)]
    with duckdb.connect(str(tmp_path / "a.duckdb")) as base:
        base.execute("CREATE TABLE news (新聞名 text, 掲載日 date, 見出し text, 本文 text, 面 int)")
        base.executemany("INSERT INTO news VALUES (?, ?, ?, ?, ?)", rows)
        base.execute(f"COPY news TO '{tmp_path / 'a.parquet'}' (FORMAT parquet)")
    with sqlite3.connect(tmp_path / "a.sqlite") as base:
        base.execute("CREATE TABLE news (新聞名, 掲載日, 見出し, 本文, 面)")
        base.executemany("INSERT INTO news VALUES (?, ?, ?, ?, ?)", rows)
    base.close()
    return tmp_path


@pytest.mark.parametrize(("name", "table"), [("a.duckdb", "news"), ("a.sqlite", "news"), ("a.parquet", "articles")])
def test_a_query_to_a_database_gives_its_rows(name, table, databases):
    reading = corpus.read(databases / name, source="duckdb", query=f"SELECT * FROM {table} ORDER BY 掲載日")
    found = reading.articles
    assert (
        found["outlet"].tolist() == ["東都新報", "北海日報"] and pages(found) == [1, 3] and len(reading.rejected) == 0
    )
    assert found["date"].dt.day.tolist() == [12, 13] and found["line"].tolist() == [1, 2]
    query = f"SELECT 見出し AS x, 本文 AS y FROM {table} WHERE 面 > 1"
    mapped = corpus.read(databases / name, source="duckdb", query=query,
                         columns={"headline": "x", "text": "y"}, outlet="Z")  # fmt: skip
    assert mapped.articles[["outlet", "headline", "text"]].to_numpy().tolist() == [["Z", "山", "山で祭り。"]]


@pytest.mark.parametrize(
    "query",
    ["", "SELECT * FROM nothing", "DELETE FROM news", "DROP TABLE news", "SELECT 1; SELECT 2", "ATTACH 'b.db' AS b",
     "COPY news TO 'out.csv'", "SET enable_external_access = true", "PRAGMA database_list",
     "INSERT INTO news VALUES (1)",
     "SELECT * FROM read_csv('{other}')", "SELECT * FROM read_text('{other}')", "SELECT * FROM '{other}'",
     "SELECT load_extension('x')", "INSTALL httpfs", "CREATE TABLE t AS SELECT 1"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.duckdb", "a.sqlite", "a.parquet"])
def test_a_query_that_is_not_one_select_of_this_file_is_refused_and_changes_nothing(
    name, query, databases, monkeypatch
):
    monkeypatch.chdir(databases)
    (databases / "other.csv").write_text("a,b\n1,2\n")
    before = {path: path.read_bytes() for path in databases.iterdir()}
    with pytest.raises(ParamError, match="本文"):  # the message lists tables and columns
        corpus.read(databases / name, source="duckdb", query=query.format(other=databases / "other.csv"))
    assert {path: path.read_bytes() for path in databases.iterdir()} == before


def test_a_database_without_a_query_and_a_query_without_a_database_are_told_what_to_write(databases):
    assert corpus.read(databases / "a.duckdb").rejected["reason"].str.contains("source: duckdb").all()
    assert corpus.read(databases / "a.sqlite").rejected["reason"].str.contains("source: duckdb").all()
    with pytest.raises(ParamError, match="query is for"):
        corpus.read(databases / "a.parquet", query="SELECT 1")
    (databases / "a.csv").write_text("a\n1\n")
    with pytest.raises(SourceError, match="no database"):
        corpus.read(databases / "a.csv", source="duckdb", query="SELECT 1")


def test_a_json_feed_is_read_with_its_outlet(tmp_path):
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "東都新報", "items": [
        {"id": "1", "url": "u1", "title": "川", "content_html": "<p>川が&amp;あふれた。</p>",
         "date_published": "2011-03-12T05:00:00+09:00",
         "authors": [{"name": "山田太郎"}], "tags": ["社会"]},
        {"id": "2", "title": "山", "content_text": "山で祭り。", "summary": "祭り",
         "date_published": "2011-03-13"}]}  # fmt: skip
    reading = read(tmp_path, "feed.json", json.dumps(feed))
    found = reading.articles
    assert len(found) == 2 and len(reading.rejected) == 0 and found["outlet"].tolist() == ["東都新報"] * 2
    assert found["text"].tolist() == ["川が&あふれた。", "山で祭り。"] and found["date"].dt.day.tolist() == [12, 13]


_ROWS = [
    ("2021-03-12", "東都新報", "初の会談", "首脳が会談した。"),
    ("2021-03-13", "北海日日", "雪の祭り", "雪像が並ぶ。"),
]


@pytest.mark.parametrize("heads", [
    [("書誌", "", "記事", ""), ("日付", "新聞", "見出し", "本文")],
    [("日付", "新聞", "記事", ""), ("", "", "見出し", "本文")],
])  # fmt: skip
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_header_of_two_rows_names_each_column_by_the_lower_where_there_is_one(heads, suffix, tmp_path):
    file = tmp_path / f"press{suffix}"
    if suffix == ".csv":
        file.write_text("\n".join(",".join(row) for row in [*heads, *_ROWS]), encoding="utf-8")
    else:
        book = openpyxl.Workbook()
        for row in [*heads, *_ROWS]:
            book.active.append([cell or None for cell in row])
        book.active.merge_cells("C1:D1")
        book.save(file)
    found = corpus.read(file)
    assert found.articles["outlet"].tolist() == ["東都新報", "北海日日"] and found.rejected.empty
    assert found.articles["headline"].tolist() == ["初の会談", "雪の祭り"]
    assert found.articles["date"].dt.day.tolist() == [12, 13] and found.articles["line"].tolist() == [3, 4]


def test_an_object_that_wraps_an_article_gives_the_fields_inside(tmp_path):
    rows = [dict(zip(("date", "outlet", "title", "body"), row, strict=True)) for row in _ROWS]
    hits = [{"_index": "press", "_id": f"n{i}", "_score": 1.5, "_source": row} for i, row in enumerate(rows)]
    nodes = [{"id": i, "type": "articles", "attributes": row} for i, row in enumerate(rows)]
    (tmp_path / "search.json").write_text(json.dumps({"took": 3, "hits": {"total": 2, "hits": hits}}), encoding="utf-8")
    (tmp_path / "dump.jsonl").write_text("\n".join(map(json.dumps, hits)), encoding="utf-8")
    (tmp_path / "api.json").write_text(json.dumps({"data": nodes, "meta": {"page": 1}}), encoding="utf-8")
    for name in ("search.json", "dump.jsonl", "api.json"):
        found = corpus.read(tmp_path / name)
        assert found.articles["outlet"].tolist() == ["東都新報", "北海日日"] and found.rejected.empty
        assert found.articles["headline"].tolist() == ["初の会談", "雪の祭り"]
        assert found.articles["text"].tolist() == ["首脳が会談した。", "雪像が並ぶ。"]
