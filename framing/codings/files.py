"""Files of codes that other programs write and read: Label Studio, doccano, ActiveTigger, quallmer, any table."""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pandas as pd

from framing.errors import SourceError

NONE = "none"
"""What a coder says of a unit that has none of the codes."""
IDS = ("unit", "article_id", "id_external", ".id", "doc_id", "id")
"""Columns that name what was coded, the first that is there; a program's own ``id`` comes last."""
CODERS = ("coder", "annotator", "user", "username", "completed_by")
CODES = ("code", "codes", "label", "labels", "category", "prediction")
_SAID = {"1": True, "true": True, "t": True, "yes": True, "0": False, "false": False, "f": False, "no": False}
COLUMNS = ["id", "coder", "code", "value", "place"]


def folded(name: str) -> str:
    """A name whatever its width and case."""
    return unicodedata.normalize("NFKC", name).lower().strip()


def read_codes(path: str | Path, names: Iterable[str]) -> pd.DataFrame:
    """The codes in a file of another program.

    Parameters
    ----------
    path
        Label Studio's JSON or JSON-MIN, doccano's JSONL, or a table (CSV, TSV, XLSX, parquet, JSONL): with a column of
        codes, one row for each or several with ``|``, ``;``, ``#`` or as a list (ActiveTigger, doccano); or with a
        column for each code, true or false (quallmer).
    names
        The codes there are.

    Returns
    -------
    DataFrame
        One row per unit, coder and code said: ``id``, ``coder`` (empty where the file does not say), ``code`` (as in
        ``names``, or as written where it is none of them), ``value`` (whether the unit has it) and ``place`` (row or
        task). The code ``none`` is a unit without any. An empty cell is a unit that was not coded: no row.

    Raises
    ------
    SourceError
        The file is none of these.
    """
    path = Path(path)
    by_key = {folded(name): name for name in [*names, NONE]}
    return pd.DataFrame(list(_rows(_records(path), by_key)), columns=COLUMNS).drop_duplicates(ignore_index=True)


def _records(path: Path) -> list[dict]:
    """The rows or tasks of a file."""
    suffix = path.suffix.casefold()
    if not path.is_file():
        raise SourceError(f"there is no file {path}")
    if suffix == ".parquet":
        return pd.read_parquet(path).astype(object).to_dict("records")
    if suffix == ".xlsx":
        return pd.read_excel(path, dtype=str, keep_default_na=False).to_dict("records")
    if suffix in (".csv", ".tsv"):
        sign = "\t" if suffix == ".tsv" else _separator(path)
        table = pd.read_csv(path, sep=sign, encoding="utf-8-sig", dtype=str, keep_default_na=False)
        return table.to_dict("records")
    try:
        written = path.read_text(encoding="utf-8-sig")
        lines = [line for line in written.split("\n") if line.strip()]
        found = json.loads(written) if suffix == ".json" else [json.loads(line) for line in lines]
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path.name} cannot be read as JSON: {error}") from error
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise SourceError(f"{path.name} holds no list of tasks or rows")
    return found


def _separator(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        head = stream.readline()
    return max(",;\t", key=head.count)


def _rows(records: list[dict], by_key: dict[str, str]) -> Iterator[tuple]:
    if any("annotations" in each for each in records):
        yield from _of_tasks(records, by_key)
        return
    columns = list(dict.fromkeys(name for each in records for name in each))
    held = next((name for name in IDS if name in columns), None)
    if held is None:
        raise SourceError(f"no column says what was coded, one of {list(IDS)}; there are {columns}")
    coder = next((name for name in CODERS if name in columns), None)
    wide = {name: by_key[folded(str(name))] for name in columns if folded(str(name)) in by_key and name != held}
    long = next((name for name in CODES if name in columns), None)
    if not wide and long is None:
        raise SourceError(f"no column holds codes: one of {list(CODES)}, or one for each code; there are {columns}")
    for number, row in enumerate(records, start=1):
        unit, who = str(row.get(held, "")).strip(), _who(row.get(coder)) if coder else ""
        if wide:
            for name, code in wide.items():
                value = _SAID.get(_plain(row.get(name)).casefold())
                if value is None and _plain(row.get(name)):
                    yield unit, who, f"{name}: {_plain(row[name])}"[:80], True, f"row {number}"
                elif value is not None:
                    yield unit, who, code, value, f"row {number}"
        else:
            for said in _several(row.get(long), by_key):
                yield unit, who, by_key.get(folded(said), said), True, f"row {number}"


def _of_tasks(tasks: list[dict], by_key: dict[str, str]) -> Iterator[tuple]:
    """Label Studio: a task has annotations, one for each coder; one that was sent empty says none."""
    for task in tasks:
        data = task.get("data") or {}
        unit = str(next((data[name] for name in IDS if name in data), task.get("id", ""))).strip()
        for given in task.get("annotations") or []:
            if given.get("was_cancelled"):
                continue
            parts = [part.get("value") or {} for part in given.get("result") or []]
            said = [choice for value in parts for choice in value.get("choices", [])]
            for choice in said or [NONE]:
                code = by_key.get(folded(str(choice)), str(choice))
                yield unit, _who(given.get("completed_by")), code, True, f"task {task.get('id', '')}"


def _who(value: Any) -> str:
    """A coder, of whom a program writes a number, a name or an account."""
    if isinstance(value, dict):
        value = value.get("email") or value.get("username") or value.get("id") or ""
    return _plain(value)


def _plain(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return str(value).strip() if str(value).strip() != "NA" else ""


def _several(value: Any, by_key: dict[str, str]) -> list[str]:
    """The codes of a cell; a cell that is a code as it stands is not cut at a sign."""
    if isinstance(value, dict):  # Label Studio's JSON-MIN
        value = value.get("choices", [])
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value if _plain(each)]
    text = _plain(value)
    if text.startswith("[") and text.endswith("]"):
        return _several([part.strip().strip("'\"") for part in text[1:-1].split(",")], by_key)
    if not text or folded(text) in by_key:
        return [text] if text else []
    sign = next((sign for sign in "|;#" if sign in text), None)
    return [part.strip() for part in text.split(sign) if part.strip()] if sign else [text]


# ---- what is written ----


def write_units(folder: Path, coder: str, units: list[tuple[str, str, str]], codebook: Any) -> None:
    """A coder's units for Label Studio, doccano and ActiveTigger; what those export, :func:`read_codes` reads."""
    names = [(code.id, code.label) for code in codebook.codes]
    _json(folder / f"coding_{coder}.labelstudio.json",
          [{"data": {"unit": unit, "headline": headline, "text": text}} for unit, headline, text in units])  # fmt: skip
    (folder / "labelstudio.xml").write_text(_interface(names, codebook.exclusive), encoding="utf-8")
    rows = [{"unit": unit, "text": f"{headline}\n{text}".strip()} for unit, headline, text in units]
    (folder / f"coding_{coder}.doccano.jsonl").write_text(
        "".join(json.dumps({**row, "label": []}, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    _json(folder / "doccano_labels.json", [{"text": code} for code, _ in [*names, (NONE, "")]])
    table = pd.DataFrame(rows, columns=["unit", "text"])
    table.to_csv(folder / f"coding_{coder}.activetigger.csv", index=False, encoding="utf-8")


def write_codes(path: Path, ids: list[str], names: list[str], has: Any, coder: str) -> None:
    """Codes of units as tasks of Label Studio (``.json``), lines of doccano (``.jsonl``) or a table (``.csv``)."""
    said = [[name for name, value in zip(names, row, strict=True) if value] for row in has]
    if path.suffix == ".json":
        _json(path, [_task(unit, each, coder) for unit, each in zip(ids, said, strict=True)])
    elif path.suffix == ".jsonl":
        lines = [
            {"article_id": unit, "label": each or [NONE], "coder": coder} for unit, each in zip(ids, said, strict=True)
        ]
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    elif path.suffix == ".csv":
        table = pd.DataFrame(has, columns=names).astype(int)
        table.insert(0, "article_id", ids)
        table.assign(coder=coder).to_csv(path, index=False, encoding="utf-8")
    else:
        raise SourceError(f"codes are written to .json, .jsonl or .csv, not to {path.name!r}")


def _task(unit: str, said: list[str], coder: str) -> dict:
    value = {"from_name": "code", "to_name": "text", "type": "choices", "value": {"choices": said}}
    given = {"completed_by": coder, "was_cancelled": False, "result": [value] if said else []}
    return {"data": {"article_id": unit}, "annotations": [given]}


def _interface(codes: list[tuple[str, str]], exclusive: bool) -> str:
    """Label Studio's labelling interface: headline, text and a choice for each code."""
    choices = "".join(f"\n    <Choice value={quoteattr(code)} hint={quoteattr(label)}/>"
                      for code, label in [*codes, (NONE, "none of the codes")])  # fmt: skip
    kind = "single" if exclusive else "multiple"
    return (
        '<View>\n  <Header name="head" value="$headline"/>\n  <Text name="text" value="$text"/>\n'
        f'  <Choices name="code" toName="text" choice="{kind}" required="true">{choices}\n  </Choices>\n</View>\n'
    )


def _json(path: Path, content: list) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
