"""Pages: invented ones in the manner of many sites (cases/web, see its README), and the five real ones."""

import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import web

FOLDER = Path(__file__).parent / "cases" / "web"
FIELDS = ("outlet", "author", "agency")


def invented(path: Path) -> tuple[str, dict, dict]:
    """The page, its expected fields and its lines by mark."""
    fields: dict[str, str | None] = {}
    lines, marked = [], {"H": [], "U": [], "B": [], "C": []}
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("@"):
            name, value = line[1:].split(" ", 1)
            fields[name] = None if value == "None" else value
            continue
        mark, _, printed = line.partition("\t")
        lines.append(printed)
        if mark in marked:
            marked[mark].append(printed)
    return "\n".join(lines), fields, marked


PAGES = {path.stem: invented(path) for path in sorted(FOLDER.glob("*.txt")) if path.stem != "README"}


@pytest.mark.parametrize("name", PAGES)
def test_the_body_is_every_paragraph_of_the_article_and_nothing_else(name):
    text, fields, marked = PAGES[name]
    assert web.extract(text, url=fields.get("url"))["text"].split("\n\n") == marked["B"]


@pytest.mark.parametrize("name", PAGES)
def test_headline_subtitle_and_captions_are_told_from_the_body(name):
    text, fields, marked = PAGES[name]
    page = web.extract(text, url=fields.get("url"))
    assert page["headline"] == next(iter(marked["H"]), None)
    assert page["subtitle"] == next(iter(marked["U"]), None)
    assert sorted(page["captions"]) == sorted(marked["C"])


@pytest.mark.parametrize("name", PAGES)
def test_outlet_author_agency_and_date_are_what_the_page_says(name):
    text, fields, _ = PAGES[name]
    page = web.extract(text, url=fields.get("url"))
    expected = {key: value for key, value in fields.items() if key in FIELDS and value != "?"}
    assert {key: page[key] for key in expected} == expected
    assert (None if page["date"] is None else str(page["date"].date())) == fields["date"]
    assert page["date_precision"] == ("missing" if fields["date"] is None else "day")
    assert page["date"] is None or page["date_evidence"].replace(" ", "") in text.replace(" ", "").replace("\u3000", "")


@pytest.mark.parametrize("name", PAGES)
def test_windows_line_ends_and_blank_lines_change_nothing(name):
    text, fields, _ = PAGES[name]
    plain = web.extract(text, url=fields.get("url"))
    assert web.extract(text.replace("\n", "\r\n"), url=fields.get("url")) == plain
    spaced = web.extract(text.replace("\n", "\n\n"), url=fields.get("url"))
    assert spaced["text"] == plain["text"] and spaced["headline"] == plain["headline"]


REAL = {  # read by eye; single names, and the first and last words of the body
    "000": {
        "headline": "日本やモンゴルに接近を図る、北朝鮮の隠れた狙い", "outlet": "ニューズウィーク日本版",
        "author": "スミヤ・チュルンバートル", "agency": None, "date": "2024-03-28",
        "first": "<北朝鮮が中ロとの", "last": "破棄することを決定した。", "paragraphs": 10,
        "gone": ("最新記事", "あわせて読みたい", "ドジャース", "テスラ", "号(", "メールマガジン", "ヒースロー"),
    },
    "001": {
        "headline": "ロシア「北朝鮮シフト」鮮明、北東アジアの地政学どう変わる", "outlet": "ニューズウィーク日本版",
        "author": None, "agency": "ロイター", "date": "2024-06-20",  # its own voice: ロイターが取材した
        "first": "プーチン大統領が24年ぶりに", "last": "変わるかもしれないと話した。", "paragraphs": 12,
        "gone": ("あわせて読みたい", "テヘラン", "革命防衛隊", "キャサリン", "写真は同日", "WBC"),
    },
    "002": {
        "headline": "北朝鮮はロシアとの協調を米国に対して強調、プーチン大統領が「早期に」訪問する可能性があると述べた",
        "outlet": "Arab News Japan", "author": None, "agency": "AP", "date": "2024-01-21",
        "first": "ソウル:北朝鮮は日曜日", "last": "可能性があるという。", "paragraphs": 13,
        "gone": ("AFP=時事", "Short Url", "topics", "オススメ", "GMT9", "facebook"),
    },
    "003": {
        "headline": "金正恩訪露3周年 北朝鮮外務省がロシアに連帯を表明! 軍事支援はいつ?", "outlet": "Yahoo!ニュース",
        "author": "辺真一", "agency": None, "date": None,
        "first": "北朝鮮外務省は金正恩", "last": "決定していたとしても驚きではない。", "paragraphs": 12,
        "gone": ("労働新聞から", "参考資料", "東京生まれ", "税込", "マル秘レポート", "ログイン", "最近の記事"),
    },
    "004": {
        "headline": "北朝鮮と中露の関係はどうなる?揺れ動く北朝鮮外交の行方を探る?"
        "北朝鮮外交の変遷:ロシアとの接近と中国との距離",
        "outlet": None, "author": None, "agency": None, "date": None,
        "first": "北朝鮮、新冷戦下で", "last": "今後の展開が楽しみやわ!", "paragraphs": 37,
        "gone": ("さらに読む", "https://", "出典", "次のページ", "両国の駆け引きを読み解く"),
    },
}  # fmt: skip


def real(shared: Path, number: str) -> str:
    found = sorted((shared / "data" / "pages").glob(f"{number}_*.txt"))
    if not found:
        pytest.skip("the real pages are not there")
    return found[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("number", REAL)
def test_a_real_page_gives_its_article(shared, number):
    page, truth = web.extract(real(shared, number)), REAL[number]
    assert {key: page[key] for key in ("headline", *FIELDS)} == {key: truth[key] for key in ("headline", *FIELDS)}
    assert (None if page["date"] is None else str(page["date"].date())) == truth["date"]
    assert page["text"].startswith(truth["first"])
    assert page["text"].endswith(truth["last"])
    assert len(page["text"].split("\n\n")) == truth["paragraphs"]
    assert [line for line in truth["gone"] if line in page["text"]] == []


@pytest.mark.parametrize("number", REAL)
def test_no_sentence_of_a_real_page_is_lost_unseen(shared, number):
    """Every line that ends as a sentence is in the body, or is one of those read by eye as no part of it."""
    page = web.extract(real(shared, number))
    lines = {line.strip() for line in real(shared, number).split("\n") if line.strip().endswith("。")}
    body = set(page["text"].split("\n\n")) | set(page["captions"])
    known = {
        "004": ("さらに読む", "露朝の蜜月"),
        "003": ("東京生まれ", "テレビ、", "※"),
        "000": ("メールマガジン",),
        "001": ("メールマガジン",),
    }
    lost = [line for line in lines - body if not line.startswith(known.get(number, ()))]
    assert lost == []


def test_two_real_pages_of_a_magazine_share_their_furniture(shared):
    texts = [real(shared, "000"), real(shared, "001")]
    assert [page["text"] for page in web.extract_many(texts)] == [web.extract(text)["text"] for text in texts]


def page_of(n: int, motto: str) -> str:
    return (
        f"架空新報\n架空の町の話題その{n}が人々を驚かせた\n2024年3月{n}日\n"
        f"架空の町で{n}番目の出来事が起き、住民は驚いている。\n{motto}\n調べは{n}日から始まったという。\n"
    )


def test_a_line_on_every_page_of_an_outlet_is_furniture_whatever_its_form():
    motto = "海と山と人の町から、毎日の便りを届けています。"
    texts = [page_of(n, motto) for n in range(1, 5)]
    urls = [f"https://kakuu.example/{n}" for n in range(1, 5)]
    assert motto in web.extract(texts[0])["text"]
    for page in web.extract_many(texts, urls):
        assert motto not in page["text"]
        assert page["text"].count("\n\n") == 1
        assert page["date"] is not None


def test_copies_of_one_article_do_not_make_it_furniture():
    texts = [page_of(1, "役場は対応を急いでいる。")] * 3
    urls = ["https://kakuu.example/1"] * 3
    assert [page["text"] for page in web.extract_many(texts, urls)] == [web.extract(texts[0])["text"]] * 3


def test_pages_and_addresses_must_be_as_many():
    with pytest.raises(ValueError, match="2 pages and 1 urls"):
        web.extract_many(["a", "b"], ["https://kakuu.example/"])
    with pytest.raises(ValueError, match="must be a string, not NoneType"):
        web.extract(None)


def test_the_address_tells_the_outlet_before_the_page_does():
    text, *_ = PAGES["asahi"]
    assert web.extract(text, url="https://mainichi.jp/articles/1")["outlet"] == "毎日新聞"
    assert web.extract(text, url="https://www.unknown.example/a")["outlet"] == "unknown.example"
    assert web.extract(text, url="http://[broken")["outlet"] == "朝日新聞"


HTML = """<!DOCTYPE html><html lang="ja"><head><title>架空の港で荷揚げ再開 | 毎日新聞</title>
<meta property="og:site_name" content="毎日新聞">
<meta property="article:published_time" content="2024-03-28T18:50:00+09:00">
</head><body><header><nav><ul><li>政治</li><li>経済</li></ul></nav></header>
<article><h1>架空の港で荷揚げ再開</h1><p class="date">2024/3/28 18:50</p>
<figure><img src="a.jpg"><figcaption>荷揚げの様子＝架空港で2024年3月28日、架空太郎撮影</figcaption></figure>
{body}<p><a href="/b">【写真】港の様子をもっと見る</a></p></article>
<aside><h2>あわせて読みたい</h2><ul><li><a href="/c">別の町の別の見出し</a></li></ul><p>2025年1月1日</p></aside>
<footer>Copyright THE MAINICHI NEWSPAPERS. All rights reserved.</footer></body></html>"""
BODY = [
    "架空の港で28日、2カ月ぶりに荷揚げが再開され、支援の物資を積んだ船が到着した。港は先月の嵐で壊れていた。",
    "国連の担当者は「まだ足りないが、前進だ」と述べ、次の船は来週に着く見通しだと明らかにした。",
    "港の復旧には各国が資金を出しており、夏までには元の姿に戻るという。",
]


def html(**changes: str) -> str:
    page = HTML.replace("{body}", "".join(f"<p>{text}</p>" for text in BODY))
    for old, new in changes.items():
        page = page.replace({"published": "article:published_time"}[old], new)
    return page


def test_html_gives_the_article_and_the_day_its_markup_names():
    page = web.extract(html())
    assert page["headline"] == "架空の港で荷揚げ再開"
    assert page["outlet"] == "毎日新聞"
    assert page["text"].split("\n\n") == BODY
    assert page["captions"] == ["荷揚げの様子＝架空港で2024年3月28日、架空太郎撮影"]
    assert page["date"] == pd.Timestamp("2024-03-28")
    assert page["date_evidence"] == "2024-03-28T18:50:00+09:00"


def test_html_without_a_date_in_its_markup_gives_the_printed_one_or_none():
    printed = html(published="x")
    assert web.extract(printed)["date_evidence"] == "2024/3/28 18:50"
    undated = printed.replace('<p class="date">2024/3/28 18:50</p>', "")
    assert web.extract(undated)["date"] is None


@pytest.mark.parametrize(
    "junk", ["<html>", "<html><body></body></html>", "<p><p><p>", "<!doctype html>\0<p>", "<html" + "<div>" * 3000]
)
def test_broken_html_gives_an_empty_page(junk):
    assert web.extract(junk)["text"] == ""


@pytest.mark.parametrize("text", ["", " \n ", "\0", "見出しだけの行"])
def test_a_page_without_a_paragraph_has_an_empty_body(text):
    page = web.extract(text)
    assert tuple(page) == web.KEYS
    assert page["text"] == "" and page["date"] is None and page["date_precision"] == "missing"


def test_a_page_without_a_paragraph_keeps_its_headline_and_date():
    page = web.extract("架空の歌手、海辺で歌う動画を公開\n2024年3月28日\n動画\n")
    assert (page["headline"], str(page["date"].date()), page["text"]) == (
        "架空の歌手、海辺で歌う動画を公開",
        "2024-03-28",
        "",
    )


def test_the_words_of_a_headline_do_not_make_it_a_byline_or_an_advertisement():
    for headline in (
        "元代表の架空太郎、番組で告白",
        "堀野氏、有料メルマガで1億円を稼ぐ",
        "大手サイトに転載禁止の通達、残った町との違い",
    ):
        page = web.extract(f"{headline}\n2024年3月28日\n架空の町で話題になっている。\n住民は驚きを隠さない。\n")
        assert (page["headline"], page["author"]) == (headline, None)


PIECES = [
    "\n", "\n\n", "。", "関連記事", "ランキング", "2024年3月28日", "（ロイター）", "【ソウル共同】", "写真は",
    "残り100文字", "<p>", "</p>", "\0",
    "\u200f", "• ", "架空の町で船が止まった。", " | 毎日新聞", "1/2ページ", "（",
    "【", "=", "https://example.com/", "「", "、", "A", " ",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=60).map("".join))
def test_any_text_gives_a_page(text):
    page = web.extract(text)
    assert tuple(page) == web.KEYS
    assert isinstance(page["text"], str)
    assert (page["date"] is None) == (page["date_precision"] == "missing")


@pytest.mark.parametrize("piece", [*PIECES, "あ", "山田太郎 ", "=A ", "（ロイター", "2024年"])
@pytest.mark.timeout(300)  # what grows with the square would take days
def test_a_megabyte_in_one_line_does_not_hang(piece):
    web.extract(piece.replace("\n", "") * (1_000_000 // len(piece)))


@pytest.mark.slow
@pytest.mark.timeout(300)  # what grows with the square would take days
def test_a_hundred_thousand_lines_do_not_hang():
    web.extract("架空の町で船が止まった。\n関連記事\n別の見出し\n" * 33_000)


@pytest.mark.parametrize("notice", ["無断転載を禁じる。", "著作権は東都新報社に帰属します。", "All rights reserved"])
def test_a_notice_of_rights_between_two_sentences_is_quoted_and_one_below_them_is_furniture(notice):
    page = (
        "川があふれる\n2021年4月1日\n\n川が三十一日あふれた。町の人が丘へ逃げた。市は避難所を開いた。\n\n"
        f"{notice}\n\n看板にはそう書いてあった。水は翌日に引いた。住民は家へ戻った。\n\n{notice}\n"
    )
    assert web.extract(page)["text"].split("\n\n")[1:] == [
        notice,
        "看板にはそう書いてあった。水は翌日に引いた。住民は家へ戻った。",
    ]


def test_a_page_of_thousands_of_teasers_deep_in_its_elements_takes_seconds():
    """Looking for each among all took half a minute."""
    teaser = "<div class=a><h2><a href='/1'>Bridge</a></h2><p>A sentence here.</p></div>"
    page = f"<html><body>{'<div>' * 200}{teaser * 3500}{'</div>' * 200}</body></html>"
    begun = time.monotonic()
    assert web.extract(page)["n_listed"] == 3500
    assert time.monotonic() - begun < 15
