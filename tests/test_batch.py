"""Batches: one run's failure is its own, nothing is left half, and what is unchanged is not run again."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import toy
from lxml import html

from framing import batch
from framing.batch import plan, runner, state, warm
from framing.errors import FramingError

FRAMING = [sys.executable, "-m", "framing.cli"]


def run(*arguments, cwd, **options):
    return subprocess.run([*FRAMING, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, **options)


def start(*arguments, cwd, **options) -> subprocess.Popen:
    """``framing`` as a shell starts it in the foreground, whoever started the tests: Ctrl-C reaches it."""
    heeded = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    return subprocess.Popen([*FRAMING, *arguments], cwd=cwd, text=True, preexec_fn=heeded, **options)


@contextmanager
def ended(process: subprocess.Popen):
    """A process that does not outlive the block, however that ends."""
    with process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(there, process: subprocess.Popen) -> None:
    """Wait until something is there, as long as the process that makes it goes on."""
    while not there() and process.poll() is None:
        time.sleep(0.05)


def planned(folder: Path, *names: str) -> list:
    runs, faults = batch.collect([folder / "params" / "toy"])
    assert not faults
    return [r for r in runs if not names or r.name in names]


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """One batch over every kind of notebook, in a folder with a space, Japanese and braces in its name."""
    folder = toy.project(tmp_path_factory.mktemp("batch") / "my 計画 {n}")
    slow = folder / "params" / "toy" / "14_slow.yaml"
    slow.rename(folder / "14_slow.yaml")  # alone: no limit is both short and enough for the others on a busy machine
    (folder / "params" / "toy" / "10_fine.yaml").write_text(
        "study: toy\nsince: 2015-01-01\nwords: [制裁, 'it''s \"x\"', $5]\nnested: {a: [1, 2.5, null, true]}\n",
        encoding="utf-8",
    )
    done = run("run", "params/toy", "--workers", 2, "--json", cwd=folder)
    (folder / "14_slow.yaml").rename(slow)
    late = run("run", slow, "--run-limit", 3, "--json", cwd=folder)
    return folder, done, late


def record(ran, name) -> state.Record:
    return state.read(ran[0] / "outputs" / "toy" / f"{name}.json")


@pytest.mark.notebook
def test_a_failed_run_gives_exit_code_1_and_the_others_go_on(ran):
    assert [done.returncode for done in ran[1:]] == [1, 1], [done.stderr for done in ran[1:]]
    statuses = {r["name"]: r["status"] for done in ran[1:] for r in json.loads(done.stdout)["runs"]}
    assert statuses == {name: "ok" if name in {"10_fine", "13_loud"} else "failed" for name in toy.KINDS}


@pytest.mark.notebook
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("11_raises", "ZeroDivisionError: division by zero"),
        ("12_killed", "killed (signal 9)"),
        ("14_slow", "longer than 3 s"),
        ("15_exits", "SystemExit"),
    ],
)
def test_a_failure_is_kept_with_its_reason_and_its_notebook(ran, name, said):
    assert said in record(ran, name).error
    assert (ran[0] / "outputs" / "toy" / f"{name}.ipynb").is_file()
    assert said.split(":")[0].split(" (")[0] in (ran[0] / "outputs" / "toy" / f"{name}.html").read_text(
        encoding="utf-8"
    )


@pytest.mark.notebook
def test_dates_lists_and_nested_values_reach_the_notebook_exactly(ran):
    node = nbformat.read(ran[0] / "outputs" / "toy" / "10_fine.ipynb", as_version=4)
    shown = node.cells[-1].outputs[0].data["text/plain"]
    assert eval(shown) == ["2015-01-01", ["制裁", 'it\'s "x"', "$5"], {"a": [1, 2.5, None, True]}, 0.5]


@pytest.mark.notebook
def test_fifty_megabytes_of_print_are_cut_and_it_is_said(ran):
    path = ran[0] / "outputs" / "toy" / "13_loud.ipynb"
    assert path.stat().st_size < 2_000_000
    assert "characters that this cell printed are kept" in path.read_text(encoding="utf-8")
    assert path.with_suffix(".html").stat().st_size < 2_000_000


@pytest.mark.notebook
def test_the_index_names_every_run(ran):
    text = (ran[0] / "outputs" / "index.html").read_text(encoding="utf-8")
    assert all(name in text for name in toy.KINDS)


@pytest.mark.parametrize(
    ("languages", "expected"),
    [(["ja", "ja", "en", None], "en"), (["ja", "ja", None], "ja"), (["en"], "en"), ([None], "en")],
)
def test_the_index_is_in_english_unless_every_report_is_japanese(languages, expected, tmp_path):
    for number, language in enumerate(languages):
        title = {"question": f"q{number}", "language": language} if language else {}
        finding = (
            {"sentence": f"s{number}", "caution": f"c{number}", "value": 1.0, "unit": f"u{number}"} if language else {}
        )
        record = state.Record("s", f"1{number}_x", "ok", "10_x", "", {}, title=title, finding=finding)
        state.write(record, tmp_path / "s" / f"{record.name}.json")
    page = html.fromstring(runner.write_index(tmp_path).read_text(encoding="utf-8"))
    assert page.get("lang") == expected
    for number, language in enumerate(languages):
        for text in (f"{kind}{number}" for kind in "qscu" if language):
            (found,) = page.xpath(f"//bdi[.='{text}']")
            assert found.xpath("string(ancestor-or-self::*[@lang][1]/@lang)") == language


@pytest.mark.notebook
def test_nothing_is_left_in_the_work_folder_but_locks(ran):
    assert {p.suffix for p in (ran[0] / "outputs" / ".work").iterdir()} == {".lock"}


@pytest.mark.notebook
def test_the_log_has_a_line_a_run_with_time_and_memory(ran):
    lines = [json.loads(line) for line in (ran[0] / "outputs" / state.LOG).read_text(encoding="utf-8").splitlines()]
    assert {line["name"] for line in lines} == set(toy.KINDS)
    assert all(line["seconds"] > 0 for line in lines)
    assert next(line for line in lines if line["name"] == "10_fine")["peak_mb"] > 20


@pytest.mark.notebook
def test_unchanged_runs_are_skipped_and_said_to_be_and_failed_ones_run_again(ran, monkeypatch):
    monkeypatch.chdir(ran[0])
    runs = planned(ran[0], "10_fine", "11_raises")
    records = batch.run_all(runs, ran[0] / "outputs", cold=True)
    assert {r.name: r.status for r in records} == {"10_fine": "skipped", "11_raises": "failed"}
    assert next(r for r in records if r.name == "10_fine").reason == "unchanged since its last run"


def test_sheets_that_come_back_make_a_run_that_reads_them_run_again(tmp_path, monkeypatch):
    monkeypatch.chdir(toy.project(tmp_path, {"10_fine": ["print(1)"]}))
    outputs, run = tmp_path / "outputs", planned(tmp_path)[0]
    monkeypatch.setattr(state.parameters, "of_notebook", lambda _: {"sheets_path": SimpleNamespace(is_path=True)})
    for folder in ("coding", "coding_paragraph"):
        before = state.fingerprint(run, outputs, tmp_path)
        (outputs / run.study / folder).mkdir(parents=True)
        (outputs / run.study / folder / "coding_A.json").write_text("{}")
        assert state.fingerprint(run, outputs, tmp_path) != before


def test_a_claim_that_is_written_runs_the_claims_again_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.chdir(toy.project(tmp_path, {"10_fine": ["print(1)"]}))
    run = planned(tmp_path)[0]
    for reads in (False, True):
        known = {"claim_file": SimpleNamespace(is_path=False)} if reads else {}
        monkeypatch.setattr(state.parameters, "of_notebook", lambda _, known=known: known)
        before = state.fingerprint(run, tmp_path / "outputs", tmp_path)
        (tmp_path / "params" / "claims").mkdir(exist_ok=True)
        (tmp_path / "params" / "claims" / f"{reads}.yaml").write_text("x")
        assert (state.fingerprint(run, tmp_path / "outputs", tmp_path) != before) == reads


@pytest.mark.parametrize("what", ["values", "notebook", "named file", "table", "lexicon"])
def test_a_change_of_anything_a_run_depends_on_changes_its_fingerprint(tmp_path, monkeypatch, what):
    monkeypatch.chdir(toy.project(tmp_path, {"10_fine": ["print(n)"]}))
    params = tmp_path / "params" / "toy" / "10_fine.yaml"
    corpus = tmp_path / "corpus.csv"
    corpus.write_text("a")
    params.write_text("corpus_path: corpus.csv")
    outputs = tmp_path / "outputs"

    def fingerprint():
        return state.fingerprint(planned(tmp_path)[0], outputs, tmp_path)

    before = fingerprint()
    assert fingerprint() == before
    if what == "values":
        params.write_text("corpus_path: corpus.csv\nn: 4")
    elif what == "notebook":
        toy.notebook(tmp_path / "notebooks" / "10_fine.ipynb", ["print(n + 1)"])
    elif what == "named file":
        corpus.write_text("bb")
    else:
        path = {"table": outputs / "toy/tables/counts.parquet", "lexicon": tmp_path / "params/lexicon/x.yaml"}[what]
        path.parent.mkdir(parents=True)
        path.write_text("x")
    assert fingerprint() != before


@pytest.mark.parametrize("notebook", ["10_keyness", "30_frames", "31_coding", "32_corrected", "50_claims"])
def test_a_codebook_that_is_saved_makes_those_run_again_that_read_one(root, tmp_path, notebook):
    run = plan.Run("toy", notebook, root / "notebooks" / f"{notebook}.ipynb", tmp_path / "x.yaml", {})
    before = state.inputs_of(run, tmp_path)
    (tmp_path / "params" / "frames").mkdir(parents=True)
    (tmp_path / "params" / "frames" / "mine.yaml").write_text("codes: []")
    assert (state.inputs_of(run, tmp_path) == before) is (notebook == "10_keyness")


@pytest.mark.parametrize("name", ["people", "machine_path"])
def test_a_file_that_any_parameter_names_makes_the_run_again_when_it_is_saved(root, tmp_path, name):
    """A file of codes that people had mended left the old report."""
    values = {name: "codes.csv"}
    run = plan.Run("toy", "32_corrected", root / "notebooks" / "32_corrected.ipynb", tmp_path / "x.yaml", values)
    (tmp_path / "codes.csv").write_text("unit,coder,value\na,A,1\n")
    before = state.inputs_of(run, tmp_path)
    assert state.inputs_of(run, tmp_path) == before
    (tmp_path / "codes.csv").write_text("unit,coder,value\na,A,0\n")
    assert state.inputs_of(run, tmp_path) != before


@pytest.mark.notebook
def test_questions_wait_for_the_corpus_and_are_not_started_when_it_fails(tmp_path, monkeypatch):
    monkeypatch.chdir(toy.project(tmp_path, {"00_corpus": ["1 / 0"], "10_fine": ["print(n)"]}))
    records = {r.name: r for r in batch.run_all(planned(tmp_path), tmp_path / "outputs", workers=2, cold=True)}
    assert records["10_fine"].status == "failed"
    assert "00_corpus of the same study failed: ZeroDivisionError" in records["10_fine"].error
    assert not (tmp_path / "outputs" / "toy" / "10_fine.ipynb").exists()


@pytest.mark.notebook
def test_an_output_folder_that_cannot_be_written_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(toy.project(tmp_path, {"10_fine": []}))
    (tmp_path / "outputs").write_text("a file, not a folder")
    with pytest.raises(FramingError, match="cannot be written to"):
        batch.run_all(planned(tmp_path), tmp_path / "outputs")
    done = run("run", "params/toy", cwd=tmp_path)
    assert done.returncode == 2 and done.stderr.startswith("refused: ") and "Traceback" not in done.stderr


def test_a_full_disk_fails_the_run_and_leaves_nothing_half(tmp_path, monkeypatch):
    monkeypatch.chdir(toy.project(tmp_path, {"10_fine": ["print(n)"]}))

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(runner, "execute", full)
    (record,) = batch.run_all(planned(tmp_path), tmp_path / "outputs", cold=True)
    assert record.status == "failed" and "No space left on device" in record.error
    assert not list((tmp_path / "outputs").rglob("*.part"))


def test_faults_are_listed_once_with_exit_code_2_and_nothing_starts(tmp_path, framing):
    toy.project(tmp_path, {"10_fine": ["print(n)"]})
    for number in range(200):
        text = "m: 1" if number % 70 == 0 else f"n: {number}"
        (tmp_path / "params" / "toy" / f"10_fine.v{number:03}.yaml").write_text(text)
    done = framing("run", "params/toy", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("has no parameter 'm'") == 3 and "3 faults; nothing was started" in done.stderr
    assert not (tmp_path / "outputs").exists()


def outcome(folder: Path) -> dict:
    """What a batch left, without times."""
    found = {}
    for path in sorted((folder / "outputs" / "toy").glob("*.json")):
        kept = json.loads(path.read_text(encoding="utf-8"))
        found[path.name] = {k: kept[k] for k in ("status", "error", "values", "fingerprint")}
    for path in sorted((folder / "outputs" / "toy").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        found[path.name] = [(c.source, c.get("outputs", [])) for c in cells]
    return found


@pytest.mark.notebook
def test_a_batch_that_was_killed_resumes_to_what_an_undisturbed_one_gives(tmp_path):
    kinds = {f"1{i}_step": [f"import time; time.sleep(0.2); print({i} * n)"] for i in range(10)}
    calm, hurt = toy.project(tmp_path / "calm", kinds), toy.project(tmp_path / "hurt", kinds)
    assert run("run", "params/toy", "--workers", 2, cwd=calm).returncode == 0
    for n_done in (1, 6):
        with ended(start("run", "params/toy", "--workers", "2", cwd=hurt, stdout=subprocess.DEVNULL)) as going:
            wait_for(lambda n=n_done: len([*(hurt / "outputs").glob("toy/*.json")]) >= n, going)
            going.send_signal(signal.SIGKILL)
        for path in (hurt / "outputs").glob("toy/*.json"):
            assert state.read(path) is not None, "a record is whole or not there"
            assert path.with_suffix(".html").read_text(encoding="utf-8").rstrip().endswith("</html>")
    done = run("run", "params/toy", "--workers", 2, "--json", cwd=hurt)
    assert done.returncode == 0
    assert outcome(hurt) == outcome(calm)
    assert not [p for p in (hurt / "outputs" / ".work").iterdir() if p.suffix != ".lock"], "left-overs are swept"


@pytest.mark.notebook
def test_two_batches_into_one_folder_share_the_work(tmp_path):
    kinds = {f"1{i}_step": [f"print({i} * n)"] for i in range(4)}
    folder = toy.project(tmp_path, kinds)
    two = [start("run", "params/toy", "--json", cwd=folder, stdout=subprocess.PIPE) for _ in range(2)]
    with ended(two[0]), ended(two[1]):
        told = [json.loads(process.communicate()[0])["runs"] for process in two]
    assert [process.returncode for process in two] == [0, 0]
    statuses = sorted(r["status"] for runs in told for r in runs)
    assert statuses == ["ok"] * 4 + ["skipped"] * 4
    assert len((folder / "outputs" / state.LOG).read_text().splitlines()) == 8


@pytest.mark.notebook
def test_ctrl_c_stops_cleanly(tmp_path):
    began = tmp_path / "began"
    kinds = {"10_slow": [f"open({str(began)!r}, 'w').close(); import time; time.sleep(600)"], "11_slow": ["print(1)"]}
    folder = toy.project(tmp_path, kinds)
    with ended(start("run", "params/toy", cwd=folder, stderr=subprocess.PIPE)) as going:
        wait_for(began.exists, going)
        going.send_signal(signal.SIGINT)
        _, said = going.communicate()
    assert going.returncode == 130 and "Traceback" not in said
    assert not list((folder / "outputs").glob("toy/*"))


@pytest.mark.notebook
def test_kernels_are_isolated_from_each_other(tmp_path, monkeypatch):
    kinds = {
        "10_a": ["import framing, random, numpy as np; framing.leak = 1; print(random.random(), np.random.rand())"],
        "11_b": ["import framing, random, numpy as np; print(random.random(), np.random.rand())", "framing.leak"],
    }
    monkeypatch.chdir(toy.project(tmp_path, kinds))
    records = {r.name: r for r in batch.run_all(planned(tmp_path), tmp_path / "outputs")}
    assert records["10_a"].status == "ok" and "no room 'leak'" in records["11_b"].error
    printed = [
        next(o.text for c in nbformat.read(path, as_version=4).cells for o in c.get("outputs", []) if "text" in o)
        for path in sorted((tmp_path / "outputs" / "toy").glob("*.ipynb"))
    ]
    assert len(printed) == 2 and printed[0] != printed[1], "forks must not share the state of the random generators"


def test_stopping_before_it_begins_runs_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(toy.project(tmp_path, {"10_fine": ["print(n)"]}))
    stop = threading.Event()
    stop.set()
    assert batch.run_all(planned(tmp_path), tmp_path / "outputs", stop=stop) == []


@pytest.mark.notebook
def test_status_report_list_and_clean(ran):
    folder = ran[0]
    rows = json.loads(run("status", "params/toy", "--json", cwd=folder).stdout)
    assert {r["name"]: r["status"] for r in rows}["10_fine"] == "unchanged"
    html = folder / "outputs" / "toy" / "10_fine.html"
    html.unlink()
    assert run("report", cwd=folder).returncode == 0 and html.is_file()
    assert len(json.loads(run("list", "params/toy", "--json", cwd=folder).stdout)) == len(toy.KINDS)
    (folder / "outputs" / "toy" / "mine.txt").write_text("kept")
    assert run("clean", "toy", "--yes", cwd=folder).returncode == 0
    assert os.listdir(folder / "outputs" / "toy") == ["mine.txt"]
    refused = run("clean", "../params", "--yes", cwd=folder)
    assert refused.returncode == 2 and (folder / "params").is_dir()


@pytest.mark.notebook
def test_a_notebook_saved_with_a_kernel_that_is_not_here_runs_under_this_python(tmp_path, monkeypatch):
    monkeypatch.chdir(toy.project(tmp_path, {"10_fine": ["print(n)"]}))
    path = tmp_path / "notebooks" / "10_fine.ipynb"
    node = nbformat.read(path, as_version=4)
    node.metadata["kernelspec"] = {"name": "no-such-kernel", "display_name": "gone"}
    nbformat.write(node, path)
    (record,) = batch.run_all(planned(tmp_path), tmp_path / "outputs", cold=True)
    assert record.status == "ok", record.error


def test_without_any_kernel_the_run_fails_with_the_reason(tmp_path, monkeypatch):
    from jupyter_client.kernelspec import NoSuchKernel

    monkeypatch.chdir(toy.project(tmp_path, {"10_fine": ["print(n)"]}))

    def none(*_, **__):
        raise NoSuchKernel("python3")

    monkeypatch.setattr(runner, "execute", none)
    (record,) = batch.run_all(planned(tmp_path), tmp_path / "outputs", cold=True)
    assert record.status == "failed" and "NoSuchKernel" in record.error and "python3" in record.error


def test_what_a_run_raises_is_its_failure_and_the_runs_behind_it_go_on(tmp_path, monkeypatch):
    monkeypatch.chdir(toy.project(tmp_path, {"10_bad": [], "11_fine": []}))
    error = {"10_bad": "half a surrogate: \ud800", "11_fine": ""}
    monkeypatch.setattr(runner, "execute", lambda notebook, *_, **__: (error[notebook.stem], None))
    records = {r.name: r for r in batch.run_all(planned(tmp_path), tmp_path / "outputs", cold=True)}
    assert {name: r.status for name, r in records.items()} == {"10_bad": "failed", "11_fine": "ok"}
    assert state.read(tmp_path / "outputs" / "toy" / "10_bad.json").error == error["10_bad"], "kept as it was"
    log = (tmp_path / "outputs" / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["error"] for line in log] == [*error.values()]

    def full(outputs, record):
        if record.name == "10_bad":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(state, "log", full)
    records = {r.name: r for r in batch.run_all(planned(tmp_path), tmp_path / "outputs", cold=True, force=True)}
    assert "No space left" in records["10_bad"].error and records["11_fine"].status == "ok"


@pytest.mark.notebook
@pytest.mark.skipif(not warm.available(), reason="kernels are forked on Linux only")
def test_a_warm_process_that_is_killed_takes_its_kernel_along_and_the_run_is_tried_once_more(tmp_path, monkeypatch):
    killer = """import os, pathlib, signal, time
if not pathlib.Path("killed").exists():  # the parent of the second try is the batch
    pathlib.Path("killed").write_text(str(os.getpid()))
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(600)"""
    monkeypatch.chdir(toy.project(tmp_path, {"10_killer": [killer], "11_after": ["import os\nprint(os.getppid())"]}))
    records = batch.run_all(planned(tmp_path), tmp_path / "outputs")
    assert [(r.name, r.status, r.error) for r in records] == [("10_killer", "ok", ""), ("11_after", "ok", "")]
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "killed").read_text()), 0)
    after = nbformat.read(tmp_path / "outputs" / "toy" / "11_after.ipynb", as_version=4)
    assert int(after.cells[-1].outputs[0].text) != os.getpid(), "forked from another warm process"


@pytest.mark.skipif(not warm.available(), reason="kernels are forked on Linux only")
def test_the_warm_process_has_one_thread_when_it_forks(root):
    """From Python 3.12 on a fork beside other threads warns of deadlocks; pyarrow's allocator starts one on import."""
    counting = """import contextlib, importlib, os, sys
for name in sys.argv[1:]:
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
print(len(os.listdir("/proc/self/task")))"""
    modules = [*warm.PRELOAD, *warm.modules_of((root / "notebooks").glob("*.ipynb"))]
    done = subprocess.run([sys.executable, "-c", counting, *modules], env=os.environ | warm.ALONE, capture_output=True)
    assert done.stdout == b"1\n", done.stderr.decode()


@pytest.mark.notebook
def test_an_error_and_a_text_with_half_a_surrogate_are_kept(tmp_path, monkeypatch):
    cells = ["print('a \\ud800 b')", "raise ValueError('no outlet \\udfff朝日')"]
    monkeypatch.chdir(toy.project(tmp_path, {"10_half": cells}))
    (record,) = batch.run_all(planned(tmp_path), tmp_path / "outputs", cold=True)
    assert record.error == r"ValueError: no outlet \udfff朝日"
    kept = (tmp_path / "outputs" / "toy" / "10_half.html").read_text(encoding="utf-8")
    assert r"a \ud800 b" in kept and r"no outlet \udfff朝日" in kept


@pytest.mark.parametrize("text", ["朝日 \ud800", "a\udfffb", 'plain "text" \\ud800 😀'])
def test_a_message_of_a_kernel_is_utf_8_whatever_it_holds(text):
    read = json.loads(warm.pack({"text": text, "number": 1.5}).decode())
    assert read == {"text": text.encode(errors="backslashreplace").decode(), "number": 1.5}
