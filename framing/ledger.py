"""How often each procedure was wrong on made-up data: the ledger that ``benchmarks/calibration/ledger.py`` measures."""

import json
from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from framing import data
from framing.messages import Message


@cache
def table() -> pd.DataFrame:
    """The ledger, read once.

    Returns
    -------
    DataFrame
        One row per procedure, design and statement: ``procedure`` (a public name, with its ``options``), ``design`` (in
        words of the harness), ``features`` (name → number, of the design), ``planted`` (whether there is an effect to
        be found), ``statement``, ``replications``, ``claims`` (share of what was said that claims an effect: size where
        nothing is planted, power where something is), ``covers`` (share of the intervals that hold the true value),
        ``width`` (their mean width) and ``refused`` (share without an answer); ``claims_error`` and ``covers_error``
        are Monte-Carlo standard errors.
    """
    missing = {name: [""] for name in ("claims", "claims_error", "covers", "covers_error", "width", "refused")}
    with data.file("calibration.csv").open(encoding="utf-8") as stream:
        found = pd.read_csv(stream, keep_default_na=False, na_values=missing)
    return found.assign(features=found["features"].map(json.loads))


def nearest(procedure: str, features: Mapping[str, float]) -> pd.DataFrame:
    """The rows of a procedure without a planted effect, the design most like ``features`` first.

    Parameters
    ----------
    procedure
        Its public name, for example ``keyness.compare``.
    features
        Name → number, of the data at hand. Designs are compared by the logarithms of the numbers that both have.

    Returns
    -------
    DataFrame
        Rows of :func:`table` with ``claims``, with default options where there are any, and about the answer of a
        report where it was measured; none where the ledger does not know the procedure.
    """
    rows = table()
    rows = rows[(rows["procedure"] == procedure) & ~rows["planted"] & rows["claims"].notna()]
    for told in (rows["options"] == "", rows["statement"].str.startswith("answer")):
        rows = rows[told.loc[rows.index]] if told.loc[rows.index].any() else rows
    apart = [
        sum(abs(np.log1p(abs(value)) - np.log1p(abs(known[name]))) for name, value in features.items() if name in known)
        for known in rows["features"]
    ]
    return rows.iloc[np.argsort(apart, kind="stable")]


def sentence(procedure: str, features: Mapping[str, float]) -> Message | None:
    """How often a procedure claims what is not there; None where the ledger does not know it."""
    rows = nearest(procedure, features)
    if rows.empty:
        return None
    first, worst = rows.iloc[0], rows.loc[rows["claims"].idxmax()]
    values = {"n": int(first["replications"]), "claims": float(first["claims"]), "worst": float(worst["claims"])}
    values |= {"n_designs": rows["design"].nunique()}
    if not any(features):
        return Message(
            "In made-up data without any effect, {n:,} sets of each of {n_designs} kinds, the procedure claimed an "
            "effect in {worst:.1%} of the sets of the least favourable kind.", values,
        )  # fmt: skip
    return Message(
        "In {n:,} made-up data sets without any effect, of the kind most like this one, the procedure claimed an "
        "effect in {claims:.1%}; in the least favourable of {n_designs} kinds it did so in {worst:.1%}.", values,
    )  # fmt: skip
