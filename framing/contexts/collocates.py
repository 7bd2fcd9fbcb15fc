"""Words near a node, by group: how often they stand there, and whether that is more than elsewhere in the articles."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from framing.contexts.association import MEASURES
from framing.contexts.attraction import family, with_intervals
from framing.contexts.naming import named
from framing.contexts.nodes import Text
from framing.contexts.windows import Windows
from framing.errors import TableError
from framing.inference import adjust, refuse_level
from framing.tables import takes_tables
from framing.tables.naming import actor_id
from framing.tokens import CONTENT
from framing.tokens.arrays import codes
from framing.tokens.places import starts


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
    pos: Collection[str] | None = CONTENT,
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
        Of the intervals; ``1 − level`` is the false discovery rate among the words that are selected.

    Returns
    -------
    DataFrame
        One row per group and word, strongest first: the group under its own name (where ``by`` is given), ``term``,
        ``n_together`` (tokens of the word near the node, each counted once), ``n_elsewhere`` (tokens near the node had
        it stood elsewhere in the same articles), ``log2_ratio`` (doublings of the one over the other) with
        ``adjusted_low`` and ``adjusted_high`` (its interval, for the words whose ``q_value`` is at most 1 − level; it
        is adjusted for having been selected), ``p_value``, ``q_value``, ``n_tokens`` (of the word in the group),
        ``n_in_name`` (tokens that belong to the node's own name, counted nowhere else), ``n_articles`` (with the word
        near the node), ``n_expected`` (R·C/N, from the words of the group), ``share`` (of the tokens near the node; 0
        to 1), the measures (see :func:`association`; ``mi`` in any case), ``std_error``, ``conf_low``, ``conf_high``
        (of ``mi``, in doublings, over articles) and ``note``. ``attrs["n_node"]`` holds how often each group uses the
        node.

    Raises
    ------
    TableError
        A table lacks a column.
    ValueError
        The node is not used, no word stands near it ``min_tokens`` times, or an unknown choice.

    Notes
    -----
    Surface co-occurrence [1]_: O is the number of tokens of the word in the windows, overlapping windows counted once,
    R all counted tokens in them, C the tokens of the word, N all counted tokens; the node's own tokens are left out and
    take no place of a window. ``dice`` and ``log_dice`` take the node's frequency in place of R. Where the node is a
    person, so are the title, country and first name that belong to how the person is named (the Russian president,
    Vladimir Putin; ロシアのプーチン大統領).

    **Test.** Where the node stands is compared with where it could stand: all its places in an article are moved by the
    same number of places, round the end of the article, for every number there is. Mean and variance of O over these
    shifts are exact; the upper tail is that of a Poisson variable scaled to them, and ``q_value`` is
    Benjamini–Hochberg's over all words and groups of the table *and* the words that come up less often: a word with
    ``min_tokens`` tokens in the articles that hold the node is a test, with p = 1 where O is below ``min_tokens``.
    Articles about the same subject share their words; that is in both numbers and no finding. Where windows are as long
    as articles (headlines), nothing can be found.

    **Intervals.** ``adjusted_low`` and ``adjusted_high`` invert the test, with the larger of the variances over shifts
    and over articles, at the level 1 − (1 − level)·S/m where S of m tests are selected [2]_. The interval of ``mi`` =
    log₂(O·N/(R·C)) is Clopper and Pearson's of O/C with as many tokens as its error over articles is worth [3]_,
    joined with that of R/N [4]_; ``std_error`` is that of the delta method. In fewer than three articles there is none.
    Read the measures as rankings, and ``q_value`` with ``log2_ratio`` as the finding.

    References
    ----------
    .. [1] Evert, S. (2008). Corpora and collocations. In *Corpus Linguistics: An International Handbook*, ch. 58.
    .. [2] Benjamini, Y. & Yekutieli, D. (2005). False discovery rate-adjusted multiple confidence intervals for
           selected parameters. *Journal of the American Statistical Association* 100, 71-81.
    .. [3] Korn, E. L. & Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of
           positive counts estimated from survey data. *Survey Methodology* 24, 193-201.
    .. [4] Zou, G. Y. & Donner, A. (2008). Construction of confidence limits about effect measures: a general approach.
           *Statistics in Medicine* 27, 1693-1702.
    """
    text = Text(tokens)
    rows, length = text.find(node, node_by)
    if not len(rows):
        text.missing(node, node_by)
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
    pos: Collection[str] | None = CONTENT,
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
        Id of the actor in the lexicon, or a name that the articles call this actor alone.
    by, span, measures, term, pos, min_tokens, level
        As in :func:`collocates`.

    Returns
    -------
    DataFrame
        As from :func:`collocates`; ``n_in_name`` counts what follows the name in these articles as well.

    Raises
    ------
    TableError
        The tokens are not those of the articles.
    ValueError
        The actor has no mention, no word stands near ``min_tokens`` times, or an unknown choice.
    """
    text = Text(tokens)
    rows, length = text.find(actor, "actor", mentions=mentions, starts=starts(articles, tokens))
    own = mentions[mentions["actor"].astype("str") == actor_id(mentions, actor)]
    roles = frozenset(own["role"].dropna().astype("str")) - {""} if "role" in own else frozenset()
    return _around(text, rows, length, span, measures, by, articles, term, pos, min_tokens, level, roles)


def _around(
    text: Text, rows, length, span, measures, by, articles, term, pos, min_tokens, level, roles=frozenset()
) -> pd.DataFrame:
    refuse_level(level)
    if term not in ("lemma", "surface"):
        raise ValueError(f"term is 'lemma' or 'surface', not {term!r}")
    name, in_name = named(text, rows, length, roles)
    windows = Windows(text, rows, name | in_name, span)
    numbers, words = codes(text.tokens[term])
    word = np.where(text.of_pos(pos), numbers, -1)
    nodes = np.bincount(text.article[rows], minlength=len(text.ids))
    group, names = _groups(text, by, articles)
    if not len(names):
        raise ValueError(f"no article has a value in the column {by!r}")
    least = max(min_tokens, 1)
    tables = []
    for number in range(len(names)):
        own = group == number
        aside = np.bincount(word[in_name & (word >= 0) & own[text.article]], minlength=len(words))
        tables.append(family(windows, word[windows.kept], nodes, own, words, aside, measures, least))
    table = pd.concat(tables, keys=range(len(names)), names=["group", None]).reset_index("group")
    table["q_value"] = adjust(table["p_value"])
    found = table[table[["n_together", "n_in_name"]].max(axis=1) >= least].copy()
    if found.empty:
        raise ValueError(
            f"no word stands near the node {least} times within a span of {span!r}, at {nodes.sum()} places; lower "
            "min_tokens or widen span"
        )
    found = with_intervals(found, level, (table["q_value"] <= 1 - level).sum() / table["q_value"].count())
    found.insert(0, by or "group", pd.Categorical.from_codes(found.pop("group"), names))
    found = found.drop(columns=["of_articles", "of_share", "of_chance", "spread"])
    keys = [by or "group", next(iter(measures), "n_together"), "n_together", "term"]
    found = found.sort_values(keys, ascending=[True, False, False, True], ignore_index=True)
    found = found if by else found.drop(columns="group")
    found.attrs["n_node"] = {str(name): int(nodes[group == i].sum()) for i, name in enumerate(names)}
    return found


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
