"""The page that lists the runs: ``outputs/index.html``."""

import math
from itertools import groupby

from framing import messages
from framing.messages import VERDICTS, mark, say
from framing.report.markup import decimals, number, shorten, template
from framing.report.page import shell
from framing.report.pieces import MADE_UP, amount
from framing.report.scatters import Axis, tick


def index(runs: list[dict], *, language: str = "en") -> str:
    """The page that lists every run, with its finding, or with the message of one that failed.

    Parameters
    ----------
    runs
        One mapping a run: ``study``, ``notebook``, ``name``, ``question``, ``status`` (``ok``, ``skipped``,
        ``failed``, ``refused``), ``seconds``, ``finding`` (what :func:`framing.report.finding` was
        given, or None), ``error``, ``href``, ``finished``, ``synthetic``, ``language`` (of its report, in which its
        card is written), ``about`` (what its study is, in a sentence). Only ``study`` and ``name`` must be there.
        Runs of one study and notebook whose findings have one contrast and unit are drawn side by side.
    language
        Language of the furniture; a study whose reports are all in one language is introduced in that.

    Returns
    -------
    str
        A self-contained page of the same design and the same policy as a report.
    """
    with messages.speaking(language):
        order = sorted(runs, key=lambda run: (str(run["study"]), str(run["name"])))
        studies = []
        for name, found in groupby(order, key=lambda run: str(run["study"])):
            here = list(found)
            spoken = {run.get("language") or messages.language() for run in here}
            with messages.speaking(spoken.pop() if len(spoken) == 1 else messages.language()):
                studies.append(_study(name, here))
        return template("index.html.j2").render(**shell(), language=messages.language(), studies=studies)


def _study(name: str, runs: list[dict]) -> dict:
    made_up = name in MADE_UP or any(run.get("synthetic") for run in runs)
    corpus = next((run for run in runs if str(run.get("notebook")).startswith("00_")), {})
    basis = str((corpus.get("finding") or {}).get("basis") or "")
    made = {
        "name": name,
        "count": say("{n} reports", n=len(runs)) if len(runs) > 1 else say("1 report"),
        "about": next((say(run["about"]) for run in runs if run.get("about")), ""),
        "basis": basis,
        "basis_language": corpus.get("language") or "",
        "language": messages.language(),
        "note": say("Made-up data: nothing here is a finding about the press.") if made_up else "",
        "variants": say("The same question, several variants"),
        "heads": [say("Run"), say("Value"), say("95% interval")],
    }
    return made | {"runs": [_run(run) for run in runs], "comparisons": _comparisons(runs)}


def _run(run: dict) -> dict:
    """The card of a run, in the language of its report."""
    with messages.speaking(run.get("language") or messages.language()):
        return _card(run)


def _card(run: dict) -> dict:
    finding, status = run.get("finding") or {}, str(run.get("status") or "ok")
    return {
        "words": {"verdict": say("Verdict"), "caution": say("Caution")},
        "name": str(run["name"]),
        "question": shorten(run.get("question") or run["name"]),
        "href": run.get("href") or "",
        "language": run.get("language") or "",
        "status": status,
        "status_word": say(_STATUS[status]) if status in _STATUS else status,
        "seconds": say("{n} s", n=number(float(run["seconds"]), 1)) if run.get("seconds") else "",
        "finished": str(run.get("finished") or "")[:16].replace("T", " "),
        "verdict": say(VERDICTS[finding["verdict"]]) if finding.get("verdict") in VERDICTS else "",
        "kind": finding.get("verdict") or "",
        "sentence": shorten(finding.get("sentence") or "", 600),
        "number": amount(finding),
        "caution": shorten(finding.get("caution") or "", 600),
        "error": shorten(run.get("error") or "", 1000),
    }


_STATUS = {
    "ok": mark("done"),
    "skipped": mark("unchanged, not run again"),
    "refused": mark("refused"),
    "failed": mark("failed"),
}


def _given(finding: dict, *names: str) -> bool:
    return all(finding.get(name) is not None and math.isfinite(finding[name]) for name in names)


def _comparisons(runs: list[dict]) -> list[dict]:
    """Runs of one notebook that ask the same and measure the same contrast in the same unit, drawn on one axis."""
    groups: dict[tuple, list[dict]] = {}
    for run in runs:
        if _given(run.get("finding") or {}, "value"):
            notebook = str(run.get("notebook") or run["name"]).removesuffix(".ipynb")
            found = run["finding"]
            same = (str(found.get("unit") or ""), *map(str, found.get("contrast") or ()))
            key = (notebook, str(run.get("question") or ""), same)
            groups.setdefault(key, []).append(run)
    return [
        _compared(question or notebook, unit, found)
        for (notebook, question, (unit, *_)), found in groups.items()
        if len(found) > 1
    ]


ENDS = ("value", "low", "high")


def _compared(title: str, unit: str, runs: list[dict]) -> dict:
    """One row per run: what it found, and its value and interval on one axis with the others."""
    found = [{name: run["finding"][name] for name in ENDS if _given(run["finding"], name)} for run in runs]
    values = [value for each in found for value in each.values()]
    low, high = min(values), max(values)
    margin = (high - low) * 0.06 or abs(high) * 0.1 or 1
    axis, digits = Axis(low - margin, high + margin, 0, 100), decimals(values)
    rows = [
        {
            **_run(run),
            "sentence": shorten(run["finding"].get("sentence") or "", 240),
            "at": {name: float(axis.place(value)) for name, value in each.items()},
            "told": number(each["value"], digits),
            "range": say("{low} to {high}", **{end: number(each[end], digits) for end in ("low", "high")})
            if "low" in each and "high" in each
            else "–",
        }
        for run, each in zip(runs, found, strict=True)
    ]
    return {
        "title": shorten(title),
        "unit": shorten(unit, 80),
        "language": rows[0]["language"],
        "rows": rows,
        "ticks": [(float(axis.place(value)), value, tick(value)) for value in axis.ticks()],
    }
