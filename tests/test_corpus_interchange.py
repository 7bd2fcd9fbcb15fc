"""Feeds, references, saved pages and tables that are not what their ending says; every sample is invented."""

import base64
import json
import quopri
import zipfile

import pandas as pd
import pytest

from framing import corpus

BODY = "川が十一日あふれ、町の人が丘へ逃げた。市は避難所を五か所に開いた。"
RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>東都新報</title>
<link>https://east.example/</link>
<item><title>川があふれる &amp; 町は無事</title><link>https://east.example/1</link>
<pubDate>Sat, 12 Mar 2011 05:00:00 +0900</pubDate><category>社会</category>
<description>川があふれた。</description><content:encoded><![CDATA[<p>{BODY}</p><p>水は翌日に引いた。</p>]]></content:encoded></item>
<item><title>山で祭り</title><link>https://east.example/2</link><pubDate>Sun, 13 Mar 2011 05:00:00 +0900</pubDate>
<description>山で祭りがあった。</description></item>
</channel></rss>"""
ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>北の集め</title>
<entry><title>川があふれる</title><id>a1</id><published>2011-03-12T05:00:00+09:00</published>
<updated>2011-03-20T05:00:00+09:00</updated><source><title>北海日報</title></source>
<content type="html">&lt;p&gt;{BODY}&lt;/p&gt;</content></entry>
<entry><title>山で祭り</title><id>a2</id><updated>2011-03-13T05:00:00+09:00</updated><summary>祭りがあった。</summary></entry>
</feed>"""
RIS = """TY  - NEWS
TI  - River floods the town
JF  - The Guard
DA  - 2011/03/12/ 2011 Mar 12
SP  - A1
AU  - Doe, Jane
AU  - Roe, Richard
AB  - The river flooded on Friday.
Two bridges were closed.
UR  - https://guard.example/1
ER  -

TY  - NPCM
T1  - Festival opens
T2  - The Post
PY  - 2011
N2  - The festival opened.
ER  -
"""
ROWS = [["新聞名", "掲載日", "見出し", "本文", "面"], ["東都新報", "2011/3/12", "川があふれる", "川があふれた。", "1"],
        ["北海日報", "2011/3/13", "山で祭り", "山で祭り、<br>人が集まった。", "24"]]  # fmt: skip


def read(tmp_path, name, data, **options):
    (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    reading = corpus.read(tmp_path / name, **options)
    assert reading.files["n_rows"].sum() == len(reading.articles) + len(reading.rejected)
    return reading


@pytest.mark.parametrize("name", ["feed.xml", "feed.rss", "feed.txt", "feed"])
def test_each_item_of_rss_is_an_article(name, tmp_path):
    reading = read(tmp_path, name, RSS)
    found = reading.articles
    assert len(found) == 2 and len(reading.rejected) == 0
    assert found["outlet"].tolist() == ["東都新報"] * 2
    assert found["headline"].tolist() == ["川があふれる & 町は無事", "山で祭り"]
    assert found["text"].tolist() == [f"{BODY}\n水は翌日に引いた。", "山で祭りがあった。"]
    assert found["date"].dt.strftime("%Y%m%d").tolist() == ["20110312", "20110313"]
    assert found["section"].tolist() == ["社会", ""] and found["url"].tolist()[1] == "https://east.example/2"
    assert found["note"].str.contains("summary").tolist() == [False, True]
    assert found["line"].tolist() == [4, 7]


def test_each_entry_of_atom_is_an_article_of_the_source_it_names(tmp_path):
    reading = read(tmp_path, "feed.xml", ATOM)
    assert len(reading.articles) == 2 and len(reading.rejected) == 0
    assert reading.articles["outlet"].tolist() == ["北海日報", "北の集め"]
    assert reading.articles["date"].dt.day.tolist() == [12, 13]  # published before updated
    assert reading.articles["text"].tolist() == [BODY, "祭りがあった。"]


def test_a_feed_in_an_older_encoding_that_it_declares_is_read(tmp_path):
    data = RSS.replace("UTF-8", "Shift_JIS").encode("cp932")
    assert read(tmp_path, "feed.xml", data).articles["outlet"].tolist() == ["東都新報"] * 2


def test_a_feed_without_entries_is_rejected_with_a_reason(tmp_path):
    reading = read(tmp_path, "feed.xml", "<rss version='2.0'><channel><title>東都新報</title></channel></rss>")
    assert len(reading.articles) == 0 and "no entry" in reading.rejected["reason"][0]


def test_a_json_feed_and_the_answer_of_an_api_give_their_items(tmp_path):
    items = [{"id": str(i), "title": f"川 {i}", "content_text": BODY, "date_published": "2011-03-12"} for i in range(3)]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "東都新報", "home_page_url": "x", "feed_url": "y",
            "description": "z", "items": items}  # fmt: skip
    assert len(read(tmp_path, "feed.json", json.dumps(feed)).articles) == 3
    one = {
        "source": {"id": None, "name": "東都新報"},
        "title": "川",
        "content": BODY,
        "publishedAt": "2011-03-12T00:00Z",
    }
    answer = {"status": "ok", "totalResults": 2, "articles": [one, one | {"title": "山"}]}
    found = read(tmp_path, "api.json", json.dumps(answer)).articles
    assert found["outlet"].tolist() == ["東都新報"] * 2 and found["source.original"].str.contains("null").all()
    assert found["date"].notna().all() and found["text"].tolist() == [BODY] * 2


def test_an_object_with_a_list_of_tags_is_one_article(tmp_path):
    one = {"title": "川", "article_text": BODY, "tags": [{"name": "x"}, {"name": "y"}]}
    assert read(tmp_path, "one.json", json.dumps(one)).articles["headline"].tolist() == ["川"]


@pytest.mark.parametrize("name", ["list.ris", "list.txt"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_record_of_ris_is_an_article(name, end, tmp_path):
    reading = read(tmp_path, name, RIS.replace("\n", end))
    found = reading.articles
    assert len(found) == 2 and len(reading.rejected) == 0
    assert found["headline"].tolist() == ["River floods the town", "Festival opens"]
    assert found["outlet"].tolist() == ["The Guard", "The Post"]
    assert found["text"].tolist() == ["The river flooded on Friday.\nTwo bridges were closed.", "The festival opened."]
    assert found["date"].dt.strftime("%Y%m%d").tolist() == ["20110312", "20110101"]
    assert found["date_precision"].tolist() == ["day", "year"]
    assert found["page"].tolist()[0] == 1 and found["page_section"].tolist()[0] == "A"
    assert found["author"].tolist()[0] == "Doe, Jane; Roe, Richard" and found["line"].tolist() == [1, 13]


@pytest.mark.parametrize("name", ["cp932", "utf-8", "utf-8-sig"])
def test_a_table_saved_as_a_workbook_of_html_gives_its_rows(name, tmp_path):
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in ROWS)
    page = (
        f"<html><head><meta charset='{'Shift_JIS' if name == 'cp932' else name}'></head><table>{cells}</table></html>"
    )
    reading = read(tmp_path, "list.xls", page.encode(name))
    found = reading.articles
    assert len(found) == 2 and len(reading.rejected) == 0
    assert found["outlet"].tolist() == ["東都新報", "北海日報"] and found["page"].tolist() == [1, 24]
    assert found["text"].tolist() == ["川があふれた。", "山で祭り、\n人が集まった。"]
    assert found["date"].dt.day.tolist() == [12, 13]


PAGE = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>川があふれる</title>
<meta property="og:site_name" content="東都新報"><meta property="article:published_time" content="2011-03-12"></head>
<body><article><h1>川があふれる、町は無事</h1><p>{BODY}</p><p>{BODY[::-1]}</p></article></body></html>"""


@pytest.mark.parametrize("coding", ["quoted-printable", "base64"])
@pytest.mark.parametrize("charset", ["utf-8", "euc-jp"])
def test_the_page_of_a_web_archive_is_an_article(coding, charset, tmp_path):
    raw = PAGE.replace('charset="utf-8"', f'charset="{charset}"').encode(charset)
    part = quopri.encodestring(raw) if coding == "quoted-printable" else base64.encodebytes(raw)
    head = (
        "From: <Saved>\r\nSnapshot-Content-Location: https://east.example/1\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--b"\r\n\r\n----b\r\n'
        f"Content-Type: text/html; charset={charset}\r\nContent-Transfer-Encoding: {coding}\r\n\r\n"
    )
    tail = b"\r\n----b\r\nContent-Type: text/css\r\n\r\nbody {color: red}\r\n----b--\r\n"
    reading = read(tmp_path, "page.mhtml", head.encode() + part + tail)
    found = reading.articles.iloc[0]
    assert len(reading.articles) == 1 and len(reading.rejected) == 0
    assert (found["outlet"], found["headline"]) == ("東都新報", "川があふれる、町は無事")
    assert BODY in found["text"] and "=E" not in found["text"] and "color" not in found["text"]
    assert found["url"] == "https://east.example/1" and found["date"] == pd.Timestamp("2011-03-12")


def test_pages_saved_from_a_browser_are_articles_and_what_lies_beside_them_is_none(tmp_path):
    folder = tmp_path / "saved"
    for n in (1, 2):
        beside = folder / f"記事{n}_files"
        beside.mkdir(parents=True)
        (folder / f"記事{n}.html").write_text(PAGE.replace("川があふれる", f"川{n}があふれる"), encoding="utf-8")
        for name in ("style.css", "ad.js", "photo.jpg", "frame.html", "data.json"):
            (beside / name).write_text(f"{name} {BODY}", encoding="utf-8")
    (folder / "notes_files").mkdir()
    (folder / "notes_files" / "own.txt").write_text(f"川があふれる\n{BODY}", encoding="utf-8")  # beside no page
    with zipfile.ZipFile(tmp_path / "saved.zip", "w") as archive:
        for path in folder.rglob("*.*"):
            archive.write(path, path.relative_to(folder).as_posix())
    for place in (folder, tmp_path / "saved.zip"):
        reading = corpus.read(place)
        assert len(reading.articles) == 3 and len(reading.rejected) == 10
        assert (reading.articles["outlet"] == "東都新報").sum() == 2
        assert reading.rejected["reason"].str.contains("no article").all()


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.xml", '<?xml version="1.0"?>\n<newsitem><p>The river flooded.</p></newsitem>', "XML"),
        ("a.xls", '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', ".xlsx"),
        ("a.eml", "From: a@b.example\nMIME-Version: 1.0\nContent-Type: text/plain\n\nThe river flooded.\n", "e-mail"),
        ("a.css", "body { color: red }", "style sheet"),
    ],
)  # fmt: skip
def test_a_file_that_nothing_claims_is_refused_with_what_it_looks_like(name, text, told, tmp_path):
    reading = read(tmp_path, name, text)
    assert len(reading.articles) == 0 and told in reading.rejected["reason"][0]


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.jsonl"])
def test_a_table_with_markup_in_its_first_fields_is_no_workbook_of_html(name, tmp_path):
    rows = [["東都", "<b>川</b>", "<div><p>川があふれた。</p></div>"], ["北海", "山", "<p>山で祭り。</p>"]]
    table = "outlet,headline,text\n" + "".join(",".join(row) + "\n" for row in rows)
    lines = "".join(json.dumps(dict(zip(("outlet", "headline", "text"), row, strict=True))) + "\n" for row in rows)
    reading = read(tmp_path, name, lines if name == "a.jsonl" else table)
    texts = ["川があふれた。", "山で祭り。"]  # paragraphs of HTML are told, not shown
    expected = [[*row[:2], text] for row, text in zip(rows, texts, strict=True)]
    assert reading.articles[["outlet", "headline", "text"]].values.tolist() == expected and len(reading.rejected) == 0


@pytest.mark.parametrize(
    ("printed", "day", "precision"),
    [
        ("2011/03/12", "2011-03-12", "day"), ("2011/03/12/", "2011-03-12", "day"), ("2011/03/", "2011-03-01", "month"),
        ("2011///", "2011-01-01", "year"), ("2011/03/12/Late Edition", "2011-03-12", "day"),
        ("Mar 12, 2011", "2011-03-12", "day"),
    ],
)  # fmt: skip
def test_a_date_of_ris_may_lack_its_last_parts(printed, day, precision, tmp_path):
    found = read(tmp_path, "a.ris", RIS.replace("2011/03/12/ 2011 Mar 12", printed)).articles.iloc[0]
    assert (str(found["date"].date()), found["date_precision"]) == (day, precision)


def test_paragraphs_of_ris_stay_apart_and_a_note_on_rights_is_no_text(tmp_path):
    text = "The river flooded on Friday, and two bridges were closed.\n\nThe mayor spoke to the people of the town."
    note = "N1  - Copyright - Copyright The Guard; " + "rights " * 40
    found = read(
        tmp_path,
        "a.ris",
        f"TY  - NEWS\nTI  - River\n floods\nJF  - The Guard\nDA  - 2011/03/12\nAB  - {text}\n{note}\nER  - \n",
    )
    assert found.articles["text"].tolist() == [text.replace("\n\n", "\n")] and found.articles["headline"].tolist() == [
        "River floods"
    ]


def test_a_record_of_ris_is_found_behind_blanks_and_a_text_without_one_is_rejected(tmp_path):
    (tmp_path / "a.ris").write_text("    TY  - NEWS\nTI  - The river rose\nJO  - East\nER  - \n", encoding="utf-8")
    assert corpus.read(tmp_path / "a.ris").articles["headline"].tolist() == ["The river rose"]
    (tmp_path / "a.ris").write_text("x TY  - NEWS\nTI  - The river rose\nER  - \n", encoding="utf-8")
    found = corpus.read(tmp_path / "a.ris")
    assert len(found.articles) + len(found.rejected) == 1
