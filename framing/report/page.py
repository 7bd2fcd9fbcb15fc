"""The one HTML file a run becomes: self-contained, offline, and deaf to whatever its texts say.

A report answers first. Figures stand on the page, what a reader works with after them, every table, the code and
how it was made in a closed appendix; a tag of a notebook's cell says where it is otherwise (:data:`PLACES`).

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
from framing.report.markup import LIVE, asset, clean, esc, piece, script, shorten, template
from framing.report.pieces import markdown

_MIME = re.compile(r"application/vnd\.framing\.(\w+)\+json")
_HOW_TO_READ = re.compile(r"\s*#*\s*[*_]*(how to read (this|it)|読み方)[*_:：.。]*", re.IGNORECASE)
PLACES = ("key", "page", "explore", "appendix")
"""Tags of a cell that say where its results stand; ``key`` is the figure that shows the finding, which comes first."""
_OWN = {"table": "appendix", "scatter": "explore", "topics": "explore"}
"""Where a piece stands whose cell has no tag; every other is on the page."""
FIGURES = 4
"""Figures on the page, the key figure with them; further ones stand in the appendix unless a tag says otherwise."""
APPENDIX, EXPLORE = "appendix", "explore"
"""Ids of the appendix and of the part a reader works with."""
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
class Section:
    """A heading of the notebook, the text under it, and the parts that follow with the place of each."""

    heading: str = ""
    level: int = 2
    text: str = ""
    parts: list[tuple[str, str]] = field(default_factory=list)
    last: str = "page"
    """Where its last result stands, and so what speaks of that; nowhere where it was a table without rows."""
    moved: bool = False
    """Whether a cell of it shows nothing here: code alone, the finding, the stamp, a table without rows."""

    def put(self, place: str, part: str) -> None:
        self.last, self.moved = place, self.moved or not part
        if place and part:
            self.parts.append((place, part))

    def at(self, *places: str) -> list[str]:
        """Its parts in some places, those of the first place first."""
        return [part for place in places for where, part in self.parts if where == place]


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
    sections: list[Section] = field(default_factory=lambda: [Section()])
    code: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    figures: int = 0


def export(
    notebook,
    *,
    title: str,
    study: str = "",
    language: str | None = None,
    error: str = "",
    home: str = "",
    files: str = "",
    word: str = "",
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
    word
        Address of the same report as a Word document, relative to the page.

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
        shown = vars(found) | {"question": shorten(question), "study": shorten(found.study, 80)}
        shown |= {name: Markup(shown[name]) for name in ("finding", "stamp")}
        shown |= _arranged(found) | {"code": [Markup(part) for part in found.code], "cite": _cite(question, found)}
        page = template("report.html.j2")
        return page.render(**shell(), **shown, language=messages.language(), home=home, word=word)


def _arranged(found: Report) -> dict:
    """The sections by place: the one with the key figure first, then the others in the order of the notebook."""
    page, explore, appendix, contents = [], [], [], []
    for section in sorted(found.sections, key=lambda section: not section.at("key")):
        here, live, behind = section.at("key", "page"), section.at("explore"), section.at("appendix")
        bare = not section.parts and not section.moved and (section.heading or section.text)
        if here or bare:
            page.append(_titled(section, section.level, here, contents))
        if live:
            explore.append(_titled(section, 3, live))
        if behind:
            appendix.append(_titled(section, 3, behind))
    more = {EXPLORE: (say("Explore"), explore), APPENDIX: (say("Appendix"), [*appendix, *found.code, *found.empty])}
    contents += [{"level": 2, "id": name, "text": text} for name, (text, parts) in more.items() if parts]
    return {"page": page, "explore": explore, "appendix": appendix, "contents": contents}


def _titled(section: Section, level: int, parts: list[str], contents: list | None = None) -> Markup:
    """Parts under the heading of their section; with ``contents`` the text under it too, and a link to it."""
    name = ""
    if contents is not None and section.heading:
        name = f' id="section-{len(contents) + 1}"'
        text = html.unescape(re.sub(r"<[^>]+>", "", section.heading)).strip()
        contents.append({"level": min(level, 3), "id": f"section-{len(contents) + 1}", "text": shorten(text, 120)})
    heading = f"<h{level}{name}>{section.heading}</h{level}>" if section.heading else ""
    text = f'<div class="fr-text">{section.text}</div>' if section.text and contents is not None else ""
    return Markup(heading + text + "".join(parts))


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
    """A markdown cell: its first-level heading is the page's title, each other begins a section."""
    reading = _HOW_TO_READ.match(source)
    if reading:
        found.sections[-1].put(
            found.sections[-1].last, piece("reading", markdown(source[reading.end() :]), say("How to read this"))
        )
        return
    before, *headed = _HEADING.split(markdown(source))
    for level, heading, text in [("", "", before), *zip(headed[::3], headed[1::3], headed[2::3], strict=True)]:
        if level == "1" and len(found.sections) == 1:
            found.question = found.question or html.unescape(re.sub(r"<[^>]+>", "", heading)).strip()
        elif level:
            found.sections.append(Section(heading, max(int(level), 2)))
        section = found.sections[-1]
        if section.parts and text.strip():
            section.put("page", f'<div class="fr-text">{text.strip()}</div>')
        else:
            section.text += text.strip()


def _code(cell, found: Report) -> None:
    source, section, stamped = _source(cell).strip(), found.sections[-1], found.stamp
    if source:
        found.code.append(piece("code", foreign.code(source)))
    tag = next((tag for tag in cell.metadata.get("tags", []) if tag in PLACES), "")
    begun, shown = len(found.sections), []
    for output in cell.get("outputs", []):
        place, part = _shown(output, found, cell)
        shown.append((found.sections[-1], tag or place, part))  # the section that a part of its own has begun
    if source and len(found.sections) == begun and (found.stamp == stamped or not section.text):
        section.moved = True  # the stamp takes no text of its section along
    for where, place, part in shown:
        if part or found.stamp == stamped:
            where.put(place, part)


def _shown(output, found: Report, cell) -> tuple[str, str]:
    """Where an output stands and what it shows; what has a place of its own in every report stands nowhere else."""
    if output.output_type == "stream":
        return "appendix" if output.name == "stderr" else "page", foreign.printed(output)
    if output.output_type == "error":
        return "page", _failed(output, found, cell)
    data = output.get("data", {})
    kind = next((match[1] for match in map(_MIME.fullmatch, data) if match), None)
    return _piece(kind, data, found) if kind else ("page", foreign.shown(data))


def _piece(kind: str, data, found: Report) -> tuple[str, str]:
    """A piece of our own and its place."""
    markup = "".join(data.get("text/html", "")).rpartition(LIVE)[2]
    plain = data[f"application/vnd.framing.{kind}+json"]
    if kind == "title":
        found.question, found.study = plain.get("question") or found.question, plain.get("study") or found.study
        found.synthetic = bool(plain.get("synthetic"))
        return "page", ""
    if kind == "part":
        found.sections.append(Section(esc(plain.get("heading", "")), 3))
        return "page", ""
    if kind == "stamp":
        found.stamp, found.made = found.stamp + markup, plain
        return "page", ""
    if kind == "finding" and not found.finding:
        found.finding = markup
        return "page", ""
    if plain.get("rows") == 0:
        found.empty.append(plain["caption"])
        return "", ""
    names = plain.get("files") if found.files else None  # they lie beside the page
    markup = f"{markup}{piece('files', found.files, names) if names else ''}"
    if kind == "read":
        return found.sections[-1].last, markup
    found.figures += kind == "picture"
    spare = kind == "picture" and found.figures > FIGURES
    return "appendix" if spare else _OWN.get(kind, "page"), markup


def _failed(output, found: Report, cell) -> str:
    message = f"{output.ename}: {output.evalue}" if output.evalue else output.ename
    trace = clean(foreign.ANSI.sub("", "\n".join(output.traceback)))
    if found.error:
        return piece("failed", message)
    number, before = cell.get("execution_count"), trace.rstrip().removesuffix(clean(message)).rstrip()
    found.error = {"message": shorten(clean(message), 2000), "cell": number, "traceback": before[-foreign.OUTPUT :]}
    return ""  # it stands at the head of the page


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
