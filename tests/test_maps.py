"""Correspondence analysis against FactoMineR; regions, similarity and networks against what they must satisfy."""

import json

import numpy as np
import pandas as pd
import pytest
from japanese import english_in, texts_of
from scipy import sparse
from test_keyness import corpus

from framing import maps, messages, plots
from framing.errors import TableError
from framing.maps.chance import Sample, _added

DIMS = range(1, 5)


@pytest.fixture(scope="module")
def children(external):
    table = pd.read_csv(external / "correspondence_children.csv", index_col="row")
    expected = json.loads((external / "correspondence_children.json").read_text())  # FactoMineR 2.7, ca
    return table, expected


@pytest.fixture(scope="module")
def press() -> pd.DataFrame:
    """Four outlets, 60 articles each, 40 terms; outlets a and b write alike, c and d each in its own way."""
    rng = np.random.default_rng(0)
    rates = np.tile(rng.gamma(2.0, 0.5, 40), (4, 1))
    rates[2, :8] *= 3
    rates[3, 8:16] *= 3
    outlets = np.repeat(list("abcd"), 60)
    matrix = rng.poisson(rates[np.repeat(range(4), 60)])
    return corpus(matrix, outlets, year=np.tile(["2020", "2021", "2022"], 80))


def block(frame: pd.DataFrame, name: str) -> np.ndarray:
    return frame[[f"{name}_{k}" for k in DIMS]].to_numpy()


def agrees(found, expected, up_to_sign=False):
    expected = np.array(expected, dtype=float)
    turn = np.sign((found * expected).sum(axis=0)) if up_to_sign else 1.0
    np.testing.assert_allclose(found * turn, expected, rtol=1e-9, atol=1e-12)


def test_correspondence_agrees_with_factominer(children):
    table, expected = children
    theirs = expected["children"]
    found = maps.correspondence(
        table, supplementary_rows=list(table.index[14:]), supplementary_columns=["thirty", "fifty", "more_fifty"]
    )
    agrees(found.eigenvalues["eigenvalue"].to_numpy(), [row[0] for row in theirs["eig"]["values"]])
    agrees(100 * found.eigenvalues["share"].to_numpy(), [row[1] for row in theirs["eig"]["values"]])
    for side, label in ((found.rows, "row"), (found.columns, "col")):
        active, extra = side[~side["supplementary"]], side[side["supplementary"]]
        assert active["name"].tolist() == theirs[f"{label}_coord"]["rows"]
        agrees(block(active, "coordinate"), theirs[f"{label}_coord"]["values"], up_to_sign=True)
        agrees(100 * block(active, "contribution"), theirs[f"{label}_contrib"]["values"])
        agrees(block(active, "cos2"), theirs[f"{label}_cos2"]["values"])
        agrees(active["inertia"].to_numpy(), list(theirs[f"{label}_inertia"].values()))
        agrees(active["mass"].to_numpy(), list(theirs[f"{label}_mass"].values()))
        agrees(block(extra, "coordinate"), theirs[f"{label}_sup_coord"]["values"], up_to_sign=True)
        agrees(block(extra, "cos2"), theirs[f"{label}_sup_cos2"]["values"])
    assert found.total_inertia == pytest.approx(theirs["total_inertia"], rel=1e-12)
    chi2 = expected["children_chisq"]
    assert (found.chi2, found.df, found.p_value) == pytest.approx((chi2["X2"], chi2["df"], chi2["p"]), rel=1e-9)


def test_supplementary_points_do_not_move_the_axes(children):
    table, _ = children
    plain = maps.correspondence(table.iloc[:14, :5])
    more = maps.correspondence(table.iloc[:14, :5], supplementary_columns=table.iloc[:14, 5:])
    np.testing.assert_array_equal(plain.eigenvalues, more.eigenvalues)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (pd.DataFrame([[1, -2], [3, 4]]), "negative"),
        (pd.DataFrame([[1, np.nan], [3, 4]]), "missing"),
        (pd.DataFrame([[1, 2, 3]]), "at least two"),
        (pd.DataFrame([[0, 0], [3, 4]]), "empty"),
        (pd.DataFrame([[1, 2], [2, 4]]), "same profile"),
        (pd.DataFrame([[1, 2], [2, 5]], columns=["x", "x"]), "repeat"),
    ],
)
def test_tables_that_cannot_be_mapped_are_refused(table, said):
    with pytest.raises(ValueError, match=said):
        maps.correspondence(table)


def test_places_are_nearer_the_middle_without_chance_and_the_axes_stay(press):
    mapped = maps.outlets(press, supplementary="year")
    regions = maps.regions(press, mapped, replicates=300, seed=1).set_index("name")
    own = mapped.rows[~mapped.rows["supplementary"]].set_index("name")
    assert regions["p_value"].eq(1 / 301).all(), "c and d differ, so that no permutation reaches what is seen"
    plain = own[["coordinate_1", "coordinate_2"]].to_numpy()
    places = regions[["x", "y"]].to_numpy()
    assert (places**2).sum() < (plain**2).sum() and np.corrcoef(places[:, 0], plain[:, 0])[0, 1] > 0.99
    apart = np.linalg.norm(places[:, None] - places, axis=2)
    assert apart[0, 1] == apart[np.triu_indices(4, 1)].min(), "a and b write alike"
    assert mapped.rows["name"].tolist() == ["a", "b", "c", "d", "2020", "2021", "2022"]


def test_what_chance_adds_is_that_of_the_formula():
    # by hand, with loops, from the formula in the docstring of regions; the test compares the two sums
    rng = np.random.default_rng(7)
    x, group = rng.poisson(3, (12, 5)), np.repeat([0, 1, 2], [3, 4, 5])
    t, c = x.sum(axis=1), x.sum(axis=0) / x.sum()
    r = np.array([t[group == g].sum() for g in range(3)]) / t.sum()
    p = np.array([x[group == g].sum(axis=0) / t[group == g].sum() for g in range(3)])
    b = np.zeros(3)
    for i, g in enumerate(group):
        n = (group == g).sum()
        b[g] += n / (n - 1) * ((x[i] - p[g] * t[i]) ** 2 / c).sum() / t[group == g].sum() ** 2
    sample = Sample(sparse.csr_array(x), group, np.arange(12))
    mass, gram, product, chance = (part[0] for part in sample._as_it_is())
    np.testing.assert_allclose(mass, r)
    np.testing.assert_allclose(chance, b)
    np.testing.assert_allclose(gram, (p - c) / c @ (p - c).T)
    np.testing.assert_allclose(product, gram)
    np.testing.assert_allclose((r * np.diag(_added(mass, chance))).sum(), (r * (1 - r) * b).sum())


def samples(articles, shift=0.0, n=12, words=120):
    """Corpora of outlets whose shares of words are known; their logarithms differ by ``shift``."""
    for seed in range(n):
        rng = np.random.default_rng([seed, 31])
        outlet = np.repeat(np.arange(len(articles)), articles)
        shares = np.exp(shift * rng.normal(size=(len(articles), words))) / (np.arange(words) + 3.0)
        shares /= shares.sum(axis=1, keepdims=True)
        size = rng.lognormal(5, 0.5, (len(outlet), 1)) * np.where(outlet == 0, 3, 1)[:, None]
        yield (
            shares,
            corpus(
                rng.poisson(shares[outlet] * size * rng.gamma(1, 1, (len(outlet), words))),
                np.array(list("abc"))[outlet],
            ),
        )


def test_equal_outlets_have_no_regions_and_no_difference():
    # simulated: of 12 corpora one may be told apart (binomial with .05); before 76 of 80 were
    drawn, claimed = 0, 0
    for _, counts in samples((20, 60, 60)):
        drawn += maps.regions(counts, maps.outlets(counts), replicates=99)["width"].notna().any()
        claimed += maps.answer(maps.similarity(counts, replicates=99)).verdict == "difference"
    assert drawn <= 2 and claimed <= 1


def test_regions_hold_the_places_of_the_true_shares():
    # simulated: .95 of 36 places, less two errors; a bootstrap of the plain places holds under a third of them
    held = []
    for shares, counts in samples((30, 60, 60), shift=0.4):
        mapped = maps.outlets(counts)
        found = maps.regions(counts, mapped, replicates=99)
        kept = shares[:, [int(name[1:]) for name in mapped.columns["name"]]]
        kept, mass = kept / kept.sum(axis=1, keepdims=True), mapped.rows["mass"].to_numpy()[:, None]
        average = (mass * kept).sum(axis=0)
        left, size, _ = np.linalg.svd(np.sqrt(mass) * (kept - average) / np.sqrt(average), full_matrices=False)
        true, place = (left * size / np.sqrt(mass))[:, :2], found[["x", "y"]].to_numpy()
        first, _, second = np.linalg.svd(true.T @ place)
        away, angle = true @ first @ second - place, np.radians(found["angle"].to_numpy())
        along = away[:, 0] * np.cos(angle) + away[:, 1] * np.sin(angle)
        across = away[:, 1] * np.cos(angle) - away[:, 0] * np.sin(angle)
        held += (np.hypot(2 * along / found["width"], 2 * across / found["height"]) <= 1).tolist()
    assert np.mean(held) > 0.87


def test_a_cluster_in_two_outlets_changes_its_labels_within_itself():
    x = sparse.csr_array(np.random.default_rng(1).poisson(2, (9, 4)))
    sample = Sample(x, np.array([0, 1, 0, 1, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 3, 4, 5, 6]))
    labels = sample._relabelled(200, np.random.default_rng(2))
    assert (np.sort(labels[:, :2], axis=1) == [0, 1]).all() and (np.sort(labels[:, 2:4], axis=1) == [0, 1]).all()
    assert (labels[:, 4:].sum(axis=1) == 3).all() and len(np.unique(labels, axis=0)) == 2 * 2 * 10  # 5 over 3


def test_an_ellipse_holds_the_share_of_resamples_it_promises(press):
    mapped = maps.outlets(press)
    one, other = (maps.regions(press, mapped, replicates=400, seed=s).set_index("name") for s in (1, 2))
    np.testing.assert_allclose(one["width"], other["width"], rtol=0.25)
    smaller = maps.regions(press, mapped, replicates=400, seed=1, level=0.5).set_index("name")
    np.testing.assert_allclose(one["width"] / smaller["width"], np.sqrt(5.991465 / 1.386294), rtol=1e-6)  # chi², 2 df


def test_the_order_of_rows_articles_outlets_and_words_changes_no_digit(press):
    rng = np.random.default_rng(4)
    other = press.iloc[rng.permutation(len(press))]
    for name in ("outlet", "article_id", "term"):
        values = other[name].astype("category")
        order = rng.permutation(values.cat.categories)
        other = other.assign(**{name: values.cat.reorder_categories(order)})
    for made in (
        lambda counts: maps.outlets(counts, min_articles=2).rows,
        lambda counts: maps.regions(counts, maps.outlets(counts, min_articles=2), replicates=50),
        lambda counts: maps.similarity(counts, replicates=50),
        lambda counts: maps.bipartite(counts).edges,
    ):
        pd.testing.assert_frame_equal(made(press), made(other), check_exact=True)


@pytest.mark.slow
@pytest.mark.parametrize(("articles", "shift"), [((8, 400), 0.0), ((20, 60), 0.5)])
def test_the_distance_of_bursty_outlets_holds_the_truth_though_one_has_few_articles(harness, articles, shift):
    """Resampled once, chance was underrated: intervals of 8 articles in bursts of variance 6 covered .48 and .63."""
    held = []
    for seed in range(60):
        made = harness.designs.vocabularies(
            np.random.default_rng([seed, 15]), articles=articles, burst=6.0, shift=shift
        )
        held.append(harness.procedures.similarity(made, seed)["distance"]["covers"])
    assert np.mean(held) >= 0.93 - 2.6 * np.sqrt(0.93 * 0.07 / 60)


def test_chance_is_taken_off_the_distance_of_two_samples_of_one_outlet(press):
    found = maps.similarity(press, replicates=200).set_index(["a", "b"])
    alike, apart = found.loc[("a", "b")], found.loc[("c", "d")]
    assert alike["jensen_shannon_low"] == 0 and alike["jensen_shannon"] < 0.4 * alike["jensen_shannon_plain"]
    assert apart["jensen_shannon_low"] > alike["jensen_shannon_high"]
    assert alike["q_value"] > 0.05 and apart["q_value"] == pytest.approx(1 / 201 * 6 / 5), "5 of 6 pairs differ"
    assert apart["simultaneous_low"] < apart["jensen_shannon_low"]
    from scipy.spatial.distance import jensenshannon

    sums = press.pivot_table(index="outlet", columns="term", values="n", aggfunc="sum", observed=False)
    np.testing.assert_allclose(apart["jensen_shannon_plain"], jensenshannon(sums.loc["c"], sums.loc["d"], 2), rtol=1e-9)


def test_the_distance_is_that_of_the_outlets_and_not_of_their_samples():
    # simulated: word shares known, so that scipy.spatial.distance.jensenshannon of the shares is the truth. Without a
    # difference the interval must begin at 0 in about 97.5% of samples; 17 of 20 leaves chance its room
    from scipy.spatial.distance import jensenshannon

    rng = np.random.default_rng(4)
    held, corrected, plain = 0, [], []
    for seed in range(20):
        p, other = rng.dirichlet(np.full(150, 0.3), size=2)
        for q in (p, 0.7 * p + 0.3 * other):
            bursts = rng.gamma(0.7, 1 / 0.7, (80, 150))
            matrix = rng.poisson(np.repeat([p, q], 40, axis=0) * 150 * bursts)
            counts = corpus(matrix, np.repeat(["a", "b"], 40))
            found = maps.similarity(counts, min_articles=1, replicates=100, seed=seed).iloc[0]
            if q is p:
                held += found["jensen_shannon_low"] == 0
            else:
                true = jensenshannon(p, q, 2)
                corrected.append(found["jensen_shannon"] - true)
                plain.append(found["jensen_shannon_plain"] - true)
    assert held >= 17
    assert abs(np.mean(corrected)) < 0.3 * np.mean(plain)


def test_the_network_finds_planted_groups_and_is_the_same_for_one_seed():
    rng = np.random.default_rng(2)
    topic = rng.integers(0, 3, 300)
    rates = np.full((300, 18), 0.05)
    for k in range(3):
        rates[topic == k, 6 * k : 6 * k + 6] = 1.0
    counts = corpus(rng.poisson(rates), np.tile(["a", "b"], 150))
    network = maps.cooccurrence(counts, edges=45, measure="phi", replicates=50)
    groups = network.nodes.assign(planted=network.nodes["name"].str[1:].astype(int) // 6).groupby("community")[
        "planted"
    ]
    assert network.nodes["community"].nunique() == 3 and groups.nunique().eq(1).all()
    assert network.edges["stability"].between(0, 1).all() and network.edges["stability"].iloc[0] == 1
    again = maps.cooccurrence(counts, edges=45, measure="phi", replicates=50)
    pd.testing.assert_frame_equal(network.nodes, again.nodes)


def test_edge_measures_agree_with_their_definitions(press):
    edges = maps.cooccurrence(press, edges=30, replicates=5).edges
    present = press.pivot_table(index="article_id", columns="term", values="n", aggfunc="sum", observed=False) > 0
    first = edges.iloc[0]
    a, b = present[first["a"]].to_numpy(), present[first["b"]].to_numpy()
    assert first["jaccard"] == pytest.approx((a & b).sum() / (a | b).sum())
    assert first["phi"] == pytest.approx(np.corrcoef(a, b)[0, 1])
    together = (a & b).mean()
    assert first["npmi"] == pytest.approx(np.log(together / (a.mean() * b.mean())) / -np.log(together))


def test_the_bipartite_network_joins_outlets_to_their_words(press):
    network = maps.bipartite(press, top=8)
    own = network.edges[network.edges["a"] == "c"]["b"]
    assert set(own) == {f"t{j}" for j in range(8)}
    assert set(network.nodes["kind"]) == {"outlet", "term"}


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda c: maps.outlets(c[c["outlet"] == "a"]), TableError, r"one group only, \['a'\]"),
        (lambda c: maps.outlets(c, min_articles=1000), TableError, "0 terms are in at least 1000 articles"),
        (lambda c: maps.outlets(c, by="paper"), TableError, "lacks the columns \\['paper'\\]"),
        (lambda c: maps.cooccurrence(c, measure="lift"), ValueError, "no measure 'lift'"),
        (lambda c: maps.cooccurrence(c, replicates=0), ValueError, "replicates"),
        (lambda c: maps.similarity(c, level=2), ValueError, "confidence level"),
        (lambda c: maps.outlets(c, axes=0), ValueError, "axes must be at least 1"),
        (lambda c: maps.bipartite(c.assign(term="t0").drop_duplicates("article_id")), TableError, "map needs two"),
    ],
)
def test_bad_requests_are_refused(press, call, error, said):
    with pytest.raises(error, match=said):
        call(press)


def test_the_figures_draw_and_tell(press):
    mapped = maps.outlets(press, supplementary="year")
    biplot = plots.maps_biplot(mapped, maps.regions(press, mapped, replicates=50))
    network = plots.maps_network(maps.cooccurrence(press, edges=30, replicates=5))
    similar = plots.maps_similarity(maps.similarity(press, replicates=20))
    for picture in (biplot, network, similar):
        assert picture.svg().startswith("<svg") and len(picture.alt) > 40 and picture.caption.endswith(".")


def test_articles_without_a_date_are_named_in_the_language_of_the_report(press):
    messages.use("ja")
    undated = press.assign(year=press["year"].astype(str))
    undated.loc[undated["year"].eq(undated["year"].iloc[0]), "year"] = "undated"
    texts = texts_of(plots.maps_biplot(maps.outlets(undated, supplementary="year")).figure)
    assert "日付なし" in texts and "undated" not in texts


def test_two_outlets_make_a_map_of_one_axis(press):
    two = press[press["outlet"].isin(["a", "c"])]
    mapped = maps.outlets(two)
    assert len(mapped.eigenvalues) == 1
    regions = maps.regions(two, mapped, replicates=400, seed=1).set_index("name")
    own = mapped.rows.set_index("name")["coordinate_1"]
    assert (regions["x"] / own).between(0.7, 1).all(), "nearer the middle without chance"
    assert regions[["y", "std_error_y", "height", "angle"]].isna().all(axis=None)
    assert regions["note"].str.contains("one axis").all()
    np.testing.assert_allclose(regions["width"] / 2 / regions["std_error_x"], 1.959964, rtol=1e-6)  # scipy.stats.norm
    # simulated without a difference: articles of both outlets drawn from one pool, and two terms, so one way to differ
    shares = np.random.default_rng(3).permuted(np.tile([[2, 8], [4, 6], [8, 2]], (20, 1)), axis=0)
    near = corpus(shares, np.repeat(["a", "b"], 30))
    found = maps.regions(near, maps.outlets(near), replicates=400)
    assert found["width"].isna().all() and found["note"].str.contains("more than chance").all()


def test_a_map_of_one_axis_is_drawn_row_by_row_with_intervals(press):
    two = press[press["outlet"].isin(["a", "c"])]
    mapped = maps.outlets(two, supplementary="year")
    regions = maps.regions(two, mapped, replicates=50)
    picture = plots.maps_biplot(mapped, regions, names=10)
    (axes,) = picture.figure.axes
    written = [label.get_text() for label in axes.get_yticklabels()]
    assert written[:5] == ["a", "c", "2020", "2021", "2022"] and len(written) == 15
    lines = [part.get_segments()[0] for part in axes.collections if hasattr(part, "get_segments")]
    for at, (line, region) in enumerate(zip(lines, regions.itertuples(), strict=True)):
        ends = region.x - region.width / 2, region.x + region.width / 2
        np.testing.assert_allclose(line, [[ends[0], at], [ends[1], at]])
    assert "one axis" in picture.caption and picture.svg().startswith("<svg")
    assert plots.maps_biplot(mapped).svg().startswith("<svg") and "95%" not in plots.maps_biplot(mapped).caption


def test_terms_that_are_in_every_article_make_no_network():
    same = corpus(np.ones((30, 4), int), np.repeat(["a", "b"], 15))
    with pytest.raises(TableError, match="no two of the 4 nodes belong together by phi"):
        maps.cooccurrence(same, measure="phi", replicates=5)
    with pytest.raises(TableError, match="belong together by residual"):
        maps.bipartite(same)


def test_maps_are_japanese_in_a_japanese_report(press):
    messages.use("ja")
    names = {"a": "朝", "b": "毎", "c": "読", "d": "産"}
    press = press.assign(outlet=press["outlet"].astype(str).map(names).astype("category"))
    mapped, alike = maps.outlets(press), maps.similarity(press, replicates=50)
    pictures = [
        plots.maps_biplot(mapped, maps.regions(press, mapped, replicates=50)),
        plots.maps_network(maps.cooccurrence(press, replicates=20, min_articles=2)),
        plots.maps_network(maps.bipartite(press, min_articles=2)),
        plots.maps_similarity(alike),
    ]
    two = press[press["outlet"].isin(["朝", "毎"])]
    of_two = maps.outlets(two, supplementary="year")
    pictures.append(plots.maps_biplot(of_two, maps.regions(two, of_two, replicates=50)))
    for picture in pictures:
        assert not english_in(picture.caption, picture.alt, *texts_of(picture.figure))
    told = maps.answer(alike)
    assert not english_in(*map(messages.say, (told.sentence, told.unit, *told.cautions)))


def test_groups_of_few_articles_are_placed_without_a_region(press):
    few = press[~press["outlet"].isin(["c", "d"]) | press["article_id"].isin(["a0120", "a0121", "a0180", "a0181"])]
    mapped = maps.outlets(few, min_articles=5)
    found = maps.regions(few, mapped, replicates=20)
    np.testing.assert_allclose(found["x"], mapped.rows["coordinate_1"])
    assert found[["p_value", "width"]].isna().all(axis=None) and found["note"].str.contains("fewer than 3").all()
    pairs = maps.similarity(few, replicates=20).set_index(["a", "b"])
    assert pairs.loc[("a", "b"), "p_value"] > 0 and pairs["p_value"].isna().sum() == 5


def test_articles_without_any_of_the_terms_do_not_matter(press):
    rare = corpus(np.eye(4, dtype=int), list("abcd"), [f"rare{k}" for k in range(4)])
    rare["article_id"] = rare["article_id"].map(lambda name: f"z{name}").astype("category")
    more = pd.concat([press, rare.assign(year="2020")], ignore_index=True)
    more[["article_id", "term"]] = more[["article_id", "term"]].astype("category")
    one, other = (maps.regions(c, maps.outlets(c, min_articles=5), replicates=50) for c in (press, more))
    pd.testing.assert_frame_equal(one.drop(columns="n_articles"), other.drop(columns="n_articles"))


def test_outlets_without_a_common_word_are_told_without_an_interval():
    rng = np.random.default_rng(0)
    rows = [
        (f"{o}{i}", o, f"{o}{w}", int(n))
        for o in "ab"
        for i in range(20)
        for w, n in enumerate(rng.poisson(2, 12))
        if n
    ]
    table = pd.DataFrame(rows, columns=["article_id", "outlet", "term", "n"])
    assert "nan" not in maps.answer(maps.similarity(table, replicates=50)).sentence
