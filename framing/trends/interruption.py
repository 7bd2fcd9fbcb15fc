"""Interrupted time series: what changed at a known date, against what would have come without it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from framing import models, tables
from framing.errors import TableError, refuse_unknown
from framing.inference import refuse_level
from framing.messages import Message, mark
from framing.models.autoregression import LONGEST
from framing.records import Record
from framing.trends import diagnostics, refusals
from framing.trends.judging import Fit
from framing.trends.series import Series, middle, of, place

FAMILIES = ("normal", "poisson", "quasipoisson", "negbin", "binomial")
TERMS = [*map(str, (mark("Intercept"), mark("time"), mark("level"), mark("slope")))]
FREE = 8
"""Periods that a model needs beyond its terms: fewer say nothing about how neighbours are alike."""


@dataclass(frozen=True)
class Interrupted(Record):
    """What an interrupted series shows.

    Attributes
    ----------
    coefficients
        One row per term: ``Intercept``, ``time`` (per period), ``level`` (jump at the event), ``slope`` (change
        of slope, counted 1, 2, … from the event on), then those of ``formula``; ``estimate std_error
        statistic df conf_low conf_high p_value``. Logarithms for counts.
    periods
        One row per period: its label, ``observed``, ``fitted``, ``counterfactual`` (the level and slope before
        the event carried on) and ``effect`` (fitted − counterfactual, in the units of the value; 0 before the
        event), each with ``…_std_error``, ``…_low``, ``…_high``; for counts also ``rate_ratio`` with interval.
    effects
        Rows ``average``, ``cumulative``, ``at_end`` (and ``log_rate_ratio_at_end`` for counts): ``estimate
        std_error conf_low conf_high p_value``.
    checks
        One row per check: ``check statistic p_value advice``.
    results
        The fit as a statsmodels result with this covariance and these intervals: ``summary()``, ``conf_int()`` …,
        and, of counts with ``AR1``, on the scale of the logarithm.
    covariance
        Covariance of the coefficients; ``errors`` names its kind, lag included; ``info["notes"]`` says what the
        formula lost and what the errors cannot do.
    judged
        The distribution of ``effects``, for intervals at other levels: ``judged.interval(0.9)``.
    """

    coefficients: pd.DataFrame
    periods: pd.DataFrame
    effects: pd.DataFrame
    checks: pd.DataFrame
    covariance: np.ndarray = field(repr=False)
    errors: str = ""
    info: dict = field(default_factory=dict)
    results: Any = field(default=None, repr=False)
    judged: Any = field(default=None, repr=False)


def interval(fit: Interrupted, effect: str, level: float) -> tuple[float, float]:
    """The interval of a row of ``effects`` at another confidence level."""
    low, high = fit.judged.interval(level)[list(fit.effects["effect"]).index(effect)]
    return float(low), float(high)


def interrupted(
    series: pd.Series | pd.DataFrame,
    at=None,
    *,
    value: str = "value",
    time: str = "period",
    family: str = "normal",
    offset: str | None = None,
    formula: str = "",
    covariance: str = "AR1",
    lag: int | None = None,
    level: float = 0.95,
    replicates: int = 1999,
    seed: int = 0,
) -> Interrupted:
    """Fit level and slope before an event and their change at it.

    Parameters
    ----------
    series
        One row per period, in any order; see :func:`framing.trends.series.of`. An absent period is a gap: it
        takes its place in time and no value. Each group of a table with the column ``group``, as :func:`prepare` makes
        it, has its own model. The column ``measure`` then says what the values are: ``mentions`` and ``share`` get the
        family ``binomial`` with all articles as exposure, ``articles`` ``quasipoisson`` without one, means ``normal``.
        Add it to a table of your own (``series.assign(measure="mean")``), or give ``family="normal"``, which takes
        ``value`` as it is.
    at
        The first period after the change, as it stands in the series (or a date inside it). None takes the middle of
        the series, a date that nobody chose for its news.
    value, time
        Columns, where ``series`` is a DataFrame.
    family
        ``normal`` for means; ``poisson``, ``quasipoisson``, ``negbin`` for counts; ``binomial`` for counts of
        ``offset`` articles each of which counts or not. All but ``normal`` have the log link, so effects are rate
        ratios; with ``AR1`` the first three are one model.
    offset
        For counts: the column of exposures (articles, tokens; all above 0); its logarithm is the offset.
    formula
        More terms over the columns of ``series`` and ``t`` (the period's number from 1):
        ``"sin(2*pi*t/12) + cos(2*pi*t/12)"`` for the season, or ``"collection"`` for a column that
        marks a change of method.
    covariance, lag
        ``AR1``: noise that carries over from period to period, by REML. Without a bootstrap on request: ``model``,
        ``HC0``, ``HC1``, ``HC3``, which take neighbouring periods as independent. ``NW`` (Newey & West 1987, Bartlett,
        no prewhitening, ``lag`` periods or the bandwidth of Newey & West 1994) is judged by the same drawn series as
        ``AR1``: with a level, a trend and a change of both its t is far from normal. ``errors`` names what was used.
    level
        Confidence level.
    replicates, seed
        Series drawn for every p and interval, and their seed; 0 gives estimates and standard errors alone.

    Returns
    -------
    Interrupted
        Of groups :class:`framing.trends.groups.ByGroup`, with the column ``group`` in each table.

    Raises
    ------
    TableError
        Of a table of groups nothing says what the values are, or no group could be fitted. The series is too short for
        the terms or longer than 1,000 periods, repeats a period or misses values; the exposure is absent or not above
        0. The values are constant, or lie exactly on the model's lines, so that there is no standard error. Counts are
        all 0 on one side of the event (separation), or the fitted course leaves what was counted (ten times the largest
        rate, or less than one in the whole series), as it does where
        a series starts or stops inside.
    ValueError
        The event is outside the series or leaves fewer than 3 periods on a side; unknown family or
        covariance; ``lag`` without ``NW``; a count that is negative or not whole.

    Notes
    -----
    Segmented regression [1]_ with serially dependent noise [2]_. Means: y = xβ + u, u an AR(1), with white noise beside
    it where that gains more than 1 in restricted log-likelihood (2 where a null is drawn). Counts: the working
    response z = xβ̂ + (y − μ̂)/μ̂ of the log-linear model, with variance τ²R(φ) + diag(1/μ̂) (of ``binomial``
    (1 − p̂)/μ̂), φ and τ² by REML; the coefficients are those of generalised least squares. p and intervals of each
    effect: the noise is estimated where *this* effect is 0, series are drawn with it and fitted in the same way, and
    the effect's t is judged by theirs (parametric bootstrap under the restricted null). A t with n − k degrees of
    freedom rejects up to three times too often, and a bootstrap whose noise comes from the full fit up to twice. For
    the level at the start, the fitted course and the counterfactual nothing is held at 0. Standard errors of fitted
    values, counterfactual and effect are by the delta method. Read ``effects`` first; ``level`` and ``slope`` alone say
    little because the effect in a later period is both.

    References
    ----------
    .. [1] Wagner, A. K. et al. (2002). Segmented regression analysis of interrupted time series studies in
           medication use research. *J. Clinical Pharmacy and Therapeutics* 27, 299-309.
    .. [2] Cheang, W.-K. & Reinsel, G. C. (2000). Bias reduction of autoregressive estimates in time series regression
           model through restricted maximum likelihood. *JASA* 95, 1173-1184.
    """
    refuse_level(level)
    refuse_unknown(family, FAMILIES, "family")
    data = of(series, value, time)
    at = middle(data.label) if at is None else at
    event = place(at, data)
    _refuse_thin(data, event, at)
    if lag is not None and covariance != "NW":
        raise ValueError(f"lag belongs to covariance='NW' (Newey-West); covariance is {covariance!r}")
    x, names, notes = _matrix(data, event, formula)
    _refuse_length(data, names)
    exposure = _exposure(data, offset, family, value)
    after = data.step >= event
    rate = data.value if exposure is None else data.value / exposure
    if exposure is not None:
        refusals.refuse_separated(data, x, after, at)
        refusals.refuse_started(data, rate, exposure)
    refusals.refuse_line(data, rate)
    log_exposure = None if exposure is None else np.log(exposure)
    kind = "quasipoisson" if family == "binomial" else family
    first = models.fit(x, data.value, kind, names=names, offset=log_exposure)
    left = data.value - first[1].fitted
    refusals.refuse_exact(left, data.value, after, at, robust=covariance != "model")
    fit = Fit(data, x, *first, family, exposure, covariance, lag, replicates, seed)
    result = _Answer(data, x, event, fit, exposure, level)
    if exposure is not None:
        refusals.refuse_runaway(data, after, rate, (result.mean / exposure, result.other / exposure), exposure)
    found = fit.covariance
    inference = fit.of_terms()
    effects, judged = result.effects()
    info = {
        "at": str(at),
        "family": family,
        "n_periods": len(x),
        "n_gaps": data.n_gaps,
        "level": level,
        "notes": (*notes, *found.unknown(names), *fit.cautions),
        "seed": seed,
        **fit.extra,
    }
    residual = data.value - result.mean
    scaled = residual if family == "normal" else residual / np.sqrt(result.mean)
    return Interrupted(
        pd.DataFrame({"term": names} | {name: part[: len(x.T)] for name, part in inference.columns(level).items()}),
        result.periods(),
        effects,
        diagnostics.of_residuals(scaled, x, data.n_gaps, robust=covariance in ("NW", "AR1")),
        found.known,
        found.label,
        info,
        models.with_inference(fit.raw, found, inference),
        judged,
    )


def placebo(series, at, **options) -> pd.DataFrame:
    """The same model at dates where nothing happened: an exhibit beside the real one, not a test.

    Parameters
    ----------
    series, at, options
        As for :func:`interrupted`.

    Returns
    -------
    DataFrame
        Of groups with the column ``group``; one that cannot be fitted has one row, that of the event.
        One row per date: at most 20, evenly spread over the periods *before* the event (so that the event itself cannot
        be found), each with at least 6 periods on either side: ``at``, ``estimate`` and ``std_error`` of the average
        effect over as many periods as the placebo leaves before the event, ``z`` (their ratio), ``real`` (true for the
        real date, in the last row), ``note`` (why a placebo date could not be fitted). No row but the real one where
        the time before the event is too short.

    Notes
    -----
    The rank of the real date among neighbouring placebo dates, which share most of their periods, has about a third of
    the power of :func:`interrupted`; so there is no p.
    """
    data = of(series, options.get("value", "value"), options.get("time", "period"))
    options = {**options, "replicates": 0}
    event = place(at, data)
    before = data.frame[data.step < event]
    rows = []
    if len(before) >= 12:
        places = np.unique(np.linspace(6, len(before) - 6, min(20, len(before) - 11)).astype(int))
        time = options.get("time", "period")
        for place_ in places:  # tens of small fits, not replicates
            here = before[time].iloc[place_]
            try:
                rows.append(_average(before, here, options))
            except ValueError as error:
                rows.append({"at": str(here), "real": False, "note": error.args[0]})
    rows.append({**_average(data.frame, at, options), "real": True})
    return tables.told(rows, ["at", "estimate", "std_error", "z", "real", "note"])


def _average(frame: pd.DataFrame, at, options: dict) -> dict:
    row = interrupted(frame, at, **options).effects.set_index("effect").loc["average"]
    numbers = {"estimate": row["estimate"], "std_error": row["std_error"], "z": row["estimate"] / row["std_error"]}
    return {"at": str(at), **numbers, "real": False, "note": ""}


def _refuse_thin(data: Series, event: float, at) -> None:
    before, after = int((data.step < event).sum()), int((data.step >= event).sum())
    if min(before, after) < 3:
        raise ValueError(
            Message(
                "{at} has {before} before and {after} after it; at least 3 periods are needed on each side",
                {"at": repr(at), "before": before, "after": after},
            )
        )


def _refuse_length(data: Series, names: list[str]) -> None:
    n, least = len(data.value), len(names) + FREE
    if n < least:
        raise TableError(
            Message(
                "{n} periods are too few for a model of {terms} terms; {least} are the least, or shorter periods",
                {"n": n, "terms": len(names), "least": least},
            )
        )
    if n > LONGEST:
        long = Message(
            "{n:,} periods are more than the {most:,} of this model; take longer ones", {"n": n, "most": LONGEST}
        )
        raise TableError(long)


def _matrix(data: Series, event: float, formula: str) -> tuple[np.ndarray, list[str], tuple[str, ...]]:
    after = np.maximum(data.step - event + 1, 0)
    x = np.column_stack([np.ones(len(after)), data.step, (after > 0).astype(float), after])
    names, notes = list(TERMS), ()
    if formula.strip():
        more = models.build(formula, data.frame.assign(t=data.step)).without_intercept()
        x, names = np.column_stack([x, more.matrix]), names + list(more.names)
        models.refuse_collinear(x, names)
        notes = more.notes
    return x, names, notes


def _exposure(data: Series, offset: str | None, family: str, value: str) -> np.ndarray | None:
    if family == "normal":
        if offset:
            raise ValueError("an offset goes with counts; divide by the exposure yourself for family 'normal'")
        return None
    if (data.value < 0).any() or (data.value != np.round(data.value)).any():
        raise ValueError(f"{value!r} must be whole counts, not negative, for family {family!r}")
    if not offset:
        if family == "binomial":
            raise ValueError("family 'binomial' needs an offset: the column of the articles that each period has")
        return np.ones(len(data.value))
    if offset not in data.frame.columns:
        raise TableError(f"the exposure {offset!r} is not a column; there are {list(map(str, data.frame.columns))}")
    exposure = data.frame[offset].to_numpy(dtype=float)
    if not (exposure > 0).all():
        n = int((~(exposure > 0)).sum())
        raise TableError(f"{n} periods have an exposure {offset!r} that is not above 0; leave them out as gaps")
    if family == "binomial" and (data.value > exposure).any():
        raise TableError(f"{value!r} is above {offset!r} in {int((data.value > exposure).sum())} periods")
    return exposure


class _Answer:
    """Fitted values, counterfactual and effect, each with its gradient and with what is 0 where it is none."""

    def __init__(self, data, x, event, fit: Fit, exposure, level):
        self.data, self.fit, self.level = data, fit, level
        self.counts, self.after = fit.family != "normal", data.step >= event
        without = x.copy()
        without[:, 2:4] = 0.0  # no jump, no change of slope
        estimate = fit.estimate
        self.mean, self.other = x @ estimate, without @ estimate
        self.fitted, self.counterfactual = (self.mean, x), (self.other, without)
        self.log_ratio = (x - without) @ estimate, x - without
        self.null = x - without
        if self.counts:
            self.mean, self.other = exposure * np.exp(self.mean), exposure * np.exp(self.other)
            self.fitted = self.mean, self.mean[:, None] * x
            self.counterfactual = self.other, self.other[:, None] * without
            self.null = self.other[:, None] * self.null  # a small effect moves the counts by this
        self.effect = tuple(a - b for a, b in zip(self.fitted, self.counterfactual, strict=True))

    def periods(self) -> pd.DataFrame:
        columns = {"period": self.data.label, "t": self.data.step, "after": self.after, "observed": self.data.value}
        for name in ("fitted", "counterfactual", "effect"):
            value, gradient = getattr(self, name)
            null = self.null if name == "effect" else np.zeros_like(gradient)
            found = self.fit.judged(value, gradient, null)
            low, high = found.interval(self.level).T
            columns |= {name: found.estimate, f"{name}_std_error": found.std_error}
            columns |= {f"{name}_low": low, f"{name}_high": high}
        if self.counts:
            found = self.fit.judged(*self.log_ratio, self.null)
            low, high = np.exp(found.interval(self.level).T)
            columns |= {"log_rate_ratio_std_error": found.std_error, "rate_ratio": np.exp(found.estimate)}
            columns |= {"rate_ratio_low": low, "rate_ratio_high": high}
        return pd.DataFrame(columns)

    def effects(self) -> tuple[pd.DataFrame, models.TDistribution]:
        parts = [*self.effect, self.null]
        total, last = [part[self.after].sum(axis=0) for part in parts], [part[-1] for part in parts]
        rows = {mark("average"): [part / self.after.sum() for part in total], mark("cumulative"): total}
        rows |= {mark("at_end"): last}
        if self.counts:
            rows[mark("log_rate_ratio_at_end")] = [part[-1] for part in (*self.log_ratio, self.null)]
        found = self.fit.judged(*(np.stack(part) for part in zip(*rows.values(), strict=True)))
        names = ("estimate", "std_error", "conf_low", "conf_high", "p_value")
        columns = found.columns(self.level)
        return pd.DataFrame({"effect": list(rows)} | {name: columns[name] for name in names}), found
