"""Prepared tables of a study: ``00_corpus`` writes them, every other notebook loads them.

They lie in ``<outputs>/<study>/tables/<table>.parquet``. ``<outputs>`` is the folder ``outputs`` of
the project the notebook stands in, or the one named by the environment variable
``FRAMING_OUTPUTS`` (``framing run --output`` sets it).
"""

import os
import re
from pathlib import Path

import pandas as pd

from framing.errors import TableError
from framing.tables import Table, check

OUTPUTS = "FRAMING_OUTPUTS"
_STUDY = re.compile(r"[\w][\w.\-]*")


def project() -> Path:
    """The project folder: the nearest one upwards that has ``notebooks`` and ``params``, else here."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "notebooks").is_dir() and (folder / "params").is_dir():
            return folder
    return here


def outputs() -> Path:
    """The folder that holds one folder a study."""
    named = os.environ.get(OUTPUTS)
    return Path(named) if named else project() / "outputs"


def folder(study: str) -> Path:
    """The folder of a study's prepared tables; it need not exist.

    Raises
    ------
    ValueError
        ``study`` is not a plain name (letters, digits, ``_ - .``): it becomes a folder's name.
    """
    if not _STUDY.fullmatch(study) or ".." in study:
        raise ValueError(f"a study's name is letters, digits, _ - and . only, not {study!r}")
    return outputs() / study / "tables"


def save(frame: pd.DataFrame, table: Table | str, study: str) -> Path:
    """Write a prepared table, moved into place when it is whole; a :class:`Table` is checked first."""
    if isinstance(table, Table):
        check(frame, table)
    path = _path(table, study)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(frame, path)
    return path


def write_whole(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet, moved into place when it is whole."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        frame.to_parquet(part, index=False)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def load(table: Table | str, study: str) -> pd.DataFrame:
    """Read a prepared table.

    Raises
    ------
    TableError
        The study has no such table yet; the message says which notebook writes it.
    """
    path = _path(table, study)
    if not path.is_file():
        there = sorted(p.stem for p in path.parent.glob("*.parquet"))
        known = f"it has {there}" if there else "it has none"
        raise TableError(
            f"no table {path.stem!r} for study {study!r} at {path}; {known}. "
            "Run notebooks/00_corpus.ipynb for this study first"
        )
    frame = pd.read_parquet(path)
    if isinstance(table, Table):
        check(frame, table, key=False)
    return frame


def has(table: Table | str, study: str) -> bool:
    """Whether a prepared table is there."""
    return _path(table, study).is_file()


def _path(table: Table | str, study: str) -> Path:
    name = table.name if isinstance(table, Table) else table
    return folder(study) / f"{name}.parquet"
