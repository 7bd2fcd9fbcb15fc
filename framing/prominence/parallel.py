"""Tests of proportional odds: Brant's Wald test and the likelihood-ratio test."""

import numpy as np
import pandas as pd
from scipy import stats

from framing import models
from framing.errors import TableError
from framing.messages import mark
from framing.models.newton import conditioned, cross, solved
from framing.models.separation import of_logit

SEPARATED = mark("a term separates the pages at the threshold of detail; the binary logit there has no finite estimate")


def brant(fit) -> pd.DataFrame:
    """Brant's test that the slopes are the same at every threshold.

    Returns
    -------
    DataFrame
        One row for the joint test (``term`` = ``Omnibus``) and one a column of the design: ``term``, ``statistic``
        (Wald χ²), ``df``, ``p_value``, ``detail`` (the threshold a term separates, where one does) and ``note`` (why
        there is no test).

    Notes
    -----
    The J − 1 binary logits page > j and the joint covariance of their slopes [1]_, with the block of two thresholds
    (X' W_jj X)⁻¹ X' W_jl X (X' W_ll X)⁻¹, W_jl = π_l (1 − π_j) for j ≤ l, and its *transpose* below the diagonal (the
    R packages brant and car leave it untransposed, so that their joint statistic differs; single terms agree).

    References
    ----------
    .. [1] Brant, R. (1990). Assessing proportionality in the proportional odds model for ordinal logistic regression.
           *Biometrics* 46, 1171-1178.
    """
    _needs_ordinal(fit)
    model = fit.raw.model
    turn, x = conditioned(np.column_stack([np.ones(fit.n), model.x]))
    turn = np.eye(model.k) if turn is None else turn[1:, 1:]
    names, cuts, k = fit.design.names, model.cuts, model.k
    if cuts < 2 or k == 0:
        return _table([], mark("two levels or no terms: nothing to test"))
    slopes, shares, breads = [], [], []
    for j in range(cuts):
        above = (model.y > j).astype(float)
        try:
            found = models.refit(x, above, "logit", weights=model.weights, offset=model.shift)
            separated = (np.abs(found.linear) > 12).any() and of_logit(x, above).any()
        except (ValueError, np.linalg.LinAlgError):
            separated = True
        if separated or not found.converged:
            cut = f"{fit.levels[j]}|{fit.levels[j + 1]}"
            return _table([], SEPARATED, cut)
        slopes.append(found.estimate[1:])
        shares.append(found.fitted)
        breads.append(found.bread)
    v = np.empty((cuts, cuts, k, k))
    for j in range(cuts):
        for m in range(j, cuts):
            w = model.weights * shares[m] * (1 - shares[j])
            block = (breads[j] @ cross(x, w) @ breads[m])[1:, 1:]
            v[j, m], v[m, j] = block, block.T
    b = np.array(slopes)
    rows = [("Omnibus", *_wald((b[1:] - b[0]).ravel(), _differences(v)))]
    for name, of in zip(names, turn, strict=True):
        own = np.einsum("k,jmkl,l->jm", of, v, of)[:, :, None, None]
        rows.append((name, *_wald((b[1:] - b[0]) @ of, _differences(own))))
    return _table(rows, "")


def lr_parallel(fit) -> pd.DataFrame:
    """Likelihood-ratio test that freeing a term from proportional odds does not fit better (clm's ``nominal_test``).

    Returns
    -------
    DataFrame
        One row per term of the formula and one for all (``term`` = ``all terms``): ``term``, ``statistic`` (2 Δ log L),
        ``df``, ``p_value``, ``note``.
    """
    _needs_ordinal(fit)
    terms = {term: columns for term, columns in fit.design.terms.items() if columns}
    terms = terms | {"all terms": list(fit.design.names)} if terms and fit.raw.model.cuts > 1 else {}
    rows = [(term, *_freed(fit, columns)) for term, columns in terms.items()]
    return pd.DataFrame(rows, columns=["term", "statistic", "df", "p_value", "note"])


def _freed(fit, columns):
    """2 Δ log L of the model with these columns freed, its df, p and note."""
    model, names = fit.raw.model, list(fit.design.names)
    which = [names.index(name) for name in columns]
    larger = model.reshaped([i for i in range(model.k) if i not in which], freed=which)
    df = larger.p - model.p
    try:
        found = larger.fit()
        inner, turn = larger.conditioned
        size = np.abs(found.params if turn is None else solved(turn, found.params)).max()
    except (ValueError, np.linalg.LinAlgError):
        found = None
    if found is None or not found.mle_retvals["converged"] or size > 30:
        return np.nan, df, np.nan, mark("the freed model has no finite estimate: a page and a level never meet")
    statistic = max(2 * (found.llf - fit.fitted.log_likelihood), 0.0)
    return statistic, df, float(stats.chi2.sf(statistic, df)), ""


def _differences(v):
    """Covariance of (threshold j minus the first) for all columns, stacked by threshold."""
    cuts, _, k, _ = v.shape
    out = np.empty((cuts - 1, k, cuts - 1, k))
    for j in range(1, cuts):
        for m in range(1, cuts):
            out[j - 1, :, m - 1, :] = v[j, m] - v[0, m] - v[j, 0] + v[0, 0]
    return out.reshape((cuts - 1) * k, (cuts - 1) * k)


def _wald(difference, covariance):
    try:
        statistic = float(difference @ np.linalg.solve(covariance, difference))
    except np.linalg.LinAlgError:
        return np.nan, len(difference), np.nan
    if statistic < 0:
        return np.nan, len(difference), np.nan
    return statistic, len(difference), float(stats.chi2.sf(statistic, len(difference)))


def _table(rows, note, detail=""):
    if not rows:
        rows = [("Omnibus", np.nan, np.nan, np.nan)]
    table = pd.DataFrame(rows, columns=["term", "statistic", "df", "p_value"])
    return table.assign(detail=detail, note=note)


def _needs_ordinal(fit) -> None:
    if fit.family != "ordinal" or fit.options["link"] != "logit" or fit.nominal is not None:
        raise TableError(
            "this tests proportional odds: it needs family='ordinal' with the logit link and no nominal terms"
        )
