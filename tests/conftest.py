"""Fixtures every test may use."""

import os
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


@pytest.fixture(autouse=True)
def english():
    """A test that chose another language leaves English to the next."""
    yield
    wording.use("en")
