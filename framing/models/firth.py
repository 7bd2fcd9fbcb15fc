"""Firth's penalised logit on statsmodels' Logit, with profile-likelihood intervals."""

from functools import cached_property

import numpy as np
from scipy import optimize, stats
from statsmodels.base.model import LikelihoodModel
from statsmodels.discrete.discrete_model import BinaryResultsWrapper, Logit, LogitResults

from framing.models.fitting import maximise
from framing.models.newton import conditioned, cross, solved, turn_back


class FirthLogit(Logit):
    """log L(β) + ½ log |I(β)|, the bias-reducing penalty of [1]_: finite also under separation [2]_.

    The covariance is the inverse Fisher information at the estimate, as in R's brglm2. ``weights`` multiply each
    row's log-likelihood.

    References
    ----------
    .. [1] Firth, D. (1993). Bias reduction of maximum likelihood estimates. *Biometrika* 80, 27-38.
    .. [2] Heinze, G. & Schemper, M. (2002). A solution to the problem of separation in logistic regression.
           *Statistics in Medicine* 21, 2409-2419.

    Examples
    --------
    >>> y, x = np.array([0, 0, 0, 1, 1, 1]), np.column_stack([np.ones(6), np.arange(6)])  # x separates y
    >>> FirthLogit(y, x).fit().params.round(2)
    array([-2.66,  1.06])
    """

    _continuous_ok = True  # the null model of the summary keeps an offset

    def __init__(self, endog, exog, offset=None, weights=None, **options):
        super().__init__(endog, exog, offset=offset, **options)
        self.weights = np.ones(len(self.endog)) if weights is None else np.asarray(weights, dtype=float)
        self._init_keys.append("weights")

    def _working(self, params):
        """Probabilities, working weights and leverages."""
        p = self.predict(params)
        w = np.maximum(self.weights * p * (1 - p), 1e-300)
        x = self.turned[1]
        bread = np.linalg.pinv(cross(x, w), hermitian=True)  # far out on a profile nothing is left of a column
        return p, w, w * np.einsum("ij,jk,ik->i", x, bread, x, optimize=True)

    @cached_property
    def turned(self):
        """:func:`framing.models.newton.conditioned` of the columns."""
        return conditioned(self.exog)

    def loglike(self, params):
        """The penalised log-likelihood."""
        eta = self.predict(params, which="linear")
        p = self.cdf(eta)
        turn, x = self.turned
        sign, size = np.linalg.slogdet(cross(x, np.maximum(self.weights * p * (1 - p), 1e-300)))
        size -= 0.0 if turn is None else 2 * np.linalg.slogdet(turn)[1]
        plain = float(self.weights @ (self.endog * eta - np.logaddexp(0, eta)))
        return plain + 0.5 * size if sign > 0 else -np.inf

    def score_factor(self, params):
        """w (y − π) + h (½ − π) with h the leverage: what each row's x is multiplied by in the modified score."""
        p, _, leverage = self._working(params)
        return self.weights * (self.endog - p) + leverage * (0.5 - p)

    def score_obs(self, params):
        """Each row's share of the modified score: n × k."""
        return self.exog * self.score_factor(params)[:, None]

    def score(self, params):
        """The modified score."""
        return self.exog.T @ self.score_factor(params)

    def hessian(self, params):
        """The negative Fisher information: its inverse is the covariance, and Newton's method becomes scoring."""
        return -cross(self.exog, self._working(params)[1])

    def fit(self, start_params=None, **options):
        """Penalised maximum likelihood; see :func:`framing.models.fitting.maximise`."""
        turn, turned = self.turned
        model = self if turn is None else self.reshaped(turned)
        start = np.zeros(self.exog.shape[1]) if start_params is None else start_params
        start = start if turn is None else solved(turn, start)
        found = maximise(model, LikelihoodModel.fit, start, **options)
        if turn is not None:
            turn_back(found, self.exog, turn)
            found.model = self
        return BinaryResultsWrapper(LogitResults(self, found))

    def reshaped(self, exog):
        """The model of the same rows with other columns."""
        return FirthLogit(self.endog, exog, offset=getattr(self, "offset", None), weights=self.weights)

    def best_with(self, index: int, value: float, start: np.ndarray) -> tuple[np.ndarray, float]:
        """Parameters and height of the penalised likelihood with one coefficient held at ``value``."""
        free = np.delete(np.arange(len(start)), index)

        def whole(part):
            return np.insert(part, index, value)

        found = optimize.minimize(
            lambda part: -self.loglike(whole(part)), start[free], method="trust-exact", tol=1e-9,
            jac=lambda part: -self.score(whole(part))[free],
            hess=lambda part: -self.hessian(whole(part))[np.ix_(free, free)], options={"maxiter": 500},
        ) if len(free) else optimize.OptimizeResult(x=start[free], fun=-self.loglike(whole(start[free])))  # fmt: skip
        return whole(found.x), -found.fun


class Profile:
    """Where the penalised likelihood, maximised over the other coefficients, falls by χ²(level) / 2."""

    def __init__(self, results):
        self.estimate, self.error = np.asarray(results.params), np.asarray(results.bse)
        self.model = results.model
        self._models = [None] * len(self.estimate)
        self._known, self._ends = [{} for _ in self.estimate], {}

    def drop(self, index: int, value: float) -> float:
        """Twice the fall of the likelihood with one coefficient held at ``value``."""
        known = self._known[index]
        near = min(known, key=lambda tried: abs(tried - value), default=None)
        model, estimate, best = self._beside(index)
        starts = [estimate] if near is None else [estimate, known[near]]
        found = [model.best_with(index, value, start) for start in starts]
        known[value], height = max(found, key=lambda one: one[1])  # the penalty can make two hills
        return 2 * (best - height)

    def _beside(self, index: int):
        """A model with the coefficient ``index`` beside well-conditioned others, its estimate and its height there."""
        if self._models[index] is None:
            exog = self.model.exog
            model, whole = self.model, np.eye(len(self.estimate))
            if model.turned[0] is not None:
                others = np.arange(len(whole)) != index
                turn, turned = conditioned(exog[:, others])
                whole[np.ix_(others, others)] = np.eye(others.sum()) if turn is None else turn
                along = np.linalg.lstsq(turned, exog[:, index], rcond=None)[0]
                whole[others, index] = -whole[np.ix_(others, others)] @ along
                turned = np.insert(turned, index, exog[:, index] - turned @ along, axis=1)
                model = model.reshaped(turned)
            estimate = solved(whole, self.estimate)
            self._models[index] = model, estimate, model.loglike(estimate)
        return self._models[index]

    def statistic(self, index: int) -> float:
        """χ² of the coefficient being 0."""
        return max(self.drop(index, 0.0), 0.0)

    def interval(self, index: int, level: float) -> tuple[float, float]:
        """Both ends, infinite where the likelihood never falls so far."""
        if (index, level) in self._ends:
            return self._ends[index, level]
        cut, ends = stats.chi2.ppf(level, 1), []
        for side in (-1, 1):
            at, end = self.estimate[index], side * np.inf
            far = at + side * 2 * self.error[index]
            for _ in range(12):
                if self.drop(index, far) > cut:
                    end = optimize.brentq(
                        lambda b: self.drop(index, b) - cut, at, far, xtol=1e-10 * self.error[index], rtol=1e-12
                    )
                    break
                far = at + 2 * (far - at)
            ends.append(end)
        self._ends[index, level] = ends[0], ends[1]
        return ends[0], ends[1]
