"""Fixtures every test may use."""

import os
import runpy
import sys
from pathlib import Path

import pytest

from framing import wording

ROOT = Path(__file__).resolve().parents[1]


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
def is_current(root, monkeypatch, capsys):
    """Lets a program of docs/ say whether what it writes is current; in this process, which knows the rooms already."""

    def check(program: str) -> None:
        monkeypatch.setattr(sys, "argv", [program, "--check"])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(root / "docs" / program), run_name="__main__")
        assert not ended.value.code, capsys.readouterr().out

    return check


@pytest.fixture(autouse=True)
def english():
    """A test that chose another language leaves English to the next."""
    yield
    wording.use("en")
