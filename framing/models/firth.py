"""The logit with Firth's penalty and its profile-likelihood intervals."""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

from framing.models import Fitted, information_of
from framing.models.newton import cross, inverse

_STEPS = 500


@dataclass(frozen=True)
class Profile:
    """Profile penalised-likelihood interval and test of each coefficient: arrays of length k."""

    conf_low: np.ndarray
    conf_high: np.ndarray
    statistic: np.ndarray
    p_value: np.ndarray


class Firth:
    """log L(β) + ½ log |I(β)|, the bias-reducing penalty of [1]_: finite also under separation [2]_.

    References
    ----------
    .. [1] Firth, D. (1993). Bias reduction of maximum likelihood estimates. *Biometrika* 80, 27-38.
    .. [2] Heinze, G. & Schemper, M. (2002). A solution to the problem of separation in logistic regression.
           *Statistics in Medicine* 21, 2409-2419.
    """

    def __init__(self, x, y, weights, offset):
        self.x, self.y, self.weights, self.offset = x, y, weights, offset

    def _working(self, beta):
        p = special.expit(self.x @ beta + self.offset)
        return p, np.maximum(self.weights * p * (1 - p), 1e-300)

    def value(self, beta) -> float:
        eta = self.x @ beta + self.offset
        height = float(self.weights @ (self.y * eta - np.logaddexp(0, eta)))
        _, w = self._working(beta)
        sign, size = np.linalg.slogdet(cross(self.x, w))
        return height + 0.5 * size if sign > 0 else -np.inf

    def residual(self, beta):
        """w (y − π) + h (½ − π), h the leverage: the modified score is x' of it."""
        p, w = self._working(beta)
        bread = np.linalg.inv(cross(self.x, w))
        h = w * np.einsum("ij,jk,ik->i", self.x, bread, self.x, optimize=True)
        return self.weights * (self.y - p) + h * (0.5 - p), w

    def climb(self, start, free) -> tuple[np.ndarray, float, bool]:
        """Maximise over the coefficients ``free``, the others held at ``start``."""
        at, height = np.array(start, dtype=float), self.value(start)
        for _ in range(_STEPS):
            residual, w = self.residual(at)
            gradient = (self.x.T @ residual)[free]
            information = cross(self.x, w)[np.ix_(free, free)]
            move = np.zeros(len(at))
            move[free] = np.linalg.solve(information, gradient)
            longest = np.abs(move).max(initial=0.0)
            if longest <= 1e-11 * (1 + np.abs(at).max()):
                return at, height, True
            move *= min(1.0, 5.0 / longest)  # a step of five log odds is enough at once
            for halving in range(40):
                reached = self.value(at + move * 0.5**halving)
                if reached >= height - 1e-13 * (1 + abs(height)):
                    break
            else:
                return at, height, float(gradient @ move[free]) < 1e-10
            at, height = at + move * 0.5**halving, reached
        return at, height, False

    def fit(self, names) -> Fitted:
        """Penalised estimates; standard errors from the inverse Fisher information there (as brglm2)."""
        free = np.arange(self.x.shape[1])
        beta, height, converged = self.climb(np.zeros(len(free)), free)
        residual, w = self.residual(beta)
        p, _ = self._working(beta)
        eta = self.x @ beta + self.offset
        spread = w / self.weights
        bread = inverse(cross(self.x, w))
        return Fitted(
            tuple(names), beta, self.x * residual[:, None], bread, bread, height, information_of(self.x, w),
            self.x, w, residual / w, spread, p, eta, converged, 0, {"penalised": True},
        )  # fmt: skip

    def profile(self, fitted: Fitted, level: float = 0.95, which=None) -> Profile:
        """Where the penalised likelihood, maximised over the other coefficients, falls by χ²(level) / 2.

        ``which`` are the coefficients wanted (all); the others stay missing.
        """
        k, best = len(fitted.estimate), fitted.log_likelihood
        cut = stats.chi2.ppf(level, 1)
        low, high, statistic = np.full(k, -np.inf), np.full(k, np.inf), np.full(k, np.nan)
        size = np.sqrt(np.diag(fitted.bread))
        for j in range(k) if which is None else np.flatnonzero(which):
            free = np.delete(np.arange(k), j)
            warm = {}

            def drop(b, j=j, free=free, warm=warm):
                near = min(warm, key=lambda known: abs(known - b), default=None)
                starts = [fitted.estimate] if near is None else [fitted.estimate, warm[near]]
                tried = [self.climb(np.where(np.arange(k) == j, b, start), free) for start in starts]
                warm[b], height, _ = max(tried, key=lambda found: found[1])  # the penalty can make two hills
                return 2 * (best - height)

            statistic[j] = max(drop(0.0), 0.0)
            for side, bound in ((-1, low), (1, high)):
                far = fitted.estimate[j] + side * 2 * size[j]
                for _ in range(12):
                    if drop(far) > cut:
                        bound[j] = optimize.brentq(
                            lambda b: drop(b) - cut, fitted.estimate[j], far, xtol=1e-10, rtol=1e-12
                        )
                        break
                    far = fitted.estimate[j] + 2 * (far - fitted.estimate[j])
        return Profile(low, high, statistic, stats.chi2.sf(statistic, 1))
