"""Proportional odds on statsmodels' OrderedModel: plain thresholds, exact derivatives, weights, freed terms."""

from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse
from statsmodels.base.model import GenericLikelihoodModel
from statsmodels.miscmodels.ordinal_model import OrderedModel, OrderedResults, OrderedResultsWrapper

from framing.models.fitted import repeats_of
from framing.models.fitting import maximise
from framing.models.groups import sums
from framing.models.links import LINKS
from framing.models.newton import conditioned, cross, solved


class ProportionalOdds(OrderedModel):
    """P(page ≤ j) = F(θ_j + z γ_j − x β − offset): one slope per column of ``x``, thresholds that may depend on ``z``.

    Without ``nominal`` this is the proportional-odds model [1]_ as ``ordinal::clm`` fits it: a positive β means later
    pages. ``nominal`` holds the terms freed from proportional odds (clm's ``nominal``; the partial proportional odds
    model), each with one coefficient per threshold; there a positive coefficient means earlier pages, as in clm.

    statsmodels fits thresholds as logarithms of increments, takes numerical derivatives and ignores weights. Here the
    thresholds are the parameters, the derivatives are exact, and ``weights`` multiply each row's log-likelihood.

    Parameters
    ----------
    endog
        Ordered categorical Series, each level with rows.
    exog, nominal
        DataFrames without a constant, or None.
    offset, weights
        One value per row, or None.
    link
        ``logit``, ``probit`` or ``cloglog``.

    References
    ----------
    .. [1] McCullagh, P. (1980). Regression models for ordinal data. *J. Royal Statistical Society B* 42, 109-142.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [0, 1, 2, 3] * 5, "page": [1, 2, 1, 3, 1, 1, 2, 3, 2, 3] * 2})
    >>> page = frame["page"].astype(pd.CategoricalDtype([1, 2, 3], ordered=True))
    >>> ProportionalOdds(page, frame[["year"]]).fit().params.round(3).to_dict()
    {'year': 0.816, '1|2': 0.612, '2|3': 1.904}
    """

    def __init__(self, endog, exog=None, *, nominal=None, offset=None, weights=None, link="logit", **options):
        exog = None if exog is None or exog.shape[1] == 0 else exog
        nominal = pd.DataFrame(index=endog.index) if nominal is None else nominal
        self.link_name, self.link, self.nominal_names = link, LINKS[link], list(nominal.columns)
        super().__init__(endog, exog, offset=offset, distr=self.link.distribution, hasconst=False, **options)
        n = len(self.endog)
        self.y = self.endog.astype(int)
        self.x = np.zeros((n, 0)) if exog is None else np.ascontiguousarray(self.exog, dtype=float)
        self.z = np.column_stack([np.ones(n), nominal.to_numpy(dtype=float)])
        self.weights = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
        self.shift = np.zeros(n) if offset is None else np.asarray(offset, dtype=float)
        self.k, self.q, self.cuts = self.x.shape[1], self.z.shape[1], self.k_levels - 1
        self.p = self.k + self.q * self.cuts
        cuts = [f"{a}|{b}" for a, b in zip(self.labels[:-1], self.labels[1:], strict=True)]
        freed = [f"{cut}.{name}" for name in self.nominal_names for cut in cuts]
        self.data.xnames = [*self.exog_names[: self.k], *cuts, *freed]
        self.k_extra, self.df_resid = self.q * self.cuts, n - self.p

    def reshaped(self, slopes, freed=(), offset=None):
        """The model of the same rows with these columns of ``exog`` only, and with those of ``freed`` as nominal."""
        exog = pd.DataFrame(self.x, columns=self.exog_names[: self.k])
        nominal = pd.DataFrame(self.z[:, 1:], columns=self.nominal_names)
        nominal = pd.concat([nominal, exog.iloc[:, list(freed)]], axis=1)
        return self._like(exog.iloc[:, list(slopes)], nominal, offset)

    def combined(self, columns, offset):
        """The model of the same rows with combinations of the columns of ``exog`` (k × m), and with this offset."""
        return self._like(pd.DataFrame(self.x @ columns), pd.DataFrame(self.z[:, 1:]), offset)

    def _like(self, exog, nominal, offset=None):
        page = pd.Series(pd.Categorical.from_codes(self.y, self.labels, ordered=True))
        options = {"offset": self.shift if offset is None else offset, "weights": self.weights, "link": self.link_name}
        return ProportionalOdds(page, exog, nominal=nominal, **options)

    def unpack(self, params):
        """Thresholds and their dependence on each freed term (q × cuts), and slopes (k)."""
        params = np.asarray(params)
        return params[self.k :].reshape(self.q, self.cuts), params[: self.k]

    def transform_threshold_params(self, params):
        """The thresholds as they are, between −∞ and ∞."""
        return np.concatenate([[-np.inf], self.unpack(params)[0][0], [np.inf]])

    def edges(self, params, x=None, z=None, offset=None):
        """θ_j + z γ_j − x β − offset for j = 0 … J, with −∞ and ∞ at the ends: n × (J + 1)."""
        x, z, offset = (self.x, self.z, self.shift) if x is None else (x, z, offset)
        theta, beta = self.unpack(params)
        out = np.empty((len(x), self.cuts + 2))
        out[:, 0], out[:, -1] = -np.inf, np.inf
        out[:, 1:-1] = z @ theta - (x @ beta + offset)[:, None]
        return out

    def _own(self, params):
        """The upper and the lower edge of each row's own level."""
        edges, rows = self.edges(params), np.arange(len(self.y))
        return edges[rows, self.y + 1], edges[rows, self.y]

    @cached_property
    def touch(self):
        """Sparse n × (q · cuts), twice: which threshold parameters make the upper and the lower edge of each row."""
        made = []
        for cut in (self.y, self.y - 1):
            rows = np.flatnonzero((cut >= 0) & (cut < self.cuts))
            index = (rows[:, None].repeat(self.q, 1), np.arange(self.q) * self.cuts + cut[rows][:, None])
            shape = (len(self.y), self.q * self.cuts)
            made.append(sparse.csr_array((self.z[rows].ravel(), (index[0].ravel(), index[1].ravel())), shape=shape))
        return made

    def loglikeobs(self, params):
        """Weighted log-likelihood of each row; −∞ where the thresholds are out of order."""
        upper, lower = self._own(params)
        with np.errstate(divide="ignore", invalid="ignore"):
            rows = self.weights * np.log(self.link.between(upper, lower))
        return np.where(upper > lower, rows, -np.inf)

    def _slopes(self, params):
        """First and second derivatives of each row's log-likelihood in its two edges, times its weight."""
        a, b = self._own(params)
        p, w = np.maximum(self.link.between(a, b), 1e-300), self.weights
        l_a, l_b = self.link.density(a) / p, -self.link.density(b) / p
        l_aa, l_bb = self.link.slope(a) / p - l_a**2, -self.link.slope(b) / p - l_b**2
        return w * l_a, w * l_b, w * l_aa, w * l_bb, -w * l_a * l_b

    def score(self, params):
        """Gradient of the log-likelihood."""
        l_a, l_b, *_ = self._slopes(params)
        upper, lower = self.touch
        return np.concatenate([-(self.x.T @ (l_a + l_b)), upper.T @ l_a + lower.T @ l_b])

    def score_obs(self, params):
        """Gradient of each row's log-likelihood: n × p."""
        l_a, l_b, *_ = self._slopes(params)
        upper, lower = self.touch
        return np.hstack([-self.x * (l_a + l_b)[:, None], (_times(upper, l_a) + _times(lower, l_b)).toarray()])

    def hessian(self, params):
        """Second derivatives of the log-likelihood."""
        l_aa, l_bb, l_ab = self._slopes(params)[2:]
        (upper, lower), k = self.touch, self.k
        mixed = upper.T @ _times(lower, l_ab)
        out = np.empty((self.p, self.p))
        out[:k, :k] = cross(self.x, l_aa + 2 * l_ab + l_bb)
        out[k:, k:] = (upper.T @ _times(upper, l_aa) + lower.T @ _times(lower, l_bb) + mixed + mixed.T).toarray()
        across = upper.T @ (self.x * (l_aa + l_ab)[:, None]) + lower.T @ (self.x * (l_bb + l_ab)[:, None])
        out[k:, :k], out[:k, k:] = -across, -across.T
        return out

    def edge_gradients(self):
        """Derivatives of each row's upper and lower edge in the parameters: two of n × p, 0 at an infinite edge."""
        up, low = (np.hstack([-self.x, part.toarray()]) for part in self.touch)
        up[self.y == self.cuts], low[self.y == 0] = 0.0, 0.0
        return up, low

    def information(self, params):
        """``information(codes, n_groups)``: each cluster's share of the information, G × p × p."""

        def of_groups(codes, n_groups):
            l_aa, l_bb, l_ab = self._slopes(params)[2:]
            up, low = self.edge_gradients()
            out = np.empty((n_groups, self.p, self.p))
            for c in range(self.p):  # parameters, not rows
                of_up, of_low = l_aa * up[:, c] + l_ab * low[:, c], l_ab * up[:, c] + l_bb * low[:, c]
                out[:, c, :] = -sums(up * of_up[:, None] + low * of_low[:, None], codes, n_groups)
            return out

        return of_groups

    def pull(self, params):
        """:meth:`framing.models.Fitted.lean` of this model: the slope of a row's log-likelihood if it were on the
        first level minus that on the last, which is free of where it was, times the root of its information about η.
        """
        edges = self.edges(params)[:, 1:-1]
        first = self.link.density(edges[:, 0]) / np.maximum(self.distr.cdf(edges[:, 0]), 1e-300)
        last = self.link.density(edges[:, -1]) / np.maximum(self.distr.sf(edges[:, -1]), 1e-300)
        l_aa, l_bb, l_ab = self._slopes(params)[2:]
        size = np.sqrt(np.maximum(-(l_aa + 2 * l_ab + l_bb), 0.0))

        def of_directions(directions):
            theta = directions[self.k :].reshape(self.q, self.cuts, -1)
            up, low = (np.einsum("iq,qm->im", self.z, theta[:, j]) for j in (0, -1))
            moved = (first[:, None] * up + last[:, None] * low) / (first + last)[:, None]
            return size[:, None] * (moved - self.x @ directions[: self.k])

        return of_directions

    @cached_property
    def conditioned(self):
        """The model with columns that :func:`framing.models.newton.conditioned` turns, and its parameters → these."""
        (a, x), (c, z) = conditioned(np.column_stack([np.ones(len(self.y)), self.x])), conditioned(self.z)
        if a is None and c is None:
            return self, None
        a, c = np.eye(self.k + 1) if a is None else a, np.eye(self.q) if c is None else c
        turn = np.zeros((self.p, self.p))
        turn[: self.k, : self.k] = a[1:, 1:]
        turn[self.k :, self.k :] = np.kron(c, np.eye(self.cuts))
        turn[self.k : self.k + self.cuts, : self.k] = -a[0, 1:]  # thresholds take up where columns are centred
        return self._like(pd.DataFrame(x[:, 1:]), pd.DataFrame(z[:, 1:])), turn

    @property
    def start_params(self):
        """Thresholds at the cumulative shares, slopes 0."""
        share = np.cumsum(np.bincount(self.y, weights=self.weights, minlength=self.k_levels))[:-1] / self.weights.sum()
        start = np.zeros(self.p)
        centre = self.distr.ppf(share) + np.average(self.shift, weights=self.weights)
        start[self.k : self.k + self.cuts] = centre
        if not np.isfinite(self.loglike(start)):
            start[self.k : self.k + self.cuts] = np.linspace(-2, 2, self.cuts) + np.median(self.shift)
        return start

    def fit(self, start_params=None, **options):
        """Maximum likelihood by Newton's method; see :func:`framing.models.fitting.maximise`."""
        start = self.start_params if start_params is None else start_params
        model, turn = self.conditioned
        start = start if turn is None else solved(turn, start)
        maximum = maximise(model, GenericLikelihoodModel.fit, start, **options)
        if turn is not None:
            maximum.params, maximum.model = turn @ maximum.params, self
            maximum.normalized_cov_params = turn @ maximum.normalized_cov_params @ turn.T
        found = OrderedResults(self, maximum)
        found.hasconst = 0
        if repeats_of(self.weights) is not None:
            found.nobs = self.weights.sum()
        return OrderedResultsWrapper(found)

    def predict(self, params, exog=None, offset=None, which="prob", nominal=None):
        """As ``OrderedModel.predict``; ``nominal`` goes with ``exog``."""
        x, z, shift = self._rows(exog, nominal, offset)
        if which == "linpred":
            return x @ self.unpack(params)[1] + shift
        if which in ("cum", "cumprob"):
            return self.distr.cdf(self.edges(params, x, z, shift)[:, 1:])
        return self.probabilities(params, x, z, shift)

    def probabilities(self, params, x, z, offset):
        """P(level): n × J; ``z`` with its constant."""
        edges = self.edges(params, x, z, offset)
        return self.link.between(edges[:, 1:], edges[:, :-1])

    def _rows(self, exog, nominal, offset):
        if exog is None:
            return self.x, self.z, self.shift
        x = np.asarray(exog, dtype=float).reshape(-1, self.k)
        freed = np.zeros((len(x), 0)) if nominal is None else np.asarray(nominal, dtype=float)
        return x, np.column_stack([np.ones(len(x)), freed]), np.zeros(len(x)) if offset is None else np.asarray(offset)

    def gradient(self, params, x, z, offset):
        """Derivative of the predicted probabilities in every parameter: n × J × p."""
        density = self.link.density(self.edges(params, x, z, offset))
        out = np.zeros((len(x), self.k_levels, self.p))
        rows = out[:, :, self.k :].reshape(len(x), self.k_levels, self.q, self.cuts)
        for j in range(self.cuts):
            moved = density[:, j + 1, None] * z
            rows[:, j, :, j] += moved
            rows[:, j + 1, :, j] -= moved
        out[:, :, self.k :] = rows.reshape(len(x), self.k_levels, -1)
        out[:, :, : self.k] = -(density[:, 1:] - density[:, :-1])[:, :, None] * x[:, None, :]
        return out


def _times(rows, weights):
    """diag(weights) · rows, for sparse rows."""
    each = np.repeat(weights, np.diff(rows.indptr))
    return sparse.csr_array((rows.data * each, rows.indices, rows.indptr), shape=rows.shape)
