"""Claims in words: strict files, one rule for the verdict, and what data cannot answer."""

import io
import itertools
import json
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pandas as pd
import pytest
import yaml
from docx import Document
from scipy import stats
from statsmodels.stats.proportion import tost_proportions_2indep
from statsmodels.stats.rates import tost_poisson_2indep
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW, ttost_ind
from typer.testing import CliRunner

from framing import (
    claims,
    cli,
    corpus,
    datasets,
    declared,
    duplicates,
    frames,
    ledger,
    lexicon,
    messages,
    plots,
    report,
    study,
    tokens,
    trends,
)  # fmt: skip
from framing.claims.measuring import measured
from framing.claims.sides import absent, rests_on
from framing.claims.varying import joint, moved
from framing.errors import SourceError, TableError
from framing.multiverse.joint import permuted
from framing.multiverse.pairs import exchanging
from framing.report import word

PAIR = {"target": "東都新報", "reference": "西都タイムス"}


def claim(**more) -> dict:
    return {"id": "c", "sentence": "A claim.", "measure": "mentions", "direction": "more", "matters": 1.25} | more


def given(n, m, k, days) -> dict:
    return {"given": {"target": [n, m], "reference": [k, days]}}


def judged(one: dict, data=None, **more):
    found = claims.judge([one], data, **({"sensitivity": False} | more))
    assert found.faults.empty, found.faults["fault"].tolist()
    return found.verdicts.iloc[0]


@pytest.fixture(scope="module")
def press(root):
    made = corpus.open_source(dataset="sample", n_articles=700, seed=0).articles.reset_index(drop=True)
    clusters = duplicates.clusters(made)
    articles = corpus.with_clusters(made, clusters)
    tokens, counts, mentions = corpus.words(articles, lexicon=str(root / "params" / "lexicon" / "northeast_asia.yaml"))
    return study.open(articles, "made", tokens=tokens, counts=counts, mentions=mentions, clusters=clusters)


@pytest.fixture(scope="module")
def telegrams():
    return study.load("telegrams", dataset="leader_messages")


# ---- the rule ----


@pytest.mark.parametrize(
    ("counts", "direction", "expected"),
    [
        ((90, 100, 30, 100), "more", "supported"), ((30, 100, 90, 100), "more", "contradicted"),
        ((30, 100, 90, 100), "less", "supported"), ((90, 100, 30, 100), "less", "contradicted"),
        ((40, 100, 30, 100), "more", "inconclusive"), ((900, 100, 900, 100), "more", "contradicted"),
        ((9000, 100, 9000, 100), "same", "supported"), ((90, 100, 30, 100), "same", "contradicted"),
        ((90, 100, 30, 100), "different", "supported"), ((9000, 100, 9000, 100), "different", "contradicted"),
        ((40, 100, 40, 100), "same", "inconclusive"), ((10, 100, 0, 100), "more", "supported"),
    ],
)  # fmt: skip
def test_the_whole_interval_lies_beyond_what_matters_or_short_of_it(counts, direction, expected):
    assert judged(claim(direction=direction, dispersion=1.0, **given(*counts)))["verdict"] == expected


def test_no_difference_is_supported_where_statsmodels_two_one_sided_tests_reject():
    """statsmodels tost_poisson_2indep, exact-cond."""
    agreed = set()
    for n, k in itertools.product((40, 90, 200, 400, 1000, 3000), (50, 100, 380, 950, 3100)):
        tost = tost_poisson_2indep(n, 100, k, 100, 1 / 1.25, 1.25, method="exact-cond").pvalue
        row = judged(claim(direction="same", dispersion=1.0, **given(n, 100, k, 100)))
        assert (row["verdict"] == "supported") == (tost <= 0.05), (n, k)
        agreed.add(row["verdict"])
    assert agreed >= {"supported", "contradicted", "inconclusive"}


def test_shares_alike_agree_with_statsmodels_where_it_is_not_a_close_call():
    """statsmodels tost_proportions_2indep; its score interval is not ours, so p within .02 to .08 is left out."""
    said = set()
    for n, k in itertools.product((300, 450, 540, 505), (480, 500, 510)):
        size = 1000
        tost = tost_proportions_2indep(n, size, k, size, -0.1, 0.1, method="score").pvalue
        row = judged(claim(measure="share", direction="same", matters=0.1, **given(n, size, k, size)))
        if not 0.02 < tost < 0.08:
            assert (row["verdict"] == "supported") == (tost <= 0.05), (n, k, tost)
            said.add(row["verdict"])
    assert "supported" in said and len(said) > 1


@pytest.mark.parametrize("shift", [0.0, 0.2, 0.6])
def test_means_have_the_interval_and_equivalence_of_statsmodels(shift):
    """statsmodels ttost_ind and CompareMeans with unequal variances (Welch)."""
    rng = np.random.default_rng(4)
    a, b = rng.normal(shift, 1.0, 80), rng.normal(0, 2.0, 120)
    rows = pd.DataFrame({"outlet": ["a"] * 80 + ["b"] * 120, "tone": np.concatenate([a, b])})
    row = judged(
        claim(measure="tone", column="tone", direction="same", matters=0.5, target="a", reference="b"), study.open(rows)
    )
    ends = CompareMeans(DescrStatsW(a), DescrStatsW(b)).tconfint_diff(alpha=0.1, usevar="unequal")
    np.testing.assert_allclose((row["low"], row["high"]), ends, rtol=0.01)
    assert (row["verdict"] == "supported") == (ttost_ind(a, b, -0.5, 0.5, usevar="unequal")[0] <= 0.05)


def test_p_is_that_of_the_level_at_which_the_interval_ends_at_what_matters():
    """scipy: of two counts the binomial test of the first given their sum, which the exact interval inverts; of two
    means Welch's t."""
    for n in (66, 70, 80, 95):
        row = judged(claim(dispersion=1.0, matters=1.25, **given(n, 100, 40, 100)))
        exact = stats.binomtest(n, n + 40, 1.25 / 2.25, alternative="greater").pvalue
        assert row["p_value"] == pytest.approx(exact), n
        against = stats.binomtest(n, n + 40, 1.25 / 2.25, alternative="less").pvalue
        assert row["p_contradicted"] == pytest.approx(against), n
    few = pd.DataFrame({"outlet": ["a"] * 4 + ["b"] * 4, "tone": [2.0, 2.6, 2.2, 2.8, 0.1, 0.5, 0.0, 0.7]})
    row = judged(claim(measure="tone", column="tone", matters=1.0, target="a", reference="b"), study.open(few))
    exact = stats.ttest_ind(few["tone"][:4] - 1, few["tone"][4:], equal_var=False, alternative="greater").pvalue
    assert row["p_value"] == pytest.approx(exact, rel=0.15) and exact < 0.01  # a normal tail of the 90% interval: .0004


def test_the_file_is_corrected_for_its_claims():
    many = [claim(id=f"c{i}", dispersion=1.0, matters=1.0, **given(60 + 2 * i, 100, 50, 100)) for i in range(12)]
    table = claims.judge(many, sensitivity=False).verdicts
    assert ((table["verdict"] == "supported") == (table["q_value"] <= 0.05)).all()
    np.testing.assert_allclose(table["q_value"], stats.false_discovery_control(table["p_value"]), rtol=1e-9)
    against = stats.false_discovery_control(table["p_contradicted"])
    np.testing.assert_allclose(table["q_contradicted"], against, rtol=1e-9)
    one = [claim(id="weak", dispersion=1.0, matters=1.0, **given(72, 100, 50, 100))]
    assert claims.judge(one, sensitivity=False).verdicts.loc[0, "verdict"] == "supported"
    nothing = [claim(id=f"n{i}", dispersion=1.0, matters=1.0, **given(50, 100, 50, 100)) for i in range(19)]
    unasked = [{"id": f"u{i}", "sentence": "U.", "needs": ["cause"]} for i in range(40)]  # these are no tests
    found = claims.judge(one + nothing + unasked)
    assert found.verdicts.loc[0, "verdict"] == "inconclusive" and found.verdicts.loc[0, "q_value"] > 0.05
    assert "Alone it would be supported; corrected for the 20 claims" in found.verdicts.loc[0, "note"]
    assert any("number of claims in the file: 1." in caution for caution in claims.answer(found).cautions)
    assert set(found.sensitivity.query("claim == 'weak'")["verdict"]) == {"inconclusive"}  # by the same rule
    lost = [claim(id="weak", dispersion=1.0, matters=1.0, **given(50, 100, 72, 100))]
    assert "Alone it would be contradicted" in claims.judge(lost + nothing, sensitivity=False).verdicts.loc[0, "note"]


def test_of_a_file_of_twenty_false_claims_few_support_any():
    """At the edge each alone is supported in about .05, of twenty some in .6; in the file some in .05 of files."""
    rng, some, alone = np.random.default_rng(0), 0, 0
    for _ in range(200):
        counts = zip(rng.poisson(250, 20).tolist(), rng.poisson(200, 20).tolist(), strict=True)
        many = [claim(id=f"c{i}", dispersion=1.0, **given(n, 100, k, 100)) for i, (n, k) in enumerate(counts)]
        table = claims.judge(many, sensitivity=False).verdicts
        some += (table["verdict"] == "supported").any()
        alone += (table["p_value"] <= 0.05).any()
    assert some <= stats.binom.ppf(0.999, 200, 0.05) and alone > 100


def test_52_against_28_is_open_once_counts_vary_and_the_report_says_from_where():
    found = claims.judge([claim(matters=1.0, dispersion=1.0, **given(52, 126, 28, 126))])
    row, holds = found.verdicts.iloc[0], found.verdicts.loc[0, "holds"]
    assert row["verdict"] == "supported" and 2.1 < holds < 2.3
    for phi, expected in ((holds - 0.1, "supported"), (holds + 0.1, "inconclusive")):
        assert judged(claim(matters=1.0, dispersion=phi, **given(52, 126, 28, 126)))["verdict"] == expected
    curve = found.sensitivity[found.sensitivity["varied"] == "dispersion"].set_index("option")["verdict"]
    assert curve["1"] == "supported" and curve["3"] == "inconclusive"
    (part,) = claims.parts(found)
    assert "From a dispersion of 2.2 on" in " ".join(part.lines) and "supported" in part.lead[0]
    assert dict(part.table)["dispersion"].startswith("Another verdict in 6 of 9: 2.5 (inconclusive)")


# ---- measures of a study ----

MEASURED = {
    "share": {"measure": "share of articles", "counted": {"section": ["国際"]}, "matters": 0.3, "direction": "same",
              **PAIR},
    "rest": {"measure": "front page", "target": "東都新報", "reference": "rest", "matters": 0.02},
    "page": {"measure": "page", "direction": "less", "matters": 0.5, **PAIR},
    "tone": {"measure": "tone", "column": "n_chars", "direction": "same", "matters": 100, **PAIR},
    "actors": {"measure": "rate of mentions", "actor": "putin", "other_actor": "kim_jong_un",
               "direction": "less", "matters": 1.1},
    "mentions": {"measure": "rate of mentions", "actor": "putin", **PAIR},
    "change": {"measure": "rate of mentions", "actor": "putin", "window": 2022,
               "before": {"since": 2019, "until": 2020}},
    "rank": {"measure": "rank", "actor": "putin", "window": 2022, 
             "before": {"since": 2019, "until": 2022}, "direction": "highest"},
    "words": {"measure": "word ratio", "terms": ["会談", "首脳"], **PAIR},
    "frame": {"measure": "frame share", "codebook": "sample", "code": "threat", "matters": 0.03, **PAIR},
    "topic": {"measure": "topic share", "terms": ["会談"], "n_topics": 4, "matters": 0.03, **PAIR},
    "other": {"measure": "rate of mentions", "actor": "putin", "target": "東都新報", "reference": "rest"},
    "days": {"measure": "rate of mentions", "counted": {"section": ["国際"]}, "per": "day", "window": 2022,
             "before": 2021},
    "silence": {"measure": "silence", "direction": "none", "actor": "putin", "window": "2022-03", "before": 2021,
                "detection": 1.0},
    "half": {"measure": "front page", "target": "東都新報", "value": 0.5, "direction": "less", "matters": 0.02},
}  # fmt: skip
KNOWN = {"share": "supported", "page": "inconclusive", "tone": "supported", "actors": "supported", "half": "supported"}


@pytest.mark.parametrize("name", MEASURED)
def test_every_measure_has_a_number_and_an_interval(name, press):
    row = judged(claim(**MEASURED[name]), press, replicates=19)
    assert row["verdict"] != "not answerable with these data", row["note"]
    assert name == "silence" or row["low"] < row["estimate"] < row["high"] and row["n"] > 0
    assert row["procedure"]
    assert row["verdict"] == KNOWN.get(name, row["verdict"])
    assert ("is not known, the claim would be supported" in row["note"]) == (name in ("page", "rest"))
    assert ("uncorrected" in str(row["note"])) == (name == "frame")


@pytest.mark.parametrize("name", ["share", "rest", "page", "tone", "mentions", "words", "frame"])
def test_with_the_sides_exchanged_the_claim_is_the_opposite_one(name, press):
    own = MEASURED[name]
    if own.get("reference") == "rest":
        own = own | PAIR
    other = own | {"target": own["reference"], "reference": own["target"]}
    one, back = (judged(claim(**each), press, replicates=19) for each in (own, other))
    flip = (
        (lambda v: 1 / v)
        if declared.MEASURES[declared.read([claim(**own)]).entries[0]["measure"]] == "ratio"
        else (lambda v: -v)
    )
    np.testing.assert_allclose((back["estimate"], back["high"]), (flip(one["estimate"]), flip(one["low"])), rtol=1e-6)


def test_the_share_and_the_ratio_are_those_counted_by_hand(press):
    articles, mentions = press.articles, press.mentions
    own = articles[articles["outlet"].eq(PAIR["target"])], articles[articles["outlet"].eq(PAIR["reference"])]
    shares = [part["section"].eq("国際").mean() for part in own]
    assert judged(claim(**MEASURED["share"]), press)["estimate"] == pytest.approx(shares[0] - shares[1])
    ids = mentions.loc[mentions["actor"].eq("putin"), "article_id"].astype(str)
    rates = [part["article_id"].astype(str).isin(ids).mean() for part in own]
    assert judged(claim(**MEASURED["mentions"]), press)["estimate"] == pytest.approx(rates[0] / rates[1])


def test_codes_are_corrected_where_people_coded_and_called_uncorrected_where_not(press, tmp_path):
    """The corrected interval is that of frames.corrected with the outlets as groups."""
    own = MEASURED["frame"] | {"cluster": "cluster_id"}
    plain = judged(claim(**own), press)
    row = judged(claim(**own, people="sample/frames", strata=["outlet"]), press)
    assert "uncorrected" in plain["note"] and "Corrected for the machine" in row["note"]
    two = press.take(keep={"outlet": list(PAIR.values())})
    said = datasets.codings("sample/frames", articles=press.articles)
    said = said[said["article_id"].astype(str).isin(two.articles["article_id"].astype(str))]
    options = {"strata": ["outlet"], "level": 0.9}
    found = frames.corrected(two, frames.code(two, "sample"), said, "threat ~ outlet", **options).pairs
    pair = found[found["estimator"].eq("corrected")].iloc[0]
    ends = sorted(abs(pair[name]) for name in ("conf_low", "conf_high"))
    np.testing.assert_allclose(sorted(map(abs, (row["low"], row["high"]))), ends, rtol=1e-6)
    value = said[said["code"].eq("threat") & said["coder"].eq("A")].astype({"article_id": str, "value": float})
    value = two.articles["article_id"].astype(str).map(value.set_index("article_id")["value"])
    told = study.open(two.articles.assign(said=value), "told", tokens=two.tokens)
    note = judged(claim(**own, people="threat=said", strata=["outlet"]), told)["note"]
    assert "taken as the same for all articles of one stratum (outlet)" in note
    with messages.speaking("ja"):
        assert "taken as" not in messages.say(note)
    given = said.assign(unit=said["article_id"]).drop(columns="article_id")
    given.loc[given["unit"].isin(given["unit"].unique()[:5]), "value"] = None  # drawn, and not coded
    given.to_csv(tmp_path / "codes.csv", index=False)
    note = str(judged(claim(**own, people=str(tmp_path / "codes.csv"), strata=["outlet"]), press)["note"])
    assert f"they coded: {given.loc[given['value'].notna() & given['code'].eq('threat'), 'unit'].nunique()}." in note
    label = frames.load("sample").labels["threat"]  # as people write it, in full width too; other codes do not matter
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalpha() else sign for sign in label)
    assert label != "threat" and wide != "threat"
    named = {"threat": wide, "talks": "no such code"}
    said.assign(unit=said["article_id"], code=said["code"].replace(named)).drop(columns="article_id").to_csv(
        tmp_path / "labels.csv", index=False
    )
    again = judged(claim(**own, people=str(tmp_path / "labels.csv"), strata=["outlet"]), press)
    np.testing.assert_allclose(again[["low", "high"]].astype(float), row[["low", "high"]].astype(float), rtol=1e-12)


def test_a_claim_takes_of_a_sample_what_lies_in_its_own_rows(press, tmp_path):
    """Where people coded every article of every outlet, the corrected share of any part of them is the people's own."""
    every = press.placements().astype({"article_id": str})
    every["said"] = np.random.default_rng(0).integers(0, 2, len(every))
    coded = pd.DataFrame({"unit": every["article_id"], "coder": "A", "code": "threat", "value": every["said"]})
    coded.to_csv(tmp_path / "all.csv", index=False)
    own = claim(**MEASURED["frame"], people=str(tmp_path / "all.csv"), strata=["outlet"])
    assert set(every["outlet"]) > set(PAIR.values())

    def by_hand(rows):
        mean = rows.groupby("outlet")["said"].mean()
        return mean[PAIR["target"]] - mean[PAIR["reference"]]

    late, section = every["date"].ge("2022"), every["section"].eq("国際")
    for more, rows in [({}, every), ({"window": {"since": 2022}}, every[late]), ({"cluster": "issue_date"}, every),
                       ({"population": {"keep": {"section": ["国際"]}}}, every[section])]:  # fmt: skip
        assert judged(own | more, press)["estimate"] == pytest.approx(by_hand(rows)), more
    rest = every[~every["outlet"].eq(PAIR["target"])]["said"].mean()
    mine = every[every["outlet"].eq(PAIR["target"])]["said"].mean()
    assert judged(own | {"reference": "rest"}, press)["estimate"] == pytest.approx(mine - rest)
    coded[every["outlet"].ne(PAIR["target"]).to_numpy()].to_csv(tmp_path / "all.csv", index=False)
    assert "People coded no article of one side" in judged(own, press)["note"]


def test_variations_are_judged_beside_the_claim(press):
    found = claims.judge([claim(**MEASURED["rest"], window={"since": 2020, "until": 2022})], press, replicates=19)
    assert found.sensitivity["varied"].value_counts().to_dict() == {"window": 8, "copies": 2, "missing values": 3}
    next_to = {"measure": "front", "matters": 0.02, "window": 2022, "before": {"since": 2020, "until": 2021}}
    moved = claims.judge([claim(**next_to)], press).sensitivity
    moved = moved[moved["varied"] == "window"]
    assert moved["estimate"].notna().all() and moved["estimate"].nunique() == 8  # the time before ends where it begins
    table = found.sensitivity.set_index("option")
    first, other = (
        table.loc[name, "estimate"] for name in ("as the claim would have it", "as the claim would not have it")
    )
    assert other < found.verdicts.loc[0, "estimate"] < first


def test_every_message_is_said_in_japanese(press):
    many = [
        claim(**own) | {"id": name, "sentence": {"en": "A claim.", "ja": "主張。"}} for name, own in MEASURED.items()
    ]
    found = claims.judge(many, press, language="ja", replicates=19)
    with messages.speaking("ja"):
        shown = [
            repr(report.explain(claims.parts(found), picture=plots.claim_verdicts)),
            str(report.finding(claims.answer(found))),
        ]
        shown += [plots.claim_verdicts(found.verdicts).caption]
        shown += [
            messages.said(cell) for name in ("verdict", "note", "status", "measure") for cell in found.verdicts[name]
        ]
    assert not [
        text
        for text in shown
        for word in ("claim", "interval", "times", "verdict", "supported", "rate of", "inconclusive")
        if word in text.lower()
    ]


def test_all_choices_of_a_claim_are_tested_together(press, telegrams):
    """Counted by hand: windows × copies × clusters × scales. A planted effect is found, and its opposite is not."""
    many = [claim(**own) | {"id": name} for name, own in MEASURED.items() if name != "topic"]
    found = claims.judge(many, press, replicates=99).joint.set_index("claim")
    tried = found["n_specifications"].dropna().to_dict()
    assert tried == {"share": 6, "rest": 3, "page": 9, "tone": 12, "mentions": 6, "change": 30, "words": 12, "frame": 6,
                     "other": 6}  # fmt: skip
    assert found.loc["page", "p_value"] == 0.01 and found.loc["page", "agree"] == 1
    assert found.loc["frame", "p_value"] > 0.95 and found.loc["frame", "agree"] == 0  # the claim is the wrong way round
    reasons = found.loc[found["p_value"].isna(), "note"]
    assert set(reasons.index) == {"actors", "rank", "days", "silence", "half"} and reasons.str.len().min() > 20
    given_ = claims.judge([claim(**given(90, 100, 30, 100))]).joint
    assert "no articles that could be exchanged" in given_.loc[0, "note"]


@pytest.mark.parametrize(("months", "exchanged"), [(["a" * 3 + "b" * 3], 6), (["aaab", "aabb", "aaaa"], 8)])
def test_all_choices_are_tested_together_where_enough_rows_change_sides(months, exchanged):
    """By hand: 3 of 6 rows can be chosen in 20 ways; 1 of 4 in 4 and 2 of 4 in 6, so 24; a month of one side has none.
    With a row fewer in the larger month there are 10 and 16 ways, and no p."""
    entry = claims.read([claim(measure="front", matters=0.05, target="a", reference="b")]).entries[0]

    def made(months):
        rows = [(outlet, f"2020-{month:02}-{day:02}", 1 + day % 2)
                for month, outlets in enumerate(months, 1) for day, outlet in enumerate(outlets, 1)]  # fmt: skip
        rows = pd.DataFrame(rows, columns=["outlet", "date", "page"])
        return study.open(rows.assign(date=pd.to_datetime(rows["date"])))

    assert joint(entry, made(months), 9, 0)[2] == exchanged
    few = [months[0][:-1], *months[1:]] if len(months) == 1 else [months[0], "aaab", *months[2:]]
    with pytest.raises(TableError, match=rf"change: {5 if len(months) == 1 else 8}, in different ways: 1[06]\."):
        joint(entry, made(few), 9, 0)


def test_a_cluster_of_one_side_changes_sides_as_a_whole():
    """By hand: editors e and f are of one side, g of both; single articles were exchanged whatever the cluster, and
    5 editors an outlet with moods of their own were told apart at .05 in 29% of 200 data sets (.035 now)."""
    label = np.array([1, 1, 1, 0, 0, 0, 1, 0, 1.0])
    cluster, month = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2]), np.array([0, 1, 1, 0, 1, 1, 0, 0, 1])
    ways = np.unique(permuted(label, *exchanging(label, cluster, month), 199, 0), axis=0)
    assert len(ways) == 4  # e and f change or not, the two of g in the first month likewise
    assert (np.ptp(ways[:, :3], axis=1) == 0).all() and (ways[:, 0] + ways[:, 3] == 1).all()
    assert (ways[:, 6] + ways[:, 7] == 1).all() and (ways[:, 8] == 1).all()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["outlets", "time"])
def test_all_choices_together_find_nothing_in_noise(kind):
    """Days with moods that both outlets share, or with autocorrelation .6 across the two windows; 150 data sets each.
    Measured with 200 and 99 permutations: .065 and .075 (outlets), .045, .04 and .05 (time)."""
    rng, p = np.random.default_rng(3), []
    own = {"measure": "front", "matters": 0.05}
    sides = {"target": "a", "reference": "b"} if kind == "outlets" else {
        "window": {"since": "2020-04-20"}, "before": {"until": "2020-04-19"}}  # fmt: skip
    entry = claims.read([claim(**own, **sides)]).entries[0]
    for seed in range(150):
        mood = np.zeros(60)
        for day in range(1, 60):
            mood[day] = 0.6 * mood[day - 1] + 0.8 * rng.normal()
        day = np.repeat(np.arange(60), 5)
        front = rng.random(300) < 1 / (1 + np.exp(0.3 - mood[day]))
        rows = pd.DataFrame({"outlet": rng.choice(["a", "b"], 300), "page": np.where(front, 1, 2),
                             "date": pd.Timestamp("2020-01-01") + pd.to_timedelta(3 * day, unit="D")})  # fmt: skip
        p.append(joint(entry, study.open(rows), 99, seed)[-1])
    assert (np.array(p) <= 0.05).sum() <= stats.binom.ppf(0.999, 150, 0.06)


def test_each_claim_has_a_section_of_the_report_with_its_figure(telegrams):
    """One heading per claim in the page and its contents, a figure where there is an interval, sentences else."""
    needs = {"id": "meant", "sentence": "Page 4 *shows* <b>that</b>.", "needs": ["intent"]}
    own = claim(
        measure="front",
        direction="less",
        matters=0.1,
        by="leader",
        target="xi",
        window=2024,
        before={"since": 2021, "until": 2023},
    )
    found = claims.judge([own, needs], telegrams, replicates=19)
    shown = report.explain(claims.parts(found), picture=plots.claim_verdicts)
    assert shown.markup().count("<h3>") == 2 and shown.markup().count("fr-wide") == 1
    code = "from framing import claims, plots, report"
    outputs = [nbformat.v4.new_output("display_data", one._repr_mimebundle_()) for one in shown._pieces]
    cells = [nbformat.v4.new_markdown_cell("## Claim by claim"), nbformat.v4.new_code_cell(code, outputs=outputs)]
    cells[1].metadata["tags"] = ["page"]
    page = report.export(nbformat.v4.new_notebook(cells=cells), title="T")
    assert page.count("<h3 id=") == 2 and ">Claim by claim</h2>" in page
    assert page.count('class="fr-level-3"') == 2 and "<b>that</b>" not in page
    assert "as the robustness checks say: missing values" in page and "Robustness checks" in page
    told = [each.text for each in Document(io.BytesIO(word.document(page, Path()))).paragraphs]
    assert any(text.startswith("window The same verdict in each variation (8)") for text in told)
    assert (
        "<strong>inconclusive</strong>" in page
        and "would be supported" in page
        and "what an editor or a government meant" in page
    )


# ---- what data cannot answer ----


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"needs": ["cause"], "measure": None, "direction": None, "matters": None}, "only the cause differs"),
        ({"needs": ["intent"], "measure": None, "direction": None, "matters": None}, "editor or a government"),
        ({"measure": "front page", "matters": 0.05, "target": "朝日新聞", "reference": "rest"}, "朝日新聞"),
        ({"measure": "front page", "matters": 0.05, "window": 1999, **PAIR}, "The data run from"),
        ({"measure": "front page", "matters": 0.05, "target": ["東都新報", "北海日日"], "reference": "東都新報"},
         "both sides"),
        ({"measure": "tone", "column": "mood", "matters": 0.1, **PAIR}, "mood"),
        ({"measure": "mentions", "actor": "nobody", **PAIR}, "nobody"),
        ({"measure": "order", "relation": "朝ロ", "first": "ロ", "value": 0.5, "matters": 0.1}, "朝ロ"),
        ({"measure": "silence", "direction": "none", "actor": "putin", "window": "2022-03",
          "rate": 5}, "probability"),
        ({"measure": "mentions", "counted": {"section": ["国際"]}, "target": ["東都新報", "北海日日"],
          "reference": "東都新報"}, "both sides"),
        ({"measure": "mentions", "actor": "putin", "other_actor": "プーチン"}, "compared with itself"),
        ({"measure": "mentions", "actor": "putins", "other_actor": "putin"}, "for putin,"),  # near names first
        ({"measure": "order", "relation": "朝ロ", "first": "ロシア", "value": 0.5, "matters": 0.1},
         "one of ロ, 朝"),
        ({"measure": "tone", "column": "date", "matters": 0.1, **PAIR}, "to hold numbers"),
        ({"measure": "tone", "column": "headline", "matters": 0.1, **PAIR}, "headline holds text"),
        ({"measure": "front", "matters": 0.1, "by": "language", "target": "ja", "reference": "rest"},
         "nothing is left"),
        ({"measure": "silence", "direction": "none", "actor": "putin", "detection": 1, "window": "2023-12-31",
          "before": 2021, "target": "東都新報", "population": {"until": "2023-12-30"}}, "cannot show silence"),
        ({"unit": "articles", "target": {"leader": "xi", "outlet": "kcna"}, "window": 2018, "before": 2017}, "outlet"),
        ({"unit": "paragraphs", "target": "putin", "reference": "xi", "by": "leader", "window": 2024}, "unit"),
    ],
)  # fmt: skip
def test_what_the_data_lack_is_said(more, reason, press):
    one = {key: value for key, value in claim(**more).items() if value is not None}
    row = judged(one, press)
    assert row["verdict"] == "not answerable with these data" and reason in row["note"]
    assert np.isnan(row["estimate"]) and np.isnan(row["p_value"])


def test_counts_in_different_units_and_parts_of_years_are_not_mixed(telegrams):
    """Trap: the counts of 2015 are of name mentions and of six media, those of 2024 of articles until 5 May."""
    own = {"unit": "articles", "by": "leader", "target": "xi", "direction": "less"}
    mixed = judged(claim(**own, window={"since": "2024-01-01", "until": "2024-05-05"}, before=2015), telegrams)
    assert "from 2015-01-01 to 2015-12-31: 365; the counts in this unit cover 0 of them" in mixed["note"]
    part = judged(claim(**own, window=2024, before=2023), telegrams)
    assert ": 366; the counts in this unit cover 126 of them" in part["note"]
    scaled = judged(claim(**own, window={"since": "2024-01-01", "until": "2024-05-05"}, before=2023), telegrams)
    assert scaled["estimate"] == pytest.approx(28 / 126 / (54 / 365)) and "part of a year" in scaled["note"]


def test_units_that_were_counted_then_are_named_and_reports_are_no_list_of_all_messages(telegrams):
    own = {"unit": "articles", "by": "leader", "target": "xi"}
    assert "other units (articles_six_media, kim_xi_letters, name_mentions)" in judged(
        claim(**own, window=2016, before=2015), telegrams)["note"]  # fmt: skip
    given_ = judged(claim(given={"target": [8, 366], "reference": [6, 365]}))
    assert "same way is not checked" in given_["note"]
    daily = claim(by="leader", target="putin", per="day", window={"since": 2023}, before={"until": 2022})
    assert "all messages" in judged(daily, telegrams)["note"]  # reports were searched for by year and occasion


def test_the_dispersion_of_several_counts_is_theirs(telegrams):
    """Seven counts by VOA of Trump: 60 57 57 61 in 115 days, 8 16 28 in 89; Pearson's χ² by hand, 5 degrees of
    freedom, times (t / normal)²; what neighbours have in common is within its error. Or, if the rates of
    periods differ, as much more on each side as its periods are large, of fewer degrees of freedom."""
    own = {"unit": "articles", "by": "leader", "target": "trump"}
    spans = {
        "window": {"since": "2017-05-01", "until": "2017-08-23"},
        "before": {"since": "2017-02", "until": "2017-04"},
    }
    row = judged(claim(**own, **spans), telegrams)
    sides = ((60, 57, 57, 61), (31, 30, 31, 23)), ((8, 16, 28), (28, 31, 30))
    chi2 = sum(((n - size * sum(ns) / sum(sizes)) ** 2) / (size * sum(ns) / sum(sizes))
               for ns, sizes in sides for n, size in zip(ns, sizes, strict=True))  # fmt: skip
    means = [np.array(sizes) * sum(ns) / sum(sizes) for ns, sizes in sides]
    own, every = np.array([(each**2).sum() / each.sum() for each in means]), np.concatenate(means)
    between = (chi2 - 5) / (every.sum() - own.sum()) * own
    by_count, by_rate = ((stats.t.ppf(0.95, df) / stats.norm.ppf(0.95)) ** 2
                         for df in (5, every.sum() ** 2 / (every**2).sum() - 2))  # fmt: skip
    a, b = np.maximum(chi2 / 5 * by_count, 1 + between * by_rate)
    low = stats.beta.ppf([0.05, 0.95], [235 / a, 235 / a + 1], [52 / b + 1, 52 / b])
    np.testing.assert_allclose((row["low"], row["high"]), low / (1 - low) * (89 / b) / (115 / a), rtol=1e-9)
    assert "assumed" not in row["note"]


def test_windows_of_different_seasons_and_gaps_in_the_collection_are_said():
    days = pd.date_range("2020-01-01", "2021-12-31")
    rows = study.open(pd.DataFrame({"outlet": "a", "date": days, "section": "x"}).drop(range(400, 460)))
    own = {"counted": {"section": ["x"]}, "per": "day", "direction": "less", "window": 2021}
    whole, part = (
        judged(claim(**own, before=before), rows)["note"] for before in (2020, {"since": "2020-10", "until": 2020})
    )
    assert "the season is not adjusted" in part and "the season" not in whole
    assert "has no article: 1." in whole  # March 2021


def test_a_change_of_the_order_in_lists_is_that_against_the_time_before(telegrams):
    """New Year's cards of a known day, by the table of the data card: Putin first in 3 of 3 lists, then in 1 of 5."""
    own = {"measure": "order", "by": "leader", "target": "putin", "reference": "xi", "matters": 0.1,
           "direction": "less", "population": {"keep": {"occasion": "new_year"}}}  # fmt: skip
    row = judged(claim(**own, window={"since": 2020}, before={"until": "2019-12-30"}), telegrams)
    alone = [judged(claim(**own, **ends), telegrams)["estimate"] + 0.5
             for ends in ({"window": {"since": 2020}}, {"window": {"until": "2019-12-30"}})]  # fmt: skip
    assert row["estimate"] == pytest.approx(alone[0] - alone[1]) == pytest.approx(1 / 5 - 3 / 3)
    every = judged(claim(**own | {"population": {}}, value=0.5), telegrams)  # 14 pairs, 2 without an order, by pandas
    assert every["n"] == 12 and "an order, left out: 2." in every["note"]
    assert "not known, left out: 13." in every["note"]


def test_speeches_and_signed_articles_are_told_from_messages_and_the_shipped_claims_are_without_them(telegrams, root):
    """The data card counts six, of which two name Putin; datasets.messages() and 40_prominence are without them."""
    one = claim(measure="front", by="leader", target="xi", reference="putin", matters=0.1)
    note = lambda **more: judged(one | more, telegrams)["note"]  # noqa: E731
    assert "speeches or signed articles, which are no messages: 6." in note()
    assert "no messages: 2." in note(target="putin", reference="other")
    assert "no messages: 3." in note(window={"since": 2024})
    assert "no messages" not in note(population={"drop": {"direction": ["public_text"]}})
    for name in ("50_claims.yaml", "50_claims.ja.yaml"):
        asked = yaml.safe_load((root / "params" / "telegrams" / name).read_text("utf-8"))
        taken = study.load("t", dataset="leader_messages", drop=asked["drop"]).articles["article_id"].astype(str)
        assert sorted(taken) == sorted(datasets.messages().rows["article_id"].astype(str))


def test_messages_of_one_issue_are_compared_within_it(telegrams):
    """By the table of the data card four issues hold messages of both Xi and Putin with a page: pages 2 and 1 on
    9 September 2015, then 1 and 1, 6 and 6, and 3 and 3 (9 September 2024). Of two more Xi's page is not known, and
    Putin's is 1 (9 September 2017) or not known. scipy: ttest_rel, binomtest."""
    own = {"by": "leader", "target": "xi", "reference": "putin", "population": {"keep": {"outlet": ["rodong_sinmun"]}}}
    one = claim(**own, measure="page", within="issue_date", direction="more", matters=0.5)
    row, known = judged(one, telegrams), measured(claims.read([one]).entries[0], telegrams, fill="out").ends[0.9]
    last = telegrams.articles.loc[telegrams.articles["outlet"].eq("rodong_sinmun"), "page"].max()
    xi, putin = [2, 1, 6, 3], [1, 1, 6, 3]
    ends = [stats.ttest_rel(xi + more, putin + other).confidence_interval(0.9)
            for more, other in (([], []), ([last, last], [1, 1]), ([1, 1], [1, last]))]  # fmt: skip
    np.testing.assert_allclose(known, ends[0])
    np.testing.assert_allclose((row["estimate"], row["high"]), (0.25, ends[1].high))
    assert row["low"] < ends[2].low  # one of four issues has nearly all of the difference, of which t knows too little
    assert row["n"] == 4 and row["verdict"] == "inconclusive" and "not known: 3." in row["note"]
    one = claim(**own, measure="same page", value=0.5, direction="more", matters=0.1)
    row, known = judged(one, telegrams), measured(claims.read([one]).entries[0], telegrams, fill="out").ends[0.9]
    ends = stats.binomtest(3, 4).proportion_ci(0.9)
    assert row["estimate"] == 0.25 and known[0] < ends.low - 0.5 and known[1] > ends.high - 0.5
    np.testing.assert_allclose(known, np.array(ends) - 0.5, atol=0.07)  # clusters widen it
    ends = stats.binomtest(3, 6).proportion_ci(0.9).low, stats.binomtest(5, 6).proportion_ci(0.9).high
    np.testing.assert_allclose((row["low"], row["high"]), np.array(ends) - 0.5, atol=0.04)
    for when, reason in (("2024-10-06", "no row of one side"), ({"since": 2025}, "No issue holds both")):
        none = judged(claim(**own, window=when, measure="same page", value=0.5, matters=0.1), telegrams)
        assert none["verdict"] == "not answerable with these data" and reason in none["note"]
    alike = judged(
        claim(**own | {"window": {"since": 2019}}, measure="page", within="issue_date", matters=0.5), telegrams
    )
    assert alike["verdict"] == "inconclusive" and alike["estimate"] == 0  # no spread over three issues


def test_who_is_first_in_quotations_is_apart_from_who_is_outside():
    """露朝 outside, 朝ロ and 朝露 inside 「」: by hand."""
    texts = ["露朝の接近。「朝ロ関係は」「朝露関係」と述べた。"] * 12
    rows = pd.DataFrame({"article_id": [f"a{i}" for i in range(12)], "outlet": "a", "headline": "", "text": texts})
    made = study.open(rows, tokens=tokens.tokenise(rows, lexicon=lexicon.load("northeast_asia")))
    own = {"measure": "order", "relation": "朝ロ", "first": "ロ", "value": 0.5, "matters": 0.1}
    said = {where: judged(claim(**own, quoted=where), made) for where in ("outside", "inside")}
    assert (said["outside"]["verdict"], said["inside"]["verdict"]) == ("supported", "contradicted")
    assert (said["outside"]["n"], said["inside"]["n"]) == (12, 24)


def test_a_search_is_of_the_windows_of_one_side_only(press):
    """With a reference the best of all windows of the target alone would say nothing about the comparison."""
    own = {
        "measure": "front",
        "window": 2022,
        "chosen": "after looking",
        "population": {"keep": {"page": [*range(1, 9)]}},
    }
    row = judged(claim(**own, **PAIR, matters=0.0, direction="more", cluster="issue_date"), press)
    assert row["verdict"] == "inconclusive" and "no test" in row["note"]


def test_a_constant_and_few_mentions_are_no_evidence():
    rows = study.open(pd.DataFrame({"outlet": ["a"] * 9 + ["b"] * 9, "page": 1}))
    own = {"measure": "page", "direction": "same", "matters": 0.5, "target": "a", "reference": "b"}
    assert judged(claim(**own), rows)["verdict"] == "inconclusive"
    usual = {"given": {"target": [0, 30], "reference": [3, 30]}, "dispersion": 1.0}  # P(0 of 3 | half) is 1/8, not e⁻³
    row = judged(claim(measure="silence", direction="none", matters=1.0, detection=1.0, **usual))
    assert row["verdict"] == "inconclusive" and row["p_value"] == pytest.approx(1 / 8)


def test_a_rank_among_years_needs_every_year(telegrams):
    own = {
        "measure": "rank",
        "unit": "articles",
        "by": "leader",
        "target": "xi",
        "direction": "highest",
        "window": 2018,
    }
    near = judged(claim(**own, before={"since": 2016, "until": 2018}), telegrams)
    assert near["verdict"] == "supported" and near["estimate"] == pytest.approx(137 / 17)
    assert "not answerable" in judged(claim(**own, before={"since": 2016, "until": 2023}), telegrams)["verdict"]


def test_a_window_chosen_after_looking_must_survive_the_search(telegrams):
    """Trap: 1 of 4 against 15 of 16 is .013 by Fisher, and nothing among all windows."""
    keep = {"outlet": ["rodong_sinmun"], "direction": ["received", "sent"]}
    own = {
        "measure": "front page",
        "by": "leader",
        "target": "xi",
        "direction": "less",
        "matters": 0.0,
        "window": 2024,
        "before": {"since": 2021, "until": 2023},
        "population": {"keep": keep, "since": "2021-01-01"},
    }
    rng = np.random.default_rng(0)
    planted = pd.DataFrame({"outlet": "a", "date": pd.date_range("2020-01-01", periods=120, freq="15D")})
    planted["page"] = np.where(planted["date"].dt.year == 2022, 3, np.where(rng.random(120) < 0.9, 1, 2))
    looked = claim(**own, chosen="after looking")
    assert judged(looked, telegrams, replicates=199)["verdict"] == "inconclusive"
    other = {"population": {}, "target": "a", "by": "outlet", "window": 2022, "before": {"since": 2020, "until": 2021}}
    assert judged(looked | other, study.open(planted), replicates=199)["verdict"] == "supported"
    for seed in (0, 1, 5):  # the best window of pure noise
        rng = np.random.default_rng(seed)
        noise = planted.assign(page=np.where(rng.random(120) < 0.65, 1, 2))
        best = trends.episode(noise.assign(front=noise["page"].eq(1)), "front", replicates=19)
        window = {"since": str(best.start.date()), "until": str(best.end.date())}
        before = {"since": "2020-01-01", "until": str((best.start - pd.Timedelta(days=1)).date())}
        one = claim(**own) | other | {"window": window, "before": before}
        found = [judged(one | {"chosen": when}, study.open(noise)) for when in ("before looking", "after looking")]
        assert [each["verdict"] for each in found] == ["supported", "inconclusive"] and "search" in found[1]["note"]
    words = judged(claim(dispersion=1.0, chosen="after looking", **given(90, 100, 30, 100)))
    assert words["verdict"] == "inconclusive" and "no test" in words["note"]


def test_two_clusters_are_no_evidence():
    """Trap: forty rows in two issues a side."""
    rows = pd.DataFrame({"outlet": ["a"] * 20 + ["b"] * 20, "page": [1] * 20 + [2] * 20,
                         "issue_date": ["2020-01-01", "2020-01-02"] * 20})  # fmt: skip
    own = claim(measure="front page", matters=0.05, cluster="issue_date", target="a", reference="b")
    row = judged(own, study.open(rows))
    assert row["verdict"] == "inconclusive" and "Too few clusters" in row["note"]
    assert judged(own | {"cluster": "article_id"}, study.open(rows))["verdict"] == "supported"


def test_silence_rests_on_what_would_be_found_anyway():
    own = {"measure": "silence", "direction": "none", "matters": 1.0}
    moon = {"unit": "articles", "by": "leader", "target": "moon_jae_in", "rate": 20,
            "window": {"since": "2017-05-10", "until": "2017-08-23"}}  # fmt: skip
    assert judged(claim(**own, **moon, detection=0.9))["verdict"] == "supported"
    assert judged(claim(**own, **moon, detection=0.05))["verdict"] == "inconclusive"
    assert judged(claim(**own, **moon))["verdict"] == "not answerable with these data"
    seen = {"given": {"target": [1, 30], "reference": [365, 365]}}
    assert judged(claim(**own, **seen, detection=0.5))["verdict"] == "contradicted"


@pytest.mark.parametrize("detection", [{}, {"detection": 1.0}, {"detection": 0.3}])
def test_a_usual_rate_that_the_source_shows_is_not_cut_by_its_detection_again(detection):
    counts = {"given": {"target": [0, 365], "reference": [18, 1096]}, "dispersion": 1}
    row = judged(claim(measure="silence", direction="none", matters=1.0, **counts, **detection))
    predicted = stats.nbinom.pmf(0, 18, 1096 / (1096 + 365))  # Poisson counts of a rate that 18 counts tell
    assert row["p_value"] == pytest.approx(predicted) == pytest.approx(0.00566, abs=5e-6)


@pytest.fixture(scope="module")
def pages():
    """Of A 10 articles on page 1, 10 inside and 5 without a page; of B 10, 20 and none."""
    placed = [("A", 1, 10), ("A", 2, 10), ("A", None, 5), ("B", 1, 10), ("B", 2, 20)]
    rows = [(outlet, page) for outlet, page, n in placed for _ in range(n)]
    made = pd.DataFrame(rows, columns=["outlet", "page"]).astype({"page": "Int64"})
    return study.open(made.assign(date=pd.date_range("2020-01-01", periods=len(made), freq="3D")), "pages")


def test_a_missing_page_is_no_other_page_in_rates_either(pages):
    sides = {"target": "A", "reference": "B", "counted": {"page": [1]}}
    found = claims.judge([claim(**sides), claim(**sides) | {"id": "s", "measure": "share", "matters": 0.1}], pages)
    assert found.verdicts["estimate"].tolist() == pytest.approx([(10 / 20) / (10 / 30), 10 / 20 - 10 / 30])
    filled = found.sensitivity[found.sensitivity["varied"].eq("missing values")].set_index(["claim", "option"])
    assert filled.loc["c", "estimate"].tolist() == pytest.approx([(15 / 25) / (10 / 30), (10 / 25) / (10 / 30), 1.5])
    assert filled.loc["s", "estimate"].tolist() == pytest.approx([15 / 25 - 10 / 30, 10 / 25 - 10 / 30, 1 / 6])
    assert "not known: 5" in found.verdicts["note"][0]
    days = judged(claim(**sides, per="day"), pages)
    assert "not known: 5" in days["note"]
    assert days["estimate"] == pytest.approx((10 / 73) / (10 / 88))  # A ends on the 73rd day, B begins on the 76th


def paged(pages: dict):
    """A study of an article a day, with these pages in each outlet."""
    rows = [(outlet, page) for outlet, own in pages.items() for page in own]
    made = pd.DataFrame(rows, columns=["outlet", "page"])
    return study.open(made.assign(date=pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(len(made)), unit="D")))


@pytest.mark.parametrize(
    ("more", "filled"),
    [
        ({"measure": "front", "matters": 0.1, "target": "a", "reference": "b"}, ("a1 b2", "a2 b1")),
        ({"measure": "front", "matters": 0.1, "target": "a", "value": 0.3}, ("a1 b2", "a2 b1")),
        ({"measure": "page", "matters": 0.2, "target": "b", "reference": "a"}, ("a1 b4", "a4 b1")),
        ({"measure": "mentions", "matters": 1.1, "target": "a", "reference": "b", "counted": {"page": [1]},
          "dispersion": 1.0}, ("a1 b2", "a2 b1")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("direction", ["more", "less", "same"])
def test_the_interval_of_pages_covers_every_way_to_fill_those_that_are_missing(more, filled, direction):
    """Pages filled by hand, all that are missing for the claim and all against it: the union of the three intervals."""
    pages = {"a": [1] * 24 + [2] * 6 + [None] * 4, "b": [1] * 9 + [2] * 19 + [4] * 2 + [None] * 4}
    one = claim(direction=direction, **more, **({"cluster": "issue_date"} if more["measure"] != "mentions" else {}))
    row = judged(one, paged(pages))
    known = {outlet: [page for page in own if page] for outlet, own in pages.items()}
    hand = [{outlet: [page or int(by[by.index(outlet) + 1]) for page in own] for outlet, own in pages.items()}
            for by in filled]  # fmt: skip
    ends = [judged(one, paged(each)) for each in (known, *hand)]
    assert row["low"] == pytest.approx(min(each["low"] for each in ends)), ends
    assert row["high"] == pytest.approx(max(each["high"] for each in ends))
    assert row["estimate"] == pytest.approx(ends[0]["estimate"]) and row["n"] == ends[0]["n"]
    assert f"not known: {4 if 'value' in more else 8}. The interval covers every way" in row["note"]
    if direction == "more" and more["measure"] == "front" and "reference" in more:
        assert row["verdict"] == ends[0]["verdict"] == "supported"
        few = pages | {"b": [1] * 9 + [2] * 19 + [4] * 2 + [None] * 12}
        found = claims.judge([one], paged(few))
        (row,) = found.verdicts.to_dict("records")
        assert (
            row["verdict"] == "inconclusive"
            and "left out of which that is not known, the claim would be supported" in row["note"]
        )
        table = found.sensitivity[found.sensitivity["varied"] == "missing values"].set_index("option")["verdict"]
        assert table["left out"] == "supported" and "not known" in str(claims.parts(found)[0].lines[1])


@pytest.mark.slow
def test_pages_that_are_missing_where_they_are_not_the_first_support_no_false_claim():
    """A difference at the edge of what matters, .4 against .3; of the target's pages .15 of those further inside are
    not known. Left out, they supported it in .27 of 150 such data sets; measured with their fills: .06."""
    n, wrong = 300, 0
    (one,) = claims.read([claim(measure="front", matters=0.1, target="a", reference="b")]).entries
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.tile(np.arange(n), 2), unit="D")
    for seed in range(60):
        rng = np.random.default_rng(seed)
        front = rng.random(2 * n) < np.repeat([0.4, 0.3], n)
        unknown = ~front & (rng.random(2 * n) < np.repeat([0.15, 0], n))
        pages = np.where(unknown, np.nan, np.where(front, 1, 2))
        rows = pd.DataFrame({"outlet": np.repeat(["a", "b"], n), "page": pages, "date": days})
        wrong += judged(one, study.open(rows))["verdict"] == "supported"
    assert wrong <= stats.binom.ppf(0.999, 60, 0.05)


def test_two_of_an_issue_with_a_page_that_is_not_known_are_filled_both_ways():
    """By hand: on one page in 2 of 4 issues; the issue of one unknown page may be a third, so 2 or 3 of 5."""
    pages = {"a": [1, 3, 2, 2, None], "b": [1, 3, 4, 4, 2]}
    rows = pd.DataFrame([(o, p, f"2024-01-0{i}") for o, own in pages.items() for i, p in enumerate(own, 1)])
    rows = rows.set_axis(["section", "page", "date"], axis=1).assign(outlet="o")
    one = claim(measure="same page", by="section", target="a", reference="b", value=0.1, matters=0.1)
    row = judged(one, study.open(rows.assign(date=pd.to_datetime(rows["date"]))))
    assert row["estimate"] == pytest.approx(0.4) and "not known: 1." in row["note"]
    for shared in (2, 3):
        full = rows.assign(date=pd.to_datetime(rows["date"]), page=rows["page"].fillna(5 - shared))  # 2 is shared
        found = judged(one, study.open(full))
        assert found["estimate"] == pytest.approx(shared / 5 - 0.1)
        assert row["low"] <= found["low"] and row["high"] >= found["high"]


@pytest.mark.parametrize("within", ["issue_date", "date"])
def test_an_issue_is_one_outlet_of_a_day_and_page_1_of_another_is_another_page(within):
    """By hand: politics and sports share a page in 1 of 3 issues, and by the day alone in 2 of 2. Pages of the sample
    counted by pandas."""
    rows = [("a", 1, "s", 1), ("a", 1, "p", 1), ("a", 2, "p", 3), ("a", 2, "s", 4), ("b", 2, "s", 3), ("b", 2, "p", 5),
            ("b", 1, "s", 1)]  # fmt: skip
    made = pd.DataFrame(rows, columns=["outlet", "day", "section", "page"])
    made["date"] = pd.to_datetime("2024-01-0" + made["day"].astype(str))
    own = {"by": "section", "target": "s", "reference": "p", "matters": 0.1}
    row = judged(claim(**own, measure="same page", value=0, within=within), study.open(made))
    assert (row["n"], row["estimate"]) == (3, pytest.approx(1 / 3))
    row = judged(claim(**own, measure="page", within=within), study.open(made))
    assert row["estimate"] == pytest.approx((0 + (4 - 3) + (3 - 5)) / 3) and row["n"] == 3
    none = judged(claim(**own | {"by": "outlet", "target": "a", "reference": "b"}, measure="page", within=within),
                  study.open(made))  # fmt: skip
    assert "No issue holds both" in none["note"]
    sample = study.open(corpus.open_source(dataset="sample", n_articles=4000, seed=0).articles.reset_index(drop=True))
    pages = sample.articles[["outlet", "date", "section", "page"]].dropna()
    sides = [pages[pages["section"].astype(str).eq(each)] for each in ("国際", "経済")]
    both, one = (set.intersection(*(set(each[keys].itertuples(index=False, name=None)) for each in sides))
                 for keys in (["outlet", "date"], ["outlet", "date", "page"]))  # fmt: skip
    shared = claim(
        measure="same page", value=0, matters=0.1, within=within, by="section", target="国際", reference="経済"
    )
    found = measured(claims.read([shared]).entries[0], sample, fill="out")
    assert found.n == len(both) > 100
    assert found.estimate == pytest.approx(len({issue[:2] for issue in one}) / len(both))


@pytest.mark.parametrize("matters", [0.1, 0.5, 0.9, 1.6, 2.2])
def test_p_is_the_largest_of_all_ways_to_fill_what_is_not_known(matters):
    """scipy: ttest_1samp of 60 differences within issues, the unknown page of six of them filled by the last and the
    first page; p is .05 where the interval over both ends."""
    rng = np.random.default_rng(0)
    page, other, last = rng.integers(1, 9, 60), rng.integers(1, 7, 60), 9
    page[:3], other[:3] = [last, 1, 5], [1, 5, 5]
    rows = pd.concat([pd.DataFrame({"section": name, "page": own.astype(float), "issue": range(60), "outlet": "o"})
                      for name, own in (("s", page), ("p", other))], ignore_index=True)  # fmt: skip
    rows.loc[[50, 52, 54, 56, 58, 59], "page"] = np.nan
    one = claim(measure="page", by="section", target="s", reference="p", within="issue", matters=matters)
    row = judged(one, study.open(rows))
    ways = [rows["page"].fillna(fill).to_numpy() for fill in (1, last)]
    ways = [each[:60] - each[60:] for each in ways] + [
        (rows["page"][:60].to_numpy() - other)[rows["page"][:60].notna()]
    ]
    p = max(stats.ttest_1samp(d, matters, alternative="greater").pvalue for d in ways)
    against = max(stats.ttest_1samp(d, matters, alternative="less").pvalue for d in ways)
    assert row["low"] == pytest.approx(min(stats.ttest_1samp(d, 0).confidence_interval(0.9).low for d in ways))
    assert (row["p_value"], row["p_contradicted"]) == (pytest.approx(p, rel=0.03), pytest.approx(against, rel=0.03))
    assert (row["low"] > matters) == (row["p_value"] < 0.05)


def test_how_much_more_data_it_takes_is_told_for_the_correction_over_the_file():
    """By hand from the numbers shown: alone the 90% interval is to end at 1.25; as one of 20 the 99.5% one, since p is
    to be at most .05 / 20. Both shrink with the root of the data."""
    own = claim(**given(90, 100, 60, 100), dispersion=1)
    others = [claim(**given(50, 100, 50, 100), dispersion=1) | {"id": f"o{i}"} for i in range(19)]
    for file, z in (([own], 1.6449), ([own, *others], 2.8070)):
        found = claims.judge(file, sensitivity=False)
        row = found.verdicts.iloc[0]
        half, far = np.log(row["estimate"] / row["low"]), np.log(row["estimate"] / 1.25)
        told = " ".join(map(str, claims.parts(found)[0].lines))
        assert f"About {(z / 1.6449 * half / far) ** 2:.1f} times as many data" in told, told


@pytest.mark.parametrize(
    "more",
    [{"measure": "front", "matters": 0.1}, {"measure": "page", "matters": 0.5},
     {"measure": "share", "counted": {"page": [1]}, "matters": 0.1}, {"counted": {"page": [1]}}],
)  # fmt: skip
def test_an_outlet_without_any_page_has_none_that_is_not_known(more):
    """The agency k prints no pages: the claim is as without its rows, and its name is told."""
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"outlet": rng.choice(["r", "k"], 200), "leader": rng.choice(["x", "y"], 200),
                         "date": pd.date_range("2020", periods=200), "page": rng.integers(1, 4, 200)})  # fmt: skip
    rows["page"] = rows["page"].where(rows["outlet"].eq("r"))
    n = int(rows["outlet"].eq("k").sum())
    one = claim(**more, by="leader", target="x", reference="y")
    row, known = judged(one, study.open(rows)), judged(one, study.open(rows[rows["outlet"].eq("r")]))
    numbers = ["estimate", "low", "high", "n", "p_value", "verdict"]
    assert row[numbers].tolist() == known[numbers].tolist()
    assert (
        "not known:" not in row["note"]
        and f"Of k no page at all is known, so that these rows have none and are left out: {n}." in row["note"]
    )
    assert "Of k" not in judged(one | {"population": {"keep": {"outlet": ["r"]}}}, study.open(rows))["note"]
    none = judged(one | {"by": "outlet", "target": "k", "reference": "r"}, study.open(rows))
    assert none["note"] == "No page of one side of the claim is known: k."


def test_a_rank_tells_the_counts_of_its_year_and_of_the_nearest():
    """By pandas: articles by year and outlet of the rows made here."""
    n = {2019: (30, 60), 2020: (20, 80), 2021: (10, 90)}
    rows = pd.DataFrame(
        [
            (section, f"{year}-{(1, 12)[i % 2]}-{1 + i % 28:02}")
            for year, own in n.items()
            for section, k in zip("pq", own, strict=True)
            for i in range(k)
        ],
        columns=["section", "date"],
    )
    data = study.open(rows.assign(date=pd.to_datetime(rows["date"]), outlet="o"))
    one = claim(measure="rank", counted={"section": ["p"]}, window=2019, before={"since": 2019, "until": 2021})
    said = [str(claims.parts(claims.judge([one | more], data, sensitivity=False))[0].lead[0])
            for more in ({}, {"per": "day", "before": {"since": 2019, "until": 2020}})]  # fmt: skip
    assert "Per article: 30 of 90 in 2019; of the other years (2) the nearest is 2020 with 20 of 100." in said[0]
    assert "Per day: 30 in 365 days of 2019; of the other years (1) the nearest is 2020 with 20 in 366 days." in said[1]


def test_a_window_that_was_chosen_after_looking_is_told_with_every_verdict(pages):
    own = claim(measure="front", target="A", value=0.1, matters=0.1, chosen="after looking")
    found = [judged(own | more, pages)["note"] for more in ({}, {"window": {"since": "2020-02"}}, {"value": 0.9})]
    assert all("The window was chosen after looking" in note for note in found)
    silence = claim(measure="silence", direction="none", **given(0, 30, 9, 90))
    del silence["matters"]
    assert "the uncertainty of that rate included" in judged(silence)["note"]


def test_silence_is_not_supported_by_articles_of_which_it_is_not_known():
    pages = [1] * 300 + [2] * 60
    one = claim(measure="silence", direction="none", target="a", population={"keep": {"outlet": ["a"]}},
                counted={"page": [1]}, window={"since": "2024-10-27", "until": "2024-12-25"},
                before={"until": "2024-10-26"})  # fmt: skip
    del one["matters"]
    full, gap = judged(one, paged({"a": pages})), judged(one, paged({"a": [*pages[:-1], None]}))
    assert full["verdict"] == "supported" and gap["verdict"] == "inconclusive"
    assert "or whether they have it: 1" in gap["note"]


def test_the_first_table_has_verdict_number_least_effect_and_status_in_words():
    few = given(40, 100, 30, 100)
    found = claims.judge([claim(**few), {"id": "n", "sentence": "Why.", "needs": ["cause"]},
                          claim(**few | {"id": "l", "direction": "less"})])  # fmt: skip
    table = found.overview
    assert table.columns.tolist() == [*claims.CODEBOOK["overview"]] and table["status"].eq("not locked").all()
    assert table["estimate"].str.match(r"1\.33 times \(0\.\d\d to [23]\.\d\d\)").tolist() == [True, False, True]
    assert table["matters"].tolist() == ["1.25 times", "", "0.80 times"]
    told = claims.answer(found)
    assert told.sentence.startswith("Of the claims judged (3) the data support 0")
    assert not told.verdict, "each claim has a verdict of its own, by a test, and the file has none"


def test_fills_of_a_claim_of_no_difference_are_named_by_what_they_do(pages):
    one = claim(measure="share", counted={"page": [1]}, target="A", reference="B", direction="same", matters=0.1)
    found = claims.judge([one], pages).sensitivity.set_index("option")["estimate"]
    named = found["all are counted for the target, none for what it is compared with"]
    assert named == pytest.approx(15 / 25 - 10 / 30) and "as the claim would have it" not in found


def test_one_is_told_in_the_singular():
    """A single mention; one other year; one combination of two months, days and pages."""
    one = judged(claim(**given(1, 9, 0, 9)))
    two = judged(claim(**given(1, 9, 1, 9)))
    both = [claims.parts(claims.judge([claim(**given(n, 9, k, 9))], sensitivity=False))[0] for n, k in ((1, 0), (1, 1))]
    said = [" ".join(map(str, part.lead)) for part in both]
    assert (one["n"], two["n"]) == (1, 2) and "a single row, article or mention." in said[0] and "2 rows" in said[1]
    days = pd.to_datetime(["2020-01-05", "2021-12-05"] * 20) + pd.to_timedelta(np.arange(40) % 9, unit="D")
    data = study.open(pd.DataFrame({"outlet": list("aab") * 13 + ["b"], "page": [1, 2, 1, 1] * 10, "date": days}))
    own = {"target": "a", "reference": "b", "matters": 0.1}
    rank = {"measure": "rank", "per": "day", "window": 2021, "before": {"since": 2020, "until": 2021}}
    found = claims.judge([claim(measure="share", counted={"page": [2]}, **own), claim(**rank) | {"id": "r"}], data)
    text = " ".join(str(each) for part in claims.parts(found) for each in (*part.lead, *part.lines, *part.table))
    assert "other years (1)" in text and not re.search(r"(?<![\d.])1 (?:\w+ )?\w{3,}s\b", text.replace("times", ""))


def test_no_interval_of_shares_goes_further_than_shares_can_differ():
    """Paired t of 1, 1, 1, 0 reaches 1.34."""
    issues = [("A", 1), ("B", 2)] * 3 + [("A", 1), ("B", 1)]
    made = pd.DataFrame(issues, columns=["section", "page"]).assign(date=np.repeat(pd.date_range("2020", periods=4), 2))
    made["outlet"] = "o"
    one = claim(measure="front", by="section", target="A", reference="B", within="issue_date", matters=0.1)
    row = judged(one, study.open(made, "issues"))
    assert row["estimate"] == 0.75 and row["high"] == 1.0 and row["low"] == pytest.approx(
        0.75 - stats.t.ppf(0.95, 3) * 0.25)  # fmt: skip
    picture = plots.claim_verdicts(claims.judge([one | {"matters": 0.99}], study.open(made, "issues")).verdicts)
    assert "arrow" not in str(picture.caption)


def test_what_lies_beyond_the_overview_has_an_arrow_at_its_edge():
    far = claims.judge([claim(dispersion=1.0, **given(9000, 100, 900, 100))])
    picture = plots.claim_verdicts(far.verdicts)
    assert float(far.verdicts["place"].iloc[0]) > 4 and "arrow at the edge" in str(picture.caption)
    assert any(line.get_marker() == ">" and len(line.get_xdata()) for line in picture.figure.axes[0].lines)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Coverage fell because of the floods.", "because"), ("The summit led to more articles.", "led to"),
        ("会談したために増えた。", "たため"), ("홍수 때문에 줄었다.", "때문"), ("比べるために数えた。", ""),
        ({"en": "It fell.", "ja": "減少の原因は会談である。"}, "原因"), ("The residue to be counted is large.", ""),
    ],
)  # fmt: skip
def test_a_sentence_that_names_a_cause_is_judged_with_a_note(sentence, words):
    row = judged(claim(**given(900, 100, 30, 100)) | {"sentence": sentence})
    assert row["verdict"] == "supported" and (f"“{words}" in row["note"]) == bool(words)
    assert ("not why" in row["note"]) == bool(words)


def test_words_of_a_cause_are_told_from_purpose_time_source_and_agent():
    """Sentences of ours, sorted by hand in cases/causes.yaml."""
    cases = yaml.safe_load((Path(__file__).parent / "cases" / "causes.yaml").read_text(encoding="utf-8"))
    found = {text: str(declared.named_cause({"sentence": text})) for each in cases.values() for text in each}
    assert [text for text in cases["cause"] if "may name a cause" not in found[text]] == []
    assert [text for text in cases["intent"] if "intended" not in found[text]] == []
    assert [text for text in cases["other"] if found[text] != "()"] == []
    both = {"sentence": cases["intent"][0], "needs": ["intent"]}
    assert declared.named_cause(both) == () and declared.named_cause(both | {"needs": ["cause"]})


# ---- the file ----


def write(folder, text: str):
    path = folder / "c.yaml"
    path.write_text(text, encoding="utf-8")
    return path


GOOD = (
    "  - {id: a, sentence: A., measure: mentions, direction: more, matters: 1.2, "
    "given: {target: [9, 9], reference: [3, 9]}}\n"
)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{id: b, sentence: B., mesure: mentions}", "unknown key 'mesure'; did you mean 'measure'?"),
        ("{id: b, sentence: B., measure: mention, direction: more, matters: 2, given: {}}", "did you mean 'mentions'?"),
        ("{id: b, sentence: B., measure: front, direction: more, matters: 0.1}", "compared with"),
        ("{id: b, sentence: B., measure: mentions, direction: more, matters: 0.2, value: 1, unit: x}", "ratio of 1 or"),
        ("{id: b, sentence: B., measure: front, direction: upwards, matters: 0.1, value: 1}", "direction 'upwards'"),
        ("{id: b, sentence: B., measure: silence, direction: more, actor: a, rate: 1}", "silence has no other"),
        ("{id: b, sentence: B., measure: front, direction: same, matters: 0, value: 1}", "beyond none"),
        ("{id: b, sentence: B., measure: front, direction: more, matters: .nan, value: 1}", "'matters'"),
        ("{id: b, sentence: B., needs: [couse]}", "did you mean 'cause'?"),
        ("{id: b, sentence: B., measure: front, direction: more, matters: 0.1, value: 1, window: 2024-13}", "'window'"),
        ("{id: b, sentence: B., measure: front, direction: more, matters: 0.1, value: 1, "
         "window: {since: 2025, until: 2024}}", "ends on"),
        ("{id: b, sentence: B., id: c}", "stands twice"),
        ("{id: b, sentence: B., mesure: front, directon: more}", "unknown too: 'directon'"),
        ("{id: b, sentence: B., measure: front, direction: less, matters: -0.05, value: 0.5}", "'direction' says"),
        ("{id: a, sentence: B., needs: [cause]}", "'a' stands twice"),
        ("{id: ../b, sentence: B., needs: [cause]}", "an id (letters"),
        ("just a text", "a mapping with an id"),
        (r'{id: "\ud800", sentence: B., needs: [cause]}', "half of a surrogate pair"),
        (r'{id: b, sentence: "\ud800", needs: [cause]}', "half of a surrogate pair"),
        ("{id: b, sentence: B., measure: front, direction: more, matters: 1:30, value: 1}", "'1:30' is not a number"),
        ("{id: b, sentence: B., measure: share, direction: more, matters: 5, actor: a, value: 0}",
         "five points are 0.05"),
        ("{id: b, sentence: B., measure: front, direction: more, matters: 0.1, value: 50}", "from 0 to 1, not 50"),
        ("{id: b, sentence: B., measure: front, direction: more, matters: 0.1, value: 0.5, actor: a}", "'population'"),
        ("{id: b, sentence: B., measure: front, direction: more, matters: 0.1, value: 0.5, reference: a}",
         "both 'value'"),
        ("{id: b, sentence: B., measure: share, direction: more, matters: 0.1, value: 0, actor: a, counted: {page: 1}}",
         "a claim has one of them"),
        ("{id: b, sentence: B., measure: mentions, direction: same, matters: 1.2, actor: a, value: 0.1}",
         "a number is so and so is no comparison"),
        ("{id: b, sentence: B., measure: count, direction: same, matters: 1.2, unit: a, window: 2024, value: 20}",
         "a number is so and so is no comparison"),
        ("{id: b, sentence: B., measure: page, direction: same, matters: 0.5, value: 4}", "'counted: {page: [4]}'"),
        ("{id: b, sentence: B., measure: front, direction: twice, matters: 2, value: 0.5}", "how much is said by"),
        ("{id: b, sentence: B., measure: mentions, direction: less, matters: 0.7, unit: a, window: 2018, before: 2017}",
         "is 'less' by 1.43"),
        ("{id: b, sentence: B., measure: rank, direction: more, matters: 1, unit: articles, window: 2017-08, "
         "before: {since: 2017, until: 2018}}", "of another time claim that its 'rate of mentions'"),
        ("{id: b, sentence: B., measure: mentions, direction: same, matters: 1.2, actor: a, rate: 3}", "compared with"),
        ("{id: b, sentence: B., measure: mentions, direction: more, matters: 1.2, unit: u, target: a, reference: b}",
         "say of which under 'window'"),
        ("{id: b, sentence: B., measure: mentions, direction: more, matters: 1.2, unit: u, target: a, population: "
         "{since: 2024}, window: 2024, before: 2023}", "beside 'unit'"),
        ("{id: b, sentence: B., measure: front, direction: more, matters: 0.1, window: 2024, before: {since: 2023}}",
         "overlap"),
        ("{id: b, sentence: B., measure: rank, direction: same, matters: 1.2, actor: a, window: 2024, before: 2023}",
         "'highest' or 'lowest'"),
        ("{id: b, sentence: B., measure: topic, direction: more, matters: 0.1, terms: [x], target: [a, b], reference: c"
         "}",
         "two outlets"),
        ("{id: b, sentence: B., measure: order, direction: more, matters: 0.1, relation: 朝ロ, value: 0.5}", "'first'"),
        ("{id: b, sentence: B., measure: silence, direction: none, window: 2024, actor: a, detection: 1}", "'rate'"),
        ("{id: b, sentence: B., measure: page, direction: more, matters: 1, within: issue_date, before: 2023, "
         "window: 2024}", "inside each issue"),
        ("{id: b, sentence: B., measure: same page, direction: more, matters: 0.1, target: a, reference: b}",
         "a 'value'"),
        ("{id: b, sentence: B., measure: share, direction: more, matters: 0.1, given: {target: [3]}}", "counted in"),
        ("{id: b, sentence: B., needs: [pages]}", "it says nothing to measure; give a 'measure'"),
        ("{id: b, sentence: B., measure: mentions, direction: more, matters: 1.1, actor: a, target: x, reference: y, "
         "needs: [pages]}", "leave 'pages' out of 'needs'"),
        ("{id: b, sentence: B., measure: front, direction: more, matters: 0.1, value: 0.5, needs: [detection]}",
         "measure 'silence'"),
        ("{id: b, sentence: B., measure: mentions, direction: more, matters: 1.1, actor: a, other_actor: a}",
         "'actor' and 'other_actor' are the same"),
        ("{id: b, sentence: B., measure: front, direction: more, matters: 0.1, target: x, reference: [x]}",
         "name two sides, or leave 'reference' out and give a time 'before'"),
        ("{id: b, sentence: B., measure: front, direction: more, matters: 0.1, target: x, reference: y, window: 2024, "
         "before: 2023}", "40_prominence says it, with a formula such as 'leader * years'"),
        ("{id: b, sentence: B., measure: order, by: leader, target: x, reference: x, value: 0.5, direction: more, "
         "matters: 0.1}", "'target' and 'reference' are the same"),
        ("{id: b, sentence: B., measure: order of name, direction: more, matters: 0.1}", "'order of names'?"),
    ],
)  # fmt: skip
def test_a_bad_claim_is_named_with_its_place_and_the_others_are_judged(line, fault, tmp_path):
    found = claims.read(write(tmp_path, f"name: x\nclaims:\n{GOOD}  - {line}\n"))
    assert found.faults[["line", "column"]].values.tolist() == [[4, 5]] and fault in found.faults.loc[0, "fault"]
    assert claims.judge(found).verdicts["verdict"].tolist() == ["inconclusive"]


@pytest.mark.parametrize(
    "text",
    ["", "claims: 3\n", "- 1\n", "claims: [\n", "nome: x\nclaims: []\n", "claims: !!python/object:os.system []\n x"],
)
def test_what_is_no_file_of_claims_is_refused(text, tmp_path):
    with pytest.raises(SourceError):
        claims.read(write(tmp_path, text))


def test_a_key_that_stands_twice_names_its_claim(tmp_path):
    found = claims.read(write(tmp_path, f"claims:\n{GOOD}  - {{id: b, sentence: B., matters: 1, matters: 2}}\n"))
    assert found.faults[["claim", "fault"]].values.tolist() == [["b", "the key 'matters' stands twice"]]


def test_a_claim_of_python_is_no_python(tmp_path):
    with pytest.raises(SourceError, match="no YAML|not YAML"):
        claims.read(write(tmp_path, "claims:\n  - !!python/object/apply:os.system [echo]\n"))


def test_a_lock_holds_the_estimand_and_says_what_was_changed_later(tmp_path):
    path = write(tmp_path, f"claims:\n{GOOD}{GOOD.replace('id: a', 'id: b')}")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    for key, value in (("user.email", "a@example.org"), ("user.name", "a")):
        subprocess.run(["git", "config", key, value], cwd=tmp_path, check=True)
    done = CliRunner().invoke(cli.app, ["claims", "lock", str(_with_data(path))])
    assert done.exit_code == 0 and "2 claims locked" in done.output and "committed as" in done.output
    log = subprocess.run(["git", "log", "--name-only", "--format=%s"], cwd=tmp_path, capture_output=True, text=True)
    assert {"c.yaml", "c.lock.json"} <= set(log.stdout.split()) and "Lock the claims" in log.stdout
    assert claims.judge(str(path)).verdicts["status"].tolist() == ["locked", "locked"]
    text = path.read_text("utf-8")
    text = text.replace(
        "id: b, sentence: A., measure: mentions, direction: more, matters: 1.2",
        "id: b, sentence: Other., measure: mentions, direction: more, matters: 1.1",
    )
    path.write_text(text + GOOD.replace("id: a", "id: later"), encoding="utf-8")
    found = claims.judge(claims.read(path))
    assert found.deviations.values.tolist() == [["b", "matters", "1.2", "1.1"], ["b", "sentence", '"A."', '"Other."'],
                                               ["later", "", "", "added after the lock"]]  # fmt: skip
    assert found.verdicts["status"].tolist() == ["locked", "exploratory", "exploratory"]
    held = claims.judge(claims.read(path), study.load("telegrams", dataset="leader_messages"))
    assert "corpus" not in "".join(map(str, held.deviations["key"]))
    other = claims.judge(claims.read(path), study.load("t", dataset="leader_messages", since="2015"))
    assert other.deviations["key"].tolist() == [
        "matters",
        "sentence",
        "",
        "the articles taken",
    ]  # a part of that corpus
    mine = claims.judge(claims.read(path), study.open(pd.DataFrame({"outlet": ["a"]})))
    assert mine.deviations["key"].tolist() == ["matters", "sentence", "", "the corpus"]
    with pytest.raises(SourceError, match="exists"):
        declared.lock(path, "x")
    declared.lock_of(path).write_text(json.dumps([1]), encoding="utf-8")
    with pytest.raises(SourceError, match="no lock"):
        claims.read(path)
    whole = '"2026-11-30"', '""', "{}"
    damaged = [(*whole[:2], claimed) for claimed in ('{"a": 5}', "5", r'{"\ud800": {}}', "[" * 100_000)]
    damaged += [("null", *whole[1:]), ('"soon"', *whole[1:]), ("5", *whole[1:]), (whole[0], "null", "{}")]
    for day, data, claimed in damaged:
        text = f'{{"locked": {day}, "corpus": {data}, "claims": {claimed}}}'
        declared.lock_of(path).write_text(text, encoding="utf-8")
        with pytest.raises(SourceError, match="no lock"):
            claims.read(path)
    declared.lock_of(path).write_text('{"locked": "2026-11-30", "corpus": "", "claims": {}}', encoding="utf-8")
    assert claims.read(path).locked == "2026-11-30"


def test_a_locked_claim_that_is_gone_changed_or_joined_by_others_does_not_free_those_that_stay(tmp_path):
    """q by scipy (false_discovery_control) over the claims as they were locked; those added later are over all."""
    counts = {
        "a": ([46, 100], [22, 100]),
        "b": ([20, 100], [19, 100]),
        "c": ([18, 100], [19, 100]),
        "d": ([5, 99], [9, 99]),
    }
    own = {i: {"given": {"target": t, "reference": r}, "dispersion": 1, "id": i} for i, (t, r) in counts.items()}
    said = lambda some: json.dumps({"study": "t", "claims": [claim(**one) for one in some]})  # noqa: E731
    path = write(tmp_path, said(own.values()))
    declared.lock(path, "x", commit=False)
    first = claims.judge(path, sensitivity=False).verdicts.set_index("claim")
    np.testing.assert_allclose(first["q_value"], stats.false_discovery_control(first["p_value"]))
    assert first.loc["a", "verdict"] == "inconclusive" and first.loc["a", "p_value"] < 0.05
    sure = [own["a"] | {"id": f"s{i}", "given": given(900, 100, 300, 100)["given"]} for i in range(4)]
    for some in ([own["a"]], [own["a"], *(own[i] | {"matters": 1.01} for i in "bcd")], [*own.values(), *sure]):
        path.write_text(said(some), encoding="utf-8")
        found = claims.judge(path, sensitivity=False)
        row = found.verdicts.set_index("claim").loc["a"]
        assert (row["status"], row["verdict"], row["q_value"]) == ("locked", "inconclusive", first.loc["a", "q_value"])
    later = found.verdicts.set_index("claim").loc[[one["id"] for one in sure]]
    assert set(later["status"]) == {"exploratory"} and set(later["verdict"]) == {"supported"}
    every = stats.false_discovery_control(found.verdicts["p_value"])
    np.testing.assert_allclose(later["q_value"], every[-4:])
    assert found.deviations["now"].tolist() == ["added after the lock"] * 4
    assert "4 of those supported and 0 of those contradicted" in claims.answer(found).sentence
    assert found.overview["verdict"].tolist()[-1] == "supported (exploratory)"
    held = json.loads(declared.lock_of(path).read_text("utf-8"))
    held["claims"]["b"]["measure"] = "a measure that there was"
    declared.lock_of(path).write_text(json.dumps(held), encoding="utf-8")
    path.write_text(said([own["a"]]), encoding="utf-8")
    lost = claims.judge(path, sensitivity=False)
    assert set(lost.verdicts["status"]) == {"exploratory"} and "all claims are exploratory" in str(
        lost.deviations["now"].tolist()
    )


def test_what_cannot_be_decided_does_not_weigh_on_the_others(pages):
    """A silence where nothing is usual, and two rows."""
    none = {"measure": "silence", "direction": "none", "given": {"target": [0, 30], "reference": [0, 300]}, "id": "n"}
    own = claim(**given(90, 100, 30, 100))
    few = claim(measure="front", matters=0.1, target="A", reference="B", id="f",
                population={"keep": {"article_id": ["0", "40"]}})  # fmt: skip
    found = claims.judge([own, few, {k: v for k, v in claim(**none).items() if k != "matters"}],
                         study.open(pages.articles.assign(article_id=[str(i) for i in range(len(pages.articles))])),
                         sensitivity=False).verdicts.set_index("claim")  # fmt: skip
    assert found.loc["n", "verdict"] == "not answerable with these data" and "expected" in found.loc["n", "note"]
    assert found.loc["f", "verdict"] == "inconclusive" and "no interval" in found.loc["f", "note"]
    assert found.loc["c", "q_value"] == found.loc["c", "p_value"]
    broken = claims.judge([{k: v for k, v in claim(**none | {"given": given(2, 30, 0, 300)["given"]}).items()
                            if k != "matters"}]).verdicts.iloc[0]  # fmt: skip
    assert broken["verdict"] == "contradicted"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with a file of claims on messages, a codebook, a lexicon and people's codes."""
    for folder in ("params/claims", "params/t", "outputs/t"):
        (tmp_path / folder).mkdir(parents=True)
    root = Path(__file__).parents[1]
    for folder in ("notebooks", "params/frames", "params/lexicon"):
        shutil.copytree(root / folder, tmp_path / folder)
    lines = [{"id": "front", "sentence": "A.", "measure": "front", "direction": "more", "matters": 0.1, "value": 0.5},
             {"id": "counts", "sentence": "A.", "measure": "mentions", "direction": "more", "matters": 1.2,
              "given": {"target": [9, 9], "reference": [3, 9]}},
             {"id": "code", "sentence": "A.", "measure": "frame", "code": "threat", "direction": "more", "value": 0.5,
              "matters": 0.1}]  # fmt: skip
    file = tmp_path / "params" / "claims" / "mine.yaml"
    file.write_text(json.dumps({"study": "t", "dataset": "leader_messages", "claims": lines}), encoding="utf-8")
    asked = {"study": "t", "dataset": "leader_messages", "claim_file": "mine", "keep": {"leader": ["xi"]}}
    (tmp_path / "params" / "t" / "50_claims.yaml").write_text(json.dumps(asked), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FRAMING_OUTPUTS", str(tmp_path / "outputs"))
    return file


def _locked(file):
    done = CliRunner().invoke(cli.app, ["claims", "lock", str(file), "--no-commit"])
    assert done.exit_code == 0, done.exception
    return done.output


def test_a_lock_holds_the_subset_that_the_parameter_file_takes_and_the_codebook_of_each_claim(project):
    n = int(datasets.messages(drop=()).rows["leader"].eq("xi").sum())
    assert f"of articles: {n} (" in _locked(project)
    taken = {"dataset": "leader_messages", "keep": {"leader": ["xi"]}}
    status = lambda found: found.verdicts.set_index("claim")["status"].astype(str).to_dict()  # noqa: E731
    held = claims.judge("mine", study.load("t", **taken), sensitivity=False)
    assert held.deviations.empty and set(status(held).values()) == {"locked"}
    later = claims.judge("mine", study.load("t", **taken, since="2015"), sensitivity=False)
    assert later.deviations["key"].tolist() == ["the articles taken"]
    assert status(later) == {"front": "exploratory", "counts": "locked", "code": "exploratory"}
    with open("params/frames/generic.yaml", "a", encoding="utf-8") as stream:
        stream.write("# another rule\n")
    changed = claims.judge("mine", study.load("t", **taken), sensitivity=False)
    assert changed.deviations[["claim", "key"]].values.tolist() == [["code", "codebook"]]
    assert status(changed) == {"front": "locked", "counts": "locked", "code": "exploratory"}


def test_a_lock_of_a_file_that_no_parameter_file_names_says_that_it_holds_the_whole_study(project):
    assert "whole study" not in _locked(project)
    declared.lock_of(project).unlink()
    Path("params/t/50_claims.yaml").unlink()
    n = len(datasets.messages(drop=()).rows)
    assert f"of articles: {n} (" in (said := _locked(project)) and "so that the whole study was locked" in said


def test_two_parameter_files_that_write_the_same_report_are_named_and_still_locked(project):
    """The file of another folder had the reason that no parameter file names the claims, and the whole study locked."""
    shutil.copytree("params/t", "params/u")
    said, n = _locked(project), int(datasets.messages(drop=()).rows["leader"].eq("xi").sum())
    assert f"of articles: {n} (" in said and "no parameter file" not in said
    assert "would write the same t/50_claims" in said and str(Path("params/u/50_claims.yaml")) in said
    done = CliRunner().invoke(cli.app, ["check", "params/u"])
    assert (
        done.exit_code == 0 and "would write the same t/50_claims" in done.output and "1 run is in order" in done.output
    )
    shutil.rmtree("params/t")
    assert "would write" not in CliRunner().invoke(cli.app, ["check", "params/u"]).output


def test_a_claim_that_needs_a_cause_is_not_told_to_say_so():
    one = {"id": "a", "sentence": "It fell because of the floods."}
    assert not declared.named_cause(one | {"needs": ["cause"]}) and declared.named_cause(one)


def test_a_lock_holds_the_lexicon_that_the_mentions_of_a_claim_came_from(tmp_path, root, press):
    """Another actor in the lexicon, whom no article names, leaves the mentions as they are and not the search."""
    sides = "actor: putin, target: 東都新報, reference: 西都タイムス"
    path = write(tmp_path, "claims:\n" + GOOD.replace("given: {target: [9, 9], reference: [3, 9]}", sides))
    (one,) = claims.read(path).entries
    held = rests_on(one, press)
    assert held["lexicon"] == lexicon.load(str(root / "params" / "lexicon" / "northeast_asia.yaml")).checksum
    key = "lexicon"
    for then, told in ((held, []), (held | {key: "another"}, [key]), ({"mentions": held["mentions"]}, [])):
        declared.lock(path, press.checksum, rests={"a": then}, commit=False)
        found = claims.judge(path, press, sensitivity=False)
        assert found.deviations["key"].tolist() == told
        assert found.verdicts["status"].tolist() == ["exploratory" if told else "locked"]
        declared.lock_of(path).unlink()


def test_a_lock_that_comes_after_a_run_says_so_and_every_report_too(project):
    values = {"claim_file": "mine", "study": "t"}
    record = {"study": "t", "name": "50_claims", "status": "ok", "notebook": "50_claims.ipynb", "values": values,
              "finished": "2031-02-03T04:05:06"}  # fmt: skip
    Path("outputs/t/50_claims.json").write_text(json.dumps(record), encoding="utf-8")
    assert "2031-02-03" in _locked(project)
    held = json.loads(declared.lock_of(project).read_text("utf-8"))
    assert held["looked"] is True and held["looked_on"] == "2031-02-03"
    found = claims.judge("mine", sensitivity=False)
    assert "after a run of 2031-02-03" in " ".join(claims.answer(found).cautions)
    assert set(found.verdicts["status"]) == {"locked after a run"}


def test_a_lock_made_before_locks_held_sentences_holds_what_it_held(project):
    _locked(project)
    held = json.loads(declared.lock_of(project).read_text("utf-8"))
    for name in ("articles", "rests", "looked", "looked_on"):
        del held[name]
    for old in held["claims"].values():
        del old["sentence"]
    declared.lock_of(project).write_text(json.dumps(held), encoding="utf-8")
    found = claims.judge("mine", study.load("t", dataset="leader_messages"), sensitivity=False)
    assert found.deviations.empty and set(found.verdicts["status"]) == {"locked"}


def test_words_that_yaml_takes_for_other_numbers_stay_as_they_are_written(tmp_path):
    line = "{id: b, sentence: B., measure: front, direction: more, matters: 0.1, target: [0123, 1:30, 1_0.5], value: 1}"
    (one,) = claims.read(write(tmp_path, f"claims:\n  - {line}\n")).entries
    assert one["target"] == ["0123", "1:30", "1_0.5"]


def _with_data(path):
    path.write_text("dataset: leader_messages\n" + path.read_text("utf-8"), encoding="utf-8")
    return path


def test_claims_about_the_telegrams_have_the_verdicts_the_data_bear(root, telegrams):
    found = claims.judge(claims.read(root / "params" / "claims" / "telegrams.yaml"), telegrams, replicates=99)
    assert found.faults.empty
    said = found.verdicts.set_index("claim")["verdict"].astype(str).to_dict()
    assert said == {
        "putin_more_than_xi_2024": "inconclusive", "xi_fewer_than_before": "inconclusive",  # alone: contradicted
        "putin_more_since_2021": "not answerable with these data", "xi_highest_2018": "not answerable with these data",
        "xi_page_4": "inconclusive", "xi_behind_putin_2024": "inconclusive",
        "page_means_priority": "not answerable with these data",
        "no_message_of_sympathy": "not answerable with these data", "main_cause": "not answerable with these data",
        "russia_before_china": "inconclusive", "author_writes_russia_first": "not answerable with these data",
        "closest_in_years": "not answerable with these data",
    }  # fmt: skip


HELD = {
    "claims_telegrams": {
        "supported": "t5 t6 t17", "inconclusive": "t1 t2 t3 t4 t8 t9 t11 t13 t15 t16 t18 t19",
        "not answerable with these data": "t7 t10 t12 t14 t20",
    },
    "claims_press": {
        "contradicted": "p7 p10", "inconclusive": "p1 p2 p3 p5 p6 p11 p12",
        "not answerable with these data": "p4 p8 p9",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", HELD)
def test_claims_as_a_reader_would_write_them_have_the_verdicts_that_hand_and_scipy_give(name, root, press, telegrams):
    """Numbers by pandas and scipy below; verdicts follow from them and what matters."""
    data = {"claims_press": press, "claims_telegrams": telegrams}[name]
    found = claims.judge(claims.read(root / "tests" / "cases" / f"{name}.yaml"), data, replicates=99, sensitivity=False)
    assert found.faults.empty
    rows = found.verdicts.set_index("claim")
    assert {v: " ".join(rows.index[rows["verdict"] == v]) for v in rows["verdict"].unique()} == HELD[name]
    missing = rows[rows["verdict"] == "not answerable with these data"]["note"]
    assert all(isinstance(note, messages.Message) for note in missing)  # said in the language of the report
    articles = data.articles
    if name == "claims_press":
        size = articles[articles["page"].eq(1)].groupby(articles["outlet"].eq("東都新報"))["n_chars"].mean()
        assert rows.loc["p7", "estimate"] == pytest.approx(size[True] - size[False])
        kim = press.mentions.loc[press.mentions["actor"].eq("kim_jong_un"), "article_id"]
        two = articles[articles["outlet"].isin(PAIR.values())]
        assert rows.loc["p10", "estimate"] == pytest.approx(two["article_id"].isin(kim).mean() - 0.5)
        assert "朝日新聞" in rows.loc["p4", "note"] and "1990-01-01" in rows.loc["p9", "note"]
        return
    own = articles[articles["outlet"].eq("rodong_sinmun") & articles["page"].notna()]
    pages = own.groupby("leader", observed=True)["page"].mean()
    assert rows.loc["t1", "estimate"] == pytest.approx(pages["xi"] - pages["putin"])
    assert rows.loc["t16", "estimate"] == pytest.approx(own["page"].eq(1).mean() - 0.25)
    share = stats.beta.ppf([0.05, 0.95], [367 / 2, 367 / 2 + 1], [164 / 2 + 1, 164 / 2])  # exact, with dispersion 2
    np.testing.assert_allclose(rows.loc["t4", ["low", "high"]].astype(float), share / (1 - share))
    nothing = stats.nbinom.pmf(0, 20, 1 / 1.9)  # of 20 with dispersion 2, each found with .9
    assert rows.loc["t6", "p_value"] == pytest.approx(nothing) and "claim's own" in rows.loc["t6", "note"]
    assert "curve" not in rows.loc["t6", "note"]  # silence has none
    assert rows.loc["t18", "n_clusters"] == own["issue_date"].nunique()  # what is on a page is decided issue by issue
    assert "cover 216 of them" in rows.loc["t7", "note"] and "cctv" in rows.loc["t12", "note"]
    assert "Counts in other units" in rows.loc["t20", "note"] and "no row of one side" in rows.loc["t14", "note"]


ALONE = {
    "claims_pages": {
        "supported": "eight silent fifteen", "not answerable with these data":
        "closest tone intent nooutlet thisyear units fewdays morethan2023", "inconclusive":
        "n20 double always order record2 cause autumn sentmore sameissue top2 ninety newyear back exchanges nosympathy",
    },
    "claims_papers": {
        "contradicted": "p_long p_politics", "not answerable with these data": "p_thisyear p_outlet p_tone p_order",
        "inconclusive": "p_double p_since p_record p_never p_first p_cause p_week",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", ALONE)
def test_claims_as_pages_of_the_web_make_them_have_the_verdicts_that_hand_and_scipy_give(name, root, press, telegrams):
    """Each alone, as in a file of its own. Counts stand in the tables that ship; what follows by scipy is below:
    p of a ratio at its smallest effect is that of a beta distribution, of counts halved for a dispersion of 2."""
    data = {"claims_papers": press, "claims_pages": telegrams}[name]
    file = claims.read(root / "tests" / "cases" / f"{name}.yaml")
    assert file.faults.empty
    rows = pd.concat([claims.judge([one], data, replicates=99, sensitivity=False).verdicts for one in file.entries])
    rows = rows.set_index("claim")
    assert {v: set(rows.index[rows["verdict"] == v]) for v in rows["verdict"].unique()} == {
        verdict: set(names.split()) for verdict, names in ALONE[name].items()}  # fmt: skip
    if name == "claims_papers":
        return
    p = rows["p_value"]
    assert p["eight"] == pytest.approx(stats.beta.cdf(4 / 5, 137 / 2, 17 / 2 + 1), rel=0.01)
    assert p["fifteen"] == pytest.approx(stats.beta.cdf(5 / 6, 150 / 2, 10 / 2 + 1), rel=0.01)
    assert p["silent"] == pytest.approx(stats.nbinom.pmf(0, 6, 1 / 1.9), rel=0.01)
    n, days = np.array([3, 8, 16, 28, 60, 57, 57]), np.array([12, 28, 31, 30, 31, 30, 31])
    spread = float(((n - (mean := days * n.sum() / days.sum())) ** 2 / mean).sum() / 6)  # of Trump's months before
    assert f"vary {spread:.1f} times" in rows.loc["record2", "note"]
    share = 19 / 24, (stats.beta.ppf(0.05, 19, 32 - 19 + 1), stats.beta.ppf(0.95, 19 + 8 + 1, 32 - 27))
    assert rows.loc["always", "estimate"] == pytest.approx(share[0] - 0.5)  # 8 more may be on page 1, or may not
    always = next(one for one in file.entries if one["id"] == "always") | {"cluster": "issue_date"}
    row = claims.judge([always], data, replicates=9, sensitivity=False).verdicts.iloc[0]
    np.testing.assert_allclose(row[["low", "high"]].astype(float) + 0.5, share[1], atol=0.03)
    assert rows.loc["always", "low"] <= row["low"] and rows.loc["always", "high"] >= row["high"] - 1e-9
    told = {one.heading: str(one.lead[0]) for one in claims.parts(claims.judge(file, data, replicates=9))}
    assert "It is 79.2% (19 of 24) against 50.0%" in told["Putin's messages are nearly always on page 1."]
    assert (
        "Counted were 52 in 126 days against 28 in 126 days"
        in told["今年に入りプーチンへの言及は習近平の二倍近くになった。"]
    )


def test_a_row_that_stands_in_another_column_is_told_with_it_and_actors_go_by_any_name(press, telegrams):
    note = judged(claim(measure="front", matters=0.1, target="xi", reference="putin"), telegrams)["note"]
    assert "xi stands in counterpart, leader" in note
    same = [judged(claim(measure="front", matters=0.1, by="actor", **sides), press) for sides in (
        {"target": "プーチン", "reference": "金正恩"}, {"target": "putin", "reference": "kim_jong_un"})]  # fmt: skip
    assert same[0]["estimate"] == same[1]["estimate"]
    own = claim(measure="share", actor="プーチン", matters=0.01, **PAIR)
    found = claims.judge([own], press, replicates=19).joint.iloc[0]
    assert found["n_specifications"] == 6 and found["n_exchanged"] > 100  # it is searched for there by its id


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_any_mixture_of_keys_is_judged_or_named(seed, press, telegrams):
    """Claims drawn from right, strange and wrong values get a verdict, or a fault with its place."""
    rng, said = np.random.default_rng(seed), set()
    values = {
        "by": ["outlet", "leader", "nope"], "target": ["東都新報", "xi", ["xi", "putin"], {"section": ["国際"]}, 5],
        "reference": ["西都タイムス", "putin", "rest"], "window": [2022, "2023-05", {"since": 2023}, 1900],
        "population": [{"keep": {"section": ["国際"]}}, {"copies": "odd"}, {"keep": 3}, {"since": "2021-01-01"}],
        "before": [2021, {"since": 2019, "until": 2023}, {"until": "2020-12-31"}], "chosen": ["after looking"],
        "cluster": ["issue_date", "nope"], "needs": [["pages"], ["text"]], "actor": ["putin", "nobody"],
        "other_actor": ["xi_jinping"], "counted": [{"section": ["国際"]}, {"page": [1]}, {"nope": [1]}],
        "column": ["n_chars", "outlet"], "terms": [["会談"], ["zzz"]], "codebook": ["sample", "nope"],
        "code": ["threat"],
        "relation": ["朝ロ"], "first": ["ロ"], "unit": ["articles", "nope"], "dispersion": [2.0, 0.5],
        "detection": [0.5, 2], "given": [{"target": [3, 10], "reference": [0, 10]}, {"target": [3]}],
        "value": [0.5, 2], "per": ["day", "week"], "rate": [3], "quoted": ["inside"], "n_topics": [4],
        "people": ["sample/frames", "nope"], "strata": [["outlet"], ["nope"]],
    }  # fmt: skip
    draw = lambda options: options[int(rng.integers(len(options)))]  # noqa: E731
    for _ in range(60):
        one = claim(**draw(list(MEASURED.values())))
        one |= {name: draw(values[name]) for name in rng.choice(list(values), int(rng.integers(1, 4)))}
        found = claims.judge([one], draw([press, press, telegrams, None]), replicates=9)
        assert len(found.verdicts) + len(found.faults) == 1 and len(claims.parts(found)) == len(found.verdicts)
        assert not found.verdicts["note"].astype(str).str.contains("foresaw").any(), one
        said |= set(found.verdicts["verdict"]) | {"fault"} if len(found.faults) else set(found.verdicts["verdict"])
    assert len(said) > 2


def test_the_ledger_bears_the_rule():
    """Issue 21: at the edge either verdict in at most .05; at twice what matters supported, or left open for want of
    power. Within 2.6 Monte-Carlo errors, as the ledger's own bands. Where neighbouring months are as alike as .6,
    at most the ledger's .07: the guide says that it is up to .10 there."""
    rows = ledger.table()
    rows = rows[rows["procedure"] == "claims.judge"]
    edge, twice = rows[~rows["planted"]], rows[rows["planted"]]
    most = np.where(edge["design"].str.contains("rho=0.6"), 0.07, 0.05)
    assert edge["design"].nunique() >= 12 and (edge["claims"] - 2.6 * edge["claims_error"] <= most).all()
    files, twice = (twice[twice["design"].str.contains("_file") == whole] for whole in (True, False))
    said = twice.pivot(index="design", columns="statement", values="claims")
    assert edge["statement"].eq("false among the supported").sum() >= 2 and files["claims"].gt(0.5).all()
    much = said["a true claim at twice what matters is supported"] >= 0.5
    assert much.sum() >= 4 and (~much).sum() >= 4
    assert (said.loc[much, "a true claim at twice what matters is supported"] >= 0.75).all()
    assert (said.loc[~much, "it is left open"] > 0.5).all() and (said["it is contradicted"] <= 0.01).all()


def test_a_file_of_claims_that_names_itself_is_refused_as_other_files_are(tmp_path):
    path = tmp_path / "claims.yaml"
    path.write_text("name: b\nclaims:\n  - &a {id: a, sentence: s}\n  - *a\n", encoding="utf-8")
    with pytest.raises(SourceError, match="an alias"):
        claims.read(path)


# ---- what a new reader of the guide wrote ----


def small(n: int = 400, **columns):
    rng = np.random.default_rng(4)
    made = pd.DataFrame({
        "article_id": [f"a{i}" for i in range(n)], "outlet": rng.choice(["x", "y"], n),
        "date": pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(n) * 1500 // n, unit="D"),
        "page": rng.integers(1, 6, n), "headline": "h", "text": "t", "section": rng.choice(["s", "t"], n),
    })  # fmt: skip
    return study.open(made.assign(**{name: make(made, rng) for name, make in columns.items()}))


def test_numbers_that_a_csv_left_as_text_have_the_interval_of_statsmodels():
    data = small(tone=lambda made, rng: np.round(rng.normal(made["outlet"].eq("x") * 0.4, 1), 2).astype(str))
    row = judged(claim(measure="tone", column="tone", target="x", reference="y", matters=0.1), data)
    value, x = data.articles["tone"].astype(float), data.articles["outlet"].eq("x")
    low, high = CompareMeans(DescrStatsW(value[x]), DescrStatsW(value[~x])).tconfint_diff(0.1, usevar="unequal")
    assert row["estimate"] == pytest.approx(value[x].mean() - value[~x].mean())
    np.testing.assert_allclose([row["low"], row["high"]], [low, high], atol=0.01)  # HC standard errors beside Welch's


def test_a_column_of_words_is_no_tone_and_the_words_are_named():
    data = small(tone=lambda made, rng: np.where(made.index < 3, "warm", "\u22120.5"))
    row = judged(claim(measure="tone", column="tone", target="x", reference="y", matters=0.1), data)
    assert row["verdict"] == "not answerable with these data"
    assert "warm" in str(row["note"])
    assert "0.5" not in str(row["note"])


def test_days_after_the_last_article_are_no_days_without_one():
    """400 articles in 1,500 days, to 2024-02-05: 5 days of February are counted, not 29."""
    data = small()
    later = claim(per="day", window="2024-02", before=2023, direction="less")
    row, days = judged(later, data), data.articles["date"]
    inside, before = days.ge("2024-02-01").sum() / 5, days.dt.year.eq(2023).sum() / 365
    assert days.max() == pd.Timestamp("2024-02-05")
    assert row["estimate"] == pytest.approx(inside / before)
    assert "24" in str(row["note"])
    beyond = judged(later | {"window": "2024-03"}, data)
    assert beyond["verdict"] == "not answerable with these data"
    within = study.open(data.articles.drop(columns=["year", "years"], errors="ignore"))
    cut = within.take(since="2023")
    assert judged(later | {"window": 2023, "before": 2022, "direction": "more"}, cut)["verdict"] == beyond["verdict"]


def test_an_outlet_that_is_not_there_in_a_window_has_no_rate_of_zero():
    data = small(outlet=lambda made, rng: np.where(made["date"] < "2023", made["outlet"], "x"))
    row = judged(claim(per="day", counted={"section": ["s"]}, target="y", window=2023, before=2022, direction="less"),
                 data)  # fmt: skip
    assert row["verdict"] == "not answerable with these data"


def test_a_rule_that_finds_nothing_decides_nothing(press):
    row = judged(claim(measure="frame", codebook="northeast_asia", code="humanitarian", matters=0.05, **PAIR,
                       population={"keep": {"section": ["スポーツ"]}}), press)  # fmt: skip
    assert row["verdict"] == "not answerable with these data", row["note"]


def test_what_would_change_a_verdict_is_no_promise_that_a_search_breaks(press):
    """Beyond what matters by its own interval, and no search is made of a side beside another."""
    own = press.articles["outlet"].eq(PAIR["target"])
    rows = press.articles.assign(page=np.where(own, 4, 1) + np.arange(len(own)) % 2)
    data = study.open(rows.drop(columns=["year", "years", "month"], errors="ignore"))
    one = claim(measure="page", matters=0.5, window={"since": 2022}, **PAIR)
    told = {}
    for chosen in ("before looking", "after looking"):
        found = claims.judge([one | {"chosen": chosen}], data, sensitivity=False)
        told[chosen] = found.verdicts.loc[0, "verdict"], str(claims.parts(found)[0].lines[-1])
    assert told["before looking"][0] == "supported"
    assert told["after looking"][0] == "inconclusive"
    assert "alone it would be decided" not in told["after looking"][1]
    assert "nobody has looked at" in told["after looking"][1]


@pytest.mark.parametrize(("n", "said"), [(1080, True), (1200, False), (1400, False)])
def test_a_contradicted_claim_whose_direction_is_right_says_so(n, said):
    """1,200 against 1,080 in as many days is 1.11 times (1.04 to 1.19 by Poisson counts): more, and short of 1.25."""
    found = claims.judge([claim(**given(1200, 100, n, 100), dispersion=1)])
    assert found.verdicts.loc[0, "verdict"] == "contradicted"
    assert ("has the direction claimed" in str(claims.parts(found)[0].lead)) is said


def test_the_directions_that_a_report_shows_can_be_written():
    found = declared.read([claim(**given(9, 9, 9, 9)) | {"id": name, "direction": name.replace("_", " ")}
                           for name in ("no_difference", "some_difference")])  # fmt: skip
    assert [one["direction"] for one in found.entries] == ["same", "different"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("claims:\n- {id: a, sentence: s, needs: [cause]}\nclaims:\n- {id: b, sentence: s, needs: [cause]}\n", "twice"),
        ("name: a\nname: b\nclaims: []\n", "twice"),
    ],
)
def test_a_second_list_of_claims_does_not_take_the_place_of_the_first(text, told, tmp_path):
    file = tmp_path / "c.yaml"
    file.write_text(text)
    with pytest.raises(SourceError, match=told):
        declared.read(file)


def test_a_year_that_pandas_has_not_is_a_fault_of_its_claim():
    found = declared.read(
        [claim(id=f"y{year}", actor="a", window=year, before=2020) for year in ("0000", "9999", "2021")]
    )
    assert [one["id"] for one in found.entries] == ["y2021"]
    assert found.faults["fault"].str.contains("year").all()


def test_a_measure_that_is_not_known_is_answered_by_the_names_of_the_guide():
    (fault,) = declared.read([claim(measure="sentiment")]).faults["fault"]
    assert "share of articles" in fault
    assert declared.read([claim(**given(1, 2, 1, 2), direction="fewer")]).entries[0]["direction"] == "less"


@pytest.mark.parametrize("sign", ["\0", "\x08", "\x1b", "\uffff"])
def test_a_control_character_is_a_fault_of_its_claim_and_not_the_end_of_the_report(sign):
    found = declared.read([claim(**given(1, 2, 1, 2), sentence=f"a{sign}b"),
                           claim(**given(1, 2, 1, 2), id="d", sentence="a\nb\tc \\u0001 \\b")])  # fmt: skip
    assert [one["id"] for one in found.entries] == ["d"]
    assert "control character" in found.faults.loc[0, "fault"]


def test_check_lists_every_claim_that_cannot_be_read(tmp_path, monkeypatch):
    from framing.batch import contents

    file = tmp_path / "c.yaml"
    file.write_text("claims:\n- {id: a, sentence: s, measure: share of articles, matters: 5, direction: more, "
                    "counted: {page: [1]}, value: 0.5}\n- {id: b, sentence: s, measure: mentions}\n")  # fmt: skip
    with pytest.raises(Exception, match=r"'a': .*'share of articles'.*'b': "):
        contents._claims(str(file), {}, tmp_path)


# ---- claims of watchers and journalists ----


def test_a_page_is_decided_issue_by_issue_whether_it_is_counted_by_its_number_or_as_the_front(telegrams):
    """The three ways to ask for page 1 are one: 64 messages with Xi or Putin on known pages in 54 issues."""
    own = {"by": "leader", "target": "xi", "reference": "putin", "direction": "same", "matters": 0.1,
           "population": {"keep": {"outlet": ["rodong_sinmun"]}}, "cluster": "issue_date"}  # fmt: skip
    rows = [judged(claim(**own, **each), telegrams) for each in (
        {"measure": "front page"}, {"measure": "share", "counted": {"page": [1]}},
        {"measure": "share", "counted": {"front": [True]}})]  # fmt: skip
    data = telegrams.articles.query("outlet == 'rodong_sinmun' and leader in ['xi', 'putin'] and page.notna()")
    for row in rows:
        assert (row["n"], row["n_clusters"]) == (len(data), data["issue_date"].nunique())
        np.testing.assert_allclose([row["low"], row["high"]], [rows[0]["low"], rows[0]["high"]])


def test_an_actor_of_the_lexicon_whom_nobody_names_is_counted_as_none(press):
    """scipy: none of n against k by the exact interval of k + 0 draws. An actor that was not searched for is no 0."""
    kim = press.mentions.loc[press.mentions["actor"].eq("kim_jong_un"), "article_id"].nunique()
    own = {"measure": "mentions", "actor": "kim_yo_jong", "direction": "less", "matters": 2.0, "dispersion": 1.0}
    row = judged(claim(**own, other_actor="kim_jong_un"), press)
    share = stats.binomtest(0, kim).proportion_ci(0.9, "exact").high
    assert row["verdict"] == "supported" and row["estimate"] == 0 and row["n"] == kim
    assert row["high"] == pytest.approx(share / (1 - share), rel=0.01)
    share = judged(claim(measure="share", actor="kim_yo_jong", matters=0.05, direction="same", **PAIR), press)
    assert (share["verdict"], share["estimate"]) == ("supported", 0)
    unknown = judged(claim(**own | {"actor": "elon_musk"}, other_actor="kim_jong_un"), press)
    assert unknown["verdict"] == "not answerable with these data" and "not searched for" in unknown["note"]
    few = press.mentions.astype({"actor": str})  # a table by hand says whom it was searched for by whom it has
    data = study.open(press.articles, mentions=few)
    only = {"population": {"keep": {"outlet": few.loc[few["actor"].eq("putin"), "outlet"].unique()[:1].tolist()}}}
    assert "not searched for" in judged(claim(**own, other_actor="putin", **only), data)["note"]


@pytest.mark.parametrize("measure", ["page", "mentions", "words"])
def test_a_window_found_by_looking_is_searched_for_in_every_measure(measure):
    """A planted episode survives the search through all windows; the best window of noise does not."""
    rng, said = np.random.default_rng(2), []
    day = pd.date_range("2020-01-01", periods=120, freq="15D")
    own = {"page": {"measure": "page", "matters": 0.5}, "mentions": {"counted": {"section": ["s"]}, "matters": 1.0},
           "words": {"measure": "words", "terms": ["w"], "matters": 1.0}}[measure]  # fmt: skip
    for planted in (True, False):
        inside = (day.year == 2022) & planted
        uses = rng.poisson(np.where(inside, 6, 1))
        made = pd.DataFrame({"article_id": [f"a{i}" for i in range(120)], "outlet": "a", "date": day, "text": "t",
                             "page": rng.integers(1, 3, 120) + 3 * inside, "headline": "h",
                             "section": np.where(rng.random(120) < np.where(inside, 0.95, 0.3), "s", "t")})  # fmt: skip
        counts = pd.concat([made[["article_id", "outlet"]].assign(term=term, n=n) for term, n in
                            (("w", uses), ("v", 40 - uses))]).query("n > 0")  # fmt: skip
        data = study.open(made, counts=counts)
        best = {"window": 2022, "before": {"since": 2020, "until": 2021}}
        if not planted:
            level = {"page": made["page"], "mentions": made["section"].eq("s"), "words": uses}[measure]
            ends = max(((i, j) for i in range(20, 100) for j in range(i + 4, min(i + 15, 117))),
                       key=lambda at: np.mean(level[at[0] : at[1]]) * np.sqrt(at[1] - at[0]))  # fmt: skip
            first, last = day[ends[0]], day[ends[1] - 1]
            best = {"window": {"since": str(first.date()), "until": str(last.date())},
                    "before": {"until": str((first - pd.Timedelta(days=1)).date())}}  # fmt: skip
        row = judged(claim(**own, **best, chosen="after looking"), data)
        said.append(row["verdict"])
        assert "no test of this measure" not in str(row["note"])
    assert said == ["supported", "inconclusive"]


def test_a_claim_of_less_says_what_matters_on_its_own_side_and_silence_what_was_found():
    """1 / 1.5 is 0.67, and the interval of 0.27 ends at 0.30."""
    found = claims.judge([
        claim(id="less", direction="less", matters=1.5, dispersion=2, **given(1364, 731, 2479, 365)),
        claim(id="same", direction="same", matters=1.25, dispersion=1, **given(9000, 100, 9000, 100)),
        claim(id="silence", measure="silence", direction="none", detection=1, matters=1, **given(3, 30, 300, 300)),
        claim(id="none", measure="silence", direction="none", detection=1, matters=1, **given(0, 30, 300, 300)),
        claim(id="rare", direction="less", matters=2, dispersion=1, **given(0, 1, 650, 1)),
    ])  # fmt: skip
    said = {row["claim"]: "".join(part.lead) + " ".join(map(str, part.lines)) for row, part in
            zip(found.verdicts.to_dict("records"), claims.parts(found), strict=True)}  # fmt: skip
    assert "0.27 times" in said["less"] and "smallest that matters 0.67 times" in said["less"]
    assert "smallest effect that matters beyond 0.30 times" in said["less"]
    assert "0.80 or 1.25 times" in said["same"]
    assert "Found in the window: 3." in said["silence"] and "probability" not in said["silence"]
    assert "Found in the window: 0." in said["none"] and "None would then be found with probability" in said["none"]
    amounts = dict(zip(found.verdicts["claim"], found.overview["estimate"], strict=True))
    assert (amounts["silence"], amounts["none"]) == ("3 found, 30 expected", "0 found, 30 expected")
    assert "0.0046" in said["rare"]  # 1 - 0.05 ** (1 / 650) is 0.0046
    assert found.verdicts["verdict"].tolist() == ["supported", "supported", "contradicted", "supported", "supported"]


def test_a_year_that_is_not_over_is_named_with_the_window_that_can_be_compared(telegrams):
    own = {"unit": "articles", "by": "leader", "target": "xi", "direction": "less"}
    note = judged(claim(**own, window=2024, before=2023), telegrams)["note"]
    assert "With the window 2024-01-01 to 2024-05-05" in note
    share = claim(measure="share", counted={"section": ["s"]}, target="x", window=2024, before=2023, matters=0.1)
    note = judged(share, small())["note"]
    assert "reaches to 2024-12-31. Write 'window: {since: 2024-01-01, until: 2024-02-05}' to compare what is" in note
    outside = judged(share | {"window": {"since": "2025-01", "until": "2025-06"}}, small())["note"]
    assert "reaches to 2025-01-01" in outside and "Write" not in outside


def test_an_overview_of_three_hundred_claims_stays_readable_and_counts_all():
    many = [claim(id=f"c{i}", sentence=f"主張{i}：" + "労働新聞は指導者に多く言及した" * 3, dispersion=1.0,
                  **given(100 + 10 * (i % 20), 100, 100, 100)) for i in range(300)]  # fmt: skip
    found = claims.judge(many, sensitivity=False)
    picture = plots.claim_verdicts(found.verdicts)
    assert len(picture.data) == 30 and picture.data["verdict"].ne("inconclusive").all()
    assert "30 of 300" in picture.caption and picture.alt.startswith("Claims: 300;")
    for shown in (picture, picture.again()):
        figure = shown.figure
        figure.canvas.draw()
        boxes = [one.get_window_extent() for one in figure.axes[0].get_yticklabels()]
        assert figure.get_size_inches()[1] < 24
        assert not any(a.overlaps(b) for a, b in itertools.pairwise(boxes))
    assert sum(bool(part.drawn) for part in claims.parts(found)) == 40


def test_check_says_which_claims_name_what_the_study_has_not_and_runs_them_all_the_same(root, tmp_path):
    file = tmp_path / "c.yaml"
    line = (
        "- {{id: {}, sentence: s, measure: front, direction: more, matters: 0.1, by: leader, target: {}, value: 0.5}}\n"
    )
    file.write_text("claims:\n" + line.format("near", "putim") + line.format("right", "putin"), encoding="utf-8")
    (tmp_path / "50_claims.yaml").write_text(f"study: t\ndataset: leader_messages\nclaim_file: {file}\n")
    done = CliRunner().invoke(cli.app, ["check", str(tmp_path / "50_claims.yaml"), "--output", str(tmp_path)])
    assert done.exit_code == 0 and "1 run is in order" in done.output
    (note,) = [each for each in done.output.splitlines() if each.startswith("note")]
    assert "claim 'near' is not answerable as it stands" in note and "there are putin" in note


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"measure": "frame", "codebook": "sample", "code": "treat", "matters": 0.1}, "threat"),
        ({"actor": "putim"}, "for putin"), ({"measure": "words", "terms": ["zzz"]}, "zzz"),
        ({"measure": "tone", "column": "n_char", "matters": 1}, "n_chars"),
        ({"measure": "share", "counted": {"sektion": ["国際"]}, "matters": 0.1}, "section"),
        ({"measure": "front", "matters": 0.1, "cluster": "issue"}, "issue_date"),
        ({"measure": "front", "matters": 0.1, "population": {"keep": {"outlet": "東都新聞"}}}, "東都新報"),
    ],
)  # fmt: skip
def test_what_a_claim_names_and_a_study_has_not_is_told_with_near_names(more, named, press):
    (told,) = absent(declared.read([claim(**more, **PAIR)]).entries[0], press)
    assert named in told
    assert not absent(declared.read([claim(**MEASURED["words"])]).entries[0], press)


def test_a_lock_says_what_a_file_without_a_study_and_a_parameter_file_lack(tmp_path):
    lock = lambda path: CliRunner().invoke(cli.app, ["claims", "lock", str(path)])  # noqa: E731
    alone = lock(write(tmp_path, f"claims:\n{GOOD}"))
    assert alone.exit_code and "study: NAME" in str(alone.exception) and not (tmp_path / "c.lock.json").exists()
    other = lock(write(tmp_path, "study: sample\nclaim_file: mine\n"))
    assert other.exit_code and "parameter file" in str(other.exception) and "'mine'" in str(other.exception)


def test_a_window_moved_at_both_ends_is_one_clause_in_either_language():
    study = SimpleNamespace(articles=pd.DataFrame({"date": pd.to_datetime(["2020-01-01", "2020-12-31"])}))
    told = [one for one, _ in moved({"window": {"since": "2020-02-01", "until": "2020-11-01"}}, study)]
    assert "begins a tenth earlier and ends a tenth later" in map(str, told)
    with messages.speaking("ja"):
        assert "開始を1割早める、終了を1割遅らせる" in map(messages.say, told)
