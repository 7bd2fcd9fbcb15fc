"""What the doors of coding say of what they cannot take, and conditions on flags and phrases."""

import json

import pandas as pd
import pytest

from framing import frames, reliability, tokens
from framing import study as studies
from framing.errors import FramingError

ARTICLES = pd.DataFrame({
    "article_id": list("abcd"), "outlet": list("AABB"), "front": [True, False, True, None], "lead": [1, 0, 1, None],
    "said": ["Yes", "no", "YES", None], "section": ["pol", "eco", None, "pol"], "n": [1, 2, 0, 1],
    "text": ["Kim Jong met.", "Kim met.", "Paulo met.", "Talks."],
})  # fmt: skip
CODINGS = pd.DataFrame({"unit": [*range(6)] * 2, "coder": ["A"] * 6 + ["B"] * 6, "code": "x",
                        "value": [1, 0, 1, 0, 1, 1, 1, 0, 0, 0, 1, 1]})  # fmt: skip


@pytest.fixture(scope="module")
def press():
    return studies.open(ARTICLES, tokens=tokens.tokenise(ARTICLES, language="en"))


@pytest.mark.parametrize(("condition", "by_hand"), [
    ("<>front-->true", "ac"), ("<>front-->1", "ac"), ("<>front-->yes", "ac"), ("<>front-->False", "b"),
    ("<>lead-->true", "ac"), ("<>lead-->1", "ac"), ("<>lead-->0", "b"), ("<>said-->true", "ac"),
    ("<>said-->yes", "ac"), ("!<>front-->true", "bd"), ("<>n-->1", "ad"), ("<>n-->2", "b"), ("<>section-->pol", "ad"),
])  # fmt: skip
def test_a_flag_is_asked_for_by_any_word_for_it_and_other_values_as_they_are(press, condition, by_hand):
    found = frames.code(press, {"x": f"met & {condition}", "y": f"(met | talks) & {condition}"})
    has = dict(zip(found.names, found.has.T, strict=True))
    assert "".join(ARTICLES["article_id"][has["y"]]) == by_hand


@pytest.mark.parametrize(("rule", "missing"), [
    ("kim+jong+un", "un"), ("sao+paulo", "sao"), ("sao+of+paulo", "sao, of"),
])  # fmt: skip
def test_a_phrase_that_is_not_found_says_which_of_its_words_is_missing(press, rule, missing):
    remarks = frames.code(press, {"x": rule, "y": "met"}).remarks
    (told,) = remarks.loc[remarks["code"].eq("x"), "remark"].astype("str")
    assert told.startswith(f"no such token: {missing};")


def predicted(path):
    parts = [{"from_name": "code", "value": {"choices": ["x"]}}]
    task = {"data": {"article_id": "a"}, "annotations": [], "predictions": [{"model_version": "g", "result": parts}]}
    path.write_text(json.dumps([task]), encoding="utf-8")
    return path


@pytest.mark.parametrize(("call", "said"), [
    (lambda p, path: reliability.sheet(frames.code(p, {"x": "met"}), path, coders="Sato", n=4), "list of names"),
    (lambda p, path: reliability.agreement(CODINGS, by="zz"), "by names 'zz', which the codings lack"),
    (lambda p, path: reliability.agreement(CODINGS, replicates=0), "1 or more"),
    (lambda p, path: reliability.difference(CODINGS, ["A", "B"], ["A", "B"], replicates=0), "1 or more"),
    (lambda p, path: reliability.validity(CODINGS.assign(probability="half", machine=False), machine="B"), "0 to 1"),
    (lambda p, path: reliability.validity(CODINGS.assign(probability=2, machine=False), machine="B"), "0 to 1"),
    (lambda p, path: reliability.validity(CODINGS.assign(probability=1, machine=False), machine="B", by="zz"), "zz"),
    (lambda p, path: frames.coded_by(p, predicted(path / "p.json"), frames.load({"x": "met"}), name="m",
                                         machine=False), "no annotations of people"),
    (lambda p, path: frames.code(p, {"x": "seq(kim+jong, kim+jong)"}), "'kim\\+jong' stands in seq twice"),
])  # fmt: skip
def test_what_cannot_be_taken_is_refused_in_one_sentence(press, tmp_path, call, said):
    with pytest.raises((ValueError, FramingError), match=said):
        call(press, tmp_path)


def test_a_probability_may_be_text_with_a_comma():
    held = [
        reliability.validity(CODINGS.assign(probability=each, machine=CODINGS["coder"].eq("B")), replicates=20)
        for each in (0.5, "0.5", "0,5")
    ]
    # by hand: the machine finds 3 of the 4 that the person finds, and nothing else
    assert held[0].set_index("measure")["estimate"][["precision", "recall"]].tolist() == [1.0, 0.75]
    pd.testing.assert_frame_equal(held[1], held[0])
    pd.testing.assert_frame_equal(held[2], held[0])
