"""Where the article stands on a page: its first and last line, and what between them is no part of it."""

import re

from framing.text.lines import is_notice, is_sentence
from framing.web.credits import agency_alone
from framing.web.layout import FORMS, Line, is_caption

_SHORT = re.compile(
    r"(?=(?:\S+\s+){2}\S)(?!©)[^。]{8,90}?[.!?][\"')»”’]?(?:\s?(?:-\s?0\s?-|[(\[](?:끝|END)[)\]]))?", re.I
)
"""A sentence of Latin letters or hangul that is too short to be prose by itself."""
RUN = 6
"""Short lines in a row that part two regions of a page: menus, rankings and side columns come in such runs."""


def span(lines: list[Line]) -> tuple[int, int]:
    """First and last+1 line of the body; where there is no paragraph, an empty one right below the date."""
    regions = _regions(lines) or _regions(_with_short(lines))
    if not regions:
        below = next((n + 1 for n, line in enumerate(lines) if line.dated), 0)
        return below, below
    best = 0
    for n in range(1, len(regions)):  # what comes later must be much longer: side columns have their texts as well
        parted = any(line.kind == "link list" for line in lines[regions[best][1] : regions[n][0]])
        if _mass(lines, regions[n]) > (3 if parted else 1.5) * _mass(lines, regions[best]):
            best = n
    begin, end = regions[best]
    for following in regions[best + 1 :]:
        if not _goes_on(lines, end, following):
            break
        end = following[1]
    for before in reversed(regions[:best]):
        share = _mass(lines, before) / _mass(lines, (begin, end))  # a notice about cookies is no part of what follows
        if not _goes_on(lines, before[1], (begin, end)) or _mass(lines, before) < 40 or share < 0.1:
            break
        begin = before[0]
    begin = _below_date(lines, begin, end)
    return begin, _closed(lines, begin, _spoken(lines, begin, _profile(lines, begin, end)))


def _with_short(lines: list[Line]) -> list[Line]:
    """The lines, their short sentences taken for prose where there are two: a brief report has no long paragraph."""
    brief = [line for line in lines if _is_brief(line)]
    for line in brief if len(brief) > 1 else []:
        line.prose = True
    return lines


def _is_brief(line: Line) -> bool:
    """Whether a line is a short sentence, and nothing that stands around a text."""
    return not (line.kind or line.dated or line.bullet or is_caption(line)) and bool(_SHORT.fullmatch(line.norm))


def _closed(lines: list[Line], begin: int, end: int) -> int:
    """The end, with the short sentences right below it: of Latin letters or hangul, a paragraph of prose is long."""
    if not any(line.prose and not FORMS.japanese.search(line.norm) for line in lines[max(begin, end - 3) : end]):
        return end
    for n in range(end, len(lines)):
        line = lines[n]
        if line.text and not _is_brief(line):
            break
        end = n + 1 if line.text else end
    return end


def _spoken(lines: list[Line], begin: int, end: int) -> int:
    """The end of an interview, whose last answer need not end as a sentence does."""
    if sum(bool(FORMS.spoken.fullmatch(line.text)) for line in lines[begin:end]) < 2:
        return end
    while end < len(lines) and (not lines[end].text or FORMS.spoken.fullmatch(lines[end].text)):
        end += 1
    return end


def _below_date(lines: list[Line], begin: int, end: int) -> int:
    """The body's first line, where a headline or subtitle above the date reads like a sentence."""
    if any(line.dated for line in [line for line in lines[:begin] if line.text][-8:]):
        return begin
    first = [n for n in range(begin, end) if lines[n].text][:6]
    n = next((n for n in first if lines[n].dated), None)
    if n is None:
        return begin
    above = [len(line.text) for line in lines[begin:n] if line.prose]
    below = next((k for k in range(n, end) if lines[k].prose and not is_caption(lines[k])), begin)
    return below if max(above) <= 80 and len(above) <= 2 else begin


def _regions(lines: list[Line]) -> list[tuple[int, int]]:
    """Stretches from a paragraph to a paragraph that no stop, list heading or run of short lines parts."""
    regions, begin, last, short = [], None, 0, 0
    for n, line in enumerate(lines):
        if not line.text:
            continue
        stops = line.kind == "link list" or FORMS.stop.fullmatch(line.norm)
        printed = not is_caption(line) or (begin is not None and FORMS.marked.search(line.text))
        if line.prose and not stops and printed:
            if begin is None:
                begin = n
            last, short = n, 0
            continue
        short += 0 if line.repeated or FORMS.spoken.fullmatch(line.text) else 1
        if begin is not None and (stops or short >= RUN):
            regions.append((begin, last + 1))
            begin, short = None, 0
    if begin is not None:
        regions.append((begin, last + 1))
    return regions


def _mass(lines: list[Line], region: tuple[int, int]) -> int:
    return sum(len(line.text) for line in lines[region[0] : region[1]] if line.prose)


def _goes_on(lines: list[Line], end: int, following: tuple[int, int]) -> bool:
    """Whether the article goes on after a list of links or a table that was put into it."""
    gap = [line for line in lines[end : following[0]] if line.text]
    paragraphs = [line for line in lines[following[0] : following[1]] if line.text]
    prose = [line for line in paragraphs if line.prose]
    listed = any(line.kind == "link list" for line in gap)
    stopped = any(line.dated or (FORMS.stop.fullmatch(line.norm) and line.kind != "related link") for line in gap)
    return (
        not stopped
        and len(gap) <= (8 if listed else 15)
        and len(prose) > 1
        and all(line.prose for line in paragraphs[:2])
        and _mass(lines, following) >= 80
        and sum(is_sentence(line.norm) for line in prose) > 1
        and not FORMS.profile.fullmatch(paragraphs[0].norm)
    )


def _profile(lines: list[Line], begin: int, end: int) -> int:
    """The end of the body, before the author's profile where one follows without a heading."""
    written = 0
    for n in range(begin, end):
        line = lines[n]
        if not line.prose:
            written += len(line.text) if FORMS.spoken.fullmatch(line.text) else 0
            continue
        told = FORMS.profile.fullmatch(line.norm) or (n >= end - 2 and FORMS.works.search(line.norm))
        if written >= (100 if n >= end - 2 else 200) and told and len(FORMS.career.findall(line.norm)) >= 2:
            rest = sum(len(other.text) for other in lines[n + 1 : end] if other.prose)
            if rest < written:
                return max((k + 1 for k in range(begin, n) if lines[k].prose), default=begin)
        written += len(line.text)
    return end


def paragraphs(lines: list[Line], begin: int, end: int) -> tuple[list[str], list[str]]:
    """The body's paragraphs and sub-headings, and the captions that stand among them."""
    kept: list[str] = []
    captions: list[str] = []
    listed, seen = False, set()
    texts = [line.text for line in lines[begin:end]]
    last = max((texts.index(line.text) for line in lines[begin:end] if line.prose), default=-1) + begin
    for n, line in enumerate(lines[begin:end], start=begin):
        if not line.text:
            continue
        listed = line.kind == "link list" or (listed and not line.prose)
        if line.kind == "promotion" and n < last and kept and is_notice(line.text):  # between sentences: a quotation
            kept.append(line.text)
            continue
        if line.kind == "link list" or (line.prose and len(line.text) >= 40 and line.text in seen):
            continue  # the page prints it twice
        if is_caption(line) and not (n == last and FORMS.marked.search(line.text)):  # the last ends with its agency
            captions.append(line.text)
        elif not (listed or line.kind or (line.dated and len(kept) < 2) or agency_alone(line.norm)):
            kept.append(line.text)
            seen.add(line.text)
    return kept, captions
