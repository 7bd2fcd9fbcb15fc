"""Every figure takes the table that its question returns, as it is: missing and endless numbers among them."""

import numpy as np
import pandas as pd
import pytest

from framing import counts, duplicates, keyness, maps, multiverse, plots, prominence, study, tokens, topics, trends
from framing.datasets import sample_press
from framing.errors import TableError


@pytest.fixture(scope="module")
def press():
    articles = sample_press(240, seed=3).articles
    articles.loc[articles.index[:15], "date"] = pd.NaT
    counted = counts.count(tokens.tokenise(articles), articles=articles)
    taken = study.open(articles, counts=counted, clusters=duplicates.clusters(articles))
    return articles, taken.counts_with(["section"])


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    made = pd.DataFrame({"page": rng.integers(1, 5, 300).astype(float), "outlet": rng.choice(list("AB"), 300)})
    made["date"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, 300), unit="D")
    made["years"] = (made["date"] - pd.Timestamp("2020-01-01")).dt.days / 365.25
    made.loc[:20, "page"] = np.nan
    return made.assign(issue_date=made["date"])


@pytest.mark.slow
@pytest.mark.parametrize("draw", [plots.keyness_ranked, plots.keyness_funnel, plots.keyness_heat])
@pytest.mark.parametrize("asked", ["one", "all", "pairs", "nothing tested", "no row"])
def test_a_comparison_is_drawn_as_it_is(press, draw, asked):
    outlets = list(press[1]["outlet"].cat.categories)
    options = {"replicates": 10, "pairs": asked == "pairs"}
    if asked in ("one", "nothing tested"):
        options |= {"target": outlets[0], "reference": outlets[1]}
    found = keyness.compare(press[1], min_articles=10_000 if asked == "nothing tested" else 3, **options)
    found = found.head(0) if asked == "no row" else found
    picture = draw(found)
    assert picture.svg().startswith("<svg") and picture.figure.get_figheight() < 60


def test_a_ranking_draws_the_surest_terms_and_counts_the_others(press):
    outlets = list(press[1]["outlet"].cat.categories)
    found = keyness.compare(press[1], target=outlets[0], reference=outlets[1], replicates=10, scores=True)
    assert found["log2_ratio_half"].isna().any(), "terms that neither of the two uses"
    picture = plots.keyness_ranked(found)
    surest = found.dropna(subset=["log2_ratio_half"])["bound"].abs().nlargest(60)
    assert len(picture.data) == 60 and picture.data["bound"].abs().min() == surest.min()
    assert f"{len(found) - 60:,} less certain terms, and terms without a ratio, are not drawn." in picture.caption
    few = keyness.strongest(found, 5)
    pd.testing.assert_frame_equal(plots.keyness_ranked(few).data[few.columns], few, check_like=True)


def test_shares_of_topics_by_any_column_are_drawn(press):
    articles, counted = press
    fitted = topics.fit(topics.trim(counted, min_articles=3), 3, seed=0)
    shares = topics.shares(fitted, articles, "section", replicates=3)
    assert list(plots.topic_shares(shares).figure.axes[0].get_xticklabels()) != []
    plots.topic_shares(shares.assign(conf_low=np.nan)).svg()
    dated = articles[articles["date"].notna()]
    curves = topics.shares(fitted, dated, "section", replicates=3, formula="section + years", over="years")
    assert plots.topic_curves(curves).svg() == plots.topic_curves(curves, by="section").svg()


def test_a_series_without_groups_is_one_group():
    rng = np.random.default_rng(0)
    periods = pd.period_range("2015-01", periods=60, freq="M")
    series = pd.DataFrame({"period": periods, "value": rng.normal(size=60) + 2 * (np.arange(60) > 30)})
    plots.trend_rates(series).svg()
    plots.trend_rates(series.assign(value=series["value"].where(np.arange(60) > 5))).svg()
    plots.trend_counterfactual(trends.interrupted(series, "2017-06-01").periods).svg()
    broken = trends.breaks(series, replicates=9)
    plots.trend_breaks(broken.fitted, broken.breaks).svg()


def test_every_table_of_a_fit_is_drawn(rows):
    fit = prominence.fit(rows, "page", "outlet * years", family="ordinal")
    front = prominence.fit(rows.assign(front=rows["page"].eq(1).astype(int)), "front", "outlet", family="front")
    effects = plots.effect_dots(fit.effects)
    assert effects.figure.axes[0].get_xscale() == "linear", "effects are chances, and no logarithms of odds"
    bounds = plots.effect_dots(fit.bounds(last=6))
    titles = {ax.get_title(loc="left").replace("\n", " ") for ax in bounds.figure.axes}
    assert titles == set(fit.bounds(last=6)["bound"])
    for table in (
        fit.coefficients,
        front.coefficients,
        front.effects,
        pd.concat([fit.coefficients.assign(model="a"), front.coefficients.assign(model="b")]),
    ):
        plots.effect_dots(table).svg()
    endless = front.coefficients.assign(conf_high=np.inf)
    assert "an interval without an end" in plots.effect_dots(endless).caption
    with pytest.raises(TableError, match="no row has an estimate with an interval"):
        plots.effect_dots(endless.assign(conf_low=np.nan))
    predicted = fit.predictions(prominence.answers.grid(fit, "years", "outlet"))
    predicted.loc[:4, ["estimate", "conf_low", "conf_high"]] = np.nan
    plots.placement_bands(predicted, by="outlet").svg()
    undated = rows.assign(date=pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]"))
    assert "not drawn: 300" in plots.placement_dots(undated).caption


def test_a_curve_with_endless_intervals_and_without_estimates_is_drawn(rows):
    found = multiverse.placed.placements(rows, {"model": ["ordinal", "front"], "time": ["line", "rank"]}, replicates=9)
    results = found.results.copy()
    results["conf_high"] = np.inf
    for table in (results, results.assign(estimate=np.nan, conf_low=np.nan, conf_high=np.nan)):
        plots.specification_curve(table, found.choices).svg()


def test_maps_with_missing_intervals_are_drawn(press):
    alike = maps.similarity(press[1], replicates=5)
    alike.loc[0, ["jensen_shannon", "jensen_shannon_low", "jensen_shannon_high"]] = np.nan
    plots.maps_similarity(alike).svg()
    mapped = maps.outlets(press[1], min_articles=5)
    regions = maps.regions(press[1], mapped, replicates=5)
    numbers = regions.select_dtypes("float").columns
    plots.maps_biplot(mapped, regions.assign(**dict.fromkeys(numbers, np.nan))).svg()
