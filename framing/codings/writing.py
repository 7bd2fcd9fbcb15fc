"""Codes and units as other programs take them: Label Studio, doccano, ActiveTigger, quallmer, any table."""

import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pandas as pd

from framing.codings.naming import CODERS, NONE, TAKEN, refuse_taken
from framing.codings.values import folded
from framing.errors import SourceError
from framing.tables import spreadsheet


def write_units(folder: Path, coder: str, units: list[tuple[str, str, str]], codebook: Any) -> None:
    """A coder's units for Label Studio, doccano and ActiveTigger; what those export, :func:`read_file` reads."""
    names = [(code.id, code.label) for code in codebook.codes]
    _json(folder / f"coding_{coder}.labelstudio.json",
          [{"data": {"unit": unit, "headline": headline, "text": text}} for unit, headline, text in units])  # fmt: skip
    (folder / "labelstudio.xml").write_text(_interface(names, codebook.exclusive), encoding="utf-8")
    rows = [{"unit": unit, "text": f"{headline}\n{text}".strip()} for unit, headline, text in units]
    (folder / f"coding_{coder}.doccano.jsonl").write_text(
        "".join(json.dumps({**row, "label": []}, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    _json(folder / "doccano_labels.json", [{"text": code} for code, _ in [*names, (NONE, "")]])
    spreadsheet.write(pd.DataFrame(rows, columns=["unit", "text"]), folder / f"coding_{coder}.activetigger.csv")


def write_codes(
    path: Path, ids: list[str], names: list[str], has: Any, coder: str, rest: pd.DataFrame | None = None
) -> None:
    """Codes of units as tasks of Label Studio (``.json``), lines of doccano (``.jsonl``) or a table (``.csv``).

    ``rest`` has what else is known of them, by ``article_id``: model, prompt, date.
    """
    refuse_taken(names)
    said = [[name for name, value in zip(names, row, strict=True) if value] for row in has]
    more: list[dict] = [{}] * len(ids)
    if rest is not None:
        own = rest.drop_duplicates("article_id").set_index("article_id").astype(object)
        own = own.drop(columns=[name for name in own if folded(str(name)) in {*map(folded, names), *TAKEN, *CODERS}])
        more = own.where(own.notna(), None).reindex(ids).to_dict("records")
    if path.suffix == ".json":
        _json(path, [_task(unit, each, coder, row) for unit, each, row in zip(ids, said, more, strict=True)])
    elif path.suffix == ".jsonl":
        lines = [
            {"article_id": unit, **row, "label": each or [NONE], "coder": coder}
            for unit, each, row in zip(ids, said, more, strict=True)
        ]
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    elif path.suffix == ".csv":
        quallmer = path.name.endswith(".quallmer.csv")
        table = pd.DataFrame(has, columns=names)
        table = table.map(lambda value: "TRUE" if value else "FALSE") if quallmer else table.astype(int)
        table.insert(0, ".id" if quallmer else "article_id", ids)
        spreadsheet.write(pd.concat([table.assign(coder=coder), pd.DataFrame(more, index=table.index)], axis=1), path)
    else:
        raise SourceError(f"codes are written to .json, .jsonl or .csv, not to {path.name!r}")


def _task(unit: str, said: list[str], coder: str, rest: dict) -> dict:
    value = {"from_name": "code", "to_name": "text", "type": "choices", "value": {"choices": said}}
    given = {"completed_by": coder, "was_cancelled": False, "result": [value] if said else []}
    return {"data": {"article_id": unit, **rest}, "annotations": [given]}


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
