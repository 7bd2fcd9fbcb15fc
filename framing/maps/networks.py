"""Terms that share articles, and outlets that share terms, as networks."""

import random
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse, stats

from framing import counts as counting
from framing.errors import TableError, refuse_unknown
from framing.inference import adjust
from framing.maps.tables import arranged, by_group, counted_by, refuse_replicates, widespread
from framing.records import Record
from framing.tables import takes_tables

MEASURES = ("jaccard", "cosine", "dice", "npmi", "phi")
_Q = 0.05
CANDIDATES = 4  # pairs that compete in the resamples, as a multiple of the edges drawn


@dataclass(frozen=True)
class Network(Record):
    """A network as two tables.

    Attributes
    ----------
    nodes
        One row per node: ``name``, ``kind`` (``term`` or ``outlet``), ``n_articles`` or ``n_tokens``, ``degree``,
        ``community`` (from 1, the largest first), ``x``, ``y`` (layout, without unit).
    edges
        One row per edge: ``a``, ``b``, its measures and, for co-occurrence, ``stability``.
    measure
        The measure that chose and weighs the edges.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    measure: str


@takes_tables(columns=("cluster",))
def cooccurrence(
    counts: pd.DataFrame,
    *,
    measure: str = "jaccard",
    min_articles: int = 10,
    terms: int = 150,
    edges: int = 200,
    replicates: int = 100,
    least: float = 0.0,
    cluster: str = "article_id",
    without: Collection[tuple[str, str]] = (),
    seed: int = 0,
) -> Network:
    """Which terms stand in the same articles, which groups they form, and which edges another sample would keep.

    Parameters
    ----------
    counts
        One row per article and term; an article that has none of the terms is counted where it has a row with 0. A
        column ``kind`` says what a term is.
    measure
        That chooses the edges: ``jaccard``, ``cosine``, ``dice``, ``npmi`` or ``phi``, on presence in articles.
    min_articles, terms
        Terms in fewer articles are left out, then the ``terms`` most widespread are kept.
    edges
        Edges kept, strongest first.
    replicates, seed
        Resamples of articles for ``stability``; ``seed`` also fixes communities and layout.
    least
        Share of resamples in which two terms must share more articles than independence would give them, for an edge
        (.95 is usual); by default the strongest pairs are edges whatever the resamples say.
    cluster
        Column whose values are resampled together.
    without
        Pairs that are no edge, for example because one term is made of the other.

    Returns
    -------
    Network
        ``edges``: ``a``, ``b``, ``n_both`` (articles with both), all measures, ``stability`` (share of resamples in
        which the edge is among the strongest ``edges``; it describes their choice and tests none), ``within`` (both
        ends in one community). With ``least``, ``stability`` is the share of resamples in which phi is above 0, and
        ``p_value`` and ``q_value`` (Benjamini-Hochberg over the pairs of the terms kept, one-sided) are of phi over its
        standard error in the resamples; pairs with a q above .05 are no edges. There may be none: then both tables are
        empty.

    Raises
    ------
    ValueError
        Unknown measure, or fewer than one edge or two replicates asked for.
    TableError
        Without ``least``: fewer than two terms are in enough articles, or no two of them share one.

    Notes
    -----
    Communities by Leiden (Traag, Waltman & van Eck 2019) with modularity on the measure as weight, from leidenalg;
    layout by Fruchterman & Reingold from igraph. NPMI is Bouma's (2009), phi the correlation of two presences. In the
    resamples the strongest pairs (four times as many as the edges asked for) compete for a place.
    """
    refuse_unknown(measure, MEASURES, "measure")
    if edges < 1 or not 0 <= least <= 1:
        raise ValueError(f"edges must be at least 1 and least from 0 to 1, not {edges!r} and {least!r}")
    refuse_replicates(replicates)
    table, _, names = counting.matrix(counts)
    rows = np.flatnonzero(np.diff(table.indptr))
    own = counted_by(counts, cluster)[rows] if cluster != "article_id" else None
    table = table[rows]
    table.eliminate_zeros()
    if least and (np.bincount(table.indices, minlength=table.shape[1]) >= max(min_articles, 1)).sum() < 2:
        return _nothing(measure)
    kept = widespread(table, min_articles, terms)
    names = names[kept]
    present = sparse.csc_array(table[:, kept] > 0, dtype=np.float64)
    n = present.shape[0]
    single = np.asarray(present.sum(axis=0))
    kinds = (
        counts.drop_duplicates("term").set_index("term")["kind"].reindex(names).to_numpy()
        if "kind" in counts
        else "term"
    )
    if least:
        return _associated(present, names, kinds, single, measure, edges, replicates, least, own, without, seed)
    both = sparse.triu(sparse.csr_array(present.T @ present), k=1).tocoo()
    if both.nnz == 0:
        raise TableError(f"no two of the {len(names)} terms share an article; lower min_articles or raise terms")
    i, j = both.coords
    strength = _measures(both.data, single[i], single[j], n)[measure]
    order = np.lexsort((names[j], names[i], -strength))
    order = order[_allowed(names[i], names[j], without)[order]][: CANDIDATES * edges]
    i, j, data = i[order], j[order], both.data[order]
    strength = _resampled(present, i, j, measure, replicates, own, seed)
    rank = np.argsort(np.argsort(-strength, axis=1, kind="stable"), axis=1)
    stable = (rank < edges).mean(axis=0)
    found = pd.DataFrame({"a": names[i], "b": names[j], "n_both": data.astype(np.int64)})
    found = found.assign(**_measures(data, single[i], single[j], n), stability=stable)
    found = found[found[measure] > 0].head(edges).reset_index(drop=True)
    nodes = pd.DataFrame({"name": names, "kind": kinds, "n_articles": single.astype(np.int64)})
    return _network(nodes, found, measure, seed)


@takes_tables(columns=("by",))
def bipartite(
    counts: pd.DataFrame, *, by: str = "outlet", min_articles: int = 10, top: int = 12, seed: int = 0
) -> Network:
    """Outlets and the terms each uses more than the others, as a network of two kinds of nodes.

    Parameters
    ----------
    counts
        One row per article and term.
    by
        Column that names the outlet.
    min_articles
        Terms in fewer articles are left out.
    top
        Terms drawn for each outlet.
    seed
        Of layout and communities.

    Returns
    -------
    Network
        ``edges``: ``a`` (outlet), ``b`` (term), ``n_tokens``, ``per_million``, ``residual`` (standardised Pearson
        residual of the outlet × term table; it chooses the edges). The residual takes tokens as independent: it ranks.
        For which words mark an outlet with articles as the unit, see :func:`framing.keyness.compare`.
    """
    table, group, outlets, terms = arranged(counts, by)
    kept = widespread(table, min_articles, None)
    every = by_group(table, group, outlets, terms).to_numpy()
    totals, counted = every.sum(axis=1), every[:, kept]
    used, n = counted.sum(axis=0), totals.sum()
    fitted = np.outer(totals, used) / n
    residual = (counted - fitted) / np.sqrt(fitted * (1 - totals[:, None] / n) * (1 - used / n))
    names = terms[kept]
    order = np.argsort(-residual, axis=1, kind="stable")[:, :top]
    a = np.repeat(np.arange(len(outlets)), order.shape[1])
    b = order.ravel()
    positive = residual[a, b] > 0
    a, b = a[positive], b[positive]
    edges = pd.DataFrame(
        {
            "a": np.array(outlets, dtype=object)[a],
            "b": names[b],
            "n_tokens": counted[a, b].astype(np.int64),
            "per_million": 1e6 * counted[a, b] / totals[a],
            "residual": residual[a, b],
        }
    )
    drawn = np.unique(b)
    nodes = pd.DataFrame(
        {
            "name": [*outlets, *names[drawn]],
            "kind": ["outlet"] * len(outlets) + ["term"] * len(drawn),
            "n_tokens": np.concatenate([totals, used[drawn]]).astype(np.int64),
        }
    )
    return _network(nodes, edges, "residual", seed)


def _measures(both, first, second, n) -> dict[str, np.ndarray]:
    """Association of two presences, from the articles with both, with each and in all."""
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.log(both * n / (first * second)) / -np.log(both / n)
        phi = (both * n - first * second) / np.sqrt(first * second * (n - first) * (n - second))
    return {
        "jaccard": both / (first + second - both),
        "cosine": both / np.sqrt(first * second),
        "dice": 2 * both / (first + second),
        "npmi": np.where(both >= n, 1.0, np.nan_to_num(npmi, nan=-1.0, neginf=-1.0)),
        "phi": np.nan_to_num(phi),
    }


def _resampled(present, i, j, measure: str, replicates: int, cluster: np.ndarray | None, seed: int) -> np.ndarray:
    """Replicates × pairs: the measure in resamples of articles, or of their clusters."""
    n = present.shape[0] if cluster is None else int(cluster.max()) + 1
    weights = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=replicates).astype(float)
    weights = weights if cluster is None else weights[:, cluster]
    both = weights @ present[:, i].multiply(present[:, j])
    single = weights @ present
    total = weights.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(_measures(both, single[:, i], single[:, j], total)[measure], nan=-1.0)


def _allowed(a, b, without: Collection[tuple[str, str]]) -> np.ndarray:
    """Whether each pair may be an edge."""
    out = {frozenset(pair) for pair in without}
    return np.array([frozenset(pair) not in out for pair in zip(a, b, strict=True)], dtype=bool)


def _associated(present, names, kinds, single, measure, edges, replicates, least, cluster, without, seed) -> Network:
    """The pairs that stand together more often than independence would make them, in nearly every resample."""
    i, j = np.triu_indices(len(names), 1)
    allowed = _allowed(names[i], names[j], without)
    i, j = i[allowed], j[allowed]
    n = present.shape[0]
    both = np.asarray((present[:, i].multiply(present[:, j])).sum(axis=0))
    drawn = _resampled(present, i, j, "phi", replicates, cluster, seed)
    measures = _measures(both, single[i], single[j], n)
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = stats.norm.sf(measures["phi"] / drawn.std(axis=0, ddof=1))
    p_value = np.where((single[i] < n) & (single[j] < n), p_value, np.nan)
    found = pd.DataFrame({"a": names[i], "b": names[j], "n_both": both.astype(np.int64), **measures})
    found = found.assign(stability=(drawn > 0).mean(axis=0), p_value=p_value, q_value=adjust(p_value))
    found = found[(found["stability"] >= least) & (found["q_value"] <= _Q) & (found["phi"] > 0) & (found[measure] > 0)]
    found = found.sort_values([measure, "a", "b"], ascending=[False, True, True]).head(edges).reset_index(drop=True)
    nodes = pd.DataFrame({"name": names, "kind": kinds, "n_articles": single.astype(np.int64)})
    return _network(nodes, found, measure, seed) if len(found) else _nothing(measure)


def _nothing(measure: str) -> Network:
    nodes = pd.DataFrame(columns=["name", "kind", "n_articles", "degree", "community", "x", "y"])
    names = ["a", "b", "n_both", *MEASURES, "stability", "p_value", "q_value", "within"]
    return Network(nodes, pd.DataFrame(columns=names), measure)


def _network(nodes: pd.DataFrame, edges: pd.DataFrame, measure: str, seed: int) -> Network:
    """Add communities, degrees and a layout; nodes without an edge are left out."""
    if edges.empty:
        raise TableError(f"no two of the {len(nodes)} nodes belong together by {measure}: nothing is above 0")
    import igraph
    import leidenalg

    ends = pd.Index(nodes["name"])
    if ends.has_duplicates:  # a term named like an outlet: kinds tell them apart
        nodes = nodes.assign(name=nodes["name"].where(nodes["kind"] != "term", nodes["name"] + " (term)"))
        edges = edges.assign(b=edges["b"].where(~edges["b"].isin(ends[ends.duplicated()]), edges["b"] + " (term)"))
    used = pd.concat([edges["a"], edges["b"]]).unique()
    nodes = nodes[nodes["name"].isin(used)].reset_index(drop=True)
    position = pd.Index(nodes["name"])
    a, b = position.get_indexer(edges["a"]), position.get_indexer(edges["b"])
    weight = edges[measure].to_numpy(dtype=float)
    graph = igraph.Graph(n=len(nodes), edges=list(zip(a.tolist(), b.tolist(), strict=True)))
    parts = leidenalg.find_partition(
        graph, leidenalg.ModularityVertexPartition, weights=weight.tolist(), seed=seed, n_iterations=-1
    )
    igraph.set_random_number_generator(random.Random(seed))
    try:
        layout = np.array(
            graph.layout_fruchterman_reingold(weights=(weight / weight.max()).tolist(), niter=1000).coords
        )
    finally:
        igraph.set_random_number_generator(random)
    community = np.array(parts.membership) + 1
    nodes = nodes.assign(degree=np.bincount(np.concatenate([a, b]), minlength=len(nodes)), community=community)
    nodes["x"], nodes["y"] = layout.T if len(layout) else (0.0, 0.0)
    return Network(nodes, edges.assign(within=community[a] == community[b]), measure)
