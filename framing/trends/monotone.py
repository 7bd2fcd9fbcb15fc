"""Is there a trend at all? Rank tests that need no shape."""

import numpy as np
import pandas as pd
from scipy import stats

from framing.errors import refuse_unknown
from framing.inference import refuse_level
from framing.models.autoregression import RHO, carried, correlation, drawn
from framing.trends import refusals
from framing.trends.series import of


def mann_kendall(
    series: pd.Series | pd.DataFrame,
    *,
    value: str = "value",
    time: str = "period",
    correction: str | None = "bootstrap",
    replicates: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> dict:
    """Mann-Kendall test with Sen's slope, corrected for autocorrelation.

    Parameters
    ----------
    series, value, time
        One row per period; see :func:`framing.trends.series.of`. Each group of a table with the column ``group`` is
        tested for itself.
    correction
        ``bootstrap`` (judged by series drawn without a trend that carry over as this one does) or None (periods
        independent of each other: on a series that carries over it finds trends everywhere).
    replicates, seed
        Series drawn, and their seed.
    level
        Confidence level of the slope's interval.

    Returns
    -------
    dict
        Of groups a table with a row per ``group``, and ``note`` where it could not be done.
        ``s``, ``tau`` (Kendall's tau-b), ``z`` (s over its standard deviation; continuity-corrected without
        correction), ``p_value``, ``slope`` (per period), ``conf_low``, ``conf_high``, ``n_effective`` (independent
        periods the series is worth), ``n``.

    Raises
    ------
    TableError
        The series is too short, repeats a period, misses values, is constant or an exact straight line.
    ValueError
        Unknown correction.

    Notes
    -----
    Sieve bootstrap of order 1. The series drawn are AR(1) with the autocorrelation by REML where there is no trend.
    The variance of s is multiplied by that of a least-squares slope under the AR(1) around a line, relative to
    independence; each series has its own. The interval of the slope turns the test round (Gilbert 1987, section 16.4)
    with the quantile of the drawn |z|.

    References
    ----------
    .. [1] Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's tau. *JASA* 63, 1379-1389.
    .. [2] Bühlmann, P. (1997). Sieve bootstrap for time series. *Bernoulli* 3, 123-148.
    """
    refuse_unknown(correction, ("bootstrap", None), "correction")
    refuse_level(level)
    data = of(series, value, time)
    refusals.refuse_line(data)
    y, t, n = data.value, data.step, len(data.value)
    i, j = np.triu_indices(n, 1)
    s = float(np.sign(y[j] - y[i]).sum())
    slopes = np.sort((y[j] - y[i]) / (t[j] - t[i]))
    _, ties = np.unique(y, return_counts=True)
    variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    if correction is None:
        factor, spread = 1.0, np.sqrt(variance)
        z = (s - np.sign(s)) / spread if spread > 0 else 0.0
        p, quantile = float(2 * stats.norm.sf(abs(z))), stats.norm.ppf(0.5 + level / 2)
    else:
        inflation = _inflation(t)
        rho = carried(y[:, None], np.ones((n, 1)), t)[0]
        others = drawn(RHO[rho], t, replicates, np.random.default_rng(seed))
        line = np.column_stack([np.ones(n), t - t.mean()])
        factor = float(inflation[carried(y[:, None], line, t)[0]])
        spread = np.sqrt(variance * factor)
        z = s / spread
        plain = n * (n - 1) * (2 * n + 5) / 18  # drawn series have no ties
        star = np.sort(np.abs(_concordance(others)) / np.sqrt(plain * inflation[carried(others, line, t)]))
        p = float((1 + (star >= abs(z)).sum()) / (1 + replicates))
        quantile = star[min(int(np.ceil(round(level * (1 + replicates), 6))), replicates) - 1]
    m, reach = len(slopes), quantile * spread
    ends = np.clip([np.floor((m - reach) / 2), np.ceil((m + reach) / 2)], 0, m - 1).astype(int)
    return {
        "s": s,
        "tau": float(stats.kendalltau(t, y).statistic) if len(ties) > 1 else 0.0,
        "z": float(z),
        "p_value": p,
        "slope": float(np.median(slopes)),
        "conf_low": float(slopes[ends[0]]),
        "conf_high": float(slopes[ends[1]]),
        "n_effective": min(float(n), n / factor),
        "n": n,
    }


def _inflation(t: np.ndarray) -> np.ndarray:
    """Variance of a least-squares slope under each AR(1) of the grid, relative to independence."""
    c = (t - t.mean()) / np.linalg.norm(t - t.mean())
    return np.array([c @ correlation(rho, t) @ c for rho in RHO])


def _concordance(series: np.ndarray) -> np.ndarray:
    """Pairs that rise minus pairs that fall, for many series at once: n × series."""
    return sum(np.sign(series[lag:] - series[:-lag]).sum(axis=0) for lag in range(1, len(series)))
