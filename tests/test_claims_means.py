"""Means of few, rare or skewed values: intervals by scipy's binomial, its t, and weights drawn here."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from framing import claims
from framing import study as studies
from framing.claims import judging
from framing.claims.common import LEVELS
from framing.claims.means import bounded

CLAIM = {"id": "a", "sentence": "x", "matters": 0.1}
NONE = dict.fromkeys(LEVELS, (np.inf, -np.inf))
"""Ends that every interval is wider than."""


def alone(value, ends=NONE, span=(0.0, 1.0)):
    value = np.asarray(value, dtype=float)
    return bounded(ends, value, np.zeros(len(value), dtype=int), np.arange(len(value)), span)


def verdict(rows, **more) -> pd.Series:
    return claims.judge([CLAIM | more], studies.open(pd.DataFrame(rows)), sensitivity=False).verdicts.iloc[0]


@pytest.mark.parametrize(("k", "n"), [(0, 30), (30, 30), (1, 30), (29, 30), (1, 60), (2, 5), (20, 1000)])
def test_the_interval_of_0_and_1_is_that_of_clopper_and_pearson(k, n):
    found = alone(np.arange(n) < k)
    for level in LEVELS:
        exact = stats.binomtest(k, n).proportion_ci(level)
        np.testing.assert_allclose(found[level], [exact.low, exact.high], atol=1e-6)


@pytest.mark.parametrize("value", [stats.expon.ppf((np.arange(12) + 0.5) / 12), [0.0, 0.2, 1.0], [0, 0, 0, 3, 5.5]])
def test_the_interval_is_that_of_weighted_values_and_the_furthest_once_more(value):
    value, weight = np.asarray(value, dtype=float), np.random.default_rng(0).exponential(size=(400_000, len(value) + 1))
    found = alone(value)
    for tail, end in ((0.05, value.min()), (0.95, value.max())):
        drawn = weight @ np.append(value, end) / weight.sum(axis=1)
        near = np.quantile(drawn, [tail - 0.002, tail + 0.002])  # six times the error of so many draws
        assert near[0] < found[0.9][int(tail > 0.5)] < near[1]


def test_one_cluster_of_several_rows_counts_once_and_sides_change_signs():
    rng = np.random.default_rng(1)
    value, side, cluster = rng.exponential(size=24) ** 2, np.arange(24) % 2, np.arange(24) // 3
    twice = [np.repeat(each, 5) for each in (value, side, cluster)]
    found, again, turned = (bounded(NONE, *each, (0, 9)) for each in
                            ((value, side, cluster), twice, (value, 1 - side, cluster)))  # fmt: skip
    np.testing.assert_allclose(found[0.9], again[0.9], rtol=1e-6)
    np.testing.assert_allclose(found[0.9], -np.array(turned[0.9])[::-1], rtol=1e-6)


def test_many_values_without_a_skew_keep_the_interval_of_t():
    value = stats.norm.ppf((np.arange(40) + 0.5) / 40)
    ends = {level: tuple(stats.ttest_1samp(value, 0).confidence_interval(level)) for level in LEVELS}
    assert alone(value, ends) == ends
    nothing = dict.fromkeys(LEVELS, (np.nan, np.nan))
    assert alone([1.0] * 30, nothing, (1.0, 1.0)) == nothing  # nobody knows what else there could be
    assert alone([1.0] * 2, nothing) == nothing


@pytest.mark.parametrize(
    ("n", "k", "same", "more"),
    [(30, 0, "supported", "contradicted"), (30, 1, "inconclusive", "inconclusive"),
     (60, 1, "supported", "contradicted"), (30, 29, "contradicted", "supported"),
     (30, 30, "contradicted", "supported")],
)  # fmt: skip
def test_verdicts_on_rare_values_are_those_of_the_binomial(n, k, same, more):
    """Of n issues x alone is on page 1 in k; of n articles a side k have a tone of 1."""
    day = [f"no. {i}" for i in range(n)]  # issues whose date is not known: no month of theirs differs
    first = np.arange(n) < k
    pages = pd.concat([pd.DataFrame({"issue_date": day, "outlet": "A", "leader": "x", "page": np.where(first, 1, 3)}),
                       pd.DataFrame({"issue_date": day, "outlet": "A", "leader": "y", "page": 3})])  # fmt: skip
    tones = pd.DataFrame({"outlet": ["A"] * n + ["B"] * n, "tone": [*first.astype(int), *[0] * n]})
    within = {"by": "leader", "target": "x", "reference": "y", "within": "issue_date"}
    asked = [(pages, {"measure": "front page", **within}, 1.0), (pages, {"measure": "page", **within}, -2.0)]
    asked += [(tones, {"measure": "tone", "column": "tone", "target": "A", "reference": "B"}, 1.0)] if k else []
    exact = np.array(stats.binomtest(k, n).proportion_ci(0.9))
    for rows, one, unit in asked:
        turned = "less" if unit < 0 else "more"
        for direction, right in (("same", same), (turned, more)):
            row = verdict(rows, **one, direction=direction, matters=0.1 * abs(unit))
            assert row["verdict"] == right
            high = row["high"] if unit > 0 else row["low"]
            if k < n and k <= n / 2:
                assert high == pytest.approx(exact[1] * unit, abs=1e-5)
        if 2 * k <= n and k:  # interpolated between the levels, in normal scores
            assert row["p_contradicted"] == pytest.approx(stats.binom.cdf(k, n, 0.1), rel=0.15)


@pytest.mark.parametrize("df", [3, 9, 29, 1000])
def test_p_beyond_the_last_level_is_never_below_that_of_t(df):
    low, high = (np.array([sign * stats.t.isf((1 - level) / 2, df) for level in LEVELS]) for sign in (-1, 1))
    for edge in (-stats.t.isf(p, df) for p in (1e-4, 1e-6, 1e-8)):
        assert stats.t.cdf(edge, df) < judging._at_most(edge, 0.0, low, high) < 1e-3
        assert judging._at_least(-edge, 0.0, low, high) == judging._at_most(edge, 0.0, low, high)
        assert judging._at_most(-edge, 0.0, low, high) == pytest.approx(1 - judging._at_most(edge, 0.0, low, high))


def test_an_edge_that_no_level_reaches_is_excluded_as_far_as_the_levels_go():
    ends = np.zeros(4), np.array([0.1, 0.12, 0.15, 0.2])
    assert judging._at_most(-0.1, 0.0, *ends) == 0  # the ends at all levels are 0
    one = np.array([-1.0, *[-np.inf] * 3]), np.array([1.0, *[np.inf] * 3])
    assert judging._at_most(-5.0, 0.0, *one) == pytest.approx(0.05)
