"""Coefficients of a series, and the distribution by which the t of anything linear in them is judged."""

import numpy as np
import pandas as pd

from framing import models
from framing.messages import Message, mark
from framing.models.autoregression import AR1, HINT, Bootstrapped

_NEWEY_WEST = mark(
    "Newey-West errors are judged by drawn series; where neighbouring periods are much alike they may still reject too "
    "often: covariance 'AR1' does not"
)
_INDEPENDENT = mark(
    "errors {covariance} take neighbouring periods as independent: where they are alike, intervals are too narrow; "
    "covariance 'AR1' allows for it"
)
_MIXED = mark(
    "some of the noise seems to last one period only and the rest long: of made-up series like that, half an AR(1) of "
    ".9, up to 15% claimed an event that was none; read a difference that is barely one as inconclusive"
)


class Fit:
    """The coefficients of a design with their covariance; ``raw`` is the statsmodels result.

    Made from a fit that takes periods as independent, which ``AR1`` replaces. Series are drawn on the scale where the
    model is linear: of the values, or of the working response of counts.
    """

    def __init__(self, data, x, raw, fitted, family, exposure, covariance, lag, replicates, seed):
        self.raw, self.family, self.replicates, self.seed = raw, family, replicates, seed
        names = list(fitted.names)
        self.response, sampling, weights = data.value, None, np.ones(len(x))
        if family != "normal":
            self.response, weights, sampling = x @ fitted.estimate + fitted.residuals, fitted.fitted, 1 / fitted.fitted
            if family == "binomial":  # of articles each of which counts or not
                sampling = sampling * np.maximum(1 - fitted.fitted / exposure, 0.02)
        self.statistics, self.cautions, self.df = None, (), None
        if covariance in ("AR1", "NW"):
            serial = AR1(self.response, pd.DataFrame(x, columns=names), data.step, sampling)
            self.noise = serial.noise
            if covariance == "AR1":
                self._take(serial, names, fixed=sampling is not None)
                return
        self.covariance = models.covariance(fitted, covariance, lag=lag)
        self.extra, self.estimate = dict(fitted.extra), np.asarray(self.raw.params)[: len(names)]
        if covariance == "NW":
            self.statistics = _newey_west(x, weights, self.covariance.lag or 0)
            self.cautions = (Message(_NEWEY_WEST),)
        else:
            self.df = float(len(x) - len(names)) if family == "normal" else np.inf
            self.cautions = (Message(_INDEPENDENT, {"covariance": covariance}),)

    def _take(self, serial: AR1, names, *, fixed: bool) -> None:
        """The coefficients of generalised least squares; the scale of counts is ``fixed`` at 1."""
        self.raw = serial.fit()
        if serial.gain > HINT:
            self.cautions = (Message(_MIXED),)
        scale = 1.0 if fixed else float(self.raw.scale)
        drawn = Message("{n:,} drawn series", {"n": self.replicates}) if self.replicates else mark("no bootstrap")
        label = Message("AR(1) errors, phi {phi:.2f}, REML, {drawn}", {"phi": serial.phi, "drawn": drawn})
        matrix = np.asarray(self.raw.normalized_cov_params) * scale
        self.covariance = models.Covariance(matrix, np.full(len(names), np.nan), label)
        self.extra = {"phi": serial.phi, "sigma": float(np.sqrt(scale)), "share": serial.share, "method": "REML"}
        self.estimate = np.asarray(self.raw.params)

    def judged(self, estimate, gradient, null) -> models.TDistribution:
        """Estimates with their distribution; ``null`` has the contrast that is 0 when each is judged."""
        error = np.where(gradient.any(axis=1), self.covariance.errors(gradient), 0.0)  # 0 by definition: no error
        if self.df is not None:
            return models.TDistribution(estimate, error, self.df)
        return Bootstrapped(estimate, error, self._drawn(error, gradient, null))

    def _drawn(self, error, gradient, null) -> np.ndarray:
        drawn, known = np.full((self.replicates, len(error)), np.nan), error > 0
        if self.replicates and known.any():
            asked = self.response, null[known], gradient[known], self.replicates, self.seed, self.statistics
            drawn[:, known] = self.noise.reference(*asked)
        return drawn

    def of_terms(self) -> models.TDistribution:
        """Of the coefficients; the level at the start is no effect, and nothing is held at 0 for it."""
        k = len(self.estimate)
        found = models.wald(
            self.estimate, self.covariance.std_error, np.full(k, np.inf if self.df is None else self.df), self.extra
        )
        if self.df is not None:
            return found
        null = np.diag(np.arange(k) > 0).astype(float)
        drawn = self._drawn(self.covariance.std_error, np.eye(k), null)
        more = len(found.estimate) - k  # the negative binomial's own parameter, with Newey-West
        drawn = np.pad(drawn, ((0, 0), (0, more)), constant_values=np.nan)
        return Bootstrapped(found.estimate, found.std_error, drawn)


def _newey_west(x: np.ndarray, weights: np.ndarray, lag: int):
    """t by Newey-West errors of weighted least squares, for many series at once."""
    bread = np.linalg.inv(x.T @ (weights[:, None] * x))
    into = bread @ (x * weights[:, None]).T
    apart = np.abs(np.subtract.outer(np.arange(len(x)), np.arange(len(x))))
    near = np.maximum(1 - apart / (lag + 1), 0)

    def statistics(series, contrasts):
        estimate = into @ series
        residual = series - x @ estimate
        meats = (near * np.outer(row, row) for row in contrasts @ into)
        spread = [np.einsum("nb,nb->b", residual, meat @ residual) for meat in meats]
        return (contrasts @ estimate).T / np.sqrt(np.stack(spread, axis=1))

    return statistics
