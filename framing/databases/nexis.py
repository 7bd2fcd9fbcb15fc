"""Nexis: the older layout (``1 of 50 DOCUMENTS``) and that of Nexis Uni and Lexis+ (``End of Document``)."""

import re
from itertools import dropwhile

from framing import data
from framing.databases.latin import iso_date, joined, language_of, page_of, sorted_out

_HEADS = {name: key for key, names in data.words("nexis")["heads"].items() for name in names}
_FORMS = data.forms("nexis", HEAD="|".join(_HEADS))
_ENTRY = re.compile(r"\d{1,4}\.\s+\S")
"""A document in the list of the cover."""


def detect(text: str) -> bool:
    """A document counter with a length, or ``End of Document``, ``Load-Date`` or a cover with a length."""
    lines = text.split("\n")
    labels = {m[1].upper() for m in map(_FORMS.label.match, lines) if m}
    length = bool(labels & {"LENGTH", "LÄNGE", "LONGUEUR", "LONGITUD"})
    counters = [line for line in lines if _FORMS.counter.match(line)]
    if counters:  # ProQuest counts "Document 1 of 12" and has sections, but neither lengths nor days of loading
        named = {"LOAD-DATE", "LANGUAGE", "SPRACHE", "LANGUE", "BYLINE", "SECTION"}
        return length or bool(labels & (named if counters[0].strip()[0].isdigit() else {"LOAD-DATE"}))
    ended = any(_FORMS.end.match(line) for line in lines) or sum(map(bool, map(_FORMS.cover.match, lines))) > 2
    return (ended or "LOAD-DATE" in labels) and (length or any(_FORMS.body.match(line) for line in lines))


def parse(lines: list[str]) -> tuple[list[dict], list[dict]]:
    """Records and rejections of one file."""
    return sorted_out((begin, part, _record(part)) for begin, part in _documents(lines))


def _documents(lines: list[str]):
    counters = [i for i, line in enumerate(lines) if _FORMS.counter.match(line)]
    if counters:
        for i, stop in zip(counters, [*counters[1:], len(lines)], strict=True):
            yield i + 1, lines[i + 1 : stop]
        return
    begin = 0
    for i, line in enumerate(lines):
        if _FORMS.end.match(line):
            yield begin, lines[begin:i]
            begin = i + 1
    if any(_FORMS.label.match(line) for line in lines[begin:]):
        yield begin, lines[begin:]


def _record(part: list[str]) -> dict:
    part = [re.sub("[\ue001\ue002]", "", line) for line in part]
    first = next((i for i, line in enumerate(part) if _FORMS.label.match(line) or _FORMS.body.match(line)), len(part))
    record = _head([line.strip() for line in part[:first]])
    labels, body = _labelled(part[first:], record.get("headline", ""))
    record |= {key: labels[key] for key in ("headline", "author", "edition") if labels.get(key)}
    section = re.sub(r";\s*Version:\s*\d+", "", labels.get("section", ""))
    if section:
        record |= {"section": section, **page_of(section)}
    number = re.match(r"\D*(\d[\d,. ]*)", labels.get("length", ""))
    if number:
        record["n_words_stated"] = int(re.sub(r"\D", "", number[1]) or 0)
    language = labels.get("language", "").split(";")[0].strip()
    if language:
        record["language"] = language_of(language)
    record["text"] = joined(body)
    return record


def _head(lines: list[str]) -> dict:
    """Outlet, date, edition and headline of the lines above the first label.

    The older layout has outlet, date, headline; the newer one headline, outlet, date. What tells them apart is
    whether anything but rights and edition follows the date.
    """
    filled = [i for i, line in enumerate(lines) if line and not _FORMS.rights.search(line)]
    cover = [i for i in filled if _FORMS.cover.match(lines[i])]
    if cover:
        filled = list(dropwhile(lambda i: _ENTRY.match(lines[i]), (i for i in filled if i > cover[-1])))
    dated = next((i for i in filled if iso_date(lines[i]) and _FORMS.only_date.match(lines[i])), None)
    if dated is None:
        return {}
    out = {"date": iso_date(lines[dated])}
    blog = next((i for i in filled if i == max(filled[: filled.index(dated)], default=-1)), None)
    if (
        blog is not None and re.fullmatch(r"\([^()]+\)", lines[blog]) and blog != filled[0]
    ):  # of The Guard Blogs: (Green)
        filled.remove(blog)
        out["section"] = lines[blog].strip("()")
    above = [lines[i] for i in filled if i < dated]
    rights = next((i for i, line in enumerate(lines) if i > dated and _FORMS.rights.search(line)), None)
    below = [i for i in filled if i > dated]
    if len(above) <= 1:
        edition = [i for i in below if i < dated + 4 and all(lines[j] for j in range(dated, i))]
        heads = [lines[i] for i in below if i not in edition]
        if not heads and edition:
            edition, heads = [], [lines[i] for i in edition]
        out |= {"outlet": above[0] if above else "", "headline": " ".join(heads)}
    else:
        edition = [i for i in below if rights is None or i < rights]
        out |= {"outlet": above[-1], "headline": " ".join(_last_run(lines, filled, dated)) or above[-2]}
    tail = re.search(r"[^,;]*(?:edition|ausgabe|édition)[^,;]*", _FORMS.only_date.match(lines[dated])[1], re.IGNORECASE)
    named = [tail[0].strip()] if tail else []
    named += [lines[i] for i in edition if not re.match(r"Correction", lines[i], re.IGNORECASE)]
    if named:
        out["edition"] = " ".join(named).strip(" ;")
    return out


def _last_run(lines: list[str], filled: list[int], dated: int) -> list[str]:
    above = [i for i in filled if i < dated][:-1]
    n = next((n for n in range(1, len(above)) if above[-n] - above[-n - 1] > 1), len(above))
    return [lines[i] for i in above[len(above) - n :]]


def _labelled(lines: list[str], headline: str) -> tuple[dict, list[str]]:
    """Labelled values before and after the body, and the body between them, without the heads and feet of pages."""
    values: dict[str, str] = {}
    body: list[str] = []
    state, key = "head", ""
    for i, line in enumerate(lines):
        label = _FORMS.label.match(line)
        name = _HEADS.get(label[1].upper(), "") if label else ""
        if _FORMS.body.match(line) and state == "head":
            state, key = "body", ""
        elif label and name == "body" and state == "head":
            state, key, body = "body", "", [label[2]]
        elif label and name and state == "head" and name not in values:
            key, values[name] = name, label[2].strip()
        elif state == "body" and _FORMS.bare_tail.match(line.strip()) and i and _alone(lines, i):
            state, key = "tail", ""
        elif label and not name and _ends(lines, i, label[1]):
            state, key = "tail", label[1].lower()
            key = "language" if key in ("language", "sprache", "langue") else key
            values.setdefault(key, label[2].strip())
        elif state == "head" and key and line.strip() and (not values[key] or key != "length"):
            values[key] = f"{values[key]} {line.strip()}".strip()
        elif state == "head" and not line.strip():
            key = ""
        elif state == "head" and line.strip() and not _FORMS.rights.search(line):
            state, body = "body", [line]
        elif state == "body":
            over = next(filter(str.strip, reversed(lines[:i])), "")
            if not _FORMS.foot.match(line) and not (line.strip() == headline and _FORMS.foot.match(over)):
                body.append(line)
        elif state == "tail" and key == "language" and not values.get(key) and line.strip():
            values[key] = line.strip()
    return values, body


def _alone(lines: list[str], i: int) -> bool:
    """A label without a colon ends the body beside a blank line, above another label or at the end of the document."""
    following = next(filter(str.strip, lines[i + 1 :]), "")
    return (
        not lines[i - 1].strip()
        or not "".join(lines[i + 1 : i + 2]).strip()
        or not following
        or bool(_FORMS.label.match(following))
    )


def _ends(lines: list[str], i: int, name: str) -> bool:
    """A label of the tail ends the body; in mixed case it must follow a blank line (a body may say ``Type: …``)."""
    return (
        name.isupper()
        or name.lower() in ("language", "sprache", "langue", "graphic", "grafik", "classification")
        and (i == 0 or not lines[i - 1].strip())
        or name.lower() == "load-date"
        or name.lower() in ("update", "date-chargement")
        and bool(iso_date(lines[i]))
    )
