"""Rates, breaks, monotone trends, lead and lag."""

import io
import json
import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
import ruptures
from japanese import english_in, texts_of
from scipy import signal, stats

from framing import dates, messages, plots, reliability, report, store, study, tables, trends
from framing.errors import TableError
from framing.messages import say


@pytest.fixture(scope="module")
def months(external):
    return pd.read_csv(external / "interrupted.csv")


@pytest.fixture(scope="module")
def sup_f(external):
    return json.loads((external / "interrupted.json").read_text(encoding="utf-8"))["supF"]


def stepped(*levels, each=30, noise=0.3, seed=0):
    rng = np.random.default_rng(seed)
    value = np.repeat(levels, each) + rng.normal(0, noise, each * len(levels))
    return pd.Series(value, index=pd.period_range("2010-01", periods=len(value), freq="M"))


def test_breaks_of_a_line_agree_with_strucchange(months, sup_f):
    """R: strucchange::Fstats and breakpoints(share ~ t, h = 0.15). Its break is the last period before, ours the first
    after."""
    asked = {"value": "share", "time": "month", "model": "line", "replicates": 99}
    found = trends.breaks(months, n_breaks=len(sup_f["breakpoints_BIC"]), **asked)
    np.testing.assert_allclose(found.overall["sup_f"], sup_f["supF"], rtol=1e-9)
    assert months["month"].tolist().index(found.overall["period"]) == sup_f["break_at"]
    np.testing.assert_allclose(found.choice["rss"], sup_f["RSS_m0_to_m2"]["values"][0], rtol=1e-9)
    np.testing.assert_allclose(found.choice["bic"], sup_f["RSS_m0_to_m2"]["values"][1], rtol=1e-9)
    assert (found.breaks["t"] - 1).tolist() == sup_f["breakpoints_BIC"]
    assert found.choice["bic"].idxmin() == len(found.breaks)
    # its neighbours are alike (Durbin-Watson below 2 in interrupted.json): no break holds, and none is shown
    assert found.overall["p_value"] > 0.05 and found.breaks["p_value"].isna().all()
    assert trends.breaks(months, **asked).breaks.empty


@pytest.mark.parametrize("n", [1, 2, 3])
def test_breaks_of_a_mean_agree_with_ruptures(n):
    series = stepped(1, 3, 2, 4, noise=1.0)
    found = trends.breaks(series, n_breaks=n, trim=0.1, replicates=19)
    search = ruptures.Dynp(model="l2", min_size=int(0.1 * len(series)), jump=1).fit(series.to_numpy())
    assert (found.breaks["t"] - 1).astype(int).tolist() == search.predict(n_bkps=n)[:-1]


def test_long_series_go_to_ruptures_and_give_the_same_breaks():
    rng = np.random.default_rng(2)
    value = np.repeat([0.0, 1.0, 0.5], 700) + rng.normal(0, 0.3, 2100)
    found = trends.breaks(pd.Series(value, index=np.arange(2100)), replicates=19, max_breaks=3)
    assert np.abs(found.breaks["t"] - 1 - [700, 1400]).max() <= 5


def test_planted_breaks_are_found_with_intervals_that_hold_them():
    found = trends.breaks(stepped(1, 3, 2))
    assert found.breaks["period"].astype(str).tolist() == ["2012-07", "2015-01"]
    assert found.overall["p_value"] < 0.01 and (found.breaks["p_value"] < 0.01).all()
    assert (found.breaks["conf_low"] <= found.breaks["period"]).all()
    assert (found.breaks["conf_high"] >= found.breaks["period"]).all()
    np.testing.assert_allclose(found.breaks["change"], [2, -1], atol=0.3)


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.0, 0.6, 0.8])
def test_without_a_break_the_p_value_is_not_small_too_often_even_with_autocorrelation(rho):
    p = []
    for seed in range(60):
        e = carried_over(60, rho, seed)
        found = trends.breaks(pd.Series(e), replicates=99, seed=seed)
        p.append(found.overall["p_value"])
        assert found.breaks.empty or p[-1] <= 0.05
    # 60 draws at 5%: 8 or fewer in 99.5% of cases
    assert sum(value <= 0.05 for value in p) <= 8


def test_the_same_seed_gives_the_same_breaks():
    one, two = (trends.breaks(stepped(1, 2), seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(one.breaks, two.breaks)


@pytest.mark.parametrize(
    ("series", "options", "said"),
    [
        (pd.Series(np.ones(50)), {}, "constant"),
        (pd.Series(np.arange(10.0)), {"n_breaks": 9}, "leave room for"),
        (pd.Series(np.arange(50.0)), {"model": "cubic"}, "no model 'cubic'"),
    ],
)
def test_bad_series_are_refused(series, options, said):
    with pytest.raises(ValueError, match=said):
        trends.breaks(series, **options)


def test_mann_kendall_without_correction_is_kendalls_test():
    series = stepped(1, 1.2, 1.1, noise=0.5)
    found = trends.mann_kendall(series, correction=None)
    t = np.arange(len(series))
    assert found["tau"] == pytest.approx(stats.kendalltau(t, series).statistic)
    assert found["slope"] == pytest.approx(stats.theilslopes(series, t)[0])
    n = len(series)
    z = (found["s"] - np.sign(found["s"])) / np.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    assert found["z"] == pytest.approx(z) and found["p_value"] == pytest.approx(2 * stats.norm.sf(abs(z)))


@pytest.mark.parametrize("kind", ["int64", "float64"])
def test_months_that_a_file_gives_back_as_numbers_are_months(kind):
    """201901 … 202012 were plain numbers: 88 gaps after December, and a slope of 0.1 a month became another."""
    months = pd.period_range("2019-01", periods=24, freq="M").delete(14)  # one gap: March 2020
    values = 0.1 * np.arange(24)[np.arange(24) != 14] + 0.001 * (-1.0) ** np.arange(23)
    coded = pd.Series(values, index=(months.year * 100 + months.month).astype(kind))
    found = trends.mann_kendall(coded, correction=None)
    assert found["slope"] == pytest.approx(0.1, abs=1e-3)  # as built
    assert found == trends.mann_kendall(pd.Series(values, index=months), correction=None)
    model = trends.interrupted(coded + stepped(1, 2, each=12).to_numpy()[:23], 202003)  # the absent month itself
    assert model.effects.equals(
        trends.interrupted(coded.set_axis(months) + stepped(1, 2, each=12).to_numpy()[:23], "2020-03").effects
    )


@pytest.mark.parametrize("first", [201901, 201807, 12])
def test_numbers_that_only_look_like_months_stay_numbers(first):
    """24 in a row pass 12 or start there: a count of steps, each 1 from the next."""
    steps = first + np.arange(24)
    series = pd.Series(0.1 * np.arange(24) + 0.001 * (-1.0) ** np.arange(24), index=steps)
    assert trends.mann_kendall(series, correction=None)["slope"] == pytest.approx(0.1, abs=1e-3)
    assert trends.breaks(series, replicates=19).fitted["period"].tolist() == steps.tolist()


def test_autocorrelation_makes_mann_kendall_less_sure():
    rng = np.random.default_rng(0)
    e = rng.normal(size=200)
    for t in range(1, 200):
        e[t] += 0.7 * e[t - 1]
    series = pd.Series(e + 0.005 * np.arange(200))
    plain, corrected = (trends.mann_kendall(series, correction=c) for c in (None, "bootstrap"))
    assert corrected["p_value"] > plain["p_value"] and corrected["n_effective"] < 200
    assert corrected["conf_high"] - corrected["conf_low"] > plain["conf_high"] - plain["conf_low"]


def test_who_leads_is_found_with_its_sign():
    rng = np.random.default_rng(1)
    a = pd.Series(rng.normal(size=200), index=pd.period_range("2000-01", periods=200, freq="M"))
    b = a.shift(2).fillna(0) * 0.8 + rng.normal(0, 0.5, 200)
    found = trends.lead_lag(a, b)
    assert found.attrs["lead"] == {"lag": 2, "conf_low": 2, "conf_high": 2}
    other = trends.lead_lag(b, a)
    assert other.attrs["lead"]["lag"] == -2
    row = found.set_index("lag").loc[2]
    assert 0.7 < row["estimate"] < 0.95 and row["conf_low"] < row["estimate"] < row["conf_high"]


def test_two_series_that_only_drift_do_not_lead_each_other():
    rng = np.random.default_rng(3)
    t = np.arange(150)
    a, b = (pd.Series(0.05 * t + rng.normal(size=150)) for _ in range(2))
    found = trends.lead_lag(a, b)
    assert found["estimate"].abs().max() < 0.35
    assert found.attrs["lead"]["conf_low"] < 0 < found.attrs["lead"]["conf_high"]


def by_outlet(n=48, seed=5, measure="mentions", column="") -> pd.DataFrame:
    """Two outlets, a share that rises by half in the middle, and the second two months behind the first."""
    rng = np.random.default_rng(seed)
    lift, news = np.arange(n) >= n // 2, rng.normal(size=n + 2)
    shares = [0.2 + 0.1 * lift + 0.03 * news[2:], 0.2 + 0.03 * news[:-2]]
    parts = [
        pd.DataFrame(
            {"group": g, "period": pd.period_range("2015-01", periods=n, freq="M"), "value": 100 * share,
             "n": np.round(200 * share).astype(int), "n_articles": 200}
        )
        for g, share in zip(("東都", "西都"), shares, strict=True)
    ]  # fmt: skip
    series = pd.concat(parts, ignore_index=True)
    series["group"] = pd.Categorical(series["group"], ["東都", "西都"])
    return series.assign(measure=measure, column=column, freq="month", n_undated=1, n_coarse=0)


def test_figures_and_findings_are_wholly_in_the_language_of_the_report():
    messages.use("ja")
    series = by_outlet()
    found = trends.interrupted(series, "2017-01-01")
    shifts = trends.breaks(series, replicates=99)
    breaks, fitted = shifts.breaks, shifts.fitted
    leads, names, note = trends.lead_lag(series, max_lag=4, replicates=99)
    for picture in (
        plots.trend_rates(series, unit=trends.unit(series)),
        plots.trend_counterfactual(found.periods, unit=found.info["unit_of_value"], at="2017-01-01"),
        plots.trend_breaks(fitted, breaks, unit=trends.unit(series)),
        plots.trend_leads(leads, first=names[0], second=names[1]),
        plots.trend_leads(leads.iloc[:0], first=names[0], second=names[1]),
    ):
        assert not english_in(picture.caption, picture.alt, *texts_of(picture.figure))
    assert say(note).startswith(
        "東都が西都に2期先行するときに相関が最大となる"
    ) and "したがって先行するのは東都である。" in say(note)
    said = trends.answer(found)
    assert said.verdict == "difference" and said.low > 0
    assert say(said.sentence).startswith("2群のうち、東都の変化が最も明瞭である。2017年1月1日以降、")
    assert say(said.unit) == "月あたりの記事数"
    assert say(found.errors).startswith("AR(1)誤差、φ＝") and "drawn" not in say(found.errors)
    unnamed = trends.answer(found, named=False).cautions
    assert say(unnamed[0]).startswith("出来事は指定されておらず") and unnamed[1:] == said.cautions
    lasting = trends.interrupted(by_outlet(measure="mean", column="長さ"), "2017-01-01")
    steps = trends.steps(series, found)
    shown = map(say, [*said.cautions, trends.answer(lasting).sentence, *steps["step"], *steps["reason"]])
    assert not english_in(*shown)
    shown = report.table(found.checks, caption="Checks of the model", columns=trends.CODEBOOK["checks"]).markup()
    assert not english_in(*(text for text in re.findall(">([^<]+)<", shown)))


def test_who_is_first_is_named_first_whichever_way_they_are_given():
    series = by_outlet()
    series["group"] = series["group"].cat.reorder_categories(["西都", "東都"])
    _, names, note = trends.lead_lag(series, max_lag=4, replicates=99)
    assert names == ("西都", "東都")
    assert note.startswith("The correlation is largest with 東都 2 periods ahead of 西都 (interval ")
    assert "). So 東都 is first. Both series" in note
    _, _, alone = trends.lead_lag(series[series["group"].eq("東都")], max_lag=4)
    assert alone == "There is one outlet only: nobody to lead."
    messages.use("ja")
    _, _, short = trends.lead_lag(series, max_lag=40)
    assert say(short).startswith("この系列では先行・遅行を比較していない。理由：max_lagは1から")
    assert not english_in(say(short))


def test_outlets_too_short_for_any_break_leave_tables_with_their_columns():
    series = by_outlet(n=5)
    shifts = trends.breaks(series)
    breaks, overall, fitted = shifts.breaks, shifts.overall, shifts.fitted
    assert breaks.empty and list(breaks.columns) == list(trends.CODEBOOK["breaks"])
    assert list(overall.columns) == list(trends.CODEBOOK["overall"]) and overall["note"].str.contains("too short").all()
    joined = pd.concat([series[series["group"].eq("西都")], by_outlet()[by_outlet()["group"].eq("東都")]])
    messages.use("ja")
    placebo = trends.placebo(joined, "2017-01-01").set_index("group")
    assert placebo["real"].dtype == bool and messages.said(placebo.loc["西都", "note"]).startswith(
        "系列の期間が5しかなく"
    )
    assert fitted.empty and list(trends.mann_kendall(series).columns) == list(trends.CODEBOOK["monotone"])


def test_a_break_in_one_of_several_groups_is_a_table_of_numbers():
    """The empty table of the other groups made objects of them, which a report shows with all their digits."""
    t = np.arange(40)
    values = {"one": 10 + 8.0 * (t >= 20) + np.sin(7 * t), "none": 10 + np.sin(7 * t)}
    months = pd.period_range("2015-01", periods=40, freq="M")
    series = pd.concat([pd.DataFrame({"group": g, "period": months, "value": v}) for g, v in values.items()])
    found = trends.breaks(series, replicates=199).breaks
    assert found["group"].tolist() == ["one"] and found["change"].iloc[0] == pytest.approx(8, abs=0.5)
    assert all(pd.api.types.is_numeric_dtype(found[name]) for name in ("t", "before", "after", "change", "f"))


def as_file(series):
    return pd.read_csv(io.StringIO(series.to_csv(index=False)))


def merged(series):
    return series.merge(pd.DataFrame({"group": ["東都", "西都"], "place": ["東", "西"]}), on="group", how="left")


def joined(series):
    return pd.concat([series[series["group"].eq(name)].copy() for name in ("東都", "西都")], ignore_index=True)


def everything(series) -> tuple[list[pd.DataFrame], list]:
    """Every table and every sentence of trends about a series."""
    found = trends.interrupted(series, at="2017-01-01")
    kept = [getattr(found, name) for name in ("effects", "periods", "coefficients", "checks", "notes")]
    shifts = trends.breaks(series, replicates=19)
    kept += [trends.placebo(series, at="2017-01-01"), shifts.breaks, shifts.overall, shifts.fitted]
    ahead, *order = trends.lead_lag(series, max_lag=4, replicates=19)
    drawn = plots.trend_rates(series, unit=trends.unit(series))
    said = [found.info, trends.answer(found), order, trends.interrupted(series, replicates=0).info, trends.unit(series)]
    return (
        [*kept, trends.mann_kendall(series), ahead, trends.steps(series, found)],
        [*said, drawn.caption, drawn.alt],
    )


@cache
def original(measure: str) -> tuple:
    series = by_outlet(measure=measure, column="length" if measure == "mean" else "")
    return series, *everything(series)


@pytest.mark.parametrize("carried", [as_file, merged, joined, lambda s: as_file(merged(as_file(s)))])
@pytest.mark.parametrize("measure", ["mean", "share", "mentions", "articles"])
def test_a_file_a_merge_or_a_concatenation_changes_no_number_and_no_sentence(carried, measure):
    """An effect of 48.6 on a mean became -1.2 articles, since the measure stood in DataFrame.attrs."""
    series, tables_of, said_of = original(measure)
    again = carried(series)
    again.attrs.clear()
    found, said = everything(again)
    for before, after in zip(tables_of, found, strict=True):
        pd.testing.assert_frame_equal(before, after)
    assert said == said_of


@pytest.mark.parametrize("freq", ["day", "week", "month", "quarter", "year"])
def test_periods_of_every_length_come_back_from_a_file(freq):
    code = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}[freq]
    rng = np.random.default_rng(2)
    days = pd.period_range("2000-01-07", periods=40, freq=code)[np.r_[:11, 14:40]]  # with a gap
    series = pd.DataFrame({"group": "x", "period": days, "value": rng.normal(size=37), "n": 5, "n_articles": 9})
    series = series.assign(measure="mean", column="y", freq=freq)
    found, again = (trends.interrupted(s, str(days[20].start_time.date())) for s in (series, as_file(series)))
    pd.testing.assert_frame_equal(found.periods, again.periods)
    assert found.periods["t"].max() == 40
    assert len(plots.trend_rates(as_file(series)).figure.axes[0].lines[0].get_xdata()) == 40


def test_what_values_are_is_given_and_never_guessed():
    bare = by_outlet().drop(columns=["measure", "column", "freq"])
    few = bare.assign(n=1, n_articles=2)  # any value from 25 to 75 is one of two articles, to half an article
    for unnamed in (bare, few, bare.assign(value=bare["value"] + 40)):
        for options in ({}, {"family": "poisson"}):
            with pytest.raises(TableError, match="add the column measure"):
                trends.interrupted(unnamed, "2017-01-01", **options)
        with pytest.raises(TableError, match="add the column measure"):
            trends.placebo(unnamed, "2017-01-01")
    with pytest.raises(ValueError, match="'poisson' is of counts, and the values are means"):
        trends.interrupted(bare.assign(measure="mean"), "2017-01-01", family="poisson")
    means = trends.interrupted(bare.assign(measure="mean"), "2017-01-01").effects
    pd.testing.assert_frame_equal(means, trends.interrupted(by_outlet(measure="mean"), "2017-01-01").effects)
    shares = trends.interrupted(bare.assign(measure="share"), "2017-01-01").effects
    pd.testing.assert_frame_equal(shares, trends.interrupted(by_outlet(), "2017-01-01").effects)
    with pytest.raises(TableError, match="mix measure"):
        trends.unit(pd.concat([by_outlet(), by_outlet(measure="mean")]))
    with pytest.raises(ValueError, match="no measure 'rate'"):
        trends.unit(bare.assign(measure="rate"))


@pytest.fixture
def counted(monkeypatch, tmp_path):
    """One outlet with 3 articles a month but none in March and April 2020, and one that ends in June 2020."""
    monkeypatch.setenv("FRAMING_OUTPUTS", str(tmp_path))
    months = [m for m in pd.period_range("2020-01", periods=24, freq="M") if str(m) not in ("2020-03", "2020-04")]
    east = [day for m in months for day in pd.date_range(m.start_time.normalize(), periods=3)]
    west = list(pd.date_range("2020-01-31", "2020-06-30", freq="ME"))
    articles = pd.DataFrame({"date": east + west, "outlet": ["east"] * len(east) + ["west"] * len(west)})
    articles = articles.assign(page=1.0, headline="h", text="t", kind=np.where(articles.index % 3 == 0, "a", "b"))
    articles["article_id"] = [f"{i:03d}" for i in articles.index]
    articles["date_precision"] = "day"
    late = articles.head(2).assign(article_id=["y", "z"], kind="b", date_precision=["year", "missing"])
    late["date"] = pd.to_datetime(["2020-01-01", None])
    store.save(pd.concat([articles, late], ignore_index=True), tables.ARTICLES, "counted")


def test_articles_are_counted_and_a_month_without_any_is_a_zero_between_the_first_and_the_last(counted):
    series = trends.prepare("counted", measure="articles")
    east = series[series["group"] == "east"].set_index(series["period"][series["group"] == "east"].astype(str))["value"]
    assert len(east) == 24 and east["2020-03"] == east["2020-04"] == 0 and east.drop(["2020-03", "2020-04"]).eq(3).all()
    assert series["group"].eq("west").sum() == 6  # not collected after June: no zeros there
    assert series.groupby("group", observed=True)[["n_undated", "n_coarse"]].first().loc["east"].tolist() == [1, 1]
    assert trends.unit(series) == "articles per month"
    assert trends.unit(trends.prepare("counted", measure="articles", freq="quarter")) == "articles per quarter"
    assert trends.unit(series.drop(columns="freq")) == "articles per period"
    some = trends.prepare("counted", measure="articles", counted={"kind": ["a"]})
    share = trends.prepare("counted", measure="share", counted={"kind": ["a"]})
    assert some["value"].max() == 1 and some["value"].eq(0).sum() >= 2
    assert share["value"].max() > 30 and len(share[share["group"] == "east"]) == 22  # gaps
    with pytest.raises(ValueError, match="is now 'counted'"):
        trends.prepare("counted", measure="share")
    found = trends.interrupted(series, "2020-12-01", covariance="model")
    told = trends.steps(series, found)["reason"].iloc[0]
    assert told.startswith("Articles without a date: 1.") and "no month: 1." in told


N = 56
RANDOM = np.random.default_rng(4)
NOISE = RANDOM.poisson(4, N // 2) + 1.0
FLAT = {
    "constant": (np.full(N, 5.0), "every value of the series is 5"),
    "float noise": (100 + 1e-14 * np.arange(N), "every value of the series is 100"),
    "line": (2 + 3.0 * np.arange(N), "exactly on a straight line"),
    "zero": (np.zeros(N), "is 0"),
    "step": (np.repeat([3.0, 7.0], N // 2), "passes through every value|do not vary"),
    "started": (np.r_[np.zeros(N // 2), np.full(N // 2, 3.0)], "separation|exponential course|passes|do not vary"),
    "started with noise": (np.r_[np.zeros(N // 2), NOISE], "separation|exponential course|do not vary"),
    "stopped": (np.r_[np.full(N // 2, 3.0), np.zeros(N // 2)], "separation|exponential course|passes|do not vary"),
    "stopped with noise": (np.r_[NOISE, np.zeros(N // 2)], "separation|exponential course|do not vary"),
}


@pytest.mark.parametrize("kind", list(FLAT))
@pytest.mark.parametrize("family", ["normal", "poisson", "quasipoisson", "negbin"])
@pytest.mark.parametrize("event", [15, 20, N // 2, N // 2 + 3, 40])
def test_a_series_without_variation_or_with_counts_on_one_side_is_refused_in_words(kind, family, event):
    """Such series gave -1.37e+13 articles a period, and log RR -43.6 [-45.8, -41.4]."""
    values, said = FLAT[kind]
    values = values if family == "normal" else np.round(values)
    series = pd.Series(values, index=pd.period_range("2010-01", periods=N, freq="M"))
    if family == "normal" and kind.endswith("noise") and event != N // 2 and kind != "float noise":
        pytest.skip("a mean may be 0 for a while and then vary")
    if kind in ("step", "started", "stopped") and family == "normal" and event != N // 2:
        said = "do not vary|passes"
    with pytest.raises(TableError, match=said):
        trends.interrupted(series, str(series.index[event]), family=family)


@pytest.mark.parametrize("kind", ["constant", "float noise", "line", "zero"])
def test_no_test_makes_a_finding_of_a_series_without_variation(kind):
    series = pd.Series(FLAT[kind][0], index=pd.period_range("2010-01", periods=N, freq="M"))
    for ask in (trends.breaks, trends.mann_kendall, lambda s: trends.breaks(s, model="line")):
        with pytest.raises(TableError, match="constant|straight line|without variation"):
            ask(series)
    with pytest.raises(TableError, match="constant or a straight line"):
        trends.lead_lag(series, stepped(1, 2, each=N // 2))
    with pytest.raises(TableError, match="1 breaks leave no variation"):
        trends.breaks(pd.Series(FLAT["step"][0], index=series.index))


@pytest.mark.slow
@pytest.mark.parametrize("family", ["poisson", "quasipoisson", "negbin"])
def test_ordinary_counts_and_rare_ones_are_not_refused(family):
    """A few zeros, a real fall to a third and a rise by half are what the model is for."""
    months = pd.period_range("2010-01", periods=N, freq="M")
    for seed in range(20):
        rng = np.random.default_rng(seed)
        for before, after in ((6, 2), (2, 3), (1, 1), (30, 10)):
            counts = np.r_[rng.poisson(before, N // 2), rng.poisson(after, N // 2)]
            series = pd.Series(counts, index=months)
            found = trends.interrupted(series, str(months[N // 2]), family=family, replicates=19)
            assert np.isfinite(found.effects["estimate"]).all()


def test_a_group_that_cannot_be_modelled_is_named_beside_the_finding():
    series = by_outlet()
    series.loc[series["group"].eq("東都"), "n"] = 0
    found = trends.interrupted(series, "2017-01-01")
    assert found.notes["group"].tolist() == ["東都"]
    answer = trends.answer(found)
    assert answer.cautions[0].startswith("No model of 東都: every count of the series is 0")
    assert "西都" in answer.sentence and "choice among" not in answer.sentence, (
        "one group is left, and nothing is chosen"
    )
    placebo = trends.placebo(series, "2017-01-01").set_index("group")
    assert "every count" in placebo.loc["東都", "note"]


@pytest.fixture
def press():
    days = pd.to_datetime(["2020-01-05", "2020-01-20", "2020-03-02", "2020-03-09", None])
    articles = pd.DataFrame(
        {
            "article_id": list("abcde"), "outlet": "北海日日", "date": days, "page": 1.0,
            "headline": "x", "text": "y",
        }
    )  # fmt: skip
    mentions = pd.DataFrame({"article_id": ["a", "a", "c"], "actor": ["xi", "xi", "putin"]})
    return mentions, articles


def test_shares_have_their_denominators_and_intervals_and_a_period_without_articles_is_a_gap(press):
    mentions, articles = press
    found = trends.prepare(study.open(articles, mentions=mentions), measure="mentions", actor="xi")
    assert found["n_undated"].eq(1).all() and "2020-02" not in found["period"].astype(str).tolist()
    row = found.set_index("period").loc[pd.Period("2020-01", "M")]
    assert (row["n"], row["n_articles"], row["value"]) == (1, 2, 50)
    # Wilson's interval for 1 of 2: statsmodels.stats.proportion.proportion_confint(1, 2, method="wilson")
    np.testing.assert_allclose([row["conf_low"], row["conf_high"]], [9.453120573423074, 90.54687942657693])


@pytest.mark.parametrize(
    "column, said",
    [
        ("face", r"1 of 74 values of 'face' are none, such as \['3面'\]"),
        ("length", r"74 of 74 values of 'length' are none, such as \['1,200'\]"),
        ("date", r"74 of 74 values of 'date' are none, such as \['2020-01-01 00:00:00'"),
    ],
)
def test_a_mean_of_what_is_not_numbers_is_refused(counted, column, said):
    """3面 and 1,200 were left out of the mean in silence, and the mean of dates was 1.56e15."""
    rows = store.load(tables.ARTICLES, "counted").assign(face="3", length="1,200")
    rows.loc[0, "face"] = "3面"
    said = said.replace("74", str(int(dates.periods(rows, "month").notna().sum())))
    with pytest.raises(TableError, match=said):
        trends.prepare(study.open(rows), measure="mean", column=column)


def test_a_mean_reads_text_that_is_plain_numbers(counted):
    rows = store.load(tables.ARTICLES, "counted")
    rows["length"] = np.where(rows["kind"] == "a", "100", "250.5")
    rows.loc[0, "length"] = None
    east = trends.prepare(study.open(rows), measure="mean", column="length", groups=["east"])
    assert (east["n"].iloc[0], east["value"].iloc[0]) == (2, 250.5)  # a is missing, b and b are left
    assert east["value"].iloc[1] == pytest.approx((100 + 250.5 + 250.5) / 3)


def test_articles_whose_page_is_missing_are_neither_on_the_front_nor_off_it(counted):
    """Pages that stop being recorded made the share of the front page fall to 0."""
    rows = store.load(tables.ARTICLES, "counted")
    rows["page"] = np.where(rows["kind"] == "a", 1.0, 2.0)  # one article in three of east is on page 1
    gone = rows["date"].ge("2021-01-01") | (rows["date"].dt.strftime("%Y-%m-%d") == "2020-01-02")
    rows.loc[gone, "page"] = None  # all 36 of 2021, and one of page 2 in January 2020
    some = study.open(rows)
    ask = {"counted": {"page": [1]}, "groups": ["east"]}
    share = trends.prepare(some, measure="share", **ask)
    assert share["period"].astype(str).max() == "2020-12" and share["n_unknown"].eq(37).all()
    assert share.loc[0, ["n", "n_articles", "value"]].tolist() == [1, 2, 50]
    assert share["value"].iloc[1] == pytest.approx(100 / 3)
    number = trends.prepare(some, measure="articles", **ask)
    assert number["n"].sum() == share["n"].sum() == 10 and number["n_articles"].sum() == 66
    assert number["n_unknown"].eq(37).all()
    either = trends.prepare(some, measure="share", counted={"page": [1, None]}, groups=["east"])
    assert either["n_unknown"].eq(0).all() and either["n"].sum() == 47 and either["value"].iloc[-1] == 100
    found = trends.interrupted(trends.prepare(some, measure="articles"), "2020-12-01", covariance="model")
    for series, dropped in ((share, 39), (number, 2)):  # one without a date and one known to the year besides
        step = trends.steps(series, found).iloc[0]
        assert step["reason"].endswith("a value of what is counted is missing: 37.") and step["n_dropped"] == dropped
    with pytest.raises(TableError, match=r"every dated article of \['east'\] lacks a column of \['page'\]"):
        rows.loc[rows["outlet"] == "east", "page"] = None
        rows.loc[rows["outlet"] == "west", "page"] = 1.0
        trends.prepare(study.open(rows), measure="share", **ask)


def test_articles_without_a_group_are_refused_where_they_would_vanish(counted):
    rows = store.load(tables.ARTICLES, "counted")
    rows["desk"] = rows["kind"].where(rows["kind"] == "a")
    some = study.open(rows)
    with pytest.raises(TableError, match=rf"is missing for {int((rows['kind'] == 'b').sum())} articles"):
        trends.prepare(some, measure="articles", by="desk")
    kept = trends.prepare(some.take(drop={"desk": [None]}), measure="articles", by="desk")
    assert kept["n"].sum() == (rows["kind"] == "a").sum()  # all of "a" are dated


def test_a_frequency_that_is_none_is_refused(counted):
    with pytest.raises(ValueError, match="no frequency 'minute'"):
        trends.prepare("counted", measure="articles", freq="minute")


def carried_over(n, rho, seed):
    rng = np.random.default_rng(seed)
    shocks = rng.normal(size=n) * np.sqrt(1 - rho**2)
    shocks[0] /= np.sqrt(1 - rho**2)
    return signal.lfilter([1.0], [1.0, -rho], shocks)


@pytest.mark.parametrize("rho", [0.0, 0.7])
def test_mann_kendall_finds_no_trend_too_often_where_neighbours_are_alike(rho):
    """With Hamed and Rao's correction it found one in .16 of series with an autocorrelation of .6."""
    found = [trends.mann_kendall(pd.Series(carried_over(48, rho, seed)), replicates=99) for seed in range(200)]
    claims = sum(one["p_value"] <= 0.05 for one in found)
    assert claims <= 20  # the binomial of 200 at .05: 20 or fewer in 99.8% of cases
    assert claims == sum(not one["conf_low"] <= 0 <= one["conf_high"] for one in found)


def test_a_trend_of_independent_periods_is_found():
    """Kendall's own test finds such a trend in about all: two standard deviations over 60 periods."""
    drift = np.linspace(0, 2, 60)
    found = [
        trends.mann_kendall(pd.Series(drift + carried_over(60, 0, seed)), replicates=99)["p_value"]
        for seed in range(20)
    ]
    assert np.mean(np.array(found) <= 0.05) >= 0.8


def groups_of(values: dict, measure="mean"):
    months = pd.period_range("2015-01", periods=len(next(iter(values.values()))), freq="M")
    parts = [pd.DataFrame({"group": g, "period": months, "value": v}) for g, v in values.items()]
    return pd.concat(parts, ignore_index=True).assign(measure=measure, column="length", freq="month", n=1, n_articles=1)


@pytest.mark.slow
def test_a_finding_on_noise_is_inconclusive_or_equivalent_however_many_groups_are_searched():
    verdicts = []
    for seed in range(60):
        series = groups_of({g: carried_over(48, 0.5, [seed, i]) for i, g in enumerate("abc")})
        found = trends.interrupted(series, "2017-01-01", replicates=199, seed=seed)
        verdicts.append(trends.answer(found).verdict)
    assert verdicts.count("difference") <= 8  # the binomial of 60 at .05: 8 or fewer in 99.5% of cases


def test_the_group_that_stands_out_is_named_and_not_the_first_with_an_interval_for_the_choice():
    jump = 8.0 * (np.arange(60) >= 30)
    series = groups_of({"a": carried_over(60, 0.2, 1), "b": carried_over(60, 0.2, 2) + jump})
    found = trends.interrupted(series, "2017-07-01")
    answer = trends.answer(found)
    assert answer.verdict == "difference" and "Of 2 groups b shows the clearest change" in answer.sentence
    row = found.effects.set_index(["group", "effect"]).loc[("b", "average")]
    assert (answer.low, answer.high) == (row["simultaneous_low"], row["simultaneous_high"])
    assert row["simultaneous_low"] < row["conf_low"] and row["conf_high"] < row["simultaneous_high"]
    alone = trends.interrupted(series[series["group"].eq("b")], "2017-07-01")
    assert trends.answer(alone).low == row["conf_low"], "one group is no choice"
    large = trends.answer(found, smallest_effect=50)
    assert large.verdict == "equivalent" and "none of 2 groups departed" in large.sentence
    assert trends.answer(found, smallest_effect=9).verdict == "inconclusive", "more than 0, perhaps less than matters"


def test_durbin_watson_is_explained_on_both_sides():
    """2.6 to 2.9 were explained as neighbours alike."""
    for rho, said in ((0.8, "are alike"), (-0.8, "alternate, high after low")):
        series = groups_of({"a": carried_over(60, rho, 3)})
        checks = trends.interrupted(series, "2017-07-01", replicates=19).checks
        row = checks[checks["check"].str.contains("Durbin")].iloc[0]
        assert not row["passed"] and said in row["advice"]


def test_the_cautions_of_an_answer_are_japanese_in_japanese():
    noise = signal.lfilter([1], [1, 0.8], np.random.default_rng(3).normal(size=80))[20:]
    rows = pd.DataFrame({"period": pd.period_range("2015-01", periods=60, freq="M"), "value": noise + 20})
    found = trends.interrupted(rows.assign(group="a", measure="mean"), "2017-07-01", replicates=99)
    rng = np.random.default_rng(4)
    true = rng.integers(1, 4, 90)
    coders = [pd.DataFrame({"unit": range(90), "coder": who, "code": "tone", "value": np.where(rng.random(90) < 0.4,
              rng.integers(1, 4, 90), true)}) for who in "ABC"]  # fmt: skip
    agreed = reliability.answer(reliability.agreement(pd.concat(coders), level="ordinal", replicates=99))
    told = trends.answer(found, agreement=agreed)
    assert f"agree at Krippendorff's alpha {agreed.value:.2f}" in str(told.cautions[0])
    with messages.speaking("ja"):
        said = [messages.say(each) for each in told.cautions]
    assert len(said) > 1 and not [each for each in said if re.search("[a-z]{4}", each)]


def test_one_series_is_answered_like_a_group_of_its_own():
    rng = np.random.default_rng(1)
    values = pd.Series(rng.normal(size=60), pd.period_range("2018-01", periods=60, freq="M"))
    fit = trends.interrupted(values, "2020-05", replicates=99)
    found, average = trends.answer(fit), fit.effects.set_index("effect").loc["average"]
    assert (found.value, found.low, found.high) == tuple(average[["estimate", "conf_low", "conf_high"]])
    assert "whether the series departed from its earlier course at 2020-05" in str(found.sentence)
    with pytest.raises(TypeError, match="trends.interrupted gives as .found., and this is a Breaks"):
        trends.answer(trends.breaks(values, replicates=99))
