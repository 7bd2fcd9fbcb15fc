"""Tables are worked on in parts: where a part ends changes nothing in what comes out."""

import pandas as pd
import pytest

from framing import corpus, counts, datasets, duplicates, store, tables, text, tokens
from framing.tables import blocks
from framing.tables.blocks import increasing, key_is_increasing


@pytest.fixture(scope="module")
def press():
    """50 articles of the made-up press, in whose texts lines of furniture, links and copies are put."""
    made = datasets.sample_press(50, seed=1).articles
    lines = [
        "\n【関連記事】\n・首相が訪米",
        "\n©朝日新聞社",
        "",
        "\nDocument EAST0000201103%02d\n朝日 太郎",
        " https://example.com/a",
    ]
    texts = [one + lines[i % 5].replace("%02d", str(10 + i)) for i, one in enumerate(made["text"])]
    texts[20], texts[7], made.loc[7, "date"] = "", texts[3], made["date"][3]
    return made.assign(text=pd.Series(texts, dtype="str"))


def prepared(articles: pd.DataFrame) -> list[pd.DataFrame]:
    """Every table made on the way from articles to counts."""
    cleaned = corpus.clean(articles, repeated_share=0.05)
    clusters = duplicates.clusters(cleaned.articles, similarity=0.5)
    held = corpus.with_clusters(cleaned.articles.assign(date_precision="day"), clusters)
    cut, counted, found = corpus.words(held, lexicon="northeast_asia")
    grams = counts.count(cut, held, ngrams=[1, 2], min_articles=2)
    scripts = corpus.languages(cleaned.articles)
    return [cleaned.articles, cleaned.changes, cleaned.furniture, clusters, cut, counted, found, grams, scripts]


def test_parts_of_seven_articles_give_the_tables_of_one_part(press, monkeypatch):
    whole = prepared(press)
    assert set(whole[2]["kind"]) >= {"related link", "link list", "repeated"}
    assert (~whole[3]["first"]).any()
    monkeypatch.setattr(blocks, "ARTICLES", 7)
    for one, parts in zip(whole, prepared(press), strict=True):
        pd.testing.assert_frame_equal(one, parts)
        assert one.attrs == parts.attrs


def test_a_file_is_the_same_in_however_many_parts_its_texts_were_made(tmp_path):
    whole = pd.DataFrame({"text": [f"{i} " + "雨" * 400 for i in range(3000)]}, dtype="str")
    whole.attrs = {"tokeniser": {"language": "ja"}}
    whole.to_parquet(tmp_path / "pandas.parquet", index=False)
    parts = pd.concat([whole.iloc[i : i + 700] for i in range(0, 3000, 700)])
    parts.attrs = whole.attrs
    for frame in (whole, parts):
        store.write_whole(frame, tmp_path / "ours.parquet")
        assert (tmp_path / "ours.parquet").read_bytes() == (tmp_path / "pandas.parquet").read_bytes()


@pytest.mark.parametrize("size", [0, 1, 7, 8])
def test_a_part_of_articles_without_text_is_cleaned_as_any_other(press, monkeypatch, size):
    monkeypatch.setattr(blocks, "ARTICLES", 4)
    articles = press.head(size).assign(text="")
    cleaned = corpus.clean(articles)
    assert cleaned.articles["text"].tolist() == [""] * size
    assert cleaned.changes["n_articles"].tolist() == [0] * len(text.DEFAULT)
    assert len(cleaned.furniture) == 0


def test_a_key_that_repeats_is_found_wherever_a_part_ends(monkeypatch):
    cut = tokens.tokenise(pd.DataFrame({"article_id": ["a", "b"], "text": ["雨が降る。", "雪が降る。"]}))
    monkeypatch.setattr(blocks, "ROWS", 3)
    assert key_is_increasing(cut, ["article_id", "position"])
    for i in range(1, len(cut)):
        again = pd.concat([cut.iloc[:i], cut.iloc[i - 1 :]])
        assert not key_is_increasing(again, ["article_id", "position"])
        with pytest.raises(tables.TableError, match="repeats article_id and position in 1 rows"):
            tables.check(again, tables.TOKENS)
    missing = cut.assign(article_id=cut["article_id"].where(cut.index != 0))
    with pytest.raises(tables.TableError, match="1 rows without article_id or position"):
        tables.check(missing, tables.TOKENS)


def test_rows_in_order_are_increasing_by_python_s_own_order_of_tuples(monkeypatch):
    monkeypatch.setattr(blocks, "ROWS", 2)
    right = [[(0, 0), (0, 1), (1, 0), (3, 0)], [], [(1, 1)], [(0, 1), (1, 0)]]
    for rows in [*right, [(0, 1), (0, 1)], [(0, 1), (1, 0), (0, 2)], [(0, 3), (0, 2)]]:
        columns = [pd.Series([row[i] for row in rows], dtype="int64").to_numpy() for i in range(2)]
        assert increasing(columns) == all(a < b for a, b in zip(rows, rows[1:], strict=False)) == (rows in right)
