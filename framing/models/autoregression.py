"""Regression on a series whose noise carries over from period to period: AR(1) by REML, and its bootstrap.

The restricted likelihood of every noise on a grid is a diagonal form after one eigendecomposition per autocorrelation,
so that thousands of drawn series are fitted again with a few products of matrices.
"""

from functools import cached_property

import numpy as np
from scipy import optimize
from statsmodels.regression.linear_model import GLS

from framing.models.results import TDistribution

RHO = np.tanh(np.linspace(-1.5, 2.65, 34))
"""Autocorrelations of the grid, from -0.905 to 0.990, closer to each other near 1."""
SHARE = np.array([1.0, 0.8, 0.6, 0.45, 0.3, 0.2, 0.1])
"""Shares of the variance that carry over; the rest is white."""
GAIN = 1.0
"""White noise is added to an AR(1) where it gains more than this in restricted log-likelihood."""
HINT = 0.3
"""The gain from which white noise may be there."""
GAIN_NULL = 2.0
"""The same for the noise that is drawn under a null, where the fit itself has none."""
LONGEST = 1_000
"""Periods up to which the dense algebra here is meant."""


def correlation(rho: float, step: np.ndarray) -> np.ndarray:
    """ρ^|s − t| for periods numbered ``step``; an absent period is a longer way."""
    return _power(rho, np.abs(step[:, None] - step))


def _power(rho: float, ahead: np.ndarray) -> np.ndarray:
    return np.sign(rho) ** ahead * np.abs(rho) ** ahead


def whitened(y: np.ndarray, rho: float, step: np.ndarray) -> np.ndarray:
    """Columns of AR(1) noise turned into independent ones; n × series, in order of time."""
    ahead = _power(rho, np.diff(step))[:, None]
    return np.concatenate([y[:1], (y[1:] - ahead * y[:-1]) / np.sqrt(1 - ahead**2)])


def carried(y: np.ndarray, x: np.ndarray, step: np.ndarray) -> np.ndarray:
    """For each series (n × series) the number in :data:`RHO` of its autocorrelation around ``x``, by REML."""
    falls = []
    for rho in RHO:
        z, (q, r) = whitened(y, rho, step), np.linalg.qr(whitened(x, rho, step))
        height = np.log1p(-(_power(rho, np.diff(step)) ** 2)).sum() + 2 * np.log(np.abs(np.diag(r))).sum()
        rss = np.maximum((z**2).sum(axis=0) - ((q.T @ z) ** 2).sum(axis=0), 1e-300)
        falls.append((len(x) - x.shape[1]) * np.log(rss) + height)
    return np.argmin(falls, axis=0)


def drawn(rho: float, step: np.ndarray, replicates: int, rng) -> np.ndarray:
    """Series of AR(1) noise with variance 1: n × replicates."""
    series = rng.standard_normal((len(step), replicates))
    ahead = _power(rho, np.diff(step))
    for t, before in enumerate(ahead, start=1):  # periods; all replicates at once
        series[t] = before * series[t - 1] + np.sqrt(1 - before**2) * series[t]
    return series


class Noise:
    """The noises V = a R(ρ) + b D of a regression, on a grid, for many series at once.

    Of means D = 1, V has a free scale and (a, b) = (λ, 1 − λ) with λ of :data:`SHARE`. Of counts D is the known
    ``sampling`` variance of each working response, the scale is 1, b = 1 and a is the variance τ² of an AR(1) in the
    logarithm of the rate, from 0.

    Parameters
    ----------
    x, step
        n × k design of full rank; the number of each period.
    sampling
        n variances, for counts.
    most
        Largest τ² of counts.

    Attributes
    ----------
    white
        Whether series are fitted with white noise beside the AR(1); of counts always, with the known variance.
    bread
        (X'V⁻¹X)⁻¹ of each noise.
    """

    def __init__(self, x, step, *, sampling=None, most=1.0):
        n, k = x.shape
        self.step, self.n_free, self.white = step, n - k, sampling is not None
        self.counts = sampling is not None
        self.sampling = np.ones(n) if sampling is None else np.asarray(sampling, dtype=float)
        if self.counts:
            middle = np.median(self.sampling)
            tau = np.r_[0.0, np.geomspace(0.03 * middle, max(most, 3 * middle), 14)]
            self.parts = np.column_stack([tau, np.ones(len(tau))])
        else:
            self.parts = np.column_stack([SHARE, 1 - SHARE])
        root = np.sqrt(self.sampling)[:, None]
        q, r = np.linalg.qr(x / root, mode="complete")
        self._left = np.linalg.solve(r[:k], (q[:, :k] / root).T)  # k × n: estimates weighted by 1 / D
        rest = q[:, k:] / root  # n × (n − k): rest'x = 0 and rest'D rest = 1
        inner = np.linalg.inv(r[:k].T @ r[:k])
        a, b = self.parts.T[:, :, None, None]
        self._into, self._back, self._spread, bread = [], [], [], []
        for rho in RHO:
            carried = correlation(rho, step)
            values, vectors = np.linalg.eigh(rest.T @ carried @ rest)
            spread = np.outer(self.parts[:, 0], np.maximum(values, 0)) + self.parts[:, 1:]
            back = self._left @ carried @ rest @ vectors
            across = self._left @ carried @ self._left.T
            bread.append(a * across + b * inner - a**2 * ((back / spread[:, None]) @ back.T))
            self._into.append((rest @ vectors).T)
            self._back.append(back)
            self._spread.append(spread)
        self.bread = np.stack(bread)  # autocorrelations × parts × k × k
        self._height = np.log(np.stack(self._spread)).sum(axis=2)

    def _fall(self, rss, height, n_free):
        """Minus twice the restricted log-likelihood, but for a constant."""
        return (rss if self.counts else n_free * np.log(rss)) + height

    def fit(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Of each series (n × series) the place in the grid by REML, the coefficients (k × series) and σ²."""
        used = len(self.parts) if self.white else 1
        parts = zip(self._into, self._spread, strict=True)
        rss = np.stack([(1 / spread[:used]) @ (into @ y) ** 2 for into, spread in parts])
        fall = self._fall(rss, self._height[:, :used, None], self.n_free)
        at, part = np.divmod(np.argmin(fall.reshape(-1, y.shape[1]), axis=0), used)
        estimate = self._left @ y
        for i in np.unique(at):
            here = at == i
            inner = (self._into[i] @ y[:, here]) / self._spread[i][part[here]].T
            estimate[:, here] -= self.parts[part[here], 0] * (self._back[i] @ inner)
        scale = np.ones(len(at)) if self.counts else rss[at, part, np.arange(len(at))] / self.n_free
        return at, part, estimate, scale

    def statistics(self, y: np.ndarray, contrasts: np.ndarray) -> np.ndarray:
        """c'β̂ over its standard error: series × contrasts, each series with the noise of its own fit."""
        at, part, estimate, scale = self.fit(y)
        variance = np.einsum("mk,rpkl,ml->rpm", contrasts, self.bread, contrasts, optimize=True)[at, part]
        return (contrasts @ estimate).T / np.sqrt(scale[:, None] * variance)

    def null(self, y: np.ndarray, contrasts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The noise by REML of one series where each contrast is held at 0; a contrast of zeros holds nothing.

        Holding c'β adds (c'β̂)² / c'Bc to the squared residuals and log c'Bc to log|X'V⁻¹X| (B its inverse).
        """
        parts = zip(self._into, self._back, self._spread, strict=True)
        inner = np.stack([(into @ y) ** 2 @ (1 / spread).T for into, _, spread in parts])
        parts = zip(self._into, self._back, self._spread, strict=True)
        moved = np.stack([((into @ y) / spread) @ back.T for into, back, spread in parts])
        effect = (self._left @ y - self.parts[:, :1] * moved) @ contrasts.T
        bread = np.einsum("mk,rpkl,ml->rpm", contrasts, self.bread, contrasts, optimize=True)
        held = np.asarray(contrasts.any(axis=1))
        bread[..., ~held] = 1.0
        rss = inner[..., None] + np.where(held, effect**2 / bread, 0.0)
        fall = self._fall(rss, self._height[..., None] + np.log(bread), self.n_free + held)
        if not self.white:
            without = fall[:, 0].min(axis=0) - fall.min(axis=(0, 1)) <= 2 * GAIN_NULL
            fall[:, 1:, without] = np.inf
        return np.divmod(np.argmin(fall.reshape(-1, len(contrasts)), axis=0), len(self.parts))

    def covariance(self, at: int, part: int) -> np.ndarray:
        """V of a place in the grid."""
        a, b = self.parts[part]
        return a * correlation(RHO[at], self.step) + b * np.diag(self.sampling)

    def reference(self, y, null, contrasts, replicates: int, seed: int, statistics=None) -> np.ndarray:
        """|t| of ``contrasts`` in series drawn where those of ``null`` are 0, each column in order.

        Parameters
        ----------
        y
            The series.
        null, contrasts
            m × k each: what is held at 0 when the noise is estimated that the series are drawn with, and what the
            statistic is of.
        statistics
            ``statistics(series, contrasts)`` where they are not :meth:`statistics`.
        """
        drawn = np.empty((replicates, len(contrasts)))
        shocks = np.random.default_rng(seed).standard_normal((len(y), replicates))
        places = np.stack(self.null(y, null))
        for at, part in np.unique(places, axis=1).T:
            here = (places == [[at], [part]]).all(axis=0)
            root = np.linalg.cholesky(self.covariance(at, part))
            drawn[:, here] = np.abs((statistics or self.statistics)(root @ shocks, contrasts[here]))
        return np.sort(drawn, axis=0)


class AR1(GLS):
    """y = xβ + u + e: u with corr(u_s, u_t) = φ^|s − t|, and e independent; φ and the share of u by REML.

    statsmodels' GLSAR estimates φ by iterated least squares and knows no gaps; without e this is ``nlme::gls`` with
    ``corCAR1`` [1]_, and σ² = RSS / (n − k). e is white where that gains more than :data:`GAIN` in restricted
    log-likelihood. Of counts ``endog`` is the working response of a log-linear model and e its sampling error with a
    known variance; ``predict`` gives the linear predictor, without an offset.

    Parameters
    ----------
    endog, exog
        As for GLS, in order of time.
    step
        Number of each period, increasing; a gap is a larger step.
    sampling
        Known variances of e, for counts.

    Attributes
    ----------
    gain
        Of white noise, in restricted log-likelihood; 0 of counts.
    phi, share
        The autocorrelation, and the share of u in the variance (of means) or its variance τ² (of counts).
    noise
        :class:`Noise`, for the bootstrap.

    References
    ----------
    .. [1] Pinheiro, J. C. & Bates, D. M. (2000). *Mixed-Effects Models in S and S-PLUS*, section 5.3.
    """

    def __init__(self, endog, exog, step, sampling=None, **options):
        x, y, step = np.asarray(exog, dtype=float), np.asarray(endog, dtype=float), np.asarray(step, dtype=float)
        rough = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
        self.noise = Noise(x, step, sampling=sampling, most=4 * rough.var())
        at, part, _, _ = (found[0] for found in self.noise.fit(y[:, None]))
        self.phi, self.share, self.gain = float(RHO[at]), float(self.noise.parts[part, 0]), 0.0
        if sampling is None:
            self.phi, self.share, plain = _refined(self.noise, x, y)
            self.noise.white = True
            phi, share, mixed = _refined(self.noise, x, y)
            self.gain = (plain - mixed) / 2
            self.noise.white = self.gain > GAIN
            if self.noise.white:
                self.phi, self.share = phi, share
        rest = 1 - self.share if sampling is None else self.noise.sampling
        super().__init__(endog, exog, sigma=self.share * correlation(self.phi, step) + rest * np.eye(len(y)), **options)


def _refined(noise: Noise, x, y) -> tuple[float, float, float]:
    """φ and λ of means off the grid, near its best, and minus twice the restricted log-likelihood there."""
    at, part, _, _ = (found[0] for found in noise.fit(y[:, None]))
    step = noise.step

    def fall(place):
        phi, share = np.tanh(place[0]), place[1] if len(place) > 1 else 1.0
        root = np.linalg.cholesky(share * correlation(phi, step) + (1 - share) * np.eye(len(y)))
        z = np.linalg.solve(root, np.column_stack([x, y]))
        r = np.abs(np.diag(np.linalg.qr(z, mode="r")))
        return 2 * noise.n_free * np.log(r[-1]) + 2 * np.log(r[:-1]).sum() + 2 * np.log(np.diag(root)).sum()

    start, bounds = [np.arctanh(RHO[at])], [np.arctanh(RHO[[0, -1]])]
    if noise.parts[part, 0] < 1:
        start, bounds = [*start, noise.parts[part, 0]], [*bounds, (SHARE[-1], 1.0)]
    options = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 400}
    found = optimize.minimize(fall, start, method="Nelder-Mead", bounds=bounds, options=options)
    return float(np.tanh(found.x[0])), float(found.x[1]) if len(found.x) > 1 else 1.0, float(found.fun)


class Bootstrapped(TDistribution):
    """Statistics judged by those of drawn series: p = (1 + #{|t*| ≥ |t|}) / (B + 1), estimate ± quantile × error.

    ``drawn`` is B × k, each column in order, missing where nothing is judged; without a row there is neither p nor
    interval.
    """

    def __init__(self, estimate, std_error, drawn):
        super().__init__(estimate, std_error, np.full(len(np.asarray(estimate)), np.nan))
        self.drawn = drawn

    @cached_property
    def p_value(self) -> np.ndarray:
        if not len(self.drawn):
            return np.full(len(self.estimate), np.nan)
        below = (self.drawn < np.abs(self.statistic) * (1 - 1e-10)).sum(axis=0)
        return np.where(
            np.isnan(self.statistic + self.drawn[0]), np.nan, (1 + len(self.drawn) - below) / (1 + len(self.drawn))
        )

    def interval(self, level):
        if not len(self.drawn):
            return np.full((len(self.estimate), 2), np.nan)
        place = min(int(np.ceil(round(level * (1 + len(self.drawn)), 6))), len(self.drawn)) - 1
        half = self.drawn[place] * self.std_error
        return np.column_stack([self.estimate - half, self.estimate + half])
