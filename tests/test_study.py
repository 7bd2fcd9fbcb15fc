"""One filter with one meaning: what each way of naming a value takes, and that every question takes the same rows."""

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import framing
from framing import contexts, keyness, multiverse, prominence, store, study, tables, trends
from framing.batch import parameters
from framing.errors import ParamError, TableError
from framing.multiverse.pairs import Pair
from framing.multiverse.specs import rows_of
from framing.prominence.prepare import without


def taken(column: pd.Series, values, verb: str = "keep") -> list[bool]:
    frame = pd.DataFrame({"x": column})
    rows, steps = study.select(frame, **{verb: {"x": values}})
    assert steps["n_rows"].tolist() == [len(rows)] and steps["n_dropped"].tolist() == [len(frame) - len(rows)]
    return frame.index.isin(rows.index).tolist()


FLAG, MAYBE = pd.Series([True, False]), pd.Series([True, None, False], dtype="boolean")


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        *[(FLAG, [value], [True, False]) for value in (True, 1, 1.0, "1", "true", "True", "TRUE", np.bool_(True))],
        *[(FLAG, value, [False, True]) for value in (False, 0, "0", "false", [0], (0.0,))],
        (MAYBE, ["1"], [True, False, False]),
        (MAYBE, [0, None], [False, True, True]),
        (pd.Series([True, None, False], dtype=object), ["1"], [True, False, False]),
        (pd.Series([1, 0]), [True], [True, False]),
        (pd.Series([1, 0]), ["true"], [True, False]),
        (pd.Series([1, 2, 10]), ["1"], [True, False, False]),
        (pd.Series([1.0, np.nan, 2.0]), [1], [True, False, False]),
        (pd.Series([1.0, np.nan, 2.0]), "1", [True, False, False]),
        (pd.Series([1.0, np.nan, 2.0]), [None, 2], [False, True, True]),
        (pd.Series([1.5, np.nan, 2.0]), ["1.50"], [True, False, False]),
        (pd.Series([1, None, 3], dtype="Int64"), [1.0], [True, False, False]),
        (pd.Series([0.1, 0.2], dtype="float32"), [0.2], [False, True]),
        (pd.Series([2**53, 2**53 + 1]), [str(2**53 + 1)], [False, True]),
        (pd.Series(["xi", "Xi", None]), ["xi"], [True, False, False]),
        (pd.Series(["1", "2", "10"]), [1], [True, False, False]),
        (pd.Series(["None", None]), ["None"], [True, False]),
        (pd.Series(["None", None]), [None], [False, True]),
        (pd.Series(["a", None]), [np.nan], [False, True]),
        (pd.Series(["朝刊", "夕刊", None], dtype="category"), ["夕刊"], [False, True, False]),
        (pd.Series([1, 2, None], dtype="category"), ["2"], [False, True, False]),
        (pd.Series(["a", 1, None], dtype=object), ["1"], [False, True, False]),
        (pd.Series(pd.to_datetime(["2021-04-01", None])), ["2021-04-01"], [True, False]),
        (pd.Series([datetime.date(2021, 4, 1), None]), [pd.Timestamp("2021-04-01")], [True, False]),
        (pd.Series(pd.to_datetime(["2021-04-01", "2021-04-02"])), datetime.date(2021, 4, 2), [False, True]),
    ],
)
def test_a_value_is_compared_as_the_type_of_its_column(column, values, expected):
    assert taken(column, values) == expected
    assert taken(column, values, "drop") == [not one for one in expected]


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        (FLAG, ["maybe"], "x holds true and false, and 'maybe' is none of these"),
        (FLAG, [2], "holds true and false, and 2"),
        (pd.Series([1, 2]), ["one"], "holds numbers, and 'one'"),
        (pd.Series([1, 2]), [True], "holds numbers, and True"),
        (pd.Series([1, 20]), [3], r"no row has 3; its most frequent values are \[1, 20\]"),
        (pd.Series(pd.to_datetime(["2021-04-01"])), ["2021-04"], "holds days such as 2004-12-31, and '2021-04'"),
        (pd.Series(pd.to_datetime(["2021-04-01"])), ["2021-04-02"], r"'2021-04-02' .*\['2021-04-01'\]"),
        (pd.Series(["sports", "politics"]), ["Politics"], r"no row has 'Politics' \(did you mean 'politics'\?\)"),
        (pd.Series(["朝日新聞", "読売新聞"]), ["朝日新間", "読売新聞"], r"'朝日新間' \(did you mean '朝日新聞'"),
        (pd.Series(["NHK"]), ["ＮＨＫ"], "did you mean 'NHK'"),
        (pd.Series(["a"]), [], "names no value of 'x'"),
        (pd.Series(["a"]), None, "names no value of 'x'"),
        (pd.Series(["a"]), {"a": 1}, "takes a list of values"),
    ],
)
def test_a_value_that_no_row_has_is_refused_and_the_nearest_named(column, values, said):
    for verb in ("keep", "drop"):
        with pytest.raises(ParamError, match=said):
            study.select(pd.DataFrame({"x": column}), **{verb: {"x": values}})


PRESS = pd.DataFrame(
    {
        "outlet": ["A", "A", "B", "B", "C", "C"],
        "section": ["p", "s", "p", "s", "p", None],
        "date": pd.to_datetime(["2002-09-16", "2002-09-17", "2004-12-31", "2005-01-01", None, "2003-01-01"]),
    },
    index=[10, 11, 12, 12, 14, 15],
)


def test_values_of_a_column_are_or_columns_are_and_drop_comes_after_keep():
    rows, steps = study.select(PRESS, keep={"outlet": ["A", "B"], "section": "p"}, drop={"outlet": ["B"]})
    assert rows.index.tolist() == [10]
    assert steps["n_rows"].tolist() == [4, 2, 1] and steps["n_dropped"].tolist() == [2, 2, 1]
    assert study.select(PRESS, drop={"section": ["p"]})[0].index.tolist() == [11, 12, 15]
    assert study.select(PRESS)[0] is PRESS


def test_both_ends_of_a_window_belong_to_it_and_rows_without_a_date_leave_it_counted():
    rows, steps = study.select(PRESS, since="2002-09-17", until="2004-12-31")
    assert rows["date"].dt.strftime("%Y-%m-%d").tolist() == ["2002-09-17", "2004-12-31", "2003-01-01"]
    assert steps["n_rows"].tolist() == [5, 4, 3] and steps["n_dropped"].tolist() == [1, 1, 1]
    assert len(study.select(PRESS, until=2004)[0]) == 4, "a year is all its days"
    assert len(study.select(PRESS, since="2004-12", until=datetime.date(2005, 1, 1))[0]) == 2
    assert len(study.select(PRESS, until=np.datetime64("2004"))[0]) == 4, "as of text, and so has a month"
    assert len(study.select(PRESS, until=np.datetime64("2004-12"))[0]) == 4
    assert len(study.select(PRESS, until=np.datetime64("2004-12-30"))[0]) == 3
    assert len(study.select(PRESS, since="", until=None)[0]) == 6


def test_a_date_of_which_only_the_month_is_known_is_in_a_window_that_holds_the_month():
    frame = pd.DataFrame(
        {
            "date": pd.to_datetime(["2002-09-01", "2002-10-01", "2003-01-01", "2002-09-20"]),
            "date_precision": ["month", "month", "year", "day"],
        }
    )
    assert study.select(frame, since="2002-09-17", until="2003-06-30")[0].index.tolist() == [1, 3]
    assert study.select(frame, since="2002-09", until="2003")[0].index.tolist() == [0, 1, 2, 3]


COARSE = pd.DataFrame(
    {
        "date": pd.to_datetime(["2021-04-01", "2021-04-01", "2021-01-01", "2021-04-02", None]),
        "date_precision": ["day", "month", "year", "day", "missing"],
    }
)


def test_a_date_of_which_only_the_month_is_known_is_no_day_that_may_be_kept_or_dropped():
    kept, steps = study.select(COARSE, keep={"date": ["2021-04-01"]})
    assert kept.index.tolist() == [0], "row 1 is some day of April, row 2 some day of 2021"
    assert steps["reason"].str.contains("known only to the month or year, which are no day and fit none: 2").all()
    assert study.select(COARSE, drop={"date": ["2021-04-01"]})[0].index.tolist() == [1, 2, 3, 4]
    assert study.select(COARSE, keep={"date": [None]})[0].index.tolist() == [4], "a coarse date is not missing"
    with pytest.raises(ParamError, match="no row has '2021-01-01'"):
        study.select(COARSE, keep={"date": ["2021-01-01"]})
    _, steps = study.select(COARSE.drop(columns="date_precision"), keep={"date": ["2021-04-01"]})
    assert not steps["reason"].str.contains("known only").any()


@pytest.mark.parametrize("column", [FLAG, pd.Series([1, 2]), pd.Series(["a", "b"]), pd.Series(["a"], dtype="category")])
def test_null_is_refused_where_no_row_is_without_a_value(column):
    for values in ([None], [column[0], None], [np.nan]):
        with pytest.raises(ParamError, match="names null, and no row is without 'x'; take null out"):
            study.select(pd.DataFrame({"x": column}), drop={"x": values})
    whole = pd.DataFrame({"x": [*column, None]})
    assert study.select(whole[:-1], keep={"x": [None]}, known=whole)[0].empty, "the whole table has such a row"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"keep": {"outlets": ["A"]}}, r"keep names 'outlets', which is no column \(did you mean 'outlet'\?\)"),
        ({"drop": {"paper": ["A"]}}, "drop names 'paper', which is no column; the columns are"),
        ({"keep": ["A"]}, "keep maps a column to its values"),
        ({"since": "17/09/2002"}, "since is a day such as 2004-12-31"),
        ({"until": "2002-13"}, "until is a day"),
        ({"until": np.datetime64("NaT", "D")}, "until is a day"),
        ({"keep": {"date": np.datetime64("2002-09")}}, "holds days such as 2004-12-31"),
        ({"since": "2004", "until": "2003"}, "since 2004 is after until 2003"),
    ],
)
def test_conditions_that_mean_nothing_are_refused(options, said):
    with pytest.raises(ParamError, match=said):
        study.select(PRESS, **options)
    with pytest.raises(ParamError, match="need the column 'date'"):
        study.select(PRESS[["outlet"]], since="2002")
    with pytest.raises(ParamError, match="need days"):
        study.select(PRESS.assign(date=20020917), since="2002")


def test_a_column_that_depends_on_the_rows_used_is_computed_on_those_that_are_left():
    frame = pd.DataFrame({"day": [1, 1, 2, 2], "who": ["x", "y", "x", "x"], "shared": [True] * 4})
    derived = {"shared": lambda rows: rows.duplicated("day", keep=False)}
    rows, _ = study.select(frame, keep={"who": ["x"]}, derived=derived)
    assert rows["shared"].tolist() == [False, True, True]
    alone, steps = study.select(frame, drop={"shared": [True]}, keep={"who": ["x"]}, derived=derived)
    assert alone.index.tolist() == [0] and steps["n_dropped"].tolist() == [1, 2]
    assert frame["shared"].all(), "the table given is not changed"


def test_values_of_the_whole_table_may_be_named_where_a_part_is_filtered():
    part = PRESS[PRESS["outlet"] == "A"]
    with pytest.raises(ParamError, match="no row has 'B'"):
        study.select(part, drop={"outlet": ["B"]})
    assert len(study.select(part, drop={"outlet": ["B"]}, known=PRESS)[0]) == 2


def test_the_first_copy_is_the_earliest_of_the_rows_given():
    frame = pd.DataFrame(
        {
            "article_id": ["c", "b", "a", "d"],
            "date": pd.to_datetime(["2020-01-02", "2020-01-01", "2020-01-02", "2020-01-01"]),
            "cluster_id": ["one", "one", "one", None],
            "first": [False, True, False, True],
        }
    )
    assert study.studies.first_copies(frame)["article_id"].tolist() == ["b", "d"]
    later = frame[frame["date"] == "2020-01-02"]
    assert study.studies.first_copies(later)["article_id"].tolist() == ["a"], (
        "the copy flagged first is not among these"
    )
    assert study.studies.first_copies(frame.drop(columns="cluster_id")) is not None


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Forty articles of two outlets; a flag, a number and a text column, each with missing cells where it can."""
    n = 40
    ids = [f"a{i:02d}" for i in range(n)]
    articles = pd.DataFrame(
        {
            "article_id": ids,
            "outlet": ["A", "B"] * (n // 2),
            "date": pd.to_datetime(["2020-01-05", "2020-01-06", "2020-02-05", "2020-02-07"] * (n // 4)),
            "page": [1.0, 2.0, 3.0, 1.0, 2.0] * (n // 5),
            "headline": "",
            "text": "",
            "is_nkor": [True, True, True, False] * (n // 4),
            "edition": pd.Series([1, 2, None, 1] * (n // 4), dtype="Int64"),
            "section": ["politics", "Politics", None, "politics"] * (n // 4),
        }
    )
    counts = pd.DataFrame({"article_id": ids, "outlet": articles["outlet"], "term": "x", "n": 1})
    patch = pytest.MonkeyPatch()
    patch.setenv(store.OUTPUTS, str(tmp_path_factory.mktemp("outputs")))
    store.save(articles, tables.ARTICLES, "toy")
    store.save(counts, tables.COUNTS, "toy")
    mention = {"actor": "xi", "position": 0, "surface": "xi", "role": "", "in_headline": False}
    store.save(pd.DataFrame({"article_id": ids[:10], **mention}), tables.MENTIONS, "toy")
    yield articles, counts
    patch.undo()


def in_every_question(articles, counts, keep) -> dict[str, int]:
    """How many articles each question takes."""
    series = trends.prepare("toy", measure="articles", keep=keep)
    pair = Pair.of(study.load("toy"), "A", "B")
    choices = {"some": {"these": {"keep": keep}}}
    within = pair.kept(multiverse.specs.specifications(choices), choices, ())[0]
    placed = prominence.prepare("toy", keep=keep)
    return {
        "keyness": study.open(articles, counts=counts, keep=keep).counts["article_id"].nunique(),
        "prominence": len(placed.rows),
        "sensitivity": len(articles) - len(without(placed.read, keep)),
        "trends": int(series["n"].sum()),
        "words": int(within.sum()),
        "placements": len(rows_of(choices, (), articles)({"some": "these"})),
    }


@pytest.mark.parametrize(
    ("keep", "n"),
    [
        *[({"is_nkor": value}, 30) for value in (["1"], [1], [True], "true", 1.0)],
        *[({"is_nkor": value}, 10) for value in (["0"], [False], 0)],
        *[({"edition": value}, 20) for value in (["1"], 1, [1.0])],
        ({"edition": [2, None]}, 20),
        ({"section": ["politics"]}, 20),
        ({"section": "politics", "is_nkor": ["false"]}, 10),
        ({"date": ["2020-02-07"]}, 10),
    ],
)
def test_every_question_takes_the_same_articles_of_a_filter(prepared, keep, n):
    taken = in_every_question(*prepared, keep)
    if len(keep) > 1:  # what two columns drop is what either holds
        taken.pop("sensitivity")
    assert set(taken.values()) == {n}, taken


@pytest.mark.parametrize(
    "keep", [{"section": ["POLITICS"]}, {"is_nkor": ["maybe"]}, {"edition": [7]}, {"sektion": ["x"]}]
)
def test_every_question_refuses_a_filter_that_names_nothing(prepared, keep):
    articles, counts = prepared
    choices = {"some": {"these": {"keep": keep}}}
    for asked in (
        lambda: study.open(articles, counts=counts, keep=keep),
        lambda: prominence.prepare("toy", keep=keep),
        lambda: prominence.prepare("toy", drop=keep),
        lambda: without(articles, keep),
        lambda: trends.prepare("toy", measure="articles", keep=keep),
        lambda: multiverse.words.contrast("toy", ["x"], "A", "B", choices),
        lambda: multiverse.subjects.subject("toy", ["x"], "A", "B", choices),
        lambda: multiverse.of_study(
            "toy", "word", {"rate": ["tokens"]}, terms=["x"], target="A", reference="B", keep=keep
        ),
    ):
        with pytest.raises(ParamError, match="no row has|is none of these|is no column"):
            asked()


def test_a_window_is_the_same_in_every_question_and_the_old_names_are_answered(prepared):
    articles, counts = prepared
    window = {"since": "2020-01-06", "until": "2020-02-05"}
    assert study.open(articles, counts=counts, **window).counts["article_id"].nunique() == 20
    assert len(prominence.prepare("toy", **window).rows) == 20
    assert trends.prepare("toy", measure="articles", **window)["n"].sum() == 20
    with pytest.raises(TypeError, match="'after'; it is now since"):
        trends.prepare("toy", measure="articles", after="2020-01-06")


def test_copies_are_looked_for_among_the_articles_that_a_specification_keeps(prepared):
    """One story a paper reprints in February: where January is left out, the reprint is the first copy."""
    articles, _ = prepared
    twins = articles.assign(cluster_id=[f"c{i // 4}" for i in range(len(articles))])
    pair = Pair(twins, np.ones(len(twins)), twins)
    choices = {"copies": ["first"], "period": {"all": {}, "February": {"since": "2020-02"}}}
    kept = pair.kept(multiverse.specs.specifications(choices), choices, ("copies",))
    assert [int(one.sum()) for one in kept] == [20, 20], "one of each of ten stories in each of two outlets"


def test_rates_of_mentions_are_those_of_the_rows_left(prepared):
    """By hand: the first ten articles mention Xi; five of them, and twenty of all, are of outlet A."""
    rates = prominence.prepare("toy", keep={"outlet": ["A"]}).rates
    assert rates[["actor", "year", "n_articles", "n_total"]].to_numpy().tolist() == [["xi", 2020, 5, 20]]


COPIED = pd.DataFrame(
    {
        "article_id": list("abcdefgh"),
        "outlet": ["A", "A", "B", "A", "B", "B", "A", "B"],
        "date": pd.to_datetime(
            ["2019-05-02", "2019-05-01", "2019-05-03", "2020-01-01", "2020-02-01", None, "2021-01-01", "2021-01-02"]
        ),
        "cluster_id": ["w", "w", "w", "d", "e", "f", "r", "s"],
        "page": [1, 2, 1, 3, 1, 2, 1, 4],
    }
)
"""w: a story of A, which printed it twice, and of B; the rest stand alone."""


@pytest.mark.parametrize(("copies", "left"), [("all", "abcdefgh"), ("first", "bcdefgh"), ("none", "defgh")])
def test_copies_are_all_the_first_of_each_outlet_or_no_story_of_several(copies, left):
    taken = study.open(COPIED, copies=copies)
    assert "".join(taken.articles["article_id"]) == left
    assert taken.steps["n_dropped"].sum() == 8 - len(left)


def test_the_first_copy_is_the_first_of_those_in_the_window_and_a_story_of_several_is_one_wherever_its_copies_are():
    late = {"since": "2019-05-02"}
    assert "".join(study.open(COPIED, **late, copies="first").articles["article_id"]) == "acdegh"
    own = study.open(COPIED, keep={"outlet": ["A"]}, copies="none")
    assert "".join(own.articles["article_id"]) == "dg", "w stands in B as well, which was not kept"


def test_years_are_those_since_the_first_of_january_of_the_whole_study_whatever_is_taken():
    taken = study.open(COPIED, since="2021")
    np.testing.assert_allclose(taken.articles["years"], [731 / 365.25, 732 / 365.25])  # 365 + 366 days from 2019-01-01
    assert taken.articles["month"].tolist() == ["2021-01", "2021-01"] and taken.articles["year"].tolist() == [
        2021,
        2021,
    ]


def test_a_study_is_cut_again_without_reading_again_and_says_each_step(prepared):
    whole = study.load("toy")
    part = whole.take(keep={"section": ["politics"]}).take(since="2020-01-06")
    again = study.load("toy", keep={"section": ["politics"]}, since="2020-01-06")
    pd.testing.assert_frame_equal(part.articles, again.articles)
    assert part.steps["step"].tolist() == again.steps["step"].tolist() and part.known is whole.known
    assert set(part.counts["article_id"]) == set(part.articles["article_id"])
    assert set(part.mentions["article_id"]) <= set(part.articles["article_id"])
    assert part.inputs == {name: part.inputs[name] for name in ("articles", "counts", "mentions")}


def test_a_study_stands_for_its_tables_in_every_question(prepared):
    articles, counts = prepared
    taken = study.load("toy")
    found = keyness.compare(taken, cluster="is_nkor", replicates=20)
    merged = taken.counts_with(["is_nkor"])
    pd.testing.assert_frame_equal(found, keyness.compare(merged, cluster="is_nkor", replicates=20))
    fit = prominence.fit(taken, "page ~ outlet", family="ordinal")
    rows = taken.placements()
    same = prominence.fit(rows, "page", "outlet", family="ordinal")
    pd.testing.assert_frame_equal(fit.coefficients, same.coefficients)
    with pytest.raises(TableError, match="has no tokens; it has"):
        contexts.concordance(taken, "x")
    with pytest.raises(TableError, match="the study or its tables, not both"):
        contexts.concordance(taken, articles, "x")


def test_a_table_of_ones_own_is_a_study_of_what_it_has():
    taken = study.open(COPIED.drop(columns=["cluster_id", "article_id"]), "mine", keep={"front": [True]})
    assert taken.articles["page"].eq(1).all() and taken.articles["article_id"].tolist() == ["1", "3", "5", "7"]
    with pytest.raises(TableError, match="study 'mine' has no counts"):
        keyness.compare(taken)
    with pytest.raises(ParamError, match="copies needs the column 'cluster_id'"):
        taken.take(copies="first")
    with pytest.raises(ParamError, match="copies is one of"):
        study.open(COPIED, copies="some")
    with pytest.raises(TableError, match="needs the column 'outlet'"):
        study.open(COPIED.drop(columns="outlet"))


def test_an_old_parameter_file_is_answered_with_the_new_name(root):
    known = parameters.of_notebook(root / "notebooks" / "10_keyness.ipynb")
    (said,) = parameters.faults({"subset": {"section": ["x"]}}, known, Path("a.yaml"), Path("10_keyness.ipynb"), root)
    assert "no parameter 'subset'; it is now 'keep'" in said
    known = parameters.of_notebook(root / "notebooks" / "20_topics.ipynb")
    (said,) = parameters.faults({"drop": ["x"]}, known, Path("a.yaml"), Path("20_topics.ipynb"), root)
    assert "words left out are now 'drop_terms'" in said
    with pytest.raises(ValueError, match="what was 'keep' is now 'counted'"):
        trends.prepare("toy", measure="share", keep={"section": ["politics"]})


def test_the_five_words_are_in_every_notebook_that_reads_a_study(root):
    for path in sorted((root / "notebooks").glob("[1-9]*.ipynb")):
        assert {"keep", "drop", "since", "until", "copies"} <= set(parameters.of_notebook(path)), path.name


def test_a_table_whose_ids_lost_a_zero_or_gained_a_blank_is_refused_and_not_cut():
    articles = COPIED.assign(article_id=[f"{i:02d}" for i in range(6, 14)], headline="", text="")
    counts = pd.DataFrame({"article_id": articles["article_id"], "outlet": articles["outlet"], "term": "x", "n": 1})
    for ids in (counts["article_id"].str.lstrip("0"), counts["article_id"] + " "):
        with pytest.raises(TableError, match="rows of counts are of articles that the study 'mine'"):
            study.open(articles, "mine", counts=counts.assign(article_id=ids))
    with pytest.raises(TableError, match="rows of clusters are of articles"):
        study.open(articles, clusters=pd.DataFrame({"article_id": ["6"], "cluster_id": "w", "similarity": 1.0}))


def test_a_day_that_is_not_known_is_no_cluster_of_a_day():
    """Year-only dates are kept as the first of January: six unrelated articles must not be one issue."""
    n = 60
    articles = pd.DataFrame(
        {
            "article_id": [f"a{i:02d}" for i in range(n)],
            "outlet": ["A", "B"] * (n // 2),
            "date": pd.date_range("2021-01-01", periods=n),
            "date_precision": "day",
            "page": np.arange(n) % 3 + 1,
        }
    )
    articles.loc[articles.index[:6], ["date", "date_precision"]] = [pd.Timestamp("2021-01-01"), "year"]
    counts = pd.DataFrame({"article_id": articles["article_id"], "outlet": articles["outlet"], "term": "x", "n": 1})
    taken = study.open(articles, counts=counts)
    with pytest.raises(TableError, match="6 rows have no cluster 'date', or a date known only to the month or year"):
        prominence.fit(taken, "page ~ outlet", family="ordinal", cluster="date")
    assert taken.counts["date"].nunique() == n and (taken.counts["month"] == "undated").sum() == 6
    joined = framing.counts.with_columns(counts, articles, ["date"])
    assert joined["date"].isna().sum() == 6


def test_the_first_copy_is_the_one_that_is_surely_first():
    twins = pd.DataFrame(
        {
            "article_id": ["x", "y"],
            "outlet": "A",
            "cluster_id": "w",
            "date": pd.to_datetime(["2021-01-01", "2021-01-05"]),
            "date_precision": ["year", "day"],  # x may be of December
        }
    )
    assert study.open(twins, copies="first").articles["article_id"].tolist() == ["y"]
