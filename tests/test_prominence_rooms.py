"""Measures, rank tests, answers, figures and the notebook of prominence."""

import itertools
import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from scipy import stats

from framing import plots, prominence, report
from framing import study as studies
from framing.errors import FramingError, ParamError, TableError
from framing.messages import say, use
from framing.prominence.prepare import without

ARTICLES = pd.DataFrame(
    {
        "article_id": ["a", "b", "c", "d"], "outlet": "x", "date": pd.to_datetime(["2020-01-01"] * 3 + ["2020-01-02"]),
        "page": pd.array([1, 2, 1, None], dtype="Int64"), "n_pages": 5, "headline": "",
        "text": ["あ" * 30, "い" * 10, "う" * 10, ""],
    }
)  # fmt: skip
MENTIONS = pd.DataFrame(
    {
        "article_id": ["a", "a", "a", "b"], "actor": ["xi", "putin", "xi", "putin"], "position": [5, 1, 9, 2],
        "surface": "s", "role": "", "in_headline": [False, True, False, False],
    }
)  # fmt: skip


def test_measures_are_what_their_names_say():
    found = studies.measures(ARTICLES, MENTIONS, actor="xi").set_index("article_id")
    assert found["front"].tolist()[:3] == [True, False, True] and pd.isna(found.loc["d", "front"])
    assert found.loc["b", "relative_page"] == 0.25  # second of five pages
    assert found.loc["a", "page_share"] == 0.75  # 30 of the 40 characters of page 1 that day
    assert found["n_mentions"].tolist() == [2, 0, 0, 0]
    assert found.loc["a", "share_of_mentions"] == pytest.approx(2 / 3)
    assert found["actor"].tolist()[:3] == ["xi", "putin", "none"] and pd.isna(found.loc["d", "actor"])  # without words
    assert not found.loc["a", "headline_mention"]  # the headline names the other one
    assert found.loc["a", "mentions_per_1000"] == pytest.approx(1000 * 2 / 30)


@pytest.mark.parametrize("page, message", [(0, "from 1"), (1.5, "from 1"), (6, "beyond n_pages")])
def test_a_page_that_cannot_be_is_refused(page, message):
    with pytest.raises(TableError, match=message):
        studies.measures(ARTICLES.assign(page=page))


def test_the_page_of_an_insert_is_not_the_front():
    found = studies.measures(ARTICLES.assign(insert=[True, False, False, False]))
    assert pd.isna(found["page"].iloc[0]) and "insert" in found["note"].iloc[0]


def test_describing_counts_missing_pages_apart():
    row = prominence.describe(ARTICLES, "outlet").iloc[0]
    assert (row["n"], row["n_missing"], row["n_front"], row["page_1"], row["page_2"]) == (4, 1, 2, 2, 1)
    assert row["share_front"] == pytest.approx(2 / 3)  # of the rows with a page
    assert "share_front" not in prominence.describe(ARTICLES, "outlet", shares=False)


@pytest.mark.parametrize(
    "name, now",
    [
        ("composite", "weights of your own"),
        ("first_seen", r"snapshots\.groupby"),
        ("bounds", r"fit\.bounds"),
        ("brant", r"fit\.checks"),
        ("average_effects", r"fit\.effects"),
    ],
)
def test_a_function_that_is_gone_names_what_does_the_same(name, now):
    with pytest.raises(AttributeError, match=f"'{name}'; it is now .*{now}"):
        getattr(prominence, name)


def test_the_exact_permutation_test_agrees_with_scipy_counting_all_arrangements():
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"page": rng.integers(1, 5, 12), "who": ["a"] * 5 + ["b"] * 7})

    def rank_sum(x, y):
        return stats.rankdata(np.r_[x, y])[: len(x)].sum()

    samples = [frame.loc[frame["who"] == who, "page"] for who in "ab"]
    peer = stats.permutation_test(samples, rank_sum, n_resamples=np.inf, alternative="less")
    found = prominence.permutation(frame, "page", "who", alternative="less").iloc[0]
    assert (found["method"], found["n_arrangements"]) == ("exact", 792)  # 12 over 5
    assert found["p_value"] == pytest.approx(peer.pvalue)


def test_strata_with_one_group_say_nothing_and_are_counted():
    frame = pd.DataFrame({"page": [1, 3, 1, 2, 5], "who": list("abaab"), "day": [1, 1, 2, 2, 3]})
    found = prominence.permutation(frame, "page", "who", strata="day").iloc[0]
    assert (found["n_strata"], found["n_strata_unused"]) == (1, 2)
    assert found["p_value"] == 1.0  # two arrangements of one pair, equally far
    with pytest.raises(TableError, match="two values"):
        prominence.permutation(frame, "page", "day")


def test_the_trend_of_pages_that_only_rise_is_one():
    found = prominence.trend(pd.DataFrame({"page": [1, 2, 3, 4], "year": [1, 2, 3, 4]}), "page", "year").iloc[0]
    assert found["tau_b"] == 1.0 and found["statistic"] == 6
    assert prominence.trend(pd.DataFrame({"page": [1, 1], "year": [1, 2]}), "page", "year")["note"].iloc[0]


@pytest.fixture(scope="module")
def messages():
    keep = {"outlet": ["rodong_sinmun"], "direction": ["received", "sent"], "leader": ["xi", "putin"]}
    return prominence.prepare(dataset="leader_messages", keep=keep)


@pytest.fixture(scope="module")
def message_fit(messages):
    return prominence.fit(messages.rows, "page", "direction + leader * years", family="ordinal", cluster="issue_date")


def test_the_messages_are_those_of_the_card_and_every_row_left_out_is_counted(messages):
    # CARD: rows with a page without public_text: Xi 36 (27 on page 1), Putin 22 (18 on page 1)
    table = prominence.describe(messages.rows, "leader", shares=False).set_index("leader")
    assert (table["n"] - table["n_missing"]).to_dict() == {"putin": 22, "xi": 36}
    assert table["n_front"].to_dict() == {"putin": 18, "xi": 27}
    steps = messages.steps
    assert steps["n_rows"].iloc[0] == 176 and steps["n_dropped"].iloc[-1] == 17
    assert messages.reported and any("share" in limit for limit in messages.limits)
    with pytest.raises(ParamError, match="no column"):
        prominence.prepare(dataset="leader_messages", drop={"nothing": [1]})
    with pytest.raises(ParamError, match="no packaged data set"):
        prominence.prepare(dataset="nothing")


def test_the_answer_says_reported_names_failed_checks_and_never_claims_what_its_interval_denies(message_fit):
    for language, reported, none in (
        ("en", "reported placements", "do not settle whether"),
        ("ja", "報じられた", "とも変わらないとも言えない"),
    ):
        use(language)
        found = prominence.answer(message_fit, "years", "leader", focus="xi", reported=True)
        assert reported in say(found.sentence)
        assert (found.verdict == "inconclusive") == (none in say(found.sentence))
        assert found.low < 0 < found.high and any("98" in say(one) or "17" in say(one) for one in found.cautions)
    table = prominence.changes(message_fit, "years", "leader").set_index("group")
    assert set(table["model"]) == {"front"}, "a page and a level never meet, so that nothing can check the slopes"
    assert table["note"].str.contains("cannot show whether proportional odds hold").all()
    grid = prominence.answers.grid(message_fit, "years", "leader", points=2)
    np.testing.assert_allclose(table["second"] - table["first"], table["estimate"])
    assert grid["years"].tolist() == prominence.answers.grid(message_fit, "years", "leader", points=2)["years"].tolist()
    assert (table["joint_high"] - table["joint_low"] > table["conf_high"] - table["conf_low"]).all()
    with pytest.raises(ParamError, match="no 'trump'"):
        prominence.answer(message_fit, "years", "leader", focus="trump")


def test_a_change_that_is_there_is_told_with_its_direction():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"years": np.repeat(np.arange(10.0), 40)})
    frame["page"] = 1 + np.digitize(0.5 * frame["years"] - 2 + rng.logistic(size=400), [-1, 1])
    fit = prominence.fit(frame, "page", "years", family="ordinal")
    found = prominence.answer(fit)
    assert "fell from" in found.sentence and found.verdict == "difference"
    assert "changed by less than 80 percentage points" in prominence.answer(fit, smallest_effect=80.0).sentence


def test_a_contrast_is_the_difference_of_two_predictions_and_turns_round(message_fit):
    grid = prominence.answers.grid(message_fit, "years", "leader", points=2)
    forth, back = (
        message_fit.contrast(grid.iloc[[0]], grid.iloc[[1]]),
        message_fit.contrast(grid.iloc[[1]], grid.iloc[[0]]),
    )
    np.testing.assert_allclose(forth["estimate"], -back["estimate"])
    np.testing.assert_allclose(forth["estimate"].sum(), 0, atol=1e-12)  # pages' chances add to one
    assert message_fit.predictions(grid).groupby("row")["estimate"].sum().to_numpy() == pytest.approx(1)


def test_the_interval_of_a_difference_stays_in_range_and_is_the_delta_methods_for_least_squares(messages, message_fit):
    grid = prominence.answers.grid(message_fit, "years", "leader", points=2, hold={"direction": "received"})
    table = message_fit.contrast(grid.iloc[0::2], grid.iloc[1::2])
    assert table["conf_low"].min() >= -1 and table["conf_high"].max() <= 1
    assert ((table["conf_low"] <= table["estimate"]) & (table["estimate"] <= table["conf_high"])).all()
    frame = pd.DataFrame({"y": [1.0, 3.0, 2.0, 5.0, 4.0], "x": [0.0, 1.0, 2.0, 3.0, 4.0]})
    fit = prominence.fit(frame, "y", "x", family="ols")
    row = fit.contrast(pd.DataFrame({"x": [1.0]}), pd.DataFrame({"x": [3.0]})).iloc[0]
    slope = fit.coefficients.iloc[1]  # a difference over two units is twice the slope
    np.testing.assert_allclose(
        row[["conf_low", "conf_high"]].astype(float), 2 * slope[["conf_low", "conf_high"]].astype(float)
    )


def test_rows_of_one_issue_are_those_among_the_rows_used(messages, message_fit):
    """Of the 58 rows with a page 18 stand in an issue with another of the 58 (counted in the file by date; among all
    176 rows 21 of the 58 do, three of them beside a message of somebody else)."""
    rows = messages.rows
    assert rows["multi_row_issue"].sum() == 18
    placed = rows[rows["page"].notna()]
    by_hand = placed["date"].map(placed["date"].value_counts()) > 1
    assert placed["multi_row_issue"].tolist() == by_hand.tolist()
    runs = prominence.sensitivity(message_fit, {"alone": {"multi_row_issue": [True]}})
    assert runs.loc[runs["model"] == "alone", ["n", "n_dropped"]].to_numpy().tolist()[0] == [40, 18]
    keep = {"outlet": ["rodong_sinmun"], "direction": ["received", "sent"], "leader": ["xi", "putin"]}
    for dropped in ({"multi_row_issue": ["true"]}, {"multi_row_issue": 1, "leader": ["putin"]}):
        left = prominence.prepare(dataset="leader_messages", keep=keep, drop=dropped).rows
        assert not left["multi_row_issue"].any()
        one = left[left["page"].notna()]
        assert one["date"].is_unique
    xi = placed[placed["leader"] == "xi"]
    assert len(one) == len(xi) - (xi["date"].map(xi["date"].value_counts()) > 1).sum(), (
        "shared with Putin is not shared"
    )
    both = without(rows, {"leader": ["putin"], "multi_row_issue": [True]})
    assert both["article_id"].tolist() == left["article_id"].tolist(), "the flag follows what else a run drops"


def test_a_sensitivity_run_is_the_fit_without_the_rows(messages, message_fit):
    runs = prominence.sensitivity(
        message_fit, {"stated": {"confidence": ["implied"]}, "sent": {"direction": ["received"]}}
    )
    rows = without(messages.rows, {"confidence": ["implied"]})
    again = prominence.fit(
        rows, "page", "direction + leader * years", family="ordinal", cluster="issue_date"
    ).coefficients
    mine = runs[runs["model"] == "stated"].set_index("term")["estimate"]
    np.testing.assert_allclose(mine, again[again["kind"] == "term"]["estimate"])
    assert "direction[T.sent]" not in runs[runs["model"] == "sent"]["term"].tolist()  # constant there, and said
    assert runs[runs["model"] == "sent"]["note"].str.contains("constant").all()


def test_occasions_are_matched_with_themselves(messages):
    rows, test, drift = prominence.matched(messages.rows, ["dprk_foundation"])
    # CARD: 9 September is page 3 (2014), 2 (2015), 1 (2019), 3 (2024) and 1 (2025) for Xi
    assert rows.loc[rows["leader"] == "xi", "page"].tolist() == [3, 2, 1, 3, 1]
    assert test["n_strata"].iloc[0] == 4 and test["method"].iloc[0].startswith("exact")
    assert set(drift["leader"]) == {"xi", "putin"}
    with pytest.raises(FramingError):
        prominence.matched(messages.rows, ["nothing"])


def test_figures_say_in_words_what_they_show_and_take_any_text(messages, message_fit):
    labels = {"xi": "習近平 $5", "putin": "プーチン"}
    dots = plots.placement_dots(messages.rows, colour="leader", shape="direction", labels=labels)
    assert "45 on page 1" in dots.alt and "17 without a page" in dots.alt
    curves = message_fit.predictions(prominence.answers.grid(message_fit, "years", "leader", points=5))
    bands = plots.placement_bands(curves, messages.rows, by="leader", labels=labels)
    effects = plots.effect_dots(prominence.sensitivity(message_fit, {}))
    for picture in (dots, bands, effects):
        assert picture.svg().startswith("<svg") and picture.alt and len(picture.data)


@pytest.mark.parametrize("half", [0.05, 0.3, 1.0, 3.0])
def test_the_ticks_of_odds_are_plain_numbers_that_do_not_touch(half):
    rows = pd.DataFrame({"term": ["a", "b"], "estimate": [0.0, 0.2], "conf_low": [-half] * 2, "conf_high": [half] * 2})
    picture = plots.effect_dots(rows)
    figure, axes = picture.figure, picture.figure.axes[0]
    figure.canvas.draw()
    low, high = axes.get_xlim()
    shown = [t for t, at in zip(axes.get_xticklabels(), axes.get_xticks(), strict=True) if low <= at <= high]
    boxes = [label.get_window_extent() for label in shown]
    fractions = {"½×": 0.5, "¼×": 0.25, "⅛×": 0.125}
    places = [at for at in axes.get_xticks() if low <= at <= high]
    for label, at in zip(shown, places, strict=True):  # what is written is where it stands
        text = label.get_text()
        whole, _, below = text.rstrip("×").partition("/")
        said = fractions.get(text) or (float(whole) / float(below) if below else float(whole))
        assert text.endswith("×") and said == pytest.approx(at, rel=0.01)
    assert len(shown) >= 2
    assert not any(a.overlaps(b) for a, b in itertools.pairwise(boxes))
    assert not any(label.get_text() for label in axes.get_xticklabels(minor=True))


def test_an_outlet_prints_articles_and_is_not_what_they_are_about():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"years": np.tile(np.arange(10.0), 40), "outlet": np.repeat(["east", "west"], 200)})
    frame["page"] = 1 + np.digitize(rng.logistic(size=400), [-1, 1])
    fit = prominence.fit(frame, "page", "outlet * years", family="ordinal")
    assert "an article in east" in prominence.answer(fit, "years", "outlet").sentence


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("1985-01-01", "2007-12-31"),
        ("2019-01-01", "2020-12-31"),
        ("2020-01-01", "2020-12-31"),
        ("2000-02-29", "2004-02-29"),
    ],
)
@pytest.mark.parametrize("scale", [1 / 365.25, 1 / 3652.5, 1.0])
def test_the_first_and_last_row_of_a_group_keep_their_days(first, last, scale):
    """A least-squares line through the days came out seconds before midnight, and 1985 was told as 1984."""
    days = pd.date_range(first, last, periods=80).normalize()
    frame = pd.DataFrame({"date": days, "outlet": np.tile(["east", "west"], 40)})
    frame["years"] = (days - days[0]).days * scale
    frame["n"] = 1 + np.arange(80) % 3
    fit = prominence.fit(frame, "n", "outlet * years", family="ols")
    ends = prominence.answers.grid(fit, "years", "outlet", points=2)
    spans = frame.groupby("outlet")["date"].agg(["min", "max"])
    assert ends["date"].tolist() == spans.to_numpy().ravel().tolist()
    whole = prominence.answers.grid(fit, "years", "outlet", points=25)
    assert (
        whole["date"].between(days[0], days[-1]).all() and whole.groupby("outlet")["date"].is_monotonic_increasing.all()
    )
    told = prominence.changes(fit, "years", "outlet")
    assert told["first_when"].str[:4].tolist() == [str(day.year) for day in spans["min"]]
    assert told["second_when"].str[:4].tolist() == [str(day.year) for day in spans["max"]]


def test_a_column_of_calendar_years_is_told_by_its_own_years():
    days = pd.to_datetime(["2019-11-01", "2019-12-30", "2020-01-01", "2020-01-02", "2020-12-31", "2021-12-31"] * 4)
    frame = pd.DataFrame({"date": days, "year": days.year, "n": np.arange(24) % 5})
    told = prominence.changes(prominence.fit(frame, "n", "year", family="ols"), "year")
    assert (told["first_when"].iloc[0], told["second_when"].iloc[0]) == ("2019", "2021")


def test_a_change_within_one_year_is_told_by_months():
    days = pd.date_range("2024-01-10", periods=40, freq="7D").repeat(2)
    frame = pd.DataFrame({"date": days, "years": (days - days[0]).days / 365.25, "page": 1 + np.arange(80) % 3})
    fit = prominence.fit(frame, "page", "years", family="front")
    told = prominence.changes(fit, "years")
    assert (told["first_when"].iloc[0], told["second_when"].iloc[0]) == ("2024-01", "2024-10")
    sentence = prominence.answer(fit, "years").sentence
    assert "in January 2024 and" in str(sentence) and "in 2024 " not in str(sentence)
    use("ja")
    assert "2024年1月" in say(sentence)


def test_a_page_that_is_printed_and_no_number_is_refused_with_what_to_do():
    articles = pd.DataFrame({"article_id": ["a", "b"], "outlet": "x", "page": ["１面", None]})
    with pytest.raises(TableError, match=r"page holds '１面' \(1 of 2 articles\), which is no number; write 1"):
        studies.measures(articles)


def test_rows_without_limits_of_their_own_still_say_what_no_placement_shows(messages):
    own = prominence.prepare(studies.open(messages.rows.assign(outlet="Rodong")), unit="articles").limits
    assert messages.limits != own and any("what an editor meant" in limit for limit in own)


def test_a_paper_of_thirty_pages_does_not_fill_two_screens():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"date": pd.Timestamp("2003-01-01") + pd.to_timedelta(rng.integers(0, 1400, 600), unit="D")})
    rows["page"] = pd.array(rng.integers(1, 31, 600), dtype="Int64")
    rows["outlet"] = np.tile(["east", "west"], 300)
    assert plots.placement_dots(rows, colour="outlet").figure.get_figheight() < 12  # inches; it was 18


ENGLISH = re.compile(r"[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}")
"""A run of three words; names of columns and people stand alone."""


def test_in_japanese_no_figure_keeps_an_english_sentence(messages, message_fit):
    use("ja")
    grid = prominence.answers.grid(message_fit, "years", "leader", points=5)
    runs = prominence.sensitivity(message_fit, {"記載のみ": {"confidence": ["implied"]}})
    many = pd.concat([messages.rows] * 8, ignore_index=True)
    for picture in (
        plots.placement_dots(messages.rows, colour="leader"),
        plots.placement_dots(many, colour="leader"),
        plots.placement_bands(message_fit.predictions(grid), messages.rows, by="leader"),
        plots.effect_dots(runs.assign(conf_low=runs["conf_low"].where(runs.index > 0))),
        plots.effect_dots(runs, odds=False),
    ):
        drawn = [text.get_text() for text in picture.figure.findobj(Text)]
        for said in (picture.caption, picture.alt, *drawn):
            assert not ENGLISH.search(said), said
        assert re.search("[ぁ-ん]", picture.caption) and re.search("[ぁ-ん]", picture.alt)
    assert {"面の記載なし", "1面"} <= {
        text.get_text() for text in plots.placement_dots(many, colour="leader").figure.findobj(Text)
    }


def test_in_japanese_answers_limits_and_steps_are_japanese_sentences(messages, message_fit):
    use("ja")
    found = prominence.answer(message_fit, "years", "leader", focus="xi")
    rows = prominence.prepare(dataset="leader_messages", drop={"direction": ["public_text"]}, need=["occasion"])
    cautions = [say(one) for one in found.cautions]
    told = [say(found.sentence), *cautions, say(found.unit), *map(say, [*messages.limits, *message_fit.notes])]
    for said in [*told, *map(say, [*rows.steps["step"], *rows.steps["reason"]])]:
        assert re.search("[ぁ-ん一-龥]", said) and not ENGLISH.search(said), said
    assert any("結果変数の欠測" in one for one in cautions)
    rising = pd.DataFrame({"years": np.repeat(np.arange(10.0), 40)})
    rising["n"] = np.random.default_rng(0).poisson(1 + rising["years"])
    rate = prominence.answer(prominence.fit(rising, "n", "years", family="poisson"))
    assert "上昇した" in say(rate.sentence) and "年" not in say(rate.sentence), "9 is no year where there are no dates"


def test_checks_are_kept_in_english_and_shown_in_the_language_of_the_report(message_fit):
    checks = message_fit.checks
    use("ja")
    markup = report.table(checks, caption="", columns=prominence.CODEBOOK["checks"]).markup()
    assert "影響力の大きいクラスター" in markup and "influence" not in markup
    for name in ("check", "advice", "note"):
        for text in filter(None, checks[name].unique()):
            assert say(text) != text, "in the catalogue"
    assert checks.set_index("check").loc["missing outcome", "detail"] == "23%"  # 17 of 75, counted above


def test_every_column_the_notebook_shows_is_explained(messages, message_fit):
    matched, test, drift = prominence.matched(messages.rows, ["dprk_foundation"])
    shown = {
        "pages": prominence.describe(messages.rows, ["leader", "year"]),
        "effects": message_fit.effects,
        "checks": message_fit.checks,
        "influence": prominence.influence(message_fit),
        "coefficients": message_fit.coefficients,
        "compare": prominence.compare({"ordinal": message_fit}),
        "sensitivity": prominence.sensitivity(message_fit, {}).drop(columns="kind"),
        "bounds": message_fit.bounds(),
        "matched": matched,
        "permutation": test,
        "drift": drift,
        "rates": messages.rates,
    }  # fmt: skip
    for name, table in shown.items():
        assert list(prominence.meanings(table, name, "leader")) == list(table.columns), name
    assert prominence.meanings(shown["pages"], "pages", "leader")["page_7"] == "rows on that page"


def test_the_first_page_of_an_inner_section_is_not_the_front():
    articles = pd.DataFrame({"article_id": list("abc"), "page": [1, 1, 2], "page_section": ["A", "B", ""]})
    articles = articles.assign(outlet="x", date=pd.Timestamp("2020-01-01"), headline="h", text="t")
    found = studies.measures(articles)
    assert found["front"].tolist()[0] is True and found["page"].isna().tolist() == [False, True, False]
    assert "inner section" in found["note"].iloc[1]


def test_whole_clusters_exchange_their_group_where_it_stands_in_one_day():
    """By hand: of 20 days the marked one has the largest sum of pages, so that two of 20 labellings are as far or more
    only if another day is as far on the other side; with three rows a day and clear days it is 1 in 20."""
    day = np.repeat(np.arange(20), 3)
    rows = pd.DataFrame({"day": day, "page": np.where(day == 7, 9, 1 + day % 3), "x": day == 7})
    found = prominence.permutation(rows, "page", "x", cluster="day").iloc[0]
    assert found["method"] == "exact" and found["n_arrangements"] == 20 and found["p_value"] == pytest.approx(1 / 20)
    alone = prominence.permutation(rows, "page", "x").iloc[0]
    assert alone["p_value"] < 0.001 and alone["w"] == found["w"], "rows of one day are not independent"
    with pytest.raises(TableError, match="holds both groups"):
        prominence.permutation(rows.assign(x=np.arange(60) % 2), "page", "x", cluster="day")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_side_without_an_interval_is_told_without_one(language):
    """Messages received: the first year of one leader stands on one page, which gives its side no interval."""
    keep = {"outlet": ["rodong_sinmun"], "direction": ["received"], "leader": ["xi", "putin"]}
    rows = prominence.prepare(dataset="leader_messages", keep=keep).rows
    fit = prominence.fit(rows, "page ~ leader * years", family="ordinal", cluster="issue_date")
    found = prominence.answer(fit, by="leader", focus="xi")
    use(language)
    assert "nan" not in say(found.sentence)
