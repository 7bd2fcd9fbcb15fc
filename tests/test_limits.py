"""What is too much is refused in a sentence, and no text makes a pattern slow: what hangs here hits the time limit."""

import io
import json
import re
import resource
import struct
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from framing import codings, contexts, corpus, databases, dates, text, tokens, web
from framing.codings import opening
from framing.corpus import sheets, tabular
from framing.errors import SourceError
from framing.lexicon import load
from framing.text.lines import is_notice

CASES = Path(__file__).parent / "cases"  # corner.xls: A1 and IV65536, written by xlwt 1.3
pytestmark = pytest.mark.timeout(200)


def read(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return corpus.read(path)


def refused(reading, reason, n=1):
    """Every row of a source is in the rejected rows, whose reason is a sentence."""
    assert len(reading.articles) == 0 and len(reading.rejected) == n == reading.files["n_rejected"].sum()
    assert reading.rejected["reason"].str.contains(reason).all(), reading.rejected["reason"].tolist()[:2]


def workbook(**cells):
    book, held = openpyxl.Workbook(), io.BytesIO()
    for cell, value in cells.items():
        book.active[cell] = value
    book.save(held)
    return held.getvalue()


def test_a_workbook_of_two_cells_far_apart_is_refused_and_a_long_one_is_read(tmp_path):
    refused(read(tmp_path, "a.xlsx", workbook(A1="text", XFD1048576="x")), "16,384 columns; 2,000 are the most")
    (row,) = read(tmp_path, "b.xlsx", workbook(A1="text", A1048576="last")).articles.itertuples()
    assert (row.text, row.line) == ("last", 1_048_576)


def test_a_workbook_that_unpacks_to_more_than_memory_holds_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 5_000)
    refused(read(tmp_path, "a.xlsx", workbook(A1="text", A2="x")), "unpacks to .* bytes, more than 5,000")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", f"text,{'x' * 2_000_000}\n本文です。,b\n"),
        ("a.jsonl", f'{{"text": "本文です。", "{"x" * 2_000_000}": 1}}'),
    ],
)
def test_a_column_whose_name_has_no_end_is_refused(tmp_path, name, content):
    refused(
        read(tmp_path, name, content),
        "a column's name has 2,000,000 characters; 10,000 are the most",
        n=2 - name.count("l"),
    )


class Lines(list):
    """Lines of a file that count how often one is looked at."""

    looked = 0

    def __getitem__(self, at):
        self.looked += 1
        return super().__getitem__(at)

    def __iter__(self):
        for line in super().__iter__():
            self.looked += 1
            yield line


def test_a_mark_that_is_never_closed_costs_its_line_in_a_long_file_too():
    lines = Lines(["headline,text\n", *['a,"b\n'] * 2_000])
    records, rejected = tabular._records(lines, ",", False)
    assert len(records) + len(rejected) == 2_001
    assert lines.looked < 60_000  # before, each line was sought from the first: two million


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_a_table_of_more_columns_than_are_read_is_refused(tmp_path, kind):
    names = [f"c{i}" for i in range(2_001 if kind == "parquet" else 100_001)]
    if kind == "csv":
        content = f"{','.join(names)}\n{','.join('x' for _ in names)}\n"
    elif kind == "json":  # few in each object, and many together
        content = json.dumps([dict.fromkeys(names[i : i + 1000], "x") for i in range(0, len(names), 1000)])
    else:
        pq.write_table(pa.table({name: ["x"] for name in names}), held := io.BytesIO())
        content = held.getvalue()
    refused(
        read(tmp_path, f"a.{kind}", content), f"{len(names):,} columns; 2,000", {"csv": 2, "json": 101}.get(kind, 1)
    )


def test_a_table_of_more_cells_than_are_read_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tabular, "MOST_CELLS", 10)
    frame = pd.DataFrame({"text": ["x"] * 11, "outlet": "y"})
    frame.to_parquet(tmp_path / "a.parquet")
    refused(corpus.read(tmp_path / "a.parquet"), "11 rows and 2 columns; 10 cells")
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    refused(corpus.read(tmp_path / "a.xlsx"), "6 rows and 2 columns; 10 cells")


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    return head + bytes([len(data) & 127 | 128, len(data) >> 7]) + data


def xlsb(*cells: tuple[int, int, str]) -> bytes:
    """A workbook of BIFF12 ([MS-XLSB] 2.1.7) with these cells (row, column, text) of one sheet."""
    rows = b"".join(
        _record(0, struct.pack("<IIHHBI", row, 0, 300, 0, 0, 0)) + _record(6, struct.pack("<II", at, 0) + _wide(text))
        for row, at, text in cells
    )
    sheet = _record(129) + _record(148, bytes(16)) + _record(145) + rows + _record(146) + _record(130)
    names = _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("a"))
    to = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    relation = f'<Relationship Id="rId1" Type="{to}" Target="worksheets/sheet1.bin"/>'
    held = {
        "xl/workbook.bin": _record(131) + _record(143) + names + _record(144) + _record(132),
        "xl/_rels/workbook.bin.rels": f"<Relationships>{relation}</Relationships>",
        "xl/worksheets/sheet1.bin": sheet,
    }
    return zipped(held)


def ods(rows: str) -> bytes:
    names = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    body = f'<office:body><office:spreadsheet><table:table table:name="a">{rows}</table:table>'
    whole = f"<office:document-content {names}>{body}</office:spreadsheet></office:body></office:document-content>"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest:manifest "
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
            "content.xml": whole,
        }
    )


def zipped(held: dict) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return out.getvalue()


def ods_row(*cells: str, again: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{again}">{"".join(cells)}</table:table-row>'


def ods_cell(text: str, again: int = 1) -> str:
    told = f'office:value-type="string" table:number-columns-repeated="{again}"'
    return f"<table:table-cell {told}><text:p>{text}</text:p></table:table-cell>"


SHEET = ods_row(ods_cell("headline"), ods_cell("text")) + ods_row(ods_cell("川"), ods_cell("川があふれた。"))
EMPTY = '<table:table-cell table:number-columns-repeated="16384"/>'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsb", xlsb((0, 0, "headline"), (0, 1, "text"), (1, 0, "川"), (1, 1, "川があふれた。"))),
        ("c.xlsb", xlsb((3, 2, "headline"), (3, 3, "text"), (4, 2, "川"), (4, 3, "川があふれた。"))),
        ("a.ods", ods(SHEET)),
        ("b.ods", ods(SHEET + ods_row(EMPTY, again=1_048_574))),  # how LibreOffice ends a sheet with a format
    ],
)
def test_a_workbook_of_another_program_is_read(tmp_path, name, content):
    found = read(tmp_path, name, content)
    assert found.articles[["headline", "text"]].to_numpy().tolist() == [["川", "川があふれた。"]]
    assert found.articles["line"].tolist() == [5 if name == "c.xlsb" else 2]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsb", xlsb((0, 0, "text"), (1_048_575, 16_383, "x")), "more memory or time"),
        ("a.ods", ods(ods_row(ods_cell("text")) + ods_row(EMPTY, again=1_048_574)
                      + ods_row(EMPTY.replace("4", "3"), ods_cell("x"))), "more memory or time"),
        ("b.ods", ods(ods_row(ods_cell("text")) + ods_row(ods_cell("x", 16_384), again=1_048_575)), "memory or time"),
        ("c.ods", ods(SHEET + ods_row(ods_cell("x", 5_000))), "5,000 columns; 2,000"),
        pytest.param("a.xls", (CASES / "corner.xls").read_bytes(), "neither headline nor text", marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_two_cells_in_the_corners_of_a_workbook_of_another_program_are_no_danger(tmp_path, name, content, said):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(read(tmp_path, name, content), said)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB; what is read is in a process


def test_a_workbook_has_its_time(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "PATIENCE", 0.001)
    refused(read(tmp_path, "a.ods", ods(SHEET)), "more memory or time")


def test_only_a_table_with_the_mark_that_excel_and_we_write_loses_the_sign_before_a_formula(tmp_path):
    table = "headline,text\r\n'=1+1,川\r\n'-5度,水\r\n"
    as_saved = {"our own": table.encode("utf-8-sig"), "excel's": table.encode("utf-8-sig").replace(b"\r\n", b"\n")}
    for content in as_saved.values():
        assert read(tmp_path, "a.csv", content).articles["headline"].tolist() == ["=1+1", "-5度"]
    for content in (table.encode(), table.encode("cp932"), table.encode("utf-16")):  # of which nobody knows who put it
        assert read(tmp_path, "a.csv", content).articles["headline"].tolist() == ["'=1+1", "'-5度"]


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.jsonl", "a.html"])
def test_a_text_that_is_no_article_is_refused(tmp_path, name):
    long = "長" * (tabular.MOST_CHARACTERS + 1)
    held = {"a.csv": f'text,outlet\nkept,x\n"{long}",x\n', "a.jsonl": json.dumps({"text": long}, ensure_ascii=False),
            "a.html": f"<html><body><p>{long}</p></body></html>"}.get(name, long)  # fmt: skip
    found = read(tmp_path, name, held)
    assert found.articles["text"].tolist() == ["kept"] * (name == "a.csv")
    (reason,) = found.rejected["reason"]
    assert "more than 5,000,000 characters" in reason


@pytest.mark.parametrize("page", ["<p {}>t</p>", '<p " {}>t</p>', "<table {}><tr><td>t</td></tr></table>"])
def test_a_tag_of_100_000_attributes_is_refused(tmp_path, page):
    attributes = " ".join(f"a{i}='x'" for i in range(100_000))
    whole = f"<html><body>{page.format(attributes)}</body></html>"
    for name in ("a.html", "a.xls", "a.txt"):
        refused(read(tmp_path, name, whole), "more than 1,000 attributes")
    assert set(web.extract(whole)) >= {"headline", "text"}


def test_a_page_with_a_long_text_in_an_attribute_is_read():
    found = web.extract(f'<html><body data-page="{"a b " * 5000}"><h1>港で祭りが開かれた</h1><p>町は{"晴" * 60}。</p>')
    assert found["headline"] == "港で祭りが開かれた"


UNITS = [*"1 面一年(<[・/-.a「」【】ア漢\n\t■~©=\\{}>'\"：\u3000&#%", "A ", "1 ", "1-", "1年", "1月", "20",
         "2011年3月12日", "朝日新聞 ", "(1", "<a ", " \n", "1日から", "記事", "無断転載", "jan ", "Jan 1", "p.",
         "1面", "第1",
         "http://a", "a.", "a@", "copyright ", "1,", "面 ", "版 ", "<!---->", "<?a?>", "| ", "写真 ", "記者 ",
         "発行日: ", "ページ: 1 ", "&amp;"]  # fmt: skip
"""What built-in patterns look for, again and again."""
EXPORT = "発行日: 2011年3月12日　朝夕刊: 朝刊　面名: ３社会　ページ: 37\n見出し: 川があふれる\n"


def shapes(unit: str) -> list[str]:
    """A line as long as patterns of lines take, a long one, many lines, and one with something else at its ends."""
    line, long = unit * (150 // len(unit)), unit * (20_000 // len(unit))
    return [line, long, "\n".join([line[:70]] * 300), f"1{long}x", f"<?xml?>{line}x"]


def articles(bodies: list[str]) -> pd.DataFrame:
    n = len(bodies)
    day = pd.to_datetime(["2020-01-01"] * n)
    return pd.DataFrame(
        {"article_id": map(str, range(n)), "outlet": "x", "headline": bodies, "text": bodies, "date": day}
    )


EACH = {
    "dates": lambda s: dates.parse(s, anchor="2020-01-01"),
    "kinds of lines": lambda s: [text.find_furniture(articles([s] * 3)), is_notice(s)],
    "cleaning": lambda s: text.clean(s, list(text.STEPS)),
    "copied pages": web.extract,
    "pages": lambda s: web.extract(f"<html><head><title>{s}</title></head><body><p>{s}</p></body></html>"),
    "exports": lambda s: [databases.parse(start + s, k) for k in databases.SOURCES for start in ("", EXPORT)],
    "mentions": lambda s: tokens.mentions(articles([f"金正恩{s}総書記{s}"]), load("northeast_asia")),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", EACH)
def test_no_text_makes_a_pattern_slow(what):
    for unit in UNITS:
        for shape in shapes(unit):
            EACH[what](shape)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["csv", "txt"])
def test_no_cell_and_no_file_makes_reading_slow(tmp_path, suffix):
    texts = [shape for unit in UNITS for shape in shapes(unit)]
    if suffix == "csv":  # each text in every column
        names = ("date", "page", "outlet", "headline", "text", "section", "author", "agency", "url", "edition")
        pd.DataFrame({name: texts for name in names}).to_csv(tmp_path / "a.csv", index=False)
        found = corpus.read(tmp_path / "a.csv")
        assert len(found.articles) + len(found.rejected) >= len(texts) - 20, "blank rows are none"
    for n, held in enumerate(texts if suffix == "txt" else []):
        (tmp_path / f"{n}.txt").write_text(held, encoding="utf-8")
    if suffix == "txt":
        assert len(corpus.read(tmp_path).files) == len(texts)


PATTERNS = {
    "^(a|a)*[^a]{2}$": "takes more than", "a{1000000000}": "too large", "((a{300}){300}){300}": "too large",
    "a" * 1001: "too large", "(?:" * 200 + "a" + ")" * 200: "is not a regular expression", "(a+)+$": "",
    "(?<=大)統領|原発": "",
    "(": "is not a regular expression", "(?R)": "time or memory without end",
    "大統領|": "and so every word", "(大統領)?": "and so every word", "(?:)*": "and so every word",
}  # fmt: skip


@pytest.mark.parametrize("query", PATTERNS)
def test_a_regular_expression_of_a_user_has_an_end(query, monkeypatch):
    monkeypatch.setattr("framing.contexts.nodes.PATIENCE", 0.5)
    table = articles([f"原発 大統領 {'a' * 50}b"])
    cut = tokens.tokenise(table, language="en")
    if PATTERNS[query]:
        with pytest.raises(ValueError, match=PATTERNS[query]):
            contexts.concordance(table, cut, query, match="regex")
    else:
        n = {"(a+)+$": 0, "(?<=大)統領|原発": 4}.get(query, 2)  # headline and text are the same
        assert len(contexts.concordance(table, cut, query, match="regex")) == n


@pytest.mark.parametrize(
    ("column", "encoding"),
    [
        (["x" * 1_000] * 3_000, "dictionary"),
        (["x" * 1_000] * 3_000, "DELTA_BYTE_ARRAY"),  # each is written as what it shares with the one before
        ([["x" * 500, "y" * 500]] * 3_000, "dictionary"),
        ([{"a": {"b": "x" * 1_000}}] * 3_000, "dictionary"),
        (pa.array([[("k", "x" * 1_000)]] * 3_000, pa.map_(pa.string(), pa.string())), "dictionary"),
    ],
    ids=["texts", "prefixes", "lists", "records", "pairs"],
)
def test_a_small_parquet_file_of_one_text_in_many_rows_is_refused(tmp_path, monkeypatch, column, encoding):
    monkeypatch.setattr(tabular, "MOST_TEXT", 1_000_000)
    coded = encoding == "dictionary"
    how = {} if coded else {"use_dictionary": ["outlet"], "column_encoding": {"text": encoding}}
    pq.write_table(pa.table({"text": column, "outlet": ["a"] * 3_000}), tmp_path / "a.parquet", **how)
    assert (tmp_path / "a.parquet").stat().st_size < 50_000
    found = corpus.read(tmp_path / "a.parquet")
    assert found.articles.empty and re.search(r"unpacks to [13],\d{3},\d{3} bytes", found.rejected["reason"][0])
    several = pa.table(
        {"text": [f"{i}" + "x" * 90 for i in range(3_000)], "outlet": ["a"] * 3_000, "tags": [["y"]] * 3_000}
    )
    pq.write_table(several, tmp_path / "b.parquet", **how)
    assert len(corpus.read(tmp_path / "b.parquet").articles) == 3_000
    monkeypatch.setattr(opening, "MOST_UNPACKED", 1_000_000)
    with pytest.raises(SourceError, match=r"unpacks to [13],\d{3},"):
        codings.read_file(tmp_path / "a.parquet", ["war"])


def test_a_parquet_file_of_one_list_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tabular, "MOST_CELLS", 10_000)
    monkeypatch.setattr(opening, "MOST_CELLS", 10_000)
    pq.write_table(pa.table({"text": ["a"], "unit": ["u"], "war": [[1] * 100_000]}), tmp_path / "a.parquet")
    assert "holds 100,002 values, more than 10,000" in corpus.read(tmp_path / "a.parquet").rejected["reason"][0]
    with pytest.raises(SourceError, match="holds 100,002 values, more than 10,000"):
        codings.read_file(tmp_path / "a.parquet", ["war"])
    (tmp_path / "a.jsonl").write_text('{"unit": "u", "war": 1}', encoding="utf-8")
    monkeypatch.setattr(opening, "MOST_UNPACKED", 10)
    with pytest.raises(SourceError, match="a.jsonl has 23 bytes, more than 10"):
        codings.read_file(tmp_path / "a.jsonl", ["war"])


def test_a_file_that_the_system_denies_costs_itself_only(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("見出し\n\n本文です。", encoding="utf-8")
    (tmp_path / "b.txt").write_text("見出し\n\n本文です。", encoding="utf-8")
    before = Path.read_bytes

    def denied(path):
        if path.name == "b.txt":
            raise PermissionError(13, "Permission denied")
        return before(path)

    monkeypatch.setattr(Path, "read_bytes", denied)
    found = corpus.read(tmp_path)
    assert len(found.articles) == 1 and found.rejected["reason"].tolist() == ["cannot be read: Permission denied"]
