"""Frames as clusters of their elements: problem, cause, evaluation and remedy, coded apart and found together."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from framing.errors import TableError, takes_results
from framing.frames.codebook import Code, Codebook
from framing.frames.coding import Codes
from framing.frames.kernels import exchanged
from framing.frames.machines import made
from framing.messages import mark
from framing.records import Record
from framing.tables import steps

STABLE, DISSOLVED = 0.75, 0.6
"""Mean Jaccard similarity from which a cluster is stable, and below which it should not be read (Hennig 2007)."""
_MOST = 2_000
"""Articles that are clustered; further ones are given to the nearest cluster."""
_LEVEL = 0.05
_LEAST = 19
"""Tables of independent elements, of which one in twenty may be as far from independence as what is called stable."""
_MOVES, _NONE = 20, 1e-12
_NOTES = {True: mark("stable"), False: mark("doubtful"), None: mark("another sample would not have it: do not read it")}
_INDEPENDENT = mark("cannot be distinguished from clusters of independent elements: do not read it")


@dataclass(frozen=True)
class Clustered(Record):
    """Articles grouped by the elements they have.

    Attributes
    ----------
    codes
        The clusters as codes, one an article; an article without an element has none. :func:`crosstab` compares them.
    profiles
        One row per cluster and element: ``cluster``, ``element``, ``share`` (of the cluster's articles that have it),
        ``elsewhere`` (of the other articles with an element), ``difference``.
    clusters
        One row per cluster: ``cluster``, ``n_articles``, ``share``, ``stability`` (0 to 1), ``p_value`` (that elements
        are independent), ``note``, ``elements`` (those that most mark it).
    """

    codes: Codes
    profiles: pd.DataFrame
    clusters: pd.DataFrame
    chosen: pd.DataFrame = field(repr=False)


@takes_results(codes=("frames.code", "matches"))
def clustered(codes: Codes, *, n: int | None = None, replicates: int = 100, seed: int = 0) -> Clustered:
    """Find frames as clusters of articles that have the same elements [1]_.

    Parameters
    ----------
    codes
        Of articles: the elements, three or more codes.
    n
        Clusters; by default the largest number from 2 to 8 (fewer than elements) of which all are stable and none is
        like those of independent elements, else that whose least stable cluster is the most stable.
    replicates
        Resamples of articles for ``stability``, and tables of independent elements for ``p_value`` (19 at least).
    seed
        Of the resamples and tables.

    Returns
    -------
    Clustered
        ``chosen`` has one row per number tried: ``n``, ``least`` and ``mean`` stability.

    Raises
    ------
    TableError
        Units other than articles, fewer than three elements that some articles have, or fewer than ten articles with an
        element for each cluster.

    Notes
    -----
    Ward's method on presence and absence, as in [1]_. Stability is the mean, over resamples with replacement that are
    clustered again, of the Jaccard similarity of a cluster with the one most like it [2]_. Elements that are
    independent of each other form clusters too, and those of the commonest are found again in every resample. So
    ``p_value`` compares a cluster with those of tables in which elements change places between articles, all of which
    keep one: any such table is as probable where elements are independent. It is of d'Zd / d'd, with d the differences
    of its profile and Z how much more often two elements are together than in these tables, in standard deviations, and
    against the largest of all clusters of all numbers tried. A cluster is stable only where it is at most .05.

    References
    ----------
    .. [1] Matthes, J. & Kohring, M. (2008). The content analysis of media frames. *Journal of Communication* 58,
           258-279.
    .. [2] Hennig, C. (2007). Cluster-wise assessment of cluster stability. *Computational Statistics & Data Analysis*
           52, 258-271.

    Examples
    --------
    >>> from framing import datasets, frames, study, tokens
    >>> articles = datasets.sample_press(200).articles
    >>> press = study.open(articles, tokens=tokens.tokenise(articles))
    >>> rules = {"threat": "脅威 | 挑発", "drill": "演習 | 発射", "talks": "対話 | 交渉", "aid": "支援 | 避難"}
    >>> found = frames.clustered(frames.code(press, rules), n=2, replicates=20)
    >>> len(found.clusters), set(found.profiles["element"]) == set(rules)
    (2, True)
    """
    if codes.unit != "article":
        raise TableError(f"articles are clustered, not units of the kind {codes.unit!r}")
    has = codes.has
    used = has.any(axis=0) & ~has.all(axis=0)
    names = [codes.names[i] for i in np.flatnonzero(used)]
    table, rng = has[:, used].astype(float), np.random.default_rng(seed)
    rows = np.flatnonzero(table.any(axis=1))
    tried = [n] if n else list(range(2, min(8, len(names) - 1) + 1))
    if len(names) < 3 or not tried or min(tried) < 2 or len(rows) < 10 * min(tried):
        raise TableError(
            f"{len(names)} elements and {len(rows)} articles with one: clusters need three elements at least, two "
            "clusters, and ten articles for each"
        )
    tried = [k for k in tried if len(rows) >= 10 * k]
    some = np.sort(rng.choice(rows, _MOST, replace=False)) if len(rows) > _MOST else rows
    drawn = [rng.integers(0, len(some), len(some)) for _ in range(replicates)]
    whole, again = _cut(table[some], tried), [_cut(table[some[each]], tried) for each in drawn]
    stable = {k: _stability(whole[k], [(each, cut[k]) for each, cut in zip(drawn, again, strict=True)]) for k in tried}
    chance = _chance(table[some], whole, tried, max(replicates, _LEAST), rng)
    sure = [k for k in tried if stable[k].min() >= STABLE and chance[k].max() <= _LEVEL]
    best = max(sure) if sure else max(tried, key=lambda k: stable[k].min())
    label, stability, p_value = _by_size(whole[best], stable[best], chance[best])
    centres = np.stack([table[some[label == i]].mean(axis=0) for i in range(best)])
    cluster = np.full(len(table), -1)
    cluster[rows] = ((table[rows][:, None] - centres) ** 2).sum(axis=2).argmin(axis=1) if len(rows) > _MOST else label
    ids = [f"cluster {i + 1}" for i in range(best)]
    book = Codebook(f"clusters of {codes.codebook.name}", tuple(Code(each, each) for each in ids), True)
    told = [*codes.steps.itertuples(index=False, name=None)]
    told.append((mark("clustered"), len(rows), len(table) - len(rows), mark("articles without an element")))
    flags = cluster[:, None] == np.arange(best)
    coder = f"Ward's clusters of {codes.coder}"
    grouped = made(book, codes.articles, flags, ids, coder, codes.machine, steps(told), in_sample=codes.in_sample)
    shares, sizes = _profiles(table[rows], cluster[rows], ids, names), flags.sum(axis=0)
    marks = shares[shares["difference"] > 0.1].sort_values("difference", ascending=False, kind="stable")
    marked = marks.groupby("cluster")["element"].agg(", ".join).reindex(ids, fill_value="")
    notes = [_NOTES[True if each >= STABLE else False if each >= DISSOLVED else None] for each in stability]
    doubted = [note if p <= _LEVEL else _INDEPENDENT for note, p in zip(notes, p_value, strict=True)]
    note = pd.Series(doubted, dtype=object)  # messages, not their English
    clusters = pd.DataFrame({"cluster": ids, "n_articles": sizes, "share": sizes / len(rows), "stability": stability,
                             "p_value": p_value, "note": note, "elements": marked.to_numpy()})  # fmt: skip
    chosen = pd.DataFrame([(k, stable[k].min(), stable[k].mean()) for k in tried], columns=["n", "least", "mean"])
    return Clustered(grouped, shares, clusters, chosen)


def _cut(table: np.ndarray, numbers: list[int]) -> dict[int, np.ndarray]:
    """Ward's clusters of rows, for several numbers of clusters: what is joined where the last joins are left out."""
    from scipy.cluster.hierarchy import linkage

    n = len(table)
    joined = linkage(table, "ward")[:, :2].astype(int)
    made = n + np.repeat(np.arange(n - 1), 2)
    cuts = {}
    for k in numbers:
        pairs = (np.ones(2 * (n - k)), (joined[: n - k].ravel(), made[: 2 * (n - k)]))
        parts = connected_components(sparse.coo_array(pairs, shape=(2 * n - 1,) * 2), directed=False)[1]
        cuts[k] = np.unique(parts[:n], return_inverse=True)[1]
    return cuts


def _stability(whole: np.ndarray, again: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Mean similarity of each cluster with the one most like it in each resample, on the rows that were drawn."""
    k, found = whole.max() + 1, []
    for rows, cut in again:
        rows, first = np.unique(rows, return_index=True)
        both = np.zeros((k, cut.max() + 1))
        np.add.at(both, (whole[rows], cut[first]), 1)
        joined = both.sum(axis=1, keepdims=True) + both.sum(axis=0) - both
        found.append((both / np.maximum(joined, 1)).max(axis=1))
    return np.mean(found, axis=0)


def _chance(table: np.ndarray, whole, numbers: list[int], times: int, rng) -> dict[int, np.ndarray]:
    """How probable it is that the clusters of independent elements have one as far from independence as each."""
    n, m = table.shape
    tables, steps = [table], _MOVES * n * m
    for _ in range(times):
        moves = rng.integers(0, m, steps), *rng.integers(0, n, (2, steps))
        tables.append(exchanged(tables[-1].copy(), *moves))
    excess = np.stack([each.T @ each for each in tables])
    excess -= excess.mean(axis=0)
    excess /= np.maximum(np.sqrt((excess**2).mean(axis=0)), _NONE)  # 0 is left of an element by itself
    cuts = [whole, *(_cut(each, numbers) for each in tables[1:])]
    apart = [{k: _apart(each, cut[k], z) for k in numbers} for each, cut, z in zip(tables, cuts, excess, strict=True)]
    most = np.array([max(map(np.max, of.values())) for of in apart[1:]])
    return {k: (1 + (most >= apart[0][k][:, None]).sum(axis=1)) / (times + 1) for k in numbers}


def _apart(table: np.ndarray, cluster: np.ndarray, excess: np.ndarray) -> np.ndarray:
    """How far from independence the elements are that mark each cluster, or are rare in it."""
    inside = cluster == np.arange(cluster.max() + 1)[:, None]
    share, rest = (each @ table / np.maximum(each.sum(axis=1, keepdims=True), 1) for each in (inside, ~inside))
    d = share - rest
    return ((d @ excess) * d).sum(axis=1) / np.maximum((d**2).sum(axis=1), _NONE)


def _by_size(label: np.ndarray, *values: np.ndarray) -> tuple[np.ndarray, ...]:
    """Clusters numbered from the largest."""
    order = np.argsort(-np.bincount(label), kind="stable")
    return np.argsort(order)[label], *(each[order] for each in values)


def _profiles(table: np.ndarray, cluster: np.ndarray, ids: list[str], names: list[str]) -> pd.DataFrame:
    inside = cluster == np.arange(len(ids))[:, None]
    share = inside @ table / np.maximum(inside.sum(axis=1, keepdims=True), 1)
    rest = ~inside @ table / np.maximum((~inside).sum(axis=1, keepdims=True), 1)
    return pd.DataFrame({
        "cluster": np.repeat(ids, len(names)), "element": names * len(ids), "share": share.ravel(),
        "elsewhere": rest.ravel(), "difference": (share - rest).ravel(),
    })  # fmt: skip
