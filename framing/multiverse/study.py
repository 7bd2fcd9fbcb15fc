"""The multiverse of a study, whichever kind its effect is: what the notebook calls."""

from typing import Any

from framing import prominence
from framing.choices import OPTIONS
from framing.errors import ParamError
from framing.multiverse.curve import Multiverse
from framing.multiverse.placed import placements
from framing.multiverse.subjects import subject
from framing.multiverse.words import contrast


def of_study(
    study: str,
    kind: str,
    choices: dict,
    *,
    dataset: str = "",
    keep: dict | None = None,
    drop: dict | None = None,
    since: object = None,
    until: object = None,
    hold: list | None = None,
    cluster: str = "issue_date",
    strata: str = "",
    terms: list | None = None,
    target: str = "",
    reference: str = "",
    replicates: int = 999,
    seed: int = 0,
) -> Multiverse:
    """:func:`placements`, :func:`contrast` or :func:`subject` on a study's prepared tables or packaged data set.

    ``keep``, ``drop``, ``since`` and ``until`` (:func:`framing.study.select`) apply before all else, whatever the kind.

    Raises
    ------
    ParamError
        Unknown ``kind``, or a contrast of a word or topic without words or without two outlets.
    """
    if kind not in OPTIONS:
        raise ParamError(f"no kind {kind!r}; there are {list(OPTIONS)}")
    rows: dict[str, Any] = {"keep": keep, "drop": drop, "since": since, "until": until}
    if kind == "placement":
        placed = prominence.prepare(study, dataset=dataset, need=["date"], **rows)
        options: dict[str, Any] = {"hold": hold, "cluster": cluster, "strata": strata, "known": placed.read}
        return placements(placed.rows, choices, replicates=replicates, seed=seed, **options)
    if not (terms and target and reference):
        raise ParamError(f"the contrast of a {kind} needs 'terms', 'target' and 'reference'")
    of_kind = contrast if kind == "word" else subject
    return of_kind(study, terms, target, reference, choices, rows=rows, replicates=replicates, seed=seed)
