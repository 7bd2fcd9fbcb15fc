"""Twenty small notebooks: ``framing run`` against papermill's own command line, in one run.

Each notebook imports what a real one imports and draws one figure. papermill is started once a notebook, one after
the other and then side by side, as a shell loop and ``xargs -P`` would do it.

    python benchmarks/batch.py            # 20 runs
    python benchmarks/batch.py --small    # 4 runs
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import toy

CELLS = [
    "import numpy as np, pandas as pd, seaborn, statsmodels.api as sm\nfrom framing.plots import base",
    "x = np.random.default_rng(n).normal(size=(200, 2))\nfit = sm.OLS(x[:, 0], sm.add_constant(x[:, 1])).fit()",
    "fig, ax = base.figure()\nax.plot(x)\nbase.Picture(fig, caption='x', alt='x')",
]


def timed(what, *command, cwd: Path) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    print(f"{what:<44} {seconds:7.1f} s", flush=True)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="4 runs instead of 20")
    n = 4 if parser.parse_args().small else 20
    workers = str(os.cpu_count() or 1)
    with tempfile.TemporaryDirectory() as folder:
        root = toy.project(Path(folder), {"10_fine": CELLS})
        (root / "params/toy/10_fine.yaml").write_text(f"study: toy\ngrid: {{n: {list(range(n))}}}\n")
        print(f"{n} notebooks, {workers} cores")
        ours = timed(
            "framing run (HTML and index included)", sys.executable, "-m", "framing.cli", "run", "params/toy",
            "--workers", workers, cwd=root,
        )  # fmt: skip
        again = timed(
            "framing run again (unchanged)", sys.executable, "-m", "framing.cli", "run", "params/toy", cwd=root
        )

        def papermill(number: int) -> None:
            command = [
                sys.executable,
                "-m",
                "papermill",
                "notebooks/10_fine.ipynb",
                f"out{number}.ipynb",
                "-p",
                "n",
                str(number),
            ]
            subprocess.run([*command, "--no-progress-bar"], cwd=root, check=True, capture_output=True)

        began = time.perf_counter()
        for number in range(n):
            papermill(number)
        peer = time.perf_counter() - began
        print(f"{'papermill, one after the other (no HTML)':<44} {peer:7.1f} s")
        began = time.perf_counter()
        with ThreadPoolExecutor(int(workers)) as pool:
            list(pool.map(papermill, range(n)))
        side = time.perf_counter() - began
        print(f"{f'papermill, {workers} side by side (no HTML)':<44} {side:7.1f} s")
    print(f"ratio papermill / framing: {peer / ours:.1f} one after the other, {side / ours:.1f} side by side")
    print(f"a notebook: framing {ours / n:.2f} s, papermill {peer / n:.2f} s; unchanged batch {again:.1f} s")


if __name__ == "__main__":
    main()
