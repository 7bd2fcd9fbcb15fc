"""Checks on the residuals of a series, each with a line on what to do."""

import numpy as np
import pandas as pd
from scipy import stats

from framing.messages import mark

_ALIKE = (
    mark("neighbouring periods are alike and these errors ignore it: use covariance 'AR1'"),
    mark("neighbouring periods are alike; the errors used here allow for it"),
)
_ALTERNATING = (
    mark("neighbouring periods alternate, high after low, and these errors ignore it: use covariance 'AR1'"),
    mark("neighbouring periods alternate, high after low; the errors used here allow for it"),
)


def of_residuals(residuals: np.ndarray, x: np.ndarray, n_gaps: int, *, robust: bool) -> pd.DataFrame:
    """One row per check: ``check``, ``statistic``, ``p_value``, ``passed``, ``advice``.

    Durbin-Watson, Breusch-Godfrey (order 1), Ljung-Box at one lag and at ten (or a fifth of the series),
    Breusch-Pagan (Koenker's form), and the number of gaps. Residuals stand in the order of time.
    """
    from statsmodels.stats.diagnostic import acorr_ljungbox, het_breuschpagan
    from statsmodels.stats.stattools import durbin_watson

    lags = max(1, min(10, len(residuals) // 5))
    ljung_box = acorr_ljungbox(residuals, lags=range(1, lags + 1)).loc[[1, lags]].to_numpy()
    durbin = durbin_watson(residuals)
    autocorrelated = _ALTERNATING[robust] if durbin > 2 else _ALIKE[robust]
    uneven = mark("the spread changes over time; use robust errors, or model the counts")
    named = {
        mark("autocorrelation at lag 1 (Durbin-Watson)"): ((durbin, np.nan), autocorrelated),
        mark("autocorrelation (Breusch-Godfrey, order 1)"): (_breusch_godfrey(residuals, x), autocorrelated),
        mark("autocorrelation (Ljung-Box, lag 1)"): (ljung_box[0], autocorrelated),
        mark("autocorrelation (Ljung-Box, up to lag 10 or n / 5)"): (ljung_box[1], autocorrelated),
        mark("even spread (Breusch-Pagan)"): (het_breuschpagan(residuals, x)[:2], uneven),
    }
    rows = [(name, *found, advice) for name, (found, advice) in named.items()]
    table = pd.DataFrame(rows, columns=["check", "statistic", "p_value", "advice"])
    table["passed"] = np.where(table["p_value"].isna(), np.abs(table["statistic"] - 2) < 0.5, table["p_value"] >= 0.05)
    table["advice"] = table["advice"].where(~table["passed"], mark("nothing to do"))
    table.loc[len(table)] = {
        "check": mark("absent periods"), "statistic": float(n_gaps), "p_value": np.nan, "passed": n_gaps == 0,
        "advice": mark("gaps are kept as gaps; say why they are there") if n_gaps else "nothing to do",
    }  # fmt: skip
    return table


def _breusch_godfrey(residuals: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    """LM = nR² of the residuals on the regressors and the residual before (0 at the start), and its p.

    As R's ``lmtest::bgtest``. statsmodels' takes its own results only, and centres the residuals of counts.
    """
    both = np.column_stack([x, np.concatenate([[0.0], residuals[:-1]])])
    fitted = both @ np.linalg.lstsq(both, residuals, rcond=None)[0]
    statistic = float(len(residuals) * (fitted @ fitted) / (residuals @ residuals))
    return statistic, float(stats.chi2.sf(statistic, 1))
