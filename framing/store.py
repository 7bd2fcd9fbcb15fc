"""Prepared tables of a study: ``00_corpus`` writes them, every other notebook loads them.

They lie in ``<outputs>/<study>/tables/<table>.parquet``. ``<outputs>`` is the folder ``outputs`` of
the project the notebook stands in, or the one named by the environment variable
``FRAMING_OUTPUTS`` (``framing run --output`` sets it). ``manifest.json`` beside them names the tables
that were written together and their checksums; tables that do not agree with it are refused.
"""

import contextlib
import json
import os
import re
import time
from collections.abc import Generator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_cache_path

from framing import provenance
from framing.errors import FramingError, TableError

if TYPE_CHECKING:  # ``framing check`` asks where tables lie and does not wait for the libraries that read them
    import pandas as pd

    from framing.tables import Table

OUTPUTS = "FRAMING_OUTPUTS"
CACHE = "FRAMING_DATA"
MANIFEST = "manifest.json"
SHARED = ("lexicon", "frames", "claims")
"""Folders of params that no study owns: lexicons, codebooks and claims."""
_STUDY = re.compile(r"[\w][\w.\-]*")
_TAKEN = {"index.html", "runs.jsonl"}
"""Names that stand beside the studies in the folder of outputs."""
MAX_STUDY = 100
"""Bytes of a study's name; it is part of names of files, which have 255."""


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


def cache() -> Path:
    """The folder that keeps fetched data sets: ``FRAMING_DATA``, or the system's cache folder of the user.

    On Linux this is ``~/.cache/framing``. It need not exist.
    """
    named = os.environ.get(CACHE)
    return Path(named).expanduser() if named else user_cache_path("framing", appauthor=False)


def folder(study: str) -> Path:
    """The folder of a study's prepared tables; it need not exist.

    Raises
    ------
    FramingError
        ``study`` is not a plain name (letters, digits, ``_ - .``): it becomes a folder's name.
    """
    if not _STUDY.fullmatch(study) or ".." in study:
        raise FramingError(f"a study's name is letters, digits, _ - and . only, not {study!r}")
    if study.casefold() in _TAKEN or len(study.encode()) > MAX_STUDY:
        raise FramingError(
            f"a study's name has at most {MAX_STUDY} bytes and is none of {sorted(_TAKEN)}, not {study[:40]!r}"
        )
    return outputs() / study / "tables"


def save(frame: "pd.DataFrame", table: "Table | str", study: str) -> Path:
    """Write one prepared table beside the others of a study; a :class:`Table` is checked first.

    It joins the making that is there. Tables made together are written by :func:`save_all`.
    """
    return _write({table: frame}, study, alone=False)[0]


def save_all(frames: "Mapping[Any, pd.DataFrame]", study: str) -> list[Path]:
    """Write the prepared tables of a study, all of one making, in place of those that are there.

    ``manifest.json`` names the tables with their checksums and is written last, so that tables whose writing was
    interrupted are refused by :func:`load`. A table of an earlier making that is not among ``frames`` is removed.

    Raises
    ------
    TableError
        A frame is not the :class:`Table` it is given as; nothing was written then.
    """
    return _write(frames, study, alone=True)


def _write(frames: "Mapping[Any, pd.DataFrame]", study: str, *, alone: bool) -> list[Path]:
    from framing.tables import checked

    frames = {k: frame if isinstance(k, str) else checked(frame, k) for k, frame in frames.items()}
    place = folder(study)
    with locked(place / ".lock"):
        for left in place.glob(".*.part"):  # of a writer that was killed, since this one holds the lock
            left.unlink()
        known = {} if alone else (_manifest(place) or {}).get("tables", {})
        paths = [_path(table, study) for table in frames]
        try:
            for path, frame in zip(paths, frames.values(), strict=True):
                _to_parquet(frame, _part(path))
            for path in paths:
                _part(path).replace(path)
        finally:
            for path in paths:
                _part(path).unlink(missing_ok=True)
        for path in set(place.glob("*.parquet")) - set(paths) if alone else ():
            path.unlink()
        time.sleep(0.02)  # a file system tells times apart by some milliseconds: what is written later gets another
        known |= {path.stem: {"sha256": provenance.of_file(path), "stamp": _stamp(path)} for path in paths}
        sums = {name: entry["sha256"] for name, entry in sorted(known.items())}
        part = _part(place / MANIFEST)
        part.write_text(json.dumps({"making": provenance.of_data(sums), "tables": known}, indent=1), encoding="utf-8")
        part.replace(place / MANIFEST)
    return paths


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _to_parquet(frame: "pd.DataFrame", path: Path) -> None:
    """Write a table as pandas would, and the same bytes of it in however many parts its texts were made."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    made = pa.Table.from_pandas(frame, preserve_index=False).combine_chunks()
    attrs = {"PANDAS_ATTRS": json.dumps(frame.attrs)} if frame.attrs else {}
    pq.write_table(made.replace_schema_metadata({**made.schema.metadata, **attrs}), path)


def write_whole(frame: "pd.DataFrame", path: Path) -> None:
    """Write a table as Parquet, moved into place when it is whole."""
    part = _part(path)
    try:
        _to_parquet(frame, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(path: Path, *, shared: bool = False) -> Generator[None]:
    """Hold a lock between processes and threads; ends with the process, however it ends.

    A reader who may not write beside the tables holds none.
    """
    from filelock import ReadWriteLock

    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        lock = ReadWriteLock(path, is_singleton=False)
    except OSError:
        if not shared:
            raise
        yield
        return
    with lock.read_lock() if shared else lock.write_lock():
        yield


def load(table: "Table | str", study: str) -> "pd.DataFrame":
    """Read a prepared table.

    Raises
    ------
    TableError
        The study has no such table yet; or its tables are not those that were written together (one was changed,
        removed or copied from elsewhere, or the writing was interrupted). The message says which notebook writes them.
    """
    import pandas as pd
    import pyarrow.parquet as pq

    from framing.tables import check

    path = _path(table, study)
    lock = path.with_name(".lock")
    with locked(lock, shared=True) if lock.exists() else contextlib.nullcontext():
        _refuse_mixed(table, study)
        parts = [pd.read_parquet(path, columns=[name]) for name in pq.read_schema(path).names]
        frame = pd.concat(parts, axis=1)  # read column by column, so that no two are in memory twice
        frame.attrs = parts[0].attrs
        _refuse_mixed(table, study)  # who reads without a lock may have met a writer
    if not isinstance(table, str):
        check(frame, table, key=False)
    return frame


def has(table: "Table | str", study: str) -> bool:
    """Whether a prepared table is there, or should be."""
    path = _path(table, study)
    return path.is_file() or path.stem in (_manifest(path.parent) or {"tables": ()})["tables"]


def making(place: Path) -> str:
    """The making that the tables of a folder are of; empty where they are not all of one.

    It is the checksum of what the tables hold, so that tables made again from the same inputs are of the same making.
    """
    found = _manifest(place)
    names = {path.stem for path in place.glob("*.parquet")}
    return found["making"] if found and names == set(found["tables"]) and not _changed(place, found) else ""


def _refuse_mixed(table: "Table | str", study: str) -> None:
    """Refuse a table that is not there, and tables that were not written together."""
    path = _path(table, study)
    place, name, again = path.parent, path.stem, "notebooks/00_corpus.ipynb for this study"
    if not has(table, study):
        there = sorted(p.stem for p in place.glob("*.parquet"))
        known = f"it has {there}" if there else "it has none"
        raise TableError(f"no table {name!r} for study {study!r} at {path}; {known}. Run {again} first")
    found = _manifest(place)
    if found is None:
        raise TableError(
            f"the tables of study {study!r} at {place} have no readable {MANIFEST}: an earlier version wrote them, or "
            f"their writing was interrupted. Run {again} again"
        )
    changed = _changed(place, found) or ([] if name in found["tables"] else [name])
    if changed:
        raise TableError(
            f"the tables of study {study!r} at {place} were not written together: {changed} were changed, removed or "
            f"copied from elsewhere, or their writing was interrupted. Run {again} again"
        )


def _manifest(place: Path) -> dict | None:
    """What the tables of a folder are; nothing where it is not there or not whole."""
    try:
        found = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        sums = {name: entry["sha256"] for name, entry in sorted(found["tables"].items())}
        return found if found["making"] == provenance.of_data(sums) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _changed(place: Path, found: dict) -> list[str]:
    """Names of the tables that are not as they were written; their content is read only where the file was touched."""
    changed = []
    for name, entry in found["tables"].items():
        path = place / f"{name}.parquet"
        stamp = _stamp(path) if path.is_file() else []
        if not stamp or (stamp != entry.get("stamp") and _sum(path, tuple(stamp)) != entry["sha256"]):
            changed.append(name)
    return changed


def _stamp(path: Path) -> list[int]:
    """What changes whenever a file is written, moved or copied: size, times, place on the disk."""
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


@lru_cache(256)
def _sum(path: Path, stamp: tuple) -> str:
    return provenance.of_file(path)


def _path(table: "Table | str", study: str) -> Path:
    name = table if isinstance(table, str) else table.name
    return folder(study) / f"{name}.parquet"
