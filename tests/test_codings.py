"""Values of codes, however people and programs write them."""

import json

import numpy as np
import pandas as pd
import pytest

from framing import datasets, frames, reliability
from framing import study as studies
from framing.errors import SourceError, TableError

BOOK = frames.load({"threat": "threat", "econ": "trade"})


@pytest.fixture
def press():
    return studies.open(
        pd.DataFrame({"article_id": list("abc"), "outlet": ["X", "Y", "Y"], "text": ["one", "two", "three"]})
    )


def has(codes) -> dict:
    return {name: codes.has[:, i].astype(int).tolist() for i, name in enumerate(codes.names)}


PAIRS = [("1", "0"), (1, 0), (1.0, 0.0), (True, False), ("yes", "no"), ("TRUE", "FALSE"), ("はい", "いいえ"),
         ("○", "×"), ("1.0", "0.0"), ("１", "０"), (np.True_, np.False_)]  # fmt: skip


@pytest.mark.parametrize(("yes", "no"), PAIRS)
def test_a_value_says_yes_or_no_however_it_is_written(press, yes, no):
    table = pd.DataFrame(
        {"article_id": list("aabbcc"), "code": ["threat", "econ"] * 3, "value": [yes, no, no, yes, no, no]}
    )
    assert has(frames.coded_by(press, table, BOOK, name="m")) == {"threat": [1, 0, 0], "econ": [0, 1, 0]}
    found = frames.coded_by(press, lambda text: {"threat": yes if "one" in text else no, "econ": no}, BOOK, name="m")
    assert has(found) == {"threat": [1, 0, 0], "econ": [0, 0, 0]}


@pytest.mark.parametrize("value", ["maybe", 0.3, "2", "=A1", "?"])
def test_what_is_neither_yes_nor_no_is_refused(press, value):
    table = pd.DataFrame({"article_id": list("abc"), "code": "threat", "value": [1, 0, value]})
    with pytest.raises(TableError, match="1 or 0"):
        frames.coded_by(press, table, BOOK, name="m")
    with pytest.raises(TableError, match="score >= 0.5|1 or 0"):
        frames.coded_by(press, lambda text: {"threat": value, "econ": 0}, BOOK, name="m")


def test_a_table_that_contradicts_itself_or_lacks_values_is_refused_as_a_file_is(press):
    rows = pd.DataFrame({"article_id": list("aab"), "code": "threat", "value": ["1", "0", "0"]})
    with pytest.raises(TableError, match="says both of"):
        frames.coded_by(press, rows, BOOK, name="m")
    rows = pd.DataFrame({"article_id": list("aab"), "code": ["threat", "econ", "threat"], "value": ["1", "0", "0"]})
    with pytest.raises(TableError, match="no value of some codes, first 'b'"):
        frames.coded_by(press, rows, BOOK, name="m")
    with pytest.raises(TableError, match="holds the codes of"):
        frames.coded_by(press, rows.assign(coder=list("xyx")), BOOK, name="m")
    said = rows[rows["code"] == "threat"].assign(value=["NA", 1])  # a missing value says nothing of the article
    found = frames.coded_by(press, said, BOOK, name="m")
    assert found.units["article_id"].tolist() == ["b"] and found.names == ["threat"]


def codings(first: list, second: list, **more) -> pd.DataFrame:
    both = (("A", first), ("B", second))
    rows = [(unit, coder, "threat", value) for coder, said in both for unit, value in enumerate(said)]
    return pd.DataFrame(rows, columns=["unit", "coder", "code", "value"]).assign(**more)


ONE, TWO = [1, 1, 0, 0, 1, 0, 0, 1], [1, 0, 0, 0, 1, 0, 1, 1]
ALPHA = 1 - 15 * 4 / (8 * 8 * 2)
"""Krippendorff's alpha by hand: 4 of 16 ordered pairs disagree; of 16 values 8 are 1 and 8 are 0, so that
alpha = 1 - (n - 1) o / (n1 n0 + n0 n1)."""


@pytest.mark.parametrize(("yes", "no"), PAIRS)
def test_coders_who_write_yes_and_no_otherwise_agree_as_if_they_did_not(yes, no):
    table = codings(ONE, [yes if each else no for each in TWO])
    found = reliability.agreement(table, replicates=20).set_index("coefficient")
    assert found.loc["alpha", "estimate"] == pytest.approx(ALPHA) and found.loc["percent", "estimate"] == 0.75
    apart = reliability.difference(table, ["A", "B"], ["B", "A"], replicates=20)
    assert apart["estimate"].tolist() == [0, 0, 0, 0]
    machine = codings(ONE, [yes if each else no for each in TWO], probability=0.5).assign(
        machine=lambda t: t["coder"].eq("B")
    )
    held = reliability.validity(machine, replicates=20).set_index("measure")["estimate"]
    # by hand: the machine finds 3 of the 4 that people find, and 1 that they do not
    assert held["precision"] == held["recall"] == held["f1"] == 0.75


@pytest.mark.parametrize("gone", ["NA", "nan", "null", "N/A", "", None, np.nan, "#N/A"])
def test_a_missing_value_is_missing_however_it_is_written(gone):
    found = reliability.agreement(codings([*ONE, 1], [*map(str, TWO), gone]), replicates=20).set_index("coefficient")
    assert found.loc["alpha", "estimate"] == pytest.approx(ALPHA) and found["n_units"].unique() == [8]


def test_what_stands_beside_1_and_0_is_named_and_other_scales_stay():
    for strange in ("?", "unclear", "=IF(A1,1,0)"):
        with pytest.raises(TableError, match="1 or 0"):
            reliability.agreement(codings(ONE, [*TWO[:-1], strange]), replicates=20)
    kinds = [str(each) for each in [1, 2, 3, 3, 2, 1, 2, 3]]
    for other in ([*map(float, kinds)], [*map(int, kinds)], kinds):
        found = reliability.agreement(codings(kinds, other), replicates=20).set_index("coefficient")
        assert found.loc["alpha", "estimate"] == 1
    words = ["yes", "no", "unclear", "yes", "no", "unclear", "yes", "no"]
    assert reliability.agreement(codings(words, words), replicates=20)["estimate"].iloc[0] == 1


def test_coders_alike_but_for_width_are_one_and_units_without_an_outlet_stay():
    table = codings(ONE, TWO).assign(coder=lambda t: t["coder"].where(t["unit"].lt(4) | t["coder"].eq("A"), "Ｂ"))
    found = reliability.agreement(table, replicates=20)
    assert found["coders"].unique().tolist() == ["A – B"] and found["n_units"].iloc[0] == 8
    parts = reliability.agreement(
        table.assign(outlet=np.where(table["unit"] < 4, "X", None)), by="outlet", replicates=20
    )
    assert parts["outlet"].isna().sum() == parts["outlet"].notna().sum() == 4


def test_a_file_of_people_is_read_whatever_says_yes(press, tmp_path):
    """One empty value, which makes the others 1.0 and 0.0, and True and False."""
    for cells in (["1", "0", "", "1"], ["True", "False", "NA", "True"]):
        rows = [
            f"{u},{c},threat,{v}"
            for (u, c), v in zip([("a", "A"), ("b", "A"), ("c", "A"), ("c", "B")], cells, strict=True)
        ]
        (tmp_path / "p.csv").write_text("\n".join(["unit,coder,code,value", *rows]), encoding="utf-8")
        said = datasets.codings(str(tmp_path / "p.csv"))
        held = reliability.validity(
            said.assign(probability=1.0, machine=said["coder"].eq("B")), machine="B", replicates=20
        )
        assert held["n_left_out"].iloc[0] == 3
        codes = frames.coded_by(press, lambda text: "threat" if "one" in text else None, BOOK, name="m")
        found = frames.crosstab(codes, people=said, strata=["outlet"]).estimates
        assert found.loc[found["estimator"].eq("people alone"), "n_people"].sum() == 3


def coded(press, path, text: str, name="m", **more):
    path.write_text(text, encoding="utf-8")
    return frames.coded_by(press, path, BOOK, name=name, **more)


def remarks(codes) -> str:
    return (
        " / ".join(map(str, codes.remarks["remark"]))
        if "remark" in codes.remarks
        else str(codes.remarks.to_dict("records"))
    )


def test_a_machine_is_its_predictions_and_not_what_people_labelled_beside_them(press, tmp_path):
    found = coded(press, tmp_path / "active.csv", "id,labels,prediction\na,threat,econ\nb,,econ\nc,econ,threat\n")
    assert has(found) == {"threat": [0, 0, 1], "econ": [1, 1, 0]} and "'labels' is not" in remarks(found)

    def task(unit, predicted, *said):
        def given(choice, **more):
            return {"result": [{"from_name": "code", "value": {"choices": [choice]}}], **more}

        return {"data": {"article_id": unit}, "predictions": [given(predicted, model_version="m1")],
                "annotations": [given(each, completed_by="Kim") for each in said]}  # fmt: skip

    tasks = json.dumps([task("a", "econ", "threat"), task("b", "threat")])
    found = coded(press, tmp_path / "studio.json", tasks)
    assert has(found) == {"threat": [0, 1], "econ": [1, 0]} and "annotations is not" in remarks(found)
    people = coded(press, tmp_path / "studio.json", tasks, machine=False)
    assert has(people) == {"threat": [1], "econ": [0]}


@pytest.mark.parametrize("name", ["model", "run", "model_version"])
def test_several_models_or_runs_of_one_unit_are_refused(press, tmp_path, name):
    with pytest.raises(SourceError, match="several of .* give each as a machine"):
        coded(press, tmp_path / "runs.csv", f"article_id,code,{name}\na,threat,1\na,econ,2\nb,econ,1\n")
    found = coded(press, tmp_path / "runs.csv", f"article_id,code,{name}\na,threat,1\nb,econ,2\n")
    assert has(found) == {"threat": [1, 0], "econ": [0, 1]}


@pytest.mark.parametrize("text", [
    "article_id,code\na,none|threat\nb,econ\n",
    "article_id,code\na,none\na,threat\nb,econ\n",
    "article_id,threat,econ,none\na,1,0,1\nb,0,1,0\n",
])  # fmt: skip
def test_none_beside_a_code_is_named_and_decides_nothing(press, tmp_path, text):
    found = coded(press, tmp_path / "x.csv", text)
    assert found.units["article_id"].tolist() == ["b"] and has(found) == {"threat": [0], "econ": [1]}
    assert "none | threat" in remarks(found)


def test_what_a_machine_does_not_say_is_told(press, tmp_path):
    found = coded(press, tmp_path / "x.csv", "article_id,code\na,threat\nb,NA\nc,threat\n")
    assert found.units["article_id"].tolist() == ["a", "c"]
    assert "1 units have NA" in remarks(found) and "names 'econ' nowhere" in remarks(found)
    found = coded(
        press, tmp_path / "x.jsonl", '{"article_id": "a", "code": "econ"}\n{"article_id": "b", "kode": "econ"}\n'
    )
    assert found.units["article_id"].tolist() == ["a"] and "row 2: it has no 'code'" in remarks(found)


LONG = "unit,coder,code,value\na,A,threat,1\na,A,econ,0\nb,A,threat,0\nb,A,econ,1\n"


@pytest.mark.parametrize(("written", "encoding"), [
    (LONG, "utf-8"), (LONG.replace(",", ";"), "utf-8"), (LONG.replace(",", "\t"), "utf-16"),
    (LONG.replace("\n", ",\n"), "utf-8"), (LONG.replace("1\n", "1,\n").replace("0\n", "0,\n"), "cp932"),
])  # fmt: skip
def test_codings_are_read_whatever_separates_their_columns(tmp_path, written, encoding):
    (tmp_path / "p.csv").write_text(written, encoding=encoding)
    said = datasets.codings(tmp_path / "p.csv")
    assert said[["unit", "coder", "code", "value"]].values.tolist() == [
        ["a", "A", "threat", 1], ["a", "A", "econ", 0], ["b", "A", "threat", 0], ["b", "A", "econ", 1]
    ]  # fmt: skip


def test_codings_of_rows_that_do_not_fit_or_of_two_values_are_refused(tmp_path):
    (tmp_path / "p.csv").write_text(LONG + "c,A,threat,1,0\n", encoding="utf-8")
    with pytest.raises(SourceError, match="line 6: 5 fields where the header has 4"):
        datasets.codings(tmp_path / "p.csv")
    (tmp_path / "p.csv").write_text("unit,coder,code,value,value\na,A,threat,1,0\n", encoding="utf-8")
    with pytest.raises(SourceError, match="more than once"):
        datasets.codings(tmp_path / "p.csv")
    rows = pd.DataFrame([["a", "A", "threat", 1]], columns=["unit", "coder", "code", "value"])
    with pd.ExcelWriter(tmp_path / "p.xlsx") as book:
        rows.to_excel(book, sheet_name="one", index=False)
        rows.assign(coder="B").to_excel(book, sheet_name="two", index=False)
    with pytest.raises(SourceError, match="'two': it is not read"):
        datasets.codings(tmp_path / "p.xlsx")


def test_people_who_wrote_only_what_is_there_said_that_the_rest_is_not(press, tmp_path):
    (tmp_path / "p.csv").write_text(
        "unit,coder,code,value\na,A,threat,1\na,A,econ,\nb,A,econ,1\nc,A,econ,\n", encoding="utf-8"
    )
    said = datasets.codings(tmp_path / "p.csv")
    known = said[said["value"].notna()].set_index(["unit", "code"])["value"].to_dict()
    assert known == {("a", "threat"): 1, ("b", "threat"): 0, ("b", "econ"): 1}  # the empty cell of a says nothing
    assert said["note"].notna().sum() == 1
    codes = frames.coded_by(press, lambda text: "threat" if "one" in text else None, BOOK, name="m")
    found = frames.crosstab(codes, people=said, strata=["outlet"]).estimates
    assert found["note"].astype("str").str.contains("count as 0").any()
