"""Generalised least squares with AR(1) errors; gaps count as the periods they are."""

import numpy as np
from scipy import optimize

from framing import models
from framing.models import Fitted

_EDGE = 0.999


def gls(x: np.ndarray, y: np.ndarray, step: np.ndarray, names, *, method: str = "REML"):
    """Fit y = xβ + u with corr(u_s, u_t) = φ^|s − t|.

    Returns
    -------
    fitted, covariance, label, extra
        As :func:`framing.models.glm` gives; ``extra`` has ``phi``, ``sigma`` and ``log_likelihood``.

    Notes
    -----
    The likelihood is maximised over φ alone with β and σ profiled out. Standard errors use σ² = RSS / (n − k)
    for both methods, as ``nlme::gls`` does [1]_.

    References
    ----------
    .. [1] Pinheiro, J. C. & Bates, D. M. (2000). *Mixed-Effects Models in S and S-PLUS*, section 5.3.
    """
    n, k = x.shape

    def whitened(phi):
        ahead = np.diff(step)
        rho = np.sign(phi) ** ahead * np.abs(phi) ** ahead
        scale = np.sqrt(1 - rho**2)
        both = np.column_stack([x, y])
        both = np.concatenate([both[:1], (both[1:] - rho[:, None] * both[:-1]) / scale[:, None]])
        return both[:, :-1], both[:, -1], np.log(scale).sum()

    def negative(phi):
        wx, wy, log_scale = whitened(phi)
        q, r = np.linalg.qr(wx)
        rss = float(wy @ wy - (q.T @ wy) @ (q.T @ wy))
        if method == "ML":
            return n / 2 * np.log(rss / n) + log_scale
        return (n - k) / 2 * np.log(rss / (n - k)) + log_scale + np.log(np.abs(np.diag(r))).sum()

    found = optimize.minimize_scalar(negative, bounds=(-_EDGE, _EDGE), method="bounded", options={"xatol": 1e-12})
    phi = float(found.x)
    wx, wy, log_scale = whitened(phi)
    plain: Fitted = models.glm(wx, wy, "normal", names=names)
    rss = float(((wy - wx @ plain.estimate) ** 2).sum())
    sigma = np.sqrt(rss / (n if method == "ML" else n - k))
    matrix = rss / (n - k) * np.linalg.inv(wx.T @ wx)
    extra = {"phi": phi, "sigma": float(sigma), "method": method}
    return plain, matrix, f"AR(1) errors, phi {phi:.2f}, {method}", extra
