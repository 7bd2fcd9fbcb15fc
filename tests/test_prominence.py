"""Models of placement against R: ordinal 2022.11-16 (clm), sandwich, MASS, brglm2, logistf, AER (tests/external)."""

import itertools
import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from framing import prominence
from framing.errors import ParamError, TableError
from framing.messages import LANGUAGES, clauses, say, speaking
from framing.prominence.checks import over_dispersion
from framing.prominence.parallel import brant, lr_parallel
from framing.prominence.telling import cautions, sentence

FORMULA = "time10 + source + log_len"


@pytest.fixture(scope="module")
def pages(external):
    folder = external
    frame = pd.read_csv(folder / "ordinal_pages.csv")
    predicted = pd.read_csv(folder / "ordinal_pages_predicted.csv")
    return frame, json.loads((folder / "ordinal_pages.json").read_text())["pages"], predicted


@pytest.fixture(scope="module")
def days(external):
    folder = external
    return pd.read_csv(folder / "counts_daily.csv"), json.loads((folder / "counts_daily.json").read_text())["daily"]


@pytest.fixture(scope="module")
def separation(external):
    return json.loads((external / "separation.json").read_text()), external


def values(mapping):
    return np.array(list(mapping.values()), dtype=float)


def wide(table, column):
    return table.pivot(index="row", columns="page", values=column).to_numpy()


@pytest.mark.parametrize("link, name", [("logit", "clm"), ("probit", "clm_probit"), ("cloglog", "clm_cloglog")])
def test_the_ordinal_model_agrees_with_clm(pages, link, name):
    frame, reference, _ = pages
    found = prominence.fit(frame, "page", FORMULA, family="ordinal", link=link)
    expected = reference[name]
    np.testing.assert_allclose(found.coefficients["estimate"], values(expected["coef"]), rtol=1e-9)
    np.testing.assert_allclose(found.coefficients["std_error"], values(expected["se"]), rtol=1e-9)
    np.testing.assert_allclose(found.coefficients["p_value"], values(expected["p"]), rtol=1e-7)
    np.testing.assert_allclose(found.measures["log_likelihood"], expected["logLik"], rtol=1e-12)
    np.testing.assert_allclose(found.measures["aic"], expected["AIC"], rtol=1e-12)
    np.testing.assert_allclose(found.measures["bic"], expected["BIC"], rtol=1e-12)
    np.testing.assert_allclose(found.vcov, expected["vcov"]["values"], rtol=1e-8)


def test_thresholds_are_marked_apart_and_terms_are_spelled_as_formulaic_does(pages):
    table = prominence.fit(pages[0], "page", FORMULA, family="ordinal").coefficients
    assert table.loc[table["kind"] == "threshold", "term"].tolist() == ["1|2", "2|3", "3|4", "4|5", "5|6"]
    terms = ["time10", "source[T.correspondent]", "source[T.reprint]", "log_len"]
    assert table.loc[table["kind"] == "term", "term"].tolist() == terms
    assert table.loc[table["kind"] == "threshold", "odds_ratio"].isna().all()


@pytest.mark.parametrize(
    "kind, name", [("HC0", "HC0_obs"), ("CR0", "CL_HC0_noadj"), ("CR1", "CL_HC0_cadj"), ("CR1S", "CL_HC1_cadj")]
)
def test_robust_errors_of_the_ordinal_model_agree_with_sandwich(pages, kind, name):
    frame, reference, _ = pages
    found = prominence.fit(frame, "page", FORMULA, family="ordinal", cluster="issue_date", covariance=kind)
    np.testing.assert_allclose(found.coefficients["std_error"], values(reference["robust"]["se"][name]), rtol=1e-9)


def test_terms_freed_from_proportional_odds_agree_with_clm(pages):
    frame, reference, _ = pages
    found = prominence.fit(frame, "page", "time10 + log_len", nominal="source", family="ordinal")
    expected = reference["clm_nominal_source"]
    np.testing.assert_allclose(found.coefficients["estimate"], values(expected["coef"]), rtol=1e-9)
    np.testing.assert_allclose(found.coefficients["std_error"], values(expected["se"]), rtol=1e-9)
    assert found.coefficients["kind"].value_counts().to_dict() == {"nominal": 10, "threshold": 5, "term": 2}


def test_a_model_with_freed_terms_has_the_likelihood_and_covariance_of_clm(pages):
    frame, reference, _ = pages
    found = prominence.fit(frame, "page", "time10 + log_len", nominal="source", family="ordinal")
    expected = reference["clm_nominal_source"]
    np.testing.assert_allclose(found.measures["log_likelihood"], expected["logLik"], rtol=1e-12)
    np.testing.assert_allclose(found.measures["aic"], expected["AIC"], rtol=1e-12)
    np.testing.assert_allclose(found.measures["bic"], expected["BIC"], rtol=1e-12)
    np.testing.assert_allclose(found.coefficients["p_value"], values(expected["p"]), rtol=1e-7)
    np.testing.assert_allclose(found.vcov, expected["vcov"]["values"], rtol=1e-7, atol=1e-12)


def test_intervals_and_the_clustered_covariance_of_the_ordinal_model_agree_with_r(pages):
    frame, reference, _ = pages
    plain = prominence.fit(frame, "page", FORMULA, family="ordinal").coefficients
    expected = reference["confint_wald_clm"]["values"]
    np.testing.assert_allclose(plain[["conf_low", "conf_high"]], expected, rtol=1e-8)
    np.testing.assert_allclose(plain["statistic"], values(reference["clm"]["z"]), rtol=1e-9)
    clustered = prominence.fit(frame, "page", FORMULA, family="ordinal", cluster="issue_date", covariance="CR1")
    np.testing.assert_allclose(clustered.vcov, reference["robust"]["vcov_CL_HC0_cadj"]["values"], rtol=1e-8)
    expected = [row[2] for row in reference["robust"]["coeftest_CL_HC0_cadj"]["values"]]
    np.testing.assert_allclose(clustered.coefficients["statistic"], expected, rtol=1e-9)


def test_predicted_probabilities_agree_with_clm(pages):
    frame, _, expected = pages
    grid = expected[["time10", "source", "log_len"]]
    found = prominence.fit(frame, "page", FORMULA, family="ordinal").predictions(grid)
    for column, prefix in (("estimate", "p"), ("std_error", "se"), ("conf_low", "lwr"), ("conf_high", "upr")):
        there = expected[[f"{prefix}_{page}" for page in range(1, 7)]].to_numpy()
        np.testing.assert_allclose(wide(found, column), there, rtol=1e-9, err_msg=column)
    np.testing.assert_allclose(found["expected_page"].iloc[::6], expected["expected_page"], rtol=1e-12)
    clustered = prominence.fit(
        frame, "page", FORMULA, family="ordinal", cluster="issue_date", covariance="CR1"
    ).predictions(grid)
    there = expected[[f"se_cluster_{page}" for page in range(1, 7)]].to_numpy()
    np.testing.assert_allclose(wide(clustered, "std_error"), there, rtol=1e-8)


def test_average_marginal_effects_agree_with_r(pages):
    frame, reference, _ = pages
    expected = reference["AME_time10"]
    for cluster, name in ((None, "se_model"), ("issue_date", "se_cluster")):
        errors = "CR1" if cluster else "model"
        table = prominence.fit(frame, "page", FORMULA, family="ordinal", cluster=cluster, covariance=errors).effects
        table = table[table["variable"] == "time10"]
        np.testing.assert_allclose(table["estimate"], expected["per_page"], rtol=1e-8)
        np.testing.assert_allclose(table["std_error"], expected[name], rtol=1e-8)


def test_the_brant_test_agrees_with_the_symmetric_one(pages):
    frame, reference, _ = pages
    found = brant(prominence.fit(frame, "page", FORMULA, family="ordinal"))
    expected = pd.DataFrame(reference["brant_direct"]["tests"])
    np.testing.assert_allclose(found["statistic"], expected["X2"], rtol=1e-9)
    np.testing.assert_allclose(found["p_value"], expected["p"], rtol=1e-8)


def test_the_likelihood_ratio_tests_of_proportional_odds_agree_with_clm(pages):
    frame, reference, _ = pages
    found = lr_parallel(prominence.fit(frame, "page", FORMULA, family="ordinal"))
    rows = reference["nominal_test"]["values"][1:]
    every = reference["LR_proportional_odds_all_terms"]
    np.testing.assert_allclose(found["statistic"], [row[3] for row in rows] + [every["LR"]], rtol=1e-7)
    np.testing.assert_allclose(found["p_value"], [row[4] for row in rows] + [every["p"]], rtol=1e-7)
    assert found["term"].tolist() == ["time10", "source", "log_len", "all terms"]


def test_comparing_nested_models_gives_the_likelihood_ratio_of_drop1(pages):
    frame, reference, _ = pages
    small = prominence.fit(frame, "page", "time10 + source", family="ordinal")
    table = prominence.compare({"small": small, "all": prominence.fit(frame, "page", FORMULA, family="ordinal")})
    expected = reference["drop1_LR"]["values"][3]  # log_len
    np.testing.assert_allclose(table["lr_statistic"].iloc[1], expected[2], rtol=1e-8)
    np.testing.assert_allclose(table["lr_p_value"].iloc[1], expected[3], rtol=1e-7)


def test_the_front_logit_agrees_with_glm_and_its_clustered_errors(pages):
    frame, reference, _ = pages
    expected = reference["front_page_logit"]
    for kind, name in (("model", "se"), ("CR0", "CL_HC0_noadj"), ("CR1S", "CL_HC1_cadj")):
        fit = prominence.fit(frame, "page", FORMULA, family="front", cluster="issue_date", covariance=kind)
        np.testing.assert_allclose(fit.measures["log_likelihood"], expected["logLik"], rtol=1e-10)
        found = fit.coefficients
        np.testing.assert_allclose(found["estimate"], values(expected["coef"]), rtol=1e-8)
        np.testing.assert_allclose(found["std_error"], values(expected[name]), rtol=1e-7)  # R's glm stops at 1e-8


def test_jonckheere_terpstra_is_kendalls_z_and_the_rank_sum_is_wilcoxons(pages):
    frame, reference, _ = pages
    expected = reference["rank_tests"]
    found = prominence.trend(frame, "page", "time10", replicates=199).iloc[0]
    np.testing.assert_allclose(found["z"], expected["kendall_tau_b"]["z"], rtol=1e-9)
    np.testing.assert_allclose(found["tau_b"], expected["kendall_tau_b"]["tau"], rtol=1e-9)
    groups = frame.assign(group=np.where(frame["source"] == "agency", "b", "a"))
    w = prominence.permutation(groups, "page", "group", replicates=199)["w"].iloc[0]
    assert w == expected["wilcox_nonagency_vs_agency"]["W"]


@pytest.mark.parametrize("name, formula", [("quasi", "time + reprint"), ("complete", "x + w")])
def test_separation_is_found_and_firths_answer_is_brglm2s(separation, name, formula):
    reference, folder = separation
    frame = pd.read_csv(folder / f"separation_{name}.csv")
    found = prominence.fit(frame, "front", formula, family="front")
    expected = reference[name]
    table, profile = found.coefficients, np.array(expected["profile_direct"]["table"]["values"])
    assert any("separate" in note for note in found.notes)
    np.testing.assert_allclose(table["estimate"], values(expected["firth_brglm2"]["coef"]), rtol=1e-8)
    np.testing.assert_allclose(table["std_error"], values(expected["firth_brglm2"]["se"]), rtol=1e-8)
    np.testing.assert_allclose(table["p_value"], profile[:, 4], rtol=1e-8)
    np.testing.assert_allclose(table["conf_low"], profile[:, 1], rtol=1e-7)
    # the profile of x in "complete" has two hills; the reference (26.06) stops on the way, see the next test
    same = [0, 2] if name == "complete" else [0, 1, 2]
    np.testing.assert_allclose(table["conf_high"].iloc[same], profile[same, 2], rtol=1e-7)


@pytest.mark.slow
def test_the_upper_bound_of_complete_separation_is_where_the_likelihood_says(separation):
    _, folder = separation
    frame = pd.read_csv(folder / "separation_complete.csv")
    found = prominence.fit(frame, "front", "x + w", family="front")
    high = found.coefficients["conf_high"].iloc[1]
    best = found.fitted.log_likelihood

    def drop(b):  # a second optimiser over the two other coefficients, from many starts
        from scipy.optimize import minimize

        starts = [(a, c) for a in (-8.0, -4.0, -1.0) for c in (-6.0, 0.3)]
        options = {"xatol": 1e-8, "fatol": 1e-12, "maxiter": 4000}
        runs = [minimize(lambda v: -found.results.model.loglike(np.array([v[0], b, v[1]])), start, method="Nelder-Mead",
                         options=options) for start in starts]  # fmt: skip
        return 2 * (best + min(run.fun for run in runs))

    np.testing.assert_allclose(drop(high), stats.chi2.ppf(0.95, 1), rtol=1e-6)
    assert drop(26.0622726158813) < 3.7  # still inside the 95% region


def test_without_separation_and_with_enough_events_the_plain_logit_is_taken(separation):
    reference, folder = separation
    frame = pd.read_csv(folder / "separation_none.csv")
    plain = prominence.fit(frame, "front", "x + k", family="front")
    np.testing.assert_allclose(plain.coefficients["estimate"], values(reference["none"]["glm"]["coef"]), rtol=1e-9)
    np.testing.assert_allclose(plain.coefficients["std_error"], values(reference["none"]["glm"]["se"]), rtol=1e-7)
    asked = prominence.fit(frame, "front", "x + k", family="front", method="firth").coefficients
    expected = reference["none"]["firth_brglm2"]
    np.testing.assert_allclose(asked["estimate"], values(expected["coef"]), rtol=1e-8)
    np.testing.assert_allclose(asked["std_error"], values(expected["se"]), rtol=1e-8)


@pytest.mark.parametrize("name, formula", [("quasi", "time + reprint"), ("complete", "x + w")])
def test_predictions_and_the_likelihood_of_firths_logit_are_those_of_logistf(separation, name, formula):
    reference, folder = separation
    frame = pd.read_csv(folder / f"separation_{name}.csv")
    found = prominence.fit(frame, "front", formula, family="front")
    expected = reference[name]["firth_logistf"]
    np.testing.assert_allclose(found.predictions(frame)["estimate"], expected["predict"], rtol=1e-7)
    np.testing.assert_allclose(found.measures["log_likelihood"], max(expected["penalized_loglik_null_full"]), rtol=1e-9)


@pytest.mark.parametrize("family", ["poisson", "quasipoisson", "negbin"])
def test_count_models_agree_with_r_through_the_door(days, family):
    frame, reference = days
    expected = reference[family]
    found = prominence.fit(frame, "mentions", "trend + weekend + summit", family=family, offset="total")
    error = expected["se"] if family != "negbin" else expected["joint"]["se_joint_observed"]
    table = found.coefficients
    np.testing.assert_allclose(table["estimate"].iloc[:4], values(expected["coef"]), rtol=1e-8)
    np.testing.assert_allclose(table["std_error"], values(error)[: len(table)], rtol=1e-7)
    assert "offset: the logarithm of total" in found.notes
    logged = frame.assign(log_total=np.log(frame["total"]))
    same = prominence.fit(logged, "mentions", "trend + weekend + summit", family=family, offset="I(log_total)")
    np.testing.assert_allclose(same.coefficients["estimate"], table["estimate"], rtol=1e-12)
    assert "offset: log_total as it stands, taken as a logarithm already" in same.notes


def test_an_exposure_with_fractions_is_never_read_as_a_logarithm_in_silence(days):
    """One fractional value of 4,000 turned the exposure of all rows into its own logarithm."""
    frame, reference = days
    parts = frame.assign(total=frame["total"] / 1000)  # thousands of articles: the intercept moves by log(1000) alone
    with pytest.raises(TableError, match=r"offset='log\(total\)' for an exposure, offset='I\(total\)' for a log"):
        prominence.fit(parts, "mentions", "trend + weekend + summit", family="poisson", offset="total")
    found = prominence.fit(parts, "mentions", "trend + weekend + summit", family="poisson", offset="log(total)")
    expected = np.array(values(reference["poisson"]["coef"])) + [np.log(1000), 0, 0, 0]
    np.testing.assert_allclose(found.coefficients["estimate"], expected, rtol=1e-7)
    shares = frame.assign(log_share=np.log(frame["total"] / frame["total"].sum()))  # all below 0: only a logarithm
    plain = prominence.fit(shares, "mentions", "trend + weekend + summit", family="poisson", offset="log_share")
    assert "offset: log_share as it stands, taken as a logarithm already" in plain.notes
    np.testing.assert_allclose(plain.coefficients["estimate"][1:], expected[1:], rtol=1e-7)


@pytest.mark.parametrize("family", ["poisson", "negbin"])
def test_the_likelihood_of_count_models_agrees_with_r(days, family):
    frame, reference = days
    found = prominence.fit(frame, "mentions", "trend + weekend + summit", family=family, offset="total").measures
    for ours, theirs in {"log_likelihood": "logLik", "aic": "AIC", "bic": "BIC"}.items():
        np.testing.assert_allclose(found[ours], reference[family][theirs], rtol=1e-9, err_msg=ours)


def test_predicted_counts_keep_their_exposure(days, external):
    frame, _ = days
    expected = pd.read_csv(external / "counts_daily_predicted.csv")
    for covariance, name in (("model", "poisson_se_link"), ("NW7", "poisson_se_link_NW7")):
        fit = prominence.fit(
            frame, "mentions", "trend + weekend + summit", family="poisson", offset="total", covariance=covariance
        )
        found = fit.predictions(expected[["trend", "weekend", "summit", "total"]])
        np.testing.assert_allclose(found["estimate"], expected["poisson_mu"], rtol=1e-9)
        np.testing.assert_allclose(found["std_error_link"], expected[name], rtol=1e-9)
    with pytest.raises(TableError, match="offset"):
        fit.predictions(expected[["trend", "weekend", "summit"]])
    half = fit.predictions(
        expected[["trend", "weekend", "summit"]].assign(total=100.5)
    )  # not a whole number: as the fit
    np.testing.assert_allclose(half["estimate"].iloc[0], expected["poisson_mu"].iloc[0] * 1.005, rtol=1e-9)


def test_over_dispersion_autocorrelation_and_the_negbin_ratio_agree_with_r(days):
    frame, reference = days
    fit = prominence.fit(frame, "mentions", "trend + weekend + summit", family="poisson", offset="total")
    found, expected = over_dispersion(fit), reference["dispersiontest"]  # AER 1.2-10
    alpha, z = expected["trafo1"]["estimate"]["alpha"], expected["trafo1"]["statistic"]["z"]
    np.testing.assert_allclose(found[:2], [alpha, z])
    checks = fit.checks.set_index("check")
    box = reference["residual_acf"]["ljung_box_lag7"]
    np.testing.assert_allclose(checks.loc["autocorrelation", "statistic"], box["Q"], rtol=1e-9)
    assert not checks.loc["autocorrelation", "ok"]
    np.testing.assert_allclose(
        checks.loc["over-dispersion", "value"], reference["poisson"]["dispersion_pearson"], rtol=1e-9
    )
    negbin = prominence.fit(frame, "mentions", "trend + weekend + summit", family="negbin", offset="total").checks
    ratio = negbin.set_index("check").loc["negbin against Poisson", "statistic"]
    np.testing.assert_allclose(ratio, reference["LR_poisson_vs_nb"], rtol=1e-9)


FITS = [
    ("page", "time10 + source", {"family": "ordinal"}),
    ("page", "time10 + log_len", {"family": "ordinal", "nominal": "source", "cluster": "issue_date"}),
    ("page", "time10", {"family": "ordinal", "cluster": "month", "covariance": "CR2"}),
    ("page", "time10 + source", {"family": "front", "cluster": "month"}),
    ("page", "time10", {"family": "front", "method": "firth"}),
    ("log_len", "time10 + source", {"family": "ols", "cluster": "month"}),
    ("page", "time10 + source", {"family": "negbin", "offset": "length"}),
    ("page", "time10 + source", {"family": "quasipoisson", "offset": "length", "level": 0.9}),
    ("share", "time10 + source", {"family": "fractional"}),
]


@pytest.mark.parametrize("outcome, formula, options", FITS)
def test_a_fit_is_a_statsmodels_result_and_never_shows_two_intervals(pages, outcome, formula, options):
    frame = pages[0].assign(length=np.exp(pages[0]["log_len"]).round(), month=pages[0].index % 12, share=0.1)
    frame["share"] = (frame["page"] - 0.5) / 6
    fit = prominence.fit(frame, outcome, formula, **options)
    results, table = fit.results, fit.coefficients.set_index("term")
    terms = [term for term in table.index if term in results.params.index]
    assert len(terms) == len(fit.fitted.names)
    for found, column in ((results.params, "estimate"), (results.bse, "std_error"), (results.pvalues, "p_value")):
        np.testing.assert_allclose(found[terms], table.loc[terms, column].astype(float), rtol=1e-12, err_msg=column)
    ends = results.conf_int(alpha=1 - fit.level).loc[terms].to_numpy()
    np.testing.assert_allclose(ends, table.loc[terms, ["conf_low", "conf_high"]].astype(float), rtol=1e-12)
    np.testing.assert_allclose(results.cov_params().loc[terms, terms], fit.vcov.loc[terms, terms], rtol=1e-12)
    assert f"{table.loc['time10', 'conf_low']:.3f}" in results.summary(alpha=1 - fit.level).as_text()
    new = frame[["time10", "source", "log_len", "length"]].head(4)
    predicted = fit.predictions(new)["estimate"].to_numpy()
    np.testing.assert_allclose(np.ravel(results.predict(new)), predicted, rtol=1e-12)
    if "offset" in options:
        with pytest.raises(TableError, match="no offset column 'length'"):
            results.predict(new.drop(columns="length"))


def test_a_joint_wald_test_of_the_result_is_the_quadratic_form_of_its_covariance(pages):
    fit = prominence.fit(pages[0], "page", FORMULA, family="ordinal", cluster="issue_date")
    names = ["source[T.correspondent]", "source[T.reprint]"]
    which = np.eye(len(fit.results.params))[[fit.results.params.index.get_loc(name) for name in names]]
    b, v = fit.results.params[names], fit.vcov.loc[names, names]
    by_hand = float(b @ np.linalg.solve(v, b))
    found = fit.results.wald_test(which, scalar=True, use_f=False)
    np.testing.assert_allclose(float(found.statistic), by_hand, rtol=1e-10)


def test_case_weights_are_rows_repeated_and_statsmodels_agrees_that_they_matter():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"x": rng.normal(size=150), "w": rng.integers(1, 4, 150)})
    frame["page"] = 1 + np.digitize(frame["x"] + rng.logistic(size=150), [-0.5, 0.8])
    weighted = prominence.fit(frame, "page", "x", family="ordinal", weights="w").coefficients
    repeated = prominence.fit(frame.loc[frame.index.repeat(frame["w"])], "page", "x", family="ordinal").coefficients
    np.testing.assert_allclose(weighted["estimate"], repeated["estimate"], rtol=1e-9)
    np.testing.assert_allclose(weighted["std_error"], repeated["std_error"], rtol=1e-9)


@pytest.mark.parametrize("family, covariance", [
    ("ordinal", "HC1"), ("front", "HC3"), ("poisson", "CR1S"), ("quasipoisson", "model"), ("negbin", "HC0"),
    ("ols", "model"), ("ols", "HC1"), ("ols", "HC2"), ("ordinal", "HC3"),
])  # fmt: skip
def test_whole_weights_are_rows_repeated_in_every_measure(family, covariance):
    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"x": rng.normal(size=72), "w": rng.integers(1, 40, 72), "day": np.arange(72) // 2})
    frame["page"] = 1 + np.digitize(frame["x"] + rng.logistic(size=72), [-0.5, 0.8])
    outcome = "page" if family in ("ordinal", "front") else "n"
    frame["n"] = rng.negative_binomial(2, 0.3, 72)
    options = {"family": family, "covariance": covariance, "cluster": "day" if covariance == "CR1S" else None}
    weighted = prominence.fit(frame, outcome, "x", weights="w", **options)
    repeated = prominence.fit(frame.loc[frame.index.repeat(frame["w"])], outcome, "x", **options)
    for name in ("estimate", "std_error", "p_value", "df"):
        np.testing.assert_allclose(weighted.coefficients[name], repeated.coefficients[name], rtol=1e-6, err_msg=name)
    for name in ("log_likelihood", "aic", "bic", "dispersion", "theta"):
        pair = [fit.measures.get(name, np.nan) for fit in (weighted, repeated)]
        np.testing.assert_allclose(pair[0], pair[1], rtol=1e-8, err_msg=name)
    if family == "poisson":
        pair = [over_dispersion(fit) for fit in (weighted, repeated)]
        np.testing.assert_allclose(*pair, rtol=1e-8)


def test_an_offset_of_the_ordinal_model_agrees_with_statsmodels():
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"x": rng.normal(size=300), "o": rng.normal(size=300)})
    frame["page"] = 1 + np.digitize(frame["x"] + frame["o"] + rng.logistic(size=300), [-0.5, 0.8])
    found = prominence.fit(frame, "page", "x", family="ordinal", offset="o").coefficients
    pages = pd.Series(pd.Categorical(frame["page"], ordered=True))
    peer = OrderedModel(pages, frame[["x"]], offset=frame["o"], distr="logit").fit(method="bfgs", disp=False, gtol=1e-9)
    np.testing.assert_allclose(found["estimate"].iloc[-1], peer.params.iloc[0], rtol=1e-6)  # BFGS stops there


@pytest.mark.slow
def test_clustered_intervals_cover_a_planted_drift_and_naive_ones_do_not():
    """Pages of one day are alike (normal copula, so that the marginal slope stays the planted one)."""
    rng, beta, hits = np.random.default_rng(8), 0.3, {"CR1": 0, "model": 0}
    days, size, runs = 60, 12, 150
    for _ in range(runs):
        years = np.repeat(np.linspace(-1.7, 1.7, days), size)
        normal = np.sqrt(0.5) * np.repeat(rng.normal(size=days), size) + np.sqrt(0.5) * rng.normal(size=days * size)
        latent = beta * years + stats.logistic.ppf(stats.norm.cdf(normal))
        frame = pd.DataFrame({"years": years, "day": np.repeat(np.arange(days), size)})
        frame["page"] = 1 + np.digitize(latent, [-0.8, 0.2, 1.0])
        for kind in hits:
            row = prominence.fit(
                frame, "page", "years", family="ordinal", cluster="day", covariance=kind
            ).coefficients.iloc[-1]
            hits[kind] += row["conf_low"] <= beta <= row["conf_high"]
    assert 0.90 <= hits["CR1"] / runs <= 0.99
    assert hits["model"] / runs < 0.75


BAD = pd.DataFrame(
    {
        "page": [1, 2, 1, 3, 2, 1, 2, 3, 1, 2], "x": np.arange(10.0), "day": list("aabbccddee"), "same": 1.0,
        "n": [0, 1, 2, 3, 1, 0, 2, 5, 1, 1], "total": 10, "share": np.linspace(0, 1, 10),
    }
)  # fmt: skip


@pytest.mark.parametrize(
    "change, options, message",
    [
        ({"page": 2}, {}, "is 2 in all 10 rows"),
        ({"page": [0] + [1, 2] * 4 + [1]}, {}, "a page is a whole number from 1"),
        ({"page": [1.5] + [1, 2] * 4 + [1]}, {}, "a page is a whole number from 1"),
        ({"page": np.nan}, {}, "nothing to fit"),
        ({}, {"formula": "x + same"}, "'same' is the same in every row"),
        ({"y": np.arange(10.0) * 3}, {"formula": "x + y"}, r"'y' is made of \['x'\]"),
        ({}, {"formula": "nothing"}, "lacks the columns"),
        ({"x": np.nan}, {}, "10 of 10 rows have no 'x'"),
        ({}, {"cluster": "week"}, r"lacks the columns \['week'\]"),
        ({"day": "a"}, {"cluster": "day", "covariance": "CR1"}, "one cluster"),
        ({"w": -1.0}, {"weights": "w"}, "missing or negative"),
        ({"n": [-1] + [1, 2] * 4 + [3]}, {"outcome": "n", "family": "poisson"}, "negative or fractional"),
        ({"n": [0.5] + [1, 2] * 4 + [3]}, {"outcome": "n", "family": "negbin"}, "negative or fractional"),
        ({}, {"outcome": "n", "family": "poisson", "offset": "exposure"}, "no offset column 'exposure'"),
        ({"total": [0] + [3] * 9}, {"outcome": "n", "family": "poisson", "offset": "total"}, "0 or negative"),
        ({"total": [np.nan] + [3] * 9}, {"outcome": "n", "family": "poisson", "offset": "total"},
         "missing or infinite"),
        ({"share": 1.5}, {"outcome": "share", "family": "fractional"}, "outside 0 to 1"),
        ({}, {"family": "probit"}, "no family 'probit'"),
        ({}, {"covariance": "HC7"}, "no covariance 'HC7'"),
        ({}, {"covariance": "CR2"}, "needs clusters"),
        ({}, {"formula": "page ~ x"}, "left-hand side"),
        ({}, {"formula": "x + C(page)"}, "explains 'page' by itself"),
        ({}, {"formula": "0", "family": "front"}, "nothing to estimate"),
        ({"page": [1] * 5 + [2] * 5}, {}, r"perfect separation: \['x'\]"),
        ({"n": [0] * 5 + [1] * 5, "g": list("aaaaabbbbb")}, {"outcome": "n", "family": "poisson", "formula": "g"},
         "separation"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_its_reason(change, options, message):
    options = {"outcome": "page", "formula": "x", "family": "ordinal", **options}
    frame = BAD.assign(**change)
    with pytest.raises((TableError, ParamError), match=message):
        prominence.fit(frame, options.pop("outcome"), options.pop("formula"), **options)


def test_an_outcome_level_without_rows_and_an_unused_covariate_level_are_said():
    frame = BAD.assign(
        page=[1, 2, 1, 4, 2, 1, 2, 4, 1, 2], g=pd.Categorical(list("abab" * 2 + "ab"), categories=list("abc"))
    )
    found = prominence.fit(frame, "page", "g", family="ordinal")
    assert found.coefficients["term"].tolist() == ["1|2", "2|4", "g[T.b]"]
    assert any("no row has page 3" in note for note in found.notes)
    assert any("'c'" in note for note in found.notes)


def test_missing_pages_are_counted_by_outlet_and_bounded():
    frame = BAD.assign(outlet=list("ab") * 5)
    frame["page"] = frame["page"].astype(float)
    frame.loc[[0, 3], "page"] = np.nan
    found = prominence.fit(frame, "page", "x", family="ordinal")
    assert found.measures["n"] == 8 and found.measures["n_missing"] == 2
    assert "a: 1, b: 1" in found.notes[0]
    bounds = found.bounds(last=6)
    assert bounds["bound"].unique().tolist()[0] == "as reported" and bounds["bound"].nunique() == 3
    # all four fills of the two missing pages tried by hand: the bounds are the least and the largest slope
    slopes = []
    for pages in itertools.product([1, 6], repeat=2):
        filled = frame.assign(page=frame["page"].mask(frame["page"].isna(), pd.Series(pages, index=[0, 3])))
        slopes.append(prominence.fit(filled, "page", "x", family="ordinal").coefficients["estimate"].iloc[-1])
    own = bounds[bounds["term"] == "x"].set_index("bound")
    np.testing.assert_allclose(own["estimate"].iloc[1:], [min(slopes), max(slopes)])
    assert own["union_low"].eq(own["conf_low"].min()).all() and own["union_high"].eq(own["conf_high"].max()).all()


@pytest.mark.parametrize("family", ["front", "ordinal"])
def test_pages_that_one_outlet_hides_cannot_make_a_difference(family):
    """Outlets that are alike; of most rows, one hides its inside pages and the other its front pages.

    Setting all missing pages to 1, or all to the last, leaves a difference of the outlets in both corners.
    """
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"outlet": np.repeat(["a", "b"], 150), "page": rng.integers(1, 4, 300).astype(float)})
    hidden = (rng.random(300) < 0.7) & (frame["page"].eq(1) != frame["outlet"].eq("a"))
    frame["page"] = frame["page"].mask(hidden)
    frame["front"] = frame["page"].eq(1).where(frame["page"].notna()).astype(float)
    outcome = "page" if family == "ordinal" else "front"
    found = prominence.fit(frame, outcome, "outlet", family=family).bounds(last=3).query("term == 'outlet[T.b]'")
    reported = found.iloc[0]
    assert not reported["conf_low"] <= 0 <= reported["conf_high"] and reported["union_low"] < 0 < reported["union_high"]


def test_fewer_clusters_than_parameters_are_said():
    frame = BAD.assign(day=list("aaaabbbccc"))
    found = prominence.fit(frame, "page", "x", family="ordinal", cluster="day", covariance="CR1")
    assert any("3 clusters for 3 parameters" in note for note in found.notes)
    assert not found.checks.set_index("check").loc["clusters", "ok"]


def test_counts_without_over_dispersion_make_the_negative_binomial_poisson():
    frame = pd.DataFrame({"n": [2, 3, 2, 3, 2, 3], "x": [0, 1, 2, 3, 4, 5]})
    found = prominence.fit(frame, "n", "x", family="negbin")
    plain = prominence.fit(frame, "n", "x", family="poisson").coefficients
    np.testing.assert_allclose(found.coefficients["estimate"].iloc[:2], plain["estimate"])
    assert any("not over-dispersed" in note for note in found.notes)


def test_leaving_out_a_cluster_is_exact_for_least_squares():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"x": rng.normal(size=40), "day": np.repeat(np.arange(8), 5)})
    frame["y"] = frame["x"] + rng.normal(size=40)
    fit = prominence.fit(frame, "y", "x", family="ols", cluster="day")
    shift = prominence.influence(fit).query("cluster == 3 and term == 'x'")["shift"].iloc[0]
    without = prominence.fit(frame[frame["day"] != 3], "y", "x", family="ols").coefficients["estimate"].iloc[1]
    np.testing.assert_allclose(shift, without - fit.coefficients["estimate"].iloc[1], rtol=1e-9)


def test_the_wild_bootstrap_is_the_same_for_a_seed_and_its_interval_holds_the_estimate(pages):
    frame = pages[0].head(120)
    runs = [
        prominence.fit(
            frame, "page", "time10", family="ordinal", cluster="issue_date", covariance="wild", seed=3
        ).coefficients
        for _ in range(2)
    ]
    pd.testing.assert_frame_equal(*runs)
    row = runs[0].iloc[-1]
    assert row["conf_low"] < row["estimate"] < row["conf_high"]
    assert (row["p_value"] < 0.05) == (row["conf_low"] > 0 or row["conf_high"] < 0)


def test_swapping_front_and_not_front_flips_the_sign():
    frame = pd.DataFrame({"front": [0, 1, 0, 1, 1, 0, 1, 0, 1, 1] * 5, "x": np.tile(np.arange(10.0), 5)})
    one = prominence.fit(frame, "front", "x", family="front").coefficients
    other = prominence.fit(frame.assign(front=1 - frame["front"]), "front", "x", family="front").coefficients
    np.testing.assert_allclose(one["estimate"], -other["estimate"], rtol=1e-9)
    np.testing.assert_allclose(one["std_error"], other["std_error"], rtol=1e-9)


def test_a_factor_with_one_level_is_named_in_the_notes_of_the_fit_in_both_languages():
    from framing import messages

    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"x": rng.normal(size=80), "outlet": "東都新報", "page": rng.integers(1, 4, 80)})
    for options in ({"formula": "x + outlet"}, {"formula": "x", "nominal": "outlet"}):
        found = prominence.fit(frame, "page", family="ordinal", **options)
        assert "outlet has one value only (東都新報), so the model has no outlet" in found.notes
    messages.use("ja")
    assert "outletの値は「東都新報」だけ" in clauses(found.notes)


def test_the_summary_of_every_model_says_its_errors_once():
    frame = pd.DataFrame({"page": [1, 2, 3, 1] * 20, "x": [0.0, 1.0, 0.0, 1.0, 1.0] * 16, "day": np.arange(80) // 2})
    for family in ("ordinal", "front", "poisson", "ols"):
        outcome = "page" if family != "front" else "front"
        fit = prominence.fit(frame.assign(front=frame["page"].eq(1)), outcome, "x", family=family, cluster="day")
        said = fit.results.summary().as_text()
        assert said.count("Covariance Type") == 1 and "CR2" in said, family


def moody(seed: int, marked: int, n_days: int = 60) -> pd.DataFrame:
    """Eight rows per day, days with a mood of their own, and an x that is 1 on so many of them."""
    rng = np.random.default_rng(seed)
    day = np.repeat(np.arange(n_days), 8)
    latent = rng.normal(size=n_days)[day] + rng.logistic(size=len(day))
    frame = pd.DataFrame({"day": day, "x": np.isin(day, rng.permutation(n_days)[:marked]).astype(int), "y": latent})
    counts, page = rng.poisson(np.exp(0.5 * latent)), 1 + np.digitize(latent, [-1, 1])
    return frame.assign(n=counts, page=page, front=(page == 1).astype(int))


@pytest.mark.parametrize("family, outcome", [("ordinal", "page"), ("front", "front"), ("poisson", "n"), ("ols", "y")])
@pytest.mark.parametrize("marked, known", [(1, False), (2, False), (3, False), (57, False), (8, True)])
def test_a_level_of_too_few_days_has_no_interval_in_the_table_and_in_statsmodels_result(family, outcome, marked, known):
    """Bell & McCaffrey have 58 degrees of freedom for a level of one of 60 days, whose p was below .05 in 8 of 10."""
    fit = prominence.fit(moody(0, marked), outcome, "x", family=family, cluster="day")
    row = fit.coefficients.set_index("term").loc["x"]
    assert np.isfinite(row[["std_error", "conf_low", "conf_high", "p_value"]].astype(float)).all() == known
    assert np.isfinite(row["estimate"]) and bool(row["note"]) != known
    at = fit.results.params.index.get_loc("x")
    shown = [fit.results.conf_int().iloc[at, 0], fit.results.pvalues.iloc[at]]
    np.testing.assert_array_equal(shown, row[["conf_low", "p_value"]].astype(float))
    effect = fit.effects.set_index("variable").loc[["x"]]
    assert np.isfinite(effect["conf_low"]).all() == known


@pytest.mark.parametrize("n_days, marked, df", [(20, 10, 18.0), (60, 30, 58.0)])
def test_degrees_of_freedom_of_two_groups_of_equal_days_are_those_of_the_t_test(n_days, marked, df):
    """Equal days: the comparison is that of two sets of day means, whose t test has n − 2 degrees of freedom."""
    fit = prominence.fit(moody(1, marked, n_days), "y", "x", family="ols", cluster="day")
    row = fit.coefficients.set_index("term").loc["x"]
    means = moody(1, marked, n_days).groupby("day").agg({"y": "mean", "x": "first"})
    test = stats.ttest_ind(means.loc[means["x"] == 1, "y"], means.loc[means["x"] == 0, "y"])
    np.testing.assert_allclose([row["df"], row["statistic"], row["p_value"]], [df, *test], rtol=1e-8)
    plain = prominence.fit(moody(1, marked, n_days), "y", "x", family="ols", cluster="day", covariance="CR1")
    np.testing.assert_allclose(plain.coefficients["df"].iloc[1], df, rtol=1e-8)


def test_periods_of_years_run_from_date_to_date_where_the_rows_have_dates():
    """By sorting: the quarters of 80 days in a row begin and end on days 1, 21, 41, 61 and 20, 40, 60, 80."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"date": pd.date_range("2020-01-01", periods=80), "page": 1 + (rng.random(80) < 0.4)})
    frame["years"] = (frame["date"] - frame["date"].iloc[0]).dt.days / 365.25
    for data, days in ((frame, frame["date"]), (frame.drop(columns="date"), frame["years"])):
        fit = prominence.fit(data, "page", "years", family="ordinal")
        seen = prominence.observed(fit, "", "years")
        assert seen["first"].tolist() == days.iloc[[0, 20, 40, 60]].tolist()
        assert seen["last"].tolist() == days.iloc[[19, 39, 59, 79]].tolist()


@pytest.mark.slow
def test_an_outlet_that_is_never_on_page_1_is_answered_by_the_model_of_page_1():
    """By count: 0 of its rows are on page 1, though many are on page 2; the model of all pages has a tenth there."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"outlet": rng.choice(list("abc"), 600), "years": rng.uniform(0, 9, 600), "day": np.arange(600) // 5}
    )
    frame["page"] = 1 + np.digitize(rng.logistic(size=600), [-1, 0.5])
    frame.loc[frame["outlet"].eq("c") & frame["page"].eq(1), "page"] = 2
    fit = prominence.fit(frame, "page", "outlet * years", family="ordinal", cluster="day")
    seen = prominence.observed(fit, "outlet", "years").set_index("group")
    assert (seen.loc["c", "share"] == 0).all() and (seen.loc["c", "fitted"] > 0.05).all()
    assert seen.loc["c", "ok"].eq(False).any() and seen.loc["a", "share"].gt(0.1).all()
    table = prominence.changes(fit, "years", "outlet").set_index("group")
    assert set(table["model"]) == {"front"} and table.loc["c", ["first", "second"]].max() < 0.04
    assert np.isfinite(table.loc["c", ["conf_low", "conf_high"]].astype(float)).all()
    assert "a logit of page 1 against all other pages" in prominence.answer(fit, "years", "outlet").cautions[0]


def test_the_change_that_was_chosen_among_many_allows_for_the_choice():
    """By theory: of 20 independent t statistics the largest is beyond the quantile of .95^(1/20) in 5 of 100."""
    from framing.inference import simultaneous

    level, p = simultaneous(np.linspace(0, 3, 20), np.eye(20), np.inf)
    np.testing.assert_allclose(level, 0.95 ** (1 / 20), atol=5e-4)
    np.testing.assert_allclose(p[-1], 1 - (1 - 2 * stats.norm.sf(3)) ** 20, atol=0.01)
    same, _ = simultaneous(np.zeros(3), np.ones((3, 3)), 12)
    np.testing.assert_allclose(same, 0.95, atol=5e-3)


@pytest.mark.parametrize("family, outcome, options", [
    ("poisson", "n", {}), ("quasipoisson", "n", {"weights": "w"}), ("negbin", "n", {"cluster": "day"}),
    ("poisson", "rare", {"offset": "words"}), ("negbin", "rare", {}), ("fractional", "share", {}),
])  # fmt: skip
def test_a_level_that_is_always_0_is_found_in_every_count_and_share_model(family, outcome, options):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"outlet": rng.choice(list("abc"), 300), "x": rng.normal(size=300), "day": np.arange(300) // 5}
    )
    frame["n"], frame["rare"] = rng.negative_binomial(1, 0.2, 300), rng.poisson(0.03, 300)
    frame["share"], frame["words"] = rng.beta(1, 2, 300), rng.integers(1, 10_000, 300)
    frame["w"] = rng.integers(1, 4, 300)
    frame.loc[frame["outlet"] == "c", ["n", "rare", "share"]] = 0
    with pytest.raises(TableError, match=r"perfect separation: \['outlet\[T.c\]'\]"):
        prominence.fit(frame, outcome, "outlet + x", family=family, **options)


@pytest.mark.parametrize(("origin", "unit"), [(2012.3, 1.0), (1.3e18, 365.25 * 24 * 3600e9)])
@pytest.mark.parametrize("family", ["ordinal", "front", "firth", "poisson", "negbin", "ols"])
def test_where_time_begins_and_its_unit_change_no_estimate_error_or_prediction(family, origin, unit):
    rng = np.random.default_rng(7)
    rows = pd.DataFrame({"day": np.repeat(np.arange(40), 4), "outlet": np.tile(list("abcc"), 40)})
    rows["centred"] = (rows["day"] - 19.5) / 13
    rows["time"] = origin + unit * rows["centred"]
    rows["page"] = 1 + rng.integers(0, 4, len(rows))
    rows["y"] = rows["page"] == 1 if family in ("front", "firth") else rng.negative_binomial(2, 0.4, len(rows))
    rows["y"] = rows["page"] if family == "ordinal" else rows["y"].astype(int)
    options = {"family": family, "cluster": "day"} if family != "firth" else {"family": "front", "method": "firth"}
    found, plain = (prominence.fit(rows, "y", f"outlet * {time}", **options) for time in ("time", "centred"))
    told, expected = (fit.coefficients.set_index("term") for fit in (found, plain))
    slopes = [name for name in told.index if "time" in name]
    for column in ("estimate", "std_error", "conf_low", "conf_high"):
        own = expected.loc[[name.replace("time", "centred") for name in slopes], column].to_numpy()
        np.testing.assert_allclose(told.loc[slopes, column] * unit, own, rtol=1e-8, atol=1e-8 * np.abs(own).max())
    np.testing.assert_allclose(
        told.loc[slopes, "df"], expected["df"].to_numpy()[[told.index.get_loc(s) for s in slopes]]
    )
    ends = rows.iloc[[0, 1, -1]]
    for column in ("estimate", "std_error", "conf_low"):
        np.testing.assert_allclose(found.predictions(ends)[column], plain.predictions(ends)[column], rtol=1e-8)
    np.testing.assert_allclose(found.results.predict(ends), plain.results.predict(ends), rtol=1e-8)
    assert all(name in found.results.summary().as_text() for name in slopes)


@pytest.mark.slow
@pytest.mark.parametrize("family", ["ordinal", "front"])
def test_the_wild_bootstrap_and_the_test_of_parallel_odds_are_those_of_centred_time(family):
    rng = np.random.default_rng(7)
    rows = pd.DataFrame({"day": np.repeat(np.arange(12), 6), "outlet": np.tile(list("aab"), 24)})
    rows["time"], rows["centred"] = 2012.3 + rows["day"] / 6, rows["day"] / 6 - 1
    rows["page"] = 1 + rng.integers(0, 3, len(rows))
    wild = {"family": family, "cluster": "day", "covariance": "wild", "method": "logit"}
    found, plain = (prominence.fit(rows, "page", f"outlet * {time}", **wild) for time in ("time", "centred"))
    told = found.coefficients.set_index("term").loc["outlet[T.b]:time", ["p_value", "conf_low", "conf_high"]]
    expected = plain.coefficients.set_index("term").loc["outlet[T.b]:centred", ["p_value", "conf_low", "conf_high"]]
    np.testing.assert_allclose(told.astype(float), expected.astype(float), rtol=1e-6)
    if family == "ordinal":
        np.testing.assert_allclose(
            brant(found)["statistic"].iloc[[0, -1]], brant(plain)["statistic"].iloc[[0, -1]], rtol=1e-7
        )


def test_a_sentence_leaves_out_the_interval_that_is_missing_instead_of_printing_it():
    """Of the telegrams sent the report said "from +nan to +nan points", of those received "95% CI – to –"."""
    fitted = SimpleNamespace(family="front", outcome="front", n=34, level=0.95)
    fitted.checks = pd.DataFrame({"check": ["events per slope"], "ok": pd.array([False], dtype="boolean")})
    fitted.columns = SimpleNamespace(n_missing=10)
    gone = float("nan")
    row = {"group": "xi", "estimate": 0.24, "conf_low": -0.73, "conf_high": 0.79, "first": 0.66, "first_low": gone,
           "first_high": gone, "second": 0.9, "second_low": 0.1, "second_high": 0.99, "first_when": "2012",
           "second_when": "2025"}  # fmt: skip
    options = {"item": "a message", "labels": None, "by": "leader", "reported": True, "dated": True}
    for ends in ((gone, gone), (-0.73, 0.79)):
        known = row | {"conf_low": ends[0], "conf_high": ends[1]}
        told = [sentence(known, fitted, "inconclusive", 0.05, **options)]
        told += cautions(fitted, "", (), (gone, gone), None, True)
        for language in LANGUAGES:
            with speaking(language):
                text = " ".join(map(say, told))
            assert "nan" not in text and "–" not in text and "66%" in text, text
    assert "10 rows have no page" in told[-1] and "fewer than ten rows" in told[1]
