"""Machines as coders: classifiers that never saw what they are held against, and files of other programs."""

import dataclasses
import json

import numpy as np
import openpyxl
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, roc_auc_score

from framing import counts as counting
from framing import datasets, duplicates, frames, maps, messages, plots, reliability, tokens
from framing import study as studies
from framing.codings import consensus, read_file
from framing.errors import SourceError, TableError
from framing.frames.coding import _written
from framing.frames.machines import made
from framing.tables import steps


@pytest.fixture(scope="module")
def press():
    articles = datasets.sample_press(400, seed=6).articles
    cut = tokens.tokenise(articles)
    articles["cluster_id"] = duplicates.clusters(articles)["cluster_id"].to_numpy()
    return studies.open(articles, tokens=cut, counts=counting.count(cut, articles))


@pytest.fixture(scope="module")
def book():
    return frames.load({"threat": "脅威 | 挑発 | 威嚇", "talks": "対話 | 交渉 | 協力", "rare": "竜宮"})


def said_by(coded: frames.Codes, rows, coder="A") -> pd.DataFrame:
    """People who say of some articles what a rule says."""
    wide = pd.DataFrame(coded.has[rows].astype(int).astype(str), columns=coded.names)
    wide["article_id"] = coded.units["article_id"].to_numpy()[rows]
    long = wide.melt("article_id", var_name="code", value_name="value")
    return long.assign(unit=long["article_id"], coder=coder, machine=False, probability=0.5)


def test_a_classifier_learns_what_people_say_and_codes_the_rest(press, book):
    rule = frames.code(press, book)
    rows = np.random.default_rng(1).permutation(len(rule.units))[:250]
    found = frames.trained(press, said_by(rule, rows), book)
    assert found.machine and not found.in_sample and found.names == ["threat", "talks"]
    assert found.remarks["code"].tolist() == ["rare"] and "not learnt" in str(found.remarks["remark"].iloc[0])
    others = np.setdiff1d(np.arange(len(rule.units)), rows)
    for name in found.names:
        said = rule.has[others, rule.names.index(name)]
        assert roc_auc_score(said, found.scores[name].to_numpy()[others]) > 0.8, name
    assert set(frames.crosstab(found).shares["code"]) == {"threat", "talks"}, (
        "a code not learnt is not counted as absent"
    )
    again = frames.trained(press, said_by(rule, rows), book)
    assert again.scores.equals(found.scores)


def test_while_a_wave_is_pending_a_classifier_weighs_strata_by_as_many_as_they_have(press, book):
    """By hand: two strata, of 260 and 140 articles; 130 and 35 were drawn, and 50 and 35 coded: each of these stands
    for 260 / 50 and 140 / 35 articles, as if 50 of 260 and 35 of 140 had been drawn. By the probability of both waves
    each stood for 2 and 4."""
    rule, rows = frames.code(press, book), np.random.default_rng(3).permutation(400)
    first, second = rows[:130], rows[260:295]
    one, two = (said_by(rule, some).assign(probability=p, stratum=s) for some, p, s in
                ((first, 0.5, 0), (second, 0.25, 1)))  # fmt: skip
    drawn = pd.concat([one, two], ignore_index=True)
    coded = drawn[drawn["article_id"].isin(rule.units["article_id"].iloc[[*first[:50], *second]])]
    machine = drawn.assign(coder="M", machine=True, value="0")
    pending = frames.trained(press, pd.concat([coded, machine], ignore_index=True), book)
    by_hand = coded.assign(probability=np.where(coded["stratum"].eq(0), 50 / 260, 35 / 140)).drop(columns="stratum")
    pd.testing.assert_frame_equal(pending.scores, frames.trained(press, by_hand, book).scores)
    of_both = frames.trained(press, coded.drop(columns="stratum"), book)
    assert not np.allclose(of_both.scores, pending.scores)
    without = pd.concat([coded, machine], ignore_index=True).drop(columns="stratum")
    pd.testing.assert_frame_equal(frames.trained(press, without, book).scores, pending.scores)


def test_no_article_is_coded_by_a_classifier_that_saw_it_or_a_copy_of_it(press, book):
    """Codes thrown at random cannot be learnt: out of sample a classifier is right as often as chance."""
    rng = np.random.default_rng(2)
    ids = press.articles["article_id"].astype("str")
    clusters = pd.factorize(press.articles["cluster_id"].fillna("x" + ids).astype("str"))[0]
    thrown = rng.integers(0, 2, clusters.max() + 1)[clusters]  # copies are coded alike, as people would
    mine = pd.DataFrame({"unit": ids, "article_id": ids, "coder": "A", "code": "threat", "value": thrown.astype("str")})
    found = frames.trained(press, mine, book)
    right = (found.has[:, 0] == thrown).mean()
    assert abs(right - 0.5) < 3 * 0.5 / np.sqrt(clusters.max() + 1), f"{right} right by chance alone"


def test_exclusive_codes_are_learnt_with_none_of_them(press, tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(
        "exclusive: true\ncodes: [{id: a, rule: 脅威 | 挑発}, {id: b, rule: 対話 | 交渉}]\n", encoding="utf-8"
    )
    book = frames.load(path)
    rule = frames.code(press, book)
    value = np.where(rule.has.any(axis=1), np.array(rule.names)[rule.has.argmax(axis=1)], "none")
    mine = rule.units[["article_id"]].assign(unit=rule.units["article_id"], coder="A", code="code", value=value)
    found = frames.trained(press, mine, book)
    assert (found.has.sum(axis=1) <= 1).all() and (found.has == rule.has).all(axis=1).mean() > 0.6


def test_where_none_is_not_learnt_every_article_has_a_code_and_that_is_told(press):
    """Sections of the made-up press: 10 and 8 articles of two codes, and 4 or 8 of none."""
    book = dataclasses.replace(frames.load({"国際": "x", "経済": "x"}), exclusive=True)
    value = press.articles["section"].astype(str).where(lambda section: section.isin(["国際", "経済"]), "none")
    for n, told in ((4, ["not learnt: 4 coded articles have none of the codes, and 5 are needed"]), (8, [])):
        rows = np.concatenate(
            [np.flatnonzero(value == code)[:k] for code, k in (("国際", 10), ("経済", 8), ("none", n))]
        )
        ids = press.articles["article_id"].iloc[rows]
        said = pd.DataFrame({"unit": ids, "article_id": ids, "coder": "A", "code": "code", "value": value.iloc[rows]})
        found = frames.trained(press, said, book)
        assert [str(each).partition(";")[0] for each in found.remarks["remark"]] == told
        assert found.has.any(axis=1).all() == bool(told)


def test_what_is_asked_wrongly_of_a_classifier_is_refused(press, book):
    mine = said_by(frames.code(press, book), np.arange(100))
    for wrong, says in (
        (mine.drop(columns="article_id"), "lack"),
        (mine.assign(article_id="z"), "none of the articles"),
        (mine.assign(value="0"), "no code can be learnt"),
    ):
        with pytest.raises(TableError, match=says):
            frames.trained(press, wrong, book)
    with pytest.raises(ValueError, match="at least 2"):
        frames.trained(press, mine, book, folds=1)


@pytest.mark.parametrize("exclusive", [False, True])
def test_while_too_few_have_coded_a_classifier_has_no_codes_and_says_why(press, book, exclusive):
    book = dataclasses.replace(book, exclusive=exclusive)
    few = said_by(frames.code(press, book), np.arange(4))
    few = few.drop_duplicates("unit").assign(code="code", value="none") if exclusive else few
    nobody = few.assign(coder="rules", machine=True)  # as sheets are before anybody has coded
    for said, has in ((nobody, 0), (few, 4)):
        learnt = frames.trained(press, said, book, allow_none=True)
        assert learnt.names == [] and learnt.has.shape == (len(press.articles), 0)
        assert learnt.remarks["code"].tolist() == [each.id for each in book.codes]
        assert all(sum(told.values[name] for name in ("has", "lacks")) == has for told in learnt.remarks["remark"])
        with pytest.raises(TableError, match="'classifier' has no codes of .*not learnt: "):
            frames.corrected(press, learnt, said, f"{book.codes[0].id} ~ outlet")
    with pytest.raises(TableError, match="people have coded no article of the study yet"):
        frames.trained(press, nobody, book)


@pytest.mark.parametrize("suffix", ["json", "jsonl", "csv"])
def test_codes_come_back_from_a_file_as_they_were_written(press, book, tmp_path, suffix):
    coded = frames.code(press, book)
    coded.save(tmp_path / f"a.{suffix}")
    back = frames.coded_by(press, tmp_path / f"a.{suffix}", book, name="rules of 2024")
    assert (back.has == coded.has).all() and back.units["article_id"].tolist() == coded.units["article_id"].tolist()
    with pytest.raises(SourceError, match=r"\.json, \.jsonl or \.csv"):
        coded.save(tmp_path / "a.txt")


FILES = {  # invented, in the form that each program writes
    "label studio": ("x.json", json.dumps([
        {"id": 1, "data": {"article_id": "1"}, "annotations": [
            {"completed_by": {"id": 3, "email": "a@example.org"}, "was_cancelled": False,
             "result": [{"from_name": "code", "type": "choices", "value": {"choices": ["Threat"]}}]}]},
        {"id": 2, "data": {"article_id": "2"},
         "annotations": [{"completed_by": {"email": "a@example.org"}, "result": []}]},
        {"id": 3, "data": {"article_id": "3"}, "annotations": [{"was_cancelled": True, "result": []}]}])),
    "label studio, min": ("x.json", json.dumps([
        {"id": 1, "article_id": "1", "code": "threat", "annotator": 3},
        {"id": 2, "article_id": "2", "code": {"choices": ["none"]}, "annotator": 3}])),
    "doccano": ("x.jsonl", '{"id": 7, "text": "…", "article_id": "1", "label": ["threat"], "Comments": []}\n'
                           '{"id": 8, "text": "…", "article_id": "2", "label": ["none"]}\n'
                           '{"id": 9, "text": "…", "article_id": "3", "label": []}\n'),
    "activetigger": ("x.csv", "id_external,labels,user,timestamp\n1,threat,kim,2026\n2,none,kim,2026\n"),
    "quallmer": ("x.csv", '".id","threat","talks"\n"1",TRUE,FALSE\n"2",FALSE,FALSE\n"3",NA,NA\n'),
    "label studio, two controls and a remark": ("x.json", json.dumps([
        {"id": n, "data": {"article_id": str(n), "text": "…"}, "predictions": [], "annotations": [
            {"completed_by": 3, "lead_time": 2.5, "result": [
                {"from_name": "tone", "type": "choices", "value": {"choices": ["negative"]}},
                *([{"from_name": "frame", "type": "choices", "value": {"choices": ["threat"]}}] if n == 1 else []),
                {"from_name": "why", "type": "textarea", "value": {"text": ["arms"]}}]}]} for n in (1, 2)])),
    "label studio, predictions": ("x.json", json.dumps([
        {"id": n, "data": {"article_id": str(n)}, "annotations": [], "predictions": [
            {"model_version": "m-1", "score": 0.9, "result": [
                {"from_name": "code", "type": "choices", "value": {"choices": said}}] if said else []}]}
        for n, said in ((1, ["threat"]), (2, ["none"]))])),
    "label studio, table": ("x.csv", 'annotation_id,annotator,article_id,created_at,frame,id,lead_time,text\n'
                            '1,3,1,2026-11-01T00:00:00Z,"{""choices"":[""threat""]}",77,2.5,"a, b"\n'
                            '2,3,2,2026-11-01T00:00:00Z,none,78,2.5,…\n3,3,3,2026-11-01T00:00:00Z,,79,2.5,…\n'),
    "doccano, table": ("x.csv", "id,text,label\n1,…,threat\n2,…,none\n3,…,\n"),
    "activetigger, predictions": ("x.csv", ",id_external,threat,talks,entropy,prediction\n0,1,0.9,0.1,0.3,threat\n"
                                  "1,2,0.4,0.3,0.9,none\n"),
    "quallmer, one code of several": ("x.csv", '"",".id","frame","explanation"\n"1","1","threat","says arms"\n'
                                      '"2","2","none","talks, at length"\n"3","3",NA,NA\n'),
    "an answer of a model": ("x.jsonl", '{"article_id": "1", "codes": ["threat"], "model": "m", "prompt": "p"}\n'
                             '{"article_id": "2", "codes": ["none"], "model": "m", "prompt": "p"}\n'),
    "semicolons, byte order mark": ("x.csv", "\ufeffarticle_id;code\n1;threat\n2;none\n3;\n"),
}  # fmt: skip


@pytest.mark.parametrize("program", FILES)
def test_a_file_of_another_program_is_read_and_what_it_does_not_code_is_no_code(program, tmp_path):
    name, content = FILES[program]
    (tmp_path / name).write_text(content, encoding="utf-8")
    table = pd.DataFrame({"article_id": ["1", "2", "3"], "outlet": "x", "text": "a"})
    book = frames.load({"threat": "a", "talks": "b"})
    found = frames.coded_by(studies.open(table), tmp_path / name, book, name=program)
    assert found.units["article_id"].tolist() == ["1", "2"], "the third was not coded"
    assert found.has.tolist() == [[True, False], [False, False]]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "a.quallmer.csv"])
def test_model_prompt_and_date_of_a_file_of_codes_go_with_the_codes(tmp_path, name):
    table = pd.DataFrame({"article_id": ["01", "2", "3"], "outlet": "x", "text": "a"})
    book = frames.load({"threat": "a", "talks": "b"})
    rows = [("01", "threat", "gpt-x", "Is there a threat?\nYes or no.", "2026-11-01", "it says, “arms”"),
            ("2", "none", "gpt-x", "Is there a threat?\nYes or no.", "2026-11-02", "=1+1")]  # fmt: skip
    columns = ["article_id", "code", "model", "prompt", "date", "reason"]
    given = pd.DataFrame(rows, columns=columns)
    given.to_csv(tmp_path / "run.csv", index=False)
    one = frames.coded_by(studies.open(table), tmp_path / "run.csv", book, name="gpt-x")
    pd.testing.assert_frame_equal(one.origin.astype(object), given.drop(columns="code").astype(object))
    one.save(tmp_path / name)
    again = frames.coded_by(studies.open(table), tmp_path / name, book, name="gpt-x")
    assert (again.has == one.has).all() and again.has.tolist() == [[True, False], [False, False]]
    assert again.units["article_id"].tolist() == ["01", "2"]
    pd.testing.assert_frame_equal(again.origin[one.origin.columns].astype(object), one.origin.astype(object))
    if name == "a.quallmer.csv":  # as its as_qlm_coded takes them: .id, and R's TRUE and FALSE
        text = (tmp_path / name).read_text(encoding="utf-8-sig").splitlines()
        assert text[0].startswith(".id,threat,talks") and text[1].startswith(("01,TRUE,FALSE", "'01,TRUE,FALSE"))


VALUES = {  # of articles 1 and 2, by hand: 1 is a threat and no talks, 2 is neither
    "1 and 0": "article_id,code,value\n1,threat,1\n1,talks,0\n2,threat,0\n2,talks,0\n",
    "with model and prompt": "article_id,code,value,model,prompt\n1,threat,true,m,p\n1,talks,false,m,p\n"
                             "2,threat,false,m,p\n2,talks,false,m,p\n",
    "in Japanese": "article_id,コード,値\n1,脅威,あり\n1,対話,なし\n2,脅威,ない\n2,対話,いいえ\n",
    "only what is there": "article_id,code,value\n1,threat,1\n2,none,1\n",
    "an empty cell is none": "article_id,code\n1,脅威\n2,\n",
}  # fmt: skip


@pytest.mark.parametrize("content", VALUES.values(), ids=VALUES)
def test_a_value_beside_a_code_says_whether_it_is_there(content, tmp_path):
    (tmp_path / "x.csv").write_text(content, encoding="utf-8")
    table = studies.open(pd.DataFrame({"article_id": ["1", "2", "3"], "outlet": "x", "text": "a"}))
    book = frames.load({"threat": "a", "talks": "b"})
    labels = {"threat": "脅威", "talks": "対話"}
    book = dataclasses.replace(book, codes=tuple(dataclasses.replace(c, label=labels[c.id]) for c in book.codes))
    found = frames.coded_by(table, tmp_path / "x.csv", book, name="m")
    assert found.units["article_id"].tolist() == ["1", "2"] and found.names == ["threat", "talks"]
    assert found.has.tolist() == [[True, False], [False, False]]


def test_what_is_no_value_and_what_says_yes_or_no_under_another_name_is_told(tmp_path):
    table = studies.open(pd.DataFrame({"article_id": ["1", "2"], "outlet": "x", "text": "a"}))
    book, path = frames.load({"threat": "a", "talks": "b"}), tmp_path / "x.csv"
    path.write_text("article_id,code,value\n1,threat,1\n1,talks,perhaps\n2,threat,0\n2,talks,1\n", encoding="utf-8")
    found = frames.coded_by(table, path, book, name="m")
    assert found.units["article_id"].tolist() == ["2"] and found.has.tolist() == [[False, True]]
    assert "'talks: perhaps'" in found.remarks["remark"].iloc[0]
    path.write_text("article_id,code,present\n1,threat,1\n1,talks,0\n", encoding="utf-8")
    with pytest.raises(SourceError, match="'present' say yes or no beside 'code'"):
        frames.coded_by(table, path, book, name="m")


def test_a_value_of_zero_on_the_sheets_is_no_code_and_an_empty_cell_is_told(press, book, tmp_path):
    key = reliability.sheet(frames.code(press, book), tmp_path, coders=["A", "B"], n=40, by=["outlet"])
    one, two = key["unit"][:2]
    (tmp_path / "A.csv").write_text(f"unit,coder,code,value\n{one},A,threat,1\n{one},A,talks,0\n{two},A,threat,0\n")
    (tmp_path / "B.csv").write_text(f"unit,code\n{one},threat\n{two},\n")
    (tmp_path / "llm.csv").write_text(f"unit,code,value,model\n{one},threat,0,m\n{two},threat,1,m\n")
    back = reliability.read(tmp_path, machines=["llm"])
    said = back.codings[back.codings["coder"] != "machine"].set_index(["coder", "unit", "code"])["value"].to_dict()
    assert said == {("A", one, "threat"): "1", ("A", one, "talks"): "0", ("A", two, "threat"): "0",
                    ("B", one, "threat"): "1", ("B", one, "talks"): "0", ("B", one, "rare"): "0",
                    ("llm", one, "threat"): "0", ("llm", two, "threat"): "1"}  # fmt: skip
    assert "1 units have an empty cell and are not coded; write none" in " ".join(
        back.faults.loc[back.faults["file"] == "B.csv", "fault"]
    )


def test_comments_of_other_programs_are_kept_and_columns_that_are_no_codes_are_named(press, book, tmp_path):
    key = reliability.sheet(frames.code(press, book), tmp_path, coders=["A", "B"], n=40, by=["outlet"])
    one, two = key["unit"][:2]
    (tmp_path / "A.csv").write_text(
        f"unit,threat,talks,rare,thraet2,comment,lead_time\n{one},1,0,0,1,an edge case,3\n{two},0,0,0,0,,3\n",
        encoding="utf-8",
    )
    said = [
        {"from_name": "code", "value": {"choices": ["talks"]}},
        {"from_name": "comment", "value": {"text": ["see"]}},
    ]
    task = {"id": 1, "data": {"unit": one}, "annotations": [{"completed_by": "B", "result": said}]}
    (tmp_path / "B.json").write_text(json.dumps([task]), encoding="utf-8")
    back = reliability.read(tmp_path)
    assert back.comments.to_numpy().tolist() == [[one, "A", "an edge case"], [one, "B", "see"]]
    named = back.faults[back.faults["fault"].str.contains("none of the codes")]
    assert named[["file", "fault"]].to_numpy().tolist() == [
        ["A.csv", "the columns 'thraet2' are none of the codes and are not read"]]  # fmt: skip
    people = back.codings[~back.codings["machine"].astype(bool)]
    assert people.groupby("coder")["code"].count().to_dict() == {"A": 6, "B": 3}


def test_a_file_that_holds_no_codes_says_what_is_there(tmp_path):
    path = tmp_path / "x.csv"
    for content, says in (("a,b\n1,2\n", "what was coded"), ("id,b\n1,2\n", "no column holds codes")):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(SourceError, match=says):
            read_file(path, ["threat"])
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    with pytest.raises(SourceError, match="cannot be read"):
        read_file(tmp_path / "x.json", ["threat"])
    path.write_text("article_id,code,user\n1,threat,a\n1,none,b\n", encoding="utf-8")
    table = studies.open(pd.DataFrame({"article_id": ["1"], "outlet": "x", "text": "a"}))
    with pytest.raises(TableError, match=r"\['a', 'b'\]"):
        frames.coded_by(table, path, frames.load({"threat": "a"}), name="x")


def test_the_machine_of_the_key_and_others_stand_beside_people_and_none_that_saw_them(press, book, tmp_path):
    rule = frames.code(press, book)
    key = reliability.sheet(rule, tmp_path, coders=["A", "B"], n=200, seed=2)
    tasks = json.loads((tmp_path / "tools" / "coding_A.labelstudio.json").read_text(encoding="utf-8"))
    own = key.set_index("unit")
    for task in tasks:  # A codes in Label Studio, B in doccano
        said = [name for name in rule.names if own.loc[task["data"]["unit"], f"machine:{name}"]]
        task["annotations"] = [{"completed_by": "A", "result": [{"value": {"choices": said}}] if said else []}]
    (tmp_path / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
    lines = (tmp_path / "tools" / "coding_B.doccano.jsonl").read_text(encoding="utf-8").splitlines()
    given = [{**json.loads(line), "label": ["threat"]} for line in lines[:150]]
    text = "".join(json.dumps(line) + "\n" for line in given)
    (tmp_path / "B.jsonl").write_text(text + '{"unit": "u99999", "label": ["x"]}\n', encoding="utf-8")
    back = reliability.read(tmp_path)
    people = back.codings[~back.codings["machine"].astype(bool)]
    assert people.groupby("coder")["unit"].nunique().to_dict() == {"A": 200, "B": 150}
    assert "no unit 'u99999'" in " ".join(back.faults["fault"].astype(str))
    (tmp_path / "llm.csv").write_text("unit,code,model\nu00001,threat,m\n", encoding="utf-8")  # it was a person
    lines = reliability.read(tmp_path)
    assert "llm" not in set(lines.codings["coder"]) and lines.faults["fault"].str.contains("a machine coded it").any()
    (tmp_path / "llm.csv").unlink()
    with pytest.raises(TableError, match="'rules' are not of those of the sheets; code with unit='article'"):
        reliability.read(tmp_path, machines=[frames.code(press, book, unit="sentence")])
    learnt = frames.trained(press, back.codings[back.codings["coder"] == "A"], book)
    both = reliability.read(tmp_path, machines=[learnt])
    assert {"A", "B", "machine", "classifier"} == set(both.codings["coder"])
    found = reliability.validity(both.codings[both.codings["coder"] != "B"], machine="classifier", replicates=100)
    measures = found[found["code"] == "threat"].set_index("measure")["estimate"]
    assert {"calibration", "brier"} <= set(measures.index) and 0 < measures["brier"] < 0.25
    assert abs(measures["calibration"]) < 0.15
    seen = frames.coded_by(press, lambda text: "threat", book, name="seen", in_sample=True)
    told = reliability.read(tmp_path, machines=[seen])
    with pytest.raises(TableError, match="was trained on people's codes"):
        reliability.validity(told.codings, machine="seen")
    with pytest.raises(TableError, match="names of their own"):
        reliability.read(tmp_path, machines=[learnt, learnt])


def test_who_decides_is_asked_about_disagreements_and_has_the_last_word(press, book, tmp_path):
    rule = frames.code(press, book)
    key = reliability.sheet(rule, tmp_path, coders=["A", "B"], n=60, by=["outlet"], seed=2)
    for coder, threat in (("A", 1), ("B", 0)):
        made = openpyxl.load_workbook(tmp_path / f"coding_{coder}.xlsx")
        page = made["coding"]
        for row in range(2, 6 if coder == "A" else page.max_row + 1):
            for column, value in ((4, threat), (5, 0), (6, 0)):
                page.cell(row, column).value = value
        made.save(tmp_path / f"coding_{coder}.xlsx")
    back = reliability.read(tmp_path)
    assert len(back.disagreed) == 4
    reliability.sheet(rule, tmp_path, coders=["A", "B"], n=60, by=["outlet"], seed=2, disagreed=back.disagreed)
    path = tmp_path / "coding_adjudicator.xlsx"
    made = openpyxl.load_workbook(path)
    page = made["coding"]
    assert page.max_row == 5
    blind = pd.read_csv(tmp_path / "key_adjudicator.csv", encoding="utf-8-sig").set_index(["unit", "shown"])["coder"]
    for row in range(2, 6):  # whoever decides does not learn who said what, nor that C is always the same
        said = dict(part.split(" ") for part in page.cell(row, 8).value.removeprefix("threat: ").split(", "))
        assert sorted(said) == ["C", "D"] and {blind[page.cell(row, 1).value, name] for name in said} == {"A", "B"}
        assert {blind[page.cell(row, 1).value, name]: value for name, value in said.items()} == {"A": "1", "B": "0"}
    assert set(blind.xs("C", level="shown")) == {"A", "B"}
    text = str([[cell.value for cell in row] for name in made.sheetnames for row in made[name].iter_rows()])
    assert "'A'" not in text and "'B'" not in text
    for row in range(2, 6):
        page.cell(row, 4).value = 1
    made.save(path)
    reliability.sheet(rule, tmp_path, coders=["A", "B"], n=60, by=["outlet"], seed=2, disagreed=back.disagreed)
    last = reliability.read(tmp_path)  # asked again, what was decided stays
    assert last.comments.empty  # what coders said is no comment of who decides
    assert last.faults["fault"].str.startswith("A has not coded 'threat' in ").sum() == 1  # 56 of 60 units are left
    decided = consensus(last.codings).query("code == 'threat' and value == '1'")
    assert sorted(decided["unit"]) == sorted(back.disagreed["unit"]) and len(last.disagreed) == 4
    assert "adjudicator" not in " ".join(reliability.agreement(last.codings, replicates=20)["coders"])
    assert len(key) == 60
    made = openpyxl.load_workbook(tmp_path / "coding_A.xlsx")  # a fifth disagreement, after the sheet was written
    for column, value in ((4, 1), (5, 0), (6, 0)):
        made["coding"].cell(6, column).value = value
    made.save(tmp_path / "coding_A.xlsx")
    late = reliability.read(tmp_path).disagreed
    reliability.sheet(rule, tmp_path, coders=["A", "B"], n=60, by=["outlet"], seed=2, disagreed=late)
    assert list(last.disagreed) == ["unit", "code", "A", "B", "decision"] and last.disagreed["decision"].eq("1").all()
    assert late["decision"].isna().tolist() == [True, False, False, False, False]  # the open one is first
    second = openpyxl.load_workbook(tmp_path / "coding_adjudicator.2.xlsx")["coding"]
    assert len(pd.read_csv(tmp_path / "key_adjudicator.csv", encoding="utf-8-sig")) == 10  # five units of two coders
    assert not any("key_adjudicator" in name for name in reliability.read(tmp_path).faults["file"])
    assert second.max_row == 2 and second["A2"].value in {*late["unit"]} - {*back.disagreed["unit"]}
    path.write_bytes(b"no workbook")
    with pytest.raises(SourceError, match="coding_adjudicator.xlsx is named as an Excel workbook and cannot be read"):
        reliability.sheet(rule, tmp_path, coders=["A", "B"], n=60, by=["outlet"], seed=2, disagreed=late)


def test_a_file_that_a_browser_saved_twice_counts_once(press, book, tmp_path):
    key = reliability.sheet(frames.code(press, book), tmp_path, coders=["A"], n=40, by=["outlet"])
    saved = {"coder": "A", "sheet": "", "codings": {key["unit"][0]: {"threat": "1"}, key["unit"][1]: {"threat": "0"}}}
    for name, value in (("coding_A.json", "0"), ("coding_A (1).json", "1")):
        saved["codings"][key["unit"][1]]["threat"] = value
        (tmp_path / name).write_text(json.dumps(saved), encoding="utf-8")
    back = reliability.read(tmp_path)
    people = back.codings[~back.codings["machine"].astype(bool)]
    assert people["unit"].tolist() == [key["unit"][0]] and back.faults["fault"].str.contains("twice").sum() == 2


def coded(has: np.ndarray) -> frames.Codes:
    names = [f"e{i}" for i in range(has.shape[1])]
    articles = pd.DataFrame({"article_id": [str(i) for i in range(len(has))], "outlet": np.where(has[:, 0], "A", "B")})
    return made(frames.load(dict.fromkeys(names, "x")), articles, has, names, "t", True, steps([]))


def test_elements_that_go_together_are_found_as_clusters_and_independent_ones_are_not():
    rng = np.random.default_rng(0)
    of = rng.integers(0, 3, 400)
    share = np.full((3, 9), 0.08)
    for i in range(3):
        share[i, 3 * i : 3 * i + 3] = 0.75
    has = rng.random((400, 9)) < share[of]
    found = frames.clustered(coded(has), replicates=30)
    assert len(found.clusters) == 3 and (found.clusters["stability"] > 0.75).all()
    assert {frozenset(each.split(", ")) for each in found.clusters["elements"]} == {
        frozenset(f"e{3 * i + j}" for j in range(3)) for i in range(3)
    }
    some = has.any(axis=1)
    assert adjusted_rand_score(of[some], found.codes.has[some].argmax(axis=1)) > 0.6
    assert found.codes.has[some].sum(axis=1).tolist() == [1] * some.sum() and not found.codes.has[~some].any()
    assert found.codes.steps["n_dropped"].iloc[-1] == (~some).sum()
    overall = frames.crosstab(found.codes).overall
    assert overall["cramers_v"].max() > 0.2, "the outlets differ in the first element, and so in clusters"
    assert found.clusters["p_value"].eq(1 / 31).all() and found.clusters["note"].map(str).eq("stable").all()
    with pytest.raises(TableError, match="three elements"):
        frames.clustered(coded(has[:, :2]))


@pytest.mark.parametrize(("common", "least"), [((0.5, 0.3, 0.2, 0.1), 11), ((0.1,) * 4, 6), ((0.3,) * 6, 0)])
def test_independent_elements_are_told_from_frames_however_stable_their_clusters_are(common, least):
    """By the binomial: of 12 at .05 more than 2 would be in error in one of fifty."""
    rng, stable, alike = np.random.default_rng(0), 0, 0
    for seed in range(12):
        has = rng.random((300, len(common))) < common
        one = frames.clustered(coded(has), replicates=20, seed=seed)
        other = frames.clustered(coded(has[has.any(axis=1)]), replicates=20, seed=seed)
        pd.testing.assert_series_equal(one.clusters["p_value"], other.clusters["p_value"])  # none is no element
        stable += one.clusters["stability"].ge(0.75).any()
        alike += one.clusters["note"].map(str).eq("stable").any()
    assert alike <= 2 and stable >= least
    note = next(each for each in one.clusters["note"] if "independent" in str(each))
    with messages.speaking("ja"):
        assert messages.said(note) == "独立な要素からできるクラスターと区別できない。解釈しない"


def test_codes_that_stand_together_are_a_network_of_maps(press):
    rules = {"a": "演習 | 発射", "b": "<*a>", "c": "対話 | 交渉"}
    edges = maps.cooccurrence(frames.code(press, rules).counts, min_articles=2, measure="phi", replicates=20).edges
    first = edges.iloc[0]
    assert {first["a"], first["b"]} == {"a", "b"} and first["phi"] == pytest.approx(1) and first["stability"] > 0.9


def test_codes_and_actors_are_one_network_of_pairs_that_independence_does_not_explain():
    rng = np.random.default_rng(8)
    n = 400
    kim, drill, trade = rng.random((3, n)) < np.array([[0.3], [0.2], [0.25]])
    drill |= kim & (rng.random(n) < 0.4)  # planted: an actor with a code; trade is with neither
    words = {"演習": drill, "貿易": trade}
    text = ["".join(f"{word}がある。" for word, has in words.items() if has[i]) + "雨が降る。" for i in range(n)]
    articles = pd.DataFrame({"article_id": [f"a{i}" for i in range(n)], "outlet": "x", "headline": "", "text": text})
    articles["text"] = np.where(kim, "金正恩が来た。", "") + articles["text"]
    mentions = pd.DataFrame({"article_id": articles["article_id"][kim], "actor": "kim", "position": 0, "role": "",
                             "surface": "金正恩", "in_headline": False})  # fmt: skip
    press = studies.open(articles, tokens=tokens.tokenise(articles), mentions=mentions)
    rules = {"drill": "演習", "trade": "貿易", "who": "actor(金正恩)", "same": "<*drill> & 演習"}
    coded = frames.code(press, rules)
    assert coded.linked == [("same", "drill"), ("who", "金正恩")]
    asked = {"measure": "phi", "least": 0.95, "cluster": "cluster", "without": coded.linked, "replicates": 200}
    found = maps.cooccurrence(coded.counts, **asked)
    pairs = {frozenset(pair) for pair in found.edges[["a", "b"]].to_numpy()}
    assert {frozenset(("金正恩", "drill")), frozenset(("who", "drill"))} <= pairs
    assert not any("trade" in pair for pair in pairs) and not pairs & {*map(frozenset, coded.linked)}
    row = found.edges[found.edges[["a", "b"]].isin(["金正恩", "drill"]).all(axis=1)].iloc[0]
    assert row["phi"] == pytest.approx(np.corrcoef(kim, drill)[0, 1])  # of all articles, also those without a code
    assert found.nodes.set_index("name")["kind"].to_dict()["金正恩"] == "actor"
    assert "more articles than independence" in plots.maps_network(found).caption
    apart = {"drill": "演習", "none": "!演習 & 貿易"}
    empty = maps.cooccurrence(frames.code(press, apart).counts.query("kind == 'code'"), **asked | {"without": ()})
    assert empty.edges.empty and "No two stand together" in plots.maps_network(empty).caption
    assert maps.cooccurrence(frames.code(press, {"x": "みぞれ"}).counts.query("kind == 'code'"), **asked).nodes.empty
    sentences = frames.code(press, rules, unit="sentence")
    apart = maps.cooccurrence(sentences.counts, **asked | {"without": sentences.linked}).edges
    assert not (apart[["a", "b"]].isin(["金正恩", "drill"]).all(axis=1)).any()  # never in one sentence
    assert sentences.counts["cluster"].nunique() == n and len(sentences.counts) >= len(sentences.units)
    assert (sentences.actors.merge(sentences.units, left_on="unit", right_index=True)["sentence"] == 0).all()


def test_unrelated_codes_are_no_network():
    rng, some = np.random.default_rng(3), 0
    for seed in range(40):
        has = rng.random((300, 8)) < 0.15
        row, column = np.nonzero(np.column_stack([has, np.ones(300, bool)]))
        counts = pd.DataFrame({"article_id": [f"a{i}" for i in row], "outlet": "x", "n": (column < 8).astype(int),
                               "term": [f"t{j % 8}" for j in column]})  # fmt: skip
        counts = counts.drop_duplicates(["article_id", "term"])
        some += len(maps.cooccurrence(counts, measure="phi", least=0.95, replicates=100, seed=seed).edges) > 0
    assert some <= 6  # 5 in 100 are expected to have one: 7 of 40 or more happen once in 300 times


def read_by(tmp_path, name: str, content: bytes | str, names=("threat", "talks")) -> list[tuple]:
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    found = read_file(tmp_path / name, names)[0]
    return [tuple(row) for row in found[["id", "coder", "code", "value"]].to_numpy()]


def test_a_cell_without_a_value_or_a_column_that_is_not_there_denies_nothing(tmp_path):
    wide = ".id,threat,talks\n1,TRUE,NA\n2,NA,FALSE\n"
    assert read_by(tmp_path, "a.csv", wide) == [("1", "", "threat", True), ("2", "", "talks", False)]
    table = studies.open(pd.DataFrame({"article_id": ["1", "2"], "outlet": "x", "text": "a"}))
    book = frames.load({"threat": "a", "talks": "b"})
    with pytest.raises(TableError, match="2 articles have no value of some codes"):
        frames.coded_by(table, tmp_path / "a.csv", book, name="x")
    (tmp_path / "a.csv").write_text(".id,threat\n1,TRUE\n2,FALSE\n", encoding="utf-8")
    found = frames.coded_by(table, tmp_path / "a.csv", book, name="x")
    assert found.names == ["threat"], "talks was not asked"
    (tmp_path / "a.csv").write_text("id,threat,talks\n1,1,0\n1,0,0\n", encoding="utf-8")
    with pytest.raises(TableError, match="says both"):
        frames.coded_by(table, tmp_path / "a.csv", book, name="x")


def test_coders_codes_and_encodings_are_read_as_they_are_written(tmp_path):
    both = [("1", "Ann", "threat", True), ("1", "Ann", "talks", False)]
    for name, content in {
        "capital": "unit,Coder,Label\n1,Ann,threat\n", "utf-16": "unit,coder,label\n1,Ann,threat\n".encode("utf-16"),
    }.items():  # fmt: skip
        assert read_by(tmp_path, "a.csv", content) == both, name
    rows = read_by(tmp_path, "b.csv", "unit,label\n1,threta|talks\n")
    assert rows == [("1", "", "threta", True)], "of a unit with an unknown code nothing else is said"
    assert read_by(tmp_path, "b.csv", "article_id,conflict,code\n1,0,conflict|talks\n", ("conflict", "talks")) == [
        ("1", "", "conflict", True), ("1", "", "talks", True)]  # fmt: skip
    with pytest.raises(SourceError, match="4 fields where the header has 3"):
        read_file((tmp_path / "c.csv", (tmp_path / "c.csv").write_text("unit,threat,talks\n1,1,0,1\n"))[0], ["threat"])
    task = {"id": 1, "data": {"unit": "1"}, "annotations": [{"result": [{"value": {"taxonomy": [["threat"]]}}]}]}
    assert "without choices" in read_by(tmp_path, "d.json", json.dumps([task]))[0][2]
    with pytest.raises(SourceError, match="does not say what was coded"):
        read_file((tmp_path / "d.json", (tmp_path / "d.json").write_text(json.dumps([{**task, "data": {}}])))[0], ["a"])


def test_machines_people_and_units_are_what_they_say(press, book, tmp_path):
    table = studies.open(pd.DataFrame({"article_id": ["1", "2"], "outlet": "x", "text": "a"}))
    asked = frames.coded_by(table, lambda text: {"threat": False, "talks": True}, book, name="x")
    assert asked.has.tolist() == [[False, True, False]] * 2
    mine = said_by(frames.code(press, book), np.arange(60))
    again = mine.assign(coder="B", machine="no")
    pairs = reliability.agreement(pd.concat([mine.drop(columns="machine"), again]), replicates=9)
    assert not pairs["with_machine"].any()
    with pytest.raises(TableError, match="is two articles"):
        reliability.agreement(pd.concat([mine, again.assign(article_id="other " + again["article_id"])]))
    with pytest.raises(TableError, match="probability of being drawn"):
        frames.trained(press, mine.assign(probability=np.nan), book)


def test_copies_word_for_word_are_kept_apart_where_no_near_duplicates_are_known():
    rng, articles = np.random.default_rng(3), datasets.sample_press(120, seed=2).articles
    twice = pd.concat([articles, articles], ignore_index=True)
    twice["article_id"] = [f"a{i}" for i in range(len(twice))]
    thrown = np.tile(rng.integers(0, 2, len(articles)), 2)
    mine = pd.DataFrame({"unit": twice["article_id"], "article_id": twice["article_id"], "coder": "A", "code": "x",
                         "value": thrown.astype(str)})  # fmt: skip
    found = frames.trained(studies.open(twice), mine, frames.load({"x": "y"}))
    assert (found.has[:, 0] == thrown).mean() < 0.5 + 3 * 0.5 / np.sqrt(len(articles))


def test_the_finding_is_of_every_code_and_says_when_alpha_is_none(tmp_path, press):
    same = pd.DataFrame({"unit": [*range(30)] * 2, "coder": ["A"] * 30 + ["B"] * 30, "code": "x", "value": "0"})
    assert "not defined" in str(reliability.answer(reliability.agreement(same, replicates=9)).sentence)
    rng, units = np.random.default_rng(0), [*range(40)]
    good = [pd.DataFrame({"unit": units, "coder": who, "code": "good", "value": [0, 1] * 20}) for who in "ABC"]
    bad = [pd.DataFrame({"unit": units, "coder": who, "code": "bad", "value": rng.integers(0, 2, 40)}) for who in "AB"]
    found = reliability.answer(reliability.agreement(pd.concat([*good, *bad]), replicates=99))
    assert "“bad”" in str(found.sentence) and "Of 2 comparisons" in str(found.sentence)
    book = frames.load({"bad": "x", "good": "y"})
    book = dataclasses.replace(book, codes=tuple(dataclasses.replace(c, label=f"label of {c.id}") for c in book.codes))
    agreed = reliability.agreement(pd.concat([*good, *bad]), replicates=99)
    assert "“label of bad”" in str(reliability.answer(agreed, codebook=book).sentence)
    assert "label of good (all people) 1.00" in plots.coder_agreement(agreed, codebook=book).alt
    with pytest.raises(TableError, match=r"\['comment'\]"):
        reliability.sheet(frames.code(press, {"comment": "演習"}), tmp_path, coders=["A"], n=20, by=["outlet"])


@pytest.mark.parametrize("name, text", [
    ("llm.csv", 'article_id,codes,model\n0,"[""threat""]",m\n1,[],m\n2,"threat, talks",m\n3,,m\n'),
    ("llm.jsonl", '{"article_id": "0", "label": ["threat"]}\n{"article_id": "1", "label": []}\n'
                  '{"article_id": "2", "label": ["threat", "talks"]}\n{"article_id": "3"}\n'),
])  # fmt: skip
def test_an_empty_list_of_a_machine_says_none_and_an_empty_cell_nothing(name, text, tmp_path):
    """It was no code of the article: the share was of those alone in which the machine found something."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    articles = pd.DataFrame({"article_id": list("0123"), "outlet": ["a", "b"] * 2, "text": ""})
    book = frames.load({"threat": "x", "talks": "y"})
    codes = frames.coded_by(studies.open(articles), tmp_path / name, book, name="m")
    assert codes.units["article_id"].tolist() == ["0", "1", "2"]  # the last was not coded
    assert codes.has.tolist() == [[True, False], [False, False], [True, True]]


def test_an_actor_that_is_written_as_a_code_is_called_is_told_from_it():
    """Two rows of one name, each with the same partners, were one row too many."""
    mentions = pd.DataFrame({"actor": ["putin", "putin", "xi"], "surface": ["プーチン", "プーチン", "習近平"]})
    names = _written(mentions, {"p": "プーチン"})
    assert names == {"putin": "プーチン (actor)", "xi": "習近平"}
    with messages.speaking("ja"):
        assert messages.named(names["putin"]) == "プーチン（行為者）"
