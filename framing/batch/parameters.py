"""Parameter files against the parameters cell of the notebook they are meant for.

A notebook says in its parameters cell what it may be told, a line each::

    target: str = "asahi"  # the outlet described
    outcome: str = "page"  # what is modelled, one of: page, front
    corpus_path: str = ""  # file to read

The type is the annotation (or the type of the default). The closed choices are what follows
``one of:``, up to a semicolon; the default and the empty text, which
means "not given", are always allowed too. A parameter named ``path`` or ending in ``_path`` is a file or folder that
must exist, unless the metadata of the cell name it in ``new_files`` (beside ``tags``), since the notebook begins the
file where there is none; one named ``formula`` or ``curve`` is the right-hand side of a model (see
:mod:`framing.formulas`); ``choices`` beside ``kind`` are a multiverse (:mod:`framing.choices`). papermill pastes
parameter *names* into code, so nothing it does not know gets that far.
"""

import ast
import difflib
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from framing import choices, formulas
from framing.errors import ParamError

TYPES = {"str": str, "int": int, "float": (int, float), "bool": bool, "list": list, "dict": dict}
_CHOICES = re.compile(r"one of:\s*([^;]+)")
RENAMED = {"subset": "keep", "permutations": "replicates"}
"""What parameters of earlier versions are called now."""
RENAMED_VALUES = {"collapsed": "cvb0"}
"""The same for values that are names."""
MAX_GRID = 10_000
"""Variants one file may ask for; more is a slip of the pen."""


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell."""

    name: str
    type: str
    default: object
    help: str
    choices: tuple[str, ...] = ()
    may_be_new: bool = False

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
        kind = annotation.split("[")[0] if annotation else type(default).__name__
        yield Parameter(name, kind, default, text, choices, name in new)


class _Loader(yaml.SafeLoader):
    """papermill's rules (safe, dates stay text), and a key that stands twice is refused.

    YAML would silently take the last of two; papermill's own loader is not imported because it
    costs two seconds at every ``framing check``. A test holds the two to the same answers.
    """

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
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
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise ParamError(f"{path}: {where}not valid YAML ({getattr(error, 'problem', None) or error})") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ParamError(f"{path} cannot be read: {error}") from error
    except (TypeError, ValueError, RecursionError) as error:
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
    for name, value in values.items():
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else "."
            hint = f"; it is now {RENAMED[name]!r}." if RENAMED.get(name) in known else hint
            found.append(f"{file}: {notebook.name} has no parameter {str(name)!r}{hint} It knows {sorted(known)}")
            continue
        found += [f"{file}: {fault}" for fault in _faults_of_value(known[name], value, folder)]
    if {"choices", "kind"} & set(values) and {"choices", "kind"} <= set(known):  # of a multiverse
        given, kind = (values.get(name, known[name].default) for name in ("choices", "kind"))
        try:
            choices.check(given, kind if kind in choices.OPTIONS else "")
        except ParamError as error:
            found.append(f"{file}: 'choices': {error}")
    return found


def _faults_of_value(parameter: Parameter, value: object, folder: Path) -> Iterator[str]:
    name, wanted = parameter.name, TYPES.get(parameter.type)
    if wanted and (not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool)):
        quote = " (put it in quotes)" if wanted is str and not isinstance(value, (list, dict)) else ""
        now = "; words left out are now 'drop_terms'" if name == "drop" and isinstance(value, list) else ""
        yield f"{name!r} must be {parameter.type}, not {type(value).__name__} {value!r}{quote}{now}"
        return
    unfit = _not_plain(value)
    if unfit:
        yield f"{name!r} holds {unfit}; parameters are text, numbers, true/false, lists and mappings"
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
    if named and not (folder / value).expanduser().exists():
        yield f"{name!r} names {value!r}, which is not there (relative paths start at {folder})"


def _not_plain(value: object) -> str:
    """Name a value that would not survive the way into the notebook, or nothing."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return ""
    if isinstance(value, list):
        return next(filter(None, map(_not_plain, value)), "")
    if isinstance(value, dict):
        odd = [key for key in value if not isinstance(key, (str, int, float))]
        return f"the key {odd[0]!r}" if odd else next(filter(None, map(_not_plain, value.values())), "")
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
