"""How large the house is: lines of code, statements, and what a person can call, with who calls it.

    python docs/size.py            a line a room, the sums, and the names that nothing calls
    python docs/size.py --check    end with 1 where more is public, or more is uncalled, than LIMITS allow

A line of code holds a token that is no comment and no docstring. A statement is an ``ast.stmt``. Public is what ``fr.``
and Tab lead to: of the rooms of ``framing.ROOMS`` the functions and classes in ``__all__`` (or defined in a room of one
file), and the public methods of those classes and of the classes that those functions return. It is called where its
name stands in a notebook, in the desk, or in a block of the guide or README.
"""

import ast
import inspect
import io
import json
import re
import sys
import tokenize
from importlib import import_module
from pathlib import Path

from api import offered, returned

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "framing"
LIMITS = {"public": 195, "uncalled": 0}
"""What stands today, to be lowered, and raised for a new room only (frames 11, reliability 7, claims and power 12); the
aim is 160 and 0."""
_IGNORED = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def lines_and_statements(path: Path) -> tuple[int, int]:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    words = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            words |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    code = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _IGNORED:
            code |= set(range(token.start[0], token.end[0] + 1))
    return len(code - words), sum(isinstance(node, ast.stmt) for node in ast.walk(tree))


def sizes() -> dict[str, tuple[int, int]]:
    """Room → lines of code and statements."""
    found: dict[str, tuple[int, int]] = {}
    for path in sorted(HOUSE.rglob("*.py")):
        room = path.relative_to(HOUSE).parts[0].removesuffix(".py")
        lines, statements = lines_and_statements(path)
        before = found.get(room, (0, 0))
        found[room] = (before[0] + lines, before[1] + statements)
    return found


def public() -> list[str]:
    """Every callable a person reaches: ``room.name`` and ``room.Class.method``."""
    import framing

    found = []
    for room in framing.ROOMS:
        things = [(name, thing) for name, thing in offered(import_module(f"framing.{room}")) if callable(thing)]
        found += [f"{room}.{name}" for name, _ in things]
        classes = [thing for _, thing in things if inspect.isclass(thing) and not issubclass(thing, Exception)]
        for each in [*classes, *returned([thing for _, thing in things])]:
            methods = [n for n, part in vars(each).items() if not n.startswith("_") and inspect.isfunction(part)]
            found += [f"{room}.{each.__name__}.{method}" for method in methods]
    return found


def called() -> set[str]:
    """Names that stand in a notebook, in the desk or in a block of Python of the documents."""
    texts = [path.read_text(encoding="utf-8") for path in (HOUSE / "explore").glob("*.py")]
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    for name in ("README.md", "docs/guide.md"):
        texts += re.findall(r"^```python\n(.*?)^```$", (ROOT / name).read_text(encoding="utf-8"), re.M | re.S)
    return set(re.findall(r"\.(\w+)", " ".join(texts))) | set(re.findall(r"\b(\w+)\(", " ".join(texts)))


def main() -> None:
    rooms, names, known = sizes(), public(), called()
    uncalled = [name for name in names if name.rsplit(".", 1)[1] not in known]
    if "--check" in sys.argv:
        have = {"public": len(names), "uncalled": len(uncalled)}
        over = [f"{have[what]} {what}, {most} at most" for what, most in LIMITS.items() if have[what] > most]
        sys.exit("; ".join(over) or 0)
    for room, (lines, statements) in sorted(rooms.items(), key=lambda each: -each[1][0]):
        print(f"{lines:7,} {statements:7,}  {room}")
    total = [sum(each[i] for each in rooms.values()) for i in (0, 1)]
    print(f"{total[0]:7,} {total[1]:7,}  lines of code, statements; {len(names)} public callables")
    print(f"called in no notebook, desk or document ({len(uncalled)}):", *uncalled, sep="\n  ")


if __name__ == "__main__":
    main()
