"""Topics: the fit against exact sums and other programs, the measures by hand, the refusals."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.special import gammaln

from framing import counts as making
from framing import tokens, topics
from framing.errors import ParamError, TableError
from framing.topics import cvb0, kernels
from framing.topics.heldout import completion, halves
from framing.topics.matching import similarity
from framing.topics.quality import coherence_of
from framing.topics.record import overview
from framing.topics.wording import frex


def press(n_articles=300, n_terms=60, n_topics=4, size=60, seed=0) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Counts drawn from LDA itself, with the topics and shares they were drawn from."""
    rng = np.random.default_rng(seed)
    phi = 0.9 * rng.dirichlet(np.full(n_terms, 0.1), n_topics) + 0.1 / n_terms  # every term is used
    theta = rng.dirichlet(np.full(n_topics, 0.2), n_articles)
    X = sparse.csr_array(np.stack([rng.multinomial(size, row) for row in theta @ phi]))
    ids = [f"a{i:04d}" for i in range(n_articles)]
    outlets = np.array(["east", "west"])[np.arange(n_articles) % 2]
    return making.table(X, ids, [f"w{i:03d}" for i in range(n_terms)], outlets), phi, theta


@pytest.fixture(scope="module")
def drawn():
    return press()


@pytest.fixture(scope="module")
def fitted(drawn):
    return topics.fit(drawn[0], 4)


def matched_cosine(a, b):
    cosine = a @ b.T / np.linalg.norm(a, axis=1)[:, None] / np.linalg.norm(b, axis=1)
    rows, columns = linear_sum_assignment(-cosine)
    return cosine[rows, columns]


def plain_cvb0(X, shares, alpha, beta, sweeps):
    """CVB0 of Asuncion et al. (2009), eq. 18, written out in double precision; topic-term totals once a sweep."""
    rows, terms, n = X.indptr, X.indices, X.data
    g = shares.astype(float).copy()
    for _ in range(sweeps):
        words = np.zeros((X.shape[1], g.shape[1]))
        np.add.at(words, terms, n[:, None] * g)
        total = words.sum(axis=0)
        for d in range(X.shape[0]):
            own = range(rows[d], rows[d + 1])
            here = sum(n[e] * g[e] for e in own)
            for e in own:
                value = (here - g[e] + alpha) * (words[terms[e]] - g[e] + beta) / (total - g[e] + X.shape[1] * beta)
                value /= value.sum()
                here = here + n[e] * (value - g[e])
                g[e] = value
    return g


def test_the_compiled_sweep_is_the_plain_one_to_single_precision(drawn):
    X, _, _ = making.matrix(drawn[0])
    X = X[:40]
    k, corpus = 5, cvb0.Corpus.of(X)
    shares = np.random.default_rng(1).dirichlet(np.ones(k), len(X.data)).astype(np.float32)
    alpha, beta = np.array([0.1, 0.2, 0.3, 0.1, 0.1]), 0.05
    expected = plain_cvb0(X, shares, alpha, beta, 3)
    wide, padded = cvb0.padded(shares), cvb0.padded(alpha)
    mixtures = np.zeros((X.shape[0], wide.shape[1]), np.float32)
    for _ in range(3):
        weights = np.zeros((X.shape[1], wide.shape[1]), np.float32)
        np.add.at(weights, X.indices, X.data[:, None].astype(np.float32) * wide)
        weights[:, :k] += beta
        totals, found = weights.sum(axis=0), np.zeros_like(weights)
        totals[k:] = 2
        kernels.sweep(
            0, X.shape[0], corpus.rows, corpus.terms, corpus.n, wide, weights, totals, padded, mixtures, found
        )
    # float32 holds 7 digits; three sweeps of sums over some hundred tokens leave 1e-5
    np.testing.assert_allclose(wide[:, :k], expected, atol=1e-5)
    np.testing.assert_allclose(mixtures.sum(), X.sum(), rtol=1e-5)


def test_expected_tokens_are_near_exact_enumeration_of_a_tiny_corpus():
    """Every assignment of 9 tokens to 2 topics, weighted by the collapsed joint (Griffiths & Steyvers 2004)."""
    articles = [[0, 0, 1], [2, 3, 3], [0, 3, 1]]
    alpha, eta = np.array([0.5, 0.5]), np.array([[2.0, 1.0, 0.2, 0.2], [0.2, 0.2, 1.0, 2.0]])
    tokens = [(d, w) for d, row in enumerate(articles) for w in row]
    exact, total = np.zeros((3, 2)), 0.0
    for z in itertools.product((0, 1), repeat=len(tokens)):
        by_article, by_term = np.zeros((3, 2)), np.zeros((2, 4))
        for (d, w), k in zip(tokens, z, strict=True):
            by_article[d, k] += 1
            by_term[k, w] += 1
        log = gammaln(by_article + alpha).sum() + gammaln(by_term + eta).sum()
        log -= gammaln(by_term.sum(axis=1) + eta.sum(axis=1)).sum()
        exact += np.exp(log) * by_article
        total += np.exp(log)
    exact /= total
    X = np.zeros((3, 4), dtype=int)
    np.add.at(X, ([d for d, _ in tokens], [w for _, w in tokens]), 1)
    found = topics.fit(making.table(sparse.csr_array(X), list("abc"), list("pqrs"), ["o"] * 3), 2,
                       alpha=alpha, eta=eta, passes=200)  # fmt: skip
    order = [0, 1] if found.probabilities[0, list(found.terms).index("p")] > 0.3 else [1, 0]
    # CVB0 drops second-order terms; on nine tokens it stays within a quarter of a token
    np.testing.assert_allclose(found.article_tokens[:, order], exact, atol=0.25)


def test_topics_that_were_planted_come_back(drawn, fitted):
    assert matched_cosine(drawn[1], fitted.probabilities).min() > 0.95
    assert (np.diff(fitted.prevalence) <= 1e-9).all(), "topic 0 is the most prevalent"
    np.testing.assert_allclose(fitted.probabilities.sum(axis=1), 1)
    np.testing.assert_allclose(fitted.article_tokens.sum(), drawn[0]["n"].sum(), rtol=1e-4)


@pytest.mark.parametrize("settings", [{}, {"memory": 1e-9}, {"alpha": "learned", "eta": "learned"}])
def test_one_seed_gives_the_same_numbers_for_any_number_of_threads(settings):
    data = press(450)[0]
    first, *others = (topics.fit(data, 5, workers=workers, seed=3, **settings) for workers in (1, 2, 5))
    for other in others:
        np.testing.assert_array_equal(first.term_tokens, other.term_tokens)
        np.testing.assert_array_equal(first.article_tokens, other.article_tokens)
    assert ("SCVB0" in first.info["method"]) == ("memory" in settings)
    assert "held-out" in first.info["stopped"]


@pytest.mark.parametrize("engine", ["cvb0", "online"])
def test_the_order_of_rows_articles_and_words_changes_no_digit(drawn, engine):
    rng = np.random.default_rng(4)
    other = drawn[0].iloc[rng.permutation(len(drawn[0]))]
    for name in ("article_id", "term"):
        other = other.assign(**{name: other[name].cat.reorder_categories(rng.permutation(other[name].cat.categories))})
    one, two = (topics.fit(counts, 4, engine=engine, passes=5) for counts in (drawn[0], other))
    assert list(one.articles) == list(two.articles) and list(one.terms) == list(two.terms)
    np.testing.assert_array_equal(one.shares, two.shares)
    np.testing.assert_array_equal(one.probabilities, two.probabilities)


def test_another_seed_gives_other_numbers(drawn, fitted):
    assert not np.array_equal(topics.fit(drawn[0], 4, seed=1).term_tokens, fitted.term_tokens)


@pytest.mark.parametrize("engine", ["online", "gibbs"])
def test_the_other_engines_find_the_same_topics_and_leave_the_same_tables(drawn, fitted, engine):
    passes = {"online": 15, "gibbs": 100}[engine]
    other = topics.fit(drawn[0], 4, engine=engine, passes=passes, seed=2)
    assert matched_cosine(fitted.probabilities, other.probabilities).mean() > 0.95
    assert list(other.topic_terms.columns) == list(fitted.topic_terms.columns)
    assert list(other.article_topics.columns) == list(fitted.article_topics.columns)
    np.testing.assert_allclose(other.model.get_topics(), other.probabilities, atol=1e-5)


def test_scikit_learn_finds_the_same_topics_and_predicts_no_better(drawn, fitted):
    from sklearn.decomposition import LatentDirichletAllocation

    new = making.matrix(press(seed=0, n_articles=360)[0])[0][300:]
    X, _, _ = making.matrix(drawn[0])
    peer = LatentDirichletAllocation(4, doc_topic_prior=0.1, topic_word_prior=0.05, max_iter=20, random_state=1)
    peer.fit(sparse.csr_matrix(X))
    phi = peer.components_ / peer.components_.sum(axis=1, keepdims=True)
    assert matched_cosine(fitted.probabilities, phi).min() > 0.95
    ours = completion(fitted.probabilities, fitted.alpha, new)
    theirs = completion(phi, np.full(4, 0.1), new)
    assert ours["perplexity"] < 1.02 * theirs["perplexity"]


def test_the_gensim_model_carries_the_state(drawn, fitted):
    np.testing.assert_allclose(fitted.model.get_topics(), fitted.probabilities, atol=1e-6)
    assert [fitted.model.id2word[i] for i in range(3)] == list(fitted.terms[:3])
    X, articles, _ = making.matrix(drawn[0])
    bags = [list(zip(row.indices.tolist(), row.data.tolist(), strict=True)) for row in (X[[i]] for i in range(20))]
    gamma, _ = fitted.model.inference(bags)
    theirs = gamma / gamma.sum(axis=1, keepdims=True)
    # gensim infers by variational Bayes, we by its collapsed form: alike to some hundredths
    assert np.abs(theirs - fitted.shares[:20]).mean() < 0.02


def test_held_out_likelihood_of_a_known_model_is_that_of_the_formula():
    # θ of one article with given half {p: 2} under φ = [[.9, .1], [.1, .9]] is the fixed point of
    # t = (α + 2 · .9 t / (.9 t + .1 (1 − t))) / (2 α + 2)
    phi, alpha, t = np.array([[0.9, 0.1], [0.1, 0.9]]), 0.5, 0.5
    for _ in range(10_000):
        t = (alpha + 2 * 0.9 * t / (0.9 * t + 0.1 * (1 - t))) / (2 * alpha + 2)
    found = completion(phi, np.full(2, alpha), sparse.csr_array(np.array([[4, 0]])))
    assert found["n_tokens"] == 2
    np.testing.assert_allclose(found["log_likelihood"], np.log(0.9 * t + 0.1 * (1 - t)), atol=2e-4)


def test_the_halves_add_up_and_the_first_has_the_odd_token():
    n, rows = np.array([3, 2, 5, 1]), np.array([0, 2, 2, 4])
    given, asked = halves(n, rows, np.random.default_rng(0))
    np.testing.assert_array_equal(given + asked, n)
    np.testing.assert_array_equal(np.add.reduceat(given, [0, 2]), [3, 3])


def test_an_article_without_terms_is_kept_and_its_share_is_missing(drawn):
    data = drawn[0]
    wide = data.assign(article_id=data["article_id"].cat.add_categories(["zz empty"]))
    table = topics.fit(wide, 3).article_topics.set_index("article_id").loc["zz empty"]
    assert table["share"].isna().all() and len(table) == 3
    assert table["note"].str.contains("no token").all()


def test_seeded_topics_begin_with_their_words_in_every_engine(drawn):
    words = ["w003", "w017"]
    for engine, passes in (("cvb0", None), ("online", 5), ("gibbs", 50)):
        found = topics.fit(drawn[0], 4, seeds={"制裁": words}, engine=engine, passes=passes)
        k = found.labels.index("制裁")
        places = found.terms.get_indexer(words)
        assert (found.probabilities[:, places].argmax(axis=0) == k).all(), engine


def test_save_and_load_give_the_same_topics(fitted, tmp_path):
    again = topics.load(topics.save(fitted, tmp_path / "a" / "fit.topics"))
    np.testing.assert_array_equal(again.term_tokens, fitted.term_tokens)
    pd.testing.assert_frame_equal(again.article_topics, fitted.article_topics)
    assert again.info["stopped"] == fitted.info["stopped"] and again.labels == fitted.labels
    (tmp_path / "x").write_text("no")
    with pytest.raises(TableError, match="not a file of topics"):
        topics.load(tmp_path / "x")
    with pytest.raises(TableError, match=r"topics\.fit"):
        topics.load(tmp_path / "absent")


def test_transform_gives_the_articles_of_the_fit_nearly_their_own_shares(drawn, fitted):
    table = topics.transform(fitted, drawn[0])
    merged = table.merge(fitted.article_topics, on=["article_id", "topic"])
    assert (merged["share_x"] - merged["share_y"]).abs().mean() < 0.01
    half = drawn[0][drawn[0]["article_id"] == "a0000"].assign(term=lambda d: d["term"].astype(str) + "?")
    mixed = pd.concat([drawn[0][drawn[0]["article_id"] == "a0001"].astype({"term": str}), half])
    new = topics.transform(fitted, mixed.astype({"article_id": str, "outlet": str})).set_index("article_id")
    assert (new.loc["a0000", "n_unknown"] == 60).all() and new.loc["a0000", "share"].isna().all()
    assert (new.loc["a0001", "n_unknown"] == 0).all()


def test_english_words_of_another_corpus_are_met_by_their_stem_whatever_form_names_it():
    texts = [["military nation ship", "nation ship military"], ["militaries militaries nations ships ships nations"]]
    made = [pd.DataFrame({"article_id": [f"{k}{i}" for i in range(len(t))], "outlet": "A", "text": t}) for k, t in
            enumerate(texts)]  # fmt: skip
    first, second = (making.count(tokens.tokenise(table, language="en")) for table in made)
    assert not set(first["term"].cat.categories) & set(second["term"].cat.categories)
    assert (topics.transform(topics.fit(first, 2), second)["n_unknown"] == 0).all()


def test_frex_by_hand():
    # exclusivity of topic 0: .6/.7, .3/.5, .1/.8 → ranks 3, 2, 1 of 3; frequency ranks 3, 2, 1
    # topic 1: exclusivity .1/.7, .2/.5, .7/.8 → 1, 2, 3; frequency 1, 2, 3
    phi = np.array([[0.6, 0.3, 0.1], [0.1, 0.2, 0.7]])
    np.testing.assert_allclose(frex(phi, 0.5), [[1, 2 / 3, 1 / 3], [1 / 3, 2 / 3, 1]])
    # ranks that differ: topic 0 of this table has frequency ranks 3, 2, 1 and exclusivity ranks 2, 1, 3
    phi = np.array([[0.5, 0.3, 0.2], [0.4, 0.5, 0.1]])
    np.testing.assert_allclose(frex(phi, 0.7)[0], [1 / (0.7 / (2 / 3) + 0.3), 1 / (2.1 + 0.45), 1 / (0.7 + 0.9)])


def test_lift_score_and_relevance_by_hand(fitted):
    table = topics.words(fitted, n_words=60, measure="lift")
    row = table.iloc[7]
    k, phi = int(row.topic), fitted.probabilities
    w = list(fitted.terms).index(row.term)
    p = fitted.term_tokens[:, w].sum() / fitted.term_tokens.sum()
    np.testing.assert_allclose(row.lift, phi[k, w] / p, rtol=1e-6)
    np.testing.assert_allclose(row.relevance, 0.6 * np.log(phi[k, w]) + 0.4 * np.log(phi[k, w] / p), rtol=1e-6)
    np.testing.assert_allclose(row.score, phi[k, w] * (np.log(phi[k, w]) - np.log(phi[:, w]).mean()), rtol=1e-6)
    with pytest.raises(ValueError, match="no measure 'tfidf'"):
        topics.words(fitted, measure="tfidf")


def test_umass_and_exclusivity_by_hand():
    # articles: {a b} {a b c} {a} {c}; D(a) = 3, D(b) = 2, D(c) = 2, D(a, b) = 2, D(a, c) = 1, D(b, c) = 1
    X = sparse.csr_array(np.array([[2, 1, 0], [1, 1, 1], [3, 0, 0], [0, 0, 1]]))
    phi = np.array([[0.5, 0.3, 0.2], [0.1, 0.3, 0.6]])
    table = coherence_of(phi, X, 3)
    # order a, b, c: log(3/3) + log(2/3) + log(2/2);  order c, b, a: log(2/2) + log(2/2) + log(3/2)
    np.testing.assert_allclose(table["umass"], [np.log(2 / 3), np.log(3 / 2)])
    np.testing.assert_allclose(table["exclusivity"], [(5 / 6 + 1 / 2 + 1 / 4) / 3, (1 / 6 + 1 / 2 + 3 / 4) / 3])


def test_npmi_and_c_v_are_gensims_when_a_window_is_an_article(drawn, fitted):
    from gensim.models import CoherenceModel

    X, _, _ = making.matrix(drawn[0])
    texts = [fitted.terms[X[[i]].indices].tolist() for i in range(X.shape[0])]
    top = np.argsort(-fitted.probabilities, axis=1)[:, :6]
    words = [[fitted.terms[i] for i in row] for row in top]
    ours = coherence_of(fitted.probabilities, X, 6)
    for column, name in (("npmi", "c_npmi"), ("c_v", "c_v")):
        model = CoherenceModel(
            topics=words, texts=texts, dictionary=fitted.dictionary, coherence=name, window_size=1000, processes=1
        )
        np.testing.assert_allclose(ours[column], model.get_coherence_per_topic(), rtol=1e-4, err_msg=name)


def test_similarity_is_one_minus_the_jensen_shannon_divergence():
    from scipy.spatial.distance import jensenshannon

    a, b = np.random.default_rng(0).dirichlet(np.ones(9), (2, 4))
    expected = [[1 - jensenshannon(x, y, 2) ** 2 for y in b] for x in a]
    np.testing.assert_allclose(similarity(a, b), expected, atol=1e-12)


def test_refits_keep_the_identity_and_well_separated_topics_are_stable(drawn, fitted):
    refits = topics.refit(fitted, drawn[0], 3, workers=2) + topics.refit(fitted, drawn[0], 2, bootstrap=True, seed=5)
    again = topics.refit(fitted, drawn[0], 3, workers=1)
    np.testing.assert_array_equal(refits[1].term_tokens, again[1].term_tokens)
    table = topics.stability(fitted, refits)
    assert table["stable"].all() and (table["similarity"] > 0.85).all()
    assert all(refit.articles.equals(fitted.articles) for refit in refits)
    assert all(matched_cosine(r.probabilities[[k]], fitted.probabilities[[k]]) > 0.9 for r in refits for k in range(4))


@pytest.mark.slow
def test_too_many_topics_are_found_unstable_and_marked_everywhere(drawn):
    many = topics.fit(drawn[0], 12)
    table = topics.stability(many, topics.refit(many, drawn[0], 4), threshold=0.8)
    assert not table["stable"].all()
    marked = topics.matching.marked(many, table)
    loose = int(table.index[~table["stable"]][0])
    for frame in (marked.topic_terms, marked.article_topics, topics.words(marked), overview(marked)):
        assert frame.loc[frame["topic"] == loose, "label"].str.endswith("†").all()


def test_a_scan_gives_a_row_a_fit_and_repeats(drawn):
    table = topics.scan(drawn[0], [2, 4], 2, workers=2)
    pd.testing.assert_frame_equal(table, topics.scan(drawn[0], [2, 4], 2, workers=1))
    assert table["n_topics"].tolist() == [2, 2, 4, 4] and table["n_held_out"].eq(30).all()
    found = table.groupby("n_topics")["perplexity"].mean()
    assert found[4] < found[2], "four topics were planted"
    assert topics.choice(table).value == 4
    assert topics.scan(drawn[0], [3], [7])["stability"].isna().all()


def test_trim_keeps_every_article(drawn):
    rare = topics.trim(drawn[0], min_articles=100, max_share=1.0)
    assert rare["term"].nunique() < 60
    assert len(rare["article_id"].cat.categories) == 300
    with pytest.raises(TableError, match="no term is in at least 999 articles"):
        topics.trim(drawn[0], min_articles=999)


def articles_of(counts: pd.DataFrame) -> pd.DataFrame:
    ids = list(counts["article_id"].cat.categories)
    X, _, terms = making.matrix(counts)
    text = ["。".join(f"{terms[i]}のこと" for i in X[[row]].indices) + "。" for row in range(len(ids))]
    return pd.DataFrame(
        {
            "article_id": ids, "outlet": np.array(["east", "west"])[np.arange(len(ids)) % 2],
            "date": pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(len(ids)) * 3, unit="D"),
            "headline": ["<script>alert(1)</script>"] * len(ids), "text": text,
            "cluster_id": [f"c{i // 2}" for i in range(len(ids))],
        }
    )  # fmt: skip


def test_the_curve_of_a_topic_takes_no_article_of_a_year_for_january(drawn, fitted):
    articles = articles_of(drawn[0])
    old = topics.series(fitted, articles, period="month")
    imprecise = articles.assign(date_precision=np.where(np.arange(len(articles)) < 40, "year", "day"))
    imprecise.loc[:39, "date"] = pd.Timestamp("2020-01-01")
    found = topics.series(fitted, imprecise, period="month")
    n = found[found["topic"] == 0]
    assert n["n_articles"].sum() == len(articles) - 40 - fitted.empty[40:].sum() and "2020-01" not in set(n["period"])
    assert set(found["n_left_out"]) == {40 - int(fitted.empty[:40].sum())} and set(old["n_left_out"]) == {0}
    whole = topics.series(fitted, imprecise.assign(date_precision="year"))
    assert set(whole["period"]) == set(articles["date"].dt.year.astype(str))  # the finest that the dates tell


def test_examples_speak_their_topic_and_copies_are_shown_once(drawn, fitted):
    shown = topics.examples(fitted, articles_of(drawn[0]), n=3)
    assert shown.groupby("topic").size().eq(3).all()
    assert (shown.groupby("topic")["share"].max() > 0.8).all()
    group = shown["article_id"].str[1:].astype(int) // 2
    assert not pd.DataFrame({"t": shown["topic"], "g": group}).duplicated().any()
    for row in shown[shown["rank"] == 1].itertuples():
        best = topics.words(fitted, n_words=10, measure="score").query("topic == @row.topic")["term"]
        assert any(word in row.passage for word in best)


def test_the_browser_data_are_plain_small_and_unescaped(drawn, fitted):
    frame = articles_of(drawn[0])
    table = topics.shares(fitted, frame, "outlet", replicates=3)
    data = topics.browser_data(fitted, frame, outlets=table)
    text = json.dumps(data, allow_nan=False)
    assert [topic["id"] for topic in data["topics"]] == [0, 1, 2, 3]
    assert "<script>" in text, "escaping is the business of present"
    first = data["topics"][0]
    assert set(first["words"][0]) == {"term", "probability", "log_probability", "log_lift", "frex"}
    assert [item["outlet"] for item in first["outlets"]] == ["east", "west"]
    assert len(first["series"]) > 10 and len(first["examples"]) == 4
    assert len(text) / 4 * 50 < 3e6, "fifty topics stay under 3 MB"


def test_labels_follow_the_words_through_another_fit(drawn, fitted, tmp_path):
    path = tmp_path / "labels.yaml"
    assert topics.browsing.labelled(fitted, path) is fitted and path.is_file()
    path.write_text(
        path.read_text(encoding="utf-8").replace(f"label: {fitted.labels[2]}", "label: 制裁"), encoding="utf-8"
    )
    assert topics.browsing.labelled(fitted, path).labels[2] == "制裁"
    other = topics.browsing.labelled(topics.fit(drawn[0], 4, seed=9), path)
    k = other.labels.index("制裁")
    assert matched_cosine(other.probabilities[[k]], fitted.probabilities[[2]]) > 0.9
    assert "制裁" in set(other.article_topics["label"])
    path.write_text("- label: x\n  words: [q, r, s]\n", encoding="utf-8")
    with pytest.raises(ParamError, match="'x'"):
        topics.browsing.labelled(fitted, path)
    path.write_text("label: x", encoding="utf-8")
    with pytest.raises(ParamError, match="must be a list"):
        topics.browsing.labelled(fitted, path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_topics": 61}, "61 topics asked for, but the vocabulary has only 60 terms"),
        ({"n_topics": 1}, "at least 2"),
        ({"n_topics": 2.5}, "whole number"),
        ({"engine": "lda"}, "no engine 'lda'"),
        ({"alpha": np.nan}, "alpha must be positive and finite"),
        ({"alpha": [0.1, 0.2]}, r"alpha has shape \(2,\)"),
        ({"alpha": "auto"}, "or 'learned', not 'auto'"),
        ({"eta": -1}, "eta must be positive"),
        ({"eta": np.full((4, 60), np.nan)}, "240 of its 240"),
        ({"seeds": {"制裁": ["w001", "決議"]}}, r"\['決議'\] are not in the vocabulary of 60 terms"),
        ({"seeds": {"制裁": "w001"}}, "must be a list of words"),
        ({"seeds": {str(i): ["w001"] for i in range(5)}}, "5 seeded topics"),
        ({"passes": 0}, "passes must be at least 1"),
        ({"workers": 0}, "workers must be at least 1"),
        ({"engine": "gibbs", "eta": "learned"}, "cannot learn eta"),
    ],
)
def test_bad_input_is_refused_with_what_is_there(drawn, arguments, message):
    with pytest.raises(ValueError, match=message):
        topics.fit(drawn[0], **{"n_topics": 4, **arguments})


def test_counts_without_tokens_or_with_repeats_are_refused(drawn):
    with pytest.raises(TableError, match="no tokens"):
        topics.fit(drawn[0].iloc[:0], 2)
    with pytest.raises(TableError, match="repeats"):
        topics.fit(pd.concat([drawn[0], drawn[0]]), 2)


def test_the_argument_is_not_changed(drawn):
    before = drawn[0].copy(deep=True)
    topics.fit(drawn[0], 3, passes=2)
    pd.testing.assert_frame_equal(drawn[0], before)


def test_the_planted_topics_of_the_sample_press_are_recovered():
    from framing import datasets, tokens

    made = datasets.sample_press(600, 0)
    counted = making.count(tokens.tokenise(made.articles), made.articles)
    data = topics.trim(counted)
    X, articles, _ = making.matrix(data)
    truth = made.truth["articles"].set_index("article_id")["topic"].reindex(articles)
    planted = np.stack([X[np.flatnonzero(truth == name)].sum(axis=0) for name in sorted(truth.unique())]).astype(float)
    found = topics.fit(data, len(planted))
    assert matched_cosine(planted, found.probabilities).min() > 0.9


@pytest.mark.slow
def test_poliblog_topics_lean_the_way_of_their_blogs(shared):
    """The data of stm's paper: which rating writes more on the clear subjects (words as stemmed there)."""
    folder = shared / "data" / "poliblog5k"
    long = pd.read_parquet(folder / "dtm_long.parquet").rename(columns={"doc_id": "article_id", "count": "n"})
    posts = pd.read_parquet(folder / "articles.parquet").rename(columns={"id": "article_id"})
    data = long.merge(posts[["article_id", "outlet"]], on="article_id").astype(
        {"article_id": "category", "outlet": "category", "term": "category"}
    )
    found = topics.fit(data, 20)
    lean = topics.effects(found, posts, "rating", replicates=3, family="normal").query("term == 'rating[T.Liberal]'")
    lean = lean.set_index("topic")

    def about(*words):
        return int(found.probabilities[:, found.terms.get_indexer(words)].sum(axis=1).argmax())

    for subject in (("bush", "administr", "presid"), ("tortur", "investig", "justic"), ("mccain", "john")):
        assert lean.loc[about(*subject), "conf_low"] > 0, subject
    for subject in (("iran", "israel", "nuclear"), ("media", "liber", "book")):
        assert lean.loc[about(*subject), "conf_high"] < 0, subject


def test_the_best_of_several_starts_is_the_likeliest_and_says_so():
    """The log likelihood is written out over the tokens of a tiny corpus."""
    rng = np.random.default_rng(0)
    n = rng.poisson(2.0, (30, 12)) + 1
    rows = [(f"a{i}", "x", f"w{j}", int(n[i, j])) for i in range(30) for j in range(12)]
    counts = pd.DataFrame(rows, columns=["article_id", "outlet", "term", "n"])
    fits = [topics.fit(counts, 3, seed=seed, passes=20) for seed in range(5, 8)]
    heights = []
    for found in fits:
        p = found.shares @ found.probabilities
        place = {term: k for k, term in enumerate(found.terms)}
        article = {name: k for k, name in enumerate(found.articles)}
        heights.append(sum(r[3] * np.log(p[article[r[0]], place[r[2]]]) for r in rows) / n.sum())
    kept = topics.starts.best(counts, 3, starts=3, seed=5, passes=20)
    np.testing.assert_allclose([s["log_likelihood"] for s in kept.info["starts"]], heights, atol=6e-5)
    np.testing.assert_array_equal(kept.term_tokens, fits[int(np.argmax(heights))].term_tokens)
    with pytest.raises(ValueError, match="at least 1"):
        topics.starts.best(counts, 3, starts=0)
