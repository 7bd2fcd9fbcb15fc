"""HTML pages: the body by trafilatura, the date only where the page says that it was published then."""

import json
import re
from collections.abc import Callable
from itertools import islice

from framing import dates
from framing.databases.markup import crowded
from framing.web import body, layout, outlets
from framing.web.credits import agency_of

LARGEST = 3_000_000
MOST_TAGS = 30_000
"""Characters and tags of HTML that are parsed; past them the tags are taken away and the rest read as text."""

MOST_OF = 0.8
"""Share of a page's sentences that stand in the articles it lists, from which on it is a list."""
_HEADINGS = ("h2", "h3", "h4", "h5")
_SENTENCE = re.compile(r"[。.!?][\"')»”’]?$")
_HTML = re.compile(r"<!doctype html|<html[\s>]|<body[\s>]|<article[\s>]|<(?:p|div|h1|meta|br)[\s>/]", re.I)
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "option", "p",
    "pre", "section", "table", "td", "th", "time", "title", "tr", "ul",
}  # fmt: skip
_HIDDEN = (
    "script", "style", "noscript", "template", "svg", "iframe", "nav", "aside", "footer", "form", "button", "select",
)  # fmt: skip
_META = {
    "date": (
        "article:published_time", "og:article:published_time", "datepublished", "date.published", "publish_date",
        "pubdate", "publishdate", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "dc.date",
        "dc.date.issued", "dcterms.created", "dcterms.issued", "dcterms.date", "citation_publication_date",
        "article.published", "iso-8601-publish-date",
    ),
    "outlet": ("og:site_name", "application-name"),
    "title": ("og:title", "twitter:title"),
    "author": ("author", "article:author", "dc.creator"),
}  # fmt: skip
"""What meta elements say, and under which names."""


def is_html(text: str) -> bool:
    """Whether a text is HTML: a document, or several tags near its beginning."""
    found = _HTML.findall(text[:20000])
    whole = any(tag.lower().startswith(("<!doctype", "<html", "<body", "<article")) for tag in found)
    return whole or len(found) >= 3


def extract(html: str, url: str | None, from_text: Callable[..., dict], repeated: frozenset[str]) -> dict:
    """Take the article out of an HTML page; what the markup does not say is read from its visible text."""
    from lxml import etree

    from framing.text.steps import html_entities, html_tags, invisible, newlines

    html = invisible(newlines(html))
    parsed = len(html) <= LARGEST and html.count("<") <= MOST_TAGS and not crowded(html)
    tree = _tree(html) if parsed else None
    if tree is None:
        return from_text(html_entities(html_tags(html)), url, repeated)
    said, items = _said(tree), _teasers(tree)
    n_listed = 0 if "date" in said else _listed(tree, items)  # a day: it says itself that it is one article
    for item in items:
        item.drop_tree()
    html = etree.tostring(tree, encoding="unicode", method="html") if items else html
    captions = [text for node in tree.iter("figcaption") if (text := " ".join(node.text_content().split()))]
    page = from_text(_visible(tree), url, repeated | frozenset(captions))
    seen = page["text"].split("\n\n")
    headline = said.get("headline") or page["headline"]
    kept = [text for text in _body(html, repeated | frozenset(captions)) if text != headline]
    run_together = any(sum(text in line for text in seen) > 1 for line in kept)  # what it does with a short page
    if not run_together and sum(map(len, kept)) >= 0.5 * len(page["text"]):  # it may take a side column for the article
        page["text"] = "\n\n".join(kept)
    page["captions"] = list(dict.fromkeys(captions + page["captions"]))
    split = outlets.split_title(said.get("headline", ""))
    page["headline"] = split[0] if split else headline
    site = said.get("outlet", "")
    host = outlets.of_url(url)
    named = (outlets.named(host) if host else None) or outlets.named(site) or site
    page["outlet"] = named or (split[1] if split else host or page["outlet"])
    page["author"] = page["author"] or _person(said.get("author"), page["outlet"])
    page["agency"] = agency_of(page["text"].split("\n\n"), page["captions"]) or page["agency"]
    return page | {"n_listed": n_listed} | _date(said.get("date"), page)


def _tree(html: str):
    from lxml import etree
    from lxml import html as parser

    try:
        return parser.document_fromstring(html.encode("utf-8"), parser=parser.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):  # an empty document
        return None


def _listed(tree, items: list) -> int:
    """How many articles a page lists (``items``), where it has hardly a sentence beside them; 0 for any other."""
    items = [item for item in items if next(item.iterancestors(*_HIDDEN), None) is None]
    if not items:
        return 0
    told = [_prose(_visible(item)) for item in items]
    whole = _prose(_visible(tree))
    if not whole:
        return len(items) if len(items) > 2 else 0
    return len(items) if sum(n > 0 for n in told) > 1 and sum(told) >= MOST_OF * whole else 0


def _prose(text: str) -> int:
    return sum(len(line.text) for line in layout.read(text) if line.prose or _SENTENCE.search(line.text))


def _teasers(tree) -> list:
    """The elements that show other articles: alike, side by side."""
    found = []
    for parent in tree.iter():
        alike: dict[tuple, list] = {}
        for item in parent if isinstance(parent.tag, str) else ():
            if item.tag in ("article", "div", "li", "section", "dl", "tr"):
                alike.setdefault((item.tag, item.get("class")), []).append(item)
        found += [item for items in alike.values() if len(items) > 1 and all(map(_is_teaser, items)) for item in items]
    known = set(found)
    return [item for item in found if known.isdisjoint(item.iterancestors())]


def _is_teaser(item) -> bool:
    """One link, with a text, and it is a heading or stands beside a day."""
    if next(item.iter("h1"), None) is not None:
        return False
    links = [link for link in (*item.iter("a"), *item.iterancestors("a")) if (link.get("href") or "#")[0] != "#"]
    if len({link.get("href") for link in links}) != 1:
        return False
    if any(head in [*link.iter(), *link.iterancestors()] for link in links for head in item.iter(*_HEADINGS)):
        return True
    named = any(len(link.text_content().strip()) >= 6 for link in links)
    return named and any(map(_tells_day, item.itertext()))


def _tells_day(text: str) -> bool:
    text = " ".join(text.split())
    if not 6 <= len(text) <= 60 or not any(map(str.isdigit, text)):
        return False
    read = dates.parse(text)
    return read.precision == "day" or read.note.endswith("may be swapped")


def _said(tree) -> dict[str, str]:
    """What the markup says in so many words: JSON-LD, meta elements, the first h1, a dated time element."""
    said: dict[str, str] = {}
    for node in tree.iter("script"):
        if (node.get("type") or "").lower() == "application/ld+json":
            said = _linked(node.text or "") | said
    for node in tree.iter("meta"):
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").lower()
        key = next((key for key, names in _META.items() if name in names), None)
        content = (node.get("content") or "").strip()
        if key and content and not (key == "author" and "//" in content):
            said.setdefault(key, content)
    for node in tree.iter("time"):
        if node.get("pubdate") is not None or "published" in (node.get("itemprop") or "").lower():
            said.setdefault("date", (node.get("datetime") or node.text_content()).strip())
    headings = [list(tree.iter(tag)) for tag in ("h1", "h2")]
    first = headings[0][:1] or (headings[1] if len(headings[1]) == 1 else [])
    heading = next((" ".join(node.text_content().split()) for node in first), "")
    if len(heading) >= 6 and outlets.named(heading) is None:
        said["headline"] = heading
    elif "title" in said:
        said.setdefault("headline", said["title"])
    return said


def _linked(text: str) -> dict[str, str]:
    """Headline, day, author and publisher of the first article in a JSON-LD block."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    waiting = [data]
    for item in islice(waiting, 1000):  # the list grows on the way
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            kinds = item["@type"] if isinstance(item.get("@type"), list) else [item.get("@type")]
            if any(isinstance(name, str) and name.endswith(("Article", "BlogPosting")) for name in kinds):
                found = {
                    "headline": item.get("headline"),
                    "date": item.get("datePublished"),
                    "author": _name(item.get("author")),
                    "outlet": _name(item.get("publisher")),
                }
                return {key: value.strip() for key, value in found.items() if isinstance(value, str) and value.strip()}
            waiting += [value for value in item.values() if isinstance(value, list | dict)]
    return {}


def _name(value: object) -> str | None:
    if isinstance(value, list):
        names = [name for item in value if (name := _name(item))]
        return "、".join(names) or None
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else None


def _person(name: str | None, outlet: str | None) -> str | None:
    """An author, unless the name is the outlet's own."""
    return None if not name or outlets.named(name) or name == outlet or len(name) > 60 else name


def _visible(tree) -> str:
    """The text a reader sees, a line for each block; menus, side columns and forms left out."""
    from copy import deepcopy

    tree = deepcopy(tree)
    for node in [*tree.iter(*_HIDDEN), *filter(_is_bar, list(tree.iter("div", "p", "td")))]:
        if node.getparent() is not None:
            node.drop_tree()
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        node.text = " ".join(node.text.split()) if node.text and node.tag != "pre" else node.text
        node.tail = re.sub(r"\s+", " ", node.tail) if node.tail else node.tail
        if node.tag in _BLOCKS:
            node.text = "\n" + ("• " if node.tag == "li" else "") + (node.text or "")
            node.tail = "\n" + (node.tail or "")
    return tree.text_content()


def _is_bar(node) -> bool:
    """A row of links and nothing else, as menus are without a list."""
    beside = "".join([node.text or "", *(link.tail or "" for link in node)])
    return len(node) > 1 and all(link.tag == "a" for link in node) and not re.search(r"\w", beside)


def _body(html: str, repeated: frozenset[str]) -> list[str]:
    import trafilatura

    text = trafilatura.extract(html, include_comments=False, include_tables=True, favor_recall=True, deduplicate=False)
    if not text:
        return []
    lines = layout.read(text, repeated)
    return body.paragraphs(lines, *body.span(lines))[0]


def _date(said: str | None, page: dict) -> dict:
    """The day the markup gives; a day in UTC yields to the one printed on the page, which is the reader's."""
    parsed = dates.parse(said) if said else None
    if parsed is None or parsed.date is None:
        return {}
    if page["date"] is not None and re.search(r"(?:Z|[+-]00:?00)$", parsed.evidence):
        return {}
    return {"date": parsed.date, "date_precision": parsed.precision, "date_evidence": parsed.evidence}
