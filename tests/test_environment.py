"""Dependencies live once: environment.yml and the lock follow pyproject.toml."""

import re
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

CONDA = {"matplotlib": "matplotlib-base", "igraph": "python-igraph", "duckdb": "python-duckdb"}
"""PyPI name → conda-forge name, where they differ."""


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wanted(project):
    every = project["dependencies"] + [r for extra in project["optional-dependencies"].values() for r in extra]
    found = [Requirement(text) for text in every]
    return {r.name: r.specifier for r in found if r.name != project["name"]}


@pytest.fixture(scope="module")
def conda(root):
    listed = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    flat = [item for entry in listed for item in (entry["pip"] if isinstance(entry, dict) else [entry])]
    split = [re.match(r"([\w-]+)\s*(.*)", item).groups() for item in flat if not item.startswith("--")]
    return {name: SpecifierSet(versions) for name, versions in split}, flat


def test_environment_yml_gives_conda_users_the_same_set(wanted, conda):
    specifiers, flat = conda
    assert {CONDA.get(name, name): versions for name, versions in wanted.items()} == {
        name: versions for name, versions in specifiers.items() if name not in {"python", "pip"}
    }
    assert "--editable ." in flat


def test_environment_yml_asks_for_the_same_python(project, conda):
    assert conda[0]["python"] == SpecifierSet(project["requires-python"])


def test_the_lock_pins_every_dependency_within_its_range_with_hashes(root, wanted):
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    pinned = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", lock, flags=re.MULTILINE):
        pinned.setdefault(name.lower(), []).append(version)
    for name, versions in wanted.items():
        assert any(versions.contains(v) for v in pinned.get(name.lower(), [])), f"{name}{versions} is not in the lock"
    entries = re.split(r"\n(?=\S)", lock)
    assert all("--hash=sha256:" in entry for entry in entries if "==" in entry.split("\n")[0])


def test_the_lock_names_no_registry_host(root):
    assert not re.search(r"https?://", (root / "requirements.lock").read_text(encoding="utf-8"))


def test_the_installer_is_pinned_with_hashes_as_well(root):
    pinned = (root / "requirements-uv.txt").read_text(encoding="utf-8")
    assert re.match(r"uv==[\d.]+ \\\n( {4}--hash=sha256:[0-9a-f]{64}( \\)?\n)+$", pinned)
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    assert "--require-hashes --requirement requirements-uv.txt" in makefile and "uv==" not in makefile
