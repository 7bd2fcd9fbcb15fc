"""A day set by convention (the 1st of January for some day) is no day: in dates, studies, claims and trends."""

import numpy as np
import pandas as pd
import pytest

from framing import claims, datasets, dates, prominence, study, trends


def rows_of(*groups) -> pd.DataFrame:
    """Rows of (outlet, date, precision, section, number)."""
    rows = [each[:4] for each in groups for _ in range(each[4])]
    made = pd.DataFrame(rows, columns=["outlet", "date", "date_precision", "section"])
    return made.assign(date=pd.to_datetime(made["date"]), article_id=[f"i{i}" for i in range(len(made))])


def judged(data, **one):
    found = claims.judge([{"id": "c", "sentence": "A claim.", "direction": "more", "matters": 1.25} | one], data,
                         sensitivity=False)  # fmt: skip
    assert found.faults.empty, found.faults["fault"].tolist()
    return found.verdicts.iloc[0]


@pytest.fixture(scope="module")
def new_year():
    """By hand: of a 20 articles of 2020, 10 of s, and 6 of s dated 1 January by convention; of b 22, 5 of s."""
    return study.open(rows_of(
        ("a", "2020-03-05", "day", "s", 10), ("a", "2020-03-06", "day", "t", 10),
        ("a", "2020-01-01", "convention", "s", 6),
        ("b", "2020-03-05", "day", "s", 5), ("b", "2020-03-06", "day", "t", 15), ("b", "2020-12-31", "day", "t", 1),
        ("b", "2020-01-01", "day", "t", 1),
    ))  # fmt: skip


def test_a_day_set_by_convention_is_some_day_of_its_year(new_year):
    rows = new_year.articles
    own = rows["date_precision"].eq("convention")
    assert dates.days(rows)[own].isna().all() and dates.periods(rows, "month")[own].isna().all()
    assert dates.periods(rows, "year")[own].astype(str).eq("2020").all() and dates.years(rows)[own].isna().all()
    ends = dates.spans(rows)[own]
    assert ends["first"].eq("2020-01-01").all() and ends["last"].eq("2020-12-31").all()
    assert rows.loc[own, "month"].isna().all() and rows.loc[own, "year"].eq(2020).all()


def test_it_lies_in_no_window_that_is_shorter_than_its_year(new_year):
    january = {"since": "2020-01-01", "until": "2020-01-31"}
    assert new_year.take(**january).articles["outlet"].tolist() == ["b"]
    assert new_year.take(keep={"date": ["2020-01-01"]}).articles["outlet"].tolist() == ["b"]
    assert len(new_year.take(since="2020", until="2020").articles) == 48


def test_the_window_of_a_claim_leaves_it_out_and_says_so(new_year):
    own = {"measure": "mentions", "target": "a", "reference": "b", "counted": {"section": ["s"]}}
    spring = judged(new_year, **own, window={"since": "2020-01-01", "until": "2020-06-30"})
    assert spring["estimate"] == pytest.approx((10 / 20) / (5 / 21)) and "6 of the target, 0 of what" in spring["note"]
    assert judged(new_year, **own, window=2020)["estimate"] == pytest.approx((16 / 26) / (5 / 22))


def test_rates_per_day_spread_it_over_the_year_and_silence_is_not_broken_by_it(new_year):
    own = {"counted": {"section": ["s"]}, "target": "a", "window": {"since": "2020-01-01", "until": "2020-01-31"}}
    years = rows_of(("a", "2019-01-01", "day", "t", 1), ("a", "2019-06-01", "day", "s", 300)).assign(
        article_id=[f"u{i}" for i in range(301)])  # fmt: skip
    data = study.open(pd.concat([new_year.articles[list(years)], years]))
    row = judged(data, measure="silence", before=2019, direction="none", **own | {"target": ["a", "b"]})
    assert row["estimate"] == 0  # six on the 1st of January were found, and the claim was contradicted
    assert "left out: 6" in row["note"]
    year = judged(new_year, measure="mentions", per="day", target="a", reference="b", counted={"section": ["s"]},
                  window=2020)  # fmt: skip
    assert year["estimate"] == pytest.approx(16 / 5)


@pytest.mark.parametrize("within", ["date", "issue_date"])
def test_two_rows_of_one_day_by_convention_are_of_no_common_issue(within):
    rows = rows_of(*[(side, f"2020-03-{day:02}", "day", side, 1) for day in range(1, 9) for side in "xy"],
                   *[(side, "2020-01-01", "convention", side, 1) for side in "xy"])  # fmt: skip
    rows = rows.assign(outlet="a", page=[1, 2] * 8 + [1, 1])
    row = judged(study.open(rows), measure="same page", by="section", target="x", reference="y", value=0.5,
                 matters=0.1, direction="less", within=within)  # fmt: skip
    assert row["n"] == 8 and row["estimate"] == pytest.approx(-0.5)


def test_an_episode_takes_it_only_where_its_year_is_inside_or_outside():
    days = pd.date_range("2019-01-01", periods=36, freq="MS") + pd.Timedelta(days=9)
    rows = pd.DataFrame({"date": [*days, pd.Timestamp("2020-01-01"), pd.Timestamp("2020-01-01")],
                         "date_precision": ["day"] * 36 + ["convention"] * 2,
                         "front": [True, False] * 18 + [True] * 2})  # fmt: skip
    whole, half = (trends.episode(rows, "front", since="2020", until=end).comparisons.iloc[2]
                   for end in ("2020", "2020-06"))  # fmt: skip
    assert (whole["n_inside"], whole["n_other"], half["n_inside"], half["n_other"]) == (14, 24, 6, 30)
    searched = trends.episode(rows, "front", replicates=19)
    assert searched.comparisons.iloc[2][["n_inside", "n_other"]].sum() == 36


def test_all_choices_together_take_no_such_row_for_a_day():
    rng = np.random.default_rng(2)
    days = pd.date_range("2020-01-06", periods=120, freq="3D")
    exact = rows_of(*[("ab"[i % 2], day, "day", rng.choice(["s", "t"]), 1) for i, day in enumerate(days)])
    more = rows_of(*[("a", "2020-02-01", "convention", "s", 30)]).assign(article_id=[f"v{i}" for i in range(30)])
    own = {"id": "c", "sentence": "x", "measure": "share", "direction": "more", "matters": 0.1, "target": "a"}
    own |= {"reference": "b", "counted": {"section": ["s"]}, "window": {"since": "2020-01-01", "until": "2020-06-30"}}
    both = exact, pd.concat([exact, more])
    found = [claims.judge([own], study.open(each), replicates=19).joint.iloc[0] for each in both]
    assert found[0]["z"] == pytest.approx(found[1]["z"]) and found[0]["n_exchanged"] == found[1]["n_exchanged"]


def test_the_messages_have_no_issue_and_no_time_where_their_day_was_set():
    rows = datasets.messages(drop=()).rows
    set_ = rows["date_precision"].eq("convention")
    assert set_.sum() == 20 and rows.loc[set_, ["issue_date", "years"]].isna().all(axis=None)
    assert rows.loc[~set_, ["issue_date", "years"]].notna().all(axis=None) and rows["year"].notna().all()
    assert prominence.prepare(study.load("x", dataset="leader_messages"), need=["years"]).rows["years"].notna().all()


@pytest.mark.parametrize("precision", [None, "month", "year", "convention"])
def test_lists_of_which_the_day_is_not_known_are_not_joined(precision):
    """By hand: in nine of twelve lists a stands before b (.75, .25 above a half). Three rows of each side that have no
    day were nine pairs more, in three of which a stands first."""
    days = [str(day.date()) for day in pd.date_range("2020-01-01", periods=12) for _ in "ab"]
    places = [place for first in [True] * 9 + [False] * 3 for place in ((1, 2) if first else (2, 1))]
    rows = pd.DataFrame({"date": days, "leader": ["a", "b"] * 12, "order_in_list": places})
    vague = pd.DataFrame({"date": None if precision is None else "2021-01-01", "leader": list("aaabbb"),
                          "order_in_list": [1, 3, 5, 1, 2, 4], "date_precision": precision or "day"})  # fmt: skip
    every = pd.concat([rows.assign(date_precision="day"), vague], ignore_index=True)
    every = every.assign(date=pd.to_datetime(every["date"]), outlet="p", direction="received", occasion="new_year")
    own = {"measure": "order of names", "by": "leader", "target": "a", "reference": "b", "value": 0.5, "matters": 0.0}
    row = judged(study.open(every), **own)
    assert (row["n"], row["estimate"]) == (12, pytest.approx(9 / 12 - 0.5))
    assert "or occasion is not known, left out: 6." in row["note"]
    blank = every.assign(occasion=every["occasion"].where(every["date"].lt("2020-01-07")), date_precision="day")
    few = judged(study.open(blank.dropna(subset=["date"])), **own)
    assert few["n"] == 6


def test_rows_of_a_month_are_no_day_and_no_cluster_of_one():
    """20 rows dated to one month are 20 clusters by date, as those without a date are."""
    rows = rows_of(("a", "2020-03-01", "month", "s", 6), ("a", "2020-03-01", "month", "t", 4),
                   ("b", "2020-03-01", "month", "s", 3), ("b", "2020-03-01", "month", "t", 7))  # fmt: skip
    own = {"measure": "share", "counted": {"section": ["s"]}, "target": "a", "reference": "b", "matters": 0.0}
    assert judged(study.open(rows), **own, cluster="date")["n_clusters"] == 20
