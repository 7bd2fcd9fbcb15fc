"""Counts that somebody made: the ratio of two rates, the rank of a year, and what silence says."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize, special, stats

from framing.errors import TableError
from framing.inference import exact_interval, refuse_level
from framing.messages import mark
from framing.records import Record
from framing.tables import refuse_absent

DISPERSIONS = np.arange(1, 5.01, 0.5)
_MOST = 1000.0


@dataclass(frozen=True)
class Ratio(Record):
    """The ratio of two counted rates.

    Attributes
    ----------
    curve
        One row per dispersion φ (variance over mean), from 1 to 5 and the one used: ``dispersion``, ``estimate``,
        ``conf_low``, ``conf_high`` (scaled exact), ``wald_low``, ``wald_high`` (of the logarithm, times √φ),
        ``p_value`` (two-sided, of equal rates) and ``used``.
    estimate, low, high
        The ratio, and its interval at the dispersion used.
    dispersion, estimated
        The dispersion used, and whether the counts of several periods gave it.
    stops
        The dispersion at which the interval begins to hold ``smallest`` or its inverse, whichever the ratio lies
        beyond: from there on the claim no longer stands. Below 1 where it holds it in any case, infinite where no
        dispersion up to 1,000 takes the claim away.
    """

    curve: pd.DataFrame
    estimate: float
    low: float
    high: float
    dispersion: float
    estimated: bool
    stops: float


def ratio(
    n: ArrayLike,
    other: ArrayLike,
    exposure: float = 1.0,
    other_exposure: float = 1.0,
    *,
    dispersion: float | None = None,
    smallest: float = 1.0,
    level: float = 0.95,
) -> Ratio:
    """The ratio of two counted rates, and how it depends on the dispersion of the counts.

    Parameters
    ----------
    n, other
        Two counts, each of one unit only; or the counts of the same periods in order, of which three and more give the
        dispersion.
    exposure, other_exposure
        What each was counted in: days, articles, issues.
    dispersion
        Variance over mean, 1 (independent events) or more. Without it that of the periods, of which it takes three;
        of fewer 1.
    smallest
        The smallest ratio that matters, at least 1; see ``stops``.
    level
        Confidence level.

    Returns
    -------
    Ratio
        Infinite or 0 where one count is 0, with one end of the interval open.

    Raises
    ------
    ValueError
        A negative count, no count at all, an exposure that is not above 0, a dispersion or smallest ratio below 1,
        periods of different number.

    Notes
    -----
    Given their sum, the first of two Poisson counts is binomial: Clopper and Pearson's interval of its probability,
    turned into a ratio, is exact [1]_. With dispersion φ both counts are divided by φ first. φ of periods is Pearson's
    χ² of the two-row table over its degrees of freedom, so that bursts that both share cost nothing, times
    (t / normal quantile)² for how few periods there are.

    References
    ----------
    .. [1] Przyborowski, J. & Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson series.
           *Biometrika* 31, 313-323.

    Examples
    --------
    >>> found = ratio(52, 28, 126, 126)
    >>> [round(end, 2) for end in (found.low, found.estimate, found.high)]
    [1.15, 1.86, 3.05]
    >>> round(found.stops, 1)
    1.6
    """
    refuse_level(level)
    a, b = (np.atleast_1d(_numbers(each)) for each in (n, other))
    if not (np.isfinite(a).all() and np.isfinite(b).all() and (a >= 0).all() and (b >= 0).all() and a.sum() + b.sum()):
        raise ValueError(f"counts are numbers from 0, not both 0; these are {n!r} and {other!r}")
    if not (0 < exposure < np.inf and 0 < other_exposure < np.inf):
        raise ValueError(f"what is counted in must be above 0; it is {exposure!r} and {other_exposure!r}")
    if not (dispersion is None or 1 <= dispersion < np.inf) or not 1 <= smallest < np.inf:
        raise ValueError(f"a dispersion and a smallest ratio are at least 1; they are {dispersion!r} and {smallest!r}")
    if len(a) != len(b):
        raise ValueError(f"the counts are of {len(a)} and {len(b)} periods; give the same periods, or two sums")
    estimated = dispersion is None and len(a) > 2
    phi = of_periods(a, b)((1 - level) / 2) if estimated else float(dispersion or 1.0)
    x, y, scale = a.sum(), b.sum(), other_exposure / exposure
    points = np.unique(np.append(DISPERSIONS, phi))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        estimate = float(x / y * scale)
        half = stats.norm.ppf(0.5 + level / 2) * np.sqrt(points * (1 / x + 1 / y))
        wald = (np.exp(np.log(estimate) + sign * half) if x * y else np.full(len(points), np.nan) for sign in (-1, 1))
        low, high = (end * scale for end in interval(x / points, y / points, level))
    at = exposure / (exposure + other_exposure)
    p = np.minimum(2 * np.minimum(tail_of(x / points, y / points, at), tail_of(y / points, x / points, 1 - at)), 1)
    wald_low, wald_high = wald
    curve = pd.DataFrame(
        {"dispersion": points, "estimate": estimate, "conf_low": low, "conf_high": high, "wald_low": wald_low,
         "wald_high": wald_high, "p_value": p, "used": points == phi}
    )  # fmt: skip
    used = int(np.flatnonzero(points == phi)[0])
    beyond = (y, x, smallest * scale) if estimate < 1 else (x, y, smallest / scale)
    return Ratio(curve, estimate, float(low[used]), float(high[used]), phi, estimated, _stops(*beyond, level))


def _numbers(values: ArrayLike) -> np.ndarray:
    """Counts as numbers; text is none, whatever it spells."""
    if any(isinstance(each, str) for each in np.ravel(np.asarray(values, dtype=object))):
        raise ValueError(f"counts are numbers, not text: {values!r}")
    return np.asarray(values, dtype=float)


def interval(x, y, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Ends of x : y by Clopper and Pearson, for counts that need not be whole; those of y : x are their inverse."""
    with np.errstate(divide="ignore", over="ignore"):
        odds = [low / (1 - low) for low in (exact_interval(*pair, level)[0] for pair in ((x, y), (y, x)))]
        return odds[0], 1 / odds[1]


def tail_of(x, y, share: float) -> np.ndarray:
    """Probability of x or more of x + y where each is of the first kind with probability ``share``."""
    return np.where(x > 0, special.betainc(np.maximum(x, 1e-300), y + 1, share), 1.0)


def of_periods(a: np.ndarray, b: np.ndarray) -> Callable[[float], float]:
    """Dispersion of two series of counts of the same periods, at each tail."""
    kept = a + b > 0
    m, df = (a + b)[kept], max(int(kept.sum()) - 1, 1)
    p = a.sum() / m.sum()
    spread = (m * p * (1 - p)).sum() and float((((a[kept] - m * p) ** 2) / (m * p * (1 - p))).sum() / df)
    return widened(spread, df)


def widened(spread: float, df: float) -> Callable[[float], float]:
    """Tail → a dispersion, at least 1, times (t / normal quantile)² for how few degrees of freedom it has."""

    def at(tail: float) -> float:
        tail = min(tail, 1 - tail, 0.5 - 1e-6)  # in the middle both quantiles are 0
        return max(1.0, spread) * float((stats.t.isf(tail, df) / stats.norm.isf(tail)) ** 2)

    return at


def _stops(x: float, y: float, least: float, level: float) -> float:
    """The dispersion at which the lower end of x : y comes down to ``least``."""

    def above(phi: float) -> float:
        return float(interval(x / phi, y / phi, level)[0]) - least

    if above(1.0) <= 0:
        return 0.0
    return float(optimize.brentq(above, 1.0, _MOST)) if above(_MOST) < 0 else np.inf


def ranks(
    counted: pd.DataFrame,
    *,
    n: str = "n",
    exposure: str = "n_days",
    name: str = "period",
    dispersion: float = 1.0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Which year is highest, second, …, and which other places chance leaves open.

    Parameters
    ----------
    counted
        One row per period (or leader, outlet), all in one unit.
    n, exposure, name
        Columns of the counts, of what each was counted in, and of what is ranked.
    dispersion
        Variance over mean of a count, 1 or more; see :func:`ratio`.
    level
        Confidence level.

    Returns
    -------
    DataFrame
        One row per period, highest rate first: ``name``, ``n``, ``exposure``, ``rate``, ``rank``, ``rank_low``,
        ``rank_high`` (places that its comparisons with all others leave open, together at ``level``), and ``note``.

    Raises
    ------
    TableError
        A column is absent, a period stands twice, or a count is missing: a rank among years needs every year.

    Notes
    -----
    The lowest place is 1 and the number of periods whose rate is higher by the exact test of two rates, corrected for
    the number of others by Bonferroni; the highest leaves out those whose rate is lower [1]_.

    References
    ----------
    .. [1] Mogstad, M., Romano, J. P., Shaikh, A. M. & Wilhelm, D. (2024). Inference for ranks with applications to
           mobility across neighbourhoods and academic achievement across countries. *Review of Economic Studies* 91,
           476-518.

    Examples
    --------
    >>> years = pd.DataFrame({"period": [2016, 2017, 2018], "n": [8, 17, 137], "n_days": [366, 365, 365]})
    >>> ranks(years)[["name", "rank", "rank_low", "rank_high"]].values.tolist()
    [[2018, 1, 1, 1], [2017, 2, 2, 3], [2016, 3, 2, 3]]
    """
    refuse_level(level)
    refuse_absent(counted, (n, exposure, name), "the table of counts")
    if counted[name].duplicated().any() or counted[[n, exposure]].isna().any(axis=None):
        raise TableError("a rank needs one count and one exposure of every period, each period once")
    x, days = (_numbers(counted[each]) for each in (n, exposure))
    if not ((x >= 0) & (x < np.inf) & (days > 0) & (days < np.inf)).all() or not 1 <= dispersion < np.inf:
        raise ValueError("counts are not negative, exposures above 0, both finite, and the dispersion at least 1")
    rate, k, scaled = x / days, len(x), x / dispersion
    at = days[:, None] / (days[:, None] + days[None, :])
    higher = tail_of(scaled[:, None], scaled[None, :], at) <= (1 - level) / 2 / max(k - 1, 1)  # row above column
    np.fill_diagonal(higher, False)
    found = pd.DataFrame(
        {"name": counted[name].to_numpy(), "n": counted[n].to_numpy(), "exposure": days, "rate": rate,
         "rank": stats.rankdata(-rate, method="min").astype(int), "rank_low": 1 + higher.sum(axis=0),
         "rank_high": k - higher.sum(axis=1), "note": mark("one period only: no rank") if k < 2 else ""}
    )  # fmt: skip
    return found.sort_values("rate", ascending=False, kind="stable", ignore_index=True)


def silence(rate: ArrayLike, exposure: ArrayLike, *, dispersion: float = 1.0, detection: float = 1.0) -> np.ndarray:
    """The probability that nothing is found in a window although nothing changed.

    Parameters
    ----------
    rate, exposure
        The usual number of mentions per day (issue, article), and the days of the window.
    dispersion
        Variance over mean of the number in such a window, 1 or more.
    detection
        Probability that the source finds a mention that is there, 0 to 1. Where it is not known, silence of the source
        says nothing about the paper.

    Returns
    -------
    ndarray
        In the shape of ``rate`` × ``exposure``. A large probability: the silence is what one would see anyway.

    Raises
    ------
    ValueError
        A rate or exposure below 0, a dispersion below 1, a detection probability outside 0 to 1.

    Notes
    -----
    Mentions are negative binomial with variance φμ (Poisson where φ is 1), each found with probability d: those found
    have mean dμ and variance 1 + d(φ − 1) times that, and P(0) = φ'^(−dμ / (φ' − 1)) with φ' = 1 + d(φ − 1).

    Examples
    --------
    >>> float(silence(2 / 365, 365).round(3)), float(silence(2 / 365, 365, detection=0.5).round(3))
    (0.135, 0.368)
    """
    rate, exposure = np.asarray(rate, dtype=float), np.asarray(exposure, dtype=float)
    if not ((rate >= 0).all() and (exposure >= 0).all() and 1 <= dispersion < np.inf and 0 <= detection <= 1):
        raise ValueError("a rate and exposure are at least 0, a dispersion at least 1, a detection between 0 and 1")
    mean, extra = rate * exposure * detection, detection * (dispersion - 1)
    return np.exp(-mean * (np.log1p(extra) / extra if extra > 1e-9 else 1.0))
