"""Runs notebooks of the project in a folder of its own, small enough for a test."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from browsing import every_way

from framing.batch import parameters

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FEWER = {"replicates": 100, "permutations": 100, "n_refits": 2, "draws": 3, "numbers": [3, 5], "starts": 2}
"""Few of everything that is done many times."""


def project(folder: Path, *studies: str) -> Path:
    """The notebooks and some studies' parameter files of the project, to be run somewhere else."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    for name in ("lexicon", *studies):
        shutil.copytree(ROOT / "params" / name, folder / "params" / name)
    return folder


def smaller(path: Path, **values) -> None:
    """Set parameters in a file, as far as its notebook has them."""
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    known = parameters.of_notebook(ROOT / "notebooks" / f"{path.name.split('.')[0]}.ipynb")
    found.update({name: value for name, value in values.items() if name in known})
    path.write_text(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), encoding="utf-8")


def run(folder: Path, *paths: str, **environment: str) -> subprocess.CompletedProcess:
    """``framing run`` in a folder; its standard output is JSON."""
    command = [sys.executable, "-m", "framing.cli", "run", *paths, "--workers", "2", "--json"]
    surroundings = {**os.environ, "PYTHONWARNINGS": "default", **environment}
    surroundings.pop("FRAMING_OUTPUTS", None)
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=surroundings)


def all_ran(done: subprocess.CompletedProcess) -> set[str]:
    """Names of the runs, each of which ended well."""
    ran = json.loads(done.stdout)["runs"]
    failed = {run["name"]: run["error"] for run in ran if run["status"] != "ok"}
    assert done.returncode == 0 and not failed, (failed, done.stderr[-2000:])
    return {run["name"] for run in ran}


def small_and_whole(outputs: Path) -> None:
    """No report is large, no figure lacks a glyph, and nothing was said that a reader should not see."""
    for html in outputs.glob("*/*.html"):
        assert html.stat().st_size < 5_000_000, f"{html.name} is larger than 5 MB"
    for path in outputs.glob("*/*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert "missing from font" not in text, path.name


def in_every_way(chrome, outputs: Path) -> None:
    """Every report under a folder opens and works by day, by night, on a phone, on paper and without its script."""
    found = sorted(outputs.rglob("*.html"))
    assert len(found) > 1
    wrong = {}
    for html in found:
        told = every_way(chrome, html, f"{html.parent.name}-{html.stem}".replace("/", "_"))
        wrong |= {f"{html.parent.name}/{html.stem}": told} if told else {}
    assert not wrong, "\n".join(f"{name}: {told}" for name, told in wrong.items())


@pytest.fixture(scope="module")
def chrome():
    """A headless browser for one file of tests."""
    from browsing import browser

    with browser() as opened:
        yield opened
