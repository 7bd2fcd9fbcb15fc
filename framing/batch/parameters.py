"""Parameter files against the parameters cell of the notebook they are meant for.

A notebook says in its parameters cell what it takes, one line per parameter::

    target: str = "asahi"  # the outlet described
    outcome: str = "page"  # what is modelled, one of: page, front
    corpus_path: str = ""  # file to read
    n_topics: int = 20  # number of topics, from 2 to 1000
    similarity: float = 0.8  # least similarity of two copies, above 0 to 1
    words: list[str] = []  # words asked about

The type is the annotation (or the type of the default). The closed choices are what follows
``one of:``, up to a semicolon; the default and the empty text, which
means "not given", are always allowed too. A range stands between commas or semicolons: ``from 1``, ``from 1 to 9``,
``above 0``, ``above 0 to 1`` or ``between 0 and 1``; in a list it is that of each item. ``dict[str, list]``
is a mapping whose values are lists. What a value says beyond that, :mod:`framing.batch.contents` asks of the rooms.

A parameter named ``path`` or ending in ``_path`` is a file or folder that must exist, unless the metadata of the cell
name it in ``new_files`` (beside ``tags``), since the notebook begins the file where there is none; one named
``formula`` or ``curve`` is the right-hand side of a model (see :mod:`framing.formulas`); ``choices`` beside ``kind``
are a multiverse (:mod:`framing.choices`). papermill pastes parameter *names* into code, so nothing it does not know
gets that far.
"""

import ast
import difflib
import itertools
import json
import math
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from framing import choices, formulas, patterns
from framing.batch import contents
from framing.errors import ParamError

TYPES = {"str": str, "int": int, "float": (int, float), "bool": bool, "list": list, "dict": dict}
_CHOICES = re.compile(r"one of:\s*([^;]+)")
_RANGE = re.compile(
    r"(?:^|[,;])\s*(?:(?P<how>from|above) (?P<low>-?[\d.]+)(?: to (?P<high>-?[\d.]+))?"
    r"|between (?P<least>-?[\d.]+) and (?P<most>-?[\d.]+))\s*(?=$|[,;])"
)
RENAMED = {"subset": "keep", "permutations": "replicates", "draws": "replicates", "by": "match", "group": "by"}
"""What parameters of earlier versions are called now."""
RENAMED_VALUES = {"collapsed": "cvb0"}
"""The same for values that are names."""
CONDITIONS = ("keep", "drop", "counted")
"""Parameters that map a column to the values asked for."""
MAX_GRID = 10_000
"""Variants one file may ask for; more is a slip of the pen."""
MAX_BYTES = 2**22
"""Bytes of a file of parameters."""
MAX_VALUES = 20_000
"""Names and values one file may hold, a second's reading."""
MAX_UNKNOWN = 20
"""Unknown names of a file that are told one by one."""
MAX_WHOLE = 2**63
"""Whole numbers are less than this: no array holds more."""
MAX_NAME = 230
"""Bytes of the names of a study and a run; with what is put behind them they name a file, which has 255."""


@dataclass(frozen=True)
class Range:
    """What a number may be, as its comment says it; ``open`` where the lower bound itself is not allowed."""

    text: str
    low: float
    high: float = math.inf
    open: bool = False

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high and not (self.open and value == self.low)


def _range(comment: str) -> Range | None:
    found = _RANGE.search(comment)
    if not found:
        return None
    low, high = found["low"] or found["least"], found["high"] or found["most"]
    return Range(found[0].strip(",; "), float(low), float(high or math.inf), found["how"] == "above")


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell."""

    name: str
    type: str
    default: object
    help: str
    choices: tuple[str, ...] = ()
    may_be_new: bool = False
    items: str = ""
    range: "Range | None" = None

    @property
    def is_path(self) -> bool:
        return self.name == "path" or self.name.endswith("_path")

    @property
    def is_formula(self) -> bool:
        return self.name in ("formula", "curve")


@cache
def of_notebook(path: Path) -> dict[str, Parameter]:
    """The parameters a notebook knows, by name, in the order of its parameters cell.

    Raises
    ------
    ParamError
        The notebook is not readable, has no cell tagged ``parameters``, or one that holds more than
        ``name: type = literal`` lines.
    """
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        tagged = [c for c in cells if c["cell_type"] == "code" and "parameters" in c["metadata"].get("tags", [])]
        sources = [("".join(c["source"]), c["metadata"].get("new_files", [])) for c in tagged]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ParamError(f"{path} is not a readable notebook: {error!r}") from error
    if len(sources) != 1:
        raise ParamError(f"{path} has {len(sources)} code cells tagged 'parameters'; a notebook needs exactly one")
    source, new = sources[0]
    try:
        known = {p.name: p for p in _parse(source, path, new)}
    except SyntaxError as error:
        raise ParamError(f"{path}: the parameters cell is not Python (line {error.lineno}: {error.msg})") from error
    strange = [name for name in new if name not in known or not known[name].is_path]
    if strange:
        raise ParamError(
            f"{path}: new_files of the parameters cell names {strange}, which are no paths among {[*known]}"
        )
    return known


def _parse(source: str, path: Path, new: list[str]) -> Iterator[Parameter]:
    lines = source.encode().split(b"\n")  # ast counts bytes
    for node in ast.parse(source).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            name, annotation, value = node.target.id, ast.unparse(node.annotation), node.value
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name, annotation, value = node.targets[0].id, "", node.value
        else:
            raise ParamError(f"{path}: line {node.lineno} of the parameters cell is not 'name: type = value'")
        try:
            default = ast.literal_eval(value)
        except ValueError as error:
            raise ParamError(f"{path}: the default of {name!r} is not a plain value") from error
        text = lines[(node.end_lineno or 1) - 1][node.end_col_offset :].decode().partition("#")[2].lstrip("# ")
        found = _CHOICES.search(text)
        choices = tuple(part.strip() for part in found[1].split(",")) if found else ()
        kind, _, items = (annotation or type(default).__name__).partition("[")
        yield Parameter(name, kind, default, text, choices, name in new, items.rstrip("]"), _range(text))


class _Loader(patterns.Bounded, yaml.SafeLoader):
    """papermill's rules (safe, dates stay text), and what is silently something else is refused.

    That is a key that stands twice, of which YAML takes the last; a number written so that it is another (``010`` is 8,
    ``1:30`` is 90); and ``yes``, ``no``, ``on`` or ``off`` within a list or mapping, where words stand. papermill's own
    loader is not imported because it costs two seconds at every ``framing check``. A test holds the two to the same
    answers.
    """

    most, depth = MAX_VALUES, 0

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent, index):
        self.depth, mark = self.depth + 1, self.peek_event().start_mark
        node = super().compose_node(parent, index)
        if isinstance(node, yaml.ScalarNode) and node.style is None and self._misleads(node):
            read = json.dumps(self.construct_object(node))
            problem = f"{node.value} is read as {read}; put it in quotes, '{node.value}', or write {read}"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
        self.depth -= 1
        return node

    def _misleads(self, node) -> bool:
        """Whether a plain word is read as something else: at the top ``pairs: yes`` is true, as it says."""
        return self._is_another(node) or self._is_word(node) and self.depth > 2

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted(str(key) for key, n in Counter(keys).items() if n > 1)
        if twice:
            raise yaml.MarkedYAMLError(problem=f"{twice} stands more than once", problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)


def read(path: Path) -> dict:
    """Read one parameter file with papermill's rules: safe YAML or JSON, dates left as text.

    Raises
    ------
    ParamError
        Not readable, not YAML (the line is named), a repeated key, or not a mapping.
    """
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        raise ParamError(f"{path} has {path.stat().st_size:,} bytes; parameters have {MAX_BYTES:,} at most")
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise ParamError(f"{path}: {where}not valid YAML ({getattr(error, 'problem', None) or error})") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ParamError(f"{path} cannot be read: {error}") from error
    except RecursionError as error:
        raise ParamError(f"{path}: not valid YAML (nested too deeply)") from error
    except (TypeError, ValueError) as error:
        raise ParamError(f"{path}: not valid YAML ({error})") from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise ParamError(f"{path} must hold 'name: value' lines, not a {type(found).__name__}")
    return found


def faults(values: dict, known: dict[str, Parameter], file: Path, notebook: Path, folder: Path) -> list[str]:
    """Everything wrong with a set of parameter values, a sentence each; empty when it fits.

    Parameters
    ----------
    values, known
        What the file says and what the notebook knows.
    folder
        The project folder; relative paths start there.
    """
    found = []
    unknown = [name for name in values if name not in known]
    for name, value in values.items():
        if name not in known:
            if name in unknown[MAX_UNKNOWN:]:
                continue
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else "."
            hint = f"; it is now {RENAMED[name]!r}." if RENAMED.get(name) in known else hint
            found.append(f"{file}: {notebook.name} has no parameter {str(name)!r}{hint} It knows {sorted(known)}")
            continue
        found += [f"{file}: {fault}" for fault in _faults_of_value(known[name], value, folder)]
    if len(unknown) > MAX_UNKNOWN:
        found.append(f"{file}: {len(unknown) - MAX_UNKNOWN} more names are no parameters of {notebook.name}")
    if not found:  # what is of another type is told first
        asked = {name: parameter.default for name, parameter in known.items()} | values
        found += [f"{file}: {fault}" for fault in contents.faults(values, asked, folder)]
    found += [f"{file}: {fault}" for fault in _faults_together(values, known)]
    if {"choices", "kind"} & set(values) and {"choices", "kind"} <= set(known):  # of a multiverse
        given, kind = (values.get(name, known[name].default) for name in ("choices", "kind"))
        try:
            choices.check(given, kind if kind in choices.OPTIONS else "")
        except ParamError as error:
            found.append(f"{file}: 'choices': {error}")
    return found


def _faults_together(values: dict, known: dict[str, Parameter]) -> Iterator[str]:
    """What is wrong with days and conditions, which by their type are any text and any mapping."""
    ends = {}
    for name in ("since", "until"):
        if name in known and values.get(name) and isinstance(values[name], str):
            from framing import dates

            try:
                ends[name] = dates.bound(name, values[name], end=name == "until")
            except ValueError as error:
                yield f"{name!r}: {error}"
    first, last = ends.get("since"), ends.get("until")
    if first is not None and last is not None and first > last:
        yield f"'since' {values['since']} is after 'until' {values['until']}: no day lies between them"
    for name in CONDITIONS:
        asked = values.get(name) if name in known else None
        for column, given in asked.items() if isinstance(asked, dict) else ():
            listed = given if isinstance(given, list) else [given]
            if not isinstance(column, str) or not listed or any(isinstance(item, (list, dict)) for item in listed):
                yield f"{name!r} maps a column to its values, as in 'section: [politics]', not {column!r} to {given!r}"


def _faults_of_value(parameter: Parameter, value: object, folder: Path) -> Iterator[str]:
    name, wanted = parameter.name, TYPES.get(parameter.type)
    if wanted and (not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool)):
        quote = " (put it in quotes)" if wanted is str and not isinstance(value, (list, dict)) else ""
        quote = (
            f" (put it in quotes, as in {'yes' if value else 'no'!r})" if quote and isinstance(value, bool) else quote
        )
        now = "; words left out are now 'drop_terms'" if name == "drop" and isinstance(value, list) else ""
        yield f"{name!r} must be {parameter.type}, not {type(value).__name__} {value!r}{quote}{now}"
        return
    unfit = _not_plain(value)
    if unfit:
        yield f"{name!r} holds {unfit}; parameters are text, numbers, true/false, lists and mappings"
        return
    listed = [*value.values()] if isinstance(value, dict) else value if isinstance(value, list) else [value]
    items = parameter.items.rpartition(", ")[2]  # of a mapping the values
    kind = TYPES.get(items) if isinstance(value, (list, dict)) else None
    for item in listed:
        if kind and (not isinstance(item, kind) or (isinstance(item, bool) and kind is not bool)):
            quoted = (
                f" (put it in quotes: '{json.dumps(item)}')"
                if kind is str and not isinstance(item, (list, dict))
                else ""
            )
            whole = "list" if isinstance(value, list) else "mapping to values"
            yield f"{name!r} is a {whole} of {items}, not of {type(item).__name__} {item!r}{quoted}"
        elif parameter.range and isinstance(item, (int, float)) and item not in parameter.range:
            yield f"{name!r} is {parameter.range.text}, not {item!r}"
    if parameter.choices and value not in (parameter.default, ""):
        for item in value if isinstance(value, list) else [value]:
            if str(item) not in parameter.choices:
                near = difflib.get_close_matches(str(item), parameter.choices, n=1)
                near = RENAMED_VALUES.get(str(item)) or (near[0] if near else "")
                hint = f"; did you mean {near!r}?" if near else ""
                yield f"{name!r} is one of {list(parameter.choices)}, not {item!r}{hint}"
    if parameter.is_formula and isinstance(value, str):
        try:
            formulas.check(value)
        except ParamError as error:
            yield f"{name!r}: {error}"
    named = parameter.is_path and not parameter.may_be_new and isinstance(value, str) and value
    place = folder / os.path.expanduser(value) if named else folder
    if named and not os.path.exists(place):  # false for what can be no path as well
        yield f"{name!r} names {value!r}, which is not there (relative paths start at {folder})"
    elif named and not os.path.isfile(place) and not os.path.isdir(place):
        yield f"{name!r} names {value!r}, which is neither a file nor a folder"


def half_surrogate(text: str) -> str:
    """The first half of a surrogate pair that stands alone, which UTF-8 cannot hold, or nothing."""
    found = patterns.HALF.search(text)
    return found[0] if found else ""


def _too_much(value: float) -> str:
    whole = isinstance(value, int)
    return f"a number of {len(str(abs(value)))} digits" if whole else f"{value}, which is no finite number"


def _not_plain(value: object) -> str:
    """Name a value that would not survive the way into the notebook, or nothing."""
    if isinstance(value, str):
        half = half_surrogate(value)
        return f"half a surrogate, {half!r}, which is no sign of any script" if half else ""
    if isinstance(value, (int, float)):
        return (
            ""
            if -MAX_WHOLE < value < MAX_WHOLE or isinstance(value, float) and math.isfinite(value)
            else _too_much(value)
        )
    if value is None:
        return ""
    if isinstance(value, list):
        return next(filter(None, map(_not_plain, value)), "")
    if isinstance(value, dict):
        odd = [key for key in value if not isinstance(key, (str, int, float))]
        return f"the key {odd[0]!r}" if odd else next(filter(None, map(_not_plain, [*value, *value.values()])), "")
    return f"a {type(value).__name__}"


def expand(values: dict, file: Path) -> list[tuple[str, dict]]:
    """The variants a file asks for: each combination of its ``grid:``, named by what varies.

    Returns
    -------
    list of (suffix, values)
        One pair with an empty suffix where there is no grid. A suffix is ``name-value`` joined by
        commas, safe as part of a file name.

    Raises
    ------
    ParamError
        ``grid`` is not a mapping of names to lists, a name stands in both places, there are too
        many variants, or two have the same name.
    """
    values = dict(values)
    grid = values.pop("grid", None)
    if grid is None:
        return [("", values)]
    if not isinstance(grid, dict) or not all(isinstance(v, list) and v for v in grid.values()):
        raise ParamError(f"{file}: 'grid' must give a list of values a name, as in 'grid: {{n_topics: [10, 20]}}'")
    twice = sorted(str(name) for name in grid if name in values)
    if twice:
        raise ParamError(f"{file}: {twice} stand both in 'grid' and beside it; keep one")
    total = 1
    for options in grid.values():
        total *= len(options)
    if total > MAX_GRID:
        raise ParamError(f"{file}: the grid asks for {total} variants; {MAX_GRID} is the most one file may ask for")
    variants = []
    for choice in itertools.product(*grid.values()):
        chosen = dict(zip(grid, choice, strict=True))
        varying = {name: value for name, value in chosen.items() if len(grid[name]) > 1} or chosen
        variants.append((",".join(f"{name}-{slug(value)}" for name, value in varying.items()), values | chosen))
    if len({suffix for suffix, _ in variants}) < len(variants):
        raise ParamError(f"{file}: two variants of the grid have the same name; repeat no value in a list")
    return variants


def slug(value: object) -> str:
    """A value as part of a file name: letters and digits of any script, ``-`` for the rest, bounded in length."""
    from framing.provenance import of_data

    if isinstance(value, (list, dict)):
        text = ("-".join(map(str, value)) or "none") + "-" + of_data(value)[:6]
    else:
        text = str(value)
    short = re.sub(r"[^\w.+]+", "-", text).strip("-.") or "empty"
    changed = short != text or len(short) > 40
    return f"{short[:40]}-{of_data(value)[:6]}" if changed and not isinstance(value, (list, dict)) else short[:60]
