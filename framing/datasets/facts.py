"""The tables of facts that come with the package, checked cell by cell each time they are read."""

import numpy as np
import pandas as pd

from framing import data
from framing.errors import SourceError, TableError, refuse_unknown

MAX_PAGE = 20


def load(name: str) -> pd.DataFrame:
    """Read a table of facts that comes with the package, checked row by row.

    Parameters
    ----------
    name
        ``leader_messages`` (one row per message in one outlet on one day) or ``leader_mentions``
        (one row per count made by somebody else). :func:`describe` tells what the columns hold and
        what may be said from them.

    Returns
    -------
    DataFrame
        Days as ``datetime64``, pages, ranks and counts as ``Int64`` (missing allowed),
        ``headline_mention`` as ``boolean``, everything else text; an empty cell of text is missing.

    Raises
    ------
    SourceError
        There is no such data set.
    TableError
        The file breaks its schema; the message names the row and the column.
    """
    refuse_unknown(name, sorted(data.words("facts")), "table of facts", SourceError)
    return read(data.file(f"{name}.csv"), name)


def read(path, name: str) -> pd.DataFrame:
    """Read a CSV file in the shape of ``leader_messages`` or ``leader_mentions`` and check it."""
    with path.open(encoding="utf-8-sig") as stream:
        raw = pd.read_csv(stream, dtype=str, keep_default_na=False)
    return parse(raw, name)


def parse(raw: pd.DataFrame, name: str) -> pd.DataFrame:
    """Turn a table of strings into the typed columns of ``leader_messages`` or ``leader_mentions``.

    The first cell that breaks the schema is refused.

    Row numbers in messages count as a spreadsheet does: the line of names is row 1.
    """
    schema = data.words("facts")[name]
    missing = [column for column in schema if column not in raw.columns]
    unknown = [column for column in raw.columns if column not in schema]
    if missing or unknown:
        raise TableError(
            f"{name} lacks the columns {missing} and has the unknown columns {unknown}; know {list(schema)}"
        )
    typed = {column: _column(raw[column].str.strip(), rule, f"{name}[{column!r}]") for column, rule in schema.items()}
    frame = pd.DataFrame(typed)
    if "page_last" in frame:
        _refuse(frame["page_last"] < frame["page"], raw["page_last"], f"{name}['page_last']", "comes before page")
        elsewhere = frame["page"].notna() & (frame["outlet"] != "rodong_sinmun")
        what = "belongs to an outlet that is not the printed paper; only rodong_sinmun has pages"
        _refuse(elsewhere, raw["page"], f"{name}['page']", what)
    if "period_end" in frame:
        _refuse(frame["period_end"] < frame["period_start"], raw["period_end"], f"{name}['period_end']", "before start")
        both = frame["n_articles"].notna() == frame["n_mentions"].notna()
        _refuse(both, raw["n_articles"], f"{name}['n_articles']", "needs exactly one of n_articles and n_mentions")
    return frame


def _column(values: pd.Series, kind: str | list[str], where: str) -> pd.Series:
    """One column of strings as its own type: of a kind, or one of a list of values."""
    empty = values == ""
    if kind not in ("page", "rank", "flag", "note", "maybe_count", "addresses"):
        _refuse(empty, values, where, "is empty")
    if kind == "id":
        _refuse(values.duplicated(), values, where, "repeats an id")
    if isinstance(kind, list):
        _refuse(~values.isin(kind), values, where, f"is not one of {', '.join(kind)}")
        return values.astype("str")
    if kind == "day":
        days = pd.to_datetime(values, format="%Y-%m-%d", errors="coerce")
        fault = days.isna() | ~values.str.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
        _refuse(fault, values, where, "is not a day (YYYY-MM-DD)")
        return days.astype("datetime64[us]")
    if kind == "part_of_day":
        days = pd.to_datetime((values + "-01-01").str.slice(0, 10), format="%Y-%m-%d", errors="coerce")
        fault = days.isna() | ~values.str.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}")
        _refuse(fault, values, where, "is not a day, month or year (YYYY[-MM[-DD]])")
    if kind == "address":
        _refuse(~values.str.fullmatch(r"https?://[^\s/]+\S*"), values, where, "is not an http(s) address")
    if kind == "addresses":
        fault = ~empty & ~values.str.fullmatch(r"https?://\S+(\s+https?://\S+)*")
        _refuse(fault, values, where, "is not a list of http(s) addresses")
    if kind == "flag":
        _refuse(~values.isin(["", "true", "false"]), values, where, "is not true, false or empty")
        return values.map({"true": True, "false": False}).astype("boolean")
    if kind in ("page", "rank", "count", "maybe_count"):
        low, high = {"page": (1, MAX_PAGE), "rank": (1, 300)}.get(kind, (0, 10**9))
        number = pd.to_numeric(values.where(values.str.fullmatch(r"0*[0-9]{1,10}")), errors="coerce").astype("Int64")
        fault = (~empty & number.isna()) | ((number < low) | (number > high)).fillna(False)
        _refuse(fault, values, where, f"is not a whole number from {low} to {high}")
        return number
    return values.mask(empty, np.nan).astype("str")


def _refuse(fault: pd.Series, values: pd.Series, where: str, what: str) -> None:
    faulty = np.flatnonzero(fault.fillna(False).to_numpy(dtype=bool))
    if len(faulty):
        row = int(faulty[0])
        more = f" (and {len(faulty) - 1} rows more)" if len(faulty) > 1 else ""
        raise TableError(f"{where}, row {row + 2}: {values.iloc[row]!r} {what}{more}; repair the file")
