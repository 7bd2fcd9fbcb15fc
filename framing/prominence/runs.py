"""The same question asked many ways: sensitivity runs, occasions, limits."""

import pandas as pd

from framing.errors import FramingError, ParamError, takes_results
from framing.messages import mark
from framing.prominence.comparing import labelled, refitted
from framing.prominence.prepare import without
from framing.prominence.ranks import permutation, trend
from framing.tables import refuse_absent, takes_tables


@takes_results(fit=("prominence.fit", "family"))
def sensitivity(fit, runs: dict, *, known: pd.DataFrame | None = None) -> pd.DataFrame:
    """Refit with rows dropped, one named run after another.

    Parameters
    ----------
    fit
        The main fit.
    runs
        Name → {column: [values dropped]}, as written in a parameter file and read by :func:`framing.study.select`.
    known
        The rows whose values may be named, where the model has a part of them (``read`` of :func:`prepare`): a run
        that drops a value none of the rows in the model has is the main fit once more.

    Returns
    -------
    DataFrame
        One row per run and term, the main fit first (``as fitted``): ``model``, ``n``, ``n_dropped``, ``formula``, and
        the columns of ``coefficients``; a run that cannot be fitted has one row whose ``note`` says why.

    Raises
    ------
    ParamError
        A run is no mapping, or names a column or value that is not there.
    """
    made = [_terms(fit, mark("as fitted"), 0)]
    for name, dropped in runs.items():
        if not isinstance(dropped, dict):
            raise ParamError(
                f"the sensitivity run {name!r} must be a mapping of column to values dropped, not {dropped!r}"
            )
        rows = without(fit.data, dropped, known=known)
        lost = fit.n - int(rows[fit.outcome].notna().sum())
        try:
            formula = _without_constant(fit.formula, rows[rows[fit.outcome].notna()])
            one = refitted(fit, rows, formula)
        except FramingError as fault:
            made.append(labelled(pd.DataFrame([{"term": "", "note": str(fault)}]), model=name, n_dropped=lost))
        else:
            said = "" if formula == fit.formula else mark("a term is constant here and left out of the formula")
            made.append(_terms(one, name, lost, said))
    return pd.concat(made, ignore_index=True)


def _terms(fit, name, dropped, said="") -> pd.DataFrame:
    table = fit.coefficients
    table = table[(table["kind"] == "term") & (table["term"] != "Intercept")]
    table = table.assign(note=[said or note for note in table["note"]])
    return labelled(table, model=name, n=fit.n, n_dropped=dropped, formula=fit.formula)


def _without_constant(formula: str, rows: pd.DataFrame) -> str:
    """The formula without a plain additive column that has one value left (only the received ones are kept)."""
    parts = [part.strip() for part in formula.split("+")]
    kept = [part for part in parts if part not in rows or rows[part].nunique() > 1]
    return " + ".join(kept)


@takes_tables("data")
def matched(data: pd.DataFrame, occasions: list[str], *, by: str = "leader", outcome: str = "page", seed: int = 0):
    """The groups compared on the same occasions only.

    Parameters
    ----------
    data
        One row per message with ``occasion``, ``direction``, ``year``, ``date`` and the group.
    occasions
        Occasions that come round every year.
    by
        Column with two values; others are left out before.

    Returns
    -------
    rows, test, drift
        The matched rows (one a message), in order of occasion and date; the permutation test within occasion,
        direction and year (exact where it can be); and Jonckheere-Terpstra's drift over years for each group within
        these occasions.
    """
    if not occasions:
        none = pd.DataFrame({"note": [mark("no occasions were named: nothing is matched")]})
        return data.iloc[:0], none, none
    refuse_absent(data, ("occasion", "direction", "year", "date", by), "the table of occasions", ParamError)
    rows = data[data["occasion"].isin(occasions) & data[outcome].notna()].sort_values(["occasion", "date", by])
    rows = rows.reset_index(drop=True)
    if not len(rows):
        raise ParamError(
            f"no row with a page has one of the occasions {occasions}; there are {sorted(data['occasion'].unique())}"
        )
    rows["stratum"] = rows["occasion"] + " " + rows["direction"] + " " + rows["year"].astype(str)
    if rows[by].nunique() == 2:
        test = permutation(rows, outcome, by, strata="stratum", seed=seed)
    else:
        note = mark("the groups compared are not two on these occasions")
        test = pd.DataFrame([{"p_value": float("nan"), "note": note}])
    made = [trend(part, outcome, "year", seed=seed).assign(**{by: name}) for name, part in rows.groupby(by)]
    drift = pd.concat(made, ignore_index=True)
    first = [by, "n", "n_groups", "statistic", "z", "p_value", "p_value_permutation", "tau_b", "note"]
    shown = [c for c in ("date", "occasion", "direction", by, "year", outcome, "confidence", "article_id") if c in rows]
    return rows[shown], test, drift.reindex(columns=first)


@takes_tables("data")
def same_issue(
    data: pd.DataFrame, date: str = "", *, by: str = "counterpart", cluster: str = "issue_date"
) -> pd.DataFrame:
    """Which messages stood in one issue, and which of them on one page.

    Parameters
    ----------
    data
        One row per message with ``page``, the issue and the group. Rows without a page or an issue are left out: where
        they stood is not known.
    date
        One issue only, as ``2024-09-09``; by default all.
    by, cluster
        Columns of the group, and of the issue; issues of several outlets are apart where the rows have an ``outlet``.

    Returns
    -------
    DataFrame
        One row per issue and page with a message, in order: ``issue``, ``page``, ``n_messages``, ``n_issue`` (with a
        page in this issue), ``groups`` (of the messages on this page, each once) and ``shared`` (two or more groups on
        this page; missing where that depends on a message whose group is not known). Of rows with an ``outlet`` this
        comes first.

    Raises
    ------
    TableError
        A column is absent.

    Examples
    --------
    >>> from framing import study
    >>> messages = study.load("telegrams", dataset="leader_messages", keep={"outlet": ["rodong_sinmun"]})
    >>> found = same_issue(messages, "2024-09-09")
    >>> found["page"].tolist(), found["n_messages"].tolist()
    ([3], [6])
    """
    refuse_absent(data, ("page", by, cluster), "the table of rows")
    rows = data[data["page"].notna() & data[cluster].notna()]
    rows = rows[rows[cluster].astype(str).eq(date)] if date else rows
    names = rows[by].astype("string")
    keys = [name for name in ("outlet", cluster) if name in rows]
    found = rows.assign(groups=names).groupby([*keys, "page"], observed=True)["groups"]
    table = found.agg(
        n_messages="size",
        groups=lambda each: "、".join(dict.fromkeys(each.dropna())),
        n_groups="nunique",
        known="count",
    )
    table = table.reset_index().rename(columns={cluster: "issue"})
    issue = [*keys[:-1], "issue"]
    table["n_issue"] = table.groupby(issue, observed=True)["n_messages"].transform("sum")
    shared = table["n_groups"].gt(1).astype("boolean")
    unknown = (table["known"] < table["n_messages"]) & (table["n_messages"] > 1)
    return table.assign(shared=shared.mask(~shared & unknown))[
        [*issue, "page", "n_messages", "n_issue", "groups", "shared"]
    ]
