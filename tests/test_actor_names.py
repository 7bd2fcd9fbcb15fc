"""An actor may be asked for by a name as by its id, wherever one is asked for."""

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from framing import contexts, frames, lexicon, prominence, study, tokens, trends
from framing.lexicon.read import Actor, Lexicon
from framing.study.measures import measures
from framing.tables.naming import actor_id

NAMES = ("kim_jong_il", "金正日")


@pytest.fixture(scope="module")
def asked():
    actors = (
        Actor("kim_jong_il", "person", "金正日", {"ja": ("金正日",)}, ("金",), ("総書記",)),
        Actor("kim_jong_un", "person", "金正恩", {"ja": ("金正恩",)}, ("金",), ("総書記",)),
    )
    lines = [
        "金正日総書記が訪問した。金総書記は会談した。",
        "金正恩総書記が演説した。金総書記は帰国した。",
        "雨が降った。",
    ]
    articles = pd.DataFrame(
        {
            "article_id": [f"a{i}" for i in range(12)],
            "outlet": ["東都", "北海"] * 6,
            "date": pd.to_datetime("2011-01-15") + pd.to_timedelta(range(12), unit="D"),
            "page": [1, 2] * 6,
            "headline": [""] * 12,
            "text": lines * 4,
        }
    )
    words = Lexicon("mine", actors, (), (), (), ())
    found = tokens.mentions(articles, words)
    return study.open(articles, tokens=tokens.tokenise(articles), mentions=found)


ASKED = {
    "near": lambda of, name: contexts.near(of, query=name, match="actor", min_tokens=1),
    "words around": lambda of, name: contexts.collocates.words_around(
        of.articles, of.tokens, of.mentions, name, min_tokens=1
    ),
    "concordance": lambda of, name: contexts.concordance(of, name, match="actor"),
    "series": lambda of, name: trends.prepare(of, measure="mentions", actor=name, freq="month"),
    "measure": lambda of, name: measures(of.articles, of.mentions, actor=name),
    "measures": lambda of, name: measures(of.articles, of.mentions, actors=[name]),
    "placements": lambda of, name: prominence.prepare(of, actors=[name]).rows,
    "rates": lambda of, name: prominence.prepare(of, actors=[name]).rates,
    "keep": lambda of, name: of.take(keep={"actor": [name]}).articles,
    "drop": lambda of, name: of.take(drop={"actor": name}).articles,
    "rule": lambda of, name: frames.lines(of, frames.code(of, {"him": f"actor({name})"})),
}


@pytest.mark.parametrize("place", ASKED)
def test_an_actor_is_found_by_name_as_by_id(asked, place):
    by_id, by_name = (ASKED[place](asked, name) for name in NAMES)
    assert len(by_id)
    assert_frame_equal(by_id, by_name)


def test_an_actor_is_called_as_the_articles_call_it(asked):
    called = {contexts.called(name, "actor", asked.mentions) for name in NAMES}
    assert len(called) == 1 and called <= {"金正日", "金"}


def test_a_name_that_several_bear_or_nobody_is_nobody(asked):
    assert set(asked.mentions.loc[asked.mentions["surface"].eq("金"), "actor"].astype(str)) == {
        "kim_jong_il",
        "kim_jong_un",
    }
    assert [actor_id(asked.mentions, name) for name in ("金", "金正月", "none")] == ["金", "金正月", "none"]
    with pytest.raises(ValueError, match="金正月"):
        contexts.concordance(asked, "金正月", match="actor")


@pytest.mark.parametrize(
    ("line", "actors"),
    [
        ("Li Xi and Chen Xi on the Xi River", []), ("XI JINPING", ["xi_jinping"]), ("President Yoon Po-sun", []),
        ("China's Xi visits Pyongyang", ["china", "xi_jinping"]), ("Xi’an and Xi'an", []), ("XI Congress, Xinhua", []),
        ("시 주석, 방북", ["xi_jinping"]), ("다시 주석을 달았다", []), ("문 대통령은 말했다", ["moon_jae_in"]),
        ("전문 대통령", []), ("President Yoon met President Moon", ["yoon_suk_yeol", "moon_jae_in"]),
    ],
)  # fmt: skip
def test_leaders_are_found_by_surname_in_english_and_by_surname_and_office_in_korean(line, actors):
    """Putin was found by the surname and Xi was not: of headlines on Putin (163) and Xi (234) 163 and 65 were found."""
    rows = pd.DataFrame({"article_id": ["1"], "headline": [""], "text": [line]})
    assert tokens.mentions(rows, lexicon.load("northeast_asia"))["actor"].tolist() == actors
