"""The claims of a file as read: each that can be, and why the others cannot."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from framing.declared.checks import claim_of
from framing.errors import SourceError
from framing.patterns import HALF
from framing.records import Record

_MOST = 500
_CONTROL = re.compile(r"\\u00(?:0[0-8be-f]|1[0-9a-f])|\\[bf]|[\ufffe\uffff]")
"""As JSON writes them; of a new line, a return and a tabulator a report makes spaces."""


@dataclass(frozen=True)
class Claims(Record):
    """A file of claims as read.

    Attributes
    ----------
    entries
        One mapping per claim that can be read, in the order of the file.
    faults
        One row per claim that cannot: ``line``, ``column``, ``claim``, ``fault``.
    deviations
        One row per key of a claim that changed since the file was locked, and per claim that is gone or was added:
        ``claim``, ``key``, ``locked``, ``now``.
    locked
        The day of the lock, or empty; ``exploratory`` names the claims that it does not hold as they stand.
    held
        Claims of the lock that are gone or changed, as they were locked: the correction for their number counts them.
    corpus, articles, rests
        Of the lock: the checksum of the corpus, those of the subsets that its parameter files take, and by claim those
        of the codebook, lexicon and people's codes that it rests on.
    looked
        The day of a run of these claims that came before the lock, or empty.
    """

    name: str
    entries: tuple[dict[str, Any], ...]
    faults: pd.DataFrame = field(default_factory=pd.DataFrame)
    deviations: pd.DataFrame = field(default_factory=pd.DataFrame)
    study: str = ""
    dataset: str = ""
    locked: str = ""
    exploratory: tuple[str, ...] = ()
    held: tuple[dict[str, Any], ...] = ()
    checksum: str = ""
    corpus: str = ""
    articles: tuple[str, ...] = ()
    rests: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    looked: str = ""


def checked(name: str, entries: list, checksum: str, said: Mapping[str, str] | None = None) -> Claims:
    if len(entries) > _MOST:
        raise SourceError(f"{len(entries)} claims; {_MOST} are the most of one file")
    kept: dict[str, dict] = {}
    faults = []
    for at, entry in entries:
        called = str(entry.get("id", ""))[:60] if isinstance(entry, dict) else ""
        try:
            refuse_half(entry)
            written = json.dumps(entry, ensure_ascii=False, skipkeys=True, default=str)
            if _CONTROL.search(written.replace("\\\\", "")):  # a backslash that somebody wrote is none of JSON's
                raise SourceError("a control character, which no report can show; delete it")
            one = claim_of(entry)
            if one["id"] in kept:
                raise SourceError(f"the id {one['id']!r} stands twice")
            kept[one["id"]] = one
        except SourceError as error:
            faults.append((*at, called.encode(errors="backslashreplace").decode(), str(error)))
    table = pd.DataFrame(faults, columns=["line", "column", "claim", "fault"])
    study, dataset = ((said or {}).get(key, "") for key in ("study", "dataset"))
    return Claims(name, tuple(kept.values()), table, no_deviations(), study, dataset, checksum=checksum)


def refuse_half(held: object) -> None:
    if HALF.search(json.dumps(held, ensure_ascii=False, skipkeys=True, default=str)):
        raise SourceError("half of a surrogate pair, which is no sign of any script")


def no_deviations() -> pd.DataFrame:
    return pd.DataFrame(columns=["claim", "key", "locked", "now"])
