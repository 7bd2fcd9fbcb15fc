"""From the table of counts to the arrays that comparisons work on."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from framing import counts as counting
from framing.errors import TableError
from framing.messages import mark
from framing.tables import refuse_names

REST, EVERY = mark("rest"), mark("every group")
TOO_FEW = mark("fewer than 3 events, clusters or articles of a side hold the term: no interval")


@dataclass(frozen=True)
class Groups:
    """Articles of the groups compared, as arrays.

    ``articles`` is articles × terms, ``units`` the same with the articles of one cluster, group and stratum added
    up (the row that keeps one label and one weight), both CSC; rows of ``units`` come cluster by cluster.
    """

    names: list[str]
    terms: pd.Index
    articles_index: pd.Index
    articles: sparse.csc_array
    article_group: np.ndarray
    article_cluster: np.ndarray
    article_wire: np.ndarray | None
    units: sparse.csc_array
    group: np.ndarray
    cluster: np.ndarray
    stratum: np.ndarray
    crossed: bool
    """Whether a cluster holds articles of more than one group; clusters are then drawn from all groups together."""

    @property
    def sizes(self) -> np.ndarray:
        """Tokens of each unit."""
        return np.asarray(self.units.sum(axis=1), dtype=float)

    @property
    def article_sizes(self) -> np.ndarray:
        """Tokens of each article."""
        return np.asarray(self.articles.sum(axis=1), dtype=float)

    def of_articles(self, kept: np.ndarray) -> "Groups":
        """The same with some of the articles; each is its own unit, its cluster stays."""
        rows = np.flatnonzero(kept)
        table = _rows(self.articles, kept)
        return replace(
            self,
            articles_index=self.articles_index[rows],
            articles=table,
            article_group=self.article_group[rows],
            article_cluster=self.article_cluster[rows],
            article_wire=None,
            units=table,
            group=self.article_group[rows],
            cluster=np.unique(self.article_cluster[rows], return_inverse=True)[1],
            stratum=np.zeros(len(rows), int),
        )

    def only(self, kept: list[int]) -> "Groups":
        """The same with two or more of the groups, in the order given."""
        new = np.full(len(self.names), -1)
        new[kept] = np.arange(len(kept))
        rows, article_rows = new[self.group] >= 0, new[self.article_group] >= 0
        return replace(
            self,
            names=[self.names[g] for g in kept],
            articles_index=self.articles_index[article_rows],
            articles=_rows(self.articles, article_rows),
            article_group=new[self.article_group[article_rows]],
            article_cluster=self.article_cluster[article_rows],
            article_wire=None if self.article_wire is None else self.article_wire[article_rows],
            units=_rows(self.units, rows),
            group=new[self.group[rows]],
            cluster=np.unique(self.cluster[rows], return_inverse=True)[1],
            stratum=np.unique(self.stratum[rows], return_inverse=True)[1],
        )


MOST_TOKENS = 2**62
"""Tokens of all groups, in what sums of 64 bits can hold."""


def arrange(counts: pd.DataFrame, by: str, target, reference, cluster: str, strata) -> Groups:
    """Check a comparison at the door and arrange its arrays."""
    strata = [strata] if isinstance(strata, str) else list(strata or [])
    known = list(map(str, counts.columns)) if isinstance(counts, pd.DataFrame) else []
    for argument, name in [("by", by), ("cluster", cluster), *(("strata", s) for s in strata)]:
        if known and name not in known:
            raise TableError(
                f"{argument} {name!r} is not a column of counts, which has {known}; merge it on article_id"
            )
    coded = _coded(counts)
    table, ids, terms = counting.matrix(coded)
    if float(np.asarray(coded["n"], dtype=float).sum()) >= MOST_TOKENS:
        raise TableError(f"the counts sum to {MOST_TOKENS:.1e} tokens or more, past what whole numbers of 64 bits hold")
    present = np.flatnonzero(np.diff(table.indptr))  # an article without rows has no outlet: it cannot be in a group

    def column(name: str) -> tuple[np.ndarray, pd.Index]:
        of, values = counting.of_articles(coded, name)
        return of[present], values

    refuse_names(coded[by], f"counts[{by!r}]")
    group, names = _chosen(*column(by), by, target, reference)
    wire = None
    if "cluster_id" in known:
        copies, _ = column("cluster_id")
        wire = np.bincount(copies)[copies] > 1
    codes, values = (present, ids) if cluster == "article_id" else column(cluster)
    codes = _ranks(values)[codes]  # whatever the order of categories, the same rows are exchanged
    stratum = np.zeros(len(present), int)
    for name in strata:
        layer, values = column(name)
        layer = _ranks(values)[layer]
        stratum = np.unique(stratum * len(values) + layer, return_inverse=True)[1]

    inside = np.flatnonzero(group >= 0)
    order = inside[np.lexsort((stratum[inside], _ranks(names)[group[inside]], codes[inside]))]
    keys = np.stack([codes[order], group[order], stratum[order]])
    unit = np.concatenate([[0], np.cumsum((keys[:, 1:] != keys[:, :-1]).any(axis=0))])
    starts = np.flatnonzero(np.diff(unit, prepend=-1))
    articles = table[present[order]]
    articles = articles.astype(np.int32 if articles.sum(axis=0).max(initial=0) < 2**31 else np.int64)
    units = articles
    if len(starts) < len(order):
        adding = sparse.csr_array((np.ones(len(order), np.int32), (unit, np.arange(len(order)))))
        units = adding @ articles
    clusters = np.unique(keys[0, starts], return_inverse=True)[1]
    own = _csc(articles)
    groups = Groups(
        names,
        terms,
        ids[present[order]].astype(str),
        own,
        group[order],
        keys[0],
        None if wire is None else wire[order],
        own if units is articles else _csc(units),
        keys[1, starts],
        clusters,
        np.unique(keys[2, starts], return_inverse=True)[1],
        _crosses(clusters, keys[1, starts]),
    )
    _refuse_empty(groups, by)
    return groups


def _coded(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts with categorical ids, so that codes are made once."""
    if not isinstance(counts, pd.DataFrame) or not {"article_id", "term"} <= set(counts.columns):
        counting.matrix(counts)  # says what is missing
    plain = [c for c in ("article_id", "term") if not isinstance(counts[c].dtype, pd.CategoricalDtype)]
    return counts.astype(dict.fromkeys(plain, "category")) if plain else counts


def _chosen(codes: np.ndarray, values: pd.Index, by: str, target, reference) -> tuple[np.ndarray, list[str]]:
    """Group of each article (−1 left out) and the names of the groups."""
    used = np.unique(codes)
    known = [values[c] for c in used]
    for name, what in ((REST, "all the others"), (EVERY, "all of them")):
        if name in map(str, known):
            raise TableError(f"a group of counts[{by!r}] is named {name!r}, which stands for {what}; rename it")
    if target is None and reference is not None:
        raise ValueError(f"reference {reference!r} needs a target; counts[{by!r}] has {known}")
    if len(known) < 2:
        raise TableError(f"counts[{by!r}] has one group only, {known}; a comparison needs at least two")
    if target is None:
        new = np.full(len(values), -1)
        new[used] = np.arange(len(used))
        return new[codes], [str(name) for name in known]
    sides = [_side(target, "target", known, by)]
    sides.append(
        [k for k in known if k not in sides[0]] if reference is None else _side(reference, "reference", known, by)
    )
    both = [name for name in sides[0] if name in sides[1]]
    if both:
        raise ValueError(f"{both} is both target and reference; counts[{by!r}] has {known}")
    if not sides[1]:
        raise ValueError(f"target {target!r} leaves no group to compare with; counts[{by!r}] has {known}")
    new = np.full(len(values), -1)
    for g, side in enumerate(sides):
        new[values.get_indexer(side)] = g
    names = [" + ".join(map(str, side)) for side in sides]
    return new[codes], [names[0], REST if reference is None and len(sides[1]) > 1 else names[1]]


def _side(asked, argument: str, known: list, by: str) -> list:
    asked = [asked] if isinstance(asked, str) or not np.iterable(asked) else list(asked)
    unknown = [name for name in asked if name not in known]
    if unknown or not asked:
        raise ValueError(f"{argument} {unknown} has no articles in counts[{by!r}], which has {known}")
    return asked


def _refuse_empty(groups: Groups, by: str) -> None:
    if len(groups.names) > 250:
        raise ValueError(f"counts[{by!r}] makes {len(groups.names)} groups; 250 can be compared at once")
    tokens = np.bincount(groups.group, weights=groups.sizes, minlength=len(groups.names))
    empty = [name for name, n in zip(groups.names, tokens, strict=True) if n == 0]
    if empty:
        raise TableError(f"{empty} of counts[{by!r}] has articles but no tokens; there is nothing to compare")


def _ranks(values) -> np.ndarray:
    """Place of each value among all, by spelling."""
    return pd.factorize(np.asarray(pd.Index(values).astype(str)), sort=True)[0]


def _crosses(cluster: np.ndarray, group: np.ndarray) -> bool:
    same = cluster[1:] == cluster[:-1]
    return bool((group[1:][same] != group[:-1][same]).any())


def _csc(table) -> sparse.csc_array:
    table = sparse.csc_array(table)
    table.eliminate_zeros()
    table.sort_indices()
    return table


def _rows(table: sparse.csc_array, kept: np.ndarray) -> sparse.csc_array:
    return _csc(table.tocsr()[np.flatnonzero(kept)])
