"""Two folders of outputs, made up: every difference is listed, noise is counted, and a commit is run once."""

import json
import subprocess

import pandas as pd
import pytest


@pytest.fixture
def compare_runs(root, monkeypatch):
    monkeypatch.syspath_prepend(root / "benchmarks")
    import compare_runs

    return compare_runs


def exported(folder, tables, **record):
    """One run as ``framing run`` leaves it: its record and the folder of its tables."""
    files = folder / "study" / "10_words.files"
    files.mkdir(parents=True)
    for name, columns in tables.items():
        pd.DataFrame(columns).to_csv(files / name, index=False, encoding="utf-8-sig")
    (folder / "study" / "10_words.json").write_text(json.dumps({"status": "ok", "seconds": 1.0, **record}))
    return folder


WORDS = {"term": ["税", "戦", "職"], "n": [3, 2, 1], "ratio": [0.5, 1.5, None]}


def test_the_same_outputs_differ_in_nothing_though_they_took_longer(compare_runs, tmp_path):
    old = exported(tmp_path / "old", {"table-01.csv": WORDS}, finding={"sentence": "x", "value": 1.5})
    new = exported(tmp_path / "new", {"table-01.csv": WORDS}, finding={"sentence": "x", "value": 1.5}, seconds=9.0)
    found, n_files = compare_runs.compare(old, new)
    assert n_files == 2 and len(found) == 0
    said = compare_runs.markdown(found, n_files, "old", "new", 12, 1e-9)
    assert "2 files compared, 0 differ: nothing" in said


def test_each_kind_of_difference_is_listed_with_its_row_and_column(compare_runs, tmp_path):
    old = exported(tmp_path / "old", {"table-01.csv": WORDS, "table-02.csv": {"gone": [1]}},
                   finding={"sentence": "1.5 | times", "value": 1.5}, values={"top": 3})  # fmt: skip
    changed = {
        "term": ["戦", "税", "米"],
        "n": [2, 3, 1],
        "ratio": [1.5 * (1 + 1e-12), 0.25, None],
        "note": ["", "b", ""],
    }
    new = exported(tmp_path / "new", {"table-01.csv": changed, "table-03.csv": {"come": [1]}},
                   finding={"sentence": "1.2 times", "value": 1.2}, values={"top": 4})  # fmt: skip
    found, _ = compare_runs.compare(old, new)
    found.loc[found["kind"] == "noise", "new"] = 1.5  # 1.5000000000015, but for the last digit that pandas reads
    rows = {tuple(row) for row in found.drop(columns="file").astype(str).itertuples(index=False)}
    assert rows == {
        ("column added", "note", "", "", ""),
        ("row removed", "", "職", "", ""),
        ("row added", "", "米", "", ""),
        ("order", "", "", "", ""),
        ("number", "ratio", "税", "0.5", "0.25"),
        ("noise", "ratio", "戦", "1.5", "1.5"),
        ("file removed", "", "", "", ""),
        ("file added", "", "", "", ""),
        ("text", "finding.sentence", "", "1.5 | times", "1.2 times"),
        ("number", "finding.value", "", "1.5", "1.2"),
        ("number", "values.top", "", "3", "4"),
    }
    said = compare_runs.markdown(found, 2, "old", "new", 12, 1e-9)
    assert "| ratio | 税 | 0.5 | 0.25 |" in said and "1 numbers differ by less than 1e-09" in said
    assert "| finding.sentence |  | 1.5 \\| times | 1.2 times |" in said and "戦" not in said


def test_a_table_keeps_its_fellow_when_another_comes_before_it(compare_runs, tmp_path):
    old = exported(tmp_path / "old", {"table-01.csv": WORDS})
    new = exported(tmp_path / "new", {"table-01.csv": {"outlet": ["a"], "share": [0.5]}, "table-02.csv": WORDS})
    found, _ = compare_runs.compare(old, new)
    assert found[["file", "kind", "old", "new"]].values.tolist() == [
        ["study/10_words.files/table-01.csv", "file added", "", ""],
        ["study/10_words.files/table-02.csv", "file renamed", "table-01.csv", "table-02.csv"],
    ]


def test_rows_of_one_name_are_told_apart_by_their_place_and_a_number_that_is_gone_is_text(compare_runs):
    old = pd.DataFrame({"term": ["a", "a"], "x": [1.0, 2.0]})
    new = pd.DataFrame({"term": ["a", "a"], "x": [1.0, None]})
    assert compare_runs.tables(old, new) == [("text", "x", "a #2", 2.0, "")]


def test_long_columns_are_cut_and_said_to_be(compare_runs, tmp_path):
    numbers = [float(i) for i in range(1, 31)]
    tables = [{"table-01.csv": {"term": [f"t{i}" for i in range(30)], "x": [k * x for x in numbers]}} for k in (1, 2)]
    old, new = (exported(tmp_path / str(i), held) for i, held in enumerate(tables))
    found, n_files = compare_runs.compare(old, new)
    assert (found["kind"] == "number").sum() == 30
    assert "| x | … 18 more | | |" in compare_runs.markdown(found, n_files, "old", "new", 12, 1e-9)
    assert "more" not in compare_runs.markdown(found, n_files, "old", "new", 0, 1e-9)


def test_the_demo_of_a_commit_is_run_once_and_goes_on_where_it_was_broken_off(compare_runs, tmp_path, monkeypatch):
    project = tmp_path / "project"
    (project / ".venv").mkdir(parents=True)
    (project / ".venv" / ".ready").touch()
    (project / "requirements.lock").write_text("numpy\n")
    (project / "Makefile").write_text(  # fails the first time, as a run that is stopped
        "demo: $(VENV)/.ready\n\tmkdir -p outputs && echo run >> outputs/runs.csv\n"
        "\ttest $$(wc -l < outputs/runs.csv) -gt 1\n"
        "$(VENV)/.ready: requirements.lock\n\tfalse\n"
    )
    for words in (["init", "-q"], ["add", "requirements.lock", "Makefile"],
                  ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):  # fmt: skip
        subprocess.run(["git", *words], cwd=project, check=True)
    monkeypatch.setattr(compare_runs, "ROOT", project)
    cache = tmp_path / "cache"
    with pytest.raises(SystemExit, match="the next call goes on"):
        compare_runs.outputs_of("HEAD", cache, 1)
    kept = compare_runs.outputs_of("HEAD", cache, 1)
    assert (kept / "runs.csv").read_text() == "run\nrun\n"
    assert compare_runs.outputs_of("HEAD", cache, 1) == kept and (kept / "runs.csv").read_text() == "run\nrun\n"
    with pytest.raises(SystemExit, match="rev-parse"):
        compare_runs.outputs_of("no-such-commit", cache, 1)
