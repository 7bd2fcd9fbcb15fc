"""Reports: what the pieces show, what they refuse, and that text from articles stays text."""

import csv
import html
import json
import re
import subprocess
import sys
import threading
from html.parser import HTMLParser

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from framing import messages, report
from framing.errors import ParamError, TableError
from framing.messages import Finding, Message
from framing.plots import Picture, base
from framing.report import files, markup, pieces
from framing.tables import spreadsheet

HOSTILE = [
    "<script>window.hit = 1</script>",
    '"><img src=x onerror="window.hit = 1">',
    "${window.hit = 1}",
    "`window.hit`",
    "</script><svg onload=window.hit=1>",
    "</style></title></textarea><iframe src=https://example.org>",
    "\u202eevil\u2066",
    "javascript:alert(1)",
    "=HYPERLINK(0)",
    "nul\x00 and \ud800 alone",
    "長" * 1_000_000,
]


@pytest.fixture(autouse=True)
def english():
    messages.use("en")
    yield
    messages.use("en")


class Elements(HTMLParser):
    """The elements of a page: tag, attributes, and all the text."""

    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def shown(piece):
    return new_output("display_data", data=piece._repr_mimebundle_())


def page(*cells, **options) -> str:
    return report.export(new_notebook(cells=list(cells)), title="A title", **options)


def cell(*pieces, source="x"):
    return new_code_cell(source, outputs=[shown(piece) for piece in pieces])


def hostile_pieces():
    frame = pd.DataFrame(
        {"term": pd.Series(HOSTILE, dtype=object), 'a"><script>window.hit=1</script>': range(len(HOSTILE))}
    )
    details = {text: HOSTILE for text in HOSTILE}
    concordance = pd.DataFrame(dict.fromkeys(["left", "keyword", "right", "outlet"], HOSTILE), dtype=object)
    text = "\n\n".join(HOSTILE[:-1])
    topic = {
        "id": HOSTILE[0],
        "label": HOSTILE[0],
        "prevalence": 0.2,
        "words": [{"term": text, "probability": 0.1} for text in HOSTILE],
        "outlets": [{"outlet": text, "share": 0.1, "low": 0.05, "high": 0.2} for text in HOSTILE],
        "series": [{"period": text, "share": 0.1} for text in HOSTILE],
        "examples": [{"headline": text, "outlet": text, "passage": text} for text in HOSTILE],
    }
    places = frame.assign(x=range(len(HOSTILE)), y=range(len(HOSTILE)))
    return [
        report.title(HOSTILE[0] + HOSTILE[1], study=HOSTILE[1]),
        report.finding(HOSTILE[0], value=1, unit=HOSTILE[1], caution=HOSTILE[4]),
        report.table(frame, caption=HOSTILE[0], details=details, columns={name: HOSTILE[0] for name in frame}),
        report.table(frame, caption="c", details={HOSTILE[0]: concordance}),
        report.explain(text),
        report.scatter(
            places, x="x", y="y", label="term", hover=["term"], details=details, color="term", caption=text, alt=text
        ),
        report.topic_browser({"topics": [topic]}, caption=HOSTILE[0]),
        report.stamp(
            parameters={text: text for text in HOSTILE},
            inputs={text: text for text in HOSTILE},
            steps=pd.DataFrame({"step": HOSTILE, "reason": HOSTILE}, dtype=object),
            lexicon=HOSTILE[0],
        ),
    ]


# ---- text stays text ----


def test_hostile_text_adds_no_element_and_no_attribute():
    """Only elements that the toolkit itself writes are in the page, and none of them listens or fetches."""
    found = Elements(page(*[cell(piece) for piece in hostile_pieces()], new_markdown_cell("\n\n".join(HOSTILE[:-1]))))
    kinds = {tag for tag, _ in found.tags}
    assert not kinds & {"img", "iframe", "object", "embed", "form", "base", "textarea", "template"}
    scripts = found.all("script")
    assert [s for s in scripts if s.get("type") != "application/json"] == [{}]
    for tag, attributes in found.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert not attributes.get("href", "#").startswith("javascript:")
        assert "src" not in attributes
    assert "<script>window.hit = 1</script>" in found.text


def test_a_line_of_a_million_signs_is_cut_and_says_so():
    text = report.table(pd.DataFrame({"headline": ["長" * 1_000_000]}), caption="c").markup()
    assert len(text) < 5000
    assert "(1,000,000 characters in all)" in text


def test_every_text_is_an_island_of_its_own_direction():
    text = report.table(pd.DataFrame({"headline": ["\u202eevil"]}), caption="c").markup()
    assert "<bdi>\u202eevil</bdi>" in text


@given(st.text())
def test_what_a_page_shows_is_what_the_text_says(text):
    """The reference is Python's own HTML parser."""
    found = Elements(f"<p>{markup.esc(text)}</p>")
    assert [tag for tag, _ in found.tags] == ["p"]
    assert found.text == markup.clean(text)


@given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_a_data_block_is_one_inert_element_that_reads_back(value):
    block = markup.data_block(value)
    found = Elements(block)
    assert found.tags == [("script", {"type": "application/json"})]
    assert "<" not in block[len('<script type="application/json">') : -len("</script>")]
    assert json.loads(found.text) == json.loads(json.dumps(value))


def test_html_of_another_library_is_cut_down_to_tables():
    evil = (
        '<style>p{background:url(https://example.org)}</style><table onclick="x()"><tr><td style="color:red">5</td>'
        '</tr></table><meta http-equiv="refresh" content="0;url=https://example.org"><link rel="preconnect" '
        'href="https://example.org"><img src=x onerror=1><a href="javascript:1">go</a><script>1</script>'
    )
    found = Elements(page(new_code_cell("x", outputs=[new_output("display_data", data={"text/html": evil})])))
    assert "td" in {tag for tag, _ in found.tags}
    assert len(found.all("meta")) == 5 and len(found.all("link")) == 1  # those of the template
    assert not found.all("img")
    assert {a["href"] for a in found.all("a")} == {"#report", "#appendix"}  # of the template
    assert "style" not in {name for _, attributes in found.tags for name in attributes}


# ---- the pieces ----


def test_a_finding_tells_batch_its_number():
    data = report.finding("It rose.", value=1.5, low=1, high=2, unit="log2 ratio")._repr_mimebundle_()
    told = data["application/vnd.framing.finding+json"]
    assert (told["sentence"], told["value"], told["low"], told["high"]) == ("It rose.", 1.5, 1.0, 2.0)
    json.dumps(data)


def test_a_finding_takes_numbers_of_numpy_and_leaves_out_what_is_missing():
    told = report.finding("x", value=np.float64(2), low=np.nan, high=np.inf)._record()
    assert (told["value"], told["low"], told["high"]) == (2.0, None, None)


def test_an_interval_the_wrong_way_round_is_refused():
    with pytest.raises(ParamError, match="low must not be above high"):
        report.finding("x", value=1, low=2, high=1)


def test_an_unknown_language_is_refused_with_the_known_ones():
    with pytest.raises(ParamError, match="en, ja"):
        report.title("x", language="fr")


def test_the_furniture_follows_the_language_of_the_title():
    report.title("問い", language="ja")
    assert "行を絞り込む" in report.table(pd.DataFrame({"a": [1]}), caption="c").markup()


def test_each_thread_has_its_own_language():
    messages.use("ja")
    seen = []
    thread = threading.Thread(target=lambda: seen.append(messages.language()))
    thread.start()
    thread.join()
    assert seen == ["en"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("+10.0ポイント", ["+10.0ポイント"]),
        ("−3.2ポイント（−8.8〜+2.4）、2.5倍", ["−3.2ポイント", "（−8.8〜+2.4）", "2.5倍"]),
        ("1,204件のうち3%", ["1,204件", "3%"]),
        ("+10.0 points, 1.86 times (1.03 to 3.43)", ["+10.0 points", "1.86 times", "(1.03 to 3.43)"]),
        ("<5%>", ["5%"]), ("rfc2119 B5版 2 timeshares", []), ("'5%'", ["5%"]),
    ],
)  # fmt: skip
def test_no_line_of_a_cell_parts_a_number_from_its_unit(text, whole):
    cell = report.table(pd.DataFrame({"estimate": [text]}), caption="c").markup().split("<tbody>")[1]
    assert re.findall(r'<span class="fr-whole">(.*?)</span>', cell) == whole
    assert html.unescape(re.sub(r"<[^>]+>", "", cell.split("</td>")[0])) == text


def test_numbers_are_shown_for_reading_and_kept_exactly():
    frame = pd.DataFrame({"estimate": [0.123456789, -np.inf], "p_value": [1e-9, np.nan], "n": [1234567, 0]})
    text = report.table(frame, caption="c").markup()
    assert 'data-v="0.123456789">0.12<' in text
    assert 'data-v="-inf">−∞<' in text
    assert "&lt;0.001" in text and ">–<" in text and ">1,234,567<" in text


@pytest.mark.parametrize(
    ("value", "form", "expected"),  # by hand: halves away from 0, in the digits that people read
    [(0.575, ".2f", "0.58"), (1.005, ".2f", "1.01"), (-0.575, ".2f", "−0.58"), (0.125, ".2f", "0.13"),
     (0.0575, ".1%", "5.8%"), (0.345, ".0%", "35%"), (0.1 + 0.2, ".2f", "0.30"), (1 - 0.425, ".2f", "0.58"),
     (12345.25, ",.1f", "12,345.3"), (-0.04, ".1f", "0.0"), (0.5749, ".2f", "0.57"), (2.5, ".0f", "3")],
)  # fmt: skip
def test_a_number_is_rounded_alike_in_a_sentence_and_in_a_table(value, form, expected):
    assert messages.say(f"{{x:{form}}}", x=value) == expected
    assert messages.Message(f"{{x:{form}}}", {"x": np.float64(value)}) == expected
    if form == ".2f":
        text = report.table(pd.DataFrame({"estimate": [value, 0.31, 0.32]}), caption="c").markup()
        assert f">{expected}<" in text


def test_the_ends_of_an_interval_have_the_decimals_of_the_estimate():
    frame = pd.DataFrame({"estimate": [0.5, 0.25], "conf_low": [-0.001, 0.1], "conf_high": [123.456, 0.4]})
    text = report.table(frame, caption="c").markup()
    assert ">123.46<" in text and ">0.50<" in text


def test_a_value_too_small_for_its_column_is_not_shown_as_zero():
    assert markup.number(0.00001, 2) == "1e−05"


def test_years_and_ids_are_not_grouped_like_amounts():
    frame = pd.DataFrame({"year": [2001], "article_id": [1234567], "n": [12345]})
    text = report.table(frame, caption="c").markup()
    assert ">2001<" in text and ">1234567<" in text and ">12,345<" in text


def test_many_rows_with_lines_behind_them_keep_the_page_small():
    lines = pd.DataFrame({"left": ["前" * 60] * 50, "keyword": ["核"] * 50, "right": ["後" * 60] * 50})
    frame = pd.DataFrame({"term": [f"w{i}" for i in range(1000)]})
    text = report.table(frame, caption="c", details=dict.fromkeys(frame["term"], lines)).markup()
    assert len(text.encode()) < 2_500_000
    assert "47 more lines are not shown." in text


def test_columns_choose_and_order_what_is_shown_and_explain_it():
    frame = pd.DataFrame({"a": [1], "b": [2], "c": [3]})
    heads = [
        h["data-name"]
        for h in Elements(report.table(frame, caption="c", columns={"c": "tokens", "a": ""}).markup()).all("th")
    ]
    assert heads == ["c", "a"]


def test_a_column_that_is_not_there_is_refused():
    with pytest.raises(TableError, match="no column .'b'.; it has .'a'."):
        report.table(pd.DataFrame({"a": [1]}), caption="c", columns={"b": ""})


def test_tables_with_repeated_names_no_rows_and_odd_types_are_shown():
    twice = pd.DataFrame([[1, "x"]], columns=["a", "a"])
    assert ">x<" in report.table(twice, caption="c").markup()
    report.table(pd.DataFrame({"a": pd.Series([], dtype=float)}), caption="c")
    odd = pd.DataFrame(
        {
            "day": pd.to_datetime(["2001-01-01", None]),
            "flag": pd.array([True, None], dtype="boolean"),
            "kind": pd.Categorical(["a", None]),
            "n": pd.array([1, None], dtype="Int64"),
            "list": [[1, 2], {"a": 1}],
        }
    )
    text = report.table(odd, caption="c").markup()
    assert "2001-01-01" in text and "[1, 2]" in text


def test_a_table_of_many_rows_says_how_many_it_leaves_out():
    text = report.table(pd.DataFrame({"a": range(5000)}), caption="c").markup()
    assert "The first 1,000 of 5,000 rows are shown." in text


def test_details_go_by_any_column_of_the_table():
    frame = pd.DataFrame({"topic": [1, 2], "term": ["拉致", "制裁"]})
    shown = report.table(frame, caption="c", columns={"topic": ""}, details={"制裁": ["a line"]}, key="term").markup()
    assert shown.count("fr-details") == 1 and 'data-key="制裁"' in shown
    assert shown.index("a line") > shown.index(">2<")
    with pytest.raises(TableError, match="no column"):
        report.table(frame, caption="c", details={}, key="word")


def test_a_column_without_a_value_takes_no_room_and_values_are_shown_by_their_labels():
    frame = pd.DataFrame({"term": ["outlet[T.east]:years", "xi"], "n": [1, 2], "note": ["", None]})
    report.title("x", labels={"xi": "Xi Jinping", "years": "per year"})
    html = report.table(frame, caption="c", columns={"term": "t", "n": "n", "note": "why"}).markup()
    assert "note" not in html and "<bdi>Xi Jinping</bdi>" in html and "<bdi>east × per year</bdi>" in html
    report.title("x")
    assert "<bdi>xi</bdi>" in report.table(frame, caption="c").markup()


def test_lines_of_a_row_go_by_several_columns():
    frame = pd.DataFrame({"term": ["a", "a"], "outlet": ["x", "y"]})
    html = report.table(frame, caption="c", details={("a", "y"): ["of y"]}, key=["term", "outlet"]).markup()
    assert html.count("fr-details") == 1 and "of y" in html


def test_details_stand_behind_their_rows_without_javascript():
    text = report.table(pd.DataFrame({"term": ["核", "拉致"]}), caption="c", details={"核": ["核実験を実施"]}).markup()
    assert text.count("<details>") == 1 and "核実験を実施" in text


def test_a_concordance_stands_left_node_right():
    lines = pd.DataFrame({"article_id": ["a1"], "outlet": ["朝日"], "left": ["前"], "keyword": ["核"], "right": ["後"]})
    text = report.table(pd.DataFrame({"term": ["核"]}), caption="c", details={"核": lines}).markup()
    assert re.search(r"fr-source.*朝日.*fr-left.*前.*fr-node.*核.*fr-right.*後", text)


def test_arguments_are_not_changed():
    frame = pd.DataFrame({"a": [1.5], "b": ["x"]})
    before = frame.copy()
    report.table(frame, caption="c", columns={"a": "x"})._repr_mimebundle_()
    pd.testing.assert_frame_equal(frame, before)


def test_a_topic_browser_keeps_the_ids_and_lists_by_size():
    topics = [
        {"id": 0, "label": "small", "prevalence": 0.1, "words": [{"term": "a", "probability": 0.5}]},
        {"id": 7, "label": "large", "prevalence": 0.9, "words": [{"term": "b", "probability": 0.5}]},
    ]
    found = Elements(report.topic_browser({"topics": topics}, caption="c").markup())
    data = json.loads(
        re.search(r'json">(.*?)</script>', report.topic_browser({"topics": topics}, caption="c").markup())[1]
    )
    assert [topic["id"] for topic in data["topics"]] == ["7", "0"]
    assert "large" in found.text and "small" in found.text  # also without the script


def test_a_topic_without_words_is_refused():
    with pytest.raises(TableError, match="words"):
        report.topic_browser({"topics": [{"id": 1, "label": "x"}]}, caption="c")
    with pytest.raises(TableError, match="no topics"):
        report.topic_browser({"topics": []}, caption="c")


def test_fifty_topics_stay_under_three_megabytes():
    words_ = [
        {"term": f"語彙{i}", "probability": 1 / 3, "log_probability": -1.23456789, "log_lift": 0.5, "frex": 0.5}
        for i in range(200)
    ]
    examples = [{"headline": "見出し" * 20, "outlet": "朝日", "date": "2001-01-01", "passage": "本文" * 300}] * 20
    series = [{"period": f"{y}-{m:02d}", "share": 0.123456789} for y in range(1990, 2020) for m in range(1, 13)]
    topic = {"label": "x", "prevalence": 0.02, "words": words_, "examples": examples, "series": series}
    piece = report.topic_browser({"topics": [topic | {"id": i} for i in range(50)]}, caption="c")
    assert len(piece.markup().encode()) < 3_000_000


def test_pieces_have_a_text_for_a_terminal():
    assert repr(report.finding("It rose.")) == "It rose."
    assert "核" in repr(report.table(pd.DataFrame({"term": ["核"]}), caption="c"))


def test_opening_the_room_loads_neither_matplotlib_nor_nbconvert():
    code = "import sys, framing.report; print([m for m in ('matplotlib', 'nbconvert', 'openpyxl') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ---- files beside the report ----


@pytest.fixture
def beside(tmp_path, monkeypatch):
    monkeypatch.setenv(files.FOLDER, str(tmp_path / "run.files"))
    monkeypatch.setattr(files, "_made", {})
    return tmp_path / "run.files"


def test_a_table_lands_beside_the_report_exactly(beside):
    frame = pd.DataFrame(
        {"term": ['核, "実験"', "=1+1"], "share": [0.1234567890123, np.nan], "day": pd.to_datetime(["2001-01-01"] * 2)}
    )
    data = report.table(frame, caption="c", columns={"term": ""})._repr_mimebundle_()
    assert data["application/vnd.framing.table+json"]["files"] == ["table-01.csv", "table-01.xlsx", "table-01.tex"]
    read = spreadsheet.read(beside / "table-01.csv", parse_dates=["day"])
    pd.testing.assert_frame_equal(read, frame, check_dtype=False)
    sheet = openpyxl.load_workbook(beside / "table-01.xlsx").active
    assert [c.value for c in sheet[2]][:2] == ['核, "実験"', 0.1234567890123]
    assert sheet["A3"].data_type == "s"  # a text that begins with = is never computed


OBEYED = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''=1", "'80s", "1-1", "", "核"]


@pytest.mark.parametrize("kind", ["str", object, "category"])
def test_no_text_of_a_csv_is_a_formula_and_it_is_read_back_unchanged(tmp_path, monkeypatch, kind):
    frame = pd.DataFrame({"=1+HYPERLINK(1)": pd.Series(OBEYED, dtype=kind), "-difference": np.arange(12) - 6.5})
    spreadsheet.write(frame, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert not [text for text in [*header, *(row[0] for row in rows)] if text.startswith(tuple("=+-@\t\r"))]
    assert rows[0] == ["'=1+1", "-6.5"] and rows[8][0] == "'80s", "numbers, and what no spreadsheet obeys, as they are"
    read = spreadsheet.read(tmp_path / "a.csv", keep_default_na=False)
    pd.testing.assert_frame_equal(read, frame, check_dtype=False, check_categorical=False)
    monkeypatch.setenv(spreadsheet.RAW, "raw")
    spreadsheet.write(frame, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig").startswith("=1+HYPERLINK(1),-difference\n=1+1,")


def test_a_header_of_excel_is_never_computed(tmp_path):
    files.excel(pd.DataFrame({'=1+HYPERLINK("x")': ["a"]}), tmp_path / "a.xlsx")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").active["A1"].data_type == "s"


def test_a_row_of_latex_is_no_argument_of_the_row_before_it():
    lines = files.latex(pd.DataFrame({"[h]": ["[2cm]", "*", "b"], "c": ["[x]", "y", "z"]})).splitlines()
    assert not [line for line in lines if line.startswith(("[", "*"))]
    assert "{}[2cm] & {}[x] \\\\" in lines and "{}* & y \\\\" in lines and "{}[h] & c \\\\" in lines


def test_a_very_large_table_is_written_as_csv_only(beside):
    data = report.table(pd.DataFrame({"a": range(files.EXCEL + 1)}), caption="c")._repr_mimebundle_()
    assert data["application/vnd.framing.table+json"]["files"] == ["table-01.csv"]


def test_latex_shows_what_latex_would_obey():
    text = files.latex(pd.DataFrame({"a_b": ["50% of {x} & \\input{y} ~ ^ # $"]}), "cap\ntion")
    assert r"50\% of \{x\} \& \textbackslash input\{y\} \textasciitilde \space \textasciicircum \space \# \$" in text
    assert text.startswith("% cap tion\n")


def test_control_signs_and_long_lines_do_not_stop_excel(beside):
    report.table(pd.DataFrame({"t": HOSTILE}, dtype=object), caption=HOSTILE[0])._repr_mimebundle_()
    assert (beside / "table-01.xlsx").is_file()


def test_infinite_ratios_are_words_in_excel_which_has_no_infinity(tmp_path):
    files.excel(pd.DataFrame({"log2_ratio": [1.5, np.nan, np.inf, -np.inf]}), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [cell.value for cell in sheet["A"]] == ["log2_ratio", 1.5, None, "inf", "-inf"]


def test_a_figure_lands_as_svg_png_and_data(beside):
    fig, axes = base.figure(3, 2)
    axes.plot([1, 2])
    Picture(fig, caption="c", alt="a", data=pd.DataFrame({"y": [1, 2]}))._repr_mimebundle_()
    assert sorted(p.name for p in beside.iterdir()) == ["figure-01.csv", "figure-01.png", "figure-01.svg"]


def test_the_report_links_to_the_files_of_its_run(beside):
    html = page(cell(report.table(pd.DataFrame({"a": [1]}), caption="c")), files="10 keyness.files")
    hrefs = [a.get("href") for a in Elements(html).all("a")]
    assert "10%20keyness.files/table-01.csv" in hrefs


def test_by_hand_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.delenv(files.FOLDER, raising=False)
    monkeypatch.chdir(tmp_path)
    report.table(pd.DataFrame({"a": [1]}), caption="c")._repr_mimebundle_()
    assert list(tmp_path.iterdir()) == []


# ---- the page ----


def test_the_page_asks_for_nothing_and_lets_only_its_own_script_run():
    html = page(cell(report.finding("x")))
    found = Elements(html)
    policy = next(m["content"] for m in found.all("meta") if m.get("http-equiv"))
    import base64
    import hashlib

    script = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(script) == 1
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy and "default-src 'none'" in policy
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", html)


def test_the_title_is_the_question_and_the_first_finding_stands_on_top():
    html = page(
        new_markdown_cell("# In markdown\n\nWhat was done."),
        cell(report.title("Which words?", study="frontpage")),
        new_markdown_cell("## Words"),
        cell(report.finding("First.")),
        cell(report.finding("Second.")),
        cell(report.stamp(seed=1)),
    )
    assert "<h1><bdi>Which words?</bdi></h1>" in html and "<title>Which words?</title>" in html
    assert html.index("First.") < html.index("<main") < html.index("Second.") < html.index("<footer")
    assert html.count("First.") == 1 and html.count("<h1") == 1
    assert html.index("<footer") < html.index("fr-stamp", html.index("<footer"))
    assert "Cite this report" in html


def test_headings_go_into_the_contents_with_their_places():
    html = page(new_markdown_cell("# T\n\n## One & two\n\n### Three"), new_markdown_cell("## <b>Four</b>"))
    links = [a["href"][1:] for a in Elements(html).all("a") if a.get("href", "").startswith("#section")]
    ids = [attributes["id"] for tag, attributes in Elements(html).tags if tag in ("h2", "h3") and "id" in attributes]
    assert links == ids == ["section-1", "section-2", "section-3"]
    assert "One &amp; two</a>" in html


def test_the_key_figure_comes_first_and_what_has_no_rows_is_only_named():
    from framing.plots import Picture, base

    def figure(caption):
        return Picture(base.figure(3, 2)[0], caption=caption, alt="a", data=pd.DataFrame({"x": [1]}))

    key, first = cell(figure("The key.")), cell(figure("Another figure."))
    key.metadata["tags"] = ["key"]
    empty = cell(report.table(pd.DataFrame({"x": []}), caption="Nothing was found"))
    html = page(
        new_markdown_cell("## Other"), first, cell(report.table(pd.DataFrame({"x": [1]}), caption="Rows")),
        new_markdown_cell("## Key section"), key,
        new_markdown_cell("## Gone"), empty, cell(report.explain("Of nothing.")),
    )  # fmt: skip
    body, _, appendix = html.partition("<footer")
    assert body.index("The key.") < body.index("Another figure.") and "Rows" not in body and "Rows" in appendix
    assert "Gone" not in html and "Of nothing." not in html and appendix.count("Nothing was found") == 1


def test_what_the_data_cannot_show_stays_on_the_page_though_the_stamp_follows_it():
    limits = new_markdown_cell("## What these data cannot show\n\n- Why.")
    stamp, again = (cell(report.stamp(seed=1)) for _ in range(2))
    stamp.source = again.source = "report.stamp(seed=1)"
    body = page(limits, stamp, new_markdown_cell("## How it was made"), again).partition("<footer")[0]
    assert "How it was made</h2>" not in body
    assert "What these data cannot show</h2>" in body and "<li>Why.</li>" in body


def test_how_to_read_this_is_set_apart():
    assert 'fr-read" role="note"' in page(new_markdown_cell("**How to read this.** A ratio of 1 …"))
    assert 'fr-read" role="note"' in page(new_markdown_cell("### 読み方\n比が1なら…"), language="ja")


def test_a_failed_notebook_says_so_on_top_without_a_traceback_first():
    error = new_output(
        "error", ename="TableError", evalue="no counts <b>", traceback=["\x1b[31mTraceback\x1b[0m", "line"]
    )
    marker = new_markdown_cell('<span style="color:red">An Exception was encountered</span>')
    marker.metadata["tags"] = ["papermill-error-cell-tag"]
    html = page(marker, new_code_cell("x", outputs=[error], execution_count=3))
    top = html[: html.index("<main")]
    assert "This run failed." in top and "TableError: no counts &lt;b&gt;" in top and "cell 3" in top
    assert top.index("no counts") < top.index("Traceback") and "\x1b" not in html
    assert "An Exception was encountered" not in html


def test_a_failed_report_shows_its_error_once():
    said = "TableError: no counts"
    error = new_output("error", ename="TableError", evalue="no counts", traceback=["Traceback", "line 1", said])
    html = page(new_code_cell("x", outputs=[error], execution_count=3), error=said)
    assert html.count(said) == 1 and "line 1" in html


def test_a_run_that_was_killed_says_so():
    html = page(new_code_cell("x"), error="the kernel died")
    assert "the kernel died" in html[: html.index("<main")]


def test_progress_bars_show_their_last_state_and_warnings_are_folded():
    noise = new_output("stream", name="stderr", text="10%|#\r50%|##\r100%|####\nUserWarning: x\n")
    html = page(new_code_cell("x", outputs=[noise]))
    assert "100%|####" in html and "50%|##" not in html and "<summary>Messages</summary>" in html


def test_widgets_without_their_kernel_are_left_out():
    widget = new_output(
        "display_data", data={"application/vnd.jupyter.widget-view+json": {}, "text/plain": "IntSlider()"}
    )
    assert "IntSlider" not in page(new_code_cell("x", outputs=[widget]))


def test_pictures_of_other_libraries_are_embedded():
    png = new_output("display_data", data={"image/png": "iVBORw0K\nGgo=", "text/plain": "<Figure>"})
    images = Elements(page(new_code_cell("x", outputs=[png]))).all("img")
    assert images[0]["src"] == "data:image/png;base64,iVBORw0KGgo=" and images[0]["alt"] == "<Figure>"


def test_the_report_speaks_the_language_of_its_title_and_leaves_the_next_one_alone():
    html = page(cell(report.title("問い", language="ja")))
    messages.use("en")
    assert '<html class="fr-page" lang="ja">' in html and "コードを表示" in html
    assert 'lang="en"' in page(cell(report.finding("x")))


def test_made_up_data_are_called_made_up():
    assert "Made-up data" in page(cell(report.title("x", study="sample")))
    assert "Made-up data" not in page(cell(report.title("x", study="frontpage")))


def test_style_and_script_for_jupyterlab_are_not_repeated_in_the_page():
    html = page(*[cell(report.finding(str(i))) for i in range(5)])
    assert html.count("<style") == 1 and html.count("framingReport = start") == 1


# ---- the list of runs ----


def run(**more) -> dict:
    return {"study": "s", "notebook": "10_keyness", "name": "10_keyness", "status": "ok"} | more


def test_the_index_shows_findings_and_failures_with_their_message():
    html = report.index(
        [
            run(
                question="Which words?",
                finding={"sentence": "These.", "value": 1.5, "low": 1, "high": 2, "unit": "log2"},
                href="s/10.html",
            ),
            run(name="20", status="failed", error="TableError: <script>no</script>", seconds=3.21),
            run(name="30", status="refused", error="bad name"),
        ]
    )
    assert 'href="s/10.html"' in html and "These." in html and "1.50" in html
    assert "TableError: &lt;script&gt;no&lt;/script&gt;" in html and "refused" in html
    assert "<circle" not in html  # one value is nothing to compare


def test_variants_that_count_the_same_thing_are_drawn_side_by_side():
    runs = [
        run(name=f"10_keyness.{i}", finding={"value": float(i), "low": i - 0.5, "high": i + 0.5, "unit": "log2"})
        for i in range(3)
    ]
    other = run(name="10_keyness.z", finding={"value": 9.0, "unit": "pages"})
    html = report.index([*runs, other])
    assert html.count("<circle") == 3
    across = np.array(re.findall(r'cx="([\d.]+)%"', html), dtype=float)
    np.testing.assert_allclose(np.diff(across), np.diff(across)[0], atol=0.02)
    assert html.index("<circle") < html.index('class="fr-run"'), "variants stand together above the list"
    assert "−0.50 to 0.50" in html and "1.50 to 2.50" in html


def test_only_variants_of_one_question_share_an_axis():
    """log2 ratios of two outlets are no two estimates of one thing."""
    found = {"value": 1.0, "low": 0.5, "high": 1.5, "unit": "log2"}
    runs = [run(name=f"10.{w}", question=f"{w}?", finding={**found, "sentence": f"It is {w}."}) for w in ("a", "b")]
    assert 'class="fr-compare"' not in report.index(runs)
    same = report.index([{**each, "question": "a?"} for each in runs]).partition('class="fr-run"')[0]
    assert "It is a." in same and "It is b." in same and "<caption><bdi>a?</bdi>" in same


def test_only_one_contrast_in_one_unit_shares_an_axis():
    """1.8 times as often of one word and 1.7 of another are no two estimates of one thing, nor are a - b and b - a."""
    contrasts = [("a", "x", "y"), ("b", "x", "y"), ("a", "y", "x")]
    found = [Finding(None, "It is so.", 1.8, 1.2, 2.9, "times as often", contrast=each) for each in contrasts]
    runs = [run(name=f"10.{i}", finding=report.finding(each)._record()) for i, each in enumerate(found)]
    assert 'class="fr-compare"' not in report.index(runs)
    assert report.index([*runs, {**runs[0], "name": "10.first"}]).count("<circle") == 2


def test_a_finding_shows_its_verdict_and_all_its_cautions_in_the_language_of_the_report():
    sentence = Message("{n:,} articles of {outlets}", {"n": 1200, "outlets": ("asahi", "sankei")})
    found = Finding("inconclusive", sentence, 0.1, -0.2, 0.4, "log2 ratio", (Message("First."), Message("Second.")))
    shown = report.finding(found)
    page = shown._repr_html_()
    assert all(
        text in page
        for text in ("1,200 articles of asahi, sankei", "<b>inconclusive</b>", "<li><bdi>First.</bdi></li>")
    )
    assert shown._record()["verdict"] == "inconclusive" and "inconclusive" in report.index(
        [run(finding=shown._record())]
    )
    with messages.speaking("ja"):
        assert "判断できない" in report.finding(found)._repr_html_() and "asahi、sankei" not in str(sentence)


def test_a_number_that_can_fall_below_nought_has_its_sign_and_one_that_cannot_has_none():
    """+20 is a change of twenty; 20 would be an amount."""
    told = [str(report.finding("x", value=v, low=a, high=b, unit="points")._repr_html_()).rpartition("fr-value")[2]
            for v, a, b in ((19.9, -55.7, 76.2), (1.85, 1.19, 2.86))]  # fmt: skip
    assert ">+19.9<" in told[0] and "−55.7 to +76.2" in told[0]
    assert ">1.85<" in told[1] and "1.19 to 2.86" in told[1]


def test_a_card_of_the_index_is_in_the_language_of_its_report_and_the_study_says_what_it_is():
    found = {"sentence": "差がある。", "value": 2.0, "low": 1.5, "high": 2.5, "unit": "倍", "verdict": "difference"}
    corpus = run(name="00_corpus", notebook="00_corpus", language="ja", finding={"basis": "4媒体の記事6,000件"})
    html = report.index([corpus, run(finding=found, language="ja", about="What it is"), run(name="z", finding=found)])
    cards = html.split('<article class="fr-run"')
    assert "What it is" in cards[0] and "4媒体の記事6,000件" in cards[0]
    assert "判定" in cards[2] and "95%区間" in cards[2] and "Verdict" not in cards[2]
    assert "Verdict" in cards[3] and "95% interval" in cards[3]


def test_a_study_whose_reports_are_all_in_one_language_is_introduced_in_that():
    found = {"value": 2.0, "low": 1.5, "high": 2.5, "unit": "倍"}
    ja = [run(name=f"10.{i}", language="ja", finding=found, synthetic=True) for i in (1, 2)]
    intro = report.index([*ja, run(study="z")]).partition('id="study-2"')[0].partition('id="study-1"')[2]
    for japanese, english in (("レポート2件", "reports"), ("合成データ", "Made-up"), ("1.50〜2.50", "to 2.50")):
        assert japanese in intro and english not in intro
    mixed = report.index([ja[0], run(language="en")])
    assert '<section class="fr-study" aria-labelledby="study-1" lang="en">' in mixed and "Made-up" in mixed


@pytest.mark.parametrize(
    ("sentence", "values", "shown"),
    [
        ("1.8 times (1.2 to 2.9)", (1.849, 1.19, 2.86), "1.8 1.2 2.9"),
        ("a change of +20 points (−56 to +76)", (19.9, -55.7, 76.2), "+20 −56 +76"),
        ("0.095 (0.067 to 0.116)", (0.0951, 0.0671, 0.1162), "0.095 0.067 0.116"),
        ("in 3 of 1 or 2 papers", (1.85, 1.19, 2.86), "1.85 1.19 2.86"),
        ("more often", (1.85, 1.19, 2.86), "1.85 1.19 2.86"),
    ],
)
def test_the_number_of_a_finding_is_rounded_as_its_sentence_rounds_it(sentence, values, shown):
    """1.8 in the sentence and 1.85 below it are two numbers to a reader."""
    value, low, high = values
    markup = str(pieces.amount({"sentence": sentence, "value": value, "low": low, "high": high}))
    assert re.findall(r"[+−]?\d+(?:\.\d+)?", re.sub("<[^>]+>|95%", " ", markup)) == shown.split()


def test_a_finding_on_messages_rests_on_messages():
    rows = pd.DataFrame({"message_id": ["a", "b"], "outlet": "rodong", "date": ["2020-01-01"] * 2})
    assert "2 messages in one outlet" in report.finding("x", rests_on=rows)._repr_html_()
    assert "2 articles from one outlet" in report.finding("x", rests_on=rows.drop(columns="message_id"))._repr_html_()


def test_heads_and_cells_of_a_table_are_words_and_not_codes():
    table = pd.DataFrame({"contrast": ["sent - received", "note - this"], "page_2": [1, 2]})
    english = report.table(table.assign(conf_low=1.0, p_value=0.5, n_aic=2.0), caption="c")._repr_html_()
    assert all(f"<bdi>{head}</bdi></th>" in english for head in ("CI low", "p-value", "n AIC", "page 2"))
    report.title("?", study="s", language="ja", labels={"sent": "送信", "received": "受信"})
    html = report.table(table, caption="c")._repr_html_()
    assert "送信 − 受信" in html and "note - this" in html and ">2面<" in html


def test_the_index_of_nothing_and_of_hostile_names():
    assert "No report has been made yet." in report.index([])
    html = report.index(
        [run(study=text[:200], name=text, question=text, error=text, href="a.html") for text in HOSTILE]
    )
    found = Elements(html)
    assert not found.all("img") and found.all("script") == [{}]
