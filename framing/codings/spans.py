"""Spans of text that coders marked with a code, in the files of Label Studio, doccano and INCEpTION, or any table."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from framing.codings.naming import CANCELLED, CODERS, IDS, NONE, by_name, plain, who
from framing.codings.opening import records, refuse_large
from framing.codings.values import as_value, folded
from framing.errors import SourceError
from framing.messages import Message, mark

SPANS = ["unit", "coder", "code", "start", "end", "length"]
BEGINS = ("start", "begin", "start_offset", "start_char")
_ENDS = ("end", "stop", "end_offset", "end_char")
_CODES = ("code", "label", "labels", "category", "tag", "value", "frame")
_LISTS = ("label", "labels", "entities", "spans", "annotations")
_NO_SPAN = re.compile(r"(Token|Sentence|Paragraph|Document\w*|Sofa|Lemma|POS|Div|Tag\w*|Morph\w*|\w*FSArray|View)$")

_BOTH = mark("none is said of a text with spans of the same coder, first {first}; delete one of the two")

_LAYER = re.compile(r"^#T_(\w\w=.*)$", re.M)
_BAR, _JOINED = re.compile(r"(?<!\\)\|"), re.compile(r"\[(\d+)\]$")


def read_spans(path: str | Path) -> pd.DataFrame:
    """The spans that coders marked.

    Parameters
    ----------
    path
        Label Studio's JSON or JSON-MIN, doccano's JSONL; a table (CSV, TSV, XLSX, parquet) with a column each for what
        was coded, the code, ``start`` and ``end``; a file of INCEpTION (WebAnno TSV 3, UIMA CAS JSON), or the folder of
        its project (``annotation/DOCUMENT/CODER.tsv``). Where a file does not say who coded, its name does.

    Returns
    -------
    DataFrame
        One row per span: ``unit``, ``coder``, ``code``, ``start`` and ``end`` (characters from 0; the end is behind
        the last), ``length`` (of the text, missing where the file has none), the other columns of a table, and of Label
        Studio ``to_name``, which of the texts of ``unit`` a span is in. A text that a coder sent with nothing marked is
        one row without ``code``, ``start`` and ``end``, as is one of which it only says ``none``.

    Raises
    ------
    SourceError
        The file holds no spans, or cannot be read; or a coder says ``none`` of a text and marks spans in it.
    """
    place = Path(path)
    if place.is_dir():
        files = sorted(each for each in place.rglob("*.*") if each.suffix in (".tsv", ".json"))
        files = [each for each in files if each.stem not in ("INITIAL_CAS", "CURATION_USER", "exportedproject")]
        if not files:
            raise SourceError(f"{place} holds no .tsv or .json of INCEpTION: unpack the export of the project there")
        return pd.concat([read_spans(each) for each in files], ignore_index=True)
    try:
        found = _table(place)
    except SourceError:
        raise
    except Exception as error:  # whatever a foreign reader raises, or what is no shape of these programs
        raise SourceError(f"{place.name} cannot be read: {error}") from error
    if found.empty:
        raise SourceError(f"{place.name} holds no spans: none of its rows has a begin and an end")
    return _without_none(found.assign(coder=found["coder"].replace("", place.stem)))


def _without_none(found: pd.DataFrame) -> pd.DataFrame:
    """The spans of codes, and of a text of which a coder only says ``none``, or marks nothing else, one row."""
    named = by_name(())
    none = found["code"].map(lambda code: named.get(folded(str(code))) == NONE).astype(bool)
    if not none.any():
        return found
    texts = [name for name in ("unit", "coder", "to_name") if name in found]
    marked = found.groupby(texts, sort=False, dropna=False)["code"].transform("count") > none.groupby(
        [found[name] for name in texts], dropna=False
    ).transform("sum")
    if (both := none & marked & found["start"].isna()).any():
        first = found.loc[both, ["unit", "coder"]].iloc[0].tolist()
        raise SourceError(Message(_BOTH.text, {"first": str(first)}))
    alone = found[none & ~marked].drop_duplicates(texts).assign(code=None, start=None, end=None)
    return pd.concat([found[~none], alone]).sort_index().reset_index(drop=True)


def _table(path: Path) -> pd.DataFrame:
    if path.suffix in (".tsv", ".json") and path.is_file():
        refuse_large(path)
        written = path.read_text(encoding="utf-8-sig", errors="replace")
        if written.startswith("#FORMAT=WebAnno TSV 3"):
            return _told(_of_webanno(written, path.parent.name))
        if path.suffix == ".json" and '"%FEATURE_STRUCTURES"' in written[:10_000_000]:
            return _told(_of_cas(json.loads(written), path.parent.name))
    rows, _, wrong = records(path)
    if wrong:
        raise SourceError(f"{path.name} has a row that does not fit its header, {wrong[0][0]}: {wrong[0][1]}; mend it")
    if any("annotations" in each and "data" in each for each in rows):
        return _told(_of_label_studio(rows), [*SPANS, "to_name"])
    columns = {folded(str(name)): name for each in rows for name in each}
    held, coder, code, start, end = (next((columns[n] for n in names if n in columns), None) for names in
                                     (IDS, CODERS, _CODES, BEGINS, _ENDS))  # fmt: skip
    if start is None or end is None:
        return _told(_of_doccano(rows, coder))
    lost = [what for what, name in (("what was coded", held), ("the code", code)) if name is None]
    if lost:
        raise SourceError(f"no column says {' and '.join(lost)}; there are {list(columns.values())[:20]}")
    table = pd.DataFrame(rows, dtype=object).rename(columns={held: "unit", code: "code", start: "start", end: "end"})
    table = table.rename(columns={coder: "coder"}) if coder else table.assign(coder="")
    for name in ("start", "end", *(["length"] if "length" in table else [])):
        cells = table[name].map(plain).replace("", None)
        table[name] = pd.to_numeric(cells, errors="coerce")
        if (table[name].isna() & cells.notna()).any():
            raise SourceError(
                f"{name} is a number of characters, not {cells[table[name].isna() & cells.notna()].iloc[0]!r}"
            )
    table = table.assign(unit=table["unit"].map(plain), coder=table["coder"].map(who),
                         code=table["code"].map(plain).replace("", None))  # fmt: skip
    return table.reindex(columns=[*SPANS, *(name for name in table if name not in SPANS)])


def _told(rows: Iterator[tuple], columns: list[str] = SPANS) -> pd.DataFrame:
    return pd.DataFrame(list(dict.fromkeys(rows)), columns=columns)


def _marked(unit: str, coder: str, spans: list[tuple], length: int | None) -> Iterator[tuple]:
    """The rows of a text; of one in which nothing is marked, one."""
    yield from ((unit, coder, str(code), start, end, length) for code, start, end in spans)
    if not spans:
        yield unit, coder, None, None, None, length


def _of_label_studio(tasks: list[dict]) -> Iterator[tuple]:
    """A row per span, and of each text of a task in which a coder marked nothing one; the text is named at its end."""
    given = [(task, each) for task in tasks for each in task.get("annotations") or [] if isinstance(each, dict)]
    sent = [(task, who(each.get("completed_by")), _by_text(each))
            for task, each in given if not each.get("was_cancelled")]  # fmt: skip
    names = list(dict.fromkeys(name for _, _, own in sent for name in own)) or [""]
    ends: dict[tuple[int, str], int] = {}
    for task, _, own in sent:
        for name, spans in own.items():
            ends[id(task), name] = max(ends.get((id(task), name), 0), *(end for _, _, end in spans))
    for task, coder, own in sent:
        data = task.get("data") or {}
        unit = plain(next((data[name] for name in IDS if name in data), task.get("id", "")))
        for name in names:
            text = _shown(data, name, len(names) == 1)
            whole = None if text is None or len(text) < ends.get((id(task), name), 0) else len(text)
            yield from ((*row, name) for row in _marked(unit, coder, own.get(name, []), whole))


def _by_text(given: dict) -> dict[str, list[tuple]]:
    """The spans of an annotation of Label Studio, by the text they are in."""
    found: dict[str, list[tuple]] = {}
    for part in given.get("result") or []:
        if spans := list(_choices(part.get("value") or {})):
            found.setdefault(plain(part.get("to_name")), []).extend(spans)
    return found


def _shown(data: dict, name: str, alone: bool) -> str | None:
    """The text that Label Studio shows under a name: that of the field called so; else, of a name that stands alone,
    ``text`` or the only text there is."""
    texts = {field: value for field, value in data.items() if isinstance(value, str) and folded(field) not in IDS}
    if name in texts or not alone:
        return texts.get(name)
    return texts.get("text", next(iter(texts.values())) if len(texts) == 1 else None)


def _choices(value: dict) -> Iterator[tuple]:
    """A region of Label Studio as (code, start, end), one for each of its labels."""
    at = value.get("globalOffsets") or value
    labels = value.get("labels") or value.get("hypertextlabels") or []
    if "start" in at and "end" in at:
        yield from ((label, int(at["start"]), int(at["end"])) for label in labels)


def _of_doccano(rows: list[dict], coder: Any) -> Iterator[tuple]:
    """doccano, and Label Studio's JSON-MIN: a text has a list of what was marked."""
    named = next((name for name in _LISTS if any(isinstance(row.get(name), list) for row in rows)), None)
    if named is None:
        there = list(dict.fromkeys(name for row in rows for name in row))[:20]
        raise SourceError(
            f"no columns say where spans begin and end, {list(BEGINS)} and {list(_ENDS)}; there are {there}"
        )
    for row in rows:
        if as_value(row.get(CANCELLED)) == "1":
            continue
        unit = plain(next((row[name] for name in IDS if name in row), ""))
        text = row.get("text") or row.get("data")
        by: dict[str, list] = {who(row.get(coder)) if coder else "": []}
        for each in row.get(named) or []:
            if isinstance(each, list) and len(each) == 3:
                by.setdefault(next(iter(by)), []).append((each[2], int(each[0]), int(each[1])))
            elif isinstance(each, dict):
                spans = list(_choices(each)) or [(each["label"], int(each["start_offset"]), int(each["end_offset"]))]
                by.setdefault(who(each["user"]) if "user" in each else next(iter(by)), []).extend(spans)
            else:
                raise SourceError(f"{named!r} of {unit!r} holds {str(each)[:80]!r}, which says not where a span is")
        for name, spans in by.items():
            if spans or len(by) == 1:
                yield from _marked(unit, name, spans, len(text) if isinstance(text, str) else None)


def _of_webanno(written: str, unit: str) -> Iterator[tuple]:
    """WebAnno TSV 3: a row per token; of each layer of spans the first feature that is used is the code."""
    rows = [line.split("\t") for line in written.splitlines() if re.match(r"\d+-\d", line)]
    spans: dict[tuple, list[int]] = {}
    column = 3
    for layer, *features in (found[1].split("|") for found in _LAYER.finditer(written)):
        own = range(column, column + max(len(features), 1))
        column = own.stop
        if not layer.startswith("SP=") or _NO_SPAN.search(layer):
            continue
        used = next((c for c in own for row in rows if c < len(row) and row[c].strip("_*|[]0123456789")), own.start)
        for row in rows:
            for n, value in enumerate(_BAR.split(row[used] if used < len(row) else "_")):
                numbered = _JOINED.search(value)
                code, joined = (value[: numbered.start()], numbered[1]) if numbered else (value, "")
                if code not in ("_", ""):
                    key = (used, joined) if joined else (used, row[0], n)
                    code = layer.rpartition(".")[2] if code == "*" else re.sub(r"\\(.)", r"\1", code)
                    spans.setdefault((*key, code), []).extend(map(int, row[1].split("-")))
    found = [(key[-1], min(ends), max(ends)) for key, ends in spans.items()]
    yield from _marked(unit, "", found, max((int(row[1].partition("-")[2]) for row in rows), default=0))


def _of_cas(cas: dict, unit: str) -> Iterator[tuple]:
    """UIMA CAS JSON: what begins and ends and is no token or sentence; its first feature with a text is the code."""
    things = cas["%FEATURE_STRUCTURES"]
    text = next((each["sofaString"] for each in things if "sofaString" in each), None)
    spans = []
    for each in things:
        kind = str(each.get("%TYPE", ""))
        if "begin" in each and "end" in each and not _NO_SPAN.search(kind):
            features = [value for name, value in each.items() if name[:1] not in "%@^" and isinstance(value, str)]
            spans.append((features[0] if features else kind.rpartition(".")[2], int(each["begin"]), int(each["end"])))
    yield from _marked(unit, "", spans, None if text is None else len(text))
