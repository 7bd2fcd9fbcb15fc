"""One table of term comparisons in which articles, not tokens, are the unit."""

import numpy as np
import pandas as pd

from framing.errors import refuse_unknown
from framing.inference import FEW_UNITS, NO_VARIATION, TOO_FEW_UNITS, adjust, refuse_level
from framing.keyness.groups import REST, Groups, arrange
from framing.keyness.relabelling import permute
from framing.keyness.sides import contrast, omnibus, scored, survival, without_wire
from framing.keyness.spread import Contrasts, Spread, group_sums, intervals, nearest, spread, standardised
from framing.messages import mark
from framing.tables import takes_tables

CORRECTIONS = ("bh", "holm")


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
    correction: str = "bh",
    min_articles: int = 1,
    terms: list[str] | None = None,
    scores: bool = False,
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
        Neither: every group against the others and an omnibus row per term (with two groups, the one contrast).
    cluster
        Column whose values are dependent and count once: ``article_id``, ``cluster_id`` or ``date``. Where a cluster
        holds articles of several groups, they exchange their labels among themselves; another one keeps one label.
    strata
        Columns within which labels are permuted (``month``, an event): what differs between strata is held
        constant, in the test and in the ratio (that of Mantel and Haenszel). The articles of one cluster in one group
        and stratum keep one label.
    replicates
        Relabellings of the permutation test. The more, the finer the p-values of terms that few of them reach.
    seed, workers
        The same ``seed`` gives the same numbers for any number of ``workers`` (threads), and for any order of
        articles and groups.
    pairs
        With three or more groups and no ``target``: also every pair.
    level
        Of the intervals, and of ``marks``.
    correction
        For the number of terms, before a term is marked: ``bh`` (Benjamini-Hochberg: of the terms marked at most
        1 − ``level`` mark falsely on average) or ``holm`` (the chance of even one false mark is at most 1 − ``level``).
    min_articles
        Terms in fewer articles, all groups together, are kept but not tested; their ``note`` says so. What is never
        tested makes the correction no stricter; a word of two articles marks no group in any case.
    terms
        Words asked about beforehand: only they are tested and reported, which takes far fewer articles than a search
        through all words. Choose them before looking. Totals stay those of all words.
    scores
        Also the scores that the field reads, dispersion and wire copy; see below.

    Returns
    -------
    DataFrame
        One row per contrast and term, strongest for the target first within a contrast:

        - ``contrast`` (``pair``, ``rest``, ``omnibus``), ``target``, ``reference``, ``term``.
        - ``log2_ratio_half``: doublings of the share of tokens, target by reference, ½ added to counts and totals: the
          estimate that ``std_error``, ``conf_low`` and ``conf_high`` are of (where all that is known of a term are
          copies in one cluster, ½ for each copy).
          For a term that one side never uses the interval is open (infinite) to that side, and its other end is the
          exact bound for the number of clusters with the term: five articles to none say little, a hundred much.
          Missing where clusters cross the groups and fewer than three hold the term.
        - ``simultaneous_low``, ``simultaneous_high``: the interval that holds for all tested rows at once
          (Bonferroni): the one to quote for a term that was chosen because it stands out.
        - ``p_value``: permutation of labels, two-sided; ``q_value``: Benjamini-Hochberg over all rows of the table.
          With ``correction="holm"`` also ``p_holm``.
        - ``marks``: the group the term marks: the interval excludes 0 *and* the corrected p-value is at most
          1 − ``level``; else empty. A word repeated in a single article marks no group, however often it stands there.
        - ``n_tokens_target``, ``n_tokens_reference`` (of the term), ``n_articles_target``, ``n_articles_reference``
          (articles with the term).
        - ``note``: why a row has missing numbers. Terms of the category that no compared article uses are kept.

        With ``scores`` further:

        - ``log2_ratio``: nothing added; infinite where one side never uses the term. ``bound``: the end of the interval
          nearest zero, 0 where it holds 0: the smallest difference compatible with the interval.
        - ``total_target``, ``total_reference`` (all tokens of a side), ``per_million_target``,
          ``per_million_reference`` (of tokens), ``range_target``,
          ``range_reference`` (share of articles with the term), ``jaccard`` of term and target over articles (0 to 1).
        - ``log2_ratio_without_wire`` (half-added) from articles that have no near-duplicate, and
          ``survives_without_wire``: its interval excludes 0 on the same side. Missing
          where ``counts`` has no ``cluster_id``, or a side is nothing but wire copy.
        - ``log_odds``, ``z``: log-odds ratio with informative prior of 500 tokens, and its token-level z.
        - ``dp_…``, ``dp_norm_…``, ``juilland_d_…`` of ``target`` and ``reference`` over articles, see
          :func:`framing.dispersion.from_sums`.
        - ``chi2``, ``g2``, ``bic``, ``pmi``, ``odds_ratio``, ``pct_diff``, ``lrc``: token-level scores (rankings),
          see :func:`measures`. An omnibus row has ``g2`` over all groups, on groups − 1 degrees of freedom.

    Raises
    ------
    TableError
        ``counts`` lacks a column, repeats an article and term, holds a negative, fractional or missing count, has one
        group only, a group without tokens, or a column of articles that changes within an article.
    ValueError
        A group that is not there or stands on both sides, or a number of replicates or workers below 1.

    Notes
    -----
    Standard errors are linearised over clusters with the leverage of CR3 (Bell & McCaffrey 2002), no smaller than those
    of independent tokens; intervals use Student's t with Bell and McCaffrey's degrees of freedom for each side, put
    together by Welch and Satterthwaite. The permutation statistic is studentised, so that outlets may
    differ in the number, length and burstiness of their articles; see :func:`framing.keyness.relabelling.permute`.
    Every group against the others and every pair have the statistic of a contrast; an omnibus row sums the squares of
    the departures of every group from the others, each weighted with the share of articles of the others. How often all
    this errs stands in ``docs/calibration.md``.
    """
    _refuse_settings(replicates, workers, seed, level, correction)
    groups = arrange(counts, by, target, reference, cluster, strata)
    k = len(groups.names)
    contrasts = Contrasts.of(k, pairs)
    found = spread(groups, contrasts, standardised(groups, contrasts))
    tokens = contrasts.split(group_sums(groups))
    asked = _asked(groups, terms)
    rare = (np.diff(groups.articles.indptr) < min_articles) | ~asked
    p_values, p_omnibus = _tests(groups, contrasts, rare, replicates, seed, workers)
    tested = np.count_nonzero(~np.isnan(p_values))
    ends = {"conf": level, "simultaneous": 1 - (1 - level) / max(tested, 1)}
    of_all = {name: intervals(found, wide) for name, wide in ends.items()}
    tables = []
    for c in range(len(contrasts)):
        t, r = int(contrasts.target[c]), int(contrasts.reference[c])
        kind = "pair" if (k == 2 or r >= 0) and REST not in groups.names[1:] else REST
        table = contrast(groups, tokens[:, c], found.articles[:, c], {
            "contrast": kind, "target": groups.names[t], "reference": REST if r < 0 else groups.names[r],
        })  # fmt: skip
        table["log2_ratio_half"] = of_all["conf"]["log2_ratio_half"][:, c]
        table["std_error"] = of_all["conf"]["std_error"][:, c]
        for name, wide in ends.items():
            low, high = (of_all[name][end][:, c] for end in ("conf_low", "conf_high"))
            table[f"{name}_low"], table[f"{name}_high"] = _one_sided(found, c, low, high, wide)
        table["p_value"] = p_values[:, c]
        _annotate(table, groups, found, c, np.where(rare, f"in fewer than {min_articles} articles: not tested", ""))
        tables.append(table)
    if scores:
        wire = without_wire(groups, contrasts, level)
        tables = [scored(groups, table, int(t), int(r), *survival(wire, table, c)) for c, (table, t, r) in
                  enumerate(zip(tables, contrasts.target, contrasts.reference, strict=True))]  # fmt: skip
    if k > 2:
        tables.append(omnibus(groups, p_omnibus, scores))
    result = pd.concat([table[asked] for table in tables], ignore_index=True)
    result["q_value"] = corrected = adjust(result["p_value"])
    if correction != "bh":
        result[f"p_{correction}"] = corrected = adjust(result["p_value"], correction)
    bound = nearest(result["conf_low"], result["conf_high"])
    sides = [corrected <= 1 - level + 1e-12, bound > 0, bound < 0]
    result["marks"] = pd.Series(
        np.select([sides[0] & sides[1], sides[0] & sides[2]], [result["target"], result["reference"]], ""), dtype="str"
    )
    return _ordered(result.assign(bound=bound) if scores else result, bound)


def _asked(groups: Groups, terms: list[str] | None) -> np.ndarray:
    """Which terms are asked about."""
    if terms is None:
        return np.ones(len(groups.terms), bool)
    absent = [term for term in terms if term not in groups.terms]
    if absent or not len(terms):
        raise ValueError(f"terms {absent} are in none of the counts; a term is spelled as in the column term (a lemma)")
    return groups.terms.isin(terms)


def _tests(groups: Groups, contrasts: Contrasts, rare, replicates: int, seed: int, workers: int):
    """Permutation p of every contrast (terms × contrasts) and of all; a pair permutes its own articles only."""
    whole = permute(groups, rare, replicates, seed, workers)
    p = np.empty((len(groups.terms), len(contrasts)))
    for c in range(len(contrasts)):
        t, r = int(contrasts.target[c]), int(contrasts.reference[c])
        alone = r >= 0 and len(groups.names) > 2
        p[:, c] = (
            permute(groups.only([t, r]), rare, replicates, seed, workers)["p"][:, 0] if alone else whole["p"][:, t]
        )
    return p, whole["p_omnibus"]


def _one_sided(found: Spread, c: int, low: np.ndarray, high: np.ndarray, level: float):
    """Open intervals of terms that one side never uses: no spread over articles shows how often it might have.

    The end nearest zero is Evert's conservative ratio counted in clusters that hold the term, not in tokens; the other
    end is infinite.
    """
    tokens = found.tokens[:, c]
    totals = np.log2(found.totals[c, 1] / found.totals[c, 0])
    share = ((1 - level) / 2) ** (1 / np.maximum(found.clusters[:, c], 1))
    near = np.log2(share / (1 - share))
    only = [(tokens[:, 0] > 0) & (tokens[:, 1] == 0), (tokens[:, 1] > 0) & (tokens[:, 0] == 0)]
    return (
        np.select(only, [near[:, 0] + totals, -np.inf], low),
        np.select(only, [np.inf, -near[:, 1] + totals], high),
    )


_FEW = {
    "target": mark("one cluster only in target: no interval"),
    "reference": mark("one cluster only in reference: no interval"),
    "target+reference": mark("one cluster only in target and reference: no interval"),
}
_ONLY = {"target": mark("only in target"), "reference": mark("only in reference")}


def _annotate(table: pd.DataFrame, groups: Groups, found: Spread, c: int, untested: np.ndarray) -> None:
    """Blank what could not be computed and say why."""
    ends = ["std_error", "conf_low", "conf_high", "simultaneous_low", "simultaneous_high"]
    absent = table["note"].to_numpy() != ""
    table.loc[absent, "log2_ratio_half"] = np.nan
    table.loc[absent | ~found.varies[:, c], ends] = np.nan
    few = [side for side, held in zip(("target", "reference"), found.held[c], strict=True) if (held > 0).sum() < 2]
    if few:
        table.loc[~absent, ends] = np.nan
        table.loc[~absent, "note"] = _FEW["+".join(few)]
        return
    table.loc[~absent, "note"] = untested[~absent]
    apart = (found.tokens[:, c].sum(axis=-1) == 0) & ~absent  # in strata of one side only
    table.loc[apart, ["log2_ratio_half", *ends]] = np.nan
    fixed = (table["p_value"].isna().to_numpy() & (untested == "") | apart) & ~absent
    table.loc[fixed, "note"] = mark("no stratum holds both sides: no permutation")
    for side, other in (("target", "reference"), ("reference", "target")):
        never = (table[f"n_tokens_{side}"] == 0).to_numpy()
        table.loc[never & ~absent, "std_error"] = np.nan
        table.loc[never & (table["note"] == "").to_numpy(), "note"] = _ONLY[other]
    table.loc[table["conf_low"].isna().to_numpy() & ~absent & ~apart, "note"] = NO_VARIATION
    if found.crossing[c].any():  # one cluster moves both sides together, so that few of them look like certainty
        both = (found.tokens[:, c] > 0).all(axis=1)
        few = both & (found.holding[:, c] < FEW_UNITS)
        table.loc[few, ends], table.loc[few, "note"] = np.nan, TOO_FEW_UNITS


FRONT = (
    "contrast", "target", "reference", "term", "log2_ratio_half", "std_error", "conf_low", "conf_high",
    "simultaneous_low", "simultaneous_high", "p_value", "q_value", "p_holm", "marks", "n_tokens_target",
    "n_tokens_reference", "n_articles_target", "n_articles_reference",
)  # fmt: skip
"""What comes first, with ``scores`` or without."""


def _ordered(result: pd.DataFrame, bound: np.ndarray) -> pd.DataFrame:
    """Columns in reading order; rows by contrast, strongest for the target first."""
    front = [name for name in FRONT if name in result]
    whole = [name for name in result.columns if name.startswith(("n_tokens", "n_articles", "total_"))]
    result[whole] = result[whole].astype("Int64")
    others = [name for name in result.columns if name not in {*front, "note"}]
    contrast = result.groupby(["contrast", "target", "reference"], sort=False).ngroup()
    # how far the interval stays from 0, a trace of the estimate where it holds 0; the omnibus by its p
    strength = np.nan_to_num(bound) + 1e-6 * result["log2_ratio_half"].to_numpy(dtype=float)
    strength = np.where(result["contrast"] == "omnibus", -result["p_value"].to_numpy(), strength)
    order = np.lexsort((result["term"].astype(str), -np.nan_to_num(strength, nan=-np.inf), contrast))
    return result.iloc[order][[*front, *others, "note"]].reset_index(drop=True)


def _refuse_settings(replicates: int, workers: int, seed: int, level: float, correction: str) -> None:
    refuse_level(level)
    for name, value in (("replicates", replicates), ("workers", workers)):
        if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
            advice = "1000 is usual" if name == "replicates" else "1 is usual"
            raise ValueError(f"{name} must be a whole number from 1, not {value!r}; {advice}")
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed must be a whole number from 0, not {seed!r}")
    refuse_unknown(correction, CORRECTIONS, "correction")
