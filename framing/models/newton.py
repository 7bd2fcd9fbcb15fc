"""Newton's method for a log-likelihood, and the linear algebra around it."""

from collections.abc import Callable

import numpy as np

_STEPS, _HALVINGS = 100, 40


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


def cross(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """x' diag(weights) x."""
    return x.T @ (x * weights[:, None])
