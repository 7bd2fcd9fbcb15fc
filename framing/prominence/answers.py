"""The answer in a sentence, written from the fitted numbers."""

import numpy as np
import pandas as pd

from framing.errors import ParamError, TableError, takes_results
from framing.inference import simultaneous, verdict
from framing.messages import Finding, Message, mark, named
from framing.prominence.comparing import Filled
from framing.prominence.outcome import COUNTS, offset_column
from framing.prominence.placing import answering
from framing.prominence.predict import contrast_gradient
from framing.prominence.telling import cautions, sentence, unit_of
from framing.tables import days_at, refuse_absent

PROBABILITIES = ("ordinal", "front")
"""Families that are asked for the probability of page 1."""
_EQUIVALENT = 0.9
"""Level of the interval that an equivalent change lies in: two one-sided tests at 5%."""


def grid(fit, when: str = "years", by: str = "", *, points: int = 25, hold: dict | None = None) -> pd.DataFrame:
    """Cases to predict for: each group along time, everything else held constant.

    Parameters
    ----------
    fit
        A fit whose formula has ``when`` and ``by``.
    when, by
        The time column (a number) and the column of the groups, or empty for one line.
    points
        Cases per group.
    hold
        Column → value for the other columns; else numbers at their mean and levels at the most frequent one.

    Returns
    -------
    DataFrame
        One row per case, only between a group's own first and last row, so that no line is drawn without data: the
        columns of the formula, the offset's column, and ``date`` where the data have one.
    """
    rows = fit.data.iloc[fit.columns.rows]
    needed = sorted({*fit.design.variables, *(fit.nominal.variables if fit.nominal else ())})
    refuse_absent(rows, (when, by, *(hold or {})), "the table of rows", ParamError)
    groups = list(rows[by].drop_duplicates().sort_values()) if by else [None]
    spans = {g: (rows if g is None else rows[rows[by] == g])[when].astype(float) for g in groups}
    out = pd.DataFrame(
        {
            when: np.concatenate([np.linspace(spans[g].min(), spans[g].max(), points) for g in groups]),
            **({by: np.repeat(np.array(groups, dtype=object), points)} if by else {}),
        }
    )
    if offset := fit.options["offset"]:
        needed.append(offset if offset in rows else offset_column(offset)[0])
    for name in needed:
        if name not in out:
            out[name] = (hold or {}).get(name, _typical(rows[name]))
    if "date" in rows:
        out["date"] = days_at(out[when], rows[when], rows["date"])
    return out


@takes_results(fit=("prominence.fit", "family"))
def curve(fit, when: str = "years", by: str = "", *, hold: dict | None = None, pages: bool = False) -> pd.DataFrame:
    """What the finding rests on, over time: the probability of page 1 (or rate, share, mean) of each group.

    Parameters
    ----------
    fit, when, by, hold
        As :func:`changes`; the same model answers.
    pages
        The probabilities of all pages, by ``fit`` itself, whatever model answers.

    Returns
    -------
    DataFrame
        One row per group and time, only between a group's own first and last row, so that no line is drawn without
        data: the columns of the formula, the offset's column, ``date`` where the data have one, ``estimate``,
        ``conf_low`` and ``conf_high``; with ``pages`` one per page besides, see ``fit.predictions``.
    """
    if pages:
        return fit.predictions(grid(fit, when, by, hold=hold))
    one, _ = answering(fit, by, when)
    table = one.predictions(grid(one, when, by, hold=hold))
    return table[table["page"].astype(str) == one.levels[0]] if one.family == "ordinal" else table


@takes_results(fit=("prominence.fit", "family"))
def changes(fit, when: str = "years", by: str = "", *, hold: dict | None = None) -> pd.DataFrame:
    """What changed in each group, from its first row to its last.

    Parameters
    ----------
    fit
        Any fit. An ``ordinal`` one is asked for page 1; where it may not answer that (proportional odds fails or cannot
        be checked, or its probabilities miss the observed shares: :func:`observed`) the model of page 1 against all
        others does, with the same terms.
    when, by, hold
        The time column (a number) and the column of the groups, or empty for one line; and column → value for the other
        columns of the formula: else numbers are at their mean and levels at the most frequent one.

    Returns
    -------
    DataFrame
        One row per group: ``group``; ``first`` and ``second``, what is predicted at its first and last row (probability
        of page 1, rate, share or mean), each with ``_low``, ``_high`` and ``_when``; ``estimate`` (second minus first),
        ``std_error``, ``df``, ``conf_low``, ``conf_high``, ``p_value``; ``joint_low``, ``joint_high``, ``joint_p``:
        intervals that hold all changes at once at the confidence level, and the p-value of the change against the
        largest of them (max-|t|), for the group that the data chose; ``n_missing``, ``model`` (the family that
        answered) and ``note``.
    """
    one, reason = answering(fit, by, when)
    return _changes(one, when, by, hold, fit.level).assign(
        model=one.family, note=lambda table: [reason if note == "" else note for note in table["note"]]
    )


def _changes(fit, when, by, hold, level: float, *, joint: bool = True) -> pd.DataFrame:
    ends = grid(fit, when, by, points=2, hold=hold)
    first, second = (ends.iloc[i::2].reset_index(drop=True) for i in (0, 1))
    change, before, after = fit.contrast(first, second, level=level), fit.predictions(first), fit.predictions(second)
    gradient = contrast_gradient(fit, first, second)
    if fit.family == "ordinal":
        front = fit.levels[0]
        change, before, after = (
            t[t["page"].astype(str) == front].reset_index(drop=True) for t in (change, before, after)
        )
    table = change.drop(columns=["row", "page"], errors="ignore")
    table.insert(0, "group", first[by].astype(str) if by else pd.Series([mark("all")] * len(first)))
    for side, values, cases in (("first", before, first), ("second", after, second)):
        table[f"{side}_low"], table[f"{side}_high"] = values["conf_low"].to_numpy(), values["conf_high"].to_numpy()
        table[f"{side}_when"] = _when(cases, ends, when)
    known = table["std_error"].gt(0).to_numpy()
    table["joint_low"], table["joint_high"], table["joint_p"] = table["conf_low"], table["conf_high"], table["p_value"]
    if joint and known.sum() > 1:
        g = gradient[known]
        t = (table["estimate"] / table["std_error"]).to_numpy()[known]
        together = fit.covariance.between(g, g)
        np.fill_diagonal(together, table.loc[known, "std_error"] ** 2)
        own, p = simultaneous(t, together, table["df"].to_numpy()[known], level)
        wide = fit.contrast(first, second, level=own)
        wide = wide if fit.family != "ordinal" else wide[wide["page"].astype(str) == front].reset_index(drop=True)
        table["joint_low"], table["joint_high"] = wide["conf_low"], wide["conf_high"]
        table.loc[known, "joint_p"] = p
    return table.assign(n_missing=fit.columns.n_missing)


@takes_results(fit=("prominence.fit", "family"))
def answer(
    fit,
    when: str = "years",
    by: str = "",
    *,
    focus: str = "",
    hold: dict | None = None,
    reported: bool = False,
    labels: dict | None = None,
    item: str = "",
    smallest_effect: float | None = None,
    last_page: int | None = None,
) -> Finding:
    """What changed, from each group's first row to its last, in a sentence about one group.

    Parameters
    ----------
    fit, when, by, hold
        As :func:`changes`.
    focus
        The group the sentence is about. Without one it is that whose change is clearest, its interval allows for the
        choice among all groups, and the verdict is ``equivalent`` only where all of them are.
    reported
        The placements are what reports say: the sentence then speaks of reported placements.
    labels
        Value of ``by`` → name to print.
    item
        What a row is called, with ``{name}``: ``"a message exchanged with {name}"``.
    smallest_effect
        The smallest change that matters, in the unit of ``value``. By default 5 percentage points for a probability of
        page 1 or a share, a tenth of the mean for counts, a tenth of the standard deviation for ``ols``.
    last_page
        The last page that a missing page may have had; by default the largest there is.

    Returns
    -------
    Finding
        ``verdict`` by :func:`framing.inference.verdict`. Where pages are missing it rests on the union of the intervals
        over the fills that are extreme for this change (see ``bounds`` of a fit), and a caution gives that union.
        ``value``, ``low``, ``high`` are the change and its interval among the rows with a page (percentage points for
        a probability or share). ``cautions`` say what the checks found, and which model answered.

    Raises
    ------
    ParamError
        There is no such group or column, or a smallest effect that is not above 0.
    """
    one, reason = answering(fit, by, when)
    table = _changes(one, when, by, hold, fit.level)
    if focus and focus not in set(table["group"]):
        raise ParamError(f"there is no {focus!r} in {by!r}; there are {sorted(set(table['group']))}")
    at, chosen = (
        int(table.index[table["group"] == focus][0]) if focus else _clearest(table),
        not focus and len(table) > 1,
    )
    wide = _changes(one, when, by, hold, _EQUIVALENT, joint=False)
    if chosen:  # a difference is the named group's, equivalent are all
        (low, high), low_90 = table.loc[at, ["joint_low", "joint_high"]], wide["conf_low"].min(skipna=False)
        high_90 = wide["conf_high"].max(skipna=False)
    else:
        low, high, low_90, high_90 = (each.loc[at, end] for each in (table, wide) for end in ("conf_low", "conf_high"))
    row = table.loc[at].to_dict() | {"conf_low": low, "conf_high": high}
    percent = one.family in (*PROBABILITIES, "fractional")
    scale = 100 if percent else 1
    least = _smallest(one) if smallest_effect is None else smallest_effect / scale
    union = _union(one, at, (low, high), table.loc[at], (when, by, hold), last_page)
    spread = [union[0] - low, union[1] - high] if union else [0.0, 0.0]
    judged = verdict(row["estimate"], low + spread[0], high + spread[1], low_90 + spread[0], high_90 + spread[1], least)
    ends = grid(one, when, by, points=2, hold=hold).iloc[[2 * at]]
    told = labels or {}
    held = [
        Message("{name} ({value})", {"name": _column(name, told), "value": named(ends[name].iloc[0], told)[:60]})
        for name in ends
        if name not in (when, by, "date")
    ]
    said = {"item": item, "labels": labels, "by": by, "reported": reported, "dated": "date" in ends}
    (low, high), change = (scale * float(end) for end in (low, high)), scale * row["estimate"]
    text = sentence(row, one, judged, least, **said)
    notes = cautions(one, reason, held, union, table if chosen else None, reported)
    size = {"n": one.n, "n_days": one.covariance.n_clusters or one.n, "groups": len(table)}
    contrast = (str(row["group"]), str(when))
    return Finding(judged, text, change, low, high, unit_of(one.family), notes, "prominence.answer", size, contrast)


def _column(name: str, labels: dict) -> str:
    """What a column is called: by its label, else as the tables of the report have it in its language."""
    told = labels.get(name) or labels.get(name.replace("_", " "))
    return str(told)[:60] if told else mark(name.replace("_", " "))


def _clearest(table: pd.DataFrame) -> int:
    """The largest of the changes that are told from 0, or the one that is nearest to being told."""
    told = table[(table["joint_low"] > 0) | (table["joint_high"] < 0)]
    if len(told):
        return int(told["estimate"].abs().idxmax())
    return int((table["estimate"] / table["std_error"]).abs().fillna(-1).idxmax())


def _smallest(fit) -> float:
    """The change below which none matters by default: see :func:`answer`."""
    if fit.family in (*PROBABILITIES, "fractional"):
        return 0.05
    return 0.1 * float(fit.columns.y.mean() if fit.family in COUNTS else fit.columns.y.std())


def _union(fit, at: int, ends: tuple, row: pd.Series, asked: tuple, last: int | None) -> tuple[float, float] | None:
    """The ends of the intervals of a change over the fills of the missing pages that are extreme for it."""
    if fit.family not in PROBABILITIES or not fit.columns.n_missing:
        return None
    when, by, hold = asked
    cases = grid(fit, when, by, points=2, hold=hold)
    first, second = (cases.iloc[[2 * at + i]].reset_index(drop=True) for i in (0, 1))
    low, high = ends
    half = (high - low) / (row["conf_high"] - row["conf_low"])  # of a chosen change: as much wider
    try:
        filled = Filled(fit, last)
        for sign in (-1, 1):
            one = filled.extreme(lambda each: contrast_gradient(each, first, second)[0], sign)
            found = one.contrast(first, second).iloc[0]
            low = np.fmin(low, found["estimate"] - half * (found["estimate"] - found["conf_low"]))
            high = np.fmax(high, found["estimate"] + half * (found["conf_high"] - found["estimate"]))
    except TableError:  # a fill that separates: nothing bounds the change
        return -1.0, 1.0
    return float(low), float(high)


def _typical(values: pd.Series):
    numeric = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
    return float(values.mean()) if numeric and values.nunique() > 2 else values.mode().iloc[0]


def _when(cases: pd.DataFrame, ends: pd.DataFrame, when: str) -> list[str]:
    """The year of each case; where both ends of a group lie in one year the month, and in one month the day."""
    if "date" not in cases:
        return [f"{value:g}" for value in cases[when]]
    first, second = (ends["date"].iloc[i::2].reset_index(drop=True) for i in (0, 1))
    apart = first.ne(second)
    for shown in ("%Y", "%Y-%m", "%Y-%m-%d"):
        if (first[apart].dt.strftime(shown) != second[apart].dt.strftime(shown)).all():
            break
    return cases["date"].dt.strftime(shown).tolist()
