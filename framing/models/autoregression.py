"""Generalised least squares with AR(1) errors on statsmodels' GLS; gaps count as the periods they are."""

import numpy as np
from scipy import optimize
from statsmodels.regression.linear_model import GLS

_EDGE = 0.999


class AR1(GLS):
    """y = xβ + u with corr(u_s, u_t) = φ^|s − t|, φ by (restricted) maximum likelihood.

    statsmodels' GLSAR estimates φ by iterated least squares and knows no gaps; this is ``nlme::gls`` with
    ``corCAR1`` [1]_. Standard errors use σ² = RSS / (n − k) for both methods.

    Parameters
    ----------
    endog, exog
        As for GLS, in order of time.
    step
        Number of each period, increasing; a gap is a larger step.
    method
        ``REML`` or ``ML``.

    Attributes
    ----------
    phi
        The autocorrelation.

    References
    ----------
    .. [1] Pinheiro, J. C. & Bates, D. M. (2000). *Mixed-Effects Models in S and S-PLUS*, section 5.3.
    """

    def __init__(self, endog, exog, step, method="REML", **options):
        self.step, self.method, self.phi = np.asarray(step, dtype=float), method, 0.0
        super().__init__(endog, exog, **options)
        found = optimize.minimize_scalar(self._fall, bounds=(-_EDGE, _EDGE), method="bounded", options={"xatol": 1e-12})
        self.phi = float(found.x)
        self.initialize()

    def whiten(self, x):
        """Rows that are independent at ``phi``."""
        rho, x = self._rho(), np.asarray(x, dtype=float)
        scale = np.sqrt(1 - rho**2)
        ahead = rho if x.ndim == 1 else rho[:, None]
        return np.concatenate([x[:1], (x[1:] - ahead * x[:-1]) / (scale if x.ndim == 1 else scale[:, None])])

    def _rho(self):
        ahead = np.diff(self.step)
        return np.sign(self.phi) ** ahead * np.abs(self.phi) ** ahead

    def _fall(self, phi: float) -> float:
        """Minus the profile log-likelihood of φ, but for a constant."""
        self.phi = float(phi)
        n, k = self.exog.shape
        x, y = self.whiten(self.exog), self.whiten(self.endog)
        log_scale = 0.5 * np.log1p(-(self._rho() ** 2)).sum()
        q, r = np.linalg.qr(x)
        rss = float(y @ y - (q.T @ y) @ (q.T @ y))
        if self.method == "ML":
            return n / 2 * np.log(rss / n) + log_scale
        return (n - k) / 2 * np.log(rss / (n - k)) + log_scale + np.log(np.abs(np.diag(r))).sum()

    def loglike(self, params):
        """The (unrestricted) log-likelihood with σ² profiled out."""
        n, left = len(self.wendog), self.wendog - self.wexog @ np.asarray(params)
        log_scale = 0.5 * np.log1p(-(self._rho() ** 2)).sum()
        return -n / 2 * (np.log(2 * np.pi * (left @ left) / n) + 1) - log_scale
