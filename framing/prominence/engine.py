"""Choosing and running the estimator of a family."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import linalg

from framing import models
from framing.errors import TableError
from framing.messages import Message, mark
from framing.models import separation
from framing.models.firth import FirthLogit
from framing.models.newton import inverse, solved
from framing.models.ordinal import ProportionalOdds

GLM = {
    "front": "logit", "fractional": "logit", "poisson": "poisson", "quasipoisson": "quasipoisson",
    "negbin": "negbin", "ols": "normal",
}  # fmt: skip
EVENTS = 10  # rarer outcomes a slope needs, below which Firth's penalty is taken (Peduzzi et al. 1996)


def ones(values, n):
    return np.ones(n) if values is None else values


def zeros(values, n):
    return np.zeros(n) if values is None else values


def ordinal(x, z, columns, outcome, link):
    """Fit the cumulative model to DataFrames of slopes and freed terms; returns the result and its record."""
    page = pd.Series(pd.Categorical.from_codes(columns.y, columns.levels, ordered=True), index=x.index, name=outcome)
    options = {"weights": columns.weights, "offset": columns.offset, "link": link}
    model = ProportionalOdds(page, x, nominal=z, **options)
    if model.p >= len(x):
        raise TableError(f"{model.p} parameters for {len(x)} rows; use fewer terms or merge pages")
    try:
        results = model.fit()
        fitted = levels_record(results)
        doubtful = not fitted.converged or np.abs(fitted.well[0].estimate).max() > 12
    except (ValueError, np.linalg.LinAlgError):
        results, fitted, doubtful = None, None, True
    if doubtful:
        _refuse_separation(separation.of_levels(*model.edge_gradients()), model.data.xnames, outcome)
        if fitted is None or not fitted.converged:
            raise TableError(f"the ordinal model of {outcome!r} did not converge ({len(x)} rows); use fewer terms")
    return results, fitted


def levels_record(results) -> models.Fitted:
    """What standard errors need of a cumulative model."""
    model, at = results.model, np.asarray(results.params)
    inner, turn = model.conditioned
    converged, llf = results.mle_retvals["converged"], float(results.llf)

    def record(model, at, bread, turned=None):
        return models.Fitted(
            names, at, model.score_obs(at), bread, bread, llf, model.information(at), converged=converged,
            repeats=models.repeats_of(model.weights), pull=model.pull(at), turned=turned,
        )  # fmt: skip

    names = tuple(model.data.xnames)
    if turn is None:
        return record(model, at, inverse(-model.hessian(at)))
    within = solved(turn, at)
    well = record(inner, within, inverse(-inner.hessian(within)))
    return record(model, at, turn @ well.bread @ turn.T, (well, turn))


def one_predictor(x, names, columns, outcome, family, method):
    """Fit a model with one linear predictor; returns the result, its record, and what was done."""
    n, k = x.shape
    if not k:
        raise TableError(f"the formula leaves nothing to estimate for {outcome!r}; give it a term, or '1'")
    if k >= n:
        raise TableError(f"{k} parameters for {n} rows; use fewer terms")
    notes: list[Message] = []
    if family == "front" and method != "logit":
        reason = mark("Firth's penalised logit, as asked for") if method == "firth" else None
        reason = reason or _why_firth(x, names, columns)
        if reason:
            return *_firth(x, names, columns, outcome), [reason]
    try:
        options = {"names": names, "weights": columns.weights, "offset": columns.offset}
        results, fitted = models.fit(x, columns.y, GLM[family], **options)
        doubtful = not fitted.converged or _extreme(fitted, family)
    except (ValueError, np.linalg.LinAlgError):
        results, fitted, doubtful = None, None, True
    if doubtful and family != "ols":
        of = separation.of_logit if family in ("front", "fractional") else separation.of_counts
        _refuse_separation(of(x, columns.y), names, outcome)
    if fitted is None or not fitted.converged:
        raise TableError(
            f"the model {family!r} of {outcome!r} did not converge ({n} rows); use fewer terms, and look at the offset"
        )
    if family == "negbin" and np.isinf(fitted.extra["theta"]):
        text = mark("the counts are not over-dispersed: θ is infinite and the negative binomial is the Poisson model")
        notes.append(text)
    return results, fitted, notes


def _firth(x, names, columns, outcome):
    exog = pd.DataFrame(x, columns=list(names))
    results = FirthLogit(columns.y, exog, offset=columns.offset, weights=columns.weights).fit()
    if not results.mle_retvals["converged"]:
        raise TableError(f"the penalised logit of {outcome!r} did not converge; use fewer terms")
    o, w = zeros(columns.offset, len(x)), ones(columns.weights, len(x))
    fitted = models.record(x, columns.y, "logit", results.params, names, w, o, log_likelihood=results.llf)
    residual = results.model.score_factor(np.asarray(results.params))
    return results, replace(fitted, scores=x * residual[:, None], residuals=residual / fitted.weights)


def restricted(fit, index: int, value: float, codes, n_groups):
    """Cluster scores, information and bread with one parameter held at ``value``, of those of ``fit.fitted.well``."""
    columns, n, (well, turn) = fit.columns, fit.n, fit.fitted.well
    held = turn[index]
    if fit.family == "ordinal":
        model, _ = fit.raw.model.conditioned
        held = held[: model.k]
        fixed, free = value * held / (held @ held), linalg.null_space(held[None])
        small = np.asarray(model.combined(free, model.shift + model.x @ fixed).fit().params)
        at = np.concatenate([fixed + free @ small[: model.k - 1], small[model.k - 1 :]])
        information = model.information(at)(codes, n_groups)
        return models.sums(model.score_obs(at), codes, n_groups), information, inverse(information.sum(axis=0))
    x, fixed, free = well.x, value * held / (held @ held), linalg.null_space(held[None])
    offset = zeros(columns.offset, n) + x @ fixed
    if fit.family == "negbin":
        names = [f"x{i}" for i in range(free.shape[1])]
        _, small = models.fit(x @ free, columns.y, "negbin", names=names, offset=offset)
    else:
        family = models.KERNEL.get(GLM[fit.family], GLM[fit.family])
        small = models.refit(x @ free, columns.y, family, weights=columns.weights, offset=offset)
    scores = x * (small.weights * small.residuals)[:, None]
    information = models.information_of(x, small.weights)(codes, n_groups)
    return models.sums(scores, codes, n_groups), information, inverse(information.sum(axis=0))


def _why_firth(x, names, columns) -> Message | None:
    """Why the plain logit will not do, or nothing."""
    w = ones(columns.weights, len(x))
    slopes = max(1, len([name for name in names if name != "Intercept"]))
    events = min(w @ (columns.y == 1), w @ (columns.y == 0))
    try:
        plain = models.refit(x, columns.y, "logit", weights=columns.weights, offset=columns.offset)
        doubtful = not plain.converged or _extreme(plain, "front")
    except (ValueError, np.linalg.LinAlgError):
        doubtful = True
    step = separation.of_logit(x, columns.y) if doubtful else np.zeros(len(names))
    if step.any():
        columns.separated = [name for name, size in zip(names, step, strict=True) if size and name != "Intercept"]
        found = columns.separated or list(names)
        text = mark(
            "Firth's penalised logit: {terms} separate front from not front, and a plain logit has no finite estimate"
        )
        return Message(text, {"terms": ", ".join(found)})
    if events < EVENTS * slopes:
        text = mark(
            "Firth's penalised logit: {n:g} of the rarer outcome for {n_slopes} slopes, fewer than {least} each"
        )
        return Message(text, {"n": events, "n_slopes": slopes, "least": EVENTS})
    return None


def _extreme(fitted, family) -> bool:
    """Whether a fitted value has run to the end of its range."""
    if family in ("front", "fractional"):
        return bool((np.abs(fitted.linear) > 12).any())
    return family != "ols" and bool((fitted.linear < np.log(np.maximum(fitted.fitted.mean(), 1e-300)) - 14).any())


def _refuse_separation(step: np.ndarray, names, outcome: str) -> None:
    if not step.any():
        return
    found = [name for name, size in zip(names, step, strict=True) if abs(size) > 1e-6 and name != "Intercept"]
    found = [name for name in found if "|" not in name] or found
    raise TableError(
        f"perfect separation: {found} foretell {outcome!r} without error in some rows, so the likelihood has no "
        "maximum. "
        "Take the term out, merge levels or pages, or use family='front', which has Firth's penalty"
    )
