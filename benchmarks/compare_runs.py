"""What a change of code changed in the demo: every exported table, finding and parameter of two commits, compared.

    python benchmarks/compare_runs.py OLD NEW                   # two commits, or two folders of outputs
    python benchmarks/compare_runs.py main~5 main --csv all.csv # and every difference in a file
    python benchmarks/compare_runs.py main~5 main > changes.md

The demo of a commit (``make demo``) runs in a worktree of its own and its outputs are kept in ``build/compare_runs``,
so that a commit is run once; a run that was broken off goes on where it stood. A commit with the same
requirements.lock uses this project's .venv, another one gets its own. What is printed is Markdown, for *Numbers that
change*. Numbers within ``--tolerance`` of each other (relative) are counted as noise and not listed. The exit code is
0 whether or not anything differs.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from functools import reduce
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
PASSING = ("seconds", "peak_mb", "finished", "fingerprint", "reason")  # of a run's record: differ each time
COLUMNS = ["file", "kind", "column", "row", "old", "new"]
"""One row per difference; ``kind`` is number, noise, text, order, or a row, column or file that is added or removed."""


# --- the demo of a commit -------------------------------------------------------------------------------------------


def git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"git {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout.strip()


def outputs_of(named: str, cache: Path, workers: int) -> Path:
    """The folder of outputs that was named, or that of the demo of a commit, run now if it has not been."""
    if Path(named).is_dir():
        return Path(named)
    commit = git("rev-parse", "--verify", f"{named}^{{commit}}")
    kept, tree = cache / commit[:12] / "outputs", cache / commit[:12] / "tree"
    if kept.is_dir():
        return kept
    if not tree.is_dir():
        git("worktree", "prune")
        git("worktree", "add", "--detach", str(tree), commit)
    venv = environment(tree, cache)
    print(f"running the demo of {commit[:12]} in {tree}", file=sys.stderr, flush=True)
    command = ["make", "demo", f"VENV={venv}", f"WORKERS={workers}", f"--old-file={venv}/.ready"]
    # what a notebook imports is the code of the tree, not the one that the environment has installed
    done = subprocess.run(command, cwd=tree, env={**os.environ, "PYTHONPATH": str(tree)}, stdout=sys.stderr)
    if done.returncode:
        sys.exit(f"the demo of {named} failed; {tree} is left as it is, the next call goes on from there")
    shutil.move(tree / "outputs", kept)
    git("worktree", "remove", "--force", str(tree))
    return kept


def environment(tree: Path, cache: Path) -> Path:
    """This project's .venv, or one made from the lock of the tree where that is another."""
    locks = [(folder / "requirements.lock").read_bytes() for folder in (ROOT, tree)]
    if locks[0] == locks[1] and (ROOT / ".venv" / ".ready").is_file():
        return ROOT / ".venv"
    venv = cache / f"venv-{hashlib.sha256(locks[1]).hexdigest()[:12]}"
    if not (venv / ".ready").is_file() and subprocess.run(["make", "setup", f"VENV={venv}"], cwd=tree).returncode:
        sys.exit(f"no environment could be made from {tree / 'requirements.lock'}")
    return venv


# --- two folders of outputs -----------------------------------------------------------------------------------------


def compare(old: Path, new: Path, tolerance: float = 1e-9) -> tuple[pd.DataFrame, int]:
    """Every difference between two folders of outputs (columns ``COLUMNS``), and how many files were compared."""
    found, n_files = [], 0
    names = [sorted({p.parent.relative_to(top).as_posix() for p in files(top)}) for top in (old, new)]
    for name in sorted({*names[0], *names[1]}):
        pairs = paired(*({p.name: p for p in files(top) if p.parent == top / name} for top in (old, new)))
        for before, after in pairs:
            said = f"{name}/{(after or before).name}"
            if before is None or after is None:
                found.append((said, "file added" if before is None else "file removed", "", "", "", ""))
                continue
            if before.name != after.name:
                found.append((said, "file renamed", "", "", before.name, after.name))
            n_files += 1
            if before.read_bytes() == after.read_bytes():
                continue
            rows = records(before, after) if after.suffix == ".json" else tables(read(before), read(after))
            found += [(said, *row) for row in rows]
    table = pd.DataFrame(found, columns=COLUMNS)
    numbers = table["kind"] == "number"
    a, b = (pd.to_numeric(table.loc[numbers, side]).to_numpy(dtype=float) for side in ("old", "new"))
    table.loc[table.index[numbers][np.isclose(a, b, rtol=tolerance, atol=0)], "kind"] = "noise"
    return table, n_files


def files(top: Path) -> list[Path]:
    """Tables and records below a folder; of a table that is there as CSV and Excel, the CSV."""
    every = [
        p for p in sorted(top.rglob("*")) if p.is_file() and not any(x[0] == "." for x in p.relative_to(top).parts)
    ]
    return [p for p in every if p.suffix in (".json", ".csv", ".parquet")] + [
        p for p in every if p.suffix == ".xlsx" and not p.with_suffix(".csv").exists()
    ]


def read(path: Path) -> pd.DataFrame:
    if path.suffix == ".csv":  # a cell with the word NA is text
        return pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False, na_values=[""], low_memory=False)
    return pd.read_excel(path) if path.suffix == ".xlsx" else pd.read_parquet(path)


def paired(old: dict, new: dict) -> list[tuple]:
    """Files of one folder that belong together: by name, and numbered tables by their columns, since numbers shift."""
    heads = [
        {name: set(pd.read_csv(path, encoding="utf-8-sig", nrows=0).columns) for name, path in side.items()
         if path.suffix == ".csv"} for side in (old, new)
    ]  # fmt: skip

    def alike(a: str, b: str) -> float:
        if a in heads[0] and b in heads[1] and a[:5] == b[:5]:  # table, figur
            return len(heads[0][a] & heads[1][b]) / max(1, len(heads[0][a] | heads[1][b]))
        return float(a == b)

    place = [{name: i for i, name in enumerate(sorted(side))} for side in (old, new)]
    ranked = [(alike(a, b), a == b, -abs(place[0][a] - place[1][b]), a, b) for a in old for b in new]
    left, right, pairs = dict(old), dict(new), []
    for share, same, _, a, b in sorted(ranked, reverse=True):
        if a in left and b in right and (share >= 0.5 or same):
            pairs.append((left.pop(a), right.pop(b)))
    pairs += [(path, None) for path in left.values()] + [(None, path) for path in right.values()]
    return sorted(pairs, key=lambda pair: (pair[1] or pair[0]).name)


def keys(a: pd.DataFrame, b: pd.DataFrame) -> list[pd.Series]:
    """What names a row in both tables: the first columns that are not fractions and together are unique, else also the
    how-manieth row of that name it is."""
    candidates = [n for n in b.columns if n in a and not any(pd.api.types.is_float_dtype(t[n]) for t in (a, b))]
    texts = [n for n in candidates if not pd.api.types.is_numeric_dtype(b[n])]
    chosen: list[str] = []
    for name in texts + [n for n in candidates if n not in texts]:
        chosen.append(name)
        if not (a.duplicated(chosen).any() or b.duplicated(chosen).any()):
            break
    else:
        chosen = texts
    out = []
    for table in (a, b):
        parts = [table[n].astype("string").fillna("") for n in chosen]
        name = reduce(lambda x, y: x + " · " + y, parts) if parts else pd.Series("row", table.index, dtype="string")
        again = name.groupby(name).cumcount() + 1
        out.append(name.where(again == 1, name + " #" + again.astype("string")))
    return out


def tables(a: pd.DataFrame, b: pd.DataFrame) -> list[tuple]:
    """Differences of two tables as (kind, column, row, old, new)."""
    rows = [("column removed", name, "", "", "") for name in a.columns if name not in b]
    rows += [("column added", name, "", "", "") for name in b.columns if name not in a]
    if a.equals(b):
        return rows
    names = keys(a, b)
    a, b = (table.set_axis(name.to_numpy(dtype=object)) for table, name in zip((a, b), names, strict=True))
    rows += [("row removed", "", name, "", "") for name in a.index[~a.index.isin(b.index)]]
    rows += [("row added", "", name, "", "") for name in b.index[~b.index.isin(a.index)]]
    both = a.index[a.index.isin(b.index)]
    if not both.equals(b.index[b.index.isin(a.index)]):
        rows.append(("order", "", "", "", ""))
    for column in (name for name in a.columns if name in b):
        one, two = a.loc[both, column], b.loc[both, column]
        numbers = all(pd.api.types.is_numeric_dtype(x) and not pd.api.types.is_bool_dtype(x) for x in (one, two))
        kind = "number" if numbers and one.notna().equals(two.notna()) else "text"
        if not numbers:
            one, two = one.astype("string"), two.astype("string")
        apart = np.array((one.ne(two) & ~(one.isna() & two.isna())).fillna(True), dtype=bool)
        shown = (x[apart].astype(object).where(x[apart].notna(), "") for x in (one, two))
        rows += [
            ("number" if kind == "number" or (numbers and p != "" and q != "") else "text", column, name, p, q)
            for name, p, q in zip(both[apart], *shown, strict=True)
        ]
    return rows


def leaves(value, place: str = "") -> dict:
    if isinstance(value, dict | list) and value:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return {at: x for key, part in pairs for at, x in leaves(part, f"{place}.{key}" if place else str(key)).items()}
    return {place: value}


def records(old: Path, new: Path) -> list[tuple]:
    """Differences of the records of a run: its status, parameters, and the sentence and numbers of its finding."""
    a, b = (leaves(json.loads(path.read_text(encoding="utf-8"))) for path in (old, new))
    rows = []
    for place in [*a, *(x for x in b if x not in a)]:
        one, two = a.get(place, ""), b.get(place, "")
        if one != two and place.partition(".")[0] not in PASSING:
            numbers = all(isinstance(x, int | float) and not isinstance(x, bool) for x in (one, two))
            rows.append(("number" if numbers else "text", place, "", one, two))
    return rows


# --- in words -------------------------------------------------------------------------------------------------------


def cell(value) -> str:
    text = f"{value:.10g}" if isinstance(value, float | np.floating) else str(value)
    text = " ".join(text.split())
    for sign in "\\|`*_<[":
        text = text.replace(sign, f"\\{sign}")
    return text if len(text) <= 300 else text[:299] + "…"


def markdown(table: pd.DataFrame, n_files: int, old: str, new: str, most: int, tolerance: float) -> str:
    """The differences as one section per file; of each column at most ``most`` rows, with the number of all."""
    kinds = table["kind"].value_counts()
    listed = table[table["kind"] != "noise"]
    told = [f"{n:,} × {kind}" for kind, n in kinds.items() if kind != "noise"]
    lines = [
        f"# `{old}` → `{new}`",
        "",
        f"{n_files} files compared, {listed['file'].nunique()} differ: {', '.join(told) or 'nothing'}. "
        f"{kinds.get('noise', 0):,} numbers differ by less than {tolerance:g} of their size (noise, not listed).",
    ]
    for file, part in listed.groupby("file", sort=False):
        lines += ["", f"## {file}", ""]
        whole = part[part["kind"].str.contains("file|column|order")]
        lines += [
            f"- {'rows in another order' if row.kind == 'order' else row.kind}"
            + (f": `{row.column}`" if row.column else "")
            + (f": {row.old} → {row.new}" if row.old else "")
            for row in whole.itertuples()
        ]
        rest = part.drop(whole.index)
        if len(rest):
            lines += [""] * bool(len(whole)) + ["| column | row | old | new |", "|---|---|---|---|"]
        for (kind, _), some in rest.groupby(["kind", "column"], sort=False):
            shown = some if most == 0 else some.head(most)
            lines += [
                f"| {cell(row.column) or row.kind} | {cell(row.row)} | {cell(row.old)} | {cell(row.new)} |"
                for row in shown.itertuples()
            ]
            if len(some) > len(shown):
                lines.append(f"| {cell(some['column'].iloc[0]) or kind} | … {len(some) - len(shown):,} more | | |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", metavar="OLD", help="a commit, or a folder of outputs")
    parser.add_argument("new", metavar="NEW", help="a commit, or a folder of outputs")
    parser.add_argument("--tolerance", type=float, default=1e-9, help="relative difference that counts as noise")
    parser.add_argument("--most", type=int, default=12, help="differences shown of each column of a file; 0 for all")
    parser.add_argument("--csv", type=Path, help="write every difference, noise too, to this file")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "compare_runs", help="where outputs are kept")
    parser.add_argument("--workers", type=int, default=2, help="runs at a time")
    chosen = parser.parse_args()
    folders = [outputs_of(named, chosen.cache.resolve(), chosen.workers) for named in (chosen.old, chosen.new)]
    table, n_files = compare(*folders, tolerance=chosen.tolerance)
    if chosen.csv:
        table.to_csv(chosen.csv, index=False, encoding="utf-8")
    print(markdown(table, n_files, chosen.old, chosen.new, chosen.most, chosen.tolerance))


if __name__ == "__main__":
    main()
