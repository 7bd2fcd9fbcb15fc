"""Dates: cases are data (cases/dates.json); eras after the Cabinet's orders on era names."""

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing import dates, messages, report

CASES = json.loads((Path(__file__).parent / "cases" / "dates.json").read_text(encoding="utf-8"))


def marked(case: dict):
    marks = [pytest.mark.xfail(strict=True, reason=case.get("comment", ""))] if case["expect"] == "fail" else []
    return pytest.param(case, id=case["label"], marks=marks)


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_a_printed_date_is_read_or_refused_with_a_reason(case):
    read = dates.parse(case["original"])
    assert (None if read.date is None else str(read.date.date())) == case["date"]
    assert read.precision == case["precision"]
    assert case.get("note", "") in read.note
    if read.date is None and case["original"]:
        assert read.note


def test_a_number_of_a_year_and_decimals_is_no_month():
    """A cell 2021.10 of a workbook is the number 2021.1: October cannot be told from January."""
    read = dates.parse(2021.10)
    assert read[:3] == (None, "missing", "2021.1") and "a number with decimals" in read.note
    assert dates.parse("2021.10").date == pd.Timestamp("2021-10-01") and dates.parse(2021.0).precision == "year"


def test_the_evidence_keeps_the_time_and_the_zone():
    assert dates.parse(" 21 Jan 2024  11:01:28 GMT9\n").evidence == "21 Jan 2024 11:01:28 GMT9"


def test_a_relative_date_counts_from_the_anchor_and_says_so():
    read = dates.parse("昨日付", anchor="2024-03-01")
    assert read.date == pd.Timestamp("2024-02-29")
    assert "anchor 2024-03-01" in read.note


def test_a_date_without_a_year_is_the_last_such_day_before_the_anchor():
    assert dates.parse("12月30日", anchor="2024-01-03").date == pd.Timestamp("2023-12-30")
    assert dates.parse("1月2日", anchor="2024-01-03").date == pd.Timestamp("2024-01-02")


def test_a_date_outside_the_window_is_kept_and_flagged():
    read = dates.parse("2000年6月26日", window=("2009-01-01", "2012-12-31"))
    assert read.date == pd.Timestamp("2000-06-26")
    assert "before the window" in read.note
    assert "after the window" in dates.parse("2013-01-01", window=(None, "2012-12-31")).note


def test_a_month_that_touches_the_window_is_not_flagged():
    assert dates.parse("2009年1月", window=("2009-01-15", None)).note == ""


def test_a_wrong_weekday_is_flagged():
    assert "金曜日" in dates.parse("2024年3月28日(金)").note  # it was a Thursday
    assert dates.parse("2024年3月28日(木)").note == ""


def test_a_text_is_not_searched_for_a_date():
    read = dates.parse("2024年3月28日、架空の港で船が止まった。" * 20)
    assert read.date is None
    assert "a text, not a date" in read.note


def test_a_column_says_the_same_as_its_values_one_by_one():
    values = pd.Series([case["original"] for case in CASES] * 2 + [None], index=range(5, 2 * len(CASES) + 6))
    table = dates.parse_column(values)
    assert list(table.columns) == ["date", "date_precision", "date_evidence", "date_note"]
    assert table.index.equals(values.index)
    one_by_one = [dates.parse(value) for value in values]
    assert [None if pd.isna(d) else d for d in table["date"]] == [read.date for read in one_by_one]
    assert table["date_note"].tolist() == [read.note for read in one_by_one]
    assert table["date"].dtype.kind == "M"


def test_a_column_of_timestamps_keeps_the_day_it_shows():
    values = pd.Series(pd.to_datetime(["2024-03-28 23:59", None])).dt.tz_localize("Asia/Tokyo")
    table = dates.parse_column(values)
    assert table["date"].iloc[0] == pd.Timestamp("2024-03-28")
    assert table["date_precision"].tolist() == ["day", "missing"]


def test_an_empty_column_gives_an_empty_table():
    assert dates.parse_column(pd.Series([], dtype="str")).shape == (0, 4)


def test_a_window_of_years_or_months_holds_all_their_days():
    assert dates.parse("2024-12-31", window=("2024", "2024")).note == ""
    assert "after the window that ends 2024-11-30" in dates.parse("2024-12-31", window=(None, "2024-11")).note


@pytest.mark.parametrize("window", ["2024", ("2024-01-01",), ("2024-02-30", None), ("2024-01-02", "2024-01-01")])
def test_a_window_that_is_none_is_refused(window):
    with pytest.raises(ValueError, match="window"):
        dates.parse("2024-01-01", window=window)


@given(st.text(st.characters() | st.sampled_from("0123456789年月日元令和平成昭/.-〇十百千()（）년월일RHS")))
def test_any_text_gives_a_date_or_a_note(text):
    read = dates.parse(text)
    assert (read.date is None) == (read.precision == "missing")
    assert read.date is not None or read.note or not text.strip()


@given(st.dates(min_value=pd.Timestamp("1989-01-08").date(), max_value=pd.Timestamp("2019-04-30").date()))
def test_every_day_of_heisei_is_read_back_from_its_era_year(day):
    assert dates.parse(f"平成{day.year - 1988}年{day.month}月{day.day}日").date == pd.Timestamp(day)


@pytest.mark.parametrize(
    "text", ["1" * 1_000_000, "年" * 1_000_000, "2024" + " " * 1_000_000 + "年", "\0" * 1_000_000], ids="1年 0"
)
def test_a_megabyte_is_no_date(text):
    assert dates.parse(text).date is None


def test_what_is_doubtful_of_a_date_is_said_in_the_language_of_the_report():
    messages.use("ja")
    rows = pd.DataFrame({"date_note": [dates.parse("不明").note]})
    assert rows["date_note"].tolist() == ["no date is recognised"]  # the table itself stays in English
    declared = {"date_note": messages.sentences("what is doubtful")}
    assert "日付を読み取れない" in report.table(rows, caption="Flagged and doubtful dates", columns=declared).markup()
