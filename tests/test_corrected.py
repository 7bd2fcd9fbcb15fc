"""A machine's codes corrected by people's: the moment against other programs, and what the codes of a study say."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from delicatessen import MEstimator
from delicatessen.estimating_equations import ee_regression
from scipy import special, stats

from framing import datasets, frames, messages, plots, reliability, report, study
from framing.codings import error_rates, of_articles
from framing.errors import ParamError, SourceError, TableError
from framing.frames.asking import CORRECTED, PEOPLE
from framing.models.informing import Units, of_means
from framing.models.kernel import record
from framing.models.partly import Sample, partly

COLUMNS = ["countyWrong", "prefecWrong", "connect2b", "prevalence", "regionj", "groupIssue"]


def panchen(shared):
    table = pd.read_csv(shared / "reference" / "design_based" / "panchen.csv")
    people = table["countyWrong"].notna().to_numpy()
    x = table[COLUMNS].assign(countyWrong=table["pred_countyWrong"])
    x = np.vstack([sm.add_constant(x), sm.add_constant(table.loc[people, COLUMNS], has_constant="add")])
    y = table["SendOrNot"].to_numpy(dtype=float)
    sample = Sample(len(table), np.flatnonzero(people), np.full(people.sum(), people.mean()))
    return x, np.r_[y, y[people]], sample


def test_the_moment_has_the_digits_of_a_published_correction(shared):
    x, y, sample = panchen(shared)
    found = partly("logit", x, y, sample, names=["const", *COLUMNS], trust=1.0, kind="CR0")
    of = dict(zip(found.names, zip(found.estimate, found.covariance.std_error, strict=True), strict=True))
    assert of["countyWrong"] == pytest.approx((-0.243248, 0.237319), abs=5e-7)
    assert of["connect2b"] == pytest.approx((-0.080477, 0.120547), abs=5e-7)
    assert of["prevalence"] == pytest.approx((-0.321280, 0.151171), abs=5e-7)
    tuned = partly("logit", x, y, sample, names=["const", *COLUMNS], kind="CR0")
    assert (tuned.estimate[1], tuned.covariance.std_error[1]) == pytest.approx((-0.257, 0.217), abs=6e-4)
    assert partly("logit", x, y, sample, names=["const", *COLUMNS], trust=0.0).estimate[1] == pytest.approx(
        -0.269, abs=5e-4
    )


def made(family: str, n: int = 600, seed: int = 3):
    """Rows whose code a machine gets wrong now and then; people coded some, with unequal probability."""
    rng = np.random.default_rng(seed)
    z, code = rng.normal(size=n), (rng.random(n) < 0.4).astype(float)
    machine = np.where(rng.random(n) < 0.2, 1 - code, code)
    eta = 0.3 + 0.5 * code - 0.4 * z
    y = {
        "normal": lambda: eta + rng.normal(size=n), "logit": lambda: (rng.random(n) < special.expit(eta)).astype(float),
        "poisson": lambda: rng.poisson(np.exp(eta)).astype(float),
        "ordinal": lambda: 1.0 + (rng.logistic(size=n) + eta > 0) + (rng.logistic(size=n) + eta > 2),
    }[family]()  # fmt: skip
    probability = np.where(z > 0, 0.5, 0.25)
    rows = np.flatnonzero(rng.random(n) < probability)
    return z, code, machine, y, probability, rows


@pytest.mark.parametrize("trust", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("family", ["normal", "logit", "poisson", "ordinal"])
def test_the_moment_is_that_of_a_general_solver_of_estimating_equations(family, trust):
    z, code, machine, y, probability, rows = made(family)
    n, drawn = len(z), np.zeros(len(z))
    drawn[rows] = 1 / probability[rows]
    constant = [np.ones(n)] if family != "ordinal" else []
    own, people = (np.column_stack([*constant, each, z]) for each in (machine, code))

    def scores(theta, x):
        if family == "ordinal":
            return levels_score(theta, x, y)
        return ee_regression(theta, X=x, y=y, model={"normal": "linear", "logit": "logistic"}.get(family, family))

    def psi(theta):
        return trust * scores(theta, own) + drawn * (scores(theta, people) - trust * scores(theta, own))

    start = [0.0, 0.0, -1.0, 1.0] if family == "ordinal" else [0.0, 0.0, 0.0]
    other = MEstimator(psi, init=start)
    other.estimate(solver="lm", maxiter=20_000)
    x, stacked = np.vstack([own, people[rows]]), np.r_[y, y[rows]]
    names = ["code", "z"] if family == "ordinal" else ["Intercept", "code", "z"]
    found = partly(family, x, stacked, Sample(n, rows, probability[rows]), names=names, trust=trust, kind="CR0")
    assert found.estimate == pytest.approx(other.theta, rel=1e-5, abs=1e-6)
    assert np.sqrt(np.diag(found.covariance.matrix)) == pytest.approx(np.sqrt(np.diag(other.variance)), rel=1e-4)


def levels_score(theta, x, y):
    """The gradient of each row's log-likelihood of three ordered levels, by a complex step."""
    made = []
    for k in range(len(theta)):
        at = np.array(theta, dtype=complex)
        at[k] += 1e-30j
        cut = np.concatenate([[-300], at[2:], [300]])
        level = y.astype(int)
        edges = [cut[level - 1 + j] - x @ at[:2] for j in (0, 1)]
        made.append(np.log(1 / (1 + np.exp(-edges[1])) - 1 / (1 + np.exp(-edges[0]))).imag / 1e-30)
    return np.array(made)


def rows():
    """The data of ``external/corrected.py``."""
    rng = np.random.default_rng(20)
    group = np.repeat(np.arange(80), 3)
    x = np.column_stack([np.ones(240), rng.normal(size=240)])
    y = (rng.normal(size=80)[group] + x[:, 1] + rng.normal(size=240) > 0.3).astype(float)
    return group, x, y, np.where(rng.random(240) < 0.2, 1 - y, y), np.flatnonzero(group < 30)


def test_two_samples_and_clustered_means_are_those_of_other_packages(external):
    """Two samples, coded and not, with λ = 1 are one sample of which a part is coded with λ = 1 / (1 − π)."""
    stored = json.loads((external / "corrected.json").read_text(encoding="utf-8"))
    group, x, y, machine, coded = rows()
    part = len(coded) / len(y)
    sample = Sample(len(y), coded, np.full(len(coded), part), groups=group, strata=np.zeros(len(y)))
    y = np.r_[machine, y[coded]]

    def found(family, x):
        return partly(
            family, np.vstack([x, x[coded]]), y, sample, names=range(x.shape[1]), trust=1 / (1 - part), kind="CR0"
        )

    mean = found("normal", x[:, :1])
    assert mean.estimate[0] == pytest.approx(stored["mean"]["estimate"], rel=1e-9)
    assert mean.covariance.std_error[0] == pytest.approx(
        stored["mean"]["std_error"], rel=0.01
    )  # of n − 1 clusters, ours of n
    assert found("logit", x).estimate == pytest.approx(stored["logit"], rel=1e-4)  # theirs ends early


@pytest.mark.parametrize("family", ["normal", "logit", "poisson"])
def test_where_people_coded_everything_the_machine_does_not_count(family):
    z, code, machine, y, _, _ = made(family)
    n = len(z)
    own, people = (np.column_stack([np.ones(n), each, z]) for each in (machine, code))
    found = partly(family, np.vstack([own, people]), np.r_[y, y], Sample(n, np.arange(n), np.ones(n)),
                   names=list("abc"), trust=0.7, kind="CR0")  # fmt: skip
    of = {"normal": sm.families.Gaussian(), "logit": sm.families.Binomial(), "poisson": sm.families.Poisson()}
    plain = sm.GLM(y, people, family=of[family]).fit(cov_type="HC0", tol=1e-12)
    assert found.estimate == pytest.approx(plain.params, rel=1e-8)
    assert found.covariance.std_error == pytest.approx(plain.bse, rel=1e-6)


def test_clusters_of_one_row_are_rows_and_copies_of_a_row_count_once():
    z, code, machine, y, probability, rows = made("logit")
    n = len(z)
    own, people = (np.column_stack([np.ones(n), each, z]) for each in (machine, code))
    x, stacked = np.vstack([own, people[rows]]), np.r_[y, y[rows]]
    alone = partly("logit", x, stacked, Sample(n, rows, probability[rows]), names=list("abc"), trust=1.0)
    same = Sample(n, rows, probability[rows], groups=np.arange(n))
    assert partly("logit", x, stacked, same, names=list("abc"), trust=1.0).covariance.std_error == pytest.approx(
        alone.covariance.std_error, rel=1e-10
    )
    twice = Sample(2 * n, np.r_[rows, rows + n], np.tile(probability[rows], 2), groups=np.tile(np.arange(n), 2))
    x = np.vstack([own, own, people[rows], people[rows]])
    doubled = partly("logit", x, np.r_[y, y, y[rows], y[rows]], twice, names=list("abc"), trust=1.0, kind="CR0")
    plain = partly("logit", np.vstack([own, people[rows]]), stacked, Sample(n, rows, probability[rows]),
                   names=list("abc"), trust=1.0, kind="CR0")  # fmt: skip
    assert doubled.estimate == pytest.approx(plain.estimate, rel=1e-8)
    assert doubled.covariance.std_error == pytest.approx(plain.covariance.std_error, rel=1e-8)


@pytest.mark.parametrize("several", [False, True])
def test_what_informs_means_of_groups_is_what_informs_the_model_of_their_columns(several):
    rng = np.random.default_rng(0)
    group, weights, n = rng.integers(0, 5, 200), rng.uniform(0.5, 3, 200), 200
    cluster = rng.integers(0, 80, n) if several else np.arange(n)
    x = np.eye(5)[group]
    fitted = record(x, rng.normal(size=n), "normal", np.zeros(5), range(5), weights, np.zeros(n))
    gradient = np.vstack([np.eye(5), rng.normal(size=(4, 5)), [1, -1, 0, 0, 0]])
    found, expected = of_means(gradient, weights, group, cluster), Units.of(fitted, cluster).informing(gradient)
    for name in ("effective", "df", "side"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-12)


@pytest.fixture(scope="module")
def press():
    """3,000 articles of the made-up press, a machine that takes the topic for the frame, and made-up coders."""
    made = datasets.sample_press(3000)
    truth = made.truth["articles"]
    chosen = study.open(made.articles.assign(cluster_id=truth["cluster_id"].to_numpy()))
    book = frames.load({"threat": "x", "dialogue": "x"})
    words = ("ミサイル", "制裁", "演習")
    machine = frames.coded_by(
        chosen, lambda text: "threat" if any(word in text for word in words) else None, book, name="words of the topic"
    )
    said = datasets.codings("sample/frames", articles=chosen.articles)
    return chosen, machine, said, truth["frame"].eq("脅威")


def test_the_planted_difference_is_missed_by_the_machine_and_covered_after_correction(press):
    chosen, machine, said, true = press
    codes = tuple(dataclasses.replace(code, label=code.id.title()) for code in machine.codebook.codes)
    machine = dataclasses.replace(machine, codebook=dataclasses.replace(machine.codebook, codes=codes))
    found = frames.corrected(chosen, machine, said, "threat ~ outlet", strata=["outlet"])
    assert "(“Threat”)" in " ".join(found.golds["note"].astype(str)), "a report names a code by its label"
    share = true.groupby(chosen.articles["outlet"]).mean()
    pairs = found.pairs.set_index(["group", "other", "estimator"])
    planted = share["東都新報"] - share["西都タイムス"]
    naive = pairs.loc[("東都新報", "西都タイムス", "machine, uncorrected")]
    mended = pairs.loc[("東都新報", "西都タイムス", "corrected")]
    assert not naive["conf_low"] <= planted <= naive["conf_high"]
    assert mended["conf_low"] <= planted <= mended["conf_high"]
    shares = found.shares[found.shares["estimator"] == "corrected"].set_index("group")
    assert (shares["conf_low"] <= share).all() and (share <= shares["conf_high"]).all()
    assert found.assumption == ""
    told = frames.answer(found, smallest_effect=1)
    assert told.procedure == "frames.corrected" and "people's codes of 960 articles" in str(told.sentence)
    assert list(found.golds["gold"].astype(str).unique()) == [
        "all people together", "without the adjudicator", "coder A alone", "coder B alone", "coders' errors removed",
    ]  # fmt: skip
    assert plots.corrected_codes(found).data["estimator"].nunique() == 3


def test_the_p_value_of_a_difference_and_its_interval_do_not_contradict_each_other(press):
    """An interval of −.017 to .417 stood beside p = .043. By definition the interval at the level 1 − p ends at 0."""
    chosen, machine, said, _ = press
    found = frames.corrected(chosen, machine, said, "threat ~ outlet", strata=["outlet"])
    pairs = found.pairs
    out = (pairs["conf_low"] > 0) | (pairs["conf_high"] < 0)
    assert (out == (pairs["p_value"] < 0.05)).all() and pairs["p_value"].between(0, 1).all()
    family = pairs.groupby("estimator")["other"].transform("size")
    all_out = (pairs["simultaneous_low"] > 0) | (pairs["simultaneous_high"] < 0)
    assert (all_out == (pairs["p_value"] * family < 0.05)).all()
    for at in (pairs["p_value"].idxmin(), (pairs["p_value"] - 0.3).abs().idxmin()):
        level = 1 - pairs["p_value"][at]
        again = frames.corrected(chosen, machine, said, "threat ~ outlet", strata=["outlet"], level=level).pairs
        assert again.loc[at, ["conf_low", "conf_high"]].abs().min() < 1e-3


def test_simultaneous_intervals_allow_for_the_comparisons_that_have_one(press):
    """Bonferroni by its definition: of an outlet of one article, and of codes that nobody coded, there is none."""
    chosen, machine, said, _ = press
    few = chosen.articles[:400]
    said = said[said["coder"].eq("A") & said["article_id"].isin(few["article_id"])]
    one = few.iloc[[0]].assign(article_id="alone", outlet="孤島新聞", cluster_id="alone")
    more = said[said["unit"] == said["unit"].iloc[0]].assign(unit="alone", article_id="alone", probability=1.0)
    chosen, said = study.open(pd.concat([few, one])), pd.concat([said, more])
    n = chosen.articles["outlet"].nunique() - 1
    words = {"threat": "制裁", "dialogue": "会談", "other": "年"}
    book = frames.load(dict.fromkeys(words, "x"))
    codes = frames.coded_by(chosen, lambda text: [code for code in words if words[code] in text], book, name="words")
    for code, n_codes in (("threat", 1), ("", 2)):
        family, ends = n_codes * n * (n - 1) // 2, []
        for level in (0.95, 1 - 0.05 / family):
            made = {"strata": ["outlet"], "level": level}
            found = frames.corrected(chosen, codes, said, f"{code} ~ outlet", **made) if code else frames.crosstab(
                codes, people=said, **made)  # fmt: skip
            pairs = found.pairs[found.pairs["estimator"] == CORRECTED] if code else found.corrected
            ends.append(pairs[pairs["conf_low"].notna()])
        assert len(ends[0]) == family and ends[0]["simultaneous_low"].notna().all()
        for end in ("low", "high"):
            np.testing.assert_allclose(ends[0][f"simultaneous_{end}"], ends[1][f"conf_{end}"], rtol=1e-9)


@pytest.mark.parametrize(
    "formula", ["front ~ threat + outlet", "page ~ threat", "threat ~ outlet * years", "n_pages ~ threat"]
)
def test_a_code_is_an_outcome_or_a_predictor_of_any_family(press, formula):
    chosen, machine, said, _ = press
    found = frames.corrected(chosen, machine, said, formula, strata=["outlet"])
    kinds = found.coefficients.groupby("estimator")["estimate"].count()
    assert set(kinds.index) == {"machine, uncorrected", "people alone", "corrected"} and kinds.nunique() == 1
    assert found.coefficients["std_error"].notna().all()
    assert frames.answer(found).sentence is not None


def test_a_table_of_codes_has_those_that_people_coded_beside_the_machines_and_says_which_it_has_not(press):
    chosen, machine, said, _ = press
    book = frames.load({"threat": "x", "dialogue": "x", "other": "x"})
    words = {"threat": "制裁", "other": "試合"}
    codes = frames.coded_by(chosen, lambda text: [code for code in words if words[code] in text], book, name="words")
    table = frames.crosstab(codes, people=said, strata=["outlet"])
    found = frames.corrected(chosen, codes, said, "threat ~ outlet", strata=["outlet"])
    of = table.estimates[table.estimates["code"] == "threat"].set_index(["group", "estimator"])
    other = found.shares.set_index(["group", "estimator"])
    assert set(of.index) == set(other.index)
    assert of["share"].to_dict() == pytest.approx(other["share"].to_dict())
    mended = of.xs("corrected", level="estimator")
    assert mended["conf_low"].to_dict() == pytest.approx(
        found.shares[found.shares["estimator"] == "corrected"].set_index("group")["conf_low"].to_dict()
    )
    people = of_articles(said, ["threat"], ["threat"])["threat"]  # a fixed number of each outlet: a plain mean
    outlet = chosen.articles.set_index("article_id")["outlet"]
    assert of["share"].xs("people alone", level=1).to_dict() == pytest.approx(people.groupby(outlet).mean().to_dict())
    left = table.estimates[table.estimates["code"] == "other"]
    assert set(left["estimator"]) == {"machine, uncorrected"} and set(left["note"]) == {"people did not code it"}
    finding = frames.answer(table, smallest_effect=1)
    code, one, two = finding.contrast
    assert code != "other" and finding.procedure == "frames.corrected"
    assert "1 codes were not coded by people" in str(finding.cautions[0]) and "other" in str(finding.cautions[0])
    few = said[(said["code"] != code) | ~said["unit"].isin(said["unit"].unique()[:100])]
    again = frames.answer(frames.crosstab(codes, people=few, strata=["outlet"]), smallest_effect=1)
    assert again.contrast[0] == code and "people's codes of 860 articles" in str(again.sentence)  # others have 960
    row = table.corrected.query("code == @code and group == @one and other == @two or code == @code and group == @two "
                                "and other == @one").iloc[0]  # fmt: skip
    assert finding.value == pytest.approx(100 * abs(row["estimate"]))
    ends = sorted(100 * abs(row[name]) for name in ("simultaneous_low", "simultaneous_high"))
    assert sorted(map(abs, (finding.low, finding.high))) == pytest.approx(ends)
    naive = table.pairs.query("code == @code and group == @row.group and other == @row.other").iloc[0]
    assert f"machine alone it would be {100 * abs(naive['estimate']):.1f}" in str(finding.sentence)
    picture = plots.code_shares(table.estimates)
    assert picture.data["estimator"].nunique() == 3 and picture.alt.startswith("corrected: ")
    assert "uncorrected" in plots.code_shares(frames.crosstab(codes).estimates).alt
    assert "uncorrected" in str(frames.answer(frames.crosstab(codes, given="threat")).cautions[0])
    parts = frames.crosstab(dataclasses.replace(codes, unit="paragraph"), people=said, strata=["outlet"])
    with messages.speaking("ja"):
        told = str(messages.said(parts.estimates.loc[parts.estimates["code"] == "threat", "note"].iloc[0]))
    assert told.startswith("補正できるのは記事に付けたコードだけ")


def test_where_no_code_can_be_corrected_the_finding_is_the_machines_and_says_why(press):
    chosen, machine, said, _ = press
    nobody = said.assign(article_id="x" + said["article_id"], unit="x" + said["unit"])
    found = frames.answer(frames.crosstab(machine, people=nobody, strata=["outlet"]))
    told = " ".join(map(str, found.cautions))
    assert found.procedure == "frames.crosstab" and "uncorrected" in told and "not in the study" in told
    empty = frames.crosstab(machine).corrected
    assert empty.empty and {*frames.CODEBOOK["corrected"]} <= {*empty}  # 30_frames shows it where nobody coded


def test_a_table_has_its_columns_with_people_or_without(press):
    """What the reports of 30_frames and 32_corrected show, whatever could be corrected."""
    chosen, machine, said, _ = press
    nobody = said.assign(article_id="x" + said["article_id"], unit="x" + said["unit"])
    for more in ({}, {"people": nobody}, {"people": said}, {"people": said, "given": "threat"}):
        table = frames.crosstab(machine, strata=["outlet"], **more)
        for name, shown in (("shares", "shares"), ("pairs", "pairs"), ("overall", "overall"),
                            ("estimates", "estimates"), ("corrected", "corrected")):  # fmt: skip
            assert {*frames.CODEBOOK[shown]} <= {*getattr(table, name)}, (name, more.keys())
    for formula in ("threat ~ outlet", "front ~ threat"):
        found = frames.corrected(chosen, machine, said, formula, strata=["outlet"])
        for name in ("shares", "pairs", "coefficients"):
            assert {*frames.CODEBOOK[f"corrected_{name}"]} <= {*getattr(found, name)}
        assert {*frames.CODEBOOK["golds"]} <= {*found.golds}


def test_what_codes_rest_on_is_said_in_the_language_of_the_report_and_of_which(press):
    chosen, machine, said, _ = press
    apart = said[(said["code"] != "dialogue") | (said["coder"] != "adjudicator")]  # ties of one code are left out
    table = frames.crosstab(machine, people=apart, strata=["outlet"])
    with messages.speaking("ja"):
        told = [messages.say(each) for each in frames.answer(table).cautions]
        notes = {messages.say(each) for each in table.estimates["note"] if each}
    (own,) = (each for each in told if each.startswith("「dialogue」："))
    assert notes == {own.removeprefix("「dialogue」：")} and "除いた" in own
    assumed = said.drop(columns="probability")  # the same of both codes, so neither is named
    told = frames.answer(frames.crosstab(machine, people=assumed, strata=["outlet"])).cautions
    assert [str(each) for each in told if "taken as the same" in str(each)][0].startswith("The probability")
    assert str(told).count("taken as the same") == 1


@pytest.mark.parametrize("asked", [{"given": "dialogue"}, {"by": "dialogue"}, {"by": ["outlet", "dialogue"]}])
def test_articles_that_a_code_chooses_or_divides_are_not_called_corrected(press, asked):
    """The machine's errors in that code would stay, and nobody would see them."""
    chosen, _, said, _ = press
    book = frames.load({"threat": "x", "dialogue": "x"})
    words = {"threat": "制裁", "dialogue": "会談"}
    codes = frames.coded_by(chosen, lambda text: [code for code in words if words[code] in text], book, name="words")
    table = frames.crosstab(codes, people=said, strata=["outlet"], **asked)
    assert set(table.estimates["estimator"]) == {"machine, uncorrected"} and table.corrected.empty
    told = " ".join(map(str, frames.answer(table).cautions))
    assert "uncorrected" in told and "its errors would stay" in told


def test_the_finding_is_of_what_the_formula_asks_for(press):
    """An interaction where there is one, the first term where others stand beside it, else the groups."""
    chosen, machine, said, _ = press

    def found(formula):
        return frames.corrected(chosen, machine, said, formula, strata=["outlet"])

    joint, beside = found("threat ~ outlet * years"), found("threat ~ outlet + section")
    assert all(":years" in term for term in joint.asked) and all(term.startswith("outlet[") for term in beside.asked)
    assert not found("threat ~ outlet").asked
    assert set(beside.shares["group"]) == set(chosen.articles["outlet"])
    told = frames.answer(joint)
    rows = joint.coefficients.query("estimator == 'corrected' and term in @joint.asked")
    row = rows[rows["estimate"] == told.value].iloc[0]
    reach = stats.t.ppf(1 - 0.025 / len(rows), row["df"]) * row["std_error"]
    assert (told.low, told.high) == pytest.approx((row["estimate"] - reach, row["estimate"] + reach))
    assert str(told.unit) == "log odds" and any(f"ratio of odds that is {np.exp(told.value):.2f}" in str(each)
                                                for each in told.cautions)  # fmt: skip
    assert f"compares with {row['against']}" in str(told.cautions[0])
    assert row["against"] == min(set(chosen.articles["outlet"]))
    assert set(plots.corrected_codes(joint).data["term"]) == set(joint.asked)
    by_gold = plots.corrected_codes(joint, finding=told).data
    assert set(by_gold["what"]) == {row["term"]} and by_gold["estimate"].iloc[0] == told.value and len(by_gold) > 3
    groups = found("threat ~ outlet")
    by_gold = plots.corrected_codes(groups, finding=frames.answer(groups)).data
    assert 100 * abs(by_gold["estimate"].iloc[0]) == pytest.approx(frames.answer(groups).value)
    assert set(joint.golds.loc[joint.golds["estimate"].notna(), "what"]) >= set(joint.asked)


def test_what_is_not_asked_rightly_is_said(press):
    chosen, machine, said, _ = press
    with pytest.raises(TableError, match="people have coded no article of the study yet"):
        frames.corrected(chosen, machine, said.iloc[:0], "threat ~ outlet", strata=["outlet"])
    with pytest.raises(ParamError, match="trust lies between"):
        asked(press, trust="1")
    within = frames.answer(frames.crosstab(machine, given="front", people=said, strata=["outlet"]))
    assert any("use keep instead" in str(each) for each in within.cautions)
    words = said.assign(value=said["value"].map({1: "はい", 0: "いいえ"}))
    pd.testing.assert_frame_equal(asked(press, change=lambda _: words).shares, asked(press).shares)
    pairs = asked(press, change=lambda own: own[own["article_id"].isin(own["article_id"].unique()[::40])]).pairs
    assert pairs["simultaneous_high"].max() <= 1 and pairs["simultaneous_low"].min() >= -1


def test_a_column_that_a_machine_coded_is_corrected_before_and_after_a_day(press):
    chosen, machine, said, _ = press
    marked = study.open(chosen.articles.assign(tone=machine.has[:, machine.names.index("threat")].astype(int)))
    codes = frames.coded_by(marked, datasets.codings("threat=tone", articles=marked.articles), name="tone")
    assert (codes.has[:, 0] == machine.has[:, machine.names.index("threat")]).all()
    table = frames.crosstab(codes, at="2021-07-01", people=said, strata=["outlet"]).estimates
    assert sorted(table["time"].unique()) == ["2019-01-01–2021-06-30", "2021-07-01–2023-12-29"]
    assert table.groupby("estimator")["n_units"].sum().eq(len(chosen.articles)).all()
    assert table["share"].notna().all() and len(table) == 3 * 2 * chosen.articles["outlet"].nunique()
    with pytest.raises(ParamError, match="at is a day"):
        frames.crosstab(codes, at="soon")
    told = report.finding(frames.answer(frames.crosstab(codes)), machine="threat=tone").markup()
    assert "A machine coded “threat”" in told


def test_the_order_of_articles_and_codings_does_not_matter(press):
    chosen, machine, said, _ = press
    other = study.open(chosen.articles.sample(frac=1, random_state=1))
    turned = frames.corrected(other, machine, said.sample(frac=1, random_state=2), "threat ~ outlet", strata=["outlet"])
    found = frames.corrected(chosen, machine, said, "threat ~ outlet", strata=["outlet"])
    pd.testing.assert_frame_equal(turned.shares, found.shares)
    pd.testing.assert_frame_equal(turned.coefficients, found.coefficients)


def coded(true, machine, people, **columns):
    """Articles with columns, a machine's codes of them all and a person's codes of some."""
    articles = pd.DataFrame({"article_id": [f"a{i}" for i in range(len(true))], "text": "x"} | columns)
    chosen, ids = study.open(articles), articles["article_id"]
    table = pd.DataFrame({"article_id": ids, "code": np.where(machine, "t", None)})
    said = pd.DataFrame({"unit": ids[people], "coder": "me", "code": "t", "value": true[people].astype(int)})
    return chosen, frames.coded_by(chosen, table, frames.load({"t": "x"}), name="m"), said


@pytest.mark.parametrize("kind", ["number", "ordered", "yes or no", "two columns"])
def test_groups_stand_in_the_order_of_their_values_with_people_and_without(kind):
    """By hand: 2 before 10, mid before hi, no before yes; as text they would be sorted otherwise."""
    rng, edition = np.random.default_rng(0), np.repeat([1, 2, 10], 100)
    true = rng.random(300) < np.repeat([0.3, 0.1, 0.6], 100)
    columns = {"outlet": ["A", "B"] * 150, "edition": edition, "page": np.where(edition < 2, 1, 3)}
    by, names = {
        "number": (["edition"], ["1", "2", "10"]), "ordered": (["edition"], ["lo", "mid", "hi"]),
        "yes or no": (["front"], ["the other pages", "the front page"]),
        "two columns": (["outlet", "edition"], ["A 1", "A 2", "A 10", "B 1", "B 2", "B 10"]),
    }[kind]  # fmt: skip
    if kind == "ordered":
        columns["edition"] = pd.Categorical(np.repeat(names, 100), names, ordered=True)
    drawn = np.concatenate([rng.choice(np.flatnonzero(edition == each), 60, replace=False) for each in (1, 2, 10)])
    _, machine, people = coded(true, true ^ (rng.random(300) < 0.05), drawn, **columns)
    found = frames.crosstab(machine, by, people=people, strata=["edition"])
    for table in (found.shares, found.estimates.query("estimator == 'corrected'")):
        assert list(table["group"]) == names
    pd.testing.assert_frame_equal(found.pairs[["group", "other"]], found.corrected[["group", "other"]])
    assert {"naive", "naive_low"} <= {*frames.answer(found).sentence.values}  # it has the same pair by the machine
    if len(by) == 1:
        rows = plots.code_shares(found.estimates, by=by[0]).figure.axes[0].get_yticklabels()
        assert [each.get_text() for each in rows] == names


def test_a_share_of_which_people_found_no_instance_is_a_share_all_the_same():
    """By hand: without a machine's code that helps, none of 20 is 0, and others are what people found."""
    rng = np.random.default_rng(28)
    true = rng.random(300) < 0.05
    machine = np.where(true, rng.random(300) < 0.8, rng.random(300) < 0.1)
    drawn = pd.Series(range(300)).groupby(np.arange(300) // 60).sample(20, random_state=28).to_numpy()
    chosen, codes, people = coded(true, machine, drawn, outlet=np.repeat([*"ABCDE"], 60))
    shares = frames.corrected(chosen, codes, people, "t ~ outlet", strata=["outlet"]).shares
    own = shares[shares["estimator"] == CORRECTED].set_index("group")["share"]
    assert own.notna().all() and own["C"] == pytest.approx(0, abs=1e-12) and not true[drawn[40:60]].any()


def test_shares_of_a_sample_by_the_machines_code_are_those_of_rogan_and_gladen(press):
    chosen, machine, _, true = press
    articles = chosen.articles
    has = machine.has[:, 0]
    stratum = pd.factorize(articles["outlet"])[0] * 2 + has
    rank = pd.Series(np.random.default_rng(0).permutation(len(articles))).groupby(stratum).rank()
    drawn = (rank <= 60).to_numpy()
    said = articles.loc[drawn, ["article_id"]].assign(unit=lambda rows: rows["article_id"], coder="p", code="threat",
                                                      value=true[drawn].astype(int))  # fmt: skip
    frame = articles[["article_id"]].assign(stratum=stratum, probability=0.1)
    found = frames.corrected(chosen, machine, said, "threat ~ outlet", frame=frame)
    for outlet, rows in articles.groupby("outlet"):
        at = rows.index
        marked = has[at].mean()
        precision, misses = (true[at][drawn[at] & (has[at] == each)].mean() for each in (True, False))
        p = precision * marked + misses * (1 - marked)
        sensitivity, specificity = precision * marked / p, (1 - misses) * (1 - marked) / (1 - p)
        expected = (marked + specificity - 1) / (sensitivity + specificity - 1)
        own = found.shares[(found.shares["group"] == outlet) & (found.shares["estimator"] == "corrected")]
        assert own["share"].iloc[0] == pytest.approx(expected, rel=1e-9)


def test_the_strata_of_sheets_come_back_with_them(press, tmp_path):
    chosen, machine, _, true = press
    key = reliability.sheet(machine, tmp_path, coders=["A"], n=300, by=["outlet"])
    back = reliability.read(tmp_path)
    assert back.frame is not None and set(back.frame["article_id"]) == set(chosen.articles["article_id"])
    merged = key.merge(back.frame, on="article_id", suffixes=("", "_frame"))
    assert merged["probability"].to_numpy() == pytest.approx(merged["probability_frame"])
    size = back.frame.groupby("stratum")["article_id"].size() * back.frame.groupby("stratum")["probability"].first()
    assert size.to_numpy() == pytest.approx(merged.groupby("stratum").size().to_numpy())
    by_id = true.set_axis(chosen.articles["article_id"])
    said = key[["unit", "article_id"]].assign(
        coder="A", code="threat", value=by_id.loc[key["article_id"]].astype(int).array
    )
    found = frames.corrected(chosen, machine, said, "threat ~ outlet", frame=back.frame)
    assert found.shares["share"].notna().all()
    with pytest.raises(ParamError, match="say it again"):
        frames.corrected(chosen, machine, said, "threat ~ outlet", frame=back.frame, strata=["outlet"])
    short = chosen.take(until="2019-02")  # there are strata of which nobody coded an article of that time
    ids = short.articles["article_id"]
    stratum = back.frame.set_index("article_id")["stratum"]
    assert {*stratum.loc[ids]} > {*stratum.loc[ids[ids.isin(said["article_id"])]]}
    part = frames.corrected(short, machine, said, "threat ~ years", frame=back.frame, family="ols")
    assert part.coefficients["estimate"].notna().all() and part.assumption == ""
    two = pd.concat([said, said.assign(coder="B")])
    golds = frames.corrected(short, machine, two, "threat ~ years", frame=back.frame, family="ols").golds
    together, alone = (golds[golds["gold"].astype(str) == name] for name in ("all people together", "coder B alone"))
    assert alone["estimate"].to_numpy() == pytest.approx(together["estimate"].to_numpy(), rel=1e-9)
    fewer = back.frame.iloc[1:]
    with pytest.raises(TableError, match="were not in what the sample was drawn from"):
        frames.corrected(chosen, machine, said, "threat ~ outlet", frame=fewer)


def test_a_stratum_of_the_sheets_that_nobody_coded_is_named_with_the_years_that_can_be_taken(press, tmp_path):
    chosen, machine, _, true = press
    key = reliability.sheet(machine, tmp_path, coders=["A"], n=400, by=["outlet", "year"])
    said = key[["unit", "article_id"]].assign(coder="A", code="threat")
    said["value"] = true.set_axis(chosen.articles["article_id"]).loc[key["article_id"]].astype(int).array
    last = int(chosen.articles["year"].max())
    outlet = chosen.articles["outlet"].iloc[0]
    year = chosen.articles.set_index("article_id")["year"].loc[said["article_id"]].array
    here = chosen.articles.set_index("article_id")["outlet"].loc[said["article_id"]].array
    part = said[(year < last) | (here != outlet)]
    with pytest.raises(TableError, match=f"outlet {outlet}, year {last}.*until={last - 1}"):
        frames.corrected(chosen, machine, part, "threat ~ outlet", frame=reliability.read(tmp_path).frame)


def test_what_cannot_be_corrected_is_refused_with_what_to_do(press):
    chosen, machine, said, _ = press

    def asked(formula="threat ~ outlet", codings=said, of=machine, within=chosen, **more):
        return frames.corrected(within, of, codings, formula, **more)

    with pytest.raises(TableError, match="above 0 and at most 1"):
        asked(codings=said.assign(probability=0.0))
    with pytest.raises(TableError, match="are not in the study"):
        asked(codings=said.assign(article_id=said["article_id"] + "x"))
    with pytest.raises(TableError, match="trained on people's codes"):
        book = machine.codebook
        asked(of=frames.coded_by(chosen, lambda _: None, book, name="m", in_sample=True))
    with pytest.raises(ParamError, match="has no code"):
        asked("front ~ outlet")
    with pytest.raises(ParamError, match="needs an outcome"):
        asked("threat")
    with pytest.raises(ParamError, match="no column 'probability'"):
        asked(codings=said.drop(columns="probability"))
    with pytest.raises(TableError, match="stand for"):
        asked(codings=said.assign(probability=1.0))
    with pytest.raises(TableError, match="people coded no article"):
        asked(codings=said[said["outlet"] != "東都新報"], strata=["outlet"])
    with pytest.raises(ParamError, match="trust lies"):
        asked(trust=2.0)


def test_years_without_codes_are_named_with_the_window_that_has_some(press):
    chosen, machine, said, _ = press
    year = chosen.articles.set_index("article_id")["year"].loc[said["article_id"]].to_numpy()
    with pytest.raises(TableError, match="from 2019 to 2021: take since=2019 and until=2021"):
        frames.corrected(chosen, machine, said[year < 2022], "threat ~ outlet", strata=["outlet", "year"])
    window = chosen.take(until="2021")
    kept = said[year < 2022].drop(columns="probability")
    ids = set(window.articles["article_id"])
    found = frames.corrected(window, machine, kept[kept["article_id"].isin(ids)], "threat ~ outlet",
                             strata=["outlet", "year"])  # fmt: skip
    assert "taken as the same" in str(found.assumption) and found.shares["share"].notna().all()


def test_a_code_that_the_machine_never_gives_is_still_estimated(press):
    chosen, machine, said, _ = press
    silent = frames.coded_by(chosen, lambda _: None, machine.codebook, name="silent")
    found = frames.corrected(chosen, silent, said, "threat ~ outlet", strata=["outlet"])
    kinds = found.shares.set_index(["group", "estimator"])["share"].unstack()
    assert (kinds["machine, uncorrected"] == 0).all()
    assert kinds["corrected"].to_numpy() == pytest.approx(kinds["people alone"].to_numpy())
    assert found.coefficients.loc[found.coefficients["estimator"] == "machine, uncorrected", "note"].iloc[0]


@pytest.mark.parametrize("cells", [["1", "0.0", "", None], [True, False, None, None], [1.0, 0.0, np.nan, np.nan]])
def test_a_column_of_codes_is_read_as_a_csv_or_a_table_has_it(cells):
    articles = pd.DataFrame({"article_id": [*"abcd"], "outlet": "A", "said": pd.Series(cells, dtype=object)})
    found = datasets.codings("x=said", articles=articles)
    assert found["article_id"].tolist() == ["a", "b"] and found["value"].tolist() == [1, 0]
    with pytest.raises(SourceError, match="holds other values"):
        datasets.codings("x=said", articles=articles.assign(said="maybe"))


def test_how_often_coders_err_follows_from_two_codings_of_the_same_articles():
    rng = np.random.default_rng(0)
    population = np.repeat([0, 1], 200_000)
    true = rng.random(400_000) < np.array([0.1, 0.6])[population]
    said = rng.random((400_000, 2)) < np.where(true, 0.85, 0.04)[:, None]
    assert error_rates(said.astype(float), population) == pytest.approx((0.85, 0.04), abs=0.01)
    assert error_rates(said.astype(float), np.zeros(400_000, dtype=int)) is None
    assert error_rates(np.full((3, 2), np.nan), np.arange(3)) is None


def asked(press, formula="threat ~ outlet", change=lambda said: said, **more):
    chosen, machine, said, _ = press
    return frames.corrected(chosen, machine, change(said), formula, **({"strata": ["outlet"]} | more))


def test_how_far_coders_agree_and_that_one_left_out_an_outlet_is_said(press):
    found = asked(press, change=lambda said: said[~(said["coder"].eq("B") & said["outlet"].eq("中州日報"))])
    (told,) = [str(each) for each in frames.answer(found).cautions if "on average" in str(each)]
    assert "An article of 中州日報 was coded by 1.0 people on average" in told
    assert not any("on average" in str(each) for each in frames.answer(asked(press)).cautions)
    machine = found.shares["estimator"] == "machine, uncorrected"
    assert (found.shares["n_people"].isna() == machine).all()
    said = press[2][press[2]["code"] == "threat"]
    agreed = reliability.answer(reliability.agreement(said, replicates=50))
    first = frames.answer(found, agreement=agreed).cautions[0]
    assert str(first) == str(agreed.sentence) and "alpha is 0." in str(first)
    shuffled = said.assign(value=said["value"].sample(frac=1, random_state=1).array)
    agreed = reliability.answer(reliability.agreement(shuffled, replicates=50))
    assert "corrects no machine" in str(frames.answer(found, agreement=agreed).cautions[1])


@pytest.mark.parametrize("written", [("1", "0"), (True, False), ("yes", "No"), ("１", "０"), (1.0, 0.0)])
def test_what_coders_say_is_the_same_however_it_is_written(written):
    a = pd.DataFrame({"unit": list("uvw"), "coder": "A", "code": "x", "value": [1, 0, 1]}, dtype=object)
    b = a.assign(coder="B", value=[written[0], written[1], written[1]])
    assert of_articles(pd.concat([a, b]), ["x"], ["x"])["x"].to_dict() == {"u": 1, "v": 0}
    said = a.assign(code="code", value=["X ", "none", "ｙ"])
    assert of_articles(said, ["x", "y"], ["x", "y"])["x"].tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda said: pd.concat([said, said.iloc[:1]]), "a coder has one value for a unit"),
        (lambda said: said.assign(value=2), "is 1 or 0"),
        (lambda said: said.assign(code="menace"), "have no codings of"),
        (lambda said: said.assign(article_id=said["article_id"].where(said["coder"] == "A")), "no article_id"),
        (lambda said: said.assign(code=said["code"].where(said["coder"] == "A", "code")), "give one kind"),
        (lambda said: said.assign(code="code", value="treat").drop_duplicates(["unit", "coder"]), "name of a code"),
        (lambda said: said.assign(probability=np.where(said["coder"] == "A", 0.3, 0.2)), "is one number"),
        (lambda said: said.assign(probability=[0.1, 0.4] * (len(said) // 2) + [0.1] * (len(said) % 2)), "is one num"),
        (lambda said: said.assign(probability="10%"), "is one number"),
        (lambda said: said.assign(probability=np.where(said["unit"] < "u00200", 0.2, 0.3)), "differs within"),
    ],
)
def test_codings_that_contradict_themselves_or_the_strata_are_refused(press, change, why):
    with pytest.raises(TableError, match=why):
        asked(press, change=change)


def test_articles_drawn_and_left_without_a_value_are_counted_as_drawn(press):
    """Those coded stand for all that were drawn, not for fewer articles than there are."""
    chosen, machine, said, _ = press
    left = said["unit"].isin(said["unit"].drop_duplicates().sample(frac=0.4, random_state=0))
    blank = said.assign(value=said["value"].astype(object).where(~left, None))
    found = frames.corrected(chosen, machine, blank, "threat ~ outlet", trust=1.0)
    n = said.loc[said["code"].eq("threat"), "unit"].nunique()
    rest = said[~left].assign(probability=said["probability"] * said.loc[~left, "unit"].nunique() / n)
    same = frames.corrected(chosen, machine, rest, "threat ~ outlet", trust=1.0)
    own, other = (each.shares.query("estimator == 'corrected'")["share"].tolist() for each in (found, same))
    assert own == pytest.approx(other)
    told = [str(each) for each in frames.answer(found).cautions]
    assert any("articles that people coded are left out" in each or "drawn" in each for each in told)


def test_codings_that_did_not_all_come_back_are_refused_or_assumed_to_be_a_sample(press):
    with pytest.raises(TableError, match="leave the column 'probability' out"):
        asked(press, change=lambda said: said[said["unit"] > "u00200"], strata=[])
    alone = asked(press, change=lambda said: said[said["coder"] != "adjudicator"])
    assert "are left out" in str(alone.assumption) and "are left out" in str(frames.answer(alone).cautions[0])
    report.title("誰", language="ja")
    shown = report.table(alone.golds, caption="x", columns=frames.CODEBOOK["golds"]).markup()
    messages.use("en")
    assert "コーダーAのみ" in shown and "を引いた差" in shown
    for codes in (alone, asked(press, change=lambda said: said[said["coder"] != "adjudicator"], strata=[])):
        golds = codes.golds.drop_duplicates("gold").set_index(codes.golds["gold"].drop_duplicates().astype(str))
        assert golds.at["all people together", "n_people"] < golds.at["coder A alone", "n_people"] == 960
        assert "finds 9" in str(golds.at["coders' errors removed", "note"])
        assert {type(cell) for cell in codes.golds["what"]} == {type(golds.at["coders' errors removed", "note"])}


@pytest.mark.parametrize(
    ("formula", "more", "why"),
    [
        ("section ~ threat", {}, "is no number"),
        ("date ~ threat", {}, "is no number"),
        ("page ~ threat", {"family": "logit"}, "from 0 to 1"),
        ("years ~ threat", {"family": "ordinal"}, "whole"),
        ("threat ~ 0", {}, "has no term"),
        ("threat ~ threat + outlet", {}, "is the outcome"),
        ("threat ~ nothing", {}, "no code or column 'nothing'"),
    ],
)
def test_a_model_that_cannot_be_is_refused(press, formula, more, why):
    with pytest.raises(ParamError, match=why):
        asked(press, formula, **more)


def test_the_frame_has_one_stratum_of_every_article(press):
    chosen = press[0]
    frame = chosen.articles[["article_id"]].assign(stratum=chosen.articles["outlet"])
    found = asked(
        press, frame=pd.concat([frame, frame.iloc[:1]]), strata=(), change=lambda said: said.drop(columns="probability")
    )
    pd.testing.assert_frame_equal(found.shares, asked(press).shares)
    assert found.assumption == ""
    other = frame.iloc[:1].assign(stratum="other")
    for wrong in (pd.concat([frame, other]), frame.drop(columns="stratum"), frame.assign(stratum=None)):
        with pytest.raises(TableError, match="in two strata|a stratum in every row"):
            asked(press, frame=wrong, strata=())


def test_strata_and_groups_of_other_values_are_never_one(press):
    chosen, machine, said, _ = press
    left = np.arange(len(chosen.articles)) % 2 == 0
    told = study.open(chosen.articles.assign(one=np.where(left, "a b", "a"), other=np.where(left, "c", "b c")))
    found = frames.corrected(told, machine, said, "threat ~ one:other", strata=["outlet"])
    assert found.shares["group"].nunique() == 2
    missing = study.open(chosen.articles.assign(one=np.where(left, "a", None)))
    strata = frames.corrected(missing, machine, said.drop(columns="probability"), "threat ~ 1", strata=["one"])
    assert "(one)" in str(strata.assumption)
    lost = frames.corrected(missing, machine, said, "threat ~ one", strata="outlet")
    assert lost.shares["n_units"].iloc[0] == left.sum() and "has no other" not in str(frames.answer(lost).sentence)
    assert "There is no other group" in str(frames.answer(lost).sentence)


def test_knots_and_centres_are_those_of_the_articles(press):
    chosen, machine, *_ = press
    own = chosen.articles.assign(threat=machine.has[:, machine.names.index("threat")].astype(float))
    fitted = sm.Logit(own["threat"], sm.add_constant((own["years"] - own["years"].mean()) / own["years"].std())).fit(
        disp=0
    )
    table = asked(press, "threat ~ scale(years)").coefficients
    alone = table[table["estimator"] == "machine, uncorrected"]["estimate"]
    assert alone.to_numpy() == pytest.approx(fitted.params.to_numpy(), abs=1e-6)


def test_a_code_named_like_a_column_leaves_the_column_alone(press):
    chosen, _, said, _ = press
    book = frames.load({"threat": "x", "outlet": "y", "article_id": "z"})
    machine = frames.coded_by(chosen, lambda text: ["outlet", "threat"] if "制裁" in text else None, book, name="m")
    found = frames.corrected(chosen, machine, said, "threat ~ section", strata=["outlet"])
    assert found.shares["n_units"].sum() == 3 * len(chosen.articles)
    with pytest.raises(ParamError, match="is a code and a column"):
        frames.corrected(chosen, machine, said, "threat ~ outlet", strata=["outlet"])


def test_sentences_name_the_level_the_group_and_the_term(press):
    narrow = asked(press, level=0.9)
    assert "(90% CI" in str(frames.answer(narrow).sentence) and "95%" not in plots.corrected_codes(narrow).caption
    assert "compares nothing" in str(frames.answer(asked(press, "threat ~ 1")).sentence)
    chosen = press[0]
    renamed = study.open(chosen.articles.assign(outlet=chosen.articles["outlet"] + " threat"))
    found = frames.corrected(renamed, press[1], press[2].drop(columns="probability"), "front ~ outlet + threat",
                             strata=["outlet"])  # fmt: skip
    assert "of “threat” for" in str(frames.answer(found).sentence)


def test_a_code_that_all_or_none_of_the_coded_articles_have_still_has_shares(press):
    none = asked(press, change=lambda said: said.assign(value=0))
    people = none.shares[none.shares["estimator"] == "people alone"]
    assert (people["share"] == 0).all() and people["conf_high"].between(0, 0.05).all()
    assert none.coefficients["note"].astype(str).str.contains("no solution").any()


def two_groups(seed: int, n: int = 400):
    """Articles of which 15 in 100 have ``g``, and hardly one of these the code: nobody coded one that has it."""
    rng = np.random.default_rng(seed)
    g = (rng.random(n) < 0.15).astype(int)
    true = rng.random(n) < special.expit(-1.5 - 3 * g)
    machine = np.where(rng.random(n) < 0.1, ~true, true)
    drawn = rng.random(n) < 0.25
    articles = pd.DataFrame({"article_id": [f"a{i}" for i in range(n)], "outlet": np.where(g, "B", "A"), "g": g})
    chosen = study.open(articles)
    given = articles[["article_id"]].assign(code="x", value=machine)
    said = articles.loc[drawn, ["article_id"]].assign(unit=lambda rows: rows["article_id"], coder="p", code="x",
                                                      value=true[drawn].astype(int), probability=0.25)  # fmt: skip
    return chosen, frames.coded_by(chosen, given, name="m"), said, true[drawn & (g > 0)].sum()


def test_a_coefficient_that_runs_off_is_named_at_the_finding_and_in_the_table():
    chosen, machine, said, n = two_groups(17)
    assert n == 0
    found = frames.corrected(chosen, machine, said, "x ~ g")
    row = found.coefficients.set_index(["term", "estimator"]).loc[("g", "corrected")]
    assert row["estimate"] < -6 and "nearly no article" in row["note"]  # e^6, of noise of the machine
    assert any("The coefficients of g have run off" in str(each) for each in frames.answer(found).cautions)
    alone = found.coefficients[found.coefficients["estimator"] == "people alone"]
    assert alone["note"].iloc[0].endswith("(g)")
    groups = frames.corrected(chosen, machine, said, "x ~ outlet")
    assert any("Of the articles of B that people coded, fewer than 3" in str(each)
               for each in frames.answer(groups).cautions)  # fmt: skip
    told = " ".join(map(str, frames.answer(frames.corrected(*two_groups(5)[:3], "x ~ 1")).cautions))
    assert "run off" not in told and "fewer than" not in told


def test_every_coder_stands_alone_and_of_many_those_who_coded_least_are_counted(press):
    def by_many(said):
        one = said[(said["coder"] == "A") & (said["code"] == "threat")].sort_values("unit")
        rank = np.arange(len(one))
        return pd.concat([one.assign(coder="A"), *(
            one[rank % 24 >= i].assign(coder=f"c{i:02}", value=one["value"] if i != 11 else 1 - one["value"])
            for i in range(1, 24))])  # fmt: skip

    golds = asked(press, change=by_many).golds
    named = golds["gold"].astype(str).drop_duplicates().tolist()
    assert named[1] == "coder A alone" and "coder c19 alone" in named and "coder c20 alone" not in named
    assert "4 further coders" in named
    own = golds[golds["gold"].astype(str) == "coder c11 alone"]
    whole = golds[golds["gold"].astype(str) == "all people together"]
    assert (np.sign(own["estimate"].to_numpy()) == -np.sign(whole["estimate"].to_numpy())).mean() > 0.8
    assert own["n_people"].iloc[0] == 520  # 13 in 24 of 960


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            lambda said: pd.concat([said, said[said["coder"] == "A"].assign(coder="words of the topic")]),
            "is the machine",
        ),
        (lambda said: said.assign(article_id=said["article_id"] + ".0"), "so read ids as text"),
        (lambda said: said.assign(article_id=said["article_id"] + "0"), "take the study that was sampled"),
        (lambda said: said[said["outlet"] != "東都新報"], "no article of the strata"),
    ],
)
def test_rows_of_the_machine_and_ids_that_a_program_changed_are_refused(press, change, why):
    with pytest.raises(TableError, match=why):
        asked(press, change=change)


def test_ids_with_leading_zeros_are_ids_and_lost_zeros_are_told(press):
    chosen, machine, said, _ = press
    zeros = {name: f"00{i}" for i, name in enumerate(chosen.articles["article_id"])}
    renamed = study.open(chosen.articles.assign(article_id=chosen.articles["article_id"].map(zeros)))
    at = machine.has[:, machine.names.index("threat")]
    table = renamed.articles[["article_id"]].assign(code="threat", value=at)
    codes = frames.coded_by(renamed, table, machine.codebook, name="m")
    own = said.assign(article_id=said["article_id"].map(zeros))
    found = frames.corrected(renamed, codes, own, "threat ~ outlet", strata=["outlet"])
    np.testing.assert_allclose(found.shares["share"], asked(press).shares["share"], rtol=1e-9)
    with pytest.raises(TableError, match="the study has '000'"):
        frames.corrected(renamed, codes, own.assign(article_id=own["article_id"].astype(int)), "threat ~ outlet",
                         strata=["outlet"])  # fmt: skip


def two_codes(n: int = 4000, seed: int = 4, errs: tuple = (0.9, 0.05)):
    """Articles with two codes that a machine gets wrong together, and two coders who err on their own."""
    rng = np.random.default_rng(seed)
    outlet = rng.integers(0, 2, n)
    b = rng.random(n) < np.array([0.3, 0.6])[outlet]
    a = rng.random(n) < special.expit(-1 + 1.2 * b + 0.5 * outlet)
    wrong = rng.random(n) < 0.15
    machine = {"a": np.where(wrong, ~a, a), "b": np.where(wrong, ~b, b)}
    articles = pd.DataFrame({"article_id": [f"a{i}" for i in range(n)], "outlet": np.array(["A", "B"])[outlet]})
    chosen = study.open(articles)
    given = pd.concat([articles[["article_id"]].assign(code=name, value=value) for name, value in machine.items()])
    codes = frames.coded_by(chosen, given, name="m")
    finds, invents = errs
    said = pd.concat([
        articles.assign(unit=articles["article_id"], coder=coder, code=name, probability=1.0,
                        value=(rng.random(n) < np.where(true, finds, invents)).astype(int))
        for coder in ("p", "q") for name, true in (("a", a), ("b", b))
    ])  # fmt: skip
    return chosen, codes, said, a, b


def test_two_codes_of_a_machine_in_one_formula_are_corrected_as_a_general_solver_does():
    chosen, codes, said, a, b = two_codes(errs=(1.0, 0.0))
    n, outlet = len(a), chosen.articles["outlet"].eq("B").to_numpy(dtype=float)
    pi = np.where(outlet > 0, 0.3, 0.15)
    drawn = np.random.default_rng(1).random(n) < pi
    people = said[(said["coder"] == "p") & np.tile(drawn, 4)].assign(probability=lambda rows: np.where(
        rows["outlet"] == "B", 0.3, 0.15))  # fmt: skip
    found = frames.corrected(chosen, codes, people, "a ~ b * outlet", trust=1.0)
    has = {name: codes.has[:, i].astype(float) for i, name in enumerate(codes.names)}

    def scores(theta, y, x):
        return ee_regression(theta, X=np.column_stack([np.ones(n), outlet, x, x * outlet]), y=y, model="logistic")

    def psi(theta):
        own, true = scores(theta, has["a"], has["b"]), scores(theta, a.astype(float), b.astype(float))
        return own + drawn / pi * (true - own)

    other = MEstimator(psi, init=[0.0] * 4)
    other.estimate(solver="lm", maxiter=20_000)
    row = found.coefficients[found.coefficients["estimator"] == "corrected"].set_index("term")
    terms = ["Intercept", "outlet[T.B]", "b", "b:outlet[T.B]"]
    np.testing.assert_allclose(row.loc[terms, "estimate"], other.theta, rtol=1e-5)
    np.testing.assert_allclose(row.loc[terms, "std_error"], np.sqrt(np.diag(other.variance)), rtol=0.03)  # CR3 of HC0


def test_the_interval_without_coders_errors_knows_that_these_are_estimated():
    """With all articles coded and the machine unused, a plain bootstrap of articles gives the same error."""
    chosen, codes, said, *_ = two_codes(n=600, errs=(0.7, 0.15))
    found = frames.corrected(chosen, codes, said, "a ~ outlet", strata=["outlet"], trust=0.0).golds
    row = found[found["gold"].astype(str) == "coders' errors removed"].iloc[0]
    wide = said[said["code"] == "a"].pivot(index="article_id", columns="coder", values="value")
    values = wide.loc[chosen.articles["article_id"]].to_numpy(dtype=float)
    outlet = chosen.articles["outlet"].eq("B").to_numpy().astype(int)
    cell = outlet * 2 + (codes.has[:, codes.names.index("a")] > 0)

    def apart(rows):
        finds, invents = error_rates(values[rows], cell[rows])
        true = (values[rows].mean(axis=1) - invents) / (finds - invents)
        return true[outlet[rows] == 0].mean() - true[outlet[rows] == 1].mean()

    rng, n = np.random.default_rng(3), len(values)
    error = np.std([apart(rng.integers(0, n, n)) for _ in range(400)])
    half = (row["conf_high"] - row["conf_low"]) / 2 / stats.t.ppf(0.975, 24)
    assert row["estimate"] == pytest.approx(apart(np.arange(n)))
    assert half == pytest.approx(error, rel=0.3)  # of 25 parts, and 400 draws


def test_errors_of_coders_in_two_codes_are_removed_at_once():
    chosen, codes, said, a, b = two_codes()
    found = frames.corrected(chosen, codes, said, "a ~ b", family="ols", strata=["outlet"])
    golds = found.golds.assign(gold=found.golds["gold"].astype(str)).set_index(["gold", "what"])["estimate"]
    wide = said.pivot(index="article_id", columns=["coder", "code"], values="value").loc[chosen.articles["article_id"]]
    one, two = wide["p"], wide["q"]
    rates = []
    for code in "ab":  # what the toolkit takes for the coders' errors, by itself close to what was planted
        values = np.column_stack([one[code], two[code]]).astype(float)
        rates.append(error_rates(values, codes.has[:, codes.names.index(code)].astype(int)))
        assert rates[-1] == pytest.approx((0.9, 0.05), abs=0.03)
    observed = np.zeros((2, 2))  # of a pair of coders, each of whom errs on their own: the mean of all four pairs
    for first in (one, two):
        for second in (one, two):
            np.add.at(observed, (first["a"].to_numpy(), second["b"].to_numpy()), 1 / (4 * len(a)))
    errors = [np.array([[1 - false, 1 - finds], [false, finds]]) for finds, false in rates]
    table = np.linalg.inv(errors[0]) @ observed @ np.linalg.inv(errors[1]).T
    slope = table[1, 1] / table[:, 1].sum() - table[1, 0] / table[:, 0].sum()
    assert golds[("coders' errors removed", "b")] == pytest.approx(slope, rel=1e-9)
    true = a[b].mean() - a[~b].mean()
    assert abs(slope - true) < 0.04 < true - golds[("coder p alone", "b")]  # which errors shrink


@pytest.mark.slow
def test_intervals_hold_where_the_machine_errs_by_outlet_and_its_own_do_not(harness):
    design = harness.designs.part_coded
    inside, wrong = {"corrected": 0, "machine, uncorrected": 0}, {"corrected": [], "people alone": []}
    for seed in range(60):
        sample = design(np.random.default_rng([9, seed]), finds=(0.9, 0.6), invents=(0.1, 0.05), copied=True, n=300,
                        drawn="each")  # fmt: skip
        found = frames.corrected(sample.study, sample.codes, sample.codings, "x ~ outlet").pairs.set_index("estimator")
        for name in inside:
            inside[name] += found.at[name, "conf_low"] <= 0 <= found.at[name, "conf_high"]
        for name, errors in wrong.items():
            errors.append(found.at[name, "estimate"])
    assert inside["corrected"] >= 53 and inside["machine, uncorrected"] <= 30, inside
    error, alone = (np.sqrt(np.mean(np.square(errors))) for errors in wrong.values())
    assert error < 0.95 * alone  # the machine, which errs, is still worth codings of people


def judged(right: float, *, seed: int = 0, **options) -> tuple:
    """1,000 articles of two outlets, three in ten with the code; a machine that is so often right; 40 coded of each."""
    rng = np.random.default_rng(seed)
    articles = pd.DataFrame({"article_id": [f"a{i}" for i in range(1000)], "outlet": ["A", "B"] * 500, "text": "x"})
    true = rng.random(1000) < 0.3
    machine = np.where(rng.random(1000) < right, true, ~true)
    codes = pd.DataFrame({"article_id": articles["article_id"], "code": "threat", "value": machine.astype(int)})
    chosen = study.open(articles)
    coded = frames.coded_by(chosen, codes, frames.load({"threat": "x"}), name="gpt")
    at = np.concatenate([2 * rng.choice(500, 40, replace=False) + i for i in (0, 1)])
    ids = articles["article_id"].to_numpy()[at]
    people = pd.DataFrame(
        {"unit": ids, "article_id": ids, "coder": "me", "code": "threat", "value": true[at].astype(int)}
    )
    found = frames.corrected(chosen, coded, people, "threat ~ outlet", strata=["outlet"], **options)
    return found, at, true, machine


def test_an_interval_is_as_wide_as_the_weight_of_the_machine_makes_it():
    """By theory: with λ = 0, or a machine turned round, nothing is left of it; with λ = 1 it is of said − machine."""
    for right, options in ((0.95, {"trust": 0}), (0.05, {})):
        shares = judged(right, **options)[0].shares.set_index("estimator")
        ends = ["share", "conf_low", "conf_high"]
        np.testing.assert_allclose(shares.loc[[CORRECTED], ends], shares.loc[[PEOPLE], ends], rtol=1e-9)
    found, at, true, machine = judged(0.55, trust=1, seed=1)  # of which no end is cut at 0
    width = found.shares.assign(width=lambda each: each["conf_high"] - each["conf_low"]).set_index(
        ["estimator", "group"]
    )
    for i, group in enumerate("AB"):
        own = at[at % 2 == i]
        apart = np.var(true[own].astype(float) - machine[own]) / np.var(true[own].astype(float))
        ratio = width.loc[(CORRECTED, group), "width"] / width.loc[(PEOPLE, group), "width"]
        np.testing.assert_allclose(ratio, np.sqrt(apart), rtol=0.1)


def stratified(seed: int, k: int, **options) -> tuple:
    """720 articles of 3 outlets in 20 strata of 12 each, a fifth with the code, and k of each stratum coded."""
    rng, stratum = np.random.default_rng(seed), np.arange(720) // 12
    true = rng.random(720) < 0.2
    machine = np.where(true, rng.random(720) < 0.8, rng.random(720) < 0.1)
    drawn = pd.Series(range(720)).groupby(stratum).sample(k, random_state=seed).to_numpy()
    months = [f"m{i % 20:02}" for i in stratum]
    chosen, codes, people = coded(true, machine, drawn, outlet=np.repeat([*"ABC"], 240), month=months)
    found = frames.corrected(chosen, codes, people, "t ~ outlet", strata=["outlet", "month"], **options)
    return found.shares.set_index(["estimator", "group"]), true, drawn


def test_strata_of_which_one_article_was_coded_have_the_interval_of_all_of_them():
    """By SciPy: Jeffreys' interval of 20 articles, counted as (z/t)² as many for t of 19 degrees of freedom."""
    shares, true, drawn = stratified(1, 1)
    n = 20 * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, 19)) ** 2
    for i, group in enumerate("ABC"):
        share = true[drawn[drawn // 240 == i]].mean()
        ends = stats.beta.interval(0.95, n * share + 0.5, n * (1 - share) + 0.5)
        assert shares.loc[(PEOPLE, group), ["conf_low", "conf_high"]].tolist() == pytest.approx(ends, abs=1e-3)


def test_strata_that_differ_make_an_interval_shorter():
    """By theory: strata that are alike within say nothing by chance, and the outlet of which they are parts does."""
    months = np.arange(600) // 30
    true, drawn = months % 2 == 0, np.flatnonzero(np.arange(600) % 30 < 2)
    chosen, codes, people = coded(true, np.zeros(600, bool), drawn, outlet=["A"] * 600, month=months)
    width = {}
    for strata in (["outlet", "month"], ["outlet"]):
        shares = frames.corrected(chosen, codes, people, "t ~ outlet", strata=strata).shares.set_index("estimator")
        width[len(strata)] = shares.loc[PEOPLE, "conf_high"] - shares.loc[PEOPLE, "conf_low"]
    assert width[2] < 0.5 * width[1]


@pytest.mark.slow
@pytest.mark.parametrize(("k", "options"), [(1, {}), (1, {"trust": 1}), (1, {"trust": 0}), (2, {}), (2, {"trust": 1})])
def test_shares_of_many_small_strata_are_covered(k, options):
    """By simulation; joined over strata, intervals held .84, .78, .93, .97 and .95, and were too short below."""
    held, above = [], []
    for seed in range(50):
        shares, true, _ = stratified(seed, k, **options)
        own = shares.loc[CORRECTED].assign(true=true.reshape(3, 240).mean(axis=1))
        held += [*own["true"].between(own["conf_low"], own["conf_high"])]
        above += [*(own["conf_low"] > own["true"])]
    assert np.mean(held) >= 0.93 and np.mean(above) < 0.05  # of 150 shares


@pytest.mark.slow
@pytest.mark.parametrize(("right", "options"), [(0.55, {"trust": 1}), (0.9, {"trust": 0}), (0.1, {}), (0.8, {})])
def test_corrected_shares_cover_whatever_the_machine_is(right, options):
    """By simulation; with the interval of strata divided by its codes alone, .71 to .83 in the first three."""
    held = []
    for seed in range(40):
        found, _, true, _ = judged(right, seed=seed, **options)
        own = found.shares[found.shares["estimator"] == CORRECTED]
        held += [
            low <= true[i::2].mean() <= high for i, (low, high) in enumerate(own[["conf_low", "conf_high"]].values)
        ]
    assert np.mean(held) > 0.88  # .95 less three errors of 80
