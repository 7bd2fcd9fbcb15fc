"""The multiverse of a topic: does one outlet give a subject more of its articles than another?"""

import numpy as np
from scipy import stats

from framing import models, topics
from framing.choices import OPTIONS, check
from framing.errors import ParamError, TableError
from framing.inference import normal_interval
from framing.messages import Message, mark
from framing.multiverse.curve import Multiverse, gather
from framing.multiverse.joint import Null
from framing.multiverse.pairs import Pair
from framing.multiverse.specs import specifications
from framing.progress import bar
from framing.study.studies import Study, opened


def subject(
    study: Study | str,
    terms: list,
    target: str,
    reference: str,
    choices: dict,
    *,
    min_articles: int = 5,
    max_share: float = 0.4,
    replicates: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> Multiverse:
    """Difference of two outlets in the share of a subject, under every combination of choices.

    Parameters
    ----------
    study
        A study, or the name of a prepared one (its articles, counts).
    terms
        Words that name the subject: in every fit it is the topic that gives them most of its probability.
    target, reference
        Two outlets.
    choices
        ``n_topics`` (numbers), ``engine`` (of :func:`framing.topics.fit`), ``start`` (seeds of the fit), ``copies``
        (``all``, ``first``, ``none``), ``errors`` (``article``, with its copies where ``cluster_id`` names them;
        ``date``). Any other choice is about rows, as in :func:`contrast`.
        Topics are fitted to all articles of the study given, once for each number, engine and start.
    min_articles, max_share
        Terms taken: in so many articles at least, in such a share of them at most.

    Returns
    -------
    Multiverse
        ``estimate`` is the difference of mean shares in points (hundredths), ``target`` minus ``reference``. The
        intervals do not hold the uncertainty of the topics themselves; the spread over ``start`` and ``n_topics`` does.

    Raises
    ------
    ParamError
        An option that means nothing here.
    TableError
        An outlet that is not there, or none of the terms in the counts.
    """
    check(choices, "topic")
    specs = specifications(choices)
    of = opened(study)
    pair = Pair.of(of, target, reference)
    kept = pair.kept(specs, choices, tuple(OPTIONS["topic"]))
    counts = topics.trim(of.counts, min_articles=min_articles, max_share=max_share)
    shares = {}
    for key in bar({_fit_of(spec) for spec in specs.to_dict("records")}, mark("fits")):  # a handful
        shares[key] = _shares(counts, pair, {str(term) for term in terms}, *key)
    found, nulls = [], []
    for spec, keep in zip(bar(specs.to_dict("records"), mark("specifications")), kept, strict=True):  # tens
        row, null = _one(pair, shares[_fit_of(spec)], spec, keep, level)
        found.append(row)
        nulls.append(null)
    effect = Message("points of share, {target} minus {reference}", {"target": target, "reference": reference})
    z = pair.z_scores(nulls, replicates, seed)
    info = {"kind": "subject", "smallest_effect": 5.0, "seed": seed, "replicates": replicates}
    return gather(specs, found, z, effect, **info)


def shares_of(study: Study, terms: list, pair: Pair, n_topics: int, start: int) -> np.ndarray:
    """Share of a subject in each article of a pair in one fit, in hundredths; missing for an article without terms."""
    counts = topics.trim(study.counts, min_articles=5, max_share=0.4)
    return _shares(counts, pair, {str(term) for term in terms}, n_topics, "cvb0", start)


def _fit_of(spec: dict) -> tuple[int, str, int]:
    try:
        return int(spec.get("n_topics", 10)), spec.get("engine", "cvb0"), int(spec.get("start", 0))
    except ValueError as error:
        raise ParamError(f"the choices 'n_topics' and 'start' take whole numbers; {error}") from None


def _shares(counts, pair: Pair, wanted: set[str], n_topics: int, engine: str, start: int) -> np.ndarray:
    """Share of the subject in each article of the pair; missing for an article without terms."""
    fitted = topics.fit(counts, n_topics, engine=engine, seed=start)
    named = fitted.terms.astype(str).isin(wanted)
    if not named.any():
        raise TableError(f"none of the terms {sorted(wanted)} is in the counts the topics are fitted to")
    topic = int(np.argmax(fitted.probabilities[:, named].sum(axis=1)))
    place = fitted.articles.astype(str).get_indexer(pair.articles["article_id"].astype(str))
    return np.where(place >= 0, 100 * fitted.shares[place, topic], np.nan)


def _one(pair: Pair, share: np.ndarray, spec: dict, keep: np.ndarray, level: float):
    keep = np.flatnonzero(keep & ~np.isnan(share))
    y, t = share[keep], pair.label[keep]
    if min(t.sum(), len(t) - t.sum()) < 2 or np.ptp(y) == 0:
        note = mark("fewer than two articles of an outlet, or no variation")
        return {"estimate": np.nan, "n": len(keep), "note": note}, None
    fitted = models.refit(np.column_stack([np.ones(len(keep)), t]), y, "normal", names=("Intercept", "target"))
    codes = pair.codes(spec, keep)
    found = models.covariance(fitted, "CR1", groups=codes)
    std_error = float(found.std_error[1])
    estimate = float(fitted.estimate[1])
    low, high = normal_interval(estimate, std_error, level, found.df[1])
    row = {
        "estimate": estimate, "std_error": std_error, "conf_low": float(low), "conf_high": float(high),
        "p_value": float(2 * stats.t.sf(abs(estimate / std_error), found.df[1])), "n": len(keep),
        "note": str(found.notes()[1]),
    }  # fmt: skip
    return row, Null(keep, y - y.mean(), np.ones((len(keep), 1)), np.ones(len(keep)), codes)
