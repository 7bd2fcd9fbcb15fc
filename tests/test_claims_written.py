"""What a file of claims writes without quotes, columns of the user's own names, and counts whose window has one end."""

import numpy as np
import pandas as pd
import pytest
import yaml

from framing import claims, declared, study
from framing.claims.sides import rests_on
from framing.declared import read

HEAD = "name: t\nclaims:\n  - {id: a, sentence: S., measure: front, direction: more, matters: 0.1, "


def entry(tmp_path, rest: str):
    (tmp_path / "c.yaml").write_text(f"{HEAD}{rest}}}\n", encoding="utf-8")
    return read(tmp_path / "c.yaml")


@pytest.mark.parametrize("word", ["no", "No", "yes", "on", "OFF", "0123", "1:30", "2020-01-01", "2020", "1_000"])
@pytest.mark.parametrize("where", ["{}", "[{}, other]"])
def test_a_word_without_quotes_is_the_word_that_is_written(tmp_path, word, where):
    found = entry(tmp_path, f"reference: x, target: {where.format(word)}")
    assert found.faults.empty
    target = found.entries[0]["target"]
    assert (target[0] if isinstance(target, list) else target) == word


@pytest.mark.parametrize(("word", "kind"), [("true", "a flag"), ("False", "a flag"), ("1.10", "a number")])
@pytest.mark.parametrize("where", ["target: {}", "target: [x, {}]", "cluster: {}", "needs: [{}]"])
def test_what_yaml_reads_as_something_else_is_asked_for_in_quotes(tmp_path, word, kind, where):
    sides = ", reference: y" if "target" in where else ", target: x, reference: y"
    found = entry(tmp_path, where.format(word) + sides)
    (fault,) = found.faults["fault"]
    assert f"without quotes is {kind}; put it in quotes" in fault and where.split(":")[0] in fault


def test_flags_are_named_by_yes_and_no_and_a_missing_value_by_null(tmp_path):
    found = entry(tmp_path, "target: {flag: yes}, reference: {flag: [no]}")
    assert found.entries[0]["target"] == {"flag": ["yes"]}
    rows = pd.DataFrame({"outlet": "a", "flag": [True, False, None], "page": [1, 2, 3]}).astype({"flag": "boolean"})
    data = study.open(rows)
    assert data.take(keep=found.entries[0]["target"]).articles["page"].tolist() == [1]
    assert data.take(keep=found.entries[0]["reference"]).articles["page"].tolist() == [2]
    assert entry(tmp_path, "by: flag, target: [x, null], reference: y").entries[0]["target"] == ["x", None]


TEXT = "Putin met Xi. Putin left."
OWN = {"note": ["kept", "mine"], "n_characters": [7, 8], "actor": ["nobody", "else"], "spread": ["wide", "thin"]}


def test_columns_of_the_users_own_stay_as_they_are(tmp_path):
    rows = pd.DataFrame({"article_id": ["a", "b"], "outlet": "o", "page": [1, 1], "page_last": [2, 1], "text": TEXT,
                         "insert": [True, False], **OWN})  # fmt: skip
    named = pd.DataFrame({"article_id": ["a"], "actor": ["putin"], "surface": ["Putin"], "start": 0, "end": 5,
                          "sentence": 0, "position": 0, "role": "", "in_headline": False})  # fmt: skip
    for found in (study.measures(rows), study.measures(rows, named), study.open(rows).placements()):
        assert {name: found[name].tolist() for name in OWN} == OWN
        assert found["page_note"].str.contains("insert").tolist() == [True, False] and found["page"].isna()[0]
    assert study.measures(rows, named, actors=["putin"])["actor"].tolist() == ["putin", "none"]  # asked for
    plain = study.measures(rows.drop(columns=list(OWN)))
    assert plain["n_characters"].tolist() == [len(TEXT)] * 2 and "insert" in plain["note"][0]


def test_a_tone_and_a_condition_in_the_users_note_are_read():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"outlet": ["a"] * 40 + ["b"] * 40, "note": rng.integers(0, 9, 80)})
    one = {"id": "c", "sentence": "x", "measure": "tone", "column": "note", "target": "a", "reference": "b",
           "direction": "more", "matters": 0.1}  # fmt: skip
    row = claims.judge([one], study.open(rows), sensitivity=False).verdicts.iloc[0]
    means = rows.groupby("outlet")["note"].mean()
    assert row["estimate"] == pytest.approx(means["a"] - means["b"])


COUNTS = {"id": "c", "sentence": "x", "measure": "mentions", "unit": "articles", "by": "leader", "direction": "more",
          "matters": 1.25}  # fmt: skip


def covered(**more):
    return claims.judge([COUNTS | more], sensitivity=False).verdicts.iloc[0]


def test_counts_whose_window_has_one_end_say_which_days_they_cover():
    """By hand, of the data card: 28 in 126 days of 2024; 8, 17, 137 and 54 in 1,461 of 2016 to 2018 and 2023."""
    row = covered(target="xi", window={"since": "2024-01-01"}, before={"until": "2023-12-31"})
    assert "cover 126 of the days from 2024-01-01 to 2024-05-05, those of what" in row["note"]
    assert "with 1,461 of the days from 2016-01-01 to 2023-12-31" in row["note"]
    assert row["estimate"] == pytest.approx((28 / 126) / (216 / 1461))
    both = covered(target="putin", reference="xi", window={"since": "2024-01-01", "until": "2024-05-05"})
    assert "one end" not in both["note"] and "one end" in row["note"]


@pytest.mark.parametrize(
    ("key", "blank"),
    [(key, blank) for key in ("window", "before", "target") for blank in ("", "{}")] + [("population", "")],
)  # a population without a condition is all there is
def test_a_key_that_is_blank_is_no_claim_about_all(tmp_path, key, blank):
    fault = entry(tmp_path, f"reference: x, {key}: {blank}").faults["fault"].iloc[0]
    assert f"'{key}' is blank" in fault or f"'{key}': '{{}}' is not a value" in fault
    assert entry(tmp_path, "target: y, reference: x, source: , note: ").faults.empty


def test_a_month_with_a_point_is_told_from_the_number_that_yaml_makes_of_it(tmp_path):
    fault = entry(tmp_path, "target: y, reference: x, window: 2021.10").faults["fault"].iloc[0]
    assert "hyphens, as in 2024-05" in fault and "YAML reads 2021.1" in fault


def searched(named: int, own_actor: bool):
    """40 articles of two outlets, of which so many of a name Putin; ``actor`` is derived, or the user's."""
    rows = pd.DataFrame({"article_id": [f"i{i}" for i in range(40)], "outlet": ["a", "b"] * 20, "page": 1})
    rows = rows.assign(actor="putin", date=pd.Timestamp("2020-01-01")) if own_actor else rows
    mentions = pd.DataFrame({"article_id": [f"i{2 * i}" for i in range(named)], "actor": "putin", "surface": "プーチン",
                             "position": 0, "role": "", "in_headline": False, "ambiguous": False})  # fmt: skip
    return study.open(rows, mentions=mentions)


@pytest.mark.parametrize(
    ("more", "rests"),
    [
        ({"actor": "putin"}, True), ({"counted": {"actor": ["putin"]}}, True),
        ({"counted": {"outlet": ["a"]}, "by": "actor", "target": "putin", "reference": "none"}, True),
        ({"counted": {"page": [1]}, "population": {"keep": {"actor": ["putin"]}}}, True),
        ({"counted": {"page": [1]}, "population": {"drop": {"n_mentions": [3]}}}, True),
        ({"measure": "tone", "column": "share_of_mentions"}, True),
        ({"counted": {"outlet": ["a"]}, "target": {"headline_mention": [False]}, "reference": "rest"}, True),
        ({"counted": {"page": [1]}}, False),
    ],
)  # fmt: skip
def test_a_lock_holds_the_mentions_wherever_a_claim_names_what_comes_from_them(tmp_path, more, rests):
    """The same 40 articles, in which 12 mentions of Putin are found, and then 9."""
    one = {"id": "c", "sentence": "x", "measure": "share", "target": "a", "reference": "b", "direction": "more",
           "matters": 0.1, **more}  # fmt: skip
    path = tmp_path / "c.yaml"
    for own_actor in (False, True):
        path.write_text(yaml.safe_dump({"name": "t", "claims": [one]}), encoding="utf-8")
        then, now = searched(12, own_actor), searched(9, own_actor)
        assert then.checksum == now.checksum
        (entry,) = declared.read(path).entries
        declared.lock(path, then.checksum, rests={"c": rests_on(entry, then)}, commit=False)
        assert claims.judge(path, then, sensitivity=False).deviations.empty
        found = claims.judge(path, now, sensitivity=False)
        of_user = own_actor and "actor" in str(more) and "actor" not in more  # a column of the user's is no mention
        told = ["mentions of actors"] if rests and not of_user else []
        assert found.deviations["key"].tolist() == told, own_actor
        assert found.verdicts["status"].tolist() == ["exploratory" if told else "locked"]
        declared.lock_of(path).unlink()
