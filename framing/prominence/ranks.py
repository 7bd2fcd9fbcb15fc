"""Rank tests within occasions, exact where that can be counted out, for tables too small for a model."""

from math import comb, prod

import numpy as np
import pandas as pd
from scipy import stats

from framing.errors import TableError
from framing.messages import mark
from framing.tables import refuse_absent, takes_tables

_EXACT = 200_000  # arrangements counted out; more are drawn
_BLOCK = 2_000_000


@takes_tables("data", labels=True)
def permutation(
    data: pd.DataFrame,
    outcome: str,
    by: str,
    *,
    strata: str | None = None,
    cluster: str | None = None,
    alternative: str = "two-sided",
    replicates: int = 9_999,
    seed: int = 0,
) -> pd.DataFrame:
    """Whether two groups are placed alike, comparing only within strata (the same occasion).

    Parameters
    ----------
    data
        One row per message; rows without outcome are left out and counted.
    outcome, by, strata
        Columns: the page (any number; 1 is the front), the two groups, the occasion. The first group in sorted order is
        ``a``. Strata with one group only say nothing and are counted.
    cluster
        Column of rows that belong together (``issue_date``): whole clusters exchange their group, which is then one in
        each cluster and stratum. It is the test where a group stands in too few days for an interval.
    alternative
        ``two-sided``, ``less`` (``a`` on earlier pages) or ``greater``.
    replicates, seed
        Random arrangements where there are more than 200,000.

    Returns
    -------
    DataFrame
        One row: ``group_a``, ``group_b``, ``n_a``, ``n_b`` (rows used), ``n_strata``, ``n_strata_unused``,
        ``n_missing``,
        ``mean_a``, ``mean_b`` (pages), ``w`` (Mann-Whitney's W of ``a``, added over strata, ties half), ``statistic``
        (W centred), ``p_value``, ``method`` (``exact``, or ``drawn``), ``n_arrangements`` (counted or drawn), ``note``.

    Raises
    ------
    TableError
        A column is absent, there are not two groups, or a cluster holds both in a stratum.

    Notes
    -----
    Van Elteren's sum of Wilcoxon statistics with equal weights, its null distribution from all (or random) exchanges of
    the group labels (of rows, or of whole clusters) within strata. Two-sided p: arrangements at least as far from the
    centre. A drawn p is (hits + 1) / (replicates + 1).
    """
    used, n_missing = _used(data, [outcome, by, *([cluster] if cluster else [])], strata)
    names = sorted(used[by].unique(), key=str)
    if len(names) != 2:
        raise TableError(f"a comparison needs two values of {by!r}, there are {len(names)}: {names}")
    if alternative not in ("two-sided", "less", "greater"):
        raise TableError(f"alternative is two-sided, less or greater, not {alternative!r}")
    is_a = (used[by] == names[0]).to_numpy()
    y = used[outcome].to_numpy(dtype=float)
    block = pd.factorize(used[strata])[0] if strata else np.zeros(len(used), dtype=int)
    members = [np.flatnonzero(block == s) for s in range(block.max(initial=-1) + 1)]
    informative = [m for m in members if 0 < is_a[m].sum() < len(m)]
    row = {"group_a": names[0], "group_b": names[1], "n_strata": len(informative)}
    row |= {"n_strata_unused": len(members) - len(informative), "n_missing": n_missing}
    if not informative:
        return pd.DataFrame([row | {"p_value": np.nan, "method": "", "note": mark("no stratum holds both groups")}])
    inside = np.concatenate(informative)
    row |= {"n_a": int(is_a[inside].sum()), "n_b": int((~is_a[inside]).sum())}
    row |= {"mean_a": y[inside][is_a[inside]].mean(), "mean_b": y[inside][~is_a[inside]].mean()}
    ranks = [stats.rankdata(y[m]) - (len(m) + 1) / 2 for m in informative]  # centred
    observed = sum(r[is_a[m]].sum() for r, m in zip(ranks, informative, strict=True))
    least = sum(-k * (len(m) - k) / 2 for k, m in ((is_a[m].sum(), m) for m in informative))
    units = [pd.factorize(used[cluster].iloc[m])[0] if cluster else np.arange(len(m)) for m in informative]
    scores = [np.bincount(u, r) for u, r in zip(units, ranks, strict=True)]
    of_a = [np.bincount(u, is_a[m]) / np.bincount(u) for u, m in zip(units, informative, strict=True)]
    if any(((share > 0) & (share < 1)).any() for share in of_a):
        raise TableError(f"a cluster of {cluster!r} holds both groups; leave cluster out, or take it as strata")
    n_a = [int(share.sum()) for share in of_a]
    arrangements = prod(comb(len(r), k) for r, k in zip(scores, n_a, strict=True))
    if arrangements <= _EXACT:
        values, weight = _exact(scores, n_a)
        method, extra = mark("exact"), 0
    else:
        values, weight = _drawn(scores, n_a, replicates, np.random.default_rng(seed)), np.ones(replicates)
        arrangements, method, extra = replicates, mark("drawn"), 1
    tolerance = 1e-9
    far = {
        "two-sided": np.abs(values) >= abs(observed) - tolerance,
        "less": values <= observed + tolerance,
        "greater": values >= observed - tolerance,
    }[alternative]
    p = (weight[far].sum() + extra) / (weight.sum() + extra)
    note = mark("every arrangement gives the same ranks") if np.ptp(y[inside]) == 0 else ""
    row |= {"w": observed - least, "statistic": observed, "p_value": float(p), "method": method}
    row |= {"n_arrangements": int(arrangements), "note": note}
    return pd.DataFrame([row])


@takes_tables("data", labels=True)
def trend(data: pd.DataFrame, outcome: str, by: str, *, replicates: int = 9_999, seed: int = 0) -> pd.DataFrame:
    """Jonckheere-Terpstra test that pages drift with an ordered column (a year, a period).

    Parameters
    ----------
    data, outcome, by
        Table and columns; ``by`` is a number or an ordered categorical. Rows without either are left out and counted.

    Returns
    -------
    DataFrame
        One row: ``n``, ``n_missing``, ``n_groups``, ``statistic`` (J, ties half), ``z`` (variance with ties in both;
        equal to
        Kendall's), ``p_value`` (normal, two-sided), ``p_value_permutation``, ``tau_b``, ``note``. z above 0: later
        pages later.

    References
    ----------
    .. [1] Jonckheere, A. R. (1954). A distribution-free k-sample test against ordered alternatives. *Biometrika* 41,
           133-145.
    .. [2] Kendall, M. G. (1970). *Rank Correlation Methods*, 4th ed., ch. 4.
    """
    used, n_missing = _used(data, [outcome, by], None)
    y, ordered = used[outcome].to_numpy(dtype=float), used[by]
    if isinstance(ordered.dtype, pd.CategoricalDtype):
        if not ordered.cat.ordered:
            raise TableError(f"the levels of {by!r} have no order")
        g = ordered.cat.codes.to_numpy()
    elif pd.api.types.is_numeric_dtype(ordered.dtype):
        g = stats.rankdata(ordered, method="dense").astype(int)
    else:
        raise TableError(f"{by!r} must be a number or an ordered categorical to have a trend, not {ordered.dtype}")
    n = len(used)
    row = {"n": n, "n_missing": n_missing, "n_groups": len(np.unique(g))}
    if row["n_groups"] < 2 or len(np.unique(y)) < 2:
        return pd.DataFrame([row | {"p_value": np.nan, "note": mark("one group or one page: nothing to test")}])
    y, g = (stats.rankdata(values, method="dense").astype(int) - 1 for values in (y, g))
    shape = y.max() + 1, g.max() + 1
    s = _kendall(np.bincount(y * shape[1] + g, minlength=shape[0] * shape[1]).reshape(shape))
    tau, p = stats.kendalltau(y, g, method="asymptotic")
    between = (n**2 - (np.bincount(g) ** 2).sum()) / 2
    rng = np.random.default_rng(seed)
    hits, step = 0, max(1, _BLOCK // n)
    for first in range(0, replicates, step):
        size = min(step, replicates - first)
        shuffled = rng.permuted(np.tile(g, (size, 1)), axis=1)
        cells = (np.arange(size)[:, None] * shape[0] + y) * shape[1] + shuffled
        tables = np.bincount(cells.ravel(), minlength=size * shape[0] * shape[1]).reshape(size, *shape)
        hits += int((np.abs(_kendall(tables)) >= abs(s) - 1e-9).sum())
    row |= {"statistic": (s + between) / 2, "z": np.sign(s) * stats.norm.isf(p / 2), "p_value": p}
    row |= {"p_value_permutation": (hits + 1) / (replicates + 1), "tau_b": tau, "note": ""}
    return pd.DataFrame([row])


def _used(data, names, strata):
    """Rows with every column, and how many had not."""
    names = [*names, *([strata] if strata else [])]
    refuse_absent(data, names, "data")
    used = data[names].dropna()
    if not len(used):
        raise TableError(f"no row has all of {names}")
    return used, len(data) - len(used)


def _exact(scores, n_a):
    """Distribution of the sum of scores over all arrangements: values (scores doubled are whole) and counts."""
    total, lowest = np.array([1.0]), sum(k * r.min() for r, k in zip(scores, n_a, strict=True))
    for r, k in zip(scores, n_a, strict=True):
        twice = np.round(2 * (r - r.min())).astype(int)
        ways = np.zeros((k + 1, int(twice.sum()) + 1))
        ways[0, 0] = 1
        for value in twice:  # a stratum's few rows
            ways[1:, value:] = ways[1:, value:] + ways[:-1, : ways.shape[1] - value]
        total = np.convolve(total, ways[k])
    at = np.flatnonzero(total > 0.5)
    return at / 2 + lowest, total[at]


def _drawn(scores, n_a, replicates, rng):
    """Sums of scores of random arrangements."""
    total = np.zeros(replicates)
    for r, k in zip(scores, n_a, strict=True):
        step = max(1, _BLOCK // len(r))
        for first in range(0, replicates, step):
            size = min(step, replicates - first)
            total[first : first + size] += rng.permuted(np.tile(r, (size, 1)), axis=1)[:, :k].sum(axis=1)
    return total


def _kendall(tables):
    """Concordant minus discordant pairs of (stacks of) contingency tables."""
    tables = np.asarray(tables, dtype=float)
    after = np.zeros_like(tables)
    before = np.zeros_like(tables)
    below = tables[..., ::-1, :].cumsum(axis=-2)[..., ::-1, :]
    below = np.concatenate([below[..., 1:, :], np.zeros_like(below[..., :1, :])], axis=-2)
    right = below[..., ::-1].cumsum(axis=-1)[..., ::-1]
    after[..., :-1] = right[..., 1:]
    left = below.cumsum(axis=-1)
    before[..., 1:] = left[..., :-1]
    return np.sum(tables * (after - before), axis=(-2, -1))
