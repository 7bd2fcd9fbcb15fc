"""The one HTML file a run becomes: self-contained, offline, and deaf to whatever its texts say.

Three walls keep text from articles from running. Every piece escapes what it shows; HTML that did not
come from a piece of :mod:`framing.report` is cut down to tables and plain markup; and the page's
Content-Security-Policy lets only our own script run, and nothing be fetched.
"""

import base64
import hashlib
import html
import re
from dataclasses import dataclass, field

from markupsafe import Markup

from framing import __version__, messages
from framing.messages import say
from framing.report import foreign
from framing.report.markup import LIVE, asset, clean, piece, script, shorten, template
from framing.report.pieces import markdown

_MIME = re.compile(r"application/vnd\.framing\.(\w+)\+json")
_HOW_TO_READ = re.compile(r"\s*#*\s*[*_]*(how to read (this|it)|読み方)[*_:：.。]*", re.IGNORECASE)
_CODE = '<div class="fr-cell"><details class="fr-code">'
"""How a cell that shows nothing begins."""
MADE = "made"
"""The id of the section on how a report was made."""
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)


def shell() -> dict[str, object]:
    """What every page holds: style, script, and the policy that lets only this script run."""
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    policy = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    style = asset("pieces.css") + asset("page.css")
    return {"style": Markup(style), "script": Markup(script()), "policy": policy, "version": __version__}


@dataclass
class Report:
    """What is found in a notebook on the way through its cells."""

    question: str = ""
    study: str = ""
    files: str = ""
    synthetic: bool = False
    finding: str = ""
    stamp: str = ""
    made: dict = field(default_factory=dict)
    error: dict | None = None
    parts: list[str] = field(default_factory=list)
    contents: list[dict] = field(default_factory=list)


def export(
    notebook,
    *,
    title: str,
    study: str = "",
    language: str | None = None,
    error: str = "",
    home: str = "",
    files: str = "",
) -> str:
    """One self-contained HTML page from an executed notebook.

    Parameters
    ----------
    notebook
        The notebook as nbformat reads it (version 4), executed, failed or half-way.
    title
        Title of the page where the notebook asks no question of its own (``report.title`` or ``# ...``).
    study
        Name of the study, where ``report.title`` does not name one.
    language
        Language of the furniture; by default the one the notebook's ``report.title`` asked for.
    error
        Message of a run that ended without an error in the notebook, for example a kernel that was killed.
    home
        Address of the list of runs, relative to the page.
    files
        Address of the folder with the run's tables and figures, relative to the page; with it each table
        and figure links to its files.

    Returns
    -------
    str
        The page. It asks for nothing from the network, and runs no script but the toolkit's own.
    """
    found = Report(study=study, files=files)
    with messages.speaking(language or _language(notebook)):
        for cell in notebook.cells:
            if "papermill-error-cell-tag" in cell.metadata.get("tags", []):
                continue
            if cell.cell_type == "markdown":
                _text(say(_source(cell).strip()), found)
            elif cell.cell_type == "code":
                _code(cell, found)
        if error and not found.error:
            found.error = {"message": shorten(clean(error), 2000), "cell": None, "traceback": ""}
        question = found.question or clean(title)
        _close(found)
        shown = vars(found) | {"question": shorten(question), "study": shorten(found.study, 80), "made": MADE}
        shown |= {name: Markup(shown[name]) for name in ("finding", "stamp")}
        shown |= {"parts": [Markup(part) for part in found.parts], "cite": _cite(question, found)}
        page = template("report.html.j2")
        return page.render(**shell(), **shown, language=messages.language(), home=home)


_BARE = re.compile(r'<div class="fr-text"><h\d id="([^"]+)">.*</h\d></div>', re.DOTALL)


def _close(found: Report) -> None:
    """How it was made stands in the foot of the page: a heading the notebook has for it would lead to nothing."""
    last = [i for i, part in enumerate(found.parts) if found.stamp and not part.startswith(_CODE)][-1:]
    bare = _BARE.fullmatch(found.parts[last[0]]) if last else None
    if bare:
        del found.parts[last[0]]
        found.contents = [entry for entry in found.contents if entry["id"] != bare[1]]
    if found.stamp:
        found.contents.append({"level": 2, "id": MADE, "text": say("How this was made")})


def _source(cell) -> str:
    return "".join(cell.source)


def _language(notebook) -> str:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            asked = output.get("data", {}).get("application/vnd.framing.title+json", {})
            if asked.get("language") in messages.LANGUAGES:
                return asked["language"]
    return messages.LANGUAGES[0]


def _text(source: str, found: Report) -> None:
    """A markdown cell: its first-level heading is the page's title, the others go into the contents."""
    reading = _HOW_TO_READ.match(source)
    if reading:
        found.parts.append(piece("reading", markdown(source[reading.end() :])))
        return

    def heading(match: re.Match) -> str:
        level, inner = int(match[1]), match[2]
        text = html.unescape(re.sub(r"<[^>]+>", "", inner)).strip()
        if level == 1 and not found.contents:
            found.question = found.question or text
            return ""
        level = max(level, 2)
        anchor = f"section-{len(found.contents) + 1}"
        found.contents.append({"level": min(level, 3), "id": anchor, "text": shorten(text, 120)})
        return f'<h{level} id="{anchor}">{inner}</h{level}>'

    body = _HEADING.sub(heading, markdown(source)).strip()
    if body:
        found.parts.append(f'<div class="fr-text">{body}</div>')


def _code(cell, found: Report) -> None:
    parts = [_shown(output, found, cell) for output in cell.get("outputs", [])]
    source = _source(cell).strip()
    found.parts += [piece("cell", Markup("".join(parts)), foreign.code(source))] if source else parts


def _shown(output, found: Report, cell) -> str:
    if output.output_type == "stream":
        return foreign.printed(output)
    if output.output_type == "error":
        return _failed(output, found, cell)
    data = output.get("data", {})
    kind = next((match[1] for match in map(_MIME.fullmatch, data) if match), None)
    if kind:
        return _piece(kind, data, found)
    return foreign.shown(data)


def _piece(kind: str, data, found: Report) -> str:
    """A piece of our own: some have a place of their own in the page."""
    markup = "".join(data.get("text/html", "")).rpartition(LIVE)[2]
    plain = data[f"application/vnd.framing.{kind}+json"]
    if kind == "title":
        found.question, found.study = plain.get("question") or found.question, plain.get("study") or found.study
        found.synthetic = bool(plain.get("synthetic"))
        return ""
    if kind == "stamp":
        found.stamp, found.made = found.stamp + markup, plain
        return ""
    if kind == "finding" and not found.finding:
        found.finding = markup
        return ""
    names = plain.get("files") if found.files else None  # they lie beside the page
    return f"{markup}{piece('files', found.files, names) if names else ''}"


def _failed(output, found: Report, cell) -> str:
    message = f"{output.ename}: {output.evalue}" if output.evalue else output.ename
    trace = clean(foreign.ANSI.sub("", "\n".join(output.traceback)))
    if not found.error:
        number = cell.get("execution_count")
        found.error = {"message": shorten(clean(message), 2000), "cell": number, "traceback": trace[-foreign.OUTPUT :]}
    return piece("failed", message)


def _cite(question: str, found: Report) -> dict | None:
    """How to cite the report: what it asked, of which data, by which version, when."""
    if not found.made:
        return None
    made = found.made.get("made", "")
    version = found.made.get("versions", {}).get("framing", __version__)
    sums = ", ".join(f"{name} {value}" for name, value in found.made.get("inputs", {}).items())
    text = say(
        "“{title}” Study {study}. Report made with framing {version} on {made}.",
        title=question,
        study=found.study or "–",
        version=version,
        made=made,
    )
    key = re.sub(r"[^a-z0-9]+", "-", f"framing-{found.study}-{made[:10]}".lower()).strip("-")
    safe = re.sub(r"[{}\\]", "", question)
    note = f"Study {found.study}; made with framing {version}" + (f"; inputs {sums}" if sums else "")
    bibtex = f"@misc{{{key},\n  title = {{{safe}}},\n  year = {{{made[:4]}}},\n  note = {{{note}}}\n}}"
    return {"text": text, "bibtex": clean(bibtex)}
