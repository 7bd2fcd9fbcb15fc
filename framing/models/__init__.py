"""Formulas, maximum likelihood for linear predictors, and the standard errors around both.

Three steps, each usable alone::

    design = models.build("time * outlet", data)            # formula -> matrix, checked
    fitted = models.glm(design.matrix, y, "poisson", names=design.names, offset=offset)
    errors = models.covariance(fitted, "CR2", groups=data["date"])   # matrix, degrees of freedom, label

An estimator of another kind (an ordinal model, a topic regression) fills a :class:`Fitted` with its scores and
inverse information and gets the same standard errors.
"""

from framing.models.formula import Design, build, refuse_collinear
from framing.models.glm import FAMILIES, glm
from framing.models.groups import codes_of, information_of, sums
from framing.models.newton import Fitted, repeats_of
from framing.models.sandwich import (
    KINDS,
    Covariance,
    clustered,
    covariance,
    heteroskedastic,
    newey_west,
    newey_west_lag,
)
from framing.models.small import bias_reduced, bias_reduced_scores, wild_statistics, wild_weights

__all__ = [
    "FAMILIES", "KINDS", "Covariance", "Design", "Fitted", "bias_reduced", "bias_reduced_scores", "build", "clustered",
    "codes_of", "covariance", "glm", "heteroskedastic", "information_of", "newey_west", "newey_west_lag",
    "refuse_collinear", "repeats_of", "sums", "wild_statistics", "wild_weights",
]  # fmt: skip
