"""Files put together in several encodings: every line is read right or its row is rejected."""

import itertools

import pytest

from framing import corpus
from framing.corpus import encodings

HEADER = "article_id,outlet,headline,text\n"
ROWS = [
    "a1,朝日新聞,川があふれる,川が十一日あふれた。\n",
    "a2,読売新聞,山で祭り,山で祭りがあった。人が集まった。\n",
    "a3,毎日新聞,港で事故,港で船が止まった。\n",
    "a4,上毛新聞,首相訪米,首相が米国へ出発した。\n",
]
WHOLE = HEADER + "".join(ROWS)
ENCODINGS = ["utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16-le", "utf-16-be"]


def read(tmp_path, data, name="a.csv"):
    (tmp_path / name).write_bytes(data)
    reading = corpus.read(tmp_path / name)
    found = reading.articles
    assert (
        not found[["outlet", "headline", "text"]].apply(lambda c: c.str.contains("[\ufffd\ue003\ufeff]")).any(axis=None)
    )
    return reading


def lines(reading):
    return [",".join(row) + "\n" for row in reading.articles[["article_id", "outlet", "headline", "text"]].values]


@pytest.mark.parametrize(("main", "odd"), list(itertools.permutations(ENCODINGS, 2)))
def test_one_line_in_another_encoding_is_read_right(main, odd, tmp_path):
    for n in range(len(ROWS)):
        parts = [row.encode(odd if i == n else main) for i, row in enumerate(ROWS)]
        reading = read(tmp_path, HEADER.encode(main) + b"".join(parts))
        assert lines(reading) == ROWS and len(reading.rejected) == 0


@pytest.mark.parametrize(
    ("first", "second"), list(itertools.product(["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp"], repeat=2))
)
def test_two_files_put_together_are_read_right_with_the_mark_in_the_middle(first, second, tmp_path):
    reading = read(tmp_path, (HEADER + ROWS[0]).encode(first) + "".join(ROWS[1:]).encode(second))
    assert lines(reading) == ROWS and len(reading.rejected) == 0


def test_halves_of_both_byte_orders_are_read_right(tmp_path):
    for first, second in (("le", "be"), ("be", "le")):
        marks = {"le": b"\xff\xfe", "be": b"\xfe\xff"}
        head, tail = (HEADER + ROWS[0]).encode(f"utf-16-{first}"), "".join(ROWS[1:]).encode(f"utf-16-{second}")
        assert lines(read(tmp_path, marks[first] + head + marks[second] + tail)) == ROWS


@pytest.mark.parametrize("odd", ["cp932", "euc_jp"])
def test_a_line_of_kanji_alone_goes_with_the_language_of_the_file(odd, tmp_path):
    row = "a5,産経新聞,首相訪米,日米首脳会談\n"
    reading = read(tmp_path, WHOLE.encode() + row.encode(odd))
    assert lines(reading) == [*ROWS, row] or (lines(reading) == ROWS and len(reading.rejected) == 1)


def test_one_utf_8_line_of_two_words_in_an_older_file_is_no_mojibake(tmp_path):
    row = "a5,読売新聞,会談,会談\n"
    for main in ("cp932", "euc_jp"):
        assert lines(read(tmp_path, WHOLE.encode(main) + row.encode())) == [*ROWS, row]


def test_half_width_kana_stay_what_they_are(tmp_path):
    row = "a5,ﾖﾐｳﾘ,ｼｭｼｮｳ,ﾎｳﾍﾞｲｽﾙ\n"
    assert lines(read(tmp_path, (WHOLE + row).encode("cp932"))) == [*ROWS, row]


def test_latin_and_korean_files_are_put_together_too(tmp_path):
    rows = ["b1,Times,Café opens,It’s open – at last.\n", "b2,Post,Élan,It’s naïve.\n"]
    assert lines(read(tmp_path, HEADER.encode() + rows[0].encode("cp1252") + rows[1].encode())) == rows
    rows = ["k1,로동신문,강이 넘쳤다,강이 넘쳐서 마을이 잠겼다\n", "k2,조선일보,산에서 축제,산에서 축제가 있었다\n"]
    assert lines(read(tmp_path, HEADER.encode() + rows[0].encode() + rows[1].encode("cp949"))) == rows


def test_a_line_that_fits_no_encoding_costs_its_row_and_the_reason_says_line_and_encoding(tmp_path):
    broken = ROWS[1].encode()[:-6] + b"\xff\xfd\x80\n"
    reading = read(tmp_path, (HEADER + ROWS[0]).encode() + broken + "".join(ROWS[2:]).encode())
    assert lines(reading) == [ROWS[0], *ROWS[2:]] and reading.rejected["line"].tolist() == [3]
    assert "line 3" in reading.rejected["reason"][0] and "utf-8" in reading.rejected["reason"][0]
    assert reading.files["n_rows"].tolist() == [4]
    cut = read(tmp_path, WHOLE.encode("utf-16")[:-1])
    assert lines(cut) == ROWS[:3] and len(cut.rejected) == 1


def test_a_text_with_a_line_that_fits_no_encoding_is_rejected(tmp_path):
    reading = read(tmp_path, "川があふれる\n川があふれた。\n".encode() + b"\xff\xfd\x80\xe3\n", "a.txt")
    assert len(reading.articles) == 0 and "line 3" in reading.rejected["reason"][0]


HEADLINES = "日米首脳会談\n国連安保理、制裁決議\n拉致被害者家族会\n北朝鮮がミサイル発射\n首相が会見した\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (HEADLINES, "euc_jp"),  # two of five lines have kana, and the others decode as Korean too
        (HEADER + "".join(f"a{n},{p}新聞,日米首脳会談,首相が訪米\n" for n, p in enumerate("朝読毎産")), "euc_jp"),
        (HEADLINES, "cp932"),
        ("東京\n", "cp932"),
        ("日米首脳会談\n国連安保理、制裁決議\n", "cp932"),
        ("강이 넘쳐서 마을이 잠겼다.\n북한 미사일 발사\n대통령 기자회견\n", "cp949"),
        ("Москва объявила о начале войны.\nРоссия и мир\n", "cp1251"),
        ("Москва объявила о начале войны.\nРоссия и мир\n", "koi8_r"),
        ("美國總統與日本首相在東京會談，討論北韓的問題。\n臺灣新聞\n", "big5"),
        ("美国总统与日本首相在东京会谈，讨论朝鲜的问题。\n新闻\n", "gbk"),
        ("“Hello”, he said.\nIt’s £5 – now.\n", "cp1252"),  # quotation marks are leading bytes of CP932
        ("Le café était fermé l’été.\nÀ Évian, où ça va, « être » …\nÜber Öl für Äcker\n", "cp1252"),
    ],
)
def test_a_whole_file_is_read_in_the_language_that_its_signs_tell(text, name):
    assert encodings.decode(text.encode(name))[0] == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("日米首脳会談\n制裁決議\n", "euc_jp"),  # kanji alone: Korean or Chinese as well
        ("美國總統會談\n臺灣新聞\n", "big5"),  # headlines without a word that every Chinese text has
        ("美国总统会谈\n新闻\n", "gbk"),
        ("Café naïve, “quoted”\nJe suis à l’école\n", "mac_roman"),
    ],
)
def test_a_file_in_an_encoding_that_is_not_read_is_rejected_and_no_mojibake(text, name):
    found = encodings.decode(text.encode(name))[0].split("\n")
    assert all(encodings.UNREAD in line for line in found if line)


@pytest.mark.parametrize("main", ["川があふれた。\n", "The river rose.\n", "Café au lait.\n", "강이 넘쳐서 잠겼다\n"])
@pytest.mark.parametrize(
    ("odd", "name"),
    [("ｼｭｼｮｳ ﾎｳﾍﾞｲ", "euc_jp"), ("美国总统与日本首相会谈", "gbk"), ("Москва объявила о начале войны.", "cp1251")],
)
def test_one_line_that_nothing_decides_is_rejected(main, odd, name):
    found = encodings.decode(3 * main.encode() + odd.encode(name))[0].split("\n")
    assert found[:3] == 3 * [main.strip()]
    alone = main.endswith(".\n") and name == "cp1251"  # beside Latin lines its letters are Russian only
    assert found[3] == odd if alone else encodings.UNREAD in found[3]


@pytest.mark.parametrize(
    ("text", "charset", "name"),
    [
        ("新闻：会谈", "gb2312", "gbk"),
        ("臺灣新聞", "big5", "big5"),
        ("Война", "windows-1251", "cp1251"),
        ("Война", "koi8-r", "koi8_r"),
        ("日米首脳会談", "EUC-JP", "euc_jp"),
        ("日米首脳会談", "Shift_JIS", "cp932"),
        ("북한", "euc-kr", "cp949"),
        ("日米首脳会談", "windows-1251", "utf-8"),  # the declaration is wrong, and UTF-8 is never chance
        ("Война и мир", "iso-8859-1", "utf-8"),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_declares(text, charset, name):
    """Bytes by Python's codecs; too few signs for any other way to find the encoding out."""
    for head in (f'<meta charset="{charset}">', f'<meta http-equiv=x content="text/html; charset={charset}">'):
        page = f"<html><head>{head}</head><body>{text}</body></html>"
        assert encodings.decode(page.encode(name))[0] == page
    feed = f'<?xml version="1.0" encoding="{charset}"?><rss><title>{text}</title></rss>'
    assert encodings.decode(feed.encode(name))[0] == feed
