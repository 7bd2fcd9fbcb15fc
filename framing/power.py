"""How much data a difference takes: power by simulation from a study's own clusters, rates and dispersion."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from framing import dates
from framing.claims.counting import ASSUMED
from framing.errors import ParamError, TableError, takes_results
from framing.frames.comparing import differing
from framing.inference import refuse_level, wilson_interval
from framing.messages import Message, mark, together
from framing.records import Record
from framing.study.studies import Study, fitting
from framing.tables import numbered, refuse_absent
from framing.tables.naming import mentioned
from framing.trends.counted import interval, widened

__all__ = ["MEASURES", "SIZES", "curve"]

SIZES = (10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000, 2000)
MEASURES = ("front", "share", "counts", "words")
"""What is measured; a size counts months of ``counts``, and rows or articles per side of the others."""


_CHANCE = 0.001
_NOT_WHOLE = mark("Months that hold no article of the study, or of which part was collected, left out: {n}.")
_ON_PAGE_1, _WITH_A_CODE = mark("articles on page 1"), mark("articles with a code that half of them have")
_WITH, _NAMING = mark("articles by what stands in {columns}"), mark("articles that mention {actor}")
_SMALLEST = mark("The smallest size tried, {size}, has the power asked for already; fewer may be enough.")


@dataclass(frozen=True)
class Power(Record):
    """How often a difference of a given size would be found.

    Attributes
    ----------
    curve
        One row per size: ``size`` (rows, articles or months per side), ``power`` (share of simulated data sets in which
        the 95% interval excludes no difference), ``conf_low``, ``conf_high`` (of that share), ``formula`` (the textbook
        power at the same design effect or dispersion).
    needed, needed_formula
        The size for the power asked for; infinite where no size tried reaches it, and the smallest one tried where
        that does.
    has
        What the study has on its smaller and on its larger side (by outlet; of one outlet halves; months of the study).
    about
        A sentence: what was simulated.
    asked
        The power asked for.
    """

    curve: pd.DataFrame
    needed: float
    needed_formula: float
    has: tuple[int, int]
    about: str
    asked: float = 0.8


@takes_results(study=("study.open", "articles"))
def curve(
    study: Study,
    measure: str = "",
    effect: tuple[float, float] | list[float] | float | None = None,
    *,
    actor: str = "",
    counted: dict | None = None,
    term: str = "",
    by: str = "outlet",
    cluster: str = "",
    power: float = 0.8,
    level: float = 0.95,
    sizes: tuple[int, ...] = SIZES,
    replicates: int = 400,
    seed: int = 0,
) -> Power:
    """How many articles, messages or months a difference takes.

    Parameters
    ----------
    study
        Its clusters, rates and dispersion are those of the data sets simulated.
    measure
        ``front`` (page 1 or not), ``share`` (of articles that mention ``actor`` or fit ``counted``: labels, frames,
        topics), ``counts`` (such articles per month) or ``words`` (uses of ``term`` per article). By default
        ``front`` where there are pages, else the share of articles with the most frequent actor, else a code of half
        the articles.
    effect
        Of shares the two shares, by default that of the study and 15 points less (or more); else a ratio, by default
        1.5.
    actor, counted, term
        What is counted; an actor by id or name.
    by
        Column of the sides, for ``has``.
    cluster
        Column of the clusters; by default ``issue_date`` for the page, else ``cluster_id``, else the article.
    power, level
        The power asked for, and the confidence level.
    sizes, replicates, seed
        Sizes tried, data sets simulated for each, and their seed.

    Returns
    -------
    Power

    Raises
    ------
    ParamError
        An unknown measure, an effect that is none, what the measure does not use, or a power, sizes or replicates that
        make no sense.
    TableError
        Nothing is counted in the study, or it lacks a column or dates. Articles of which it is not known whether they
        have what is counted are left out.

    Notes
    -----
    Shares: the sizes of clusters are drawn from those of the study, and a cluster's share is beta with the intraclass
    correlation that the study shows (moments); the test is that of :func:`framing.frames.crosstab`. Counts and words:
    negative binomial with the dispersion of the study's months (that were collected whole) or articles; the test is
    that of claims, the scaled exact interval of :func:`framing.trends.ratio` with the dispersion that the months or
    articles of both sides show (of a single one a side 2). Formulas: Cohen's h [1]_ times the design effect, and
    the Wald test of a log ratio.

    References
    ----------
    .. [1] Cohen, J. (1988). *Statistical Power Analysis for the Behavioral Sciences*, 2nd ed., ch. 6.
    """
    refuse_level(level)
    rows = study.placements() if "page" in study.articles else study.articles
    pages = "front" in rows and rows["front"].nunique() == 2
    anything = bool(measure or actor or counted)
    measure = measure or ("front" if pages and not anything else "share")
    if measure not in MEASURES:
        raise ParamError(f"no measure {measure!r}; there are {list(MEASURES)}")
    sizes, effect = _refuse_senseless(measure, effect, sizes, power, replicates)
    used = {
        "front": {"cluster"},
        "share": {"actor", "counted", "cluster"},
        "counts": {"actor", "counted"},
        "words": {"term"},
    }
    given = {"actor": actor, "counted": counted, "term": term, "cluster": cluster}
    if unused := [name for name, value in given.items() if value and name not in used[measure]]:
        raise ParamError(f"the measure {measure!r} does not use {unused}; it may have {sorted(used[measure])}")
    if actor and counted:
        raise ParamError("'actor' and 'counted' are each what is counted; give one of them")
    refuse_absent(rows, (by if by != "outlet" else None, cluster), "the table of articles")
    if measure == "front" and not pages:
        raise TableError("no rows are on page 1 and on others, which the measure 'front' needs")
    if measure == "words":
        return _ratios(study, rows, measure, _uses(study, term), effect, by, (power, level), sizes, replicates, seed)
    if measure == "front":
        has, what = rows["front"].astype("boolean"), _ON_PAGE_1
    elif anything or study.has("mentions") and len(study.mentions):
        has, what = _counted(study, actor, counted)
    else:  # of a code that half the articles have, nothing is known of what is alike
        what, has = _WITH_A_CODE, pd.Series(np.arange(len(rows)) % 2 == 0, index=rows.index).astype("boolean")
        cluster = "article_id"
    rows, y = rows[has.notna().to_numpy()], has.dropna().to_numpy(dtype=float)
    if not 0 < y.sum() < len(y):
        raise TableError(f"what is counted is in {int(y.sum())} of {len(y)} articles; there is nothing to compare")
    if measure == "counts":
        month = dates.periods(rows, "month") if "date" in rows else pd.Series(pd.NaT, index=rows.index)
        if month.isna().all():
            raise TableError("the measure 'counts' is of months, and no article has a date with one")
        whole, gone = _whole_months(study)
        per = pd.Series(y).groupby(month.to_numpy()).sum().reindex(whole, fill_value=0).to_numpy()
        if not per.sum():
            raise TableError(f"what is counted is in none of the {len(whole)} months that were collected whole")
        made = _ratios(study, rows, measure, per, effect, by, (power, level), sizes, replicates, seed)
        return replace(made, about=together(made.about, Message(_NOT_WHOLE, {"n": gone}) if gone else ""))
    name = cluster or ("issue_date" if measure == "front" and "issue_date" in rows else "cluster_id")
    group = numbered(rows[name if name in rows else "article_id"], rows["article_id"])
    p, rho, size = _alike(y, group)
    first, second = effect or (p, p - 0.15 if p > 0.5 else p + 0.15)
    rng, found = np.random.default_rng(seed), []
    inflation = 1 + (np.square(size).sum() / size.sum() - 1) * rho
    for n in sizes:  # a dozen
        found.append(_found(rng, (first, second), n, size, rho, level, replicates))
    h = abs(proportion_effectsize(first, second))
    formula = [NormalIndPower().power(h, n / inflation, 1 - level) for n in sizes]
    wanted = NormalIndPower().solve_power(h, power=power, alpha=1 - level) * inflation
    about = Message(
        "A share of {first:.0%} on one side, {second:.0%} on the other ({what}), with an intraclass correlation of "
        "{rho:.2f}.",
        {"first": first, "second": second, "rho": rho, "what": what},
    )
    return _made(sizes, found, formula, wanted, replicates, power, _sides(rows, by), about)


def _whole_months(study: Study) -> tuple[pd.Index, int]:
    """The months that were collected whole, and how many of those in between and at the ends were not.

    A month without any article of the outlets was not collected (reports name what they name); the first and last
    are not whole where chance would hardly have left their other days empty: n days spread evenly lie in a part s
    of the time with probability s^(n−1).
    """
    articles, known = study.articles, study.known
    month, day = dates.periods(articles, "month").dropna(), dates.days(articles).dropna()
    every = pd.period_range(month.min(), month.max(), freq="M")
    there = dates.periods(known[known["outlet"].isin(articles["outlet"].unique())], "month")
    whole = every if study.reported else every[every.isin(there)]
    if len(day):
        seen, n = (day.max() - day.min()).days + 1, day.nunique()
        late = (day.min() - every[0].start_time).days, (every[-1].end_time - day.max()).days
        cut = [(seen / (seen + max(beyond, 0))) ** (n - 1) < _CHANCE for beyond in late]
        kept = whole[[not (cut[0] and one == every[0] or cut[1] and one == every[-1]) for one in whole]]
        whole = kept if len(kept) else whole
    return whole, len(every) - len(whole)


def _refuse_senseless(measure: str, effect: object, sizes: object, power: float, replicates: int) -> tuple:
    """Sizes in order and the effect, of shares a pair."""
    every = sorted({int(n) for n in np.atleast_1d(np.asarray(sizes))})
    if not every or every[0] < 1 or not 0 < power < 1 or replicates < 1:
        raise ParamError(
            f"sizes and replicates are whole numbers from 1 and the power lies between 0 and 1, not {sizes!r}, "
            f"{replicates!r} and {power!r}"
        )
    pair = measure in ("front", "share")
    ends = np.atleast_1d(np.asarray([] if effect is None else effect, dtype=float))
    if pair and effect is not None and not (len(ends) == 2 and ((ends > 0) & (ends < 1)).all() and ends[0] != ends[1]):
        raise ParamError(f"an effect on {measure!r} is two different shares between 0 and 1, not {effect!r}")
    if not pair and effect is not None and not (len(ends) == 1 and 0 < ends[0] < np.inf and ends[0] != 1):
        raise ParamError(f"an effect on {measure!r} is a ratio above 0 and not 1, not {effect!r}")
    return tuple(every), None if effect is None else tuple(map(float, ends)) if pair else float(ends[0])


def _counted(study: Study, actor: str, counted: dict | None) -> tuple[pd.Series, Message]:
    """Whether each article has what is counted, and what that is."""
    if counted:
        return fitting(study, counted), Message(_WITH, {"columns": tuple(counted)})
    if not study.has("mentions") or not (actor or len(study.mentions)):
        raise TableError(
            "no actor is counted in this study; name in 'counted' what is, as {section: [politics]} (a column and its "
            "values), or give the study mentions, of which 'actor' names one"
        )
    mentions = study.mentions
    often = mentions.groupby(mentions["actor"].astype(str))["article_id"].nunique()
    actor = actor or str(often.idxmax())
    return mentioned(study.articles, mentions, actor), Message(_NAMING, {"actor": actor})


def _uses(study: Study, term: str) -> np.ndarray:
    """Uses of a term in each article."""
    counts = study.counts
    own = counts[counts["term"].astype(str).eq(term)]
    if own.empty:
        raise TableError(f"no article uses the term {term!r}; a term is spelled as in the counts (a lemma)")
    per = own.groupby(own["article_id"].astype(str))["n"].sum()
    return per.reindex(study.articles["article_id"].astype(str), fill_value=0).to_numpy(dtype=float)


def _alike(y: np.ndarray, group: np.ndarray) -> tuple[float, float, np.ndarray]:
    """The share, the intraclass correlation by moments, and the sizes of clusters."""
    size, hits, p = np.bincount(group).astype(float), np.bincount(group, y), y.mean()
    pairs = (size * (size - 1)).sum()
    rho = (np.square(hits - p * size).sum() / (p * (1 - p)) - size.sum()) / pairs if pairs else 0.0
    return float(p), float(np.clip(rho, 0, 0.95)), size


def _found(rng, shares: tuple, n: int, size: np.ndarray, rho: float, level: float, replicates: int) -> float:
    """How often the interval of the difference excludes 0: every data set is a column."""
    clusters, groups, columns = [], [], []
    for side, p in enumerate(shares):
        drawn = np.repeat(np.arange(n), rng.choice(size, n).astype(int))[:n]
        k = drawn[-1] + 1
        loose = (1 - rho) / max(rho, 1e-9)
        share = rng.beta(p * loose, (1 - p) * loose, (k, replicates)) if rho else np.full((k, replicates), p)
        columns.append(rng.random((n, replicates)) < share[drawn])
        clusters.append(drawn + side * n)
        groups.append(np.full(n, side))
    cluster = np.unique(np.concatenate(clusters), return_inverse=True)[1]
    _, low, high = differing(np.concatenate(columns), np.concatenate(groups), cluster, level)
    return float(((low > 0) | (high < 0)).mean())


def _ratios(study, rows, measure, per, effect, by, asked, sizes, replicates, seed) -> Power:
    """Of counts per month, or uses per article: negative binomial sums of so many of them."""
    times, (power, level) = effect or 1.5, asked
    mean = float(per.mean())
    phi = max(1.0, float(per.var(ddof=1)) / mean) if len(per) > 1 else 1.0
    rng, n = np.random.default_rng(seed), np.asarray(sizes, dtype=float)
    found = [_told_apart(rng, (mean * times, mean), phi, size, level, replicates) for size in sizes]  # a dozen
    z = stats.norm.ppf([0.5 + level / 2, power])
    unit = phi * (1 / (mean * times) + 1 / mean)
    formula = stats.norm.cdf(abs(np.log(times)) / np.sqrt(unit / n) - z[0])
    about = Message(
        "A rate {times:.2f} times the other, of {mean:.2f} per month or article, with a dispersion of {phi:.1f}.",
        {"times": times, "mean": mean, "phi": phi},
    )
    has = (len(per), len(per)) if measure == "counts" else _sides(rows, by)
    return _made(sizes, found, formula, z.sum() ** 2 * unit / np.log(times) ** 2, replicates, power, has, about)


def _told_apart(rng, means: tuple, phi: float, n: int, level: float, replicates: int) -> float:
    """How often the interval of the ratio excludes 1, the dispersion estimated as in claims: of each side around its
    own mean, and as many degrees of freedom; of single counts it is assumed."""
    counts = np.stack([_drawn(rng, mean, phi, (n, replicates)) for mean in means])  # sides × months × data sets
    x, y = sums = counts.sum(axis=1)
    own, df = np.maximum(sums / n, 1e-9)[:, None], 2 * n - 2
    spread = np.maximum(((counts - own) ** 2 / own).sum(axis=(0, 1)) / max(df, 1), 1.0)
    used = spread * widened(1.0, df)((1 - level) / 2) if df else ASSUMED
    low, high = interval(x / used, y / used, level)
    return float(((low > 1) | (high < 1)).mean())


def _drawn(rng, mean: float, phi: float, shape: tuple[int, int]) -> np.ndarray:
    return rng.poisson(mean, shape) if phi <= 1 else rng.negative_binomial(mean / (phi - 1), 1 / phi, shape)


def _sides(rows: pd.DataFrame, by: str) -> tuple[int, int]:
    number = rows[by].value_counts() if by in rows else pd.Series([len(rows)])
    if len(number) < 2:  # to be divided in two
        return int(number.sum()) // 2, -int(-number.sum() // 2)
    return int(number.min()), int(number.max())


def _made(sizes, found, formula, wanted: float, replicates: int, power: float, has, about) -> Power:
    low, high = wilson_interval(np.round(np.asarray(found) * replicates), np.full(len(sizes), replicates))
    table = pd.DataFrame({"size": sizes, "power": found, "conf_low": low, "conf_high": high, "formula": formula})
    rising = np.maximum.accumulate(table["power"].to_numpy())
    needed = np.exp(np.interp(power, rising, np.log(table["size"]))) if rising[-1] >= power else np.inf
    if rising[0] >= power:
        needed, about = sizes[0], together(about, Message(_SMALLEST, {"size": sizes[0]}))
    return Power(table, float(needed), float(wanted), has, about, power)
