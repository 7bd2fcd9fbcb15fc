"""The wild cluster bootstrap of a fit: p-values with the null imposed, intervals by turning the test round."""

import numpy as np

from framing import models
from framing.prominence.engine import restricted

DRAWS = 1999


def test(fit, index: int, value: float = 0.0, *, seed: int = 0) -> float:
    """p-value of one coefficient being ``value``."""
    codes, n_groups = models.codes_of(fit.columns.groups, fit.n)
    signs = models.wild_weights(n_groups, DRAWS, seed)
    scores, information, bread = restricted(fit, index, value, codes, n_groups)
    inner, turn = fit.fitted.well
    star = models.wild_statistics(scores, information, bread, turn[index], signs)
    error = np.sqrt(turn[index] @ models.clustered(inner.scores, inner.bread, codes, "CR1") @ turn[index])
    observed = (fit.fitted.estimate[index] - value) / error
    return float(np.mean(np.abs(star) >= abs(observed) * (1 - 1e-10)))


def interval(fit, index: int, *, level: float, seed: int = 0) -> tuple[float, float]:
    """The values the test does not reject, found by bisection; infinite where it never rejects."""
    at = fit.fitted.estimate[index]
    size = fit.covariance.std_error[index]
    ends = []
    for side in (-1, 1):
        inside, far = at, at + side * 2 * size
        for _ in range(5):
            if test(fit, index, far, seed=seed) < 1 - level:
                break
            inside, far = far, at + 2 * (far - at)
        else:
            ends.append(side * np.inf)
            continue
        for _ in range(14):  # to a ten-thousandth of the standard error
            middle = (inside + far) / 2
            if test(fit, index, middle, seed=seed) < 1 - level:
                far = middle
            else:
                inside = middle
        ends.append((inside + far) / 2)
    return ends[0], ends[1]
