"""The multiverse of a study, whichever kind its effect is: what the notebook calls."""

from typing import Any

from framing import prominence
from framing.choices import OPTIONS
from framing.errors import ParamError, refuse_unknown
from framing.multiverse.curve import Multiverse
from framing.multiverse.placed import placements
from framing.multiverse.subjects import subject
from framing.multiverse.words import contrast
from framing.study.studies import Study, opened


def of_study(
    study: Study | str,
    kind: str,
    choices: dict,
    *,
    hold: list | None = None,
    cluster: str = "issue_date",
    strata: str = "",
    terms: list | None = None,
    target: str = "",
    reference: str = "",
    replicates: int = 999,
    seed: int = 0,
    **conditions,
) -> Multiverse:
    """:func:`placements`, :func:`contrast` or :func:`subject` of a study.

    ``study`` is a study or the name of a prepared one; ``conditions`` are then those of :func:`framing.study.load`.
    Either way they apply before all else, whatever the kind.

    Raises
    ------
    ParamError
        Unknown ``kind``, or a contrast of a word or topic without words or without two outlets.
    """
    refuse_unknown(kind, OPTIONS, "kind", ParamError)
    of = opened(study, **conditions)
    if kind == "placement":
        placed = prominence.prepare(of, need=["date"])
        options: dict[str, Any] = {"hold": hold, "cluster": cluster, "strata": strata, "known": placed.read}
        return placements(placed.rows, choices, replicates=replicates, seed=seed, **options)
    if not (terms and target and reference):
        raise ParamError(f"the contrast of a {kind} needs 'terms', 'target' and 'reference'")
    of_kind = contrast if kind == "word" else subject
    return of_kind(of, terms, target, reference, choices, replicates=replicates, seed=seed)
