"""Codes by outlet: shares, differences and association, with intervals over articles or near-duplicate groups."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd
from pandas.api.types import infer_dtype
from scipy import sparse, special, stats

from framing import dates
from framing.errors import ParamError, TableError, takes_results
from framing.frames.asking import MACHINE, PAIRS, PEOPLE, joined
from framing.frames.coding import Codes, clusters_of, column_of
from framing.frames.correcting import beside
from framing.inference import FEW_INFORM, FEW_UNITS, TOO_FEW_UNITS, adjust, exact_interval, refuse_level
from framing.messages import Message, mark
from framing.models.informing import LEAST_SIDE
from framing.records import Record
from framing.tables import steps

_GIVEN = mark("people's codes are not taken where only the articles of a condition are compared; use keep instead")
_BY_CODE = mark("a code of the machine chooses or divides the articles, and its errors would stay in every share")
NEVER, ALWAYS = mark("no unit has this code"), mark("every unit has this code")
_SMALL = 5
"""Expected number of units of a cell below which Fisher's exact test also must claim a difference (Cochran 1954)."""
_DAYS = 5
"""Days that each group is worth at least, where days may be what is one observation."""
_ROUNDING = 1e-12
"""Part of a variance below which what is left of it is rounding: clusters are alike in the groups."""

_NONE_GIVEN = mark("no unit of this group has the code {name}")
_GROUPS = mark(
    "{by} make {n} groups of the units that are left, and 2 to {most} can be compared: take longer periods, fewer "
    "groups, or a part of the time"
)
_ALL_BUILT = mark("every code of the codebook is {by} or is built on it, so there is nothing to compare")
_ALIKE = mark("every cluster is alike in the groups compared: the difference does not vary, and there is no test")
_SAME = mark("no unit of both groups has this code, or every one: no test")
MOST_IN_PAIRS, MOST_GROUPS = 20, 600


@dataclass(frozen=True)
class Crosstab(Record):
    """How often codes are used by groups of articles.

    Attributes
    ----------
    shares
        One row per code and group.
    pairs
        One row per code and pair of groups: ``estimate`` is the share of ``group`` less that of ``other``.
    overall
        One row per code: its association with the groups.
    by, unit, machine, level
        The columns of the groups, what was coded, whether a machine did, and the confidence level.
    steps
        As of the codes, with the units left out here.
    unread
        Codes of the codebook that could not be read, and are not here.
    built
        Codes left out because rules put them together with a code in ``by`` or ``given``: a part of it, or built on it.
    estimates
        One row per code, group and estimator: the machine alone, and for codes that people coded also people alone and
        the corrected share.
    corrected
        ``pairs`` of the codes that people coded, corrected.
    """

    shares: pd.DataFrame
    pairs: pd.DataFrame
    overall: pd.DataFrame
    by: tuple[str, ...]
    unit: str
    machine: bool
    level: float
    steps: pd.DataFrame = field(repr=False)
    unread: tuple[str, ...] = ()
    estimates: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    corrected: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    built: tuple[str, ...] = ()


@takes_results(codes=("frames.code", "matches"))
def crosstab(
    codes: Codes,
    by: str | Sequence[str] = "outlet",
    *,
    given: str = "",
    at: str = "",
    cluster: str = "",
    people: pd.DataFrame | None = None,
    frame: pd.DataFrame | None = None,
    strata: Sequence[str] = (),
    level: float = 0.95,
) -> Crosstab:
    """Compare how often codes are used by groups of articles.

    Parameters
    ----------
    codes
        From :func:`framing.frames.code`, another machine, or people.
    by
        Columns of the articles that name the group: ``"outlet"``, ``["outlet", "year"]``, ``"front"`` (page 1). A code
        is a column too, true or false.
    given
        A code: only the units that have it, for example those where an actor is. A group of which no unit has it keeps
        its rows in ``shares``, with 0 units and a note.
    at
        A day that divides each group into what is before it and what is from it on: the column ``time``. Articles
        without a date, or of whose month or year the day is one, are on neither side, and ``steps`` counts them.
    cluster
        Column of what is one observation; by default ``cluster_id`` (near-duplicates) where the articles have it, else
        the article; or the day, where that has the larger design effects, since articles of a day may have a story or
        a mood in common, and each group is worth five days. An article without a value is its own.
    people, frame, strata
        People's codes of a sample of the articles, and how it was drawn: ``codings``, ``frame`` and ``strata`` of
        :func:`framing.frames.corrected`. Then ``estimates`` has the codes that people coded as they are without the
        machine's errors, and the finding says so.
    level
        Confidence level.

    Returns
    -------
    Crosstab
        ``shares``: the columns ``by``, ``code``, ``label``, ``group`` (their values), ``n_units``, ``n_coded``,
        ``n_clusters``, ``share`` (0 to 1), ``conf_low``, ``conf_high``, ``residual`` (adjusted), ``p_value``,
        ``q_value``, ``share_without_copies`` (of articles without a near-duplicate; missing where copies are unknown)
        and ``note``.

        ``pairs`` (none of more than 20 groups): ``code``, ``label``, ``group``, ``other``, ``estimate``, ``conf_low``,
        ``conf_high``, ``simultaneous_low``, ``simultaneous_high`` (hold for all rows at once that have one and a
        code that some unit has, Bonferroni), ``p_value``, ``q_value``, ``note``.

        ``overall``: ``code``, ``label``, ``n_units``, ``n_coded``, ``share``, ``cramers_v``, ``conf_low``,
        ``conf_high``, ``chi2`` (Pearson), ``df``, ``design_effect``, ``p_value``, ``q_value``, ``note``.

        ``estimates``: the columns ``by`` where there is one, ``code``, ``label``, ``group``, ``estimator``,
        ``n_units``, ``n_people`` (coded by people), ``share``, ``conf_low``, ``conf_high``, and ``note``: why a code
        has no corrected share, or what that assumes. ``corrected``: ``code``, ``label`` and the columns of
        :attr:`framing.frames.Corrected.pairs`; the finding is of these where there are any.

        Every ``q_value`` is Benjamini-Hochberg over its table.

    Raises
    ------
    ParamError
        Neither a column nor a code has a name in ``by``, ``given`` or ``cluster``, or both have it; every code is built
        on those; ``at`` is no day; neither probabilities nor strata of people's codes are known.
    TableError
        Fewer than two groups, or more than 600.

    Notes
    -----
    Units of one cluster are not independent: paragraphs of an article, copies of a story in several outlets. Errors
    come from the sums of the scores of each cluster. The interval of a share is Clopper and Pearson's with as many
    units as its error is worth [1]_, exact for small cells; that of a difference joins those of its two shares, with
    their correlation [2]_. Clusters of unlike size m count as the (Σm)² / Σm² of one size that they are worth [6]_, in
    the variance and in the degrees of freedom; a group of less than 2.5 has no interval. ``residual`` is Haberman's
    adjusted residual [3]_, which takes units as independent; ``p_value`` is of its score (t, clusters − 1), whose
    variance is that of independent units of the pooled share times the design effect of the group: around the group's
    own share, or if larger that of the correlation within clusters which all groups have together, since a group with
    few hits would seem not to vary. Where fewer than 5 units are expected in a cell it is at least that of Fisher's
    exact test, and that of V at least the least of the cells by Bonferroni, which says little of many groups of few
    units; the interval of V does not depend on it. Of n units that are clusters of their own it is nearly that of
    Pearson's test (n / (n − 1), and t). V is that of Cramér, ``p_value`` Rao and Scott's F [4]_, and the interval
    inverts the noncentral χ² of the statistic over its design effect [5]_, or over that of the shares as they are if
    larger: it is of the true association, so V itself, which is above 0 also where there is none, may lie above it.

    References
    ----------
    .. [1] Korn, E. L. & Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of
           positive counts estimated from survey data. *Survey Methodology* 24, 193-201.
    .. [2] Zou, G. Y. & Donner, A. (2008). Construction of confidence limits about effect measures: a general approach.
           *Statistics in Medicine* 27, 1693-1702.
    .. [3] Haberman, S. J. (1973). The analysis of residuals in cross-classified tables. *Biometrics* 29, 205-220.
    .. [4] Rao, J. N. K. & Scott, A. J. (1984). On chi-squared tests for multiway contingency tables with cell
           proportions estimated from survey data. *Annals of Statistics* 12, 46-60.
    .. [5] Smithson, M. (2003). *Confidence Intervals*, ch. 4. Sage.
    .. [6] Kish, L. (1965). *Survey Sampling*, ch. 11.7. Wiley.
    """
    refuse_level(level)
    by = (by,) if isinstance(by, str) else tuple(by)
    codes, by = (_divided(codes, at), (*by, "time")) if at else (codes, by)
    known = [each for each in codes.codebook.codes if each.id in set(codes.names)]
    table = codes.has
    left = np.ones(len(codes.units), dtype=bool)
    rows = [*codes.steps.itertuples(index=False, name=None)]
    columns = {name: column_of(codes, name, codes.names) for name in by}
    columns = {name: column.astype("string") if infer_dtype(column, skipna=True).startswith("mixed") else column
               for name, column in columns.items()}  # words and numbers have no order  # fmt: skip
    for name, column in columns.items():
        rows = _without(left, column.notna().to_numpy(), Message("with {name}", {"name": mark(name)}), rows)
    everyone = pd.DataFrame(columns)[left]
    if given:
        has = column_of(codes, given, codes.names).fillna(False).astype(bool).to_numpy()
        rows = _without(left, has, Message("with the code {name}", {"name": given}), rows)
    values = pd.DataFrame(columns)[left]
    own = {*by, given} & {*codes.names}
    built = codes._built_on(own)
    told = [each.id not in own | built for each in known]  # a code is not compared by itself, nor by a part of it
    if not any(told):
        raise ParamError(Message(_ALL_BUILT.text, {"by": tuple(sorted(own))}))
    known, table = [each for each, kept in zip(known, told, strict=True) if kept], table[:, told]
    group, levels = _groups(values, by)
    units = _counted(codes, table, left, group, len(levels), cluster)
    shares = levels.loc[np.repeat(levels.index, len(known))].reset_index(drop=True)
    names = {"code": [each.id for each in known], "label": [each.label for each in known]}
    shares = shares.assign(**{name: values * len(levels) for name, values in names.items()}, **units.shares(level))
    groups = joined(levels).to_numpy(dtype=object)
    shares["group"] = np.repeat(groups, len(known))
    cell_p = shares["p_value"].to_numpy().reshape(len(levels), -1)
    alone = _without_copies(codes, table, left, group, len(levels))
    order = [*by, "code", "label", "group", "n_units", "n_coded", "n_clusters", "share", "conf_low", "conf_high",
             "residual", "p_value", "q_value", "share_without_copies", "note"]  # fmt: skip
    shares = _with_empty(shares.assign(share_without_copies=alone)[order], everyone, by, given, names)
    found, corrected = None, pd.DataFrame({"code": []})
    if people is not None and {given, *by} & {*codes.names}:
        found = pd.DataFrame({"code": names["code"], "group": None, "note": _BY_CODE})
    elif people is not None and given:
        found = pd.DataFrame({"code": names["code"], "group": None, "note": _GIVEN})
    elif people is not None:
        found, corrected = beside(codes, by, people, frame, strata, cluster, level)
        corrected = corrected.iloc[: len(corrected) * (len(levels) <= MOST_IN_PAIRS)]
    corrected = corrected.assign(label=corrected["code"].map(dict(zip(names["code"], names["label"], strict=True))))
    corrected = corrected.reindex(columns=["code", "label", *PAIRS])
    return Crosstab(
        shares, units.pairs(groups, names, level), pd.DataFrame(names | units.overall(level, cell_p)), by, codes.unit,
        codes.machine, level, steps(rows),
        tuple(codes.codebook.faults.get("code", pd.Series(dtype=object)).drop_duplicates()),
        _estimates(shares, codes.machine, found), corrected, tuple(sorted(built)),
    )  # fmt: skip


def _counted(codes: Codes, table: np.ndarray, left: np.ndarray, group: np.ndarray, n_groups: int, cluster: str):
    """The units in the clusters named, else in copies or days, whichever have the larger design effects."""
    y, ways = table[left].astype(float), [clusters_of(codes, cluster)]
    ways += [clusters_of(codes, "date")] if not cluster and "date" in codes.articles else []
    copies, *days = (_Counted(y, group, n_groups, each[left]) for each in ways)
    enough = [each for each in days if each.effective.min() >= _DAYS]
    return max([copies, *enough], key=lambda each: np.nan_to_num(each.effect).mean())


def _divided(codes: Codes, at: str) -> Codes:
    """The codes with the column ``time``, before a day and from it on, as a reader writes that."""
    day = pd.to_datetime(at, errors="coerce", format="ISO8601")
    if pd.isna(day):
        raise ParamError(f"at is a day, as in 2011-03-11, and {at!r} is none")
    rows = codes.articles.assign(date=pd.to_datetime(codes.articles["date"]))
    reach = dates.spans(rows)
    names = f"{reach['first'].min():%F}–{day - pd.Timedelta(days=1):%F}", f"{day:%F}–{reach['last'].max():%F}"
    time = pd.Series(np.where(reach["last"] < day, *names), index=reach.index, dtype="str")
    sure = reach["last"].notna() & ~dates.unsure(rows, day)  # a month or a year that holds the day is on neither side
    return replace(codes, articles=codes.articles.assign(time=time.where(sure)))


def _estimates(shares: pd.DataFrame, machine: bool, found: pd.DataFrame | None) -> pd.DataFrame:
    """The shares with whose codes they are, and below them those by other estimators."""
    by = shares.columns[: shares.columns.get_loc("code")]
    own = shares[[*by, "code", "label", "group", "n_units", "share", "conf_low", "conf_high"]]
    own = own.assign(estimator=MACHINE if machine else PEOPLE, note="")
    if found is not None:
        lost = found[found["group"].isna()].set_index("code")["note"]
        own["note"] = pd.Series([lost.get(code, "") for code in own["code"]], own.index, dtype=object)
        told = own.drop_duplicates(["code", "group"]).set_index(["code", "group"])[[*by, "label"]]
        own = pd.concat([own, found[found["group"].notna()].join(told, on=["code", "group"])], ignore_index=True)
    return own.reindex(columns=[*by, "code", "label", "group", "estimator", "n_units", "n_people", "share", "conf_low",
                                "conf_high", "note"])  # fmt: skip


def _without(left: np.ndarray, kept: np.ndarray, step: Message, rows: list) -> list:
    """Take units out, in place, and say how many."""
    before = int(left.sum())
    left &= kept
    return [*rows, (step, int(left.sum()), before - int(left.sum()), Message("units that have none are left out"))]


def _groups(frame: pd.DataFrame, by: tuple[str, ...]) -> tuple[np.ndarray, pd.DataFrame]:
    levels = frame.drop_duplicates().sort_values(list(by)).reset_index(drop=True)
    if not 2 <= len(levels) <= MOST_GROUPS:
        raise TableError(Message(_GROUPS.text, {"by": by, "n": len(levels), "most": MOST_GROUPS}))
    return frame.merge(levels.assign(_g=levels.index), how="left", on=list(by))["_g"].to_numpy(), levels


def _with_empty(shares: pd.DataFrame, everyone: pd.DataFrame, by: tuple[str, ...], given: str, names) -> pd.DataFrame:
    """The shares with the groups that have no unit of a condition, at 0 units."""
    there = pd.MultiIndex.from_frame(shares[[*by]])
    levels = everyone.drop_duplicates().sort_values(list(by))
    levels = levels[~pd.MultiIndex.from_frame(levels[[*by]]).isin(there)].reset_index(drop=True)
    if levels.empty:
        return shares
    empty = levels.loc[np.repeat(levels.index, len(names["code"]))].reset_index(drop=True)
    empty = empty.assign(**{name: values * len(levels) for name, values in names.items()},
                         group=np.repeat(joined(levels).to_numpy(dtype=object), len(names["code"])),
                         n_units=0, n_coded=0, n_clusters=0, note=Message(_NONE_GIVEN, {"name": given}))  # fmt: skip
    shares = shares.astype({"note": object})
    kinds = shares.dtypes.to_dict()
    whole = pd.concat([shares, empty.reindex(columns=shares.columns).astype(kinds)], ignore_index=True)
    return whole.sort_values(list(by), kind="stable", ignore_index=True)


def _why_no_test(note: np.ndarray, p_value: np.ndarray) -> np.ndarray:
    """The notes, with why there is no test where nothing else is said."""
    return np.where(np.isnan(p_value) & (note == ""), _ALIKE, note)


def _without_copies(codes: Codes, table, left, group, n_groups: int) -> np.ndarray:
    if "cluster_id" not in codes.articles:
        return np.full(n_groups * table.shape[1], np.nan)
    clusters = codes.articles["cluster_id"]
    copied = clusters.duplicated(keep=False) & clusters.notna()
    at = pd.Index(codes.articles["article_id"].astype("str")).get_indexer(codes.units["article_id"].astype("str"))
    alone = ~copied.to_numpy()[at][left]
    n = np.bincount(group[alone], minlength=n_groups)
    with np.errstate(invalid="ignore"):
        return (_summed(table[left][alone].astype(float), group[alone], n_groups) / n[:, None]).ravel()


def _summed(values: np.ndarray, of: np.ndarray, n: int) -> np.ndarray:
    """Rows of ``values`` added up by the number in ``of``."""
    return sparse.csr_array((np.ones(len(of)), (of, np.arange(len(of)))), shape=(n, len(of))) @ values


def _effective(size: np.ndarray, group: np.ndarray, n_groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Clusters of one size that those of each group are worth (Kish), and by how much the squares of their scores fall
    short of the variance of its share.

    Were the units of a cluster alike, the share would be the mean of the clusters' values weighted by w, of variance
    Σw², and the squared scores around it have the mean Σw²(1 − 2w + Σw²): of G clusters of one size G and G / (G − 1).
    """
    part = size / np.bincount(group, size, n_groups)[group]
    squares, cubes = (np.bincount(group, part**power, n_groups) for power in (2, 3))
    left = squares - 2 * cubes + squares**2
    with np.errstate(divide="ignore"):
        return 1 / squares, np.where(left > _ROUNDING, squares, np.nan) / left


class _Counted:
    """Units of groups in clusters: ``y`` is units × codes, 0 or 1."""

    def __init__(self, y: np.ndarray, group: np.ndarray, n_groups: int, cluster: np.ndarray):
        cells, cell = np.unique(cluster * n_groups + group, return_inverse=True)  # a cluster's units of one group
        self.cluster = np.unique(cells // n_groups, return_inverse=True)[1]
        self.group, self.n_groups, self.n_codes = cells % n_groups, n_groups, y.shape[1]
        self.size = np.bincount(cell, minlength=len(cells)).astype(float)
        self.hits = _summed(y, cell, len(cells))
        self.n = np.bincount(self.group, self.size, n_groups)
        self.k = _summed(self.hits, self.group, n_groups)  # group × code
        self.n_clusters = np.bincount(self.group, minlength=n_groups)
        self.effective, self.grown = _effective(self.size, self.group, n_groups)
        every = np.bincount(self.cluster, self.size)
        self.total, self.total_df = len(every), _effective(every, np.zeros(len(every), dtype=int), 1)[0][0] - 1
        self.share, self.pooled = self.k / self.n[:, None], self.k.sum(axis=0) / self.n.sum()

    @cached_property
    def covariance(self) -> np.ndarray:
        """Code × group × group: covariance of the shares, from scores of the cells around each group's share."""
        scores = self.hits - self.size[:, None] * self.share[self.group]
        out = np.empty((self.n_codes, self.n_groups, self.n_groups))
        weight = np.sqrt(self.grown)[self.group] / self.n[self.group]
        for code in range(self.n_codes):
            own = sparse.csr_array((scores[:, code] * weight, (self.cluster, self.group)),
                                   shape=(self.total, self.n_groups))  # fmt: skip
            out[code] = (own.T @ own).toarray()
        return out

    def worth(self, level: float) -> np.ndarray:
        """Group × code: independent units that a share's error is worth, at most as many as there are."""
        own = np.diagonal(self.covariance, axis1=1, axis2=2).T
        spread = self.share * (1 - self.share)
        clusters = self.effective[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            n = np.where((own > 0) & (spread > 0), spread / own, clusters)
            wide, own_wide = (stats.t.ppf((1 + level) / 2, df - 1) for df in (self.n[:, None], clusters))
            fewer = (wide / own_wide) ** 2
        return np.minimum(n * np.nan_to_num(fewer, nan=0.0), self.n[:, None])

    def limits(self, level: float) -> tuple[np.ndarray, np.ndarray]:
        """Clopper and Pearson's interval of each share with the units it is worth; group × code."""
        n = self.worth(level)
        low, high = exact_interval(self.share * n, n - self.share * n, level)
        enough = np.broadcast_to(self.effective[:, None] >= LEAST_SIDE, n.shape)
        return np.where(enough, low, np.nan), np.where(enough, high, np.nan)

    def _few(self) -> np.ndarray:
        """Why a group has no interval, where it has none."""
        few = np.where(self.n_clusters < FEW_UNITS, TOO_FEW_UNITS, FEW_INFORM)
        return np.where(self.effective < LEAST_SIDE, few, "")

    def shares(self, level: float) -> dict[str, np.ndarray]:
        low, high = self.limits(level)
        x = self.n / self.n.sum()
        p = self.pooled
        expected = self.n[:, None] * p
        with np.errstate(divide="ignore", invalid="ignore"):
            residual = (self.k - expected) / np.sqrt(expected * (1 - p) * (1 - x)[:, None])
            z = (self.k - expected) / np.sqrt(np.diagonal(self.null, axis1=1, axis2=2).T)
        p_value = 2 * stats.t.sf(np.abs(z), max(self.total_df, 1))
        rest = self.n.sum() - self.n
        p_value = self._exact(p_value, self.k, self.n[:, None], self.k.sum(axis=0) - self.k, rest[:, None])
        few = self._few()[:, None]
        note = np.where((few == "") & (p == 0), NEVER, few)
        found = {"n_units": np.repeat(self.n, self.n_codes).astype(int), "n_coded": self.k.astype(int),
                 "n_clusters": np.repeat(self.n_clusters, self.n_codes), "share": self.share, "conf_low": low,
                 "conf_high": high, "residual": residual, "p_value": p_value, "q_value": adjust(p_value),
                 "note": _why_no_test(np.where(p == 1, ALWAYS, note), p_value)}  # fmt: skip
        return {name: np.asarray(values).ravel() for name, values in found.items()}

    @cached_property
    def effect(self) -> np.ndarray:
        """Group × code: how many times the variance of independent units that of a group's number of coded units is.

        Its own design effect, around its own share, or if larger that of the correlation within clusters which all
        groups have together: where few units of a group are coded its own says little, and with none nothing.
        """
        spread, n = self.share * (1 - self.share), self.n[:, None]
        own = np.diagonal(self.covariance, axis1=1, axis2=2).T * n**2
        squares = np.bincount(self.group, self.size**2, self.n_groups)[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            alike = np.nansum(own - spread * n, axis=0) / np.sum(spread * (squares - n), axis=0)
            alike = 1 + np.clip(np.nan_to_num(alike, nan=0.0), 0, 1) * (squares / n - 1)
            return np.fmax(alike, own / (spread * n))

    @cached_property
    def null(self) -> np.ndarray:
        """Code × group × group: covariance of the numbers of coded units, were the shares alike."""
        error = np.sqrt(self.effect * self.n[:, None] * self.pooled * (1 - self.pooled)).T
        return self._around(self.correlation * error[:, :, None] * error[:, None, :])

    def _around(self, covariance: np.ndarray) -> np.ndarray:
        """Code × group × group: covariance of the numbers of coded units, around what the pooled share expects."""
        x, lean = self.n / self.n.sum(), covariance.sum(axis=2)
        whole = lean.sum(axis=1)[:, None, None]
        out = covariance - lean[:, :, None] * x - lean[:, None, :] * x[:, None] + whole * np.outer(x, x)
        return np.where(np.abs(out) > _ROUNDING * covariance.max(axis=(1, 2), keepdims=True), out, 0)

    @cached_property
    def correlation(self) -> np.ndarray:
        """Code × group × group: correlation of the shares, of clusters that stand in several groups."""
        own = np.sqrt(np.diagonal(self.covariance, axis1=1, axis2=2))
        with np.errstate(divide="ignore", invalid="ignore"):
            out = np.nan_to_num(self.covariance / (own[:, :, None] * own[:, None, :]))
        out[:, range(self.n_groups), range(self.n_groups)] = 1
        return out

    def _exact(self, p_value, k, n, other, rest) -> np.ndarray:
        """The p-values, at least those of Fisher's test where a cell of the four is expected to be small."""
        p_value, k, n, other, rest = np.broadcast_arrays(p_value, k, n, other, rest)
        share = (k + other) / (n + rest)
        small = np.minimum(share, 1 - share) * np.minimum(n, rest) < _SMALL
        small &= (share > 0) & (share < 1)
        exact = [stats.fisher_exact([[a, b - a], [c, d - c]]).pvalue for a, b, c, d in
                 zip(k[small], n[small], other[small], rest[small], strict=True)]  # fmt: skip
        out = np.where((share > 0) & (share < 1), p_value, np.nan)
        out[small] = np.fmax(out[small], exact)
        return out

    def pairs(self, told: np.ndarray, names: dict[str, list[str]], level: float) -> pd.DataFrame:
        several = self.n_groups if self.n_groups <= MOST_IN_PAIRS else 0
        a, b = np.array(list(combinations(range(several), 2)), dtype=int).reshape(-1, 2).T
        low, high = self._differences(a, b, level)
        family = np.count_nonzero(np.isfinite(low) & (self.pooled > 0))  # what no unit has tells groups apart nowhere
        outer = self._differences(a, b, 1 - (1 - level) / max(family, 1))
        pooled = (self.k[a] + self.k[b]) / (self.n[a] + self.n[b])[:, None]
        own = [np.sqrt(self.effect[i] * pooled * (1 - pooled) / self.n[i][:, None]) for i in (a, b)]
        variance = own[0] ** 2 + own[1] ** 2 - 2 * self.correlation[:, a, b].T * own[0] * own[1]
        variance = np.where(variance > _ROUNDING * own[0] ** 2, variance, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = (self.share[a] - self.share[b]) / np.sqrt(variance)
        df = np.maximum(self.effective[a] + self.effective[b] - 2, 1)[:, None]
        p_value = self._exact(2 * stats.t.sf(np.abs(z), df), self.k[a], self.n[a][:, None], self.k[b],
                              self.n[b][:, None])  # fmt: skip
        few = np.where(self.effective[a] < self.effective[b], self._few()[a], self._few()[b])[:, None]
        same = (self.share[a] == self.share[b]) & np.isin(self.share[a], (0, 1))
        note = _why_no_test(np.where((few == "") & same, _SAME, few), p_value)
        size = len(a)
        return pd.DataFrame({
            **{name: np.tile(np.array(values, dtype=object), size) for name, values in names.items()},
            "group": np.repeat(told[a], self.n_codes),
            "other": np.repeat(told[b], self.n_codes),
            "estimate": (self.share[a] - self.share[b]).ravel(), "conf_low": low.ravel(), "conf_high": high.ravel(),
            "simultaneous_low": outer[0].ravel(), "simultaneous_high": outer[1].ravel(),
            "p_value": p_value.ravel(), "q_value": adjust(p_value).ravel(),
            "note": note.ravel(),
        })  # fmt: skip

    def _differences(self, a: np.ndarray, b: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
        """Intervals of the shares of groups ``a`` less those of groups ``b``, from those of the shares with their
        correlation (Zou & Donner 2008); pair × code."""
        (low, high), share, r = self.limits(level), self.share, self.correlation[:, a, b].T
        gap = share[a] - share[b]
        (down_a, up_a), (down_b, up_b) = ((share[i] - low[i], high[i] - share[i]) for i in (a, b))
        below = np.sqrt(np.maximum(down_a**2 + up_b**2 - 2 * r * down_a * up_b, 0))
        above = np.sqrt(np.maximum(up_a**2 + down_b**2 - 2 * r * up_a * down_b, 0))
        return gap - below, gap + above

    def overall(self, level: float, cell_p: np.ndarray) -> dict[str, np.ndarray]:
        """Association with the groups; where a cell is small it is claimed only where one of the cells is."""
        x, p, n = self.n / self.n.sum(), self.pooled, self.n.sum()
        free = slice(0, self.n_groups - 1)
        plain = n * (np.diag(x) - np.outer(x, x))[free, free]
        df = self.n_groups - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = (self.k - self.n[:, None] * p) ** 2 / (self.n[:, None] * (p * (1 - p)))
            chi2 = gap.sum(axis=0)
            own = self._around(self.covariance * np.outer(self.n, self.n))
            turned = (np.linalg.solve(plain, each[:, free, free]) for each in (self.null, own))
            effect, apart = (np.trace(each, axis1=1, axis2=2) / (df * p * (1 - p)) for each in turned)
            small = (np.minimum(p, 1 - p) * self.n.min() < _SMALL) & (p > 0) & (p < 1)
            effect = np.where(small, np.maximum(effect, 1), effect)  # few scores vary too little to be trusted
            statistic = chi2 / effect
            wide = np.fmax(effect, apart)  # where shares differ, so do their errors
        p_value = stats.f.sf(statistic / df, df, max(df * self.total_df, 1))
        cells = np.fmin(np.nanmin(np.where(np.isnan(cell_p), 1, cell_p), axis=0) * (df + (df > 1)), 1)
        p_value = np.where(small, np.fmax(p_value, cells), p_value)
        with np.errstate(invalid="ignore"):
            away = [self._away(chi2 / wide, df, q) for q in ((1 + level) / 2, (1 - level) / 2)]
        low, high = (np.minimum(np.sqrt(each * wide / n), 1.0) for each in away)
        note = _why_no_test(np.where(p == 0, NEVER, np.where(p == 1, ALWAYS, "")), p_value)
        return {"n_units": np.full(self.n_codes, int(n)), "n_coded": self.k.sum(axis=0).astype(int), "share": p,
                "cramers_v": np.sqrt(chi2 / n), "conf_low": low, "conf_high": high, "chi2": chi2,
                "df": np.full(self.n_codes, df), "design_effect": effect, "p_value": p_value,
                "q_value": adjust(p_value), "note": note}  # fmt: skip

    @staticmethod
    def _away(statistic: np.ndarray, df: int, q: float) -> np.ndarray:
        """The noncentrality at which a χ² lies below the statistic with probability q; 0 where none does."""
        inside = stats.chi2.cdf(statistic, df) > q
        return np.where(inside, special.chndtrinc(np.where(inside, statistic, df * 10.0), df, q),
                        np.where(np.isnan(statistic), np.nan, 0.0))  # fmt: skip


def differing(has: np.ndarray, group: np.ndarray, cluster: np.ndarray, level: float) -> tuple:
    """The share of group 1 less that of group 0, and its interval; of one group alone the share itself.

    ``has`` is true or false, ``group`` and ``cluster`` are numbers from 0, one per unit; of a ``has`` with a column per
    data set the three are arrays. The interval is missing where a group is worth fewer than 2.5 clusters of one size;
    see :func:`crosstab`.
    """
    n_groups = int(group.max(initial=0)) + 1
    table = np.asarray(has, dtype=float)
    units = _Counted(table.reshape(len(table), -1), group, n_groups, cluster)
    if n_groups == 1:
        found = units.share[0], *(end[0] for end in units.limits(level))
    else:
        ends = units._differences(np.array([1]), np.array([0]), level)
        found = units.share[1] - units.share[0], *(end[0] for end in ends)
    return found if table.ndim > 1 else tuple(float(each[0]) for each in found)
