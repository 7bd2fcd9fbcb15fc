"""Counts: one row per article and term, and the same as a sparse matrix."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from framing import dates
from framing.errors import TableError
from framing.patterns import plain_words
from framing.tables import COUNTS, TOKENS, Table, check, refuse_absent, takes_tables
from framing.tables.blanks import stated
from framing.tables.blocks import blocks, increasing
from framing.tokens import CONTENT
from framing.tokens.arrays import codes as coded
from framing.tokens.arrays import going_on, in_order, of_pos

NUMERALS = ("名詞-数詞", "number", "SN", "NR")
"""Parts of speech of numbers in Japanese, English and Korean."""
_OWN = ("article_id", "outlet", "term", "n")

__all__ = ["NUMERALS", "count"]


@takes_tables()
def count(
    tokens: pd.DataFrame,
    articles: pd.DataFrame | None = None,
    *,
    term: str = "lemma",
    pos: Collection[str] | None = CONTENT,
    numerals: bool = False,
    stopwords: Collection[str] = (),
    ngrams: int | Collection[int] = 1,
    min_articles: int = 1,
    columns: Sequence[str] = (),
) -> pd.DataFrame:
    """Count the tokens of every term in every article.

    Parameters
    ----------
    tokens
        One row per token, from :func:`framing.tokens.tokenise`.
    articles
        One row per article; gives ``outlet`` where ``tokens`` has none, and ``columns``.
    term
        The column counted: ``lemma`` or ``surface``.
    pos
        Parts of speech counted; each stands for itself and all finer tags (``名詞`` is every ``名詞-…``). ``None``
        counts every token, marks included.
    numerals
        Count numbers as well (:data:`NUMERALS`).
    stopwords
        Terms left out.
    ngrams
        Length of the terms in tokens, or several lengths. The tokens of a longer term stand next to each other in one
        sentence, and each is of a part of speech counted; it is written with spaces between them.
    min_articles
        Leave out terms used in fewer articles. This trims the result: totals of articles and groups shrink with it,
        so give comparisons the untrimmed counts and trim what they return.
    columns
        Columns of ``articles`` to add, for example ``["date", "section", "cluster_id"]``.

    Returns
    -------
    DataFrame
        One row per article and term, in the order of articles, then terms: ``article_id`` and ``term`` (categorical;
        an article without counted tokens and a term trimmed away are categories without rows), ``outlet``
        (categorical), ``n`` (tokens), and ``columns``. ``attrs["counts"]`` records the options, ``attrs["tokeniser"]``
        what ``tokens`` recorded.

    Raises
    ------
    TableError
        A table lacks a column or an article, or no ``outlet`` is known.
    ValueError
        A part of speech that no token has, an unknown column to count, or a length below 1.
    """
    check(tokens, TOKENS, key=False)
    lengths = _lengths(ngrams)
    if term not in ("lemma", "surface"):
        raise ValueError(f"term is 'lemma' or 'surface', not {term!r}")
    if min_articles < 1:
        raise ValueError(f"min_articles must be at least 1, not {min_articles!r}")
    tokens = _in_order(tokens)
    counted = _of_pos(tokens, pos, numerals)
    article, ids = coded(tokens["article_id"])
    codes, terms = coded(tokens[term])
    if len(stopwords):
        counted &= ~terms.isin([*stopwords, *map(plain_words, stopwords)])[codes]
    parts, begin = [], 0
    for part in blocks(len(ids)):
        end = int(np.searchsorted(article, article.dtype.type(part.stop)))
        here = slice(begin, end)
        found = [_grams(tokens.iloc[here], codes[here], terms, counted[here], n) for n in lengths]
        own = article[here] - article.dtype.type(part.start)
        parts.append(_tallied([(own[rows], grams, names) for rows, grams, names in found], part.stop - part.start))
        begin = end
    X, names = _stacked(parts)
    if min_articles > 1:
        rare = np.bincount(X.indices, minlength=X.shape[1]) < min_articles
        X.data[rare[X.indices]] = 0  # table() leaves zeros out and keeps the term as a category
    outlets = _outlets(tokens, articles, article, ids)
    made = table(X, ids, names, outlets)
    if columns:
        made = with_columns(made, articles, columns)
    made.attrs = {k: v for k, v in tokens.attrs.items() if k == "tokeniser"}
    made.attrs["counts"] = {
        "term": term,
        "pos": None if pos is None else sorted(pos),
        "numerals": numerals,
        "stopwords": sorted(stopwords),
        "ngrams": lengths,
        "min_articles": min_articles,
    }
    return made


@takes_tables()
def with_columns(counts: pd.DataFrame, articles: pd.DataFrame | None, columns: Sequence[str]) -> pd.DataFrame:
    """Add columns of the articles (date, section, cluster_id …) to counts.

    Parameters
    ----------
    counts
        One row per article and term.
    articles
        One row per article, with ``article_id`` and ``columns``. ``month`` and ``year`` are made from ``date`` where
        there is no such column: the first day of the month, and the year.
    columns
        Names of the columns to add; one that ``counts`` has already is replaced. Blank cells of text are missing.

    Returns
    -------
    DataFrame
        ``counts`` with the columns; text as categories.

    Raises
    ------
    TableError
        A column is missing, ``article_id`` repeats, or an article of ``counts`` is not in ``articles``.
    """
    check(counts, COUNTS, key=False)
    if articles is None:
        raise TableError(f"the columns {list(columns)} come from the articles; give articles=")
    check(articles, Table("articles", {"article_id": "text"}, ("article_id",)))
    codes, ids = coded(counts["article_id"])
    rows = _rows_of(ids, articles)[codes]
    if (rows < 0).any():
        raise _absent(ids[np.unique(codes[rows < 0])])
    added = {}
    for name in columns:
        values = stated(_column(articles, name))
        text = pd.api.types.is_string_dtype(values.dtype) and not isinstance(values.dtype, pd.CategoricalDtype)
        added[name] = (values.astype("category") if text else values).array.take(rows)
    return counts.assign(**added)


def table(
    X, articles: Sequence[str] | pd.Index, terms: Sequence[str] | pd.Index, outlets: Sequence[str] | pd.Categorical
) -> pd.DataFrame:
    """The counts table of a sparse matrix; the way back from :func:`matrix`, without copying a string.

    Parameters
    ----------
    X
        Articles × terms, tokens; any scipy sparse matrix. It is not changed.
    articles, terms
        Ids of the rows and names of the columns.
    outlets
        Outlet of each row.

    Returns
    -------
    DataFrame
        One row per article and term with at least one token, in the order of ``X``: ``article_id``, ``outlet``,
        ``term`` (categorical, rows and columns of zeros are categories without rows), ``n``.

    Raises
    ------
    TableError
        The lengths do not fit, or a count is negative or fractional.
    """
    X = sparse.csr_array(X)
    if X.shape != (len(articles), len(terms)) or len(outlets) != len(articles):
        raise TableError(
            f"a matrix of {X.shape[0]} × {X.shape[1]} needs as many articles, outlets and terms; "
            f"there are {len(articles)}, {len(outlets)} and {len(terms)}"
        )
    if not X.has_canonical_format or (X.data == 0).any():
        X = _without_zeros(X)
    if len(X.data) and ((X.data < 0).any() or (X.data != np.round(X.data)).any()):
        raise TableError("a count of tokens is negative or fractional")
    rows = np.repeat(np.arange(X.shape[0], dtype=np.int32), np.diff(X.indptr))
    outlet = pd.Categorical(outlets)
    return pd.DataFrame(
        {
            "article_id": pd.Categorical.from_codes(rows, pd.Index(articles)),
            "outlet": outlet.take(rows),
            "term": pd.Categorical.from_codes(X.indices, pd.Index(terms)),
            "n": X.data.astype(np.int64),
        },
        copy=False,
    )


@takes_tables()
def matrix(counts: pd.DataFrame) -> tuple[sparse.csr_array, pd.Index, pd.Index]:
    """The counts as a sparse matrix, without copying a string.

    Parameters
    ----------
    counts
        One row per article and term. Where ``article_id`` and ``term`` are categorical their codes
        are the row and column numbers, and an article or term without a row (an empty article, a
        trimmed term) is a row or column of zeros.

    Returns
    -------
    X, articles, terms
        Articles × terms in CSR, ``int64`` tokens; the ids of the rows; the terms of the columns.

    Raises
    ------
    TableError
        ``counts`` lacks a column, repeats an article and term, or holds a negative or fractional count.
    """
    check(counts, COUNTS)
    rows, articles = coded(counts["article_id"])
    columns, terms = coded(counts["term"])
    n, shape = counts["n"].to_numpy(dtype=np.int64), (len(articles), len(terms))
    if not increasing([rows, columns]):
        return sparse.csr_array((n, (rows, columns)), shape=shape), articles, terms
    begin = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(articles)))])
    return sparse.csr_array((n.copy(), columns.astype(np.int32), begin), shape=shape), articles, terms


def of_articles(counts: pd.DataFrame, name: str) -> tuple[np.ndarray, pd.Index]:
    """Codes of a column with one value per article, as :func:`matrix` orders them (−1 without rows), and its values."""
    refuse_absent(counts, [name], "counts")
    rows, ids = coded(counts["article_id"])
    values = counts[name]
    categorical = isinstance(values.dtype, pd.CategoricalDtype)
    numbers, known = coded(values) if categorical else pd.factorize(values, sort=True)
    if (numbers < 0).any():
        missing = len(np.unique(rows[numbers < 0]))
        raise TableError(f"counts[{name!r}] is missing for {missing} articles; drop them before, and say so")
    of = np.full(len(ids), -1)
    of[rows] = numbers
    if (of[rows] != numbers).any():
        raise TableError(f"counts[{name!r}] changes within an article; it must be one value an article")
    return of, pd.Index(known)


@takes_tables()
def n_articles(counts: pd.DataFrame) -> pd.DataFrame:
    """In how many articles each term is used (document frequency).

    Returns
    -------
    DataFrame
        One row per term with a row in ``counts``, most articles first: ``term``, ``n_articles``, ``n_tokens``,
        ``share`` (of all articles, the empty ones included; 0 to 1).
    """
    X, articles, terms = matrix(counts)
    used = np.bincount(X.indices, weights=X.data > 0, minlength=len(terms)).astype(np.int64)
    found = pd.DataFrame({"term": terms, "n_articles": used, "n_tokens": X.sum(axis=0)})
    found["share"] = found["n_articles"] / max(len(articles), 1)
    found = found[found["n_tokens"] > 0]
    return found.sort_values(["n_articles", "n_tokens", "term"], ascending=[False, False, True], ignore_index=True)


def _lengths(ngrams: int | Collection[int]) -> list[int]:
    lengths = sorted({ngrams} if isinstance(ngrams, int) else set(ngrams))
    if not lengths or any(not isinstance(n, int) or n < 1 for n in lengths):
        raise ValueError(f"ngrams is a length of at least 1, or several such, not {ngrams!r}")
    return lengths


def _in_order(tokens: pd.DataFrame) -> pd.DataFrame:
    article, position = coded(tokens["article_id"])[0], tokens["position"].to_numpy()
    if in_order(article, position):
        return tokens
    ordered = tokens.iloc[np.lexsort((position, article))]
    check(ordered, TOKENS)  # only tokens out of order can repeat a position
    return ordered


def _of_pos(tokens: pd.DataFrame, pos: Collection[str] | None, numerals: bool) -> np.ndarray:
    numbers, tags = coded(tokens["pos"])
    if pos is None:
        return np.ones(len(tokens), dtype=bool)
    fits = of_pos(tags, pos) | of_pos(tags, NUMERALS if numerals else ())
    unknown = [one for one in {*pos} - {*CONTENT, *NUMERALS} if not of_pos(tags, [one]).any()]
    if unknown and len(tokens):
        raise ValueError(f"no token has the part of speech {sorted(unknown)}; the tokens have {sorted(tags)}")
    return fits[numbers]


def _grams(tokens: pd.DataFrame, codes: np.ndarray, terms: pd.Index, counted: np.ndarray, n: int):
    """First rows, codes and names of the terms of ``n`` tokens."""
    if n == 1:
        return np.flatnonzero(counted), codes[counted], terms
    follows = going_on(coded(tokens["article_id"])[0], tokens)
    follows[:-1] &= counted[1:]  # whether the next row continues a term
    rows = np.flatnonzero(counted)
    grams, names = codes[rows].astype(np.int64), terms.to_numpy(dtype=object)
    single = names
    for step in range(1, n):
        goes_on = follows[rows + step - 1]
        rows, grams = rows[goes_on], grams[goes_on]
        distinct, grams = np.unique(grams * len(single) + codes[rows + step], return_inverse=True)
        names = names[distinct // len(single)] + " " + single[distinct % len(single)]
    return rows, grams, pd.Index(names, dtype="str")


def _tallied(
    found: list[tuple[np.ndarray, np.ndarray, pd.Index]], n_articles: int
) -> tuple[sparse.csr_array, pd.Index]:
    """Articles × terms; only terms that occur, sorted by name."""
    names = [terms.take(np.unique(grams)) for _, grams, terms in found]
    columns, all_names = pd.factorize(names[0].append(names[1:]), sort=True)
    rows, places, begin = [], [], 0
    for article, grams, _ in found:
        used, which = np.unique(grams, return_inverse=True)
        rows.append(article)
        places.append(columns[begin + which])
        begin += len(used)
    row, column = np.concatenate(rows), np.concatenate(places)
    X = sparse.coo_array((np.ones(len(row), dtype=np.int32), (row, column)), shape=(n_articles, len(all_names))).tocsr()
    X.sum_duplicates()
    return X, pd.Index(all_names)


def _stacked(parts: list[tuple[sparse.csr_array, pd.Index]]) -> tuple[sparse.csr_array, pd.Index]:
    """The articles of all parts × their terms, which are sorted by name as those of each part are."""
    names = [terms for _, terms in parts]
    columns, all_names = pd.factorize(names[0].append(names[1:]), sort=True)
    rows, begin = [], 0
    for X, terms in parts:
        place = columns[begin : begin + len(terms)].astype(np.int32)
        rows.append(sparse.csr_array((X.data, place[X.indices], X.indptr), shape=(X.shape[0], len(all_names))))
        begin += len(terms)
    return sparse.vstack(rows, format="csr"), pd.Index(all_names)


def _without_zeros(X: sparse.csr_array) -> sparse.csr_array:
    X = X.copy()
    X.sum_duplicates()
    X.eliminate_zeros()
    return X


def _outlets(tokens, articles, article: np.ndarray, ids: pd.Index):
    """Outlet of every article; missing where an article has no tokens and no table of articles was given."""
    if articles is not None:
        check(articles, Table("articles", {"article_id": "text", "outlet": "text"}, ("article_id",)))
        rows = _rows_of(ids, articles)
        if (rows < 0).any():
            raise _absent(ids[rows < 0])
        return articles["outlet"].astype("category").array.take(rows)
    if "outlet" not in tokens:
        raise TableError("tokens has no column 'outlet'; give the articles as well: counts.count(tokens, articles)")
    outlet = tokens["outlet"].astype("category").array
    codes = np.full(len(ids), -1, dtype=np.int32)
    codes[article] = outlet.codes
    return pd.Categorical.from_codes(codes, dtype=outlet.dtype)


def _rows_of(ids: pd.Index, articles: pd.DataFrame) -> np.ndarray:
    return pd.Index(articles["article_id"].astype(object)).get_indexer(ids.astype(object))


def _absent(ids: pd.Index) -> TableError:
    return TableError(f"{len(ids)} articles of the tokens are not in articles, first {list(ids[:3])}")


def _column(articles: pd.DataFrame, name: str) -> pd.Series:
    if name in _OWN:
        raise TableError(f"counts has its own column {name!r}; it cannot be added from the articles")
    if name == "date" and {"date", "date_precision"} <= set(articles.columns):
        return dates.days(articles)
    if name in articles:
        return articles[name]
    if name in ("month", "year") and "date" in articles:
        return articles["date"].dt.year if name == "year" else dates.periods(articles, "month").dt.to_timestamp()
    raise TableError(f"articles has no column {name!r}; it has {list(map(str, articles.columns))}")
