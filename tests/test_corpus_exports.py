"""Exports as databases write them, each with what a person reads in it: cases are data (cases/exports.yaml)."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml

from framing import corpus

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "exports.yaml").read_text(encoding="utf-8"))


def value_of(row, name, said):
    """What a row has under a name; ``begins`` and ``ends`` are as much of the text as is asked about."""
    if name in ("begins", "ends"):
        text = row["text"].strip()
        return text[: len(said)] if name == "begins" else text[-len(said) :]
    value = row.get(name)
    return None if value is None or value != value or value == "" else value


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_every_article_of_an_export_is_read_as_a_person_reads_it(case, tmp_path):
    path = tmp_path / case.get("file", "folder")
    if "files" in case:
        path.mkdir()
        for name, text in case["files"].items():
            (path / name).write_text(text, encoding="utf-8")
    else:
        text = case["text"].replace("\n", case.get("newline", "\n"))
        path.write_bytes(text.encode(case.get("encoding", "utf-8")))
    read = corpus.read(path, **case.get("options", {}))
    articles = read.articles.assign(date=read.articles["date"].dt.strftime("%Y-%m-%d"))
    found = [
        {name: value_of(row, name, said) for name, said in expected.items()}
        for row, expected in zip(articles.astype(object).to_dict("records"), case["articles"], strict=True)
    ]
    assert found == case["articles"]
    assert len(read.rejected) == len(case.get("rejected", []))
    for told, reason in zip(case.get("rejected", []), read.rejected["reason"], strict=True):
        assert told in reason


def test_sheets_of_a_workbook_may_name_their_columns_differently(tmp_path):
    """One sheet after another: no date, newspaper or text of the second is lost, and a sheet of notes is no article."""
    first = pd.DataFrame(
        {"新聞": ["東都新報"], "日付": ["2021-03-12"], "見出し": ["橋"], "本文": ["橋の工事が始まった。"]}
    )
    notes = pd.DataFrame({"メモ": ["要確認"], "担当": ["山田"]})
    third = pd.DataFrame(
        {"媒体名": ["中州日報"], "掲載日": ["2021/3/13"], "タイトル": ["予算"], "記事": ["予算案が出た。"]}
    )
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        for name, frame in (("記事", first), ("メモ", notes), ("記事2", third)):
            frame.to_excel(book, sheet_name=name, index=False)
    read = corpus.read(tmp_path / "a.xlsx")
    found = read.articles.assign(date=read.articles["date"].astype(str))[["outlet", "date", "headline", "text"]]
    assert found.values.tolist() == [
        ["東都新報", "2021-03-12", "橋", "橋の工事が始まった。"],
        ["中州日報", "2021-03-13", "予算", "予算案が出た。"],
    ]
    assert len(read.rejected) == 1


def test_merged_cells_stand_for_each_of_their_rows_but_for_headline_and_text(tmp_path):
    """A newspaper that is written once for three rows is theirs; an article with a row per code is not repeated."""
    rows = [
        ["2021年春", None, None, None],
        ["媒体", "日付", "見出し", "本文"],
        ["東都新報", "2021/3/12", "橋", "橋の工事が始まった。"],
        [None, "2021/3/14", "図面", "図面が公開された。"],
        ["中州日報", "2021/3/13", "予算", "予算案が出た。"],
        [None, None, None, None],
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active["E6"] = "脅威"
    for cells in ("A1:D1", "A3:A4", "A5:A6", "B5:B6", "C5:C6", "D5:D6"):
        book.active.merge_cells(cells)
    book.save(tmp_path / "a.xlsx")
    found = corpus.read(tmp_path / "a.xlsx").articles
    filled = found[found["text"].ne("")]
    assert filled["outlet"].tolist() == ["東都新報", "東都新報", "中州日報"]
    assert filled["headline"].tolist() == ["橋", "図面", "予算"]
    assert found["text"].tolist().count("予算案が出た。") == 1


@pytest.mark.parametrize(
    ("titles", "outlets"),
    [(("東都新報", "中州日報"), ["東都新報", "中州日報"]), (("肯定", "否定"), ["unnamed", "unnamed"])],
)
def test_sheets_named_as_newspapers_are_their_articles_outlets_and_other_names_are_kept(titles, outlets, tmp_path):
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        for n, title in enumerate(titles):
            frame = pd.DataFrame({"日付": [f"2021/3/1{n}"], "見出し": ["橋"], "本文": ["橋の工事が始まった。"]})
            frame.to_excel(book, sheet_name=title, index=False)
    assert corpus.read(tmp_path / "a.xlsx").articles["outlet"].tolist() == outlets
    told = corpus.read(tmp_path / "a.xlsx", columns={"outlet": "sheet"}).articles
    assert told["outlet"].tolist() == list(titles)


@pytest.mark.parametrize(
    ("names", "outlets"),
    [
        (("2021/a.txt", "2022/b.txt"), ["unnamed", "unnamed"]),
        (("東都新報/2021年3月/a.txt", "中州日報/2021年3月/b.txt"), ["中州日報", "東都新報"]),
    ],
)
def test_a_folder_of_a_year_is_no_newspaper(names, outlets, tmp_path):
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(f"橋の工事\n2021年3月12日\n\n{name[:4]}の橋の工事が始まった。\n", encoding="utf-8")
    assert corpus.read(tmp_path).articles["outlet"].tolist() == outlets


@pytest.mark.parametrize(
    "name, tag", [("a.ris", "TI  - "), ("a.ris", "DA  - "), ("a.txt", "Title: "), ("a.txt", "Source: ")]
)
def test_a_field_in_no_encoding_costs_its_record_and_is_told(name, tag, tmp_path):
    """A line that cannot be read looks like no field; its record was kept without headline, day or newspaper."""
    if name == "a.ris":
        one = "TY  - NEWS\nTI  - {0}\nT2  - The Guardian\nDA  - 2021/03/1{1}\nAB  - Voted on {0}.\nER  - \n\n"
    else:
        one = "Title: {0}\nSource: The Guardian\nDate: 12 March 202{1}\nText: Voted on {0}.\n\n"
    text = (one.format("Bridge", 1) + one.format("Grain", 0)).encode()
    at = text.rindex(tag.encode()) + len(tag)
    (tmp_path / name).write_bytes(text[:at] + b"\x81\xff\xfe\x90\x80" + text[text.index(b"\n", at) :])
    read = corpus.read(tmp_path / name)
    assert read.articles["headline"].tolist() == ["Bridge"]
    assert len(read.rejected) == 1 and "in no encoding" in read.rejected["reason"].iloc[0]
