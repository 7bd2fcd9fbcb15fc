"""Intervals of means of few, rare or skewed values, of which Student's t knows too little."""

import numpy as np
from scipy import optimize

from framing.claims.common import LEVELS
from framing.models.informing import LEAST_SIDE

_SKEWED, _FEW = 0.15, 8.0
"""Skewness of a mean from which on one end of the t interval is missed by a third more often than it says (.11 times
the skewness is added to 5%, Hall 1992), and the clusters that its variance rests on below which that is not seen."""
_STEP, _NODES = 0.1, 90
"""Of the integral, whose variable is the hyperbolic sine of these: seven digits of p."""
_ROUNDING = 1e-12
Ends = dict[float, tuple[float, float]]


def bounded(ends: Ends, value: np.ndarray, side: np.ndarray, cluster: np.ndarray, span: tuple[float, float]) -> Ends:
    """The intervals of the mean of side 1 less that of side 0 (of side 0 alone: the mean), for few or rare values too.

    Parameters
    ----------
    ends
        By Student's t, at each level.
    value, side, cluster
        Of each row; sides and clusters are numbers from 0.
    span
        Least and greatest that a value can be, where all of a side are alike.

    Returns
    -------
    dict
        ``ends``, or where the mean is skewed or rests on few clusters the wider of these and Gaffke's [1]_: clusters
        have the weights of the Bayesian bootstrap, beside one more that lies where it moves the end furthest. That is
        the furthest of the side, as nobody knows what else there is, or where all are alike the end of ``span``. Of
        0 and 1 it is Clopper and Pearson's. Two sides are joined as in :func:`framing.frames.crosstab`.

    References
    ----------
    .. [1] Learned-Miller, E. & Thomas, P. S. (2020). A new confidence interval for the mean of a bounded random
           variable. arXiv:1905.06208, which turns to Gaffke, N. (2005). *Three test statistics for a nonparametric
           one-sided hypothesis on the mean of a nonnegative variable.* U. Magdeburg.
    """
    sums = [(np.bincount(cluster[one], value[one]), np.bincount(cluster[one])) for one in (side == 1, side == 0)]
    n = max(len(size) for _, size in sums)
    sums = [np.pad(np.array(each, dtype=float), ((0, 0), (0, n - len(each[0])))) for each in sums if each[0].size]
    errors = np.array([_errors(*each) / each[1].sum() for each in sums])
    apart, alike = errors[0] - errors[1:].sum(axis=0), not errors.any()
    spread = apart @ apart
    if alike:
        worth = min(size.sum() ** 2 / (size @ size) for _, size in sums)
        keep = worth < LEAST_SIDE or span[0] == span[1]
    else:
        skewed = abs((apart**3).sum()) > _SKEWED * spread**1.5
        keep = np.isnan(ends[LEVELS[0]][0]) or not (skewed or spread**2 < _FEW * (apart**4).sum())
    if keep:
        return ends
    both = np.sqrt((errors**2).sum(axis=1).prod())
    r = errors[0] @ errors[-1] / both if len(errors) > 1 and both else 0.0
    estimate = float(np.subtract.reduce([total.sum() / size.sum() for total, size in sums]))
    found = {}
    for level in LEVELS:
        (down, up), (below, above) = *(_reach(*each, span, level) for each in sums), *[(0.0, 0.0)][: 2 - len(sums)]
        low, high = (np.sqrt(max(a**2 + b**2 - 2 * r * a * b, 0.0)) for a, b in ((down, above), (up, below)))
        found[level] = (float(np.fmin(estimate - low, ends[level][0])), float(np.fmax(estimate + high, ends[level][1])))
    return found


def _errors(total: np.ndarray, size: np.ndarray) -> np.ndarray:
    """How far each cluster's sum lies from what the mean of all gives it."""
    error = total - total.sum() / size.sum() * size
    return np.where(np.abs(error) > _ROUNDING * np.abs(total).max(), error, 0.0)


def _reach(total: np.ndarray, size: np.ndarray, span: tuple[float, float], level: float) -> tuple[float, float]:
    """How far the mean of a side may lie below the one that is there, and above it."""
    there = size > 0
    total, size = total[there], size[there]
    mean, usual = total.sum() / size.sum(), size @ size / size.sum()
    found = []
    for sign, end in zip((-1, 1), span, strict=True):
        error = sign * _errors(total, size)
        far = error.argmax()
        more = (sign * total[far], size[far]) if error.any() else (sign * end * usual, usual)
        found.append(_end(np.append(sign * total, more[0]), np.append(size, more[1]), sign * mean, (1 - level) / 2))
    return found[0], found[1]


def _end(total: np.ndarray, size: np.ndarray, mean: float, tail: float) -> float:
    """How far above ``mean`` that of weighted clusters lies with probability ``tail``."""
    (total, size), count = np.unique([total, size], axis=1, return_counts=True)
    room = (total / size).max() - mean
    if room <= _ROUNDING * abs(mean):
        return 0.0

    def over(far: float) -> float:
        return float(np.log(max(_above(total - (mean + far) * size, count), 1e-300) / tail))

    return float(optimize.brentq(over, 1e-9 * room, (1 - 1e-9) * room, xtol=1e-7 * room))


def _above(distance: np.ndarray, count: np.ndarray) -> float:
    """Probability that Σ w · ``distance`` is above 0, w the gamma weights of so many clusters: the inverse Laplace
    transform through the saddle point, where the integrand falls fastest and no digits are lost in the tail."""
    left, right = 1 / distance.min(), 1 / distance.max()

    def slope(at: float) -> float:
        return float((count * distance / (1 - distance * at)).sum())

    saddle = optimize.brentq(slope, left * (1 - 1e-9), right * (1 - 1e-9))
    width = 1 / np.sqrt((count * (distance / (1 - distance * saddle)) ** 2).sum())
    at = saddle if abs(saddle) > 0.3 * width else min(0.3 * width, right / 2)  # the integrand has a pole at 0
    step = _STEP * (np.arange(_NODES) + 0.5)
    line = at + 1j * width * np.sinh(step)
    height = np.exp(-count @ np.log(1 - np.outer(distance, line))) / line
    area = float(height.real @ np.cosh(step)) * _STEP * width / np.pi
    return area if at > 0 else 1 + area
