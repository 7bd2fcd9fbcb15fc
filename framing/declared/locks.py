"""The lock of a file of claims: what was claimed of which corpus and when, and what deviates from it now."""

import datetime as dt
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pandas as pd

from framing.declared.entries import Claims, checked, no_deviations, refuse_half
from framing.declared.schema import HELD
from framing.errors import SourceError
from framing.messages import mark


def lock_of(path: Path) -> Path:
    """Where the lock of a file of claims stands."""
    return path.with_suffix(".lock.json")


def committed(files: list[Path], now: str) -> str:
    def git(*words: str) -> subprocess.CompletedProcess:
        return subprocess.run(["git", *words], cwd=files[0].parent, capture_output=True, text=True, check=False)

    names = [file.name for file in files]
    try:
        if git("rev-parse", "--is-inside-work-tree").returncode or git("add", "--", *names).returncode:
            return ""
    except OSError:
        return ""  # no git here
    message = f"Lock the claims of {files[0].name} on {now[:10]}"
    return (
        "" if git("commit", "-q", "-m", message, "--", *names).returncode else git("rev-parse", "HEAD").stdout.strip()
    )


def of_lock(entry: dict) -> dict:
    """What a lock holds of a claim: all but its id and a note."""
    return {key: entry[key] for key in HELD if key in entry}


def against(found: Claims, path: Path) -> Claims:
    """The claims beside their lock: what deviates from it, and which claims it does not hold."""
    file = lock_of(path)
    if not file.is_file():
        return found
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        before = {name: dict(old) for name, old in held["claims"].items()}
        day, corpus, looked = (_text(each) for each in (held["locked"], held["corpus"], held.get("looked_on", "")))
        day = str(dt.date.fromisoformat(day[:10]))
        articles = tuple(str(each) for each in held.get("articles", ()))
        rests = {name: dict(each) for name, each in held.get("rests", {}).items()}
        refuse_half(held)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SourceError(
            f"{file} is no lock of claims; remove it, or restore it from the commit that made it"
        ) from None
    rows, gone, now = [], [], {entry["id"]: of_lock(entry) for entry in found.entries}
    for name, old in before.items():
        new = now.get(name)
        if new is None:
            rows.append((name, "", mark("the claim"), mark("gone or cannot be read")))
        else:
            keys = [key for key in HELD if "sentence" in old or key not in ("sentence", "source")]  # locks had none
            changed = [key for key in keys if _written(old.get(key)) != _written(new.get(key))]
            rows += [(name, key, *(_written(each.get(key)) for each in (old, new))) for key in changed]
            if not changed:
                continue
        gone.append({"sentence": name, **old, "id": name})
    rows += [(name, "", "", mark("added after the lock")) for name in now if name not in before]
    held = checked(found.name, [((0, 0), one) for one in gone], "")
    rows += [(name, "", mark("the claim"), _LOST) for name in held.faults["claim"]]
    table = pd.DataFrame(rows, columns=list(no_deviations().columns), dtype=object)
    later = tuple(name for name in now if len(held.faults) or name in set(table["claim"]))
    lock = {"corpus": corpus, "articles": articles, "rests": rests, "looked": looked, "held": held.entries}
    return replace(found, deviations=table, locked=day, exploratory=later, **lock)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


_LOST = mark("it can no longer be judged as it was locked, so that all claims are exploratory")


def _written(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
