"""Estimates from a machine's code of every row and people's code of some: one moment for both, and its sandwich."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import optimize, special

from framing.errors import TableError
from framing.models.fitted import Fitted
from framing.models.groups import codes_of, sums
from framing.models.informing import Units
from framing.models.kernel import record
from framing.models.newton import conditioned, cross, inverse, solved
from framing.models.ordinal import ProportionalOdds
from framing.models.sandwich import Covariance
from framing.models.small import corrected as lifted

_MEANS: dict[str, tuple[Callable, Callable]] = {
    "normal": (lambda eta: eta, np.ones_like),
    "logit": (special.expit, lambda eta: special.expit(eta) * special.expit(-eta)),
    "poisson": (np.exp, np.exp),
}
_FAR = 20.0  # linear predictor of a well-conditioned model beyond which a share is 0 or 1: terms separate


@dataclass(frozen=True)
class Sample:
    """Which rows people coded, and how probable that was.

    Attributes
    ----------
    n
        Rows that the machine coded.
    row
        Row of each of people's codings, 0 to n − 1; a row may have several, with ``weights`` that add up to 1.
    probability
        Of each coding's row being drawn, above 0.
    weights
        Of each coding, also negative; 1 unless given.
    strata
        Stratum of each of the n rows, where a fixed number was drawn from each; else rows were drawn independently.
    groups
        Cluster of each of the n rows; without, each is its own.
    cells, said
        Of a code that is there or not: a number of each of the n rows, such as that of its stratum and what the machine
        says, within which people's answers are alike; and the answer of each coding, 1 or 0. Then ``x`` and ``y`` of
        :func:`partly` hold a third block, people's rows with the other answer.
    """

    n: int
    row: np.ndarray
    probability: np.ndarray
    weights: np.ndarray | None = None
    strata: np.ndarray | None = None
    groups: np.ndarray | None = None
    cells: np.ndarray | None = None
    said: np.ndarray | None = None

    @property
    def share(self) -> np.ndarray:
        """What each coding stands for: its weight over the probability."""
        return (1.0 if self.weights is None else self.weights) / self.probability

    @cached_property
    def drawn(self) -> np.ndarray:
        """R/π of each row, 0 where people did not code it."""
        out = np.zeros(self.n)
        out[self.row] = 1 / self.probability
        return out

    @cached_property
    def layers(self) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """Number of each row's stratum, and of each stratum its rows and how many were drawn."""
        if self.strata is None:
            return None
        _, codes, size = np.unique(self.strata, return_inverse=True, return_counts=True)
        return codes, size, np.bincount(codes[self.drawn > 0], minlength=len(size))

    @cached_property
    def clusters(self) -> tuple[np.ndarray, int]:
        """Number of each row's cluster, and how many there are."""
        return (np.arange(self.n), self.n) if self.groups is None else codes_of(self.groups, self.n)


@dataclass(frozen=True)
class Partly:
    """An estimate from rows of which a machine says something of all and people of some.

    ``trust`` is λ of each parameter: 0 leaves the machine out, 1 takes it as far as people bear it out. ``covariance``
    has degrees of freedom of the rows that people coded.
    """

    names: tuple[str, ...]
    estimate: np.ndarray
    covariance: Covariance
    trust: np.ndarray


def partly(
    family: str, x: np.ndarray, y: np.ndarray, sample: Sample, *, names, trust: float | None = None, kind: str = "CR3"
) -> Partly:
    """Estimate a model from a machine's codes of all rows and people's codes of some.

    Parameters
    ----------
    family
        ``normal``, ``logit``, ``poisson`` or ``ordinal`` (whole numbers; positive slopes mean greater ones).
    x, y
        The machine's n rows and below them one row per coding of people; of ``ordinal`` without a constant.
    sample
        Which rows people coded.
    names
        Of the columns of ``x``.
    trust
        λ of every parameter; by default that which makes each parameter's variance smallest, 0 to 1.
    kind
        ``CR0``, the plain sandwich over clusters (HC0 without), or ``CR3``, people's part of it corrected for leverage.

    Raises
    ------
    TableError
        The rows that people coded do not identify a parameter, or the equations have no solution.
    ValueError
        Unknown family, kind, or a probability that is not above 0 and at most 1.

    Notes
    -----
    The estimate solves Σ [λ m(Ŷ) + (R/π)(m(Y) − λ m(Ŷ))] = 0 with m the score of the model, R whether people coded a
    row and π its probability: unbiased whatever the machine's errors, since π is known [1]_, [2]_. λ minimises the
    variance of each parameter [3]_; it is found at the estimate from people alone. Where a fixed number is drawn in
    each stratum, people's part varies around its mean in the stratum only.

    References
    ----------
    .. [1] Egami, N., Hinck, M., Stewart, B. M. & Wei, H. (2023). Using imperfect surrogates for downstream inference:
           design-based supervised learning for social science applications of large language models. *NeurIPS* 36.
    .. [2] Robins, J. M., Rotnitzky, A. & Zhao, L. P. (1994). Estimation of regression coefficients when some regressors
           are not always observed. *JASA* 89, 846-866.
    .. [3] Angelopoulos, A. N., Duchi, J. C. & Zrnic, T. (2023). PPI++: efficient prediction-powered inference.
           arXiv:2311.01453.
    """
    if family != "ordinal" and family not in _MEANS or kind not in ("CR0", "CR3"):
        raise ValueError(f"no family {family!r} or errors {kind!r}; there are {[*_MEANS, 'ordinal']} and CR0, CR3")
    if not ((sample.probability > 0) & (sample.probability <= 1)).all():
        raise ValueError("a probability is not above 0 and at most 1")
    model = _Ordinal(x, y, names) if family == "ordinal" else _Linear(x, y, names, family)
    told = slice(sample.n, sample.n + len(sample.row))

    def weights(trust: float) -> np.ndarray:
        made = np.zeros(len(y))
        made[: sample.n], made[told] = trust * (1 - sample.drawn), sample.share
        return made

    start = model.start()
    if trust is None:
        first = _solved(model, weights(0.0), start)
        first = _solved(model, weights(1.0), start) if first is None else first
        if first is None:
            raise TableError(_UNSOLVED)
        bread = _bread(model, first, weights(0.0))
        people, machine, own = _parts(model, first, sample)
        people, machine = (_together(part, sample) @ (bread @ model.turn.T) for part in (people, own - machine))
        squares = (machine**2).sum(axis=0)
        tuned = -np.divide((people * machine).sum(axis=0), squares, out=np.zeros(len(first)), where=squares > 0)
        lam, start = np.clip(tuned, 0.0, 1.0), first
    else:
        lam = np.full(len(start), float(trust))
    estimate, influence = np.empty(len(lam)), np.empty((sample.clusters[1], len(lam)))
    unseen = np.zeros((0 if sample.cells is None else len(sample.row), len(lam)))
    for value in np.unique(lam):
        inner = _solved(model, weights(value), start)
        if inner is None:
            raise TableError(_UNSOLVED)
        here = lam == value
        moved = _bread(model, inner, weights(value)) @ model.turn[here].T
        estimate[here] = model.turn[here] @ inner
        influence[:, here] = _influence(model, inner, sample, value, kind) @ moved
        if len(unseen):
            unseen[:, here] = _unseen(model, inner, sample) @ moved
    units = Units.of(model.informing(start, sample), sample.clusters[0][sample.row])
    matrix = influence.T @ influence + unseen.T @ unseen
    within = solved(model.turn, solved(model.turn, matrix).T)
    label = kind.replace("CR", "HC") if sample.groups is None else f"{kind}, {sample.clusters[1]} clusters"
    df = units.informing(model.turn).df
    covariance = Covariance(matrix, df, label, sample.clusters[1], units=units, inner=within, turn=model.turn)
    return Partly(model.names, estimate, covariance, lam)


_UNSOLVED = (
    "the equations have no solution: too few articles that people coded have some value, or lack it; code more, or use "
    "fewer terms"
)


class _Linear:
    """Rows with one linear predictor."""

    def __init__(self, x: np.ndarray, y: np.ndarray, names, family: str):
        turn, self.x = conditioned(x)
        self.names = tuple(names)
        self.turn, self.y, self.family = np.eye(x.shape[1]) if turn is None else turn, y, family
        self.mean, self.slope = _MEANS[family]
        self.linear = family == "normal"

    def start(self) -> np.ndarray:
        return np.zeros(self.x.shape[1])

    def moment(self, weights: np.ndarray, b: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore", invalid="ignore"):
            return self.x.T @ (weights * (self.y - self.mean(self.x @ b)))

    def information(self, weights: np.ndarray, b: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore", invalid="ignore"):
            return cross(self.x, weights * self.slope(self.x @ b))

    def scores(self, b: np.ndarray) -> np.ndarray:
        return self.x * (self.y - self.mean(self.x @ b))[:, None]

    def informing(self, b: np.ndarray, sample: Sample) -> Fitted:
        """The record of people's rows alone: what informs each parameter."""
        weights, people = np.abs(sample.share), slice(sample.n, sample.n + len(sample.row))
        weights = weights / weights.mean()
        return record(self.x[people], self.y[people], self.family, b, range(len(b)), weights, np.zeros(len(weights)))


class _Ordinal:
    """Rows of the proportional-odds model."""

    linear = False

    def __init__(self, x: np.ndarray, y: np.ndarray, names):
        levels = pd.Series(pd.Categorical(y.astype(int), ordered=True))
        whole = ProportionalOdds(levels, pd.DataFrame(x, columns=list(names)))
        self.names = tuple(whole.data.xnames)
        self.model, turn = whole.conditioned
        self.turn = np.eye(self.model.p) if turn is None else turn

    def _weighted(self, weights: np.ndarray) -> ProportionalOdds:
        model = copy(self.model)
        model.weights = weights
        return model

    def start(self) -> np.ndarray:
        return self.model.start_params

    def moment(self, weights: np.ndarray, b: np.ndarray) -> np.ndarray:
        return self._weighted(weights).score(b)

    def information(self, weights: np.ndarray, b: np.ndarray) -> np.ndarray:
        return -self._weighted(weights).hessian(b)

    def scores(self, b: np.ndarray) -> np.ndarray:
        return self.model.score_obs(b)

    def informing(self, b: np.ndarray, sample: Sample) -> Fitted:
        """As of one linear predictor."""
        rows, people = np.zeros(len(self.model.y)), slice(sample.n, sample.n + len(sample.row))
        rows[people] = np.abs(sample.share) / np.abs(sample.share).mean()
        model = self._weighted(rows)

        def information(codes, n_groups):
            every = np.full(len(rows), -1)
            every[people] = codes
            return model.information(b)(every, n_groups)

        bread = inverse(-model.hessian(b))
        return Fitted(tuple(map(str, range(len(b)))), b, model.score_obs(b)[people], bread, bread, np.nan, information,
                      pull=lambda directions: model.pull(b)(directions)[people])  # fmt: skip


def _solved(model, weights: np.ndarray, start: np.ndarray) -> np.ndarray | None:
    """The root of the weighted score, or None."""
    moment, information = (lambda b: model.moment(weights, b)), (lambda b: -model.information(weights, b))
    if model.linear:  # one step from 0 has no rounding to be taken for a sum that is not 0
        try:
            at = np.linalg.solve(-information(0 * start), moment(0 * start))
        except np.linalg.LinAlgError:
            return None
        return at if np.isfinite(at).all() else None
    with np.errstate(all="ignore"):
        at = optimize.root(moment, start, jac=information, tol=1e-13, options={"maxfev": 500}).x
        size = np.abs(weights) @ np.abs(model.scores(at))  # what the sums that should be 0 are made of
        ended = np.isfinite(at).all() and (np.abs(moment(at)) <= 1e-8 * size + 1e-300).all()
    return at if ended and np.abs(at).max() < _FAR else None


def _bread(model, b: np.ndarray, weights: np.ndarray) -> np.ndarray:
    try:
        return np.linalg.inv(model.information(weights, b))
    except np.linalg.LinAlgError:
        raise TableError(_UNSOLVED) from None


def _parts(model, b: np.ndarray, sample: Sample) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """People's scores over π and the machine's of the same rows, around their means in the strata, and all its own."""
    scores = model.scores(b)
    told, own = scores[sample.n : sample.n + len(sample.row)], scores[: sample.n]
    people = sums(told * sample.share[:, None], sample.row, sample.n)
    return _centred(people, sample), _centred(own * sample.drawn[:, None], sample), own


def _influence(model, b: np.ndarray, sample: Sample, trust: float, kind: str) -> np.ndarray:
    """Clusters × parameters: λ m(Ŷ) + (R/π)(m(Y) − λ m(Ŷ)), people's part lifted by its leverage."""
    people, machine, own = _parts(model, b, sample)
    drawn = people - trust * machine
    if kind == "CR0":
        return _together(drawn + trust * own, sample)
    fitted, codes = model.informing(b, sample), sample.clusters[0][sample.row]
    there, inside = np.unique(codes, return_inverse=True)
    total = _together(drawn, sample)
    total[there] = _lifted(total[there], fitted, inside)
    return total + _together(trust * own, sample)


def _lifted(total: np.ndarray, fitted: Fitted, codes: np.ndarray) -> np.ndarray:
    """(I − H_g M)⁻¹ of the sums of each cluster; of one row with one linear predictor by Sherman and Morrison."""
    several = np.bincount(codes) > 1
    if fitted.x is not None:
        row = np.unique(codes, return_index=True)[1][~several]
        x, weighted = fitted.x[row], fitted.weights[row, None] * fitted.x[row]
        pull = x @ fitted.bread
        rest = 1 - (pull * weighted).sum(axis=1)
        if (rest < 1e-8).any():
            several[:] = True
        else:
            total[~several] += weighted * ((pull * total[~several]).sum(axis=1) / rest)[:, None]
    else:
        several[:] = True
    left = np.flatnonzero(several)
    if not len(left):
        return total
    at = np.full(len(several), -1)
    at[left] = np.arange(len(left))
    information = fitted.information(at[codes], len(left))
    try:
        total[left] = lifted(total[left], information, fitted.bread, 1.0)
    except ValueError:  # a cluster alone informs a parameter, which then has no error anyway
        total[left] = lifted(total[left], information, fitted.bread, 0.5)
    return total


def _unseen(model, b: np.ndarray, sample: Sample) -> np.ndarray:
    """What people's answers may vary by though they do not, one row per coding: (R/π)(m(1) − m(0)) √(p(1 − p)).

    A cell in which nobody, or everybody, has the code does not say that nobody ever has: p is that of half an answer
    of the other kind.
    """
    assert sample.cells is not None and sample.said is not None
    cell, h = sample.cells[sample.row], len(sample.row)
    n, hits = np.bincount(cell), np.bincount(cell, sample.said)
    p = 0.5 / np.maximum(n, 1)
    excess = np.where((hits == 0) | (hits == n), p * (1 - p), 0.0)[cell]
    scores = model.scores(b)
    return (np.sqrt(excess) * sample.share)[:, None] * (scores[sample.n + h :] - scores[sample.n : sample.n + h])


def _centred(part: np.ndarray, sample: Sample) -> np.ndarray:
    """(R/π) d with what it varies by: around its mean in each stratum, of which a fixed number was drawn."""
    if sample.layers is None:
        return part
    codes, size, taken = sample.layers
    mean = sums(part, codes, len(size)) / size[:, None]  # of a fixed number the sum over π is over their number
    mean[taken < 2] = 0.0  # one of a stratum says nothing of how others vary
    scale = np.sqrt(taken / np.maximum(taken - 1.0, 1.0))
    centred = np.where(sample.drawn[:, None] > 0, part - (mean * (size / np.maximum(taken, 1))[:, None])[codes], 0.0)
    return np.where(taken > 1, scale, 1.0)[codes][:, None] * centred + mean[codes]


def _together(rows: np.ndarray, sample: Sample) -> np.ndarray:
    """Sums over clusters."""
    return rows if sample.groups is None else sums(rows, *sample.clusters)
