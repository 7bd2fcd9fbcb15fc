"""Terms that share articles, and outlets that share terms, as networks."""

import random
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from framing import counts as counting
from framing.errors import TableError
from framing.maps.tables import arranged, by_group, refuse_replicates, widespread
from framing.records import Record
from framing.tables import takes_tables

MEASURES = ("jaccard", "cosine", "dice", "npmi", "phi")
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


@takes_tables()
def cooccurrence(
    counts: pd.DataFrame,
    *,
    measure: str = "jaccard",
    min_articles: int = 10,
    terms: int = 150,
    edges: int = 200,
    replicates: int = 100,
    seed: int = 0,
) -> Network:
    """Which terms stand in the same articles, which groups they form, and which edges another sample would keep.

    Parameters
    ----------
    counts
        One row per article and term.
    measure
        That chooses the edges: ``jaccard``, ``cosine``, ``dice``, ``npmi`` or ``phi``, on presence in articles.
    min_articles, terms
        Terms in fewer articles are left out, then the ``terms`` most widespread are kept.
    edges
        Edges kept, strongest first.
    replicates, seed
        Resamples of articles for ``stability``; ``seed`` also fixes communities and layout.

    Returns
    -------
    Network
        ``edges``: ``a``, ``b``, ``n_both`` (articles with both), all measures, ``stability`` (share of resamples in
        which the edge is among the strongest ``edges``; it describes their choice and tests none), ``within`` (both
        ends in one community).

    Raises
    ------
    ValueError
        Unknown measure, or fewer than one edge or two replicates asked for.
    TableError
        Fewer than two terms are in enough articles, or no two of them share one.

    Notes
    -----
    Communities by Leiden (Traag, Waltman & van Eck 2019) with modularity on the measure as weight, from leidenalg;
    layout by Fruchterman & Reingold from igraph. NPMI is Bouma's (2009), phi the correlation of two presences. In the
    resamples the strongest pairs (four times as many as the edges asked for) compete for a place.
    """
    if measure not in MEASURES:
        raise ValueError(f"no measure {measure!r}; there are {list(MEASURES)}")
    if edges < 1:
        raise ValueError(f"edges must be at least 1, not {edges!r}")
    refuse_replicates(replicates)
    table, _, names = counting.matrix(counts)
    table = table[np.unique(table.nonzero()[0])]
    table.eliminate_zeros()
    kept = widespread(table, min_articles, terms)
    names = names[kept]
    present = sparse.csc_array(table[:, kept] > 0, dtype=np.float64)
    n = present.shape[0]
    single = np.asarray(present.sum(axis=0))
    both = sparse.triu(sparse.csr_array(present.T @ present), k=1).tocoo()
    if both.nnz == 0:
        raise TableError(f"no two of the {len(names)} terms share an article; lower min_articles or raise terms")
    i, j = both.coords
    strength = _measures(both.data, single[i], single[j], n)[measure]
    order = np.lexsort((names[j], names[i], -strength))[: CANDIDATES * edges]
    i, j, data = i[order], j[order], both.data[order]
    stable = _stability(present, i, j, measure, edges, replicates, seed)
    found = pd.DataFrame({"a": names[i], "b": names[j], "n_both": data.astype(np.int64)})
    found = found.assign(**_measures(data, single[i], single[j], n), stability=stable)
    found = found[found[measure] > 0].head(edges).reset_index(drop=True)
    nodes = pd.DataFrame({"name": names, "kind": "term", "n_articles": single.astype(np.int64)})
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


def _stability(present, i, j, measure: str, edges: int, replicates: int, seed: int) -> np.ndarray:
    """Share of resamples of articles in which each candidate pair is among the strongest."""
    n = present.shape[0]
    weights = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=replicates).astype(float)
    both = weights @ present[:, i].multiply(present[:, j])
    single = weights @ present
    with np.errstate(divide="ignore", invalid="ignore"):
        strength = np.nan_to_num(_measures(both, single[:, i], single[:, j], n)[measure], nan=-1.0)
    rank = np.argsort(np.argsort(-strength, axis=1, kind="stable"), axis=1)
    return (rank < edges).mean(axis=0)


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
