"""Words near a node, by group, with intervals over articles."""

from collections.abc import Collection

import numpy as np
import pandas as pd
from scipy import sparse

from framing import tokens as token_room
from framing.contexts.association import MEASURES, association
from framing.contexts.nodes import Text, codes
from framing.errors import TableError
from framing.inference import NO_VARIATION, informed, normal_interval, refuse_level
from framing.messages import mark
from framing.tables import takes_tables

FEW = 5
"""Articles with a word near the node below which its interval over articles is too narrow."""


@takes_tables()
def collocates(
    tokens: pd.DataFrame,
    node: str,
    span: int | tuple[int, int] = 5,
    measures: Collection[str] = MEASURES,
    *,
    node_by: str = "lemma",
    by: str | None = None,
    articles: pd.DataFrame | None = None,
    term: str = "lemma",
    pos: Collection[str] | None = token_room.CONTENT,
    min_tokens: int = 3,
    level: float = 0.95,
) -> pd.DataFrame:
    """Words that stand near a word more often than chance would have it.

    Parameters
    ----------
    tokens
        One row per token, whole articles.
    node
        The word around which is looked.
    span
        Tokens to the left and right, as one number or two; a window ends with the sentence.
    measures
        Some of :data:`MEASURES`; the table is sorted by the first.
    node_by
        What ``node`` is: ``lemma``, ``surface``, ``phrase`` or ``regex``, as in :func:`concordance`.
    by
        Column that names the group of an article (``outlet``), of ``tokens`` or of ``articles``; each group is
        measured against its own words. ``None`` takes all together.
    articles
        One row per article; needed where ``by`` is a column that ``tokens`` does not have.
    term
        The column counted: ``lemma`` or ``surface``.
    pos
        Parts of speech counted; ``None`` for all.
    min_tokens
        Least number of times a word stands near the node in its group.
    level
        Of the interval.

    Returns
    -------
    DataFrame
        One row per group and word, strongest first. The group under its own name (where ``by`` is given), ``term``,
        ``n_together`` (tokens of the word near the node, each counted once), ``n_expected``, ``n_tokens`` (of the
        word in the group), ``n_articles`` (with the word near the node), ``share`` (of the tokens near the node; 0 to
        1), the measures (see :func:`association`), ``std_error``, ``conf_low``, ``conf_high`` (of ``mi``, in
        doublings, over articles) and ``note``. ``attrs["n_node"]`` holds how often each group uses the node.

    Raises
    ------
    TableError
        A table lacks a column.
    ValueError
        The node is not used, or an unknown choice.

    Notes
    -----
    Surface co-occurrence [1]_: O is the number of tokens of the word in the windows, overlapping windows counted once,
    R all counted tokens in them, C the tokens of the word, N all counted tokens; the node's own tokens are left out.
    ``dice`` and ``log_dice`` take the node's frequency in place of R.

    Tokens of one article are not independent. The standard error of ``mi`` = log₂(O·N/(R·C)) is that of the
    linearised statistic summed by article (delta method, as for clusters [2]_); with a word near the node in fewer
    than five articles it is too small, and ``note`` says so. Read the measures as rankings and ``mi`` with its interval
    as the finding.

    References
    ----------
    .. [1] Evert, S. (2008). Corpora and collocations. In *Corpus Linguistics: An International Handbook*, ch. 58.
    .. [2] Binder, D. A. (1983). On the variances of asymptotically normal estimators from complex surveys.
           *International Statistical Review* 51(3), 279-292.
    """
    text = Text(tokens)
    rows, length = text.find(node, node_by)
    if not len(rows):
        raise ValueError(f"no token has the {node_by} {node!r}; look at the lemmas of tokens, or search by 'regex'")
    return _around(text, rows, length, span, measures, by, articles, term, pos, min_tokens, level)


@takes_tables()
def words_around(
    articles: pd.DataFrame,
    tokens: pd.DataFrame,
    mentions: pd.DataFrame,
    actor: str,
    *,
    by: str | None = "outlet",
    span: int | tuple[int, int] = 10,
    measures: Collection[str] = MEASURES,
    term: str = "lemma",
    pos: Collection[str] | None = token_room.CONTENT,
    min_tokens: int = 3,
    level: float = 0.95,
) -> pd.DataFrame:
    """Words near the mentions of an actor, however the actor is called.

    Parameters
    ----------
    articles, tokens
        One row per article; one row per token of these articles.
    mentions
        From :func:`framing.tokens.mentions`; ambiguous mentions count for nobody.
    actor
        Id of the actor in the lexicon.
    by, span, measures, term, pos, min_tokens, level
        As in :func:`collocates`.

    Returns
    -------
    DataFrame
        As from :func:`collocates`, with ``of_name``: the word is an office or honorific that follows the actor's name
        in these articles, and so tells who is meant and not what is written.

    Raises
    ------
    TableError
        The tokens are not those of the articles.
    ValueError
        The actor has no mention, or an unknown choice.
    """
    text = Text(tokens)
    rows, length = text.find(actor, "actor", mentions=mentions, starts=token_room.starts(articles, tokens))
    table = _around(text, rows, length, span, measures, by, articles, term, pos, min_tokens, level)
    own = mentions[mentions["actor"].astype("str") == actor]
    roles = set(own["role"].dropna().astype("str")) if "role" in own else set()
    return table.assign(of_name=table["term"].isin(roles))


def _around(text: Text, rows, length, span, measures, by, articles, term, pos, min_tokens, level) -> pd.DataFrame:
    refuse_level(level)
    if term not in ("lemma", "surface"):
        raise ValueError(f"term is 'lemma' or 'surface', not {term!r}")
    is_node, near = _windows(text, rows, length, _span(span))
    counted = text.of_pos(pos) & ~is_node
    numbers, words = codes(text.tokens[term])
    shape = len(text.ids), len(words)
    every = _matrix(text.article[counted], numbers[counted], shape)
    window = _matrix(text.article[counted & near], numbers[counted & near], shape)
    nodes = np.bincount(text.article[rows], minlength=shape[0])
    group, names = _groups(text, by, articles)
    tables = []
    for number, name in enumerate(names):
        own = np.flatnonzero(group == number)
        scored = _scored(window[own], every[own], nodes[own].sum(), words, measures, min_tokens, level)
        tables.append(scored.assign(**{by: name}) if by else scored)
    table = pd.concat(tables, ignore_index=True)
    if by:
        table = table[[by, *(column for column in table if column != by)]]
        table[by] = pd.Categorical(table[by], names)
    table.attrs["n_node"] = {str(name): int(nodes[group == i].sum()) for i, name in enumerate(names)}
    return table


def _span(span: int | tuple[int, int]) -> tuple[int, int]:
    left, right = (span, span) if isinstance(span, int) else span
    if left < 0 or right < 0 or left + right == 0:
        raise ValueError(f"span is tokens to the left and right, at least one of them above 0, not {span!r}")
    return left, right


def _windows(text: Text, rows, length, span: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Which tokens belong to a node, and which stand near one in its sentence."""
    size = len(text.tokens)
    last = rows + length - 1
    starts = np.concatenate([[True], ~text.goes_on[:-1]])
    begin = np.maximum.accumulate(np.where(starts, np.arange(size), 0))
    end = np.minimum.accumulate(np.where(~text.goes_on, np.arange(size), size)[::-1])[::-1]
    is_node = _covered(size, rows, last)
    near = _covered(size, np.maximum(rows - span[0], begin[rows]), np.minimum(last + span[1], end[last]))
    return is_node, near & ~is_node


def _covered(size: int, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    steps = np.bincount(first, minlength=size + 1) - np.bincount(last + 1, minlength=size + 1)
    return np.cumsum(steps)[:size] > 0


def _matrix(article: np.ndarray, number: np.ndarray, shape: tuple[int, int]) -> sparse.csr_array:
    return sparse.coo_array((np.ones(len(article)), (article, number)), shape=shape).tocsr()


def _groups(text: Text, by: str | None, articles: pd.DataFrame | None) -> tuple[np.ndarray, list]:
    """Number of each article's group, and the names of the groups."""
    if by is None:
        return np.zeros(len(text.ids), dtype=np.int64), ["all"]
    if articles is not None and by in articles:
        found = articles.set_index(articles["article_id"].astype(object))[by].reindex(text.ids.astype(object))
    elif by in text.tokens:
        found = text.tokens.groupby("article_id", observed=False)[by].first().reindex(text.ids)
    else:
        raise TableError(f"neither tokens nor articles has a column {by!r} to group by; give articles with it")
    values = pd.Categorical(found.array)
    return values.codes, list(values.categories)


def _scored(window, every, n_node: int, words: pd.Index, measures, min_tokens: int, level: float) -> pd.DataFrame:
    near_by_article, all_by_article = window.sum(axis=1), every.sum(axis=1)
    r, n = near_by_article.sum(), all_by_article.sum()
    kept = np.flatnonzero(window.sum(axis=0) >= max(min_tokens, 1))
    window, every = window[:, kept], every[:, kept]
    o, c = window.sum(axis=0), every.sum(axis=0)
    scores = association(o, r, c, n, measures, n_node=n_node)
    std_error = _std_error_of_mi(window, every, near_by_article, all_by_article)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = normal_interval(np.log2(o * n / (r * c)), std_error, level)
    n_articles = np.bincount(window.tocoo().col, minlength=len(kept))
    table = pd.DataFrame({"term": words[kept].astype("str"), "n_together": o.astype(np.int64)})
    table["n_expected"] = r * c / n if n else np.nan
    table["n_tokens"], table["n_articles"] = c.astype(np.int64), n_articles
    table["share"] = o / r if r else np.nan
    table = pd.concat([table, scores.set_axis(table.index)], axis=1)
    table["std_error"], table["conf_low"], table["conf_high"] = std_error, low, high
    few, fixed = n_articles < FEW, np.isnan(std_error)
    said = [mark("near the node in fewer than 5 articles: no interval"), NO_VARIATION,
            mark("near the node in fewer than 5 articles; interval too narrow")]  # fmt: skip
    table["note"] = np.select([few & fixed, fixed, few], said, "")
    first = next(iter(measures), "n_together")
    return table.sort_values([first, "n_together", "term"], ascending=[False, False, True])


def _std_error_of_mi(window, every, near_by_article: np.ndarray, all_by_article: np.ndarray) -> np.ndarray:
    """Delta method over articles: Σ over articles of (o/O − c/C − r/R + n/N)², in doublings."""
    used = all_by_article > 0
    m = int(used.sum())
    if m < 2 or not window.shape[1]:
        return np.full(window.shape[1], np.nan)
    own = window.multiply(1 / window.sum(axis=0)) - every.multiply(1 / every.sum(axis=0))
    own = sparse.csr_array(own)
    rest = all_by_article / all_by_article.sum() - near_by_article / near_by_article.sum()
    parts = own.power(2).sum(axis=0), (rest**2).sum()
    return np.sqrt(informed(sum(parts) + 2 * (own.T @ rest), sum(parts)) * m / (m - 1)) / np.log(2)
