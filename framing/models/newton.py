"""Newton's method for a log-likelihood, and the linear algebra around it."""

from collections.abc import Callable

import numpy as np
from scipy import linalg

_STEPS, _HALVINGS = 100, 40


def climb(start: np.ndarray, value: Callable, derivatives: Callable) -> tuple[np.ndarray, bool, int]:
    """Maximise by Newton's method with step halving.

    Parameters
    ----------
    start
        First parameters; ``value`` must be finite there.
    value
        Parameters → log likelihood; ``-inf`` outside its domain.
    derivatives
        Parameters → gradient and information (negative Hessian).

    Returns
    -------
    parameters, converged, steps
        Converged when the Newton decrement (twice the rise still expected) is below 1e-18 of the log likelihood or a
        full step no longer moves any parameter by more than 1e-10 of its size.
    """
    at, height = np.array(start, dtype=float), value(start)
    for step in range(1, _STEPS + 1):
        gradient, information = derivatives(at)
        move = solve(information, gradient)
        decrement = gradient @ move
        if decrement < 0:  # not a maximum's neighbourhood: go along the gradient instead
            move, decrement = gradient / max(1.0, np.abs(gradient).max()), gradient @ gradient
        for halving in range(_HALVINGS):
            there = at + move * 0.5**halving
            reached = value(there)
            if reached >= height - 1e-13 * abs(height):
                break
        else:
            return at, decrement < 1e-8 * (1 + abs(height)), step
        settled = np.abs(there - at).max(initial=0.0) <= 1e-10 * (1 + np.abs(at).max(initial=0.0))
        at, height = there, reached
        if settled or decrement < 1e-18 * (1 + abs(height)):
            return at, True, step
    return at, False, _STEPS


def solve(information: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Information⁻¹ · gradient; by least squares where the information is singular."""
    try:
        return linalg.cho_solve(linalg.cho_factor(information), gradient)
    except (linalg.LinAlgError, ValueError):
        return np.linalg.lstsq(information, gradient, rcond=None)[0]


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


def cross(x: np.ndarray, weights: np.ndarray, z: np.ndarray | None = None) -> np.ndarray:
    """x' diag(weights) z."""
    return x.T @ ((x if z is None else z) * weights[:, None])
