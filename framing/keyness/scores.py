"""Scores of a term in a 2 × 2 table: what the field reads, from numbers alone.

All of them take every *token* as independent, which tokens are not: read the significance scores as
rankings. :func:`framing.keyness.compare` gives the intervals and p-values that take articles as the unit.
"""

import numpy as np
import pandas as pd
from scipy import special, stats

from framing.errors import refuse_unknown
from framing.inference import departure, refuse_level
from framing.messages import mark


def measures(
    n_target, n_reference, total_target, total_reference, *, level: float = 0.95, p_values: bool = True
) -> pd.DataFrame:
    """Every usual keyness measure of each term, one group of texts against another.

    Parameters
    ----------
    n_target, n_reference
        Tokens of each term in the two groups; one number or an array a side, of one length.
    total_target, total_reference
        All tokens of each group (one number, or one a term), untrimmed.
    level
        Confidence level of ``lrc``.
    p_values
        Also the p-values and ``lrc_bonferroni``, which take most of the time.

    Returns
    -------
    DataFrame
        One row per term, in the order given (a Series keeps its index):

        - ``n_target``, ``n_reference`` tokens; ``expected_target`` tokens expected in the target if both groups
          used the term at one rate.
        - ``chi2``, ``chi2_yates``, ``g2`` (four cells), ``g2_two_cell``, ``g2_williams`` (``g2`` / q): on one
          degree of freedom, negative where the reference uses the term more; ``chi2_p``, ``chi2_yates_p``,
          ``g2_p``, ``g2_two_cell_p``, ``g2_williams_p`` belong to them. ``fisher_p``: exact, two-sided.
        - ``pmi`` (natural logarithm of observed by expected), ``log2_ratio`` (doublings of relative frequency;
          infinite where one side has none), ``log2_ratio_half`` (½ added to both counts and both totals; always
          finite), ``odds_ratio``, ``pct_diff`` (per cent), ``bic`` (``|g2|`` − ln N; above 2 is evidence).
        - ``lrc``: conservative log2 ratio, the bound nearest zero of the exact ``level`` interval, 0 where that
          interval holds 0. ``lrc_bonferroni``: the same with the level corrected for the number of terms given.
        - ``note``: why a row has missing scores.

    Raises
    ------
    ValueError
        Lengths differ, a count is missing, negative or fractional, a total is not positive, or a count
        exceeds its total.

    Notes
    -----
    G² over four cells is Dunning (1993) [1]_, over two Rayson & Garside (2000) [2]_, Williams' q from Sokal & Rohlf
    (1995, p. 731), the log ratio Hardie (2014), BIC Wilson (2013), the conservative log ratio Evert (2022) [3]_, from
    the Clopper–Pearson interval of n_target among n_target + n_reference. Yates' correction is never larger than the
    difference it corrects. Fisher's p sums all tables no likelier than the one seen, with R's tolerance 1e-7.

    References
    ----------
    .. [1] Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence.
           *Computational Linguistics* 19(1), 61-74.
    .. [2] Rayson, P. & Garside, R. (2000). Comparing corpora using frequency profiling.
           *Proceedings of the Workshop on Comparing Corpora*, 1-6.
    .. [3] Evert, S. (2022). Measuring keyness. *Digital Humanities 2022*.
    """
    refuse_level(level)
    a, b, n_a, n_b, index = _two_by_two(n_target, n_reference, total_target, total_reference)
    everything, used = n_a + n_b, a + b
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = used * n_a / everything
        unused = used == 0
        others = everything - used
        fitted = np.stack([expected, used * n_b / everything, others * n_a / everything, others * n_b / everything])
        over = _crossed(a, b, n_a, n_b) / everything  # a − expected, and the gap of every cell but for its sign
        gap, sign = np.abs(over), np.where(over > 0, 1.0, -1.0)
        inverse = (1 / fitted).sum(axis=0)
        inverse = np.where(np.isfinite(inverse), inverse, 0.0)  # a term that is the whole of both groups departs by 0
        chi2, chi2_yates = gap**2 * inverse, (gap - np.minimum(0.5, gap)) ** 2 * inverse
        parts = departure(fitted, np.stack([over, -over, -over, over]))
        g2, g2_two = 2 * parts.sum(axis=0), 2 * parts[:2].sum(axis=0)
        williams = 1 + (everything / used + everything / (everything - used) - 1) * (
            everything / n_a + everything / n_b - 1
        ) / (6 * everything)
        share_a, share_b = a / n_a, b / n_b
        g2_williams = np.where(np.isfinite(williams), g2 / williams, g2)
        table = {
            "n_target": a,
            "n_reference": b,
            "expected_target": expected,
            "chi2": sign * chi2 + 0.0,  # no −0
            "chi2_yates": sign * chi2_yates + 0.0,
            "g2": sign * g2 + 0.0,
            "g2_two_cell": sign * g2_two + 0.0,
            "g2_williams": sign * g2_williams + 0.0,
            "pmi": np.log(a / expected),
            "log2_ratio": np.log2(share_a) - np.log2(share_b),
            "log2_ratio_half": log2_ratio_half(a, b, n_a, n_b),
            "odds_ratio": (a * (n_b - b)) / (b * (n_a - a)),
            "pct_diff": 100 * (share_a - share_b) / share_b,
            "bic": g2 - np.log(everything),
            "lrc": _conservative(a, b, n_a, n_b, 1 - level),
        }
        if p_values:
            for name, statistic in {"chi2": chi2, "chi2_yates": chi2_yates, "g2": g2, "g2_two_cell": g2_two,
                                    "g2_williams": g2_williams}.items():  # fmt: skip
                table[f"{name}_p"] = stats.chi2.sf(statistic, 1)
            table["fisher_p"] = _fisher(a, b, n_a, n_b)
            table["lrc_bonferroni"] = _conservative(a, b, n_a, n_b, (1 - level) / max(len(a), 1))
    result = pd.DataFrame(table, index=index)
    result[["n_target", "n_reference"]] = result[["n_target", "n_reference"]].astype(np.int64)
    result.loc[unused, [name for name in table if not name.startswith(("n_", "expected"))]] = np.nan
    result["note"] = np.select([unused, others == 0], [mark("in neither group"), mark("the only term")], "")
    return result


def log_odds(n_target, n_reference, *, prior: str = "informative", strength: float | None = None) -> pd.DataFrame:
    """Log-odds ratio of each term with a Dirichlet prior: two groups, the whole vocabulary at once.

    Parameters
    ----------
    n_target, n_reference
        Tokens of every term in the two groups; their sums are the totals, so give the whole vocabulary.
    prior
        ``informative`` spreads ``strength`` over the terms by their share of both groups together;
        ``uniform`` gives each term ``strength``.
    strength
        Tokens of the prior: in all (``informative``, 500 unless given) or a term (``uniform``, 0.01 unless given).
        More pulls rare terms harder towards 0.

    Returns
    -------
    DataFrame
        One row per term, in the order given: ``log_odds`` (natural; positive where the target uses the term more),
        ``std_error`` with the two large terms of the variance (the paper's eq. 20), ``z`` = ``log_odds`` /
        ``std_error``, ``z_full`` with all four terms, ``note``.

    Raises
    ------
    ValueError
        Lengths differ, a count is missing, negative or fractional, a group has no tokens, an unknown prior, or
        a strength that is not positive.

    Notes
    -----
    Monroe, Colaresi & Quinn (2008), Fightin' words, *Political Analysis* 16(4), 372-403. Tokens are taken as
    independent: ``z`` ranks, it does not test.
    """
    a, index = _counted(n_target, "n_target")
    b, _ = _counted(n_reference, "n_reference")
    if a.shape != b.shape:
        raise ValueError(f"n_target has {len(a)} terms and n_reference {len(b)}; each term needs both")
    if a.sum() == 0 or b.sum() == 0:
        raise ValueError(f"{'n_target' if a.sum() == 0 else 'n_reference'} has no tokens; both groups need some")
    refuse_unknown(prior, ("informative", "uniform"), "prior")
    if strength is None:
        strength = 500.0 if prior == "informative" else 0.01
    if not strength > 0 or not np.isfinite(strength):
        raise ValueError(f"strength must be a positive number of tokens, not {strength!r}")
    alpha = strength * (a + b) / (a + b).sum() if prior == "informative" else np.full(a.shape, float(strength))
    with np.errstate(divide="ignore", invalid="ignore"):
        in_a, in_b = a + alpha, b + alpha
        rest_a, rest_b = ((x.sum() - x) + (alpha.sum() - alpha) for x in (a, b))  # tokens are whole: no digit is lost
        delta = np.log(in_a / rest_a) - np.log(in_b / rest_b)
        variance = 1 / in_a + 1 / in_b
        full = variance + 1 / rest_a + 1 / rest_b
        table = {
            "log_odds": delta,
            "std_error": np.sqrt(variance),
            "z": delta / np.sqrt(variance),
            "z_full": delta / np.sqrt(full),
        }
    undefined = ~np.isfinite(delta)
    result = pd.DataFrame(table, index=index)
    result.loc[undefined] = np.nan
    unused = np.where(a + b == 0, mark("in neither group"), mark("the only term"))
    result["note"] = np.where(undefined, unused, "")
    return result


def log2_ratio_half(a, b, n_a, n_b):
    """Log2 ratio of relative frequencies with ½ added to both counts and both totals (as R's corpora does)."""
    return np.log2((a + 0.5) / (n_a + 0.5)) - np.log2((b + 0.5) / (n_b + 0.5))


def _two_by_two(n_target, n_reference, total_target, total_reference):
    a, index = _counted(n_target, "n_target")
    b, _ = _counted(n_reference, "n_reference")
    n_a, _ = _counted(total_target, "total_target")
    n_b, _ = _counted(total_reference, "total_reference")
    lengths = {len(x) for x in (a, b, n_a, n_b)} - {1}
    if len(a) != len(b) or len(lengths - {len(a)}) > 0:
        raise ValueError(
            f"n_target has {len(a)} terms, n_reference {len(b)}, total_target {len(n_a)}, total_reference {len(n_b)}; "
            "each term needs both counts, and a total is one number or one a term"
        )
    n_a, n_b = np.broadcast_to(n_a, a.shape), np.broadcast_to(n_b, a.shape)
    for name, counts, totals in (("target", a, n_a), ("reference", b, n_b)):
        if len(a) and not (totals > 0).all():
            raise ValueError(f"total_{name} must be above 0: a group without tokens cannot be compared")
        if (counts > totals).any():
            where = int(np.argmax(counts > totals))
            raise ValueError(
                f"n_{name} exceeds total_{name} (row {where}: {counts[where]:g} of {totals[where]:g} tokens); "
                "the total is every token of the group"
            )
    return a, b, n_a, n_b, index


def _counted(values, name: str) -> tuple[np.ndarray, pd.Index]:
    """Whole, not negative numbers as floats (exact to 2**53), and the index they came with."""
    index = values.index if isinstance(values, pd.Series) else None
    try:
        numbers = np.atleast_1d(np.asarray(values, dtype=float))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold numbers: {error}") from None
    if numbers.ndim != 1:
        raise ValueError(f"{name} must be one number or one row of numbers, not {numbers.ndim}-dimensional")
    faults = {
        "missing or infinite": ~np.isfinite(numbers),
        "negative": numbers < 0,
        "fractional": np.isfinite(numbers) & (numbers != np.floor(numbers)),
    }
    for fault, where in faults.items():
        if where.any():
            raise ValueError(
                f"{name} has {int(where.sum())} {fault} counts (first {numbers[where][0]:g}); "
                "tokens are whole numbers from 0"
            )
    return numbers, index if index is not None else pd.RangeIndex(len(numbers))


def _crossed(a, b, n_a, n_b) -> np.ndarray:
    """``a n_b − b n_a``; its two products are often nearly equal, so whole numbers are used as far as they reach."""
    if len(a) and n_a.max() * n_b.max() < 2.0**62:
        whole = (x.astype(np.int64) for x in (a, n_b, b, n_a))
        a, n_b, b, n_a = whole
    return (a * n_b - b * n_a).astype(float)


def _conservative(a, b, n_a, n_b, alpha: float) -> np.ndarray:
    """Evert's LRC: the bound nearest zero of the exact interval of the log2 ratio."""
    low = special.betaincinv(np.maximum(a, 1), b + 1, alpha / 2)  # where a is 0 the interval reaches down to 0
    high = special.betaincinv(a + 1, np.maximum(b, 1), 1 - alpha / 2)
    low, high = np.where(a > 0, low, 0.0), np.where(b > 0, high, 1.0)
    floor, ceiling = (np.log2(n_b / n_a) + np.log2(share / (1 - share)) for share in (low, high))
    return np.where(floor > 0, floor, np.where(ceiling < 0, ceiling, 0.0))


def _fisher(a, b, n_a, n_b) -> np.ndarray:
    from framing.keyness.kernels import fisher_two_sided

    return fisher_two_sided(*(np.ascontiguousarray(x, dtype=np.int64) for x in (a, b, n_a, n_b)))
