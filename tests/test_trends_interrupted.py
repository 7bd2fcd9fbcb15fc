"""Interrupted series against R: stats, sandwich, lmtest, nlme, MASS (versions stand in interrupted.json)."""

import json

import numpy as np
import pandas as pd
import pytest

from framing import trends
from framing.errors import TableError
from framing.models.autoregression import AR1, RHO, SHARE, Noise, carried, correlation, drawn


@pytest.fixture(scope="module")
def r(external):
    return json.loads((external / "interrupted.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def months(external):
    return pd.read_csv(external / "interrupted.csv")


OURS = {"Intercept": "(Intercept)", "time": "t", "level": "level", "slope": "after"}


def in_r_order(named: dict) -> np.ndarray:
    return np.array([named[name] for name in OURS.values()])


@pytest.fixture(scope="module")
def fit(months):
    return trends.interrupted(months, "2016-01", value="share", time="month", covariance="NW", lag=4, replicates=0)


def test_least_squares_with_newey_west_agrees_with_r(fit, r):
    found = fit.coefficients
    assert list(found["term"]) == list(OURS)
    np.testing.assert_allclose(found["estimate"], in_r_order(r["ols"]["coef"]), rtol=1e-9)
    np.testing.assert_allclose(found["std_error"], in_r_order(r["ols"]["se_NW"]), rtol=1e-9)
    np.testing.assert_allclose(found["statistic"], [row[2] for row in r["ols"]["coeftest_NW_t"]["values"]], rtol=1e-9)
    assert fit.errors == "Newey-West, lag 4"


@pytest.mark.parametrize(
    ("kind", "name"), [("model", "se_ols"), ("HC0", "se_HC0"), ("HC1", "se_HC1"), ("HC3", "se_HC3")]
)
def test_other_standard_errors_agree_with_r(months, r, kind, name):
    found = trends.interrupted(months, "2016-01", value="share", time="month", covariance=kind)
    np.testing.assert_allclose(found.coefficients["std_error"], in_r_order(r["ols"][name]), rtol=1e-9)


def test_without_a_lag_the_bandwidth_is_that_of_newey_and_west(months, r):
    found = trends.interrupted(months, "2016-01", value="share", time="month", covariance="NW", replicates=0)
    np.testing.assert_allclose(found.coefficients["std_error"], in_r_order(r["ols"]["se_NW_auto"]), rtol=1e-9)
    assert found.errors == f"Newey-West, lag {int(r['ols']['auto_lag'])}"


def test_counterfactual_and_effect_agree_with_r_in_every_month(fit, external):
    expected = pd.read_csv(external / "interrupted_ols_predicted.csv")
    pairs = {
        "fitted": "fitted", "fitted_std_error": "se_fit_NW", "counterfactual": "counterfactual",
        "counterfactual_std_error": "se_cf_NW", "effect": "effect", "effect_std_error": "se_effect_NW",
    }  # fmt: skip
    for ours, theirs in pairs.items():
        np.testing.assert_allclose(fit.periods[ours], expected[theirs], rtol=1e-8, atol=1e-10, err_msg=ours)


def test_average_cumulative_and_last_effect_agree_with_r(fit, r):
    found = fit.effects.set_index("effect")
    for ours, theirs in {"average": "average_post", "cumulative": "cumulative_post", "at_end": "at_end"}.items():
        np.testing.assert_allclose(found.loc[ours, "estimate"], r["effects"][theirs]["est"], rtol=1e-9)
        np.testing.assert_allclose(found.loc[ours, "std_error"], r["effects"][theirs]["se_NW"], rtol=1e-9)


def test_a_season_in_the_formula_agrees_with_r(months, r):
    season = "sin(2*pi*t/12) + cos(2*pi*t/12)"
    found = trends.interrupted(
        months, "2016-01", value="share", time="month", covariance="NW", lag=4, formula=season, replicates=0
    )
    np.testing.assert_allclose(found.coefficients["estimate"], list(r["ols_harmonic"]["coef"].values()), rtol=1e-8)
    np.testing.assert_allclose(found.coefficients["std_error"], list(r["ols_harmonic"]["se_NW"].values()), rtol=1e-8)


def test_ar1_errors_agree_with_nlme(months, r):
    found = trends.interrupted(months, "2016-01", value="share", time="month", covariance="AR1")
    # nlme stops its search for phi at a relative change of about 1e-6, hence the tolerance
    np.testing.assert_allclose(found.coefficients["estimate"], in_r_order(r["gls_ar1_REML"]["coef"]), rtol=2e-5)
    np.testing.assert_allclose(found.coefficients["std_error"], in_r_order(r["gls_ar1_REML"]["se"]), rtol=2e-5)
    np.testing.assert_allclose(found.info["phi"], r["gls_ar1_REML"]["phi"], rtol=2e-5)


@pytest.mark.parametrize("family", ["quasipoisson", "negbin"])
def test_counts_with_exposure_agree_with_r(months, r, family):
    plain = trends.interrupted(
        months, "2016-01", value="mentions", time="month", family=family, offset="total", covariance="model"
    )
    robust = trends.interrupted(
        months,
        "2016-01",
        value="mentions",
        time="month",
        family=family,
        offset="total",
        covariance="NW",
        lag=4,
        replicates=0,
    )
    # glm stops at a relative change of 1e-8 in the deviance, which leaves about six digits in glm.nb's theta
    tolerance = 1e-8 if family == "quasipoisson" else 1e-5
    np.testing.assert_allclose(plain.coefficients["estimate"], in_r_order(r[family]["coef"]), rtol=tolerance)
    np.testing.assert_allclose(robust.coefficients["std_error"], in_r_order(r[family]["se_NW"]), rtol=10 * tolerance)
    if family == "quasipoisson":  # glm.nb's own standard errors hold theta fixed, ours do not
        np.testing.assert_allclose(plain.coefficients["std_error"], in_r_order(r[family]["se"]), rtol=1e-7)
        total = plain.effects.set_index("effect").loc["cumulative", "estimate"]
        np.testing.assert_allclose(total, r[family]["cumulative_excess"], rtol=1e-7)


def test_rate_ratios_of_counts_agree_with_r(months, external):
    expected = pd.read_csv(external / "interrupted_count_predicted.csv")
    found = trends.interrupted(
        months,
        "2016-01",
        value="mentions",
        time="month",
        family="quasipoisson",
        offset="total",
        covariance="NW",
        lag=4,
        replicates=0,
    ).periods
    pairs = {
        "fitted": "mu", "counterfactual": "mu_counterfactual", "rate_ratio": "rate_ratio",
        "log_rate_ratio_std_error": "se_log_rr_NW",
    }  # fmt: skip
    for ours, theirs in pairs.items():
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=1e-6, atol=1e-10, err_msg=ours)


def test_effects_with_model_errors_agree_with_r_in_every_month(months, external):
    expected = pd.read_csv(external / "interrupted_ols_predicted.csv")
    found = trends.interrupted(months, "2016-01", value="share", time="month", covariance="model").periods
    pairs = {"fitted": "fit", "counterfactual": "cf", "effect": "effect"}
    for ours, theirs in pairs.items():
        np.testing.assert_allclose(
            found[f"{ours}_std_error"], expected[f"se_{theirs}_ols"], rtol=1e-8, atol=1e-10, err_msg=ours
        )
    expected = pd.read_csv(external / "interrupted_count_predicted.csv")
    counts = {"value": "mentions", "time": "month", "offset": "total", "covariance": "model"}
    found = trends.interrupted(months, "2016-01", family="quasipoisson", **counts).periods
    np.testing.assert_allclose(found["log_rate_ratio_std_error"], expected["se_log_rr_model"], rtol=1e-7, atol=1e-10)
    negbin = trends.interrupted(months, "2016-01", family="negbin", **counts).periods
    np.testing.assert_allclose(negbin["fitted"], expected["nb_mu"], rtol=1e-7)  # glm.nb alternates until 1e-8


def test_the_size_of_the_residuals_agrees_with_r(fit, months, r):
    np.testing.assert_allclose(fit.info["dispersion"], r["ols"]["sigma"] ** 2, rtol=1e-12)
    counts = {"value": "mentions", "time": "month", "offset": "total"}
    quasi = trends.interrupted(months, "2016-01", family="quasipoisson", covariance="model", **counts)
    np.testing.assert_allclose(quasi.info["dispersion"], r["quasipoisson"]["dispersion"], rtol=1e-9)
    negbin = trends.interrupted(months, "2016-01", family="negbin", covariance="model", **counts)
    np.testing.assert_allclose(negbin.info["theta"], r["negbin"]["theta"], rtol=1e-6)


def test_checks_agree_with_lmtest(fit, r):
    found, said = fit.checks.set_index("check"), r["diagnostics"]
    for name, statistic, p in [
        ("autocorrelation (Breusch-Godfrey, order 1)", "LM", said["breusch_godfrey"]["order1"]),
        ("autocorrelation (Ljung-Box, lag 1)", "Q", said["ljung_box"]["lag1"]),
        ("even spread (Breusch-Pagan)", "BP", said["breusch_pagan"]),
    ]:
        np.testing.assert_allclose(found.loc[name, "statistic"], p[statistic], rtol=1e-9)
        np.testing.assert_allclose(found.loc[name, "p_value"], p["p"], rtol=1e-6)  # R forms 1 - P here
    durbin = found.loc["autocorrelation at lag 1 (Durbin-Watson)", "statistic"]
    np.testing.assert_allclose(durbin, said["durbin_watson"]["DW"], rtol=1e-10)


def made(n=60, event=31, jump=3.0, seed=1, start="2015-01-01"):
    rng = np.random.default_rng(seed)
    t = np.arange(1, n + 1)
    return pd.Series(
        5 + 0.05 * t + jump * (t >= event) + rng.normal(0, 0.5, n), index=pd.period_range(start, periods=n, freq="M")
    )


@pytest.mark.parametrize("covariance", ["NW", "HC1"])
def test_a_mark_of_one_period_has_an_estimate_and_no_robust_error(covariance):
    series = made().rename("value").rename_axis("period").reset_index().assign(strike=np.eye(60)[9])
    found = trends.interrupted(series, "2017-07", formula="strike", covariance=covariance)
    errors = found.coefficients.set_index("term")["std_error"]
    assert np.isnan(errors["strike"]) and errors.drop("strike").gt(0).all()
    assert [note.values["terms"] for note in found.info["notes"] if "terms" in note.values] == ["strike"]
    known = trends.interrupted(series, "2017-07", formula="strike", covariance="model")
    assert known.coefficients["std_error"].gt(0).all()
    assert [note.values for note in known.info["notes"]] == [{"covariance": "model"}], "and nothing but this is said"
    assert found.effects["std_error"].gt(0).all(), "the effect of the event rests on the other periods"


def test_periods_dates_and_text_give_the_same_answer():
    series = made()
    texts = series.set_axis(series.index.astype(str))
    dates = series.set_axis(series.index.to_timestamp())
    found = [
        trends.interrupted(s, at).coefficients
        for s, at in [(series, "2017-07"), (texts, "2017-07"), (dates, "2017-07-01")]
    ]
    pd.testing.assert_frame_equal(found[0], found[1])
    pd.testing.assert_frame_equal(found[0], found[2])


def test_an_event_that_is_no_date_is_refused_in_words():
    with pytest.raises(
        ValueError, match="'平成16年' is not a date; write it as '2011-03-11'; the series runs from 2015-01"
    ):
        trends.interrupted(made(), "平成16年")


def test_the_order_of_rows_does_not_matter_and_a_gap_takes_its_place_in_time():
    series = made().drop(pd.Period("2016-03", "M"))
    found = trends.interrupted(series.sample(frac=1, random_state=0), "2017-07")
    assert found.info["n_gaps"] == 1
    assert found.periods["t"].max() == 60 and len(found.periods) == 59
    pd.testing.assert_frame_equal(found.coefficients, trends.interrupted(series, "2017-07").coefficients)


def test_placebo_dates_are_before_the_event_and_the_real_one_stands_out():
    found = trends.placebo(made(n=80, event=51), "2019-03")
    assert found["real"].sum() == 1 and found["real"].iloc[-1]
    assert (found["at"][:-1] < "2019-03").all()
    assert found["z"].abs().idxmax() == len(found) - 1 and "p_value" not in found, "an exhibit and not a test"


@pytest.mark.parametrize(
    ("change", "options", "error", "said"),
    [
        ({}, {"at": ""}, ValueError, "'' is not a date"),
        ({}, {"at": "2030-01"}, ValueError, "outside the series, which runs from 2015-01 to 2019-12"),
        ({}, {"at": "2015-02"}, ValueError, "at least 3 periods are needed on each side"),
        ({}, {"family": "poisson"}, ValueError, "must be whole counts"),
        ({}, {"family": "gamma"}, ValueError, "no family 'gamma'"),
        ({}, {"covariance": "CR9"}, ValueError, "CR9"),
        ({}, {"level": 95}, ValueError, "between 0 and 1"),
        ({"short": True}, {}, TableError, "too short"),
        ({"twice": True}, {}, TableError, "stands more than once"),
        ({"hole": True}, {}, TableError, "an absent period is a gap"),
    ],
)
def test_bad_input_is_refused_with_what_is_there(change, options, error, said):
    series = made()
    if change.get("short"):
        series = series[:6]
    if change.get("twice"):
        series = pd.concat([series, series[:1]])
    if change.get("hole"):
        series = series.where(series.index != series.index[4])
    with pytest.raises(error, match=said):
        trends.interrupted(series, **{"at": "2017-07", **options})


def test_an_exposure_of_zero_or_that_is_not_there_is_refused(months):
    with pytest.raises(TableError, match="'nothing' is not a column"):
        trends.interrupted(months, "2016-01", value="mentions", time="month", family="poisson", offset="nothing")
    with pytest.raises(TableError, match="not above 0"):
        trends.interrupted(
            months.assign(total=0), "2016-01", value="mentions", time="month", family="poisson", offset="total"
        )


@pytest.mark.parametrize(
    "options",
    [{}, {"covariance": "NW"}, {"covariance": "HC1"}, {"family": "poisson"}, {"family": "negbin", "covariance": "NW"}],
)
def test_the_statsmodels_result_of_an_interrupted_series_has_its_intervals(options):
    rng = np.random.default_rng(3)
    counts = rng.negative_binomial(5, 0.1 + 0.002 * np.arange(60))
    series = pd.Series(counts, index=pd.period_range("2010-01", periods=60, freq="M"))
    found = trends.interrupted(series, "2013-01-01", **options)
    table = found.coefficients.set_index("term")
    both = found.results.conf_int().loc[table.index]
    np.testing.assert_allclose(both, table[["conf_low", "conf_high"]], rtol=1e-12)
    np.testing.assert_allclose(found.results.cov_params().loc[table.index, table.index], found.covariance, rtol=1e-12)
    assert "slope" in str(found.results.summary())


def series_of(n=48, rho=0.6, seed=0, step=0.0):
    noise = drawn(rho, np.arange(n, dtype=float), 1, np.random.default_rng([seed, 15]))[:, 0]
    index = pd.period_range("2015-01", periods=n, freq="M")
    return pd.Series(5 + noise + step * (np.arange(n) >= n // 2), index=index), str(index[n // 2])


def shares_of(n=48, rho=0.6, seed=0):
    rng, (latent, at) = np.random.default_rng([seed, 16]), series_of(n, rho, seed)
    of = rng.poisson(80, n) + 1
    hits = rng.binomial(of, 1 / (1 + np.exp(1.4 - 0.4 * (latent.to_numpy() - 5))))
    return pd.DataFrame({"period": latent.index, "value": hits, "of": of}), at


@pytest.mark.slow
@pytest.mark.parametrize(
    ("made_by", "options"),
    [(series_of, {}), (shares_of, {"family": "binomial", "offset": "of"})],
    ids=["means", "shares"],
)
def test_without_an_event_no_effect_is_found_too_often(made_by, options):
    """The default errors found the average effect in .28 of such means and the slope in .29 of such shares."""
    claims = []
    for seed in range(120):
        series, at = made_by(seed=seed)
        found = trends.interrupted(series, at, replicates=199, seed=seed, **options)
        rows = pd.concat([found.effects, found.coefficients.iloc[2:]])
        claims.append((rows["p_value"] <= 0.05).tolist())
        outside = (rows["conf_low"] > 0) | (rows["conf_high"] < 0)
        assert (outside == (rows["p_value"] <= 0.05)).all(), "p and interval say the same"
    # the binomial of 120 at .05: 13 or fewer in 99.5% of cases
    assert np.sum(claims, axis=0).max() <= 13


def test_a_step_of_three_standard_deviations_is_found_and_its_interval_holds_it():
    rows = []
    for seed in range(20):
        series, at = series_of(60, 0.3, seed, step=3.0)
        rows.append(trends.interrupted(series, at, replicates=199).coefficients.iloc[2])
    rows = pd.DataFrame(rows)
    assert (rows["p_value"] <= 0.05).sum() >= 17
    assert ((rows["conf_low"] <= 3) & (rows["conf_high"] >= 3)).sum() >= 17


def test_the_same_seed_gives_the_same_numbers_and_another_nearly_the_same():
    one, two, other = (trends.interrupted(*series_of(step=1.0), seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.effects, two.effects)
    pd.testing.assert_frame_equal(one.periods, two.periods)
    assert not one.effects.equals(other.effects)
    np.testing.assert_allclose(one.effects["conf_high"], other.effects["conf_high"], rtol=0.1)  # 1,999 series


def test_the_level_of_an_interval_is_that_asked_for():
    series, at = series_of(step=1.0)
    ninety = trends.interrupted(series, at, level=0.9)
    again = trends.interrupted(series, at).judged.interval(0.9)
    np.testing.assert_array_equal(again, ninety.effects[["conf_low", "conf_high"]])


def restricted(y, x, v, n_free, known):
    """Minus twice the restricted log-likelihood, from its definition (Harville 1977), but for a constant."""
    inverse = np.linalg.inv(v)
    inner = x.T @ inverse @ x
    left = y - x @ np.linalg.solve(inner, x.T @ inverse @ y)
    rss = left @ inverse @ left
    return (rss if known else n_free * np.log(rss)) + np.linalg.slogdet(v)[1] + np.linalg.slogdet(inner)[1]


@pytest.mark.parametrize("counts", [False, True])
def test_the_noise_under_a_null_is_that_of_the_design_without_the_column(counts):
    """Against the definition of the restricted likelihood on the smaller design, with two gaps."""
    step = np.delete(np.arange(1.0, 41), [5, 20])
    after = np.maximum(step - 20, 0)
    x = np.column_stack([np.ones(38), step, after > 0, after])
    y = drawn(0.7, step, 1, np.random.default_rng(4))[:, 0] + 2 * (after > 0)
    sampling = np.linspace(0.2, 0.6, 38) if counts else None
    noise = Noise(x, step, sampling=sampling)
    noise.white = True
    at, part = (found[0] for found in noise.null(y, np.eye(4)[2:3]))
    smaller = np.delete(x, 2, axis=1)
    places = [(i, j) for i in range(len(RHO)) for j in range(len(noise.parts))]
    falls = [restricted(y, smaller, noise.covariance(*place), 35, counts) for place in places]
    assert places[int(np.argmin(falls))] == (at, part)
    full = [restricted(y, x, noise.covariance(*place), 34, counts) for place in places]
    i, j, estimate, scale = (found[..., 0] for found in noise.fit(y[:, None]))
    assert places[int(np.argmin(full))] == (i, j)
    v = noise.covariance(i, j)
    inverse = np.linalg.inv(v)
    np.testing.assert_allclose(estimate, np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y), rtol=1e-9)
    np.testing.assert_allclose(noise.bread[i, j], np.linalg.inv(x.T @ inverse @ x), rtol=1e-7)


def test_the_autocorrelation_of_many_series_is_that_of_each_alone():
    step = np.delete(np.arange(1.0, 41), [5, 20])
    y = drawn(0.5, step, 6, np.random.default_rng(1))
    noise = Noise(np.ones((38, 1)), step)
    assert carried(y, np.ones((38, 1)), step).tolist() == noise.fit(y)[0].tolist()
    root = np.linalg.cholesky(correlation(0.5, step))
    many = drawn(0.5, step, 20_000, np.random.default_rng(2))
    np.testing.assert_allclose(np.cov(many), root @ root.T, atol=0.05)  # Monte-Carlo errors of about 0.007


@pytest.mark.slow
def test_noise_that_is_half_white_is_fitted_as_such():
    step = np.arange(400.0)
    rng = np.random.default_rng(3)
    y = drawn(0.9, step, 1, rng)[:, 0] + rng.normal(size=400)
    found = AR1(y, np.ones((400, 1)), step)
    assert found.noise.white and 0.8 < found.phi < 0.97 and 0.3 < found.share < 0.7
    plain = AR1(drawn(0.5, step, 1, rng)[:, 0], np.ones((400, 1)), step)
    assert not plain.noise.white and plain.share == SHARE[0] == 1


def test_newey_west_is_judged_by_drawn_series_and_says_so():
    """With 36 months its t is far from the t distribution: 1.96 standard errors miss the effect in one case of five."""
    series, at = series_of(36, 0.5)
    found = trends.interrupted(series, at, covariance="NW")
    row = found.effects.iloc[0]
    assert (row["conf_high"] - row["estimate"]) / row["std_error"] > 2.5
    assert any("judged by drawn series" in note for note in found.info["notes"])
    assert any("as independent" in n for n in trends.interrupted(series, at, covariance="HC1").info["notes"])


def test_articles_of_which_nearly_all_count_are_known_better_than_poisson_counts():
    series, at = shares_of()
    series = series.assign(value=series["of"] - series["value"] // 4)
    shares, counts = (
        trends.interrupted(series, at, family=f, offset="of", replicates=0) for f in ("binomial", "poisson")
    )
    assert shares.effects["std_error"].iloc[0] < 0.7 * counts.effects["std_error"].iloc[0]
    with pytest.raises(ValueError, match="'binomial' needs an offset"):
        trends.interrupted(series, at, family="binomial")
    with pytest.raises(TableError, match="above 'of' in 48 periods"):
        trends.interrupted(series.assign(value=series["of"] + 1), at, family="binomial", offset="of")


@pytest.mark.parametrize(
    ("n", "formula", "said"),
    [(11, "", "11 periods are too few for a model of 4 terms; 12"), (13, "sin(t) + cos(t)", "of 6 terms; 14")],
)
def test_a_series_too_short_for_its_terms_is_refused(n, formula, said):
    series, at = series_of(n)
    with pytest.raises(TableError, match=said):
        trends.interrupted(series, at, formula=formula)
    assert trends.interrupted(*series_of(12)).effects["conf_low"].notna().all()


def test_a_lag_is_refused_where_it_would_be_ignored(months):
    with pytest.raises(ValueError, match="lag belongs to covariance='NW'"):
        trends.interrupted(months, "2016-01", value="share", time="month", lag=4)


def test_newey_west_errors_of_too_short_a_series_are_told_as_unknown():
    """They failed inside numpy: nothing is drawn where no error is known."""
    values = np.random.default_rng(0).normal(size=14)
    series = pd.DataFrame({"period": pd.period_range("2015-01", periods=14, freq="M"), "value": values})
    found = trends.interrupted(series, "2015-08", covariance="NW", replicates=49)
    assert found.effects["conf_low"].isna().all() and found.effects["estimate"].notna().all()
    assert any("no interval" in str(note) for note in found.info["notes"])
