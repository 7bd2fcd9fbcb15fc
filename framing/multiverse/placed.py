"""The multiverse of a placement: does the predicted probability of page 1 change over time?"""

import numpy as np
import pandas as pd
from scipy import signal, special, stats

from framing import formulas, models, prominence
from framing.choices import OPTIONS, check
from framing.errors import ParamError, TableError
from framing.messages import mark
from framing.multiverse.curve import Multiverse, gather
from framing.multiverse.joint import Null, permuted, z_scores
from framing.multiverse.specs import rows_of, specifications
from framing.progress import bar
from framing.study.studies import derived
from framing.tables import refuse_absent, takes_tables


@takes_tables("rows")
def placements(
    rows: pd.DataFrame,
    choices: dict,
    *,
    hold: list | None = None,
    cluster: str = "issue_date",
    strata: str = "",
    replicates: int = 999,
    seed: int = 0,
    level: float = 0.95,
    known: pd.DataFrame | None = None,
) -> Multiverse:
    """Change of placement over time under every combination of choices.

    Parameters
    ----------
    rows
        One row per message or article with ``page``, ``date``, ``years`` and those named; see ``prominence.prepare``.
        Rows without a page or date are left out of each specification, which says how many it used.
    choices
        ``model`` (of ``ordinal``, ``front``), ``time`` (``line``: per ten years; ``rank``: from the first date to the
        last of the rows used, by order; ``since 2019``: after against before that year), ``errors`` (``CR1``, ``CR2``,
        ``HC1``). Any other choice is about rows: it maps the names of its options to ``keep``, ``drop``, ``since``,
        ``until`` and ``copies`` of :func:`framing.study.load`, as in
        ``implied: {in: {}, out: {drop: {confidence: [implied]}}}``.
    hold
        Columns held constant (as categories) wherever they vary in a specification.
    cluster
        Column of the cluster; blocks of clusters that follow each other exchange their dates in the permutations, so
        that days that are like the day before do not pass for a change: blocks of 2 √n of n clusters where the pages of
        neighbours are alike or the clusters fewer than 40, of n^⅓ else.
    strata
        Column within which they do; a cluster that lies in several counts as a stratum of its own kind.
    known
        The rows whose values a choice may name, where ``rows`` is a part of them; ``rows`` itself by default.

    Returns
    -------
    Multiverse
        ``estimate`` is a log odds ratio: positive is *nearer the front* in both models.

    Raises
    ------
    ParamError
        An option that means nothing here, or a column that is not there.
    """
    check(choices, "placement")
    specs = specifications(choices)
    refuse_absent(rows, ("page", "date", "years", cluster, *(hold or []), strata), "the table of rows", ParamError)
    used = rows[rows["page"].notna() & rows["years"].notna() & rows[cluster].notna()].reset_index(drop=True)
    if used.empty:
        raise TableError("no row has a page and a date")
    units, _ = pd.factorize(used[cluster])
    within = _strata(used, units, strata)
    years = used["years"].groupby(units).transform("first").to_numpy(dtype=float)
    blocks = n_blocks(used["page"].to_numpy(dtype=float), years, units, within)
    versions = permuted(years, units, within, replicates, seed, blocks)
    options = {"known": rows if known is None else known, "derived": derived(used)}
    rows_left = rows_of(choices, tuple(OPTIONS["placement"]), used, **options)
    estimates, nulls, treatments = [], [], []
    for spec in bar(specs.to_dict("records"), mark("specifications")):  # tens
        keep = rows_left(spec).index.to_numpy()
        row, null, treatment = _one(used, keep, spec, versions, hold or [], cluster, level)
        estimates.append(row)
        nulls.append(null)
        treatments.append(treatment)
    z = z_scores(nulls, treatments)
    effect = mark("log odds of a place nearer the front")
    return gather(specs, estimates, z, effect, seed=seed, replicates=replicates, smallest_effect=0.2, kind="placements")


def _strata(used: pd.DataFrame, units: np.ndarray, strata: str) -> np.ndarray:
    if not strata:
        return np.zeros(len(used), dtype=int)
    kinds = used[strata].astype(str).groupby(units).transform(lambda values: "|".join(sorted(set(values))))
    return pd.factorize(kinds)[0]


def n_blocks(page, years, units, within) -> np.ndarray:
    """For each stratum the number of blocks of clusters whose dates are exchanged.

    The length 2 √n kept the level for autocorrelations of .4 to .8 and 25 to 300 days in simulations; a shorter one,
    where neighbours are not alike, keeps the power. Fewer than 40 days do not show whether they are.
    """
    table = pd.DataFrame({"page": stats.rankdata(page), "years": years, "unit": units, "stratum": within})
    days = table.groupby(["stratum", "unit"]).mean().sort_values(["stratum", "years"])
    found = []
    for _, day in days.groupby(level="stratum"):  # a handful
        n, rest = len(day), signal.detrend(day["page"].to_numpy())
        length = 2 * np.sqrt(n) if n < 40 or rest[1:] @ rest[:-1] > 0 else np.cbrt(n)
        found.append(max(2, round(n / length)))
    return np.array(found)


def _timed(years: np.ndarray, option: str, start: pd.Timestamp) -> np.ndarray:
    """The time regressor of a specification, from the years since ``start`` of its rows: versions × rows."""
    if option == "line":
        return (years - years[0].mean()) / 10
    if option == "rank":
        ranks = stats.rankdata(years, method="dense", axis=1) - 1
        return ranks / np.maximum(ranks.max(axis=1, keepdims=True), 1)
    since = pd.Timestamp(int(option.removeprefix("since ")), 1, 1)
    return (years >= (since - start).days / 365.25).astype(float)


def _one(used, keep, spec, versions, hold, cluster, level):
    model, time, errors = spec.get("model", "ordinal"), spec.get("time", "line"), spec.get("errors", "CR1")
    start = (used["date"] - pd.to_timedelta((used["years"] * 365.25).round(), unit="D")).mode()[0]
    treatment = np.full(versions.shape, np.nan)  # of the rows this specification uses
    if len(keep):
        treatment[:, keep] = _timed(versions[:, keep], time, start)
    data = used.iloc[keep].assign(time=treatment[0][keep], front=used["page"].iloc[keep].eq(1).astype(int))
    held = [name for name in hold if data[name].nunique() > 1]
    empty = {"estimate": np.nan, "n": len(data), "note": ""}
    if data["time"].nunique() < 2 or data["page"].nunique() < 2 or data["page"].eq(1).nunique() < 2:
        return {**empty, "note": mark("no variation in the page or in time")}, None, treatment
    formula = " + ".join(["time", *(f"C({formulas.spelled(name)})" for name in held)])
    try:
        fit = prominence.fit(
            data, "page" if model == "ordinal" else "front", formula, family=model,
            cluster=None if errors == "HC1" else cluster, covariance=errors, level=level,
        )  # fmt: skip
    except ValueError as error:
        return {**empty, "note": str(error)}, None, treatment
    row = fit.coefficients.set_index("term").loc["time"]
    sign = -1 if model == "ordinal" else 1  # ordinal: positive is a later page
    low, high = sorted((sign * row["conf_low"], sign * row["conf_high"]))
    found = {
        "estimate": sign * row["estimate"], "std_error": row["std_error"], "conf_low": low, "conf_high": high,
        "p_value": row["p_value"], "n": len(data), "note": "; ".join(fit.notes),
    }  # fmt: skip
    return found, _null(data, keep, held, model, data[cluster]), treatment


def _null(data: pd.DataFrame, keep, held, model: str, cluster) -> Null:
    """The model without time. Ordinal: residual P(later) − P(earlier), the score of the cumulative logit's slope."""
    design = models.build(" + ".join(f"C({formulas.spelled(name)})" for name in held) or "1", data).matrix
    codes = pd.factorize(cluster)[0]
    if model == "front":
        front = data["page"].eq(1).to_numpy(dtype=float)
        share = _shares(design, front)
        return Null(keep, front - share, design, np.maximum(share * (1 - share), 1e-9), codes)
    # ranks within the held groups: the score of a slope in a model whose thresholds are free in each group
    residual = _ridits(data["page"].to_numpy(dtype=float), design)
    return Null(keep, -residual, design, np.ones(len(data)), codes)


def _shares(design: np.ndarray, front: np.ndarray) -> np.ndarray:
    fitted = models.refit(design, front, "logit").linear if 0 < front.mean() < 1 else np.full(len(front), np.nan)
    return special.expit(np.clip(fitted, -30, 30))


def _ridits(page: np.ndarray, design: np.ndarray) -> np.ndarray:
    """P(page below) + ½ P(same) − ½ within each group of equal design rows (Bross 1958), centred on 0."""
    _, group = np.unique(design, axis=0, return_inverse=True)
    ranks = pd.Series(page).groupby(group.ravel()).rank().to_numpy()
    size = pd.Series(page).groupby(group.ravel()).transform("size").to_numpy()
    return 2 * ((ranks - 0.5) / size - 0.5)
