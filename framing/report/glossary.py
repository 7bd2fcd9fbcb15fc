"""Definitions of the terms of reports; a text refers to one as ``[^q]`` and it stands as a footnote under that text."""

import re

from framing.messages import say
from framing.report.markup import asset

GLOSSARY: dict[str, str] = dict(re.findall(r"^\[\^([\w-]+)\]: (.+)$", asset("glossary.md"), re.MULTILINE))
"""Key → definition with its source."""

_REFERENCE = re.compile(r"\[\^([\w-]+)\](?!:)")


def with_definitions(text: str) -> str:
    """Markdown with the definition of every term it refers to and does not define itself."""
    keys = dict.fromkeys(_REFERENCE.findall(text))
    notes = [f"[^{key}]: {say(GLOSSARY[key])}" for key in keys if key in GLOSSARY and f"[^{key}]:" not in text]
    return "\n\n".join([text, *notes])
