"""Effects of covariates on topics: against statsmodels, against simulation, and the refusals."""

import numpy as np
import pandas as pd
import pytest
from japanese import english_in, texts_of

from framing import inference, messages, plots, study, topics
from framing.errors import ParamError, TableError
from framing.topics.record import Topics
from framing.topics.regressing import _estimate, nested, rows_of


def made(n=200, k=3, lean=0.0, size=80, seed=0) -> tuple[Topics, pd.DataFrame, np.ndarray]:
    """A fit whose topics are known exactly: tokens by topic are drawn, nothing is estimated."""
    rng = np.random.default_rng(seed)
    west = np.arange(n) % 2 == 1
    mean = np.tile([0.5, 0.3, 0.2], (n, 1))
    mean[west] += [lean, -lean, 0]
    theta = np.array([rng.dirichlet(5 * row) for row in mean])
    tokens = np.array([rng.multinomial(size, row) for row in theta]).astype(float)
    ids = pd.Index([f"a{i:04d}" for i in range(n)])
    record = Topics(
        np.full((k, 4), 10.0), tokens, np.full(k, 0.1), np.asarray(0.05), ids, pd.Index(list("pqrs")), tuple("xyz")
    )
    frame = pd.DataFrame(
        {
            "article_id": ids, "outlet": np.where(west, "west", "east"),
            "date": pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(n) * 5 % 700, unit="D"),
            "cluster_id": [f"c{i // 4}" for i in range(n)],
        }
    )  # fmt: skip
    return record, frame, mean


@pytest.mark.parametrize("cluster", [None, "cluster_id"])
@pytest.mark.parametrize("family", ["logit", "normal"])
def test_each_draw_is_estimated_as_statsmodels_does(family, cluster):
    import statsmodels.api as sm

    record, frame, _ = made(lean=0.1)
    rows = rows_of(record, frame, "outlet * years", (), cluster)
    y = record.shares[rows.place]
    beta, covariance = _estimate(rows.design.matrix, y, rows, family)
    x, n, p = rows.design.matrix, *rows.design.matrix.shape
    for k in range(3):
        kind = sm.families.Binomial() if family == "logit" else sm.families.Gaussian()
        options = {"cov_type": "HC0"} if cluster is None else {
            "cov_type": "cluster", "cov_kwds": {"groups": rows.codes, "use_correction": False}
        }  # fmt: skip
        peer = sm.GLM(y[:, k], x, family=kind).fit(tol=1e-12, **options)
        g = rows.n_clusters
        factor = n / (n - p) if cluster is None else g / (g - 1)
        np.testing.assert_allclose(beta[:, k], peer.params, rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(covariance[k], peer.cov_params() * factor, rtol=1e-4, atol=1e-9)


def test_one_fit_is_rubins_rule_and_several_are_nested():
    rng = np.random.default_rng(0)
    q, u = rng.normal(size=(3, 4, 2)), rng.uniform(1, 2, size=(3, 4, 2))
    for ours, theirs in zip(nested(q[:1], u[:1]), inference.rubin(q[0], u[0]), strict=True):
        np.testing.assert_allclose(ours, theirs)
    # Shen (2000): T = U + (1 + 1/3) B + (1 - 1/4) W with B between the means of fits and W within fits
    _, error, _ = nested(q, u)
    b, w = q.mean(axis=1).var(axis=0, ddof=1), q.var(axis=1, ddof=1).mean(axis=0)
    np.testing.assert_allclose(error**2, u.mean(axis=(0, 1)) + 4 / 3 * b + 3 / 4 * w)


@pytest.mark.slow
def test_planted_differences_lie_in_their_intervals_at_the_nominal_rate():
    hit, total = 0, 0
    for seed in range(50):
        record, frame, mean = made(n=120, lean=0.12, seed=seed)
        table = topics.shares(record, frame, "outlet", replicates=5, seed=seed)
        truth = np.stack([mean[0], mean[1]], axis=1).ravel()  # topic by topic: east, west
        hit += int(((table["conf_low"] <= truth) & (truth <= table["conf_high"])).sum())
        total += len(truth)
    # 300 intervals at 95%: the binomial leaves 0.92 to 0.98, dependence within a simulation a little more
    assert 0.91 < hit / total < 0.985


def test_shares_stay_inside_0_and_1_and_add_up_over_topics():
    record, frame, _ = made(lean=0.2)
    table = topics.shares(record, frame, "outlet", replicates=5)
    assert table["conf_low"].between(0, 1).all() and table["conf_high"].between(0, 1).all()
    np.testing.assert_allclose(table.groupby("outlet")["estimate"].sum(), 1, atol=0.01)
    raw = pd.DataFrame(record.shares).groupby(frame["outlet"].to_numpy()).mean()
    np.testing.assert_allclose(table.pivot(index="outlet", columns="topic", values="estimate"), raw, atol=0.01)


def test_swapping_the_outlets_flips_the_sign():
    record, frame, _ = made(lean=0.15)
    east = topics.shares(record, frame, "outlet", against={"outlet": "east"}, replicates=5)
    west = topics.shares(record, frame, "outlet", against={"outlet": "west"}, replicates=5)
    np.testing.assert_allclose(east["estimate"], -west["estimate"], atol=1e-9)
    assert east["outlet"].eq("west").all() and east.loc[0, "conf_low"] > 0


def test_refits_that_disagree_widen_the_intervals():
    record, frame, _ = made()
    other, _, _ = made(lean=0.3, seed=1)
    alone = topics.effects(record, frame, "outlet", replicates=5)
    both = topics.effects(record, frame, "outlet", replicates=5, refits=[other, other])
    assert (both["std_error"] > alone["std_error"])[both["topic"] < 2].all()
    with pytest.raises(ValueError, match="other articles"):
        topics.effects(record, frame, "outlet", refits=[made(n=50)[0]])


def test_curves_of_outlet_and_time_end_where_an_outlet_ends():
    record, frame, _ = made()
    frame = frame[(frame["outlet"] == "east") | (frame["date"] < "2021-01-01")]
    formula = "outlet + cs(years, df=3, constraints='center')"
    table = topics.shares(record, frame, "outlet", formula=formula, over="years", points=20, replicates=3)
    last = table.groupby("outlet")["years"].max()
    assert last["west"] < 1.1 and last["east"] > 1.8
    assert (table["conf_low"] < table["estimate"]).all() and (table["estimate"] < table["conf_high"]).all()
    assert table["n_absent"].eq(200 - len(frame)).all()


def test_an_outlet_with_one_article_has_a_share_and_no_interval():
    record, frame, _ = made()
    frame.loc[0, "outlet"] = "alone"
    table = topics.shares(record, frame, "outlet", replicates=3).set_index("outlet")
    assert table.loc["alone", "estimate"].notna().all() and table.loc["alone", "std_error"].isna().all()
    assert table.loc["alone", "note"].str.contains("no interval").all()
    found = topics.effects(record, frame, "outlet", replicates=3)
    assert found["std_error"].isna().all(), "all are against the outlet that stands first: alone"
    assert found["note"].str.contains("no interval").all()
    last = topics.effects(record, frame.assign(outlet=frame["outlet"].replace("alone", "zone")), "outlet", replicates=3)
    assert (last["std_error"].isna() == last["term"].eq("outlet[T.zone]")).all()


def test_rows_left_out_are_counted_by_reason():
    record, frame, _ = made()
    frame.loc[[3, 5], "outlet"] = None
    found = topics.effects(record, frame.drop(index=9), "outlet", replicates=3)
    assert found["n_articles"].eq(197).all()
    assert found[["n_without_terms", "n_absent", "n_incomplete"]].drop_duplicates().to_numpy().tolist() == [[0, 1, 2]]


def test_the_same_seed_gives_the_same_effects_and_q_values_leave_out_intercepts():
    record, frame, _ = made()
    first = topics.effects(record, frame, "outlet", replicates=4, seed=2)
    pd.testing.assert_frame_equal(first, topics.effects(record, frame, "outlet", replicates=4, seed=2))
    assert first.loc[first["term"] == "Intercept", "q_value"].isna().all()
    tested = first[first["term"] != "Intercept"]
    np.testing.assert_allclose(tested["q_value"], inference.adjust(tested["p_value"]))


def test_packages_join_topics_that_share_articles():
    rng = np.random.default_rng(0)
    pair = rng.integers(0, 2, 400)  # topics 0 and 1 go together, 2 and 3 go together
    tokens = np.zeros((400, 4))
    for d in range(400):
        tokens[d, 2 * pair[d] : 2 * pair[d] + 2] = rng.multinomial(60, [0.5, 0.5])
    record = Topics(
        np.full((4, 5), 9.0), tokens, np.full(4, 0.1), np.asarray(0.05), pd.Index([f"a{i}" for i in range(400)]),
        pd.Index(list("pqrst")), tuple("wxyz"),
    )  # fmt: skip
    found = topics.network(record, replicates=30)
    package = found.packages.set_index("topic")["package"]
    assert package[0] == package[1] != package[2] == package[3]
    assert (found.packages["stability"] == 1).all() and found.edges["kept"].sum() == 2


def test_the_answer_names_the_clearest_difference():
    record, frame, _ = made(lean=0.25)
    table = topics.shares(record, frame, "outlet", replicates=5)
    said = topics.answer(table)
    assert said.verdict == "difference" and said.sentence.startswith(("“x” takes", "“y” takes"))
    assert said.low < said.value < said.high and abs(said.value - 25) < 8
    turned = topics.answer(table.assign(outlet=table["outlet"].map({"east": "west", "west": "east"})))
    assert turned.value == said.value and turned.sentence != said.sentence
    same = topics.answer(topics.shares(*made()[:2], "outlet", replicates=5))
    assert same.verdict != "difference" and not same.sentence.startswith("“")
    wide = topics.answer(topics.shares(*made()[:2], "outlet", replicates=5), smallest_effect=50.0)
    assert wide.verdict == "equivalent" and "or more by outlet" in wide.sentence


def test_figures_and_findings_are_wholly_in_the_language_of_the_report():
    messages.use("ja")
    record, frame, _ = made(lean=0.25)
    record = topics.matching.marked(record, pd.DataFrame({"topic": [0, 1, 2], "stable": [True, False, True]}))
    shares = topics.shares(record, frame, "outlet", replicates=3)
    curves = topics.shares(record, frame, "outlet", formula="outlet * years", over="years", points=5, replicates=3)
    network = topics.network(record, replicates=20)
    stability = pd.DataFrame(
        {"topic": [0, 1], "label": ["x", "y"], "similarity": [0.9, 0.4], "similarity_low": [0.8, 0.1],
         "stable": [True, False]}
    )  # fmt: skip
    scan = pd.DataFrame(
        {"n_topics": [2, 2, 4, 4], "log_likelihood": [-6.0, -6.1, -5.0, -5.1], "perplexity": [400.0, 410, 150, 160],
         "umass": [-9.0, -8, -5, -4], "npmi": 0.1, "c_v": 0.4, "exclusivity": 0.8, "stability": [0.9, 0.8, 0.7, 0.6]}
    )  # fmt: skip
    for picture in (
        plots.topic_shares(shares),
        plots.topic_curves(curves),
        plots.topic_network(network.edges, network.packages),
        plots.topic_stability(stability),
        plots.topic_scan(scan),
        plots.topic_words(topics.words(record, n_words=3)),
    ):
        assert not english_in(picture.caption, picture.alt, *texts_of(picture.figure))
    assert "媒体別に見た各トピックの割合" in plots.topic_shares(shares).caption
    for said in (topics.answer(shares), topics.choice(scan)):
        assert not english_in(*map(messages.say, (said.sentence, said.unit, *said.cautions)))
    assert "占める" in messages.say(topics.answer(shares).sentence)
    nothing = topics.answer(topics.shares(*made()[:2], "outlet", replicates=5)).sentence
    assert "とも言えない" in messages.say(nothing) or "未満" in messages.say(nothing)


def test_first_copies_keeps_one_of_each_group():
    _, frame, _ = made()
    assert len(study.studies.first_copies(frame)) == len(frame[["cluster_id", "outlet"]].drop_duplicates())
    assert len(study.studies.first_copies(frame.drop(columns="outlet"))) == 50
    assert len(study.studies.first_copies(frame.drop(columns="cluster_id"))) == 200


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"formula": "outlets"}, TableError, "lacks the columns"),
        ({"formula": "outlet +* years"}, ParamError, "cannot be read"),
        ({"formula": "outlet", "cluster": "wire"}, TableError, "wire"),
        ({"formula": "outlet", "replicates": 1}, ValueError, "at least 2"),
        ({"formula": "outlet", "family": "beta"}, ValueError, "no family 'beta'"),
        ({"formula": "outlet", "level": 95}, ValueError, "between 0 and 1"),
    ],
)
def test_bad_input_is_refused(arguments, error, message):
    record, frame, _ = made()
    with pytest.raises(error, match=message):
        topics.effects(record, frame, **arguments)


def test_articles_of_another_corpus_are_refused():
    record, frame, _ = made()
    with pytest.raises(TableError, match="none of the 200 articles"):
        topics.effects(record, frame.assign(article_id="z" + frame["article_id"]), "outlet")
    with pytest.raises(ValueError, match="no article has outlet 'north'"):
        topics.shares(record, frame, "outlet", against={"outlet": "north"})


def test_a_small_outlet_beside_a_large_one_is_no_finding():
    """Ten articles beside a hundred of the same topics: a difference was claimed in a third of such corpora."""
    claims = 0
    for seed in range(12):
        rng, outlets = np.random.default_rng([seed, 10, 100]), np.repeat(["a", "b"], [10, 100])
        words = rng.dirichlet(np.full(120, 0.1), 4)
        n = rng.poisson(80 * rng.dirichlet([0.72, 0.24, 0.12, 0.12], 110) @ words)
        article, term = np.nonzero(n)
        ids = np.array([f"x{i}" for i in range(110)])
        table = {"article_id": ids[article], "outlet": outlets[article], "term": [f"w{k}" for k in term], "n": n[n > 0]}
        fitted = topics.fit(pd.DataFrame(table), 4, workers=1)
        shares = topics.shares(fitted, pd.DataFrame({"article_id": ids, "outlet": outlets}), "outlet")
        claims += topics.answer(shares).verdict == "difference"
    assert claims <= 1
