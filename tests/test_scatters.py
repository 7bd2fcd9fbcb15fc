"""The scatter of a report: where its marks stand, how much it carries, and what a reader can do with it."""

import base64
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from browsing import Visit, browser
from nbformat.v4 import new_code_cell, new_notebook, new_output

from framing import report
from framing.errors import TableError
from framing.report.scatters import axes

HOSTILE = [
    "</script><script>window.hit = 1</script>",
    "<img src=x onerror='window.hit = 1'>",
    "<!--<script>",
    "]]>${window.hit = 1}`\u2028",
    "\u202eevil\u2066\x00\x1b[31m",
    "長" * 100_000,
]
SIGNS = list("核実験拉致制裁平壌総書記首脳会談国連安保理韓米日中北朝鮮発射問題政府外相協議合意声明")


def data_of(piece) -> dict:
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', piece.markup(), re.DOTALL)[1])


def unpacked(column: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(column["codes"]), dtype=f"<u{column['bytes']}")


def drawn(piece) -> np.ndarray:
    """Places of the dots in the picture, in tenths of a unit."""
    svg = re.search(r'<g class="fr-marks".*?</g>', piece.markup(), re.DOTALL)[0]
    return np.array(re.findall(r"M(\d+) (\d+)h0", svg), dtype=int)


def thirty_thousand() -> tuple[pd.DataFrame, pd.DataFrame]:
    """30,000 words, Japanese and hostile ones, with rates as words have them, and two lines for each."""
    rng = np.random.default_rng(0)
    n = 30_000
    names = ["".join(rng.choice(SIGNS, k)) + str(i) for i, k in enumerate(rng.integers(2, 5, n))]
    for i, text in enumerate(HOSTILE):
        names[i * 7] = text
    rate = rng.pareto(0.7, n) * 2 + 1
    a, b = (rng.poisson(np.minimum(rate * np.exp(rng.normal(0, 0.3, n)), 1e5)) for _ in range(2))
    frame = pd.DataFrame(
        {
            "term": names,
            "up": (a + 0.5) / 2,
            "across": (b + 0.5) / 2.2,
            "conf_low": rng.normal(-1, 1, n),
            "conf_high": rng.normal(1, 1, n),
            "n_tokens_target": a,
            "n_tokens_reference": b,
            "dp_norm_target": rng.random(n),
            "side": np.where(a > 3 * b + 9, "朝日<b>", np.where(b > 3 * a + 9, "読売", "neither")),
        }
    )
    texts = ["".join(rng.choice(SIGNS, 60)) for _ in range(6000)]
    lines = pd.DataFrame(
        {
            "term": np.repeat(np.array(names, dtype=object), 2),
            "text": [texts[k] for k in rng.integers(0, 6000, 2 * n)],
            "start": 20,
            "end": 23,
            "outlet": "朝日<b>",
            "date": pd.Timestamp("2002-09-17"),
        }
    )
    return frame, lines


@pytest.fixture(scope="module")
def large() -> report.markup.Piece:
    frame, lines = thirty_thousand()
    return report.scatter(
        frame, x="across", y="up", label="term", color="side", quiet="neither", log="xy", passages=lines,
        hover=["conf_low", "conf_high", "n_tokens_target", "n_tokens_reference", "dp_norm_target"],
        details={frame["term"][0]: HOSTILE[:3], frame["term"][1]: HOSTILE[:3]},
        columns={"up": "per million in 朝日<b>", "n_tokens_target": "tokens in 朝日<b>"},
        caption="Thirty thousand words. " + HOSTILE[0], alt="A cloud along the diagonal. " + HOSTILE[0],
    )  # fmt: skip


def simple(frame, **options):
    return report.scatter(frame, x="x", y="y", label="w", caption="c", alt="a", **options)


# ---- the picture and what it carries ----


def test_what_has_no_place_is_left_out_and_counted():
    piece = simple(pd.DataFrame({"x": [1, 2, np.inf], "y": [1, 2, 3], "w": list("abc")}))
    assert len(drawn(piece)) == 2 and data_of(piece)["names"] == ["a", "b"]
    assert "Rows without a place, not drawn: 1." in piece.markup()


def test_rows_past_the_limit_are_counted_in_the_caption(monkeypatch):
    monkeypatch.setattr(report.scatters, "POINTS", 3)
    piece = simple(pd.DataFrame({"x": range(5), "y": range(5), "w": list("abcde")}))
    assert len(drawn(piece)) == 3
    assert "The first 3 of 5 rows are shown." in re.search("<figcaption.*</figcaption>", piece.markup())[0]


@pytest.mark.parametrize("high", [12, 30, 90, 900, 30_000, 1e6])
def test_a_logarithmic_axis_has_numbers_enough_to_read_it_by(high):
    shown = axes.fitting(np.array([9.5, high]), 0, 400, True).ticks()
    assert 3 <= len(shown) <= 9 and (np.diff(shown) > 0).all()


def test_numbers_of_an_axis_stand_clear_of_its_title():
    widest = 7 * 7.5  # seven signs ("100,000") of 13 pixels, each at most 7.5 wide
    assert axes.LEFT - 8 - widest > 16 + 6  # the title stands at 16, and hangs about 6 below its line


def test_marks_stand_where_their_numbers_say():
    """Three points on a line at equal steps are at equal steps in the picture, and in the data of the script."""
    piece = simple(pd.DataFrame({"x": [0, 1, 2], "y": [5.0, 5, 5], "w": list("abc")}))
    across = unpacked(data_of(piece)["x"]).astype(int)
    assert abs(np.diff(across)[0] - np.diff(across)[1]) <= 1 and (np.diff(across) > 2000).all()  # tenths of a unit
    np.testing.assert_array_equal(np.sort(drawn(piece)[:, 0]), across)


def test_the_first_rows_lie_on_top_and_the_quiet_group_under_all():
    frame = pd.DataFrame({"x": [1, 2, 3, 4], "y": [1, 2, 3, 4], "w": list("abcd"), "g": ["q", "u", "v", "q"]})
    piece = simple(frame, color="g", quiet="q")
    across = drawn(piece)[:, 0]  # from the bottom of the picture to its top; d is the rightmost
    assert across.argsort().argsort().tolist() == [3, 0, 2, 1]  # d and a are quiet; then c, and b over it
    assert unpacked(data_of(piece)["hue"]).tolist() == [8, 0, 1, 8]


@pytest.mark.slow
def test_thirty_thousand_words_are_all_there_and_the_page_stays_small(large):
    frame, _ = thirty_thousand()
    data = data_of(large)
    assert len(drawn(large)) == len(data["names"]) == 30_000
    places = np.column_stack([unpacked(data["x"]), unpacked(data["y"])]).astype(int)
    by_place = [rows[np.lexsort(rows.T)] for rows in (drawn(large), places)]
    np.testing.assert_array_equal(*by_place)  # what the script works on is what is seen
    tokens = data["columns"][[c["title"] for c in data["columns"]].index("tokens in 朝日<b>")]
    told = np.array(tokens["texts"], dtype=object)[unpacked(tokens)]
    assert [text.replace(",", "") for text in told] == frame["n_tokens_target"].astype(str).tolist()
    page = report.export(
        new_notebook(cells=[new_code_cell("x", outputs=[new_output("display_data", data=large._repr_mimebundle_())])]),
        title="t",
    )
    assert len(page.encode()) < 3_600_000  # of five million that a report with its tables and figures may have


def test_no_text_ends_the_data_or_becomes_markup(large):
    text = large.markup()
    assert len(re.findall(r"<script", text)) == 1 and len(re.findall(r"</script", text)) == 1
    assert "<img" not in text and "<!--" not in text and "<b>" not in text
    assert HOSTILE[0] in data_of(large)["names"]


def test_lines_are_carried_once_each_and_point_at_their_word():
    texts = ["きのう核実験を行った", "核実験の余波"]
    rows = [("核実験", texts[0], 3, 6, "朝日"), ("余波", texts[1], 4, 6, "読売"), ("核実験", texts[1], 0, 3, "読売")]
    lines = pd.DataFrame(rows, columns=["w", "text", "start", "end", "outlet"])
    piece = simple(pd.DataFrame({"x": [1, 2, 3], "y": [1, 2, 3], "w": ["余波", "核実験", "他"]}), passages=lines)
    behind = data_of(piece)["passages"]
    assert sorted(behind["texts"]) == sorted(texts)
    assert unpacked(behind["counts"]).tolist() == [1, 2, 0]
    words = [
        behind["texts"][t][s : s + n]
        for t, s, n in zip(*(unpacked(behind[name]) for name in ("text", "start", "length")), strict=True)
    ]
    assert words == ["余波", "核実験", "核実験"]


def test_lines_that_are_too_many_are_counted_and_every_mark_has_one_before_any_has_two(monkeypatch):
    monkeypatch.setattr(report.scatters.passages, "MOST", 200)
    frame = pd.DataFrame({"x": range(4), "y": range(4), "w": list("abcd")})
    lines = pd.DataFrame(
        {"w": list("aaabbbcccddd"), "text": [f"text number {i}" for i in range(12)], "start": 0, "end": 4}
    )
    piece = simple(frame, passages=lines)
    counts = unpacked(data_of(piece)["passages"]["counts"])
    assert counts.min() >= 1 and counts.max() <= 3 and counts.sum() < 12
    assert f"{12 - counts.sum()} more lines are not shown." in piece.markup()


def test_passages_without_their_columns_are_refused():
    frame = pd.DataFrame({"x": [1], "y": [1], "w": ["a"]})
    with pytest.raises(TableError, match="no column .*start"):
        simple(frame, passages=pd.DataFrame({"w": ["a"], "text": ["b"]}))


@pytest.mark.parametrize("n", [300, 5000])
def test_names_in_a_scatter_never_touch(n):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.random(n), "y": rng.random(n), "w": [f"語{i}番" for i in range(n)]})
    text = report.scatter(frame, x="x", y="y", label="w", caption="c", alt="a", labels=300).markup()
    found = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="(start|end)">(語\d+番)</text>', text)
    boxes = []
    for x, y, anchor, name in found:
        width = 12 * 2 + 0.6 * 12 * (len(name) - 2)
        left = float(x) - (width if anchor == "end" else 0)
        boxes.append((left, left + width, float(y) - 10, float(y) + 2))
    assert len(boxes) > 5
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2]


def test_a_scatter_without_a_place_for_anything_is_refused():
    with pytest.raises(TableError, match="finite"):
        report.scatter(
            pd.DataFrame({"x": [np.nan], "y": [1], "w": ["a"]}), x="x", y="y", label="w", caption="c", alt="a"
        )


# ---- in a browser ----


@pytest.fixture(scope="module")
def chrome():
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def page(large, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("scatter") / "large.html"
    cell = new_code_cell("x", outputs=[new_output("display_data", data=large._repr_mimebundle_())])
    path.write_text(report.export(new_notebook(cells=[cell]), title="Words"), encoding="utf-8", errors="replace")
    return path


@pytest.fixture
def visit(chrome, page):
    """Opens the page; afterwards it must have asked for nothing and complained of nothing."""
    opened = []

    def go(**options) -> Visit:
        found = Visit(chrome, page, **options)
        found.page.wait_for_selector(".fr-scatter")
        opened.append(found)
        return found

    yield go
    for found in opened:
        if found.page.evaluate("typeof window.framingReport === 'function'"):
            assert found.page.evaluate("window.hit") is None
        assert found.requests == [] and found.complaints == []
        found.close()


def spot(page, large, row: int) -> tuple[float, float]:
    """Where the mark of a row is in the window."""
    page.evaluate("document.querySelector('.fr-canvas').scrollIntoView({block: 'center', behavior: 'instant'})")
    data, box = data_of(large), page.locator(".fr-over").bounding_box()
    unit = box["width"] / (data["width"] * data["tenths"])
    return box["x"] + unpacked(data["x"])[row] * unit, box["y"] + unpacked(data["y"])[row] * unit


def lone(large) -> int:
    """A row that marks a side, has lines of its own, and no other mark near it."""
    data = data_of(large)
    lines = unpacked(data["passages"]["counts"])
    x, y, hue = (unpacked(data[name]).astype(float) for name in ("x", "y", "hue"))
    rows = np.flatnonzero((hue != 8) & (lines > 0))
    near = np.hypot(x[rows][:, None] - x, y[rows][:, None] - y)
    near[np.arange(len(rows)), rows] = np.inf
    return int(rows[near.min(axis=1).argmax()])


@pytest.mark.browser
def test_a_mark_is_told_when_pointed_at_and_opens_with_its_numbers_and_lines(visit, large):
    page, row = visit().page, lone(large)
    name = data_of(large)["names"][row]
    page.mouse.move(*spot(page, large, row))
    tip = page.locator(".fr-tip")
    assert tip.is_visible() and tip.inner_text().startswith(name)
    assert "per million in 朝日<b>: " in tip.inner_text() and "conf low: " in tip.inner_text()
    page.mouse.click(*spot(page, large, row))
    told = page.locator(".fr-told")
    assert told.locator(".fr-label").inner_text() == name and "tokens in 朝日<b>" in told.inner_text()
    frame, lines = thirty_thousand()
    own = lines.loc[lines["term"] == name, "text"]
    shown = tuple(told.locator(f".fr-{part}").first.inner_text() for part in ("left", "node", "right"))
    assert shown in {(text[:20], text[20:23], text[23:]) for text in own}
    assert told.locator(".fr-source").first.inner_text() == "朝日<b> · 2002-09-17"


@pytest.mark.browser
def test_marks_on_one_another_are_named_and_opened_in_turn(visit, large):
    page, data = visit().page, data_of(large)
    places = pd.Series(list(zip(unpacked(data["x"]), unpacked(data["y"]), strict=True)))
    rows = np.flatnonzero(places == places.mode()[0])
    page.mouse.move(*spot(page, large, rows[0]))
    assert f"+{len(rows) - 1:,}: " in page.locator(".fr-tip").inner_text()
    opened = []
    for _ in range(3):
        page.mouse.click(*spot(page, large, rows[0]))
        opened.append(page.locator(".fr-told .fr-label").inner_text())
    assert opened == [data["names"][row] for row in rows[:3]]


@pytest.mark.browser
def test_the_keyboard_walks_from_mark_to_mark_and_opens_one(visit, large):
    page, data = visit().page, data_of(large)
    x = unpacked(data["x"])
    mark = page.locator(".fr-mark[tabindex='0']")
    mark.focus()
    assert page.locator(".fr-tip").is_visible()
    order = np.lexsort((np.arange(len(x)), x))
    for key, at in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("PageDown", 1501), ("End", 29_999)):
        page.keyboard.press(key)
        focused = page.locator(".fr-mark:focus")
        assert focused.get_attribute("aria-label").startswith(data["names"][order[at]] + "; ")
        assert focused.get_attribute("role") == "button"
    page.keyboard.press("Enter")
    assert page.locator(".fr-told .fr-label").inner_text() == data["names"][order[-1]]
    page.keyboard.press("Escape")
    assert not page.locator(".fr-told").is_visible()


@pytest.mark.browser
def test_a_word_is_found_among_thirty_thousand_and_reached_from_the_box(visit, large):
    page, names = visit().page, data_of(large)["names"]
    hits = [name for name in names if "核実" in name]
    page.locator(".fr-find").fill("核実")
    assert page.locator(".fr-scatter .fr-status").inner_text() == f"{len(hits)} / 30,000"
    paths = page.locator(".fr-found path").evaluate_all("all => all.map(p => p.getAttribute('d')).join('')")
    assert paths.count("M") == len(hits)
    page.keyboard.press("Enter")
    assert page.locator(".fr-mark:focus").get_attribute("aria-label").startswith(hits[0] + "; ")
    page.keyboard.press("End")  # among the hits only
    assert "核実" in page.locator(".fr-mark:focus").get_attribute("aria-label").split(";")[0]
    page.locator(".fr-find").fill(names[30])
    assert page.locator(".fr-tip").inner_text().startswith(names[30])
    page.keyboard.press("Escape")
    assert page.locator(".fr-found path").count() == 0
    page.locator(".fr-find").fill("no such word")
    page.locator(".fr-mark[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")  # nothing was found: the mark that was there stays
    assert page.locator(".fr-mark:focus").get_attribute("aria-label").startswith(names[30])


@pytest.mark.browser
def test_details_given_for_a_mark_are_shown_and_hostile_names_stay_text(visit, large):
    page, data = visit().page, data_of(large)
    page.locator(".fr-find").fill("window.hit")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.locator(".fr-told .fr-label").inner_text() == data["names"][0] == HOSTILE[0]
    assert page.locator(".fr-behind section:visible").count() == 1
    assert page.locator("img").count() == 0 and page.locator("script").count() == 2


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_colours_follow_the_theme(visit, large, scheme):
    opened = visit(color_scheme=scheme)
    opened.page.mouse.click(*spot(opened.page, large, lone(large)))
    assert opened.serious() == []
    colour = "getComputedStyle(document.querySelector('.fr-marks path.fr-c0')).stroke"
    assert opened.page.evaluate(colour) == {"light": "rgb(1, 115, 178)", "dark": "rgb(74, 168, 224)"}[scheme]


@pytest.mark.browser
@pytest.mark.parametrize("options", [{"java_script_enabled": False}, {"width": 400}])
def test_the_dots_are_seen_without_the_script_and_on_a_phone(visit, options):
    """Counted in the pixels of the browser: the frame alone has none of the grey of the words that mark nobody."""
    import io

    import matplotlib.image

    opened = visit(**options)
    seen = matplotlib.image.imread(io.BytesIO(opened.page.locator(".fr-canvas > svg").first.screenshot()))
    grey = (np.abs(seen[..., :3] - 0.6) < 0.06).all(axis=2)
    assert grey.sum() > 2000
    if "width" in options:
        assert opened.wide() <= 0
    else:
        assert not opened.page.locator(".fr-tools").is_visible() and not opened.page.locator(".fr-tip").is_visible()


@pytest.mark.browser
def test_on_paper_the_picture_and_its_names_stand_without_the_tools(visit):
    page = visit().page
    page.emulate_media(media="print")
    assert page.locator(".fr-scatter svg").first.is_visible()
    assert not page.locator(".fr-scatter .fr-tools").is_visible()
    assert page.pdf()[:4] == b"%PDF"


@pytest.mark.browser
def test_a_scatter_works_where_jupyterlab_puts_it(chrome, tmp_path):
    """JupyterLab sets the HTML of an output and then runs its scripts again as new elements."""
    frame = pd.DataFrame({"x": [1, 2, 3], "y": [1, 2, 3], "w": ["核", HOSTILE[0], "平壌"]})
    made = json.dumps(simple(frame)._repr_html_()).replace("<", "\\u003c")
    path = tmp_path / "lab.html"
    path.write_text(
        f"""<!doctype html><meta charset=utf-8><title>lab</title><body data-jp-theme-light="true"><script>
        const host = document.createElement("div");
        host.className = "jp-OutputArea-output";
        host.innerHTML = {made};
        for (const old of host.querySelectorAll("script")) {{
          const fresh = document.createElement("script");
          for (const a of old.attributes) fresh.setAttribute(a.name, a.value);
          fresh.textContent = old.textContent;
          old.replaceWith(fresh);
        }}
        document.body.append(host);</script>""",
        encoding="utf-8",
    )
    opened = Visit(chrome, path)
    opened.page.wait_for_selector(".fr-scatter.fr-ready")
    opened.page.locator(".fr-find").fill("平壌")
    assert opened.page.locator(".fr-tip").inner_text().startswith("平壌\nx: 3")
    assert opened.complaints == [] and opened.page.evaluate("window.hit") is None
    opened.close()


@pytest.mark.browser
def test_a_reader_chooses_among_pictures_and_each_works(chrome, tmp_path):
    frame = pd.DataFrame({"x": [1, 2, 3, 4], "y": [2, 1, 4, 3], "w": list("abcd"), "who": ["A", "A", "B<b>", "B<b>"]})
    shown = simple(frame, choose="who", diagonal=True)
    cell = new_code_cell("x", outputs=[new_output("display_data", data=shown._repr_mimebundle_())])
    path = tmp_path / "choice.html"
    path.write_text(report.export(new_notebook(cells=[cell]), title="Words"), encoding="utf-8")
    visit = Visit(chrome, path)
    for who, first in (("B<b>", "c"), ("A", "a"), ("B<b>", "c")):
        visit.page.locator(".fr-choice select").select_option(who)
        assert visit.page.locator(".fr-scatter").count() == 1
        visit.page.locator(".fr-mark[tabindex='0']").focus()
        visit.page.keyboard.press("ArrowRight")
        assert visit.page.locator(".fr-tip").inner_text()[0] in {"c": "cd", "a": "ab"}[first]
    assert not visit.serious() and not visit.complaints and visit.wide() <= 0
    visit.close()
    bare = Visit(chrome, path, java_script_enabled=False)
    assert bare.page.locator(".fr-scatter svg").is_visible() and not bare.page.locator("select:visible").count()
    bare.close()
