"""The ledger of calibration: it is whole, the nearest design is found, and a report says how often it is wrong."""

from functools import partial

import pandas as pd
import pytest

from framing import ledger, report
from framing.messages import Finding


def rows(**columns) -> pd.DataFrame:
    """A ledger of two designs and a planted one, its shares made up."""
    made = pd.DataFrame(
        {
            "procedure": "keyness.compare", "options": "", "design": ["small", "large", "planted"],
            "features": [{"articles": 20.0}, {"articles": 600.0}, {"articles": 600.0}], "planted": [False, False, True],
            "statement": "answer", "replications": 1000, "claims": [0.062, 0.041, 0.9], "claims_error": 0.007,
            "covers": 0.95, "covers_error": 0.007, "width": 1.0, "refused": 0.0,
        }
    )  # fmt: skip
    return made.assign(**columns)


def test_the_nearest_design_without_an_effect_is_found_and_the_worst_is_said(monkeypatch):
    monkeypatch.setattr(ledger, "table", rows)
    assert ledger.nearest("keyness.compare", {"articles": 400})["design"].tolist() == ["large", "small"]
    said = ledger.sentence("keyness.compare", {"articles": 400, "unknown": 3})
    assert "1,000" in said and "4.1%" in said and "6.2%" in said and "90" not in said
    assert ledger.sentence("keyness.unknown", {}) is None
    worst = ledger.sentence("keyness.compare", {})  # nothing known of the data: the least favourable design alone
    assert "6.2%" in worst and "4.1%" not in worst


def test_the_answer_of_a_report_goes_before_single_words_and_default_options_before_others(monkeypatch):
    other = rows(statement="words", claims=0.3, design=["x", "y", "z"])
    option = rows(options="covariance='HC1'", claims=0.5, design=["u", "v", "w"])
    monkeypatch.setattr(ledger, "table", lambda: pd.concat([other, option, rows()], ignore_index=True))
    assert set(ledger.nearest("keyness.compare", {})["design"]) == {"small", "large"}


def test_a_report_says_how_often_its_procedure_is_wrong(monkeypatch):
    monkeypatch.setattr(ledger, "table", rows)
    found = Finding("inconclusive", "Nothing.", procedure="keyness.compare", features={"articles": 20})
    assert (
        "How often is this wrong?" in report.finding(found)._repr_html_()
        and "6.2%" in report.finding(found)._repr_html_()
    )
    assert (
        "How often is this wrong?"
        not in report.finding(Finding(None, "Nothing."))._repr_html_().partition("</style>")[2]
    )


def test_what_ships_is_whole():
    shipped = ledger.table()
    assert shipped["claims"].dropna().between(0, 1).all() and shipped["replications"].gt(0).all()
    assert all(isinstance(each, dict) for each in shipped["features"])


@pytest.mark.parametrize("options", [{"step": 1.0}, {"step": 0.0}])
def test_the_writer_tells_planted_designs_from_noise(harness, options):
    design = partial(harness.designs.series, n=36, articles=(20, 300), **options)
    cell = harness.grid.Cell("row", harness.procedures.interrupted, design, 1)
    assert harness.ledger.planted(cell) is bool(options["step"])
    assert harness.ledger.features(cell) == {
        "n": 36.0,
        "articles": 20.0,
        "most_articles": 300.0,
        "step": options["step"],
    }


def test_nothing_that_ships_is_out_of_band_but_noise_that_the_page_calls_open(root, harness):
    shipped = ledger.table()
    said = shipped.apply(harness.ledger.faults, axis=1)
    bursts = shipped["design"].str.contains("length=(600, 200), burst=6.0", regex=False)
    named = shipped["design"].str.contains("half white") | bursts & shipped["statement"].eq("words in 11–29 articles")
    wrong = shipped[said.str.contains("size|coverage") & ~named]
    assert len(shipped) > 300 and wrong.empty, wrong[["procedure", "design", "statement"]]
    assert (root / "docs" / "calibration.md").read_text(encoding="utf-8") == harness.ledger.page(shipped)
