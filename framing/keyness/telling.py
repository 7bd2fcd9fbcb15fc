"""A comparison in a sentence, and the rows that stand for it."""

import numpy as np
import pandas as pd

from framing.keyness.comparing import EVERY


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
        Rows of ``found`` that have ``marks``, by the bound of the interval nearest zero (``bound``), target first. Where
        no term marks a contrast, those with the largest ``bound`` stand in, with ``marks`` empty.
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
    first = marked.iloc[0]
    counted = marked["marks"].map(str).value_counts()
    tally = ", ".join(f"{_others(name)} {n}" for name, n in counted.items())
    sentence = (
        f"{_others(first['marks'], upper=True)} uses {first['term']} {_times(first)} as often as "
        f"{_others(first['reference'] if first['marks'] == first['target'] else first['target'])}; "
        f"of {n_terms:,} terms, {len(marked):,} mark an outlet ({tally})."
    )
    turned = 1 if first["log2_ratio_half"] > 0 else -1
    low, high = sorted((turned * first["conf_low"], turned * first["conf_high"]))
    return {
        "sentence": sentence,
        "value": turned * first["log2_ratio_half"],
        "low": low,
        "high": high,
        "unit": "log2 ratio",
        "caution": _caution(marked),
    }


def rates(found: pd.DataFrame, *, min_articles: int = 3) -> pd.DataFrame:
    """Rates of both sides for a scatter on logarithmic axes: the rows of a contrast, surest first.

    Adds ``rate_target`` and ``rate_reference`` (per million, ½ added to counts, so that a term one side never uses lies
    at the edge and not at minus infinity) and ``side`` (what it marks, or "neither").
    """
    rows = found[(found["contrast"] != "omnibus") & found["conf_low"].notna()]
    rows = rows[(rows["n_articles_target"] + rows["n_articles_reference"]) >= min_articles]
    with np.errstate(divide="ignore", invalid="ignore"):
        per = [_per_token(rows, side) for side in ("target", "reference")]
    rows = rows.assign(
        rate_target=per[0], rate_reference=per[1], side=rows["marks"].where(rows["marks"] != "", "neither")
    )
    order = np.lexsort((-rows["log2_ratio_half"].abs(), -rows["bound"].abs(), rows["marks"] == ""))
    return rows.iloc[order].reset_index(drop=True)


def _per_token(rows: pd.DataFrame, side: str) -> np.ndarray:
    """Half-added rate per million; one token's worth follows from a term that has tokens."""
    n, rate = rows[f"n_tokens_{side}"].to_numpy(dtype=float), rows[f"per_million_{side}"].to_numpy(dtype=float)
    one = np.nanmedian(np.where(n > 0, rate / np.where(n > 0, n, 1), np.nan)) if (n > 0).any() else 1.0
    return (n + 0.5) * one


def _times(row: pd.Series) -> str:
    times = 2.0 ** abs(row["log2_ratio_half"])
    return f"{times:,.0f} times" if times >= 10 else f"{times:.1f} times"


def _others(name: str, upper: bool = False) -> str:
    said = {"rest": "the other outlets", EVERY: "every outlet"}.get(str(name), str(name))
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
