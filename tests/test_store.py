"""The prepared tables of a study: whole, of one making, or refused."""

import json
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from pathlib import Path

import pandas as pd
import pytest
import toy

from framing import batch, store, tables
from framing.errors import TableError

NAMES = ("articles", "clusters", "tokens", "counts", "mentions")
AGAIN = r"Run notebooks/00_corpus\.ipynb for this study again"


@pytest.fixture(autouse=True)
def outputs(tmp_path, monkeypatch):
    monkeypatch.setenv(store.OUTPUTS, str(tmp_path / "outputs"))
    return tmp_path / "outputs"


def made(n: int, names=NAMES) -> dict:
    """Tables that tell their making: a number in each."""
    return {name: pd.DataFrame({"article_id": [f"a{i}" for i in range(n)], "of": name}) for name in names}


def together(names=NAMES, study: str = "s") -> set[int]:
    """Numbers of articles of the tables that are loaded."""
    return {len(store.load(name, study)) for name in names}


def killed(after: int, frames: dict) -> int:
    """The exit code of a process that writes tables and is killed before it moves the next file into place."""

    def work():
        moved, move = [], Path.replace

        def counting(self, target):
            if len(moved) == after:
                os.kill(os.getpid(), signal.SIGKILL)
            moved.append(target)
            return move(self, target)

        Path.replace = counting
        store.save_all(frames, "s")

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join()
    return process.exitcode


@pytest.mark.parametrize("after", range(len(NAMES) + 1))
def test_tables_whose_writing_was_killed_are_those_of_before_or_refused(after):
    store.save_all(made(40), "s")
    assert killed(after, made(20)) == -signal.SIGKILL
    if after == 0:
        assert together() == {40}, "nothing was moved into place yet"
    else:
        for name in NAMES:
            with pytest.raises(TableError, match=AGAIN):
                store.load(name, "s")
    store.save_all(made(20), "s")
    assert together() == {20} and not list(store.folder("s").glob(".*.part")), "what was left half is swept"


def test_the_first_tables_of_a_study_whose_writing_was_killed_are_refused():
    killed(3, made(20))
    with pytest.raises(TableError, match=rf"no readable manifest\.json.*{AGAIN}"):
        store.load("articles", "s")
    with pytest.raises(TableError, match=r"no table 'counts'.*it has \['articles', 'clusters', 'tokens'\]"):
        store.load("counts", "s")


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def turned(path: Path) -> None:
    """One bit of the same number of bytes."""
    found = bytearray(path.read_bytes())
    found[len(found) // 2] ^= 1
    path.write_bytes(found)


def turned_and_dated_back(path: Path) -> None:
    before = path.stat()
    turned(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def edited(path: Path) -> None:
    pd.read_parquet(path).head(3).to_parquet(path, index=False)


def of_another(path: Path) -> None:
    shutil.copy2(store.folder("other") / path.name, path)


def no_manifest(path: Path) -> None:
    path.with_name(store.MANIFEST).unlink()


def half_manifest(path: Path) -> None:
    manifest = path.with_name(store.MANIFEST)
    manifest.write_text(manifest.read_text()[:-20])


def other_manifest(path: Path) -> None:
    shutil.copy2(store.folder("other") / store.MANIFEST, path.with_name(store.MANIFEST))


def list_for_manifest(path: Path) -> None:
    path.with_name(store.MANIFEST).write_text(json.dumps(["counts"]))


@pytest.mark.parametrize(
    "harm",
    [truncated, turned, turned_and_dated_back, edited, of_another, no_manifest, half_manifest, other_manifest,
     list_for_manifest, Path.unlink],
)  # fmt: skip
def test_what_is_not_as_it_was_written_is_refused_whichever_table_is_loaded(harm):
    store.save_all(made(40), "s")
    store.save_all(made(20), "other")
    harm(store.folder("s") / "counts.parquet")
    for name in NAMES:
        with pytest.raises(TableError, match=AGAIN):
            store.load(name, "s")
    assert store.making(store.folder("s")) == ""


def test_a_study_that_was_copied_or_moved_is_loaded(outputs):
    store.save_all(made(40), "s")
    shutil.copytree(outputs / "s", outputs / "copied")
    (outputs / "s").rename(outputs / "moved")
    assert together(study="copied") == together(study="moved") == {40}


def test_a_study_that_may_only_be_read_is_loaded(monkeypatch):
    with tempfile.TemporaryDirectory() as place:  # in a folder that every user may enter, for a test that root runs
        Path(place).chmod(0o755)
        monkeypatch.setenv(store.OUTPUTS, place)
        store.save_all(made(40), "s")
        assert together() == {40}
        for path in [*store.folder("s").iterdir(), store.folder("s")]:
            path.chmod(0o555)

        def read():
            if os.getuid() == 0:
                os.setuid(65534)
            with pytest.raises(PermissionError), store.locked(store.folder("s") / ".lock"):
                pass
            assert together() == {40}

        process = multiprocessing.get_context("fork").Process(target=read)
        process.start()
        process.join()
        store.folder("s").chmod(0o755)
        assert process.exitcode == 0


def test_a_table_that_the_new_making_lacks_is_gone_and_one_put_there_is_refused():
    store.save_all(made(40), "s")
    kept = (store.folder("s") / "mentions.parquet").read_bytes()
    store.save_all(made(20, NAMES[:4]), "s")
    assert not store.has("mentions", "s") and together(NAMES[:4]) == {20}
    (store.folder("s") / "mentions.parquet").write_bytes(kept)
    with pytest.raises(TableError, match=rf"not written together: \['mentions'\].*{AGAIN}"):
        store.load("mentions", "s")


def test_a_table_that_is_not_what_it_is_said_to_be_leaves_all_as_it_was():
    store.save_all(made(40), "s")
    with pytest.raises(TableError, match="lacks the columns"):
        store.save_all({"articles": made(20)["articles"], tables.COUNTS: made(20)["counts"]}, "s")
    assert together() == {40}


def test_one_table_saved_by_itself_joins_the_others():
    store.save_all(made(40), "s")
    store.save(made(20)["counts"], "counts", "s")
    assert len(store.load("counts", "s")) == 20 and len(store.load("articles", "s")) == 40


def test_the_same_tables_are_the_same_making_and_others_are_another():
    made_of = {}
    for study, n in {"s": 40, "t": 40, "u": 20}.items():
        store.save_all(made(n), study)
        made_of[study] = store.making(store.folder(study))
    assert made_of["s"] == made_of["t"] != made_of["u"] and all(made_of.values())


def test_two_that_prepare_one_study_at_once_leave_the_tables_of_one():
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=store.save_all, args=(made(n), "s")) for n in (20, 30, 40, 50)]
    threads = [threading.Thread(target=store.save_all, args=(made(n), "s")) for n in (60, 70)]
    for each in [*writers, *threads]:
        each.start()
    for each in [*writers, *threads]:
        each.join()
    assert [each.exitcode for each in writers] == [0] * 4 and len(together()) == 1


def test_who_loads_while_tables_are_written_gets_those_of_one_making():
    store.save_all(made(1), "s")
    writer = threading.Thread(target=lambda: [store.save_all(made(n), "s") for n in range(2, 12)])
    writer.start()
    while writer.is_alive():
        assert len(store.load("tokens", "s")) > 0
    writer.join()
    assert together() == {11}


@pytest.mark.notebook
def test_an_interrupted_corpus_notebook_is_not_taken_for_unchanged(tmp_path, monkeypatch):
    monkeypatch.delenv(store.OUTPUTS)
    cells = [
        "import pandas as pd\nfrom framing import store\nframes = {k: pd.DataFrame({'article_id': [str(i) for i in "
        "range(n)], 'of': k}) for k in ('articles', 'clusters', 'tokens', 'counts', 'mentions')}",
        "store.save_all(frames, study)",
    ]
    monkeypatch.chdir(toy.project(tmp_path / "p", {"00_corpus": cells}))
    monkeypatch.setenv(store.OUTPUTS, str(tmp_path / "p" / "outputs"))

    def run(n: int) -> str:
        Path("params/toy/00_corpus.yaml").write_text(f"study: s\nn: {n}\n", encoding="utf-8")
        runs, faults = batch.collect([Path("params/toy")])
        assert not faults
        (record,) = batch.run_all(runs, tmp_path / "p" / "outputs", cold=True)
        return record.status

    assert [run(40), run(40)] == ["ok", "skipped"]
    killed(2, made(20))
    assert run(40) == "ok" and together() == {40}
    killed(5, made(20))  # all tables, no manifest: of 20, where the record is of 40
    assert run(40) == "ok" and together() == {40}
    store.save_all(made(20), "s")
    assert run(40) == "ok" and together() == {40}
    (store.folder("s") / "tokens.parquet").unlink()
    assert run(40) == "ok" and together() == {40}
    assert run(40) == "skipped"
