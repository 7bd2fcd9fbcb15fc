"""What the cells of files of codes say, in every kind of file: yes, no, nothing, or what is no value."""

import pandas as pd
import pytest

from framing import datasets, frames, reliability
from framing import study as studies
from framing.codings.values import in_one_form
from framing.corpus.tabular import of_csv

BOOK = frames.load({"threat": "threat", "econ": "trade", "talks": "talks"})
PRESS = pd.DataFrame({"article_id": list("abcdef"), "outlet": list("XXXYYY"), "text": list("abcdef")})


@pytest.fixture
def press():
    return studies.open(PRESS)


@pytest.fixture
def folder(press, tmp_path):
    """Sheets of six units for Kim and Lee, of which none is coded."""
    codes = frames.coded_by(press, lambda text: None, BOOK, name="m")
    reliability.sheet(codes, tmp_path, coders=["Kim", "Lee"], n=6, by=["outlet"])
    (tmp_path / "coding_Kim.xlsx").unlink()
    return tmp_path


def has(codes) -> dict:
    return {name: codes.has[:, i].astype(int).tolist() for i, name in enumerate(codes.names)}


def of(back, coder="Kim") -> dict:
    own = back.codings[back.codings["coder"].eq(coder)]
    return dict(zip(zip(own["unit"], own["code"], strict=True), own["value"], strict=True))


@pytest.mark.parametrize("blank", ["", "NA", "n/a"])
@pytest.mark.parametrize("last", [0, 1])
def test_a_cell_that_says_nothing_is_unknown_whether_or_not_a_0_stands_elsewhere(press, folder, blank, last):
    said = {("threat", 1), ("talks", blank)}
    rows = [(unit, code, value) for unit in ("u00001", "u00002") for code, value in sorted(said, key=str)]
    rows += [("u00003", code, value) for code, value in (("threat", last), ("talks", 1), ("econ", 1))]
    table = pd.DataFrame(rows, columns=["unit", "code", "value"])
    table.to_csv(folder / "Kim.csv", index=False)
    found = of(reliability.read(folder))
    assert ("u00001", "talks") not in found and found["u00001", "threat"] == "1"
    # what a file of 1 does not name is 0; one that has a 0 says of each
    assert found.get(("u00001", "econ")) == (None if last == 0 else "0")
    table.assign(coder="Kim").to_csv(folder / "people.csv", index=False)
    people = datasets.codings(folder / "people.csv").set_index(["unit", "code"])["value"]
    assert in_one_form(people["u00001", "talks"]) == ""


def test_a_machine_of_which_some_values_are_missing_is_not_taken_to_say_no(press, tmp_path):
    text = "article_id,code,value\na,threat,1\na,econ,NA\na,talks,1\nb,threat,1\nb,econ,1\nb,talks,1\n"
    (tmp_path / "m.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="1 articles have no value of some codes, first 'a'"):
        frames.coded_by(press, tmp_path / "m.csv", BOOK, name="m")
    (tmp_path / "m.csv").write_text(text.replace("NA", "1"), encoding="utf-8")
    assert has(frames.coded_by(press, tmp_path / "m.csv", BOOK, name="m"))["econ"] == [1, 1]


@pytest.mark.parametrize("names", [["1", "2"], ["1", "2", "3"], ["0", "1"], ["1", "0"], ["yes", "no"]])
def test_codes_named_by_what_cells_hold_lose_no_row(press, tmp_path, names):
    """By hand: article i has code j where i + j is odd; 1 and 2, or yes and no, are names and values of the rows."""
    book = frames.load(dict.fromkeys(names, "x"))
    word = {"yes": ["no", "yes"]}.get(names[0], ["0", "1"])
    table = pd.DataFrame({"article_id": list("abcdef")})
    for j, name in enumerate(names):
        table[name] = [word[(i + j) % 2] for i in range(6)]
    table.to_csv(tmp_path / "m.csv", index=False)
    found = frames.coded_by(press, tmp_path / "m.csv", book, name="m")
    by_hand = {name: [(i + j) % 2 for i in range(6)] for j, name in enumerate(names)}
    assert has(found) == by_hand and found.remarks.empty
    found.save(tmp_path / "again.csv")
    assert has(frames.coded_by(press, tmp_path / "again.csv", book, name="m")) == by_hand


def test_a_header_that_comes_again_is_none_of_the_rows():
    made = of_csv("article_id,1,2\n1,2,1\narticle_id,1,2\n2,1,1\n", tab=False)
    assert made.frame["article_id"].tolist() == ["1", "2"] and [row["line"] for row in made.rejected] == [3]
