"""A small project with notebooks of its own, to try batches on."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PARAMETERS = """study: str = "toy"  # folder under outputs that holds the prepared tables
n: int = 3  # how many, numbers
share: float = 0.5  # a share, 0 to 1
since: str = "2015-01-01"  # first day
mode: str = "x"  # what is done, one of: x, y
words: list = []  # words, any
nested: dict = {}  # anything nested
corpus_path: str = ""  # file to read
"""

KINDS = {
    "10_fine": ["print(n, mode)", "value = [since, words, nested, share]\nvalue"],
    "11_raises": ["1 / 0"],
    "12_killed": ["import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"],
    "13_loud": ["print('x' * 1000)\nfor _ in range(500):\n    print('y' * 100_000)"],
    "14_slow": ["import time\ntime.sleep(600)"],
    "15_exits": ["import sys\nsys.exit(3)"],
}


def notebook(path: Path, cells: list[str], parameters: str = PARAMETERS) -> None:
    made = new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})
    made.cells = [
        new_markdown_cell(f"# Question of {path.stem}"),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        *map(new_code_cell, cells),
    ]
    for number, cell in enumerate(made.cells):
        cell["id"] = f"cell-{number}"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)


def project(folder: Path, kinds: dict[str, list[str]] | None = None) -> Path:
    """A project folder with a notebook and a parameter file of study ``toy`` for each kind."""
    (folder / "params" / "toy").mkdir(parents=True)
    for name, cells in (kinds or KINDS).items():
        notebook(folder / "notebooks" / f"{name}.ipynb", cells)
        (folder / "params" / "toy" / f"{name}.yaml").write_text("study: toy\n", encoding="utf-8")
    return folder
