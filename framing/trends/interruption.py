"""Interrupted time series: what changed at a known date, against what would have come without it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from framing import models
from framing.errors import TableError
from framing.inference import refuse_level
from framing.messages import mark, say
from framing.models.autoregression import AR1
from framing.records import Record
from framing.trends import diagnostics, refusals
from framing.trends.series import Series, of, place

FAMILIES = ("normal", "poisson", "quasipoisson", "negbin")
TERMS = ["Intercept", "time", "level", "slope"]


@dataclass(frozen=True)
class Interrupted(Record):
    """What an interrupted series shows.

    Attributes
    ----------
    coefficients
        One row a term: ``Intercept``, ``time`` (a period), ``level`` (jump at the event), ``slope`` (change
        of slope, counted 1, 2, … from the event on), then those of ``formula``; ``estimate std_error
        statistic df conf_low conf_high p_value``. Logarithms for counts.
    periods
        One row a period: its label, ``observed``, ``fitted``, ``counterfactual`` (the level and slope before
        the event carried on) and ``effect`` (fitted − counterfactual, in the units of the value; 0 before the
        event), each with ``…_std_error``, ``…_low``, ``…_high``; for counts also ``rate_ratio`` with interval.
    effects
        Rows ``average``, ``cumulative``, ``at_end`` (and ``rate_ratio_at_end`` for counts): ``estimate
        std_error conf_low conf_high p_value``.
    checks
        One row a check: ``check statistic p_value advice``.
    results
        The fit as a statsmodels result with this covariance and these intervals: ``summary()``, ``conf_int()`` …
    covariance
        Covariance of the coefficients; ``errors`` names its kind, lag included; ``info["notes"]`` says what the
        formula lost.
    """

    coefficients: pd.DataFrame
    periods: pd.DataFrame
    effects: pd.DataFrame
    checks: pd.DataFrame
    covariance: np.ndarray = field(repr=False)
    errors: str = ""
    info: dict = field(default_factory=dict)
    results: Any = field(default=None, repr=False)


def interrupted(
    series: pd.Series | pd.DataFrame,
    at,
    *,
    value: str = "value",
    time: str = "period",
    family: str = "normal",
    offset: str | None = None,
    formula: str = "",
    covariance: str = "NW",
    lag: int | None = None,
    level: float = 0.95,
) -> Interrupted:
    """Fit level and slope before an event and their change at it.

    Parameters
    ----------
    series
        One row a period, in any order; see :func:`framing.trends.series.of`. An absent period is a gap: it
        takes its place in time and no value.
    at
        The first period after the change, as it stands in the series (or a date inside it).
    value, time
        Columns, where ``series`` is a DataFrame.
    family
        ``normal`` (least squares) for rates and shares; ``poisson``, ``quasipoisson``, ``negbin`` for counts.
    offset
        For counts: the column of exposures (articles, tokens; all above 0); its logarithm is the offset.
    formula
        More terms over the columns of ``series`` and ``t`` (the period's number from 1):
        ``"sin(2*pi*t/12) + cos(2*pi*t/12)"`` for the season, or ``"collection"`` for a column that
        marks a change of method.
    covariance, lag
        ``NW`` (Newey & West 1987, Bartlett, no prewhitening) with ``lag`` periods; without ``lag`` the
        bandwidth of Newey & West (1994), which is named in ``errors``. Or ``model``, ``HC0``, ``HC1``, ``HC3``,
        or ``AR1`` (generalised least squares with AR(1) errors by REML; ``normal`` only).
    level
        Confidence level.

    Returns
    -------
    Interrupted

    Raises
    ------
    TableError
        The series is too short, repeats a period or misses values; the exposure is absent or not above 0. The values
        are constant, or lie exactly on the model's lines, so that there is no standard error. Counts are all 0 on one
        side of the event (separation), or the fitted course leaves what was counted (ten times the largest rate, or
        less than one in the whole series), as it does where
        a series starts or stops inside.
    ValueError
        The event is outside the series or leaves fewer than 3 periods on a side; unknown family or
        covariance; a count that is negative or not whole.

    Notes
    -----
    Segmented regression [1]_. Standard errors of fitted values, counterfactual and effect are by the delta
    method from the covariance of the coefficients; intervals are t with n − k degrees of freedom for
    ``normal`` and normal for counts. Read ``effects`` first; ``level`` and ``slope`` alone say little
    because the effect in a later period is both.

    References
    ----------
    .. [1] Wagner, A. K. et al. (2002). Segmented regression analysis of interrupted time series studies in
           medication use research. *J. Clinical Pharmacy and Therapeutics* 27, 299-309.
    """
    refuse_level(level)
    if family not in FAMILIES:
        raise ValueError(f"no family {family!r}; there are {FAMILIES}")
    data = of(series, value, time)
    event = place(at, data)
    _refuse_thin(data, event, at)
    x, names, notes = _matrix(data, event, formula)
    exposure = _exposure(data, offset, family, value)
    after = data.step >= event
    rate = data.value if exposure is None else data.value / exposure
    if exposure is not None:
        refusals.refuse_separated(data, x, after, at)
        refusals.refuse_started(data, rate, exposure)
    refusals.refuse_line(data, rate)
    if covariance == "AR1":
        if family != "normal":
            raise ValueError("AR1 errors go with family 'normal'; for counts use covariance 'NW'")
        raw = AR1(data.value, pd.DataFrame(x, columns=names), data.step).fit()
        phi = raw.model.phi
        label = f"AR(1) errors, phi {phi:.2f}, REML"
        found = models.Covariance(np.asarray(raw.cov_params()), np.full(len(names), np.inf), label)
        extra = {"phi": phi, "sigma": float(np.sqrt(raw.scale)), "method": "REML"}
    else:
        log_exposure = None if exposure is None else np.log(exposure)
        raw, fitted = models.fit(x, data.value, family, names=names, offset=log_exposure)
        found = models.covariance(fitted, covariance, lag=lag)
        extra = dict(fitted.extra)
    df = float(len(x) - len(names)) if family == "normal" else np.inf
    estimate = np.asarray(raw.params)[: len(names)]
    inference = models.wald(estimate, found.std_error, np.full(len(names), df), extra)
    result = _Answer(data, x, event, estimate, found, family, exposure, df, level)
    robust = covariance not in ("model", "AR1")
    refusals.refuse_exact(data.value - result.mean, data.value, after, at, robust=robust)
    if exposure is not None:
        refusals.refuse_runaway(data, after, rate, (result.mean / exposure, result.other / exposure), exposure)
    info = {
        "at": str(at),
        "family": family,
        "n_periods": len(x),
        "n_gaps": data.n_gaps,
        "level": level,
        "notes": (*notes, *found.unknown(names)),
        **extra,
    }
    residual = data.value - result.mean
    scaled = residual if family == "normal" else residual / np.sqrt(result.mean)
    return Interrupted(
        pd.DataFrame({"term": names} | {name: part[: len(x.T)] for name, part in inference.columns(level).items()}),
        result.periods(),
        result.effects(),
        diagnostics.of_residuals(scaled, x, data.n_gaps, robust=covariance in ("NW", "AR1")),
        found.known,
        found.label,
        info,
        models.with_inference(raw, found, inference),
    )


def placebo(series, at, **options) -> pd.DataFrame:
    """The same model at dates where nothing happened: how unusual is the real one?

    Parameters
    ----------
    series, at, options
        As for :func:`interrupted`.

    Returns
    -------
    DataFrame
        One row per date: at most 20, evenly spread over the periods *before* the event (so that the event itself cannot
        be found), each with at least 6 periods on either side: ``at``, ``estimate`` and ``std_error`` of the average
        effect over as many periods as the placebo leaves before the event, ``z``, ``real`` (true for the real date, in
        the last row), ``note`` (why a placebo date could not be fitted), and in every row ``share_as_large``: the share
        of fitted placebo dates with a |z| at least as large, plus one over plus one. No row but the real one where the
        time before the event is too short.
    """
    data = of(series, options.get("value", "value"), options.get("time", "period"))
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
                rows.append({"at": str(here), "real": False, "note": str(error)})
    rows.append({**_average(data.frame, at, options), "real": True})
    found = pd.DataFrame(rows, columns=["at", "estimate", "std_error", "z", "real", "note"])
    z = found["z"].abs().to_numpy()
    found["share_as_large"] = (1 + (z[:-1] >= z[-1]).sum()) / np.isfinite(z).sum()
    return found


def _average(frame: pd.DataFrame, at, options: dict) -> dict:
    row = interrupted(frame, at, **options).effects.set_index("effect").loc["average"]
    numbers = {"estimate": row["estimate"], "std_error": row["std_error"], "z": row["estimate"] / row["std_error"]}
    return {"at": str(at), **numbers, "real": False, "note": ""}


def _refuse_thin(data: Series, event: float, at) -> None:
    before, after = int((data.step < event).sum()), int((data.step >= event).sum())
    if min(before, after) < 3:
        raise ValueError(
            say(
                "{at} leaves {before} periods before and {after} after it; at least 3 are needed on each side",
                at=repr(at), before=before, after=after,
            )
        )  # fmt: skip


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
        return np.ones(len(data.value))
    if offset not in data.frame.columns:
        raise TableError(f"the exposure {offset!r} is not a column; there are {list(map(str, data.frame.columns))}")
    exposure = data.frame[offset].to_numpy(dtype=float)
    if not (exposure > 0).all():
        n = int((~(exposure > 0)).sum())
        raise TableError(f"{n} periods have an exposure {offset!r} that is not above 0; leave them out as gaps")
    return exposure


class _Answer:
    """Fitted values, counterfactual and effect, each with its gradient in the coefficients."""

    def __init__(self, data, x, event, estimate, covariance, family, exposure, df, level):
        self.data, self.covariance, self.df, self.level = data, covariance, df, level
        self.counts, self.after = family != "normal", data.step >= event
        without = x.copy()
        without[:, 2:4] = 0.0  # no jump, no change of slope
        self.mean, self.other = x @ estimate, without @ estimate
        self.fitted, self.counterfactual = (self.mean, x), (self.other, without)
        self.log_ratio = (x - without) @ estimate, x - without
        if self.counts:
            self.mean, self.other = exposure * np.exp(self.mean), exposure * np.exp(self.other)
            self.fitted = self.mean, self.mean[:, None] * x
            self.counterfactual = self.other, self.other[:, None] * without
        self.effect = tuple(a - b for a, b in zip(self.fitted, self.counterfactual, strict=True))

    def _inference(self, value: np.ndarray, gradient: np.ndarray) -> models.TDistribution:
        std_error = np.where(gradient.any(axis=1), self.covariance.errors(gradient), 0.0)  # 0 by definition: no error
        return models.TDistribution(value, std_error, self.df)

    def periods(self) -> pd.DataFrame:
        columns = {"period": self.data.label, "t": self.data.step, "after": self.after, "observed": self.data.value}
        for name in ("fitted", "counterfactual", "effect"):
            found = self._inference(*getattr(self, name))
            low, high = found.interval(self.level).T
            columns |= {name: found.estimate, f"{name}_std_error": found.std_error}
            columns |= {f"{name}_low": low, f"{name}_high": high}
        if self.counts:
            found = self._inference(*self.log_ratio)
            low, high = np.exp(found.interval(self.level).T)
            columns |= {"log_rate_ratio_std_error": found.std_error, "rate_ratio": np.exp(found.estimate)}
            columns |= {"rate_ratio_low": low, "rate_ratio_high": high}
        return pd.DataFrame(columns)

    def effects(self) -> pd.DataFrame:
        total, last = ([part[self.after].sum(axis=0) for part in self.effect], [part[-1] for part in self.effect])
        rows = {mark("average"): [part / self.after.sum() for part in total], mark("cumulative"): total}
        rows |= {mark("at_end"): last}
        if self.counts:
            rows[mark("log_rate_ratio_at_end")] = [part[-1] for part in self.log_ratio]
        value, gradient = (np.stack(part) for part in zip(*rows.values(), strict=True))
        found = self._inference(value, gradient).columns(self.level)
        names = ("estimate", "std_error", "conf_low", "conf_high", "p_value")
        return pd.DataFrame({"effect": list(rows)} | {name: found[name] for name in names})
