"""Formulas, likelihoods and standard errors against R (tests/external, versions in each JSON) and statsmodels."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import models
from framing.errors import ParamError, TableError
from framing.models import sandwich, small


@pytest.fixture(scope="module")
def days(external):
    """The daily counts and R's answers: MASS 7.3-58.2, sandwich 3.0-2, clubSandwich 0.5.8."""
    folder = external
    frame = pd.read_csv(folder / "counts_daily.csv")
    return frame, json.loads((folder / "counts_daily.json").read_text())["daily"]


def fitted_days(days, name):
    frame, reference = days
    design = models.build("trend + weekend + summit", frame)
    if name == "lm_logrel":
        y = np.log((frame["mentions"] + 0.5) / frame["total"])
        return models.fit(design.matrix, y, "normal", names=design.names)[1], reference[name]
    offset = np.log(frame["total"].to_numpy(dtype=float))
    return models.fit(design.matrix, frame["mentions"], name, names=design.names, offset=offset)[1], reference[name]


def errors(fitted, kind, **more):
    return np.sqrt(np.diag(models.covariance(fitted, kind, **more).matrix))


def values(mapping):
    return np.array(list(mapping.values()))


@pytest.mark.parametrize("name", ["poisson", "quasipoisson", "lm_logrel"])
def test_estimates_and_model_errors_agree_with_r(days, name):
    fitted, reference = fitted_days(days, name)
    np.testing.assert_allclose(fitted.estimate, values(reference["coef"]), rtol=1e-10)
    np.testing.assert_allclose(errors(fitted, "model"), values(reference["se"]), rtol=1e-10)


def test_the_negative_binomial_is_joint_in_theta(days):
    fitted, reference = fitted_days(days, "negbin")
    joint = reference["joint"]["se_joint_observed"]  # numDeriv on the joint likelihood
    np.testing.assert_allclose(fitted.estimate, values(reference["coef"]), rtol=1e-8)  # glm.nb stops at 1e-8 itself
    np.testing.assert_allclose(fitted.extra["theta"], reference["theta"], rtol=1e-7)
    np.testing.assert_allclose(errors(fitted, "model"), values(joint)[:4], rtol=1e-7)
    np.testing.assert_allclose(fitted.extra["log_theta_std_error"], joint["log_theta"], rtol=1e-7)
    np.testing.assert_allclose(fitted.log_likelihood, reference["logLik"], rtol=1e-10)


@pytest.mark.parametrize("name", ["poisson", "negbin", "lm_logrel"])
def test_robust_errors_agree_with_the_r_package_sandwich(days, name):
    fitted, reference = fitted_days(days, name)
    frame, robust = days[0], reference["robust"]
    for kind, column in {
        "HC0": "HC0",
        "HC1": "HC1",
        "HC3": "HC3",
        "NW7": "NW_lag7",
        "NW14": "NW_lag14",
        "NW": "NW_auto",
    }.items():
        np.testing.assert_allclose(errors(fitted, kind), values(robust[column]), rtol=1e-9, err_msg=kind)
    adjusted = sandwich.newey_west(fitted.scores, fitted.bread, 7, adjust=True)
    np.testing.assert_allclose(np.sqrt(np.diag(adjusted)), values(robust["NW_lag7_adjust"]), rtol=1e-9)
    lag = sandwich.newey_west_lag(fitted.scores, [True, False, False, False])
    np.testing.assert_allclose(lag, robust["NW_auto_lag"], rtol=1e-8)
    for group in ("month", "week"):
        for kind, column in {"CR0": "HC0_noadj", "CR1": "HC0_cadj", "CR1S": "HC1_cadj"}.items():
            found = errors(fitted, kind, groups=frame[group])
            np.testing.assert_allclose(found, values(robust[f"cluster_{group}"][column]), rtol=1e-9, err_msg=kind)


@pytest.mark.parametrize("name", ["poisson", "lm_logrel", "negbin"])
def test_covariances_agree_with_r_off_the_diagonal(days, name):
    fitted, reference = fitted_days(days, name)
    expected = reference["robust"]["NW_lag7_vcov"]["values"]
    np.testing.assert_allclose(models.covariance(fitted, "NW7").matrix, expected, rtol=1e-8, atol=1e-12)
    if name == "poisson":
        np.testing.assert_allclose(fitted.model, reference["vcov"]["values"], rtol=1e-9, atol=1e-14)
    if name == "lm_logrel":
        np.testing.assert_allclose(errors(fitted, "HC2"), values(reference["HC2"]), rtol=1e-9)


@pytest.mark.parametrize("name", ["poisson", "lm_logrel"])
@pytest.mark.parametrize("group", ["month", "week"])
def test_bias_reduced_errors_and_their_df_agree_with_clubsandwich(days, name, group):
    fitted, reference = fitted_days(days, name)
    club = reference[f"clubSandwich_{group}"]
    found = models.covariance(fitted, "CR2", groups=days[0][group])
    np.testing.assert_allclose(np.sqrt(np.diag(found.matrix)), values(club["CR2"]), rtol=1e-9)
    np.testing.assert_allclose(found.df, [row[3] for row in club["CR2_satterthwaite"]["values"]], rtol=1e-9)
    if group == "week":
        np.testing.assert_allclose(errors(fitted, "CR3", groups=days[0][group]), values(club["CR3"]), rtol=1e-9)
    else:  # R stops as well: one month holds every summit
        with pytest.raises(ValueError, match="without cluster"):
            models.covariance(fitted, "CR3", groups=days[0][group])


def test_the_k_by_k_root_of_cr2_is_the_exact_one_where_weights_are_equal(days):
    fitted, _ = fitted_days(days, "lm_logrel")
    exact = models.covariance(fitted, "CR2", groups=days[0]["month"])
    codes, n_groups = models.codes_of(days[0]["month"], len(fitted.scores))
    sums = models.sums(fitted.scores, codes, n_groups)
    matrix, df = small.bias_reduced_scores(sums, fitted.information(codes, n_groups), fitted.bread)
    np.testing.assert_allclose(matrix, exact.matrix, rtol=1e-9)
    np.testing.assert_allclose(df, exact.df, rtol=1e-9)


def test_the_logit_agrees_with_statsmodels_with_weights_and_offset():
    import statsmodels.api as sm

    rng = np.random.default_rng(1)
    x = np.column_stack([np.ones(300), rng.normal(size=(300, 2))])
    y, weights, offset = rng.integers(0, 2, 300), rng.integers(1, 4, 300), rng.normal(size=300)
    fitted = models.refit(x, y, "logit", weights=weights, offset=offset)
    peer = sm.GLM(y, x, family=sm.families.Binomial(), freq_weights=weights, offset=offset).fit(tol=1e-14)
    np.testing.assert_allclose(fitted.estimate, peer.params, rtol=1e-9)
    np.testing.assert_allclose(np.sqrt(np.diag(fitted.model)), peer.bse, rtol=1e-7)  # statsmodels stops earlier


def test_the_wild_bootstrap_of_least_squares_is_the_refit_done_by_hand():
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(8), 5)
    x = np.column_stack([np.ones(40), rng.normal(size=40)])
    y = x @ [1.0, 0.3] + np.repeat(rng.normal(size=8), 5)
    null = y - np.column_stack([np.ones(40)]) @ [y.mean()]  # restricted residuals, slope 0
    bread = np.linalg.inv(x.T @ x)
    scores = models.sums(x * null[:, None], groups, 8)
    information = models.information_of(x, np.ones(40))(groups, 8)
    signs = models.wild_weights(8, 256)
    found = models.wild_statistics(scores, information, bread, np.eye(len(bread))[1], signs)
    for row in (3, 100, 201):  # refit the bootstrap sample and studentise with CR1
        star = y.mean() + null * signs[row][groups]
        refit = models.refit(x, star, "normal")
        expected = refit.estimate[1] / errors(refit, "CR1", groups=groups)[1]
        np.testing.assert_allclose(found[row], expected, rtol=1e-8)


def test_collinear_terms_are_named():
    frame = pd.DataFrame({"a": np.arange(9.0), "g": list("xyz") * 3}).assign(twice=lambda d: 2 * d["a"])
    with pytest.raises(TableError, match=r"'twice' is made of \['a'\]"):
        models.build("a + g + twice", frame)
    with pytest.raises(TableError, match="constraints='center'"):
        models.build("cr(a, df=3)", frame)
    assert models.build("cr(a, df=3, constraints='center')", frame).matrix.shape == (9, 4)


def test_missing_values_are_refused_and_counted():
    frame = pd.DataFrame({"a": [1.0, None, 3.0], "b": [1, 2, 4]})
    with pytest.raises(TableError, match="1 of 3 rows have no 'a'"):
        models.build("a + b", frame)


def test_a_formula_cannot_reach_code():
    frame = pd.DataFrame({"a": [1.0, 2.0, 4.0]})
    for code in ("I(__import__)", "I(a.__class__)", "{open('x')}", "I((lambda: a)())"):
        with pytest.raises(ParamError):
            models.build(code, frame)
    for text in ("y ~ a", "a +", "a + nothing"):
        with pytest.raises((ParamError, TableError)):
            models.build(text, frame)


def test_new_data_are_built_with_the_old_knots_and_levels():
    frame = pd.DataFrame({"t": np.linspace(0, 5, 30), "g": list("abc") * 10})
    design = models.build("cr(t, df=3, constraints='center') * g", frame)
    np.testing.assert_allclose(design.rebuild(frame.iloc[[4, 11]]), design.matrix[[4, 11]])
    with pytest.raises(TableError, match="never saw"):
        design.rebuild(pd.DataFrame({"t": [1.0], "g": ["new"]}))
    with pytest.raises(TableError, match="lacks the columns"):
        design.rebuild(pd.DataFrame({"t": [1.0]}))


def test_an_unused_level_is_left_out_and_said():
    frame = pd.DataFrame({"g": pd.Categorical(list("abab"), categories=list("abc"))})
    design = models.build("g", frame)
    assert design.names == ("Intercept", "g[T.b]")
    assert "'c'" in design.notes[0]


def test_clusters_are_checked():
    fitted = models.refit(np.ones((4, 1)), [0, 1, 1, 0], "logit")
    for groups, message in (
        (None, "needs clusters"),
        ([1, 1, 1, 1], "one cluster"),
        ([1, None, 2, 2], "no cluster"),
        ([1], "labels"),
    ):
        with pytest.raises(ValueError, match=message):
            models.covariance(fitted, "CR1", groups=groups)
    with pytest.raises(ValueError, match="no covariance 'HC9'"):
        models.covariance(fitted, "HC9")


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.01, 100))
def test_units_do_not_change_t_values_or_df(seed, scale):
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(60), rng.normal(size=60)])
    y, groups = rng.poisson(2, 60), rng.integers(0, 9, 60)
    one = models.refit(x, y, "poisson")
    other = models.refit(x * [1, scale], y, "poisson")
    a, b = models.covariance(one, "CR2", groups=groups), models.covariance(other, "CR2", groups=groups)
    np.testing.assert_allclose(np.sqrt(np.diag(b.matrix)) * [1, scale], np.sqrt(np.diag(a.matrix)), rtol=1e-6)
    np.testing.assert_allclose(a.df, b.df, rtol=1e-6)


@pytest.mark.parametrize(("formula", "lost", "names"), [
    ("x + g", "g", ("Intercept", "x")), ("x * g", "g, x:g", ("Intercept", "x")),
    ("x + C(k)", "C(k)", ("Intercept", "x")),
    ("h * C(g, Sum)", "C(g, Sum), h:C(g, Sum)", ("Intercept", "h[T.q]")),
])  # fmt: skip
def test_a_factor_with_one_level_is_left_out_and_said(formula, lost, names):
    frame = pd.DataFrame({"x": np.arange(8.0), "g": "朝日", "k": 3, "h": list("pqpqpqpq")})
    design = models.build(formula, frame)
    assert design.names == names and len(design.notes) == 1 and design.lost
    assert "has one value only" in design.notes[0] and design.notes[0].endswith(f"so the model has no {lost}")
    np.testing.assert_array_equal(design.rebuild(frame), design.matrix)


def test_a_number_or_a_flag_that_never_varies_is_refused_and_levels_left_out_are_too():
    frame = pd.DataFrame({"x": np.arange(8.0), "c": 5.0, "b": True, "g": list("abcdabcd")})
    for formula in ("x + c", "x + b", "x * c"):
        with pytest.raises(TableError, match="same in every row|is made of"):
            models.build(formula, frame)
    with pytest.raises(ParamError, match="leaves out levels of the data"):
        models.build("x + C(g, levels=['a', 'b'])", frame)
    assert models.build("0 + c + x", frame).notes == ()  # without an intercept a constant is a term


@pytest.mark.parametrize("family", ["normal", "logit", "poisson"])
def test_the_kernel_of_refits_is_the_statsmodels_fit(family):
    rng = np.random.default_rng(6)
    x = np.column_stack([np.ones(200), rng.normal(size=(200, 2))])
    mean = 0.3 + x @ [0.2, 0.5, -0.4]
    y = {"normal": mean + rng.normal(size=200), "logit": rng.random(200) < 1 / (1 + np.exp(-mean)),
         "poisson": rng.poisson(np.exp(mean))}[family].astype(float)  # fmt: skip
    weights = rng.integers(1, 4, 200)
    fast = models.refit(x, y, family, weights=weights)
    results, record = models.fit(x, y, family, names=["a", "b", "c"], weights=weights)
    np.testing.assert_allclose(fast.estimate, results.params, rtol=1e-9)
    np.testing.assert_allclose(fast.scores, record.scores, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(fast.bread, record.bread, rtol=1e-9)


def test_a_comparison_that_never_varies_is_said_and_a_bare_number_is_no_term():
    frame = pd.DataFrame({"x": np.arange(8.0), "g": list("abcdabcd")})
    design = models.build("g + C(x > -100)", frame)
    assert design.lost and "C(x > -100)" in design.notes[0]
    for formula in ("pi", "x + pi", "x:pi"):
        with pytest.raises(ParamError, match="stands inside I"):
            models.build(formula, frame)
    assert models.build("I(pi * x)", frame).names == ("Intercept", "I(pi * x)")
