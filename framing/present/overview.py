"""The page that lists the runs: ``outputs/index.html``."""

import math
from itertools import groupby

from markupsafe import Markup

from framing.present import words
from framing.present.markup import bdi, decimals, esc, number, shorten
from framing.present.page import environment, shell
from framing.present.pieces import MADE_UP
from framing.present.scatters import Axis, tick
from framing.present.words import word

WIDTH, LEFT, RIGHT, ROW = 640, 200, 90, 26


def index(runs: list[dict], *, language: str = "en") -> str:
    """The page that lists every run, with its finding, or with the message of one that failed.

    Parameters
    ----------
    runs
        One mapping a run: ``study``, ``notebook``, ``name``, ``question``, ``status`` (``ok``, ``skipped``,
        ``failed``, ``refused``), ``seconds``, ``finding`` (what :func:`framing.present.finding` was
        given, or None), ``error``, ``href``, ``finished``, ``synthetic``. Only ``study`` and ``name`` must be there.
        Runs of one study and notebook whose findings count the same thing are drawn side by side.
    language
        Language of the furniture.

    Returns
    -------
    str
        A self-contained page of the same design and the same policy as a report.
    """
    before = words.language()
    try:
        words.use(language)
        order = sorted(runs, key=lambda run: (str(run["study"]), str(run["name"])))
        studies = [_study(name, list(found)) for name, found in groupby(order, key=lambda run: str(run["study"]))]
        return environment().get_template("index.html.j2").render(**shell(), language=words.language(), studies=studies)
    finally:
        words.use(before)


def _study(name: str, runs: list[dict]) -> dict:
    made_up = name in MADE_UP or any(run.get("synthetic") for run in runs)
    cards = [_run(run) for run in runs]
    return {"name": name, "runs": cards, "synthetic": made_up, "comparisons": _comparisons(runs)}


def _run(run: dict) -> dict:
    finding, status = run.get("finding") or {}, str(run.get("status") or "ok")
    return {
        "name": str(run["name"]),
        "question": shorten(run.get("question") or run["name"]),
        "href": run.get("href") or "",
        "status": status,
        "status_word": word({"failed": "failed_status"}.get(status, status)) if status in _STATUS else status,
        "seconds": word("seconds", n=number(float(run["seconds"]), 1)) if run.get("seconds") else "",
        "finished": str(run.get("finished") or "")[:16].replace("T", " "),
        "sentence": shorten(finding.get("sentence") or "", 600),
        "number": Markup(_number(finding)),
        "caution": shorten(finding.get("caution") or "", 600),
        "error": shorten(run.get("error") or "", 1000),
    }


_STATUS = {"ok", "skipped", "failed", "refused"}


def _given(finding: dict, *names: str) -> bool:
    return all(finding.get(name) is not None and math.isfinite(finding[name]) for name in names)


def _number(finding: dict) -> str:
    """The value of a finding with its unit and interval."""
    if not _given(finding, "value"):
        return ""
    ends = [finding["low"], finding["high"]] if _given(finding, "low", "high") else []
    digits = decimals([finding["value"], *ends])
    shown = (
        f'<span class="fr-value">{esc(number(finding["value"], digits))}</span> {bdi(finding.get("unit") or "", 80)}'
    )
    if ends:
        low, high = (number(end, digits) for end in ends)
        shown += f' <span class="fr-interval">{esc(word("interval"))} {low} {esc(word("to"))} {high}</span>'
    return shown


def _comparisons(runs: list[dict]) -> list[dict]:
    """Runs of one notebook that count the same thing, drawn on one axis."""
    groups: dict[tuple[str, str], list[dict]] = {}
    for run in runs:
        if _given(run.get("finding") or {}, "value"):
            notebook = str(run.get("notebook") or run["name"]).removesuffix(".ipynb")
            groups.setdefault((notebook, str(run["finding"].get("unit") or "")), []).append(run)
    return [
        {"title": shorten(found[0].get("question") or notebook), "plot": Markup(_plot(found, unit))}
        for (notebook, unit), found in groups.items()
        if len(found) > 1
    ]


def _plot(runs: list[dict], unit: str) -> str:
    """One line a run: its value and interval, on a common axis."""
    values = [
        v for run in runs for k in ("value", "low", "high") if _given(run["finding"], k) for v in [run["finding"][k]]
    ]
    low, high = min(values), max(values)
    margin = (high - low) * 0.06 or abs(high) * 0.1 or 1
    axis = Axis(low - margin, high + margin, LEFT, WIDTH - RIGHT)
    bottom = ROW * len(runs) + 6
    digits = decimals(values)
    parts, told = [], []
    for value in axis.ticks():
        place, zero = f"{axis.place(value):.1f}", " fr-zero" if value == 0 else ""
        parts.append(
            f'<path class="fr-grid{zero}" d="M{place} 4V{bottom}"/>'
            f'<text class="fr-quiet" x="{place}" y="{bottom + 15}" text-anchor="middle">{tick(value)}</text>'
        )
    for i, run in enumerate(runs):
        finding, y = run["finding"], ROW * i + ROW / 2 + 2
        if _given(finding, "low", "high"):
            parts.append(
                f'<path class="fr-line" d="M{axis.place(finding["low"]):.1f} {y}H{axis.place(finding["high"]):.1f}"/>'
            )
        shown = number(finding["value"], digits)
        parts.append(
            f'<circle cx="{axis.place(finding["value"]):.1f}" cy="{y}" r="4.5"/>'
            f'<text x="0" y="{y + 4}">{esc(shorten(run["name"], 26))}</text>'
            f'<text x="{WIDTH - 4}" y="{y + 4}" text-anchor="end">{esc(shown)}</text>'
        )
        told.append(f"{run['name']} {shown}")
    parts.append(
        f'<text class="fr-quiet" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{bottom + 31}" text-anchor="middle">'
        f"{esc(shorten(unit, 80))}</text>"
    )
    label, body = esc("; ".join(told)), "".join(parts)
    return f'<svg viewBox="0 0 {WIDTH} {bottom + 38}" role="img" aria-label="{label}">{body}</svg>'
