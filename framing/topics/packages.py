"""Topics that go together in articles: frame packages, and how surely."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from framing.errors import takes_results
from framing.inference import refuse_level
from framing.records import Record
from framing.topics.record import Topics


@dataclass(frozen=True)
class Network(Record):
    """``edges`` (one row per pair of topics) and ``packages`` (one row per topic); see :func:`network`."""

    edges: pd.DataFrame
    packages: pd.DataFrame


@takes_results(topics=("topics.fit", "probabilities"))
def network(
    topics: Topics, *, replicates: int = 100, refits: Sequence[Topics] = (), level: float = 0.95, seed: int = 0
) -> Network:
    """Group topics into frame packages by how they share articles.

    Parameters
    ----------
    topics
        Fitted topics.
    replicates
        In each the articles are drawn again and their shares are drawn from the posterior.
    refits
        From :func:`framing.topics.refit`; the replicates then go round the fit and its refits.
    level
        Confidence level.
    seed
        Decides the replicates and the grouping.

    Returns
    -------
    Network
        ``edges``: ``topic``, ``other`` (the pair), ``label``, ``other_label``, ``correlation`` (of the shares over
        articles), ``conf_low``, ``conf_high`` (percentiles of the replicates), ``together`` (share of replicates with
        both in one package), ``kept`` (the interval lies above 0: an edge of the network).
        ``packages``: ``topic``, ``label``, ``package`` (from 0, the largest by prevalence first), ``prevalence``,
        ``stability`` (mean ``together`` with the others of its package; missing where it stands alone),
        ``n_replicates``.

    Notes
    -----
    Communities of the positive correlations by modularity (Leiden [1]_), once on the kept edges for the packages
    and once in every replicate for ``together``. This is the analysis of topic model networks [2]_ with error
    bars. Shares add up to 1, so correlations lean below 0 by about 1/(K − 1); an edge is a strong finding.

    References
    ----------
    .. [1] Traag, Waltman & van Eck (2019). From Louvain to Leiden. *Scientific Reports* 9, 5233.
    .. [2] Walter & Ophir (2019). News frame analysis. *Communication Methods and Measures* 13, 248-266.
    """
    refuse_level(level)
    if replicates < 20:
        raise ValueError(f"replicates must be at least 20 for an interval, not {replicates}")
    k, fits = topics.n_topics, [topics, *refits]
    full = np.flatnonzero(~topics.empty)
    rng = np.random.default_rng(seed)
    drawn, together = np.empty((replicates, k, k)), np.zeros((k, k))
    for i in range(replicates):
        rows = full[rng.integers(0, len(full), len(full))]
        gamma = rng.standard_gamma(fits[i % len(fits)].concentration[rows]) + 1e-12
        drawn[i] = np.corrcoef(gamma / gamma.sum(axis=1, keepdims=True), rowvar=False)
        member = _communities(np.maximum(drawn[i], 0), seed)
        together += member[:, None] == member
    together /= replicates
    low, high = np.quantile(drawn, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    estimate = np.corrcoef(topics.shares[full], rowvar=False)
    member = _communities(np.where(low > 0, np.maximum(estimate, 0), 0), seed)
    size = np.bincount(member, topics.prevalence)
    member = np.argsort(np.argsort(-size, kind="stable"), kind="stable")[member]
    a, b = np.triu_indices(k, 1)
    names = np.array(topics.names, dtype=object)
    edges = pd.DataFrame(
        {
            "topic": a, "other": b, "label": names[a], "other_label": names[b], "correlation": estimate[a, b],
            "conf_low": low[a, b], "conf_high": high[a, b], "together": together[a, b], "kept": low[a, b] > 0,
        }
    )  # fmt: skip
    same = (member[:, None] == member) & ~np.eye(k, dtype=bool)
    with np.errstate(invalid="ignore"):
        sure = np.where(same.any(axis=1), (together * same).sum(axis=1) / np.maximum(same.sum(axis=1), 1), np.nan)
    packages = pd.DataFrame(
        {"topic": np.arange(k), "label": names, "package": member, "prevalence": topics.prevalence, "stability": sure}
    ).assign(n_replicates=replicates)
    order = edges.sort_values("correlation", ascending=False, kind="stable").reset_index(drop=True)
    return Network(order, packages.sort_values(["package", "topic"]).reset_index(drop=True))


def _communities(weights: np.ndarray, seed: int) -> np.ndarray:
    """Leiden communities of a symmetric table of weights; topics without an edge stand alone."""
    import igraph
    import leidenalg

    a, b = np.nonzero(np.triu(weights, 1))
    graph = igraph.Graph(n=len(weights), edges=list(zip(a.tolist(), b.tolist(), strict=True)))
    if not len(a):
        return np.arange(len(weights))
    found = leidenalg.find_partition(
        graph, leidenalg.ModularityVertexPartition, weights=weights[a, b].tolist(), seed=seed
    )
    return np.array(found.membership)
