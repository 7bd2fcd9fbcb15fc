"""What people say together of a unit."""

import pandas as pd

ADJUDICATOR = "adjudicator"
"""The coder who decides where others disagree."""


def consensus(codings: pd.DataFrame) -> pd.DataFrame:
    """One row per unit and code: ``value`` is the adjudicator's, else that of most people; a tie is no row.

    Parameters
    ----------
    codings
        As from :func:`framing.reliability.read`; rows of machines and missing values say nothing.
    """
    people = codings[codings["value"].notna()]
    if "machine" in people:
        people = people[~people["machine"].astype(bool)]
    votes = people.groupby(["unit", "code", "value"], observed=True).size().rename("n").reset_index()
    last = people.loc[people["coder"] == ADJUDICATOR, ["unit", "code", "value"]].assign(n=len(people) + 1)
    votes = pd.concat([votes, last], ignore_index=True)
    most = votes.groupby(["unit", "code"], observed=True)["n"].transform("max")
    top = votes[votes["n"] == most]
    return top[~top.duplicated(["unit", "code"], keep=False)].drop(columns="n").reset_index(drop=True)
