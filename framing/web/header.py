"""What stands above the body: headline, subtitle, byline, date, captions."""

import re
from itertools import takewhile
from typing import NamedTuple

from framing import dates
from framing.web import outlets
from framing.web.credits import agency_alone, author_of_line, normal
from framing.web.layout import FORMS, Line, is_caption

REACH = 25
"""Lines above the body among which the headline is looked for."""


class Header(NamedTuple):
    """Indices into the lines (None where there is none) and the texts found."""

    headline: int | None
    title: str | None
    subtitle: str | None
    author: str | None
    agency: str | None
    date: dates.ParsedDate
    captions: list[str]


def read(lines: list[Line], begin: int, end: int) -> Header:
    """Read what stands above the body that begins at line ``begin``."""
    titled = _titled(lines)
    filled = [n for n in range(begin) if lines[n].text]
    above = filled[-REACH:] if titled is None else filled  # the title tells which it is however far up it stands
    at = _headline(lines, above, titled)
    if at is None:  # the body was found far down: look at the top of the page
        at = _headline(lines, filled[:REACH], titled)
    title = None if at is None else lines[at].text
    if titled is not None and (at is None or len(lines[at].norm) > len(normal(titled))):
        title = titled
    between = [n for n in range((-1 if at is None else at) + 1, begin) if lines[n].text]
    bylines = {n: name for n in between if (name := _author(lines, n, between))}
    author = next(iter(bylines.values()), None) or _author_above(lines, above, at)
    agency = next((name for n in between if (name := _agency(lines[n]))), None)
    subtitle, captions = _subtitle_and_captions(lines, between, at, set(bylines))
    return Header(at, title, subtitle, author, agency, _date(lines, at, begin, end), captions)


def _titled(lines: list[Line]) -> str | None:
    """The headline by the page's own title, "headline | outlet"."""
    for line in lines[:60]:
        fit = 8 <= len(line.text) <= 300 and not line.prose and not is_caption(line)
        parts = outlets.split_title(line.text) if fit else None
        if parts:
            return parts[0]
    return None


def _headline(lines: list[Line], above: list[int], titled: str | None) -> int | None:
    if titled is not None:
        same = [n for n in above if lines[n].norm == normal(titled)]
        if same:
            return same[-1]
        longer = [n for n in above if lines[n].norm.startswith(normal(titled))]
        if longer:
            return longer[0]
    scored = {n: _score(lines, n, above) for n in above}
    for run in _runs([n for n in above if scored[n] >= 2], above):
        if len(run) > 3:  # a list of other headlines
            scored |= {n: scored[n] - 1.5 for n in run}
    best = max(scored.values(), default=-1)
    if best < 0:  # a headline may speak of mail magazines and of copying
        odd = {"promotion", "paywall", "related link"}
        odd_ones = (n for n in above if lines[n].kind in odd and len(lines[n].norm) >= 12)
        return next((n for n in odd_ones if any(line.dated for line in lines[n : n + 6])), None)
    return next(n for n, score in scored.items() if score == best)


def _runs(chosen: list[int], above: list[int]) -> list[list[int]]:
    """The chosen lines in groups of neighbours."""
    runs: list[list[int]] = []
    for n in chosen:
        if runs and above.index(n) == above.index(runs[-1][-1]) + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    return runs


def _score(lines: list[Line], n: int, above: list[int]) -> float:
    """How much a line looks like the headline; the first of the highest is taken."""
    line = lines[n]
    if (
        line.kind
        or line.dated
        or is_caption(line)
        or outlets.masthead(line.text)
        or FORMS.masthead.fullmatch(line.norm)
    ):
        return -1
    if len(line.norm) < 5 or len(line.norm) > 160 or author_of_line(line.norm) or agency_alone(line.norm):
        return -1
    place = above.index(n)
    score = 2.0 if 10 <= len(line.norm) <= 100 else 0.5
    score += 2 if any(lines[k].norm == line.norm for k in above if k != n) and not line.bullet else 0
    score -= 1 if line.bullet else 0
    score -= 2 if line.norm.endswith(("...", "…")) else 0
    score -= 1.5 if line.prose else 0
    score -= (
        2 if not FORMS.japanese.search(line.norm) and any(FORMS.japanese.search(lines[k].norm) for k in above) else 0
    )
    below = above[place + 1 : place + 9]
    score += 1.5 if any(lines[k].dated for k in below) else 0
    score -= 0.5 if any(lines[k].dated for k in above[:place]) else 0
    return score


def _author(lines: list[Line], n: int, between: list[int]) -> str | None:
    line = lines[n]
    if line.dated:
        return _author_beside_date(line)
    if line.prose or (line.kind and line.kind != "byline") or (is_caption(line) and line.kind != "byline"):
        return None
    place = between.index(n)
    near = [between[k] for k in (place - 1, place + 1) if 0 <= k < len(between)]
    return author_of_line(line.norm, beside_date=any(lines[k].dated for k in near))


def _author_beside_date(line: Line) -> str | None:
    """A name on the line of the date: "2024/03/28 18:50 山田 太郎", "ソウル=山田太郎 2024年3月28日"."""
    rest = FORMS.date_part.sub(" ", line.norm).strip(" ()[]:/")
    return author_of_line(rest, beside_date=True) if 3 <= len(rest) <= 24 and not rest.isascii() else None


def _agency(line: Line) -> str | None:
    """An agency by itself, or beside the date: "2024年3月28日 18時50分 (共同通信)"."""
    return agency_alone(FORMS.date_part.sub(" ", line.norm).strip() if line.dated else line.norm)


def _author_above(lines: list[Line], above: list[int], at: int | None) -> str | None:
    """A byline right above the headline, where it says that it is one."""
    if at is None or at not in above:
        return None
    place = above.index(at)
    byline = next((n for n in above[max(0, place - 2) : place] if lines[n].kind == "byline"), None)
    return None if byline is None else author_of_line(lines[byline].norm)


def _subtitle_and_captions(
    lines: list[Line], between: list[int], at: int | None, bylines: set[int]
) -> tuple[str | None, list[str]]:
    """The line under the headline is its subtitle, what stands nearer to the body its captions."""
    subtitle, captions, passed = None, [], False
    headline = lines[at].norm if at is not None else ""
    for n in between:
        line = lines[n]
        if line.dated or line.kind == "byline" or n in bylines or author_of_line(line.norm) or agency_alone(line.norm):
            passed = True
        elif is_caption(line):
            captions.append(line.text)
            passed = True
        elif line.kind or line.norm == headline or line.bullet or outlets.masthead(line.text) or len(line.norm) < 5:
            continue
        elif n == between[0] and at is not None and not FORMS.button.fullmatch(line.norm):
            subtitle = line.text
        elif len(line.norm) >= 10 and not (FORMS.role_only.fullmatch(line.norm) or FORMS.button.fullmatch(line.norm)):
            captions.append(line.text)
    told = not subtitle or passed or captions or lines[between[-1]].text != subtitle
    if not told and FORMS.japanese.search(subtitle) and not re.match(r"[―─—–~〜～-]", subtitle):
        return None, [subtitle]  # nothing between it and the body: it stands under a picture
    return subtitle, list(dict.fromkeys(captions))


def _date(lines: list[Line], at: int | None, begin: int, end: int) -> dates.ParsedDate:
    """The publication date: under the headline, else right above it, else labelled at the foot."""
    start = 0 if at is None else at + 1
    first = [line for line in lines[begin:end] if line.text][:6]  # a summary may stand above the date
    timed = [line for line in first if FORMS.timed.search(line.norm) or FORMS.published.search(line.norm)]
    under = [line for line in [*lines[start:begin], *timed] if line.dated]
    over = [] if at is None else [n for n in range(at) if lines[n].text][-3:]
    above = [lines[n] for n in over if lines[n].dated and not _under_masthead(lines, n)]
    after = takewhile(lambda line: line.kind != "link list", [line for line in lines[end:] if line.text][:6])
    foot = [line for line in after if line.dated and (FORMS.published.search(line.norm) or line.norm[0] in "([【")]
    found = dates.ParsedDate(None, "missing", "", "")
    for group in (sorted(under, key=lambda line: not FORMS.published.search(line.norm)), above, foot):
        parsed = [dates.parse(line.text) for line in group]
        found = next((one for one in parsed if one.date is not None), parsed[0] if parsed else found)
        if found.date is not None:
            break
    return found


def _under_masthead(lines: list[Line], n: int) -> bool:
    """A date right under the paper's name is the day the page was looked at."""
    before = [line for line in lines[:n] if line.text]
    return bool(before) and (outlets.named(before[-1].text) is not None or before[-1].kind in ("paywall", "promotion"))
