"""Models with one linear predictor, fitted by statsmodels."""

import warnings
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pandas as pd

from framing.errors import refuse_unknown
from framing.models import kernel
from framing.models.fitted import Fitted, repeats_of
from framing.models.newton import conditioned, turn_back

FAMILIES = ("normal", "logit", "poisson", "quasipoisson", "negbin")
KERNEL = {"quasipoisson": "poisson", "negbin": "poisson"}


def fit(x: np.ndarray, y: np.ndarray, family: str, *, names, weights=None, offset=None):
    """Fit a linear predictor.

    Parameters
    ----------
    x, y
        n × k matrix of full rank; outcomes (0 to 1 for ``logit``; counts for ``poisson``, ``quasipoisson``,
        ``negbin``).
    family
        ``normal`` is statsmodels' OLS (WLS with weights); ``logit`` its GLM of the binomial; ``poisson`` and
        ``quasipoisson`` its GLM of Poisson, the latter with the dispersion Pearson χ² / (n − k); ``negbin`` its
        NegativeBinomial (NB2), or the Poisson where the counts are not over-dispersed.
    weights
        Multiply each row's log-likelihood. Whole numbers are frequencies: the fit is that of the rows repeated. Others
        are prior weights, which ``negbin`` has not.
    offset
        Added to the linear predictor: for counts the *logarithm* of the exposure. Not for ``normal``.

    Returns
    -------
    results, fitted
        The statsmodels result, and its :class:`~framing.models.fitted.Fitted`: ``model`` is the covariance that
        statsmodels reports for the coefficients, ``scores`` and ``bread`` hold the θ of ``negbin`` fixed.

    Raises
    ------
    ValueError
        Unknown family, a parameter the data do not identify, or an option that the family has not.
    """
    import statsmodels.api as sm

    refuse_unknown(family, FAMILIES, "family")
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    n = len(y)
    turn, turned = conditioned(x)
    exog = pd.DataFrame(turned, columns=list(names))
    o = np.zeros(n) if offset is None else np.asarray(offset, dtype=float)
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    repeats, theta = repeats_of(weights), np.inf
    again = np.arange(n) if repeats is None else np.repeat(np.arange(n), repeats.astype(int))
    if family == "normal":
        if np.any(o):
            raise ValueError("least squares has no offset; subtract it from the outcome")
        plain = weights is None or repeats is not None
        results = (sm.OLS(y[again], exog.iloc[again]) if plain else sm.WLS(y, exog, weights=w)).fit()
    elif family == "negbin" and _surplus(x, y, w, o) > 0:
        if weights is not None and repeats is None:
            raise ValueError("family 'negbin' takes whole numbers as weights; use 'quasipoisson'")
        results = _negative_binomial(sm.NegativeBinomial(y[again], exog.iloc[again], offset=o[again]))
        theta = 1 / results.params.iloc[-1]
    else:
        of = sm.families.Binomial() if family == "logit" else sm.families.Poisson()
        role = "freq_weights" if repeats is not None else "var_weights"
        model = sm.GLM(y, exog, family=of, offset=offset, **{role: w})
        with _quiet():  # iteratively reweighted least squares to the last digits
            scale = "X2" if family == "quasipoisson" else None
            results = model.fit(maxiter=100, tol=1e-12, tol_criterion="params", scale=scale)
    if turn is not None:
        turn_back(results._results, x[again], turn)
    estimate = np.asarray(results.params)[: x.shape[1]]
    ended = getattr(results, "mle_retvals", {"converged": getattr(results, "converged", True)})
    converged = bool(ended["converged"])
    fitted = kernel.record(x, y, KERNEL.get(family, family), estimate, names, w, o, theta=theta,
                           log_likelihood=results.llf, converged=converged)  # fmt: skip
    return results, _with_dispersion(fitted, results, family, theta)


def _negative_binomial(model):
    """BFGS on log α, as statsmodels does by default, then Newton on α to the last digits."""
    with _quiet():
        near = np.asarray(model.fit(method="bfgs", maxiter=500, gtol=1e-8, disp=False).params)
        for _ in range(3):
            near = near - np.linalg.lstsq(model.hessian(near), model.score(near), rcond=None)[0]
        return model.fit(start_params=near, method="newton", maxiter=50, disp=False)


@contextmanager
def _quiet():
    """Without statsmodels' warnings of a fit that did not end: the result says so, and the caller refuses it."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def _surplus(x, y, weights, offset) -> float:
    """Twice the slope of the log-likelihood in 1/θ at the Poisson fit; without one θ is infinite."""
    mu = kernel.refit(x, y, "poisson", weights=weights, offset=offset).fitted
    return float(weights @ ((y - mu) ** 2 - y))


def _with_dispersion(fitted: Fitted, results, family: str, theta: float) -> Fitted:
    """The model's covariance of the coefficients and the family's own parameter."""
    k = len(fitted.estimate)
    if family == "quasipoisson":
        extra = {"dispersion": float(results.scale)}
        return replace(fitted, model=results.scale * fitted.bread, log_likelihood=np.nan, extra=extra)
    if family != "negbin":
        return fitted
    if np.isinf(theta):
        return replace(fitted, extra={"theta": np.inf, "log_theta": np.inf, "log_theta_std_error": np.nan})
    joint = np.asarray(results.cov_params())
    error = float(np.sqrt(joint[k, k]) * theta)  # the delta method: log θ = −log α
    extra = {"theta": float(theta), "log_theta": float(np.log(theta)), "log_theta_std_error": error}
    return replace(fitted, model=joint[:k, :k], extra=extra)
