"""Verdicts in sentences."""

import numpy as np

from framing.claims.judging import FDR, INCONCLUSIVE, UNANSWERABLE, VERDICTS, Judged
from framing.messages import Finding, Message, mark, together
from framing.tables import each

_ALL = mark(
    "Of {n} claims the data support {supported}, contradict {contradicted}, leave {inconclusive} open, and cannot "
    "answer {unanswerable}."
)
_UNITS = {
    "ratio": mark(
        "{estimate:.2f} times (90% interval {low:.2f} to {high:.2f}; smallest that matters {matters:.2f} times)"
    ),
    "points": mark(
        "{estimate:+.0f} points (90% interval {low:+.0f} to {high:+.0f}; smallest that matters {matters:.0f} points)"
    ),
    "units": mark("{estimate:+.2f} (90% interval {low:+.2f} to {high:+.2f}; smallest that matters {matters:.2f})"),
}

_ENDLESS = mark(
    "without a limit, since one count is 0 (at least {low:.2f} times; smallest that matters {matters:.2f} times)"
)


def answer(found: Judged) -> Finding:
    """How many claims got which verdict.

    Parameters
    ----------
    found
        From :func:`framing.claims.judge`.

    Returns
    -------
    Finding
        A description; its cautions say what could not be read, how many claims the correction for their number leaves
        open, and whether the file was locked before anybody looked.
    """
    table = found.verdicts
    names = ("supported", "contradicted", "inconclusive", "unanswerable")
    values = {name: int((table["verdict"] == one).sum()) for name, one in zip(names, VERDICTS, strict=True)}
    decided = table[["p_value", "p_contradicted"]].min(axis=1) <= FDR
    lost = int((decided & (table["verdict"] == INCONCLUSIVE)).sum())
    unread = Message(
        "Claims of the file that cannot be read: {n}. The table of faults says where.", {"n": len(found.faults)}
    )
    fewer = Message("Corrected for the number of claims, {n} that alone would be decided are left open.", {"n": lost})
    day = Message(
        "The file was locked on {day}; a lock without the date of a third party proves little.", {"day": found.locked}
    )
    never = mark("The file was not locked before the data were looked at: all verdicts are exploratory.")
    changed = Message("Changed after the lock: {n} entries of claims.", {"n": len(found.deviations)})
    told = [(unread, len(found.faults)), (fewer, lost), (day if found.locked else never, 1)]
    cautions = [one for one, there in [*told, (changed, len(found.deviations))] if there]
    sentence = Message(_ALL, {"n": len(table), **values})
    return Finding("description", sentence, cautions=tuple(cautions))


def parts(found: Judged) -> list[Message]:
    """One paragraph per claim: the sentence and its source, the verdict, the number, and what the verdict depends on.

    Parameters
    ----------
    found
        From :func:`framing.claims.judge`.

    Returns
    -------
    list of Message
        In the order of the file.
    """
    told = []
    for row in each(found.verdicts):  # tens
        other = found.sensitivity[found.sensitivity["claim"] == row.claim]
        changed = other[(other["verdict"] != row.verdict) & (other["verdict"] != UNANSWERABLE)]
        head = Message(
            "**{sentence}** {source} — {verdict}.",
            {
                "sentence": _plain(row.sentence),
                "source": f"({_plain(row.source)})" if row.source else "",
                "verdict": row.verdict,
            },
        )
        amount: Message | str = ""
        if np.isfinite(row.low) or np.isfinite(row.high):
            times = 100 if row.scale == "points" else 1
            values = {name: times * getattr(row, name) for name in ("estimate", "low", "high", "matters")}
            text = _UNITS[row.scale] if np.isfinite(row.estimate) else _ENDLESS
            amount = Message("The estimate is {amount}.", {"amount": Message(text, values)})
        holds: Message | str = ""
        if np.isfinite(row.holds):
            holds = Message("From a dispersion of {phi:.1f} on, the claim is open.", {"phi": row.holds})
        depends: Message | str = ""
        if len(other):
            kinds = tuple(dict.fromkeys(changed["varied"]))
            values = {"n": len(other), "changed": len(changed), "kinds": kinds}
            depends = (
                Message("In {changed} of {n} variations the verdict is another: {kinds}.", values)
                if len(changed)
                else Message("In none of {n} variations is the verdict another.", values)
            )
        told.append(together(head, amount, row.note, holds, depends))
    return told


def _plain(text: str) -> str:
    """Text of a file without signs that markdown obeys."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|" else sign for sign in " ".join(text.split()))
