"""Near-duplicates: the copies and nothing else, within the window, whatever the order."""

import itertools
import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import duplicates, tables
from framing.errors import TableError

STORY = (
    "川が十一日の夜にあふれ、町の半分が水に沈んだ。住民は高台の学校に集まり、朝を待った。町長は避難を続けるよう呼びかけた。"
    * 2
)


def articles(rows):
    frame = pd.DataFrame(rows, columns=["article_id", "date", "text"])
    return frame.assign(date=pd.to_datetime(frame["date"]))


def groups(found):
    return {frozenset(ids) for _, ids in found.groupby("cluster_id")["article_id"]}


def jaccard(a: str, b: str, k: int = 5) -> float:
    """By definition, with Python sets."""
    a, b = ("".join(unicodedata.normalize("NFKC", one).split()) for one in (a, b))
    a, b = ({one[i : i + k] for i in range(max(len(one) - k + 1, 1))} for one in (a, b))
    return len(a & b) / len(a | b)


def random_text(rng, length=400):
    return "".join(chr(0x4E00 + int(n)) for n in rng.integers(0, 500, length))


def test_a_wire_copy_with_an_edit_is_found_and_another_story_is_not():
    found = duplicates.clusters(
        articles(
            [
                ("b", "2011-03-13", STORY),
                ("a", "2011-03-12", STORY + "(共同)"),
                ("c", "2011-03-12", "山で祭りがあった。"),
            ]
        )
    )
    tables.check(found, tables.CLUSTERS)
    assert groups(found) == {frozenset("ab"), frozenset("c")}
    assert found.set_index("article_id")["first"].to_dict() == {"b": False, "a": True, "c": True}
    assert found["cluster_id"].tolist() == ["a", "a", "c"]


def test_the_similarity_is_the_exact_jaccard_of_character_sequences():
    other = STORY.replace("町長", "知事").replace("学校", "公園")
    found = duplicates.clusters(articles([("a", "2011-03-12", STORY), ("b", "2011-03-12", other)]), similarity=0.5)
    np.testing.assert_allclose(found["similarity"], jaccard(STORY, other), rtol=1e-12)  # Python sets


def test_copies_outside_the_window_are_apart_and_chains_are_kept():
    days = ["2011-03-01", "2011-03-04", "2011-03-07", "2011-03-11"]
    found = duplicates.clusters(articles([(str(i), day, STORY) for i, day in enumerate(days)]), window_days=3)
    assert groups(found) == {frozenset("012"), frozenset("3")}  # 4 days after the last


def test_full_and_half_width_and_line_ends_make_no_difference():
    wide = "ＡＢＣ１２３の報告。" * 5
    found = duplicates.clusters(articles([("a", "2011-03-12", wide), ("b", "2011-03-12", "ABC123の\n 報告。" * 5)]))
    assert found["similarity"].eq(1).all() and found["cluster_id"].nunique() == 1


def test_the_headline_is_compared_where_there_is_no_text_and_empty_articles_stand_alone():
    frame = articles([(str(i), "2011-03-12", "") for i in range(4)])
    frame["headline"] = ["川があふれる町が沈む", "川があふれる町が沈む", "", ""]
    assert groups(duplicates.clusters(frame)) == {frozenset("01"), frozenset("2"), frozenset("3")}


def test_an_article_without_a_date_joins_its_copy():
    found = duplicates.clusters(articles([("a", "2011-03-12", STORY), ("b", None, STORY + "了")]))
    assert found["cluster_id"].tolist() == ["a", "a"]


def test_every_pair_at_the_threshold_is_found():
    rng = np.random.default_rng(1)
    rows, planted = [], []
    for i in range(150):
        text = random_text(rng)
        edited = list(text)
        for place in rng.choice(400, 7, replace=False):  # 7 edits of 400 characters: Jaccard of about 0.84
            edited[place] = "一"
        copy = "".join(edited)
        rows += [(f"a{i}", "2011-03-12", text), (f"b{i}", "2011-03-13", copy)]
        planted.append(jaccard(text, copy))
    found = duplicates.clusters(articles(rows), similarity=0.8)
    linked = found.groupby("cluster_id").size().eq(2).sum()
    assert linked == sum(np.array(planted) >= 0.8) and 100 < linked <= 150


def test_many_short_equal_texts_do_not_cost_a_comparison_of_all_pairs():
    n = 20_000
    frame = articles([(f"{i:05d}", "2011-03-12", "(写真)") for i in range(n)])
    found = duplicates.clusters(frame)  # 2e8 pairs if they were compared
    assert found["cluster_id"].nunique() == 1 and found["first"].sum() == 1


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.text("あいう ", max_size=12), st.integers(0, 9)), max_size=8),
    st.randoms(use_true_random=False),
)
def test_the_clusters_are_those_of_comparing_all_pairs_and_the_order_does_not_matter(rows, shuffle):
    frame = articles([(f"a{i}", f"2011-03-{day + 1:02d}", text) for i, (text, day) in enumerate(rows)])
    found = duplicates.clusters(frame, similarity=0.7, window_days=2)
    parent = {name: name for name in frame["article_id"]}
    for a, b in itertools.combinations(frame.itertuples(), 2):  # union of all pairs, by definition
        near = abs((a.date - b.date).days) <= 2 and a.text.strip() and b.text.strip()
        if near and jaccard(a.text, b.text) >= 0.7:
            old, new = parent[a.article_id], parent[b.article_id]
            parent = {name: new if root == old else root for name, root in parent.items()}
    expected = {}
    for name, root in parent.items():
        expected.setdefault(root, set()).add(name)
    assert groups(found) == {frozenset(one) for one in expected.values()}
    order = list(range(len(frame)))
    shuffle.shuffle(order)
    again = duplicates.clusters(frame.iloc[order], similarity=0.7, window_days=2).set_index("article_id")
    pd.testing.assert_frame_equal(again.reindex(found["article_id"]).reset_index(), found, check_dtype=False)


def test_bad_input_is_refused():
    frame = articles([("a", "2011-03-12", STORY)])
    with pytest.raises(ValueError, match="similarity"):
        duplicates.clusters(frame, similarity=80)
    with pytest.raises(ValueError, match="window_days"):
        duplicates.clusters(frame, window_days=-1)
    with pytest.raises(TableError, match="text"):
        duplicates.clusters(frame.drop(columns="text"))
    with pytest.raises(TableError, match="repeats"):
        duplicates.clusters(pd.concat([frame, frame]))


def test_the_sample_press_gives_its_planted_copies_back():
    from framing import datasets

    press = datasets.sample_press(600, 0)
    found = duplicates.clusters(press.articles)
    tables.check(found, tables.CLUSTERS)
    assert found["cluster_id"].nunique() < len(found)
