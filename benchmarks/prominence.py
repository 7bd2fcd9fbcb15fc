# ruff: noqa: E402
"""Ordinal logit with clustered errors and predictions: time beside statsmodels' OrderedModel.

    python benchmarks/prominence.py            200,000 articles, 25 slopes and 5 thresholds; statsmodels on a tenth of
    them python benchmarks/prominence.py --small    20,000 articles; statsmodels on a tenth
    python benchmarks/prominence.py --full     statsmodels on all rows too (many minutes)
    python benchmarks/prominence.py --coverage how often 95% intervals hold the drifts planted in the made-up press,
                                               with errors clustered by day and with the model's own (some minutes)

statsmodels differentiates numerically and takes BFGS, so its time is measured on fewer rows and the ratio is given for
the same rows. One core each; seconds are of the processor (what a free core needs) and, beside them, of the wall clock.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # before numpy is loaded: one core

import argparse
import sys
import time
import warnings

import numpy as np
import pandas as pd

from framing import prominence

SLOPES, PAGES = 25, 6


def data(n: int, seed: int = 0) -> pd.DataFrame:
    """Articles whose page depends on 25 columns, in issues of about sixty."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, SLOPES))
    issue = rng.integers(0, max(40, n // 60), n)
    eta = x @ np.linspace(-0.4, 0.4, SLOPES) + 0.3 * rng.normal(size=issue.max() + 1)[issue]
    page = 1 + np.digitize(eta + rng.logistic(size=n), [-1.5, -0.5, 0.5, 1.5, 2.5])
    return pd.DataFrame(x, columns=[f"x{i}" for i in range(SLOPES)]).assign(page=page, issue=issue)


def clock() -> np.ndarray:
    """Processor and wall seconds."""
    return np.array([time.process_time(), time.perf_counter()])


def ours(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Seconds to fit with clustered errors, seconds with predictions of every row on top, slopes."""
    start = clock()
    formula = " + ".join(f"x{i}" for i in range(SLOPES))
    fit = prominence.fit(frame, "page", formula, family="ordinal", cluster="issue", covariance="CR1")
    slopes = fit.coefficients.query("kind == 'term'")["estimate"].to_numpy()
    fitted = clock() - start
    fit.predictions(frame[[f"x{i}" for i in range(SLOPES)]])
    return fitted, clock() - start, slopes


def theirs(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Seconds of statsmodels' OrderedModel with clustered errors, slopes."""
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    pages = pd.Series(pd.Categorical(frame["page"], ordered=True))
    start = clock()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = OrderedModel(pages, frame[[f"x{i}" for i in range(SLOPES)]], distr="logit").fit(
            method="bfgs", disp=False, maxiter=500, cov_type="cluster", cov_kwds={"groups": frame["issue"].to_numpy()}
        )
    return clock() - start, np.asarray(found.params[:SLOPES])


def coverage(presses: int = 60, n_articles: int = 4_000) -> pd.DataFrame:
    """Share of presses whose 95% interval holds the planted coefficient, by term and kind of error."""
    from framing import datasets

    inside = {"clustered by day": [], "model": []}
    for seed in range(presses):
        press = datasets.sample_press(n_articles, seed=1_000 + seed)
        placed = press.truth["articles"][["article_id", "page", "actor", "years"]]  # the page also where it is missing
        frame = press.articles.drop(columns="page").merge(placed, on="article_id")
        frame["day"] = frame["date"].dt.strftime("%Y-%m-%d")
        planted = press.truth["page"].set_index("term")["coefficient"]
        for name, found in inside.items():
            kind = "model" if name == "model" else "CR1"
            formula = "outlet * years + actor + edition"
            fit = prominence.fit(frame, "page", formula, family="ordinal", cluster="day", covariance=kind)
            table = fit.coefficients.set_index("term").loc[planted.index]
            found.append((table["conf_low"] <= planted) & (planted <= table["conf_high"]))
    table = pd.DataFrame({name: pd.concat(found, axis=1).mean(axis=1) for name, found in inside.items()})
    table.loc["all terms"] = table.mean()
    return table.rename_axis("term").reset_index()


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--coverage", action="store_true")
    chosen = parser.parse_args()
    if chosen.coverage:
        sys.stdout.write(coverage().to_string(index=False, float_format=lambda v: f"{v:.3f}") + "\n")
        return
    n = 20_000 if chosen.small else 200_000
    frame = data(n)
    ours(frame.head(2_000))  # imports and caches
    rows = []
    fitted, everything, _ = ours(frame)
    rows.append(("framing, fit with clustered errors", n, *fitted, np.nan, np.nan))
    rows.append(("framing, and predictions of every row", n, *everything, np.nan, np.nan))
    part = frame if chosen.full else frame.head(n // 10)
    mine, _, slopes = ours(part)
    peer, other = theirs(part)
    rows.append(("framing, the peer's rows", len(part), *mine, np.nan, np.nan))
    apart = float(np.abs(other - slopes).max())
    rows.append(("statsmodels OrderedModel (bfgs)", len(part), *peer, peer[0] / mine[0], apart))
    names = ["what", "n_articles", "cpu_seconds", "seconds", "ratio", "largest_difference"]
    table = pd.DataFrame(rows, columns=names)
    sys.stdout.write(table.to_string(index=False, float_format=lambda v: f"{v:.3g}", na_rep="") + "\n")


if __name__ == "__main__":
    main()
