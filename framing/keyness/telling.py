"""A comparison in a sentence, and the rows that stand for it."""

import numpy as np
import pandas as pd

from framing.keyness.groups import EVERY, REST
from framing.messages import listed, paragraph, say, sentences

COLUMNS = {
    "term": "the word",
    "marks": sentences(
        "outlet the word marks: the interval excludes 0 and q or max-T p is at most 0.05; else empty", REST, EVERY
    ),
    "log2_ratio_half": "log2 ratio of shares of tokens, half a token added: 1 is twice as often, -1 half as often",
    "conf_low": "lower end of its 95% interval (BCa bootstrap over articles or clusters)",
    "conf_high": "upper end of its 95% interval",
    "q_value": "permutation p, Benjamini-Hochberg over the table",
    "p_max_t": "permutation p corrected by the largest departure of any term: chance of even one false finding",
    "survives_without_wire": "whether that ratio is still sure, on the same side; empty where copies are unknown",
    "n_articles_target": "articles of the target with the word",
    "n_articles_reference": "articles of the reference with the word",
    "n_tokens_target": "tokens of the word in the target",
    "n_tokens_reference": "tokens of the word in the reference",
    "total_target": "all tokens of the target; with the three before it the two-by-two table of the word",
    "total_reference": "all tokens of the reference",
    "target": sentences("outlet described", REST, EVERY),
    "reference": sentences("what it is compared with", REST, EVERY),
    "bound": "end of the interval nearest 0 (0 where it holds 0): the least difference to reckon with",
    "per_million_target": "per million tokens of the target",
    "per_million_reference": "per million tokens of the reference",
    "dp_norm_target": "Gries' DPnorm over the target's articles: 0 spread like the text, 1 all in one article",
    "jaccard": "overlap of articles with the word and articles of the target, 0 to 1",
    "log_odds": "log-odds ratio with informative prior of 500 tokens, natural logarithm",
    "g2": "signed G2 over four cells; takes tokens as independent, so a ranking only",
    "log2_ratio_without_wire": "log2 ratio from articles without a near-duplicate",
    "note": sentences("why a number is missing"),
}
"""What each column of a comparison is, for ``report.table(…, columns=keyness.COLUMNS)``."""

BRIEF = {
    name: COLUMNS[name]
    for name in ("term", "target", "reference", "marks", "log2_ratio_half", "conf_low", "conf_high", "q_value",
                 "n_tokens_target", "n_tokens_reference", "note")
}  # fmt: skip
"""The few that a table of very many words shows."""


def strongest(found: pd.DataFrame, top: int = 15, *, min_articles: int = 3) -> pd.DataFrame:
    """The terms that mark each side most surely, for a figure or a table of a page.

    Parameters
    ----------
    found
        From :func:`framing.keyness.compare`.
    top
        Terms a side of each contrast.
    min_articles
        Articles that must hold the term, both sides together.

    Returns
    -------
    DataFrame
        Rows of ``found`` that have ``marks``, by the bound of the interval nearest zero (``bound``), target first.
        Where no term marks a contrast, those with the largest ``bound`` stand in, with ``marks`` empty.
    """
    spread = found["n_articles_target"].fillna(0) + found["n_articles_reference"].fillna(0)
    rows = found[(found["contrast"] != "omnibus") & (spread >= min_articles)]
    parts = []
    for _, contrast in rows.groupby(["contrast", "target", "reference"], sort=False):
        sure = contrast[contrast["marks"] != ""]
        sure = sure if len(sure) else contrast
        by_bound = sure.sort_values(["bound", "log2_ratio_half"], ascending=False, kind="stable")
        first, last = (
            by_bound[by_bound["log2_ratio_half"] > 0].head(top),
            by_bound[by_bound["log2_ratio_half"] < 0].tail(top),
        )
        parts += [first, last]
    return pd.concat(parts, ignore_index=True) if parts else rows.head(0)


def marking(found: pd.DataFrame) -> pd.DataFrame:
    """All terms that mark somebody: the rows of ``found`` with ``marks``, by ``bound``; of the rest contrast by target.

    With every outlet against the others a term is listed once, for the outlet it marks by its *more* frequent use: that
    the others together use it less says nothing about any one of them.
    """
    rows = found[(found["contrast"] != "omnibus") & (found["marks"] != "")]
    if (found["contrast"] == "omnibus").any():
        rows = rows[(rows["contrast"] != "rest") | (rows["marks"] == rows["target"])]
    order = rows["bound"].abs().sort_values(ascending=False, kind="stable").index
    return rows.loc[order].reset_index(drop=True)


def tested(found: pd.DataFrame) -> pd.DataFrame:
    """All terms that were tested, of all contrasts but the omnibus row, by ``bound``: the surest first."""
    rows = found[(found["contrast"] != "omnibus") & found["p_value"].notna()]
    order = np.lexsort((rows["p_value"], -rows["bound"].abs()))
    return rows.iloc[order].reset_index(drop=True)


def answer(found: pd.DataFrame) -> dict:
    """The finding of a comparison: a sentence, its number and a caution, for ``report.finding(**answer)``.

    Returns
    -------
    dict
        ``sentence``, ``value`` (log2 ratio, ½ added), ``low``, ``high``, ``unit`` and ``caution`` (or None). The term
        named is the one whose interval stays furthest from zero.
    """
    contrasts = found[found["contrast"] != "omnibus"]
    marked, n_terms = marking(found), contrasts["term"].nunique()
    if marked.empty:
        return {
            "sentence": paragraph(_nothing(contrasts, n_terms)), "value": None, "low": None, "high": None, "unit": "",
            "caution": say("With few articles this shows how little can be told, not that the outlets write alike."),
        }  # fmt: skip
    own = marked[(marked["marks"] == marked["target"]) | (marked["reference"] != REST)]
    first = own.iloc[0] if len(own) else marked.iloc[0]
    counted = marked["marks"].map(str).value_counts()
    tally = listed(f"{others(name)} {n:,}" for name, n in counted.items())
    sides = (first["target"], first["reference"])
    named, against = sides if first["log2_ratio_half"] > 0 or first["reference"] == REST else sides[::-1]
    how_many = say("Of {n_terms:,} terms, {n:,} mark one side ({tally}).", n_terms=n_terms, n=len(marked), tally=tally)
    turned = 1 if named == first["target"] else -1  # the number is of the outlet the sentence names
    low, high = sorted((turned * first["conf_low"], turned * first["conf_high"]))
    endless = bool(np.isinf(first["log2_ratio"]))  # one side never uses the term: the bound is all that is known
    return {
        "sentence": paragraph([_said(first, named, against), how_many]),
        "value": abs(first["bound"]) if endless else turned * first["log2_ratio_half"],
        "low": None if endless else low,
        "high": None if endless else high,
        "unit": say("log2 ratio, at least") if endless else say("log2 ratio"),
        "caution": paragraph(_cautions(marked)),
    }


def _nothing(contrasts: pd.DataFrame, n_terms: int) -> list[str]:
    """That no word is sure, and which comes nearest."""
    sides = contrasts[["target", "reference"]].drop_duplicates()
    if len(sides) == 1:
        first = sides.iloc[0]
        told = [
            say(
                "No word tells {target} from {reference} surely: none of {n:,} terms differs beyond what the spread "
                "over articles and the number of terms explain.",
                target=first["target"], reference=others(first["reference"]), n=n_terms,
            )
        ]  # fmt: skip
    else:
        told = [
            say(
                "No word tells the outlets apart surely: none of {n:,} terms differs beyond what the spread over "
                "articles and the number of terms explain.",
                n=n_terms,
            )
        ]
    if contrasts["p_value"].notna().any():
        best = contrasts.loc[contrasts["p_value"].idxmin()]
        told.append(
            say("The nearest is {term} (p = {p:.2f} for the whole table).", term=best["term"], p=best["p_max_t"])
        )
    return told


def _said(row: pd.Series, named: str, against: str) -> str:
    """What the row says of the outlet named: how many times as often, less often, or the only one."""
    side, other = ("target", "reference") if named == row["target"] else ("reference", "target")
    more = row["per_million_" + side] > row["per_million_" + other]
    if np.isinf(row["log2_ratio"]):
        user, without = (named, against) if more else (against, named)
        values = {"term": row["term"], "n": int(row[f"n_tokens_{side if more else other}"]), "other": others(without)}
        if user == REST:
            return say("The other outlets use {term} {n:,} times, {other} never.", **values)
        return say("{outlet} uses {term} {n:,} times, {other} never.", outlet=others(user), **values)
    times = 2.0 ** abs(row["log2_ratio_half"])
    values = {
        "term": row["term"],
        "other": others(against),
        "times": f"{times:,.0f}" if times >= 10 else f"{times:.1f}",
    }
    if named == REST and more:
        return say("The other outlets use {term} {times} times as often as {other}.", **values)
    if named == REST:
        return say("The other outlets use {term} {times} times less often than {other}.", **values)
    if more:
        return say("{outlet} uses {term} {times} times as often as {other}.", outlet=others(named), **values)
    return say("{outlet} uses {term} {times} times less often than {other}.", outlet=others(named), **values)


def others(name: str) -> str:
    """An outlet as it writes itself, or all the others together."""
    return {REST: say("the other outlets"), EVERY: say("every outlet")}.get(str(name), str(name))


def _cautions(marked: pd.DataFrame) -> list[str]:
    known = marked["survives_without_wire"].notna()
    lost = marked.loc[known & ~marked["survives_without_wire"].fillna(True).astype(bool), "term"].astype(str)
    told = [say("Outlets that differ in period or subject differ in words for that reason; see the corpus report.")]
    if len(lost):
        copies = say(
            "{lost:,} of the {n:,} do not survive without articles that have a near-duplicate (wire copy, reprints): "
            "{terms}.",
            lost=len(lost), n=len(marked), terms=listed(lost.head(5)),
        )  # fmt: skip
        told.insert(0, copies)
    return told
