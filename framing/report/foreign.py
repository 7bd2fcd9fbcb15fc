"""What a notebook holds that is no piece of ours: code, printed text, and the output of other libraries."""

import base64
import re

from markupsafe import Markup

from framing.report.markup import clean, piece, shorten
from framing.report.pieces import markdown

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
"""The colours of a terminal."""

OUTPUT = 200_000
"""Characters of printed output shown for one cell at most."""


def code(source: str) -> Markup:
    """Python with its words marked for colouring."""
    from pygments import highlight
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexers.python import PythonLexer

    return Markup(highlight(clean(source), PythonLexer(), HtmlFormatter(nowrap=True)))


def shown(data) -> str:
    """Output of another library: pictures as they are, HTML cut down, everything else as text."""
    text = "".join(data.get("text/plain", ""))
    for kind in ("image/svg+xml", "image/png", "image/jpeg"):
        if kind in data:
            body = "".join(data[kind])
            coded = base64.b64encode(body.encode()).decode() if kind == "image/svg+xml" else re.sub(r"\s", "", body)
            return piece("image", kind, coded, shorten(text))
    if "application/vnd.jupyter.widget-view+json" in data:
        return ""  # a widget is nothing without its kernel
    if "text/html" in data:
        return piece("foreign", _harmless("".join(data["text/html"])))
    if "text/markdown" in data:
        return f'<div class="fr-text">{markdown("".join(data["text/markdown"]))}</div>'
    return piece("printed", text[:OUTPUT], False) if text.strip() else ""


_TAGS = {
    "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "p", "div", "span", "br", "hr", "bdi", "pre",
    "b", "strong", "i", "em", "u", "s", "small", "sub", "sup", "code", "blockquote",
    "ul", "ol", "li", "dl", "dt", "dd", "h3", "h4", "h5", "h6",
}  # fmt: skip
_UNREAD = {"script", "style", "template", "noscript"}
"""Elements that go with all they hold."""


def _harmless(markup: str) -> Markup:
    """HTML of another library, cut down to tables and plain markup: no script, style, picture or link."""
    import nh3

    own = {"*": {"colspan", "rowspan", "scope", "dir"}}
    kept = nh3.clean(clean(markup), tags=_TAGS, clean_content_tags=_UNREAD, attributes=own, link_rel=None)
    return Markup(
        re.sub(r"<th[^>]*>\s*</th>", "<td></td>", kept)
    )  # the head over an index without a name heads nothing


def printed(output) -> str:
    """What a cell printed; warnings and progress are folded away."""
    lines = ANSI.sub("", "".join(output.text)).split("\n")
    text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines).strip(
        "\n"
    )  # a progress bar rewrites its line
    return piece("printed", shorten(text, OUTPUT), output.name == "stderr") if text.strip() else ""
