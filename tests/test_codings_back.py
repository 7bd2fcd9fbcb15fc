"""Files of codes that come back to the sheets of another sample, under the name of another, or of several people."""

import json

import openpyxl
import pandas as pd
import pytest

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
