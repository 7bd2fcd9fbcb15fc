"""A fitted model of placement and what can be asked of it."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import stats

from framing.inference import NO_VARIATION, normal_interval
from framing.models import Covariance, Design, Fitted
from framing.models.firth import Firth
from framing.prominence.ordinal import Ordinal
from framing.prominence.outcome import COUNTS, Columns
from framing.records import Record
from framing.wording import Note, clauses, mark, say

EXPONENT = {"ordinal": "odds_ratio", "front": "odds_ratio", "fractional": "odds_ratio"} | dict.fromkeys(
    COUNTS, "rate_ratio"
)


@dataclass(frozen=True, eq=False)
class Fit(Record):
    """A fitted model; made by :func:`framing.prominence.fit`.

    Attributes
    ----------
    coefficients
        One row a term, see :meth:`coefficients`.
    effects, checks
        Average marginal effects and the checks of the model, computed when first asked for.
    measures
        ``n``, ``n_missing``, ``n_clusters``, ``n_parameters``, ``log_likelihood``, ``aic``, ``bic``, and the family's
        own (``dispersion``, ``theta``).
    notes
        What was done, in sentences: rows left out, a penalty taken, an offset's logarithm.
    vcov
        The covariance of the coefficients in the order of ``coefficients`` (without ``log_theta``).
    """

    family: str
    outcome: str
    formula: str
    design: Design
    columns: Columns
    fitted: Fitted
    covariance: Covariance
    data: pd.DataFrame = field(repr=False)
    options: dict = field(repr=False)
    model: Ordinal | Firth | None = field(default=None, repr=False)
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
    def notes(self) -> list[Note]:
        """What was done on the way, in sentences."""
        freed = self.nominal.notes if self.nominal else ()
        return list(dict.fromkeys([*self.design.notes, *freed, *self.columns.notes]))

    def notes_text(self) -> str:
        """The notes in the language in use, for the report."""
        return clauses(say(note.text, **note.values) for note in self.notes)

    @property
    def penalised(self) -> bool:
        """Whether Firth's penalty was taken."""
        return isinstance(self.model, Firth)

    @property
    def level(self) -> float:
        """Confidence level."""
        return self.options["level"]

    @property
    def vcov(self) -> pd.DataFrame:
        """Covariance of the estimates."""
        return pd.DataFrame(self.covariance.matrix, index=list(self.fitted.names), columns=list(self.fitted.names))

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
        """One row a parameter, thresholds first.

        Columns: ``term`` (as formulaic spells it; thresholds ``1|2``), ``kind`` (``threshold``, ``term``, ``nominal``
        for a term freed from proportional odds, ``dispersion`` for log θ), ``estimate`` (log odds, log rates, or units
        of the outcome for ``ols``), ``std_error``, ``statistic`` (estimate / std_error; for a penalised logit the
        signed root of the profile χ²), ``df`` (infinite: normal), ``p_value``, ``conf_low``, ``conf_high``,
        ``odds_ratio`` (missing for counts and ``ols``), ``rate_ratio`` (counts only), ``note``.

        Sign: ``ordinal`` positive = later page (as ``clm``); ``front`` positive = more likely on the front.
        """
        estimate, df = self.fitted.estimate, self.covariance.df
        std_error = self.covariance.std_error
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = estimate / std_error
        p_value = 2 * stats.t.sf(np.abs(statistic), df)
        low, high = normal_interval(estimate, std_error, self.level, df)
        note = np.where(np.isnan(std_error), NO_VARIATION, "").astype(object)
        chosen = self._profiled() if self.penalised else np.zeros(len(estimate), dtype=bool)
        if isinstance(self.model, Firth) and chosen.any():
            profile = self.model.profile(self.fitted, self.level, chosen)
            statistic = np.where(chosen, np.sign(estimate) * np.sqrt(profile.statistic), statistic)
            p_value = np.where(chosen, profile.p_value, p_value)
            low, high = np.where(chosen, profile.conf_low, low), np.where(chosen, profile.conf_high, high)
            note[chosen] = mark("interval and p from the profile penalised likelihood")
            df = np.where(chosen, np.inf, df)
        if self.options["wild"]:
            low, high, p_value, note = self._wild(low, high, p_value, note)
        kind = ["threshold" if self._is_threshold(i) else "term" for i in range(len(estimate))]
        kind = ["nominal" if k == "threshold" and "." in n.split("|")[-1] and n not in self._cuts else k
                for k, n in zip(kind, self.fitted.names, strict=True)]  # fmt: skip
        table = pd.DataFrame(
            {
                "term": list(self.fitted.names), "kind": kind, "estimate": estimate, "std_error": std_error,
                "statistic": statistic, "df": df, "p_value": p_value, "conf_low": low, "conf_high": high,
            }
        )  # fmt: skip
        exponent = EXPONENT.get(self.family)
        slopes = (table["kind"] != "threshold").to_numpy()
        table["odds_ratio"] = np.where(
            slopes & (exponent == "odds_ratio"), np.exp(np.clip(estimate, -700, 700)), np.nan
        )
        if exponent == "rate_ratio":
            table["rate_ratio"] = np.exp(np.clip(estimate, -700, 700))
        table["note"] = note
        if self.family == "negbin":
            table = pd.concat([table, self._log_theta(table.columns)], ignore_index=True)
        return table

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Average marginal effects, see :func:`framing.prominence.average_effects`."""
        from framing.prominence.margins import average_effects

        return average_effects(self)

    @cached_property
    def checks(self) -> pd.DataFrame:
        """The checks with one line of advice each, see :func:`framing.prominence.checks_of`."""
        from framing.prominence.checks import checks_of

        return checks_of(self)

    def predictions(self, grid: pd.DataFrame, *, level: float | None = None) -> pd.DataFrame:
        """Predicted probabilities, means or rates for new rows, see :func:`framing.prominence.predictions`."""
        from framing.prominence.predict import predictions

        return predictions(self, grid, level=level)

    def contrast(self, first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
        """Second minus first prediction, row by row, with a delta-method interval."""
        from framing.prominence.predict import contrast

        return contrast(self, first, second)

    def bounds(self, last: int | None = None) -> pd.DataFrame:
        """Coefficients if every missing page were the first, and the last; see :func:`framing.prominence.bounds`."""
        from framing.prominence.bounds import bounds

        return bounds(self, last)

    @cached_property
    def _cuts(self) -> set[str]:
        return {f"{a}|{b}" for a, b in zip(self.levels[:-1], self.levels[1:], strict=True)}

    def _is_threshold(self, i: int) -> bool:
        return isinstance(self.model, Ordinal) and i < self.model.q * self.model.cuts

    def _profiled(self) -> np.ndarray:
        """Terms whose interval comes from the profile: all without clusters, the separating ones with them."""
        names = self.fitted.names
        if self.n * len(names) ** 2 > 2e7:  # minutes; the Wald interval is close where there are so many rows
            return np.zeros(len(names), dtype=bool)
        if self.covariance.label == "model":
            return np.ones(len(names), dtype=bool)
        return np.array([name in self.columns.separated for name in names])

    def _wild(self, low, high, p_value, note):
        from framing.prominence import wild

        seed = self.options["seed"]
        for i, name in enumerate(self.fitted.names):
            if self._is_threshold(i) or name == "Intercept" or np.isnan(low[i]):
                continue
            p_value[i] = wild.test(self, i, seed=seed)
            low[i], high[i] = wild.interval(self, i, level=self.level, seed=seed)
            note[i] = mark("interval and p from the wild cluster bootstrap")
        return low, high, p_value, note

    def _log_theta(self, columns) -> pd.DataFrame:
        extra = self.fitted.extra
        estimate, error = extra["log_theta"], extra["log_theta_std_error"]
        low, high = normal_interval(estimate, error, self.level) if np.isfinite(estimate) else (np.nan, np.nan)
        row = {
            "term": "log_theta", "kind": "dispersion", "estimate": estimate, "std_error": error, "conf_low": low,
            "conf_high": high, "df": np.inf, "note": mark("variance is μ + μ²/θ; joint information of β and log θ"),
        }  # fmt: skip
        return pd.DataFrame([row], columns=columns)
