"""JSON: lines, lists of objects, and objects that hold such a list, as rows of named texts."""

import json
import re
from typing import Any

import pandas as pd

from framing.corpus.tabular import ALIASES, USUAL, Rows, scalar, sound, too_large, usual_names
from framing.databases.labelled.labels import key
from framing.messages import mark

_WORDED = re.compile(
    "text|title|headline|body|content|article|見出|本文|タイトル|제목|본문|标题|標題|正文|заголовок|текст", re.I
)
"""A name that a list of articles has in its objects, and a list of tags or pictures has not."""
_DEEPEST = 5
"""Objects within objects in which a list of articles is looked for."""


def of_json(text: str) -> Rows:
    """JSON Lines, a JSON array of objects, or one object that holds such an array."""
    whole = loaded(text)
    if isinstance(whole, dict):
        own = {str(key).lower() for key in whole} & {"text", "body", "content", "本文"}  # then it is one article
        whole = [whole] if own else _listed_in(whole) or [whole]
    numbered, rejected = (list(enumerate(whole, 1)), []) if isinstance(whole, list) else _json_lines(text)
    good = []
    for i, row in numbered:
        if isinstance(row, dict) and row:
            good.append({sound(str(k)): scalar(v) for k, v in _unfolded(_unwrapped(row)).items()} | {"_line": i})
        else:
            reason = mark("not an object with named fields")
            rejected.append({"line": i, "reason": reason, "record": str(scalar(row))})
    if not good and not rejected:
        rejected = [{"line": 1, "reason": mark("the file holds no rows"), "record": text[:200]}]
    names = {name for row in good for name in row}
    if reason := too_large(len(names) - 1, 1, names=names):
        wide = [{"line": row.pop("_line"), "reason": reason, "record": scalar(row)} for row in good]
        return Rows("table", rejected=rejected + wide)
    return Rows("table", frame=pd.DataFrame(good, dtype=object) if good else pd.DataFrame(), rejected=rejected)


def _listed_in(whole: dict) -> list:
    """The articles that an object lists (``{"response": {"docs": […]}}``); none where it lists two kinds of things.

    Lists of one name below objects of one list are one: Trove has ``records.article`` below each ``category``.
    """
    level: list[tuple[tuple, dict]] = [((), whole)]
    others: list[list] = []
    for depth in range(_DEEPEST):
        named = [((*path, name), value) for path, one in level for name, value in one.items()]
        found: dict[tuple, list] = {}
        for path, value in named:
            if isinstance(value, list) and value and isinstance(value[0], dict):
                names = " ".join(map(str, _unwrapped(value[0])))
                found.setdefault(path, []).extend(value if _WORDED.search(names) else [])
        found = {path: value for path, value in found.items() if value}
        described = [value for value in found.values() if len(usual_names(list(_unwrapped(value[0])))) > 1]
        if described:
            return described[0] if len(described) == 1 else []
        others += found.values()
        if depth and {"headline", "text"} & set(usual_names(list(whole))):
            break  # it is one article, with something about others
        level = [
            (path, one)
            for path, value in named
            for one in (value if isinstance(value, list) else [value])
            if isinstance(one, dict)
        ]
    return others[0] if len(others) == 1 else []


def _unwrapped(row: dict) -> dict:
    """An object that only wraps an article (``_source``, ``node``, ``attributes``), with the article's fields as its
    own; the wrapper's ``id`` counts where the article has none."""
    if {"headline", "text"} & set(usual_names(list(row))):
        return row
    inner = [name for name, value in row.items() if isinstance(value, dict) and len(usual_names(list(value))) > 1]
    return {**{k: v for k, v in row.items() if k != inner[0]}, **row[inner[0]]} if len(inner) == 1 else row


def _unfolded(row: dict) -> dict:
    """An object with a name stands for that name (``{"id": null, "name": "東都新報"}``) and is kept whole beside it.

    What else an object holds becomes a column of its own where its name is a usual one (``headline.main``). Under a
    usual name, the only text of a list stands for itself, and an object without a name is no text.
    """
    row = {k: _listed(k, v) if isinstance(v, list) and key(k) in USUAL else v for k, v in row.items()}
    objects = {k: v for k, v in row.items() if isinstance(v, dict)}
    named = {k: v["name"] for k, v in objects.items() if isinstance(v.get("name"), str)}
    inner = {f"{k}.{name}": value for k, v in objects.items() for name, value in v.items()}
    inner = {name: value for name, value in inner.items() if key(name) in USUAL}
    told = {*named, *(k for k in objects if key(k) in USUAL), *(name.partition(".")[0] for name in inner)}
    plain = {f"{k}.original" if k in told else k: v for k, v in row.items()}
    return plain | named | inner


def _listed(column: str, values: list) -> object:
    """The only text of a list, or the names of authors; any other list as it is."""
    names = [one.get("name") if isinstance(one, dict) else one for one in values]
    several = key(column) in map(key, ALIASES["author"])
    return "; ".join(names) if all(isinstance(one, str) for one in names) and (several or len(names) == 1) else values


def loaded(text: str) -> Any:
    """What a JSON text holds; nothing where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _json_lines(text: str) -> tuple[list[tuple[int, object]], list[dict]]:
    good, rejected = [], []
    for i, line in enumerate(text.split("\n"), 1):
        bare = line.strip("\ufeff \t\r\0")
        try:
            good += [(i, json.loads(bare))] if bare else []
        except (ValueError, RecursionError) as error:
            rejected.append({"line": i, "reason": f"not JSON: {error}", "record": line.rstrip("\r")})
    return good, rejected
