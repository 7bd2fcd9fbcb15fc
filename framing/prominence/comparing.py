"""What the missing pages could do, and several fits side by side."""

import numpy as np
import pandas as pd
from scipy import stats

from framing.errors import TableError
from framing.messages import Message, mark

_OTHER = mark("other rows, family or outcome than the model above: log likelihoods are not comparable")
_REPORTED = mark("as reported")
_ENDS = (mark("all missing first"), mark("all missing last"))


def bounds(fit, last: int | None = None) -> pd.DataFrame:
    """Refit with every missing page set to 1, and to the last page.

    Two corners of what the missing pages could be. Where they are missing unequally a mix by group can move the
    difference between groups further: look at ``n_missing`` by group (:func:`describe`) beside it. For ``ordinal``
    and ``front`` fits; the rows without an outcome must have the formula's columns.

    Parameters
    ----------
    last
        The last page; without it the largest page there is.

    Returns
    -------
    DataFrame
        One row a bound and term: ``bound`` (``as reported``, ``all missing first``, ``all missing last``), ``n``,
        ``n_missing``
        and the columns of ``coefficients``; a bound that cannot be fitted has one row whose ``note`` says why.

    Raises
    ------
    TableError
        Another family, or missing pages beside an ordered categorical.
    """
    if fit.family not in ("ordinal", "front"):
        raise TableError(
            f"bounds are for pages (ordinal, front), not {fit.family}: a missing count has no first and last"
        )
    values = fit.data[fit.outcome]
    if not pd.api.types.is_numeric_dtype(values.dtype):
        raise TableError("bounds need the pages as numbers, not as a categorical")
    pages = values.astype(float)
    binary = fit.family == "front" and set(pages.dropna()) <= {0.0, 1.0}
    end = 0.0 if binary else float(pages.max() if last is None else last)
    made = [_bound(fit, _REPORTED)]
    for name, value in zip(_ENDS, (1.0, end), strict=True):
        try:
            made.append(_bound(refitted(fit, fit.data.assign(**{fit.outcome: pages.fillna(value)})), name))
        except TableError as fault:
            made.append(pd.DataFrame([{"bound": name, "n": len(pages), "term": "", "note": str(fault)}]))
    return pd.concat(made, ignore_index=True)


def _bound(fit, name: str) -> pd.DataFrame:
    return labelled(fit.coefficients, bound=name, n=fit.n, n_missing=fit.columns.n_missing)


def refitted(fit, data: pd.DataFrame, formula: str | None = None):
    """The same model of other rows, or with another formula."""
    from framing.prominence.fitting import fit as fit_model

    formula = fit.formula if formula is None else formula
    return fit_model(data, fit.outcome, formula, family=fit.family, **fit.options)


def labelled(table: pd.DataFrame, **first) -> pd.DataFrame:
    """The table with columns before its own, each of one value."""
    kinds = {name: object if isinstance(value, Message) else None for name, value in first.items()}  # a mark stays one
    values = {name: pd.Series([value] * len(table), dtype=kinds[name]) for name, value in first.items()}
    return pd.concat([pd.DataFrame(values), table.reset_index(drop=True)], axis=1)


def compare(fits: dict) -> pd.DataFrame:
    """Models side by side.

    Parameters
    ----------
    fits
        Name → :class:`~framing.prominence.Fit`.

    Returns
    -------
    DataFrame
        One row a model in the order given: ``model``, ``family``, ``formula``, ``n``, ``n_parameters``,
        ``log_likelihood``, ``aic``, ``bic``, ``delta_aic`` (from the least among models of the same rows, family and
        outcome),
        ``lr_statistic``, ``lr_df``, ``lr_p_value`` (against the row above where its columns are among this one's),
        ``n_checks_failed``, ``note``. Likelihoods of other rows or outcomes are not comparable, and the note says so.
    """
    rows, before = [], None
    for name, one in fits.items():
        row = {"model": name, "family": one.family, "formula": one.formula}
        row |= {k: one.measures[k] for k in ("n", "n_parameters", "log_likelihood", "aic", "bic")}
        row |= {"lr_statistic": np.nan, "lr_df": np.nan, "lr_p_value": np.nan, "note": ""}
        if before is not None and _same(before, one):
            df = row["n_parameters"] - rows[-1]["n_parameters"]
            if df > 0 and _nested(before, one) and not one.penalised:
                statistic = 2 * (row["log_likelihood"] - rows[-1]["log_likelihood"])
                row |= {"lr_statistic": statistic, "lr_df": df, "lr_p_value": float(stats.chi2.sf(statistic, df))}
        elif before is not None:
            row["note"] = _OTHER
        row["n_checks_failed"] = int((one.checks["ok"] == False).sum())  # noqa: E712  (missing is not failed)
        rows.append(row)
        before = one
    table = pd.DataFrame(rows).assign(model=pd.Series(list(fits), dtype=object))  # a mark stays one
    same = all(_same(one, two) for one in fits.values() for two in fits.values())
    table.insert(8, "delta_aic", table["aic"] - table["aic"].min() if same else np.nan)
    return table


def _same(one, two) -> bool:
    rows = np.array_equal(one.columns.rows, two.columns.rows)
    return rows and one.outcome == two.outcome and one.family == two.family and one.penalised == two.penalised


def _nested(small, large) -> bool:
    """Whether the columns of one design lie in the span of the other."""
    x, y = large.design.matrix, small.design.matrix
    x = np.column_stack([np.ones(len(x)), x])
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return bool((np.linalg.norm(left, axis=0) <= 1e-8 * (1e-300 + np.linalg.norm(y, axis=0))).all())
