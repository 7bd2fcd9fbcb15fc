"""Few clusters: bias-reduced errors with Satterthwaite df, the cluster jackknife, the wild bootstrap."""

import numpy as np

from framing.models.groups import codes_of

_DENSE = 400  # rows a cluster may have for the exact n_g × n_g root
_EPSILON = 1e-9  # share of a cluster's information below which a direction is its own


def bias_reduced(x, weights, residuals, bread, groups, of=None) -> tuple[np.ndarray, np.ndarray]:
    """CR2 and its degrees of freedom for one linear predictor.

    Parameters
    ----------
    x, weights, residuals
        n × k matrix, weights and residuals of the (working) least squares: ``bread`` = (x' w x)⁻¹. For a GLM give
        dμ/dη · x, 1/V(μ) and y − μ.
    bread
        k × k.
    groups
        Cluster of each row.
    of
        m × k: combinations of the coefficients that degrees of freedom are asked for; each coefficient unless given.

    Returns
    -------
    covariance, df
        k × k; m values.

    Notes
    -----
    Adjustment matrices A_g = D (D (Φ − x M x') D')^-½ D with the working variance Φ = 1/w and D = √Φ, the symmetric
    root and a pseudo-inverse, as in [1]_ (clubSandwich); Satterthwaite's df under the same working model [2]_. A
    cluster of more than 400 rows takes the root (I − H)^-½ of its information instead: it meets the same
    condition, is equal where the weights are, and needs k × k matrices only.

    References
    ----------
    .. [1] Pustejovsky, J. E. & Tipton, E. (2018). Small-sample methods for cluster-robust variance estimation and
           hypothesis testing in fixed effects models. *J. Business & Economic Statistics* 36, 672-683.
    .. [2] Bell, R. M. & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with
           multi-stage samples. *Survey Methodology* 28, 169-181.
    """
    codes, n_groups = codes_of(groups, len(x))
    k, columns = x.shape[1], bread if of is None else bread @ of.T
    size = np.bincount(codes, minlength=n_groups)
    order = np.argsort(codes, kind="stable")
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    m = columns.shape[1]
    scores, u, a = np.zeros((n_groups, k)), np.zeros((n_groups, m, k)), np.zeros((n_groups, m))
    for n_g in np.unique(size):
        here = np.flatnonzero(size == n_g)
        if n_g > _DENSE:
            share = np.stack([(x[codes == g] * weights[codes == g][:, None]).T @ x[codes == g] for g in here])
            total = np.stack([(x[codes == g] * (weights * residuals)[codes == g][:, None]).sum(axis=0) for g in here])
            scores[here], u[here], a[here] = _by_information(total, share, bread, columns)
            continue
        rows = order[first[here][:, None] + np.arange(n_g)]
        x_g, w_g, phi = x[rows], weights[rows], 1 / weights[rows]
        inner = -(x_g @ bread @ np.swapaxes(x_g, 1, 2))
        inner[:, np.arange(n_g), np.arange(n_g)] += phi
        d = np.sqrt(phi)
        root = d[:, :, None] * _power(inner * d[:, :, None] * d[:, None, :], -0.5) * d[:, None, :]
        weighted = w_g[:, :, None] * x_g
        scores[here] = np.einsum("gik,gij,gj->gk", weighted, root, residuals[rows], optimize=True)
        g = root @ weighted @ columns  # n_g × combination
        u[here] = np.swapaxes(np.swapaxes(x_g, 1, 2) @ g, 1, 2)
        a[here] = np.einsum("gic,gi->gc", g**2, phi)
    return bread @ (scores.T @ scores) @ bread, _satterthwaite(a, u, bread)


def bias_reduced_scores(cluster_scores, information, bread, of=None) -> tuple[np.ndarray, np.ndarray]:
    """CR2 and its degrees of freedom for any estimator with scores and an information a cluster.

    Parameters
    ----------
    cluster_scores, information
        G × k sums of scores; G × k × k shares of the information (they add to the inverse of ``bread``).
    bread, of
        k × k; m × k as in :func:`bias_reduced`.

    Notes
    -----
    S_g becomes (I − H_g M)^-½ S_g, the same as :func:`bias_reduced` for constant weights since
    X' f(X M X') = f(X'X M) X'. For an ordinal model the working variance of a cluster's score is its information.
    """
    columns = bread if of is None else bread @ of.T
    scores, u, a = _by_information(cluster_scores, information, bread, columns)
    return bread @ (scores.T @ scores) @ bread, _satterthwaite(a, u, bread)


def jackknife_scores(cluster_scores, information, bread) -> np.ndarray:
    """CR3: scores corrected by (I − H_g M)⁻¹, the one-step estimate without each cluster.

    Raises
    ------
    ValueError
        Without one of the clusters a parameter is not identified.
    """
    scores = corrected(cluster_scores, information, bread, 1.0)
    return bread @ (scores.T @ scores) @ bread


def corrected(scores: np.ndarray, information: np.ndarray, bread: np.ndarray, power: float) -> np.ndarray:
    """(I − H_g M)^-power S_g for every cluster; a pseudo-inverse for the root, an error for the inverse."""
    half, back = roots(bread)
    values, vectors = np.linalg.eigh(half.T @ information @ half)
    rest = 1 - values
    if power >= 1 and (rest < _EPSILON).any():
        bad = int(np.flatnonzero((rest < _EPSILON).any(axis=1))[0])
        raise ValueError(f"without cluster {bad} (of {len(rest)}) a parameter is not identified; use CR2 or CR1")
    factor = np.where(rest > _EPSILON, np.maximum(rest, _EPSILON) ** -power, 0.0)
    turned = np.einsum("gij,gi->gj", vectors, scores @ half)
    return np.einsum("gij,gj->gi", vectors, factor * turned) @ back


def wild_weights(n_groups: int, replicates: int, seed: int = 0) -> np.ndarray:
    """Signs of the wild bootstrap, one row per replicate.

    All 2^G sign patterns where there are no more than ``replicates`` of them, six-point weights (Webb 2014) for up to
    12 clusters that cannot be enumerated, random signs (Rademacher) else.
    """
    if 2**n_groups <= replicates:
        return 1.0 - 2.0 * ((np.arange(2**n_groups)[:, None] >> np.arange(n_groups)) & 1)
    points = np.sqrt([0.5, 1.0, 1.5]) if n_groups <= 12 else np.ones(1)
    return np.random.default_rng(seed).choice(np.concatenate([-points, points]), size=(replicates, n_groups))


def wild_statistics(cluster_scores, information, bread, of: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """t of one combination of coefficients in every wild bootstrap draw, its null imposed.

    Parameters
    ----------
    cluster_scores, information, bread
        At the estimate *under the null*: G × k, G × k × k, k × k (all k parameters, the tested one included).
    of
        k numbers: the tested combination; of one parameter a 1 and zeros.
    weights
        replicates × G, from :func:`wild_weights`.

    Notes
    -----
    δ* = M Σ w_g S_g and the cluster-robust variance of the refit from w_g S_g − H_g δ*. For least squares this is the
    restricted wild cluster bootstrap-t of [1]_ exactly; for other models its score version [2]_.

    References
    ----------
    .. [1] Cameron, A. C., Gelbach, J. B. & Miller, D. L. (2008). Bootstrap-based improvements for inference with
           clustered errors. *Review of Economics and Statistics* 90, 414-427.
    .. [2] Kline, P. & Santos, A. (2012). A score based approach to wild bootstrap inference.
           *J. Econometric Methods* 1, 23-41.
    """
    n_groups = len(cluster_scores)
    column = bread @ of
    moved = (weights @ cluster_scores) @ bread
    value = moved @ of
    left = weights * (cluster_scores @ column) - moved @ (information @ column).T
    variance = n_groups / (n_groups - 1) * np.sum(left**2, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = value / np.sqrt(variance)
    return np.where(variance > 0, t, np.where(value == 0, 0.0, np.inf))


def _by_information(scores: np.ndarray, information: np.ndarray, bread: np.ndarray, columns: np.ndarray):
    """Corrected scores, and u and a of :func:`_satterthwaite` from v = T_g' M, T_g the CR2 correction of a score."""
    half, back = roots(bread)
    v = half @ _power(np.eye(len(bread)) - half.T @ information @ half, -0.5) @ back @ columns  # G × k × combination
    u, a = np.swapaxes(information @ v, 1, 2), np.einsum("gic,gij,gjc->gc", v, information, v, optimize=True)
    return corrected(scores, information, bread, 0.5), u, a


def _satterthwaite(a: np.ndarray, u: np.ndarray, bread: np.ndarray) -> np.ndarray:
    """(Σ P_gg)² / ΣΣ P_gh² with P_gh = [g = h] a_g − u_g' M u_h, for every coefficient."""
    df = np.empty(a.shape[1])
    for c in range(a.shape[1]):  # coefficients, a handful
        own = np.einsum("gi,ij,gj->g", u[:, c], bread, u[:, c], optimize=True)
        product = u[:, c].T @ u[:, c] @ bread
        squares = np.sum(a[:, c] ** 2 - 2 * a[:, c] * own) + np.trace(product @ product)
        df[c] = (a[:, c] - own).sum() ** 2 / squares if squares > 0 else np.nan
    return df


def _power(matrices: np.ndarray, power: float) -> np.ndarray:
    """Power of symmetric matrices by eigenvalues; directions of no size stay out (pseudo-inverse)."""
    values, vectors = np.linalg.eigh(matrices)
    least = _EPSILON * np.abs(values).max(axis=-1, keepdims=True)
    factor = np.where(values > least, np.maximum(values, 1e-300) ** power, 0.0)
    return (vectors * factor[..., None, :]) @ np.swapaxes(vectors, -1, -2)


def roots(bread: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A factor L of the bread, LL' (of Cholesky, so that units do not matter), and its inverse."""
    size = np.sqrt(np.diag(bread))
    half = np.linalg.cholesky(bread / np.outer(size, size))
    return size[:, None] * half, np.linalg.inv(half) / size
