"""Is there a trend at all? Rank tests that need no shape."""

import numpy as np
import pandas as pd
from scipy import stats

from framing.inference import refuse_level
from framing.trends import refusals
from framing.trends.series import of


def mann_kendall(
    series: pd.Series | pd.DataFrame,
    *,
    value: str = "value",
    time: str = "period",
    correction: str = "hamed-rao",
    level: float = 0.95,
) -> dict:
    """Mann-Kendall test with Sen's slope, corrected for autocorrelation.

    Parameters
    ----------
    series, value, time
        One row a period; see :func:`framing.trends.series.of`.
    correction
        ``hamed-rao`` (variance inflated by the autocorrelations of the ranks of the detrended series [1]_, from
        lag 1 up to the first that does not differ from 0: those at long lags are noise and would cancel the
        correction) or ``none``.
    level
        Confidence level of the slope's interval (from the corrected variance).

    Returns
    -------
    dict
        ``s``, ``tau`` (Kendall's tau-b), ``z`` (continuity-corrected), ``p_value``, ``slope`` (a period),
        ``conf_low``, ``conf_high``, ``n_effective`` (periods the series is worth), ``n``.

    Raises
    ------
    TableError
        The series is too short, repeats a period, misses values, is constant or an exact straight line.
    ValueError
        Unknown correction.

    References
    ----------
    .. [1] Hamed, K. H. & Rao, A. R. (1998). A modified Mann-Kendall trend test for autocorrelated data.
           *J. Hydrology* 204, 182-196.
    .. [2] Sen, P. K. (1968). *JASA* 63, 1379-1389; interval by Gilbert (1987), section 16.4.
    """
    if correction not in ("hamed-rao", "none"):
        raise ValueError(f"no correction {correction!r}; there are 'hamed-rao' and 'none'")
    refuse_level(level)
    data = of(series, value, time)
    refusals.refuse_line(data)
    y, t, n = data.value, data.step, len(data.value)
    i, j = np.triu_indices(n, 1)
    s = float(np.sign(y[j] - y[i]).sum())
    slopes = np.sort((y[j] - y[i]) / (t[j] - t[i]))
    slope = float(np.median(slopes))
    _, ties = np.unique(y, return_counts=True)
    variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    factor = _inflation(stats.rankdata(y - slope * t), level) if correction == "hamed-rao" else 1.0
    spread = np.sqrt(variance * factor)
    z = (s - np.sign(s)) / spread if spread > 0 else 0.0
    reach = stats.norm.ppf(0.5 + level / 2) * spread
    m = len(slopes)
    ends = np.clip([np.floor((m - reach) / 2), np.ceil((m + reach) / 2)], 0, m - 1).astype(int)
    return {
        "s": s,
        "tau": float(stats.kendalltau(t, y).statistic) if len(ties) > 1 else 0.0,
        "z": float(z),
        "p_value": float(2 * stats.norm.sf(abs(z))),
        "slope": slope,
        "conf_low": float(slopes[ends[0]]),
        "conf_high": float(slopes[ends[1]]),
        "n_effective": n / factor,
        "n": n,
    }


def _inflation(ranks: np.ndarray, level: float) -> float:
    """n / n* of Hamed & Rao, over the first run of autocorrelations above 0; never below 1."""
    n, e = len(ranks), ranks - ranks.mean()
    if e @ e == 0:
        return 1.0
    lags = np.arange(1, n)
    r = np.array([e[k:] @ e[:-k] for k in lags]) / (e @ e)
    alike = r > stats.norm.ppf(0.5 + level / 2) / np.sqrt(n)
    r = np.where(np.logical_and.accumulate(alike), r, 0.0)
    weights = (n - lags) * (n - lags - 1) * (n - lags - 2)
    return float(1 + 2 / (n * (n - 1) * (n - 2)) * (weights * r).sum())
