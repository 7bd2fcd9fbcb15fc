"""What a lexicon may lack: tables of suggestions that a person edits, and what a change of it does."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from framing.lexicon.read import Lexicon
from framing.tables import TOKENS, check, takes_tables

_NOUNS = ("名詞-普通名詞", "名詞-固有名詞")
_MODIFIERS = ("接頭辞", "接尾辞-名詞的")


@takes_tables()
def suggest_compounds(
    tokens: pd.DataFrame, *, min_articles: int = 3, max_parts: int = 6, top: int | None = 500
) -> pd.DataFrame:
    """Noun runs that may be one word (労働 + 新聞), scored by termhood.

    Parameters
    ----------
    tokens
        One row per token in Japanese, cut without ``join_nouns``.
    min_articles
        Least number of articles a run is used in.
    max_parts
        Longest run in tokens.
    top
        Rows returned; ``None`` for all.

    Returns
    -------
    DataFrame
        One row per run of at least two tokens, highest ``c_value`` first: ``term``, ``parts`` (spaces between),
        ``n_parts``, ``n_tokens`` (occurrences), ``n_alone`` (occurrences that are a whole run, not part of a longer
        one), ``n_articles``, ``c_value``, ``flr``. Copy what is one word into ``compounds`` of the lexicon.

    Raises
    ------
    TableError
        ``tokens`` lacks a column.

    Notes
    -----
    C-value [1]_ is log₂|a| · (f(a) − t(a) / c(a)), with t(a) the occurrences of a inside longer terms and c(a) the
    number of different longer terms, as in the paper's example: frequent, and not only as part of a longer term. Longer
    terms are the runs that stand whole at least once; of a run beyond ``max_parts`` they are its parts of that length.
    FLR [2]_ is f(a) · LR(a), f counting whole runs only and LR the geometric mean over the parts of
    (times joined on the left + 1)(times joined on the right + 1): its parts are productive.
    A run does not begin with a suffix or end with a prefix. Personal names are left out: list them as actors.

    References
    ----------
    .. [1] Frantzi, K., Ananiadou, S. & Mima, H. (2000). Automatic recognition of multi-word terms: the C-value/NC-value
           method. *International Journal on Digital Libraries* 3(2), 115-130.
    .. [2] Nakagawa, H. & Mori, T. (2003). Automatic term recognition based on statistics of compound nouns and their
           components. *Terminology* 9(2), 201-219.
    """
    check(tokens, TOKENS, key=False)
    if max_parts < 2 or min_articles < 1:
        raise ValueError(f"a compound has at least 2 parts and 1 article, not {max_parts} and {min_articles}")
    runs = _Runs(tokens, max_parts)
    found = [runs.of_length(n, min_articles) for n in range(2, max_parts + 1)]
    table = pd.concat(found, ignore_index=True)
    table = table.sort_values(["c_value", "n_tokens", "term"], ascending=[False, False, True], ignore_index=True)
    return table if top is None else table.head(top)


class _Runs:
    """Noun runs as numbered n-grams: ``number[n][i]`` is the n-gram that begins at token i, or -1."""

    def __init__(self, tokens: pd.DataFrame, max_parts: int):
        article = tokens["article_id"].astype("category")
        surface = tokens["surface"].astype("category")
        pos = tokens["pos"].astype("category")
        self.article, self.surfaces = article.cat.codes.to_numpy(), surface.cat.categories.to_numpy(dtype=object)
        tags = pos.cat.categories
        noun = _flags(pos, [t.startswith(_NOUNS) and "人名" not in t and "助数詞" not in t for t in tags])
        self.suffix = _flags(pos, [t.startswith(_MODIFIERS[1]) for t in tags])
        self.prefix = _flags(pos, [t.startswith(_MODIFIERS[0]) for t in tags])
        inside = noun | self.suffix | self.prefix
        position = tokens["position"].to_numpy().astype(np.int64)
        near = (self.article[1:] == self.article[:-1]) & (position[1:] == position[:-1] + 1)
        if "sentence" in tokens:
            near &= tokens["sentence"].to_numpy()[1:] == tokens["sentence"].to_numpy()[:-1]
        self.linked = np.append(near & inside[1:] & inside[:-1], False)  # whether the next token goes on with the run
        self.codes = surface.cat.codes.to_numpy().astype(np.int64)
        self.number, self.first, self.n, self.alone = {1: np.where(inside, self.codes, -1)}, {}, {}, {}
        for length in range(2, max_parts + 1):
            self._number(length)
        self._score_parts()

    def _number(self, n: int) -> None:
        before = self.number[n - 1]
        places = max(len(before) - n + 1, 0)
        begins = np.flatnonzero((before[:places] >= 0) & self.linked[n - 2 : n - 2 + places])
        keys = before[begins] * len(self.surfaces) + self.codes[begins + n - 1]
        _, first, number = np.unique(keys, return_index=True, return_inverse=True)
        self.number[n] = np.full(len(before), -1, dtype=np.int64)
        self.number[n][begins] = number
        self.first[n] = begins[first]
        self.n[n] = np.bincount(number, minlength=len(first))
        whole = ~self.linked[begins + n - 1] & ~np.concatenate([[False], self.linked])[begins]
        self.alone[n] = np.bincount(number[whole], minlength=len(first))

    def _score_parts(self) -> None:
        """log of (joined on the left + 1)(joined on the right + 1) of every surface."""
        right = np.bincount(self.codes[self.linked], minlength=len(self.surfaces))
        left = np.bincount(self.codes[1:][self.linked[:-1]], minlength=len(self.surfaces))
        self.log_lr = np.log1p(left) + np.log1p(right)

    def of_length(self, n: int, min_articles: int) -> pd.DataFrame:
        """The scored runs of ``n`` tokens."""
        number, first = self.number[n], self.first[n]
        begins = np.flatnonzero(number >= 0)
        places = self.article[begins].astype(np.int64), number[begins]
        used = sparse.coo_array(
            (np.ones(len(begins)), places), shape=(int(self.article.max(initial=-1)) + 1, len(first))
        )
        n_articles = np.diff(used.tocsc().indptr)
        alone = self.alone[n]
        parts = self.codes[first[:, None] + np.arange(n)]
        longer, held = self._longer(n, len(first))
        c_value = np.log2(n) * (self.n[n] - np.divide(held, longer, out=np.zeros(len(first)), where=longer > 0))
        kept = (n_articles >= min_articles) & ~self.suffix[first] & ~self.prefix[first + n - 1]
        words = [list(row) for row in self.surfaces[parts[kept]]]
        return pd.DataFrame(
            {
                "term": pd.Series(["".join(row) for row in words], dtype="str"),
                "parts": pd.Series([" ".join(row) for row in words], dtype="str"),
                "n_parts": n,
                "n_tokens": self.n[n][kept],
                "n_alone": alone[kept],
                "n_articles": n_articles[kept],
                "c_value": c_value[kept],
                "flr": (alone * np.exp(self.log_lr[parts].sum(axis=1) / (2 * n)))[kept],
            }
        )

    def _longer(self, n: int, size: int) -> tuple[np.ndarray, np.ndarray]:
        """For each run: how many longer whole runs hold it, and the sum of their occurrences."""
        longer, held, longest = np.zeros(size), np.zeros(size), max(self.number)
        for m in range(n + 1, longest + 1):
            times = self.n[m] if m == longest else self.alone[m]
            terms = np.flatnonzero(times)
            run = np.concatenate([self.number[n][self.first[m][terms] + offset] for offset in range(m - n + 1)])
            outer = np.tile(terms, m - n + 1)
            pairs = np.unique(np.stack([run, outer]), axis=1) if len(run) else np.empty((2, 0), dtype=np.int64)
            longer += np.bincount(pairs[0], minlength=size)
            held += np.bincount(pairs[0], weights=times[pairs[1]], minlength=size)
        return longer, held


def _flags(values: pd.Series, of_category: list[bool]) -> np.ndarray:
    return np.array(of_category, dtype=bool)[values.cat.codes.to_numpy()]


@takes_tables()
def effect(articles: pd.DataFrame, old: Lexicon | None, new: Lexicon | None, **options) -> pd.DataFrame:
    """Counts before and after a change of the lexicon, term by term.

    Parameters
    ----------
    articles
        One row per article, in Japanese.
    old, new
        Lexicons from :func:`framing.lexicon.load`; ``None`` is the dictionary alone.
    options
        Of :func:`framing.counts.count`, for example ``pos`` or ``term``.

    Returns
    -------
    DataFrame
        One row per term whose count changes, largest change first: ``term``, ``n_old``, ``n_new`` (tokens),
        ``change``, ``n_articles_old``, ``n_articles_new``, ``note`` (``new`` or ``gone``).

    Raises
    ------
    TableError
        ``articles`` lacks a column or repeats an id.
    """
    from framing import counts, tokens  # both open this room

    sides = []
    for lexicon in (old, new):
        cut = tokens.tokenise(articles.assign(outlet=""), lexicon=lexicon)
        stopwords = options.get("stopwords") or (lexicon.stopwords if lexicon is not None else ())
        wanted: dict[str, Any] = options | {"stopwords": stopwords}
        found = counts.n_articles(counts.count(cut, **wanted))
        sides.append(found.set_index("term")[["n_tokens", "n_articles"]])
    both = sides[0].merge(sides[1], "outer", left_index=True, right_index=True, suffixes=("_old", "_new"))
    both = both.fillna(0).astype("int64")
    both = both.rename(columns={"n_tokens_old": "n_old", "n_tokens_new": "n_new"})
    both["change"] = both["n_new"] - both["n_old"]
    both["note"] = np.select([both["n_old"] == 0, both["n_new"] == 0], ["new", "gone"], "")
    both = both[(both["change"] != 0) | (both["n_articles_old"] != both["n_articles_new"])]
    order = both["change"].abs().sort_values(ascending=False, kind="stable").index
    return both.loc[order, ["n_old", "n_new", "change", "n_articles_old", "n_articles_new", "note"]].reset_index()
