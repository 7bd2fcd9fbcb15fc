"""Figures: the glyphs are there on any machine, text stays text, and a page may hold many figures."""

import io
import re
import warnings
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import noto_cjk_sans_jp_regular
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from matplotlib import dates as mdates
from matplotlib import font_manager
from PIL import Image

from framing import plots
from framing.plots import Picture, base, shapes

HOSTILE = [
    '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "$\\frac{",
    "a$b$c",
    "\u202egnirts\u202c",
    "x" * 10**6,
]


def drawn(*texts: str, caption: str = "A figure.", alt: str = "Words.") -> Picture:
    fig, axes = base.figure(6, 4)
    axes.plot([0, 1], [0, len(texts)], marker="o")
    for i, text in enumerate(texts):
        axes.text(0.5, i, base.plain(text))
    return Picture(fig, caption=caption, alt=alt, data=pd.DataFrame({"text": [t[:50] for t in texts]}))


def test_japanese_korean_chinese_and_cyrillic_are_drawn_without_a_missing_glyph():
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of each glyph it lacks
        drawn(
            "北朝鮮、ミサイル発射", "조선민주주의인민공화국", "朝鲜半岛无核化", "Северная Корея є ї Ґ", "Łódź č"
        ).svg()


def test_a_sign_no_font_has_is_a_warning_unless_it_goes_through_plain():
    fig, axes = base.figure()
    axes.text(0, 0, "\U0001f9ff")  # a sign of Unicode 11 that neither font carries
    with pytest.warns(UserWarning, match="missing from font"):
        Picture(fig, caption="c", alt="a").svg()
    assert base.plain("核\U0001f9ff") == "核〓"


def test_the_cjk_font_is_the_one_of_the_package_and_not_the_machines():
    base.figure()
    found = Path(font_manager.findfont("Noto Sans CJK JP"))
    assert Path(noto_cjk_sans_jp_regular.__file__).resolve().parent in found.parents


def test_labels_added_after_the_figure_was_made_have_the_japanese_font_too():
    _, axes = base.figure()
    assert axes.text(0, 0, "北").get_fontfamily() == base.FAMILY


def test_a_dollar_sign_is_a_dollar_sign():
    """Without the escape matplotlib reads ``$...$`` as a formula and refuses a broken one."""
    svg = drawn("$\\frac{", "$5 and $10", "100$").svg()
    assert svg.startswith("<svg")
    assert base.plain("$5 and $10") == r"\$5 and \$10"


def test_marks_of_direction_line_breaks_and_long_lines_cannot_bend_a_figure():
    assert base.plain("a\u202eb\u200fc\n\td\x00e") == "abc de"
    assert len(base.plain("x" * 10**6)) == 40


def test_hostile_text_does_not_become_markup():
    picture = drawn(*HOSTILE, caption=HOSTILE[0], alt=HOSTILE[0])
    markup = picture.markup()
    assert "<script" not in markup and "<img" not in markup
    ElementTree.fromstring(picture.svg())  # still XML


def test_the_text_alternative_is_the_title_and_the_description():
    root = ElementTree.fromstring(drawn("北", caption="Cap & co", alt="From 3 to 5 <%>").svg())
    named = {element.get("id"): element.text for element in root if element.tag.endswith(("title", "desc"))}
    assert [named[name] for name in root.get("aria-labelledby").split()] == ["Cap & co", "From 3 to 5 <%>"]
    assert root.get("role") == "img"


def test_two_figures_of_a_page_share_no_id_and_refer_only_to_their_own():
    first, second = drawn("北朝鮮", "韓国").svg(), drawn("北朝鮮", "中国").svg()
    ids = [re.findall(r'\sid="([^"]+)"', svg) for svg in (first, second)]
    assert not set(ids[0]) & set(ids[1])
    for svg, own in zip((first, second), ids, strict=True):
        assert len(own) == len(set(own))
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) <= set(own)


@pytest.mark.browser
def test_an_inlined_figure_looks_as_matplotlib_draws_it(tmp_path):
    """Chromium draws both files; matplotlib's own is the reference."""
    from browsing import browser

    fig, axes = base.figure(6, 4)
    axes.scatter(*np.random.default_rng(1).random((2, 200)), c=np.arange(200), cmap="viridis", edgecolor="k")
    axes.fill_between([0, 1], [0, 0.2], [0.5, 1], alpha=0.3, hatch="//")
    axes.set_title("北朝鮮 Пример")
    picture = Picture(fig, caption="c", alt="a")
    picture.save(tmp_path / "ours.svg")
    fig.savefig(tmp_path / "theirs.svg")
    with browser() as opened:
        shots = {}
        for name in ("ours", "theirs"):
            page = opened.new_page(viewport={"width": 600, "height": 420})
            page.goto((tmp_path / f"{name}.svg").as_uri())
            shots[name] = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("L"), dtype=float)
    assert shots["theirs"].std() > 10  # something is drawn
    assert np.abs(shots["ours"] - shots["theirs"]).mean() < 0.5  # of 255: coordinates are rounded


def test_the_same_figure_gives_the_same_bytes():
    assert drawn("北朝鮮").svg() == drawn("北朝鮮").svg()


def test_rounded_coordinates_move_nothing_a_person_could_see(tmp_path):
    """The places of the marks, against those that matplotlib computes."""
    fig, axes = base.figure(6, 4)
    values = np.random.default_rng(0).random((50, 2))
    axes.plot(values[:, 0], values[:, 1], "o")
    svg = Picture(fig, caption="c", alt="a").svg()
    placed = np.array(re.findall(r'<use[^>]* x="([\d.]+)" y="([\d.]+)"', svg)[-50:], dtype=float)
    expected = axes.transData.transform(values) * 72 / fig.dpi
    expected[:, 1] = 4 * 72 - expected[:, 1]
    np.testing.assert_allclose(placed, expected, atol=0.006)  # two decimals of a point


@pytest.mark.parametrize(
    "label", ["distance between the vocabularies, 0 the same and 1 no word in common " * 2, "語彙" * 60]
)
def test_a_long_label_breaks_into_lines_instead_of_leaving_the_figure(label):
    fig, axes = base.figure(6, 4)
    axes.set_xlabel(label)
    Picture(fig, caption="c", alt="a").svg()
    box = axes.xaxis.label.get_window_extent()
    assert box.x0 >= 0 and box.x1 <= fig.bbox.x1
    assert axes.xaxis.label.get_text().replace("\n", "").replace(" ", "") == label.replace(" ", "")


def test_a_label_longer_than_its_axis_breaks_also_upright_and_beside_long_names():
    """On a phone the names of rows leave half the width, and a panel is lower than its label is long."""
    fig, axes = base.figure(4.3, 3, 2, 1)
    axes[0].set_ylabel("predicted probability of page 1")
    axes[1].set_yticks([0, 1], ["北海日日 – 西都タイムス", "東都新報 – 西都タイムス"])
    axes[1].set_xlabel("Jensen–Shannon距離（0は同一、1は共通の語なし）")
    Picture(fig, caption="c", alt="a").figure.draw_without_rendering()
    for box in (axes[0].yaxis.label.get_window_extent(), axes[1].xaxis.label.get_window_extent()):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= fig.bbox.x1 and box.y1 <= fig.bbox.y1


def test_lines_break_between_words_and_not_before_a_stop_or_after_an_opening_bracket():
    """What may not begin or end a line is JIS X 4051's; the phone had "sent a / gainst / receiv / ed"."""
    assert base.wrapped("sent against received", 4).split("\n") == ["sent", "against", "received"]
    text = "東都新報は西都タイムスより「会談」を多く使う。"
    for most in range(2, 12):
        lines = base.wrapped(text, most).split("\n")
        assert "".join(lines) == text
        assert not any(line[0] in "」）、。ー" or line[-1] in "「（" for line in lines), lines
    assert base.wrapped("1面に載る予測確率の変化", 6).split("\n") == [
        "1面に載る",
        "予測確率の",
        "変化",
    ]  # not 載る予|測
    assert base.wrapped("習近平（対プーチン）", 7).split("\n") == ["習近平", "（対プーチン）"]
    assert base.wrapped("西都タイムス", 5).split("\n") == ["西都", "タイムス"]
    assert max(map(len, base.wrapped("x" * 200, 10).split("\n"))) < 20


def test_no_panel_cuts_an_interval_that_is_wider_than_those_of_the_first():
    """Panels share a scale; it was fixed when the first was drawn, and ended intervals of the next at its edge."""
    ends = {"share": [0.1, 0.3], "estimate": [0.1, 0.3], "conf_low": [0.05, 0.1], "conf_high": [0.15, 0.9]}
    codes = pd.DataFrame({"code": ["a", "b"], "label": ["A", "B"], "outlet": "x", "note": "", **ends})
    times = pd.concat([codes.assign(year=year) for year in (2001, 2002)])
    topics = pd.DataFrame({"topic": 0, "label": "t", "outlet": ["x", "y"], "stable": True, **ends})
    along = pd.concat([topics.assign(year=year, date=pd.Timestamp(str(year))) for year in (2001, 2002)])
    rates = pd.DataFrame({"term": "w", "group": ["x", "y"], "n_articles": 9, "per_million": [10.0, 30.0],
                          "conf_low": [5.0, 10.0], "conf_high": [15.0, 90.0]})  # fmt: skip
    followed = pd.concat([rates.assign(period=year) for year in ("2001", "2002")])
    for picture in (
        plots.code_shares(codes),
        plots.code_shares(times, over="year"),
        plots.topic_curves(along.reset_index(drop=True), over="year"),
        plots.keyness_over_time(followed),
    ):
        for ax in picture.figure.axes:
            seen, limits = ax.dataLim, ax.viewLim
            assert seen.x1 <= limits.x1 and seen.y1 <= max(limits.y0, limits.y1), picture.caption


def test_codes_are_followed_by_month_as_by_year():
    """Months are text, 2023-01; the figure wanted numbers, and 30_frames with period: month ended in a ValueError."""
    ends = {"share": 0.2, "conf_low": 0.1, "conf_high": 0.3, "n_units": 9}
    months = ["2023-01", "2023-02", "2023-11"]
    rows = [{"code": "a", "label": "A", "outlet": o, "month": m, **ends} for o in "xy" for m in months]
    (ax,) = plots.code_shares(pd.DataFrame(rows), over="month").figure.axes
    at = mdates.date2num([pd.Timestamp(2023, month, 1) for month in (1, 2, 11)])
    assert ax.lines[0].get_xdata().astype("datetime64[D]").astype(int).tolist() == at.tolist()  # ten months are not one
    assert isinstance(ax.xaxis.get_major_locator(), mdates.DateLocator)
    years = pd.DataFrame(rows).assign(year=[2001, 2002, 2004] * 2)
    (ax,) = plots.code_shares(years, over="year").figure.axes
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["2001", "2002", "2004"]


def test_a_ratio_of_a_short_range_has_more_than_its_one():
    """Half to one and a half times, as claims are; ticks at 1.41× say nothing."""
    _, ax = base.figure()
    ax.set_xlim(0.45, 1.6)
    shapes.ratios(ax.xaxis, log=True)
    told = [ax.xaxis.get_major_formatter()(tick) for tick in ax.xaxis.get_major_locator().tick_values(0, 1)]
    assert told == ["½×", "0.7×", "1×", "1.5×"]


def test_a_figure_saves_as_svg_and_png(tmp_path):
    picture = drawn("北朝鮮")
    picture.save(tmp_path / "a.svg")
    picture.save(tmp_path / "a.png")
    assert "北朝鮮" not in (tmp_path / "a.svg").read_text(encoding="utf-8")  # outlines, not letters
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_figures_have_seaborns_theme_and_palette():
    base.figure()
    ours = matplotlib.rcParams
    whitegrid = sns.axes_style("whitegrid")  # of the theme in force, but for what the toolkit sets itself
    assert (
        ours["axes.grid"] and ours["axes.axisbelow"] and ours["patch.edgecolor"] == "w" == whitegrid["patch.edgecolor"]
    )
    assert ours["axes.prop_cycle"].by_key()["color"] == [*sns.color_palette("colorblind")]
    assert sns.color_palette("colorblind").as_hex() == base.PALETTE


def test_a_line_keeps_its_gaps_and_order_where_seaborn_would_bridge_sort_and_average():
    _, ax = base.figure()
    x, y = [2.0, 1.0, 1.0, 3.0], [5.0, np.nan, 7.0, 1.0]
    shapes.line(ax, x, y, colour=base.PALETTE[0])
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), np.column_stack([x, y]))


def test_a_figure_of_seaborns_is_unknown_to_pyplot():
    import matplotlib.pyplot as plt

    fig, axes = base.figure(6, 4, 1, 2)
    notes = np.array([["•", ""], ["", "•"]])
    shapes.heat(axes[0], np.eye(2), ["北", "$5"], ["a", "b"], notes=notes, bar="scale", cmap="Blues")
    shapes.bars(axes[1], [0, 1], [3, 4], ["same", "same"], colour=base.PALETTE[0])
    assert [bar.get_width() for bar in axes[1].patches] == [3, 4]  # two rows of one name are not averaged
    Picture(fig, caption="c", alt="a").svg()
    assert plt.get_fignums() == []


def test_a_heat_map_is_on_white_as_its_colours_are_and_at_night_no_white_box():
    """The composite of a colour on white, by the formula of Porter and Duff (1984), is seaborn's own colour."""
    _, ax = base.figure()
    shapes.heat(ax, np.array([[-3.0, 0.0, 3.0]]), ["a"], ["x", "y", "z"], cmap="PuOr_r", vmin=-3, vmax=3)
    ax.figure.draw_without_rendering()
    seen = ax.collections[0].get_facecolors()
    on_white = seen[:, :3] * seen[:, 3:] + (1 - seen[:, 3:])
    np.testing.assert_allclose(on_white, matplotlib.colormaps["PuOr_r"]([0.12, 0.5, 0.88])[:, :3], atol=0.02)
    assert seen[1, 3] < 0.1 and min(seen[[0, 2], 3]) > 0.6


def test_a_ratio_is_ticked_as_people_say_it():
    assert [shapes.times(x) for x in (0.03125, 0.125, 0.5, 1, 4)] == ["1/32×", "⅛×", "½×", "1×", "4×"]


def test_events_are_marked_with_their_names_and_one_that_is_none_is_refused():
    days = pd.date_range("2011-01-01", periods=30, freq="MS")
    _, axes = base.figure()
    shapes.line(axes, days.to_numpy(), np.arange(30), colour=base.PALETTE[0])
    said = shapes.events([axes], [["2011-03-11", "earthquake"], {"date": "1999-01-01", "label": "before"}])
    assert said == "Dotted lines: 2011-03-11 earthquake."
    assert [text.get_text() for text in axes.texts] == ["earthquake"]
    with pytest.raises(ValueError, match="is not a date and a label"):
        shapes.events([axes], ["2011-03-11"])


def test_in_a_page_a_figure_takes_its_colours_and_has_a_second_for_a_phone():
    from framing import plots

    picture = plots.corpus_windows(
        pd.DataFrame({"outlet": ["a"], "first": pd.to_datetime(["2020-01-01"]), "last": pd.to_datetime(["2023-01-01"]),
                      "n_articles": [5], "share_common": [1.0]})
    )  # fmt: skip
    markup = picture.markup()
    assert markup.count("<svg") == 2 and "var(--fr-ink)" in markup and base.GROUND not in markup
    assert "var(" not in picture.svg(), "a file has no style sheet"


def test_events_stand_in_every_figure_of_time():
    """A line in each panel and a sentence: the axis of trends is one of days, whatever its converter is called."""
    months = pd.period_range("2010-01", periods=24, freq="M")
    series = pd.DataFrame({"group": np.repeat(["a", "b"], 24), "period": [*months, *months], "value": 1.0})
    course = {name: 2.0 for name in ("fitted", "counterfactual")}
    course |= {f"{name}{end}": value for name in list(course) for end, value in (("_low", 1.0), ("_high", 3.0))}
    periods = series.assign(observed=2.0, after=[*(np.arange(24) > 11)] * 2, **course)
    marked = [["2011-03-11", "earthquake"]]
    for drawn in (
        plots.trend_rates(series, unit="articles", events=marked),
        plots.trend_counterfactual(periods, unit="articles", at="2011-01", events=marked),
    ):
        assert "Dotted lines: 2011-03-11 earthquake." in drawn.caption
        at = mdates.date2num(pd.Timestamp("2011-03-11"))
        panels = [ax for ax in drawn.figure.axes if ax.lines]
        assert panels and all(any(list(line.get_xdata()) == [at, at] for line in ax.lines) for ax in panels)


def test_bands_of_an_interrupted_series_are_drawn_whole_unless_they_dwarf_it():
    months = pd.period_range("2010-01", periods=24, freq="M")
    flat = {f"{name}{end}": 2.0 for name in ("fitted", "counterfactual") for end in ("", "_low", "_high")}
    series = pd.DataFrame({"group": "a", "period": months, "observed": [0.0, *[2.0] * 23], "after": np.arange(24) > 11})
    for high, told in ((3.5, False), (40.0, True)):
        drawn = plots.trend_counterfactual(
            series.assign(**flat | {"counterfactual_high": high}), unit="n", at="2011-01"
        )
        low, top = drawn.figure.axes[0].get_ylim()
        assert low < 0 and top == pytest.approx(1.05 * min(high, 4)) and ("goes on beyond" in drawn.caption) == told


def test_events_in_narrow_panels_are_numbered():
    figure, axes = base.figure(8, 3, columns=3)
    for ax in axes:
        ax.plot(pd.to_datetime(["2010-01-01", "2012-01-01"]), [0, 1])
    said = shapes.events(list(axes), [["2011-03-11", "earthquake"], ["2010-05-01", "summit"]])
    assert [text.get_text() for text in axes[0].texts] == ["1", "2"]
    assert "(1) 2010-05-01 summit; (2) 2011-03-11 earthquake" in said
