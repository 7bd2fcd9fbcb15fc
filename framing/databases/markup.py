"""HTML and RTF as lines of text: a table row is one line with tabs, a block is a line, blocks are kept apart."""

import re

from lxml import etree, html

from framing.databases.latin import iso_date, page_of

HEADLINE = "\ue001"
"""Put before a line that the markup calls a headline (a private character: no text has it)."""

PARAGRAPH = "\ue002"
"""Put before a line that the markup calls a paragraph of the article."""

_BLOCKS = {
    "address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
}  # fmt: skip
_APART = {"p", "div", "table", "h1", "h2", "h3", "hr", "li"}
_SKIP = {"script", "style", "head", "title", "noscript", "select", "option", "button", "iframe", "svg"}
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|table|div|p|span|br|font|meta)\b", re.IGNORECASE)
MOST_ATTRIBUTES = 1_000
"""Attributes that a tag may have; the parser compares each with all before it, and 100,000 take minutes."""

_LONG_TAG = re.compile(r"""<[a-z!?/](?>[^<>"']|"[^"]*"|'[^']*'|["']){2000,}+""", re.I)
_ATTRIBUTE = re.compile(r"""[^\s"'=/<>]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?""")


def is_markup(text: str) -> bool:
    """Whether a file is HTML: it opens with a tag, or says so in its first lines."""
    start = text[:2000].lstrip("\ufeff \t\r\n")
    return bool(_MARKUP.search(start)) and (start.startswith("<") or "</" in text)


def crowded(html: str) -> bool:
    """Whether a tag has more attributes than any page's."""
    return any(len(_ATTRIBUTE.findall(found[0])) > MOST_ATTRIBUTES for found in _LONG_TAG.finditer(html))


def lines_of_html(text: str) -> list[str]:
    """The visible text of a page, line by line."""
    root = parsed(text)
    return text.split("\n") if root is None else _lines(root)


def parsed(text: str):
    """The tree of a page; None where there is no page in it, or a tag that the parser would not come to the end of."""
    if crowded(text):
        return None
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\0", ""))
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(body.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


_CLASSED = {
    "Publication": "DocPublicationName", "Headed": "DocHeader", "Title": "titreArticleVisu", "Author": "docAuthors",
    "Full text": "docOcurrContainer",
}  # fmt: skip
"""Labels, and the class of the element of a Europresse article that they hold."""


def lines_of_europresse(text: str) -> list[str]:
    """The articles of an export of Europresse (Eureka) as labelled lines; none where the page is none."""
    root = parsed(text) if _CLASSED["Publication"] in text else None
    out: list[str] = []
    for article in [] if root is None else root.iter("article"):
        out += ["=" * 20]
        for label, name in _CLASSED.items():
            found = [one for one in article.iter() if name in (one.get("class") or "").split()]
            lines = [line.strip() for line in (_lines(found[0]) if found else []) if line.strip()]
            if label == "Headed":
                head = " ".join(lines)  # Politique, vendredi 12 mars 2021 312 mots, p. 7
                page, day = page_of(head), iso_date(head)
                out += [f"Date: {day}"] + [f"Page: {page.get('page_section', '')}{page['page']}"] * bool(page)
                out += [f"Section: {head.split(',')[0].strip()}"] * ("," in head and not iso_date(head.split(",")[0]))
            elif label == "Full text":
                out += [f"{label}:", *lines]
            elif lines:
                out += [f"{label}: {' '.join(lines)}"]
    return out


def tables_of_html(text: str) -> list[list[list[str | None]]]:
    """The innermost tables of a page as rows of cells; an empty cell is None."""
    root = parsed(text)
    tables = [] if root is None else [table for table in root.iter("table") if table.find(".//table") is None]
    cells = [[[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")] for table in tables]
    return [[["\n".join(filter(None, _lines(c, rows=False))) or None for c in row] for row in rows] for rows in cells]


def _lines(root, *, rows: bool = True) -> list[str]:
    """Walk without recursion, so that no depth of tags is too deep; rows within are told, or are no part of it."""
    out: list[str] = []
    now: list[str] = []

    def flush() -> None:
        line = re.sub(r"[ \t\r\n]+", " ", "".join(now)).strip(" ")
        if line:
            out.append(line)
        now.clear()

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, node in walk:
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            inner = tag == "tr" and node is not root
            cells = ([] if not rows else _cells(node)) if inner else None
            if tag in _SKIP or cells is not None:
                if cells:
                    flush()
                    out.extend(["\t".join(cells), ""])
                walk.skip_subtree()
                continue
            if tag in _BLOCKS or tag == "br":
                flush()
            if tag == "span" and "headline" in (node.get("class") or "").lower():
                now.append(HEADLINE)
            if tag == "p" and "articleparagraph" in (node.get("class") or "").lower():
                now.append(PARAGRAPH)
            now.append(node.text or "")
        else:
            if tag in _BLOCKS:
                flush()
                if tag in _APART and out and out[-1]:
                    out.append("")
            if node is not root:
                now.append(node.tail or "")
    flush()
    return out


def _cells(row) -> list[str] | None:
    """The cells of a row that is data: several cells and no table inside; ``None`` for a row that is layout."""
    cells = [cell for cell in row if isinstance(cell.tag, str) and cell.tag in ("td", "th")]
    if len(cells) < 2 or row.find(".//table") is not None:
        return None
    texts = [_lines(cell) for cell in cells]
    inner = [" ".join(filter(None, lines)).replace("\t", " ") for lines in texts[:-1]]
    return [*inner, "\n".join(texts[-1]).strip("\n")] if any(any(lines) for lines in texts) else []


_RTF = re.compile(r"\\([a-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)")
_RTF_SKIP = {
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "header", "footer", "object", "themedata", "datastore",
}  # fmt: skip
_RTF_TEXT = {"par": "\n", "line": "\n", "row": "\n", "page": "\f", "sect": "\n", "cell": "\t", "tab": "\t",
             "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
             "bullet": "•", "\\": "\\", "{": "{", "}": "}", "~": " "}  # fmt: skip


def text_of_rtf(text: str) -> str:
    """The text of an RTF file (code page bytes, ``\\u`` characters, paragraphs, table cells)."""
    page = re.search(r"\\ansicpg(\d+)", text)
    encoding = f"cp{page[1]}" if page and page[1] in {"932", "936", "949", "950", "1250", "1251", "1252"} else "cp1252"
    out: list[str] = []
    held = bytearray()  # \'xx bytes wait for their neighbours: a kanji is two of them
    stack: list[tuple[bool, int]] = []
    skip, uc, drop = False, 1, 0

    def release() -> None:
        if held:
            out.append(held.decode(encoding, "replace"))
            held.clear()

    for found in _RTF.finditer(text):
        word, number, byte, symbol, brace, plain = found.groups()
        if byte is not None:
            if drop:
                drop -= 1
            elif not skip:
                held.append(int(byte, 16))
            continue
        release()
        said = ""
        if brace == "{":
            stack.append((skip, uc))
        elif brace:
            skip, uc = stack.pop() if stack else (False, 1)
        elif symbol == "*" or word in _RTF_SKIP:
            skip = True
        elif word == "uc":
            uc = int(number or 1)
        elif word == "u" and number:
            said, drop = chr(int(number) % 65536), uc
        elif plain and not skip:
            said, drop = plain[drop:], max(0, drop - len(plain))
        else:
            said = _RTF_TEXT.get(word or symbol, "")
        if not skip:
            out.append(said)
    release()
    joined = "".join(out)
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # pairs of \u are one character
