"""Parameter files are refused before anything starts, with one list of every fault."""

import json
from pathlib import Path

import nbformat
import pandas as pd
import papermill.iorw
import pytest
import toy
import yaml
from hypothesis import given
from hypothesis import strategies as st

from framing import batch, multiverse
from framing.batch import parameters, plan
from framing.errors import ParamError


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(toy.project(tmp_path, {"10_fine": ["print(n)"]}))
    return tmp_path


@pytest.fixture
def write(project):
    def write(text: str, name: str = "10_fine.yaml"):
        path = project / "params" / "toy" / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def faults_of(path) -> list[str]:
    return plan.collect([path])[1]


def test_the_parameters_cell_is_read_with_types_help_and_choices(project):
    known = parameters.of_notebook(project / "notebooks" / "10_fine.ipynb")
    assert list(known) == ["study", "n", "share", "since", "mode", "words", "nested", "corpus_path"]
    assert known["mode"].choices == ("x", "y")
    assert known["n"].type == "int" and known["n"].default == 3 and known["n"].help == "how many, numbers"
    assert known["corpus_path"].is_path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("m: 1", "has no parameter 'm'"),
        ("sinse: x", "did you mean 'since'?"),
        ("n: '5'", "'n' must be int, not str '5'"),
        ("n: true", "'n' must be int, not bool"),
        ("since: 2015", "(put it in quotes)"),
        ("mode: z", "'mode' is one of ['x', 'y'], not 'z'"),
        ("corpus_path: not/there.csv", "which is not there"),
        ("'x=1;import os': 1", "has no parameter 'x=1;import os'"),
        ("class: 1", "has no parameter 'class'"),
        ("1: 1", "has no parameter '1'"),
        ("study: ../elsewhere", "a study's name is letters"),
        ("n: 1\nn: 2", "['n'] stands more than once"),
        ("n: [1", "line "),
        ("- n", "must hold 'name: value' lines, not a list"),
        ("n: !!python/object/apply:os.system ['true']", "not valid YAML"),
        ("words: [!!binary aGk=]", "holds a bytes"),
        ("grid: {n: 5}", "'grid' must give a list"),
        ("n: 1\ngrid: {n: [1, 2]}", "both in 'grid' and beside it"),
        ("grid: {n: [1, 1]}", "two variants of the grid have the same name"),
        ("grid: {n: [1, 2], m: [1]}", "has no parameter 'm'"),
    ],
)
def test_a_fault_is_named(write, text, said):
    found = faults_of(write(text))
    assert len(found) == 1 and said in found[0], found


@pytest.mark.parametrize(
    ("kind", "choices", "said"),
    [
        ("placement", {"implied": {"x": {"confidence": ["implied"]}}}, "A bare column is refused"),
        ("placement", {"implied": {"x": {"before": "2020"}}}, "before is now until"),
        ("placement", {"copies": ["in", "out"]}, "must map its options to rows"),
        ("placement", {"model": ["probit"]}, "'probit'; there are"),
        ("placement", {"time": ["since noon"]}, "'since 2019'"),
        ("word", {"subject": {"x": {"is_nkor": [1]}}}, "A bare column is refused"),
        ("word", {"rate": ["words"]}, "'words'; there are"),
        ("word", None, "'model' must map its options to rows"),  # the choices of the notebook are those of a placement
        ("topic", {"subject": {"x": ["is_nkor"]}}, "say which rows with keep"),
        ("topic", {"start": []}, "must have options"),
        ("topic", {}, "at least one name"),
    ],
)
def test_check_refuses_the_choices_that_a_run_refuses_in_the_same_words(root, kind, choices, said):
    notebook = root / "notebooks" / "90_multiverse.ipynb"
    known = parameters.of_notebook(notebook)
    values = {"kind": kind} | ({} if choices is None else {"choices": choices})
    found = parameters.faults(values, known, Path("f.yaml"), notebook, root)
    made = known["choices"].default if choices is None else choices
    run = {"word": multiverse.contrast, "topic": multiverse.subjects.subject}.get(kind)
    with pytest.raises(ParamError) as refused:
        run("none", ["a"], "A", "B", made) if run else multiverse.placed.placements(pd.DataFrame(), made)
    assert found == [f"f.yaml: 'choices': {refused.value}"] and said in found[0]


def test_check_takes_every_multiverse_that_ships(root):
    notebook = root / "notebooks" / "90_multiverse.ipynb"
    files = sorted((root / "params").rglob("90_multiverse*.yaml"))
    known = parameters.of_notebook(notebook)
    assert len(files) > 3
    assert not [
        fault for file in files for fault in parameters.faults(parameters.read(file), known, file, notebook, root)
    ]


def test_all_faults_of_all_files_come_in_one_list(write, project):
    write("m: 1\nn: x")
    write("mode: q", "10_fine.second.yaml")
    write("", "77_no_such_notebook.yaml")
    found = plan.collect([project / "params" / "toy", project / "params" / "nowhere"])[1]
    assert len(found) == 5
    assert any("no notebook 77_no_such_notebook.ipynb" in fault for fault in found)


def test_a_grid_gives_a_run_a_combination_named_by_what_varies(write):
    runs, faults = plan.collect([write("grid:\n  n: [1, 2]\n  mode: [x, y]\n  share: [0.1]")])
    assert not faults
    assert [run.name for run in runs] == [f"10_fine.n-{n},mode-{m}" for n in (1, 2) for m in "xy"]
    assert {run.values["share"] for run in runs} == {0.1}


def test_values_of_a_grid_become_safe_names(write, project):
    runs, faults = plan.collect([write("grid: {since: ['../../etc', '朝日/新聞', '2015-01-01', '']}")])
    assert not faults
    for run in runs:
        assert "/" not in run.name and ".." not in run.name.removeprefix("10_fine.")


def test_the_reader_gives_what_papermills_reader_gives(write):
    text = "a: 2015-01-01\nb: 2015-01-01 10:00:00\nc: yes\nd: 1e3\ne: .nan\nf: {g: [1, 2.5, null]}\nh: 0o7\ni: 朝日"
    assert repr(parameters.read(write(text))) == repr(yaml.load(text, Loader=papermill.iorw.NoDatesSafeLoader))


@given(st.text(max_size=200))
def test_any_text_is_a_mapping_or_a_param_error(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "file.yaml"
    path.write_text(text, encoding="utf-8", errors="replace")
    try:
        assert isinstance(parameters.read(path), dict)
    except ParamError as error:
        assert str(path) in str(error)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.lists(st.text()), st.dictionaries(st.text(), st.text())))
def test_any_value_becomes_a_safe_part_of_a_file_name(value):
    name = parameters.slug(value)
    assert name and len(name.encode()) < 250
    assert not set(name) & set('/\\:*?"<>|\n\0 ') and not name.startswith(".")


def test_the_study_is_the_folder_unless_told(write):
    (run,), _ = plan.collect([write("n: 1")])
    assert run.study == "toy" and run.values["study"] == "toy"


def test_two_files_that_would_write_the_same_report_are_refused(write, project):
    (project / "params" / "other").mkdir()
    (project / "params" / "other" / "10_fine.yaml").write_text("study: toy")
    found = plan.collect([project / "params" / "toy", project / "params" / "other"])[1]
    assert len(found) == 1 and "would write the same toy/10_fine" in found[0]


@pytest.mark.parametrize("command", ["status", "list"])
def test_one_bad_file_does_not_hide_the_others_of_its_folder(command, write, project, framing):
    write("sinse: x", "10_fine.bad.yaml")
    write("grid: {n: [1, '2']}", "10_fine.half.yaml")
    write("study: ../elsewhere", "10_fine.away.yaml")
    done = framing(command, "params/toy", cwd=project)
    assert done.returncode == 2 and done.stderr.count("refused: ") == 3 and "did you mean 'since'?" in done.stderr
    shown = done.stdout.splitlines()
    assert len(shown) == 2 and "toy/10_fine " in shown[0] + shown[1] and "toy/10_fine.half.n-1 " in shown[0] + shown[1]
    told = json.loads(framing(command, "params/toy", "--json", cwd=project).stdout)
    assert len(told["runs"]) == 2 and len(told["faults"]) == 3


def test_of_two_files_that_would_write_the_same_report_neither_is_shown(write, project, framing):
    write("n: 1", "10_fine.json.yaml")
    write("n: 2", "10_fine.JSON.yaml")
    done = framing("status", "params/toy", cwd=project)
    assert done.returncode == 2 and "would write the same" in done.stderr and len(done.stdout.splitlines()) == 1


def test_the_choices_end_at_a_semicolon_and_the_default_is_one_of_them(tmp_path):
    toy.notebook(tmp_path / "x.ipynb", [], 'mode: str = ""  # what is done, one of: a, b; empty takes the first')
    known = parameters.of_notebook(tmp_path / "x.ipynb")
    assert known["mode"].choices == ("a", "b")
    said = [parameters.faults({"mode": value}, known, tmp_path, tmp_path, tmp_path) for value in ("", "b", "c")]
    assert [len(faults) for faults in said] == [0, 0, 1]


@pytest.mark.parametrize(
    ("cell", "said"),
    [("n = open('x')", "not a plain value"), ("import os", "is not 'name: type = value'"), ("n = (", "is not Python")],
)
def test_a_parameters_cell_that_is_more_than_parameters_is_refused(tmp_path, cell, said):
    toy.notebook(tmp_path / "x.ipynb", [], cell)
    with pytest.raises(ParamError, match=said):
        parameters.of_notebook(tmp_path / "x.ipynb")


def test_a_file_that_the_notebook_begins_need_not_be_there(root, tmp_path):
    """20_topics writes the labels of its topics to a file that a person then edits."""
    file = tmp_path / "20_topics.yaml"
    file.write_text("study: sample\nlabels_path: labels/of-topics.yaml\n", encoding="utf-8")
    assert plan.collect([file], root / "notebooks")[1] == []
    file.write_text("study: sample\nlabels_pathh: x\n", encoding="utf-8")
    assert plan.collect([file], root / "notebooks")[1] != []


def with_metadata(path, help_text: str, **metadata):
    toy.notebook(path, ["print(labels_path)"], f'study: str = "toy"  # study\nlabels_path: str = ""  # {help_text}\n')
    made = nbformat.read(path, as_version=4)
    made.cells[1].metadata.update(metadata)
    nbformat.write(made, path)


def test_whether_a_file_may_be_new_stands_in_the_metadata_and_not_in_the_words_of_a_comment(project, write):
    notebook = project / "notebooks" / "20_labels.ipynb"
    file = write("labels_path: labels/of-topics.yaml\n", "20_labels.yaml")
    with_metadata(notebook, "トピックの名前のYAMLファイル", new_files=["labels_path"])
    assert faults_of(file) == []
    parameters.of_notebook.cache_clear()
    with_metadata(notebook, "labels, begun where it is not there; empty for none")
    assert len(faults_of(file)) == 1 and "which is not there" in faults_of(file)[0]
    parameters.of_notebook.cache_clear()
    with_metadata(notebook, "labels", new_files=["label_path"])
    assert "new_files of the parameters cell names ['label_path']" in faults_of(file)[0]


def test_a_public_name_of_batch_is_the_same_each_time_it_is_asked_for():
    """``batch.scaffold`` and ``batch.rebuild`` were modules the second time, since these had their names."""
    for name in dir(batch):
        assert getattr(batch, name) is getattr(batch, name), name
        assert callable(getattr(batch, name))
