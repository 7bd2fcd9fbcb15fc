"""What surrounds a run: the network, the clock, paths, memory, queries; each was tried, and each has its case."""

import importlib
import io
import json
import multiprocessing
import os
import runpy
import sqlite3
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import running
import toy

from framing import batch, codings, corpus, formulas, frames, lexicon, reliability, study, tokens
from framing.batch import plan, runner, state
from framing.errors import FramingError, ParamError, SourceError, TableError


def planned(folder):
    runs, faults = plan.collect([folder / "params" / "toy"], folder / "notebooks", folder / "outputs")
    assert not faults
    return runs


def test_nothing_asks_the_network_on_import_or_while_a_corpus_is_made(tmp_path):
    script = """import importlib, sys
def hook(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request"):
        raise SystemExit(f"{event} {arguments}")
sys.addaudithook(hook)
import framing
for room in framing.ROOMS:
    importlib.import_module(f"framing.{room}")
press = framing.datasets.sample_press(40, seed=1).articles
press.to_csv("a.csv", index=False)
articles = framing.corpus.read("a.csv").articles
framing.duplicates.clusters(articles)
framing.keyness.compare(framing.counts.count(framing.tokens.tokenise(articles), articles), target="東都新報",
    reference="北海日日", replicates=9)
try:
    __import__("urllib.request").request.urlopen("http://127.0.0.1:9")
except SystemExit:
    print("heard")"""
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.endswith("heard\n") and done.returncode == 0, done.stdout + done.stderr


@pytest.mark.notebook
def test_no_process_of_a_batch_asks_the_network(tmp_path):
    """Every Python of the batch, kernels included, writes down what it asks of another machine."""
    asked, place = tmp_path / "asked.txt", running.project(tmp_path / "project", "sample", "telegrams")
    running.smaller(place / "params" / "sample" / "00_corpus.yaml", n_articles=150)
    (tmp_path / "site").mkdir()
    hook = f"""import sys
def hook(event, arguments):
    near = ("127.0.0.1", "localhost", "::1", "0.0.0.0", "", None)
    if event in ("socket.connect", "socket.sendto"):
        said = isinstance(arguments[1], tuple) and arguments[1][0] not in near
    else:
        said = event in ("socket.getaddrinfo", "urllib.Request") and arguments[0] not in near
    if said:
        with open({str(asked)!r}, "a") as stream:
            stream.write(f"{{sys.argv}} {{event}} {{arguments}}\\n")
sys.addaudithook(hook)
with open({str(asked) + ".on"!r}, "a") as stream:
    stream.write("on\\n")
"""
    (tmp_path / "site" / "sitecustomize.py").write_text(hook, encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")]),
    }
    files = ["params/sample/00_corpus.yaml", "params/telegrams/40_prominence.sent.yaml"]
    command = [sys.executable, "-m", "framing.cli", "run", *files, "--output", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert Path(f"{asked}.on").read_text("utf-8").count("on") > 1, "the hook was in the batch and in its kernels"
    assert not asked.exists(), asked.read_text("utf-8")
    again = "__import__('socket').getaddrinfo('example.invalid', 80)"
    subprocess.run([sys.executable, "-c", again], env=environment, capture_output=True)
    assert "example.invalid" in asked.read_text("utf-8"), "the hook hears"


@pytest.mark.parametrize("name", ["out put", "出力　フォルダ", "長" * 66, "a'b\"c", "%s{x}$HOME", "-rf"])
@pytest.mark.notebook
def test_outputs_go_to_a_path_of_any_name(tmp_path, monkeypatch, name):
    monkeypatch.chdir(toy.project(tmp_path, {"10_fine": ["print(n)"]}))
    (record,) = batch.run_all(planned(tmp_path), tmp_path / name, cold=True)
    assert record.status == "ok" and (tmp_path / name / "toy" / "10_fine.html").is_file()
    assert batch.run_all(planned(tmp_path), tmp_path / name, cold=True)[0].status == "skipped"


@pytest.mark.notebook
def test_a_run_without_memory_fails_alone(tmp_path, monkeypatch):
    greedy = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\nx = bytearray(2**32)"
    monkeypatch.chdir(toy.project(tmp_path, {"10_greedy": [greedy], "11_fine": ["print(n)"]}))
    records = {r.name: r for r in batch.run_all(planned(tmp_path), tmp_path / "outputs", cold=True)}
    assert records["10_greedy"].error.startswith("MemoryError") and records["11_fine"].status == "ok"


def test_a_clock_that_goes_back_hides_no_change(tmp_path, monkeypatch):
    monkeypatch.chdir(toy.project(tmp_path, {"10_fine": ["print(n)"]}))
    table = tmp_path / "outputs" / "toy" / "tables" / "counts.parquet"
    table.parent.mkdir(parents=True)
    table.write_text("first")
    (run,) = planned(tmp_path)
    before = state.fingerprint(run, tmp_path / "outputs", tmp_path)
    table.write_text("other")
    os.utime(table, (0, 0))
    assert state.fingerprint(run, tmp_path / "outputs", tmp_path) != before


@pytest.mark.parametrize("closed", ["", ".work"])
def test_an_output_folder_that_may_only_be_read_is_refused(monkeypatch, closed):
    with tempfile.TemporaryDirectory() as place:  # in a folder that every user may enter, for a test that root runs
        folder = Path(place)
        folder.chmod(0o755)
        monkeypatch.chdir(toy.project(folder, {"10_fine": ["print(n)"]}))
        (folder / "outputs" / ".work").mkdir(parents=True)
        for each in (folder / "outputs", folder / "outputs" / ".work"):
            each.chmod(0o555 if each == folder / "outputs" / closed else 0o777)
        runs = planned(folder)

        def begin():
            if os.getuid() == 0:
                os.setuid(65534)
            with pytest.raises(FramingError, match="cannot be written to: Permission denied"):
                batch.run_all(runs, folder / "outputs")

        process = multiprocessing.get_context("fork").Process(target=begin)
        process.start()
        process.join()
        (folder / "outputs").chmod(0o755)
        assert process.exitcode == 0


def test_a_batch_begins_while_another_removes_its_folders(tmp_path, monkeypatch):
    """What is listed may be gone when it is looked into: 8 of 3,000 beginnings ended with a FileNotFoundError."""
    outputs, before = tmp_path / "outputs", os.scandir
    (outputs / ".work" / "toy.10_fine.1" / "files").mkdir(parents=True)
    half = outputs / "toy" / f".a.json.{2**22 + 1}.part"  # no process has a number beyond 2**22
    half.parent.mkdir()
    half.write_text("{")

    def vanishing(path=".", *rest):
        if str(path).endswith("toy.10_fine.1"):
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return before(path, *rest)

    monkeypatch.setattr(os, "scandir", vanishing)
    monkeypatch.chdir(toy.project(tmp_path, {"10_fine": ["print(n)"]}))
    runner._sweep(outputs)
    assert not half.exists()


SQL = [
    "DROP TABLE press", "SELECT 1; DELETE FROM press", "ATTACH 'other.db' AS o", "PRAGMA writable_schema = 1",
    "SELECT load_extension('x')", "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n FROM t) SELECT sum(n) FROM t",
    "SELECT writefile('x', 'y')", "VACUUM INTO 'copy.db'", "\0", "SELECT zeroblob(2000000000)",
]  # fmt: skip


@pytest.mark.timeout(120)
@pytest.mark.parametrize("query", SQL)
def test_a_hostile_query_is_refused_and_changes_nothing(tmp_path, monkeypatch, query):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("framing.corpus.queried.PATIENCE", 0.5)
    with sqlite3.connect("a.db") as database:
        pd.DataFrame({"text": ["x"], "outlet": ["y"]}).to_sql("press", database, index=False)
    database.close()
    before = (tmp_path / "a.db").read_bytes()
    with pytest.raises(ParamError):
        corpus.read("a.db", source="duckdb", query=query)
    assert (tmp_path / "a.db").read_bytes() == before and os.listdir(tmp_path) == ["a.db"]


DUCKDB = [
    "COPY press TO 'out.csv'", "ATTACH 'other.db'", "INSTALL httpfs", "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'", "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM glob('/etc/*')",
    "PRAGMA version", "SELECT 'x' AS text; SELECT 'y' AS text", "SELECT getenv('HOME') AS text", "SET threads = 1",
    "EXPORT DATABASE 'x'", "SELECT * FROM tables", "SELECT * FROM query('DROP TABLE press')", "CALL pragma_version()",
    "WITH x AS (SELECT 1) DELETE FROM press", "EXPLAIN ANALYZE SELECT 1",
    "SELECT * FROM parquet_metadata('/etc/passwd')",
    "SELECT * FROM read_json('https://example.org/a.json')", "SELECT repeat('x', 5000000000) AS text",
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT sum(n) AS text FROM t",
    "SELECT sum(a.i * b.i) AS text FROM range(10000000) a(i), range(10000000) b(i)",
    "SELECT i::varchar AS text FROM range(1000000000) t(i)", "SELECT * FROM press, range(100000000)",
    "SELECT i::varchar AS text FROM range(100000000) t(i) ORDER BY random()",
]  # fmt: skip


@pytest.mark.timeout(120)
@pytest.mark.parametrize("query", DUCKDB)
def test_a_hostile_query_of_duckdb_is_refused_and_changes_nothing(tmp_path, monkeypatch, query):
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("framing.corpus.queried.PATIENCE", 0.5)
    with duckdb.connect("a.db") as database:
        database.execute("CREATE TABLE press AS SELECT 'x' AS text, 'y' AS outlet")
    before = (tmp_path / "a.db").read_bytes()
    with pytest.raises(ParamError, match="was refused"):
        corpus.read("a.db", source="duckdb", query=query)
    assert (tmp_path / "a.db").read_bytes() == before and os.listdir(tmp_path) == ["a.db"]
    assert len(corpus.read("a.db", source="duckdb", query="FROM press").articles) == 1


@pytest.mark.parametrize("kind", ["duckdb", "sqlite3"])
def test_an_answer_of_more_cells_than_are_read_is_refused(tmp_path, monkeypatch, kind):
    database = pytest.importorskip(kind).connect(str(tmp_path / "a.db"))
    database.execute("CREATE TABLE press (text VARCHAR, outlet VARCHAR)")
    database.execute("INSERT INTO press VALUES ('a', 'x'), ('b', 'x'), ('c', 'x')")
    if kind == "sqlite3":
        database.commit()
    database.close()
    assert len(corpus.read(tmp_path / "a.db", source="duckdb", query="SELECT * FROM press").articles) == 3
    monkeypatch.setattr("framing.corpus.queried.MOST_CELLS", 5)
    with pytest.raises(ParamError, match="more than 50,000,000 cells"):
        corpus.read(tmp_path / "a.db", source="duckdb", query="SELECT * FROM press")


NAMES = [f"a{i}" for i in range(30)]


@pytest.mark.parametrize("formula", ["*".join(NAMES), f"({'+'.join(NAMES)})**30", "(" * 300 + "a" + ")" * 300])
def test_a_formula_of_thirty_interactions_is_refused_at_once(formula):
    with pytest.raises(ParamError, match="terms|exponent|brackets|deep"):
        formulas.check(formula)


@pytest.mark.slow
@pytest.mark.notebook
def test_a_study_that_is_killed_at_random_moments_ends_as_an_undisturbed_one(root):
    words = ["benchmarks/kill.py", "params/telegrams/40_prominence.sent.yaml", "--strikes", "3", "--minutes", "600"]
    done = subprocess.run([sys.executable, *words], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("3 strikes (") and ", of which 0 differ" in done.stdout


@pytest.fixture
def given_out(tmp_path):
    """A folder as reliability.sheet leaves it, with one code and two units, and one coder's file that is sound."""
    (tmp_path / "key.csv").write_text(
        "unit,coders,article_id,machine_code,machine:war\nu1,2,a,war,1\nu2,2,b,none,0\n", encoding="utf-8"
    )
    sound = {"coder": "kim", "codings": {"u1": {"war": 1}, "u2": {"war": 0}}}
    (tmp_path / "a.json").write_text(json.dumps(sound), encoding="utf-8")
    return tmp_path


def book(title: str = "codes", **cells: object) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = title
    for place, value in cells.items():
        made.active[place] = value
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def coding(**cells: object) -> bytes:
    return book("coding", **{"A1": "unit", "B1": "war", "A2": "u1", "B2": 1} | cells)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("b.xlsx", coding(XFD1048576="x"), "1,048,576 rows and 16,384 columns"),
        ("b.xlsx", coding(B2="=1+1"), "a formula"),
        ("b.xlsx", coding(C1="war", C2=0), "are there more than once"),
        ("b.xlsx", coding(B2="=HYPERLINK(\"http://x\")"), "a formula"),
        ("b.xlsx", b"PK\x03\x04 no workbook", "cannot be read"),
        ("b.json", b'{"coder": "machine", "codings": {"u1": {"war": 1}}}', "named 'machine'"),
        ("b.json", b'{"coder": "lee", "codings": {"u1": {"war": NaN}}}', "not allowed"),
        ("b.json", b'{"coder": "lee", "codings": {"u1": {"war": 1e999}}}', "not allowed"),
        ("b.json", b'{"coder": "lee", "codings": {"u1": {"war": {"a": 1}}}}', "not allowed"),
        ("b.json", b'{"coder": "lee", "codings": {"u1": {"peace": 1}}}', "not allowed"),
        ("b.json", b'{"coder": "lee", "codings": {"<script>": {"war": 1}}}', "no unit"),
        ("b.json", b'{"coder": "lee", "codings": [1]}', "cannot be read"),
        ("b.json", b'{"codings": ' + b"[" * 100_000, "cannot be read"),
    ],
)  # fmt: skip
def test_a_coder_s_file_as_an_attacker_writes_it_costs_itself_only(given_out, name, content, said):
    (given_out / name).write_bytes(content)
    found = reliability.read(given_out)
    assert found.faults["fault"].str.contains(said).any(), found.faults.to_dict("records")
    people = found.codings[~found.codings["machine"].astype(bool)]
    assert people[["unit", "coder", "code", "value"]].to_numpy().tolist() == [
        ["u1", "kim", "war", "1"],
        ["u2", "kim", "war", "0"],
    ]


EXPORTS = {
    "corners.xlsx": (book(A1="unit", B1="war", XFD1048576="x"), "1,048,576 rows and 16,384 columns"),
    "no.xlsx": (b"PK\x03\x04 no workbook", "cannot be read"),
    "wide.csv": (b"unit," + b"x," * 300_000, "2,000 are the most"),
    "names.csv": (b"a," * 1_000 + b"b\n" + b"1," * 1_000 + b"1", "are there more than once"),
    "deep.json": (b"[" * 100_000, "cannot be read"),
    "task.json": (
        b'[{"data": {"unit": "u1"}, "annotations": "abc", "id": 1}, {"data": 5, "annotations": []}]',
        "task|read",
    ),
    "part.json": (b'[{"data": {"unit": "u1"}, "annotations": [{"result": {"value": 1}}]}]', "cannot be read"),
    "no.parquet": (b"PAR1PAR1", "cannot be read"),
    "half.json": (b'[{"unit": "\\ud800", "code": "war"}]', "cannot be read"),
    "twice.csv": (b"unit,war,war\nu1,1,0\n", "the columns 'war' are there more than once"),
    "widths.csv": ("unit,War,ｗａｒ\nu1,1,0\n".encode(), "the columns 'war' are there more than once"),
    "twice.xlsx": (
        book(A1="unit", B1="war", C1="war", A2="u1", B2=1, C2=0),
        "the columns 'war' are there more than once",
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_a_file_of_codes_as_an_attacker_writes_it_is_refused_in_a_sentence(tmp_path, name):
    content, said = EXPORTS[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=said) as refused:
        codings.read_file(tmp_path / name, ["war"])
    assert len(str(refused.value)) < 1_000


def test_a_formula_in_a_workbook_of_codes_is_told_and_what_is_written_for_other_programs_holds_none(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(book(A1="unit", B1="war", A2="u1", B2="=1+0", A3="u2", B3=1))
    found = codings.read_file(tmp_path / "a.xlsx", ["war"])[0]
    assert found[["id", "code", "value"]].to_numpy().tolist() == [["u1", "war: =1+0", True], ["u2", "war", True]]
    has = np.array([[True], [False]])
    codings.write_codes(tmp_path / "b.csv", ["=1+1", "-2"], ["war"], has, "@kim")
    assert "\n=" not in (tmp_path / "b.csv").read_text("utf-8") and "'@kim" in (tmp_path / "b.csv").read_text("utf-8")
    back = codings.read_file(tmp_path / "b.csv", ["war"])[0]
    assert back[["id", "coder", "value"]].to_numpy().tolist() == [["=1+1", "@kim", True], ["-2", "@kim", False]]


@pytest.mark.parametrize("name", ["none", "Comment", "unit", "ｃｏｄｅ", "article_id", "coder"])
def test_codes_named_like_a_column_are_not_written(tmp_path, name):
    with pytest.raises(TableError, match="have names of columns"):
        codings.write_codes(tmp_path / "a.csv", ["1"], [name], np.array([[True]]), "kim")
    assert not [*tmp_path.iterdir()]


def test_kill_looks_into_every_kind_of_file(root, tmp_path):
    kill = runpy.run_path(str(root / "benchmarks" / "kill.py"))
    whole = {
        "a.json": b"{}",
        "a.html": b"<html></html>\n",
        "a.svg": b"<svg></svg>",
        "a.docx": book(A1="x"),
        "a.csv": b"",
    }
    for name, content in whole.items():
        (tmp_path / name).write_bytes(content)
        (tmp_path / f".{name}.7.part").write_bytes(content[:-3])
    assert kill["broken"](tmp_path) == []
    for name in ("a.json", "a.html", "a.svg", "a.docx"):
        (tmp_path / name).write_bytes(whole[name][:-2])
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    assert {Path(name).name for name in kill["broken"](tmp_path)} == {"a.json", "a.html", "a.svg", "a.docx", "a.png"}


KH = {
    "ten thousand codes": ("".join(f"＊c{i}\n語{i}\n" for i in range(10_000)), "1000 are the most"),
    "deep": ("＊a\n犬\n＊b\n" + "(" * 9_000 + "犬" + ")" * 9_000, "more than 50 brackets"),
    "negations": ("＊a\n" + "!" * 90_000 + "犬", ""),
    "circle": ("＊z\n犬\n" + "".join(f"＊c{i}\n<*c{(i + 1) % 300}>\n" for i in range(300)), "in a circle"),
    "doubling": ("＊c0\n犬\n" + "".join(f"＊c{i}\n<*c{i - 1}> & <*c{i - 1}>\n" for i in range(1, 300)), ""),
    "wildcards": ("＊a\n" + "a*" * 45 + "b\n＊z\n犬", ""),
    "far": ("＊a\nnear(犬-猫)[99999999999999999999] | seq(犬-猫)[99999999]\n＊b\n犬", "is no distance"),
    "often": ("＊a\ntimes(99999999999999999999, 犬)", ""),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", KH)
def test_a_coding_file_as_an_attacker_writes_it_has_an_end(tmp_path, name):
    written, said = KH[name]
    (tmp_path / "a.txt").write_text(written, encoding="utf-8")
    if name == "ten thousand codes":
        with pytest.raises(SourceError, match=said):
            frames.load(tmp_path / "a.txt")
        return
    codebook = frames.load(tmp_path / "a.txt")
    assert codebook.faults["fault"].str.contains(said).any() if said else codebook.faults.empty
    texts = {"article_id": ["1", "2"], "outlet": ["甲", "乙"], "text": ["犬と猫。" * 500, f"{'a' * 3_000} 犬"]}
    press = pd.DataFrame(texts)
    frames.code(study.open(press, tokens=tokens.tokenise(press)), codebook)


@pytest.mark.parametrize(
    "suffix", ["codes: ", "codes:\n- &a {id: a, rule: 犬}\n- *a", "many", "large", "exclusive: yes\ncodes: [{id: q}]"]
)
def test_a_codebook_that_is_too_large_or_repeats_itself_is_refused(tmp_path, suffix, monkeypatch):
    room = importlib.import_module("framing.frames.codebook")
    monkeypatch.setattr(room._Loader, "most", 500)
    monkeypatch.setattr(room, "MOST_BYTES", 10_000)
    written = {"many": "codes:\n" + "- {id: q}\n" * 300, "large": "#" * 10_001}.get(suffix, suffix)
    said = {"many": "more than 500 names", "large": "has 10,001 bytes"}.get(
        suffix, "alias|list of codes|true or false, not"
    )
    (tmp_path / "a.yaml").write_text(written, encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        frames.load(tmp_path / "a.yaml")


@pytest.mark.timeout(60)
def test_a_lexicon_has_an_end(tmp_path, monkeypatch):
    path = tmp_path / "a.yaml"
    monkeypatch.setattr("framing.lexicon.read._Loader.most", 500)
    path.write_text("stopwords: [" + "語, " * 600 + "語]", encoding="utf-8")
    with pytest.raises(SourceError, match="more than 500 names and values"):
        lexicon.load(path)
    monkeypatch.setattr("framing.lexicon.read.MOST_BYTES", 1_000)
    with pytest.raises(SourceError, match="a lexicon has 1,000 at most"):
        lexicon.load(path)
    hidden = "actors: [{id: a, kind: person, aliases: {ja: [プーチン]}, not: [プーチン主義]}]"
    path.write_text(hidden, encoding="utf-8")
    press = pd.DataFrame({"article_id": ["1"], "outlet": ["甲"], "text": ["プーチン主義とプーチン。" * 20_000]})
    assert len(tokens.mentions(press, lexicon.load(path))) == 20_000  # before, each name was held against each form


@pytest.mark.parametrize("held", ["aliases: {ja: [%s]}", "aliases: {ja: [ああ]}, not: [%s]"])
def test_words_within_words_take_no_more_memory_in_a_longer_text(tmp_path, monkeypatch, held):
    monkeypatch.setattr(sys.modules["framing.tokens.mentions"], "_BLOCK", 100)
    nested = ", ".join("あ" * n for n in range(3, 43))
    (tmp_path / "a.yaml").write_text(f"actors: [{{id: a, kind: country, {held % nested}}}]", encoding="utf-8")
    press = pd.DataFrame({"article_id": ["1"], "outlet": ["甲"], "text": ["あ" * 1_500]})
    tracemalloc.start()
    found = tokens.mentions(press, lexicon.load(tmp_path / "a.yaml"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # by hand: 42 signs are the longest, of which the last has what is left; and forms of 42 hide all of them
    assert found["surface"].str.len().tolist() == ([42] * 35 + [30] if "not" not in held else [])
    assert peak < 2_500_000, peak  # the words of the whole text at once are 8 to 14 MB


TWICE = "unit,coders,article_id,machine_code\nu1,2,a,none\nu1,2,b,none\n"


@pytest.mark.parametrize("content", ["", "\0", "a,b\n1,2\n", TWICE, TWICE.replace("u1", ""), 'unit,"co'])
def test_a_key_that_is_another_table_is_refused(given_out, content):
    (given_out / "key.csv").write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match="is not the table that reliability.sheet wrote"):
        reliability.read(given_out)
