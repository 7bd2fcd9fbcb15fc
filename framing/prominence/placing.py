"""Whether a model of pages puts page 1 where it was seen, and the model that answers when it does not."""

import numpy as np
import pandas as pd
from scipy import stats

from framing.errors import ParamError, takes_results
from framing.inference import adjust, delta_error
from framing.messages import Message, mark
from framing.models import sums
from framing.prominence.comparing import refitted
from framing.prominence.predict import gradient_of, parts_of
from framing.tables import refuse_absent

_ALPHA = 0.05
_JOINT = ("Omnibus", "all terms")  # of the tests of Brant and of the likelihood ratio


@takes_results(fit=("prominence.fit", "family"))
def observed(fit, by: str = "", when: str = "", *, periods: int = 4) -> pd.DataFrame:
    """Shares on page 1 as they were and as the model has them, by group and period.

    Parameters
    ----------
    fit
        An ``ordinal`` or ``front`` fit.
    by, when
        The column of the groups and the column of time (a number), or empty.
    periods
        Parts of the time, of as many rows each.

    Returns
    -------
    DataFrame
        One row per group and period: ``group``, ``first`` and ``last`` (of ``when``; of ``date`` for
        ``years``, where the rows have dates), ``n`` (rows with a page),
        ``n_front``, ``share`` (observed), ``fitted`` (mean predicted probability), ``difference`` (observed minus
        fitted), ``std_error``, ``p_value`` (of no difference, uncorrected), ``q_value`` (Holm over the rows), ``ok``
        (False: the model misses; missing where it cannot be tested).

    Raises
    ------
    ParamError
        Another family, or a column that is not there.

    Notes
    -----
    The conditional moment test of the rows of a cell [1]_: the sum of y − p with the variance, over clusters, of what
    remains of it when the parameters are estimated from the same rows.

    References
    ----------
    .. [1] Newey, W. K. (1985). Maximum likelihood specification testing and conditional moment tests. *Econometrica*
           53, 1047-1070.
    """
    if fit.family not in ("ordinal", "front"):
        raise ParamError(f"shares on page 1 are those of pages (ordinal, front), not {fit.family}")
    rows = fit.data.iloc[fit.columns.rows].reset_index(drop=True)
    refuse_absent(rows, (by, when), "the table of rows", ParamError)
    time = rows[when].astype(float) if when else pd.Series(0.0, index=rows.index)
    part = pd.qcut(time, periods, labels=False, duplicates="drop").fillna(0) if time.nunique() > periods else time
    cells = pd.DataFrame({"group": rows[by].astype(str) if by else "", "part": part})
    codes = cells.groupby(["group", "part"], observed=True).ngroup().to_numpy()
    at, gradient = gradient_of(fit, parts_of(fit, rows))
    y = (fit.columns.y == 0 if fit.family == "ordinal" else fit.columns.y == 1).astype(float)
    residual, n = y - at[:, 0], codes.max() + 1
    size, gap = np.bincount(codes), np.bincount(codes, residual)
    slope = sums(gradient[:, 0, :], codes, n)
    inside = codes[:, None] == np.arange(n)
    inner, turn = fit.fitted.well
    left = inside * residual[:, None] - inner.scores @ inner.bread @ (slope @ turn).T
    groups = fit.columns.groups
    units = np.arange(len(rows)) if groups is None else pd.factorize(groups)[0]
    total = sums(left, units, units.max() + 1)
    factor = len(total) / max(len(total) - 1, 1)
    error = delta_error(np.eye(n), factor * total.T @ total)
    first = pd.Series(codes).drop_duplicates().sort_values().index
    dated = when == "years" and "date" in rows and pd.api.types.is_datetime64_any_dtype(rows["date"].dtype)
    span = (rows["date"] if dated else time).groupby(codes)  # a reader knows dates, and no years since the first row
    table = pd.DataFrame(
        {
            "group": cells["group"].to_numpy()[first], "first": span.min(), "last": span.max(), "n": size,
            "n_front": np.bincount(codes, y).astype(int), "share": np.bincount(codes, y) / size,
            "fitted": np.bincount(codes, at[:, 0]) / size, "difference": gap / size, "std_error": error / size,
        }
    )  # fmt: skip
    held = (sums(inside.astype(float), units, len(total)) > 0).sum(axis=0)  # clusters with rows in the cell
    df = np.where(held > 2, held - 1, np.nan)
    table["p_value"] = 2 * stats.t.sf(np.abs(table["difference"] / table["std_error"]), df)
    table["q_value"] = adjust(table["p_value"], "holm")
    table["ok"] = (table["q_value"] >= _ALPHA).astype("boolean").where(table["q_value"].notna())
    return table.reset_index(drop=True)


def answering(fit, by: str = "", when: str = "") -> tuple:
    """The fit that answers about page 1, and why it is another than ``fit`` (empty where it is not).

    An ordinal model answers where it may: no joint test (Brant, likelihood ratio) finds that its slopes differ between
    pages, and its probabilities of page 1 meet the observed shares (:func:`observed`). Else the model of page 1 against
    all others does, which needs neither.
    """
    reason = _distrust(fit, by, when) if fit.family == "ordinal" and fit.levels[0] == "1" else ""
    return (front(fit), reason) if reason else (fit, "")


def front(fit):
    """The model of page 1 against all others with the terms of an ordinal fit."""
    pages = fit.data[fit.outcome].astype(float)
    data = fit.data.assign(front=pages.eq(1).astype(float).where(pages.notna()))
    return refitted(fit, data, outcome="front", family="front", nominal="", link="logit")


def _distrust(fit, by: str, when: str) -> Message | str:
    joint = fit.checks[fit.checks["check"].str.startswith("proportional odds") & fit.checks["term"].isin(_JOINT)]
    if joint["p_value"].lt(_ALPHA).any():
        return mark("proportional odds do not hold: the slopes differ between pages")
    if joint["p_value"].isna().any() and len(fit.levels) > 2:
        return mark("these rows cannot show whether proportional odds hold")
    seen = observed(fit, by, when)
    missed = seen[seen["ok"].eq(False).fillna(False)]
    if not len(missed):
        return ""
    worst = missed.loc[missed["difference"].abs().idxmax()]
    values = {"group": worst["group"], "n_front": int(worst["n_front"]), "n": int(worst["n"]), "p": worst["fitted"]}
    return Message("the model of all pages has {p:.1%} on page 1 for {group}, where {n_front} of {n} rows were", values)
