"""Every public function that takes a table converts ids and dates of another type and says so, or refuses them.

The functions are found by looking into the rooms, so that a new one without an example here fails.
"""

import contextlib
import datetime as dt
import inspect
import pkgutil
import unicodedata
import warnings
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

import framing
from framing import store, study, tables
from framing.errors import TableError, TableWarning

TABLES = {"articles", "rejected", "tokens", "counts", "mentions", "clusters", "prepared_counts"}
ROWS = {"prominence": {"data", "rows"}, "multiverse": {"rows"}}
"""Names of arguments that are tables; those of rows of another kind by room."""


def taken(room: str, function) -> set[str]:
    names = TABLES | ROWS.get(room, set())
    found = inspect.signature(function).parameters.values()
    return {each.name for each in found if each.name in names and "DataFrame" in str(each.annotation)}


def public() -> dict:
    """Every function and method that takes a table, by its name: what a room offers, and the doors inside it."""
    found = {}
    for room in (room for floor, rooms in framing.FLOORS.items() if floor != "ground" for room in rooms):
        module = import_module(f"framing.{room}")
        names = getattr(module, "__all__", None) or [name for name in dir(module) if not name.startswith("_")]
        things = {name: getattr(module, name) for name in names}
        parts = pkgutil.iter_modules(getattr(module, "__path__", []), f"framing.{room}.")
        for part in (module, *(import_module(part.name) for part in parts)):
            inside = vars(part).items()
            things |= {
                k: v for k, v in inside if not k.startswith("_") and (hasattr(v, "__wrapped__") or inspect.isclass(v))
            }
        for name, thing in things.items():
            members = vars(thing) if inspect.isclass(thing) else {}
            each = {name: thing} | {f"{name}.{k}": v for k, v in members.items() if not k.startswith("_")}
            for called, function in each.items():
                home = getattr(function, "__module__", None) or ""
                own = home == f"framing.{room}" or home.startswith(f"framing.{room}.")
                if own and inspect.isfunction(function) and taken(room, function):
                    found[f"{room}.{called}"] = function
    return found


PUBLIC = public()


@cache
def press() -> dict[str, pd.DataFrame]:
    """Small tables with ids that are digits."""
    from framing import corpus, duplicates, study

    made = corpus.open_source(dataset="sample", n_articles=160, seed=3).articles.reset_index(drop=True)
    made["article_id"] = [str(1000 + i) for i in range(len(made))]
    clusters = duplicates.clusters(made)
    articles = corpus.with_clusters(made, clusters)
    tokens, counts, mentions = corpus.words(articles, lexicon=str(words()))
    rejected = pd.DataFrame({"source": ["a"], "line": [1.0], "reason": ["r"], "record": ["x"]})
    measured = study.measures(articles, mentions).merge(articles[["article_id", "date", "outlet"]].rename(
        columns={"outlet": "paper"}), on="article_id", suffixes=("", "_of"))  # fmt: skip
    return {"articles": articles, "clusters": clusters, "tokens": tokens, "counts": counts, "mentions": mentions,
            "rejected": rejected, "data": measured}  # fmt: skip


def words():
    from pathlib import Path

    return Path(__file__).resolve().parents[1] / "params" / "lexicon" / "northeast_asia.yaml"


@cache
def fitted():
    from framing import topics

    return topics.fit(topics.trim(press()["counts"]), 3, passes=20, workers=1)


@cache
def two() -> list[str]:
    return sorted(press()["articles"]["outlet"].unique())[:2]


def lexicon():
    from framing import lexicon

    return lexicon.load(str(words()))


def example(name: str) -> dict:
    """The other arguments of a function, small; and tables that differ from :func:`press`."""
    from framing import corpus, maps, text

    few = {"replicates": 9} if "replicates" in inspect.signature(PUBLIC[name]).parameters else {}
    topic = {"topics": fitted()} if "topics" in inspect.signature(PUBLIC[name]).parameters else {}
    term = press()["counts"].groupby("term", observed=True)["n"].sum().idxmax()
    actor = press()["mentions"]["actor"].astype(str).mode()[0]
    pair = dict(zip(("target", "reference"), two(), strict=True))
    articles = press()["articles"]
    reading = corpus.reading.Reading(articles, press()["rejected"], pd.DataFrame({"source": ["a"]}))
    own = {
        "text.strip_furniture": lambda: {"found": text.find_furniture(articles)},
        "dates.left_out": lambda: {"freq": "month"},
        "dates.periods": lambda: {"freq": "month"},
        "dates.between": lambda: {"first": "2020-01-01"},
        "datasets.codings": lambda: {"source": "x=front", "articles": articles.assign(front=1.0)},
        "corpus.save": lambda: {"study": "s"},
        "corpus.steps": lambda: {"reading": reading, "cleaned": corpus.clean(articles)},
        "lexicon.effect": lambda: {"old": None, "new": lexicon()},
        "tokens.mentions": lambda: {"lexicon": lexicon()},
        "tokens.relations": lambda: {"lexicon": lexicon()},
        "counts.with_columns": lambda: {"columns": ["section"]},
        "counts.count": lambda: {"columns": ["date"]},
        "keyness.adjusted": lambda: {"formula": "outlet + section", **pair},
        "keyness.compare": lambda: {**pair, "replicates": 9},
        "keyness.paired": lambda: pair,
        "keyness.over_time": lambda: {"terms": [term], "period": "month"},
        "keyness.passages": lambda: {"terms": [term]},
        "contexts.called": lambda: {"query": actor, "match": "actor"},
        "contexts.collocates": lambda: {"node": term},
        "contexts.concordance": lambda: {"query": term},
        "contexts.details": lambda: {"terms": [term]},
        "contexts.near": lambda: {"query": term},
        "contexts.words_around": lambda: {"actor": actor},
        "maps.regions": lambda: {"mapped": maps.outlets(press()["counts"], min_articles=2)},
        "maps.outlets": lambda: {"min_articles": 2},
        "topics.fit": lambda: {"n_topics": 3, "passes": 5, "workers": 1},
        "topics.best": lambda: {"n_topics": 3, "starts": 1, "passes": 5, "workers": 1},
        "topics.fit_stable": lambda: {"n_topics": 3, "starts": 1, "passes": 5, "workers": 1, "n_refits": 1},
        "topics.effects": lambda: {"formula": "outlet", "replicates": 2},
        "topics.shares": lambda: {"by": "outlet", "replicates": 2},
        "topics.series": lambda: {"period": "month"},
        "topics.refit": lambda: {"n": 1, "workers": 1, "progress": False},
        "topics.scan": lambda: {"n_topics": [2], "seeds": 1, "workers": 1, "progress": False, "passes": 5},
        "prominence.describe": lambda: {"by": "paper"},
        "prominence.fit": lambda: {"outcome": "front", "formula": "paper", "family": "front", "cluster": "date"},
        "prominence.matched": lambda: {"occasions": ["x"], "by": "paper", "data": placements()},
        "prominence.permutation": lambda: {"outcome": "page", "by": "paper", "strata": "date", "replicates": 19,
                                           "data": press()["data"][press()["data"]["paper"].isin(two())]},
        "prominence.same_issue": lambda: {"by": "paper", "cluster": "date"},
        "prominence.trend": lambda: {"outcome": "page", "by": "issue", "replicates": 19,
                                     "data": press()["data"].assign(issue=range(len(press()["data"])))},
        "prominence.without": lambda: {"dropped": {"paper": [two()[0]]}, "rows": press()["data"]},
        "multiverse.placements": lambda: {"rows": placements(), "choices": {"model": ["front"]}},
    }  # fmt: skip
    return few | topic | own.get(name, dict)()


def placements() -> pd.DataFrame:
    rows = press()["data"].dropna(subset=["page"])
    years = (rows["date"] - rows["date"].min()).dt.days / 365.25
    other = {"issue_date": rows["date"], "years": years, "year": rows["date"].dt.year, "direction": "to"}
    return rows[rows["paper"].isin(two())].assign(occasion="x", **other)


def given(name: str, change=lambda table: table) -> dict:
    """The arguments of a call, each of its tables changed."""
    wanted, other = taken(name.split(".")[0], PUBLIC[name]), example(name)
    frames = press() | {"prepared_counts": press()["counts"]}
    if name in {"corpus.missing", "corpus.answer"}:
        frames = frames | {"articles": frames["articles"].drop(columns="n_chars", errors="ignore")}
    return other | {each: change(other.get(each, frames.get(each))) for each in sorted(wanted)}


def call(name: str, arguments: dict):
    arguments = dict(arguments)
    me = [arguments.pop("self")] if "self" in arguments else []
    return PUBLIC[name](*me, **arguments)


def same(a, b) -> None:
    """Two results are the same, whatever they are made of."""
    if isinstance(a, pd.DataFrame):
        pd.testing.assert_frame_equal(plain(a), plain(b), check_dtype=False, check_categorical=False, rtol=1e-9)
    elif isinstance(a, pd.Series):
        same(a.to_frame("x"), b.to_frame("x"))
    elif is_dataclass(a):
        for field in fields(a):
            same(getattr(a, field.name), getattr(b, field.name))
    elif isinstance(a, dict):
        assert a.keys() == b.keys()
        for key in a.keys() - {"seconds"}:
            same(a[key], b[key])
    elif isinstance(a, (list, tuple)):
        assert len(a) == len(b)
        for one, other in zip(a, b, strict=True):
            same(one, other)
    elif isinstance(a, np.ndarray):
        np.testing.assert_allclose(a, b, rtol=1e-9) if a.dtype.kind == "f" else np.testing.assert_array_equal(a, b)
    elif hasattr(a, "toarray"):
        np.testing.assert_array_equal(a.toarray(), b.toarray())
    elif isinstance(a, pd.Index):
        assert a.astype(str).tolist() == b.astype(str).tolist()
    elif isinstance(a, (str, int, float, type(None), pd.Timestamp, np.generic)):
        assert a == b or (pd.isna(a) and pd.isna(b)) or a == pytest.approx(b)


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.reset_index(drop=True).apply(lambda each: each.astype(object) if each.dtype == "category" else each)


def with_days(table: pd.DataFrame, days) -> pd.DataFrame:
    return table.assign(date=days(table["date"])) if "date" in table else table


LABELS = {"keyness.adjusted", "prominence.fit", "prominence.describe", "prominence.permutation", "prominence.trend",
          "prominence.without", "topics.steps"}  # fmt: skip
"""Functions for which a date only names a group, as in every table of counts."""


def dated(name: str, arguments: dict) -> bool:
    """Whether a date among the arguments is read as a day."""
    frames = {k for k, v in arguments.items() if isinstance(v, pd.DataFrame) and "date" in v}
    return bool(frames - {"counts"}) and name not in LABELS


def numbered(table: pd.DataFrame, dates: bool = True) -> pd.DataFrame:
    """Whole numbers for ids, and for dates where they are read as days."""
    ids = [name for name in ("article_id", *(["cluster_id"] if "similarity" in table else [])) if name in table]
    table = table.assign(**{name: table[name].astype(str).astype("int64") for name in ids})
    counted = "term" in table
    number = DAYS["whole numbers"]
    return with_days(table, number) if dates and not counted else table


DAYS = {
    "text": lambda days: days.dt.strftime("%Y-%m-%d").astype(object),
    "text with slashes": lambda days: days.dt.strftime("%Y/%m/%d"),
    "text with times": lambda days: days.dt.strftime("%Y-%m-%dT23:30:00+09:00"),
    "date objects": lambda days: days.dt.date.astype(object),
    "datetime objects": lambda days: pd.Series(days.dt.to_pydatetime(), index=days.index, dtype=object),
    "time zone": lambda days: days.dt.tz_localize("Asia/Tokyo"),
    "times of day": lambda days: days + pd.Timedelta(hours=23, minutes=59),
    "times of day in a zone": lambda days: (days + pd.Timedelta(hours=23)).dt.tz_localize("Asia/Tokyo"),
    "periods of a day": lambda days: days.dt.to_period("D"),
    "categories": lambda days: days.dt.strftime("%Y-%m-%d").astype("category"),
    "Arrow's days": lambda days: days.dt.date.astype("date32[pyarrow]"),
    "whole numbers": lambda days: days.dt.strftime("%Y%m%d").astype("Int64"),
    "whole numbers as floats": lambda days: days.dt.strftime("%Y%m%d").astype("float64"),
    "whole numbers as text": lambda days: days.dt.strftime("%Y%m%d"),
    "kanji": lambda days: days.dt.strftime("%Y年%m月%d日"),
}
NO_DAYS = {
    "years": lambda days: days.dt.year,
    "months as numbers": lambda days: days.dt.year * 100 + days.dt.month,
    "seconds since 1970": lambda days: days.astype("datetime64[s]").astype("int64"),
    "nanoseconds since 1970": lambda days: days.astype("datetime64[ns]").astype("int64"),
    "days since 1900": lambda days: (days - pd.Timestamp("1899-12-30")).dt.days,
    "days that are none": lambda days: days.dt.year * 10000 + 1340,
    "float32": lambda days: days.dt.strftime("%Y%m%d").astype("float32"),
    "day or month first": lambda days: days.dt.strftime("%d/%m/%Y"),
    "months as text": lambda days: days.dt.strftime("%Y-%m"),
    "years as text": lambda days: days.dt.strftime("%Y"),
    "names": lambda days: days.dt.strftime("%b %d, %Y"),
    "periods of a month": lambda days: days.dt.to_period("M"),
    "the year 9999": lambda days: days.dt.strftime("9999-%m-%d"),
    "true and false": lambda days: days.dt.day > 15,
    "time spans": lambda days: days - days.min(),
    "two kinds": lambda days: pd.Series([20200101, "2020-01-01"] * len(days), dtype=object)[: len(days)],
}


@pytest.fixture(autouse=True)
def outputs(tmp_path, monkeypatch):
    monkeypatch.setenv(store.OUTPUTS, str(tmp_path))


@cache
def expected(name: str):
    return call(name, given(name))


def test_the_functions_are_found():
    assert len(PUBLIC) > 60 and {"duplicates.clusters", "topics.transform", "keyness.over_time"} <= set(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_numbers_for_ids_and_dates_give_what_text_and_days_give_and_are_said_once(name):
    arguments = given(name, lambda table: numbered(table, dated(name, {"table": table})))
    before = {k: v.copy(deep=True) for k, v in arguments.items() if isinstance(v, pd.DataFrame)}
    ids = any("article_id" in v or ("cluster_id" in v and k == "clusters") for k, v in before.items())
    changed = ids or dated(name, arguments)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", TableWarning)
        found = call(name, arguments)
    assert len(said) == changed, [str(each.message) for each in said]
    assert not changed or __file__ == said[0].filename, "the warning stands at the line that called"
    if name != "corpus.save":  # which gives checksums of files
        same(expected(name), found)
    for each, frame in before.items():
        pd.testing.assert_frame_equal(frame, arguments[each])


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("kind", ["time zone", "years"])
def test_every_function_converts_a_date_or_refuses_it_in_a_sentence(name, kind):
    arguments = given(name, lambda table: with_days(table, (DAYS | NO_DAYS)[kind]))
    if kind in NO_DAYS and dated(name, arguments):
        with pytest.raises(TableError, match=r"\['date'\] holds "):
            call(name, arguments)
    elif kind in DAYS:
        there = any("date" in v for v in arguments.values() if isinstance(v, pd.DataFrame))
        with pytest.warns(TableWarning, match=r"\['date'\] holds ") if there else contextlib.nullcontext():
            found = call(name, arguments)
        if name != "corpus.save":
            same(expected(name), found)


@pytest.mark.parametrize("name", ["duplicates.clusters", "corpus.volume"])
@pytest.mark.parametrize("kind", DAYS)
def test_days_in_every_form_are_the_same_days(name, kind):
    with pytest.warns(TableWarning, match=r"\['date'\] holds "):
        same(expected(name), call(name, given(name, lambda table: with_days(table, DAYS[kind]))))


@pytest.mark.parametrize("name", ["duplicates.clusters", "corpus.volume"])
@pytest.mark.parametrize("kind", NO_DAYS)
def test_what_is_no_day_is_refused(name, kind):
    with pytest.raises(TableError, match=r"^(articles|counts)\['date'\] (holds|must be) .*"):
        call(name, given(name, lambda table: with_days(table, NO_DAYS[kind])))


IDS = {
    "floats": ([1.0, 2.0], ["1", "2"]),
    "numbers and text": ([1, "a"], ["1", "a"]),
    "large numbers": ([2**70, 2**63], [str(2**70), str(2**63)]),
    "categories": (pd.Categorical([7, 8]), ["7", "8"]),
    "Arrow's": (pd.array([7, 8], dtype="int64[pyarrow]"), ["7", "8"]),
    "unsigned": (np.array([7, 2**64 - 1], dtype="uint64"), ["7", "18446744073709551615"]),
    "missing": (pd.array([7, None], dtype="Int64"), ["7", None]),
    "numpy's": (np.array([np.int32(7), "a"], dtype=object), ["7", "a"]),
}


@pytest.mark.parametrize("kind", ["str", "object", "category"])
def test_an_outlet_is_one_whatever_blanks_and_letters_its_name_is_stored_with(kind):
    names = pd.Series(["ガゼット", unicodedata.normalize("NFD", "ガゼット"), " Post", "Post\u3000", None], dtype=kind)
    with pytest.warns(TableWarning, match="names with blanks around them or in decomposed letters"):
        found = study.open(pd.DataFrame({"outlet": names}))
    assert found.articles["outlet"].astype(object).dropna().tolist() == ["ガゼット"] * 2 + ["Post"] * 2
    assert study.open(found.articles).articles["outlet"].isna().tolist() == [False] * 4 + [True]


@pytest.mark.parametrize("kind", IDS)
def test_ids_of_every_type_are_the_text_a_person_would_write(kind):
    held, text = IDS[kind]
    frame = pd.DataFrame({"outlet": held})
    with pytest.warns(TableWarning, match=r"articles\['outlet'\] holds whole numbers"):
        found = tables.takes_tables()(lambda articles: articles)(frame)["outlet"]
    assert [None if pd.isna(each) else each for each in found] == text


@pytest.mark.parametrize(
    "held", [[1.5, 2.0], [True, False], [b"a", b"b"], [(1, 2), (3, 4)], [2.0**60, 1.0], [1.5, "a"],
             [dt.date(2020, 1, 1)] * 2, pd.Categorical([1, "1"])]
)  # fmt: skip
def test_what_is_neither_text_nor_a_whole_number_is_no_id(held):
    with pytest.raises(TableError, match=r"articles\['article_id'\]"):
        tables.takes_tables()(lambda articles: articles)(pd.DataFrame({"article_id": held}))


def test_a_table_that_is_as_it_must_be_is_handed_on_itself_and_nothing_is_said():
    given = press()["counts"]
    assert tables.takes_tables()(lambda counts: counts)(given) is given
    assert tables.checked(given, tables.COUNTS) is given
    missing = given.head(2).assign(date=None)
    assert tables.takes_tables()(lambda articles: articles)(missing)["date"].dtype.kind == "M"


def test_a_date_that_names_a_group_is_any_label_but_a_time_of_day_is_taken_off():
    given = press()["counts"].head(3)
    read = tables.takes_tables()(lambda counts: counts)
    assert read(given.assign(date="d31"))["date"].eq("d31").all()
    with pytest.warns(TableWarning, match="times of day"):
        assert read(given.assign(date=pd.Timestamp("2020-01-01 10:00")))["date"].eq(pd.Timestamp("2020-01-01")).all()


def test_a_table_is_no_other_thing_and_has_each_column_once():
    with pytest.raises(TableError, match="articles must be a DataFrame, not list"):
        framing.duplicates.clusters([])
    articles = press()["articles"]
    with pytest.raises(TableError, match="articles has more than one column 'date'"):
        framing.corpus.volume(pd.concat([articles, articles[["date"]]], axis=1))


def test_what_is_saved_is_converted_and_refused_where_it_cannot_be():
    frame = press()["articles"]
    with pytest.warns(TableWarning, match="whole numbers"):
        store.save(numbered(frame), tables.ARTICLES, "t")
    pd.testing.assert_frame_equal(
        store.load(tables.ARTICLES, "t")[["article_id", "date"]], frame[["article_id", "date"]], check_dtype=False
    )
    with pytest.raises(TableError, match=r"articles\['date'\] holds 2020"):
        store.save(frame.assign(date=2020), tables.ARTICLES, "t")


def test_names_lead_to_functions():
    for name in PUBLIC:
        room, _, rest = name.partition(".")
        module = import_module(f"framing.{room}")
        if rest in getattr(module, "__all__", ()):
            assert getattr(module, rest) is PUBLIC[name]
