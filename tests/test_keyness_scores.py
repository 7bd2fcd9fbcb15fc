"""Token-level scores against R, scipy and published numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, fisher_exact
from scipy.stats.contingency import odds_ratio

from framing import inference, keyness
from framing.keyness.scores import log_odds

# ours → column of keyness_tiny_expected.csv (base R, quanteda.textstats, corpora)
COLUMNS = {
    "chi2": "chi2", "chi2_p": "chi2_p", "chi2_yates": "chi2_yates", "chi2_yates_p": "chi2_yates_p", "g2": "G2",
    "g2_p": "G2_p", "g2_two_cell": "G2_2cell", "fisher_p": "fisher_p", "pmi": "pmi", "log2_ratio": "log2ratio_raw",
    "log2_ratio_half": "log2ratio_half", "pct_diff": "pct_diff", "odds_ratio": "odds_ratio", "bic": "bic",
    "lrc": "LRC_nobonf", "lrc_bonferroni": "LRC_bonfV", "expected_target": "expected_target",
}  # fmt: skip
PRIORS = {
    "u0.01": ("uniform", 0.01), "u0.5": ("uniform", 0.5), "u1": ("uniform", 1), "i500": ("informative", 500),
    "i1000": ("informative", 1000), "iN": ("informative", 3000), "i0.05N": ("informative", 150),
}  # fmt: skip


@pytest.fixture(scope="module")
def tiny(external):
    return pd.read_csv(external / "keyness_tiny_counts.csv")


def test_every_measure_agrees_with_r(external, tiny):
    expected = pd.read_csv(external / "keyness_tiny_expected.csv")
    found = keyness.measures(tiny["n_target"], tiny["n_reference"], 1000, 2000)
    for ours, theirs in COLUMNS.items():
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=1e-9, atol=1e-12, err_msg=ours)


def test_measures_agree_with_quanteda_and_corpora(external, tiny):
    # quanteda.textstats adds 1e-9 inside each logarithm of G2 and of the PMI; the package corpora does not
    expected = pd.read_csv(external / "keyness_tiny_expected.csv")
    found = keyness.measures(tiny["n_target"], tiny["n_reference"], 1000, 2000)
    for ours, theirs, atol in [
        ("chi2", "q_chi2_none", 1e-9), ("pmi", "q_pmi", 1e-8), ("g2", "q_lr_none", 1e-5), ("g2", "corpora_G2", 1e-9)
    ]:  # fmt: skip
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=1e-9, atol=atol, err_msg=theirs)


def test_williams_correction_divides_g2_where_r_applies_it(external, tiny):
    # quanteda adds 1e-9 inside each logarithm and leaves the row with an expected count below 5 uncorrected
    expected = pd.read_csv(external / "keyness_tiny_expected.csv")
    found = keyness.measures(tiny["n_target"], tiny["n_reference"], 1000, 2000)
    rows = expected["min_expected"] > 5
    np.testing.assert_allclose(found["g2_williams"][rows], expected["q_lr_williams"][rows], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", PRIORS)
def test_log_odds_agree_with_r_under_every_prior(external, tiny, name):
    expected = pd.read_csv(external / "keyness_tiny_wlogodds_expected.csv")
    prior, strength = PRIORS[name]
    found = log_odds(tiny["n_target"], tiny["n_reference"], prior=prior, strength=strength)
    for ours, theirs in [("log_odds", "delta"), ("z", "z"), ("z_full", "z_fullvar")]:
        np.testing.assert_allclose(found[ours], expected[f"{theirs}_{name}"], rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(found["std_error"] ** 2, expected[f"var_{name}"], rtol=1e-9)


@pytest.mark.parametrize(
    ("column", "prior", "strength"),
    [
        ("fw_z_u0.01", "uniform", 0.01),
        ("fw_z_u0.1", "uniform", 0.1),
        ("fw_z_i_background_counts", "informative", 3000),  # the counts of both groups as they are
        ("fw_z_i500", "informative", 500),
    ],
)
def test_z_agrees_with_fightin_words_in_python(external, tiny, column, prior, strength):
    # keyness_tiny_fightingwords_expected.csv, from a Python implementation of Monroe, Colaresi & Quinn (2008); the file
    # names no package and no version. fightin-words 1.0.5 (after J. Hessel's FightingWords) has the same delta and
    # variance, but counts in single precision and does not run on Python 3.
    expected = pd.read_csv(external / "keyness_tiny_fightingwords_expected.csv")
    assert expected["term"].tolist() == tiny["term"].tolist()
    found = log_odds(tiny["n_target"], tiny["n_reference"], prior=prior, strength=strength)
    np.testing.assert_allclose(found["z"], expected[column], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(
    ("prior", "expected"),
    [
        ("informative", [-0.3766641559581919, -0.5659521749364972, 0.951425970126118]),
        ("uniform", [-0.3756075126520199, -0.5642350531144623, 0.9496191614627119]),
    ],
)
def test_log_odds_keep_their_digits_beside_a_term_that_is_nearly_everything(prior, expected):
    # the paper's formulas worked with 40 digits (mpmath 1.4.1): z_full of three terms in a billion tokens a side
    found = log_odds([10**9, 1, 3], [10**9, 2, 1], prior=prior)
    np.testing.assert_allclose(found["z_full"], expected, rtol=1e-12)


def test_scores_keep_their_digits_where_counts_are_enormous_or_alike():
    # all cells worked with 40 digits (mpmath 1.4.1): a term that is nearly everything, one at nearly equal rates, a
    # rare one, and one that is the whole of both groups
    tables = np.array([
        (104_949_730, 6, 104_949_730, 11),
        (7_781_220, 11_065_112, 279_193_901, 397_021_511),
        (3, 1, 1_000_000_000, 999_999_999),
        (371_772_147, 440_093_234, 371_772_147, 440_093_234),
    ])  # fmt: skip
    found = keyness.measures(*tables.T)
    np.testing.assert_allclose(found["chi2"], [47704424.99999987, -1.920931943748572e-9, 1.0, 0], rtol=1e-9)
    expected = [163.4373387548237, -1.920931945939609e-9, 1.046496287529096, 0]
    np.testing.assert_allclose(found["g2"], expected, rtol=1e-9)
    expected = [2.726370118946951, -1.867394980473237e-9, 1.046496285529096, 0]
    np.testing.assert_allclose(found["g2_two_cell"], expected, rtol=1e-9)
    assert found["note"].tolist() == ["", "", "", "the only term"] and np.isnan(found["odds_ratio"][3])


def test_corrected_p_values_agree_with_r(external):
    expected = pd.read_csv(external / "padjust_expected.csv")  # stats::p.adjust, R 4.2.2
    columns = {"bh": "BH", "by": "BY", "holm": "holm", "bonferroni": "bonferroni", "hochberg": "hochberg"}
    for method, column in columns.items():
        np.testing.assert_allclose(inference.adjust(expected["p"], method), expected[column], rtol=1e-12, atol=0)


def test_missing_p_values_are_no_tests_and_ties_stay_ties():
    # scipy.stats.false_discovery_control of the p-values that are there
    from scipy.stats import false_discovery_control

    p = np.array([0.01, np.nan, 0.04, 0.01, 0.04, 1.0, 0.0, np.nan, 0.2])
    known = ~np.isnan(p)
    for method in ("bh", "by"):
        found = inference.adjust(p, method)
        np.testing.assert_allclose(found[known], false_discovery_control(p[known], method=method), rtol=1e-12)
        assert np.isnan(found[~known]).all() and found[0] == found[3] and found[2] == found[4]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.integers(1, 400), st.floats(0, 1), st.floats(0, 1))
def test_scores_agree_with_scipy(n_a, n_b, share_a, share_b):
    a, b = round(share_a * n_a), round(share_b * n_b)
    if not 0 < a + b < n_a + n_b:
        return
    found = keyness.measures([a], [b], n_a, n_b).iloc[0]
    table = [[a, b], [n_a - a, n_b - b]]
    plain = chi2_contingency(table, correction=False)
    np.testing.assert_allclose(abs(found["chi2"]), plain.statistic, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(abs(found["chi2_yates"]), chi2_contingency(table).statistic, rtol=1e-9, atol=1e-9)
    g2 = chi2_contingency(table, correction=False, lambda_="log-likelihood")
    np.testing.assert_allclose(abs(found["g2"]), g2.statistic, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found["fisher_p"], fisher_exact(table).pvalue, rtol=1e-6)
    if a and b < n_b and b and a < n_a:
        np.testing.assert_allclose(found["odds_ratio"], odds_ratio(table, kind="sample").statistic, rtol=1e-12)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 200), st.integers(0, 200))
def test_swapping_the_groups_flips_the_signs(a, b):
    if a + b == 0 or a * 700 == b * 300:  # equal rates: the sign says nothing
        return
    one, other = (keyness.measures(*x).iloc[0] for x in (([a], [b], 300, 700), ([b], [a], 700, 300)))
    for name in ("chi2", "chi2_yates", "g2", "g2_two_cell", "g2_williams", "log2_ratio", "log2_ratio_half", "lrc"):
        np.testing.assert_allclose(one[name], -other[name], rtol=1e-9, atol=1e-9, err_msg=name)
    np.testing.assert_allclose(one["fisher_p"], other["fisher_p"], rtol=1e-9)


def test_fishers_p_is_exact_far_out_in_the_tail():
    # scipy.stats.hypergeom: all 60 tokens in the one million of the target out of two million; both ends are as likely
    found = keyness.measures([60], [0], 1_000_000, 1_000_000).loc[0, "fisher_p"]
    k = np.arange(60)
    one_end = np.exp(np.log((1e6 - k) / (2e6 - k)).sum())
    assert found == pytest.approx(2 * one_end, rel=1e-9)


def test_the_conservative_log_ratio_is_zero_where_the_interval_holds_zero():
    found = keyness.measures([12, 400], [10, 100], 10_000, 10_000)
    assert found.loc[0, "lrc"] == 0
    # Evert (2022): the Clopper-Pearson bound of 400 in 500, as odds; scipy.stats.binomtest gives it
    from scipy.stats import binomtest

    low = binomtest(400, 500).proportion_ci(0.95, method="exact").low
    assert found.loc[1, "lrc"] == pytest.approx(np.log2(low / (1 - low)), rel=1e-9)


def test_the_conservative_log_ratio_agrees_with_everts_own_implementation():
    # Evert's R code of the supplement to "Measuring keyness" (DH2022), run on keywords of a German corpus from CQPweb:
    # fau-klue/pandas-association-measures, tests/data/log-ratio-gold.tsv, column lrc; Bonferroni over its 599 words.
    words = {  # tokens in the target of 168,329, in both of 19,720,567 together, and the published LRC
        "eingebracht": (1189, 2157, 6.910068549501856),
        "-eingebrachten": (15, 18, 5.991330482867978),
        "Menschenrechtsbeauftragte": (22, 33, 5.7600897023524364),
        "seitens": (124, 779, 3.870614479615809),
        "Gesetzentwurf": (1187, 14608, 3.185515364090636),
        "Agrarbericht": (5, 24, 0.975708228231368),
        "zeichnen": (10, 523, 0.0),
        "sein": (2166, 429001, -0.6415905032796787),
    }
    inside, both, expected = map(np.array, zip(*words.values(), strict=True))
    found = keyness.measures(inside, both - inside, 168_329, 19_720_567 - 168_329, level=1 - 0.05 / 599)
    np.testing.assert_allclose(found["lrc"], expected, rtol=1e-11)


def test_fishers_p_of_enormous_counts_is_found_at_once():
    # scipy.stats.fisher_exact for the first; a loop over all tables of the second would take hours
    found = keyness.measures([700, 2**40], [300, 2**39], [10**9, 2**41], [10**9, 2**41])
    expected = fisher_exact([[700, 300], [10**9 - 700, 10**9 - 300]]).pvalue
    np.testing.assert_allclose(found["fisher_p"][0], expected, rtol=1e-6)
    assert found["fisher_p"][1] < 1e-290


def test_a_term_one_side_never_uses_is_infinite_and_half_added_finite():
    found = keyness.measures([4, 0], [0, 4], 1000, 1000)
    assert found["log2_ratio"].tolist() == [np.inf, -np.inf]
    assert np.isfinite(found["log2_ratio_half"]).all()


def test_a_term_neither_group_uses_is_kept_with_a_note():
    found = keyness.measures([3, 0], [5, 0], 100, 100)
    assert found["note"].tolist() == ["", "in neither group"]
    assert found.loc[1, ["chi2", "g2", "log2_ratio_half", "bic", "lrc"]].isna().all()
    weighted = log_odds([3, 0, 5], [5, 0, 5])
    assert np.isnan(weighted.loc[1, "z"]) and weighted.loc[1, "note"] == "in neither group"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([1, 2], [1], 10, 10), "2 terms"),
        (([-1], [1], 10, 10), "negative"),
        (([0.5], [1], 10, 10), "fractional"),
        (([np.nan], [1], 10, 10), "missing"),
        (([5], [1], 0, 10), "above 0"),
        (([11], [1], 10, 10), "exceeds"),
        ((["a"], [1], 10, 10), "numbers"),
    ],
)
def test_bad_counts_are_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        keyness.measures(*arguments)


@pytest.mark.parametrize(
    ("options", "said"),
    [({"prior": "flat"}, "no prior"), ({"strength": 0}, "strength"), ({"strength": -1}, "strength")],
)
def test_bad_priors_are_refused(options, said):
    with pytest.raises(ValueError, match=said):
        log_odds([1], [2], **options)


def test_a_group_without_tokens_is_refused():
    with pytest.raises(ValueError, match="n_reference has no tokens"):
        log_odds([1, 2], [0, 0])


def test_equal_shares_score_zero_and_not_minus_zero():
    found = keyness.measures([3, 30, 5], [3, 30, 5], [10, 100, 50], [10, 100, 50], p_values=False)
    scores = found[["chi2", "chi2_yates", "g2", "g2_two_cell", "g2_williams"]].to_numpy()
    assert (scores == 0).all() and not np.signbit(scores).any()
    near = keyness.measures([4, 3], [4, 4], 10, 11, p_values=False)[
        "chi2_yates"
    ].to_numpy()  # less than ½ from expected
    assert (near == 0).all() and not np.signbit(near).any()
    below = keyness.measures([1], [9], 100, 100, p_values=False)
    assert (below[["chi2", "g2"]].to_numpy() < 0).all()  # the sign still names the side
