"""A blank cell of text is a value that nobody recorded, whoever asks for its column: shares counted by hand."""

import pandas as pd
import pytest

from framing import claims, corpus, duplicates, frames, keyness, power, prominence, tokens, trends
from framing import counts as counting
from framing import study as studies
from framing.errors import ParamError, TableError

CLAIM = {"id": "a", "sentence": "x", "measure": "share of articles", "counted": {"section": ["politics"]},
         "target": "A", "reference": "B", "direction": "less", "matters": 0.05}  # fmt: skip


def section(i: int) -> str:
    return "" if i % 2 == 0 and i % 5 < 2 else "politics" if i % 3 else "world"


def rows(blank: object = "") -> pd.DataFrame:
    """300 articles of each outlet, two thirds of those with a section politics; 120 of A have none."""
    held = [section(i) or blank for i in range(600)]
    days = [f"2021-{i % 12 + 1:02}-{i % 27 + 1:02}" for i in range(600)]
    return pd.DataFrame({"article_id": [str(i) for i in range(600)], "outlet": ["A", "B"] * 300, "date": days,
                         "headline": "h", "text": "制裁 対話", "section": held})  # fmt: skip


@pytest.fixture(scope="module", params=["csv", "jsonl", "blanks", "category", "missing"])
def study(request, tmp_path_factory):
    path, kind = tmp_path_factory.mktemp("read") / f"rows.{request.param}", request.param
    if kind in ("csv", "jsonl"):
        rows().to_csv(path, index=False) if kind == "csv" else rows().to_json(path, orient="records", lines=True)
        return studies.open(corpus.read(path).require())
    table = rows({"blanks": " \u3000", "missing": None}.get(kind, "")).assign(date=lambda x: pd.to_datetime(x["date"]))
    return studies.open(table.astype({"section": "category"}) if kind == "category" else table)


def test_claims_take_a_blank_section_for_any(study):
    found = claims.judge([CLAIM], study, sensitivity=False)
    row = found.verdicts.iloc[0]
    assert row["estimate"] == pytest.approx(120 / 180 - 200 / 300) and str(row["verdict"]) == "inconclusive"
    assert (
        row["low"] < 120 / 300 - 200 / 300 and row["high"] > 240 / 300 - 200 / 300
    )  # none, or all of the 120 politics
    assert "not known: 120" in str(row["note"])


def test_silence_series_and_power_leave_out_what_is_blank(study):
    series = trends.prepare(study, measure="share", counted={"section": ["politics"]}, freq="year")
    assert series.set_index("group")["n_articles"].to_dict() == {"A": 180, "B": 300}
    assert series.set_index("group")["n_unknown"].to_dict() == {"A": 120, "B": 0}
    assert "67%" in str(power.curve(study, "share", counted={"section": ["politics"]}, replicates=2).about)
    silent = {"id": "s", "sentence": "x", "measure": "silence", "counted": {"section": ["world"]}, "target": "A",
              "window": "2021-03-03", "before": {"until": "2021-02"}}  # fmt: skip
    assert "could break the silence" in str(claims.judge([silent], study, sensitivity=False).verdicts.loc[0, "note"])


def test_a_blank_is_asked_for_as_null_is(study):
    for none in (None, ""):
        assert len(study.take(keep={"section": [none]}).articles) == 120
        assert len(study.take(drop={"section": [none]}).articles) == 480
    assert len(study.take(keep={"section": ["politics", ""]}).articles) == 440
    with pytest.raises(ParamError, match="sport") as told:
        study.take(keep={"section": ["sport"]})
    assert "''" not in str(told.value) and "politics" in str(told.value)
    refused = claims.judge([CLAIM | {"counted": {"section": ["sport"]}}], study, sensitivity=False).verdicts.loc[
        0, "note"
    ]
    assert str(refused).endswith("there are politics, world.")


def test_comparisons_by_a_column_have_no_group_of_blanks(study):
    cut = tokens.tokenise(study.articles)
    whole = studies.open(study.known, tokens=cut, counts=counting.count(cut, study.known))
    table = frames.crosstab(frames.code(whole, "generic"), by="section").shares
    assert set(table["section"]) == {"politics", "world"}
    with pytest.raises(TableError, match="missing for 120 articles"):
        keyness.compare(whole, by="section", target="politics", reference="world", replicates=9)


def test_a_remark_that_is_not_there_is_known_and_a_blank_cluster_holds_no_two():
    table = rows().assign(note="", agency=["", "共同"] * 300, cluster_id=["", ""] * 300)
    study = studies.open(table.assign(date=pd.to_datetime(table["date"])))
    assert len(study.take(keep={"agency": [""]}).articles) == 300
    known = CLAIM | {"counted": {"agency": ["共同"]}, "matters": 0.1, "cluster": "cluster_id"}
    row = claims.judge([known], study, sensitivity=False).verdicts.iloc[0]
    assert (row["estimate"], row["n_clusters"]) == (-1.0, 600)


def test_select_reads_a_table_as_a_study_does():
    left, _ = studies.select(rows(), keep={"section": [None]})
    assert len(left) == 120 and len(studies.select(rows(), drop={"section": ["politics", None]})[0]) == 160


@pytest.mark.parametrize("blank", ["", " \u3000", None])
def test_counts_of_plain_tables_have_no_group_of_the_blank_cells(blank):
    """Of 600 articles with a token each, 180 + 300 say a section: 320 politics, 160 world."""
    table = rows(blank).assign(date=lambda x: pd.to_datetime(x["date"]))
    counted = counting.count(tokens.tokenise(table), articles=table, columns=["section"])
    held = counted.drop_duplicates("article_id")["section"]
    assert held.value_counts().to_dict() == {"politics": 320, "world": 160} and held.isna().sum() == 120


@pytest.mark.parametrize("blank", ["", " \u3000", None])
def test_a_model_of_plain_rows_refuses_blank_cells_as_missing_ones(blank):
    table = rows(blank).assign(page=[i % 4 + 1 for i in range(600)])
    with pytest.raises(TableError, match="120 of 600 rows have no 'section'"):
        prominence.fit(table, "page ~ outlet + section", family="ols")
    with pytest.raises(TableError, match="120 rows have no cluster 'section'"):
        prominence.fit(table, "page ~ outlet", family="ols", cluster="section")
    known = prominence.fit(table[table["section"].isin(["politics", "world"])], "page ~ outlet + section", family="ols")
    assert known.coefficients["term"].str.contains("section").sum() == 1  # world against politics


@pytest.fixture(scope="module")
def wordless():
    """60 articles of each outlet, every second about 不安 and the actor 金正恩; 30 of B are known by their page alone,
    and 10 more by their headline."""
    from framing import lexicon

    n = 60
    texts = ["金正恩は不安を口にした。", "資料は後日公表される。"] * n
    ids, outlets, days = [str(i) for i in range(2 * n)], ["A"] * n + ["B"] * n, pd.date_range("2021-01-01", periods=n)
    table = pd.DataFrame(
        {"article_id": ids, "outlet": outlets, "date": [*days, *days], "headline": "会合", "text": texts}
    )
    table.loc[table.index[n : n + 30], ["headline", "text"]] = ["", " \u3000"]
    table.loc[table.index[n + 30 : n + 40], "text"] = None
    words = tokens.tokenise(table)
    found = tokens.mentions(table, lexicon.load("northeast_asia"))
    return studies.open(table, tokens=words, counts=counting.count(words, table), mentions=found)


def test_an_article_without_words_has_no_code_and_is_told(wordless):
    codes = frames.code(wordless, {"risk": "不安"})
    found = frames.crosstab(codes, "outlet")
    assert found.shares.set_index("group")["n_units"].to_dict() == {"A": 60, "B": 30}
    assert found.shares.set_index("group")["n_coded"].to_dict() == {"A": 30, "B": 10}
    told = " ".join(map(str, frames.answer(found).cautions))
    assert "30 of 120 articles have no words" in told and "10 of 120 articles have a headline and no text" in told
    asked = frames.coded_by(wordless, lambda text: {"risk": "不安" in text}, codes.codebook, name="me")
    assert frames.crosstab(asked, "outlet").shares.set_index("group")["n_units"].to_dict() == {"A": 60, "B": 30}
    assert len(frames.lines(wordless, codes)) == 40


def test_an_article_without_words_mentions_nobody_knows_whom(wordless):
    series = trends.prepare(wordless, measure="mentions", actor="kim_jong_un", freq="year").set_index("group")
    assert series["n_articles"].to_dict() == {"A": 60, "B": 30} and series["n_unknown"].to_dict() == {"A": 0, "B": 30}
    rate = {"id": "a", "sentence": "x", "measure": "rate of mentions", "actor": "kim_jong_un", "target": "B",
            "reference": "A", "direction": "less", "matters": 1.25}  # fmt: skip
    row = claims.judge([rate], wordless, sensitivity=False).verdicts.iloc[0]
    assert row["estimate"] == pytest.approx((10 / 30) / (30 / 60)) and "not known" in str(row["note"])
    assert wordless.placements()["actor"].isna().sum() == 30


@pytest.mark.parametrize("undated", [range(160), range(0, 320, 3), range(320)])
def test_choices_of_a_claim_about_all_articles_hold_those_without_a_date(undated):
    rng = pd.Series(range(320))
    table = pd.DataFrame({"article_id": rng.astype(str), "outlet": ["A", "B"] * 160, "section": "x",
                          "date": pd.to_datetime("2021-01-01") + pd.to_timedelta(rng % 200, unit="D")})  # fmt: skip
    table.loc[(rng % 2 == 1) & (rng % 3 > 0), "section"] = "y"
    table.loc[[*undated], "date"] = pd.NaT
    asked = CLAIM | {"counted": {"section": ["x"]}, "direction": "more"}
    found = claims.judge([asked], studies.open(table), replicates=99)
    assert found.joint.loc[0, "n_exchanged"] == 320 and found.joint.loc[0, "p_value"] == pytest.approx(0.01)


def test_articles_that_name_no_outlet_are_in_no_rest_and_in_no_common_time(tmp_path):
    table = rows().iloc[:300].assign(section=["politics", "world", "world"] * 100)
    lost = table.tail(20).assign(
        article_id=lambda x: "n" + x["article_id"], outlet="", section="politics", date="2021-02-03"
    )
    third = table.head(100).assign(article_id=lambda x: "c" + x["article_id"], outlet="C")
    path = tmp_path / "rows.csv"
    pd.concat([table, third, lost]).to_csv(path, index=False)
    read = corpus.read(path).require()
    named = read[read["outlet"].ne("unnamed")].reset_index(drop=True)
    asked = CLAIM | {"reference": "rest", "direction": "more"}
    found, other = (
        claims.judge([asked], studies.open(each), sensitivity=False).verdicts.iloc[0] for each in (read, named)
    )
    assert list(found[["estimate", "low", "high", "n"]]) == list(other[["estimate", "low", "high", "n"]])
    assert "left out: 20" in str(found["note"])
    told, alone = (corpus.answer(each, duplicates.clusters(each)) for each in (read, named))
    assert told.value == alone.value and "of 3 outlets" in str(told.sentence)
    assert "name no outlet, and belong to none of those compared: 20" in " ".join(map(str, told.cautions))
