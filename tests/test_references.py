"""What other programs gave is listed, and a rerun of their scripts is compared honestly."""

import subprocess
import sys

import pytest


@pytest.fixture
def rerun(external, monkeypatch):
    monkeypatch.syspath_prepend(external)
    import rerun

    return rerun


def test_every_stored_file_is_listed_with_what_made_it(external):
    said = (external / "README.md").read_text(encoding="utf-8")
    files = [path.name for path in external.iterdir() if path.suffix in (".csv", ".json", ".R")]
    assert len(files) > 30
    assert [name for name in files if f"`{name}`" not in said] == []


def test_a_number_that_differs_or_is_gone_is_said(rerun, external):
    stored = rerun.values(external / "dispersion.json")
    line, wrong = rerun.compare(stored, dict(stored))
    assert wrong == [] and "largest relative difference 0.0e+00" in line
    place = "dispersion.json/gries_1to5_equal/direct/DP"
    line, wrong = rerun.compare(stored, {**stored, place: 0.2 * (1 + 1e-6)})
    assert len(wrong) == 1 and wrong[0].startswith(place) and "1.0e-06 at gries_1to5_equal/direct/DP" in line
    _, wrong = rerun.compare(stored, {key: value for key, value in stored.items() if key != place})
    assert wrong == [f"{place}: not written again"]
    line, wrong = rerun.compare(stored, {key: value for key, value in stored.items() if "/tlda/" not in key})
    assert wrong == [] and "(tlda)" in line


def test_without_r_the_packages_to_install_are_named(external, tmp_path):
    done = subprocess.run(
        [sys.executable, external / "rerun.py"], env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 1 and "apt-get install --no-install-recommends r-base-core" in done.stderr
    assert "r-cran-clubsandwich" in done.stderr
