"""A table in a database as a corpus: one SELECT of DuckDB, SQLite or Parquet, on a file that nothing is written to."""

import contextlib
import sqlite3
import threading
import time
from pathlib import Path

import pandas as pd

from framing.corpus.tabular import Rows, framed
from framing.errors import ParamError, SourceError

_SQLITE, _PARQUET, _DUCKDB = b"SQLite format 3\0", b"PAR1", b"DUCK"
_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
PATIENCE = 60
"""Seconds that a query may take: one that never ends is easily written."""
MOST_BYTES = 2**28
"""Of one cell."""
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
            return pd.DataFrame(found.fetchall(), columns=[column[0] for column in found.description], dtype=object)
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
                return base.execute(statements[0]).df()
            finally:
                late.cancel()
        except duckdb.Error as error:
            raise _refused(path, query, str(error).split("\n")[0], tables) from None
