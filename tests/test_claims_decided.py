"""Verdicts agree with their intervals and p, also where a count is 0 or 1: right values of scipy's binomial."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from framing import claims, keyness, messages
from framing import study as studies
from framing.claims import judging
from framing.claims.measuring import measured

CLAIM = {"id": "a", "sentence": "x", "measure": "rate of mentions", "matters": 1.25}
OPPOSITE = {"more": "less", "less": "more", "same": "same", "different": "different"}


def verdict(study=None, **more) -> pd.Series:
    return claims.judge([CLAIM | more], study, sensitivity=False).verdicts.iloc[0]


def conditional(n, m, other, k, ratio, side) -> float:
    """p of the binomial of the first count given their sum, of as many (side 1) or as few (-1), at this ratio."""
    share = ratio * m / (ratio * m + k)
    return stats.binom.sf(n - 1, n + other, share) if side > 0 else stats.binom.cdf(n, n + other, share)


def by_scipy(n, m, other, k, least, direction) -> str:
    above, short, below, over = (
        conditional(n, m, other, k, ratio, side) for ratio, side in
        ((least, 1), (least, -1), (1 / least, -1), (1 / least, 1))
    )  # fmt: skip
    p, against = {
        "more": (above, short), "less": (below, over),
        "same": (max(short, over), 2 * min(above, below)), "different": (2 * min(above, below), max(short, over)),
    }[direction]  # fmt: skip
    return "supported" if p <= 0.05 else "contradicted" if against <= 0.05 else "inconclusive"


@pytest.mark.parametrize("direction", ["more", "less", "same", "different"])
@pytest.mark.parametrize("exposures", [(1, 1), (2, 2915), (90, 30)])
def test_the_verdict_on_small_counts_is_that_of_the_binomial(direction, exposures):
    (m, k), counts = exposures, [0, 1, 2, 9, 209]
    for n, other in [(n, other) for n in counts for other in counts if n + other]:
        for least in (1.25, 50):
            given = {"target": [n, m], "reference": [other, k]}
            one = CLAIM | {
                "measure": "mentions",
                "direction": direction,
                "matters": least,
                "given": given,
                "dispersion": 1.0,
            }
            found = judging.verdict(judging.tested(one, measured(one, None)))
            assert str(found) == by_scipy(n, m, other, k, least, direction), (given, least)


@pytest.mark.parametrize("seed", range(2))
def test_verdict_p_and_interval_agree_and_the_mirrored_claim_has_the_same(seed):
    rng = np.random.default_rng(seed)
    for _ in range(6):
        (n, other), (m, k) = rng.choice([0, 0, 1, 2, 5, 20, 60], 2), rng.integers(1, 400, 2)
        if n + other == 0:
            continue
        least, phi = float(rng.choice([1.05, 1.25, 2.0])), float(rng.choice([1, 1.5, 8, 60]))
        for direction in OPPOSITE:
            sides = {"target": [int(n), int(m)], "reference": [int(other), int(k)]}
            given = {"matters": least, "given": sides, "dispersion": phi}
            one = verdict(direction=direction, **given)
            turned = given | {"given": {"target": sides["reference"], "reference": sides["target"]}}
            two = verdict(direction=OPPOSITE[direction], **turned)
            assert str(one["verdict"]) == str(two["verdict"])
            for name in ("p_value", "p_contradicted", "holds"):
                np.testing.assert_allclose(one[name], two[name], rtol=1e-9, atol=0.011 if name == "holds" else 1e-9)
            if direction not in ("more", "less"):
                continue
            low, high = (one if direction == "more" else two)[["low", "high"]]  # toward the side claimed
            assert (str(one["verdict"]) == "supported") == (low > least) == (one["p_value"] < 0.05)
            assert (str(one["verdict"]) == "contradicted") == (high < least) == (one["p_contradicted"] < 0.05)


def test_a_short_window_without_any_is_no_evidence_of_more():
    """Two articles a day, 7% of them on a topic, on which nothing ever changes; days without any are the usual case."""
    rng, days = np.random.default_rng(2), pd.date_range("2021-01-01", "2022-12-31")
    topic = np.where(rng.random(2 * len(days)) < 0.07, "x", "y")
    study = studies.open(pd.DataFrame({"outlet": "G", "date": np.repeat(days, 2), "topic": topic}))
    of = {"counted": {"topic": ["x"]}, "before": 2021}
    for day in pd.date_range("2022-01-15", "2022-12-15", freq="36D"):
        found = verdict(study, direction="more", window=str(day.date()), **of)
        assert str(found["verdict"]) == "inconclusive" and found["p_value"] > 0.05


def test_a_year_of_two_articles_and_no_hit_is_not_the_highest():
    rows = [(f"2018-01-1{i}", "y") for i in range(2)]
    rows += [
        (f"{y}-{i % 12 + 1:02}-{i % 27 + 1:02}", "x" if i < 20 else "y") for y in range(2019, 2023) for i in range(400)
    ]
    table = pd.DataFrame(rows, columns=["date", "topic"]).assign(outlet="G", date=lambda x: pd.to_datetime(x["date"]))
    ranked = {"measure": "rank", "counted": {"topic": ["x"]}, "before": {"since": 2018, "until": 2022}, "window": 2018}
    assert str(verdict(studies.open(table), direction="highest", matters=1.1, **ranked)["verdict"]) == "inconclusive"


def years(counts: dict[int, int]):
    """200 articles a year, so many of them on a topic."""
    rows = [("G", pd.Timestamp(y, i % 12 + 1, i % 27 + 1), "x" if i < n else "y")
            for y, n in counts.items() for i in range(200)]  # fmt: skip
    return studies.open(pd.DataFrame(rows, columns=["outlet", "date", "topic"]))


@pytest.mark.parametrize(
    ("counts", "year", "direction", "expected", "estimate"),
    [
        ({2018: 0, 2019: 0, 2020: 50, 2021: 60, 2022: 45}, 2018, "highest", "contradicted", 0.0),
        (
            {2018: 0, 2019: 0, 2020: 50, 2021: 60, 2022: 45},
            2018,
            "lowest",
            "inconclusive",
            0.0,
        ),  # of 2019 none is known
        ({2018: 0, 2019: 50, 2020: 50, 2021: 60, 2022: 45}, 2018, "lowest", "supported", 0.0),
        ({2018: 0, 2019: 40, 2020: 50, 2021: 60, 2022: 45}, 2019, "lowest", "contradicted", np.inf),
        ({2018: 0, 2019: 90, 2020: 10, 2021: 9, 2022: 8}, 2019, "highest", "supported", 9.0),
    ],
)
def test_a_rank_among_years_without_any_is_judged_and_told(counts, year, direction, expected, estimate):
    one = {"measure": "rank", "counted": {"topic": ["x"]}, "before": {"since": 2018, "until": 2022}, "window": year,
           "direction": direction, "matters": 1.1, "dispersion": 2}  # fmt: skip
    found = claims.judge([CLAIM | one], years(counts), sensitivity=False)
    row = found.verdicts.iloc[0]
    assert (str(row["verdict"]), row["estimate"]) == (expected, pytest.approx(estimate))
    told = str(claims.parts(found)[0].lead[0])
    assert ("without a limit" in told) == np.isinf(estimate) and "0000" not in told


def test_a_rank_where_nothing_is_counted_at_all_says_so():
    """No year has a front page that mentions the topic, which other outlets do."""
    rows = pd.DataFrame({"outlet": ["A", "B"] * 300, "date": pd.date_range("2018-01-01", periods=600, freq="3D")})
    rows["topic"] = np.where(rows["outlet"].eq("A"), "y", "x")
    ranked = {"measure": "rank", "counted": {"topic": ["x"]}, "before": {"since": 2018, "until": 2022}, "window": 2019}
    found = verdict(studies.open(rows), direction="highest", target="A", **ranked)
    assert "not answerable" in str(found["verdict"]) and "anything that is counted" in str(found["note"])


def test_the_longest_of_many_gaps_is_not_silence_where_the_window_was_chosen_after_looking():
    """2 articles a day for three years, 5% on a topic at random: the longest gap between two of them."""
    rng, days = np.random.default_rng(11), pd.date_range("2021-01-01", "2023-12-31")
    topic = np.where(rng.random(2 * len(days)) < 0.05, "x", "y")
    rows = pd.DataFrame({"outlet": "G", "date": np.repeat(days, 2), "topic": topic})
    hits = pd.DatetimeIndex(rows.loc[rows["topic"] == "x", "date"].unique())
    at, day = int(np.diff(hits).argmax()), pd.Timedelta(days=1)
    window = {"since": str((hits[at] + day).date()), "until": str((hits[at + 1] - day).date())}
    before = {"since": "2021-01-01", "until": str(hits[at].date())}
    if at < 20:
        before = {"since": str(hits[at + 1].date()), "until": "2023-12-31"}
    one = {"measure": "silence", "counted": {"topic": ["x"]}, "window": window, "before": before}
    one = {"id": "a", "sentence": "x"} | one
    known, late = ({"chosen": f"{when} looking"} for when in ("before", "after"))
    first, found = (claims.judge([one | each], studies.open(rows), sensitivity=False) for each in (known, late))
    assert str(first.verdicts.loc[0, "verdict"]) == "supported"
    row = found.verdicts.iloc[0]
    assert (str(row["verdict"]), row["p_value"]) == ("inconclusive", 1.0)
    assert "no test of this measure allows for the search" in row["note"]
    assert "Data that nobody has looked at" in str(claims.parts(found)[0].lines[-1])


@pytest.mark.parametrize(
    ("given", "least", "told"),
    [
        ({"target": [3, 1], "reference": [3, 1]}, 1.02, "More than 100 times as many data"),  # log 1.02 is far inside
        ({"target": [31, 1], "reference": [20, 1]}, 1.5, "More than 100 times as many data"),  # 1.55 beside 1.5
        ({"target": [30, 1], "reference": [20, 1]}, 1.02, "times as many data"),
    ],
)
def test_how_much_more_data_an_open_claim_takes_is_no_word_about_the_edge(given, least, told):
    found = claims.judge([CLAIM | {"direction": "more", "matters": least, "given": given}], sensitivity=False)
    assert str(found.verdicts.loc[0, "verdict"]) == "inconclusive" and told in str(claims.parts(found)[0].lines[-1])


def test_an_end_without_a_limit_is_no_word_of_a_program():
    given = {"target": [0, 1], "reference": [1, 1]}
    found = claims.judge([CLAIM | {"direction": "more", "given": given, "dispersion": 300}], sensitivity=False)
    assert "inf" not in str(claims.parts(found)[0].lead[0]).replace("informs", "")


@pytest.mark.parametrize(
    ("n", "other", "least"), [(5, 1, 1.25), (3, 0, 1.1), (0, 4, 1.5), (90, 10, 1.25), (400, 90, 1.1), (9000, 90, 1.1)]
)
def test_p_of_two_counts_is_that_of_the_binomial_at_what_matters(n, other, least):
    """scipy: 5 against 1 and a smallest ratio of 1.25 have p = .171, 400 against 90 one of 1e-42."""
    given = {"given": {"target": [n, 30], "reference": [other, 30]}, "dispersion": 1.0, "matters": least}
    found, at = verdict(direction="more", **given), least / (1 + least)
    more, less = (stats.binomtest(n, n + other, at, alternative=side).pvalue for side in ("greater", "less"))
    np.testing.assert_allclose(found[["p_value", "p_contradicted"]].astype(float), (more, less), rtol=1e-9)


def test_p_of_counts_of_few_periods_is_of_the_level_whose_interval_ends_at_what_matters():
    """scipy's root of the lower end: each half level has a t of 4 degrees of freedom, of three months of each side; or
    of fewer, where the rates of months differ and so the counts of the side with more vary more."""
    by_month = {"2021-01": (30, 12), "2021-02": (18, 15), "2021-03": (27, 6)}
    sides = [(month, *side) for month, pair in by_month.items() for side in zip("ab", pair, strict=True)]
    rows = [(name, f"{month}-{i % 28 + 1:02}", "x" if i < n else "y") for month, name, n in sides for i in range(200)]
    table = pd.DataFrame(rows, columns=["outlet", "date", "topic"]).assign(date=lambda x: pd.to_datetime(x["date"]))
    compared = {"counted": {"topic": ["x"]}, "target": "a", "reference": "b"}
    a, b = np.array(list(by_month.values()), dtype=float).T
    spread = sum(((n - n.mean()) ** 2 / n.mean()).sum() for n in (a, b)) / 4
    assert spread > 1.7

    between = 4 * (spread - 1) / (2 / 3 * (a + b).sum()) * np.array([a.mean(), b.mean()])
    fewer = (a + b).sum() ** 2 / (3 * (a.mean() ** 2 + b.mean() ** 2)) - 2

    def lower(tail):
        by_count, by_rate = ((stats.t.isf(tail, df) / stats.norm.isf(tail)) ** 2 for df in (4, fewer))
        phi = np.maximum(spread * by_count, 1 + between * by_rate)
        low = stats.beta.ppf(tail, a.sum() / phi[0], b.sum() / phi[1] + 1)
        return low / (1 - low) * phi[0] / phi[1]

    for least in (1.05, 1.4, 1.9):
        expected = optimize.brentq(lambda tail, least=least: lower(tail) - least, 1e-6, 0.499)
        found = verdict(studies.open(table), direction="more", matters=least, **compared)
        assert found["p_value"] == pytest.approx(expected, rel=1e-6), least


def test_the_p_of_a_highest_year_is_that_of_the_nearest_year():
    """scipy: 60 against 40 and 30 in as many articles; the binomial test against 40."""
    rows = [(f"{year}-{i % 12 + 1:02}-{i % 27 + 1:02}", "x" if i < n else "y")
            for year, n in ((2018, 40), (2019, 60), (2020, 30)) for i in range(400)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["date", "topic"]).assign(outlet="G", date=lambda x: pd.to_datetime(x["date"]))
    ranked = {"measure": "rank", "counted": {"topic": ["x"]}, "before": {"since": 2018, "until": 2020}, "window": 2019}
    found = verdict(studies.open(table), direction="highest", matters=1.1, dispersion=1.0, **ranked)
    more = stats.binomtest(60, 100, 1.1 / 2.1, alternative="greater").pvalue
    less = min(1.0, 2 * min(stats.binomtest(60, 60 + n, 1.1 / 2.1, alternative="less").pvalue for n in (40, 30)))
    np.testing.assert_allclose(found[["p_value", "p_contradicted"]].astype(float), (more, less), rtol=1e-9)


def test_an_end_beyond_all_measure_is_without_a_limit():
    """0 of 720 against 1 of 661 with a dispersion of 60: Clopper and Pearson's upper end is of the order of 1e90."""
    sides = {"target": [0, 720], "reference": [1, 661]}
    found = claims.judge([CLAIM | {"direction": "less", "given": sides, "dispersion": 60.0}], sensitivity=False)
    row = found.verdicts.iloc[0]
    assert (str(row["verdict"]), row["low"], row["high"]) == ("inconclusive", 0.0, np.inf)
    assert "0.00 to ∞" in messages.say(claims.parts(found)[0].lead[0])


def test_0_against_0_is_no_estimate_without_a_limit():
    found = claims.judge(
        [CLAIM | {"direction": "more", "given": {"target": [0, 10], "reference": [0, 12]}}], sensitivity=False
    )
    lead = str(claims.parts(found)[0].lead[0])
    assert "Nothing was counted on either side" in lead and "without a limit" not in lead
    assert found.overview.loc[0, "estimate"] == ""


def test_an_estimate_without_an_interval_is_told_and_no_interval_covers_what_is_not_known():
    """By hand: means of 3 and 1; of two issues nobody knows how they vary."""
    rows = pd.DataFrame({"outlet": ["a"] * 4 + ["b"] * 4, "date": pd.to_datetime(["2024-01-01", "2024-01-02"] * 4),
                         "page": [3, 3, 3, None, 1, 1, 1, None]})  # fmt: skip
    one = {"id": "a", "sentence": "x", "measure": "page", "direction": "more", "target": "a", "reference": "b",
           "matters": 0.5, "cluster": "outlet"}  # fmt: skip
    found = claims.judge([one], studies.open(rows), sensitivity=False)
    lead, lines = (str(getattr(claims.parts(found)[0], name)) for name in ("lead", "lines"))
    assert "The estimate is +2.00; there is no interval. The mean is 3.00 against 1.00." in lead
    assert "there is no interval" in lines and "left out: 2." in lines and "covers" not in lines


def test_japanese_says_counts_without_a_unit_and_an_estimate_without_a_limit():
    """126 may be days, of which 52 articles are no part."""
    given = [{"target": [52, 126], "reference": [28, 126]}, {"target": [5, 100], "reference": [0, 100]}]
    many = [CLAIM | {"id": f"c{i}", "direction": "more", "given": one} for i, one in enumerate(given)]
    with messages.speaking("ja"):
        told = [messages.say(part.lead[0]) for part in claims.parts(claims.judge(many, sensitivity=False))]
    assert "数えたのは52件（分母は126）、比べる側は28件（分母は126）である。" in told[0]
    assert "一方の件数が0のため、推定値に上限はない（" in told[1] and "）である。5" not in told[1]


@pytest.mark.parametrize(("matters", "p"), [(1, 2**-6), (2, 1.5**-6), (4, 1.25**-6)])
def test_the_rate_at_which_a_silence_is_held_is_as_uncertain_as_the_usual_one(matters, p):
    """A negative binomial's probability of none, of as many days at the rate over what matters: .0878, not .0498."""
    counts = {"given": {"target": [0, 200], "reference": [6, 200]}, "dispersion": 1}
    row = verdict(measure="silence", **counts | {"matters": matters})
    assert row["p_value"] == pytest.approx(p) == pytest.approx(stats.nbinom.pmf(0, 6, 1 / (1 + 1 / matters)))
    assert row["verdict"] == ("supported" if p <= 0.05 else "inconclusive")
    assert "At the usual rate 6 would be expected" in row["note"]
    assert (f"({matters:g}) it would be {6 / matters:.2g}." in row["note"]) == (matters > 1)


def _turned(n, k, cut, direction) -> float:
    """The effect at which p of scipy's conditional binomial reaches the cut."""
    sides = {"more": ((1, False),), "less": ((-1, True),), "same": ((-1, False), (1, True))}[direction]

    def over(size: float) -> float:
        return max(conditional(n, 100, k, 100, 1 / size if turned else size, side) for side, turned in sides) - cut

    return optimize.brentq(over, 1.0, 20.0)


@pytest.mark.parametrize("others", [0, 14])
@pytest.mark.parametrize(("counts", "direction", "told"), [
    ((90, 30), "more", "beyond"), ((30, 90), "less", "beyond"), ((900, 905), "same", "short of"),
    ((30, 90), "more", ""), ((100, 100), "more", "short of"), ((30, 90), "same", "beyond"),
])  # fmt: skip
def test_the_effect_that_would_change_a_verdict_is_that_of_its_file(others, counts, direction, told):
    """The p of a file of 15 claims reaches .05/15 there; alone it is the end of the 90% interval (of a direction)."""
    n, k = counts
    matters = {"beyond": 1.1, "short of": 1.6}.get(told, 1.6)
    one = CLAIM | {"direction": direction, "matters": matters, "dispersion": 1,
                   "given": {"target": [n, 100], "reference": [k, 100]}}  # fmt: skip
    open_ones = [one | {"id": f"o{i}", "direction": "more", "matters": 1.25,
                        "given": {"target": [25, 100], "reference": [20, 100]}} for i in range(others)]  # fmt: skip
    found = claims.judge([one, *open_ones], sensitivity=False)
    row, cut = found.verdicts.iloc[0], 0.05 / (1 + others)
    assert row["verdict"] != "inconclusive" and (found.verdicts["verdict"] == "inconclusive").sum() == others
    part = claims.parts(found)[0]
    text, two_sided = str(part.lines), direction == "same" and told == "beyond"
    assert ("judged by the 95% interval" in str(part.lead)) == two_sided
    if not told:
        assert "smallest effect" not in text and np.isnan(row["edge"])
        return
    if (n, k, direction) == (100, 100, "more"):  # contradicted down to where p of at least so much is the cut
        size = optimize.brentq(lambda x: conditional(n, 100, k, 100, x, -1) - cut, 1.0, 20.0)
    elif row["verdict"] == "contradicted":  # of none: two-sided, 30 against 90
        size = optimize.brentq(lambda x: 2 * conditional(n, 100, k, 100, 1 / x, -1) - cut, 1.0, 20.0)
    else:
        size = _turned(n, k, cut, direction)
    assert row["edge"] == pytest.approx(1 / size if direction == "less" else size, rel=1e-4)
    assert f"smallest effect that matters {told}" in text
    for factor, same in ((0.999, told == "beyond"), (1.001, told != "beyond")):
        again = claims.judge([one | {"matters": size * factor}, *open_ones], sensitivity=False).verdicts.iloc[0]
        assert (again["verdict"] == row["verdict"]) == same


def test_no_amount_of_data_decides_what_values_that_are_not_known_leave_open():
    """A half of the pages of A is not known: from all on page 1 to none, whatever the number of articles."""
    page = [1, 2] * 100 + [None] * 200 + [1, 2, 2] * 100
    data = studies.open(pd.DataFrame({"outlet": ["A"] * 400 + ["B"] * 300, "page": page}))
    one = CLAIM | {"measure": "front page", "target": "A", "reference": "B", "direction": "more", "matters": 0.1}
    told = [str(claims.parts(claims.judge([one], data, sensitivity=vary, replicates=9))[0].lines)
            for vary in (False, True)]  # fmt: skip
    assert all("the values that are not known" in text and "times as many" not in text for text in told)


def test_a_claim_within_issues_rests_on_pairs():
    rows = pd.DataFrame({"outlet": "A", "date": np.repeat(pd.date_range("2020-01-01", periods=40), 4),
                         "section": ["x", "y"] * 80, "page": np.arange(160) % 7 + 1})  # fmt: skip
    one = CLAIM | {"measure": "page", "within": "issue_date", "by": "section", "target": "x", "reference": "y",
                   "direction": "more", "matters": 0.1}  # fmt: skip
    text = str(claims.parts(claims.judge([one], studies.open(rows), sensitivity=False))[0].lead)
    assert "It rests on 40 pairs of the two sides." in text


@pytest.mark.parametrize(("shared", "taken"), [(False, "issue_date"), (True, "article_id")])
@pytest.mark.parametrize("measure", ["tone", "share"])
def test_a_claim_without_a_cluster_has_the_wider_interval_of_articles_and_of_days(measure, shared, taken):
    """A day's mood that both outlets share is no part of their difference, so that days have the narrower one."""
    rng, n, days = np.random.default_rng(3), 240, 20
    outlet, day = np.repeat(["a", "b"], n // 2), np.tile(np.arange(days), n // days)
    own = 2 * rng.normal(size=(2, days))[((outlet == "b") & (not shared)).astype(int), day] + rng.normal(size=n)
    date = pd.Timestamp("2024-01-01") + pd.to_timedelta(day, unit="D")
    rows = pd.DataFrame({"outlet": outlet, "date": date, "tone": own, "section": np.where(own > 0, "x", "y")})
    asked = {"direction": "more", "target": "a", "reference": "b", "matters": 0.1, "measure": measure}
    asked |= {"column": "tone"} if measure == "tone" else {"counted": {"section": ["x"]}}
    ends = {
        name: verdict(studies.open(rows), **asked, **({"cluster": name} if name else {}))[["low", "high", "n_clusters"]]
        for name in ("", "article_id", "issue_date")
    }
    wider = max(("article_id", "issue_date"), key=lambda name: ends[name]["high"] - ends[name]["low"])
    assert list(ends[""]) == list(ends[wider])
    assert wider == taken


def test_words_of_a_day_that_shares_a_mood_are_one_observation():
    """As if the day were named, and as compare says: of 60 such claims at the edge 23 were decided, on articles."""
    rng, day = np.random.default_rng(0), np.repeat(np.arange(40), 12)
    outlet = np.tile(["a", "b"], 240)
    mood = 0.8 * rng.normal(size=(40, 2))[day, (outlet == "b").astype(int)]
    uses = rng.poisson(3 * np.exp(mood - 0.32) * np.where(outlet == "a", 1.25, 1.0))
    date = pd.Timestamp("2021-01-01") + pd.to_timedelta(day, unit="D")
    rows = pd.DataFrame({"article_id": [f"i{i:03}" for i in range(480)], "outlet": outlet, "date": date})
    rows["day"] = rows["date"].astype(str)
    counts = pd.concat([rows[["article_id", "outlet", "day"]].assign(term=term, n=n)
                        for term, n in (("w", uses), ("o", 150 - uses))])  # fmt: skip
    counts = counts[counts["n"] > 0].astype({"article_id": "category", "term": "category"})
    data = studies.open(rows, counts=counts)
    own = {"measure": "words", "terms": ["w"], "target": "a", "reference": "b", "direction": "more"}
    row, day, narrow = (verdict(data, **own, **more) for more in ({}, {"cluster": "day"}, {"cluster": "article_id"}))
    options = {"target": "a", "reference": "b", "terms": ["w"], "level": 0.9, "replicates": 9}
    for each, cluster in ((day, "day"), (narrow, "article_id")):
        found = keyness.compare(counts, cluster=cluster, **options).iloc[0]
        ends = 2 ** found[["log2_ratio_half", "conf_low", "conf_high"]].astype(float)
        np.testing.assert_allclose(each[["estimate", "low", "high"]].astype(float), ends)
    assert row["low"] <= day["low"] < 1.1 * day["low"] < narrow["low"] and day["n_clusters"] == 40
