"""Reading: any bytes become articles or rejections, and no row is lost between them."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framing import corpus, tables
from framing.errors import ParamError, SourceError, TableError
from framing.tables import spreadsheet

ROWS = [
    ("a1", "朝日新聞", "2011-03-12", "1", "川があふれる", "川が十一日あふれた。"),
    ("a2", "読売新聞", "2011年3月13日", "14", "山で祭り、三年ぶり", "山で祭りがあった。\n人が集まった。"),
]
HEADER = ("article_id", "outlet", "date", "page", "headline", "text")


def table(rows=ROWS, header=HEADER, sep=","):
    stream = io.StringIO()
    pd.DataFrame(rows, columns=list(header)).to_csv(stream, index=False, sep=sep)
    return stream.getvalue()


def read(tmp_path, data, name="corpus.csv", **options):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    reading = corpus.read(path, **options)
    tables.check(reading.articles, tables.ARTICLES)
    tables.check(reading.rejected, tables.REJECTED)
    return reading


def same(reading):
    found = reading.articles
    assert found["article_id"].tolist() == ["a1", "a2"] and found["outlet"].tolist() == ["朝日新聞", "読売新聞"]
    assert found["date"].dt.strftime("%Y-%m-%d").tolist() == ["2011-03-12", "2011-03-13"]
    assert found["page"].tolist() == [1, 14] and found["headline"].tolist() == [row[4] for row in ROWS]
    assert found["text"].tolist() == [row[5] for row in ROWS] and len(reading.rejected) == 0


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp932", "euc-jp", "utf-16", "utf-16-le", "utf-16-be", "iso-2022-jp", "utf-32"]
)
@pytest.mark.parametrize("sep", [",", "\t", ";"])
def test_tables_come_back_in_every_encoding_and_delimiter(encoding, sep, tmp_path):
    reading = read(tmp_path, table(sep=sep).encode(encoding))
    same(reading)
    assert reading.files["n_rows"].tolist() == [2]


def test_json_lines_json_parquet_and_excel_give_the_same_articles(tmp_path):
    frame = pd.DataFrame(ROWS, columns=list(HEADER))
    frame.to_json(tmp_path / "a.jsonl", orient="records", lines=True, force_ascii=False)
    frame.to_json(tmp_path / "a.json", orient="records", force_ascii=False)
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    for name in ("a.jsonl", "a.json", "a.parquet", "a.xlsx"):
        same(corpus.read(tmp_path / name))


def test_the_header_of_a_second_file_joined_to_the_first_is_rejected_and_no_article(tmp_path):
    for data in (table(ROWS[:1]) + table(ROWS[1:]), "\ufeff" + table(ROWS[:1]) + "\ufeff" + table(ROWS[1:])):
        reading = read(tmp_path, data)
        assert reading.articles["article_id"].tolist() == ["a1", "a2"]
        assert reading.rejected[["line", "reason"]].values.tolist() == [
            [3, "the header again, as where two files were joined"]
        ]
    pd.DataFrame([ROWS[0], HEADER, ROWS[1]], columns=list(HEADER)).to_excel(tmp_path / "a.xlsx", index=False)
    reading = corpus.read(tmp_path / "a.xlsx")
    assert reading.articles["article_id"].tolist() == ["a1", "a2"] and reading.rejected["line"].tolist() == [3]


def test_a_header_of_another_order_or_of_other_names_in_a_joined_file_misreads_no_row(tmp_path):
    first, again = "outlet,headline,text\n東都,川,川の記事\n", "text,outlet,headline\n山の記事,北海,山\n"
    other = "text,headline,reporter\n海の記事,海,甲\n"
    frame = pd.DataFrame([line.split(",") for line in (first + again + other + first).splitlines()[1:]])
    frame.to_excel(tmp_path / "a.xlsx", index=False, header=["outlet", "headline", "text"])
    for reading in (read(tmp_path, (first + again + other + first).encode()), corpus.read(tmp_path / "a.xlsx")):
        found = reading.articles[["outlet", "headline", "text"]].values.tolist()
        assert found == [["東都", "川", "川の記事"], ["北海", "山", "山の記事"], ["東都", "川", "川の記事"]]
        assert reading.rejected["line"].tolist() == [3, 5, 6, 7]
        assert reading.rejected["reason"].str.contains("other names").tolist() == [False, False, True, False]


def test_numbers_with_decimals_are_no_dates_of_a_workbook_or_json(tmp_path):
    frame = pd.DataFrame({"date": [2021.10, 2021.0], "text": ["a", "b"], "score": [0.5, 2.0]})
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    frame.to_json(tmp_path / "a.jsonl", orient="records", lines=True)
    frame.to_parquet(tmp_path / "a.parquet")
    for name in ("a.xlsx", "a.jsonl", "a.parquet"):
        found = corpus.read(tmp_path / name).articles
        assert found["date_precision"].tolist() == ["missing", "year"] and found["date_evidence"][0] == "2021.1"
        assert found["score"].astype(str).str.removesuffix(".0").tolist() == ["0.5", "2"]
    assert read(tmp_path, "1.5\n", "b.jsonl").rejected["record"].tolist() == ["1.5"]


def test_archives_are_unpacked(tmp_path):
    data = table().encode("cp932")
    packed = {"c.csv.gz": gzip.compress(data), "c.csv.xz": lzma.compress(data), "c.csv.bz2": bz2.compress(data)}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("folder/c.csv", data)
    packed["c.zip"] = stream.getvalue()
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:xz") as archive:
        entry = tarfile.TarInfo("folder/c.csv")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    packed["c.tar.xz"] = stream.getvalue()
    for name, content in packed.items():
        same(read(tmp_path, content, name))


def test_a_folder_of_texts_takes_the_folders_as_outlets(tmp_path):
    for outlet in ("asahi", "sankei"):
        (tmp_path / "c" / outlet).mkdir(parents=True)
        (tmp_path / "c" / outlet / "1.txt").write_text(f"{outlet}の見出し\n本文です。\n", encoding="cp932")
    (tmp_path / "c" / "asahi" / "LICENSE.txt").write_text("free", encoding="utf-8")
    reading = corpus.read(tmp_path / "c")
    assert reading.articles[["outlet", "headline", "text"]].values.tolist() == [
        ["asahi", "asahiの見出し", "本文です。"],
        ["sankei", "sankeiの見出し", "本文です。"],
    ]
    assert reading.articles["date_precision"].eq("missing").all()  # never a date from the body or the file
    assert reading.rejected["reason"].tolist() == ["a licence or read-me file, no article"]


def test_columns_are_mapped_either_way_and_usual_names_are_known(tmp_path):
    header = ("No", "paper", "日付", "面", "title", "honbun")
    for columns in ({"text": "honbun"}, {"honbun": "text"}):
        found = read(tmp_path, table(header=header), columns=columns).articles
        assert found["text"].tolist() == [row[5] for row in ROWS] and found["page"].tolist() == [1, 14]
        assert found["headline"].tolist() == [row[4] for row in ROWS] and found["No"].tolist() == ["a1", "a2"]


def test_a_column_that_no_table_has_is_an_error_that_names_the_near_one(tmp_path):
    with pytest.raises(TableError, match="did you mean 'text'"):
        read(tmp_path, table(), columns={"text": "texts"})


def test_a_table_without_text_is_rejected_row_by_row_and_require_says_why(tmp_path):
    reading = read(tmp_path, "a,b\n1,2\n3,4\n")
    assert len(reading.articles) == 0 and len(reading.rejected) == 2
    with pytest.raises(SourceError, match=r"no column holds text.*columns="):
        reading.require()


def test_nothing_at_the_path_and_unknown_sources_are_errors(tmp_path):
    with pytest.raises(SourceError, match="there is no file"):
        corpus.read(tmp_path / "absent.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="holds no file"):
        corpus.read(tmp_path / "empty")
    with pytest.raises(SourceError, match="did you mean 'asahi'"):
        read(tmp_path, table(), source="asahii")


def test_an_empty_file_is_rejected_and_not_an_error(tmp_path):
    reading = read(tmp_path, b"")
    assert reading.rejected["reason"].tolist() == ["the file is empty"]


def test_rows_with_too_few_fields_and_stray_quotation_marks_cost_themselves_only(tmp_path):
    text = 'headline,text,date\na,b,2011-01-01\nc,d\ne,"f,2011-01-02\ng,h,2011-01-03\n"i\nj",k,2011-01-04\n,,\n'
    reading = read(tmp_path, text)
    assert reading.articles["headline"].tolist() == ["a", "g", "i j"]
    assert reading.rejected["line"].tolist() == [4, 8, 3]
    assert reading.files[["n_rows", "n_articles", "n_rejected"]].values.tolist() == [[6, 3, 3]]


def test_rejected_rows_can_be_corrected_and_read_again(tmp_path):
    reading = read(tmp_path, table([*ROWS, ROWS[0]]))
    path = tmp_path / "rejected.csv"
    reading.rejected.to_csv(path, index=False)
    path.write_text(path.read_text(encoding="utf-8").replace('""a1""', '""a3""'), encoding="utf-8")
    again = corpus.read(path).articles
    assert again["article_id"].tolist() == ["a3"] and again["text"].tolist() == [ROWS[0][5]]


def test_a_repeated_id_is_kept_once_and_the_reason_says_whether_the_text_is_the_same(tmp_path):
    other = (*ROWS[0][:5], "別の本文。")
    reading = read(tmp_path, table([*ROWS, ROWS[0], other]))
    assert reading.articles["article_id"].tolist() == ["a1", "a2"]
    assert "same headline and text" in reading.rejected["reason"][0]
    assert "another headline or text" in reading.rejected["reason"][1]


def test_ids_are_made_where_there_are_none_and_are_the_same_each_time(tmp_path):
    rows = [row[1:] for row in (*ROWS, ROWS[0])]
    first = read(tmp_path, table(rows, HEADER[1:])).articles["article_id"]
    second = read(tmp_path, table(rows[::-1], HEADER[1:])).articles["article_id"]
    assert first.is_unique and set(first) == set(second) and first[2] == first[0] + "-2"


def test_articles_without_text_are_kept_and_flagged(tmp_path):
    found = read(tmp_path, table([ROWS[0], (*ROWS[1][:5], "")])).articles
    assert found["text_flag"].tolist() == ["", "empty"] and found["n_chars"].tolist() == [10, 0]


def test_nul_bytes_and_half_surrogates_are_taken_out(tmp_path):
    reading = read(tmp_path, b"headline,text\na\0b,c\0d\n")
    assert reading.articles[["headline", "text"]].values.tolist() == [["ab", "cd"]]
    lone = read(tmp_path, '{"text": "a\\ud800b"}\n', "a.jsonl").articles
    lone.to_parquet(tmp_path / "a.parquet")
    assert lone["text"][0] == "a\ufffdb"


def test_outlets_that_differ_by_normal_form_only_are_one_and_the_note_says_so(tmp_path):
    names = [
        "テレビ東都",
        "テレヒ\u3099東都",
        "ABC News",
        "ＡＢＣ\u3000News",
        "ABC  News",
        "ﾖﾐｳﾘ",
    ]  # the last stands alone
    data = "outlet,text\n" + "".join(f"{name},川 {i}\n" for i, name in enumerate(names))
    found = read(tmp_path, data.encode()).articles
    assert found["outlet"].tolist() == ["テレビ東都"] * 2 + ["ABC News"] * 3 + ["ﾖﾐｳﾘ"]
    assert found["note"].ne("").tolist() == [False, True, False, True, True, False]
    assert found["note"][3] == "outlet printed as ＡＢＣ\u3000News"


def test_the_subject_of_a_page_is_no_page_where_a_column_has_one_and_is_one_where_it_names_one(tmp_path):
    found = read(tmp_path, "面名,ページ,本文\n総合,3,川\n1面,1,山\n".encode()).articles
    assert found["page"].tolist() == [3, 1] and found["section"].tolist() == ["総合", "1面"]
    found = read(tmp_path, "面名,本文\n３面,川\n総合,山\n一面,海\n".encode()).articles
    assert found["page"].astype(object).where(found["page"].notna(), None).tolist() == [3, None, 1]


def test_markup_in_every_field_is_kept_as_text(tmp_path):
    evil = "<script>alert(1)</script>"
    found = read(tmp_path, table([(evil, evil, evil, evil, evil, evil)])).articles
    assert found[["article_id", "outlet", "headline", "text"]].eq(evil).all(axis=None)
    assert found["page"].isna().all() and "page not understood" in found["note"][0] and found["date"].isna().all()


@pytest.mark.parametrize(
    ("page", "expected", "last", "letter"),
    [("1", 1, None, ""), ("１面", 1, None, ""), ("第14面", 14, None, ""), ("3.0", 3, None, ""), ("2-3", 2, 3, ""),
     ("A1", 1, None, "A"), ("B12", 12, None, "B"), ("01頁", 1, None, ""), ("p. 7", 7, None, ""),
     ("「１面」", 1, None, ""), ("【3面】", 3, None, ""), ("夕刊１面", 1, None, ""), ("朝刊 第2面", 2, None, ""), ("一面", 1, None, ""),  # noqa: E501
     ("二十三面", 23, None, ""), ("十面", 10, None, ""), ("A1면", 1, None, "A"), ("12쪽", 12, None, ""), ("社会面", None, None, ""),  # noqa: E501
     ("夕刊", None, None, ""), ("「」", None, None, ""),
     ("A-1", 1, None, "A"), ("p-7", 7, None, ""), ("-1", None, None, ""), ("-2.0", None, None, ""), ("第-1面", None, None, ""),  # noqa: E501
     ("不明", None, None, ""),
     ("0", None, None, ""), ("12345", None, None, ""), ("", None, None, "")],
)  # fmt: skip
def test_pages_are_whole_numbers_or_missing(page, expected, last, letter, tmp_path):
    found = read(tmp_path, table([(*ROWS[0][:3], page, *ROWS[0][4:])])).articles.iloc[0]
    assert (None if pd.isna(found["page"]) else found["page"]) == expected
    assert found.get("page_section", "") == letter
    assert last is None or found["page_last"] == last
    assert found["note"] == (f"page not understood: {page}" if page and expected is None else "")


@pytest.mark.parametrize(
    ("printed", "flag"),
    [
        ("2011-02-30", "impossible"),
        ("2999-01-01", "impossible"),
        ("昭和64年1月8日", "impossible"),
        ("03/04/2011", ""),
        ("3月12日", ""),
    ],
)
def test_a_day_that_does_not_exist_is_flagged_and_none_is_guessed(printed, flag, tmp_path):
    found = read(tmp_path, table([(*ROWS[0][:2], printed, *ROWS[0][3:])])).articles.iloc[0]
    assert pd.isna(found["date"]) and found["date_flag"] == flag and found["date_evidence"] == printed
    assert found["date_note"] != ""


def test_dates_far_outside_the_outlets_window_are_flagged_and_a_quiet_year_is_not(tmp_path):
    days = pd.date_range("2011-01-01", periods=400).strftime("%Y-%m-%d").tolist()
    rows = [(f"a{i}", "x", day, "1", "h", f"t{i}") for i, day in enumerate([*days, "1999-05-05"])]
    rows += [(f"b{i}", "y", day, "1", "h", f"u{i}") for i, day in enumerate([*days[:200], *("2014-05-01",) * 40])]
    found = read(tmp_path, table(rows)).articles
    assert found.loc[found["date_flag"].ne(""), "article_id"].tolist() == ["a400"]


@pytest.mark.slow
def test_a_hundred_thousand_rejected_rows_are_all_there(tmp_path):
    reading = read(tmp_path, b"headline,text,date\n" + b"a,b\n" * 100_000)
    assert len(reading.rejected) == 100_000 and reading.rejected["line"].iloc[-1] == 100_001


@pytest.mark.parametrize("name", ["long.txt", "long.csv", "long.jsonl", "long.html"])
def test_ten_megabytes_on_one_line_end(name, tmp_path):
    reading = read(tmp_path, "川があふれた。".encode() * 500_000, name)
    assert len(reading.articles) + len(reading.rejected) == 1


KINDS = st.sampled_from(
    [
        ".csv",
        ".tsv",
        ".txt",
        ".html",
        ".json",
        ".jsonl",
        ".xlsx",
        ".parquet",
        ".zip",
        ".rtf",
        ".xls",
        ".ris",
        ".mhtml",
        "",
    ]
)
PIECES = st.sampled_from(
    [b"headline,text\n", b'"', b",", b"\n", b"\0", b"<p>", b"<table><tr><td>", b'{"text":"a"}\n', b"PK\x03\x04", b"PAR1",  # noqa: E501
     b"\x1f\x8b\x08", "発行日：2011年3月12日\n朝夕刊：朝刊\n".encode(), b"LENGTH: 5 words\n", b"1 of 2 DOCUMENTS\n", b"{\\rtf1",  # noqa: E501
     b"\xff\xfe", b"HD x\nPD 1 May 2011\nSN y\nWC 1 words\n",
     b"TY  - NEWS\nTI  - x\n", b"ER  - \n", b"DA  - 2011/3\n", b"<rss><channel><title>x</title>", b"<item><title>y</title>", b"</item>",  # noqa: E501
     b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n", b"Content-Type: text/html\n\n", b"<meta charset=gbk>",  # noqa: E501
     b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"<entry><summary>z</summary>", "на и в не".encode("koi8_r")]
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=12).map(b"".join), KINDS)
def test_any_bytes_give_articles_or_rejections(tmp_path, data, ending):
    path = tmp_path / f"f{ending}"
    path.write_bytes(data)
    reading = corpus.read(path)
    assert len(reading.articles) + len(reading.rejected) > 0
    assert reading.files["n_rows"].sum() == len(reading.articles) + len(reading.rejected)
    reading.articles.to_parquet(tmp_path / "saved.parquet")
    reading.rejected.to_parquet(tmp_path / "saved.parquet")


FIELD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=12)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(FIELD, FIELD, FIELD), min_size=1, max_size=12))
def test_rows_in_are_articles_and_rejections_whatever_the_fields(tmp_path, rows):
    stream = io.StringIO()
    pd.DataFrame(rows, columns=["article_id", "headline", "text"]).to_csv(stream, index=False)
    (tmp_path / "f.csv").write_text(stream.getvalue(), encoding="utf-8", newline="")
    reading = corpus.read(tmp_path / "f.csv", source="table")
    assert len(reading.articles) + len(reading.rejected) == len(rows)
    lines = "\n".join(json.dumps(dict(zip(("article_id", "headline", "text"), row, strict=True))) for row in rows)
    (tmp_path / "f.jsonl").write_text(lines, encoding="utf-8")
    reading = corpus.read(tmp_path / "f.jsonl")
    assert len(reading.articles) + len(reading.rejected) == len(rows)


@pytest.mark.slow
def test_livedoor_has_its_articles_and_exactly_the_seven_impossible_dates(shared):
    """7,367 articles and the seven dates: the data card (counted by its maker)."""
    reading = corpus.read(shared / "data/livedoor/original/ldcc_text.tar.xz")
    assert len(reading.articles) == 7367 and len(reading.rejected) == 11
    flagged = reading.articles[reading.articles["date_flag"].ne("")]
    assert flagged.groupby("outlet").size().to_dict() == {"livedoor-homme": 1, "peachy": 6}
    assert sorted(flagged["date"].dt.year) == [2000, 2000, 2000, 2000, 2004, 2005, 2006]
    cleaned = corpus.clean(reading.articles[reading.articles["outlet"].isin(["smax", "topic-news"])], steps=["nfkc"])
    share = corpus.furniture_share(cleaned).set_index("outlet")["share"]
    np.testing.assert_allclose([share["smax"], share["topic-news"]], [1.00, 0.89], atol=0.02)  # the card's shares


def test_the_five_pages_are_read_as_pages(shared):
    found = corpus.read(shared / "data/pages").articles
    assert found["date"].notna().tolist() == [True, True, True, False, False]
    assert found["agency"].tolist()[1:3] == ["ロイター", "AP"]


def test_either_a_file_or_a_data_set_is_asked_for():
    with pytest.raises(ParamError, match="neither"):
        corpus.open_source(study="mine")
    with pytest.raises(ParamError, match="both"):
        corpus.open_source(dataset="sample", path="a.csv")
    assert len(corpus.open_source(study="sample", n_articles=20).articles) == 20


def test_a_word_file_of_nexis_is_read(tmp_path):
    """Paragraphs of word/document.xml, as Nexis Uni saves them; the article is invented."""
    lines = ["River floods", "The Guard (London)", "March 12, 2011 Saturday", "", "Copyright 2011 Guard", "",
             "Section: NEWS; Pg. 3", "Length: 12 words", "", "Body", "", "The river flooded.", "", "End of Document"]  # fmt: skip  # noqa: E501
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    xml = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    with zipfile.ZipFile(tmp_path / "a.DOCX", "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {space}><w:body>{xml}</w:body></w:document>")
    found = corpus.read(tmp_path / "a.DOCX").articles.iloc[0]
    assert (found["headline"], found["page"], found["text"]) == ("River floods", 3, "The river flooded.")
    assert found["outlet"] == "The Guard (London)" and found["date"] == pd.Timestamp("2011-03-12")


@pytest.mark.parametrize(
    ("header", "row", "front"),
    [
        ("page,section", "1,Sports", True),  # the page of a table is that of the paper
        ("page,section", "B1,News", False), ("page,section", "1,別刷り", False), ("page,edition", "1,第2部", False),
        ("page,edition", "1,朝刊", True), ("page,section", "2,社会", False), ("page,section", ",社会", None),
        ("page,front", "1,no", False), ("page,front", "4,TRUE", True), ("page,front", "1,battle", True),
    ],
)  # fmt: skip
def test_front_is_page_one_of_the_paper(header, row, front, tmp_path):
    data = f"outlet,date,text,{header}\nA,2011-03-12,川,{row}\nA,2011-03-12,山,{row.replace('1', '9')}\n"
    found = read(tmp_path, data.encode()).articles
    assert found["front"].tolist()[:1] == ([pd.NA] if front is None else [front]) if "front" in found else front is None
    assert ("front.original" in found) == ("battle" in row)


def test_names_that_may_be_those_of_one_newspaper_are_said(tmp_path):
    from framing import duplicates, messages

    names = ["The Guard", "The Guard (London)", "東都新報", "東都新報デジタル", "A (East)", "A (West)", "北海日報"]
    data = "outlet,date,text\n" + "".join(f"{name},2011-03-12,川 {n} があふれた。\n" for n, name in enumerate(names))
    found = read(tmp_path, data.encode()).articles
    cautions = corpus.answer(found, duplicates.clusters(found)).cautions
    assert "The Guard / The Guard (London); 東都新報 / 東都新報デジタル." in " ".join(map(messages.say, cautions))


def test_the_sign_before_a_formula_of_our_own_csv_is_taken_off_when_it_is_read(tmp_path, monkeypatch):
    bodies = ["=1+1", "-5度まで下がった", "@home", "'80年代", "'=1", "普通の本文"]
    frame = pd.DataFrame({"article_id": list("abcdef"), "outlet": "x", "=odd": bodies, "headline": "", "text": bodies})
    spreadsheet.write(frame, tmp_path / "a.csv")
    found = corpus.read(tmp_path / "a.csv").articles
    assert found["text"].tolist() == found["=odd"].tolist() == bodies
    monkeypatch.setenv(spreadsheet.RAW, "raw")
    spreadsheet.write(frame, tmp_path / "a.csv")
    assert corpus.read(tmp_path / "a.csv").articles["text"].tolist() == bodies
    other = b"\xef\xbb\xbf" + b"text,outlet\r\n'=1,x\r\n=2,x\r\n-3,x\r\n"  # nobody guarded this column
    (tmp_path / "a.csv").write_bytes(other)
    assert corpus.read(tmp_path / "a.csv").articles["text"].tolist() == ["'=1", "=2", "-3"]


def test_rejected_rows_are_saved_so_that_no_spreadsheet_computes_them_and_are_read_again(tmp_path, monkeypatch):
    monkeypatch.setenv("FRAMING_OUTPUTS", str(tmp_path))
    (tmp_path / "a.csv").write_text("text,outlet\nx,y\n=1+1,y,z\n", encoding="utf-8")
    reading = corpus.read(tmp_path / "a.csv")
    spreadsheet.write(reading.rejected, tmp_path / "rejected.csv")
    assert "'=1+1" in (tmp_path / "rejected.csv").read_text(encoding="utf-8-sig")
    assert spreadsheet.read(tmp_path / "rejected.csv")["record"].tolist() == ["=1+1,y,z"]
