"""One table of term comparisons in which articles, not tokens, are the unit."""

import numpy as np
import pandas as pd

from framing.inference import FEW_UNITS, NO_VARIATION, TOO_FEW_UNITS, adjust, refuse_level
from framing.keyness import resampling
from framing.keyness.groups import REST, Groups, arrange
from framing.keyness.resampling import Contrasts
from framing.keyness.sides import Sides, clusters_with, contrast, omnibus, survival, without_wire
from framing.messages import mark
from framing.tables import takes_tables


@takes_tables(columns=("by", "cluster", "strata"))
def compare(
    counts: pd.DataFrame,
    *,
    by: str = "outlet",
    target: str | list[str] | None = None,
    reference: str | list[str] | None = None,
    cluster: str = "article_id",
    strata: str | list[str] | None = None,
    replicates: int = 1000,
    seed: int = 0,
    workers: int = 1,
    pairs: bool = False,
    level: float = 0.95,
    permutations: int | None = None,
    min_articles: int = 1,
    terms: list[str] | None = None,
) -> pd.DataFrame:
    """Which terms mark which group, with an interval and a p-value that take articles as the unit.

    Parameters
    ----------
    counts
        A study (:func:`framing.study.load`), or one row per article and term, untrimmed; ``n`` tokens, and the columns
        of articles that ``by``, ``cluster`` and ``strata`` name. With a
        column ``cluster_id`` (near-duplicate group) the columns on wire copy are filled.
    by
        Column that names the group of an article.
    target, reference
        Groups by name; a list is taken together. Both: that contrast. Only ``target``: it against all others.
        Neither: every group against the others and an omnibus row a term (with two groups, the one contrast).
    cluster
        Column whose values are resampled together: ``article_id``, ``cluster_id`` or ``date``.
    strata
        Columns within which labels are permuted (``month``, an event): what differs between strata is held
        constant. The articles of one cluster in one group and stratum keep one label. Where a cluster holds articles of
        several groups (a ``date``), p-values are too large unless the same column is a stratum too.
    replicates
        Of the bootstrap, and of the permutation test where ``permutations`` is not given.
    seed, workers
        The same ``seed`` gives the same numbers for any number of ``workers`` (threads).
    pairs
        With three or more groups and no ``target``: also every pair.
    level
        Of the intervals, and of ``marks``.
    permutations
        The smallest p-value is 1 / (``permutations`` + 1); the more terms, the more it takes for a small ``q_value``.
    min_articles
        Terms in fewer articles, all groups together, are kept but not tested; their ``note`` says so. What is never
        tested makes the correction no stricter; a word of two articles can mark nobody anyway.
    terms
        Words asked about beforehand: only they are tested and reported, which takes far fewer articles than a search
        through all words. Choose them before looking. Totals stay those of all words.

    Returns
    -------
    DataFrame
        One row per contrast and term, strongest for the target first within a contrast:

        - ``contrast`` (``pair``, ``rest``, ``omnibus``), ``target``, ``reference``, ``term``.
        - ``log2_ratio``: doublings of the share of tokens, target by reference; infinite where one side never uses
          the term. ``log2_ratio_half``: the same with ½ added to counts and totals, always finite: the estimate
          that ``std_error``, ``conf_low``, ``conf_high`` (BCa) and ``percentile_low``, ``percentile_high`` are of.
          For a term that one side never uses the interval is open (infinite) to that side, and its other end is the
          exact bound for the number of clusters with the term: five articles to none say little, a hundred much.
          Missing where clusters cross the groups and fewer than three hold the term.
        - ``bound``: the end of the interval nearest zero, 0 where it holds 0: the least difference to reckon with.
        - ``p_value``: permutation of labels, two-sided; ``p_max_t``: corrected for all terms and groups of
          the same contrast by the largest standardised departure (holds the chance of even one false finding);
          ``q_value``: Benjamini-Hochberg over all rows of the table.
        - ``marks``: the group the term marks: the interval excludes 0 *and* ``q_value`` or ``p_max_t`` is at most
          1 − ``level``; else empty. A word that one article repeats marks nobody, however often it stands there.
        - ``log_odds``, ``z``: log-odds ratio with informative prior of 500 tokens, and its token-level z.
        - ``n_tokens_target``, ``n_tokens_reference`` (of the term), ``total_target``, ``total_reference`` (all tokens
          of a side), ``n_articles_target``, ``n_articles_reference`` (articles
          with the term), ``per_million_target``, ``per_million_reference`` (of tokens), ``range_target``,
          ``range_reference`` (share of articles with the term), ``jaccard`` of term and target over articles (0 to 1).
        - ``dp_…``, ``dp_norm_…``, ``juilland_d_…`` of ``target`` and ``reference`` over articles, see
          :func:`framing.dispersion.measures`.
        - ``log2_ratio_without_wire`` (half-added) from articles that have no near-duplicate, and
          ``survives_without_wire``: its interval (clustered, delta method) excludes 0 on the same side. Missing
          where ``counts`` has no ``cluster_id``, or a side is nothing but wire copy.
        - ``chi2``, ``g2``, ``bic``, ``pmi``, ``odds_ratio``, ``pct_diff``, ``lrc``: token-level scores (rankings),
          see :func:`measures`. An omnibus row has ``g2`` over all groups, on groups − 1 degrees of freedom.
        - ``note``: why a row has missing numbers. Terms of the category that no compared article uses are kept.

    Raises
    ------
    TableError
        ``counts`` lacks a column, repeats an article and term, holds a negative, fractional or missing count, has one
        group only, a group without tokens, or a column of articles that changes within an article.
    ValueError
        A group that is not there or stands on both sides, or a number of replicates or workers below 1.

    Notes
    -----
    Clusters are resampled within each group (or over all groups where clusters cross them), with multinomial weights;
    BCa after Efron (1987) with the acceleration from the influence of each cluster. The permutation statistic is
    a group's tokens of the term less what its length makes one expect, standardised by its exact mean and variance
    over relabellings (Westfall & Young 1993 for the correction); over all groups, the sum of its weighted squares.
    """
    permutations = replicates if permutations is None else permutations
    _refuse_settings(replicates, permutations, workers, seed, level)
    groups = arrange(counts, by, target, reference, cluster, strata)
    k = len(groups.names)
    two = k == 2
    contrasts = contrasts_of(k, pairs and not two)
    found = resampling.bootstrap(groups, contrasts, replicates, level, seed, workers)
    fixed = ~resampling.varies(groups, contrasts)
    for values in found.values():
        values[fixed] = np.nan
    asked = _asked(groups, terms)
    spread = np.diff(groups.articles.indptr)
    rare = (spread < min_articles) | ~asked
    tests = _tests(groups, contrasts, rare, permutations, seed, workers)
    sides = Sides(groups)
    wire = without_wire(groups, contrasts, level)
    tables = []
    for c in range(len(contrasts)):
        t, r = int(contrasts.target[c]), int(contrasts.reference[c])
        kind = "pair" if two or r >= 0 else REST
        labels = {"contrast": kind, "target": groups.names[t], "reference": REST if r < 0 else groups.names[r]}
        if kind == "pair" and REST in groups.names[1:]:
            labels["contrast"] = REST
        table = contrast(groups, sides, t, r, labels)
        for name, values in found.items():
            table[name.replace("bca", "conf")] = values[:, c]
        _one_sided(table, groups, t, r, level)
        table["p_value"], table["p_max_t"] = tests["p"][:, c], tests["p_max"][:, c]
        table["log2_ratio_without_wire"], table["survives_without_wire"] = survival(wire, table, c)
        _annotate(table, groups, t, r, np.where(rare, f"in fewer than {min_articles} articles: not tested", ""))
        tables.append(table)
    if not two:
        tables.append(omnibus(groups, tests))
    result = pd.concat([table[asked] for table in tables], ignore_index=True)
    result["q_value"] = adjust(result["p_value"])
    low, high = result["conf_low"].to_numpy(), result["conf_high"].to_numpy()
    result["bound"] = np.where(low > 0, low, np.where(high < 0, high, np.where(np.isnan(low), np.nan, 0.0)))
    result["marks"] = _marks(result, 1 - level)
    return _ordered(result)


def _asked(groups: Groups, terms: list[str] | None) -> np.ndarray:
    """Which terms are asked about."""
    if terms is None:
        return np.ones(len(groups.terms), bool)
    absent = [term for term in terms if term not in groups.terms]
    if absent or not len(terms):
        raise ValueError(f"terms {absent} are in none of the counts; a term is spelled as in the column term (a lemma)")
    return groups.terms.isin(terms)


def contrasts_of(k: int, pairs: bool) -> Contrasts:
    if k == 2:
        return Contrasts(np.array([0]), np.array([1]))
    target, reference = list(range(k)), [-1] * k
    if pairs:
        first, second = np.triu_indices(k, 1)
        target, reference = target + list(first), reference + list(second)
    return Contrasts(np.array(target), np.array(reference))


def _tests(groups: Groups, contrasts: Contrasts, rare, permutations: int, seed: int, workers: int) -> dict:
    """Permutation p of every contrast (terms × contrasts); a pair permutes its own articles only."""
    whole = resampling.permute(groups, rare, permutations, seed, 1, workers)
    p, p_max = np.empty((len(groups.terms), len(contrasts))), np.empty((len(groups.terms), len(contrasts)))
    for c in range(len(contrasts)):
        t, r = int(contrasts.target[c]), int(contrasts.reference[c])
        own = whole
        if r >= 0 and len(groups.names) > 2:
            own, t = resampling.permute(groups.only([t, r]), rare, permutations, seed, 2 + c, workers), 0
        p[:, c], p_max[:, c] = own["p"][:, t], own["p_max"][:, t]
    return {**whole, "p": p, "p_max": p_max}


def _one_sided(table: pd.DataFrame, groups: Groups, t: int, r: int, level: float) -> None:
    """Intervals of terms that one side never uses: no resample can show how often it might have.

    The end nearest zero is Evert's conservative ratio counted in clusters that hold the term, not in tokens; the other
    end is infinite.
    """
    totals = table["total_reference"].iloc[0] / table["total_target"].iloc[0]
    sides = {"target": groups.group == t, "reference": groups.group != t if r < 0 else groups.group == r}
    for (side, rows), other, sign in zip(sides.items(), ("reference", "target"), (1, -1), strict=True):
        terms = np.flatnonzero((table[f"n_tokens_{other}"] == 0) & (table[f"n_tokens_{side}"] > 0))
        share = ((1 - level) / 2) ** (1 / np.maximum(clusters_with(groups, rows, terms), 1))
        near = sign * np.log2(share / (1 - share)) + np.log2(totals)
        names = ["conf_low", "conf_high"] if sign > 0 else ["conf_high", "conf_low"]
        table.loc[terms, names[0]], table.loc[terms, names[1]] = near, sign * np.inf
        table.loc[terms, "std_error"] = np.nan


_FEW = {
    "target": mark("one cluster only in target: no interval"),
    "reference": mark("one cluster only in reference: no interval"),
    "target+reference": mark("one cluster only in target and reference: no interval"),
}
_ONLY = {"target": mark("only in target"), "reference": mark("only in reference")}


def _annotate(table: pd.DataFrame, groups: Groups, t: int, r: int, untested: np.ndarray) -> None:
    """Blank what could not be computed and say why."""
    resampled = ["std_error", "conf_low", "conf_high", "percentile_low", "percentile_high"]
    absent = table["note"].to_numpy() != ""
    table.loc[absent, [*resampled, "log2_ratio_without_wire"]] = np.nan
    table.loc[absent, "survives_without_wire"] = pd.NA
    in_target = groups.group == t
    in_reference = ~in_target if r < 0 else groups.group == r
    few = [side for side, rows in (("target", in_target), ("reference", in_reference))
           if len(np.unique(groups.cluster[rows])) < 2]  # fmt: skip
    if few:
        table.loc[~absent, resampled] = np.nan
        table.loc[~absent, "note"] = _FEW["+".join(few)]
        return
    table.loc[~absent, "note"] = untested[~absent]
    fixed = table["p_value"].isna().to_numpy() & ~absent & (untested == "")
    table.loc[fixed, "note"] = mark("no stratum holds both sides: no permutation")
    for side, other in (("target", "reference"), ("reference", "target")):
        lone = (table[f"n_tokens_{side}"] == 0).to_numpy() & (table["note"] == "").to_numpy()
        table.loc[lone, "note"] = _ONLY[other]
    table.loc[table["conf_low"].isna().to_numpy() & ~absent, "note"] = NO_VARIATION
    if groups.crossed:  # one cluster moves both sides together, so that few of them look like certainty
        both = np.flatnonzero((table["n_tokens_target"] > 0) & (table["n_tokens_reference"] > 0))
        held = both[clusters_with(groups, in_target | in_reference, both) < FEW_UNITS]
        table.loc[held, resampled], table.loc[held, "note"] = np.nan, TOO_FEW_UNITS
        table.loc[held, "survives_without_wire"] = pd.NA


def _marks(result: pd.DataFrame, alpha: float) -> pd.Series:
    bound = result["bound"].to_numpy()
    sure = (result["p_max_t"].to_numpy() <= alpha) | (result["q_value"].to_numpy() <= alpha)
    return pd.Series(
        np.where(sure & (bound > 0), result["target"], np.where(sure & (bound < 0), result["reference"], "")),
        result.index,
        dtype="str",
    )


def _ordered(result: pd.DataFrame) -> pd.DataFrame:
    """Columns in reading order; rows by contrast, strongest for the target first."""
    front = [
        "contrast", "target", "reference", "term", "log2_ratio", "log2_ratio_half", "std_error", "conf_low",
        "conf_high", "bound", "p_value", "p_max_t", "q_value", "marks", "n_tokens_target", "n_tokens_reference",
        "n_articles_target", "n_articles_reference", "per_million_target", "per_million_reference",
    ]  # fmt: skip
    whole = [name for name in result.columns if name.startswith(("n_tokens", "n_articles", "total_"))]
    result[whole] = result[whole].astype("Int64")
    last = ["survives_without_wire", "log2_ratio_without_wire"]
    middle = [name for name in result.columns if name not in {*front, *last, "note"}]
    contrast = result.groupby(["contrast", "target", "reference"], sort=False).ngroup()
    order = np.lexsort((result["term"].astype(str), -_sortable(result), contrast))
    return result.iloc[order][front + last + middle + ["note"]].reset_index(drop=True)


def _sortable(result: pd.DataFrame) -> np.ndarray:
    """Signed strength to sort by: how far the interval stays from 0, a trace of the estimate where it holds 0."""
    estimate = result["bound"].fillna(0).to_numpy() + 1e-6 * result["log2_ratio_half"].to_numpy()
    strength = np.where(result["contrast"] == "omnibus", result["g2"].to_numpy(), estimate)
    return np.nan_to_num(strength, nan=-np.inf)


def _refuse_settings(replicates: int, permutations: int, workers: int, seed: int, level: float) -> None:
    refuse_level(level)
    for name, value in (("replicates", replicates), ("permutations", permutations), ("workers", workers)):
        if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
            advice = "1000 gives an interval and p-values down to 0.001" if name != "workers" else "1 is usual"
            raise ValueError(f"{name} must be a whole number from 1, not {value!r}; {advice}")
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed must be a whole number from 0, not {seed!r}")
