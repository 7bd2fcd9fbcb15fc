"""Where a number comes from: checksums, versions and the steps that dropped rows."""

import ast
import contextlib
import hashlib
import json
import platform
import sys
from collections.abc import Callable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    import pandas as pd

_RUN = {"jupyterlab", "ipywidgets", "ipykernel", "nbclient", "nbformat", "papermill", "typer", "rich", "tqdm"}
"""What runs the notebooks: named itself, without the hundred packages below it, which make no number."""
_EXTRAS = ("", "korean", "gibbs", "duckdb")


@cache
def packages() -> tuple[str, ...]:
    """Every package whose version can change a number or a figure: what the toolkit requires, and what that requires.

    Read from what the toolkit declares, so that no list has to be kept. Where it runs without being installed these
    are all packages that are.
    """
    try:
        waiting = _required("framing", _EXTRAS)
    except metadata.PackageNotFoundError:
        return tuple(sorted({canonicalize_name(each.name) for each in metadata.distributions()}))
    found = {"framing"}
    while waiting:
        found |= waiting
        below: set[str] = set()
        for name in waiting - _RUN:
            with contextlib.suppress(metadata.PackageNotFoundError):  # an extra that is not installed
                below |= _required(name)
        waiting = below - found
    return tuple(sorted(found))


def _required(name: str, extras: tuple[str, ...] = ("",)) -> set[str]:
    known = [Requirement(line) for line in metadata.requires(name) or []]
    here = [e for e in known if e.marker is None or any(e.marker.evaluate({"extra": extra}) for extra in extras)]
    return {canonicalize_name(each.name) for each in here}


def of_frame(frame: "pd.DataFrame") -> str:
    """Checksum of a table's values, column names and row order (16 hexadecimal digits).

    Categories and strings of the same text give the same checksum; the index is left out.
    """
    import pandas as pd  # ``framing check`` asks for checksums of files only

    digest = hashlib.sha256(json.dumps([str(name) for name in frame.columns]).encode())
    for name in frame.columns:
        values = frame[name]
        if isinstance(values.dtype, pd.CategoricalDtype):
            values = values.astype(values.cat.categories.dtype)
        if values.dtype == object:
            values = values.astype("string")
        array = values.array if pd.api.types.is_extension_array_dtype(values.dtype) else values.to_numpy()
        digest.update(pd.util.hash_array(array, categorize=True).tobytes())  # ty: ignore[not-callable] - pandas gives it lazily
    return digest.hexdigest()[:16]


def of_file(path: str | Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def of_data(value: object) -> str:
    """Checksum of plain data (16 hexadecimal digits); the order of dictionary keys does not matter."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def versions(names: tuple[str, ...] | None = None) -> dict[str, str]:
    """Version of Python and of each package (:func:`packages` by default), ``"not installed"`` where it is absent."""
    names = packages() if names is None else names
    return {"python": platform.python_version()} | {name: _version(name, metadata.version) for name in names}


@cache
def _version(name: str, ask: Callable[[str], str]) -> str:
    try:
        return ask(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def parameters() -> dict[str, object]:
    """Name and value of every parameter of the notebook that is running; empty where none is.

    The parameters cell is one that holds ``name: type = value`` lines and nothing else, and was run; the values are
    those the names have now, whether papermill, a person or the cell itself set them.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return {}
    names = [name for source in shell.user_ns.get("In", ()) for name in _declared(source)]
    return {name: shell.user_ns[name] for name in dict.fromkeys(names) if name in shell.user_ns}


def _declared(source: str) -> list[str]:
    """The names that a cell declares with a type, if it does nothing else."""
    try:
        lines = ast.parse(source).body
    except SyntaxError:
        return []
    names = [line.target.id for line in lines if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)]
    return names if len(names) == len(lines) else []
