"""The words of a report: its question, its finding, how to read a result, and how it was made."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

import mistune
import numpy as np
import pandas as pd
from markupsafe import Markup

from framing import ledger, messages, provenance
from framing.errors import ParamError, TableError
from framing.messages import VERDICTS, Finding, Message, Part, clauses, listed, mark, paragraph, said, say
from framing.report.glossary import with_definitions
from framing.report.markup import Piece, clean, decimals, esc, new_id, number, piece, shorten
from framing.report.tables import simple

_FACTS = (mark("errors"), mark("notes"), mark("tokeniser"))
"""Names of what else a stamp says."""


_STEPS = {"step": mark("step"), "n_rows": mark("rows left"), "n_dropped": mark("rows dropped"), "reason": mark("why")}
"""Columns of the steps, as a stamp names them."""


MADE_UP = ("sample",)
"""Studies whose data are made up; their reports say so above everything."""


def title(
    question: str, *, study: str = "", language: str = "en", labels: Mapping | None = None, **values: str
) -> Piece:
    """The question of a report, and the language of everything shown after it.

    Parameters
    ----------
    question
        The question, as a reader would ask it, in English; one that the catalogue holds (:mod:`framing.messages`) is
        shown in the language of the report.
    study
        Name of the study.
    language
        ``en`` or ``ja``.
    labels
        Value of the data → name to print for it in every table.
    **values
        What stands in the question for ``{name}``; one made by ``report.mark`` is said in the language as well.

    Raises
    ------
    ParamError
        The language is not known.
    """
    messages.use(language)
    messages.call(labels or {})
    question = say(question, **{name: say(v) if isinstance(v, Message) else v for name, v in values.items()})
    told = {"question": clean(shorten(question)), "study": clean(study), "language": language}
    told["synthetic"] = study in MADE_UP
    return Piece(piece("title", study, question), question, told, "title")


def finding(
    sentence: Finding | str,
    *,
    rests_on: pd.DataFrame | None = None,
    cluster: str = "",
    machine: str = "",
    value=None,
    low=None,
    high=None,
    unit: str = "",
    caution: str = "",
) -> Piece:
    """The answer in one sentence, with its verdict, the number behind it and what it rests on.

    Parameters
    ----------
    sentence
        What a question's ``answer`` returned, or a sentence of one's own; it stands at the top of the report and in
        ``outputs/index.html``.
    rests_on, cluster
        The articles, or other rows, the finding rests on, and their column of clusters: the report counts the rows,
        their outlets and clusters, and says from when to when they are.
    machine
        What of the finding a machine coded, as the parameter of the notebooks says it: a caution says that it is
        uncorrected.
    value, low, high, unit, caution
        For a sentence of one's own: the estimate and the ends of its 95% interval (missing values are left out), what
        the value counts, for example ``"log2 ratio"`` (variants of one notebook are compared only where their units
        are the same), and what keeps the finding from being read as more than it is.

    Raises
    ------
    ParamError
        The ends of the interval are the wrong way round.
    """
    found = sentence
    if not isinstance(found, Finding):
        found = Finding(None, found, value, low, high, unit, (caution,) if caution else ())
    value, low, high = _finite(found.value), _finite(found.low), _finite(found.high)
    if low is None or high is None:
        low = high = None  # half an interval is none: the other end could not be estimated
    elif low > high:
        raise ParamError(f"the interval of the finding runs from {low} to {high}; low must not be above high")
    text, unit = say(found.sentence), say(found.unit)
    cautions, basis = [say(one) for one in found.cautions if one], "" if rests_on is None else _basis(rests_on, cluster)
    cautions += [say(_UNCORRECTED, code=machine.partition("=")[0].strip())] if machine else []
    verdict = say(VERDICTS[found.verdict]) if found.verdict else ""
    data = {"value": value, "low": low, "high": high}
    said: dict[str, object] = {
        "sentence": _said(text),
        "unit": _said(unit),
        "caution": _said(paragraph(cautions)) if cautions else None,
    }
    said |= {"verdict": found.verdict, "basis": _said(basis), "contrast": [_said(one) for one in found.contrast]}
    wrong = ledger.sentence(found.procedure, found.features) if found.procedure else None
    about = (verdict, found.verdict, say(wrong) if wrong else "", basis)
    markup = piece("finding", text, amount(data | {"unit": unit, "sentence": text}), cautions, *about)
    return Piece(markup, text, said | data, "finding")


_UNCORRECTED = mark(
    "A machine coded “{code}”, and its codes are uncorrected here: what it misses or finds wrongly more often in one "
    "group or time than in another shows as a difference. 32_corrected holds them against people's codes."
)
_ARTICLES = mark("{n:,} articles from one outlet"), mark("{n:,} articles from {outlets:,} outlets")
_MESSAGES = mark("{n:,} messages in one outlet"), mark("{n:,} messages in {outlets:,} outlets")
_CLUSTERED = {
    "issue_date": mark("days of publication"), "date": mark("dates"), "cluster_id": mark("groups of near-duplicates"),
}  # fmt: skip
"""Columns of clusters that the toolkit makes, as a reader knows them."""


def _basis(articles: pd.DataFrame, cluster: str) -> str:
    """What a finding rests on: rows, outlets, time, clusters."""
    n, days = len(articles), pd.to_datetime(pd.Series(articles.get("date", [])), errors="coerce").dropna()
    outlets = articles["outlet"].nunique() if "outlet" in articles else 0
    kinds = _MESSAGES if "message_id" in articles else _ARTICLES
    parts = [say(kinds[outlets != 1], n=n, outlets=outlets) if outlets else say("{n:,} rows", n=n)]
    parts += [say("{first:%Y-%m-%d} to {last:%Y-%m-%d}", first=days.min(), last=days.max())] if len(days) else []
    groups = articles[cluster].nunique() if cluster in articles and cluster != "article_id" else 0
    parts += (
        [say("{n:,} clusters ({column})", n=groups, column=said(_CLUSTERED.get(cluster, cluster)))] if groups else []
    )
    return listed(parts)


def amount(finding: Mapping) -> Markup:
    """The value of a finding with its unit and interval.

    They are rounded as the sentence rounds them. Where one of them is below 0, all have their sign: +20 is a change
    then, and no amount.
    """
    value, low, high = (_finite(finding.get(name)) for name in ("value", "low", "high"))
    if value is None:
        return Markup()
    ends = () if low is None or high is None else (low, high)
    digits = _rounding(str(finding.get("sentence") or ""), value, ends)
    plus = "+" if min([value, *ends]) < 0 else ""
    told, *interval = (plus * (each > 0) + number(each, digits) for each in (value, *ends))
    return piece("amount", told, finding.get("unit") or "", *interval)


def _rounding(sentence: str, value: float, ends: tuple[float, ...]) -> int:
    """The decimals that a sentence gives a number and, side by side, the ends of its interval; else suitable ones."""
    there = re.findall(r"\d[\d,]*(?:\.\d+)?", sentence)
    for digits in (3, 2, 1, 0):
        told, *beside = (number(abs(each), digits) for each in (value, *ends))
        if told in there and tuple(beside) in pairwise(there):
            return digits
    return decimals([value, *ends])


def _finite(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(float(value)) else float(value)


def _said(text: object) -> str:
    return clean(shorten(text, 2000))


class _Renderer(mistune.HTMLRenderer):
    """Markdown without markup of its own, pictures from elsewhere, or addresses that run."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return esc(text)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        safe = re.match(r"(https?://|mailto:|#|[\w./%-]+$)", url) is not None
        return f'<a href="{esc(url)}" rel="noreferrer">{text}</a>' if safe else text


_markdown = mistune.create_markdown(renderer=_Renderer(escape=True), plugins=["table", "footnotes", "strikethrough"])


def markdown(text: str) -> Markup:
    """Markdown as HTML; markup in it is shown as text, and footnotes get ids of their own.

    A term referred to as ``[^q]`` gets its definition from :mod:`framing.report.glossary` as a footnote.
    """
    prefix = new_id("note")
    made = str(_markdown(clean(with_definitions(text))))
    made = re.sub(r'(id="|href="#)(fn)', rf"\1{prefix}-\2", made)
    return Markup(made.replace('</sup><sup class="footnote-ref"', '</sup><sup>,</sup><sup class="footnote-ref"'))


def explain(
    text: str | Sequence[str] | Sequence[Part], *, label: str = "How to read this", picture: Callable | None = None
) -> Piece:
    """How to read the result above: markdown, set apart from the results.

    Parameters
    ----------
    text
        Markdown, or messages, which become a list. Quoted text from articles is safe here: markup in it is shown, not
        obeyed. Parts (:class:`framing.messages.Part`) become a section each, with a heading in the contents.
    label
        What stands above it; an empty one makes it plain text of the page.
    picture
        Of parts: what draws the figure of one, from the tables that it names.
    """
    parts = [] if isinstance(text, str) else [one for one in text if isinstance(one, Part)]
    if parts:
        return Pieces([piece for part in parts for piece in _section(part, picture)])
    text = text if isinstance(text, str) else "\n".join(f"- {said(each)}" for each in text)
    text = re.sub(r"^\s*#+\s*How to read this\s*\n", "", say(text), flags=re.IGNORECASE)
    text = shorten(text, 20_000)
    return Piece(piece("reading", markdown(text), say(label) if label else ""), text, kind="read")


def _section(part: Part, picture: Callable | None) -> list[Piece]:
    """The heading, the sentences, the figure and the small table of a part."""
    heading = shorten(clean(said(part.heading)))
    made = [Piece(piece("heading", heading), heading, {"heading": heading}, "part")]
    made.append(explain("\n\n".join(said(one) for one in part.lead), label=""))
    if picture and part.drawn:
        made.append(picture(*part.drawn))
    if part.table:
        rows = [(said(name), said(told)) for name, told in part.table]
        markup = piece("pairs", say("Robustness checks"), rows)
        made.append(Piece(markup, "\n".join(": ".join(row) for row in rows), kind="read"))
    if part.lines:
        made.append(explain("\n\n".join(said(one) for one in part.lines), label=""))
    return made


class Pieces(Piece):
    """Several pieces, shown one after another."""

    def __init__(self, pieces: list[Piece]):
        super().__init__("".join(one.markup() for one in pieces), "\n".join(map(repr, pieces)))
        self._pieces = pieces

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for one in self._pieces:
            display(one)


def stamp(
    *,
    parameters: dict | None = None,
    inputs: dict | None = None,
    steps: pd.DataFrame | None = None,
    seed: int | None = None,
    **more: object,
) -> Piece:
    """How the report was made: what it was given, what was dropped and why, versions and seed.

    Parameters
    ----------
    parameters
        Name → value, beside those of the notebook's parameters cell, which are taken from the notebook itself
        (:func:`framing.provenance.parameters`); of two of one name this one is shown.
    inputs
        Name → checksum of every table or file read (:func:`framing.provenance.of_frame`, ``of_file``).
    steps
        One row per step, with ``step``, ``n_rows`` (rows left after it), ``n_dropped`` and ``reason``.
    seed
        The seed of every random step; leave it out where nothing is random.
    **more
        Anything else that can change a number: ``dictionary=``, ``lexicon=``, ``tokeniser=``, and ``notes=`` (a list of
        messages).

    Raises
    ------
    TableError
        ``steps`` lacks the column ``step``.
    """
    if steps is not None and "step" not in steps:
        raise TableError(f"steps has no column 'step'; it has {list(steps.columns)}")
    parameters = provenance.parameters() | (parameters or {})
    more = {
        name: clauses(value) if isinstance(value, list) else say(value) if isinstance(value, Message) else value
        for name, value in more.items()
    }
    made = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z")
    facts: dict[str, object] = {say("Made"): made}
    if seed is not None:
        facts[say("Seed")] = seed
    facts |= {say(name.replace("_", " ")): value for name, value in more.items()}
    versions = provenance.versions()
    blocks = [
        ("", facts, None),
        (say("Parameters"), parameters, None),
        (say("Inputs and their checksums"), inputs, None),
        (say("Rows kept and dropped"), None, None if steps is None else simple(steps.rename(columns=_STEPS))),
        (say("Versions"), versions, None),
    ]
    data = {
        "made": made,
        "seed": seed,
        "parameters": {_said(name): _said(value) for name, value in parameters.items()},
        "inputs": {_said(name): _said(value) for name, value in (inputs or {}).items()},
        "versions": versions,
        **{name: _said(value) for name, value in more.items()},
    }
    return Piece(piece("stamp", blocks), f"Made {made} with framing {versions['framing']}", data, "stamp")
