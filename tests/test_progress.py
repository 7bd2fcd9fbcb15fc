"""How far long work is: said where somebody looks on, and gone when the work is done."""

import io
import sys
import time

import pytest

from framing import progress

WIDGET = "application/vnd.jupyter.widget-view+json"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def wiped(said: str, what: str) -> bool:
    """Whether the bar was there and blanks stand in its place in the end."""
    *_, last, end = said.split("\r")
    return f"\r{what}" in said and last.isspace() and end == ""


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(progress, "WAIT", -1)
    monkeypatch.setattr(progress, "EVERY", -1)


def test_the_things_come_through_in_their_order_and_nothing_is_said_where_nobody_looks(at_once, capsys):
    assert list(progress.bar(iter("abc"), "letters")) == ["a", "b", "c"]
    assert capsys.readouterr() == ("", "")


def test_a_terminal_is_told_and_left_clean(at_once, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert list(progress.bar([1, 2], "refits")) == [1, 2]
    said = sys.stderr.getvalue()
    assert "| 1/2 [" in said and wiped(said, "refits")


def test_short_work_says_nothing(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    list(progress.bar(range(10), "refits"))
    assert sys.stderr.getvalue() == ""


def test_a_line_that_was_begun_is_wiped_when_the_work_fails(at_once, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with pytest.raises(ZeroDivisionError):
        for number in progress.bar([2, 1, 0], "divisions"):
            1 / number
    assert wiped(sys.stderr.getvalue(), "divisions")


@pytest.fixture(scope="module")
def executed():
    """A notebook in a kernel: long work, watched from outside."""
    import nbclient
    from nbformat.v4 import new_code_cell, new_notebook

    source = (
        "import time\nfrom framing import progress\nprogress.WAIT, progress.EVERY = 0.01, 0.01\n"
        "sum(time.sleep(0.05) or x for x in progress.bar([1, 2, 3], '<b>fits</b>'))"
    )
    seen = []

    class Client(nbclient.NotebookClient):
        def process_message(self, msg, cell, cell_index):
            if msg["msg_type"] in ("display_data", "update_display_data"):
                seen.append(msg["content"]["data"])
            return super().process_message(msg, cell, cell_index)

    notebook = new_notebook(cells=[new_code_cell(source)])
    Client(notebook, kernel_name="python3", timeout=600).execute()
    return notebook, seen


@pytest.mark.notebook
def test_a_notebook_is_told_by_a_widget_and_keeps_no_other_output(executed):
    notebook, seen = executed
    assert len(seen) == 1 and "fits" in seen[0]["text/plain"] and WIDGET in seen[0]
    assert notebook.cells[0].outputs[-1].data["text/plain"] == "6" and len(notebook.cells[0].outputs) == 2


@pytest.mark.notebook
def test_the_report_of_it_has_no_trace(executed):
    from framing import report

    page = report.export(executed[0], title="x")
    assert "it/s" not in page and "1/3" not in page and '<details class="fr-messages"' not in page


def test_a_batch_says_nothing(at_once, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv(progress.BATCH, "/nowhere")
    list(progress.bar(range(3), "refits"))
    assert sys.stderr.getvalue() == ""


def test_the_variable_is_the_one_a_batch_sets():
    from framing.report import files

    assert progress.BATCH == files.FOLDER


def test_the_line_is_not_written_more_often_than_a_person_reads(monkeypatch):
    monkeypatch.setattr(progress, "WAIT", -1)
    monkeypatch.setattr(sys, "stderr", Terminal())
    began = time.monotonic()
    list(progress.bar(range(50_000), "things"))
    written = sys.stderr.getvalue().count("things")
    assert written <= 1 + (time.monotonic() - began) / progress.EVERY
