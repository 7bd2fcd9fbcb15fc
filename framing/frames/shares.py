"""Shares of groups and their differences by machine, by people and corrected, with intervals and p-values."""

from dataclasses import replace
from functools import partial
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from framing.models.informing import of_means
from framing.models.partly import Sample, partly

_REACHES = np.r_[0.02, 0.2:4:0.2, 4:8.5:0.5]
"""Normal deviates of the levels between which a p-value is sought."""


_OWN, _FEW = 5, 1.0
"""Units with a code of the machine, and as many without, by which a stratum says alone how people's shares differ; and
units that strata would count as alike, besides those that say by how much they are not."""


class Shares:
    """Shares of groups by one estimator, with the distances to the ends of their intervals."""

    def __init__(self, group, names: list[str], machine, said, sample: Sample, trust: float | None, by_code: bool):
        """``by_code``: strata are divided by the machine's code, since the estimate takes it into account."""
        self.sample, self.names, self.n_groups = sample, np.array(names, dtype=object), len(names)
        strata = np.zeros(sample.n, dtype=int) if sample.strata is None else sample.strata
        cells = strata * 2 + (machine > 0) if by_code else strata
        self.size = np.bincount(group, minlength=self.n_groups)
        dummies = np.eye(self.n_groups)[group]
        x, y = np.vstack([dummies, dummies[sample.row]]), np.r_[machine, said]
        if sample.weights is None:
            x, y = np.vstack([x, dummies[sample.row]]), np.r_[y, 1 - said]
            sample = replace(sample, cells=cells, said=said)
        numbers = range(self.n_groups)
        fitted = partly("normal", x, y, sample, names=numbers, trust=trust)
        self.share, self.trust = np.clip(fitted.estimate, 0.0, 1.0), fitted.trust
        self.matrix = fitted.covariance.matrix
        plain = (
            fitted
            if sample.groups is None
            else partly("normal", x, y, replace(sample, groups=None), names=numbers, trust=trust)
        )
        own, apart = (np.diag(one.covariance.matrix) for one in (fitted, plain))
        with np.errstate(divide="ignore", invalid="ignore"):
            self.effect = np.maximum(np.nan_to_num(own / apart, nan=1.0, posinf=1.0), 1.0)
        strength, clusters = np.abs(sample.share), sample.clusters[0][sample.row]
        self.informing = partial(of_means, weights=strength, group=group[sample.row], cluster=clusters)
        self.df = self.informing(np.eye(self.n_groups)).df
        self.coded = np.bincount(group[np.unique(sample.row)], minlength=self.n_groups)
        taken = machine > 0
        machine = taken & by_code & (self.trust[group] > 0)  # left out, it divides no stratum
        self._cells(group, strata * 2 + machine, taken, said)
        self.beside = self._beside(group, strata, machine, said)

    def _cells(self, group, cells, machine, said) -> None:
        """What Jeffreys' interval of each part of a group needs: its size, its share, and how many it is worth.

        Strata are taken together but for what the machine says, since ends of many that are small do not join to that
        of their sum. Their units are worth more the more the strata differ: by the variance within strata over that of
        all together, drawn to 1 where few units tell.
        """
        at, of, n = _numbered(group, cells)
        row, share = self.sample.row, self.sample.share
        size, has = np.bincount(at, minlength=n), np.bincount(at, machine, n)
        mixed = np.bincount(of, (has > 0) & (has < size), self.n_groups) > 0  # else strata are divided by its code
        into, self.of, n_parts = _numbered(of, (has > 0) & ~mixed[of])
        self.part = np.bincount(into, size) / self.size[self.of]
        weight, hits, squares = (np.bincount(at[row], each, n) for each in (share, share * said, share**2))
        whole, found, spread = (np.bincount(into, each, n_parts) for each in (weight, hits, squares))
        with np.errstate(divide="ignore", invalid="ignore"):
            self.rate = np.where(whole > 0, found / whole, self.share[self.of]).clip(0.0, 1.0)
            worth = np.where(spread > 0, whole**2 / spread, 0.0)
            own, rate = weight**2 / squares, np.clip(hits / weight, 0.0, 1.0)
            together = self.rate * (1 - self.rate)
            within = np.where(own > 1.5, rate * (1 - rate) / (own - 1), together[into] / own)
            gain = np.bincount(into, np.nan_to_num(weight**2 * within), n_parts) / (spread * together)
            few = _FEW / (_FEW + worth * np.minimum(self.rate, 1 - self.rate))
            gain = few + (1 - few) * np.minimum(np.nan_to_num(gain, nan=1.0), 1.0)
        self.worth = worth / gain
        inner = np.bincount(self.of, self.part * (self.rate**2 + (1 - gain) * together), self.n_groups)
        middle = np.bincount(self.of, self.part * self.rate, self.n_groups)
        self.between = np.maximum(inner - middle**2, 0.0) / self.size

    def _beside(self, group, strata, machine: np.ndarray, said) -> np.ndarray:
        """What the variance of each share has beyond that of strata divided by the machine's codes.

        That of λ the best would be theirs; λ is one for all strata, from 0 to 1, or given. Of w units in 1 with the
        code by the machine, and people's shares that differ by d between those with and without: w(1 − w)(d − λ)²/n.
        Strata in which people coded fewer than five of either are taken together; rates are with half a unit more of
        each kind, since of few units the best λ may seem to be the one that is given.
        """
        row, share = self.sample.row, self.sample.share
        at, _, n = _numbered(group, strata)
        there, coded = (np.bincount(2 * at[each] + machine[each], minlength=2 * n).reshape(n, 2).min(axis=1)
                        for each in (slice(None), row))  # fmt: skip
        at, of, n = _numbered(group, np.where((coded >= _OWN) | (there == 0), np.arange(n), -1)[at])
        size, has = np.bincount(at, minlength=n), np.bincount(at, machine, n)
        both = at[row] * 2 + machine[row]
        weight, hits, squares = (
            np.bincount(both, each, 2 * n).reshape(n, 2) for each in (share, share * said, share**2)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            known = np.nan_to_num(weight**2 / squares)
            rate = (np.nan_to_num(hits / weight).clip(0.0, 1.0) * known + 0.5) / (known + 1)
            apart = rate[:, 1] - rate[:, 0] - self.trust[of]
            worth = weight.sum(axis=1) ** 2 / squares.sum(axis=1)
            more = (size / self.size[of]) ** 2 * (has / size) * (1 - has / size) * apart**2 / worth
        return np.bincount(of, np.nan_to_num(more, nan=0.0), self.n_groups)

    def ends(self, level: float) -> tuple[np.ndarray, np.ndarray]:
        """Distances from each group's share to the lower and the upper end of its interval."""
        q, z = stats.t.ppf(0.5 + level / 2, self.df), stats.norm.ppf(0.5 + level / 2)
        n = self.worth * (z / q[self.of]) ** 2
        with np.errstate(divide="ignore", invalid="ignore"):  # of a stratum without a coded article anything may be
            low, high = proportion_confint(self.rate * n, n, alpha=1 - level, method="jeffreys")
        ends = []
        for end in (low, high):
            inside = np.bincount(self.of, (self.part * (np.asarray(end) - self.rate)) ** 2, self.n_groups)
            ends.append(np.sqrt(self.effect * (inside + q**2 * (self.between + self.beside))))
        return ends[0], ends[1]

    def of_groups(self, level: float) -> dict[str, np.ndarray]:
        below, above = self.ends(level)
        low, high = np.maximum(self.share - below, 0.0), np.minimum(self.share + above, 1.0)
        return {"group": self.names, "n_units": self.size, "n_people": self.coded, "share": self.share,
                "conf_low": low, "conf_high": high}  # fmt: skip

    @property
    def compared(self) -> int:
        """How many pairs of groups have an interval."""
        return comb(int((self.df > 0).sum()), 2)

    def of_pairs(self, level: float, family: int | None = None, tested: bool = True) -> pd.DataFrame:
        """One row per pair of groups; simultaneous intervals hold for ``family`` pairs, by default those compared."""
        one, other = np.array(list(combinations(range(self.n_groups), 2))).T
        gradient = np.eye(self.n_groups)[one] - np.eye(self.n_groups)[other]
        estimate = self.share[one] - self.share[other]
        informed = self.informing(gradient)
        scale = np.sqrt(np.diag(self.matrix))
        with np.errstate(divide="ignore", invalid="ignore"):
            together = np.nan_to_num(self.matrix[one, other] / (scale[one] * scale[other]))

        def interval(level: float) -> tuple[np.ndarray, np.ndarray]:
            below, above = self.ends(level)

            def reach(down, up):
                return np.sqrt(np.maximum(down**2 + up**2 - 2 * together * down * up, 0.0))

            return estimate - reach(below[one], above[other]), estimate + reach(above[one], below[other])

        ends = {each: interval(each) for each in (level, 1 - (1 - level) / (family or self.compared or 1))}
        (low, high), (all_low, all_high) = list(ends.values())[0], list(ends.values())[-1]
        p_value = np.full(len(one), np.nan)
        if tested:  # where 0 is the end of an interval
            ends |= {each: interval(each) for each in 1 - 2 * stats.norm.sf(_REACHES)}
            p_value = np.where(informed.enough, _inverted(estimate, ends), np.nan)
        low, high, all_low, all_high = np.clip([low, high, all_low, all_high], -1.0, 1.0)
        return pd.DataFrame({"group": self.names[one], "other": self.names[other], "estimate": estimate,
                             "conf_low": low, "conf_high": high, "simultaneous_low": all_low,
                             "simultaneous_high": all_high, "p_value": p_value})  # fmt: skip


def _numbered(group: np.ndarray, kind: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Number of each row's kind within its group, the group of each number, and how many there are."""
    pairs, at = np.unique(np.column_stack([group, kind]), axis=0, return_inverse=True)
    return at, pairs[:, 0], len(pairs)


def _inverted(estimate: np.ndarray, ends: dict[float, tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """One less the level of the interval of which 0 is an end, between those given; 1 where 0 is in all of them."""
    levels = sorted(ends)
    reach = stats.norm.isf((1 - np.array(levels)) / 2)
    away = np.array([np.where(estimate > 0, ends[each][0], -ends[each][1]) for each in levels])  # level × pair
    away = np.minimum.accumulate(np.vstack([np.full(len(estimate), np.inf), away]))[1:]
    out = np.full(len(estimate), np.nan)
    for i in np.flatnonzero(np.isfinite(away).all(axis=0)):
        at = int((away[:, i] > 0).sum())
        if at in (0, len(levels)):
            out[i] = 1.0 if at == 0 else 2 * stats.norm.sf(reach[-1])
            continue
        above, below = away[at - 1, i], away[at, i]
        out[i] = 2 * stats.norm.sf(reach[at - 1] + (reach[at] - reach[at - 1]) * above / (above - below))
    return out
