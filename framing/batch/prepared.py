"""Parameters against the prepared tables of their study, where these are there: what a run would refuse after a minute.

Which parameters name outlets or an actor goes by their names, as for paths and formulas. What is looked at are the
tables as they stand; a study whose tables the same batch writes again is left to its runs.
"""

import contextlib
import difflib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from framing import formulas, store
from framing.batch import contents, parameters, state
from framing.batch.plan import Run, collect, same_elsewhere, same_reports

if TYPE_CHECKING:  # the libraries are loaded where prepared tables are there
    import pandas as pd

OUTLETS = ("target", "reference", "groups")
COLUMNS = ("by", "outcome", "cluster", "when", "shape", "strata", "supplementary", "need", "hold")
MODELS = ("formula", "curve")
COMPUTED = {
    "date", "page", "cluster_id", "year", "years", "month", "issue_date", "multi_row_issue", "front", "spread", "note",
    "relative_page", "relative_position", "n_characters", "page_share", "has_picture", "actor", "n_mentions",
    "share_of_mentions", "headline_mention", "mentions_per_1000",
}  # fmt: skip
"""Columns that a run can have besides those of the articles, where these allow them."""
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


def notes(runs: list[Run], outputs: Path) -> list[str]:
    """What claims name and their study lacks: such a claim is not answerable, which it may be meant to be. And which
    other parameter files would write the same report."""
    found, had = same_elsewhere(runs), os.environ.get(store.OUTPUTS)
    os.environ[store.OUTPUTS] = str(outputs)  # a study reads its tables when they are asked for
    try:
        for run in runs:
            if "claim_file" in (known := parameters.of_notebook(run.notebook)):
                asked = {name: run.values.get(name, known[name].default) for name in known}
                with contextlib.suppress(OSError, ValueError):  # tables that cannot be read are told by the run
                    if not any(_rewrites(one, outputs) for one in runs if one.study == run.study):
                        for told in _lacking(run.study, asked):
                            found.append(f"{run.file}: {told}")
    finally:
        os.environ.pop(store.OUTPUTS) if had is None else os.environ.update({store.OUTPUTS: had})
    return found


def of_claims(file: Path) -> tuple[list[dict], str, list[str]]:
    """Which articles the parameter files of a file of claims take, the day of its first run that is known, and which
    of these files would write the same report as another."""
    folder, runs = store.project(), []
    asked = sorted(folder.glob(f"params/*/{CLAIMS}*"))
    every = [run for each in asked for run in collect([each], outputs=store.outputs())[0]]  # those of one name too
    own = [run for run in every if _is_of(run.values, file)]
    with contextlib.suppress(OSError):
        lines = (store.outputs() / state.LOG).read_text(encoding="utf-8", errors="replace").splitlines()
        runs = [state.of_text(line) for line in lines]
    runs = [one for one in [*runs, *state.all_records(store.outputs())] if one and one.notebook.startswith(CLAIMS)]
    days = [one.finished[:10] for one in runs if one.status == "ok" and _is_of(one.values, file)]
    taken = [{name: run.values[name] for name in _SUBSET if run.values.get(name)} for run in own]
    same = [run for run in every if run.key.casefold() in {one.key.casefold() for one in own}]
    return taken, min(filter(None, days), default=""), same_reports(same)


CLAIMS = "50_claims"
_SUBSET = ("keep", "drop", "since", "until", "copies")


def _is_of(values: dict, file: Path) -> bool:
    named = contents.placed(values.get("claim_file", "sample"), store.project())
    with contextlib.suppress(OSError, ValueError):
        from framing import declared

        return declared.path_of(named).resolve() == file.resolve()
    return False


def _lacking(name: str, asked: dict) -> Iterator[str]:
    from framing import declared, study
    from framing.claims.sides import absent

    conditions = {key: asked[key] for key in ("dataset", *_SUBSET)}
    entries = declared.read(contents.placed(asked["claim_file"], store.project())).entries
    for claim in entries:
        yield from (f"claim {claim['id']!r}: {told}" for told in declared.named_cause(claim) if "measure" in claim)
    data = study.load(name, **conditions)
    for claim in entries:
        for told in absent(claim, data):
            yield f"claim {claim['id']!r} is not answerable as it stands: {told}"


def _rewrites(run: Run, outputs: Path) -> bool:
    if not run.writes_tables:
        return False
    known = state.read(state.paths(run, outputs)["json"])
    return known is None or known.fingerprint != state.fingerprint(run, outputs, store.project())


def _of_run(run: Run, tables: Path) -> Iterator[str]:
    known = parameters.of_notebook(run.notebook)
    asked = {name: run.values.get(name, known[name].default) for name in known}
    if run.writes_tables or asked.get("dataset"):  # reads none
        return
    articles, mentions, counts = (tables / f"{name}.parquet" for name in ("articles", "mentions", "counts"))
    compares = {"reference", "supplementary"} & {*asked} and asked.get("kind") != "placement"  # which compares all
    for name in OUTLETS if compares or "groups" in asked else ():
        for outlet in _listed(asked.get(name) or []):
            yield from _strange(name, outlet, "outlet", articles)
    for verb in parameters.CONDITIONS:
        if isinstance(asked.get(verb), dict):
            yield from _unmet(verb, asked[verb], articles)
    for name, dropped in asked.get("sensitivity", {}).items():
        yield from _unmet(f"sensitivity {name}", dropped, articles)
    outlets = _values(articles, "outlet") if compares else []
    left = _left(asked, outlets)
    if len(left) == 1:
        has = "has one" if len(outlets) == 1 else "has one that keep and drop leave"
        yield f"{run.notebook.name} compares outlets, and {run.study!r} {has}: {left[0]}"
    yield from _columns(
        {name: asked[name] for name in asked if name in run.values or name in ("measure", "at")},
        articles,
        _codes(asked),
    )
    if asked.get("focus"):
        yield from _unmet("focus", {asked["by"]: asked["focus"]}, articles)
    for word in asked.get("words") or [] if counts.is_file() else ():
        yield from _strange("words", word, "term", counts)
    for name, given in _actors(asked, articles) if mentions.is_file() else ():
        for actor in _listed(given):
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
        given = _listed(given)
        yield f"{verb} actor", [actor for actor in given if actor not in ("none", None)]


def _left(asked: dict, outlets: list[str]) -> list[str]:
    """The outlets that ``keep`` and ``drop`` leave."""
    keep, drop = (asked.get(verb, {}).get("outlet", []) for verb in ("keep", "drop"))
    keep, drop = ({*map(str, _listed(given))} for given in (keep, drop))
    return [outlet for outlet in outlets if outlet not in drop and (not keep or outlet in keep)]


def _codes(asked: dict) -> list[str]:
    """The codes of a codebook, which stand for columns too; of one that cannot be read its own reader tells."""
    with contextlib.suppress(OSError, ValueError):
        return contents.codes_of(asked["codebook"], asked, store.project()) if asked.get("codebook") else []
    return []


def _columns(asked: dict, articles: Path, codes: list[str]) -> Iterator[str]:
    """Columns that no article has and no run computes, and that are no codes."""
    import pyarrow.parquet as pq

    there = pq.read_schema(articles).names
    named = [(name, column) for name in COLUMNS for column in _listed(asked.get(name) or [])]
    if asked.get("measure") == "mean":
        named.append(("column", asked.get("column")))
    told = [(name, str(asked.get(name, "")).partition("=")) for name in ("machine", "people")]
    named += [(name, column.strip()) for name, (_, sign, column) in told if sign and not Path(asked[name]).suffix]
    if "at" not in asked:  # a series has columns of its own
        named += [(name, column) for name in MODELS for column in formulas.check(asked.get(name, "")).columns]
    for name, column in named:
        if column not in (*COMPUTED, *codes, *there) and column != "pi":
            strange = f"{name!r} names the column {column!r}, which is none of {articles.parts[-3]!r}"
            book = f", and the codes {codes}" if codes else ""
            yield f"{strange}{_meant(column, [*codes, *there, *COMPUTED])} It has {there}{book}"


def _listed(given: object) -> list:
    return [*given] if isinstance(given, (list, dict)) else [given]


def _unmet(verb: str, condition: dict, articles: Path) -> Iterator[str]:
    """Texts that no article has in a column, and columns that are spelled nearly as one that is there.

    Other columns may be computed (the year, whether an article is on the front page), and are left to the run.
    """
    import pyarrow.parquet as pq

    columns = {field.name: str(field.type) for field in pq.read_schema(articles)}
    for column, given in condition.items():
        if "string" in columns.get(column, ""):
            for value in _listed(given):
                if isinstance(value, str):
                    yield from _strange(f"{verb} {column}", value, column, articles)
        elif column not in columns and (near := difflib.get_close_matches(str(column), columns, 1, cutoff=0.8)):
            strange = f"{verb!r} names the column {column!r}, which is none of {articles.parts[-3]!r}"
            yield f"{strange}; did you mean {near[0]!r}?"


def _strange(name: str, asked: object, column: str, table: Path) -> Iterator[str]:
    there = _values(table, column)
    if str(asked) not in there:
        strange = f"{name!r} names {asked!r}, which is no {column} of {table.parts[-3]!r}"
        yield f"{strange}{_meant(asked, there)} It has {there[:MOST_SHOWN]}"


def _meant(asked: object, there: list[str]) -> str:
    near = difflib.get_close_matches(str(asked), there, n=1)
    return f"; did you mean {near[0]!r}?" if near else "."


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
