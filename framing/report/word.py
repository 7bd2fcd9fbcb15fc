"""A report as one Word document, for people who write papers: what the page says, its figures, its tables.

It is made from the page itself (:func:`framing.report.export`), so that both say the same. What a reader works with
(scatter, topic browser, lines behind a row) and the code stay in the page. Figures and tables are numbered by fields
of Word, which cross-references and lists of figures can use; texts are set as text and never as a field or a link.
"""

import datetime as dt
import html
import io
import re
from pathlib import Path
from urllib.parse import unquote

from framing import messages
from framing.messages import listed, say
from framing.report.markup import clean, shorten

ROWS, COLUMNS = 40, 9
"""Rows and columns of a table in the document; the files beside the report hold all."""

LETTERS = 1000
"""Characters of one cell at most."""

FONTS = {"en": ("Times New Roman", "Yu Mincho"), "ja": ("Times New Roman", "Yu Mincho")}
"""Of Latin and of Japanese letters; Word takes another where a machine lacks one."""

_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
"""Signs that turn the direction of writing, or that no document of Word may hold."""

_INNER = {"strong": "b", "b": "b", "em": "i", "i": "i"}
_LEFT_OUT = {f"fr-{kind}" for kind in ("label", "tools", "pager", "columns", "files", "code", "messages", "sr")}
"""Classes of what stands in a page only; scatter, topics and tables are told by what their script is."""


def document(page: str, folder: Path) -> bytes:
    """A Word document that says what a report says.

    Parameters
    ----------
    page
        The report as :func:`framing.report.export` made it.
    folder
        Where the run's figures and tables lie; a figure that is not there is left out, and its caption says so.
    """
    from lxml.html import fromstring

    root = fromstring(page)
    with messages.speaking(root.get("lang") or messages.LANGUAGES[0]):
        return _Paper(root, folder).made()


class _Paper:
    """A document on the way through a page."""

    def __init__(self, root, folder: Path):
        from docx import Document

        self.root, self.folder, self.document = root, folder, Document()
        self.counts = {"Figure": 0, "Table": 0}
        self.terms: dict[str, None] = {}

    def made(self) -> bytes:
        question = _text(self.root.find(".//h1"))
        self._styles(question)
        self.document.add_paragraph(question, "Title")
        for banner in _of(self.root, "fr-banner"):
            self._paragraph(banner, "Intense Quote")
        for finding in _of(self.root, "fr-finding")[:1]:
            self._finding(finding)
        for section in self.root.xpath("//main/section[not(@id='explore')]"):
            self._walk(section, 1)
        tables = self.root.xpath("//main//*[@data-fr='table'] | //footer//*[@data-fr='table']")
        if tables:
            self._landscape()
            self.document.add_heading(say("Tables"), 1)
            for table in tables:
                self._table(table)
        self._made()
        stream = io.BytesIO()
        self.document.save(stream)
        return stream.getvalue()

    def _styles(self, question: str) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Cm, Pt, RGBColor

        latin, japanese = FONTS[messages.language()]
        for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "Caption"):
            font = self.document.styles[name].font
            font.name, font.color.rgb = latin, RGBColor(0, 0, 0)
            fonts = font.element.rPr.rFonts
            for each in [key for key in fonts.attrib if key.endswith("Theme")]:
                del fonts.attrib[each]
            fonts.set(qn("w:eastAsia"), japanese)
        for name, size in {"Normal": 10.5, "Title": 18, "Heading 1": 14, "Heading 2": 12, "Caption": 9}.items():
            self.document.styles[name].font.size = Pt(size)
        page = self.document.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2.3)
        told = self.document.core_properties
        told.title, told.author, told.comments = question[:250], "framing", ""
        told.language, told.created = messages.language(), dt.datetime.now(dt.UTC).replace(tzinfo=None)
        told.modified = told.created

    def _finding(self, finding) -> None:
        """The verdict, the sentence, the number and what it rests on."""
        for verdict in _of(finding, "fr-verdict"):
            self._paragraph(verdict)
        for sentence in _of(finding, "fr-sentence"):
            self.document.add_paragraph().add_run(_text(sentence)).bold = True
        for number in _of(finding, "fr-number"):
            self.document.add_paragraph(listed(_text(part) for part in number))
        for part in _of(finding, "fr-note"):
            self._paragraph(part)
        for caution in _of(finding, "fr-caution"):
            self.document.add_paragraph().add_run(_text(caution.find("b"))).bold = True
            for line in caution.iter("li"):
                self._paragraph(line, "List Bullet")

    def _walk(self, box, level: int) -> None:
        """What stands in a section, one after another."""
        for part in box:
            kinds = set((part.get("class") or "").split())
            if not isinstance(part.tag, str) or kinds & _LEFT_OUT or part.get("data-fr"):
                continue
            if part.tag in {"h2", "h3", "h4"}:
                self.document.add_heading(_text(part), min(int(part.tag[1]) - 1, 3))
            elif part.tag == "figure":
                self._figure(part)
            elif "footnotes" in kinds:
                self.terms |= dict.fromkeys(_text(line).removesuffix("↩").strip() for line in part.iter("li"))
            elif part.tag in {"ul", "ol"}:
                for line in part.iter("li"):
                    self._paragraph(line, "List Bullet" if part.tag == "ul" else "List Number")
            elif part.tag == "p":
                self._paragraph(part)
            elif part.tag == "table":
                self._rows(part)
            else:
                self._walk(part, level)

    def _paragraph(self, part, style: str | None = None) -> None:
        """A paragraph with its bold and slanted words; marks of footnotes are left out."""
        runs = [(text, inner) for text, inner in _runs(part) if text]
        if any(text.strip() for text, _ in runs):
            paragraph = self.document.add_paragraph(style=style)
            for text, inner in runs:
                run = paragraph.add_run(text)
                run.bold, run.italic = inner == "b" or None, inner == "i" or None

    def _figure(self, figure) -> None:
        """A picture over its caption, with its text alternative."""
        from docx.shared import Cm

        names = [unquote(link.get("href") or "") for link in _beside(figure, "fr-files")]
        path = next((self.folder / Path(name).name for name in names if name.endswith(".png")), None)
        caption = _text(figure.find(".//figcaption"))
        if path is None or not path.is_file():
            self._caption("Figure", f"{caption} {say('(The picture is in the report only.)')}")
            return
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(str(path), width=Cm(16.4))
        if shape.height > Cm(20):
            shape.width, shape.height = round(shape.width * Cm(20) / shape.height), Cm(20)
        words = [_text(each) for each in figure.xpath(".//*[local-name()='desc']")[:1]]
        shape._inline.docPr.set("descr", "".join(words)[:2000])
        self._caption("Figure", caption)

    def _caption(self, kind: str, text: str) -> None:
        """A caption whose number is a field of Word."""
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        self.counts[kind] += 1
        before, after = (say("Figure {n}.", n="|") if kind == "Figure" else say("Table {n}.", n="|")).split("|")
        paragraph = self.document.add_paragraph(before, "Caption")
        field = (
            f'<w:fldSimple {nsdecls("w")} w:instr=" SEQ {kind} \\* ARABIC "><w:r><w:t>{self.counts[kind]}</w:t></w:r>'
        )
        paragraph._p.append(parse_xml(f"{field}</w:fldSimple>"))
        paragraph.add_run(f"{after} {text}" if messages.language() == "en" else f"{after}{text}")
        paragraph.paragraph_format.keep_with_next = kind == "Table"

    def _landscape(self) -> None:
        from docx.enum.section import WD_ORIENT

        page = self.document.add_section()
        page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = page.page_height, page.page_width

    def _table(self, box) -> None:
        """A table under its caption, and where the rest of it is."""
        caption, table = _of(box, "fr-caption"), box.find(".//table")
        if table is None:
            return
        self._caption("Table", _text(caption[0]) if caption else "")
        wide, long = self._rows(table)
        names = [Path(unquote(link.get("href") or "")).name for link in _beside(box, "fr-files")]
        if names and (wide or long or _of(box, "fr-note")):
            self.document.add_paragraph(say("Every row and column: {files}.", files=listed(names)))

    def _rows(self, table) -> tuple[bool, bool]:
        """Set a table with three rules; whether columns, and whether rows, were left out."""
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        rows = table.xpath("./thead/tr | ./tbody/tr[not(contains(@class, 'fr-details'))]")
        heads = len(table.xpath("./thead/tr"))
        widest = max((len(row) for row in rows), default=0)
        texts = [[_text(cell)[:LETTERS] for cell in row[:COLUMNS]] for row in rows[: ROWS + heads]]
        numbers = [all("fr-number" in (row[i].get("class") or "") for row in rows[heads:] if len(row) > i)
                   for i in range(min(widest, COLUMNS))]  # fmt: skip
        made = "".join(_row(row, numbers, i < heads) for i, row in enumerate(texts))
        rule = '<w:{} w:val="single" w:sz="{}" w:space="0" w:color="000000"/>'
        borders = rule.format("top", 8) + rule.format("bottom", 8)
        grid = "<w:gridCol/>" * min(widest, COLUMNS)
        look = f'<w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{borders}</w:tblBorders></w:tblPr>'
        body = f"<w:tbl {nsdecls('w')}>{look}<w:tblGrid>{grid}</w:tblGrid>{made}</w:tbl>"
        if texts:
            self.document.element.body.insert(-1, parse_xml(body))  # before the properties of the section
            self.document.add_paragraph()
        return widest > COLUMNS, len(rows) > ROWS + heads

    def _made(self) -> None:
        """What the terms mean, how the report was made, how to cite it."""
        if self.terms:
            self.document.add_heading(say("Terms"), 1)
            for term in self.terms:
                self.document.add_paragraph(shorten(term, 2000), "List Bullet")
        stamps = _of(self.root, "fr-stamp")
        if stamps:
            self.document.add_heading(say("How this was made"), 1)
        for stamp in stamps:
            for facts in _of(stamp, "fr-facts"):
                label = [_text(each) for each in _of(facts, "fr-label")]
                pairs = [f"{_text(each.find('dt'))}: {_text(each.find('dd'))}" for each in facts.iterfind(".//dl/div")]
                paragraph = self.document.add_paragraph()
                paragraph.add_run(f"{label[0]} " if label else "").bold = True
                paragraph.add_run("; ".join(pairs))
        for heading in self.root.xpath("//*[@id='cite']"):
            self.document.add_heading(_text(heading), 1)
            for part in heading.itersiblings():
                self.document.add_paragraph(_text(part, lines=True))


def _row(texts: list[str], numbers: list[bool], head: bool) -> str:
    """A row of a table on one page; the head stands on every page, above a line."""
    cells = []
    for text, amount in zip(texts, numbers, strict=False):
        side = '<w:jc w:val="right"/>' if amount else '<w:jc w:val="left"/>'
        size = '<w:rPr><w:b/><w:sz w:val="16"/></w:rPr>' if head else '<w:rPr><w:sz w:val="16"/></w:rPr>'
        rule = '<w:tcBorders><w:bottom w:val="single" w:sz="4" w:space="0" w:color="000000"/></w:tcBorders>'
        said = f'<w:r>{size}<w:t xml:space="preserve">{html.escape(text)}</w:t></w:r>'
        paragraph = f'<w:p><w:pPr><w:spacing w:before="20" w:after="20"/>{side}</w:pPr>{said}</w:p>'
        cells.append(f'<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/>{rule if head else ""}</w:tcPr>{paragraph}</w:tc>')
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{''.join(cells)}</w:tr>"


def _of(box, kind: str) -> list:
    """The elements of a class inside a box."""
    return box.xpath(f".//*[contains(concat(' ', normalize-space(@class), ' '), ' {kind} ')]")


def _beside(box, kind: str) -> list:
    """The links of the element of a class that follows a piece at once."""
    around = box.xpath("ancestor::div[@class='mathjax_ignore']")
    after = (around[-1] if around else box).getnext()
    return after.findall(".//a") if after is not None and kind in (after.get("class") or "") else []


def _text(element, *, lines: bool = False) -> str:
    """The text of an element as a document may hold it."""
    found = "" if element is None else _UNSEEN.sub("", clean(element.text_content()))
    return found.strip() if lines else " ".join(found.split())


def _runs(element, inner: str = "") -> list[tuple[str, str]]:
    """Texts of a paragraph in their order, each with ``b`` or ``i`` where it stands out."""
    if "footnote-ref" in (element.get("class") or "") or element.tag == "sup":
        return []
    found = [(_piece(element.text), inner)]
    for part in element:
        found += _runs(part, _INNER.get(part.tag, inner)) + [(_piece(part.tail), inner)]
    return found


def _piece(text: str | None) -> str:
    return re.sub(r"\s+", " ", _UNSEEN.sub("", clean(text or "")))
