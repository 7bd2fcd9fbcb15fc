"""Articles out of web pages: from HTML, and from text copied or scraped with everything around it."""

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from framing.databases.markup import lines_of_html
from framing.text.steps import invisible, newlines
from framing.web import body, header, layout, outlets, sites
from framing.web.credits import agency_alone, agency_of, author_of_body, author_of_line, normal

__all__ = ["KEYS", "extract", "extract_many"]

KEYS = (
    "headline", "subtitle", "outlet", "author", "agency", "date", "date_precision", "date_evidence", "text", "captions",
    "n_listed",
)  # fmt: skip


def extract(text: str, *, url: str | None = None) -> dict:
    """Take the article out of one page.

    Parameters
    ----------
    text
        The page: HTML, or the text of it as it was copied or scraped.
    url
        The page's address, if known; it tells the outlet.

    Returns
    -------
    dict
        ``headline``, ``subtitle``, ``outlet``, ``author``, ``agency`` (texts, None where the page
        names none), ``date`` (midnight Timestamp or None), ``date_precision`` (``day``, ``month``,
        ``year``, ``missing``), ``date_evidence`` (the line it was read from, or None), ``text`` (the
        body: paragraphs and sub-headings, an empty line between them; empty where no paragraph was
        found), ``captions`` (list of texts) and ``n_listed`` (articles that an HTML page lists where it is a
        list and no article, else 0). Pages of some archives (KCNA Watch, Rodong Sinmun,
        人民日报) give ``page``, ``section`` or ``language`` too.

    Raises
    ------
    ValueError
        ``text`` is not a string.

    Notes
    -----
    A date counts only where a publication date is printed: under or right above the headline, or
    labelled at the foot. The body, side columns and a magazine's issue date never give one. The
    ``agency`` is the one the text is marked with; a photo's credit stands in ``captions``.
    """
    return _extract(text, url, frozenset())


def extract_many(texts: Sequence[str], urls: Sequence[str | None] | None = None) -> list[dict]:
    """Take the articles out of many pages, and use what pages of one outlet have in common.

    Parameters
    ----------
    texts
        Pages as for :func:`extract`.
    urls
        Their addresses, one for each, or None.

    Returns
    -------
    list of dict
        One per page, in order, as :func:`extract` gives it.

    Raises
    ------
    ValueError
        ``urls`` has another length, or a page is not a string.

    Notes
    -----
    A line that stands on at least two pages of an outlet (and on a fifth of them), under different
    headlines, is furniture whatever its form. Copies of one article do not count as two pages.
    """
    addresses = [None] * len(texts) if urls is None else list(urls)
    if len(addresses) != len(texts):
        raise ValueError(f"there are {len(texts)} pages and {len(addresses)} urls; give one for each, or None")
    first = [_extract(text, url, frozenset()) for text, url in zip(texts, addresses, strict=True)]
    groups: dict[object, list[int]] = {}
    for n, page in enumerate(first):
        groups.setdefault(page["outlet"], []).append(n)
    made = list(first)
    for outlet, members in groups.items():
        if outlet is None or len(members) < 2:
            continue
        repeated = _repeated([texts[n] for n in members], [first[n] for n in members])
        for n in members:
            made[n] = _extract(texts[n], addresses[n], repeated)
    return made


def _repeated(texts: list[str], pages: list[dict]) -> frozenset[str]:
    """Lines of one outlet's pages that stand under different headlines."""
    distinct: dict[object, set[str]] = {}
    for text, page in zip(texts, pages, strict=True):
        own = page["headline"] or page["text"][:80]
        distinct.setdefault(own, set()).update(line.strip() for line in _tidy(text).split("\n"))
    seen = Counter(line for lines in distinct.values() for line in lines)
    least = max(2, len(distinct) / 5)
    return frozenset(line for line, n in seen.items() if n >= least and line and not layout.is_date_line(normal(line)))


def _tidy(text: str) -> str:
    return invisible(newlines(text))


def _extract(text: str, url: str | None, repeated: frozenset[str]) -> dict:
    if not isinstance(text, str):
        raise ValueError(f"text must be a string, not {type(text).__name__}")
    from framing.web import markup

    if markup.is_html(text):
        page = markup.extract(text, url, _from_text, repeated)
        return sites.without_outlet(page | sites.told(text, lines_of_html(text), url))
    return _from_text(_tidy(text), url, repeated) | sites.told("", _tidy(text).split("\n"), url)


def _from_text(text: str, url: str | None, repeated: frozenset[str] = frozenset()) -> dict:
    lines = layout.read(text, repeated)
    begin, end = body.span(lines)
    top = header.read(lines, begin, end)
    kept, captions = body.paragraphs(lines, begin, end)
    captions = list(dict.fromkeys(top.captions + captions))
    tail = [line for line in lines[end:] if line.text][:4]
    agency = next((name for line in tail if (name := agency_alone(line.norm))), None)
    agency = agency_of(kept, captions) or top.agency or agency
    author = top.author or author_of_body(kept) or _author_of_tail(tail)
    outlet = outlets.of_url(url) or outlets.of_lines([line.text for line in lines], end)
    return {
        "headline": top.title,
        "subtitle": top.subtitle,
        "outlet": outlet,
        "author": author,
        "agency": agency,
        "date": top.date.date,
        "date_precision": top.date.precision,
        "date_evidence": top.date.evidence or None,
        "text": "\n\n".join(kept),
        "captions": captions,
        "n_listed": 0,
    }


def _author_of_tail(tail: list[layout.Line]) -> str | None:
    """A byline right after the body: "(山田太郎)", "取材・文=山田太郎"."""
    for line in takewhile(lambda line: line.kind != "link list", tail):
        if line.kind == "byline" or "記者" in line.norm:
            return author_of_line(line.norm)
    return None
