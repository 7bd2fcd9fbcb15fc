"""Write corrected.json: two-sample prediction-powered estimates by ppi-python, clustered means by glide-py.

    python -m venv v && v/bin/pip install glide-py==0.11.0 ppi-python==0.2.3 && v/bin/python corrected.py

glide-py needs Python 3.12, which is why its numbers are stored. The data are those of ``rows`` in
``tests/test_corrected.py``: a seed and NumPy.
"""

import json
from pathlib import Path

import numpy as np
import ppi_py
from glide.estimators import ClusteredPPIMeanEstimator


def rows():
    """People's answer and the machine's in 80 groups of three; the first 30 groups were coded by people."""
    rng = np.random.default_rng(20)
    group = np.repeat(np.arange(80), 3)
    x = np.column_stack([np.ones(240), rng.normal(size=240)])
    y = (rng.normal(size=80)[group] + x[:, 1] + rng.normal(size=240) > 0.3).astype(float)
    machine = np.where(rng.random(240) < 0.2, 1 - y, y)
    return group, x, y, machine, group < 30


group, x, y, machine, coded = rows()
glide = ClusteredPPIMeanEstimator().estimate(np.where(coded, y, np.nan), machine, group, power_tuning=False)
both = (x[coded], y[coded], machine[coded], x[~coded], machine[~coded])
found = {
    "mean": {"estimate": glide.mean, "std_error": glide.std},
    "logit": ppi_py.ppi_logistic_pointestimate(*both, lam=1.0).tolist(),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
