"""Average marginal effects, with delta-method errors."""

import numpy as np
import pandas as pd

from framing.errors import TableError
from framing.messages import mark
from framing.prominence.predict import ROWS, cut, delta, gradient_of, labels_of, parts_of

_LEVELS = 30  # a number used as a level (C(year)) may have so many
_NUMBERS = ["estimate", "std_error", "conf_low", "conf_high", "p_value"]


def average_effects(fit) -> pd.DataFrame:
    """Average marginal effect of every variable of the formula, over the rows of the fit.

    Returns
    -------
    DataFrame
        One row per variable, contrast and page: ``variable``, ``contrast`` (``per unit`` for a number: the derivative;
        ``b - a`` for a level against the first level, and ``1 - 0`` for a flag), ``page`` (ordinal only), ``estimate``
        (change of the probability, share, count or mean), ``std_error``, ``conf_low``, ``conf_high``,
        ``p_value`` (delta method), ``note``. A weighted fit averages with its weights.
    """
    frame = fit.data.iloc[fit.columns.rows].reset_index(drop=True)
    names = sorted({*fit.design.variables, *(fit.nominal.variables if fit.nominal else ())})
    made = [table for name in names for table in _of_variable(fit, frame, name)]
    if not made:
        return pd.DataFrame(columns=["variable", "contrast", *_NUMBERS, "note"])
    return pd.concat(made, ignore_index=True)


def _of_variable(fit, frame, name):
    values = frame[name]
    numeric = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
    distinct = values.drop_duplicates()
    if numeric and not set(distinct) <= {0, 1}:
        h = 1e-4 * (float(values.std()) or 1.0)
        try:
            up, down = (parts_of(fit, frame.assign(**{name: values.astype(float) + s * h})) for s in (1, -1))
        except TableError:  # used as a level, as in C(year)
            numeric = False
        else:
            estimate, gradient = _slope(fit, frame, up, down, h)
            yield _labelled(fit, estimate, gradient, name, mark("per unit"))
            return
    levels = sorted(distinct) if not isinstance(values.dtype, pd.CategoricalDtype) else [
        c for c in values.cat.categories if c in set(distinct)
    ]  # fmt: skip
    if len(levels) > _LEVELS:
        row = {"variable": name, "contrast": "", "note": mark("more than 30 levels: no average effects")}
        yield pd.DataFrame([row | dict.fromkeys(_NUMBERS, np.nan)])
        return
    base, base_gradient = _average(fit, parts_of(fit, _set(frame, name, levels[0])))
    for other in levels[1:]:
        mean, gradient = _average(fit, parts_of(fit, _set(frame, name, other)))
        says = f"{_plain(other)} - {_plain(levels[0])}"
        yield _labelled(fit, mean - base, gradient - base_gradient, name, says)


def _set(frame, name, value):
    column = pd.Series([value] * len(frame), index=frame.index)
    return frame.assign(**{name: column.astype(frame[name].dtype)})


def _plain(value):
    return int(value) if isinstance(value, (bool, np.bool_)) else value


def _slope(fit, frame, up, down, h):
    """Mean derivative and its gradient: exact in the link, a central difference in the design only."""
    w = _row_weights(fit)
    if fit.family == "ordinal":
        middle = parts_of(fit, frame)
        change = {key: (up[key] - down[key]) / (2 * h) for key in ("x", "z")}
        model, at = fit.raw.model, fit.fitted.estimate
        edges = model.edges(at, middle["x"], middle["z"], middle["offset"])
        f, slope = model.link.density(edges), model.link.slope(edges)
        theta, beta = model.unpack(at)
        moved = np.zeros_like(edges)
        moved[:, 1:-1] = change["z"] @ theta - (change["x"] @ beta)[:, None]
        rate = f * moved  # dF/dvariable at every edge
        gradient = np.zeros((model.k_levels + 1, model.p))
        for j in range(1, model.cuts + 1):  # edges, a handful
            at_j = np.zeros((model.q, model.cuts))
            at_j[:, j - 1] = w @ ((slope[:, j] * moved[:, j])[:, None] * middle["z"] + f[:, j, None] * change["z"])
            gradient[j, model.k :] = at_j.ravel()
            gradient[j, : model.k] = -(
                w @ ((slope[:, j] * moved[:, j])[:, None] * middle["x"] + f[:, j, None] * change["x"])
            )
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
    for first in range(0, len(parts["x"]), ROWS):
        rows = slice(first, first + ROWS)
        value, slope = gradient_of(fit, cut(parts, rows))
        mean = mean + w[rows] @ value
        gradient = gradient + np.einsum("i,ijp->jp", w[rows], slope, optimize=True)
    return mean, gradient


def _labelled(fit, estimate, gradient, name, says):
    table = delta(fit, estimate, gradient).drop(columns="df")
    table.insert(0, "variable", name)
    table.insert(1, "contrast", says)
    if fit.family == "ordinal":
        table.insert(2, "page", labels_of(fit.levels))
    return table
