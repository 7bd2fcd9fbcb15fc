"""Dispersion against published toy examples and the definitions worked directly."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from framing import dispersion

# columns of ours → names in tests/external/dispersion.json, block "direct"
DIRECT = {
    "range": "range", "range_share": "range_rel", "dp": "DP", "dp_norm": "DPnorm_lijffijt_gries2012",
    "juilland_d": "juilland_D_relfreq", "juilland_d_counts": "juilland_D_counts", "carroll_d2": "carroll_D2",
    "rosengren_s": "rosengren_S", "lyne_d3": "lyne_D3", "burch_da": "DA", "kld": "KLD_bits",
    "kld_norm": "KLD_norm_exp", "chi2": "chi2", "idf": "idf",
}  # fmt: skip


def test_every_measure_agrees_with_the_direct_values(external):
    cases = json.loads((external / "dispersion.json").read_text())
    for label, case in cases.items():
        if label == "versions":
            continue
        found = dispersion.measures(case["v"], case["s"]).iloc[0]
        for ours, theirs in DIRECT.items():
            np.testing.assert_allclose(found[ours], case["direct"][theirs], rtol=1e-12, atol=1e-12, err_msg=ours)


def test_the_columns_that_tlda_has_agree_with_it(external):
    # R 4.2.2 with tlda 0.1.0.9000 (versions in the file). Of another definition, and not held: DP_egbert_etal_2020
    # divides by 1 − the smallest share of the parts *with* the term; DKL is scaled by odds, 1 / (1 + kld), and ours by
    # exp(−kld), so that kld itself is held to it; disp_gries is 1 − disp_conventional, DP in the latter 1 − dp
    cases = json.loads((external / "dispersion.json").read_text())
    assert cases.pop("versions") == {"R": "4.2.2", "tlda": "0.1.0.9000"}
    ours = {"range_share": "Rrel", "juilland_d": "D", "carroll_d2": "D2", "rosengren_s": "S", "burch_da": "DA"}
    for label, case in cases.items():
        found, theirs = dispersion.measures(case["v"], case["s"]).iloc[0], case["tlda"]
        np.testing.assert_allclose(found["dp"], theirs["DP_gries_2008"], atol=1e-12, err_msg=label)
        np.testing.assert_allclose(found["dp_norm"], theirs["DP_lijffit_gries_2012"], atol=1e-12, err_msg=label)
        np.testing.assert_allclose(found["dp"], theirs["disp_gries"]["DP"], atol=1e-12, err_msg=label)
        for name, column in ours.items():
            np.testing.assert_allclose(found[name], theirs["disp_conventional"][column], atol=1e-12, err_msg=label)
            np.testing.assert_allclose(1 - found[name], theirs["disp_gries"][column], atol=1e-12, err_msg=label)
        np.testing.assert_allclose(1 / (1 + found["kld"]), theirs["disp_conventional"]["DKL"], atol=1e-12)


@pytest.mark.parametrize(("n", "size", "parts"), [(3, 7, 5), (1, 3, 11), (4_000_001, 30_000_007, 49)])
def test_a_word_of_one_rate_is_even_to_the_last_digits(n, size, parts):
    # by the definitions: no spread at all
    found = dispersion.measures([n] * parts, [size] * parts).iloc[0]
    np.testing.assert_allclose(
        found[["juilland_d", "juilland_d_counts", "carroll_d2", "burch_da"]].astype(float), 1.0, rtol=1e-13
    )
    np.testing.assert_allclose(found[["dp", "chi2", "kld"]].astype(float), 0, atol=1e-13)


def test_dp_of_gries_toy_word():
    # Gries (2008) pp. 407-408: five equal parts, 1 to 5 tokens; D = .764, DP = .2
    found = dispersion.measures([1, 2, 3, 4, 5], [10] * 5).iloc[0]
    assert found["dp"] == pytest.approx(0.2)
    assert found["juilland_d"] == pytest.approx(0.764, abs=5e-4)


def test_a_word_in_one_part_only_is_as_uneven_as_can_be():
    found = dispersion.measures([0, 500, 0, 0], [1000, 1000, 1000, 1000]).iloc[0]
    assert found["dp_norm"] == pytest.approx(1)
    assert found["juilland_d"] == pytest.approx(0)
    assert found["range"] == 1 and found["range_share"] == 0.25


def test_a_word_spread_like_the_corpus_is_even():
    found = dispersion.measures([1, 2, 3], [10, 20, 30]).iloc[0]
    assert found["dp"] == pytest.approx(0)
    assert found["juilland_d"] == pytest.approx(1)


def test_a_word_without_tokens_is_kept_with_a_note():
    found = dispersion.measures(np.array([[1, 0], [2, 0]]), [5, 5])
    assert found["note"].tolist() == ["", "no tokens"]
    assert np.isnan(found.loc[1, "dp"]) and np.isnan(found.loc[1, "carroll_d2"])


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 50)), min_size=2, max_size=12))
def test_sparse_and_dense_give_the_same_and_dp_stays_inside_its_bounds(parts):
    v, s = (np.array(x) for x in zip(*parts, strict=True))
    if v.sum() == 0:
        return
    dense, thin = dispersion.measures(v, s), dispersion.measures(sparse.csc_array(v[:, None]), s)
    np.testing.assert_array_equal(dense.drop(columns="note"), thin.drop(columns="note"))
    share, part = v / v.sum(), s / s.sum()
    np.testing.assert_allclose(dense.loc[0, "dp"], np.abs(share - part).sum() / 2, atol=1e-12)  # the definition
    assert 0 <= dense.loc[0, "dp_norm"] <= 1 + 1e-12


@pytest.mark.parametrize(
    ("v", "s", "said"),
    [([1, 2], [3], "2 parts"), ([1, 2], [3, 0], "no size"), ([1, -2], [3, 4], "negative"), ([1, 0.5], [3, 4], "whole")],
)
def test_bad_parts_are_refused(v, s, said):
    with pytest.raises(ValueError, match=said):
        dispersion.measures(v, s)


def test_one_part_has_no_spread_and_says_so():
    found = dispersion.measures([3], [5]).iloc[0]
    assert np.isnan(found["dp_norm"]) and np.isnan(found["juilland_d"])
    assert found["note"] == "one part only: spread over parts is not defined"
