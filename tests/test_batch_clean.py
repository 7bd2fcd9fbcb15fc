"""What clean removes: what a run left, and nothing outside the output folder."""

import json

import pytest

from framing import batch
from framing.batch import state
from framing.errors import ParamError


@pytest.fixture
def outputs(tmp_path):
    """Reports of two studies, one of them of a failed run, and a file of a person."""
    folder = tmp_path / "outputs"
    for study, name, status in [
        ("press", "10_keyness", "ok"),
        ("press", "11_maps", "failed"),
        ("radio", "11_maps", "ok"),
    ]:
        record = state.Record(study, name, status, f"{name}.ipynb", error="no page" if status == "failed" else "")
        for kind, path in state.paths(record, folder).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir() if kind == "files" else path.write_text("x")
        state.write(record, state.paths(record, folder)["json"])
    (folder / "press" / "tables").mkdir()
    (folder / "press" / "mine.txt").write_text("kept")
    batch.write_index(folder)
    return folder


def test_one_run_is_removed_from_its_study_and_from_the_index(outputs):
    assert "no page" in (outputs / "index.html").read_text(encoding="utf-8")
    removed = batch.clean(outputs, [], ["press/11_maps"])
    assert sorted(path.name for path in removed) == [
        "11_maps.docx", "11_maps.files", "11_maps.html", "11_maps.ipynb", "11_maps.json",
    ]  # fmt: skip
    assert not list((outputs / "press").glob("11_maps*")) and (outputs / "press" / "10_keyness.html").is_file()
    assert (outputs / "press" / "tables").is_dir() and (outputs / "radio" / "11_maps.html").is_file()
    assert "no page" not in (outputs / "index.html").read_text(encoding="utf-8")
    assert {path.parent.name for path in batch.clean(outputs, ["radio"], ["11_maps"])} == {"radio"}
    assert not (outputs / "radio").exists()


@pytest.mark.parametrize("name", ["12_contexts", "../press/11_maps", "mine", "radio/10_keyness"])
def test_a_run_that_left_nothing_is_refused_with_those_that_did(outputs, name):
    with pytest.raises(ParamError, match="press/10_keyness, press/11_maps, radio/11_maps"):
        batch.clean(outputs, [], [name])


def test_nothing_outside_the_output_folder_is_removed(outputs, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "10_keyness.html").write_text("kept")
    (outputs / "press" / "11_maps.files").rmdir()
    (outputs / "press" / "11_maps.files").symlink_to(other)
    path = outputs / "press" / "10_keyness.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"study": "../other"}))
    batch.clean(outputs, [], ["11_maps", "10_keyness"])
    batch.clean(outputs, [])
    assert (other / "10_keyness.html").read_text() == "kept" and (outputs / "press" / "mine.txt").is_file()
    assert not (outputs / "press" / "11_maps.files").is_symlink()


def test_the_command_says_what_it_removed(outputs, monkeypatch, capsys):
    from framing import cli

    cli.clean(None, outputs, ["press/11_maps"], yes=True)
    said = capsys.readouterr().out.splitlines()
    assert "press/11_maps.html" in said and said[-1] == "5 files and folders removed"
