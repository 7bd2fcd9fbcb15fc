"""A classifier that learns people's codes, and codes each article without having seen what they said of it."""

import numpy as np
import pandas as pd
from scipy import sparse

from framing.codings import NONE, called, consensus, folded, refuse_parts, stands_for, yes_no
from framing.counts import matrix
from framing.errors import TableError
from framing.frames.asking import NOBODY
from framing.frames.codebook import Codebook
from framing.frames.coding import REMARKS, Codes, steps_to
from framing.frames.machines import made
from framing.messages import Message, mark
from framing.study.studies import Study
from framing.tables import steps
from framing.tables.naming import worded
from framing.tokens.places import headlines_and_texts

_TOO_FEW = mark("not learnt: {has} coded articles have it and {lacks} do not, and {least} of each are needed")
_NONE_TOO_FEW = mark(
    "not learnt: {has} coded articles have none of the codes, and {least} are needed; every article is given a code"
)
LEAST = 5
"""Near-duplicate groups that must have a code, and as many that must not."""
_LETTERS = 2_000  # of an article that are looked at
_PENALTY = 100.0  # of 1 to 1,000 the least log loss on 250 and 600 articles of the made-up press


def trained(
    study: Study, codings: pd.DataFrame, codebook: Codebook, *, folds: int = 5, name: str = "classifier", seed: int = 0,
    allow_none: bool = False,
) -> Codes:  # fmt: skip
    """Train a classifier on people's codes, and code all articles of a study by it, out of sample.

    Parameters
    ----------
    study
        The articles, with counts where lemmas are to be used beside letters.
    codings
        From :func:`framing.reliability.read`: ``unit``, ``coder``, ``machine``, ``code``, ``value``, ``article_id``,
        and ``probability`` (with ``stratum``). Articles weigh as many as they stand for: those of a stratum are as many
        as the stratum has, however many of it are coded yet. People's value is that of most of them, or of the
        adjudicator.
    codebook
        From :func:`load`.
    folds
        Parts of the coded articles; each is coded by a classifier trained on the others. Near-duplicates
        (``cluster_id``) are in one part.
    name
        The coder's name.
    seed
        Of the parts.
    allow_none
        Whether no code may be learnt, as while people are still coding: then ``remarks`` say why, and there are no
        codes. By default that is an error.

    Returns
    -------
    Codes
        Codes of all articles, with ``scores``. An article that people coded, and its near-duplicates, are coded by the
        classifier that saw neither; all others by the mean of the classifiers. ``remarks`` names codes that too few
        articles have, or lack, to learn from: they are left out; where ``none`` is one of them, all articles have a
        code.

    Raises
    ------
    TableError
        Columns are missing, nobody has coded, no coded article is in the study, or no code can be learnt.
    ValueError
        Fewer than 2 folds.

    Notes
    -----
    Logistic regression (L2, C = 100) on tf-idf of the lemmas and of runs of two to four characters of the headline and
    the first 2,000 characters of the text. With exclusive codes, one regression for each, and the highest probability.
    Cross-fitting [1]_ is what makes the codes of coded articles comparable with those of others.

    References
    ----------
    .. [1] Chernozhukov, V. et al. (2018). Double/debiased machine learning for treatment and structural parameters.
           *Econometrics Journal* 21, C1-C68.

    Examples
    --------
    >>> from framing import datasets, frames, study
    >>> articles = datasets.sample_press(60).articles
    >>> book = frames.load({"culture": "文化"})
    >>> said = articles["section"].eq("文化").astype(int).astype(str)
    >>> mine = articles[["article_id"]].assign(unit=articles["article_id"], coder="me", code="culture", value=said)
    >>> found = frames.trained(study.open(articles), mine, book)
    >>> found.machine, found.scores.shape
    (True, (60, 1))
    """
    if folds < 2:
        raise ValueError(f"folds must be at least 2, not {folds!r}")
    missing = [column for column in ("unit", "coder", "code", "value", "article_id") if column not in codings]
    if missing:
        raise TableError(f"codings lack {missing}; they have {list(map(str, codings.columns))}")
    refuse_parts(codings)
    articles = study.articles[has_words := worded(study.articles)].reset_index(drop=True)
    ids = articles["article_id"].astype("str")
    units = codings.drop_duplicates("unit").assign(article_id=lambda rows: rows["article_id"].astype("str"))
    codings = called(codings, codebook.labels)
    units = units[units["article_id"].isin(ids)]
    columns = [name for name in ("unit", "article_id", "probability", "stratum") if name in units]
    everything = consensus(codings)
    said = everything.merge(units[columns], on="unit")
    if said.empty and not (everything.empty and allow_none):
        told = NOBODY if everything.empty else "none of the articles that people coded is in the study"
        raise TableError(told)
    if "cluster_id" in articles:
        clusters = articles["cluster_id"].astype("object")
        clusters = clusters.where(clusters.notna(), "article " + ids).astype("str")
    else:  # without near-duplicates at least what is the same word for word
        clusters = pd.Series([f"{a}\n{b}" for a, b in zip(*headlines_and_texts(articles), strict=True)], dtype="str")
    clusters = pd.factorize(clusters)[0]
    features, rng = _features(study, articles) if len(said) else None, np.random.default_rng(seed)
    names, scores, remarks = [], [], []
    for code in [*(each.id for each in codebook.codes), *([NONE] if codebook.exclusive else [])]:
        own = said[said["code"] == ("code" if codebook.exclusive else code)]
        if codebook.exclusive:
            y = own["value"].astype("str").map(folded).eq(folded(code)).to_numpy()
        else:
            y = yes_no(own["value"], code).eq(1).to_numpy()
        rows = pd.Index(ids).get_indexer(own["article_id"])
        has, lacks = (len(np.unique(clusters[rows[flag]])) for flag in (y, ~y))
        if min(has, lacks) < LEAST:
            values = {"has": has, "lacks": lacks, "least": LEAST}
            told = _NONE_TOO_FEW if code == NONE else _TOO_FEW
            remarks += [(code, 0, 0, "", Message(told, values))] if code != NONE or has and names else []
            continue
        if "probability" in own and not own["probability"].between(0, 1, inclusive="right").all():
            raise TableError("the probability of being drawn is above 0 and at most 1 for every article that was coded")
        weight = stands_for(units, own)[0] if "probability" in own else np.ones(len(own))
        names.append(code)
        scores.append(_crossed(features, rows, y, weight / weight.mean(), clusters, folds, rng))
    known = [name for name in names if name != NONE]
    if not known and not allow_none:
        raise TableError(f"no code can be learnt: {'; '.join(f'{row[0]}: {row[-1]}' for row in remarks)}")
    probability = pd.DataFrame(np.reshape(scores, (len(names), len(articles))).T, columns=names)
    has = probability >= 0.5
    if codebook.exclusive:
        probability = probability.div(probability.sum(axis=1), axis=0)
        has = probability.eq(probability.max(axis=1), axis=0)
    return made(
        codebook, articles, has[known].to_numpy(), known, name, True, steps(steps_to(study, len(articles))),
        scores=probability[known], remarks=pd.DataFrame(remarks, columns=REMARKS, dtype=object),
        _not_coded=tuple(study.articles["article_id"].astype("str")[~has_words]),
    )  # fmt: skip


def _features(study: Study, articles: pd.DataFrame) -> sparse.csr_matrix:
    """Articles × lemmas and runs of characters, each part weighted by tf-idf and of length 1."""
    from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer

    headlines, texts = headlines_and_texts(articles)
    written = [f"{headline}\n{text[:_LETTERS]}" for headline, text in zip(headlines, texts, strict=True)]
    least = 2 if len(articles) > 100 else 1
    parts = [TfidfVectorizer(analyzer="char", ngram_range=(2, 4), min_df=least, sublinear_tf=True,
                             max_features=200_000, dtype=np.float32).fit_transform(written)]  # fmt: skip
    if study.has("counts"):
        X, held, _ = matrix(study.counts)
        place = pd.Index(held.astype("str")).get_indexer(articles["article_id"].astype("str"))
        table = sparse.csr_matrix(X)[np.maximum(place, 0)].multiply((place >= 0)[:, None]).tocsr()
        parts.append(TfidfTransformer(sublinear_tf=True).fit_transform(table).astype(np.float32))
    return sparse.hstack(parts, format="csr")


def _crossed(X, rows, y, weight, clusters: np.ndarray, folds: int, rng) -> np.ndarray:
    """P(code) of every article, by classifiers that saw neither it nor a near-duplicate of it."""
    from sklearn.linear_model import LogisticRegression

    own = np.unique(clusters[rows])
    mixed = np.zeros(len(own))
    np.maximum.at(mixed, np.searchsorted(own, clusters[rows]), y)  # whether a group has the code: parts alike in that
    order = np.lexsort((rng.permutation(len(own)), mixed))
    part = np.empty(len(own), dtype=int)
    part[order] = np.arange(len(own)) % folds
    at = np.searchsorted(own, clusters).clip(max=len(own) - 1)
    fold = np.where(own[at] == clusters, part[at], -1)  # of every article; -1 is like none that people coded
    found, mean = np.full(len(clusters), np.nan), np.zeros(len(clusters))
    for k in range(folds):
        kept = fold[rows] != k
        if y[kept].all() or not y[kept].any():  # groups of both kinds may leave a part with one
            p = np.full(len(clusters), float(y[kept].all()))
        else:
            model = LogisticRegression(C=_PENALTY, solver="liblinear", random_state=0)
            p = model.fit(X[rows[kept]], y[kept], sample_weight=weight[kept]).predict_proba(X)[:, 1]
        found[fold == k] = p[fold == k]
        mean += p / folds
    return np.where(fold >= 0, found, mean)
