"""What the cells of files of codes say, in every kind of file: yes, no, nothing, or what is no value."""

import json

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from framing import datasets, frames, reliability
from framing import study as studies
from framing.codings.values import in_one_form, yes_no
from framing.corpus.tabular import of_csv
from framing.errors import SourceError, TableError
from framing.tables import spreadsheet

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


# ---- yes and no ----

PAIRS = [("✓", "✗"), ("✔", "✘"), ("✔\ufe0f", "✖\ufe0f"), ("○", "×"), ("◯", "✕"), ("Ｏ", "Ｘ"), ("ｏ", "ｘ"),
         ("☑", "☐"), ("T", "F"), ("예", "아니요"), ("네", "아니오"), ("あり", "なし"), ("Yes", "NO"), ("1.0", "0.0"),
         ("１", "０"), ("TRUE", "FALSE")]  # fmt: skip
FILES = ["long.csv", "wide.csv", "long.jsonl", "coding_Kim.xlsx", "coding_Kim.json"]


def put(folder, name: str, values: list, codes=("threat", "econ", "talks")) -> None:
    """Of units u00001 to u00003 the codes, as a file of this kind; ``values`` unit by unit."""
    units = ["u00001", "u00002", "u00003"]
    long = pd.DataFrame([(unit, code) for unit in units for code in codes], columns=["unit", "code"])
    long = long.assign(value=values, coder="Kim")
    wide = long.pivot(index="unit", columns="code", values="value").reset_index().assign(coder="Kim")
    if name == "long.jsonl":
        long.to_json(folder / name, orient="records", lines=True, force_ascii=False)
    elif name == "coding_Kim.json":
        said = long.groupby("unit").apply(lambda own: dict(zip(own["code"], own["value"], strict=True)))
        (folder / name).write_text(json.dumps({"coder": "Kim", "codings": said.to_dict()}), encoding="utf-8")
    elif name.endswith("csv"):
        (long if name == "long.csv" else wide).to_csv(folder / name, index=False)
    else:
        with pd.ExcelWriter(folder / name) as book:
            wide.to_excel(book, sheet_name="coding", index=False)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("yes", "no"), PAIRS)
def test_yes_and_no_are_read_alike_in_every_kind_of_file(folder, name, yes, no):
    put(folder, name, [yes, no, no, no, yes, no, no, no, yes])
    back = reliability.read(folder)
    by_hand = {(f"u0000{i}", code): str(int(i == j)) for i in (1, 2, 3)
               for j, code in enumerate(("threat", "econ", "talks"), start=1)}  # fmt: skip
    assert of(back) == by_hand
    table = pd.DataFrame({"unit": [1, 2] * 2, "coder": list("AABB"), "code": "x", "value": [1, 0, yes, no]})
    agreed = reliability.agreement(table, replicates=9).set_index("coefficient")["estimate"]
    assert agreed["percent"] == agreed["alpha"] == 1


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("strange", ["-", "–", "?", "x", "o", "+", "maybe"])
def test_what_may_be_either_is_named_in_every_kind_of_file_and_taken_for_neither(folder, name, strange):
    """A dash may be no, or nothing known; x is a tick in English and a cross in Japanese."""
    put(folder, name, ["1", "0", "0", "0", "1", "0", strange, "0", "1"])
    back = reliability.read(folder)
    assert ("u00003", "threat") not in of(back) and of(back)["u00001", "threat"] == "1"
    assert any(strange in str(fault) for fault in back.faults["fault"])
    table = pd.DataFrame({"unit": [1, 2] * 2, "coder": list("AABB"), "code": "x", "value": ["1", "0", "1", strange]})
    with pytest.raises(ValueError, match="1 or 0"):
        reliability.agreement(table, replicates=9)


def test_every_yes_has_its_no_and_articles_say_it_as_codes_do(tmp_path):
    said = [spreadsheet.is_yes(word) for pair in PAIRS for word in pair]
    assert said == [True, False] * len(PAIRS)
    assert [spreadsheet.is_yes(each) for each in (True, 0, 1.0, None, "", "NA", 2, ".5")] == [
        True, False, True, None, None, None, None, None]  # fmt: skip
    articles = PRESS.assign(tagged=["✓", "✗", "네", "아니오", None, "NA"])
    found = datasets.codings("threat=tagged", articles=articles)
    assert dict(zip(found["unit"], found["value"], strict=True)) == {"a": 1, "b": 0, "c": 1, "d": 0}


@pytest.mark.parametrize("text", [
    "article_id,threat,talks\na,0.93,0.1\nb,0.2,.3\nc,0.5,1.0\nd,0,1\n",
    "article_id,code,value\na,threat,0.93\nb,threat,1\nc,threat,0\n",
    'article_id;threat;talks\na;"0,93";0\nb;1;0\n',
    "article_id,threat,talks\na,93,1\nb,0,1\nc,1,100\n",
])  # fmt: skip
def test_scores_are_refused_as_a_whole_as_0_and_1_among_them_would_be_no_and_yes(press, tmp_path, text):
    (tmp_path / "m.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=r"holds numbers, such as .*write 1 where a score is high enough"):
        frames.coded_by(press, tmp_path / "m.csv", BOOK, name="m")


def test_a_persons_score_costs_the_file_and_a_slip_its_row(folder):
    put(folder, "wide.csv", ["1", "0", "0", "0", "11", "0", "0", "0", "1"])
    back = reliability.read(folder)
    assert of(back)["u00001", "threat"] == "1" and ("u00002", "econ") not in of(back)
    put(folder, "wide.csv", ["1", "0", "0", "0", ".7", "0", "0", "0", "1"])
    back = reliability.read(folder)
    assert not of(back) and any("holds numbers, such as 0.7" in str(fault) for fault in back.faults["fault"])


@pytest.mark.parametrize("name", ["wide.csv", "wide.jsonl", "coding_Kim.xlsx"])
def test_a_bad_cell_costs_no_other_cell_of_its_row(folder, name):
    """As of a workbook: eight codings of nine, and what to write instead of the ninth."""
    put(folder, name.replace("jsonl", "csv"), ["1", "0", "0", "0", "x", "1", "0", "0", "1"])
    if name.endswith("jsonl"):
        rows = pd.read_csv(folder / "wide.csv", dtype=str)
        rows.to_json(folder / name, orient="records", lines=True)
        (folder / "wide.csv").unlink()
    back = reliability.read(folder)
    said = {code: value for (unit, code), value in of(back).items() if unit == "u00002"}
    assert len(of(back)) == 8 and said == {"threat": "0", "talks": "1"}
    assert [str(told) for told in back.faults["fault"] if "'x'" in str(told)] == [
        "'x' is not allowed for 'econ'; write one of: 1, 0"]  # fmt: skip


def test_none_beside_a_bad_cell_says_nothing_of_that_code(folder):
    (folder / "wide.csv").write_text("unit,coder,threat,econ,talks,none\nu00001,Kim,,x,,1\nu00002,Kim,1,0,0,0\n")
    assert {code: value for (unit, code), value in of(reliability.read(folder)).items() if unit == "u00001"} == {
        "threat": "0", "talks": "0"}  # fmt: skip


def test_a_bad_cell_of_a_machine_costs_its_article_which_is_told(press, tmp_path):
    (tmp_path / "m.csv").write_text("article_id,threat,econ,talks\na,1,x,0\nb,0,1,0\n")
    found = frames.coded_by(press, tmp_path / "m.csv", BOOK)
    assert found.units["article_id"].tolist() == ["b"] and has(found) == {"threat": [0], "econ": [1], "talks": [0]}
    assert "'econ: x'" in str(found.remarks["remark"].iloc[0])


LETTERS = {"T": "threat", "N": "neutral", "F": "friendly"}


@pytest.mark.parametrize("words", [
    LETTERS, {"Y": "Yomiuri", "N": "Nikkei", "T": "Tokyo"}, {"はい": "for", "いいえ": "against", "なし": "silent"},
    {"有": "there", "無": "not", "否": "denied"}, {"N": "neutral", "F": "friendly"},
])  # fmt: skip
def test_three_signs_of_yes_and_no_are_names_and_agree_as_the_words_they_stand_for(tmp_path, words):
    """Kappa of two coders by statsmodels; alpha, AC1 and the rest are those of the values spelled out."""
    rng = np.random.default_rng(0)
    one = rng.choice([*words], 60)
    two = np.where(rng.random(60) < 0.7, one, rng.choice([*words], 60))
    rows = pd.DataFrame({"unit": [*range(60)] * 2, "coder": ["A"] * 60 + ["B"] * 60, "code": "tone"})
    rows["value"] = np.r_[one, two]
    agreed = reliability.agreement(rows, replicates=20)
    spelled = reliability.agreement(rows.assign(value=rows["value"].map(words)), replicates=20)
    pd.testing.assert_frame_equal(agreed, spelled)
    kappa = cohens_kappa(pd.crosstab(one, two).to_numpy(), return_results=False)
    assert agreed.set_index("coefficient")["estimate"]["kappa"] == pytest.approx(kappa)
    rows.to_csv(tmp_path / "tone.csv", index=False)
    read = datasets.codings(tmp_path / "tone.csv")
    pd.testing.assert_series_equal(reliability.agreement(read, replicates=20)["estimate"], agreed["estimate"])
    with pytest.raises(TableError, match="1 or 0"):
        yes_no(rows["value"], "tone")


def test_each_coder_may_say_yes_and_no_by_a_pair_of_their_own(tmp_path):
    said = [["はい", "いいえ"], ["○", "×"], ["T", "f"], ["Y", "no"], ["1", "FALSE"]]
    rows = pd.DataFrame([(unit, f"C{i}", "x", pair[unit % 2]) for i, pair in enumerate(said) for unit in range(6)],
                        columns=["unit", "coder", "code", "value"])  # fmt: skip
    rows.to_csv(tmp_path / "x.csv", index=False)
    for table in (rows, datasets.codings(tmp_path / "x.csv")):
        agreed = reliability.agreement(table, replicates=9).set_index("coefficient")["estimate"]
        assert agreed.eq(1).all()
