"""Lexicon files, what they do to the dictionary, and what they may lack."""

import numpy as np
import pandas as pd
import pytest

from framing import counts, lexicon, tokens
from framing.errors import SourceError
from framing.lexicon import dictionary

GOOD = """
name: study
honorifics: [氏]
actors:
  - {id: kim, kind: person, label: 金正恩, aliases: {ja: [金正恩], en: [Kim Jong Un]}, short: [金], roles: [総書記]}
  - {id: dprk, kind: country, aliases: {ja: [北朝鮮]}, not: [南北朝鮮]}
compounds: [労働新聞, no]
variants:
  - {label: 朝ロ, forms: {朝ロ: 朝>ロ, ロ朝: ロ>朝}}
  - {label: 統一教会, forms: [統一教会, 統一協会]}
stopwords: [こと]
"""


def write(folder, text: str, name: str = "study.yaml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def article(*texts: str) -> pd.DataFrame:
    return pd.DataFrame({"article_id": [f"a{i}" for i in range(len(texts))], "outlet": "朝日", "text": texts})


def test_a_file_is_read_as_it_is_written(tmp_path):
    found = lexicon.load(write(tmp_path, GOOD))
    assert [actor.id for actor in found.actors] == ["kim", "dprk"]
    assert found.actors[0].names == ("金正恩", "Kim Jong Un") and found.actors[1].label == "dprk"
    assert found.compounds == ("労働新聞", "no")  # a YAML reader would make no a truth value
    assert found.variants[0].forms == {"朝ロ": "朝>ロ", "ロ朝": "ロ>朝"}
    assert found.variants[1].forms == {"統一教会": "", "統一協会": ""}


def test_the_shipped_lexicon_is_found_by_name_from_anywhere_in_the_project(root, monkeypatch):
    monkeypatch.chdir(root / "notebooks")
    assert lexicon.load("northeast_asia") == lexicon.load(root / "params" / "lexicon" / "northeast_asia.yaml")


def test_the_checksum_follows_the_content(tmp_path):
    first = lexicon.load(write(tmp_path, GOOD)).checksum
    assert lexicon.load(write(tmp_path, GOOD + "# a remark\n")).checksum == first
    assert lexicon.load(write(tmp_path, GOOD.replace("こと", "もの"))).checksum != first


def test_a_study_extends_a_lexicon(tmp_path):
    write(tmp_path, GOOD)
    more = """
name: more
extends: study
actors:
  - {id: kim, kind: person, aliases: {ja: [金正恩, キム]}}
  - {id: xi, kind: person, aliases: {ja: [習近平]}}
compounds: [核実験]
"""
    found = lexicon.load(write(tmp_path, more, "more.yaml"))
    assert found.name == "more" and found.compounds == ("労働新聞", "no", "核実験") and found.stopwords == ("こと",)
    assert {actor.id: actor.names for actor in found.actors}["kim"] == ("金正恩", "キム")
    write(tmp_path, "extends: b\n", "a.yaml")
    with pytest.raises(SourceError, match="in a circle"):
        lexicon.load(write(tmp_path, "extends: a\n", "b.yaml"))
    for n in range(30):
        write(tmp_path, f"extends: c{n + 1}\n", f"c{n}.yaml")
    with pytest.raises(SourceError, match="more than 20 deep"):
        lexicon.load(tmp_path / "c0.yaml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "aliases: {ja: [北朝鮮]}",
            "aliases: {ja: [北朝鮮, 金正恩]}",
            "'金正恩' belongs to two actors, 'kim' and 'dprk'",
        ),
        ("ja: [金正恩]", "ja: [金正恩, キ]", "'キ' is a single kana"),
        ("short: [金]", "short: [き]", "single kana"),
        ("ja: [北朝鮮]", "ja: [米]", "single character"),
        ("honorifics: [氏]", "honorifics: [氏\nx: {", r"study\.yaml, line \d+: this is not YAML"),
        (
            "stopwords: [こと]",
            "stopwords: [こと]\nstopwords: []",
            r"line 12: this is not YAML: 'stopwords' stands twice",
        ),
        ("compounds:", "compound:", "unknown key 'compound'; did you mean 'compounds'"),
        ("kind: country", "kind: state", "kind is one of"),
        ("id: dprk, ", "", "needs an id"),
        ("id: dprk", "id: kim", "two actors have the id 'kim'"),
        ("aliases: {ja: [北朝鮮]}", "aliases: [北朝鮮]", "aliases is a mapping"),
        ("aliases: {ja: [北朝鮮]}", "aliases: {}", "at least one alias"),
        ("not: [南北朝鮮]", "not: [朝鮮]", "hides no alias"),
        ("統一教会, forms: [統一教会,", "統一教会, forms: [朝ロ,", "belongs to two variants"),
        ("{label: 統一教会, ", "{", "needs a label"),
        ("[こと]", "[[こと]]", "stopwords is a list of words"),
        (GOOD, "- a list", "a lexicon is a mapping"),
    ],
)
def test_what_would_count_wrongly_is_refused_by_name(tmp_path, old, new, message):
    assert old in GOOD
    with pytest.raises(SourceError, match=message):
        lexicon.load(write(tmp_path, GOOD.replace(old, new)))


def test_a_missing_file_says_what_there_is(root, monkeypatch):
    monkeypatch.chdir(root)
    with pytest.raises(SourceError, match="'northeast_asia'"):
        lexicon.load("northeast_europe")


def test_costs_are_those_of_the_dictionarys_own_words():
    """Medians of the compiled system dictionary of unidic-lite 1.0.8, read once with numpy by hand."""
    assert dictionary.cost(dictionary.PERSON, 3) == 5496
    assert dictionary.cost(dictionary.PROPER, 2) == 8627
    assert dictionary.cost(dictionary.COUNTRY, 4) == 2897
    assert dictionary.cost(dictionary.COMMON, 2) == 7404


def test_a_lexicon_is_built_once(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a folder with a blank"))
    read = lexicon.load(write(tmp_path, GOOD))
    path, surfaces = lexicon.dictionary.user_dictionary(read)
    assert {"金正恩", "ロ朝"} <= surfaces
    monkeypatch.setattr(dictionary, "_build", lambda *_: pytest.fail("built twice"))
    assert lexicon.dictionary.user_dictionary(read)[0] == path
    assert tokens.tokenise(article("金正恩は"), lexicon=read)["surface"].tolist() == ["金正恩", "は"]


def test_a_lexicon_without_words_needs_no_dictionary(tmp_path):
    assert lexicon.dictionary.user_dictionary(lexicon.load(write(tmp_path, "name: empty\n"))) == ("", frozenset())


def test_words_with_a_comma_or_a_quote_survive_the_builder(tmp_path):
    text = 'name: odd\ncompounds: ["金,銀", "「核」", "a\'b"]\n'
    read = lexicon.load(write(tmp_path, text))
    found = tokens.tokenise(article("その金,銀と「核」を"), lexicon=read)["surface"].tolist()
    assert "金,銀" in found and "「核」" in found


def test_a_builder_that_fails_is_reported(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(SourceError, match="could not build"):
        dictionary._build([["語", 99999, 99999, 0, "x"]], tmp_path / "x.dic")


def test_effect_shows_what_joins_and_what_falls_apart(tmp_path):
    found = lexicon.effect(article("労働新聞と労働。", "統一協会"), None, lexicon.load(write(tmp_path, GOOD)))
    table = found.set_index("term")
    assert table.loc["労働新聞", ["n_old", "n_new", "note"]].tolist() == [0, 1, "new"]
    assert table.loc["労働", ["n_old", "n_new", "change"]].tolist() == [2, 1, -1]
    assert table.loc["新聞", "note"] == "gone" and table.loc["統一教会", "n_new"] == 1


def test_compounds_are_scored_by_the_published_formulas():
    """C-value and FLR worked by hand from Frantzi et al. (2000) and Nakagawa & Mori (2003).

    安全保障理事会 4 times as 安全/保障/理事/会, 安全保障 2 times. f(安全 保障) = 6; one longer term holds it,
    安全保障理事会 (4); C = log2(2)·(6 − 4/1) = 2. f(安全 保障 理事 会) = 4; C = log2(4)·4 = 8.
    LR of 安全 保障: 安全 is joined on the right 6 times and never on the left, 保障 6 times on the left and 4 on the
    right: (1·7·7·5)^(1/4); alone 2 times.
    """
    texts = ["安全保障理事会は"] * 4 + ["安全保障は"] * 2
    found = lexicon.suggest_compounds(tokens.tokenise(article(*texts)), min_articles=1).set_index("term")
    assert found.index[0] == "安全保障理事会" and found.loc["安全保障理事会", "c_value"] == 8
    row = found.loc["安全保障"]
    assert row[["n_tokens", "n_alone", "n_articles", "c_value"]].tolist() == [6, 2, 6, 2]
    np.testing.assert_allclose(row["flr"], 2 * (1 * 7 * 7 * 5) ** 0.25)
    assert "会" not in {term[0] for term in found.index}  # a run does not begin with a suffix


def test_nested_compounds_are_scored_as_in_the_example_of_frantzi():
    # Frantzi, Ananiadou & Mima (2000), section 2.3.1: "basal cell carcinoma" 984 times, 26 of them in five longer
    # terms, "cystic basal cell carcinoma" 11 times, 5 of them in a longer one; 1551.36, 12, 14 and 11.6 are
    # the paper's (ncnc of J. Harashima, which follows it, prints 1551.361296, 12, 14, 11.609640, 10, 6)
    bcc = ["basal", "cell", "carcinoma"]
    runs = [["adenoid", "cystic", *bcc]] * 5 + [["cystic", *bcc]] * 6 + [["ulcerated", *bcc]] * 7
    runs += [["recurrent", *bcc]] * 5 + [["circumscribed", *bcc]] * 3 + [bcc] * 958
    rows = [(f"a{i}", k, word) for i, run in enumerate(runs) for k, word in enumerate(run)]
    cut = pd.DataFrame(rows, columns=["article_id", "position", "surface"])
    cut = cut.assign(lemma=cut["surface"], pos="名詞-普通名詞-一般")
    found = lexicon.suggest_compounds(cut, top=None).set_index("parts")
    expected = {"": 1551.361296, "adenoid cystic ": 11.609640, "cystic ": 12, "ulcerated ": 14, "recurrent ": 10,
                "circumscribed ": 6}  # fmt: skip
    for before, value in expected.items():
        assert found.loc[before + "basal cell carcinoma", "c_value"] == pytest.approx(value, abs=1e-6)
    # never but within longer terms: nothing is left of it
    assert found.loc["adenoid cystic basal", "c_value"] == 0 and found.loc["cystic basal", "n_alone"] == 0


def test_runs_longer_than_is_looked_for_leave_nothing_to_their_middle():
    # by hand: of six parts, looked at by three, the three-part pieces are terms once each and the pairs only in them
    cut = pd.DataFrame({"article_id": "a", "position": range(6), "surface": list("甲乙丙丁戊己")})
    cut = cut.assign(lemma=cut["surface"], pos="名詞-普通名詞-一般")
    found = lexicon.suggest_compounds(cut, min_articles=1, max_parts=3).set_index("n_parts")
    np.testing.assert_allclose(found.loc[3, "c_value"], np.log2(3))
    np.testing.assert_allclose(found.loc[2, "c_value"], 0)


def test_a_run_ends_with_the_article_and_the_sentence():
    found = lexicon.suggest_compounds(tokens.tokenise(article("安全", "保障\n理事")), min_articles=1)
    assert len(found) == 0


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        ("コンピュータ", "コンピューター", "long vowel"),
        ("統一教会", "統一協会", "reading"),
        ("目指す", "めざす", "reading"),
        ("朝ロ", "ロ朝", "order"),
        ("朝ロ", "露朝", "order"),
        ("朝ロ", "朝露", "reading"),
        ("ロ朝", "露朝", "reading"),
        ("カ国", "か国", "reading"),
        ("取り組み", "取組み", "okurigana"),
        ("取り組み", "取組", "okurigana"),
        ("斉藤", "齋藤", "look-alike"),
        ("斎藤", "斉藤", "look-alike"),
    ],
)
def test_two_spellings_are_suggested(a, b, kind):
    found = lexicon.suggest_variants(counted({"a": {a: 3}, "b": {b: 2}}))
    assert found[["term_a", "term_b", "kind", "n_a", "n_b", "n_articles_both"]].to_numpy().tolist() == [
        [a, b, kind, 3, 2, 0]
    ]


@pytest.mark.parametrize(("a", "b"), [("会談", "階段"), ("強調", "協調"), ("会議", "議会"), ("米国", "英国")])
def test_two_words_are_not(a, b):
    assert len(lexicon.suggest_variants(counted({"a": {a: 3}, "b": {b: 2}}))) == 0


def counted(table: dict) -> pd.DataFrame:
    rows = [(article, "x", term, n) for article, terms in table.items() for term, n in terms.items()]
    return pd.DataFrame(rows, columns=["article_id", "outlet", "term", "n"])


def test_every_actor_of_the_shipped_lexicon_is_found_by_each_of_its_names(root):
    asia = lexicon.load(root / "params" / "lexicon" / "northeast_asia.yaml")
    wanted = [(actor.id, alias) for actor in asia.actors for alias in actor.names]
    found = tokens.mentions(article(*(f"、{alias} 、" for _, alias in wanted)), asia)
    assert dict(zip(found["article_id"], found["actor"], strict=True)) == {
        f"a{i}": w for i, (w, _) in enumerate(wanted)
    }


def test_every_japanese_word_of_the_shipped_lexicon_is_one_token(root):
    asia = lexicon.load(root / "params" / "lexicon" / "northeast_asia.yaml")
    words = list(dictionary.entries(asia))
    found = tokens.tokenise(article(*words), lexicon=asia)
    split = found.groupby("article_id", observed=True)["surface"].agg("/".join)
    assert [parts for parts in split if "/" in parts] == []
    assert counts.count(found)["n"].sum() == len(words)
