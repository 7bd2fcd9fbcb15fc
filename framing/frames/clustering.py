"""Frames as clusters of their elements: problem, cause, evaluation and remedy, coded apart and found together."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from framing.errors import TableError, takes_results
from framing.frames.codebook import Code, Codebook
from framing.frames.coding import Codes
from framing.frames.machines import made
from framing.messages import mark
from framing.records import Record
from framing.tables import steps

STABLE, DISSOLVED = 0.75, 0.6
"""Mean Jaccard similarity from which a cluster is stable, and below which it should not be read (Hennig 2007)."""
_MOST = 2_000
"""Articles that are clustered; further ones are given to the nearest cluster."""
_NOTES = {True: mark("stable"), False: mark("doubtful"), None: mark("another sample would not have it: do not read it")}


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
        One row per cluster: ``cluster``, ``n_articles``, ``share``, ``stability`` (0 to 1), ``note``, ``elements``
        (those that most mark it).
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
        Clusters; by default the largest number from 2 to 8 (fewer than elements) of which all are stable, else that
        whose least stable cluster is the most stable.
    replicates
        Resamples of articles for ``stability``.
    seed
        Of the resamples.

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
    independent of each other form no stable clusters, however they are cut.

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
    sure = [k for k in tried if stable[k].min() >= STABLE]
    best = max(sure) if sure else max(tried, key=lambda k: stable[k].min())
    label, stability = _by_size(whole[best], stable[best])
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
    clusters = pd.DataFrame({"cluster": ids, "n_articles": sizes, "share": sizes / len(rows), "stability": stability,
                             "note": notes, "elements": marked.to_numpy()})  # fmt: skip
    chosen = pd.DataFrame([(k, stable[k].min(), stable[k].mean()) for k in tried], columns=["n", "least", "mean"])
    return Clustered(grouped, shares, clusters, chosen)


def _cut(table: np.ndarray, numbers: list[int]) -> dict[int, np.ndarray]:
    """Ward's clusters of rows, for several numbers of clusters."""
    from scipy.cluster.hierarchy import cut_tree, linkage

    cuts = cut_tree(linkage(table, "ward"), numbers)
    return {k: cuts[:, i] for i, k in enumerate(numbers)}


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


def _by_size(label: np.ndarray, stability: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Clusters numbered from the largest."""
    order = np.argsort(-np.bincount(label), kind="stable")
    return np.argsort(order)[label], stability[order]


def _profiles(table: np.ndarray, cluster: np.ndarray, ids: list[str], names: list[str]) -> pd.DataFrame:
    inside = cluster == np.arange(len(ids))[:, None]
    share = inside @ table / np.maximum(inside.sum(axis=1, keepdims=True), 1)
    rest = ~inside @ table / np.maximum((~inside).sum(axis=1, keepdims=True), 1)
    return pd.DataFrame({
        "cluster": np.repeat(ids, len(names)), "element": names * len(ids), "share": share.ravel(),
        "elsewhere": rest.ravel(), "difference": (share - rest).ravel(),
    })  # fmt: skip
