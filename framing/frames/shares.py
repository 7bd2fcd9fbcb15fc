"""Shares of groups and their differences by machine, by people and corrected, with intervals and p-values."""

from dataclasses import replace
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from framing.models.informing import of_means
from framing.models.partly import Sample, partly

_REACHES = np.r_[0.02, 0.2:4:0.2, 4:8.5:0.5]
"""Normal deviates of the levels between which a p-value is sought."""


class Shares:
    """Shares of groups by one estimator, with the distances to the ends of their intervals."""

    def __init__(self, group, n_groups: int, machine, said, sample: Sample, trust: float | None, by_code: bool):
        """``by_code``: strata are divided by the machine's code, since the estimate takes it into account."""
        self.sample, self.n_groups = sample, n_groups
        strata = np.zeros(sample.n, dtype=int) if sample.strata is None else sample.strata
        cells = strata * 2 + (machine > 0) if by_code else strata
        self.size = np.bincount(group, minlength=n_groups)
        dummies = np.eye(n_groups)[group]
        x, y = np.vstack([dummies, dummies[sample.row]]), np.r_[machine, said]
        if sample.weights is None:
            x, y = np.vstack([x, dummies[sample.row]]), np.r_[y, 1 - said]
            sample = replace(sample, cells=cells, said=said)
        names = range(n_groups)
        self.fitted = partly("normal", x, y, sample, names=names, trust=trust)
        self.share = np.clip(self.fitted.estimate, 0.0, 1.0)
        plain = (
            self.fitted
            if sample.groups is None
            else partly("normal", x, y, replace(sample, groups=None), names=names, trust=trust)
        )
        own, apart = (np.diag(one.covariance.matrix) for one in (self.fitted, plain))
        with np.errstate(divide="ignore", invalid="ignore"):
            self.effect = np.maximum(np.nan_to_num(own / apart, nan=1.0, posinf=1.0), 1.0)
        strength, clusters = np.abs(sample.share), sample.clusters[0][sample.row]
        self.informing = partial(of_means, weights=strength, group=group[sample.row], cluster=clusters)
        self.df = self.informing(np.eye(n_groups)).df
        self.coded = np.bincount(group[np.unique(sample.row)], minlength=n_groups)
        machine = (machine > 0) & by_code & (self.fitted.trust[group] > 0)  # left out, it divides no stratum
        self._cells(group, strata * 2 + machine, said)
        self.beside = self._beside(group, strata, machine, said)

    def _cells(self, group, cells, said) -> None:
        """What Jeffreys' interval of each stratum of a group needs: its part, its share, and how many it is worth."""
        n_cells = int(cells.max()) + 1
        at = np.unique(group * n_cells + cells, return_inverse=True)[1]
        n, row, share = int(at.max()) + 1, self.sample.row, self.sample.share
        size = np.bincount(at, minlength=n)
        self.of = np.zeros(n, dtype=int)
        self.of[at] = group
        self.part = size / self.size[self.of]
        weight, hits = (np.bincount(at[row], values, n) for values in (share, share * said))
        squares = np.bincount(at[row], share**2, n)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.worth = np.where(squares > 0, weight**2 / squares, 0.0)
            self.rate = np.where(weight > 0, hits / weight, self.share[self.of]).clip(0.0, 1.0)
        inner = np.bincount(self.of, self.part * self.rate**2, self.n_groups)
        middle = np.bincount(self.of, self.part * self.rate, self.n_groups)
        self.between = np.maximum(inner - middle**2, 0.0) / self.size

    def _beside(self, group, strata, machine: np.ndarray, said) -> np.ndarray:
        """What the variance of each share has beyond that of strata divided by the machine's codes.

        That of λ the best would be theirs; λ is one for all strata, from 0 to 1, or given. Of w units in 1 with the
        code by the machine, and people's shares that differ by d between those with and without: w(1 − w)(d − λ)²/n.
        """
        at = np.unique(group * (int(strata.max()) + 1) + strata, return_inverse=True)[1]
        n, row, share = int(at.max()) + 1, self.sample.row, self.sample.share
        size, has = np.bincount(at, minlength=n), np.bincount(at, machine, n)
        of = np.zeros(n, dtype=int)
        of[at] = group
        both = at[row] * 2 + machine[row]
        weight, hits, squares = (
            np.bincount(both, each, 2 * n).reshape(n, 2) for each in (share, share * said, share**2)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = np.clip(hits / weight, 0.0, 1.0)
            noise = (rate * (1 - rate) * squares / weight**2).sum(axis=1)
            apart = (rate[:, 1] - rate[:, 0] - self.fitted.trust[of]) ** 2 - noise
            worth = weight.sum(axis=1) ** 2 / squares.sum(axis=1)
            more = (size / self.size[of]) ** 2 * (has / size) * (1 - has / size) * apart / worth
        return np.maximum(np.bincount(of, np.nan_to_num(more, nan=0.0), self.n_groups), 0.0)

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
        return {"n_units": self.size, "n_people": self.coded, "share": self.share, "conf_low": low, "conf_high": high}

    def of_pairs(self, names: list[str], level: float, family: int = 1, tested: bool = True) -> pd.DataFrame:
        one, other = np.array(list(combinations(range(self.n_groups), 2))).T
        gradient = np.eye(self.n_groups)[one] - np.eye(self.n_groups)[other]
        estimate = self.share[one] - self.share[other]
        informed = self.informing(gradient)
        matrix = self.fitted.covariance.matrix
        scale = np.sqrt(np.diag(matrix))
        with np.errstate(divide="ignore", invalid="ignore"):
            together = np.nan_to_num(matrix[one, other] / (scale[one] * scale[other]))

        def interval(level: float) -> tuple[np.ndarray, np.ndarray]:
            below, above = self.ends(level)

            def reach(down, up):
                return np.sqrt(np.maximum(down**2 + up**2 - 2 * together * down * up, 0.0))

            return estimate - reach(below[one], above[other]), estimate + reach(above[one], below[other])

        ends = {each: interval(each) for each in (level, 1 - (1 - level) / (len(one) * family))}
        (low, high), (all_low, all_high) = list(ends.values())[0], list(ends.values())[-1]
        p_value = np.full(len(one), np.nan)
        if tested:  # where 0 is the end of an interval
            ends |= {each: interval(each) for each in 1 - 2 * stats.norm.sf(_REACHES)}
            p_value = np.where(informed.enough, _inverted(estimate, ends), np.nan)
        labels = np.array(names, dtype=object)
        low, high, all_low, all_high = np.clip([low, high, all_low, all_high], -1.0, 1.0)
        return pd.DataFrame({"group": labels[one], "other": labels[other], "estimate": estimate, "conf_low": low,
                             "conf_high": high, "simultaneous_low": all_low, "simultaneous_high": all_high,
                             "p_value": p_value})  # fmt: skip


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
