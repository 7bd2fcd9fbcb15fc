"""What the missing pages could do, and several fits side by side."""

import numpy as np
import pandas as pd
from scipy import stats

from framing.errors import TableError
from framing.messages import Message, mark

_OTHER = mark("other rows, family or outcome than the model above: log likelihoods are not comparable")
_REPORTED = mark("as reported")
_ENDS = {mark("missing pages that lower it most"): -1, mark("missing pages that raise it most"): 1}
_ROUNDS = 4  # fits in search of the fill that is extreme


def bounds(fit, last: int | None = None) -> pd.DataFrame:
    """Refit with the missing pages that make each coefficient as small, and as large, as they can.

    Every missing page is set to 1 or to the last page, whichever moves *this* coefficient down (then up): by group
    where it compares groups, by group and date where it is a change. Setting all to 1 and all to the last page moves no
    difference between groups. For ``ordinal`` and ``front`` fits; the rows without an outcome must have the formula's
    columns.

    Parameters
    ----------
    last
        The last page; without it the largest page there is.

    Returns
    -------
    DataFrame
        One row per bound and term: ``bound`` (``as reported``, ``missing pages that lower it most``, ``missing pages
        that raise it most``), ``n``, ``n_missing``, the columns of ``coefficients``, and ``union_low``, ``union_high``:
        the ends of all three intervals of the term together, which hold the true value as often as one interval does,
        whatever the missing pages are. A bound that cannot be fitted has a row whose ``note`` says why.

    Raises
    ------
    TableError
        Another family, or missing pages beside an ordered categorical.

    Notes
    -----
    A fill is extreme for c'θ where no row's exchange of the first for the last page would move it further: the sign of
    (c'M) times the difference of the row's scores, found by fitting again until it no longer changes [1]_.

    References
    ----------
    .. [1] Manski, C. F. (2003). *Partial Identification of Probability Distributions*, ch. 1. Imbens, G. W. & Manski,
           C. F. (2004). Confidence intervals for partially identified parameters. *Econometrica* 72, 1845-1857.
    """
    made = [labelled(fit.coefficients, bound=_REPORTED, n=fit.n, n_missing=fit.columns.n_missing)]
    names = [name for name, kind in zip(fit.fitted.names, fit.kinds, strict=True) if kind == "term"]
    filled = Filled(fit, last)
    for bound, sign in _ENDS.items():
        for name in names if fit.columns.n_missing else []:  # coefficients, a handful
            try:
                one = filled.extreme(lambda each, name=name: np.array(each.fitted.names) == name, sign)
                table = one.coefficients.query("term == @name")
                made.append(labelled(table, bound=bound, n=one.n, n_missing=fit.columns.n_missing))
            except TableError as fault:
                made.append(pd.DataFrame([{"bound": bound, "n": len(fit.data), "term": name, "note": str(fault)}]))
    table = pd.concat(made, ignore_index=True)
    ends = table.groupby("term", sort=False)[["conf_low", "conf_high"]]
    return table.assign(union_low=ends.transform("min")["conf_low"], union_high=ends.transform("max")["conf_high"])


class Filled:
    """The fits of a model with its missing pages filled."""

    def __init__(self, fit, last: int | None = None):
        if fit.family not in ("ordinal", "front"):
            raise TableError(
                f"bounds are for pages (ordinal, front), not {fit.family}: a missing count has no first and last"
            )
        values = fit.data[fit.outcome]
        if not pd.api.types.is_numeric_dtype(values.dtype):
            raise TableError("bounds need the pages as numbers, not as a categorical")
        self._fit, self._pages = fit, values.astype(float)
        self._missing = self._pages.isna().to_numpy()
        binary = fit.family == "front" and set(self._pages.dropna()) <= {0.0, 1.0}
        self._last = 0.0 if binary else float(self._pages.max() if last is None else last)
        self._first = self.with_first(np.ones(self._missing.sum(), dtype=bool)) if self._missing.any() else fit

    def with_first(self, first: np.ndarray):
        """The fit with these of the missing pages 1, and the others the last."""
        filled = self._pages.to_numpy(copy=True)
        filled[self._missing] = np.where(first, 1.0, self._last)
        return refitted(self._fit, self._fit.data.assign(**{self._fit.outcome: filled}))

    def extreme(self, effect, sign: int):
        """The fit that moves an effect furthest down (``sign`` −1) or up (1).

        ``effect`` gives, for a fit, the derivative of the effect in each parameter.
        """
        found, before = self._first, None
        for _ in range(_ROUNDS):
            one = found.fitted
            lean = one.leaning(np.asarray(effect(found), dtype=float))
            at = np.full(len(self._missing), np.nan)
            at[found.columns.rows] = lean
            first = sign * at[self._missing] > 0
            if before is not None and (first == before).all():
                break
            found, before = self.with_first(first), first
        return found


def refitted(fit, data: pd.DataFrame, formula: str | None = None, **changed):
    """The same model of other rows, or with another formula, outcome or option."""
    from framing.prominence.fitting import fit as fit_model

    own = {"outcome": fit.outcome, "formula": fit.formula if formula is None else formula, "family": fit.family}
    return fit_model(data, **{**own, **fit.options, **changed})


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
        Name → :class:`~framing.prominence.model.Fit`.

    Returns
    -------
    DataFrame
        One row per model in the order given: ``model``, ``family``, ``formula``, ``n``, ``n_parameters``,
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
