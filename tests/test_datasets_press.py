"""The made-up press: the same for a seed, labelled as made up, and what is planted can be found again."""

import hashlib
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import expit

from framing import data, datasets
from framing.datasets import grammar, plan
from framing.datasets.plan import PLANTED
from framing.tables import ARTICLES, check

SEED = 3


@pytest.fixture(scope="module")
def press() -> datasets.press.SamplePress:
    return datasets.sample_press(20_000, SEED)


@pytest.fixture(scope="module")
def merged(press) -> pd.DataFrame:
    known = press.truth["articles"].rename(columns={"page": "page_drawn"})
    return press.articles.merge(known, on="article_id", validate="one_to_one")


def same(a: datasets.press.SamplePress, b: datasets.press.SamplePress) -> None:
    pd.testing.assert_frame_equal(a.articles, b.articles)
    assert a.truth.keys() == b.truth.keys()
    for name in a.truth:
        pd.testing.assert_frame_equal(a.truth[name], b.truth[name])


def test_one_seed_gives_one_press_and_another_seed_another():
    same(datasets.sample_press(300, 5), datasets.sample_press(300, 5))
    assert (
        datasets.sample_press(300, 5).articles["text"] != datasets.sample_press(300, 6).articles["text"]
    ).mean() > 0.99


def test_the_press_of_a_seed_does_not_change_unnoticed():
    """Published results rest on it. After a change that is meant, note it in the changelog and write the new sum."""
    articles = datasets.sample_press(1000, 0).articles
    text = "\n".join(articles["article_id"] + articles["outlet"] + articles["headline"] + articles["text"])
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "f23b2e5e2eedf6bc"


def test_a_smaller_press_is_the_beginning_of_a_larger_one():
    small, large = datasets.sample_press(1200, 5), datasets.sample_press(2500, 5)
    pd.testing.assert_frame_equal(small.articles, large.articles.head(1200))


@pytest.mark.parametrize("chunk", [1, 7, 999, 1000, 1001, 2500, 9999])
def test_chunks_of_any_size_are_the_whole(chunk):
    n = 2500 if chunk > 7 else 15
    whole = datasets.sample_press(n, 5)
    parts = list(datasets.press.sample_press_chunks(n, 5, chunk=chunk))
    pd.testing.assert_frame_equal(pd.concat([part.articles for part in parts], ignore_index=True), whole.articles)
    known = pd.concat([part.truth["articles"] for part in parts], ignore_index=True)
    pd.testing.assert_frame_equal(known, whole.truth["articles"])
    assert all(len(part.articles) == chunk for part in parts[:-1])


def test_the_articles_are_a_table_of_articles_and_labelled_as_made_up(press):
    check(press.articles, ARTICLES)
    assert (press.articles["source"] == "synthetic").all() and press.articles.attrs["synthetic"]
    assert "SYNTHETIC" in datasets.articles("sample", n_articles=5)[2]["title"]
    hidden = {"topic", "frame", "actor", "cluster_id", "wire"}
    assert not hidden & set(press.articles.columns), "what is to be found is not handed over"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"n_articles": 0}, "positive whole number"),
        ({"n_articles": 2.5}, "positive whole number"),
        ({"n_articles": True}, "positive whole number"),
        ({"seed": -1}, "from 0"),
        ({"seed": "a"}, "from 0"),
        ({"effect": float("nan")}, "finite number"),
    ],
)
def test_what_cannot_be_written_is_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        datasets.sample_press(**arguments)
    with pytest.raises(ValueError, match="positive number of articles"):
        datasets.press.sample_press_chunks(10, chunk=0)


def test_planted_words_stand_nowhere_else_in_the_grammar():
    raw = data.words("sample_press")
    planted = [word for pair in grammar.read().slots for word in pair]
    planted += [word for text in raw["frames"].values() for word in text.split()]
    assert len(planted) == len(set(planted)) == 64 + 28
    classes = [*raw["common"].values(), *raw["actors"].values()]
    classes += [text for topic in raw["topics"].values() for text in topic.values()]
    rest = [word for text in classes for word in text.split()]
    rest += [sentence for section in grammar.SECTIONS for sentence in raw[section]]
    assert {word: other for word in planted for other in rest if word in other} == {}
    assert not any(a in b or b in a for a, b in combinations(planted, 2)), "counting one would count the other"


def test_planted_words_are_single_tokens_of_the_dictionary():
    import fugashi

    tagger = fugashi.Tagger()
    for word in (word for pair in grammar.read().slots for word in pair):
        found = [token.feature.lemma for token in tagger(f"関係者は新たな{word}を前に、複数の案を{word}した。")]
        assert found.count(word) == 2, (word, found)


def test_the_grammar_is_rich(press):
    raw = data.words("sample_press")
    words = {word for topic in raw["topics"].values() for text in topic.values() for word in text.split()}
    assert len(words) > 700 and len(raw["topics"]) == 7
    sentences = press.articles["text"].str.count("。")
    assert sentences.between(5, 12).all()
    assert press.articles["text"].duplicated().sum() <= press.truth["articles"]["wire"].sum()
    assert not press.articles["text"].str.contains(r"[{}/ ]|。。").any()


def test_days_follow_the_plan(press):
    articles, gap = press.articles, press.truth["breaks"].iloc[0]
    inside = articles[articles["outlet"] == gap["outlet"]]["date"].between(gap["first_day"], gap["last_day"])
    assert not inside.any() and (articles["date"].between(gap["first_day"], gap["last_day"])).any()
    sunday = articles["date"].dt.day_of_week == 6
    assert not (sunday & (articles["outlet"] == "北海日日")).any() and 0.02 < sunday.mean() < 0.12
    assert not (articles["date"].dt.strftime("%m-%d") == "01-02").any()


def z_scores(observed, expected, n) -> np.ndarray:
    return (observed - expected) / np.sqrt(expected * (1 - expected) / n)


def test_outlets_and_wire_copy_have_their_planted_shares(merged, press):
    expected = press.truth["outlets"].set_index("outlet")
    n = merged.groupby("outlet").size()
    assert np.abs(z_scores(n / len(merged), expected["share"], len(merged))).max() < 4
    wire = merged.groupby("outlet")["wire"].mean()
    # copies of one story come together; a cluster of about three makes the variance up to three times as large
    assert np.abs(z_scores(wire, expected["wire_share"], n / 3)).max() < 4


@pytest.mark.parametrize("own", [True, False])
def test_topics_have_their_planted_shares_by_outlet(merged, press, own):
    rows = merged[~merged["wire"]] if own else merged
    counts = rows.groupby(["topic", "outlet"]).size().rename("n")
    expected = press.truth["topics"].join(counts, on=["topic", "outlet"])
    total = expected["outlet"].map(rows.groupby("outlet").size())
    z = z_scores(expected["n"] / total, expected["share_own" if own else "share"], total)
    assert np.abs(z).max() < 4
    if own:  # four independent multinomials of seven; copies of agency stories are not independent
        pearson = ((expected["n"] - total * expected["share_own"]) ** 2 / (total * expected["share_own"])).sum()
        assert 0.001 < stats.chi2.sf(pearson, df=4 * 6) < 0.999


def test_topics_move_as_planted(merged, press):
    rows = merged.assign(year=merged["date"].dt.year)
    counts = rows.groupby(["topic", "outlet", "year"]).size().rename("n")
    expected = press.truth["topic_years"].join(counts, on=["topic", "outlet", "year"]).fillna({"n": 0})
    total = expected.groupby(["outlet", "year"])["n"].transform("sum")
    z = z_scores(expected["n"] / total, expected["share"], total)
    assert np.abs(z).max() < 4.5 and 0.8 < z.std() < 1.3  # 140 standard normals, copies a little more


def test_a_planted_slope_of_a_topic_is_found_by_a_logit(merged):
    """Within two topics the log odds of one against the other move by the difference of their slopes."""
    import statsmodels.api as sm

    rows = merged[~merged["wire"] & merged["topic"].isin(["軍事", "文化"]) & (merged["outlet"] == "西都タイムス")]
    fit = sm.Logit((rows["topic"] == "軍事").astype(float), sm.add_constant(rows["years"])).fit(disp=0)
    planted = PLANTED.topic_slope["軍事"] + PLANTED.topic_slope_outlet["軍事"][2] - PLANTED.topic_slope["文化"]
    assert abs(fit.params["years"] - planted) < 4 * fit.bse["years"]
    assert fit.params["years"] > 2 * fit.bse["years"]


def test_frames_have_their_planted_shares(merged, press):
    framed = merged[merged["frame"].notna()]
    assert set(framed["topic"]) == set(PLANTED.framed)
    counts = framed.groupby(["frame", "outlet"]).size().rename("n")
    expected = press.truth["frames"].join(counts, on=["frame", "outlet"])
    total = expected["outlet"].map(framed.groupby("outlet").size())
    assert np.abs(z_scores(expected["n"] / total, expected["share"], total / 1.5)).max() < 4  # copies come together


def test_a_frame_is_told_by_its_words_and_an_actor_by_his_name(merged):
    raw = data.words("sample_press")
    for frame, words in raw["frames"].items():
        says = merged["text"].str.contains("|".join(words.split()))
        assert (says == (merged["frame"] == frame)).all()
    for actor in raw["actors"]:
        named = merged["text"].str.contains(actor) | merged["headline"].str.contains(actor)
        assert (named == (merged["actor"] == actor)).all()
    about = merged[merged["actor"] != "none"]
    in_headline = np.mean([name in headline for name, headline in zip(about["actor"], about["headline"], strict=True)])
    assert abs(z_scores(in_headline, PLANTED.actor_headline, len(about))) < 4


def log2_ratios(merged: pd.DataFrame) -> pd.DataFrame:
    """Rate an article by string counting, with an interval from articles (cluster: story), not from words."""
    terms = [word for pair in grammar.read().slots for word in pair]
    n = pd.DataFrame({term: merged["text"].str.count(term) for term in terms})
    rows = []
    for outlet in plan.OUTLETS:
        here = (merged["outlet"] == outlet).to_numpy()
        rate, variance = [], []
        for side in (here, ~here):
            inside = n[side].to_numpy(dtype=float)
            mean = inside.mean(axis=0)
            story = pd.DataFrame(inside - mean).groupby(merged["cluster_id"].to_numpy()[side]).sum().to_numpy()
            rate.append(mean)
            variance.append((story**2).sum(axis=0) / (len(inside) * mean) ** 2)  # of the log rate
        error = np.sqrt(variance[0] + variance[1]) / np.log(2)
        found = pd.DataFrame({"term": terms, "outlet": outlet, "found": np.log2(rate[0] / rate[1]), "error": error})
        total = n.sum().to_numpy()
        inside = n[here].sum().to_numpy()
        rows.append(found.assign(token_error=np.sqrt(1 / inside + 1 / (total - inside)) / np.log(2)))
    return pd.concat(rows)


@pytest.fixture(scope="module")
def terms(merged, press) -> pd.DataFrame:
    return press.truth["terms"].merge(log2_ratios(merged), on=["term", "outlet"], validate="one_to_one")


def test_planted_words_have_their_log_ratio_and_null_words_none(terms):
    z = (terms["found"] - terms["log2_ratio"]) / terms["error"]
    assert np.abs(z).max() < 4.5 and 0.8 < z.std() < 1.2 and abs(z.mean()) < 0.25  # 256 standard normals
    planted = terms[~terms["null"]]
    weight = planted["log2_ratio"] / planted["error"] ** 2
    slope = (weight * planted["found"]).sum() / (weight * planted["log2_ratio"]).sum()
    # the two words of a pair and the four outlets share their data: about a quarter of the rows is independent
    assert abs(slope - 1) < 3 * np.sqrt(4 / (weight * planted["log2_ratio"]).sum())
    assert (terms.loc[terms["null"], "log2_ratio"] == 0).all()
    assert terms.loc[terms["planted"], "log2_ratio"].abs().min() > 0.2
    assert terms.groupby("outlet")["planted"].sum().tolist() == [8, 8, 8, 8] and terms["null"].sum() == 32 * 4


def test_errors_that_count_words_are_too_small(terms):
    """Words come in bursts: for words that mark nobody, token-level z-scores are far too wide."""
    null = terms[terms["null"]]
    assert ((null["found"] - null["log2_ratio"]) / null["token_error"]).std() > 1.25


def test_wire_copies_are_near_copies(merged):
    """Jaccard similarity of sets of five characters, computed here, stays above what a search at 0.8 finds."""

    def shingles(text: str) -> set[str]:
        return {text[at : at + 5] for at in range(len(text) - 4)}

    stories = merged[merged["wire"]].groupby("cluster_id")
    first = [(a, b) for _, rows in list(stories)[:150] for a, b in combinations(rows.index, 2)]
    both = [(shingles(merged["text"][a]), shingles(merged["text"][b])) for a, b in first]
    similarity = np.array([len(a & b) / len(a | b) for a, b in both])
    assert (similarity > 0.8).mean() > 0.95 and (similarity < 1).any()
    edits = merged.loc[[a for a, _ in first], "n_edits"].to_numpy() + merged.loc[[b for _, b in first], "n_edits"]
    assert (similarity[(edits == 0).to_numpy()] == 1).all()
    other = merged[~merged["wire"] & (merged["topic"] == "外交")].head(60)["text"].map(shingles).tolist()
    assert max(len(a & b) / len(a | b) for a, b in combinations(other, 2)) < 0.6
    days = stories["date"].agg(lambda day: (day.max() - day.min()).days)
    assert days.max() == 1 and stories["outlet"].nunique().max() == 4


def design(merged: pd.DataFrame, terms: list[str]) -> pd.DataFrame:
    """Columns of the page model from their names."""
    columns = {}
    for term in terms:
        column = np.ones(len(merged))
        for part in term.split(":"):
            if part == "years":
                column = column * merged["years"].to_numpy()
            else:
                name, level = part[:-1].split("[T.")
                column = column * (merged[name] == level).to_numpy()
        columns[term] = column
    return pd.DataFrame(columns, index=merged.index)


def test_pages_follow_the_planted_coefficients_at_every_cut():
    """Proportional odds: each cut of the page is a logit with the same coefficients (errors clustered by day).

    Three times the effect with the same errors makes the test three times as sharp.
    """
    import statsmodels.api as sm

    press = datasets.sample_press(20_000, SEED, effect=3)
    known = press.truth["page"].set_index("term")["coefficient"]
    rows = press.articles.merge(press.truth["articles"].drop(columns="page"), on="article_id")
    rows = rows[rows["page"].notna()]
    x = sm.add_constant(design(rows, list(known.index)))
    cuts = press.truth["page_thresholds"].set_index("page")["threshold"]
    for page in (1, 3, 6):
        inside = (rows["page"] > page).astype(float)
        clusters = {"groups": pd.factorize(rows["date"])[0]}
        fit = sm.Logit(inside, x).fit(disp=0, cov_type="cluster", cov_kwds=clusters)
        z = (fit.params - pd.concat([pd.Series({"const": -cuts[page]}), known])) / fit.bse
        assert np.abs(z).max() < 3.5, z


def test_shares_of_pages_and_actors_by_year_follow_from_the_plan(merged, press):
    rows = merged.assign(year=merged["date"].dt.year, page=merged["page_drawn"])
    for keys, name in ((["outlet", "year", "page"], "page_years"), (["actor", "outlet", "year"], "actor_years")):
        counts = rows.groupby(keys).size().rename("n")
        expected = press.truth[name].join(counts, on=keys).fillna({"n": 0})
        total = expected.groupby(["outlet", "year"])["n"].transform("sum")
        np.testing.assert_allclose(expected.groupby(["outlet", "year"])["share"].sum(), 1)
        # luck shared by days makes shares of pages vary up to three times as much (see the next test)
        z = z_scores(expected["n"] / total, expected["share"], total / (3 if "page" in keys else 1.3))
        assert np.abs(z).max() < 4.5 and abs(z.mean()) < 0.3
    about = rows[rows["actor"] != "none"]
    front = (about["page"] == 1).groupby(about["actor"]).mean()
    year = press.truth["actor_years"].query("actor != 'none'")
    weight = about.groupby(["actor", "outlet", "year"]).size().rename("n")
    year = year.join(weight, on=["actor", "outlet", "year"]).fillna({"n": 0})
    expected = (year["front"] * year["n"]).groupby(year["actor"]).sum() / year.groupby("actor")["n"].sum()
    assert np.abs(z_scores(front, expected, about.groupby("actor").size() / 2)).max() < 4


def test_pages_of_one_day_are_alike_and_naive_errors_too_small(merged):
    """Without the planted shift the latent luck is shared: front pages bunch by issue more than chance allows."""
    front = (merged["page_drawn"] <= 3).astype(float)
    centred = front - front.groupby(merged["outlet"]).transform("mean")
    sums = centred.groupby([merged["outlet"], merged["date"]]).sum()
    assert (sums**2).sum() / (centred**2).sum() > 1.5  # 1 if independent


def test_pages_go_missing_by_the_planted_rule_only(merged, press):
    known = press.truth["page_missing"].set_index("term")["coefficient"]
    chance = expit(
        known["Intercept"]
        + known["outlet[T.北海日日]"] * (merged["outlet"] == "北海日日")
        + known["years"] * merged["years"]
    )
    absent = merged["page"].isna()
    for _, rows in merged.groupby("outlet"):
        assert abs(z_scores(absent[rows.index].mean(), chance[rows.index].mean(), len(rows))) < 4
    table = pd.crosstab(merged.loc[merged["outlet"] == "東都新報", "page_drawn"], absent)
    assert stats.chi2_contingency(table).pvalue > 0.001, "given outlet and time it does not depend on the page"
    assert (merged.loc[~absent, "page"] == merged.loc[~absent, "page_drawn"]).all()
    assert merged["position"].isna().equals(absent)
    assert (merged["page_drawn"] <= merged["n_pages"]).all()


def test_one_issue_has_one_number_of_pages(merged):
    assert (merged.groupby(["outlet", "date", "edition"])["n_pages"].nunique() == 1).all()


def test_effect_zero_plants_nothing():
    null = datasets.sample_press(8000, 11, effect=0)
    truth = null.truth
    assert (truth["page"]["coefficient"] == 0).all() and (truth["terms"]["log2_ratio"].abs() < 1e-12).all()
    assert truth["terms"]["null"].all() and not truth["terms"]["planted"].any()
    for name in ("topics", "frames"):
        assert (truth[name]["log_odds"] == 0).all() and (truth[name]["slope_per_year"] == 0).all()
        assert truth[name].groupby(truth[name].columns[0])["share"].agg(np.ptp).max() < 1e-12
    known = truth["articles"]
    table = pd.crosstab(known["topic"][~known["wire"]], null.articles["outlet"][~known["wire"]])
    assert stats.chi2_contingency(table).pvalue > 0.001
    assert known["wire"].any() and null.articles.attrs["effect"] == 0


def test_half_the_effect_is_half_the_log_odds():
    half, whole = datasets.sample_press(1, 0, effect=0.5).truth, datasets.sample_press(1, 0).truth
    for name, column in (("terms", "log_odds"), ("page", "coefficient"), ("topics", "slope_per_year")):
        np.testing.assert_allclose(2 * half[name][column], whole[name][column], atol=1e-12)


def test_every_table_of_the_truth_is_documented(press):
    from framing.datasets import truth

    for name, table in press.truth.items():
        assert f"``{name}``" in truth.__doc__
        assert [
            c
            for c in table.columns
            if f"``{c}``" not in truth.__doc__ and c not in ("topic", "outlet", "frame", "actor", "term", "meaning")
        ] == []
