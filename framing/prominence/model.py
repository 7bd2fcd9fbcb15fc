"""A fitted model of placement and what can be asked of it."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from framing.messages import Message, mark
from framing.models import Covariance, Design, Fitted, TDistribution, wald, with_inference
from framing.models.firth import FirthLogit
from framing.prominence import reference
from framing.prominence.checks import checks_of
from framing.prominence.comparing import bounds
from framing.prominence.margins import average_effects
from framing.prominence.outcome import COUNTS, Columns
from framing.prominence.predict import contrast, parts_of, predictions
from framing.records import Record

EXPONENT = {"ordinal": "odds_ratio", "front": "odds_ratio", "fractional": "odds_ratio"} | dict.fromkeys(
    COUNTS, "rate_ratio"
)


@dataclass(frozen=True, eq=False)
class Fit(Record):
    """A fitted model; made by :func:`framing.prominence.fit`.

    Attributes
    ----------
    coefficients
        One row per term, see :meth:`coefficients`.
    effects, checks
        Average marginal effects and the checks of the model, computed when first asked for.
    measures
        ``n``, ``n_missing``, ``n_clusters``, ``n_parameters``, ``log_likelihood``, ``aic``, ``bic``, and the family's
        own (``dispersion``, ``theta``).
    notes
        What was done, in sentences: rows left out, a penalty taken, an offset's logarithm.
    vcov
        The covariance of the coefficients in the order of ``coefficients`` (without ``log_theta``); missing for those
        that one cluster alone informs.
    """

    family: str
    outcome: str
    formula: str
    design: Design
    columns: Columns
    raw: Any = field(repr=False)
    fitted: Fitted
    covariance: Covariance
    data: pd.DataFrame = field(repr=False)
    options: dict = field(repr=False)
    nominal: Design | None = field(default=None, repr=False)

    @property
    def n(self) -> int:
        """Rows that entered the model."""
        return len(self.columns.rows)

    @property
    def levels(self) -> list[str]:
        """Names of the outcome's levels (pages) of an ordinal model; empty for others."""
        return self.columns.levels

    @property
    def notes(self) -> list[Message]:
        """What was done on the way, in sentences."""
        freed = self.nominal.notes if self.nominal else ()
        return list(dict.fromkeys([*self.design.notes, *freed, *self.columns.notes]))

    @property
    def penalised(self) -> bool:
        """Whether Firth's penalty was taken."""
        return isinstance(self.raw.model, FirthLogit)

    @property
    def wild(self) -> bool:
        """Whether p-values and intervals are of the wild cluster bootstrap."""
        return str(self.options["covariance"]).strip().lower() == "wild"

    @property
    def level(self) -> float:
        """Confidence level."""
        return self.options["level"]

    @property
    def vcov(self) -> pd.DataFrame:
        """Covariance of the estimates."""
        names = np.array(self.fitted.names, dtype=object)
        table = pd.DataFrame(self.covariance.known, index=names, columns=names)
        return table.iloc[self._order, self._order]

    @property
    def kinds(self) -> list[str]:
        """``term``, ``threshold`` or ``nominal`` for each parameter, in the order of ``fitted``."""
        if self.family != "ordinal":
            return ["term"] * len(self.fitted.names)
        model = self.raw.model
        return ["term"] * model.k + ["threshold"] * model.cuts + ["nominal"] * ((model.q - 1) * model.cuts)

    @property
    def _order(self) -> np.ndarray:
        """Thresholds and freed terms first."""
        return np.argsort([kind == "term" for kind in self.kinds], kind="stable")

    @cached_property
    def results(self):
        """The fit as a statsmodels result: ``summary()``, ``conf_int()``, ``wald_test(…)``, ``predict(frame)``.

        It has the covariance, degrees of freedom and intervals of ``coefficients``. ``predict`` takes the columns of
        the formula (and the exposure). The model behind it is :class:`framing.models.ordinal.ProportionalOdds` for
        ``ordinal``, :class:`framing.models.firth.FirthLogit` for a penalised ``front``, else statsmodels' own OLS,
        WLS, GLM or NegativeBinomial.
        """
        return with_inference(self.raw, self.covariance, self._inference, read=self._read)

    @cached_property
    def _inference(self) -> TDistribution:
        std_error = self.covariance.std_error
        estimate, df = self.fitted.estimate, self.covariance.df
        if self.penalised and self._profiled().any():
            return reference.Profiled(estimate, std_error, df, self.raw, self._profiled())
        if self.wild:
            slopes = [kind == "term" and name != "Intercept" and np.isfinite(error)
                      for kind, name, error in zip(self.kinds, self.fitted.names, std_error, strict=True)]  # fmt: skip
            return reference.Wild(estimate, std_error, df, self, np.array(slopes))
        return wald(estimate, std_error, df, self.fitted.extra)

    def _read(self, frame: pd.DataFrame) -> dict:
        """The user's columns as the arguments of the model's ``predict``."""
        parts = parts_of(self, frame)
        if self.family == "ordinal":
            return {"exog": parts["x"], "nominal": parts["z"][:, 1:], "offset": parts["offset"]}
        return {"exog": parts["x"]} if self.family == "ols" else {"exog": parts["x"], "offset": parts["offset"]}

    @cached_property
    def measures(self) -> dict:
        """Size and fit of the model in numbers."""
        extra = {k: v for k, v in self.fitted.extra.items() if k != "penalised"}
        p = len(self.fitted.estimate) + (self.family in ("negbin", "ols"))
        height = self.fitted.log_likelihood
        known = np.isfinite(height) and self.family != "fractional"
        return {
            "n": self.n,
            "n_missing": self.columns.n_missing,
            "n_clusters": self.covariance.n_clusters,
            "n_parameters": p,
            "log_likelihood": height if known else np.nan,
            "aic": 2 * p - 2 * height if known and not self.penalised else np.nan,
            "bic": p * np.log(self.fitted.n) - 2 * height if known and not self.penalised else np.nan,
            "covariance": self.covariance.label,
            **extra,
        }

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """One row per parameter, thresholds first.

        Columns: ``term`` (as formulaic spells it; thresholds ``1|2``), ``kind`` (``threshold``, ``term``, ``nominal``
        for a term freed from proportional odds, ``dispersion`` for log θ), ``estimate`` (log odds, log rates, or units
        of the outcome for ``ols``), ``std_error``, ``statistic`` (estimate / std_error; for a penalised logit the
        signed root of the profile χ²), ``df`` (infinite: normal), ``p_value``, ``conf_low``, ``conf_high``,
        ``odds_ratio`` (missing for counts and ``ols``), ``rate_ratio`` (counts only), ``note``.

        Sign: ``ordinal`` positive = later page (as ``clm``); ``front`` positive = more likely on the front.
        """
        inference, k = self._inference, len(self.fitted.names)
        why = self.covariance.notes()
        columns = {
            "term": np.array(self.fitted.names, dtype=object), "kind": np.array(self.kinds, dtype=object),
            **inference.columns(self.level), "note": np.where(inference.chosen, inference.note, ""),
        }  # fmt: skip
        table = pd.DataFrame({name: values[:k] for name, values in columns.items()})
        table = table.assign(note=np.where(why == "", table["note"], why)).iloc[self._order]
        exponent = EXPONENT.get(self.family)
        ratio = np.exp(np.clip(table["estimate"], -700, 700))
        odds = (table["kind"] != "threshold") & (exponent == "odds_ratio")
        ratios = {"odds_ratio": ratio.where(odds)} | ({"rate_ratio": ratio} if exponent == "rate_ratio" else {})
        table = table.assign(**ratios, note=table.pop("note")).reset_index(drop=True)
        if self.family == "negbin":
            table = pd.concat([table, self._log_theta(table.columns)], ignore_index=True)
        return table

    effects = cached_property(average_effects)
    checks = cached_property(checks_of)
    predictions, contrast, bounds = predictions, contrast, bounds

    def _profiled(self) -> np.ndarray:
        """Terms whose interval comes from the profile: all without clusters, the separating ones with them."""
        names = self.fitted.names
        if self.n * len(names) ** 2 > 2e7:  # minutes; the Wald interval is close where there are so many rows
            return np.zeros(len(names), dtype=bool)
        if self.covariance.label == "model":
            return np.ones(len(names), dtype=bool)
        return np.isin(names, self.columns.separated) & np.isfinite(self.covariance.std_error)

    def _log_theta(self, columns) -> pd.DataFrame:
        extra = self.fitted.extra
        estimate, error = extra["log_theta"], extra["log_theta_std_error"]
        low, high = TDistribution([estimate], np.array([error]), np.inf).interval(self.level)[0]
        row = {
            "term": "log_theta", "kind": "dispersion", "estimate": estimate, "std_error": error, "conf_low": low,
            "conf_high": high, "df": np.inf, "note": mark("variance is μ + μ²/θ; joint information of β and log θ"),
        }  # fmt: skip
        return pd.DataFrame([row], columns=columns)
