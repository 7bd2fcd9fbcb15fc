"""How many clusters (or rows) inform a coefficient or contrast: the degrees of freedom and the count behind them."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from framing.models.fitted import Fitted
from framing.models.groups import codes_of, sums

LEAST = 4
"""Effective clusters, and degrees of freedom, that a combination of parameters needs for an interval."""
LEAST_SIDE = 2.5
"""Effective clusters that it needs on either side of a comparison: three, which may be of unlike size."""
_SIDE = 0.1  # of the information, without which rows are no side of the comparison
_BLOCK = 4_000_000  # floats held at once


@dataclass(frozen=True)
class Informed:
    """One value per combination c of the parameters.

    ``effective`` is (Σγ)² / Σγ² with γ the share of each cluster in c'Mc, M the inverse of the information; ``df`` are
    the degrees of freedom of Bell & McCaffrey; ``side`` is the smaller ``effective`` of the rows that raise c'θ and of
    those that lower it, of sides that hold at least a tenth of the information.
    """

    effective: np.ndarray
    df: np.ndarray
    side: np.ndarray

    @property
    def enough(self) -> np.ndarray:
        """Whether a variance can be estimated from so few."""
        return (np.minimum(self.effective, self.df) >= LEAST) & (self.side >= LEAST_SIDE)


@dataclass(frozen=True)
class Units:
    """The clusters of a fit, by their codes; without codes its rows, each as often as it was observed."""

    fitted: Fitted
    codes: np.ndarray
    n_groups: int
    times: np.ndarray

    @classmethod
    def of(cls, fitted: Fitted, groups=None) -> "Units":
        """The units of a fit: ``groups``, or its rows."""
        n = len(fitted.scores)
        if groups is not None:
            codes, n_groups = codes_of(groups, n)
            return cls(fitted, codes, n_groups, np.ones((n_groups, 1)))
        return cls(fitted, np.arange(n), n, np.ones((n, 1)) if fitted.repeats is None else fitted.repeats[:, None])

    def informing(self, gradient: np.ndarray) -> Informed:
        """What informs each row c of ``gradient`` (m × k).

        Notes
        -----
        With H_g the share of cluster g in the information, γ_g = c'M H_g M c: for one linear predictor the sum over the
        rows of g of w (c'Mx)². A level of a factor that stands in one cluster has an effective number of about 1,
        although the degrees of freedom of [1]_, (Σ P_gg)² / ΣΣ P_gh² with P_gh = [g = h] γ_g − c'M H_g M H_h M c, then
        describe the clusters that it is compared with: their working model takes all variances as known.

        References
        ----------
        .. [1] Bell, R. M. & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with
               multi-stage samples. *Survey Methodology* 28, 169-181.
        .. [2] Carter, A. V., Schnepel, K. T. & Steigerwald, D. G. (2017). Asymptotic behavior of a t-test robust to
               cluster heterogeneity. *Review of Economics and Statistics* 99, 698-709.
        """
        k = gradient.shape[1]
        step = max(1, _BLOCK // max(len(self.codes), k * k))
        parts = [self._of(gradient[i : i + step]) for i in range(0, len(gradient), step)]
        return Informed(*map(np.concatenate, zip(*parts, strict=True))) if parts else Informed(*np.empty((3, 0)))

    def _of(self, gradient: np.ndarray):
        half = np.linalg.cholesky(self.fitted.bread).T
        v, (m, k) = self.fitted.bread @ gradient.T, gradient.shape
        share, own = np.empty((self.n_groups, m)), np.empty((self.n_groups, m))
        cross, step = np.zeros((m, k, k)), max(1, _BLOCK // (k * max(k, m)))
        for first in range(0, self.n_groups, step):
            size = min(step, self.n_groups - first)
            inside = np.where((self.codes >= first) & (self.codes < first + size), self.codes - first, -1)
            u = self.fitted.information(inside, size) @ v  # G × k × m
            rows = slice(first, first + size)
            share[rows] = np.einsum("gkm,km->gm", u, v)
            t = (half @ u).transpose(2, 0, 1)
            t = t / np.sqrt(self.times[rows])
            own[rows] = np.sum(t**2, axis=2).T
            cross += t.swapaxes(1, 2) @ t
        share = np.maximum(share, 0.0)
        squares = np.sum((share**2 - 2 * share * own) / self.times, axis=0) + np.sum(cross**2, axis=(1, 2))
        lean = self.fitted.lean(v)
        sides = [sums(np.maximum(sign * lean, 0) ** 2, self.codes, self.n_groups) for sign in (1, -1)]
        held = np.stack([part.sum(axis=0) for part in sides])
        side = np.where(held >= _SIDE * held.sum(axis=0), [self._effective(part) for part in sides], np.inf).min(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            df = np.where(squares > 0, (share - own).sum(axis=0) ** 2 / squares, 0.0)
        return self._effective(share), df, side

    def _effective(self, share: np.ndarray) -> np.ndarray:
        """(Σγ)² / Σγ² of each column; 0 where there is nothing."""
        total, squares = share.sum(axis=0), np.sum(share**2 / self.times, axis=0)
        return np.divide(total**2, squares, out=np.zeros_like(total), where=squares > 0)


def of_means(gradient: np.ndarray, weights: np.ndarray, group: np.ndarray, cluster: np.ndarray) -> Informed:
    """What informs combinations of means of groups: :meth:`Units.informing`, whose information is diagonal then.

    ``gradient`` is m × groups; the others have one value per row: its weight, and the numbers of its group and cluster.
    """
    h = sparse.csr_array((weights, (cluster, group)), shape=(int(cluster.max()) + 1, gradient.shape[1]))
    held = np.asarray(h.sum(axis=0))
    with np.errstate(divide="ignore"):
        bread = np.where(held > 0, 1 / held, 0.0)
    share, own, half = h * bread**2, h.power(2) * bread**3, h * bread**1.5  # clusters × groups
    square, product, cross = ((first.T @ second).toarray() for first, second in
                              ((share, share), (share, own), (half, half)))  # fmt: skip

    def summed(of: np.ndarray, matrix: np.ndarray) -> np.ndarray:
        return np.einsum("mk,kl,ml->m", of, matrix, of, optimize=True)

    def effective(of: np.ndarray) -> np.ndarray:
        squares = summed(of, square)
        return np.divide((of @ bread) ** 2, squares, out=np.zeros(len(of)), where=squares > 0)

    every, sides = gradient**2, [np.maximum(sign * gradient, 0) ** 2 for sign in (1, -1)]
    squares = summed(every, square - 2 * product + cross**2)
    free = every @ (bread - np.asarray(own.sum(axis=0)))
    df = np.divide(free**2, squares, out=np.zeros(len(every)), where=squares > 0)
    side = [np.where(of @ bread >= _SIDE * (every @ bread), effective(of), np.inf) for of in sides]
    return Informed(effective(every), df, np.min(side, axis=0))
