"""How precisely a date is known, wherever a period is made of it."""

import numpy as np
import pandas as pd
import pytest

from framing import (
    corpus,
    counts,
    datasets,
    dates,
    duplicates,
    explore,
    frames,
    plots,
    prominence,
    store,
    study,
    tables,
    trends,
)
from framing.multiverse.pairs import Pair


def imprecise(n_year=20, outlet="a") -> pd.DataFrame:
    """Five articles of known days in March 2021, three of May 2021, and many of the year 2021 alone."""
    days = ["2021-03-01", "2021-03-02", "2021-03-15", "2021-03-30", "2021-03-31"]
    date = pd.to_datetime(days + ["2021-05-01"] * 3 + ["2021-01-01"] * n_year + [None])
    precision = ["day"] * 5 + ["month"] * 3 + ["year"] * n_year + ["missing"]
    n = len(date)
    return pd.DataFrame(
        {
            "article_id": [f"{outlet}{i:03d}" for i in range(n)], "outlet": outlet, "date": date, "page": 1.0,
            "headline": [f"h{i}" for i in range(n)], "text": [f"text {i}" for i in range(n)],
            "date_precision": precision,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("freq", "known", "coarse"),
    [("day", 5, 23), ("week", 5, 23), ("month", 8, 20), ("quarter", 8, 20), ("year", 28, 0)],
)
def test_a_date_has_only_the_periods_it_tells(freq, known, coarse):
    articles = imprecise()
    assert dates.periods(articles, freq).notna().sum() == known
    assert dates.left_out(articles, freq) == {"n_undated": 1, "n_coarse": coarse}
    told = dates.told(dates.left_out(articles, freq), freq)
    assert told.startswith("Articles without a date: 1.") and (f": {coarse}." in told or not coarse)
    everyday = articles.drop(columns="date_precision")  # without a precision every date is a day
    assert dates.periods(everyday, freq).notna().sum() == 28
    with pytest.raises(ValueError, match="no frequency 'minute'"):
        dates.periods(articles, "minute")


def test_a_date_spans_the_days_it_may_mean():
    frame = pd.DataFrame(
        {"date": pd.to_datetime(["2024-02-01", "2023-01-01", "2024-02-29", None]),
         "date_precision": ["month", "year", "day", "missing"]}
    )  # fmt: skip
    ends = dates.spans(frame).astype("datetime64[s]").astype(str).fillna("NaT")
    assert ends["first"].tolist() == ["2024-02-01", "2023-01-01", "2024-02-29", "NaT"]
    assert ends["last"].tolist() == ["2024-02-29", "2023-12-31", "2024-02-29", "NaT"]
    assert dates.between(frame, "2024-02-01", "2024-02-29").tolist() == [True, False, True, False]
    assert dates.between(frame, "2024-02-02").tolist() == [False, False, True, False]
    for year, month in (("2023", "2024-02"), (np.datetime64("2023"), np.datetime64("2024-02"))):
        assert dates.between(frame, year, year).tolist() == [False, True, False, False]
        assert dates.between(frame, last=month).tolist() == [True, True, True, False]
    with pytest.raises(ValueError, match="last is a day such as 2004-12-31, a month such as 2004-12 or a year, not"):
        dates.between(frame, last="February 2024")
    # by hand: 1 January 2023 to 15 February 2024 is 365 + 31 + 14 days, to 29 February 365 + 31 + 28
    found = dates.years(frame)
    np.testing.assert_allclose(found[[0, 2]], np.array([410, 424]) / 365.25)
    assert found[[1, 3]].isna().all()


def test_articles_of_a_year_are_no_articles_of_january_anywhere():
    articles = imprecise()
    volume = corpus.volume(articles)
    assert volume["n_articles"].sum() == 8 and str(volume["month"].min())[:7] == "2021-03"
    window = corpus.windows(articles).iloc[0]
    assert (str(window["first"])[:10], str(window["last"])[:10]) == ("2021-03-01", "2021-05-31")
    assert window["n_undated"] == 21 and window["n_common"] == 8 and window["share_common"] == 1.0
    tokens = pd.DataFrame(
        {"article_id": articles["article_id"], "position": 0, "surface": "x", "lemma": "x", "pos": ""}
    )
    counted = counts.count(tokens, articles, pos=None, columns=["month"])
    assert counted["month"].value_counts().to_dict() == {
        pd.Timestamp("2021-03-01"): 5, pd.Timestamp("2021-05-01"): 3,
    }  # fmt: skip
    taken = study.open(articles, counts=counted[["article_id", "outlet", "term", "n"]])
    chosen = taken.counts
    assert chosen["month"].value_counts().to_dict() == {"undated": 21, "2021-03": 5, "2021-05": 3}
    assert (
        chosen["date"].astype(str).str.startswith("undated ").sum() == 24
        and chosen["year"].value_counts()["2021"] == 28
    )
    assert taken.steps_to_counts()["reason"].str.endswith("only to the year: 20").any()
    mentions = pd.DataFrame({"article_id": articles["article_id"], "actor": "xi"})
    some = study.open(articles, mentions=mentions)
    rates = trends.prepare(some, actor="xi", freq="month")
    assert rates["n_articles"].sum() == 8 and rates[["n_undated", "n_coarse"]].drop_duplicates().sum(axis=None) == 21
    assert trends.prepare(some, actor="xi", freq="year")["n_articles"].tolist() == [28]


def test_a_month_that_is_known_is_no_day_to_stand_in():
    rows = imprecise().assign(page=pd.array([1] * 29, dtype="Int64"))
    picture = plots.placement_dots(rows, colour="outlet")
    assert len(picture.data) == 8 and "which are not drawn: 21." in picture.caption
    share = study.measures(rows[["article_id", "outlet", "date", "page", "headline", "text", "date_precision"]])
    assert share["page_share"].notna().sum() == 5


def test_copies_of_a_month_or_year_are_copies_where_the_days_allow_it():
    text = "東京都は三日、新しい計画を公表した。" * 20
    date = pd.to_datetime(["2021-03-15", "2021-03-01", "2021-07-01", "2022-01-01", None])
    articles = pd.DataFrame(
        {"article_id": list("abcde"), "outlet": "x", "date": date, "text": text,
         "date_precision": ["day", "month", "day", "year", "missing"]}
    )  # fmt: skip
    found = duplicates.clusters(articles).set_index("article_id")["cluster_id"]
    # March holds the 15th; July is far from both, and so is 2022; the undated one joins the earliest
    assert found.to_dict() == {"a": "a", "b": "a", "c": "c", "d": "d", "e": "a"}
    within = duplicates.clusters(articles.assign(date=articles["date"].where(articles["article_id"].ne("d"), date[0])))
    assert within.set_index("article_id").loc["d", "cluster_id"] == "a"  # 2021 as a whole may be that day


def test_a_study_says_which_rows_have_no_place_in_time(monkeypatch, tmp_path):
    monkeypatch.setenv("FRAMING_OUTPUTS", str(tmp_path))
    both = pd.concat([imprecise(), imprecise(outlet="b")], ignore_index=True)
    clusters = duplicates.clusters(both)
    made = corpus.with_clusters(both.assign(date_flag=""), clusters)
    assert made["month"].value_counts().to_dict() == {"": 42, "2021-03": 10, "2021-05": 6}
    store.save(made, tables.ARTICLES, "imprecise")
    placed = prominence.prepare("imprecise")
    assert placed.rows["years"].notna().sum() == 16 and placed.rows["year"].notna().sum() == 56
    assert placed.rows["issue_date"].notna().sum() == 10
    assert placed.steps["reason"].str.endswith("counted in no month: 40.").any()
    pair = Pair.of(study.load("imprecise"), "a", "b")
    spec, every = {"errors": "date"}, np.arange(56)
    assert len(np.unique(pair.codes(spec, every))) == 5 + 46  # five days, and 46 articles whose day is not known
    late = {"time": {"late": {"since": "2021-01-01", "until": "2021-05-30"}}}
    kept = pair.kept(pd.DataFrame({"time": ["late"]}), late, ())[0]
    assert kept.sum() == 10  # neither a year nor the month of May lies within
    assert trends.prepare("imprecise", measure="articles", freq="month")["n"].sum() == 16
    caution = " ".join(corpus.answer(made, clusters).cautions)
    assert "known only to the year, and which are counted in no month: 40." in caution
    store.save(made[["article_id", "outlet"]].assign(term="x", n=1), tables.COUNTS, "imprecise")
    assert explore.selection.Prepared("imprecise").months == ["2021-03", "2021-04", "2021-05"]


def test_a_year_or_month_that_holds_the_day_that_divides_a_table_of_codes_is_on_neither_side():
    """By hand: 10 articles surely before 15 June 2021, 14 surely from it on; 6 of June, of 2021 and without a date."""
    rows = [("2021-06-14", "day", 6), ("2020-01-01", "year", 4), ("2021-06-15", "day", 5), ("2021-07-01", "month", 9),
            ("2021-06-01", "month", 2), ("2021-01-01", "year", 3), (None, None, 1)]  # fmt: skip
    rows = [(day, precision) for day, precision, n in rows for _ in range(n)]
    table = pd.DataFrame(rows, columns=["date", "date_precision"]).assign(outlet="a", tone=[0, 1, 0] * 10)
    marked = study.open(table.assign(date=pd.to_datetime(table["date"])))
    codes = frames.coded_by(marked, datasets.codings("threat=tone", articles=marked.articles), name="tone")
    found = frames.crosstab(codes, at="2021-06-15")
    number = found.shares.groupby("time")["n_units"].first().to_dict()
    assert number == {"2020-01-01–2021-06-14": 10, "2021-06-15–2021-12-31": 14}
    assert 6 in found.steps["n_dropped"].tolist()
