"""Records whose lines begin with the name of a field, whatever database wrote them: ProQuest, ELNET, Integrum, CNKI …

A label is a name of :data:`framing.corpus.ALIASES` (``Title:``, ``【标题】``, ``Источник:``) or one of ``labelled`` in
``framing/data/databases.yaml``. A record ends where a line parts it from the next, or its first label comes again.
What stands above the first label is the headline; what stands below the last without a label of its own is the text.
"""

from framing.databases.labelled import heads, records


def detect(lines: list[str]) -> bool:
    """Whether a file is of labelled records: a line names newspaper, day and page, or labels open its records."""
    return heads.detect(lines) or records.detect(lines)


def opens(lines: list[str]) -> bool:
    """Whether a file begins as one article of an export does, whatever notices stand below: newspaper and day first."""
    filled = [line for line in lines if line.strip()]
    return heads.opens(filled[:6]) or records.opens(filled[:12])


def parse(lines: list[str]) -> tuple[list[dict], list[dict]]:
    """Records and rejections of one file."""
    return heads.parse(lines) or records.parse(lines)
