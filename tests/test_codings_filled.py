"""What ``none``, lists, mappings and files of 1 alone say of codes, wherever codes are read."""

import json

import numpy as np
import pandas as pd
import pytest

from framing import datasets, frames, reliability
from framing import study as studies
from framing.codings import consensus
from framing.codings.filling import filled
from framing.errors import SourceError, TableError

BOOK = frames.load({"pressure": "x", "talks": "y"})
CODES = ["pressure", "talks"]
IDS = list("abcdefgh")
TRUE = [(0, 0), (1, 1), (1, 0), (0, 1), (0, 0), (1, 0), (0, 0), (1, 1)]
"""By hand: whether each article has pressure, and talks."""


@pytest.fixture
def press():
    return studies.open(pd.DataFrame({"article_id": IDS, "outlet": list("XY") * 4, "text": "x"}))


def has(codes) -> list[tuple]:
    return list(map(tuple, codes.has.astype(int).tolist()))


def listed(i: int) -> list[str]:
    return [code for code, there in zip(CODES, TRUE[i], strict=True) if there]


def mapped(i: int) -> dict:
    return {code: bool(there) for code, there in zip(CODES, TRUE[i], strict=True)}


def lines(path, cell, column="codes", ids="article_id"):
    rows = ({ids: unit, column: cell(i)} for i, unit in enumerate(IDS))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


SHAPES = {
    "true and false": mapped,
    "1 and 0": lambda i: {code: int(there) for code, there in mapped(i).items()},
    "1.0 and 0.0": lambda i: {code: float(there) for code, there in mapped(i).items()},
    "words": lambda i: {code: str(there).lower() for code, there in mapped(i).items()},
    "only what is there": lambda i: dict.fromkeys(listed(i), True),
    "none in every mapping": lambda i: mapped(i) | {"none": not listed(i)},
    "none alone": lambda i: mapped(i) if listed(i) else {"none": True},
    "text": lambda i: json.dumps(mapped(i)),
    "mappings and lists": lambda i: mapped(i) if i % 2 else listed(i),
    "a list": listed,
    "a list as text": lambda i: json.dumps(listed(i)),
    "a list or none": lambda i: listed(i) or ["none"],
    "a list or null": lambda i: listed(i) or None,
    "JSON-MIN": lambda i: {"choices": listed(i)} if len(listed(i)) > 1 else (listed(i) or ["none"])[0],
}


@pytest.mark.parametrize("column", ["codes", "labels", "answer"])
@pytest.mark.parametrize("shape", SHAPES)
def test_what_a_language_model_writes_is_read_as_what_it_means(press, tmp_path, shape, column):
    found = frames.coded_by(press, lines(tmp_path / "gpt.jsonl", SHAPES[shape], column), BOOK)
    assert found.units["article_id"].tolist() == IDS and has(found) == TRUE and found.names == CODES


@pytest.mark.parametrize("write", [json.dumps, str], ids=["JSON", "Python"])
@pytest.mark.parametrize("cell", [mapped, listed], ids=["mapping", "list"])
def test_a_mapping_or_list_is_read_from_the_cell_of_a_table_too(press, tmp_path, write, cell):
    path = tmp_path / "gpt.csv"
    pd.DataFrame({"article_id": IDS, "codes": [write(cell(i)) for i in range(len(IDS))]}).to_csv(path, index=False)
    assert has(frames.coded_by(press, path, BOOK)) == TRUE
    path = tmp_path / "gpt.parquet"
    pd.DataFrame({"article_id": IDS, "codes": [cell(i) for i in range(len(IDS))]}).to_parquet(path)
    assert has(frames.coded_by(press, path, BOOK)) == TRUE


def test_a_list_cell_with_a_comma_in_a_label_is_that_label(press, tmp_path):
    book = frames.load({"aid, offered": "x", "talks": "y"})
    path = lines(tmp_path / "gpt.jsonl", lambda i: '["aid, offered"]' if i == 2 else "[]")
    assert frames.coded_by(press, path, book).has.sum(axis=0).tolist() == [1, 0]


@pytest.mark.parametrize(("cell", "why"), [
    (lambda i: {"pressure": 0.9, "talks": 0.1}, "holds numbers, such as 0.9"),
    (lambda i: mapped(i) | {"reason": "because"}, "holds a mapping, such as .*because"),
    (lambda i: {code: {"present": there} for code, there in mapped(i).items()}, "holds a mapping, such as .*present"),
    (lambda i: {"label": "talks", "confidence": 1}, "every code it names is unknown, the first is 'label'|a mapping"),
])  # fmt: skip
def test_any_other_mapping_is_refused_with_what_it_looks_like(press, tmp_path, cell, why):
    with pytest.raises(SourceError, match=why):
        frames.coded_by(press, lines(tmp_path / "gpt.jsonl", cell), BOOK)


def test_a_mapping_that_leaves_a_code_open_says_nothing_of_it(press, tmp_path):
    path = lines(tmp_path / "gpt.jsonl", lambda i: mapped(i) | ({"talks": None} if i == 3 else {}))
    with pytest.raises(TableError, match="1 articles have no value of some codes, first 'd'"):
        frames.coded_by(press, path, BOOK)
    for nothing in ({}, None, {"pressure": None}):
        found = frames.coded_by(press, lines(path, lambda i, cell=nothing: cell if i == 3 else mapped(i)), BOOK)
        assert has(found) == TRUE[:3] + TRUE[4:]
        assert "1 units have an empty cell and are not coded" in str([*found.remarks["remark"]])


def test_a_mapping_with_none_and_a_code_or_an_unknown_code_is_named(press, tmp_path):
    for more in ({"none": True}, {"aid": True}):
        path = lines(tmp_path / "gpt.jsonl", lambda i, more=more: mapped(i) | (more if i == 1 else {}))
        found = frames.coded_by(press, path, BOOK)
        assert has(found) == TRUE[:1] + TRUE[2:]
        assert f"{[*more][0]}" in str(found.remarks["remark"].iloc[0])


def table(path, rows, columns=("article_id", "code", "value")):
    pd.DataFrame(rows, columns=list(columns)).to_csv(path, index=False)
    return path


FULL = [(unit, code, int(there)) for i, unit in enumerate(IDS) for code, there in mapped(i).items()]
NONES = [(unit, "none", int(not listed(i))) for i, unit in enumerate(IDS)]


@pytest.mark.parametrize("rows", [
    FULL,
    FULL + NONES,
    [row for row in FULL if any(TRUE[IDS.index(row[0])])] + [row for row in NONES if row[2]],
    [row for row in FULL if row[2]] + NONES,  # the file lists what is there, and only none is 0
    [row for row in FULL if row[2]] + [row for row in NONES if row[2]],
], ids=["1 and 0", "and none", "none for two 0", "1, and none 1 or 0", "1, and none"])  # fmt: skip
def test_none_in_rows_says_that_a_unit_has_none_of_the_codes(press, tmp_path, rows):
    found = frames.coded_by(press, table(tmp_path / "m.csv", rows), BOOK)
    assert found.units["article_id"].tolist() == IDS and has(found) == TRUE
    said = pd.DataFrame(rows, columns=["article_id", "code", "value"])
    if not {*said.loc[said["code"].ne("none"), "value"]} <= {1}:  # a table says nothing of what it does not name
        assert has(frames.coded_by(press, said, BOOK, name="m")) == TRUE
    people = table(tmp_path / "p.csv", [(u, "Kim", c, v) for u, c, v in rows], ("unit", "coder", "code", "value"))
    wide = datasets.codings(people).pivot(index="unit", columns="code", values="value")
    assert list(map(tuple, wide.loc[IDS, CODES].astype(int).to_numpy().tolist())) == TRUE and "none" not in wide


def test_none_says_nothing_of_codes_that_its_coder_does_not_code(press, tmp_path):
    """By hand: of pressure alone, of which even articles have 1 or 0, and odd ones 1 or none."""
    rows = [(unit, "pressure", TRUE[i][0]) if i % 2 == 0 or TRUE[i][0] else (unit, "none", 1)
            for i, unit in enumerate(IDS)]  # fmt: skip
    expected = [(there,) for there, _ in TRUE]
    found = frames.coded_by(press, table(tmp_path / "m.csv", rows), BOOK)
    assert found.names == ["pressure"] and has(found) == expected
    said = pd.DataFrame(rows, columns=["article_id", "code", "value"])
    assert has(frames.coded_by(press, said, BOOK, name="m")) == expected
    people = pd.DataFrame([(u, "Kim", c, v) for u, c, v in rows], columns=["unit", "coder", "code", "value"])
    people.to_csv(tmp_path / "p.csv", index=False)
    for each in (datasets.codings(tmp_path / "p.csv", articles=press.articles, labels=BOOK.labels), people):
        shares = frames.corrected(press, found, each, "pressure ~ outlet", strata=["outlet"]).shares
        alone = shares[shares["estimator"] == "people alone"].set_index("group")
        assert alone["n_people"].tolist() == [4, 4]  # X: a c e g, Y: b d f h
        np.testing.assert_allclose(alone["share"].astype(float), [1 / 4, 3 / 4])


WIDE = "article_id,pressure,none\na,,1\nb,1,0\nc,1,\nd,0,\n"


def test_a_column_none_says_it_of_the_columns_that_are_there(press, tmp_path):
    (tmp_path / "m.csv").write_text(WIDE, encoding="utf-8")
    found = frames.coded_by(press, tmp_path / "m.csv", BOOK)
    assert found.names == ["pressure"] and has(found) == [(0,), (1,), (1,), (0,)]
    (tmp_path / "m.csv").write_text(WIDE + "e,,0\n", encoding="utf-8")  # it has a code, and which is not said
    found = frames.coded_by(press, tmp_path / "m.csv", BOOK)
    assert len(found.units) == 4 and "none: 0" in str(found.remarks["remark"].iloc[0])


def test_none_beside_a_code_is_refused_of_tables_functions_and_people(press, tmp_path):
    rows = pd.DataFrame({"article_id": ["a", "a", "b"], "code": ["none", "talks", "talks"]})
    with pytest.raises(TableError, match="says none of 'a', and a code too"):
        frames.coded_by(press, rows, BOOK, name="m")
    with pytest.raises(TableError, match="says none of 'a', and 'talks' too"):
        frames.coded_by(press, rows.assign(value=1), BOOK, name="m")
    for said in (["none", "talks"], {"none": 1, "talks": 1}):
        with pytest.raises(TableError, match="says none of 'a', and a code too"):
            frames.coded_by(press, lambda text, said=said: said, BOOK, name="m")
    people = rows.rename(columns={"article_id": "unit"}).assign(coder="Kim", value=1)
    people.to_csv(tmp_path / "p.csv", index=False)
    for call in (lambda: datasets.codings(tmp_path / "p.csv"), lambda: reliability.agreement(people)):
        with pytest.raises(TableError, match="'Kim' says none of 'a', and 'talks' too"):
            call()


@pytest.mark.parametrize("said", ["none", ["none"], [], None, {"none": True}, {"pressure": "false"}, '{"talks": 0}'])
def test_a_function_says_none_in_every_way(press, said):
    assert frames.coded_by(press, lambda text: said, BOOK, name="m").has.sum() == 0


def people_of_two_codes(n=40) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Kim and Sato code both codes and Lee pressure, all alike; what they say in full, and in rows of 1 and none."""
    rng = np.random.default_rng(0)
    true = rng.random((n, 2)) < [0.4, 0.5]
    full, short = [], []
    for coder, codes in (("Kim", CODES), ("Sato", CODES), ("Lee", CODES[:1])):
        for unit in range(n):
            own = [(unit, coder, code, int(true[unit, k])) for k, code in enumerate(codes)]
            full += own
            short += [row for row in own if row[3]] or [(unit, coder, "none", 1)]
    return tuple(pd.DataFrame(rows, columns=["unit", "coder", "code", "value"]) for rows in (full, short))


def test_a_code_that_a_coder_never_uses_is_not_coded_by_them(tmp_path):
    full, short = people_of_two_codes()
    short.to_csv(tmp_path / "p.csv", index=False)
    said = datasets.codings(tmp_path / "p.csv", labels=BOOK.labels)
    own = ["code", "coders", "coefficient", "estimate", "conf_low", "conf_high", "n_units"]
    found, expected = (
        reliability.agreement(each.assign(unit=each["unit"].astype(int)), replicates=50)[own].sort_values(own[:3])
        for each in (said, full)
    )
    pd.testing.assert_frame_equal(found.reset_index(drop=True), expected.reset_index(drop=True))
    assert {*found["code"]} == {*CODES} and found["estimate"].min() == 1
    lee = said[said["coder"].eq("Lee") & said["code"].eq("talks")]
    assert len(lee) == 40 and lee["value"].isna().all()


def test_what_is_filled_in_is_said_of_agreement_as_of_shares(tmp_path):
    full, short = people_of_two_codes()
    units = [f"a{unit}" for unit in range(40)]
    short.assign(unit="a" + short["unit"].astype(str)).to_csv(tmp_path / "p.csv", index=False)
    said = datasets.codings(tmp_path / "p.csv", labels=BOOK.labels)
    two = full[full["coder"].ne("Lee")].pivot(index=["unit", "coder"], columns="code", values="value")
    n = int(two.sum(axis=1).eq(1).sum())  # who names one of two codes leaves the other to be filled in
    answer = reliability.answer(reliability.agreement(said, replicates=50), codings=said)
    told = " ".join(map(str, answer.cautions))
    assert f"In {n} cases" in told and "neither 1 nor 0 of talks by Lee" in told
    press = studies.open(pd.DataFrame({"article_id": units, "outlet": ["X", "Y"] * 20, "text": "x"}))
    codes = frames.coded_by(press, lambda text: None, BOOK, name="m")
    found = frames.crosstab(codes, "outlet", people=said, strata=["outlet"])
    told = " ".join(map(str, frames.answer(found).cautions))
    assert "count as 0" in told and "neither 1 nor 0 of talks by Lee" in told
    listed = pd.DataFrame({"unit": units, "coder": "A", "code": "talks", "value": 1, "note": "a remark of one's own"})
    assert not any("count as 0" in str(each) for each in reliability.answer(
        reliability.agreement(listed, replicates=2), codings=listed).cautions)  # fmt: skip


def test_an_adjudicator_who_lists_what_is_there_decides_only_where_others_are_divided(press, tmp_path):
    """By hand: of a both say pressure, and talks is decided; of b pressure is decided to be there, and talks not; of c
    both say talks."""
    rows = [("a", "Kim", "pressure"), ("a", "Lee", "pressure"), ("a", "Lee", "talks"), ("a", "adjudicator", "talks"),
            ("b", "Kim", "pressure"), ("b", "Lee", "talks"), ("b", "adjudicator", "pressure"), ("c", "Kim", "talks"),
            ("c", "Lee", "talks")]  # fmt: skip
    table(tmp_path / "p.csv", [(*row, 1) for row in rows], ("unit", "coder", "code", "value"))
    said = consensus(datasets.codings(tmp_path / "p.csv")).set_index(["unit", "code"])["value"].astype(int)
    expected = {"a": (1, 1), "b": (1, 0), "c": (0, 1)}
    assert said.to_dict() == {(unit, code): own[k] for unit, own in expected.items() for k, code in enumerate(CODES)}


def test_one_who_says_nothing_but_none_looked_for_every_code(tmp_path):
    (tmp_path / "p.csv").write_text(
        "unit,coder,code,value\na,Kim,脅威,1\na,Lee,なし,1\nb,Kim,talks,1\nb,Lee,none,1\n", encoding="utf-8"
    )
    said = datasets.codings(tmp_path / "p.csv", labels={"threat": "脅威", "talks": "対話"})
    lee = said[said["coder"] == "Lee"]
    assert sorted(zip(lee["unit"], lee["code"], lee["value"], strict=True)) == [
        ("a", "talks", 0), ("a", "threat", 0), ("b", "talks", 0), ("b", "threat", 0)
    ]  # fmt: skip
    (tmp_path / "p.csv").write_text("unit,coder,code,value\na,Kim,none,1\nb,Kim,none,1\n", encoding="utf-8")
    with pytest.raises(TableError, match="say none of 2 units and name no code"):
        datasets.codings(tmp_path / "p.csv")
    assert datasets.codings(tmp_path / "p.csv", labels={"threat": ""})["value"].tolist() == [0, 0]


def test_what_sheets_get_back_speaks_of_all_their_codes(press, tmp_path):
    codes = frames.coded_by(press, lambda text: None, BOOK, name="m")
    reliability.sheet(codes, tmp_path, coders=["Kim"], n=8, by=["outlet"])
    (tmp_path / "coding_Kim.xlsx").unlink()

    def back(name: str, text: str) -> tuple[dict, str]:
        (tmp_path / name).write_text(text, encoding="utf-8")
        found = reliability.read(tmp_path)
        (tmp_path / name).unlink()
        own = found.codings[found.codings["coder"] == "Kim"]
        return dict(zip(zip(own["article_id"], own["code"], strict=True), own["value"], strict=True)), " ".join(
            map(str, found.faults["fault"])
        )

    every = {(unit, code): str(int(there)) for i, unit in enumerate(IDS) for code, there in mapped(i).items()}
    assert back("Kim.jsonl", lines(tmp_path / "x", mapped).read_text())[0] == every
    head = "article_id,code,value\n"
    found, told = back("Kim.csv", head + "a,none,1\nc,pressure,1\n")
    assert found == {key: every[key] for key in every if key[0] in "ac"}
    assert "Kim.csv has no value but 1: 1 times" in told
    found, _ = back("Kim.csv", head + "a,none,1\nc,pressure,1\nd,pressure,0\n")
    assert found == {
        key: every[key] for key in every if key[0] in "acd" and key not in (("c", "talks"), ("d", "talks"))
    }
    found, told = back("Kim.csv", head + "a,none,1\na,talks,1\nc,pressure,1\nc,talks,0\n")
    assert found == {key: every[key] for key in every if key[0] == "c"} and "none | talks" in told


STUDIO = """annotation_id,annotator,article_id,frame,was_cancelled
1,3,a,,False
2,3,b,"{""choices"":[""pressure"",""talks""]}",False
3,3,c,pressure,False
4,3,d,pressure,True
5,3,e,,True
"""
"""In the form of label-studio-converter, exports/csv2.py: of an annotation that was sent empty the cell is blank."""


def test_label_studios_table_and_tasks_say_the_same_of_what_was_sent_empty_or_skipped(press, tmp_path):
    (tmp_path / "x.csv").write_text(STUDIO, encoding="utf-8")
    rows = pd.read_csv(tmp_path / "x.csv").astype(object)
    said = [[], CODES, ["pressure"], ["pressure"], []]
    tasks = [{"id": i, "data": {"article_id": unit}, "annotations": [{"was_cancelled": i > 2, "result": [
        {"from_name": "frame", "type": "choices", "value": {"choices": own}}] if own else []}]}
        for i, (unit, own) in enumerate(zip(IDS, said, strict=False))]  # fmt: skip
    (tmp_path / "tasks.json").write_text(json.dumps(tasks), encoding="utf-8")
    least = [{name: cell for name, cell in row.items() if cell == cell} for row in rows.to_dict("records")]
    (tmp_path / "min.json").write_text(json.dumps(least), encoding="utf-8")
    for name in ("x.csv", "tasks.json", "min.json"):
        found = frames.coded_by(press, tmp_path / name, BOOK, machine=False)
        assert found.units["article_id"].tolist() == list("abc") and has(found) == TRUE[:3], name
    assert "2 annotations were skipped" in str([*found.remarks["remark"]])


SPANS = "unit,coder,code,start,end,length\n"


def test_spans_of_none_mark_nothing(tmp_path):
    path = tmp_path / "spans.csv"
    path.write_text(SPANS + "a,Kim,threat,0,4,20\na,Lee,none,,,20\nb,Kim,none,0,20,20\nb,Lee,threat,2,5,20\n")
    nothing = tmp_path / "blank.csv"
    nothing.write_text(SPANS + "a,Kim,threat,0,4,20\na,Lee,,,,20\nb,Kim,,,,20\nb,Lee,threat,2,5,20\n")
    found, expected = (reliability.agreement(datasets.codings(each), replicates=20) for each in (path, nothing))
    pd.testing.assert_frame_equal(found, expected)
    assert "none" not in {*found["code"]}
    path.write_text(SPANS + "a,Kim,threat,0,4,20\na,Kim,none,,,20\n")
    with pytest.raises(SourceError, match=r"none is said of a text with spans .*\['a', 'Kim'\]"):
        datasets.codings(path)
    tasks = [{"data": {"unit": "a", "text": "x" * 20}, "annotations": [
        {"completed_by": who, "result": [{"to_name": "text", "value": {"start": 0, "end": end, "labels": [label]}}]}
        for who, end, label in ((1, 20, "none"), (2, 5, "threat"))]}]  # fmt: skip
    (tmp_path / "tasks.json").write_text(json.dumps(tasks), encoding="utf-8")
    said = datasets.codings(tmp_path / "tasks.json")
    assert said["code"].isna().tolist() == [True, False] and said["start"].isna().tolist() == [True, False]


@pytest.mark.parametrize("name", ["x.json", "x.jsonl", "x.csv", "x.quallmer.csv"])
def test_codes_that_are_saved_are_the_same_when_they_are_read(press, tmp_path, name):
    codes = frames.coded_by(press, lines(tmp_path / "gpt.jsonl", mapped), BOOK)
    codes.save(tmp_path / name)
    again = frames.coded_by(press, tmp_path / name, BOOK, machine=name != "x.json")
    assert has(again) == TRUE and again.units["article_id"].tolist() == IDS


@pytest.mark.parametrize("more", [[], [("u99", "adjudicator", "talks", 1)]])
def test_an_adjudicator_decides_against_a_code_that_is_named_nowhere(more):
    """K and L are divided over talks in ten units; the list of the adjudicator has threat alone."""
    rows = [(f"u{i}", coder, "threat", 1) for i in range(20) for coder in "KL"]
    rows += [(f"u{i}", coder, "talks", 1) for i in range(5) for coder in "KL"]
    rows += [(f"u{i}", "L", "talks", 1) for i in range(5, 15)]
    rows += [(f"u{i}", "adjudicator", "threat", 1) for i in range(5, 15)]
    codings = pd.DataFrame(rows + more, columns=["unit", "coder", "code", "value"])
    found = filled(codings, ["threat", "talks"], listed=True)
    decided = found[found["coder"].eq("adjudicator") & found["code"].eq("talks") & found["unit"].ne("u99")]
    assert sorted(decided["unit"]) == sorted(f"u{i}" for i in range(5, 15)) and (decided["value"] == 0).all()


def test_none_in_one_group_is_said_of_the_codes_of_all():
    rows = [(f"x{i}", c, code, v, "X") for i in range(4) for c in "AB" for code, v in (("threat", i % 2), ("talks", 1))]
    rows += [("y0", "A", "none", 1, "Y"), ("y1", "A", "threat", 1, "Y"), ("y0", "B", "none", 1, "Y"),
             ("y1", "B", "talks", 1, "Y"), ("z0", "A", "none", 1, "Z"), ("z0", "B", "none", 1, "Z"),
             ("z1", "A", "none", 1, "Z"), ("z1", "B", "none", 1, "Z")]  # fmt: skip
    codings = pd.DataFrame(rows, columns=["unit", "coder", "code", "value", "outlet"])
    found = reliability.agreement(codings, by="outlet", replicates=9).set_index(["outlet", "code", "coefficient"])
    assert (
        found.loc[("Z", "talks", "percent"), "estimate"] == 1.0 and found.loc[("Z", "talks", "percent"), "n_units"] == 2
    )
    assert ("Y", "talks", "percent") in found.index
