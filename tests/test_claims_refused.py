"""What a file of claims may not say, or says by another name, and what a claim leaves out and names."""

import numpy as np
import pandas as pd
import pytest

from framing import claims, counts, declared, lexicon, study, tokens


def claim(**more) -> dict:
    return {"id": "c", "sentence": "A claim.", "measure": "mentions", "direction": "more", "matters": 1.25} | more


def judged(one: dict, data=None):
    found = claims.judge([one], data, sensitivity=False)
    assert found.faults.empty, found.faults["fault"].tolist()
    return found.verdicts.iloc[0]


FRONT = study.open(
    pd.DataFrame({"outlet": ["a"] * 200 + ["b"] * 200, "page": [1] * 160 + [4] * 80 + [1] * 40 + [4] * 120})
)


@pytest.mark.parametrize(
    "more",
    [
        {"measure": "page", "matters": 0.2}, {"measure": "front page", "matters": 0.1},
        {"measure": "tone", "column": "page", "matters": 0.2}, {"counted": {"page": [1]}},
        {"measure": "share of articles", "counted": {"page": [1]}, "matters": 0.1},
        {"measure": "share of articles", "counted": {"front": [True]}, "matters": 0.1},
    ],
)  # fmt: skip
def test_nearer_the_front_is_so_whatever_measures_it(more):
    """Of a 160 of 200 stand on page 1, of b 40 of 200."""
    said = [judged(claim(**{"target": "a", "reference": "b"} | more) | {"direction": way}, FRONT)["verdict"]
            for way in ("nearer the front", "further inside")]  # fmt: skip
    assert said == ["supported", "contradicted"]


SIDES = {"target": {"page": [1, 2]}, "reference": {"page": [4]}}
PAGES = study.open(pd.DataFrame({"outlet": ["a"] * 90 + ["b"] * 90, "page": [1, 2, 4] * 60}))


@pytest.mark.parametrize(
    "more",
    [
        {"measure": "share", "counted": {"page": [1, 2]}, **SIDES},
        {"measure": "share", "counted": {"page": [1]}, **SIDES},  # none of the reference has it
        {"measure": "share", "counted": {"page": [1]}, "target": {"page": [1, 4]}, "reference": "rest"},
        {"measure": "share", "counted": {"outlet": ["a"]}, "target": "a", "reference": "b"},
        {"measure": "share", "counted": {"outlet": ["a"]}, "target": "a", "value": 0.5},
        {"measure": "front", "target": "a", "reference": "b", "population": {"keep": {"front": [True]}}},
        {"measure": "page", **SIDES},
        {"measure": "tone", "column": "page", "target": "a", "reference": "b", "population": {"keep": {"page": [1]}}},
        {"measure": "front", **SIDES}, {"measure": "front", "by": "page", "target": "1", "reference": "rest"},
        {"measure": "share", "counted": {"front": [True]}, "target": {"page": [1]}, "reference": {"page": [2]}},
        {"measure": "page", "target": {"front": [True]}, "reference": "rest"},
        {"measure": "share", "counted": {"page": [1]}, "population": {"drop": {"page": [2, 4]}}, "target": "a",
         "value": 0.5},
        {"measure": "mentions", "matters": 1.1, "counted": {"page": [1]}, "by": "page", "target": 1,
         "reference": "rest"},
    ],
)  # fmt: skip
def test_what_the_sides_decide_by_definition_is_no_finding(more):
    """These were supported: of the rows of page 1 and 2 all stand on page 1 or 2."""
    found = judged(claim(**{"matters": 0.1} | more), PAGES)
    assert found["verdict"].startswith("not answerable") and "whatever the articles are" in found["note"]


def test_what_the_sides_do_not_decide_is_compared_though_they_name_the_column():
    one = claim(measure="share", matters=0.1, counted={"page": [1]}, population={"keep": {"page": [1, 4]}},
                target="a", reference="b")  # fmt: skip
    assert judged(one, FRONT)["verdict"] == "supported"


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"measure": "page", "direction": "first"}, "'first' is that of 'order of names'"),
        ({"counted": {"page": [4]}, "direction": "nearer the front"}, "say 'more' or 'less'"),
        ({"actor": "x", "direction": "further_inside"}, "say 'more' or 'less'"),
        ({"per": "article"}, "1 on both sides"),
        ({"measure": "rank", "actor": "x", "window": 2020, "before": {"since": "2016-07", "until": 2023},
          "direction": "highest"}, "whole years"),
    ],
)  # fmt: skip
def test_what_says_nothing_or_two_things_is_refused(more, fault):
    sides = {} if more.get("measure") == "rank" else {"target": "a", "reference": "b"}
    assert fault in claims.read([claim(**sides | more)]).faults.loc[0, "fault"]


@pytest.mark.parametrize(
    ("measure", "there", "absent"),
    [
        ("mentions", "'less' ('lower', 'lowest', 'fewer', 'decrease')", "first"),
        ("silence", "'none' ('no mention')", "more"), ("rank", "'more' ('higher', 'highest', 'increase')", "same"),
        ("order", "'increase', 'first')", "front"),
        ("front page", "'nearer the front', 'further inside'", "'first'"),
    ],
)  # fmt: skip
def test_a_mistyped_direction_is_answered_by_all_words_of_its_measure(measure, there, absent):
    fault = claims.read([claim(measure=measure, direction="fell", target="a", reference="b")]).faults.loc[0, "fault"]
    assert there in fault and absent not in fault.split("There are")[1]


@pytest.mark.parametrize(
    "inside",
    ["given: {target: [9, 9], target: [3, 9], reference: [1, 9]}", "actor: a, population: {keep: {x: [1], x: [2]}}",
     "actor: a, window: {since: 2020, since: 2021}"],
)  # fmt: skip
def test_a_key_that_stands_twice_inside_a_claim_is_a_fault_of_it(inside, tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(f"claims:\n  - {{id: b, sentence: B, measure: mentions, direction: more, matters: 1.2, {inside}}}\n"
                    "  - [{a: 1, a: 2}]\n")  # fmt: skip
    faults = claims.read(path).faults["fault"]
    assert faults.str.contains("stands twice").all() and len(faults) == 2


def test_numbers_of_numpy_and_tuples_are_numbers_and_lists():
    row = judged(claim(given={"target": (np.int64(90), 100), "reference": (30, np.float32(100))}, matters=np.int64(1)))
    assert row["estimate"] == pytest.approx(3.0)


def test_rows_of_which_the_side_is_not_known_are_not_the_rest():
    """By hand: 8 of 10 against 2 of 10; of ten more the outlet's section is missing."""
    rows = pd.DataFrame({"outlet": "o", "section": ["a"] * 10 + ["b"] * 10 + [None] * 10,
                         "page": [1] * 8 + [2] * 2 + [1] * 2 + [2] * 8 + [1] * 10})  # fmt: skip
    row = judged(claim(measure="front", by="section", target="a", reference="rest", matters=0.1), study.open(rows))
    assert row["estimate"] == pytest.approx(0.8 - 0.2) and "the rest's, left out: 10." in row["note"]


def test_detection_beside_the_rate_that_a_source_shows_is_named_as_not_used():
    counts = {"given": {"target": [0, 365], "reference": [18, 1096]}, "direction": "none", "matters": 1.0}
    assert "detection given is not used" in judged(claim(measure="silence", detection=0.3, **counts))["note"]
    assert "not used" not in judged(claim(measure="silence", **counts))["note"]


def test_a_silence_that_cannot_be_shown_says_why():
    days = pd.date_range("2023-01-01", "2024-12-31")
    rows = pd.DataFrame({"outlet": "A", "date": days, "leader": np.where(days.day % 2, "xi", "kim"), "occasion": "o"})
    rows.loc[rows["leader"] == "kim", "occasion"] = "condolence"
    one = claim(measure="silence", direction="none", matters=1, target={"leader": "xi"}, window=2024,
                population={"keep": {"occasion": ["condolence"]}})  # fmt: skip
    for more in ({"before": 2023}, {"rate": 5, "detection": 1}):
        note = judged(one | more, study.open(rows))["note"]
        assert "or at any other time" in note and "shows nothing" in note
    assert "there are" in judged(one | {"before": 2023, "target": {"leader": "xii"}}, study.open(rows))["note"]
    assert "needs 'detection' beside 'rate'" in judged(one | {"rate": 5}, study.open(rows))["note"]


def test_a_rule_that_cannot_be_read_is_told_with_its_fault(tmp_path):
    path = tmp_path / "b.yaml"
    path.write_text("name: b\ncodes:\n  - {id: sanc, rule: 制裁}\n  - {id: gloom, rule: in_headline(悪化)}\n", "utf-8")
    one = claim(measure="frame", code="gloom", codebook=str(path), target="a", reference="b", matters=0.1)
    note = judged(one, FRONT)["note"]
    assert note.startswith("The rule of the code gloom cannot be read (line 4, column 23): there is no function")


def test_counts_of_a_leader_who_is_none_are_told_with_names_near_it():
    row = judged(claim(unit="articles", by="leader", target="moon_jae_inn", reference="xi", window=2018))
    assert "moon_jae_in" in row["note"] and "no row whose leader is moon_jae_inn" in row["note"]


def test_names_that_hold_what_was_asked_for_come_first_and_how_many_are_left_is_told():
    rows = pd.DataFrame({"outlet": [*(f"kim_{i:02}" for i in range(12)), "mexico", "xi_jinping"]})
    note = judged(
        claim(measure="front", matters=0.1, target="xi", reference="kim_01"), study.open(rows.assign(page=1))
    )["note"]
    assert "there are xi_jinping, mexico, kim_00" in note and "kim_05, and 6 more." in note


def test_a_word_that_no_article_has_is_named():
    days = pd.date_range("2020-01-01", periods=40)
    rows = pd.DataFrame({"article_id": [f"i{i}" for i in range(40)], "outlet": ["a"] * 20 + ["b"] * 20, "date": days})
    used = rows["article_id"].repeat(2).reset_index(drop=True)
    counts = pd.DataFrame(
        {
            "article_id": used,
            "outlet": ["a"] * 40 + ["b"] * 40,
            "term": ["会談", "紙"] * 40,
            "n": [3, 5] * 20 + [1, 5] * 20,
        }
    )
    row = judged(
        claim(measure="words", terms=["会談", "ほげ"], target="a", reference="b"), study.open(rows, counts=counts)
    )
    assert "in no article of its sides: ほげ." in row["note"]


def test_a_side_of_which_no_word_is_counted_is_named_with_its_outlets():
    rows = pd.DataFrame({"article_id": [f"i{i}" for i in range(40)], "outlet": ["a"] * 20 + ["b", "c"] * 10})
    counts = rows.head(20).assign(term="会談", n=2)
    for sides in ({"target": "a", "reference": "rest"}, {"target": ["b", "c"], "reference": "a"}):
        row = judged(claim(measure="words", terms=["会談"], **sides), study.open(rows, counts=counts))
        assert "not answerable" in row["verdict"] and "the articles of b, c, has no counted word." in row["note"]


def test_columns_of_ones_own_by_the_names_of_sides_and_clusters_are_read_as_they_are():
    """By hand: means of 3 and 1 in a column called side; six clusters in one called so."""
    rows = pd.DataFrame(
        {"outlet": ["a"] * 12 + ["b"] * 12, "side": [2.0, 4, 1, 5, 3, 3] * 2 + [0.0, 2, 1, 1, -1, 3] * 2}
    )
    named = {name: rows.assign(**{name: np.arange(24) % 6}) for name in ("cluster", "group")}
    own = claim(measure="tone", column="side", target="a", reference="b", matters=0.1)
    one, other = (judged(own | {"cluster": name}, study.open(each)) for name, each in named.items())
    assert one["estimate"] == pytest.approx(2.0) and one["n_clusters"] == 6
    assert (one["low"], one["high"]) == pytest.approx((other["low"], other["high"]))


@pytest.mark.parametrize(
    ("since", "until"), [("2022-01-01", "2024-02-29"), ("2023-01-01", "2024-12-31")]
)  # the year claimed is not over, or the first of those before is not there
def test_the_advice_to_a_rank_beyond_the_data_is_no_dead_end(since, until):
    """A rank is of calendar years only, so that no window within the days helps it; a rate of mentions does."""
    days = pd.date_range(since, until)
    rows = study.open(pd.DataFrame({"outlet": "G", "date": days, "section": np.where(days.day % 3 == 0, "s", "t")}))
    own = {"counted": {"section": ["s"]}, "direction": "more"}
    rank = judged(claim(**own, measure="rank", window=2024, before={"since": 2022, "until": 2024}), rows)
    assert "not answerable" in rank["verdict"] and "window within these days" not in rank["note"]
    assert (
        "the claim reaches to" in rank["note"] and "Of a part of one claim that its 'rate of mentions'" in rank["note"]
    )
    part = judged(claim(**own, window={"since": "2024-01-01", "until": until}, before={"until": 2023}), rows)
    assert np.isfinite(part["estimate"])
    counted = {"unit": "articles", "by": "leader", "target": "xi", "direction": "highest"}
    told = judged(claim(**counted, measure="rank", window=2024, before={"since": 2023, "until": 2024}))["note"]
    assert "cover 126 of them" in told and "A rank compares whole years" in told and "With the window" not in told


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ([300_000, 2_000_000], "at most 1,000,000 rows on a side, and one has 2,000,000. Divide the four counts"),
        ([3, 2], "whole counts of rows that have it, and of all rows"),
    ],
)
def test_shares_of_more_rows_than_are_counted_say_how_many(target, reason):
    row = judged(claim(measure="share", matters=0.01, given={"target": target, "reference": [200, 2000]}))
    assert "not answerable" in row["verdict"] and reason in row["note"]
    less = judged(claim(measure="share", matters=0.01, given={"target": [300, 2000], "reference": [200, 2000]}))
    assert less["estimate"] == pytest.approx(0.05)  # 15% less 10%


PRESS = pd.DataFrame(
    {
        "article_id": [f"a{i}" for i in range(40)],
        "outlet": ["a", "b"] * 20,
        "date": pd.to_datetime("2024-01-01") + pd.to_timedelta(range(40), unit="D"),
        "headline": "見出し",
        "text": [
            "経済制裁を続ける。中朝の会談。制裁は続く。日朝の協議。北朝鮮が発表。",
            "制裁を続ける。朝中の会談。朝日新聞の報道。中国と中国。北朝鮮。",
        ]
        * 20,
    }
)


@pytest.fixture(scope="module")
def press():
    words = lexicon.load("northeast_asia")
    cut = tokens.tokenise(PRESS, lexicon=words)
    return study.open(PRESS, tokens=cut, counts=counts.count(cut, PRESS), mentions=tokens.mentions(PRESS, words))


def test_a_relation_of_which_only_one_order_is_found_has_no_order(press):
    """By hand: 日朝 stands in each article of a, its reverse is a newspaper; of 中朝 both orders are found."""
    one = claim(measure="order", first="日", relation="日朝", target="a", value=0.5, matters=0.1)
    row = judged(one, press)
    assert row["verdict"].startswith("not answerable") and "one order is found only (日朝)" in row["note"]
    both = claim(measure="order", first="中", relation="中朝", target="a", reference="b", matters=0.1)
    row = judged(both, press)
    assert row["verdict"] == "supported" and row["estimate"] == 1


def test_words_that_hold_the_word_of_a_claim_and_are_counted_on_their_own_are_named(press):
    """By hand: 制裁 stands twice in each article of a, once as 経済制裁."""
    one = claim(measure="words", terms=["制裁"], target="a", reference="b")
    row = judged(one, press)
    assert "制裁 also stands inside words that are counted as other ones: 経済制裁 (20)" in row["note"]
    assert "also stands" not in judged(one | {"terms": ["制裁", "経済制裁"]}, press)["note"]
    assert "near them are 経済制裁" in judged(one | {"terms": ["済制裁"]}, press)["note"]


def test_a_condition_on_actors_is_told_to_be_one_on_the_actor_mentioned_most(press):
    """North Korea is mentioned in every article, in those of b China more."""
    one = claim(measure="share", counted={"actor": ["north_korea"]}, target="a", reference="b", matters=0.1)
    row = judged(one, press)
    assert row["estimate"] == 1 and "the rows of north_korea" in row["note"]


@pytest.mark.parametrize(
    ("sentence", "more", "words"),
    [
        ("Coverage fell by half.", {"matters": 1.1}, "by half"), ("Coverage fell by half.", {"matters": 2}, ""),
        ("It fell by a third.", {"matters": 1.5}, ""), ("It fell by a third.", {"matters": 1.1}, "by a third"),
        ("At least 60% is on page 1.", {"value": 0.5, "matters": 0.05}, "60%"),
        ("At least 60% is on page 1.", {"value": 0.6, "matters": 0.05}, ""),
        ("AはBの二倍「制裁」を使う。", {"matters": 1.25}, "二倍"), ("AはBの２倍使う。", {"matters": 2.0}, ""),
        ("報道は３割減った。", {"matters": 1.1}, "3割"), ("報道は3分の1に減った。", {"matters": 3.0}, ""),
        ("その割合は変わらない。", {"matters": 0.05}, ""), ("In the first half of May A had more.", {"matters": 1}, ""),
        ("보도가 절반으로 줄었다.", {"matters": 1.2}, "절반"), ("보도가 2배 늘었다.", {"matters": 2}, ""),
        ("A names Putin twice as often.", {"matters": 1.01}, "twice as"), ("It fell by 90%.", {"matters": 1.1}, "90%"),
        ("It fell by half.", {"matters": 1.5}, "by half"), ("It rose by half.", {"matters": 1.5}, ""),
        ("Putin is named fivefold.", {"matters": 1.25}, "fivefold"), ("十倍言及される。", {"matters": 2.0}, "十倍"),
        ("倍増計画の記事が多い。", {"matters": 1.25}, ""), ("A 25% tariff is named more.", {"matters": 1.25}, ""),
        ("Not all messages were printed.", {"matters": 0.1}, ""), ("All three papers print.", {"matters": 0.1}, ""),
        ("毎号1面に載る。", {"matters": 0.1}, "毎号"), ("모두발언을 다룬다.", {"matters": 0.1}, ""),
        ("All birthday messages were on page 1.", {"value": 1, "matters": 0.1}, "All"),
        ("すべての祝電は1面に載った。", {"value": 1, "matters": 0.1}, "すべて"),
        ("Of all papers A is the gloomiest.", {"matters": 0.1}, ""), ("どの新聞よりも多い。", {"matters": 0.1}, ""),
    ],
)  # fmt: skip
def test_a_size_or_all_in_the_sentence_that_the_claim_does_not_test_is_told(sentence, more, words):
    measure = "mentions" if more["matters"] > 1 else "share"
    way = "less" if any(word in sentence for word in ("fell", "減", "줄")) else "more"
    told = declared.named_cause({"sentence": sentence, "measure": measure, "direction": way} | more)
    assert [str(each).split("“")[1].split("”")[0] for each in told] == [words] * bool(words)
