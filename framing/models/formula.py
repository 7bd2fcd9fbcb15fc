"""From a formula to a checked matrix."""

import math
import re
import warnings
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import linalg

from framing import formulas
from framing.errors import ParamError, TableError
from framing.messages import Message, mark
from framing.tables import refuse_absent

_WHOLE = re.compile(r"\[((?:[A-Z]\.)?)(-?\d+)\.0\]")
_FACTORS = re.compile(r":(?![^\[]*\])")
_TOLERANCE = 1e-9  # share of a column's length that must lie outside the columns before it


LOST_TERM = mark("{terms} has one value only in these rows, so the model lacks it")
LOST = mark("{name} has one value only ({value}), so the model has no {terms}")


@dataclass(frozen=True)
class Design:
    """A design matrix and what is needed to build it again for new data.

    Attributes
    ----------
    matrix
        n × k floats, one row per row of the data in the same order.
    names
        k columns as formulaic spells them, but for ``.0``: ``Intercept``, ``outlet[T.b]``, ``C(year)[T.2016]:time``.
    formula
        The right-hand side as given.
    variables
        Columns of the data the formula uses.
    terms
        Term of the formula → the columns it made.
    notes
        What was done on the way, in sentences: a level without rows, or a term without a column, left out.
    spelled
        Name of a column → that in formulaic's ``spec``, where they differ.
    reads
        Term of the formula → the columns of the data that it reads.
    """

    matrix: np.ndarray
    names: tuple[str, ...]
    formula: str
    variables: tuple[str, ...]
    terms: dict[str, list[str]]
    notes: tuple[Message, ...] = ()
    spec: Any = field(default=None, repr=False)
    spelled: dict[str, str] = field(default_factory=dict, repr=False)
    reads: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def against(self, name: str) -> str:
        """The levels that a column compares its own with, or nothing where it does not compare so."""
        bases = [
            state.contrasts.base if state.contrasts.base in state.levels else state.levels[0]
            for factor, state in self.spec.factor_contrasts.items()
            if f"{factor.expr}[T." in self.spelled.get(name, name)
        ]
        return ", ".join(f"{base:g}" if isinstance(base, float) else str(base) for base in bases)

    def rebuild(self, data: pd.DataFrame) -> np.ndarray:
        """The matrix of new data: same columns, same knots, same levels.

        Raises
        ------
        TableError
            A column is absent or has missing values, or a level was not in the data of the fit.
        """
        from formulaic.errors import DataMismatchWarning, FormulaicError

        from framing.models.evaluating import Materializer

        frame, _ = _columns(data, self.variables, keep_levels=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", DataMismatchWarning)
            try:
                matrix = np.asarray(Materializer(frame).get_model_matrix(self.spec), dtype=float)
            except DataMismatchWarning as fault:
                level = re.search(r"\{(.*?)\}", str(fault))
                raise TableError(
                    f"new data have a level the fit never saw: {level[1] if level else ''}; leave its rows out"
                ) from None
            except (FormulaicError, ValueError, TypeError) as fault:
                raise TableError(_unbuilt(fault, self.formula, frame)) from None
        if not np.isfinite(matrix).all():
            raise TableError(f"the formula {self.formula!r} is not finite for some of the new rows")
        keep = [self.spec.column_names.index(self.spelled.get(name, name)) for name in self.names]
        return np.take(matrix, keep, axis=1)

    @property
    def lost(self) -> str:
        """What a table of results says of terms that have no column; empty where all have one."""
        left_out = any(note.text in (LOST, LOST_TERM) for note in self.notes)
        return mark("a term of the formula has one value only and is left out of the model") if left_out else ""

    def frame(self) -> pd.DataFrame:
        """The matrix with the names of its columns."""
        return pd.DataFrame(self.matrix, columns=list(self.names))

    def without_intercept(self) -> "Design":
        """The same without the column ``Intercept``, for models whose thresholds take its place."""
        keep = [i for i, name in enumerate(self.names) if name != "Intercept"]
        names = tuple(self.names[i] for i in keep)
        terms = {term: cols for term, cols in self.terms.items() if cols != ["Intercept"]}
        matrix = np.take(self.matrix, keep, axis=1)
        return replace(self, matrix=matrix, names=names, terms=terms)


def build(formula: str, data: pd.DataFrame, *, collinear: str = "refuse") -> Design:
    """Turn the right-hand side of a formula into a matrix.

    Parameters
    ----------
    formula
        Right-hand side: ``"time * outlet"``, ``"C(year) + log(length)"``, with the transforms of
        :data:`framing.formulas.TRANSFORMS` and no other code; a column whose name is not a plain word stands in
        backticks. A natural spline is ``cs(time, df=3, constraints='center')`` or ``cr(…)``; without
        ``constraints='center'`` a spline holds a constant and is collinear with the intercept. An empty string is the
        intercept alone.
    data
        One row per observation. Missing values are refused, not dropped: the caller decides and says so.
    collinear
        ``refuse``, or ``keep`` where the caller looks for himself.

    Returns
    -------
    Design
        With the column ``Intercept`` unless the formula removes it.

    Raises
    ------
    ParamError
        The formula is not readable, has a left-hand side, uses something that is not a column or a transform, or
        would make more than 2,000 columns.
    TableError
        A column is absent or has missing values, or terms are collinear (they are named).
    """
    formulas.check(formula)  # before a library reads it
    from formulaic.errors import DataMismatchWarning, FormulaicError

    from framing.models.evaluating import Formula, Materializer

    try:
        parsed = Formula(formula.strip() or "1")
        factors = {factor.expr: factor for term in parsed for factor in term.factors}
    except (FormulaicError, SyntaxError, AttributeError, TypeError):
        raise ParamError(f"the formula {formula!r} cannot be read. {formulas.HELP}") from None
    read = {name: _reading(factor, formula) for name, factor in factors.items()}
    bare = _constants(data) & {expr for expr, factor in factors.items() if factor.eval_method.value == "lookup"}
    if bare:
        raise ParamError(f"the formula {formula!r} has {sorted(bare)} as a term; as a number it stands inside I(…)")
    variables = tuple(sorted({name for reading in read.values() for name in reading.columns} - _constants(data)))
    frame, notes = _columns(data, variables, keep_levels=False)
    _refuse_unfit(read.values(), frame, formula)
    _refuse_levels(read.values(), frame, formula)
    width = {name: _width(reading, frame) for name, reading in read.items()}
    n_columns = sum(math.prod(width[factor.expr] for factor in term.factors) for term in parsed)
    if n_columns > formulas.MAX_COLUMNS:
        many = {name: n for name, n in width.items() if n > 20}
        raise ParamError(
            f"the formula {formula!r} would make up to {n_columns:,} columns; a model has at most "
            f"{formulas.MAX_COLUMNS:,}. Take out interactions" + (f", or factors of many levels {many}" if many else "")
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # log(0) and the like are refused below, by name
        warnings.simplefilter("error", DataMismatchWarning)
        try:
            made = Materializer(frame).get_model_matrix(parsed, na_action="ignore")
        except DataMismatchWarning:  # of a factor that is computed
            raise ParamError(f"levels= in {formula!r} leaves out levels of the data; list all of them") from None
        except (FormulaicError, ValueError, TypeError, KeyError) as fault:
            raise ParamError(_unbuilt(fault, formula, frame)) from None
    matrix = np.ascontiguousarray(made, dtype=float)
    spec = made.model_spec
    texts = [name for name in variables if not pd.api.types.is_numeric_dtype(_levels(frame[name]).dtype)]
    names = tuple(_whole(name, texts) for name in spec.column_names)
    broken = [name for name, column in zip(names, matrix.T, strict=True) if not np.isfinite(column).all()]
    if broken:
        raise TableError(f"the columns {broken} of the formula {formula!r} are not finite (a logarithm of 0?)")
    terms = {str(term): list(names[cut]) for term, cut in spec.term_slices.items()}
    if collinear == "refuse":
        refuse_collinear(matrix, names)
    notes += _lost(parsed, terms, read, frame)
    spelled = dict(zip(names, spec.column_names, strict=True))
    reads = {str(term): tuple(dict.fromkeys(name for f in term.factors for name in read[f.expr].columns))
             for term in parsed}  # fmt: skip
    return Design(matrix, names, formula, variables, terms, tuple(notes), spec, spelled, reads)


def _levels(values: pd.Series):
    return values.cat.categories if isinstance(values.dtype, pd.CategoricalDtype) else values


def _whole(name: str, texts) -> str:
    """A column as a reader writes it: a level that is a whole number without ``.0``, but for levels of ``texts``."""
    parts = _FACTORS.split(str(name))
    own = re.compile("|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in texts) or "(?!)")
    return ":".join(each if own.search(each.partition("[")[0]) else _WHOLE.sub(r"[\1\2]", each)
                    for each in parts)  # fmt: skip


def refuse_collinear(matrix: np.ndarray, names) -> None:
    """Raise a :class:`TableError` that names each column made of others, and which.

    A column counts as made of the columns before it when less than 1e-9 of its length lies outside them.
    """
    names = list(names)
    if matrix.shape[1] == 0:
        return
    gram = matrix.T @ matrix
    length = np.sqrt(np.diag(gram))
    empty = [name for name, size in zip(names, length, strict=True) if size == 0]
    if empty:
        raise TableError(f"the columns {empty} are 0 in every row: no row has that level or combination; take it out")
    if np.linalg.eigvalsh(gram / np.outer(length, length))[0] > 1e-8:
        return  # far from collinear: no need of the exact and slower look
    scaled = matrix / length
    r = linalg.qr(scaled, mode="r", check_finite=False)[0][: matrix.shape[1]]
    rank_rows = min(r.shape)
    outside = np.zeros(matrix.shape[1])
    outside[:rank_rows] = np.abs(np.diag(r))
    bad = np.flatnonzero(outside < _TOLERANCE)
    if not len(bad):
        return
    said = []
    for j in bad:
        before = [i for i in range(j) if i not in bad]
        share = np.linalg.lstsq(scaled[:, before], scaled[:, j], rcond=None)[0]
        of = [names[i] for i, value in zip(before, share, strict=True) if abs(value) > 1e-6]
        constant = of in (["Intercept"], ["(Intercept)"])
        said.append(f"{names[j]!r} " + ("is the same in every row" if constant else f"is made of {of}"))
    hint = ""
    if any("cr(" in names[j] or "cs(" in names[j] for j in bad):
        hint = "; a spline beside an intercept needs constraints='center'"
    elif any(":" in names[j] for j in bad):
        hint = "; the combination of levels may have no rows"
    raise TableError(
        f"collinear terms: {'; '.join(said)} ({len(matrix)} rows){hint}. Take one of them out of the formula"
    )


def _reading(factor, formula: str) -> formulas.Reading:
    """What a factor reads; one that will be evaluated is checked once more, as the library spells it."""
    if factor.eval_method.value == "python":
        return formulas.check_factor(factor.expr, formula)
    if factor.eval_method.value == "lookup":
        return formulas.Reading({str(factor.expr): None}, width=-1)
    return formulas.Reading()


def _lost(parsed, terms: dict, read: dict, frame: pd.DataFrame) -> list[Message]:
    """A note for every factor with one level and the terms that have no column for it; a number never is lost."""
    empty = {str(term): term for term in parsed if not terms.get(str(term))}
    found = []
    for name in frame.columns if empty else ():
        only = frame[name].unique()
        lost = [label for label, term in empty.items() if any(name in read[f.expr].columns for f in term.factors)]
        if len(only) == 1 and lost:
            one = only[0]
            one = int(one) if isinstance(one, float) and one.is_integer() else one
            values = {"name": name, "value": one, "terms": ", ".join(lost)}
            found.append(Message(LOST, values))
    told = {name for name in frame.columns if frame[name].nunique() == 1}
    left = [
        label for label, term in empty.items()
        if label != "1" and told.isdisjoint(name for f in term.factors for name in read[f.expr].columns)
    ]  # fmt: skip
    return found + [Message(LOST_TERM, {"terms": ", ".join(left)})] * bool(left)


def _constants(data) -> set[str]:
    return {"pi"} - set(getattr(data, "columns", ()))


def _width(reading: formulas.Reading, frame: pd.DataFrame) -> int:
    """Columns that a factor makes at most: one per level where it has levels."""
    if reading.width > 0:
        return reading.width
    if reading.width < 0 and all(pd.api.types.is_numeric_dtype(frame[name].dtype) for name in reading.columns):
        return 1
    return min(len(frame), math.prod(frame[name].nunique() for name in reading.columns))


def _refuse_unfit(read, frame: pd.DataFrame, formula: str) -> None:
    """Refuse text where numbers are needed, and names that the formula library would confuse."""
    spelled = [re.sub(r"^(?=\d)|\W", "_", name) for name in frame.columns]
    for reading in read:
        text = sorted(name for name in reading.numbers if not pd.api.types.is_numeric_dtype(frame[name].dtype))
        if text:
            raise ParamError(
                f"the formula {formula!r} calculates with {text}, which hold text or levels; use such a column as it "
                "is, or in C(…)"
            )
        twice = [name for name, plain in zip(frame.columns, spelled, strict=True) if spelled.count(plain) > 1]
        if reading.width >= 0 and not set(twice).isdisjoint(reading.columns):
            raise ParamError(
                f"the names {twice} are too alike for a transform in {formula!r}; rename one of the columns"
            )


def _refuse_levels(read, frame: pd.DataFrame, formula: str) -> None:
    """Refuse levels, a reference and scores that are not those of the column coded."""
    for name, given in (one for reading in read for one in reading.coded):
        there = pd.Categorical(frame[name]).categories.tolist()
        levels = given.get("levels", there)
        left_out = [level for level in there if level not in levels]
        if left_out:
            raise ParamError(
                f"levels= in {formula!r} leaves out levels of the data: {name!r} has {_some(left_out)} too; list all, "
                "or leave those rows out before"
            )
        base = next((given[option] for option in ("reference", "base") if option in given), None)
        if base is not None and base not in levels:
            raise ParamError(
                f"the formula {formula!r} compares with {base!r}, which is no level of {name!r}; there are "
                f"{_some(levels)}"
            )
        scores = given.get("scores")
        if scores and (len(scores) != len(levels) or len(set(scores)) < len(scores)):
            raise ParamError(
                f"the formula {formula!r} has the scores {scores} for {name!r}, which has {len(levels)} levels "
                f"({_some(levels)}); give one number each, all different, in this order"
            )


def _some(levels: list) -> str:
    return ", ".join(map(repr, levels[:12])) + (", …" if len(levels) > 12 else "")


def _unbuilt(fault: Exception, formula: str, frame: pd.DataFrame) -> str:
    """Which factor these rows do not allow, and what they hold."""
    factor = re.search(r"factor `(.+?)`\. \[", re.sub(r"\x1b\[[0-9;]*m", "", str(fault)))  # without its colours
    held = [
        f"{name} has {column.nunique()} different values from {column.min():.6g} to {column.max():.6g}"
        for name, column in frame.select_dtypes("number").items()
    ]
    return (
        f"the formula {formula!r} has {factor[1] if factor else 'a factor'}, which cannot be computed from these "
        f"{len(frame)} rows: {'; '.join(held) or 'no column is a number'}. Knots and bounds must lie within the "
        "values, with fewer df than different values; extrapolation='clip' takes values beyond the bounds"
    )


def _columns(data: pd.DataFrame, variables, *, keep_levels: bool) -> tuple[pd.DataFrame, list[Message]]:
    """The columns a formula needs, whole, as plain dtypes; with what was done to them."""
    refuse_absent(data, variables, "data")
    notes: list[Message] = []
    columns = {}
    for name in variables:
        values = data[name]
        missing = int(values.isna().sum())
        if missing:
            raise TableError(
                f"{missing} of {len(data)} rows have no {name!r}, which the formula uses; "
                "drop or fill them before, and say so"
            )
        kinds = pd.api.types
        if kinds.is_datetime64_any_dtype(values.dtype):
            raise TableError(
                f"{name!r} is a date; a formula needs a number (years since a day) or a level such as the year"
            )
        if isinstance(values.dtype, pd.CategoricalDtype) and not keep_levels:
            used = values.cat.remove_unused_categories()
            unused = [c for c in values.cat.categories if c not in set(used.cat.categories)]
            if unused:
                said = ", ".join(map(repr, unused))
                notes.append(
                    Message("{name} has no rows for {levels}; left out of the model", {"name": name, "levels": said})
                )
            values = used
        elif kinds.is_bool_dtype(values.dtype):
            values = values.astype(bool)
        elif kinds.is_numeric_dtype(values.dtype):
            values = pd.Series(values.to_numpy(dtype=float), index=values.index)
        elif not isinstance(values.dtype, pd.CategoricalDtype):
            values = values.astype(object)
        columns[name] = values.reset_index(drop=True)
    if not columns:
        return pd.DataFrame({"_": np.zeros(len(data))}), notes
    return pd.DataFrame(columns), notes
