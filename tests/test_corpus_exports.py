"""Exports as databases write them, each with what a person reads in it: cases are data (cases/exports.yaml)."""

from pathlib import Path

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
