"""Reports people want to read: what a notebook shows, and the page it becomes.

In a notebook each of these is the last expression of a cell and shows itself::

    present.title("Which words mark each paper?", study=study, language=language)
    present.finding("…", value=1.9, low=1.2, high=2.6, unit="log2 ratio")
    present.table(scored, caption="…", columns={"term": "the word"}, details=lines)
    present.read("A log ratio of 1 means …")
    present.stamp(parameters={...}, inputs={...}, steps=steps, seed=seed)

Text from articles is always shown as text: markup, scripts and marks that turn the direction of
writing in it have no effect. :func:`export` makes the one HTML file of a run, :func:`index` the page
that lists the runs.
"""

from framing.present.browser import topic_browser
from framing.present.overview import index
from framing.present.page import export
from framing.present.pieces import finding, read, stamp, title
from framing.present.scatters import scatter
from framing.present.tables import table
from framing.wording import mark, say

__all__ = ["export", "finding", "index", "mark", "read", "say", "scatter", "stamp", "table", "title", "topic_browser"]
