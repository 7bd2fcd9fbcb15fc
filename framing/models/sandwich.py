"""Sandwich covariances from scores: rows, clusters, days. Small samples are in :mod:`framing.models.small`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from framing.inference import FEW_INFORM, NO_VARIATION, delta_error
from framing.messages import Message, mark
from framing.models.fitted import Fitted
from framing.models.groups import codes_of, sums
from framing.models.informing import LEAST, Informed, Units
from framing.models.kernel import refit
from framing.models.small import bias_reduced, bias_reduced_scores, corrected, jackknife_scores

KINDS = ("model", "HC0", "HC1", "HC2", "HC3", "CR0", "CR1", "CR1S", "CR2", "CR3", "NW")
LONGEST_LAG = 4
"""The lag that a series chooses by itself is at most this part of its length."""
_BLOCK = 4_000_000  # floats held at once where a k × k matrix a row or cluster is needed
_COUNTED = 1_000  # rows for each of which the clusters that inform it are counted
_UNKNOWN = {
    NO_VARIATION: mark("no variation to estimate the standard error of {terms} from: no interval and no p"),
    FEW_INFORM: mark(
        "fewer than {least} clusters or rows inform {terms}, and too little shows how others would differ: no interval "
        "and no p; leave it out, merge its level with another, or test it by exchanging whole clusters"
    ),
}


@dataclass(frozen=True)
class Covariance:
    """A covariance of the estimate, the degrees of freedom of its t, and what it is.

    ``df`` has one value a parameter, infinite for the normal. ``label`` names it with its numbers
    (``"CR2, 24 clusters"``, ``"Newey-West, lag 7"``). ``units`` are the clusters or rows whose variation it is made of;
    the model's own has none. No error is less than that of ``floor``, where there is one: of a penalised logit the
    model's own, since an outlet that never is on page 1 has scores that do not vary. ``inner`` is the covariance of the
    parameters of :attr:`framing.models.fitted.Fitted.well`, as is ``floor``, and ``turn`` the matrix to these.
    """

    matrix: np.ndarray
    df: np.ndarray
    label: str
    n_clusters: int | None = None
    lag: int | None = None
    units: Units | None = None
    floor: np.ndarray | None = None
    inner: np.ndarray | None = None
    turn: np.ndarray | None = None

    @property
    def std_error(self) -> np.ndarray:
        """Standard errors of the parameters; missing where nothing varies or too few clusters inform."""
        return np.where(self.enough, self.delta(np.eye(len(self.matrix))), np.nan)

    @cached_property
    def enough(self) -> np.ndarray:
        """Which parameters enough clusters or rows inform (:class:`framing.models.informing.Informed`)."""
        return self._informed(np.eye(len(self.matrix)))[0]

    @property
    def known(self) -> np.ndarray:
        """``matrix``, missing in the rows and columns of the parameters that too few clusters inform."""
        return np.where(self.enough & self.enough[:, None], self.matrix, np.nan)

    def of(self, gradient: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Standard errors √(g'Vg) of each row g of ``gradient`` (delta method), their degrees of freedom, and a note.

        An error is missing where nothing varies or too few clusters inform; the note then says which.
        """
        error, (enough, df) = self.delta(gradient), self._informed(gradient)
        return np.where(enough, error, np.nan), df, self._why(enough, error)

    def errors(self, gradient: np.ndarray) -> np.ndarray:
        """The standard errors of :meth:`of`."""
        return self.of(gradient)[0]

    def notes(self) -> np.ndarray:
        """Why the standard error of a parameter is missing; empty where it is not."""
        return self._why(self.enough, self.delta(np.eye(len(self.matrix))))

    def _why(self, enough: np.ndarray, error: np.ndarray) -> np.ndarray:
        few = ~enough & bool(np.diag(self.matrix).any())  # where no score varies at all that is the reason
        return np.select([few, np.isnan(error)], [FEW_INFORM, NO_VARIATION], "")

    def unknown(self, names: Iterable[str]) -> list[Message]:
        """Which of the parameters have no standard error and why, in a sentence each."""
        why = self.notes()
        told = {text: [name for name, note in zip(names, why, strict=True) if note == reason]
                for reason, text in _UNKNOWN.items()}  # fmt: skip
        return [Message(text, {"terms": ", ".join(terms), "least": LEAST}) for text, terms in told.items() if terms]

    def _informed(self, gradient: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Whether enough clusters inform each row, and its degrees of freedom."""
        if self.units is None:
            return np.ones(len(gradient), dtype=bool), np.full(len(gradient), self.df.min(initial=np.inf))
        if len(gradient) > _COUNTED:  # a row that leans on no parameter that too few inform has the least of their df
            known = np.all(gradient[:, ~self.enough] == 0, axis=1)
            return known, np.full(len(gradient), self.df[self.enough].min(initial=np.inf))
        found = self.units.informing(self._inside(gradient)[0])
        return found.enough, found.df if self.lag is None else np.full(len(gradient), np.inf)

    def delta(self, gradient: np.ndarray) -> np.ndarray:
        """√(g'Vg) of each row g, whatever informs it."""
        gradient, matrix = self._inside(gradient)
        error = delta_error(gradient, matrix)
        return error if self.floor is None else np.fmax(error, delta_error(gradient, self.floor))

    def between(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """g'Vh of each row g of ``first`` and h of ``second``, whatever informs them."""
        (first, matrix), (second, _) = self._inside(first), self._inside(second)
        return first @ matrix @ np.swapaxes(second, -1, -2)

    def _inside(self, gradient: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if self.inner is None:
            return gradient, self.matrix
        return gradient @ self.turn, self.inner


def covariance(fitted: Fitted, kind: str = "model", *, groups=None, lag: int | None = None) -> Covariance:
    """The covariance of an estimate.

    A parameter whose scores do not vary at all (six equal articles a side) has no information about its error: its row
    and column are 0 exactly, and its ``std_error`` is missing. It is missing as well where fewer than four clusters (or
    rows, without clusters) inform a parameter, or fewer than three on a side of a comparison, such as a level of a
    factor that stands in two: too little shows how others would differ. ``model`` takes that from its assumptions.
    Degrees of freedom are those of Bell & McCaffrey (:class:`framing.models.informing.Informed`), infinite for
    ``model`` and ``NW``.

    Parameters
    ----------
    fitted
        From :func:`framing.models.fit` or another estimator.
    kind
        ======== =======================================================================================
        model    the model's own
        HC0      Σ s s' of the rows' scores
        HC1      HC0 · n / (n − k)
        HC2 HC3  scores divided by √(1 − h) and (1 − h), h the leverage
        CR0      Σ S S' of the clusters' scores
        CR1      CR0 · G / (G − 1) (clubSandwich's CR1, sandwich's ``cadj``)
        CR1S     CR1 · (n − 1) / (n − k) (Stata, statsmodels; clubSandwich's CR1S)
        CR2      bias-reduced, Satterthwaite degrees of freedom (Pustejovsky & Tipton 2018)
        CR3      clusters left out one at a time, approximately
        NW       Newey-West with Bartlett weights 1 − j/(lag + 1) over rows in their order; ``NW7`` is lag 7
        ======== =======================================================================================
    groups
        Cluster of each row, for ``CR…``.
    lag
        For ``NW``; without one the bandwidth of Newey & West (1994) is used, at most a quarter of the rows (of short
        series it may take nearly all, and the variance vanishes), and named in ``label``.

    Raises
    ------
    ValueError
        Unknown kind, clusters missing or fewer than two, or a lag outside 0 to n − 1.
    """
    fitted, turn = fitted.well
    found = _covariance(fitted, kind, groups, lag, turn)
    if found.label != "model":
        units = Units.of(fitted, None if found.n_clusters is None else groups)
        informed = units.informing(turn)
        df = found.df if found.lag is not None or found.label.startswith("CR2") else informed.df
        found = replace(found, df=df, units=units)
    least = 1e-24 * fitted.scale * np.diag(fitted.bread)  # 1e-12 of the natural standard error
    silent = ~(np.diag(found.matrix) > least)
    matrix = found.matrix.copy()
    matrix[silent], matrix[:, silent] = 0.0, 0.0
    if (turn == np.eye(len(turn))).all():
        return replace(found, matrix=matrix)
    return replace(found, matrix=turn @ matrix @ turn.T, inner=matrix, turn=turn)


def informed(x: np.ndarray, groups) -> Informed:
    """What informs the coefficients of a design with one linear predictor, whatever the outcome."""
    fitted = refit(x, np.zeros(len(x)), "normal")
    return Units.of(fitted, groups).informing(np.eye(x.shape[1]))


def _covariance(fitted: Fitted, kind: str, groups, lag: int | None, of: np.ndarray) -> Covariance:
    kind, lag = _kind(kind, lag)
    n, k = fitted.scores.shape
    normal = np.full(k, np.inf)
    if kind == "model":
        return Covariance(fitted.model, normal, "model")
    if kind in ("HC0", "HC1"):
        return Covariance(heteroskedastic(_single(fitted), fitted.bread, kind, n=fitted.n), normal, kind)
    if kind in ("HC2", "HC3"):
        power = 0.5 if kind == "HC2" else 1.0
        return Covariance(_leverage_corrected(fitted, power), normal, kind)
    if kind == "NW":
        if lag is None:
            plug_in = newey_west_lag(fitted.scores, [name in ("Intercept", "(Intercept)") for name in fitted.names])
            lag = int(min(plug_in, n // LONGEST_LAG))
        return Covariance(newey_west(fitted.scores, fitted.bread, lag), normal, f"Newey-West, lag {lag}", lag=lag)
    codes, n_groups = codes_of(groups, n)
    label = Message("{kind}, {n} clusters", {"kind": kind, "n": n_groups})
    if kind in ("CR0", "CR1", "CR1S"):
        matrix = clustered(fitted.scores, fitted.bread, codes, kind, n=fitted.n)
        return Covariance(matrix, normal, label, n_groups)
    if kind == "CR3":
        matrix = jackknife_scores(
            sums(fitted.scores, codes, n_groups), fitted.information(codes, n_groups), fitted.bread
        )
        return Covariance(matrix, normal, label, n_groups)
    if fitted.x is not None:
        slope = fitted.slope  # clubSandwich works on the scale of the outcome
        matrix, df = bias_reduced(
            fitted.x * slope[:, None], fitted.weights / slope**2, fitted.residuals * slope, fitted.bread, codes, of
        )
    else:
        cluster_scores = sums(fitted.scores, codes, n_groups)
        matrix, df = bias_reduced_scores(cluster_scores, fitted.information(codes, n_groups), fitted.bread, of)
    return Covariance(matrix, df, label, n_groups)


def _single(fitted: Fitted) -> np.ndarray:
    """Scores whose squares count a row as often as it was observed: w s s' for each of w equal observations."""
    return fitted.scores if fitted.repeats is None else fitted.scores / np.sqrt(fitted.repeats)[:, None]


def heteroskedastic(scores: np.ndarray, bread: np.ndarray, kind: str = "HC0", *, n: float | None = None) -> np.ndarray:
    """bread (Σ s s') bread, times n / (n − k) for ``HC1`` (White 1980; MacKinnon & White 1985); n rows unless given."""
    rows, k = scores.shape
    n = rows if n is None else n
    factor = n / (n - k) if kind == "HC1" else 1.0
    return factor * bread @ (scores.T @ scores) @ bread


def clustered(
    scores: np.ndarray, bread: np.ndarray, groups, kind: str = "CR1", *, n: float | None = None
) -> np.ndarray:
    """Cluster-robust covariance; factor 1 (``CR0``), G/(G−1) (``CR1``), G/(G−1)·(n−1)/(n−k) (``CR1S``)."""
    rows, k = scores.shape
    n = rows if n is None else n
    codes, n_groups = codes_of(groups, rows)
    total = sums(scores, codes, n_groups)
    factor = {"CR0": 1.0, "CR1": n_groups / (n_groups - 1), "CR1S": n_groups / (n_groups - 1) * (n - 1) / (n - k)}[kind]
    return factor * bread @ (total.T @ total) @ bread


def newey_west(scores: np.ndarray, bread: np.ndarray, lag: int, *, adjust: bool = False) -> np.ndarray:
    """Covariance robust to autocorrelation up to ``lag`` rows, which stand in the order of time.

    Bartlett weights 1 − j/(lag + 1) [1]_; no prewhitening. ``adjust`` multiplies by n / (n − k).

    References
    ----------
    .. [1] Newey, W. K. & West, K. D. (1987). *Econometrica* 55, 703-708.
    """
    n, k = scores.shape
    if not 0 <= int(lag) < n:
        raise ValueError(f"lag {lag} is outside 0 to {n - 1}, one less than the number of rows")
    from statsmodels.stats.sandwich_covariance import S_hac_simple

    meat = S_hac_simple(scores, nlags=int(lag))
    return (n / (n - k) if adjust else 1.0) * bread @ meat @ bread


def newey_west_lag(scores: np.ndarray, intercept=None) -> float:
    """Bandwidth for Bartlett weights by the plug-in of Newey & West (1994), without prewhitening; use its whole part.

    ``intercept`` marks columns left out of the weighted score, as R's ``sandwich::bwNeweyWest`` does.
    """
    n, k = scores.shape
    use = np.ones(k) if intercept is None or k == 1 else 1.0 - np.asarray(intercept, dtype=float)
    h = scores @ use
    m = int(np.floor(4 * (n / 100) ** (2 / 9)))
    sigma = np.array([h[: n - j] @ h[j:] / n for j in range(min(m, n - 1) + 1)])
    j = np.arange(1, len(sigma))
    level, slope = sigma[0] + 2 * sigma[1:].sum(), 2 * (j * sigma[1:]).sum()
    if level == 0:
        return 0.0  # nothing varies
    return float(min(1.1447 * ((slope / level) ** 2 * n) ** (1 / 3), n - 1))


def _leverage_corrected(fitted: Fitted, power: float) -> np.ndarray:
    """Scores corrected by (I − H_i)^−power, H_i the share of row i in the information; for x·w·r it is the leverage."""
    repeats = np.ones(len(fitted.scores)) if fitted.repeats is None else fitted.repeats
    if fitted.x is not None:
        h = fitted.weights / repeats * np.einsum("ij,jk,ik->i", fitted.x, fitted.bread, fitted.x, optimize=True)
        if (h > 1 - 1e-10).any():
            raise ValueError("a row has leverage 1 (a level with one row); HC2 and HC3 do not exist, use HC1")
        return heteroskedastic(_single(fitted) / ((1 - h) ** power)[:, None], fitted.bread)
    n, k = fitted.scores.shape
    meat = np.zeros((k, k))
    block = max(1, _BLOCK // k**2)
    for first in range(0, n, block):
        rows = slice(first, min(first + block, n))
        codes = np.full(n, -1)
        codes[rows] = np.arange(rows.stop - rows.start)
        share = fitted.information(codes, rows.stop - rows.start) / repeats[rows, None, None]
        scores = corrected(_single(fitted)[rows], share, fitted.bread, power)
        meat += scores.T @ scores
    return fitted.bread @ meat @ fitted.bread


def _kind(kind: str, lag: int | None) -> tuple[str, int | None]:
    """Accept ``nw7``, ``newey-west``, ``hc1`` … for the names of :data:`KINDS`."""
    text = str(kind).strip().upper().replace("-", "").replace("_", "").replace(" ", "").replace("NEWEYWEST", "NW")
    found = re.fullmatch(r"NW(?:LAG|:)?(\d+)", text)
    if found:
        return "NW", int(found[1]) if lag is None else lag
    names: dict[str, str] = {name.upper(): name for name in KINDS}
    if text not in names:
        raise ValueError(f"no covariance {kind!r}; there are {', '.join(KINDS)} (NW7 is Newey-West with lag 7)")
    return names[text], lag
