"""Newton's method for a log-likelihood, and the linear algebra around it."""

from collections.abc import Callable

import numpy as np
import pandas as pd

_STEPS, _HALVINGS = 100, 40
_NARROW = 1e-10  # least eigenvalue of x'x by its largest, below which x is turned


def climb(start: np.ndarray, value: Callable, derivatives: Callable) -> tuple[np.ndarray, np.ndarray, int]:
    """Maximise by Newton's method with step halving, several functions of as many parameters at once.

    Parameters
    ----------
    start
        q × p: first parameters of each; ``value`` must be finite there.
    value
        Parameters → q log-likelihoods; ``-inf`` outside their domain.
    derivatives
        Parameters → gradients (q × p) and informations (negative Hessians, q × p × p).

    Returns
    -------
    parameters, converged, steps
        One has converged when the Newton decrement (twice the rise still expected) is below 1e-18 of the log likelihood
        or a full step no longer moves any parameter by more than 1e-10 of its size.
    """
    at = np.array(start, dtype=float)
    height = value(at)
    for step in range(1, _STEPS + 1):
        gradient, information = derivatives(at)
        move = _solve(information, gradient)
        decrement = (gradient * move).sum(axis=1)
        lost = decrement < 0
        if lost.any():  # not a maximum's neighbourhood: go along the gradient instead
            steep = np.abs(gradient).max(axis=1, initial=1.0, keepdims=True)
            move, decrement = np.where(lost[:, None], gradient / steep, move), np.abs(decrement)
        for _ in range(_HALVINGS):
            reached = value(at + move)
            worse = ~(reached >= height - 1e-13 * np.abs(height))
            if not worse.any():
                break
            move[worse] /= 2
        else:
            move[worse], reached = 0.0, np.where(worse, height, reached)
        settled = np.abs(move).max(axis=1, initial=0.0) <= 1e-10 * (1 + np.abs(at).max(axis=1, initial=0.0))
        at, height = at + move, reached
        flat = decrement < np.where(worse, 1e-8, 1e-18) * (1 + np.abs(height))
        if (settled | flat).all():
            return at, flat | ~worse, step
    return at, settled | flat, _STEPS


def _solve(information: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Information⁻¹ · gradient of each; by least squares where an information is singular."""
    try:
        return np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:
        return (np.linalg.pinv(information, hermitian=True) @ gradient[:, :, None])[:, :, 0]


def inverse(information: np.ndarray) -> np.ndarray:
    """Symmetric inverse of an information matrix, scaled first so that units do not matter.

    Raises
    ------
    ValueError
        The information is singular: the data do not identify a parameter.
    """
    scale = np.sqrt(np.diag(information))
    if not (np.isfinite(scale).all() and (scale > 0).all()):
        raise ValueError("the information matrix is singular; a parameter is not identified by these data")
    scaled = information / np.outer(scale, scale)
    values, vectors = np.linalg.eigh((scaled + scaled.T) / 2)
    if values[0] <= 1e-14 * values[-1]:
        raise ValueError("the information matrix is singular; a parameter is not identified by these data")
    return (vectors / values) @ vectors.T / np.outer(scale, scale)


def information_inverse(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(x' diag(weights) x)⁻¹; of columns that are nearly made of each other without squaring them."""
    turn, turned = conditioned(x)
    return inverse(cross(x, weights)) if turn is None else turn @ inverse(cross(turned, weights)) @ turn.T


def conditioned(x: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
    """A k × k matrix A and x A, whose columns are orthogonal; None and ``x`` where that is not needed.

    It is where columns are of very unlike size or far from 0 beside their spread, such as calendar years or
    nanoseconds: the same model has the coefficients A⁻¹β, which can be found to the last digits. A constant first
    column stays as it is.
    """
    if not x.shape[1]:
        return None, x
    values = np.linalg.eigvalsh(x.T @ x)
    if values[0] > _NARROW * values[-1]:
        return None, x
    size = np.sqrt((x**2).mean(axis=0))
    q, r = np.linalg.qr(x / size)
    turn = np.linalg.inv(r) / size[:, None] * np.sign(np.diag(r)) * np.sqrt(len(x))
    return turn, q * np.sign(np.diag(r)) * np.sqrt(len(x))


def solved(turn: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """A⁻¹β: the parameters of the columns x A; rows are scaled first, whose units may be far apart."""
    size = np.abs(turn).max(axis=1)
    return np.linalg.solve(turn / size[:, None], (parameters.T / size).T)


def turn_back(results, x: np.ndarray, turn: np.ndarray) -> None:
    """Let statsmodels' result of a fit to ``x turn`` be that to ``x``: what it predicts stays, the coefficients turn.

    Parameters after those of ``x``, such as the dispersion of a negative binomial, stay as well.
    """
    k, model, old = len(turn), results.model, results.params
    whole = np.eye(len(old))
    whole[:k, :k] = turn
    results.params = whole @ old
    results.normalized_cov_params = whole @ results.normalized_cov_params @ whole.T
    model.data.orig_exog = pd.DataFrame(x, columns=list(model.exog_names)[:k])
    model.exog = model.data.exog = x
    if hasattr(model, "wexog"):
        model.wexog = model.whiten(x)
    results._cache = {}


def cross(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """x' diag(weights) x."""
    return x.T @ (x * weights[:, None])
