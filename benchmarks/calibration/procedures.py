"""Public functions of framing as black boxes: one adapter per procedure, from a sample and a seed to verdicts.

An adapter returns a dict from the name of a statement to its ``verdict``. Only this file needs a change when a public
function gets another name or another shape.
"""

import numpy as np
import pandas as pd
from scipy import stats
from scipy.spatial import distance

import framing as fr

LEVEL = 0.05
FEWER = {"replicates": 399}
"""For the tests of a series, whose defaults draw 999 or 1,999: their size is that of any number B with (B + 1) / 20
whole, and the power of fewer is a little less."""


def verdict(claim=None, *, low=None, high=None, truth=0.0) -> dict[str, float]:
    """Count what was said about things whose truth is known.

    Parameters
    ----------
    claim
        Whether something was claimed about each; missing where nothing was said.
    low, high, truth
        Intervals, and the values they should hold; missing, or endless on both sides, where there is none.

    Returns
    -------
    dict
        ``n`` things; ``claims`` of ``n_said``, ``covers`` of ``n_intervals``; ``width``, the mean of the finite
        intervals; ``refused``: things without the claim or the interval that was asked for.
    """
    given = {"claim": claim, "low": low, "high": high}
    given = {
        name: np.atleast_1d(np.asarray(values, dtype=float)) for name, values in given.items() if values is not None
    }
    absent = np.full(np.broadcast_shapes(*(values.shape for values in given.values())), np.nan)
    claim, low, high = (given.get(name, absent) for name in ("claim", "low", "high"))
    low = np.where(np.isinf(low) & np.isinf(high) & (low < high), np.nan, low)  # from -∞ to ∞ nothing is said
    silent = np.isnan(claim) & ("claim" in given) | (np.isnan(low) | np.isnan(high)) & ("low" in given)
    finite = (high - low)[np.isfinite(low) & np.isfinite(high)]
    return {
        "n": len(silent),
        "claims": int(np.nansum(claim)),
        "n_said": int((~np.isnan(claim)).sum()),
        "covers": int(((low <= truth) & (truth <= high)).sum()),
        "n_intervals": int((~np.isnan(low) & ~np.isnan(high)).sum()),
        "width": float(finite.mean()) if len(finite) else np.nan,
        "refused": int(silent.sum()),
    }


def small(p) -> np.ndarray:
    """Whether each p-value claims an effect; missing where there is none."""
    p = np.atleast_1d(np.asarray(p, dtype=float))
    return np.where(np.isnan(p), np.nan, p <= LEVEL)


def row(table, truth: float = 0.0) -> dict[str, float]:
    """The verdict of a row, or of all rows, with ``p_value``, ``conf_low`` and ``conf_high``."""
    return verdict(small(table["p_value"]), low=table["conf_low"], high=table["conf_high"], truth=truth)


# ---- procedures whose answer is known: they try the harness ----


def z_test(sample, seed):
    n = len(sample.values)
    z, half = sample.values.mean() * np.sqrt(n), stats.norm.ppf(1 - LEVEL / 2) / np.sqrt(n)
    low, high = sample.values.mean() - half, sample.values.mean() + half
    return {"mean is not 0": verdict(small(2 * stats.norm.sf(abs(z))), low=low, high=high, truth=sample.truth)}


def always(sample, seed):
    return {"mean is not 0": verdict(True)}


def refuse(sample, seed):
    raise ValueError("nothing is said about these data")


# ---- trends ----


def interrupted(sample, seed, **options):
    found = fr.trends.interrupted(sample.series, sample.at, seed=seed, **FEWER | options)
    effects = found.effects.set_index("effect")
    terms = found.coefficients.set_index("term")
    return {
        "average": row(effects.loc["average"], sample.truth),
        "at end": row(effects.loc["at_end"], sample.truth),
        "level": row(terms.loc["level"], sample.level),
        "slope": row(terms.loc["slope"]),
    }


def event(sample, seed, **options):
    """The finding about several outlets: which one, if any, an event changed."""
    found = fr.trends.interrupted(sample.series, sample.at, seed=seed)
    said = fr.trends.answer(found, **options)
    truth = sample.truth if f"groups {sample.series['group'].iloc[-1]} shows" in said.sentence else 0.0
    rows = found.effects[found.effects["effect"].eq("average")]
    known = np.where(rows["group"] == sample.series["group"].iloc[-1], sample.truth, 0.0)
    missed = (rows["simultaneous_low"] > known) | (known > rows["simultaneous_high"])
    return {
        "answer claims a change": verdict(said.verdict == "difference"),
        "the right outlet is named": verdict(said.verdict == "difference" and truth != 0),
        "a simultaneous interval misses": verdict(missed.any()),
    }


def breaks(sample, seed, **options):
    found = fr.trends.breaks(sample.series, seed=seed, **FEWER | options)
    said = {
        "any break p ≤ .05": verdict((found.breaks["p_value"] <= LEVEL).any()),
        "overall": verdict(small(found.overall["p_value"])),
    }
    if sample.truth and len(found.breaks):
        first = found.breaks.iloc[(found.breaks["p_value"].fillna(1)).to_numpy().argmin()]
        low, high, true = (
            pd.Period(str(each), "M").ordinal for each in (first["conf_low"], first["conf_high"], sample.at)
        )
        said["date of the break"] = verdict(low=low, high=high, truth=true)
    return said


def mann_kendall(sample, seed, **options):
    found = fr.trends.mann_kendall(sample.series, seed=seed, **FEWER | options)
    return {"trend": verdict(small(found["p_value"]), low=found["conf_low"], high=found["conf_high"])}


def lead_lag(sample, seed, **options):
    lead = fr.trends.lead_lag(sample.first, sample.second, seed=seed, **FEWER | options).attrs["lead"]
    return {"somebody leads": verdict(not lead["conf_low"] <= 0 <= lead["conf_high"])}


# ---- words ----

BANDS = {"5–10": (5, 10), "11–29": (11, 29), "30 or more": (30, np.inf), "5 or more": (5, np.inf)}
"""Articles, both sides together, that hold a word."""


def compare(sample, seed, **options):
    """The first outlet against the rest, by the articles that hold a word: planted words if there are, else all.

    ``marked`` counts, for each table, the words marked falsely among those marked: its share is the false discovery
    rate. ``named`` is the interval of the word that the answer names.
    """
    found = fr.keyness.compare(sample.counts, target="a", seed=seed, **options)
    found = found[found["target"] == "a"].assign(truth=found["term"].astype(str).map(sample.truth).astype(float))
    planted = found["truth"].abs() > 0.5
    articles = found["n_articles_target"] + found["n_articles_reference"]
    held = articles.where(planted | ~planted.any())
    of_band = {f"words in {band} articles": found[held.between(*ends)] for band, ends in BANDS.items()}
    said = {name: row(words, words["truth"]) for name, words in of_band.items()}
    told = fr.keyness.answer(found)
    if not planted.any():
        return said | {
            "any word is marked": verdict((found["marks"] != "").any()),
            "answer claims": verdict(told.verdict in ("difference", "equivalent")),
        }
    marked = found["marks"] != ""
    false = (marked & (found["truth"].abs() < 0.01)).sum() / max(marked.sum(), 1)
    said |= {"marked": {**verdict(0), "claims": float(false)}, "planted words are marked": verdict(marked[planted])}
    said |= {"answer finds a difference": verdict(told.verdict == "difference")}
    if told.low is not None:
        near = (found["log2_ratio_half"].abs() - abs(np.log2(told.value))).abs().to_numpy().argmin()
        one = found.iloc[near]
        said["named"] = verdict(low=one["simultaneous_low"], high=one["simultaneous_high"], truth=one["truth"])
    return said


def paired(sample, seed, **options):
    """Words in at least three events; and of the findings (q ≤ .05), those whose word is in one event."""
    found = fr.keyness.paired(sample.counts, seed=seed, **options)
    claimed = found[found["q_value"] <= LEVEL]
    said = {"findings on one event": verdict(claimed["n_events_term"] <= 1)}
    if hasattr(sample, "truth"):
        truth = found["term"].astype(str).map(sample.truth).astype(float)
        events = found["n_events_term"]
        for band, ends in {"3–9": (3, 9), "10 or more": (10, np.inf)}.items():
            here = events.between(*ends) & found["p_value"].notna()
            said[f"words in {band} events"] = row(found[here], truth[here])
        said["any finding"] = verdict(len(claimed) > 0)
    return said


def adjusted(sample, seed, formula="1", **options):
    """Words by articles; and of the findings (q ≤ .05), those whose word is in at most one article of a side."""
    found = fr.keyness.adjusted(sample.counts, sample.articles, formula, **options)
    claimed = found[found["q_value"] <= LEVEL]
    held = sample.counts.groupby(["term", "outlet"], observed=True)["article_id"].nunique().unstack(fill_value=0)
    sides = [(r.term, r.target, r.reference) for r in claimed.itertuples()]
    least = [
        min(held.loc[t, a], held.loc[t, b] if b in held else held.loc[t].sum() - held.loc[t, a]) for t, a, b in sides
    ]
    said = {"findings on one article of a side": verdict(np.array(least) <= 1)}
    if hasattr(sample, "truth"):
        truth = found["term"].astype(str).map(sample.truth).astype(float)
        articles = found["term"].astype(str).map(held.sum(axis=1))
        for band in ("11–29", "30 or more"):
            here = articles.between(*BANDS[band]) & found["p_value"].notna()
            said[f"words in {band} articles"] = row(found[here], truth[here])
        said["any finding"] = verdict(len(claimed) > 0)
    return said


def collocates(sample, seed, **options):
    """The finding about a node, or about the word planted at it, and the intervals of the words that are not."""
    found = fr.contexts.near(sample.articles, sample.tokens, sample.node, **options)
    answer = fr.contexts.answer(found, sample.node)
    claimed = answer.verdict == "difference"
    if sample.planted:
        own = found[(found["term"] == sample.planted) & (found["q_value"] <= LEVEL)]
        return {
            "answer names the planted word": verdict(claimed and answer.sentence.values["term"] == sample.planted),
            "another word is selected": verdict(
                set(found["term"][found["q_value"] <= LEVEL]) - {sample.planted} != set()
            ),
            "planted word is selected": verdict(len(own) > 0),
        }
    bands = {"3–4": (3, 4), "5–9": (5, 9), "10 or more": (10, np.inf)}
    few = {f"interval, {band} articles": found[found["n_articles"].between(*ends)] for band, ends in bands.items()}
    intervals = {name: verdict(low=own["conf_low"], high=own["conf_high"]) for name, own in few.items() if len(own)}
    return {"answer names a collocate": verdict(claimed), **intervals}


def regions(sample, seed, min_articles=10, **options):
    """Whether outlets differ, and whether the region of each holds the place its true shares have on the map."""
    mapped = fr.maps.outlets(sample.counts, min_articles=min_articles)
    found = fr.maps.regions(sample.counts, mapped, seed=seed, **options)
    said = {"outlets differ": verdict(small(found["p_value"].iloc[0]))}
    if not sample.shift:
        return said
    shares = sample.shares[mapped.columns["name"]].to_numpy()
    shares = shares / shares.sum(axis=1, keepdims=True)
    mass = mapped.rows["mass"].to_numpy()[:, None]
    average = (mass * shares).sum(axis=0)
    left, size, _ = np.linalg.svd(np.sqrt(mass) * (shares - average) / np.sqrt(average), full_matrices=False)
    place = found[["x", "y"]].dropna(axis=1).to_numpy()
    true = (left * size / np.sqrt(mass))[:, : len(mass) - 1]
    turn, _, back = np.linalg.svd(true.T @ place, full_matrices=False)  # as near to the map as it can be turned
    away = true @ turn @ back - place
    angle = np.radians(found["angle"].fillna(0).to_numpy())
    along = away[:, 0] * np.cos(angle) + away[:, -1] * np.sin(angle) * (place.shape[1] > 1)
    across = (away[:, -1] * np.cos(angle) - away[:, 0] * np.sin(angle)) * (place.shape[1] > 1)
    reach = np.hypot(2 * along / found["width"], 2 * across / found["height"].fillna(1))
    low = np.where(np.isnan(reach), np.nan, np.where(reach <= 1, -np.inf, np.inf))  # an ellipse has no one width
    return said | {"region holds the place": verdict(low=low, high=np.where(low < 0, 1.0, low))}


def similarity(sample, seed, **options):
    """The finding about outlets' vocabularies, and the intervals of their distances."""
    found = fr.maps.similarity(sample.counts, seed=seed, **options)
    shares = sample.shares[np.unique(sample.counts["term"].astype(str))]
    true = [
        distance.jensenshannon(shares.loc[a], shares.loc[b], 2) for a, b in zip(found["a"], found["b"], strict=True)
    ]
    true = np.array(true) * (sample.shift > 0)  # rounding
    return {
        "answer claims a difference": verdict(fr.maps.answer(found).verdict == "difference"),
        "distance": verdict(small(found["p_value"]), low=found["jensen_shannon_low"], high=found["jensen_shannon_high"],
                            truth=true),
        "all distances together": verdict(low=[-1.0], high=[np.where(
            ((found["simultaneous_low"] <= true) & (true <= found["simultaneous_high"])).all(), 1.0, -0.5)]),
    }  # fmt: skip


def effects(sample, seed, **options):
    """The outlets' difference in each topic, topics fitted to the same articles."""
    fitted = fr.topics.fit(sample.counts, sample.n_topics, seed=seed, workers=1)
    found = fr.topics.effects(fitted, sample.articles, "outlet", seed=seed, **options)
    return {"outlet, each topic": row(found[found["term"] != "Intercept"])}


def topic_answer(sample, seed):
    """The finding about the outlets' topics, fitted to the same articles."""
    fitted = fr.topics.fit(sample.counts, sample.n_topics, seed=seed, workers=1)
    found = fr.topics.answer(fr.topics.shares(fitted, sample.articles, "outlet", seed=seed))
    return {"answer finds a difference": verdict(found.verdict == "difference")}


# ---- codes ----


def crosstab(sample, seed, **options):
    """Shares of a code by outlet, whether they differ, and the finding about the clearest difference of all codes."""
    found = fr.frames.crosstab(sample.codes, **options)
    shares, pairs = found.shares[found.shares["code"] == "x"], found.pairs[found.pairs["code"] == "x"]
    true = shares["outlet"].map(sample.share).to_numpy()
    apart = (pairs["group"].map(sample.share) - pairs["other"].map(sample.share)).to_numpy()
    whole = found.overall[found.overall["code"] == "x"]
    answer = fr.frames.answer(found, smallest_effect=1e-9)
    return {
        "outlets differ": verdict(small(whole["p_value"])),
        "cells": verdict(small(shares["p_value"])),
        "shares": verdict(low=shares["conf_low"], high=shares["conf_high"], truth=true),
        "differences": verdict(small(pairs["p_value"]), low=pairs["conf_low"], high=pairs["conf_high"], truth=apart),
        "Cramér's V": verdict(low=whole["conf_low"], high=whole["conf_high"], truth=sample.v),
        "answer claims": verdict(answer.verdict == "difference"),
    }


def corrected(sample, seed, estimator="corrected", **options):
    """Shares of a code, their differences and coefficients, by a machine that people correct."""
    given = {"frame": sample.frame, "strata": sample.strata, **options}
    found = fr.frames.corrected(sample.study, sample.codes, sample.codings, "x ~ outlet", **given)
    shares = found.shares[found.shares["estimator"] == estimator]
    pairs = found.pairs[found.pairs["estimator"] == estimator]
    true = shares["group"].map(sample.share).to_numpy()
    apart = (pairs["group"].map(sample.share) - pairs["other"].map(sample.share)).to_numpy()
    terms = found.coefficients[found.coefficients["estimator"] == estimator].set_index("term")
    logits = pd.Series({name: np.log(share / (1 - share)) for name, share in sample.share.items()})
    slopes = [f"outlet[T.{name}]" for name in logits.index[1:]]
    slopes = terms.reindex(slopes)
    model = fr.frames.corrected(sample.study, sample.codes, sample.codings, "y ~ x + outlet", **given).coefficients
    x = model[(model["estimator"] == estimator) & (model["term"] == "x")]
    answer = fr.frames.answer(found, smallest_effect=1e-9)
    return {
        "answer claims": verdict(answer.verdict == "difference"),
        "shares": verdict(low=shares["conf_low"], high=shares["conf_high"], truth=true),
        "differences": verdict(small(pairs["p_value"]), low=pairs["conf_low"], high=pairs["conf_high"], truth=apart),
        "log odds ratios": verdict(low=slopes["conf_low"], high=slopes["conf_high"],
                                   truth=(logits.iloc[1:] - logits.iloc[0]).to_numpy()),
        "slopes on the code": verdict(low=x["conf_low"], high=x["conf_high"], truth=0.5),
    }  # fmt: skip


def claim(sample, seed, at_edge=True):
    """A claim whose truth is known: at the edge of what matters either verdict is wrong, at twice that one is right."""
    said = fr.claims.judge([sample.claim], sample.study, sensitivity=False, replicates=9, seed=seed)
    found = str(said.verdicts.loc[0, "verdict"])
    if at_edge:
        return {"a false claim is supported": verdict(found == "supported"),
                "a true claim is contradicted": verdict(found == "contradicted")}  # fmt: skip
    return {"a true claim at twice what matters is supported": verdict(found == "supported"),
            "it is left open": verdict(found == "inconclusive"),
            "it is contradicted": verdict(found == "contradicted")}  # fmt: skip


def claim_file(sample, seed):
    """A file of claims of which the first ``sample.false`` are false at the edge: q over the file decides each."""
    said = fr.claims.judge(sample.claims, sensitivity=False).verdicts["verdict"].astype(str)
    supported = said.eq("supported").to_numpy()
    falsely = supported[: sample.false].sum() / max(supported.sum(), 1)
    found = {"false among the supported": {**verdict(0), "claims": float(falsely)}}
    true = supported[sample.false :]
    return found | ({"true claims of a file are supported": verdict(true)} if len(true) else {})


def agreement(sample, seed, **options):
    """The intervals of alpha and AC1 of all coders."""
    found = fr.reliability.agreement(sample.codings, seed=seed, **options)
    found = found[found["coders"].isin(["all people", "a – b"])].drop_duplicates("coefficient")
    return covered(found.set_index("coefficient"), sample.truth)


def validity(sample, seed, **options):
    """The intervals of a machine's precision and recall."""
    return covered(fr.reliability.validity(sample.codings, seed=seed, **options).set_index("measure"), sample.truth)


def covered(found, truth):
    return {
        name: verdict(low=found.loc[[name], "conf_low"], high=found.loc[[name], "conf_high"], truth=value)
        for name, value in truth.items()
    }


# ---- placement ----


OUTCOMES = {"ordinal": "page", "front": "front", "poisson": "count", "ols": "number"}


def fit(sample, seed, family="ordinal", cluster="date", **options):
    found = fr.prominence.fit(sample.rows, OUTCOMES[family], "x", family=family, cluster=cluster, seed=seed, **options)
    return {"x": row(found.coefficients.set_index("term").loc["x"])}


def placement(sample, seed, family="ordinal"):
    """The finding about page 1 over time, and the intervals of all changes beside it."""
    formula = "outlet * years" if sample.rows["outlet"].nunique() > 1 else "years"
    group = "outlet" if "outlet" in formula else ""
    fitted = fr.prominence.fit(sample.rows, "page", formula, family=family, cluster="date", seed=seed)
    found = fr.prominence.answer(fitted, "years", group)
    said = {"answer finds a difference": verdict(found.verdict == "difference")}
    if sample.planted or sample.rows["page"].isna().any():
        return said
    table = fr.prominence.changes(fitted, "years", group)
    inside = (table["joint_low"] <= 0) & (table["joint_high"] >= 0)
    low = np.where(inside.all(), -1.0, 1.0) if table["joint_low"].notna().all() else np.nan
    return said | {"change of each outlet": row(table), "all changes at once": verdict(low=low, high=1.0)}


def bounds(sample, seed):
    """The union over the missing pages of the interval of an outlet's change."""
    rows = sample.rows[sample.rows["outlet"] == "a"]
    fitted = fr.prominence.fit(rows, "page", "years", family="front", cluster="date", seed=seed)
    found = fitted.bounds().query("term == 'years'").iloc[0]
    return {"union of the intervals": verdict(low=found["union_low"], high=found["union_high"])}


def multiverse(sample, seed, replicates=199):
    choices = {"model": ["ordinal", "front"], "time": ["line", "rank"], "errors": ["CR1", "HC1"]}
    found = fr.multiverse.placed.placements(sample.rows, choices, replicates=replicates, seed=seed)
    joint = fr.multiverse.summary(found).set_index("statistic")["p_value"]
    claimed = fr.multiverse.answer(found).verdict == "difference"
    return {"joint p": verdict(small(joint["median z"])), "answer finds a difference": verdict(claimed)}
