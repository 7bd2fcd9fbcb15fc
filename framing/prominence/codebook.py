"""What each column of a table of placement is, with its unit; reports print it under the table."""

import re

import pandas as pd

from framing.messages import mark
from framing.records import codebook

CODEBOOK = codebook("prominence")
"""Table → column → what it is; :func:`meanings` picks the columns that a table has."""

_GROUP, _ON_PAGE = mark("the groups compared"), mark("rows on that page")
_HEADS = (mark("outlet"), mark("leader"), mark("actor"))  # columns that groups are usually named by
_MODELS = (mark("ordinal"), mark("front"))  # as the notebook names its two models
_KINDS = (mark("threshold"), mark("term"), mark("nominal"), mark("dispersion"))  # of coefficients
_TERMS = (mark("Intercept"), mark("Omnibus"), mark("all terms"))


def meanings(table: pd.DataFrame, name: str, by: str = "") -> dict[str, str]:
    """What each column of a table is, for ``report.table(…, columns=…)``, where not every such table has all of them.

    Parameters
    ----------
    table
        A table of this room.
    name
        Its name in :data:`CODEBOOK`.
    by
        The column of the groups, which is named by the data.

    Returns
    -------
    dict
        Column → meaning, in the order of the table, of those that the codebook knows, of the groups, and of the counts
        of rows on each page (``page_3``).
    """
    known = CODEBOOK[name] | {column: _ON_PAGE for column in table.columns if re.fullmatch(r"page_\d+", str(column))}
    known |= {by: _GROUP} if by else {}
    return {column: known[column] for column in table.columns if column in known}
