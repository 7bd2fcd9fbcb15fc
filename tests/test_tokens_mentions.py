"""Who is named."""

import json
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import contexts, counts, lexicon, tables, tokens

CASES = json.loads((Path(__file__).parent / "cases" / "mentions.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def asia(root) -> lexicon.read.Lexicon:
    return lexicon.load(root / "params" / "lexicon" / "northeast_asia.yaml")


def params(cases):
    failing = pytest.mark.xfail(strict=True)
    return [pytest.param(c, id=c["label"], marks=[failing] if c["expect"] == "fail" else []) for c in cases]


def one(text: str, headline: str = "") -> pd.DataFrame:
    return pd.DataFrame({"article_id": ["a"], "outlet": ["朝日"], "headline": [headline], "text": [text]})


@pytest.mark.parametrize("case", params(CASES))
def test_case(case, asia):
    text = unicodedata.normalize("NFKC", case["text"]) if case.get("nfkc") else case["text"]
    found = tokens.mentions(one(text, case.get("headline", "")), asia)
    assert found[["actor", "surface", "role"]].astype(str).to_numpy().tolist() == case["expected"]
    if "ambiguous" in case:
        assert found["ambiguous"].tolist() == case["ambiguous"]


@pytest.mark.parametrize(
    ("others", "expected"),
    [([], "tanaka_makiko"), (["田中和夫さん(45)は店を開いた"], "tanaka_makiko|?"),
     (["田中角栄氏の時代"], "tanaka_makiko|?"), (["田中まゆみさん"], "tanaka_makiko|?"),
     (["大田中央氏、山田中道さん"], "tanaka_makiko"), (["田中真紀子さんは"], "tanaka_makiko"),
     (["田中社長さん、田中前外相さん、田中外相夫妻、鈴木、田中両氏、田中の議員"], "tanaka_makiko")],
)  # fmt: skip
def test_a_bare_surname_that_others_in_the_articles_bear_counts_for_nobody(asia, others, expected):
    texts = ["田中さんは喜んだ", "田中真紀子外相が訪米した。田中氏は", "田中外相は", *others]
    found = tokens.mentions(pd.concat([one(text).assign(article_id=str(i)) for i, text in enumerate(texts)]), asia)
    own = found[found["article_id"].isin(["0", "1", "2"]) & found["surface"].str.startswith("田中")]
    assert own["actor"].tolist() == [expected, "tanaka_makiko", "tanaka_makiko", "tanaka_makiko"]
    assert own["ambiguous"].tolist() == [True, False, False, False]  # the first is listed as such either way


def test_the_table_is_a_mentions_table(asia):
    found = tokens.mentions(one("金正恩総書記", headline="習近平氏"), asia)
    tables.check(found, tables.MENTIONS)
    tables.check(tokens.mentions(one(""), asia), tables.MENTIONS)
    assert found["in_headline"].tolist() == [True, False]
    assert found["position"].tolist() == [0, 4]  # 習近平氏 is four characters


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["北朝鮮", "朝鮮", "韓国", "中国", "ロシア", "安保理", "国連", "南", "日", "と"]), max_size=8
    )
)
def test_the_leftmost_longest_name_counts(asia, words):
    """Held against a search by brute force."""
    text = "".join(words)
    actors = {alias: a.id for a in asia.actors if a.kind != "person" for alias in a.names}
    hidden = {form for actor in asia.actors for form in actor.must_not}
    expected, at = [], 0
    while at < len(text):
        here = [word for word in (*actors, *hidden) if text.startswith(word, at)]
        longest = max(here, key=len, default=None)
        if longest in actors:
            expected.append((actors[longest], at))
        at += len(longest) if longest else 1
    found = tokens.mentions(one(text), asia)
    assert list(zip(found["actor"], found["position"], strict=True)) == expected


@pytest.mark.parametrize("name", ["金正恩", "金正日", "習近平", "プーチン", "北朝鮮", "江沢民", "安保理"])
def test_counts_lines_and_mentions_agree_on_the_frontpage_study(name, frontpage, asia):
    articles, table, found = frontpage
    counted = counts.count(table, articles)
    n = counted.loc[counted["term"] == name, "n"].sum()
    assert n > 0
    assert len(contexts.concordance(articles, table, name, pos=tokens.CONTENT)) == n
    assert (found["surface"] == name).sum() == n


@pytest.fixture(scope="module")
def frontpage(shared, asia):
    data = pd.read_parquet(shared / "data" / "jp_frontpage_1987_2015" / "articles.parquet")
    data = data[(data["is_nkor"] == 1) | (data["is_chn"] == 1)]
    headline = [unicodedata.normalize("NFKC", title) for title in data["title"]]
    articles = pd.DataFrame({"article_id": data["id"], "outlet": data["outlet"], "headline": headline, "text": ""})
    articles = articles.reset_index(drop=True)
    return articles, tokens.tokenise(articles, lexicon=asia), tokens.mentions(articles, asia)


def test_the_people_of_the_five_pages_are_found(shared, asia):
    expected = {  # read by hand
        "000": {"pak_myong_ho", "khurelsukh", "battsetseg", "zelensky", "mongolia", "cuba"},
        "001": {"putin", "kim_jong_un", "belarus"},
        "002": {"choe_son_hui", "putin", "lavrov", "kim_jong_un", "security_council"},
        "003": {"ri_yong_gil", "hyon_yong_chol", "no_kwang_chol", "kartapolov", "bogdanovsky", "o_kum_chol",
                "kim_jong_gyu", "matsegora", "morgulov", "sin_hong_chol", "ri_son_gwon", "nato"},
        "004": {"putin", "xi_jinping", "kim_jong_un", "rodong_sinmun"},
    }  # fmt: skip
    for number, people in expected.items():
        path = next((shared / "data" / "pages").glob(f"{number}_*.txt"))
        text = unicodedata.normalize("NFKC", path.read_text(encoding="utf-8"))
        assert people <= set(tokens.mentions(one(text), asia)["actor"]), number
