"""Reports people want to read: what a notebook shows, and the page it becomes.

In a notebook each of these is the last expression of a cell and shows itself::

    report.title("Which words mark each paper?", study=study, language=language)
    report.finding("…", value=1.9, low=1.2, high=2.6, unit="log2 ratio")
    report.table(scored, caption="…", columns={"term": "the word"}, details=lines)
    report.explain("A log ratio of 1 means …")
    report.stamp(parameters={...}, inputs={...}, steps=steps, seed=seed)

Text from articles is always shown as text: markup, scripts and marks that turn the direction of
writing in it have no effect. :func:`export` makes the one HTML file of a run, :func:`index` the page
that lists the runs.
"""

from framing.errors import retired
from framing.messages import mark, say
from framing.report.browser import topic_browser
from framing.report.overview import index
from framing.report.page import export
from framing.report.pieces import explain, finding, stamp, title
from framing.report.scatters import scatter
from framing.report.tables import table

__all__ = [
    "explain", "export", "finding", "index", "mark", "say", "scatter", "stamp", "table", "title", "topic_browser",
]  # fmt: skip

__getattr__ = retired(__name__, {"read": "report.explain(text)"})
