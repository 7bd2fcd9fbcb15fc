"""Adjusted and paired comparisons against statsmodels and the Mantel-Haenszel formula."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from test_keyness import corpus

from framing import keyness
from framing.errors import ParamError, TableError


@pytest.fixture(scope="module")
def data() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two outlets that differ in season; "war" is a word of winter, "tax" one of outlet b."""
    rng = np.random.default_rng(6)
    outlets = np.array(["a"] * 70 + ["b"] * 80)
    month = np.array([f"m{m}" for m in rng.choice(4, 150, p=[0.4, 0.3, 0.2, 0.1])])
    month[:70] = [f"m{m}" for m in rng.choice(4, 70, p=[0.1, 0.2, 0.3, 0.4])]
    date = rng.choice([f"d{k}" for k in range(40)], 150)
    burst = rng.gamma(2, 0.5, 150)
    rates = np.column_stack(
        [burst * np.where(month == "m0", 4.0, 1.0), burst * np.where(outlets == "b", 3.0, 1.5), np.full(150, 25.0)]
    )
    matrix = rng.poisson(rates)
    ids = [f"a{i:04d}" for i in range(150)]
    articles = pd.DataFrame({"article_id": ids, "outlet": outlets, "month": month, "date": date})
    return corpus(matrix, outlets, ["war", "tax", "rest"], date=date, month=month), articles


def poisson(counts, articles, term, cluster):
    size = counts.groupby("article_id", observed=False)["n"].sum()
    rows = articles.set_index("article_id").loc[size.index.astype(str)]
    y = counts[counts["term"] == term].set_index("article_id")["n"].reindex(size.index).fillna(0).to_numpy()
    x = pd.get_dummies(rows["month"], drop_first=True).astype(float)
    x.insert(0, "b", (rows["outlet"] == "b").astype(float))
    x = sm.add_constant(x)
    groups = pd.factorize(rows.index if cluster == "article_id" else rows[cluster])[0]
    model = sm.GLM(y, x, family=sm.families.Poisson(), offset=np.log(size.to_numpy()))
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": groups}, tol=1e-12)
    return fit.params["b"] / np.log(2), fit.bse["b"] / np.log(2)


@pytest.mark.parametrize("cluster", ["article_id", "date"])
def test_adjusted_ratios_and_clustered_errors_agree_with_statsmodels(data, cluster):
    counts, articles = data
    found = keyness.adjusted(counts, articles, "month", target="b", reference="a", cluster=cluster).set_index("term")
    for term in ("war", "tax"):
        estimate, error = poisson(counts, articles, term, cluster)  # statsmodels GLM, cov_type="cluster"
        np.testing.assert_allclose(found.loc[term, "log2_ratio"], estimate, rtol=1e-8)
        np.testing.assert_allclose(found.loc[term, "std_error"], error, rtol=1e-6)


def test_a_seasonal_word_vanishes_when_the_month_is_held_constant(data):
    found = keyness.adjusted(*data, "outlet + month", target="b", reference="a").set_index("term")
    assert abs(found.loc["war", "log2_ratio_raw"]) > 0.5
    assert found.loc["war", "conf_low"] < 0 < found.loc["war", "conf_high"]
    assert found.loc["tax", "conf_low"] < 1 < found.loc["tax", "conf_high"], "planted: twice as often, one doubling"


def test_every_outlet_is_compared_with_the_first_when_none_is_named(data):
    counts, articles = data
    third = np.where(np.arange(150) % 3 == 0, "c", articles["outlet"])
    articles = articles.assign(outlet=third)
    counts = counts.assign(outlet=counts["article_id"].astype(str).map(articles.set_index("article_id")["outlet"]))
    found = keyness.adjusted(counts, articles, "month")
    assert found[["target", "reference"]].drop_duplicates().to_numpy().tolist() == [["b", "a"], ["c", "a"]]


def test_a_word_only_a_third_outlet_uses_has_no_ratio_between_the_others(data):
    # simulated: nobody but c writes it, so that the ratio of b to a is 0 by 0
    counts, articles = data
    articles = articles.assign(outlet=np.where(np.arange(150) % 3 == 0, "c", articles["outlet"]))
    outlet = counts["article_id"].astype(str).map(articles.set_index("article_id")["outlet"])
    counts = counts.assign(outlet=outlet)[(outlet == "c") | (counts["term"] != "tax").to_numpy()]
    found = keyness.adjusted(counts, articles, "month").set_index(["target", "term"])
    assert found.loc[("b", "tax"), ["log2_ratio", "std_error", "p_value"]].isna().all()
    assert found.loc[("b", "tax"), "note"] == "in neither group"
    assert found.loc[("c", "tax"), "log2_ratio"] == np.inf


def test_an_effect_the_likelihood_has_no_maximum_for_is_missing():
    # by hand: in m0, where both write, only a uses the word; b uses it in m1, where a writes nothing. The likelihood
    # grows for ever as the effect of b falls and that of m1 rises; statsmodels' GLM warns of it or stops anywhere
    rng = np.random.default_rng(3)
    outlet = np.where((np.arange(120) < 80) & (np.arange(120) % 2 == 0), "a", "b")
    month = np.where(np.arange(120) < 80, "m0", "m1")
    word = np.where((month == "m0") & (outlet == "b"), 0, rng.poisson(1.0, 120))
    articles = pd.DataFrame({"article_id": [f"a{i:04d}" for i in range(120)], "outlet": outlet, "month": month})
    counts = corpus(np.column_stack([word, rng.poisson(20, 120) + 1]), outlet, ["word", "rest"])
    found = keyness.adjusted(counts, articles, "month", target="b", reference="a").set_index("term")
    assert found.loc["word", ["log2_ratio", "std_error", "p_value"]].isna().all()
    assert found.loc["word", "note"] == "the fit did not converge" and np.isfinite(found.loc["word", "log2_ratio_raw"])
    assert np.isfinite(found.loc["rest", "log2_ratio"])


def test_rare_terms_are_kept_with_a_note(data):
    found = keyness.adjusted(*data, "month", min_tokens=10_000)
    assert found["note"].eq("fewer than 10000 tokens").all() and found["log2_ratio"].isna().all()


@pytest.mark.parametrize(
    ("formula", "error", "said"),
    [
        ("outlet * month", ParamError, "crosses outlet"),
        ("weather", TableError, "weather"),
        ("month + (", ParamError, "cannot be"),
    ],
)
def test_bad_formulas_are_refused(data, formula, error, said):
    with pytest.raises(error, match=said):
        keyness.adjusted(*data, formula)


def test_paired_agrees_with_the_mantel_haenszel_formula(data):
    counts, _ = data
    found = keyness.paired(counts, event="date", target="b", reference="a").set_index("term")
    cells = counts.assign(y=counts["n"].where(counts["term"] == "tax", 0)).groupby(["date", "outlet"])[["y", "n"]].sum()
    wide = cells.unstack().dropna()
    e_b, e_a = wide[("n", "b")], wide[("n", "a")]
    up = (wide[("y", "b")] * e_a / (e_a + e_b)).sum()
    down = (wide[("y", "a")] * e_b / (e_a + e_b)).sum()
    np.testing.assert_allclose(found.loc["tax", "log2_ratio"], np.log2(up / down), rtol=1e-12)
    assert found.loc["tax", "n_events"] == len(wide)


def test_pairing_removes_what_events_differ_in(data):
    counts, _ = data
    by_month = keyness.paired(counts, event="month", target="b", reference="a").set_index("term")
    assert abs(by_month.loc["war", "log2_ratio"]) < 0.35


def test_events_that_no_two_outlets_share_are_refused(data):
    with pytest.raises(TableError, match="no event holds both"):
        keyness.paired(data[0], event="article_id", target="b", reference="a")


def test_articles_that_are_not_given_are_refused_by_name(data):
    counts, articles = data
    with pytest.raises(TableError, match="10 articles of counts are not in articles .*'a0140'"):
        keyness.adjusted(counts, articles.head(140), "month")


def test_one_shared_event_gives_a_ratio_without_an_interval_and_says_why(data):
    counts, _ = data
    found = keyness.paired(counts.assign(event="one"), event="event", target="b", reference="a").set_index("term")
    assert np.isfinite(found.loc["tax", "log2_ratio"]) and np.isnan(found.loc["tax", "conf_low"])
    assert found.loc["tax", "note"] == "one shared event only: no interval"
