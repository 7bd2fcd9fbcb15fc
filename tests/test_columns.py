"""How the numbers of a table are set: an interval like its estimate, whatever stands between them."""

import pandas as pd

from framing.report import markup


def test_the_ends_of_an_interval_have_the_decimals_of_its_estimate():
    frame = pd.DataFrame(
        {"estimate": [1.25, -0.5], "std_error": [0.1234, 0.25], "statistic": [10.1, -2.0], "df": [float("inf")] * 2,
         "p_value": [0.0001, 0.0452], "conf_low": [1.00812, -0.99], "conf_high": [1.4921, -0.0101], "n": [7, 8]}
    )  # fmt: skip
    shown = dict(zip(frame.columns, (texts for _, texts, _ in markup.columns(frame)), strict=True))
    assert shown["conf_low"] == ["1.01", "−0.99"] and shown["conf_high"] == ["1.49", "−0.01"]
    assert shown["std_error"] == ["0.12", "0.25"]
    assert shown["p_value"] == ["<0.001", "0.045"] and shown["n"] == ["7", "8"]


def test_two_intervals_in_a_row_follow_their_own_estimates():
    frame = pd.DataFrame({"share": [0.123], "share_low": [0.101], "rate": [1234.5], "rate_low": [1200.49]})
    assert [texts for _, texts, _ in markup.columns(frame)] == [["0.12"], ["0.10"], ["1235"], ["1200"]]
