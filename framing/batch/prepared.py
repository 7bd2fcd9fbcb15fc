"""Parameters against the prepared tables of their study, where these are there: what a run would refuse after a minute.

Which parameters name outlets or an actor goes by their names, as for paths and formulas. What is looked at are the
tables as they stand; a study whose tables the same batch writes again is left to its runs.
"""

import contextlib
import difflib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from framing import store
from framing.batch import parameters, state
from framing.batch.plan import Run

if TYPE_CHECKING:  # the libraries are loaded where prepared tables are there
    import pandas as pd

OUTLETS = ("target", "reference", "groups")
MOST_SHOWN = 20
"""Values of a column that a sentence shows."""


def faults(runs: list[Run], outputs: Path) -> list[tuple[Run, str]]:
    """Each run that names an outlet, actor, column or value that its study lacks, or compares one outlet, and why."""
    found = []
    for study in dict.fromkeys(run.study for run in runs):
        of_study, tables = [run for run in runs if run.study == study], outputs / study / "tables"
        with contextlib.suppress(OSError, ValueError):  # tables that cannot be read are told by the run
            if (tables / "articles.parquet").is_file() and not any(_rewrites(run, outputs) for run in of_study):
                found += [(run, fault) for run in of_study for fault in _of_run(run, tables)]
    return found


def _rewrites(run: Run, outputs: Path) -> bool:
    if not run.writes_tables:
        return False
    known = state.read(state.paths(run, outputs)["json"])
    return known is None or known.fingerprint != state.fingerprint(run, outputs, store.project())


def _of_run(run: Run, tables: Path) -> Iterator[str]:
    known = parameters.of_notebook(run.notebook)
    asked = {name: run.values.get(name, known[name].default) for name in known}
    if run.writes_tables or asked.get("dataset") or asked.get("kind") == "placement":  # reads none, or compares all
        return
    articles, mentions = tables / "articles.parquet", tables / "mentions.parquet"
    for name in OUTLETS:
        given = asked.get(name) or []
        for outlet in given if isinstance(given, list) else [given]:
            yield from _strange(name, outlet, "outlet", articles)
    for verb in parameters.CONDITIONS:
        if isinstance(asked.get(verb), dict):
            yield from _unmet(verb, asked[verb], articles)
    outlets = _values(articles, "outlet") if "reference" in asked else []
    if len(outlets) == 1:
        yield f"{run.notebook.name} compares outlets, and {run.study!r} has one: {outlets[0]}"
    for name, given in _actors(asked, articles) if mentions.is_file() else ():
        for actor in given if isinstance(given, list) else [given]:
            from framing.tables.naming import actor_id

            if actor_id(_mentions(mentions, mentions.stat().st_mtime_ns), actor) not in _values(mentions, "actor"):
                yield from _strange(name, actor, "actor", mentions)


def _actors(asked: dict, articles: Path) -> Iterator[tuple[str, object]]:
    """Every parameter that names actors as it is set here, and its values; ``none`` is an article without any."""
    import pyarrow.parquet as pq

    if asked.get("measure") == "mentions":
        yield "actor", asked.get("actor")
    if asked.get("match") == "actor":
        yield "query", asked.get("query")
    yield "actors", asked.get("actors") or []
    for verb in () if "actor" in pq.read_schema(articles).names else ("keep", "drop"):
        given = asked[verb].get("actor", []) if isinstance(asked.get(verb), dict) else []
        given = given if isinstance(given, list) else [given]
        yield f"{verb} actor", [actor for actor in given if actor not in ("none", None)]


def _unmet(verb: str, condition: dict, articles: Path) -> Iterator[str]:
    """Texts that no article has in a column, and columns that are spelled nearly as one that is there.

    Other columns may be computed (the year, whether an article is on the front page), and are left to the run.
    """
    import pyarrow.parquet as pq

    columns = {field.name: str(field.type) for field in pq.read_schema(articles)}
    for column, given in condition.items():
        if "string" in columns.get(column, ""):
            for value in given if isinstance(given, list) else [given]:
                if isinstance(value, str):
                    yield from _strange(f"{verb} {column}", value, column, articles)
        elif column not in columns and (near := difflib.get_close_matches(str(column), columns, 1, cutoff=0.8)):
            strange = f"{verb!r} names the column {column!r}, which is none of {articles.parts[-3]!r}"
            yield f"{strange}; did you mean {near[0]!r}?"


def _strange(name: str, asked: object, column: str, table: Path) -> Iterator[str]:
    there = _values(table, column)
    if str(asked) not in there:
        near = difflib.get_close_matches(str(asked), there, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        yield f"{name!r} names {asked!r}, which is no {column} of {table.parts[-3]!r}{hint} It has {there[:MOST_SHOWN]}"


@cache
def _mentions(table: Path, stamp: int) -> "pd.DataFrame":
    import pandas as pd

    return pd.read_parquet(table, columns=["actor", "surface"]).drop_duplicates()


def _values(table: Path, column: str) -> list[str]:
    return _read(table, column, table.stat().st_mtime_ns)


@cache
def _read(table: Path, column: str, stamp: int) -> list[str]:
    import pandas as pd

    return sorted(pd.read_parquet(table, columns=[column])[column].dropna().astype(str).unique())
