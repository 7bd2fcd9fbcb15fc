"""What people say together of a unit."""

import pandas as pd

from framing.errors import TableError
from framing.tables.spreadsheet import YES_NO

ADJUDICATOR = "adjudicator"
"""The coder who decides where others disagree."""

_SAID = YES_NO | dict.fromkeys(("nan", "none", "<na>", ""), False)


def by_machine(codings: pd.DataFrame) -> pd.Series:
    """Whether each coding is a machine's; where nothing is said it is a person's."""
    said = codings["machine"].map(lambda value: _SAID.get(str(value).strip().casefold()))
    if said.isna().any():
        raise TableError("the column 'machine' says true or false, or nothing for people")
    return said.astype(bool)


def refuse_shared(codings: pd.DataFrame) -> None:
    """Raise TableError where one unit is two articles, as where two samples were put together."""
    if "article_id" in codings:
        several = codings.groupby("unit")["article_id"].nunique()
        if (several > 1).any():
            raise TableError(f"the unit {several[several > 1].index[0]!r} is two articles; rename those of one sample")


def consensus(codings: pd.DataFrame) -> pd.DataFrame:
    """One row per unit and code: ``value`` is the adjudicator's, else that of most people; a tie is no row.

    Parameters
    ----------
    codings
        As from :func:`framing.reliability.read`; rows of machines and missing values say nothing.
    """
    refuse_shared(codings)
    people = codings[codings["value"].notna()]
    if "machine" in people:
        people = people[~by_machine(people)]
    votes = people.groupby(["unit", "code", "value"], observed=True).size().rename("n").reset_index()
    last = people.loc[people["coder"] == ADJUDICATOR, ["unit", "code", "value"]].assign(n=len(people) + 1)
    votes = pd.concat([votes, last], ignore_index=True)
    most = votes.groupby(["unit", "code"], observed=True)["n"].transform("max")
    top = votes[votes["n"] == most]
    return top[~top.duplicated(["unit", "code"], keep=False)].drop(columns="n").reset_index(drop=True)
