"""Real series whose quirks are known: a collection break is found as one, a mix of languages is not taken for news."""

import numpy as np
import pandas as pd
import pytest

from framing import prominence, trends


@pytest.fixture(scope="module")
def kcna(shared):
    table = pd.read_parquet(shared / "data" / "kcna_headlines" / "articles.parquet")
    return table.assign(date=pd.to_datetime(table["published_on"]))


@pytest.fixture(scope="module")
def monthly(kcna):
    period = kcna["date"].dt.to_period("M")
    kim = kcna["title"].str.contains("Kim Jong", regex=False)
    english = kcna["language"].eq("en")
    return pd.DataFrame(
        {
            "items": kcna.groupby(period).size(),
            "kim": kim.groupby(period).sum(),
            "english": english.groupby(period).sum(),
            "kim_english": (kim & english).groupby(period).sum(),
        }
    ).rename_axis("period").reset_index()  # fmt: skip


def test_the_collection_break_of_2011_is_found_in_the_volume_of_kcna(monthly):
    """CARD: 7,131 items in 2010, 13,909 in 2011, when the link scheme changes."""
    found = trends.breaks(monthly, value="items", replicates=199, trim=0.1)
    years = [period.year for period in found.breaks["period"]]
    assert any(period in pd.period_range("2010-10", "2011-06", freq="M") for period in found.breaks["period"]), years
    at = trends.interrupted(monthly, "2011-01", value="items", family="quasipoisson")
    ratio = at.periods.set_index("period")["rate_ratio"].loc[pd.Period("2011-01", "M")]
    assert ratio > 1.5


def test_mixing_languages_fakes_a_change_in_2002_that_english_alone_does_not_show(monthly):
    """CARD: Spanish from 2002 on. A share of all items falls by what Spanish adds to the denominator alone."""
    before = monthly[monthly["period"] < pd.Period("2008-01", "M")]
    options = {"family": "quasipoisson"}
    mixed = trends.interrupted(before, "2002-01", value="kim_english", offset="items", **options)
    clean = trends.interrupted(
        before[before["english"] > 0], "2002-01", value="kim_english", offset="english", **options
    )
    gap = [f.coefficients.set_index("term").loc["level", "estimate"] for f in (mixed, clean)]
    assert gap[0] < gap[1], "the mix looks like a fall where there is less of one"


def test_a_rank_in_a_list_is_read_with_the_length_of_the_list(kcna):
    """CARD: lists grow from 25 to 95 items a day, so that a bare rank drifts by itself."""
    listed = kcna[kcna["position"].notna() & kcna["language"].eq("en")]
    size = listed.groupby("date")["position"].transform("max").astype(float)
    rank = listed["position"].astype(float)
    years = (listed["date"] - pd.Timestamp("1997-01-01")).dt.days / 365.25
    data = pd.DataFrame(
        {"rank": rank, "relative": ((rank - 1) / (size - 1)).clip(0, 1), "years": years, "day": listed["date"]}
    )[size > 1].sample(20_000, random_state=0)
    bare = prominence.fit(data, "rank", "years", family="ols", cluster="day")
    relative = prominence.fit(data, "relative", "years", family="fractional", cluster="day")
    drift = bare.coefficients.set_index("term").loc["years"]
    assert drift["conf_low"] > 0.3, "ranks grow with the lists"
    assert abs(relative.coefficients.set_index("term").loc["years", "estimate"]) < 0.05, "places in the list do not"


def test_mentions_on_television_are_counts_with_their_denominator(shared):
    """cable_weekly: clips that mention a candidate, of those that mention any; the model gives the ratio of rates."""
    table = pd.read_parquet(shared / "data" / "tv_media_counts" / "cable_weekly.parquet")
    two = table[table["name"].isin(["Joe Biden", "Amy Klobuchar"]) & (table["all_candidate_clips"] > 0)]
    fit = prominence.fit(
        two.assign(name=two["name"].astype(str)), "matched_clips", "name", family="quasipoisson",
        offset="all_candidate_clips", cluster="date",
    )  # fmt: skip
    totals = two.groupby("name")[["matched_clips", "all_candidate_clips"]].sum()
    rate = totals["matched_clips"] / totals["all_candidate_clips"]
    estimate = fit.coefficients.set_index("term").loc["name[T.Joe Biden]", "estimate"]
    assert estimate == pytest.approx(np.log(rate["Joe Biden"] / rate["Amy Klobuchar"]), rel=1e-6)
