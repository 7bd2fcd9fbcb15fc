"""Ratios of counted rates, ranks, silence, episodes, messages of one issue, and words of an order in quotations."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from framing import claims, contexts, lexicon, prominence, study, tokens, trends
from framing.errors import TableError
from framing.multiverse.pairs import Pair
from framing.multiverse.subjects import shares_of
from framing.trends.searching import orders, search


@pytest.mark.parametrize(
    ("phi", "exact", "wald"),
    [(1.0, (1.15, 3.05), (1.17, 2.94)), (2.0, (0.93, 3.85), (0.97, 3.56)), (3.0, None, (0.84, 4.12))],
)
def test_52_articles_against_28_have_the_intervals_worked_out_by_hand(phi, exact, wald):
    """Issue 21, for 126 days each."""
    row = trends.ratio(52, 28, 126, 126).curve.set_index("dispersion").loc[phi]
    assert round(row["estimate"], 2) == 1.86
    assert (round(row["wald_low"], 2), round(row["wald_high"], 2)) == wald
    assert exact is None or (round(row["conf_low"], 2), round(row["conf_high"], 2)) == exact


@pytest.mark.parametrize(("n", "other", "scale"), [(52, 28, 1.0), (3, 0, 2.0), (0, 4, 0.5), (7, 19, 3.0)])
def test_the_exact_interval_and_p_are_scipys(n, other, scale):
    """scipy.stats.binomtest: interval of the share by Clopper and Pearson, one-sided tails doubled."""
    found = trends.ratio(n, other, scale, 1.0)
    test = stats.binomtest(n, n + other, scale / (1 + scale))
    ends = test.proportion_ci(0.95, method="exact")
    with np.errstate(divide="ignore"):
        ends = [np.float64(end) / (1 - end) / scale for end in ends]
    np.testing.assert_allclose((found.low, found.high), ends, rtol=1e-9)
    tails = [stats.binomtest(n, n + other, scale / (1 + scale), side).pvalue for side in ("less", "greater")]
    np.testing.assert_allclose(found.curve.loc[0, "p_value"], min(1, 2 * min(tails)), rtol=1e-9)


def test_where_the_claim_stops_holding_the_interval_touches_the_smallest_ratio():
    for n, other, smallest in ((52, 28, 1.0), (28, 52, 1.0), (90, 30, 1.5), (30, 90, 1.5)):
        stops = trends.ratio(n, other, 126, 126, smallest=smallest).stops
        found = trends.ratio(n, other, 126, 126, dispersion=stops)
        assert (found.low if n > other else 1 / found.high) == pytest.approx(smallest)
    assert trends.ratio(30, 28, 1, 1).stops < 1  # it never stood


def test_bursts_that_both_share_cost_nothing_and_bursts_of_one_do():
    shared = np.array([2, 20, 4, 30, 2, 40, 6, 10])
    assert trends.ratio(2 * shared, shared).dispersion < 2
    alone = trends.ratio(shared, shared[::-1])
    assert alone.estimated and alone.dispersion > 5


def test_what_is_no_count_is_refused():
    for wrong in ((-1, 3), (0, 0), (np.nan, 1), ([1, 2], [1, 2, 3])):
        with pytest.raises(ValueError, match=r"counts"):
            trends.ratio(*wrong)
    with pytest.raises(ValueError, match="above 0"):
        trends.ratio(3, 4, 0, 1)
    with pytest.raises(ValueError, match="at least 1"):
        trends.ratio(3, 4, dispersion=0.5)


def test_ranks_hold_the_true_ranks_and_leave_open_what_is_alike():
    years = pd.DataFrame({"period": range(2016, 2022), "n": [8, 17, 137, 30, 31, 29], "n_days": 365})
    found = trends.ranks(years).set_index("name")
    assert found.loc[2018, ["rank_low", "rank_high"]].tolist() == [1, 1]
    assert found.loc[2020, ["rank_low", "rank_high"]].tolist()[0] == 2 and found.loc[2021, "rank_high"] >= 4
    with pytest.raises(TableError, match="each period once"):
        trends.ranks(years.assign(period=2016))
    rng, misses = np.random.default_rng(3), 0
    for _ in range(200):
        drawn = trends.ranks(years.assign(n=rng.poisson(20, 6)))  # every place is true where all are alike
        misses += bool((drawn["rank_low"] > 1).iloc[0] or (drawn["rank_high"] < 6).iloc[-1])
    assert misses <= 25


def test_silence_is_what_simulated_mentions_show():
    """Negative binomial of variance φμ by numpy; each mention is found with probability d."""
    rng = np.random.default_rng(1)
    mean, phi, d = 4.0, 3.0, 0.6
    drawn = rng.binomial(rng.negative_binomial(mean / (phi - 1), 1 / phi, 200_000), d)
    assert trends.silence(2.0, 2.0, dispersion=phi, detection=d) == pytest.approx((drawn == 0).mean(), abs=0.005)
    assert trends.silence(2.0, 2.0) == pytest.approx(stats.poisson.pmf(0, 4))
    assert trends.silence(2.0, 2.0, detection=0) == 1


def xi() -> pd.DataFrame:
    keep = {"outlet": ["rodong_sinmun"], "leader": ["xi"], "direction": ["received", "sent"]}
    return study.load("telegrams", dataset="leader_messages", keep=keep).articles


def test_page_1_of_xis_messages_in_2024_against_before_and_against_both_sides():
    """Issue 21: 15 of 16, 1 of 4, 3 of 4; Fisher .013 and .018; found by a search it is nothing."""
    rows = xi()[xi()["date"] >= "2021-01-01"]
    found = trends.episode(rows, "front", since="2024-01-01", until="2024-12-31")
    table = found.comparisons.set_index("comparison")
    assert table.loc["the time before the window", ["hits_inside", "n_inside", "hits_other", "n_other"]].tolist() == [
        1,
        4,
        15,
        16,
    ]
    assert table.loc["the time after the window", ["hits_other", "n_other"]].tolist() == [3, 4]
    assert (
        round(table.loc["the time before the window", "p_value"], 3) == 0.013
        and round(table.loc["all time outside the window", "p_value"], 3) == 0.018
    )
    searched = trends.episode(rows, "front", replicates=499)
    assert searched.searched and searched.p_value > 0.3


def made(rng, inside: float, n=60) -> pd.DataFrame:
    share = np.where((np.arange(n) >= 24) & (np.arange(n) < 40), inside, 0.8)
    return pd.DataFrame({"date": pd.date_range("2020-01-01", periods=n, freq="30D"), "front": rng.random(n) < share})


def test_the_search_keeps_its_level_and_finds_an_episode_where_it_is():
    rng = np.random.default_rng(7)
    null = [trends.episode(made(rng, 0.8), "front", replicates=99).p_value for _ in range(120)]
    assert np.mean(np.array(null) <= 0.05) <= 0.11  # .05 and three errors of 120
    found = trends.episode(made(rng, 0.05), "front", replicates=199)
    assert found.p_value <= 0.05
    assert abs((found.start - pd.Timestamp("2020-01-01")).days / 30 - 24) <= 3


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("more", [1, -1, 0])
def test_a_window_chosen_after_looking_is_searched_for_beside_the_time_it_is_compared_with(more, after):
    """Each window against the time that lies to it as the claimed one's does: SciPy's G of every table, in a loop."""
    n, per = 24, 4
    rng = np.random.default_rng(3)
    share = np.where((np.arange(n) >= 12) & (np.arange(n) < 17), 0.5 + 0.3 * (more or 1), 0.5)
    hits = rng.binomial(per, share)[:: -1 if after else 1]
    day = pd.Series(pd.date_range("2020-01-01", periods=n)).repeat(per).reset_index(drop=True)
    t, y = np.repeat(np.arange(n), per), np.concatenate([np.arange(per) < k for k in hits]).astype(float)
    ends = ((7, 12), (14, 20)) if after else ((12, 17), (4, 10))  # two days between the two
    inside, other = ((t >= a) & (t < b) for a, b in ends)
    found = search(day, y, np.ones(len(y)), inside, other, more=more, replicates=39, seed=1)

    def g(hits, window, beside):
        a, b = (hits[slice(*each)].sum() for each in (window, beside))
        m, k = (per * (each[1] - each[0]) for each in (window, beside))
        if not 0 < a + b < m + k or more * (a / m - b / k) < 0:
            return 0.0
        return stats.chi2_contingency([[a, m - a], [b, k - b]], correction=False, lambda_="log-likelihood")[0]

    def beside(i, j):
        return (max(j + 2, 0), min(j + 8, n)) if after else (max(i - 8, 0), max(i - 2, 0))

    windows = [((i, j), beside(i, j)) for i in range(n) for j in range(i + 1, n + 1) if j - i >= 2.5]
    windows = [(one, its) for one, its in windows if its[1] - its[0] >= 3]
    best = [max(g(hits[mixed], *each) for each in windows) for mixed in orders(n, 0, 39, np.random.default_rng(1))]
    assert found == (1 + sum(each >= g(hits, *ends) - 1e-9 for each in best)) / 40


def test_a_burst_elsewhere_speaks_for_no_window_and_a_search_for_no_likeness():
    """The rise that stands out most among fortnights without one, in a year with a burst: nothing (32 of 60)."""
    n, per, said = 140, 4, []
    day, t = pd.date_range("2021-01-01", periods=n).repeat(per), np.repeat(np.arange(n), per)
    own = {"id": "a", "sentence": "s", "measure": "share of articles", "counted": {"section": ["s"]}, "matters": 0.02,
           "chosen": "after looking", "direction": "more"}  # fmt: skip
    for seed in range(6):
        for burst in (False, True):
            share = np.where((t >= 8) & (t < 22) & burst, 0.8, 0.3)
            has = np.random.default_rng(seed).random(n * per) < share
            data = pd.DataFrame({"outlet": "a", "date": day, "section": np.where(has, "s", "t")})
            of = np.concatenate([[0], has.reshape(n, per).sum(axis=1).cumsum()])
            i = max(range(64, n - 14), key=lambda i: (of[i + 14] - of[i]) - (of[i] - of[i - 42]) / 3)
            ends = [str(day[k * per].date()) for k in (i - 42, i - 1, i, i + 13)]
            windows = {"before": {"since": ends[0], "until": ends[1]}, "window": {"since": ends[2], "until": ends[3]}}
            every = [own | windows, own | windows | {"id": "b", "direction": "same", "matters": 0.9}]
            said += [*claims.judge(every, study.open(data), sensitivity=False, replicates=39).verdicts["verdict"]]
    assert {*map(str, said)} == {"inconclusive"}


def test_a_window_is_supported_in_a_file_of_many_claims():
    """With 199 exchanges p is .005 at least, and of one in 12 claims at most .0042 passes."""
    day, rng = pd.date_range("2022-01-01", "2022-04-30").repeat(4), np.random.default_rng(1)
    share = np.where(day.month == 3, 0.95, 0.1)
    data = pd.DataFrame({"outlet": "a", "date": day, "section": np.where(rng.random(len(day)) < share, "s", "t"),
                         "edition": rng.choice(["k", "n"], len(day))})  # fmt: skip
    own = {"sentence": "s", "measure": "share of articles", "direction": "more", "matters": 0.05, "window": "2022-03"}
    file = [own | {"id": "march", "counted": {"section": ["s"]}, "before": {"until": "2022-02"},
                   "chosen": "after looking"}]  # fmt: skip
    file += [own | {"id": f"n{i}", "counted": {"edition": ["k"]}, "before": {"until": "2022-02"}} for i in range(11)]
    row = claims.judge(file, study.open(data), sensitivity=False).verdicts.iloc[0]
    assert row["verdict"] == "supported" and row["p_value"] <= 0.05 / 12


def test_a_search_over_many_days_names_the_last_day_that_it_counted():
    """A raise from 1 March to 30 September 2019 in ten years: neighbouring days are taken together."""
    rows = pd.DataFrame({"date": pd.date_range("2014-01-01", "2023-12-31")})
    rows["front"] = (rows["date"] >= "2019-03-01") & (rows["date"] <= "2019-09-30")
    found = trends.episode(rows, "front", replicates=19)
    inside = rows[rows["date"].between(found.start, found.end)]
    assert found.comparisons.loc[0, ["n_inside", "hits_inside"]].tolist() == [len(inside), inside["front"].sum()]
    assert str(found.end.date()) == "2019-10-01" and len(inside) == 219


def test_an_episode_needs_a_whole_window_and_an_outcome():
    rows = xi()
    with pytest.raises(ValueError, match="first and a last day"):
        trends.episode(rows, "front", since="2024-01-01")
    with pytest.raises(TableError, match="true or false"):
        trends.episode(rows, "page")
    with pytest.raises(TableError, match="too few"):
        trends.episode(rows.dropna(subset=["page"]).tail(5), "front")


def test_an_episode_of_a_month_or_a_year_is_of_all_its_days_whatever_the_zone():
    rows = made(np.random.default_rng(0), 0.3, 120)
    whole = trends.episode(rows, "front", since="2022-01-01", until="2023-06-30").comparisons
    zoned = rows.assign(date=rows["date"].dt.tz_localize("Asia/Tokyo"))
    for each in (rows, zoned):
        pd.testing.assert_frame_equal(trends.episode(each, "front", since="2022", until="2023-06").comparisons, whole)
    for more, said in (({"since": "2023", "until": "2022"}, "after until"), ({"replicates": 0}, "at least 1"),
                       ({"block": -1}, "at least 1")):  # fmt: skip
        with pytest.raises(ValueError, match=said):
            trends.episode(rows, "front", **more)


@pytest.mark.parametrize(
    ("n", "days"), [(["8", "17"], [366, 365]), ([np.inf, 3], [366, 365]), ([8, 17], [366, np.inf])]
)
def test_counts_that_are_text_or_infinite_are_refused(n, days):
    with pytest.raises(ValueError, match="counts are"):
        trends.ranks(pd.DataFrame({"period": [2016, 2017], "n": n, "n_days": days}))
    if isinstance(n[0], str):
        with pytest.raises(ValueError, match="not text"):
            trends.ratio(n[0], 17)


def test_two_periods_give_no_dispersion_and_three_do():
    assert not trends.ratio([3, 9], [2, 4]).estimated and trends.ratio([3, 9], [2, 4]).dispersion == 1
    assert trends.ratio([3, 9, 1], [2, 4, 8]).estimated


def test_messages_of_one_issue_and_page_are_found_together():
    """Issue 21: six on page 3 on 9 September 2024; both sides of the Xi exchange on page 4 on 6 October."""
    placed = study.load("telegrams", dataset="leader_messages", keep={"outlet": ["rodong_sinmun"]})
    found = prominence.same_issue(placed)
    september = found[found["issue"] == "2024-09-09"]
    assert september["page"].tolist() == [3] and september["n_messages"].tolist() == [6] and september["shared"].all()
    assert {"xi", "putin"} <= set(september["groups"].iloc[0].split("、"))
    october = prominence.same_issue(placed, "2024-10-06")
    assert october[["page", "n_messages", "groups"]].values.tolist() == [[4, 2, "xi"]] and not october["shared"].any()


def test_whether_a_page_is_shared_is_not_known_where_a_group_is_not():
    """Counted by hand: one known and one unknown, two known and one unknown, one alone that is unknown."""
    rows = pd.DataFrame({"outlet": "a", "issue_date": list("111122"), "page": [1, 1, 2, 2, 1, 2],
                         "leader": ["x", None, "x", "y", None, "y"]})  # fmt: skip
    rows = pd.concat([rows, pd.DataFrame({"outlet": ["a"], "issue_date": ["1"], "page": [2], "leader": [None]})])
    found = prominence.same_issue(rows, by="leader")
    assert found["groups"].tolist() == ["x", "x、y", "", "y"] and found["n_messages"].tolist() == [2, 3, 1, 1]
    assert found["shared"].isna().tolist() == [True, False, False, False]
    assert found["shared"].tolist()[1:] == [True, False, False]


@pytest.mark.parametrize("measure", ["topic", "order"])
def test_copies_of_a_story_are_one_in_topics_and_orders_of_names(measure):
    """Welch's t of the means of stories (SciPy), and Clopper and Pearson's interval of stories (SciPy)."""
    rng, stories, copies = np.random.default_rng(5), 24, 5
    rows = pd.DataFrame({"story": np.arange(stories).repeat(copies), "copy": np.tile(np.arange(copies), stories)})
    rows = rows.assign(article_id="s" + rows["story"].astype(str) + "c" + rows["copy"].astype(str),
                       cluster_id="w" + rows["story"].astype(str), date=pd.Timestamp("2023-01-05"))  # fmt: skip
    own = {"id": "a", "sentence": "s", "direction": "different", "matters": 0.0}
    if measure == "topic":
        about, outlet = np.arange(stories) % 4, rng.choice(["a", "b"], stories)
        rows["outlet"] = outlet[rows["story"]]
        counts = pd.concat([rows[["article_id", "outlet"]].assign(term=[f"{of}{k}" for of in about[rows["story"]]],
                            n=rng.integers(1, 9, stories)[rows["story"]]) for k in "xyz"])  # fmt: skip
        bare = rows.tail(1).assign(article_id="none", outlet="a")  # without a word
        data = study.open(pd.concat([rows, bare]), counts=counts)
        own |= {"measure": "topic share", "terms": ["0x"], "n_topics": 4, "target": "a", "reference": "b"}
        row = claims.judge([own], data, sensitivity=False).verdicts.iloc[0]
        share = shares_of(data, ["0x"], Pair.of(data, "a", "b"), 4, 0)[: len(rows)] / 100
        means = pd.Series(share).groupby(rows["story"]).mean().to_numpy()
        wanted = stats.ttest_ind(means[outlet == "a"], means[outlet == "b"], equal_var=False).confidence_interval(0.9)
        assert (row["low"], row["high"]) == pytest.approx(tuple(wanted), abs=0.005)  # one spread for both
        assert "left out: 1." in str(row["note"])
    else:
        first = rng.random(stories) < 0.5
        text = np.where(first[rows["story"]], "ロ朝", "朝ロ").astype(object) + "首脳会談が行われた。"
        made = rows.drop(columns="story").assign(outlet="a", headline="話", text=text)
        cut = tokens.tokenise(made, lexicon=lexicon.load("northeast_asia"))
        own |= {"measure": "order of names", "relation": "朝ロ", "first": "ロ", "value": 0.5}
        row, single = claims.judge([own, own | {"id": "b", "cluster": "article_id"}], study.open(made, tokens=cut),
                                   sensitivity=False).verdicts.itertuples(index=False)  # fmt: skip
        wanted = stats.binomtest(int(first.sum()), stories).proportion_ci(0.9, method="exact")
        assert (row.low + 0.5, row.high + 0.5) == pytest.approx(tuple(wanted), abs=0.02)  # and the variance estimated
        assert single.n_clusters == row.n and single.high - single.low < 0.5 * (row.high - row.low)
        row = row._asdict()
    assert (row["n"], row["n_clusters"]) == (stories * copies, stories)


def test_words_of_an_order_in_quotations_are_not_the_outlets_own(root):
    """As in one of the pages of the issue: 朝ロ and 朝露 in quotations, 露朝 the author's own."""
    text = "露朝の協力は続く。外務省は「朝露関係は『朝ロ』発展」と述べた。」露朝は。「朝露首脳"
    written = pd.DataFrame({"article_id": ["a"], "outlet": ["x"], "headline": ["「朝ロ関係」の話"], "text": [text]})
    words = str(root / "params" / "lexicon" / "northeast_asia.yaml")
    cut = tokens.tokenise(written, lexicon=lexicon.load(words))
    found = contexts.order(cut, lexicon=words, quoted=True).set_index(["quoted", "first"])
    assert found["n"].to_dict() == {(False, "ロ"): 2, (True, "朝"): 4}
    assert "quoted" not in contexts.order(cut, lexicon=words)


def test_words_of_an_order_are_not_sought_in_tokens_cut_without_a_lexicon():
    rows = pd.DataFrame({"article_id": ["a", "b"], "outlet": "x", "text": ["朝ロ関係は深い。", "ロ朝首脳が会談した。"]})
    words = lexicon.load("northeast_asia")
    assert contexts.order(tokens.tokenise(rows, lexicon=words), articles=rows)["n"].sum() == 2
    with pytest.raises(TableError, match="without a lexicon"):
        contexts.order(tokens.tokenise(rows), articles=rows)


@pytest.mark.parametrize("text", ["朝ロ関係は深い。", "日米と露朝の首脳が会談した。", "中露は近い。"])
def test_tokens_of_a_file_tell_that_they_were_cut_without_a_lexicon_by_their_words(tmp_path, text):
    """A file has no record of how they were cut; 朝 and ロ stand side by side, and 露朝 is no 朝ロ."""
    rows = pd.DataFrame({"article_id": ["a"], "outlet": "x", "text": [text]})
    words = lexicon.load("northeast_asia")
    for cut, fails in ((tokens.tokenise(rows), True), (tokens.tokenise(rows, lexicon=words), False)):
        cut.to_csv(tmp_path / "tokens.csv", index=False)
        read = pd.read_csv(tmp_path / "tokens.csv", dtype={"article_id": str})
        assert not read.attrs
        if fails:
            with pytest.raises(TableError, match="without a lexicon.*in pieces or as other words: 1"):
                contexts.order(read, articles=rows)
        else:
            assert contexts.order(read, articles=rows)["n"].sum() >= 1


def test_days_of_a_month_and_words_of_one_country_are_no_relation_in_pieces():
    texts = ["3日中に決める。二十日中にも。", "朝に。ロビー。"]
    rows = pd.DataFrame({"article_id": ["a", "b"], "outlet": "x", "text": texts})
    cut = tokens.tokenise(rows, lexicon=lexicon.load("northeast_asia"))
    cut.attrs.clear()
    assert contexts.order(cut, articles=rows).empty
