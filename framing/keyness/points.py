"""A comparison as points of a scatter, and the counts behind each word."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from framing.errors import takes_results
from framing.keyness.findings import others
from framing.keyness.groups import REST
from framing.keyness.spread import nearest
from framing.messages import Message, mark, together

_NEITHER = mark("neither")
_HEADS = (mark("side"), mark("tokens of the term"), mark("other tokens"))  # of the counts behind a term


def two_by_two(found: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The counts behind each term of a comparison with ``scores``: one small table per term, one row per side."""
    _refuse_unscored(found)
    rows = found[found["contrast"] != "omnibus"].reset_index(drop=True)
    pair, pairs = pd.factorize(rows["target"].astype(str) + "\0" + rows["reference"].astype(str))
    named = [[others(name) for name in key.split("\0")] for key in pairs]
    told = [Message("{target} against {reference}", {"target": t, "reference": r}) for t, r in named]
    sides = [
        pd.DataFrame(
            {
                "contrast": _messages(told, pair),
                "side": _messages([names[place] for names in named], pair),
                "tokens_of_the_term": rows[f"n_tokens_{side}"],
                "other_tokens": rows[f"total_{side}"] - rows[f"n_tokens_{side}"],
                "articles_with_it": rows[f"n_articles_{side}"],
            }
        )
        for place, side in enumerate(("target", "reference"))
    ]
    code, terms = pd.factorize(rows["term"].astype(str))
    both = np.tile(np.arange(len(rows)), 2)
    table = pd.concat(sides).iloc[np.lexsort((both, code[both]))]  # stable: the target of a row before its reference
    ends = np.cumsum(2 * np.bincount(code, minlength=len(terms)))
    return {
        term: table.iloc[end - n : end].reset_index(drop=True)
        for term, end, n in zip(terms, ends, np.diff(ends, prepend=0), strict=True)
    }


def _messages(told: Sequence[str], rows: np.ndarray) -> pd.Series:
    """A column of messages; without a dtype pandas makes texts of them, which no report translates."""
    return pd.Series(np.array(told, dtype=object)[rows], dtype=object)


def rates(found: pd.DataFrame) -> pd.DataFrame:
    """Rates of both sides for a scatter on logarithmic axes: the tested rows of a contrast, surest first.

    Adds ``rate_target`` and ``rate_reference`` (per million, ½ added to counts, so that a term one side never uses lies
    at the edge and not at minus infinity) and ``side`` (what it marks, or "neither").
    """
    _refuse_unscored(found)
    rows = found[(found["contrast"] != "omnibus") & found["p_value"].notna()]
    per = [
        1e6 * (rows[f"n_tokens_{side}"] + 0.5).astype(float) / (rows[f"total_{side}"] + 0.5).astype(float)
        for side in ("target", "reference")
    ]
    rows = rows.assign(
        rate_target=per[0],
        rate_reference=per[1],
        side=pd.Series([others(name) if name else _NEITHER for name in rows["marks"]], index=rows.index, dtype=object),
    )
    bound = np.nan_to_num(np.abs(nearest(rows["conf_low"], rows["conf_high"])), nan=-1.0)
    order = np.lexsort((-rows["log2_ratio_half"].abs(), -bound, rows["marks"] == ""))
    return rows.iloc[order].reset_index(drop=True)


@takes_results(found=("keyness.compare", "contrast"))
def scatter(found: pd.DataFrame, *, most: int = 30_000, each: bool = False) -> dict:
    """Both rates of the first contrast of a comparison with ``scores``, for ``report.scatter(**scatter, details=…)``.

    With ``each`` every contrast is there, among which a reader chooses by ``contrast_shown``.

    Of more than ``most`` words the surest are shown; the caption says so, and how many words were not tested.
    """
    contrasts = found[(found["contrast"] != "omnibus") & found["p_value"].notna()]
    if contrasts.empty:
        raise ValueError(f"none of the {len(found)} rows of the comparison was tested; lower min_articles")
    pairs = contrasts[["target", "reference"]].astype(str).drop_duplicates()
    pairs = list((pairs if each else pairs.head(1)).itertuples(index=False, name=None))
    sides = found["target"].astype(str), found["reference"].astype(str)
    own = found[np.logical_or.reduce([(sides[0] == a) & (sides[1] == b) for a, b in pairs])]
    shown, (target, reference) = rates(own), (pairs[0][0], others(pairs[0][1]))
    n_tested, several = len(shown), len(pairs) > 1
    if several:
        target, most = mark("the outlet chosen"), min(most, 6_000) // len(pairs)
        reference = reference if {b for _, b in pairs} == {REST} else mark("the outlet it is compared with")
        named = {pair: Message("{target} against {reference}", {"target": pair[0], "reference": others(pair[1])})
                 for pair in pairs}  # fmt: skip
        keys = zip(shown["target"].astype(str), shown["reference"].astype(str), strict=True)
        told = pd.Series([named[key] for key in keys], index=shown.index, dtype=object)
        shown = pd.concat([part for _, part in shown.assign(contrast_shown=told).groupby(["target", "reference"],
                          sort=False, observed=True)])  # fmt: skip
        shown = shown.groupby("contrast_shown", sort=False).head(most).reset_index(drop=True)
    else:
        shown = shown.head(most)
    caption = [
        Message(
            "Rate of each word per million tokens in {target} (up) and in {reference} (across), half a token added: a "
            "word that one side never uses lies along that side's edge.",
            {"target": target, "reference": reference},
        )
    ]
    if several and n_tested > len(shown):
        caption.append(Message("Of each outlet the {most:,} surest of the tested words are shown.", {"most": most}))
    elif n_tested > len(shown):
        caption.append(Message("The {most:,} surest of {n:,} tested words are shown.", {"most": most, "n": n_tested}))
    untested = int((own["p_value"].isna() & (own["n_tokens_target"] + own["n_tokens_reference"] > 0)).sum())
    if untested:
        caption.append(Message("{n:,} words were not tested and are not shown.", {"n": untested}))
    return {
        "diagonal": True,
        "choose": "contrast_shown" if several else "",
        "frame": shown,
        "x": "rate_reference",
        "y": "rate_target",
        "label": "term",
        "color": "side",
        "quiet": _NEITHER,
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
            "rate_target": Message("per million in {outlet}", {"outlet": target}),
            "rate_reference": Message("per million in {outlet}", {"outlet": reference}),
            "log2_ratio_half": mark("log2 ratio"),
            "conf_low": mark("95% interval from"),
            "conf_high": mark("95% interval up to"),
            "q_value": mark("q value"),
            "n_tokens_target": Message("tokens in {outlet}", {"outlet": target}),
            "n_tokens_reference": Message("tokens in {outlet}", {"outlet": reference}),
            "dp_norm_target": Message("dispersion (DPnorm) in {outlet}", {"outlet": target}),
            "side": mark("marks"),
        },
        "caption": together(*caption),
        "alt": Message(
            "Scatter of {n:,} words by their rates in {target} and {reference}; {marked:,} mark one of them, the "
            "clearest {terms}.",
            {
                "n": shown["term"].nunique(),
                "target": target,
                "reference": reference,
                "marked": shown.loc[shown["marks"] != "", "term"].nunique(),
                "terms": tuple(shown["term"].astype(str).drop_duplicates().head(5)),
            },
        ),  # fmt: skip
    }


def _refuse_unscored(found: pd.DataFrame) -> None:
    if "total_target" not in found:
        raise ValueError("the comparison has no totals of its sides (total_target); ask compare for scores=True")
