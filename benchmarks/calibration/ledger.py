"""Measure the ledger, and write what the package ships and what people read.

    python benchmarks/calibration/ledger.py             the cells of LEDGER; a run that was stopped goes on
    python benchmarks/calibration/ledger.py --report    only write what is measured already
    python benchmarks/calibration/ledger.py --preset maps --replications 100

Writes ``framing/data/calibration.csv``, which reports read, and ``docs/calibration.md``.
"""

import argparse
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import run
from grid import PRESETS, Cell, call

from framing.ledger import table

ROOT = Path(__file__).resolve().parents[2]
LEDGER = (
    "trends",
    "keyness",
    "contexts",
    "maps",
    "prominence",
    "topics",
    "frames",
    "reliability",
    "corrected",
    "multiverse",
    "claims",
)
"""Presets that make up the ledger."""
PUBLIC = {
    "event": "trends.interrupted_by",
    "interrupted": "trends.interrupted", "breaks": "trends.breaks", "mann_kendall": "trends.mann_kendall",
    "lead_lag": "trends.lead_lag", "compare": "keyness.compare", "paired": "keyness.paired",
    "adjusted": "keyness.adjusted", "collocates": "contexts.near", "regions": "maps.regions",
    "similarity": "maps.similarity", "fit": "prominence.fit", "placement": "prominence.answer",
    "crosstab": "frames.crosstab",
    "corrected": "frames.corrected",
    "agreement": "reliability.agreement",
    "validity": "reliability.validity",
    "bounds": "prominence.bounds", "topic_answer": "topics.answer", "effects": "topics.effects",
    "multiverse": "multiverse.placed.placements", "claim": "claims.judge", "claim_file": "claims.judge",
}  # fmt: skip
"""Adapter → public name of what it calls."""
PLANTED = ("step", "planted", "shift", "effect", "slope", "power", "true")
"""Options of a design that plant an effect."""
FALSELY = ("marked", "false among the supported")
"""Statements that are a share of what is claimed falsely, whatever is planted."""
UNKNOWN = ("effects", "mann_kendall")
"""Adapters that take 0 for the truth, which it is not where something is planted."""
SIZE, COVER, SURE = 0.07, (0.93, 0.97), 2.6
"""Bands: the largest size at 5%, the coverage of a 95% interval, and the Monte-Carlo errors that widen them."""


def features(cell: Cell) -> dict[str, float]:
    """The numbers of a design, so that the nearest one can be found."""
    found = {}
    for name, value in getattr(cell.design, "keywords", {}).items():
        numbers = value if isinstance(value, (tuple, list)) else (value,)
        if all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in numbers):
            found |= {name: float(min(numbers)), **({f"most_{name}": float(max(numbers))} if len(numbers) > 1 else {})}
    return found


def planted(cell: Cell) -> bool:
    given = getattr(cell.design, "keywords", {})
    apart = len({*np.atleast_1d(given.get("share", 0.0))}) > 1  # outlets of unlike shares
    return apart or any(np.any(value) for name, value in given.items() if name in PLANTED)


def ledger(cells: list[Cell], folder: Path) -> pd.DataFrame:
    """One row per cell and statement, as ``framing.ledger.table`` describes them."""
    by_name = {(call(cell.procedure), call(cell.design)): cell for cell in cells}
    rows = []
    for found in run.summary(cells, folder).itertuples():
        cell = by_name[found.procedure, found.design]
        adapter, options = re.fullmatch(r"(\w+)\((.*)\)", found.procedure, re.DOTALL).groups()
        covers, error = found.cover, found.cover_error
        if planted(cell) and adapter in UNKNOWN:
            covers = error = np.nan
        rows.append(
            {
                "procedure": PUBLIC.get(adapter, adapter), "options": options, "design": found.design,
                "features": json.dumps(features(cell)),
                "planted": planted(cell) and found.statement not in FALSELY,
                "statement": found.statement,
                "replications": found.replications, "claims": found.claim, "claims_error": found.claim_error,
                "covers": covers, "covers_error": error, "width": found.width,
                "refused": found.refused,
            }
        )  # fmt: skip
    return pd.DataFrame(rows).round(4)


def faults(row: pd.Series) -> str:
    """What is out of band: size, or coverage, by more than Monte-Carlo error explains."""
    said = []
    if not row["planted"] and row["claims"] - SURE * (row["claims_error"] or 0) > SIZE:
        said.append("size")
    if row["covers"] + SURE * row["covers_error"] < COVER[0]:
        said.append("coverage")
    if row["covers"] - SURE * row["covers_error"] > COVER[1]:
        said.append("conservative")
    return ", ".join(said)


def page(found: pd.DataFrame) -> str:
    """The ledger as a page, one section per procedure."""
    parts = [
        "# Calibration: how often is each procedure wrong?\n\n"
        "Made-up data whose truth is known, by `python benchmarks/calibration/ledger.py`. *Size* is the share "
        "of data sets (or of the words of a data set) without an effect in which an effect is claimed: 5% is "
        "right, at most 7% is in band. *Power* is the share in which a planted effect is found. *Coverage* is "
        "the share of 95% intervals that contain the true value: at least 93% is in band, above 97% is marked "
        "*conservative*. *Refused* is the share without an answer. Each share has its Monte-Carlo standard "
        "error; a row is out of band where it is so by "
        f"more than {SURE} of them.\n\n"
        "Open: noise that is half white and half a slow AR(1) (`noise='half white'`) claims too often, in series of "
        "means (where a caution says so) and in shares; and the p of words in 11 to 29 articles is too small where "
        "words come in bursts of variance 6 and the 40 of 40 against 400 articles are three times longer (marks are "
        "not too many).\n\n"
        "A design is described by the options of `benchmarks/calibration/designs.py`; *R* is the number of data sets, "
        f"so far {found['replications'].min():,} to {found['replications'].max():,}. `grid.py` asks for up to 1,000; "
        "the run goes on where it stopped. Tests of a series drew 399 series at least, fewer than by default: the same "
        "size, a little less power."
    ]
    for (procedure, options), rows in found.groupby(["procedure", "options"], sort=False):
        head = ["design", "statement", "R", "size", "power", "coverage", "mean width", "refused", "out of band"]
        lines = [head, ["---"] * len(head)]
        for _, row in rows.iterrows():
            claims = run.share(row["claims"], row["claims_error"])
            lines.append(
                [f"`{row['design']}`", row["statement"], f"{row['replications']}", "" if row["planted"] else claims,
                 claims if row["planted"] else "", run.share(row["covers"], row["covers_error"]),
                 run.number(row["width"], 3), run.number(row["refused"], 3), faults(row)]
            )  # fmt: skip
        title = f"## `{procedure}`" + (f" with `{options}`" if options else "")
        parts.append(title + "\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines))
    return "\n\n".join(parts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", nargs="+", choices=LEDGER, default=LEDGER, help="the rest stays as it is written")
    parser.add_argument("--report", action="store_true", help="only write what is measured already")
    parser.add_argument(
        "--replications", type=int, metavar="R", help="at most so many, instead of the numbers of grid.py"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--output", type=Path, default=Path("outputs/calibration"), help="folder of the replicates")
    chosen = parser.parse_args()
    cells = [cell for name in chosen.preset for cell in PRESETS[name]()]
    most = chosen.replications or max(cell.replications for cell in cells)
    cells = [replace(cell, replications=min(most, cell.replications)) for cell in cells]
    if not chosen.report:
        run.measure(cells, chosen.output, chosen.workers)
    measured, file = ledger(cells, chosen.output), ROOT / "framing" / "data" / "calibration.csv"
    measured = measured[measured["replications"] > 0]
    written, cell = pd.read_csv(file, keep_default_na=False), ["procedure", "options", "design"]
    left = ~pd.MultiIndex.from_frame(written[cell]).isin(pd.MultiIndex.from_frame(measured[cell]))
    whole = pd.concat([written[left], measured]).sort_values(["procedure", "options", "design"], kind="stable")
    whole.to_csv(file, index=False)
    (ROOT / "docs" / "calibration.md").write_text(page(table()), encoding="utf-8")


if __name__ == "__main__":
    main()
