"""What lasts longer than a story or a day: by how much months and weeks that differ widen the interval of a claim."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype
from scipy import stats

from framing import dates

Clustered = tuple[float, dict[float, tuple[float, float]], int]
"""A number, its interval at each level, and the clusters that it rests on."""
_PERIODS, _YEARS = ((("month", 2), ("week", 5)), (("year", 5),)), ((("year", 2),),)
"""Periods, and the degrees of freedom from which on they show how they vary: weeks where months are too few, and years
beside them; years alone where the months of most articles of a side are not known."""
_KNOWN, _BESIDE = 0.5, 1.5
_MOST_ALIKE, _FEW, _ROUNDING = 0.9, 10, 1e-9
_MONTHS, _SAME = 12, 0.2  # a side that hardly varies shows no season


def lasting(rows: pd.DataFrame, found: Clustered, cluster: np.ndarray, *, ratio: bool = False) -> Clustered:
    """The interval that holds for other months (weeks) too, if these differ more than their articles explain.

    Parameters
    ----------
    rows
        ``date``, ``_side`` (1 or ``target``, else the other), ``_value`` and, if values are counted in something,
        ``_size``. Rows whose date does not tell their period tell nothing of it.
    found
        The difference of the sides' means (with one side its mean), and its interval by ``cluster``.
    ratio
        Whether the difference is of logarithms to the base of 2.

    Returns
    -------
    tuple
        ``found``, or the wider interval of months, or of weeks where months are too few. To the variance by cluster
        that of periods is added, as in a one-way random-effects model: by the method of moments [1]_ from the periods
        of both sides together, as one month against many tells nothing of how months vary; in units of p(1 − p) for
        shares, and of the rate for ratios. A season that both times hold whole is taken out first; where it weighs more
        in one, as a month has more of the articles there, the interval holds the difference without it too. Where both
        sides have the same periods it is the variance of their difference by period. What is left is multiplied by what
        neighbouring periods have in common, and by t for how few periods there are. Of six years and more that of years
        is tried as well.

    References
    ----------
    .. [1] Searle, S. R., Casella, G. & McCulloch, C. E. (1992). *Variance components*. Wiley, §3.6.
    """
    months, every = dates.periods(rows, "month"), [found]
    known = months.notna().groupby(rows["_side"].to_numpy()).mean().min() > _KNOWN
    for periods in _PERIODS if known else _YEARS:
        for name, least in periods:
            period = months if name == "month" else dates.periods(rows, name)
            dated = period.notna().to_numpy()
            if dated.any():
                first, codes = np.unique(period[dated].dt.start_time, return_inverse=True)
                season = pd.DatetimeIndex(first).month.to_numpy()
                wide = _wider(rows[dated], found, cluster[dated], codes, season, ratio, least)
                if wide is not None:  # else there are too few
                    beside = name == "year" and len(every) > 1  # by chance alone few years differ more than that
                    every += [wide] if not beside or width(wide) > _BESIDE * max(map(width, every)) else []
                    break
    return max(every, key=width)


def width(found: Clustered) -> float:
    low, high = next(iter(found[1].values()))
    return float(np.nan_to_num(high - low, nan=-1.0))


def _wider(
    rows: pd.DataFrame, found: Clustered, cluster: np.ndarray, period: np.ndarray, season: np.ndarray,
    ratio: bool, least: int,
) -> Clustered | None:  # fmt: skip
    value, shares = rows["_value"].to_numpy(dtype=float), is_bool_dtype(rows["_value"])
    size = rows["_size"].to_numpy(dtype=float) if ratio else np.ones(len(rows))
    target = rows["_side"].isin([1, "target"]).to_numpy()
    sides = [target, ~target] if 0 < target.sum() < len(target) else [np.ones(len(rows), bool)]
    n, of, error, unit = [], [], np.zeros(len(rows)), []  # by side: size and error of each period; unit of what varies
    for one in sides:
        whole, total = size[one].sum(), value[one].sum()
        mean = total / whole
        scale = 1 / (max(total, 0.5) / whole * np.log(2)) if ratio else 1.0  # of a logarithm
        error[one] = (value[one] - mean * size[one]) * scale
        unit.append(mean * (1 - mean) if shares else 1.0)
        n.append(np.bincount(period[one], size[one], period.max() + 1))
        of.append(np.bincount(period[one], error[one], period.max() + 1))
    if len(sides) > 1 and ((n[0] > 0) & (n[1] > 0)).sum() <= 1:
        variance = [_by(error[one], cluster[one]) for one in sides]
        (extra, usual, df, n_df), of_season = _of_times(n, of, np.array(unit), variance, season)
    else:
        signed = np.where(target, 1, -1) * error / np.where(target, n[0].sum(), n[-1].sum())
        (extra, usual, df, n_df), of_season = _of_both(n, of, _by(signed, cluster)), 0.0
    if n_df < least:
        return None
    more = extra > _ROUNDING * usual
    if not more and not of_season:
        return found
    estimate, ends = found[0], {}
    lowest, most = (0.0 if len(sides) < 2 else -1.0, 1.0) if shares else (-np.inf, np.inf)
    for level, (low, high) in found[1].items():
        z = stats.norm.ppf((1 + level) / 2)
        t = stats.t.ppf((1 + level) / 2, df) if more else z
        apart = np.array([estimate - low, high - estimate])
        own = np.maximum(apart / (z * np.sqrt(usual)), 1.0) if usual else np.ones(2)  # as wide by few clusters
        down, up = np.sqrt(apart**2 + (own * z) ** 2 * extra * more) * np.maximum(t / z / own, 1.0)
        low, high = estimate - down - max(of_season, 0.0), estimate + up - min(of_season, 0.0)
        ends[level] = float(max(low, lowest)), float(min(high, most))
    return estimate, ends, int(sum((each > 0).sum() for each in n))


def _by(error: np.ndarray, cluster: np.ndarray) -> float:
    """The variance of a sum of errors by cluster."""
    sums = np.bincount(np.unique(cluster, return_inverse=True)[1], error)
    return float((sums**2).sum() * len(sums) / max(len(sums) - 1, 1))


Added = tuple[float, float, float, int]
"""What periods add to a variance, the variance, the degrees of freedom of both, and those of the periods if all were of
one size and not alike."""


def _of_times(n: list, of: list, unit: np.ndarray, variance: list, season: np.ndarray) -> tuple[Added, float]:
    """What periods add to the variance of a difference of two times, and what of the difference is a season's.

    A season that both times hold whole is the same in both, in its unit, and is taken out first.
    """
    there = [each > 0 for each in n]
    seasons = [season[own] for own in there]
    size, error = (np.concatenate([each[own] for each, own in zip(both, there, strict=True)]) for both in (n, of))
    side = np.repeat([0, 1], [own.sum() for own in there])
    terms, root, of_season = np.eye(2)[side], np.sqrt(size), 0.0
    if len(set(seasons[0]) & set(seasons[1])) == _MONTHS and unit.min() > _SAME * unit.max():
        terms = np.hstack([terms, unit[side, None] * np.eye(_MONTHS)[np.concatenate(seasons) - 1]])
        year = np.linalg.lstsq(terms * root[:, None], error / root)[0][2:]
        parts = [np.bincount(own - 1, sizes[here], _MONTHS) for own, sizes, here in zip(seasons, n, there, strict=True)]
        mine, other = (k * (part / part.sum()) @ (year - year.mean()) for k, part in zip(unit, parts, strict=True))
        of_season = float(mine - other)
    basis, spread, _ = np.linalg.svd(terms * root[:, None], full_matrices=False)
    basis = basis[:, spread > _ROUNDING * spread.max()]
    own = 1 - (basis**2).sum(axis=1)  # part of a period's error that sides and seasons do not take
    left = error / root - basis @ (basis.T @ (error / root))
    whole = np.array([each.sum() for each in n])
    by_articles = float((np.array(variance) / whole)[side] @ own)
    usual = float((np.array(variance) / whole**2).sum())
    weight = unit[side] ** 2 * size * own
    if weight.sum() <= 0 or not left.any():
        return (0.0, usual, 1.0, len(left) - 1), of_season
    between = max(float(left @ left) - by_articles, 0.0) / weight.sum()
    left = [left[side == k] for k in (0, 1)]
    times, n_df, r = persistence(left)
    extra = 0.0
    for k, (w, v) in enumerate(zip(whole, variance, strict=True)):
        more = between * unit[k] ** 2 * float((n[k] ** 2).sum()) / w**2
        extra += more + (v / w**2 + more) * (_sum(r, len(left[k])) - 1)
    df = weight.sum() ** 2 / (weight**2).sum() - basis.shape[1]
    return (extra if between else 0.0, usual, fewer_df(max(df, 1.0), times), n_df), of_season


def _of_both(n: list, of: list, variance: float) -> Added:
    """The same of two sides of one time, whose periods may have something in common, or of one side alone."""
    parts = [size / size.sum() for size in n]
    each = [error / size.sum() / np.sqrt(np.maximum(1 - part, 1e-9))
            for error, size, part in zip(of, n, parts, strict=True)]  # fmt: skip
    apart = each[0] - sum(each[1:], np.zeros(len(each[0])))
    weight = sum(part**2 for part in parts)
    apart, weight = apart[weight > 0], weight[weight > 0]
    between = max(float((apart**2).sum()) - variance, 0.0)
    times, n_df, r = persistence([apart])
    extra = between + (variance + between) * (_sum(r, len(apart)) - 1)
    df = weight.sum() ** 2 / (weight**2).sum() - 1
    return extra if between else 0.0, variance, fewer_df(max(df, 1.0), times), n_df


def _sum(r: float, n: int) -> float:
    """How many times as much a sum of ``n`` periods varies as if neighbours were not alike."""
    k = np.arange(1, n)
    return float(1 + 2 * ((1 - k / n) * r**k).sum())


def persistence(left: Sequence[np.ndarray]) -> tuple[float, int, float]:
    """How many times as much long sums vary as their periods do alone, (1 + r) / (1 − r); the degrees of freedom; r.

    ``left`` is what is left of the periods of each side around its mean. r is the correlation of neighbours, pooled
    over the sides and corrected for their means (Marriott & Pope 1954), at least 0. Of fewer than ten degrees of
    freedom it counts beyond its standard error only: of more a test would often miss it.
    """
    df = sum(len(each) - 1 for each in left)
    own = sum(float((each**2).sum()) for each in left)
    neighbours = sum(float((each[1:] * each[:-1]).sum()) for each in left) / (own or 1.0)
    more = len(left) / max(df, 1)
    r = min(max(neighbours * (1 + more) + more / (1 + more), 0.0), _MOST_ALIKE) if own else 0.0
    r = r if df >= _FEW or r > max(df, 1) ** -0.5 else 0.0
    return (1 + r) / (1 - r), df, r


def fewer_df(df: float, times: float) -> float:
    """The degrees of freedom of a variance of periods whose sum varies ``times`` as much: as many fewer, 2 at least."""
    return max(df / times, min(df, 2))
