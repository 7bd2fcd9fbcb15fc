"""Maximise a likelihood of statsmodels so that it ends at the maximum or says that it did not."""

import warnings

import numpy as np
from statsmodels.tools.sm_exceptions import ConvergenceWarning, HessianInversionWarning, PerfectSeparationWarning

_TOLERANCE = 1e-10


def maximise(model, fit, start, **options):
    """Newton's method and, where its full steps lead astray, the trust region of scipy.

    ``fit`` is the ``fit`` of the model's parent class. ``mle_retvals["converged"]`` of the result says whether the
    gradient vanished: statsmodels itself only warns.
    """
    options = {**options, "disp": False, "maxiter": 100}
    options.pop("method", None)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        for silenced in (ConvergenceWarning, HessianInversionWarning, PerfectSeparationWarning, RuntimeWarning):
            warnings.simplefilter("ignore", silenced)
        try:
            found = fit(model, start, method="newton", tol=_TOLERANCE, **options)
        except (np.linalg.LinAlgError, ValueError):  # a singular Hessian on the way
            found = None
        if found is None or not _at_maximum(model, found.params, found.mle_retvals):
            options |= {"maxiter": 500, "min_method": "trust-exact", "gtol": _TOLERANCE}
            found = fit(model, start, method="minimize", **options)
            found.mle_retvals["converged"] = _at_maximum(model, found.params, {"converged": True})
    return found


def _at_maximum(model, params, record) -> bool:
    """Whether the step that Newton would still take is nothing beside the parameters."""
    params = np.asarray(params)
    if not (record["converged"] and np.isfinite(params).all() and np.isfinite(model.loglike(params))):
        return False
    gradient, hessian = model.score(params), model.hessian(params)
    step = np.linalg.lstsq(hessian, gradient, rcond=None)[0]
    return bool(np.abs(step).max(initial=0.0) <= 1e-7 * (1 + np.abs(params).max(initial=0.0)))
