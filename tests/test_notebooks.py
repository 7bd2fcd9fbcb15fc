"""Notebooks are thin and stripped, and every one of them runs from its parameter files to a report that opens offline.

Two small studies go through everything: the made-up press, and the same press with markup, scripts and template marks
in its headlines, texts and outlet names. A person can look at the pictures under ``outputs/screenshots``.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from browsing import Visit, browser

from framing import datasets
from framing.batch import parameters, plan

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
EVIL = [
    "<script>window.ran=1</script>",
    '"><img src=x onerror="window.ran=2">',
    "${window.ran=3}",
    "`+(window.ran=4)+`",
    "{{ 7*7 }}",
    "\u202egnp.exe",
    "</script><svg onload=window.ran=5>",
    "$x_1$ & <b>bold</b>",
]


def cells(path: Path, kind: str) -> list[dict]:
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


def test_every_parameter_file_that_ships_fits_its_notebook(monkeypatch):
    monkeypatch.chdir(ROOT)
    folders = [p for p in sorted((ROOT / "params").iterdir()) if p.is_dir() and p.name != "lexicon"]
    runs, faults = plan.collect(folders)
    assert not faults
    assert {run.study for run in runs} == {"telegrams", "sample", "frontpage", "livedoor"}


@pytest.mark.parametrize("path", [p for p in NOTEBOOKS if p.stem != "explore"], ids=lambda p: p.stem)
def test_a_notebook_says_what_each_parameter_is(path):
    known = parameters.of_notebook(path)
    assert list(known)[0] == "study"
    assert all(p.help for p in known.values()), "a comment on each line"


def project(folder: Path) -> Path:
    """The project's notebooks and parameters, to be run somewhere else."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    shutil.copytree(ROOT / "params", folder / "params", ignore=shutil.ignore_patterns("frontpage", "livedoor"))
    return folder


def smaller(path: Path, **values) -> None:
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    known = parameters.of_notebook(ROOT / "notebooks" / f"{path.name.split('.')[0]}.ipynb")
    found.update({name: value for name, value in values.items() if name in known})
    path.write_text(yaml.safe_dump(found, allow_unicode=True), encoding="utf-8")


def run(folder: Path, *paths: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "framing.cli", "run", *paths, "--workers", "2", "--json"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONWARNINGS": "default"}
    )


FEWER = {"replicates": 100, "permutations": 100, "n_refits": 2, "draws": 3, "numbers": [3, 5]}


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Every notebook of telegrams and sample, on few articles and few replicates."""
    folder = project(tmp_path_factory.mktemp("project"))
    for path in (folder / "params" / "sample").glob("*.yaml"):
        smaller(path, **FEWER, n_articles=900)
    return folder, run(folder, "params/telegrams", "params/sample")


@pytest.fixture(scope="module")
def evil(tmp_path_factory):
    """The same press with hostile text everywhere a text can stand, as somebody's own file."""
    folder = project(tmp_path_factory.mktemp("evil <b>&amp;"))
    press = datasets.sample_press(400, seed=3).articles.drop(columns="agency", errors="ignore")
    marks = [EVIL[i % len(EVIL)] for i in range(len(press))]
    press = press.assign(
        headline=press["headline"].astype(str) + [f" {m}" for m in marks],
        text=[f"{m}。{t}{m}" for m, t in zip(marks, press["text"].astype(str), strict=True)],
        outlet=press["outlet"].astype(str).map(
            {name: f"{name}{EVIL[i]}" for i, name in enumerate(sorted(press["outlet"].astype(str).unique()))}
        ),
    )  # fmt: skip
    press.loc[press.index[0], "headline"] = "長" * 1_000_000
    press.to_csv(folder / "press <i>.csv", index=False)
    study = folder / "params" / "evil"
    study.mkdir()
    outlets = sorted(press["outlet"].unique())
    for name in ("00_corpus", "10_keyness", "11_maps", "12_contexts", "20_topics", "40_prominence", "41_trends"):
        values = {"study": "evil", "n_topics": 4, "actor": "putin", "query": "putin", "freq": "quarter", **FEWER}
        values |= {"path": "press <i>.csv", "steps": ["nfkc"], "strip": [], "question": f"Why {EVIL[1]}?"}
        known = parameters.of_notebook(folder / "notebooks" / f"{name}.ipynb")
        values |= {"target": outlets[0], "reference": outlets[1]} if name == "10_keyness" else {}
        fitting = {key: value for key, value in values.items() if key in known}
        (study / f"{name}.yaml").write_text(yaml.safe_dump(fitting, allow_unicode=True), encoding="utf-8")
    return folder, run(folder, "params/evil")


@pytest.mark.parametrize("name", ["reports", "evil"])
def test_every_notebook_runs(name, request):
    folder, done = request.getfixturevalue(name)
    ran = json.loads(done.stdout)["runs"]
    failed = {r["name"]: r["error"] for r in ran if r["status"] != "ok"}
    assert done.returncode == 0 and not failed, (failed, done.stderr[-2000:])
    stems = {r["name"].split(".")[0] for r in ran}
    assert name == "evil" or stems >= {p.stem for p in NOTEBOOKS} - {"explore", "90_multiverse"}
    for html in (folder / "outputs").glob("*/*.html"):
        assert html.stat().st_size < 5_000_000, f"{html.name} is larger than 5 MB"


@pytest.mark.parametrize("name", ["reports", "evil"])
def test_no_figure_lacks_a_glyph(name, request):
    folder, _ = request.getfixturevalue(name)
    for path in (folder / "outputs").glob("*/*.ipynb"):
        assert "missing from font" not in path.read_text(encoding="utf-8"), path.name


@pytest.fixture(scope="module")
def chrome():
    with browser() as opened:
        yield opened


def pictures() -> Path:
    folder = Path(os.environ.get("FRAMING_SCREENSHOTS", ROOT / "outputs" / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.browser
@pytest.mark.parametrize("name", ["reports", "evil"])
def test_every_report_opens_offline_without_a_complaint(name, request, chrome):
    folder, _ = request.getfixturevalue(name)
    for html in sorted((folder / "outputs").rglob("*.html")):
        visit = Visit(chrome, html)
        try:
            where = f"{html.parent.name}/{html.name}"
            assert not visit.requests, (where, visit.requests)
            assert not visit.complaints, (where, visit.complaints)
            assert visit.page.evaluate("window.ran") is None, f"{where}: text from an article ran as a script"
            assert visit.page.locator("h1").count() == 1, where
            assert not visit.serious(), (where, visit.serious())
            visit.page.screenshot(path=pictures() / f"{name}-{html.parent.name}-{html.stem}.png")
        finally:
            visit.close()


@pytest.mark.browser
def test_code_and_contents_of_a_real_report_work(reports, chrome):
    visit = Visit(chrome, reports[0] / "outputs" / "telegrams" / "40_prominence.html")
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


@pytest.mark.browser
def test_hostile_text_is_shown_as_text(evil, chrome):
    visit = Visit(chrome, evil[0] / "outputs" / "evil" / "10_keyness.html")
    try:
        assert "<" in visit.page.inner_text("body"), "outlet names carry their markup as text"
    finally:
        visit.close()
