"""Newspaper-database exports saved as text, HTML, RTF or Word: 朝日 (聞蔵II, クロスサーチ), 読売, Factiva, Nexis.

:func:`parse` takes the decoded text of one file and gives one record an article. The parsers know the layouts from
public descriptions and public readers of these formats; what they do not understand they reject with a reason, and
never guess. No licensed article comes with the project: the tests invent their own.
"""

import functools
import re

from framing.databases import factiva, japanese, labelled, markup, nexis
from framing.errors import SourceError

SOURCES = ("asahi", "yomiuri", "mainichi", "factiva", "nexis", "labelled", "japanese")
"""The databases, as :func:`parse` and ``corpus.read(source=...)`` name them; ``japanese`` is the layout of a Japanese
newspaper database that is none of the first two, where the outlet is the one that the header prints;
``labelled`` are records of labelled fields in any language (ProQuest, ELNET, Integrum …)."""

FIELDS = (
    "article_id", "outlet", "date", "page", "page_last", "page_section", "edition", "region", "section", "headline",
    "text", "author", "agency", "language", "n_chars_stated", "n_words_stated", "note", "line",
)  # fmt: skip
"""What a record may hold. ``date`` is the text as printed; ``line`` is where the record starts (from 1)."""


def detect(text: str) -> str:
    """Which database a file comes from; ``""`` where it bears the marks of none.

    The marks are those that this database alone has: the names of 聞蔵, クロスサーチ and ヨミダス in a heading,
    Factiva's document numbers or field codes, Nexis' document counters and ``Load-Date``. A layout is no mark: a
    date, an edition and a page stand over the articles of every Japanese newspaper (:func:`count_records`).
    """
    seen = "\n".join(plain(text))
    for name, found in (("nexis", nexis.detect), ("factiva", factiva.detect)):
        if found(seen):
            return name
    if seen.startswith("=" * 20) and markup.is_markup(text):
        return "labelled"
    title = re.search(r"<title[^<>]{0,200}>([^<]{1,200})</title>", text[:20_000], re.IGNORECASE)
    return japanese.detect(f"{title[1]}\n{seen}" if title else seen)


def is_labelled(text: str, *, several: bool = False) -> bool:
    """Whether a file holds records of labelled fields, whatever database wrote them (``several``: at least two)."""
    lines = plain(text)
    return labelled.detect(lines) and (not several or len(labelled.parse(lines)[0]) > 1)


def opens(text: str) -> bool:
    """Whether a file begins as one labelled article of an export does, whatever stands below."""
    return labelled.opens(plain(text))


def count_records(text: str) -> int:
    """How many records a file has in the layout of Japanese newspaper databases, whatever newspaper it is."""
    return japanese.count_records("\n".join(plain(text)))


def parse(text: str, source: str = "auto") -> tuple[list[dict], list[dict]]:
    """Read one exported file.

    Parameters
    ----------
    text
        The decoded file: plain text, HTML or RTF.
    source
        One of :data:`SOURCES`, or ``"auto"`` to find out.

    Returns
    -------
    records, rejected
        One dictionary per article with keys of :data:`FIELDS` (absent where the file does not say; ``outlet`` is empty
        where neither the database nor the header names it); one dictionary per record that was not understood, with
        ``line``, ``reason`` and ``record`` (its text).

    Raises
    ------
    SourceError
        ``source`` is not one of these, or the file is none of them.
    """
    if source not in (*SOURCES, "auto"):
        raise SourceError(f"source {source!r} is no database export; known are {list(SOURCES)} and 'auto'")
    name = source if source != "auto" else detect(text) or ("japanese" if count_records(text) else "")
    if not name:
        raise SourceError("this is no export of 朝日, 読売, Factiva or Nexis that is known; name it with source=")
    lines = plain(text)
    if name in japanese.OUTLETS:
        return japanese.parse(lines, outlet=japanese.OUTLETS[name])
    return {"factiva": factiva, "nexis": nexis, "labelled": labelled}[name].parse(lines)


@functools.lru_cache(maxsize=4)  # a file is asked several times what it is
def plain(text: str) -> list[str]:
    """The lines of a file as a person sees them, whether it is text, HTML or RTF."""
    if text.lstrip("\ufeff \t\r\n")[:5] == r"{\rtf":
        text = markup.text_of_rtf(text)
    elif markup.is_markup(text):
        text = "\n".join(markup.lines_of_europresse(text) or markup.lines_of_html(text))
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\0", "").split("\n")
