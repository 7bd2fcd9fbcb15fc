"""A corpus: read it, see what is in it, clean it, keep what was left out.

:func:`read` takes files, folders, archives and database exports and gives articles and rejections. The tables a
reviewer asks for first are made by :func:`volume`, :func:`windows`, :func:`missing`, :func:`lengths`, :func:`languages`,
:func:`wire`, :func:`flagged` and :func:`reasons`; :func:`cleaned` takes out what is no article and keeps it beside.
"""

from framing.corpus.formats import ALIASES, SOURCES
from framing.corpus.reading import Reading, read

__all__ = ["ALIASES", "SOURCES", "Reading", "read"]
