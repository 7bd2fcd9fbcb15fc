"""Twenty small notebooks: ``framing run`` against papermill's own command line, in one run.

Each notebook imports what a real one imports and draws one figure. papermill is started once a notebook, one after
the other and then side by side, as a shell loop and ``xargs -P`` would do it.

    python benchmarks/batch.py            # 20 runs
    python benchmarks/batch.py --small    # 4 runs
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "tests"))
import floor
import toy

CELLS = [
    "import numpy as np, pandas as pd, seaborn, statsmodels.api as sm\nfrom framing.plots import base",
    "x = np.random.default_rng(n).normal(size=(200, 2))\nfit = sm.OLS(x[:, 0], sm.add_constant(x[:, 1])).fit()",
    "fig, ax = base.figure()\nax.plot(x)\nbase.Picture(fig, caption='x', alt='x')",
]


def quiet(*command: str, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main() -> None:
    options = floor.arguments(__doc__, "4 runs instead of 20", pairs=3).parse_args()
    n, workers = 4 if options.small else 20, os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        root = toy.project(Path(folder), {"10_fine": CELLS})
        (root / "params/toy/10_fine.yaml").write_text(f"study: toy\ngrid: {{n: {list(range(n))}}}\n")
        fresh = iter(range(1_000))

        def framing(outputs: str) -> None:
            command = ["-m", "framing.cli", "run", "params/toy", "--workers", str(workers), "--output", outputs]
            quiet(sys.executable, *command, cwd=root)

        def papermill(number: int) -> None:
            given = ["notebooks/10_fine.ipynb", f"out{number}.ipynb", "-p", "n", str(number), "--no-progress-bar"]
            quiet(sys.executable, "-m", "papermill", *given, cwd=root)

        def side_by_side() -> None:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(papermill, range(n)))

        ways = {
            "framing run (HTML and index included)": lambda: framing(f"outputs{next(fresh)}"),
            "papermill, one after the other (no HTML)": lambda: [papermill(number) for number in range(n)],
            f"papermill, {workers} side by side (no HTML)": side_by_side,
        }
        found = floor.in_turn(ways, options.pairs, time.perf_counter)
        again = floor.in_turn({"framing run again (unchanged)": lambda: framing("outputs0")}, 1, time.perf_counter)
    print(f"{n} notebooks, {workers} cores")
    for name, seconds in (found | again).items():
        print(f"{name:<44} {median(seconds):7.1f} s, {median(seconds) / n:.2f} s per notebook")
    ours, one, side = found.values()
    ratios = {"batch: papermill, one after the other": one, "batch: papermill, side by side": side}
    floor.hold({name: floor.times_as_fast(ours, peer) for name, peer in ratios.items()}, options)


if __name__ == "__main__":
    main()
