"""The checks that come with every fit, one line of advice each."""

import numpy as np
import pandas as pd
from scipy import stats

from framing import models
from framing.errors import takes_results
from framing.messages import mark
from framing.prominence.advice import advice
from framing.prominence.outcome import COUNTS
from framing.prominence.parallel import brant, lr_parallel

_ALPHA = 0.05
COLUMNS = ["check", "term", "statistic", "df", "p_value", "value", "ok", "advice", "detail", "note"]
_TEXTS = ("term", "detail", "note")


def checks_of(fit) -> pd.DataFrame:
    """Everything that is checked for this family.

    Returns
    -------
    DataFrame
        One row per check: ``check``, ``term`` (empty for the whole model), ``statistic``, ``df``, ``p_value``,
        ``value`` (what is read: a ratio, a share, a number), ``ok`` (False: read the advice; missing: could not be
        checked), ``advice`` (one line; ``report.table`` shows it in the language of the report), ``detail`` (what the
        row is about: the threshold that a term separates, the cluster left out, the share of the rows), ``note``.

        ``proportional odds (Brant)`` and ``(LR)`` for every term and jointly; ``over-dispersion`` (Cameron & Trivedi's
        z as AER's ``dispersiontest``; value: Pearson χ² / df); ``zero inflation`` (van den Broek's score test for
        Poisson;
        value: zeros observed / expected); ``autocorrelation`` (Ljung-Box at lag 7 or n/5 of Pearson residuals in the
        order of rows); ``separation``; ``events per slope``; ``clusters``; ``influence`` (largest shift of a slope, in
        standard errors, when one cluster is left out, one Newton step); ``missing outcome``.
    """
    rows = [*_proportional(fit), *_counts(fit), *_autocorrelation(fit), *_events(fit), *_clusters(fit)]
    rows += [*_influence(fit), *_missing(fit)]
    table = pd.DataFrame(rows)
    for name in COLUMNS:
        if name not in table:
            table[name] = "" if name in _TEXTS else np.nan
    table["ok"] = table["ok"].astype("boolean")
    state = table["ok"].astype(object).where(table["ok"].notna(), None)
    table["advice"] = [advice(check, ok) for check, ok in zip(table["check"], state, strict=True)]
    return table[COLUMNS].fillna(dict.fromkeys(_TEXTS, ""))


def over_dispersion(fit) -> tuple[float, float, float]:
    """Cameron & Trivedi's test of a Poisson fit against the variance μ + α μ: α, z and one-sided p.

    AER's ``dispersiontest``.

    References
    ----------
    .. [1] Cameron, A. C. & Trivedi, P. K. (1990). Regression-based tests for overdispersion in the Poisson model.
           *J. Econometrics* 46, 347-364.
    """
    y, mu, n = fit.columns.y, fit.fitted.fitted, fit.fitted.n
    w = np.ones(fit.n) if fit.fitted.repeats is None else fit.fitted.repeats
    surplus = ((y - mu) ** 2 - y) / mu
    alpha = float(w @ surplus) / n
    z = float(np.sqrt(n) * alpha / np.sqrt(w @ (surplus - alpha) ** 2 / (n - 1)))
    return alpha, z, float(stats.norm.sf(z))


@takes_results(fit=("prominence.fit", "family"))
def influence(fit) -> pd.DataFrame:
    """How the estimates move when a cluster (without clusters: a row) is left out.

    Returns
    -------
    DataFrame
        One row per cluster and slope: ``cluster``, ``n_rows``, ``term``, ``shift`` (estimate without it minus estimate;
        one Newton step, exact for ``ols``), ``shift_in_errors`` (over the standard error). Largest first.
    """
    groups = fit.columns.groups
    labels = pd.Series(fit.columns.rows) if groups is None else groups
    codes, names = pd.factorize(labels)
    slopes = [i for i, kind in enumerate(fit.kinds) if kind == "term"]
    inner, turn = fit.fitted.well
    k = len(turn)
    shift = np.empty((len(names), k))
    block = max(1, 4_000_000 // k**2)
    for first in range(0, len(names), block):
        inside = np.where((codes >= first) & (codes < first + block), codes - first, -1)
        size = min(block, len(names) - first)
        total = models.sums(inner.scores, inside, size)
        share = inner.information(inside, size)
        left = np.linalg.inv(inner.bread) - share
        shift[first : first + size] = -_solve(left, total) @ turn.T
    error = fit.covariance.std_error
    n_rows = np.bincount(codes, minlength=len(names))
    table = pd.DataFrame(
        {
            "cluster": np.repeat(np.asarray(names, dtype=object), len(slopes)),
            "n_rows": np.repeat(n_rows, len(slopes)),
            "term": np.tile([fit.fitted.names[i] for i in slopes], len(names)),
            "shift": shift[:, slopes].ravel(),
            "shift_in_errors": (shift / error)[:, slopes].ravel(),
        }
    )
    order = table["shift_in_errors"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _solve(matrices, vectors):
    """Solve one system a cluster; missing where the rest does not identify the parameters."""
    try:
        return np.linalg.solve(matrices, vectors[..., None])[..., 0]
    except np.linalg.LinAlgError:
        pseudo = np.linalg.pinv(matrices, hermitian=True)
        return np.einsum("gij,gj->gi", pseudo, vectors)


def _proportional(fit):
    if fit.family != "ordinal" or fit.options["link"] != "logit" or fit.nominal is not None or not fit.raw.model.k:
        return
    for name, table in (("proportional odds (Brant)", brant(fit)), ("proportional odds (LR)", lr_parallel(fit))):
        for row in table.to_dict("records"):
            ok = pd.NA if np.isnan(row["p_value"]) else row["p_value"] >= _ALPHA
            yield {"check": name, **row, "ok": ok}


def _counts(fit):
    if fit.family not in COUNTS:
        return
    y, mu, n = fit.columns.y, fit.fitted.fitted, fit.fitted.n
    w = np.ones(fit.n) if fit.columns.weights is None else fit.columns.weights
    theta = fit.fitted.extra.get("theta", np.inf)
    pearson = float(w @ ((y - mu) ** 2 / (mu + mu**2 / theta))) / (n - fit.design.matrix.shape[1])
    if fit.family == "poisson":
        _, z, p = over_dispersion(fit)
        yield {"check": "over-dispersion", "statistic": z, "p_value": p, "value": pearson, "ok": p >= _ALPHA}
    else:
        yield {"check": "over-dispersion", "value": pearson, "ok": fit.family == "quasipoisson" or pearson < 1.5}
    if fit.family == "negbin" and np.isfinite(theta):
        plain = models.refit(
            fit.design.matrix, y, "poisson", weights=fit.columns.weights, offset=fit.columns.offset
        ).log_likelihood
        statistic = 2 * (fit.fitted.log_likelihood - plain)
        p = float(stats.chi2.sf(statistic, 1)) / 2  # θ = ∞ lies on the edge (Self & Liang 1987)
        yield {"check": "negbin against Poisson", "statistic": statistic, "df": 1, "p_value": p, "ok": p < _ALPHA}
    zero = np.exp(-mu) if np.isinf(theta) else (theta / (theta + mu)) ** theta
    observed, expected = float(w @ (y == 0)), float(w @ zero)
    row = {"check": "zero inflation", "value": observed / expected if expected else np.nan}
    variance = float(w @ ((1 - zero) / zero) - w @ y) if fit.family == "poisson" else np.nan
    if variance > 0:
        statistic = float((w @ (((y == 0) - zero) / zero)) ** 2 / variance)
        p = float(stats.chi2.sf(statistic, 1))
        row |= {"statistic": statistic, "df": 1, "p_value": p, "ok": p >= _ALPHA or row["value"] <= 1}
    elif expected >= 1:
        row["ok"] = bool(abs(observed - expected) < 3 * np.sqrt(expected))
    yield row


def _autocorrelation(fit):
    """Ljung-Box of Pearson residuals in the order of rows, for series (counts and means)."""
    if fit.family not in (*COUNTS, "ols") or fit.n < 10:
        return
    from statsmodels.stats.diagnostic import acorr_ljungbox

    mu, theta = fit.fitted.fitted, fit.fitted.extra.get("theta", np.inf)
    spread = 1.0 if fit.family == "ols" else np.sqrt(mu + mu**2 / theta)
    residual = (fit.columns.y - mu) / spread
    lags = min(7, fit.n // 5)
    q, p = acorr_ljungbox(residual, lags=[lags]).iloc[0]
    robust = fit.covariance.lag is not None
    yield {"check": "autocorrelation", "statistic": q, "df": lags, "p_value": p, "ok": robust or p >= _ALPHA,
           "note": mark("standard errors allow for it") if robust else ""}  # fmt: skip


def _events(fit):
    if fit.family != "front":
        return
    y = fit.columns.y
    slopes = max(1, len([n for n in fit.fitted.names if n != "Intercept"]))
    each = min(int((y == 1).sum()), int((y == 0).sum())) / slopes
    separated = ", ".join(fit.columns.separated)
    yield {"check": "separation", "term": separated, "ok": not separated}
    yield {"check": "events per slope", "value": each, "ok": each >= 10}


def _clusters(fit):
    n_groups = fit.covariance.n_clusters
    if n_groups is None:
        return
    largest = int(fit.columns.groups.value_counts().iloc[0]) / fit.n
    bias_reduced = fit.covariance.label.startswith("CR2") or fit.wild
    ok = n_groups > len(fit.fitted.estimate) and (n_groups >= 40 or bias_reduced)
    note = mark("detail: share of the rows that the largest cluster holds")
    yield {"check": "clusters", "value": n_groups, "ok": ok, "detail": f"{largest:.0%}", "note": note}


def _influence(fit):
    n_units = fit.n if fit.columns.groups is None else fit.columns.groups.nunique()
    if n_units > 5_000 or not (fit.coefficients["kind"] == "term").any():
        return
    table = influence(fit)
    table = table[table["term"] != "Intercept"]
    if not len(table):
        return
    worst = table.iloc[0]
    yield {
        "check": "influence", "term": worst["term"], "value": abs(worst["shift_in_errors"]),
        "ok": bool(abs(worst["shift_in_errors"]) < 1), "detail": str(worst["cluster"]),
        "note": mark("detail: the cluster left out"),
    }  # fmt: skip


def _missing(fit):
    missing = fit.columns.n_missing
    if missing:
        share = missing / (missing + fit.n)
        note = mark("detail: their share of the rows")
        yield {"check": "missing outcome", "value": missing, "ok": share < 0.05, "detail": f"{share:.0%}", "note": note}
