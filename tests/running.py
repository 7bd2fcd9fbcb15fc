"""Runs notebooks of the project in a folder of its own, small enough for a test: one notebook is one test."""

import contextlib
import shutil
from pathlib import Path

import pytest
import yaml
from browsing import every_way

from framing import batch, store
from framing.batch import parameters, state, warm

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FEWER = {"replicates": 100, "permutations": 100, "n_refits": 2, "numbers": [3, 5], "starts": 2}
"""Few of everything that is done many times."""


def project(folder: Path, *studies: str) -> Path:
    """The notebooks and some studies' parameter files of the project, to be run somewhere else."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    for name in (*store.SHARED, *studies):
        shutil.copytree(ROOT / "params" / name, folder / "params" / name)
    return folder


def smaller(path: Path, **values) -> None:
    """Set parameters in a file, as far as its notebook has them; a number that is smaller there stays."""
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    known = parameters.of_notebook(ROOT / "notebooks" / f"{path.name.split('.')[0]}.ipynb")
    fewer = {k: min(v, found.get(k, v)) if isinstance(v, int) else v for k, v in values.items() if k in known}
    found.update(fewer)
    path.write_text(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), encoding="utf-8")


def files(*studies: str, params: Path = ROOT / "params") -> list[str]:
    """The parameter files of some studies, as ``sample/11_maps.yaml``; the corpus comes first in each."""
    return [f"{study}/{path.name}" for study in studies for path in sorted((params / study).glob("*.yaml"))]


class Reports:
    """Reports made in the folder of a project; each is run when a test first asks for it, after its corpus."""

    def __init__(self, folder: Path, server: warm.Server, **environment: str):
        self.folder, self.outputs, self._server, self._environment = folder, folder / "outputs", server, environment

    def record(self, name: str) -> state.Record:
        """The record of a parameter file such as ``sample/11_maps.yaml``."""
        with contextlib.chdir(self.folder), pytest.MonkeyPatch.context() as patch:
            patch.delenv(store.OUTPUTS, raising=False)
            for variable, value in self._environment.items():
                patch.setenv(variable, value)
            (run,), faults = batch.collect([Path("params", name)])
            assert not faults
            corpus = f"{run.study}/00_corpus.yaml"
            if not run.writes_tables and Path("params", corpus).is_file():
                self.record(corpus)
            known = state.read(state.paths(run, self.outputs)["json"])
            return known or batch.run_all([run], self.outputs, server=self._server)[0]

    def report(self, name: str) -> Path:
        """The HTML of a run that ended well."""
        record = self.record(name)
        assert record.status == "ok", record.error
        return self.outputs / record.study / f"{record.name}.html"


def small_and_whole(html: Path) -> None:
    """A report is not large, its figures lack no glyph."""
    assert html.stat().st_size < 5_000_000
    assert "missing from font" not in html.with_suffix(".ipynb").read_text(encoding="utf-8")


def works_in_every_way(chrome, html: Path) -> None:
    """A report opens and works by day, by night, on a phone, on paper and without its script."""
    wrong = every_way(chrome, html, f"{html.parent.name}-{html.stem}")
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="session")
def server():
    """A warm process that kernels are forked from."""
    with warm.Server(warm.modules_of(NOTEBOOKS)) as started:
        yield started


@pytest.fixture(scope="module")
def chrome():
    """A headless browser for one file of tests."""
    from browsing import browser

    with browser() as opened:
        yield opened
