"""The speed floor: what is kept, what counts as fallen. No test here asserts a time."""

import argparse
import json
import os
import subprocess
import sys

import pytest


@pytest.fixture
def floor(root, monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(root / "benchmarks")
    import floor

    monkeypatch.setattr(floor, "FILE", tmp_path / "floor.json")
    monkeypatch.delenv(floor.RATIOS, raising=False)
    return floor


def options(small=True, write=False):
    return argparse.Namespace(small=small, write=write)


def test_a_ratio_is_the_median_over_pairs_times_the_work(floor):
    # pairs 2/1, 9/3, 4/4 of which the median is 2; the peer did a tenth of the work
    assert floor.times_as_fast([1.0, 3.0, 4.0], [2.0, 9.0, 4.0], work=10) == 20


def test_ways_are_run_in_turn(floor):
    order = []
    found = floor.in_turn({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 2)
    assert order == ["a", "b", "a", "b"] and [len(seconds) for seconds in found.values()] == [2, 2]


def test_only_what_falls_below_95_of_100_is_said_and_each_size_has_its_own_floor(floor, capsys):
    floor.hold({"x": 10.04, "y": 2.0}, options(write=True))
    floor.hold({"x": 3.0}, options(small=False, write=True))
    kept = json.loads(floor.FILE.read_text())
    assert kept["small"]["x"]["ratio"] == 10.0 and kept["full"]["x"]["ratio"] == 3.0
    assert set(kept["small"]["x"]) == {"ratio", "date"}  # nothing of the machine
    assert floor.fallen({"x": 9.51, "y": 1.89, "z": 0.1}, "small") == ["y"]
    capsys.readouterr()
    floor.hold({"x": 9.51, "y": 1.89, "z": 0.1}, options())
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in said if "FELL BELOW" in line] == ["y"]
    assert [line.split()[0] for line in said if "not stored yet" in line] == ["z"]


def test_a_benchmark_that_fell_is_run_again_and_the_median_counts(floor, monkeypatch, capsys):
    floor.write({"topics: x": 2.0}, "small")
    for values, code in (([1.0, 2.1, 2.0], 0), ([1.0, 1.1, 2.0], 1), ([1.95], 0)):
        runs = iter(values)
        monkeypatch.setattr(floor, "measured", lambda name, small, runs=runs: {"topics: x": next(runs)})
        monkeypatch.setattr(sys, "argv", ["floor.py", "topics", "--small"])
        assert floor.main() == code and next(runs, None) is None
    assert "below 0.95 of the stored ratio: topics: x" in capsys.readouterr().out


@pytest.mark.slow  # imports the libraries of eight programs
def test_every_benchmark_starts_and_says_what_it_does(root, floor):
    scripts = {path.stem for path in (root / "benchmarks").glob("*.py")}
    assert set(floor.BENCHMARKS) <= scripts
    environment = {**os.environ, "PYTHONPATH": str(root)}
    for name in floor.BENCHMARKS:
        command = [sys.executable, root / "benchmarks" / f"{name}.py", "--help"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0 and "--small" in done.stdout and "--pairs" in done.stdout, done.stderr
