"""Dispersion against published toy examples and the definitions worked directly."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from framing import dispersion

# columns of ours → names in tests/external/dispersion.json, block "direct"
DIRECT = {
    "range": "range", "range_share": "range_rel", "dp": "DP", "dp_norm": "DPnorm_lijffijt_gries2012",
    "juilland_d": "juilland_D_relfreq",
}  # fmt: skip


def measured(v, s) -> pd.Series:
    """The measures of one term with ``v`` tokens in parts of ``s``."""
    table, sizes, sums = sparse.csc_array(np.array(v, dtype=float)[:, None]), np.array(s, dtype=float), np.zeros((1, 5))
    dispersion.side_sums(table.indptr, table.indices, table.data, np.ones(len(sizes), bool), sizes, sums)
    return dispersion.from_sums(sums, len(sizes), sizes.min() / sizes.sum()).iloc[0]


def test_every_measure_agrees_with_the_direct_values(external):
    cases = json.loads((external / "dispersion.json").read_text())
    for label, case in cases.items():
        if label == "versions":
            continue
        found = measured(case["v"], case["s"])
        for ours, theirs in DIRECT.items():
            np.testing.assert_allclose(found[ours], case["direct"][theirs], rtol=1e-12, atol=1e-12, err_msg=ours)


def test_the_columns_that_tlda_has_agree_with_it(external):
    # R 4.2.2 with tlda 0.1.0.9000 (versions in the file). Of another definition, and not held: DP_egbert_etal_2020
    # divides by 1 − the smallest share of the parts *with* the term; disp_gries is 1 − disp_conventional, DP in the
    # latter 1 − dp
    cases = json.loads((external / "dispersion.json").read_text())
    assert cases.pop("versions") == {"R": "4.2.2", "tlda": "0.1.0.9000"}
    for label, case in cases.items():
        found, theirs = measured(case["v"], case["s"]), case["tlda"]
        np.testing.assert_allclose(found["dp"], theirs["DP_gries_2008"], atol=1e-12, err_msg=label)
        np.testing.assert_allclose(found["dp_norm"], theirs["DP_lijffit_gries_2012"], atol=1e-12, err_msg=label)
        np.testing.assert_allclose(found["dp"], theirs["disp_gries"]["DP"], atol=1e-12, err_msg=label)
        for name, column in {"range_share": "Rrel", "juilland_d": "D"}.items():
            np.testing.assert_allclose(found[name], theirs["disp_conventional"][column], atol=1e-12, err_msg=label)
            np.testing.assert_allclose(1 - found[name], theirs["disp_gries"][column], atol=1e-12, err_msg=label)


@pytest.mark.parametrize(("n", "size", "parts"), [(3, 7, 5), (1, 3, 11), (4_000_001, 30_000_007, 49)])
def test_a_word_of_one_rate_is_even_to_the_last_digits(n, size, parts):
    # by the definitions: no spread at all
    found = measured([n] * parts, [size] * parts)
    np.testing.assert_allclose(found["juilland_d"], 1.0, rtol=1e-13)
    np.testing.assert_allclose(found["dp"], 0, atol=1e-13)


def test_dp_of_gries_toy_word():
    # Gries (2008) pp. 407-408: five equal parts, 1 to 5 tokens; D = .764, DP = .2
    found = measured([1, 2, 3, 4, 5], [10] * 5)
    assert found["dp"] == pytest.approx(0.2)
    assert found["juilland_d"] == pytest.approx(0.764, abs=5e-4)


def test_a_word_in_one_part_only_is_as_uneven_as_can_be():
    found = measured([0, 500, 0, 0], [1000, 1000, 1000, 1000])
    assert found["dp_norm"] == pytest.approx(1)
    assert found["juilland_d"] == pytest.approx(0)
    assert found["range"] == 1 and found["range_share"] == 0.25


def test_a_word_spread_like_the_corpus_is_even():
    found = measured([1, 2, 3], [10, 20, 30])
    assert found["dp"] == pytest.approx(0)
    assert found["juilland_d"] == pytest.approx(1)


def test_a_word_without_tokens_has_no_dispersion():
    assert measured([0, 0], [5, 5])[["dp", "dp_norm"]].isna().all()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 50)), min_size=2, max_size=12))
def test_dp_is_that_of_its_definition_and_stays_inside_its_bounds(parts):
    v, s = (np.array(x) for x in zip(*parts, strict=True))
    if v.sum() == 0:
        return
    found = measured(v, s)
    np.testing.assert_allclose(found["dp"], np.abs(v / v.sum() - s / s.sum()).sum() / 2, atol=1e-12)  # the definition
    assert 0 <= found["dp_norm"] <= 1 + 1e-12


def test_one_part_has_no_spread():
    assert measured([3], [5])[["dp_norm", "juilland_d"]].isna().all()
