"""Formulas and models, statsmodels first.

Three steps, each usable alone::

    design = models.build("time * outlet", data)                       # formula -> matrix, checked
    results, fitted = models.fit(design.matrix, y, "poisson", names=design.names, offset=offset)
    errors = models.covariance(fitted, "CR2", groups=data["date"])     # matrix, degrees of freedom, label

What a person sees is ``results``, a statsmodels result. What statsmodels lacks is a subclass that adds only that:
:class:`~framing.models.ordinal.ProportionalOdds`, :class:`~framing.models.firth.FirthLogit`,
:class:`~framing.models.autoregression.AR1`. Ours alone are the bias-reduced clustered covariances, the wild bootstrap
and one array kernel (:func:`refit`) for thousands of refits inside resampling.
"""

from framing.models.fitted import Fitted, repeats_of
from framing.models.formula import Design, build, refuse_collinear
from framing.models.groups import codes_of, information_of, sums
from framing.models.kernel import optimum, record, refit
from framing.models.linear import KERNEL, fit
from framing.models.results import TDistribution, wald, with_inference
from framing.models.sandwich import Covariance, clustered, covariance, informed
from framing.models.small import wild_statistics, wild_weights

__all__ = [
    "KERNEL", "Covariance", "Design", "Fitted", "TDistribution", "build", "clustered", "codes_of", "covariance", "fit",
    "information_of", "informed", "optimum", "record", "refit", "refuse_collinear", "repeats_of", "sums",
    "wald", "wild_statistics", "wild_weights", "with_inference",
]  # fmt: skip
