"""Codes by the names that people, machines and programs write: ids, and labels in every language of the codebook."""

import json

import pandas as pd
import pytest

from framing import datasets, frames, messages, reliability, study, tokens
from framing.errors import SourceError, TableError

BOOK = """\
name: b
codes:
  - id: threat
    label: {ja: 脅威, en: Threat}
    rule: {ja: 脅威, en: threat}
  - id: talks
    label: {ja: 対話, en: Talks}
    rule: {ja: 対話, en: talks}
"""


@pytest.fixture
def book(tmp_path):
    (tmp_path / "b.yaml").write_text(BOOK, encoding="utf-8")
    return lambda language: frames.load(tmp_path / "b.yaml", language="ja", labels=language)


@pytest.fixture
def press():
    return study.open(
        pd.DataFrame({"article_id": list("abcd"), "outlet": list("AABB"), "text": ["脅威"] * 3 + ["対話"]})
    )


def machine(tmp_path, text, name="gpt.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("words", [("脅威", "対話"), ("Threat", "Talks"), ("threat", "ＴＡＬＫＳ")])
def test_a_machines_codes_are_the_same_in_every_language_of_the_report(press, book, tmp_path, language, words):
    one, two = words
    found = frames.coded_by(
        press, machine(tmp_path, f"article_id,code\na,{one}\nb,{one}\nc,{one}|{two}\nd,\n"), book(language)
    )
    assert found.has.mean(axis=0).tolist() == [0.75, 0.25]  # counted in the file
    table = pd.DataFrame({"article_id": ["a", "b", "c", "c", "d"], "code": [one, one, one, two, None]})
    assert frames.coded_by(press, table, book(language), name="x").has.tolist() == found.has.tolist()
    told = table.dropna().assign(value=1)
    told = pd.concat([told, told.assign(code=told["code"].map({one: two, two: one}), value=0).iloc[:2],
                      pd.DataFrame({"article_id": ["d", "d"], "code": [one, two], "value": 0})])  # fmt: skip
    assert frames.coded_by(press, told, book(language), name="x").has.tolist() == found.has.tolist()
    wide = machine(tmp_path, f"article_id,{one},{two}\na,1,0\nb,1,0\nc,1,1\nd,0,0\n", "wide.csv")
    assert frames.coded_by(press, wide, book(language)).has.tolist() == found.has.tolist()


@pytest.mark.parametrize("rest", ["", "none"])
def test_a_file_of_which_no_code_is_known_is_refused_whatever_else_its_cells_say(press, book, tmp_path, rest):
    path = machine(tmp_path, f"article_id,code\na,Bedrohung\nb,Bedrohung\nc,{rest}\nd,{rest}\n")
    with pytest.raises(SourceError, match="every code it names is unknown, the first is 'Bedrohung'"):
        frames.coded_by(press, path, book("en"))
    task = [{"data": {"article_id": each}, "annotations": [{"result": [
        {"from_name": "code", "type": "choices", "value": {"choices": [said]}}] * bool(said)}]}
        for each, said in (("a", "Bedrohung"), ("b", rest))]  # fmt: skip
    path = machine(tmp_path, json.dumps(task), "gpt.json")
    with pytest.raises(SourceError, match="every code it names is unknown"):
        frames.coded_by(press, path, book("en"))


def test_a_label_that_two_codes_have_in_two_languages_is_neither(press, tmp_path):
    text = BOOK.replace("en: Talks", "en: 脅威")
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    for language in ("ja", "en"):
        with pytest.raises(TableError, match="'脅威' is none of the codes"):
            frames.coded_by(press, pd.DataFrame({"article_id": ["a"], "code": ["脅威"]}),
                            frames.load(tmp_path / "c.yaml", labels=language), name="x")  # fmt: skip


@pytest.mark.parametrize("language", ["ja", "en"])
def test_peoples_codes_are_known_by_labels_of_every_language(press, book, tmp_path, language):
    said = {"a": (1, 0), "b": (1, 0), "c": (1, 1), "d": (0, 0)}
    rows = [(unit, who, name, value) for unit, both in said.items() for who in "AB"
            for name, value in zip(("Threat", "対話"), both, strict=True)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["unit", "coder", "code", "value"])
    table.to_csv(tmp_path / "people.csv", index=False)
    found = datasets.codings(tmp_path / "people.csv", articles=press.articles, labels=book(language).labels)
    assert found.groupby("code")["value"].sum().to_dict() == {"talks": 2, "threat": 6}  # by two coders each
    coded = frames.coded_by(press, table[table["coder"] == "A"].drop(columns="coder").rename(
        columns={"unit": "article_id"}), book(language), name="x")  # fmt: skip
    compared = frames.crosstab(coded, people=table.assign(probability=1.0))  # labels as they stand
    own = compared.estimates.query("estimator == 'people alone'")
    assert own.groupby("code")["share"].mean().to_dict() == {"talks": 0.25, "threat": 0.75}


def test_codes_of_people_of_whom_none_names_a_known_code_are_refused(press, book, tmp_path):
    told = pd.DataFrame({"unit": list("abcd"), "coder": "A", "code": "code", "value": ["Bedrohung", *["none"] * 3]})
    told.to_csv(tmp_path / "people.csv", index=False)
    with pytest.raises(SourceError, match="no value of .*bedrohung"):
        datasets.codings(tmp_path / "people.csv", articles=press.articles, labels=book("en").labels)
    told.assign(value="none").to_csv(tmp_path / "none.csv", index=False)  # they looked, and found none
    assert len(datasets.codings(tmp_path / "none.csv", articles=press.articles, labels=book("en").labels)) == 4


@pytest.mark.parametrize("exclusive", [False, True])
def test_files_that_come_back_to_sheets_may_have_labels_of_another_language(press, book, tmp_path, exclusive):
    path = tmp_path / "b.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("codes:", f"exclusive: {exclusive}\ncodes:".lower(), 1))
    ja, place = book("ja"), tmp_path / "coding"
    first = frames.coded_by(press, pd.DataFrame({"article_id": list("abcd"), "code": ["threat"] * 3 + ["talks"]}), ja,
                            name="x")  # fmt: skip
    reliability.sheet(first, place, coders=["A", "B"], n=4, by=["outlet"])
    machine(place, "article_id,code\na,Threat\nb,Threat\nc,Threat\nd,Talks\n", "A.csv")
    back = reliability.read(place)
    own = back.codings[back.codings["coder"] == "A"]
    if exclusive:
        assert own["value"].value_counts().to_dict() == {"threat": 3, "talks": 1}
    else:
        assert own[own["value"] == "1"]["code"].value_counts().to_dict() == {"threat": 3, "talks": 1}
    machine(place, "article_id,code\na,Bedrohung\nb,none\nc,none\nd,none\n", "B.csv")
    back = reliability.read(place)
    assert "B" not in {*back.codings["coder"]}  # three who have no code and one unknown are no coding
    assert back.faults["fault"].str.contains("every code it names is unknown").any()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_sheets_of_one_language_are_read_with_labels_of_another(press, book, tmp_path, language):
    other = tmp_path / "other.yaml"
    other.write_text(BOOK.replace("id: threat", "id: menace"), encoding="utf-8")
    first = frames.coded_by(press, pd.DataFrame({"article_id": list("abcd"), "code": ["threat"] * 3 + ["talks"]}),
                            book("ja"), name="x")  # fmt: skip
    reliability.sheet(first, tmp_path / "coding", coders=["A"], n=4, by=["outlet"])
    back = reliability.read(tmp_path / "coding", labels=frames.load(other, labels=language).labels)
    assert {*back.codings["code"]} == {"menace", "talks"}


@pytest.fixture
def forty():
    n = range(40)
    return study.open(
        pd.DataFrame({"article_id": [f"a{i:02}" for i in n], "outlet": ["A", "B"] * 20, "text": ["脅威"] * 40})
    )


def coded_in_part(tmp_path):
    """Of 40 articles the file lacks the last three and gives seven a code that the codebook does not have."""
    codes = ["その他"] * 4 + ["Threat|その他"] * 2 + ["sonstige"] + ["Threat", "対話", "", "脅威"] * 8
    rows = [f"a{i:02},{code}" for i, code in enumerate(codes[:37])]
    return machine(tmp_path, "\n".join(["article_id,code", *rows]))


LEFT_OUT = {
    "en": ("gpt gives 7 of 40 articles codes that the codebook does not have: その他, sonstige. These articles are",
           "gpt has no codes of 3 of 40 articles"),
    "ja": ("gptは40件の記事のうち7件に、コードブックにないコードを付けている：その他、sonstige。これらの記事は",
           "40件の記事のうち3件にはgptのコードがない"),
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_finding_says_how_many_articles_a_machine_has_no_code_of_and_why(forty, book, tmp_path, language):
    coded = frames.coded_by(forty, coded_in_part(tmp_path), book(language))
    assert coded.steps["n_rows"].tolist()[-2:] == [37, 30] and coded.steps["n_dropped"].tolist()[-2:] == [3, 7]
    compared = frames.crosstab(coded)
    people = pd.DataFrame(
        {"unit": forty.articles["article_id"], "coder": "A", "code": "threat", "value": [1, 0, 0, 1] * 10}
    )
    corrected = frames.corrected(forty, coded, people.assign(probability=1.0), "threat ~ outlet")
    assert corrected.steps["n_dropped"].tolist().count(7) == 1 and corrected.steps["n_rows"].iloc[-1] == 30
    agreed = reliability.answer(reliability.agreement(pd.concat([people, people.assign(coder="B")]), replicates=20))
    with messages.speaking(language):
        for told in (frames.answer(compared), frames.answer(corrected), frames.answer(corrected, agreement=agreed)):
            first, second = map(messages.say, told.cautions[:2])
            assert LEFT_OUT[language][0] in first and LEFT_OUT[language][1] in second


def test_nothing_is_said_to_be_left_out_where_a_machine_has_coded_every_article(press, book, tmp_path):
    whole = frames.coded_by(
        press, machine(tmp_path, "article_id,code\na,Threat\nb,Threat\nc,Talks\nd,none\n"), book("en")
    )
    assert not any("gpt" in str(each) for each in frames.answer(frames.crosstab(whole)).cautions)
    assert "coded by" not in " ".join(whole.steps["step"].astype(str))


@pytest.mark.parametrize(("spoil", "said"), [
    ({"frame": pd.DataFrame({"article_id": ["a00"], "stratum": ["1"]})},
     "標本を抽出した記事に含まれない記事が、このデータに39件ある（最初は'a01'）。抽出に使ったデータを使う"),
    ({"probability": 0.01}, "コードを付けた記事は、抽出確率によれば4,000件を代表するが、データには40件ある"),
    ({"probability": 2.0}, "抽出確率は0より大きく1以下の一つの数だが、'a00'では[2.0]となっている"),
    ({"unit": "z"}, "人がコードを付けた1件の記事のうち1件が、このデータにない（最初は'z'）。抽出に使った"),
])  # fmt: skip
def test_why_no_share_is_corrected_is_said_in_the_language_of_the_report(forty, book, spoil, said):
    coded = frames.code(study.open(forty.articles, tokens=tokens.tokenise(forty.articles)), book("ja"))
    people = pd.DataFrame({"unit": forty.articles["article_id"], "coder": "A", "code": "threat", "value": 1})
    people["probability"] = spoil.get("probability", 1.0)
    people = people.assign(unit="z").iloc[:1] if "unit" in spoil else people
    compared = frames.crosstab(coded, people=people, frame=spoil.get("frame"))
    with messages.speaking("ja"):
        told = "".join(map(messages.say, frames.answer(compared).cautions))
    assert said in told and "take the study" not in told
