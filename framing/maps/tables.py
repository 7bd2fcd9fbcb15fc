"""From the table of counts to the arrays that maps work on."""

import numpy as np
import pandas as pd
from scipy import sparse

from framing import counts as counting
from framing.errors import TableError
from framing.tables import refuse_names
from framing.tokens.arrays import codes as coded


def widespread(table: sparse.csr_array, min_articles: int, top: int | None) -> np.ndarray:
    """Columns of the terms used: those in enough articles, of these the most widespread."""
    spread = np.bincount(table.indices, minlength=table.shape[1])
    order = np.argsort(-spread, kind="stable")
    order = order[spread[order] >= max(min_articles, 1)][:top]
    if len(order) < 2:
        raise TableError(
            f"{len(order)} terms are in at least {min_articles} articles; a map needs two. Lower min_articles"
        )
    return np.sort(order)


def arranged(counts: pd.DataFrame, by: str, one: bool = False) -> tuple[sparse.csr_array, np.ndarray, list, pd.Index]:
    """Articles that have rows × terms, the group of each, the groups' names, and the terms; all in order of names.

    So that neither the order of rows nor that of categories can change a digit.
    """
    table, ids, terms = counting.matrix(counts)
    codes, names = _of_articles(counts, by)
    refuse_names(counts[by], f"counts[{by!r}]")
    order, present = terms.astype(str).argsort(), _present(ids, codes)
    table, terms = table[:, order], terms[order]
    used, group = np.unique(codes[present], return_inverse=True)
    if len(used) < 2 and not one:
        raise TableError(f"counts[{by!r}] has one group only, {[names[k] for k in used]}; a map needs at least two")
    kept = table[present]
    kept.eliminate_zeros()
    return kept, group, [str(names[k]) for k in used], terms


def _of_articles(counts: pd.DataFrame, name: str) -> tuple[np.ndarray, pd.Index]:
    """:func:`framing.counts.of_articles` with the values that occur, in order of their names."""
    of, names = counting.of_articles(counts, name)
    used = np.unique(of[of >= 0])
    order = used[names[used].astype(str).argsort()]
    rank = np.full(len(names) + 1, -1)  # the last for an article without rows
    rank[order] = np.arange(len(order))
    return rank[of], names[order]


def cluster_of(counts: pd.DataFrame, name: str) -> np.ndarray:
    """Code of the cluster of each article that has rows, as :func:`arranged` orders them."""
    codes, _ = _of_articles(counts, name)
    return codes[_present(coded(counts["article_id"])[1], codes)]


def counted_by(counts: pd.DataFrame, name: str) -> np.ndarray:
    """Code of a column of articles, as :func:`framing.counts.matrix` orders them; −1 where an article has no rows."""
    return _of_articles(counts, name)[0]


def _present(ids: pd.Index, codes: np.ndarray) -> np.ndarray:
    """Places of the articles that have rows, in order of their names."""
    order = ids.astype(str).argsort()
    return order[codes[order] >= 0]


def by_group(table: sparse.csr_array, group: np.ndarray, names: list, terms: pd.Index) -> pd.DataFrame:
    adding = sparse.csr_array((np.ones(len(group)), (group, np.arange(len(group)))), shape=(len(names), len(group)))
    return pd.DataFrame((adding @ table).toarray(), index=names, columns=terms)


def refuse_replicates(replicates: int) -> None:
    if not isinstance(replicates, (int, np.integer)) or replicates < 2:
        raise ValueError(f"replicates must be a whole number from 2, not {replicates!r}; 500 is usual")
