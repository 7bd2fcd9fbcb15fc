"""Fixtures every test may use."""

import os
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

from framing import cli, messages

ROOT = Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(items):
    """Files with many tests that run notebooks or take long come first: begun last, one would keep a worker alone."""
    long = Counter(
        item.path for item in items if {"notebook", "browser", "slow"} & {m.name for m in item.iter_markers()}
    )
    items.sort(key=lambda item: -long[item.path])


@pytest.fixture(scope="session")
def root() -> Path:
    """The project folder."""
    return ROOT


@pytest.fixture(scope="session")
def external() -> Path:
    """The folder of answers that other programs gave, with the scripts that ask them."""
    return ROOT / "tests" / "external"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real corpora beside the project; skips where it is not there."""
    folder = Path(os.environ.get("FRAMING_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("the shared folder with real corpora is not beside the project")
    return folder


@pytest.fixture
def framing(monkeypatch, capsys):
    """The command line, in this process: for what is refused or only written."""

    def run(*words: str, cwd: Path) -> SimpleNamespace:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["framing", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return SimpleNamespace(returncode=ended.value.code or 0, stdout=said.out, stderr=said.err)

    return run


@pytest.fixture(autouse=True)
def english():
    """A test that chose another language leaves English to the next."""
    yield
    messages.use("en")


@pytest.fixture
def harness(root, monkeypatch):
    """The modules of benchmarks/calibration, by name: they are run as scripts and not installed."""
    monkeypatch.syspath_prepend(root / "benchmarks" / "calibration")
    names = ("designs", "procedures", "grid", "run", "ledger")
    yield SimpleNamespace(**{name: import_module(name) for name in names})
    for name in names:
        sys.modules.pop(name)
