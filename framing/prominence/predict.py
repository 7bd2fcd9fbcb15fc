"""Predictions and contrasts, with delta-method errors."""

import numpy as np
import pandas as pd
from scipy import special, stats

from framing.errors import TableError
from framing.models import TDistribution
from framing.prominence.outcome import COUNTS, LOGGED, offset_of

ROWS = 20_000  # rows whose gradients are held at once


def predictions(fit, grid: pd.DataFrame) -> pd.DataFrame:
    """What the model expects for new rows.

    Parameters
    ----------
    grid
        One row per case; the columns of the formula (and of ``nominal``), and the offset's column where the model has
        one.

    Returns
    -------
    DataFrame
        The grid's columns and ``row`` (number of the grid's row). ``ordinal``: one row per grid row and page, with
        ``page`` (label of the level), ``estimate`` (probability), ``expected_page`` (for whole-number pages);
        ``front`` and
        ``fractional``: probability or share; counts: expected count at the row's offset; ``ols``: mean. Then
        ``std_error``, ``conf_low``, ``conf_high``: symmetric on the scale of the logit (probabilities) or logarithm
        (counts), as R's ``predict`` for clm. For one predictor ``std_error_link`` too.

    Raises
    ------
    TableError
        The grid lacks a column, has a level the fit never saw, or lacks the offset.
    """
    parts = parts_of(fit, grid)
    found = [_with_error(fit, *gradient_of(fit, cut(parts, slice(i, i + ROWS)))) for i in range(0, len(grid), ROWS)]
    values, errors, df = (np.concatenate(each) for each in zip(*found, strict=True))
    low, high = _interval(fit, values, errors, df)
    n, j = values.shape
    cases = {str(name): _repeated(grid[name], j) for name in grid.columns}
    out = pd.DataFrame(cases | {"row": np.repeat(np.arange(n), j)}, copy=False)
    pages = labels_of(fit.levels)
    if pages:
        out["page"] = np.tile(np.asarray(pages), n)
    out["estimate"], out["std_error"] = values.ravel(), errors.ravel()
    out["conf_low"], out["conf_high"] = low.ravel(), high.ravel()
    if not pages:
        out["std_error_link"] = fit.covariance.errors(parts["x"])
    elif not isinstance(pages[0], str):
        out["expected_page"] = np.repeat(values @ np.asarray(pages, dtype=float), j)
    return out


def _repeated(values: pd.Series, times: int):
    """Each value so many times in a row, in its own type."""
    plain = isinstance(values.dtype, np.dtype)
    return np.repeat(values.to_numpy(), times) if plain else values.array.repeat(times)


def contrast(fit, first: pd.DataFrame, second: pd.DataFrame, *, level: float | None = None) -> pd.DataFrame:
    """Prediction for each row of ``second`` minus that of the same row of ``first``.

    Returns
    -------
    DataFrame
        One row per grid row (and page): ``row``, ``page``, ``first``, ``second``, ``estimate`` (difference of
        probabilities, shares, counts or means), ``std_error``, ``df`` and ``p_value`` (delta method), ``conf_low``,
        ``conf_high``.

    Notes
    -----
    The interval is put together from those of the two predictions and their correlation [1]_, so that a difference of
    two chances stays between −1 and 1; for ``ols`` it is the delta method's.

    References
    ----------
    .. [1] Zou, G. Y. & Donner, A. (2008). Construction of confidence limits about effect measures: a general approach.
           *Statistics in Medicine* 27, 1693-1702.
    """
    if len(first) != len(second):
        raise TableError(f"a contrast compares row with row; there are {len(first)} and {len(second)} rows")
    (a, g_a), (b, g_b) = (gradient_of(fit, parts_of(fit, grid)) for grid in (first, second))
    n, j = a.shape
    cases = {"row": np.repeat(np.arange(n), j), "page": np.tile(np.asarray(labels_of(fit.levels) or [0]), n)}
    table = delta(fit, (b - a).reshape(-1), (g_b - g_a).reshape(-1, g_a.shape[-1]))
    low, high = _joined(fit, a, b, g_a, g_b, table["df"].to_numpy(), fit.level if level is None else level)
    table["conf_low"], table["conf_high"] = (np.where(table["note"] == "", end, np.nan) for end in (low, high))
    table = pd.concat([pd.DataFrame(cases | {"first": a.ravel(), "second": b.ravel()}), table], axis=1)
    return table if fit.levels else table.drop(columns="page")


def contrast_gradient(fit, first: pd.DataFrame, second: pd.DataFrame) -> np.ndarray:
    """Derivatives in the parameters of each row's contrast, of page 1 for an ordinal model: n × p."""
    return np.subtract(*(gradient_of(fit, parts_of(fit, grid))[1][:, 0] for grid in (second, first)))


def delta(fit, estimate, gradient) -> pd.DataFrame:
    """Estimates that are functions of the parameters, with their errors by the delta method."""
    error, df, note = fit.covariance.of(gradient)
    found = TDistribution(estimate, error, df).columns(fit.level)
    table = pd.DataFrame(found)[["estimate", "std_error", "df", "conf_low", "conf_high", "p_value"]]
    return table.assign(note=note)


def _with_error(fit, value, gradient):
    """Predictions n × J, their standard errors and degrees of freedom."""
    error, df, _ = fit.covariance.of(gradient.reshape(-1, gradient.shape[-1]))
    return value, error.reshape(value.shape), df.reshape(value.shape)


def _joined(fit, a, b, g_a, g_b, df, level):
    """Limits of b − a from the limits of each, at its own degrees of freedom, and the correlation of their errors."""
    df = df.reshape(a.shape)
    both = fit.covariance.between(g_a[:, :, None], g_b[:, :, None])[:, :, 0, 0]
    e_a, e_b = (fit.covariance.delta(g.reshape(-1, g.shape[-1])).reshape(a.shape) for g in (g_a, g_b))
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.clip(np.nan_to_num(both / (e_a * e_b)), -1, 1)
    (low_a, high_a), (low_b, high_b) = _interval(fit, a, e_a, df, level), _interval(fit, b, e_b, df, level)
    down, up = (b - low_b, high_a - a), (high_b - b, a - low_a)
    low, high = (np.sqrt(np.maximum(p**2 + q**2 - 2 * r * p * q, 0)) for p, q in (down, up))
    return (b - a - low).ravel(), (b - a + high).ravel()


def parts_of(fit, grid):
    """The matrices of new rows."""
    if not isinstance(grid, pd.DataFrame):
        raise TableError(f"a grid is a DataFrame with one row per case, not {type(grid).__name__}")
    x = fit.design.rebuild(grid)
    z = np.ones((len(grid), 1)) if fit.nominal is None else fit.nominal.rebuild(grid)
    name, offset = fit.options["offset"], np.zeros(len(grid))
    if name is not None:  # a grid's exposure is read as the fit's was
        logged = any(note.text == LOGGED for note in fit.columns.notes)
        offset, _ = offset_of(grid, name, fit.family, logged)
    return {"x": x, "z": z, "offset": offset}


def cut(parts, rows):
    return {key: value[rows] for key, value in parts.items()}


def gradient_of(fit, parts):
    """Predictions n × J and their derivatives n × J × p."""
    at = fit.fitted.estimate
    if fit.family == "ordinal":
        cell, model = (at, parts["x"], parts["z"], parts["offset"]), fit.raw.model
        return model.probabilities(*cell), model.gradient(*cell)
    mean, slope = _inverse_link(fit.family, parts["x"] @ at + parts["offset"])
    return mean[:, None], (parts["x"] * slope[:, None])[:, None, :]


def _inverse_link(family, eta):
    """Mean and dμ/dη."""
    if family in COUNTS:
        return np.exp(eta), np.exp(eta)
    if family == "ols":
        return eta, np.ones_like(eta)
    return special.expit(eta), special.expit(eta) * special.expit(-eta)


def _interval(fit, value, error, df, level=None):
    """Symmetric on the link's scale, so that it stays inside the range."""
    family, quantile = fit.family, stats.t.ppf(0.5 + (fit.level if level is None else level) / 2, df)
    if family == "ols":
        return value - quantile * error, value + quantile * error
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if family in COUNTS:
            half = quantile * error / value
            return value * np.exp(-half), value * np.exp(half)
        half = quantile * error / (value * (1 - value))
        return special.expit(special.logit(value) - half), special.expit(special.logit(value) + half)


def labels_of(levels):
    """Pages as whole numbers where they are."""
    return [int(v) for v in levels] if all(v.lstrip("-").isdigit() for v in levels) else list(levels)
