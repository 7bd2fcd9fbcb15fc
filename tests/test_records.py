"""Results that hold tables show themselves: a line, and the head of each table as text."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from framing import lexicon, multiverse, prominence, trends
from framing.records import ROWS, Record

EVIL = "<script>window.ran=1</script>"


@dataclass(frozen=True)
class Result(Record):
    scores: pd.DataFrame
    z: np.ndarray
    empty: pd.DataFrame


@pytest.fixture
def result():
    scores = pd.DataFrame({"term": [EVIL] * 30, "g2": np.arange(30) / 7})
    return Result(scores, np.zeros(3), pd.DataFrame())


def test_a_result_says_what_it_holds_in_one_line(result):
    assert repr(result) == "Result: scores (30 rows)"


def test_the_line_has_the_numbers_of_a_result():
    from framing import trends

    line = repr(trends.ratio(52, 28, 126, 126))  # 1.86 (1.15 to 3.05), as R's poisson.test
    assert line.startswith("Ratio: estimate 1.857, low 1.151, high 3.054, dispersion 1, stops 1.643, curve")


def test_the_head_of_each_table_is_shown_as_text(result):
    shown = result._repr_html_()
    assert "<script>" not in shown and shown.count("&lt;script&gt;") == ROWS
    assert "the first 10 of 30 rows" in shown and "z" not in shown.partition("scores")[0][-20:]


def test_a_column_says_what_it_is_where_the_room_has_a_codebook():
    found = multiverse.curve.Multiverse(pd.DataFrame({"estimate": [1.0]}), np.zeros((1, 2)), ("a",), "points", 0)
    meaning = multiverse.CODEBOOK["results"]["estimate"]
    assert f'<th title="{meaning}">estimate</th>' in found._repr_html_()


@pytest.mark.parametrize(
    "kind",
    [
        prominence.model.Fit,
        trends.breakpoints.Breaks,
        trends.interruption.Interrupted,
        multiverse.curve.Multiverse,
        lexicon.read.Lexicon,
    ],
)
def test_what_a_person_ends_a_cell_with_is_a_record(kind):
    assert issubclass(kind, Record) and "dataclass" not in kind.__repr__.__qualname__


def test_a_lexicon_shows_its_actors(root):
    found = lexicon.load(root / "params" / "lexicon" / "northeast_asia.yaml")
    assert repr(found).startswith("Lexicon 'northeast_asia'") and "kim_jong_un" in found._repr_html_()
    assert len(found._shown()["actors"]) == len(found.actors)
