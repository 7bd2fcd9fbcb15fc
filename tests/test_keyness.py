"""Comparing outlets: what the table must hold, and what it must never report."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from framing import keyness
from framing.errors import TableError


def corpus(matrix, outlets, terms=None, **columns) -> pd.DataFrame:
    """Counts of a dense articles × terms matrix."""
    matrix = np.asarray(matrix)
    terms = terms or [f"t{j}" for j in range(matrix.shape[1])]
    rows, cols = np.nonzero(matrix)
    ids = np.array([f"a{i:04d}" for i in range(len(matrix))])
    frame = pd.DataFrame(
        {
            "article_id": pd.Categorical(ids[rows], categories=ids),
            "outlet": np.asarray(outlets)[rows],
            "term": pd.Categorical.from_codes(cols, categories=terms),
            "n": matrix[rows, cols],
        }
    )
    return frame.assign(**{name: np.asarray(values)[rows] for name, values in columns.items()})


@pytest.fixture(scope="module")
def press() -> pd.DataFrame:
    """Three outlets, 240 articles, 30 terms; the first term belongs to outlet a."""
    rng = np.random.default_rng(1)
    outlets = np.repeat(["a", "b", "c"], 80)
    rates = np.tile(rng.gamma(1.0, 1.0, 30), (240, 1))
    rates[:80, 0] *= 3
    matrix = rng.poisson(rates)
    return corpus(matrix, outlets, month=np.tile(np.arange(8), 30), day=np.tile(np.arange(40), 6))


def test_a_word_used_500_times_in_one_article_is_not_an_outlets_word():
    rng = np.random.default_rng(0)
    matrix = rng.poisson(3.0, (100, 40))
    matrix[:, 1] = 0
    matrix[7, 1] = 500
    found = keyness.compare(corpus(matrix, np.repeat(["a", "b"], 50)), target="a", reference="b", scores=True)
    odd = found.set_index("term").loc["t1"]
    assert odd["g2"] > 300, "by tokens it looks like a finding"
    assert odd["marks"] == "" and odd["p_value"] > 0.2 and odd["q_value"] > 0.5
    assert odd["conf_low"] < 0
    assert odd["n_articles_target"] == 1 and odd["dp_norm_target"] > 0.9 and odd["juilland_d_target"] < 0.01


def test_a_planted_word_is_found_first_and_by_every_correction(press):
    found = keyness.compare(press, seed=3)
    first = keyness.marking(found).iloc[0]
    assert (first["term"], first["marks"]) == ("t0", "a")
    assert first["p_value"] < 1e-6 and first["q_value"] < 1e-4, "no relabelling reaches it: the tail goes on"
    assert found.set_index(["contrast", "target", "term"]).loc[("rest", "a", "t0"), "marks"] == "a"
    assert found.set_index(["contrast", "term"]).loc[("omnibus", "t0"), "p_value"] < 1e-6


def test_every_group_every_pair_and_an_omnibus_row_stand_in_one_table_with_one_family(press):
    found = keyness.compare(press, pairs=True, replicates=50)
    assert found.groupby(["contrast", "target", "reference"]).size().eq(30).all()
    assert found["contrast"].value_counts().to_dict() == {"rest": 90, "pair": 90, "omnibus": 30}
    p = found["p_value"].dropna()
    np.testing.assert_allclose(found.loc[p.index, "q_value"], stats.false_discovery_control(p))  # scipy's BH


def test_the_omnibus_g2_agrees_with_scipy(press):
    found = keyness.compare(press, replicates=5, scores=True)
    sums = press.pivot_table(index="outlet", columns="term", values="n", aggfunc="sum", observed=False, fill_value=0)
    table = np.stack([sums["t4"], sums.sum(axis=1) - sums["t4"]])
    expected = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    omnibus = found[found["contrast"] == "omnibus"].set_index("term")
    np.testing.assert_allclose(omnibus.loc["t4", "g2"], expected, rtol=1e-10)


def test_swapping_target_and_reference_flips_the_signs_and_keeps_p(press):
    one, other = (
        keyness.compare(press, target=t, reference=r, replicates=40, scores=True).set_index("term")
        for t, r in (("a", "b"), ("b", "a"))
    )
    other = other.loc[one.index]
    for name in ("log2_ratio", "log2_ratio_half", "log_odds", "z", "g2"):
        np.testing.assert_allclose(one[name], -other[name], rtol=1e-9, atol=1e-9)
    for low, high in (("conf_low", "conf_high"), ("simultaneous_low", "simultaneous_high")):
        np.testing.assert_allclose(one[low], -other[high], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(one["p_value"], other["p_value"], rtol=1e-9)
    np.testing.assert_array_equal(one["n_tokens_target"], other["n_tokens_reference"])


@pytest.mark.parametrize("options", [{}, {"pairs": True}, {"cluster": "day"}, {"strata": "month"}])
def test_the_order_of_articles_outlets_and_categories_changes_nothing(press, options):
    named = ["contrast", "target", "reference", "term"]
    one = keyness.compare(press, replicates=60, **options).set_index(named).sort_index()
    turned = press.iloc[np.random.default_rng(0).permutation(len(press))].assign(
        outlet=lambda t: pd.Categorical(t["outlet"], ["c", "b", "a"]),
        article_id=lambda t: pd.Categorical(t["article_id"].astype(str), press["article_id"].cat.categories[::-1]),
    )
    other = keyness.compare(turned, replicates=60, **options)
    back = other["target"].eq("c") | other["target"].eq("b") & other["reference"].eq("a")
    back &= other["contrast"].eq("pair")
    sides = {"target": "reference", "reference": "target"}
    swapped = other.rename(
        columns=lambda c: c.replace("target", "@").replace("reference", "target").replace("@", "reference")
    )
    swapped = swapped.assign(
        log2_ratio_half=-other["log2_ratio_half"], conf_low=-other["conf_high"], conf_high=-other["conf_low"],
        simultaneous_low=-other["simultaneous_high"], simultaneous_high=-other["simultaneous_low"],
    )  # fmt: skip
    assert sides and back.any() == bool(options.get("pairs"))
    other = pd.concat([other[~back], swapped[back]])[[*named, *one.columns]].set_index(named).sort_index()
    pd.testing.assert_frame_equal(one, other, check_index_type=False, rtol=1e-9)


@pytest.mark.parametrize("options", [{}, {"cluster": "day"}, {"strata": "month", "pairs": True}])
def test_the_number_of_workers_changes_no_digit(press, options):
    one = keyness.compare(press, replicates=60, seed=5, **options)
    pd.testing.assert_frame_equal(one, keyness.compare(press, replicates=60, seed=5, workers=3, **options))
    other = keyness.compare(press, replicates=60, seed=6, **options)
    assert not np.array_equal(one["p_value"], other["p_value"], equal_nan=True)


def test_standard_errors_and_degrees_of_freedom_agree_with_their_definition(press):
    """Article by article: CR3 of a ratio, floored; Bell & McCaffrey's df from the whole matrix; Welch; scipy's t.

    Where articles vary by more than tokens do, a side has at most 1.5 (Σx)² / Σx² degrees of freedom (at least 3).
    """
    found = keyness.compare(press, target="a", reference="b", replicates=5, level=0.9).set_index("term")
    table = press.pivot_table(index=["outlet", "article_id"], columns="term", values="n", observed=True, fill_value=0)
    parts = []
    for outlet in "ab":
        x = table.loc[outlet]
        size = x.sum(axis=1).to_numpy(dtype=float)
        share, tokens = size / size.sum(), x.sum(axis=0)
        left = x - np.outer(size, tokens / size.sum())
        robust = ((left / (1 - share)[:, None]) ** 2).sum(axis=0)
        matrix = -np.outer(size, size) / size.sum() / np.sqrt(np.outer(1 - share, 1 - share))
        np.fill_diagonal(matrix, size)
        df = size.sum() ** 2 / (matrix**2).sum()
        few = np.minimum(df, np.maximum(1.5 * tokens**2 / (x**2).sum(axis=0), 3))
        df = np.where(robust > tokens + 0.5, few, df)
        parts.append((np.maximum(robust, tokens + 0.5) / (tokens + 0.5) ** 2, df))
    variance = parts[0][0] + parts[1][0]
    np.testing.assert_allclose(found["std_error"], (np.sqrt(variance) / np.log(2))[found.index], rtol=1e-9)
    df = variance**2 / sum(part**2 / df for part, df in parts)
    half = stats.t.ppf(0.95, df) * np.sqrt(variance) / np.log(2)
    np.testing.assert_allclose((found["conf_high"] - found["conf_low"]) / 2, half[found.index], rtol=1e-9)


def test_the_permutation_p_agrees_with_all_relabellings():
    # six articles, three per outlet: all 20 relabellings can be written down
    from itertools import combinations

    matrix = np.array([[3, 5], [4, 7], [2, 6], [0, 8], [1, 5], [1, 9]])
    found = keyness.compare(corpus(matrix, list("aaabbb")), target="a", reference="b", replicates=20_000)
    x, size = matrix[:, 0], matrix.sum(axis=1)
    burst = max(1, 6 / 5 * ((x - x.sum() / size.sum() * size) ** 2).sum() / x.sum())

    def departure(rows) -> float:
        """Deviance of the tokens (one added on each side) by the spread over articles relative to that of tokens."""
        inside = np.isin(range(6), rows)
        deviance, naive, variance = 0.0, 0.0, 0.0
        for side in (inside, ~inside):
            n, share = x[side].sum(), size[side].sum() / size.sum()
            deviance += 2 * (n + 1) * np.log((n + 1) / (x.sum() + 2) / share)
            spread = 3 / 2 * ((x[side] - n / size[side].sum() * size[side]) ** 2).sum()
            variance += max(spread / (n + 0.5) ** 2, burst / (n + 0.5))
            naive += 1 / (n + 0.5)
        return deviance * naive / variance

    every = np.array([departure(rows) for rows in combinations(range(6), 3)])
    expected = np.mean(every >= departure((0, 1, 2)) - 1e-12)
    assert found.set_index("term").loc["t0", "p_value"] == pytest.approx(expected, abs=0.01)


def test_the_ratio_within_strata_is_that_of_mantel_and_haenszel():
    rng = np.random.default_rng(3)
    month, outlet = np.repeat([0, 1, 2], 40), np.tile([0, 0, 0, 1], 30)
    outlet[80:] = 1 - outlet[80:]  # the third month is mostly the other outlet's
    n = rng.poisson(np.array([[900, 100], [300, 700], [100, 900]])[month])
    counts = corpus(n, np.array(["a", "b"])[outlet], ["x", "y"], month=month)
    found = keyness.compare(counts, target="a", strata="month", replicates=20).set_index("term")
    above = below = 0.0
    for m in range(
        3
    ):  # tokens of x and all, of both: Σ a T₂ / T by Σ b T₁ / T (Rothman, Greenland & Lash 2008, eq. 15-20)
        (a, t1), (b, t2) = (
            (n[(month == m) & (outlet == o), 0].sum(), n[(month == m) & (outlet == o)].sum()) for o in (0, 1)
        )
        above, below = above + a * t2 / (t1 + t2), below + b * t1 / (t1 + t2)
    np.testing.assert_allclose(found.loc["x", "log2_ratio_half"], np.log2(above / below), atol=1e-4)  # ½ among 10,000
    assert found.loc["x", "n_tokens_target"] == n[outlet == 0, 0].sum(), "what is counted stays what it is"


def test_what_differs_between_strata_is_not_an_outlets_word():
    # b writes in June only, when everybody writes "summer": within months there is no difference
    rng = np.random.default_rng(4)
    month = np.array([1] * 90 + [6] * 90)
    outlets = np.array((["a"] * 80 + ["b"] * 10) + (["a"] * 10 + ["b"] * 80))
    matrix = rng.poisson(np.column_stack([np.where(month == 6, 4.0, 0.5), np.full(180, 30.0)]))
    counts = corpus(matrix, outlets, ["summer", "other"], month=month)
    plain = keyness.compare(counts, target="b", reference="a", replicates=300).set_index("term")
    within = keyness.compare(counts, target="b", reference="a", replicates=300, strata="month").set_index("term")
    assert plain.loc["summer", "p_value"] < 0.01 < 0.05 < within.loc["summer", "p_value"]


def test_permutation_p_is_uniform_when_the_outlets_do_not_differ():
    rng = np.random.default_rng(8)
    matrix = rng.poisson(rng.gamma(1.0, 2.0, (120, 1)) * np.full((1, 150), 1.0))  # lengths differ from one to another
    found = keyness.compare(corpus(matrix, rng.permutation(np.repeat(["a", "b"], 60))), target="a", replicates=999)
    assert stats.kstest(found["p_value"], "uniform").pvalue > 0.01
    assert (found["marks"] == "").all()


def test_a_dead_term_and_a_one_sided_term_are_kept(press):
    extra = press.astype({"term": str})
    extra.loc[extra["outlet"] != "a", "term"] = extra["term"].replace("t3", "t5")[extra["outlet"] != "a"]
    extra = extra.groupby(["article_id", "outlet", "term"], observed=True, as_index=False)["n"].sum()
    extra["term"] = pd.Categorical(extra["term"], categories=[*sorted(extra["term"].unique()), "unused"])
    found = keyness.compare(extra, target="a", reference="b", replicates=30, scores=True).set_index("term")
    assert found.loc["t3", "log2_ratio"] == np.inf and np.isfinite(found.loc["t3", "log2_ratio_half"])
    assert found.loc["t3", "note"] == "only in target"
    assert found.loc["unused", "note"] == "in neither group" and np.isnan(found.loc["unused", "conf_low"])


@pytest.mark.parametrize("held", [5, 40])
def test_a_word_one_side_never_uses_has_an_open_interval_from_an_exact_bound(held):
    rng = np.random.default_rng(1)
    matrix = rng.poisson(3.0, (120, 10))
    matrix[:, 0] = 0
    matrix[:held, 0] = 1
    counts = corpus(matrix, np.repeat(["a", "b"], 60))
    found = keyness.compare(counts, target="a", reference="b", scores=True).set_index("term")
    low = stats.binomtest(held, held).proportion_ci(0.95, method="exact").low  # all of the articles with it are a's
    row = found.loc["t0"]
    expected = np.log2(low / (1 - low)) + np.log2(row["total_reference"] / row["total_target"])
    assert row["conf_low"] == pytest.approx(expected) and row["conf_high"] == np.inf
    assert row["marks"] == ("a" if held == 40 else "")


def test_a_corpus_of_which_every_article_stands_twice_gives_the_same_numbers_by_cluster():
    rng = np.random.default_rng(3)
    single = np.column_stack([rng.poisson(2.0, (40, 6)), rng.poisson(0.1, (40, 4))])
    outlets = np.tile(["a", "b"], 20)
    single[:, 9] *= outlets == "a"
    once = keyness.compare(corpus(single, outlets), target="a", reference="b").set_index("term")
    twice = corpus(np.repeat(single, 2, axis=0), np.repeat(outlets, 2), group=np.repeat(np.arange(100, 140), 2))
    clustered = keyness.compare(twice, target="a", reference="b", cluster="group").set_index("term").loc[once.index]
    same = [
        "log2_ratio_half",
        "std_error",
        "conf_low",
        "conf_high",
        "simultaneous_low",
        "simultaneous_high",
        "p_value",
        "marks",
        "note",
    ]
    pd.testing.assert_frame_equal(once[same], clustered[same], rtol=1e-9)
    naive = keyness.compare(twice, target="a", reference="b").set_index("term")["std_error"]
    assert (naive < 0.85 * once["std_error"])[[f"t{j}" for j in range(6)]].all()


def test_a_ratio_is_the_same_whatever_the_cluster():
    """By hand: ½ added to counts and totals. A year of articles was taken for so many copies of the least of them."""
    matrix = np.random.default_rng(1).poisson([2, 0.7, 5, 9], (200, 4))
    outlets, sums = np.repeat(["a", "b"], 100), matrix.reshape(2, 100, 4).sum(axis=1)
    right = np.log2((sums[0] + 0.5) / (sums[0].sum() + 0.5) / (sums[1] + 0.5) * (sums[1].sum() + 0.5))
    counts = corpus(matrix, outlets, month=np.arange(200) % 24, year=np.arange(200) % 4)
    for cluster in ("article_id", "month", "year", "outlet"):
        found = keyness.compare(counts, target="a", cluster=cluster, replicates=9).set_index("term")
        np.testing.assert_allclose(found["log2_ratio_half"][[f"t{j}" for j in range(4)]], right)


def test_a_word_of_wire_copy_does_not_survive_without_it():
    rng = np.random.default_rng(5)
    matrix = rng.poisson(3.0, (120, 20))
    outlets, cluster = np.repeat(["a", "b"], 60), np.arange(120)
    matrix[:, 0] = 0
    matrix[:30, 0] = 3  # the first 30 articles of a are copies of fifteen texts
    cluster[:30] = np.repeat(np.arange(15), 2)
    matrix[:60, 1] += 4  # a's own word
    found = keyness.compare(corpus(matrix, outlets, cluster_id=cluster), target="a", reference="b", scores=True)
    found = found.set_index("term")
    assert found.loc["t0", "marks"] == "a" and not found.loc["t0", "survives_without_wire"]
    assert found.loc["t1", "marks"] == "a" and found.loc["t1", "survives_without_wire"]
    without = keyness.compare(corpus(matrix, outlets), target="a", reference="b", replicates=5, scores=True)
    assert without["survives_without_wire"].isna().all()


@pytest.mark.parametrize("copied", [slice(None), slice(0, 20)], ids=["every article", "every article of one outlet"])
def test_where_all_is_wire_copy_nothing_is_said_of_what_would_be_left(copied):
    # by hand: without copies a side is empty, and 0 of 0 tokens have no ratio
    matrix = np.random.default_rng(5).poisson(2.0, (40, 3)) + 1
    cluster = np.arange(100, 140)
    cluster[copied] //= 2
    found = keyness.compare(
        corpus(matrix, np.repeat(["a", "b"], 20), cluster_id=cluster),
        cluster="cluster_id",
        replicates=20,
        scores=True,
    )
    assert found["survives_without_wire"].isna().all() and found["log2_ratio_without_wire"].isna().all()
    assert found["conf_low"].notna().all()


def test_jaccard_is_the_overlap_of_articles_with_the_term_and_articles_of_the_outlet():
    matrix = [[1, 1], [0, 1], [1, 1], [0, 1], [0, 1]]
    found = keyness.compare(corpus(matrix, list("aabbb")), target="a", reference="b", replicates=5, scores=True)
    found = found.set_index("term")
    assert found.loc["t0", "jaccard"] == pytest.approx(1 / 3)  # one of a holds it; two articles of a, one more of b


def test_several_outlets_can_be_taken_together(press):
    pooled = keyness.compare(press, target="a", replicates=20, scores=True).set_index("term")
    listed = keyness.compare(press, target="a", reference=["b", "c"], replicates=20, scores=True).set_index("term")
    np.testing.assert_array_equal(pooled["log2_ratio"], listed.loc[pooled.index, "log2_ratio"])
    assert set(pooled["reference"]) == {"rest"} and set(listed["reference"]) == {"b + c"}


def test_the_table_is_not_changed(press):
    before = press.copy(deep=True)
    keyness.compare(press, replicates=5)
    pd.testing.assert_frame_equal(press, before)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"target": "x"}, ValueError, r"'x'.*no articles.*\['a', 'b', 'c'\]"),
        ({"target": "a", "reference": "a"}, ValueError, "both target and reference"),
        ({"reference": "a"}, ValueError, "needs a target"),
        ({"replicates": 0}, ValueError, "replicates must be"),
        ({"workers": 0}, ValueError, "workers must be"),
        ({"seed": -1}, ValueError, "seed must be"),
        ({"by": "paper"}, TableError, "'paper' is not a column"),
        ({"cluster": "event"}, TableError, "'event' is not a column"),
        ({"by": "term"}, TableError, "changes within an article"),
        ({"level": 95}, ValueError, "between 0 and 1"),
        ({"correction": "max-T"}, ValueError, "no correction 'max-T'"),
    ],
)
def test_bad_settings_are_refused(press, options, error, said):
    with pytest.raises(error, match=said):
        keyness.compare(press, **options)


def test_one_outlet_only_is_refused_by_name(press):
    with pytest.raises(TableError, match=r"one group only, \['a'\]"):
        keyness.compare(press[press["outlet"] == "a"])


def test_a_group_without_tokens_is_refused(press):
    empty = press.assign(n=press["n"].where(press["outlet"] != "c", 0))
    with pytest.raises(TableError, match=r"\['c'\].*no tokens"):
        keyness.compare(empty)


def test_a_group_named_like_all_the_others_together_is_refused(press):
    renamed = press.assign(outlet=press["outlet"].replace("b", "rest"))
    with pytest.raises(TableError, match="named 'rest'.*rename"):
        keyness.compare(renamed, replicates=5)


@pytest.mark.parametrize("values", [-1, 0.5])
def test_negative_and_fractional_counts_are_refused(press, values):
    with pytest.raises(TableError):
        keyness.compare(press.assign(n=values))


def test_a_repeated_article_and_term_is_refused(press):
    with pytest.raises(TableError, match="repeats"):
        keyness.compare(pd.concat([press, press.head(1)], ignore_index=True))


@pytest.mark.slow
def test_the_top_terms_of_two_camps_agree_in_rank_with_the_standard_statistics(shared):
    from framing import counts as counting

    folder = shared / "data" / "poliblog5k"
    articles = pd.read_parquet(folder / "articles.parquet").rename(columns={"id": "article_id"})
    counts = pd.read_parquet(folder / "dtm_long.parquet").rename(columns={"doc_id": "article_id", "count": "n"})
    counts = counts.merge(articles[["article_id", "outlet", "rating"]], on="article_id")
    found = keyness.compare(
        counts, by="rating", target="Liberal", reference="Conservative", replicates=200, scores=True
    )
    x, ids, terms = counting.matrix(counts)
    liberal = articles.set_index("article_id").loc[ids, "rating"].eq("Liberal").to_numpy()
    a, b = x[liberal].sum(axis=0), x[~liberal].sum(axis=0)
    g2 = [
        stats.chi2_contingency([[i, j], [a.sum() - i, b.sum() - j]], correction=False, lambda_="log-likelihood")[0]
        for i, j in zip(a, b, strict=True)
    ]
    expected = pd.Series(np.where(a / a.sum() > b / b.sum(), g2, -np.array(g2)), index=terms)
    ours = found.set_index("term")["g2"].loc[terms]
    np.testing.assert_allclose(ours, expected, rtol=1e-8, atol=1e-8)
    assert list(ours.nlargest(25).index) == list(expected.nlargest(25).index)
    marked = set(found.loc[found["marks"] == "Liberal", "term"])
    assert len(set(expected.nlargest(50).index) & marked) >= 45


def test_a_term_of_more_than_two_thousand_million_tokens_is_counted():
    """Sums of 32 bits wrapped round and the process ended in a segmentation fault."""
    rng = np.random.default_rng(0)
    rows = [
        (f"a{i:02d}", "ab"[i % 2], term, int(rng.integers(low, 2 * low)))
        for i in range(12)
        for term, low in (("big", 600_000_000), ("middle", 100_000))
    ]
    counts = pd.DataFrame(rows, columns=["article_id", "outlet", "term", "n"])
    found = keyness.compare(counts, target="a", reference="b", scores=True).set_index("term")
    sums = counts.pivot_table("n", "term", "outlet", "sum")
    ratio = np.log2(sums["a"] / sums["a"].sum()) - np.log2(sums["b"] / sums["b"].sum())  # by hand
    np.testing.assert_allclose(found["log2_ratio"], ratio[found.index], rtol=1e-9)
    assert sums.loc["big"].min() > 2**31 and (found["n_tokens_target"] == sums["a"][found.index]).all()
    fewer = counts.assign(n=counts["n"] // 50)  # the same shares in numbers of 31 bits
    other = keyness.compare(fewer, target="a", reference="b").set_index("term")
    for name in ("std_error", "conf_low", "conf_high", "p_value"):
        np.testing.assert_allclose(
            found.loc["middle", name], other.loc["middle", name], atol=1e-3, err_msg=name
        )  # whole tokens: shares to 4 digits
