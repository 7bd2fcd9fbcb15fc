"""The comparison within events that several outlets covered."""

import numpy as np
import pandas as pd
from scipy import sparse, special

from framing.errors import TableError
from framing.inference import FEW_UNITS, NO_VARIATION, adjust, informed, normal_interval, refuse_level
from framing.keyness import kernels
from framing.keyness.groups import REST, TOO_FEW, Groups, arrange
from framing.keyness.relabelling import least_p
from framing.keyness.spread import Contrasts, bell_mccaffrey
from framing.messages import mark
from framing.tables import takes_tables


@takes_tables(columns=("event", "by"))
def paired(
    counts: pd.DataFrame,
    *,
    event: str = "cluster_id",
    by: str = "outlet",
    target: str | list[str] | None = None,
    reference: str | list[str] | None = None,
    replicates: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare outlets on the events that both sides covered: what differs between events cannot matter.

    Parameters
    ----------
    counts
        A study, or one row per article and term with the column ``event``.
    event
        Column that names the event (or near-duplicate group, or day) of an article.
    by, target, reference
        As in :func:`framing.keyness.compare`; with neither named and three or more groups, every group against
        the others.
    replicates, seed
        Of the permutation test.
    level
        Of the intervals.

    Returns
    -------
    DataFrame
        One row per contrast and term: ``target``, ``reference``, ``term``, ``log2_ratio`` (doublings of the rate
        per token within events), ``std_error``, ``conf_low``, ``conf_high``, ``p_value``, ``q_value``
        (Benjamini-Hochberg over the table), ``n_tokens_target``, ``n_tokens_reference`` and ``n_events_term`` (events
        with the term), all within the ``n_events`` events that both sides covered, ``note``.

    Raises
    ------
    TableError
        No event was covered by both sides, or what :func:`compare` refuses.

    Notes
    -----
    The Mantel-Haenszel rate ratio over events, conditional on what each event holds, with tokens as exposure. Its
    standard error comes from the events' influence, each counted as if it were left out, and is no smaller than that of
    independent tokens (Greenland & Robins 1985); degrees of freedom are Bell and McCaffrey's, or the events that inform
    the term where they are fewer. The p-value exchanges the
    two sides within events. A word that a side uses in fewer than three events has neither: its ``note`` says so.
    """
    refuse_level(level)
    groups = arrange(counts, by, target, reference, event, None)
    k = len(groups.names)
    contrasts = Contrasts.of(k)
    events = groups.cluster.max() + 1
    signs = np.random.default_rng(seed).choice(np.array([-1.0, 1.0]), (events, replicates))
    tables = []
    for t, r in zip(contrasts.target, contrasts.reference, strict=True):
        in_target = groups.group == t
        in_reference = ~in_target if r < 0 else groups.group == r
        labels = {"target": groups.names[t], "reference": REST if r < 0 else groups.names[r]}
        tables.append(_mantel_haenszel(groups, in_target, in_reference, signs, labels, level))
    result = pd.concat(tables, ignore_index=True)
    result.insert(result.columns.tolist().index("p_value") + 1, "q_value", adjust(result["p_value"]))
    return result


def _mantel_haenszel(groups: Groups, in_target, in_reference, signs, labels: dict, level: float) -> pd.DataFrame:
    sizes, table, events = groups.sizes, groups.units.tocsr(), len(signs)
    exposure = [np.bincount(groups.cluster[rows], sizes[rows], events) for rows in (in_target, in_reference)]
    shared = (exposure[0] > 0) & (exposure[1] > 0)
    if not shared.any():
        raise TableError(
            f"no event holds both {labels['target']} and {labels['reference']}; {events} events hold one of them. "
            "Compare without pairing, or name coarser events (a day, a topic)"
        )
    n, whole = int(shared.sum()), exposure[0] + exposure[1]
    weight = np.divide(exposure[0] * exposure[1], whole, out=np.zeros(events), where=shared)
    leverage = weight / weight.sum()
    tokens, weighted = [], []
    for rows, other in ((in_target, exposure[1]), (in_reference, exposure[0])):
        kept = np.flatnonzero(rows & shared[groups.cluster])
        adding = sparse.csr_array((np.ones(len(kept)), (groups.cluster[kept], kept)), shape=(events, len(sizes)))
        tokens.append(adding @ table)
        part = np.divide(other, whole, out=np.zeros(events), where=shared)
        weighted.append(sparse.diags_array(part) @ tokens[-1])
    up, down = (part.sum(axis=0) for part in weighted)
    both = (up > 0) & (down > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scales = [sparse.diags_array(np.where(both, 1 / side, 0.0)) for side in (up, down)]
        estimate = np.where((up > 0) | (down > 0), np.log2(up) - np.log2(down), np.nan)
        left_out = sparse.diags_array(np.where(leverage < 1, 1 / (1 - leverage), 0.0))
        independent = ((tokens[0] + tokens[1]).T @ (weight / np.where(shared, whole, 1))) / (up * down)
    gap = left_out @ (weighted[0] @ scales[0] - weighted[1] @ scales[1])
    parts = sum((side @ scale).power(2).sum(axis=0) for side, scale in zip(weighted, scales, strict=True))
    robust = informed(gap.power(2).sum(axis=0), parts)
    spread = np.maximum(robust, independent)
    holding = np.stack([(side > 0).sum(axis=0) for side in tokens])
    few = holding.min(axis=0) < FEW_UNITS
    told = both & ~few & (n > 1)
    std_error = np.where(told, np.sqrt(np.where(told, spread, np.nan)) / np.log(2), np.nan)
    held = sparse.diags_array(leverage) @ (tokens[0] + tokens[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        informative = held.sum(axis=0) ** 2 / held.power(2).sum(axis=0)
    df = bell_mccaffrey(weight[None, :])[0]
    df = np.where(robust > independent, np.clip(informative, 1, df), df)
    low, high = normal_interval(estimate, std_error, level, df)
    departure = sparse.csc_array(weighted[0] - weighted[1])
    beyond = np.zeros(len(up))
    kernels.flips(departure.indptr, departure.indices, departure.data, signs, beyond)
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = 2 * special.stdtr(df, -np.abs(estimate / std_error))
    note = np.select(
        [(up == 0) & (down == 0), ~both, np.full(len(up), n == 1), np.isnan(spread), few],
        [mark("in no shared event"), mark("used on one side only"), mark("one shared event only: no interval"),
         NO_VARIATION, TOO_FEW], "",
    )  # fmt: skip
    return pd.DataFrame(
        {
            **labels,
            "term": groups.terms,
            "log2_ratio": estimate,
            "std_error": std_error,
            "conf_low": low,
            "conf_high": high,
            "p_value": np.where(np.isnan(std_error), np.nan, least_p(beyond, tail, signs.shape[1])),
            "n_tokens_target": tokens[0].sum(axis=0).astype(np.int64),
            "n_tokens_reference": tokens[1].sum(axis=0).astype(np.int64),
            "n_events_term": ((tokens[0] + tokens[1]) > 0).sum(axis=0).astype(np.int64),
            "n_events": n,
            "note": note,
        }
    )
