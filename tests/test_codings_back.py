"""Files of codes that come back to the sheets of another sample, under the name of another, or of several people."""

import json

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from framing import frames, reliability
from framing import study as studies

BOOK = frames.load({"threat": "threat", "econ": "trade"})


def press(word: str, **more):
    table = pd.DataFrame({
        "article_id": [f"{word}{i}" for i in range(8)], "outlet": list("XY") * 4,
        "headline": [f"Head {word} {i}" for i in range(8)],
        "text": [f"{word} {i} threat\nof trade?" for i in range(8)],
    })  # fmt: skip
    return studies.open(table.assign(**more))


def sheets(folder, word="one", coders=("Kim", "Lee"), **more):
    folder.mkdir(exist_ok=True)
    codes = frames.coded_by(press(word, **more), lambda text: "threat" if "threat" in text else None, BOOK, name="m")
    return reliability.sheet(codes, folder, coders=list(coders), n=8, by=["outlet"])


def shown(folder) -> list[dict]:
    page = openpyxl.load_workbook(folder / "coding_Kim.xlsx")["coding"]
    head, *rows = page.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def told(back) -> str:
    return " / ".join(map(str, back.faults["fault"]))


def write(rows: list[dict], path) -> None:
    if path.suffix == ".csv":
        pd.DataFrame(rows).assign(threat=1, econ=0).to_csv(path, index=False, encoding="utf-8-sig")
    elif path.suffix == ".xlsx":
        with pd.ExcelWriter(path) as book:
            pd.DataFrame(rows).assign(threat=1, econ=0).to_excel(book, sheet_name="coding", index=False)
    elif path.suffix == ".json":
        said = [{"from_name": "code", "value": {"choices": ["threat"]}}]
        given = [{"completed_by": 1, "result": said}]
        path.write_text(json.dumps([{"data": row, "annotations": given} for row in rows]), encoding="utf-8")
    else:
        lines = [
            {"unit": row["unit"], "text": f"{row['headline']}\n{row['text']}", "label": ["threat"]} for row in rows
        ]
        path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")


@pytest.mark.parametrize("name", ["Kim.csv", "Kim.xlsx", "Kim.json", "Kim.jsonl"])
def test_codes_beside_texts_of_another_sample_are_not_taken(tmp_path, name):
    sheets(tmp_path / "one")
    sheets(tmp_path / "two", "two")
    write(shown(tmp_path / "two"), tmp_path / "one" / name)
    back = reliability.read(tmp_path / "one")
    assert back.codings["coder"].ne("Kim").all() and told(back).count("a text of no unit of this sample") == 8
    write(shown(tmp_path / "one"), tmp_path / "one" / name)
    back = reliability.read(tmp_path / "one")
    threat = back.codings[back.codings["coder"].eq("Kim") & back.codings["code"].eq("threat")]
    assert threat["value"].tolist() == ["1"] * 8 and "of this sample" not in told(back)


def test_a_letter_that_an_encoding_lacks_costs_no_row(tmp_path):
    sheets(tmp_path)
    rows = shown(tmp_path)
    rows[0]["text"] = rows[0]["text"].replace("threat", "th?eat")
    write(rows, tmp_path / "Kim.csv")
    back = reliability.read(tmp_path)
    assert back.codings["coder"].eq("Kim").sum() == 16


def test_several_people_in_a_file_of_one_name_stay_several(tmp_path):
    sheets(tmp_path)
    said = {1: "threat", 2: "econ"}
    tasks = [{"data": {"unit": row["unit"]}, "annotations": [
        {"completed_by": who, "result": [{"from_name": "code", "value": {"choices": [code]}}]}
        for who, code in said.items()]} for row in shown(tmp_path)]  # fmt: skip
    (tmp_path / "Kim.json").write_text(json.dumps(tasks), encoding="utf-8")
    back = reliability.read(tmp_path)
    people = back.codings[~back.codings["machine"].astype(bool)]
    assert people.groupby("coder").size().to_dict() == {"1": 16, "2": 16}
    assert "holds the codes of 1, 2" in told(back) and "twice" not in told(back)


def test_a_name_with_a_number_behind_it_may_be_another_person(tmp_path):
    sheets(tmp_path)
    write(shown(tmp_path), tmp_path / "Kim2.csv")
    back = reliability.read(tmp_path)
    assert back.codings["coder"].eq("Kim").sum() == 16 and "taken for that of Kim" in told(back)


def test_a_text_that_excel_cannot_hold_has_a_sign_where_it_is_cut(tmp_path):
    key = sheets(tmp_path, text=["threat " * 5_000, *["trade"] * 7])
    rows = {row["unit"]: row["text"] for row in shown(tmp_path)}
    (unit,) = key.loc[key["cut"], "unit"]
    assert "shows the whole text" in rows[unit][-100:] and len(rows[unit]) < 32_767
    write(shown(tmp_path), tmp_path / "Kim.csv")
    back = reliability.read(tmp_path)
    assert back.codings["coder"].eq("Kim").sum() == 16  # the beginning is enough to know it by
    assert back.faults.loc[back.faults["cell"].eq(unit), "fault"].astype("str").str.contains("longer than 32,000").any()


# ---- careless sheets ----


def sheet_of(folder):
    sheets(folder)
    book = openpyxl.load_workbook(folder / "coding_Kim.xlsx")
    page = book["coding"]
    for row in range(2, page.max_row + 1):
        page.cell(row, 4).value, page.cell(row, 5).value = 1, 0
    return book, page


def of_kim(folder) -> list:
    back = reliability.read(folder)
    return back.codings.loc[back.codings["coder"].eq("Kim"), "value"].tolist()


ALL = ["1"] * 8 + ["0"] * 8
"""By hand: Kim codes eight units, each with threat and without econ."""


def test_notes_and_remarks_without_a_header_are_comments(tmp_path):
    book, page = sheet_of(tmp_path)
    page["D2"].comment = Comment("not sure: page 3", "Kim")
    page["A3"].comment = Comment("[Threaded comment]\n\nYour version allows you\n\nComment:\n    two readings", "Kim")
    page["F4"], page["G5"], page["I5"] = "in the column", "right of it", "and further"
    book.save(tmp_path / "coding_Kim.xlsx")
    back = reliability.read(tmp_path)
    units = [page.cell(row, 1).value for row in (2, 3, 4, 5, 5)]
    remarks = ["not sure: page 3", "two readings", "in the column", "right of it", "and further"]
    assert back.comments[["unit", "comment"]].values.tolist() == [*map(list, zip(units, remarks, strict=True))]
    assert sorted(of_kim(tmp_path)) == sorted(ALL) and {*back.comments["coder"]} == {"Kim"}


@pytest.mark.parametrize("name", ["Comments", "備考", "ＣＯＭＭＥＮＴ", "메모", "remark"])
def test_columns_of_a_sheet_may_be_called_as_people_call_them(tmp_path, name):
    book, page = sheet_of(tmp_path)
    page["A1"], page["B1"], page["C1"], page["F1"], page["F2"] = "Ｕnit", "Headline", "TEXT", name, "told"
    book.save(tmp_path / "coding_Kim.xlsx")
    back = reliability.read(tmp_path)
    assert sorted(of_kim(tmp_path)) == sorted(ALL) and back.comments["comment"].tolist() == ["told"]
    assert "none of the codes" not in told(back)


def test_a_colour_in_the_last_row_of_a_sheet_costs_nothing(tmp_path):
    book, page = sheet_of(tmp_path)
    page.cell(1_048_576, 3).fill = PatternFill("solid", fgColor="FFFF00")
    page.cell(2, 16_384).fill = PatternFill("solid", fgColor="FFFF00")
    book.save(tmp_path / "coding_Kim.xlsx")
    assert sorted(of_kim(tmp_path)) == sorted(ALL)


KINDS = ["Kim.txt", "Kim.tab", "Kim.xltx", "Kim.htm", "Kim.xml", "coding_Kim", "coding_Kim (1).html", "Kim.ods"]


@pytest.mark.parametrize("name", KINDS)
def test_a_file_that_is_not_read_is_named(tmp_path, name):
    sheets(tmp_path)
    (tmp_path / "Thumbs.db").write_text("", encoding="utf-8")
    assert "not read" not in told(reliability.read(tmp_path))  # the pages that were written, and files of systems
    (tmp_path / name).write_text("unit\tthreat\nu00001\t1\n", encoding="utf-8")
    faults = reliability.read(tmp_path).faults
    (fault,) = faults.loc[faults["file"].eq(name), "fault"].astype("str")
    assert "save it as .xlsx" in fault


@pytest.mark.parametrize("name", ["coding_Kim - coding.csv", "Copy of coding_Kim - coding.csv", "Kim - コピー.csv"])
def test_a_sheet_of_google_is_that_of_its_coder(tmp_path, name):
    sheets(tmp_path)
    write(shown(tmp_path), tmp_path / name)
    assert sorted(of_kim(tmp_path)) == sorted(ALL)


def test_a_file_in_an_encoding_that_lacks_letters_says_so(tmp_path):
    sheets(tmp_path, text=[f"threat 뉴스 {i} café" for i in range(8)])
    table = pd.DataFrame(shown(tmp_path)).assign(threat=1, econ=0)
    (tmp_path / "Kim.csv").write_bytes(table.to_csv(index=False).encode("cp949", errors="replace"))
    back = reliability.read(tmp_path)
    assert told(back).count("save it as CSV UTF-8") == 8 and "another sample" not in told(back)
    (tmp_path / "Kim.csv").write_text(table.to_csv(index=False), encoding="utf-8")
    assert sorted(of_kim(tmp_path)) == sorted(ALL)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "parquet"])
def test_remarks_without_a_header_in_a_table_are_comments_and_numbers_of_rows_are_none(tmp_path, suffix):
    sheets(tmp_path)
    table = pd.DataFrame(shown(tmp_path)).drop(columns="comment").assign(threat=1, econ=0)
    table[" "], table["  "] = ["unclear", *[None] * 7], [None, "see page 3", *[None] * 6]
    if suffix == "parquet":
        table.rename(columns={" ": "memo", "  ": "note"}).to_parquet(tmp_path / "Kim.parquet")
    else:  # pandas writes the numbers of the rows, without a name, before the columns
        text = table.to_csv(sep="," if suffix == "csv" else "\t")
        (tmp_path / f"Kim.{suffix}").write_text(text, encoding="utf-8")
    back = reliability.read(tmp_path)
    assert sorted(of_kim(tmp_path)) == sorted(ALL)
    assert back.comments[["unit", "comment"]].values.tolist() == [
        [table["unit"][0], "unclear"], [table["unit"][1], "see page 3"]]  # fmt: skip
