"""statsmodels results that carry our covariance, and the reference distribution of each coefficient."""

from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from framing.inference import normal_interval


class TDistribution:
    """Wald statistics with a t distribution for each coefficient; infinite degrees of freedom are the normal."""

    note = ""
    """Said of the coefficients ``chosen``, where a subclass replaces the t of some."""

    def __init__(self, estimate, std_error, df):
        self.estimate, self.std_error, self.df = np.asarray(estimate), std_error, df
        self.chosen = np.zeros(len(self.estimate), dtype=bool)

    @cached_property
    def statistic(self) -> np.ndarray:
        """Estimate over standard error."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.estimate / self.std_error

    @cached_property
    def p_value(self) -> np.ndarray:
        """Two-sided."""
        return 2 * stats.t.sf(np.abs(self.statistic), self.df)

    def interval(self, level: float) -> np.ndarray:
        """k × 2."""
        return np.column_stack(normal_interval(self.estimate, self.std_error, level, self.df))

    def columns(self, level: float) -> dict[str, np.ndarray]:
        """``estimate std_error statistic df conf_low conf_high p_value``: one value per coefficient each."""
        low, high = self.interval(level).T
        return {
            "estimate": self.estimate, "std_error": self.std_error, "statistic": self.statistic,
            "df": np.broadcast_to(self.df, self.estimate.shape), "conf_low": low, "conf_high": high,
            "p_value": self.p_value,
        }  # fmt: skip


class WithAlpha(TDistribution):
    """The negative binomial: the interval of its last parameter α = 1/θ is that of log θ, turned back."""

    def interval(self, level):
        ends = super().interval(level)
        alpha, error = self.estimate[-1], self.std_error[-1]
        low, high = TDistribution(np.log([alpha]), np.array([error / alpha]), self.df[-1:]).interval(level)[0]
        ends[-1] = np.exp([low, high])
        return ends


def wald(estimate, std_error, df: np.ndarray, extra: dict) -> TDistribution:
    """The reference distribution of coefficients, and of α where ``extra`` has the θ of a negative binomial."""
    theta = extra.get("theta", np.inf)
    if np.isinf(theta):
        return TDistribution(estimate, std_error, df)
    error = extra["log_theta_std_error"] / theta
    return WithAlpha(np.append(estimate, 1 / theta), np.append(std_error, error), np.append(df, np.inf))


class Inferred:
    """Mixed into a statsmodels results class: one fit shows one interval, whoever asks.

    ``bse``, ``tvalues``, ``pvalues``, ``conf_int`` and so ``summary`` come from ``inference``; ``cov_params``,
    ``t_test`` and ``wald_test`` from the covariance that goes with it.
    """

    cov_type: str
    inference: TDistribution
    read = None
    model: Any
    params: Any

    @property
    def bse(self):
        return self.inference.std_error

    @property
    def tvalues(self):
        return self.inference.statistic

    @property
    def pvalues(self):
        return self.inference.p_value

    def conf_int(self, alpha: float = 0.05, cols=None):
        """Intervals as in the table of coefficients: k × 2."""
        ends = self.inference.interval(1 - alpha)
        return ends if cols is None else ends[np.asarray(cols)]

    def predict(self, exog=None, *args, **options):
        """As the model predicts; ``exog`` may be a DataFrame with the columns that the fit was given."""
        if self.read is not None and hasattr(exog, "columns"):
            return self.model.predict(np.asarray(self.params), **self.read(exog), **options)
        return super().predict(exog, *args, **options)  # ty: ignore[missing-attribute]  # of the class mixed into

    def summary(self, *args, **options):
        """statsmodels' summary; where it has no line for the kind of errors, it ends with one."""
        made = super().summary(*args, **options)  # ty: ignore[missing-attribute]  # of the class mixed into
        if "Covariance Type" not in made.as_text():
            made.add_extra_txt([*(made.extra_txt or "").splitlines(), f"Covariance Type: {self.cov_type}"])
        return made


class Labelled:
    """Mixed into statsmodels' wrapper, which would call the methods of the class it was made for."""

    _results: Any
    params: Any

    def conf_int(self, alpha: float = 0.05, cols=None):
        """Intervals with the names of the coefficients: DataFrame with the columns 0 and 1."""
        ends = pd.DataFrame(self._results.conf_int(alpha), index=self.params.index)
        return ends if cols is None else ends.iloc[np.atleast_1d(cols)]


def with_inference(results, covariance, inference, *, read=None):
    """Give a statsmodels result another covariance and reference distribution.

    Parameters
    ----------
    results
        Of any statsmodels model; take the result that is returned in its place.
    covariance
        :class:`~framing.models.sandwich.Covariance` of the coefficients.
    inference
        Has ``std_error``, ``statistic``, ``p_value`` (k values) and ``interval(level)`` (k × 2); of the negative
        binomial also those of α.
    read
        Turns a DataFrame with the user's columns into the arguments of ``model.predict``.
    """
    inner, matrix, label = results._results, covariance.known, covariance.label
    if len(inference.estimate) > len(matrix):  # the negative binomial's own parameter
        matrix = np.pad(matrix, (0, 1))
        matrix[-1, -1] = inference.std_error[-1] ** 2
    inner.__class__ = _mixed(Inferred, type(inner))
    inner.inference, inner.read = inference, read
    inner.cov_params_default, inner.cov_type = matrix, label
    if np.isnan(matrix).any():  # then there is no F of all slopes, on which the summary of least squares would end
        inner._cache.update({"fvalue": np.nan, "f_pvalue": np.nan})
    inner.cov_kwds = {"description": label, "n_clusters": covariance.n_clusters}
    df = np.asarray(getattr(inference, "df", np.inf), dtype=float)
    inner.use_t = bool(np.isfinite(df).any())
    inner.df_resid_inference = float(df.min())  # of joint tests: the coefficient that is known least
    return _mixed(Labelled, type(results))(inner)


@lru_cache
def _mixed(mixin: type, kind: type) -> type:
    return type(kind.__name__, (mixin, kind), {"__module__": kind.__module__, "__doc__": kind.__doc__})
