"""Files of claims, read as data before any row is: what each claims, what it needs, and whether it was locked."""

import datetime as dt
import difflib
import json
import math
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from framing import data, provenance, store
from framing.errors import SourceError
from framing.messages import Message, mark
from framing.patterns import HALF, Bounded
from framing.records import Record

MEASURES = {
    "mentions": "ratio", "rank": "ratio", "words": "ratio", "silence": "ratio", "share": "points", "front": "points",
    "topic": "points", "frame": "points", "order": "points", "shared": "points", "page": "units", "tone": "units",
}  # fmt: skip
"""What is measured → the scale of its effect: a ratio, a difference of shares (0 to 1), or units of the column."""
_OTHER_NAMES = {
    "same page": "shared",
    "rate of mentions": "mentions", "share of articles": "share", "front page": "front", "order of names": "order",
    "word ratio": "words", "topic share": "topic", "frame share": "frame", "topic or frame share": "frame",
    "first named": "order", "count": "mentions", "number": "mentions", "rate": "mentions",
}  # fmt: skip
DIRECTIONS = {
    "more": ("higher", "highest", "increase", "first", "further inside"), "different": ("change", "some difference"),
    "less": ("lower", "lowest", "fewer", "decrease", "nearer the front"),
    "same": ("no change", "equal", "no difference"), "none": ("no mention",),
}  # fmt: skip
NEEDS = {
    "cause": mark("a comparison in which only the cause differs"),
    "intent": mark("what an editor or a government meant (neither a text nor its place says it)"),
    "relations": mark("a measure of how close governments are (no count or page is one)"),
    "every message": mark("a list of all messages, printed or not"),
    "text": mark("the texts of the articles"),
    "pages": mark("pages"),
    "detection": mark("the probability that the source finds a mention that is there"),
}
"""What a claim may need → how a report names it; the first three no corpus has."""
NEVER = ("cause", "intent", "relations")
_TOP = ("name", "about", "study", "dataset", "claims")
_KINDS = {
    "id": "text", "sentence": "texts", "source": "texts", "note": "texts", "measure": "text", "direction": "text",
    "matters": "number", "by": "text", "target": "rows", "reference": "rows", "population": "study", "window": "window",
    "before": "window", "chosen": "text", "cluster": "text", "needs": "list", "actor": "text", "other_actor": "text",
    "counted": "rows", "column": "text", "terms": "list", "n_topics": "number", "codebook": "text", "code": "text",
    "relation": "text", "first": "text", "quoted": "text", "unit": "text", "dispersion": "number",
    "detection": "number", "rate": "number", "given": "given", "value": "number", "per": "text", "people": "text",
    "strata": "list", "within": "text",
}  # fmt: skip
_STUDY = ("keep", "drop", "since", "until", "copies")
_NEEDED = {
    "mentions": ("actor", "unit", "given", "counted", "per"), "rank": ("actor", "unit", "counted", "per"),
    "words": ("terms", "given"), "silence": ("actor", "counted", "unit", "given", "target", "population"),
    "share": ("counted", "actor", "given"), "topic": ("terms", "counted", "given"),
    "frame": ("code", "counted", "given"), "order": ("relation", "target", "given"), "tone": ("column",),
    "shared": ("reference",),
}  # fmt: skip
_ALL = ("id", "sentence", "source", "note", "measure", "direction", "matters", "needs", "chosen")
_SIDES = ("by", "target", "reference", "population", "window", "before")
_SHARES = (*_SIDES, "value", "cluster", "given")
_USED = {
    "mentions": (*_SIDES, "actor", "other_actor", "counted", "unit", "per", "dispersion", "given"),
    "rank": (*_SIDES, "actor", "counted", "unit", "per", "dispersion"),
    "words": (*_SIDES, "terms", "cluster", "given", "dispersion"),
    "silence": (*_SIDES, "actor", "counted", "unit", "given", "dispersion", "detection", "rate"),
    "share": (*_SHARES, "actor", "counted"), "front": (*_SHARES, "within"),
    "topic": (*_SHARES, "terms", "n_topics", "counted"),
    "frame": (*_SHARES, "code", "codebook", "people", "strata", "counted"), "page": (*_SIDES, "cluster", "within"),
    "order": (*_SIDES, "value", "given", "relation", "first", "quoted"),
    "tone": (*_SIDES, "cluster", "column", "within"),
    "shared": (*_SIDES, "value", "within"),
}  # fmt: skip
"""What each measure reads besides what all do: another key would change no verdict, and is refused."""
_ALONE = {
    "given": {"given", "dispersion", "detection", "window"},
    "unit": {"unit", "dispersion", "detection", "rate", *_SIDES} - {"population"},
    "within": {*_KINDS} - {"cluster"},  # the issue, or what it is within, is the cluster
    "terms": {*_KINDS} - {"dispersion"},  # articles tell how words vary
}
"""What is left to be said beside a key: of counts that others made, and of what tells its own spread."""
_EITHER = ("value", "other_actor", "given", "rate"), ("actor", "counted", "code", "terms", "relation")
_HELD = sorted(set(_KINDS) - {"id", "note"})
_MOST_BYTES, _MOST = 2**20, 500
_CONTROL = re.compile(r"\\u00(?:0[0-8be-f]|1[0-9a-f])|\\[bf]|[\ufffe\uffff]")
"""As JSON writes them; of a new line, a return and a tabulator a report makes spaces."""
_ID = re.compile(r"[\w.\-]{1,60}")


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


class _Loader(Bounded, yaml.SafeLoader):
    """Dates stay as they are written, and so do 0123, 1:30, and yes, no, on and off, which are words here; aliases are
    refused, as in all files of ours."""

    most = 100_000

    def compose_node(self, parent, index):
        node = super().compose_node(parent, index)
        if isinstance(node, yaml.ScalarNode) and (self._is_another(node) or self._is_word(node)):
            node.tag = "tag:yaml.org,2002:str"
        return node


_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


def read(source: str | Path | list) -> Claims:
    """Read a file of claims, or a list of mappings.

    Parameters
    ----------
    source
        Path of a YAML file, the name of one in ``params/claims`` of the project, or its claims as a list.

    Returns
    -------
    Claims
        A claim that cannot be read is in ``faults`` with its place; the others are read.

    Raises
    ------
    SourceError
        There is no such file, it is no YAML, a key of its head is unknown, or it has no list of claims.
    """
    if isinstance(source, list):
        return _checked("claims", [((i, 1), entry) for i, entry in enumerate(source, 1)], provenance.of_data(source))
    path = path_of(source)
    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise SourceError(f"no file of claims of at most {_MOST_BYTES:,} bytes at {path}")
    try:
        text = path.read_text(encoding="utf-8-sig")
        loader = _Loader(text)
        top = loader.get_single_node()
        if not isinstance(top, yaml.MappingNode):
            raise SourceError(f"{path}: a file of claims is a mapping with the keys {list(_TOP)}")
        head = {str(key.value): value for key, value in top.value}
        if twice := _twice(top, deep=False):
            raise SourceError(f"{path}: the key {twice!r} stands twice; a file has one of it")
        if "claim_file" in head:
            raise SourceError(
                f"{path} is a parameter file of 50_claims; the claims stand in the file that it names under "
                f"'claim_file', {head['claim_file'].value!r}"
            )
        for name in head:
            if name not in _TOP:
                raise SourceError(f"{path}: {unknown(name, _TOP)}")
        if not isinstance(head.get("claims"), yaml.SequenceNode):
            raise SourceError(f"{path}: 'claims' is a list of claims, each with an id and a sentence")
        entries = []
        for node in head["claims"].value:
            at = node.start_mark.line + 1, node.start_mark.column + 1
            twice = _twice(node)
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            named = next((value for key, value in pairs if key.value == "id"), None)
            half = {"": twice, "id": str(getattr(named, "value", ""))}
            entries.append((at, half if twice else loader.construct_object(node, deep=True)))
        said = {k: str(v.value) for k, v in head.items() if k in _TOP[:4] and isinstance(v, yaml.ScalarNode)}
        _refuse_half(said)
    except UnicodeDecodeError:
        raise SourceError(f"{path}: not text in UTF-8; save it as UTF-8") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"{path}: this is not YAML: {' '.join(str(error).split())}") from None
    found = _checked(said.get("name", path.stem), entries, provenance.of_file(path), said)
    return _against(found, path)


def path_of(source: str | Path) -> Path:
    """Where a file of claims lies: its path, or its name in ``params/claims``."""
    path, folder = Path(source), store.project() / "params" / "claims"
    if path.suffix or path.is_file():
        return path
    if not (folder / f"{source}.yaml").is_file():
        there = sorted(each.stem for each in folder.glob("*.yaml"))
        raise SourceError(f"no claims {str(source)!r} in {folder}, which has {there}; or give a file's path")
    return folder / f"{source}.yaml"


def unknown(name: object, known) -> str:
    """A sentence on a key that nobody knows, with the one that was probably meant."""
    near = difflib.get_close_matches(str(name), known, 1)
    meant = f"; did you mean {near[0]!r}?" if near else "."
    return f"unknown key {str(name)!r}{meant} It may have {list(known)}"


def _twice(node, deep: bool = True) -> str:
    """The first key that stands twice in a mapping, or in one inside it."""
    names = [str(key.value) for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    inside = [value for _, value in node.value] if names else node.value if isinstance(node, yaml.SequenceNode) else []
    own = (name for name in names if names.count(name) > 1)
    return next(own, "") or next(filter(None, map(_twice, inside)), "") if deep else next(own, "")


def _checked(name: str, entries: list, checksum: str, said: Mapping[str, str] | None = None) -> Claims:
    if len(entries) > _MOST:
        raise SourceError(f"{len(entries)} claims; {_MOST} are the most of one file")
    kept: dict[str, dict] = {}
    faults = []
    for at, entry in entries:
        called = str(entry.get("id", ""))[:60] if isinstance(entry, dict) else ""
        try:
            _refuse_half(entry)
            written = json.dumps(entry, ensure_ascii=False, skipkeys=True, default=str)
            if _CONTROL.search(written.replace("\\\\", "")):  # a backslash that somebody wrote is none of JSON's
                raise SourceError("a control character, which no report can show; delete it")
            one = _claim(entry)
            if one["id"] in kept:
                raise SourceError(f"the id {one['id']!r} stands twice")
            kept[one["id"]] = one
        except SourceError as error:
            faults.append((*at, called.encode(errors="backslashreplace").decode(), str(error)))
    table = pd.DataFrame(faults, columns=["line", "column", "claim", "fault"])
    study, dataset = ((said or {}).get(key, "") for key in ("study", "dataset"))
    return Claims(name, tuple(kept.values()), table, _no_deviations(), study, dataset, checksum=checksum)


def _refuse_half(held: object) -> None:
    if HALF.search(json.dumps(held, ensure_ascii=False, skipkeys=True, default=str)):
        raise SourceError("half of a surrogate pair, which is no sign of any script")


def _claim(entry: object) -> dict[str, Any]:
    """A claim whose keys and values are in order, measure and direction by their short names."""
    if not isinstance(entry, dict):
        raise SourceError(f"a claim is a mapping with an id and a sentence, not {str(entry)[:60]!r}")
    if "" in entry:
        raise SourceError(f"the key {entry['']!r} stands twice")
    strange = [key for key in entry if key not in _KINDS]
    if strange:
        others = f"; unknown too: {', '.join(repr(str(key)) for key in strange[1:])}" if strange[1:] else ""
        raise SourceError(unknown(strange[0], _KINDS) + others)
    one = {
        key: _value(key, list(value) if isinstance(value, tuple) else value)
        for key, value in entry.items()
        if value is not None
    }
    if not _ID.fullmatch(one.get("id", "")) or not str(one.get("sentence", "")).strip():
        raise SourceError("a claim needs an id (letters, digits, '-', '_' and '.', at most 60) and a sentence")
    strange = [need for need in one.get("needs", []) if need not in NEEDS]
    if strange:
        raise SourceError(f"under 'needs': {unknown(strange[0], NEEDS)}")
    if set(one.get("needs", [])) & set(NEVER) and "measure" not in one:
        return one
    if "measure" not in one:
        raise SourceError(
            f"it says nothing to measure; give a 'measure', one of {[_typed(each) for each in MEASURES]}. Without one "
            f"a claim needs what no data hold: one of {list(NEVER)} under 'needs'"
        )
    for key, known, other in (("measure", MEASURES, _OTHER_NAMES), ("direction", DIRECTIONS, _directions())):
        name = str(one.get(key, "none" if key == "direction" and one.get("measure") == "silence" else ""))
        name = _placed(one, name) if key == "direction" else name
        name = other.get(name.replace("_", " ").strip().lower(), name.strip().lower())
        if name not in known:
            near = difflib.get_close_matches(name, [*known, *other], 1)
            meant = (
                f"; did you mean {near[0]!r}?"
                if near
                else "; how much is said by 'matters'."
                if known is DIRECTIONS
                else "."
            )
            named = [_typed(each) for each in known]
            raise SourceError(f"{key} {name!r} is not known{meant} There are {named}")
        one[key] = name
    may_be = {"source": (None, {}), "note": (None, {}), "population": ({},)}  # {} takes all rows
    blank = [key for key, value in entry.items() if value in (None, {}) and value not in may_be.get(key, ())]
    if blank:
        raise SourceError(
            f"{blank[0]!r} is blank, and a claim is about all that it names; fill it in or delete the key"
        )
    _refuse_thin(one)
    _refuse_unused(one)
    return one


def _typed(measure: str) -> str:
    """The name of a measure as the guide and the reports have it."""
    return next((name for name, short in _OTHER_NAMES.items() if short == measure), measure)


def _placed(one: dict, said: str) -> str:
    """A direction; of places more or less by what is measured: a page nearer the front is a smaller number, and more of
    page 1."""
    way, measure = said.replace("_", " ").strip().lower(), one["measure"]
    if way == "first" and measure != "order":
        raise SourceError(f"direction 'first' is that of 'order of names'; of {_typed(measure)!r} say 'more' or 'less'")
    if way not in ("nearer the front", "further inside"):
        return said
    numbers = measure == "page" or one.get("column") == "page"
    if not numbers and measure != "front" and one.get("counted") not in ({"page": [1]}, {"front": [True]}):
        raise SourceError(
            f"direction {way!r} is of 'page', 'front page', or counts of {{page: [1]}}; of {_typed(measure)!r} as it "
            "stands say 'more' or 'less'"
        )
    return "less" if numbers == (way == "nearer the front") else "more"


def _directions() -> dict[str, str]:
    return {other: name for name, others in DIRECTIONS.items() for other in others}


def _refuse_unused(one: dict) -> None:
    """Refuse what no measure would read: a claim is about all that it says."""
    measure = one["measure"]
    used = set(_USED[measure]).intersection(*(left for name, left in _ALONE.items() if name in one))
    used -= {"first", "quoted"} if measure == "order" and "relation" not in one else set()  # of lists of names
    for key in one:
        if key not in _ALL and key not in used:
            if key == "value":
                raise SourceError(
                    f"{_typed(measure)!r} is not held against a 'value': that a number is so and so is no comparison. "
                    "Give the other count or time under 'reference', 'before' or 'given'; for a share of the rows (as "
                    "on page 4) measure 'share of articles' with 'counted: {page: [4]}' against a 'value' from 0 to 1"
                )
            beside = next((f" beside {name!r}" for name, left in _ALONE.items() if name in one and key not in left), "")
            raise SourceError(
                f"{_typed(measure)!r} does not use {key!r}{beside}; it may have {sorted(used)}. Which rows are meant "
                "stands under 'population', as in {keep: {section: [politics]}}"
            )
    for names in _EITHER:
        several = [name for name in names if name in one]
        if len(several) > 1:
            raise SourceError(f"{several} are each what is counted or compared with; a claim has one of them")
    lists = _of_pairs(one)
    other = next((name for name in _EITHER[0] if name in one), None)
    beside = [name for name in ("reference", "before") if name in one and not (lists and name == "reference")]
    if other and beside:
        raise SourceError(f"it is compared with both {other!r} and {beside[0]!r}; a claim has one comparison")
    if {"reference", "before"} <= set(one) and not lists:
        raise SourceError(
            "it is compared with both 'reference' and 'before', and no claim is about how much more one side changed "
            "than the other. Of pages 40_prominence says it, with a formula such as 'leader * years' (a column and the "
            "time), whose product is that difference. Or write two claims, one with 'reference' and one with 'before', "
            "neither of which says it"
        )


def _of_pairs(one: dict) -> bool:
    """Whether each observation is a pair of the two sides: their order in a list, or their pages in an issue."""
    return one["measure"] == "shared" or one["measure"] == "order" and "relation" not in one


def _refuse_thin(one: dict) -> None:
    measure, scale = one["measure"], MEASURES[one["measure"]]
    if (one["direction"] == "none") != (measure == "silence"):
        raise SourceError("the direction 'none' is that of silence, and silence has no other")
    if measure == "rank" and one["direction"] not in ("more", "less"):
        raise SourceError("a 'rank' is 'highest' or 'lowest'")
    wanted = _NEEDED.get(measure, ())
    if wanted and not any(key in one for key in wanted):
        raise SourceError(f"the measure {_typed(measure)!r} needs one of {list(wanted)}")
    if one.get("per") == "article" and not {"actor", "counted", "unit", "given"} & set(one):
        raise SourceError(
            "articles per article are 1 on both sides; say what is counted ('actor', 'counted'), or per day"
        )
    compared = ("before", "rate", "given") if measure == "silence" else (
        "reference", "before", "value", "other_actor", "given")  # fmt: skip
    if not any(key in one for key in compared):
        raise SourceError(
            "say what it is compared with: "
            + (
                "'before' (another window) or 'rate' (the number that the window would usually hold)"
                if measure == "silence"
                else "'reference' (other rows, or rest), 'before' (another window), 'other_actor', 'value' (a share) "
                "or 'given' (counts)"
            )
        )
    least, most = (1.0, math.inf) if scale == "ratio" else (0.0, 1.0 if scale == "points" else math.inf)
    if not least <= one.get("matters", 1.0 if measure == "silence" else least - 1) < most:
        wanted = {"ratio": "a ratio of 1 or more, such as 1.25", "units": "a difference of 0 or more, such as 0.5",
                  "points": "a difference of shares from 0 to 1 (five points are 0.05)"}[scale]  # fmt: skip
        if scale == "ratio" and 0 < one.get("matters", 0) < 1:
            wanted += f" ({one['matters']:g} times as many is 'less' by {1 / one['matters']:.3g})"
        sign = "; it has no sign, which 'direction' says (less, more)" if one.get("matters", 0) < 0 else ""
        raise SourceError(f"'matters' is the smallest effect that matters: for {_typed(measure)!r} {wanted}{sign}")
    if one["direction"] == "same" and not one["matters"] > least:
        raise SourceError("a claim of no difference needs a smallest effect that matters beyond none")
    _refuse_windows(one)
    _refuse_itself(one)
    reads = {"pages": reads_pages(one), "detection": measure == "silence"}
    for need in one.get("needs", []):
        if not reads.get(need, True):
            raise SourceError(
                f"it needs {need!r}, and {_typed(measure)!r} reads none; measure "
                + ("'page', 'front page' or 'same page', or count {page: [1]}" if need == "pages" else "'silence'")
                + f", or leave {need!r} out of 'needs'"
            )
    if {"people", "strata"} & set(one) and not {"people", "code", "reference"} <= set(one):
        raise SourceError("codes of 'people' correct those of a 'code' between a 'target' and a 'reference'")
    if measure == "topic" and "terms" in one and (
        {"before", "value", "cluster"} & set(one) or one.get("by", "outlet") != "outlet"
        or not all(isinstance(one.get(side), str) and one[side] != "rest" for side in ("target", "reference"))
    ):  # fmt: skip
        raise SourceError("a topic found by 'terms' is compared between two outlets: one 'target', one 'reference'")
    if measure == "shared" and not {"value", "before"} & set(one):
        raise SourceError("'same page' is compared with a 'value' (a share of issues) or with the time 'before'")
    if "within" in one and measure != "shared" and ("reference" not in one or {"before", "value", "given"} & set(one)):
        raise SourceError("'within' compares a 'target' and a 'reference' inside each issue, and nothing else")
    if measure == "order" and not ({"relation", "first"} <= set(one) or {"target", "reference"} <= set(one) or
                                   "given" in one):  # fmt: skip
        raise SourceError(
            "'order' is of words (give 'relation', as 朝ロ, and 'first', as ロ) or of names in lists "
            "('target', 'reference')"
        )
    for name, known in {
        "per": ("article", "day"), "chosen": ("before looking", "after looking"), "quoted": ("outside", "inside"),
    }.items():  # fmt: skip
        if one.get(name, known[0]) not in known:
            raise SourceError(f"{name!r} is one of {list(known)}, not {one[name]!r}")
    for name, (low, high) in {
        "detection": (0, 1), "dispersion": (1, 1e6), "rate": (0, 1e9), "n_topics": (2, 1000), "value": (0, 1),
    }.items():  # fmt: skip
        if name in one and not low <= one[name] <= high and (name != "value" or scale == "points"):
            raise SourceError(f"{name!r} is a number from {low:g} to {high:g}, not {one[name]:g}")


def reads_pages(one: dict) -> bool:
    """Whether a claim is about pages, or counts, compares or takes rows by them."""
    return one["measure"] in ("page", "front", "shared") or bool({"page", "front"} & _columns(one))


def _columns(one: dict) -> set[str]:
    """The columns by which a claim counts, compares or takes rows."""
    conditions = [one.get("counted"), one.get("target"), one.get("reference"), one.get("population", {}).get("keep")]
    return {one.get("by", "outlet")}.union(*(each for each in conditions if isinstance(each, dict)))


def _refuse_itself(one: dict) -> None:
    """A comparison of one side with itself."""
    sides = [one[name] if isinstance(one.get(name), dict) else {*one.get(name, ())} if isinstance(one.get(name), list)
             else {one.get(name)} for name in ("target", "reference")]  # fmt: skip
    if "target" in one and sides[0] == sides[1]:
        raise SourceError(
            f"'target' and 'reference' are the same, {one['target']}; name two sides, or leave "
            "'reference' out and give a time 'before'"
        )
    if one.get("actor", "") == one.get("other_actor"):
        raise SourceError(f"'actor' and 'other_actor' are the same, {one['actor']!r}; name two actors")


def _refuse_windows(one: dict) -> None:
    measure, whole = one["measure"], {"since", "until"}
    if "before" in one and measure != "silence" and "window" not in one:
        raise SourceError("'before' is compared with 'window'; give both")
    if (measure == "rank" or measure == "silence" and "given" not in one) and not whole <= set(one.get("window", {})):
        raise SourceError(f"{measure!r} is of a 'window' with both ends")
    if measure == "rank" and not re.fullmatch(r"(\d{4})-01-01 \1-12-31", " ".join(one["window"].values())):
        raise SourceError(
            "the window of a 'rank' is a calendar year, such as 2018; of another time claim that its 'rate of "
            "mentions' ('window') is more than that of the time 'before'"
        )
    if measure == "rank" and not whole <= set(one.get("before", {})):
        raise SourceError("'rank' compares the window with every year of 'before', which has both ends")
    if measure == "rank" and not re.fullmatch(r"\d{4}-01-01 \d{4}-12-31", " ".join(one["before"].values())):
        raise SourceError(
            "'rank' compares whole years; 'before' begins and ends with one, as {since: 2016, until: 2023}"
        )
    if "unit" in one and "window" not in one:
        raise SourceError("counts in a 'unit' are of periods; say of which under 'window'")
    if measure != "rank" and "before" in one:
        spans = [(one[name].get("since", ""), one[name].get("until", "9999")) for name in ("window", "before")]
        if max(first for first, _ in spans) <= min(last for _, last in spans):
            raise SourceError("'window' and 'before' overlap; a day belongs to one of them")


def _value(key: str, value: Any) -> Any:
    kind, said = _KINDS[key], f"{key!r}: {str(value)[:60]!r}"
    if kind in ("text", "texts", "list", "rows") and not isinstance(value, dict):
        _refuse_number(key, value)
    if kind == "text" and isinstance(value, (str, int)):
        return str(value)
    if kind == "number" and isinstance(value, Real) and not isinstance(value, bool) and abs(float(value)) < 1e9:
        return float(value)
    if kind == "list" and isinstance(value, (list, str)):
        values = value if isinstance(value, list) else [value]
        if values and all(isinstance(each, (str, int)) for each in values):
            return [str(each) for each in values]
    if kind == "texts" and isinstance(value, str):
        return value
    if kind == "texts" and isinstance(value, dict) and value and all(isinstance(v, str) for v in value.values()):
        return {str(name): text for name, text in value.items()}
    if kind == "rows" and isinstance(value, (str, int)):
        return str(value)
    if kind == "rows" and isinstance(value, list) and value and all(isinstance(v, str | int | None) for v in value):
        return [each if each is None else str(each) for each in value]
    if kind == "rows" and isinstance(value, dict) and value:
        return {str(name): each if isinstance(each, list) else [each] for name, each in value.items()}
    if kind == "study" and isinstance(value, dict):
        parts = _parts(key, value, _STUDY)
        if all(isinstance(parts.get(name, {}), dict) for name in ("keep", "drop")):
            return parts
    if kind == "window":
        return _window(key, value)
    if kind == "given" and isinstance(value, dict):
        parts = _parts(key, value, ("target", "reference"))
        if len({isinstance(pair, (list, tuple)) for pair in parts.values()}) > 1:
            raise SourceError(
                f"{key!r} has what one side was counted in and not the other ({parts}); give it of both, as in "
                "{target: [52, 126], reference: [28, 126]}, or of neither"
            )
        return {side: _pair(f"{key}.{side}", pair) for side, pair in parts.items()}
    raise SourceError(f"{said} is not {_WANTED[kind]}")


def _refuse_number(key: str, value: Any) -> None:
    """Refuse where words stand what YAML read as a number with decimals, or as true or false."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, (bool, float)):
            read, kind = (str(each).lower(), "a flag") if isinstance(each, bool) else (repr(each), "a number")
            raise SourceError(
                f"{key!r} is a word, and {read} without quotes is {kind}; put it in quotes as it is "
                f"written, as in {key}: '{read}'"
                + (f", or name the column, as in {key}: {{front: [{read}]}}" if isinstance(each, bool) else "")
            )


_WANTED = {
    "text": "a text", "number": "a number", "list": "a list of texts", "texts": "a text, or one for each language",
    "rows": "a value, a list of values, or a mapping of columns to values", "study": f"a mapping of {list(_STUDY)}",
    "window": "a window {since: 2024-01-01, until: 2024-12-31}, or a year or month such as 2024",
    "given": "counts with what they were counted in, as {target: [52, 126], reference: [28, 126]}",
}  # fmt: skip


def _parts(key: str, value: dict, known: tuple[str, ...]) -> dict:
    for name in value:
        if name not in known:
            raise SourceError(f"under {key!r}: {unknown(name, known)}")
    return value


def _pair(key: str, value: Any) -> list[float]:
    pair = list(value) if isinstance(value, (list, tuple)) else [value, 1]
    good = all(isinstance(each, Real) and not isinstance(each, bool) for each in pair)
    if len(pair) == 2 and good and pair[0] % 1:
        raise SourceError(
            f"{key!r} is a count, and {pair[0]!r} is none, as a rate or a share is not; give how many were counted "
            "and in how many articles or days, as in [52, 126]"
        )
    if len(pair) != 2 or not good or not (pair[0] >= 0 and pair[1] > 0):
        raise SourceError(f"{key!r} is a count from 0 and what it was counted in, above 0, as [52, 126]")
    return [float(each) for each in pair]


def _window(key: str, value: Any) -> dict[str, str]:
    ends = _parts(key, value, ("since", "until")) if isinstance(value, dict) else {"since": value, "until": value}
    try:
        first, last = (_day(ends[end], end == "until") if end in ends else None for end in ("since", "until"))
    except ValueError as error:
        raise SourceError(f"{key!r}: {error}") from None
    if first and last and first > last:
        raise SourceError(f"{key!r} ends on {last}, before it begins on {first}")
    return {name: day for name, day in (("since", first), ("until", last)) if day}


def _day(value: object, last: bool) -> str:
    """The first or last day of a day, month or year."""
    if isinstance(value, float):
        raise ValueError(f"a month or day is written with hyphens, as in 2024-05; with a point YAML reads {value!r}")
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", str(value).strip())
    if not found:
        raise ValueError(f"{str(value)[:40]!r} is no day, month or year, as in 2024-05-05")
    if not 1000 <= int(found[1]) <= 9000:
        raise ValueError(f"{str(value)[:40]!r} is in no year from 1000 to 9000")
    first = pd.Timestamp("-".join([*(part for part in found.groups() if part), "1", "1"][:3]))
    length = pd.DateOffset(days=1) if found[3] else pd.DateOffset(months=1) if found[2] else pd.DateOffset(years=1)
    return str((first + length - pd.Timedelta(days=1)).date() if last else first.date())


def lock_of(path: Path) -> Path:
    """Where the lock of a file of claims stands."""
    return path.with_suffix(".lock.json")


def lock(
    path: Path,
    corpus: str,
    *,
    articles: Sequence[str] = (),
    rests: Mapping[str, Mapping[str, str]] | None = None,
    looked: str = "",
    commit: bool = True,
) -> tuple[Path, str]:
    """Write down what a file claims, of which corpus and when, before anybody looks.

    ``articles``, ``rests`` and ``looked`` are held as :class:`Claims` has them.

    Returns
    -------
    file, commit
        The lock, beside the claims, and the commit that holds both (empty where there is no git checkout).

    Raises
    ------
    SourceError
        A claim cannot be read, or the file is locked already.
    """
    found, file = read(path), lock_of(path)
    if len(found.faults):
        first = found.faults.iloc[0]
        raise SourceError(
            f"{path}: claims that cannot be read: {len(found.faults)}, first in line {first['line']}: "
            f"{first['fault']}. Nothing was locked"
        )
    if file.exists():
        raise SourceError(
            f"{file} exists: these claims were locked on {found.locked}. What changed since is reported as a "
            "deviation; later claims are exploratory"
        )
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    held = {
        "file": found.checksum, "corpus": corpus, "articles": list(articles), "rests": rests or {}, "locked": now,
        "looked": bool(looked), "looked_on": looked, "claims": {e["id"]: _of(e) for e in found.entries},
    }  # fmt: skip
    file.write_text(json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return file, _committed([path, file], now) if commit else ""


def _committed(files: list[Path], now: str) -> str:
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


def _of(entry: dict) -> dict:
    """What a lock holds of a claim: all but its id and a note."""
    return {key: entry[key] for key in _HELD if key in entry}


def _no_deviations() -> pd.DataFrame:
    return pd.DataFrame(columns=["claim", "key", "locked", "now"])


def _against(found: Claims, path: Path) -> Claims:
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
        _refuse_half(held)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SourceError(
            f"{file} is no lock of claims; remove it, or restore it from the commit that made it"
        ) from None
    rows, gone, now = [], [], {entry["id"]: _of(entry) for entry in found.entries}
    for name, old in before.items():
        new = now.get(name)
        if new is None:
            rows.append((name, "", mark("the claim"), mark("gone or cannot be read")))
        else:
            keys = [key for key in _HELD if "sentence" in old or key not in ("sentence", "source")]  # locks had none
            changed = [key for key in keys if _written(old.get(key)) != _written(new.get(key))]
            rows += [(name, key, *(_written(each.get(key)) for each in (old, new))) for key in changed]
            if not changed:
                continue
        gone.append({"sentence": name, **old, "id": name})
    rows += [(name, "", "", mark("added after the lock")) for name in now if name not in before]
    held = _checked(found.name, [((0, 0), one) for one in gone], "")
    rows += [(name, "", mark("the claim"), _LOST) for name in held.faults["claim"]]
    table = pd.DataFrame(rows, columns=list(_no_deviations().columns), dtype=object)
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


def named_cause(claim: Mapping[str, Any]) -> tuple[Message, ...]:
    """That the sentence of a claim that is judged may name a cause, or an intent, by its words; else nothing."""
    texts, found = claim["sentence"], []
    for form, need, told in (("named", "cause", _CAUSE), ("intended", "intent", _INTENT)):
        search = getattr(data.forms("causes"), form).search
        words = map(search, [texts] if isinstance(texts, str) else texts.values())
        first = None if need in claim.get("needs", ()) else next(filter(None, words), None)
        found += [Message(told, {"words": first[0]})] if first else []
    return tuple(found)


_CAUSE = mark(
    "The sentence may name a cause (“{words}”). The data show what happened together, not why; a claim about the cause "
    "itself has 'needs: [cause]'."
)
_INTENT = mark(
    "The sentence may say what somebody intended (“{words}”). The data show what was printed and where, not what was "
    "meant; a claim about the intent itself has 'needs: [intent]'."
)


def lacking(needs: list[str], there: Mapping[str, bool]) -> Message | None:
    """What of the needs is not there, in a sentence; None where all is."""
    gone = tuple(NEEDS[name] for name in needs if name in NEVER or not there.get(name, True))
    return Message("The claim needs what these data lack: {what}.", {"what": gone}) if gone else None
