"""One linear predictor as arrays: the fast refits inside resampling, and the record of any fit.

What a person sees is a statsmodels result (:mod:`framing.models.linear`). A bootstrap, a permutation or a test that
refits thousands of times takes this kernel; ``tests/test_models.py`` holds it to statsmodels.
"""

import numpy as np
from scipy import special

from framing.errors import refuse_unknown
from framing.models.fitted import Fitted, repeats_of
from framing.models.groups import information_of
from framing.models.newton import climb, conditioned, cross, information_inverse

FAMILIES = ("normal", "logit", "poisson")


def refit(
    x: np.ndarray,
    y: np.ndarray,
    family: str,
    *,
    names=None,
    weights: np.ndarray | None = None,
    offset: np.ndarray | None = None,
) -> Fitted:
    """Fit a linear predictor by maximum likelihood.

    Parameters
    ----------
    x, y
        n × k matrix of full rank; outcomes (0 to 1 for ``logit``, counts for ``poisson``).
    family
        ``normal`` (identity), ``logit`` or ``poisson`` (log link).
    weights
        Multiply each row's log-likelihood. Whole numbers are frequencies: n is their sum and the fit is that of the
        rows repeated. Others are R's prior weights, and n is the number of rows.
    offset
        Added to the linear predictor: for counts the *logarithm* of the exposure.

    Raises
    ------
    ValueError
        Unknown family, or a parameter the data do not identify.

    References
    ----------
    .. [1] McCullagh, P. & Nelder, J. A. (1989). *Generalized Linear Models*, 2nd ed.
    """
    refuse_unknown(family, FAMILIES, "family")
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    n, k = x.shape
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    o = np.zeros(n) if offset is None else np.asarray(offset, dtype=float)
    names = tuple(names) if names is not None else tuple(f"x{i}" for i in range(k))
    if family == "normal":
        q, r = np.linalg.qr(x * np.sqrt(w)[:, None])
        return record(x, y, family, np.linalg.solve(r, q.T @ ((y - o) * np.sqrt(w))), names, w, o)
    turn, turned = conditioned(x)
    start = np.zeros(k)
    if family == "poisson":
        root = np.sqrt(w * (y + 0.5))
        start = np.linalg.lstsq(turned * root[:, None], (np.log(y + 0.5) - o) * root, rcond=None)[0]
    at, height, converged, steps = optimum(turned, (w * y)[:, None], w, family, start[None], o)
    at = at if turn is None else at @ turn.T
    constant = float(w @ special.gammaln(y + 1)) if family == "poisson" else 0.0
    return record(
        x, y, family, at[0], names, w, o, log_likelihood=height[0] - constant, converged=bool(converged[0]), steps=steps
    )  # fmt: skip


def record(
    x, y, family, estimate, names, weights, offset, *, log_likelihood=np.nan, theta=np.inf, converged=True, steps=1
) -> Fitted:
    """Scores, information and working quantities of one linear predictor at an estimate.

    ``theta`` is that of the negative binomial (variance μ + μ²/θ), held fixed as R's sandwich does; infinite is the
    Poisson.
    """
    rows, k = x.shape
    repeats = repeats_of(weights)
    n = rows if repeats is None else float(repeats.sum())
    estimate = np.asarray(estimate, dtype=float)
    eta = x @ estimate + offset
    extra, scale = {}, 1.0
    if family == "normal":
        working, residuals, slope, mu = weights, y - eta, np.ones(rows), eta
        rss, scale = float(np.sum(weights * residuals**2)), float(weights @ y**2 / weights.sum())
        heights = np.log(weights[weights > 0]).sum() if repeats is None else 0.0  # of rows of unlike precision
        log_likelihood = 0.5 * (heights - n * (np.log(2 * np.pi * rss / n) + 1)) if rss > 0 else np.inf
        extra["dispersion"] = rss / (n - k) if n > k else np.nan
    elif family == "logit":
        mu = special.expit(eta)
        slope = np.maximum(mu * special.expit(-eta), 1e-300)
        working, residuals = weights * slope, (y - mu) / slope
    else:
        mu = np.exp(eta)
        slope, working, residuals = mu, weights * mu / (1 + mu / theta), (y - mu) / mu
    bread = information_inverse(x, working)
    return Fitted(
        tuple(names), estimate, x * (working * residuals)[:, None], bread, extra.get("dispersion", 1.0) * bread,
        float(log_likelihood), information_of(x, working), x, working, residuals, slope, mu, eta, converged, steps,
        extra, repeats, scale,
    )  # fmt: skip


def optimum(x, total, size, family: str, start, offset=None):
    """Coefficients of q outcomes at once: those that maximise Σ (total η − size b(η)) with b of the logit or log link.

    Parameters
    ----------
    x, total, size
        m × k matrix; m × q sums of outcomes, and what they are sums over (rows, or weights).
    family
        ``logit`` or ``poisson``.
    start, offset
        q × k; one value per row.

    Returns
    -------
    coefficients, heights, converged, steps
        q × k; q maxima (of ``poisson`` without Σ log y!); q flags; Newton steps.
    """
    size = size[:, None]
    shift = 0.0 if offset is None else offset[:, None]
    pairs = None if total.shape[1] == 1 else (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)

    def value(b):
        eta = x @ b.T + shift
        with np.errstate(over="ignore", invalid="ignore"):
            height = (total * eta - size * (np.logaddexp(0, eta) if family == "logit" else np.exp(eta))).sum(axis=0)
        return np.where(np.isfinite(height), height, -np.inf)

    def derivatives(b):
        eta = x @ b.T + shift
        mean = special.expit(eta) if family == "logit" else np.exp(eta)
        curve = size * (mean * (1 - mean) if family == "logit" else mean)
        information = (
            cross(x, curve[:, 0])[None] if pairs is None else (pairs.T @ curve).T.reshape(-1, *2 * b.shape[1:])
        )
        return (total - size * mean).T @ x, information

    at, converged, steps = climb(start, value, derivatives)
    return at, value(at), converged, steps
