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
