"""What is in a corpus: every number checked by hand on a few invented articles."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from framing import corpus, duplicates, messages, plots, report, store, tables
from framing.corpus.timing import common_window
from framing.errors import ParamError, TableError


def articles(n=6, outlet="east", start="2011-01-05", step=5, **more):
    days = pd.date_range(start, periods=n, freq=f"{step}D").astype("datetime64[us]")
    frame = pd.DataFrame({"article_id": [f"{outlet}{i}" for i in range(n)], "outlet": outlet, "date": days})
    frame["page"] = pd.array([1, 2] * (n // 2) + [1] * (n % 2), dtype="Int64")
    frame["headline"] = [f"見出し{i}" for i in range(n)]
    frame["text"] = [f"{outlet}の記事{i}は川のことを伝えた。" for i in range(n)]
    return frame.assign(date_flag="", date_note="", date_evidence="", text_flag="", agency="", **more)


def two():
    return pd.concat([articles(), articles(4, "west", "2011-01-20")], ignore_index=True)


def test_volume_counts_months_and_fills_the_empty_ones():
    frame = two().drop(index=[1, 2, 3, 4])  # east: 5 January and 30 January
    frame.loc[5, "date"] = pd.Timestamp("2011-03-30")
    found = corpus.volume(frame)
    east = found[found["outlet"].eq("east")]
    assert east["n_articles"].tolist() == [1, 0, 1] and east["note"].tolist() == ["", "no articles", ""]


def test_a_break_in_collection_is_marked_once_where_it_begins():
    n = [30] * 12 + [120] * 12
    days = np.repeat(pd.date_range("2010-01-15", periods=24, freq="MS").to_numpy(), n)
    frame = articles(len(days)).assign(date=days.astype("datetime64[us]"))
    found = corpus.volume(frame)
    marked = found[found["note"].ne("")]
    assert marked["month"].dt.strftime("%Y-%m").tolist() == ["2011-02"] and marked["note"].tolist() == ["rises"]
    assert marked["ratio"].tolist() == [pytest.approx(120.5 / 30.5)]  # medians of the months after and before


def test_steady_volume_is_not_marked():
    rng = np.random.default_rng(0)
    n = rng.poisson(30, 36)
    days = np.repeat(pd.date_range("2010-01-01", periods=36, freq="MS").to_numpy(), n)
    assert corpus.volume(articles(len(days)).assign(date=days.astype("datetime64[us]")))["note"].eq("").all()


def test_the_common_window_is_from_the_last_first_day_to_the_first_last_day():
    start, end = common_window(two())
    assert (start, end) == (pd.Timestamp("2011-01-20"), pd.Timestamp("2011-01-30"))
    found = corpus.windows(two()).set_index("outlet")
    assert found["n_common"].tolist() == [3, 3]  # east: 20, 25, 30; west: 20, 25, 30
    np.testing.assert_allclose(found["share_common"], [3 / 6, 3 / 4])


def test_flagged_dates_do_not_stretch_a_window():
    frame = two()
    frame.loc[0, ["date", "date_flag"]] = [pd.Timestamp("1990-01-01"), "outside the outlet's window"]
    found = corpus.windows(frame).set_index("outlet").loc["east"]
    assert found["first"] == pd.Timestamp("2011-01-10") and found["n_undated"] == 1


def test_windows_that_do_not_meet_have_no_common_one():
    frame = pd.concat([articles(), articles(4, "west", "2012-01-20")], ignore_index=True)
    assert common_window(frame) == (pd.NaT, pd.NaT)
    assert corpus.windows(frame)["n_common"].eq(0).all()


def test_missing_fields_lengths_and_scripts_are_counted_by_outlet():
    frame = two()
    frame.loc[0, "page"] = pd.NA
    frame.loc[6, "text"] = ""
    frame.loc[7, "text"] = "An English text."
    missing = corpus.missing(frame).set_index(["outlet", "field"])["n_missing"]
    assert missing["east", "page"] == 1 and missing["west", "text"] == 1 and missing["west", "agency"] == 4
    lengths = corpus.lengths(frame).set_index("outlet")
    assert lengths.loc["west", "n_empty"] == 1 and lengths.loc["east", "median"] == len(frame["text"][0])
    language = corpus.languages(frame).set_index(["outlet", "language"])["n_articles"]
    assert language["east", "ja"] == 6 and language["west", "latin"] == 1


def test_agency_stories_and_copies_are_counted_by_outlet():
    frame = two()
    frame.loc[6, ["text", "date"]] = frame.loc[5, ["text", "date"]].tolist()
    frame.loc[6, "agency"] = "共同"
    found = corpus.wire(frame, duplicates.clusters(frame, similarity=0.99)).set_index("outlet")
    assert found[["n_agency", "n_shared", "n_copies"]].values.tolist() == [[0, 1, 0], [1, 1, 1]]
    with pytest.raises(TableError, match="not in clusters"):
        corpus.wire(frame, duplicates.clusters(frame.head(3)))
    unknown = corpus.wire(frame.drop(columns="agency"), duplicates.clusters(frame))
    assert unknown[["n_agency", "share_agency"]].isna().all(axis=None)  # nobody looked, which is not none
    shown = report.table(unknown, caption="Agency stories and copies", columns=corpus.CODEBOOK["wire"])
    assert "–" in shown.markup() and "NA" not in re.sub("<[^>]*>", "", shown.markup())


def test_cleaning_keeps_what_it_takes_out():
    frame = two()
    frame["text"] = frame["text"] + "\n■関連記事\n・昔の記事の見出し"
    cleaned = corpus.clean(frame)
    assert cleaned.articles["text"].str.contains("関連記事").sum() == 0
    assert cleaned.articles["removed"].str.contains("関連記事").all()
    assert corpus.furniture_share(cleaned)["share"].eq(1).all()
    assert frame["text"].str.contains("関連記事").all()  # the argument is not changed
    untouched = corpus.clean(frame, strip=[])
    assert untouched.articles["removed"].eq("").all()
    with pytest.raises(ParamError, match="kinds of furniture"):
        corpus.clean(frame, strip=["links"])


def test_reasons_put_equal_ones_together():
    rejected = pd.DataFrame(
        {"source": "a.csv", "line": [2, 3, 4], "reason": ["2 fields where the header has 3", "4 fields where the header has 3", "x"],  # noqa: E501
         "record": "r"}
    )  # fmt: skip
    found = corpus.reasons(rejected)
    assert found["n_rows"].tolist() == [2, 1] and found["reason"][0] == "# fields where the header has #"


def test_a_study_is_saved_and_loaded_and_the_rejected_rows_beside_it(tmp_path, monkeypatch):
    monkeypatch.setenv(store.OUTPUTS, str(tmp_path))
    (tmp_path / "a.csv").write_text(
        "article_id,outlet,date,headline,text\na,e,2011-01-01,h,川が流れる。\na,e,2011-01-01,h,x\n"
    )
    reading = corpus.open_source(path=str(tmp_path / "a.csv"))
    cleaned = corpus.clean(reading.articles)
    clusters = duplicates.clusters(cleaned.articles)
    made = corpus.with_clusters(cleaned.articles, clusters)
    tokens, counts, mentions = corpus.words(made)
    saved = corpus.save(
        "mine",
        articles=made,
        rejected=reading.rejected,
        clusters=clusters,
        tokens=tokens,
        counts=counts,
        mentions=mentions,
    )
    assert mentions is None and (tmp_path / "mine/rejected.csv").is_file() and len(saved) == 6
    assert store.load(tables.ARTICLES, "mine")["month"].tolist() == ["2011-01"]
    assert store.load(tables.COUNTS, "mine")["cluster_id"].unique().tolist() == ["a"]
    steps = corpus.steps(reading, cleaned, clusters)
    assert steps["n_rows"].iloc[0] == 2 and steps["n_dropped"].sum() == 1
    said = corpus.answer(made, clusters)
    assert "Articles of one outlet: 1, all of 2011-01-01." in said.sentence and any(
        "one outlet only" in one for one in said.cautions
    )


def test_a_study_of_one_outlet_says_no_share_of_a_common_window_and_one_day_is_called_a_day():
    alone = articles()
    assert corpus.answer(alone, duplicates.clusters(alone)).value is None
    same = two().assign(date=pd.Timestamp("2011-01-20"))
    said = corpus.answer(same, duplicates.clusters(same))
    assert "the only day on which all outlets are there is 2011-01-20" in said.sentence and said.value == 100


def test_pages_that_are_no_number_are_said_and_so_is_an_article_that_is_most_of_an_outlet():
    frame = articles(20).assign(note=["", "page not understood: 社会面; other", *[""] * 18])
    frame.loc[3, "text"] = "川" * 300_000
    said = " ".join(corpus.answer(frame, duplicates.clusters(frame)).cautions)
    assert "not understood, and so missing: 1, for example 社会面." in said
    assert "One article, east3, holds 100% of the text of east" in said
    plain = corpus.answer(articles(20), duplicates.clusters(articles(20)))
    assert not any(one.startswith(("Pages", "One art")) for one in plain.cautions)


@pytest.mark.parametrize(
    ("text", "language"),
    [("대통령은 대화를 촉구했다.", "ko"), ("The president urged dialogue.", "en"), ("首相は対話を促した。", "ja"),
     ("首相訪米延期", "ja"), ("Президент призвал.", "ru")],
)  # fmt: skip
def test_words_are_not_cut_in_a_language_whose_script_the_articles_are_not_in(text, language):
    frame = articles().assign(text=text)
    assert corpus.describe.language_of(frame) == language
    said = "no tokeniser for it here" if language == "ru" else f"set text_language: {language}"
    for wrong in {"ja", "ko", "en"} - {language}:
        with pytest.raises(ParamError, match=said):
            corpus.words(frame, language=wrong)


def test_the_figures_say_in_words_what_they_show():
    volume = plots.corpus_volume(corpus.volume(two()))
    assert "east 6" in volume.alt and "<svg" in volume.svg()
    windows = plots.corpus_windows(corpus.windows(two()))
    assert "2011-01-20 to 2011-01-30" in windows.caption
    nothing = two().iloc[:0]
    assert plots.corpus_volume(corpus.volume(nothing)).svg() and plots.corpus_windows(corpus.windows(nothing)).svg()


def test_one_day_and_one_month_can_be_seen_in_the_figures():
    frame = two().assign(date=pd.Timestamp("2011-01-20"))
    (bars,) = plots.corpus_windows(corpus.windows(frame)).figure.axes[0].collections
    begin, end = np.ptp([path.vertices[:, 0] for path in bars.get_paths()][0]), bars.axes.get_xlim()
    assert begin == 1 and end[1] - end[0] < 14  # the bar is a day long, on an axis of a few days
    volume = plots.corpus_volume(corpus.volume(frame)).figure
    volume.canvas.draw()
    told = [label.get_text() for label in volume.axes[-1].get_xticklabels()]
    assert len(told) <= 4, told  # months; there were a tick every four days


def test_in_japanese_nothing_said_of_a_corpus_keeps_an_english_sentence():
    messages.use("ja")
    english = re.compile(r"[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}")
    frame = two().assign(date_flag=["outside the outlet's window", *[""] * 9])
    clusters = duplicates.clusters(frame)
    rejected = pd.DataFrame({"source": ["a"], "line": [1], "reason": ["the file is empty"], "record": [""]})
    reading = corpus.reading.Reading(frame, rejected, pd.DataFrame({"source": ["a"]}))
    steps = corpus.steps(reading, corpus.clean(frame), clusters)
    apart = pd.concat([articles(), articles(4, "west", "2012-01-20")], ignore_index=True)
    said = [*steps["step"], *steps["reason"]]
    long = articles(20).assign(note="page not understood: 社会面", text=["川" * 9_999, *["川"] * 19])
    one_day = two().assign(date=pd.Timestamp("2011-01-20"))
    for one in (frame, articles(), articles(1), long, one_day, apart, two().assign(date=pd.NaT)):
        found = corpus.answer(one, duplicates.clusters(one))
        said += [found.sentence, found.unit, *found.cautions]
    monthly = corpus.volume(frame)
    marked = monthly.assign(note=["rises", "no articles", *[""] * (len(monthly) - 2)]) if len(monthly) > 1 else monthly
    for picture in (
        plots.corpus_volume(monthly), plots.corpus_volume(marked), plots.corpus_windows(corpus.windows(frame)),
        plots.corpus_windows(corpus.windows(apart)),
    ):  # fmt: skip
        said += [picture.caption, picture.alt]
        assert not [t for t in picture.figure.findobj(Text) if english.search(t.get_text())]
    for text in map(messages.say, said):
        assert re.search("[ぁ-んァ-ン一-龥]", text) and not english.search(text), text
    shown = report.table(marked, caption="Months to explain before any trend", columns=corpus.CODEBOOK["volume"])
    assert "推移を論じる前に" in shown.caption and ">増加<" in shown.markup().replace("<bdi>", "").replace("</bdi>", "")


def test_the_notebook_names_only_columns_that_the_codebook_knows(root):
    cells = json.loads((root / "notebooks/00_corpus.ipynb").read_text(encoding="utf-8"))["cells"]
    sources = "".join("".join(cell["source"]) for cell in cells)
    assert all(f'corpus.CODEBOOK["{name}"]' in sources for name in corpus.CODEBOOK)
    assert all(cell.get("outputs", []) == [] and cell.get("execution_count") is None for cell in cells)


def test_headlines_of_kanji_alone_are_japanese_where_the_outlets_others_are_and_long_texts_are_not():
    """Counted by hand: east 4 with kana, 2 of kanji alone; north a Chinese text of 75 letters and a headline."""
    east = articles(6).assign(text="").assign(headline=["川があふれる"] * 4 + ["日米首脳会談", "首相訪米"])
    north = articles(2, "north").assign(text=["国家主席在北京会见来访的外国领导人" * 5, ""], headline="经济发展")
    found = corpus.languages(pd.concat([east, north], ignore_index=True))
    assert found[["outlet", "language", "n_articles"]].values.tolist() == [["east", "ja", 6], ["north", "zh", 2]]
    alone = corpus.languages(east.tail(2))  # nothing beside them tells, and no letter is another's
    assert alone["language"].tolist() == ["ja"]


@pytest.mark.parametrize("headline", ["总理访美会谈", "總統訪美會談", "市长们讨论预算"])
def test_headlines_in_letters_that_japanese_newspapers_do_not_print_are_chinese(headline):
    frame = articles(3).assign(text="", headline=headline)
    assert corpus.languages(frame)["language"].tolist() == ["zh"]
