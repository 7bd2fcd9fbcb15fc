"""What a line that is no part of an article looks like: the rules of ``framing/data/furniture.yaml``.

They match whole lines, and short ones only (``LONGEST``): a sentence that *mentions* logging in or a ranking is
never furniture, and a line that ends as a sentence does is asked the few rules under ``sentences`` only.
"""

import re
import unicodedata

from framing import data

LONGEST = 160
"""Characters a line of furniture may have; longer lines are found by repetition only."""

KINDS = (
    "related link", "link list", "byline", "photo credit", "share button", "paywall", "promotion", "repeated",
)  # fmt: skip
"""``link list`` is the heading of a list, ``related link`` a line in it or a link that stands alone."""

_RULES = data.words("furniture")
_MARK = r"[\s\[\]【】<>《》〈〉■◆●▼▽▲△★☆◇◎○□▪*#>»→⇒▶►|:/\-=~―─—…。、!()]{0,8}"


def _compiled(kind: str, rules: list[str]) -> re.Pattern[str]:
    rule = data.expanded("(?:" + "|".join(rules) + ")", _RULES["words"])
    around = _MARK if kind == "link list" else ""
    return re.compile(around + rule + around, 0 if kind == "byline" else re.IGNORECASE)


_ALWAYS = tuple((kind, _compiled(kind, rules)) for kind, rules in _RULES["sentences"].items())
_NOTICE = _compiled("notice", _RULES["notices"])
_PATTERNS = tuple((kind, _compiled(kind, rules)) for kind, rules in _RULES["lines"].items())


def kind_of(line: str) -> str:
    """Name the kind of furniture a line looks like by itself, or return an empty string.

    The answer is about form only; ``repeated`` is never given, as repetition needs other articles.
    """
    if len(line) > LONGEST:
        return ""
    line = _folded(line)
    if not line or len(line) > LONGEST:
        return ""
    if _NOTICE.fullmatch(line):
        return "promotion"
    for kind, pattern in _ALWAYS if is_sentence(line) else _ALWAYS + _PATTERNS:
        if pattern.fullmatch(line):
            return kind
    return ""


def is_notice(line: str) -> bool:
    """Whether a line is a notice of rights, and nothing else."""
    return len(line) < 200 and bool(_NOTICE.fullmatch(_folded(line)))


def _folded(line: str) -> str:
    """The line in NFKC with single blanks; ⓒ is no plain c."""
    return " ".join((line if line.isascii() else unicodedata.normalize("NFKC", line.replace("ⓒ", "©"))).split())


def is_sentence(line: str) -> bool:
    """Whether a line ends as a Japanese sentence does."""
    return line.rstrip().rstrip("」』)）]】").endswith("。")
