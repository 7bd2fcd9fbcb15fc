"""What surrounds a run: the network, the clock, paths, memory, queries; each was tried, and each has its case."""

import io
import json
import multiprocessing
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import running
import toy

from framing import batch, corpus, formulas, reliability
from framing.batch import plan, runner, state
from framing.errors import FramingError, ParamError, SourceError


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


def coding(**cells: object) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "coding"
    for place, value in ({"A1": "unit", "B1": "war", "A2": "u1", "B2": 1} | cells).items():
        page[place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("b.xlsx", coding(XFD1048576="x"), "1,048,576 rows and 16,384 columns"),
        ("b.xlsx", coding(B2="=1+1"), "a formula"),
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


TWICE = "unit,coders,article_id,machine_code\nu1,2,a,none\nu1,2,b,none\n"


@pytest.mark.parametrize("content", ["", "\0", "a,b\n1,2\n", TWICE, TWICE.replace("u1", ""), 'unit,"co'])
def test_a_key_that_is_another_table_is_refused(given_out, content):
    (given_out / "key.csv").write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match="is not the table that reliability.sheet wrote"):
        reliability.read(given_out)
