"""Sheets for coders and what comes back; agreement held against R, published tables, statsmodels and scikit-learn."""

import dataclasses
import datetime
import json
import re

import numpy as np
import openpyxl
import pandas as pd
import pytest
from running import chrome
from scipy import stats
from sklearn.metrics import cohen_kappa_score, precision_recall_fscore_support
from statsmodels.stats.inter_rater import fleiss_kappa
from statsmodels.stats.proportion import proportion_confint

from framing import claims, datasets, frames, plots, reliability, report, tokens
from framing import study as studies
from framing.codings.people import of_articles
from framing.errors import SourceError, TableError

__all__ = ["chrome"]


def long(path) -> pd.DataFrame:
    table = pd.read_csv(path)
    table.index = list("ABCDEFG")[: len(table)]
    return table.stack().rename("value").reset_index().set_axis(["coder", "unit", "value"], axis=1).assign(code="x")


def everybody(found: pd.DataFrame) -> pd.Series:
    return found[found["coders"] == "all people"].set_index("coefficient")["estimate"]


@pytest.fixture(scope="module")
def answers(external):
    return json.loads((external / "reliability.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["krippendorff_4x12", "frames_3x60"])
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_is_that_of_krippendorffs_definition_in_r(external, answers, name, level):
    found = reliability.agreement(long(external / f"reliability_{name}.csv"), level=level, replicates=9)
    np.testing.assert_allclose(everybody(found)["alpha"], answers[name][level]["alpha"], rtol=1e-12)


def test_ac1_kappa_and_percent_are_those_published_for_the_same_table(external):
    # Gwet, irrCAC (R), gwet.ac1.raw, fleiss.kappa.raw and pa.coeff.raw of cac.raw4raters: .77544, .76117, .81818
    found = everybody(reliability.agreement(long(external / "reliability_krippendorff_4x12.csv"), replicates=9))
    np.testing.assert_allclose(found[["ac1", "kappa", "percent"]], [0.77544, 0.76117, 0.81818], atol=5e-6)


def test_the_interval_is_that_of_the_bootstrap_in_r(external, answers):
    found = reliability.agreement(long(external / "reliability_frames_3x60.csv"))
    row = found[(found["coders"] == "all people") & (found["coefficient"] == "alpha")].iloc[0]
    # both are 2,000 random draws: R's own note says to hold them to .02
    np.testing.assert_allclose(row[["conf_low", "conf_high"]].astype(float), answers["bootstrap_frames_3x60"]["ci95"],
                               atol=0.02)  # fmt: skip


def coders(rng, n=80, k=3, names="ABC", error=0.2) -> pd.DataFrame:
    true = rng.integers(0, k, n)
    parts = []
    for name in names:
        wrong = rng.random(n) < error
        parts.append(pd.DataFrame({"unit": np.arange(n), "coder": name, "code": "x",
                                   "value": np.where(wrong, rng.integers(0, k, n), true)}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_kappa_of_two_is_cohens_and_of_all_fleiss():
    codings = coders(np.random.default_rng(0))
    found = reliability.agreement(codings, replicates=9)
    wide = codings.pivot(index="unit", columns="coder", values="value")
    pair = found[(found["coders"] == "A – B") & (found["coefficient"] == "kappa")]["estimate"].iloc[0]
    np.testing.assert_allclose(pair, cohen_kappa_score(wide["A"], wide["B"]), rtol=1e-12)
    counts = np.stack([(wide == value).sum(axis=1) for value in range(3)], axis=1)
    np.testing.assert_allclose(everybody(found)["kappa"], fleiss_kappa(counts), rtol=1e-12)


def test_coders_in_another_order_and_values_under_other_names_agree_as_much():
    codings = coders(np.random.default_rng(1))
    one = everybody(reliability.agreement(codings, replicates=9))
    other = codings.assign(value=codings["value"].map({0: "c", 1: "a", 2: "b"})).iloc[::-1]
    np.testing.assert_allclose(one, everybody(reliability.agreement(other, replicates=9)), rtol=1e-12)


def test_a_difference_of_two_agreements_has_the_interval_of_units_they_share():
    rng = np.random.default_rng(2)
    good, bad = coders(rng, 300, names="AB", error=0.05), coders(rng, 300, names="C", error=0.9)
    found = reliability.difference(pd.concat([good, bad]), ["A", "B"], ["A", "C"]).set_index("coefficient")
    assert (found["conf_low"] > 0.3).all() and (found["n_units"] == 300).all()
    same = reliability.difference(good, ["A", "B"], ["B", "A"])
    np.testing.assert_allclose(same["estimate"], 0, atol=1e-12)
    assert (same["conf_low"] < 0).all() and (same["conf_high"] - same["conf_low"] < 0.03).all()
    with pytest.raises(ValueError, match=r"\['Z'\] did not code 'x'; there are \['A', 'B'\]"):
        reliability.difference(good, ["A", "Z"], ["A", "B"])


def test_what_chance_cannot_explain_is_missing_and_says_why():
    same = pd.DataFrame({"unit": [1, 1, 2, 2], "coder": list("ABAB"), "code": "x", "value": 1})
    found = reliability.agreement(same, replicates=9)
    assert found["estimate"].isna().tolist() == [True, True, True, False] and "same value" in found["note"].iloc[0]
    few = reliability.agreement(same.head(2), replicates=9)
    assert few["estimate"].isna().all() and "fewer than 2" in few["note"].iloc[0]
    with pytest.raises(TableError, match="stand twice"):
        reliability.agreement(pd.concat([same, same]))
    with pytest.raises(TableError, match="values of level 'ordinal' are numbers"):
        reliability.agreement(same.assign(value="a"), level="ordinal")
    with pytest.raises(TableError, match=r"lack the columns \['unit'\]"):
        reliability.agreement(same.drop(columns="unit"))
    assert reliability.answer(reliability.agreement(same.head(0))).value is None


def test_who_agrees_on_all_units_or_is_right_in_all_is_not_certain_to_go_on_so():
    """Held to the exact interval of a share; before, every one of these was 1 to 1."""
    same = coders(np.random.default_rng(4), 30, k=2, names="AB", error=0)
    found = reliability.agreement(same).set_index("coefficient")
    assert (found["conf_high"] == 1).all() and (found["conf_low"] < found.loc["percent", "conf_low"] + 1e-12).all()
    exact = proportion_confint(30, 30, method="beta")[0]
    np.testing.assert_allclose(found.loc["percent", "conf_low"], exact, atol=0.02)
    found = reliability.validity(
        same.assign(machine=same["coder"].eq("B"), probability=np.where(same["unit"] < 15, 1.0, 0.1)), machine="B"
    ).set_index("measure")
    assert (found.loc[["precision", "recall", "f1", "agree"], "conf_low"] < 0.95).all()
    ones = int(same["value"].sum() / 2)
    exact = proportion_confint(ones, ones, method="jeffreys")[0]
    one = same[same["value"].eq(1)].assign(machine=same["coder"].eq("B"), probability=0.5)
    np.testing.assert_allclose(reliability.validity(one, machine="B")["conf_low"][0], exact, atol=0.02)


def test_agreement_can_be_asked_for_each_outlet():
    codings = coders(np.random.default_rng(3))
    codings["outlet"] = np.where(codings["unit"] < 40, "P", "Q")
    found = reliability.agreement(codings, by="outlet", replicates=9)
    alone = reliability.agreement(codings[codings["outlet"] == "Q"], replicates=9)
    np.testing.assert_allclose(found[found["outlet"] == "Q"]["estimate"], alone["estimate"])


# ---- sheets ----


@pytest.fixture(scope="module")
def press_of():
    articles = datasets.sample_press(600, seed=4).articles
    articles.loc[0, "headline"] = "=1+1"
    articles.loc[1, "text"] = "</script><script>alert(1)</script>\x07"
    return studies.open(articles, tokens=tokens.tokenise(articles))


@pytest.fixture(scope="module")
def coded(press_of):
    return frames.code(press_of, {"threat": "脅威 | 挑発 | 威嚇", "talks": "対話 | 交渉 | 協力", "rare": "融和"})


def fill(path, how, seed=0) -> None:
    """Code a sheet: ``how`` gives a value for a unit and a code."""
    book = openpyxl.load_workbook(path)
    page = book["coding"]
    head = {cell.value: cell.column for cell in page[1]}
    for row in range(2, page.max_row + 1):
        for code in ("threat", "talks", "rare"):
            page.cell(row, head[code]).value = how(page.cell(row, head["unit"]).value, code)
    book.save(path)


def test_the_sample_has_the_probabilities_it_says(coded, tmp_path):
    key = reliability.sheet(coded, tmp_path, coders=["A", "B"], n=150, overlap=50)
    assert len(key) == 150 and key["overlap"].sum() == 50 and key["unit"].is_unique
    frame = coded.units.merge(coded.articles[["article_id", "year"]], on="article_id")
    frame["year"] = frame["year"].astype(str)
    size = frame.groupby(["outlet", "year"]).size()
    stands_for = (1 / key["probability"]).groupby([key["outlet"], key["year"]]).sum()
    np.testing.assert_allclose(stands_for.sort_index(), size.loc[stands_for.index].sort_index())
    assert key["machine:rare"].mean() > coded.coded["code"].eq("rare").sum() / 600  # a rare code is drawn more often
    assert set(key.loc[~key["overlap"], "coders"]) == {"A", "B"}
    before = (tmp_path / "coding_A.xlsx").stat().st_mtime_ns
    again = reliability.sheet(coded, tmp_path, coders=["A", "B"], n=150, overlap=50)
    assert again["unit"].tolist() == key["unit"].tolist() and (tmp_path / "coding_A.xlsx").stat().st_mtime_ns == before
    with pytest.raises(TableError, match="the sheets of another sample"):
        reliability.sheet(coded, tmp_path, coders=["A"])
    with pytest.raises(TableError, match="5 units for"):
        reliability.sheet(coded, tmp_path / "x", coders=["A"], n=5)
    with pytest.raises(TableError, match="by names .'nosuch'., which the articles lack"):
        reliability.sheet(coded, tmp_path / "x", coders=["A"], by=["nosuch"])


@pytest.mark.parametrize(
    ("coders", "said"),
    [(["../A"], "coders are names"), ([], "coders are names"), (["Ann", "ann"], "whatever its case and width"),
     (["Ａnn", "Ann"], "whatever its case and width"), (["長" * 40], "at most 100 bytes"),
     (["machine"], "of the toolkit's own"), (["Adjudicator"], "of the toolkit's own")],
)  # fmt: skip
def test_coders_have_names_that_files_of_their_own_can_have(coded, tmp_path, coders, said):
    with pytest.raises(ValueError, match=said):
        reliability.sheet(coded, tmp_path, coders=coders)
    assert not [*tmp_path.iterdir()]


def test_a_sheet_is_blind_its_text_inert_and_its_cells_have_drop_downs(coded, tmp_path):
    reliability.sheet(coded, tmp_path, coders=["A"], n=600)
    page = openpyxl.load_workbook(tmp_path / "coding_A.xlsx")["coding"]
    assert [cell.value for cell in page[1]] == ["unit", "headline", "text", "threat", "talks", "rare", "comment"]
    assert {cell.data_type for row in page.iter_rows(max_col=3) for cell in row} <= {"s", "n"}  # n: an empty cell
    assert "=1+1" in {row[1].value for row in page.iter_rows()}
    (check,) = page.data_validations.dataValidation
    assert check.formula1 == '"0,1"' and str(check.sqref) == "D2:F601"
    html = (tmp_path / "coding_A.html").read_text(encoding="utf-8")
    assert html.startswith('<!doctype html>\n<html lang="ja">')  # kanji in their Japanese forms
    assert html.count("<script") == 2 and "alert(1)" in html and "\\u003c/script" in html
    ids = coded.articles["article_id"]
    assert not any(name in html for name in [*coded.articles["outlet"].unique(), *ids.head(20)])
    assert not re.search(r"https?://", html)


def test_what_coders_send_back_is_read_and_bad_cells_are_named(coded, tmp_path):
    key = reliability.sheet(coded, tmp_path, coders=["A", "B", "C"], n=120)
    said = key.set_index("unit")
    for coder in "AB":
        fill(tmp_path / f"coding_{coder}.xlsx", lambda unit, code: int(said.loc[unit, f"machine:{code}"]))
    book = openpyxl.load_workbook(tmp_path / "coding_B.xlsx")
    page = book["coding"]
    page["D2"], page["D3"], page["E2"], page["G4"] = "maybe", "=1+1", "１", "an edge case"
    page["A5"] = "u99999"
    page.move_range("F1:F200", cols=4)  # a column moved
    book.save(tmp_path / "coding_B.xlsx")
    units = key["unit"].head(2).tolist()
    made = key["sheet"].iloc[0]
    saved = {"sheet": made, "coder": "A", "codings": {units[0]: {"threat": "1"}, "u77": {"threat": "1"},
                                                     units[1]: {"nobody": "1", "comment": "c"}}}  # fmt: skip
    (tmp_path / "coding_A.json").write_text(json.dumps(saved), encoding="utf-8")
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")
    guest = {"sheet": made, "coder": "Z", "codings": {units[0]: {"talks": "1"}}}
    (tmp_path / "guest.json").write_text(json.dumps(guest), encoding="utf-8")
    back = reliability.read(tmp_path)
    faults = {(row.file, row.cell): row.fault for row in back.faults.itertuples()}
    assert "'maybe' is not allowed" in faults["coding_B.xlsx", "D2"]
    assert "a formula" in faults["coding_B.xlsx", "D3"] and "no unit 'u99999'" in faults["coding_B.xlsx", "A5"]
    assert "cannot be read" in faults["broken.xlsx", ""] and "no codes in it" in faults["coding_C.xlsx", ""]
    assert "no unit 'u77'" in faults["coding_A.json", "u77"]
    assert faults["coding_C", ""] == "C has coded none of 120 units"
    told = faults["coding_B", ""]  # D2 and D3 were not taken, and row 5 is of another unit
    assert (
        told.startswith("B has not coded 'threat' in ") and sum(map(int, re.findall(r"'threat' in (\d+)", told))) == 3
    )
    assert "'Z' is none of the coders A, B, C" in faults["guest.json", ""]
    assert "has" in faults["coding_A.json", units[0]] and "twice" in faults["coding_A.json", units[0]]
    people = back.codings[~back.codings["machine"]]
    assert len(people[people["coder"] == "B"]) == 120 * 3 - 2 - 3 and set(people["value"]) == {"0", "1"}
    assert back.comments["comment"].tolist() == ["c", "an edge case"]
    assert len(people[people["coder"] == "A"]) == 120 * 3 - 1
    assert {"outlet", "probability"} <= set(back.codings)
    found = reliability.answer(reliability.agreement(back.codings, replicates=20), faults=back.faults)
    told = [str(each) for each in found.cautions]
    refused = int(back.faults["cell"].ne("").sum())
    assert f"Of the sheets {refused} cells could not be taken" in told[0]
    assert refused == 7  # D2, D3, A5, u77, nobody, and twice the value of A that stands in two files
    report.title("?", language="ja", labels={"threat": "脅威"})
    shown = report.table(back.faults, caption="x", columns=reliability.CODEBOOK["faults"]).markup()
    assert (
        "には二つの値があり、どちらも使わない" in shown
        and "is not allowed" not in shown
        and "has not coded" not in shown
    )
    agreed = reliability.agreement(back.codings, replicates=9)
    shown = report.table(agreed, caption="x", columns=reliability.CODEBOOK["agreement"]).markup()
    assert "脅威" in shown and "threat" not in shown
    report.title("?")
    begun = back.faults["fault"] != "no codes in it"
    assert (
        f"incomplete or cannot be read: the appendix has {begun.sum() - refused} lines" in told[1]
        and (~begun).sum() == 1
    )
    assert len(reliability.answer(pd.DataFrame(), faults=back.faults).cautions) == 2
    assert not reliability.answer(pd.DataFrame(), faults=back.faults[~begun]).cautions
    (tmp_path / "late.json").write_text(json.dumps(guest | {"coder": "C"}), encoding="utf-8")
    faults = reliability.read(tmp_path).faults["file"].tolist()
    assert "coding_C.xlsx" not in faults and "late.json" not in faults  # who coded on the page leaves the sheet empty
    with pytest.raises(SourceError, match=r"has no key.csv"):
        reliability.read(tmp_path / "none")


def test_a_coder_in_another_width_or_case_is_no_second_coder(coded, tmp_path):
    key = reliability.sheet(coded, tmp_path, coders=["Kim", "Sato"], n=60, by=["outlet"])
    codings = {unit: {"threat": "1", "talks": "0", "rare": "0", "comment": "c"} for unit in key["unit"]}
    for name in ("Kim", "ＫＩＭ"):
        saved = {"sheet": key["sheet"].iloc[0], "coder": name, "codings": codings}
        (tmp_path / f"{name}.json").write_text(json.dumps(saved), encoding="utf-8")
    pd.DataFrame({"unit": ["u99", "u99"], "threat": [1, 1], "talks": [0, 1]}).to_csv(tmp_path / "more.csv", index=False)
    back = reliability.read(tmp_path)
    people = back.codings[~back.codings["machine"]]
    assert {*people["coder"]} == {"Kim"} == {*back.comments["coder"]} and len(people) == 60 * 3
    assert not reliability.agreement(people, replicates=9)["n_units"].any()
    assert (back.faults["file"] == "more.csv").sum() == 1  # the unit is told once, not once per code


def test_a_sheet_of_other_articles_is_not_taken_for_one_of_these(coded, tmp_path):
    """Units of every sample are u00001 and on: a second wave's sheets would code the articles of the first."""
    rules = dict(zip(coded.names, ("脅威 | 挑発 | 威嚇", "対話 | 交渉 | 協力", "融和"), strict=True))
    articles = datasets.sample_press(600, seed=5).articles
    later = frames.code(studies.open(articles, tokens=tokens.tokenise(articles)), rules)
    first, second = tmp_path / "first", tmp_path / "second"
    kept, other = (reliability.sheet(each, place, coders=["A", "B"], n=60, by=["outlet"])
                   for each, place in ((coded, first), (later, second)))  # fmt: skip
    assert [*kept["unit"]] == [*other["unit"]] and {*kept["sheet"]}.isdisjoint(other["sheet"])
    for place in (first, second):
        fill(place / "coding_A.xlsx", lambda unit, code: 1)
    saved = {"sheet": other["sheet"].iloc[0], "coder": "B", "codings": {"u00001": {"talks": "1"}}}
    for place in (first, second):
        (place / "B.json").write_text(json.dumps(saved), encoding="utf-8")
    (second / "coding_A.xlsx").replace(first / "coding_A (2).xlsx")
    back = reliability.read(first)
    faults = back.faults.set_index("file")["fault"]
    assert faults[["B.json", "coding_A (2).xlsx"]].str.contains("a sheet of another sample").all()
    people = back.codings[~back.codings["machine"]]
    assert len(people) == 60 * 3 and {*people["coder"]} == {"A"} and "sheet" not in people
    assert "a sheet of another sample" not in " ".join(reliability.read(second).faults["fault"])
    spelled = kept.drop(columns="sheet")  # a key of before sheets were told apart: all are read
    spelled.to_csv(first / "key.csv", index=False, encoding="utf-8-sig")
    assert "cannot be read" not in " ".join(reliability.read(first).faults["fault"])


def test_units_sorted_apart_from_their_texts_are_named_row_by_row_and_not_taken(coded, tmp_path):
    """In Excel a column that is sorted alone leaves codes beside texts of other units: all were taken."""
    key = reliability.sheet(coded, tmp_path, coders=["A"], n=60, by=["outlet"])
    path = tmp_path / "coding_A.xlsx"
    fill(path, lambda unit, code: 1)
    book = openpyxl.load_workbook(path)
    page = book["coding"]
    was = [page.cell(row, 1).value for row in range(2, 62)]
    for row, unit in enumerate(sorted(was), start=2):
        page.cell(row, 1).value = unit
    page["C5"] = None  # a text that is not there can say nothing
    page["C6"] = "  " + page["C6"].value.replace("。", "。 ").replace("(", "（")  # as another program saves it
    book.save(path)
    back = reliability.read(tmp_path)
    moved = [row for row, (unit, other) in enumerate(zip(was, sorted(was), strict=True), start=2) if unit != other]
    named = back.faults[back.faults["fault"].str.contains("stands the text of")]
    assert len(moved) > 50 and [*named["cell"]] == [f"A{row}" for row in moved if row != 5]
    assert named["fault"].iloc[0].startswith(f"beside u00001 stands the text of {was[0]}")
    left = {unit for row, unit in enumerate(sorted(was), start=2) if row not in moved or row == 5}
    assert {*back.codings.loc[~back.codings["machine"], "unit"]} == left and "checksum" not in back.codings
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    for row, values in enumerate(sorted(zip(was, rows, strict=True), key=lambda pair: pair[1][2] or ""), start=2):
        for column, value in enumerate([values[0], *values[1][1:]], start=1):
            page.cell(row, column).value = value
    book.save(path)
    back = reliability.read(tmp_path)  # whole rows, in another order
    assert back.faults.empty and back.codings["machine"].value_counts().tolist() == [180, 180]
    head = [cell.value for cell in page[1]]
    told = pd.DataFrame([[cell.value for cell in row] for row in page.iter_rows(min_row=2)], columns=head)
    told = told[told["text"].notna()].assign(sure=3)
    path.unlink()
    for units in (told["unit"], told["unit"].sort_values().to_numpy()):  # the sheet as a CSV, sound and sorted
        told.assign(unit=units).to_csv(tmp_path / "coding_A.csv", index=False, encoding="utf-8-sig")
        moved = {unit for unit, was in zip(units, told["unit"], strict=True) if unit != was}
        back = reliability.read(tmp_path)
        assert back.faults["fault"].str.contains("stands the text of").sum() == len(moved)
        assert {*back.codings.loc[~back.codings["machine"], "unit"]} == {*told["unit"]} - moved
        assert back.faults["fault"].str.contains("the columns 'sure' are none of the codes").any()
    (tmp_path / "coding_A.csv").unlink()
    book["coding"]["H1"], book["coding"]["H2"] = "sure", 3
    book.save(path)
    assert reliability.read(tmp_path).faults["fault"].tolist() == [
        "the columns 'sure' are none of the codes and are not read"
    ]
    book["coding"]["H1"], book["coding"]["H2"] = None, None
    book.save(path)
    key.drop(columns="checksum").to_csv(tmp_path / "key.csv", index=False, encoding="utf-8-sig")
    assert reliability.read(tmp_path).faults.empty  # a key of before


LABELLED = """codes:
  - {id: threat, label: 軍事的脅威, rule: 脅威}
  - {id: talks, label: 対話, rule: 対話}
  - {id: rare, label: rare, rule: 融和}
"""


def test_a_careless_sheet_is_taken_as_far_as_it_is_clear_and_the_rest_is_named(coded, tmp_path):
    book = tmp_path / "book.yaml"
    book.write_text(LABELLED, encoding="utf-8")
    press, place = studies.open(coded.articles, tokens=tokens.tokenise(coded.articles)), tmp_path / "s"
    reliability.sheet(frames.code(press, book), place, coders=["A", "B", "C"], n=60, by=["outlet"])
    written = openpyxl.load_workbook(place / "coding_A.xlsx")
    page = written["coding"]
    said = ["はい", "いいえ", "○", "×", "1", "0 ", "１", "有", "無", "あり", "✓", True, False, 1.0]
    for row, value in enumerate(said, start=2):
        page.cell(row, 4).value = value
    page["D20"], page["D21"], page["D22"] = datetime.datetime(1900, 1, 1), "x", " \u3000"
    page["E2"] = 1
    page.merge_cells("E2:E4")
    page["A63"], page["D70"] = "  ", "　"  # trailing blanks
    copied = written.copy_worksheet(page)
    copied.title = "coding (2)"
    written.create_sheet("Sheet1")["A1"] = "todo"
    written.save(place / "coding_A - コピー (1).xlsx")
    (place / "coding_A.xlsx").unlink()
    fill_one = openpyxl.load_workbook(place / "coding_B.xlsx")
    fill_one["coding"]["D2"] = 1
    fill_one.save(place / "coding_C.xlsx")  # a copy of B's sheet under C's name
    for name, content in {"a.xls": b"", "b.ods": b"PK", "zero.xlsx": b"", "old.xlsx": b"\xd0\xcf\x11\xe0\xa1",
                          "page.xlsx": b"<html>", "cut.xlsx": b"PK\x03\x04cut",
                          "o.xlsx": b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument"}.items():  # fmt: skip
        (place / name).write_bytes(content)
    (place / "from B").mkdir()
    (place / "from B" / "coding_B.xlsx").write_bytes(b"")
    back = reliability.read(place)
    own = back.codings[(back.codings["coder"] == "A") & (back.codings["code"] == "threat")]
    units = [page.cell(row, 1).value for row in range(2, 16)]
    assert own.set_index("unit")["value"].loc[units].tolist() == [*"10101011011101"]
    assert len(own) == 14 and {*back.codings["coder"]} == {"A", "B", "machine"}
    named = "coding_A - コピー (1).xlsx"
    faults = {(row.file, row.cell): str(row.fault) for row in back.faults.itertuples()}
    assert faults[named, "D20"].startswith("1900-01-01T00:00:00 is a date") and "D22" not in str(faults)
    assert faults[named, "D21"] == "'x' is not allowed for 軍事的脅威 (threat); write one of: 1, 0"
    assert "merged" in faults[named, "E2:E4"] and "'coding (2)' is not read" in faults[named, ""]
    assert faults["coding_C.xlsx", ""] == "its name says C, and its sheet was made for B, whose it is taken to be"
    assert "A has not coded 軍事的脅威 (threat) in " in faults["coding_A", ""]
    assert ".xls files are not read" in faults["a.xls", ""] and ".ods files" in faults["b.ods", ""]
    assert "a folder is not read" in faults["from B", ""] and ("tools", "") not in faults
    for name, what in (("zero", "it is empty"), ("old", "the older format .xls, or has a password"),
                       ("page", "a file of another kind"), ("cut", "damaged"), ("o", "(.ods)")):  # fmt: skip
        told = faults[f"{name}.xlsx", ""]
        assert f"{name}.xlsx is named as an Excel workbook" in told and what in told and "save it as .xlsx" in told


def test_a_second_sheet_of_the_adjudicator_is_known_by_its_name(coded, tmp_path):
    """Where a program lost the hidden page, adjudicator_2 was a coder of its own, who votes."""
    reliability.sheet(coded, tmp_path, coders=["A", "B"], n=60, by=["outlet"])
    for coder, value in (("A", 1), ("B", 0)):
        fill(tmp_path / f"coding_{coder}.xlsx", lambda unit, code, value=value: value)
    reliability.sheet(coded, tmp_path, coders=["A", "B"], n=60, by=["outlet"],
                      disagreed=reliability.read(tmp_path).disagreed)  # fmt: skip
    path = tmp_path / "coding_adjudicator.xlsx"
    fill(path, lambda unit, code: 1)
    written = openpyxl.load_workbook(path)
    del written["about"]
    path.unlink()
    for name in ("coding_adjudicator_2.xlsx", "coding_adjudicator.2.xlsx"):  # as it was called before, and is now
        written.save(tmp_path / name)
        back = reliability.read(tmp_path)
        assert {*back.codings["coder"]} == {"A", "B", "adjudicator", "machine"} and back.faults.empty
        (tmp_path / name).unlink()


def test_values_and_codes_in_another_width_or_case_are_the_same():
    rows = pd.DataFrame({"unit": [1, 2, 3] * 2, "coder": [*"AAABBB"], "code": ["x"] * 5 + ["Ｘ"],
                         "value": ["a", "Ａ", "b", "A", "a", "ｂ"]})  # fmt: skip
    found = reliability.agreement(rows, replicates=9)
    assert found["code"].unique().tolist() == ["x"] and found["estimate"].round(9).eq(1).all()


@pytest.mark.parametrize(("one", "other", "agree"), [
    ([1, 2, 3], ["1", "2.0", "３"], 1), ([1.0, 2.0, 3.5], ["+1", "2", "3.50"], 1), ([100000, 2, 3], [1e5, 2, 3], 1),
    (["1e5", "b", "c"], ["100000", "b", "c"], 2 / 3), (["007", "b", "c"], ["7", "b", "c"], 2 / 3),
    (["1_0", "b", "c"], ["10", "b", "c"], 2 / 3), (["00a", "07", "c"], ["00a", "07", "C"], 1),
    (["12345678901234567", "b", "c"], ["12345678901234568", "b", "c"], 2 / 3), ([1e300, 0, 3], [1e300, "-0.0", 3], 1),
    (["01", "0", "1"], ["1", "0", "1.0"], 1),
])  # fmt: skip
def test_names_that_read_as_one_number_are_several_and_a_number_is_one_however_it_is_written(one, other, agree):
    """Counted by hand; before, 007 and 7 were one name, and so were 1e5 and 100000."""
    rows = pd.DataFrame({"unit": [*"uvw"] * 2, "coder": [*"AAABBB"], "code": "x", "value": [*one, *other]})
    found = reliability.agreement(rows, replicates=9).set_index("coefficient")["estimate"]
    assert found["percent"] == pytest.approx(agree)


@pytest.mark.parametrize("name", ["unit", "coder", "code"])
@pytest.mark.parametrize("value", [None, " "])
def test_a_coding_of_no_unit_coder_or_code_is_refused_and_an_empty_row_is_none(name, value):
    """Before, a missing unit was a unit on which coders agreed or not, and codings of no code were lost."""
    rows = pd.DataFrame({"unit": [*"uvw"] * 2, "coder": [*"AAABBB"], "code": "x", "value": [*"110110"]}, dtype=object)
    whole = reliability.agreement(rows, replicates=9)
    more = pd.concat([rows, rows.iloc[[2]].assign(**{name: value})], ignore_index=True)
    with pytest.raises(TableError, match=f"1 of 7 codings have no {name}, first .*'value': '0'.*fill it in"):
        reliability.agreement(more, replicates=9)
    if name != "coder":
        with pytest.raises(TableError, match=f"no {name}"):
            reliability.validity(more.assign(probability=1.0, machine=more["coder"].eq("B")), replicates=9)
    empty = pd.concat([rows, pd.DataFrame([{}])], ignore_index=True)
    pd.testing.assert_frame_equal(reliability.agreement(empty, replicates=9), whole)


def test_a_second_wave_joins_the_first_and_both_are_one_sample(coded, tmp_path):
    """200 units are coded and 100 more wanted: the sheets that are there stay, and probabilities are those of 300."""
    first = reliability.sheet(coded, tmp_path, coders=["A", "B"], n=60, by=["outlet"], seed=4)
    for coder in "AB":
        fill(tmp_path / f"coding_{coder}.xlsx", lambda unit, code: 1)
    sheets = {path.name: path.read_bytes() for path in tmp_path.glob("coding_*")}
    both = reliability.sheet(coded, tmp_path, coders=["A", "B"], n=90, by=["outlet"], seed=4)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("coding_*") if path.name in sheets} == sheets
    told = ["unit", "article_id", "machine_code", "coders", "overlap", "sheet"]
    assert both[told].head(60).to_numpy().tolist() == first[told].to_numpy().tolist()
    assert both["article_id"].is_unique and len(both) == 90 and both["overlap"].dtype == bool
    assert set(both["unit"]) == {f"u{i:05}" for i in range(1, 91)} and both["sheet"].nunique() == 2
    # counted by hand: of each stratum as many as were drawn, out of as many as there are
    frame = pd.read_csv(tmp_path / "frame.csv", encoding="utf-8-sig", dtype={"article_id": str})
    size, of = frame["stratum"].value_counts(), frame.set_index("article_id")["stratum"]
    stratum = both["article_id"].map(of)
    np.testing.assert_allclose(both["probability"], stratum.map(stratum.value_counts() / size))
    assert (both["probability"].head(60) > first["probability"]).any() and (
        1 / both["probability"]
    ).sum() == pytest.approx(600)
    # drawn at once, the same articles
    once = reliability.sheet(coded, tmp_path / "once", coders=["A", "B"], n=90, by=["outlet"], seed=4)
    assert once["article_id"].tolist() == both["article_id"].tolist()
    for coder in "AB":
        fill(tmp_path / f"coding_{coder}.2.xlsx", lambda unit, code: 0)
    book = openpyxl.load_workbook(tmp_path / "coding_A.2.xlsx")["coding"]
    assert {row[0] for row in book.iter_rows(min_row=2, max_col=1, values_only=True)} == {*both["unit"].tail(30)}
    back = reliability.read(tmp_path)
    people = back.codings[~back.codings["machine"].astype(bool)]
    drawn = back.codings.drop_duplicates("unit").set_index("article_id")["stratum"]
    assert drawn.to_dict() == of[both["article_id"]].to_dict()
    assert back.faults.empty and len(people) == 2 * 90 * 3 and people.groupby("unit")["value"].nunique().eq(1).all()
    assert set(people.loc[people["value"] == "1", "unit"]) == {*first["unit"]}
    assert reliability.sheet(coded, tmp_path, coders=["A", "B"], n=90, by=["outlet"], seed=4)["unit"].equals(
        both["unit"]
    )
    for other in (
        {"n": 60},
        {"n": 120, "seed": 5},
        {"n": 120, "coders": ["A"]},
        {"n": 120, "by": []},
        {"n": 120, "overlap": 80},
    ):
        with pytest.raises(TableError, match="another sample"):
            reliability.sheet(coded, tmp_path, **({"coders": ["A", "B"], "by": ["outlet"], "seed": 4} | other))


def test_sheets_go_on_after_a_rule_was_improved(coded, press_of, tmp_path):
    """Rules are no part of a sample: its units, their strata and probabilities stay, and the machine is the new one."""
    ask = {"coders": ["A", "B"], "by": ["outlet"], "seed": 4}
    first = reliability.sheet(coded, tmp_path, n=60, **ask)
    frame = pd.read_csv(tmp_path / "frame.csv", encoding="utf-8-sig")
    wider = frames.code(press_of, {"threat": "脅威 | 挑発 | 威嚇 | 制裁", "talks": "対話", "rare": "融和 | 会談"})
    assert not wider.matches.equals(coded.matches)
    again = reliability.sheet(wider, tmp_path, n=60, **ask)
    kept = ["unit", "article_id", "machine_code", "probability", "sheet"]
    assert again[kept].to_numpy().tolist() == first[kept].to_numpy().tolist()
    now = wider.units["article_id"].to_numpy()[wider.has[:, wider.names.index("threat")]]
    assert (
        again["machine:threat"].tolist() == again["article_id"].isin(now).tolist() != first["machine:threat"].tolist()
    )
    read = reliability.read(tmp_path).codings.query("coder == 'machine' and code == 'threat'")
    assert dict(zip(read["unit"], read["value"] == "1", strict=True)) == dict(
        zip(again["unit"], again["machine:threat"], strict=True)
    )
    more = reliability.sheet(wider, tmp_path, n=90, **ask)
    once = reliability.sheet(coded, tmp_path / "once", n=90, **ask)  # drawn from the strata that there were
    assert more["article_id"].tolist() == once["article_id"].tolist()
    assert more["probability"].tolist() == once["probability"].tolist()
    assert more["machine_code"].tolist() == once["machine_code"].tolist()
    later = pd.read_csv(tmp_path / "frame.csv", encoding="utf-8-sig")
    assert later["stratum"].tolist() == frame["stratum"].tolist()


def test_another_version_of_the_codes_is_named_and_what_people_saw_goes_on(coded, press_of, tmp_path):
    def book(**others):
        rules = {"threat": "脅威 | 挑発 | 威嚇", "talks": "対話 | 交渉 | 協力", "rare": "融和"} | others
        return frames.load({code: rule for code, rule in rules.items() if rule})

    ask = {"coders": ["A", "B"], "by": ["outlet"], "seed": 4}
    first = reliability.sheet(coded, tmp_path, n=60, **ask)
    other = frames.code(press_of, book(aid="支援", rare=""))
    assert reliability.sheet(other, tmp_path, n=60, **ask)["unit"].tolist() == first["unit"].tolist()
    back = reliability.read(tmp_path)
    said = [fault for fault in back.faults["fault"] if fault != "no codes in it"]
    assert said == [
        "The codes aid are on no sheet: people have not seen them",
        "The codes rare stand on the sheets and no longer in the codebook",
    ]
    told = reliability.answer(reliability.agreement(back.codings, replicates=9), faults=back.faults)
    assert "The codes aid are on no sheet: people have not seen them." in map(str, told.cautions)
    with pytest.raises(TableError, match=r"the codebook has \['aid'\] besides and lacks \['rare'\]"):
        reliability.sheet(other, tmp_path, n=90, **ask)
    first, *rest = coded.codebook.codes
    first = dataclasses.replace(first, texts={"definition": "x"})
    defined = dataclasses.replace(coded.codebook, codes=(first, *rest))
    reliability.sheet(dataclasses.replace(coded, codebook=defined), tmp_path, n=60, **ask)
    said = reliability.read(tmp_path).faults["fault"].tolist()
    assert "The definition of threat is another now than on the sheets that people coded" in said
    for also, n in (((), 1), (("threat", "脅威"), 0)):  # a label of the same codebook in another language is no change
        first = dataclasses.replace(first, label="Menace", also=also)
        renamed = dataclasses.replace(coded.codebook, codes=(first, *rest))
        reliability.sheet(dataclasses.replace(coded, codebook=renamed), tmp_path, n=60, **ask)
        back = reliability.read(tmp_path)
        told = reliability.answer(reliability.agreement(back.codings, replicates=9), faults=back.faults).cautions
        assert [*map(str, told)].count("The label of threat is another now than on the sheets that people coded.") == n
    reliability.sheet(coded, tmp_path, n=90, **ask)
    assert not reliability.read(tmp_path).faults["file"].eq("codes.csv").any()


def test_every_unit_of_a_stratum_is_as_often_in_a_wave(coded):
    """Of 400 draws each unit of a stratum is in a second wave as often as another, but for chance."""
    from framing.reliability.sheets import _sample

    n, counts = 60, pd.Series(0, index=coded.articles["article_id"])
    for seed in range(400):
        key, _, frame = _sample(coded, ["outlet"], n + 30, seed)
        counts[key["article_id"].iloc[n:]] += 1
    largest = frame["stratum"].mode()[0]
    own = counts[frame.loc[frame["stratum"] == largest, "article_id"]]
    # a sum of squares of independent counts with one probability: chi-square with len - 1 degrees of freedom, nearly
    statistic = ((own - own.mean()) ** 2).sum() / (own.mean() * (1 - own.mean() / 400))
    assert stats.chi2.sf(statistic, len(own) - 1) > 0.001


def test_a_machine_among_the_files_of_people_is_named_and_none_of_them(coded, tmp_path):
    key = reliability.sheet(coded, tmp_path, coders=["A", "B"], n=60, by=["outlet"])
    said = key.set_index("unit")
    for coder in "AB":
        fill(tmp_path / f"coding_{coder}.xlsx", lambda unit, code: int(said.loc[unit, f"machine:{code}"]))
    rows = pd.DataFrame({"unit": key["unit"], "codes": ["[]"] * 30 + ["['threat']"] * 30})
    rows.to_csv(tmp_path / "GPT.csv", index=False)
    taken = reliability.read(tmp_path)
    assert {*taken.codings.loc[~taken.codings["machine"].astype(bool), "coder"]} == {"A", "B", "GPT"}
    assert taken.faults["fault"].str.contains("A machine is named in machines").any()
    back = reliability.read(tmp_path, machines=["gpt"])
    assert {*back.codings.loc[~back.codings["machine"].astype(bool), "coder"]} == {"A", "B"}
    never = "GPT.csv names 'talks', 'rare' nowhere: of every unit in it they count as not there"
    assert back.faults["fault"].tolist() == [never]  # and no fault of the sheets, which would be counted
    told = reliability.answer(reliability.agreement(back.codings, replicates=9), faults=back.faults).cautions
    assert [*map(str, told)][0] == f"{never}." and "not counted" not in " ".join(map(str, told))
    own = back.codings[back.codings["coder"] == "gpt"]
    assert own["machine"].all() and len(own) == 60 * 3  # an empty list of a machine says none of the codes
    assert back.disagreed.empty
    agreed = reliability.agreement(back.codings, replicates=20)
    assert agreed.loc[agreed["coders"].str.contains("gpt"), "with_machine"].all() and "all people" not in {
        *agreed["coders"]
    }
    found = reliability.validity(back.codings, machine="gpt", replicates=20).set_index(["code", "measure"])
    assert found.loc[("talks", "recall"), "estimate"] == 0
    with pytest.raises(TableError, match=r"machines names \['gtp'\].*there are those of \['A', 'B', 'GPT'\]"):
        reliability.read(tmp_path, machines=["gtp"])
    ids = [*key["article_id"], "of another year", "of a third"]
    whole = pd.DataFrame({"article_id": ids, "codes": ["threat"] * 61 + ["no code"]})  # it coded the whole study
    whole.to_csv(tmp_path / "GPT.csv", index=False)
    of_all = reliability.read(tmp_path, machines=["gpt"])
    assert of_all.codings.query("coder == 'gpt'").query("value == '1'")["code"].tolist() == ["threat"] * 60
    told = "GPT.csv has 2 articles that were not drawn; they are not held against people"
    assert of_all.faults.to_numpy().tolist() == [["GPT.csv", "", never], ["GPT.csv", "", told]]
    said = str([*map(str, reliability.answer(agreed, faults=of_all.faults).cautions)])
    assert f"{told}." in said and "could not be taken" not in said and "incomplete" not in said
    rows.assign(model="m").to_csv(tmp_path / "GPT.csv", index=False)
    assert "name 'GPT' in machines" in reliability.read(tmp_path).faults["fault"].iloc[0]
    assert len(reliability.read(tmp_path, machines=["GPT"]).codings) == len(back.codings)


def test_codes_of_a_codebook_of_kh_coder_are_those_of_the_sheets_that_are_called_alike(press_of, tmp_path):
    """＊脅威 of KH Coder has 脅威 for its id, and the sheets have threat with that label: people had "not coded it"."""
    rules = {"threat": ("脅威", "脅威 | 挑発"), "talks": ("対話", "対話 | 交渉"), "rare": ("融和", "融和")}
    of_codes = [{"id": name, "label": label, "rule": rule} for name, (label, rule) in rules.items()]
    (tmp_path / "ours.yaml").write_text(json.dumps({"codes": of_codes}, ensure_ascii=False), encoding="utf-8")
    text = "\n".join(f"＊{label}\n{rule}" for label, rule in rules.values())
    (tmp_path / "theirs.txt").write_text(text, encoding="utf-8")
    ours, theirs = (frames.load(tmp_path / name) for name in ("ours.yaml", "theirs.txt"))
    place = tmp_path / "sheets"
    key = reliability.sheet(frames.code(press_of, ours), place, coders=["A"], n=80, by=["outlet"])
    said = key.set_index("unit")
    fill(place / "coding_A.xlsx", lambda unit, code: int(said.loc[unit, f"machine:{code}"]))
    back = reliability.read(place, labels=theirs.labels)
    assert {*back.codings["code"]} == {"脅威", "対話", "融和"}
    found = frames.crosstab(frames.code(press_of, theirs), people=back.codings, frame=back.frame).estimates
    assert set(found.loc[found["estimator"] == "corrected", "code"]) == {"脅威", "対話", "融和"}
    assert {*reliability.read(place).codings["code"]} == {"threat", "talks", "rare"}


def test_a_machine_that_is_awaited_does_not_stop_the_report(coded, tmp_path):
    """machines: [gpt] before gpt.csv is there: the sheets were written, and then "there are those of []"."""
    reliability.sheet(coded, tmp_path, coders=["A", "B"], n=60, by=["outlet"])
    for filled in (False, True):
        if filled:
            for coder in "AB":
                fill(tmp_path / f"coding_{coder}.xlsx", lambda unit, code: 1)
        back = reliability.read(tmp_path, machines=["gpt"])
        told = "Codes of the machines gpt are awaited: put their files beside the sheets"
        assert back.faults.loc[back.faults["file"].eq(""), "fault"].tolist() == [told]
        assert {*back.codings["coder"]} == ({"A", "B", "machine"} if filled else {"machine"})
        found = reliability.agreement(back.codings, replicates=9)
        assert f"{told}." in [*map(str, reliability.answer(found, faults=back.faults).cautions)]
    (tmp_path / "gpt.csv").write_text("unit,code\nu99999,threat\n")
    with pytest.raises(TableError, match="machines names"):  # a file is there, and has none
        reliability.read(tmp_path, machines=["gpt"])


def test_circles_and_crosses_are_read_as_japanese_keyboards_write_them(coded, tmp_path):
    reliability.sheet(coded, tmp_path, coders=["A", "B"], n=60, by=["outlet"])
    signs = {"threat": "〇", "talks": "Ｘ", "rare": "x"}  # x is a tick to some, and a cross to others
    fill(tmp_path / "coding_A.xlsx", lambda unit, code: signs[code])
    back = reliability.read(tmp_path)
    own = back.codings.query("coder == 'A'")
    assert own.groupby("code")["value"].agg(["nunique", "first"]).to_numpy().tolist() == [[1, "0"], [1, "1"]]
    assert back.faults["fault"].str.contains("'x' is not allowed").sum() == 60


def test_labels_are_codes_and_a_row_that_does_not_fit_costs_itself_alone(tmp_path):
    book = tmp_path / "x.yaml"
    codes = "[{id: economy, label: 経済, rule: 経済}, {id: act, label: 制裁, rule: 制裁}]"
    book.write_text(f"codes: {codes}\n", encoding="utf-8")
    articles = pd.DataFrame(
        {"article_id": [*"abcd"], "outlet": [*"xxyy"], "text": ["経済の話", "制裁の話", "経済と制裁", "話"]}
    )
    press = studies.open(articles, tokens=tokens.tokenise(articles))
    coded = frames.code(press, book)
    key = reliability.sheet(coded, tmp_path / "s", coders=["A", "B", "C"], n=4, by=[]).set_index("article_id")["unit"]
    lines = ["unit,codes", f"{key['a']},経済", f"{key['b']},制裁,?", f"{key['c']},経済|Act", f"{key['d']},なし"]
    (tmp_path / "s" / "A.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "s" / "B.csv").write_text(f"unit,経済,制裁\n{key['a']},はい,いいえ\n", encoding="utf-8")
    sheet = openpyxl.load_workbook(tmp_path / "s" / "coding_C.xlsx")
    sheet["coding"]["D1"] = "経済"  # a coder who reads the codebook writes its label above the column
    sheet["coding"]["D2"] = 1
    sheet.save(tmp_path / "s" / "coding_C.xlsx")
    back = reliability.read(tmp_path / "s")
    people = back.codings[~back.codings["machine"].astype(bool)]
    said = {(row.article_id, row.coder, row.code): row.value for row in people.itertuples()}
    assert {at: value for at, value in said.items() if at[1] == "A"} == {
        ("a", "A", "economy"): "1", ("a", "A", "act"): "0", ("c", "A", "economy"): "1", ("c", "A", "act"): "1",
        ("d", "A", "economy"): "0", ("d", "A", "act"): "0"}  # fmt: skip
    assert (said["a", "B", "economy"], said["a", "B", "act"]) == ("1", "0")
    assert people.loc[people["coder"] == "C", "code"].tolist() == ["economy"]
    wrong = back.faults[back.faults["file"] == "A.csv"]
    assert wrong[["cell", "fault"]].to_numpy().tolist() == [["line 3", "3 fields where the header has 2"]]
    # a machine's file: an article that the study has not, a code that is none and a row that does not fit
    lines = ["article_id,codes", "a,経済", "b,制裁,?", "c,経済x", "d,none", "z,economy"]
    (tmp_path / "run.csv").write_text("\n".join(lines), encoding="utf-8")
    taken = frames.coded_by(press, tmp_path / "run.csv", coded.codebook, name="gpt")
    assert taken.units["article_id"].tolist() == ["a", "d"] and taken.has.tolist() == [[True, False], [False, False]]
    assert taken.remarks["remark"].tolist() == [
        "line 3: 3 fields where the header has 2",
        "it names 'act' nowhere: of every unit in it they count as not there",
        "line 4: '経済x' is none of the codes economy, act; what the file says of 'c' is left out",
        "articles that the study does not have are left out: 1, first 'z'",
    ]
    exclusive = tmp_path / "e.yaml"
    exclusive.write_text(f"exclusive: true\ncodes: {codes}\n", encoding="utf-8")
    key = reliability.sheet(frames.code(press, exclusive), tmp_path / "e", coders=["A"], n=4, by=[])
    sheet = openpyxl.load_workbook(tmp_path / "e" / "coding_A.xlsx")
    for row, value in enumerate(["経済", "ACT", "なし", "景気"], start=2):
        sheet["coding"].cell(row, 4).value = value
    sheet.save(tmp_path / "e" / "coding_A.xlsx")
    back = reliability.read(tmp_path / "e")
    people = back.codings[~back.codings["machine"].astype(bool)]
    assert sorted(people["value"]) == ["act", "economy", "none"]
    assert "'景気' is not allowed for 'code'; write one of: economy, act, none" in [*back.faults["fault"]]


def test_a_machine_is_held_against_people_weighted_by_what_units_stand_for(coded, tmp_path):
    key = reliability.sheet(coded, tmp_path, coders=["A", "B"], n=200, seed=3).set_index("unit")
    rng = np.random.default_rng(5)
    missed = pd.Series(rng.random(len(key)) < 0.3, index=key.index)

    def people(unit, code):  # people see threats that the machine missed
        return int(key.loc[unit, f"machine:{code}"] or (code == "threat" and missed[unit]))

    for coder in "AB":
        fill(tmp_path / f"coding_{coder}.xlsx", people)
    back = reliability.read(tmp_path)
    found = reliability.validity(back.codings, replicates=200).set_index(["code", "measure"])
    assert found.loc[("threat", "precision"), "estimate"] == 1 == found.loc[("talks", "f1"), "estimate"]
    weight = 1 / key["probability"]
    true = key["machine:threat"] | missed
    recall = (weight * key["machine:threat"]).sum() / (weight * true).sum()
    row = found.loc[("threat", "recall")]
    np.testing.assert_allclose(row["estimate"], recall)
    assert row["conf_low"] < recall < row["conf_high"] and back.disagreed.empty
    agreed = reliability.agreement(back.codings, replicates=200)
    assert {"A – B", "A – machine", "B – machine"} == set(agreed["coders"])
    assert reliability.answer(agreed).value == pytest.approx(1)
    by = reliability.validity(back.codings, by="outlet", replicates=20)
    assert set(by["outlet"]) == set(key["outlet"])
    with pytest.raises(TableError, match="no coder 'gpt'"):
        reliability.validity(back.codings, machine="gpt")
    needed = reliability.plan(agreed[agreed["coders"] == "A – machine"], width=0.05)
    threat = needed[(needed["code"] == "threat") & (needed["coefficient"] == "alpha")].iloc[0]
    assert threat["n_needed"] == np.ceil(200 * (threat["half_width"] / 0.05) ** 2)
    with pytest.raises(ValueError, match="width lies between"):
        reliability.plan(agreed, width=2)


def test_while_a_wave_is_pending_strata_weigh_as_many_as_they_have():
    """By hand: of stratum 1, of 100 units, 10 of 20 are coded, and of stratum 2, of 12, 10 of 12. The machine finds all
    of them; people 5 of the first and all of the second: precision is (100 × .5 + 12 × 1) / 112. By probabilities of
    both waves it was (50 × .5 + 10) / 60. Of two strata that one probability has, each weighs as many as it has."""
    units = [(f"{s}-{i}", s, p, i < 10, i % 2 == 0 or s == 2) for s, n, p in ((1, 20, 0.2), (2, 12, 1.0))
             for i in range(n)]  # fmt: skip
    rows = [(unit, who, who == "M", stratum, p, str(int(who == "M" or true))) for unit, stratum, p, coded, true in units
            for who in ("M", "A") if who == "M" or coded]  # fmt: skip
    table = pd.DataFrame(rows, columns=["unit", "coder", "machine", "stratum", "probability", "value"])
    table = table.assign(code="x")
    for some in (table, table.drop(columns="stratum")):
        found = reliability.validity(some, replicates=200).set_index("measure")
        assert found.loc["precision", "estimate"] == pytest.approx((100 * 0.5 + 12) / 112)
        assert found.loc["precision", "note"] == "12 of 32 units are left out: 12 that nobody coded"
        assert found.loc["precision", "conf_low"] < 62 / 112 < found.loc["precision", "conf_high"]
    alike = reliability.validity(table.assign(probability=0.5), replicates=9).set_index("measure")
    assert alike.loc["precision", "estimate"] == pytest.approx((40 * 0.5 + 24) / 64)
    one = table[table["machine"] | table["stratum"].eq(1)]
    assert reliability.validity(one, replicates=9)["note"].str.contains("of which no unit is left: 1;").all()


def test_units_left_out_of_precision_and_recall_are_counted_beside_them_with_the_reason():
    """Counted by hand: of 10 units two are coded by nobody, one is a tie, one lacks the machine's code, one its
    probability; a second machine lacks none."""
    rows = [(unit, coder, value) for coder, values in
            {"A": "11110000--", "B": "11110001--", "M": "1110-000 11".replace(" ", ""), "N": "1" * 10}.items()
            for unit, value in enumerate(values) if value != "-"]  # fmt: skip
    table = pd.DataFrame(rows, columns=["unit", "coder", "value"]).assign(code="x", probability=1.0)
    table["machine"] = table["coder"].isin(["M", "N"])
    table.loc[table["unit"] == 0, "probability"] = np.nan
    found = reliability.validity(table, replicates=50)
    assert [*found["machine"]] == ["M"] * 4 + ["N"] * 4
    row, other = (found[(found["machine"] == name) & (found["measure"] == "recall")].iloc[0] for name in "MN")
    assert (row["estimate"], row["n_units"], row["n_left_out"]) == (2 / 3, 5, 5)  # of units 1, 2 and 3 two are found
    assert row["note"] == (
        "5 of 10 units are left out: 2 that nobody coded; 1 on which people are evenly divided; "
        "1 without a code of the machine; 1 without a probability"
    )
    assert (other["estimate"], other["n_units"], other["n_left_out"]) == (1, 6, 4)
    whole = table[table["unit"].isin([1, 2, 3, 5, 6])]
    assert reliability.validity(whole, replicates=9)["note"].eq("").all()
    report.title("?", language="ja")
    shown = report.table(found, caption="x", columns=reliability.CODEBOOK["validity"]).markup()
    assert "人のコードがないもの2" in shown and "left out" not in shown
    report.title("?")
    nobody = reliability.validity(table[table["machine"]], replicates=9)
    assert nobody.empty and {"machine", "n_left_out", "note"} <= {*nobody}
    only = table[table["machine"] | (table["unit"] > 90)]
    more = pd.DataFrame({"unit": [1], "coder": "A", "value": "1", "code": "y", "probability": 1.0, "machine": False})
    of_x = reliability.validity(pd.concat([only, more]), machine="M", replicates=9)
    assert of_x["estimate"].isna().all() and of_x["n_left_out"].eq(10).all()  # a row that cannot be computed stays


def test_precision_of_codes_that_exclude_one_another_is_that_of_each_code():
    """Against scikit-learn; before, 31_coding ended with an error once such sheets came back."""
    rng = np.random.default_rng(9)
    said = {"A": rng.choice(["a", "b", "none"], 60), "M": rng.choice(["a", "b", "none"], 60)}
    table = pd.concat([pd.DataFrame({"unit": range(60), "coder": name, "code": "code", "value": values})
                       for name, values in said.items()])  # fmt: skip
    found = reliability.validity(table.assign(machine=table["coder"].eq("M"), probability=1.0), replicates=9)
    assert [*found["code"].unique()] == ["a", "b"]
    wide = found.pivot(index="code", columns="measure", values="estimate")
    expected = precision_recall_fscore_support(said["A"], said["M"], labels=["a", "b"])
    np.testing.assert_allclose(wide[["precision", "recall", "f1"]].T, expected[:3], rtol=1e-12)


def test_an_exclusive_codebook_has_one_column_and_one_value(coded, tmp_path):
    book = tmp_path / "x.yaml"
    book.write_text("exclusive: true\ncodes: [{id: a, rule: 脅威}, {id: b, rule: 対話}]\n", encoding="utf-8")
    press = studies.open(coded.articles, tokens=tokens.tokenise(coded.articles))
    key = reliability.sheet(frames.code(press, book), tmp_path / "s", coders=["A"], n=80)
    path = tmp_path / "s" / "coding_A.xlsx"
    made = openpyxl.load_workbook(path)
    assert made["coding"].data_validations.dataValidation[0].formula1 == "=codebook!$A$2:$A$4"
    said = key.set_index("unit")["machine_code"]
    for row in range(2, 82):
        made["coding"].cell(row, 4).value = said[made["coding"].cell(row, 1).value]
    made.save(path)
    found = reliability.agreement(reliability.read(tmp_path / "s").codings, replicates=20)
    assert found["code"].unique().tolist() == ["which code a unit has"] and found["estimate"].round(6).eq(1).all()
    assert plots.coder_agreement(found).alt.startswith("which code a unit has (A – machine)")
    told = str(reliability.answer(found.assign(with_machine=False)).sentence)
    assert told.startswith("People agree on the code of a unit with a Krippendorff's alpha of 1.00")


def test_the_coders_of_the_tone_codes_agree_as_computed_from_the_definition(shared):
    # design_based/README.md of the shared folder: nominal and ordinal alpha of manual_codes.csv, 8 and 9 missing
    expected = {"us": (0.2664, 0.4271), "chn": (0.3003, 0.4760), "sko": (0.4194, 0.5043), "nko": (0.2079, 0.4021)}
    table = datasets.frontpage.manual_codes(shared / "data" / "jp_frontpage_1987_2015" / "original")
    for country, (nominal, ordinal) in expected.items():
        codings = table[table["code"] == country]
        for level, value in (("nominal", nominal), ("ordinal", ordinal)):
            found = reliability.agreement(codings, level=level, replicates=9)
            np.testing.assert_allclose(everybody(found)["alpha"], value, atol=5e-5)


def test_codings_of_a_file_are_read_and_what_is_not_there_is_named(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("unit,coder,value\n1,A,1\n1,B,2\n", encoding="utf-8")
    assert datasets.codings(str(path))["code"].tolist() == ["value"] * 2
    path.write_text("unit,value\n1,1\n", encoding="utf-8")
    for source, says in ((str(path), "lacks the columns"), ("nowhere.csv", "no file of codings")):
        with pytest.raises(SourceError, match=says):
            datasets.codings(source)


def test_a_file_of_people_in_cp932_names_codes_by_labels_and_one_without_use_is_refused(tmp_path):
    """As a colleague's Excel saves it: two articles, each coded once by A for two codes, labels and yes and no."""
    labels, articles = {"talks": "対話", "threat": "脅威"}, pd.DataFrame({"article_id": ["1", "2"], "outlet": "朝日"})
    path = tmp_path / "people.csv"
    rows = [("1", "対話", "あり"), ("1", "脅威", "なし"), ("2", "対話", "なし"), ("2", "ｔｈｒｅａｔ", "あり")]
    text = "unit,コーダー,コード,値\n" + "".join(f"{unit},山田,{code},{value}\n" for unit, code, value in rows)
    path.write_bytes(text.encode("cp932"))
    found = datasets.codings(str(path), articles=articles, labels=labels)
    assert found["code"].tolist() == ["talks", "threat", "talks", "threat"] and {*found["coder"]} == {"山田"}
    wide = of_articles(found, ["talks", "threat"], ["talks", "threat"])
    assert wide.loc["1"].tolist() == [1.0, 0.0] and wide.loc["2"].tolist() == [0.0, 1.0]
    for old, new, says in (("対話", "会話", "'会話'.*none of those asked about, and nothing of .'talks'"),
                           ("\n1", "\nx1", None), ("あり", "◎", None)):  # fmt: skip
        path.write_text(text.replace(old, new), encoding="utf-8")
        if says:
            with pytest.raises(SourceError, match=says):
                datasets.codings(str(path), articles=articles, labels=labels)
        else:
            datasets.codings(str(path), articles=articles, labels=labels)  # the rest is of use
    with pytest.raises(SourceError, match="none of the 2 units"):
        datasets.codings(str(path), articles=articles.assign(article_id=["8", "9"]), labels=labels)
    path.write_text(text.replace("あり", "◎").replace("なし", "△"), encoding="utf-8")
    with pytest.raises(SourceError, match="no value of"):
        datasets.codings(str(path), articles=articles, labels=labels)


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "tsv"])
def test_a_careless_table_of_codings_has_one_coder_under_one_name_and_one_kind_of_yes(tmp_path, suffix):
    """By hand: two coders who agree on four units; two spellings were two coders, はい was another value than 1."""
    rows = [(n, who, "脅威", value) for who, values in (("Yamada|yamada |ＹＡＭＡＤＡ|Yamada", "はい|いいえ|1|0"),
                                                       ("鈴木|鈴木　|鈴木|鈴木", "1|0|○|×"))
            for n, (who, value) in enumerate(zip(who.split("|"), values.split("|"), strict=True), start=1)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["Unit", "Coder", "コード", "値"])
    blank = pd.DataFrame([[None] * 4], columns=table.columns)
    path = tmp_path / f"people.{suffix}"

    def written(frame: pd.DataFrame) -> str:
        frame.to_excel(path, index=False) if suffix == "xlsx" else frame.to_csv(
            path, index=False, sep="\t" if suffix == "tsv" else ",", encoding="utf-8-sig"
        )
        return str(path)

    articles = pd.DataFrame({"article_id": [*"1234"], "outlet": "A"})
    found = datasets.codings(written(pd.concat([table, blank])), articles=articles, labels={"threat": "脅威"})
    assert {*found["coder"]} == {"Yamada", "鈴木"} and {*found["code"]} == {"threat"} and len(found) == 8
    agreed = reliability.agreement(found, replicates=9).set_index("coefficient")
    assert agreed["coders"].unique().tolist() == ["Yamada – 鈴木"] and agreed.loc["percent", "estimate"] == 1
    assert of_articles(found, ["threat"], ["threat"])["threat"].sort_index().tolist() == [1, 0, 1, 0]
    total = pd.DataFrame([["合計", None, None, "4"]], columns=table.columns)
    with pytest.raises(SourceError, match="1 rows of .* have a value and no unit or no coder, first row 10"):
        datasets.codings(written(pd.concat([table, total], ignore_index=True)), articles=articles)


@pytest.mark.browser
def test_the_page_is_coded_by_keyboard_saved_and_taken_up_again(coded, tmp_path, chrome):
    key = reliability.sheet(coded, tmp_path, coders=["A", "B"], n=20, by=[])
    page = chrome.new_page()
    said = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.accept()))
    page.goto((tmp_path / "coding_A.html").as_uri())
    for keys in ("1", "ArrowRight", "0", "ArrowRight"):
        page.keyboard.press(keys)
    assert page.inner_text("#where").startswith("3 / 20 (2 ✓)")
    with page.expect_download() as saved:
        page.click("#save")
    saved.value.save_as(tmp_path / "coding_A.json")
    people = reliability.read(tmp_path).codings.query("not machine")
    assert people["value"].value_counts().to_dict() == {"0": 5, "1": 1} and people["unit"].isin(key["unit"]).all()
    page.evaluate("localStorage.clear()")
    page.reload()
    assert page.inner_text("#where").startswith("1 / 20 (0 ✓)")
    page.set_input_files("#load", tmp_path / "coding_A.json")
    page.wait_for_function("document.getElementById('where').textContent.startsWith('3 / 20 (2 ✓)')")
    (tmp_path / "none.txt").write_text("no JSON")
    page.set_input_files("#load", tmp_path / "none.txt")
    page.wait_for_timeout(300)
    page.goto((tmp_path / "coding_B.html").as_uri())
    page.set_input_files("#load", tmp_path / "coding_A.json")
    page.wait_for_timeout(300)
    assert [text[:12] for text in said] == ["This is no f", "This file is"]
    page.close()


@pytest.mark.parametrize("unit", ["paragraph", "sentence"])
def test_people_code_the_paragraph_or_sentence_that_the_rules_code(tmp_path, unit):
    articles = datasets.sample_press(120, seed=4).articles
    articles["text"] = articles["text"].str.replace("。", "。\n", n=1)  # two paragraphs and more
    press = studies.open(articles, tokens=tokens.tokenise(articles))
    coded = frames.code(press, {"threat": "脅威 | 挑発 | 威嚇", "talks": "対話 | 交渉 | 協力"}, unit=unit)
    key = reliability.sheet(coded, tmp_path, coders=["A", "B"], n=60, by=["outlet"])
    page = openpyxl.load_workbook(tmp_path / "coding_A.xlsx")["coding"]
    shown = {row[0].value: row[2].value for row in page.iter_rows(min_row=2)}
    whole = articles.set_index("article_id")
    for row in key.itertuples():
        text, headline = shown[row.unit], whole.loc[row.article_id, "headline"]
        assert text and text in (headline if text == headline else whole.loc[row.article_id, "text"])
        # what the sheet shows is what was coded: the words of the rule are in it, or are not
        assert row._asdict() and any(word in text for word in ("脅威", "挑発", "威嚇")) == key.set_index("unit").loc[
            row.unit, "machine:threat"]  # fmt: skip
    if unit == "paragraph":  # by hand: the first line of the text is paragraph 1, behind the headline
        first = key[key["paragraph"] == 1].iloc[0]
        assert shown[first["unit"]] == whole.loc[first["article_id"], "text"].split("\n")[0]
    for coder in "AB":
        made = openpyxl.load_workbook(tmp_path / f"coding_{coder}.xlsx")
        for row in range(2, 62):
            for column, name in ((4, "threat"), (5, "talks")):
                said = key.set_index("unit").loc[made["coding"].cell(row, 1).value, f"machine:{name}"]
                made["coding"].cell(row, column).value = int(said)
        made.save(tmp_path / f"coding_{coder}.xlsx")
    back = reliability.read(tmp_path, machines=[dataclasses.replace(coded, coder="again")])
    assert back.faults.empty and unit in back.frame and len(back.frame) == len(coded.units)
    found = reliability.agreement(back.codings, replicates=50)
    assert found["estimate"].round(9).eq(1).all()
    for machine in ("machine", "again"):
        valid = reliability.validity(back.codings, machine=machine, replicates=50)
        assert valid.loc[valid["measure"].isin(["precision", "recall"]), "estimate"].eq(1).all()
    with pytest.raises(TableError, match="codes of articles are needed"):
        frames.trained(press, back.codings, coded.codebook)
    with pytest.raises(TableError, match="holds the sheets of another sample"):
        reliability.sheet(frames.code(press, coded.codebook), tmp_path, coders=["A", "B"], n=60, by=["outlet"])


def test_units_of_one_article_and_copies_are_drawn_together():
    rng = np.random.default_rng(6)
    one = coders(rng, n=60, k=2, error=0.25)
    four = pd.concat(
        [one.assign(unit=one["unit"] * 4 + i, cluster=one["unit"]) for i in range(4)]
    )  # four copies of each
    plain, copied = (reliability.agreement(table, replicates=4000) for table in (one, four))
    width = (plain["conf_high"] - plain["conf_low"]).to_numpy()
    # four copies of a unit say as much as one; the two units that nobody coded weigh less among 240
    np.testing.assert_allclose((copied["conf_high"] - copied["conf_low"]) / width, 1, atol=0.12)
    alone = reliability.agreement(four.drop(columns="cluster"), replicates=4000)
    np.testing.assert_allclose((alone["conf_high"] - alone["conf_low"]) / width, 0.5, atol=0.1)
    machine = four.assign(machine=four["coder"] == "C", probability=1.0).replace({"value": {2: 1}})
    machine["value"] = machine["value"].astype(int) % 2
    wide, narrow = (reliability.validity(table, machine="C", replicates=2000) for table in
                    (machine, machine.drop(columns="cluster")))  # fmt: skip
    ratio = (wide["conf_high"] - wide["conf_low"]) / (narrow["conf_high"] - narrow["conf_low"])
    np.testing.assert_allclose(ratio, 2, atol=0.3)


def test_ac1_of_a_pair_has_the_categories_that_anybody_used():
    """By Gwet's formula with q = 3: C once says pos, which A and B could have said; with q = 2 it were .8."""
    a = ["neg"] * 10 + ["neu"] * 10
    b = ["neg"] * 9 + ["neu"] * 6 + ["neg"] + ["neu"] * 4
    c = [*a[:19], "pos"]
    rows = [(i, coder, "tone", v) for coder, vs in zip("ABC", (a, b, c), strict=True) for i, v in enumerate(vs)]
    codings = pd.DataFrame(rows, columns=["unit", "coder", "code", "value"])
    found = reliability.agreement(codings, replicates=10)
    own = found[found["coefficient"].eq("ac1") & found["coders"].eq("A – B")]["estimate"].item()
    share = [(a.count(k) + b.count(k)) / 40 for k in ("neg", "neu", "pos")]
    chance = sum(p * (1 - p) for p in share) / 2
    np.testing.assert_allclose(own, (18 / 20 - chance) / (1 - chance), rtol=1e-12)


def test_a_difference_of_ac1_is_that_of_the_two_and_groups_share_its_categories():
    said = zip("ABC", ("aabbaabbaabb", "aabbaabbaaba", "aabbaabbaabc"), strict=True)
    rows = [(i, coder, "x", value) for coder, text in said for i, value in enumerate(text)]
    codings = pd.DataFrame(rows, columns=["unit", "coder", "code", "value"])
    each = reliability.agreement(codings, replicates=50).set_index(["coders", "coefficient"])["estimate"]
    apart = reliability.difference(codings, ["A", "B"], ["A", "C"], replicates=50).set_index("coefficient")["estimate"]
    for name in ("alpha", "kappa", "ac1", "percent"):
        assert apart[name] == pytest.approx(each["A – B", name] - each["A – C", name])
    # Gwet's form by hand, of three categories: A and B agree on 11 of 12
    share = np.array([13, 11, 0]) / 24
    chance = (share * (1 - share)).sum() / 2
    assert each["A – B", "ac1"] == pytest.approx((11 / 12 - chance) / (1 - chance))
    halves = codings.assign(part=codings["unit"] // 10)  # "c" stands in the second part only
    found = reliability.agreement(halves, by="part", replicates=50)
    rows = found[(found["coefficient"] == "ac1") & (found["coders"] == "A – B") & (found["part"] == 0)]
    assert rows["estimate"].iloc[0] == pytest.approx(1.0)
    other = found[(found["coefficient"] == "ac1") & (found["coders"] == "A – B") & (found["part"] == 1)]
    chance = (np.array([1, 3, 0]) / 4 * (1 - np.array([1, 3, 0]) / 4)).sum() / 2
    assert other["estimate"].iloc[0] == pytest.approx((0.5 - chance) / (1 - chance))


def test_a_claim_takes_the_folder_of_sheets(press_of, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\ncodes:\n- {id: threat, rule: 脅威 | 挑発 | 威嚇}\n- {id: talks, rule: 対話 | 交渉}\n"
                    "- {id: rare, rule: 融和}\n", encoding="utf-8")  # fmt: skip
    machine, folder = frames.code(press_of, path), tmp_path / "coding"
    reliability.sheet(machine, folder, coders=["A"], n=200)
    has = machine.units.set_index("article_id").assign(has=machine.has[:, 0])["has"]
    key = reliability.key.read_key(folder).set_index("unit")["article_id"]
    rng = np.random.default_rng(2)
    fill(folder / "coding_A.xlsx", lambda unit, code: int(has[key[unit]] != (rng.random() < 0.2)))
    reliability.read(folder).codings.query("~machine").to_csv(tmp_path / "same.csv", index=False)
    one, other = (str(each) for each in press_of.articles["outlet"].unique()[:2])
    asked = {"id": "a", "sentence": "x", "measure": "frame share", "codebook": str(path), "code": "threat",
             "target": one, "reference": other, "direction": "more", "matters": 0.05}  # fmt: skip
    rows = [
        claims.judge([asked | {"people": str(each)}], press_of, sensitivity=False).verdicts.iloc[0]
        for each in (folder, tmp_path / "same.csv")
    ]
    assert "Corrected for the machine" in str(rows[0]["note"])
    assert list(rows[0][["estimate", "low", "high"]]) == pytest.approx(list(rows[1][["estimate", "low", "high"]]))
