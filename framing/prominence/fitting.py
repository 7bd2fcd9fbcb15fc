"""Fit a model."""

from dataclasses import replace

import numpy as np
import pandas as pd

from framing import formulas, models
from framing.errors import ParamError, refuse_unknown
from framing.inference import refuse_level
from framing.messages import Message, mark
from framing.models.firth import FirthLogit
from framing.models.links import LINKS
from framing.prominence import engine
from framing.prominence.model import Fit
from framing.prominence.outcome import FAMILIES, read
from framing.tables import takes_tables
from framing.tables.blanks import stated

LARGE = 4e8  # clusters × parameters³ from which bias-reduced errors take too long


@takes_tables("data", labels=True)
def fit(
    data: pd.DataFrame,
    outcome: str,
    formula: str = "",
    *,
    family: str,
    cluster: str | None = None,
    weights: str | None = None,
    offset: str | None = None,
    covariance: str | None = "auto",
    nominal: str = "",
    link: str = "logit",
    method: str = "auto",
    lag: int | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Fit:
    """Model a placement, a count or a share.

    Parameters
    ----------
    data
        A study (its placements are taken), or one row per article, message or day. A row without the outcome is left
        out, counted and named by outlet; any other missing value is refused, blank cells of text too.
    outcome
        Name of the outcome's column; or outcome and formula in one, ``"page ~ outlet * years"``.
    formula
        Right-hand side (:func:`framing.models.build`): ``"year * outlet"``,
        ``"cr(time, df=3, constraints='center')"``.
    family
        ============ ====================================================================================
        ordinal      pages 1, 2, …: cumulative logit with proportional odds; positive = later page
        front        0/1 (or a page, then page 1 is 1): logit; positive = more likely on the front.
                     Firth's penalty when a term separates or fewer than 10 events a slope are there
        poisson      counts; log link
        quasipoisson counts with free dispersion
        negbin       counts with variance μ + μ²/θ
        fractional   shares 0 to 1; logit quasi-likelihood with HC1 errors (Papke & Wooldridge 1996)
        ols          any number
        ============ ====================================================================================
    cluster
        Column of the cluster, for example ``"date"``: rows of one issue are not independent.
    weights
        Column that multiplies each row's log likelihood. Whole numbers are frequencies: the fit, its errors, AIC and
        BIC are those of the rows repeated.
    offset
        Column added to the linear predictor. For counts a column of whole numbers is taken as the exposure and its
        logarithm is used; ``"log(column)"`` says so outright, and ``"I(column)"`` that the column is a logarithm
        already, as one with values of 0 or less must be. ``notes`` say which; positive fractions are refused without.
    covariance
        ``auto``, or one of ``model HC0 HC1 HC2 HC3 CR0 CR1 CR1S CR2 CR3 NW NW7 wild``; see
        :func:`framing.models.covariance`. ``auto`` is ``CR2`` with clusters (``CR1`` where they and the terms are
        very many), ``HC1`` for shares and ``model`` else. ``NW`` needs the rows in order of time.
    nominal
        For ``ordinal``: terms freed from proportional odds, each with one slope a threshold; not in ``formula`` as
        well.
    link
        For ``ordinal``: ``logit``, ``probit`` or ``cloglog``.
    method
        For ``front``: ``auto``, ``logit`` or ``firth``.
    lag
        For ``NW``; without one the plug-in of Newey & West (1994).
    level, seed
        Confidence level; seed of the wild bootstrap.

    Returns
    -------
    Fit
        ``coefficients``, ``effects``, ``checks``, ``predictions(grid)``, ``contrast(a, b)``, ``bounds()``.

    Raises
    ------
    TableError
        A column is absent or unfit (page 0 or 1.5, a negative count, a missing offset, a constant outcome), terms are
        collinear or separate the outcome; the message names them.
    ParamError
        Unknown family, covariance, link or formula.

    Notes
    -----
    Intervals: t with the degrees of freedom of Bell & McCaffrey for clustered and other robust errors; n − k for the
    model's own of ``ols``, normal else. A coefficient or contrast that fewer than four clusters (or rows) inform has no
    interval and no p (:class:`framing.models.informing.Informed`), and a note. Rows of one cluster that share the exact
    same placement carry no information twice: that is what clustered errors count.
    """
    outcome, formula = _sides(outcome, formula)
    _check_options(family, link, method, level, nominal, offset)
    explaining = formulas.columns_of(f"{formula} + {nominal.strip() or 1}", data)
    if outcome in explaining:
        raise ParamError(f"the formula {formula!r} explains {outcome!r} by itself; take {outcome!r} out of it")
    data = data.assign(**{name: stated(data[name]) for name in (*explaining, outcome, cluster or "") if name in data})
    columns = read(data, outcome, family, cluster, weights, offset)
    if family == "negbin" and columns.weights is not None and models.repeats_of(columns.weights) is None:
        raise ParamError("family 'negbin' takes whole numbers as weights; use 'quasipoisson'")
    used = data.iloc[columns.rows]
    design, freed = models.build(formula, used), None
    notes = []
    if family == "ordinal":
        freed = models.build(nominal, used) if nominal.strip() else None
        if freed is not None:
            _refuse_twice(design, freed)
        if "Intercept" not in design.names and freed is None:  # the thresholds are the intercept
            models.refuse_collinear(np.column_stack([np.ones(len(used)), design.matrix]), ("Intercept", *design.names))
        design = design.without_intercept()
        z = None if freed is None else freed.without_intercept().frame()
        raw, fitted = engine.ordinal(design.frame(), z, columns, outcome, link)
    else:
        raw, fitted, notes = engine.one_predictor(design.matrix, design.names, columns, outcome, family, method)
    columns.notes.extend(notes)
    chosen = _covariance(fitted, columns, family, covariance, lag, isinstance(raw.model, FirthLogit))
    options = {
        "cluster": cluster, "weights": weights, "offset": offset, "covariance": covariance, "nominal": nominal,
        "link": link, "method": method, "lag": lag, "level": level, "seed": seed,
    }  # fmt: skip
    found = Fit(family, outcome, formula, design, columns, raw, fitted, chosen, data, options, freed)
    if found.wild and found.penalised:
        raise ParamError("the wild bootstrap does not go with Firth's penalty; use covariance='CR2', or method='logit'")
    return found


def _covariance(fitted, columns, family, kind, lag, penalised):
    """The covariance asked for or chosen, with the degrees of freedom of its t."""
    n, k = fitted.n, fitted.scores.shape[1]
    groups = columns.groups
    n_groups = 0 if groups is None else groups.nunique()
    kind = "auto" if kind is None else str(kind).strip()
    wild = kind.lower() == "wild"
    if kind.lower() == "auto":
        robust = "HC1" if family == "fractional" else "model"
        kind = robust if groups is None else ("CR2" if n_groups * k**3 < LARGE else "CR1")
    elif wild:
        kind = "CR1"
    try:
        found = models.covariance(fitted, kind, groups=groups, lag=lag)
    except ValueError as fault:
        raise ParamError(f"covariance {kind!r}: {fault}") from None
    if wild:
        columns.notes.append(mark("p-values and intervals: wild cluster bootstrap with the null imposed"))
    if n_groups and found.n_clusters and n_groups <= k:
        text = mark(
            "{n_clusters} clusters for {n_parameters} parameters: the clustered covariance has no full rank; read "
            "single terms with care and no joint test"
        )
        columns.notes.append(Message(text, {"n_clusters": n_groups, "n_parameters": k}))
    if penalised and found.label != "model":
        found = replace(found, floor=fitted.well[0].model)
    columns.notes.extend(found.unknown(fitted.names))
    return replace(found, df=np.full(k, float(n - k))) if family == "ols" and found.label == "model" else found


def _sides(outcome: str, formula: str) -> tuple[str, str]:
    """Outcome and right-hand side, however they were given."""
    left, tilde, right = outcome.partition("~")
    if bool(tilde) == bool(formula.strip()):
        given = f"{outcome!r} and {formula!r}" if tilde else f"{outcome!r} alone"
        raise ParamError(f"a model needs one outcome and one formula, as in 'page ~ outlet * years', not {given}")
    return left.strip(), (right if tilde else formula).strip()


def _check_options(family, link, method, level, nominal, offset) -> None:
    refuse_unknown(family, FAMILIES, "family", ParamError)
    refuse_unknown(link, LINKS, "link", ParamError)
    if (link != "logit" or nominal.strip()) and family != "ordinal":
        raise ParamError("nominal and link belong to family='ordinal'")
    if method not in ("auto", "logit", "firth"):
        raise ParamError(f"method is auto, logit or firth, not {method!r}")
    if family == "ols" and offset is not None:
        raise ParamError("family 'ols' takes no offset; subtract it from the outcome")
    refuse_level(level)


def _refuse_twice(design, freed) -> None:
    """A term in both parts is not identified."""
    x, z = design.without_intercept(), freed
    models.refuse_collinear(np.hstack([z.matrix, x.matrix]), (*z.names, *x.names))
