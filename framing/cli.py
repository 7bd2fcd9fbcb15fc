"""The command line: ``framing run params/telegrams``.

Exit codes: 0 all is well; 1 a run failed (the others went on; its notebook is kept with the error);
2 refused before anything started; 130 stopped by Ctrl-C.
"""

import io
import json as json_
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Annotated

import typer

from framing.errors import FramingError

OK, FAILED, REFUSED, STOPPED = 0, 1, 2, 130

app = typer.Typer(
    name="framing",
    help="Comparative media-framing statistics from parameter files. "
    "Exit codes: 0 well, 1 a run failed, 2 refused before anything started, 130 stopped by Ctrl-C.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

Paths = Annotated[list[Path], typer.Argument(help="Parameter files, or folders of them such as params/telegrams.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="Folder for reports and prepared tables.")]
Some = Annotated[list[Path] | None, typer.Argument(help="As for run; all studies if none.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON and nothing else.")]


def main() -> None:
    """Entry point: a refusal is a message and exit code 2, what the system denies one and 1, never a traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of files need not be text
    sys.modules["rfc3987_syntax"] = None  # ty: ignore[invalid-assignment] - jsonschema builds grammars of it for 2 s
    try:
        app(standalone_mode=True)
    except FramingError as error:
        _fail([str(error)])
        sys.exit(REFUSED)
    except OSError as error:  # a folder that may only be read, a full disk
        _fail([f"{error.filename or 'a file'}: {error.strerror or error}"], "failed")
        sys.exit(FAILED)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        sys.exit(STOPPED)


@app.command()
def run(
    paths: Paths,
    output: Output = Path("outputs"),
    workers: Annotated[int, typer.Option("--workers", "-w", min=1, help="Notebooks at the same time.")] = 1,
    force: Annotated[bool, typer.Option("--force", help="Run again what is unchanged.")] = False,
    cold: Annotated[bool, typer.Option("--cold", help="Start a new interpreter for each notebook.")] = False,
    cell_limit: Annotated[float | None, typer.Option(min=0.1, help="Seconds a cell may take.")] = None,
    run_limit: Annotated[float | None, typer.Option(min=0.1, help="Seconds a whole notebook may take.")] = None,
    json: Json = False,
) -> None:
    """Run notebooks with parameter files and write reports, once all files are found to be in order."""
    runs = _planned(paths, output, json)
    from framing import batch
    from framing.batch import screen

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    progress = batch.Progress() if json else screen.of_terminal(len(runs), workers)
    began = time.monotonic()
    with screen.showing(progress):
        try:
            records = batch.run_all(
                runs,
                output,
                workers=workers,
                force=force,
                cold=cold,
                limits=batch.Limits(cell_limit, run_limit),
                progress=progress,
                stop=stop,
            )
        except KeyboardInterrupt:
            stop.set()
            print("stopped; finished runs are kept, and the same command goes on from here", file=sys.stderr)
            raise typer.Exit(STOPPED) from None
    count = {s: sum(r.status == s for r in records) for s in ("ok", "skipped", "failed")}
    names = {"ok": "run", "skipped": "unchanged and not run again", "failed": "failed"}
    told = ", ".join(f"{n} {names[s]}" for s, n in count.items() if n or s == "ok")
    index, fields = output / "index.html", ("study", "name", "status", "seconds", "error", "reason")
    rows = [{name: getattr(record, name) for name in fields} for record in records]
    _print({"runs": rows, "index": str(index)}, [f"{told} in {time.monotonic() - began:.1f} s"], json)
    if not json:
        for record in records:
            if record.status == "failed":
                print(f"  failed: {record.study}/{record.name}: {record.error}", file=sys.stderr)
        print(f"open {index}")
    if stop.is_set():
        raise typer.Exit(STOPPED)
    raise typer.Exit(FAILED if count["failed"] else OK)


@app.command()
def check(paths: Paths, output: Output = Path("outputs"), json: Json = False) -> None:
    """Validate parameter files against their notebooks and the prepared tables that are there, running nothing."""
    runs = _planned(paths, output, json)
    from framing.batch.prepared import notes

    told = notes(runs, output.resolve())
    n = len(runs)
    lines = [*(f"note: {note}" for note in told), f"{n} runs are in order" if n != 1 else "1 run is in order"]
    _print({"runs": [r.key for r in runs], "faults": [], "notes": told}, lines, json)


@app.command("list")
def list_(paths: Some = None, output: Output = Path("outputs"), json: Json = False) -> None:
    """List the runs that parameter files ask for, and which parameter files are refused."""
    runs, faults = _collected(paths or _all_studies(), output)
    rows = [{"run": r.key, "notebook": r.notebook.name, "values": r.values} for r in runs]
    _beside(rows, [f"{r.key:<48} {r.notebook.name:<24} {r.file}" for r in runs], faults, json)


@app.command()
def status(paths: Some = None, output: Output = Path("outputs"), json: Json = False) -> None:
    """Say which runs are new, unchanged, changed or failed, and which parameter files are refused."""
    runs, faults = _collected(paths or _all_studies(), output)
    from framing import batch

    rows = batch.status(runs, output.resolve())
    _beside(rows, [f"{r['status']:<10} {r['study']}/{r['name']:<40} {r['reason']}" for r in rows], faults, json)


@app.command()
def clean(
    studies: Annotated[list[str] | None, typer.Argument(help="Studies; all if none is named.")] = None,
    output: Output = Path("outputs"),
    runs: Annotated[
        list[str] | None,
        typer.Option("--run", help="Only what this run left, as 10_keyness.politics; may be given more than once."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove the reports and prepared tables of studies, or the report of one run; your own files stay."""
    from framing import batch

    what = f"the reports of {', '.join(runs)}" if runs else "reports and prepared tables"
    if not yes:
        typer.confirm(f"remove {what} of {', '.join(studies or []) or 'all studies'} under {output}?", abort=True)
    removed = batch.clean(output.resolve(), studies or [], runs)
    for path in removed:
        print(path.relative_to(output.resolve()))
    print(f"{len(removed)} files and folders removed")


@app.command()
def report(output: Output = Path("outputs")) -> None:
    """Make every report and the index from the executed notebooks, without running them."""
    from framing import batch

    made = batch.rebuild(output.resolve())
    print(f"{len(made)} reports made; open {output / 'index.html'}")


@app.command()
def new(
    study: Annotated[str, typer.Argument(help="Name of the study; becomes params/STUDY.")],
    file: Annotated[Path, typer.Argument(help="Your corpus: CSV, Excel, JSON Lines, Parquet, archive or folder.")],
    params: Annotated[Path | None, typer.Option(help="Folder of one folder per study; the project's if none.")] = None,
    language: Annotated[
        str, typer.Option(help="Language of the reports, ja or en; by default that of the articles.")
    ] = "",
    outlet: Annotated[str, typer.Option(help="Outlet of the articles that name none.")] = "",
    same: Annotated[
        list[str] | None, typer.Option(help="Two names of one newspaper: 'The Guardian (London)=The Guardian'.")
    ] = None,
    since: Annotated[str, typer.Option(help="First day, month or year asked about.")] = "",
    until: Annotated[str, typer.Option(help="Last day, month or year asked about.")] = "",
) -> None:
    """Write parameter files for your own corpus: looks at its columns and proposes the mapping."""
    from framing import batch, store

    params = params or Path(os.path.relpath(store.project() / "params"))
    try:
        names = {name: other for name, _, other in (pair.partition("=") for pair in same or [])}
        asked = {"language": language, "outlet": outlet, "outlets": names, "since": since, "until": until}
        written, mapping, remarks = batch.scaffold(study, file, params, **asked)
    except ValueError as error:
        raise FramingError(str(error)) from error
    for ours, theirs in mapping.items():
        print(f"  {ours:<12} ← {theirs}")
    for remark in remarks:
        print(f"  {remark}")
    print(f"wrote {', '.join(map(str, written))}\nnext: framing run {params / study}")


@app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="frontpage or livedoor.")],
    source: Annotated[Path | None, typer.Option("--from", help="A local folder that holds the original files.")] = None,
) -> None:
    """Fetch a public corpus with its checksum verified, or take it from a local folder."""
    from framing import datasets

    print(f"{name} is at {datasets.fetching.fetch(name, source=source)}")


claims = typer.Typer(name="claims", help="Claims in words: lock a file of them before the data are looked at.")
app.add_typer(claims)


@claims.callback()
def _claims() -> None:
    """Claims in words."""


@claims.command("lock")
def lock(
    file: Annotated[Path, typer.Argument(help="A file of claims, such as params/claims/telegrams.yaml.")],
    commit: Annotated[bool, typer.Option(help="Commit the claims and their lock where this is a git checkout.")] = True,
) -> None:
    """Write down a file of claims, the corpus it is about and the date, so that later changes show."""
    from framing import declared
    from framing import study as studies

    found = declared.read(file)
    if not (found.study or found.dataset):
        raise FramingError(
            f"{file} does not say which study its claims are about, and a lock holds the checksum of its articles; add "
            "a line 'study: NAME' (a folder under outputs) at its top, or 'dataset: leader_messages'"
        )
    from framing.batch.prepared import of_claims
    from framing.claims.sides import rests_on, subset_of

    study = studies.load(found.study, dataset=found.dataset)
    subsets, looked, same = of_claims(declared.path_of(file))
    held = {
        "articles": [*dict.fromkeys(subset_of(study.take(**one)) for one in subsets or [{}])],
        "rests": {claim["id"]: rests_on(claim, study) for claim in found.entries},
    }
    written, made = declared.lock(declared.path_of(file), study.checksum, **held, looked=looked, commit=commit)
    n = len(found.entries)
    print(f"{n} claim{'s' * (n != 1)} locked in {written}, of articles: {'; '.join(held['articles'])}")
    if not subsets:
        print(
            "no parameter file of 50_claims in params that is in order names this file, so that the whole study was "
            "locked; a run that takes a part of it will be listed as a deviation"
        )
    for told in same:
        print(f"note: {told}")
    if looked:
        print(f"these claims were run on {looked}, before this lock; the lock and every report of them say so")
    print(f"committed as {made}" if made else "not committed: commit both files yourself, or this proves nothing")
    print("a lock without a date of a third party proves little: push the commit, or send its hash to somebody")


def _planned(paths: list[Path], output: Path, json: bool) -> list:
    """The runs, or exit 2 with one list of everything that is wrong."""
    runs, faults = _collected(paths, output)
    if faults:
        _beside([], [], faults, json)
    return runs


def _collected(paths: list[Path], output: Path) -> tuple[list, list[str]]:
    from framing.batch.plan import collect

    return collect(paths, outputs=output.resolve())


def _beside(rows: list, lines: list[str], faults: list[str], json: bool) -> None:
    """What is in order; beside it what is not, and then exit 2."""
    _print({"runs": rows, "faults": faults} if faults else rows, lines, json)
    if faults:
        _fail([] if json else faults)
        raise typer.Exit(REFUSED)


def _print(value: object, lines: list[str], json: bool) -> None:
    """The result as JSON, or line by line."""
    for line in [json_.dumps(value, ensure_ascii=False)] if json else lines:
        print(line)


def _all_studies() -> list[Path]:
    from framing import store

    folder = store.project() / "params"
    return [p for p in sorted(folder.iterdir()) if p.is_dir() and p.name not in store.SHARED] if folder.is_dir() else []


def _fail(faults: list[str], how: str = "refused") -> None:
    for fault in faults:
        print(f"{how}: {fault}", file=sys.stderr)
    if len(faults) > 1:
        print(f"{len(faults)} faults; nothing was started", file=sys.stderr)


if __name__ == "__main__":
    main()
