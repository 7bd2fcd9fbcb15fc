"""What a factor of a formula reads, and that it is no code."""

import ast

from framing.errors import ParamError

_NAMES = {"np", "contr"}  # the only names whose attributes a formula may use
_BUILTINS = {
    "eval",
    "exec",
    "open",
    "compile",
    "getattr",
    "setattr",
    "globals",
    "locals",
    "vars",
    "input",
    "breakpoint",
}


def names_read(expression: str, formula: str) -> set[str]:
    """The columns a factor reads. A formula is data: it calls transforms on columns and reaches nothing further."""
    try:
        tree = ast.parse(expression, mode="eval")
    except SyntaxError:
        raise ParamError(f"the part {expression!r} of the formula {formula!r} cannot be read") from None
    called = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called.add(node.func.id)
        reaches = isinstance(node, ast.Attribute) and not (
            isinstance(node.value, ast.Name) and node.value.id in _NAMES and not node.attr.startswith("_")
        )
        hidden = isinstance(node, ast.Name) and (node.id.startswith("__") or node.id in _BUILTINS)
        if reaches or hidden or isinstance(node, (ast.Lambda, ast.NamedExpr)):
            raise ParamError(
                f"the part {expression!r} of the formula {formula!r} is code; use columns and the transforms "
                "log, exp, poly, cr, cs, bs, C, center, scale, np.…"
            )
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names - called - _NAMES
