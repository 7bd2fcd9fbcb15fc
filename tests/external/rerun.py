"""Run the R scripts beside this file in a temporary folder and compare what they write with what is stored.

    python tests/external/rerun.py               # all of them, as ``make references`` does
    python tests/external/rerun.py counts_daily  # one

Nothing is installed and nothing stored is changed. One line per file: how many numbers were run again, the largest
relative difference and where it is. The exit code is 1 where a number differs by more than 1e-9, or what ``LOOSER``
allows, and where a stored number is neither run again nor in ``NOT_RERUN``.
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = (
    "AER", "FactoMineR", "MASS", "VGAM", "brglm", "brglm2", "ca", "car", "clubSandwich", "jsonlite", "lmtest", "nlme",
    "numDeriv", "ordinal", "sandwich", "strucchange",
)  # fmt: skip
TOLERANCE = 1e-9
LOOSER = {
    "ordinal_pages.json/*/polr*": 1e-6,  # polr climbs by BFGS without second derivatives
    "separation.json/*/profile_direct/*": 1e-6,  # so does the profile
    "reliability.json/bootstrap*": 0.02,  # 2,000 draws with another seed
}
NOT_RERUN = {
    "corrected.json/*": "glide-py and ppi-python, by corrected.py",
    "keyness_tiny_expected.csv/q_*": "quanteda.textstats",
    "keyness_tiny_expected.csv/corpora_G2/*": "corpora",
    "keyness_tiny_expected.csv/LRC_*": "corpora",
    "keyness_tiny_wlogodds_expected.csv/tidylo_*": "tidylo",
    "dispersion.json/*/tlda/*": "tlda",
    "reliability.json/*/irr*": "irr",
    "reliability.json/*/krippendorffsalpha_pkg": "krippendorffsalpha",
    "separation.json/*/firth_logistf/*": "logistf",
    "separation.json/*/firth_overall_test/*": "logistf",
    "separation.json/*/max_abs_logistf_vs_brglm2": "logistf",
    "ordinal_pages.json/pages/brant_pkg/*": "brant",
    "*/max_grad*": "what the optimiser left",
}


def leaves(value, place: str):
    """Every number and text of nested objects and lists with its place, ``file/key/key``."""
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(part, f"{place}/{key}")
    else:
        yield place, value


def values(path: Path) -> dict:
    """The numbers and texts of a file by their places; in a CSV file ``file/column/row``."""
    with path.open(encoding="utf-8", newline="") as lines:
        held = json.load(lines) if path.suffix == ".json" else list(csv.DictReader(lines))
    if path.suffix == ".csv":
        held = {column: [row[column] for row in held] for column in held[0]}
    return dict(leaves(held, path.name))


def number(value) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def difference(old, new, place: str) -> float:
    """Relative to the larger of two numbers, 0 for the same text and infinite for another; an axis has no sign."""
    a, b = number(old), number(new)
    if a is None or b is None:
        return 0.0 if old == new else float("inf")
    if "_coord/" in place:
        a, b = abs(a), abs(b)
    return 0.0 if a == b or abs(a - b) < 1e-14 else abs(a - b) / max(abs(a), abs(b))


def said(patterns: dict, place: str):
    return next((what for pattern, what in patterns.items() if fnmatch(place, pattern)), None)


def compare(stored: dict, written: dict) -> tuple[str, list[str]]:
    """The line of one file, and what is wrong with it."""
    apart = {place: difference(stored[place], new, place) for place, new in written.items() if place in stored}
    versions = [place for place in apart if "/versions/" in place and apart[place]]
    apart = {place: size for place, size in apart.items() if place not in versions}
    wrong = [
        f"{place}: stored {stored[place]}, now {written[place]}"
        for place, size in apart.items()
        if size > (said(LOOSER, place) or TOLERANCE)
    ]
    missing = [
        place
        for place in stored.keys() - written.keys()
        if number(stored[place]) is not None and "/versions/" not in place
    ]
    wrong += [f"{place}: not written again" for place in sorted(missing) if not said(NOT_RERUN, place)]
    largest = max(apart, key=apart.get)
    line = f"{len(apart):>5} run again, largest relative difference {apart[largest]:.1e}"
    line += f" at {largest.partition('/')[2]}" if apart[largest] else ""
    if missing:
        line += f"; {len(missing)} not ({', '.join(sorted({said(NOT_RERUN, place) or '?' for place in missing}))})"
    if versions:
        line += "; versions: " + ", ".join(f"{v.split('/')[-1]} {written[v]} for {stored[v]}" for v in versions)
    return line, wrong


def absent() -> str:
    """What has to be installed first, as a command, or an empty text."""
    if not shutil.which("Rscript"):
        lacking = list(PACKAGES)
    else:
        ask = f"cat(setdiff(c({', '.join(map(json.dumps, PACKAGES))}), rownames(installed.packages())))"
        lacking = subprocess.run(["Rscript", "-e", ask], capture_output=True, text=True, check=True).stdout.split()
    names = " ".join(["r-base-core", *(f"r-cran-{name.lower()}" for name in lacking)])
    return f"apt-get install --no-install-recommends {names}" if lacking else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    scripts = sorted(path.stem for path in HERE.glob("*.R") if path.stem != "writing")
    parser.add_argument("names", nargs="*", choices=[[], *scripts], metavar="NAME", help=f"of {', '.join(scripts)}")
    chosen = parser.parse_args().names or scripts
    if command := absent():
        print(f"R or packages of it are not installed; on Debian:\n{command}", file=sys.stderr)
        return 1
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen:
            before = set(os.listdir(folder))
            done = subprocess.run(["Rscript", f"{name}.R", folder], cwd=HERE, capture_output=True, text=True)
            if done.returncode:
                wrong.append(f"{name}.R: stopped\n{done.stderr}")
            for file in sorted(set(os.listdir(folder)) - before):
                line, more = compare(values(HERE / file), values(Path(folder, file)))
                print(f"{file:<40} {line}", flush=True)
                wrong += more
    print("\n".join(wrong) or "all within what is stated")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
