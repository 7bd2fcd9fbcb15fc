"""Which outlet a page is of: by its address, by the end of its title, by its furniture."""

import re
import unicodedata
from urllib.parse import urlsplit

from framing import data
from framing.web.credits import agency_alone

_NAMES = data.words("names")
_BRACKET = re.compile(r"(.{6,200}?)\s?[((【\[]([^()()【】\[\]]{2,30})[))】\]]")
_RIGHTS = re.compile(r"(?:copyright|©|\(c\)|ⓒ|all rights? reserved|無断転載|著作権|ニュースサイト|運営)", re.I)
_GENRE = re.compile(
    r"(?:\s?[-|:/]?\s?(?:政治|経済|社会|国際|海外|世界|ワールド|ビジネス|スポーツ|コラム|オピニオン|ニュース|記事|朝鮮半島|中国|韓国|アジア|北朝鮮|エンタメ))+$"
)


def _key(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


_KNOWN = {_key(name): name for name in _NAMES["hosts"].values()}
_KNOWN |= {_key(printed): name for printed, name in _NAMES["printed"].items()}


def of_url(url: str | None) -> str | None:
    """The outlet a page's address belongs to; an unknown host is given as it is, without ``www.``."""
    if not url:
        return None
    try:
        host = (urlsplit(url if "//" in url else f"//{url}").hostname or "").rstrip(".")
    except ValueError:  # an address that is none
        return None
    parts = host.split(".")
    known = (_NAMES["hosts"].get(".".join(parts[n:])) for n in range(len(parts)))
    return next(filter(None, known), None) or host.removeprefix("www.") or None


def named(text: str) -> str | None:
    """The outlet a short text is the name of, if it is a known one."""
    return _KNOWN.get(_key(text)) if len(text) <= 60 else None


def masthead(text: str) -> bool:
    """Whether a short text is an outlet's name, or begins with one: 沖縄タイムス+プラス."""
    key = _key(text) if len(text) <= 40 else ""
    return key in _KNOWN or any(key.startswith(name) and len(key) <= len(name) + 5 for name in _KNOWN if len(name) > 2)


def split_title(line: str) -> tuple[str, str] | None:
    """Take "headline | outlet" apart; None where the end is no known outlet."""
    line = line[:300]
    parts = re.split(r"\s?[|｜]\s?|\s[-–—]\s|\s?[:：]\s?(?=[^:：]{2,24}$)|\s[-–—](?=[^-–—\s])", line)
    for n in range(1, len(parts)):
        name = named(" ".join(parts[n:])) or named(parts[n]) or named(_GENRE.sub("", parts[n]))
        if name and len(parts[0]) >= 4 and named(parts[0]) is None:
            head = line[: line.find(parts[n], len(parts[0]))].rstrip(" |｜-–—:：")
            head = re.sub(r"\s?[|｜]\s?[^|｜]{1,12}$", "", head).strip()  # a section between the two
            bracket = _BRACKET.fullmatch(head)
            inner = named(bracket[2]) if bracket else None
            return (bracket[1], inner) if bracket and inner else (head, name)
    return None


def of_lines(lines: list[str], end: int | None = None) -> str | None:
    """The outlet that a page's furniture names: a masthead, a title's end, a line of rights.

    ``end`` is where the body ends (by default with the last line). A name that stands alone below it counts if it is
    the only one there, since side columns and lists of links name other outlets.
    """
    end = len(lines) if end is None else end
    first = next(filter(None, lines), "")
    for line in lines[: min(40, end)]:
        title = split_title(line)
        known = (named(line) if line is first else _standing_alone(line)) or (title[1] if title else None)
        if known:
            return known
    below = {known for line in lines[end:] if (known := _standing_alone(line))}
    known = next(filter(None, map(_standing_alone, lines[:end])), None) or (below.pop() if len(below) == 1 else None)
    if known:
        return known
    for line in lines:
        if len(line) <= 200 and _RIGHTS.search(line):
            key = _key(line)
            for printed, name in _KNOWN.items():
                if len(printed) > 3 and printed in key and name not in _NAMES["sellers"]:
                    return name
    return None


def _standing_alone(line: str) -> str | None:
    """The outlet that a line below the first names; there an agency's name is a credit, and ``note`` a button."""
    known = named(line) if line else None
    return None if known == "note" or (known in _NAMES["sellers"] and agency_alone(line)) else known
