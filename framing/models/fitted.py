"""The record that an estimate leaves: what every standard error is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from framing.models.groups import information_of
from framing.models.newton import conditioned, cross, inverse, solved


@dataclass(frozen=True)
class Fitted:
    """An estimate with what every standard error is made of.

    Attributes
    ----------
    names, estimate
        k parameters.
    scores
        n × k: gradient of each row's log likelihood at the estimate (times its weight).
    bread
        k × k: inverse of the information (negative Hessian), with dispersion 1.
    model
        k × k: the model's own covariance of the estimate (``bread`` times the dispersion, or the joint one).
    log_likelihood
        Missing where the family has none (quasi-likelihoods).
    x, weights, residuals
        For one linear predictor: n × k matrix, working weights, working residuals (``scores = x · w · r``); else None.
    information
        ``information(codes, n_groups)`` → G × k × k, each cluster's share of the information.
    slope, fitted, linear
        dμ/dη, fitted means μ and linear predictors η, where there is one a row.
    converged, steps
        Of Newton's method.
    extra
        Family parameters: ``dispersion``, ``theta``, ``log_theta_std_error`` …
    repeats
        How many observations each row stands for, where the weights are whole numbers; else None.
    pull
        :meth:`lean` of models without one linear predictor.
    turned
        :attr:`well` of such models, where it is another.
    scale
        The size of a squared residual: mean y² of least squares, 1 elsewhere. An error that is nothing beside
        √(``scale`` · ``bread``) is rounding.
    """

    names: tuple[str, ...]
    estimate: np.ndarray
    scores: np.ndarray
    bread: np.ndarray
    model: np.ndarray
    log_likelihood: float
    information: Callable
    x: np.ndarray | Any = None
    weights: np.ndarray | Any = None
    residuals: np.ndarray | Any = None
    slope: np.ndarray | Any = None
    fitted: np.ndarray | Any = None
    linear: np.ndarray | Any = None
    converged: bool = True
    steps: int = 0
    extra: dict = field(default_factory=dict)
    repeats: np.ndarray | None = None
    scale: float = 1.0
    pull: Callable | None = None
    turned: "tuple[Fitted, np.ndarray] | None" = None

    @cached_property
    def well(self) -> "tuple[Fitted, np.ndarray]":
        """The same fit with well-conditioned columns (:func:`framing.models.newton.conditioned`), and the matrix that
        turns its parameters into these: errors are computed there, where they do not cancel.
        """
        turn, x = (None, self.scores) if self.x is None else conditioned(self.x)
        if turn is None:
            return self.turned or (self, np.eye(len(self.estimate)))
        bread = inverse(cross(x, self.weights))
        if "theta" in self.extra:  # the joint covariance with the dispersion
            back = solved(turn, np.eye(len(turn)))
            model = back @ self.model @ back.T
        else:
            model = self.extra.get("dispersion", 1.0) * bread
        scores = x * (self.weights * self.residuals)[:, None]
        return replace(self, estimate=solved(turn, self.estimate), scores=scores, bread=bread, model=model, x=x,
                       information=information_of(x, self.weights)), turn  # fmt: skip

    def leaning(self, gradient: np.ndarray) -> np.ndarray:
        """:meth:`lean` of each row for what has these derivatives in the parameters, over its variance."""
        inner, turn = self.well
        return inner.lean(inner.bread @ (np.atleast_2d(gradient) @ turn).T)[:, 0]

    def lean(self, directions: np.ndarray) -> np.ndarray:
        """How strongly each row pulls c'θ and which way, for columns Mc of ``directions``: n × m.

        Squares are the row's share of the information; the sign is that of c'θ when the row's outcome rises (for
        an ordinal model: moves towards the first level).
        """
        if self.pull is not None:
            return self.pull(directions)
        return np.sqrt(self.weights)[:, None] * (self.x @ directions)

    @property
    def n(self) -> float:
        """Observations: the sum of whole weights, else the number of rows."""
        return float(len(self.scores) if self.repeats is None else self.repeats.sum())


def repeats_of(weights) -> np.ndarray | None:
    """Weights that count observations (whole numbers), as numbers; None for other weights or none."""
    w = None if weights is None else np.asarray(weights, dtype=float)
    return w if w is not None and (w == np.round(w)).all() else None
