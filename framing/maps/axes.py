"""Correspondence analysis of a table of counts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from framing.records import Record

NUMERICALLY_ZERO = 1e-14  # eigenvalues below this share of the largest are rounding


@dataclass(frozen=True)
class Correspondence(Record):
    """The axes of a table of counts and where its rows and columns lie on them.

    Attributes
    ----------
    eigenvalues
        One row per axis: ``axis`` (from 1), ``eigenvalue`` (inertia), ``share`` of the total inertia, ``cumulative``.
    rows, columns
        One row per point: ``name``, ``mass`` (share of the table), ``inertia``, ``quality`` (cos² on the first two
        axes), ``supplementary`` (placed afterwards, without influence), and for every axis ``coordinate_1`` …
        (principal), ``contribution_1`` … (share of the axis, missing for supplementary points), ``cos2_1`` … (share of
        the point's departure from the average that the axis shows).
    total_inertia, chi2, df, p_value
        Inertia is chi² / n. The p-value takes every token as independent: a ranking, not a test.
    """

    eigenvalues: pd.DataFrame
    rows: pd.DataFrame
    columns: pd.DataFrame
    total_inertia: float
    chi2: float
    df: int
    p_value: float


def correspondence(
    table: pd.DataFrame,
    *,
    supplementary_rows: list | pd.DataFrame | None = None,
    supplementary_columns: list | pd.DataFrame | None = None,
    axes: int | None = None,
) -> Correspondence:
    """Correspondence analysis: the distances between profiles of rows (and of columns) on as few axes as possible.

    Parameters
    ----------
    table
        Counts, named rows × named columns, such as outlets × terms.
    supplementary_rows, supplementary_columns
        Points placed on the finished axes, such as a year or a topic: names of rows (columns) of ``table`` to take
        out of it, or a frame with the same active columns (rows).
    axes
        Axes kept; all unless given.

    Returns
    -------
    Correspondence
        The sign of an axis is a convention: here the column that contributes most lies on its positive side.

    Raises
    ------
    ValueError
        A count is missing, negative or not finite, a row or column is empty (named), fewer than two rows or columns,
        or nothing departs from the average.

    Notes
    -----
    Singular value decomposition of the standardised residuals (Greenacre 2017, *Correspondence Analysis in
    Practice*, appendix A). How to read: points far out and well shown (cos² near 1) depart from the average in the
    direction of the axis; distances between a row and a column mean nothing, their directions do.
    """
    if axes is not None and axes < 1:
        raise ValueError(f"axes must be at least 1, not {axes!r}")
    active, extra_rows, extra_columns = _split(table, supplementary_rows, supplementary_columns)
    counts = active.to_numpy(dtype=float)
    n = counts.sum()
    r, c = counts.sum(axis=1) / n, counts.sum(axis=0) / n
    residuals = (counts / n - np.outer(r, c)) / np.sqrt(np.outer(r, c))
    total = float((residuals**2).sum())
    u, singular, vt = np.linalg.svd(residuals, full_matrices=False)
    kept = singular**2 > NUMERICALLY_ZERO * max(singular[0] ** 2, 1e-12)
    kept[min(counts.shape) - 1 :] = False
    if not kept.any():
        raise ValueError("every row has the same profile: there is nothing to map")
    u, singular, v = u[:, kept][:, :axes], singular[kept], vt.T[:, kept][:, :axes]
    sign = np.where(v[np.abs(v).argmax(axis=0), np.arange(v.shape[1])] < 0, -1.0, 1.0)
    u, v, kept_values = u * sign, v * sign, singular[:axes]
    standard_rows, standard_columns = u / np.sqrt(r)[:, None], v / np.sqrt(c)[:, None]
    rows = _points(active.index, r, residuals**2, standard_rows * kept_values, u**2)
    columns = _points(active.columns, c, residuals.T**2, standard_columns * kept_values, v**2)
    if len(extra_rows):
        rows = pd.concat([rows, _supplementary(extra_rows, standard_columns, c)], ignore_index=True)
    if extra_columns.shape[1]:
        columns = pd.concat([columns, _supplementary(extra_columns.T, standard_rows, r)], ignore_index=True)
    df = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    eigenvalues = singular**2
    return Correspondence(
        pd.DataFrame(
            {
                "axis": np.arange(1, len(eigenvalues) + 1),
                "eigenvalue": eigenvalues,
                "share": eigenvalues / total,
                "cumulative": np.cumsum(eigenvalues) / total,
            }
        ),
        rows,
        columns,
        total,
        total * n,
        df,
        float(stats.chi2.sf(total * n, df)),
    )


def _points(names, mass, squares, coordinates, contributions) -> pd.DataFrame:
    inertia = squares.sum(axis=1)
    far = inertia / mass  # squared chi² distance from the average profile
    return _frame(names, mass, inertia, coordinates, contributions, far, False)


def _supplementary(extra: pd.DataFrame, standard: np.ndarray, average: np.ndarray) -> pd.DataFrame:
    """Points by the transition formula: the mean of the other side's standard coordinates, weighted by profile."""
    counts = extra.to_numpy(dtype=float)
    profiles = counts / counts.sum(axis=1, keepdims=True)
    far = ((profiles - average) ** 2 / average).sum(axis=1)
    missing = np.full(len(counts), np.nan)
    none = np.full((len(counts), standard.shape[1]), np.nan)
    return _frame(extra.index, missing, missing, profiles @ standard, none, far, True)


def _frame(names, mass, inertia, coordinates, contributions, far, supplementary: bool) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        cos2 = np.where(far[:, None] > 0, coordinates**2 / far[:, None], np.nan)
    table = {
        "name": np.asarray(names, dtype=object),
        "mass": mass,
        "inertia": inertia,
        "quality": cos2[:, :2].sum(axis=1),
        "supplementary": supplementary,
    }
    for label, values in {"coordinate": coordinates, "contribution": contributions, "cos2": cos2}.items():
        table |= {f"{label}_{a + 1}": values[:, a] for a in range(values.shape[1])}
    return pd.DataFrame(table)


def _split(table, rows, columns) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Active table, supplementary rows on its columns, supplementary columns on its rows."""
    if hasattr(table, "articles"):
        raise TypeError("correspondence takes a table of counts, rows × columns; maps.outlets asks it of a study")
    table = pd.DataFrame(table)
    for axis, name, names in ((table.index, "row", rows), (table.columns, "column", columns)):
        if names is not None and not isinstance(names, pd.DataFrame):
            absent = [x for x in names if x not in axis]
            if absent:
                raise ValueError(f"supplementary {name}s {absent} are not in the table; it has {list(axis)[:20]}")
        if axis.has_duplicates:
            raise ValueError(f"{name} names repeat: {list(axis[axis.duplicated()])[:5]}; add them up before")
    row_names = [] if rows is None or isinstance(rows, pd.DataFrame) else list(rows)
    column_names = [] if columns is None or isinstance(columns, pd.DataFrame) else list(columns)
    active = table.drop(index=row_names, columns=column_names)
    extra_rows = rows[active.columns] if isinstance(rows, pd.DataFrame) else table.loc[row_names, active.columns]
    extra_columns = (
        columns.loc[active.index] if isinstance(columns, pd.DataFrame) else table.loc[active.index, column_names]
    )
    _refuse(active, "the table")
    for extra, label, axis in ((extra_rows, "supplementary rows", 1), (extra_columns, "supplementary columns", 0)):
        _refuse_values(extra, label)
        empty = extra.sum(axis=axis) == 0
        if empty.any():
            raise ValueError(f"{label} {list(empty.index[empty])} are empty and have no profile; leave them out")
    return active, extra_rows, extra_columns


def _refuse(active: pd.DataFrame, label: str) -> None:
    _refuse_values(active, label)
    if min(active.shape) < 2:
        raise ValueError(
            f"{label} has {active.shape[0]} rows and {active.shape[1]} columns; a map needs at least two of each"
        )
    for axis, name in ((1, "rows"), (0, "columns")):
        empty = active.sum(axis=axis) == 0
        if empty.any():
            raise ValueError(f"{name} {list(empty.index[empty])[:10]} are empty and have no profile; leave them out")


def _refuse_values(frame: pd.DataFrame, label: str) -> None:
    values = frame.to_numpy(dtype=float)
    if not np.isfinite(values).all() or (values < 0).any():
        raise ValueError(f"{label} has missing, negative or infinite counts; a map is of counts")
