# ruff: noqa: E402
"""Ordinal logit with clustered errors and predictions: time beside statsmodels' OrderedModel.

    python benchmarks/prominence.py            200,000 articles, 25 slopes and 5 thresholds; statsmodels on a tenth
    python benchmarks/prominence.py --small    20,000 articles; statsmodels on 5,000
    python benchmarks/prominence.py --full     statsmodels on all rows too (many minutes)
    python benchmarks/prominence.py --coverage how often 95% intervals hold the drifts planted in the made-up press,
                                               with errors clustered by day and with the model's own (some minutes)

statsmodels differentiates numerically and takes BFGS, so its time is measured on fewer rows and the ratio is given for
the same rows. One core each; seconds are of the processor, the median of a few turns.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # before numpy is loaded: one core

import warnings
from statistics import median

import floor
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


def ours(frame: pd.DataFrame, predictions: bool = False) -> np.ndarray:
    """Fit with clustered errors, and predict every row where that is asked for; the slopes."""
    formula = " + ".join(f"x{i}" for i in range(SLOPES))
    fit = prominence.fit(frame, "page", formula, family="ordinal", cluster="issue", covariance="CR1")
    if predictions:
        fit.predictions(frame[[f"x{i}" for i in range(SLOPES)]])
    return fit.coefficients.query("kind == 'term'")["estimate"].to_numpy()


def theirs(frame: pd.DataFrame) -> np.ndarray:
    """statsmodels' OrderedModel with clustered errors; the slopes."""
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    pages = pd.Series(pd.Categorical(frame["page"], ordered=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = OrderedModel(pages, frame[[f"x{i}" for i in range(SLOPES)]], distr="logit").fit(
            method="bfgs", disp=False, maxiter=500, cov_type="cluster", cov_kwds={"groups": frame["issue"].to_numpy()}
        )
    return np.asarray(found.params[:SLOPES])


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
    parser = floor.arguments(__doc__, "20,000 articles")
    parser.add_argument("--full", action="store_true", help="statsmodels on all rows too")
    parser.add_argument("--coverage", action="store_true", help="coverage on the made-up press, not speed")
    options = parser.parse_args()
    if options.coverage:
        print(coverage().to_string(index=False, float_format=lambda v: f"{v:.3f}"))
        return
    n = 20_000 if options.small else 200_000
    frame = data(n)
    part = frame if options.full else frame.head(max(5_000, n // 10))
    ours(frame.head(2_000))  # imports and caches
    slopes = {}
    ways = {
        "framing, fit with clustered errors": lambda: ours(frame),
        "framing, and predictions of every row": lambda: ours(frame, predictions=True),
        "framing, the peer's rows": lambda: slopes.update(ours=ours(part)),
        "statsmodels OrderedModel (bfgs), the same rows": lambda: slopes.update(theirs=theirs(part)),
    }
    found = floor.in_turn(ways, options.pairs)
    for name, seconds in found.items():
        print(f"{name:<48} {median(seconds):8.3g} processor s")
    print(
        f"{n:,} rows, {len(part):,} for the peer; slopes apart by {np.abs(slopes['theirs'] - slopes['ours']).max():.1e}"
    )
    mine, peer = list(found.values())[2:]
    floor.hold({"prominence: statsmodels OrderedModel": floor.times_as_fast(mine, peer)}, options)


if __name__ == "__main__":
    main()
