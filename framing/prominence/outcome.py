"""Reading the columns a model names: outcome, weights, offset, clusters. Nothing is dropped in silence."""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from framing import dates
from framing.errors import TableError
from framing.messages import Message, mark
from framing.tables import refuse_absent

LOGGED = mark("offset: the logarithm of {name}")
_AS_IT_IS = mark("offset: {name} as it stands, taken as a logarithm already")
COUNTS = ("poisson", "quasipoisson", "negbin")
FAMILIES = ("ordinal", "front", *COUNTS, "fractional", "ols")


@dataclass
class Columns:
    """The rows that enter a model and their arrays.

    ``rows`` are positions in the data given; ``y`` level codes for ``ordinal``, else numbers; ``levels`` the names of
    the levels; ``n_missing`` the rows without an outcome.
    """

    rows: np.ndarray
    y: np.ndarray
    levels: list
    weights: np.ndarray | None
    offset: np.ndarray | None
    groups: pd.Series | None
    n_missing: int
    notes: list[Message] = field(default_factory=list)
    separated: list[str] = field(default_factory=list)


def read(data, outcome, family, cluster=None, weights=None, offset=None) -> Columns:
    """Check the columns at the door.

    Raises
    ------
    TableError
        A column is absent; a page is below 1 or fractional; a count is negative or fractional; a share lies outside
        0 to 1; the outcome is constant; a weight, offset or cluster is missing; an exposure is not positive.
    """
    refuse_absent(data, (outcome, cluster, weights), "data")
    notes: list[Message] = []
    known = data[outcome].notna().to_numpy()
    n_missing = int((~known).sum())
    if n_missing:
        outlets = data.loc[~known, "outlet"].astype(str).value_counts() if "outlet" in data.columns else {}
        notes.append(_missing(n_missing, len(data), outcome, dict(outlets)))
    w = None
    if weights is not None:
        w = _numbers(data[weights], f"weights {weights!r}")
        if np.isnan(w).any() or (w < 0).any():
            raise TableError(f"weights {weights!r} are missing or negative in {int((~(w >= 0)).sum())} rows")
        if (w[known] == 0).any():
            weightless = int((w[known] == 0).sum())
            notes.append(Message("{n:,} rows have weight 0 and are left out", {"n": weightless}))
        known = known & (w > 0)
    rows = np.flatnonzero(known)
    if not len(rows):
        raise TableError(f"no row has a value of {outcome!r}; there is nothing to fit ({len(data)} rows)")
    y, levels, more = _outcome(data[outcome].iloc[rows], outcome, family, offset is not None)
    groups = None
    if cluster is not None:
        coarse = cluster == "date" and "date_precision" in data
        groups = (dates.days(data) if coarse else data[cluster]).iloc[rows].reset_index(drop=True)
        if groups.isna().any():
            why = ", or a date known only to the month or year" if coarse else ""
            raise TableError(
                f"{int(groups.isna().sum())} rows have no cluster {cluster!r}{why}; drop them before, and say so: of a "
                f"study with take(drop={{{cluster!r}: [None]}}), or since= and until= for dates"
            )
    o, said = (None, []) if offset is None else offset_of(data.iloc[rows], offset, family)
    return Columns(rows, y, levels, None if w is None else w[rows], o, groups, n_missing, notes + more + said)


def _missing(n: int, total: int, outcome: str, by: dict) -> Message:
    """The rows without an outcome, by outlet where there is one."""
    values = {"n": n, "total": total, "outcome": outcome}
    if not by:
        text = mark(
            "{n:,} of {total:,} rows have no {outcome} and are left out; the bounds show what they could change"
        )
        return Message(text, values)
    text = mark(
        "{n:,} of {total:,} rows have no {outcome} and are left out ({by}); the bounds show what they could change"
    )
    return Message(text, values | {"by": ", ".join(f"{name}: {count}" for name, count in by.items())})


def offset_of(
    data: pd.DataFrame, offset: str, family: str, logged: bool | None = None
) -> tuple[np.ndarray, list[Message]]:
    """The offset on the scale of the linear predictor, and what was done.

    ``logged`` says whether the logarithm is to be taken (new rows follow the fit); None decides by the rule below.

    A column name, ``"log(column)"`` or ``"I(column)"``. For counts a column of whole numbers is the exposure itself
    (articles, tokens, days): its logarithm is taken and said; one with values of 0 or less is the logarithm already,
    and so is ``"I(column)"``. A column of positive numbers that are not whole may be either and is refused.
    """
    name, how = (offset, "") if offset in data.columns else offset_column(offset)
    if name not in data.columns:
        raise TableError(
            f"there is no offset column {name!r}; the model needs it in every row, also for predictions "
            f"(columns: {list(map(str, data.columns))})"
        )
    values = _numbers(data[name], f"offset {name!r}")
    if not np.isfinite(values).all():
        raise TableError(f"the offset {name!r} is missing or infinite in {int((~np.isfinite(values)).sum())} rows")
    if logged is None:
        logged = how == "log"
        if family in COUNTS and not how:
            logged = bool((values == np.round(values)).all() and values.max() > 0)
            if not logged and (values > 0).all():
                raise TableError(
                    f"the offset {name!r} has positive values that are not whole, as an exposure or a logarithm "
                    f"may have: write offset='log({name})' for an exposure, offset='I({name})' for a logarithm already"
                )
    if not logged:
        return values, [Message(_AS_IT_IS, {"name": name})] if family in COUNTS else []
    if (values <= 0).any():
        raise TableError(
            f"the exposure {name!r} is 0 or negative in {int((values <= 0).sum())} rows; its logarithm is the offset"
        )
    return np.log(values), [Message(LOGGED, {"name": name})]


def offset_column(offset: str) -> tuple[str, str]:
    """The column that an offset names, and what is written around it: ``log``, ``I`` or nothing."""
    found = re.fullmatch(r"\s*(?:np\.)?(log|I)\(\s*(.+?)\s*\)\s*", str(offset))
    return (found[2], found[1]) if found else (offset, "")


def _numbers(values: pd.Series, what: str) -> np.ndarray:
    if not pd.api.types.is_numeric_dtype(values.dtype):
        raise TableError(f"{what} must be numbers, not {values.dtype}")
    return values.to_numpy(dtype=float, na_value=np.nan)


def _outcome(values: pd.Series, name: str, family: str, has_offset: bool):
    """Codes or numbers, the names of the levels, and what was done."""
    if family == "ordinal" and isinstance(values.dtype, pd.CategoricalDtype):
        return _ordered(values, name)
    y = _numbers(values, f"the outcome {name!r}")
    if not np.isfinite(y).all():
        raise TableError(f"the outcome {name!r} is infinite in {int((~np.isfinite(y)).sum())} rows")
    whole = y == np.round(y)
    notes: list[Message] = []
    if family == "front" and not ((y == 0) | (y == 1)).all():
        _pages(y, whole, name)
        notes.append(Message("front is {name} = 1", {"name": name}))
        y = (y == 1).astype(float)
    elif family == "ordinal":
        _pages(y, whole, name)
    elif family in COUNTS and not (whole & (y >= 0)).all():
        bad = y[~(whole & (y >= 0))]
        raise TableError(f"the count {name!r} is negative or fractional in {len(bad)} rows (first {bad[0]:g})")
    elif family == "fractional" and not ((y >= 0) & (y <= 1)).all():
        raise TableError(f"the share {name!r} lies outside 0 to 1 in {int(((y < 0) | (y > 1)).sum())} rows")
    if (y == y[0]).all() and not (family in COUNTS and has_offset and y[0] > 0):
        raise TableError(f"the outcome {name!r} is {y[0]:g} in all {len(y)} rows; a constant has nothing to explain")
    if family != "ordinal":
        return y, [], notes
    levels, codes = np.unique(y.astype(int), return_inverse=True)
    gaps = sorted(set(range(1, levels[-1] + 1)) - set(levels.tolist()))
    if gaps:
        text = mark("no row has {name} {levels}; thresholds stand between the levels that have rows")
        notes.append(Message(text, {"name": name, "levels": ", ".join(map(str, gaps))}))
    return codes, [str(v) for v in levels], notes


def _pages(y: np.ndarray, whole: np.ndarray, name: str) -> None:
    bad = y[~whole | (y < 1)]
    if len(bad):
        raise TableError(
            f"{name!r} holds {bad[0]:g} ({len(bad)} rows); a page is a whole number from 1, the front. "
            "A spread of pages 2-3 counts as its first page"
        )


def _ordered(values: pd.Series, name: str):
    if not values.cat.ordered:
        raise TableError(f"the levels of {name!r} have no order; use an ordered categorical, the most prominent first")
    used = values.cat.remove_unused_categories()
    unused = len(values.cat.categories) - len(used.cat.categories)
    text = mark("{n} levels of {name} have no rows and are left out")
    notes = [Message(text, {"n": unused, "name": name})] if unused else []
    if len(used.cat.categories) < 2:
        raise TableError(
            f"the outcome {name!r} has one level in all {len(values)} rows; a constant has nothing to explain"
        )
    return used.cat.codes.to_numpy().astype(int), [str(v) for v in used.cat.categories], notes
