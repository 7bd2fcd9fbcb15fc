"""Inference on arrays that every question shares: corrected p-values, intervals, combined estimates.

Numbers in, numbers out; this room knows no tables.
"""

import numpy as np
from scipy import special, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from framing.errors import refuse_unknown
from framing.messages import mark

METHODS = {"bh": "fdr_bh", "by": "fdr_by", "holm": "holm", "bonferroni": "bonferroni", "hochberg": "simes-hochberg"}


def adjust(p_values, method: str = "bh") -> np.ndarray:
    """Correct p-values for the number of tests.

    Parameters
    ----------
    p_values
        Any shape; a missing value is not a test: it stays missing and is not counted.
    method
        ``bh`` (Benjamini-Hochberg, the toolkit's ``q_value``), ``by``, ``holm``, ``bonferroni`` or ``hochberg``.

    Returns
    -------
    ndarray
        Same shape, in the order given.

    Raises
    ------
    ValueError
        A p-value outside 0 to 1, or an unknown method.
    """
    refuse_unknown(method, METHODS, "correction")
    p = np.asarray(p_values, dtype=float)
    known = ~np.isnan(p)
    if ((p[known] < 0) | (p[known] > 1)).any():
        raise ValueError("a p-value lies outside 0 to 1")
    adjusted = np.full(p.shape, np.nan)
    if known.any():
        adjusted[known] = multipletests(p[known], method=METHODS[method])[1]
    return adjusted


def departure(fitted, gap) -> np.ndarray:
    """``o ln(o / e) − o + e`` of observed counts o = ``fitted`` + ``gap`` and fitted counts e = ``fitted``.

    Twice the sum over the cells of a table is G². Every part is at least 0, an empty cell counts ``fitted``, and no
    digits are lost where o is close to e (series below a hundredth) or a count enormous. A cell fitted as 0 counts 0.
    """
    e, gap = np.broadcast_arrays(np.asarray(fitted, dtype=float), np.asarray(gap, dtype=float))
    by = np.divide(gap, e, out=np.zeros(e.shape), where=e > 0)
    by = np.maximum(by, -1.0)  # an empty cell, but for rounding
    near = np.where(np.abs(by) < 0.01, by, 0.0)
    series = near**2 * np.polynomial.polynomial.polyval(near, [(-1) ** k / ((k + 1) * (k + 2)) for k in range(8)])
    return e * np.where(np.abs(by) < 0.01, series, special.xlog1py(1 + by, by) - by)


NO_VARIATION = mark("no variation to estimate a standard error from: no interval")
ONE_UNIT = mark("informed by one cluster or row alone: no interval")
FEW_INFORM = mark("too few clusters or rows inform it: no interval")
FEW_UNITS = 3
"""Events, clusters or articles that must hold a term before an error is estimated from how they vary."""
TOO_FEW_UNITS = mark("fewer than 3 events, clusters or articles hold the term: no interval")
_ROUNDING = 1e-12  # of its scale: what rounding leaves of a variance that is 0


def informed(variance, scale) -> np.ndarray:
    """Variances, missing where they are 0 after rounding, relative to ``scale`` (the same without cancelling).

    Observations that never vary are missing information about the error, not certainty.
    """
    variance = np.asarray(variance, dtype=float)
    with np.errstate(invalid="ignore"):
        return np.where(variance > _ROUNDING * np.asarray(scale, dtype=float), variance, np.nan)


def delta_error(gradient: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Standard errors √(g'Vg) of each row g of ``gradient`` by the delta method; missing where nothing varies."""
    variance = np.einsum("ip,ip->i", gradient @ covariance, gradient)
    size = np.abs(gradient)
    return np.sqrt(informed(variance, np.einsum("ip,ip->i", size @ np.abs(covariance), size)))


def normal_interval(estimate, std_error, level: float = 0.95, df=np.inf) -> tuple[np.ndarray, np.ndarray]:
    """Wald interval: ``estimate`` ± t(``df``) × ``std_error``; normal where ``df`` is infinite."""
    refuse_level(level)
    half = stats.t.ppf(0.5 + level / 2, df) * np.asarray(std_error, dtype=float)
    return estimate - half, estimate + half


def exact_interval(hits, misses, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Clopper and Pearson's interval of a probability, also for counts that are not whole: what they are worth."""
    x, y = np.broadcast_arrays(np.asarray(hits, dtype=float), np.asarray(misses, dtype=float))
    tail = (1 - level) / 2
    low = np.where(x > 0, special.betaincinv(np.maximum(x, 1e-300), y + 1, tail), 0.0)
    high = np.where(y > 0, special.betaincinv(x + 1, np.maximum(y, 1e-300), 1 - tail), 1.0)
    return low, high


def verdict(estimate: float, low: float, high: float, low_90: float, high_90: float, smallest: float) -> str:
    """What an estimate says of a difference that matters.

    Parameters
    ----------
    estimate, low, high
        The estimate and its 95% interval (simultaneous, where the estimate was chosen among several).
    low_90, high_90
        Its 90% interval: two one-sided tests at 5% each (Schuirmann 1987).
    smallest
        The smallest effect that matters, in the unit of the estimate, above 0.

    Returns
    -------
    str
        ``equivalent``: the 90% interval lies within ± ``smallest``; else ``difference``: the 95% interval excludes 0
        and the estimate is at least ``smallest``; else ``inconclusive``, also where anything is missing.

    Examples
    --------
    >>> verdict(0.8, 0.3, 1.3, 0.4, 1.2, smallest=0.5)
    'difference'
    >>> verdict(0.1, 0.02, 0.18, 0.03, 0.17, smallest=0.5)
    'equivalent'
    """
    if not smallest > 0:
        raise ValueError(f"the smallest effect that matters must be above 0, not {smallest!r}")
    if -smallest < low_90 and high_90 < smallest:
        return "equivalent"
    return "difference" if (low > 0 or high < 0) and abs(estimate) >= smallest else "inconclusive"


def simultaneous(statistic, covariance, df, level: float = 0.95, *, replicates: int = 20_000, seed: int = 0):
    """Inference on several estimates at once, of which one may then be chosen.

    Parameters
    ----------
    statistic, covariance, df
        t of each of m estimates, their m × m covariance (its correlations are used), and the degrees of freedom.

    Returns
    -------
    level, p_value
        The level of each interval at which all m hold at once with probability ``level``; and the p-value of each
        against the largest |t| of all. The smallest is that of the joint test that
        none differs from 0.

    Notes
    -----
    Single-step max-|t| [1]_: the probability integral transforms of m t statistics that share a normal's correlations,
    each with degrees of freedom of its own, by ``replicates`` random numbers of ``seed``.

    References
    ----------
    .. [1] Hothorn, T., Bretz, F. & Westfall, P. (2008). Simultaneous inference in general parametric models.
           *Biometrical Journal* 50, 346-363.
    """
    refuse_level(level)
    rng, size = np.random.default_rng(seed), np.sqrt(np.diag(covariance))
    values, vectors = np.linalg.eigh(covariance / np.outer(size, size))
    normal = rng.standard_normal((replicates, len(size))) @ (vectors * np.sqrt(np.maximum(values, 0))).T
    df = np.minimum(np.broadcast_to(np.asarray(df, dtype=float), size.shape), 1e6)
    shared = rng.random((replicates, 1))  # one spread for all, as if they shared their variance
    t = normal / np.sqrt(stats.chi2.ppf(shared, df) / df)
    least = (2 * stats.t.sf(np.abs(t), df)).min(axis=1)
    own = 2 * stats.t.sf(np.abs(statistic), df)
    p = np.maximum((1 + (least[:, None] <= own).sum(axis=0)) / (replicates + 1), own)
    return 1 - float(np.quantile(least, 1 - level)), p


def wilson_interval(successes, trials, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's score interval of a share (Wilson 1927); missing where there are no trials.

    Raises
    ------
    ValueError
        There are more successes than trials, or fewer than none.
    """
    refuse_level(level)
    x, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    if ((x < 0) | (x > n)).any():
        raise ValueError(f"successes lie between 0 and the trials; there are {successes} of {trials}")
    low, high = proportion_confint(x, np.where(n > 0, n, np.nan), alpha=1 - level, method="wilson")
    return np.where((x == 0) & (n > 0), 0.0, low), np.where((x == n) & (n > 0), 1.0, high)  # exact, without rounding


def rubin(estimates: np.ndarray, variances: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Combine m estimates of the same quantities (Rubin 1987, ch. 3).

    Parameters
    ----------
    estimates, variances
        m × k: one row per draw, refit or imputation; ``variances`` are squared standard errors.

    Returns
    -------
    estimate, std_error, df
        Arrays of length k. ``df`` = (m − 1)(1 + W / ((1 + 1/m) B))², infinite where B is 0.
    """
    m = len(estimates)
    if m < 2:
        raise ValueError("combining needs at least two estimates")
    within, between = np.mean(variances, axis=0), np.var(estimates, axis=0, ddof=1)
    spread = (1 + 1 / m) * between
    with np.errstate(divide="ignore", invalid="ignore"):
        df = np.where(spread > 0, (m - 1) * (1 + within / spread) ** 2, np.inf)
    return np.mean(estimates, axis=0), np.sqrt(within + spread), df


def refuse_level(level: float) -> None:
    """Raise ``ValueError`` where a confidence level is not strictly between 0 and 1."""
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not {level!r}; 0.95 is usual")
