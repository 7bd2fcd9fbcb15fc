"""How good topics are, by measures that do not agree, and over a range of K."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from framing.errors import TableError, takes_results
from framing.messages import Finding, Message, mark
from framing.tables import steps as steps_of
from framing.tables import takes_tables
from framing.topics.fitting import fit_matrix, prepared
from framing.topics.heldout import aligned, completion
from framing.topics.matching import match, run_all
from framing.topics.record import Topics, first_terms
from framing.topics.wording import frex

_TINY = 1e-12  # what gensim adds to a joint probability
_FACTS = (mark("stopped"),)  # what the stamp of a report calls how a fit ended


@takes_tables()
@takes_results(topics=("topics.fit", "probabilities"))
def coherence(topics: Topics, counts: pd.DataFrame) -> pd.DataFrame:
    """Coherence and exclusivity of each topic, by its ten most probable words.

    Parameters
    ----------
    topics
        Fitted topics.
    counts
        Articles in which words are looked for together. For windows of running text give ``topics.model`` and
        ``topics.dictionary`` to gensim's ``CoherenceModel``.

    Returns
    -------
    DataFrame
        One row per topic: ``topic``, ``label``, ``umass``, ``npmi`` (−1 to 1), ``c_v`` (0 to 1), ``exclusivity``
        (mean over the words of φ_kw / Σ_j φ_jw; 1/K to 1), ``exclusivity_frex`` (mean FREX of the words, weight
        0.7 on exclusivity, as in the R package stm divided by the number of words). Higher is better in all.

    Notes
    -----
    ``umass`` is Σ over pairs, the more probable word l before m, of log((D(m, l) + 1) / D(l)), D counting articles
    [1]_. ``npmi`` is the mean over pairs of log(p_lm / p_l p_m) / −log p_lm; ``c_v`` the mean cosine between a
    word's NPMI profile and the sum of all profiles [2]_. A common word raises the first two; exclusivity pulls
    the other way.

    References
    ----------
    .. [1] Mimno et al. (2011). Optimizing semantic coherence in topic models. *EMNLP*, 262-272.
    .. [2] Röder, Both & Hinneburg (2015). Exploring the space of topic coherence measures. *WSDM* 8, 399-408.
    """
    X, _, _ = aligned(topics, counts)
    table = coherence_of(topics.probabilities, X)
    table.insert(0, "label", topics.names)
    table.insert(0, "topic", np.arange(topics.n_topics))
    return table


def coherence_of(phi: np.ndarray, X: sparse.csr_array, n_words: int = 10) -> pd.DataFrame:
    """The measures of :func:`coherence` for a topic × term table and articles × terms, a window being an article."""
    n_words = min(n_words, phi.shape[1])
    top = first_terms(phi, n_words)
    used, place = np.unique(top, return_inverse=True)
    there = sparse.csr_array((X[:, used] > 0).astype(np.float64))
    both = (there.T @ there).toarray()
    place = place.reshape(top.shape)
    joint = both[place[:, :, None], place[:, None, :]]  # topic × word × word: articles with both
    alone = np.diagonal(joint, axis1=1, axis2=2)
    n = max(int((np.diff(X.indptr) > 0).sum()), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        later = np.tril(np.ones((n_words, n_words), dtype=bool), -1)  # m later than l
        umass = np.where(later, np.log((joint + 1) / alone[:, None, :]), 0).sum(axis=(1, 2))
        p = joint / n + _TINY
        npmi = np.log(p * n * n / (alone[:, :, None] * alone[:, None, :])) / -np.log(p)
    npmi = np.where(np.isfinite(npmi), npmi, 0)
    upper = np.triu(np.ones((n_words, n_words), dtype=bool), 1)
    whole = npmi.sum(axis=1)
    size = np.linalg.norm(npmi, axis=2) * np.linalg.norm(whole, axis=1)[:, None]
    cosine = np.einsum("kij,kj->ki", npmi, whole) / np.maximum(size, _TINY)
    exclusive = phi / phi.sum(axis=0)
    return pd.DataFrame(
        {
            "umass": umass,
            "npmi": npmi[:, upper].mean(axis=1) if n_words > 1 else np.nan,
            "c_v": cosine.mean(axis=1),
            "exclusivity": np.take_along_axis(exclusive, top, axis=1).mean(axis=1),
            "exclusivity_frex": np.take_along_axis(frex(phi, 0.7), top, axis=1).mean(axis=1),
        }
    )


@takes_tables()
def scan(
    counts: pd.DataFrame,
    n_topics: Sequence[int],
    seeds: int | Sequence[int] = 3,
    *,
    engine: str = "cvb0",
    held_out: float = 0.1,
    seed: int = 0,
    workers: int | None = None,
    progress: bool = True,
    **settings,
) -> pd.DataFrame:
    """Fit a range of K, several seeds each, and measure every fit.

    Parameters
    ----------
    counts
        One row per article and term.
    n_topics
        The numbers of topics to try.
    seeds
        How many seeds a K, or the seeds.
    engine, settings
        As in :func:`framing.topics.fit`.
    held_out
        Share of articles kept from every fit for the held-out likelihood; the same articles in all.
    seed
        Which articles are held out.
    workers
        Fits at a time; the numbers do not depend on it.
    progress
        Say how far it is (:func:`framing.progress.bar`).

    Returns
    -------
    DataFrame
        One row per K and seed: ``n_topics``, ``seed``, ``perplexity`` and ``log_likelihood`` (a token, natural) of
        the held-out articles by document completion, means over topics of ``umass``, ``npmi``, ``c_v``,
        ``exclusivity`` and ``exclusivity_frex`` (see :func:`coherence`), ``stability`` (mean similarity of matched
        topics with the other seeds of this K; missing with one seed), ``passes``, ``n_held_out`` (articles).
        Nothing here decides K alone: likelihood wants more topics, coherence fewer.

    Raises
    ------
    TableError
        Fewer than 20 articles, or a K larger than the vocabulary.
    ValueError
        No K, no seeds, or a share of held-out articles not between 0 and 1.
    """
    ks = [int(k) for k in n_topics]
    starts = list(range(seeds)) if isinstance(seeds, (int, np.integer)) else [int(s) for s in seeds]
    if not ks or not starts or len(set(starts)) < len(starts):
        raise ValueError(f"scan needs at least one number of topics and distinct seeds, not {ks} and {starts}")
    if not 0 < held_out < 1:
        raise ValueError(f"held_out is a share of articles between 0 and 1, not {held_out!r}")
    X, articles, terms, _ = prepared(counts)
    full = np.flatnonzero(np.diff(X.indptr))
    if len(full) < 20:
        raise TableError(f"a scan holds articles out and needs at least 20 with terms; there are {len(full)}")
    drawn = np.random.default_rng(seed).permutation(full)
    n_out = max(2, round(held_out * len(full)))
    test, train = np.sort(drawn[:n_out]), np.sort(drawn[n_out:])

    def one(job: tuple[int, int]) -> tuple[dict, np.ndarray]:
        k, start = job
        found = fit_matrix(X[train], articles[train], terms, k, seed=start, engine=engine, workers=1, **settings)
        score = completion(found.probabilities, found.alpha, X[test], seed=seed, workers=1)
        means = coherence_of(found.probabilities, X[train]).mean()
        row = {"n_topics": k, "seed": start, **{name: score[name] for name in ("perplexity", "log_likelihood")}}
        return {**row, **means, "passes": found.info["passes"]}, found.probabilities.astype(np.float32)

    jobs = [(k, start) for k in sorted(set(ks)) for start in starts]
    rows, tables = zip(*run_all(one, jobs, workers, progress, mark("fits")), strict=True)
    table = pd.DataFrame(list(rows))
    table.insert(len(table.columns) - 1, "stability", _agreement(tables, len(starts)))
    return table.assign(n_held_out=n_out)


def _agreement(tables: Sequence[np.ndarray], n_seeds: int) -> list[float]:
    """Mean similarity of each fit's matched topics with those of the other seeds of its K."""
    found = []
    for begin in range(0, len(tables), n_seeds):
        group = [table.astype(np.float64) for table in tables[begin : begin + n_seeds]]
        pair = np.full((n_seeds, n_seeds), np.nan)
        for i in range(n_seeds):
            for j in range(i):
                partner, similar = match(group[i], group[j])
                pair[i, j] = pair[j, i] = similar[np.arange(len(partner)), partner].mean()
        known = np.isfinite(pair).sum(axis=1)
        found += np.where(known, np.nansum(pair, axis=1) / np.maximum(known, 1), np.nan).tolist()
    return found


@takes_results(table=("topics.scan", "n_topics"))
def choice(table: pd.DataFrame) -> Finding:
    """What a scan says about K.

    Of the numbers of topics whose held-out log-likelihood has flattened (it is within one twentieth of the gain over
    the smallest number, or one standard error over seeds, of the best) the one that is most stable. It describes the
    numbers tried; nothing is tested.
    """
    found = table.groupby("n_topics")[["log_likelihood", "perplexity", "stability"]].agg(["mean", "std", "size"])
    score, stability = found["log_likelihood"], found[("stability", "mean")].fillna(0)
    best = score["mean"].idxmax()
    error = np.nan_to_num(score.loc[best, "std"]) / np.sqrt(score.loc[best, "size"])
    slack = max(error, (score["mean"].max() - score["mean"].iloc[0]) / 20)
    k = int(stability[score["mean"] >= score["mean"].max() - slack].idxmax())
    values = {"k": k, "perplexity": found.loc[k, ("perplexity", "mean")], "stable": stability[k]}
    sentence = Message(
        "{k} topics are the most stable of the numbers whose held-out likelihood has flattened (stability "
        "{stable:.2f}, perplexity {perplexity:,.0f}).",
        values,
    )
    edge = best == score.index.max() and k == best
    caution = (
        mark("The likelihood was still rising at the largest number tried.")
        if edge
        else mark("Look at all measures before deciding.")
    )
    return Finding("description", sentence, float(k), unit=mark("topics"), cautions=(caution,))


@takes_tables("prepared_counts", labels=True)
def steps(
    prepared_counts: pd.DataFrame,
    counts: pd.DataFrame,
    topics: Topics | None = None,
    before: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What was left out on the way, after the steps ``before``: ``step``, ``n_rows``, ``n_dropped``, ``reason``."""
    terms = prepared_counts["term"].nunique(), counts["term"].nunique()
    n_articles = counts["article_id"].astype("category").cat.categories.size
    empty = int(topics.empty.sum()) if topics is not None else n_articles - counts["article_id"].nunique()
    rows = [
        (Message("terms"), terms[1], terms[0] - terms[1], Message("too rare, too common or named in drop")),
        (Message("articles"), n_articles - empty, empty, Message("no term left: kept in the tables, share missing")),
    ]
    made = steps_of(rows)
    return made if before is None else pd.concat([before, made], ignore_index=True)
