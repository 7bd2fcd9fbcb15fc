"""How far long work is: said where somebody looks on, and gone when the work is done."""

import io
import sys
import time

import pytest

from framing import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


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
    assert "refits 1 of 2" in said and said.endswith("\r\x1b[K")


def test_short_work_says_nothing(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    list(progress.bar(range(10), "refits"))
    assert sys.stderr.getvalue() == ""


def test_a_line_that_was_begun_is_wiped_when_the_work_fails(at_once, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with pytest.raises(ZeroDivisionError):
        for number in progress.bar([2, 1, 0], "divisions"):
            1 / number
    assert sys.stderr.getvalue().endswith("\r\x1b[K")


def test_the_rest_is_reckoned_from_what_is_done():
    """5 of 20 took 10 seconds: 15 take 30."""
    assert progress._text("fits", 5, 20, 10.0) == "fits 5 of 20 · about 30 s left"
    assert progress._text("chunks", 1500, None, 10.0) == "chunks 1,500 · 10 s"


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
def test_a_notebook_is_told_in_an_output_that_is_empty_in_the_end(executed):
    notebook, seen = executed
    assert "<progress" in seen[0]["text/html"] and "<b>" not in seen[0]["text/html"].partition(">")[2]
    kept = [out for out in notebook.cells[0].outputs if out.output_type != "execute_result"]
    assert [out.data for out in kept] == [{"text/plain": ""}]
    assert notebook.cells[0].outputs[-1].data["text/plain"] == "6"


@pytest.mark.notebook
def test_the_report_of_it_has_no_trace(executed):
    from framing import present

    page = present.export(executed[0], title="x")
    assert "<progress" not in page and '<details class="fr-messages"' not in page


def test_a_batch_says_nothing(at_once, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv(progress.BATCH, "/nowhere")
    list(progress.bar(range(3), "refits"))
    assert sys.stderr.getvalue() == ""


def test_the_variable_is_the_one_a_batch_sets():
    from framing.present import files

    assert progress.BATCH == files.FOLDER


def test_the_line_is_not_written_more_often_than_a_person_reads(monkeypatch):
    monkeypatch.setattr(progress, "WAIT", -1)
    monkeypatch.setattr(sys, "stderr", Terminal())
    began = time.monotonic()
    list(progress.bar(range(50_000), "things"))
    written = sys.stderr.getvalue().count("things")
    assert written <= 1 + (time.monotonic() - began) / progress.EVERY
