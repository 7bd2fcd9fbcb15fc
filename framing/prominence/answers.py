"""The answer in a sentence, written from the fitted numbers."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from framing.errors import ParamError
from framing.messages import mark, paragraph, say
from framing.prominence.outcome import offset_column
from framing.prominence.telling import cautions, item_of, sentence


@dataclass(frozen=True)
class Answer:
    """A sentence with the number behind it.

    ``value``, ``low``, ``high`` are the change (second minus first); ``caution`` names what the checks found, or is
    empty; ``table`` has one row a group: ``group``, ``first``, ``second``, ``estimate``, ``conf_low``, ``conf_high``,
    ``sentence``.
    """

    sentence: str
    value: float
    low: float
    high: float
    unit: str
    caution: str
    table: pd.DataFrame


def grid(fit, when: str = "years", group: str = "", *, points: int = 25, hold: dict | None = None) -> pd.DataFrame:
    """Cases to predict for: each group along time, everything else held still.

    Parameters
    ----------
    fit
        A fit whose formula has ``when`` and ``group``.
    when, group
        The time column (a number) and the column of the groups, or empty for one line.
    points
        Cases a group.
    hold
        Column → value for the other columns; else numbers at their mean and levels at the most frequent one.

    Returns
    -------
    DataFrame
        One row a case, only between a group's own first and last row, so that no line runs where nothing was seen: the
        columns of the formula, the offset's column, and ``date`` where the data have one.
    """
    rows = fit.data.iloc[fit.columns.rows]
    needed = sorted({*fit.design.variables, *(fit.nominal.variables if fit.nominal else ())})
    for name in [when, *([group] if group else []), *(hold or {})]:
        if name not in rows:
            raise ParamError(f"there is no column {name!r}; there are {list(map(str, rows.columns))}")
    groups = list(rows[group].drop_duplicates().sort_values()) if group else [None]
    spans = {g: (rows if g is None else rows[rows[group] == g])[when].astype(float) for g in groups}
    out = pd.DataFrame(
        {
            when: np.concatenate([np.linspace(spans[g].min(), spans[g].max(), points) for g in groups]),
            **({group: np.repeat(np.array(groups, dtype=object), points)} if group else {}),
        }
    )
    if offset := fit.options["offset"]:
        needed.append(offset if offset in rows else offset_column(offset)[0])
    for name in needed:
        if name not in out:
            out[name] = (hold or {}).get(name, _typical(rows[name]))
    if "date" in rows:
        out["date"] = _dates_at(out[when], rows[when], rows["date"])
    return out


def answer(
    fit,
    when: str = "years",
    group: str = "",
    *,
    focus: str = "",
    hold: dict | None = None,
    reported: bool = False,
    labels: dict | None = None,
    item: str = "",
) -> Answer:
    """What changed, from each group's first row to its last.

    Parameters
    ----------
    fit
        Any fit; an ``ordinal`` one is asked for page 1.
    when, group, hold
        As :func:`grid`.
    focus
        The group the sentence is about; the first unless told.
    reported
        The placements are what reports say: the sentence then speaks of reported placements.
    labels
        Value of ``group`` → name to print.
    item
        What a row is called, with ``{name}``: ``"a message exchanged with {name}"``.

    Returns
    -------
    Answer
        Where the interval of the change covers 0 the sentence says that no change can be told; where checks failed
        the caution says which, and the sentence is put more carefully.
    """
    ends = grid(fit, when, group, points=2, hold=hold)
    first, second = ends.iloc[0::2].reset_index(drop=True), ends.iloc[1::2].reset_index(drop=True)
    change, before, after = fit.contrast(first, second), fit.predictions(first), fit.predictions(second)
    if fit.family == "ordinal":
        front = fit.levels[0]
        change, before, after = (t[t["page"].astype(str) == front] for t in (change, before, after))
    change = change.reset_index(drop=True)
    names = first[group].astype(str) if group else pd.Series([mark("all")] * len(first))
    table = change.assign(group=names)
    for side, values, cases in (("first", before, first), ("second", after, second)):
        table[f"{side}_low"], table[f"{side}_high"] = values["conf_low"].to_numpy(), values["conf_high"].to_numpy()
        table[f"{side}_when"] = _when(cases, when)
    failed = sorted(set(fit.checks.loc[(fit.checks["ok"] == False).fillna(False), "check"]))  # noqa: E712
    manner = "reported" if reported else ("careful" if failed else "plain")
    table["sentence"] = [
        sentence(row, fit, item_of(item, row["group"], labels, group) if group else "", manner, "date" in first)
        for row in table.to_dict("records")
    ]
    if focus and focus not in set(names):
        raise ParamError(f"there is no {focus!r} in {group!r}; there are {sorted(set(names))}")
    mine = table[names.to_numpy() == focus].iloc[0] if focus else table.iloc[0]
    held = [f"{name} = {first[name].iloc[0]}"[:60] for name in first if name not in (when, group, "date")]
    caution = paragraph(cautions(fit, failed, reported, held))
    unit = say("change in the chance of page 1") if fit.family in ("ordinal", "front") else ""
    found = (float(mine[name]) for name in ("estimate", "conf_low", "conf_high"))
    return Answer(mine["sentence"], *found, unit, caution, table)


def _typical(values: pd.Series):
    numeric = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
    return float(values.mean()) if numeric and values.nunique() > 2 else values.mode().iloc[0]


def _dates_at(places: pd.Series, times: pd.Series, dates: pd.Series) -> np.ndarray:
    """The day at each place of the time column, between the days of the nearest rows; a row's own place has its day."""
    known = dates.notna() & times.notna()
    days = dates[known].to_numpy(dtype="datetime64[D]").astype(np.int64)
    mean = pd.Series(days).groupby(times[known].to_numpy(dtype=float)).mean()
    if mean.empty:
        return np.full(len(places), np.datetime64("NaT", "s"), dtype="datetime64[s]")
    found = np.interp(places.astype(float), mean.index, mean)
    return np.round(found).astype("datetime64[D]").astype("datetime64[s]")


def _when(cases: pd.DataFrame, when: str) -> list[str]:
    if "date" in cases:
        return cases["date"].dt.strftime("%Y").tolist()
    return [f"{value:g}" for value in cases[when]]
