"""The comparison within events that several outlets covered."""

import numpy as np
import pandas as pd
from scipy import sparse, special

from framing.errors import TableError
from framing.inference import FEW_UNITS, NO_VARIATION, TOO_FEW_UNITS, adjust, informed, normal_interval, refuse_level
from framing.keyness.comparing import contrasts_of
from framing.keyness.groups import REST, Groups, arrange
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
    The Mantel-Haenszel rate ratio over events, conditional on what each event holds, with tokens as exposure and a
    standard error from the events' influence (robust to dependence within an event).
    """
    refuse_level(level)
    groups = arrange(counts, by, target, reference, event, None)
    k = len(groups.names)
    contrasts = contrasts_of(k, pairs=False)
    events = groups.cluster.max() + 1
    tables = []
    for t, r in zip(contrasts.target, contrasts.reference, strict=True):
        in_target = groups.group == t
        in_reference = ~in_target if r < 0 else groups.group == r
        labels = {"target": groups.names[t], "reference": REST if r < 0 else groups.names[r]}
        tables.append(_mantel_haenszel(groups, in_target, in_reference, events, labels, level))
    result = pd.concat(tables, ignore_index=True)
    result.insert(result.columns.tolist().index("p_value") + 1, "q_value", adjust(result["p_value"]))
    return result


def _mantel_haenszel(groups: Groups, in_target, in_reference, events: int, labels: dict, level: float) -> pd.DataFrame:
    sizes, table = groups.sizes, groups.units.tocsr()
    exposure = [np.bincount(groups.cluster[rows], sizes[rows], events) for rows in (in_target, in_reference)]
    shared = (exposure[0] > 0) & (exposure[1] > 0)
    if not shared.any():
        raise TableError(
            f"no event holds both {labels['target']} and {labels['reference']}; {events} events hold one of them. "
            "Compare without pairing, or name coarser events (a day, a topic)"
        )
    sides = []
    for rows, other in ((in_target, exposure[1]), (in_reference, exposure[0])):
        kept = np.flatnonzero(rows & shared[groups.cluster])
        adding = sparse.csr_array((np.ones(len(kept)), (groups.cluster[kept], kept)), shape=(events, len(sizes)))
        tokens = adding @ table
        with np.errstate(invalid="ignore"):
            weight = np.where(shared, other / (exposure[0] + exposure[1]), 0.0)
        sides.append((tokens, sparse.diags_array(weight) @ tokens))
    up, down = (np.asarray(weighted.sum(axis=0)) for _, weighted in sides)
    n = int(shared.sum())
    both = (up > 0) & (down > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale_up, scale_down = np.where(both, 1 / up, 0.0), np.where(both, 1 / down, 0.0)
        gap = sides[0][1] @ sparse.diags_array(scale_up) - sides[1][1] @ sparse.diags_array(scale_down)
        parts = sum(np.asarray((side @ sparse.diags_array(scale)).power(2).sum(axis=0)) for (_, side), scale in
                    zip(sides, (scale_up, scale_down), strict=True))  # fmt: skip
        spread = np.sqrt(informed(gap.power(2).sum(axis=0), parts) * (n / (n - 1) if n > 1 else np.nan))
        estimate = np.where((up > 0) | (down > 0), np.log2(up) - np.log2(down), np.nan)
    n_events_term = ((sides[0][0] + sides[1][0]) > 0).sum(axis=0).astype(np.int64)
    few = n_events_term < FEW_UNITS
    std_error = np.where(both & ~few, spread / np.log(2), np.nan)
    low, high = normal_interval(estimate, std_error, level, max(n - 1, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = 2 * special.stdtr(max(n - 1, 1), -np.abs(estimate / std_error))
    alone = np.where(np.isnan(spread), NO_VARIATION, np.where(few, TOO_FEW_UNITS, ""))
    if n == 1:
        alone = mark("one shared event only: no interval")
    one_sided = np.where((up > 0) | (down > 0), mark("used on one side only"), mark("in no shared event"))
    note = np.where(both, alone, one_sided)
    return pd.DataFrame(
        {
            **labels,
            "term": groups.terms,
            "log2_ratio": estimate,
            "std_error": std_error,
            "conf_low": low,
            "conf_high": high,
            "p_value": p_value,
            "n_tokens_target": np.asarray(sides[0][0].sum(axis=0)).astype(np.int64),
            "n_tokens_reference": np.asarray(sides[1][0].sum(axis=0)).astype(np.int64),
            "n_events_term": n_events_term,
            "n_events": n,
            "note": note,
        }
    )
