"""Maximum likelihood for one linear predictor: normal, logit, Poisson and NB2, one Newton for all.

Written out and not taken from statsmodels because scores, working weights and restricted refits (for profiles,
wild bootstraps and leave-one-out) are needed as arrays; ``tests/test_models.py`` holds it against statsmodels and R.
"""

from dataclasses import replace

import numpy as np
from scipy import special

from framing.models.groups import information_of
from framing.models.newton import Fitted, climb, cross, inverse, repeats_of

FAMILIES = ("normal", "logit", "poisson", "quasipoisson", "negbin")


def glm(
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
        n × k matrix of full rank; outcomes (0..1 for ``logit``, counts for ``poisson``, ``quasipoisson``, ``negbin``).
    family
        ``normal`` (identity), ``logit`` (also for shares, then with robust errors), ``poisson``, ``quasipoisson``
        (the same with dispersion = Pearson χ² / (n − k)), ``negbin`` (NB2, variance μ + μ²/θ; θ estimated jointly).
        All counts with log link.
    weights
        Multiply each row's log likelihood. Whole numbers are frequencies: n is their sum and the fit is that of the
        rows repeated. Others are R's prior weights, and n is the number of rows.
    offset
        Added to the linear predictor: for counts the *logarithm* of the exposure.

    Returns
    -------
    Fitted
        ``model`` is the inverse information times the dispersion; for ``negbin`` the β block of the inverse of the
        *joint observed* information of β and log θ, while ``bread`` and ``scores`` hold θ fixed (as R's sandwich does).

    Raises
    ------
    ValueError
        Unknown family, or a parameter the data do not identify.

    References
    ----------
    .. [1] McCullagh, P. & Nelder, J. A. (1989). *Generalized Linear Models*, 2nd ed.
    .. [2] Lawless, J. F. (1987). Negative binomial and mixed Poisson regression. *Can. J. Statistics* 15, 209-225.
    """
    if family not in FAMILIES:
        raise ValueError(f"no family {family!r}; there are {FAMILIES}")
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    n, k = x.shape
    repeats = repeats_of(weights)
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    o = np.zeros(n) if offset is None else np.asarray(offset, dtype=float)
    names = tuple(names) if names is not None else tuple(f"x{i}" for i in range(k))
    if family == "normal":
        return replace(_normal(x, y, w, o, names, repeats), repeats=repeats)
    fitted = replace((_logit if family == "logit" else _poisson)(x, y, w, o, names), repeats=repeats)
    if family == "negbin":
        return replace(_negbin(x, y, w, o, names, fitted), repeats=repeats)
    if family == "quasipoisson":
        pearson = float(np.sum(w * (y - fitted.fitted) ** 2 / fitted.fitted))
        dispersion = pearson / (fitted.n - k)
        return replace(fitted, model=dispersion * fitted.bread, log_likelihood=np.nan, extra={"dispersion": dispersion})
    return fitted


def _fitted(
    x, names, estimate, working, residuals, slope, mu, eta, log_likelihood, converged=True, steps=1, **extra
) -> Fitted:
    """Fill the record from working weights and working residuals."""
    bread = inverse(cross(x, working))
    return Fitted(
        names, estimate, x * (working * residuals)[:, None], bread, bread, float(log_likelihood),
        information_of(x, working), x, working, residuals, slope, mu, eta, converged, steps, extra,
    )  # fmt: skip


def _normal(x, y, w, o, names, repeats) -> Fitted:
    k, rows = x.shape[1], len(y)
    n = rows if repeats is None else repeats.sum()
    heights = np.log(w[w > 0]).sum() if repeats is None else 0.0  # of rows of unlike precision
    root = np.sqrt(w)
    q, r = np.linalg.qr(x * root[:, None])
    beta = np.linalg.solve(r, q.T @ ((y - o) * root))
    eta = x @ beta + o
    residuals = y - eta
    rss = float(np.sum(w * residuals**2))
    log_likelihood = 0.5 * (heights - n * (np.log(2 * np.pi * rss / n) + 1)) if rss > 0 else np.inf
    dispersion = rss / (n - k) if n > k else np.nan
    fitted = _fitted(x, names, beta, w, residuals, np.ones(rows), eta, eta, log_likelihood, dispersion=dispersion)
    return replace(fitted, model=dispersion * fitted.bread, scale=float(w @ y**2 / w.sum()))


def _logit(x, y, w, o, names) -> Fitted:
    def value(beta):
        eta = x @ beta + o
        return float(np.sum(w * (y * eta - np.logaddexp(0, eta))))

    def derivatives(beta):
        p = special.expit(x @ beta + o)
        return x.T @ (w * (y - p)), cross(x, w * p * (1 - p))

    beta, converged, steps = climb(np.zeros(x.shape[1]), value, derivatives)
    eta = x @ beta + o
    p = special.expit(eta)
    spread = np.maximum(special.expit(eta) * special.expit(-eta), 1e-300)
    return _fitted(x, names, beta, w * spread, (y - p) / spread, spread, p, eta, value(beta), converged, steps)


def _poisson(x, y, w, o, names) -> Fitted:
    constant = float(np.sum(w * special.gammaln(y + 1)))

    def value(beta):
        eta = x @ beta + o
        with np.errstate(over="ignore", invalid="ignore"):
            height = float(np.sum(w * (y * eta - np.exp(eta))))
        return height - constant if np.isfinite(height) else -np.inf

    def derivatives(beta):
        mu = np.exp(x @ beta + o)
        return x.T @ (w * (y - mu)), cross(x, w * mu)

    first = np.log(y + 0.5) - o
    root = np.sqrt(w * (y + 0.5))
    start = np.linalg.lstsq(x * root[:, None], first * root, rcond=None)[0]
    beta, converged, steps = climb(start, value, derivatives)
    eta = x @ beta + o
    mu = np.exp(eta)
    return _fitted(x, names, beta, w * mu, (y - mu) / mu, mu, mu, eta, value(beta), converged, steps)


def _negbin(x, y, w, o, names, poisson: Fitted) -> Fitted:
    """Joint Newton on β and τ = log θ. Without over-dispersion θ runs to infinity: Poisson, and said."""
    mu = poisson.fitted
    surplus = float(np.sum(w * ((y - mu) ** 2 - y)))  # twice the slope of the log likelihood in 1/θ at 0
    if surplus <= 0:
        return replace(poisson, extra={"theta": np.inf, "log_theta": np.inf, "log_theta_std_error": np.nan})
    k = x.shape[1]
    start_theta = max(float(np.sum(w * mu**2)) / surplus, 1e-4)
    fixed = special.gammaln(y + 1)

    def parts(at):
        return np.exp(x @ at[:k] + o), np.exp(at[k])

    def value(at):
        with np.errstate(over="ignore", invalid="ignore"):
            eta, theta = x @ at[:k] + o, np.exp(at[k])
            rows = (
                special.gammaln(y + theta) - special.gammaln(theta) - fixed
                - theta * np.log1p(np.exp(eta) / theta) + y * (eta - np.log(theta + np.exp(eta)))
            )  # fmt: skip
            height = float(np.sum(w * rows))
        return height if np.isfinite(height) and -30 < at[k] < 30 else -np.inf

    def derivatives(at):
        mu, theta = parts(at)
        total = theta + mu
        slope = special.digamma(y + theta) - special.digamma(theta) + np.log(theta / total) + (mu - y) / total
        bend = (
            special.polygamma(1, y + theta) - special.polygamma(1, theta) + 1 / theta - 2 / total
            + (y + theta) / total**2
        )  # fmt: skip
        gradient = np.append(x.T @ (w * theta * (y - mu) / total), theta * np.sum(w * slope))
        information = np.empty((k + 1, k + 1))
        information[:k, :k] = cross(x, w * theta * mu * (y + theta) / total**2)
        information[:k, k] = information[k, :k] = -theta * (x.T @ (w * mu * (y - mu) / total**2))
        information[k, k] = -np.sum(w * (theta**2 * bend + theta * slope))
        return gradient, information

    at, converged, steps = climb(np.append(poisson.estimate, np.log(start_theta)), value, derivatives)
    if at[k] > 16:  # θ beyond nine million: the likelihood is flat and the model is Poisson
        return replace(poisson, extra={"theta": np.inf, "log_theta": np.inf, "log_theta_std_error": np.nan})
    mu, theta = parts(at)
    joint = inverse(derivatives(at)[1])
    fitted = _fitted(
        x, names, at[:k], w * mu / (1 + mu / theta), (y - mu) / mu, mu, mu, x @ at[:k] + o, value(at),
        converged, steps, theta=float(theta), log_theta=float(at[k]), log_theta_std_error=float(np.sqrt(joint[k, k])),
    )  # fmt: skip
    return replace(fitted, model=joint[:k, :k])
