"""The reference distribution of each coefficient: t, profile likelihood or wild bootstrap."""

from functools import cached_property

import numpy as np

from framing.messages import mark
from framing.models import TDistribution
from framing.models.firth import Profile
from framing.prominence import wild


class Profiled(TDistribution):
    """Firth's logit: signed roots and intervals of the profile for the coefficients ``chosen``, t for the others."""

    note = mark("interval and p from the profile penalised likelihood")

    def __init__(self, estimate, std_error, df, results, chosen):
        super().__init__(estimate, std_error, np.where(chosen, np.inf, df))
        self.chosen, self._profile = chosen, Profile(results)

    @cached_property
    def statistic(self):
        plain = super().statistic
        roots = [np.sqrt(self._profile.statistic(i)) if use else np.nan for i, use in enumerate(self.chosen)]
        return np.where(self.chosen, np.sign(self.estimate) * roots, plain)

    def interval(self, level):
        ends = super().interval(level)
        for i in np.flatnonzero(self.chosen):
            ends[i] = self._profile.interval(i, level)
        return ends


class Wild(TDistribution):
    """p-values of the wild cluster bootstrap and the intervals that turn them round, for the slopes ``chosen``."""

    note = mark("interval and p from the wild cluster bootstrap")

    def __init__(self, estimate, std_error, df, fit, chosen):
        super().__init__(estimate, std_error, df)
        self.chosen, self._fit, self._seed = chosen, fit, fit.options["seed"]

    @cached_property
    def p_value(self):
        p = super().p_value
        p[self.chosen] = [wild.test(self._fit, i, seed=self._seed) for i in np.flatnonzero(self.chosen)]
        return p

    def interval(self, level):
        ends = super().interval(level)
        for i in np.flatnonzero(self.chosen):
            ends[i] = wild.interval(self._fit, i, level=level, seed=self._seed)
        return ends
