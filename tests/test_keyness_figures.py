"""Figures and sentences of a comparison, and the choice of articles before it."""

import numpy as np
import pandas as pd
import pytest
from japanese import english_in, texts_of
from matplotlib.colors import to_rgba
from test_keyness import corpus

from framing import keyness, messages, plots, report, study
from framing.errors import ParamError, TableError
from framing.plots.base import INK


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    outlets = np.repeat(["朝<b>", "読$x$", "c"], 60)
    rates = np.tile(rng.gamma(1.5, 1.0, 25), (180, 1))
    rates[:60, 0] *= 4
    rates[60:, 1] = 0  # only the first outlet uses the second term
    rates[:60, 1] = 1.0
    terms = ["原発", "$5 <i>", *[f"t{j}" for j in range(23)]]
    return corpus(rng.poisson(rates), outlets, terms, year=np.tile(["2020", "2021"], 90))


@pytest.fixture(scope="module")
def found(counts) -> pd.DataFrame:
    return keyness.compare(counts, replicates=400, scores=True)


@pytest.mark.slow
def test_every_figure_draws_names_with_dollars_and_glyphs_without_a_warning(found, counts):
    followed = keyness.over_time(counts, ["原発", "$5 <i>"])
    for picture in (
        plots.keyness_ranked(keyness.strongest(found)),
        plots.keyness_funnel(found),
        plots.keyness_heat(found),
        plots.keyness_over_time(followed),
    ):
        svg = picture.svg()
        assert svg.startswith("<svg") and "nan" not in svg.split("aria-label")[0]
        assert len(picture.alt) > 30 and picture.caption.endswith(".")


def test_the_words_of_a_heat_map_of_two_outlets_are_as_large_as_those_of_the_page(found):
    two = plots.keyness_heat(found[found["target"].eq(found["target"].iloc[0])])
    assert two.figure.get_figwidth() >= 8  # a report's column; narrower figures are blown up to it


def test_time_has_no_place_for_articles_without_a_date_and_a_gap_for_a_year_without_any(counts):
    dated = counts.assign(year=counts["year"].astype(str).replace({"2020": "undated", "2021": "2023"}))
    earlier = dated["article_id"].isin(dated["article_id"].unique()[1::4]) & dated["year"].eq("2023")
    picture = plots.keyness_over_time(
        keyness.over_time(dated.assign(year=dated["year"].mask(earlier, "2021")), ["原発"])
    )
    years = pd.DatetimeIndex(["2021-01-01", "2022-01-01", "2023-01-01"])
    for panel in picture.figure.axes:
        assert all(np.isnan(line.get_ydata()).tolist() == [False, True, False] for line in panel.lines)
        assert all((pd.DatetimeIndex(line.get_xdata()) == years).all() for line in panel.lines) and panel.lines
    n = counts[counts["year"].astype(str).eq("2020")]["article_id"].nunique()
    assert f"does not tell the period, which are not drawn: {n}." in picture.caption


def luminance(colour) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return float(np.dot([0.2126, 0.7152, 0.0722], parts))


def test_the_heat_map_of_two_outlets_holds_the_words_of_both_and_says_so():
    rates = np.full((120, 25), 2.0)
    rates[:60, 0] *= 4
    rates[60:, 1] *= 4
    terms = ["up", "down", *[f"t{j}" for j in range(23)]]
    counts = corpus(np.random.default_rng(0).poisson(rates), ["east"] * 60 + ["west"] * 60, terms)
    picture = plots.keyness_heat(keyness.compare(counts, target="east", reference="west", replicates=100))
    assert [label.get_text() for label in picture.figure.axes[0].get_yticklabels()] == ["up", "down"]
    axes = picture.figure.axes[0]
    for dot in axes.texts:  # seen on its cell, by day and by night: WCAG's 3 to 1 for what is no text, by its formula
        value = axes.collections[0].get_array()[int(dot.get_position()[1]), 0]
        *shade, seen = axes.collections[0].to_rgba(value)
        told = dot.get_color()
        for ground, ink in (("#ffffff", told), ("#16181b", "#e9e8e4" if told == INK else told)):
            cell = [seen * one + (1 - seen) * below for one, below in zip(shade, to_rgba(ground)[:3], strict=True)]
            lights = [luminance(cell), luminance(to_rgba(ink))]
            assert (max(lights) + 0.05) / (min(lights) + 0.05) > 3


def test_names_on_a_figure_never_lie_on_one_another():
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from framing.plots import base, labels

    rng = np.random.default_rng(0)
    fig, ax = base.figure(5, 4)
    x, y = rng.normal(size=(2, 120))
    ax.scatter(x, y)
    written = labels.place(ax, x, y, [f"word{k}" for k in range(120)])
    renderer = FigureCanvasAgg(fig).get_renderer()
    boxes = [text.get_window_extent(renderer) for text in ax.texts]
    assert 10 < written == len(boxes) < 120
    assert not any(a.shrunk(0.9, 0.8).overlaps(b.shrunk(0.9, 0.8)) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_the_answer_names_the_surest_word_with_its_interval(found):
    told, first = keyness.answer(found), keyness.marking(found).iloc[0]
    assert told.verdict == "difference" and told.sentence.startswith("朝<b> uses $5 <i> ")
    assert "the other outlets never" in told.sentence
    assert told.value == 2 ** first["simultaneous_low"] and told.unit == "times as often, at least" and told.low is None
    finite = found[found["term"] != "$5 <i>"]
    told, row = keyness.answer(finite), keyness.marking(finite).iloc[0]
    low, high = 2 ** row["simultaneous_low"], 2 ** row["simultaneous_high"]  # by hand from the row
    assert told.sentence.startswith(
        f"朝<b> uses 原発 {2 ** row['log2_ratio_half']:.1f} times as often as the other outlets (95% confidence "
        f"interval {low:.1f} to {high:.1f} times as often, for a term chosen among {finite['term'].nunique()})."
    )
    assert (
        told.low == 2 ** row["simultaneous_low"] < 2 ** row["conf_low"] and told.high == 2 ** row["simultaneous_high"]
    )
    assert told.unit == "times as often" and told.contrast == ("原発", "朝<b>", "rest")


def named(value: float, width: float, tokens: int = 40, **others) -> pd.DataFrame:
    """A comparison of one marked term."""
    row = {"contrast": "rest", "target": "a", "reference": "rest", "term": "w", "log2_ratio_half": value,
           "conf_low": value - width / 2, "conf_high": value + width / 2, "simultaneous_low": value - width,
           "simultaneous_high": value + width, "p_value": 1e-9, "q_value": 1e-6, "marks": "a",
           "n_tokens_target": tokens, "n_tokens_reference": tokens, "n_articles_target": 30,
           "n_articles_reference": 30}  # fmt: skip
    return pd.DataFrame([row | others])


@pytest.mark.parametrize("value, width, verdict, said", [
    (-1.33, 0.5, "difference", "a uses w 60% less often than the other outlets"),
    (-9.0, 0.5, "difference", "a uses w 0.002 times as often as the other outlets"),
    (1.33, 0.5, "difference", "a uses w 2.5 times as often as the other outlets"),
    (1.33, 1.5, "inconclusive", "which of them does so most cannot be determined: a uses w 2.5 times"),
    (0.45, 0.3, "inconclusive", "cannot be determined"),
    (0.2, 0.15, "equivalent", "differ by less than a factor of 1.4: a uses w 1.1 times as often"),
])  # fmt: skip
def test_the_verdict_follows_from_the_interval_and_the_smallest_effect(value, width, verdict, said):
    told = keyness.answer(named(value, width))
    assert told.verdict == verdict and said in told.sentence and told.value == 2**value
    assert keyness.answer(named(value, width), smallest_effect=20).verdict == "equivalent"


def test_no_finding_is_said_as_such():
    rng = np.random.default_rng(3)
    told = keyness.answer(keyness.compare(corpus(rng.poisson(1.0, (40, 10)), np.tile(["a", "b"], 20)), replicates=100))
    assert told.sentence.startswith("None of the 10 terms differs between a and b") and told.value is None
    assert told.verdict == "inconclusive" and "does not show that the outlets write alike" in told.cautions[0]


def test_a_word_one_side_never_uses_has_a_place_at_the_edge_of_the_scatter(found):
    shown = keyness.scatter(found[found["target"] == "朝<b>"])["frame"]
    assert np.isfinite(shown[["rate_target", "rate_reference"]].to_numpy(dtype=float)).all()
    assert shown.set_index("term").loc["$5 <i>", "rate_reference"] == shown["rate_reference"].min()


def test_the_counts_behind_a_term_add_up(found, counts):
    behind = keyness.two_by_two(found)["原発"]
    here = behind[behind["side"] == "朝<b>"].iloc[0]
    own = counts[counts["outlet"] == "朝<b>"]
    assert here["tokens_of_the_term"] == own.loc[own["term"] == "原発", "n"].sum()
    assert here["tokens_of_the_term"] + here["other_tokens"] == own["n"].sum()


def test_the_counts_behind_the_terms_come_contrast_by_contrast_and_nothing_comes_of_nothing(found):
    # by hand from the rows of the comparison: each has a target, then a reference
    behind = keyness.two_by_two(found)
    rows = found[found["contrast"] != "omnibus"]
    assert list(behind) == list(rows["term"].astype(str).unique())
    for term, table in behind.items():
        own = rows[rows["term"] == term]
        assert table["tokens_of_the_term"].tolist() == own[["n_tokens_target", "n_tokens_reference"]].stack().tolist()
        assert table["articles_with_it"].tolist() == own[["n_articles_target", "n_articles_reference"]].stack().tolist()
        assert table["side"].tolist()[::2] == own["target"].tolist()
    assert keyness.two_by_two(found.head(0)) == {}
    term = next(iter(behind))  # columns of messages, which a report translates; pandas makes texts of them where it may
    assert all(isinstance(one, messages.Message) for one in behind[term]["contrast"])
    messages.use("ja")
    details = {found["term"].iloc[0]: behind[term]}
    shown = report.table(found.head(1), caption="c", details=details, key="term")._repr_html_()
    assert " 対 " in shown and "その語のトークン数" in shown and "against the other" not in shown


def test_every_column_explained_is_a_column(found):
    assert set(keyness.COLUMNS) <= set(found.columns)


def test_rates_over_time_agree_with_plain_sums(counts):
    followed = keyness.over_time(counts, ["原発"]).set_index(["group", "period"])
    cell = counts[(counts["outlet"] == "c") & (counts["year"] == "2021")]
    expected = 1e6 * cell.loc[cell["term"] == "原発", "n"].sum() / cell["n"].sum()
    row = followed.loc[("c", "2021")]
    assert row["per_million"] == pytest.approx(expected)
    assert 0 <= row["conf_low"] < expected < row["conf_high"]


def test_words_named_beforehand_are_the_whole_family(counts, found):
    asked = keyness.compare(counts, replicates=400, terms=["原発", "t3"], scores=True)
    assert set(asked["term"]) == {"原発", "t3"}
    both = asked.set_index(["target", "term"])["log2_ratio"]
    np.testing.assert_array_equal(both, found.set_index(["target", "term"])["log2_ratio"].loc[both.index])
    with pytest.raises(ValueError, match="in none of the counts"):
        keyness.compare(counts, replicates=5, terms=["nowhere"])


def test_a_subset_takes_articles_and_says_what_it_dropped(counts):
    ids = counts["article_id"].cat.categories
    articles = pd.DataFrame(
        {
            "article_id": ids,
            "outlet": "A",
            "date": pd.to_datetime(["2020-01-05", None] * (len(ids) // 2)),
            "section": np.tile(["p", "e", "e"], 60),
        }
    )
    clusters = pd.DataFrame({"article_id": ids[:10], "cluster_id": "one", "similarity": 1.0})
    given = {"counts": counts, "clusters": clusters}
    taken = study.open(articles, **given, keep={"section": ["p"]})
    chosen = taken.counts_with(["section"])
    assert chosen["article_id"].nunique() == 60 and set(chosen["section"]) == {"p"}
    assert set(chosen["month"]) == {"2020-01", "undated"}
    assert chosen["cluster_id"].nunique() == 57  # four of the ten copies are in the subset; the others stand alone
    assert taken.steps_to_counts()["n_rows"].tolist() == [180, 60, 60]
    for keep, said in (
        ({"paper": [1]}, "'paper', which is no column"),
        ({"section": ["x"]}, "keep section: no row has 'x'"),
        ({"section": ["p"], "date": [None], "article_id": [ids[0]]}, "no article is left after"),
    ):
        with pytest.raises(ParamError, match=said):
            study.open(articles, **given, keep=keep)
    others = articles.assign(article_id=[f"other{i}" for i in range(len(articles))])
    with pytest.raises(TableError, match="rows of counts are of articles that the study"):
        study.open(others, counts=counts)


def test_a_comparison_in_which_nothing_was_tested_says_so(counts):
    found = keyness.compare(counts, replicates=5, min_articles=10_000, scores=True)
    with pytest.raises(ValueError, match="none of the .* was tested; lower min_articles"):
        keyness.scatter(found)
    assert keyness.strongest(found, None).empty
    followed = keyness.over_time(counts, [])
    assert followed.empty and plots.keyness_over_time(followed).svg().startswith("<svg")


def test_the_scatter_shows_every_tested_word_and_counts_the_others(counts):
    found = keyness.compare(counts, replicates=20, min_articles=60, scores=True)
    told = keyness.scatter(found)
    own = found[found["target"] == found["target"].iloc[0]]
    n = int(own["p_value"].isna().sum())
    assert len(told["frame"]) == own["p_value"].notna().sum() and n > 0
    assert f"{n} words were not tested" in told["caption"]
    assert "surest of" in keyness.scatter(found, most=2)["caption"]


def test_the_surest_of_all_tested_rows_comes_first(found):
    rows = keyness.strongest(found, None)
    assert len(rows) == ((found["contrast"] != "omnibus") & found["p_value"].notna()).sum()
    assert (rows["bound"].abs().diff().dropna() <= 0).all()


def test_about_fifteen_columns_come_unless_scores_are_asked_for(found, counts):
    few = keyness.compare(counts, replicates=400)
    assert len(few.columns) == 18 and few.columns[:-1].tolist() == found.columns[:17].tolist()
    pd.testing.assert_frame_equal(few, found[few.columns])
    for view in (keyness.scatter, keyness.points.rates, keyness.two_by_two):
        with pytest.raises(ValueError, match="scores=True"):
            view(few)
    assert keyness.answer(few) == keyness.answer(found)
    for draw in (plots.keyness_ranked, plots.keyness_funnel, plots.keyness_heat):
        assert len(draw(few).data)


def test_findings_and_figures_are_japanese_in_a_japanese_report(found, counts):
    messages.use("ja")
    pictures = [
        plots.keyness_ranked(keyness.strongest(found)),
        plots.keyness_funnel(found),
        plots.keyness_heat(found),
        plots.keyness_over_time(keyness.over_time(counts, ["原発"])),
    ]
    for picture in pictures:
        assert not english_in(picture.caption, picture.alt, *texts_of(picture.figure))
    finite = found[found["term"] != "$5 <i>"]
    told = [keyness.answer(found), keyness.answer(finite), keyness.answer(finite, smallest_effect=50.0)]
    told += [keyness.answer(finite.assign(marks="")), keyness.answer(named(1, 1.5)), keyness.answer(named(-2, 1))]
    for one, said in zip(
        told, ("一度も使わない", "倍である", "倍より小さい", "見られない", "決められない", "％少ない"), strict=True
    ):
        assert said in messages.say(one.sentence)
        assert not english_in(messages.say(one.sentence), messages.say(one.unit), *map(messages.say, one.cautions))
    drawn = keyness.scatter(found)
    shown = (drawn["caption"], drawn["alt"], *drawn["columns"].values(), *drawn["frame"]["side"])
    assert not english_in(*map(messages.said, shown))


def test_a_reader_chooses_the_outlet_of_the_scatter_and_sees_the_diagonal(found):
    told = keyness.scatter(found, each=True)
    tested = found[(found["contrast"] != "omnibus") & found["p_value"].notna()]
    assert len(told["frame"]) == len(tested) and told["frame"].groupby("contrast_shown").ngroups == 3
    html = report.scatter(**told).markup()
    chosen, *others = html.split("<template>")
    assert chosen.count("<option>") == 3 and len(others) == 2 and html.count('class="fr-grid fr-diagonal"') == 3
    assert "c against the other outlets" in chosen and "per million in the outlet chosen" in html
    one = keyness.scatter(found[found["target"] == "c"], each=True)
    assert one["choose"] == "" and "<select>" not in report.scatter(**one).markup()
