"""The Word document of a report: it says what the page says, in order, and text from articles stays text."""

import io
import re
import zipfile

import pandas as pd
import pytest
from docx import Document
from nbformat.v4 import new_markdown_cell, new_notebook
from test_report import HOSTILE, cell

from framing import messages, report
from framing.messages import Finding
from framing.plots import Picture, base
from framing.report import files, markup
from framing.report.word import document


@pytest.fixture(autouse=True)
def english():
    messages.use("en")
    yield
    messages.use("en")


def made(folder, cells):
    """A document, and its parts as XML, of a page whose files lie in a folder."""
    page = report.export(new_notebook(cells=cells), title="A title", files="run.files")
    opened = io.BytesIO(document(page, folder))
    with zipfile.ZipFile(opened) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist() if name.endswith((".xml", ".rels"))}
    return Document(opened), parts


def whole(language="en"):
    """The cells of a small report with everything in it."""
    figure = cell(Picture(base.figure(3, 2)[0], caption="Two papers.", alt="A rises.", data=pd.DataFrame({"x": [1]})))
    figure.metadata["tags"] = ["key"]
    found = Finding("difference", "A has more.", 2.0, 1.5, 3.0, "times", ("Only one year.",))
    rows = pd.DataFrame({"term": [f"word {i}" for i in range(60)], "estimate": 1.5} | {f"c{i}": i for i in range(10)})
    return [
        cell(report.title("Who has more?", study="press", language=language)),
        cell(report.finding(found)),
        new_markdown_cell("## Rates"), figure, cell(report.explain("It *rises*[^q].")),
        new_markdown_cell("## All words"),
        cell(report.table(rows, caption="Every word", details={"word 1": ["a line"]})),
        new_markdown_cell("## What these data cannot show\n\n- Why.\n- When."), cell(report.stamp(seed=3)),
    ]  # fmt: skip


@pytest.fixture
def beside(tmp_path, monkeypatch):
    monkeypatch.setenv(files.FOLDER, str(tmp_path))
    monkeypatch.setattr(files, "_made", {})
    return tmp_path


def test_a_document_answers_first_and_ends_with_tables_and_how_it_was_made(beside):
    found, parts = made(beside, whole())
    text = "\n".join(paragraph.text for paragraph in found.paragraphs)
    order = ["Who has more?", "a difference", "A has more.", "2.00, times, 95% interval", "Only one year.", "Rates",
             "Two papers.", "It rises.", "What these data cannot show", "Why.", "Every word",
             "Benjamini", "Seed: 3", "@misc{"]  # fmt: skip
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    assert "a line" not in parts["word/document.xml"] and "import" not in text
    (picture,) = found.inline_shapes
    assert 'descr="A rises."' in parts["word/document.xml"] and picture.width.cm == pytest.approx(16.4, abs=0.1)
    (table,) = found.tables
    assert len(table.rows) == 41 and len(table.columns) == 9  # the head and 40 of 60 rows, 9 of 12 columns
    assert [cell.text for cell in table.rows[2].cells][:2] == ["word 1", "1.50"] and "table-01.csv" in text
    assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") and not table.rows[1]._tr.xpath("./w:trPr/w:tblHeader")


def test_a_document_speaks_japanese_where_its_report_does(beside):
    found, parts = made(beside, whole("ja"))
    text = "\n".join(paragraph.text for paragraph in found.paragraphs)
    assert re.search("^図", text, re.MULTILINE) and re.search("^表", text, re.MULTILINE) and "用語" in text
    assert "Figure" not in text and "Table" not in text and "Terms" not in text
    assert 'w:eastAsia="Yu Mincho"' in parts["word/styles.xml"]


def test_hostile_text_is_text_in_word(beside):
    rows = pd.DataFrame({"term": pd.Series(HOSTILE, dtype=object), "n": 1})
    fields = "{ INCLUDETEXT file } \ufffe \u202e"
    found, parts = made(beside, [cell(report.title(fields)), cell(report.table(rows, caption="<w:br/>" + HOSTILE[0]))])
    xml, links = parts["word/document.xml"], parts["word/_rels/document.xml.rels"]
    shown = [row.cells[0].text for row in found.tables[0].rows[1:]]
    assert shown[0] == HOSTILE[0] and shown[6] == "evil" and shown[9] == "nul\ufffd and \ufffd alone"
    assert set(re.findall(r'w:instr="([^"]+)"', xml)) == {" SEQ Table \\* ARABIC "}
    assert not re.search("instrText|hyperlink|\u202e|\ufffe", xml) and "example.org" not in links
    assert max(map(len, shown)) < markup.LIMIT + 60  # a line of a million signs is cut, and says so


def test_a_figure_whose_picture_is_gone_keeps_its_caption(beside):
    cells = whole()
    (beside / "figure-01.png").unlink()
    found, _ = made(beside, cells)
    assert not found.inline_shapes and any("Two papers. (The picture" in p.text for p in found.paragraphs)
