"""Collect the sentences of the code and the notebooks into the catalogues that translate them.

    python docs/messages.py          write framing/messages/ja.po again: new sentences are added empty, stale ones go
    python docs/messages.py --check  say what is missing or stale, and end with 1 if anything is

Collected are the literals given to ``say`` and ``mark`` in the code and the templates of ``framing/``, the definitions
of its glossary, and in the notebooks the text cells and what ``report`` is given as title, caption, reading and
meaning of columns; the title of each data set and what may not be said of it, and the sentences of placement.yaml.
"""

import argparse
import ast
import json
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from framing import __version__, data, datasets
from framing.report.glossary import GLOSSARY

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "framing" / "messages" / "ja.po"
SAID = ("say", "mark", "Message")
SHOWN = ("title", "explain")
GIVEN = ("caption",)


def sentences() -> dict[str, list[str]]:
    """Every sentence, and the files it stands in."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "framing").rglob("*.py")):
        for text in _said(ast.parse(path.read_text(encoding="utf-8"))):
            _add(found, text, path)
    for path in sorted((ROOT / "framing").rglob("*.j2")):
        with open(path, "rb") as stream:
            for _, _, text, _ in babel_extract(stream, SAID, (), {}):
                _add(found, text if isinstance(text, str) else text[0], path)
    for text in GLOSSARY.values():
        _add(found, text, ROOT / "framing" / "report" / "assets" / "glossary.md")
    for text in _texts(data.words("placement")):
        _add(found, text, ROOT / "framing" / "data" / "placement.yaml")
    for name in datasets.catalogue.names():
        for text in [datasets.catalogue.entry(name)["title"], *datasets.catalogue.limits(name)]:
            _add(found, text, ROOT / "framing" / "data")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            for text in _of_code(source) if cell["cell_type"] == "code" else [source.strip()]:
                _add(found, text, path)
    return found


def _add(found: dict[str, list[str]], text: str, path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    places = found.setdefault(text, [])
    if text and name not in places:
        places.append(name)


def _of_code(source: str) -> list[str]:
    """What a cell says: to ``say``, to ``report``, as meaning of columns, and the question among its parameters."""
    tree = ast.parse(source)
    texts = _said(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "question":
            texts += _literal(node.value)
        if not isinstance(node, ast.Call):
            continue
        if _name(node.func) in SHOWN and node.args:
            texts += _literal(node.args[0])
        for keyword in node.keywords:
            if keyword.arg in GIVEN:
                texts += _literal(keyword.value)
            if keyword.arg == "columns" and _name(node.func) == "table":
                texts += _meanings(keyword.value)
    return texts


def _texts(node: object) -> list[str]:
    """The texts in lists and mappings of data, without the keys."""
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [node] if isinstance(node, str) else [text for part in parts for text in _texts(part)]


def _said(tree: ast.AST) -> list[str]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) in SAID and node.args]
    return [text for node in calls for text in _literal(node.args[0])]


def _literal(node: ast.AST) -> list[str]:
    """The text of a literal, or of both sides of a choice between literals."""
    if isinstance(node, ast.IfExp):
        return [*_literal(node.body), *_literal(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else []


def _meanings(node: ast.AST) -> list[str]:
    """Heads and meanings of columns: written out, ``room.TABLE["name"]``, or chosen from the CODEBOOK of a room."""
    written = ast.unparse(node)
    room = written.split(".")[0]
    known = {} if isinstance(node, ast.Dict) else {room: import_module(f"framing.{room}")}
    if isinstance(node, ast.Call):  # room.meanings(frame, "name")
        book = known[room].CODEBOOK.values()
        return [text for table in book for name, what in table.items() for text in (name.replace("_", " "), what)]
    table = eval(written, known)  # an expression of our own notebooks
    return [text for name, what in table.items() for text in (name.replace("_", " "), what) if text]


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def fields(text: str) -> set[str]:
    """Names of the places that values stand in; a part of a value, as the month of a day, is that value."""
    return {name.partition(".")[0] for _, name, _, _ in Formatter().parse(text) if name}


def translated() -> dict[str, str]:
    """The catalogue as it stands; an entry to be looked at again counts as empty."""
    if not CATALOGUE.is_file():
        return {}
    with open(CATALOGUE, "rb") as stream:
        return {e.id: "" if e.fuzzy else str(e.string or "") for e in read_po(stream) if e.id}


def write(found: dict[str, list[str]], known: dict[str, str]) -> None:
    """Write the catalogue: the sentences in the order of the files they stand in."""
    made = Catalog(
        locale="ja", project="framing", version=__version__, fuzzy=False, language_team="ja",
        header_comment="# The sentences of reports in Japanese.", last_translator="see the history of this file",
    )  # fmt: skip
    for text, places in sorted(found.items(), key=lambda item: (item[1][0], item[0])):
        entry = made.add(text, known.get(text, ""), locations=[(place, None) for place in places])
        entry.flags.discard("python-format")  # "95% interval" looks like one
        if fields(text):
            entry.flags.add("python-brace-format")
    made.creation_date = made.revision_date = datetime(2026, 11, 26, tzinfo=UTC)  # it changes with its sentences only
    with open(CATALOGUE, "wb") as stream:
        write_po(stream, made, width=116, omit_header=False)


def faults(found: dict[str, list[str]], known: dict[str, str]) -> list[str]:
    """What is missing, stale, or has other places for values than the English."""
    missing = [f"not translated ({', '.join(found[text])}): {text!r}" for text in found if not known.get(text)]
    stale = [f"no longer said: {text!r}" for text in known if text not in found]
    uneven = [
        f"other places for values in {text!r}: {known[text]!r}"
        for text in found
        if known.get(text) and "{" in text and fields(text) != fields(known[text])
    ]
    return missing + stale + uneven


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    found, known = sentences(), translated()
    if not check:
        write(found, known)
    wrong = [fault for fault in faults(found, known) if check or not fault.startswith("no longer")]
    print("\n".join(wrong) or f"{len(found)} sentences, all in Japanese")
    sys.exit(1 if wrong and check else 0)


if __name__ == "__main__":
    main()
