"""How far clusters spread about the rate of a term on each side: standard errors and intervals of all log ratios."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse, stats

from framing.inference import informed
from framing.keyness import kernels
from framing.keyness.groups import Groups

LEAST = 3  # degrees of freedom of a side whose few clusters with the term vary
SUMS = (
    "clusters_target", "clusters_reference", "shared", "crossing_target", "crossing_reference", "common",
    "crossing_leveraged", "squares_target", "squares_reference", "spread_target", "spread_reference",
    "leveraged_target", "leveraged_reference",
)  # fmt: skip


@dataclass(frozen=True)
class Contrasts:
    """Which group against which, by number; reference −1 is all the others together."""

    target: np.ndarray
    reference: np.ndarray

    @classmethod
    def of(cls, k: int, pairs: bool = False) -> "Contrasts":
        """Of two groups the one, of more each against the others, and with ``pairs`` every pair."""
        if k == 2:
            return cls(np.array([0]), np.array([1]))
        target, reference = list(range(k)), [-1] * k
        if pairs:
            first, second = np.triu_indices(k, 1)
            target, reference = target + list(first), reference + list(second)
        return cls(np.array(target), np.array(reference))

    def __len__(self) -> int:
        return len(self.target)

    def split(self, by_group: np.ndarray) -> np.ndarray:
        """Values of target and reference (… × contrasts × 2) from values by group (last axis groups)."""
        target = by_group[..., self.target]
        others = by_group.sum(axis=-1, keepdims=True) - target
        return np.stack([target, np.where(self.reference < 0, others, by_group[..., self.reference])], axis=-1)


@dataclass(frozen=True)
class Spread:
    """Sums over clusters that intervals and tests share; arrays terms × contrasts × 2 sides unless said otherwise."""

    tokens: np.ndarray  # of the term
    totals: np.ndarray  # all tokens of a side: contrasts × 2
    half: (
        np.ndarray
    )  # what is added to a count: ½, as often as the least cluster with the term repeats an article, by weight
    held: np.ndarray  # tokens of each cluster: contrasts × 2 × clusters
    crossing: np.ndarray  # whether both sides have a share in a cluster: contrasts × clusters
    own: np.ndarray  # tokens of the term outside of crossing clusters
    noise: np.ndarray  # their variance were they independent: themselves, or with strata Σ weight² tokens
    free: np.ndarray  # tokens in crossing clusters that the other side does not share
    variance: np.ndarray  # squared departures from the rate over the clusters of one side, n / (n − 1)
    leveraged: np.ndarray  # the same with the leverage of CR3
    both: np.ndarray  # variance of the log ratio from crossing clusters, CR3: terms × contrasts
    squares: np.ndarray  # Σx² over the clusters of one side
    clusters: np.ndarray  # that hold the term
    holding: np.ndarray  # clusters of either side with the term: terms × contrasts
    articles: np.ndarray  # that hold the term
    varies: np.ndarray  # whether clusters differ at all in what they add to the ratio: terms × contrasts


def group_sums(groups: Groups) -> np.ndarray:
    """Tokens of each term in each group."""
    return _by_group(groups.group, groups.units, len(groups.names))


def _by_group(group: np.ndarray, table, names: int) -> np.ndarray:
    """Sums of a table's rows by group: terms × groups."""
    adding = sparse.csr_array((np.ones(len(group)), (group, np.arange(len(group)))), shape=(names, len(group)))
    return (adding @ table).toarray().T


def tokens_held(groups: Groups, of: np.ndarray | None = None) -> np.ndarray:
    """Tokens of each cluster (or of what ``of`` numbers) by group: clusters × groups."""
    names, of = len(groups.names), groups.cluster if of is None else of
    return np.bincount(of * names + groups.group, groups.sizes, (of.max() + 1) * names).reshape(-1, names)


def standardised(groups: Groups, contrasts: Contrasts) -> np.ndarray | None:
    """Weights of the rows (rows × contrasts) that give both sides the same strata; None where there is one only.

    Those of Mantel and Haenszel (1959): a token counts the share that the other side has of the tokens of its stratum,
    so that the ratio of weighted rates is theirs. The weighted tokens of a side add up to its tokens.
    """
    if not groups.stratum.max():
        return None
    held = contrasts.split(tokens_held(groups, groups.stratum))  # strata × contrasts × sides
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.nan_to_num(held[..., ::-1] / held.sum(axis=-1, keepdims=True))
        weight *= np.nan_to_num(held.sum(axis=0) / (held * weight).sum(axis=0))
    side = (groups.group[:, None] != contrasts.target).astype(int)
    inside = (side == 0) | (contrasts.reference < 0) | (groups.group[:, None] == contrasts.reference)
    return np.where(inside, weight[groups.stratum[:, None], np.arange(len(contrasts)), side], 0.0)


def spread(groups: Groups, contrasts: Contrasts, weight: np.ndarray | None = None) -> Spread:
    """Add up what intervals and tests of all contrasts need; with the weights of rows of :func:`standardised`."""
    if weight is None:
        weight = np.ones((len(groups.group), len(contrasts)))
        held = np.moveaxis(contrasts.split(tokens_held(groups)), 0, -1)
        tokens = noise = contrasts.split(group_sums(groups))
        heavy = np.ones((len(contrasts), 2))
    else:
        first = groups.group[:, None] == contrasts.target
        sides = np.stack([weight * first, weight * ~first], axis=-1)
        rows = np.arange(len(weight))
        clusters = sparse.csr_array((groups.sizes, (groups.cluster, rows)))
        held = np.moveaxis((clusters @ sides.reshape(len(rows), -1)).reshape(-1, *sides.shape[1:]), 0, -1)
        tokens, noise = (
            (groups.units.T @ (sides**power).reshape(len(rows), -1)).reshape(-1, *sides.shape[1:]) for power in (1, 2)
        )
        heavy = np.stack(
            [groups.sizes @ sides[..., side] ** 2 / (groups.sizes @ sides[..., side]) for side in (0, 1)], -1
        )
        heavy = np.sqrt(np.nan_to_num(heavy, nan=1.0))
    held = np.ascontiguousarray(held)
    totals = held.sum(axis=-1)
    half = 0.5 * repeated(groups)[:, None, None] * heavy
    crossing = held.min(axis=1) > 0
    alone = held * ~crossing[:, None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        leverage = 1 / (1 - held / totals[..., None])
        rate = tokens / totals
    leverage = np.where(np.isfinite(leverage), leverage, 1.0)  # a side of one cluster has no interval
    inverse = 1 / (tokens + half)
    table = groups.units
    sums = np.zeros((table.shape[1], len(contrasts), len(SUMS)))
    kernels.spreads(
        table.indptr, table.indices, table.data, groups.group, groups.cluster, contrasts.target, contrasts.reference,
        weight, held, leverage, rate, inverse, sums,
    )  # fmt: skip
    named = {name: sums[..., i] for i, name in enumerate(SUMS)}
    sides = {
        name: np.stack([named[f"{name}_target"], named[f"{name}_reference"]], axis=-1)
        for name in ("clusters", "crossing", "squares", "spread", "leveraged")
    }
    n = (held > 0).sum(axis=-1)
    variance = (sides["spread"] + rate**2 * (alone**2).sum(axis=-1)) * n / np.maximum(n - 1, 1)
    leveraged = sides["leveraged"] + rate**2 * ((alone * leverage) ** 2).sum(axis=-1)
    share = np.where(crossing[:, None, :], held * leverage, 0.0)
    products = np.einsum("cin,cjn->cij", share, share)
    expected = rate * inverse * np.array([1.0, -1.0])
    both = named["crossing_leveraged"] + np.einsum("tci,cij,tcj->tc", expected, products, expected)
    scale = rate**2 * (held**2).sum(axis=-1) * inverse**2
    articles = _by_group(groups.article_group, groups.articles > 0, len(groups.names))
    return Spread(
        tokens=tokens,
        totals=totals,
        half=half,
        held=held,
        crossing=crossing,
        own=tokens - sides["crossing"],
        noise=np.maximum(noise - sides["crossing"], 0),
        free=sides["crossing"] - named["common"][..., None],
        variance=np.maximum(variance, 0),
        leveraged=np.maximum(leveraged, 0),
        both=np.maximum(both, 0),
        squares=sides["squares"],
        clusters=sides["clusters"],
        holding=sides["clusters"].sum(axis=-1) - named["shared"],
        articles=contrasts.split(articles),
        varies=~np.isnan(informed((variance * inverse**2).sum(axis=-1) + both, scale.sum(axis=-1))),
    )


def repeated(groups: Groups) -> np.ndarray:
    """How many copies of an article the least cluster with a term is: 1 unless in all of them every article has the
    term as often as the others."""
    cell = np.unique(groups.article_cluster * len(groups.names) + groups.article_group, return_inverse=True)[1]
    size = np.bincount(cell)
    least = np.ones(groups.articles.shape[1])
    if size.max(initial=1) == 1:
        return least
    adding = sparse.csr_array((np.ones(len(cell)), (cell, np.arange(len(cell)))))
    sums, squares = (sparse.csc_array(adding @ groups.articles.astype(float).power(power)) for power in (1, 2))
    for table in (sums, squares):
        table.sort_indices()
    held = size[sums.indices]
    copies = np.where(sums.data**2 == held * squares.data, held, 1)  # of numbers alike only
    used = np.flatnonzero(np.diff(sums.indptr))
    if len(used):
        least[used] = np.minimum.reduceat(copies, sums.indptr[used])
    return least


def intervals(found: Spread, level: float) -> dict[str, np.ndarray]:
    """Log2 ratios with their standard errors, degrees of freedom and intervals: arrays terms × contrasts.

    With strata they are those of weighted tokens (:func:`standardised`). The estimate has ½ added to counts and totals.
    Its variance is that of CR3, a cluster counted as if it were left out (Bell & McCaffrey 2002), at least that of
    independent tokens; degrees of freedom are Bell and McCaffrey's of each side, put together by Welch and
    Satterthwaite. Where clusters vary by more than independent tokens do, a few of them may make the variance: its
    degrees of freedom are then at most 1.5 (Σx)² / Σx² over the clusters of the side.
    """
    half = found.half
    logs = np.log2((found.tokens + half) / (found.totals + half))
    inverse = 1 / (found.tokens + half)
    least = 2 * half * (found.noise + half)
    parts = np.concatenate(
        [
            np.maximum(found.leveraged, least) * inverse**2,
            np.maximum(found.both, (2 * half * found.free * inverse**2).sum(axis=-1))[..., None],
        ],
        axis=-1,
    )
    pooled = np.where(found.crossing, found.held.sum(axis=1), 0.0)
    freedom = np.column_stack([bell_mccaffrey(found.held[:, 0]), bell_mccaffrey(found.held[:, 1]),
                               bell_mccaffrey(pooled)])  # fmt: skip
    freedom = np.broadcast_to(freedom, parts.shape).copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        bursts = np.fmax(1.5 * found.own**2 / found.squares, LEAST)
    freedom[..., :2] = np.where(found.leveraged > least, np.fmin(freedom[..., :2], bursts), freedom[..., :2])
    df = parts.sum(axis=-1) ** 2 / (parts**2 / freedom).sum(axis=-1)
    estimate, std_error = logs[..., 0] - logs[..., 1], np.sqrt(parts.sum(axis=-1)) / np.log(2)
    half_width = stats.t.ppf(0.5 + level / 2, df) * std_error
    return {
        "log2_ratio_half": estimate, "std_error": std_error, "df": df,
        "conf_low": estimate - half_width, "conf_high": estimate + half_width,
    }  # fmt: skip


def nearest(low, high) -> np.ndarray:
    """The end of each interval nearest zero, 0 where it holds 0; missing where there is no interval."""
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    return np.where(low > 0, low, np.where(high < 0, high, np.where(np.isnan(low), np.nan, 0.0)))


def bell_mccaffrey(sizes: np.ndarray) -> np.ndarray:
    """Degrees of freedom of a rate over clusters of these sizes (contrasts × clusters), at least 1.

    T² / ΣP², where P is L_i on the diagonal and −L_i L_j / (T √((1 − h_i)(1 − h_j))) beside it, h_i = L_i / T.
    """
    total = sizes.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = sizes / total
        beside = np.where(share < 1, sizes * share / (1 - share), 0.0)
        df = 1 / ((share**2).sum(axis=-1) + (beside.sum(axis=-1) ** 2 - (beside**2).sum(axis=-1)) / total[:, 0] ** 2)
    return np.maximum(np.nan_to_num(df, nan=1.0), 1.0)
