"""Which articles fit conditions, which do not, and of which it is not known: one reader, in every room that asks."""

import numpy as np
import pandas as pd
import pytest

from framing import claims, power, trends
from framing import study as studies
from framing.claims.sides import unplaced
from framing.study.studies import fitting

PAGES = [1] * 60 + [2] * 100 + [2, 3] * 20
SECTIONS = ["pol"] * 50 + [None] * 10 + ["sport"] * 100 + [None] * 40
BOTH = {"page": [1], "section": ["pol"]}
"""By hand, of 200 articles: 50 fit; 10 on page 1 without a section may; 140 do not, 40 of them by their page alone."""


@pytest.fixture(scope="module")
def papers():
    rows = pd.DataFrame({"page": PAGES, "section": SECTIONS, "outlet": "Valley", "issue": range(200)})
    return studies.open(rows.assign(date=pd.to_datetime("2020-01-05"), n=1.0))


def test_a_row_that_one_column_rules_out_is_known_whatever_the_other_lacks(papers):
    fits = fitting(papers, BOTH)
    assert (int(fits.sum()), int(fits.isna().sum()), int((~fits).sum())) == (50, 10, 140)
    assert fits[50:60].isna().all() and not fits[160:].any()
    named = fitting(papers, {"page": [1], "section": ["pol", None]})  # without a section: asked for by name
    assert named.sum() == 60 and not named.isna().any()


def test_the_order_of_the_columns_and_the_articles_taken_change_nothing(papers):
    assert fitting(papers, dict(reversed(BOTH.items()))).equals(fitting(papers, BOTH))
    part = papers.take(keep={"issue": list(range(40, 200))})
    assert fitting(part, BOTH).tolist()[:20] == fitting(papers, BOTH).tolist()[40:60]


def test_a_day_that_is_not_known_fits_no_day_and_may():
    rows = pd.DataFrame({"outlet": "a", "date": pd.to_datetime(["2020-01-01"] * 3 + ["2020-01-02", None])})
    data = studies.open(rows.assign(date_precision=["day", "month", "year", "day", "missing"]))
    fits = fitting(data, {"date": ["2020-01-01"]})
    assert fits[0] and fits[[1, 2, 4]].isna().all() and not fits[3]


def test_the_series_leaves_out_only_what_may_fit(papers):
    share = trends.prepare(papers, measure="share", counted=BOTH, freq="year").iloc[0]
    assert (share["n"], share["n_articles"], share["n_unknown"]) == (50, 190, 10)
    assert share["value"] == pytest.approx(100 * 50 / 190)
    number = trends.prepare(papers, measure="articles", counted=BOTH, freq="year").iloc[0]
    assert (number["n"], number["n_articles"], number["n_unknown"]) == (50, 200, 10)


def test_the_power_is_that_of_the_articles_that_are_known(papers):
    """50 of 190; with the 40 ruled out by their page taken for unknown it was 50 of 150."""
    said = power.curve(papers, "share", counted=BOTH, cluster="issue", sizes=(50,), replicates=20).about
    assert said.values["first"] == pytest.approx(50 / 190)


def test_a_claim_counts_and_places_the_same_rows(papers):
    claim = {"id": "c", "sentence": "x", "measure": "share", "counted": BOTH, "value": 0.5, "direction": "less",
             "matters": 0.1, "target": "Valley", "cluster": "issue"}  # fmt: skip
    row = claims.judge([claim], papers, sensitivity=False).verdicts.iloc[0]
    assert row["estimate"] == pytest.approx(50 / 190 - 0.5) and "not known: 10" in str(row["note"])
    rest = {"target": BOTH, "reference": "rest"}
    assert unplaced(papers, rest) == set(np.arange(51, 61).astype(str))
