"""Near-duplicates and wire copy: which articles are the same text with small edits.

Two papers that print one agency story are not two observations. :func:`clusters` names the groups, and
``cluster_id`` goes into every later table, so that an analysis can be run without the copies or with its
standard errors clustered by them.
"""

import hashlib
import tempfile
import unicodedata

import numpy as np
import pandas as pd
from scipy import sparse

from framing import dates
from framing.tables import TEXTS, check, takes_tables
from framing.tables.blocks import blocks

N_HASHES = 128
RECALL = 0.999
"""Chance, at least, that a pair exactly as similar as asked for is found and compared (banding of the signatures)."""
NEIGHBOURS = 64
"""Articles of one bucket and window compared with each one, in order of date: keeps a serial text from costing n²."""
_UNDATED = (np.iinfo(np.int32).min, np.iinfo(np.int32).max)


@takes_tables()
def clusters(
    articles: pd.DataFrame,
    *,
    similarity: float = 0.8,
    window_days: int = 3,
    shingle: int = 5,
    seed: int = 0,
) -> pd.DataFrame:
    """Group articles whose texts share most of their character sequences and lie close in time.

    Parameters
    ----------
    articles
        One row per article with ``article_id``, ``text`` and ``date``; where ``text`` is empty ``headline`` is
        compared instead. Compared within and across outlets.
    similarity
        Least Jaccard similarity of two articles that are linked, above 0 and up to 1: the share of their distinct
        character sequences that both have, after NFKC and without white space.
    window_days
        Two articles further apart than this many days are never linked. A date known only to the month or year
        (``date_precision``) may be any day of it. An article without a date is compared with all; of equal texts it
        joins the earliest.
    shingle
        Length of a character sequence, in characters.
    seed
        Of the MinHash signatures; it can change only which pairs are looked at, never the similarity of one.

    Returns
    -------
    DataFrame
        One row per article, in the order given: ``article_id``; ``cluster_id`` (the ``article_id`` of the cluster's
        first article; its own for an article that stands alone); ``similarity`` (highest with another member, from
        ``similarity`` to 1; 1 for an article that stands alone); ``first`` (true for the earliest of its
        cluster by date, or by the last day it may mean, then ``article_id``:
        ``articles[found["first"].to_numpy()]`` is the corpus without copies).

    Raises
    ------
    TableError
        ``article_id`` or ``text`` is missing or an ``article_id`` repeats.
    ValueError
        ``similarity``, ``window_days`` or ``shingle`` is out of range.

    Notes
    -----
    Candidates come from MinHash signatures [1]_ (R-MinHash of rensa, 128 values) cut into bands so that a pair at the
    threshold is met with a chance of 0.999; each candidate is then compared exactly. Links are chained
    (A–B and B–C put A and C together), so a story that grows by small steps is one cluster. Time and memory grow in
    proportion to the characters read (``benchmarks/duplicates.py``).

    Read a large cluster before you drop it: a daily table (weather, share prices) is "near-duplicate" too.

    References
    ----------
    .. [1] Broder, A. (1997). On the resemblance and containment of documents. *Proceedings of Compression and
           Complexity of Sequences*, 21-29.
    """
    _check(articles, similarity, window_days, shingle)
    ids = articles["article_id"].astype("string")
    first, last = _days(articles)
    text_of, hashes, offsets, signature = _shingles(articles, shingle, seed)
    solid = np.flatnonzero(text_of >= 0)  # an article with neither text nor headline is like no other
    runs = _runs(text_of[solid], first[solid], last[solid], window_days)
    runs["row"] = solid[runs["begin"]]
    left, right = _candidates(signature, runs, similarity, window_days)
    left, right, found = _linked(hashes, offsets, runs, left, right, similarity)
    del hashes, signature  # what was read of the file stays in memory as long as this does

    n = len(runs["text"])
    graph = sparse.coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(n, n))
    component = sparse.csgraph.connected_components(graph, directed=False)[1]
    best = np.zeros(n)
    np.maximum.at(best, left, found)
    np.maximum.at(best, right, found)
    best[runs["size"] > 1] = 1.0
    best[best == 0] = 1.0
    of_all, best_of_all = np.arange(len(ids)) + n, np.ones(len(ids))
    of_all[solid], best_of_all[solid] = component[runs["of_article"]], best[runs["of_article"]]
    return _named(ids, last, of_all, best_of_all)


def _check(articles: pd.DataFrame, similarity: float, window_days: int, shingle: int) -> None:
    check(articles, TEXTS)
    if not 0 < similarity <= 1:
        raise ValueError(f"similarity must be above 0 and at most 1, not {similarity}")
    if window_days < 0:
        raise ValueError(f"window_days must be 0 or more, not {window_days}")
    if shingle < 1:
        raise ValueError(f"shingle must be 1 character or more, not {shingle}")


def _days(articles: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """First and last day of each article, since 1970; without a date all of time."""
    if "date" not in articles.columns:
        first, last = (np.full(len(articles), end, dtype=np.int64) for end in _UNDATED)
        return first, last
    ends = dates.spans(articles)
    days = (ends[name].to_numpy(dtype="datetime64[D]").astype(np.int64) for name in ends)
    first, last = (np.where(ends["first"].isna(), end, day) for end, day in zip(_UNDATED, days, strict=True))
    return first, last


def _plain(articles: pd.DataFrame) -> list[str]:
    """The text compared: NFKC without white space; the headline where there is no text."""
    text = articles["text"].astype("string").fillna("")
    headline = articles.get("headline", text).astype("string").fillna("")
    chosen = text.where(text.str.strip().ne(""), headline)
    return ["".join(unicodedata.normalize("NFKC", one).split()) for one in chosen]


def _runs(text_of: np.ndarray, first: np.ndarray, last: np.ndarray, window: int) -> dict[str, np.ndarray]:
    """Equal texts that follow each other within the window are one run: they need no comparing."""
    order = np.lexsort((last, first, text_of))
    text, start, end = text_of[order], first[order], last[order]
    new = np.ones(len(order), dtype=bool)
    undated = start == _UNDATED[0]  # sorted first; an undated copy belongs to the first run of its text
    reach = pd.Series(np.where(undated, _UNDATED[0], end)).groupby(text).cummax().to_numpy()
    new[1:] = (text[1:] != text[:-1]) | ((start[1:] - reach[:-1] > window) & ~undated[:-1])
    run = np.cumsum(new) - 1
    of_article = np.empty(len(order), dtype=np.int64)
    of_article[order] = run
    begin = np.flatnonzero(new)
    return {
        "of_article": of_article,
        "text": text[begin],
        "begin": order[begin],
        "start": start[begin],
        "end": np.maximum.reduceat(end, begin) if len(begin) else end,
        "size": np.diff(np.append(begin, len(order))),
    }


def _shingles(articles: pd.DataFrame, k: int, seed: int) -> tuple[np.ndarray, ...]:
    """Number of each article's text (−1 for none), the distinct 64-bit hashes of its character k-grams, sorted, one
    article after the other, where each begins, and a row of MinHash values an article.

    The hashes take more memory than the texts, and only those of candidates are read again: they lie in a file.
    """
    from rensa import RMinHash

    from framing.duplicates import kernels  # numba loads when the first corpus is compared

    marks, sizes, signature = [], [np.zeros(1, np.int64)], np.empty((len(articles), N_HASHES), dtype=np.uint32)
    with tempfile.TemporaryFile() as file:
        for rows in blocks(len(articles)) if len(articles) else ():
            plain = _plain(articles.iloc[rows])
            coded = (one.encode("utf-8", "surrogatepass") for one in plain)
            marks += [hashlib.blake2b(one, digest_size=16).digest() if one else None for one in coded]
            part = [one.ljust(k, "\0") for one in plain]
            length = np.array([len(one) for one in part], dtype=np.int64)
            points = np.frombuffer("".join(part).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
            flat, n = kernels.shingle_sets(points, np.concatenate([[0], np.cumsum(length)]), k)
            flat.tofile(file)
            edges = np.concatenate([[0], np.cumsum(n)]).astype(np.uint64)
            signature[rows] = RMinHash.digest_matrix_from_flat_token_hashes(flat, edges, N_HASHES, seed).to_rows()
            sizes.append(n)
        hashes = np.asarray(np.memmap(file, np.uint64, mode="c")) if len(articles) else np.empty(0, np.uint64)
    return (
        pd.factorize(np.array([*marks, None], dtype=object)[:-1])[0],
        hashes,
        np.cumsum(np.concatenate(sizes)),
        signature,
    )


def _bands(similarity: float) -> int:
    """The longest band (values of the signature) that still finds a pair at the threshold with the chance RECALL."""
    fits = (r for r in range(16, 1, -1) if 1 - (1 - similarity**r) ** (N_HASHES // r) >= RECALL)
    return next(fits, 1)


def _candidates(signature, runs, similarity, window) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of runs that agree on a band of their signatures and lie within the window."""
    width, n = _bands(similarity), len(runs["text"])
    pairs = np.empty(0, dtype=np.int64)
    for band in range(N_HASHES // width):
        key = _fold(signature[:, band * width : (band + 1) * width])[runs["row"]]
        order = np.lexsort((runs["start"], key))
        key, start, end = key[order], runs["start"][order], runs["end"][order]
        alive = np.arange(n)
        for step in range(1, NEIGHBOURS + 1):
            alive = alive[alive + step < n]
            alive = alive[key[alive] == key[alive + step]]
            if not len(alive):
                break
            near = alive[start[alive + step] - end[alive] <= window]
            a, b = order[near], order[near + step]
            differ = runs["text"][a] != runs["text"][b]
            pairs = np.append(pairs, (np.minimum(a, b) * n + np.maximum(a, b))[differ])
        pairs = np.unique(pairs)
    return pairs // max(n, 1), pairs % max(n, 1)


def _fold(columns: np.ndarray) -> np.ndarray:
    """One 64-bit number for each row (a polynomial with an odd multiplier; a collision costs one comparison)."""
    key = np.zeros(len(columns), dtype=np.uint64)
    for column in columns.T:
        key = (key ^ column) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    return key


def _linked(hashes, offsets, runs, left, right, similarity) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The candidates that are as similar as asked for, with their exact Jaccard similarity."""
    from framing.duplicates import kernels

    exact = kernels.jaccard(hashes, offsets, runs["row"][left], runs["row"][right])
    keep = exact >= similarity
    return left[keep], right[keep], exact[keep]


def _named(ids: pd.Series, days: np.ndarray, component: np.ndarray, best: np.ndarray) -> pd.DataFrame:
    """Name every cluster after its earliest article."""
    frame = pd.DataFrame({"article_id": ids.to_numpy(), "component": component, "similarity": best})
    frame["day"] = np.where(days == _UNDATED[0], _UNDATED[1], days)
    head = frame.sort_values(["day", "article_id"], kind="stable").drop_duplicates("component").set_index("component")
    frame["cluster_id"] = head["article_id"].reindex(frame["component"]).to_numpy()
    frame["first"] = frame["cluster_id"] == frame["article_id"]
    return frame[["article_id", "cluster_id", "similarity", "first"]].astype({"article_id": "str", "cluster_id": "str"})
