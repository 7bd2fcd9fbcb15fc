"""Who is first: the cross-correlation of two outlets' series, with intervals."""

import numpy as np
import pandas as pd

from framing.errors import TableError
from framing.inference import refuse_level
from framing.messages import Message
from framing.trends import refusals
from framing.trends.series import of


def lead_lag(
    first: pd.Series,
    second: pd.Series,
    *,
    max_lag: int = 6,
    replicates: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Correlate one outlet's series with another's at each lead and lag.

    Parameters
    ----------
    first, second
        Two series over the same calendar; only periods that both have are used. Of a table with the column ``group``
        alone the first two groups are taken, or with ``against`` the first one and a column of the monthly Jiji polls
        that come with the front-page study (a rise of news before a rise of opinion, or after it).
    max_lag
        Largest shift in periods, either way.
    replicates
        Samples of the circular block bootstrap; the pairs at a lag are resampled together.

    Returns
    -------
    DataFrame
        One row per lag from −``max_lag`` to ``max_lag``: ``lag`` (positive: ``first`` leads, its values go with
        those of ``second`` so many periods later), ``estimate`` (correlation), ``conf_low``, ``conf_high``,
        ``n`` (periods with all their neighbours), and ``peak`` (the largest absolute correlation).
        ``attrs["lead"]`` has the lag of the peak and
        the interval of that lag over the bootstrap samples: where it covers 0, nobody can be said to lead. Of groups
        this table, the two names, and how to read it; where it cannot be done (one group, gaps) the table is empty and
        the sentence says why.

    Raises
    ------
    TableError
        Fewer than 20 common periods, a gap in them, or a series that is constant or an exact straight line.
    ValueError
        ``max_lag`` below 1 or too large for the series.

    Notes
    -----
    A line and then an AR(1) are taken out of each series first: two series that both drift, or that both carry over
    from day to day, correlate at every lag without either leading.
    """
    refuse_level(level)
    both = pd.DataFrame({"a": first, "b": second}).dropna()
    if len(both) < 20:
        raise TableError(Message("the two series share {n} periods; 20 is the least", {"n": len(both)}))
    if not 1 <= max_lag <= len(both) // 4:
        raise ValueError(
            Message(
                "max_lag must lie between 1 and {most}, a quarter of the series, not {max_lag}",
                {"most": len(both) // 4, "max_lag": max_lag},
            )
        )
    a, b = of(both["a"]), of(both["b"])
    if a.n_gaps:
        raise TableError(
            Message(
                "the common periods have {n} gaps; choose a coarser period or the longest whole stretch",
                {"n": a.n_gaps},
            )
        )
    if any(refusals.is_exact(refusals.off_a_line(one.value, one.step), one.value) for one in (a, b)):
        raise TableError(Message("one of the two series is constant or a straight line"))
    pair = np.stack([_innovations(one.value, one.step) for one in (a, b)], axis=1)
    lags = np.arange(-max_lag, max_lag + 1)
    shifted = _shifted(pair, max_lag)
    estimate = _correlations(shifted[None])[0]
    length = min(max(map(_block_length, pair.T)), len(shifted) // 2)
    again = _resampled(len(shifted), length, replicates, np.random.default_rng(seed))
    samples = _correlations(shifted[again])  # a row keeps its lags together, so no lead is torn apart
    tail = (1 - level) / 2
    low, high = np.quantile(samples, [tail, 1 - tail], axis=0)
    peak = int(np.argmax(np.abs(estimate)))
    found = pd.DataFrame(
        {
            "lag": lags,
            "estimate": estimate,
            "conf_low": low,
            "conf_high": high,
            "n": len(shifted),
            "peak": lags == lags[peak],
        }
    )
    peaks = lags[np.argmax(np.abs(samples), axis=1)]
    ends = np.quantile(peaks, [tail, 1 - tail], method="nearest")
    found.attrs["lead"] = {"lag": int(lags[peak]), "conf_low": int(ends[0]), "conf_high": int(ends[1])}
    return found


def _innovations(y: np.ndarray, step: np.ndarray) -> np.ndarray:
    x = np.column_stack([np.ones(len(y)), step])
    e = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    rho = (e[1:] @ e[:-1]) / (e[:-1] @ e[:-1])
    return np.concatenate([e[:1] * np.sqrt(max(1 - rho**2, 0)), e[1:] - rho * e[:-1]])


def _shifted(pair: np.ndarray, max_lag: int) -> np.ndarray:
    """One row per period that has all its neighbours: ``first`` then ``second`` at every lag."""
    n = len(pair)
    windows = np.lib.stride_tricks.sliding_window_view(pair[:, 1], 2 * max_lag + 1)
    return np.column_stack([pair[max_lag : n - max_lag, 0], windows])


def _correlations(rows: np.ndarray) -> np.ndarray:
    """Correlation of the first column with each other one, for each of many samples (samples × rows × columns)."""
    e = rows - rows.mean(axis=1, keepdims=True)
    cross = np.einsum("sr,srl->sl", e[:, :, 0], e[:, :, 1:])
    return cross / np.sqrt((e[:, :, :1] ** 2).sum(axis=1) * (e[:, :, 1:] ** 2).sum(axis=1))


def _block_length(residuals: np.ndarray) -> int:
    """Politis & White's rule for an AR(1): n^(1/3) (2ρ² / (1 − ρ²)²)^(1/3), at least 1 and at most n / 4."""
    n, e = len(residuals), residuals - residuals.mean()
    rho = float(np.clip((e[1:] @ e[:-1]) / (e @ e), 0, 0.95)) if e @ e > 0 else 0.0
    return int(np.clip(np.ceil((2 * rho**2 / (1 - rho**2) ** 2 * n) ** (1 / 3)), 1, max(1, n // 4)))


def _resampled(n: int, length: int, replicates: int, rng) -> np.ndarray:
    """Row numbers of a circular block bootstrap, one row per replicate."""
    starts = rng.integers(0, n, (replicates, -(-n // length)))
    return ((starts[:, :, None] + np.arange(length)) % n).reshape(replicates, -1)[:, :n]
