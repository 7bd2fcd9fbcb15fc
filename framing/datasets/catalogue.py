"""What each data set is: title, licence, citation, whether it is made up, and the documentation that ships."""

import re
from importlib import resources

from framing.errors import SourceError

CATALOGUE = {
    "leader_messages": {
        "title": "Messages between Kim Jong Un and foreign leaders in the North Korean party paper, as reported",
        "kind": "facts",
        "synthetic": False,
        "text": "none",
        "licence": "facts from public reports, each with its address; collected for this toolkit",
        "citation": "framing: leader_messages, 176 reported placements with sources, 2012 to early 2026",
    },
    "leader_mentions": {
        "title": "Counts of leaders in North Korean media, made by others",
        "kind": "facts",
        "synthetic": False,
        "text": "none",
        "licence": "facts from public reports, each with its address; collected for this toolkit",
        "citation": "framing: leader_mentions, 26 counts by named counters with sources, 2011 to 2025",
    },
    "telegrams": {
        "title": "Messages between Kim Jong Un and foreign leaders in the North Korean party paper, as reported",
        "kind": "articles",
        "synthetic": False,
        "text": "none",
        "licence": "facts from public reports, each with its address; collected for this toolkit",
        "citation": "framing: leader_messages, 176 reported placements with sources, 2012 to early 2026",
    },
    "sample": {
        "title": "A made-up Japanese press with planted differences (SYNTHETIC)",
        "kind": "articles",
        "synthetic": True,
        "text": "full",
        "licence": "MIT, as the toolkit; no sentence comes from a real paper",
        "citation": "framing: sample_press, synthetic articles of four invented outlets, 2019 to 2023",
    },
    "frontpage": {
        "title": "Front-page headlines of two Japanese newspapers, 1987 to 2015",
        "kind": "articles",
        "synthetic": False,
        "text": "headline",
        "licence": "CC BY 4.0 (data set: Gento Kato); headlines by 朝日新聞 and 読売新聞, polls by 時事通信",
        "citation": (
            "Kato, Gento: Foreign_Image_News_Project (2017), with headline codes of Political_Headlines_Project "
            "(Gento Kato and Tzu-ping Liu), github.com/gentok, CC BY 4.0"
        ),
    },
    "livedoor": {
        "title": "livedoor ニュースコーパス: nine Japanese web channels, 2012",
        "kind": "articles",
        "synthetic": False,
        "text": "full",
        "licence": "CC BY-ND 2.1 JP a article (see the LICENSE.txt of each channel); unmodified, parsed as it is read",
        "citation": "livedoor ニュースコーパス, 株式会社ロンウイット; articles by channels of NHN Japan",
    },
}
"""``kind`` is ``facts`` (a table of :func:`load`) or ``articles`` (a study of :func:`articles`); ``text`` says what
an article has: ``full`` text, only a ``headline``, or ``none``."""

NOT_TO_SAY = "## What may not be said"


def names(kind: str | None = None) -> list[str]:
    """Names of the data sets; of one kind (``facts`` for :func:`load`, ``articles`` for :func:`articles`) if told."""
    return [name for name, entry in CATALOGUE.items() if kind in (None, entry["kind"])]


def entry(name: str, kind: str | None = None) -> dict:
    """The catalogue's entry; a :class:`SourceError` that lists the names where there is none."""
    if name not in names(kind):
        raise SourceError(f"no data set {name!r}; there are {', '.join(names(kind))}")
    return dict(CATALOGUE[name])


def describe(name: str) -> str:
    """The documentation of a data set, in markdown: collection, columns, limits, what may and may not be said."""
    entry(name)
    card = "leader_messages" if name == "telegrams" else name
    return (resources.files("framing") / "data" / f"{card}.md").read_text(encoding="utf-8")


def limits(name: str) -> list[str]:
    """What may not be claimed from a data set, one sentence each, for the report."""
    section = describe(name).split(NOT_TO_SAY, 1)[-1].split("\n## ", 1)[0]
    lines = re.findall(r"^- (.+(?:\n  .+)*)", section, flags=re.MULTILINE)
    return [" ".join(line.split()) for line in lines]
