"""The house stands: a room looks at the floors below it, questions never at each other."""

import ast
from pathlib import Path

import pytest

import framing

HOUSE = Path(framing.__file__).parent
FLOOR = {room: floor for floor, rooms in framing.FLOORS.items() for room in rooms}
BELOW = {
    "ground": {"ground"},
    "methods": {"ground", "methods"},
    "making": {"ground", "methods", "making"},
    "study": {"ground", "methods", "making"},
    "questions": {"ground", "methods", "making", "study"},
    "varying": {"ground", "methods", "making", "study", "questions", "varying"},
    "showing": {"ground", "showing"},
    "desk": {"ground", "methods", "making", "study", "questions", "varying", "showing"},
    "roof": {"ground", "making", "study", "questions", "varying", "showing", "roof"},
}
FILES = sorted(HOUSE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """Rooms of the house that a file imports, wherever in the file the import stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            parts = node.module.split(".")
            if parts[0] == "framing":
                found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("framing.")}
    return found & set(FLOOR)


def test_every_file_belongs_to_a_room_of_the_list():
    rooms = {room_of(path) for path in FILES} - {"__init__", "data"}
    assert rooms == set(FLOOR), "framing.FLOORS and the folder must name the same rooms"


@pytest.mark.parametrize("path", [p for p in FILES if room_of(p) in FLOOR], ids=lambda p: str(p.relative_to(HOUSE)))
def test_a_room_imports_only_from_its_floor_and_below(path):
    room = room_of(path)
    for other in imported_rooms(path) - {room}:
        assert FLOOR[other] in BELOW[FLOOR[room]], f"{room} may not import {other}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_no_relative_imports(path):
    """Relative imports would hide from the test above."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path.name}:{node.lineno}"


def test_opening_the_house_loads_no_room():
    import subprocess
    import sys

    code = "import sys, framing; print([m for m in sys.modules if m.startswith(('framing.', 'pandas', 'numpy'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_check_waits_for_no_library_that_running_needs(root):
    import subprocess
    import sys

    heavy = ("scipy", "statsmodels", "papermill", "framing.corpus", "framing.study", "framing.frames.coding")
    code = "import sys, pathlib; from framing import batch; print(batch.collect([pathlib.Path('params/sample')])[1])"
    code += f"; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.split() == ["[]", "[]"]


def test_check_reads_claims_and_messages_without_what_judging_needs(root):
    """`framing check` of claims took 2.4 to 7 s, most of it loading models and statistics that it does not ask."""
    import subprocess
    import sys

    heavy = ("scipy.special", "scipy.stats", "statsmodels", "numba", "framing.claims.judging", "framing.keyness")
    code = "import sys; from framing import claims, study; from framing.claims.sides import absent\n"
    code += "data = study.load('telegrams', dataset='leader_messages')\n"
    code += "print(sum(len(absent(one, data)) for one in claims.read('telegrams').entries))\n"
    code += f"print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.split() == ["0", "[]"]


def test_plots_owns_seaborn_and_nobody_else_imports_it_or_matplotlib():
    owned = {"seaborn", "matplotlib"}
    importers = {name: set() for name in owned}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in owned & {n.split(".")[0] for n in names}:
                importers[name].add(room_of(path))
    assert importers == {name: {"plots"} for name in owned}


@pytest.mark.slow
def test_no_more_is_public_and_no_more_is_uncalled_than_stands_today(root):
    import subprocess
    import sys

    done = subprocess.run([sys.executable, root / "docs" / "size.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_table_of_floors_in_contributing_is_that_of_the_house(root):
    lines = (root / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.split("|")[1:3]] for line in lines if line.startswith("| ")]
    told = {floor: tuple(rooms.split(", ")) for floor, rooms in cells if floor in framing.FLOORS}
    assert told == framing.FLOORS


def test_what_tab_shows_are_rooms_that_are_there():
    assert set(framing.ROOMS) <= set(FLOOR) and set(dir(framing)) == {*framing.ROOMS, "__version__"}


SPEAKS = {"showing", "desk", "roof"}
SPEAKERS = {"say", "said", "paragraph", "listed", "clauses"}


@pytest.mark.parametrize("path", [p for p in FILES if FLOOR.get(room_of(p)) not in SPEAKS], ids=lambda p: p.stem)
def test_nothing_below_showing_speaks(path):
    """A room gives messages; a report, a figure or the desk says them in its language. A bar of progress is shown."""
    if room_of(path) in {"messages", "progress"}:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    spoken = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert not spoken & SPEAKERS


def test_no_room_reaches_another_through_the_modules_that_python_has_loaded():
    """It would be an import that no test sees; whether IPython runs is the one thing asked there.

    The command line tells jsonschema there that grammars which it builds at every start are not to be had.
    """
    spared = 'sys.modules["rfc3987_syntax"] = None'
    reaching = {path for path in FILES if "sys.modules" in path.read_text(encoding="utf-8").replace(spared, "")}
    assert {room_of(path) for path in reaching} <= {"provenance"}
