"""Notebooks are thin and stripped, and every one of them runs from its parameter files to a report that opens offline.

A person can look at the pictures under ``outputs/screenshots``.
"""

import ast
import json
from pathlib import Path

import pytest
import yaml
from browsing import Visit
from running import (
    FEWER,
    NOTEBOOKS,
    ROOT,
    Reports,
    chrome,
    files,
    project,
    server,
    small_and_whole,
    smaller,
    works_in_every_way,
)

from framing import datasets, store
from framing.batch import parameters, plan

__all__ = ["chrome", "server"]

SHOWN = [name for name in files("telegrams", "sample", "multiverse") if "frontpage" not in name]
"""What needs no download."""


def cells(path, kind: str) -> list[dict]:
    return [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == kind]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_thin_and_stripped(path):
    assert (
        cells(path, "markdown")[0]["source"][0].startswith("# ")
        or "".join(cells(path, "markdown")[0]["source"])[:2] == "# "
    )
    for cell in cells(path, "code"):
        source = "".join(cell["source"])
        assert not cell["outputs"] and cell["execution_count"] is None, "no stored outputs"
        if "parameters" in cell["metadata"].get("tags", []):
            continue
        tree = ast.parse(source)
        banned = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.Try, ast.AsyncFunctionDef)
        assert not [node for node in ast.walk(tree) if isinstance(node, banned)], f"{source!r} belongs in the library"
        assert len(tree.body) <= 4, f"more than four statements: {source!r}"
        lost = [ast.unparse(each) for each in tree.body[:-1] if isinstance(each, ast.Expr)]
        lost = [each for each in lost if not each.startswith("reliability.sheet(")]
        assert not lost, f"Jupyter shows what a cell ends with, and not {lost}"


def test_every_parameter_file_that_ships_fits_its_notebook(monkeypatch):
    monkeypatch.chdir(ROOT)
    folders = [p for p in sorted((ROOT / "params").iterdir()) if p.is_dir() and p.name not in store.SHARED]
    runs, faults = plan.collect(folders)
    assert not faults
    assert {run.study for run in runs} == {"telegrams", "sample", "frontpage", "livedoor"}


@pytest.mark.parametrize("path", [p for p in NOTEBOOKS if p.stem != "explore"], ids=lambda p: p.stem)
def test_a_notebook_says_what_each_parameter_is(path):
    known = parameters.of_notebook(path)
    assert list(known)[0] == "study"
    assert all(p.help for p in known.values()), "a comment on each line"


@pytest.fixture(scope="module")
def reports(tmp_path_factory, server):
    """The notebooks of telegrams and sample, on few articles and few replicates."""
    folder = project(tmp_path_factory.mktemp("project"), "telegrams", "sample", "multiverse")
    for path in (folder / "params" / "sample").glob("*.yaml"):
        smaller(path, **FEWER, n_articles=900)
    for path in (folder / "params" / "multiverse").glob("*.yaml"):
        choices = yaml.safe_load(path.read_text(encoding="utf-8"))["choices"]
        few = {name: options[:2] if isinstance(options, list) else options for name, options in choices.items()}
        smaller(path, **FEWER, choices=few)
    return Reports(folder, server)


def test_what_ships_shows_every_notebook():
    assert {Path(name).name.split(".")[0] for name in SHOWN} == {p.stem for p in NOTEBOOKS} - {"explore"}


@pytest.mark.notebook
@pytest.mark.parametrize("name", SHOWN)
def test_a_notebook_runs(name, reports):
    small_and_whole(reports.report(name))


@pytest.mark.notebook
def test_the_maps_of_two_outlets_come_with_one_axis_and_everything_else(reports):
    asked = {"study": "sample", "keep": {"outlet": ["東都新報", "北海日日"]}, "replicates": 50}
    (reports.folder / "params" / "sample" / "11_maps.two.yaml").write_text(yaml.safe_dump(asked), encoding="utf-8")
    html = reports.report("sample/11_maps.two.yaml")
    made = json.loads(html.with_suffix(".ipynb").read_text("utf-8"))
    shown = ["".join(o["data"]["text/plain"]) for c in made["cells"] for o in c.get("outputs", []) if "data" in o]
    assert any("A map of two outlets has one axis." in text for text in shown)
    assert sum("nodes" in text for text in shown) == 2  # both networks
    small_and_whole(html)


@pytest.mark.notebook
def test_the_notebook_answers_for_the_messages_without_prepared_tables(reports):
    made = json.loads(reports.report("telegrams/40_prominence.received.yaml").with_suffix(".ipynb").read_text("utf-8"))
    shown = ["".join(o["data"]["text/plain"]) for c in made["cells"] for o in c.get("outputs", []) if "data" in o]
    assert any("reported placements do not settle whether" in text for text in shown)
    limits = datasets.catalogue.limits("leader_messages")
    assert limits and all(any(limit in text for text in shown) for limit in limits)


@pytest.mark.notebook
@pytest.mark.browser
@pytest.mark.parametrize("name", SHOWN)
def test_a_report_opens_and_works_in_every_way(name, reports, chrome):
    works_in_every_way(chrome, reports.report(name))


@pytest.mark.notebook
@pytest.mark.browser
def test_the_index_opens_and_works_in_every_way(reports, chrome):
    reports.report("telegrams/40_prominence.yaml")
    works_in_every_way(chrome, reports.outputs / "index.html")


@pytest.mark.notebook
@pytest.mark.browser
def test_code_and_contents_of_a_real_report_work(reports, chrome):
    visit = Visit(chrome, reports.report("telegrams/40_prominence.yaml"))
    try:
        page = visit.page
        code = page.locator("pre").first
        assert not code.is_visible()
        page.get_by_role("button", name="Show code").click()
        assert code.is_visible()
        page.get_by_role("link", name="The placements").click()
        assert page.evaluate("location.hash")
    finally:
        visit.close()
