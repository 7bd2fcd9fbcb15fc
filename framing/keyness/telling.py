"""A comparison in a sentence, and the rows that stand for it."""

import numpy as np
import pandas as pd

from framing.keyness.groups import REST
from framing.keyness.sides import EVERY

COLUMNS = {
    "term": "the word",
    "marks": "outlet the word marks: the interval excludes 0 and q or max-T p is at most 0.05; else empty",
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
    "target": "outlet described",
    "reference": "what it is compared with",
    "bound": "end of the interval nearest 0 (0 where it holds 0): the least difference to reckon with",
    "per_million_target": "per million tokens of the target",
    "per_million_reference": "per million tokens of the reference",
    "dp_norm_target": "Gries' DPnorm over the target's articles: 0 spread like the text, 1 all in one article",
    "jaccard": "overlap of articles with the word and articles of the target, 0 to 1",
    "log_odds": "log-odds ratio with informative prior of 500 tokens, natural logarithm",
    "g2": "signed G2 over four cells; takes tokens as independent, so a ranking only",
    "log2_ratio_without_wire": "log2 ratio from articles without a near-duplicate",
    "note": "why a number is missing",
}
"""What each column of a comparison is, for ``present.table(…, columns=keyness.COLUMNS)``."""

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
    """The finding of a comparison: a sentence, its number and a caution, for ``present.finding(**answer)``.

    Returns
    -------
    dict
        ``sentence``, ``value`` (log2 ratio, ½ added), ``low``, ``high``, ``unit`` and ``caution`` (or None). The term
        named is the one whose interval stays furthest from zero.
    """
    contrasts = found[found["contrast"] != "omnibus"]
    marked = marking(found)
    sides = contrasts[["target", "reference"]].drop_duplicates()
    who = f"{sides['target'].iloc[0]} from {_others(sides['reference'].iloc[0])}" if len(sides) == 1 else "the outlets"
    n_terms = contrasts["term"].nunique()
    if marked.empty:
        best = contrasts.loc[contrasts["p_value"].idxmin()] if contrasts["p_value"].notna().any() else None
        caution = (
            "" if best is None else f" The nearest is {best['term']} (p = {best['p_max_t']:.2f} for the whole table)."
        )
        return {
            "sentence": f"No word tells {who} surely: none of {n_terms:,} terms differs beyond what the spread over "
            f"articles and the number of terms explain.{caution}",
            "value": None,
            "low": None,
            "high": None,
            "unit": "",
            "caution": "With few articles this shows how little can be told, not that the outlets write alike.",
        }
    own = marked[(marked["marks"] == marked["target"]) | (marked["reference"] != REST)]
    first = own.iloc[0] if len(own) else marked.iloc[0]
    counted = marked["marks"].map(str).value_counts()
    tally = ", ".join(f"{_others(name)} {n}" for name, n in counted.items())
    sides = (first["target"], first["reference"])
    named, against = sides if first["log2_ratio_half"] > 0 or first["reference"] == REST else sides[::-1]
    sentence = (
        f"{_said(first, named, against)}; of {n_terms:,} terms, {len(marked):,} "
        f"{'marks' if len(marked) == 1 else 'mark'} one side ({tally})."
    )
    turned = 1 if named == first["target"] else -1  # the number is of the outlet the sentence names
    low, high = sorted((turned * first["conf_low"], turned * first["conf_high"]))
    endless = bool(np.isinf(first["log2_ratio"]))  # one side never uses the term: the bound is all that is known
    return {
        "sentence": sentence,
        "value": abs(first["bound"]) if endless else turned * first["log2_ratio_half"],
        "low": None if endless else low,
        "high": None if endless else high,
        "unit": "log2 ratio, at least" if endless else "log2 ratio",
        "caution": _caution(marked),
    }


def two_by_two(found: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The counts behind each term, for ``present.table(…, details=…)``: one small table a term, one row a side."""
    made = {}
    rows = found[found["contrast"] != "omnibus"]
    for term, part in rows.groupby(rows["term"].astype(str), sort=False):
        sides = []
        for side in ("target", "reference"):
            sides.append(
                pd.DataFrame(
                    {
                        "contrast": part["target"].astype(str) + " against " + part["reference"].astype(str),
                        "side": part[side].astype(str),
                        "tokens_of_the_term": part[f"n_tokens_{side}"],
                        "other_tokens": part[f"total_{side}"] - part[f"n_tokens_{side}"],
                        "articles_with_it": part[f"n_articles_{side}"],
                    }
                )
            )
        made[term] = pd.concat(sides).sort_index(kind="stable").reset_index(drop=True)
    return made


def rates(found: pd.DataFrame) -> pd.DataFrame:
    """Rates of both sides for a scatter on logarithmic axes: the tested rows of a contrast, surest first.

    Adds ``rate_target`` and ``rate_reference`` (per million, ½ added to counts, so that a term one side never uses lies
    at the edge and not at minus infinity) and ``side`` (what it marks, or "neither").
    """
    rows = found[(found["contrast"] != "omnibus") & found["p_value"].notna()]
    per = [
        1e6 * (rows[f"n_tokens_{side}"] + 0.5).astype(float) / (rows[f"total_{side}"] + 0.5).astype(float)
        for side in ("target", "reference")
    ]
    rows = rows.assign(
        rate_target=per[0], rate_reference=per[1], side=rows["marks"].where(rows["marks"] != "", "neither")
    )
    order = np.lexsort((-rows["log2_ratio_half"].abs(), -rows["bound"].abs(), rows["marks"] == ""))
    return rows.iloc[order].reset_index(drop=True)


def scatter(found: pd.DataFrame, *, most: int = 30_000) -> dict:
    """Both rates of the first contrast for ``present.scatter(**scatter, details=…)``; a click opens a word's lines.

    Of more than ``most`` words the surest are shown; the caption says so, and how many words were not tested.
    """
    contrasts = found[(found["contrast"] != "omnibus") & found["p_value"].notna()]
    if contrasts.empty:
        raise ValueError(f"none of the {len(found)} rows of the comparison was tested; lower min_articles")
    first = contrasts.iloc[0]
    own = found[(found["target"] == first["target"]) & (found["reference"] == first["reference"])]
    shown = rates(own)
    left = f" The {most:,} surest of {len(shown):,} tested words are shown." if len(shown) > most else ""
    untested = int((own["p_value"].isna() & (own["n_tokens_target"] + own["n_tokens_reference"] > 0)).sum())
    left += f" {untested:,} words were not tested and are not shown." if untested else ""
    shown = shown.head(most)
    target, reference = first["target"], _others(first["reference"])
    marked = int((shown["marks"] != "").sum())
    return {
        "frame": shown,
        "x": "rate_reference",
        "y": "rate_target",
        "label": "term",
        "color": "side",
        "quiet": "neither",
        "log": "xy",
        "hover": [
            "log2_ratio_half",
            "conf_low",
            "conf_high",
            "q_value",
            "n_tokens_target",
            "n_tokens_reference",
            "dp_norm_target",
        ],
        "columns": {
            "rate_target": f"per million in {target}",
            "rate_reference": f"per million in {reference}",
            "log2_ratio_half": "log2 ratio",
            "conf_low": "95% interval from",
            "conf_high": "to",
            "q_value": "q",
            "n_tokens_target": f"tokens in {target}",
            "n_tokens_reference": f"tokens in {reference}",
            "dp_norm_target": f"dispersion (DPnorm) in {target}",
            "side": "marks",
        },
        "caption": f"Rate of each word per million tokens in {target} (up) and in {reference} (across), half a token "
        "added: a word that one side never uses lies along that side's edge." + left,
        "alt": f"Scatter of {len(shown)} words by their rates in {target} and {reference}; {marked} mark one of them, "
        f"the surest {', '.join(shown['term'].astype(str).head(5))}.",
    }


def _said(row: pd.Series, named: str, against: str) -> str:
    """What the row says of the outlet named: how many times as often, less often, or the only one."""
    side, other = ("target", "reference") if named == row["target"] else ("reference", "target")
    more = row["per_million_" + side] > row["per_million_" + other]
    if np.isinf(row["log2_ratio"]):
        n = int(row[f"n_tokens_{side if more else other}"])
        user, without = (named, against) if more else (against, named)
        use = "use" if user == REST else "uses"
        return f"{_others(user, upper=True)} {use} {row['term']} {n:,} times, {_others(without)} never"
    verb = "as often as" if more else "less often than"
    use = "use" if named == REST else "uses"
    return f"{_others(named, upper=True)} {use} {row['term']} {_times(row)} {verb} {_others(against)}"


def _times(row: pd.Series) -> str:
    times = 2.0 ** abs(row["log2_ratio_half"])
    return f"{times:,.0f} times" if times >= 10 else f"{times:.1f} times"


def _others(name: str, upper: bool = False) -> str:
    said = {REST: "the other outlets", EVERY: "every outlet"}.get(str(name))
    if said is None:
        return str(name)  # an outlet is written as it writes itself
    return said[0].upper() + said[1:] if upper else said


def _caution(marked: pd.DataFrame) -> str | None:
    known = marked["survives_without_wire"].notna()
    lost = int((~marked.loc[known, "survives_without_wire"].astype(bool)).sum())
    if lost:
        listed = ", ".join(map(str, marked.loc[known & ~marked["survives_without_wire"].fillna(True), "term"].head(5)))
        return (
            f"{lost} of the {len(marked)} do not survive without articles that have a near-duplicate (wire copy, "
            f"reprints): {listed}. Outlets that differ in period or subject differ in words; see the corpus report."
        )
    return "Outlets that differ in period or subject differ in words for that reason; see the corpus report."
