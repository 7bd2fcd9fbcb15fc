"""Reports in a real browser: nothing is fetched, nothing runs that should not, everything works by keyboard."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from browsing import Visit, browser
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from framing import messages, report
from framing.plots import Picture, base

pytestmark = pytest.mark.browser

EVIL = [
    "<script>window.hit = 1</script>",
    '"><img src=x onerror="window.hit = 1">',
    "${window.hit = 1}",
    "`window.hit = 1`",
    "</script><script>window.hit = 1</script>",
    "</title></style></textarea><svg onload='window.hit = 1'>",
    "\u202eevil\u2066",
    "javascript:window.hit=1",
    "長" * 1_000_000,
]
TERMS = [
    "拉致",
    "核実験",
    "制裁",
    "六者協議",
    "ミサイル",
    "首脳会談",
    "国連",
    "安保理",
    "韓国",
    "米国",
    "平壌",
    "総書記",
]


def shown(piece) -> dict:
    return new_output("display_data", data=piece._repr_mimebundle_())


def cell(piece, source="shown = 1"):
    return new_code_cell(source, outputs=[shown(piece)])


def topic(i: int, evil: bool) -> dict:
    rng = np.random.default_rng(i)
    probability, lift, frex = rng.dirichlet(np.ones(12)), rng.normal(size=12), rng.random(12)
    table = pd.DataFrame({"term": TERMS, "probability": probability, "log_lift": lift, "frex": frex})
    words_ = table.assign(log_probability=np.log(probability)).to_dict("records")
    texts = EVIL if evil else TERMS
    return {
        "id": i,
        "label": texts[i % len(texts)],
        "prevalence": float(rng.random()) / 4,
        "stability": 0.8,
        "words": words_ + ([{"term": text, "probability": 0.001} for text in EVIL] if evil else []),
        "outlets": [{"outlet": o, "share": 0.2, "low": 0.1, "high": 0.3} for o in texts[:4]],
        "series": [{"period": str(y), "share": float(rng.random())} for y in range(2000, 2012)],
        "examples": [{"headline": t, "outlet": t, "date": "2002-09-17", "passage": t, "share": 0.5} for t in texts[:3]],
    }


def notebook(*, evil: bool = False, language: str = "en"):
    """A small report with every piece; with ``evil`` texts in every place that shows one."""
    names = (EVIL + TERMS) if evil else TERMS
    rng = np.random.default_rng(0)
    n = len(names)
    frame = pd.DataFrame(
        {
            "term": names,
            "n_tokens": rng.integers(20, 400, n),
            "log2_ratio": rng.normal(0, 1.5, n),
            "g2": rng.gamma(2, 9, n),
        }
    )
    lines = pd.DataFrame({"outlet": names[:6], "left": names[:6], "keyword": names[:6], "right": names[:6]})
    details = dict.fromkeys(names, lines)
    meaning = {
        "term": "the lemma",
        "n_tokens": "tokens in both outlets",
        "log2_ratio": "doublings of relative frequency",
        "g2": "likelihood ratio",
    }
    fig, axes = base.figure(8, 4)
    axes.barh(range(5), frame["log2_ratio"][:5])
    axes.set_yticks(range(5), [base.plain(name) for name in names[:5]])
    picture = Picture(fig, caption=names[0], alt=f"Bars; the longest is {names[1]}", data=frame)
    text = names[0]
    foreign = pd.DataFrame({"headline": names[:5]})
    report.title("x", language=language)
    cells = [
        new_markdown_cell("# Which words mark each paper?\n\nWhat was done[^1].\n\n[^1]: And how."),
        cell(
            report.title(
                "Which words mark each paper?" + (EVIL[0] if evil else ""), study="frontpage", language=language
            )
        ),
        cell(report.finding("One in two: " + text, value=1.04, low=0.7, high=1.4, unit="log2 ratio", caution=text)),
        new_markdown_cell("## Words\n\nHow the words were found."),
        cell(report.table(frame, caption="Terms. " + text, columns=meaning, rows=5, details=details)),
        new_markdown_cell("**How to read this.** A ratio of 1 means `twice`."),
        new_markdown_cell("### In a picture"),
        cell(
            report.scatter(
                frame,
                x="log2_ratio",
                y="g2",
                label="term",
                hover=["n_tokens"],
                details=details,
                columns=meaning,
                caption="Marks. " + text,
                alt="Twelve marks. " + text,
            )
        ),  # fmt: skip
        new_markdown_cell("## Years"),
        cell(picture),
        cell(report.explain("Lines count *headlines*.\n\n" + "\n\n".join(names[:8]))),
        new_markdown_cell("## Topics"),
        cell(report.topic_browser({"topics": [topic(i, evil) for i in range(9)]}, caption="Nine topics. " + text)),
        new_code_cell(
            "foreign",
            outputs=[
                new_output("execute_result", data={"text/html": foreign.to_html(), "text/plain": "x"}),
                new_output("stream", name="stderr", text="50%|##\r100%|####\n" + text),
            ],
        ),  # fmt: skip
        cell(
            report.stamp(
                parameters={"study": "frontpage", "target": text},
                inputs={"counts": "a1b2"},
                seed=0,
                steps=pd.DataFrame({"step": names[:3], "n_rows": [3, 2, 1], "n_dropped": [0, 1, 1]}),
            )
        ),  # fmt: skip
    ]
    if evil:
        styled = "<style>*{}</style><script>window.hit = 1</script><img src=x onerror='window.hit = 1'><b>kept</b>"
        cells.append(new_code_cell("styler", outputs=[new_output("display_data", data={"text/html": styled})]))
        cells.append(new_markdown_cell("<script>window.hit = 1</script>\n\n" + "\n\n".join(EVIL[:8])))
        error = new_output("error", ename="ValueError", evalue=text, traceback=[text])
        cells.append(new_code_cell(EVIL[4], outputs=[error]))
    messages.use("en")
    return new_notebook(cells=cells)


@pytest.fixture(scope="module")
def chrome():
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    made = {}
    for name, options in {"good": {}, "evil": {"evil": True}, "ja": {"language": "ja"}}.items():
        made[name] = folder / f"{name}.html"
        made[name].write_text(report.export(notebook(**options), title="A report", home="index.html"), encoding="utf-8")
    runs = [
        {"study": "s", "notebook": "10", "name": f"10.{text[:20]}", "question": text[:300], "status": status,
         "error": text if status == "failed" else "", "href": "good.html", "seconds": 2.0,
         "finding": {"sentence": text, "value": float(i), "low": i - 1.0, "high": i + 1.0, "unit": "log2"}}
        for i, (text, status) in enumerate(zip(EVIL, ["ok", "failed", "skipped"] * 3, strict=True))
    ]  # fmt: skip
    made["index"] = folder / "index.html"
    made["index"].write_text(report.index(runs), encoding="utf-8")
    return made


@pytest.fixture
def visit(chrome, pages, request):
    """Opens a page by its name, its appendix too; afterwards it must have asked for and complained of nothing."""
    opened = []

    def go(name: str, *, closed: bool = False, **options) -> Visit:
        opened.append(Visit(chrome, pages[name], **options))
        if not closed:
            opened[-1].page.evaluate("document.querySelectorAll('.fr-appendix').forEach(box => { box.open = true; })")
        return opened[-1]

    yield go
    for found in opened:
        assert found.requests == []
        assert found.complaints == []
        found.close()


def keep(page, name: str) -> None:
    """A screenshot for a person to look at, in the folder that FRAMING_SCREENSHOTS names or in outputs/."""
    folder = Path(os.environ.get("FRAMING_SCREENSHOTS", Path(__file__).parents[1] / "outputs" / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("name", "scheme"),
    [("good", "light"), ("good", "dark"), ("ja", "dark"), ("evil", "light"), ("index", "light"), ("index", "dark")],
)
def test_axe_finds_nothing_serious_by_day_and_by_night(visit, name, scheme):
    opened = visit(name, color_scheme=scheme)
    assert opened.page.evaluate("document.documentElement.dataset.theme") == scheme
    if name != "index":
        opened.page.locator("[data-page=code]").click()
        opened.page.locator(".fr-open").first.click()
        for box in opened.page.locator("details details > summary:visible, header details > summary").all():
            box.click()
    assert opened.serious() == []
    keep(opened.page, f"{name}-{scheme}")


@pytest.mark.parametrize("name", ["evil", "index"])
def test_nothing_in_the_texts_runs(visit, name):
    page = visit(name).page
    page.evaluate("document.querySelectorAll('details').forEach(box => { box.open = true; })")
    page.evaluate("document.querySelectorAll('button:not([data-page=print], .fr-csv)').forEach(b => b.click())")
    for key in ["Home", "Enter", *["ArrowRight", "Enter"] * 30]:  # every mark of the scatter is told and opened
        for mark in page.locator(".fr-mark[tabindex='0']").all():
            mark.press(key)
    page.wait_for_timeout(100)
    assert page.evaluate("window.hit") is None
    assert page.locator("img, iframe, object, embed").count() == 0
    listens = "e => e.getAttributeNames().some(n => n.startsWith('on'))"
    assert page.evaluate(f"[...document.querySelectorAll('*')].filter({listens}).length") == 0
    assert EVIL[0] in page.locator("body").inner_text()


def test_the_policy_holds_where_escaping_would_not(chrome, pages, tmp_path):
    """The second wall by itself: script put into the page by hand does not run, and nothing is fetched."""
    evil = "<script>window.hit = 1</script><img src='https://example.org/x.png' onerror='window.hit = 1'>"
    path = tmp_path / "broken.html"
    path.write_text(pages["good"].read_text(encoding="utf-8").replace("</main>", evil + "</main>"), encoding="utf-8")
    opened = Visit(chrome, path)
    assert opened.page.evaluate("window.hit") is None
    assert len(opened.complaints) >= 2 and all("Content Security Policy" in said for said in opened.complaints)
    assert opened.page.locator(".fr-table.fr-ready").count() == 1  # our own script did run
    opened.close()


def test_code_is_hidden_until_asked_for(visit):
    page = visit("good", closed=True).page
    code = page.locator("details.fr-code pre").first
    toggle = page.locator("[data-page=code]")
    assert not code.is_visible() and toggle.inner_text() == "Show code"
    toggle.focus()
    page.keyboard.press("Enter")
    assert code.is_visible() and toggle.get_attribute("aria-pressed") == "true"
    page.keyboard.press("Enter")
    assert not code.is_visible()


def test_the_appendix_is_closed_until_a_link_into_it_or_its_heading_is_pressed(visit):
    page = visit("good", closed=True, reduced_motion="reduce").page
    table = page.locator(".fr-table table").first
    assert not table.is_visible() and page.locator(".fr-picture").first.is_visible()
    page.locator("nav a", has_text="Appendix").click()
    assert table.is_visible()
    page.locator(".fr-appendix > summary").click()
    assert not table.is_visible()


def test_the_contents_lead_to_their_headings(visit):
    page = visit("good", reduced_motion="reduce").page
    links = page.locator("nav a")
    assert links.all_inner_texts() == ["Years", "Topics", "Explore", "Appendix"]
    links.nth(0).click()
    assert abs(page.evaluate("document.getElementById('section-1').getBoundingClientRect().top")) < 120


def test_the_theme_is_switched_by_hand_and_remembered(visit):
    page = visit("good", color_scheme="light").page
    page.locator("[data-page=theme]").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(233, 232, 228)"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def column(page, number: int) -> list[str]:
    cells = page.locator(".fr-table tbody tr:not(.fr-details):visible")
    return [cells.nth(i).locator("td").nth(number).inner_text() for i in range(cells.count())]


def test_a_table_sorts_by_mouse_and_keyboard_and_says_so(visit):
    page = visit("good").page
    head = page.locator(".fr-table th").nth(2)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    values = [float(text.replace("−", "-")) for text in column(page, 2)]
    assert values == sorted(values, reverse=True) and len(values) == 5
    head.locator("button").focus()
    page.keyboard.press("Space")
    assert head.get_attribute("aria-sort") == "ascending"
    values = [float(text.replace("−", "-")) for text in column(page, 2)]
    assert values == sorted(values)
    page.locator(".fr-table th").nth(0).locator("button").click()
    assert head.get_attribute("aria-sort") is None


def test_a_table_filters_pages_and_says_what_it_shows(visit):
    page = visit("good").page
    status = page.locator(".fr-table .fr-status")
    assert status.inner_text() == "Rows 1–5 of 12"
    page.locator(".fr-next").click()
    assert status.inner_text() == "Rows 6–10 of 12"
    page.locator(".fr-filter").fill("核")
    assert column(page, 0) == ["核実験"] and status.inner_text() == "Rows 1–1 of 1"
    page.locator(".fr-filter").fill("zzz")
    assert status.inner_text() == "No row matches"
    page.keyboard.press("Escape")
    assert len(column(page, 0)) == 5


def test_lines_behind_a_row_open_by_mouse_and_by_keyboard(visit):
    page = visit("good").page
    button, lines = page.locator(".fr-open").first, page.locator("tr.fr-details .fr-kwic").first
    assert not lines.is_visible() and button.get_attribute("aria-expanded") == "false"
    button.click()
    assert lines.is_visible() and button.get_attribute("aria-expanded") == "true"
    button.focus()
    page.keyboard.press("Enter")
    assert not lines.is_visible()
    page.keyboard.press("Enter")
    page.locator(".fr-table th button").nth(2).click()  # the lines stay with their row
    beside = "document.querySelector('tr.fr-details:not([hidden])')?.previousElementSibling.hidden"
    assert page.evaluate(beside) in (False, None)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")])
@pytest.mark.parametrize("pressed", ["word", "row"])
def test_a_word_and_its_row_open_lines_that_are_seen_at_once(visit, width, scheme, pressed):
    page = visit("good", width=width, color_scheme=scheme).page
    row = page.locator(".fr-table tbody tr.fr-opens").first
    row.locator("td").nth(0 if pressed == "word" else 1).click(position={"x": 40 if pressed == "word" else 4, "y": 6})
    lines = page.locator("tr.fr-details .fr-kwic").first
    assert lines.is_visible()
    for cell in lines.locator("tr").first.locator("td").all():
        box, around = cell.bounding_box(), page.locator(".fr-table > .fr-scroll").bounding_box()
        assert around["x"] - 1 <= box["x"] and box["x"] + box["width"] <= around["x"] + around["width"] + 1


@pytest.mark.parametrize("width", [1280, 390])
def test_columns_without_room_are_behind_a_button(chrome, tmp_path, width):
    frame = pd.DataFrame({"term": TERMS} | {f"a long name of column {i}": range(12) for i in range(20)})
    made = new_notebook(cells=[new_code_cell("x", outputs=[shown(report.table(frame, caption="Wide"))])])
    path = tmp_path / "wide.html"
    path.write_text(report.export(made, title="x"), encoding="utf-8")
    page = Visit(chrome, path, width=width).page
    page.locator(".fr-appendix > summary").click()
    more, heads = page.locator(".fr-more"), page.locator(".fr-table th:visible")
    page.wait_for_function("!document.querySelector('.fr-more').hidden")
    few = heads.count()
    box = ".fr-table > .fr-scroll"
    assert 2 <= few < 21 and more.inner_text() == f"More columns ({21 - few})"
    assert page.evaluate(f"(b => b.scrollWidth - b.clientWidth)(document.querySelector('{box}'))") <= 1
    more.click()
    assert heads.count() == 21
    more.click()
    assert heads.count() == few


def test_on_a_phone_a_table_of_words_keeps_its_number_and_a_concordance_its_lines(chrome, tmp_path):
    """The word and its outlet alone say nothing; of a line there stood the outlet and the day."""
    words = pd.DataFrame({"term": TERMS, "marks": ["東都新報"] * 12, "log2_ratio_half": 1.4, "conf_low": 0.7})
    lines = pd.DataFrame({"outlet": ["東都新報"] * 3, "date": pd.Timestamp("2020-02-01"), "left": "これより先、",
                          "keyword": "大統領", "right": "は会談した。"})  # fmt: skip
    code = [cell(report.title("x", language="ja"), "1")]
    for frame in (words, lines):
        code.append(cell(report.table(frame, caption="c", columns=dict.fromkeys(frame, "c")), "2"))
        code[-1].metadata["tags"] = ["page"]
    path = tmp_path / "phone.html"
    path.write_text(report.export(new_notebook(cells=code), title="x"), encoding="utf-8")
    page = Visit(chrome, path, width=390).page
    first, second = page.locator(".fr-table").all()
    assert first.locator("tbody tr").first.locator("td:visible").count() >= 3
    heads = first.locator("thead th:visible").all()
    assert all(head.bounding_box()["height"] < 70 for head in heads), "no head is broken letter by letter"
    told = second.locator("tbody tr").first.inner_text()
    assert "これより先、" in told and "大統領" in told and "は会談した。" in told
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_table_downloads_exactly_what_it_was_given(visit, tmp_path):
    opened = visit("good")
    with opened.page.expect_download() as download:
        opened.page.locator(".fr-csv").click()
    read = pd.read_csv(download.value.path(), encoding="utf-8-sig")
    expected = np.random.default_rng(0)
    assert list(read.columns) == ["term", "n_tokens", "log2_ratio", "g2"]
    assert list(read["term"]) == TERMS
    np.testing.assert_array_equal(read["n_tokens"], expected.integers(20, 400, 12))
    np.testing.assert_array_equal(read["log2_ratio"], expected.normal(0, 1.5, 12))


def test_a_scatter_opens_the_lines_of_a_mark_by_keyboard(visit):
    """What else it does is in test_scatters.py."""
    page = visit("good").page
    page.locator(".fr-find").fill("ミサイル")
    assert page.locator(".fr-tip").inner_text().startswith("ミサイル")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.locator(".fr-behind section:visible").count() == 1
    assert "ミサイル" in page.locator(".fr-behind section:visible .fr-label").inner_text()


def test_the_topic_browser_works_by_mouse_and_by_keyboard(visit):
    page = visit("good").page
    heading = page.locator(".fr-heading")
    first = heading.inner_text()
    page.locator(".fr-topic").nth(2).click()
    second = heading.inner_text()
    assert second != first
    page.keyboard.press("ArrowDown")
    assert heading.inner_text() == page.locator(".fr-topic").nth(3).locator("bdi").inner_text()
    page.keyboard.press("Home")
    assert heading.inner_text() == first
    assert page.locator(".fr-topic[aria-pressed=true]").count() == 1


def test_the_relevance_weight_ranks_the_words(visit):
    """With weight 1 the order is that of the probabilities, with weight 0 that of the lifts."""
    page = visit("good").page
    data = json.loads(page.locator(".fr-topics script").text_content())["topics"][0]["words"]
    ranked = lambda key: [w["term"] for w in sorted(data, key=lambda w: -w[key])]  # noqa: E731
    slider = page.locator(".fr-control input[type=range]")
    slider.focus()
    page.keyboard.press("End")
    assert page.locator(".fr-words bdi").all_inner_texts() == ranked("probability")
    page.keyboard.press("Home")
    assert page.locator(".fr-words bdi").all_inner_texts() == ranked("log_lift")
    page.locator(".fr-control input[value=frex]").check()
    assert page.locator(".fr-words bdi").all_inner_texts() == ranked("frex")


@pytest.mark.parametrize("name", ["good", "ja", "evil", "index"])
def test_a_phone_shows_it_without_scrolling_sideways(visit, name):
    opened = visit(name, width=360)
    assert opened.wide() <= 0
    keep(opened.page, f"{name}-phone")


def test_on_paper_there_are_no_buttons_and_no_code(visit):
    opened = visit("good", closed=True)  # what is closed is printed too
    opened.page.emulate_media(media="print")
    for hidden in (".fr-top", ".fr-contents", ".fr-code", ".fr-tools", ".fr-pager button"):
        assert not opened.page.locator(hidden).first.is_visible()
    shown = (
        "h1",
        ".fr-pager .fr-status",
        ".fr-finding",
        ".fr-table table",
        ".fr-picture svg",
        ".fr-scatter svg",
        ".fr-stamp",
    )
    for there in shown:
        assert opened.page.locator(there).first.is_visible()
    assert opened.page.pdf()[:4] == b"%PDF"
    keep(opened.page, "good-print")


def test_without_javascript_everything_is_still_there(visit):
    page = visit("good", java_script_enabled=False).page
    assert page.locator(".fr-table > .fr-scroll > table > tbody > tr:not(.fr-details)").count() == 12
    assert page.locator(".fr-topics-plain section").count() == 9
    assert not page.locator(".fr-tools").first.is_visible()
    page.locator("tr.fr-details summary").first.click()
    assert page.locator("tr.fr-details .fr-kwic").first.is_visible()
    page.locator("details.fr-code summary").first.click()
    assert page.locator("details.fr-code pre").first.is_visible()


def test_the_keyboard_reaches_the_report_at_once(visit):
    page = visit("good").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "fr-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "report"


def test_headings_do_not_skip_a_level_and_landmarks_are_there(visit):
    page = visit("good").page
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))
    for landmark in ("header", "nav", "main", "footer"):
        assert page.locator(landmark).count() == 1


def test_figures_name_themselves_to_a_screen_reader(visit):
    page = visit("good").page
    svg = page.locator(".fr-picture svg")
    named = svg.get_attribute("aria-labelledby").split()
    texts = page.evaluate("ids => ids.map(id => document.getElementById(id).textContent)", named)
    assert texts == [TERMS[0], f"Bars; the longest is {TERMS[1]}"]


def test_a_typical_report_is_small(pages):
    assert pages["good"].stat().st_size < 1_000_000
    assert pages["evil"].stat().st_size < 2_000_000  # though it was given lines of a million signs


def test_pieces_work_where_jupyterlab_puts_them(chrome, tmp_path):
    """JupyterLab sets the HTML of an output and then runs its scripts again as new elements."""
    piece = report.table(pd.DataFrame({"term": TERMS, "n": range(12)}), caption="c", rows=5)
    data = json.dumps({"html": [piece._repr_html_(), report.finding("It rose.", value=1)._repr_html_()]}).replace(
        "<", "\\u003c"
    )
    path = tmp_path / "lab.html"
    path.write_text(
        f"""<!doctype html><meta charset=utf-8><title>lab</title><body data-jp-theme-light="false"><script>
        for (const html of ({data}).html) {{
          const host = document.createElement("div");
          host.className = "jp-OutputArea-output";
          host.innerHTML = html;
          for (const old of host.querySelectorAll("script")) {{
            const fresh = document.createElement("script");
            for (const a of old.attributes) fresh.setAttribute(a.name, a.value);
            fresh.textContent = old.textContent;
            old.replaceWith(fresh);
          }}
          document.body.append(host);
        }}</script>""",
        encoding="utf-8",
    )
    opened = Visit(chrome, path)
    opened.page.wait_for_selector(".fr-table.fr-ready")
    assert opened.page.locator(".fr-status").inner_text() == "Rows 1–5 of 12"
    assert opened.page.evaluate("getComputedStyle(document.querySelector('.fr')).color") == "rgb(233, 232, 228)"
    assert opened.complaints == [] and opened.requests == []
    opened.close()
