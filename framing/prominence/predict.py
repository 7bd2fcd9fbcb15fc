"""Predictions, contrasts and average marginal effects, with delta-method errors."""

import numpy as np
import pandas as pd
from scipy import special, stats

from framing.errors import TableError
from framing.prominence.outcome import COUNTS, offset_of

_ROWS = 20_000  # rows whose gradients are held at once
_LEVELS = 30  # a number used as a level (C(year)) may have so many


def predictions(fit, grid: pd.DataFrame, *, level: float | None = None) -> pd.DataFrame:
    """What the model expects for new rows.

    Parameters
    ----------
    fit
        A :class:`~framing.prominence.Fit`.
    grid
        One row a case; the columns of the formula (and of ``nominal``), and the offset's column where the model has
        one.

    Returns
    -------
    DataFrame
        The grid's columns and ``row`` (number of the grid's row). ``ordinal``: one row a grid row and page, with
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
    level = fit.level if level is None else level
    parts = _parts(fit, grid)
    values, errors = np.empty(0), np.empty(0)
    rows = [slice(i, min(i + _ROWS, len(grid))) for i in range(0, len(grid), _ROWS)]
    found = [_values(fit, _cut(parts, r)) for r in rows]
    values = np.concatenate([v for v, _, _ in found])
    errors = np.concatenate([e for _, e, _ in found])
    quantile = stats.t.ppf(0.5 + level / 2, _df(fit))
    low, high = _interval(fit.family, values, errors, quantile)
    n, j = values.shape
    cases = {str(name): _repeated(grid[name], j) for name in grid.columns}
    out = pd.DataFrame(cases | {"row": np.repeat(np.arange(n), j)}, copy=False)
    if fit.family == "ordinal":
        out["page"] = np.tile(np.asarray(_labels(fit.levels)), n)
    out["estimate"], out["std_error"] = values.ravel(), errors.ravel()
    out["conf_low"], out["conf_high"] = low.ravel(), high.ravel()
    if fit.family == "ordinal" and not isinstance(_labels(fit.levels)[0], str):
        out["expected_page"] = np.repeat(values @ np.asarray(_labels(fit.levels), dtype=float), j)
    if fit.family != "ordinal":
        out["std_error_link"] = np.concatenate([e for _, _, e in found]).ravel()
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
        One row a grid row (and page): ``row``, ``page``, ``first``, ``second``, ``estimate`` (difference of
        probabilities, shares, counts or means), ``std_error``, ``conf_low``, ``conf_high``, ``p_value`` (delta method).
    """
    if len(first) != len(second):
        raise TableError(f"a contrast compares row with row; there are {len(first)} and {len(second)} rows")
    level = fit.level if level is None else level
    (a, g_a), (b, g_b) = (_gradient(fit, _parts(fit, grid)) for grid in (first, second))
    table = _delta(fit, (b - a).reshape(-1), (g_b - g_a).reshape(-1, g_a.shape[-1]), level)
    n, j = a.shape
    table.insert(0, "row", np.repeat(np.arange(n), j))
    if fit.family == "ordinal":
        table.insert(1, "page", np.tile(np.asarray(_labels(fit.levels)), n))
    table.insert(1 + (fit.family == "ordinal"), "first", a.ravel())
    table.insert(2 + (fit.family == "ordinal"), "second", b.ravel())
    return table


def average_effects(fit, *, level: float | None = None) -> pd.DataFrame:
    """Average marginal effect of every variable of the formula, over the rows of the fit.

    Returns
    -------
    DataFrame
        One row a variable, contrast and page: ``variable``, ``contrast`` (``per unit`` for a number: the derivative;
        ``b - a`` for a level against the first level, and ``1 - 0`` for a flag), ``page`` (ordinal only), ``estimate``
        (change of
        the probability, share, count or mean), ``std_error``, ``conf_low``, ``conf_high``, ``p_value`` (delta method).
        A weighted fit averages with its weights.
    """
    level = fit.level if level is None else level
    frame = fit.data.iloc[fit.columns.rows].reset_index(drop=True)
    names = sorted({*fit.design.variables, *(fit.nominal.variables if fit.nominal else ())})
    made = [table for name in names for table in _of_variable(fit, frame, name, level)]
    if not made:
        columns = ["variable", "contrast", "estimate", "std_error", "conf_low", "conf_high", "p_value"]
        return pd.DataFrame(columns=columns)
    return pd.concat(made, ignore_index=True)


def _of_variable(fit, frame, name, level):
    values = frame[name]
    numeric = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
    distinct = values.drop_duplicates()
    if numeric and not set(distinct) <= {0, 1}:
        h = 1e-4 * (float(values.std()) or 1.0)
        try:
            up, down = (_parts(fit, frame.assign(**{name: values.astype(float) + s * h})) for s in (1, -1))
        except TableError:  # used as a level, as in C(year)
            numeric = False
        else:
            estimate, gradient = _slope(fit, frame, up, down, h)
            yield _labelled(fit, estimate, gradient, name, "per unit", level)
            return
    levels = sorted(distinct) if not isinstance(values.dtype, pd.CategoricalDtype) else [
        c for c in values.cat.categories if c in set(distinct)
    ]  # fmt: skip
    if len(levels) > _LEVELS:
        return
    base, base_gradient = _average(fit, _parts(fit, _set(frame, name, levels[0])))
    for other in levels[1:]:
        mean, gradient = _average(fit, _parts(fit, _set(frame, name, other)))
        says = f"{_plain(other)} - {_plain(levels[0])}"
        yield _labelled(fit, mean - base, gradient - base_gradient, name, says, level)


def _set(frame, name, value):
    column = pd.Series([value] * len(frame), index=frame.index)
    return frame.assign(**{name: column.astype(frame[name].dtype)})


def _plain(value):
    return int(value) if isinstance(value, (bool, np.bool_)) else value


def _slope(fit, frame, up, down, h):
    """Mean derivative and its gradient: exact in the link, a central difference in the design only."""
    w = _row_weights(fit)
    if fit.family == "ordinal":
        middle = _parts(fit, frame)
        change = {key: (up[key] - down[key]) / (2 * h) for key in ("x", "z")}
        model, at = fit.model, fit.fitted.estimate
        edges = model.edges(at, middle["x"], middle["z"], middle["offset"])
        f, slope = model.link.density(edges), model.link.slope(edges)
        theta, beta = model.unpack(at)
        moved = np.zeros_like(edges)
        moved[:, 1:-1] = change["z"] @ theta - (change["x"] @ beta)[:, None]
        rate = f * moved  # dF/dvariable at every edge
        m = model.q * model.cuts
        gradient = np.zeros((model.n_levels + 1, model.p))
        for j in range(1, model.cuts + 1):  # edges, a handful
            at_j = np.zeros((model.q, model.cuts))
            at_j[:, j - 1] = w @ ((slope[:, j] * moved[:, j])[:, None] * middle["z"] + f[:, j, None] * change["z"])
            gradient[j, :m] = at_j.ravel()
            gradient[j, m:] = -(w @ ((slope[:, j] * moved[:, j])[:, None] * middle["x"] + f[:, j, None] * change["x"]))
        return np.diff(w @ rate), np.diff(gradient, axis=0)
    (a, g_a), (b, g_b) = (_average(fit, part) for part in (down, up))
    return (b - a) / (2 * h), (g_b - g_a) / (2 * h)


def _row_weights(fit):
    w = np.ones(fit.n) if fit.columns.weights is None else fit.columns.weights
    return w / w.sum()


def _average(fit, parts):
    """Mean prediction over rows and its gradient: J, J × p."""
    w = _row_weights(fit)
    mean, gradient = 0.0, 0.0
    for first in range(0, len(parts["x"]), _ROWS):
        rows = slice(first, first + _ROWS)
        value, slope = _gradient(fit, _cut(parts, rows))
        mean = mean + w[rows] @ value
        gradient = gradient + np.einsum("i,ijp->jp", w[rows], slope, optimize=True)
    return mean, gradient


def _labelled(fit, estimate, gradient, name, says, level):
    table = _delta(fit, estimate, gradient, level)
    table.insert(0, "variable", name)
    table.insert(1, "contrast", says)
    if fit.family == "ordinal":
        table.insert(2, "page", _labels(fit.levels))
    return table


def _delta(fit, estimate, gradient, level):
    error = np.sqrt(np.maximum(np.einsum("ip,pq,iq->i", gradient, fit.covariance.matrix, gradient, optimize=True), 0))
    df = _df(fit)
    half = stats.t.ppf(0.5 + level / 2, df) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.t.sf(np.abs(estimate) / error, df)
    return pd.DataFrame(
        {
            "estimate": estimate,
            "std_error": error,
            "conf_low": estimate - half,
            "conf_high": estimate + half,
            "p_value": p,
        }
    )


def _df(fit) -> float:
    """Degrees of freedom of a prediction: G − 1 with few clusters, n − k for least squares, else normal."""
    n_groups = fit.covariance.n_clusters
    if n_groups is not None:
        return n_groups - 1 if n_groups < 40 else np.inf
    return fit.n - len(fit.fitted.estimate) if fit.family == "ols" else np.inf


def _parts(fit, grid):
    """The matrices of new rows."""
    if not isinstance(grid, pd.DataFrame):
        raise TableError(f"a grid is a DataFrame with one row a case, not {type(grid).__name__}")
    x = fit.design.rebuild(grid)
    z = np.ones((len(grid), 1)) if fit.nominal is None else fit.nominal.rebuild(grid)
    name, offset = fit.options["offset"], np.zeros(len(grid))
    if name is not None:  # a grid's exposure is read as the fit's was
        logged = any(note.startswith("offset: the logarithm") for note in fit.columns.notes)
        offset, _ = offset_of(grid, name, fit.family, logged)
    return {"x": x, "z": z, "offset": offset}


def _cut(parts, rows):
    return {key: value[rows] for key, value in parts.items()}


def _values(fit, parts):
    """Predictions, standard errors and (one predictor) standard errors on the link's scale."""
    v = fit.covariance.matrix
    if fit.family == "ordinal":
        value, gradient = _gradient(fit, parts)
        flat = gradient.reshape(-1, gradient.shape[-1])
        variance = np.einsum("ip,ip->i", flat @ v, flat).reshape(value.shape)
        return value, np.sqrt(np.maximum(variance, 0)), np.empty(0)
    x = parts["x"]
    link_error = np.sqrt(np.maximum(np.einsum("ip,ip->i", x @ v, x), 0))
    mean, slope = _inverse_link(fit.family, x @ fit.fitted.estimate + parts["offset"])
    return mean[:, None], (slope * link_error)[:, None], link_error[:, None]


def _gradient(fit, parts):
    """Predictions n × J and their derivatives n × J × p."""
    at = fit.fitted.estimate
    if fit.family == "ordinal":
        cell = (at, parts["x"], parts["z"], parts["offset"])
        return fit.model.probabilities(*cell), fit.model.gradient(*cell)
    mean, slope = _inverse_link(fit.family, parts["x"] @ at + parts["offset"])
    return mean[:, None], (parts["x"] * slope[:, None])[:, None, :]


def _inverse_link(family, eta):
    """Mean and dμ/dη."""
    if family in COUNTS:
        return np.exp(eta), np.exp(eta)
    if family == "ols":
        return eta, np.ones_like(eta)
    return special.expit(eta), special.expit(eta) * special.expit(-eta)


def _interval(family, value, error, quantile):
    """Symmetric on the link's scale, so that it stays inside the range."""
    if family == "ols":
        return value - quantile * error, value + quantile * error
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if family in COUNTS:
            half = quantile * error / value
            return value * np.exp(-half), value * np.exp(half)
        half = quantile * error / (value * (1 - value))
        return special.expit(special.logit(value) - half), special.expit(special.logit(value) + half)


def _labels(levels):
    """Pages as whole numbers where they are."""
    return [int(v) for v in levels] if all(v.lstrip("-").isdigit() for v in levels) else list(levels)
