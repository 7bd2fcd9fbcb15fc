"""No record is lost or doubled, whatever reads it: each has a mark of its own that must come out exactly once."""

import io
import json
import quopri
import re
import zipfile

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framing import corpus

SENTENCES = [
    "川が三十一日あふれた。", "市長は言った：「橋を閉じる」。", "The mayor said: help is on its way to the town.",
    "2011年3月12日に雨が降った。", "1面の写真が話題になった。", "見出し：大水と書いた紙が貼られた。",
    "Read more: the river rose, and people went to the hills.", "価格は1,200円（税込み）だった。",
    "Река вышла из берегов в пятницу.", "河水在星期五上涨了。", "강이 금요일에 넘쳤다.", "<b>太字</b>の札があった。",
]  # fmt: skip
"""Sentences of a body: with colons, numbers, dates, markup and other scripts, and none that is a line of an export."""


def csv(records):
    frame = pd.DataFrame([(f"紙{i % 3}", "2011-03-12", mark, body) for i, (mark, body) in enumerate(records)])
    return frame.to_csv(index=False, header=["媒体", "日付", "見出し", "本文"]).encode()


def json_lines(records):
    return "\n".join(json.dumps({"title": mark, "content": body}) for mark, body in records).encode()


def json_feed(records):
    items = [{"id": mark, "title": mark, "content_text": body} for mark, body in records]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "東都新報", "items": items}).encode()


def parquet(records):
    data = io.BytesIO()
    pd.DataFrame(records, columns=["headline", "text"]).to_parquet(data)
    return data.getvalue()


def workbook(records):
    book = openpyxl.Workbook()
    for row in [("제목", "본문"), *records]:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def html_table(records):
    rows = "".join(f"<tr><td>{mark}</td><td>{escaped(body)}</td></tr>\n" for mark, body in [("標題", "內文"), *records])
    return f"<table>{rows}</table>".encode()


def rss(records):
    items = (f"<item><title>{mark}</title><description>{escaped(body)}</description></item>" for mark, body in records)
    return f"<rss version='2.0'><channel><title>東都新報</title>{''.join(items)}</channel></rss>".encode()


def ris(records):
    return "".join(
        f"TY  - NEWS\nTI  - {mark}\nJF  - The Guard\nDA  - 2011/03/12\nAB  - {body}\nER  - \n" for mark, body in records
    ).encode()


def proquest(records):
    line = "_" * 60
    made = (
        f"{line}\n\nDocument {i} of {len(records)}\n\n{mark}\n\nFull text: {body}\n\nSubject: Rivers\n\n"
        f"Publication title: The Guard; London (UK)\n\nPublication date: Mar 12, 2011\n\n"
        for i, (mark, body) in enumerate(records, 1)
    )
    return "".join(made).encode() + f"{line}\n\nContact us at: http://x.example\n".encode()


def labelled(*names):
    def made(records):
        head, outlet, date, text = names
        return "\n".join(
            f"{head}：{mark}\n{outlet}：東都新報\n{date}：2011-03-12\n{text}：\n{body}\n" for mark, body in records
        ).encode()

    return made


def bracketed(records):
    return "\n".join(
        f"【紙誌名】東都新報\n【発行日】2011/03/12\n【ページ】1\n【見出し】{mark}\n【本文】\n{body}\n"
        for mark, body in records
    ).encode()


def cited(records):
    return "\n".join(f"{mark}\n{body}\n\n《东都日报》（2011年03月12日 第 03 版）\n" for mark, body in records).encode()


def telecom(records):
    return "\n".join(
        f"{mark}\n2011/03/12  東都新報　朝刊  {i}ページ  812文字\n　{body}\n"
        for i, (mark, body) in enumerate(records, 1)
    ).encode()


def kikuzo(records):
    rows = "".join(
        f"{i}\t2011年03月12日\t朝刊\t1社会\t0{i % 9 + 1}\t812\n{mark}\n　{body}\n\n"
        for i, (mark, body) in enumerate(records, 1)
    )
    return ("聞蔵IIビジュアル\nNo.\t発行日\t朝夕刊\t面名\tページ\t文字数\n" + rows).encode()


def nexis(records):
    return "".join(
        f"{i} of {len(records)} DOCUMENTS\n\n\nThe Guard (London)\n\n\nMarch 12, 2011 Saturday\n\n{mark}\n\n"
        f"SECTION: NEWS; Pg. 1\n\nLENGTH: 10 words\n\n{body}\n\nLOAD-DATE: March 13, 2011\n\n"
        for i, (mark, body) in enumerate(records, 1)
    ).encode()


def factiva(records):
    return "".join(
        f"HD\n{mark}\nWC\n10 words\nPD\n12 March 2011\nSN\nThe Guard\nLA\nEnglish\nLP\n{body}\n"
        f"AN\nDocument EAST0000201103e73c{int(re.sub(r'[^0-9]', '', mark)):05d}\n\n"
        for mark, body in records
    ).encode()


def page(mark, body):
    return (
        f"<html><head><title>{mark} - 東都新報</title></head><body><h1>{mark}</h1><p>2011年3月12日</p>"
        f"<p>{escaped(body)}</p>"
        "<p>水は翌日に引き、町の人は家に戻って泥をかき出した。役場は橋をひとつ閉じた。</p></body></html>"
    )


def archive(records):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for i, (mark, body) in enumerate(records):
            file.writestr(
                f"{i:03d}.txt" if i % 2 else f"{i:03d}.html", f"{mark}\n{body}" if i % 2 else page(mark, body)
            )
    return data.getvalue()


READERS = {
    "csv": (csv, "a.csv"), "json lines": (json_lines, "a.jsonl"), "json feed": (json_feed, "a.json"),
    "parquet": (parquet, "a.parquet"), "workbook": (workbook, "a.xlsx"), "html table": (html_table, "a.xls"),
    "rss": (rss, "a.xml"), "ris": (ris, "a.ris"), "proquest": (proquest, "a.txt"), "elnet": (bracketed, "a.txt"),
    "chinese": (labelled("标题", "来源", "日期", "正文"), "a.txt"), 
    "korean": (labelled("제목", "언론사", "일자", "본문"), "a.txt"),
    "russian": (labelled("Заголовок", "Источник", "Дата", "Текст"), "a.txt"), "cited": (cited, "a.txt"),
    "telecom": (telecom, "a.txt"), "kikuzo": (kikuzo, "a.txt"), "nexis": (nexis, "a.txt"),
    "factiva": (factiva, "a.txt"),
    "archive": (archive, "a.zip"),
}  # fmt: skip
BODIES = st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4).map("\n".join), min_size=2, max_size=7)


def marks_of(reading, marks):
    """How often each mark stands in an article or in a rejected record."""
    told = (reading.articles["headline"] + "\n" + reading.articles["text"]).tolist() + reading.rejected[
        "record"
    ].tolist()
    return [sum(mark in one for one in told) for mark in marks]


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=BODIES)
def test_every_record_is_one_article_with_all_its_sentences_and_nothing_is_rejected(name, bodies, tmp_path):
    make, file = READERS[name]
    marks = [f"Flood{i:02d}大水" for i in range(len(bodies))]
    (tmp_path / file).write_bytes(make(list(zip(marks, bodies, strict=True))))
    reading = corpus.read(tmp_path / file)
    assert len(reading.articles) == len(bodies) and len(reading.rejected) == 0, reading.files
    assert marks_of(reading, marks) == [1] * len(bodies)
    found = reading.articles.sort_values("headline")
    assert found["headline"].tolist() == marks
    for body, text in zip(bodies, map(bare, found["text"]), strict=True):
        if name != "archive":  # what of a web page is its article is asked in test_web
            assert all(bare(sentence) in text for sentence in body.split("\n"))


def bare(text):
    return re.sub(r"\s|<[^<>]*>", "", text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(READERS)), bodies=BODIES, data=st.data())
def test_a_damaged_file_never_raises_and_loses_no_record_unseen(name, bodies, data, tmp_path):
    """A stretch of bytes is taken out: the records beside it come out once, and no mark comes out twice."""
    make, file = READERS[name]
    marks = [f"Flood{i:02d}大水" for i in range(len(bodies))]
    whole = make(list(zip(marks, bodies, strict=True)))
    begin = data.draw(st.integers(0, len(whole)))
    (tmp_path / file).write_bytes(whole[:begin] + whole[begin + data.draw(st.integers(1, 40)) :])
    reading = corpus.read(tmp_path / file)
    assert reading.files["n_rows"].sum() == len(reading.articles) + len(reading.rejected)
    assert max(marks_of(reading, marks)) <= 1


def test_a_cell_of_a_table_that_is_not_closed_does_not_take_the_rows_below_it_in(tmp_path):
    make, file = READERS["html table"]
    whole = make([("Flood00大水", "一つ目。"), ("Flood01大水", "二つ目。")])
    (tmp_path / file).write_bytes(whole[:22] + whole[44:])
    assert marks_of(corpus.read(tmp_path / file), ["Flood00大水", "Flood01大水"]) == [1, 1]


def mixed(folder):
    """A folder of 200 files of mixed kinds, with what lies beside them, and the marks of its articles."""
    marks = []

    def own(n, k):
        """A sentence that no other article has: copies in two databases would be one."""
        return "".join(chr(0x4E00 + (7919 * (i + 60 * (n + 200 * k))) % 2000) for i in range(60)) + "。"

    def mark():
        marks.append(f"Mark{len(marks):04d}大水")
        return marks[-1]

    kinds = list(READERS)
    for n in range(200):
        name = kinds[n % len(kinds)]
        make, file = READERS[name]
        records = [(mark(), f"{SENTENCES[(n + k) % 12]}\n{own(n, k)}") for k in range(2 + n % 2)]
        inner = folder / f"part{n % 4}"
        inner.mkdir(exist_ok=True)
        (inner / f"{n:03d}{file[1:]}").write_bytes(make(records))
    saved = page(mark(), SENTENCES[0])
    (folder / "saved.html").write_text(saved, encoding="utf-8")
    (folder / "saved_files").mkdir()
    (folder / "saved_files" / "frame.html").write_text(page("Advert", SENTENCES[1]), encoding="utf-8")
    (folder / "saved_files" / "style.css").write_text("p {color: red}", encoding="utf-8")
    body = quopri.encodestring(page(mark(), SENTENCES[1]).encode())
    head = b"From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"
    (folder / "web.mhtml").write_bytes(head + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + body)
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"x" * 99)
    (folder / "LICENSE").write_text("Permission is granted.", encoding="utf-8")
    (folder / ".hidden").write_text("x", encoding="utf-8")
    return marks


def test_a_folder_of_two_hundred_files_of_mixed_kinds_gives_each_article_once(tmp_path):
    marks = mixed(tmp_path)
    reading = corpus.read(tmp_path)
    assert marks_of(reading, marks) == [1] * len(marks)
    assert len(reading.articles) == len(marks) and sorted(reading.articles["headline"]) == sorted(marks)
    assert len(reading.rejected) == 4 and reading.articles["article_id"].is_unique
