"""Numbers of :mod:`framing.inference` against statsmodels."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from framing import inference


@pytest.mark.parametrize("n", [1, 3, 6, 57, 1_000])
def test_wilson_is_that_of_statsmodels_and_ends_at_0_and_1_exactly(n):
    x = np.array([0, n // 2, n])
    low, high = inference.wilson_interval(x, n)
    np.testing.assert_allclose([low, high], proportion_confint(x, n, method="wilson"), rtol=1e-12, atol=1e-15)
    assert low[0] == 0 and high[-1] == 1  # a table showed 5.6e-17


def test_more_successes_than_trials_are_refused():
    with pytest.raises(ValueError, match="between 0 and the trials"):
        inference.wilson_interval(5, 3)


@pytest.mark.parametrize(
    ("estimate", "wide", "narrow", "expected"),
    [
        (0.8, (0.3, 1.3), (0.4, 1.2), "difference"),
        (0.1, (0.02, 0.18), (0.03, 0.17), "equivalent"),  # differs from 0, and by less than matters
        (0.4, (0.1, 0.7), (0.15, 0.65), "inconclusive"),  # differs from 0, and may be less than matters
        (-0.8, (-1.3, -0.3), (-1.2, -0.4), "difference"),
        (0.0, (-2.0, 2.0), (-1.7, 1.7), "inconclusive"),
        (0.8, (np.nan, np.nan), (np.nan, np.nan), "inconclusive"),
    ],
)
def test_a_verdict_needs_an_interval_and_an_effect_that_matters(estimate, wide, narrow, expected):
    assert inference.verdict(estimate, *wide, *narrow, smallest=0.5) == expected
