"""Unknown breaks: how many, when, how sure, and whether at all."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from framing.errors import TableError, refuse_unknown
from framing.inference import refuse_level
from framing.messages import Message
from framing.models.autoregression import RHO, carried, drawn, whitened
from framing.records import Record
from framing.trends import refusals
from framing.trends.series import Series, of

MODELS = ("mean", "line")
EXACT = 1_500
"""Periods up to which all segmentations are compared; longer series go to ruptures, means only."""
_BLOCK = 2_000_000  # floats held at once in the replicates


@dataclass(frozen=True)
class Breaks(Record):
    """Breaks found in a series.

    Attributes
    ----------
    breaks
        One row per break, in order of time: ``period`` (the first after it), ``t``, ``conf_low`` and
        ``conf_high`` (periods between which it lies), ``before`` and ``after`` (mean of the value on the two
        sides up to the next break), ``change``, ``f`` (least-squares F of this break between its neighbours) and
        ``p_value`` (of a break between those neighbours). No row where the overall test finds no break, but for
        ``n_breaks`` given, and then ``p_value`` is missing.
    choice
        One row per number of breaks: ``n_breaks``, ``rss``, ``bic`` (smallest is chosen), ``chosen``.
    overall
        ``sup_f`` (least squares), ``period`` and ``p_value``: is there any break at all? Report this one first.
    fitted
        One row per period: ``period``, ``observed``, ``fitted``, ``segment`` (from 0).
    """

    breaks: pd.DataFrame
    choice: pd.DataFrame
    overall: dict | pd.DataFrame
    fitted: pd.DataFrame
    info: dict = field(default_factory=dict)


def breaks(
    series: pd.Series | pd.DataFrame,
    *,
    value: str = "value",
    time: str = "period",
    model: str = "mean",
    n_breaks: int | None = None,
    max_breaks: int = 5,
    trim: float = 0.15,
    replicates: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> Breaks:
    """Find the dates at which a series changed, and say how sure one can be.

    Parameters
    ----------
    series, value, time
        One row per period; see :func:`framing.trends.series.of`. Each group of a table with the column ``group`` is
        searched for itself.
    model
        What may change at a break: ``mean``, or ``line`` (level and slope).
    n_breaks
        Their number; when not given, none unless the overall test finds a break (p ≤ 1 − ``level``), and then by BIC up
        to ``max_breaks``.
    trim
        Smallest segment as a share of the series (Andrews 1993 uses 0.15).
    replicates, seed
        Series drawn for p and for the interval of each date, and their seed.

    Returns
    -------
    Breaks
        Of groups each table has the column ``group``, and ``overall`` is one, with ``note`` where it could not be done.

    Raises
    ------
    TableError
        The series is too short for the trimming, constant, an exact straight line, or exactly its own breaks: without
        variation around them nothing can be tested.
    ValueError
        Unknown model, or more breaks than fit.

    Notes
    -----
    Least-squares segmentation by dynamic programming over all segmentations (Bai & Perron 2003), with
    BIC as in R's *strucchange*; beyond 1,500 periods by ruptures' kernel method (``mean`` only). p: sieve bootstrap of
    order 1 [3]_, which the search for the date is part of. Every series, this one and those drawn, has its AR(1)
    estimated by REML around its largest break and taken out, and then the largest F over all dates; the series drawn
    are AR(1) with the autocorrelation by REML where there is no break. Noise that is half white and half an AR(1) of
    0.9 makes the test claim a break in four series of ten. Interval of a date: each break is found again between its
    neighbours in series of the fit and AR(1) noise (Bai 1997 refines break by break in the same way). A date with a
    wide interval is not a date.

    References
    ----------
    .. [1] Bai, J. & Perron, P. (2003). Computation and analysis of multiple structural change models.
           *J. Applied Econometrics* 18, 1-22.
    .. [2] Zeileis, A. et al. (2003). Testing and dating of structural changes in practice. *CSDA* 44, 109-123.
    .. [3] Bühlmann, P. (1997). Sieve bootstrap for time series. *Bernoulli* 3, 123-148.
    """
    refuse_unknown(model, MODELS, "model")
    refuse_level(level)
    data = of(series, value, time)
    n, p = len(data.value), 1 if model == "mean" else 2
    shortest = max(int(np.floor(trim * n)), p + 1)
    room = n // shortest - 1
    if room < 1 or (n_breaks or 0) > room:
        raise TableError(
            Message(
                "{n} periods with segments of at least {shortest} leave room for {room} breaks, not {asked}; lower "
                "trim (now {trim}) or take a longer series",
                {"n": n, "shortest": shortest, "room": max(room, 0), "asked": n_breaks or 1, "trim": trim},
            )
        )
    y = data.value - data.value.mean()
    if refusals.is_exact(y, data.value):
        raise TableError(Message("{value} is constant: there is nothing to find", {"value": repr(value)}))
    refusals.refuse_line(data)
    x = np.column_stack([np.ones(n), data.step - data.step.mean()])[:, :p]
    most = min(max(max_breaks, n_breaks or 0), room)
    partitions, rss = _partitions(x, y, shortest, most)
    exact = [m for m, cuts in enumerate(partitions) if refusals.is_exact(y - _fit(x, y, cuts)[0], data.value)]
    if exact:
        raise TableError(
            Message(
                "{n} breaks leave no variation around the levels: there is nothing to test them by", {"n": exact[0]}
            )
        )
    bic = n * (np.log(rss / n) + 1 + np.log(2 * np.pi)) + np.log(n) * ((p + 1) * (np.arange(most + 1) + 1))
    rng = np.random.default_rng(seed)
    f, at = _largest_f(x, y[None], shortest)
    holds = _p_value(x, y, data.step, shortest, replicates, rng)
    overall = {"sup_f": float(f[0]), "period": data.label[int(at[0])], "p_value": holds}
    found = holds <= 1 - level
    chosen = n_breaks if n_breaks is not None else int(np.argmin(bic)) if found else 0
    if found and n_breaks is None:
        chosen = max(chosen, 1)
    cuts = partitions[chosen]
    fitted, segment = _fit(x, y, cuts)
    choice = pd.DataFrame(
        {"n_breaks": range(most + 1), "rss": rss, "bic": bic, "chosen": np.arange(most + 1) == chosen}
    )
    table = _table(data, x, y, cuts, fitted, shortest, replicates, rng, level)
    if not found:
        table["p_value"] = np.nan
    shown = pd.DataFrame(
        {
            "period": data.label,
            "t": data.step,
            "observed": data.value,
            "fitted": fitted + data.value.mean(),
            "segment": segment,
        }
    )
    info = {"model": model, "shortest": shortest, "replicates": replicates, "seed": seed}
    return Breaks(table, choice, overall, shown, info)


def _partitions(x, y, shortest: int, most: int) -> tuple[list[list[int]], np.ndarray]:
    """Best cuts for 0 … ``most`` breaks, and their residual sums of squares."""
    if len(y) > EXACT:
        return _partitions_by_ruptures(x, y, shortest, most)
    cost = _costs(x, y, shortest)
    n = len(y)
    best = cost[0, 1:].copy()  # best[j]: cost of y[: j + 1] with the segments so far
    whole, back = [best[-1]], []
    for _ in range(most):
        total = np.full((n, n), np.inf)
        total[1:] = best[:-1, None] + cost[1:n, 1:]  # the last segment starts at row i
        back.append(np.argmin(total, axis=0))
        best = np.min(total, axis=0)
        whole.append(best[-1])
    partitions = []
    for m in range(most + 1):
        cuts, end = [], n - 1
        for level in range(m - 1, -1, -1):
            start = int(back[level][end])
            cuts.append(start)
            end = start - 1
        partitions.append(cuts[::-1])
    return partitions, np.array(whole)


def _costs(x, y, shortest: int) -> np.ndarray:
    """``cost[i, j]``: residual sum of squares of y[i:j]; infinite where shorter than ``shortest``."""
    n, p = x.shape
    moments = np.column_stack(
        [x[:, [a]] * x[:, [b]] for a in range(p) for b in range(a, p)] + [x * y[:, None], y[:, None] ** 2]
    )
    sums = np.concatenate([np.zeros((1, moments.shape[1])), np.cumsum(moments, axis=0)])
    cost = np.full((n + 1, n + 1), np.inf)
    i, j = np.triu_indices(n + 1, shortest)
    cost[i, j] = _rss(sums[j] - sums[i], p)
    return cost


def _rss(moments: np.ndarray, p: int) -> np.ndarray:
    """Residual sum of squares from Σxx, Σxy, Σyy for one or two regressors."""
    if p == 1:
        n, xy, yy = moments.T
        return np.maximum(yy - xy**2 / n, 0)
    n, sx, sxx, sy, sxy, yy = moments.T
    within = sxx - sx**2 / n
    return np.maximum(yy - sy**2 / n - (sxy - sx * sy / n) ** 2 / within, 0)


def _partitions_by_ruptures(x, y, shortest: int, most: int):
    import ruptures

    if x.shape[1] > 1:
        raise TableError(
            f"model 'line' compares all segmentations and takes at most {EXACT} periods; use coarser periods"
        )
    search = ruptures.KernelCPD(kernel="linear", min_size=shortest).fit(y[:, None])
    partitions = [[]] + [search.predict(n_bkps=m)[:-1] for m in range(1, most + 1)]
    return partitions, np.array([((y - _fit(x, y, cuts)[0]) ** 2).sum() for cuts in partitions])


def _fit(x, y, cuts) -> tuple[np.ndarray, np.ndarray]:
    """Fitted values and segment numbers."""
    segment = np.searchsorted(np.asarray(cuts, dtype=int), np.arange(len(y)), side="right")
    fitted = np.empty_like(y)
    for number in range(len(cuts) + 1):  # a handful of segments
        rows = segment == number
        fitted[rows] = x[rows] @ np.linalg.lstsq(x[rows], y[rows], rcond=None)[0]
    return fitted, segment


def _largest_f(x, samples: np.ndarray, shortest: int) -> tuple[np.ndarray, np.ndarray]:
    """Largest F over all single cuts, and the cut, for each of many series (rows) over the same x."""
    n, p = x.shape
    cuts = np.arange(shortest, n - shortest + 1)
    rows = max(1, _BLOCK // (n * (2 * p + 1)))
    found_f, found_at = np.empty(len(samples)), np.empty(len(samples), dtype=int)
    xx = np.concatenate([np.zeros((1, p, p)), np.cumsum(x[:, :, None] * x[:, None, :], axis=0)])
    left, right, whole = (np.linalg.inv(xx[cuts]), np.linalg.inv(xx[-1] - xx[cuts]), np.linalg.inv(xx[-1]))
    for first in range(0, len(samples), rows):  # blocks of replicates, to bound memory
        y = samples[first : first + rows]
        xy = np.cumsum(y[:, :, None] * x, axis=1)
        a, total = xy[:, cuts - 1], xy[:, -1]
        b = total[:, None] - a
        explained = np.einsum("rci,cij,rcj->rc", a, left, a) + np.einsum("rci,cij,rcj->rc", b, right, b)
        yy = (y**2).sum(axis=1)
        rss0 = yy - np.einsum("ri,ij,rj->r", total, whole, total)
        rss1 = np.maximum(yy[:, None] - explained, 1e-300)
        # strucchange's F: (RSS0 - RSS1) / (RSS1 / (n - 2p)), not divided by p
        f = (rss0[:, None] - rss1) / (rss1 / (n - 2 * p))
        found_at[first : first + rows] = cuts[np.argmax(f, axis=1)]
        found_f[first : first + rows] = f.max(axis=1)
    return found_f, found_at


def _largest_serial_f(x, y: np.ndarray, step, shortest: int) -> np.ndarray:
    """Largest F over all single cuts after each series' AR(1) is taken out, for many series (n × series)."""
    n, p = x.shape
    cuts, row = np.arange(shortest, n - shortest + 1), np.arange(n)
    best, rho = _largest_f(x, y.T, shortest)[1], np.empty(y.shape[1], dtype=int)
    for cut in np.unique(best):  # the autocorrelation around the break that the series would have
        here = best == cut
        rho[here] = carried(y[:, here], np.column_stack([x, x * (row >= cut)[:, None]]), step)
    jumps = (x[:, None] * (row[:, None] >= cuts)[:, :, None]).reshape(n, -1)
    found = np.empty(y.shape[1])
    for number in np.unique(rho):
        here = rho == number
        q = np.linalg.qr(whitened(x, RHO[number], step))[0]
        z, d = (whitened(part, RHO[number], step) for part in (y[:, here], jumps))
        z, d = z - q @ (q.T @ z), d - q @ (q.T @ d)
        basis = np.linalg.qr(d.reshape(n, len(cuts), p).transpose(1, 0, 2))[0]
        explained = ((basis.transpose(0, 2, 1).reshape(-1, n) @ z).reshape(len(cuts), p, -1) ** 2).sum(axis=1)
        rss0 = (z**2).sum(axis=0)
        found[here] = (explained / np.maximum(rss0 - explained, 1e-300) * (n - 2 * p)).max(axis=0)
    return found


def _p_value(x, y: np.ndarray, step, shortest: int, replicates: int, rng) -> float:
    """Whether there is any break: sieve bootstrap of the largest F."""
    rho = RHO[carried(y[:, None], x, step)[0]]
    f = _largest_serial_f(x, np.column_stack([y, drawn(rho, step, replicates, rng)]), step, shortest)
    return float((1 + (f[1:] >= f[0]).sum()) / (1 + replicates))


def _table(data: Series, x, y, cuts, fitted, shortest, replicates, rng, level) -> pd.DataFrame:
    rows, edges = [], [0, *cuts, len(y)]
    left = y - fitted
    within = np.column_stack([x * ((np.arange(len(y)) >= a) & (np.arange(len(y)) < b))[:, None]
                              for a, b in zip(edges[:-1], edges[1:], strict=True)])  # fmt: skip
    rho = RHO[carried(left[:, None], within, data.step)[0]]
    size = np.sqrt((left @ left) / (len(y) - within.shape[1]))
    for before, cut, after in zip(edges[:-2], cuts, edges[2:], strict=True):  # a handful of breaks
        here = slice(before, after)
        small = min(shortest, cut - before, after - cut)
        again = fitted[here, None] + size * drawn(rho, data.step[here], replicates, rng)
        low, high = np.quantile(_largest_f(x[here], again.T, x.shape[1] + 1)[1], [(1 - level) / 2, (1 + level) / 2])
        rows.append(
            {
                "period": data.label[cut],
                "t": data.step[cut],
                "conf_low": data.label[before + int(np.floor(low))],
                "conf_high": data.label[before + int(np.ceil(high))],
                "before": data.value[before:cut].mean(),
                "after": data.value[cut:after].mean(),
                "change": data.value[cut:after].mean() - data.value[before:cut].mean(),
                "f": _largest_f(x[here], y[None, here], small)[0][0],
                "p_value": _p_value(x[here], y[here], data.step[here], small, replicates, rng),
            }
        )
    columns = ["period", "t", "conf_low", "conf_high", "before", "after", "change", "f", "p_value"]
    return pd.DataFrame(rows, columns=columns)
