"""Claims about days: dates known to the year or not at all, gaps, populations, and claims that cannot be judged."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from framing import claims, corpus, study
from framing.claims import counting
from framing.errors import SourceError, TableError


def claim(**more) -> dict:
    return {"id": "c", "sentence": "A claim.", "measure": "mentions", "direction": "more", "matters": 1.25} | more


def judged(one: dict, data):
    found = claims.judge([one], data, sensitivity=False)
    assert found.faults.empty, found.faults["fault"].tolist()
    return found.verdicts.iloc[0]


def rows_of(*groups) -> pd.DataFrame:
    """Rows of (outlet, date, precision, section, number)."""
    rows = [each[:4] for each in groups for _ in range(each[4])]
    made = pd.DataFrame(rows, columns=["outlet", "date", "date_precision", "section"])
    return made.assign(date=pd.to_datetime(made["date"]), article_id=[f"i{i}" for i in range(len(made))])


SIDES = {"target": "a", "reference": "b", "counted": {"section": ["s"]}}
COARSE = rows_of(("a", "2020-01-01", "year", "s", 30), ("a", "2020-01-01", "year", "t", 10), ("b", None, None, "s", 12),
                 ("b", None, None, "t", 28), ("a", "2020-03-05", "day", "s", 5), ("b", "2020-03-05", "day", "t", 5),
                 ("b", "2020-07-05", "day", "t", 5))  # fmt: skip


def test_articles_without_a_month_stay_in_a_comparison_without_a_window():
    """By hand: 35 of 45 articles of a, 12 of 50 of b; the share counts the same rows."""
    data = study.open(COARSE)
    rate, share = judged(claim(**SIDES), data), judged(claim(**SIDES) | {"measure": "share", "matters": 0.1}, data)
    assert rate["estimate"] == pytest.approx((35 / 45) / (12 / 50)) and rate["n"] == 47
    assert share["estimate"] == pytest.approx(35 / 45 - 12 / 50)


def test_a_table_without_text_of_which_months_are_known_is_opened_as_the_errors_say(tmp_path):
    """By hand: in January a has 3 of 4 on page 1, b 1 of 4."""
    dates, page = ["2020-01", "2020-01-09"] * 4, [1, 1, 1, 2, 1, 2, 2, 2]
    rows = pd.DataFrame({"outlet": list("aaaabbbb"), "date": dates, "page": page})
    with pytest.raises(TableError, match="write its first day, and 'month' or 'year' in a column 'date_precision'"):
        study.open(rows)
    with pytest.raises(TableError, match="'date_precision'"):
        study.open(rows.assign(date=pd.PeriodIndex(rows["date"], freq="M")))
    rows.to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(SourceError, match=r"study\.open takes a table without either"):
        corpus.read(tmp_path / "t.csv").require()
    told = rows.assign(date=pd.to_datetime(rows["date"].str[:7]), date_precision=["month", "day"] * 4)
    asked = claim(measure="front", target="a", reference="b", window="2020-01", matters=0.1)
    assert judged(asked, study.open(told))["estimate"] == pytest.approx(3 / 4 - 1 / 4)


def test_an_article_dated_to_a_year_lies_in_the_window_of_that_year_and_others_are_counted_as_left_out():
    data = study.open(pd.concat([COARSE, rows_of(("b", "2021-02-01", "day", "s", 1)).assign(article_id="z")]))
    year = judged(claim(**SIDES, window=2020), data)
    assert year["estimate"] == np.inf and year["n"] == 35
    assert "left out: 0 of the target, 40 of what it is compared with" in year["note"]
    march = judged(claim(**SIDES | {"measure": "share"}, window="2020-03") | {"matters": 0.1}, data)
    assert "left out: 40 of the target, 40 of what" in march["note"]
    alone = judged(claim(measure="share", target="a", counted={"section": ["s"]}, value=0.5, matters=0.1,
                         window="2020-03"), data)  # fmt: skip
    assert alone["estimate"] == pytest.approx(0.5) and "its time, left out: 40." in alone["note"]


def test_a_rank_counts_articles_that_are_dated_to_a_year():
    years = [("a", f"{year}-01-01", "year", "s", n) for year, n in ((2019, 40), (2020, 90), (2021, 30))]
    others = [("a", f"{year}-01-01", "year", "t", 100) for year in (2019, 2020, 2021)]
    own = {"measure": "rank", "direction": "highest", "matters": 1.0, "target": "a", "counted": {"section": ["s"]},
           "window": 2020, "before": {"since": 2019, "until": 2021}}  # fmt: skip
    row = judged(claim(**own), study.open(rows_of(*years, *others)))
    assert row["estimate"] == pytest.approx((90 / 190) / (40 / 140))
    days = judged(claim(**own, per="day"), study.open(rows_of(*years, *others)))
    assert days["estimate"] == pytest.approx((90 / 366) / (40 / 365))


def test_days_that_the_population_leaves_out_are_no_days():
    """By hand: one a day in the last 100 days of 2020, two a day in 2021; per day 2 times, not 2 x 366 / 100."""
    days = pd.date_range("2019-01-01", "2021-12-31")
    made = pd.DataFrame({"outlet": "a", "date": days.repeat(np.where(days.year == 2021, 2, 1)), "section": "s"})
    since = pd.Timestamp("2020-12-31") - pd.Timedelta(days=99)
    own = {"per": "day", "counted": {"section": ["s"]}, "window": 2021, "before": 2020}
    row = judged(claim(**own, population={"since": str(since.date())}), study.open(made))
    assert row["estimate"] == pytest.approx(2.0)


def quiet(n_window: int, section: str = "t"):
    """A year with two articles a day, one of them of s, and half a year with so many articles."""
    days = pd.date_range("2020-01-01", "2020-12-31")
    later = pd.date_range("2021-01-01", "2021-06-30")
    late = pd.DataFrame({"date": later[np.linspace(180, 0, n_window).astype(int)], "section": section})
    rows = pd.concat([pd.DataFrame({"date": days, "section": each}) for each in ("s", "t")] + [late])
    return study.open(rows.assign(outlet="a").reset_index(drop=True))


def test_silence_is_not_shown_by_a_window_of_which_almost_nothing_was_collected():
    """scipy: of a Poisson-gamma rate that 366 in 366 days tell, none in a 181st of the 181 days."""
    one = claim(measure="silence", direction="none", counted={"section": ["s"]}, window={"since": "2021-01-01",
                "until": "2021-06-30"}, before=2020, dispersion=1.0)  # fmt: skip
    del one["matters"]
    empty, full = judged(one, quiet(1)), judged(one, quiet(181))
    assert empty["verdict"] == "inconclusive" and "1% as many per day as usual" in empty["note"]
    assert empty["p_value"] == pytest.approx(stats.nbinom.pmf(0, 366, 366 / 367))
    assert full["verdict"] == "supported" and "has no article" not in full["note"]
    assert "has no article" in empty["note"]


@pytest.mark.parametrize("way", ["mentions", "share", "page", "tone", "silence", "rank", "words", "order", "front"])
@pytest.mark.parametrize("dates", [None, "none"])
def test_a_study_without_dates_ends_no_judgement(way, dates):
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"outlet": rng.choice(["a", "b"], 80), "page": rng.integers(1, 5, 80), "section": "s"})
    data = study.open(rows if dates is None else rows.assign(date=pd.NaT))
    more = {"mentions": {"counted": {"page": [1]}}, "share": {"counted": {"page": [1]}, "matters": 0.1},
            "page": {"matters": 0.1}, "front": {"matters": 0.1}, "tone": {"column": "page", "matters": 1},
            "silence": {"direction": "none", "window": 2020, "before": 2019}, "words": {"terms": ["x"]},
            "rank": {"window": 2020, "before": {"since": 2019, "until": 2021}, "counted": {"page": [1]}},
            "order": {"matters": 0.1}}[way]  # fmt: skip
    sides = {"target": "a"} | ({} if way in ("silence", "rank") else {"reference": "b"})
    asked = [claim(measure=way, **sides) | more, claim(measure="share", counted={"page": [1]}, **sides, value=0.5,
             matters=0.1) | {"id": "d"}]  # fmt: skip
    asked[1].pop("reference", None)
    dated = [asked[0] | {"window": 2020, "id": "w"}] if way not in ("silence", "rank") else []
    found = claims.judge([*asked, *dated], data, replicates=9)
    assert found.faults.empty and not found.verdicts["note"].str.contains("foresaw").any()
    said = found.verdicts.set_index("claim")["verdict"]
    assert said["d"] != "not answerable with these data"
    if dated and way != "order":
        assert said["w"] == "not answerable with these data" and "no date" in found.verdicts["note"].iloc[2]


def test_an_error_that_nobody_foresaw_ends_one_claim_only(monkeypatch):
    from framing.claims import judging

    own = judging.measured
    broken = lambda one, *rest, **more: own(one, *rest, **more) if one["id"] == "c" else {}["x"]  # noqa: E731
    monkeypatch.setattr(judging, "measured", broken)
    counts = {"given": {"target": [90, 100], "reference": [30, 100]}}
    found = claims.judge([claim(**counts) | {"id": "b"}, claim(**counts)]).verdicts
    assert found["verdict"].tolist() == ["not answerable with these data", "supported"]
    assert "KeyError" in found["note"][0]


def test_of_two_actors_in_one_month_the_dispersion_is_assumed_and_said():
    """scipy: the exact interval of 12 : 4 with both counts divided by 2. No day is known, and with it no week."""
    ids = [f"i{i}" for i in range(40)]
    rows = pd.DataFrame(
        {"article_id": ids, "outlet": "a", "date": pd.date_range("2020-01-01", periods=40, freq="18h").normalize(),
         "date_precision": "month"}
    )  # fmt: skip
    named = [(i, "x") for i in ids[:12]] + [(i, "y") for i in ids[20:24]]
    mentions = pd.DataFrame(named, columns=["article_id", "actor"]).assign(surface="n", start=0, end=1, sentence=0)
    data = study.open(rows, mentions=mentions.astype({"actor": "category"}))
    row = judged(claim(actor="x", other_actor="y"), data)
    low, high = (stats.beta.ppf(p, 6 + a, 2 + b) for p, a, b in ((0.05, 0, 1), (0.95, 1, 0)))
    assert (row["low"], row["high"]) == pytest.approx((low / (1 - low), high / (1 - high)))
    assert "2 is assumed" in row["note"]


def test_tones_that_are_missing_are_filled_both_ways_from_the_least_to_the_greatest():
    rng = np.random.default_rng(0)
    tone = np.concatenate([rng.normal(1, 1, 60), rng.normal(0, 1, 60)])
    rows = pd.DataFrame({"outlet": ["a"] * 60 + ["b"] * 60, "tone": tone})
    rows.loc[rows.index[:10].union(rows.index[60:65]), "tone"] = np.nan
    own = claim(measure="tone", column="tone", target="a", reference="b", matters=0.2)
    row, ends = judged(own, study.open(rows)), []
    least, most = rows["tone"].min(), rows["tone"].max()
    for a, b in ((most, least), (least, most)):
        filled = rows["tone"].fillna(rows["outlet"].map({"a": a, "b": b}))
        ends.append(judged(own, study.open(rows.assign(tone=filled))))
    assert row["low"] == pytest.approx(min(each["low"] for each in ends))
    assert row["high"] == pytest.approx(max(each["high"] for each in ends))
    assert "of which the number is not known: 15" in row["note"]
    known = rows.dropna().groupby("outlet")["tone"].mean()
    assert row["estimate"] == pytest.approx(known["a"] - known["b"])


GAP = "in which an outlet has no article: "


def gaps(table: pd.DataFrame, **more) -> str:
    one = {"counted": {"section": ["s"]}, "per": "day", "matters": 1.1} | more
    return str(judged(claim(**one), study.open(table.assign(date=pd.to_datetime(table["date"]))))["note"])


def test_days_of_part_of_a_month_are_no_gap_where_a_paper_of_ten_articles_a_month_has_none_on_them():
    """Articles of the 1st, 4th, … 28th of each month: on 2 January there is none, as on two days of three."""
    days = [f"{y}-{m:02}-{d:02}" for y in (2020, 2021, 2022) for m in range(1, 13) for d in range(1, 29, 3)]
    table = pd.DataFrame({"outlet": "G", "date": days, "section": ["st"[i % 2] for i in range(len(days))]})
    before = {"since": "2020-01-02", "until": "2021-01-01"}
    for window in (
        "2022-01-01",
        {"since": "2021-05-31", "until": "2022-01-02"},
        {"since": "2021-06-29", "until": 2022},
    ):
        assert GAP not in gaps(table, window=window, before=before), window
    lost = table[~table["date"].str.startswith("2021-09")]
    assert GAP + "1." in gaps(lost, window={"since": "2021-05-31", "until": "2022-01-02"}, before=before)
    most = table[~table["date"].between("2021-09-05", "2021-09-30")]  # eight of ten of the days that are counted
    assert GAP + "1." in gaps(most, window={"since": "2021-09-06", "until": "2022-01-02"}, before=before)


def test_months_whose_days_are_left_out_or_of_which_the_year_alone_is_known_are_no_gap():
    """A window that cuts March leaves out its articles, which are dated to the month, and its 30 days with them."""
    months = [f"{y}-{m:02}-01" for y in (2019, 2020, 2021) for m in range(1, 13) for _ in range(10)]
    table = pd.DataFrame({"outlet": "G", "date": months, "date_precision": "month"})
    table["section"] = ["st"[i % 2] for i in range(len(table))]
    cut = {"window": {"since": "2021-03-02", "until": "2021-10-31"}, "before": {"since": 2019, "until": 2020}}
    note = gaps(table, **cut)
    assert "may lie outside: 30." in note and GAP not in note
    assert GAP + "1." in gaps(table[table["date"] != "2021-05-01"], **cut)
    year = table["date"].str.startswith("2020")
    mixed = table.assign(date_precision=np.where(year, "year", "month"), date=table["date"].mask(year, "2020-01-01"))
    assert GAP not in gaps(mixed, window=2021, before={"since": 2019, "until": 2020})


def varied(window, before) -> tuple[pd.DataFrame, claims.Judged]:
    """Counts on a topic every third day, of which each article of a year is on it; the variations of a claim of it."""
    days = pd.date_range("2020-01-01", "2023-12-31")
    rows = pd.DataFrame({"outlet": "G", "date": days, "section": np.where(days.day_of_year % 3 == 1, "s", "t")})
    one = claim(counted={"section": ["s"]}, direction="same", window=window, before=before)
    found = claims.judge([one], study.open(rows), replicates=19)
    return found.sensitivity[found.sensitivity["varied"].eq("window")].set_index("option"), found


@pytest.mark.parametrize("before", [{"since": 2022}, {"since": "2022-01-01", "until": "2023-12-31"}])
def test_a_window_that_lies_before_the_time_it_is_compared_with_is_varied_alike(before):
    """By hand: 2021 ends 364 days after it begins, a tenth later on 5 February, so that the time after begins on the
    6th, the 37th day of 2022; every third day from the first of a year counts."""
    table, _ = varied("2021", before)
    assert len(table) == 8 and table["estimate"].notna().all() and table["estimate"].nunique() >= 6
    share = (122 + 12) / (365 + 36), (244 - 12) / (730 - 36)  # days 1, 4, … 34 of the first 36 of 2022
    later = table.loc["ends a tenth later", "estimate"]
    assert later == pytest.approx(share[0] / share[1])
    mirrored, _ = varied("2022", "2021")
    assert mirrored["estimate"].notna().all() and len(mirrored) == 8


@pytest.mark.parametrize(("window", "before", "moved"), [
    ("2021", {"since": "2022-01-01", "until": "2022-01-20"}, "ends a tenth later"),
    ("2021", {"since": "2020-12-10", "until": "2020-12-31"}, "begins a tenth earlier"),
])  # fmt: skip
def test_windows_that_take_all_of_the_other_time_are_left_out_and_counted(window, before, moved):
    table, found = varied(window, before)
    gone = table[table["verdict"].eq("not answerable with these data")]
    assert len(gone) == 3 and all(moved in str(option) for option in gone.index)
    assert {*map(str, gone["note"])} == {"The window moved so leaves no day of the time that it is compared with."}
    assert "3 could not be judged." in str(dict(claims.parts(found)[0].table)["window"])


def test_a_window_that_ends_with_the_data_has_no_variation_beyond_them():
    """By hand: a tenth of two years is 73 days; the data have 20 days after the second window."""
    table, _ = varied({"since": 2022}, "2021")
    assert [*table.index] == ["begins a tenth earlier", "begins a tenth later"]
    table, _ = varied({"since": "2022-01-01", "until": "2023-12-31"}, "2021")
    assert len(table) == 5 and not any("ends a tenth later" in told for told in table.index)
    assert table["estimate"].notna().all()
    table, _ = varied({"since": "2022-01-01", "until": "2023-12-11"}, "2021")
    assert len(table) == 8 and table["estimate"].notna().all()


@pytest.mark.parametrize(
    ("since", "until", "moved"),
    [
        ("2021-09-13", "2021-09-19", ["12 20", "12 19", "12 18", "13 20", "13 18", "14 20", "14 19", "14 18"]),
        ("2021-09-13", "2021-09-14", ["12 15", "12 14", "12 13", "13 15", "13 13", "14 15", "14 14"]),
        ("2021-09-13", "2021-09-13", ["12 14", "12 13", "12 12", "13 14", "14 14"]),
        ("2021-09-03", "2021-09-28", ["01 30", "01 28", "01 26", "03 30", "03 26", "05 30", "05 28", "05 26"]),
    ],
)
def test_a_window_of_a_few_days_moves_by_whole_days_and_is_never_the_claim_itself(since, until, moved):
    """By hand: a tenth of 25 days is 2 (as 12:00 on the third day is none), of a week a day, of a day a day."""
    from framing.claims.varying import moved as windows

    data = study.open(pd.DataFrame({"outlet": "G", "date": pd.date_range("2021-01-01", "2021-12-31")}))
    found = windows({"window": {"since": since, "until": until}, "before": {"until": since[:-2] + "01"}}, data)
    ends = {" ".join(one["window"][end][-2:] for end in ("since", "until")): str(told) for told, one in found if one}
    gone = [told for told, one in found if one is None]
    assert sorted(ends) == sorted(moved) and not gone
    assert all(("a tenth" if since.endswith("03") else "a day") in told for told in ends.values())


def test_a_claim_without_further_copies_is_no_variation_of_itself():
    rows = pd.DataFrame({"outlet": ["G", "H"] * 20, "cluster_id": range(40), "date": pd.date_range("2020", periods=40),
                         "section": ["s", "t", "t", "t"] * 10})  # fmt: skip
    one = claim(counted={"section": ["s"]}, target="G", reference="H", population={"copies": "first"})
    found = claims.judge([one], study.open(rows), replicates=19).sensitivity
    assert found.loc[found["varied"].eq("copies"), "option"].tolist() == ["without stories that several outlets carry"]


RATE = {"measure": "mentions", "counted": {"section": ["x"]}}


def made(*sides, start="2021-02-01", outlets="ab"):
    """Articles of which a number per day, by side, is in section x, and one more of each day is not."""
    rows = [{"outlet": o, "date": day, "section": "x" if i else "o"} for o, side in zip(outlets, sides, strict=True)
            for day, n in zip(pd.date_range(start, periods=len(side)), side, strict=True)
            for i in range(n + 1)]  # fmt: skip
    return pd.DataFrame(rows)


def exact(a, b, m, k, phi, other):
    """The ends at 90% of a : b per m : k by scipy, each side divided by its dispersion."""
    a, m, b, k = a / phi, m / phi, b / other, k / other
    odds = [stats.beta.ppf(p, a + up, b + 1 - up) for p, up in ((0.05, 0), (0.95, 1))]
    return tuple(each / (1 - each) * k / m for each in odds)


def test_copies_of_one_story_are_one_observation_of_a_rate():
    """One story 30 times is worth one article (Σh²/Σh = 30), three stories at the dispersion assumed 1.5."""
    rows = made([1] * 30, [1] * 3 + [0] * 27, start="2020-01-01").assign(date_precision="month")
    of = np.where(rows["section"].eq("x") & rows["outlet"].eq("a"), "story", np.arange(len(rows)).astype(str))
    row = judged(claim(**RATE, target="a", reference="b", per="day"), study.open(rows.assign(cluster_id=of)))
    assert (row["low"], row["high"]) == pytest.approx(exact(30, 3, 30, 30, 30, 2)) and row["estimate"] == 10
    assert row["verdict"] == "inconclusive" and "30.0 times as much" in row["note"]
    one = judged(claim(**RATE, target="a", reference="b", cluster="article_id", per="day"), study.open(rows))
    assert (one["low"], one["high"]) == pytest.approx(exact(30, 3, 30, 30, 2, 2)) and one["verdict"] == "supported"


def test_of_one_month_against_one_month_weeks_tell_how_counts_vary():
    """Bursts every other Monday: χ² of four weeks a side around their mean, 6 degrees of freedom, by t."""
    week, quiet = [9, *[0] * 6], [1, *[0] * 6]
    row = judged(
        claim(**RATE, target="a", reference="b", per="day"), study.open(made([*week, *quiet] * 2, [*quiet, *week] * 2))
    )
    phi = 8 * 4**2 / 5 / 6 * (stats.t.ppf(0.95, 6) / stats.norm.ppf(0.95)) ** 2
    assert (row["low"], row["high"]) == pytest.approx(exact(20, 20, 28, 28, phi, phi)) and "weeks" in row["note"]


def test_months_that_follow_each_other_and_are_alike_widen_the_interval():
    """statsmodels: the autocorrelation of ten months that wander, of ten others that do not; by hand its correction."""
    from statsmodels.tsa.stattools import acf

    level = np.array([2, 2, 3, 6, 9, 12, 12, 9, 5, 2])
    days = pd.date_range("2020-01-01", periods=20, freq="MS")
    every = [*level, *[6] * 10]
    rows = [{"outlet": "a", "date": day, "section": "x" if i < n else "o"} for day, n in zip(days, every, strict=True)
            for i in range(20)]  # fmt: skip
    ends = {"window": {"until": "2020-10"}, "before": {"since": "2020-11"}}
    row = judged(claim(**RATE, **ends), study.open(pd.DataFrame(rows)))
    r = acf(level - level.mean(), nlags=1, fft=False)[1] * 20 / 18 + 2 / 20
    times = (1 + r) / (1 - r)
    spread = ((level - level.mean()) ** 2).sum() / level.mean() / 18 * times
    phi = spread * (stats.t.ppf(0.95, max(18 / times, 2)) / stats.norm.ppf(0.95)) ** 2
    assert (row["low"], row["high"]) == pytest.approx(exact(62, 60, 200, 200, phi, phi))
    assert f"autocorrelation {r:.2f}" in row["note"]


def dated(every, n=60, start="2020-03-01", **more) -> pd.DataFrame:
    """``n`` articles a month, of which so large a part has something, evenly over the month and its days."""
    day = pd.date_range(start, periods=len(every), freq="MS").repeat(n)
    has = np.concatenate([np.arange(n) * 7 % n < share * n for share in every])
    date = day + pd.to_timedelta(np.tile(np.arange(n) % 28, len(every)), "D")
    return pd.DataFrame({"outlet": "a", "date": date, "section": np.where(has, "x", "o"), "tone": has * 1.0, **more})


LONG = {"tone": {"measure": "tone", "column": "tone"}, "share": {"measure": "share", "counted": {"section": ["x"]}}}


@pytest.mark.parametrize("measure", LONG)
@pytest.mark.parametrize("parts", [(10, 10), (9, 8), (10, 1), (4, 3)])
def test_months_that_differ_are_the_observations_of_two_times(measure, parts):
    """scipy's t test of the means of months with their variance pooled, which one month against ten needs."""
    wave = np.resize([0.3, 0.7, 0.35, 0.65, 0.3, 0.7, 0.4, 0.6], sum(parts))  # r below 0
    wave[parts[0] :] += 0.1
    own = LONG[measure] | {"before": {"until": "2020-12" if parts[0] > 4 else "2020-06"}, "matters": 0.05}
    rows = dated(wave, start="2020-03-01" if parts[0] != 9 else "2020-04-01")
    row = judged(claim(**own, window={"since": "2021-01" if parts[0] > 4 else "2020-07"}), study.open(rows))
    exact = stats.ttest_ind(wave[parts[0] :], wave[: parts[0]]).confidence_interval(0.9)
    assert row["estimate"] == pytest.approx(wave[parts[0] :].mean() - wave[: parts[0]].mean(), abs=0.02)
    assert row["high"] - row["low"] == pytest.approx(exact.high - exact.low, rel=0.06)
    assert row["n_clusters"] == sum(parts)


@pytest.mark.parametrize("measure", LONG)
def test_months_that_stay_alike_widen_the_interval_of_shares_and_means(measure):
    """statsmodels' autocorrelation of the months, by hand its correction and what it adds to a sum of ten of them."""
    from statsmodels.tsa.stattools import acf

    level = np.array([0.4, 0.4, 0.45, 0.6, 0.7, 0.7, 0.6, 0.45, 0.4, 0.4])
    ends = {"before": {"until": "2020-12"}, "window": {"since": "2021-01"}, "matters": 0.05}
    row = judged(claim(**LONG[measure], **ends), study.open(dated([*level, *level[::-1]])))
    r = acf(level - level.mean(), nlags=1, fft=False)[1] * 20 / 18 + 2 / 20
    more = 1 + 2 * sum((1 - k / 10) * r**k for k in range(1, 10))
    t = stats.t.ppf(0.95, max(18 * (1 - r) / (1 + r), 2))
    assert row["high"] - row["low"] == pytest.approx(2 * t * np.sqrt(level.var(ddof=1) * 2 / 10 * more), rel=0.06)


def test_of_one_time_months_are_those_of_the_difference_and_a_share_of_0_is_as_sure_as_its_articles():
    """scipy's t test of the differences of months; Wilson's interval of 30% where the other share is 0."""
    wave, other = np.resize([0.3, 0.7, 0.35, 0.6], 12), np.resize([0.6, 0.4, 0.5, 0.45], 12)
    both = pd.concat([dated(wave), dated(other).assign(outlet="b")], ignore_index=True)
    own = LONG["tone"] | {"target": "a", "reference": "b", "direction": "more", "matters": 0.05}
    row = judged(claim(**own), study.open(both))
    exact = stats.ttest_1samp(wave - other, 0).confidence_interval(0.9)
    assert row["high"] - row["low"] == pytest.approx(exact.high - exact.low, rel=0.06)
    none = judged(claim(**LONG["share"], before=2020, window=2021, direction="less", matters=0.1),
                  study.open(dated([0.3] * 12 + [0] * 12, n=30, start="2020-01-01")))  # fmt: skip
    share = stats.binomtest(108, 360).proportion_ci(0.9, method="wilson")
    assert row["verdict"] == "inconclusive" and none["verdict"] == "supported"
    assert none["high"] == pytest.approx(-share.low, abs=0.02) and none["low"] == pytest.approx(-share.high, abs=0.02)


def test_an_outlet_that_ends_between_two_times_and_a_number_without_end_are_told():
    """B, whose articles all have it, ends with the year: nothing changed in either newspaper."""
    a, b = dated([0.1] * 24, start="2020-01-01"), dated([1.0] * 12, start="2020-01-01", outlet="b")
    every = pd.concat([a, b.assign(outlet="b")], ignore_index=True)
    own = LONG["share"] | {"window": 2021, "before": 2020, "direction": "less", "matters": 0.05}
    assert (
        "a has 100% of the articles of the window and 50% of those" in judged(claim(**own), study.open(every))["note"]
    )
    assert "has 100%" not in judged(claim(**own, target="a"), study.open(every))["note"]
    row = judged(
        claim(**LONG["tone"], window=2021, before=2020),
        study.open(a.assign(tone=np.where(a.index == 3, np.inf, a["tone"]))),
    )
    assert "Numbers of the column tone that are infinite: 1" in row["note"]
    given = claim(measure="share", given={"target": [3, 10], "reference": [1, 10]}, value=0.5, matters=0.1)
    assert "beside 'given'" in claims.read([given]).faults.loc[0, "fault"]


def test_a_month_without_an_article_is_a_count_of_0_beside_another_outlet_that_was_collected():
    """One article a day in 366 days, then none in 31: scipy's exact interval, by t for 12 months that do not vary."""
    days = pd.date_range("2020-01-01", "2021-12-31")
    a = pd.DataFrame({"outlet": "a", "date": days, "section": "x"})
    rows = study.open(a[~((a["date"] >= "2021-03-01") & (a["date"] < "2021-04-01"))])
    own = {"measure": "mentions", "per": "day", "target": "a", "direction": "less", "matters": 1.2}
    row = judged(claim(**own, window="2021-03", before=2020), rows)
    phi = (stats.t.ppf(0.95, 11) / stats.norm.ppf(0.95)) ** 2
    assert row["verdict"] == "supported" and row["estimate"] == 0
    assert row["high"] == pytest.approx(exact(0, 366, 31, 366, phi, phi)[1])


def test_a_season_that_both_times_hold_whole_is_no_noise():
    """As if every month had its usual share taken off: what is left are the articles."""
    season = 0.5 + 0.3 * np.sin(np.arange(48) * np.pi / 6)
    rows = dated(season - 0.1 * (np.arange(48) >= 24), start="2018-01-01")
    own = LONG["tone"] | {"window": {"since": 2020}, "before": {"until": 2019}, "direction": "less", "matters": 0.05}
    row = judged(claim(**own), study.open(rows))
    assert row["verdict"] == "supported" and row["high"] - row["low"] < 0.07


def test_of_articles_known_to_the_year_years_are_the_observations():
    rows = dated(np.repeat([0.3, 0.6, 0.4, 0.7, 0.35, 0.65], 12), start="2015-01-01", date_precision="year")
    own = LONG["tone"] | {"window": {"since": 2018}, "before": {"until": 2017}, "matters": 0.05}
    row = judged(claim(**own), study.open(rows))
    exact = stats.ttest_ind([0.7, 0.35, 0.65], [0.3, 0.6, 0.4]).confidence_interval(0.9)
    assert row["high"] - row["low"] == pytest.approx(exact.high - exact.low, rel=0.25) and row["n_clusters"] == 6


def test_a_key_that_is_no_text_is_the_fault_of_its_claim_alone():
    counts = {"given": {"target": [90, 100], "reference": [30, 100]}}
    found = claims.read([claim(**counts) | {"id": "b", True: 1}, claim(**counts)])
    assert len(found.entries) == len(found.faults) == 1 and found.faults["claim"].tolist() == ["b"]


def test_what_differs_between_months_weighs_as_much_as_the_month_is_large():
    """Of 24 months one has 25 times the articles, and rates differ: the dispersion of the sum is mostly that month's.

    The small months alone showed it before (1.8 for 10.6), and of 400 made-up data sets without effect .19 were decided
    wrongly, now .02."""
    n, size = np.array([4, 9, 2, 7, 180.0]), np.array([30, 30, 25, 35, 600.0])
    rate = n.sum() / size.sum()
    found = counting._spread([(n, size), (np.zeros(2), np.ones(2))], [1.0, 1.0], paired=False)
    between = combine_effects(n / size, rate / size, method_re="chi2").tau2
    expected = between / rate**2 * ((size * rate) ** 2).sum() / n.sum()
    np.testing.assert_allclose(found.between, expected)  # of a side without a count as of the other
    equal = counting._spread([(n, np.full(5, 30.0))], [1.0], paired=False)
    np.testing.assert_allclose(1 + equal.between, equal.phi)


def test_a_season_that_weighs_more_in_one_time_is_no_change():
    """By hand: from month to month shares go from .15 to .45 and back, alike in both years; 2020 has more articles from
    February to July, 2019 in the other months. The raw difference is +.09, that beside months 0; it was "supported"."""
    rows = []
    for month in pd.period_range("2019-01", "2020-12", freq="M"):
        n = 120 if (month.year == 2020) == (2 <= month.month <= 7) else 40
        has = round(n * (0.3 + 0.15 * np.sin(2 * np.pi * (month.month - 1) / 12)))
        rows += [(month.start_time + pd.Timedelta(days=i % 28), "y" if i < has else "n") for i in range(n)]
    data = study.open(pd.DataFrame(rows, columns=["date", "x"]).assign(outlet="a"))
    one = claim(measure="share", counted={"x": ["y"]}, target="a", window=2020, before=2019, matters=0.01)
    row = judged(one, data)
    assert row["verdict"] == "inconclusive" and row["low"] < 0 < 0.08 < row["estimate"]


def test_years_that_differ_widen_an_interval_where_days_are_known_as_where_they_are_not():
    """Six years of two outlets, of which one has levels of its own by year: by days its interval was half as wide."""
    rng, rows = np.random.default_rng(1), []
    for year, level in zip(range(2015, 2021), (0.5, -0.4, 0.3, -0.5, 0.4, -0.1), strict=True):
        for name, n, own in (("a", 96, level), ("b", 144, 0.0)):
            days = pd.Timestamp(f"{year}-01-01") + pd.to_timedelta(rng.integers(0, 365, n), unit="D")
            rows.append(pd.DataFrame({"outlet": name, "date": days, "mood": rng.normal(own, 1, n)}))
    days = pd.concat(rows, ignore_index=True)
    years = days.assign(date=days["date"].dt.to_period("Y").dt.start_time, date_precision="year")
    mixed = years.where(days["outlet"].eq("a"), days.assign(date_precision="day"))
    one = claim(measure="tone", column="mood", target="a", reference="b", matters=0.01)
    wide = [(row["high"] - row["low"]) for row in (judged(one, study.open(each)) for each in (days, years, mixed))]
    assert min(wide) > 0.6 and max(wide) < 1.2
    alone = judged(one, study.open(days.assign(date=days["date"] + pd.offsets.DateOffset(years=0), _size=5.0)))
    assert alone["high"] - alone["low"] == pytest.approx(wide[0])  # a column of one's own counts nothing


def test_undated_articles_of_one_side_are_no_fall_and_break_a_silence():
    """By hand: a and b print 200 articles each in 2020; of a 40 have no date, 160 per 366 days against 200, or 200. And
    what has no date, or only its year, may lie in the window of a silence."""
    days = pd.date_range("2020-01-01", periods=366)
    rows = pd.DataFrame({"outlet": np.repeat(["a", "b"], 200), "section": "x"})
    rows["date"] = [days[int(i * 1.83)] for i in range(200)] * 2
    rows.loc[rows.index[:200:5], "date"] = pd.NaT
    one = claim(per="day", target="a", reference="b", direction="less", matters=1.02)
    row = judged(one, study.open(rows))
    assert row["verdict"] == "inconclusive" and row["estimate"] == pytest.approx(0.8) and row["high"] > 1
    assert "is not known: 40." in row["note"]
    rest = rows[rows["outlet"].eq("a")].assign(section="y")
    silent = pd.concat([rest.dropna(), rest.dropna().assign(section="x", date=rest["date"] - pd.DateOffset(years=1))])
    quiet = claim(measure="silence", counted={"section": ["x"]}, target="a", window=2020, before=2019, direction="none")
    assert judged(quiet, study.open(silent))["verdict"] == "supported"
    extra = pd.DataFrame({"outlet": ["a"], "section": "x", "date": pd.NaT, "date_precision": "day"})
    for precision, date in (("day", pd.NaT), ("year", pd.Timestamp("2020-01-01"))):
        one_more = extra.assign(date=pd.to_datetime([date]), date_precision=precision)
        held = study.open(pd.concat([silent.assign(date_precision="day"), one_more], ignore_index=True))
        window = quiet | {"window": {"since": "2020-03", "until": "2020-09"}}
        row = judged(window, held)
        assert row["verdict"] == "inconclusive" and "could break the silence" in row["note"]
