"""Spans that coders marked: agreement by all pairs of characters one by one, and the files of other programs."""

import json

import numpy as np
import pandas as pd
import pytest

from framing import datasets, plots, reliability
from framing.errors import SourceError, TableError


def spans(texts: list, m: int) -> pd.DataFrame:
    """Texts as (length, {coder: [(start, end, code)]}) in one table."""
    rows = []
    for number, (length, by) in enumerate(texts):
        for coder in range(m):
            own = by.get(coder) or [(None, None, None)]
            rows += [(f"t{number}", f"c{coder}", code, start, end, length) for start, end, code in own]
    return pd.DataFrame(rows, columns=["unit", "coder", "code", "start", "end", "length"])


def of(found: pd.DataFrame, coders: str, code: str = "all codes together") -> list[float]:
    return found.loc[(found["coders"] == coders) & (found["code"] == code), "estimate"].tolist()


def one_by_one(texts: list, m: int, codes: list[str]) -> tuple[float, float]:
    """ᵤα and |ᵤα from every pair of characters; a character of a span is not paired with that span itself."""
    who, value, span = [], [], []
    for number, (length, by) in enumerate(texts):
        for coder in range(m):
            own, which = np.zeros(length, dtype=int), np.arange(length) + 1_000_000 * (1 + number * m + coder)
            for n, (start, end, code) in enumerate(by.get(coder, [])):
                own[start:end], which[start:end] = 1 + codes.index(code), -(number * m + coder) * 1000 - n - 1
            who += [(number, at) for at in range(length)]
            value, span = [*value, *own], [*span, *which]
    value, span = np.array(value), np.array(span)
    observed, expected = np.zeros((2, len(codes) + 1, len(codes) + 1))
    places = {}
    for i, at in enumerate(who):
        places.setdefault(at, []).append(i)
    for same in places.values():
        for i in same:
            for j in same:
                observed[value[i], value[j]] += (i != j) / (m - 1)
    for i in range(len(value)):
        np.add.at(expected, (value[i], value[span != span[i]]), 1)
    expected *= len(value) / expected.sum()
    full = 1 - (observed.sum() - observed.trace()) / (expected.sum() - expected.trace())
    return full, 1 - observed[0, 1:].sum() / expected[0, 1:].sum()


def both_marked(texts: list) -> float:
    """cᵤα of two coders from every pair of characters that both marked."""
    pairs, n = [], 0
    for length, by in texts:
        value, span = np.full((2, length), None, dtype=object), np.zeros((2, length), dtype=int)
        for coder in (0, 1):
            for start, end, code in by.get(coder, []):
                n += 1
                value[coder, start:end], span[coder, start:end] = code, n
        for at in range(length):
            if value[0, at] and value[1, at]:
                pairs += [(value[0, at], span[0, at], value[1, at]), (value[1, at], span[1, at], value[0, at])]
    apart = [a != b for a, u, _ in pairs for b, v, _ in pairs if u != v]
    return 1 - np.mean([a != b for a, _, b in pairs]) / np.mean(apart)


def drawn(rng, m: int) -> list:
    texts = []
    for number in range(3):
        length, by = int(rng.integers(20, 50)), {}
        for coder in range(m):
            cuts = np.sort(rng.choice(length + 1, 6, replace=False)).tolist()
            by[coder] = [(*cuts[i : i + 2], str(rng.choice(["x", "y", "z"]))) for i in (0, 2, 4)]
        texts.append((length, by | ({1: []} if number == 1 else {})))
    return texts


@pytest.mark.parametrize("m", [2, 3])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_unitizing_alphas_are_those_of_all_pairs_of_characters(m, seed):
    texts = drawn(np.random.default_rng(seed), m)
    found = reliability.agreement(spans(texts, m), replicates=20)
    who = "all people" if m == 3 else "c0 – c1"
    np.testing.assert_allclose(of(found, who)[:2], one_by_one(texts, m, ["x", "y", "z"]), rtol=1e-9)
    alone = [(n, {c: [s for s in own if s[2] == "y"] for c, own in by.items()}) for n, by in texts]
    np.testing.assert_allclose(of(found, who, "y"), one_by_one(alone, m, ["y"])[0], rtol=1e-9)
    two = [(n, {c: by[c] for c in (0, 1)}) for n, by in texts]
    np.testing.assert_allclose(of(found, "c0 – c1")[2], both_marked(two), rtol=1e-9)


def test_three_coders_who_mark_the_same_stretches_have_the_alpha_of_their_codes_by_all_pairs():
    """Every convention is one where spans overlap wholly: characters of a span are never paired with each other."""
    rng, texts, values, own = np.random.default_rng(8), [], [], []
    for number in range(4):
        by = {c: [(s, e, str(rng.choice(["x", "y"]))) for s, e in ((2, 7), (9, 20), (21, 24))] for c in range(3)}
        texts.append((30, by))
        for n in range(3):
            size = by[0][n][1] - by[0][n][0]
            values += [[by[c][n][2] for c in range(3)]] * size
            own += [[(number, n, c) for c in range(3)]] * size
    pairs = [(row[i], row[j]) for row in values for i in range(3) for j in range(3) if i != j]
    flat = [(v, s) for row, at in zip(values, own, strict=True) for v, s in zip(row, at, strict=True)]
    apart = [a != b for a, s in flat for b, t in flat if s != t]
    expected = 1 - np.mean([a != b for a, b in pairs]) / np.mean(apart)
    np.testing.assert_allclose(of(reliability.agreement(spans(texts, 3), replicates=9), "all people")[2], expected)


def test_spans_that_agree_wholly_have_1_and_an_interval_below_it():
    texts = [(40, {0: [(3, 9, "x"), (12, 20, "y")], 1: [(3, 9, "x"), (12, 20, "y")]}) for _ in range(12)]
    found = reliability.agreement(spans(texts, 2), replicates=500)
    assert (
        found["estimate"].tolist() == [1.0] * 5 and (found["conf_low"] < 0.95).all() and (found["conf_high"] == 1).all()
    )


def test_names_and_the_order_of_texts_change_nothing_and_moving_a_border_lowers_agreement():
    texts = drawn(np.random.default_rng(7), 2)
    one = reliability.agreement(spans(texts, 2), replicates=20)
    other = spans(texts[::-1], 2).replace({"coder": {"c0": "z", "c1": "a"}})
    np.testing.assert_allclose(of(reliability.agreement(other, replicates=20), "a – z"), of(one, "c0 – c1"))
    same = [(60, {0: [(10, 30, "x")], 1: [(10, 30 - moved, "x")]}) for moved in (0, 4, 12)]
    alphas = [reliability.agreement(spans([text], 2), replicates=20)["estimate"].iloc[0] for text in same]
    assert alphas[0] == 1 and alphas[0] > alphas[1] > alphas[2]
    assert "fewer than 2 texts" in reliability.agreement(spans(same[:1], 2), replicates=20)["note"].iloc[0]


def test_chance_gives_0():
    rng = np.random.default_rng(5)
    texts = []
    for _ in range(300):
        starts = rng.integers(0, 180, 2)
        texts.append(
            (200, {coder: [(int(s), int(s) + 20, str(rng.choice(["x", "y"])))] for coder, s in enumerate(starts)})
        )
    found = reliability.agreement(spans(texts, 2), replicates=200)
    full = found[(found["code"] == "all codes together") & (found["coefficient"] == "u_alpha")].iloc[0]
    assert full["conf_low"] < 0 < full["conf_high"] and abs(full["estimate"]) < 0.06


def test_overlapping_spans_of_two_codes_stand_alone_and_of_one_code_are_one():
    texts = [(50, {0: [(0, 10, "x"), (5, 15, "x"), (30, 40, "y")], 1: [(0, 15, "x"), (30, 40, "y")]})] * 3
    whole = [(50, {0: [(0, 15, "x"), (30, 40, "y")], 1: [(0, 15, "x"), (30, 40, "y")]})] * 3
    assert reliability.agreement(spans(texts, 2))["estimate"].tolist() == [1.0] * 5
    assert reliability.agreement(spans(whole, 2))["estimate"].tolist() == [1.0] * 5
    across = [(50, {0: [(0, 10, "x"), (5, 15, "y")], 1: [(0, 10, "x")]})] * 3
    found = reliability.agreement(spans(across, 2))
    together = found[found["code"] == "all codes together"]
    assert together["estimate"].isna().all() and together["note"].str.contains("overlap").all()
    assert found.loc[found["code"] == "x", "estimate"].tolist() == [1.0]


@pytest.mark.parametrize(("row", "said"), [
    (("t0", "c0", "x", 9, 9, 20), "ends behind its begin"), (("t0", "c0", None, 1, 4, 20), "has a code"),
    (("t0", "c0", "x", 1, float("inf"), 20), "ends behind its begin"),
    (("t0", "c0", "x", 1, 4.5, 20), "whole characters"), (("t0", "c0", "x", "one", 4, 20), "write numbers"),
    (("t0", "c0", "x", 9, 30, 20), "beyond the end of its text"), (("t0", "c0", "x", 2, 4, 25), "one length"),
])  # fmt: skip
def test_a_span_that_cannot_be_is_refused(row, said):
    table = spans([(20, {0: [(2, 4, "x")], 1: [(2, 4, "x")]})], 2).astype({"start": object, "end": float})
    table.loc[len(table)] = row
    with pytest.raises(TableError, match=said):
        reliability.agreement(table)


def test_a_length_that_one_row_lacks_is_that_of_its_text_and_a_text_without_any_ends_with_its_last_span():
    """Against tables that say so; before, one empty cell discarded the lengths of all texts."""
    texts = drawn(np.random.default_rng(8), 2)
    whole = spans(texts, 2)
    given = reliability.agreement(whole, replicates=20)
    first, third = whole.index[whole["unit"] == "t0"], whole["unit"] == "t2"
    one = reliability.agreement(whole.assign(length=whole["length"].mask(whole.index == first[0])), replicates=20)
    pd.testing.assert_frame_equal(one, given)
    assert one["note"].eq("").all()
    short = whole.assign(length=whole["length"].mask(third, whole.loc[third, "end"].max()))
    lost = reliability.agreement(whole.assign(length=whole["length"].mask(third)), replicates=20)
    expected = reliability.agreement(short, replicates=20)
    pd.testing.assert_frame_equal(lost.drop(columns="note"), expected.drop(columns="note"))
    assert not np.allclose(lost["estimate"], given["estimate"])
    assert {*lost["note"]} == {
        "the length of 1 of 3 texts is not known: each of these is taken to end with its last span"
    }
    none = reliability.agreement(whole.drop(columns="length"), replicates=20)["note"]
    assert none.str.startswith("the length of 3 of 3 texts").all()


@pytest.mark.parametrize("name", ["unit", "coder"])
def test_a_span_of_no_text_or_coder_is_refused_and_an_empty_row_is_none(name):
    whole = spans(drawn(np.random.default_rng(8), 2), 2)
    more = pd.concat([whole, whole.iloc[[0]].assign(**{name: None})], ignore_index=True)
    with pytest.raises(TableError, match=f"no {name}"):
        reliability.agreement(more, replicates=20)
    empty = pd.concat([whole, pd.DataFrame([{}])], ignore_index=True)
    pd.testing.assert_frame_equal(
        reliability.agreement(empty, replicates=20), reliability.agreement(whole, replicates=20)
    )


def test_agreement_on_spans_is_said_and_drawn():
    texts = drawn(np.random.default_rng(4), 3)
    found = reliability.agreement(spans(texts, 3), replicates=50)
    assert reliability.answer(found).value == found.loc[found["coders"].eq("all people") & found["code"].ne(
        "all codes together"), "estimate"].min()  # fmt: skip
    assert "all codes together (all people)" in plots.coder_agreement(found).alt
    assert reliability.plan(found)["n_needed"].notna().any()
    by = reliability.agreement(spans(texts, 3).assign(outlet="A"), by="outlet", replicates=20)
    assert list(by)[:2] == ["outlet", "code"]


# ---- files of other programs ----

TEXT = "Tests worry Seoul. Trade grows."
MARKED = [("threat", 0, 17), ("trade", 19, 31)]


def studio(spans, who, **more):
    parts = [{"id": "r", "from_name": "label", "to_name": "text", "type": "labels",
              "value": {"start": a, "end": b, "labels": [code]}} for code, a, b in spans]  # fmt: skip
    return {"id": 7, "completed_by": who, "was_cancelled": False, "result": parts, **more}


WEBANNO = """#FORMAT=WebAnno TSV 3.3
#T_SP=de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS|PosValue
#T_SP=webanno.custom.Frame|identifier|value


#Text=Tests worry Seoul.
1-1\t0-5\tTests\tNNS\t*[1]\tthreat[1]\t
1-2\t6-11\tworry\tVBP\t*[1]\tthreat[1]\t
1-3\t12-17\tSeoul\tNNP\t*[1]\tthreat[1]\t
1-4\t17-18\t.\t.\t_\t_\t

#Text=Trade grows.
2-1\t19-24\tTrade\tNN\t*[2]\ttrade[2]\t
2-2\t25-30\tgrows\tVBZ\t*[2]\ttrade[2]\t
2-3\t30-31\t.\t.\t*[2]\ttrade[2]\t
"""
CAS = {"%TYPES": {}, "%FEATURE_STRUCTURES": [
    {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "mimeType": "text", "sofaString": TEXT},
    {"%ID": 2, "%TYPE": "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token", "@sofa": 1, "begin": 0, "end": 5},
    {"%ID": 3, "%TYPE": "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData", "begin": 0, "end": 31,
     "documentTitle": "d"},
    *({"%ID": 4 + i, "%TYPE": "custom.Span", "@sofa": 1, "begin": a, "end": b, "label": code}
      for i, (code, a, b) in enumerate(MARKED))]}  # fmt: skip
FILES = {
    "export.json": json.dumps([{"id": 1, "data": {"article_id": "a1", "text": TEXT}, "predictions": [],
                                "annotations": [studio(MARKED, 3), studio([], 4), studio([], 5, was_cancelled=True)]}]),
    "min.json": json.dumps([{"id": 1, "article_id": "a1", "text": TEXT, "annotator": 3, "annotation_id": 7, "label": [
        {"start": a, "end": b, "text": "", "labels": [code]} for code, a, b in MARKED]}]),
    "3.jsonl": json.dumps({"id": 1, "article_id": "a1", "text": TEXT, "label": [[a, b, c] for c, a, b in MARKED],
                           "Comments": []}),
    "entities/3.jsonl": json.dumps({"id": 9, "article_id": "a1", "text": TEXT, "relations": [], "entities": [
        {"id": 1, "label": c, "start_offset": a, "end_offset": b} for c, a, b in MARKED]}),
    "old.jsonl": json.dumps({"id": 9, "article_id": "a1", "text": TEXT, "annotations": [
        {"label": c, "start_offset": a, "end_offset": b, "user": 3} for c, a, b in MARKED]}),
    "table.csv": "article_id,annotator,label,begin,end,length,remark\n" + "".join(
        f"a1,3,{c},{a},{b},31,sure\n" for c, a, b in MARKED),
    "a1/3.tsv": WEBANNO,
    "a1/3.json": json.dumps(CAS),
}  # fmt: skip


@pytest.mark.parametrize("name", [*FILES])
def test_spans_of_other_programs_are_read(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(FILES[name], encoding="utf-8")
    found = datasets.codings(str(path))
    one = found[found["coder"] == "3"]
    assert one[["unit", "code", "start", "end", "length"]].values.tolist() == [
        ["a1", c, a, b, 31] for c, a, b in MARKED
    ]
    empty = found[found["coder"] != "3"]  # a text that a coder sent with nothing marked; what was cancelled is nothing
    assert empty["coder"].tolist() == (["4"] if name == "export.json" else []) and empty["code"].isna().all()
    if name == "table.csv":
        assert found["remark"].tolist() == ["sure", "sure"]


def test_the_folder_of_a_project_of_inception_has_texts_and_coders(tmp_path):
    for unit in ("doc1.txt", "doc2.txt"):
        (tmp_path / "annotation" / unit).mkdir(parents=True)
        for coder in ("ann", "ben", "INITIAL_CAS"):
            (tmp_path / "annotation" / unit / f"{coder}.tsv").write_text(WEBANNO, encoding="utf-8")
    found = datasets.codings(str(tmp_path))
    assert found.groupby(["unit", "coder"]).size().to_dict() == {
        (unit, coder): 2 for unit in ("doc1.txt", "doc2.txt") for coder in ("ann", "ben")}  # fmt: skip
    assert reliability.agreement(found, replicates=50)["estimate"].tolist() == [1.0] * 5


@pytest.mark.parametrize(("name", "content", "said"), [
    ("x.jsonl", '{"id": 1, "text": "a", "label": ["x"]}', "says not where a span is"),
    ("x.jsonl", '{"id": 1, "text": "a", "score": 1}', "no columns say where spans begin"),
    ("x.csv", "unit,coder,begin,end\n1,a,2,3\n", "no column says the code"),
    ("x.csv", "unit,coder,code,begin,end\n1,a,x,two,3\n", "start is a number of characters, not 'two'"),
    ("x.json", "{", "cannot be read"),
])  # fmt: skip
def test_a_file_without_spans_says_what_is_missing(tmp_path, name, content, said):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        datasets.codings(str(tmp_path / name))


# ---- the texts of a task of Label Studio ----


def task(number: int, data: dict, by: dict) -> dict:
    """``by``: coder → [(name of the text, start, end)]."""
    given = [{"completed_by": who, "result": [{"to_name": name, "value": {"start": a, "end": b, "labels": ["x"]}}
                                              for name, a, b in own]} for who, own in by.items()]  # fmt: skip
    return {"id": number, "data": {"unit": f"t{number}", **data}, "annotations": given}


def of_tasks(path, tasks: list[dict]) -> pd.DataFrame:
    path.write_text(json.dumps(tasks), encoding="utf-8")
    return datasets.codings(path)


TWO = {"headline": "h" * 12, "text": "x" * 30, "link": "https://example.org/" + "y" * 200}


def test_spans_in_two_texts_of_a_task_are_two_places(tmp_path):
    """One coder marks headlines and the other texts: they share no character. By all pairs, headline before text."""
    apart = [task(i, TWO, {1: [("headline", 0, 8)], 2: [("text", 0, 8)]}) for i in range(3)]
    found = of_tasks(tmp_path / "x.json", apart)
    by_hand, _ = one_by_one([(42, {0: [(0, 8, "x")], 1: [(12, 20, "x")]})] * 3, 2, ["x"])
    assert reliability.agreement(found, replicates=20)["estimate"].tolist() == pytest.approx([by_hand])
    assert by_hand < 0
    assert found.loc[found["start"].notna(), ["coder", "to_name", "start", "length"]].values.tolist() == [
        ["1", "headline", 0.0, 12], ["2", "text", 0.0, 30]] * 3  # fmt: skip
    both = [("headline", 0, 8), ("text", 10, 20)]
    same = of_tasks(tmp_path / "x.json", [task(i, TWO, {1: both, 2: both[::-1]}) for i in range(3)])
    assert reliability.agreement(same, replicates=20)["estimate"].tolist() == [1.0]
    pd.testing.assert_frame_equal(reliability.agreement(found[::-1], replicates=20),
                                  reliability.agreement(found, replicates=20))  # fmt: skip


@pytest.mark.parametrize(("data", "name", "length"), [
    (TWO, "text", 30), (TWO, "shown", 30), ({"body": "x" * 30}, "shown", 30),
    ({"body": "x" * 30, "link": TWO["link"]}, "body", 30), ({"text": "https://e.org"}, "text", None),
    ({"body": "x" * 30, "link": TWO["link"]}, "shown", None),
])  # fmt: skip
def test_the_length_of_a_text_is_that_of_the_one_that_was_shown(tmp_path, data, name, length):
    tasks = [task(i, data, {1: [(name, 0, 15)], 2: [(name, 5, 25)]}) for i in range(3)]
    found = of_tasks(tmp_path / "x.json", tasks)
    assert [None if pd.isna(each) else each for each in found["length"]] == [length] * 6
    by_hand, _ = one_by_one([(length or 25, {0: [(0, 15, "x")], 1: [(5, 25, "x")]})] * 3, 2, ["x"])
    agreed = reliability.agreement(found, replicates=20)
    assert agreed["estimate"].tolist() == pytest.approx([by_hand]) and agreed["note"].ne("").all() == (length is None)
