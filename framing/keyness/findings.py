"""A comparison in a sentence, and the rows that stand for it."""

import numpy as np
import pandas as pd

from framing.errors import takes_results
from framing.inference import verdict
from framing.keyness.groups import EVERY, REST
from framing.keyness.spread import nearest
from framing.messages import Finding, Message, mark, together
from framing.records import codebook

SMALLEST = 0.5
"""Log2 ratio below which a difference is taken as too small to matter: 1.4 times as often, or 29% less often."""

CODEBOOK = codebook("keyness")
COLUMNS = CODEBOOK["compare"]
"""What each column of a comparison with ``scores`` is, for ``report.table(…, columns=keyness.COLUMNS)``."""

BRIEF = {
    name: COLUMNS[name]
    for name in ("term", "target", "reference", "marks", "log2_ratio_half", "conf_low", "conf_high", "q_value",
                 "n_tokens_target", "n_tokens_reference", "note")
}  # fmt: skip
"""The few that a table of very many words shows."""


@takes_results(found=("keyness.compare", "contrast"))
def strongest(found: pd.DataFrame, top: int | None = 15, *, min_articles: int = 3) -> pd.DataFrame:
    """The terms that mark each side most surely, for a figure or a table of a page.

    Parameters
    ----------
    found
        From :func:`framing.keyness.compare`.
    top
        Terms of each side of each contrast; None for all that were tested, those furthest from zero first.
    min_articles
        Articles that must hold the term, both sides together.

    Returns
    -------
    DataFrame
        Rows of ``found`` that have ``marks``, by the end of the interval nearest zero, target first. Where no term
        marks a contrast, those whose interval stays furthest from zero are given, with ``marks`` empty.
    """
    if top is None:
        return _surest(found[(found["contrast"] != "omnibus") & found["p_value"].notna()])
    spread = found["n_articles_target"].fillna(0) + found["n_articles_reference"].fillna(0)
    rows = found[(found["contrast"] != "omnibus") & (spread >= min_articles)]
    parts = []
    for _, contrast in rows.groupby(["contrast", "target", "reference"], sort=False):
        sure = contrast[contrast["marks"] != ""]
        sure = sure if len(sure) else contrast
        bound = np.nan_to_num(nearest(sure["conf_low"], sure["conf_high"]))
        by_bound = sure.iloc[np.lexsort((-sure["log2_ratio_half"], -bound))]
        up = by_bound["log2_ratio_half"] > 0
        parts += [by_bound[up].head(top), by_bound[by_bound["log2_ratio_half"] < 0].tail(top)]
    return pd.concat(parts, ignore_index=True) if parts else rows.head(0)


@takes_results(found=("keyness.compare", "contrast"))
def marking(found: pd.DataFrame) -> pd.DataFrame:
    """All terms that mark an outlet: the rows of ``found`` with ``marks``, those furthest from zero first.

    With every outlet against the others a term is listed once, for the outlet it marks by its *more* frequent use: that
    the others together use it less says nothing about any one of them.
    """
    rows = found[(found["contrast"] != "omnibus") & (found["marks"] != "")]
    if (found["contrast"] == "omnibus").any():
        rows = rows[(rows["contrast"] != "rest") | (rows["marks"] == rows["target"])]
    return _surest(rows)


def _surest(rows: pd.DataFrame) -> pd.DataFrame:
    bound = np.abs(nearest(rows["conf_low"], rows["conf_high"]))
    return rows.iloc[np.lexsort((rows["p_value"], -np.nan_to_num(bound, nan=-1.0)))].reset_index(drop=True)


@takes_results(found=("keyness.compare", "contrast"))
def answer(found: pd.DataFrame, *, smallest_effect: float = SMALLEST) -> Finding:
    """The finding of a comparison: the term that differs most surely, how many times as often, and the cautions.

    Parameters
    ----------
    found
        From :func:`framing.keyness.compare`.
    smallest_effect
        The smallest log2 ratio that matters: 0.5 is 1.4 times as often.

    Returns
    -------
    Finding
        ``value`` is how many times as often (½ added) the outlet named uses the term named, ``low`` and ``high`` the
        interval that holds for all terms tested at once, since the term was chosen among them. *difference*: that
        interval excludes 1 and the ratio is at least ``smallest_effect``; *equivalent*: some terms differ, but all of
        them by less; else *inconclusive*, also where no term is marked: that no difference was found does
        not show that the outlets write alike.
    """
    contrasts = found[(found["contrast"] != "omnibus") & found["p_value"].notna()]
    marked, n = marking(found), contrasts["term"].nunique()
    if marked.empty:
        return Finding("inconclusive", together(*_nothing(contrasts, n)), cautions=(_FEW,), **_measured(contrasts, n))
    own = marked[(marked["marks"] == marked["target"]) | (marked["reference"] != REST)]
    rows = own if len(own) else marked
    ends = rows[["simultaneous_low", "simultaneous_high"]].to_numpy(dtype=float)
    verdicts = np.array(
        [
            verdict(value, *both, *both, smallest_effect)  # the same interval stands in for the narrower 90% one
            for value, both in zip(rows["log2_ratio_half"].astype(float), ends, strict=True)
        ]
    )
    overall = next((v for v in ("difference", "inconclusive") if (verdicts == v).any()), "equivalent")
    least = rows["log2_ratio_half"].abs() if overall == "equivalent" else np.abs(nearest(*ends.T))
    row = rows.iloc[int(np.argmax(np.where(verdicts == overall, least, -1.0)))]
    up = row["log2_ratio_half"] > 0
    named, other = ("target", "reference") if up or row["reference"] == REST else ("reference", "target")
    turned = 1 if named == "target" else -1  # the number is of the outlet the sentence names
    low, high = sorted((float(turned * row["simultaneous_low"]), float(turned * row["simultaneous_high"])))
    endless = min(row["n_tokens_target"], row["n_tokens_reference"]) == 0  # the bound is all that is known
    value = float(turned * row["log2_ratio_half"])
    tally = tuple(Message("{outlet} {n:,}", {"outlet": others(name), "n": int(n_words)})
                  for name, n_words in marked["marks"].map(str).value_counts().items())  # fmt: skip
    how_many = Message("Of {n_terms:,} terms, {n:,} mark one side ({tally}).",
                       {"n_terms": n, "n": len(marked), "tally": tally})  # fmt: skip
    if endless:
        sentence = _never(row)
        value, low, high = (low if value > 0 else high), None, None
    else:
        values = {"outlet": others(row[named]), "other": others(row[other]), "term": str(row["term"]),
                  "rate": _times(value), "low": _ratio(low), "high": _ratio(high), "n": n,
                  "limit": _ratio(smallest_effect)}  # fmt: skip
        sentence = Message(_SAID[overall].text, values)
    unit = mark("times as often")
    if endless:
        unit = mark("times as often, at least") if value > 0 else mark("times as often, at most")
    value, low, high = (None if end is None else 2.0**end for end in (value, low, high))
    return Finding(
        overall, together(sentence, how_many), value, low, high, unit, tuple(_cautions(marked)),
        contrast=(str(row["term"]), str(row[named]), str(row[other])), **_measured(contrasts, n),
    )  # fmt: skip


def _measured(contrasts: pd.DataFrame, n: int) -> dict:
    """What the ledger is asked for: articles of a side are those of its most widespread term, to be near enough."""
    sides = contrasts[["n_articles_target", "n_articles_reference"]].astype(float).max()
    articles = {} if contrasts.empty else {"articles": sides.min(), "most_articles": sides.max()}
    return {"procedure": "keyness.compare", "features": {"words": float(n), **articles}}


_FEW = mark("This does not show that the outlets write alike: with few articles only large differences are found.")
_SAID = {
    "difference": mark(
        "{outlet} uses {term} {rate} {other} (95% confidence interval {low} to {high} times as often, for a term "
        "chosen among {n:,})."
    ),
    "equivalent": mark(
        "The terms that mark an outlet differ by less than a factor of {limit}: {outlet} uses {term} {rate} {other} "
        "(95% confidence interval {low} to {high} times as often, for a term chosen among {n:,})."
    ),
    "inconclusive": mark(
        "Some terms differ, but which of them does so most cannot be determined: {outlet} uses {term} {rate} {other} "
        "(95% confidence interval {low} to {high} times as often, for a term chosen among {n:,})."
    ),
}


def _times(value: float) -> Message:
    """How much more or less often: "2.5 times as often as", "60% less often than"."""
    if value >= 0 or value < -6.6:  # 1% and less are told as a ratio
        return Message("{times} times as often as", {"times": _ratio(value)})
    return Message("{percent:.0f}% less often than", {"percent": 100 * (1 - 2.0**value)})


def _ratio(log2: float) -> str:
    return f"{2.0**log2:,.0f}" if log2 >= np.log2(9.95) else f"{2.0**log2:.2g}"


def _nothing(contrasts: pd.DataFrame, n_terms: int) -> list[Message]:
    """That no term is marked, and which comes nearest."""
    sides = contrasts[["target", "reference"]].drop_duplicates()
    if len(sides) == 1:
        first = sides.iloc[0]
        said = Message(
            "None of the {n:,} terms differs between {target} and {reference} by more than variation between articles "
            "and multiple testing would produce.",
            {"target": others(first["target"]), "reference": others(first["reference"]), "n": n_terms},
        )
    else:
        said = Message(
            "None of the {n:,} terms differs between the outlets by more than variation between articles and multiple "
            "testing would produce.",
            {"n": n_terms},
        )
    if contrasts.empty:
        return [said]
    best = contrasts.loc[contrasts["p_value"].idxmin()]
    return [said, Message("The closest is {term} (q = {q:.2f}).", {"term": str(best["term"]), "q": best["q_value"]})]


def _never(row: pd.Series) -> Message:
    """That one side uses the term and the other does not."""
    user, without = ("target", "reference") if row["n_tokens_target"] > 0 else ("reference", "target")
    values = {"outlet": others(row[user]), "term": str(row["term"]), "n": int(row[f"n_tokens_{user}"]),
              "other": others(row[without])}  # fmt: skip
    if row[user] == REST:
        return Message("The other outlets use {term} {n:,} times, {other} never.", values)
    return Message("{outlet} uses {term} {n:,} times, {other} never.", values)


def others(name: str) -> str:
    """An outlet as it writes itself, or all the others together."""
    return {REST: mark("the other outlets"), EVERY: mark("every outlet")}.get(str(name), str(name))


def _cautions(marked: pd.DataFrame) -> list[Message]:
    told = [mark("Outlets that differ in period or subject differ in words for that reason; see the corpus report.")]
    if "survives_without_wire" in marked:
        survives = marked["survives_without_wire"]
        lost = marked.loc[survives.notna() & ~survives.fillna(True).astype(bool), "term"].astype(str)
        if len(lost):
            copies = Message(
                "{lost:,} of the {n:,} do not survive without articles that have a near-duplicate (wire copy, "
                "reprints): {terms}.",
                {"lost": len(lost), "n": len(marked), "terms": tuple(lost.head(5))},
            )
            told.insert(0, copies)
    return told
