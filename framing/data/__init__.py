"""What ships and is no code: names of newspapers and agencies, words of export forms, the studies, their documents."""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import SimpleNamespace
from typing import Any


def file(name: str) -> Traversable:
    """A file of this folder."""
    return resources.files(__name__) / name


@cache
def words(name: str) -> dict[str, Any]:
    """The content of ``<name>.yaml``; it is read once and is not to be changed."""
    import yaml

    return yaml.load(file(f"{name}.yaml").read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def expanded(rule: str, words: Mapping[str, str]) -> str:
    """A regular expression with every name in <CAPITALS> replaced by the words it stands for."""
    while named := re.search("<([A-Z_]+)>", rule):
        rule = rule.replace(named[0], words[named[1]])
    return rule


def forms(name: str, **more: str) -> SimpleNamespace:
    """The regular expressions under ``forms`` of ``<name>.yaml``, compiled, by name; ``more`` are further words."""
    rules = words(name)
    known = rules["words"] | more
    return SimpleNamespace(**{key: re.compile(expanded(rule, known)) for key, rule in rules["forms"].items()})
