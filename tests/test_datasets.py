"""Facts that ship, corpora that are fetched, and the one door to the articles of a study."""

import contextlib
import io
import tarfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from framing import datasets
from framing.datasets import facts, fetching, frontpage
from framing.errors import SourceError, TableError
from framing.tables import ARTICLES, REJECTED, check


def raw(name: str) -> pd.DataFrame:
    from importlib import resources

    with (resources.files("framing") / "data" / f"{name}.csv").open(encoding="utf-8") as stream:
        return pd.read_csv(stream, dtype=str, keep_default_na=False)


RAW = {name: raw(name) for name in datasets.catalogue.names("facts")}


def test_the_facts_that_ship_are_the_ones_that_were_collected(shared):
    for name in ("leader_messages", "leader_mentions"):
        there = pd.read_csv(shared / "data" / "telegrams" / f"{name}.csv", dtype=str, keep_default_na=False)
        shipped = raw(name)
        # six counts of 2015, in units that the toolkit does not know yet, were collected later and do not ship
        later = there[~there["id"].isin(shipped["id"])]
        assert len(later) in (0, 6) and later["id"].str.contains("_20150101_").all()
        pd.testing.assert_frame_equal(shipped, there.drop(later.index).reset_index(drop=True))


def test_messages_have_days_whole_pages_and_plain_text():
    table = datasets.facts.load("leader_messages")
    assert len(table) == 176  # the card of the data
    assert str(table["published_on"].dtype).startswith("datetime64")
    assert table["page"].dtype == "Int64" and table["page"].notna().sum() == 90
    assert table["headline_mention"].dtype == "boolean" and table["headline_mention"].notna().sum() == 5
    assert table["counterpart"].value_counts()[["xi", "putin"]].tolist() == [77, 50]
    assert not any(isinstance(dtype, pd.CategoricalDtype) for dtype in table.dtypes)


def test_mentions_have_one_count_a_row():
    table = datasets.facts.load("leader_mentions")
    assert len(table) == 32
    assert (table["n_articles"].notna() ^ table["n_mentions"].notna()).all()


def test_two_reports_on_2015_that_disagree_on_what_was_counted_stay_in_units_of_their_own():
    # from the two reports: articles of six media (Yonhap), mentions of the names in the paper alone (Chosun)
    six, names = (datasets.mention_rates(unit) for unit in ("articles_six_media", "name_mentions"))
    assert six.set_index("leader")["n"].to_dict() == {"putin": 150, "xi": 10}
    assert names.set_index("leader")["n"].to_dict() == {"putin": 150, "xi": 6}
    assert set(six["paper"]) == {"six_dprk_media"} and set(names["paper"]) == {"rodong_sinmun"}
    assert datasets.facts.load("leader_mentions")["counted_by"].isna().sum() == 4, "the report names nobody who counted"


FAULTS = [
    ("leader_messages", "published_on", "2024-02-30", "is not a day"),
    ("leader_messages", "published_on", "2024-2-3", "is not a day"),
    ("leader_messages", "published_on", "", "is empty"),
    ("leader_messages", "date_precision", "month", "is not one of day, inferred, convention"),
    ("leader_messages", "direction", "Sent", "is not one of received, sent"),
    ("leader_messages", "outlet", "rodong", "is not one of rodong_sinmun"),
    ("leader_messages", "confidence", "", "is empty"),
    ("leader_messages", "page", "0", "whole number from 1 to 20"),
    ("leader_messages", "page", "21", "whole number from 1 to 20"),
    ("leader_messages", "page", "1.5", "whole number from 1 to 20"),
    ("leader_messages", "page", "front", "whole number from 1 to 20"),
    ("leader_messages", "rank_on_page", "first", "whole number"),
    ("leader_messages", "id", "20131227_xi_rece_new_year", "repeats an id"),
    ("leader_messages", "id", "", "is empty"),
    ("leader_messages", "source_url", "", "is empty"),
    ("leader_messages", "source_url", "www.example.org/a", "is not an http"),
    ("leader_messages", "source_url", "ftp://example.org/a", "is not an http"),
    ("leader_messages", "corroborating_urls", "see above", "is not a list of http"),
    ("leader_messages", "headline_mention", "yes", "is not true, false or empty"),
    ("leader_messages", "source_date", "autumn 2024", "is not a day, month or year"),
    ("leader_messages", "source_date", "2024-13", "is not a day, month or year"),
    ("leader_messages", "n_sources", "two", "whole number"),
    ("leader_mentions", "unit", "pages", "is not one of articles"),
    ("leader_mentions", "period_end", "2015-01-01", "before start"),
    ("leader_mentions", "n_articles", "-3", "whole number"),
    ("leader_mentions", "n_articles", "", "exactly one of"),
    ("leader_mentions", "n_mentions", "7", "exactly one of"),
]


@pytest.mark.parametrize(("name", "column", "value", "says"), FAULTS)
def test_a_fault_is_refused_with_its_row_and_column(name, column, value, says):
    table = raw(name)
    table.loc[3, column] = value  # row 5 of the file, where the names are row 1
    with pytest.raises(TableError, match=says) as caught:
        facts.parse(table, name)
    where = "n_articles" if says == "exactly one of" else column
    assert f"{name}[{where!r}], row 5" in str(caught.value)


@given(
    name=st.sampled_from(sorted(RAW)),
    column=st.integers(0, 14),
    row=st.integers(0, 25),
    value=st.text()
    | st.dates().map(str)
    | st.integers().map(str)
    | st.sampled_from(["１", "²", "1e3", "nan", "None", "٣"]),
)
@example(name="leader_mentions", column=6, row=0, value="9223372036854775296")  # a warning of pandas once
@settings(max_examples=60, deadline=None)
def test_any_cell_is_taken_or_refused_by_name(name, column, row, value):
    table = RAW[name].copy()
    table.iloc[row, column] = value
    try:
        parsed = facts.parse(table, name)
    except TableError as error:
        assert f"{name}[" in str(error)
    else:
        assert len(parsed) == len(table)


def test_a_page_of_an_outlet_that_is_no_printed_paper_is_refused():
    table = raw("leader_messages")
    row = table.index[table["outlet"] == "kcna"][0]
    table.loc[row, "page"] = "1"
    with pytest.raises(TableError, match=f"row {row + 2}.*only rodong_sinmun has pages"):
        facts.parse(table, "leader_messages")


def test_a_column_more_or_less_is_refused():
    table = raw("leader_messages")
    with pytest.raises(TableError, match=r"lacks the columns \['page'\] and has the unknown columns \['Page'\]"):
        facts.parse(table.rename(columns={"page": "Page"}), "leader_messages")


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(SourceError, match="leader_mentions.*leader_messages"):
        datasets.facts.load("leader_letters")
    with pytest.raises(SourceError, match="'telegrams', 'sample', 'frontpage', 'livedoor'"):
        datasets.articles("telegram")
    with pytest.raises(SourceError, match="no data set 'x'"):
        datasets.catalogue.describe("x")
    with pytest.raises(SourceError, match=r"no options \['rows'\]"):
        datasets.articles("sample", rows=3)


def test_messages_with_a_page_are_as_many_as_the_card_says():
    made = datasets.messages()
    placed = made.rows[made.rows["page"].notna()]
    assert placed["leader"].value_counts().to_dict() == {"xi": 36, "other": 26, "putin": 22}
    assert (placed["page"] == 1).groupby(placed["leader"]).sum()[["xi", "putin"]].tolist() == [27, 18]
    assert placed["issue_date"].nunique() == 63
    assert (made.rows["direction"] != "public_text").all()
    assert made.rows["front"].isna().equals(made.rows["page"].isna())


def test_every_row_left_out_is_counted():
    every = ["public_text", "other_outlets", "not_reported", "no_page", "convention", "implied", "visit_thanks"]
    every += ["flower_baskets", "not_found_again", "multi_row_issue"]
    made = datasets.messages(drop=every)
    steps = made.dropped
    assert steps["step"].tolist() == ["read", *every]
    assert steps["n_dropped"].sum() == 176 - len(made.rows) and steps["n_rows"].iloc[-1] == len(made.rows)
    assert (steps["reason"].str.len() > 0).all()
    assert not made.rows["multi_row_issue"].any() and made.rows["issue_date"].is_unique
    assert (made.rows["confidence"] == "stated").all()
    with pytest.raises(ValueError, match="cannot drop"):
        datasets.messages(drop=["weather"])


def test_three_flower_baskets_are_known():
    baskets = datasets.messages().rows.query("flower_basket")
    assert baskets["page"].tolist() == [1, 1, 2]  # 10 October 2018, 8 October 2023, 10 October 2024, as the card says


def test_rates_are_scaled_by_their_days_and_have_exact_poisson_intervals():
    rates = datasets.mention_rates("articles").set_index(["leader", "period_start"])
    part = rates.loc[("putin", pd.Timestamp("2024-01-01"))]
    assert part["n_days"] == 126 and part["part_year"] and part["note"]
    np.testing.assert_allclose(part["per_year"], 52 * 365.25 / 126)
    whole = rates.loc[("xi", pd.Timestamp("2018-01-01"))]
    assert not whole["part_year"] and whole["per_year"] == 137
    # Garwood's interval inverted: the chance of a count this large or this small is 2.5% at its ends
    np.testing.assert_allclose(stats.poisson.sf(136, whole["conf_low"]), 0.025)
    np.testing.assert_allclose(stats.poisson.cdf(137, whole["conf_high"]), 0.025)


def test_no_count_at_all_still_has_an_upper_end():
    nothing = datasets.mention_rates("page1_top_headlines").iloc[0]
    assert nothing["n"] == 0 and nothing["conf_low"] == 0
    np.testing.assert_allclose(nothing["conf_high"], -np.log(0.025))  # P(0 | mu) = exp(-mu)


def test_rates_of_one_unit_hold_that_unit_only():
    assert set(datasets.mention_rates("articles")["unit"]) == {"articles"}
    with pytest.raises(ValueError, match="no unit 'pages'"):
        datasets.mention_rates("pages")


@pytest.mark.parametrize("name", datasets.catalogue.names())
def test_every_data_set_says_what_it_is_and_what_may_not_be_said(name):
    text = datasets.catalogue.describe(name)
    for heading in ("How it was", "## Columns", "## Limits", "## What may be said", "## What may not be said"):
        assert heading in text
    assert len(datasets.catalogue.limits(name)) >= 2
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in datasets.catalogue.limits(name))


@pytest.mark.parametrize("name", ["leader_messages", "leader_mentions"])
def test_every_column_of_the_facts_is_documented(name):
    text = datasets.catalogue.describe(name)
    assert [column for column in datasets.facts.load(name).columns if f"`{column}`" not in text] == []


def test_telegrams_are_articles_without_text():
    articles, rejected, info = datasets.articles("telegrams")
    check(articles, ARTICLES)
    check(rejected, REJECTED)
    assert len(articles) == 176 and (articles["text"] == "").all() and info["text"] == "none"
    assert not info["synthetic"] and info["limits"]


# fetched corpora ------------------------------------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv(fetching.CACHE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.parametrize("name", ["frontpage", "livedoor"])
def test_what_has_not_been_fetched_says_how_to_fetch_it(cache, name):
    with pytest.raises(SourceError, match=f"framing fetch {name} --from FOLDER"):
        datasets.articles(name)


def test_frontpage_is_taken_from_a_folder_and_read(cache, shared):
    folder = datasets.fetching.fetch("frontpage", source=shared / "data" / "jp_frontpage_1987_2015")
    assert folder == cache / "frontpage" and [p.name for p in cache.iterdir()] == ["frontpage"]
    articles, rejected, info = datasets.articles("frontpage")
    check(articles, ARTICLES)
    check(rejected, REJECTED)
    # counts and dates from the card of the data
    assert articles["outlet"].value_counts().to_dict() == {"読売新聞": 22886, "朝日新聞": 19471}
    assert (articles["date"].min(), articles["date"].max()) == (pd.Timestamp("1987-11-07"), pd.Timestamp("2015-03-31"))
    assert (articles["page"] == 1).all() and (articles["text"] == "").all() and rejected.empty
    assert articles["is_nkor"].sum() == 3401 and articles["is_us"].sum() == 9040
    assert articles.groupby("outlet")["wcount"].mean().round().to_dict() == {"朝日新聞": 845, "読売新聞": 722}
    assert info["licence"].startswith("CC BY 4.0") and info["text"] == "headline"
    assert (
        len(datasets.frontpage.polls(folder)) == 329
        and len(set(datasets.frontpage.manual_codes(folder)["unit"])) == 1000
    )


def test_livedoor_is_taken_from_a_folder_and_read(cache, shared):
    datasets.fetching.fetch("livedoor", source=shared / "data" / "livedoor")
    articles, rejected, _ = datasets.articles("livedoor")
    check(articles, ARTICLES)
    assert len(articles) == 7367 and rejected.empty
    assert articles["outlet"].value_counts()[["sports-watch", "smax", "livedoor-homme"]].tolist() == [900, 870, 511]
    assert (articles["date"].min(), articles["date"].max()) == (pd.Timestamp("2000-03-01"), pd.Timestamp("2012-09-04"))
    assert articles["url"].str.startswith("http").all() and (articles["headline"] != "").all()
    smax = articles[articles["outlet"] == "smax"]
    assert smax["text"].str.contains("■関連リンク").mean() > 0.9  # link lines are left in


@pytest.fixture
def tiny(monkeypatch) -> dict[str, bytes]:
    """Two invented articles and a licence, known to the toolkit as if they were the corpus."""
    article = "http://a/{0}/\n2012-05-0{0}T10:00:00+0900\n題{0}\n本文。\n"
    files = {f"smax/smax-{n}.txt": article.format(n).encode() for n in (1, 2)} | {"smax/LICENSE.txt": b"licence"}
    monkeypatch.setattr(fetching, "LIVEDOOR_CONTENT", fetching.content_of(files))
    return files


def test_the_known_content_of_livedoor_is_that_of_the_unmodified_archive(shared):
    files = fetching.livedoor_files(shared / "data" / "livedoor")
    assert fetching.content_of(files) == fetching.LIVEDOOR_CONTENT and len(files) == 7376


def test_livedoor_unpacked_is_the_same_corpus_and_a_changed_one_is_refused(cache, tiny, tmp_path):
    for name, content in {**tiny, "README.txt": b"read me"}.items():
        path = tmp_path / "unpacked" / "text" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    folder = datasets.fetching.fetch("livedoor", source=tmp_path / "unpacked")
    assert [path.name for path in folder.iterdir()] == ["ldcc_text.tar"]
    assert fetching.livedoor_files(folder) == tiny
    assert datasets.articles("livedoor")[0]["headline"].tolist() == ["題1", "題2"]
    (tmp_path / "unpacked" / "text" / "smax" / "smax-1.txt").write_bytes(b"changed")
    with pytest.raises(SourceError, match="is not the corpus the toolkit knows"):
        datasets.fetching.fetch("livedoor", source=tmp_path / "unpacked")
    assert fetching.livedoor_files(folder) == tiny, "what was there before stays"


def test_a_file_with_another_checksum_is_refused_and_leaves_nothing(cache, tmp_path):
    (tmp_path / "articles.parquet").write_bytes(b"something else")
    with pytest.raises(SourceError, match="SHA-256"):
        datasets.fetching.fetch("frontpage", source=tmp_path)
    assert list(cache.iterdir()) == []


def test_a_source_that_is_not_there_or_empty_is_refused(cache, tmp_path):
    with pytest.raises(SourceError, match="there is nothing at"):
        datasets.fetching.fetch("frontpage", source=tmp_path / "nowhere")
    with pytest.raises(SourceError, match="holds neither articles.parquet nor the original files"):
        datasets.fetching.fetch("frontpage", source=tmp_path)
    with pytest.raises(SourceError, match="needs no fetching"):
        datasets.fetching.fetch("sample")


def test_a_folder_with_other_things_in_it_is_not_replaced(tmp_path, tiny):
    for name, content in tiny.items():
        (tmp_path / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "source" / name).write_bytes(content)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(SourceError, match="holds other things"):
        datasets.fetching.fetch("livedoor", source=tmp_path / "source", folder=mine)
    assert (mine / "thesis.txt").exists()
    for _ in range(2):  # a folder of its own may be fetched anew
        assert datasets.fetching.fetch("livedoor", source=tmp_path / "source", folder=tmp_path / "new").is_dir()


def test_without_a_connection_the_message_says_what_to_do(cache, monkeypatch):
    import urllib.error

    def refuse(*_, **__):
        raise urllib.error.URLError("no route to host")

    monkeypatch.setattr(fetching.urllib.request, "urlopen", refuse)
    for name in ("frontpage", "livedoor"):
        with pytest.raises(SourceError, match=f"no route to host.*framing fetch {name} --from FOLDER"):
            datasets.fetching.fetch(name)


class Answer(io.BytesIO):
    """What a server sends, all of it or from a place on."""

    status, headers = 200, {}


def test_a_download_goes_on_where_it_broke_off_and_has_an_end(tmp_path, monkeypatch):
    content, asked = b"0123456789" * 1000, []

    def served(request, **_):
        asked.append(request.get_header("Range"))
        at = int(asked[-1][6:-1]) if asked[-1] else 0
        answer = Answer(content[at : at + 4000])
        answer.status, answer.headers = 206 if at else 200, {"Content-Length": str(len(content) - at)}
        return answer

    monkeypatch.setattr(fetching.urllib.request, "urlopen", served)
    for _ in range(2):
        with pytest.raises(SourceError, match="Run it again to go on from there"):
            fetching._download("https://x", "frontpage", tmp_path / "a")
    assert fetching._download("https://x", "frontpage", tmp_path / "a") == content
    assert asked == [None, "bytes=4000-", "bytes=8000-"]
    monkeypatch.setattr(fetching, "MOST_BYTES", 100)
    with pytest.raises(SourceError, match="more than 100 bytes"):
        fetching._download("https://x", "frontpage", tmp_path / "b")
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize(
    ("head", "block", "said"),
    [(False, 1, "bytes in . seconds, which is too slow"), (True, 1, "did not answer"), (False, 400, "")],
    ids=["drips", "drips its head", "is slow"],
)
def test_a_server_that_drips_is_given_up_and_one_that_is_slow_is_not(tmp_path, monkeypatch, head, block, said):
    monkeypatch.setattr(fetching, "PATIENCE", 0.3)
    content, asked = b"0123456789" * 400, []

    class Slow(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.headers["Range"])
            at = int(asked[-1][6:-1]) if asked[-1] else 0
            answer = b"HTTP/1.0 206 OK\r\nContent-Range: bytes %d-\r\n" % at + b"X: x\r\n" * 200 * head + b"\r\n"
            self.wfile.write(answer * (not head))
            with contextlib.suppress(OSError):  # nobody listens any more
                for i in range(0, 4000, block):
                    self.wfile.write((answer if head else content[at:])[i : i + block])
                    time.sleep(0.1)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        for _ in range(2 if said else 1):
            with pytest.raises(SourceError, match=said) if said else contextlib.nullcontext():
                fetching._download(f"http://127.0.0.1:{server.server_port}", "frontpage", tmp_path / "a")
        server.shutdown()
    came = (tmp_path / "a").read_bytes() if not head else b""
    assert content.startswith(came) and (came == content) == (not said)
    if said and not head:  # what came is kept, and the second call went on behind it
        assert 0 < int(asked[1][6:-1]) < len(came)


def test_a_part_that_is_another_file_is_downloaded_again_at_once(tmp_path, monkeypatch):
    content, asked = b"0123456789" * 10, []

    def served(request, **_):
        asked.append(request.get_header("Range"))
        at = int(asked[-1][6:-1]) if asked[-1] else 0
        if at >= len(content):
            raise fetching.urllib.error.HTTPError("https://x", 416, "Range Not Satisfiable", {}, None)
        answer = Answer(content[at:])
        answer.status = 206 if at else 200
        answer.headers = {"Content-Length": str(len(content) - at), "Content-Range": f"bytes {at}-99/100"}
        return answer

    monkeypatch.setattr(fetching.urllib.request, "urlopen", served)
    for wrong in (b"x" * 100, b"x" * 300):
        (tmp_path / "a").write_bytes(wrong)
        assert fetching._download("https://x", "frontpage", tmp_path / "a") == content
    assert asked == ["bytes=100-", None, "bytes=300-", None]

    def elsewhere(request, **_):
        answer = Answer(content)
        answer.status, answer.headers = 206, {"Content-Range": "bytes 0-99/100"}
        return answer

    monkeypatch.setattr(fetching.urllib.request, "urlopen", elsewhere)
    (tmp_path / "a").write_bytes(b"0123")
    with pytest.raises(SourceError, match="the server sent another part"):
        fetching._download("https://x", "frontpage", tmp_path / "a")


def test_nothing_goes_on_from_a_page_that_asks_to_log_in(tmp_path, monkeypatch):
    def served(*_, **__):
        return Answer(b"<html>please log in</html>")

    monkeypatch.setattr(fetching.urllib.request, "urlopen", served)
    with pytest.raises(SourceError, match="not a whole tar archive"):
        fetching.fetch("livedoor", folder=tmp_path / "livedoor")
    assert list(tmp_path.iterdir()) == []


def test_livedoor_is_downloaded_as_the_repository_packs_it(cache, tiny, monkeypatch):
    """The archive of the repository has the corpus two folders down, among other files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in [*((f"experiments/text/{n}", c) for n, c in tiny.items()), ("README.md", b"a")]:
            member = tarfile.TarInfo(f"18_4q_doc2vec-2bd5f73/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    monkeypatch.setattr(fetching.urllib.request, "urlopen", lambda *_, **__: Answer(packed.getvalue()))
    assert fetching.livedoor_files(datasets.fetching.fetch("livedoor")) == tiny


def test_a_small_archive_that_unpacks_to_any_size_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_BYTES", 1_000)
    with tarfile.open(tmp_path / "ldcc_text.tar.xz", "w:xz") as archive:
        member = tarfile.TarInfo("text/smax/smax-1.txt")
        member.size = 1_001
        archive.addfile(member, io.BytesIO(bytes(1_001)))
    with pytest.raises(SourceError, match="unpacks to more than 1,000 bytes"):
        fetching.livedoor_files(tmp_path)


def test_a_broken_archive_and_a_misshapen_article_are_told_apart(tmp_path):
    (tmp_path / "ldcc_text.tar.xz").write_bytes(b"not an archive")
    with pytest.raises(SourceError, match="is not a whole tar archive"):
        datasets.livedoor.read_livedoor(tmp_path)
    folder = tmp_path / "text" / "smax"
    folder.mkdir(parents=True)
    (tmp_path / "ldcc_text.tar.xz").unlink()
    (folder / "LICENSE.txt").write_text("licence", encoding="utf-8")
    (folder / "smax-1.txt").write_text("http://a/1/\n2012-05-01T10:00:00+0900\n題\n本文。\n\n次。\n", encoding="utf-8")
    (folder / "smax-2.txt").write_text("題だけ", encoding="utf-8")
    articles, rejected = datasets.livedoor.read_livedoor(tmp_path)
    assert articles.loc[0, ["article_id", "headline", "text"]].tolist() == ["smax-1", "題", "本文。\n\n次。"]
    assert rejected["source"].tolist() == ["smax/smax-2.txt"]


COUNTRY = "id_all,year,month,date,Headline,paper,wcount,jijiymonth,prneg_{0},prpos_{0},cdneg_{0},cdpos_{0}"
COUNTRY += ",logitpr_neg,rfpr_neg,logitpr_pos,rfpr_pos\n"
SUBSET = "id_all,year,month,date,Headline,paper,wcount,jijiymonth,codeN\n"


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_original_files_join_by_paper_day_and_headline(tmp_path, encoding):
    """Invented rows: one headline in three files, one printed twice, one in the other paper."""
    shared_row = "1988,1,16,北と米の会談 ,{paper},300,198802"
    files = {
        "us": f"1,{shared_row.format(paper='Y')},0.25,0,0,0,0.3,0.4,0.1,0.2\n",
        "chn": "",
        "sko": "",
        "nko": f"9,{shared_row.format(paper='Y')},0.75,0,1,0,0.6,0.7,0.1,0.1\n"
        f"9,{shared_row.format(paper='A')},,,,,0.5,0.5,0.1,0.1\n",
    }
    for name, rows in files.items():
        text = COUNTRY.format(name) + rows
        (tmp_path / f"{name}data_codepred.csv").write_text(text, encoding=encoding)
    twice = "{0},1988,1,17,次の内閣,A,120,198802,\n"
    (tmp_path / "cabinetdata_traincode.csv").write_text(SUBSET + twice.format(4) + twice.format(5), encoding=encoding)
    (tmp_path / "ldpdata_traincode.csv").write_text(SUBSET, encoding=encoding)
    text = SUBSET + "7,1988,1,16,北と米の会談,Y,300,198802,1\n" + twice.format(8)
    (tmp_path / "politicsdata_traincode.csv").write_text(text, encoding=encoding)
    articles, rejected = datasets.frontpage.read_frontpage(tmp_path)
    check(articles, ARTICLES)
    assert rejected.empty and len(articles) == 4
    both = articles.query("outlet == '読売新聞'").iloc[0]
    assert both["headline"] == "北と米の会談" and both[["is_us", "is_nkor", "is_politics"]].all() and not both["is_chn"]
    assert both[["prneg_us", "prneg_nkor", "logitpr_neg_nkor", "codeN_pm"]].tolist() == [0.25, 0.75, 0.6, 1]
    pair = articles.query("headline == '次の内閣'")
    assert pair["is_cabinet"].tolist() == [True, True] and sorted(pair["is_politics"]) == [False, True]
    with pytest.raises(SourceError, match="of another length"):
        frontpage.check_originals(tmp_path)


def test_the_join_of_all_seven_files_is_the_joined_table(shared):
    """The published table, taken apart into seven files of the shape of the originals and joined again."""
    whole = pd.read_parquet(shared / "data" / "jp_frontpage_1987_2015" / "articles.parquet")
    day = pd.to_datetime(whole["published_on"])
    source = whole.assign(
        year=day.dt.year, month=day.dt.month, date=day.dt.day, Headline=whole["title"],
        paper=whole["outlet"].map({"朝日新聞": "A", "読売新聞": "Y"}), codeN=whole["codeN_pm"],
    )  # fmt: skip
    parts = {}
    for name, flag in {**frontpage.STATES, **{subset: subset for subset in frontpage.SUBSETS}}.items():
        part = source[source[f"is_{flag}"] == 1].copy()
        assert len(part) == frontpage.ROWS[name]
        for column in ("cdneg", "cdpos", "prneg", "prpos"):
            part[f"{column}_{name}"] = part.get(f"{column}_{flag}")
        for column in ("logitpr_neg", "rfpr_neg", "logitpr_pos", "rfpr_pos"):
            part[column] = part.get(f"{column}_{flag}")
        part["copy"] = part.groupby(["paper", "year", "month", "date", "Headline"]).cumcount()
        parts[name] = part
    joined = frontpage.join(parts)
    assert len(joined) == len(whole) == frontpage.ALL_ROWS
    order = ["outlet", "published_on", "title", "wcount"]
    left, right = (t.assign(published_on=pd.to_datetime(t["published_on"])).sort_values(order) for t in (joined, whole))
    columns = [name for name in whole.columns if name not in ("id", "body")]
    pd.testing.assert_frame_equal(
        left[columns].reset_index(drop=True), right[columns].reset_index(drop=True), check_dtype=False
    )


def test_a_row_of_the_original_agrees_with_the_joined_table(shared):
    """Values of one headline as the public repository's file for North Korea has them."""
    table, _ = datasets.frontpage.read_frontpage(shared / "data" / "jp_frontpage_1987_2015")
    row = table.query("headline.str.startswith('大韓機事件　元館員関与説') and outlet == '読売新聞'").iloc[0]
    assert (row["date"], row["wcount"], row["jijiymonth"]) == (pd.Timestamp("1987-12-10"), 144, 198801)
    expected = {"prneg_nkor": 0.75, "cdneg_nkor": 1.0, "cdpos_nkor": 0.0, "logitpr_neg_nkor": 0.83474689156}
    for column, value in expected.items():
        np.testing.assert_allclose(row[column], value, atol=5e-5, err_msg=column)  # the joined table has four decimals
