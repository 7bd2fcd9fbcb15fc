"""A corpus: read it, see what is in it, clean it, keep what was left out.

:func:`read` takes files, folders, archives and database exports and gives articles and rejections. The tables a
reviewer asks for first are made by :func:`volume`, :func:`windows`, :func:`missing`, :func:`lengths`,
:func:`languages`, :func:`wire`, :func:`flagged` and :func:`reasons`. :func:`clean` takes out what is no article and
keeps it beside; :func:`save` writes the prepared tables every other notebook loads.
"""

from framing.corpus.cleaning import STRIPPED, clean, furniture_share, removed_by_outlet
from framing.corpus.describe import flagged, languages, lengths, missing, reasons, wire
from framing.corpus.formats import SOURCES
from framing.corpus.prepare import open_source, save, steps, with_clusters, words
from framing.corpus.reading import read
from framing.corpus.tabular import ALIASES
from framing.corpus.telling import answer
from framing.corpus.timing import volume, windows
from framing.records import codebook

CODEBOOK = codebook("corpus")
"""What each column of a table about a corpus is, with its unit; reports print it under the table."""

__all__ = [
    "ALIASES", "CODEBOOK", "SOURCES", "STRIPPED", "answer", "clean", "flagged", "furniture_share",
    "languages", "lengths", "missing", "open_source", "read", "reasons", "removed_by_outlet", "save", "steps",
    "volume", "windows", "wire", "with_clusters", "words",
]  # fmt: skip
