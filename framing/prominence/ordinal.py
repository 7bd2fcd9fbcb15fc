"""The cumulative model of pages: likelihood, gradient and Hessian in closed form."""

from functools import cached_property

import numpy as np
from scipy import sparse

from framing.models import Fitted, sums
from framing.models.links import LINKS
from framing.models.newton import climb, cross, inverse


class Ordinal:
    """P(page ≤ j) = F(z θ_j − x β − offset): thresholds that may depend on ``z`` and one slope a column of ``x``.

    With z = 1 this is the proportional-odds model (McCullagh 1980), as ``ordinal::clm``: a positive β means later
    pages. Columns of ``z`` beside the 1 are terms freed from proportional odds (clm's ``nominal``); there a positive
    coefficient means earlier pages, as in clm.

    Parameters
    ----------
    x, z
        n × k and n × q; the first column of ``z`` is 1.
    y
        Levels 0 … J − 1, each with rows.
    weights, offset
        One a row.
    """

    def __init__(self, x, z, y, n_levels, weights, offset, link="logit"):
        self.x, self.z, self.y, self.n_levels = np.ascontiguousarray(x), z, y, n_levels
        self.weights, self.offset, self.link = weights, offset, LINKS[link]
        self.n, self.k = x.shape
        self.q, self.cuts = z.shape[1], n_levels - 1
        self.p = self.q * self.cuts + self.k

    def unpack(self, at):
        """Thresholds (q × cuts) and slopes."""
        return at[: self.q * self.cuts].reshape(self.q, self.cuts), at[self.q * self.cuts :]

    def edges(self, at, x=None, z=None, offset=None):
        """z θ_j − x β − offset for j = 0 … J, with −∞ and ∞ at the ends: n × (J + 1)."""
        x, z, offset = (self.x, self.z, self.offset) if x is None else (x, z, offset)
        theta, beta = self.unpack(at)
        out = np.empty((len(x), self.cuts + 2))
        out[:, 0], out[:, -1] = -np.inf, np.inf
        out[:, 1:-1] = z @ theta - (x @ beta + offset)[:, None]
        return out

    def _own(self, at):
        """The upper and lower edge of each row's own level."""
        edges, rows = self.edges(at), np.arange(self.n)
        return edges[rows, self.y + 1], edges[rows, self.y]

    @cached_property
    def _touch(self):
        """Sparse n × (q · cuts): which threshold parameter is the upper and the lower edge of each row."""
        made = []
        for cut in (self.y, self.y - 1):
            rows = np.flatnonzero((cut >= 0) & (cut < self.cuts))
            index = (rows[:, None].repeat(self.q, 1), np.arange(self.q) * self.cuts + cut[rows][:, None])
            shape = (self.n, self.q * self.cuts)
            made.append(sparse.csr_array((self.z[rows].ravel(), (index[0].ravel(), index[1].ravel())), shape=shape))
        return made

    def value(self, at) -> float:
        a, b = self._own(at)
        if not (a > b).all():
            return -np.inf
        with np.errstate(divide="ignore"):
            height = float(self.weights @ np.log(self.link.between(a, b)))
        return height if np.isfinite(height) else -np.inf

    def _slopes(self, at):
        """First and second derivatives of each row's log likelihood in its two edges, times its weight."""
        a, b = self._own(at)
        p = np.maximum(self.link.between(a, b), 1e-300)
        w = self.weights
        l_a, l_b = self.link.density(a) / p, -self.link.density(b) / p
        l_aa, l_bb = self.link.slope(a) / p - l_a**2, -self.link.slope(b) / p - l_b**2
        return w * l_a, w * l_b, w * l_aa, w * l_bb, -w * l_a * l_b

    def derivatives(self, at):
        """Gradient and information (negative Hessian)."""
        l_a, l_b, l_aa, l_bb, l_ab = self._slopes(at)
        upper, lower = self._touch
        gradient = np.concatenate([upper.T @ l_a + lower.T @ l_b, -(self.x.T @ (l_a + l_b))])
        information = np.empty((self.p, self.p))
        m = self.q * self.cuts
        mixed = upper.T @ _times(lower, l_ab)
        own = upper.T @ _times(upper, l_aa) + lower.T @ _times(lower, l_bb)
        information[:m, :m] = -(own + mixed + mixed.T).toarray()
        cross_block = upper.T @ (self.x * (l_aa + l_ab)[:, None]) + lower.T @ (self.x * (l_bb + l_ab)[:, None])
        information[:m, m:], information[m:, :m] = cross_block, cross_block.T
        information[m:, m:] = -cross(self.x, l_aa + 2 * l_ab + l_bb)
        return gradient, information

    def start(self):
        """Thresholds at the cumulative shares, slopes 0."""
        share = np.cumsum(np.bincount(self.y, weights=self.weights, minlength=self.n_levels))[:-1]
        share = share / self.weights.sum()
        at = np.zeros(self.p)
        centre = {"logit": np.log(share / (1 - share)), "cloglog": np.log(-np.log1p(-share))}
        if self.link.name == "probit":
            from scipy.special import ndtri

            centre["probit"] = ndtri(share)
        at[: self.cuts] = centre[self.link.name] + np.average(self.offset, weights=self.weights)
        return at

    def fit(self, names, start=None) -> Fitted:
        """Maximum likelihood by Newton's method.

        Raises
        ------
        ValueError
            A parameter is not identified (the caller looks for separation first).
        """
        first = self.start() if start is None else start
        if not np.isfinite(self.value(first)):
            first[: self.cuts] = np.linspace(-2, 2, self.cuts) + np.median(self.offset)
        at, converged, steps = climb(first, self.value, self.derivatives)
        bread = inverse(self.derivatives(at)[1])
        return Fitted(
            tuple(names), at, self.scores(at), bread, bread, self.value(at), self._information(at),
            converged=converged, steps=steps,
        )  # fmt: skip

    def scores(self, at):
        l_a, l_b, *_ = self._slopes(at)
        upper, lower = self._touch
        cut = (_times(upper, l_a) + _times(lower, l_b)).toarray()
        return np.hstack([cut, -self.x * (l_a + l_b)[:, None]])

    def _information(self, at):
        """Each cluster's share of the information, G × p × p."""

        def information(codes, n_groups):
            _, _, l_aa, l_bb, l_ab = self._slopes(at)
            up, low = (np.hstack([part.toarray(), -self.x]) for part in self._touch)
            up[self.y == self.cuts], low[self.y == 0] = 0.0, 0.0  # an edge at infinity has no gradient
            out = np.empty((n_groups, self.p, self.p))
            for c in range(self.p):  # parameters, not rows
                of_up = l_aa * up[:, c] + l_ab * low[:, c]
                of_low = l_ab * up[:, c] + l_bb * low[:, c]
                out[:, c, :] = -sums(up * of_up[:, None] + low * of_low[:, None], codes, n_groups)
            return out

        return information

    def probabilities(self, at, x, z, offset):
        """P(level) for new rows: n × J."""
        edges = self.edges(at, x, z, offset)
        return self.link.between(edges[:, 1:], edges[:, :-1])

    def gradient(self, at, x, z, offset):
        """Derivative of :meth:`probabilities` in every parameter: n × J × p."""
        density = self.link.density(self.edges(at, x, z, offset))
        out = np.zeros((len(x), self.n_levels, self.p))
        m = self.q * self.cuts
        rows = out[:, :, :m].reshape(len(x), self.n_levels, self.q, self.cuts)
        for j in range(self.cuts):
            moved = density[:, j + 1, None] * z
            rows[:, j, :, j] += moved
            rows[:, j + 1, :, j] -= moved
        out[:, :, :m] = rows.reshape(len(x), self.n_levels, m)
        out[:, :, m:] = -(density[:, 1:] - density[:, :-1])[:, :, None] * x[:, None, :]
        return out


def _times(rows, weights):
    """diag(weights) · rows, for sparse rows."""
    each = np.repeat(weights, np.diff(rows.indptr))
    return sparse.csr_array((rows.data * each, rows.indices, rows.indptr), shape=rows.shape)
