"""Where a number comes from: versions that cannot be forgotten, and every parameter of the notebook in its stamp."""

import ast
import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import nbformat
import pytest
import toy
from packaging.utils import canonicalize_name
from running import NOTEBOOKS, ROOT

from framing import batch, provenance
from framing.batch import parameters, state

JUPYTER = {"IPython", "jupyter_client", "jupyter_core", "traitlets"}
"""What starts kernels and shows outputs; it comes with the packages that run notebooks and makes no number."""


def imported() -> set[str]:
    """Top modules that the toolkit imports anywhere, in a function too, and that are not Python's."""
    found = set()
    for path in (ROOT / "framing").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module)
    return {name.split(".")[0] for name in found} - set(sys.stdlib_module_names) - {"framing"}


def test_every_package_that_is_imported_has_its_version_in_the_stamp_and_in_the_fingerprint():
    known = metadata.packages_distributions()
    named = set(provenance.versions())
    lost = {m for m in imported() - JUPYTER if not named & {canonicalize_name(d) for d in known.get(m, [m])}}
    assert not lost


def test_what_the_packages_stand_on_is_named_too():
    named = provenance.versions()
    below = (
        "rensa",
        "ruptures",
        "igraph",
        "leidenalg",
        "tomotopy",
        "trafilatura",
        "pyahocorasick",
        "llvmlite",
        "patsy",
    )
    assert {name for name in below if name not in named} == set() and len(named) == len(provenance.packages()) + 1
    assert "tornado" not in named, "what serves JupyterLab makes no number"


@pytest.mark.parametrize("package", ["rensa", "igraph", "llvmlite", "tomotopy"])
def test_another_version_of_a_package_is_another_fingerprint(tmp_path, monkeypatch, package):
    monkeypatch.chdir(toy.project(tmp_path, {"10_fine": ["print(n)"]}))
    (run,), _ = batch.collect([Path("params/toy")])
    before = state.fingerprint(run, tmp_path / "outputs", tmp_path)
    assert state.fingerprint(run, tmp_path / "outputs", tmp_path) == before
    ask = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "0.0.1" if name == package else ask(name))
    assert state.fingerprint(run, tmp_path / "outputs", tmp_path) != before


def test_a_toolkit_that_is_not_installed_names_all_that_is(monkeypatch):
    def none(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", none)
    assert {"rensa", "numpy", "llvmlite"} <= set(provenance.packages.__wrapped__())


STAMP = "from framing import report\nreport.stamp(seed=1)"


def stamped(path: Path) -> dict:
    """The parameters in the stamp of an executed notebook."""
    outputs = (out for cell in nbformat.read(path, as_version=4).cells for out in cell.get("outputs", []))
    found = [d for out in outputs for k, d in out.get("data", {}).items() if k == "application/vnd.framing.stamp+json"]
    return found[0]["parameters"]


@pytest.mark.slow
def test_a_batch_stamps_every_parameter_with_the_value_it_had(tmp_path, monkeypatch):
    monkeypatch.chdir(toy.project(tmp_path, {"10_fine": ["other = 3", STAMP]}))
    Path("params/toy/10_fine.yaml").write_text("n: 5\nwords: [a, b]\n", encoding="utf-8")
    (run,), faults = batch.collect([Path("params/toy")])
    (record,) = batch.run_all([run], tmp_path / "outputs", cold=True)
    assert record.status == "ok", record.error
    # as the parameters cell of tests/toy.py has them, but for those of the file
    assert {k: str(v) for k, v in stamped(tmp_path / "outputs/toy/10_fine.ipynb").items()} == {
        "study": "toy", "n": "5", "share": "0.5", "since": "2015-01-01", "mode": "x", "words": str(["a", "b"]),
        "nested": "{}", "corpus_path": "",
    }  # fmt: skip


@pytest.mark.slow
def test_without_papermill_the_stamp_has_the_values_a_person_set():
    cells = [toy.PARAMETERS, "n: int = 7\nshare: float = 0.1", "mode = 'y'", "print(n)", "1 +", STAMP]
    code = f"""
import json
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for cell in {cells!r}:
    found = shell.run_cell(cell, store_history=True).result
data = found._repr_mimebundle_()["application/vnd.framing.stamp+json"]
print("found", json.dumps({{k: str(v) for k, v in data["parameters"].items()}}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.split("found ")[1].splitlines()[0])
    assert found["n"] == "7" and found["share"] == "0.1" and found["mode"] == "y" and len(found) == 8


def test_outside_a_notebook_there_are_no_parameters_but_those_given():
    assert provenance.parameters() == {}


@pytest.mark.parametrize("path", [p for p in NOTEBOOKS if p.stem != "explore"], ids=lambda path: path.stem)
def test_no_cell_changes_a_parameter_before_it_is_stamped_and_none_lists_them_by_hand(path):
    names = set(parameters.of_notebook(path))
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert sum("report.stamp(" in cell.source for cell in cells) == 1
    declared = [cell for cell in cells if set(provenance._declared(cell.source)) == names]
    assert len(declared) == 1
    for cell in (each for each in cells if each not in declared):
        nodes = ast.walk(ast.parse(cell.source))
        stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        assert not stored & names and "given = {" not in cell.source
