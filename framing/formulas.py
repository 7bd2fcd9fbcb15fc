"""What a formula may say, read as data before any library evaluates a part of it.

A formula is the right-hand side of a model: columns of the data, ``+ - * : / **`` and the transforms of
:data:`TRANSFORMS`. A column whose name is not a plain word stands in backticks: ```n words` ``. Inside a transform
stand columns, numbers and ``+ - * / **``, a comparison, or another transform of one number; its options are constants.
Whatever else a formula holds is refused, so a formula from a parameter file reaches no file and no code.
"""

import ast
import keyword
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeGuard

from framing.errors import ParamError

MAX_LENGTH = 2_000
"""Characters of a formula."""
MAX_BRACKETS = 20
"""Brackets open at one place."""
MAX_COLUMNS = 2_000
"""Columns of the matrix a formula makes."""
MAX_POWER = 10
"""Greatest exponent."""


def _whole(least: int, most: int) -> tuple[Callable, str]:
    return lambda v: type(v) is int and least <= v <= most, f"a whole number from {least} to {most}"


def _one_of(*words: str) -> tuple[Callable, str]:
    return lambda v: v in words, " or ".join(map(repr, words))


def _is_number(value) -> TypeGuard[float]:
    return type(value) in (int, float) and abs(value) <= 1e15


def _is_list(value, one: Callable, most: int) -> bool:
    return isinstance(value, list) and len(value) <= most and all(map(one, value))


_NUMBER = (_is_number, "a number")
_FLAG = (lambda v: type(v) is bool, "True or False")
_LEVEL = (lambda v: isinstance(v, str) or type(v) is bool or _is_number(v), "a level")
_NUMBERS = (lambda v: _is_list(v, _is_number, 50), "a list of at most 50 numbers")
_LEVELS = (lambda v: _is_list(v, _LEVEL[0], MAX_COLUMNS), f"a list of at most {MAX_COLUMNS:,} levels")
_DF = _whole(1, 50)
_OUTSIDE = _one_of("raise", "clip", "na", "zero", "extend")
_BOUNDS = {"lower_bound": _NUMBER, "upper_bound": _NUMBER}
_NATURAL = {"df": _DF, "knots": _NUMBERS, **_BOUNDS, "constraints": _one_of("center"), "extrapolation": _OUTSIDE}

CONTRASTS = {
    "Treatment": {"reference": _LEVEL}, "Sum": {}, "Diff": {"backward": _FLAG}, "Poly": {"scores": _NUMBERS},
    "Helmert": {"reverse": _FLAG, "scale": _FLAG},
    "contr.treatment": {"base": _LEVEL}, "contr.SAS": {"base": _LEVEL}, "contr.sum": {},
    "contr.diff": {"backward": _FLAG}, "contr.poly": {"scores": _NUMBERS},
    "contr.helmert": {"reverse": _FLAG, "scale": _FLAG},
}  # fmt: skip
"""Codings of a factor that ``C(column, …)`` takes, with their options."""

SCALARS = ("I", "log", "log1p", "exp", "sqrt", "sin", "cos")
"""Transforms of a number into a number, without options; they may stand inside others."""

TRANSFORMS: dict[str, dict[str, tuple[Callable | None, str]]] = {
    **{name: {} for name in SCALARS},
    "center": {},
    "scale": {"center": _FLAG, "scale": _FLAG, "ddof": _whole(0, 1)},
    "poly": {"degree": _whole(1, 20), "raw": _FLAG},
    "bs": {"df": _DF, "knots": _NUMBERS, "degree": _whole(0, 10), "include_intercept": _FLAG, **_BOUNDS,
           "extrapolation": _OUTSIDE},
    "cr": _NATURAL,
    "cs": _NATURAL,
    "C": {"contrasts": (None, ""), "levels": _LEVELS, "spans_intercept": _FLAG},
}  # fmt: skip
"""Transforms of a formula, with the options of each in their order."""

_INSIDE = {*SCALARS, "center", "scale"}
_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div)
_PARTS = re.compile(r"('[^'\"`]*'|\"[^'\"`]*\"|`[^`]+`)")
HELP = (
    "A formula has columns (a name that is not a plain word in `backticks`), numbers, + - * : / ** and the transforms "
    + ", ".join(sorted(TRANSFORMS, key=str.casefold))
)


@dataclass
class Reading:
    """What a formula, or one factor of it, reads.

    Attributes
    ----------
    columns
        Names it reads, in the order of the text.
    numbers
        Those of them that enter arithmetic, and so must be numbers.
    width
        Columns a factor can make at most, where that does not depend on levels; 0 where it does.
    coded
        Columns that stand in ``C(…)``, each with the options of it and of its contrasts.
    """

    columns: dict[str, None] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    width: int = 1
    coded: list[tuple[str, dict]] = field(default_factory=list)


def check(formula: str) -> Reading:
    """Read a formula, or refuse it.

    Raises
    ------
    ParamError
        Not text, not readable, has a left-hand side, holds anything but columns, numbers, operators and
        :data:`TRANSFORMS`, or is too long, too deep or would make more than :data:`MAX_COLUMNS` terms.
    """
    if not isinstance(formula, str):
        raise ParamError(f"a formula is text such as 'time * outlet', not {type(formula).__name__}")
    text = formula.strip().removeprefix("~").strip()
    return _Reader(formula).read(text or "1", whole=True)


def check_factor(expression: str, formula: str) -> Reading:
    """Read one factor of a formula that a library is about to evaluate, by the same rules."""
    return _Reader(formula).read(expression, whole=False)


def columns_of(formula: str, data) -> list[str]:
    """The columns a formula reads, of a table with these columns: ``pi`` is a number where no column has that name."""
    return [name for name in check(formula).columns if name != "pi" or name in data]


def spelled(name: str) -> str:
    """A column as a formula spells it: in backticks unless its name is a plain word."""
    return name if name.isidentifier() and not keyword.iskeyword(name) else f"`{name}`"


class _Reader:
    """Walks the syntax tree of a formula; what is not on the lists is refused."""

    def __init__(self, formula: str):
        self.formula = formula
        self.names: dict[str, str] = {}
        self.found = Reading()

    def read(self, text: str, *, whole: bool) -> Reading:
        if len(text) > MAX_LENGTH:
            raise self.refusal(f"has {len(text):,} characters; at most {MAX_LENGTH:,} are read")
        python = self.plain(text, whole)
        try:
            tree = ast.parse(python, mode="eval").body
            if whole:
                self.terms(tree)
            elif isinstance(tree, ast.Call):
                self.factor(tree)
            else:
                self.arithmetic(tree)
        except (SyntaxError, ValueError) as fault:
            if isinstance(fault, ParamError):
                raise
            raise self.refusal("cannot be read") from None
        except (RecursionError, MemoryError):
            raise self.refusal("is nested too deeply to be read") from None
        return self.found

    def refusal(self, what: str) -> ParamError:
        shown = self.formula if len(self.formula) <= 200 else self.formula[:200] + "…"
        return ParamError(f"the formula {shown!r} {what}. {HELP}")

    def plain(self, text: str, whole: bool) -> str:
        """The text in Python's spelling: names in backticks replaced, operators of formulas by ones of like rank."""
        pieces = _PARTS.split(" ".join(text.split()))
        depth = deepest = 0
        for i, piece in enumerate(pieces):
            if i % 2:
                if piece[0] == "`":
                    if keyword.iskeyword(piece[1:-1]) or (not whole and re.search(r"['\"]", piece)):
                        raise self.refusal(f"has the column {piece}, which no transform can read; rename it")
                    pieces[i] = f" backticked_{i}_ "
                    self.names[pieces[i].strip()] = piece[1:-1]
                continue
            odd = re.search(r"[^\w\s+\-*/:^%~.,=<>!(){}\[\]]", piece)
            if odd:
                raise self.refusal(f"has the sign {odd[0]!r}, which no formula has")
            if whole and "~" in piece:
                raise self.refusal("has a left-hand side; give the outcome by name and only what follows ~")
            for sign in piece:
                depth += (sign in "([{") - (sign in ")]}")
                deepest = max(deepest, depth)
            if whole:
                pieces[i] = piece.replace("%in%", "%").replace("^", "**").replace(":", "@")
        if deepest > MAX_BRACKETS:
            raise self.refusal(f"has {deepest} brackets open at one place; at most {MAX_BRACKETS} are read")
        return "".join(pieces).strip()

    def column(self, node: ast.Name, *, number: bool) -> None:
        name = self.names.get(node.id, node.id)
        if name.startswith("__"):
            raise self.refusal(f"has the name {name!r}; a column of a formula does not begin with two underscores")
        self.found.columns[name] = None
        if number:
            self.found.numbers.add(name)

    def terms(self, node: ast.expr) -> int:
        """The number of terms at most, after reading each."""
        n = self.count(node)
        if n > MAX_COLUMNS:
            raise self.refusal(f"would make {n:,} terms; a model has at most {MAX_COLUMNS:,} columns")
        return n

    def count(self, node: ast.expr) -> int:
        match node:
            case ast.Name():
                self.column(node, number=False)
            case ast.Constant() if _is_number(node.value):
                pass
            case ast.Call():
                self.factor(node)
            case ast.Set(elts=[inner]):  # {a + b}: arithmetic without a call
                self.arithmetic(inner)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
                return self.terms(node.operand)
            case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=power)):
                if type(power) is not int or not 1 <= power <= MAX_POWER:
                    raise self.refusal(f"has the exponent {power!r}; exponents are whole numbers to {MAX_POWER}")
                n = self.terms(node.left)
                if n == 1 < power:
                    term = self.shown(node)
                    raise self.refusal(f"has {term}, the interaction of a column with itself; write I({term})")
                return n**power
            case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Div() | ast.Mod()):
                return self.terms(node.left) + self.terms(node.right)
            case ast.BinOp(op=ast.Mult()):
                return (self.terms(node.left) + 1) * (self.terms(node.right) + 1) - 1
            case ast.BinOp(op=ast.MatMult()):
                return self.terms(node.left) * self.terms(node.right)
            case _:
                raise self.refusal(f"has {self.shown(node)}, which is no term")
        return 1

    def factor(self, call: ast.Call) -> None:
        """A transform as a factor: its first argument, and options that are constants."""
        name = self.called(call)
        if name not in TRANSFORMS:
            bare = name.rpartition(".")[2]
            hint = f"; write {bare}(…)" if bare in TRANSFORMS and name != bare else ""
            raise self.refusal(f"has {name}(…), which is not one of the transforms{hint}")
        if not call.args or isinstance(call.args[0], ast.Starred):
            raise self.refusal(f"has {name}(…) without a column as its first argument")
        if name == "C" and isinstance(call.args[0], ast.Name):
            self.column(call.args[0], number=False)
            has_column = True
        else:
            has_column = self.arithmetic(call.args[0])
        if not has_column:
            raise self.refusal(f"has {self.shown(call)}, which reads no column")
        given = self.options(name, call.args[1:], call.keywords, TRANSFORMS[name])
        self.agree(name, given)
        if name == "C":
            self.found.width = 0
            if isinstance(call.args[0], ast.Name):
                column = self.names.get(call.args[0].id, call.args[0].id)
                self.found.coded.append((column, {**given, **given.get("contrasts", {})}))
        elif name in ("poly", "bs", "cr", "cs"):
            sizes = [len(v) if isinstance(v, list) else v for k, v in given.items() if k in ("df", "degree", "knots")]
            self.found.width = sum(sizes, start=4)

    def agree(self, name: str, given: dict) -> None:
        """Refuse options that are each of their kind and make no factor together."""
        shown = f"has {name}(…)"
        if "df" in given and "knots" in given:
            raise self.refusal(f"{shown} with df and knots, of which each follows from the other; give one of them")
        if given.get("lower_bound", -math.inf) >= given.get("upper_bound", math.inf):
            raise self.refusal(f"{shown} with a lower_bound that is not below its upper_bound")
        if len(set(map(repr, given.get("levels", [])))) < len(given.get("levels", [])):
            raise self.refusal(f"{shown} with a level twice in levels = {given['levels']}; name each once")
        if name == "bs":
            least = given.get("degree", 3) + given.get("include_intercept", False)
            if given.get("df", least) < least:
                raise self.refusal(f"{shown} with df = {given['df']}; of this degree it is {least} at least")
        elif name in ("cr", "cs"):
            if "df" not in given and not given.get("knots"):
                raise self.refusal(f"{shown} with neither df nor knots; give one, such as df = 4")
            if given.get("df", 3) < (2 if "constraints" in given else 3):
                raise self.refusal(f"{shown} with df = {given['df']}; it is 3 at least, or 2 with constraints='center'")

    def called(self, call: ast.Call) -> str:
        return self.shown(call.func) if isinstance(call.func, (ast.Name, ast.Attribute)) else "a call of a result"

    def options(self, name: str, args, keywords, known: dict) -> dict:
        """The options of a call by name, each of its kind."""
        if len(args) > len(known):
            raise self.refusal(f"has {name}(…) with {len(args)} options; it takes {list(known) or 'none'}")
        given = dict(zip(known, args, strict=False))
        for word in keywords:
            if word.arg not in known or word.arg in given:
                raise self.refusal(
                    f"has {name}(…) with the option {word.arg!r}; it takes {list(known) or 'none'}, once"
                )
            given[word.arg] = word.value
        return {option: self.option(name, option, node, known[option]) for option, node in given.items()}

    def option(self, name: str, option: str, node: ast.expr, kind: tuple):
        if option == "contrasts":
            call = node if isinstance(node, ast.Call) else ast.Call(node, [], [])
            coding = self.called(call)
            if coding not in CONTRASTS or (call is not node and coding == "Treatment"):
                codings = ", ".join(f"{coding}(…)" for coding in CONTRASTS)
                raise self.refusal(f"has the contrasts {self.shown(node)}; there are {codings}")
            return self.options(coding, call.args, call.keywords, CONTRASTS[coding])
        try:
            value = ast.literal_eval(node)
        except (ValueError, TypeError):
            value = node
        fits, said = kind
        if not fits(value):
            raise self.refusal(f"has {name}(…) with {option} = {self.shown(node)}; it is {said}")
        return value

    def arithmetic(self, node: ast.expr) -> bool:
        """Read sums, products and transforms of numbers; says whether a column stands in them."""
        match node:
            case ast.Name(id="pi"):
                self.found.columns["pi"] = None  # a column of that name goes before the constant
                return False
            case ast.Name():
                self.column(node, number=True)
                return True
            case ast.Constant() if _is_number(node.value):
                return False
            case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
                return self.arithmetic(node.operand)
            case ast.BinOp() if isinstance(node.op, _ARITHMETIC):
                left, right = self.arithmetic(node.left), self.arithmetic(node.right)
                return left or right
            case ast.BinOp(op=ast.Pow()):
                power = node.right.operand if isinstance(node.right, ast.UnaryOp) else node.right
                fits = isinstance(power, ast.Constant) and _is_number(power.value) and abs(power.value) <= MAX_POWER
                if not fits or not self.arithmetic(node.left):
                    raise self.refusal(
                        f"has the power {self.shown(node)}; a power is a column with an exponent to {MAX_POWER}"
                    )
                return True
            case ast.Compare(comparators=[right]) if not isinstance(
                node.ops[0], (ast.In, ast.NotIn, ast.Is, ast.IsNot)
            ):
                return self.arithmetic(node.left) | self.arithmetic(right)
            case ast.Call() if self.called(node) in _INSIDE:
                self.factor(node)
                return True
            case _:
                raise self.refusal(f"has {self.shown(node)}, which is no arithmetic of columns and numbers")

    def shown(self, node: ast.expr) -> str:
        text = ast.unparse(node)
        for placeholder, name in self.names.items():
            text = text.replace(placeholder, f"`{name}`")
        return text if len(text) <= 80 else text[:80] + "…"
