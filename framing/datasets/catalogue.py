"""What each data set is: title, licence, citation, whether it is made up, and the documentation that ships."""

import re

from framing import data
from framing.errors import SourceError, refuse_unknown

NOT_TO_SAY = "## What may not be said"


def names(kind: str | None = None) -> list[str]:
    """Names of the data sets; of one kind (``facts`` for :func:`load`, ``articles`` for :func:`articles`) if told."""
    return [name for name, entry in data.words("catalogue").items() if kind in (None, entry["kind"])]


def entry(name: str, kind: str | None = None) -> dict:
    """The catalogue's entry; a :class:`SourceError` that lists the names where there is none."""
    refuse_unknown(name, names(kind), "data set", SourceError)
    return dict(data.words("catalogue")[name])


def describe(name: str) -> str:
    """The documentation of a data set, in markdown: collection, columns, limits, what it can and cannot show."""
    entry(name)
    card = "leader_messages" if name == "telegrams" else name
    return data.file(f"{card}.md").read_text(encoding="utf-8")


def limits(name: str) -> list[str]:
    """What may not be claimed from a data set, one sentence each, for the report."""
    section = describe(name).split(NOT_TO_SAY, 1)[-1].split("\n## ", 1)[0]
    lines = re.findall(r"^- (.+(?:\n  .+)*)", section, flags=re.MULTILINE)
    return [" ".join(line.split()) for line in lines]
