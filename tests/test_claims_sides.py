"""Days that were observed, sides that are not there, and rows that one column rules out: values by hand."""

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import stats

from framing import claims, lexicon, messages, tokens
from framing import study as studies
from framing.claims.sides import absent, with_relation
from framing.errors import ParamError


def judged(tmp_path, study, **claim):
    claim = {"id": "one", "sentence": "x", "matters": 1.25, **claim}
    (tmp_path / "claims.yaml").write_text(yaml.safe_dump({"name": "t", "claims": [claim]}), encoding="utf-8")
    return claims.judge(claims.read(tmp_path / "claims.yaml"), study, sensitivity=False).verdicts.iloc[0]


@pytest.fixture(scope="module")
def falling():
    """Missile articles monthly in 2019 to 2021 and three in January 2022; others until the end of 2023."""
    days = pd.to_datetime([f"20{y}-{m:02}-10" for y in (19, 20, 21) for m in range(1, 13)])
    days = days.append(pd.to_datetime(["2022-01-05", "2022-01-15", "2022-01-25"]))
    others = pd.Timestamp("2019-01-01") + pd.to_timedelta(np.linspace(0, 1825, 400).astype(int), "D")
    rows = pd.DataFrame({"date": [*days, *others], "section": ["missile"] * 39 + ["other"] * 400, "outlet": "Valley"})
    return studies.open(rows.assign(text="x"))


@pytest.mark.parametrize("end", [{}, {"until": "2023-12-31"}])
def test_an_open_window_reaches_as_far_as_the_articles_of_the_outlet(tmp_path, falling, end):
    found = judged(
        tmp_path, falling, measure="rate of mentions", per="day", population={"keep": {"section": ["missile"]}},
        window={"since": "2022-01-01", **end}, before={"since": "2019-01-01", "until": "2021-12-31"}, direction="less",
    )  # fmt: skip
    assert found["estimate"] == pytest.approx((3 / 730) / (36 / 1096)) and str(found["verdict"]) == "supported"


@pytest.mark.parametrize("reference", ["Coats", "Coast"])
def test_a_side_that_is_not_there_has_no_rate_of_nothing(tmp_path, reference):
    days = pd.date_range("2020-01-01", periods=700)
    rows = pd.DataFrame({"date": [*days, *days[400:]], "outlet": ["Valley"] * 700 + ["Coast"] * 300, "text": "x"})
    claim = {"measure": "rate of mentions", "per": "day", "target": "Valley", "direction": "more"}
    window = {"since": "2020-01-01", "until": "2020-12-31"}  # Coast is collected from 2021 on
    found = judged(tmp_path, studies.open(rows), **claim, reference=reference, window=window)
    assert "not answerable" in str(found["verdict"])


@pytest.fixture(scope="module")
def halves():
    """Coast has no article on page 1, and half of its articles have no section."""
    page = [1] * 50 + [2] * 150 + [2, 3] * 100
    section = ["pol"] * 50 + ["sport"] * 150 + ["pol", None] * 100
    return studies.open(pd.DataFrame({"outlet": ["Valley"] * 200 + ["Coast"] * 200, "page": page, "section": section}))


def test_a_row_that_one_column_rules_out_is_known_whatever_the_other_lacks(tmp_path, halves):
    claim = {"target": "Valley", "reference": "Coast", "direction": "more", "matters": 0.1}
    both = {"page": [1], "section": ["pol"]}
    found = judged(tmp_path, halves, measure="share of articles", counted=both, **claim)
    assert found["estimate"] == pytest.approx(0.25) and found["low"] > 0.19 and str(found["verdict"]) == "supported"


@pytest.mark.parametrize(
    ("claim", "key"),
    [
        (
            {"measure": "page", "by": "section", "target": "a", "reference": "b", "within": "date", "cluster": "x"},
            "cluster",
        ),
        ({"measure": "order of names", "target": "a", "reference": "b", "cluster": "x"}, "cluster"),
        ({"measure": "word ratio", "terms": ["x"], "target": "a", "reference": "b", "dispersion": 4}, "dispersion"),
    ],
)
def test_a_key_that_would_change_nothing_is_refused(tmp_path, claim, key):
    whole = {"id": "one", "sentence": "x", "matters": 1.25 if "terms" in claim else 0.1, "direction": "more", **claim}
    (tmp_path / "claims.yaml").write_text(yaml.safe_dump({"name": "t", "claims": [whole]}), encoding="utf-8")
    faults = claims.read(tmp_path / "claims.yaml").faults
    assert len(faults) == 1 and f"does not use '{key}'" in str(faults.iloc[0].tolist())


def collected(rate_of_coast: int = 1, since: str = "2021-07-01"):
    """Valley prints an article a day in 2020 and 2021; Coast so many from a day on, on which its collection begins."""
    days = pd.date_range("2020-01-01", "2021-12-31")
    late = days[days >= since].repeat(rate_of_coast)
    rows = pd.DataFrame({"date": [*days, *late], "outlet": ["Valley"] * 731 + ["Coast"] * len(late)})
    return studies.open(rows.assign(text="x"))


DAILY = {"measure": "rate of mentions", "per": "day", "direction": "more"}
YEARS = {"since": "2020-01-01", "until": "2021-12-31"}


@pytest.mark.parametrize("window", [{}, {"window": YEARS}])
def test_each_side_has_the_days_on_which_its_outlets_were_collected(tmp_path, window):
    """By hand: one a day in 184 days, one a day in 731; over all days of the study the ratio was .25."""
    sides = {"target": "Coast", "reference": "Valley"}
    found = judged(tmp_path, collected(), **DAILY, **sides, **window)
    assert found["estimate"] == pytest.approx(1.0)
    assert "184 of 731 for the target, 731 of 731 for" in found["note"] and "no article" not in found["note"]
    turned = judged(tmp_path, collected(2), **DAILY, target="Valley", reference="Coast", **window)
    assert turned["estimate"] == pytest.approx(0.5) and "731 of 731 for the target, 184" in turned["note"]
    rest = judged(tmp_path, collected(2), **DAILY, target="Valley", reference="rest", **window)
    assert rest["estimate"] == pytest.approx(0.5)


def papers(**since):
    """An article a day to the end of 2021 in each paper, from the day given; every fifth is of x."""
    rows = [(name, day) for name, first in since.items() for day in pd.date_range(str(first), "2021-12-31")]
    table = pd.DataFrame(rows, columns=["outlet", "date"])
    return studies.open(table.assign(section=np.where(table["date"].dt.day_of_year % 5 == 0, "x", "y")))


@pytest.mark.parametrize(
    ("sides", "days"),
    [({"target": "A", "reference": "rest"}, (365, 1095)), ({"target": ["A", "B"], "reference": "C"}, (730, 365))],
)
def test_per_day_several_papers_have_the_days_of_each(tmp_path, sides, days):
    """By hand: 73 of x in 365 days of each of four papers alike; beside three papers in 365 days A had a third."""
    four = papers(A=2020, B=2020, C=2020, D=2020)
    claim = {**DAILY, "direction": "less", "matters": 1.5, "counted": {"section": ["x"]}, "window": 2021, **sides}
    found = judged(tmp_path, four, **claim)
    assert found["estimate"] == pytest.approx(1.0) and str(found["verdict"]) == "contradicted"
    written = [claim | {"id": "one", "sentence": "x"}]
    told = claims.judge(written, four, sensitivity=False).measured["one"].sides
    n = [day // 5 for day in days]
    assert f"{n[0]} in {days[0]:,} days of outlets against {n[1]} in {days[1]:,} days of outlets" in told


def test_a_paper_that_joins_the_collection_is_no_rise_per_day(tmp_path):
    """By hand: every fifth day of each paper, 73 in 365 and in 365 (of 2020: 73 in 366); B begins in 2021."""
    joined, own = papers(A=2020, B=2021), {"counted": {"section": ["x"]}}
    rise = judged(tmp_path, joined, **DAILY | {"matters": 1.5}, **own, window=2021, before=2020)
    assert rise["estimate"] == pytest.approx((146 / 730) / (73 / 366)) and str(rise["verdict"]) == "contradicted"
    assert "730 of 730 for the target, 366 of 732" in rise["note"] and "no article" not in rise["note"]
    rank = judged(tmp_path, joined, **DAILY | {"measure": "rank"}, **own, window=2021,
                  before={"since": 2020, "until": 2021})  # fmt: skip
    assert rank["estimate"] == pytest.approx((146 / 730) / (73 / 366))
    none = joined.take(keep={"section": ["y", "x"]})
    none.articles["section"] = none.articles["section"].mask(none.articles["date"].dt.year.eq(2021), "y")
    quiet = judged(tmp_path, studies.open(none.articles[["outlet", "date", "section"]]), measure="silence",
                   direction="none", **own, window=2021, before=2020)  # fmt: skip
    assert f"{73 / 366 * 730:.2g} would be expected" in quiet["note"]


def test_a_paper_whose_dated_articles_may_all_lie_outside_has_no_days_there(tmp_path):
    """By hand: of B, dated to the year, no article is surely of the window, so that its days are none of A's."""
    rows = papers(A=2020, B=2020).articles[["outlet", "date", "section"]]
    rows["date_precision"] = np.where(rows["outlet"].eq("B"), "year", "day")
    found = judged(tmp_path, studies.open(rows), **DAILY, counted={"section": ["x"]},
                   window={"since": "2021-03-01", "until": "2021-12-31"}, before=2020)  # fmt: skip
    assert found["estimate"] == pytest.approx((62 / 306) / (146 / 732))
    assert "may lie outside: 306." in found["note"]


def test_the_time_before_has_the_days_of_the_outlet_that_is_compared(tmp_path):
    """By hand: a day in each of 365, against one in each of the last 184 of 366, whoever else is in the study."""
    times = {"window": {"since": "2021-01-01", "until": "2021-12-31"}, "before": {"since": "2020-01-01",
             "until": "2020-12-31"}}  # fmt: skip
    data = collected(since="2020-07-01")
    found = judged(tmp_path, data, **DAILY, target="Coast", **times)
    assert found["estimate"] == pytest.approx(1.0) and "184 of 366 for what it is compared" in found["note"]
    alone = judged(tmp_path, data.take(keep={"outlet": ["Coast"]}), **DAILY, target="Coast", **times)
    assert alone["estimate"] == pytest.approx(found["estimate"])


def test_an_outlet_with_few_articles_is_not_one_that_was_not_collected(tmp_path):
    """By hand: 3 in 731 days, which lie in the middle as a chance of (131/431)² and (131/431)² has them."""
    days = pd.date_range("2020-01-01", "2021-12-31")
    rows = pd.DataFrame({"date": [*days, *days[[300, 365, 430]]], "outlet": ["Valley"] * 731 + ["Coast"] * 3})
    found = judged(tmp_path, studies.open(rows.assign(text="x")), **DAILY, target="Coast", reference="Valley",
                   window=YEARS)  # fmt: skip
    assert found["estimate"] == pytest.approx(3 / 731) and "not collected" not in found["note"]


def test_years_without_months_are_periods_and_no_months_that_agree(tmp_path):
    """100 articles a year dated to it; φ by hand: Pearson's χ² of each side around its own rate over 6 degrees."""
    counts = {2012: 10, 2013: 60, 2014: 15, 2015: 70, 2016: 12, 2017: 55, 2018: 20, 2019: 66}
    rows = [("G", pd.Timestamp(y, 1, 1), "year", "x" if i < n else "y") for y, n in counts.items() for i in range(100)]
    study = studies.open(pd.DataFrame(rows, columns=["outlet", "date", "date_precision", "topic"]))
    spans = {"window": {"since": "2016", "until": "2019"}, "before": {"since": "2012", "until": "2015"}}
    claim = {"measure": "rate of mentions", "counted": {"topic": ["x"]}, "direction": "same", "matters": 1.3, **spans}
    article, day = (judged(tmp_path, study, **claim, **per) for per in ({}, {"per": "day"}))
    sides = np.array(list(counts.values()), dtype=float).reshape(2, 4)
    phi = sum(((n - n.mean()) ** 2 / n.mean()).sum() for n in sides) / 6
    for row in (article, day):
        assert f"vary {phi:.1f} times" in str(row["note"])
        np.testing.assert_allclose(
            row[["low", "high"]].astype(float), article[["low", "high"]].astype(float), rtol=0.01
        )
    assert day["low"] < 0.35 and day["high"] > 3


@pytest.mark.parametrize(("dated", "days", "left_out"), [("month", 30, 30), ("one of March", 60, 0)])
def test_days_of_a_month_of_which_every_article_is_left_out_are_left_out_too(tmp_path, dated, days, left_out):
    """10 of 30 articles a month; the window begins on 2 March, and of articles dated to March none is surely in it."""
    month = [m for m in range(1, 7) for _ in range(30)]
    rows = pd.DataFrame({"outlet": "G", "date": [pd.Timestamp(2021, m, 1) for m in month], "date_precision": "month",
                         "topic": (["x"] * 10 + ["y"] * 20) * 6})  # fmt: skip
    if dated != "month":  # of an article with its day it is known
        rows.loc[89, ["date", "date_precision"]] = [pd.Timestamp(2021, 3, 20), "day"]
    found = judged(
        tmp_path, studies.open(rows), measure="rate of mentions", per="day", direction="less",
        counted={"topic": ["x"]}, window={"since": "2021-03-02", "until": "2021-04-30"}, before={"until": "2021-02"},
    )  # fmt: skip
    assert found["estimate"] == pytest.approx((10 / days) / (20 / 59))
    assert (f"may lie outside: {left_out}." in str(found["note"])) == bool(left_out)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"target": 52, "reference": [28, 126]}, "was counted in and not the other"),
        ({"target": 0.41, "reference": 0.22}, "0.22 is none, as a rate or a share is not"),
    ],
)
def test_counts_of_two_forms_and_rates_are_no_counts(tmp_path, given, told):
    one = {"id": "one", "sentence": "x", "measure": "rate of mentions", "direction": "more", "matters": 1.25}
    (tmp_path / "claims.yaml").write_text(yaml.safe_dump({"name": "t", "claims": [one | {"given": given}]}))
    faults = claims.read(tmp_path / "claims.yaml").faults
    assert len(faults) == 1 and told in str(faults.iloc[0].tolist())


@pytest.mark.parametrize(("relation", "first", "told"), [
    ("露朝", "ロ", "is none of them"), ("朝ロ", "中", "the first is one of ロ, 朝, not 中"),
])  # fmt: skip
def test_a_relation_that_is_not_counted_is_refused_with_those_that_are(tmp_path, halves, relation, first, told):
    order = {"measure": "order of names", "relation": relation, "first": first, "value": 0.5, "direction": "more"}
    one = {"id": "one", "sentence": "x", "matters": 0.1, **order}
    (entry,) = claims.read([one]).entries
    assert [said for said in absent(dict(entry), halves) if told in said]
    with pytest.raises(ParamError, match=told) as refused:
        with_relation(entry)
    assert "朝ロ" in str(refused.value) and "**" not in messages.say(refused.value.args[0])


def test_a_number_that_is_no_page_is_not_looked_for_in_columns_of_other_numbers(tmp_path):
    rows = pd.DataFrame({"outlet": ["a", "b"] * 60, "page": [1, 2, 3] * 40, "line": range(120), "edition": "late"})
    asked = {"measure": "share of articles", "target": "a", "reference": "b", "direction": "more", "matters": 0.1}
    note = str(judged(tmp_path, studies.open(rows), **asked, counted={"page": ["99"]})["note"])
    assert "no row whose page is 99; there are 1, 2, 3" in note and "line" not in note
    note = str(judged(tmp_path, studies.open(rows), **asked, counted={"outlet": ["late"]})["note"])
    assert "late stands in edition" in note and "{edition: [late]}" in note


def test_a_side_that_the_population_leaves_out_is_named(tmp_path):
    rows = pd.DataFrame({"outlet": ["a", "b"] * 60, "section": ["x", "y"] * 60, "page": [1, 2, 3] * 40})
    rows["date"] = pd.date_range("2020-01-01", periods=120)
    asked = {"measure": "page", "target": "a", "reference": "b", "direction": "further inside", "matters": 0.1}
    note = str(judged(tmp_path, studies.open(rows), **asked, population={"keep": {"section": ["y"]}})["note"])
    assert note == "No row that the claim takes is of one side: outlet a."
    late = {"population": {"keep": {"section": ["y"]}}, "window": {"since": "2020-02-01"}}
    assert "from 2020-02-01 to 2020-04-29" in str(judged(tmp_path, studies.open(rows), **asked, **late)["note"])


def test_pages_that_are_not_known_are_filled_from_the_rows_of_both_sides(tmp_path):
    """Of 30 issues one page of x is not known; with page 2 or 9, the greatest of x and y, the mean of the differences
    moves by 7/30. Page 40 stands in a section on neither side."""
    days = pd.date_range("2020-01-01", periods=30)
    page = {"x": [None, *[9, 3] * 14, 5], "y": [2, *[4, 2] * 14, 3], "tv": [40] * 30}
    rows = pd.concat([pd.DataFrame({"date": days, "section": name, "page": one}) for name, one in page.items()])
    data = studies.open(rows.assign(outlet="Valley", text="x"))
    found = judged(tmp_path, data, measure="page", within="issue_date", by="section", target="x", reference="y",
                   direction="more", matters=0.1)  # fmt: skip
    ends = []
    for fill in (2, 9):
        d = np.array([fill, *[9, 3] * 14, 5]) - np.array(page["y"])
        half = stats.t.ppf(0.95, 29) * d.std(ddof=1) / np.sqrt(30)
        ends += [d.mean() - half, d.mean() + half]
    assert [found["low"], found["high"]] == pytest.approx([min(ends), max(ends)])


def test_days_beyond_the_ends_of_a_population_are_counted_as_not_there(tmp_path, falling):
    """The window goes on for 345 days after the population's last one (20 January 2022), to the end of the year."""
    found = judged(
        tmp_path, falling, measure="rate of mentions", per="day", population={"until": "2022-01-20"},
        window={"since": "2022-01-01", "until": "2022-12-31"}, before={"since": "2019-01-01", "until": "2021-12-31"},
        direction="less",
    )  # fmt: skip
    assert "which are not counted: 345." in found["note"] and "to 2022-01-20" in found["note"]


WEEKS = {"since": "2024-01-01", "until": "2024-05-05"}


@pytest.mark.parametrize(
    ("claim", "gone"),
    [
        (
            {"target": ["putin", "moon_jae_in"], "window": WEEKS, "before": {"since": "2017-05-10",
             "until": "2017-08-23"}, "direction": "more"}, "moon_jae_in",
        ),
        ({"target": "xi", "reference": ["putin", "trump"], "window": WEEKS, "direction": "less"}, "trump"),
        ({"target": ["xi", "putin"], "measure": "rank", "window": 2018, "before": {"since": 2016, "until": 2018},
          "direction": "highest"}, "putin"),
        ({"target": ["xi", "moon_jae_in"], "measure": "silence", "window": WEEKS, "before": 2023, "detection": 1.0,
          "direction": "none"}, "moon_jae_in"),
        ({"by": "paper", "target": "rodong_sinmun", "window": 2018, "before": {"since": "2017-06-01",
          "until": "2017-08-23"}, "direction": "less"}, "trump"),
        ({"target": {"leader": ["putin", "abe"]}, "reference": "xi", "window": WEEKS, "direction": "more"}, "abe"),
        ({"target": ["xi", "putin"], "window": WEEKS, "before": 2023, "direction": "less"}, ""),
    ],
)  # fmt: skip
def test_leaders_of_whom_others_counted_nothing_then_are_named(tmp_path, claim, gone):
    """By the table of ``datasets.mention_rates``: articles of Putin are counted in 2024 only, of Moon and Trump in 2017
    only, of Xi in 2016 to 2018, 2023 and 2024. Those of two leaders were those of the one who had any."""
    found = judged(tmp_path, None, **{"measure": "rate of mentions", "unit": "articles", "by": "leader", **claim})
    assert "not answerable" in str(found["verdict"]) and np.isnan(found["estimate"])
    assert ("abe" if gone == "abe" else f"{gone} · rodong_sinmun" if gone else "one leader in one paper") in found[
        "note"
    ]


def test_one_leader_in_one_paper_is_a_side_of_counts_that_others_made(tmp_path):
    """By the table: 28 of Xi against 52 of Putin in the same days."""
    one = {"measure": "rate of mentions", "unit": "articles", "window": WEEKS, "direction": "less"}
    found = judged(tmp_path, None, **one, target={"leader": "xi", "paper": "rodong_sinmun"},
                   reference={"leader": "putin"})  # fmt: skip
    assert found["estimate"] == pytest.approx(28 / 52)


def test_the_rest_keeps_the_days_of_a_newspaper_that_prints_nothing_of_the_population(tmp_path):
    days = pd.date_range("2021-01-01", "2021-12-31")
    rows = [(outlet, day, "politics" if outlet != "C" and i % 2 else "sports") for outlet in "ABC"
            for i, day in enumerate(days)]  # fmt: skip
    press = studies.open(pd.DataFrame(rows, columns=["outlet", "date", "section"]))
    claim = {"measure": "rate of mentions", "per": "day", "direction": "more", "matters": 1.25, "target": "A"}
    politics = {"population": {"keep": {"section": ["politics"]}}}
    for other in ({"reference": "rest", **politics}, {"reference": ["B", "C"], **politics},
                  {"reference": "rest", "counted": {"section": ["politics"]}}):  # fmt: skip
        assert judged(tmp_path, press, **claim, **other)["estimate"] == pytest.approx(2.0)
    claim = claim | {"target": {"section": ["politics"]}, "reference": "rest"}
    assert judged(tmp_path, press, **claim)["estimate"] == pytest.approx(364 / 731)


def test_two_names_in_one_place_of_a_list_are_in_no_order(tmp_path):
    rows = [(f"{year}-09-09", name, place) for year in range(2010, 2022)
            for name, place in (("xi", 1), ("putin", 1 if year < 2014 else 2))]  # fmt: skip
    lists = pd.DataFrame(rows, columns=["date", "leader", "order_in_list"]).assign(outlet="P", direction="received")
    lists = studies.open(lists.assign(occasion="day", date=pd.to_datetime(lists["date"])))
    claim = {"measure": "order of names", "by": "leader", "value": 0.5, "direction": "more", "matters": 0.1}
    for target, reference, share in (("xi", "putin", 0.5), ("putin", "xi", -0.5)):
        found = judged(tmp_path, lists, target=target, reference=reference, **claim)
        assert found["estimate"] == pytest.approx(share) and found["n"] == 8


def test_rows_without_a_page_change_no_sides_with_those_that_have_one():
    with_missing, without = [], []
    for seed in range(12):
        rng, rows = np.random.default_rng(seed), []
        for month in pd.period_range("2018-01", "2020-12", freq="M"):
            often = rng.random() < 0.5
            for outlet in "AAABBB":
                page = 1 if rng.random() < (0.85 if often else 0.15) else 3
                gone = outlet == "A" and not often and rng.random() < 0.8
                rows.append(
                    (outlet, month.start_time + pd.Timedelta(days=int(rng.integers(28))), pd.NA if gone else page)
                )
        rows = pd.DataFrame(rows, columns=["outlet", "date", "page"]).astype({"page": "Int64"})
        claim = {"id": "c", "sentence": "x", "measure": "front page", "target": "A", "reference": "B",
                 "direction": "more", "matters": 0.0}  # fmt: skip
        for own, found in ((rows, with_missing), (rows[rows["page"].notna()], without)):
            judged = claims.judge([claim], studies.open(own.reset_index(drop=True)), replicates=49)
            found.append(judged.joint["p_value"].iloc[0])
    assert (np.array(with_missing) <= 0.05).sum() <= 2 and (np.array(without) <= 0.05).sum() <= 2  # it was 12 of 12


def test_sides_and_populations_by_mentions_are_every_article_that_mentions_an_actor(tmp_path):
    """By hand: shares of page 1 of articles on one leader and not the other, and of those on one leader in each outlet;
    every article mentions North Korea most, and two have no words."""
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"article_id": [f"a{i}" for i in range(120)], "outlet": ["a", "b"] * 60})
    putin, xi, front = rng.random(120) < 0.5, rng.random(120) < 0.5, rng.random(120) < 0.5
    said = zip(putin, xi, strict=True)
    rows["text"] = ["北朝鮮。北朝鮮。" + "プーチン氏。" * int(one) + "習近平氏。" * int(two) for one, two in said]
    rows["page"] = np.where(front, 1, 2)
    rows.loc[:1, "text"] = None
    putin[:2] = xi[:2] = False
    found = tokens.mentions(rows.fillna({"text": ""}), lexicon.load("northeast_asia"))
    data = studies.open(rows, mentions=found)
    n = [len(data.take(**{verb: {"mentions": ["putin", "習近平"]}}).articles) for verb in ("keep", "drop")]
    assert n == [(putin | xi).sum(), 120 - (putin | xi).sum()]
    asked = {"measure": "front page", "direction": "more", "matters": 0.05}
    row = judged(tmp_path, data, **asked, by="mentions", target="putin", reference="xi_jinping")
    assert row["estimate"] == pytest.approx(front[putin & ~xi].mean() - front[xi & ~putin].mean())
    assert f"both sides, left out: {(putin & xi).sum()}." in row["note"]
    row = judged(tmp_path, data, **asked, target="a", reference="b", population={"keep": {"mentions": ["putin"]}})
    a = rows["outlet"].eq("a").to_numpy()
    assert row["estimate"] == pytest.approx(front[putin & a].mean() - front[putin & ~a].mean())
    row = judged(tmp_path, data, **asked, by="mentions", target="putin", reference="rest")
    assert row["estimate"] == pytest.approx(front[putin].mean() - front[2:][~putin[2:]].mean())
    row = judged(tmp_path, data, measure="rate of mentions", counted={"outlet": ["a"]}, by="mentions", target="putin",
                 reference="xi_jinping", direction="more")  # fmt: skip
    assert row["estimate"] == pytest.approx(a[putin & ~xi].mean() / a[xi & ~putin].mean())
    both = [{"id": "one", "sentence": "x", **asked, "by": "mentions", "target": "putin", "reference": "xi_jinping"}]
    n = claims.judge(both, data, replicates=19).joint.loc[0, "n_exchanged"]
    assert n == (putin ^ xi).sum()  # all choices together, too, leave out what mentions both
    with pytest.raises(ParamError, match="under keep and under drop"):
        data.take(keep={"mentions": ["putin"]}, drop={"mentions": ["xi_jinping"]})
