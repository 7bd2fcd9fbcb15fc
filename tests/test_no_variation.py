"""Observations that never vary say nothing about an error: no standard error of 0, no interval [x, x], no p of 0."""

import numpy as np
import pandas as pd
import pytest

from framing import inference, keyness, maps, messages, models, prominence
from framing.messages import clauses

SAID = "no variation to estimate"


@pytest.fixture(scope="module")
def equal():
    """Six equal articles a side."""
    side = np.repeat(["a", "b"], 6)
    return pd.DataFrame(
        {
            "outlet": side, "n": np.where(side == "a", 3, 5), "length": np.where(side == "a", 312.7, 555.1),
            "share": np.where(side == "a", 0.1 + 0.2, 0.7), "day": np.tile(range(6), 2),
            "x": np.tile(np.arange(6.0), 2),
        }
    )  # fmt: skip


def claims(table: pd.DataFrame) -> pd.DataFrame:
    """Rows that claim certainty, with the rounding that hides it."""
    error = table["std_error"] if "std_error" in table else pd.Series(np.nan, table.index)
    width = table["conf_high"] - table["conf_low"]
    p = table["p_value"] if "p_value" in table else pd.Series(np.nan, table.index)
    return table[(error < 1e-9) | (width.abs() < 1e-9) | (p < 1e-12)]


@pytest.mark.parametrize("formula", ["outlet", "outlet + x"])
@pytest.mark.parametrize("covariance", ["auto", "HC0", "HC1", "HC3", "CR1", "CR2", "wild"])
@pytest.mark.parametrize("family, outcome", [
    ("ols", "n"), ("ols", "length"), ("quasipoisson", "n"), ("fractional", "share"), ("poisson", "n"), ("negbin", "n"),
])  # fmt: skip
def test_six_equal_articles_a_side_give_no_interval_and_no_p(equal, family, outcome, covariance, formula):
    cluster = "day" if covariance in ("CR1", "CR2", "wild") else None
    found = prominence.fit(equal, outcome, formula, family=family, covariance=covariance, cluster=cluster)
    terms = found.coefficients[found.coefficients["kind"] == "term"]
    np.testing.assert_allclose(found.fitted.fitted, equal[outcome], rtol=1e-9)
    if family in ("poisson", "negbin") and covariance == "auto":  # the model's own error: √(1/18) for 18 counted
        np.testing.assert_allclose(
            terms["std_error"].iloc[0], np.sqrt(1 / 18), rtol=1e-9
        ) if formula == "outlet" else None
        return
    assert terms[["std_error", "conf_low", "conf_high", "p_value"]].isna().all(axis=None)
    assert terms["note"].str.contains(SAID).all() and any(SAID in note for note in found.notes)
    grid = equal.iloc[[0, 6]]
    for table in (found.predictions(grid), found.effects, found.contrast(grid.iloc[[0]], grid.iloc[[1]])):
        assert claims(table).empty and table["conf_low"].isna().all()
    messages.use("ja")
    assert "ばらつき" in clauses(found.notes)


def test_a_group_that_never_varies_has_no_interval_of_its_own_beside_one_that_does(equal):
    rows = equal.assign(length=np.where(equal["outlet"] == "a", equal["length"], [*range(12)]))
    for baseline in ("a", "b"):
        coded = rows.assign(outlet=pd.Categorical(rows["outlet"], [baseline, *({"a", "b"} - {baseline})]))
        fit = prominence.fit(coded, "length", "outlet", family="ols", covariance="HC1")
        found = fit.predictions(pd.DataFrame({"outlet": ["a", "b"]})).set_index("outlet")
        assert np.isnan(found.loc["a", "std_error"]) and found.loc["b", "std_error"] > 0.5


def test_clusters_that_all_add_the_same_have_no_robust_error():
    day = pd.DataFrame({"page": [1, 2, 3, 1, 3, 2], "x": [0.0, 0, 0, 1, 1, 1]})
    rows = pd.concat([day.assign(date=d) for d in range(45)])
    fit = prominence.fit(rows, "page", "x", family="ordinal", cluster="date")
    assert claims(fit.coefficients).empty and fit.coefficients["std_error"].isna().all()
    assert fit.coefficients["note"].str.contains(SAID).all()
    told = prominence.answer(fit, when="x").sentence
    assert "give no interval" in told and "33%" in told and "nan" not in told  # 2 of 6 are on page 1


def counted(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["article_id", "outlet", "event", "term", "n"])


def test_a_word_in_one_of_thirty_shared_events_has_no_interval():
    rng = np.random.default_rng(1)
    rows = [
        (f"{side}{e:02d}", side, e, term, n)
        for e in range(30)
        for side in "ab"
        for term, n in (("once", 3 * (e == 7)), ("often", rng.integers(1, 20)), ("steady", 100))
        if n
    ]
    found = keyness.paired(counted(rows), by="outlet", event="event", target="a", reference="b").set_index("term")
    assert found.loc["once", ["std_error", "conf_low", "conf_high", "p_value", "q_value"]].isna().all()
    assert SAID in found.loc["once", "note"] and found.loc["once", "n_events_term"] == 1
    assert found.loc["often", "std_error"] > 0 and found.loc["often", "note"] == ""
    assert claims(found).empty


@pytest.mark.parametrize("lengths", [[1] * 6, [1, 2, 3, 5, 7, 11]])
def test_words_at_one_rate_in_all_articles_of_a_side_have_no_interval(lengths):
    rng = np.random.default_rng(2)
    rows = [
        (f"{side}{i}", side, i, term, n * length)
        for side in "ab"
        for i, length in enumerate(lengths)
        for term, n in (("even", 3 if side == "a" else 7), ("rest", 97 if side == "a" else 93))
    ]
    counts = counted(rows)
    for found in (
        keyness.compare(counts, target="a", reference="b", min_articles=1),
        keyness.adjusted(counts, counts.drop_duplicates("article_id")[["article_id"]], "", min_tokens=1),
    ):
        assert claims(found).empty and found["note"].str.contains(SAID).all()
        assert found[["std_error", "conf_low", "conf_high"]].isna().all(axis=None)
    time = keyness.over_time(counts.assign(year=2020), ["even"], by="outlet", period="year")
    assert time["conf_low"].isna().all() and time["note"].str.contains(SAID).all()
    other = counted(
        [(f"{s}{i}", s, i, t, rng.integers(1, 9)) for s in "ab" for i in range(6) for t in ("even", "rest")]
    )
    assert keyness.compare(other, target="a", reference="b", min_articles=1)["std_error"].gt(0).all()


def test_maps_of_equal_articles_have_no_ellipse_and_no_interval():
    rows = [
        (f"{s}{i}", s, i, term, 1 + (j * (ord(s) - 96)) % 5)
        for s in "abc"
        for i in range(6)
        for j, term in enumerate(("p", "q", "r", "s", "t"), 1)
    ]
    counts = counted(rows)
    similar = maps.similarity(counts, min_articles=1, replicates=50)
    assert similar[["cosine_low", "cosine_high", "jensen_shannon_low", "jensen_shannon_high"]].isna().all(axis=None)
    assert similar["note"].str.contains(SAID).all() and similar["cosine"].between(0, 1).all()
    profiles = counts.pivot_table("n", "outlet", "term", "sum")
    found = maps.regions(counts, maps.correspondence(profiles), replicates=50)
    assert found[["std_error_x", "width", "height"]].isna().all(axis=None) and found["note"].str.contains(SAID).all()


def test_the_delta_method_gives_no_error_where_nothing_is_left_but_rounding():
    covariance = np.array([[0.1, -0.1], [-0.1, 0.1 * (1 + 1e-16)]]) / 3
    found = inference.delta_error(np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]), covariance)
    np.testing.assert_allclose(found[0], np.sqrt(0.1 / 3), rtol=1e-12)
    assert np.isnan(found[1:]).all()
    assert np.isnan(models.covariance(models.refit(np.ones((4, 1)), np.full(4, 7.0), "normal"), "HC1").std_error).all()


def test_a_variable_of_many_levels_keeps_its_row_in_the_effects():
    rng = np.random.default_rng(3)
    rows = pd.DataFrame(
        {"n": rng.poisson(4, 200), "place": [f"p{i % 40}" for i in range(200)], "x": rng.normal(size=200)}
    )
    found = prominence.fit(rows, "n", "x + place", family="poisson").effects.set_index("variable")
    assert "more than 30 levels" in found.loc["place", "note"] and np.isnan(found.loc["place", "estimate"])
    assert found.loc["x", "note"] == ""


def events(holding: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Thirty events in both outlets, articles of unlike length, and a word that stands in ``holding`` of the events."""
    rng, rows = np.random.default_rng(3), []
    for event in range(30):
        for outlet, n in (("a", 2), ("b", 1)):
            rows.append((f"{event}{outlet}", outlet, f"e{event}", "all", int(rng.integers(80, 320))))
            rows.append((f"{event}{outlet}", outlet, f"e{event}", "many", int(rng.poisson(6)) + 1))
            if event < holding:
                rows.append((f"{event}{outlet}", outlet, f"e{event}", "few", n))
    counts = pd.DataFrame(rows, columns=["article_id", "outlet", "event", "term", "n"])
    articles = counts.drop_duplicates("article_id")[["article_id", "outlet", "event"]]
    return counts.astype({"term": "category"}), articles.assign(month="2020-01")


@pytest.mark.parametrize("holding, known", [(1, False), (2, False), (12, True)])
def test_a_word_of_fewer_than_three_events_has_no_interval_however_long_the_articles_are(holding, known):
    counts, articles = events(holding)
    paired = keyness.paired(counts, event="event", target="a", reference="b").set_index("term")
    adjusted = keyness.adjusted(counts, articles.assign(x=np.arange(len(articles)) % 3), "x", target="a", reference="b",
                                cluster="event", min_tokens=1).set_index("term")  # fmt: skip
    compared = keyness.compare(counts, target="a", reference="b", cluster="event", replicates=99).set_index("term")
    ends = ["conf_low", "conf_high", "simultaneous_low", "simultaneous_high"]
    assert (compared.loc["few", ends].notna() == known).all()
    for table in (paired, adjusted):
        assert np.isfinite(table.loc["few", "p_value"]) == known
    for table in (paired, adjusted, compared):
        assert np.isfinite(table.loc["few", "std_error"]) == known
        assert (table.loc["few", "note"] == "") == known and np.isfinite(table.loc["many", "std_error"])


def test_a_word_of_one_event_marks_nobody_and_articles_that_are_resampled_apart_keep_their_interval():
    """200 words of one event with the same rate in both outlets: a third had an interval that excludes 0."""
    rng = np.random.default_rng(5)
    rows = [(f"{e}{o}{i}", o, f"e{e}", "all", 200) for e in range(30) for o in "ab" for i in range(2)]
    for word in range(200):
        event = rng.integers(30)
        rows += [
            (f"{event}{o}{i}", o, f"e{event}", f"w{word}", int(rng.poisson(3)) + 1) for o in "ab" for i in range(2)
        ]
    counts = pd.DataFrame(rows, columns=["article_id", "outlet", "event", "term", "n"])
    found, apart = (
        keyness.compare(counts, target="a", reference="b", cluster=cluster, replicates=99).set_index("term").drop("all")
        for cluster in ("event", "article_id")
    )
    assert found[["std_error", "conf_low", "conf_high"]].isna().all(axis=None)
    assert (found["note"] == inference.TOO_FEW_UNITS).all() and (found["marks"] == "").all()
    assert (apart["conf_low"] < apart["log2_ratio_half"]).all() and (
        apart["log2_ratio_half"] < apart["conf_high"]
    ).all()
    assert ((apart["conf_low"] > 0) | (apart["conf_high"] < 0)).mean() < 0.05


def test_an_outlet_that_stands_in_one_event_has_no_interval_in_the_adjusted_comparison():
    counts, articles = events(12)
    alone = articles["event"].eq("e29") & articles["outlet"].eq("b")
    held = articles[articles["outlet"].eq("a") | alone].assign(x=lambda rows: np.arange(len(rows)) % 3)
    some = counts[counts["article_id"].isin(held["article_id"])]
    for target, reference in (("a", "b"), ("b", "a")):
        found = keyness.adjusted(some, held, "x", target=target, reference=reference, cluster="event", min_tokens=1)
        assert found[["std_error", "p_value"]].isna().all(axis=None) and np.isfinite(found["log2_ratio"]).sum() == 2
        assert (
            found.set_index("term")["note"]
            .loc[["all", "many"]]
            .str.startswith("informed by one cluster or row alone")
            .all()
        )


def test_the_lag_that_a_short_series_chooses_leaves_rows_to_estimate_from():
    """Underdispersed noise made the plug-in of Newey & West take 47 of 48 rows, and p 6e-68."""
    for seed in range(40):
        rng = np.random.default_rng(seed)
        x = np.column_stack([np.ones(48), np.arange(48), np.arange(48) >= 24])
        fitted = models.refit(x, rng.integers(1, 3, 48), "poisson")
        assert models.covariance(fitted, "NW").lag <= 12


@pytest.fixture(scope="module")
def lone():
    """Two outlets on thirty days, and eight rows of a third on a day of its own."""
    rng, n = np.random.default_rng(0), 300
    rows = pd.DataFrame({"outlet": rng.choice(["a", "b"], n), "day": rng.integers(0, 30, n), "x": rng.normal(size=n)})
    rows.loc[:7, "outlet"], rows.loc[:7, "day"] = "c", 99
    page, shock = rng.integers(1, 4, n), rng.normal(size=100)
    return rows.assign(
        page=page,
        front=page == 1,
        n=rng.poisson(3, n),
        length=rng.normal(size=n) + shock[rows["day"]] + 2 * (rows["day"] == 99),
    )


ALONE = "too few clusters or rows inform it"


@pytest.mark.parametrize("covariance", ["CR0", "CR1", "CR2", "wild"])
@pytest.mark.parametrize("family, outcome", [
    ("ols", "length"), ("poisson", "n"), ("negbin", "n"), ("front", "front"), ("ordinal", "page"),
])  # fmt: skip
def test_a_level_that_stands_in_one_cluster_has_no_interval_and_the_others_keep_theirs(
    lone, family, outcome, covariance
):
    fit = prominence.fit(lone, outcome, "outlet + x", family=family, cluster="day", covariance=covariance)
    found = fit.coefficients.set_index("term")
    assert found.loc["outlet[T.c]", ["std_error", "conf_low", "conf_high", "p_value"]].isna().all()
    assert found.loc["outlet[T.c]", "note"] == f"{ALONE}: no interval" and np.isfinite(
        found.loc["outlet[T.c]", "estimate"]
    )
    others = found.drop(index=["outlet[T.c]", "log_theta"], errors="ignore")
    assert np.isfinite(others[["std_error", "conf_low", "conf_high", "p_value"]]).all(axis=None)
    assert any("inform {terms}" in note.text and note.values["terms"] == "outlet[T.c]" for note in fit.notes)
    grid = pd.DataFrame({"outlet": ["a", "c"], "x": 0.0})
    predicted = fit.predictions(grid).groupby("outlet")["conf_low"]
    assert predicted.count().to_dict() == {"a": predicted.size()["a"], "c": 0}
    effects = fit.effects.set_index("variable")
    assert np.isfinite(effects.loc[["x"], "std_error"]).all()
    assert (effects["note"].str.startswith(ALONE) == effects["contrast"].str.contains("c")).all()
    assert fit.contrast(grid[:1], grid[1:])["note"].str.startswith(ALONE).all()
    assert "nan" in str(fit.results.summary()) and np.isnan(fit.vcov.loc["outlet[T.c]", "x"])
    messages.use("ja")
    assert "クラスター" in clauses(fit.notes)


def test_the_other_errors_are_those_of_the_rows_without_the_lone_level(lone):
    """By statsmodels: a dummy for the rows of one cluster takes them out of the estimate of the others."""
    import statsmodels.formula.api as smf

    rest = lone[lone["outlet"] != "c"]
    whole, without = (
        smf.ols("length ~ outlet", rows).fit(
            cov_type="cluster", cov_kwds={"groups": rows["day"], "use_correction": False}
        )
        for rows in (lone, rest)
    )
    assert abs(whole.tvalues["outlet[T.c]"]) > 8, "the shock of one day passes for an outlet's"
    found = prominence.fit(lone, "length", "outlet", family="ols", cluster="day", covariance="CR0")
    errors = found.coefficients.set_index("term")["std_error"]
    assert np.isnan(errors["outlet[T.c]"])
    np.testing.assert_allclose(errors[["Intercept", "outlet[T.b]"]], without.bse, rtol=1e-9)


def test_a_reference_in_one_cluster_takes_the_intervals_that_are_against_it(lone):
    fits = [
        prominence.fit(
            lone.assign(outlet=pd.Categorical(lone["outlet"], order)), "n", "outlet * x", family="poisson",
            cluster="day", covariance="CR0",
        )
        for order in (["c", "a", "b"], ["a", "b", "c"])
    ]  # fmt: skip
    first = fits[0].coefficients
    assert first["std_error"].isna().all() and first["note"].str.startswith(ALONE).all(), "all are against c"
    grids = [pd.DataFrame({"outlet": [o], "x": [0.5]}) for o in "ab"]
    kept = [fit.contrast(*grids)[["estimate", "std_error", "conf_low", "conf_high"]] for fit in fits]
    assert np.isfinite(kept[0]).all(axis=None)
    np.testing.assert_allclose(kept[0], kept[1], rtol=1e-6)  # b against a is the same in any coding


@pytest.mark.parametrize("covariance", ["HC0", "HC1", "NW3"])
def test_a_level_of_one_row_has_no_robust_interval(lone, covariance):
    rows = lone.assign(outlet=["c" if i == 0 else "a" if o == "c" else o for i, o in enumerate(lone["outlet"])])
    for family, outcome in (("ols", "length"), ("quasipoisson", "n")):
        found = prominence.fit(
            rows.assign(n=rows["n"] + 1), outcome, "outlet + x", family=family, covariance=covariance
        )
        notes = found.coefficients.set_index("term")["note"]
        assert notes["outlet[T.c]"].startswith(ALONE) and (notes.drop("outlet[T.c]") == "").all()
        plain = prominence.fit(rows.assign(n=rows["n"] + 1), outcome, "outlet + x", family=family, covariance="model")
        assert np.isfinite(plain.coefficients["std_error"]).all(), "the model's own error is of its assumptions"


@pytest.mark.parametrize("seed", range(12))
def test_no_interval_is_at_least_where_the_rows_without_a_cluster_do_not_determine_the_coefficient(seed):
    """Counted by rank: a coefficient is determined where its unit vector adds no rank to the rows that are left."""
    rng, n = np.random.default_rng(seed), 60
    level, day = rng.integers(0, 4, n), rng.integers(0, 8, n)
    day[level == 3] = 9
    level[day == 0] = 0
    x = np.column_stack(
        [np.ones(n), *(level == i for i in (1, 2, 3)), rng.normal(size=n), (day == rng.integers(8)) * 2.0]
    )
    x = np.column_stack([x, x[:, 3] * rng.normal(size=n)])
    fitted = models.refit(x, rng.poisson(2, n), "poisson")
    expected = np.zeros(x.shape[1], dtype=bool)
    for left_out in np.unique(day):
        rest = x[day != left_out]
        rank = np.linalg.matrix_rank(rest)
        expected |= [np.linalg.matrix_rank(np.vstack([rest, unit])) > rank for unit in np.eye(x.shape[1])]
    for kind in ("CR0", "CR1S", "CR2"):
        found = models.covariance(fitted, kind, groups=day)
        assert np.isnan(found.std_error[expected]).all() and np.isfinite(found.std_error).any()
    assert expected[3] and not expected[4]


def test_a_long_grid_has_no_interval_where_a_short_one_has_none(lone):
    fit = prominence.fit(lone, "front", "outlet + x", family="front", cluster="day", method="logit")
    short = pd.DataFrame({"outlet": ["a", "b", "c"], "x": 0.0})
    few = fit.predictions(short)
    many = fit.predictions(pd.concat([short] * 400, ignore_index=True))
    np.testing.assert_array_equal(np.isnan(many["std_error"]), np.tile(np.isnan(few["std_error"]), 400))
    np.testing.assert_array_equal(np.isnan(few["std_error"]), [False, False, True])
    np.testing.assert_allclose(many["std_error"].iloc[:2], few["std_error"].iloc[:2], rtol=1e-12)
