"""Tables that describe the measures of prominence."""

import pandas as pd

from framing.inference import wilson_interval
from framing.tables import refuse_absent, takes_tables


@takes_tables("data", labels=True)
def describe(data: pd.DataFrame, by: str | list[str], *, shares: bool = True, level: float = 0.95) -> pd.DataFrame:
    """How many rows stand on which page, by group.

    Parameters
    ----------
    data
        One row per article or message, with ``page`` and, where known, ``front`` (page 1 of the paper; else page 1).
    by
        Column or columns of the groups, for example ``["leader", "year"]``.
    shares
        Also the share on the front among rows of which that is known, and its Wilson interval. Turn off where the rows
        are reports and no list of all messages exists to divide by.

    Returns
    -------
    DataFrame
        One row per group: the groups' columns, ``n``, ``n_missing`` (rows without a page: not "inside"), ``n_front``,
        [``share_front``, ``conf_low``, ``conf_high``,] ``median_page``, ``first_page``, ``last_page``, and ``page_1``
        … the number of rows on each page.
    """
    by = [by] if isinstance(by, str) else list(by)
    refuse_absent(data, [*by, "page"], "data")
    page = pd.to_numeric(data["page"]).astype("Float64")
    front = data["front"].astype("Float64") if "front" in data else page.eq(1).astype("Float64")
    table = data[by].assign(page=page, front=front)
    named = {"median_page": "median", "first_page": "min", "last_page": "max"}
    out = table.groupby(by, observed=True, dropna=False).agg(
        n=("page", "size"), known=("page", "count"), n_front=("front", "sum"), n_placed=("front", "count"),
        **{name: ("page", how) for name, how in named.items()},
    ).astype({"n_front": "int64"}).reset_index()  # fmt: skip
    pages = table.dropna(subset=["page"]).assign(page=lambda t: t["page"].astype(int))
    counts = pages.groupby([*by, "page"], observed=True, dropna=False).size().unstack("page", fill_value=0)
    counts.columns = [f"page_{p}" for p in counts.columns]
    out = out.merge(counts.reset_index(), on=by, how="left")
    wide = list(counts.columns)
    out[wide] = out[wide].fillna(0).astype(int)
    out.insert(len(by) + 1, "n_missing", out["n"] - out["known"])
    out.insert(len(by) + 2, "n_front", out.pop("n_front"))
    if shares:
        low, high = wilson_interval(out["n_front"], out["n_placed"], level)
        known = out["n_placed"].where(out["n_placed"] > 0)
        for i, (name, value) in enumerate(
            (("share_front", out["n_front"] / known), ("conf_low", low), ("conf_high", high))
        ):
            out.insert(len(by) + 3 + i, name, value)
    return out.drop(columns=["known", "n_placed"])
