"""Checks on the residuals of a series, each with a line on what to do."""

import numpy as np
import pandas as pd
from scipy import stats

from framing.wording import mark


def of_residuals(residuals: np.ndarray, x: np.ndarray, n_gaps: int, *, robust: bool) -> pd.DataFrame:
    """One row a check: ``check``, ``statistic``, ``p_value``, ``passed``, ``advice``.

    Durbin-Watson, Breusch-Godfrey (order 1), Ljung-Box at one lag and at ten (or a fifth of the series),
    Breusch-Pagan (Koenker's form), and the number of gaps. Residuals stand in the order of time.
    """
    n = len(residuals)
    lags = max(1, min(10, n // 5))
    autocorrelated = (
        mark("neighbouring periods are alike; the errors used here allow for it")
        if robust
        else mark("neighbouring periods are alike and these errors ignore it: use covariance 'NW' or 'AR1'")
    )
    uneven = mark("the spread changes over time; use robust errors, or model the counts")
    named = {
        mark("autocorrelation at lag 1 (Durbin-Watson)"): ((durbin_watson(residuals), np.nan), autocorrelated),
        mark("autocorrelation (Breusch-Godfrey, order 1)"): (breusch_godfrey(residuals, x, 1), autocorrelated),
        mark("autocorrelation (Ljung-Box, lag 1)"): (ljung_box(residuals, 1), autocorrelated),
        mark("autocorrelation (Ljung-Box, up to lag 10 or n / 5)"): (ljung_box(residuals, lags), autocorrelated),
        mark("even spread (Breusch-Pagan)"): (breusch_pagan(residuals, x), uneven),
    }
    rows = [(name, *found, advice) for name, (found, advice) in named.items()]
    table = pd.DataFrame(rows, columns=["check", "statistic", "p_value", "advice"])
    table["passed"] = np.where(table["p_value"].isna(), np.abs(table["statistic"] - 2) < 0.5, table["p_value"] >= 0.05)
    table["advice"] = table["advice"].where(~table["passed"], mark("nothing to do"))
    kept = mark("gaps are kept as gaps; say why they are there")
    gaps = pd.DataFrame(
        {
            "check": [mark("absent periods")],
            "statistic": [float(n_gaps)],
            "p_value": [np.nan],
            "passed": [n_gaps == 0],
            "advice": ["nothing to do" if n_gaps == 0 else kept],
        }
    )
    return pd.concat([table, gaps], ignore_index=True)


def durbin_watson(residuals: np.ndarray) -> float:
    """Σ(eₜ − eₜ₋₁)² / Σe²: 2 without autocorrelation, towards 0 where neighbours are alike."""
    return float((np.diff(residuals) ** 2).sum() / (residuals**2).sum())


def ljung_box(residuals: np.ndarray, lags: int) -> tuple[float, float]:
    """Q of Ljung & Box (1978) over the first ``lags`` autocorrelations, and its chi-square p."""
    n, e = len(residuals), residuals - residuals.mean()
    r = np.array([e[j:] @ e[:-j] for j in range(1, lags + 1)]) / (e @ e)
    q = float(n * (n + 2) * (r**2 / (n - np.arange(1, lags + 1))).sum())
    return q, float(stats.chi2.sf(q, lags))


def breusch_godfrey(residuals: np.ndarray, x: np.ndarray, order: int) -> tuple[float, float]:
    """LM = nR² of the residuals on the regressors and their own lags (zeros before the start), and its p."""
    n = len(residuals)
    lagged = np.column_stack([np.concatenate([np.zeros(j), residuals[:-j]]) for j in range(1, order + 1)])
    return _lm(residuals, np.column_stack([x, lagged]), n, order)


def breusch_pagan(residuals: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    """Koenker's (1981) studentised form: nR² of the squared residuals on the regressors, and its p."""
    squared = residuals**2
    return _lm(squared - squared.mean(), x, len(residuals), x.shape[1] - 1)


def _lm(y: np.ndarray, x: np.ndarray, n: int, df: int) -> tuple[float, float]:
    fitted = x @ np.linalg.lstsq(x, y, rcond=None)[0]
    statistic = float(n * (fitted @ fitted) / (y @ y)) if y @ y > 0 else 0.0
    return statistic, float(stats.chi2.sf(statistic, df))
