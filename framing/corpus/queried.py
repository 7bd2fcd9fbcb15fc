"""A table in a database as a corpus: one SELECT of DuckDB, SQLite or Parquet, on a file that nothing is written to."""

import contextlib
import sqlite3
import threading
import time
from pathlib import Path

import pandas as pd

from framing.corpus.tabular import MOST_CELLS, Rows, framed
from framing.errors import ParamError, SourceError

_SQLITE, _PARQUET, _DUCKDB = b"SQLite format 3\0", b"PAR1", b"DUCK"
_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
PATIENCE = 60
"""Seconds that a query may take: one that never ends is easily written."""
MOST_BYTES = 2**28
"""Of one cell."""
TOO_MANY = f"it gives more than {MOST_CELLS:,} cells; name fewer columns, or fewer rows with WHERE or LIMIT"
VIEW = "articles"
"""Name under which a Parquet file stands in a query."""


def is_database(data: bytes) -> bool:
    return data.startswith(_SQLITE) or data[8:12] == _DUCKDB


def of_query(path: Path, query: str) -> Rows:
    """The rows of one SELECT, numbered from 1.

    The file is opened read-only. No other file, address or extension can be reached from the query, and no setting can
    be changed by it. A Parquet file stands in it under the name ``articles``.

    Raises
    ------
    SourceError
        There is no such file, it is no database, or its package is not installed.
    ParamError
        There is no query, it is not one SELECT, or the database refuses it; the message lists tables and columns.
    """
    if not path.is_file():
        raise SourceError(f"source duckdb reads a database file, and there is none at {str(path)!r}")
    with path.open("rb") as file:
        start = file.read(16)
    if start.startswith(_SQLITE):
        return framed("database", _sqlite(path, query))
    if start.startswith(_PARQUET) or start[8:12] == _DUCKDB:
        return framed("database", _duckdb(path, query, parquet=start.startswith(_PARQUET)))
    raise SourceError(
        f"{path.name} is no database of DuckDB or SQLite and no Parquet file; leave source out to read it"
    )


def _refused(path: Path, query: str, reason: object, tables: dict[str, list[str]]) -> ParamError:
    there = "; ".join(f"{name} ({', '.join(columns)})" for name, columns in list(tables.items())[:10]) or "no table"
    asked = f"the query {query!r} was refused: {reason}" if query.strip() else "source duckdb needs query: one SELECT"
    return ParamError(f"{asked}. {path.name} has {there}")


def _sqlite(path: Path, query: str) -> pd.DataFrame:
    with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
        tables = {name: [row[1] for row in database.execute(f"PRAGMA table_info({_quoted(name)})")] for name in names}
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
        end = time.monotonic() + PATIENCE
        database.set_progress_handler(lambda: time.monotonic() > end, 100_000)
        database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY)
        try:
            found = database.execute(query)  # more than one statement is an error of its own
            if found.description is None:
                raise _refused(path, query, "it gives no rows", tables)
            names = [column[0] for column in found.description]
            rows = found.fetchmany(MOST_CELLS // len(names) + 1)
            if len(rows) * len(names) > MOST_CELLS:
                raise _refused(path, query, TOO_MANY, tables)
            return pd.DataFrame(rows, columns=names, dtype=object)
        except ParamError:
            raise
        except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
            raise _refused(path, query, error, tables) from None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _duckdb(path: Path, query: str, *, parquet: bool) -> pd.DataFrame:
    try:
        import duckdb
    except ImportError:
        raise SourceError(
            "source duckdb needs the package duckdb, which is not installed; pip install 'framing[duckdb]'"
        ) from None
    alone: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": "4GB",
        "temp_directory": "",  # else what does not fit is written beside the database
    }
    place = str(path.resolve())
    try:
        base = duckdb.connect(":memory:" if parquet else place, read_only=not parquet, config=alone)
    except duckdb.Error as error:
        raise SourceError(f"the database {path.name} cannot be opened: {error}") from None
    with contextlib.closing(base):
        if parquet:
            literal = "'" + place.replace("'", "''") + "'"
            base.execute(f"SET allowed_paths = [{literal}]")
            base.execute(f"CREATE VIEW {VIEW} AS SELECT * FROM read_parquet({literal})")
        base.execute("SET enable_external_access = false")
        base.execute("SET lock_configuration = true")
        columns = base.execute("SELECT table_name, column_name FROM information_schema.columns ORDER BY 1").fetchall()
        tables: dict[str, list[str]] = {}
        for table, column in columns:
            tables.setdefault(table, []).append(column)
        try:
            statements = duckdb.extract_statements(query)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise _refused(path, query, "it is not one SELECT", tables)
            late = threading.Timer(PATIENCE, base.interrupt)
            late.start()
            try:
                return _fetched(base.execute(statements[0]), path, query, tables)
            finally:
                late.cancel()
        except duckdb.Error as error:
            raise _refused(path, query, str(error).split("\n")[0], tables) from None


def _fetched(answer, path: Path, query: str, tables: dict[str, list[str]]) -> pd.DataFrame:
    """The rows of an answer, part by part, so that one without end is seen before it is held."""
    parts, cells = [], 0
    while len(part := answer.fetch_df_chunk(50)) or not parts:
        parts.append(part)
        cells += part.size
        if cells > MOST_CELLS:
            raise _refused(path, query, TOO_MANY, tables)
        if not len(part):
            break
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
