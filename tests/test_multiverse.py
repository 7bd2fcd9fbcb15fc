"""The multiverse: a planted effect is found in most specifications, an absent one is not, bad choices are refused."""

import numpy as np
import pandas as pd
import pytest
from japanese import english_in, texts_of
from scipy import stats

from framing import counts, messages, models, multiverse, plots, store, tables, tokens
from framing import study as studies
from framing.datasets import sample_press
from framing.errors import ParamError, TableError
from framing.multiverse.joint import Null, permuted, z_scores
from framing.multiverse.placed import _timed

CHOICES = {"model": ["ordinal", "front"], "time": ["line", "rank"], "errors": ["CR1", "HC1"]}


def placed(n=400, drift=1.0, seed=0) -> pd.DataFrame:
    """Rows whose chance of page 1 falls by ``drift`` log odds in ten years."""
    rng = np.random.default_rng(seed)
    days = pd.to_datetime("2015-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 3650, n)), unit="D")
    years = (days - pd.Timestamp("2015-01-01")).days.to_numpy() / 365.25
    latent = 0.4 + drift * years / 10 + rng.logistic(size=n)
    page = 1 + np.searchsorted([0.5, 1.5, 2.5], latent)
    kind = rng.choice(["a", "b"], n)
    return pd.DataFrame({"page": page, "date": days, "years": years, "issue_date": days, "kind": kind, "paper": "x"})


def test_every_combination_is_one_row():
    found = multiverse.specs.specifications({"a": [1, 2], "b": {"x": {}, "y": {"c": [1]}}, "c": ["only"]})
    assert found.to_numpy().tolist() == [["1", "x", "only"], ["1", "y", "only"], ["2", "x", "only"], ["2", "y", "only"]]


def test_a_planted_drift_is_found_in_nearly_every_specification():
    found = multiverse.placed.placements(placed(drift=1.5), CHOICES, replicates=199)
    good = found.results
    assert len(good) == 8 and (good["estimate"] < 0).all(), "later years, further from the front"
    line = good[good["time"].eq("line") & good["model"].eq("ordinal")]
    assert ((line["conf_low"] < -1.5) & (line["conf_high"] > -1.5)).all(), "the planted slope of ten years"
    assert (good["p_value"] < 0.05).mean() >= 0.75
    assert multiverse.summary(found).set_index("statistic").loc["median z", "p_value"] < 0.02


def test_the_curve_and_its_finding_are_wholly_in_the_language_of_the_report():
    messages.use("ja")
    choices = {**CHOICES, "kind": {"all": {}, "none": {"drop": {"kind": ["a", "b"]}}}}
    found = multiverse.placed.placements(placed(drift=1.5), choices, replicates=99)
    said = multiverse.answer(found)
    assert said.verdict == "difference" and "8通りの分析仕様" in messages.say(said.sentence)
    assert said.unit == found.effect and messages.say(said.unit) == "1面により近い面に載ることの対数オッズ"
    assert [messages.say(one) for one in said.cautions] == ["8通りの仕様は推定できなかった。"]
    picture = plots.specification_curve(found.results, found.choices, effect=found.effect)
    assert picture.caption.startswith("点は一つの分析とその区間を表し")
    together = multiverse.summary(found)["statistic"].map(messages.say)
    notes = found.results["note"].map(messages.say)
    assert not english_in(
        messages.say(said.sentence), picture.caption, picture.alt, *texts_of(picture.figure), *together, *notes
    )


@pytest.mark.slow
def test_without_a_drift_the_joint_p_value_is_uniform():
    p = [
        multiverse.summary(
            multiverse.placed.placements(
                placed(n=80, drift=0, seed=seed), {"model": ["front"], "time": ["line", "rank"]}, replicates=99
            )
        )["p_value"].iloc[0]
        for seed in range(40)
    ]
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_the_score_z_is_the_score_test_of_statsmodels():
    """statsmodels' OLS score is Σ x̃ r; here held to the clustered variance written out for one cluster a row."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=50), rng.integers(0, 2, 50).astype(float)
    design = np.ones((50, 1))
    share = y.mean()
    null = Null(np.arange(50), y - share, design, np.full(50, share * (1 - share)), np.arange(50))
    z = z_scores([null], [x[None]])[0, 0]
    parts = (x - x.mean()) * (y - share)
    assert z == pytest.approx(parts.sum() / np.sqrt((parts**2).sum() * 50 / 49))
    # and close to the Wald z of the logit with robust errors, as score and Wald tests agree when n grows
    fitted = models.refit(np.column_stack([np.ones(50), x]), y, "logit")
    wald = fitted.estimate[1] / np.sqrt(models.covariance(fitted, "HC0").matrix[1, 1])
    assert z == pytest.approx(wald, abs=0.3)


def test_whole_units_exchange_their_values_within_strata():
    values = np.array([1.0, 1, 2, 3, 3, 4])
    units, strata = np.array([0, 0, 1, 2, 2, 3]), np.array([0, 0, 0, 1, 1, 1])
    versions = permuted(values, units, strata, 200, seed=0)
    assert (versions[0] == values).all()
    assert (versions[:, 0] == versions[:, 1]).all() and (versions[:, 3] == versions[:, 4]).all()
    assert set(versions[:, 0]) == {1.0, 2.0} and set(versions[:, 5]) == {3.0, 4.0}
    assert 60 < (versions[1:, 0] == 1).sum() < 140


def test_ranks_of_dates_run_from_the_first_to_the_last_of_the_rows_a_specification_uses():
    """By hand: where the years 2 and 3 are dropped, 1, 4 and 5 are the ranks 0, 1/2 and 1 and not 0, 3/4 and 1."""
    years = np.array([[1.0, 4, 4, 5], [4.0, 1, 5, 5]])
    np.testing.assert_allclose(_timed(years, "rank", pd.Timestamp("2020-01-01")), [[0, 0.5, 0.5, 1], [0.5, 0, 1, 1]])
    rows = placed(200, drift=2)
    early = rows[rows["date"] < "2020"]
    choices = {"model": ["ordinal"], "time": ["rank"], "errors": ["CR1"]}
    alone = multiverse.placed.placements(early, choices, replicates=9).results.iloc[0]
    choices["period"] = {"early": {"until": "2019-12-31"}, "all": {}}
    among = multiverse.placed.placements(rows, choices, replicates=9).results.set_index("period").loc["early"]
    assert among["estimate"] == pytest.approx(alone["estimate"], rel=1e-9)
    assert among["n"] == alone["n"] == len(early)


def test_what_moves_the_result_is_named():
    results = pd.DataFrame({"a": ["x", "x", "y", "y"], "b": ["u", "v", "u", "v"], "estimate": [0.0, 0.1, 2.0, 2.1]})
    found = multiverse.moves(multiverse.curve.Multiverse(results, np.zeros((4, 2)), ["a", "b"], "effect"))
    assert found["choice"].tolist() == ["a", "b"]
    np.testing.assert_allclose(found["range"], [2.0, 0.1])
    # one-way sums of squares by hand: between a = 4 * 1.0 ** 2, total = 4.01
    np.testing.assert_allclose(found["variance_share"], [4 / 4.01, 0.01 / 4.01])
    assert found.loc[0, ["lowest", "highest"]].tolist() == ["x", "y"]


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({}, "at least one name"),
        ({"model": []}, "must have options"),
        ({"model": ["ordinal", "ordinal"]}, "each once"),
        ({"model": ["probit"]}, "'probit'; there are"),
        ({"time": ["since noon"]}, "'since 2019'"),
        ({"errors": ["CR7"]}, "'CR7'"),
        ({"kind": ["a", "b"]}, "must map its options to rows"),
        ({"kind": {"x": {"drop": {"colour": ["red"]}}}}, "is no column"),
        ({"kind": {"x": {"keep": {"kind": ["c"]}}}}, "no row has 'c'"),
        (
            {"kind": {"x": {"kind": ["a"]}}},
            r"say which rows with keep, drop, since, until and copies, as in 'x: \{keep: ",
        ),
        ({"kind": {"x": {"before": "2020-01-01"}}}, "before is now until"),
        ({"kind": {"x": {"keep": {"kind": ["a"]}, "kind": ["b"]}}}, "A bare column is refused"),
        ({f"c{i}": list(range(10)) for i in range(4)}, "more than 5000"),
    ],
)
def test_choices_that_mean_nothing_are_refused(choices, said):
    with pytest.raises(ParamError, match=said):
        multiverse.placed.placements(placed(60), choices, replicates=9)


def test_a_specification_that_cannot_be_fitted_is_kept_with_its_reason():
    rows = placed(120, drift=1)
    choices = {
        "model": ["front"],
        "kind": {"all": {}, "none left": {"drop": {"paper": ["x"]}}, "page 1 only": {"keep": {"page": "1"}}},
    }
    found = multiverse.placed.placements(rows, choices, replicates=19)
    failed = found.results[found.results["estimate"].isna()]
    assert len(found.results) == 3 and len(failed) == 2 and failed["note"].ne("").all()
    assert multiverse.summary(found).attrs == {"n_specifications": 1, "n_failed": 2}
    nothing = multiverse.placed.placements(
        rows, {"model": ["front"], "kind": {"none": {"drop": {"paper": ["x"]}}}}, replicates=9
    )
    with pytest.raises(TableError, match="none of 1 specifications could be fitted"):
        multiverse.summary(nothing)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    press = sample_press(1200, seed=4)
    patch = pytest.MonkeyPatch()
    patch.setenv(store.OUTPUTS, str(tmp_path_factory.mktemp("outputs")))
    store.save(press.articles, tables.ARTICLES, "sample")
    yield press
    patch.undo()


@pytest.mark.slow
def test_a_planted_word_is_found_and_a_null_word_is_not(study):
    terms = study.truth["terms"]
    outlets = terms["outlet"].unique()
    planted = terms.loc[terms["log2_ratio"].abs().idxmax()]
    other = next(name for name in study.articles["outlet"].unique() if name != planted["outlet"])
    assert planted["outlet"] in outlets
    null = terms.loc[terms["log2_ratio"].eq(0), "term"].iloc[0]
    found = multiverse.words.contrast(
        "sample", [planted["term"]], planted["outlet"], other,
        {"rate": ["tokens", "articles"], "lexicon": ["with", "without"], "errors": ["article", "date"]}, replicates=99,
    )  # fmt: skip
    assert len(found.results) == 8
    assert (np.sign(found.results["estimate"]) == np.sign(planted["log2_ratio"])).all()
    assert multiverse.summary(found)["p_value"].iloc[0] <= 0.05
    absent = multiverse.words.contrast(
        "sample", [null], planted["outlet"], other, {"errors": ["article", "date"]}, replicates=99
    )
    assert multiverse.summary(absent)["p_value"].iloc[0] > 0.01


def test_the_estimate_of_a_word_is_the_ratio_of_rates(study):
    articles = study.articles
    one, two = list(articles["outlet"].unique())[:2]
    table = counts.count(tokens.tokenise(articles), articles=articles, pos=None)
    term = table.groupby("term", observed=True)["n"].sum().idxmax()
    found = multiverse.words.contrast(
        "sample", [term], one, two, {"rate": ["tokens"], "lexicon": ["without"]}, replicates=9
    )
    by = table.groupby("outlet", observed=True)["n"].sum()
    uses = table[table["term"].eq(term)].groupby("outlet", observed=True)["n"].sum()
    assert found.results["estimate"].iloc[0] == pytest.approx(
        np.log2(uses[one] / by[one] / (uses[two] / by[two])), abs=1e-6
    )


def test_outlets_that_are_not_there_are_refused(study):
    with pytest.raises(TableError, match="must be two outlets of"):
        multiverse.words.contrast("sample", ["x"], "nowhere", "東都新報", {"rate": ["tokens"]})
    with pytest.raises(ParamError, match="needs 'terms', 'target' and 'reference'"):
        multiverse.of_study("sample", "word", {"rate": ["tokens"]})


@pytest.mark.slow
def test_a_planted_topic_difference_is_found_whatever_the_number_of_topics(study):
    truth = study.truth["topics"]
    by = truth.pivot_table(index="topic", columns="outlet", values="share")
    spread = by.max(axis=1) - by.min(axis=1)
    topic = spread.idxmax()
    target, reference = by.loc[topic].idxmax(), by.loc[topic].idxmin()
    articles = study.articles
    table = counts.count(tokens.tokenise(articles), articles=articles)
    store.save(table, tables.COUNTS, "sample")
    own = study.truth["articles"].set_index("article_id")["topic"]
    inside = table["article_id"].astype(str).map(own).eq(topic)
    uses = table[inside].groupby("term", observed=True)["n"].sum() / table.groupby("term", observed=True)["n"].sum()
    words = uses[uses > 0.9].index.astype(str).tolist()
    found = multiverse.subjects.subject(
        "sample", words, target, reference, {"n_topics": [7, 9], "errors": ["article", "date"]}, replicates=99
    )
    planted = 100 * (by.loc[topic, target] - by.loc[topic, reference])
    assert len(found.results) == 4 and (found.results["estimate"] > 0).all()
    seven = found.results[found.results["n_topics"].eq("7")]
    assert ((seven["conf_low"] < planted) & (seven["conf_high"] > planted / 2)).all()
    assert multiverse.summary(found)["p_value"].iloc[0] <= 0.05
    with pytest.raises(ParamError, match="whole numbers"):
        multiverse.subjects.subject("sample", words, target, reference, {"n_topics": ["many"]})
    with pytest.raises(TableError, match="none of the terms"):
        multiverse.subjects.subject("sample", ["no such word"], target, reference, {"n_topics": [3]})


@pytest.mark.parametrize("start", ["2018-01-01", "2017-01-01", "2016-01-01"])
def test_a_row_of_the_first_of_january_is_of_the_year_that_begins(start):
    """365 days over 365.25 are not yet a year: 1 January 2019 stood before 2019."""
    days = pd.to_datetime(["2018-06-01", "2018-12-31", "2019-01-01", "2019-06-01"] * 25)
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"date": days, "years": (days - pd.Timestamp(start)).days / 365.25})
    rows["page"] = 1 + (rng.random(100) < np.where(days < pd.Timestamp("2019-01-01"), 0.7, 0.3)).astype(int)
    rows["issue_date"] = np.arange(100).astype(str)
    found = multiverse.placed.placements(rows, {"model": ["front"], "time": ["since 2019"]}, replicates=9)
    # log odds ratio of the fourfold table of page 1 by year
    front, late = rows["page"].eq(1), days.year >= 2019
    (a, b), (c, d) = ((front & late).sum(), (~front & late).sum()), ((front & ~late).sum(), (~front & ~late).sum())
    assert found.results["estimate"].iloc[0] == pytest.approx(np.log(a * d / (b * c)), rel=1e-6)


def test_days_that_are_like_the_day_before_are_no_drift():
    """AR(1) days of .7 without a drift: exchanging single days gave a joint p of at most .05 in a third of them."""
    p = []
    for seed in range(20):
        rng = np.random.default_rng([seed, 7])
        mood = np.zeros(80)
        for i in range(1, 80):
            mood[i] = 0.7 * mood[i - 1] + rng.normal()
        rows = placed(n=160, drift=0, seed=seed).sort_values("date", ignore_index=True)
        day = pd.Timestamp("2012-01-01") + pd.to_timedelta(30 * np.repeat(np.arange(80), 2), unit="D")
        page = 1 + np.digitize(np.repeat(mood, 2) + rng.logistic(size=160), [-0.5, 0.8])
        rows = rows.assign(date=day, issue_date=day, years=(day - day[0]).days / 365.25, page=page)
        found = multiverse.placed.placements(rows, {"model": ["front"], "time": ["line"]}, replicates=99)
        p.append(multiverse.summary(found)["p_value"].iloc[0])
    assert sum(value <= 0.05 for value in p) <= 3


@pytest.mark.parametrize("kind", ["word", "topic"])
def test_copies_of_a_story_change_sides_together_and_count_as_one(kind):
    """40 stories without a difference, each six times in one newspaper: copies alone would make one of half of them."""
    found = []
    for seed in range(12):
        rng, rows = np.random.default_rng(seed), []
        for story in range(40):
            theme = [["treaty", "summit", "envoy"], ["forest", "timber", "valley"]][int(rng.random() > 0.35)]
            words = " ".join([*rng.choice(theme, 4), *rng.choice(["river", "stone", "house", "bread", "cloud"], 2)])
            days = pd.Timestamp("2021-01-01") + pd.to_timedelta(rng.integers(0, 28, 6), unit="D")
            rows += [(f"{story}-{i}", "AB"[story % 2], day, words, f"s{story}") for i, day in enumerate(days)]
        articles = pd.DataFrame(rows, columns=["article_id", "outlet", "date", "text", "cluster_id"])
        cut = tokens.tokenise(articles, language="en")
        press = studies.open(articles, tokens=cut, counts=counts.count(cut, articles))
        options = {"terms": ["treaty"], "target": "A", "reference": "B", "replicates": 99, "seed": seed}
        choices = {"errors": ["article"]} | ({"n_topics": [2]} if kind == "topic" else {})
        made = multiverse.of_study(press, kind, choices, **options)
        size = np.abs(made.z[0])
        found.append([(size >= size[0] - 1e-12).mean(), made.results["p_value"].iloc[0]])
    assert (np.array(found) <= 0.05).sum(axis=0).max() <= 3  # of 12; by single articles 5 to 8
