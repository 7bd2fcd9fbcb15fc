"""Text to tokens."""

import json
import sys
import unicodedata
from pathlib import Path

import fugashi
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import lexicon, tables, tokens
from framing.errors import SourceError, TableError
from framing.tokens import mecab, relations, sentences

CASES, SENTENCES = (
    json.loads((Path(__file__).parent / "cases" / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("tokens", "sentences")
)
TEXT = """北朝鮮の金正恩総書記は13日、ロシアのプーチン大統領と会談した。「関係を強化する。」と述べた。

会談は3時間続き、コンピューターを使った説明もあったという。行った人々は1,234人。"""


def articles(*texts, headlines=None, **columns) -> pd.DataFrame:
    ids = [f"a{i}" for i in range(len(texts))]
    return pd.DataFrame({"article_id": ids, "headline": headlines or [""] * len(texts), "text": texts, **columns})


def described(node) -> list[str]:
    """Surface, base form and part of speech of a fugashi node; read at once, for the tagger writes over its nodes."""
    return [node.surface, node.feature.orthBase or node.surface, "-".join(p for p in node.feature[:4] if p != "*")]


def params(cases):
    failing = pytest.mark.xfail(strict=True)
    return [pytest.param(c, id=c["label"], marks=[failing] if c["expect"] == "fail" else []) for c in cases]


@pytest.fixture(scope="module")
def asia(root) -> lexicon.read.Lexicon:
    return lexicon.load(root / "params" / "lexicon" / "northeast_asia.yaml")


@pytest.mark.parametrize("case", params(CASES))
def test_case(case, asia):
    text = unicodedata.normalize("NFKC", case["text"]) if case.get("nfkc") else case["text"]
    found = tokens.tokenise(articles(text), lexicon=asia, **case.get("options", {}))
    assert "/".join(found["surface"]) == case["expected"]
    if "lemmas" in case:
        assert "/".join(found["lemma"]) == case["lemmas"]


def test_the_table_is_a_tokens_table_with_the_columns_promised():
    found = tokens.tokenise(articles(TEXT, "", headlines=["見出し", None], outlet=["朝日", "読売"]))
    tables.check(found, tables.TOKENS)
    promised = ["article_id", "position", "sentence", "surface", "lemma", "pos", "in_headline", "outlet"]
    assert list(found.columns) == promised
    assert all(isinstance(found[name].dtype, pd.CategoricalDtype) for name in ("article_id", "surface", "lemma", "pos"))
    assert found.attrs["tokeniser"]["versions"]["unidic-lite"] == "1.0.8"


def test_surface_lemma_and_pos_are_those_fugashi_gives_token_by_token():
    """fugashi's own nodes are the reference: orthBase, and surface for what has none."""
    found = tokens.tokenise(articles(TEXT))
    tagger = fugashi.Tagger()
    nodes = [described(node) for line in TEXT.split("\n") for node in tagger(line)]
    assert found[["surface", "lemma", "pos"]].astype(str).to_numpy().tolist() == nodes


def test_lemmas_on_a_real_corpus_are_those_of_fugashi(shared):
    data = pd.read_parquet(shared / "data" / "jp_frontpage_1987_2015" / "articles.parquet").head(4000)
    texts = [unicodedata.normalize("NFKC", title) for title in data["title"]]
    found = tokens.tokenise(articles(*texts))
    tagger = fugashi.Tagger()
    nodes = [described(node)[:2] for text in texts for node in tagger(text)]
    assert found[["surface", "lemma"]].astype(str).to_numpy().tolist() == nodes


def test_an_unknown_sign_is_no_noun():
    found = tokens.tokenise(articles("[会談☃です")).set_index("surface")["pos"]
    assert not found["☃"].startswith("名詞") and not found["["].startswith("名詞")


ANY = st.text(
    st.one_of(
        st.sampled_from("金正恩総書記は朝ロ関係毎 　\n\t。「」!?ーﾛｼｱ①½𠮷👨‍👩‍👧\u3000\u2028\r\0123,.abcÅ한국"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(ANY, ANY), max_size=4), st.sampled_from([{}, {"numerals": "join", "join_nouns": True}]))
def test_surfaces_joined_give_back_the_text_without_blanks(pairs, options):
    table = articles(*(text for _, text in pairs), headlines=[headline for headline, _ in pairs])
    table = table.astype({"article_id": "str", "text": "str"})
    found = tokens.tokenise(table, **options)
    for number, (headline, text) in enumerate(pairs):
        own = found[found["article_id"] == f"a{number}"]
        for part, flag in ((headline, True), (text, False)):
            written = "".join(part.replace("\0", "").split())
            assert "".join(own.loc[own["in_headline"] == flag, "surface"]) == written
        assert own["position"].tolist() == list(range(len(own)))
        assert (np.diff(own["sentence"], prepend=0) >= 0).all()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(ANY, ANY), max_size=4))
def test_every_token_stands_where_starts_says(pairs):
    table = articles(*(text for _, text in pairs), headlines=[headline for headline, _ in pairs])
    table = table.astype({"article_id": "str", "text": "str"})
    found = tokens.tokenise(table)
    whole = [headline + text for headline, text in pairs]
    for row, start in zip(found.itertuples(), tokens.places.starts(table, found), strict=True):
        assert whole[int(row.article_id[1:])][start:].startswith(row.surface)


def test_a_token_takes_less_than_twenty_bytes():
    table = articles(*[TEXT] * 2000, outlet=["x", "y"] * 1000)
    found = tokens.tokenise(table)
    assert found.memory_usage(deep=True).sum() / len(found) < 20


def test_arguments_are_left_alone():
    table = articles(TEXT, headlines=[None])
    before = table.copy(deep=True)
    tokens.tokenise(table)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("会談した。合意した。", [0, 1]),
        ("「関係を強化する。」と述べた。次だ。", [0, 1]),
        ("Yahoo!ニュースは伝えた。", [0]),
        ("驚いた!次の行\n三つ目", [0, 1, 2]),
        ("終わり。」次", [0, 1]),
        ("輸出は３．５％増。次", [0, 1]),
        ("三．五％、Ｊ．Ｆ．ケネディ", [0]),
        ("よい．次だ", [0, 1]),
        ("参加はNATO。次だ", [0, 1]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, expected):
    assert sorted(set(tokens.tokenise(articles(text))["sentence"])) == expected


def test_the_headline_has_sentences_of_its_own():
    found = tokens.tokenise(articles("本文。", headlines=["見出し"]))
    assert found.groupby("sentence")["in_headline"].agg(["min", "max"]).to_numpy().tolist() == [[True] * 2, [False] * 2]


@pytest.mark.parametrize("case", params(SENTENCES))
def test_english_sentences_end_where_a_reader_would_end_them(case):
    assert sentences.split("".join(case["text"])) == case["text"]


def test_an_article_without_text_stays_as_a_category():
    found = tokens.tokenise(articles("会談", None, ""))
    assert found["article_id"].cat.categories.tolist() == ["a0", "a1", "a2"]
    assert len(tokens.tokenise(articles("", ""))) == 0


def test_english_words_are_told_apart_by_stem_and_named_by_their_commonest_form(tmp_path):
    """Porter2 makes militari of military and militaries, nation of nation, national and nations (snowballstem.org)."""
    texts = ["Military men; militaries meet. The Nation", "National nations. military NATIONAL", "Nations nations"]
    found = tokens.tokenise(articles(*texts), language="en").groupby("lemma", observed=True).size()
    assert (
        found["military"] == 3 and found["nations"] == 6 and not {"militari", "militaries", "nation"} & set(found.index)
    )
    chunks = [articles(*texts[:2]), articles(texts[2]).assign(article_id="a9")]  # alone, the first says national
    assert "national" in set(tokens.tokenise(chunks[0], language="en")["lemma"].cat.categories)
    tokens.to_parquet(iter(chunks), tmp_path, language="en")
    together = pd.read_parquet(tmp_path).astype({"lemma": "str"}).groupby("lemma").size()
    assert together.to_dict() == found.to_dict()


def test_english_stems_and_keeps_the_word():
    found = tokens.tokenise(articles("Leaders' talks didn't end; U.S. talked 1,234 times."), language="en")
    assert found["surface"].tolist() == [
        "Leaders",
        "'",
        "talks",
        "didn't",
        "end",
        ";",
        "U.S.",
        "talked",
        "1,234",
        "times",
        ".",
    ]
    assert found.loc[found["surface"] == "talked", "lemma"].item() == "talks"  # as often as talked, and shorter
    assert len(tokens.tokenise(articles(""), language="en")) == 0


@pytest.mark.slow
def test_korean_goes_through_the_same_door():
    pytest.importorskip("kiwipiepy")
    found = tokens.tokenise(articles("김정은은 시진핑을 만났다."), language="ko")
    assert found["lemma"].tolist()[:5] == ["김정은", "은", "시진핑", "을", "만나다"]
    assert found["start"].tolist()[:5] == [0, 3, 5, 8, 10]


def test_korean_without_its_package_says_what_to_install(monkeypatch):
    from framing.tokens import languages

    monkeypatch.setattr(languages, "_kiwi", languages._kiwi.__wrapped__)  # the model others have loaded stays
    monkeypatch.setitem(sys.modules, "kiwipiepy", None)
    with pytest.raises(SourceError, match=r"framing\[korean\]"):
        tokens.tokenise(articles("한국"), language="ko")


def test_a_function_of_ones_own_is_held_to_its_contract():
    found = tokens.tokenise(articles("one two\nthree", headlines=["zero"]), language=str.split)
    assert found["surface"].tolist() == ["zero", "one", "two", "three"]
    assert found["start"].tolist() == [0, 0, 4, 8]
    for wrong in (str.upper, lambda text: [text[::-1]], lambda text: [1], lambda text: ["", text], lambda text: None):
        with pytest.raises(TableError, match=r"list of str|piece of the text"):
            tokens.tokenise(articles("ab cd"), language=wrong)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"language": "fr"}, "no tokeniser for language 'fr'"),
        ({"numerals": "drop"}, "numerals is one of"),
        ({"workers": 0}, "workers must be at least 1"),
        ({"language": "en", "join_nouns": True}, "are for language 'ja'"),
        ({"lexicon": "northeast_asia"}, r"lexicon.load\(...\)"),
    ],
)
def test_a_wrong_option_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        tokens.tokenise(articles("会談"), **options)


def test_articles_that_are_none_are_refused():
    with pytest.raises(TableError, match="lacks the columns"):
        tokens.tokenise(pd.DataFrame({"article_id": ["a"]}))
    with pytest.raises(TableError, match="repeats article_id"):
        tokens.tokenise(pd.DataFrame({"article_id": ["a", "a"], "text": ["x", "y"]}))


def test_headlines_that_are_no_text_are_refused(asia):
    table = pd.DataFrame({"article_id": ["a"], "headline": [1], "text": ["x"]})
    for make in (tokens.tokenise, lambda articles: tokens.mentions(articles, asia)):
        with pytest.raises(TableError, match=r"articles\['headline'\] must be text, and holds 1"):
            make(table)


def test_no_articles_give_the_columns_of_the_language():
    none = pd.DataFrame({"article_id": [], "text": []}).astype("str")
    for language in ("ja", "en"):
        one = tokens.tokenise(articles("talks").drop(columns="headline"), language=language)
        assert tokens.tokenise(none, language=language).columns.tolist() == one.columns.tolist()


def test_half_a_surrogate_is_refused_with_a_cure():
    with pytest.raises(TableError, match="surrogate"):
        tokens.tokenise(pd.DataFrame({"article_id": ["a"], "text": pd.Series(["\ud800"], dtype=object)}))


def test_a_missing_dictionary_is_named(monkeypatch, tmp_path):
    import unidic_lite

    from framing.tokens import pool

    pool._own.cache_clear()
    monkeypatch.setattr(unidic_lite, "DICDIR", str(tmp_path))
    with pytest.raises(SourceError, match="reinstall it"):
        tokens.tokenise(articles("会談"))


def test_starts_refuses_articles_that_have_changed():
    found = tokens.tokenise(articles("会談した"))
    with pytest.raises(TableError, match="do not give back their text"):
        tokens.places.starts(articles("会談しました"), found)
    with pytest.raises(TableError, match="not in articles"):
        tokens.places.starts(articles(), found)


def test_a_corpus_streams_to_parquet_and_is_the_same_table(tmp_path):
    table = articles(*[f"{TEXT}{i}" for i in range(6)], outlet=["x", "y", "z"] * 2)
    written = tokens.to_parquet((table.iloc[i : i + 2] for i in (0, 2, 4)), tmp_path)
    assert written["n_articles"].tolist() == [2, 2, 2]
    back, whole = pd.read_parquet(tmp_path), tokens.tokenise(table)
    for name in whole:
        assert back[name].astype(str).tolist() == whole[name].astype(str).tolist()
    with pytest.raises(TableError, match="token files already"):
        tokens.to_parquet([table], tmp_path)
    with pytest.raises(TableError, match="repeats 6 articles"):
        tokens.to_parquet([table, table], tmp_path / "new")


def test_relations_keep_who_stands_first(asia):
    words = tokens.tokenise(articles("朝ロ関係とロ朝、露朝。毎朝ロシアは"), lexicon=asia)
    found = relations.relations(words, asia)
    assert found["relation"].tolist() == ["朝ロ"] * 3
    assert found["first"].tolist() == ["朝", "ロ", "ロ"]


@pytest.mark.parametrize("run", ["Ab0/" * 10_000, "A" * 400_000, "가" * 400_000, "アイ" * 200_000, "。" * 400_000])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_run_without_a_blank_is_one_token_that_no_dictionary_is_asked_of(run, language, monkeypatch):
    """MeCab takes the square of its steps; the surfaces joined still give back the text, and it is no word."""
    shown: list[str] = []
    long = f"川があふれた {run} 町は沈んだ。"
    if language == "ja":
        cutter = mecab.Cutter(blanks=True)
        monkeypatch.setattr(cutter, "_parse", lambda line, parse=cutter._parse: shown.append(line) or parse(line))
        cutter.cut([long])
        assert "".join(shown) == long.replace(run, "")
    found = tokens.tokenise(articles(long), language=language)
    body = found[~found["in_headline"]]
    assert "".join(body["surface"].astype(str)) == long.replace(" ", "")
    assert body.loc[body["surface"].astype(str).eq(run), "pos"].tolist() == [
        "補助記号-一般" if language == "ja" else "punctuation"
    ]


@pytest.mark.slow
def test_a_line_of_a_million_characters_does_not_end_the_process():
    """MeCab itself dies of it; the surfaces joined must still give back the text."""
    long = "長" * 600_000 + "。" + "会談した。" * 100_000
    article = pd.DataFrame({"article_id": ["a"], "outlet": ["x"], "headline": ["見出し"], "text": [long]})
    found = tokens.tokenise(article)
    assert "".join(found.loc[~found["in_headline"], "surface"].astype(str)) == long


def test_a_text_is_cut_into_pieces_around_what_has_no_blank():
    run = "Ab1+" * 600
    assert [*mecab.in_runs(f"見出し {run} 終わり")] == [(0, "見出し ", False), (4, run, True), (2404, " 終わり", False)]
    assert [*mecab.in_runs("短い文")] == [(0, "短い文", False)] and "".join(p for _, p, _ in mecab.in_runs(run)) == run
    assert mecab.Cutter(blanks=True).cut([run + "。 "]).new[0].startswith("Ab1+")  # not with the blank of the end
    assert mecab.Cutter(blanks=True).cut([f"文 {run}"]).new[1].startswith(" Ab1+")
